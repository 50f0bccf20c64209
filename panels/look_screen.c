/* look_screen.c - `watchdesk map` on the screen: the map, what lies over it, and two rows below:
 * what is pointed at or was answered, and the keys or the prompt. */
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "panels/hand.h"
#include "panels/look_state.h"
#include "panels/rows.h"
#include "panels/screen.h"

enum {
    FOOT_ROWS = 2,
    SIDE_COLUMNS_MIN = 110,     /* From here a list stands beside the map, below that under it. */
    LIST_COLUMNS_MAX = 56, LIST_ROWS_MAX = 16, LIST_COLUMNS_MIN = 34, LIST_ROWS_MIN = 5,
    HITS_SHOWN = 8,
};

/* ---- the places of things ---- */

struct places {
    struct canvas map, list;    /* `list` without rows: none. */
};

static uint16_t between(uint32_t low, uint32_t value, uint32_t high)
{
    return (uint16_t)(value < low ? low : value > high ? high : value);
}

static struct places places_make(const struct look *look, struct canvas *canvas)
{
    uint16_t rows = canvas->rows > FOOT_ROWS + 1 ? (uint16_t)(canvas->rows - FOOT_ROWS)
                                                 : canvas->rows;
    uint16_t columns = canvas->columns;
    struct places places = { .map = canvas_part(canvas, 0, 0, rows, columns) };
    bool whole = look->pane == LOOK_PANE_HELP || look->pane == LOOK_PANE_FILES;

    if (look->pane == LOOK_PANE_NONE)
        return places;
    if (whole || rows < 2 * LIST_ROWS_MIN) {
        places.list = places.map;
    } else if (columns >= SIDE_COLUMNS_MIN) {
        uint16_t width = between(LIST_COLUMNS_MIN, columns / 3u, LIST_COLUMNS_MAX);
        places.map = canvas_part(canvas, 0, 0, rows, (uint16_t)(columns - width));
        places.list = canvas_part(canvas, 0, (uint16_t)(columns - width), rows, width);
    } else {
        uint16_t height = between(LIST_ROWS_MIN, rows / 2u, LIST_ROWS_MAX);
        places.map = canvas_part(canvas, 0, 0, (uint16_t)(rows - height), columns);
        places.list = canvas_part(canvas, (uint16_t)(rows - height), 0, height, columns);
    }
    return places;
}

/* ---- the map ---- */

/* What is shown of the chosen feature and of a way that is being measured. */
static uint32_t traces_make(const struct look *look, struct geo_points *way,
                            struct map_trace **ret_traces)
{
    const struct look_outline *outline = &look->outline;
    bool shown = look->pane == LOOK_PANE_RECORD || look->pointed.found;
    struct map_trace *traces = base_alloc((size_t)outline->run_count + 1, sizeof *traces);
    uint32_t count = 0;

    for (uint32_t i = 0; shown && look_chosen(look) && i < outline->run_count; i++)
        if (outline->runs[i].count > 1)
            traces[count++] = (struct map_trace){ .points = outline->runs[i],
                                                  .ink = INK_MAP_ROUTE };
    if (way->count > 1)
        traces[count++] = (struct map_trace){ .points = *way, .ink = INK_MAP_ROUTE };
    *ret_traces = traces;
    return count;
}

/* The corners, and the cursor as the last while it is being measured. */
static struct geo_points way_make(const struct look *look)
{
    struct geo_points way = { .at = base_alloc(LOOK_CORNERS_MAX + 1, sizeof *way.at) };

    for (uint32_t i = 0; i < look->corner_count; i++)
        way.at[way.count++] = look->corners[i];
    if (look->measuring && look->corner_count)
        way.at[way.count++] = look->cursor;
    return way;
}

static uint32_t marks_make(const struct look *look, struct map_symbol *symbols)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < MARKS_COUNT; i++) {
        if (!geo_known(look->marks.at[i]))
            continue;
        symbols[count] = (struct map_symbol){ .point = look->marks.at[i], .ink = INK_SELECTED,
                                              .rank = i + 1 };
        snprintf(symbols[count++].text, sizeof symbols->text, "'%c", 'a' + (int)i);
    }
    return count;
}

void look_legends_draw(struct look *look, struct canvas *map)
{
    uint16_t row = 0;

    for (uint32_t i = 0; i < map_layer_count(look->layers.map); i++) {
        const struct look_legend *legend = &look_layer_of(&look->layers, i)->legend;
        if (legend->title[0] == '\0' || map_layer_style(look->layers.map, i)->hidden)
            continue;
        look_legend_draw(legend, map, row);
        row = (uint16_t)(row + legend->count + 1);
    }
}

static void map_part_draw(struct look *look, struct canvas *canvas)
{
    struct map_symbol symbols[MARKS_COUNT];
    struct geo_points way = way_make(look);
    struct map_trace *traces;
    struct map_scene scene = { .symbols = symbols, .cursor_shown = true, .cursor = look->cursor };

    scene.symbol_count = marks_make(look, symbols);
    scene.trace_count = traces_make(look, &way, &traces);
    scene.traces = traces;
    map_draw(look->layers.map, &look->view, &scene, canvas);
    look_legends_draw(look, canvas);
    base_free(way.at);
    base_free(traces);
}

