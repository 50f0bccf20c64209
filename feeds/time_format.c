#include "feeds/time_format.h"

#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

struct reading {
    struct span rest;
    struct civil civil;
    int64_t offset_ms, epoch_s;
    bool afternoon, twelve_hours, epoch, zoned;
};

typedef bool read_fn(struct reading *reading);

static bool digits_cut(struct reading *reading, size_t least, size_t most, int64_t *ret_number)
{
    size_t length = 0;

    while (length < most && length < reading->rest.length && reading->rest.bytes[length] >= '0'
           && reading->rest.bytes[length] <= '9')
        length++;
    if (length < least
        || !span_to_int64(span_from(reading->rest.bytes, length), ret_number))
        return false;
    reading->rest = span_from(reading->rest.bytes + length, reading->rest.length - length);
    return true;
}

/* POSIX: 69 to 99 are of the last century. */
static bool short_year_read(struct reading *r)
{
    int64_t year;

    if (!digits_cut(r, 2, 2, &year))
        return false;
    r->civil.year = (int32_t)year + (year < 69 ? 2000 : 1900);
    return true;
}

static bool word_cut(struct reading *reading, const char *word)
{
    size_t length = strlen(word);

    if (reading->rest.length < length
        || !text_same_ignoring_case(span_from(reading->rest.bytes, length), span_of(word)))
        return false;
    reading->rest = span_from(reading->rest.bytes + length, reading->rest.length - length);
    return true;
}

static bool half_read(struct reading *r)
{
    r->twelve_hours = true;
    r->afternoon = word_cut(r, "PM");
    return r->afternoon || word_cut(r, "AM");
}

static bool month_name_read(struct reading *r)
{
    static const char *const names[] = { "January", "February", "March", "April", "May", "June",
                                         "July", "August", "September", "October", "November",
                                         "December" };
    for (int32_t i = 0; i < (int32_t)ARRAY_COUNT(names); i++) {
        char brief[4] = { names[i][0], names[i][1], names[i][2] };
        if (!word_cut(r, names[i]) && !word_cut(r, brief))
            continue;
        r->civil.month = i + 1;
        return true;
    }
    return false;
}

static bool day_name_read(struct reading *r)
{
    static const char *const names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                                         "Saturday", "Sunday" };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        char brief[4] = { names[i][0], names[i][1], names[i][2] };
        if (word_cut(r, names[i]) || word_cut(r, brief))
            return true;
    }
    return false;
}

static bool fraction_read(struct reading *r)
{
    int32_t scale = 100;
    size_t length = 0;

    r->civil.millisecond = 0;
    for (; length < r->rest.length; length++, scale /= 10) {
        char digit = r->rest.bytes[length];
        if (digit < '0' || digit > '9')
            break;
        r->civil.millisecond += (digit - '0') * scale;
    }
    r->rest = span_from(r->rest.bytes + length, r->rest.length - length);
    return length > 0;
}

static bool offset_cut(struct reading *r, int64_t *ret_offset_ms)
{
    int64_t hours, minutes;

    if (word_cut(r, "UTC") || word_cut(r, "Z")) {
        *ret_offset_ms = 0;
        return true;
    }
    bool west = word_cut(r, "-");
    if ((!west && !word_cut(r, "+")) || !digits_cut(r, 2, 2, &hours) || hours > 23)
        return false;
    word_cut(r, ":");
    if (!digits_cut(r, 2, 2, &minutes) || minutes > 59)
        return false;
    *ret_offset_ms = (west ? -1 : 1) * (hours * 60 + minutes) * 60000;
    return true;
}

static bool zone_read(struct reading *r)
{
    r->zoned = true;
    return offset_cut(r, &r->offset_ms);
}

static bool epoch_read(struct reading *r)
{
    r->epoch = true;
    return digits_cut(r, 1, 11, &r->epoch_s);
}

static bool percent_read(struct reading *r)
{
    return word_cut(r, "%");
}

#define OF(member) offsetof(struct reading, civil.member)

/* A conversion is a number that goes into a member, or a function, or a longer pattern. */
static const struct conversion {
    char letter;
    size_t member, digits_least, digits_most;
    int64_t low, high;
    read_fn *read;
    const char *stands_for;
} conversions[] = {
    { .letter = 'Y', .member = OF(year), .digits_least = 4, .digits_most = 4, .low = 1,
      .high = 9999 },
    { .letter = 'm', .member = OF(month), .digits_least = 1, .digits_most = 2, .low = 1,
      .high = 12 },
    { .letter = 'd', .member = OF(day), .digits_least = 1, .digits_most = 2, .low = 1,
      .high = 31 },
    { .letter = 'H', .member = OF(hour), .digits_least = 1, .digits_most = 2, .high = 23 },
    { .letter = 'I', .member = OF(hour), .digits_least = 1, .digits_most = 2, .low = 1,
      .high = 12 },
    { .letter = 'M', .member = OF(minute), .digits_least = 1, .digits_most = 2, .high = 59 },
    { .letter = 'S', .member = OF(second), .digits_least = 1, .digits_most = 2, .high = 60 },
    { .letter = 'y', .read = short_year_read },
    { .letter = 'b', .read = month_name_read },
    { .letter = 'a', .read = day_name_read },
    { .letter = 'p', .read = half_read },
    { .letter = 'f', .read = fraction_read },
    { .letter = 'z', .read = zone_read },
    { .letter = 's', .read = epoch_read },
    { .letter = '%', .read = percent_read },
    { .letter = 'F', .stands_for = "%Y-%m-%d" },
    { .letter = 'T', .stands_for = "%H:%M:%S" },
    { .letter = 'R', .stands_for = "%H:%M" },
};
#undef OF

