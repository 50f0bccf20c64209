/* bench_map.c - a county of a million street segments on 400 x 100 cells, against a plain program
 * that draws the same file into 800 x 400 dots and keeps nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "maps/map.h"
#include "maps/shapefile.h"
#include "tests/bench.h"

enum {
    COUNTY_LINES = 100000, LINE_SEGMENTS = 10,
    ROWS = 100, COLUMNS = 400,
    PASSES = 9,                 /* Of the first frame: each on a map opened for it. */
    PAN_FRAMES = 60,
};

/* The box of the limit program, and a tenth of it each way. */
static const struct geo_box county = { { 30.00, -98.20 }, { 30.70, -97.30 } };
static const struct geo_box tenth = { { 30.30, -97.80 }, { 30.37, -97.71 } };

/* ---- The county ---------------------------------------------------------------------------- */

/* Without ../shared there is no generator of theirs: lines that wander from anywhere, as long as
 * its. */
static void county_write(const char *path)
{
    uint32_t vertices = COUNTY_LINES * (LINE_SEGMENTS + 1);
    struct shapes shapes = { .kind = SHAPE_LINES, .record_count = COUNTY_LINES,
                             .part_count = COUNTY_LINES, .vertex_count = vertices };
    double step_deg = 0.00033;
    char why[256];

    shapes.record_part = base_alloc(COUNTY_LINES + 1, sizeof *shapes.record_part);
    shapes.part_first = base_alloc(COUNTY_LINES + 1, sizeof *shapes.part_first);
    shapes.vertices = base_alloc(vertices, sizeof *shapes.vertices);
    srand48(42);
    for (uint32_t line = 0, vertex = 0; line < COUNTY_LINES; line++) {
        struct geo_point at = { county.low.lat_deg + 0.01 + 0.68 * drand48(),
                                county.low.lon_deg + 0.01 + 0.88 * drand48() };
        double bearing_deg = 360 * drand48();
        for (uint32_t i = 0; i <= LINE_SEGMENTS; i++) {
            shapes.vertices[vertex++] = at;
            bearing_deg += 30 * (drand48() - 0.5);
            at = geo_moved(at, bearing_deg, step_deg * 111000);
        }
        shapes.record_part[line + 1] = shapes.part_first[line + 1] = line + 1;
        shapes.part_first[line + 1] = vertex;
    }
    enum status status = shapefile_write(path, &shapes, why, sizeof why);
    assert(status == STATUS_OK);
    base_free(shapes.record_part);
    base_free(shapes.part_first);
    base_free(shapes.vertices);
}

/* The limit programs say nothing when all went well, so their line is the file being there. */
static void county_make(const char *path)
{
    char shp[512];
    const char *const generator[] = { "gen_roads", path, "100000", "10", NULL };

    snprintf(shp, sizeof shp, "%s.shp", path);
    if (access(shp, R_OK) == 0)
        return;
    bench_limit(generator, "", "");
    if (access(shp, R_OK) != 0)
        county_write(path);
}

/* ---- Frames -------------------------------------------------------------------------------- */

static struct map *county_open(const char *path)
{
    struct map_layer_style style = { .name = "streets", .ink = INK_MAP_STREET };
    struct map *map = map_new();
    char why[256];

    snprintf(style.path, sizeof style.path, "%s", path);
    enum status status = map_layer_add(map, &style, why, sizeof why);
    assert(status == STATUS_OK);
    return map;
}

static double frame_ms(struct map *map, const struct map_view *view, struct canvas *canvas)
{
    static const struct map_scene empty = { 0 };
    double start_s = bench_seconds();

    map_draw(map, view, &empty, canvas);
    return (bench_seconds() - start_s) * 1000;
}

static struct map_view whole_view(void)
{
    return map_view_fit(county, ROWS, COLUMNS, MAP_BRAILLE);
}

static double open_ms(const char *path)
{
    double start_s = bench_seconds();
    struct map *map = county_open(path);
    double took_s = bench_seconds() - start_s;

    map_free(map);
    return took_s * 1000;
}

