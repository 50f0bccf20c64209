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

/* A map that is moved by whole cells shows the same dots, moved: nothing thin comes and goes. */
static void moving_a_view_moves_its_dots(void **state)
{
    struct map_view view = { .center = { 42.371234, -71.109876 }, .m_per_cell = 37 };
    struct plane before = plane_of(&view, 40, 100);
    uint32_t seed = 5;

    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        seed = seed * 1664525 + 1013904223;
        int32_t right = (int32_t)(seed >> 8) % 40 - 20, down = (int32_t)(seed >> 16) % 20 - 10;
        struct plane_dot to = { before.width / 2.0 + right * DOTS_PER_COLUMN,
                                before.height / 2.0 + down * DOTS_PER_ROW };
        struct map_view moved = view;
        moved.center = plane_geo_at(&before, to);
        struct plane after = plane_of(&moved, 40, 100);
        if (after.dots_per_unit != before.dots_per_unit)
            continue;           /* Moved so far north that the scale is reckoned anew. */
        double x = before.origin_x - after.origin_x, y = before.origin_y - after.origin_y;
        assert_true(x == right * DOTS_PER_COLUMN && y == down * DOTS_PER_ROW);
    }
}

/* Boxes over and beside the date line, looked at from both sides of it and from far off. */
static void a_box_over_the_date_line_is_on_both_sides(void **state)
{
    static const struct {
        const char *name;
        struct geo_point low, high, center;
        double m_per_cell;
        uint32_t turns;
        enum plane_overlap overlap;
    } rows[] = {
        { "beside us", { -1, 10 }, { 1, 12 }, { 0, 11 }, 10000, 1, PLANE_INSIDE },
        { "elsewhere", { -1, 30 }, { 1, 32 }, { 0, 11 }, 10000, 0, PLANE_OUTSIDE },
        { "west of the line, from the east", { -1, 178 }, { 1, 179 }, { 0, -179 }, 10000, 1,
          PLANE_CROSSING },
        { "cut at the line, from on it", { -20, -180 }, { -15, 180 }, { -17, 180 }, 10000, 2,
          PLANE_CROSSING },
        { "cut at the line, from far", { -20, -180 }, { -15, 180 }, { -17, 10 }, 10000, 1,
          PLANE_CROSSING },
        { "the whole world, once", { -80, -180 }, { 80, 180 }, { 0, 0 }, 900000, 1,
          PLANE_CROSSING },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct map_view view = { .center = rows[i].center, .m_per_cell = rows[i].m_per_cell };
        struct plane plane = plane_of(&view, 24, 80);
        struct plane_box box = { plane_from_geo(rows[i].low), plane_from_geo(rows[i].high) };
        CASE("%s", rows[i].name);
        if (rows[i].overlap != PLANE_OUTSIDE)
            assert_true(plane_turns(&plane, &box).count >= rows[i].turns);
        assert_int_equal(plane_overlap(&plane, &box), rows[i].overlap);
        assert_true(plane_turns(&plane, &box).count <= 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_gives_what_the_formula_gives),
        cmocka_unit_test(every_table_gives_the_same),
        cmocka_unit_test(what_is_off_the_table_is_held_at_its_rim),
        cmocka_unit_test(moving_a_view_moves_its_dots),
        cmocka_unit_test(a_box_over_the_date_line_is_on_both_sides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
