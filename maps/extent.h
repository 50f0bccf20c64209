/* extent.h - the part of the earth that layers lie in: all of it, or where the bulk of it is.
 *
 * A box whose high.lon_deg is less than its low.lon_deg runs over the date line: that is taken
 * where it makes the box smaller by a quarter, so that a map of the world still begins at 180
 * degrees. Pure. */
#ifndef MAPS_EXTENT_H
#define MAPS_EXTENT_H

#include "maps/layer.h"

/* Both give unknown corners when no layer holds anything. Layers that are hidden count not. */
struct geo_box extent_all(struct layer *const *layers, uint32_t count);
/* Without the few features far off (one in forty to each side), when these make the box larger
 * by half; else all. */
struct geo_box extent_bulk(struct layer *const *layers, uint32_t count);

#endif
