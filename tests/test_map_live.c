/* Goal: nothing drawn that a dispatcher must read is ever hidden by something that they need not:
 * every symbol in the view stands there in full or is counted by one that matters as much or more,
 * and every hazard in the view has its whole label. Method: seeded random scenes over a town, read
 * back from the canvas as a person reads it. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/base/buffer.h"
#include "app/base/text.h"
#include "maps/map.h"
#include "tests/drawn.h"

enum { SYMBOLS_MAX = 400, AREAS_MAX = 6, CORNERS = 9, TRACE_POINTS = 12, SCENES = 400 };

static uint32_t next_number(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static double next_between(uint32_t *seed, double low, double high)
{
    return low + (high - low) * next_number(seed) / 4294967296.0;
}

static uint32_t next_below(uint32_t *seed, uint32_t end)
{
    return next_number(seed) % end;
}

/* ---- Scenes -------------------------------------------------------------------------------- */

struct random_scene {
    uint16_t rows, columns;
    struct map_view view;
    struct map_scene scene;
    struct map_symbol symbols[SYMBOLS_MAX];
    struct map_area areas[AREAS_MAX];
    struct geo_point corners[AREAS_MAX][CORNERS], trail[TRACE_POINTS];
    struct map_trace trace;
};

static const struct drawn_record streets[] = {
    { "Quay St", "-3000 -20, 3000 -20" }, { "Mill Rd", "0 -3000, 0 3000" },
    { "Lantern Ave", "-2000 200, -500 190, -300 240, 2000 240" },
};
static const struct drawn_record zones[] = {
    { "Harbour", "-2000 -1000, -2000 -20, 2000 -20, 2000 -1000, -2000 -1000" },
};

static struct map *town_new(void)
{
    static const struct {
        const char *name;
        enum shape_kind kind;
        const struct drawn_record *records;
        uint32_t count;
    } layers[] = { { "zones", SHAPE_POLYGONS, zones, ARRAY_COUNT(zones) },
                   { "streets", SHAPE_LINES, streets, ARRAY_COUNT(streets) } };
    char folder[] = "/tmp/watchdesk-live-XXXXXX", why[256];
    struct map *map = map_new();

    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
        static const char *const endings[] = { "shp", "shx", "dbf", "prj", "cpg" };
        struct map_layer_style style = { .label_column = "NAME", .ink = INK_MAP_ARTERIAL,
                                         .label_m_per_cell_max = 1000 };
        struct shapes *shapes = drawn_layer(layers[i].kind, "NAME", layers[i].records,
                                            layers[i].count);
        text_copy(style.name, sizeof style.name, span_of(layers[i].name));
        snprintf(style.path, sizeof style.path, "%s/%s", folder, layers[i].name);
        assert_int_equal(shapefile_write(style.path, shapes, why, sizeof why), STATUS_OK);
        assert_int_equal(map_layer_add(map, &style, why, sizeof why), STATUS_OK);
        shapes_free(shapes);
        for (size_t e = 0; e < ARRAY_COUNT(endings); e++) {
            char path[MAP_PATH_BYTES + 8];
            snprintf(path, sizeof path, "%s.%s", style.path, endings[e]);
            unlink(path);
        }
    }
    rmdir(folder);
    return map;
}

/* Some alone, many in a few crowds, some off the view. */
static void symbols_make(uint32_t *seed, struct random_scene *made)
{
    uint32_t count = next_below(seed, SYMBOLS_MAX);
    double spread_m = made->columns * made->view.m_per_cell * 0.6;
    struct geo_point crowds[3];

    for (size_t i = 0; i < ARRAY_COUNT(crowds); i++)
        crowds[i] = drawn_point(next_between(seed, -spread_m, spread_m),
                                next_between(seed, -spread_m, spread_m));
    for (uint32_t i = 0; i < count; i++) {
        static const char *const forms[] = { "{%u}", "{%u~}", "{!1 %u}", "{%u} EMG" };
        struct map_symbol *symbol = &made->symbols[i];
        uint32_t form = next_below(seed, ARRAY_COUNT(forms));
        char number[12];
        *symbol = (struct map_symbol){ .ink = INK_GOING, .rank = next_below(seed, 7),
                                       .key = i + 1 };
        snprintf(number, sizeof number, "%u", i);
        const char *place = strstr(forms[form], "%u");
        snprintf(symbol->text, sizeof symbol->text, "%.*s%s%s", (int)(place - forms[form]),
                 forms[form], number, place + 2);
        symbol->point = next_below(seed, 2)
            ? crowds[next_below(seed, ARRAY_COUNT(crowds))]
            : drawn_point(next_between(seed, -spread_m, spread_m),
                          next_between(seed, -spread_m, spread_m) / 2);
    }
    made->scene.symbols = made->symbols;
    made->scene.symbol_count = count;
}

