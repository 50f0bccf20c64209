/* bench_map.c - a county of a million street segments, and one of ten million vertices, on 400 x
 * 100 cells: opened, drawn, drawn again; against plain programs that read and draw the same file
 * into 800 x 400 dots and keep nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "maps/map.h"
#include "maps/map_load.h"
#include "maps/shapefile.h"
#include "tests/bench.h"

enum {
    ROWS = 100, COLUMNS = 400,
    PASSES = 5,                 /* Of opening and the first frame: each on a map opened for it. */
    PAN_FRAMES = 60,
};

static const struct county {
    const char *name, *file;
    const char *lines, *segments;       /* For the generator. */
    const char *first_limit;            /* The limit program that the first frame races. */
    const char *later_limit;
    const char *later_goal;
} counties[] = {
    { "1 M segments", "county", "100000", "10", "draw", "draw", "<= 0.2" },
    { "10 M vertices", "county10", "300000", "33", "drawlod", "raw", "<= 0.5" },
};

/* The box of the limit program, and a tenth of it each way. */
static const struct geo_box whole = { { 30.00, -98.20 }, { 30.70, -97.30 } };
static const struct geo_box tenth = { { 30.30, -97.80 }, { 30.37, -97.71 } };

/* ---- The county ---------------------------------------------------------------------------- */

/* Without ../shared there is no generator of theirs: lines that wander from anywhere, as long as
 * its. */
