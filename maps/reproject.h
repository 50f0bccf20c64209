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

/* Turns `points`, which hold x as lon_deg and y as lat_deg in the system `crs` (the text of a .prj,
 * or a name such as "EPSG:25832"), into WGS 84 in place. A point that has no place there becomes
 * infinite. `why` then holds "", or a phrase about how far off the result may be. On STATUS_REFUSED
 * (nobody knows that system) the points are untouched and `why` says so without a full stop. */
enum status reproject(struct span crs, struct geo_point *points, uint32_t count, char *why,
                      size_t why_bytes);

#endif
