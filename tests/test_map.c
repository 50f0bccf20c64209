/* Goal: the map shows what its layers and its scene say, hides nothing that matters more, and
 * takes any view. Method: a small town drawn in metres, written as shapefiles, and looked at as
 * text; scenes of symbols as tables. */
#include "tests/check.h"

#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/base/buffer.h"
#include "app/base/text.h"
#include "maps/map.h"
#include "maps/shapefile.h"
#include "tests/drawn.h"
#include "tests/golden.h"

/* ---- The town ------------------------------------------------------------------------------ */

static const struct drawn_record parks[] = {
    { "Saint Brae Common", "120 100, 120 300, 500 300, 500 130, 120 100" },
};
static const struct drawn_record waters[] = {
    { "Outer Roads", "620 -480, 560 -200, 600 0, 660 200, 640 480, 900 480, 900 -480, 620 -480" },
    { "Basin", "-600 -300, -600 -240, -500 -240, -500 -300, -600 -300;"
               "-570 -280, -530 -280, -530 -260, -570 -260, -570 -280" },
};
static const struct drawn_record zones[] = {
    { "Harbour", "-780 -420, -780 -20, 560 -20, 560 -420, -780 -420" },
    { "Northgate", "-780 -20, -780 440, 580 440, 580 -20, -780 -20" },
};
static const struct drawn_record streets[] = {
    { "Quay St|arterial", "-800 -20, 580 -20" },
    { "Mill Rd|arterial", "0 -480, 0 480" },
    { "Lantern Ave|street", "-800 200, -500 190, -300 240, 0 240" },
    { "Lantern Ave|street", "0 240, 120 240" },
    { "Tannery Ln|street", "-400 -480, -400 -20" },
    { "Weir Way|street", "100 -400, 500 -100" },
    { "Towpath|path", "540 -400, 500 300" },
    { "|street", "-300 240, -340 480" },
};
static const struct drawn_record stations[] = {
    { "St4", "-600 300" },
    { "St1", "300 -200" },
};

/* One row per layer, in drawing order. */
static const struct {
    enum shape_kind kind;
    const char *columns;
    const struct drawn_record *records;
    uint32_t record_count;
    struct map_layer_style style;
} town[] = {
    { SHAPE_POLYGONS, "NAME", parks, ARRAY_COUNT(parks),
      { .name = "parks", .label_column = "NAME", .ground = GROUND_PARK,
        .label_m_per_cell_max = 40 } },
    { SHAPE_POLYGONS, "NAME", waters, ARRAY_COUNT(waters),
      { .name = "water", .label_column = "NAME", .ground = GROUND_WATER,
        .label_m_per_cell_max = 40 } },
    { SHAPE_POLYGONS, "NAME", zones, ARRAY_COUNT(zones),
      { .name = "zones", .label_column = "NAME", .ink = INK_MAP_BOUNDARY,
        .label_m_per_cell_max = 40 } },
    { SHAPE_LINES, "NAME|CLASS", streets, ARRAY_COUNT(streets),
      { .name = "streets", .label_column = "NAME", .class_column = "CLASS", .class_count = 3,
        .classes = { { .value = "arterial", .ink = INK_MAP_ARTERIAL, .rank = 1,
                       .label_m_per_cell_max = 40 },
                     { .value = "street", .ink = INK_MAP_STREET, .rank = 3,
                       .m_per_cell_max = 60, .label_m_per_cell_max = 40 },
                     { .value = "path", .ink = INK_MAP_PATH, .rank = 5,
                       .m_per_cell_max = 60 } } } },
    { SHAPE_POINTS, "CODE", stations, ARRAY_COUNT(stations),
      { .name = "stations", .label_column = "CODE", .ink = INK_MAP_STATION, .mark = "[]",
        .label_m_per_cell_max = 40 } },
};

struct town {
    char folder[64];
    struct map *map;
};

static struct map *town_map(const char *folder)
{
    struct map *map = map_new();

    for (size_t i = 0; i < ARRAY_COUNT(town); i++) {
        struct map_layer_style style = town[i].style;
        char why[256];
        snprintf(style.path, sizeof style.path, "%s/%s", folder, style.name);
        assert_int_equal(map_layer_add(map, &style, why, sizeof why), STATUS_OK);
        assert_string_equal(why, "");
    }
    return map;
}

