/* plane.h - the flat world the map is drawn in, and the dots one view makes of it.
 *
 * World units: Web Mercator, 2^32 units around the equator, so a point is two int32_t, one unit is
 * under a centimetre, and subtracting longitudes wraps at the date line by itself. x grows to the
 * east from Greenwich, y to the north from the equator. Latitudes past 85.05 are drawn there.
 *
 * Dots: x to the right, y down from the top left of a canvas; a cell is 2 x 4 of them. Pure. */
#ifndef MAPS_PLANE_H
#define MAPS_PLANE_H

#include "maps/map.h"

enum { DOTS_PER_COLUMN = 2, DOTS_PER_ROW = 4 };

struct plane_point {
    int32_t x, y;
};

struct plane_box {
    struct plane_point low, high;
};

/* One view: dot_x = origin_x + x * dots_per_unit, dot_y = origin_y - y * dots_per_unit. */
struct plane {
    double dots_per_unit, origin_x, origin_y;
    int32_t width, height;              /* In dots; 0 when nothing can be drawn. */
    /* The world lies between these: all of the canvas, unless it shows more than once around. What
     * is drawn past them would be there twice. */
    double left, right;
};

struct plane_dot {
    double x, y;
};

/* A view with an unknown centre, a scale that is not a number above 0, or no room gives a plane of
 * width 0. Scales are held between 1 mm and 1,000 km a cell. */
struct plane plane_of(const struct map_view *view, uint16_t rows, uint16_t columns);
double plane_ground_m_per_unit(double lat_deg);

struct plane_point plane_from_geo(struct geo_point point);
/* As plane_from_geo(), to a unit and much faster, for many points between two latitudes: a table of
 * Mercator's curve and cubics between its rows. The same for every table, whatever its latitudes.
 * Points outside them are taken for the nearest that is inside. */
struct plane_table;
struct plane_table *plane_table_new(double low_lat_deg, double high_lat_deg);
void plane_table_free(struct plane_table *table);
void plane_table_points(const struct plane_table *table, const struct geo_point *from,
                        uint32_t count, struct plane_point *to);

/* The copy of `point` nearest to the view's centre, wherever the date line runs. */
struct plane_dot plane_dot_of(const struct plane *plane, struct geo_point point);
struct geo_point plane_geo_at(const struct plane *plane, struct plane_dot dot);

/* The turns around the world that bring some of `box` into the view: turn i moves it by first_x +
 * i * step_x dots. A box that spans the world has two where the view lies over the date line. */
struct plane_turns {
    double first_x, step_x;
    uint32_t count;
};
struct plane_turns plane_turns(const struct plane *plane, const struct plane_box *box);
/* Dots that a turn around the world moves `box` by, so that it comes nearest to the view. */
double plane_turn_x(const struct plane *plane, const struct plane_box *box);

enum plane_overlap { PLANE_OUTSIDE, PLANE_CROSSING, PLANE_INSIDE };
/* Where `box` lies against the view: not in it, across its edge (or within a dot of it), or wholly
 * in it. */
enum plane_overlap plane_overlap(const struct plane *plane, const struct plane_box *box);

/* Cuts the line from *from to *to down to the rectangle from (0, 0) to (width, height), open at its
 * far edges; false when nothing of it is inside. */
bool plane_clip(const struct plane *plane, struct plane_dot *from, struct plane_dot *to);

#endif
