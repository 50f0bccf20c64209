/* names.h - which names and marks a view shows, and where, so that none lies on another.
 *
 * The more important is placed first: zones, then stations and their like, water, parks, streets
 * by rank and by how much of them is in view, small points last. What finds no good place is left
 * out, and a name is not repeated near itself: a map with few names that can be read beats one
 * with all. */
#ifndef MAPS_NAMES_H
#define MAPS_NAMES_H

#include "maps/haste.h"
#include "maps/layer.h"
#include "maps/raster.h"

struct name {
    uint16_t row, column, columns;
    uint8_t ink, flags;                 /* cell_flags, CELL_TEXT among them. */
    bool padded;                        /* Written into its line, with a blank at both ends. */
    const char *key;                    /* The name as its layer has it; a loan. */
    char text[MAP_NAME_BYTES];
};

struct names {
    struct name *at;
    uint32_t count, capacity;
    uint16_t rows, columns;
    uint8_t *taken;                     /* Per cell, while placing. */
};

void names_init(struct names *names, uint16_t rows, uint16_t columns);
void names_clear(struct names *names);

/* Chooses and places what `layers` have to say at this view. `raster` holds their lines, drawn.
 * Left half done when `haste` cuts it. */
void names_place(struct names *names, struct layer *const *layers, uint32_t layer_count,
                 double m_per_cell, struct raster *raster, struct haste *haste);
/* As they are, moved by whole cells; those that leave the view are left out. For a frame that is to
 * be drawn over soon. */
void names_moved(const struct names *names, int32_t rows, int32_t columns,
                 struct names *ret_names);

/* Writes each name whose cells are all still free of CELL_TEXT; the others are left out. */
void names_draw(const struct names *names, struct canvas *canvas);

#endif
