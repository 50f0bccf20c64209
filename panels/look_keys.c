/* look_keys.c - what a key does in `watchdesk map`: one table, from which the help is drawn too.
 * The keys are those of the console's map (F3), with the same meaning where both have them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/coordinates.h"
#include "app/base/text.h"
#include "panels/look_state.h"

enum { FAST_COLUMNS = 10, FAST_ROWS = 5, PAGE_STEPS = 4 };
static const double zoom_step = 1.5, wheel_step = 1.25;

void look_say(struct look *look, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(look->said, sizeof look->said, format, arguments);
    va_end(arguments);
}

/* ---- moving ---- */

static void act_up(struct look *look) { look_cursor_move(look, -1, 0); }
static void act_down(struct look *look) { look_cursor_move(look, 1, 0); }
static void act_left(struct look *look) { look_cursor_move(look, 0, -1); }
static void act_right(struct look *look) { look_cursor_move(look, 0, 1); }
static void act_far_up(struct look *look) { look_cursor_move(look, -FAST_ROWS, 0); }
static void act_far_down(struct look *look) { look_cursor_move(look, FAST_ROWS, 0); }
static void act_far_left(struct look *look) { look_cursor_move(look, 0, -FAST_COLUMNS); }
static void act_far_right(struct look *look) { look_cursor_move(look, 0, FAST_COLUMNS); }

static void pan_step(struct look *look, int rows, int columns)
{
    look_pan(look, rows * look->map_rows / 6.0, columns * look->map_columns / 8.0);
}

static void act_pan_up(struct look *look) { pan_step(look, -1, 0); }
static void act_pan_down(struct look *look) { pan_step(look, 1, 0); }
static void act_pan_left(struct look *look) { pan_step(look, 0, -1); }
static void act_pan_right(struct look *look) { pan_step(look, 0, 1); }

/* The list that is open scrolls; without one, the map does. */
static void page(struct look *look, int direction)
{
    uint32_t step = look->pane_rows > 1 ? look->pane_rows - 1 : 1;

    if (look->pane == LOOK_PANE_NONE || look->pane == LOOK_PANE_LAYERS)
        pan_step(look, direction * PAGE_STEPS, 0);
    else if (direction > 0)
        look->pane_first += step;
    else
        look->pane_first -= look->pane_first < step ? look->pane_first : step;
}

static void act_page_up(struct look *look) { page(look, -1); }
static void act_page_down(struct look *look) { page(look, 1); }
static void act_closer(struct look *look) { look_zoom(look, 1 / zoom_step, look->cursor); }
static void act_wider(struct look *look) { look_zoom(look, zoom_step, look->cursor); }
static void act_home(struct look *look) { look_home(look); }

static void act_center(struct look *look)
{
    struct look_pointed pointed = look->pointed;

    look->view.center = look->cursor;
    look->pointed = pointed;
}

/* ---- what is under the cursor ---- */

static void open_pane(struct look *look, enum look_pane pane)
{
    look->pane = look->pane == pane ? LOOK_PANE_NONE : pane;
    look->pane_first = 0;
}

static void choose(struct look *look, int step)
{
    struct look_pointed *pointed = &look->pointed;

    if (look->pane != LOOK_PANE_RECORD) {
        open_pane(look, LOOK_PANE_RECORD);
        return;
    }
    if (pointed->count == 0)
        return;
    pointed->chosen = (pointed->chosen + pointed->count + (uint32_t)step) % pointed->count;
    look->pane_first = 0;
    look_outline_update(look);
}

static void act_record(struct look *look) { open_pane(look, LOOK_PANE_RECORD); }
static void act_next_here(struct look *look) { choose(look, 1); }

static void act_back_here(struct look *look)
{
    choose(look, -1);
}

/* ---- finding ---- */

static void act_find(struct look *look)
{
    look->prompt = LOOK_PROMPT_FIND;
    look->view_before = look->view;
    line_clear(&look->line);
}

static void go_to_hit(struct look *look)
{
    struct look_find *find = &look->find;
    const struct find_hit *hit = &find->hits[find->at];

    look->pane_first = 0;
    if (!look_go_to_record(look, hit->layer, hit->record))
        look_say(look, "this record has no shape: nothing to show of it on the map");
}

