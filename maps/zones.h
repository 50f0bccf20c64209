/* zones.h - which zone of each kind holds a point: fire district, beat, neighbourhood.
 *
 * A layer of polygons with a name column. Even-odd over all rings of a record, so holes are
 * holes and islands belong. Where two records overlap, the one written first wins. Pure. */
#ifndef MAPS_ZONES_H
#define MAPS_ZONES_H

#include "app/base/buffer.h"
#include "maps/shapefile.h"

enum { ZONE_LAYERS_MAX = 16, ZONE_NAME_BYTES = 32 };

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
/* True when some zone of any layer has this name (ASCII case ignored); the layer and the name as
 * the file writes it are returned. */
bool zones_find(const struct zones *zones, struct span name, uint32_t *ret_layer,
                const char **ret_name);

#endif