static int set_up(void **state)
{
    struct town *made = base_alloc(1, sizeof *made);
    char why[256];

    text_copy(made->folder, sizeof made->folder, span_of("/tmp/watchdesk-town-XXXXXX"));
    if (!mkdtemp(made->folder))
        return -1;
    for (size_t i = 0; i < ARRAY_COUNT(town); i++) {
        char path[128];
        struct shapes *shapes = drawn_layer(town[i].kind, town[i].columns, town[i].records,
                                            town[i].record_count);
        snprintf(path, sizeof path, "%s/%s", made->folder, town[i].style.name);
        if (shapefile_write(path, shapes, why, sizeof why) != STATUS_OK)
            return -1;
        shapes_free(shapes);
    }
    made->map = town_map(made->folder);
    *state = made;
    return 0;
}

static int unlink_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static int tear_down(void **state)
{
    struct town *made = *state;

    map_free(made->map);
    nftw(made->folder, unlink_entry, 8, FTW_DEPTH | FTW_PHYS);
    base_free(made);
    return 0;
}

enum { ROWS = 24, COLUMNS = 80 };

static struct map_view town_view(enum map_mode mode)
{
    return (struct map_view){ .center = drawn_point(0, 0), .m_per_cell = 20, .mode = mode };
}

/* ---- What it looks like -------------------------------------------------------------------- */

/* A busy minute: a fire with two engines beside it, one on its way, an alarm, a flood, a cursor. */
static void busy_scene_draw(struct map *map, const struct map_view *view, struct canvas *canvas)
{
    const struct map_symbol symbols[] = {
        { .point = drawn_point(-100, 0), .text = "E7", .ink = INK_THERE, .rank = 5, .key = 7 },
        { .point = drawn_point(-100, 0), .text = "L2", .ink = INK_THERE, .rank = 5, .key = 8 },
        { .point = drawn_point(-120, 0), .text = "(!1 42)", .ink = INK_P1, .rank = 0, .key = 42 },
        { .point = drawn_point(300, -300), .text = "E3>", .ink = INK_GOING, .rank = 5, .key = 3 },
        { .point = drawn_point(-700, 380), .text = "*AL17", .ink = INK_ALARM, .rank = 2 },
        { .point = drawn_point(700, 300), .text = "~FB1 6m", .ink = INK_STALE, .rank = 7 },
    };
    struct geo_point route[] = { drawn_point(300, -300), drawn_point(0, -300), drawn_point(0, -20),
                                 drawn_point(-120, 0) };
    struct geo_point flood[] = { drawn_point(380, -360), drawn_point(380, -140),
                                 drawn_point(760, -140), drawn_point(760, -360),
                                 drawn_point(380, -360) };
    const struct map_area areas[] = {
        { .rings = { flood, ARRAY_COUNT(flood) }, .label = "HZ9 FLOOD to 18:00",
          .ink = INK_MAP_HAZARD, .key = 9 },
    };
    const struct map_trace traces[] = {
        { .points = { route, ARRAY_COUNT(route) }, .ink = INK_MAP_ROUTE },
    };
    const struct map_scene scene = {
        .symbols = symbols, .symbol_count = ARRAY_COUNT(symbols),
        .areas = areas, .area_count = ARRAY_COUNT(areas),
        .traces = traces, .trace_count = ARRAY_COUNT(traces),
        .cursor_shown = true, .cursor = drawn_point(-300, 100),
    };

    map_draw(map, view, &scene, canvas);
}

static const struct {
    enum map_mode mode;
    bool groundless;
    const char *golden;
} modes[] = {
    { MAP_BRAILLE, false, "map_braille.txt" },
    { MAP_BRAILLE, true, "map_braille_groundless.txt" },
    { MAP_BLOCKS, false, "map_blocks.txt" },
    { MAP_ASCII, false, "map_ascii.txt" },
};

static void the_town_is_drawn_in_every_mode(void **state)
{
    struct town *made = *state;

    for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
        struct canvas canvas;
        struct buffer text = { 0 };
        struct map_view view = town_view(modes[i].mode);
        CASE("%s", modes[i].golden);
        view.groundless = modes[i].groundless;
        canvas_init(&canvas, ROWS, COLUMNS);
        busy_scene_draw(made->map, &view, &canvas);
        canvas_dump(&canvas, &text);
        golden_compare(modes[i].golden, text.bytes);
        buffer_clear(&text);
        canvas_clear(&canvas);
    }
}

static void ascii_is_ascii(void **state)
{
    struct town *made = *state;
    struct map_view view = town_view(MAP_ASCII);
    struct canvas canvas;

    canvas_init(&canvas, ROWS, COLUMNS);
    busy_scene_draw(made->map, &view, &canvas);
    for (uint16_t row = 0; row < ROWS; row++)
        for (uint16_t column = 0; column < COLUMNS; column++)
            assert_in_range(canvas_at(&canvas, row, column)->glyph, ' ', '~');
    canvas_clear(&canvas);
}

