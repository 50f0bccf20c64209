/* Goal: a file's name says how it is drawn. Method: names as cities publish them, each beside the
 * one it could be taken for. */
#include "tests/check.h"

#include "maps/guess.h"

static const struct {
    const char *path, *name;
    enum ground ground;
    enum ink ink;
    const char *mark;
} cases[] = {
    { "water.shp", "water", GROUND_WATER, INK_MAP_WATERLINE, "" },
    { "/data/Water_Bodies.SHP", "water_bodies", GROUND_WATER, INK_MAP_WATERLINE, "" },
    { "hydrants", "hydrants", GROUND_NONE, INK_MAP_POINT, "." },
    { "fire_stations.shp", "fire_stations", GROUND_NONE, INK_MAP_STATION, "[]" },
    { "fire_engine_districts.shp", "fire_engine_districts", GROUND_NONE, INK_MAP_BOUNDARY, "" },
    { "open_space.shp", "open_space", GROUND_PARK, INK_MAP_PARK_NAME, "" },
    { "streets.shp", "streets", GROUND_NONE, INK_MAP_STREET, "" },
    { "railroads.shp", "railroads", GROUND_NONE, INK_MAP_RAIL, "" },
    { "/parks/roads.shp", "roads", GROUND_NONE, INK_MAP_STREET, "" },
    { "ne_50m_coastline.shp", "ne_50m_coastline", GROUND_WATER, INK_MAP_WATERLINE, "" },
    { "xyzzy.shp", "xyzzy", GROUND_NONE, INK_MAP_STREET, "" },
    { "", "", GROUND_NONE, INK_MAP_STREET, "" },
};

static void a_name_says_how_it_is_drawn(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct map_layer_style style;
        CASE("%s", cases[i].path);
        guess_style(cases[i].path, &style);
        assert_string_equal(style.name, cases[i].name);
        assert_int_equal(style.ground, cases[i].ground);
        assert_int_equal(style.ink, cases[i].ink);
        assert_string_equal(style.mark, cases[i].mark);
    }
}

/* Grounds lie under lines, lines under points. */
static void grounds_come_first(void **state)
{
    static const char *const order[] = { "built", "parks", "water", "zones", "rail", "streets",
                                         "hydrants", "hospitals" };
    struct map_layer_style style;

    (void)state;
    for (size_t i = 1; i < ARRAY_COUNT(order); i++)
        assert_true(guess_style(order[i - 1], &style) < guess_style(order[i], &style));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_says_how_it_is_drawn),
        cmocka_unit_test(grounds_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
