/* test_nmea.c - NMEA 0183, AIS and gpsd's JSON without a socket: sentences, fixes, messages, whose
 * unit it is, what rings; and the recordings of others against what others decoded from them. */
#include <dirent.h>
#include <math.h>
#include <stdlib.h>

#include "app/base/json.h"
#include "app/base/when.h"
#include "feeds/nmea_desk.h"
#include "tests/check.h"
#include "tests/site.h"

/* 2026-03-21T14:12:04Z */
#define NOW_MS INT64_C(1774102324000)
#define MPS_OF_KNOT (1852.0 / 3600)

/* ---- sentences ---- */

/* Goal: a sentence is found in its line, or refused for what is wrong with it. Method: a line a
 * row; the vectors of the fact sheet among them. */
static const struct {
    const char *name, *line;
    enum refusal refusal;
    const char *found;          /* "TALKER TYPE fields source time", or the field refused. */
} sentences[] = {
    { "GGA", "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47", REFUSED_NOT,
      "GP GGA 14  0" },
    { "RMC", "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A", REFUSED_NOT,
      "GP RMC 11  0" },
    { "AIS", "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C", REFUSED_NOT, "AI VDM 6  0" },
    { "small letters in the sum", "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5c", REFUSED_NOT,
      "AI VDM 6  0" },
    { "a tag block", "\\s:r003669946,c:1325394060*2A\\!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,"
      "0*5C", REFUSED_NOT, "AI VDM 6 r003669946 1325394060000" },
    { "a tag block in ms", "\\c:1325394060123*2A\\!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C",
      REFUSED_NOT, "AI VDM 6  1325394060123" },
    { "a station's stamp", "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C,d-080,S2118,"
      "t050056.00,T56.4837741,r003669946,1325394060,1325394001", REFUSED_NOT,
      "AI VDM 6 r003669946 1325394060000" },
    { "binary before it", "\xB5\x62$\x01!A$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,"
      "230394,003.1,W*6A", REFUSED_NOT, "GP RMC 11  0" },
    { "a torn one before it", "$GPGSV,2,1,08,23$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,"
      "230394,003.1,W*6A", REFUSED_NOT, "GP RMC 11  0" },
    { "proprietary", "$PGRME,9.1,M,15.0,M,12.0,M*21", REFUSED_NOT, "P GRME 6  0" },
    { "another sum", "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*48",
      REFUSED_WRONG_CHECKSUM, "checksum" },
    { "no sum", "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
      REFUSED_FIELD_MISSING, "checksum" },
    { "half a sum", "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*4",
      REFUSED_FIELD_MISSING, "checksum" },
    { "no sentence", "hello world", REFUSED_BAD_SYNTAX, "sentence" },
    { "a dollar", "$", REFUSED_BAD_SYNTAX, "sentence" },
};

static void sentences_are_found_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sentences); i++) {
        struct nmea_sentence read;
        char found[160];
        CASE("%s", sentences[i].name);
        struct verdict verdict = nmea_read(span_of(sentences[i].line), &read);
        assert_int_equal(verdict.refusal, sentences[i].refusal);
        if (is_accepted(&verdict))
            snprintf(found, sizeof found, "%.*s %.*s %u %.*s %lld", (int)read.talker.length,
                     read.talker.bytes, (int)read.type.length, read.type.bytes, read.field_count,
                     (int)read.source.length, read.source.length ? read.source.bytes : "",
                     (long long)read.at_ms);
        else
            snprintf(found, sizeof found, "%s", verdict.field);
        assert_string_equal(found, sentences[i].found);
    }
}

/* ---- desks ---- */

struct room {
    struct nmea_desk *desk;
    struct arena *arena;
    struct desk_outcome outcome;
};

static struct room room_new(const struct desk_terms *terms, const char *units)
{
    struct room room = { .desk = nmea_desk_new(terms), .arena = arena_new() };
    struct span lines = span_of(units), line;
    char sentence[200];

    while (lines.length > 0 && span_cut(&lines, '\n', &line))
        if (!nmea_desk_unit(room.desk, line, sentence, sizeof sentence))
            fail_msg("%s", sentence);
    return room;
}

static void room_free(struct room *room)
{
    nmea_desk_free(room->desk);
    arena_free(room->arena);
}

/* Takes a line; a sentence without its checksum gets it. */
static void hear_from(struct room *room, const char *text, const char *from, int64_t now_ms)
{
    const char *start = strrchr(text, '$') ? strrchr(text, '$') : strrchr(text, '!');
    char line[600];
    uint8_t sum = 0;

    for (const char *at = start ? start + 1 : ""; *at; at++)
        sum ^= (uint8_t)*at;
    bool bare = start && !strchr(start, '*');
    snprintf(line, sizeof line, bare ? "%s*%02X" : "%s", text, (unsigned)sum);
    nmea_desk_take(room->desk, span_of(line), from, now_ms, room->arena, &room->outcome);
}

