/* Goal: dots are where geometry says, and nowhere outside. Method: fill polygons and draw lines
 * with seeded corners, some far outside, and ask of every dot what plain arithmetic says of its
 * middle. */
#include "tests/check.h"

#include <math.h>

#include "app/base/geo.h"
#include "maps/raster.h"

enum { ROWS = 20, COLUMNS = 40, WIDTH = COLUMNS * DOTS_PER_COLUMN, HEIGHT = ROWS * DOTS_PER_ROW };

static uint32_t next_number(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static double next_between(uint32_t *seed, double least, double most)
{
    return least + (most - least) * (next_number(seed) / 4294967296.0);
}

static struct raster raster_made(enum map_mode mode)
{
    const struct map_view view = { .center = { 50, -4 }, .m_per_cell = 10 };
    struct plane plane = plane_of(&view, ROWS, COLUMNS);
    struct raster raster;

    raster_init(&raster, &plane, ROWS, COLUMNS, mode);
    return raster;
}

static bool dot_is_set(const struct raster *raster, int x, int y)
{
    uint16_t cell = raster->cells[y / DOTS_PER_ROW * COLUMNS + x / DOTS_PER_COLUMN];

    return cell & raster_dot_bits[y % DOTS_PER_ROW][x % DOTS_PER_COLUMN];
}

/* Two rings, so that holes and overlaps come up; geo_inside() is the rule, corners as degrees. */
static void a_fill_is_even_odd(void **state)
{
    uint32_t seed = 5;

    (void)state;
    for (int round = 0; round < 60; round++) {
        struct raster raster = raster_made(MAP_BRAILLE);
        double reach = round % 3 == 0 ? 1e6 : round % 3 == 1 ? 100 : 20;
        struct plane_dot dots[2][6];
        struct geo_point corners[14];
        for (int ring = 0; ring < 2; ring++) {
            for (int i = 0; i < 6; i++) {
                dots[ring][i] = (struct plane_dot){ next_between(&seed, -reach, WIDTH + reach),
                                                    next_between(&seed, -reach, HEIGHT + reach) };
                corners[7 * ring + i] = (struct geo_point){ .lat_deg = dots[ring][i].y,
                                                            .lon_deg = dots[ring][i].x };
            }
            corners[7 * ring + 6] = corners[7 * ring];
            raster_ring_dots(&raster, dots[ring], 6);
        }
        raster_fill(&raster, GROUND_PARK);
        const struct geo_points rings = { corners, 14 };
        uint32_t wrong = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                struct geo_point middle = { .lat_deg = y + 0.5, .lon_deg = x + 0.5 };
                bool filled = raster.grounds && raster.grounds[y * WIDTH + x] == GROUND_PARK;
                wrong += filled != geo_inside(&rings, middle);
            }
        }
        /* A crossing kept as a float may fall on the other side of a dot's very middle. */
        assert_in_range(wrong, 0, 3);
        raster_clear(&raster);
    }
}

/* Every dot of a line is near it, and every place on it inside the view is near a dot. */
static void a_line_is_where_it_is(void **state)
{
    const struct raster_pen pen = { .ink = INK_MAP_STREET, .weight_dots = 1,
                                    .dashes = UINT32_MAX };
    uint32_t seed = 9;

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct raster raster = raster_made(MAP_BRAILLE);
        double reach = round % 3 == 0 ? 1e7 : round % 3 == 1 ? 50 : 0;
        struct plane_dot ends[2];
        for (int i = 0; i < 2; i++)
            ends[i] = (struct plane_dot){ next_between(&seed, -reach, WIDTH + reach),
                                          next_between(&seed, -reach, HEIGHT + reach) };
        raster_dots(&raster, ends, 2, &pen);
        double dx = ends[1].x - ends[0].x, dy = ends[1].y - ends[0].y, length = hypot(dx, dy);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                if (dot_is_set(&raster, x, y))
                    assert_true(fabs((x + 0.5 - ends[0].x) * dy - (y + 0.5 - ends[0].y) * dx)
                                < 1.5 * length);
        struct plane_dot from = ends[0], to = ends[1];
        if (plane_clip(&raster.plane, &from, &to)) {
            assert_true(dot_is_set(&raster, (int)from.x, (int)from.y));
            assert_true(dot_is_set(&raster, (int)to.x, (int)to.y));
        }
        raster_clear(&raster);
    }
}

