/* Goal: a drawing that is no longer wanted is given up at once, shows meanwhile what was there, in
 * its new place, and leaves no trace in the frame that is drawn whole. Method: one layer of winding
 * lines; the question whether something newer waits is answered by a script. */
#include "tests/check.h"

#include <string.h>

#include "maps/layer_detail.h"
#include "maps/map_base.h"
#include "tests/drawn.h"
#include "tests/kept.h"

enum { ROWS = 30, COLUMNS = 100, RECORDS = 30000, PRESSES = 30 };

/* Says yes to the questions from number `yes_from` up to `yes_end`. */
struct script {
    uint32_t asked, yes_from, yes_end;
};

static bool script_answers(void *context)
{
    struct script *script = context;
    uint32_t number = script->asked++;

    return number >= script->yes_from && number < script->yes_end;
}

struct drawing {
    struct layer *layer;
    struct map_view view;
    struct plane plane;
    struct map_base_of of;
};

static void aim(struct drawing *drawing, const struct map_view *view, struct script *script)
{
    drawing->view = *view;
    drawing->plane = plane_of(view, ROWS, COLUMNS);
    drawing->of = (struct map_base_of){ .layers = &drawing->layer, .layer_count = 1,
                                        .layers_version = 1, .view = &drawing->view,
                                        .plane = &drawing->plane, .rows = ROWS,
                                        .columns = COLUMNS };
    if (script)
        drawing->of.haste = (struct haste){ .newer = script_answers, .context = script };
}

static struct map_view view_at(double m_per_cell)
{
    return (struct map_view){ .center = drawn_point(10000, 10000), .m_per_cell = m_per_cell,
                              .mode = MAP_BRAILLE };
}

/* Moved to the east and the south by whole cells. */
static struct map_view view_moved(struct map_view view, int rows, int columns)
{
    view.center = map_point_at(&view, ROWS, COLUMNS, ROWS / 2.0 + rows, COLUMNS / 2.0 + columns);
    return view;
}

static void assert_same_cells(const struct canvas *left, const struct canvas *right)
{
    for (uint16_t row = 0; row < ROWS; row++)
        assert_memory_equal(canvas_at(left, row, 0), canvas_at(right, row, 0),
                            COLUMNS * sizeof(struct cell));
}

/* Draws it whole, in a base of its own. */
static void assert_as_if_never_cut(struct drawing *drawing, const struct map_base *base)
{
    struct map_base alone = { .drawn = false };

    drawing->of.haste = (struct haste){ .newer = NULL };
    map_base_draw(&alone, &drawing->of);
    assert_same_cells(map_base_cells(base), map_base_cells(&alone));
    assert_int_equal(map_base_names(base)->count, map_base_names(&alone)->count);
    map_base_clear(&alone);
}

static void the_first_frame_is_never_cut(void **state)
{
    struct script yes = { .yes_end = UINT32_MAX };
    struct drawing drawing = { .layer = *state };
    struct map_base base = { .drawn = false };
    struct map_view view = view_at(100);

    aim(&drawing, &view, &yes);
    map_base_draw(&base, &drawing.of);
    assert_false(base.cut);
    assert_int_equal(yes.asked, 0);
    assert_as_if_never_cut(&drawing, &base);
    map_base_clear(&base);
}

static void what_was_there_stands_in(void **state)
{
    enum { DOWN = 3, RIGHT = 7 };
    struct script yes = { .yes_end = UINT32_MAX };
    struct drawing drawing = { .layer = *state };
    struct map_base base = { .drawn = false };
    struct map_view view = view_at(100), moved = view_moved(view, DOWN, RIGHT);
    uint32_t inked = 0;

    aim(&drawing, &view, NULL);
    map_base_draw(&base, &drawing.of);
    aim(&drawing, &moved, &yes);
    map_base_draw(&base, &drawing.of);
    assert_true(base.cut);
    for (uint16_t row = 0; row + DOWN + 1 < ROWS; row++)
        for (uint16_t column = 0; column + RIGHT < COLUMNS; column++) {
            const struct cell *now = canvas_at(map_base_cells(&base), row, column);
            const struct cell *before = canvas_at(&base.cells, (uint16_t)(row + DOWN),
                                                  (uint16_t)(column + RIGHT));
            assert_memory_equal(now, before, sizeof *now);
            inked += now->ink != 0;
        }
    assert_true(inked > 200);
    aim(&drawing, &moved, NULL);
    map_base_draw(&base, &drawing.of);
    assert_false(base.cut);
    assert_as_if_never_cut(&drawing, &base);
    map_base_clear(&base);
}

