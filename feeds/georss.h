/* georss.h - where an entry of an Atom or RSS feed is: GeoRSS Simple and GML (OGC 17-002), and the
 * W3C's geo:lat and geo:long. Latitude first everywhere. Pure. */
#ifndef FEEDS_GEORSS_H
#define FEEDS_GEORSS_H

#include "app/base/geo.h"
#include "feeds/xml.h"

enum { GEORSS_SHAPES_MAX = 100 };

/* An outline, or a point with a radius (0 when none was said). */
struct georss_shape {
    struct geo_points rings;        /* Closed and tidy, two over the date line; none of a point. */
    struct geo_point center;
    double radius_m;
    bool simplified;
};

/* All places said anywhere inside `entry`. Where areas are said, points are not given: they only
 * mark them. Of a line its middle corner stands for it. Refusals name the element: NOT_A_NUMBER,
 * OUT_OF_RANGE, CONTRADICTION (no area), TOO_LONG over GEORSS_SHAPES_MAX. An empty element says
 * nothing. */
struct verdict georss_read(const struct xml_node *entry, struct arena *arena,
                           struct georss_shape **ret_shapes, uint32_t *ret_count);

#endif
