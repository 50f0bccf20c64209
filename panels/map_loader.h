/* map_loader.h - reads the layers of a map on threads of its own, the quick ones first, and puts
 * each into the map as soon as it is there. Then keeps on disk what was not kept yet (map_load.h).
 *
 * All calls are the loop's. The map outlives the loader and is drawn as it is meanwhile. */
#ifndef PANELS_MAP_LOADER_H
#define PANELS_MAP_LOADER_H

#include <uv.h>

#include "maps/map.h"

struct map_loader;

/* Called on the loop when a layer has come, or a long one has got on. */
typedef void map_loader_fn(void *context);

struct map_loader *map_loader_new(uv_loop_t *loop, struct map *map, map_loader_fn *changed,
                                  void *context);

/* Makes the map's layers those of `styles` (at most MAP_LAYERS_MAX; copied), in drawing order, and
 * reads them. Started again, it drops what it was doing; a layer that has the same style, and whose
 * files have not changed, stays in the map and is not read. */
void map_loader_start(struct map_loader *loader, const struct map_layer_style *styles,
                      uint32_t count);

/* Reads again those whose files have changed since; the rest stays, and nothing is said unless it
 * takes a while. Does nothing while something is still being read or kept. */
void map_loader_again(struct map_loader *loader);

/* The same layers in another order, known by their names; nothing is read again for it. */
void map_loader_arrange(struct map_loader *loader, const struct map_layer_style *styles,
                        uint32_t count);

/* Not every layer has been read or given up. */
bool map_loader_is_busy(const struct map_loader *loader);
/* How many could not be read, when it is not busy. */
uint32_t map_loader_missing(const struct map_loader *loader);

/* Where it stands, for a person: "loading streets 41 %, 3 of 9"; "WITHOUT streets: why (and 2
 * more)"; a warning; or "". */
void map_loader_state(const struct map_loader *loader, char *text, size_t text_bytes);

/* What came of reading that layer of the map, once it has been read or given up; false before. */
bool map_loader_outcome(const struct map_loader *loader, uint32_t layer, enum status *ret_status,
                        char *why, size_t why_bytes);

enum map_loader_end { MAP_LOADER_ENDED, MAP_LOADER_STUCK };
/* Drops everything and closes its handles; the loader is freed when the loop has let go of it. A
 * thread that hangs in the disk is not waited for: then this says MAP_LOADER_STUCK, and the process
 * should end by _exit(), since libraries must not be torn down under a thread. */
enum map_loader_end map_loader_close(struct map_loader *loader);

#endif
