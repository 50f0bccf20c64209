/* Goal: what a layer keeps to be quick (order, blocks, details) never changes what is drawn by
 * more than can be seen. Method: streets from a seeded generator, compared with looking at every
 * one. */
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

static double distance_to_segment(struct plane_point point, struct plane_point from,
                                  struct plane_point to)
{
    double dx = (double)to.x - from.x, dy = (double)to.y - from.y;
    double px = (double)point.x - from.x, py = (double)point.y - from.y;
    double length2 = dx * dx + dy * dy;
    double at = length2 > 0 ? fmax(0, fmin(1, (px * dx + py * dy) / length2)) : 0;

    return hypot(px - at * dx, py - at * dy);
}

/* How far, in world units, the vertices of a run lie from what is left of it. */
static double run_deviation(const struct layer_detail *whole, const struct layer_detail *thin,
                            uint32_t run)
{
    double worst = 0;

    for (uint32_t v = whole->run_first[run]; v < whole->run_first[run + 1]; v++) {
        uint32_t first = thin->run_first[run], end = thin->run_first[run + 1];
        double nearest = distance_to_segment(whole->points[v], thin->points[first],
                                             thin->points[first]);
        for (uint32_t t = first + 1; t < end; t++)
            nearest = fmin(nearest, distance_to_segment(whole->points[v], thin->points[t - 1],
                                                        thin->points[t]));
        worst = fmax(worst, nearest);
    }
    return worst;
}

/* From a metre a dot to a kilometre. */
static void no_line_moves_by_more_than_two_dots(void **state)
{
    static const double m_per_dot[] = { 100, 1, 1000, 7, 30, 300, 3 };
    struct layer *layer = *state;

    for (size_t i = 0; i < ARRAY_COUNT(m_per_dot); i++) {
        double dot_units = m_per_dot[i] / plane_ground_m_per_unit(50);
        const struct layer_detail *thin = layer_detail(layer, 1 / dot_units);
        double worst = 0;
        for (uint32_t run = 0; run < layer->run_count; run++) {
            assert_true(thin->run_first[run + 1] > thin->run_first[run]);
            worst = fmax(worst, run_deviation(&layer->details[0], thin, run));
        }
        print_message("  %4.0f m a dot: %6u vertices, at worst %.2f dots off\n", m_per_dot[i],
                      thin->run_first[layer->run_count], worst / dot_units);
        assert_true(worst < 2 * dot_units);
        assert_true(thin->run_first[layer->run_count] <= STREETS * STREET_VERTICES);
    }
    /* Past all detail a street is a dot or two. */
    assert_true(layer_detail(layer, 1e-9)->run_first[layer->run_count] < 2 * STREETS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_stand_least_important_first),
        cmocka_unit_test(equal_names_are_one),
        cmocka_unit_test(a_walk_misses_nothing),
        cmocka_unit_test(no_line_moves_by_more_than_two_dots),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
