/* way.h - plane geometry of ways and zones: how far a point is from a line, what lies across it,
 * whether a ring crosses itself. Lines and rings are a few kilometres long, so a degree is taken as
 * equally long all over one of them. Rings as geo_points holds them: closed, one after the other.
 * Pure; only decide calls it, so what it computes stands in the journal and is never computed
 * again. */
#ifndef APP_CORE_WAY_H
#define APP_CORE_WAY_H

#include "app/base/geo.h"

/* Metres from `point` to the nearest place of `line` (one point at least), and the index of the
 * point that this stretch of it starts with. */
double way_distance_m(const struct geo_points *line, struct geo_point point,
                      uint32_t *ret_segment);
/* What is still before somebody at `at`: the line from its nearest place on, beginning at `at`.
 * A line of its own at `into`, which has room for line->count + 1 points. */
void way_ahead(const struct geo_points *line, struct geo_point at, struct geo_points *into);

/* Does the line touch the inside of the rings on its way? One that only ends in there (the incident
 * is inside) is not crossed. */
bool way_crosses(const struct geo_points *line, const struct geo_points *rings);

/* `corners` + 1 points of a circle, the last as the first; `into` has room for them. */
void ring_of_circle(struct geo_point center, double radius_m, uint32_t corners,
                    struct geo_point *into);
/* Does a closed ring touch or cross itself? *ret_edge, *ret_other: its edges, counted from 0. */
bool ring_crosses_itself(const struct geo_points *ring, uint32_t *ret_edge, uint32_t *ret_other);
/* The greatest distance between two of its points. */
double ring_across_m(const struct geo_points *ring);

/* The rings one by one: starts with *from = 0; false after the last. A loan from `rings`. */
bool ring_next(const struct geo_points *rings, uint32_t *from, struct geo_points *ret_ring);

#endif
