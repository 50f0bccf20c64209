#include "feeds/nmea.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/when.h"

#define MPS_OF_KNOT (1852.0 / 3600)

enum {
    DAY_MS = 86400 * 1000,
    /* [K] A receiver that says RMC says it each cycle, which has four positions at most. At the
     * start its date is waited for as long as that. */
    POSITIONS_WITHOUT_RMC = 8, POSITIONS_WITHOUT_DATE = 4,
};

static struct span after(struct span text, size_t count)
{
    return span_from(text.bytes + count, text.length - count);
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* ---- finding the sentence ---- */

/* Does `text`, from a $ or !, hold a whole sentence? *ret_length: up to its *. */
static enum refusal sum_check(struct span text, size_t *ret_length)
{
    uint8_t sum = 0;
    size_t star = 1;

    while (star < text.length && text.bytes[star] != '*' && text.bytes[star] >= ' '
           && text.bytes[star] < 0x7F)
        sum ^= (uint8_t)text.bytes[star++];
    if (star + 2 >= text.length || text.bytes[star] != '*')
        return REFUSED_FIELD_MISSING;
    int high = hex_digit(text.bytes[star + 1]), low = hex_digit(text.bytes[star + 2]);
    *ret_length = star;
    return high >= 0 && low >= 0 && high * 16 + low == sum ? REFUSED_NOT : REFUSED_WRONG_CHECKSUM;
}

/* Letters and digits as an address has them: a $ in binary rarely is followed by those. */
static bool address_starts(struct span text)
{
    for (size_t i = 1; i <= 3; i++) {
        char c = i < text.length ? text.bytes[i] : ' ';
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

/* The first whose checksum is right; else *ret_at is the first that looked like one. */
static enum refusal sentence_find(struct span line, size_t *ret_at, size_t *ret_length)
{
    enum refusal found = REFUSED_BAD_SYNTAX;

    for (size_t at = 0; at < line.length; at++) {
        struct span text = after(line, at);
        size_t length = 0;
        if ((text.bytes[0] != '$' && text.bytes[0] != '!') || !address_starts(text))
            continue;
        enum refusal refusal = sum_check(text, &length);
        if (refusal != REFUSED_NOT && found != REFUSED_BAD_SYNTAX)
            continue;
        *ret_at = at;
        *ret_length = length;
        found = refusal;
        if (refusal == REFUSED_NOT)
            return found;
    }
    return found;
}

/* ---- what stands around it ---- */

/* "c:1325394060,s:r003669946*5D" between backslashes. */
static void tag_block_read(struct span block, struct nmea_sentence *sentence)
{
    struct span part;
    int64_t number;

    while (span_cut(&block, ',', &part)) {
        struct span star = part;
        span_cut(&star, '*', &part);
        if (span_starts(part, "s:"))
            sentence->source = after(part, 2);
        if (span_starts(part, "g:"))
            sentence->group = after(part, 2);
        /* Seconds; some write milliseconds. */
        if (span_starts(part, "c:") && span_to_int64(after(part, 2), &number) && number > 0
            && number < INT64_C(100000000000000))
            sentence->at_ms = number > INT64_C(100000000000) ? number : number * 1000;
    }
}

static void before_read(struct span before, struct nmea_sentence *sentence)
{
    const char *open = before.length ? memchr(before.bytes, '\\', before.length) : NULL;

    if (!open)
        return;
    struct span rest = after(before, (size_t)(open - before.bytes) + 1), block;
    if (span_cut(&rest, '\\', &block))
        tag_block_read(block, sentence);
}

/* ",d-109,S2105,...,r003669946,1325394060": the United States Coast Guard's stations. */
static void behind_read(struct span behind, struct nmea_sentence *sentence)
{
    struct span part;
    bool station = false;
    int64_t number;

    while (span_cut(&behind, ',', &part)) {
        part = span_trim(part);
        if (station && part.length == 10 && span_to_int64(part, &number)) {
            sentence->at_ms = number * 1000;
            return;
        }
        station = part.length > 1 && (part.bytes[0] == 'r' || part.bytes[0] == 'b');
        if (station)
            sentence->source = part;
    }
}

static void address_read(struct span address, struct nmea_sentence *sentence)
{
    size_t talker = span_starts(address, "P") ? 1 : 2;

    if (talker > address.length)
        talker = address.length;
    sentence->talker = span_from(address.bytes, talker);
    sentence->type = after(address, talker);
}

struct verdict nmea_read(struct span line, struct nmea_sentence *ret_sentence)
{
    struct nmea_sentence sentence = { 0 };
    size_t at = 0, length = 0;
    enum refusal refusal = sentence_find(line, &at, &length);
    struct span rest, field;

    if (refusal == REFUSED_BAD_SYNTAX)
        return refused(refusal, 0, "sentence");
    if (refusal != REFUSED_NOT)
        return refused(refusal, at + length, "checksum");
    sentence.start = line.bytes[at];
    sentence.text = span_from(line.bytes + at, length);
    rest = after(sentence.text, 1);
    span_cut(&rest, ',', &field);
    address_read(field, &sentence);
    while (span_cut(&rest, ',', &field)) {
        if (sentence.field_count == NMEA_FIELDS_MAX)
            return refused(REFUSED_TOO_LONG, at, "sentence");
        sentence.fields[sentence.field_count++] = field;
    }
    before_read(span_from(line.bytes, at), &sentence);
    behind_read(after(line, at + length + 3), &sentence);
    *ret_sentence = sentence;
    return accepted();
}

struct span nmea_field(const struct nmea_sentence *sentence, uint32_t number)
{
    return number < sentence->field_count ? sentence->fields[number] : span_of("");
}

/* ---- fields ---- */

static bool digits_read(struct span text, size_t at, size_t count, int32_t *ret_number)
{
    *ret_number = 0;
    if (at + count > text.length)
        return false;
    for (size_t i = at; i < at + count; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        *ret_number = *ret_number * 10 + text.bytes[i] - '0';
    }
    return true;
}

/* "132820.60" as ms since midnight. A leap second is the one before it. */
static bool time_read(struct span text, int64_t *ret_time_ms)
{
    int32_t hour, minute, second;
    double fraction = 0;

    if (!digits_read(text, 0, 2, &hour) || !digits_read(text, 2, 2, &minute)
        || !digits_read(text, 4, 2, &second) || hour > 23 || minute > 59 || second > 60)
        return false;
    if (text.length > 6 && (text.bytes[6] != '.' ||
                            (text.length > 7 && !span_to_double(after(text, 6), &fraction))))
        return false;
    *ret_time_ms = ((int64_t)hour * 60 + minute) * 60000 + (second == 60 ? 59 : second) * 1000
                   + (int64_t)(fraction * 1000 + 0.5);
    return true;
}

static bool date_of(int32_t year, int32_t month, int32_t day, int64_t *ret_day_ms)
{
    struct civil civil = { .year = year, .month = month, .day = day };

    if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1980)
        return false;
    *ret_day_ms = civil_to_ms(&civil);
    struct civil again = civil_from_ms(*ret_day_ms);
    return again.day == day && again.month == month;        /* No 31st of February. */
}

/* "180320", the century by NMEA's own pivot. */
static bool date_read(struct span text, int64_t *ret_day_ms)
{
    int32_t day, month, year;

    if (text.length != 6 || !digits_read(text, 0, 2, &day) || !digits_read(text, 2, 2, &month)
        || !digits_read(text, 4, 2, &year))
        return false;
    return date_of(year + (year >= 80 ? 1900 : 2000), month, day, ret_day_ms);
}

/* "4134.49821229", "N": degrees and minutes. */
static bool angle_read(struct span text, struct span side, size_t degree_digits, const char *sides,
                       double *ret_degrees)
{
    double number;

    if (side.length != 1 || !strchr(sides, side.bytes[0]) || text.length < degree_digits + 2
        || text.bytes[0] < '0' || text.bytes[0] > '9' || !span_to_double(text, &number))
        return false;
    double degrees = floor(number / 100), minutes = number - degrees * 100;
    if (minutes >= 60)
        return false;
    *ret_degrees = (degrees + minutes / 60) * (side.bytes[0] == sides[1] ? -1 : 1);
    return true;
}

/* Latitude, N or S, longitude, E or W, from field `first` on. */
static enum refusal point_read(const struct nmea_sentence *sentence, uint32_t first,
                               struct geo_point *ret_point)
{
    struct geo_point point;

    if (!angle_read(nmea_field(sentence, first), nmea_field(sentence, first + 1), 1, "NS",
                    &point.lat_deg)
        || !angle_read(nmea_field(sentence, first + 2), nmea_field(sentence, first + 3), 1, "EW",
                       &point.lon_deg))
        return REFUSED_NOT_A_NUMBER;
    if (!geo_plausible(point))
        return REFUSED_OUT_OF_RANGE;
    *ret_point = geo_rounded(point);
    return REFUSED_NOT;
}

static double number_of(struct span text)
{
    double number;

    return text.length > 0 && span_to_double(text, &number) ? number : NAN;
}

static double course_of(struct span text)
{
    double course = number_of(text);

    return course >= 0 && course <= 360 ? course : NAN;
}

static double speed_of(struct span text)
{
    double knots = number_of(text);

    return knots >= 0 && knots < 2000 ? knots * MPS_OF_KNOT : NAN;
}

/* ---- time ---- */

static int64_t day_nearest(int64_t now_ms, int64_t time_ms)
{
    int64_t day_ms = now_ms - now_ms % DAY_MS;

    if (day_ms + time_ms > now_ms + DAY_MS / 2)
        return day_ms - DAY_MS;
    return day_ms + time_ms < now_ms - DAY_MS / 2 ? day_ms + DAY_MS : day_ms;
}

/* The instant of a time of day: past midnight it is the next day, before the RMC that says so. */
static int64_t instant_of(struct nmea_receiver *receiver, int64_t time_ms, int64_t now_ms)
{
    if (receiver->day_ms == 0)
        return day_nearest(now_ms, time_ms) + time_ms;
    if (time_ms < receiver->time_ms - DAY_MS / 2)
        receiver->day_ms += DAY_MS;
    else if (time_ms > receiver->time_ms + DAY_MS / 2)
        receiver->day_ms -= DAY_MS;
    receiver->time_ms = time_ms;
    return receiver->day_ms + time_ms;
}

/* ---- sentences ---- */

/* One sentence on its way through. */
struct taking {
    struct nmea_receiver *receiver;
    const struct nmea_sentence *sentence;
    int64_t now_ms;
    struct nmea_fix *fix;
    struct verdict *verdict;
};

static enum nmea_found wrong(const struct taking *taking, enum refusal refusal, const char *field)
{
    *taking->verdict = refused(refusal, 0, field);
    return NMEA_WRONG;
}

static bool said_with(int64_t said_ms, int64_t time_ms)
{
    return said_ms && llabs(said_ms - 1 - time_ms) <= 1500;
}

/* Position at field `first`, time at `time_field`; what VTG and GST said of about that time. */
static enum nmea_found position_take(const struct taking *taking, uint32_t time_field,
                                     uint32_t first)
{
    struct nmea_receiver *receiver = taking->receiver;
    int64_t time_ms;

    if (!time_read(nmea_field(taking->sentence, time_field), &time_ms))
        return wrong(taking, REFUSED_NOT_A_TIME, "time");
    enum refusal refusal = point_read(taking->sentence, first, &taking->fix->location);
    if (refusal != REFUSED_NOT)
        return wrong(taking, refusal, "lat, lon");
    taking->fix->at_ms = instant_of(receiver, time_ms, taking->now_ms);
    taking->fix->speed_mps = said_with(receiver->vtg_at_ms, time_ms) ? receiver->speed_mps : NAN;
    taking->fix->course_deg = said_with(receiver->vtg_at_ms, time_ms) ? receiver->course_deg : NAN;
    taking->fix->accuracy_m = said_with(receiver->gst_at_ms, time_ms) ? receiver->accuracy_m : NAN;
    return NMEA_FIX;
}

static enum nmea_found rmc_take(const struct taking *taking)
{
    const struct nmea_sentence *sentence = taking->sentence;
    struct nmea_receiver *receiver = taking->receiver;
    int64_t day_ms, time_ms;

    if (!span_is(nmea_field(sentence, 1), "A") || span_is(nmea_field(sentence, 11), "N"))
        return NMEA_NO_FIX;
    if (!date_read(nmea_field(sentence, 8), &day_ms))
        return wrong(taking, REFUSED_NOT_A_TIME, "date");
    if (!time_read(nmea_field(sentence, 0), &time_ms))
        return wrong(taking, REFUSED_NOT_A_TIME, "time");
    receiver->day_ms = day_ms;
    receiver->time_ms = time_ms;
    enum nmea_found found = position_take(taking, 0, 2);
    if (found != NMEA_FIX)
        return found;
    taking->fix->speed_mps = speed_of(nmea_field(sentence, 6));
    taking->fix->course_deg = course_of(nmea_field(sentence, 7));
    receiver->has_rmc = true;
    receiver->since_rmc = 0;
    return NMEA_FIX;
}

/* A position that an RMC of the same cycle repeats says nothing new. */
static enum nmea_found lesser_take(const struct taking *taking, bool is_fix, uint32_t time_field,
                                   uint32_t first)
{
    struct nmea_receiver *receiver = taking->receiver;

    if (!is_fix)
        return NMEA_NO_FIX;
    enum nmea_found found = position_take(taking, time_field, first);
    if (found != NMEA_FIX)
        return found;
    uint32_t wait = receiver->has_rmc        ? POSITIONS_WITHOUT_RMC
                    : receiver->day_ms == 0 ? POSITIONS_WITHOUT_DATE
                                            : 0;
    if (receiver->since_rmc < wait) {
        receiver->since_rmc++;
        return NMEA_PART;
    }
    receiver->has_rmc = false;
    return NMEA_FIX;
}

/* Quality 0 is no fix, 6 dead reckoning, 7 typed in, 8 made up. */
static enum nmea_found gga_take(const struct taking *taking)
{
    struct span quality = nmea_field(taking->sentence, 5);
    bool is_fix = quality.length == 1 && strchr("123459", quality.bytes[0]);

    return lesser_take(taking, is_fix, 0, 1);
}

/* One letter a system, N where that has no fix. */
static enum nmea_found gns_take(const struct taking *taking)
{
    struct span mode = nmea_field(taking->sentence, 5);
    bool is_fix = false;

    for (size_t i = 0; i < mode.length; i++)
        is_fix |= strchr("ADPRF", mode.bytes[i]) != NULL;
    return lesser_take(taking, is_fix, 0, 1);
}

static enum nmea_found gll_take(const struct taking *taking)
{
    bool is_fix = !span_is(nmea_field(taking->sentence, 5), "V")
                  && !span_is(nmea_field(taking->sentence, 6), "N");

    /* The oldest receivers leave the time out of it: then it dates nothing. */
    if (is_fix && nmea_field(taking->sentence, 4).length == 0)
        return NMEA_PART;
    return lesser_take(taking, is_fix, 4, 0);
}

static enum nmea_found vtg_take(const struct taking *taking)
{
    struct nmea_receiver *receiver = taking->receiver;
    bool letters = span_is(nmea_field(taking->sentence, 1), "T");

    receiver->course_deg = course_of(nmea_field(taking->sentence, 0));
    receiver->speed_mps = speed_of(nmea_field(taking->sentence, letters ? 4 : 2));
    receiver->vtg_at_ms = receiver->time_ms + 1;
    return NMEA_PART;
}

/* Standard deviations of latitude and longitude; two of their root sum hold 95 in a hundred. */
static enum nmea_found gst_take(const struct taking *taking)
{
    struct nmea_receiver *receiver = taking->receiver;
    double north_m = number_of(nmea_field(taking->sentence, 5));
    double east_m = number_of(nmea_field(taking->sentence, 6));
    double accuracy_m = 2 * sqrt(north_m * north_m + east_m * east_m);
    int64_t time_ms;

    if (!time_read(nmea_field(taking->sentence, 0), &time_ms) || !(accuracy_m <= 1e6))
        return NMEA_PART;
    receiver->accuracy_m = accuracy_m;
    receiver->gst_at_ms = time_ms + 1;
    return NMEA_PART;
}

static enum nmea_found zda_take(const struct taking *taking)
{
    struct span day = nmea_field(taking->sentence, 1), month = nmea_field(taking->sentence, 2);
    struct span year = nmea_field(taking->sentence, 3);
    int32_t numbers[3];
    int64_t day_ms, time_ms;

    if (!digits_read(day, 0, 2, &numbers[0]) || !digits_read(month, 0, 2, &numbers[1])
        || !digits_read(year, 0, 4, &numbers[2])
        || !date_of(numbers[2], numbers[1], numbers[0], &day_ms)
        || !time_read(nmea_field(taking->sentence, 0), &time_ms))
        return NMEA_PART;
    taking->receiver->day_ms = day_ms;
    taking->receiver->time_ms = time_ms;
    return NMEA_PART;
}

enum nmea_found nmea_take(struct nmea_receiver *receiver, const struct nmea_sentence *sentence,
                          int64_t now_ms, struct nmea_fix *ret_fix, struct verdict *ret_verdict)
{
    static const struct {
        const char *type;
        enum nmea_found (*take)(const struct taking *taking);
    } types[] = {
        { "RMC", rmc_take }, { "GGA", gga_take }, { "GNS", gns_take }, { "GLL", gll_take },
        { "VTG", vtg_take }, { "GST", gst_take }, { "ZDA", zda_take },
    };
    struct taking taking = { receiver, sentence, now_ms, ret_fix, ret_verdict };

    if (sentence->start != '$' || span_is(sentence->talker, "P"))
        return NMEA_OTHER;
    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        if (span_is(sentence->type, types[i].type))
            return types[i].take(&taking);
    return NMEA_OTHER;
}
