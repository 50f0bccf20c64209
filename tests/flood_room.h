/* flood_room.h - one feed at full speed beside one that delivers so many reports a second, through
 * a real hub: how many of the second are durable, and how soon. */
#ifndef TESTS_FLOOD_ROOM_H
#define TESTS_FLOOD_ROOM_H

#include "tests/site.h"

enum { FLOOD_REPORTS_PER_S = 1000 };

struct flood_result {
    uint32_t sent, kept;            /* Of the good feed. */
    double p50_ms, p99_ms, worst_ms;        /* From being written to being told that it is kept. */
    char feeds[2000];               /* `watchdesk show feeds`, after it. */
};

/* Runs for `seconds`; the site is gone afterwards. `flood` is the shell's command that makes it,
 * without end; NULL: no neighbour. */
struct flood_result flood_run(enum site_programs programs, uint32_t seconds, const char *flood);

#endif
