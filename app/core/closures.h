/* closures.h - which roads are closed now: hazards of a kind that closes them, as rings that a way
 * goes around. Pure. */
#ifndef APP_CORE_CLOSURES_H
#define APP_CORE_CLOSURES_H

#include "app/core/picture.h"

struct closure {
    uint32_t number;                /* Of its hazard. */
    struct geo_points rings;        /* Closed; none: this hazard closes nothing. In `arena`. */
};
/* Where a hazard is, closed rings in `arena`: a circle becomes one. None on no map. */
struct geo_points hazard_rings(const struct hazard *hazard, struct arena *arena);
/* A circle becomes a ring. A hazard that closes no roads, or stands on no map, has none. */
struct closure closure_of(const struct hazard *hazard, struct arena *arena);
/* The same, but none outside the time for which it holds. */
struct closure closure_standing(const struct hazard *hazard, int64_t now_ms, struct arena *arena);

/* The rings of all that stand, one after the other, at most AVOID_POINTS_MAX points in `arena`.
 * Those nearest to the straight way `from` `to` come first (by number, where that is unknown);
 * *ret_left_out is how many closures had no room. */
struct closed_way {
    int64_t now_ms;
    struct geo_point from, to;
};
struct geo_points closures_avoided(const struct picture *picture, const struct closed_way *way,
                                   struct arena *arena, uint32_t *ret_left_out);

#endif
