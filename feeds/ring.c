#include "feeds/ring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint32_t repeats_drop(struct geo_point *points, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct geo_point point = geo_rounded(points[i]);
        if (kept == 0 || !geo_same(points[kept - 1], point))
            points[kept++] = point;
    }
    return kept;
}

static int by_place(const void *left, const void *right)
{
    const struct geo_point *a = left, *b = right;

    if (a->lat_deg != b->lat_deg)
        return a->lat_deg < b->lat_deg ? -1 : 1;
    return (a->lon_deg > b->lon_deg) - (a->lon_deg < b->lon_deg);
}

/* Index of the first corner that is nowhere else in the ring; `count` when there is none. */
static uint32_t lone_corner(const struct geo_point *points, uint32_t count)
{
    struct geo_point *sorted = base_alloc(count, sizeof *sorted);
    uint32_t found = 0;

    memcpy(sorted, points, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_place);
    for (; found < count; found++) {
        struct geo_point *at = bsearch(&points[found], sorted, count, sizeof *sorted, by_place);
        bool twice = (at > sorted && geo_same(at[-1], *at))
                     || (at + 1 < sorted + count && geo_same(at[1], *at));
        if (!twice)
            break;
    }
    base_free(sorted);
    return found;
}

static void rotate(struct geo_point *points, uint32_t count, uint32_t first)
{
    struct geo_point *turned = base_alloc(count, sizeof *turned);

    for (uint32_t i = 0; i < count; i++)
        turned[i] = points[(first + i) % count];
    memcpy(points, turned, count * sizeof *turned);
    base_free(turned);
}

bool ring_tidy(struct geo_points *ring)
{
    uint32_t count = repeats_drop(ring->at, ring->count);

    if (count > 1 && geo_same(ring->at[0], ring->at[count - 1]))
        count--;                        /* From here on the corners only. */
    if (count < 3)
        return false;
    uint32_t first = lone_corner(ring->at, count);
    if (first == count)
        return false;
    if (first > 0)
        rotate(ring->at, count, first);
    ring->at[count] = ring->at[0];
    ring->count = count + 1;
    return true;
}

/* ---- the date line ---- */

/* Longitudes made to go on over +-180, so that no two neighbours are more than half the world
 * apart; closed by its first corner again. */
static struct geo_points unrolled(const struct geo_points *ring, struct arena *arena)
{
    /* Two corners more for a pole, one for the end. */
    struct geo_points out = { .at = arena_alloc(arena, (ring->count + 4) * sizeof *out.at) };

    for (uint32_t i = 0; i <= ring->count; i++) {
        struct geo_point point = ring->at[i % ring->count];
        double before_deg = out.count ? out.at[out.count - 1].lon_deg : point.lon_deg;
        while (point.lon_deg - before_deg > 180)
            point.lon_deg -= 360;
        while (point.lon_deg - before_deg < -180)
            point.lon_deg += 360;
        out.at[out.count++] = point;
    }
    return out;
}

/* Once round the world: it encloses the pole on its side of the equator. */
static void pole_add(struct geo_points *ring)
{
    struct geo_point first = ring->at[0], last = ring->at[ring->count - 1];
    double sum_deg = 0;

    if (fabs(last.lon_deg - first.lon_deg) < 180)
        return;
    for (uint32_t i = 0; i < ring->count; i++)
        sum_deg += ring->at[i].lat_deg;
    double pole_deg = sum_deg < 0 ? -90 : 90;
    ring->at[ring->count++] = (struct geo_point){ pole_deg, last.lon_deg };
    ring->at[ring->count++] = (struct geo_point){ pole_deg, first.lon_deg };
    ring->at[ring->count++] = first;
}

enum side { WEST_OF_IT, EAST_OF_IT };

static bool is_on(enum side side, struct geo_point point, double line_deg)
{
    return side == WEST_OF_IT ? point.lon_deg <= line_deg : point.lon_deg >= line_deg;
}

static struct geo_point at_line(struct geo_point a, struct geo_point b, double line_deg)
{
    double share = (line_deg - a.lon_deg) / (b.lon_deg - a.lon_deg);

    return (struct geo_point){ a.lat_deg + share * (b.lat_deg - a.lat_deg), line_deg };
}

/* Sutherland and Hodgman 1974, for one line. */
static struct geo_points side_of(const struct geo_points *ring, enum side side, double line_deg,
                                 struct arena *arena)
{
    struct geo_points out = { .at = arena_alloc(arena, (2 * ring->count + 2) * sizeof *out.at) };

    for (uint32_t i = 0; i + 1 < ring->count; i++) {
        struct geo_point a = ring->at[i], b = ring->at[i + 1];
        bool in_a = is_on(side, a, line_deg), in_b = is_on(side, b, line_deg);
        if (in_a)
            out.at[out.count++] = a;
        if (in_a != in_b)
            out.at[out.count++] = at_line(a, b, line_deg);
    }
    return out;
}

/* Brought back between -180 and 180. */
static void rolled_back(struct geo_points *ring, double west_deg)
{
    for (uint32_t i = 0; i < ring->count; i++) {
        double lon_deg = ring->at[i].lon_deg - (west_deg + 180);
        ring->at[i].lon_deg = lon_deg < -180 ? -180 : lon_deg > 180 ? 180 : lon_deg;
    }
}

uint32_t ring_cut(const struct geo_points *ring, struct arena *arena,
                  struct geo_points ret_rings[2])
{
    struct geo_points whole = unrolled(ring, arena);
    uint32_t count = 0;

