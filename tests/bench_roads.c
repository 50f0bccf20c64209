/* bench_roads.c - the roads against the clock: searches on the county graph of
 * ../shared/bench/h_route.c, made here by the same rules. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "maps/roads.h"
#include "tests/bench.h"

enum { SIDE = 400, NODES = SIDE * SIDE, EDGES_MAX = 2 * NODES, UNITS = 60, ASKS = 300 };

static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static double random_share(uint64_t *seed)
{
    return (double)(random_next(seed) >> 11) / 9007199254740992.0;
}

static struct geo_point county_point(double east_m, double north_m)
{
    double m_per_degree = 111195.08;

    return (struct geo_point){ 30 + north_m / m_per_degree,
                               -98 + east_m / (m_per_degree * cos(30.4 * 0.017453292519943295)) };
}

/* ---- layers in memory ---- */

static struct shapes *lines_new(uint32_t record_max, uint32_t columns, const char *const *names)
{
    struct shapes *shapes = base_alloc(1, sizeof *shapes);

    shapes->kind = SHAPE_LINES;
    shapes->record_part = base_alloc((size_t)record_max + 1, sizeof *shapes->record_part);
    shapes->part_first = base_alloc((size_t)record_max + 1, sizeof *shapes->part_first);
    shapes->vertices = base_alloc(2 * (size_t)record_max, sizeof *shapes->vertices);
    shapes->boxes = base_alloc(record_max, sizeof *shapes->boxes);
    shapes->field_count = columns;
    shapes->fields = base_alloc(columns, sizeof *shapes->fields);
    for (uint32_t i = 0; i < columns; i++)
        snprintf(shapes->fields[i].name, sizeof shapes->fields[i].name, "%s", names[i]);
    shapes->values = base_alloc((size_t)record_max * columns, sizeof *shapes->values);
    return shapes;
}

static const char **line_add(struct shapes *shapes, struct geo_point from, struct geo_point to)
{
    uint32_t record = shapes->record_count++;

    shapes->vertices[shapes->vertex_count++] = from;
    shapes->vertices[shapes->vertex_count++] = to;
    shapes->record_part[record + 1] = shapes->part_count = record + 1;
    shapes->part_first[record + 1] = shapes->vertex_count;
    return &shapes->values[(size_t)record * shapes->field_count];
}

/* A jittered grid of 86 km, 9 % of the edges missing, every tenth line an arterial. */
static struct shapes *county_new(char (*numbers)[8], uint64_t *seed)
{
    static const char *const names[] = { "CLASS", "FROM", "TO" };
    struct shapes *shapes = lines_new(EDGES_MAX, 3, names);
    struct geo_point *points = base_alloc(NODES, sizeof *points);
    double step_m = 86000.0 / SIDE;

    for (int i = 0; i < NODES; i++) {
        double east_m = (i % SIDE + .35 * (random_share(seed) - .5)) * step_m;
        double north_m = (i / SIDE + .35 * (random_share(seed) - .5)) * step_m;
        points[i] = county_point(east_m, north_m);
        snprintf(numbers[i], 8, "%d", i);
    }
    for (int i = 0; i < NODES; i++) {
        for (int up = 0; up < 2; up++) {
            int x = i % SIDE, y = i / SIDE, arterial = up ? x % 10 == 0 : y % 10 == 0;
            if ((up ? y : x) == SIDE - 1 || (!arterial && random_share(seed) < .09))
                continue;
            int other = up ? i + SIDE : i + 1;
            const char **values = line_add(shapes, points[i], points[other]);
            values[0] = arterial ? "arterial" : "street";
            values[1] = numbers[i];
            values[2] = numbers[other];
        }
    }
    base_free(points);
    return shapes;
}

/* ---- searches ---- */

static struct geo_point node_random(const struct roads *roads, uint64_t *seed)
{
    return roads_node_point(roads, (uint32_t)(random_next(seed) % roads_node_count(roads)));
}

/* Median milliseconds for the `closest` of the units to a random place. */
static double closest_ms(struct roads *roads, uint32_t closest, uint32_t asks, uint64_t *seed)
{
    struct geo_point units[UNITS];
    struct road_time times[UNITS];
    double took_ms[ASKS];

    for (int i = 0; i < UNITS; i++)
        units[i] = node_random(roads, seed);
    for (uint32_t i = 0; i < asks; i++) {
        struct geo_point to = node_random(roads, seed);
        double start_s = bench_seconds();
        roads_times(roads, to, units, UNITS, closest, times);
        took_ms[i] = (bench_seconds() - start_s) * 1000;
    }
    return bench_median(took_ms, asks);
}

/* Median milliseconds until everything that can reach a random place was visited: the only unit is
 * where no street leads, so the search runs dry. */
