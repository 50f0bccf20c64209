/* test_zones.c - which zone holds a point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "maps/zones.h"
#include "tests/drawn.h"

/* Harbour has a hole (a basin) and an island; Old Town shares its eastern edge; Market lies over
 * both; Point is a ring that is not closed and touches its own first corner. */
static const struct drawn_record districts[] = {
    { "HARBOUR", "0 0, 0 100, 100 100, 100 0, 0 0; 40 40, 60 40, 60 60, 40 60, 40 40;"
                 "300 0, 300 10, 310 10, 310 0, 300 0" },
    { "OLD TOWN", "100 0, 100 100, 200 100, 200 0, 100 0" },
    { "MARKET", "90 20, 90 30, 110 30, 110 20, 90 20" },
    { "POINT", "500 0, 500 10, 510 10, 500 0, 520 0, 520 -10" },
};

static const struct {
    const char *name;
    double at[2];
    const char *zone;           /* NULL: none. */
} cases[] = {
    { "inside", { 20, 20 }, "HARBOUR" },
    { "in the basin", { 50, 50 }, NULL },
    { "just outside the basin", { 61, 50 }, "HARBOUR" },
    { "on the island", { 305, 5 }, "HARBOUR" },
    { "between harbour and island", { 250, 5 }, NULL },
    { "the neighbour", { 150, 50 }, "OLD TOWN" },
    { "two zones, the first written", { 95, 25 }, "HARBOUR" },
    { "two zones, east of the border", { 105, 25 }, "OLD TOWN" },
    { "a ring that touches itself, first loop", { 503, 8 }, "POINT" },
    { "a ring that touches itself, second loop", { 518, -5 }, "POINT" },
    { "between its loops", { 511, 5 }, NULL },
    { "north of everything", { 50, 200 }, NULL },
};

static struct zones *zones_draw(struct buffer *warnings)
{
    struct zones *zones = zones_new();
    struct shapes *shapes = drawn_layer(SHAPE_POLYGONS, "NAME", districts, ARRAY_COUNT(districts));

    assert_true(zones_add(zones, "district", shapes, "name", warnings));
    return zones;
}

/* Goal: a point is in the zone that is drawn around it. Method: a point a metre to either side. */
static void a_point_is_in_the_zone_drawn_around_it(void **state)
{
    struct buffer warnings = { 0 };
    struct zones *zones = zones_draw(&warnings);

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const char *zone = zones_at(zones, 0, drawn_point(cases[i].at[0], cases[i].at[1]));
        print_message("%s\n", cases[i].name);
        if (cases[i].zone)
            assert_string_equal(zone, cases[i].zone);
        else
            assert_null(zone);
    }
    assert_null(zones_at(zones, 0, geo_unknown()));
    zones_free(zones);
    buffer_clear(&warnings);
}

/* Goal: along a shared edge every point is in exactly one of the two. */
static void a_shared_edge_belongs_to_one(void **state)
{
    static const struct drawn_record halves[] = {
        { "WEST", "0 0, 3 33, 7 100, -100 100, -100 0, 0 0" },
        { "EAST", "0 0, 100 0, 100 100, 7 100, 3 33, 0 0" },
    };
    struct buffer warnings = { 0 };
    struct zones *zones = zones_new();

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        struct drawn_record one = halves[turn];
        assert_true(zones_add(zones, one.values,
                              drawn_layer(SHAPE_POLYGONS, "NAME", &one, 1), "NAME", &warnings));
    }
    for (int i = 1; i < 33; i++) {
        struct geo_point low = drawn_point(0, 0), corner = drawn_point(3, 33);
        struct geo_point edge = { low.lat_deg + (corner.lat_deg - low.lat_deg) * i / 33,
                                  low.lon_deg + (corner.lon_deg - low.lon_deg) * i / 33 };
        bool west = zones_at(zones, 0, edge) != NULL, east = zones_at(zones, 1, edge) != NULL;
        assert_true(west != east);
    }
    zones_free(zones);
    buffer_clear(&warnings);
}

/* Goal: a layer that cannot be zones is refused and named. */
static void a_layer_that_is_no_zones_is_named(void **state)
{
    static const struct drawn_record line = { "A", "0 0, 100 0" };
    struct buffer warnings = { 0 };
    struct zones *zones = zones_draw(&warnings);
    const char *name;
    uint32_t layer;

    (void)state;
    assert_false(zones_add(zones, "beat", drawn_layer(SHAPE_LINES, "NAME", &line, 1), "NAME",
                           &warnings));
    assert_non_null(strstr(warnings.bytes, "\"beat\""));
    buffer_reset(&warnings);
    assert_false(zones_add(zones, "beat", drawn_layer(SHAPE_POLYGONS, "NAME|KIND", districts, 1),
                           "BEAT_NO", &warnings));
    assert_non_null(strstr(warnings.bytes, "BEAT_NO"));
    assert_non_null(strstr(warnings.bytes, "it has NAME, KIND."));
    assert_int_equal(zones_layer_count(zones), 1);
    assert_true(zones_find(zones, span_of("old town"), &layer, &name));
    assert_string_equal(name, "OLD TOWN");
    assert_false(zones_find(zones, span_of("new town"), &layer, &name));
    zones_free(zones);
    buffer_clear(&warnings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_is_in_the_zone_drawn_around_it),
        cmocka_unit_test(a_shared_edge_belongs_to_one),
        cmocka_unit_test(a_layer_that_is_no_zones_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
