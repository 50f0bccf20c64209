/* Goal: the unchanging part shows what is thin in one piece, and the world once and whole. Method:
 * rivers from a seed at every scale, filled with a flood; boxes at the date line, looked at from
 * both sides. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>

#include "maps/map_base.h"
#include "tests/drawn.h"
#include "tests/kept.h"

enum { ROWS = 50, COLUMNS = 140, BENDS = 60, SEEDS = 12 };

static struct layer *layer_of(const struct geo_point *points, uint32_t count, enum ground ground)
{
    struct shapes *shapes = base_alloc(1, sizeof *shapes);
    struct map_layer_style style = { .ground = ground, .ink = INK_PLAIN };

    shapes->kind = SHAPE_POLYGONS;
    shapes->record_count = shapes->part_count = 1;
    shapes->vertex_count = count;
    shapes->record_part = base_alloc(2, sizeof *shapes->record_part);
    shapes->part_first = base_alloc(2, sizeof *shapes->part_first);
    shapes->vertices = base_alloc(count, sizeof *shapes->vertices);
    shapes->record_part[1] = 1;
    shapes->part_first[1] = count;
    shapes->bounds = (struct geo_box){ { -85, -180 }, { 85, 180 } };
    memcpy(shapes->vertices, points, count * sizeof *points);
    struct layer *layer = layer_new(&style, shapes);
    shapes_free(shapes);
    return layer;
}

/* ---- Rivers -------------------------------------------------------------------------------- */

/* Winds from west to east, `width_m` wide, each bank with every bend of the other. */
static struct layer *river_made(uint32_t seed, double width_m)
{
    struct geo_point ring[2 * BENDS + 1];
    double north_m = 0;

    for (uint32_t i = 0; i < BENDS; i++) {
        double east_m = i * 200.0 - BENDS * 100.0;
        north_m += (kept_random(&seed) % 300) - 150.0;
        ring[i] = drawn_point(east_m, north_m + width_m / 2);
        ring[2 * BENDS - 1 - i] = drawn_point(east_m, north_m - width_m / 2);
    }
    ring[2 * BENDS] = ring[0];
    return layer_of(ring, 2 * BENDS + 1, GROUND_WATER);
}

static bool is_wet(const struct canvas *canvas, int32_t row, int32_t column)
{
    if (row < 0 || column < 0 || row >= canvas->rows || column >= canvas->columns)
        return false;
    const struct cell *cell = canvas_at(canvas, (uint16_t)row, (uint16_t)column);
    return cell->ground == GROUND_WATER || cell->ink == INK_FILL_WATER;
}

/* Marks what hangs together with a cell, by sides and corners; returns how many cells. */
static uint32_t flood(const struct canvas *canvas, int32_t row, int32_t column, uint8_t *marks)
{
    uint32_t count = 1;

    if (!is_wet(canvas, row, column) || marks[row * canvas->columns + column])
        return 0;
    marks[row * canvas->columns + column] = 1;
    for (int32_t down = -1; down <= 1; down++)
        for (int32_t right = -1; right <= 1; right++)
            count += flood(canvas, row + down, column + right, marks);
    return count;
}

static uint32_t pieces_count(const struct canvas *canvas, uint32_t *ret_cells)
{
    uint8_t *marks = base_alloc((size_t)canvas->rows * canvas->columns, 1);
    uint32_t pieces = 0;

    *ret_cells = 0;
    for (int32_t row = 0; row < canvas->rows; row++)
        for (int32_t column = 0; column < canvas->columns; column++) {
            uint32_t cells = flood(canvas, row, column, marks);
            pieces += cells > 0;
            *ret_cells += cells;
        }
    base_free(marks);
    return pieces;
}

static void a_river_is_in_one_piece_at_any_scale(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        double width_m = 5 + 9 * seed;
        struct layer *layer = river_made(seed * 7, width_m);
        /* From all of it in view to a third of the canvas. */
        for (double m_per_cell = 110; m_per_cell < 400; m_per_cell *= 1.13) {
            struct map_view view = { .center = drawn_point(0, 0), .m_per_cell = m_per_cell,
                                     .mode = MAP_BLOCKS };
            struct canvas drawn = kept_drawn(layer, &view, ROWS, COLUMNS);
            uint32_t cells;
            assert_int_equal(pieces_count(&drawn, &cells), 1);
            assert_true(cells >= BENDS * 200 / m_per_cell - 2);
            canvas_clear(&drawn);
        }
        layer_free(layer);
    }
}

