/* ring.h - the outline of one area made fit for a report: closed, rounded, without repeats, and
 * with no more points than a line can carry. Pure. */
#ifndef FEEDS_RING_H
#define FEEDS_RING_H

#include "app/base/buffer.h"
#include "app/base/geo.h"

/* Above this many points every second, third ... is left out before the careful way, whose cost
 * may grow with the square of the points. Far above what any screen can show. */
enum { RING_CAREFUL_MAX = 16000 };

/* Rounds the points, drops those equal to the one before, closes the ring, and starts it at a
 * corner that it passes once, because report.h ends a ring where its first point comes again. In
 * place; `ring->at` must have room for one point more. False: fewer than three corners, or no
 * corner passed once. */
bool ring_tidy(struct geo_points *ring);

/* As ring_tidy(), of a ring that may cross the date line: two corners more than half the world
 * apart are joined the short way round. It becomes one ring on each side of the line, closed along
 * it; one around a pole goes up to the pole. Returns how many rings, 1 or 2, in `arena`; 0: no
 * area. */
uint32_t ring_cut(const struct geo_points *ring, struct arena *arena,
                  struct geo_points ret_rings[2]);

/* Leaves at most `points_max` points (4 or more) of a closed ring: those that deviate most (Douglas
 * and Peucker 1973, as a ranking). In place. False: nothing had to be left out. */
bool ring_simplify(struct geo_points *ring, uint32_t points_max);

struct geo_box ring_box(const struct geo_points *ring);
bool boxes_touch(const struct geo_box *left, const struct geo_box *right);

#endif
