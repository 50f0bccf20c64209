#include "maps/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const uint8_t raster_dot_bits[DOTS_PER_ROW][DOTS_PER_COLUMN] = {
    { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 },
};

#define SOLID 0xFFFFFFFFu

/* How inks look as lines. A line is two dots wide while a cell is narrower than twofold_m, and
 * three while it is narrower than threefold_m. */
static const struct line_style {
    enum ink ink;
    double twofold_m, threefold_m;
    uint32_t dashes;
    char flat, steep, rising, falling;  /* ASCII */
} line_styles[] = {
    /* First the look of every ink that has no row of its own. */
    { .ink = INK_PLAIN, .dashes = SOLID,
      .flat = '-', .steep = '|', .rising = '/', .falling = '\\' },
    { .ink = INK_MAP_MOTORWAY, .twofold_m = 40, .threefold_m = 8, .dashes = SOLID,
      .flat = '=', .steep = '#', .rising = '#', .falling = '#' },
    { .ink = INK_MAP_ARTERIAL, .twofold_m = 12, .threefold_m = 4, .dashes = SOLID,
      .flat = '-', .steep = 'H', .rising = '/', .falling = '\\' },
    { .ink = INK_MAP_COLLECTOR, .twofold_m = 6, .threefold_m = 2, .dashes = SOLID,
      .flat = '-', .steep = '|', .rising = '/', .falling = '\\' },
    { .ink = INK_MAP_STREET, .twofold_m = 3, .threefold_m = 1, .dashes = SOLID,
      .flat = '.', .steep = '|', .rising = '.', .falling = '.' },
    { .ink = INK_MAP_PATH, .dashes = 0x55555555,
      .flat = '.', .steep = '.', .rising = '.', .falling = '.' },
    { .ink = INK_MAP_RAIL, .dashes = 0x77777777,
      .flat = '+', .steep = '+', .rising = '+', .falling = '+' },
    { .ink = INK_MAP_WATERLINE, .twofold_m = 15, .threefold_m = 6, .dashes = SOLID,
      .flat = '~', .steep = '~', .rising = '~', .falling = '~' },
    { .ink = INK_MAP_BOUNDARY, .dashes = 0x11111111,
      .flat = ':', .steep = ':', .rising = ':', .falling = ':' },
    { .ink = INK_MAP_ROUTE, .twofold_m = 20, .threefold_m = 4, .dashes = SOLID,
      .flat = '*', .steep = '*', .rising = '*', .falling = '*' },
    { .ink = INK_MAP_HAZARD, .dashes = SOLID,
      .flat = '/', .steep = '/', .rising = '/', .falling = '/' },
    { .ink = INK_MAP_SEVERE, .dashes = SOLID,
      .flat = '/', .steep = '/', .rising = '/', .falling = '/' },
    { .ink = INK_MAP_REACH, .dashes = 0x3F3F3F3F,
      .flat = '-', .steep = '|', .rising = '/', .falling = '\\' },
    { .ink = INK_MAP_TRAIL, .dashes = 0x55555555,
      .flat = '\'', .steep = '\'', .rising = '\'', .falling = '\'' },
    { .ink = INK_MAP_TRAIL_OLD, .dashes = 0x11111111,
      .flat = '\'', .steep = '\'', .rising = '\'', .falling = '\'' },
    { .ink = INK_MAP_FERRY, .dashes = 0x07070707,
      .flat = '~', .steep = '~', .rising = '~', .falling = '~' },
};

/* Past this the side streets are a texture behind the main ones: drawn, but not looked at. */
static const double street_faint_m_per_cell = 30;

void raster_init(struct raster *raster, const struct plane *plane, uint16_t rows, uint16_t columns,
                 enum map_mode mode)
{
    assert(plane->width == columns * DOTS_PER_COLUMN);
    assert(plane->height == rows * DOTS_PER_ROW);
    *raster = (struct raster){ .mode = mode, .rows = rows, .columns = columns, .plane = *plane };
    raster->cells = base_alloc((size_t)rows * columns, sizeof *raster->cells);
}

void raster_clear(struct raster *raster)
{
    base_free(raster->cells);
    base_free(raster->grounds);
    base_free(raster->crossings);
    *raster = (struct raster){ 0 };
}

static const struct line_style *line_style(enum ink ink)
{
    for (size_t i = 0; i < ARRAY_COUNT(line_styles); i++)
        if (line_styles[i].ink == ink)
            return &line_styles[i];
    return &line_styles[0];
}

struct raster_pen raster_pen(enum ink ink, double m_per_cell)
{
    const struct line_style *style = line_style(ink);
    struct raster_pen pen = { .ink = ink, .weight_dots = 1, .dashes = style->dashes };

