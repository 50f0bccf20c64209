#include <math.h>

#include "feeds/cot_frames.h"
#include "feeds/cot_orders.h"
#include "feeds/cot_peer.h"
#include "feeds/cot_reports.h"
#include "feeds/cot_shape.h"
#include "feeds/tak.h"
#include "app/base/when.h"
#include "tests/check.h"

#define AT(clock) "2026-11-23T" clock "Z"
#define TIMES(clock) "time='" AT(clock) "' start='" AT(clock) "' stale='2026-11-23T23:00:00Z' "
#define HEAD(uid, type) "<event version='2.0' uid='" uid "' type='" type "' how='m-g' "
#define POINT "<point lat='51.2' lon='-4.1' hae='9999999' ce='9.5' le='9999999'/>"
#define EVENT(uid, type, clock, detail) \
    HEAD(uid, type) TIMES(clock) ">" POINT "<detail>" detail "</detail></event>"
#define NOW_MS 1795435200000            /* 2026-11-23T12:00:00Z */
/* As a constant: span_from() is none. */
#define BYTES(literal) { (literal), sizeof(literal) - 1 }

/* ---- framing ---- */

/* Goal: events come out of a stream wherever it is torn, and what is none costs only itself.
 * Method: each stream whole, cut in two at every byte, and byte by byte: the same frames. `frames`:
 * E event, T packet, A log-in, and per refused run its refusal: b syntax, t truncated, r range. */
#define E1 "<event uid='1'><point/></event>"
#define SMALL "<event uid='2'/>"
static const struct { const char *name; struct span stream; const char *frames; } streams[] = {
    { "one", BYTES(E1), "E" },
    { "back to back", BYTES(E1 E1 SMALL E1), "EEEE" },
    { "declarations between", BYTES("<?xml version='1.0'?>\n" E1 "\n<?xml version='1.0'?>" E1),
      "EE" },
    { "a mark, blanks, comments", BYTES("\xEF\xBB\xBF \r\n\t" E1 "<!-- <event> -->" E1 "\n"),
      "EE" },
    { "its end in CDATA", BYTES("<event><a><![CDATA[</event>]]></a></event>" E1), "EE" },
    { "its end in a comment", BYTES("<event><!-- </event> --><point/></event>" E1), "EE" },
    { "an end in an attribute", BYTES("<event a='</event>' b=\"'>\"></event>" E1), "EE" },
    { "another tag that begins so", BYTES("<event><events></events></event >" E1), "EE" },
    { "garbage between", BYTES(E1 "garbage <even> </event>" E1), "EbE" },
    { "only garbage", BYTES("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "b" },
    { "cut off, then the next", BYTES("<event uid='3'><point lat='5" E1), "tE" },
    { "cut off in text", BYTES("<event uid='3'><detail>hel" E1), "tE" },
    { "cut off in a tag, then a document", BYTES("<event uid='3' ty<?xml version='1.0'?>" E1),
      "tE" },
    { "cut off at the end", BYTES(E1 "<event uid='3'><point"), "Et" },
    { "half a word at the end", BYTES(E1 "<eve"), "Et" },
    { "half a declaration at the end", BYTES(E1 "<?xml version='1.0'"), "Eb" },
    { "half a comment at the end", BYTES(E1 "<!-- <event"), "Eb" },
    { "packets", BYTES("\xBF\x03" "abc" "\xBF\x01" "d"), "TT" },
    { "packets after events", BYTES(E1 "\xBF\x02" "ab" E1), "ETE" },
    { "a packet cut off", BYTES("\xBF\x05" "abc"), "t" },
    { "no length at all", BYTES("\xBF\xFF\xFF\xFF\xFF\x01" E1), "rE" },
    { "a log-in", BYTES("<auth><cot username='a' password='b' uid='c'/></auth>" E1), "AE" },
    { "half a log-in is no refusal", BYTES("<auth><cot username='a' passwo"), "A" },
    { "blanks only", BYTES(" \r\n \n"), "" },
};

static char frame_letter(const struct cot_frame *frame)
{
    static const char refusals[REFUSAL_COUNT] = {
        [REFUSED_BAD_SYNTAX] = 'b', [REFUSED_TRUNCATED] = 't', [REFUSED_OUT_OF_RANGE] = 'r',
        [REFUSED_TOO_LONG] = 'l',
    };
    static const char kinds[] = { [COT_FRAME_EVENT] = 'E', [COT_FRAME_TAK] = 'T',
                                  [COT_FRAME_AUTH] = 'A' };

    return frame->kind == COT_FRAME_REFUSED ? refusals[frame->refusal] : kinds[frame->kind];
}

struct framed {
    char letters[64];
    size_t count, refused_bytes;
};

static void frames_take(struct cot_frames *frames, struct framed *framed)
{
    struct cot_frame frame;

    while (cot_frames_next(frames, &frame)) {
        if (frame.kind == COT_FRAME_REFUSED)
            framed->refused_bytes += frame.bytes.length;
        if (frame.kind == COT_FRAME_EVENT)
            assert_true(span_starts(frame.bytes, "<event")
                        && frame.bytes.bytes[frame.bytes.length - 1] == '>');
        if (!frame.ends)
            continue;
        assert_true(framed->count < sizeof framed->letters - 1);
        framed->letters[framed->count++] = frame_letter(&frame);
    }
}

/* In pieces: the first of `first` bytes, then of `step`. */
static struct framed frames_of(struct span stream, size_t first, size_t step)
{
    struct cot_frames *frames = cot_frames_new();
    struct framed framed = { .count = 0 };

    for (size_t at = 0, length = first; at < stream.length; at += length, length = step) {
        if (length > stream.length - at)
            length = stream.length - at;
        cot_frames_add(frames, span_from(stream.bytes + at, length));
        frames_take(frames, &framed);
    }
    cot_frames_end(frames);
    frames_take(frames, &framed);
    cot_frames_free(frames);
    return framed;
}

static void events_come_out_of_a_stream_torn_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(streams); i++) {
        CASE("%s", streams[i].name);
        for (size_t cut = 0; cut <= streams[i].stream.length; cut++) {
            struct framed framed = frames_of(streams[i].stream, cut ? cut : 1, cut ? 4096 : 1);
            assert_string_equal(framed.letters, streams[i].frames);
        }
    }
}

/* Goal: an event over the limit is refused whole, and the next is taken; no byte of what is refused
 * is lost. */
static void an_endless_event_is_refused_and_got_over(void **state)
{
    struct buffer stream = { 0 };

    (void)state;
    buffer_add_text(&stream, "<event uid='long'><detail>");
    for (size_t i = 0; i < COT_EVENT_BYTES_MAX / 16 + 5; i++)
        buffer_add_text(&stream, "sixteen bytes...");
    size_t endless = stream.length;
    buffer_add_text(&stream, E1);
    struct framed framed = frames_of(buffer_span(&stream), 65536, 65536);
    assert_string_equal(framed.letters, "lE");
    assert_int_equal(framed.refused_bytes, endless);
    buffer_clear(&stream);
}