static void loading_draw(const struct look *look, struct canvas *canvas)
{
    canvas_text(canvas, (uint16_t)(canvas->rows / 2), 2, span_of(look->progress), INK_DIM);
}

/* ---- what a search has found so far, above its prompt ---- */

static void hit_words(struct look *look, const struct find_hit *hit, char *text, size_t text_bytes)
{
    struct look_layer *layer = look_layer_of(&look->layers, hit->layer);
    struct shape_table *table = look_layer_table(layer);
    char name[SHAPE_VALUE_BYTES], value[SHAPE_VALUE_BYTES] = "";
    int32_t column = look_find_column(&look->find, &look->layers, hit);

    look_record_name(layer, hit->record, name, sizeof name);
    if (column >= 0)
        look_value(table, hit->record, (uint32_t)column, value);
    if (column >= 0 && strcmp(value, name) != 0)
        snprintf(text, text_bytes, "%s  %.160s  %s %.160s", layer->style.name, name,
                 shape_table_field(table, (uint32_t)column)->name, value);
    else
        snprintf(text, text_bytes, "%s  %.160s", layer->style.name, name);
}

static void hits_draw(struct look *look, struct canvas *map)
{
    const struct look_find *find = &look->find;
    uint32_t shown = find->count < HITS_SHOWN ? find->count : HITS_SHOWN;
    uint32_t first = find->at >= shown ? find->at - shown + 1 : 0;
    char text[SHAPE_VALUE_BYTES];

    if (look->prompt != LOOK_PROMPT_FIND || !find->on || shown + 1 > map->rows)
        return;
    for (uint32_t i = 0; i < shown; i++) {
        uint16_t row = (uint16_t)(map->rows - shown + i);
        bool chosen = first + i == find->at;
        hit_words(look, &find->hits[first + i], text, sizeof text);
        canvas_fill(map, row, 0, map->columns, ' ', INK_PLAIN,
                    chosen ? GROUND_SELECTED : GROUND_PANEL);
        canvas_print(map, row, 0, chosen ? INK_SELECTED : INK_PLAIN, "%s %s", chosen ? ">" : " ",
                     text);
    }
}

/* ---- the foot ---- */

void look_metres(double m, char *text, size_t text_bytes)
{
    if (m >= 10000)
        snprintf(text, text_bytes, "%.0f km", m / 1000);
    else if (m >= 1000)
        snprintf(text, text_bytes, "%.1f km", m / 1000);
    else
        snprintf(text, text_bytes, "%.*f m", m < 10 ? 1 : 0, m);
}

static double way_m(const struct geo_points *way)
{
    double total_m = 0;

    for (uint32_t i = 1; i < way->count; i++)
        total_m += geo_distance_m(way->at[i - 1], way->at[i]);
    return total_m;
}

static void way_words(const struct look *look, char *text, size_t text_bytes)
{
    struct geo_points way = way_make(look);
    char leg[80] = "the same place";

    if (way.count > 1)
        hand_distance_words(way.at[way.count - 2], way.at[way.count - 1], leg, sizeof leg);
    if (way.count > 2)
        snprintf(text, text_bytes, "distance %.0f m by %u corners, the last %s", way_m(&way),
                 way.count - 2, leg);
    else
        snprintf(text, text_bytes, "distance %s", leg);
    base_free(way.at);
}

static void pointed_words(struct look *look, char *text, size_t text_bytes)
{
    const struct map_feature *chosen = look_chosen(look);
    const struct look_find *find = &look->find;
    char name[SHAPE_VALUE_BYTES], found[40] = "", which[40] = "";

    if (!chosen) {
        snprintf(text, text_bytes, "%s", "");
        return;
    }
    struct look_layer *layer = look_layer_of(&look->layers, chosen->layer);
    look_record_name(layer, chosen->record, name, sizeof name);
    if (look->pointed.found && find->on && find->at < find->count)
        snprintf(found, sizeof found, "%u of %u found  ", find->at + 1, find->count);
    else if (look->pointed.count > 1)
        snprintf(which, sizeof which, "  %u of %u here", look->pointed.chosen + 1,
                 look->pointed.count);
    snprintf(text, text_bytes, "%s%s: %.150s%s", found, layer->style.name, name, which);
}

