/* Goal: the flat world is the same however it is reached. Method: the quick way to it, by a table,
 * against the exact one, over all latitudes and from tables of any range. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>

#include "maps/plane.h"

static int64_t apart(int32_t left, int32_t right)
{
    return llabs((int64_t)left - right);
}

static void the_table_gives_what_the_formula_gives(void **state)
{
    struct plane_table *table = plane_table_new(-90, 90);

    (void)state;
    for (uint32_t i = 0; i <= 400000; i++) {
        struct geo_point point = { -90 + 180.0 * i / 400000, -180 + 360.0 * i / 400000 };
        struct plane_point exact = plane_from_geo(point), quick;
        plane_table_points(table, &point, 1, &quick);
        assert_true(apart(exact.x, quick.x) <= 1);
        assert_true(apart(exact.y, quick.y) <= 1);
    }
    plane_table_free(table);
}

/* Two layers, two tables: a point that both have must be one point. */
static void every_table_gives_the_same(void **state)
{
    static const struct { double low, high; } ranges[] = {
        { 42.35, 42.41 }, { -10, 60 }, { 42.371, 42.371 }, { -90, 90 }, { 42.37, 89 },
    };
    struct plane_table *tables[ARRAY_COUNT(ranges)];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++)
        tables[i] = plane_table_new(ranges[i].low, ranges[i].high);
    struct geo_point point = { 42.371, -71.1 };
    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
        struct plane_point first, other;
        plane_table_points(tables[0], &point, 1, &first);
        plane_table_points(tables[i], &point, 1, &other);
        assert_int_equal(first.x, other.x);
        assert_int_equal(first.y, other.y);
    }
    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++)
        plane_table_free(tables[i]);
}

static void what_is_off_the_table_is_held_at_its_rim(void **state)
{
    static const struct {
        const char *name;
        double low, high;
        struct geo_point point, rim;
    } rows[] = {
        { "north of it", 42, 43, { 50, -71 }, { 43, -71 } },
        { "south of it", 42, 43, { -50, -71 }, { 42, -71 } },
        { "the pole", -90, 90, { 90, 10 }, { 85.0511287798, 10 } },
        { "the other pole", -90, 90, { -90, 10 }, { -85.0511287798, 10 } },
        { "bounds of nothing", NAN, NAN, { 5, 10 }, { 0, 10 } },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct plane_table *table = plane_table_new(rows[i].low, rows[i].high);
        struct plane_point held, rim = plane_from_geo(rows[i].rim);
        CASE("%s", rows[i].name);
        plane_table_points(table, &rows[i].point, 1, &held);
        assert_true(apart(held.x, rim.x) <= 1 && apart(held.y, rim.y) <= 1);
        plane_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_gives_what_the_formula_gives),
        cmocka_unit_test(every_table_gives_the_same),
        cmocka_unit_test(what_is_off_the_table_is_held_at_its_rim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