/* Goal: a datagram is one event or one packet of the mesh. */
static void a_datagram_is_one_event(void **state)
{
    static const struct { const char *name; struct span bytes; char letter; size_t length; }
    cases[] = {
        { "an event", BYTES("<?xml version='1.0'?>\n" E1 "\r\n"), 'E', sizeof E1 - 1 },
        { "a mark before it", BYTES("\xEF\xBB\xBF" E1), 'E', sizeof E1 - 1 },
        { "a NUL after it", BYTES(E1 "\0"), 'E', sizeof E1 - 1 },
        { "a packet", BYTES("\xBF\x01\xBF" "abc"), 'T', 3 },
        { "a version nobody knows", BYTES("\xBF\x02\xBF" "abc"), 0, 6 },
        { "a packet of a stream", BYTES("\xBF\x03" "abc"), 'b', 5 },
        { "text", BYTES("hello"), 'b', 5 },
        { "nothing", BYTES(""), 'b', 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%s", cases[i].name);
        struct cot_frame frame = cot_datagram(cases[i].bytes);
        assert_int_equal(frame_letter(&frame), cases[i].letter);
        assert_int_equal(frame.bytes.length, cases[i].length);
    }
}

/* ---- events ---- */

struct desk {
    struct xml_stream *stream;
    struct arena *arena;
};

static struct verdict event_read(struct desk *desk, const char *xml, struct cot_event *ret_event)
{
    const struct xml_element *element;
    struct verdict verdict =
        xml_stream_element(desk->stream, span_of(xml), desk->arena, &element);

    return is_accepted(&verdict) ? cot_event_read(element, desk->arena, ret_event) : verdict;
}

/* Goal: each wrong event is refused for what is wrong with it, by its attribute, the nearest right
 * one is taken, and after a wrong one the parser takes the next. */
#define WITH_POINT(point) HEAD("u", "a-f-G") TIMES("12:00:00") ">" point "</event>"
static const struct {
    const char *name, *xml;
    enum refusal refusal;
    const char *field;
} events[] = {
    { "right", EVENT("u", "a-f-G", "12:00:00", ""), REFUSED_NOT, "" },
    { "no detail", WITH_POINT(POINT), REFUSED_NOT, "" },
    { "the point after the detail",
      HEAD("u", "a-f-G") TIMES("12:00:00") "><detail/>" POINT "</event>", REFUSED_NOT, "" },
    { "no stale, start or how", "<event version='2.0' uid='u' type='a-f' time='" AT("12:00:00")
      "'>" POINT "</event>", REFUSED_NOT, "" },
    { "only a start", "<event version='2.0' uid='u' type='a-f' start='" AT("12:00:00") "'>" POINT
      "</event>", REFUSED_NOT, "" },
    { "a type with more", EVENT("u", "a-f-G;x", "12:00:00", ""), REFUSED_NOT, "" },
    { "unknown heights", WITH_POINT("<point lat='1' lon='1' hae='NaN' ce='' le='x'/>"),
      REFUSED_NOT, "" },
    { "a prefix in the detail", EVENT("u", "a-f", "12:00:00", "<ns0:x y:z='1'/>"), REFUSED_NOT,
      "" },
    { "version 1", "<event version='1.1' uid='u' type='a' time='" AT("12:00:00") "'>" POINT
      "</event>", REFUSED_UNSUPPORTED, "version" },
    { "no version number", "<event version='two' uid='u' type='a'/>", REFUSED_NOT_A_NUMBER,
      "version" },
    { "no type", "<event version='2.0' uid='u'/>", REFUSED_FIELD_MISSING, "type" },
    { "a type with a blank", EVENT("u", "a f", "12:00:00", ""), REFUSED_BAD_SYNTAX, "type" },
    { "a type that ends in a dash", EVENT("u", "a-f-", "12:00:00", ""), REFUSED_BAD_SYNTAX,
      "type" },
    { "no uid", EVENT("", "a-f", "12:00:00", ""), REFUSED_FIELD_MISSING, "uid" },
    { "no time", "<event version='2.0' uid='u' type='a'>" POINT "</event>",
      REFUSED_FIELD_MISSING, "time" },
    { "a time without a zone", "<event version='2.0' uid='u' type='a' time='2026-11-23T12:00:00'/>",
      REFUSED_NOT_A_TIME, "time" },
    { "a time before 1970", "<event version='2.0' uid='u' type='a' time='1969-11-23T12:00:00Z'/>",
      REFUSED_OUT_OF_RANGE, "time" },
    { "a stale that is none", "<event version='2.0' uid='u' type='a' time='" AT("12:00:00")
      "' stale='soon'/>", REFUSED_NOT_A_TIME, "stale" },
    { "no point", WITH_POINT(""), REFUSED_FIELD_MISSING, "point" },
    { "no longitude", WITH_POINT("<point lat='1'/>"), REFUSED_FIELD_MISSING, "lon" },
    { "a latitude in words", WITH_POINT("<point lat='north' lon='1'/>"), REFUSED_NOT_A_NUMBER,
      "lat" },
    { "NaN", WITH_POINT("<point lat='NaN' lon='1'/>"), REFUSED_NOT_A_NUMBER, "lat" },
    { "latitude 91", WITH_POINT("<point lat='91' lon='1'/>"), REFUSED_OUT_OF_RANGE, "lat" },
    { "longitude 181", WITH_POINT("<point lat='1' lon='-181'/>"), REFUSED_OUT_OF_RANGE, "lon" },
    { "another element", "<eventful/>", REFUSED_UNSUPPORTED, "eventful" },
    { "a wrong end", "<event><point></event></event>", REFUSED_BAD_SYNTAX, "" },
    { "two in one", "<event/><event/>", REFUSED_BAD_SYNTAX, "" },
    { "the end of the stream", "</stream><stream>", REFUSED_BAD_SYNTAX, "" },
    { "half", "<event><point/>", REFUSED_TRUNCATED, "" },
    { "an entity of its own", "<event uid='&me;'/>", REFUSED_BAD_SYNTAX, "" },
    { "a document type", "<!DOCTYPE a [<!ENTITY b 'c'>]><event/>", REFUSED_BAD_SYNTAX, "" },
    { "Latin-1", "<event uid='caf\xE9'/>", REFUSED_BAD_UTF8, "" },
    { "an attribute twice", "<event uid='a' uid='b'/>", REFUSED_BAD_SYNTAX, "" },
    { "33 deep", "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
      "<a><a><a><a><a><a><a>", REFUSED_TOO_DEEP, "a" },
};

static void each_event_is_read_or_refused_rightly(void **state)
{
    struct desk desk = { xml_stream_new(), arena_new() };
    struct cot_event event;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(events); i++) {
        CASE("%s", events[i].name);
        struct verdict verdict = event_read(&desk, events[i].xml, &event);
        assert_int_equal(verdict.refusal, events[i].refusal);
        assert_string_equal(verdict.field, events[i].field);
        assert_true(verdict.offset <= strlen(events[i].xml));
        verdict = event_read(&desk, events[0].xml, &event);
        assert_true(is_accepted(&verdict));
    }
    arena_free(desk.arena);
    xml_stream_free(desk.stream);
}

