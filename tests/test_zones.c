/* test_zones.c - which zone holds a point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
    { "two zones, the smaller", { 95, 25 }, "MARKET" },
    { "two zones, east of the border", { 105, 25 }, "MARKET" },
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

/* ---- against looking at every record ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* By trapezoids under the ring's edges. */
static double ring_area(const struct shapes *shapes, uint32_t part)
{
    double area = 0;

    for (uint32_t v = shapes->part_first[part] + 1; v < shapes->part_first[part + 1]; v++) {
        struct geo_point a = shapes->vertices[v - 1], b = shapes->vertices[v];
        area += (b.lon_deg - a.lon_deg) * (a.lat_deg + b.lat_deg) / 2;
    }
    return area < 0 ? -area : area;
}

/* The records whose rings an eastward ray crosses an odd number of times; returns the one of the
 * smallest area. */
static const char *plain_zone(const struct shapes *shapes, int column, struct geo_point point)
{
    const char *zone = NULL;
    double smallest = 0;

    for (uint32_t record = 0; record < shapes->record_count; record++) {
        bool inside = false;
        double area = 0;
        for (uint32_t part = shapes->record_part[record]; part < shapes->record_part[record + 1];
             part++) {
            uint32_t first = shapes->part_first[part], end = shapes->part_first[part + 1];
            area = fmax(area, ring_area(shapes, part));
            for (uint32_t i = first, before = end - 1; i < end; before = i++) {
                struct geo_point a = shapes->vertices[before], b = shapes->vertices[i];
                if ((a.lat_deg > point.lat_deg) != (b.lat_deg > point.lat_deg)
                    && point.lon_deg < a.lon_deg + (point.lat_deg - a.lat_deg)
                                                       / (b.lat_deg - a.lat_deg)
                                                       * (b.lon_deg - a.lon_deg))
                    inside = !inside;
            }
        }
        if (!inside || (zone && area >= smallest))
            continue;
        zone = shapes_value(shapes, record, column);
        smallest = area;
    }
    return zone;
}

static const struct {
    const char *file, *column;
} real_layers[] = {
    { "shapefiles/cambridge_ma/police_response_districts", "" },
    { "shapefiles/cambridge_ma/neighborhoods", "" },
    { "shapefiles/cambridge_ma/floodplain_100yr", "" },
    { "shapefiles/osm_liechtenstein/admin_a", "name" },
    { "shapefiles/philadelphia_neighborhoods/Neighborhoods_Philadelphia", "" },
    { "shapefiles/seattle_spd_mcpp_areas/MCPPAreas", "" },
    { "shapefiles/natural_earth_50m/ne_50m_admin_0_countries_lakes", "" },
    { "shapefiles_odd/r_sf/nc", "NAME" },
    { "geojson/seattle_boundaries/spd-beats.geojson", "" },
};

/* Goal: the index gives what looking at every record gives. Method: real layers, random points in
 * and round their bounds. */
