/* time_format.h - reads a time as a pattern says, the useful part of strptime() without its
 * dependence on locale and machine. Pure.
 *
 *   %Y year, 4 digits      %m month 1-12     %d day 1-31      %b Jan, January    %y 69-99, 00-68
 *   %H hour 0-23           %I hour 1-12      %p AM, PM        %M minute          %S second
 *   %f fraction of a second, any digits      %z +0100, +01:00, Z      %s seconds since 1970
 *   %a Mon, Monday: read over
 *   %F is %Y-%m-%d, %T is %H:%M:%S, %R is %H:%M; a blank is any number of blanks; %% is a %. */
#ifndef FEEDS_TIME_FORMAT_H
#define FEEDS_TIME_FORMAT_H

#include "feeds/zone.h"

/* True when every conversion in `format` is one of the above. */
bool time_format_known(const char *format);

/* True when a time read by it bears its own zone: %z or %s is in it. */
bool time_format_is_zoned(const char *format);

/* What a time read comes to. In the hour that a clock repeats there are two, else both are one. */
struct time_read {
    int64_t first_ms, last_ms;
    bool skipped;               /* The clock never showed it: daylight saving left it out. */
};

/* Reads all of `text`. Without %z or %s it is what the clock of `zone` showed; NULL: refused. */
bool time_format_read(const char *format, struct span text, const struct zone *zone,
                      struct time_read *ret_read);

/* Which of the two times is meant by a row that was written after one of `previous_ms` (0: nobody
 * knows). A log is not always in order to the minute, so a little before it is still the first. */
int64_t time_read_choose(const struct time_read *read, int64_t previous_ms);

/* "UTC", "Z", "+01:00", "-05:00". */
bool time_offset_read(struct span text, int64_t *ret_offset_ms);

#endif
