/* test_roads.c - from drawn lines to a network, and the cheapest ways over it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "maps/roads.h"
#include "tests/drawn.h"

static const char columns[] = "NAME|CLASS|ONEWAY|FROM|TO";

struct network {
    struct streets *streets;
    struct roads *roads;
    struct buffer warnings;
};

static const struct street_columns drawn_columns = {
    .name = "NAME", .class = "CLASS", .oneway = "ONEWAY", .from_node = "FROM", .to_node = "TO",
    .class_speed_count = 3,
    .class_speeds = { { "arterial", 72 }, { "street", 36 }, { "path", 0 } },
    .default_kmh = 36,
};

static void network_make(struct network *network, const struct shapes *shapes,
                         const struct street_columns *columns_used)
{
    *network = (struct network){ 0 };
    network->streets = streets_new(shapes, columns_used, &network->warnings);
    network->roads = roads_new(network->streets, &network->warnings);
}

static void network_draw(struct network *network, const struct drawn_record *records,
                         uint32_t count)
{
    struct shapes *shapes = drawn_layer(SHAPE_LINES, columns, records, count);

    network_make(network, shapes, &drawn_columns);
    shapes_free(shapes);
}

static void network_clear(struct network *network)
{
    roads_free(network->roads);
    streets_free(network->streets);
    buffer_clear(&network->warnings);
}

/* Goal: lines meet where a person sees them meet, and nowhere else. Method: two lines drawn in
 * every way that files draw them; nodes and segments counted. */
static const struct {
    const char *name;
    struct drawn_record records[3];
    uint32_t count, nodes, segments;
} meetings[] = {
    { "ends at one place", { { "A||", "0 0, 100 0" }, { "B||", "100 0, 200 0" } }, 2, 3, 2 },
    { "ends 0.8 m apart", { { "A||", "0 0, 100 0" }, { "B||", "100.8 0, 200 0" } }, 2, 3, 2 },
    { "ends 1.5 m apart", { { "A||", "0 0, 100 0" }, { "B||", "101.5 0, 200 0" } }, 2, 4, 2 },
    { "a shared vertex between ends", { { "A||", "0 0, 100 0, 200 0" },
                                        { "B||", "100 -50, 100 0, 100 50" } }, 2, 5, 4 },
    { "a bridge: they cross without one", { { "A||", "0 0, 200 0" }, { "B||", "100 -50, 100 50" } },
      2, 4, 2 },
    { "a bridge with a vertex 0.5 m from the other's", { { "A||", "0 0, 100 0, 200 0" },
                                        { "B||", "100 -50, 100.5 0, 100 50" } }, 2, 4, 2 },
    { "a side street drawn up to a vertex", { { "A||", "0 0, 100 0, 200 0" },
                                              { "B||", "100 0.5, 100 50" } }, 2, 4, 3 },
    { "a side street drawn up to the side of a line", { { "A||", "0 0, 200 0" },
                                                        { "B||", "70 0.5, 70 50" } }, 2, 4, 3 },
    { "just across its side", { { "A||", "0 0, 200 0" }, { "B||", "70 -0.5, 70 50" } }, 2, 4, 3 },
    { "not quite up to it", { { "A||", "0 0, 200 0" }, { "B||", "70 1.5, 70 50" } }, 2, 4, 2 },
    { "two side streets on one side", { { "A||", "0 0, 200 0" }, { "B||", "70 0, 70 50" },
                                        { "C||", "30 0, 30 -50" } }, 3, 6, 5 },
    { "a side street to a numbered line", { { "A|||1|2", "0 0, 200 0" },
                                            { "B||", "70 0.5, 70 50" } }, 2, 4, 3 },
    { "a line that meets itself", { { "A||", "0 0, 100 0, 100 100, 0 0" } }, 1, 1, 1 },
    { "numbers join ends that are drawn apart", { { "A|||1|2", "0 0, 100 0" },
                                                  { "B|||2|3", "110 0, 200 0" } }, 2, 3, 2 },
    { "numbers keep apart what is drawn together", { { "A|||1|2", "0 0, 100 0" },
                                                     { "B|||3|4", "100 0, 200 0" } }, 2, 4, 2 },
    { "a number at two places is not believed", { { "A|||1|2", "0 0, 100 0" },
                                                  { "B|||1|3", "100 0, 200 0" } }, 2, 3, 2 },
    { "a line with its numbers swapped",
      { { "A|||1|2", "0 0, 100 0" }, { "B|||3|2", "100 0, 200 0" },
        { "C|||3|4", "200 0, 300 0" } }, 3, 4, 3 },
    { "numbered and not", { { "A|||1|2", "0 0, 100 0" }, { "B||", "100.5 0, 200 0" } }, 2, 3, 2 },
    { "two parts", { { "A||", "0 0, 100 0; 200 0, 300 0" }, { "B||", "100 0, 200 0" } }, 2, 4, 3 },
};