static void areas_make(uint32_t *seed, struct random_scene *made)
{
    uint32_t count = next_below(seed, AREAS_MAX + 1);
    double spread_m = made->columns * made->view.m_per_cell * 0.4;

    for (uint32_t i = 0; i < count; i++) {
        double east_m = next_between(seed, -spread_m, spread_m);
        double north_m = next_between(seed, -spread_m, spread_m) / 2;
        double radius_m = next_between(seed, 1, spread_m);
        for (int k = 0; k < CORNERS; k++) {
            double turn = 2 * 3.14159265358979 * (k % (CORNERS - 1)) / (CORNERS - 1);
            made->corners[i][k] = drawn_point(east_m + radius_m * sin(turn),
                                              north_m + radius_m * cos(turn));
        }
        made->areas[i] = (struct map_area){
            .rings = { made->corners[i], CORNERS }, .ink = INK_MAP_HAZARD, .key = 1000 + i,
            .severity = (uint8_t)next_below(seed, 6), .closes_roads = next_below(seed, 2),
            .style = next_below(seed, 4) ? MAP_AREA_HATCHED : MAP_AREA_OUTLINE };
        snprintf(made->areas[i].label, sizeof made->areas[i].label, "<HZ%u FLOOD to 18:00>", i);
    }
    made->scene.areas = made->areas;
    made->scene.area_count = count;
}

static void trace_make(uint32_t *seed, struct random_scene *made)
{
    double spread_m = made->columns * made->view.m_per_cell;

    for (int i = 0; i < TRACE_POINTS; i++)
        made->trail[i] = drawn_point(next_between(seed, -spread_m, spread_m),
                                     next_between(seed, -spread_m, spread_m) / 2);
    made->trace = (struct map_trace){ .points = { made->trail, TRACE_POINTS },
                                      .ink = INK_MAP_ROUTE };
    made->scene.traces = &made->trace;
    made->scene.trace_count = 1;
    made->scene.cursor_shown = next_below(seed, 2);
    made->scene.cursor = drawn_point(0, 0);
}

static void scene_make(uint32_t seed, struct random_scene *made)
{
    *made = (struct random_scene){ .rows = (uint16_t)(18 + next_below(&seed, 40)),
                                   .columns = (uint16_t)(70 + next_below(&seed, 100)) };
    made->view = (struct map_view){ .center = drawn_point(0, 0),
                                    .m_per_cell = next_between(&seed, 3, 60),
                                    .mode = (enum map_mode)next_below(&seed, 3),
                                    .groundless = next_below(&seed, 2) };
    symbols_make(&seed, made);
    areas_make(&seed, made);
    trace_make(&seed, made);
}

/* ---- Reading ------------------------------------------------------------------------------- */

static bool in_view(const struct random_scene *made, struct geo_point point)
{
    double row, column;

    map_cell_of(&made->view, made->rows, made->columns, point, &row, &column);
    return row >= 0 && row < made->rows && column >= 0 && column < made->columns;
}

/* The text's first byte in the dump, that is how a person finds it; NULL when it is not there. */
static const char *read_symbol(const char *dump, const struct map_symbol *symbol)
{
    return strstr(dump, symbol->text);
}

static uint32_t read_count(const char *at, const struct map_symbol *symbol)
{
    const char *after = at + strlen(symbol->text);

    return *after == '+' ? (uint32_t)strtoul(after + 1, NULL, 10) : 0;
}

static void everyone_is_there(const struct random_scene *made, const char *dump)
{
    uint32_t in_the_view = 0, told = 0, shown_rank[SYMBOLS_MAX], shown_count = 0;

    for (uint32_t i = 0; i < made->scene.symbol_count; i++) {
        const struct map_symbol *symbol = &made->symbols[i];
        const char *at = read_symbol(dump, symbol);
        in_the_view += in_view(made, symbol->point);
        if (!at)
            continue;
        assert_true(in_view(made, symbol->point));
        uint32_t count = read_count(at, symbol);
        told += 1 + count;
        if (count)
            shown_rank[shown_count++] = symbol->rank;
    }
    assert_int_equal(told, in_the_view);
    for (uint32_t i = 0; i < made->scene.symbol_count; i++) {
        const struct map_symbol *symbol = &made->symbols[i];
        if (!in_view(made, symbol->point) || read_symbol(dump, symbol))
            continue;
        bool led = false;
        for (uint32_t k = 0; k < shown_count && !led; k++)
            led = shown_rank[k] <= symbol->rank;
        assert_true(led);
    }
}