static void hear(struct room *room, const char *text)
{
    hear_from(room, text, "", NOW_MS);
}

static const char *said(struct room *room)
{
    struct buffer text = { 0 };

    if (!is_accepted(&room->outcome.verdict))
        buffer_print(&text, "! %s %s", refusal_text(room->outcome.verdict.refusal),
                     room->outcome.verdict.field);
    for (uint32_t i = 0; i < room->outcome.count; i++) {
        struct report *report = &room->outcome.reports[i];
        char at[WHEN_TEXT_BYTES];
        when_text(report_at_ms(report), at);
        if (report->kind == REPORT_LOCATION)
            buffer_print(&text, "%s%s %s %.4f,%.4f %.1f %.0f", i ? " | " : "",
                         report->location.unit, at, report->location.location.lat_deg,
                         report->location.location.lon_deg, report->location.speed_mps,
                         report->location.course_deg);
        else
            buffer_print(&text, "%s%s/%s/%s %s", i ? " | " : "", report->alarm.point,
                         report->alarm.condition,
                         report->alarm.state == ALARM_STATE_ACTIVE ? "+" : "-",
                         report->alarm.text);
    }
    const char *copy = arena_copy(room->arena, buffer_span(&text));
    buffer_clear(&text);
    return copy;
}

static const struct desk_terms all = { .others = true, .trust_clocks = true };

/* Goal: each sentence says what it can: RMC makes the fix; where there is none, the others do;
 * times cross midnight and centuries. Method: sentences a row, in order, and what the last says. */
static const struct {
    const char *name, *sentences, *said;
} fixes[] = {
    { "RMC", "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W",
      "GPS 1994-03-23T12:35:19Z 48.1173,11.5167 11.5 84" },
    { "south and west", "$GPRMC,123519.25,A,4807.038,S,01131.000,W,0,,230326,,",
      "GPS 2026-03-23T12:35:19.250Z -48.1173,-11.5167 0.0 nan" },
    { "status V", "$GPRMC,123519,V,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W", "" },
    { "mode N", "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W,N", "" },
    { "0N 0E", "$GPRMC,123519,A,0000.000,N,00000.000,E,0,0,230394,,", "! out of range lat, lon" },
    { "latitude 91", "$GPRMC,123519,A,9107.038,N,01131.000,E,0,0,230394,,",
      "! out of range lat, lon" },
    { "60 minutes", "$GPRMC,123519,A,4860.000,N,01131.000,E,0,0,230394,,",
      "! not a number lat, lon" },
    { "the 31st of February", "$GPRMC,123519,A,4807.038,N,01131.000,E,0,0,310226,,",
      "! not a time (RFC 3339 with a zone) date" },
    { "25 o'clock", "$GPRMC,253519,A,4807.038,N,01131.000,E,0,0,230326,,",
      "! not a time (RFC 3339 with a zone) time" },
    { "a leap second", "$GPRMC,235960,A,4807.038,N,01131.000,E,0,0,311216,,",
      "GPS 2016-12-31T23:59:59Z 48.1173,11.5167 0.0 0" },
    { "GGA waits for a date",
      "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,", "" },
    { "GGA after ZDA", "$GPZDA,123518,23,03,2026,00,00\n"
      "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
      "GPS 2026-03-23T12:35:19Z 48.1173,11.5167 nan nan" },
    { "GGA without a fix", "$GPZDA,123518,23,03,2026,00,00\n$GPGGA,123519,,,,,0,,,,M,,M,,", "" },
    { "GGA made up", "$GPZDA,123518,23,03,2026,00,00\n"
      "$GPGGA,123519,4807.038,N,01131.000,E,8,08,0.9,545.4,M,46.9,M,,", "" },
    { "GGA in an RMC's cycle", "$GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230326,,\n"
      "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,", "" },
    { "GLL and VTG", "$GPZDA,123518,23,03,2026,00,00\n$GPVTG,90.5,T,,M,10,N,18.5,K\n"
      "$GPGLL,4807.038,N,01131.000,E,123518,A", "GPS 2026-03-23T12:35:18Z 48.1173,11.5167 5.1 90" },
    { "GNS", "$GNZDA,123518,23,03,2026,00,00\n"
      "$GNGNS,123519,4807.038,N,01131.000,E,AN,12,0.9,545.4,46.9,,",
      "GPS 2026-03-23T12:35:19Z 48.1173,11.5167 nan nan" },
    { "GNS without a fix", "$GNZDA,123518,23,03,2026,00,00\n"
      "$GNGNS,123519,4807.038,N,01131.000,E,NN,12,0.9,545.4,46.9,,", "" },
    { "over midnight", "$GPZDA,235959,31,12,2026,00,00\n"
      "$GPGGA,000000,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,",
      "GPS 2027-01-01T00:00:00Z 48.1173,11.5167 nan nan" },
    { "another's sentence", "$GPGSV,2,1,08,23,06,084,00", "" },
    { "a comment", "# Name: BU-303", "" },
    { "gpsd", "{\"class\":\"TPV\",\"device\":\"/dev/gps0\",\"mode\":3,\"time\":"
      "\"2020-04-07T21:39:50.000Z\",\"lat\":52.842278167,\"lon\":5.70582,\"speed\":0.010}",
      "GPS 2020-04-07T21:39:50Z 52.8423,5.7058 0.0 nan" },
    { "gpsd without a fix", "{\"class\":\"TPV\",\"mode\":1,\"time\":\"2020-04-07T21:39:50.000Z\"}",
      "" },
    { "gpsd's SKY", "{\"class\":\"SKY\",\"hdop\":1.03}", "" },
    { "no class", "{\"mode\":3}", "! a required field is missing class" },
    { "half of it", "{\"class\":\"TPV\",\"mo", "! it ends too early " },
};