/* Goal: what an event says is what it said. */
static void values_are_as_they_were_sent(void **state)
{
    struct desk desk = { xml_stream_new(), arena_new() };
    struct cot_event event;

    (void)state;
    struct verdict verdict = event_read(
        &desk, "<event version='2.0' uid='ü&amp;1' type='a-f-G;x' how='m-g' opex='e-storm' time='"
               AT("12:00:00.5") "' start='" AT("12:00:01") "' stale='" AT("12:05:00") "'>"
               "<point lat='51.23456789' lon='-4.1' hae='31.5' ce='0' le='1'/><detail>"
               "<track course='-108.9' speed='-1'/><contact callsign='E7'/>"
               "<remarks> two\nlines </remarks></detail></event>", &event);
    assert_true(is_accepted(&verdict));
    assert_string_equal(event.uid, "ü&1");
    assert_string_equal(event.type, "a-f-G");
    assert_int_equal(event.time_ms, NOW_MS + 500);
    assert_int_equal(event.start_ms, NOW_MS + 1000);
    assert_int_equal(event.stale_ms, NOW_MS + 300000);
    assert_true(event.at.lat_deg == 51.2345679);
    assert_true(isnan(event.ce_m));
    assert_true(fabs(event.course_deg - 251.1) < 1e-9);
    assert_true(isnan(event.speed_mps));
    assert_string_equal(event.callsign, "E7");
    assert_string_equal(event.remarks, "two\nlines");
    assert_true(cot_event_is_exercise(&event));
    verdict = event_read(&desk, WITH_POINT("<point lat='0.0' lon='0' ce='1'/>"), &event);
    assert_true(is_accepted(&verdict));
    assert_false(geo_known(event.at));
    assert_false(cot_event_is_exercise(&event));
    arena_free(desk.arena);
    xml_stream_free(desk.stream);
}

/* ---- typed replies ---- */

static const struct {
    const char *text;
    enum receipt_stage stage;       /* UNSAID with UNIT_UNKNOWN: no answer. */
    enum unit_status status;
    uint32_t number;
    const char *more;
} replies[] = {
    { "ACK", RECEIPT_ACCEPTED, UNIT_UNKNOWN, 0, "" },
    { " ack 31 ", RECEIPT_ACCEPTED, UNIT_UNKNOWN, 31, "" },
    { "Wilco OR31.", RECEIPT_ACCEPTED, UNIT_UNKNOWN, 31, "" },
    { "roger, order 31, two of us", RECEIPT_ACCEPTED, UNIT_UNKNOWN, 0, "order 31, two of us" },
    { "ack order 31", RECEIPT_ACCEPTED, UNIT_UNKNOWN, 31, "" },
    { "ack that is wrong", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "10-4", RECEIPT_ACCEPTED, UNIT_UNKNOWN, 0, "" },
    { "ok", RECEIPT_ACCEPTED, UNIT_UNKNOWN, 0, "" },
    { "ok, but who pays", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "UNABLE 31 flat tyre", RECEIPT_REFUSED, UNIT_UNKNOWN, 31, "flat tyre" },
    { "unable, flat tyre", RECEIPT_REFUSED, UNIT_UNKNOWN, 0, "flat tyre" },
    { "unable to find the door", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "unable to comply", RECEIPT_REFUSED, UNIT_UNKNOWN, 0, "" },
    { "refuse", RECEIPT_REFUSED, UNIT_UNKNOWN, 0, "" },
    { "refuse flat tyre", RECEIPT_REFUSED, UNIT_UNKNOWN, 0, "flat tyre" },
    { "no", RECEIPT_REFUSED, UNIT_UNKNOWN, 0, "" },
    { "no smoke showing", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "done", RECEIPT_DONE, UNIT_UNKNOWN, 0, "" },
    { "done that before", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "En Route", RECEIPT_ACCEPTED, UNIT_ENROUTE, 0, "" },
    { "en  route!", RECEIPT_ACCEPTED, UNIT_ENROUTE, 0, "" },
    { "en", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "en, route", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "on my way", RECEIPT_ACCEPTED, UNIT_ENROUTE, 0, "" },
    { "on scene", RECEIPT_ACCEPTED, UNIT_ONSCENE, 0, "" },
    { "On scene, heavy smoke", RECEIPT_ACCEPTED, UNIT_ONSCENE, 0, "heavy smoke" },
    { "on scene - heavy smoke", RECEIPT_ACCEPTED, UNIT_ONSCENE, 0, "heavy smoke" },
    { "on scene commander wanted", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "staged", RECEIPT_ACCEPTED, UNIT_STAGED, 0, "" },
    { "transporting", RECEIPT_ACCEPTED, UNIT_TRANSPORTING, 0, "" },
    { "at hospital", RECEIPT_ACCEPTED, UNIT_AT_HOSPITAL, 0, "" },
    { "available", RECEIPT_UNSAID, UNIT_AVAILABLE, 0, "" },
    { "available hydrants: none", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "10-8", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "out of service: pump", RECEIPT_UNSAID, UNIT_OUT_OF_SERVICE, 0, "pump" },
    { "10-97", RECEIPT_ACCEPTED, UNIT_ONSCENE, 0, "" },         /* The site's own. */
    { "nicht moeglich", RECEIPT_REFUSED, UNIT_UNKNOWN, 0, "" },
    { "", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "...", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
    { "ack 99999999999", RECEIPT_UNSAID, UNIT_UNKNOWN, 0, "" },
};

/* Goal: an answer is taken for one, and a sentence is not. */
static void typed_answers_are_told_from_messages(void **state)
{
    struct cot_words *words = cot_words_new();

    (void)state;
    assert_true(cot_words_add(words, "10-97=ONS"));
    assert_true(cot_words_add(words, "nicht  moeglich = refused"));
    assert_false(cot_words_add(words, "10-8"));
    assert_false(cot_words_add(words, "10-8="));
    assert_false(cot_words_add(words, "10-8=gone fishing"));
    assert_false(cot_words_add(words, "=AVL"));
    for (size_t i = 0; i < ARRAY_COUNT(replies); i++) {
        struct cot_reply reply = { .more = span_of("") };
        bool is_answer =
            replies[i].stage != RECEIPT_UNSAID || replies[i].status != UNIT_UNKNOWN;
        CASE("%s", replies[i].text);
        assert_int_equal(cot_words_read(words, span_of(replies[i].text), &reply), is_answer);
        if (!is_answer)
            continue;
        assert_int_equal(reply.stage, replies[i].stage);
        assert_int_equal(reply.status, replies[i].status);
        assert_int_equal(reply.number, replies[i].number);
        assert_true(span_is(reply.more, replies[i].more));
    }
    cot_words_free(words);
}

/* ---- shapes ---- */

#define LINK(point) "<link point='" point "'/>"
#define ELLIPSE(major, minor, angle) \
    "<shape><ellipse major='" major "' minor='" minor "' angle='" angle "'/></shape>"

static const struct {
    const char *name, *type, *detail;
    enum refusal refusal;
    uint32_t points;            /* Of the polygon, its first again included. */
    double radius_m;            /* 0: none. */
    bool line;
} shapes[] = {
    { "a closed line", "u-d-f", LINK("51,-4") LINK("51,-3.9") LINK("51.1,-3.9") LINK("51,-4"),
      REFUSED_NOT, 4, 0, false },
    { "an open line", "u-d-f", LINK("51,-4") LINK("51,-3.9") LINK("51.1,-3.9"), REFUSED_NOT, 7, 0,
      true },
    { "a rectangle", "u-d-r", LINK("51,-4") LINK("51,-3.9") LINK("51.1,-3.9") LINK("51.1,-4"),
      REFUSED_NOT, 5, 0, false },
    { "heights", "u-d-r", LINK("51,-4,3") LINK("51,-3.9,4") LINK("51.1,-3.9,5"), REFUSED_NOT, 4, 0,
      false },
    { "a circle", "u-d-c-c", ELLIPSE("250", "250", "360"), REFUSED_NOT, 0, 250, false },
    { "an ellipse", "u-d-c-e", ELLIPSE("250", "100", "30"), REFUSED_NOT, 73, 0, false },
    { "a circle of 0 m", "u-d-c-c", ELLIPSE("0", "0", "0"), REFUSED_OUT_OF_RANGE, 0, 0, false },
    { "a circle round the world", "u-d-c-c", ELLIPSE("2e7", "2e7", "0"), REFUSED_OUT_OF_RANGE, 0,
      0, false },
    { "no axis", "u-d-c-e", "<shape><ellipse major='3'/></shape>", REFUSED_OUT_OF_RANGE, 0, 0,
      false },
    { "one point", "u-d-f", LINK("51,-4"), REFUSED_CONTRADICTION, 0, 0, false },
    { "one point, thrice", "u-d-f", LINK("51,-4") LINK("51,-4") LINK("51,-4"),
      REFUSED_CONTRADICTION, 0, 0, false },
    { "there and back", "u-d-f", LINK("51,-4") LINK("51,-3.9") LINK("51,-4") LINK("51,-4"),
      REFUSED_CONTRADICTION, 0, 0, false },
    { "a point in words", "u-d-f", LINK("here") LINK("there"), REFUSED_NOT_A_NUMBER, 0, 0, false },
    { "half a point", "u-d-f", LINK("51") LINK("52"), REFUSED_NOT_A_NUMBER, 0, 0, false },
    { "nothing drawn", "u-d-f", "", REFUSED_FIELD_MISSING, 0, 0, false },
};

/* Goal: every kind of drawing covers the ground it was drawn on. */
static void drawings_become_areas(void **state)
{
    struct desk desk = { xml_stream_new(), arena_new() };
    char xml[2000];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shapes); i++) {
        struct cot_event event;
        struct cot_shape shape = { .radius_m = NAN };
        CASE("%s", shapes[i].name);
        snprintf(xml, sizeof xml, "<event uid='u' type='%s' " TIMES("12:00:00") ">" POINT
                 "<detail>%s</detail></event>", shapes[i].type, shapes[i].detail);
        struct verdict verdict = event_read(&desk, xml, &event);
        assert_true(is_accepted(&verdict));
        verdict = cot_shape_read(&event, 20, desk.arena, &shape);
        assert_int_equal(verdict.refusal, shapes[i].refusal);
        assert_int_equal(shape.polygon.count, shapes[i].points);
        assert_true(shapes[i].radius_m > 0 ? shape.radius_m == shapes[i].radius_m
                                           : isnan(shape.radius_m));
        assert_int_equal(shape.line, shapes[i].line);
    }
    arena_free(desk.arena);
    xml_stream_free(desk.stream);
}

