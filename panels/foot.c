/* foot.c - the bottom of every screen: what came of the last commands, what Enter would do, the
 * line itself, and the keys. */
#include "panels/foot.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "panels/control.h"
#include "panels/rows.h"
#include "panels/suggest.h"

/* ---- results ---- */

static void result_draw(const struct view_result *result, uint16_t at, struct canvas *canvas)
{
    bool fine = strcmp(result->word, "OK") == 0;
    struct row row = { .canvas = canvas, .row = at, .column = 1 };
    char durable[40] = "";

    row_field(&row, 8, fine ? INK_RESULT_OK : INK_RESULT_NO, result->word);
    row_field(&row, 9, INK_DIM, clock_text(result->at_ms).text);
    uint16_t typed = (uint16_t)text_columns(span_of(result->typed));
    uint16_t most = (uint16_t)(canvas->columns / 3);
    row_field(&row, typed < most ? typed : most, INK_DIM, result->typed);
    row.column = (uint16_t)(row.column + 2);
    if (result->sequence)
        snprintf(durable, sizeof durable, "durable %llu", (unsigned long long)result->sequence);
    uint16_t reserved = durable[0] && canvas->columns >= 100 ? (uint16_t)(strlen(durable) + 2) : 0;
    row_field(&row, row_rest(&row, reserved), fine ? INK_PLAIN : INK_BRIGHT, result->text);
    if (reserved)
        row_right(&row, (uint16_t)(reserved - 1), INK_DIM, durable);
}

/* One row has the newest; two have both, oldest above. */
static void results_draw(const struct picture *picture, const struct view *view,
                         struct canvas *canvas)
{
    (void)picture;
    for (uint16_t row = 0; row < canvas->rows; row++) {
        const struct view_result *result =
            &view->results[VIEW_RESULTS_MAX - canvas->rows + row];
        if (result->word[0])
            result_draw(result, row, canvas);
    }
}

const struct panel results_panel = { .name = "results", .rows_min = 1, .draw = results_draw };

/* ---- read-back, or a suggestion ---- */

/* `/` finds as one types: the row says where Enter would go. */
static void find_words(const struct picture *picture, const struct view *view, struct span words,
                       struct buffer *to)
{
    struct object_name name = { 0 };
    char text[OBJECT_NAME_BYTES];
    const struct hand_search *search = &view->hand.search;

    if (words.length == 0)
        buffer_add_text(to, "type part of a place, a station, a unit");
    else if (search->count > 0 && span_is(words, search->text)) {
        const struct found_row *row = &search->rows[search->chosen];
        buffer_print(to, "ENTER goes to %s  %s", row->text, row->about);
        return;
    }
    else if (control_find(picture, words, &name))
        buffer_print(to, "ENTER goes to %s", object_name_text(&name, text));
    else
        buffer_print(to, "ENTER asks geography for \"%.*s\"", (int)words.length, words.bytes);
    const struct incident *incident = words.length && name.kind == OBJECT_INCIDENT
        ? picture_incident(picture, name.number) : NULL;
    if (incident)
        buffer_print(to, " %s %s", incident->type, incident->place);
}