static const struct conversion *conversion_find(char letter)
{
    for (size_t i = 0; i < ARRAY_COUNT(conversions); i++)
        if (conversions[i].letter == letter)
            return &conversions[i];
    return NULL;
}

bool time_format_known(const char *format)
{
    for (; *format; format++) {
        if (*format != '%')
            continue;
        format++;
        if (!*format || !conversion_find(*format))
            return false;
    }
    return true;
}

static bool number_read(const struct conversion *conversion, struct reading *reading)
{
    int64_t number;

    if (!digits_cut(reading, conversion->digits_least, conversion->digits_most, &number)
        || number < conversion->low || number > conversion->high)
        return false;
    *(int32_t *)((char *)reading + conversion->member) = (int32_t)number;
    return true;
}

static bool pattern_read(const char *format, struct reading *reading);

static bool conversion_read(const struct conversion *conversion, struct reading *reading)
{
    if (conversion->stands_for)
        return pattern_read(conversion->stands_for, reading);
    return conversion->read ? conversion->read(reading) : number_read(conversion, reading);
}

static bool pattern_read(const char *format, struct reading *reading)
{
    for (; *format; format++) {
        if (*format == ' ') {
            while (word_cut(reading, " "))
                ;
            continue;
        }
        if (*format != '%') {
            if (!word_cut(reading, (char[]){ *format, '\0' }))
                return false;
            continue;
        }
        const struct conversion *conversion = conversion_find(*++format);
        if (!conversion || !conversion_read(conversion, reading))
            return false;
    }
    return true;
}

/* Is the day one that its month has? Going there and back changes any other. */
static bool day_exists(const struct civil *civil)
{
    struct civil again = civil_from_ms(civil_to_ms(civil));
    return again.day == civil->day && again.month == civil->month;
}

bool time_format_is_zoned(const char *format)
{
    for (; *format; format++) {
        if (*format != '%' || *++format == '\0')
            continue;
        if (*format == 'z' || *format == 's')
            return true;
    }
    return false;
}

static struct time_read once(int64_t at_ms)
{
    return (struct time_read){ .first_ms = at_ms, .last_ms = at_ms };
}

static bool civil_place(const struct reading *reading, const struct zone *zone,
                        struct time_read *ret_read)
{
    int64_t at_ms[2];

    if (reading->zoned) {
        *ret_read = once(civil_to_ms(&reading->civil) - reading->offset_ms);
        return true;
    }
    if (!zone)
        return false;
    bool shown = zone_instants(zone, &reading->civil, at_ms) > 0;
    *ret_read = (struct time_read){ .first_ms = at_ms[0], .last_ms = at_ms[1],
                                    .skipped = !shown };
    return true;
}

bool time_format_read(const char *format, struct span text, const struct zone *zone,
                      struct time_read *ret_read)
{
    struct reading reading = { .rest = span_trim(text),
                               .civil = { .year = 1970, .month = 1, .day = 1 } };

    if (!pattern_read(format, &reading) || reading.rest.length)
        return false;
    if (reading.twelve_hours)
        reading.civil.hour = reading.civil.hour % 12 + (reading.afternoon ? 12 : 0);
    if (reading.civil.second == 60)             /* A leap second has no number of its own. */
        reading.civil.second = 59;
    if (reading.epoch) {
        *ret_read = once(reading.epoch_s * 1000 + reading.civil.millisecond);
        return true;
    }
    return day_exists(&reading.civil) && civil_place(&reading, zone, ret_read);
}

int64_t time_read_choose(const struct time_read *read, int64_t previous_ms)
{
    static const int64_t disorder_ms = 10 * 60 * 1000;
    bool first_is_past = previous_ms && read->first_ms + disorder_ms < previous_ms;

    return first_is_past ? read->last_ms : read->first_ms;
}

bool time_offset_read(struct span text, int64_t *ret_offset_ms)
{
    struct reading reading = { .rest = span_trim(text) };
    return offset_cut(&reading, ret_offset_ms) && reading.rest.length == 0;
}