static void the_index_agrees_with_looking_at_every_record(void **state)
{
    (void)state;
    if (access("../shared/data", F_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        skip();
    }
    for (size_t i = 0; i < ARRAY_COUNT(real_layers); i++) {
        struct buffer warnings = { 0 };
        struct zones *zones = zones_new();
        struct shapes *shapes, *again;
        uint32_t seed = 7, held = 0;
        char path[200], why[600];
        snprintf(path, sizeof path, "../shared/data/%s", real_layers[i].file);
        assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
        assert_int_equal(shapefile_read(path, &again, why, sizeof why), STATUS_OK);
        const char *column = real_layers[i].column[0] ? real_layers[i].column
                                                      : shapes->fields[0].name;
        int number = shapes_column(shapes, column);
        assert_true(zones_add(zones, "layer", again, column, &warnings));
        struct geo_box box = shapes->bounds;
        double height = box.high.lat_deg - box.low.lat_deg;
        double width = box.high.lon_deg - box.low.lon_deg;
        for (int k = 0; k < 1500; k++) {
            struct geo_point point = {
                box.low.lat_deg + height * (next_random(&seed) / 65536.0 * 1.1 - 0.05),
                box.low.lon_deg + width * (next_random(&seed) / 65536.0 * 1.1 - 0.05) };
            const char *plain = plain_zone(shapes, number, point);
            const char *zone = zones_at(zones, 0, point);
            if ((plain != NULL) != (zone != NULL) || (plain && strcmp(plain, zone) != 0))
                fail_msg("%s at %.9f,%.9f: %s, not %s", path, point.lat_deg, point.lon_deg,
                         zone ? zone : "none", plain ? plain : "none");
            held += zone != NULL;
        }
        print_message("%s: %u records, %u of 1500 points in one\n", real_layers[i].file,
                      shapes->record_count, held);
        assert_true(held > 20);
        shapes_free(shapes);
        zones_free(zones);
        buffer_clear(&warnings);
    }
}

/* Goal: of neighbours that share a border exactly one holds a point of it: the one to the north or
 * east. Method: four squares round a corner, and points on every side. */
static void a_border_belongs_to_the_zone_north_and_east_of_it(void **state)
{
    static const struct drawn_record squares[] = {
        { "SW", "0 0, 0 100, 100 100, 100 0, 0 0" },
        { "SE", "100 0, 100 100, 200 100, 200 0, 100 0" },
        { "NW", "0 100, 0 200, 100 200, 100 100, 0 100" },
        { "NE", "100 100, 100 200, 200 200, 200 100, 100 100" },
    };
    static const struct {
        double at[2];
        const char *zone;
    } borders[] = { { { 100, 50 }, "SE" }, { { 50, 100 }, "NW" }, { { 100, 100 }, "NE" },
                    { { 100, 150 }, "NE" }, { { 150, 100 }, "NE" }, { { 0, 0 }, "SW" } };
    struct buffer warnings = { 0 };
    struct zones *zones = zones_new();

    (void)state;
    assert_true(zones_add(zones, "square", drawn_layer(SHAPE_POLYGONS, "NAME", squares, 4), "NAME",
                          &warnings));
    for (size_t i = 0; i < ARRAY_COUNT(borders); i++)
        assert_string_equal(zones_at(zones, 0, drawn_point(borders[i].at[0], borders[i].at[1])),
                            borders[i].zone);
    assert_null(zones_at(zones, 0, drawn_point(200, 50)));
    zones_free(zones);
    buffer_clear(&warnings);
}

/* Goal: all of overlapping zones are told, the winner first; outside, the nearest with its
 * distance. */
static void overlaps_and_the_nearest_are_told(void **state)
{
    struct buffer warnings = { 0 };
    struct zones *zones = zones_draw(&warnings);
    const char *names[4];
    double distance_m;

    (void)state;
    assert_int_equal(zones_all_at(zones, 0, drawn_point(105, 25), names, 4), 2);
    assert_string_equal(names[0], "MARKET");
    assert_string_equal(names[1], "OLD TOWN");
    assert_int_equal(zones_all_at(zones, 0, drawn_point(105, 25), names, 1), 1);
    assert_int_equal(zones_all_at(zones, 0, drawn_point(50, 200), names, 4), 0);
    assert_string_equal(zones_near(zones, 0, drawn_point(150, 112), 50, &distance_m), "OLD TOWN");
    assert_true(distance_m > 11.9 && distance_m < 12.1);
    assert_null(zones_near(zones, 0, drawn_point(150, 200), 50, &distance_m));
    zones_free(zones);
    buffer_clear(&warnings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_is_in_the_zone_drawn_around_it),
        cmocka_unit_test(a_shared_edge_belongs_to_one),
        cmocka_unit_test(a_layer_that_is_no_zones_is_named),
        cmocka_unit_test(the_index_agrees_with_looking_at_every_record),
        cmocka_unit_test(a_border_belongs_to_the_zone_north_and_east_of_it),
        cmocka_unit_test(overlaps_and_the_nearest_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