/* ---- Around the world ---------------------------------------------------------------------- */

static bool has_ground(const struct canvas *canvas, const struct map_view *view,
                       struct geo_point point)
{
    double row, column;

    map_cell_of(view, ROWS, COLUMNS, point, &row, &column);
    return is_wet(canvas, (int32_t)row, (int32_t)column);
}

/* As files have it: an island across the date line, cut at it, one ring that spans the world. */
static void an_island_on_the_date_line_is_whole(void **state)
{
    static const struct geo_point ring[] = {
        { -10, 170 }, { -10, 180 }, { -20, 180 }, { -20, 170 }, { -10, 170 },
        { -10, -180 }, { -10, -170 }, { -20, -170 }, { -20, -180 }, { -10, -180 }, { -10, 170 },
    };
    struct layer *layer = layer_of(ring, ARRAY_COUNT(ring), GROUND_WATER);
    static const double centers[] = { 180, -180, 175, -176, 179.9 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(centers); i++) {
        struct map_view view = { .center = { -15, centers[i] }, .m_per_cell = 30000,
                                 .mode = MAP_BLOCKS };
        struct canvas drawn = kept_drawn(layer, &view, ROWS, COLUMNS);
        for (double lon = 171; lon < 190; lon += 1.5)
            assert_true(has_ground(&drawn, &view,
                                   (struct geo_point){ -15, lon > 180 ? lon - 360 : lon }));
        assert_false(has_ground(&drawn, &view, (struct geo_point){ -15, 165 }));
        assert_false(has_ground(&drawn, &view, (struct geo_point){ -15, -165 }));
        canvas_clear(&drawn);
    }
    layer_free(layer);
}

/* No border runs where a file was cut. */
static void the_cut_is_no_border(void **state)
{
    static const struct geo_point ring[] = {
        { -10, 170 }, { -10, 180 }, { -20, 180 }, { -20, 170 }, { -10, 170 },
    };
    struct layer *layer = layer_of(ring, ARRAY_COUNT(ring), GROUND_NONE);
    struct map_view view = { .center = { -15, 180 }, .m_per_cell = 30000, .mode = MAP_BRAILLE };
    struct canvas drawn = kept_drawn(layer, &view, ROWS, COLUMNS);
    uint32_t lines = 0;

    (void)state;
    for (uint16_t row = 0; row < ROWS; row++)
        for (uint16_t column = 0; column < COLUMNS; column++) {
            double lat_row, lon_column;
            if (canvas_at(&drawn, row, column)->glyph == ' ')
                continue;
            lines++;
            map_cell_of(&view, ROWS, COLUMNS, (struct geo_point){ -15, 179 }, &lat_row,
                        &lon_column);
            if (abs((int)lat_row - row) < 8)
                assert_true(column < lon_column - 1);
        }
    assert_true(lines > 20);
    canvas_clear(&drawn);
    layer_free(layer);
}

static void the_world_is_there_once(void **state)
{
    static const struct geo_point ring[] = {
        { -60, -180 }, { 60, -180 }, { 60, 180 }, { -60, 180 }, { -60, -180 },
    };
    struct layer *layer = layer_of(ring, ARRAY_COUNT(ring), GROUND_WATER);

    (void)state;
    for (double lon = -180; lon <= 180; lon += 37) {
        /* The canvas is twice as wide as the world. */
        struct map_view view = { .center = { 0, lon }, .m_per_cell = 40030000 / (COLUMNS / 2.0),
                                 .mode = MAP_BLOCKS };
        struct canvas drawn = kept_drawn(layer, &view, ROWS, COLUMNS);
        for (int32_t column = 0; column < COLUMNS; column++) {
            bool inside = column > COLUMNS / 4 && column < COLUMNS * 3 / 4 - 1;
            bool outside = column < COLUMNS / 4 - 1 || column > COLUMNS * 3 / 4;
            if (inside)
                assert_true(is_wet(&drawn, ROWS / 2, column));
            if (outside)
                assert_false(is_wet(&drawn, ROWS / 2, column));
        }
        canvas_clear(&drawn);
    }
    layer_free(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_river_is_in_one_piece_at_any_scale),
        cmocka_unit_test(an_island_on_the_date_line_is_whole),
        cmocka_unit_test(the_cut_is_no_border),
        cmocka_unit_test(the_world_is_there_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
