/* test_dc09.c - SIA DC-09 without a socket: frames, ciphers, blocks, events, accounts, answers. */
#include <math.h>

#include "app/base/when.h"
#include "feeds/contact_id.h"
#include "feeds/dc09_receiver.h"
#include "feeds/sia_codes.h"
#include "tests/check.h"
#include "tests/dc09_panel.h"

/* 14:12:04,03-21-2026: the time of the vectors. */
#define VECTOR_MS INT64_C(1774102324000)

/* ---- frames ---- */

/* Goal: the checksum is CRC-16/ARC and no other of its name. Method: the check value of the
 * catalogue of parametrised CRC algorithms. */
static void the_checksum_is_arc(void **state)
{
    (void)state;
    assert_int_equal(dc09_crc(span_of("123456789")), 0xBB3D);
    assert_int_equal(dc09_crc(span_of("")), 0);
}

/* Goal: each member of a frame is read, and each wrong frame refused for what is wrong with it.
 * Method: the vectors of the fact sheet (computed apart from us, or copied from two other
 * implementations), then one wrong frame a row beside them. */
static const struct {
    const char *name, *frame;
    enum refusal refusal;
    const char *field;          /* Or, of a right one, its members. */
} frames[] = {
    { "SIA-DCS with receiver and text", "F4D20029\"SIA-DCS\"0001RF3L77#1234[#1234|NRR|Atest]",
      REFUSED_NOT, "SIA-DCS 0001 RF3 L77 1234 #1234|NRR|Atest]" },
    { "no event", "96ED0016\"SIA-DCS\"0001L0#1234[]", REFUSED_NOT, "SIA-DCS 0001  L0 1234 ]" },
    { "a NAK of ours", "E4410025\"NAK\"0000R0L0A0[]_16:20:01,09-24-2025", REFUSED_NOT,
      "NAK 0000 R0 L0A0  ]_16:20:01,09-24-2025" },
    { "Contact ID", "69E2003D\"ADM-CID\"0023R1L0#1234[#1234|1110 01 015]_14:12:04,03-21-2026",
      REFUSED_NOT, "ADM-CID 0023 R1 L0 1234 #1234|1110 01 015]_14:12:04,03-21-2026" },
    { "an ACK", "9B480014\"ACK\"0023R1L0#1234[]", REFUSED_NOT, "ACK 0023 R1 L0 1234 ]" },
    { "NULL", "1EF20013\"NULL\"0000L0#1234[]", REFUSED_NOT, "NULL 0000  L0 1234 ]" },
    { "a DUH", "20650014\"DUH\"0024R1L0#1234[]", REFUSED_NOT, "DUH 0024 R1 L0 1234 ]" },
    { "a CRC of another", "F4D30029\"SIA-DCS\"0001RF3L77#1234[#1234|NRR|Atest]",
      REFUSED_WRONG_CHECKSUM, "CRC" },
    { "a length in decimal", "96ED0022\"SIA-DCS\"0001L0#1234[]", REFUSED_CONTRADICTION,
      "length" },
    { "no hexadecimal", "96EX0016\"SIA-DCS\"0001L0#1234[]", REFUSED_BAD_SYNTAX, "frame" },
    { "seven characters", "96ED001", REFUSED_BAD_SYNTAX, "frame" },
    { "small letters in the CRC", "96ed0016\"SIA-DCS\"0001L0#1234[]", REFUSED_NOT,
      "SIA-DCS 0001  L0 1234 ]" },
};

static void frames_are_read_or_refused_for_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(frames); i++) {
        struct dc09_piece piece = { .kind = DC09_PIECE_FRAME, .bytes = span_of(frames[i].frame) };
        struct dc09_frame frame;
        char members[128];
        CASE("%s", frames[i].name);
        struct verdict verdict = dc09_frame_read(&piece, DC09_LENGTHS_STRICT, &frame);
        assert_int_equal(verdict.refusal, frames[i].refusal);
        if (!is_accepted(&verdict)) {
            assert_string_equal(verdict.field, frames[i].field);
            continue;
        }
        snprintf(members, sizeof members, "%.*s %.*s %.*s %.*s %.*s %.*s", (int)frame.id.length,
                 frame.id.bytes, (int)frame.sequence.length, frame.sequence.bytes,
                 (int)frame.receiver.length, frame.receiver.bytes, (int)frame.line.length,
                 frame.line.bytes, (int)frame.account.length, frame.account.bytes,
                 (int)frame.content.length, frame.content.bytes);
        assert_string_equal(members, frames[i].field);
    }
}

/* Goal: each member of the header is judged by itself. Method: bodies with a right CRC and length
 * around one wrong member. */
static const struct {
    const char *body, *field;           /* "": right. */
} headers[] = {
    { "\"SIA-DCS\"0001L0#123[]", "" },          { "\"SIA-DCS\"0001L0#12[]", "account" },
    { "\"SIA-DCS\"0001L0#0123456789ABCDEF[]", "" },
    { "\"SIA-DCS\"0001L0#0123456789ABCDEF0[]", "account" },
    { "\"SIA-DCS\"0001L0#12G4[]", "account" },  { "\"SIA-DCS\"0001L0[]", "" },
    { "\"SIA-DCS\"0001R123456L123456[]", "" },  { "\"SIA-DCS\"0001R1234567L0[]", "receiver" },
    { "\"SIA-DCS\"0001L1234567[]", "line" },    { "\"SIA-DCS\"0001R1[]", "line" },
    { "\"SIA-DCS\"001L0[]", "sequence" },       { "\"SIA-DCS\"A001L0[]", "sequence" },
    { "\"SIA DCS\"0001L0[]", "id" },            { "\"\"0001L0[]", "id" },
    { "\"SIA-DCS0001L0[]", "id" },              { "SIA-DCS\"0001L0[]", "id" },
    { "\"*SIA-DCS\"0001L0[00", "" },            { "\"SIA-DCS\"0001L0#1234", "content" },
};