/* The map has the keys: what its mode waits for, or what has just been taken. */
static void hand_words(const struct picture *picture, const struct view *view, struct buffer *to)
{
    const struct hand *hand = &view->hand;
    char text[HAND_TEXT_BYTES * 2], name[OBJECT_NAME_BYTES];

    (void)picture;
    if (view->focus == FOCUS_MARK || view->focus == FOCUS_JUMP) {
        buffer_add_text(to, view->focus == FOCUS_MARK ? "a letter keeps this place; marks set:"
                                                      : "a letter goes to its mark; marks set:");
        for (uint32_t i = 0; i < MARKS_COUNT; i++)
            if (geo_known(hand->marks.at[i]))
                buffer_print(to, " %c", (char)('a' + i));
        if (marks_set(&hand->marks) == 0)
            buffer_add_text(to, " none");
    } else if (view->focus == FOCUS_DRAW && hand->drawing.shape == SHAPE_CIRCLE) {
        hand_distance_words(hand->drawing.corners[0], hand->cursor.at, text, sizeof text);
        buffer_print(to, "circle: its edge is %s from its centre; Enter ends it", text);
    } else if (view->focus == FOCUS_DRAW) {
        buffer_print(to, "zone of %u corner%s: Enter adds the one under the cursor, z ends it",
                     hand->drawing.count, hand->drawing.count == 1 ? "" : "s");
    } else if (hand->measure.ends_for == ENDS_FOR_DISTANCE
               && hand->measure.ends[0].said == SAID_KNOWN
               && hand->measure.ends[1].said == SAID_KNOWN) {
        control_measure_words(&hand->measure, text, sizeof text);
        buffer_add_text(to, text);
    } else if (view->focus == FOCUS_MEASURE) {
        buffer_print(to, "from %s: move the cursor to where it should be measured to",
                     hand->measure.ends[0].words);
    } else if (hand->picked.count > 1) {
        buffer_print(to, "%u of %u here:", hand->picked.at + 1, hand->picked.count);
        for (uint32_t i = 0; i < hand->picked.count; i++)
            buffer_print(to, i == hand->picked.at ? " >%s" : " %s",
                         object_name_text(&hand->picked.names[i], name));
        buffer_add_text(to, "   Enter or click again: the next");
    } else if (view->map_locked) {
        buffer_add_text(to, "LOCKED where you moved it: c goes to the selection, f follows it");
    }
}

static void read_back_words(const struct picture *picture, const struct view *view,
                            struct buffer *to)
{
    const struct object_name *selected = view_selects(view) ? &view->selected : NULL;
    struct span line = line_span(&view->line);

    if (line.bytes[0] == '?')
        buffer_add_text(to, "ENTER shows every command and key");
    else if (line.bytes[0] == '/')
        find_words(picture, view, span_trim(span_from(line.bytes + 1, line.length - 1)), to);
    else
        command_read_back(picture, line, selected, view->now_ms, to);
}

/* What geography makes of the place stands at the right end, where it is never cut away: whoever
 * mistyped a street sees it before Enter. */
static void place_draw(const struct view *view, struct canvas *canvas)
{
    const struct hand_place *place = &view->hand.place;
    char text[HAND_TEXT_BYTES + 8];

    if (place->said == SAID_NOTHING)
        return;
    snprintf(text, sizeof text, " = %s ", place->words);
    uint32_t columns = text_columns(span_of(text));
    uint16_t room = (uint16_t)(canvas->columns * 3u / 5);
    uint16_t width = columns < room ? (uint16_t)columns : room;
    canvas_field(canvas, 0, (uint16_t)(canvas->columns - width), width, span_of(text),
                 place->said == SAID_ASKING ? INK_DIM : place->sure ? INK_PLAIN : INK_LATE);
}

static void read_back_draw(const struct picture *picture, const struct view *view,
                           struct canvas *canvas)
{
    struct buffer words = { 0 };
    struct suggestion suggestion;

    if (view->focus != FOCUS_LINE) {
        hand_words(picture, view, &words);
        canvas_text(canvas, 0, 1, buffer_span(&words), INK_BRIGHT);
    } else if (view->line.length > 0) {
        read_back_words(picture, view, &words);
        if (words.length > 0)
            canvas_text(canvas, 0, 1, buffer_span(&words), INK_BRIGHT);
        place_draw(view, canvas);
    } else if (suggest(picture, view, view->suggestion_at, &suggestion)) {
        uint16_t column = canvas_text(canvas, 0, 1, span_of("Tab takes  "), INK_SUGGESTION);
        column = canvas_text(canvas, 0, column, span_of(suggestion.typed), INK_PLAIN);
        canvas_text(canvas, 0, (uint16_t)(column + 3), span_of(suggestion.about), INK_SUGGESTION);
    }
    buffer_clear(&words);
}

const struct panel read_back_panel = { .name = "read-back", .rows_min = 1,
                                       .draw = read_back_draw };

/* ---- the line ---- */

static void prompt_words(const struct view *view, char *text, size_t text_bytes)
{
    char object[OBJECT_NAME_BYTES] = "";
    bool drill = strcmp(view->mode, "drill") == 0;

    if (view_selects(view))
        object_name_text(&view->selected, object);
    snprintf(text, text_bytes, "%s%s%s>", drill ? "DRILL " : "",
             view->focus != FOCUS_LINE ? control_focus_word(view->focus) : object,
             view->focus != FOCUS_LINE || object[0] ? " " : "");
}