/* What a cell means, where a glyph does not tell: at the middle of named things. */
static const struct {
    const char *name;
    double east_m, north_m;
    enum ground ground;
} places[] = {
    { "in the park", 300, 200, GROUND_PARK },
    { "west of the park", 60, 200, GROUND_NONE },
    { "in the sea", 700, 100, GROUND_WATER },
    { "in the basin", -590, -270, GROUND_WATER },
    { "on the island in the basin", -550, -270, GROUND_NONE },
    { "in town", -300, -200, GROUND_NONE },
};

static void areas_have_their_ground(void **state)
{
    struct town *made = *state;
    struct map_view view = town_view(MAP_BRAILLE);
    const struct map_scene empty = { 0 };
    struct canvas canvas;

    view.m_per_cell = 5;
    canvas_init(&canvas, 3 * ROWS, 4 * COLUMNS);
    map_draw(made->map, &view, &empty, &canvas);
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        double row, column;
        CASE("%s", places[i].name);
        map_cell_of(&view, canvas.rows, canvas.columns,
                    drawn_point(places[i].east_m, places[i].north_m), &row, &column);
        const struct cell *cell = canvas_at(&canvas, (uint16_t)row, (uint16_t)column);
        assert_non_null(cell);
        assert_int_equal(cell->ground, places[i].ground);
    }
    canvas_clear(&canvas);
}

/* A symbol on a street's name takes the whole name away, never half of it. */
static void a_name_is_whole_or_not_there(void **state)
{
    struct town *made = *state;
    struct map_view view = town_view(MAP_BRAILLE);
    struct canvas canvas;
    uint32_t seen_count = 0;

    canvas_init(&canvas, ROWS, COLUMNS);
    for (double east_m = -780; east_m < 600; east_m += 20) {
        struct map_symbol unit = { .point = drawn_point(east_m, -20), .text = "E7", .rank = 1 };
        struct map_scene scene = { .symbols = &unit, .symbol_count = 1 };
        struct buffer text = { 0 };
        map_draw(made->map, &view, &scene, &canvas);
        canvas_dump(&canvas, &text);
        assert_non_null(strstr(text.bytes, "E7"));
        bool whole = strstr(text.bytes, " Quay St ") != NULL;
        seen_count += whole;
        if (!whole)
            assert_null(strstr(text.bytes, "uay"));
        buffer_clear(&text);
    }
    assert_in_range(seen_count, 1, 68);
    canvas_clear(&canvas);
}

/* ---- Symbols ------------------------------------------------------------------------------- */

/* On an empty map of 7 rows and 24 columns, 10 m a cell; positions in cells from the middle. */
static const struct {
    const char *name;
    struct {
        double column, row;
        const char *text;
        uint32_t rank;
    } symbols[8];
    const char *rows;           /* The first six, blanks at their ends removed. */
} crowds[] = {
    { "alone: its first cell stands at its point",
      { { 0, 0, "E7>", 1 } }, "\n\n\n            E7>\n\n\n" },
    { "far enough apart",
      { { 0, 0, "E7", 1 }, { 3, 0, "L2", 1 } }, "\n\n\n            E7 L2\n\n\n" },
    { "the later one ends at its point",
      { { 0, 0, "E7", 1 }, { -2, 0, "L2", 1 } }, "\n\n\n         L2 E7\n\n\n" },
    { "but never touches another",
      { { 0, 0, "E7", 1 }, { -1, 0, "L2", 1 } }, "\n\n           L2\n            E7\n\n\n" },
    { "two at one point: the second stands above",
      { { 0, 0, "E7", 1 }, { 0, 0, "L2", 1 } }, "\n\n            L2\n            E7\n\n\n" },
    { "the more important keeps its point though it comes last",
      { { 0, 0, "E7", 5 }, { 0, 0, "(!1 42)", 0 } },
      "\n\n            E7\n            (!1 42)\n\n\n" },
    { "four at one point stand close together",
      { { 0, 0, "E1", 1 }, { 0, 0, "E2", 1 }, { 0, 0, "E3", 1 }, { 0, 0, "E4", 1 } },
      "\n\n            E2\n         E4 E1\n            E3\n\n" },
    { "seven at one point",
      { { 0, 0, "E1", 1 }, { 0, 0, "E2", 1 }, { 0, 0, "E3", 1 }, { 0, 0, "E4", 1 },
        { 0, 0, "E5", 1 }, { 0, 0, "E6", 1 }, { 0, 0, "E7", 1 } },
      "\n\n         E5 E2\n         E4 E1 E7\n         E6 E3\n\n" },
    { "what finds no place gathers under the one in its way",
      { { 0, 0, "(!1 42)", 0 }, { 0, 0, "(!2 43)", 1 }, { 0, 0, "(!3 44)", 2 },
        { 0, 0, "(!3 45)", 3 }, { 0, 0, "(!3 46)", 4 }, { 0, 0, "(!4 47)", 5 },
        { 0, 0, "(!4 48)", 6 } },
      "\n\n    (!3 46) (!2 43)\n    (!3 45) (!1 42)+1\n    (!4 47) (!3 44)\n\n" },
    { "at the right edge it turns to the left",
      { { 11, 0, "E7", 1 } }, "\n\n\n                      E7\n\n\n" },
    { "a long one at the right edge",
      { { 9, 0, "(!1 4242)", 1 } }, "\n\n\n             (!1 4242)\n\n\n" },
    { "outside it is not drawn and not counted",
      { { 0, 0, "E7", 1 }, { 40, 0, "E8", 1 }, { 0, 9, "E9", 1 } },
      "\n\n\n            E7\n\n\n" },
    { "under the furniture's row it stands above it",
      { { 0, 3, "E7", 1 } }, "\n\n\n\n\n            E7\n" },
};

