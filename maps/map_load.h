/* map_load.h - one layer on its way into a map, so that a thread can read it while the map is
 * drawn. Knows no threads itself: it says which call belongs where.
 *
 *     map_load_new -> map_load_read -> map_layer_put -> map_load_keep -> map_layer_put again
 *     main thread     a reader         main             the reader       main
 *
 * A layer kept on disk (layer_store.h) is there in milliseconds; one that is read from its source
 * is kept then, and what was kept takes its place, since its pages are shared with every other
 * console and it has its details. */
#ifndef MAPS_MAP_LOAD_H
#define MAPS_MAP_LOAD_H

#include "maps/map.h"

struct map_load;
struct map_ready;               /* A layer to be put. */

enum map_keeping { MAP_KEEPS, MAP_KEEPS_NOTHING };

/* `known` is what map_layer_source() says of the same layer in a map, when it need not be read
 * again unless its files have changed; else 0. */
struct map_load *map_load_new(const struct map_layer_style *style, enum map_keeping keeping,
                              uint64_t known);
void map_load_free(struct map_load *load);

/* The size of its files, so that the quick ones can go first; 0 when they are not there. */
uint64_t map_load_bytes(const struct map_load *load);

/* In one thread at a time, slow. The layer to be put, or NULL: it cannot be read, map_load_why()
 * says why; or it has not changed, and then that is "". A warning may come with a layer too.
 * Errors: those of shapefile_read(); STATUS_REFUSED when it was stopped. */
enum status map_load_read(struct map_load *load, struct map_ready **ret_ready);
/* Thereafter, slower, while the layer is drawn: keeps it and gives what was kept; NULL when there
 * is nothing to put. */
struct map_ready *map_load_keep(struct map_load *load);

/* In any thread. */
void map_load_stop(struct map_load *load);
uint32_t map_load_permille(const struct map_load *load);

/* When nothing works on the load. */
const char *map_load_why(const struct map_load *load);          /* Of reading it. */
const char *map_load_keep_why(const struct map_load *load);     /* Why it could not be kept. */

void map_ready_free(struct map_ready *ready);   /* NULL allowed. One that was put is gone. */

/* ---- The map's side ------------------------------------------------------------------------- */

/* Makes the layers of `map` those of `styles` (at most MAP_LAYERS_MAX), in drawing order. A layer
 * that is there under the same name stays as it is, and whether it is hidden too, until another is
 * put; the others are empty until then. */
void map_layers_arrange(struct map *map, const struct map_layer_style *styles, uint32_t count);
/* What the layer was read from, to be given to map_load_new(); 0 when it is not `style` that it is
 * drawn by, or nothing was read yet. */
uint64_t map_layer_source(const struct map *map, uint32_t layer,
                          const struct map_layer_style *style);
/* Takes `ready`; the layer stays hidden when it is. */
void map_layer_put(struct map *map, uint32_t layer, struct map_ready *ready);

#endif
