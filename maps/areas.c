#include "maps/areas.h"

#include <stdlib.h>

#include "app/base/text.h"

enum { MARKS_MAX = UINT16_MAX, SEVERITIES = 5, SEVERE = 3 };

/* By severity: a stroke in every so many cells, one to the left in the next row. */
static const struct { uint32_t columns_apart; bool crossed; } hatchings[SEVERITIES] = {
    { .columns_apart = 6 }, { .columns_apart = 9 }, { .columns_apart = 6 }, { .columns_apart = 3 },
    { .columns_apart = 4, .crossed = true },
};

static uint16_t mark_of(uint32_t area)
{
    return (uint16_t)(area < MARKS_MAX ? area + 1 : MARKS_MAX);
}

static uint32_t severity_of(const struct map_area *area)
{
    return area->severity < SEVERITIES ? area->severity : 0;
}

static enum ink ink_of(const struct map_area *area)
{
    return area->ink == INK_MAP_HAZARD && area->severity >= SEVERE ? INK_MAP_SEVERE : area->ink;
}

/* Takes one ring off the points from *next on: up to where its first point comes again. */
static bool ring_next(const struct geo_points *rings, uint32_t *next, uint32_t *ret_first,
                      uint32_t *ret_count)
{
    uint32_t first = *next, last = first + 1;

    if (first >= rings->count)
        return false;
    while (last < rings->count && !geo_same(rings->at[first], rings->at[last]))
        last++;
    *ret_first = first;
    *ret_count = (last < rings->count ? last + 1 : last) - first;
    *next = last + 1;
    return true;
}

/* ---- Ground, hatching, outline ------------------------------------------------------------- */

static void cell_add(struct areas *areas, uint32_t area, bool hatched, int32_t row, int32_t column)
{
    struct area_place *place = &areas->at[area];

    if (hatched)
        areas->marks[row * areas->columns + column] = mark_of(area);
    place->top = place->top < 0 || row < place->top ? row : place->top;
    place->bottom = row > place->bottom ? row : place->bottom;
}

/* An area too small to cover the middle of a cell still has one: where its first corner in the view
 * is. */
static void cell_add_small(struct areas *areas, const struct map_scene *scene, uint32_t area,
                           const struct plane *plane)
{
    const struct map_area *small = &scene->areas[area];

    for (uint32_t i = 0; i < small->rings.count; i++) {
        struct plane_dot dot = plane_dot_of(plane, small->rings.at[i]);
        if (!(dot.x >= 0) || !(dot.x < plane->width) || !(dot.y >= 0) || !(dot.y < plane->height))
            continue;
        cell_add(areas, area, small->style == MAP_AREA_HATCHED, (int32_t)dot.y / DOTS_PER_ROW,
                 (int32_t)dot.x / DOTS_PER_COLUMN);
        return;
    }
}

/* The cells whose middle the rings given to `lines` hold. */
static bool cells_add(struct areas *areas, uint32_t area, bool hatched, struct raster *lines)
{
    int32_t row, start, end;
    bool any = false;

    raster_spans_begin(lines);
    /* The second of a cell's four rows of dots stands for the cell; a column by its left dot. */
    for (uint32_t next = 0; raster_span_next(lines, &next, &row, &start, &end);) {
        int32_t first = (start + 1) / DOTS_PER_COLUMN, last = (end + 1) / DOTS_PER_COLUMN;
        if (row % DOTS_PER_ROW != 1)
            continue;
        for (int32_t column = first; column < last && column < areas->columns; column++) {
            cell_add(areas, area, hatched, row / DOTS_PER_ROW, column);
            any = true;
        }
    }
    raster_spans_end(lines);
    return any;
}

static struct raster_pen outline_pen(const struct map_area *area, bool groundless)
{
    bool hatched = area->style == MAP_AREA_HATCHED;
    bool wide = hatched && (groundless || area->severity >= SEVERE);

    return (struct raster_pen){ .ink = ink_of(area), .weight_dots = wide ? 2 : 1,
                                .dashes = hatched ? UINT32_MAX : 0x3F3F3F3F };
}

static void area_draw(struct areas *areas, const struct map_scene *scene, uint32_t index,
                      struct raster *lines)
{
    const struct map_area *area = &scene->areas[index];
    struct plane_dot *dots = base_alloc((size_t)area->rings.count + 1, sizeof *dots);
    struct raster_pen pen = outline_pen(area, lines->groundless);
    uint32_t first, count;

