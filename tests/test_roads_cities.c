/* test_roads_cities.c - whole cities of OpenStreetMap against a network of the test's own: nodes
 * are equal coordinates, edges are single pieces of lines, and Dijkstra runs over a plain heap.
 * Nothing is shared with maps/roads but the reading of the file. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/base/buffer.h"
#include "maps/roads.h"
#include "maps/shapefile.h"

#define CITIES "../shared/data/shapefiles/"
static const char *const cities[] = {
    CITIES "osm_heidelberg_de/roads", CITIES "osm_liechtenstein/roads",
    CITIES "osm_baltimore_md/roads",
};
enum { PLACES = 24, DEFAULT_KMH = 40 };

/* ---- the other network ---- */

struct edge {
    uint32_t from, to;              /* Nodes; both directions where both are driven. */
    uint32_t next;                  /* Of the same `from`; EDGE_NONE ends it. */
    double cost_ms, length_m;
    bool closed;
};
#define EDGE_NONE UINT32_MAX

struct other {
    struct geo_point *points;       /* By node, sorted. */
    uint32_t node_count, edge_count, edge_capacity;
    struct edge *edges;
    uint32_t *first;
    double *costs;
    uint64_t *heap;                 /* Cost in whole us << 24 | node. */
    uint32_t heap_count, heap_capacity;
    double driven_m;                /* Of all edges, each street once. */
};

static int point_compare(const void *left, const void *right)
{
    const struct geo_point *a = left, *b = right;

    if (a->lat_deg != b->lat_deg)
        return a->lat_deg < b->lat_deg ? -1 : 1;
    return a->lon_deg < b->lon_deg ? -1 : a->lon_deg > b->lon_deg;
}

static uint32_t node_of(const struct other *other, struct geo_point point)
{
    const struct geo_point *at = bsearch(&point, other->points, other->node_count, sizeof point,
                                         point_compare);

    return at ? (uint32_t)(at - other->points) : UINT32_MAX;
}

static void nodes_make(struct other *other, const struct shapes *shapes)
{
    uint32_t kept = 0;

    other->points = base_alloc(shapes->vertex_count, sizeof *other->points);
    memcpy(other->points, shapes->vertices, shapes->vertex_count * sizeof *other->points);
    qsort(other->points, shapes->vertex_count, sizeof *other->points, point_compare);
    for (uint32_t i = 0; i < shapes->vertex_count; i++)
        if (i == 0 || point_compare(&other->points[i], &other->points[kept - 1]) != 0)
            other->points[kept++] = other->points[i];
    other->node_count = kept;
    other->first = base_alloc(kept, sizeof *other->first);
    other->costs = base_alloc(kept, sizeof *other->costs);
    memset(other->first, 0xFF, kept * sizeof *other->first);
}

static void edge_add(struct other *other, uint32_t from, uint32_t to, double cost_ms,
                     double length_m)
{
    other->edges = base_grow(other->edges, &other->edge_capacity, other->edge_count + 1,
                             sizeof *other->edges);
    other->edges[other->edge_count] = (struct edge){ from, to, other->first[from], cost_ms,
                                                     length_m, false };
    other->first[from] = other->edge_count++;
}

/* "50", "25 mph"; anything else is the default. */
static double kmh_of(const char *text)
{
    char *end;
    double number = strtod(text, &end);

    if (end == text || !(number > 0))
        return DEFAULT_KMH;
    return strstr(end, "mph") ? number * 1.609344 : number;
}

static void record_add(struct other *other, const struct shapes *shapes, uint32_t record,
                       const int columns[2])
{
    const char *oneway = shapes_value(shapes, record, columns[0]);
    double ms_per_m = 3600.0 / kmh_of(shapes_value(shapes, record, columns[1]));
    bool ahead = strcmp(oneway, "-1") != 0, back = strcmp(oneway, "yes") != 0;

    for (uint32_t p = shapes->record_part[record]; p < shapes->record_part[record + 1]; p++) {
        for (uint32_t v = shapes->part_first[p] + 1; v < shapes->part_first[p + 1]; v++) {
            struct geo_point a = shapes->vertices[v - 1], b = shapes->vertices[v];
            double length_m = geo_distance_m(a, b);
            uint32_t from = node_of(other, a), to = node_of(other, b);
            other->driven_m += length_m;
            if (ahead)
                edge_add(other, from, to, length_m * ms_per_m, length_m);
            if (back)
                edge_add(other, to, from, length_m * ms_per_m, length_m);
        }
    }
}

