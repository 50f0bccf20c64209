/* places_streets.h - where on its street a house number is, and where two streets meet; and back.
 *
 * House numbers are interpolated along the range of their side (parity decides the side, the first
 * range by record wins) and stand 8 m off the centre line, so that the two sides of a street
 * differ. Queens' numbers ("12-34": the 34th of the block at 12) are kept as 12034, so that they
 * can be interpolated like others. Pure. */
#ifndef MAPS_PLACES_STREETS_H
#define MAPS_PLACES_STREETS_H

#include "maps/places_typed.h"
#include "maps/roads.h"

struct place_streets;
/* Lends both until place_streets_free(). */
struct place_streets *place_streets_new(const struct streets *streets, const struct roads *roads);
void place_streets_free(struct place_streets *places);

/* The lines of the street, rising. A loan. */
const uint32_t *street_lines(const struct place_streets *places, uint32_t street,
                             uint32_t *ret_count);

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
    bool hyphenated;
};

/* All places of the best fit, at most `house_max`, by record; places closer than 60 m are one. */
enum house_fit street_houses(const struct place_streets *places, uint32_t street,
                             const struct house_number *asked, struct house *ret_houses,
                             uint32_t house_max, uint32_t *ret_count);

enum { HOUSE_TEXT_BYTES = 24 };
/* "12", or "12-34" where numbers have hyphens. Returns `text`. */
const char *house_text(int32_t number, bool hyphenated, char text[HOUSE_TEXT_BYTES]);

/* Where on the line's centre that number would stand, by the range of either side that holds it;
 * false when none does. */
bool line_number_point(const struct street_line *line, int32_t number,
                       struct geo_point *ret_point);

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

/* The house closest to a point, on its own side of a street with a name that is at most
 * `distance_m_max` away; number 0 where that street has none. False without such a street. */
struct house_near {
    uint32_t street, line;
    int32_t number;
    bool hyphenated;
    double distance_m;              /* To the street. */
    struct geo_point on_street;     /* The point of the street that is closest. */
};
bool house_nearest(const struct place_streets *places, struct geo_point point,
                   double distance_m_max, struct house_near *ret_near);
/* Tells each named street's line within the circle, some of them several times. */
typedef void line_within_fn(void *context, uint32_t line, double distance_m);
void lines_within(const struct place_streets *places, struct geo_point point, double radius_m,
                  line_within_fn *tell, void *context);
/* The crossing of two named streets closest to a point, within 500 m. */
bool crossing_nearest(const struct place_streets *places, struct geo_point point,
                      struct crossing *ret_crossing);

#endif
