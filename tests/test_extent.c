/* Goal: the first view of a map holds the bulk of what is in its layers, and never half a world for
 * a strip along the date line. Method: layers of points at chosen places, written as GeoJSON. */
#include "tests/check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "maps/map.h"

struct place { double lat_deg, lon_deg; uint32_t count; double spread_deg; };

static struct map *map_of_points(const struct place *places, size_t count)
{
    struct map_layer_style style = { .name = "points", .ink = INK_MAP_STREET };
    struct map *map = map_new();
    char why[400];

    snprintf(style.path, sizeof style.path, "/tmp/test_extent.%d.geojson", (int)getpid());
    FILE *file = fopen(style.path, "w");
    fputs("{\"type\":\"MultiPoint\",\"coordinates\":[", file);
    for (size_t i = 0, written = 0; i < count; i++)
        for (uint32_t k = 0; k < places[i].count; k++, written++) {
            double part = places[i].count > 1 ? (double)k / (places[i].count - 1) - 0.5 : 0;
            double across = (double)(k * 7919 % places[i].count) / places[i].count - 0.5;
            fprintf(file, "%s[%.6f,%.6f]", written ? "," : "",
                    places[i].lon_deg + part * places[i].spread_deg,
                    places[i].lat_deg + across * places[i].spread_deg);
        }
    fputs("]}", file);
    fclose(file);
    assert_int_equal(map_layer_add(map, &style, why, sizeof why), STATUS_OK);
    unlink(style.path);
    return map;
}

static const struct {
    const char *name;
    struct place places[4];
    double west_deg, east_deg, south_deg, north_deg;    /* Of the bulk, to `slack_deg`. */
    double slack_deg;
} cases[] = {
    { "a city alone", { { 49.4, 8.7, 400, 0.2 } }, 8.6, 8.8, 49.3, 49.5, 0.002 },
    { "a city and a road far to the west", { { 49.4, 8.7, 400, 0.2 }, { 49.4, 7.1, 3, 0.01 } },
      8.6, 8.8, 49.3, 49.5, 0.03 },
    { "and to the north", { { 49.4, 8.7, 400, 0.2 }, { 59, 8.7, 3, 0.01 } },
      8.6, 8.8, 49.3, 49.5, 0.03 },
    { "two towns of a county", { { 49.4, 8.7, 200, 0.1 }, { 49.4, 9.7, 100, 0.1 } },
      8.65, 9.75, 49.35, 49.45, 0.01 },
    { "a few places", { { 10, 10, 1, 0 }, { 20, 30, 1, 0 }, { 12, 11, 1, 0 } },
      10, 30, 10, 20, 0.001 },
    { "one place", { { 10, 10, 1, 0 } }, 10, 10, 10, 10, 0.001 },
    { "islands on both sides of the date line",
      { { -17, 178.5, 200, 1 }, { -17, -179.5, 200, 0.9 } }, 178, -179.05, -17.5, -16.5, 0.1 },
    { "the world", { { 0, 0, 800, 170 }, { 0, -134, 400, 90 }, { 0, 134, 400, 90 } },
      -179, 179, -85, 85, 2 },
};

static void the_bulk_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        size_t count = 0;
        while (count < 4 && cases[i].places[count].count)
            count++;
        struct map *map = map_of_points(cases[i].places, count);
        struct geo_box box = map_bulk(map);
        double slack_deg = cases[i].slack_deg;
        print_message("%s: %.3f to %.3f, %.3f to %.3f\n", cases[i].name, box.low.lon_deg,
                      box.high.lon_deg, box.low.lat_deg, box.high.lat_deg);
        assert_float_equal(box.low.lon_deg, cases[i].west_deg, slack_deg);
        assert_float_equal(box.high.lon_deg, cases[i].east_deg, slack_deg);
        assert_float_equal(box.low.lat_deg, cases[i].south_deg, slack_deg);
        assert_float_equal(box.high.lat_deg, cases[i].north_deg, slack_deg);
        map_free(map);
    }
}

/* Every corner of the box is on the canvas, and the box fills it one way or the other. */
static void the_view_fits_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        size_t count = 0;
        while (count < 4 && cases[i].places[count].count)
            count++;
        struct map *map = map_of_points(cases[i].places, count);
        struct geo_box box = map_bulk(map);
        struct map_view view = map_view_fit(box, 40, 120, MAP_BRAILLE);
        double west, east, north, south;
        map_cell_of(&view, 40, 120, box.low, &south, &west);
        map_cell_of(&view, 40, 120, box.high, &north, &east);
        assert_true(west >= -0.5 && east <= 120.5 && north >= -0.5 && south <= 39.5);
        assert_true(west <= east && north <= south);
        if (west < east)
            assert_true(east - west > 110 || south - north > 35);
        map_free(map);
    }
}

static void nothing_is_nowhere(void **state)
{
    static const struct place city = { 49.4, 8.7, 40, 0.2 };
    struct map *map = map_new();

    (void)state;
    assert_false(geo_known(map_bulk(map).low));
    map_free(map);
    map = map_of_points(&city, 1);
    map_layer_hide(map, 0, true);
    assert_false(geo_known(map_bulk(map).low));
    assert_false(geo_known(map_bounds(map).high));
    map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bulk_is_found),
        cmocka_unit_test(the_view_fits_it),
        cmocka_unit_test(nothing_is_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
