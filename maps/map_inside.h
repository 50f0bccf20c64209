/* map_inside.h - what map.c and map_load.c share, and nobody else needs. */
#ifndef MAPS_MAP_INSIDE_H
#define MAPS_MAP_INSIDE_H

#include "maps/layer.h"
#include "maps/map_load.h"

/* The layer of `ready`, which is gone. */
struct layer *map_ready_take(struct map_ready *ready);

#endif