static void headers_are_judged_member_by_member(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(headers); i++) {
        struct buffer bytes = { 0 };
        struct dc09_frame frame;
        CASE("%s", headers[i].body);
        panel_frame(headers[i].body, &bytes);
        struct dc09_piece piece = { .kind = DC09_PIECE_FRAME,
                                    .bytes = span_from(bytes.bytes + 1, bytes.length - 2) };
        struct verdict verdict = dc09_frame_read(&piece, DC09_LENGTHS_STRICT, &frame);
        assert_string_equal(verdict.field, headers[i].field);
        assert_int_equal(is_accepted(&verdict), headers[i].field[0] == '\0');
        buffer_clear(&bytes);
    }
}

/* Goal: pieces are found whatever stands around them, and a torn one costs itself only. Method: a
 * stream a row; the pieces it must give, F frame, T torn frame, K keep-alive, G garbage, L too
 * long; the stream cut at every byte gives the same. */
static const struct {
    const char *name, *stream, *pieces;
} streams[] = {
    { "two frames", "\nAAAA\r\nBBBB\r", "F:AAAA F:BBBB " },
    { "blanks between", "\r\n\nAAAA\r\r\n \t\nBBBB\r\n", "F:AAAA F:BBBB " },
    { "garbage before", "GET / HTTP/1.1\r\n\nAAAA\r", "G:GET / HTTP/1.1 F:AAAA " },
    { "a frame cut by the next", "\nAAA\nBBBB\r", "T:AAA F:BBBB " },
    { "the last without its CR", "\nAAAA\r\nBB", "F:AAAA T:BB " },
    { "garbage at the end", "\nAAAA\rxyz", "F:AAAA G:xyz " },
    { "Osborne-Hoffman", "SR0001L0001    006969XX    [ID00000000]\nAAAA\r",
      "K:SR0001L0001    006969XX    [ID00000000 F:AAAA " },
    { "two of them", "SR0001L0001    006969XX    [ID00000000]\r\nSR1[]",
      "K:SR0001L0001    006969XX    [ID00000000 K:SR1[ " },
    { "as a frame", "\nSR0001L0001    006969XX    [ID00000000]\r\nAAAA\r",
      "K:SR0001L0001    006969XX    [ID00000000 F:AAAA " },
    { "no keep-alive", "SRIDAR\r\nAAAA\r", "G:SRIDAR F:AAAA " },
    { "nothing", "", "" },
};

static void pieces_print(struct dc09_stream *stream, struct buffer *out)
{
    static const char letters[] = { [DC09_PIECE_FRAME] = 'F', [DC09_PIECE_KEEP_ALIVE] = 'K',
                                    [DC09_PIECE_GARBAGE] = 'G', [DC09_PIECE_TOO_LONG] = 'L' };
    struct dc09_piece piece;

    while (dc09_stream_next(stream, &piece))
        buffer_print(out, "%c:%.*s ",
                     piece.kind == DC09_PIECE_FRAME && piece.torn ? 'T' : letters[piece.kind],
                     (int)(piece.bytes.length < 60 ? piece.bytes.length : 60), piece.bytes.bytes);
}

static void stream_cut_at(const char *bytes, size_t cut, struct buffer *out)
{
    struct dc09_stream *stream = dc09_stream_new();

    dc09_stream_add(stream, span_from(bytes, cut));
    pieces_print(stream, out);
    dc09_stream_add(stream, span_of(bytes + cut));
    dc09_stream_end(stream);
    pieces_print(stream, out);
    buffer_add_text(out, "");
    dc09_stream_free(stream);
}

static void pieces_are_found_however_they_come(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(streams); i++) {
        CASE("%s", streams[i].name);
        for (size_t cut = 0; cut <= strlen(streams[i].stream); cut++) {
            struct buffer found = { 0 };
            stream_cut_at(streams[i].stream, cut, &found);
            assert_string_equal(found.bytes, streams[i].pieces);
            buffer_clear(&found);
        }
    }
}

/* Goal: an endless frame is given up at its limit, once, and the next is found. */
static void an_endless_frame_costs_only_itself(void **state)
{
    struct dc09_stream *stream = dc09_stream_new();
    struct dc09_piece piece;
    char more[1000];

    (void)state;
    memset(more, 'x', sizeof more);
    dc09_stream_add(stream, SPAN("\n"));
    uint32_t given_up = 0;
    for (int i = 0; i < 50; i++) {
        dc09_stream_add(stream, span_from(more, sizeof more));
        while (dc09_stream_next(stream, &piece)) {
            assert_int_equal(piece.kind, DC09_PIECE_TOO_LONG);
            assert_int_equal(piece.bytes.length, DC09_FRAME_BYTES_MAX);
            given_up++;
        }
    }
    assert_int_equal(given_up, 1);
    dc09_stream_add(stream, SPAN("\nAAAA\r"));
    assert_true(dc09_stream_next(stream, &piece));
    assert_int_equal(piece.kind, DC09_PIECE_FRAME);
    assert_int_equal(piece.bytes.length, 4);
    dc09_stream_free(stream);
}

/* ---- ciphers ---- */

/* Goal: what another implementation encrypted is read. Method: the vector of the fact sheet
 * (AES-128-CBC, zero vector, key of sixteen A), both ways. */
static void the_cipher_is_that_of_the_vector(void **state)
{
    static const char hex[] = "BC0147EF77C7F5EB7CEE8FE95427089C5292687BDE9299EF0856FFA296827594"
                              "FD90E32400DC55566335B9A433CD79CD";
    static const char plain[] = "abcdefghij|#1234|Nri1/BA005]_14:12:04,03-21-2026";
    struct dc09_key key = panel_key();
    struct buffer out = { 0 };

    (void)state;
    assert_true(dc09_decrypt(&key, SPAN(hex), &out));
    assert_int_equal(out.length, strlen(plain));
    assert_memory_equal(out.bytes, plain, out.length);
    buffer_reset(&out);
    dc09_encrypt(&key, SPAN(plain), &out);
    assert_string_equal(out.bytes, hex);
    assert_false(dc09_decrypt(&key, SPAN("BC01"), &out));
    assert_false(dc09_decrypt(&key, SPAN(""), &out));
    assert_false(dc09_decrypt(&key, SPAN("BC0147EF77C7F5EB7CEE8FE95427089X"), &out));
    buffer_clear(&out);
}

