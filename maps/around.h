/* around.h - the small points around one place: hydrants near what is being worked on, at scales
 * where all of a city's would be a blur. The nearest few only, and never over words. */
#ifndef MAPS_AROUND_H
#define MAPS_AROUND_H

#include "maps/map_live.h"

/* Draws those near scene->near, in the first `rows` rows, with their name (a hydrant's flow) where
 * the scale leaves room for it. Points of layers that are hidden by hand, or shown anyway, are left
 * out. */
void around_draw(const struct map_live_of *of, uint16_t rows, struct canvas *canvas);

#endif