static double reach_ms(struct roads *roads, uint64_t *seed)
{
    struct geo_point nowhere = roads_node_point(roads, roads_node_count(roads) - 1);
    struct road_time time;
    double took_ms[21];

    for (size_t i = 0; i < ARRAY_COUNT(took_ms); i++) {
        struct geo_point to = node_random(roads, seed);
        double start_s = bench_seconds();
        roads_times(roads, to, &nowhere, 1, 0, &time);
        took_ms[i] = (bench_seconds() - start_s) * 1000;
    }
    return bench_median(took_ms, ARRAY_COUNT(took_ms));
}

/* What a place reaches in `seconds`, with its outline; 7,200 are all of the county. */
static double outlined_ms(struct roads *roads, uint32_t seconds, uint64_t *seed)
{
    double took_ms[21];

    for (size_t i = 0; i < ARRAY_COUNT(took_ms); i++) {
        struct geo_point from = node_random(roads, seed);
        struct road_reach reach = { .streets_m = 0 };
        double start_s = bench_seconds();
        roads_reach(roads, from, seconds * 1000, &reach);
        took_ms[i] = (bench_seconds() - start_s) * 1000;
        road_reach_clear(&reach);
    }
    return bench_median(took_ms, ARRAY_COUNT(took_ms));
}

static double route_ms(struct roads *roads, uint64_t *seed)
{
    double took_ms[ASKS];

    for (int i = 0; i < ASKS; i++) {
        struct geo_point from = node_random(roads, seed), to = node_random(roads, seed);
        struct road_route route = { 0 };
        double start_s = bench_seconds();
        roads_route(roads, from, to, &route);
        took_ms[i] = (bench_seconds() - start_s) * 1000;
        road_route_clear(&route);
    }
    return bench_median(took_ms, ASKS);
}

static void searches_measure(void)
{
    static const struct street_columns columns = {
        .class = "CLASS", .from_node = "FROM", .to_node = "TO", .class_speed_count = 2,
        /* h_route makes its streets 2 % longer than straight. */
        .class_speeds = { { "arterial", 90 / 1.02 }, { "street", 40 / 1.02 } },
    };
    static const char *const route[] = { "h_route", "400", "300", NULL };
    char (*numbers)[8] = base_alloc(NODES, 8);
    uint64_t seed = 88172645463325252u;
    struct shapes *shapes = county_new(numbers, &seed);
    struct buffer warnings = { 0 };

    /* One street far from all others, for a search that must not find its unit. */
    const char **values = line_add(shapes, county_point(-9000, 0), county_point(-9100, 0));
    values[0] = values[1] = values[2] = "";
    struct streets *streets = streets_new(shapes, &columns, &warnings);
    double start_s = bench_seconds();
    struct roads *roads = roads_new(streets, &warnings);
    bench_row(&(struct bench_row){ .name = "network of 293,000 edges made",
                                   .figure = (bench_seconds() - start_s) * 1000, .unit = "ms",
                                   .limit = LIMIT_NONE, .goal = "<= 1000" });
    bench_row(&(struct bench_row){ .name = "five closest of 60 units (plain C search)",
                                   .figure = closest_ms(roads, 5, ASKS, &seed), .unit = "ms",
                                   .limit = bench_limit(route, "closest 5 of 60", "median"),
                                   .goal = "<= 1.2" });
    bench_row(&(struct bench_row){ .name = "all of 60 units (one Dijkstra one-to-all)",
                                   .figure = closest_ms(roads, 0, 21, &seed), .unit = "ms",
                                   .limit = bench_limit(route, "heap one-to-all", "median"),
                                   .goal = "<= 1.2" });
    bench_row(&(struct bench_row){ .name = "all within reach of one place (breadth-first pass)",
                                   .figure = reach_ms(roads, &seed), .unit = "ms",
                                   .limit = bench_limit(route, "BFS one-to-all", "median"),
                                   .goal = "<= 6" });
    bench_row(&(struct bench_row){ .name = "reach of ten minutes, outlined (breadth-first pass of "
                                           "all)",
                                   .figure = outlined_ms(roads, 600, &seed), .unit = "ms",
                                   .limit = bench_limit(route, "BFS one-to-all", "median"),
                                   .goal = "<= 6" });
    bench_row(&(struct bench_row){ .name = "reach of all, outlined (breadth-first pass)",
                                   .figure = outlined_ms(roads, 7200, &seed), .unit = "ms",
                                   .limit = bench_limit(route, "BFS one-to-all", "median"),
                                   .goal = "-" });
    bench_row(&(struct bench_row){ .name = "route across the county (plain Dijkstra)",
                                   .figure = route_ms(roads, &seed), .unit = "ms",
                                   .limit = bench_limit(route, "Dijkstra point-to-point", "median"),
                                   .goal = "<= 1.2" });
    roads_free(roads);
    streets_free(streets);
    shapes_free(shapes);
    buffer_clear(&warnings);
    base_free(numbers);
}

int main(void)
{
    searches_measure();
    return 0;
}
