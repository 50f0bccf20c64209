/* cot_shape.h - the area that a drawn event covers, as a report can say it.
 *
 * A closed line of `link point`s and a rectangle are polygons; `shape/ellipse` with equal axes is a
 * circle, else a polygon; an open line, and a route, is a strip around itself, since a hazard
 * covers ground. Axes are half lengths in metres. Pure. */
#ifndef FEEDS_COT_SHAPE_H
#define FEEDS_COT_SHAPE_H

#include "feeds/cot_event.h"

struct cot_shape {
    struct geo_points polygon;      /* In the arena; empty for a circle. */
    struct geo_point center;        /* Unknown for a polygon. */
    double radius_m;                /* NaN for a polygon. */
    bool line;                      /* It was an open line. */
    bool simplified;                /* It had more points than a report takes. */
};

/* `strip_m`: how far a line reaches to each side. Refusals: FIELD_MISSING (it draws nothing),
 * NOT_A_NUMBER, OUT_OF_RANGE, CONTRADICTION (no area), TOO_LONG. */
struct verdict cot_shape_read(const struct cot_event *event, double strip_m, struct arena *arena,
                              struct cot_shape *ret_shape);

#endif
