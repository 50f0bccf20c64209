#include "maps/zones_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "maps/nearest.h"
#include "maps/rings.h"

/* Four cells a record and one for sixteen vertices; and an end, where records overlap a lot. */
enum { CELLS_MIN = 64, CELLS_MAX = 1 << 18, VERTICES_PER_CELL = 16, ENTRIES_MAX = 1 << 22 };

/* A record in a cell: its number times two, and one where the cell is wholly inside. */
struct entry {
    uint32_t cell, record2;
};

struct zone_index {
    const struct shapes *shapes;    /* A loan. */
    struct rings **rings;           /* By record; NULL for a null record. */
    struct geo_point low;
    double cell_lat_deg, cell_lon_deg;
    uint32_t rows, columns;
    uint32_t *cell_first;           /* rows * columns + 1, into entries. */
    uint32_t *entries;
    struct geo_points *borders;     /* One per ring. */
    uint32_t *border_record;
    struct nearest *nearest;
};

struct cells {
    uint32_t low_row, high_row, low_column, high_column;
};

static uint32_t cell_of(double cell, uint32_t count)
{
    if (!(cell > 0))
        return 0;
    return cell >= count ? count - 1 : (uint32_t)cell;
}

static uint32_t row_of(const struct zone_index *index, double lat_deg)
{
    return cell_of((lat_deg - index->low.lat_deg) / index->cell_lat_deg, index->rows);
}

static uint32_t column_of(const struct zone_index *index, double lon_deg)
{
    return cell_of((lon_deg - index->low.lon_deg) / index->cell_lon_deg, index->columns);
}

static struct cells cells_of(const struct zone_index *index, const struct geo_box *box)
{
    return (struct cells){ row_of(index, box->low.lat_deg), row_of(index, box->high.lat_deg),
                           column_of(index, box->low.lon_deg),
                           column_of(index, box->high.lon_deg) };
}

static size_t cells_count(const struct cells *cells)
{
    return (size_t)(cells->high_row - cells->low_row + 1)
           * (cells->high_column - cells->low_column + 1);
}

/* ---- the cells that a border runs through ---- */

/* A computed crossing may miss by so much. */
static const double slack_deg = 1e-9;

static double lon_at(struct geo_point a, struct geo_point b, double lat_deg)
{
    double t = a.lat_deg == b.lat_deg ? 0 : (lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg);

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return a.lon_deg + t * (b.lon_deg - a.lon_deg);
}

static void edge_mark(const struct zone_index *index, const struct cells *cells,
                      struct geo_point a, struct geo_point b, uint8_t *marks)
{
    uint32_t width = cells->high_column - cells->low_column + 1;
    uint32_t last = row_of(index, fmax(a.lat_deg, b.lat_deg) + slack_deg);

    for (uint32_t row = row_of(index, fmin(a.lat_deg, b.lat_deg) - slack_deg); row <= last; row++) {
        double south = index->low.lat_deg + row * index->cell_lat_deg;
        double one = a.lon_deg, other = b.lon_deg;
        if (a.lat_deg != b.lat_deg) {
            one = lon_at(a, b, south - slack_deg);
            other = lon_at(a, b, south + index->cell_lat_deg + slack_deg);
        }
        uint32_t high = column_of(index, fmax(one, other) + slack_deg);
        for (uint32_t column = column_of(index, fmin(one, other) - slack_deg); column <= high;
             column++)
            if (row >= cells->low_row && row <= cells->high_row && column >= cells->low_column
                && column <= cells->high_column)
                marks[(size_t)(row - cells->low_row) * width + (column - cells->low_column)] = 1;
    }
}

static void record_mark(const struct zone_index *index, uint32_t record, const struct cells *cells,
                        uint8_t *marks)
{
    const struct shapes *shapes = index->shapes;

    for (uint32_t part = shapes->record_part[record]; part < shapes->record_part[record + 1];
         part++) {
        uint32_t first = shapes->part_first[part], end = shapes->part_first[part + 1];
        for (uint32_t i = first, before = end - 1; i < end; before = i++)
            edge_mark(index, cells, shapes->vertices[before], shapes->vertices[i], marks);
    }
}

