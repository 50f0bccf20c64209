#include "app/base/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const int64_t day_ms = 86400000;

/* Days since 1970-01-01 of a proleptic Gregorian date; years are counted from March so that a
 * leap day comes last. */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
           - 719468;
}

int64_t civil_to_ms(const struct civil *civil)
{
    int64_t days = days_from_civil(civil->year, civil->month, civil->day);
    int64_t seconds = ((int64_t)civil->hour * 60 + civil->minute) * 60 + civil->second;
    return days * day_ms + seconds * 1000 + civil->millisecond;
}

struct civil civil_from_ms(int64_t at_ms)
{
    int64_t days = at_ms / day_ms, rest = at_ms % day_ms;
    if (rest < 0) {
        rest += day_ms;
        days--;
    }
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int64_t month = march_month + (march_month < 10 ? 3 : -9);

    return (struct civil){
        .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
        .month = (int32_t)month,
        .day = (int32_t)(day_of_year - (153 * march_month + 2) / 5 + 1),
        .hour = (int32_t)(rest / 3600000),
        .minute = (int32_t)(rest / 60000 % 60),
        .second = (int32_t)(rest / 1000 % 60),
        .millisecond = (int32_t)(rest % 1000),
    };
}

static bool digits(const char **at, const char *end, int count, int32_t *ret_number)
{
    int32_t number = 0;

    for (int i = 0; i < count; i++, (*at)++) {
        if (*at == end || **at < '0' || **at > '9')
            return false;
        number = number * 10 + (**at - '0');
    }
    *ret_number = number;
    return true;
}

static bool mark(const char **at, const char *end, const char *either)
{
    if (*at == end || !strchr(either, **at) || **at == '\0')
        return false;
    (*at)++;
    return true;
}

static int32_t days_in_month(int32_t year, int32_t month)
{
    static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool fraction(const char **at, const char *end, int32_t *ret_millisecond)
{
    int32_t millisecond = 0, scale = 100;

    if (*at == end || **at != '.')
        return true;
    (*at)++;
    if (*at == end || **at < '0' || **at > '9')
        return false;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++, scale /= 10)
        millisecond += (**at - '0') * scale;
    *ret_millisecond = millisecond;
    return true;
}

/* RFC 3339 section 5.6; "-00:00" (offset unknown) is taken as UTC. */
static bool zone_offset(const char **at, const char *end, int64_t *ret_offset_ms)
{
    int32_t hour, minute;

    if (mark(at, end, "Zz")) {
        *ret_offset_ms = 0;
        return true;
    }
    if (*at == end)
        return false;
    char sign = **at;
    if (!mark(at, end, "+-") || !digits(at, end, 2, &hour) || !mark(at, end, ":")
        || !digits(at, end, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *ret_offset_ms = (sign == '-' ? -1 : 1) * ((int64_t)hour * 60 + minute) * 60000;
    return true;
}

bool when_parse(struct span text, int64_t *ret_at_ms)
{
    const char *at = text.bytes, *end = text.bytes + text.length;
    struct civil civil = { 0 };
    int64_t offset_ms = 0;

    if (!digits(&at, end, 4, &civil.year) || !mark(&at, end, "-")
        || !digits(&at, end, 2, &civil.month) || !mark(&at, end, "-")
        || !digits(&at, end, 2, &civil.day) || !mark(&at, end, "Tt ")
        || !digits(&at, end, 2, &civil.hour) || !mark(&at, end, ":")
        || !digits(&at, end, 2, &civil.minute) || !mark(&at, end, ":")
        || !digits(&at, end, 2, &civil.second) || !fraction(&at, end, &civil.millisecond)
        || !zone_offset(&at, end, &offset_ms) || at != end)
        return false;
    if (civil.month < 1 || civil.month > 12 || civil.day < 1
        || civil.day > days_in_month(civil.year, civil.month) || civil.hour > 23
        || civil.minute > 59 || civil.second > 60)
        return false;
    if (civil.second == 60) {       /* A leap second: 1970-based time has no number for it. */
        civil.second = 59;
        civil.millisecond = 999;
    }
    *ret_at_ms = civil_to_ms(&civil) - offset_ms;
    return true;
}

const char *when_text(int64_t at_ms, char text[WHEN_TEXT_BYTES])
{
    struct civil c = civil_from_ms(at_ms);
    int used = snprintf(text, WHEN_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", c.year % 10000,
                        c.month, c.day, c.hour, c.minute, c.second);

    if (c.millisecond)
        used += snprintf(text + used, (size_t)(WHEN_TEXT_BYTES - used), ".%03d", c.millisecond);
    snprintf(text + used, (size_t)(WHEN_TEXT_BYTES - used), "Z");
    return text;
}

int32_t when_local_offset_s(int64_t at_ms)
{
    time_t seconds = (time_t)(at_ms / 1000 - (at_ms % 1000 < 0));
    struct tm local;

    if (!localtime_r(&seconds, &local))
        return 0;
    return (int32_t)local.tm_gmtoff;
}

int when_from_local(const struct civil *civil, int64_t *ret_at_ms)
{
    int64_t as_utc_ms = civil_to_ms(civil), found_ms[2];
    int found = 0;
    /* Zones change their offset by at most a few hours: the offsets a day to either side are
     * the only two that can be in force at that local time. */
    int32_t offsets_s[2] = { when_local_offset_s(as_utc_ms - day_ms),
                             when_local_offset_s(as_utc_ms + day_ms) };

    for (int i = 0; i < 2; i++) {
        int64_t at_ms = as_utc_ms - (int64_t)offsets_s[i] * 1000;
        if (i == 1 && offsets_s[1] == offsets_s[0])
            break;
        if (when_local_offset_s(at_ms) == offsets_s[i])
            found_ms[found++] = at_ms;
    }
    if (found == 0)
        return 0;
    *ret_at_ms = found == 2 && found_ms[1] < found_ms[0] ? found_ms[1] : found_ms[0];
    return found;
}

const char *span_clock_text(int64_t span_ms, char text[WHEN_TEXT_BYTES])
{
    int64_t seconds = span_ms / 1000;
    const char *sign = seconds < 0 ? "-" : "";

    if (seconds < 0)
        seconds = -seconds;
    if (seconds >= 3600)
        snprintf(text, WHEN_TEXT_BYTES, "%s%lld:%02d:%02d", sign, (long long)(seconds / 3600),
                 (int)(seconds / 60 % 60), (int)(seconds % 60));
    else
        snprintf(text, WHEN_TEXT_BYTES, "%s%d:%02d", sign, (int)(seconds / 60),
                 (int)(seconds % 60));
    return text;
}

bool span_parse(struct span text, int64_t *ret_span_ms)
{
    static const int64_t span_ms_max = 366 * 86400000LL;
    static const struct { char letter; int64_t ms; } units[] = {
        { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 },
    };
    int64_t number;

    if (text.length < 2 || text.bytes[0] < '0' || text.bytes[0] > '9')
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        if (text.bytes[text.length - 1] != units[i].letter)
            continue;
        if (text.bytes[text.length - 2] == ' '
            || !span_to_int64(span_from(text.bytes, text.length - 1), &number)
            || number > span_ms_max / units[i].ms)
            return false;
        *ret_span_ms = number * units[i].ms;
        return true;
    }
    return false;
}
