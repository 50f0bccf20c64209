/* multipatch.h - the outline, seen from above, of a surface in space: what a flat map can draw of
 * an Esri multipatch. Pure. */
#ifndef MAPS_MULTIPATCH_H
#define MAPS_MULTIPATCH_H

#include "app/base/geo.h"

/* Esri's technical description, 1998, page 20. */
enum multipatch_part {
    MULTIPATCH_STRIP, MULTIPATCH_FAN, MULTIPATCH_OUTER, MULTIPATCH_INNER, MULTIPATCH_FIRST,
    MULTIPATCH_RING, MULTIPATCH_PARTS
};

struct multipatch {
    const struct geo_point *vertices;
    const uint32_t *part_first;         /* part_count + 1 */
    const uint8_t *part_kinds;          /* enum multipatch_part */
    uint32_t part_count;
};

/* Closed rings, for the even-odd rule: ring r has ring_first[r] up to ring_first[r + 1] of
 * `vertices`. The caller frees both with base_free(). */
struct multipatch_outline {
    struct geo_point *vertices;
    uint32_t *ring_first;               /* ring_count + 1 */
    uint32_t ring_count, vertex_count;
};

/* The faces that look up, put together: an edge that two of them share is inside and goes. A
 * surface without such faces (a wall) gives its own parts as rings. */
struct multipatch_outline multipatch_outline(const struct multipatch *patch);

#endif
