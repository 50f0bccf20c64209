/* layers.h - the map's layers as the picture names them, read from their shapefiles. Slow: meant
 * for a thread of its own, which gets everything by value. */
#ifndef PANELS_LAYERS_H
#define PANELS_LAYERS_H

#include "maps/map.h"
#include "panels/view.h"

struct layers {
    uint32_t count;
    struct map_layer_style *styles;
};
/* The styles of all layers, in drawing order; file names are made absolute with `folder`. */
struct layers layers_make(const struct picture *picture, const char *folder);
void layers_clear(struct layers *layers);

/* Reads them all. Says in `why` what is missing; the map goes on without it. */
struct map *layers_read(const struct layers *layers, char *why, size_t why_bytes);

#endif
