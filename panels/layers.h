/* layers.h - the map's layers as the picture names them, for map_loader.h to read. */
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

#endif
