/* reproject.h - any coordinate system that a .prj names, turned into WGS 84. The one door to PROJ.
 *
 * Works offline: grids that are not installed are not fetched, PROJ then takes the next best
 * transformation (a metre or two for NAD83). Prints nothing. One thread per call. */
#ifndef MAPS_REPROJECT_H
#define MAPS_REPROJECT_H

#include "app/base/geo.h"
#include "app/base/span.h"

/* The text of the .prj for what shapefile_write() writes. */
extern const char reproject_wgs84_wkt[];

/* Turns `points`, which hold x as lon_deg and y as lat_deg in the system of `wkt` (the text of a
 * .prj), into WGS 84 in place. A point that has no place there, or that is off the earth, becomes
 * geo_unknown(). On STATUS_REFUSED (nobody knows that system) the points are untouched and `why`
 * holds a phrase without a full stop. */
enum status reproject(struct span wkt, struct geo_point *points, uint32_t count, char *why,
                      size_t why_bytes);

/* Turns every point that is not on the earth into geo_unknown() and returns how many. */
uint32_t reproject_judge(struct geo_point *points, uint32_t count);

#endif
