#include "app/core/way.h"

#include <math.h>

static const double metres_per_degree = 111195.0;       /* Of a great circle, geo.c's sphere. */
static const double radians = 0.017453292519943295;

/* Metres east and north of `origin`. */
struct flat {
    double x, y;
};

static struct flat flatten(struct geo_point origin, struct geo_point point)
{
    double east = point.lon_deg - origin.lon_deg;

    if (east > 180)
        east -= 360;
    if (east < -180)
        east += 360;
    return (struct flat){ .x = east * cos(origin.lat_deg * radians) * metres_per_degree,
                          .y = (point.lat_deg - origin.lat_deg) * metres_per_degree };
}

/* From the origin to the stretch between two points. */
static double stretch_distance(struct flat from, struct flat to)
{
    double east = to.x - from.x, north = to.y - from.y;
    double length2 = east * east + north * north;
    double along = length2 > 0 ? -(from.x * east + from.y * north) / length2 : 0;

    along = along < 0 ? 0 : along > 1 ? 1 : along;
    return hypot(from.x + along * east, from.y + along * north);
}

double way_distance_m(const struct geo_points *line, struct geo_point point, uint32_t *ret_segment)
{
    assert(line->count > 0);
    struct flat from = flatten(point, line->at[0]);
    double least = hypot(from.x, from.y);

    *ret_segment = 0;
    for (uint32_t i = 1; i < line->count; i++) {
        struct flat to = flatten(point, line->at[i]);
        double distance = stretch_distance(from, to);
        if (distance < least) {
            least = distance;
            *ret_segment = i - 1;
        }
        from = to;
    }
    return least;
}

void way_ahead(const struct geo_points *line, struct geo_point at, struct geo_points *into)
{
    uint32_t segment = 0;

    into->count = 0;
    if (geo_known(at)) {
        if (line->count > 0)
            way_distance_m(line, at, &segment);
        into->at[into->count++] = at;
        segment++;
    }
    for (uint32_t i = segment; i < line->count; i++)
        into->at[into->count++] = line->at[i];
}

/* ---- crossing ---- */

/* Which side of the line through a and b: > 0 left, < 0 right, 0 on it. */
static double side(struct geo_point a, struct geo_point b, struct geo_point point)
{
    return (b.lon_deg - a.lon_deg) * (point.lat_deg - a.lat_deg)
           - (b.lat_deg - a.lat_deg) * (point.lon_deg - a.lon_deg);
}

static bool between(double a, double b, double value)
{
    return a < b ? a <= value && value <= b : b <= value && value <= a;
}

static bool on_stretch(struct geo_point a, struct geo_point b, struct geo_point point)
{
    return between(a.lat_deg, b.lat_deg, point.lat_deg)
           && between(a.lon_deg, b.lon_deg, point.lon_deg);
}

/* Do the stretches a-b and c-d have a point in common? */
static bool stretches_meet(struct geo_point a, struct geo_point b, struct geo_point c,
                           struct geo_point d)
{
    double c_side = side(a, b, c), d_side = side(a, b, d);
    double a_side = side(c, d, a), b_side = side(c, d, b);

    if (((c_side > 0 && d_side < 0) || (c_side < 0 && d_side > 0))
        && ((a_side > 0 && b_side < 0) || (a_side < 0 && b_side > 0)))
        return true;
    return (c_side == 0 && on_stretch(a, b, c)) || (d_side == 0 && on_stretch(a, b, d))
           || (a_side == 0 && on_stretch(c, d, a)) || (b_side == 0 && on_stretch(c, d, b));
}

bool ring_next(const struct geo_points *rings, uint32_t *from, struct geo_points *ret_ring)
{
    uint32_t first = *from, end = first + 1;

    if (first >= rings->count)
        return false;
    while (end < rings->count && !geo_same(rings->at[end], rings->at[first]))
        end++;
    if (end < rings->count)
        end++;
    *ret_ring = (struct geo_points){ .at = rings->at + first, .count = end - first };
    *from = end;
    return true;
}

/* Does a-b go over c-d from one side to the other? A corner is part of one of its two edges, so a
 * line through it goes over once. */
static bool goes_over(struct geo_point a, struct geo_point b, struct geo_point c,
                      struct geo_point d)
{
    return (side(a, b, c) >= 0) != (side(a, b, d) >= 0)
           && (side(c, d, a) >= 0) != (side(c, d, b) >= 0);
}

typedef bool stretches_fn(struct geo_point a, struct geo_point b, struct geo_point c,
                          struct geo_point d);

/* How often a stretch of the line does that to an edge of the rings. */
static uint32_t edges_count(const struct geo_points *line, const struct geo_points *rings,
                            stretches_fn *does)
{
    struct geo_points ring;
    uint32_t from = 0, count = 0;

    while (ring_next(rings, &from, &ring))
        for (uint32_t e = 1; e < ring.count; e++)
            for (uint32_t i = 1; i < line->count; i++)
                count += does(line->at[i - 1], line->at[i], ring.at[e - 1], ring.at[e]);
    return count;
}

bool way_crosses(const struct geo_points *line, const struct geo_points *rings)
{
    if (line->count == 0 || rings->count == 0)
        return false;
    bool starts_inside = geo_inside(rings, line->at[0]);
    bool ends_inside = geo_inside(rings, line->at[line->count - 1]);
    if (!starts_inside && !ends_inside)
        return edges_count(line, rings, stretches_meet) > 0;
    /* Going in where it ends, or coming out of where it starts, is no way through. */
    uint32_t needed = starts_inside != ends_inside;
    return edges_count(line, rings, goes_over) > needed;
}

/* ---- rings ---- */

void ring_of_circle(struct geo_point center, double radius_m, uint32_t corners,
                    struct geo_point *into)
{
    for (uint32_t i = 0; i < corners; i++)
        into[i] = geo_rounded(geo_moved(center, 360.0 * i / corners, radius_m));
    into[corners] = into[0];
}

bool ring_crosses_itself(const struct geo_points *ring, uint32_t *ret_edge, uint32_t *ret_other)
{
    uint32_t edges = ring->count > 0 ? ring->count - 1 : 0;

    for (uint32_t i = 0; i < edges; i++) {
        for (uint32_t k = i + 1; k < edges; k++) {
            const struct geo_point *at = ring->at;
            bool neighbours = k == i + 1 || (i == 0 && k == edges - 1);
            bool meet = stretches_meet(at[i], at[i + 1], at[k], at[k + 1]);
            /* Neighbours share a corner; folded back on each other they share more. */
            if (neighbours) {
                struct geo_point corner = k == i + 1 ? at[k] : at[i];
                struct geo_point before = k == i + 1 ? at[i] : at[k];
                struct geo_point after = k == i + 1 ? at[k + 1] : at[i + 1];
                meet = side(before, corner, after) == 0
                       && (on_stretch(before, corner, after) || on_stretch(corner, after, before));
            }
            if (!meet)
                continue;
            *ret_edge = i;
            *ret_other = k;
            return true;
        }
    }
    return false;
}

double ring_across_m(const struct geo_points *ring)
{
    double most = 0;

    for (uint32_t i = 0; i < ring->count; i++)
        for (uint32_t k = i + 1; k < ring->count; k++)
            most = fmax(most, geo_distance_m(ring->at[i], ring->at[k]));
    return most;
}
