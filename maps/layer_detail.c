#include "maps/layer_detail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far a line may be moved, as a part of a square. */
static const double straight_part = 0.5;

/* A detail is had when it holds at most this part of the vertices of the one below it. So all of
 * them together are some twice the whole, at most three times. */
static const double worth_part = 0.7;

enum {
    COVER_SQUARES_MAX = 1 << 24,        /* 2 MiB of bits. */
    SAMPLE_VERTICES = 8192,
    RUNS_PER_POINT = 16,                /* With less left, to go over the runs is all the work. */
};

/* The layer's rectangle in squares of a level. */
struct squares {
    int32_t left, low;
    uint64_t width, height;
};

static struct squares squares_of(const struct layer *layer, uint32_t level)
{
    struct plane_box all = { { INT32_MAX, INT32_MAX }, { INT32_MIN, INT32_MIN } };

    for (uint32_t b = 0; b < layer_block_count(layer); b++) {
        const struct plane_box *box = &layer->block_boxes[b];
        all.low.x = box->low.x < all.low.x ? box->low.x : all.low.x;
        all.low.y = box->low.y < all.low.y ? box->low.y : all.low.y;
        all.high.x = box->high.x > all.high.x ? box->high.x : all.high.x;
        all.high.y = box->high.y > all.high.y ? box->high.y : all.high.y;
    }
    struct squares squares = { .left = all.low.x >> level, .low = all.low.y >> level };
    if (all.low.x > all.high.x)
        return squares;
    squares.width = (uint64_t)((int64_t)(all.high.x >> level) - squares.left + 1);
    squares.height = (uint64_t)((int64_t)(all.high.y >> level) - squares.low + 1);
    return squares;
}

/* Lines are left out where others of their class run already, once there are enough of them to lie
 * on each other. */