static double first_frame_ms(const char *path, struct canvas *canvas)
{
    double figures[PASSES];
    struct map_view view = whole_view();

    for (int pass = 0; pass < PASSES; pass++) {
        struct map *map = county_open(path);
        figures[pass] = frame_ms(map, &view, canvas);
        map_free(map);
    }
    return bench_median(figures, PASSES);
}

/* Each frame is of another view: the county, moved by a few cells and a little in scale. */
static double later_frames_ms(struct map *map, struct canvas *canvas)
{
    double figures[PAN_FRAMES];
    struct map_view whole = whole_view();

    frame_ms(map, &whole, canvas);
    for (int i = 0; i < PAN_FRAMES; i++) {
        struct map_view view = whole;
        view.center.lon_deg += 0.002 * (i % 7 - 3);
        view.center.lat_deg += 0.001 * (i % 5 - 2);
        view.m_per_cell *= 1 + 0.01 * (i % 11);
        figures[i] = frame_ms(map, &view, canvas);
    }
    return bench_median(figures, PAN_FRAMES);
}

/* The view stays and a unit moves. */
static double moved_unit_ms(struct map *map, struct canvas *canvas)
{
    double figures[PAN_FRAMES];
    struct map_view view = whole_view();

    frame_ms(map, &view, canvas);
    for (int i = 0; i < PAN_FRAMES; i++) {
        struct map_symbol unit = { .point = view.center, .text = "E7" };
        struct map_scene scene = { .symbols = &unit, .symbol_count = 1 };
        unit.point.lon_deg += 0.003 * i;
        double start_s = bench_seconds();
        map_draw(map, &view, &scene, canvas);
        figures[i] = (bench_seconds() - start_s) * 1000;
    }
    return bench_median(figures, PAN_FRAMES);
}

static double zoomed_ms(struct map *map, struct canvas *canvas)
{
    double figures[PAN_FRAMES];
    struct map_view view = map_view_fit(tenth, ROWS, COLUMNS, MAP_BRAILLE);

    frame_ms(map, &view, canvas);
    for (int i = 0; i < PAN_FRAMES; i++) {
        view.center.lon_deg += 0.0001 * (i % 7 - 3);
        figures[i] = frame_ms(map, &view, canvas);
    }
    return bench_median(figures, PAN_FRAMES);
}

int main(void)
{
    char path[384], shp[400];
    struct canvas canvas;

    snprintf(path, sizeof path, "%s/county", bench_folder());
    snprintf(shp, sizeof shp, "%s.shp", path);
    county_make(path);
    const char *const draw[] = { "b_scan", "draw", shp, "9", NULL };
    const char *const draw_tenth[] = { "b_scan", "draw", shp, "9",
                                       "-97.80", "30.30", "-97.71", "30.37", NULL };
    const char *const read[] = { "b_scan", "lib", shp, "5", NULL };
    double draw_ms = bench_limit(draw, "draw", "median");
    double draw_tenth_ms = bench_limit(draw_tenth, "draw", "median");
    double read_ms = bench_limit(read, "lib", "median");

    canvas_init(&canvas, ROWS, COLUMNS);
    bench_row(&(struct bench_row){ .name = "map: first frame of a county (plain draw)",
                                   .figure = first_frame_ms(path, &canvas), .unit = "ms",
                                   .limit = draw_ms, .goal = "<= 2" });
    struct map *map = county_open(path);
    bench_row(&(struct bench_row){ .name = "map: later frames of a county (plain draw)",
                                   .figure = later_frames_ms(map, &canvas), .unit = "ms",
                                   .limit = draw_ms, .goal = "<= 0.5" });
    bench_row(&(struct bench_row){ .name = "map: a unit moved (plain draw)",
                                   .figure = moved_unit_ms(map, &canvas), .unit = "ms",
                                   .limit = draw_ms, .goal = "<= 0.05" });
    bench_row(&(struct bench_row){ .name = "map: a tenth each way (plain draw of it)",
                                   .figure = zoomed_ms(map, &canvas), .unit = "ms",
                                   .limit = draw_tenth_ms, .goal = "<= 1" });
    bench_row(&(struct bench_row){ .name = "map: open a county (shapelib reading it)",
                                   .figure = open_ms(path), .unit = "ms", .limit = read_ms,
                                   .goal = "-" });
    map_free(map);
    canvas_clear(&canvas);
    return 0;
}
