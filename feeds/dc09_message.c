#include "feeds/dc09_message.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/when.h"

static struct span after(struct span text, size_t count)
{
    return span_from(text.bytes + count, text.length - count);
}

static struct span before(struct span text, const char *end)
{
    return span_from(text.bytes, (size_t)(end - text.bytes));
}

static const char *find(struct span text, char byte)
{
    return text.length ? memchr(text.bytes, byte, text.length) : NULL;
}

/* ---- times ---- */

static bool digits_read(struct span text, size_t at, size_t count, int32_t *ret_number)
{
    *ret_number = 0;
    for (size_t i = at; i < at + count; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        *ret_number = *ret_number * 10 + text.bytes[i] - '0';
    }
    return true;
}

static int32_t month_days(int32_t year, int32_t month)
{
    static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool civil_fits(const struct civil *civil)
{
    return civil->hour < 24 && civil->minute < 60 && civil->second < 61 && civil->month >= 1
           && civil->month <= 12 && civil->year >= 1970 && civil->day >= 1
           && civil->day <= month_days(civil->year, civil->month);
}

bool dc09_time_read(struct span text, int64_t *ret_at_ms)
{
    static const char shape[] = "00:00:00,00-00-0000";
    struct civil civil = { 0 };

    if (text.length != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (shape[i] != '0' && text.bytes[i] != shape[i])
            return false;
    if (!digits_read(text, 0, 2, &civil.hour) || !digits_read(text, 3, 2, &civil.minute)
        || !digits_read(text, 6, 2, &civil.second) || !digits_read(text, 9, 2, &civil.month)
        || !digits_read(text, 12, 2, &civil.day) || !digits_read(text, 15, 4, &civil.year)
        || !civil_fits(&civil))
        return false;
    *ret_at_ms = civil_to_ms(&civil);
    return true;
}

void dc09_time_write(int64_t at_ms, struct buffer *out)
{
    struct civil civil = civil_from_ms(at_ms);

    buffer_print(out, "_%02d:%02d:%02d,%02d-%02d-%04d", civil.hour, civil.minute, civil.second,
                 civil.month, civil.day, civil.year);
}

/* ---- extended data ---- */

/* "-071.0589W", "+42.3601N", "-71.0589": a number, and perhaps where it counts from. A letter
 * decides the sign where both are given. */
static bool degrees_read(struct span text, char positive, char negative, double *ret_degrees)
{
    char side = text.length ? text.bytes[text.length - 1] : ' ';
    bool lettered = side == positive || side == negative;

    if (lettered)
        text.length--;
    if (text.length > 0 && text.bytes[0] == '+')
        text = after(text, 1);
    if (!span_to_double(text, ret_degrees))
        return false;
    if (lettered)
        *ret_degrees = side == negative ? -fabs(*ret_degrees) : fabs(*ret_degrees);
    return true;
}

struct coordinates {
    double lat_deg, lon_deg;
};

static void extended_take(struct span field, struct dc09_message *message,
                          struct coordinates *coordinates)
{
    const struct {
        char letter;
        struct span *into;
    } texts[] = {
        { 'I', &message->text }, { 'S', &message->site }, { 'O', &message->building },
        { 'L', &message->where }, { 'R', &message->room }, { 'V', &message->verification },
        { 'T', &message->trigger },
    };
    struct span value = after(field, 1);

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        if (field.bytes[0] == texts[i].letter)
            *texts[i].into = span_trim(value);
    if (field.bytes[0] == 'X')
        degrees_read(value, 'E', 'W', &coordinates->lon_deg);
    if (field.bytes[0] == 'Y')
        degrees_read(value, 'N', 'S', &coordinates->lat_deg);
    if (field.bytes[0] == 'H') {
        if (span_starts(value, "_"))
            value = after(value, 1);
        dc09_time_read(value, &message->occurred_ms);
    }
}

/* ---- the whole ---- */

/* "#1234|..." or "|...", whose account the header says. */
static void account_cut(struct dc09_message *message)
{
    const char *bar = find(message->data, '|');

    if (!bar)
        return;
    struct span account = before(message->data, bar);
    if (span_starts(account, "#"))
        account = after(account, 1);
    if (!dc09_is_hex(account) || account.length > 16)
        return;
    message->account = account;
    message->data = after(message->data, (size_t)(bar - message->data.bytes) + 1);
}

static struct verdict wrong(struct span content, struct span rest, const char *field)
{
    return refused(REFUSED_BAD_SYNTAX, (size_t)(rest.bytes - content.bytes), field);
}

struct verdict dc09_message_read(struct span content, struct dc09_message *ret_message)
{
    struct coordinates coordinates = { NAN, NAN };
    struct dc09_message message = { .location = geo_unknown(), .crc = dc09_crc(content) };
    const char *end = find(content, ']');

    if (!end)
        return wrong(content, content, "content");
    message.data = before(content, end);
    struct span rest = after(content, message.data.length + 1);
    account_cut(&message);
    while (rest.length > 0 && rest.bytes[0] == '[') {
        end = find(rest, ']');
        if (!end)
            return wrong(content, rest, "extended data");
        struct span field = after(before(rest, end), 1);
        if (field.length > 0)
            extended_take(field, &message, &coordinates);
        rest = after(rest, (size_t)(end - rest.bytes) + 1);
    }
    if (rest.length > 0 && rest.bytes[0] != '_')
        return wrong(content, rest, "content");
    if (rest.length > 0 && !dc09_time_read(after(rest, 1), &message.at_ms))
        return refused(REFUSED_NOT_A_TIME, (size_t)(rest.bytes - content.bytes), "timestamp");
    struct geo_point point = { .lat_deg = coordinates.lat_deg, .lon_deg = coordinates.lon_deg };
    if (geo_plausible(point))
        message.location = geo_rounded(point);
    *ret_message = message;
    return accepted();
}

struct span dc09_unpadded(struct span plain)
{
    const char *bracket = find(plain, ']');
    const char *bar = bracket ? find(before(plain, bracket), '|') : NULL;

    if (bar)
        return after(plain, (size_t)(bar - plain.bytes) + 1);
    return bracket ? after(plain, (size_t)(bracket - plain.bytes)) : plain;
}
