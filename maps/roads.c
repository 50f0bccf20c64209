#include "maps/roads.h"

#include <math.h>
#include <string.h>

#include "maps/roads_inside.h"

/* Between a point and its street a unit walks, or rolls over a yard. */
static const double off_road_m_per_s = 5.0;
/* How much farther a way out may be than a street that leads nowhere. */
static const double inland_detour_m = 50.0;
static const double at_crossing_m = 10.0;
/* So close to the place a unit is there: sending it by the street and back would be absurd. */
static const double there_m = 25.0;

struct roads *roads_new(const struct streets *streets, struct buffer *warnings)
{
    struct roads *roads = base_alloc(1, sizeof *roads);

    roads->streets = streets;
    graph_make(roads, warnings);
    roads->nearest = nearest_new(roads->lines, roads->segment_count);
    return roads;
}

void roads_free(struct roads *roads)
{
    if (!roads)
        return;
    nearest_free(roads->nearest);
    base_free(roads->segments);
    base_free(roads->lines);
    base_free(roads->node_points);
    base_free(roads->arc_first);
    base_free(roads->arcs);
    base_free(roads->arc_segments);
    base_free(roads->labels);
    base_free(roads->queue.pool);
    base_free(roads->queue.buckets);
    base_free(roads->touched);
    base_free(roads->has_extra);
    base_free(roads->extras);
    base_free(roads->reached);
    base_free(roads);
}

uint32_t roads_node_count(const struct roads *roads)
{
    return roads->node_count;
}

uint32_t roads_segment_count(const struct roads *roads)
{
    return roads->segment_count;
}

const struct road_segment *roads_segment(const struct roads *roads, uint32_t segment)
{
    assert(segment < roads->segment_count);
    return &roads->segments[segment];
}

struct geo_point roads_node_point(const struct roads *roads, uint32_t node)
{
    assert(node < roads->node_count);
    return roads->node_points[node];
}

const struct nearest *roads_nearest(const struct roads *roads)
{
    return roads->nearest;
}

static bool segment_driven(const void *context, uint32_t segment)
{
    return ((const struct roads *)context)->segments[segment].ways != 0;
}

static bool segment_inland(const void *context, uint32_t segment)
{
    return ((const struct roads *)context)->segments[segment].inland;
}

bool roads_snap(const struct roads *roads, struct geo_point point, struct road_spot *ret_spot)
{
    struct nearest_hit hit, inland;

    if (!geo_known(point)
        || !nearest_find(roads->nearest, point, ROADS_SNAP_M_MAX, segment_driven, roads, &hit))
        return false;
    if (!roads->segments[hit.line].inland
        && nearest_find(roads->nearest, point, hit.distance_m + inland_detour_m, segment_inland,
                        roads, &inland))
        hit = inland;
    *ret_spot = (struct road_spot){ .segment = hit.line, .along_m = hit.along_m,
                                    .off_m = hit.distance_m, .point = hit.point };
    return true;
}

/* ---- costs at a spot ---- */

static uint32_t off_road_ms(double off_m)
{
    return (uint32_t)(off_m / off_road_m_per_s * 1000.0 + 0.5);
}

/* Driving `length_m` of a segment. */
static uint32_t part_ms(const struct road_segment *segment, double length_m)
{
    double whole_m = (double)segment->length_m;
    double share = whole_m > 0 ? length_m / whole_m : 0;

    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return (uint32_t)(segment->cost_ms * share + 0.5);
}

static double rest_m(const struct road_segment *segment, double along_m)
{
    return fmax((double)segment->length_m - along_m, 0);
}

/* In which directions one may leave a spot. So close to a crossing a unit is taken to stand on it:
 * its position is no better than that, and it must not be sent round the block by an arm of the
 * crossing that is one-way. */
static uint8_t ways_out(const struct road_segment *segment, double along_m)
{
    uint8_t ways = segment->ways;

    if (rest_m(segment, along_m) <= at_crossing_m)
        ways |= STREET_FORWARD;
    if (along_m <= at_crossing_m)
        ways |= STREET_BACKWARD;
    return ways;
}

/* In which directions one may drive up to it: out of the same crossing against one-way. */
static uint8_t ways_in(const struct road_segment *segment, double along_m)
{
    uint8_t ways = segment->ways;

    if (along_m <= at_crossing_m)
        ways |= STREET_FORWARD;
    if (rest_m(segment, along_m) <= at_crossing_m)
        ways |= STREET_BACKWARD;
    return ways;
}

/* From `from` straight along their common segment to `to`; COST_NONE where one-way forbids it. */
static uint32_t direct_ms(const struct roads *roads, const struct road_spot *from,
                          const struct road_spot *to)
{
    const struct road_segment *segment = &roads->segments[from->segment];
    double along_m = to->along_m - from->along_m;

    if (from->segment != to->segment)
        return COST_NONE;
    if (!(segment->ways & (along_m >= 0 ? STREET_FORWARD : STREET_BACKWARD))
        && fabs(along_m) > at_crossing_m)
        return COST_NONE;
    return part_ms(segment, fabs(along_m));
}

