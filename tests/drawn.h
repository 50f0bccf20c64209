/* drawn.h - small layers drawn in a test, so that what is asked and what is drawn stand on one
 * page. Metres east and north of 50N 4W. */
#ifndef TESTS_DRAWN_H
#define TESTS_DRAWN_H

#include "maps/shapefile.h"

struct geo_point drawn_point(double east_m, double north_m);

struct drawn_record {
    const char *values;             /* "Quay St|arterial|1|99", one per column. */
    const char *points;             /* "0 0, 100 0; 200 0, 300 50": parts end with a semicolon. */
};

/* `columns` like the values. The caller owns the shapes. */
struct shapes *drawn_layer(enum shape_kind kind, const char *columns,
                           const struct drawn_record *records, uint32_t count);

#endif
