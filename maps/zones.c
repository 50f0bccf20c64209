#include "maps/zones.h"

#include <stdio.h>

#include "app/base/text.h"
#include "maps/streets.h"

struct zone_layer {
    char name[ZONE_NAME_BYTES];
    struct shapes *shapes;          /* Owned. */
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

void zones_free(struct zones *zones)
{
    if (!zones)
        return;
    for (uint32_t layer = 0; layer < zones->layer_count; layer++)
        shapes_free(zones->layers[layer].shapes);
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

static bool box_holds(const struct geo_box *box, struct geo_point point)
{
    return point.lat_deg >= box->low.lat_deg && point.lat_deg <= box->high.lat_deg
           && point.lon_deg >= box->low.lon_deg && point.lon_deg <= box->high.lon_deg;
}

/* Does a ray to the east cross the edge? Half-open in latitude, so that a shared corner counts
 * once; always computed from the southern end, so that neighbours who share an edge, each in its
 * own direction, never both hold a point, nor neither. */
static bool edge_crossed(struct geo_point a, struct geo_point b, struct geo_point point)
{
    if ((a.lat_deg > point.lat_deg) == (b.lat_deg > point.lat_deg))
        return false;
    if (a.lat_deg > b.lat_deg)
        return edge_crossed(b, a, point);
    double t = (point.lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg);
    return point.lon_deg < a.lon_deg + t * (b.lon_deg - a.lon_deg);
}

/* geo_inside() finds the end of a ring by its first point coming again; the rings of files may pass
 * through it in between, or not close, so here the parts say where a ring ends. */
static bool record_holds(const struct shapes *shapes, uint32_t record, struct geo_point point)
{
    bool inside = false;

    uint32_t part_end = shapes->record_part[record + 1];

    for (uint32_t part = shapes->record_part[record]; part < part_end; part++) {
        uint32_t first = shapes->part_first[part], end = shapes->part_first[part + 1];
        for (uint32_t i = first, before = end - 1; i < end; before = i++)
            if (edge_crossed(shapes->vertices[before], shapes->vertices[i], point))
                inside = !inside;
    }
    return inside;
}

const char *zones_at(const struct zones *zones, uint32_t layer, struct geo_point point)
{
    assert(layer < zones->layer_count);
    const struct zone_layer *zone = &zones->layers[layer];
    const struct shapes *shapes = zone->shapes;

    for (uint32_t record = 0; geo_known(point) && record < shapes->record_count; record++)
        if (box_holds(&shapes->boxes[record], point) && record_holds(shapes, record, point))
            return shapes_value(shapes, record, zone->column);
    return NULL;
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