static void sentences_become_fixes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(fixes); i++) {
        struct room room = room_new(&all, "");
        struct span lines = span_of(fixes[i].sentences), line;
        char text[400];
        CASE("%s", fixes[i].name);
        while (span_cut(&lines, '\n', &line)) {
            snprintf(text, sizeof text, "%.*s", (int)line.length, line.bytes);
            hear(&room, text);
        }
        assert_string_equal(said(&room), fixes[i].said);
        room_free(&room);
    }
}

/* Goal: a receiver that only says GGA is used after the few that wait for a date. */
static void a_receiver_without_a_date_is_used_today(void **state)
{
    struct room room = room_new(&all, "");

    (void)state;
    for (int i = 0; i < 5; i++)
        hear(&room, "$GPGGA,141200,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,");
    assert_string_equal(said(&room), "GPS 2026-03-21T14:12:00Z 48.1173,11.5167 nan nan");
    hear(&room, "$GPGGA,235959,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,");
    assert_string_equal(said(&room), "GPS 2026-03-21T23:59:59Z 48.1173,11.5167 nan nan");
    room_free(&room);
}

/* Goal: a live receiver whose date is years off still moves its unit. */
static void a_clock_far_off_is_not_believed(void **state)
{
    struct desk_terms live = { 0 };
    struct room room = room_new(&live, "E7");

    (void)state;
    hear(&room, "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,050806,,");
    assert_string_equal(said(&room), "E7 2026-03-21T14:12:04Z 48.1173,11.5167 11.5 84");
    hear(&room, "$GPRMC,141200,A,4807.038,N,01131.000,E,022.4,084.4,210326,,");
    assert_string_equal(said(&room), "E7 2026-03-21T14:12:00Z 48.1173,11.5167 11.5 84");
    assert_int_equal(nmea_desk_counts(room.desk)->clocks_off, 1);
    room_free(&room);
}

/* Goal: whose unit it is, the most particular line first; strangers are counted. */
static void units_are_told_apart(void **state)
{
    static const char ship[] = "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0";
    static const char fix[] = "$GPRMC,141200,A,4807.038,N,01131.000,E,,,210326,,";
    struct desk_terms live = { 0 };
    struct room room = room_new(&live, "E1 from=192.0.2.1\nE2 from=192.0.2.1 talker=GN\n"
                                       "E3 source=b7\nFB1 mmsi=477553000\nFB2 mmsi=own");

    (void)state;
    hear_from(&room, fix, "192.0.2.1", NOW_MS);
    assert_non_null(strstr(said(&room), "E1 "));
    hear_from(&room, "$GNRMC,141200,A,4807.038,N,01131.000,E,,,210326,,", "192.0.2.1", NOW_MS);
    assert_non_null(strstr(said(&room), "E2 "));
    hear_from(&room, fix, "192.0.2.9", NOW_MS);
    assert_string_equal(said(&room), "");
    assert_int_equal(nmea_desk_counts(room.desk)->others, 1);
    hear(&room, "\\s:b7*00\\$GPRMC,141200,A,4807.038,N,01131.000,E,,,210326,,");
    assert_non_null(strstr(said(&room), "E3 "));
    hear(&room, ship);
    assert_string_equal(said(&room), "FB1 2026-03-21T14:11:15Z 47.5828,-122.3458 0.0 51");
    hear(&room, "!AIVDO,1,1,,B,15MwkT001nG?tO`K>RA1wUbN0TKH,0");
    assert_non_null(strstr(said(&room), "FB2 "));
    hear(&room, "!AIVDM,1,1,,B,15MwkT001nG?tO`K>RA1wUbN0TKH,0");
    assert_string_equal(said(&room), "");
    room_free(&room);
}

