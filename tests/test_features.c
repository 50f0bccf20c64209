/* Goal: what a person points at on the map is what is drawn there, the likeliest first. Method: a
 * few features drawn in metres, and a table of cells with the records expected there, in order. */
#include "tests/check.h"

#include <math.h>

#include "maps/features.h"
#include "tests/drawn.h"

enum { ROWS = 40, COLUMNS = 80, PARKS = 0, ZONES = 1, STREETS = 2, HYDRANTS = 3, LAYERS = 4 };

static const struct drawn_record parks[] = {
    { "Common", "-200 -200, -200 200, 200 200, 200 -200, -200 -200;"
                "-50 -50, 50 -50, 50 50, -50 50, -50 -50" },
};
static const struct drawn_record zones[] = {
    { "All", "-700 -700, -700 700, 700 700, 700 -700, -700 -700" },
    { "Kiosk", "300 300, 300 304, 304 304, 304 300, 300 300" },
};
static const struct drawn_record streets[] = {
    { "Quay St|arterial", "-600 -300, 600 -300" },
    { "Mill Rd|path", "-500 -600, -500 600" },
    { "Ferry Ln|arterial", "-600 -320, 600 -320" },
};
static const struct drawn_record hydrants[] = { { "1", "0 -305" }, { "2", "0 150" } };

struct made {
    struct layer *layers[LAYERS];
};

static struct layer *layer_made(enum shape_kind kind, const char *columns,
                                const struct drawn_record *records, uint32_t count,
                                struct map_layer_style style)
{
    struct shapes *shapes = drawn_layer(kind, columns, records, count);
    struct layer *layer = layer_new(&style, shapes);

    shapes_free(shapes);
    return layer;
}

static int set_up(void **state)
{
    struct made *made = base_alloc(1, sizeof *made);

    made->layers[PARKS] = layer_made(SHAPE_POLYGONS, "NAME", parks, ARRAY_COUNT(parks),
                                 (struct map_layer_style){ .ground = GROUND_PARK });
    made->layers[ZONES] = layer_made(SHAPE_POLYGONS, "NAME", zones, ARRAY_COUNT(zones),
                                     (struct map_layer_style){ .ink = INK_MAP_BOUNDARY });
    made->layers[STREETS] = layer_made(
        SHAPE_LINES, "NAME|CLASS", streets, ARRAY_COUNT(streets),
        (struct map_layer_style){
            .class_column = "CLASS", .class_count = 2,
            .classes = { { .value = "arterial", .ink = INK_MAP_ARTERIAL, .rank = 1 },
                         { .value = "path", .ink = INK_MAP_PATH, .rank = 5,
                           .m_per_cell_max = 30 } } });
    made->layers[HYDRANTS] = layer_made(SHAPE_POINTS, "NAME", hydrants, ARRAY_COUNT(hydrants),
                                        (struct map_layer_style){ .mark = "+",
                                                                  .m_per_cell_max = 30 });
    *state = made;
    return 0;
}

static int tear_down(void **state)
{
    struct made *made = *state;

    for (uint32_t i = 0; i < LAYERS; i++)
        layer_free(made->layers[i]);
    base_free(made);
    return 0;
}

/* A cell is 20 m wide and 40 m high, or three times that where it says so. */
static const struct {
    const char *name;
    double east_m, north_m, m_per_cell;
    uint32_t count;
    struct { uint32_t layer, record; } expected[4];
} aims[] = {
    { "on the park, in the zone", 150, 0, 20, 2, { { PARKS, 0 }, { ZONES, 0 } } },
    { "in the park's hole", 0, 0, 20, 1, { { ZONES, 0 } } },
    { "on a street", 400, -300, 20, 3, { { STREETS, 0 }, { STREETS, 2 }, { ZONES, 0 } } },
    { "a hydrant beside it", 0, -306, 20, 4,
      { { HYDRANTS, 0 }, { STREETS, 0 }, { STREETS, 2 }, { ZONES, 0 } } },
    { "a path", -500, 100, 20, 2, { { STREETS, 1 }, { ZONES, 0 } } },
    { "a path not drawn so far out", -500, 100, 60, 1, { { ZONES, 0 } } },
    { "a kiosk smaller than a cell", 302, 302, 20, 2, { { ZONES, 0 }, { ZONES, 1 } } },
    { "outside of all", 0, 760, 20, 0, { { 0, 0 } } },
};

static void what_is_near_is_found_in_order(void **state)
{
    struct made *made = *state;

    for (size_t i = 0; i < ARRAY_COUNT(aims); i++) {
        struct map_view view = { .center = drawn_point(0, 0), .m_per_cell = aims[i].m_per_cell };
        struct map_feature found[8];
        double row, column;
        uint32_t count;
        CASE("%s", aims[i].name);
        map_cell_of(&view, ROWS, COLUMNS, drawn_point(aims[i].east_m, aims[i].north_m), &row,
                    &column);
        struct features_aim aim = { .view = &view, .rows = ROWS, .columns = COLUMNS,
                                    .row = (uint16_t)row, .column = (uint16_t)column };
        count = features_at(made->layers, LAYERS, &aim, found, ARRAY_COUNT(found));
        assert_int_equal(count, aims[i].count);
        for (uint32_t k = 0; k < count; k++) {
            assert_int_equal(found[k].layer, aims[i].expected[k].layer);
            assert_int_equal(found[k].record, aims[i].expected[k].record);
            assert_true(found[k].distance_cells >= 0 && found[k].distance_cells <= 2);
        }
        /* With less room the first are the same. */
        count = features_at(made->layers, LAYERS, &aim, found, 1);
        assert_int_equal(count, aims[i].count > 0);
        if (count)
            assert_int_equal(found[0].record, aims[i].expected[0].record);
        assert_int_equal(features_at(made->layers, LAYERS, &aim, found, 0), 0);
    }
}

static void a_hidden_layer_is_not_found(void **state)
{
    struct made *made = *state;
    struct map_view view = { .center = drawn_point(0, -300), .m_per_cell = 20 };
    struct features_aim aim = { .view = &view, .rows = ROWS, .columns = COLUMNS,
                                .row = ROWS / 2, .column = COLUMNS / 2 };
    struct map_feature found[4];

    made->layers[STREETS]->style.hidden = made->layers[HYDRANTS]->style.hidden = true;
    assert_int_equal(features_at(made->layers, LAYERS, &aim, found, 4), 1);
    assert_int_equal(found[0].layer, ZONES);
    made->layers[STREETS]->style.hidden = made->layers[HYDRANTS]->style.hidden = false;
}

static void a_record_has_its_place_and_its_lines(void **state)
{
    struct made *made = *state;
    struct geo_point corner = drawn_point(200, 200);
    struct geo_points *runs;
    struct geo_box box;

    assert_true(features_record_bounds(made->layers[PARKS], 0, &box));
    assert_true(geo_distance_m(box.high, corner) < 0.1);
    assert_int_equal(features_record_runs(made->layers[PARKS], 0, &runs), 2);
    assert_int_equal(runs[0].count, 5);
    assert_true(geo_distance_m(runs[0].at[2], corner) < 0.1);
    for (int i = 0; i < 2; i++)
        base_free(runs[i].at);
    base_free(runs);
    assert_false(features_record_bounds(made->layers[PARKS], 1, &box));
    assert_int_equal(features_record_runs(made->layers[PARKS], 1, &runs), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_near_is_found_in_order),
        cmocka_unit_test(a_hidden_layer_is_not_found),
        cmocka_unit_test(a_record_has_its_place_and_its_lines),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