    if (m_per_cell < style->threefold_m)
        pen.weight_dots = 3;
    else if (m_per_cell < style->twofold_m)
        pen.weight_dots = 2;
    if (ink == INK_MAP_STREET && m_per_cell > street_faint_m_per_cell)
        pen.ink = INK_MAP_PATH;
    return pen;
}

/* ---- Lines --------------------------------------------------------------------------------- */

struct dot {
    int32_t x, y;
};

static inline void set_dot(struct raster *raster, int32_t x, int32_t y, uint16_t value)
{
    uint16_t *cell = &raster->cells[(y >> 2) * raster->columns + (x >> 1)];
    uint16_t kept = (*cell & 0xFF00) == value ? *cell : value;

    *cell = kept | raster_dot_bits[y & 3][x & 1];
}

/* A thin, solid line with both ends inside, its first dot already set: the only loop that a county
 * of a million segments spends time in (Bresenham). */
static void thin_line(struct raster *raster, struct dot from, struct dot to, uint16_t value)
{
    int32_t dx = abs(to.x - from.x), dy = -abs(to.y - from.y), slack = dx + dy;
    int32_t step_x = from.x < to.x ? 1 : -1, step_y = from.y < to.y ? 1 : -1;

    while (from.x != to.x || from.y != to.y) {
        int32_t twice = 2 * slack;
        if (twice >= dy) {
            slack += dy;
            from.x += step_x;
        }
        if (twice <= dx) {
            slack += dx;
            from.y += step_y;
        }
        set_dot(raster, from.x, from.y, value);
    }
}

/* Draws with any pen in any mode, remembering where in its dashes it is. In ASCII it follows the
 * line from cell to cell, one behind, since a cell's glyph says where the line goes on to. */
struct stroke {
    struct raster *raster;
    const struct raster_pen *pen;
    struct dot at;
    struct dot cell_before, cell;       /* ASCII: the one written last and the one to be written. */
    uint32_t length;
    bool started;
};

static void brush(struct stroke *stroke, struct dot dot)
{
    struct raster *raster = stroke->raster;
    uint16_t value = (uint16_t)(stroke->pen->ink << 8);
    int32_t weight = (int32_t)stroke->pen->weight_dots, before = (weight - 1) / 2;

    for (int32_t y = dot.y - before; y < dot.y - before + weight; y++)
        for (int32_t x = dot.x - before; x < dot.x - before + weight; x++)
            if (x >= 0 && y >= 0 && x < raster->plane.width && y < raster->plane.height)
                set_dot(raster, x, y, value);
}

/* By the way from the cell before to the cell after: a stair of "-" or "|" where it leans a
 * little. */
static char ascii_glyph(enum ink ink, int32_t dx, int32_t dy)
{
    const struct line_style *style = line_style(ink);

    if (abs(dx) == abs(dy) && dx != 0)
        return (dx > 0) == (dy > 0) ? style->falling : style->rising;
    return abs(dx) >= abs(dy) ? style->flat : style->steep;
}

static void ascii_write(struct stroke *stroke, struct dot before, struct dot cell, struct dot after)
{
    const struct line_style *style = line_style(stroke->pen->ink);
    uint16_t *at = &stroke->raster->cells[cell.y * stroke->raster->columns + cell.x];
    uint16_t value = (uint16_t)(stroke->pen->ink << 8);
    char there = *at >> 8 == stroke->pen->ink ? (char)(*at & 0xFF) : '\0';
    char glyph = ascii_glyph(stroke->pen->ink, after.x - before.x, after.y - before.y);
    bool crossed = style->flat != style->steep
                   && ((there == style->flat && glyph == style->steep)
                       || (there == style->steep && glyph == style->flat));

    /* Whole cells are dashed: a dash of dots would leave something in every cell. */
    if (stroke->pen->dashes != SOLID && (cell.x + cell.y) % 2)
        return;
    if (crossed)
        glyph = '+';
    else if (there)
        glyph = there;
    *at = (uint16_t)(value | (unsigned char)glyph);
}

static bool is_corner(struct dot before, struct dot middle, struct dot after)
{
    return abs(after.x - before.x) == 1 && abs(after.y - before.y) == 1
           && (middle.x == before.x || middle.y == before.y);
}

static void ascii_dot(struct stroke *stroke, struct dot dot)
{
    struct dot cell = { .x = dot.x >> 1, .y = dot.y >> 2 };

    if (!stroke->started)
        stroke->cell_before = stroke->cell = cell;
    if (cell.x == stroke->cell.x && cell.y == stroke->cell.y)
        return;
    /* A line that turns a corner inside three cells is drawn straight across it. */
    if (!is_corner(stroke->cell_before, stroke->cell, cell)) {
        ascii_write(stroke, stroke->cell_before, stroke->cell, cell);
        stroke->cell_before = stroke->cell;
    }
    stroke->cell = cell;
}