/* ---- contents ---- */

/* Goal: data, extended data and timestamp are told apart; a member nobody can read is left out and
 * the alarm is not. */
static void contents_are_read(void **state)
{
    struct dc09_message message;
    struct verdict verdict = dc09_message_read(
        SPAN("#1234|Nri1/BA005][X-071.0589W][Y+42.3601N][H14:12:00,03-21-2026][IKitchen window]"
             "[SMill][OHall 2][R7][M0026B9E4268B][Kignored]_14:12:05,03-21-2026"), &message);

    (void)state;
    assert_true(is_accepted(&verdict));
    assert_true(span_is(message.account, "1234"));
    assert_true(span_is(message.data, "Nri1/BA005"));
    assert_true(span_is(message.text, "Kitchen window"));
    assert_true(span_is(message.site, "Mill"));
    assert_true(span_is(message.room, "7"));
    assert_int_equal(message.at_ms, VECTOR_MS + 1000);
    assert_int_equal(message.occurred_ms, VECTOR_MS - 4000);
    assert_true(fabs(message.location.lat_deg - 42.3601) < 1e-9);
    assert_true(fabs(message.location.lon_deg + 71.0589) < 1e-9);
}

static const struct {
    const char *content;
    enum refusal refusal;
    const char *field;
    double lat_deg, lon_deg;    /* NAN: unknown. */
} contents[] = {
    { "]", REFUSED_NOT, "", NAN, NAN },
    { "|Nri1/BA1]", REFUSED_NOT, "", NAN, NAN },
    { "no end", REFUSED_BAD_SYNTAX, "content", NAN, NAN },
    { "][Xno end", REFUSED_BAD_SYNTAX, "extended data", NAN, NAN },
    { "]x", REFUSED_BAD_SYNTAX, "content", NAN, NAN },
    { "]_14:12:05,21-03-2026", REFUSED_NOT_A_TIME, "timestamp", NAN, NAN },
    { "]_24:12:05,03-21-2026", REFUSED_NOT_A_TIME, "timestamp", NAN, NAN },
    { "]_14:12:05,02-29-2026", REFUSED_NOT_A_TIME, "timestamp", NAN, NAN },
    { "]_14:12:05,02-29-2028", REFUSED_NOT, "", NAN, NAN },
    { "]_14:12:05 03-21-2026", REFUSED_NOT_A_TIME, "timestamp", NAN, NAN },
    { "][X-71.0589][Y42.3601]", REFUSED_NOT, "", 42.3601, -71.0589 },
    { "][X071.0589W][Y42.3601S]", REFUSED_NOT, "", -42.3601, -71.0589 },
    { "][X+004.5E][Y+051.5N]", REFUSED_NOT, "", 51.5, 4.5 },
    { "][X0][Y0]", REFUSED_NOT, "", NAN, NAN },
    { "][X200][Y10]", REFUSED_NOT, "", NAN, NAN },
    { "][Xhere][Y10]", REFUSED_NOT, "", NAN, NAN },
    { "][][X1][Y2]", REFUSED_NOT, "", 2, 1 },
};

static void wrong_contents_are_refused_and_odd_members_left_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(contents); i++) {
        struct dc09_message message = { .location = geo_unknown() };
        CASE("%s", contents[i].content);
        struct verdict verdict = dc09_message_read(span_of(contents[i].content), &message);
        assert_int_equal(verdict.refusal, contents[i].refusal);
        assert_string_equal(verdict.field, contents[i].field);
        assert_int_equal(geo_known(message.location), !isnan(contents[i].lat_deg));
        if (geo_known(message.location)) {
            assert_true(fabs(message.location.lat_deg - contents[i].lat_deg) < 1e-9);
            assert_true(fabs(message.location.lon_deg - contents[i].lon_deg) < 1e-9);
        }
    }
}

/* Goal: both dialects of the pad. */
static void pads_come_off(void **state)
{
    (void)state;
    assert_true(span_is(dc09_unpadded(SPAN("abc|#1234|Nri1/BA5]_x")), "#1234|Nri1/BA5]_x"));
    assert_true(span_is(dc09_unpadded(SPAN("ppp]_18:24:52,07-05-2020")),
                        "]_18:24:52,07-05-2020"));
    assert_true(span_is(dc09_unpadded(SPAN("ppp|]_18:24:52,07-05-2020")),
                        "]_18:24:52,07-05-2020"));
    assert_true(span_is(dc09_unpadded(SPAN("nothing of it")), "nothing of it"));
}

/* ---- events ---- */

/* What a receiver makes of data, one "point/condition/state/priority" a report. */
static void reports_print(const struct dc09_reports *reports, struct buffer *out)
{
    for (uint32_t i = 0; i < reports->count; i++)
        buffer_print(out, "%s%s/%s/%s/%u", i ? " " : "", reports->at[i].point,
                     reports->at[i].condition,
                     reports->at[i].state == ALARM_STATE_ACTIVE ? "+" : "-",
                     reports->at[i].priority);
}

static struct dc09_receiver *receiver_of(const char *lines, const char *keys,
                                         const struct dc09_terms *terms)
{
    struct dc09_accounts *accounts = dc09_accounts_new();
    char sentence[256] = "";

    if (!dc09_accounts_file(accounts, span_of(lines), sentence, sizeof sentence)
        || !dc09_accounts_keys(accounts, span_of(keys), sentence, sizeof sentence)
        || !dc09_accounts_finish(accounts, VECTOR_MS, sentence, sizeof sentence))
        fail_msg("%s", sentence);
    return dc09_receiver_new(accounts, terms);
}

