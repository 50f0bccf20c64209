#include "maps/map.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/extent.h"
#include "maps/features.h"
#include "maps/furniture.h"
#include "maps/map_base.h"
#include "maps/map_inside.h"
#include "maps/map_live.h"

enum {
    FURNITURE_ROWS_MIN = 3,     /* A lower canvas is all map. */
    FEW_FEATURES = 200,         /* So many never hide what is under them. */
};

struct map {
    struct layer *layers[MAP_LAYERS_MAX];
    uint32_t layer_count, layers_version;
    struct map_base base;
    struct map_live live;
    struct haste haste;
};

struct map *map_new(void)
{
    return base_alloc(1, sizeof(struct map));
}

void map_free(struct map *map)
{
    if (!map)
        return;
    for (uint32_t i = 0; i < map->layer_count; i++)
        layer_free(map->layers[i]);
    map_base_clear(&map->base);
    map_live_clear(&map->live);
    base_free(map);
}

/* ---- Layers -------------------------------------------------------------------------------- */

bool map_class_holds(const struct map_class *class, const char *value)
{
    struct span values = span_of(class->value), one;
    double number;

    if (class->ranged)
        return span_to_double(span_of(value), &number) && number >= class->from
               && number < class->below;
    while (value[0] && span_cut(&values, '|', &one))
        if (span_is(one, value))
            return true;
    return false;
}

enum status map_layer_add(struct map *map, const struct map_layer_style *style, char *why,
                          size_t why_bytes)
{
    struct map_ready *ready;

    why[0] = '\0';
    if (map->layer_count == MAP_LAYERS_MAX) {
        snprintf(why, why_bytes, "%s: the map has %d layers already; leave one out.", style->name,
                 (int)MAP_LAYERS_MAX);
        return STATUS_TOO_LARGE;
    }
    struct map_load *load = map_load_new(style, MAP_KEEPS_NOTHING, 0);
    enum status status = map_load_read(load, &ready);
    text_copy(why, why_bytes, span_of(map_load_why(load)));
    map_load_free(load);
    if (status != STATUS_OK)
        return status;
    map->layers[map->layer_count++] = map_ready_take(ready);
    map->layers_version++;
    return STATUS_OK;
}

/* The layer of that name, taken out of the map; NULL when there is none. */
static struct layer *layer_take_out(struct map *map, const char *name)
{
    for (uint32_t i = 0; i < map->layer_count; i++) {
        struct layer *layer = map->layers[i];
        if (!layer || strcmp(layer->style.name, name) != 0)
            continue;
        map->layers[i] = NULL;
        return layer;
    }
    return NULL;
}

void map_layers_arrange(struct map *map, const struct map_layer_style *styles, uint32_t count)
{
    struct layer *arranged[MAP_LAYERS_MAX];

    assert(count <= MAP_LAYERS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        struct layer *there = layer_take_out(map, styles[i].name);
        arranged[i] = there ? there : layer_empty(&styles[i]);
    }
    for (uint32_t i = 0; i < map->layer_count; i++)
        layer_free(map->layers[i]);
    if (count)
        memcpy(map->layers, arranged, count * sizeof *arranged);
    map->layer_count = count;
    map->layers_version++;
}

/* Two styles that differ in being hidden only are one; both were zeroed before they were filled. */
static bool same_style(const struct map_layer_style *left, const struct map_layer_style *right)
{
    struct map_layer_style a = *left, b = *right;

    a.hidden = b.hidden = false;
    return memcmp(&a, &b, sizeof a) == 0;
}

uint64_t map_layer_source(const struct map *map, uint32_t layer,
                          const struct map_layer_style *style)
{
    assert(layer < map->layer_count);
    return same_style(&map->layers[layer]->style, style) ? map->layers[layer]->source : 0;
}

void map_layer_put(struct map *map, uint32_t layer, struct map_ready *ready)
{
    assert(layer < map->layer_count);
    struct layer *before = map->layers[layer], *after = map_ready_take(ready);

    after->style.hidden = before->style.hidden;
    map->layers[layer] = after;
    map->layers_version++;
    layer_free(before);
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
    return extent_all(map->layers, map->layer_count);
}

struct geo_box map_bulk(const struct map *map)
{
    return extent_bulk(map->layers, map->layer_count);
}

/* ---- Views --------------------------------------------------------------------------------- */