static void county_write(const char *path, uint32_t lines, uint32_t segments)
{
    uint32_t vertices = lines * (segments + 1);
    struct shapes shapes = { .kind = SHAPE_LINES, .record_count = lines, .part_count = lines,
                             .vertex_count = vertices };
    double step_m = 366.0 / segments;
    char why[256];

    shapes.record_part = base_alloc((size_t)lines + 1, sizeof *shapes.record_part);
    shapes.part_first = base_alloc((size_t)lines + 1, sizeof *shapes.part_first);
    shapes.vertices = base_alloc(vertices, sizeof *shapes.vertices);
    srand48(42);
    for (uint32_t line = 0, vertex = 0; line < lines; line++) {
        struct geo_point at = { whole.low.lat_deg + 0.01 + 0.68 * drand48(),
                                whole.low.lon_deg + 0.01 + 0.88 * drand48() };
        double bearing_deg = 360 * drand48();
        for (uint32_t i = 0; i <= segments; i++) {
            shapes.vertices[vertex++] = at;
            bearing_deg += 30 * (drand48() - 0.5);
            at = geo_moved(at, bearing_deg, step_m);
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
static void county_make(const struct county *county, const char *path, const char *shp)
{
    const char *const generator[] = { "gen_roads", path, county->lines, county->segments, NULL };

    if (access(shp, R_OK) == 0)
        return;
    bench_limit(generator, "", "");
    if (access(shp, R_OK) != 0)
        county_write(path, (uint32_t)atoi(county->lines), (uint32_t)atoi(county->segments));
}

static struct map_layer_style county_style(const char *path)
{
    struct map_layer_style style = { .name = "streets", .ink = INK_MAP_STREET };

    snprintf(style.path, sizeof style.path, "%s", path);
    return style;
}

/* From its source, nothing kept. */
static struct map *county_open(const char *path)
{
    struct map_layer_style style = county_style(path);
    struct map *map = map_new();
    char why[400];

    enum status status = map_layer_add(map, &style, why, sizeof why);
    assert(status == STATUS_OK);
    return map;
}

/* As a console does; what was not kept is kept before it is put. */
static struct map *county_open_kept(const char *path)
{
    struct map_layer_style style = county_style(path);
    struct map *map = map_new();
    struct map_ready *ready, *kept;

    map_layers_arrange(map, &style, 1);
    struct map_load *load = map_load_new(&style, MAP_KEEPS, 0);
    enum status status = map_load_read(load, &ready);
    assert(status == STATUS_OK);
    map_layer_put(map, 0, ready);
    kept = map_load_keep(load);
    if (kept)
        map_layer_put(map, 0, kept);
    map_load_free(load);
    return map;
}

/* ---- Opening ------------------------------------------------------------------------------- */

typedef struct map *open_fn(const char *path);

static double open_ms(open_fn *opened, const char *path)
{
    double figures[PASSES];

    for (int pass = 0; pass < PASSES; pass++) {
        double start_s = bench_seconds();
        struct map *map = opened(path);
        figures[pass] = (bench_seconds() - start_s) * 1000;
        map_free(map);
    }
    return bench_median(figures, PASSES);
}

/* ---- Frames -------------------------------------------------------------------------------- */

static double frame_ms(struct map *map, const struct map_view *view, struct canvas *canvas)
{
    static const struct map_scene empty = { 0 };
    double start_s = bench_seconds();

    map_draw(map, view, &empty, canvas);
    return (bench_seconds() - start_s) * 1000;
}

static struct map_view whole_view(void)
{
    return map_view_fit(whole, ROWS, COLUMNS, MAP_BRAILLE);
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
    struct map_view all = whole_view();

    frame_ms(map, &all, canvas);
    for (int i = 0; i < PAN_FRAMES; i++) {
        struct map_view view = all;
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

/* ---- Memory -------------------------------------------------------------------------------- */

/* The most that a process had resident, mapped pages included, in MiB. */
static double resident_peak_mib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[160];
    double kib = 0;

    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtod(line + 6, NULL);
    if (status)
        fclose(status);
    return kib / 1024;
}

/* Of a process of its own that opens the county and draws it. */
static double memory_mib(open_fn *opened, const char *path)
{
    double mib = 0;
    int ends[2];

    if (pipe(ends) != 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0) {
        struct canvas canvas;
        canvas_init(&canvas, ROWS, COLUMNS);
        struct map *map = opened(path);
        later_frames_ms(map, &canvas);
        mib = resident_peak_mib();
        _exit(write(ends[1], &mib, sizeof mib) == sizeof mib ? 0 : 1);
    }
    close(ends[1]);
    if (read(ends[0], &mib, sizeof mib) != sizeof mib)
        mib = 0;
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return mib;
}

/* What the issue allows: one and a half times the .shp, and 32 MiB. */
static double memory_limit_mib(const char *shp)
{
    struct stat info;

    return stat(shp, &info) == 0 ? 1.5 * (double)info.st_size / (1024 * 1024) + 32 : LIMIT_ABSENT;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static double limit_ms(const char *mode, const char *shp)
{
    const char *const arguments[] = { "b_scan", mode, shp, "7", NULL };

    return bench_limit(arguments, mode, "median");
}

static void row(const struct county *county, const char *what, double figure, const char *unit,
                double limit, const char *goal)
{
    char name[128];

    snprintf(name, sizeof name, "map, %s: %s", county->name, what);
    bench_row(&(struct bench_row){ .name = name, .figure = figure, .unit = unit, .limit = limit,
                                   .goal = goal });
}

static void opening_rows(const struct county *county, const char *path, const char *shp)
{
    double read_ms = limit_ms("lib", shp);

    /* First, while this process is small. */
    row(county, "peak memory, from the source (1.5 x .shp + 32)", memory_mib(county_open, path),
        "MiB", memory_limit_mib(shp), "<= 1");
    map_free(county_open_kept(path));
    row(county, "peak memory, kept (the same)", memory_mib(county_open_kept, path), "MiB",
        memory_limit_mib(shp), "<= 1");
    row(county, "open and index (shapelib reads it)", open_ms(county_open, path), "ms", read_ms,
        "<= 1.5");
    row(county, "open what was kept (shapelib reads the source)",
        open_ms(county_open_kept, path), "ms", read_ms, "<= 0.5");
}

static void frame_rows(const struct county *county, const char *path, const char *shp,
                       struct canvas *canvas)
{
    char name[64];
    double first_ms = limit_ms(county->first_limit, shp);
    double later_ms = strcmp(county->later_limit, county->first_limit) == 0
                          ? first_ms : limit_ms(county->later_limit, shp);

    snprintf(name, sizeof name, "first frame (plain %s)", county->first_limit);
    row(county, name, first_frame_ms(path, canvas), "ms", first_ms, "<= 1.2");
    struct map *map = county_open_kept(path);
    snprintf(name, sizeof name, "later frames (plain %s)", county->later_limit);
    row(county, name, later_frames_ms(map, canvas), "ms", later_ms, county->later_goal);
    row(county, "a unit moved (the first frame's limit)", moved_unit_ms(map, canvas), "ms",
        first_ms, "<= 0.05");
    const char *const draw_tenth[] = { "b_scan", "draw", shp, "9",
                                       "-97.80", "30.30", "-97.71", "30.37", NULL };
    row(county, "a tenth each way (plain draw of it)", zoomed_ms(map, canvas), "ms",
        bench_limit(draw_tenth, "draw", "median"), "<= 0.6");
    map_free(map);
}

int main(void)
{
    char path[384], shp[400], cache[400];
    struct canvas canvas;

    snprintf(cache, sizeof cache, "%s/layers", bench_folder());
    setenv("WATCHDESK_CACHE", cache, 1);
    canvas_init(&canvas, ROWS, COLUMNS);
    for (size_t i = 0; i < ARRAY_COUNT(counties); i++) {
        snprintf(path, sizeof path, "%s/%s", bench_folder(), counties[i].file);
        snprintf(shp, sizeof shp, "%s.shp", path);
        county_make(&counties[i], path, shp);
        opening_rows(&counties[i], path, shp);
        frame_rows(&counties[i], path, shp, &canvas);
    }
    canvas_clear(&canvas);
    return 0;
}