static void lines_meet_where_they_are_drawn_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(meetings); i++) {
        struct network network;
        print_message("%s\n", meetings[i].name);
        network_draw(&network, meetings[i].records, meetings[i].count);
        assert_int_equal(roads_node_count(network.roads), meetings[i].nodes);
        assert_int_equal(roads_segment_count(network.roads), meetings[i].segments);
        network_clear(&network);
    }
}

/* Goal: where a layer tells levels, what crosses on two of them does not meet, though it shares a
 * vertex; what ends there does, unless the ends have levels. */
static const struct {
    const char *name;
    struct drawn_record records[3];
    uint32_t count, nodes, segments;
} crossings[] = {
    { "on one level", { { "0||||", "0 0, 100 0, 200 0" }, { "0||||", "100 -50, 100 0, 100 50" } },
      2, 5, 4 },
    { "a bridge by its level", { { "0||||", "0 0, 100 0, 200 0" },
                                 { "1||||", "100 -50, 100 0, 100 50" } }, 2, 4, 2 },
    { "a bridge by its column", { { "||||", "0 0, 100 0, 200 0" },
                                  { "|||yes|", "100 -50, 100 0, 100 50" } }, 2, 4, 2 },
    { "a tunnel", { { "||||", "0 0, 100 0, 200 0" }, { "||||yes", "100 -50, 100 0, 100 50" } },
      2, 4, 2 },
    { "a bridge that ends on the street", { { "0||||", "0 0, 100 0, 200 0" },
                                            { "1||||", "100 0, 100 50" } }, 2, 4, 3 },
    { "a bridge goes on as a street", { { "1||||", "0 0, 100 0" }, { "0||||", "100 0, 200 0" } },
      2, 3, 2 },
    { "ends on different levels", { { "|0|0||", "0 0, 100 0" }, { "|1|1||", "100 0, 200 0" } },
      2, 4, 2 },
    { "a ramp between levels", { { "|0|0||", "0 0, 100 0" }, { "|0|1||", "100 0, 200 0" },
                                 { "|1|1||", "200 0, 300 0" } }, 3, 4, 3 },
};

static void levels_keep_apart_what_crosses(void **state)
{
    static const struct street_columns levels = { .level = "LEVEL", .from_level = "F",
                                                  .to_level = "T", .bridge = "BRIDGE",
                                                  .tunnel = "TUNNEL" };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(crossings); i++) {
        struct network network;
        struct shapes *shapes = drawn_layer(SHAPE_LINES, "LEVEL|F|T|BRIDGE|TUNNEL",
                                            crossings[i].records, crossings[i].count);
        print_message("%s\n", crossings[i].name);
        network_make(&network, shapes, &levels);
        assert_int_equal(roads_node_count(network.roads), crossings[i].nodes);
        assert_int_equal(roads_segment_count(network.roads), crossings[i].segments);
        shapes_free(shapes);
        network_clear(&network);
    }
}

/* Goal: how close ends meet is what the layer's own gaps say. Method: thirty pairs of streets whose
 * ends miss each other by one gap, and thirty dead ends of that far from another street. */
static const struct {
    double gap_m, dead_m;
    uint32_t joined;                /* Of the 30 gaps. */
} gaps[] = { { 0.3, 1.8, 30 }, { 0.8, 3.5, 30 }, { 1.6, 5, 30 }, { 6, 3, 0 } };