static void symbols_take_their_places(void **state)
{
    const struct map_view view = { .center = drawn_point(5, -10), .m_per_cell = 10 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(crowds); i++) {
        struct map_symbol symbols[8] = { 0 };
        struct map_scene scene = { .symbols = symbols };
        struct map *map = map_new();
        struct canvas canvas;
        struct buffer text = { 0 };
        CASE("%s", crowds[i].name);
        canvas_init(&canvas, 7, 24);
        for (size_t s = 0; s < 8 && crowds[i].symbols[s].text; s++) {
            struct map_symbol *symbol = &symbols[scene.symbol_count++];
            symbol->point = map_point_at(&view, 7, 24, 3.5 + crowds[i].symbols[s].row,
                                         12.5 + crowds[i].symbols[s].column);
            text_copy(symbol->text, sizeof symbol->text, span_of(crowds[i].symbols[s].text));
            symbol->rank = crowds[i].symbols[s].rank;
        }
        map_draw(map, &view, &scene, &canvas);
        struct canvas first_six = canvas_part(&canvas, 0, 0, 6, 24);
        canvas_dump(&first_six, &text);
        assert_string_equal(text.bytes, crowds[i].rows);
        buffer_clear(&text);
        canvas_clear(&canvas);
        map_free(map);
    }
}

