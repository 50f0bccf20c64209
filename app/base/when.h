/* when.h - instants as text. An instant is milliseconds since 1970 UTC in an int64_t; 0 is
 * "never". Reads no clock. Local times are shown and typed in a zone named in site.conf. */
#ifndef APP_BASE_WHEN_H
#define APP_BASE_WHEN_H

#include "app/base/span.h"

enum { WHEN_TEXT_BYTES = 40 };

/* RFC 3339 with a zone ("Z" or "+01:00"); t and z in either case, a blank for the T (section 5.6,
 * note), any fraction (cut to ms), leap second 60 read as 59.999. False for anything else, a
 * missing zone included. */
bool when_parse(struct span text, int64_t *ret_at_ms);
/* "2026-11-17T14:32:07.120Z"; milliseconds are left out when they are 0. Returns `text`. */
const char *when_text(int64_t at_ms, char text[WHEN_TEXT_BYTES]);

/* A civil date and time without a zone, in days and clock time since 1970. */
struct civil {
    int32_t year, month, day, hour, minute, second, millisecond;
};
int64_t civil_to_ms(const struct civil *civil);     /* As if it were UTC. */
struct civil civil_from_ms(int64_t at_ms);          /* In UTC. */

/* Seconds to add to UTC for the zone in force in this process (TZ, set once by main from the
 * site's timezone) at that instant. */
int32_t when_local_offset_s(int64_t at_ms);
/* What a local clock shows may happen twice or never in a night: returns how many instants it
 * names (0, 1 or 2) and writes the earlier. */
int when_from_local(const struct civil *civil, int64_t *ret_at_ms);

/* "0:48", "12:40", "2:10:04"; minutes and seconds, hours when needed. */
const char *span_clock_text(int64_t span_ms, char text[WHEN_TEXT_BYTES]);
/* "90s", "10m", "2h", "1d", at most 366 days; false for anything else. */
bool span_parse(struct span text, int64_t *ret_span_ms);

#endif
