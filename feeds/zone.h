/* zone.h - a time zone by its name, for times that a source writes without one.
 *
 * "UTC", a fixed offset as "-05:00", or a name of the IANA time zone database as
 * "America/New_York". The C library keeps one named zone for the whole process (TZ), so opening a
 * second one changes the first: a feed's process has one. */
#ifndef FEEDS_ZONE_H
#define FEEDS_ZONE_H

#include "app/base/when.h"

enum { ZONE_NAME_BYTES = 64 };

struct zone {
    bool named;                 /* By the C library; else `offset_ms`. */
    int64_t offset_ms;          /* Ahead of UTC. */
    char name[ZONE_NAME_BYTES];
};

/* False: there is no such zone, and ret_sentence says so. */
bool zone_open(const char *name, struct zone *ret_zone, char *ret_sentence,
               size_t sentence_bytes);

/* How many instants the zone's clock showed that time: 2 in the hour that the end of daylight
 * saving repeats, 0 in the one that its start leaves out, else 1. Writes the first and the last of
 * them; in an hour left out, what the clock would show had it not been put on. */
int zone_instants(const struct zone *zone, const struct civil *civil, int64_t ret_at_ms[2]);

#endif
