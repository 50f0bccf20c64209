/* Goal: names stay where they are while the map moves under them by a cell; whoever reads one does
 * not lose it. Method: the sample city's streets, panned cell by cell; each name well inside the
 * view is looked for in the next frame, one cell over. */
#include "tests/check.h"

#include <stdlib.h>

#include "maps/guess.h"
#include "maps/map_base.h"

enum { ROWS = 50, COLUMNS = 160, STEPS = 24, MARGIN_ROWS = 4, MARGIN_COLUMNS = 24 };

static struct layer *streets_read(void)
{
    const char *build = getenv("BUILD"), *columns[2];
    struct map_layer_style style;
    struct shapes *shapes;
    char path[512], why[400];

    snprintf(path, sizeof path, "%s/city/streets.shp", build ? build : ".build");
    guess_file(path, &style);
    columns[0] = style.label_column;
    columns[1] = style.class_column;
    assert_int_equal(shapefile_read_columns(path, columns, 2, &shapes, why, sizeof why),
                     STATUS_OK);
    struct layer *layer = layer_new_taking(&style, shapes);
    shapes_free(shapes);
    return layer;
}

static void base_draw(struct map_base *base, struct layer *layer, const struct map_view *view)
{
    struct plane plane = plane_of(view, ROWS, COLUMNS);
    struct map_base_of of = { .layers = &layer, .layer_count = 1, .view = view, .plane = &plane,
                              .rows = ROWS, .columns = COLUMNS };

    map_base_draw(base, &of);
}

static bool has_name(const struct names *names, const struct name *name, int rows, int columns)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (names->at[i].row == name->row + rows && names->at[i].column == name->column + columns
            && strcmp(names->at[i].text, name->text) == 0)
            return true;
    return false;
}

static bool is_inside(const struct name *name)
{
    return name->row >= MARGIN_ROWS && name->row + MARGIN_ROWS < ROWS - 1
           && name->column >= MARGIN_COLUMNS
           && name->column + name->columns + MARGIN_COLUMNS < COLUMNS;
}

struct count {
    uint32_t names, kept;
};

/* Pans by (rows, columns) cells a step. */
static struct count pan(struct layer *layer, double m_per_cell, int rows, int columns)
{
    struct map_view view = { .center = { 51.2212, -4.1205 }, .m_per_cell = m_per_cell,
                             .mode = MAP_BRAILLE };
    struct map_base before = { .drawn = false };
    struct count count = { .names = 0 };

    base_draw(&before, layer, &view);
    for (uint32_t step = 0; step < STEPS; step++) {
        struct map_base after = { .drawn = false };
        view.center = map_point_at(&view, ROWS, COLUMNS, ROWS / 2.0 + rows,
                                   COLUMNS / 2.0 + columns);
        base_draw(&after, layer, &view);
        for (uint32_t i = 0; i < before.names.count; i++) {
            const struct name *name = &before.names.at[i];
            if (!is_inside(name))
                continue;
            count.names++;
            count.kept += has_name(&after.names, name, -rows, -columns);
        }
        map_base_clear(&before);
        before = after;
    }
    map_base_clear(&before);
    return count;
}

static void names_stay_while_the_map_moves(void **state)
{
    static const struct { double m_per_cell; int rows, columns; } pans[] = {
        { 4, 0, 1 }, { 4, 1, 0 }, { 8, 0, 1 }, { 8, 1, 0 }, { 6, 0, -1 }, { 6, -1, 0 },
        { 2, 0, 1 }, { 2, 1, 0 },
    };
    struct layer *layer = streets_read();
    uint32_t names = 0, kept = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(pans); i++) {
        struct count count = pan(layer, pans[i].m_per_cell, pans[i].rows, pans[i].columns);
        print_message("%.0f m a cell by %d, %d: %u of %u names stayed\n", pans[i].m_per_cell,
                      pans[i].rows, pans[i].columns, count.kept, count.names);
        assert_true(count.names > 20);
        names += count.names;
        kept += count.kept;
    }
    print_message("%.1f %% stayed\n", 100.0 * kept / names);
    assert_true(kept * 100 >= names * 97);
    layer_free(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_stay_while_the_map_moves) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
