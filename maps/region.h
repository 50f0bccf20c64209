/* region.h - the one door to GEOS: an area that clips streets and zones, made valid first.
 *
 * Even-odd over all its rings, so holes are holes; a ring that crosses itself is split where it
 * does. Measured on a plane in metres that touches the earth at the area's middle: right to a
 * thousandth for areas of a county. GEOS keeps no state between regions: each has its own handle,
 * and serves one thread at a time. */
#ifndef MAPS_REGION_H
#define MAPS_REGION_H

#include "app/base/geo.h"

struct region;

/* Copies the rings; those need not close. NULL, with a sentence in `why`, when they enclose
 * nothing, or GEOS cannot make sense of them. */
struct region *region_new(const struct geo_points *rings, uint32_t count, char *why,
                          size_t why_bytes);
void region_free(struct region *region);

double region_area_m2(const struct region *region);
/* Metres of the line that lie inside. */
double region_line_m(const struct region *region, const struct geo_points *line);

/* How much of the region lies in a zone, and of the zone in the region: 0 to 1. False when they
 * share nothing more than a border. */
struct region_share {
    double of_region, of_zone;
};
bool region_zone_share(const struct region *region, const struct geo_points *rings, uint32_t count,
                       struct region_share *ret_share);

#endif
