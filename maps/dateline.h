/* dateline.h - lines and rings that cross 180 degrees, cut there, so that both sides are drawn and
 * none reaches around the world. Pure. */
#ifndef MAPS_DATELINE_H
#define MAPS_DATELINE_H

#include "app/base/geo.h"

/* A part's vertices that stand one after the other; parts end where part_first says. */
struct dateline_cut {
    struct geo_point *vertices;
    uint32_t *part_first;               /* part_count + 1, from 0. */
    uint32_t part_count, vertex_count, part_capacity, vertex_capacity;
};

enum dateline_form { DATELINE_LINE, DATELINE_RING };

/* Does it need a cut or a turn? An edge longer than half the world is taken for the short way over
 * the date line, except between the two edges of the map (180 and -180), where it is drawn so. */
bool dateline_crossed(const struct geo_point *vertices, uint32_t count);

/* Appends to `cut` the pieces of one part, each within -180 and 180. Longitudes may be anything up
 * to two turns (data for the Pacific often count to 360). A ring around a pole is led over it. */
void dateline_cut(struct dateline_cut *cut, const struct geo_point *vertices, uint32_t count,
                  enum dateline_form form);
void dateline_clear(struct dateline_cut *cut);

#endif