/* xorshift: the same crowd every time. */
static uint32_t next_number(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* However crowded, all in view are drawn or counted, and the most important stand whole. */
static void nobody_is_lost_in_a_crowd(void **state)
{
    enum { CROWD = 400 };
    static struct map_symbol symbols[CROWD];
    const struct map_view view = town_view(MAP_BRAILLE);
    const struct map_scene scene = { .symbols = symbols, .symbol_count = CROWD };
    struct town *made = *state;
    struct canvas canvas;
    uint32_t seed = 7;

    for (uint32_t i = 0; i < CROWD; i++) {
        double east_m = (double)(next_number(&seed) % 700) - 350;
        double north_m = (double)(next_number(&seed) % 400) - 200;
        symbols[i] = (struct map_symbol){ .point = drawn_point(east_m, north_m), .rank = i / 4 };
        snprintf(symbols[i].text, sizeof symbols[i].text, "U%u", i);
    }
    canvas_init(&canvas, ROWS, COLUMNS);
    map_draw(made->map, &view, &scene, &canvas);
    struct buffer text = { 0 };
    canvas_dump(&canvas, &text);
    assert_non_null(strstr(text.bytes, "U0"));
    uint32_t drawn = 0, gathered = 0;
    for (const char *at = text.bytes; *at; at++) {
        drawn += at[0] == 'U' && at[1] >= '0' && at[1] <= '9';
        if (at[0] == '+' && at > text.bytes && at[-1] >= '0' && at[-1] <= '9')
            gathered += (uint32_t)atoi(at + 1);
    }
    assert_int_equal(drawn + gathered, CROWD);
    buffer_clear(&text);
    canvas_clear(&canvas);
}

/* ---- Views --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    double lat_deg, lon_deg, m_per_cell;
} views[] = {
    { "the town", 50, -4, 20 },
    { "a centimetre a cell", 50, -4, 0.01 },
    { "a thousand kilometres a cell", 50, -4, 1e6 },
    { "a million kilometres a cell", 50, -4, 1e9 },
    { "the other side of the earth", -50, 176, 20 },
    { "the date line", 10, 180, 100 },
    { "the north pole", 90, 0, 1000 },
    { "past the south pole", -300, 0, 1000 },
    { "longitude 1000", 50, 1000, 100 },
    { "no latitude", NAN, -4, 20 },
    { "no longitude", 50, NAN, 20 },
    { "infinitely far", INFINITY, -INFINITY, 20 },
    { "scale 0", 50, -4, 0 },
    { "scale below 0", 50, -4, -20 },
    { "scale not a number", 50, -4, NAN },
    { "scale infinite", 50, -4, INFINITY },
};

static const uint16_t sizes[][2] = { { 0, 0 }, { 0, 80 }, { 24, 0 }, { 1, 1 },  { 2, 3 },
                                     { 3, 2 }, { 4, 7 }, { 24, 80 }, { 100, 400 } };

static void expect_drawable(const struct canvas *canvas)
{
    for (uint16_t row = 0; row < canvas->rows; row++) {
        for (uint16_t column = 0; column < canvas->columns; column++) {
            const struct cell *cell = canvas_at(canvas, row, column);
            assert_true(cell->ink < INK_COUNT);
            assert_true(cell->ground < GROUND_COUNT);
            assert_true(cell->glyph != 0 || (cell->flags & CELL_WIDE_TAIL));
        }
    }
}

static void every_view_can_be_drawn(void **state)
{
    struct town *made = *state;

    for (size_t i = 0; i < ARRAY_COUNT(views); i++) {
        CASE("%s", views[i].name);
        for (size_t s = 0; s < ARRAY_COUNT(sizes); s++) {
            for (size_t m = 0; m < ARRAY_COUNT(modes); m++) {
                struct canvas canvas;
                struct map_view view = { .center = { views[i].lat_deg, views[i].lon_deg },
                                         .m_per_cell = views[i].m_per_cell,
                                         .mode = modes[m].mode };
                canvas_init(&canvas, sizes[s][0], sizes[s][1]);
                busy_scene_draw(made->map, &view, &canvas);
                expect_drawable(&canvas);
                map_pick(made->map, 5, 5);
                canvas_clear(&canvas);
            }
        }
    }
}

/* Equal metres both ways, as many as the view says, and back again. */
static void cells_and_points_agree(void **state)
{
    const struct map_view view = town_view(MAP_BRAILLE);
    double row, column;

    (void)state;
    for (double r = 0.5; r < ROWS; r += 3.7) {
        for (double c = 0.5; c < COLUMNS; c += 7.3) {
            struct geo_point point = map_point_at(&view, ROWS, COLUMNS, r, c);
            map_cell_of(&view, ROWS, COLUMNS, point, &row, &column);
            assert_true(fabs(row - r) < 1e-6 && fabs(column - c) < 1e-6);
        }
    }
    struct geo_point center = map_point_at(&view, ROWS, COLUMNS, 12, 40);
    /* The grid of dots stands still on the earth: half a dot of 10 m each way. */
    assert_true(geo_distance_m(center, view.center) < 7.1);
    double east_m = geo_distance_m(center, map_point_at(&view, ROWS, COLUMNS, 12, 60));
    double south_m = geo_distance_m(center, map_point_at(&view, ROWS, COLUMNS, 22, 40));
    assert_true(fabs(east_m - 400) < 0.5);
    assert_true(fabs(south_m - 400) < 0.5);
    map_cell_of(&view, ROWS, COLUMNS, geo_unknown(), &row, &column);
    assert_true(isnan(row) && isnan(column));
}

static void a_fitted_view_shows_the_whole_box(void **state)
{
    struct town *made = *state;
    struct geo_box box = map_bounds(made->map);

    for (size_t s = 3; s < ARRAY_COUNT(sizes); s++) {
        uint16_t rows = sizes[s][0], columns = sizes[s][1];
        struct map_view view = map_view_fit(box, rows, columns, MAP_BRAILLE);
        double row, column;
        CASE("%u x %u", rows, columns);
        map_cell_of(&view, rows, columns, box.low, &row, &column);
        assert_true(row >= 0 && row <= rows && column >= 0 && column <= columns);
        map_cell_of(&view, rows, columns, box.high, &row, &column);
        assert_true(row >= 0 && row <= rows && column >= 0 && column <= columns);
    }
    struct geo_box nothing = { geo_unknown(), geo_unknown() };
    struct map_view view = map_view_fit(nothing, ROWS, COLUMNS, MAP_ASCII);
    assert_true(view.m_per_cell > 0 && geo_known(view.center));
}

/* ---- Keeping and picking ------------------------------------------------------------------- */

static void expect_same_cells(const struct canvas *left, const struct canvas *right)
{
    assert_memory_equal(left->cells, right->cells,
                        (size_t)left->rows * left->columns * sizeof *left->cells);
}

/* What is kept from frame to frame never shows: pan, zoom, hide and come back, and each frame is
 * that of a map that never drew another. */
static void what_is_kept_does_not_show(void **state)
{
    static const struct {
        double east_m, m_per_cell;
        enum map_mode mode;
        bool streets_hidden;
    } steps[] = {
        { 0, 20, MAP_BRAILLE, false },   { 0, 20, MAP_BRAILLE, false },
        { 300, 20, MAP_BRAILLE, false }, { 300, 3, MAP_BRAILLE, false },
        { 300, 90, MAP_BRAILLE, false }, { 300, 3, MAP_ASCII, false },
        { 300, 3, MAP_ASCII, true },     { 300, 3, MAP_ASCII, false },
        { 0, 20, MAP_BRAILLE, false },
    };
    struct town *made = *state;

    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        struct canvas kept, fresh;
        struct map *other = town_map(made->folder);
        struct map_view view = { .center = drawn_point(steps[i].east_m, 0),
                                 .m_per_cell = steps[i].m_per_cell, .mode = steps[i].mode };
        canvas_init(&kept, ROWS, COLUMNS);
        canvas_init(&fresh, ROWS, COLUMNS);
        map_layer_hide(made->map, 3, steps[i].streets_hidden);
        map_layer_hide(other, 3, steps[i].streets_hidden);
        busy_scene_draw(made->map, &view, &kept);
        busy_scene_draw(other, &view, &fresh);
        expect_same_cells(&kept, &fresh);
        canvas_clear(&kept);
        canvas_clear(&fresh);
        map_free(other);
    }
}

