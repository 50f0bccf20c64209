/* The way as a line and as a list of streets. */
#include <math.h>
#include <string.h>

#include "maps/roads_inside.h"

/* Points closer than this are one: lengths are sums, so the same corner comes out a hair apart. */
static const double same_point_m = 0.02;

static void route_point(struct road_route *route, struct geo_point point)
{
    uint32_t count = route->points.count;

    if (count > 0 && geo_distance_m(route->points.at[count - 1], point) < same_point_m)
        return;
    route->points.at = base_grow(route->points.at, &route->point_capacity, count + 1,
                                 sizeof *route->points.at);
    route->points.at[count] = point;
    route->points.count = count + 1;
}

static void route_street(struct road_route *route, uint32_t street)
{
    uint32_t count = route->street_count;

    if (street == STREET_UNNAMED || (count > 0 && route->streets[count - 1] == street))
        return;
    route->streets = base_grow(route->streets, &route->street_capacity, count + 1,
                               sizeof *route->streets);
    route->streets[count] = street;
    route->street_count = count + 1;
}

/* Turns round the points from `first` on, and drops what then repeats the point before. */
static void points_reverse(struct geo_points *points, uint32_t first)
{
    for (uint32_t low = first, high = points->count; low + 1 < high; low++) {
        struct geo_point swapped = points->at[low];
        points->at[low] = points->at[--high];
        points->at[high] = swapped;
    }
    if (first > 0 && first < points->count
        && geo_distance_m(points->at[first - 1], points->at[first]) < same_point_m) {
        memmove(points->at + first, points->at + first + 1,
                (points->count - first - 1) * sizeof *points->at);
        points->count--;
    }
}

/* The points of a stretch, in driving order: both its ends and the vertices between. */
static void stretch_points(struct road_route *route, const struct geo_points *points,
                           double from_m, double to_m)
{
    bool forward = to_m >= from_m;
    double low_m = forward ? from_m : to_m, high_m = forward ? to_m : from_m, along_m = 0;
    uint32_t first = route->points.count;

    for (uint32_t i = 1; i < points->count; i++) {
        struct geo_point a = points->at[i - 1], b = points->at[i];
        double piece_m = geo_distance_m(a, b), end_m = along_m + piece_m;
        if (piece_m > 0 && low_m >= along_m && low_m <= end_m && route->points.count == first)
            route_point(route, point_between(a, b, (low_m - along_m) / piece_m));
        if (end_m > low_m && end_m < high_m)
            route_point(route, b);
        if (piece_m > 0 && high_m >= along_m && (high_m <= end_m || i + 1 == points->count)) {
            double t = (high_m - along_m) / piece_m;
            route_point(route, point_between(a, b, t > 1 ? 1 : t));
            break;
        }
        along_m = end_m;
    }
    if (!forward)
        points_reverse(&route->points, first);
}

struct route_making {
    const struct roads *roads;
    struct road_route route;
    struct route_leg *legs;         /* For its steps. */
    uint32_t leg_count, leg_capacity;
};

static void leg_add(struct route_making *making, const struct road_stretch *stretch)
{
    const struct roads *roads = making->roads;
    const struct road_segment *segment = &roads->segments[stretch->segment];
    uint32_t node = stretch->to_m > stretch->from_m ? segment->to_node : segment->from_node;

    making->legs = base_grow(making->legs, &making->leg_capacity, making->leg_count + 1,
                             sizeof *making->legs);
    making->legs[making->leg_count++] = (struct route_leg){
        .street = roads->streets->lines[segment->line].street,
        .length_m = fabs(stretch->to_m - stretch->from_m), .cost_ms = stretch->cost_ms,
        .last_point = making->route.points.count - 1,
        .crossing = roads->arc_first[node + 1] - roads->arc_first[node] > 2 };
}

static void stretch_add(void *context, const struct road_stretch *stretch)
{
    struct route_making *making = context;
    const struct road_segment *segment = &making->roads->segments[stretch->segment];
    double length_m = fabs(stretch->to_m - stretch->from_m);

    making->route.length_m += length_m;
    making->route.closed_m += stretch->closed ? length_m : 0;
    route_street(&making->route, making->roads->streets->lines[segment->line].street);
    stretch_points(&making->route, &segment->points, stretch->from_m, stretch->to_m);
    leg_add(making, stretch);
}

/* A unit that is there already goes straight. */
static void route_there(struct geo_point from, struct geo_point to, const struct road_time *there,
                        struct road_route *ret_route)
{
    struct road_route route = { .cost_ms = there->cost_ms, .length_m = there->length_m,
                                .off_m = there->off_m };

