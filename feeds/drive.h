/* drive.h - moving along a line of points in a given time. Pure: the time is handed in. */
#ifndef FEEDS_DRIVE_H
#define FEEDS_DRIVE_H

#include "app/base/geo.h"

struct drive {
    struct geo_point *points;       /* Owned; at least one while under way. */
    double *reached_m;              /* Owned: metres from the first point to each. */
    uint32_t count;
    int64_t started_ms, ends_ms;
};

/* Where a drive is at an instant. */
struct drive_fix {
    struct geo_point at;
    double speed_mps, course_deg;   /* 0 and unknown (NaN) when it stands. */
    uint32_t passed;                /* How many of its points lie behind. */
};

/* Copies `points` (one or more, all known). The speed is even over the whole length. */
void drive_start(struct drive *drive, const struct geo_points *points, int64_t started_ms,
                 int64_t ends_ms);
struct drive_fix drive_fix(const struct drive *drive, int64_t now_ms);
void drive_clear(struct drive *drive);

double path_length_m(const struct geo_points *points);

#endif
