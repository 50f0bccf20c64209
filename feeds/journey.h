/* journey.h - where a simulated unit is, and the way it came: it drives out along what it is given,
 * and home by the same way. Pure: the time is handed in. */
#ifndef FEEDS_JOURNEY_H
#define FEEDS_JOURNEY_H

#include "feeds/drive.h"

/* A way home longer than this is forgotten and driven straight. */
enum { JOURNEY_TRAIL_MAX = 10000 };

struct journey {
    struct geo_point home;          /* May be unknown, as may the next. */
    struct geo_point at;            /* Where it stands, or stood when it set off. */
    bool moving, homeward;
    struct drive drive;             /* While it moves. */
    struct geo_points trail;        /* Owned: the way from home to `at`, home first. */
    uint32_t trail_capacity;
};

void journey_init(struct journey *journey, struct geo_point home);
void journey_clear(struct journey *journey);

/* Sets off along `route`, driving to its start first. `route_ms` is the time for the route itself,
 * 0 for "at speed_mps". Without any point it stays where it is. Returns when it arrives. */
int64_t journey_out(struct journey *journey, const struct geo_points *route, int64_t route_ms,
                    double speed_mps, int64_t now_ms);
/* Sets off for home. Returns when it arrives: now_ms when it is there already. */
int64_t journey_home(struct journey *journey, double speed_mps, int64_t now_ms);
/* Stops where it is. */
void journey_halt(struct journey *journey, int64_t now_ms);
/* Where it is; `at` is unknown (NaN) when nobody ever said. */
struct drive_fix journey_fix(const struct journey *journey, int64_t now_ms);

#endif
