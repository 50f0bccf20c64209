/* zones_index.h - which records of a polygon layer hold a point, from a grid of cells, and which
 * border is nearest. A cell that lies wholly inside a record answers without looking at its border.
 * Pure; built once. Rules of borders as in rings.h. */
#ifndef MAPS_ZONES_INDEX_H
#define MAPS_ZONES_INDEX_H

#include "maps/shapefile.h"

struct zone_index;

/* Lends `shapes`, of polygons, until zone_index_free(). */
struct zone_index *zone_index_new(const struct shapes *shapes);
void zone_index_free(struct zone_index *index);

/* Writes the records that hold the point, at most `record_max`, in the file's order. */
uint32_t zone_index_at(const struct zone_index *index, struct geo_point point,
                       uint32_t *ret_records, uint32_t record_max);
/* The record with the nearest border within `distance_m_max`. */
bool zone_index_near(const struct zone_index *index, struct geo_point point, double distance_m_max,
                     uint32_t *ret_record, double *ret_distance_m);

#endif
