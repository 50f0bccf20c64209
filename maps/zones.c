#include "maps/zones.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/streets.h"
#include "maps/zones_index.h"

struct zone_layer {
    char name[ZONE_NAME_BYTES];
    struct shapes *shapes;          /* Owned. */
    struct zone_index *index;
    double *areas;                  /* By record, to compare with each other. */
    int column;
};

struct zones {
    struct zone_layer layers[ZONE_LAYERS_MAX];
    uint32_t layer_count;
};

struct zones *zones_new(void)
{
    return base_alloc(1, sizeof(struct zones));
}

static void layer_clear(struct zone_layer *layer)
{
    zone_index_free(layer->index);
    base_free(layer->areas);
    shapes_free(layer->shapes);
}

void zones_free(struct zones *zones)
{
    if (!zones)
        return;
    for (uint32_t layer = 0; layer < zones->layer_count; layer++)
        layer_clear(&zones->layers[layer]);
    base_free(zones);
}

static bool layer_usable(const struct zones *zones, const char *name, const struct shapes *shapes,
                         const char *column, struct buffer *warnings)
{
    char layer[80];

    if (zones->layer_count == ZONE_LAYERS_MAX) {
        buffer_print(warnings, "The zones \"%s\" are one layer more than the %d there may be.\n",
                     name, ZONE_LAYERS_MAX);
        return false;
    }
    if (shapes->kind != SHAPE_POLYGONS) {
        buffer_print(warnings, "The zones \"%s\" are not polygons, so nothing lies inside them.\n",
                     name);
        return false;
    }
    if (shapes_column(shapes, column) < 0) {
        snprintf(layer, sizeof layer, "The zone layer \"%s\"", name);
        column_missing(shapes, layer, column, "the zone's name", warnings);
        return false;
    }
    return true;
}

static double ring_area(const struct geo_point *at, uint32_t count)
{
    double twice = 0;

    for (uint32_t i = 1; i < count; i++)
        twice += (at[i - 1].lon_deg - at[0].lon_deg) * (at[i].lat_deg - at[0].lat_deg)
                 - (at[i].lon_deg - at[0].lon_deg) * (at[i - 1].lat_deg - at[0].lat_deg);
    return fabs(twice);
}

/* Good enough to say which of two is the smaller: holes count as if they were filled. */
static double *areas_of(const struct shapes *shapes)
{
    double *areas = base_alloc(shapes->record_count, sizeof *areas);

    for (uint32_t r = 0; r < shapes->record_count; r++) {
        for (uint32_t part = shapes->record_part[r]; part < shapes->record_part[r + 1]; part++) {
            uint32_t first = shapes->part_first[part];
            areas[r] = fmax(areas[r], ring_area(shapes->vertices + first,
                                                shapes->part_first[part + 1] - first));
        }
    }
    return areas;
}

bool zones_add(struct zones *zones, const char *name, struct shapes *shapes, const char *column,
               struct buffer *warnings)
{
    if (!layer_usable(zones, name, shapes, column, warnings)) {
        shapes_free(shapes);
        return false;
    }
    struct zone_layer *layer = &zones->layers[zones->layer_count++];
    text_copy(layer->name, sizeof layer->name, span_of(name));
    layer->shapes = shapes;
    layer->column = shapes_column(shapes, column);
    layer->index = zone_index_new(shapes);
    layer->areas = areas_of(shapes);
    return true;
}

uint32_t zones_layer_count(const struct zones *zones)
{
    return zones->layer_count;
}

const char *zones_layer_name(const struct zones *zones, uint32_t layer)
{
    assert(layer < zones->layer_count);
    return zones->layers[layer].name;
}

/* The records that hold the point, the smallest first; of equal ones, and where a point lies in
 * more than ZONE_OVERLAPS_MAX, the ones written first. */
static uint32_t records_at(const struct zone_layer *zone, struct geo_point point,
                           uint32_t ret_records[ZONE_OVERLAPS_MAX])
{
    uint32_t count = zone_index_at(zone->index, point, ret_records, ZONE_OVERLAPS_MAX);

    for (uint32_t i = 1; i < count; i++) {
        uint32_t record = ret_records[i], at = i;
        for (; at > 0 && zone->areas[ret_records[at - 1]] > zone->areas[record]; at--)
            ret_records[at] = ret_records[at - 1];
        ret_records[at] = record;
    }
    return count;
}

const char *zones_at(const struct zones *zones, uint32_t layer, struct geo_point point)
{
    assert(layer < zones->layer_count);
    const struct zone_layer *zone = &zones->layers[layer];
    uint32_t records[ZONE_OVERLAPS_MAX];

    if (records_at(zone, point, records) == 0)
        return NULL;
    return shapes_value(zone->shapes, records[0], zone->column);
}

static bool listed(const char *const *names, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

uint32_t zones_all_at(const struct zones *zones, uint32_t layer, struct geo_point point,
                      const char **ret_names, uint32_t name_max)
{
    assert(layer < zones->layer_count);
    const struct zone_layer *zone = &zones->layers[layer];
    uint32_t records[ZONE_OVERLAPS_MAX], count = 0;
    uint32_t held = records_at(zone, point, records);

    for (uint32_t i = 0; i < held && count < name_max; i++) {
        const char *name = shapes_value(zone->shapes, records[i], zone->column);
        if (!listed(ret_names, count, name))
            ret_names[count++] = name;
    }
    return count;
}

const char *zones_near(const struct zones *zones, uint32_t layer, struct geo_point point,
                       double distance_m_max, double *ret_distance_m)
{
    assert(layer < zones->layer_count);
    const struct zone_layer *zone = &zones->layers[layer];
    uint32_t record;

    if (!zone_index_near(zone->index, point, distance_m_max, &record, ret_distance_m))
        return NULL;
    return shapes_value(zone->shapes, record, zone->column);
}

static bool boxes_meet(const struct geo_box *a, const struct geo_box *b)
{
    return a->low.lat_deg <= b->high.lat_deg && b->low.lat_deg <= a->high.lat_deg
           && a->low.lon_deg <= b->high.lon_deg && b->low.lon_deg <= a->high.lon_deg;
}

void zones_visit(const struct zones *zones, uint32_t layer, struct geo_box box,
                 zones_visit_fn *visit, void *context)
{
    assert(layer < zones->layer_count);
    const struct zone_layer *zone = &zones->layers[layer];
    const struct shapes *shapes = zone->shapes;

    for (uint32_t record = 0; record < shapes->record_count; record++) {
        uint32_t part = shapes->record_part[record];
        if (!boxes_meet(&shapes->boxes[record], &box))
            continue;
        visit(context, &(struct zone_shape){
            .name = shapes_value(shapes, record, zone->column), .vertices = shapes->vertices,
            .ring_first = shapes->part_first + part,
            .ring_count = shapes->record_part[record + 1] - part });
    }
}

bool zones_find(const struct zones *zones, struct span name, uint32_t *ret_layer,
                const char **ret_name)
{
    for (uint32_t layer = 0; layer < zones->layer_count; layer++) {
        const struct zone_layer *zone = &zones->layers[layer];
        for (uint32_t record = 0; record < zone->shapes->record_count; record++) {
            const char *value = shapes_value(zone->shapes, record, zone->column);
            if (!text_same_ignoring_case(span_of(value), name))
                continue;
            *ret_layer = layer;
            *ret_name = value;
            return true;
        }
    }
    return false;
}