static void other_make(struct other *other, const struct shapes *shapes)
{
    const int columns[2] = { shapes_column(shapes, "oneway"), shapes_column(shapes, "maxspeed") };

    *other = (struct other){ .edge_count = 0 };
    assert_true(columns[0] >= 0 && columns[1] >= 0);
    nodes_make(other, shapes);
    for (uint32_t record = 0; record < shapes->record_count; record++)
        record_add(other, shapes, record, columns);
}

static void other_clear(struct other *other)
{
    base_free(other->points);
    base_free(other->edges);
    base_free(other->first);
    base_free(other->costs);
    base_free(other->heap);
}

/* ---- Dijkstra, 1959 ---- */

static void heap_push(struct other *other, double cost_ms, uint32_t node)
{
    uint64_t entry = (uint64_t)(cost_ms * 1000) << 24 | node;
    uint32_t at = other->heap_count++;

    other->heap = base_grow(other->heap, &other->heap_capacity, other->heap_count,
                            sizeof *other->heap);
    for (; at > 0 && other->heap[(at - 1) / 2] > entry; at = (at - 1) / 2)
        other->heap[at] = other->heap[(at - 1) / 2];
    other->heap[at] = entry;
}

static uint64_t heap_pop(struct other *other)
{
    uint64_t least = other->heap[0], moved = other->heap[--other->heap_count];
    uint32_t at = 0, child;

    while ((child = 2 * at + 1) < other->heap_count) {
        if (child + 1 < other->heap_count && other->heap[child + 1] < other->heap[child])
            child++;
        if (other->heap[child] >= moved)
            break;
        other->heap[at] = other->heap[child];
        at = child;
    }
    other->heap[at] = moved;
    return least;
}

static void other_search(struct other *other, uint32_t start)
{
    for (uint32_t node = 0; node < other->node_count; node++)
        other->costs[node] = INFINITY;
    other->costs[start] = 0;
    other->heap_count = 0;
    heap_push(other, 0, start);
    while (other->heap_count) {
        uint64_t entry = heap_pop(other);
        uint32_t node = (uint32_t)(entry & 0xFFFFFF);
        if ((double)(entry >> 24) > other->costs[node] * 1000)
            continue;
        for (uint32_t e = other->first[node]; e != EDGE_NONE; e = other->edges[e].next) {
            const struct edge *edge = &other->edges[e];
            double cost_ms = other->costs[node] + edge->cost_ms;
            if (edge->closed || cost_ms >= other->costs[edge->to])
                continue;
            other->costs[edge->to] = cost_ms;
            heap_push(other, cost_ms, edge->to);
        }
    }
}

/* ---- both ---- */

struct city {
    struct streets *streets;
    struct roads *roads;
    struct other other;
    uint32_t places[PLACES];        /* Nodes of the other network, as good in ours. */
    struct geo_point at[PLACES];
};

/* A place at a node that ours is put on just there, and not on a street so short that its other end
 * counts as the same crossing (roads.h): then both begin alike. */
