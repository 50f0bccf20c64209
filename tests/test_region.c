/* test_region.c - areas made valid, what lies inside them, how much of a zone. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>

#include "app/base/buffer.h"
#include "maps/region.h"
#include "tests/drawn.h"

enum { RINGS_MAX = 40 };

/* "0 0, 100 0, ...; ..." as rings; metres east and north. The points are the caller's. */
static uint32_t rings_drawn(const char *drawn, struct geo_points rings[RINGS_MAX],
                            struct geo_point *points)
{
    uint32_t count = 0, point_count = 0;
    struct span rest = span_of(drawn), ring, pair;

    while (rest.length && span_cut(&rest, ';', &ring)) {
        assert(count < RINGS_MAX);
        rings[count] = (struct geo_points){ points + point_count, 0 };
        while (ring.length && span_cut(&ring, ',', &pair)) {
            char *end;
            double east_m = strtod(pair.bytes, &end);
            points[point_count++] = drawn_point(east_m, strtod(end, NULL));
            rings[count].count++;
        }
        count++;
    }
    return count;
}

/* Goal: what a ring encloses is right however it is drawn. Method: areas known by hand. */
static const struct {
    const char *name, *drawn;
    double m2;                      /* 0: it encloses nothing. */
} areas[] = {
    { "a square", "0 0, 100 0, 100 100, 0 100, 0 0", 10000 },
    { "not closed", "0 0, 100 0, 100 100, 0 100", 10000 },
    { "the other way round", "0 0, 0 100, 100 100, 100 0", 10000 },
    { "with a hole", "0 0, 100 0, 100 100, 0 100; 40 40, 60 40, 60 60, 40 60", 9600 },
    { "an island in the hole", "0 0, 100 0, 100 100, 0 100; 40 40, 60 40, 60 60, 40 60;"
                               "45 45, 55 45, 55 55, 45 55", 9700 },
    { "two apart", "0 0, 10 0, 10 10, 0 10; 50 0, 60 0, 60 10, 50 10", 200 },
    { "a bow tie", "0 0, 100 100, 100 0, 0 100", 5000 },
    { "a spike that goes nowhere", "0 0, 100 0, 100 100, 100 300, 100 100, 0 100", 10000 },
    { "a hole that touches its ring", "0 0, 100 0, 100 100, 0 100; 0 50, 50 40, 50 60", 9500 },
    { "overlapping: even-odd", "0 0, 100 0, 100 100, 0 100; 50 0, 150 0, 150 100, 50 100", 10000 },
    { "a line", "0 0, 100 0, 200 0", 0 },
    { "one point thrice", "5 5, 5 5, 5 5", 0 },
    { "two points", "0 0, 100 0", 0 },
    { "nothing", "", 0 },
};

static void a_ring_encloses_what_it_is_drawn_round(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(areas); i++) {
        struct geo_points rings[RINGS_MAX];
        struct geo_point points[200];
        char why[100] = "";
        uint32_t count = rings_drawn(areas[i].drawn, rings, points);
        CASE("%s", areas[i].name);
        struct region *region = region_new(rings, count, why, sizeof why);
        assert_int_equal(region != NULL, areas[i].m2 > 0);
        assert_int_equal(why[0] != '\0', areas[i].m2 == 0);
        if (region && fabs(region_area_m2(region) - areas[i].m2) > areas[i].m2 / 1000)
            fail_msg("%.1f m2", region_area_m2(region));
        region_free(region);
    }
}

/* Goal: many rings at once give the same area as one by one. Method: a chessboard of 36 squares
 * with a hole in one. */
static void many_rings_are_one_area(void **state)
{
    struct geo_points rings[RINGS_MAX];
    struct geo_point points[RINGS_MAX * 4];
    struct buffer drawn = { 0 };
    char why[100];

    (void)state;
    for (int i = 0; i < 36; i++)
        buffer_print(&drawn, "%d %d, %d %d, %d %d, %d %d;", i % 6 * 20, i / 6 * 20,
                     i % 6 * 20 + 10, i / 6 * 20, i % 6 * 20 + 10, i / 6 * 20 + 10, i % 6 * 20,
                     i / 6 * 20 + 10);
    buffer_add_text(&drawn, "2 2, 4 2, 4 4, 2 4");
    uint32_t count = rings_drawn(drawn.bytes, rings, points);
    struct region *region = region_new(rings, count, why, sizeof why);
    assert_true(fabs(region_area_m2(region) - 3596) < 4);
    region_free(region);
    buffer_clear(&drawn);
}

/* Goal: lines are cut where they leave; zones share what they share. One square of 100 m with a
 * hole of 20 m. */
static const struct {
    const char *name, *line;
    double m;
} lines[] = {
    { "wholly inside", "10 10, 90 10", 80 },
    { "wholly outside", "10 -10, 90 -10", 0 },
    { "across", "-50 10, 150 10", 100 },
    { "through the hole", "0 50, 100 50", 80 },
    { "in and out and in", "10 90, 10 110, 30 110, 30 90", 20 },
    { "with a bend inside", "-10 30, 30 30, 30 -10", 60 },
    { "a point", "10 10, 10 10", 0 },
};
static const struct {
    const char *name, *zone;
    double of_region, of_zone;      /* 0: not touched. */
} zones[] = {
    { "the same", "0 0, 100 0, 100 100, 0 100", 1, 0.96 },
    { "a half", "50 0, 150 0, 150 100, 50 100", 0.5, 0.48 },
    { "in the hole", "42 42, 58 42, 58 58, 42 58", 0, 0 },
    { "a neighbour", "100 0, 200 0, 200 100, 100 100", 0, 0 },
    { "a bow tie", "0 0, 100 100, 100 0, 0 100", 0.5, 0.96 },
};

static void streets_and_zones_are_cut_at_the_border(void **state)
{
    struct geo_points square[RINGS_MAX], drawn[RINGS_MAX];
    struct geo_point square_points[20], points[20];
    char why[100];
    uint32_t count = rings_drawn("0 0, 100 0, 100 100, 0 100; 40 40, 60 40, 60 60, 40 60", square,
                                 square_points);
    struct region *region = region_new(square, count, why, sizeof why);

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        CASE("%s", lines[i].name);
        rings_drawn(lines[i].line, drawn, points);
        assert_true(fabs(region_line_m(region, &drawn[0]) - lines[i].m) < 0.2);
    }
    for (size_t i = 0; i < ARRAY_COUNT(zones); i++) {
        struct region_share share = { 0, 0 };
        CASE("%s", zones[i].name);
        count = rings_drawn(zones[i].zone, drawn, points);
        assert_int_equal(region_zone_share(region, drawn, count, &share), zones[i].of_region > 0);
        assert_true(fabs(share.of_region - zones[i].of_region) < 0.002);
        assert_true(fabs(share.of_zone - zones[i].of_zone) < 0.002);
    }
    region_free(region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_encloses_what_it_is_drawn_round),
        cmocka_unit_test(many_rings_are_one_area),
        cmocka_unit_test(streets_and_zones_are_cut_at_the_border),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