    for (uint32_t next = 0; ring_next(&area->rings, &next, &first, &count);) {
        for (uint32_t i = 0; i < count; i++)
            dots[i] = plane_dot_of(&lines->plane, area->rings.at[first + i]);
        raster_ring_dots(lines, dots, count);
        raster_dots(lines, dots, count, &pen);
    }
    if (!cells_add(areas, index, area->style == MAP_AREA_HATCHED, lines))
        cell_add_small(areas, scene, index, &lines->plane);
    base_free(dots);
}

static bool is_street(const struct cell *cell)
{
    return cell->glyph != ' ' && cell->ink >= INK_MAP_MOTORWAY && cell->ink <= INK_MAP_PATH;
}

static bool is_line(const struct cell *cell)
{
    return cell->glyph != ' ' && cell->ink >= INK_MAP_MOTORWAY && cell->ink <= INK_MAP_BUILDING;
}

/* The stroke of a hatching at a cell; 0 where it has none. */
static uint32_t stroke_of(uint32_t severity, uint32_t row, uint32_t column)
{
    uint32_t apart = hatchings[severity].columns_apart;
    bool rises = (row + column) % apart == 0;
    bool falls = hatchings[severity].crossed && (column + apart - row % apart) % apart == 0;

    if (rises && falls)
        return 'X';
    return rises ? '/' : falls ? '\\' : 0;
}

static void cell_hatch(const struct map_area *area, uint32_t row, uint32_t column, bool groundless,
                       struct cell *cell)
{
    uint32_t stroke = stroke_of(severity_of(area), row, column);

    cell->ground = GROUND_HAZARD;
    if (area->closes_roads && is_street(cell))
        cell->ink = INK_MAP_CLOSED;
    if (stroke == 0 || (is_line(cell) && !groundless) || cell->ink == INK_MAP_CLOSED)
        return;
    cell->glyph = stroke;
    cell->ink = (uint8_t)ink_of(area);
}

void areas_draw(struct areas *areas, const struct map_scene *scene, struct raster *lines,
                struct canvas *canvas)
{
    *areas = (struct areas){ .rows = canvas->rows, .columns = canvas->columns };
    if (scene->area_count == 0)
        return;
    areas->at = base_alloc(scene->area_count, sizeof *areas->at);
    areas->marks = base_alloc((size_t)canvas->rows * canvas->columns, sizeof *areas->marks);
    for (uint32_t i = 0; i < scene->area_count; i++) {
        areas->at[i].top = areas->at[i].bottom = -1;
        area_draw(areas, scene, i, lines);
    }
    for (uint32_t row = 0; row < areas->rows; row++) {
        for (uint32_t column = 0; column < areas->columns; column++) {
            uint16_t mark = areas->marks[row * areas->columns + column];
            if (mark)
                cell_hatch(&scene->areas[mark - 1], row, column, lines->groundless,
                           canvas_at(canvas, (uint16_t)row, (uint16_t)column));
        }
    }
}

void areas_clear(struct areas *areas)
{
    base_free(areas->at);
    base_free(areas->marks);
    *areas = (struct areas){ 0 };
}

bool areas_near(const struct areas *areas, int32_t row, int32_t column, int32_t cells,
                uint32_t *ret_area)
{
    int32_t nearest = cells + 1;

    for (int32_t r = row - cells; r <= row + cells && areas->marks; r++) {
        for (int32_t c = column - cells; c <= column + cells; c++) {
            int32_t down = abs(r - row), across = abs(c - column);
            int32_t distance = down > across ? down : across;
            bool inside = r >= 0 && r < areas->rows && c >= 0 && c < areas->columns;
            uint16_t mark = inside ? areas->marks[r * areas->columns + c] : 0;
            if (mark == 0 || distance >= nearest)
                continue;
            nearest = distance;
            *ret_area = mark - 1u;
        }
    }
    return nearest <= cells;
}

/* ---- Labels -------------------------------------------------------------------------------- */

enum { IN_A_LABEL = 1000 };             /* Worse than standing in the way of any symbols. */

struct label_search {
    const uint8_t *wanted, *taken;
    int32_t rows, columns, label_columns;
    int32_t best_cost, best_row, best_column;
};