static void walk(struct look *look, int step)
{
    struct look_find *find = &look->find;

    if (!find->on || find->count == 0) {
        look_say(look, "%s", find->on ? "nothing found" : "nothing is being looked for: / begins");
        return;
    }
    uint32_t count = find->count;
    find->at = find->at >= count ? (step > 0 ? 0 : count - 1)
                                 : (find->at + count + (uint32_t)step) % count;
    go_to_hit(look);
}

static void act_next(struct look *look) { walk(look, 1); }
static void act_back(struct look *look) { walk(look, -1); }

static void act_go(struct look *look)
{
    look->prompt = LOOK_PROMPT_GO;
    line_clear(&look->line);
}

/* ---- marks, measuring, copying ---- */

static void act_mark(struct look *look) { look->prompt = LOOK_PROMPT_MARK; }
static void act_jump(struct look *look) { look->prompt = LOOK_PROMPT_JUMP; }

static void act_measure(struct look *look)
{
    if (!look->measuring)
        look->corner_count = 0;
    look->measuring = true;
    if (look->corner_count == LOOK_CORNERS_MAX) {
        look_say(look, "a way of %d corners at most", (int)LOOK_CORNERS_MAX);
        return;
    }
    look->corners[look->corner_count++] = look->cursor;
    if (look->corner_count == 1)
        look_say(look, "measuring: move on; d adds a corner, Esc ends");
}

static void act_copy(struct look *look)
{
    buffer_reset(&look->copied);
    buffer_print(&look->copied, "%.5f,%.5f", look->cursor.lat_deg, look->cursor.lon_deg);
    look_say(look, "copied %s, if this terminal lets programs copy", look->copied.bytes);
}

/* ---- layers ---- */

static void act_layers(struct look *look)
{
    if (look->prepared)
        open_pane(look, LOOK_PANE_LAYERS);
}

static void act_files(struct look *look) { open_pane(look, LOOK_PANE_FILES); }

/* ---- the rest ---- */

static void act_mode(struct look *look)
{
    static const char *const names[] = { [MAP_BRAILLE] = "braille", [MAP_BLOCKS] = "blocks",
                                         [MAP_ASCII] = "ascii" };

    if (look->ascii) {
        look_say(look, "this screen takes ASCII only");
        return;
    }
    look->view.mode = (enum map_mode)((look->view.mode + 1) % 3);
    look_say(look, "%s", names[look->view.mode]);
}

static void act_palette(struct look *look)
{
    if (look->mono) {
        look_say(look, "this screen has no colours");
        return;
    }
    look->palette = (enum palette_name)((look->palette + 1) % PALETTE_COUNT);
    look_say(look, "%s colours", palette_text(look->palette));
}

static void act_help(struct look *look) { open_pane(look, LOOK_PANE_HELP); }
static void act_redraw(struct look *look) { look->wants_redraw = true; }
static void act_quit(struct look *look) { look->ending = true; }

/* What was opened last goes first. */
static void act_escape(struct look *look)
{
    if (look->measuring || look->corner_count) {
        look->measuring = false;
        look->corner_count = 0;
    } else if (look->pane == LOOK_PANE_COLUMNS) {
        open_pane(look, LOOK_PANE_LAYERS);
    } else if (look->pane != LOOK_PANE_NONE) {
        look->pane = LOOK_PANE_NONE;
    } else if (look->find.on) {
        look_find_clear(&look->find);
        look_cursor_to(look, look->cursor);
    } else {
        look_say(look, "q leaves");
    }
}

/* ---- the table ---- */

typedef void look_act_fn(struct look *look);

