#include "maps/areas.h"

#include <stdlib.h>

#include "app/base/text.h"

enum {
    HATCH_COLUMNS = 6,          /* A stroke in every sixth cell, one to the left in the next row. */
    MARKS_MAX = 255,
};

static uint8_t mark_of(uint32_t area)
{
    return (uint8_t)(area < MARKS_MAX ? area + 1 : MARKS_MAX);
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

/* An area too small to cover the middle of a cell still has one: where its first corner is. */
static void mark_small(struct areas *areas, const struct map_area *area, uint8_t mark,
                       const struct plane *plane)
{
    if (area->rings.count == 0)
        return;
    struct plane_dot dot = plane_dot_of(plane, area->rings.at[0]);
    if (!(dot.x >= 0) || !(dot.x < plane->width) || !(dot.y >= 0) || !(dot.y < plane->height))
        return;
    size_t row = (size_t)dot.y / DOTS_PER_ROW, column = (size_t)dot.x / DOTS_PER_COLUMN;
    areas->marks[row * areas->columns + column] = mark;
}

static void area_draw(struct areas *areas, const struct map_area *area, uint8_t mark,
                      struct raster *lines)
{
    struct plane_dot *dots = base_alloc((size_t)area->rings.count + 1, sizeof *dots);
    struct raster_pen pen = { .ink = area->ink, .weight_dots = 1, .dashes = UINT32_MAX };
    uint32_t first, count;

    for (uint32_t next = 0; ring_next(&area->rings, &next, &first, &count);) {
        for (uint32_t i = 0; i < count; i++)
            dots[i] = plane_dot_of(&lines->plane, area->rings.at[first + i]);
        raster_ring_dots(lines, dots, count);
        raster_dots(lines, dots, count, &pen);
    }
    if (raster_fill_cells(lines, areas->marks, mark) == 0)
        mark_small(areas, area, mark, &lines->plane);
    base_free(dots);
}

static void areas_hatch(const struct areas *areas, const struct map_scene *scene,
                        struct canvas *canvas)
{
    for (uint32_t row = 0; row < areas->rows; row++) {
        for (uint32_t column = 0; column < areas->columns; column++) {
            uint8_t mark = areas->marks[row * areas->columns + column];
            struct cell *cell = &canvas->cells[row * canvas->stride + column];
            if (mark == 0)
                continue;
            cell->ground = GROUND_HAZARD;
            if ((row + column) % HATCH_COLUMNS)
                continue;
            cell->glyph = '/';
            cell->ink = (uint8_t)scene->areas[mark - 1].ink;
        }
    }
}

void areas_draw(struct areas *areas, const struct map_scene *scene, struct raster *lines,
                struct canvas *canvas)
{
    *areas = (struct areas){ .rows = canvas->rows, .columns = canvas->columns };
    if (scene->area_count == 0)
        return;
    areas->marks = base_alloc((size_t)canvas->rows * canvas->columns, 1);
    for (uint32_t i = 0; i < scene->area_count; i++)
        area_draw(areas, &scene->areas[i], mark_of(i), lines);
    areas_hatch(areas, scene, canvas);
}

void areas_clear(struct areas *areas)
{
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
            uint8_t mark = inside ? areas->marks[r * areas->columns + c] : 0;
            if (mark == 0 || distance >= nearest)
                continue;
            nearest = distance;
            *ret_area = mark - 1u;
        }
    }
    return nearest <= cells;
}

/* ---- Labels -------------------------------------------------------------------------------- */

/* First and last column of an area on one row; false where it has none. */
static bool row_extent(const struct areas *areas, uint8_t mark, int32_t row, int32_t *ret_first,
                       int32_t *ret_last)
{
    const uint8_t *marks = areas->marks + (size_t)row * areas->columns;
    int32_t first = 0, last = areas->columns - 1;

    while (first <= last && marks[first] != mark)
        first++;
    while (last > first && marks[last] != mark)
        last--;
    if (first > last)
        return false;
    *ret_first = first;
    *ret_last = last;
    return true;
}

/* The row in the middle of the rows that show the area; -1 when none does. */
static int32_t middle_row(const struct areas *areas, uint8_t mark, int32_t rows)
{
    int32_t first, last, top = -1, bottom = -1;

    for (int32_t row = 0; row < rows; row++) {
        if (!row_extent(areas, mark, row, &first, &last))
            continue;
        top = top < 0 ? row : top;
        bottom = row;
    }
    return top < 0 ? -1 : (top + bottom) / 2;
}

static bool cells_free(const struct canvas *canvas, int32_t row, int32_t column, int32_t columns)
{
    for (int32_t i = column; i < column + columns; i++)
        if (canvas_at(canvas, (uint16_t)row, (uint16_t)i)->flags & CELL_TEXT)
            return false;
    return true;
}

/* Writes the label on `row`, centred on the area there; false when it is not free. */
static bool label_write(const struct areas *areas, const struct map_area *area, uint8_t mark,
                        int32_t row, struct canvas *canvas)
{
    int32_t columns = (int32_t)text_columns(span_of(area->label)), first, last;

    if (!row_extent(areas, mark, row, &first, &last))
        return false;
    int32_t column = (first + last + 1 - columns) / 2;
    if (column + columns > canvas->columns)
        column = canvas->columns - columns;
    if (column < 0)
        column = 0;
    if (columns > canvas->columns || !cells_free(canvas, row, column, columns))
        return false;
    uint16_t end = canvas_text(canvas, (uint16_t)row, (uint16_t)column, span_of(area->label),
                               area->ink);
    for (; column < end; column++)
        canvas_at(canvas, (uint16_t)row, (uint16_t)column)->flags |= CELL_TEXT | CELL_BOLD;
    return true;
}

void areas_label(const struct areas *areas, const struct map_scene *scene, uint16_t rows,
                 struct canvas *canvas)
{
    for (uint32_t i = 0; i < scene->area_count; i++) {
        uint8_t mark = mark_of(i);
        int32_t middle = middle_row(areas, mark, rows);
        bool written = middle < 0 || scene->areas[i].label[0] == '\0';
        for (int32_t off = 0; off < rows && !written; off++)
            written = (middle + off < rows
                       && label_write(areas, &scene->areas[i], mark, middle + off, canvas))
                      || (off > 0 && middle >= off
                          && label_write(areas, &scene->areas[i], mark, middle - off, canvas));
    }
}
