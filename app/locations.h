/* locations.h - the newest location of each unit of one feed, held back until it says something:
 * it is entered when it is `location_interval_s` newer than the last that was, or over 25 m away
 * (CONTRACTS section 5). Many go into one entry; what a newer one replaces is counted. Pure: no
 * clock of its own. */
#ifndef APP_LOCATIONS_H
#define APP_LOCATIONS_H

#include "app/base/buffer.h"
#include "app/base/geo.h"

enum {
    LOCATION_MOVED_M = 25,
    /* One feed's units. A unit more is entered by itself, at the pace its pipe is read. */
    LOCATION_UNITS_MAX = 4000,
    /* {"report":"locations","of":[...]} puts a report that much deeper; one that would be too deep
     * to be read again is refused at the border. */
    LOCATIONS_DEPTH = 2,
};

struct locations;
struct locations *locations_new(void);
void locations_free(struct locations *locations);

/* Is there a row for this unit, or room for one? */
bool locations_take(const struct locations *locations, const char *unit);
/* One location as its adapter wrote it (`text`, one JSON object). True when it took the place of
 * one that had not been entered. An older one than is held or entered is left out, and also
 * true. `at_ms` is not after its arrival: a clock once ahead would shut out all that follows. */
bool locations_offer(struct locations *locations, const char *unit, int64_t at_ms,
                     struct geo_point point, struct span text);
/* Appends {"report":"locations","of":[...]} of all that are due, by callsign, and forgets them;
 * the number of them. Nothing is appended for none. */
uint32_t locations_gather(struct locations *locations, int64_t now_ms, int64_t interval_ms,
                          struct buffer *out);
/* When the next of those held falls due; 0 when none is held. */
int64_t locations_due_ms(const struct locations *locations, int64_t interval_ms);

#endif
