/* Goal: whatever a detail leaves out, a person sees the same map: every line within a dot of where
 * it runs, no gap between neighbours, nothing gone that could be seen. Method: streets and a
 * patchwork of parcels from a seeded generator, drawn whole and by detail at many scales and
 * places, and compared dot by dot. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>

#include "maps/layer.h"
#include "maps/raster.h"
#include "tests/drawn.h"

enum {
    STREETS = 3000, STREET_VERTICES = 30, SIDE = 40, SEEDS = 4, VIEWS = 12,
    ROWS = 60, COLUMNS = 120,
};

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

/* Room for `records` records of one part with `vertices` vertices each. */
static struct shapes *shapes_made(enum shape_kind kind, uint32_t records, uint32_t vertices)
{
    struct shapes *shapes = base_alloc(1, sizeof *shapes);

    shapes->kind = kind;
    shapes->record_count = shapes->part_count = records;
    shapes->vertex_count = records * vertices;
    shapes->record_part = base_alloc(records + 1, sizeof *shapes->record_part);
    shapes->part_first = base_alloc(records + 1, sizeof *shapes->part_first);
    shapes->vertices = base_alloc(shapes->vertex_count, sizeof *shapes->vertices);
    shapes->bounds = (struct geo_box){ drawn_point(-3000, -3000), drawn_point(25000, 25000) };
    for (uint32_t r = 0; r <= records; r++) {
        shapes->record_part[r] = r;
        shapes->part_first[r] = r * vertices;
    }
    return shapes;
}

/* Winding streets over 20 km, of two classes; half of them in town, where they lie close. */
static struct layer *streets_made(uint32_t seed)
{
    static const char *const classes[] = { "street", "main" };
    struct shapes *shapes = shapes_made(SHAPE_LINES, STREETS, STREET_VERTICES);
    struct map_layer_style style = {
        .class_column = "class", .ink = INK_MAP_STREET, .class_count = 1,
        .classes = { { .value = "main", .ink = INK_MAP_ARTERIAL, .rank = 1 } },
    };

    shapes->field_count = 1;
    shapes->fields = base_alloc(1, sizeof *shapes->fields);
    shapes->fields[0] = (struct shape_field){ .name = "CLASS", .type = 'C', .width = 12 };
    shapes->values = base_alloc(STREETS, sizeof *shapes->values);
    for (uint32_t r = 0; r < STREETS; r++) {
        double spread_m = r % 2 ? 20000 : 4000;
        double east_m = spread_m * next_part(&seed), north_m = spread_m * next_part(&seed);
        double bearing = 6.28 * next_part(&seed), step_m = 2 + 60 * next_part(&seed);
        for (uint32_t v = 0; v < STREET_VERTICES; v++) {
            shapes->vertices[r * STREET_VERTICES + v] = drawn_point(east_m, north_m);
            bearing += 0.8 * (next_part(&seed) - 0.5);
            east_m += step_m * cos(bearing);
            north_m += step_m * sin(bearing);
        }
        shapes->values[r] = classes[r % 7 == 0];
    }
    struct layer *layer = layer_new(&style, shapes);
    shapes_free(shapes);
    return layer;
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* The dots of one class, as ink in a raster. */
static void class_draw(struct raster *raster, const struct layer *layer,
                       const struct layer_detail *detail, uint32_t class)
{
    struct raster_pen pen = { .ink = INK_MAP_STREET, .weight_dots = 1, .dashes = UINT32_MAX };
    const struct layer_class *of = &layer->classes[class];

    for (uint32_t r = of->feature_first; r < of->feature_end; r++)
        raster_line(raster, detail->points + detail->run_first[r],
                    detail->run_first[r + 1] - detail->run_first[r], 0, PLANE_CROSSING, &pen);
}

static bool dot_at(const struct raster *raster, int32_t x, int32_t y)
{
    if (x < 0 || y < 0 || x >= raster->plane.width || y >= raster->plane.height)
        return false;
    uint16_t cell = raster->cells[y / DOTS_PER_ROW * raster->columns + x / DOTS_PER_COLUMN];
    return (cell & raster_dot_bits[y % DOTS_PER_ROW][x % DOTS_PER_COLUMN]) != 0;
}

static bool dot_within(const struct raster *raster, int32_t x, int32_t y, int32_t dots)
{
    for (int32_t dy = -dots; dy <= dots; dy++)
        for (int32_t dx = -dots; dx <= dots; dx++)
            if (dot_at(raster, x + dx, y + dy))
                return true;
    return false;
}

/* How many dots of one drawing have none of the other within `dots`; the rim is left out, since
 * what is next to it there may be outside. */
static uint32_t dots_alone(const struct raster *of, const struct raster *in, int32_t dots,
                           uint32_t *ret_all)
{
    uint32_t alone = 0;

    *ret_all = 0;
    for (int32_t y = dots; y < of->plane.height - dots; y++)
        for (int32_t x = dots; x < of->plane.width - dots; x++)
            if (dot_at(of, x, y)) {
                ++*ret_all;
                alone += !dot_within(in, x, y, dots);
            }
    return alone;
}

static void drawings_compare(const struct raster *whole, const struct raster *thin)
{
    uint32_t all;

    assert_int_equal(dots_alone(whole, thin, 2, &all), 0);
    assert_int_equal(dots_alone(thin, whole, 2, &all), 0);
    assert_true(dots_alone(thin, whole, 1, &all) <= all / 100);
    assert_true(dots_alone(whole, thin, 1, &all) <= all / 100);
}

/* The world as raster_init() wants it: dots twice and four times the cells. */
static struct plane random_plane(uint32_t *seed, double most_m_per_cell)
{
    double m_per_cell = 4 * pow(most_m_per_cell / 4, next_part(seed));
    struct map_view view = { .center = drawn_point(20000 * next_part(seed),
                                                   20000 * next_part(seed)),
                             .m_per_cell = m_per_cell };