static const struct dc09_terms plain_terms = { .ahead_ms = 20000, .behind_ms = 40000,
                                               .past_ms = 86400000 };

static void take(struct dc09_receiver *receiver, const struct buffer *frame, int64_t now_ms,
                 struct arena *arena, struct dc09_outcome *ret_outcome)
{
    struct dc09_stream *stream = dc09_stream_new();
    struct dc09_piece piece;

    dc09_stream_add(stream, buffer_span(frame));
    dc09_stream_end(stream);
    assert_true(dc09_stream_next(stream, &piece));
    piece.bytes.bytes = arena_copy(arena, piece.bytes);
    dc09_stream_free(stream);
    dc09_receiver_take(receiver, &piece, now_ms, arena, ret_outcome);
}

static void take_body(struct dc09_receiver *receiver, const char *body, int64_t now_ms,
                      struct arena *arena, struct dc09_outcome *ret_outcome)
{
    struct buffer frame = { 0 };

    panel_frame(body, &frame);
    take(receiver, &frame, now_ms, arena, ret_outcome);
    buffer_clear(&frame);
}

/* Goal: every kind of event becomes its reports: the restore closes what the alarm opened, a user
 * is no point, openings and closings keep one account, what is unknown is kept. Method: data a row
 * (S SIA-DCS, C ADM-CID), and the reports. */
static const struct {
    const char *name, *data, *reports;
} events[] = {
    { "alarm", "S#1234|Nri1/BA005", "1234 zone 5/BURGLARY/+/2" },
    { "its restoral ends all of the zone's", "S#1234|Nri1/BR005",
      "1234 zone 5/BURGLARY/-/2 1234 zone 5/BURGLARY TROUBLE/-/2 "
      "1234 zone 5/BURGLARY SUPERVISORY/-/2" },
    { "its alarm restoral ends the alarm", "S#1234|Nri1/BH5", "1234 zone 5/BURGLARY/-/2" },
    { "the restoral's area does not matter", "S#1234|NBH5", "1234 zone 5/BURGLARY/-/2" },
    { "trouble", "S#1234|NFT012", "1234 zone 12/FIRE TROUBLE/+/4" },
    { "trouble restoral", "S#1234|NFJ012", "1234 zone 12/FIRE TROUBLE/-/4" },
    { "two codes in a block", "S#1234|Nri1/BA005/FA006",
      "1234 zone 5/BURGLARY/+/2 1234 zone 6/FIRE/+/1" },
    { "without slashes", "S#1234|Nri1BA5", "1234 zone 5/BURGLARY/+/2" },
    { "a text between carets", "S#123456|Nri0KR1^TAST. 001 ^",
      "123456 zone 1/HEAT/-/1 123456 zone 1/HEAT TROUBLE/-/1 123456 zone 1/HEAT SUPERVISORY/-/1" },
    { "a slash inside the text", "S#1234|NBA1^in/out^/FA2",
      "1234 zone 1/BURGLARY/+/2 1234 zone 2/FIRE/+/1" },
    { "opening: the area's, not the user's", "S#1234|Nri1/OP012", "1234 area 1/OPEN/+/5" },
    { "closed by another user", "S#1234|Nri1/CL007", "1234 area 1/OPEN/-/5" },
    { "closing a partition", "S#1234|NCG1", "1234 area 1/OPEN/-/5" },
    { "no area: the account's", "S#1234|NCL0", "1234/OPEN/-/5" },
    { "a door", "S#1234|NDF3", "1234 door 3/DOOR FORCED/+/2" },
    { "a door restored", "S#1234|NDR3", "1234 door 3/DOOR FORCED/-/2" },
    { "AC", "S#1234|NAT", "1234/AC FAILURE/+/3" },
    { "AC back", "S#1234|NAR00", "1234/AC FAILURE/-/3" },
    { "a test rings for nobody", "S#1234|NRP0", "1234/TEST REPORT/-/5" },
    { "power up", "S#1234|NRR|Atest", "1234/POWER UP/-/5" },
    { "cancelled: rings, and is over", "S#1234|Nri2/BC5",
      "1234 area 2/BURGLARY CANCELLED/+/4 1234 area 2/BURGLARY CANCELLED/-/4" },
    { "a code nobody knows is kept", "S#1234|NIJ4",
      "1234 zone 4/SIA IJ/+/3 1234 zone 4/SIA IJ/-/3" },
    { "the header's account", "S|Nri1/CL501", "1234 area 1/OPEN/-/5" },
    { "a gateway's other account", "S#EA1984|Nri1/NL4", "EA1984 area 4/OPEN/-/5" },
    { "no N", "S#1234|BA5", "1234 zone 5/BURGLARY/+/2" },
    { "NL without N", "S#1234|NL4", "1234 area 4/OPEN/-/5" },
    { "from memory", "S#1234|Oti12:40/id5/ri1/BA005", "1234 zone 5/BURGLARY/+/2" },
    { "behind the number", "S#006969|Nri04/OP001NM", "006969 area 4/OPEN/+/5" },
    { "a number of twelve digits", "S#1234|NBA000000005", "1234 zone 5/BURGLARY/+/2" },
    { "fire", "C#1234|1110 01 015", "1234 zone 15/FIRE/+/1" },
    { "fire over", "C#1234|3110 01 015", "1234 zone 15/FIRE/-/1" },
    { "still there", "C#1234|6110 01 015", "1234 zone 15/FIRE/+/1" },
    { "opened: qualifier 1", "C#1234|1401 01 012", "1234 area 1/OPEN/+/5" },
    { "closed: qualifier 3", "C#1234|3401 01 007", "1234 area 1/OPEN/-/5" },
    { "duress of a user", "C#1234|1121 02 003", "1234 area 2/DURESS/+/1" },
    { "cancel", "C#1234|1406 01 003",
      "1234 area 1/ALARM CANCELLED/+/4 1234 area 1/ALARM CANCELLED/-/4" },
    { "periodic test", "C#1234|1602 00 000", "1234/TEST REPORT/-/5" },
    { "water, which PSA does not map", "C#1234|1154 00 002", "1234 zone 2/WATER/+/3" },
    { "unknown", "C#1234|1999 00 002", "1234 zone 2/CID 999/+/3" },
    { "unknown, over", "C#1234|3999 00 002", "1234 zone 2/CID 999/-/3" },
    { "as on the telephone", "C#1234|18 1 120 01 007", "1234 zone 7/PANIC/+/1" },
    { "without blanks", "C#1234|113001015", "1234 zone 15/BURGLARY/+/2" },
    { "qualifier 2", "C#1234|2110 01 015", "! not well formed event" },
    { "letters", "C#1234|11X0 01 015", "! not well formed event" },
    { "no code at all", "S#1234|Nri1/ti12:00", "! a required field is missing event" },
};