/* The quick loop for lines that are inside draws what the careful one does. */
static void quick_and_careful_agree(void **state)
{
    const struct raster_pen pen = { .ink = INK_MAP_STREET, .weight_dots = 1,
                                    .dashes = UINT32_MAX };
    uint32_t seed = 77;

    (void)state;
    for (int round = 0; round < 100; round++) {
        struct raster quick = raster_made(MAP_BRAILLE), careful = raster_made(MAP_BRAILLE);
        struct plane_point points[12];
        for (size_t i = 0; i < ARRAY_COUNT(points); i++) {
            struct plane_dot dot = { next_between(&seed, 1, WIDTH - 1),
                                     next_between(&seed, 1, HEIGHT - 1) };
            points[i] = plane_from_geo(plane_geo_at(&quick.plane, dot));
        }
        raster_line(&quick, points, ARRAY_COUNT(points), 0, PLANE_INSIDE, &pen);
        raster_line(&careful, points, ARRAY_COUNT(points), 0, PLANE_CROSSING, &pen);
        assert_memory_equal(quick.cells, careful.cells, ROWS * COLUMNS * sizeof *quick.cells);
        raster_clear(&quick);
        raster_clear(&careful);
    }
}

/* The last drawn has the cell, with its own dots only. */
static void the_more_important_line_has_the_cell(void **state)
{
    struct raster raster = raster_made(MAP_BRAILLE);
    struct raster_pen pen = { .ink = INK_MAP_STREET, .weight_dots = 1, .dashes = UINT32_MAX };
    const struct plane_dot down[] = { { 10.5, 0.5 }, { 10.5, 79.5 } };
    const struct plane_dot across[] = { { 0.5, 41.5 }, { 79.5, 41.5 } };
    enum ink ink;

    (void)state;
    raster_dots(&raster, down, 2, &pen);
    pen.ink = INK_MAP_ARTERIAL;
    raster_dots(&raster, across, 2, &pen);
    assert_true(raster_ink_at(&raster, 10, 5, &ink));
    assert_int_equal(ink, INK_MAP_ARTERIAL);
    assert_int_equal(raster.cells[10 * COLUMNS + 5] & 0xFF, 0x12);
    assert_true(raster_ink_at(&raster, 9, 5, &ink));
    assert_int_equal(ink, INK_MAP_STREET);
    assert_false(raster_ink_at(&raster, 9, 6, &ink));
    assert_false(raster_ink_at(&raster, ROWS, 0, &ink));
    raster_clear(&raster);
}

static const struct {
    const char *name;
    struct plane_dot from, to;
    bool inside;
} clips[] = {
    { "inside", { 1, 1 }, { 70, 70 }, true },
    { "across a corner", { -5, 5 }, { 5, -5 }, true },
    { "past a corner", { -5, 4 }, { 4, -5 }, false },
    { "through all of it", { -1e9, 40 }, { 1e9, 40 }, true },
    { "a point inside", { 3, 3 }, { 3, 3 }, true },
    { "a point outside", { -3, 3 }, { -3, 3 }, false },
    { "along the top", { -9, 0 }, { 900, 0 }, true },
    { "just above the top", { -9, -0.1 }, { 900, -0.1 }, false },
    { "just below the bottom", { -9, HEIGHT }, { 900, HEIGHT }, false },
};

static void lines_are_cut_to_the_view(void **state)
{
    struct raster raster = raster_made(MAP_BRAILLE);

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(clips); i++) {
        struct plane_dot from = clips[i].from, to = clips[i].to;
        CASE("%s", clips[i].name);
        assert_int_equal(plane_clip(&raster.plane, &from, &to), clips[i].inside);
        if (!clips[i].inside)
            continue;
        assert_true(from.x >= 0 && from.x < WIDTH && to.x >= 0 && to.x < WIDTH);
        assert_true(from.y >= 0 && from.y < HEIGHT && to.y >= 0 && to.y < HEIGHT);
    }
    raster_clear(&raster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fill_is_even_odd),
        cmocka_unit_test(a_line_is_where_it_is),
        cmocka_unit_test(quick_and_careful_agree),
        cmocka_unit_test(the_more_important_line_has_the_cell),
        cmocka_unit_test(lines_are_cut_to_the_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
