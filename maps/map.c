#include "maps/map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/areas.h"
#include "maps/furniture.h"
#include "maps/layer.h"
#include "maps/names.h"
#include "maps/plane.h"
#include "maps/raster.h"
#include "maps/shapefile.h"
#include "maps/symbols.h"

enum {
    PICK_CELLS = 2,
    FURNITURE_ROWS_MIN = 3,     /* A lower canvas is all map. */
};

/* The unchanging part of the last frame. */
struct base {
    bool drawn;
    struct map_view view;
    uint32_t layers_version;
    struct canvas cells;
    struct names names;
};

struct map {
    struct layer *layers[MAP_LAYERS_MAX];
    uint32_t layer_count, layers_version;
    struct base base;
    /* What map_pick() looks at: where the last frame put things. */
    struct symbols symbols;
    struct areas areas;
    uint32_t *symbol_keys, *area_keys;
};

struct map *map_new(void)
{
    return base_alloc(1, sizeof(struct map));
}

static void base_forget(struct base *base)
{
    canvas_clear(&base->cells);
    names_clear(&base->names);
    *base = (struct base){ 0 };
}

static void picks_forget(struct map *map)
{
    symbols_clear(&map->symbols);
    areas_clear(&map->areas);
    base_free(map->symbol_keys);
    base_free(map->area_keys);
    map->symbol_keys = map->area_keys = NULL;
}

void map_free(struct map *map)
{
    if (!map)
        return;
    for (uint32_t i = 0; i < map->layer_count; i++)
        layer_free(map->layers[i]);
    base_forget(&map->base);
    picks_forget(map);
    base_free(map);
}

/* ---- Layers -------------------------------------------------------------------------------- */

static bool column_missing(const struct shapes *shapes, const char *name)
{
    return name[0] != '\0' && shapes_column(shapes, name) < 0;
}

enum status map_layer_add(struct map *map, const struct map_layer_style *style, char *why,
                          size_t why_bytes)
{
    struct shapes *shapes;

    why[0] = '\0';
    if (map->layer_count == MAP_LAYERS_MAX) {
        snprintf(why, why_bytes, "%s: the map has %d layers already; leave one out.", style->name,
                 (int)MAP_LAYERS_MAX);
        return STATUS_TOO_LARGE;
    }
    const char *const columns[] = { style->label_column, style->class_column };
    enum status status = shapefile_read_columns(style->path, columns, ARRAY_COUNT(columns),
                                                &shapes, why, why_bytes);
    if (status != STATUS_OK)
        return status;
    text_copy(why, why_bytes, span_of(shapes->warning));
    bool no_label = column_missing(shapes, style->label_column);
    if (no_label || column_missing(shapes, style->class_column))
        snprintf(why, why_bytes, "%s: it has no column \"%s\"; layer %s is drawn without.",
                 style->path, no_label ? style->label_column : style->class_column, style->name);
    map->layers[map->layer_count++] = layer_new(style, shapes);
    map->layers_version++;
    shapes_free(shapes);
    return STATUS_OK;
}

uint32_t map_layer_count(const struct map *map)
{
    return map->layer_count;
}

const struct map_layer_style *map_layer_style(const struct map *map, uint32_t layer)
{
    assert(layer < map->layer_count);
    return &map->layers[layer]->style;
}

void map_layer_hide(struct map *map, uint32_t layer, bool hidden)
{
    assert(layer < map->layer_count);
    if (map->layers[layer]->style.hidden != hidden)
        map->layers_version++;
    map->layers[layer]->style.hidden = hidden;
}

struct geo_box map_bounds(const struct map *map)
{
    struct geo_box bounds = { .low = geo_unknown(), .high = geo_unknown() };

    for (uint32_t i = 0; i < map->layer_count; i++) {
        const struct geo_box *box = &map->layers[i]->bounds;
        bounds.low.lat_deg = fmin(bounds.low.lat_deg, box->low.lat_deg);
        bounds.low.lon_deg = fmin(bounds.low.lon_deg, box->low.lon_deg);
        bounds.high.lat_deg = fmax(bounds.high.lat_deg, box->high.lat_deg);
        bounds.high.lon_deg = fmax(bounds.high.lon_deg, box->high.lon_deg);
    }
    return bounds;
}

/* ---- Views --------------------------------------------------------------------------------- */

static uint16_t map_rows(uint16_t rows)
{
    return rows >= FURNITURE_ROWS_MIN ? (uint16_t)(rows - 1) : rows;
}

