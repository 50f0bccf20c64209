/* things.h - which objects of the picture lie where on the map that is shown: what n walks, and
 * what is under a click. Pure. */
#ifndef PANELS_THINGS_H
#define PANELS_THINGS_H

#include "panels/view.h"

/* Does a point fall on the map as it is shown now, its bottom row aside? */
bool things_see(const struct view *view, struct geo_point point);
/* What is in sight: the most urgent first, as on the map (emergencies, P1, alarms, ...). Returns
 * how many, at most `most`. */
uint32_t things_in_sight(const struct picture *picture, const struct view *view,
                         struct object_name *ret_names, uint32_t most);
/* What lies within two cells of a cell, or holds it: the symbol drawn there first, then the others
 * by urgency, hazards last. Crowded symbols are drawn as one, and are all here. */
uint32_t things_near(const struct picture *picture, const struct view *view, uint16_t row,
                     uint16_t column, struct object_name *ret_names, uint32_t most);

#endif
