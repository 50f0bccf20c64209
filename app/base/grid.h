/* grid.h - the Military Grid Reference System (NGA.STND.0037), which on WGS 84 is the United States
 * National Grid (FGDC-STD-011-2001): a point as "18S UJ 23480 06470", and back.
 *
 * Transverse Mercator after Krueger's series to the sixth order (Karney 2011, J. Geodesy 85,
 * table 1), a few nanometres off at most inside a zone; the wide zones of Norway and Svalbard; the
 * AA scheme of letters. A grid reference names a square, not a point: what is read is its middle,
 * with the radius of the circle around the square. The polar caps (UPS) are refused. Pure. */
#ifndef APP_BASE_GRID_H
#define APP_BASE_GRID_H

#include "app/base/geo.h"
#include "app/base/span.h"

enum { GRID_TEXT_BYTES = 20, GRID_DIGITS_MAX = 5 };

/* `digits` of easting and of northing each: 5 is a metre, 4 ten metres, 1 ten kilometres; cut off,
 * not rounded, as the standards ask. Returns `text`, which is "" for a point that is unknown or
 * outside 80 S to 84 N. */
const char *grid_write(struct geo_point point, uint32_t digits, char text[GRID_TEXT_BYTES]);

enum grid_reading {
    GRID_READ,
    GRID_NOT,                   /* The text is something else. */
    GRID_POLAR,                 /* A reference of the polar caps. */
    GRID_NO_SQUARE,             /* Written like one, but its zone has no such square. */
};

/* With or without blanks after the zone's letter, in either case of letters, 1 to 5 digits each.
 * Writes the point and the radius, in whole metres, for GRID_READ only. */
enum grid_reading grid_read(struct span text, struct geo_point *ret_point, double *ret_radius_m);

#endif