static const struct look_key {
    enum press_code code;
    uint32_t glyph;             /* Of TEXT and CONTROL. */
    const char *label, *help;   /* NULL: the same as the row before, by another key. */
    look_act_fn *act;
} keys[] = {
    { PRESS_UP, 0, "arrows hjkl", "the cursor, a cell; Ctrl: ten", act_up },
    { PRESS_DOWN, 0, NULL, NULL, act_down },
    { PRESS_LEFT, 0, NULL, NULL, act_left },
    { PRESS_RIGHT, 0, NULL, NULL, act_right },
    { PRESS_TEXT, 'k', NULL, NULL, act_up },
    { PRESS_TEXT, 'j', NULL, NULL, act_down },
    { PRESS_TEXT, 'h', NULL, NULL, act_left },
    { PRESS_TEXT, 'l', NULL, NULL, act_right },
    { PRESS_FAR_UP, 0, NULL, NULL, act_far_up },
    { PRESS_FAR_DOWN, 0, NULL, NULL, act_far_down },
    { PRESS_FAR_LEFT, 0, NULL, NULL, act_far_left },
    { PRESS_FAR_RIGHT, 0, NULL, NULL, act_far_right },
    { PRESS_SHIFT_UP, 0, "Shift HJKL", "the map, a part of the screen; or drag it", act_pan_up },
    { PRESS_SHIFT_DOWN, 0, NULL, NULL, act_pan_down },
    { PRESS_SHIFT_LEFT, 0, NULL, NULL, act_pan_left },
    { PRESS_SHIFT_RIGHT, 0, NULL, NULL, act_pan_right },
    { PRESS_TEXT, 'K', NULL, NULL, act_pan_up },
    { PRESS_TEXT, 'J', NULL, NULL, act_pan_down },
    { PRESS_TEXT, 'H', NULL, NULL, act_pan_left },
    { PRESS_TEXT, 'L', NULL, NULL, act_pan_right },
    { PRESS_PAGE_UP, 0, "PgUp PgDn", "the list that is open, else the map", act_page_up },
    { PRESS_PAGE_DOWN, 0, NULL, NULL, act_page_down },
    { PRESS_TEXT, '+', "+ - wheel", "closer and wider, about the cursor", act_closer },
    { PRESS_TEXT, '=', NULL, NULL, act_closer },
    { PRESS_TEXT, '-', NULL, NULL, act_wider },
    { PRESS_TEXT, '0', "0", "where most of it is; again: everything", act_home },
    { PRESS_HOME, 0, NULL, NULL, act_home },
    { PRESS_TEXT, 'c', "c", "the cursor to the middle", act_center },
    { PRESS_TEXT, 'g', "g", "go to coordinates", act_go },
    { PRESS_ENTER, 0, "Enter Tab", "what is here, with all its columns; again: the next of it",
      act_next_here },
    { PRESS_TAB, 0, NULL, NULL, act_next_here },
    { PRESS_BACK_TAB, 0, NULL, NULL, act_back_here },
    { PRESS_TEXT, 'i', "i", "that list on and off", act_record },
    { PRESS_TEXT, '/', "/", "find: text, COLUMN=value, ~ holds, > < >= <= !=", act_find },
    { PRESS_TEXT, 'n', "n N", "the next and the one before of what was found", act_next },
    { PRESS_TEXT, 'N', NULL, NULL, act_back },
    { PRESS_TEXT, 'v', "v", "layers: on, off, their order, style by a column", act_layers },
    { PRESS_TEXT, 'm', "m '", "set a mark (m a), go to it (' a)", act_mark },
    { PRESS_TEXT, '\'', NULL, NULL, act_jump },
    { PRESS_TEXT, 'd', "d", "distance: from here, by corners", act_measure },
    { PRESS_TEXT, 'y', "y", "copy the cursor's coordinates", act_copy },
    { PRESS_TEXT, 'b', "b", "braille, blocks, ascii", act_mode },
    { PRESS_TEXT, 'p', "p", "colours: night, day, colour-blind", act_palette },
    { PRESS_TEXT, 'w', "w", "files: what was wrong with them", act_files },
    { PRESS_TEXT, '?', "?", "this list", act_help },
    { PRESS_FUNCTION, 1, NULL, NULL, act_help },
    { PRESS_CONTROL, 'L', "^L", "draw everything again", act_redraw },
    { PRESS_ESCAPE, 0, "Esc", "closes what was opened last", act_escape },
    { PRESS_TEXT, 'q', "q ^C", "leave", act_quit },
    { PRESS_CONTROL, 'C', NULL, NULL, act_quit },
};

