/* guess.h - how a shapefile that no site.conf describes is best drawn, judged by the words in its
 * file's name: "cambridge_water" is water. Looks at the name only, reads nothing. */
#ifndef MAPS_GUESS_H
#define MAPS_GUESS_H

#include "maps/map.h"

enum { GUESS_ORDERS = 8 };

/* Fills *ret_style but for its path; a name that says nothing gets the look of streets. Returns the
 * place in the drawing order, under GUESS_ORDERS: layers with lower numbers are added first. */
uint32_t guess_style(const char *path, struct map_layer_style *ret_style);

#endif
