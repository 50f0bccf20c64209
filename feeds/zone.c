#include "feeds/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "feeds/time_format.h"

enum { DAY_MS = 86400000 };

/* The C library takes a name it does not know for UTC, without a word; and one with dots or a
 * slash in front for any file. */
static bool name_exists(const char *name)
{
    char path[ZONE_NAME_BYTES + 32];
    size_t length = strlen(name);

    if (length == 0 || length >= ZONE_NAME_BYTES || name[0] == '/' || strstr(name, "..")
        || strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")
               != length)
        return false;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    return access(path, R_OK) == 0;
}

bool zone_open(const char *name, struct zone *ret_zone, char *ret_sentence,
               size_t sentence_bytes)
{
    struct zone zone = { 0 };
    char setting[ZONE_NAME_BYTES + 1];

    if (time_offset_read(span_of(name), &zone.offset_ms)) {
        *ret_zone = zone;
        return true;
    }
    if (!name_exists(name)) {
        snprintf(ret_sentence, sentence_bytes,
                 "timezone \"%.60s\" is not UTC, an offset as -05:00, or a name as "
                 "America/New_York (they stand in /usr/share/zoneinfo)", name);
        return false;
    }
    zone.named = true;
    snprintf(zone.name, sizeof zone.name, "%s", name);
    snprintf(setting, sizeof setting, ":%s", name);
    setenv("TZ", setting, 1);
    tzset();
    *ret_zone = zone;
    return true;
}

int zone_instants(const struct zone *zone, const struct civil *civil, int64_t ret_at_ms[2])
{
    int64_t as_utc_ms = civil_to_ms(civil);

    ret_at_ms[0] = ret_at_ms[1] = as_utc_ms - zone->offset_ms;
    if (!zone->named)
        return 1;
    /* The offsets a day to either side are the only two that can be in force (as in when.c). */
    int64_t before_ms = (int64_t)when_local_offset_s(as_utc_ms - DAY_MS) * 1000;
    int64_t after_ms = (int64_t)when_local_offset_s(as_utc_ms + DAY_MS) * 1000;
    int found = when_from_local(civil, &ret_at_ms[0]);
    if (found == 0)
        ret_at_ms[0] = as_utc_ms - before_ms;
    ret_at_ms[1] = found == 2 ? as_utc_ms - (before_ms < after_ms ? before_ms : after_ms)
                              : ret_at_ms[0];
    return found;
}
