/* geo.h - points on the earth: WGS 84, degrees. Latitude and longitude travel only together,
 * so they cannot be swapped. Unknown is NaN, never 0N 0E. Pure. */
#ifndef APP_BASE_GEO_H
#define APP_BASE_GEO_H

#include "app/base/base.h"

struct geo_point {
    double lat_deg, lon_deg;
};

/* Owned or lent, as the holder says. A ring's last point repeats its first. Several rings stand one
 * after the other; a ring ends where its first point comes again. */
struct geo_points {
    struct geo_point *at;
    uint32_t count;
};

struct geo_box {
    struct geo_point low, high;     /* South-west and north-east corners. */
};

struct geo_point geo_unknown(void);
bool geo_known(struct geo_point point);
/* On the earth, finite, and not exactly 0N 0E (a receiver without a fix says that). */
bool geo_plausible(struct geo_point point);
/* Rounded to 1e-7 degree, about 1 cm: the one form in which a coordinate is kept. */
struct geo_point geo_rounded(struct geo_point point);
bool geo_same(struct geo_point left, struct geo_point right);

/* Great circle on the mean sphere (radius 6,371,008.8 m), metres. */
double geo_distance_m(struct geo_point from, struct geo_point to);
/* Initial bearing, degrees clockwise from north, 0 to 360. */
double geo_bearing_deg(struct geo_point from, struct geo_point to);
/* The point `distance_m` away at `bearing_deg`. */
struct geo_point geo_moved(struct geo_point from, double bearing_deg, double distance_m);

/* Even-odd rule over all rings, so winding does not matter and holes are holes. */
bool geo_inside(const struct geo_points *rings, struct geo_point point);

#endif