/* Goal: an ellipse reaches its half axes, the major one at its angle; a strip is as wide as asked,
 * and a long way keeps within a report. */
static void ellipses_and_strips_measure_right(void **state)
{
    struct desk desk = { xml_stream_new(), arena_new() };
    const struct geo_point center = { 51.2, -4.1 };
    struct buffer xml = { 0 };
    struct cot_event event;
    struct cot_shape shape;
    double most_m = 0, least_m = 1e9, most_deg = 0;

    (void)state;
    event_read(&desk, EVENT("u", "u-d-c-e", "12:00:00", ELLIPSE("250", "100", "30")), &event);
    struct verdict verdict = cot_shape_read(&event, 20, desk.arena, &shape);
    assert_true(is_accepted(&verdict));
    for (uint32_t i = 0; i < shape.polygon.count; i++) {
        double away_m = geo_distance_m(center, shape.polygon.at[i]);
        if (away_m > most_m)
            most_deg = geo_bearing_deg(center, shape.polygon.at[i]);
        most_m = fmax(most_m, away_m);
        least_m = fmin(least_m, away_m);
    }
    assert_true(fabs(most_m - 250) < 0.1 && fabs(least_m - 100) < 0.1);
    assert_true(fabs(fmod(most_deg, 180) - 30) < 0.1);
    buffer_add_text(&xml, HEAD("u", "b-m-r") TIMES("12:00:00") ">" POINT "<detail>");
    for (int i = 0; i < 5000; i++)
        buffer_print(&xml, "<link point='%.5f,-4.1'/>", 51 + i * 1e-4);
    buffer_add_text(&xml, "</detail></event>");
    event_read(&desk, xml.bytes, &event);
    verdict = cot_shape_read(&event, 20, desk.arena, &shape);
    assert_true(is_accepted(&verdict));
    assert_true(shape.simplified && shape.line);
    assert_true(shape.polygon.count <= REPORT_POINTS_MAX);
    assert_true(geo_inside(&shape.polygon, (struct geo_point){ 51.25, -4.1002 }));
    assert_false(geo_inside(&shape.polygon, (struct geo_point){ 51.25, -4.1004 }));
    buffer_clear(&xml);
    arena_free(desk.arena);
    xml_stream_free(desk.stream);
}

/* ---- what events mean ---- */

#define CONTACT(callsign) "<contact callsign='" callsign "'/>"
#define PARENT(uid) "<link uid='" uid "' type='a-f-G-U-C' relation='p-p'/>"
#define CHAT(from, callsign, id, clock, text)                                                \
    EVENT("GeoChat." from ".us." id, "b-t-f", clock,                                         \
          "<__chat id='us' chatroom='us' senderCallsign='" callsign "' messageId='" id "'>"   \
          "<chatgrp id='us' uid0='" from "' uid1='us'/></__chat>" PARENT(from)               \
          "<remarks>" text "</remarks>")
#define RECEIPT(kind, from, id, clock)                                                       \
    EVENT(id, "b-t-f-" kind, clock,                                                          \
          "<__chatreceipt id='us' senderCallsign='E7' messageId='" id "'>"                   \
          "<chatgrp id='us' uid0='" from "' uid1='us'/></__chatreceipt>")
#define SA(uid, callsign, clock) EVENT(uid, "a-f-G-U-C", clock, CONTACT(callsign))
#define ALERT(clock) EVENT("u7-9-1-1", "b-a-o-tbl", clock, PARENT("u7") \
                           CONTACT("E7-Alert") "<emergency type='911 Alert'>E7</emergency>")
#define ALERT_CANCEL(clock) EVENT("u7-9-1-1", "b-a-o-can", clock, PARENT("u7") \
                                  "<emergency cancel='true'>E7</emergency>")

/* Goal: what events mean, one after the other. Method: a story of events; after each, its reports
 * as JSON (what is not of interest left out), or why there is none. Units E7 and L2 are the hub's;
 * order TS/31 to E7 is open; uid map-l2 is L2's. Our clock says 12:00:00. */