static bool node_clean(const struct roads *roads, struct geo_point point)
{
    struct road_spot spot;

    if (!roads_snap(roads, point, &spot) || spot.off_m > 0.2)
        return false;
    const struct road_segment *segment = roads_segment(roads, spot.segment);
    double whole_m = (double)segment->length_m;
    return segment->inland && whole_m > 20 && (spot.along_m < 0.2 || spot.along_m > whole_m - 0.2);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void places_pick(struct city *city)
{
    uint32_t seed = 17;

    for (uint32_t i = 0; i < PLACES;) {
        uint32_t node = next_random(&seed) % roads_node_count(city->roads);
        struct geo_point point = roads_node_point(city->roads, node);
        uint32_t there = node_of(&city->other, point);
        if (there == UINT32_MAX || !node_clean(city->roads, point))
            continue;
        city->places[i] = there;
        city->at[i++] = point;
    }
}

static bool city_open(struct city *city, const char *path)
{
    static const struct street_columns columns = { .name = "name", .oneway = "oneway",
                                                   .speed = "maxspeed",
                                                   .default_kmh = DEFAULT_KMH };
    struct buffer said = { 0 };
    struct shapes *shapes;
    char why[300];

    if (access("../shared/data", F_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        return false;
    }
    assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
    city->streets = streets_new(shapes, &columns, &said);
    city->roads = roads_new(city->streets, &said);
    other_make(&city->other, shapes);
    shapes_free(shapes);
    places_pick(city);
    print_message("%s: %u nodes and %u edges, ours %u and %u; %.*s", path, city->other.node_count,
                  city->other.edge_count, roads_node_count(city->roads),
                  roads_segment_count(city->roads), (int)roads_facts(city->roads).length,
                  roads_facts(city->roads).bytes);
    buffer_clear(&said);
    return true;
}

static void city_close(struct city *city)
{
    other_clear(&city->other);
    roads_free(city->roads);
    streets_free(city->streets);
}

/* What the other network says of every pair: [from * PLACES + to]. The caller frees. */
static double *pairs_expect(struct city *city)
{
    double *expected_ms = base_alloc(PLACES * PLACES, sizeof *expected_ms);

    for (uint32_t from = 0; from < PLACES; from++) {
        other_search(&city->other, city->places[from]);
        for (uint32_t to = 0; to < PLACES; to++)
            expected_ms[from * PLACES + to] = city->other.costs[city->places[to]];
    }
    return expected_ms;
}

/* Every pair of places: as fast as the other network says. Ours may be faster where ends that do
 * not share a point were joined, never slower. Returns how many ways there are. */
static uint32_t pairs_compare(struct city *city, const double *expected)
{
    struct road_time times[PLACES];
    uint32_t reached = 0, faster = 0;

    for (uint32_t to = 0; to < PLACES; to++) {
        roads_times(city->roads, city->at[to], city->at, PLACES, 0, times);
        for (uint32_t from = 0; from < PLACES; from++) {
            double expected_ms = expected[from * PLACES + to];
            bool driven = times[from].reached && times[from].off_m < 1;
            double ours_ms = driven ? (double)times[from].cost_ms : (double)INFINITY;
            double slack_ms = 200 + expected_ms / 500;      /* Whole ms a segment; its ends. */
            if (geo_distance_m(city->at[from], city->at[to]) < 30)
                continue;
            reached += isfinite(expected_ms) != 0;
            if (ours_ms > expected_ms + slack_ms)
                fail_msg("%.7f,%.7f to %.7f,%.7f: ours %.0f ms, Dijkstra %.0f ms",
                         city->at[from].lat_deg, city->at[from].lon_deg, city->at[to].lat_deg,
                         city->at[to].lon_deg, ours_ms, expected_ms);
            faster += ours_ms < expected_ms - slack_ms;
        }
    }
    print_message("  %u ways, %u faster over joined ends\n", reached, faster);
    assert_true(faster <= reached / 50);
    return reached;
}

/* ---- closures ---- */

enum { BOXES = 6 };

/* Does the piece run through the box? Liang and Barsky (1984). */
static bool piece_in_box(struct geo_point a, struct geo_point b, const struct geo_box *box)
{
    const double d[2] = { b.lat_deg - a.lat_deg, b.lon_deg - a.lon_deg };
    const double low[2] = { box->low.lat_deg - a.lat_deg, box->low.lon_deg - a.lon_deg };
    const double high[2] = { box->high.lat_deg - a.lat_deg, box->high.lon_deg - a.lon_deg };
    double from = 0, to = 1;

    for (int axis = 0; axis < 2; axis++) {
        if (d[axis] == 0) {
            if (low[axis] > 0 || high[axis] < 0)
                return false;
            continue;
        }
        double one = low[axis] / d[axis], other = high[axis] / d[axis];
        from = fmax(from, fmin(one, other));
        to = fmin(to, fmax(one, other));
    }
    return from <= to;
}

/* Squares of 200 m about the middle of the way between two places, but where a place lies. */
static void boxes_draw(const struct city *city, struct geo_box boxes[BOXES])
{
    for (uint32_t i = 0; i < BOXES; i++) {
        struct road_route route;
        assert_true(roads_route(city->roads, city->at[2 * i], city->at[2 * i + 1], &route));
        struct geo_point at = route.points.at[route.points.count / 2];
        road_route_clear(&route);
        boxes[i] = (struct geo_box){ geo_moved(geo_moved(at, 180, 100), 270, 100),
                                     geo_moved(geo_moved(at, 0, 100), 90, 100) };
        for (uint32_t place = 0; place < PLACES; place++)
            if (piece_in_box(city->at[place], city->at[place], &boxes[i]))
                boxes[i] = (struct geo_box){ { 1, 1 }, { 1.001, 1.001 } };
    }
}

static void boxes_close(struct city *city, const struct geo_box boxes[BOXES])
{
    struct geo_point corners[BOXES][5];
    struct geo_points rings[BOXES];
    struct other *other = &city->other;

    for (uint32_t i = 0; i < BOXES; i++) {
        struct geo_point low = boxes[i].low, high = boxes[i].high;
        struct geo_point ring[5] = { low, { low.lat_deg, high.lon_deg }, high,
                                     { high.lat_deg, low.lon_deg }, low };
        memcpy(corners[i], ring, sizeof ring);
        rings[i] = (struct geo_points){ corners[i], 5 };
    }
    roads_close(city->roads, rings, BOXES);
    for (uint32_t e = 0; e < other->edge_count; e++) {
        struct edge *edge = &other->edges[e];
        edge->closed = false;
        for (uint32_t i = 0; i < BOXES; i++)
            edge->closed |= piece_in_box(other->points[edge->from], other->points[edge->to],
                                         &boxes[i]);
    }
}

/* Returns how many ways are longer than when all was open. */
static uint32_t closures_compare(struct city *city, const double *open_ms)
{
    struct geo_box boxes[BOXES];
    uint32_t longer = 0;

    boxes_draw(city, boxes);
    boxes_close(city, boxes);
    double *expected_ms = pairs_expect(city);
    pairs_compare(city, expected_ms);
    for (uint32_t i = 0; i < PLACES * PLACES; i++)
        longer += expected_ms[i] > open_ms[i] + 1000;
    base_free(expected_ms);
    roads_open(city->roads);
    for (uint32_t e = 0; e < city->other.edge_count; e++)
        city->other.edges[e].closed = false;
    return longer;
}

/* ---- reach ---- */

/* Metres of streets within a time of one place, each street once: what both directions cover of an
 * edge, at most its length. */
static double covered_m(const struct other *other, double limit_ms)
{
    double covered = 0;

    for (uint32_t e = 0; e < other->edge_count; e++) {
        const struct edge *edge = &other->edges[e];
        bool twin = e + 1 < other->edge_count && other->edges[e + 1].from == edge->to
                    && other->edges[e + 1].to == edge->from
                    && other->edges[e + 1].length_m == edge->length_m;
        double left_ms = limit_ms - other->costs[edge->from];
        double length_m = fmax(0, fmin(1, left_ms / edge->cost_ms)) * edge->length_m;
        if (edge->closed || edge->length_m == 0)
            length_m = 0;
        if (twin && !edge->closed && edge->length_m > 0) {
            left_ms = limit_ms - other->costs[edge->to];
            length_m += fmax(0, fmin(1, left_ms / edge->cost_ms)) * edge->length_m;
        }
        covered += fmin(length_m, edge->length_m);
        e += twin;
    }
    return covered;
}

/* Ours may have a little more, over ends that were joined; never less. */
static void reaches_compare(struct city *city)
{
    static const uint32_t seconds[] = { 60, 300, 900, 7200 };

    for (uint32_t place = 0; place < 3; place++) {
        other_search(&city->other, city->places[place]);
        for (size_t s = 0; s < ARRAY_COUNT(seconds); s++) {
            struct road_reach reach = { .streets_m = 0 };
            double expected_m = covered_m(&city->other, seconds[s] * 1000.0);
            assert_true(roads_reach(city->roads, city->at[place], seconds[s] * 1000, &reach));
            if (reach.streets_m < 0.998 * expected_m - 20
                || reach.streets_m > 1.03 * expected_m + 20)
                fail_msg("%.7f,%.7f in %u s: ours %.0f m, the sum %.0f m",
                         city->at[place].lat_deg, city->at[place].lon_deg, seconds[s],
                         reach.streets_m, expected_m);
            assert_true(reach.streets_m <= city->other.driven_m * 1.0001);
            road_reach_clear(&reach);
        }
    }
}

/* Goal: times, ways round closures and reaches are those of a network that shares nothing with
 * ours. Method: three cities of the world, every pair of some places. */
static void cities_are_driven_as_dijkstra_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cities); i++) {
        struct city city;
        if (!city_open(&city, cities[i]))
            skip();
        double *expected_ms = pairs_expect(&city);
        assert_true(pairs_compare(&city, expected_ms) > PLACES * PLACES / 2);
        uint32_t longer = closures_compare(&city, expected_ms);
        print_message("  %u ways longer round what is closed\n", longer);
        assert_true(longer > 10);
        reaches_compare(&city);
        base_free(expected_ms);
        city_close(&city);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cities_are_driven_as_dijkstra_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