uint16_t map_rows(uint16_t canvas_rows)
{
    return canvas_rows >= FURNITURE_ROWS_MIN ? (uint16_t)(canvas_rows - 1) : canvas_rows;
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
    bool turned = box.high.lon_deg < box.low.lon_deg;           /* Over the date line. */
    double middle_deg = (box.low.lon_deg + box.high.lon_deg) / 2 + (turned ? 180 : 0);
    view.center.lon_deg = middle_deg > 180 ? middle_deg - 360 : middle_deg;
    double m_per_unit = plane_ground_m_per_unit(view.center.lat_deg);
    double width_m = ((double)high.x - low.x + (turned ? ldexp(1, 32) : 0)) * m_per_unit;
    double height_m = ((double)high.y - low.y) * m_per_unit;
    double cells_high = map_rows(rows) * (double)DOTS_PER_ROW / DOTS_PER_COLUMN;
    /* The grid of dots stands still on the earth: it may lie half a dot off. */
    view.m_per_cell = fmax(width_m / (columns - 0.5), height_m / (cells_high - 0.5)) * margin;
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

/* ---- Scales -------------------------------------------------------------------------------- */

static bool is_seen(const struct layer *layer, const struct map_view *view)
{
    for (uint32_t c = 0; c < layer->class_count; c++)
        if (layer->classes[c].feature_first < layer->classes[c].feature_end
            && map_base_shows(layer, &layer->classes[c], view))
            return true;
    return false;
}

/* All limits grow alike, until what is seen farthest off is: its classes keep their order. */
static void limits_lift(struct layer *layer, const struct map_view *view)
{
    static const double halved = 2.1;           /* Lines in ASCII give way at half the scale. */
    double farthest = 0, wanted = view->m_per_cell * halved;

    if (layer->style.m_per_cell_max > 0 && layer->style.m_per_cell_max < wanted)
        layer->style.m_per_cell_max = wanted;
    for (uint32_t c = 0; c < layer->class_count; c++)
        if (layer->classes[c].feature_first < layer->classes[c].feature_end)
            farthest = fmax(farthest, layer->classes[c].m_per_cell_max);
    for (uint32_t c = 0; c < layer->class_count && farthest > 0 && farthest < wanted; c++)
        layer->classes[c].m_per_cell_max *= wanted / farthest;
}

void map_show_at(struct map *map, const struct map_view *view)
{
    bool any = false;

    for (uint32_t i = 0; i < map->layer_count; i++)
        any = any || is_seen(map->layers[i], view);
    for (uint32_t i = 0; i < map->layer_count; i++) {
        struct layer *layer = map->layers[i];
        if (layer->style.hidden || is_seen(layer, view)
            || (any && layer->feature_count > FEW_FEATURES))
            continue;
        limits_lift(layer, view);
        map->layers_version++;
    }
}

/* ---- Drawing ------------------------------------------------------------------------------- */

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
        map_live_clear(&map->live);
        map_base_clear(&map->base);
        return;
    }
    struct map_base_of base = { .layers = map->layers, .layer_count = map->layer_count,
                                .layers_version = map->layers_version, .view = view,
                                .plane = &plane, .rows = canvas->rows,
                                .columns = canvas->columns, .haste = map->haste };
    map_base_draw(&map->base, &base);
    base_copy(map_base_cells(&map->base), canvas);
    struct map_live_of live = { .view = view, .plane = &plane, .scene = scene,
                                .names = map_base_names(&map->base), .layers = map->layers,
                                .layer_count = map->layer_count };
    map_live_draw(&map->live, &live, canvas);
    if (map_rows(canvas->rows) < canvas->rows)
        furniture_draw(view, scene, map_rows(canvas->rows), canvas);
}

void map_hasten(struct map *map, map_newer_fn *newer, void *context)
{
    map->haste = (struct haste){ .newer = newer, .context = context };
}

bool map_is_cut(const struct map *map)
{
    return map->base.cut;
}

uint32_t map_pick(const struct map *map, uint16_t row, uint16_t column)
{
    return map_live_pick(&map->live, row, column);
}

uint32_t map_features_at(const struct map *map, uint16_t row, uint16_t column,
                         struct map_feature *ret, uint32_t max)
{
    const struct map_base *base = &map->base;
    struct features_aim aim = { .view = &base->view, .rows = base->cells.rows,
                                .columns = base->cells.columns, .row = row, .column = column };

    if (!base->drawn)
        return 0;
    return features_at(map->layers, map->layer_count, &aim, ret, max);
}

bool map_record_bounds(const struct map *map, uint32_t layer, uint32_t record,
                       struct geo_box *ret_box)
{
    assert(layer < map->layer_count);
    return features_record_bounds(map->layers[layer], record, ret_box);
}

uint32_t map_record_runs(const struct map *map, uint32_t layer, uint32_t record,
                         struct geo_points **ret_runs)
{
    assert(layer < map->layer_count);
    return features_record_runs(map->layers[layer], record, ret_runs);
}
