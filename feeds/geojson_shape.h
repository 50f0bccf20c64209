/* geojson_shape.h - a GeoJSON geometry (RFC 7946) as what a report can hold: rings, or one point.
 *
 * Positions are [longitude, latitude]; a third number is looked at by nobody here (it should be a
 * height, and for earthquakes is a depth in km). Outlines may wind either way, be left open, or
 * cross the 180th meridian unsplit (section 3.1.9 asks for two; many send one): they are closed and
 * cut. A line becomes the strip of `strip_m` around it, several points a small ring around each.
 * Over `points_max` points the outline is simplified, and says so. Pure. */
#ifndef FEEDS_GEOJSON_SHAPE_H
#define FEEDS_GEOJSON_SHAPE_H

#include "app/base/geo.h"
#include "app/base/json.h"

enum {
    /* Of one geometry as it comes; real layers reach 20,000, and more is refused. */
    GEOJSON_POSITIONS_MAX = 500000,
};

struct geojson_shape_options {
    double strip_m;                     /* Width of the strip around a line. */
    uint32_t points_max;                /* At least 8. */
};

struct geojson_shape {
    struct geo_points rings;            /* One after the other, each closed (geo.h). */
    struct geo_point point;             /* Of a Point; of anything else one point of it. */
    bool simplified;                    /* Less is left of the outline than came. */
};

/* The shape lives in `arena`. A null geometry, and one without positions, is no shape: no rings and
 * no point. Refusals: UNKNOWN_WORD (its type), WRONG_TYPE and NOT_A_NUMBER (its coordinates),
 * OUT_OF_RANGE (no longitude or latitude; swapped ones often are not), TOO_LONG, CONTRADICTION (no
 * ring is left with three corners). */
enum refusal geojson_shape_read(const struct json *geometry,
                                const struct geojson_shape_options *options, struct arena *arena,
                                struct geojson_shape *ret_shape);

#endif