/* A map that is part of a larger screen leaves the rest of it alone. */
static void a_map_stays_in_its_part(void **state)
{
    struct town *made = *state;
    struct map_view view = town_view(MAP_BRAILLE);
    struct canvas screen;

    canvas_init(&screen, 30, 100);
    for (uint16_t row = 0; row < 30; row++)
        canvas_fill(&screen, row, 0, 100, 'x', INK_PLAIN, GROUND_NONE);
    struct canvas part = canvas_part(&screen, 3, 10, ROWS, COLUMNS);
    busy_scene_draw(made->map, &view, &part);
    for (uint16_t row = 0; row < 30; row++)
        for (uint16_t column = 0; column < 100; column++)
            if (row < 3 || row >= 3 + ROWS || column < 10 || column >= 10 + COLUMNS)
                assert_int_equal(canvas_at(&screen, row, column)->glyph, 'x');
    canvas_clear(&screen);
}

static const struct {
    const char *name;
    double east_m, north_m;
    uint32_t key;
} picks[] = {
    { "on the incident", -120, 0, 42 },
    { "on its last cell", 0, 0, 42 },
    { "two cells right of it", 40, 0, 42 },
    { "four cells right of it", 90, 0, 0 },
    { "on the engine that moved up", -100, 60, 7 },
    { "in the flood", 600, -200, 9 },
    { "nowhere", -400, 300, 0 },
};

static void what_is_drawn_can_be_picked(void **state)
{
    struct town *made = *state;
    struct map_view view = town_view(MAP_BRAILLE);
    struct canvas canvas;

    canvas_init(&canvas, ROWS, COLUMNS);
    busy_scene_draw(made->map, &view, &canvas);
    for (size_t i = 0; i < ARRAY_COUNT(picks); i++) {
        double row, column;
        CASE("%s", picks[i].name);
        map_cell_of(&view, ROWS, COLUMNS, drawn_point(picks[i].east_m, picks[i].north_m), &row,
                    &column);
        assert_int_equal(map_pick(made->map, (uint16_t)row, (uint16_t)column), picks[i].key);
    }
    assert_int_equal(map_pick(made->map, 60000, 60000), 0);
    canvas_clear(&canvas);
}