/* Keeps the cursor in sight: a long line is shown from where it still fits. */
static size_t shown_from(const struct typed_line *line, uint16_t room)
{
    size_t from = 0;

    while (text_columns(span_from(line->text + from, line->cursor - from)) >= room) {
        from++;
        while (from < line->cursor && ((unsigned char)line->text[from] & 0xC0) == 0x80)
            from++;
    }
    return from;
}

/* Where the line's text starts, the part of it that is shown, and the column of its cursor. */
struct shown_line {
    char prompt[64];
    uint16_t column, cursor_column;
    size_t from;
};

static struct shown_line show_line(const struct view *view, uint16_t columns)
{
    struct shown_line shown = { .from = 0 };

    prompt_words(view, shown.prompt, sizeof shown.prompt);
    shown.column = (uint16_t)(text_columns(span_of(shown.prompt)) + 2);
    uint16_t room = columns > shown.column + 1 ? (uint16_t)(columns - shown.column - 1) : 1;
    shown.from = shown_from(&view->line, room);
    shown.cursor_column = (uint16_t)(shown.column
        + text_columns(span_from(view->line.text + shown.from, view->line.cursor - shown.from)));
    return shown;
}

uint16_t line_cursor_column(const struct view *view, uint16_t columns)
{
    return show_line(view, columns).cursor_column;
}

static void line_draw(const struct picture *picture, const struct view *view,
                      struct canvas *canvas)
{
    struct shown_line shown = show_line(view, canvas->columns);

    (void)picture;
    canvas_text(canvas, 0, 1, span_of(shown.prompt), INK_PROMPT);
    canvas_text(canvas, 0, shown.column,
                span_from(view->line.text + shown.from, view->line.length - shown.from),
                INK_TYPED);
}

const struct panel line_panel = { .name = "line", .rows_min = 1, .draw = line_draw };

/* ---- keys ---- */

static void keys_draw(const struct picture *picture, const struct view *view,
                      struct canvas *canvas)
{
    uint16_t column = 1;
    const struct control_key_row *row;

    (void)picture;
    for (uint32_t i = 0; (row = control_key_row(i)); i++) {
        if (!row->hint[0] || row->focus != view->focus)
            continue;
        uint32_t needed = text_columns(span_of(row->label)) + text_columns(span_of(row->hint)) + 1;
        if (column + needed > canvas->columns)
            break;
        column = canvas_text(canvas, 0, column, span_of(row->label), INK_PLAIN);
        column = canvas_text(canvas, 0, (uint16_t)(column + 1), span_of(row->hint), INK_DIM);
        column = (uint16_t)(column + 2);
    }
}

const struct panel keys_panel = { .name = "keys", .rows_min = 1, .draw = keys_draw };

/* ---- what Tab offers ---- */

static void menu_draw(const struct picture *picture, const struct view *view,
                      struct canvas *canvas)
{
    const struct view_menu *menu = &view->menu;
    bool more = menu->count > canvas->rows;
    uint32_t room = canvas->rows - (more ? 1u : 0u);
    uint32_t first = menu->chosen < menu->count && menu->chosen >= room
        ? menu->chosen - room + 1 : 0;

    (void)picture;
    for (uint16_t i = 0; i < canvas->rows; i++)
        canvas_fill(canvas, i, 0, canvas->columns, ' ', INK_PLAIN, GROUND_PANEL);
    for (uint32_t i = 0; i < room && first + i < menu->count; i++) {
        bool chosen = first + i == menu->chosen;
        struct row row = row_start(canvas, (uint16_t)i, chosen ? VIEW_SELECTED : VIEW_OTHER);
        row_field(&row, 26, chosen ? INK_SELECTED : INK_BRIGHT, menu->items[first + i].text);
        row_field(&row, row_rest(&row, 1), INK_PLAIN, menu->items[first + i].about);
        row_end(&row, chosen ? VIEW_SELECTED : VIEW_OTHER);
    }
    if (more)
        canvas_print(canvas, (uint16_t)(canvas->rows - 1), 2, INK_DIM,
                     "%u in all: Tab next, type on to narrow", menu->count);
}

const struct panel menu_panel = { .name = "menu", .rows_min = 1, .draw = menu_draw };
