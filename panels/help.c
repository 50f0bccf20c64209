/* help.c - what lies over the map when asked for: every key and command, an answer. */
#include <stdio.h>
#include <string.h>

#include "panels/control.h"
#include "panels/rows.h"

/* ---- help: drawn from the tables that do the work ---- */

struct help_rows {
    struct canvas *canvas;
    uint32_t at, first;         /* Of all rows; the first one shown. */
};

/* Where the next row goes; UINT16_MAX when it is scrolled away. */
static uint16_t next_row(struct help_rows *rows)
{
    uint32_t at = rows->at++;

    if (at < rows->first || at - rows->first + 1 >= rows->canvas->rows)
        return UINT16_MAX;
    return (uint16_t)(at - rows->first + 1);
}

static void head_row(struct help_rows *rows, const char *text)
{
    uint16_t at = next_row(rows);

    canvas_text(rows->canvas, at, 1, span_of(text), INK_TITLE);
}

/* Those of the line, or those of the map and its modes. */
static void key_rows(struct help_rows *rows, bool of_map)
{
    const struct control_key_row *key;

    head_row(rows, of_map ? "KEYS OF THE MAP   F3 gives them, Esc takes them back"
                          : "KEYS   letters always go to the line");
    for (uint32_t i = 0; (key = control_key_row(i)); i++) {
        if (key->label[0] == '\0' || (key->focus != FOCUS_LINE) != of_map)
            continue;
        uint16_t at = next_row(rows);
        struct row row = { .canvas = rows->canvas, .row = at, .column = 1 };
        if (of_map)
            row_field(&row, 11, INK_DIM, control_focus_word(key->focus));
        row_field(&row, 12, INK_BRIGHT, key->label);
        row_field(&row, row_rest(&row, 1), INK_PLAIN, key->help);
    }
}

enum { MARK_ROWS = 11 };

/* What stands on the map, as it stands there. */
static void mark_rows(struct help_rows *rows)
{
    static const struct { const char *mark; enum ink ink; const char *means; } marks[MARK_ROWS] = {
        { "(!1 42)", INK_P1, "incident 42, priority 1; (!1 42?) while its place is unconfirmed" },
        { "\u25C6E7\u2192", INK_BRIGHT, "a fire unit and where it is heading" },
        { "\u25CFM4", INK_BRIGHT, "a medical unit; \u25A0 police, \u25CB any other" },
        { "~\u25C6E7 6m", INK_STALE, "where it was six minutes ago: the fix is old" },
        { "\u25CFM4 EMG", INK_EMERGENCY, "its emergency button; never hidden by anything" },
        { "*AL17", INK_ALARM, "an alarm that nobody has taken; without * somebody has" },
        { "[St4]", INK_MAP_STATION, "a station; +NAME is a hospital, 'a a mark of yours" },
        { "/ / /", INK_MAP_HAZARD, "a hazard: the closer its strokes the worse; crossed is worst" },
        { "- - -", INK_MAP_REACH, "what is reached in a time, or where a phone may be" },
        { "E7+5", INK_BRIGHT, "E7, and five more in the same place: zoom in" },
        { "~ ~ ~", INK_MAP_WATERLINE, "water, where the terminal shows no grounds" },
    };

    head_row(rows, "MARKS OF THE MAP");
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        struct row row = { .canvas = rows->canvas, .row = next_row(rows), .column = 1 };
        row_field(&row, 12, marks[i].ink, marks[i].mark);
        row_field(&row, row_rest(&row, 1), INK_PLAIN, marks[i].means);
    }
}

static bool is_there(const struct command *command)
{
    return command->decide || command->place != COMMAND_ENTERED;
}

static void command_row_draw(struct help_rows *rows, const struct command *command, bool usable)
{
    struct row row = { .canvas = rows->canvas, .row = next_row(rows), .column = 1 };

    row_field(&row, 8, usable ? INK_BRIGHT : INK_DIM, command->short_form);
    row_field(&row, 36, usable ? INK_PLAIN : INK_DIM, command->usage);
    row.column++;
    row_field(&row, row_rest(&row, 1), INK_DIM, is_there(command) ? command->help : "");
}

/* What works stands first: a tired person reads no list of what does not. */
static void command_rows(struct help_rows *rows, const struct view *view)
{
    head_row(rows, "COMMANDS   short form, how it is typed; dim: not for your role");
    for (uint32_t i = 0; i < command_count(); i++)
        if (is_there(command_row(i)))
            command_row_draw(rows, command_row(i),
                             command_allowed(command_row(i), view->role));
    head_row(rows, "NOT IN THIS RELEASE YET");
    for (uint32_t i = 0; i < command_count(); i++)
        if (!is_there(command_row(i)))
            command_row_draw(rows, command_row(i), false);
}

/* Two heads over commands, two over keys, one over marks, and the blanks between them. */
uint32_t help_row_count(void)
{
    enum { HEADS_AND_BLANKS = 8 };
    uint32_t keys = 0, all = 0;

    for (; control_key_row(all); all++)
        keys += control_key_row(all)->label[0] != '\0';
    return command_count() + keys + MARK_ROWS + HEADS_AND_BLANKS;
}

static void help_draw(const struct picture *picture, const struct view *view,
                      struct canvas *canvas)
{
    struct help_rows rows = { .canvas = canvas, .first = view->overlay_first };

    bool map_first = view->focus != FOCUS_LINE;         /* Asked there, it is about that. */

    (void)picture;
    canvas_wipe(canvas);
    if (!map_first) {
        command_rows(&rows, view);
        rows.at++;
    }
    key_rows(&rows, map_first);
    rows.at++;
    mark_rows(&rows);
    rows.at++;
    key_rows(&rows, !map_first);
    if (map_first) {
        rows.at++;
        command_rows(&rows, view);
    }
    uint32_t end = rows.first + canvas->rows - 1;
    char rest[64];
    snprintf(rest, sizeof rest, "%s   Esc closes",
             rows.at > end ? "PgDn for more" : rows.first ? "PgUp" : "");
    title_draw(canvas, "HELP", rest);
}

const struct panel help_panel = { .name = "help", .rows_min = 5, .draw = help_draw };

/* ---- an answer to `show` or `why` ---- */

static void answer_draw(const struct picture *picture, const struct view *view,
                        struct canvas *canvas)
{
    uint32_t room = canvas->rows - 1u, first = view->overlay_first;
    char rest[64];

    (void)picture;
    canvas_wipe(canvas);
    if (view->answer_count > room)
        snprintf(rest, sizeof rest, "%u to %u of %u rows, PgDn PgUp   Esc closes", first + 1,
                 first + room < view->answer_count ? first + room : view->answer_count,
                 view->answer_count);
    else
        snprintf(rest, sizeof rest, "Esc closes");
    title_draw(canvas, view->answer_title, rest);
    for (uint32_t i = 0; i < room && first + i < view->answer_count; i++)
        canvas_text(canvas, (uint16_t)(i + 1), 1, span_of(view->answer_lines[first + i]),
                    INK_PLAIN);
    if (view->answer_count == 0)
        canvas_text(canvas, 1, 1, span_of("asking the hub"), INK_DIM);
}

const struct panel answer_panel = { .name = "answer", .rows_min = 5, .draw = answer_draw };