    pole_add(&whole);
    struct geo_box box = ring_box(&whole);
    /* The edge of the world it begins on: -180, or a turn or more away. */
    double west_deg = floor((box.low.lon_deg + 180) / 360) * 360 - 180, east_deg = west_deg + 360;
    if (box.high.lon_deg <= east_deg) {
        rolled_back(&whole, west_deg);
        ret_rings[0] = whole;
        return ring_tidy(&ret_rings[0]);
    }
    struct geo_points sides[2] = { side_of(&whole, WEST_OF_IT, east_deg, arena),
                                   side_of(&whole, EAST_OF_IT, east_deg, arena) };
    for (int i = 0; i < 2; i++) {
        rolled_back(&sides[i], i == 0 ? west_deg : east_deg);
        if (sides[i].count && ring_tidy(&sides[i]))
            ret_rings[count++] = sides[i];
    }
    return count;
}

struct geo_box ring_box(const struct geo_points *ring)
{
    struct geo_box box = { ring->at[0], ring->at[0] };

    for (uint32_t i = 1; i < ring->count; i++) {
        box.low.lat_deg = fmin(box.low.lat_deg, ring->at[i].lat_deg);
        box.low.lon_deg = fmin(box.low.lon_deg, ring->at[i].lon_deg);
        box.high.lat_deg = fmax(box.high.lat_deg, ring->at[i].lat_deg);
        box.high.lon_deg = fmax(box.high.lon_deg, ring->at[i].lon_deg);
    }
    return box;
}

bool boxes_touch(const struct geo_box *left, const struct geo_box *right)
{
    return left->low.lat_deg <= right->high.lat_deg && right->low.lat_deg <= left->high.lat_deg
           && left->low.lon_deg <= right->high.lon_deg && right->low.lon_deg <= left->high.lon_deg;
}

/* Squared distance from `point` to the piece from `a` to `b`, in degrees of latitude; longitudes
 * count `shrink` of a degree. Good enough to rank corners. */
static double off_line(struct geo_point point, struct geo_point a, struct geo_point b,
                       double shrink)
{
    double x = (point.lon_deg - a.lon_deg) * shrink, y = point.lat_deg - a.lat_deg;
    double bx = (b.lon_deg - a.lon_deg) * shrink, by = b.lat_deg - a.lat_deg;
    double length = bx * bx + by * by;
    double share = length > 0 ? (x * bx + y * by) / length : 0;

    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return (x - share * bx) * (x - share * bx) + (y - share * by) * (y - share * by);
}

struct piece {
    uint32_t from, to;
    double weight;              /* Of the corner that made it: none inside weighs more. */
};

/* Gives each point how far the outline would be off without it. */
static void weigh(const struct geo_points *ring, double *weights)
{
    struct piece *stack = base_alloc(ring->count, sizeof *stack);
    uint32_t depth = 0;
    double shrink = cos(ring->at[0].lat_deg * 0.017453292519943295);

    weights[0] = weights[ring->count - 1] = INFINITY;
    stack[depth++] = (struct piece){ 0, ring->count - 1, INFINITY };
    while (depth > 0) {
        struct piece piece = stack[--depth];
        uint32_t farthest = piece.from;
        double most = -1;
        for (uint32_t i = piece.from + 1; i < piece.to; i++) {
            double off = off_line(ring->at[i], ring->at[piece.from], ring->at[piece.to], shrink);
            if (off <= most)
                continue;
            most = off;
            farthest = i;
        }
        if (farthest == piece.from)
            continue;
        weights[farthest] = most < piece.weight ? most : piece.weight;
        stack[depth++] = (struct piece){ piece.from, farthest, weights[farthest] };
        stack[depth++] = (struct piece){ farthest, piece.to, weights[farthest] };
    }
    base_free(stack);
}

static int heavier_first(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a < *b) - (*a > *b);
}

/* Every n-th point, so that no more than RING_CAREFUL_MAX are left; the last always. */
static void thin_out(struct geo_points *ring)
{
    uint32_t step = ring->count / RING_CAREFUL_MAX + 1, kept = 0;

    for (uint32_t i = 0; i < ring->count - 1; i += step)
        ring->at[kept++] = ring->at[i];
    ring->at[kept++] = ring->at[ring->count - 1];
    ring->count = kept;
}

bool ring_simplify(struct geo_points *ring, uint32_t points_max)
{
    assert(points_max >= 4);
    if (ring->count <= points_max)
        return false;
    if (ring->count > RING_CAREFUL_MAX)
        thin_out(ring);
    double *weights = base_alloc(ring->count, 2 * sizeof *weights);
    double *ranked = weights + ring->count;
    uint32_t kept = 0, room = points_max;

    weigh(ring, weights);
    memcpy(ranked, weights, ring->count * sizeof *ranked);
    qsort(ranked, ring->count, sizeof *ranked, heavier_first);
    double least = ring->count > points_max ? ranked[points_max - 1] : -1;
    for (uint32_t i = 0; i < ring->count; i++) {
        bool last = i == ring->count - 1;
        /* Equal weights may be more than there is room for; the closing point needs the last. */
        if (!last && (weights[i] < least || room <= 1))
            continue;
        ring->at[kept++] = ring->at[i];
        room--;
    }
    ring->count = kept;
    base_free(weights);
    assert(ring->count <= points_max);
    return true;
}