/* What a label there would lie on, with a free cell at both ends. */
static int32_t cost_at(const struct label_search *search, int32_t row, int32_t column)
{
    int32_t first = column > 0 ? column - 1 : 0, end = column + search->label_columns + 1;
    int32_t cost = 0;

    for (int32_t i = first; i < end && i < search->columns; i++) {
        size_t cell = (size_t)row * (size_t)search->columns + (size_t)i;
        cost += search->taken[cell] ? IN_A_LABEL : search->wanted[cell];
    }
    return cost;
}

static void try_label(struct label_search *search, int32_t row, int32_t column)
{
    int32_t last = search->columns - search->label_columns;

    column = column > last ? last : column < 0 ? 0 : column;
    int32_t cost = cost_at(search, row, column);
    if (cost >= search->best_cost)
        return;
    search->best_cost = cost;
    search->best_row = row;
    search->best_column = column;
}

/* First and last column that show the area on one row; false where none does, under others. */
static bool row_extent(const struct areas *areas, uint32_t area, int32_t row, int32_t *ret_first,
                       int32_t *ret_last)
{
    const uint16_t *marks = areas->marks + (size_t)row * areas->columns;
    int32_t first = 0, last = areas->columns - 1;

    while (first <= last && marks[first] != mark_of(area))
        first++;
    while (last > first && marks[last] != mark_of(area))
        last--;
    *ret_first = first;
    *ret_last = last;
    return first <= last;
}

/* In the middle of the area on that row, then at its ends. */
static void try_row(const struct areas *areas, uint32_t area, int32_t row, int32_t column,
                    struct label_search *search)
{
    int32_t first, last, columns = search->label_columns;

    if (row < 0 || row >= search->rows || search->best_cost == 0)
        return;
    if (!row_extent(areas, area, row, &first, &last))
        first = last = column;
    try_label(search, row, (first + last + 1 - columns) / 2);
    try_label(search, row, first);
    try_label(search, row, last - columns + 1);
}

/* From the middle of its rows outwards, past its ends too: a label off its area is better than
 * none. `column` is where rows on which it does not show are tried. */
static void label_place(const struct areas *areas, uint32_t area, int32_t column,
                        struct label_search *search)
{
    const struct area_place *place = &areas->at[area];
    int32_t middle = (place->top + place->bottom) / 2;

    for (int32_t off = 0; off < search->rows; off++) {
        try_row(areas, area, middle + off, column, search);
        try_row(areas, area, middle - off, column, search);
    }
}

/* The column in the middle of the area's middle row; that of the view when others cover it. */
static int32_t middle_column(const struct areas *areas, uint32_t area)
{
    const struct area_place *place = &areas->at[area];
    int32_t first, last;

    if (!row_extent(areas, area, (place->top + place->bottom) / 2, &first, &last))
        return areas->columns / 2;
    return (first + last) / 2;
}

void areas_place_labels(struct areas *areas, const struct map_scene *scene, uint16_t rows,
                        const uint8_t *wanted, uint8_t *taken)
{
    for (uint32_t i = 0; i < scene->area_count && rows > 0; i++) {
        struct area_place *place = &areas->at[i];
        uint32_t columns = text_columns(span_of(scene->areas[i].label));
        columns = columns < areas->columns ? columns : areas->columns;
        if (place->top < 0 || columns == 0)
            continue;
        struct label_search search = { .wanted = wanted, .taken = taken, .rows = rows,
                                       .columns = areas->columns, .best_cost = INT32_MAX,
                                       .label_columns = (int32_t)columns };
        label_place(areas, i, middle_column(areas, i), &search);
        place->row = (uint16_t)search.best_row;
        place->column = (uint16_t)search.best_column;
        place->columns = (uint16_t)columns;
        for (uint32_t c = 0; c < columns; c++)
            taken[(size_t)place->row * areas->columns + place->column + c] = 1;
    }
}

void areas_draw_labels(const struct areas *areas, const struct map_scene *scene,
                       struct canvas *canvas)
{
    for (uint32_t i = 0; i < scene->area_count; i++) {
        const struct area_place *place = &areas->at[i];
        if (place->columns == 0)
            continue;
        uint16_t end = canvas_text(canvas, place->row, place->column,
                                   span_of(scene->areas[i].label), ink_of(&scene->areas[i]));
        for (uint16_t column = place->column; column < end; column++)
            canvas_at(canvas, place->row, column)->flags |= CELL_TEXT | CELL_BOLD;
    }
}