static const struct { const char *name, *xml, *says; } story[] = {
    { "a unit by callsign", SA("u7", "e7", "11:59:00"),
      "location unit E7 at 11:59:00 accuracy 9.5" },
    { "older than that", SA("u7", "E7", "11:58:59"), "older than what was known" },
    { "the same again", SA("u7", "E7", "11:59:00"), "location unit E7 at 11:59:00 accuracy 9.5" },
    { "without a fix", HEAD("u7", "a-f-G") TIMES("11:59:05") "><point lat='0' lon='0'/></event>",
      "without a position" },
    { "somebody who says he is L2", SA("fake", "L2", "11:59:00"),
      "location unit L2 at 11:59:00 accuracy 9.5" },
    { "the uid that is L2", SA("map-l2", "Truck", "11:59:00"),
      "location unit L2 at 11:59:00 accuracy 9.5" },
    { "a stranger", SA("u9", "Mallory", "11:59:00"),
      "location unit Mallory at 11:59:00 accuracy 9.5" },
    { "the stranger again", SA("u9", "Mallory", "11:59:10"), "of strangers, told lately" },
    { "a status in remarks",
      EVENT("u7", "a-f-G-U-C", "11:59:10", CONTACT("E7") "<remarks>En Route</remarks>"),
      "status unit E7 ENR; location unit E7 at 11:59:10 accuracy 9.5" },
    { "the same status",
      EVENT("u7", "a-f-G-U-C", "11:59:11", CONTACT("E7") "<remarks>En Route</remarks>"),
      "location unit E7 at 11:59:11 accuracy 9.5" },
    { "a status of its own element",
      EVENT("u7", "a-f-G-U-C", "11:59:12", CONTACT("E7") "<status state='on scene'/>"),
      "status unit E7 ONS; location unit E7 at 11:59:12 accuracy 9.5" },

    { "an alert", ALERT("11:59:20"), "status unit E7 emergency" },
    { "repeated by the server", ALERT("11:59:20"), "repeats" },
    { "and from where he is now", ALERT("11:59:30"), "location unit E7 at 11:59:30 accuracy 9.5" },
    { "a cancel older than that", ALERT_CANCEL("11:59:25"), "older than what was known" },
    { "a cancel", ALERT_CANCEL("11:59:40"), "status unit E7 emergency cancel" },
    { "the cancel again", ALERT_CANCEL("11:59:40"), "repeats" },
    { "a late repeat of the alert", ALERT("11:59:30"), "older than what was known" },
    { "another alert", ALERT("11:59:50"), "status unit E7 emergency" },
    { "cancelled by its attribute",
      EVENT("u7-9-1-1", "b-a-o-tbl", "11:59:55", PARENT("u7") "<emergency cancel='TRUE'/>"),
      "status unit E7 emergency cancel" },
    { "an alert by a clock hours ahead", ALERT("15:00:00"), "status unit E7 emergency" },
    { "its cancel", ALERT_CANCEL("15:00:05"), "status unit E7 emergency cancel" },
    { "an alert when that clock is right again", ALERT("12:00:01"), "status unit E7 emergency" },
    { "and its cancel", ALERT_CANCEL("12:00:02"), "status unit E7 emergency cancel" },
    { "an alert without a link", EVENT("u8-9-1-1", "b-a-o-opn", "11:59:50", CONTACT("Bob-Alert")),
      "alarm point Bob condition emergency active priority 1" },
    { "its cancel", EVENT("u8-9-1-1", "b-a-o-can", "11:59:55", ""),
      "alarm point Bob condition emergency normal priority 1" },
    { "an exercise's alert", "<event uid='x-9-1-1' type='b-a-o-tbl' opex='e-storm' "
      TIMES("11:59:59") ">" POINT "</event>", "marked as exercise or simulated" },
    { "a simulated position", "<event uid='u7' type='a-f-G' how='m-s' " TIMES("11:59:59") ">" POINT
      "</event>", "marked as exercise or simulated" },

    { "a message", CHAT("u7", "E7", "m1", "11:59:50", "hydrant is dry"),
      "message unit E7 'hydrant is dry'; delivered m1" },
    { "the message again", CHAT("u7", "E7", "m1", "11:59:50", "hydrant is dry"),
      "repeats; delivered m1" },
    { "no message", CHAT("u7", "E7", "m2", "11:59:50", ""), "refused remarks" },
    { "delivered", RECEIPT("d", "u7", "order-TS-31", "11:59:51"),
      "receipt TS/31 unit E7 delivered" },
    { "delivered again", RECEIPT("d", "u7", "order-TS-31", "11:59:51"), "repeats" },
    { "read, says another crew", RECEIPT("r", "map-l2", "order-TS-31", "11:59:51"),
      "receipts of who was not asked" },
    { "read", RECEIPT("r", "u7", "order-TS-31", "11:59:52"), "receipt TS/31 unit E7 read" },
    { "ok to others in a room", EVENT("GeoChat.u7.All Chat Rooms.m20", "b-t-f", "11:59:52",
      "<__chat id='All Chat Rooms' chatroom='All Chat Rooms' senderCallsign='E7'><chatgrp "
      "id='All Chat Rooms' uid0='u7' uid1='u9'/></__chat>" PARENT("u7") "<remarks>ok</remarks>"),
      "message unit E7 'ok'; delivered m20" },
    { "accepted by words", CHAT("u7", "E7", "m3", "11:59:53", "ACK 31"),
      "receipt TS/31 unit E7 accepted 'ACK 31'; delivered m3" },
    { "accepted twice", CHAT("u7", "E7", "m4", "11:59:53", "roger"),
      "message unit E7 'roger'; delivered m4" },
    { "on scene and more", CHAT("u7", "E7", "m5", "11:59:54", "on scene, heavy smoke"),
      "status unit E7 ONS order TS/31; message unit E7 'on scene, heavy smoke'; delivered m5" },
    { "an order nobody gave", CHAT("u7", "E7", "m6", "11:59:54", "ack 77"),
      "message unit E7 'ack 77'; delivered m6" },
    { "by its incident's number", CHAT("u7", "E7", "m7", "11:59:55", "done 42"),
      "receipt TS/31 unit E7 done 'done 42'; delivered m7" },
    { "available", CHAT("u7", "E7", "m8", "11:59:56", "available"),
      "status unit E7 AVL; delivered m8" },
    { "our own line, sent back by a server", CHAT("us", "DISPATCH", "m9", "11:59:56", "hello"),
      "our own" },
    { "a receipt for somebody's line", RECEIPT("r", "u7", "m-else", "11:59:57"),
      "receipt m-else unit E7 read" },
    { "a task's reply after all is over", EVENT("us.task.order-TS-31", "y-c-s", "11:59:58", ""),
      "repeats" },
    { "a task's reply for another order", EVENT("us.task.order-TS-30", "y-c-f-a", "11:59:58",
      "<remarks>out of fuel</remarks>"), "receipt TS/30 unit  refused 'out of fuel'" },

    { "a mark", EVENT("mk1", "b-m-p-s-m", "11:50:00", CONTACT("Wires") "<remarks>down</remarks>"),
      "hazard mk1 Marker 'Wires' circle 15" },
    { "an older version of it", EVENT("mk1", "b-m-p-s-m", "11:49:00", ""),
      "older than what was known" },
    { "a marked hostile", "<event uid='h1' type='a-h-G' how='h-g-i-g-o' " TIMES("11:59:00") ">"
      POINT "</event>", "hazard h1 Marker '' circle 15" },
    { "a closed road by its name",
      EVENT("c1", "u-d-f", "11:59:00", CONTACT("Closed A39") LINK("51,-4") LINK("51,-3.9")),
      "hazard c1 CLOSED 'Closed A39' polygon 5" },
    { "another open line", EVENT("c2", "u-d-f", "11:59:00", LINK("51,-4") LINK("51,-3.9")),
      "routes, waypoints and cameras" },
    { "what the site hides", EVENT("k1", "b-m-p-s-p-loc", "11:59:00", CONTACT("Cam")),
      "hidden by this site's rules" },
    { "a deleted mark", EVENT("d1", "t-x-d-d", "11:59:00",
      "<link uid='mk1' type='b-m-p-s-m' relation='p-p'/>"), "hazard mk1 Marker '' cancel" },
    { "a client that left", EVENT("d2", "t-x-d-d", "11:59:00",
      "<link uid='u7' type='a-f-G-U-C' relation='p-p'/>"), "between TAK programs" },
    { "a fence crossed", EVENT("g1", "b-a-g", "11:59:00", CONTACT("North gate")),
      "alarm point North gate condition geofence active" },
    { "movement", EVENT("s1", "b-d-m", "11:59:00", CONTACT("PIR 3")),
      "alarm point PIR 3 condition motion active" },
    { "somebody to be fetched", EVENT("9l", "b-r-f-h-c", "11:59:00", CONTACT("MED 1")),
      "incident 9l MED priority 1" },
    { "a ping", EVENT("p-ping", "t-x-c-t", "11:59:00", ""), "between TAK programs; pong" },
    { "a task for others", EVENT("t1", "t-k", "11:59:00", ""), "between TAK programs" },
    { "a capability", EVENT("c9", "c-f", "11:59:00", ""), "of types nobody here knows" },
    { "ourselves", SA("us", "DISPATCH", "11:59:00"), "our own" },
};