struct map_view map_view_fit(struct geo_box box, uint16_t rows, uint16_t columns,
                             enum map_mode mode)
{
    struct map_view view = { .center = { 0, 0 }, .m_per_cell = 1000, .mode = mode };
    static const double margin = 1.04, m_per_cell_min = 0.5;

    if (!geo_known(box.low) || !geo_known(box.high) || rows == 0 || columns == 0)
        return view;
    struct plane_point low = plane_from_geo(box.low), high = plane_from_geo(box.high);
    double middle_y = ((double)low.y + high.y) / 2;
    /* The middle of the flat box, not of its degrees: the view is flat. */
    struct plane flat = { .dots_per_unit = 1, .width = 1, .height = 1 };
    view.center = plane_geo_at(&flat, (struct plane_dot){ .x = 0, .y = -middle_y });
    view.center.lon_deg = (box.low.lon_deg + box.high.lon_deg) / 2;
    double m_per_unit = plane_ground_m_per_unit(view.center.lat_deg);
    double width_m = ((double)high.x - low.x) * m_per_unit;
    double height_m = ((double)high.y - low.y) * m_per_unit;
    double cells_high = map_rows(rows) * (double)DOTS_PER_ROW / DOTS_PER_COLUMN;
    view.m_per_cell = fmax(width_m / columns, height_m / cells_high) * margin;
    view.m_per_cell = fmax(view.m_per_cell, m_per_cell_min);
    return view;
}

void map_cell_of(const struct map_view *view, uint16_t rows, uint16_t columns,
                 struct geo_point point, double *ret_row, double *ret_column)
{
    struct plane plane = plane_of(view, rows, columns);
    struct plane_dot dot = { .x = NAN, .y = NAN };

    if (plane.width && geo_known(point))
        dot = plane_dot_of(&plane, point);
    *ret_row = dot.y / DOTS_PER_ROW;
    *ret_column = dot.x / DOTS_PER_COLUMN;
}

struct geo_point map_point_at(const struct map_view *view, uint16_t rows, uint16_t columns,
                              double row, double column)
{
    struct plane plane = plane_of(view, rows, columns);

    if (plane.width == 0)
        return geo_unknown();
    return plane_geo_at(&plane, (struct plane_dot){ .x = column * DOTS_PER_COLUMN,
                                                    .y = row * DOTS_PER_ROW });
}

/* ---- The unchanging part ------------------------------------------------------------------- */

static void polygon_draw(struct raster *raster, const struct layer *layer,
                         const struct layer_detail *detail, uint32_t feature,
                         enum plane_overlap overlap, const struct raster_pen *outline)
{
    double turn_x = plane_turn_x(&raster->plane, &layer->boxes[feature]);

    for (uint32_t r = layer->feature_run[feature]; r < layer->feature_run[feature + 1]; r++) {
        const struct plane_point *points = detail->points + detail->run_first[r];
        uint32_t count = detail->run_first[r + 1] - detail->run_first[r];
        if (layer->style.ground != GROUND_NONE)
            raster_ring(raster, points, count, turn_x);
        if (outline)
            raster_line(raster, points, count, turn_x, overlap, outline);
    }
    raster_fill(raster, layer->style.ground);
}

static void line_draw(struct raster *raster, const struct layer *layer,
                      const struct layer_detail *detail, uint32_t feature,
                      enum plane_overlap overlap, const struct raster_pen *pen)
{
    uint32_t run = layer->feature_run[feature], first = detail->run_first[run];
    double turn_x = overlap == PLANE_INSIDE
                        ? 0
                        : plane_turn_x(&raster->plane, &layer->boxes[feature]);

    raster_line(raster, detail->points + first, detail->run_first[run + 1] - first, turn_x, overlap,
                pen);
}

/* Of lines and points a feature is a run, so a block of them is a row of runs. */
static void lines_draw(struct raster *raster, const struct layer *layer,
                       const struct layer_detail *detail, struct layer_walk *walk,
                       const struct raster_pen *pen)
{
    enum plane_overlap overlap;
    uint32_t feature, end;

    while (walk->next < walk->end) {
        if (layer_walk_inside(walk, &feature, &end))
            raster_lines_inside(raster, detail->points, detail->run_first + feature,
                                end - feature, pen);
        else if (layer_walk_next(walk, &feature, &overlap))
            line_draw(raster, layer, detail, feature, overlap, pen);
    }
}

