#include <stdlib.h>
#include <string.h>

#include "maps/raster.h"

static void grounds_make(struct raster *raster)
{
    if (!raster->grounds)
        raster->grounds = base_alloc((size_t)raster->plane.width * (size_t)raster->plane.height, 1);
}

void raster_fill(struct raster *raster, enum ground ground)
{
    size_t width = (size_t)raster->plane.width;
    int32_t row, start, end;

    if (raster->crossing_count)
        grounds_make(raster);
    raster_spans_begin(raster);
    for (uint32_t next = 0; raster_span_next(raster, &next, &row, &start, &end);)
        memset(raster->grounds + (size_t)row * width + (size_t)start, (int)ground,
               (size_t)(end - start));
    raster_spans_end(raster);
}

/* ---- Rings narrower than a dot ------------------------------------------------------------- */

struct dot {
    int32_t x, y;
};

/* Every dot that the segment passes (Bresenham). */
static void segment_trace(struct raster *raster, struct plane_dot from, struct plane_dot to,
                          enum ground ground)
{
    if (!plane_clip(&raster->plane, &from, &to))
        return;
    struct dot at = { .x = (int32_t)from.x, .y = (int32_t)from.y };
    struct dot end = { .x = (int32_t)to.x, .y = (int32_t)to.y };
    int32_t dx = abs(end.x - at.x), dy = -abs(end.y - at.y), slack = dx + dy;
    int32_t step_x = at.x < end.x ? 1 : -1, step_y = at.y < end.y ? 1 : -1;

    for (;;) {
        raster->grounds[at.y * raster->plane.width + at.x] = (uint8_t)ground;
        if (at.x == end.x && at.y == end.y)
            return;
        int32_t twice = 2 * slack;
        if (twice >= dy) {
            slack += dy;
            at.x += step_x;
        }
        if (twice <= dx) {
            slack += dx;
            at.y += step_y;
        }
    }
}

void raster_ring_trace(struct raster *raster, const struct plane_point *points, uint32_t count,
                       double turn_x, enum ground ground)
{
    const struct plane *plane = &raster->plane;
    struct plane_dot before = { 0, 0 };

    grounds_make(raster);
    for (uint32_t i = 0; i < count; i++) {
        struct plane_dot dot = { .x = plane->origin_x + turn_x + points[i].x * plane->dots_per_unit,
                                 .y = plane->origin_y - points[i].y * plane->dots_per_unit };
        if (i)
            segment_trace(raster, before, dot, ground);
        before = dot;
    }
}

/* ---- One world, once ----------------------------------------------------------------------- */

static bool is_beyond(const struct plane *plane, int32_t first, int32_t dots)
{
    return first + dots <= plane->left || first >= plane->right;
}

void raster_wipe_beyond(struct raster *raster)
{
    const struct plane *plane = &raster->plane;

    for (int32_t column = 0; column < raster->columns; column++)
        if (is_beyond(plane, column * DOTS_PER_COLUMN, DOTS_PER_COLUMN))
            for (int32_t row = 0; row < raster->rows; row++)
                raster->cells[row * raster->columns + column] = 0;
    for (int32_t x = 0; raster->grounds && x < plane->width; x++)
        if (is_beyond(plane, x, 1))
            for (int32_t y = 0; y < plane->height; y++)
                raster->grounds[y * plane->width + x] = GROUND_NONE;
}