/* A gas cloud of fifty metres is on the map of a whole county, with its name. */
static void a_small_hazard_is_still_there(void **state)
{
    struct town *made = *state;
    struct geo_point cloud[] = { drawn_point(0, 0), drawn_point(50, 0), drawn_point(50, 50),
                                 drawn_point(0, 50), drawn_point(0, 0) };
    struct map_area area = { .rings = { cloud, ARRAY_COUNT(cloud) }, .label = "HZ1 GAS",
                             .ink = INK_MAP_HAZARD, .key = 1 };
    struct map_scene scene = { .areas = &area, .area_count = 1 };
    struct canvas canvas;

    canvas_init(&canvas, ROWS, COLUMNS);
    for (double m_per_cell = 5; m_per_cell < 5000; m_per_cell *= 1.7) {
        struct map_view view = town_view(MAP_BRAILLE);
        struct buffer text = { 0 };
        double row, column;
        view.m_per_cell = m_per_cell;
        map_draw(made->map, &view, &scene, &canvas);
        canvas_dump(&canvas, &text);
        assert_non_null(strstr(text.bytes, "HZ1 GAS"));
        map_cell_of(&view, ROWS, COLUMNS, cloud[0], &row, &column);
        assert_int_equal(map_pick(made->map, (uint16_t)row, (uint16_t)column), 1);
        buffer_clear(&text);
    }
    /* Seen from elsewhere it is not there at all. */
    struct map_view elsewhere = { .center = drawn_point(5000, 0), .m_per_cell = 5 };
    struct buffer text = { 0 };
    map_draw(made->map, &elsewhere, &scene, &canvas);
    canvas_dump(&canvas, &text);
    assert_null(strstr(text.bytes, "HZ1"));
    buffer_clear(&text);
    canvas_clear(&canvas);
}

static void a_layer_that_fails_is_named(void **state)
{
    struct town *made = *state;
    struct map *map = map_new();
    struct map_layer_style style = { .name = "streets", .label_column = "STREET" };
    char why[256];

    snprintf(style.path, sizeof style.path, "%s/streets", made->folder);
    assert_int_equal(map_layer_add(map, &style, why, sizeof why), STATUS_OK);
    assert_non_null(strstr(why, "no column \"STREET\""));
    snprintf(style.path, sizeof style.path, "%s/nothing", made->folder);
    assert_int_equal(map_layer_add(map, &style, why, sizeof why), STATUS_NOT_FOUND);
    assert_non_null(strstr(why, "nothing"));
    assert_int_equal(map_layer_count(map), 1);
    assert_string_equal(map_layer_style(map, 0)->name, "streets");
    map_free(map);
}

static const struct {
    const char *values, *value;
    bool holds;
} class_values[] = {
    { "motorway", "motorway", true },
    { "motorway|motorway_link|trunk", "trunk", true },
    { "motorway|motorway_link|trunk", "motorway_link", true },
    { "motorway|motorway_link|trunk", "motor", false },
    { "motorway|motorway_link|trunk", "motorway|motorway_link", false },
    { "motorway", "", false },
    { "", "", false },
    { "", "motorway", false },
    { "a||b", "b", true },
};

static void a_class_holds_its_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(class_values); i++) {
        struct map_class class = { .ink = INK_PLAIN };
        CASE("%s in %s", class_values[i].value, class_values[i].values);
        text_copy(class.value, sizeof class.value, span_of(class_values[i].values));
        assert_int_equal(map_class_holds(&class, class_values[i].value), class_values[i].holds);
    }
}

/* Woods and water of one file lie on two grounds, and its points have two marks. */
static void classes_have_their_ground_and_mark(void **state)
{
    static const struct drawn_record lands[] = {
        { "wood", "-400 -400, -400 400, -100 400, -100 -400, -400 -400" },
        { "lake", "100 -400, 100 400, 400 400, 400 -400, 100 -400" },
        { "fallow", "500 -400, 500 400, 700 400, 700 -400, 500 -400" },
    };
    static const struct drawn_record posts[] = { { "clinic", "-250 0" }, { "shed", "250 0" } };
    struct town *made = *state;
    struct map_layer_style styles[] = {
        { .name = "lands", .class_column = "KIND", .ground = GROUND_BUILT, .class_count = 2,
          .classes = { { .value = "forest|wood", .ground = GROUND_PARK },
                       { .value = "lake", .ground = GROUND_WATER } } },
        { .name = "posts", .class_column = "KIND", .mark = ".", .class_count = 1,
          .classes = { { .value = "clinic", .mark = "+", .ink = INK_MAP_HOSPITAL } } },
    };
    struct shapes *shapes[] = { drawn_layer(SHAPE_POLYGONS, "KIND", lands, ARRAY_COUNT(lands)),
                                drawn_layer(SHAPE_POINTS, "KIND", posts, ARRAY_COUNT(posts)) };
    struct map *map = map_new();
    struct map_view view = { .center = drawn_point(0, 0), .m_per_cell = 20 };
    const struct map_scene empty = { 0 };
    struct canvas canvas;
    char why[256];

    for (size_t i = 0; i < ARRAY_COUNT(styles); i++) {
        snprintf(styles[i].path, sizeof styles[i].path, "%s/class-%zu", made->folder, i);
        assert_int_equal(shapefile_write(styles[i].path, shapes[i], why, sizeof why), STATUS_OK);
        assert_int_equal(map_layer_add(map, &styles[i], why, sizeof why), STATUS_OK);
        shapes_free(shapes[i]);
    }
    canvas_init(&canvas, 24, 80);
    map_draw(map, &view, &empty, &canvas);
    static const struct { double east_m; enum ground ground; } grounds[] = {
        { -250, GROUND_PARK }, { 250, GROUND_WATER }, { 600, GROUND_BUILT }, { 0, GROUND_NONE },
    };
    for (size_t i = 0; i < ARRAY_COUNT(grounds); i++) {
        double row, column;
        map_cell_of(&view, 24, 80, drawn_point(grounds[i].east_m, 200), &row, &column);
        assert_int_equal(canvas_at(&canvas, (uint16_t)row, (uint16_t)column)->ground,
                         grounds[i].ground);
    }
    static const struct { double east_m; uint32_t glyph; } marks[] = {
        { -250, '+' }, { 250, '.' },
    };
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        double row, column;
        map_cell_of(&view, 24, 80, drawn_point(marks[i].east_m, 0), &row, &column);
        assert_int_equal(canvas_at(&canvas, (uint16_t)row, (uint16_t)column)->glyph,
                         marks[i].glyph);
    }
    canvas_clear(&canvas);
    map_free(map);
}