static void stroke_dot(struct stroke *stroke, struct dot dot)
{
    bool drawn = stroke->pen->dashes >> (stroke->length++ & 31) & 1;

    if (stroke->raster->mode == MAP_ASCII)
        ascii_dot(stroke, dot);
    else if (drawn)
        brush(stroke, dot);
    stroke->at = dot;
}

static void stroke_start(struct stroke *stroke, struct dot dot)
{
    stroke_dot(stroke, dot);
    stroke->started = true;
}

static void stroke_to(struct stroke *stroke, struct dot to)
{
    struct dot from = stroke->at;
    int32_t dx = abs(to.x - from.x), dy = -abs(to.y - from.y), slack = dx + dy;
    int32_t step_x = from.x < to.x ? 1 : -1, step_y = from.y < to.y ? 1 : -1;

    while (from.x != to.x || from.y != to.y) {
        int32_t twice = 2 * slack;
        if (twice >= dy) {
            slack += dy;
            from.x += step_x;
        }
        if (twice <= dx) {
            slack += dx;
            from.y += step_y;
        }
        stroke_dot(stroke, from);
    }
}

static void stroke_end(struct stroke *stroke)
{
    if (stroke->started && stroke->raster->mode == MAP_ASCII)
        ascii_write(stroke, stroke->cell_before, stroke->cell, stroke->cell);
    stroke->started = false;
}

/* One segment that may leave the view. A piece that was cut off starts a stroke of its own. */
static void stroke_segment(struct stroke *stroke, struct plane_dot from, struct plane_dot to)
{
    struct plane_dot start = from, end = to;

    if (!plane_clip(&stroke->raster->plane, &start, &end)) {
        stroke_end(stroke);
        return;
    }
    bool joined = stroke->started && start.x == from.x && start.y == from.y;
    if (!joined) {
        stroke_end(stroke);
        stroke_start(stroke, (struct dot){ .x = (int32_t)start.x, .y = (int32_t)start.y });
    }
    stroke_to(stroke, (struct dot){ .x = (int32_t)end.x, .y = (int32_t)end.y });
    if (end.x != to.x || end.y != to.y)
        stroke_end(stroke);
}

void raster_dots(struct raster *raster, const struct plane_dot *dots, uint32_t count,
                 const struct raster_pen *pen)
{
    struct stroke stroke = { .raster = raster, .pen = pen };

    for (uint32_t i = 1; i < count; i++)
        stroke_segment(&stroke, dots[i - 1], dots[i]);
    if (count == 1)
        stroke_segment(&stroke, dots[0], dots[0]);
    stroke_end(&stroke);
}

static struct plane_dot dot_of(const struct raster *raster, struct plane_point point, double turn_x)
{
    const struct plane *plane = &raster->plane;

    return (struct plane_dot){ .x = plane->origin_x + turn_x + point.x * plane->dots_per_unit,
                               .y = plane->origin_y - point.y * plane->dots_per_unit };
}

static void careful_line(struct raster *raster, const struct plane_point *points, uint32_t count,
                         double turn_x, const struct raster_pen *pen)
{
    struct stroke stroke = { .raster = raster, .pen = pen };
    struct plane_dot before = dot_of(raster, points[0], turn_x);

    if (count == 1)
        stroke_segment(&stroke, before, before);
    for (uint32_t i = 1; i < count; i++) {
        struct plane_dot dot = dot_of(raster, points[i], turn_x);
        stroke_segment(&stroke, before, dot);
        before = dot;
    }
    stroke_end(&stroke);
}

/* Every vertex is inside, so nothing is tested, and dots are counted from the top left: the cut of
 * a positive number to an integer is its floor. */
static inline void quick_line(struct raster *raster, const struct plane_point *points,
                              uint32_t count, enum ink ink)
{
    double scale = raster->plane.dots_per_unit;
    double origin_x = raster->plane.origin_x, origin_y = raster->plane.origin_y;
    uint16_t value = (uint16_t)(ink << 8);
    struct dot before = { .x = (int32_t)(origin_x + points[0].x * scale),
                          .y = (int32_t)(origin_y - points[0].y * scale) };

    set_dot(raster, before.x, before.y, value);
    for (uint32_t i = 1; i < count; i++) {
        struct dot dot = { .x = (int32_t)(origin_x + points[i].x * scale),
                           .y = (int32_t)(origin_y - points[i].y * scale) };
        thin_line(raster, before, dot, value);
        before = dot;
    }
}

static bool on_rim(struct plane_point from, struct plane_point to)
{
    return from.x == to.x && (from.x == INT32_MAX || from.x == INT32_MIN);
}