static void wrong_unit_lines_are_told(void **state)
{
    static const char *const wrong[] = { "", "E7 E8", "E7 mmsi=12345678", "E7 mmsi=own7",
                                         "E7 colour=red", "from=192.0.2.1", "E7 from='x" };
    struct desk_terms live = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        struct nmea_desk *desk = nmea_desk_new(&live);
        char sentence[200] = "";
        CASE("%s", wrong[i]);
        assert_false(nmea_desk_unit(desk, span_of(wrong[i]), sentence, sizeof sentence));
        assert_true(sentence[0]);
        nmea_desk_free(desk);
    }
}

/* ---- AIS ---- */

/* Goal: the fact sheet's message is read member by member. */
static void a_position_is_read(void **state)
{
    struct ais_message message;
    struct verdict verdict = ais_read(SPAN("177KQJ5000G?tO`K>RA1wUbN0TKH"), 0, &message);

    (void)state;
    assert_true(is_accepted(&verdict));
    assert_int_equal(message.type, 1);
    assert_int_equal(message.mmsi, 477553000);
    assert_int_equal(message.status, 5);
    assert_true(fabs(message.location.lat_deg - 47.582833) < 1e-6);
    assert_true(fabs(message.location.lon_deg + 122.345833) < 1e-6);
    assert_true(fabs(message.course_deg - 51) < 1e-9);
    assert_true(fabs(message.heading_deg - 181) < 1e-9);
    assert_int_equal(message.second, 15);
    verdict = ais_read(SPAN("177KQJ5000G?tO`K"), 0, &message);
    assert_int_equal(verdict.refusal, REFUSED_TRUNCATED);
    verdict = ais_read(SPAN("177KQJ5000G?tO`K>RA1wUbN0TK\xFF"), 0, &message);
    assert_int_equal(verdict.refusal, REFUSED_BAD_SYNTAX);
    verdict = ais_read(SPAN("177KQJ5000G?tO`K>RA1wUbN0TKX"), 0, &message);
    assert_int_equal(verdict.refusal, REFUSED_BAD_SYNTAX);
    verdict = ais_read(SPAN(""), 0, &message);
    assert_int_equal(verdict.refusal, REFUSED_TRUNCATED);
}

/* Goal: parts are joined across other sentences, by source, in order, within their time. */
static void parts_are_joined(void **state)
{
    static const char first[] = "!AIVDM,2,1,9,B,55R3Vn82=ILTQ3KKS>1<D60Dq@E918U<F222221J1`?164vc03"
                                "S1CCAD,0*2A";
    static const char second[] = "!AIVDM,2,2,9,B,`88888888888880,2*76";
    static const struct {
        const char *name, *order;       /* 1, 2: the parts; x another ship's; - 31 s pass. */
        uint32_t unused_or_named;
    } orders[] = { { "in order", "12", 1 }, { "another between", "1x2", 1 },
                   { "the second alone", "2", 0 }, { "the other way round", "21", 0 },
                   { "too late", "1-2", 0 }, { "the first twice", "112", 1 } };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++) {
        struct ais_joiner *joiner = ais_joiner_new();
        int64_t now_ms = NOW_MS;
        uint32_t whole = 0;
        CASE("%s", orders[i].name);
        for (const char *step = orders[i].order; *step; step++) {
            struct nmea_sentence sentence;
            struct verdict verdict;
            struct ais_message message;
            struct span payload;
            uint32_t fill;
            if (*step == '-') {
                now_ms += 31000;
                continue;
            }
            nmea_read(span_of(*step == '2' ? second : first), &sentence);
            if (ais_join(joiner, &sentence, *step == 'x', now_ms, &payload, &fill, &verdict)
                != AIS_WHOLE)
                continue;
            whole++;
            verdict = ais_read(payload, fill, &message);
            assert_true(is_accepted(&verdict));
            assert_string_equal(message.name, "SEA ENTERPRISE");
            assert_string_equal(message.callsign, "HP6683");
            assert_string_equal(message.destination, "LEMMER");
            assert_int_equal(message.imo, 9266633);
            assert_int_equal(message.ship_type, 90);
        }
        assert_int_equal(whole, orders[i].unused_or_named);
        ais_joiner_free(joiner);
    }
}

/* Writes a payload from bits, as a ship would. */
struct writer {
    char bits[1100];
    uint32_t count;
};

static void put(struct writer *writer, int64_t value, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        writer->bits[writer->count++] = (char)(value >> (count - 1 - i) & 1);
}

static void put_text(struct writer *writer, const char *text)
{
    for (; *text; text++)
        put(writer, *text >= 64 ? *text - 64 : *text, 6);
}