/* ---- building ---- */

static struct geo_point cell_middle(const struct zone_index *index, uint32_t row, uint32_t column)
{
    return (struct geo_point){ index->low.lat_deg + (row + 0.5) * index->cell_lat_deg,
                               index->low.lon_deg + (column + 0.5) * index->cell_lon_deg };
}

struct entry_list {
    struct entry *at;
    uint32_t count, capacity;
};

static void record_enter(const struct zone_index *index, uint32_t record, struct entry_list *list)
{
    struct cells cells = cells_of(index, &index->shapes->boxes[record]);
    uint8_t *marks = base_alloc(cells_count(&cells), 1), *mark = marks;

    record_mark(index, record, &cells, marks);
    for (uint32_t row = cells.low_row; row <= cells.high_row; row++) {
        for (uint32_t column = cells.low_column; column <= cells.high_column; column++, mark++) {
            if (!*mark && !rings_hold(index->rings[record], cell_middle(index, row, column)))
                continue;
            list->at = base_grow(list->at, &list->capacity, list->count + 1, sizeof *list->at);
            list->at[list->count++] = (struct entry){ row * index->columns + column,
                                                      2 * record + !*mark };
        }
    }
    base_free(marks);
}

/* By cell; within one the records stay in order. */
static void entries_sort(struct zone_index *index, const struct entry_list *list)
{
    size_t cell_count = (size_t)index->rows * index->columns;
    uint32_t *next = base_alloc(cell_count + 1, sizeof *next), total = 0;

    for (uint32_t i = 0; i < list->count; i++)
        next[list->at[i].cell]++;
    index->cell_first = base_alloc(cell_count + 1, sizeof *index->cell_first);
    for (size_t cell = 0; cell < cell_count; cell++) {
        index->cell_first[cell] = total;
        total += next[cell];
        next[cell] = index->cell_first[cell];
    }
    index->cell_first[cell_count] = total;
    index->entries = base_alloc((size_t)total + 1, sizeof *index->entries);
    for (uint32_t i = 0; i < list->count; i++)
        index->entries[next[list->at[i].cell]++] = list->at[i].record2;
    base_free(next);
}

static bool record_usable(const struct shapes *shapes, uint32_t record)
{
    return shapes->record_part[record] < shapes->record_part[record + 1]
           && isfinite(shapes->boxes[record].low.lat_deg)
           && isfinite(shapes->boxes[record].high.lon_deg);
}

static struct geo_box bounds_of(const struct zone_index *index)
{
    struct geo_box box = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };

    for (uint32_t record = 0; record < index->shapes->record_count; record++) {
        const struct geo_box *one = &index->shapes->boxes[record];
        if (!index->rings[record])
            continue;
        box.low.lat_deg = fmin(box.low.lat_deg, one->low.lat_deg);
        box.low.lon_deg = fmin(box.low.lon_deg, one->low.lon_deg);
        box.high.lat_deg = fmax(box.high.lat_deg, one->high.lat_deg);
        box.high.lon_deg = fmax(box.high.lon_deg, one->high.lon_deg);
    }
    return box.low.lat_deg <= box.high.lat_deg ? box : (struct geo_box){ { 0, 0 }, { 0, 0 } };
}

static void grid_lay(struct zone_index *index, const struct geo_box *box, double cell_count)
{
    double height = fmax(box->high.lat_deg - box->low.lat_deg, 1e-6);
    double width = fmax(box->high.lon_deg - box->low.lon_deg, 1e-6);
    double cell = sqrt(height * width / cell_count);

    index->low = box->low;
    index->rows = 1 + (uint32_t)fmin(height / cell, cell_count);
    index->columns = 1 + (uint32_t)fmin(width / cell, cell_count);
    index->cell_lat_deg = height / index->rows;
    index->cell_lon_deg = width / index->columns;
}

/* Cells that the boxes of all records cover together. */
static double entries_expected(const struct zone_index *index)
{
    double sum = 0;

    for (uint32_t record = 0; record < index->shapes->record_count; record++) {
        if (!index->rings[record])
            continue;
        struct cells cells = cells_of(index, &index->shapes->boxes[record]);
        sum += (double)cells_count(&cells);
    }
    return sum;
}