static void ends_meet_as_close_as_the_layer_draws_them(void **state)
{
    static struct drawn_record records[120];
    static char texts[120][64];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(gaps); i++) {
        struct network network;
        uint32_t count = 0;
        for (uint32_t k = 0; k < 30; k++) {
            double north_m = k * 100;
            snprintf(texts[count++], 64, "0 %.1f, 100 %.1f", north_m, north_m);
            snprintf(texts[count++], 64, "%.1f %.1f, 200 %.1f", 100 + gaps[i].gap_m, north_m,
                     north_m);
            snprintf(texts[count++], 64, "300 %.1f, 400 %.1f, 500 %.1f", north_m, north_m, north_m);
            snprintf(texts[count++], 64, "400 %.1f, 400 %.1f", north_m + gaps[i].dead_m,
                     north_m + 50);
        }
        for (uint32_t k = 0; k < count; k++)
            records[k] = (struct drawn_record){ "A||", texts[k] };
        network_draw(&network, records, count);
        print_message("%.1f m apart, dead ends %.1f m: %.*s", gaps[i].gap_m, gaps[i].dead_m,
                      (int)roads_facts(network.roads).length, roads_facts(network.roads).bytes);
        assert_int_equal(roads_node_count(network.roads), 30 * 8 - gaps[i].joined);
        network_clear(&network);
    }
}

/* A town of one block, 200 m by 200 m: Quay St south, Mill Rd east, Top St north, Hill Ln west
 * and one-way to the north; Fast Rd (72 km/h) goes round outside; Steps is not driven; Isle
 * St is an island. */
static const struct drawn_record block[] = {
    { "Quay St|street|", "0 0, 200 0" },
    { "Mill Rd|street|", "200 0, 200 200" },
    { "Top St|street|", "200 200, 0 200" },
    { "Hill Ln|street|FT", "0 0, 0 200" },
    { "Steps|path|", "0 0, 200 200" },
    { "Fast Rd|arterial|", "200 200, 300 200, 300 0, 200 0" },
    { "Isle St|street|", "5000 0, 5100 0" },
};

/* Goal: times are the cheapest legal way's. Method: a row per way of being somewhere, beside the
 * row where the direction or the side makes it another way. */
static const struct {
    const char *name;
    double from[2], to[2];
    bool reached;
    double s, m;
} drives[] = {
    { "along one street", { 50, 0 }, { 150, 0 }, true, 10, 100 },
    { "the other way", { 150, 0 }, { 50, 0 }, true, 10, 100 },
    { "one-way, with it", { 0, 50 }, { 0, 150 }, true, 10, 100 },
    { "one-way, against it: round the block", { 0, 150 }, { 0, 50 }, true, 70, 700 },
    { "round a corner", { 100, 0 }, { 200, 100 }, true, 20, 200 },
    { "the fast way is longer", { 200, 12 }, { 200, 188 }, true, 17.6, 176 },
    { "from a yard 20 m off", { 100, -20 }, { 150, 0 }, true, 9, 70 },
    { "to a yard 20 m off", { 150, 0 }, { 100, -20 }, true, 9, 70 },
    { "at the foot of a one-way street", { 0, 3 }, { 100, 0 }, true, 10.3, 103 },
    { "nobody drives the steps", { 0, 0 }, { 200, 200 }, true, 40, 400 },
    { "to an island", { 0, 0 }, { 5050, 0 }, false, 0, 0 },
    { "on the island", { 5000, 0 }, { 5050, 0 }, true, 5, 50 },
    { "far out at sea", { 0, 0 }, { 0, -9000 }, false, 0, 0 },
    { "on the steps, beside the incident", { 90, 90 }, { 100, 100 }, true, 2.8, 14 },
    { "nowhere to go", { 50, 0 }, { 50, 0 }, true, 0, 0 },
};

static void times_are_those_of_the_cheapest_legal_way(void **state)
{
    struct network network;

    (void)state;
    network_draw(&network, block, ARRAY_COUNT(block));
    for (size_t i = 0; i < ARRAY_COUNT(drives); i++) {
        struct geo_point from = drawn_point(drives[i].from[0], drives[i].from[1]);
        struct geo_point to = drawn_point(drives[i].to[0], drives[i].to[1]);
        struct road_route route = { 0 };
        struct road_time time;
        print_message("%s\n", drives[i].name);
        roads_times(network.roads, to, &from, 1, 0, &time);
        assert_int_equal(time.reached, drives[i].reached);
        assert_true(fabs(time.cost_ms / 1000.0 - drives[i].s) < 0.15);
        assert_true(fabs(time.length_m - drives[i].m) < 1);
        assert_int_equal(roads_route(network.roads, from, to, &route), drives[i].reached);
        assert_int_equal(route.cost_ms, time.cost_ms);
        assert_true(fabs(route.length_m - time.length_m) < 0.001);
        road_route_clear(&route);
    }
    network_clear(&network);
}