static void sentence_of(const struct writer *writer, char *text, size_t text_bytes)
{
    struct buffer payload = { 0 };
    uint32_t fill = (6 - writer->count % 6) % 6;

    for (uint32_t i = 0; i < writer->count; i += 6) {
        int six = 0;
        for (uint32_t j = i; j < i + 6; j++)
            six = six * 2 + (j < writer->count ? writer->bits[j] : 0);
        buffer_print(&payload, "%c", six < 40 ? six + 48 : six + 56);
    }
    snprintf(text, text_bytes, "!AIVDM,1,1,,A,%s,%u", payload.bytes, fill);
    buffer_clear(&payload);
}

static void position_of(uint32_t mmsi, uint32_t status, char *text, size_t text_bytes)
{
    struct writer writer = { 0 };

    put(&writer, 1, 6), put(&writer, 0, 2), put(&writer, mmsi, 30), put(&writer, status, 4);
    put(&writer, 0, 8), put(&writer, 0, 10), put(&writer, 1, 1);
    put(&writer, -2455800, 28), put(&writer, 30732300, 27);
    put(&writer, 3600, 12), put(&writer, 511, 9), put(&writer, 60, 6), put(&writer, 0, 25);
    sentence_of(&writer, text, text_bytes);
}

static void text_of(uint32_t mmsi, const char *words, char *text, size_t text_bytes)
{
    struct writer writer = { 0 };

    put(&writer, 14, 6), put(&writer, 0, 2), put(&writer, mmsi, 30), put(&writer, 0, 2);
    put_text(&writer, words);
    sentence_of(&writer, text, text_bytes);
}

/* Goal: beacons ring by what they are, once and then once a minute; under test they ring for
 * nobody, and end what they rang; safety texts ring once. */
static void beacons_and_safety_texts_ring(void **state)
{
    static const struct {
        const char *name;
        uint32_t mmsi, status;
        const char *text;               /* NULL: a position. */
        int64_t after_ms;
        const char *said;               /* Its alarms. */
    } heard[] = {
        { "a SART", 970123456, 14, NULL, 0, "MMSI 970123456/SART/+ distress beacon is on" },
        { "again", 970123456, 14, NULL, 1000, "" },
        { "its words", 970123456, 0, "SART ACTIVE", 2000, "" },
        { "a minute later", 970123456, 14, NULL, 60000,
          "MMSI 970123456/SART/+ distress beacon is on" },
        { "switched to test", 970123456, 15, NULL, 61000,
          "MMSI 970123456/SART/- distress beacon under test" },
        { "a man over board", 972123456, 14, NULL, 0,
          "MMSI 972123456/MOB/+ distress beacon is on" },
        { "an EPIRB", 974123456, 14, NULL, 0, "MMSI 974123456/EPIRB/+ distress beacon is on" },
        { "a test from the start", 974999999, 0, "EPIRB TEST", 0,
          "MMSI 974999999/EPIRB/- EPIRB TEST" },
        { "a ship with status 14", 235012345, 14, NULL, 0, "" },
        { "a safety text", 235012345, 0, "MAN OVERBOARD 51-13N 4-05W", 0,
          "MMSI 235012345/SAFETY MESSAGE/+ MAN OVERBOARD 51-13N 4-05W | "
          "MMSI 235012345/SAFETY MESSAGE/- MAN OVERBOARD 51-13N 4-05W" },
        { "the same again", 235012345, 0, "MAN OVERBOARD 51-13N 4-05W", 60000, "" },
        { "the same of another", 235012346, 0, "MAN OVERBOARD 51-13N 4-05W", 60000,
          "MMSI 235012346/SAFETY MESSAGE/+ MAN OVERBOARD 51-13N 4-05W | "
          "MMSI 235012346/SAFETY MESSAGE/- MAN OVERBOARD 51-13N 4-05W" },
        { "an hour later", 235012345, 0, "MAN OVERBOARD 51-13N 4-05W", 3600000,
          "MMSI 235012345/SAFETY MESSAGE/+ MAN OVERBOARD 51-13N 4-05W | "
          "MMSI 235012345/SAFETY MESSAGE/- MAN OVERBOARD 51-13N 4-05W" },
    };
    struct desk_terms live = { 0 };
    struct room room = room_new(&live, "");

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(heard); i++) {
        char sentence[400];
        CASE("%s", heard[i].name);
        if (heard[i].text)
            text_of(heard[i].mmsi, heard[i].text, sentence, sizeof sentence);
        else
            position_of(heard[i].mmsi, heard[i].status, sentence, sizeof sentence);
        hear_from(&room, sentence, "", NOW_MS + heard[i].after_ms);
        assert_string_equal(said(&room), heard[i].said);
        if (room.outcome.count > 0 && !heard[i].text)
            assert_true(fabs(room.outcome.reports[0].alarm.location.lat_deg - 51.2205) < 1e-6);
    }
    room_free(&room);
}