/* The ink of a polygon's outline; false for none. */
static bool outline_ink(const struct layer *layer, enum ink ink, enum ink *ret_ink)
{
    bool outline = ink == INK_MAP_WATERLINE || ink == INK_MAP_BOUNDARY || ink == INK_MAP_BUILDING;

    *ret_ink = outline ? ink : INK_MAP_BOUNDARY;
    return outline || layer->style.ground == GROUND_NONE;
}

static void class_draw(struct raster *raster, const struct layer *layer,
                       const struct layer_class *class, const struct layer_detail *detail,
                       double m_per_cell)
{
    struct layer_walk walk = { .layer = layer, .plane = &raster->plane,
                               .next = class->feature_first, .end = class->feature_end };
    bool polygons = layer->kind == SHAPE_POLYGONS;
    enum plane_overlap overlap;
    enum ink ink = class->ink;
    uint32_t feature;
    bool outlined = polygons && outline_ink(layer, class->ink, &ink);
    struct raster_pen pen = raster_pen(ink, m_per_cell);

    if (polygons) {
        while (layer_walk_next(&walk, &feature, &overlap))
            polygon_draw(raster, layer, detail, feature, overlap, outlined ? &pen : NULL);
        return;
    }
    lines_draw(raster, layer, detail, &walk, &pen);
}

/* A cell of ASCII shows an eighth of what 2 x 4 dots do: lines give way at half the scale. */
static double line_m_per_cell(const struct layer *layer, enum map_mode mode, double m_per_cell)
{
    return mode == MAP_ASCII && layer->kind == SHAPE_LINES ? 2 * m_per_cell : m_per_cell;
}

static void layer_draw(struct raster *raster, struct layer *layer, double m_per_cell)
{
    double limited_m = line_m_per_cell(layer, raster->mode, m_per_cell);
    bool marked = layer->kind == SHAPE_POINTS && layer->style.mark[0] != '\0';

    /* Points with a mark are placed with the names, so that they do not pile up. */
    if (layer->style.hidden || marked || !layer_in_scale(layer->style.m_per_cell_max, limited_m))
        return;
    const struct layer_detail *detail = layer_detail(layer, raster->plane.dots_per_unit);
    for (uint32_t c = 0; c < layer->class_count; c++)
        if (layer_in_scale(layer->classes[c].m_per_cell_max, limited_m))
            class_draw(raster, layer, &layer->classes[c], detail, m_per_cell);
}

static bool same_view(const struct map_view *left, const struct map_view *right)
{
    return left->center.lat_deg == right->center.lat_deg
           && left->center.lon_deg == right->center.lon_deg
           && left->m_per_cell == right->m_per_cell && left->mode == right->mode
           && left->groundless == right->groundless;
}

static void base_draw(struct map *map, const struct map_view *view, const struct plane *plane,
                      uint16_t rows, uint16_t columns)
{
    struct base *base = &map->base;
    struct raster raster;

    if (base->drawn && same_view(&base->view, view) && base->layers_version == map->layers_version
        && base->cells.rows == rows && base->cells.columns == columns)
        return;
    base_forget(base);
    canvas_init(&base->cells, rows, columns);
    names_init(&base->names, map_rows(rows), columns);
    raster_init(&raster, plane, rows, columns, view->mode);
    raster.groundless = view->groundless || view->mode == MAP_ASCII;
    for (uint32_t i = 0; i < map->layer_count; i++)
        layer_draw(&raster, map->layers[i], view->m_per_cell);
    raster_compose(&raster, &base->cells);
    names_place(&base->names, map->layers, map->layer_count, view->m_per_cell, &raster);
    raster_clear(&raster);
    base->view = *view;
    base->layers_version = map->layers_version;
    base->drawn = true;
}

/* ---- The live part ------------------------------------------------------------------------- */

static void traces_draw(const struct map_view *view, const struct map_scene *scene,
                        struct raster *raster)
{
    for (uint32_t i = 0; i < scene->trace_count; i++) {
        const struct map_trace *trace = &scene->traces[i];
        struct raster_pen pen = raster_pen(trace->ink, view->m_per_cell);
        struct plane_dot *dots = base_alloc((size_t)trace->points.count + 1, sizeof *dots);
        for (uint32_t k = 0; k < trace->points.count; k++)
            dots[k] = plane_dot_of(&raster->plane, trace->points.at[k]);
        raster_dots(raster, dots, trace->points.count, &pen);
        base_free(dots);
    }
}

