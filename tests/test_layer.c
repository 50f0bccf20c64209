/* Goal: what a layer keeps to be quick (order, blocks) never changes what is drawn. Method: streets
 * from a seeded generator, compared with looking at every one. Details: test_layer_detail.c. */
#include "tests/check.h"

#include <math.h>

#include "maps/layer.h"
#include "tests/drawn.h"

enum { STREETS = 700, STREET_VERTICES = 40 };

static uint32_t next_number(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static double next_part(uint32_t *seed)
{
    return next_number(seed) / 4294967296.0;
}

/* Winding streets over 20 km, of four classes, named by their number modulo 50. */
static struct shapes *streets_made(uint32_t seed)
{
    struct shapes *shapes = base_alloc(1, sizeof *shapes);
    static const char *const classes[] = { "lane", "motorway", "street", "unheard of" };
    static const char *names[50];
    static char name_text[50][8];

    shapes->kind = SHAPE_LINES;
    shapes->record_count = shapes->part_count = STREETS;
    shapes->record_part = base_alloc(STREETS + 1, sizeof *shapes->record_part);
    shapes->part_first = base_alloc(STREETS + 1, sizeof *shapes->part_first);
    shapes->vertices = base_alloc(STREETS * STREET_VERTICES, sizeof *shapes->vertices);
    shapes->bounds = (struct geo_box){ drawn_point(-4000, -4000), drawn_point(24000, 24000) };
    shapes->field_count = 2;
    shapes->fields = base_alloc(2, sizeof *shapes->fields);
    shapes->fields[0] = (struct shape_field){ .name = "NAME", .type = 'C', .width = 8 };
    shapes->fields[1] = (struct shape_field){ .name = "CLASS", .type = 'C', .width = 12 };
    shapes->values = base_alloc(2 * STREETS, sizeof *shapes->values);
    for (uint32_t i = 0; i < 50; i++) {
        snprintf(name_text[i], sizeof name_text[i], "St %u", i);
        names[i] = name_text[i];
    }
    for (uint32_t r = 0; r < STREETS; r++) {
        double east_m = 20000 * next_part(&seed), north_m = 20000 * next_part(&seed);
        double bearing = 6.28 * next_part(&seed), step_m = 5 + 80 * next_part(&seed);
        for (uint32_t v = 0; v < STREET_VERTICES; v++) {
            shapes->vertices[shapes->vertex_count++] = drawn_point(east_m, north_m);
            bearing += 0.8 * (next_part(&seed) - 0.5);
            east_m += step_m * cos(bearing);
            north_m += step_m * sin(bearing);
        }
        shapes->record_part[r + 1] = r + 1;
        shapes->part_first[r + 1] = shapes->vertex_count;
        shapes->values[2 * r] = r % 50 ? names[r % 50] : "";
        shapes->values[2 * r + 1] = classes[r % 4];
    }
    return shapes;
}

static const struct map_layer_style style = {
    .name = "streets", .label_column = "name", .class_column = "class", .ink = INK_MAP_RAIL,
    .class_count = 3,
    .classes = { { .value = "motorway", .ink = INK_MAP_MOTORWAY, .rank = 0 },
                 { .value = "street", .ink = INK_MAP_STREET, .rank = 3 },
                 { .value = "lane", .ink = INK_MAP_PATH, .rank = 5 } },
};

static int set_up(void **state)
{
    struct shapes *shapes = streets_made(2026);

    *state = layer_new(&style, shapes);
    shapes_free(shapes);
    return 0;
}

static int tear_down(void **state)
{
    layer_free(*state);
    return 0;
}

static void classes_stand_least_important_first(void **state)
{
    static const enum ink order[] = { INK_MAP_RAIL, INK_MAP_PATH, INK_MAP_STREET,
                                      INK_MAP_MOTORWAY };
    const struct layer *layer = *state;
    uint32_t feature = 0;

    assert_int_equal(layer->class_count, ARRAY_COUNT(order));
    assert_int_equal(layer->feature_count, STREETS);
    for (uint32_t c = 0; c < layer->class_count; c++) {
        assert_int_equal(layer->classes[c].ink, order[c]);
        assert_int_equal(layer->classes[c].feature_first, feature);
        feature = layer->classes[c].feature_end;
        assert_int_equal(feature - layer->classes[c].feature_first, STREETS / 4);
    }
    assert_int_equal(feature, STREETS);
}

static void equal_names_are_one(void **state)
{
    const struct layer *layer = *state;
    uint32_t nameless = 0;

    for (uint32_t a = 0; a < layer->feature_count; a++) {
        nameless += layer->names[a] == 0;
        for (uint32_t b = a + 1; b < layer->feature_count; b++)
            assert_int_equal(layer->names[a] == layer->names[b],
                             strcmp(layer_name(layer, a), layer_name(layer, b)) == 0);
    }
    assert_int_equal(nameless, STREETS / 50);
}

/* Blocks skip nothing: a walk gives just the features whose own box touches the view. */
static void a_walk_misses_nothing(void **state)
{
    const struct layer *layer = *state;
    uint32_t seed = 11;

    for (int i = 0; i < 200; i++) {
        struct map_view view = { .center = drawn_point(24000 * next_part(&seed) - 2000,
                                                       24000 * next_part(&seed) - 2000),
                                 .m_per_cell = pow(10, 3 * next_part(&seed)) };
        struct plane plane = plane_of(&view, 24, 80);
        struct layer_walk walk = { .layer = layer, .plane = &plane, .next = 100, .end = 650 };
        uint32_t expected = 100, feature;
        enum plane_overlap overlap;
        while (walk.next < walk.end) {
            uint32_t end;
            if (layer_walk_inside(&walk, &feature, &end)) {
                for (; expected < feature; expected++)
                    assert_int_equal(plane_overlap(&plane, &layer->boxes[expected]),
                                     PLANE_OUTSIDE);
                for (; expected < end; expected++)
                    assert_int_equal(plane_overlap(&plane, &layer->boxes[expected]),
                                     PLANE_INSIDE);
                continue;
            }
            if (!layer_walk_next(&walk, &feature, &overlap))
                continue;
            for (; expected < feature; expected++)
                assert_int_equal(plane_overlap(&plane, &layer->boxes[expected]), PLANE_OUTSIDE);
            assert_int_equal(overlap, plane_overlap(&plane, &layer->boxes[feature]));
            expected++;
        }
        for (; expected < 650; expected++)
            assert_int_equal(plane_overlap(&plane, &layer->boxes[expected]), PLANE_OUTSIDE);
    }
}

/* "name|ref" is the first of the two that a street has; a class by "landuse|leisure" as well. */
static void one_of_several_columns_names_it(void **state)
{
    static const struct drawn_record records[] = {
        { "High St||meadow|", "0 0, 100 0" }, { "|A 5||park", "0 9, 100 9" },
        { "Low St|B 37||", "0 20, 100 20" }, { "||meadow|park", "0 30, 100 30" },
    };
    static const struct { const char *name; uint32_t class; } expected[] = {
        { "High St", 1 }, { "A 5", 2 }, { "Low St", 0 }, { "", 1 },
    };
    struct shapes *shapes = drawn_layer(SHAPE_LINES, "name|ref|landuse|leisure", records, 4);
    struct map_layer_style named = { .label_column = "name|ref", .class_count = 2,
                                     .class_column = "absent|landuse|leisure",
                                     .classes = { { .value = "park", .rank = 1 },
                                                  { .value = "meadow", .rank = 2 } } };
    struct layer *layer = layer_new(&named, shapes);

    (void)state;
    for (uint32_t f = 0; f < layer->feature_count; f++) {
        uint32_t record = layer->records[f], class = 0;
        while (f >= layer->classes[class].feature_end)
            class++;
        assert_string_equal(layer_name(layer, f), expected[record].name);
        assert_int_equal(class, expected[record].class);
    }
    layer_free(layer);
    shapes_free(shapes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_stand_least_important_first),
        cmocka_unit_test(equal_names_are_one),
        cmocka_unit_test(one_of_several_columns_names_it),
        cmocka_unit_test(a_walk_misses_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
