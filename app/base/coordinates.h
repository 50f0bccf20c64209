/* coordinates.h - coordinates as people read them out and paste them, brought to one point.
 *
 * Read are decimal degrees ("51.2205,-4.0925", "N51.2205 W4.0925", "51,2205; -4,0925", "geo:..."),
 * degrees and minutes ("51 13.23 N 4 5.55 W", "5113.23N 00405.55W"), degrees, minutes and seconds
 * ("51°13'14\"N 4°5'33\"W", "51-13-14N 004-05-33W") and references of the military or US National
 * Grid (grid.h). Latitude stands first unless letters say otherwise. What only looks like
 * coordinates is refused in a sentence that says what to ask for. Pure. */
#ifndef APP_BASE_COORDINATES_H
#define APP_BASE_COORDINATES_H

#include "app/base/geo.h"
#include "app/base/span.h"

enum coordinates_reading {
    COORDINATES_READ,
    COORDINATES_NOT,            /* Something else: an address, a name. */
    COORDINATES_REFUSED,        /* Coordinates, but none that can be used. */
};

struct coordinates {
    struct geo_point point;     /* Rounded. */
    double radius_m;            /* Of the circle that the text names; 0 for a point. */
    const char *refusal;        /* A sentence, constant; NULL unless refused. */
};

/* Writes *ret_coordinates unless it answers COORDINATES_NOT. */
enum coordinates_reading coordinates_read(struct span text, struct coordinates *ret_coordinates);

#endif