/* The search runs out of the destination: its segment's ends are where it starts. */
static void spot_seed(struct roads *roads, const struct road_spot *to)
{
    const struct road_segment *segment = &roads->segments[to->segment];
    uint8_t ways = ways_in(segment, to->along_m);

    if (ways & STREET_FORWARD)
        search_seed(roads, segment->from_node, part_ms(segment, to->along_m));
    if (ways & STREET_BACKWARD)
        search_seed(roads, segment->to_node, part_ms(segment, rest_m(segment, to->along_m)));
}

static void spot_target(struct roads *roads, const struct road_spot *from,
                        const struct road_spot *to, uint32_t place)
{
    const struct road_segment *segment = &roads->segments[from->segment];
    uint8_t ways = ways_out(segment, from->along_m);
    uint32_t direct = direct_ms(roads, from, to), off = off_road_ms(from->off_m);

    if (ways & STREET_FORWARD)
        search_extra(roads, segment->to_node, place,
                     off + part_ms(segment, rest_m(segment, from->along_m)));
    if (ways & STREET_BACKWARD)
        search_extra(roads, segment->from_node, place, off + part_ms(segment, from->along_m));
    if (direct != COST_NONE)
        search_seed(roads, place, off + direct);
}

/* ---- the way back from a search: invariants 1 and 2 of roads_search.c make it exact ---- */

enum leaving { LEAVE_DIRECT, LEAVE_FORWARD, LEAVE_BACKWARD };

/* How the cheapest way leaves the start; ties as listed above. */
static enum leaving spot_leaving(const struct roads *roads, const struct road_spot *from,
                                 const struct road_spot *to, uint32_t cost_ms)
{
    const struct road_segment *segment = &roads->segments[from->segment];
    uint32_t off = off_road_ms(from->off_m), direct = direct_ms(roads, from, to);

    if (direct != COST_NONE && off + direct == cost_ms)
        return LEAVE_DIRECT;
    if ((ways_out(segment, from->along_m) & STREET_FORWARD)
        && off + part_ms(segment, rest_m(segment, from->along_m))
                   + search_cost(roads, segment->to_node) == cost_ms)
        return LEAVE_FORWARD;
    return LEAVE_BACKWARD;
}

/* True when the cheapest way from `node` is to turn into the destination's segment. */
static bool arrives_forward(const struct roads *roads, uint32_t node, const struct road_spot *to)
{
    const struct road_segment *segment = &roads->segments[to->segment];

    return (ways_in(segment, to->along_m) & STREET_FORWARD) && segment->from_node == node
           && part_ms(segment, to->along_m) == search_cost(roads, node);
}

static bool node_arrives(const struct roads *roads, uint32_t node, const struct road_spot *to)
{
    const struct road_segment *segment = &roads->segments[to->segment];

    if (arrives_forward(roads, node, to))
        return true;
    return (ways_in(segment, to->along_m) & STREET_BACKWARD) && segment->to_node == node
           && part_ms(segment, rest_m(segment, to->along_m)) == search_cost(roads, node);
}

/* The segment by which the cheapest way leaves `node`; the lowest of equal ones. */
static uint32_t node_onward(const struct roads *roads, uint32_t node, uint32_t *ret_next)
{
    uint32_t cost_ms = search_cost(roads, node);

    for (uint32_t arc = roads->arc_first[node]; arc < roads->arc_first[node + 1]; arc++) {
        const struct road_segment *segment = &roads->segments[roads->arc_segments[arc]];
        uint32_t other = roads->arcs[arc].node;
        bool open = segment->ways & (segment->from_node == node ? STREET_FORWARD : STREET_BACKWARD);
        if (open && other != node && search_cost(roads, other) + segment->cost_ms == cost_ms) {
            *ret_next = other;
            return roads->arc_segments[arc];
        }
    }
    assert(!"a reached node has a way on");
    return 0;
}

/* Told every stretch of a way, in driving order. */
typedef void stretch_fn(void *context, const struct road_segment *segment, double from_m,
                        double to_m);

static void last_stretch(const struct roads *roads, uint32_t node, const struct road_spot *to,
                         stretch_fn *tell, void *context)
{
    const struct road_segment *segment = &roads->segments[to->segment];
    double from_m = arrives_forward(roads, node, to) ? 0 : (double)segment->length_m;

    tell(context, segment, from_m, to->along_m);
}

static void way_tell(const struct roads *roads, const struct road_spot *from,
                     const struct road_spot *to, uint32_t cost_ms, stretch_fn *tell, void *context)
{
    const struct road_segment *segment = &roads->segments[from->segment];
    enum leaving leaving = spot_leaving(roads, from, to, cost_ms);
    uint32_t node = leaving == LEAVE_FORWARD ? segment->to_node : segment->from_node;

    if (leaving == LEAVE_DIRECT) {
        tell(context, segment, from->along_m, to->along_m);
        return;
    }
    tell(context, segment, from->along_m,
         leaving == LEAVE_FORWARD ? (double)segment->length_m : 0);
    while (!node_arrives(roads, node, to)) {
        uint32_t next;
        segment = &roads->segments[node_onward(roads, node, &next)];
        bool forward = segment->from_node == node;
        double length_m = (double)segment->length_m;
        tell(context, segment, forward ? 0 : length_m, forward ? length_m : 0);
        node = next;
    }
    last_stretch(roads, node, to, tell, context);
}