/* ---- against what others decoded ---- */

static bool near(double left, double right, double tolerance)
{
    return (isnan(left) && isnan(right)) || fabs(left - right) <= tolerance;
}

/* A message of ours against gpsd's JSON of it. Tolerances: the last digit that is printed,
 * 0.1 knot and 0.1 degree of course; of a degree 1e-7 by gpsd, and 1e-5 by libais, which prints
 * single precision. */
static void message_check(const struct ais_message *ours, const struct json *theirs,
                          double tolerance_deg)
{
    bool scaled = json_member_flag(theirs, "scaled", true);
    bool coarse = ours->type == 27, whole = ours->type == 9 || coarse;
    double per_degree = scaled ? 1 : coarse ? 600 : 600000;
    double lat = json_member_number(theirs, "lat", NAN) / per_degree;
    double lon = json_member_number(theirs, "lon", NAN) / per_degree;
    double speed = json_member_number(theirs, "speed", NAN) / (scaled || whole ? 1 : 10);
    double course = json_member_number(theirs, "course", NAN) / (scaled || coarse ? 1 : 10);

    if (geo_known(ours->location)) {
        assert_true(near(ours->location.lat_deg, lat, coarse ? 5e-5 : tolerance_deg));
        assert_true(near(ours->location.lon_deg, lon, coarse ? 5e-5 : tolerance_deg));
    } else {
        assert_true(isnan(lat) || fabs(lat) > 90 || fabs(lon) > 180);
    }
    /* Of aircraft libais has tenths of a knot, where ITU-R M.1371 has knots. */
    if (ours->type == 9 && tolerance_deg > 1e-6)
        speed *= 10;
    if (!isnan(ours->speed_mps) && !isnan(speed))
        assert_true(near(ours->speed_mps / MPS_OF_KNOT, speed, 0.051));
    if (!isnan(ours->course_deg))
        assert_true(near(ours->course_deg, course, 0.051));
    /* gpsd puts the two parts of type 24 together. */
    bool part = ours->type == 24;
    /* libais has letters of its own for the marks that no keyboard of a bridge sends. */
    if (tolerance_deg > 1e-6)
        return;
    if (json_member(theirs, "shipname") && !(part && !ours->name[0]))
        assert_string_equal(ours->name, json_member_text(theirs, "shipname", ""));
    if (ours->type == 21)
        assert_string_equal(ours->name, json_member_text(theirs, "name", ""));
    if (json_member(theirs, "callsign") && !(part && !ours->callsign[0]))
        assert_string_equal(ours->callsign, json_member_text(theirs, "callsign", ""));
    if (ours->type == 5)
        assert_string_equal(ours->destination, json_member_text(theirs, "destination", ""));
    if (ours->type == 12 || ours->type == 14)
        assert_string_equal(ours->text, json_member_text(theirs, "text", ""));
    if (ours->type <= 3)
        assert_int_equal(ours->status, json_member_int64(theirs, "status", -1));
}

struct decoded {
    struct buffer lines;                /* Their JSON, what is not AIS passed over. */
    struct span rest;
};

/* The next AIS object of theirs; NULL at the end. The caller frees it. */
static struct json *theirs_next(struct decoded *decoded)
{
    struct span line;
    struct json *json;

    while (decoded->rest.length > 0 && span_cut(&decoded->rest, '\n', &line)) {
        line = span_trim(line);
        if (!span_starts(line, "{"))
            continue;
        struct verdict verdict = json_parse(line, &json);
        if (!is_accepted(&verdict))
            continue;
        if (strcmp(json_member_text(json, "class", ""), "AIS") == 0)
            return json;
        json_free(json);
    }
    return NULL;
}

/* The next of theirs of that ship and type, passing over a few that only they decode. */
static struct json *theirs_find(struct decoded *decoded, const struct ais_message *ours)
{
    /* Of type 24 they print the second part only, with what the first said. */
    bool part = ours->type == 24;
    enum { PASSED_MAX = 40 };
    struct span from = decoded->rest;

    if (part && !ours->callsign[0])
        return NULL;
    for (int passed = 0; passed < PASSED_MAX; passed++) {
        struct json *json = theirs_next(decoded);
        if (!json)
            break;
        if (json_member_int64(json, "mmsi", -1) == ours->mmsi
            && json_member_int64(json, "type", -1) == ours->type)
            return json;
        json_free(json);
    }
    decoded->rest = from;
    return NULL;
}

struct ais_counts {
    uint32_t sentences, messages, compared, alone, unsupported, refused;
};