static void grid_choose(struct zone_index *index)
{
    const struct shapes *shapes = index->shapes;
    struct geo_box box = bounds_of(index);
    double cells = 4.0 * shapes->record_count + (double)shapes->vertex_count / VERTICES_PER_CELL;

    cells = fmin(fmax(cells, CELLS_MIN), CELLS_MAX);
    for (grid_lay(index, &box, cells); cells > 4 && entries_expected(index) > ENTRIES_MAX;
         grid_lay(index, &box, cells))
        cells /= 4;
}

static void borders_make(struct zone_index *index)
{
    const struct shapes *shapes = index->shapes;
    uint32_t count = 0;

    index->borders = base_alloc(shapes->part_count, sizeof *index->borders);
    index->border_record = base_alloc(shapes->part_count, sizeof *index->border_record);
    for (uint32_t record = 0; record < shapes->record_count; record++) {
        uint32_t end = index->rings[record] ? shapes->record_part[record + 1] : 0;
        for (uint32_t part = shapes->record_part[record]; part < end; part++) {
            uint32_t first = shapes->part_first[part];
            index->border_record[count] = record;
            index->borders[count++] = (struct geo_points){ shapes->vertices + first,
                                                           shapes->part_first[part + 1] - first };
        }
    }
    index->nearest = nearest_new(index->borders, count);
}

struct zone_index *zone_index_new(const struct shapes *shapes)
{
    struct zone_index *index = base_alloc(1, sizeof *index);
    struct entry_list list = { 0 };

    index->shapes = shapes;
    index->rings = base_alloc(shapes->record_count, sizeof(struct rings *));
    for (uint32_t record = 0; record < shapes->record_count; record++)
        if (record_usable(shapes, record))
            index->rings[record] = rings_new(shapes->vertices,
                                             shapes->part_first + shapes->record_part[record],
                                             shapes->record_part[record + 1]
                                             - shapes->record_part[record]);
    grid_choose(index);
    for (uint32_t record = 0; record < shapes->record_count; record++)
        if (index->rings[record])
            record_enter(index, record, &list);
    entries_sort(index, &list);
    base_free(list.at);
    borders_make(index);
    return index;
}

void zone_index_free(struct zone_index *index)
{
    if (!index)
        return;
    for (uint32_t record = 0; record < index->shapes->record_count; record++)
        rings_free(index->rings[record]);
    nearest_free(index->nearest);
    base_free(index->rings);
    base_free(index->cell_first);
    base_free(index->entries);
    base_free(index->borders);
    base_free(index->border_record);
    base_free(index);
}

/* ---- asking ---- */

uint32_t zone_index_at(const struct zone_index *index, struct geo_point point,
                       uint32_t *ret_records, uint32_t record_max)
{
    uint32_t count = 0;

    if (!geo_known(point))
        return 0;
    size_t cell = (size_t)row_of(index, point.lat_deg) * index->columns
                  + column_of(index, point.lon_deg);
    /* The whole cells of the grid's rim also stand for what is outside it. */
    bool outside = point.lat_deg < index->low.lat_deg || point.lon_deg < index->low.lon_deg
                   || point.lat_deg > index->low.lat_deg + index->rows * index->cell_lat_deg
                   || point.lon_deg > index->low.lon_deg + index->columns * index->cell_lon_deg;
    for (uint32_t i = index->cell_first[cell]; i < index->cell_first[cell + 1]; i++) {
        uint32_t record = index->entries[i] / 2;
        bool whole = index->entries[i] % 2 && !outside;
        if (count == record_max)
            break;
        if (whole || rings_hold(index->rings[record], point))
            ret_records[count++] = record;
    }
    return count;
}

bool zone_index_near(const struct zone_index *index, struct geo_point point, double distance_m_max,
                     uint32_t *ret_record, double *ret_distance_m)
{
    struct nearest_hit hit;

    if (!geo_known(point)
        || !nearest_find(index->nearest, point, distance_m_max, NULL, NULL, &hit))
        return false;
    *ret_record = index->border_record[hit.line];
    *ret_distance_m = hit.distance_m;
    return true;
}