/* The report in words, as the story has it. */
static void report_words(const struct report *report, struct buffer *out)
{
    char at[WHEN_TEXT_BYTES];

    switch (report->kind) {
    case REPORT_LOCATION:
        when_text(report->location.at, at);
        buffer_print(out, "location unit %s at %.8s accuracy %.1f", report->location.unit, at + 11,
                     report->location.accuracy_m);
        return;
    case REPORT_STATUS:
        buffer_print(out, "status unit %s%s%s%s%s%s", report->status.unit,
                     report->status.status ? " " : "",
                     vocabulary_word(&unit_status_words, report->status.status),
                     report->status.emergency ? " emergency" : "",
                     report->status.cancel ? " cancel" : "",
                     report->status.order[0] ? " order " : "");
        buffer_add_text(out, report->status.order);
        return;
    case REPORT_MESSAGE:
        buffer_print(out, "message unit %s '%s'", report->message.unit, report->message.text);
        return;
    case REPORT_RECEIPT:
        buffer_print(out, "receipt %s unit %s %s", report->receipt.order, report->receipt.unit,
                     vocabulary_word(&receipt_stage_words, report->receipt.stage));
        if (report->receipt.reason[0])
            buffer_print(out, " '%s'", report->receipt.reason);
        return;
    case REPORT_ALARM:
        buffer_print(out, "alarm point %s condition %s %s", report->alarm.point,
                     report->alarm.condition,
                     vocabulary_word(&alarm_state_words, report->alarm.state));
        if (report->alarm.priority)
            buffer_print(out, " priority %u", report->alarm.priority);
        return;
    case REPORT_INCIDENT:
        buffer_print(out, "incident %s %s priority %u", report->incident.id,
                     report->incident.type, report->incident.priority);
        return;
    case REPORT_HAZARD:
        buffer_print(out, "hazard %s %s '%s'", report->hazard.id, report->hazard.kind,
                     report->hazard.headline);
        if (report->hazard.cancel)
            buffer_add_text(out, " cancel");
        else if (report->hazard.polygon.count)
            buffer_print(out, " polygon %u", report->hazard.polygon.count);
        else
            buffer_print(out, " circle %.0f", report->hazard.radius_m);
        return;
    default:
        fail();
    }
}

static void result_words(const struct verdict *verdict, const struct cot_result *result,
                         struct buffer *out)
{
    buffer_reset(out);
    if (!is_accepted(verdict)) {
        buffer_print(out, "refused %s", verdict->field);
        return;
    }
    for (uint32_t i = 0; i < result->count; i++) {
        buffer_add_text(out, i ? "; " : "");
        report_words(&result->reports[i], out);
    }
    if (result->count == 0)
        buffer_add_text(out, cot_pass_words(result->pass));
    if (result->answer == COT_ANSWER_DELIVERED)
        buffer_print(out, "; delivered %s", result->message_id);
    if (result->answer == COT_ANSWER_PONG)
        buffer_add_text(out, "; pong");
}

struct reader {
    struct desk desk;
    struct cot_contacts *contacts;
    struct cot_book *book;
    struct cot_words *words;
    struct cot_reports *reports;
};

static struct reader reader_new(void)
{
    struct reader reader = { .desk = { xml_stream_new(), arena_new() },
                             .contacts = cot_contacts_new(), .book = cot_book_new(),
                             .words = cot_words_new() };
    const struct feed_order order = { .head = { .order = "TS/31", .unit = "E7",
                                                .verb = FEED_VERB_DISPATCH },
                                      .incident = { .number = 42 } };
    bool is_new;

    reader.reports = cot_reports_new(
        &(struct cot_terms){ .own_uid = "us", .strip_m = 15, .marker_m = 15,
                             .stranger_ms = 600000 },
        reader.contacts, reader.book, reader.words);
    cot_contacts_add_unit(reader.contacts, "E7");
    cot_contacts_add_unit(reader.contacts, "L2");
    cot_book_add(reader.book, &order, &is_new);
    return reader;
}

static void reader_clear(struct reader *reader)
{
    cot_reports_free(reader->reports);
    cot_words_free(reader->words);
    cot_book_free(reader->book);
    cot_contacts_free(reader->contacts);
    arena_free(reader->desk.arena);
    xml_stream_free(reader->desk.stream);
}

static struct verdict take(struct reader *reader, const char *xml, int64_t now_ms,
                           struct cot_result *ret_result)
{
    struct cot_event event;
    struct verdict verdict = event_read(&reader->desk, xml, &event);

    assert_true(is_accepted(&verdict));
    return cot_reports_take(reader->reports, &event, 1, now_ms, reader->desk.arena, ret_result);
}

static void events_mean_what_the_story_says(void **state)
{
    struct reader reader = reader_new();
    struct buffer words = { 0 };

    (void)state;
    assert_true(cot_reports_rule(reader.reports, "u-d closed=CLOSED"));
    assert_true(cot_reports_rule(reader.reports, "b-m-p-s-p-loc="));
    assert_false(cot_reports_rule(reader.reports, "u-d"));
    assert_false(cot_reports_rule(reader.reports, "=X"));
    for (size_t i = 0; i < ARRAY_COUNT(story); i++) {
        struct cot_result result;
        CASE("%s", story[i].name);
        /* From here on it is known who L2 is, and nobody else is believed. */
        if (strcmp(story[i].name, "the uid that is L2") == 0)
            assert_true(cot_contacts_map(reader.contacts, "map-l2=L2"));
        struct verdict verdict = take(&reader, story[i].xml, NOW_MS, &result);
        result_words(&verdict, &result, &words);
        assert_string_equal(words.bytes, story[i].says);
    }
    buffer_clear(&words);
    reader_clear(&reader);
}