    return plane_of(&view, ROWS, COLUMNS);
}

static void every_street_is_within_a_dot(void **state)
{
    (void)state;
    for (uint32_t number = 1; number <= SEEDS; number++) {
        struct layer *layer = streets_made(number);
        uint32_t seed = number * 77, saved = 0;
        for (uint32_t i = 0; i < VIEWS; i++) {
            struct plane plane = random_plane(&seed, 1500);
            const struct layer_detail *detail = layer_detail(layer, plane.dots_per_unit, NULL);
            saved += detail != &layer->details[0];
            for (uint32_t c = 0; c < layer->class_count; c++) {
                struct raster whole, thin;
                raster_init(&whole, &plane, ROWS, COLUMNS, MAP_BRAILLE);
                raster_init(&thin, &plane, ROWS, COLUMNS, MAP_BRAILLE);
                class_draw(&whole, layer, &layer->details[0], c);
                class_draw(&thin, layer, detail, c);
                drawings_compare(&whole, &thin);
                raster_clear(&whole);
                raster_clear(&thin);
            }
        }
        assert_true(saved > VIEWS / 2);
        layer_free(layer);
    }
}

/* From a metre a dot to a thousand kilometres, until there are far fewer points than streets. */
static void details_hold_less_and_less(void **state)
{
    struct layer *layer = streets_made(5);
    uint32_t before = layer->details[0].run_first[layer->run_count] + 1, distinct = 0;
    const struct layer_detail *last = NULL;

    (void)state;
    for (double m_per_dot = 1; m_per_dot < 1e6; m_per_dot *= 2) {
        const struct layer_detail *detail =
            layer_detail(layer, plane_ground_m_per_unit(50) / m_per_dot, NULL);
        uint32_t points = detail->run_first[layer->run_count];
        assert_true(points <= before);
        distinct += detail != last;
        last = detail;
        before = points;
    }
    assert_true(distinct > 5);
    assert_true(before < STREETS / 4);
    layer_free(layer);
}

/* ---- Polygons ------------------------------------------------------------------------------ */

/* Corners of a lattice, each moved a little; a parcel runs around four of them, through two more
 * vertices on each side that its neighbour has too. */
struct patchwork {
    struct geo_point corners[SIDE + 1][SIDE + 1];
    struct geo_point across[SIDE + 1][SIDE + 1][2], up[SIDE + 1][SIDE + 1][2];
};

static struct geo_point between(struct geo_point from, struct geo_point to, double part)
{
    return (struct geo_point){ .lat_deg = from.lat_deg + (to.lat_deg - from.lat_deg) * part,
                               .lon_deg = from.lon_deg + (to.lon_deg - from.lon_deg) * part };
}

static void patchwork_fill(struct patchwork *work, uint32_t *seed, double step_m)
{
    for (uint32_t i = 0; i <= SIDE; i++)
        for (uint32_t k = 0; k <= SIDE; k++) {
            bool rim = i == 0 || k == 0 || i == SIDE || k == SIDE;
            double off_m = rim ? 0 : step_m * 0.6;
            work->corners[i][k] = drawn_point(i * step_m + off_m * (next_part(seed) - 0.5),
                                              k * step_m + off_m * (next_part(seed) - 0.5));
        }
    for (uint32_t i = 0; i <= SIDE; i++)
        for (uint32_t k = 0; k <= SIDE; k++)
            for (uint32_t n = 0; n < 2; n++) {
                double part = (n + 1) / 3.0;
                if (i < SIDE)
                    work->across[i][k][n] = between(work->corners[i][k], work->corners[i + 1][k],
                                                    part);
                if (k < SIDE)
                    work->up[i][k][n] = between(work->corners[i][k], work->corners[i][k + 1],
                                                part);
            }
}

static void parcel_write(const struct patchwork *work, uint32_t i, uint32_t k,
                         struct geo_point *to, uint32_t turned)
{
    const struct geo_point ring[12] = {
        work->corners[i][k], work->across[i][k][0], work->across[i][k][1],
        work->corners[i + 1][k], work->up[i + 1][k][0], work->up[i + 1][k][1],
        work->corners[i + 1][k + 1], work->across[i][k + 1][1], work->across[i][k + 1][0],
        work->corners[i][k + 1], work->up[i][k][1], work->up[i][k][0],
    };