static void events_become_their_reports(void **state)
{
    struct dc09_receiver *receiver = receiver_of("", "", &plain_terms);
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(events); i++) {
        struct dc09_outcome outcome;
        struct buffer said = { 0 };
        char body[256];
        CASE("%s", events[i].name);
        snprintf(body, sizeof body, "\"%s\"%04zuL0#1234[%s]",
                 events[i].data[0] == 'S' ? "SIA-DCS" : "ADM-CID", i + 1, events[i].data + 1);
        take_body(receiver, body, VECTOR_MS, arena, &outcome);
        if (is_accepted(&outcome.verdict))
            reports_print(&outcome.reports, &said);
        else
            buffer_print(&said, "! %s %s", refusal_text(outcome.verdict.refusal),
                         outcome.verdict.field);
        assert_string_equal(said.bytes, events[i].reports);
        assert_int_equal(outcome.reply.answer,
                         is_accepted(&outcome.verdict) ? DC09_ANSWER_ACK : DC09_ANSWER_DUH);
        buffer_clear(&said);
        arena_reset(arena);
    }
    arena_free(arena);
    dc09_receiver_free(receiver);
}

/* Goal: every restore in both tables ends a condition that something begins, or nothing would ever
 * close it. Method: all 676 codes, and all Contact ID events. */
static void every_restore_ends_something(void **state)
{
    struct panel_meaning all[26 * 26];
    size_t count = 0;

    (void)state;
    for (char first = 'A'; first <= 'Z'; first++)
        for (char second = 'A'; second <= 'Z'; second++)
            sia_code_find(span_from((char[]){ first, second }, 2), &all[count++]);
    for (size_t i = 0; i < count; i++) {
        bool begun = all[i].effect != PANEL_RESTORE;
        for (size_t j = 0; j < count && !begun; j++)
            begun = all[j].effect == PANEL_RAISE
                    && strcmp(all[i].conditions[0], all[j].conditions[0]) == 0;
        if (!begun)
            fail_msg("%s ends what nothing begins", all[i].title);
    }
    for (uint32_t event = 0; event < 1000; event++) {
        struct panel_meaning new_one, restored;
        contact_id_find(&(struct contact_id){ CONTACT_ID_NEW, event, 1, 2 }, &new_one);
        contact_id_find(&(struct contact_id){ CONTACT_ID_RESTORE, event, 1, 2 }, &restored);
        if (new_one.effect == PANEL_RAISE)
            assert_int_equal(restored.effect, PANEL_RESTORE);
        assert_string_equal(new_one.conditions[0], restored.conditions[0]);
        assert_int_equal(new_one.number, restored.number);
    }
}

/* Goal: what the site says of a zone and an account stands in the report; the message's own place
 * goes before; a clock that cannot be right says nothing; foreign bytes become text. */
static void reports_say_where_and_when(void **state)
{
    struct dc09_receiver *receiver = receiver_of(
        "account 1234 place='5 High Street' at=51.2,-4.1\n# a remark\n\n"
        "zone 1234 5 place='kitchen' at=51.21,-4.11 condition=GAS priority=1\n", "",
        &plain_terms);
    struct arena *arena = arena_new();
    struct dc09_outcome outcome;

    (void)state;
    take_body(receiver, "\"SIA-DCS\"0001L0#1234[#1234|Nri1/BA5^a^|Ab][Ic]_14:12:00,03-21-2026",
              VECTOR_MS, arena, &outcome);
    assert_int_equal(outcome.reports.count, 1);
    const struct report_alarm *alarm = &outcome.reports.at[0];
    assert_string_equal(alarm->condition, "GAS");
    assert_int_equal(alarm->priority, 1);
    assert_string_equal(alarm->place, "kitchen");
    assert_true(fabs(alarm->location.lat_deg - 51.21) < 1e-9);
    assert_string_equal(alarm->text, "BA: BURGLARY alarm, area 1; a; b; c");
    assert_int_equal(alarm->at, VECTOR_MS - 4000);

    take_body(receiver, "\"SIA-DCS\"0002L0#1234[#1234|NBT5][X-4.5][Y51.5]_14:12:00,03-21-2009",
              VECTOR_MS, arena, &outcome);
    alarm = &outcome.reports.at[0];
    assert_string_equal(alarm->condition, "GAS TROUBLE");
    assert_int_equal(alarm->at, VECTOR_MS);
    assert_true(fabs(alarm->location.lon_deg + 4.5) < 1e-9);

    take_body(receiver, "\"SIA-DCS\"0003L0#1234[#1234|NFA7][I\xC7\xE4]", VECTOR_MS, arena,
              &outcome);
    alarm = &outcome.reports.at[0];
    assert_string_equal(alarm->place, "5 High Street");
    assert_string_equal(alarm->text, "FA: FIRE alarm; \xC3\x87\xC3\xA4");

    take_body(receiver, "\"SIA-DCS\"0003L0#9999[#9999|NFA7][SMill][R7]", VECTOR_MS, arena,
              &outcome);
    alarm = &outcome.reports.at[0];
    assert_string_equal(alarm->place, "Mill, 7");
    assert_non_null(strstr(alarm->text, "not listed"));
    arena_free(arena);
    dc09_receiver_free(receiver);
}

