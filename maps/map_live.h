/* map_live.h - what moves: hazards, traces, symbols and the cursor over the unchanging part, and
 * which of them is near a cell. */
#ifndef MAPS_MAP_LIVE_H
#define MAPS_MAP_LIVE_H

#include "maps/areas.h"
#include "maps/names.h"
#include "maps/symbols.h"

/* Where the last frame put things: what map_pick() looks at. */
struct map_live {
    struct symbols symbols;
    struct areas areas;
    uint32_t *symbol_keys, *area_keys;
};

struct map_live_of {
    const struct map_view *view;
    const struct plane *plane;          /* Of that view. */
    const struct map_scene *scene;
    const struct names *names;          /* Of the unchanging part: written where there is room. */
    struct layer *const *layers;
    uint32_t layer_count;
};

/* Draws over the cells of `canvas`, which hold the unchanging part. */
void map_live_draw(struct map_live *live, const struct map_live_of *of, struct canvas *canvas);
void map_live_clear(struct map_live *live);

/* As map_pick(). */
uint32_t map_live_pick(const struct map_live *live, uint16_t row, uint16_t column);

#endif