/* Goal: with a table of uids a callsign is not enough; without units of the hub every one is. */
static void a_callsign_alone_is_believed_only_where_it_may(void **state)
{
    struct cot_contacts *contacts = cot_contacts_new();

    (void)state;
    assert_string_equal(cot_contacts_hear(contacts, "a", "E7", 1)->unit, "E7");
    cot_contacts_add_unit(contacts, "E7");
    cot_contacts_add_unit(contacts, "L2");
    assert_string_equal(cot_contacts_hear(contacts, "b", " e7 ", 1)->unit, "E7");
    assert_string_equal(cot_contacts_hear(contacts, "c", "E8", 1)->unit, "");
    assert_true(cot_contacts_map(contacts, "real=E7"));
    assert_false(cot_contacts_map(contacts, "real"));
    assert_false(cot_contacts_map(contacts, "=E7"));
    assert_string_equal(cot_contacts_hear(contacts, "d", "E7", 1)->unit, "");
    assert_string_equal(cot_contacts_hear(contacts, "real", "anything", 2)->unit, "E7");
    assert_string_equal(cot_contacts_uid_of_unit(contacts, "e7"), "real");
    assert_string_equal(cot_contacts_of_unit(contacts, "E7")->uid, "real");
    assert_string_equal(cot_contacts_hear(contacts, "L2", "", 1)->unit, "L2");
    cot_contacts_by_uid_only(contacts);
    assert_string_equal(cot_contacts_hear(contacts, "e", "L2", 1)->unit, "");
    cot_contacts_free(contacts);
}

/* Goal: more senders than there is room for forget strangers, never a unit. */
static void units_are_never_forgotten_for_strangers(void **state)
{
    struct cot_contacts *contacts = cot_contacts_new();
    char uid[32];

    (void)state;
    cot_contacts_add_unit(contacts, "E7");
    cot_contacts_hear(contacts, "u7", "E7", 1);
    for (int i = 0; i < 2 * COT_CONTACTS_MAX + 10; i++) {
        snprintf(uid, sizeof uid, "stranger-%d", i);
        assert_string_equal(cot_contacts_hear(contacts, uid, uid, i)->uid, uid);
    }
    assert_non_null(cot_contacts_find(contacts, "u7"));
    assert_null(cot_contacts_find(contacts, "stranger-5"));
    cot_contacts_free(contacts);
}

/* Goal: a clock that is wrong by the same amount is corrected and said once; late events, which
 * differ, are not. Method: times by which four events each came late. */
static void a_wrong_clock_is_told_from_late_events(void **state)
{
    static const struct { const char *name; int64_t late_s[4]; int64_t corrected_s; } cases[] = {
        { "right", { 0, 1, 0, 2 }, 0 },
        { "an hour behind", { 3600, 3601, 3602, 3600 }, 3600 },
        { "an hour ahead", { -3600, -3599, -3600, -3599 }, -3600 },
        { "20 s behind", { 20, 21, 20, 20 }, 0 },
        { "stored on their way", { 300, 240, 180, 120 }, 0 },
        { "one stored, then right", { 300, 0, 1, 0 }, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct cot_contact contact = { .unit = "E7" };
        int64_t behind_ms = 0;
        CASE("%s", cases[i].name);
        for (int at = 0; at < 4; at++)
            behind_ms = cot_contact_clock_behind_ms(
                &contact, NOW_MS + at * 5000 - cases[i].late_s[at] * 1000, NOW_MS + at * 5000);
        assert_int_equal(behind_ms, cases[i].corrected_s * 1000);
    }
}

/* ---- orders out ---- */

static const struct feed_order orders[] = {
    { .head = { .order = "TS/31", .unit = "E7", .verb = FEED_VERB_DISPATCH, .text = "" },
      .incident = { .number = 42, .type = "FIRE", .priority = 1, .place = "12 Quay <St>",
                    .location = { 51.2, -4.1 }, .text = "smoke & \"flames\"" },
      .destination = { .code = "", .location = { NAN, NAN } } },
    { .head = { .order = "TS/32", .unit = "E7", .verb = FEED_VERB_RECALL, .text = "false alarm" },
      .incident = { .number = 42, .type = "FIRE", .place = "", .location = { NAN, NAN },
                    .text = "" },
      .destination = { .code = "", .location = { NAN, NAN } } },
    { .head = { .order = "TS/33", .unit = "E7", .verb = FEED_VERB_TRANSPORT, .text = "" },
      .incident = { .number = 42, .type = "FIRE", .place = "", .location = { 51.2, -4.1 },
                    .text = "" },
      .destination = { .code = "NGATE", .location = { 51.3, -4.2 } } },
    { .head = { .order = "TS/34", .unit = "E7", .verb = FEED_VERB_MESSAGE, .text = "come in" },
      .incident = { .type = "", .place = "", .location = { NAN, NAN }, .text = "" },
      .destination = { .code = "", .location = { NAN, NAN } } },
};
static const struct { const char *types, *words; double lat_deg; } sent[] = {
    { "b-m-p-w-GOTO t-r b-t-f ",
      "DISPATCH #42 FIRE P1, 12 Quay <St>, 51.20000,-4.10000: smoke & \"flames\"."
      " Reply ACK 31, UNABLE 31 reason, ENR, ONS, AVL", 51.2 },
    { "t-x-d-d b-t-f ", "RECALL from #42 FIRE: false alarm. Reply ACK 32", NAN },
    { "b-m-p-w-GOTO t-r b-t-f ", "TRANSPORT #42 FIRE to NGATE. Reply ACK 33, TRN, HOS", 51.3 },
    { "b-t-f ", "come in", NAN },
};

/* What was written, read back: as XML, and as protobuf. */
static void draft_check(struct desk *desk, const struct cot_draft *draft, const char *words)
{
    struct buffer xml = { 0 }, packet = { 0 };
    struct cot_event event;
    struct tak_message message;

    cot_draft_write(draft, &xml);
    struct cot_frame frame = cot_datagram(buffer_span(&xml));
    assert_int_equal(frame.kind, COT_FRAME_EVENT);
    const struct xml_element *element;
    struct verdict verdict = xml_stream_element(desk->stream, frame.bytes, desk->arena, &element);
    assert_true(is_accepted(&verdict));
    verdict = cot_event_read(element, desk->arena, &event);
    assert_true(is_accepted(&verdict));
    tak_draft_write(draft, &packet);
    verdict = tak_read(buffer_span(&packet), desk->stream, desk->arena, &message);
    assert_true(is_accepted(&verdict) && message.has_event);
    assert_string_equal(message.event.uid, event.uid);
    assert_string_equal(message.event.type, event.type);
    assert_string_equal(message.event.remarks, event.remarks);
    assert_int_equal(message.event.time_ms, event.time_ms);
    assert_int_equal(message.event.stale_ms, event.stale_ms);
    assert_true(geo_same(message.event.at, event.at));
    if (strcmp(draft->type, "b-t-f") == 0)
        assert_string_equal(event.remarks, words);
    const struct xml_element *dest = element_child(element_child(event.detail, "marti"), "dest");
    assert_string_equal(element_attribute(dest, "uid"), "u7");
    buffer_clear(&xml);
    buffer_clear(&packet);
}

/* Goal: each order goes out as the events a person sees, directed to that unit, its id in the chat
 * line and the task, and says the same in XML and protobuf. */
static void orders_go_out_as_events(void **state)
{
    struct desk desk = { xml_stream_new(), arena_new() };
    const struct cot_self self = { .uid = "us", .callsign = "DISPATCH", .at = { 51, -4 },
                                   .task = "t-r" };
    const struct cot_address to = { .uid = "u7", .callsign = "E7" };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++) {
        struct cot_drafts drafts;
        struct buffer types = { 0 };
        char token[COT_TOKEN_BYTES], id[COT_TOKEN_BYTES];
        CASE("%s", orders[i].head.order);
        cot_order_draft(&self, &to, &orders[i], NOW_MS, desk.arena, &drafts);
        for (uint32_t at = 0; at < drafts.count; at++) {
            buffer_print(&types, "%s ", drafts.at[at].type);
            draft_check(&desk, &drafts.at[at], sent[i].words);
        }
        assert_string_equal(types.bytes, sent[i].types);
        assert_string_equal(cot_order_words(&orders[i], desk.arena), sent[i].words);
        const struct cot_draft *chat = &drafts.at[drafts.count - 1];
        cot_order_token(orders[i].head.order, token);
        assert_non_null(strstr(chat->uid, token));
        assert_string_equal(cot_order_id(chat->uid, id), orders[i].head.order);
        if (!isnan(sent[i].lat_deg))
            assert_true(drafts.at[0].at.lat_deg == sent[i].lat_deg);
        buffer_clear(&types);
    }
    arena_free(desk.arena);
    xml_stream_free(desk.stream);
}