static void sentences_compare(const char *sentences_path, const char *decoded_path,
                              double tolerance_deg, struct ais_counts *counts)
{
    struct decoded decoded = { 0 };
    struct buffer text = { 0 };
    struct ais_joiner *joiner = ais_joiner_new();
    struct span lines, line, payload;
    uint32_t fill;

    file_read(sentences_path, &text);
    file_read(decoded_path, &decoded.lines);
    decoded.rest = buffer_span(&decoded.lines);
    lines = buffer_span(&text);
    while (lines.length > 0 && span_cut(&lines, '\n', &line)) {
        struct nmea_sentence sentence;
        struct ais_message message;
        struct verdict verdict = nmea_read(line, &sentence);
        if (!is_accepted(&verdict) || !ais_is_sentence(&sentence))
            continue;
        counts->sentences++;
        if (ais_join(joiner, &sentence, 0, NOW_MS, &payload, &fill, &verdict) != AIS_WHOLE)
            continue;
        counts->messages++;
        verdict = ais_read(payload, fill, &message);
        counts->unsupported += verdict.refusal == REFUSED_UNSUPPORTED;
        if (!is_accepted(&verdict)) {
            counts->refused += verdict.refusal != REFUSED_UNSUPPORTED;
            continue;
        }
        struct json *theirs = theirs_find(&decoded, &message);
        counts->compared += theirs != NULL;
        counts->alone += theirs == NULL;
        if (theirs)
            message_check(&message, theirs, tolerance_deg);
        json_free(theirs);
    }
    ais_joiner_free(joiner);
    buffer_clear(&text);
    buffer_clear(&decoded.lines);
}

/* Goal: what gpsd and libais decode from recorded traffic, we decode the same, field by field.
 * Method: each recording beside its JSON; the counts must be these. */
static const struct {
    const char *sentences, *decoded;
    double tolerance_deg;
    struct ais_counts counts;
} recordings[] = {
    { "ais/gpsd/sample.aivdm", "ais/gpsd/sample.aivdm.js.chk", 2e-7,
      { 133, 111, 36, 7, 68, 0 } },
    { "ais/gpsd/sample.aivdm", "ais/gpsd/sample.aivdm.ju.chk", 2e-7,
      { 133, 111, 36, 7, 68, 0 } },
    { "ais/gpsd/ais-nmea.log", "ais/gpsd/ais-nmea.log.chk", 2e-7,
      { 183, 171, 160, 5, 6, 0 } },
    { "ais/gpsd/ais-nmea-type6-fid55.log", "ais/gpsd/ais-nmea-type6-fid55.log.chk", 2e-7,
      { 1480, 1326, 1103, 61, 162, 0 } },
    { "ais/gpsd/ais_unpack_sixbit.log", "ais/gpsd/ais_unpack_sixbit.log.chk", 2e-7,
      { 20, 13, 12, 1, 0, 0 } },
    { "ais/libais/typeexamples.nmea", "ais/libais/typeexamples.json", 1e-5,
      { 26, 26, 12, 1, 10, 3 } },
};

static void ships_are_where_others_see_them(void **state)
{
    bool same = true;

    (void)state;
    skip_without_shared("data/ais/gpsd/sample.aivdm");
    print_message("  sentences messages compared alone unsupported refused\n");
    for (size_t i = 0; i < ARRAY_COUNT(recordings); i++) {
        struct ais_counts counts = { 0 };
        char sentences_path[128], decoded_path[128];
        snprintf(sentences_path, sizeof sentences_path, "../shared/data/%s",
                 recordings[i].sentences);
        snprintf(decoded_path, sizeof decoded_path, "../shared/data/%s", recordings[i].decoded);
        sentences_compare(sentences_path, decoded_path, recordings[i].tolerance_deg, &counts);
        print_message("  { %u, %u, %u, %u, %u, %u } %s\n", counts.sentences, counts.messages,
                      counts.compared, counts.alone, counts.unsupported, counts.refused,
                      recordings[i].decoded);
        same &= memcmp(&counts, &recordings[i].counts, sizeof counts) == 0;
    }
    assert_true(same);
}

/* ---- receivers against gpsd ---- */

struct fix_counts {
    uint32_t logs, fixes, matched, refused, noise;
};

/* gpsd moves a date by 1,024 weeks when it takes it for a week number that rolled over. */
static bool same_instant(int64_t left_ms, int64_t right_ms)
{
    int64_t rollover_ms = INT64_C(1024) * 7 * 86400 * 1000;

    return llabs((left_ms - right_ms) % rollover_ms) <= 10
           || llabs(llabs((left_ms - right_ms) % rollover_ms) - rollover_ms) <= 10;
}

struct their_fix {
    int64_t at_ms;
    double lat_deg, lon_deg;
};