/* Wherever it is cut, in lines, in a detail being made or in names: the next frame is whole. */
static void a_cut_anywhere_leaves_no_trace(void **state)
{
    struct drawing drawing = { .layer = *state };
    uint32_t cuts = 0;

    for (uint32_t number = 0; number < 60; number++) {
        struct script once = { .yes_from = number / 40, .yes_end = number / 40 + 1 };
        struct map_base base = { .drawn = false };
        struct map_view view = view_at(400), nearer = view_at(number % 2 ? 90 : 14);
        aim(&drawing, &view, NULL);
        map_base_draw(&base, &drawing.of);
        aim(&drawing, &nearer, &once);
        drawing.of.haste.points = HASTE_POINTS - number % 40 * (HASTE_POINTS / 40);
        map_base_draw(&base, &drawing.of);
        cuts += base.cut;
        map_base_draw(&base, &drawing.of);
        assert_false(base.cut);
        assert_as_if_never_cut(&drawing, &base);
        map_base_clear(&base);
    }
    print_message("%u drawings were cut\n", cuts);
    assert_true(cuts >= 40);
}

/* A key that is held down: while more presses wait, not one frame is drawn whole; then one is. */
static void a_burst_is_not_thirty_frames(void **state)
{
    struct drawing drawing = { .layer = *state };
    struct map_base base = { .drawn = false };
    struct map_view view = view_at(100);
    uint32_t whole = 0, asked = 0;

    aim(&drawing, &view, NULL);
    map_base_draw(&base, &drawing.of);
    for (uint32_t press = 1; press <= PRESSES; press++) {
        struct script waiting = { .yes_end = press < PRESSES ? UINT32_MAX : 0 };
        view = view_moved(view, 0, 1);
        aim(&drawing, &view, &waiting);
        map_base_draw(&base, &drawing.of);
        whole += !base.cut;
        asked += press < PRESSES ? waiting.asked : 0;
    }
    assert_int_equal(whole, 1);
    assert_int_equal(asked, PRESSES - 1);       /* Each was given up at the first question. */
    assert_as_if_never_cut(&drawing, &base);
    map_base_clear(&base);
}

/* A detail that was being made when a newer view came is not there, and is made the next time. */
static void a_detail_is_given_up(void **state)
{
    struct layer *layer = *state;
    uint32_t level = 1;

    while (level < LAYER_DETAILS && layer->detail_of[level] != level)
        level++;
    assert_true(level < LAYER_DETAILS);
    struct script yes = { .yes_end = UINT32_MAX };
    struct haste haste = { .newer = script_answers, .context = &yes };
    struct layer_detail detail = layer_detail_make(layer, level, &haste);
    assert_false(detail.made);
    assert_null(detail.points);
    assert_true(haste.cut);
    assert_int_equal(yes.asked, 1);
}

static int layer_make(void **state)
{
    struct map_layer_style style = kept_style(SHAPE_LINES);
    struct shapes *shapes = kept_shapes(SHAPE_LINES, RECORDS, 7);

    *state = layer_new(&style, shapes);
    shapes_free(shapes);
    return 0;
}

static int layer_unmake(void **state)
{
    layer_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_frame_is_never_cut),
        cmocka_unit_test(what_was_there_stands_in),
        cmocka_unit_test(a_cut_anywhere_leaves_no_trace),
        cmocka_unit_test(a_burst_is_not_thirty_frames),
        cmocka_unit_test(a_detail_is_given_up),
    };

    return cmocka_run_group_tests(tests, layer_make, layer_unmake);
}