    /* Each begins at another corner, and every second runs the other way. */
    for (uint32_t v = 0; v <= 12; v++)
        to[v] = ring[(turned % 2 ? 24 - v + turned : v + turned) % 12];
}

static struct layer *patchwork_made(uint32_t seed, double step_m)
{
    struct patchwork *work = base_alloc(1, sizeof *work);
    struct shapes *shapes = shapes_made(SHAPE_POLYGONS, SIDE * SIDE, 13);
    struct map_layer_style style = { .ground = GROUND_PARK };

    patchwork_fill(work, &seed, step_m);
    for (uint32_t i = 0; i < SIDE; i++)
        for (uint32_t k = 0; k < SIDE; k++)
            parcel_write(work, i, k, shapes->vertices + (i * SIDE + k) * 13,
                         next_number(&seed) % 12);
    struct layer *layer = layer_new(&style, shapes);
    shapes_free(shapes);
    base_free(work);
    return layer;
}

static void parcels_fill(struct raster *raster, const struct layer *layer)
{
    const struct layer_detail *detail = layer_detail((struct layer *)layer,
                                                     raster->plane.dots_per_unit, NULL);

    for (uint32_t r = 0; r < layer->run_count; r++) {
        raster_ring(raster, detail->points + detail->run_first[r],
                    detail->run_first[r + 1] - detail->run_first[r], 0);
        raster_fill(raster, GROUND_PARK);
    }
}

/* Dots of land between the parcels, one dot off the rim of them all. */
static uint32_t gaps_count(const struct raster *raster, double low_x, double high_x, double low_y,
                           double high_y)
{
    uint32_t gaps = 0;

    for (int32_t y = 0; y < raster->plane.height; y++)
        for (int32_t x = 0; x < raster->plane.width; x++) {
            bool inside = x > low_x + 1 && x < high_x - 2 && y > low_y + 1 && y < high_y - 2;
            gaps += inside && raster->grounds[y * raster->plane.width + x] == GROUND_NONE;
        }
    return gaps;
}

static void neighbours_stay_neighbours(void **state)
{
    (void)state;
    for (uint32_t number = 1; number <= SEEDS; number++) {
        double step_m = 20 * number;
        struct layer *layer = patchwork_made(number, step_m);
        uint32_t seed = number * 99;
        for (uint32_t i = 0; i < 4 * VIEWS; i++) {
            double side_m = SIDE * step_m, low_x, high_x, low_y, high_y;
            struct map_view view = { .center = drawn_point(side_m * next_part(&seed),
                                                           side_m * next_part(&seed)),
                                     .m_per_cell = pow(10, 0.5 + 2 * next_part(&seed)) };
            struct plane plane = plane_of(&view, ROWS, COLUMNS);
            struct raster raster;
            raster_init(&raster, &plane, ROWS, COLUMNS, MAP_BRAILLE);
            raster.grounds = base_alloc((size_t)plane.width * (size_t)plane.height, 1);
            parcels_fill(&raster, layer);
            map_cell_of(&view, ROWS, COLUMNS, drawn_point(0, side_m), &low_y, &low_x);
            map_cell_of(&view, ROWS, COLUMNS, drawn_point(side_m, 0), &high_y, &high_x);
            assert_int_equal(gaps_count(&raster, low_x * DOTS_PER_COLUMN,
                                        high_x * DOTS_PER_COLUMN, low_y * DOTS_PER_ROW,
                                        high_y * DOTS_PER_ROW), 0);
            raster_clear(&raster);
        }
        layer_free(layer);
    }
}

/* ---- What is nearly nothing ---------------------------------------------------------------- */

static void empty_layers_have_details(void **state)
{
    static const enum shape_kind kinds[] = { SHAPE_POINTS, SHAPE_LINES, SHAPE_POLYGONS };
    struct map_layer_style style = { .ink = INK_MAP_STREET };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        struct shapes *shapes = shapes_made(kinds[i], 0, 0);
        shapes->bounds = (struct geo_box){ geo_unknown(), geo_unknown() };
        struct layer *layer = layer_new(&style, shapes);
        for (double dots_per_unit = 1; dots_per_unit > 1e-12; dots_per_unit /= 3)
            assert_int_equal(layer_detail(layer, dots_per_unit, NULL)->run_first[0], 0);
        assert_int_equal(layer->feature_count, 0);
        layer_free(layer);
        shapes_free(shapes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_street_is_within_a_dot),
        cmocka_unit_test(details_hold_less_and_less),
        cmocka_unit_test(neighbours_stay_neighbours),
        cmocka_unit_test(empty_layers_have_details),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