/* What was answered stands before what is measured, that before what is pointed at. */
static void status_draw(struct look *look, struct canvas *canvas, uint16_t row)
{
    char left[LOOK_SAID_BYTES + SHAPE_VALUE_BYTES] = "", right[120];
    uint32_t bad = look->prepared ? look_layers_bad(&look->layers) : 0;
    uint32_t layers = look->prepared ? look->layers.count - look_layers_failed(&look->layers) : 0;
    char scale[40];

    look_metres(look->view.m_per_cell, scale, sizeof scale);
    int length = snprintf(right, sizeof right, "%s a cell  %u layer%s", scale, layers,
                          layers == 1 ? "" : "s");

    if (look->said[0])
        text_copy(left, sizeof left, span_of(look->said));
    else if (!look->loaded)
        text_copy(left, sizeof left, span_of(look->progress));
    else if (look->corner_count)
        way_words(look, left, sizeof left);
    else
        pointed_words(look, left, sizeof left);
    if (bad && length < (int)sizeof right)
        length += snprintf(right + length, sizeof right - (size_t)length, "  %u warning%s: w", bad,
                           bad == 1 ? "" : "s");
    canvas_fill(canvas, row, 0, canvas->columns, ' ', INK_PLAIN, GROUND_PANEL);
    uint16_t start = canvas->columns > length + 2 ? (uint16_t)(canvas->columns - length - 1) : 0;
    struct canvas left_part = canvas_part(canvas, row, 0, 1, start > 2 ? (uint16_t)(start - 2)
                                                                       : canvas->columns);
    canvas_text(&left_part, 0, 1, span_of(left), look->said[0] ? INK_BRIGHT : INK_PLAIN);
    if (start)
        canvas_text(canvas, row, start, span_of(right), INK_DIM);
}

static const char *prompt_text(const struct look *look)
{
    static const char *const texts[] = {
        [LOOK_PROMPT_FIND] = "find / ", [LOOK_PROMPT_GO] = "go to ",
        [LOOK_PROMPT_MARK] = "mark: a letter, a to z", [LOOK_PROMPT_JUMP] = "to which mark?",
    };

    return texts[look->prompt];
}

static void prompt_draw(struct look *look, struct canvas *canvas, uint16_t row)
{
    const struct look_find *find = &look->find;
    uint16_t column = canvas_text(canvas, row, 1, span_of(prompt_text(look)), INK_PROMPT);
    char words[200];

    column = canvas_text(canvas, row, column, line_span(&look->line), INK_TYPED);
    if (look->prompt == LOOK_PROMPT_FIND && find->on) {
        look_find_words(find, words, sizeof words);
        canvas_print(canvas, row, (uint16_t)(column + 3), INK_SUGGESTION, "%s%s%s", words,
                     find->said[0] ? "; " : "", find->said);
    } else if (look->prompt == LOOK_PROMPT_FIND) {
        canvas_text(canvas, row, (uint16_t)(column + 3),
                    span_of("text, or COLUMN=value, ~ holds, > < >= <= !="), INK_SUGGESTION);
    }
}

static void keys_draw(const struct look *look, struct canvas *canvas, uint16_t row)
{
    static const char *const hints[] = {
        "? keys", "q leave", "/ find", "Enter what is here", "+ - scale", "HJKL map", "v layers",
        "d distance", "0 all", "b braille", "p colours",
    };
    uint16_t column = 1;

    (void)look;
    for (size_t i = 0; i < ARRAY_COUNT(hints); i++) {
        if (column + strlen(hints[i]) + 1 > canvas->columns)
            return;
        column = (uint16_t)(canvas_text(canvas, row, column, span_of(hints[i]), INK_DIM) + 2);
    }
}

/* ---- the whole ---- */

void look_draw(struct look *look, struct canvas *canvas)
{
    canvas_wipe(canvas);
    struct places places = places_make(look, canvas);
    bool saw = look_sees(look, look->cursor);

    look->map_rows = places.map.rows;
    look->map_columns = places.map.columns;
    if (look->prepared && !look->placed) {
        look_fit(look);
        look->placed = look->loaded;
    } else if (saw && !look_sees(look, look->cursor)) {
        look->view.center = look->cursor;       /* A list has opened over it. */
    }
    if (look->loaded || (look->prepared && geo_known(map_bounds(look->layers.map).low))) {
        map_part_draw(look, &places.map);
        look_point(look);
        if (look_chosen(look) && look->pane == LOOK_PANE_RECORD)
            map_part_draw(look, &places.map);   /* With the lines of what was found there. */
    } else {
        loading_draw(look, &places.map);
    }
    look_list_draw(look, &places.list);
    hits_draw(look, &places.map);
    if (canvas->rows > FOOT_ROWS + 1) {
        uint16_t last = (uint16_t)(canvas->rows - 1);
        status_draw(look, canvas, (uint16_t)(last - 1));
        if (look->prompt != LOOK_PROMPT_NONE)
            prompt_draw(look, canvas, last);
        else
            keys_draw(look, canvas, last);
    }
    if (look->ascii)
        screen_to_ascii(canvas);
}

bool look_screen_cursor(const struct look *look, uint16_t *ret_row, uint16_t *ret_column)
{
    if (look->prompt == LOOK_PROMPT_NONE || look->rows <= FOOT_ROWS + 1)
        return false;
    uint32_t column = 1 + text_columns(span_of(prompt_text(look)))
                      + text_columns(span_from(look->line.text, look->line.cursor));
    *ret_row = (uint16_t)(look->rows - 1);
    *ret_column = between(0, column, look->columns - 1u);
    return true;
}