static uint32_t their_fixes(const char *path, struct their_fix **ret_fixes)
{
    struct buffer text = { 0 };
    struct span lines, line;
    uint32_t count = 0, capacity = 0;

    *ret_fixes = NULL;
    file_read(path, &text);
    lines = buffer_span(&text);
    while (lines.length > 0 && span_cut(&lines, '\n', &line)) {
        struct json *json;
        struct their_fix fix;
        if (!span_starts(line, "{\"class\":\"TPV\""))
            continue;
        struct verdict verdict = json_parse(span_trim(line), &json);
        if (!is_accepted(&verdict))
            continue;
        fix.lat_deg = json_member_number(json, "lat", NAN);
        fix.lon_deg = json_member_number(json, "lon", NAN);
        if (when_parse(span_of(json_member_text(json, "time", "")), &fix.at_ms)
            && !isnan(fix.lat_deg)) {
            *ret_fixes = base_grow(*ret_fixes, &capacity, count + 1, sizeof fix);
            (*ret_fixes)[count++] = fix;
        }
        json_free(json);
    }
    buffer_clear(&text);
    return count;
}

/* Of the instant of one of theirs we must be where they are: to 1e-7 degree, our own rounding. */
static void fix_compare(const struct report_location *ours, const struct their_fix *theirs,
                        uint32_t count, struct fix_counts *counts)
{
    double nearest = INFINITY;

    counts->fixes++;
    for (uint32_t i = 0; i < count; i++) {
        if (!same_instant(ours->at, theirs[i].at_ms))
            continue;
        double off = fmax(fabs(theirs[i].lat_deg - ours->location.lat_deg),
                          fabs(theirs[i].lon_deg - ours->location.lon_deg));
        nearest = fmin(nearest, off);
    }
    if (nearest == INFINITY)
        return;
    if (nearest > 1e-7)
        fail_msg("a fix is %g degrees from where gpsd has it", nearest);
    counts->matched++;
}

static void log_compare(const char *folder, const char *name, struct fix_counts *counts)
{
    struct room room = room_new(&all, "");
    struct line_buffer *lines = line_buffer_new(NMEA_LINE_BYTES_MAX);
    struct buffer bytes = { 0 };
    struct their_fix *theirs;
    char path[300];
    struct line line;

    snprintf(path, sizeof path, "%s/%s.chk", folder, name);
    uint32_t count = their_fixes(path, &theirs);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file_read(path, &bytes);
    line_buffer_add(lines, buffer_span(&bytes));
    line_buffer_end(lines);
    counts->logs++;
    while (line_buffer_next(lines, &line)) {
        nmea_desk_take(room.desk, line.text, "", NOW_MS, room.arena, &room.outcome);
        counts->noise += room.outcome.noise;
        counts->refused += !is_accepted(&room.outcome.verdict) && !room.outcome.noise;
        for (uint32_t i = 0; i < room.outcome.count; i++)
            if (room.outcome.reports[i].kind == REPORT_LOCATION)
                fix_compare(&room.outcome.reports[i].location, theirs, count, counts);
        arena_reset(room.arena);
    }
    base_free(theirs);
    buffer_clear(&bytes);
    line_buffer_free(lines);
    room_free(&room);
}

/* Goal: what gpsd makes of the recordings of 91 receivers, hostile ones among them, we make the
 * same. Method: each of our fixes that gpsd has too (it says the first without a time, and drops
 * the last of a log) is where gpsd has it. Eighteen of the logs are binary: noise, and no fix. */
static void receivers_are_where_gpsd_sees_them(void **state)
{
    static const struct fix_counts expected = { 91, 1013, 847, 41, 2998 };
    static const char folder[] = "../shared/data/nmea/gpsd";
    struct fix_counts counts = { 0 };
    struct dirent *entry;

    (void)state;
    skip_without_shared("data/nmea/gpsd");
    DIR *logs = opendir(folder);
    assert_non_null(logs);
    while ((entry = readdir(logs))) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && strcmp(entry->d_name + length - 4, ".log") == 0)
            log_compare(folder, entry->d_name, &counts);
    }
    closedir(logs);
    print_message("  { %u logs, %u fixes, %u matched, %u refused, %u noise }\n", counts.logs,
                  counts.fixes, counts.matched, counts.refused, counts.noise);
    assert_memory_equal(&counts, &expected, sizeof counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_found_or_refused),
        cmocka_unit_test(sentences_become_fixes),
        cmocka_unit_test(a_receiver_without_a_date_is_used_today),
        cmocka_unit_test(a_clock_far_off_is_not_believed),
        cmocka_unit_test(units_are_told_apart),
        cmocka_unit_test(wrong_unit_lines_are_told),
        cmocka_unit_test(a_position_is_read),
        cmocka_unit_test(parts_are_joined),
        cmocka_unit_test(beacons_and_safety_texts_ring),
        cmocka_unit_test(ships_are_where_others_see_them),
        cmocka_unit_test(receivers_are_where_gpsd_sees_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