/* ---- who may ---- */

static const char sealed_lines[] = "account 1234\naccount 5678 plain=yes\naccount L2/1234\n";
static const char sealed_keys[] = "1234 raw AAAAAAAAAAAAAAAA\n"
                                  "5678 hex 41414141414141414141414141414141\n";

/* Goal: each sender is answered as the receiver's header says. Method: a body a row, E encrypted
 * with the sixteen A before it goes out. */
static const struct {
    const char *name, *head, *rest;
    bool sealed;
    enum dc09_answer answer;
    enum refusal refusal;
    const char *field;
} senders[] = {
    { "a key of its own", "\"*SIA-DCS\"0001L0#1234[", "#1234|NBA1]_14:12:04,03-21-2026", true,
      DC09_ANSWER_ACK, REFUSED_NOT, "" },
    { "a key in hexadecimal", "\"*SIA-DCS\"0002L0#5678[", "#5678|NBA1]_14:12:04,03-21-2026", true,
      DC09_ANSWER_ACK, REFUSED_NOT, "" },
    { "encrypted NULL", "\"*NULL\"0000L0#1234[", "]_14:12:04,03-21-2026", true, DC09_ANSWER_ACK,
      REFUSED_NOT, "" },
    { "plain text where a key is", "\"SIA-DCS\"0003L0#1234[", "#1234|NBA1]", false,
      DC09_ANSWER_DUH, REFUSED_NOT_ALLOWED, "plain text" },
    { "plain NULL where a key is", "\"NULL\"0000L0#1234[", "]", false, DC09_ANSWER_DUH,
      REFUSED_NOT_ALLOWED, "plain text" },
    { "plain text allowed", "\"SIA-DCS\"0004L0#5678[", "#5678|NBA1]", false, DC09_ANSWER_ACK,
      REFUSED_NOT, "" },
    { "another line: another account", "\"SIA-DCS\"0005L2#1234[", "#1234|NBA1]", false,
      DC09_ANSWER_ACK, REFUSED_NOT, "" },
    { "encrypted, but no key", "\"*SIA-DCS\"0006L2#1234[", "#1234|NBA1]_14:12:04,03-21-2026",
      true, DC09_ANSWER_DUH, REFUSED_NOT_ALLOWED, "key" },
    { "not listed", "\"SIA-DCS\"0007L0#9999[", "#9999|NBA1]", false, DC09_ANSWER_DUH,
      REFUSED_NOT_ALLOWED, "account" },
    { "20 s ahead", "\"*SIA-DCS\"0008L0#1234[", "#1234|NBA1]_14:12:24,03-21-2026", true,
      DC09_ANSWER_ACK, REFUSED_NOT, "" },
    { "21 s ahead", "\"*SIA-DCS\"0009L0#1234[", "#1234|NBA1]_14:12:25,03-21-2026", true,
      DC09_ANSWER_NAK, REFUSED_OUT_OF_RANGE, "timestamp" },
    { "40 s behind", "\"*SIA-DCS\"0010L0#1234[", "#1234|NBA1]_14:11:24,03-21-2026", true,
      DC09_ANSWER_ACK, REFUSED_NOT, "" },
    { "41 s behind: a replay", "\"*SIA-DCS\"0011L0#1234[", "#1234|NBA1]_14:11:23,03-21-2026",
      true, DC09_ANSWER_NAK, REFUSED_OUT_OF_RANGE, "timestamp" },
    { "encrypted without a time", "\"*SIA-DCS\"0012L0#1234[", "#1234|NBA1]", true,
      DC09_ANSWER_NAK, REFUSED_FIELD_MISSING, "timestamp" },
    { "a token nobody knows", "\"CSV-IMG-QRY\"0013L0#5678[", "]", false, DC09_ANSWER_DUH,
      REFUSED_UNSUPPORTED, "id" },
    { "another's key", "\"*SIA-DCS\"0014L0#1234[",
      "64F7ADD9BA9377DBF2C014BC709329BEEE345B5F20C60B7EB9D2C6B8C222666B", false,
      DC09_ANSWER_DUH, REFUSED_BAD_SYNTAX, "content (another key?)" },
    { "half a block", "\"*SIA-DCS\"0015L0#1234[", "64F7", false, DC09_ANSWER_DUH,
      REFUSED_BAD_SYNTAX, "content" },
};

static void senders_are_answered_as_they_may(void **state)
{
    struct dc09_terms terms = plain_terms;
    struct dc09_key key = panel_key();
    struct arena *arena = arena_new();

    (void)state;
    terms.strangers = DC09_STRANGERS_REFUSE;
    struct dc09_receiver *receiver = receiver_of(sealed_lines, sealed_keys, &terms);
    for (size_t i = 0; i < ARRAY_COUNT(senders); i++) {
        struct buffer frame = { 0 };
        struct dc09_outcome outcome;
        char body[256];
        CASE("%s", senders[i].name);
        snprintf(body, sizeof body, "%s%s", senders[i].head, senders[i].rest);
        if (senders[i].sealed)
            panel_sealed(senders[i].head, senders[i].rest, &key, &frame);
        else
            panel_frame(body, &frame);
        take(receiver, &frame, VECTOR_MS, arena, &outcome);
        assert_int_equal(outcome.verdict.refusal, senders[i].refusal);
        assert_string_equal(outcome.verdict.field, senders[i].field);
        assert_int_equal(outcome.reply.answer, senders[i].answer);
        assert_int_equal(outcome.heard != NULL, senders[i].answer == DC09_ANSWER_ACK);
        buffer_clear(&frame);
        arena_reset(arena);
    }
    arena_free(arena);
    dc09_receiver_free(receiver);
}

