/* trails.h - where units have just been: their last fixes, as they came.
 *
 * Part of the view, not of the picture: a console that joins late draws short trails, and nothing
 * is decided by them. Times are hub time, ms. */
#ifndef PANELS_TRAILS_H
#define PANELS_TRAILS_H

#include "app/core/picture.h"

enum {
    TRAIL_FIXES = 48,           /* Of each unit; older ones go. */
    TRAIL_FRESH_MS = 90000,     /* Drawn brightly up to here ... */
    TRAIL_KEPT_MS = 600000,     /* ... and dimly up to here. */
};

struct trail_fix {
    struct geo_point at;
    int64_t at_ms;
};
struct trail {
    char callsign[16];
    struct trail_fix fixes[TRAIL_FIXES];        /* Oldest first. */
    uint32_t count;
};
struct trails {
    struct trail *at;           /* By the row of the unit in the picture. */
    uint32_t count, capacity;
};

void trails_clear(struct trails *trails);

/* Notes where every unit is now, if it has moved, and forgets what is too old. When time went back
 * (a replay that seeks) a unit's trail starts anew. */
void trails_note(struct trails *trails, const struct picture *picture, int64_t now_ms);

/* The trail of the unit in that row; NULL when nothing is known of it. A loan until the next
 * trails_note(). */
const struct trail *trails_of(const struct trails *trails, const struct unit *unit, uint32_t row);

/* The first fix that is drawn brightly; trail->count when all are old. */
uint32_t trail_fresh_from(const struct trail *trail, int64_t now_ms);

#endif
