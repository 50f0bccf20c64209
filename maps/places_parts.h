/* places_parts.h - a street as a whole: where it runs, where its middle is, where a block of it is.
 *
 * A name may stand for streets in several villages; pieces that are over 400 m from all others are
 * parts of their own, each with its own middle. Pure. */
#ifndef MAPS_PLACES_PARTS_H
#define MAPS_PLACES_PARTS_H

#include "maps/places_streets.h"

enum { STREET_PARTS_MAX = 16 };

struct street_part {
    struct geo_point middle;        /* On the street, closest to its middle. */
    double radius_m;                /* From there to its farthest end. */
};

/* The longest first; what is beyond `part_max` (and STREET_PARTS_MAX) is left out. */
uint32_t street_parts(const struct streets *streets, const struct place_streets *places,
                      uint32_t street, struct street_part *ret_parts, uint32_t part_max);

/* All of its lines in a box, made once for every street; NaN for one without a line. */
struct geo_box *street_boxes(const struct streets *streets);

struct geo_box street_line_box(const struct geo_points *points);

/* Where two streets come closest: on each of them, less than `apart_m_max` apart; 0 apart where one
 * passes over the other. False when they do not, or are one street. */
struct street_gap {
    struct geo_point one, other;
    double apart_m;
};
bool street_gap_find(const struct streets *streets, const struct place_streets *places,
                     uint32_t one, uint32_t other, double apart_m_max,
                     struct street_gap *ret_gap);

double street_away_m(const struct streets *streets, const struct place_streets *places,
                     uint32_t street, struct geo_point point);

/* The houses `block` to `block` + 99 of the street, on its centre line. False when it has none of
 * them. */
bool street_block(const struct streets *streets, const struct place_streets *places,
                  uint32_t street, int32_t block, struct street_part *ret_block);

#endif