/* Goal: an event sent again is answered again and said once; another event under the same number
 * is another event, also for a panel that never counts. */
static void what_is_sent_again_is_said_once(void **state)
{
    static const struct {
        const char *body;
        int64_t after_ms;
        bool repeated;
    } sent[] = {
        { "\"SIA-DCS\"0001L0#1234[#1234|NBA1]", 0, false },
        { "\"SIA-DCS\"0001L0#1234[#1234|NBA1]", 5000, true },
        { "\"SIA-DCS\"0001L0#1234[#1234|NBA1]", DC09_REPEAT_MS, true },
        { "\"SIA-DCS\"0001L0#1234[#1234|NBA1]", DC09_REPEAT_MS + 1, false },
        { "\"SIA-DCS\"0001L1#1234[#1234|NBA1]", 0, false },
        { "\"SIA-DCS\"0001R1L0#1234[#1234|NBA1]", 0, false },
        { "\"SIA-DCS\"0001L0#1235[#1235|NBA1]", 0, false },
        { "\"SIA-DCS\"0002L0#1234[#1234|NBA1]", 0, false },
        { "\"SIA-DCS\"0003L0#1234[#1234|NBA1]", 0, false },
        { "\"SIA-DCS\"0003L0#1234[#1234|NBH1]", 0, false },
        { "\"SIA-DCS\"0003L0#1234[#1234|NBA1]", 0, false },
        { "\"SIA-DCS\"0003L0#1234[#1234|NBA1]", 1, true },
    };
    struct dc09_receiver *receiver = receiver_of("", "", &plain_terms);
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sent); i++) {
        struct dc09_outcome outcome;
        CASE("%zu: %s", i, sent[i].body);
        take_body(receiver, sent[i].body, VECTOR_MS + sent[i].after_ms, arena, &outcome);
        assert_int_equal(outcome.reply.answer, DC09_ANSWER_ACK);
        assert_int_equal(outcome.repeated, sent[i].repeated);
        assert_int_equal(outcome.reports.count, sent[i].repeated ? 0 : 1);
    }
    arena_free(arena);
    dc09_receiver_free(receiver);
}

/* Goal: the pad of a retry is another, and it is the same event. */
static void a_retry_with_another_pad_is_a_retry(void **state)
{
    struct dc09_receiver *receiver = receiver_of(sealed_lines, sealed_keys, &plain_terms);
    struct dc09_key key = panel_key();
    struct arena *arena = arena_new();
    struct buffer frame = { 0 }, body = { 0 };
    struct dc09_outcome outcome;

    (void)state;
    panel_sealed("\"*SIA-DCS\"0001L0#1234[", "#1234|Nri1/BA005]_14:12:04,03-21-2026", &key,
                 &frame);
    take(receiver, &frame, VECTOR_MS, arena, &outcome);
    assert_int_equal(outcome.reports.count, 1);
    buffer_reset(&frame);
    buffer_add_text(&body, "\"*SIA-DCS\"0001L0#1234[");
    dc09_encrypt(&key, SPAN("qrstuvwxyz|#1234|Nri1/BA005]_14:12:04,03-21-2026"), &body);
    dc09_frame_write(buffer_span(&body), &frame);
    take(receiver, &frame, VECTOR_MS, arena, &outcome);
    assert_true(outcome.repeated);
    assert_int_equal(outcome.reply.answer, DC09_ANSWER_ACK);
    buffer_clear(&frame);
    buffer_clear(&body);
    arena_free(arena);
    dc09_receiver_free(receiver);
}

/* ---- answers ---- */

/* Goal: answers are those of the vectors; an encrypted one can be read by the panel. */
static void answers_are_those_of_the_vectors(void **state)
{
    struct dc09_reply reply = { .answer = DC09_ANSWER_ACK, .sequence = "0023", .receiver = "R1",
                                .line = "L0", .account = "1234" };
    struct buffer out = { 0 }, plain = { 0 };
    struct dc09_key key = panel_key();

    (void)state;
    dc09_reply_write(&reply, VECTOR_MS, &out);
    assert_string_equal(out.bytes, "\n9B480014\"ACK\"0023R1L0#1234[]\r");
    buffer_reset(&out);
    reply.answer = DC09_ANSWER_DUH;
    snprintf(reply.sequence, sizeof reply.sequence, "0024");
    dc09_reply_write(&reply, VECTOR_MS, &out);
    assert_string_equal(out.bytes, "\n20650014\"DUH\"0024R1L0#1234[]\r");
    buffer_reset(&out);
    reply.answer = DC09_ANSWER_NAK;
    dc09_reply_write(&reply, INT64_C(1758730801000), &out);
    assert_string_equal(out.bytes, "\nE4410025\"NAK\"0000R0L0A0[]_16:20:01,09-24-2025\r");
    buffer_reset(&out);

    reply = (struct dc09_reply){ .answer = DC09_ANSWER_ACK, .encrypted = true, .key = key,
                                 .sequence = "0025", .line = "L0", .account = "1234" };
    dc09_reply_write(&reply, VECTOR_MS, &out);
    struct dc09_piece piece = { .kind = DC09_PIECE_FRAME,
                                .bytes = span_from(out.bytes + 1, out.length - 2) };
    struct dc09_frame frame;
    struct verdict verdict = dc09_frame_read(&piece, DC09_LENGTHS_STRICT, &frame);
    assert_true(is_accepted(&verdict));
    assert_true(frame.encrypted);
    assert_true(span_is(frame.id, "ACK"));
    assert_true(dc09_decrypt(&key, frame.content, &plain));
    assert_true(span_is(dc09_unpadded(buffer_span(&plain)), "]_14:12:04,03-21-2026"));
    buffer_clear(&out);
    buffer_clear(&plain);
}