/* ---- times ---- */

static void length_add(void *context, const struct road_segment *segment, double from_m,
                       double to_m)
{
    (void)segment;
    *(double *)context += fabs(to_m - from_m);
}

static struct road_time time_of(const struct roads *roads, const struct road_spot *from,
                                const struct road_spot *to, uint32_t place)
{
    struct road_time time = { .reached = true, .length_m = from->off_m + to->off_m };
    uint32_t cost_ms = search_cost(roads, place);

    way_tell(roads, from, to, cost_ms, length_add, &time.length_m);
    time.cost_ms = cost_ms + off_road_ms(to->off_m);
    return time;
}

/* True for a start that is at the place already. */
static bool start_there(struct geo_point from, struct geo_point to, struct road_time *ret_time)
{
    double apart_m = geo_known(from) && geo_known(to) ? geo_distance_m(from, to) : INFINITY;

    if (apart_m > there_m)
        return false;
    *ret_time = (struct road_time){ .reached = true, .cost_ms = off_road_ms(apart_m),
                                    .length_m = apart_m };
    return true;
}

void roads_times(struct roads *roads, struct geo_point to, const struct geo_point *from,
                 uint32_t count, uint32_t closest, struct road_time *ret_times)
{
    struct road_spot end, *spots = base_alloc(count, sizeof *spots);
    uint32_t there = 0;

    for (uint32_t i = 0; i < count; i++) {
        ret_times[i] = (struct road_time){ .reached = false };
        there += start_there(from[i], to, &ret_times[i]);
    }
    if ((closest == 0 || there < closest) && roads_snap(roads, to, &end)) {
        search_begin(roads, REACH_TO, count);
        spot_seed(roads, &end);
        for (uint32_t i = 0; i < count; i++)
            if (!ret_times[i].reached && roads_snap(roads, from[i], &spots[i]))
                spot_target(roads, &spots[i], &end, roads->node_count + i);
        search_run(roads, roads->node_count, closest ? closest - there : count, COST_NONE);
        for (uint32_t i = 0; i < roads->reached_count; i++) {
            uint32_t place = (uint32_t)roads->reached[i], at = place - roads->node_count;
            ret_times[at] = time_of(roads, &spots[at], &end, place);
        }
    }
    base_free(spots);
}

/* ---- routes ---- */

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

static struct geo_point between(struct geo_point a, struct geo_point b, double t)
{
    return (struct geo_point){ a.lat_deg + t * (b.lat_deg - a.lat_deg),
                               a.lon_deg + t * (b.lon_deg - a.lon_deg) };
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
            route_point(route, between(a, b, (low_m - along_m) / piece_m));
        if (end_m > low_m && end_m < high_m)
            route_point(route, b);
        if (piece_m > 0 && high_m >= along_m && (high_m <= end_m || i + 1 == points->count)) {
            double t = (high_m - along_m) / piece_m;
            route_point(route, between(a, b, t > 1 ? 1 : t));
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
};

static void stretch_add(void *context, const struct road_segment *segment, double from_m,
                        double to_m)
{
    struct route_making *making = context;

    making->route.length_m += fabs(to_m - from_m);
    route_street(&making->route, making->roads->streets->lines[segment->line].street);
    stretch_points(&making->route, &segment->points, from_m, to_m);
}

bool roads_route(struct roads *roads, struct geo_point from, struct geo_point to,
                 struct road_route *ret_route)
{
    struct route_making making = { .roads = roads };
    struct road_spot start, end;
    struct road_time there;
    uint32_t place = roads->node_count;

    if (start_there(from, to, &there)) {
        route_point(&making.route, from);
        route_point(&making.route, to);
        making.route.cost_ms = there.cost_ms;
        making.route.length_m = there.length_m;
        *ret_route = making.route;
        return true;
    }
    if (!roads_snap(roads, from, &start) || !roads_snap(roads, to, &end))
        return false;
    search_begin(roads, REACH_TO, 1);
    spot_seed(roads, &end);
    spot_target(roads, &start, &end, place);
    search_run(roads, roads->node_count, 1, COST_NONE);
    if (roads->reached_count == 0)
        return false;

    uint32_t cost_ms = search_cost(roads, place);
    route_point(&making.route, from);
    way_tell(roads, &start, &end, cost_ms, stretch_add, &making);
    route_point(&making.route, to);
    making.route.cost_ms = cost_ms + off_road_ms(end.off_m);
    making.route.length_m += start.off_m + end.off_m;
    route_simplify(&making.route.points, ROUTE_POINTS_MAX);
    *ret_route = making.route;
    return true;
}

void road_route_clear(struct road_route *route)
{
    base_free(route->points.at);
    base_free(route->streets);
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

void route_simplify(struct geo_points *points, uint32_t count_max)
{
    assert(count_max >= 2);
    for (double tolerance_m = 1; points->count > count_max; tolerance_m *= 2) {
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
}