static void cursor_draw(const struct map_scene *scene, const struct plane *plane, uint16_t rows,
                        struct canvas *canvas)
{
    if (!scene->cursor_shown || !geo_known(scene->cursor))
        return;
    struct plane_dot dot = plane_dot_of(plane, scene->cursor);
    if (!(dot.x >= 0) || !(dot.x < plane->width) || !(dot.y >= 0)
        || !(dot.y < rows * DOTS_PER_ROW))
        return;
    struct cell *cell = canvas_at(canvas, (uint16_t)((int32_t)dot.y / DOTS_PER_ROW),
                                  (uint16_t)((int32_t)dot.x / DOTS_PER_COLUMN));
    if (cell->glyph == ' ')
        cell->glyph = '+';
    cell->ink = INK_MAP_CURSOR;
    cell->flags |= CELL_REVERSE;
}

/* Later the scene is gone; what map_pick() gives back of it is kept. */
static void keys_keep(struct map *map, const struct map_scene *scene)
{
    map->symbol_keys = base_alloc((size_t)map->symbols.count + 1, sizeof *map->symbol_keys);
    for (uint32_t i = 0; i < map->symbols.count; i++)
        map->symbol_keys[i] = scene->symbols[map->symbols.at[i].symbol].key;
    map->area_keys = base_alloc((size_t)scene->area_count + 1, sizeof *map->area_keys);
    for (uint32_t i = 0; i < scene->area_count; i++)
        map->area_keys[i] = scene->areas[i].key;
}

static void live_draw(struct map *map, const struct map_view *view, const struct plane *plane,
                      const struct map_scene *scene, struct canvas *canvas)
{
    uint16_t rows = map_rows(canvas->rows);

    picks_forget(map);
    if (scene->area_count || scene->trace_count) {
        struct raster lines;
        raster_init(&lines, plane, canvas->rows, canvas->columns, view->mode);
        areas_draw(&map->areas, scene, &lines, canvas);
        traces_draw(view, scene, &lines);
        raster_overlay(&lines, canvas);
        raster_clear(&lines);
    }
    symbols_place(&map->symbols, scene, plane, rows, canvas->columns);
    symbols_draw(&map->symbols, scene, canvas);
    areas_label(&map->areas, scene, rows, canvas);
    names_draw(&map->base.names, canvas);
    cursor_draw(scene, plane, rows, canvas);
    keys_keep(map, scene);
}

static void base_copy(const struct canvas *base, struct canvas *canvas)
{
    for (uint16_t row = 0; row < canvas->rows; row++)
        memcpy(canvas->cells + (size_t)row * canvas->stride,
               base->cells + (size_t)row * base->stride, canvas->columns * sizeof *canvas->cells);
}

void map_draw(struct map *map, const struct map_view *view, const struct map_scene *scene,
              struct canvas *canvas)
{
    struct plane plane = plane_of(view, canvas->rows, canvas->columns);

    if (plane.width == 0) {
        canvas_wipe(canvas);
        picks_forget(map);
        return;
    }
    base_draw(map, view, &plane, canvas->rows, canvas->columns);
    base_copy(&map->base.cells, canvas);
    live_draw(map, view, &plane, scene, canvas);
    if (map_rows(canvas->rows) < canvas->rows)
        furniture_draw(view, scene, map_rows(canvas->rows), canvas);
}

/* ---- Picking ------------------------------------------------------------------------------- */

static int32_t cells_between(int32_t at, int32_t first, int32_t last)
{
    return at < first ? first - at : at > last ? at - last : 0;
}

uint32_t map_pick(const struct map *map, uint16_t row, uint16_t column)
{
    int32_t nearest = PICK_CELLS + 1;
    uint32_t key = 0;

    for (uint32_t i = 0; i < map->symbols.count; i++) {
        const struct symbol_place *place = &map->symbols.at[i];
        int32_t down = abs(place->row - row);
        int32_t across = cells_between(column, place->column, place->column + place->columns - 1);
        int32_t distance = down > across ? down : across;
        if (distance >= nearest)
            continue;
        nearest = distance;
        key = map->symbol_keys[i];
    }
    uint32_t area;
    if (key == 0 && areas_near(&map->areas, row, column, PICK_CELLS, &area))
        key = map->area_keys[area];
    return key;
}
