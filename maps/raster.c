#include "maps/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BRAILLE_BLANK = 0x2800,
    SOLID = -1,                         /* As dashes: all bits. */
};

/* Braille numbers its dots 1 2 3 7 down the left and 4 5 6 8 down the right (standards.md 11). */
static const uint8_t dot_bits[DOTS_PER_ROW][DOTS_PER_COLUMN] = {
    { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 },
};

/* By the quarters that are set: top left 1, top right 2, bottom left 4, bottom right 8. */
static const uint16_t quarter_glyphs[16] = {
    ' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C, 0x259E, 0x259B,
    0x2597, 0x259A, 0x2590, 0x259C, 0x2584, 0x2599, 0x259F, 0x2588,
};

/* How inks look as lines. A weight holds while a cell is narrower than its limit. */
static const struct {
    enum ink ink;
    double twofold_m_per_cell, threefold_m_per_cell;
    uint32_t dashes;
    char flat, steep, rising, falling;  /* ASCII */
} line_styles[] = {
    { INK_MAP_MOTORWAY, 40, 8, (uint32_t)SOLID, '=', '#', '#', '#' },
    { INK_MAP_ARTERIAL, 12, 4, (uint32_t)SOLID, '-', 'H', '/', '\\' },
    { INK_MAP_STREET, 3, 1, (uint32_t)SOLID, '.', '|', '.', '.' },
    { INK_MAP_PATH, 0, 0, 0x55555555, '.', '.', '.', '.' },
    { INK_MAP_RAIL, 0, 0, 0x77777777, '+', '+', '+', '+' },
    { INK_MAP_WATERLINE, 15, 6, (uint32_t)SOLID, '~', '~', '~', '~' },
    { INK_MAP_BOUNDARY, 0, 0, 0x11111111, ':', ':', ':', ':' },
    { INK_MAP_BUILDING, 0, 0, (uint32_t)SOLID, '_', '|', '/', '\\' },
    { INK_MAP_ROUTE, 20, 4, (uint32_t)SOLID, '*', '*', '*', '*' },
    { INK_MAP_HAZARD, 0, 0, (uint32_t)SOLID, '/', '/', '/', '/' },
};

/* What lies in an empty cell of a ground, here and there, so that it is not told by colour alone. */
static const struct {
    enum ground ground;
    uint32_t glyph;
    enum ink ink;
    uint32_t columns_apart, columns_apart_ascii;
} textures[] = {
    { GROUND_WATER, '~', INK_MAP_WATERLINE, 9, 5 },
    { GROUND_PARK, '"', INK_MAP_PARK_NAME, 11, 7 },
};

/* The ink that is the colour of a ground, for cells that two grounds share. */
static const enum ink ground_inks[GROUND_COUNT] = {
    [GROUND_LAND] = INK_FILL_LAND,   [GROUND_WATER] = INK_FILL_WATER,
    [GROUND_PARK] = INK_FILL_PARK,   [GROUND_BUILT] = INK_FILL_BUILT,
    [GROUND_ZONE] = INK_FILL_ZONE,   [GROUND_HAZARD] = INK_FILL_HAZARD,
    [GROUND_PANEL] = INK_FILL_LAND,  [GROUND_SELECTED] = INK_FILL_LAND,
};

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

struct raster_pen raster_pen(enum ink ink, double m_per_cell)
{
    struct raster_pen pen = { .ink = ink, .weight_dots = 1, .dashes = (uint32_t)SOLID };

    for (size_t i = 0; i < ARRAY_COUNT(line_styles); i++) {
        if (line_styles[i].ink != ink)
            continue;
        pen.dashes = line_styles[i].dashes;
        if (m_per_cell < line_styles[i].threefold_m_per_cell)
            pen.weight_dots = 3;
        else if (m_per_cell < line_styles[i].twofold_m_per_cell)
            pen.weight_dots = 2;
    }
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

