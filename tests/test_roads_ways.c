/* test_roads_ways.c - times, closures and reach against a plain search of the test's own, over
 * seeded grids and over real streets. */
#include "tests/check.h"

#include <math.h>
#include <unistd.h>

#include "maps/roads.h"
#include "tests/drawn.h"

enum { SIDE = 9, NODES = SIDE * SIDE, BOXES_MAX = 4 };

static const struct street_columns drawn_columns = {
    .name = "NAME", .class = "CLASS", .oneway = "ONEWAY", .class_speed_count = 2,
    .class_speeds = { { "arterial", 72 }, { "street", 36 } },
};

struct network {
    struct streets *streets;
    struct roads *roads;
    struct buffer warnings;
};

static void network_make(struct network *network, struct shapes *shapes,
                         const struct street_columns *columns)
{
    *network = (struct network){ 0 };
    network->streets = streets_new(shapes, columns, &network->warnings);
    network->roads = roads_new(network->streets, &network->warnings);
    shapes_free(shapes);
}

static void network_clear(struct network *network)
{
    roads_free(network->roads);
    streets_free(network->streets);
    buffer_clear(&network->warnings);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* A grid with gaps and one-way streets, everything by seed. */
static struct shapes *grid_draw(uint32_t seed)
{
    static char text[2 * NODES][2][64];
    static struct drawn_record records[2 * NODES];
    uint32_t count = 0;

    for (uint32_t i = 0; i < 2 * NODES; i++) {
        uint32_t x = i / 2 % SIDE, y = i / 2 / SIDE, east = i % 2;
        if ((east ? x : y) == SIDE - 1 || next_random(&seed) % 10 == 0)
            continue;
        const char *way = next_random(&seed) % 4 ? "" : next_random(&seed) % 2 ? "FT" : "TF";
        snprintf(text[count][0], 64, "S%u|%s|%s", east ? y : x,
                 next_random(&seed) % 4 ? "street" : "arterial", way);
        snprintf(text[count][1], 64, "%u %u, %u %u", x * 100, y * 100, (x + east) * 100,
                 (y + !east) * 100);
        records[count] = (struct drawn_record){ text[count][0], text[count][1] };
        count++;
    }
    return drawn_layer(SHAPE_LINES, "NAME|CLASS|ONEWAY", records, count);
}

/* ---- the plain search ----
 *
 * A state is a node and how far the way is: 0 over closed streets that a start lies in, 1 on open
 * streets, 2 over closed ones that the destination lies in. Relaxed until nothing changes. */
enum { PHASES = 3 };

struct plain {
    const struct roads *roads;
    const struct geo_box *boxes;    /* What is closed. */
    uint32_t box_count;
    uint8_t *closed;                /* Per segment, a bit per box. */
    uint32_t start_boxes, end_boxes;        /* A bit per box. */
    double *costs;                  /* [node * PHASES + phase], to the destination. */
};

static bool box_holds(const struct geo_box *box, struct geo_point point)
{
    return point.lat_deg > box->low.lat_deg && point.lat_deg < box->high.lat_deg
           && point.lon_deg > box->low.lon_deg && point.lon_deg < box->high.lon_deg;
}

static uint32_t boxes_holding(const struct plain *plain, struct geo_point point)
{
    uint32_t bits = 0;

    for (uint32_t i = 0; i < plain->box_count; i++)
        bits |= (uint32_t)box_holds(&plain->boxes[i], point) << i;
    return bits;
}

/* By walking along in small steps: plain, and good enough for boxes of whole metres. */
static uint8_t segment_boxes(const struct plain *plain, const struct road_segment *segment)
{
    uint32_t bits = 0;

    for (uint32_t i = 0; i + 1 < segment->points.count; i++) {
        struct geo_point a = segment->points.at[i], b = segment->points.at[i + 1];
        for (int step = 0; step <= 400; step++)
            bits |= boxes_holding(plain, (struct geo_point){
                a.lat_deg + (b.lat_deg - a.lat_deg) * step / 400,
                a.lon_deg + (b.lon_deg - a.lon_deg) * step / 400 });
    }
    return (uint8_t)bits;
}

static bool cost_lower(double *cost, double other)
{
    if (other >= *cost)
        return false;
    *cost = other;
    return true;
}

/* One segment driven from `from` to `to`, in the phases in which it may be. */
static bool segment_relax(struct plain *plain, uint32_t s, uint32_t from, uint32_t to)
{
    double cost_ms = roads_segment(plain->roads, s)->cost_ms;
    double *a = &plain->costs[from * PHASES], *b = &plain->costs[to * PHASES];
    bool changed = false;

    if (plain->closed[s] & plain->start_boxes)
        changed |= cost_lower(&a[0], b[0] + cost_ms);
    if (!plain->closed[s])
        changed |= cost_lower(&a[1], b[1] + cost_ms);
    if (plain->closed[s] & plain->end_boxes)
        changed |= cost_lower(&a[2], b[2] + cost_ms);
    return changed;
}

static void plain_search(struct plain *plain, uint32_t to_node)
{
    uint32_t node_count = roads_node_count(plain->roads);
    struct geo_point to = roads_node_point(plain->roads, to_node);
    bool changed = true;

    plain->end_boxes = boxes_holding(plain, to);
    for (uint32_t i = 0; i < node_count * PHASES; i++)
        plain->costs[i] = INFINITY;
    plain->costs[to_node * PHASES + (plain->end_boxes ? 2 : 1)] = 0;
    while (changed) {
        changed = false;
        for (uint32_t node = 0; node < node_count; node++) {
            double *costs = &plain->costs[node * PHASES];
            changed |= cost_lower(&costs[1], costs[2]);
            changed |= cost_lower(&costs[0], costs[1]);
        }
        for (uint32_t s = 0; s < roads_segment_count(plain->roads); s++) {
            const struct road_segment *segment = roads_segment(plain->roads, s);
            if (segment->ways & STREET_FORWARD)
                changed |= segment_relax(plain, s, segment->from_node, segment->to_node);
            if (segment->ways & STREET_BACKWARD)
                changed |= segment_relax(plain, s, segment->to_node, segment->from_node);
        }
    }
}

static void plain_begin(struct plain *plain, const struct roads *roads,
                        const struct geo_box *boxes, uint32_t box_count,
                        const struct geo_point *starts, uint32_t start_count)
{
    *plain = (struct plain){ .roads = roads, .boxes = boxes, .box_count = box_count };
    plain->costs = base_alloc(roads_node_count(roads) * PHASES, sizeof *plain->costs);
    plain->closed = base_alloc(roads_segment_count(roads), 1);
    for (uint32_t s = 0; s < roads_segment_count(roads); s++)
        plain->closed[s] = segment_boxes(plain, roads_segment(roads, s));
    for (uint32_t i = 0; i < start_count; i++)
        plain->start_boxes |= boxes_holding(plain, starts[i]);
}

static void plain_clear(struct plain *plain)
{
    base_free(plain->costs);
    base_free(plain->closed);
}

/* ---- closures ---- */

struct ring {
    struct geo_point corners[5];
};

static void boxes_close(struct roads *roads, const struct geo_box *boxes, uint32_t count)
{
    struct ring rings[BOXES_MAX];
    struct geo_points points[BOXES_MAX];

    for (uint32_t i = 0; i < count; i++) {
        struct geo_point low = boxes[i].low, high = boxes[i].high;
        rings[i] = (struct ring){ { low, { low.lat_deg, high.lon_deg }, high,
                                    { high.lat_deg, low.lon_deg }, low } };
        points[i] = (struct geo_points){ rings[i].corners, 5 };
    }
    roads_close(roads, points, count);
}

/* A place at a node that is put onto the network just there, and not on a street so short that its
 * other end counts as the same crossing (roads.h): then both searches begin alike. */
static bool node_clean(const struct roads *roads, uint32_t node)
{
    struct road_spot spot;

    if (!roads_snap(roads, roads_node_point(roads, node), &spot) || spot.off_m > 0.5)
        return false;
    const struct road_segment *segment = roads_segment(roads, spot.segment);
    if ((double)segment->length_m < 20)
        return false;
    return (spot.along_m < 0.5 && segment->from_node == node)
           || (spot.along_m > (double)segment->length_m - 0.5 && segment->to_node == node);
}

/* Every node to one node, with what is closed, against the plain search. Returns how many ways went
 * over closed streets. */
static uint32_t drives_compare(struct roads *roads, const struct geo_box *boxes,
                               uint32_t box_count, uint32_t to)
{
    uint32_t count = roads_node_count(roads), over_closed = 0;
    struct geo_point *from = base_alloc(count, sizeof *from);
    struct road_time *times = base_alloc(count, sizeof *times);
    struct plain plain;

    for (uint32_t node = 0; node < count; node++)
        from[node] = roads_node_point(roads, node);
    plain_begin(&plain, roads, boxes, box_count, from, count);
    plain_search(&plain, to);
    boxes_close(roads, boxes, box_count);
    roads_times(roads, from[to], from, count, 0, times);
    for (uint32_t node = 0; node_clean(roads, to) && node < count; node++) {
        double expected_ms = plain.costs[node * PHASES + (boxes_holding(&plain, from[node]) == 0)];
        if (!node_clean(roads, node))
            continue;
        bool driven = times[node].reached && times[node].off_m < 10;
        if (driven != isfinite(expected_ms)
            || (driven && fabs(times[node].cost_ms - expected_ms) > 300))
            fail_msg("node %u to %u: %u ms (driven %d), plain search %.0f ms", node, to,
                     times[node].cost_ms, driven, expected_ms);
        over_closed += driven && times[node].closed_m > 20;
    }
    roads_open(roads);
    plain_clear(&plain);
    base_free(from);
    base_free(times);
    return over_closed;
}

static struct geo_box box_drawn(double east_m, double north_m, double width_m, double height_m)
{
    return (struct geo_box){ drawn_point(east_m, north_m),
                             drawn_point(east_m + width_m, north_m + height_m) };
}

/* Goal: whatever is closed, times are those of the cheapest way that the rule allows; and opening
 * again leaves no trace. Method: seeded grids, random boxes, all nodes to some. */
static void closed_streets_are_driven_only_at_the_ends(void **state)
{
    uint32_t over_closed = 0;

    (void)state;
    for (uint32_t seed = 1; seed <= 12; seed++) {
        struct geo_box boxes[BOXES_MAX];
        struct network network;
        uint32_t random = seed * 77, box_count = seed % (BOXES_MAX + 1);
        network_make(&network, grid_draw(seed), &drawn_columns);
        for (uint32_t i = 0; i < box_count; i++)
            boxes[i] = box_drawn(next_random(&random) % 700 + 31, next_random(&random) % 700 + 37,
                                 next_random(&random) % 250 + 40, next_random(&random) % 250 + 40);
        for (uint32_t i = 0; i < 4; i++)
            over_closed += drives_compare(network.roads, boxes, box_count,
                                          next_random(&random) % roads_node_count(network.roads));
        drives_compare(network.roads, boxes, 0, 0);
        network_clear(&network);
    }
    assert_true(over_closed > 50);
}

/* Goal: what a dispatcher sees of one closure. A street of 300 m, flooded from 100 to 200; the way
 * round is 500 m. */
static const struct drawn_record flooded[] = {
    { "Quay St|street|", "0 0, 50 0, 300 0" },
    { "Mill Rd|street|", "0 0, 0 100, 300 100, 300 0" },
};
static const struct {
    const char *name;
    double from[2], to[2];
    bool reached;
    double m, closed_m;
} floods[] = {
    { "past it: round", { 0, 0 }, { 300, 0 }, true, 500, 0 },
    { "up to it, from this side", { 0, 0 }, { 80, 0 }, true, 80, 0 },
    { "up to it, from the other side", { 300, 0 }, { 80, 0 }, true, 580, 0 },
    { "into it", { 0, 0 }, { 150, 0 }, true, 150, 150 },
    { "out of it", { 150, 0 }, { 0, 0 }, true, 150, 150 },
    { "out of it and round", { 190, 0 }, { 300, 0 }, true, 110, 110 },
    { "within it", { 110, 0 }, { 190, 0 }, true, 80, 80 },
};

static void a_flooded_street_is_gone_round(void **state)
{
    struct geo_box flood = box_drawn(100, -20, 100, 40);
    struct network network;

    (void)state;
    network_make(&network, drawn_layer(SHAPE_LINES, "NAME|CLASS|ONEWAY", flooded,
                                       ARRAY_COUNT(flooded)), &drawn_columns);
    boxes_close(network.roads, &flood, 1);
    for (size_t i = 0; i < ARRAY_COUNT(floods); i++) {
        struct geo_point from = drawn_point(floods[i].from[0], floods[i].from[1]);
        struct geo_point to = drawn_point(floods[i].to[0], floods[i].to[1]);
        struct road_route route = { 0 };
        struct road_time time;
        CASE("%s", floods[i].name);
        roads_times(network.roads, to, &from, 1, 0, &time);
        assert_int_equal(time.reached, floods[i].reached);
        assert_true(fabs(time.length_m - floods[i].m) < 1);
        assert_true(fabs(time.closed_m - floods[i].closed_m) < 1);
        assert_true(roads_route(network.roads, from, to, &route));
        assert_int_equal(route.cost_ms, time.cost_ms);
        assert_true(fabs(route.closed_m - time.closed_m) < 0.1);
        road_route_clear(&route);
    }
    network_clear(&network);
}

/* Goal: closures hold on a real city with curved streets. */
static bool cambridge_make(struct network *network)
{
    static const struct street_columns cambridge = {
        .name = "Street", .oneway = "Direction", .oneway_forward = "1", .oneway_backward = "-1",
        .from_node = "FromNode", .to_node = "ToNode", .default_kmh = 40,
    };
    struct shapes *shapes;
    char why[300];

    if (access("../shared/data", F_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        return false;
    }
    assert_int_equal(shapefile_read("../shared/data/shapefiles/cambridge_ma/streets", &shapes, why,
                                    sizeof why), STATUS_OK);
    network_make(network, shapes, &cambridge);
    return true;
}

static void cambridge_is_driven_round_what_is_closed(void **state)
{
    static const struct geo_box closed[] = {
        { { 42.3720, -71.1200 }, { 42.3740, -71.1150 } },       /* Harvard Square. */
        { { 42.3640, -71.1060 }, { 42.3660, -71.1020 } },       /* Central Square. */
    };
    struct network network;

    (void)state;
    if (!cambridge_make(&network))
        skip();
    for (uint32_t i = 0; i < 3; i++)
        drives_compare(network.roads, closed, 2, i * 611 % roads_node_count(network.roads));
    network_clear(&network);
}

/* ---- reach ---- */

/* Even-odd, by an edge's own straight arithmetic. */
static bool rings_hold_point(const struct outline_rings *rings, struct geo_point p)
{
    bool inside = false;

    for (uint32_t r = 0; r < rings->count; r++) {
        for (uint32_t i = 1; i < rings->at[r].count; i++) {
            struct geo_point a = rings->at[r].at[i - 1], b = rings->at[r].at[i];
            if ((a.lat_deg > p.lat_deg) != (b.lat_deg > p.lat_deg)
                && p.lon_deg < a.lon_deg + (p.lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg)
                                               * (b.lon_deg - a.lon_deg))
                inside = !inside;
        }
    }
    return inside;
}

/* Costs out of one node, relaxed until nothing changes. */
static double *costs_from(const struct roads *roads, uint32_t start)
{
    double *costs = base_alloc(roads_node_count(roads), sizeof *costs);
    bool changed = true;

    for (uint32_t node = 0; node < roads_node_count(roads); node++)
        costs[node] = node == start ? 0 : INFINITY;
    while (changed) {
        changed = false;
        for (uint32_t s = 0; s < roads_segment_count(roads); s++) {
            const struct road_segment *segment = roads_segment(roads, s);
            double *from = &costs[segment->from_node], *to = &costs[segment->to_node];
            if (segment->ways & STREET_FORWARD)
                changed |= cost_lower(to, *from + segment->cost_ms);
            if (segment->ways & STREET_BACKWARD)
                changed |= cost_lower(from, *to + segment->cost_ms);
        }
    }
    return costs;
}

struct sample {
    struct geo_point point;
    double cost_ms;
};

/* Places along every driven segment, some 15 m apart. */
static struct sample *samples_take(const struct roads *roads, const double *costs,
                                   uint32_t *ret_count)
{
    struct sample *samples = NULL;
    uint32_t count = 0, capacity = 0;

    for (uint32_t s = 0; s < roads_segment_count(roads); s++) {
        const struct road_segment *segment = roads_segment(roads, s);
        double along_m = 0, whole_m = (double)segment->length_m;
        for (uint32_t i = 1; segment->ways && i < segment->points.count; i++) {
            struct geo_point a = segment->points.at[i - 1], b = segment->points.at[i];
            double piece_m = geo_distance_m(a, b);
            uint32_t steps = 1 + (uint32_t)(piece_m / 15);
            for (uint32_t step = 0; step < steps; step++) {
                double t = (step + 0.5) / steps, share = (along_m + t * piece_m) / whole_m;
                struct sample sample = { { a.lat_deg + t * (b.lat_deg - a.lat_deg),
                                           a.lon_deg + t * (b.lon_deg - a.lon_deg) }, INFINITY };
                if (segment->ways & STREET_FORWARD)
                    cost_lower(&sample.cost_ms,
                               costs[segment->from_node] + share * segment->cost_ms);
                if (segment->ways & STREET_BACKWARD)
                    cost_lower(&sample.cost_ms,
                               costs[segment->to_node] + (1 - share) * segment->cost_ms);
                samples = base_grow(samples, &capacity, count + 1, sizeof *samples);
                samples[count++] = sample;
            }
            along_m += piece_m;
        }
    }
    *ret_count = count;
    return samples;
}

static double nearest_reached_m(const struct sample *samples, uint32_t count, double cost_ms_max,
                                struct geo_point point)
{
    double nearest_m = INFINITY;

    for (uint32_t i = 0; i < count; i++)
        if (samples[i].cost_ms <= cost_ms_max)
            nearest_m = fmin(nearest_m, geo_distance_m(samples[i].point, point));
    return nearest_m;
}

/* All that is reached is inside; what is 30 s farther is outside, unless a reached street runs
 * within `near_m` of it; the rings close, keep their limit, and come out the same twice. */
static void reach_check(struct network *network, uint32_t node, uint32_t seconds, double near_m)
{
    struct roads *roads = network->roads;

    while (!node_clean(roads, node))
        node++;
    struct geo_point from = roads_node_point(roads, node);
    double *costs = costs_from(roads, node), cost_ms_max = seconds * 1000.0;
    struct road_reach reach, again;
    uint32_t count, reached = 0, outside = 0;
    struct sample *samples = samples_take(roads, costs, &count);

    assert_true(roads_reach(roads, from, seconds * 1000, &reach));
    assert_in_range(reach.rings.point_count, 4, OUTLINE_POINTS_MAX);
    for (uint32_t r = 0; r < reach.rings.count; r++) {
        const struct geo_points *ring = &reach.rings.at[r];
        assert_true(ring->count >= 4);
        assert_true(geo_same(ring->at[0], ring->at[ring->count - 1]));
    }
    for (uint32_t i = 0; i < count; i++) {
        bool inside = rings_hold_point(&reach.rings, samples[i].point);
        if (samples[i].cost_ms < cost_ms_max - 500) {
            reached++;
            if (!inside)
                fail_msg("%.7f,%.7f is reached in %.0f s and lies outside",
                         samples[i].point.lat_deg, samples[i].point.lon_deg,
                         samples[i].cost_ms / 1000);
        } else if (samples[i].cost_ms > cost_ms_max + 30000) {
            outside += !inside;
            if (inside
                && nearest_reached_m(samples, count, cost_ms_max, samples[i].point) > near_m)
                fail_msg("%.7f,%.7f takes %.0f s and lies inside", samples[i].point.lat_deg,
                         samples[i].point.lon_deg, samples[i].cost_ms / 1000);
        }
    }
    print_message("%u s: %u rings, %u points, %.0f m of streets; %u samples reached, %u outside\n",
                  seconds, reach.rings.count, reach.rings.point_count, reach.streets_m, reached,
                  outside);
    assert_true(reached > 5);
    assert_true(roads_reach(roads, from, seconds * 1000, &again));
    assert_int_equal(again.rings.point_count, reach.rings.point_count);
    assert_memory_equal(again.rings.points, reach.rings.points,
                        reach.rings.point_count * sizeof *reach.rings.points);
    road_reach_clear(&reach);
    road_reach_clear(&again);
    base_free(samples);
    base_free(costs);
}

static void a_reach_holds_all_that_is_reached_and_little_else(void **state)
{
    struct network network;

    (void)state;
    for (uint32_t seed = 1; seed <= 6; seed++) {
        network_make(&network, grid_draw(seed), &drawn_columns);
        reach_check(&network, 40, 10 + 7 * seed, 60);
        network_clear(&network);
    }
    if (!cambridge_make(&network))
        skip();
    reach_check(&network, 900, 60, 60);
    reach_check(&network, 900, 180, 90);
    reach_check(&network, 200, 300, 120);
    network_clear(&network);
}

/* Goal: metres and rings of reaches that one can count on fingers. */
static const struct drawn_record cross[] = {
    { "Quay St|street|", "-1000 0, 0 0, 1000 0" },
    { "Hill Ln|street|FT", "0 0, 0 1000" },
};

static void the_metres_of_a_reach_are_those_driven(void **state)
{
    struct network network;
    struct road_reach reach;

    (void)state;
    network_make(&network, drawn_layer(SHAPE_LINES, "NAME|CLASS|ONEWAY", cross, 2),
                 &drawn_columns);
    /* 30 s at 10 m/s, both ways and up the one-way street. */
    assert_true(roads_reach(network.roads, drawn_point(0, 0), 30000, &reach));
    assert_true(fabs(reach.streets_m - 900) < 2);
    assert_int_equal(reach.rings.count, 1);
    road_reach_clear(&reach);
    /* From the middle of the one-way street nobody gets back down. */
    assert_true(roads_reach(network.roads, drawn_point(0, 500), 30000, &reach));
    assert_true(fabs(reach.streets_m - 300) < 2);
    road_reach_clear(&reach);
    assert_false(roads_reach(network.roads, drawn_point(9000, 0), 30000, &reach));
    network_clear(&network);
}

/* Goal: who starts where it is closed gets out of it and no farther over closed streets; who starts
 * outside never enters. All of the two streets are 800 m. */
static const struct {
    const char *name;
    double from[2];
    uint32_t seconds;
    double streets_m;
} flood_reaches[] = {
    { "from the flood everywhere", { 150, 0 }, 600, 800 },
    { "out of it on both sides", { 150, 0 }, 20, 400 },
    { "not out of it yet", { 150, 0 }, 4, 80 },
    { "round, but not into it", { 300, 0 }, 600, 500 },
    { "up to it and round", { 80, 0 }, 600, 580 },
    { "on the flooded street, outside: away from it", { 250, 0 }, 20, 200 },
};

static void a_reach_leaves_a_closure_that_holds_its_start(void **state)
{
    struct geo_box flood = box_drawn(100, -20, 100, 40);
    struct network network;
    struct road_reach reach;

    (void)state;
    network_make(&network, drawn_layer(SHAPE_LINES, "NAME|CLASS|ONEWAY", flooded,
                                       ARRAY_COUNT(flooded)), &drawn_columns);
    boxes_close(network.roads, &flood, 1);
    for (size_t i = 0; i < ARRAY_COUNT(flood_reaches); i++) {
        struct geo_point from = drawn_point(flood_reaches[i].from[0], flood_reaches[i].from[1]);
        CASE("%s", flood_reaches[i].name);
        assert_true(roads_reach(network.roads, from, flood_reaches[i].seconds * 1000, &reach));
        assert_true(fabs(reach.streets_m - flood_reaches[i].streets_m) < 2);
        road_reach_clear(&reach);
    }
    network_clear(&network);
}

/* ---- steps ---- */

static const struct drawn_record village[] = {
    { "Quay St|street|", "0 0, 200 0" },            { "|street|", "200 0, 220 20" },
    { "Mill Rd|street|", "220 20, 220 300" },       { "Mill Rd|street|", "220 300, 500 300" },
    { "Church Ln|street|", "220 300, 220 500" },    { "Fast Rd|arterial|", "500 300, 800 330" },
    { "|street|", "800 330, 800 130" },             { "Quay St|street|", "-300 0, 0 0" },
};
static const struct {
    const char *name;
    double from[2], to[2];
    const char *told;
} tellings[] = {
    { "along one street, drawn in two", { -250, 0 }, { 150, 0 }, "start Quay St 400" },
    { "a link without a name is part of what leads to it", { 100, 0 }, { 220, 200 },
      "start Quay St 128, left Mill Rd 180" },
    { "a turn to stay on a street", { 220, 100 }, { 400, 300 },
      "start Mill Rd 200, right Mill Rd 180" },
    { "ahead into another", { 220, 100 }, { 220, 450 },
      "start Mill Rd 200, ahead Church Ln 150" },
    { "nearly ahead, then a long street without a name", { 400, 300 }, { 800, 200 },
      "start Mill Rd 100, ahead Fast Rd 301, right  130" },
};

static void a_route_is_told_street_by_street(void **state)
{
    struct network network;

    (void)state;
    network_make(&network, drawn_layer(SHAPE_LINES, "NAME|CLASS|ONEWAY", village,
                                       ARRAY_COUNT(village)), &drawn_columns);
    for (size_t i = 0; i < ARRAY_COUNT(tellings); i++) {
        struct road_route route;
        struct buffer told = { 0 };
        CASE("%s", tellings[i].name);
        assert_true(roads_route(network.roads,
                                drawn_point(tellings[i].from[0], tellings[i].from[1]),
                                drawn_point(tellings[i].to[0], tellings[i].to[1]), &route));
        for (uint32_t k = 0; k < route.step_count; k++)
            buffer_print(&told, "%s%s %s %.0f", k ? ", " : "",
                         road_turn_text(route.steps[k].turn),
                         streets_name(network.streets, route.steps[k].street),
                         route.steps[k].length_m);
        assert_string_equal(told.bytes, tellings[i].told);
        buffer_clear(&told);
        road_route_clear(&route);
    }
    network_clear(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_streets_are_driven_only_at_the_ends),
        cmocka_unit_test(a_flooded_street_is_gone_round),
        cmocka_unit_test(cambridge_is_driven_round_what_is_closed),
        cmocka_unit_test(a_reach_holds_all_that_is_reached_and_little_else),
        cmocka_unit_test(the_metres_of_a_reach_are_those_driven),
        cmocka_unit_test(a_reach_leaves_a_closure_that_holds_its_start),
        cmocka_unit_test(a_route_is_told_street_by_street),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
