/* places_streets.h - where on its street a house number is, and where two streets meet; and back.
 *
 * House numbers are interpolated along the range of their side (parity decides the side, the first
 * range by record wins) and stand 8 m off the centre line, so that the two sides of a street
 * differ. Pure. */
#ifndef MAPS_PLACES_STREETS_H
#define MAPS_PLACES_STREETS_H

#include "maps/roads.h"

struct place_streets;
/* Lends both until place_streets_free(). */
struct place_streets *place_streets_new(const struct streets *streets, const struct roads *roads);
void place_streets_free(struct place_streets *places);

/* How well a house number fits its street. */
enum house_fit {
    HOUSE_FOUND,                    /* Inside a range of its own parity. */
    HOUSE_OTHER_SIDE,               /* Inside a range, but odd among even or even among odd. */
    HOUSE_NEAREST,                  /* Outside all ranges: `number` is the closest there is. */
    HOUSE_NONE,                     /* The street has no numbers. */
};

struct house {
    struct geo_point point;
    int32_t number;
    uint32_t record;
};

/* All places of the best fit, at most `house_max`, by record; places closer than 60 m are one. */
enum house_fit street_houses(const struct place_streets *places, uint32_t street, int32_t number,
                             struct house *ret_houses, uint32_t house_max, uint32_t *ret_count);

/* The point of the street closest to its middle; unknown for a street without a line. */
struct geo_point street_middle(const struct place_streets *places, uint32_t street);

struct crossing {
    struct geo_point point;
    uint32_t streets[2];
    uint32_t node;
};

/* Where the two streets meet, by node; meetings closer than 60 m (a divided road) are one. */
uint32_t street_crossings(const struct place_streets *places, uint32_t one, uint32_t other,
                          struct crossing *ret_crossings, uint32_t crossing_max);
/* Every other street that `street` meets, each once, in order of the street's nodes. */
uint32_t street_crossed(const struct place_streets *places, uint32_t street, uint32_t *ret_streets,
                        uint32_t street_max);

/* The house closest to a point, within 250 m of a street with a name; number 0 where that street
 * has none. False when there is no such street. */
struct house_near {
    uint32_t street;
    int32_t number;
    double distance_m;              /* To the street. */
};
bool house_nearest(const struct place_streets *places, struct geo_point point,
                   struct house_near *ret_near);
/* The crossing of two named streets closest to a point, within 500 m. */
bool crossing_nearest(const struct place_streets *places, struct geo_point point,
                      struct crossing *ret_crossing);

#endif
