/* rings.h - polygons made ready to be asked often: which points they hold, which lines touch them.
 *
 * Even-odd over all rings, so holes are holes and islands belong. A ring need not repeat its first
 * point. On a border: its southern and western points belong to a polygon, its northern and eastern
 * ones to the neighbour, so that of polygons that share a border exactly one holds each point of
 * it. Edges stand in strips by latitude: an ask looks at those of one strip. Pure. */
#ifndef MAPS_RINGS_H
#define MAPS_RINGS_H

#include "app/base/geo.h"

struct rings;

/* Ring r is vertices[first[r]] up to vertices[first[r + 1]]. `vertices` is lent until rings_free();
 * `first` is not. */
struct rings *rings_new(const struct geo_point *vertices, const uint32_t *first,
                        uint32_t ring_count);
void rings_free(struct rings *rings);

struct geo_box rings_box(const struct rings *rings);
bool rings_hold(const struct rings *rings, struct geo_point point);
/* True when the straight piece from `a` to `b` is inside, wholly or in part, or meets a border. */
bool rings_touch(const struct rings *rings, struct geo_point a, struct geo_point b);

#endif