static bool is_covering(const struct layer *layer, const struct squares *squares)
{
    uint64_t count = squares->width * squares->height;

    return layer->kind == SHAPE_LINES && count <= COVER_SQUARES_MAX
           && (uint64_t)layer->run_count * 8 > count;
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* Keeps of a run its first vertex, then each that is in another square of the grid than the one
 * kept before. Returns how many it wrote. Written without a branch, as is the next: what a
 * county's vertices do is not to be foretold, and a wrong guess costs more than the work. */
static uint32_t run_thin(const struct plane_point *from, uint32_t count, uint32_t level,
                         struct plane_point *to)
{
    uint32_t kept = 1;
    int32_t x = from[0].x >> level, y = from[0].y >> level;

    to[0] = from[0];
    for (uint32_t i = 1; i < count; i++) {
        int32_t next_x = from[i].x >> level, next_y = from[i].y >> level;
        to[kept] = from[i];
        kept += (uint32_t)((next_x != x) | (next_y != y));
        x = next_x;
        y = next_y;
    }
    return kept;
}

/* Leaves out, in place, vertices that lie within `tolerance` of the straight way past them. At most
 * six in a row, so that a slow bend does not add up to a wrong line. Returns how many are left. */
static uint32_t run_straighten(struct plane_point *points, uint32_t count, double tolerance)
{
    struct plane_point anchor = points[0], middle = points[1];
    uint32_t kept = 1, left_out = 0;
    double limit = tolerance * tolerance;

    for (uint32_t i = 2; i < count; i++) {
        double dx = (double)points[i].x - anchor.x, dy = (double)points[i].y - anchor.y;
        double mx = (double)middle.x - anchor.x, my = (double)middle.y - anchor.y;
        double cross = dx * my - dy * mx;
        bool off_the_way = cross * cross > limit * (dx * dx + dy * dy);
        bool turned_back = mx * dx + my * dy < mx * mx + my * my;
        bool keep = off_the_way | turned_back | (left_out >= 6);
        points[kept] = middle;
        kept += keep;
        anchor.x = keep ? middle.x : anchor.x;
        anchor.y = keep ? middle.y : anchor.y;
        left_out = keep ? 0 : left_out + 1;
        middle = points[i];
    }
    points[kept++] = middle;
    return kept;
}

/* ---- Lines on lines ------------------------------------------------------------------------ */

/* Which squares lines of the class have run through. NULL bits: not kept. */
struct cover {
    struct squares squares;
    uint32_t level;
    uint64_t *bits;
};

/* Marks a square; was it free? */
static inline bool square_take(struct cover *cover, int32_t x, int32_t y)
{
    uint64_t square = (uint64_t)((int64_t)y - cover->squares.low) * cover->squares.width
                      + (uint64_t)((int64_t)x - cover->squares.left);
    uint64_t bit = (uint64_t)1 << (square & 63), *bits = &cover->bits[square >> 6];
    bool was_free = !(*bits & bit);

    *bits |= bit;
    return was_free;
}

/* Marks the squares of a segment, the first left to the one before it; was one free? (Bresenham) */
static bool segment_take(struct cover *cover, struct plane_point from, struct plane_point to)
{
    int32_t x = from.x >> cover->level, y = from.y >> cover->level;
    int32_t end_x = to.x >> cover->level, end_y = to.y >> cover->level;
    int32_t dx = abs(end_x - x), dy = -abs(end_y - y), slack = dx + dy;
    int32_t step_x = x < end_x ? 1 : -1, step_y = y < end_y ? 1 : -1;
    bool any_free = false;

    while (x != end_x || y != end_y) {
        int32_t twice = 2 * slack;
        if (twice >= dy) {
            slack += dy;
            x += step_x;
        }
        if (twice <= dx) {
            slack += dx;
            y += step_y;
        }
        any_free |= square_take(cover, x, y);
    }
    return any_free;
}

/* Cuts a run down, in place, to the part from its first segment on new ground to its last; returns
 * how many points are left, 0 when others run everywhere it does. */
static uint32_t run_uncover(struct cover *cover, struct plane_point *points, uint32_t count)
{
    bool first_free = square_take(cover, points[0].x >> cover->level,
                                  points[0].y >> cover->level);
    uint32_t first = first_free ? 0 : count, last = 0;

    for (uint32_t i = 1; i < count; i++) {
        if (!segment_take(cover, points[i - 1], points[i]))
            continue;
        first = i - 1 < first ? i - 1 : first;
        last = i;
    }
    if (first == count)
        return 0;
    memmove(points, points + first, (last - first + 1) * sizeof *points);
    return last - first + 1;
}

static uint32_t line_make(const struct plane_point *from, uint32_t count, struct cover *cover,
                          struct plane_point *to)
{
    uint32_t kept = run_thin(from, count, cover->level, to);

    if (kept > 2)
        kept = run_straighten(to, kept, ldexp(straight_part, (int)cover->level));
    return cover->bits ? run_uncover(cover, to, kept) : kept;
}

/* ---- Rings --------------------------------------------------------------------------------- */

/* The middle of the square. The rim of the world stays where it is: what lies on it continues on
 * the other side. */
static int32_t snapped(int32_t units, uint32_t level)
{
    if (units == INT32_MAX || units == INT32_MIN)
        return units;
    return (int32_t)(((uint32_t)(units >> level) << level) + (1u << level >> 1));
}

static bool on_the_way(struct plane_point a, struct plane_point b, struct plane_point c)
{
    double dx = (double)b.x - a.x, dy = (double)b.y - a.y;
    double ex = (double)c.x - b.x, ey = (double)c.y - b.y;

    return dx * ey == dy * ex && dx * ex + dy * ey >= 0;
}

/* Every vertex moves to the middle of its square, wherever the ring begins and whichever way it
 * runs: so an edge that two polygons share stays shared, and leaves no gap between them. */
static uint32_t ring_make(const struct plane_point *from, uint32_t count, uint32_t level,
                          struct plane_point *to)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct plane_point point = { snapped(from[i].x, level), snapped(from[i].y, level) };
        if (kept && point.x == to[kept - 1].x && point.y == to[kept - 1].y)
            continue;
        if (kept >= 2 && on_the_way(to[kept - 2], to[kept - 1], point))
            kept--;
        to[kept++] = point;
    }
    return kept;
}

static uint32_t run_make(enum shape_kind kind, const struct plane_point *from, uint32_t count,
                         struct cover *cover, struct plane_point *to)
{
    if (count == 0)
        return 0;
    /* A shore moved by half a dot is seen to be a stair: half the square for rings. */
    return kind == SHAPE_POLYGONS ? ring_make(from, count, cover->level - 1, to)
                                  : line_make(from, count, cover, to);
}

/* ---- Which --------------------------------------------------------------------------------- */

/* Some features from all over the layer, and room for what a level makes of one run. */
struct sample {
    const struct layer *layer;
    uint32_t stride;
    struct plane_point *room;
};