void raster_outline(struct raster *raster, const struct plane_point *points, uint32_t count,
                    double turn_x, const struct raster_pen *pen)
{
    struct stroke stroke = { .raster = raster, .pen = pen };

    for (uint32_t i = 1; i < count; i++) {
        if (on_rim(points[i - 1], points[i]))
            stroke_end(&stroke);
        else
            stroke_segment(&stroke, dot_of(raster, points[i - 1], turn_x),
                           dot_of(raster, points[i], turn_x));
    }
    stroke_end(&stroke);
}

static bool is_quick(const struct raster *raster, const struct raster_pen *pen)
{
    return raster->mode != MAP_ASCII && pen->weight_dots == 1 && pen->dashes == SOLID;
}

void raster_line(struct raster *raster, const struct plane_point *points, uint32_t count,
                 double turn_x, enum plane_overlap overlap, const struct raster_pen *pen)
{
    if (count == 0 || overlap == PLANE_OUTSIDE)
        return;
    if (overlap == PLANE_INSIDE && is_quick(raster, pen))
        quick_line(raster, points, count, pen->ink);
    else
        careful_line(raster, points, count, turn_x, pen);
}

void raster_lines_inside(struct raster *raster, const struct plane_point *points,
                         const uint32_t *firsts, uint32_t count, const struct raster_pen *pen)
{
    bool quick = is_quick(raster, pen);

    for (uint32_t i = 0; i < count; i++) {
        const struct plane_point *line = points + firsts[i];
        uint32_t vertex_count = firsts[i + 1] - firsts[i];
        if (quick && vertex_count)
            quick_line(raster, line, vertex_count, pen->ink);
        else
            raster_line(raster, line, vertex_count, 0, PLANE_INSIDE, pen);
    }
}

/* ---- Areas --------------------------------------------------------------------------------- */

/* Notes where the edge passes the middle of each row of dots. */
static void edge_add(struct raster *raster, struct plane_dot from, struct plane_dot to)
{
    double top = fmin(from.y, to.y), bottom = fmax(from.y, to.y);

    if (!(bottom > 0.5) || !(top < raster->plane.height - 0.5) || top == bottom)
        return;
    int32_t first = (int32_t)ceil(fmax(top - 0.5, 0));
    int32_t end = (int32_t)ceil(fmin(bottom - 0.5, raster->plane.height));
    double slope = (to.x - from.x) / (to.y - from.y);
    if (end <= first)
        return;
    raster->crossings = base_grow(raster->crossings, &raster->crossing_capacity,
                                  raster->crossing_count + (uint32_t)(end - first),
                                  sizeof *raster->crossings);
    for (int32_t row = first; row < end; row++) {
        double x = from.x + (row + 0.5 - from.y) * slope;
        x = fmax(0, fmin(raster->plane.width, x));
        raster->crossings[raster->crossing_count++] =
            (struct raster_crossing){ .row = row, .x = (float)x };
    }
}

void raster_ring(struct raster *raster, const struct plane_point *points, uint32_t count,
                 double turn_x)
{
    if (count < 3)
        return;
    struct plane_dot before = dot_of(raster, points[count - 1], turn_x);
    for (uint32_t i = 0; i < count; i++) {
        struct plane_dot dot = dot_of(raster, points[i], turn_x);
        edge_add(raster, before, dot);
        before = dot;
    }
}

void raster_ring_dots(struct raster *raster, const struct plane_dot *dots, uint32_t count)
{
    for (uint32_t i = 0; i < count && count >= 3; i++)
        edge_add(raster, dots[i ? i - 1 : count - 1], dots[i]);
}

static int compare_crossings(const void *left, const void *right)
{
    const struct raster_crossing *a = left, *b = right;

    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->x > b->x) - (a->x < b->x);
}

void raster_spans_begin(struct raster *raster)
{
    if (raster->crossing_count)
        qsort(raster->crossings, raster->crossing_count, sizeof *raster->crossings,
              compare_crossings);
}

void raster_spans_end(struct raster *raster)
{
    raster->crossing_count = 0;
}

bool raster_span_next(const struct raster *raster, uint32_t *next, int32_t *ret_row,
                      int32_t *ret_start, int32_t *ret_end)
{
    while (*next + 1 < raster->crossing_count) {
        const struct raster_crossing *in = &raster->crossings[*next], *out = in + 1;
        if (in->row != out->row) {          /* An edge ran out at the very rim of the view. */
            (*next)++;
            continue;
        }
        *next += 2;
        *ret_row = in->row;
        *ret_start = (int32_t)ceilf(in->x - 0.5f);
        *ret_end = (int32_t)ceilf(out->x - 0.5f);
        if (*ret_start < 0)
            *ret_start = 0;
        if (*ret_end > raster->plane.width)
            *ret_end = raster->plane.width;
        if (*ret_end > *ret_start)
            return true;
    }
    return false;
}
