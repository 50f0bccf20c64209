/* help.c - what lies over the map when asked for: every key and command, the feeds, an answer. */
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

static void key_rows(struct help_rows *rows)
{
    const struct control_key_row *key;

    head_row(rows, "KEYS   letters always go to the line; F3 gives keys to the map until Esc");
    for (uint32_t i = 0; (key = control_key_row(i)); i++) {
        uint16_t at = next_row(rows);
        struct row row = { .canvas = rows->canvas, .row = at, .column = 1 };
        row_field(&row, 11, INK_DIM, control_focus_word(key->focus));
        row_field(&row, 12, INK_BRIGHT, key->label);
        row_field(&row, row_rest(&row, 1), INK_PLAIN, key->help);
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

static void help_draw(const struct picture *picture, const struct view *view,
                      struct canvas *canvas)
{
    struct help_rows rows = { .canvas = canvas, .first = view->overlay_first };

    (void)picture;
    canvas_wipe(canvas);
    command_rows(&rows, view);
    rows.at++;
    key_rows(&rows);
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

/* ---- feeds ---- */

static void feed_row(const struct view *view, const struct feed *feed, uint16_t at,
                     struct canvas *canvas)
{
    struct row row = { .canvas = canvas, .row = at, .column = 1 };
    bool fine = feed->state == FEED_OK || feed->state == FEED_STARTING;
    char text[32];

    row_field(&row, 14, INK_BRIGHT, feed->name);
    row_field(&row, 9, INK_DIM, feed->adapter);
    row_field(&row, 10, fine ? INK_PLAIN : INK_LATE,
              vocabulary_word(&feed_state_words, feed->state));
    row_right(&row, 9, fine ? INK_PLAIN : INK_STALE,
              feed->last_ms ? age_since(view, feed->last_ms).text : "?");
    snprintf(text, sizeof text, "%lld", (long long)feed->reports);
    row_right(&row, 9, INK_PLAIN, text);
    snprintf(text, sizeof text, "%lld", (long long)feed->refused);
    row_right(&row, 9, feed->refused ? INK_LATE : INK_DIM, text);
    snprintf(text, sizeof text, "%lld", (long long)feed->held);
    row_right(&row, 6, feed->held ? INK_LATE : INK_DIM, text);
    row.column = (uint16_t)(row.column + 2);
    row_field(&row, row_rest(&row, 1), INK_DIM, feed->reason);
}

static void feeds_draw(const struct picture *picture, const struct view *view,
                       struct canvas *canvas)
{
    static const struct { const char *text; uint16_t width; bool right; } heads[] = {
        { "feed", 14, false }, { "adapter", 9, false }, { "state", 10, false },
        { "last", 9, true }, { "reports", 9, true }, { "refused", 9, true }, { "held", 6, true },
    };
    struct row row = { .canvas = canvas, .row = 1, .column = 1 };
    char name[32];

    canvas_wipe(canvas);
    snprintf(name, sizeof name, "FEEDS %u", picture_count(picture, OBJECT_FEED));
    title_draw(canvas, name, "Esc closes");
    for (uint32_t i = 0; i < ARRAY_COUNT(heads); i++)
        (heads[i].right ? row_right : row_field)(&row, heads[i].width, INK_DIM, heads[i].text);
    uint32_t count = picture_count(picture, OBJECT_FEED);
    uint32_t shown = rows_fitting(canvas, 2, count);
    for (uint32_t i = 0; i < shown; i++)
        feed_row(view, picture_row(picture, OBJECT_FEED, i), (uint16_t)(i + 2), canvas);
    more_draw(canvas, count - shown, "show feeds");
}

const struct panel feeds_panel = { .name = "feeds", .rows_min = 5, .draw = feeds_draw };