static void every_hazard_is_named(const struct random_scene *made, const char *dump)
{
    for (uint32_t i = 0; i < made->scene.area_count; i++) {
        double east = 0, north = 0;
        for (int k = 0; k + 1 < CORNERS; k++) {
            east += made->corners[i][k].lon_deg / (CORNERS - 1);
            north += made->corners[i][k].lat_deg / (CORNERS - 1);
        }
        if (!in_view(made, (struct geo_point){ north, east }))
            continue;
        if (!strstr(dump, made->areas[i].label))
            fprintf(stderr, "%s is not there:\n%s", made->areas[i].label, dump);
        assert_non_null(strstr(dump, made->areas[i].label));
    }
}

/* No word stands half in another ink: that is how a covered one looks. */
static void words_are_whole(const struct random_scene *made, const struct canvas *canvas)
{
    for (uint16_t row = 0; row + 1 < made->rows; row++)
        for (uint16_t column = 0; column < made->columns; column++) {
            const struct cell *cell = canvas_at(canvas, row, column);
            if (cell->glyph == '{')
                for (uint16_t c = column; canvas_at(canvas, row, c)->glyph != '}'; c++) {
                    assert_true(c + 1 < made->columns);
                    assert_true(canvas_at(canvas, row, c)->flags & CELL_TEXT);
                }
        }
}

static void nothing_that_matters_is_hidden(void **state)
{
    struct map *map = town_new();
    struct random_scene *made = base_alloc(1, sizeof *made);

    (void)state;
    for (uint32_t seed = 1; seed <= SCENES; seed++) {
        struct canvas canvas;
        struct buffer dump = { 0 };
        scene_make(seed * 2654435761u, made);
        canvas_init(&canvas, made->rows, made->columns);
        map_draw(map, &made->view, &made->scene, &canvas);
        canvas_dump(&canvas, &dump);
        if (seed % 50 == 0)
            print_message("seed %u: %u symbols, %u areas\n", seed, made->scene.symbol_count,
                          made->scene.area_count);
        everyone_is_there(made, dump.bytes);
        every_hazard_is_named(made, dump.bytes);
        words_are_whole(made, &canvas);
        buffer_clear(&dump);
        canvas_clear(&canvas);
    }
    base_free(made);
    map_free(map);
}

/* ---- Crowds -------------------------------------------------------------------------------- */

static int64_t clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Goal: a flood of reports at one place costs a frame no more than as many spread out. Method: the
 * same 2,500 symbols in one crowd and on a wide grid, the best of some frames of each. */
static void a_crowd_costs_no_more_than_a_spread(void **state)
{
    enum { CROWD = 2500, FRAMES = 5 };
    struct map_symbol *symbols = base_alloc(CROWD, sizeof *symbols);
    struct map_scene scene = { .symbols = symbols, .symbol_count = CROWD };
    struct map_view view = { .center = drawn_point(0, 0), .m_per_cell = 20 };
    struct map *map = map_new();
    struct canvas canvas;
    int64_t best_us[2] = { INT64_MAX, INT64_MAX };

    (void)state;
    canvas_init(&canvas, 60, 200);
    for (int spread = 0; spread < 2; spread++) {
        for (uint32_t i = 0; i < CROWD; i++) {
            symbols[i] = (struct map_symbol){ .ink = INK_GOING, .rank = i % 7, .key = i + 1 };
            snprintf(symbols[i].text, sizeof symbols[i].text, "E%u", i);
            symbols[i].point = spread ? drawn_point(-1900.0 + i % 50 * 76, -1000.0 + i / 50 * 40)
                                      : drawn_point(i % 5 * 8, i % 7 * 8);
        }
        for (int frame = 0; frame < FRAMES; frame++) {
            int64_t start_us = clock_us();
            map_draw(map, &view, &scene, &canvas);
            int64_t took_us = clock_us() - start_us;
            best_us[spread] = took_us < best_us[spread] ? took_us : best_us[spread];
        }
    }
    print_message("in one crowd %lld us, spread %lld us\n", (long long)best_us[0],
                  (long long)best_us[1]);
    assert_true(best_us[0] < 2 * best_us[1]);
    canvas_clear(&canvas);
    map_free(map);
    base_free(symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_matters_is_hidden),
        cmocka_unit_test(a_crowd_costs_no_more_than_a_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
