/* furniture.h - the map's last row: where north is, how far a kilometre is, where the cursor is. */
#ifndef MAPS_FURNITURE_H
#define MAPS_FURNITURE_H

#include "maps/map.h"

/* Wipes and writes row `row` of `canvas`: " N^ |--- 500 m ---|  42.37360,-71.10970". The bar is as
 * long as it says on the middle row of the view; a row too short for a part goes without it. */
void furniture_draw(const struct map_view *view, const struct map_scene *scene, uint16_t row,
                    struct canvas *canvas);

#endif
