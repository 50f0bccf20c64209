/* areas.h - hazards and other live areas on the map: hatched by severity, outlined, and named.
 *
 * Rules:
 * 1. The denser the hatching, the more severe; an extreme one is cross-hatched. Without grounds
 *    (no colours) the hatching also runs over lines, and outlines are twice as wide.
 * 2. An area that is in the view at all has its label in the view, whole if the view is wide enough
 *    for it, and no label lies on another while there is another row.
 * 3. Labels take their places before symbols, where they are in no symbol's way if there is such a
 *    place; symbols then stand beside them. */
#ifndef MAPS_AREAS_H
#define MAPS_AREAS_H

#include "maps/raster.h"

struct area_place {                     /* Of one of the scene's areas. */
    int32_t top, bottom;                /* The rows that show it; top -1: none does. */
    uint16_t row, column, columns;      /* Of its label; columns 0: it has none. */
};

struct areas {
    struct area_place *at;              /* As many as the scene has areas. */
    uint16_t *marks;                    /* Per cell: index of the area on top of it + 1, or 0. */
    uint16_t rows, columns;
};

/* Hatches the scene's areas into `canvas` and draws their outlines into `lines`. */
void areas_draw(struct areas *areas, const struct map_scene *scene, struct raster *lines,
                struct canvas *canvas);
void areas_clear(struct areas *areas);

/* Finds a place for each area's label in the first `rows` rows and marks its cells in `taken`, a
 * byte per cell of the canvas (rule 3). `wanted`: 1 where symbols would like to stand. */
void areas_place_labels(struct areas *areas, const struct map_scene *scene, uint16_t rows,
                        const uint8_t *wanted, uint8_t *taken);
void areas_draw_labels(const struct areas *areas, const struct map_scene *scene,
                       struct canvas *canvas);

/* The hatched area nearest to a cell, at most `cells` away in any direction; false for none. */
bool areas_near(const struct areas *areas, int32_t row, int32_t column, int32_t cells,
                uint32_t *ret_area);

#endif
