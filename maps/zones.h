/* zones.h - which zone of each kind holds a point: fire district, beat, neighbourhood.
 *
 * A layer of polygons with a name column. Even-odd over all rings of a record, so holes are
 * holes and islands belong; records with one name are one zone in parts. A point on a border that
 * two zones share is in one of them: borders to the south and west belong to a zone, those to the
 * north and east to the neighbour (rings.h). Where two zones overlap, the smaller wins (a district,
 * not the city that was drawn around all of them), of equal ones the one written first, and
 * zones_all_at() tells the others. Asked through an index. Pure. */
#ifndef MAPS_ZONES_H
#define MAPS_ZONES_H

#include "app/base/buffer.h"
#include "maps/shapefile.h"

enum { ZONE_LAYERS_MAX = 16, ZONE_NAME_BYTES = 32, ZONE_OVERLAPS_MAX = 16 };

struct zones;
struct zones *zones_new(void);
void zones_free(struct zones *zones);

/* Adds a kind of zone, `name` as answers call it. Takes `shapes` over, also when it refuses.
 * False, with a sentence in `warnings`, when it holds no polygons, has no such column, or is the
 * 17th layer. The first layer added is the one that screens show. */
bool zones_add(struct zones *zones, const char *name, struct shapes *shapes, const char *column,
               struct buffer *warnings);

uint32_t zones_layer_count(const struct zones *zones);
const char *zones_layer_name(const struct zones *zones, uint32_t layer);
/* The name of the layer's zone that holds the point, or NULL. A loan. */
const char *zones_at(const struct zones *zones, uint32_t layer, struct geo_point point);
/* All zones of the layer that hold the point, the winner first; at most ZONE_OVERLAPS_MAX. */
uint32_t zones_all_at(const struct zones *zones, uint32_t layer, struct geo_point point,
                      const char **ret_names, uint32_t name_max);
/* For a point outside all zones of the layer: the one with the nearest border within
 * `distance_m_max`, or NULL. A point inside a zone gets the nearest border, too. */
const char *zones_near(const struct zones *zones, uint32_t layer, struct geo_point point,
                       double distance_m_max, double *ret_distance_m);

/* One record of a layer, as it is drawn: ring r is vertices[ring_first[r]] up to
 * vertices[ring_first[r + 1]]. Loans. */
struct zone_shape {
    const char *name;
    const struct geo_point *vertices;
    const uint32_t *ring_first;
    uint32_t ring_count;
};
typedef void zones_visit_fn(void *context, const struct zone_shape *shape);
/* Visits the records whose box meets `box`, in the file's order. */
void zones_visit(const struct zones *zones, uint32_t layer, struct geo_box box,
                 zones_visit_fn *visit, void *context);

/* True when some zone of any layer has this name (ASCII case ignored); the layer and the name as
 * the file writes it are returned. */
bool zones_find(const struct zones *zones, struct span name, uint32_t *ret_layer,
                const char **ret_name);

#endif
