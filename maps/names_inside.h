/* names_inside.h - shared by the names_*.c files only: where there is room, and taking it. */
#ifndef MAPS_NAMES_INSIDE_H
#define MAPS_NAMES_INSIDE_H

#include "maps/names.h"

/* A rectangle of cells may hang over the edge of the view while it is being tried. */
struct place {
    int32_t row, column, columns;
};

/* Inside the view, with a free cell before and after it. */
bool names_is_free(const struct names *names, struct place place);
/* Also free above and below: names on neighbouring rows read as one block of text. */
bool names_is_airy(const struct names *names, struct place place);
/* Is the name written nearby already? A zone and the water it is may share one: once is enough. */
bool names_is_repeated(const struct names *names, const char *key, struct place place);
/* Takes the place. A loan until the next. */
struct name *names_add(struct names *names, struct place place, const char *key, const char *text,
                       enum ink ink);

void names_of_polygons(struct names *names, struct layer *layer, double m_per_cell,
                       struct raster *raster, struct haste *haste);
void names_of_streets(struct names *names, struct layer *layer, double m_per_cell,
                      const struct raster *raster, struct haste *haste);

#endif