bool look_key_row(uint32_t number, const char **ret_label, const char **ret_help)
{
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (!keys[i].label || number-- > 0)
            continue;
        *ret_label = keys[i].label;
        *ret_help = keys[i].help;
        return true;
    }
    return false;
}

static void key_press(struct look *look, const struct press *press)
{
    bool has_glyph = press->code == PRESS_TEXT || press->code == PRESS_CONTROL
                     || press->code == PRESS_FUNCTION;

    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (keys[i].code != press->code || (has_glyph && keys[i].glyph != press->glyph))
            continue;
        keys[i].act(look);
        return;
    }
    if (press->code == PRESS_TEXT)
        look_say(look, "no key here: ? lists them");
}

/* ---- the mouse ---- */

static bool on_map(const struct look *look, const struct press *press)
{
    return press->row < look->map_rows && press->column < look->map_columns;
}

static struct geo_point point_of(const struct look *look, const struct press *press)
{
    return map_point_at(&look->view, look->map_rows, look->map_columns, press->row + 0.5,
                        press->column + 0.5);
}

static void drag(struct look *look, const struct press *press)
{
    int rows = (int)look->drag_row - press->row, columns = (int)look->drag_column - press->column;

    if (!look->dragging || (rows == 0 && columns == 0))
        return;
    look->dragged = true;
    look->drag_row = press->row;
    look->drag_column = press->column;
    look_pan(look, rows, columns);
}

/* A button that comes up where it went down was a click: the same cell again takes the next of
 * what lies there. */
static void click(struct look *look, const struct press *press)
{
    struct geo_point point = geo_rounded(point_of(look, press));

    if (look->dragged || !look->dragging || !on_map(look, press))
        return;
    if (geo_same(point, look->cursor)) {
        choose(look, 1);
        return;
    }
    look_cursor_to(look, point);
    if (look->measuring)
        act_measure(look);
}

static void mouse_press(struct look *look, const struct press *press)
{
    if (press->code == PRESS_DRAG) {
        drag(look, press);
    } else if (press->code == PRESS_CLICK) {
        look->dragging = on_map(look, press);
        look->dragged = false;
        look->drag_row = press->row;
        look->drag_column = press->column;
    } else if (press->code == PRESS_RELEASE) {
        click(look, press);
        look->dragging = false;
    } else if (on_map(look, press)) {
        look_zoom(look, press->code == PRESS_WHEEL_UP ? 1 / wheel_step : wheel_step,
                  point_of(look, press));
    }
}

/* ---- the prompt ---- */

static void find_again(struct look *look)
{
    look_find_start(&look->find, &look->layers, line_span(&look->line));
    look->find.at = 0;
}

static void go_to_typed(struct look *look)
{
    struct coordinates coordinates;

    switch (coordinates_read(line_span(&look->line), &coordinates)) {
    case COORDINATES_READ:
        look_go_to(look, coordinates.point);
        return;
    case COORDINATES_REFUSED:
        look_say(look, "%s", coordinates.refusal);
        return;
    case COORDINATES_NOT:
        look_say(look, "these are no coordinates, as 42.3736,-71.1097 or 19T CG 26324 92957");
        return;
    }
}

static void prompt_enter(struct look *look)
{
    enum look_prompt prompt = look->prompt;

    look->prompt = LOOK_PROMPT_NONE;
    if (prompt == LOOK_PROMPT_GO) {
        go_to_typed(look);
    } else if (look->find.on) {
        look->find.at = look->find.at < look->find.count ? look->find.at : 0;
        if (look->find.count)
            go_to_hit(look);
    }
    line_sent(&look->line);
}

static void prompt_leave(struct look *look)
{
    if (look->prompt == LOOK_PROMPT_FIND)
        look_find_clear(&look->find);
    look->prompt = LOOK_PROMPT_NONE;
}

/* Up and Down go through what was found, or, with nothing typed, through earlier searches. */
static void prompt_step(struct look *look, int step)
{
    struct look_find *find = &look->find;

    if (look->prompt == LOOK_PROMPT_FIND && find->count && look->line.length
        && look->line.history_at == look->line.history_count)
        find->at = (find->at + find->count + (uint32_t)step) % find->count;
    else if (step < 0)
        line_earlier(&look->line);
    else
        line_later(&look->line);
}