static uint64_t sample_count(const struct sample *sample, uint32_t level)
{
    const struct layer *layer = sample->layer;
    const struct layer_detail *whole = &layer->details[0];
    struct cover none = { .level = level };
    uint64_t kept = 0;

    for (uint32_t f = 0; f < layer->feature_count; f += sample->stride)
        for (uint32_t r = layer->feature_run[f]; r < layer->feature_run[f + 1]; r++) {
            uint32_t count = whole->run_first[r + 1] - whole->run_first[r];
            kept += level ? run_make(layer->kind, whole->points + whole->run_first[r], count,
                                     &none, sample->room)
                          : count;
        }
    return kept;
}

static uint32_t run_longest(const struct layer *layer)
{
    const uint32_t *first = layer->details[0].run_first;
    uint32_t longest = 0;

    for (uint32_t r = 0; r < layer->run_count; r++)
        longest = first[r + 1] - first[r] > longest ? first[r + 1] - first[r] : longest;
    return longest;
}

void layer_detail_choose(struct layer *layer)
{
    uint32_t all = layer->details[0].run_first[layer->run_count];
    struct sample sample = { .layer = layer, .stride = all / SAMPLE_VERTICES + 1 };

    memset(layer->detail_of, 0, sizeof layer->detail_of);
    if (layer->kind == SHAPE_POINTS || all == 0)
        return;
    sample.room = base_realloc(NULL, (size_t)run_longest(layer) + 1, sizeof *sample.room);
    double sampled = (double)sample_count(&sample, 0), had = all;
    for (uint32_t level = 1; level < LAYER_DETAILS; level++) {
        struct squares squares = squares_of(layer, level);
        double square_count = (double)squares.width * (double)squares.height;
        double count = (double)sample_count(&sample, level) / sampled * all;
        if (is_covering(layer, &squares))
            count = fmin(count, square_count);
        bool worth = count <= worth_part * had && had > (double)layer->run_count / RUNS_PER_POINT;
        layer->detail_of[level] = worth ? (uint8_t)level : layer->detail_of[level - 1];
        had = worth ? count : had;
    }
    base_free(sample.room);
}

/* ---- Making -------------------------------------------------------------------------------- */

/* The runs of features [first, end), behind the `used` points there are already. */
static uint32_t runs_make(const struct layer *layer, uint32_t first, uint32_t end,
                          struct cover *cover, uint32_t used, struct plane_point *points,
                          uint32_t *run_first, struct haste *haste)
{
    const struct layer_detail *whole = &layer->details[0];
    uint32_t run_end = layer->feature_run[end];

    for (uint32_t r = layer->feature_run[first]; r < run_end && !haste->cut; r++) {
        const struct plane_point *from = whole->points + whole->run_first[r];
        uint32_t count = whole->run_first[r + 1] - whole->run_first[r];
        run_first[r] = used;
        used += run_make(layer->kind, from, count, cover, points + used);
        haste_cuts(haste, count);
    }
    return used;
}

struct layer_detail layer_detail_make(const struct layer *layer, uint32_t level,
                                      struct haste *haste)
{
    struct haste none = { .newer = NULL };
    uint32_t all = layer->details[0].run_first[layer->run_count], used = 0;
    struct plane_point *points = base_realloc(NULL, (size_t)all + 1, sizeof *points);
    uint32_t *run_first = base_realloc(NULL, (size_t)layer->run_count + 1, sizeof *run_first);
    struct cover cover = { .squares = squares_of(layer, level), .level = level };
    size_t words = cover.squares.width * cover.squares.height / 64 + 1;

    assert(level > 0 && level < LAYER_DETAILS);
    if (is_covering(layer, &cover.squares))
        cover.bits = base_alloc(words, sizeof *cover.bits);
    for (uint32_t c = 0; c < layer->class_count; c++) {
        if (cover.bits && c)
            memset(cover.bits, 0, words * sizeof *cover.bits);
        used = runs_make(layer, layer->classes[c].feature_first, layer->classes[c].feature_end,
                         &cover, used, points, run_first, haste ? haste : &none);
    }
    base_free(cover.bits);
    if (haste && haste->cut) {
        base_free(points);
        base_free(run_first);
        return (struct layer_detail){ .made = false };
    }
    run_first[layer->run_count] = used;
    points = base_realloc(points, (size_t)used + 1, sizeof *points);
    return (struct layer_detail){ .points = points, .run_first = run_first, .made = true,
                                  .owned = true };
}