/* ---- Real cities --------------------------------------------------------------------------- */

/* Cambridge opens and its names are legible: no name is cut by another. */
static void cambridge_is_drawn(void **state)
{
    static const struct map_layer_style styles[] = {
        { .name = "water", .path = "../shared/data/shapefiles/cambridge_ma/water",
          .ground = GROUND_WATER, .label_column = "NAME", .label_m_per_cell_max = 80 },
        { .name = "districts", .path = "../shared/data/shapefiles/cambridge_ma/neighborhoods",
          .ink = INK_MAP_BOUNDARY, .label_column = "NAME", .label_m_per_cell_max = 100 },
        { .name = "streets", .path = "../shared/data/shapefiles/cambridge_ma/streets",
          .ink = INK_MAP_STREET, .label_column = "Street", .label_m_per_cell_max = 20 },
        { .name = "hydrants", .path = "../shared/data/shapefiles/cambridge_ma/hydrants",
          .ink = INK_MAP_POINT, .mark = ".", .m_per_cell_max = 4 },
    };
    const struct map_scene empty = { 0 };
    struct map *map = map_new();
    struct canvas canvas;
    struct buffer text = { 0 };

    (void)state;
    if (access("../shared/data", R_OK) != 0) {
        map_free(map);
        print_message("SKIP: ../shared/data is absent\n");
        skip();
    }
    for (size_t i = 0; i < ARRAY_COUNT(styles); i++) {
        char why[256];
        assert_int_equal(map_layer_add(map, &styles[i], why, sizeof why), STATUS_OK);
        assert_string_equal(why, "");
    }
    canvas_init(&canvas, 50, 160);
    struct map_view view = map_view_fit(map_bounds(map), 50, 160, MAP_BRAILLE);
    map_draw(map, &view, &empty, &canvas);
    canvas_dump(&canvas, &text);
    assert_non_null(strstr(text.bytes, "Charles River"));
    assert_non_null(strstr(text.bytes, "EAST CAMBRIDGE"));
    buffer_reset(&text);
    view = (struct map_view){ .center = { 42.3736, -71.1097 }, .m_per_cell = 12 };
    map_draw(map, &view, &empty, &canvas);
    canvas_dump(&canvas, &text);
    assert_non_null(strstr(text.bytes, "Massachusetts Ave"));
    assert_non_null(strstr(text.bytes, "-- 200 m --"));
    buffer_clear(&text);
    canvas_clear(&canvas);
    map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_town_is_drawn_in_every_mode),
        cmocka_unit_test(ascii_is_ascii),
        cmocka_unit_test(areas_have_their_ground),
        cmocka_unit_test(a_name_is_whole_or_not_there),
        cmocka_unit_test(symbols_take_their_places),
        cmocka_unit_test(nobody_is_lost_in_a_crowd),
        cmocka_unit_test(every_view_can_be_drawn),
        cmocka_unit_test(cells_and_points_agree),
        cmocka_unit_test(a_fitted_view_shows_the_whole_box),
        cmocka_unit_test(what_is_kept_does_not_show),
        cmocka_unit_test(a_map_stays_in_its_part),
        cmocka_unit_test(what_is_drawn_can_be_picked),
        cmocka_unit_test(a_small_hazard_is_still_there),
        cmocka_unit_test(a_layer_that_fails_is_named),
        cmocka_unit_test(a_class_holds_its_values),
        cmocka_unit_test(classes_have_their_ground_and_mark),
        cmocka_unit_test(cambridge_is_drawn),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
