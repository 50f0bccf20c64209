/* streets_seen.h - the streets of a class that a view shows, the longest on the screen first.
 *
 * A street is all that bears one name; its pieces are features. A county shows a hundred thousand
 * of them and a screen holds a hundred names: so nothing is sorted but the streets long enough for
 * their name, and of one street no more is looked at than its longest pieces. */
#ifndef MAPS_STREETS_SEEN_H
#define MAPS_STREETS_SEEN_H

#include "maps/layer.h"

enum { STREET_PIECES_MAX = 12 };

struct street_seen {
    uint32_t name;                      /* Offset in name_text. */
    uint32_t piece;                     /* Its last in `pieces`; each says which is before it. */
    float length_dots;                  /* Of all its pieces. */
};

struct street_piece {
    uint32_t feature, before;           /* UINT32_MAX before the first. */
    float length_dots;
};

struct streets {
    struct street_seen *at;
    struct street_piece *pieces;
    uint32_t count, capacity, piece_count, piece_capacity;
};

/* Leaves out streets shorter on the screen than their name: those are told by asking, not by
 * writing over others. The caller owns *ret_streets until streets_clear(). */
void streets_gather(struct streets *ret_streets, const struct layer *layer,
                    const struct layer_class *class, const struct plane *plane);
void streets_clear(struct streets *streets);

/* The features of streets->at[street], the longest first; returns how many. */
uint32_t streets_longest(const struct streets *streets, uint32_t street,
                         uint32_t ret_features[STREET_PIECES_MAX]);

#endif
