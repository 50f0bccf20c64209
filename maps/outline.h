/* outline.h - the outline of what is reached along lines: stretches with times in, rings out.
 *
 * On a grid of square cells, whose size follows the stretches (15 m or more): a cell belongs inside
 * when the nearest street is one that was reached, soon enough that going on from there in a
 * straight line still arrives in time, and not farther than 250 m; and always when a reached
 * stretch runs through it or through a neighbour. So every reached point of a street lies inside,
 * at least half a cell deep. Pure, and by whole numbers once in the grid. */
#ifndef MAPS_OUTLINE_H
#define MAPS_OUTLINE_H

#include "app/base/geo.h"

enum { OUTLINE_POINTS_MAX = 2000 };

struct outline;

/* For what lies in `box`, which is widened by what may be reached beside it. Times up to
 * `time_ms_max`, of which each metre beside a street takes `beside_ms_per_m`. */
struct outline_frame {
    struct geo_box box;
    uint32_t time_ms_max, beside_ms_per_m;
};
struct outline *outline_new(const struct outline_frame *frame, double cell_m_min);
void outline_free(struct outline *outline);
struct geo_box outline_box(const struct outline *outline);
double outline_cell_m(const struct outline *outline);

/* A street from `a` to `b`, passed from the one time to the other; or one that is not reached. */
void outline_reached(struct outline *outline, struct geo_point a, struct geo_point b,
                     uint32_t a_ms, uint32_t b_ms);
void outline_other(struct outline *outline, struct geo_point a, struct geo_point b);

/* Closed rings, even-odd. The points of all stand in `points`, owned by the caller. */
struct outline_rings {
    struct geo_points *at;
    uint32_t count, point_count;
    struct geo_point *points;
};
void outline_trace(struct outline *outline, struct outline_rings *ret_rings);
void outline_rings_clear(struct outline_rings *rings);

#endif
