#include "feeds/ais.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/when.h"

#define MPS_OF_KNOT (1852.0 / 3600)

/* ---- parts ---- */

struct open_message {
    char key[16];                       /* Sequence, channel, number of parts; "" is free. */
    uint32_t from, total, next;         /* Parts come in order. */
    int64_t at_ms;
    char payload[AIS_PAYLOAD_BYTES_MAX];
    size_t length;
};

struct ais_joiner {
    struct open_message open[AIS_OPEN_MAX];
    char whole[AIS_PAYLOAD_BYTES_MAX];
};

struct ais_joiner *ais_joiner_new(void)
{
    return base_alloc(1, sizeof(struct ais_joiner));
}

void ais_joiner_free(struct ais_joiner *joiner)
{
    base_free(joiner);
}

bool ais_is_sentence(const struct nmea_sentence *sentence)
{
    return sentence->start == '!'
           && (span_is(sentence->type, "VDM") || span_is(sentence->type, "VDO"));
}

static struct open_message *open_find(struct ais_joiner *joiner, const char *key, uint32_t from)
{
    for (size_t i = 0; i < AIS_OPEN_MAX; i++)
        if (joiner->open[i].from == from && strcmp(joiner->open[i].key, key) == 0)
            return &joiner->open[i];
    return NULL;
}

static struct open_message *open_oldest(struct ais_joiner *joiner)
{
    struct open_message *oldest = &joiner->open[0];

    for (size_t i = 0; i < AIS_OPEN_MAX; i++) {
        struct open_message *open = &joiner->open[i];
        if (!open->key[0])
            return open;
        if (open->at_ms < oldest->at_ms)
            oldest = open;
    }
    return oldest;
}

