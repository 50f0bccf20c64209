/* areas.h - hazards and other live areas on the map: hatched, outlined, and named. */
#ifndef MAPS_AREAS_H
#define MAPS_AREAS_H

#include "maps/raster.h"

struct areas {
    uint8_t *marks;                     /* Per cell: index of the area on top of it + 1, or 0. */
    uint16_t rows, columns;
};

/* Hatches the scene's areas into `canvas` and draws their outlines into `lines`. Of more than 255
 * areas the later ones count as the 255th. */
void areas_draw(struct areas *areas, const struct map_scene *scene, struct raster *lines,
                struct canvas *canvas);
void areas_clear(struct areas *areas);

/* Writes each area's label on the row of it nearest its middle that is free of CELL_TEXT, in the
 * first `rows` rows; the label may be wider than the area. */
void areas_label(const struct areas *areas, const struct map_scene *scene, uint16_t rows,
                 struct canvas *canvas);

/* The area nearest to a cell, at most `cells` away in any direction; false for none. */
bool areas_near(const struct areas *areas, int32_t row, int32_t column, int32_t cells,
                uint32_t *ret_area);

#endif