    *cell = kept | dot_bits[y & 3][x & 1];
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

/* Draws with any pen in any mode, remembering where in its dashes and in its cell it is. */
struct stroke {
    struct raster *raster;
    const struct raster_pen *pen;
    struct dot at, cell_entry;
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

static char ascii_glyph(enum ink ink, int32_t dx, int32_t dy)
{
    char flat = '-', steep = '|', rising = '/', falling = '\\';

    for (size_t i = 0; i < ARRAY_COUNT(line_styles); i++) {
        if (line_styles[i].ink != ink)
            continue;
        flat = line_styles[i].flat;
        steep = line_styles[i].steep;
        rising = line_styles[i].rising;
        falling = line_styles[i].falling;
    }
    if (2 * abs(dy) <= abs(dx))
        return flat;
    if (2 * abs(dx) <= abs(dy))
        return steep;
    return (dx > 0) == (dy > 0) ? falling : rising;
}

/* Writes the glyph of the cell that the stroke is leaving: by its way from the cell before. */
static void ascii_leave(struct stroke *stroke)
{
    struct raster *raster = stroke->raster;
    uint16_t value = (uint16_t)(stroke->pen->ink << 8);
    int32_t dx = stroke->at.x - stroke->cell_entry.x, dy = stroke->at.y - stroke->cell_entry.y;
    uint16_t *cell = &raster->cells[(stroke->at.y >> 2) * raster->columns + (stroke->at.x >> 1)];
    char glyph = ascii_glyph(stroke->pen->ink, dx, dy);
    char flat = ascii_glyph(stroke->pen->ink, 1, 0), steep = ascii_glyph(stroke->pen->ink, 0, 1);
    char there = (char)(*cell & 0xFF);

    if (there && *cell >> 8 == stroke->pen->ink) {
        bool crossed = flat != steep && ((there == flat && glyph == steep)
                                         || (there == steep && glyph == flat));
        *cell = (uint16_t)(value | (unsigned char)(crossed ? '+' : there));
        return;
    }
    if (dx || dy || !there)
        *cell = (uint16_t)(value | (unsigned char)glyph);
}

static void stroke_dot(struct stroke *stroke, struct dot dot)
{
    bool drawn = stroke->pen->dashes >> (stroke->length++ & 31) & 1;

    if (stroke->raster->mode != MAP_ASCII) {
        if (drawn)
            brush(stroke, dot);
        stroke->at = dot;
        return;
    }
    /* Whole cells are dashed in ASCII: a dash of dots would leave every cell with something. */
    if (stroke->started && (dot.x >> 1 != stroke->at.x >> 1 || dot.y >> 2 != stroke->at.y >> 2)) {
        int32_t cell_parity = (stroke->at.x >> 1) + (stroke->at.y >> 2);
        if (stroke->pen->dashes == (uint32_t)SOLID || cell_parity % 2 == 0)
            ascii_leave(stroke);
        stroke->cell_entry = stroke->at;
    }
    stroke->at = dot;
}

static void stroke_start(struct stroke *stroke, struct dot dot)
{
    stroke->at = stroke->cell_entry = dot;
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
        ascii_leave(stroke);
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
static void quick_line(struct raster *raster, const struct plane_point *points, uint32_t count,
                       enum ink ink)
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

void raster_line(struct raster *raster, const struct plane_point *points, uint32_t count,
                 double turn_x, enum plane_overlap overlap, const struct raster_pen *pen)
{
    if (count == 0 || overlap == PLANE_OUTSIDE)
        return;
    bool quick = overlap == PLANE_INSIDE && raster->mode != MAP_ASCII && pen->weight_dots == 1
                 && pen->dashes == (uint32_t)SOLID;
    if (quick)
        quick_line(raster, points, count, pen->ink);
    else
        careful_line(raster, points, count, turn_x, pen);
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

void raster_fill(struct raster *raster, enum ground ground)
{
    size_t width = (size_t)raster->plane.width;
    int32_t row, start, end;

    if (raster->crossing_count && !raster->grounds)
        raster->grounds = base_alloc(width * (size_t)raster->plane.height, 1);
    raster_spans_begin(raster);
    for (uint32_t next = 0; raster_span_next(raster, &next, &row, &start, &end);)
        memset(raster->grounds + (size_t)row * width + (size_t)start, (int)ground,
               (size_t)(end - start));
    raster_spans_end(raster);
}

void raster_fill_cells(struct raster *raster, uint8_t *marks, uint8_t value)
{
    int32_t row, start, end;

    raster_spans_begin(raster);
    /* The second of a cell's four rows of dots stands for the cell; a column by its left dot. */
    for (uint32_t next = 0; raster_span_next(raster, &next, &row, &start, &end);) {
        if (row % DOTS_PER_ROW != 1)
            continue;
        int32_t first = (start + 1) / DOTS_PER_COLUMN, last = (end + 1) / DOTS_PER_COLUMN;
        for (int32_t column = first; column < last && column < raster->columns; column++)
            marks[row / DOTS_PER_ROW * raster->columns + column] = value;
    }
    raster_spans_end(raster);
}

/* ---- Cells --------------------------------------------------------------------------------- */

bool raster_ink_at(const struct raster *raster, uint32_t row, uint32_t column, enum ink *ret_ink)
{
    if (row >= raster->rows || column >= raster->columns)
        return false;
    uint16_t cell = raster->cells[row * raster->columns + column];
    *ret_ink = (enum ink)(cell >> 8);
    return (cell & 0xFF) != 0;
}

static uint32_t quarters_of(uint32_t dots)
{
    return ((dots & 0x03) ? 1u : 0u) | ((dots & 0x18) ? 2u : 0u) | ((dots & 0x44) ? 4u : 0u)
           | ((dots & 0xA0) ? 8u : 0u);
}

static uint32_t line_glyph(enum map_mode mode, uint32_t content)
{
    switch (mode) {
    case MAP_BRAILLE:
        return BRAILLE_BLANK | content;
    case MAP_BLOCKS:
        return quarter_glyphs[quarters_of(content)];
    case MAP_ASCII:
        return content;
    }
    return ' ';
}

struct ground_share {
    enum ground most, other;            /* `other` is `most` when there is one only. */
    uint32_t other_dots;                /* As braille bits. */
};

static struct ground_share share_of(const struct raster *raster, uint32_t row, uint32_t column)
{
    size_t width = (size_t)raster->plane.width;
    const uint8_t *top = raster->grounds + (size_t)row * DOTS_PER_ROW * width
                         + (size_t)column * DOTS_PER_COLUMN;
    uint8_t counts[GROUND_COUNT] = { 0 };
    struct ground_share share = { .most = top[0], .other = top[0] };

    for (size_t y = 0; y < DOTS_PER_ROW; y++)
        for (size_t x = 0; x < DOTS_PER_COLUMN; x++)
            counts[top[y * width + x]]++;
    if (counts[top[0]] == DOTS_PER_ROW * DOTS_PER_COLUMN)
        return share;
    for (enum ground g = 0; g < GROUND_COUNT; g++)
        if (counts[g] > counts[share.most])
            share.most = g;
    share.other = share.most;
    for (enum ground g = 0; g < GROUND_COUNT; g++)
        if (g != share.most && counts[g] && (share.other == share.most
                                              || counts[g] > counts[share.other]))
            share.other = g;
    for (size_t y = 0; y < DOTS_PER_ROW; y++)
        for (size_t x = 0; x < DOTS_PER_COLUMN; x++)
            if (top[y * width + x] == share.other)
                share.other_dots |= dot_bits[y][x];
    return share;
}

static void texture_cell(const struct raster *raster, uint32_t row, uint32_t column,
                         struct cell *cell)
{
    for (size_t i = 0; i < ARRAY_COUNT(textures); i++) {
        uint32_t apart = raster->mode == MAP_ASCII ? textures[i].columns_apart_ascii
                                                   : textures[i].columns_apart;
        if (textures[i].ground != cell->ground || (column + row % 2 * (apart / 2 + 1)) % apart)
            continue;
        if (raster->mode != MAP_ASCII && row % 2)
            continue;
        cell->glyph = textures[i].glyph;
        cell->ink = (uint8_t)textures[i].ink;
    }
}

/* A cell without a line: its ground, the shore that runs through it, or the ground's texture. */
static void ground_cell(const struct raster *raster, uint32_t row, uint32_t column,
                        const struct ground_share *share, struct cell *cell)
{
    if (share->other == share->most) {
        texture_cell(raster, row, column, cell);
        return;
    }
    uint32_t quarters = quarters_of(share->other_dots);
    enum ground fill = share->other;

    if (raster->mode == MAP_ASCII || quarters == 0)
        return;
    /* "No ground" has no colour to draw with, so the other of the two is drawn. */
    if (fill == GROUND_NONE) {
        fill = share->most;
        quarters ^= 15;
        cell->ground = GROUND_NONE;
    }
    cell->glyph = quarter_glyphs[quarters];
    cell->ink = (uint8_t)ground_inks[fill];
}

void raster_compose(const struct raster *raster, struct canvas *canvas)
{
    assert(canvas->rows == raster->rows && canvas->columns == raster->columns);
    for (uint32_t row = 0; row < raster->rows; row++) {
        for (uint32_t column = 0; column < raster->columns; column++) {
            uint16_t line = raster->cells[row * raster->columns + column];
            struct cell *cell = &canvas->cells[row * canvas->stride + column];
            struct ground_share share = { .most = GROUND_NONE, .other = GROUND_NONE };
            if (raster->grounds)
                share = share_of(raster, row, column);
            *cell = (struct cell){ .glyph = ' ', .ink = INK_PLAIN, .ground = (uint8_t)share.most };
            if (line & 0xFF) {
                cell->glyph = line_glyph(raster->mode, line & 0xFF);
                cell->ink = (uint8_t)(line >> 8);
            } else if (raster->grounds) {
                ground_cell(raster, row, column, &share, cell);
            }
        }
    }
}

void raster_overlay(const struct raster *raster, struct canvas *canvas)
{
    assert(canvas->rows == raster->rows && canvas->columns == raster->columns);
    for (uint32_t row = 0; row < raster->rows; row++) {
        for (uint32_t column = 0; column < raster->columns; column++) {
            uint16_t line = raster->cells[row * raster->columns + column];
            struct cell *cell = &canvas->cells[row * canvas->stride + column];
            if (!(line & 0xFF) || (cell->flags & CELL_TEXT))
                continue;
            cell->glyph = line_glyph(raster->mode, line & 0xFF);
            cell->ink = (uint8_t)(line >> 8);
        }
    }
}