/* Goal: a fast road is taken when it saves time though it is longer. */
static void the_fastest_way_may_be_the_longer_one(void **state)
{
    static const struct drawn_record records[] = {
        { "Slow St|street|", "0 0, 400 0" },
        { "Fast Rd|arterial|", "0 0, 0 50, 400 50, 400 0" },
    };
    struct network network;
    struct road_route route = { 0 };

    (void)state;
    network_draw(&network, records, ARRAY_COUNT(records));
    assert_true(roads_route(network.roads, drawn_point(0, 0), drawn_point(400, 0), &route));
    assert_int_equal(route.cost_ms / 100, 250);
    assert_true(fabs(route.length_m - 500) < 1);
    road_route_clear(&route);
    network_clear(&network);
}

/* Goal: a street longer than the search's queue looks ahead (35 minutes) still has its exact cost,
 * and shorter ways beside it are not lost. */
static void a_street_of_hours_is_driven(void **state)
{
    static const struct drawn_record records[] = {
        { "Coast Hwy|street|", "0 0, 100000 0" },
        { "End St|street|", "100000 0, 100000 100" },
        { "Start St|street|", "0 0, 0 100" },
    };
    struct geo_point from[] = { drawn_point(100000, 100), drawn_point(0, 100) };
    struct network network;
    struct road_time times[2];

    (void)state;
    network_draw(&network, records, ARRAY_COUNT(records));
    roads_times(network.roads, drawn_point(0, 0), from, 2, 0, times);
    assert_true(times[0].reached && times[1].reached);
    assert_true(fabs(times[0].cost_ms / 1000.0 - 10010) < 20);
    assert_int_equal(times[1].cost_ms / 100, 100);
    network_clear(&network);
}

/* Goal: the route is the line that one drives: straight legs, corners, names in order. */
static void a_route_has_every_corner_and_street(void **state)
{
    static const double expected[][2] = { { 100, -20 }, { 100, 0 }, { 0, 0 }, { 0, 200 },
                                          { 40, 200 }, { 40, 210 } };
    struct network network;
    struct road_route route;

    (void)state;
    network_draw(&network, block, ARRAY_COUNT(block));
    assert_true(roads_route(network.roads, drawn_point(100, -20), drawn_point(40, 210), &route));
    assert_int_equal(route.points.count, ARRAY_COUNT(expected));
    for (uint32_t i = 0; i < route.points.count; i++) {
        struct geo_point corner = drawn_point(expected[i][0], expected[i][1]);
        assert_true(geo_distance_m(route.points.at[i], corner) < 0.1);
    }
    assert_int_equal(route.street_count, 3);
    assert_string_equal(streets_name(network.streets, route.streets[0]), "Quay St");
    assert_string_equal(streets_name(network.streets, route.streets[1]), "Hill Ln");
    assert_string_equal(streets_name(network.streets, route.streets[2]), "Top St");
    road_route_clear(&route);
    network_clear(&network);
}

/* Goal: asking for the closest gives the same times as asking for all, for just those. */
static void the_closest_are_those_of_all(void **state)
{
    struct network network;
    struct geo_point from[40];
    struct road_time all[40], closest[40];
    uint32_t reached = 0;

    (void)state;
    network_draw(&network, block, ARRAY_COUNT(block));
    for (uint32_t i = 0; i < 40; i++)
        from[i] = drawn_point(i * 37 % 200, i * 61 % 200);
    roads_times(network.roads, drawn_point(0, 20), from, 40, 0, all);
    roads_times(network.roads, drawn_point(0, 20), from, 40, 5, closest);
    for (uint32_t i = 0; i < 40; i++) {
        if (!closest[i].reached)
            continue;
        uint32_t before = 0;
        reached++;
        assert_int_equal(closest[i].cost_ms, all[i].cost_ms);
        for (uint32_t k = 0; k < 40; k++)
            before += all[k].cost_ms < all[i].cost_ms;
        assert_true(before < 5);
    }
    assert_int_equal(reached, 5);
    network_clear(&network);
}

/* ---- against another algorithm ---- */