/* ---- accounts ---- */

static const struct {
    const char *lines, *keys, *sentence;        /* "": right. */
} account_lines[] = {
    { "account 1234 supervise=90 grace=10 place='a b' at=1,2 plain=no\nzone 1234 5", "", "" },
    { "account R1/L2/12AB\naccount r1/l2/12ac", "12AB hex 00112233445566778899aabbccddeeff", "" },
    { "account", "", "does not start with an account" },
    { "account 12;4", "", "does not start with an account" },
    { "account 1234 supervise=often", "", "supervise=often" },
    { "account 1234 at=91,0", "", "at=91,0" },
    { "account 1234 place='no end", "", "a quote has no end" },
    { "account 1234 colour=red", "", "colour=red" },
    { "account 1234\naccount 1234", "", "account 1234 is given twice" },
    { "zone 1234", "", "no zone number" },
    { "zone 1234 5 priority=9", "", "priority=9" },
    { "panel 1234", "", "line 1: it starts neither" },
    { "", "1234 hex 0011", "line 1 of the keys" },
    { "", "1234 raw AAAAAAAAAAAAAAAAA", "line 1 of the keys" },
    { "", "1234 AAAAAAAAAAAAAAAA", "line 1 of the keys" },
    { "", "# mine\n* raw AAAAAAAAAAAAAAAAAAAAAAAA\n", "" },
};

static void lines_of_accounts_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(account_lines); i++) {
        struct dc09_accounts *accounts = dc09_accounts_new();
        char sentence[256] = "";
        CASE("%s | %s", account_lines[i].lines, account_lines[i].keys);
        bool right = dc09_accounts_file(accounts, span_of(account_lines[i].lines), sentence,
                                        sizeof sentence)
                     && dc09_accounts_keys(accounts, span_of(account_lines[i].keys), sentence,
                                           sizeof sentence)
                     && dc09_accounts_finish(accounts, VECTOR_MS, sentence, sizeof sentence);
        assert_int_equal(right, account_lines[i].sentence[0] == '\0');
        assert_non_null(strstr(sentence, account_lines[i].sentence));
        assert_null(strstr(sentence, "AAAAAAAA"));
        dc09_accounts_free(accounts);
    }
}

/* Goal: silence is an alarm at interval and grace, once, and its end is said; a restart goes on
 * where it was, and counts the time nobody listened against no account. */
static void silence_is_told_once_and_across_restarts(void **state)
{
    const char *lines = "account 1 supervise=90 grace=10\naccount 2 supervise=300 grace=10\n"
                        "account 3\n";
    struct dc09_receiver *receiver = receiver_of(lines, "", &plain_terms);
    struct dc09_accounts *accounts = dc09_receiver_accounts(receiver);
    struct span none = span_of("");
    struct dc09_account *one = dc09_account_find(accounts, none, none, span_of("1"));
    struct buffer cursor = { 0 };
    struct json *json;
    int64_t next_ms, now_ms = VECTOR_MS;

    (void)state;
    assert_null(dc09_account_due(accounts, now_ms, &next_ms));
    assert_int_equal(next_ms, now_ms + 100000);
    assert_true(dc09_account_heard(accounts, one, now_ms + 50000));     /* The first word of it. */
    assert_false(dc09_account_heard(accounts, one, now_ms + 60000));
    assert_null(dc09_account_due(accounts, now_ms + 159999, &next_ms));
    assert_int_equal(next_ms, now_ms + 160000);
    assert_ptr_equal(dc09_account_due(accounts, now_ms + 160000, &next_ms), one);
    assert_null(dc09_account_due(accounts, now_ms + 160000, &next_ms));
    assert_int_equal(next_ms, now_ms + 310000);
    dc09_accounts_cursor(accounts, now_ms + 170000, &cursor);
    assert_string_equal(cursor.bytes, "{\"silent\":{\"1\":110},\"heard\":{}}");
    struct verdict verdict = json_parse(buffer_span(&cursor), &json);
    assert_true(is_accepted(&verdict));
    dc09_receiver_free(receiver);

    now_ms += 10000000;
    receiver = receiver_of(lines, "", &plain_terms);
    accounts = dc09_receiver_accounts(receiver);
    dc09_accounts_restore(accounts, json, now_ms);
    one = dc09_account_find(accounts, none, none, span_of("1"));
    assert_int_equal(one->supervision, DC09_SILENT);
    assert_int_equal(one->heard_ms, now_ms - 110000);
    assert_true(dc09_account_heard(accounts, one, now_ms));             /* Its end is said. */
    assert_int_equal(dc09_account_find(accounts, none, none, span_of("3"))->supervise_ms, 0);
    json_free(json);
    buffer_clear(&cursor);
    dc09_receiver_free(receiver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checksum_is_arc),
        cmocka_unit_test(frames_are_read_or_refused_for_what_is_wrong),
        cmocka_unit_test(headers_are_judged_member_by_member),
        cmocka_unit_test(pieces_are_found_however_they_come),
        cmocka_unit_test(an_endless_frame_costs_only_itself),
        cmocka_unit_test(the_cipher_is_that_of_the_vector),
        cmocka_unit_test(contents_are_read),
        cmocka_unit_test(wrong_contents_are_refused_and_odd_members_left_out),
        cmocka_unit_test(pads_come_off),
        cmocka_unit_test(events_become_their_reports),
        cmocka_unit_test(every_restore_ends_something),
        cmocka_unit_test(reports_say_where_and_when),
        cmocka_unit_test(senders_are_answered_as_they_may),
        cmocka_unit_test(what_is_sent_again_is_said_once),
        cmocka_unit_test(a_retry_with_another_pad_is_a_retry),
        cmocka_unit_test(answers_are_those_of_the_vectors),
        cmocka_unit_test(lines_of_accounts_are_judged),
        cmocka_unit_test(silence_is_told_once_and_across_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