static void prompt_edit(struct look *look, const struct press *press)
{
    char glyph[4];

    switch ((int)press->code) {
    case PRESS_TEXT:
        line_insert(&look->line, span_from(glyph, utf8_encode(press->glyph, glyph)));
        return;
    case PRESS_PASTE:
        line_paste(&look->line, press->text);
        return;
    case PRESS_BACKSPACE:
        line_erase_back(&look->line);
        return;
    case PRESS_DELETE:
        line_erase_here(&look->line);
        return;
    case PRESS_LEFT:
        line_left(&look->line);
        return;
    case PRESS_RIGHT:
        line_right(&look->line);
        return;
    case PRESS_HOME:
        line_home(&look->line);
        return;
    case PRESS_END:
        line_end(&look->line);
        return;
    case PRESS_CONTROL:
        if (press->glyph == 'U')
            line_erase_to_start(&look->line);
        else if (press->glyph == 'W')
            line_erase_word(&look->line);
        return;
    default:
        return;                 /* No other key edits. */
    }
}

static void letter_press(struct look *look, const struct press *press)
{
    bool marks = look->prompt == LOOK_PROMPT_MARK;
    struct geo_point *at = marks_letter(&look->marks,
                                        press->code == PRESS_TEXT ? press->glyph : 0);

    look->prompt = LOOK_PROMPT_NONE;
    if (press->code == PRESS_ESCAPE)
        return;
    if (!at)
        look_say(look, "a mark is a letter, a to z");
    else if (marks && geo_known(*at) && geo_same(*at, look->cursor))
        *at = geo_unknown();    /* The same keys on the same place undo themselves. */
    else if (marks)
        *at = look->cursor;
    else if (geo_known(*at))
        look_go_to(look, *at);
    else
        look_say(look, "no such mark: m and a letter sets one (%u set)", marks_set(&look->marks));
}

static void prompt_press(struct look *look, const struct press *press)
{
    char before[COMMAND_BYTES_MAX + 1];
    bool finds = look->prompt == LOOK_PROMPT_FIND;

    if (look->prompt == LOOK_PROMPT_MARK || look->prompt == LOOK_PROMPT_JUMP) {
        letter_press(look, press);
        return;
    }
    memcpy(before, look->line.text, sizeof before);
    if (press->code == PRESS_ENTER)
        prompt_enter(look);
    else if (press->code == PRESS_ESCAPE || (press->code == PRESS_CONTROL && press->glyph == 'C'))
        prompt_leave(look);
    else if (press->code == PRESS_UP || press->code == PRESS_DOWN)
        prompt_step(look, press->code == PRESS_UP ? -1 : 1);
    else if (press->code == PRESS_BACKSPACE && look->line.length == 0)
        prompt_leave(look);
    else
        prompt_edit(look, press);
    if (finds && look->prompt == LOOK_PROMPT_FIND && strcmp(before, look->line.text) != 0)
        find_again(look);
}

static bool is_mouse(const struct press *press)
{
    return press->code == PRESS_CLICK || press->code == PRESS_DRAG
           || press->code == PRESS_RELEASE || press->code == PRESS_WHEEL_UP
           || press->code == PRESS_WHEEL_DOWN;
}

static void press_take(struct look *look, const struct press *press)
{
    look->said[0] = '\0';
    if (is_mouse(press))
        mouse_press(look, press);
    else if (look->prompt != LOOK_PROMPT_NONE)
        prompt_press(look, press);
    else if (look_layers_takes(look, press))
        look_layers_press(look, press);
    else
        key_press(look, press);
}

/* A view that a person has chosen is not fitted any more to what still comes. */
void look_press(struct look *look, const struct press *press)
{
    struct map_view view = look->view;
    struct geo_point cursor = look->cursor;

    if (press->code == PRESS_NONE)
        return;
    press_take(look, press);
    if (!geo_same(cursor, look->cursor) || !geo_same(view.center, look->view.center)
        || view.m_per_cell != look->view.m_per_cell || view.mode != look->view.mode)
        look->placed = true;
}