    route_point(&route, from);
    route_point(&route, to);
    *ret_route = route;
}

static void route_draw(const struct road_search *search, const struct road_spots *spots,
                       struct geo_point from, struct geo_point to, struct road_route *ret_route)
{
    struct route_making making = { .roads = search->roads };

    route_point(&making.route, from);
    making.route.off_m = way_tell(search, spots, 0, stretch_add, &making);
    making.route.length_m += making.route.off_m;
    making.route.cost_ms = search_cost(search->roads, search->place_first);
    route_steps_make(&making.route, making.legs, making.leg_count);
    route_point(&making.route, to);
    making.route.deviation_m = route_simplify(&making.route.points, ROUTE_POINTS_MAX);
    base_free(making.legs);
    *ret_route = making.route;
}

static bool route_search(struct roads *roads, enum road_entry entry, struct geo_point from,
                         struct geo_point to, struct road_route *ret_route)
{
    struct road_search search;
    struct road_spots spots;

    if (!roads_spots(roads, entry, from, &spots))
        return false;
    way_search_begin(&search, roads, entry, to, &from, 1);
    way_search_add(&search, &spots, 0);
    way_search_run(&search, 1);
    bool reached = roads->reached_count > 0;
    if (reached)
        route_draw(&search, &spots, from, to, ret_route);
    way_search_clear(&search);
    return reached;
}

bool roads_route(struct roads *roads, struct geo_point from, struct geo_point to,
                 struct road_route *ret_route)
{
    struct road_time there;

    if (way_there(from, to, &there)) {
        route_there(from, to, &there, ret_route);
        return true;
    }
    return route_search(roads, ENTRY_STREET, from, to, ret_route)
           || route_search(roads, ENTRY_FALLBACK, from, to, ret_route);
}

void road_route_clear(struct road_route *route)
{
    base_free(route->points.at);
    base_free(route->streets);
    base_free(route->steps);
    *route = (struct road_route){ 0 };
}

/* Metres from the point to the straight piece from `a` to `b`. */
static double off_piece_m(struct geo_point point, struct geo_point a, struct geo_point b)
{
    double north = 111195.08, east = north * cos(point.lat_deg * 0.017453292519943295);
    double dx = (b.lon_deg - a.lon_deg) * east, dy = (b.lat_deg - a.lat_deg) * north;
    double px = (point.lon_deg - a.lon_deg) * east, py = (point.lat_deg - a.lat_deg) * north;
    double length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? (px * dx + py * dy) / length2 : 0;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(px - t * dx, py - t * dy);
}

struct stretch_of_points {
    uint32_t first, last;
};

/* Marks the points to keep (Douglas and Peucker 1973), with a stack of its own. */
static void points_keep(const struct geo_points *points, double tolerance_m, uint8_t *keep,
                        struct stretch_of_points *stack)
{
    uint32_t depth = 0;

    stack[depth++] = (struct stretch_of_points){ 0, points->count - 1 };
    keep[0] = keep[points->count - 1] = 1;
    while (depth > 0) {
        struct stretch_of_points run = stack[--depth];
        uint32_t farthest = run.first;
        double farthest_m = tolerance_m;
        for (uint32_t i = run.first + 1; i < run.last; i++) {
            double off_m = off_piece_m(points->at[i], points->at[run.first], points->at[run.last]);
            if (off_m > farthest_m) {
                farthest_m = off_m;
                farthest = i;
            }
        }
        if (farthest == run.first)
            continue;
        keep[farthest] = 1;
        stack[depth++] = (struct stretch_of_points){ run.first, farthest };
        stack[depth++] = (struct stretch_of_points){ farthest, run.last };
    }
}

double route_simplify(struct geo_points *points, uint32_t count_max)
{
    double deviation_m = 0;

    assert(count_max >= 2);
    for (double tolerance_m = 1; points->count > count_max; tolerance_m *= 2) {
        deviation_m += tolerance_m;
        uint8_t *keep = base_alloc(points->count, 1);
        struct stretch_of_points *stack = base_alloc(points->count, sizeof *stack);
        uint32_t kept = 0;

        points_keep(points, tolerance_m, keep, stack);
        for (uint32_t i = 0; i < points->count; i++)
            if (keep[i])
                points->at[kept++] = points->at[i];
        points->count = kept;
        base_free(keep);
        base_free(stack);
    }
    return deviation_m;
}