static bool number_read(struct span text, uint32_t least, uint32_t most, uint32_t *ret_number)
{
    int64_t number;

    if (!span_to_int64(text, &number) || number < least || number > most)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* A part that is not the next one ends what was waited for: it can no longer become whole. */
static enum ais_joined part_take(struct ais_joiner *joiner, const char *key, uint32_t from,
                                 uint32_t total, uint32_t number, struct span payload,
                                 int64_t now_ms, struct span *ret_payload)
{
    struct open_message *open = open_find(joiner, key, from);

    if (number == 1) {
        open = open ? open : open_oldest(joiner);
        *open = (struct open_message){ .from = from, .total = total, .next = 1, .at_ms = now_ms };
        snprintf(open->key, sizeof open->key, "%s", key);
    }
    if (!open || open->next != number || now_ms - open->at_ms > AIS_PART_WAIT_MS
        || open->length + payload.length > sizeof open->payload) {
        if (open)
            open->key[0] = '\0';
        return AIS_WAITS;
    }
    memcpy(open->payload + open->length, payload.bytes, payload.length);
    open->length += payload.length;
    open->next++;
    if (number < total)
        return AIS_WAITS;
    memcpy(joiner->whole, open->payload, open->length);
    *ret_payload = span_from(joiner->whole, open->length);
    open->key[0] = '\0';
    return AIS_WHOLE;
}

enum ais_joined ais_join(struct ais_joiner *joiner, const struct nmea_sentence *sentence,
                         uint32_t from, int64_t now_ms, struct span *ret_payload,
                         uint32_t *ret_fill, struct verdict *ret_verdict)
{
    struct span sequence = nmea_field(sentence, 2), channel = nmea_field(sentence, 3);
    struct span payload = nmea_field(sentence, 4);
    uint32_t total, number, fill = 0;
    char key[16];

    *ret_verdict = refused(REFUSED_NOT_A_NUMBER, 0, "total");
    if (!number_read(nmea_field(sentence, 0), 1, AIS_PARTS_MAX, &total))
        return AIS_WRONG;
    *ret_verdict = refused(REFUSED_NOT_A_NUMBER, 0, "number");
    if (!number_read(nmea_field(sentence, 1), 1, total, &number))
        return AIS_WRONG;
    /* Some loggers leave the fill bits out of a part that has none. */
    *ret_verdict = refused(REFUSED_NOT_A_NUMBER, 0, "fill");
    if (nmea_field(sentence, 5).length > 0 && !number_read(nmea_field(sentence, 5), 0, 5, &fill))
        return AIS_WRONG;
    *ret_verdict = accepted();
    *ret_fill = fill;
    if (total == 1) {
        *ret_payload = payload;
        return AIS_WHOLE;
    }
    snprintf(key, sizeof key, "%c/%c/%u", sequence.length ? sequence.bytes[0] : '-',
             channel.length ? channel.bytes[0] : '-', total);
    return part_take(joiner, key, from, total, number, payload, now_ms, ret_payload);
}

/* ---- bits ---- */

struct bits {
    uint8_t sixes[AIS_PAYLOAD_BYTES_MAX];
    uint32_t count;
};

/* IEC 61162-1: 0 to W and ` to w stand for 0 to 63. */
static bool bits_read(struct span payload, uint32_t fill, struct bits *bits)
{
    if (payload.length > AIS_PAYLOAD_BYTES_MAX)
        return false;
    for (size_t i = 0; i < payload.length; i++) {
        int value = payload.bytes[i] - 48;
        if (value > 40)
            value -= 8;
        if (value < 0 || value > 63 || (payload.bytes[i] > 'W' && payload.bytes[i] < '`'))
            return false;
        bits->sixes[i] = (uint8_t)value;
    }
    bits->count = (uint32_t)payload.length * 6;
    bits->count -= fill < bits->count ? fill : bits->count;
    return true;
}

/* Bits beyond the end are 0, as ITU-R M.1371 has it for fields cut off; ais_read() says how many
 * must be there. */
static uint32_t number_at(const struct bits *bits, uint32_t from, uint32_t count)
{
    uint32_t number = 0;

    for (uint32_t i = from; i < from + count; i++) {
        uint32_t six = i < bits->count ? bits->sixes[i / 6] : 0;
        number = number << 1 | (six >> (5 - i % 6) & 1);
    }
    return number;
}

static int32_t signed_at(const struct bits *bits, uint32_t from, uint32_t count)
{
    uint32_t number = number_at(bits, from, count), sign = UINT32_C(1) << (count - 1);

    return (int32_t)((number ^ sign)) - (int32_t)sign;
}

/* Six-bit text: @ ends it, blanks at its end are filling. */
static void text_at(const struct bits *bits, uint32_t from, uint32_t letters, char *text,
                    size_t text_bytes)
{
    size_t length = 0;

    for (uint32_t i = 0; i < letters && from + i * 6 + 6 <= bits->count
                         && length + 1 < text_bytes; i++) {
        uint32_t six = number_at(bits, from + i * 6, 6);
        if (six == 0)
            break;
        text[length++] = (char)(six < 32 ? six + 64 : six);
    }
    while (length > 0 && text[length - 1] == ' ')
        length--;
    text[length] = '\0';
}

/* ---- fields that several types share ---- */

/* `per_degree` is 600,000 (1/10,000 minute), or 600 for type 27. */
static void point_at(const struct bits *bits, uint32_t from, uint32_t lon_bits, uint32_t lat_bits,
                     double per_degree, struct ais_message *message)
{
    struct geo_point point = {
        .lon_deg = signed_at(bits, from, lon_bits) / per_degree,
        .lat_deg = signed_at(bits, from + lon_bits, lat_bits) / per_degree,
    };

    /* 181 and 91 say "not available". */
    if (geo_plausible(point))
        message->location = geo_rounded(point);
}

/* Tenths of a knot; 1023 is unknown, 1022 is 102.2 or more. */
static double speed_at(const struct bits *bits, uint32_t from)
{
    uint32_t tenths = number_at(bits, from, 10);

    return tenths == 1023 ? NAN : tenths / 10.0 * MPS_OF_KNOT;
}

static double course_at(const struct bits *bits, uint32_t from)
{
    uint32_t tenths = number_at(bits, from, 12);

    return tenths >= 3600 ? NAN : tenths / 10.0;
}

static double heading_at(const struct bits *bits, uint32_t from)
{
    uint32_t degrees = number_at(bits, from, 9);

    return degrees >= 360 ? NAN : (double)degrees;
}

/* ---- types ---- */

static void position_a(const struct bits *bits, struct ais_message *message)    /* 1, 2, 3 */
{
    message->status = number_at(bits, 38, 4);
    message->speed_mps = speed_at(bits, 50);
    message->accurate = number_at(bits, 60, 1);
    point_at(bits, 61, 28, 27, 600000, message);
    message->course_deg = course_at(bits, 116);
    message->heading_deg = heading_at(bits, 128);
    message->second = number_at(bits, 137, 6);
}

static void base_station(const struct bits *bits, struct ais_message *message)  /* 4, 11 */
{
    struct civil civil = {
        .year = (int32_t)number_at(bits, 38, 14), .month = (int32_t)number_at(bits, 52, 4),
        .day = (int32_t)number_at(bits, 56, 5), .hour = (int32_t)number_at(bits, 61, 5),
        .minute = (int32_t)number_at(bits, 66, 6), .second = (int32_t)number_at(bits, 72, 6),
    };

    if (civil.year >= 1980 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1
        && civil.day <= 31 && civil.hour < 24 && civil.minute < 60 && civil.second < 60)
        message->at_ms = civil_to_ms(&civil);
    message->accurate = number_at(bits, 78, 1);
    point_at(bits, 79, 28, 27, 600000, message);
}

static void voyage(const struct bits *bits, struct ais_message *message)        /* 5 */
{
    message->imo = number_at(bits, 40, 30);
    text_at(bits, 70, 7, message->callsign, sizeof message->callsign);
    text_at(bits, 112, 20, message->name, sizeof message->name);
    message->ship_type = number_at(bits, 232, 8);
    text_at(bits, 302, 20, message->destination, sizeof message->destination);
}

static void aircraft(const struct bits *bits, struct ais_message *message)      /* 9 */
{
    uint32_t knots = number_at(bits, 50, 10);

    message->speed_mps = knots == 1023 ? NAN : knots * MPS_OF_KNOT;
    message->accurate = number_at(bits, 60, 1);
    point_at(bits, 61, 28, 27, 600000, message);
    message->course_deg = course_at(bits, 116);
    message->second = number_at(bits, 128, 6);
}

static void addressed_text(const struct bits *bits, struct ais_message *message)        /* 12 */
{
    message->to_mmsi = number_at(bits, 40, 30);
    text_at(bits, 72, AIS_TEXT_BYTES, message->text, sizeof message->text);
}

static void broadcast_text(const struct bits *bits, struct ais_message *message)        /* 14 */
{
    text_at(bits, 40, AIS_TEXT_BYTES, message->text, sizeof message->text);
}

static void position_b(const struct bits *bits, struct ais_message *message)    /* 18, 19 */
{
    message->speed_mps = speed_at(bits, 46);
    message->accurate = number_at(bits, 56, 1);
    point_at(bits, 57, 28, 27, 600000, message);
    message->course_deg = course_at(bits, 112);
    message->heading_deg = heading_at(bits, 124);
    message->second = number_at(bits, 133, 6);
    if (message->type != 19)
        return;
    text_at(bits, 143, 20, message->name, sizeof message->name);
    message->ship_type = number_at(bits, 263, 8);
}

static void aid(const struct bits *bits, struct ais_message *message)           /* 21 */
{
    char more[16];

    text_at(bits, 43, 20, message->name, 21);
    message->accurate = number_at(bits, 163, 1);
    point_at(bits, 164, 28, 27, 600000, message);
    message->second = number_at(bits, 253, 6);
    message->off_position = number_at(bits, 259, 1);
    /* A name of twenty letters may go on behind; behind a shorter one stands what happens to. */
    if (number_at(bits, 43 + 19 * 6, 6) == 0)
        return;
    text_at(bits, 272, 14, more, sizeof more);
    snprintf(message->name + strlen(message->name),
             sizeof message->name - strlen(message->name), "%s", more);
}

static void static_b(const struct bits *bits, struct ais_message *message)      /* 24 */
{
    if (number_at(bits, 38, 2) == 0) {
        text_at(bits, 40, 20, message->name, sizeof message->name);
        return;
    }
    message->ship_type = number_at(bits, 40, 8);
    text_at(bits, 90, 7, message->callsign, sizeof message->callsign);
}

static void long_range(const struct bits *bits, struct ais_message *message)    /* 27 */
{
    uint32_t knots = number_at(bits, 79, 6), degrees = number_at(bits, 85, 9);

    message->accurate = number_at(bits, 38, 1);
    message->status = number_at(bits, 40, 4);
    point_at(bits, 44, 18, 17, 600, message);
    message->speed_mps = knots == 63 ? NAN : knots * MPS_OF_KNOT;
    message->course_deg = degrees >= 360 ? NAN : (double)degrees;
}

static const struct {
    uint32_t type, bits_min;            /* Up to the last field that must be there. */
    void (*read)(const struct bits *bits, struct ais_message *message);
} types[] = {
    { 1, 143, position_a },     { 2, 143, position_a },    { 3, 143, position_a },
    { 4, 134, base_station },   { 5, 240, voyage },        { 9, 134, aircraft },
    { 11, 134, base_station },  { 12, 72, addressed_text }, { 14, 40, broadcast_text },
    { 18, 139, position_b },    { 19, 271, position_b },   { 21, 260, aid },
    { 24, 132, static_b },      { 27, 94, long_range },
};

void ais_message_init(struct ais_message *message)
{
    *message = (struct ais_message){ .location = geo_unknown(), .speed_mps = NAN,
                                     .course_deg = NAN, .heading_deg = NAN, .second = 60,
                                     .status = AIS_STATUS_UNSAID };
}

struct verdict ais_read(struct span payload, uint32_t fill, struct ais_message *ret_message)
{
    struct ais_message message;
    struct bits bits;

    if (!bits_read(payload, fill, &bits))
        return refused(REFUSED_BAD_SYNTAX, 0, "payload");
    if (bits.count < 38)
        return refused(REFUSED_TRUNCATED, bits.count / 6, "payload");
    ais_message_init(&message);
    message.type = number_at(&bits, 0, 6);
    message.mmsi = number_at(&bits, 8, 30);
    if (message.mmsi > 999999999)
        return refused(REFUSED_OUT_OF_RANGE, 1, "mmsi");
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        if (types[i].type != message.type)
            continue;
        if (bits.count < types[i].bits_min)
            return refused(REFUSED_TRUNCATED, bits.count / 6, "payload");
        types[i].read(&bits, &message);
        *ret_message = message;
        return accepted();
    }
    return refused(REFUSED_UNSUPPORTED, 0, "type");
}

const char *ais_beacon_word(uint32_t mmsi)
{
    switch (mmsi / 1000000) {
    case 970:
        return "SART";
    case 972:
        return "MOB";
    case 974:
        return "EPIRB";
    }
    return "";
}