enum { SIDE = 9, NODES = SIDE * SIDE };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* A grid with gaps and one-way streets, everything by seed. */
static struct shapes *grid_draw(uint32_t seed, char (*text)[2][64])
{
    static struct drawn_record records[2 * NODES];
    uint32_t count = 0;

    for (uint32_t i = 0; i < 2 * NODES; i++) {
        uint32_t x = i / 2 % SIDE, y = i / 2 / SIDE, east = i % 2;
        if ((east ? x : y) == SIDE - 1 || next_random(&seed) % 8 == 0)
            continue;
        const char *way = next_random(&seed) % 3 ? "" : next_random(&seed) % 2 ? "FT" : "TF";
        snprintf(text[count][0], 64, "S%u|%s|%s", east ? y : x,
                 next_random(&seed) % 4 ? "street" : "arterial", way);
        snprintf(text[count][1], 64, "%u.%u %u, %u %u", x * 100, next_random(&seed) % 9, y * 100,
                 (x + east) * 100, (y + !east) * 100);
        records[count] = (struct drawn_record){ text[count][0], text[count][1] };
        count++;
    }
    return drawn_layer(SHAPE_LINES, columns, records, count);
}

/* Bellman and Ford: relax every segment until nothing changes. */
static void costs_by_relaxing(const struct roads *roads, uint32_t to_node, double *costs)
{
    bool changed = true;

    for (uint32_t node = 0; node < roads_node_count(roads); node++)
        costs[node] = node == to_node ? 0 : INFINITY;
    while (changed) {
        changed = false;
        for (uint32_t s = 0; s < roads_segment_count(roads); s++) {
            const struct road_segment *segment = roads_segment(roads, s);
            double *from = &costs[segment->from_node], *to = &costs[segment->to_node];
            if ((segment->ways & STREET_FORWARD) && *to + segment->cost_ms < *from) {
                *from = *to + segment->cost_ms;
                changed = true;
            }
            if ((segment->ways & STREET_BACKWARD) && *from + segment->cost_ms < *to) {
                *to = *from + segment->cost_ms;
                changed = true;
            }
        }
    }
}

static void times_agree_with_another_algorithm(void **state)
{
    static char text[2 * NODES][2][64];
    double costs[2 * NODES];
    struct geo_point from[2 * NODES];
    struct road_time times[2 * NODES];

    (void)state;
    for (uint32_t seed = 1; seed <= 30; seed++) {
        struct shapes *shapes = grid_draw(seed, text);
        struct network network;
        network_make(&network, shapes, &drawn_columns);
        uint32_t count = roads_node_count(network.roads), to = seed * 7 % count;
        assert_true(count <= 2 * NODES);
        for (uint32_t node = 0; node < count; node++)
            from[node] = roads_node_point(network.roads, node);
        costs_by_relaxing(network.roads, to, costs);
        roads_times(network.roads, from[to], from, count, 0, times);
        for (uint32_t node = 0; node < count; node++) {
            /* What no street reaches may be reached on foot. */
            bool driven = times[node].reached && times[node].off_m < 10;
            assert_int_equal(driven, isfinite(costs[node]));
            /* Nodes are a metre wide, which takes a tenth of a second. */
            if (driven)
                assert_true(fabs(times[node].cost_ms - costs[node]) < 200);
        }
        network_clear(&network);
        shapes_free(shapes);
    }
}

/* Goal: a long winding route still fits its limit and keeps its ends. */
static void a_long_route_is_simplified(void **state)
{
    struct geo_points points = { base_alloc(20000, sizeof(struct geo_point)), 20000 };

    (void)state;
    for (uint32_t i = 0; i < points.count; i++)
        points.at[i] = drawn_point(i * 10.0, 40 * sin(i / 3.0));
    struct geo_point first = points.at[0], last = points.at[points.count - 1];
    route_simplify(&points, ROUTE_POINTS_MAX);
    assert_in_range(points.count, 2, ROUTE_POINTS_MAX);
    assert_true(geo_same(points.at[0], first));
    assert_true(geo_same(points.at[points.count - 1], last));
    base_free(points.at);
}

/* ---- real layers ---- */

