/* nearest.h - which line runs closest to a point, from a grid of cells over the pieces of many
 * lines. Pure; built once, read by anybody. Distances in metres on a plane that touches the earth
 * at the asked point, good to a few centimetres within a kilometre. */
#ifndef MAPS_NEAREST_H
#define MAPS_NEAREST_H

#include "app/base/geo.h"

struct nearest;

/* Lends `lines` and their points until nearest_free(). */
struct nearest *nearest_new(const struct geo_points *lines, uint32_t line_count);
void nearest_free(struct nearest *nearest);

/* Says whether a line may be the answer. */
typedef bool nearest_fits_fn(const void *context, uint32_t line);

struct nearest_hit {
    uint32_t line, piece;           /* Piece p runs from point p of the line to point p + 1. */
    double distance_m;
    double along_m;                 /* From the line's first point. */
    struct geo_point point;         /* On the line. */
    bool left;                      /* The asked point is left of the line as it is drawn. */
};

/* The closest fitting line within `distance_m_max`; equally close ones by line, then piece. */
bool nearest_find(const struct nearest *nearest, struct geo_point point, double distance_m_max,
                  nearest_fits_fn *fits, const void *context, struct nearest_hit *ret_hit);

/* Visits every piece that may run through the box, some more than once, some that run past it. */
typedef void nearest_visit_fn(void *context, uint32_t line, uint32_t piece);
void nearest_visit(const struct nearest *nearest, struct geo_box box, nearest_visit_fn *visit,
                   void *context);
/* Told each line that comes closer than the radius; once for each of its pieces that does. */
typedef void nearest_tell_fn(void *context, uint32_t line, double distance_m);
void nearest_within(const struct nearest *nearest, struct geo_point point, double radius_m,
                    nearest_tell_fn *tell, void *context);

#endif