/* Goal: an id becomes a token and the token the id again; what is no token is no order. */
static void tokens_are_ids(void **state)
{
    static const struct { const char *id, *token; } cases[] = {
        { "PM/31", "order-PM-31" }, { "A-B/7", "order-A-B-7" }, { "PM/x", "" }, { "31", "" },
        { "/31", "" }, { "P.M/31", "" }, { "PM/0", "" },
    };
    static const char *const others[] = { "order-31", "order--31", "order-PM-x", "order-PM-",
                                          "f77dae64-3573-4dae-8447-c0c7a0219d70", "" };
    char text[COT_TOKEN_BYTES], again[COT_TOKEN_BYTES], uid[128];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%s", cases[i].id);
        assert_string_equal(cot_order_token(cases[i].id, text), cases[i].token);
        if (!text[0])
            continue;
        assert_string_equal(cot_order_id(text, again), cases[i].id);
        snprintf(uid, sizeof uid, "GeoChat.me.you.%s", text);
        assert_string_equal(cot_order_id(uid, again), cases[i].id);
    }
    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        assert_string_equal(cot_order_id(others[i], text), "");
}

/* Goal: open orders outlive the process, with how far they were; what was over is gone. */
static void open_orders_are_known_after_a_restart(void **state)
{
    struct cot_book *book = cot_book_new(), *again = cot_book_new();
    struct buffer cursor = { 0 };
    struct json *json;
    bool is_new;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++)
        cot_book_add(book, &orders[i], &is_new)->stage = i == 1 ? RECEIPT_DONE : RECEIPT_READ;
    cot_book_write(book, &cursor);
    struct verdict verdict = json_parse(buffer_span(&cursor), &json);
    assert_true(is_accepted(&verdict));
    cot_book_read(again, json);
    assert_null(cot_book_find(again, "TS/32"));
    assert_int_equal(cot_book_find(again, "TS/31")->stage, RECEIPT_READ);
    assert_string_equal(cot_book_of_unit(again, "e7", 42)->id, "TS/33");
    assert_string_equal(cot_book_of_unit(again, "E7", 31)->id, "TS/31");
    cot_book_close(again, "E7");
    assert_null(cot_book_of_unit(again, "E7", 0));
    json_free(json);
    verdict = json_parse(span_of("[1,{},{\"order\":\"TS/1\"},{\"order\":\"TS/2\",\"unit\":\"E1\","
                                 "\"verb\":\"fly\",\"stage\":\"sent\"}]"), &json);
    assert_true(is_accepted(&verdict));
    cot_book_read(again, json);
    assert_null(cot_book_find(again, "TS/1"));
    assert_null(cot_book_find(again, "TS/2"));
    json_free(json);
    buffer_clear(&cursor);
    cot_book_free(again);
    cot_book_free(book);
}

/* ---- a connection's times ---- */

static void no_event(void *owner, struct cot_peer *peer, const struct cot_event *event)
{
    (void)owner, (void)peer, (void)event;
}

static void nothing_refused(void *owner, struct cot_peer *peer, const struct verdict *verdict,
                            struct quarantine *bytes)
{
    (void)owner, (void)peer, (void)verdict, (void)bytes;
}

/* How many pings have been put out since the last call. */
static uint32_t pings(struct cot_peer *peer)
{
    struct buffer *out = cot_peer_out(peer);
    uint32_t count = 0;

    for (const char *at = out->length ? strstr(out->bytes, "\"t-x-c-t\"") : NULL; at;
         at = strstr(at + 1, "\"t-x-c-t\""))
        count++;
    buffer_reset(out);
    return count;
}

/* Goal: a server that is silent is pinged after 15 s and every 4.5 s from then on, one that speaks
 * is not; one that never answers which protocol to speak is given up after 60 s, unpinged. */
static void a_silent_server_is_pinged(void **state)
{
    static const struct cot_peer_handler handler = { .event = no_event,
                                                     .refused = nothing_refused };
    static const char offer[] =
        EVENT("s", "t-x-takp-v", "12:00:00",
              "<TakControl><TakProtocolSupport version='1'/></TakControl>");
    struct cot_peer *peer = cot_peer_new(COT_CLIENT, true, "us", &handler, NULL);

    (void)state;
    cot_peer_opened(peer, NOW_MS);
    assert_int_equal(cot_peer_look(peer, NOW_MS), NOW_MS + 15000);
    cot_peer_look(peer, NOW_MS + 14999);
    assert_int_equal(pings(peer), 0);
    assert_int_equal(cot_peer_look(peer, NOW_MS + 15000), NOW_MS + 19500);
    assert_int_equal(pings(peer), 1);
    cot_peer_look(peer, NOW_MS + 19000);
    assert_int_equal(pings(peer), 0);
    cot_peer_look(peer, NOW_MS + 19500);
    assert_int_equal(pings(peer), 1);
    cot_peer_take(peer, span_of("\n"), NOW_MS + 20000);
    assert_int_equal(cot_peer_look(peer, NOW_MS + 24000), NOW_MS + 35000);
    assert_int_equal(pings(peer), 0);
    cot_peer_take(peer, span_of(offer), NOW_MS + 30000);
    cot_peer_look(peer, NOW_MS + 60000);
    assert_int_equal(pings(peer), 0);
    assert_string_equal(cot_peer_fault(peer), "");
    cot_peer_look(peer, NOW_MS + 90000);
    assert_non_null(strstr(cot_peer_fault(peer), "did not answer"));
    cot_peer_opened(peer, NOW_MS + 91000);
    assert_string_equal(cot_peer_fault(peer), "");
    cot_peer_free(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_out_of_a_stream_torn_anywhere),
        cmocka_unit_test(an_endless_event_is_refused_and_got_over),
        cmocka_unit_test(a_datagram_is_one_event),
        cmocka_unit_test(each_event_is_read_or_refused_rightly),
        cmocka_unit_test(values_are_as_they_were_sent),
        cmocka_unit_test(typed_answers_are_told_from_messages),
        cmocka_unit_test(drawings_become_areas),
        cmocka_unit_test(ellipses_and_strips_measure_right),
        cmocka_unit_test(events_mean_what_the_story_says),
        cmocka_unit_test(a_callsign_alone_is_believed_only_where_it_may),
        cmocka_unit_test(units_are_never_forgotten_for_strangers),
        cmocka_unit_test(a_wrong_clock_is_told_from_late_events),
        cmocka_unit_test(orders_go_out_as_events),
        cmocka_unit_test(tokens_are_ids),
        cmocka_unit_test(open_orders_are_known_after_a_restart),
        cmocka_unit_test(a_silent_server_is_pinged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