static bool real_network(struct network *network, const char *path,
                         const struct street_columns *columns_used)
{
    struct shapes *shapes;
    char why[300];

    if (access("../shared/data", F_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        return false;
    }
    assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
    network_make(network, shapes, columns_used);
    shapes_free(shapes);
    return true;
}

/* Every pair of a few places: reached, no shorter than straight, no faster than the fastest. */
static void drives_check(struct network *network, const struct geo_point *points, uint32_t count,
                         double kmh_max)
{
    struct road_time times[16];

    for (uint32_t to = 0; to < count; to++) {
        roads_times(network->roads, points[to], points, count, 0, times);
        for (uint32_t from = 0; from < count; from++) {
            struct road_route route;
            double straight_m = geo_distance_m(points[from], points[to]);
            print_message("%u to %u: %.0f m, %u s\n", from, to, times[from].length_m,
                          times[from].cost_ms / 1000);
            assert_true(times[from].reached);
            assert_true(times[from].length_m >= straight_m * 0.999 - 1);
            assert_true(times[from].cost_ms >= times[from].length_m / kmh_max * 3600 * 0.99 - 10);
            assert_true(roads_route(network->roads, points[from], points[to], &route));
            assert_int_equal(route.cost_ms, times[from].cost_ms);
            assert_in_range(route.points.count, 1, ROUTE_POINTS_MAX);
            road_route_clear(&route);
        }
    }
}

static void cambridge_is_driven_by_its_node_numbers(void **state)
{
    static const struct street_columns cambridge = {
        .name = "Street", .oneway = "Direction", .oneway_forward = "1", .oneway_backward = "-1",
        .from_node = "FromNode", .to_node = "ToNode", .default_kmh = 40,
    };
    /* Fire Headquarters, Fire Company 4, Mount Auburn Hospital, Kendall Square. */
    static const struct geo_point points[] = { { 42.3718, -71.1120 }, { 42.3886, -71.1193 },
                                               { 42.3744, -71.1337 }, { 42.3626, -71.0843 } };
    struct network network;

    (void)state;
    if (!real_network(&network, "../shared/data/shapefiles/cambridge_ma/streets", &cambridge))
        skip();
    print_message("%u nodes, %u segments; %s\n", roads_node_count(network.roads),
                  roads_segment_count(network.roads),
                  network.warnings.bytes ? network.warnings.bytes : "no warnings");
    assert_in_range(roads_node_count(network.roads), 1700, 2300);
    assert_in_range(roads_segment_count(network.roads), 2600, 2700);
    drives_check(&network, points, ARRAY_COUNT(points), 40);
    network_clear(&network);
}

static void heidelberg_is_driven_by_its_shared_vertices(void **state)
{
    static const struct street_columns heidelberg = {
        .name = "name", .class = "fclass", .speed = "maxspeed", .oneway = "oneway",
    };
    /* Hauptbahnhof, Bismarckplatz, Neuenheim, Handschuhsheim, Rohrbach. */
    static const struct geo_point points[] = { { 49.4036, 8.6756 }, { 49.4095, 8.6933 },
                                               { 49.4172, 8.6922 }, { 49.4290, 8.6870 },
                                               { 49.3800, 8.6930 } };
    struct network network;

    (void)state;
    if (!real_network(&network, "../shared/data/shapefiles/osm_heidelberg_de/roads", &heidelberg))
        skip();
    print_message("%u nodes, %u segments; %s\n", roads_node_count(network.roads),
                  roads_segment_count(network.roads),
                  network.warnings.bytes ? network.warnings.bytes : "no warnings");
    drives_check(&network, points, ARRAY_COUNT(points), 200);
    network_clear(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_meet_where_they_are_drawn_to),
        cmocka_unit_test(levels_keep_apart_what_crosses),
        cmocka_unit_test(ends_meet_as_close_as_the_layer_draws_them),
        cmocka_unit_test(times_are_those_of_the_cheapest_legal_way),
        cmocka_unit_test(the_fastest_way_may_be_the_longer_one),
        cmocka_unit_test(a_street_of_hours_is_driven),
        cmocka_unit_test(a_route_has_every_corner_and_street),
        cmocka_unit_test(the_closest_are_those_of_all),
        cmocka_unit_test(times_agree_with_another_algorithm),
        cmocka_unit_test(a_long_route_is_simplified),
        cmocka_unit_test(cambridge_is_driven_by_its_node_numbers),
        cmocka_unit_test(heidelberg_is_driven_by_its_shared_vertices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
