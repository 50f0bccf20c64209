#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/when.h"
#include "feeds/mqtt_orders.h"
#include "feeds/mqtt_points.h"
#include "feeds/senml.h"
#include "feeds/sensorthings.h"
#include "feeds/sparkplug_nodes.h"
#include "tests/check.h"
#include "tests/feed_run.h"

static const int64_t now_ms = 1763900000000;        /* 2025-11-23T12:13:20Z */

/* Goal: filters match as MQTT 5.0 section 4.7 says, its examples among them, and captures are what
 * wildcards stood for. */
static const struct {
    const char *filter, *topic, *captures;          /* NULL: no match. */
} matches[] = {
    { "sport/tennis/player1/#", "sport/tennis/player1", "|" },
    { "sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", "score/wimbledon|" },
    { "sport/#", "sport", "|" },
    { "#", "a/b", "a/b|" },
    { "sport/tennis/+", "sport/tennis/player1", "player1|" },
    { "sport/tennis/+", "sport/tennis/player1/ranking", NULL },
    { "sport/+", "sport", NULL },
    { "sport/+", "sport/", "|" },
    { "+/+", "/finance", "|finance|" },
    { "/+", "/finance", "finance|" },
    { "+", "/finance", NULL },
    { "#", "$SYS/broker", NULL },
    { "+/monitor/Clients", "$SYS/monitor/Clients", NULL },
    { "$SYS/#", "$SYS/broker", "broker|" },
    { "$SYS/monitor/+", "$SYS/monitor/Clients", "Clients|" },
    { "$share/group/a/+", "a/b", "b|" },
    { "a/b", "a/b", "" },
    { "a/b", "a/bc", NULL },
    { "a/b", "A/b", NULL },
    { "a/+/c/#", "a/x/c/y/z", "x|y/z|" },
};
static const struct {
    const char *filter;
    bool right;
} filters[] = {
    { "#", true }, { "a/#", true }, { "a#", false }, { "a/#/b", false }, { "a/#/", false },
    { "+", true }, { "+/a/#", true }, { "a+", false }, { "", false }, { "/", true },
    { "a//b", true }, { "$share/g/a", true }, { "$share/g", false }, { "$share//a", false },
    { "$share/+/a", false }, { "\xff", false },
};

static void filters_match_as_the_standard_says(void **state)
{
    struct topic_captures captures;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(filters); i++) {
        CASE("%s", filters[i].filter);
        assert_int_equal(topic_filter_right(span_of(filters[i].filter)), filters[i].right);
    }
    for (size_t i = 0; i < ARRAY_COUNT(matches); i++) {
        struct span pattern = topic_filter_pattern(span_of(matches[i].filter));
        char text[128] = "";
        CASE("%s of %s", matches[i].filter, matches[i].topic);
        bool match = topic_match(pattern, span_of(matches[i].topic), &captures);
        assert_int_equal(match, matches[i].captures != NULL);
        for (uint32_t c = 0; match && c < captures.count; c++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s|",
                     (int)captures.at[c].length, captures.at[c].bytes);
        if (match)
            assert_string_equal(text, matches[i].captures);
    }
    assert_false(topic_name_right(span_of("a/+")));
    assert_false(topic_name_right(SPAN("a\0b")));
    assert_true(topic_name_right(span_of("a/\xC3\xA4")));
}

/* Goal: a topic line that cannot work is refused with a sentence; the nearest right one is read. */
static const struct {
    const char *line, *fault;
} lines[] = {
    { "plant/+/temp above=60", NULL },
    { "plant/+/temp", "could never be an alarm" },
    { "above=60", "first word must be the topic filter" },
    { "plant/a# above=60", "no topic filter" },
    { "plant/+ point={2} above=60", "{2} stands for nothing" },
    { "plant/+ point={1}{topic}{name} above=60", NULL },
    { "plant/+ point={nobody} above=60", "{nobody} stands for nothing" },
    { "plant/+ above=60 colour=red", "nobody knows the word \"colour=red\"" },
    { "plant/+ above=60 stray", "nobody knows the word \"stray\"" },
    { "plant/+ above=60 place='open", "a quote has no end" },
    { "plant/+ above=60 priority=6", "not 1 to 5" },
    { "plant/+ above=60 qos=2", "neither 0 nor 1" },
    { "plant/+ above=60 lat=91 lon=0", "not a place on the earth" },
    { "plant/+ above=60 lat=51", "not a place on the earth" },
    { "plant/+ above=60 format=xml", "none of value, json" },
    { "plant/+ above=60 format=json", "needs value=" },
    { "plant/+ above=60 value=a.b[0]", NULL },
    { "plant/+ above=60 value=a[", "no path into JSON" },
    { "plant/+ above=60 name=x*", "name= goes with" },
    { "plant/+ above=60 format=senml name=x*", NULL },
    { "plant/+ above=60 format=senml value=x", "go with format=json" },
    { "plant/+ above=60 retained=yes", "neither age nor state" },
    { "plant/+ above=60 scale=0", "not a number other than 0" },
    { "plant/+ above=60 value=v time=t time_format=%Q", "nobody knows" },
    { "plant/+ above=60 value=v time=t time_format='%d.%m.%Y %H:%M' zone=+01:00", NULL },
};

static void topic_lines_are_judged_with_a_sentence(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct mqtt_line line;
        char sentence[256] = "";
        CASE("%s", lines[i].line);
        bool read = mqtt_line_read(lines[i].line, arena, &line, sentence, sizeof sentence);
        assert_int_equal(read, lines[i].fault == NULL);
        if (!read && !strstr(sentence, lines[i].fault))
            fail_msg("\"%s\" does not say \"%s\"", sentence, lines[i].fault);
    }
    arena_free(arena);
}

/* ---- SenML ---- */

/* Goal: packs are resolved as RFC 8428 says, and refused for what is wrong with them. Method: the
 * examples of its section 5.1 (abridged) and packs of our own, against "name value unit seconds" of
 * each record, the seconds relative to now where they are ("-5"), or the refusal's field. */
static const struct {
    const char *name, *pack, *readings;
    enum refusal refusal;
} packs[] = {
    { "5.1.1 single", "[{'n':'urn:dev:ow:10e2073a01080063','u':'Cel','v':23.1}]",
      "urn:dev:ow:10e2073a01080063 23.1 Cel +0;", REFUSED_NOT },
    { "5.1.2 base name", "[{'bn':'urn:dev:ow:10e2073a01080063:','n':'voltage','u':'V','v':120.1},"
      "{'n':'current','u':'A','v':1.2}]",
      "urn:dev:ow:10e2073a01080063:voltage 120.1 V +0;"
      "urn:dev:ow:10e2073a01080063:current 1.2 A +0;", REFUSED_NOT },
    { "5.1.2 base time and unit", "[{'bn':'urn:dev:ow:10e2073a0108006:','bt':1.276020076001e+09,"
      "'bu':'A','bver':5,'n':'voltage','u':'V','v':120.1},{'n':'current','t':-5,'v':1.2}]",
      "urn:dev:ow:10e2073a0108006:voltage 120.1 V 1276020076.001;"
      "urn:dev:ow:10e2073a0108006:current 1.2 A 1276020071.001;", REFUSED_NOT },
    { "5.1.4 several types", "[{'bn':'urn:dev:ow:10e2073a01080063:','n':'temp','u':'Cel','v':23.1},"
      "{'n':'label','vs':'Machine Room'},{'n':'open','vb':false},{'n':'nfc','vd':'aGkgCg'}]",
      "urn:dev:ow:10e2073a01080063:temp 23.1 Cel +0;"
      "urn:dev:ow:10e2073a01080063:label Machine Room  +0;"
      "urn:dev:ow:10e2073a01080063:open false  +0;"
      "urn:dev:ow:10e2073a01080063:nfc aGkgCg  +0;", REFUSED_NOT },
    { "base value and sum", "[{'bn':'a','bv':20,'bs':100,'v':3},{'n':'b','s':5}]",
      "a 23  +0;ab 105  +0;", REFUSED_NOT },
    { "a base is replaced", "[{'bn':'a','bt':10,'v':1},{'bn':'b','bt':-20,'v':2}]",
      "a 1  +10;b 2  -20;", REFUSED_NOT },
    { "just relative", "[{'n':'a','t':268435455,'v':1}]", "a 1  +268435455;", REFUSED_NOT },
    { "just absolute", "[{'n':'a','t':268435456,'v':1}]", "a 1  268435456.000;", REFUSED_NOT },
    { "unknown fields are passed over", "[{'n':'a','v':1,'zz':[{}]}]", "a 1  +0;", REFUSED_NOT },
    { "a text that looks like a number", "[{'n':'a','vs':'12'}]", "a 12  +0;", REFUSED_NOT },
    { "a draft's base record", "[{'bn':'a','bver':5},{'v':1}]", "a 1  +0;", REFUSED_NOT },
    { "the same without a draft's version", "[{'bn':'a'},{'v':1}]", "records[0].v",
      REFUSED_FIELD_MISSING },
    { "must be understood", "[{'n':'a','v':1,'x_':1}]", "records[0].x_", REFUSED_NOT_ALLOWED },
    { "two values", "[{'n':'a','v':1,'vs':'x'}]", "records[0].v", REFUSED_CONTRADICTION },
    { "no value", "[{'n':'a','v':1},{'n':'b'}]", "records[1].v", REFUSED_FIELD_MISSING },
    { "no name", "[{'v':1}]", "records[0].n", REFUSED_FIELD_MISSING },
    { "a name with a blank", "[{'n':'a b','v':1}]", "records[0].n", REFUSED_BAD_SYNTAX },
    { "a name that starts with a stroke", "[{'n':'-a','v':1}]", "records[0].n",
      REFUSED_BAD_SYNTAX },
    { "a value of another type", "[{'n':'a','v':'1'}]", "records[0].v", REFUSED_WRONG_TYPE },
    { "a name of another type", "[{'n':1,'v':1}]", "records[0].n", REFUSED_WRONG_TYPE },
    { "padded data", "[{'n':'a','vd':'AQ=='}]", "records[0].vd", REFUSED_BAD_SYNTAX },
    { "a version to come", "[{'bver':11,'n':'a','v':1}]", "records[0].bver",
      REFUSED_OUT_OF_RANGE },
    { "past all clocks", "[{'n':'a','v':1,'t':1e300}]", "records[0].t", REFUSED_OUT_OF_RANGE },
    { "too large together", "[{'n':'a','bv':1e308,'v':1e308}]", "records[0].v",
      REFUSED_OUT_OF_RANGE },
    { "no records", "[]", "records", REFUSED_FIELD_MISSING },
    { "no list", "{'n':'a','v':1}", "", REFUSED_WRONG_TYPE },
    { "no record", "[7]", "records[0].", REFUSED_WRONG_TYPE },
};

static void reading_print(const struct reading *reading, struct buffer *out)
{
    buffer_print(out, "%.*s ", (int)reading->name.length, reading->name.bytes);
    if (isnan(reading->sample.value))
        buffer_print(out, "%.*s", (int)reading->sample.word.length, reading->sample.word.bytes);
    else
        buffer_print(out, "%.10g", reading->sample.value);
    buffer_print(out, " %s ", reading->unit);
    if (reading->time == READING_RELATIVE)
        buffer_print(out, "%+d;", (int)((reading->sample.at_ms - now_ms) / 1000));
    else
        buffer_print(out, "%lld.%03lld;", (long long)reading->sample.at_ms / 1000,
                     (long long)reading->sample.at_ms % 1000);
}

static void packs_are_resolved_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(packs); i++) {
        struct arena *arena = arena_new();
        struct readings readings;
        struct buffer out = { 0 };
        struct json *json = NULL;
        char text[1024];
        CASE("%s", packs[i].name);
        struct verdict verdict = json_parse(
            span_of(json_of(text, sizeof text, packs[i].pack)), &json);
        assert_true(is_accepted(&verdict));
        verdict = senml_read(json, now_ms, arena, &readings);
        assert_int_equal(verdict.refusal, packs[i].refusal);
        buffer_add_text(&out, verdict.field);
        for (uint32_t r = 0; is_accepted(&verdict) && r < readings.count; r++)
            reading_print(&readings.at[r], &out);
        assert_string_equal(out.bytes, packs[i].readings);
        buffer_clear(&out);
        json_free(json);
        arena_free(arena);
    }
}

/* ---- SensorThings ---- */

static const struct {
    const char *name, *entity, *reading;
    enum refusal refusal;
} observations[] = {
    { "an instant", "{'@iot.id':1,'phenomenonTime':'2025-11-23T12:00:00.500Z','resultTime':null,"
      "'result':4.2,'Datastream@iot.navigationLink':'x'}", " 4.2  1763899200.500;", REFUSED_NOT },
    { "an interval's end", "{'phenomenonTime':'2025-11-23T11:00:00Z/2025-11-23T12:00:00Z',"
      "'result':4}", " 4  1763899200.000;", REFUSED_NOT },
    { "the result's time", "{'phenomenonTime':null,'resultTime':'2025-11-23T12:00:00Z','result':4}",
      " 4  1763899200.000;", REFUSED_NOT },
    { "expanded", "{'result':true,'Datastream':{'name':'gate','unitOfMeasurement':{'symbol':'m'}}}",
      "gate true m 0.000;", REFUSED_NOT },
    { "no result", "{'phenomenonTime':'2025-11-23T12:00:00Z'}", "result", REFUSED_FIELD_MISSING },
    { "a result with parts", "{'result':{'a':1}}", "result", REFUSED_WRONG_TYPE },
    { "a time that is none", "{'result':1,'phenomenonTime':'noon'}", "phenomenonTime",
      REFUSED_NOT_A_TIME },
    { "no entity", "[1]", "", REFUSED_WRONG_TYPE },
};

static void observations_are_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(observations); i++) {
        struct reading reading;
        struct buffer out = { 0 };
        struct json *json = NULL;
        char text[512];
        CASE("%s", observations[i].name);
        struct verdict verdict = json_parse(
            span_of(json_of(text, sizeof text, observations[i].entity)), &json);
        assert_true(is_accepted(&verdict));
        verdict = sensorthings_read(json, &reading);
        assert_int_equal(verdict.refusal, observations[i].refusal);
        buffer_add_text(&out, verdict.field);
        if (is_accepted(&verdict))
            reading_print(&reading, &out);
        assert_string_equal(out.bytes, observations[i].reading);
        buffer_clear(&out);
        json_free(json);
    }
}

/* ---- Sparkplug: an encoder of our own, so that the reader is not held against itself ---- */

static void varint(struct buffer *out, uint64_t number)
{
    do {
        char byte = (char)((number & 127) | (number > 127 ? 128 : 0));
        buffer_add(out, span_from(&byte, 1));
        number >>= 7;
    } while (number);
}

static void field_number(struct buffer *out, uint32_t field, uint64_t number)
{
    varint(out, field << 3);
    varint(out, number);
}

static void field_bytes(struct buffer *out, uint32_t field, struct span bytes)
{
    varint(out, field << 3 | 2);
    varint(out, bytes.length);
    buffer_add(out, bytes);
}

/* "NAME ALIAS DATATYPE VALUE", each "-" where it is not said; VALUE as u12 (int), l12 (long), d1.5,
 * f1.5, btrue, sTEXT, null, old (historical 1). */
static void metric_write(struct buffer *out, struct span text, int64_t at_ms)
{
    struct span name, alias, datatype;
    struct buffer metric = { 0 };
    char value[64];
    double number;

    span_cut(&text, ' ', &name);
    span_cut(&text, ' ', &alias);
    span_cut(&text, ' ', &datatype);
    snprintf(value, sizeof value, "%.*s", (int)text.length, text.bytes);
    if (!span_is(name, "-"))
        field_bytes(&metric, 1, name);
    if (!span_is(alias, "-"))
        field_number(&metric, 2, strtoull(alias.bytes, NULL, 10));
    field_number(&metric, 3, (uint64_t)at_ms);
    if (!span_is(datatype, "-"))
        field_number(&metric, 4, strtoull(datatype.bytes, NULL, 10));
    if (strcmp(value, "null") == 0) {
        field_number(&metric, 7, 1);
    } else if (strcmp(value, "old") == 0) {
        field_number(&metric, 5, 1);
        field_number(&metric, 10, 1);
    } else if (value[0] == 'u' || value[0] == 'l') {
        field_number(&metric, value[0] == 'u' ? 10 : 11, strtoull(value + 1, NULL, 10));
    } else if (value[0] == 'd') {
        number = strtod(value + 1, NULL);
        varint(&metric, 13 << 3 | 1);
        buffer_add(&metric, span_from((const char *)&number, 8));
    } else if (value[0] == 'f') {
        float single = strtof(value + 1, NULL);
        varint(&metric, 12 << 3 | 5);
        buffer_add(&metric, span_from((const char *)&single, 4));
    } else if (value[0] == 'b') {
        field_number(&metric, 14, strcmp(value, "btrue") == 0);
    } else {
        field_bytes(&metric, 15, span_of(value + 1));
    }
    field_bytes(out, 2, buffer_span(&metric));
    buffer_clear(&metric);
}

static void payload_write(struct buffer *out, struct span seq, struct span metrics, int64_t at_ms)
{
    struct span metric;

    buffer_reset(out);
    field_number(out, 1, (uint64_t)at_ms);
    while (metrics.length && span_cut(&metrics, ',', &metric))
        metric_write(out, metric, at_ms);
    if (!span_is(seq, "-"))
        field_number(out, 3, strtoull(seq.bytes, NULL, 10));
}

/* Goal: births, aliases, deaths and gaps mean what Sparkplug 3.0 says. Method: messages as
 * "SECOND TOPIC SEQ METRIC,METRIC" one after the other (":": only time passes), against what each
 * leads to: values, + who is born, - who is lost, ! a rebirth asked for, R refused. */
static const struct {
    const char *name, *messages, *events;
} lives[] = {
    { "a birth, data by alias", "0 NBIRTH/e 0 t 1 10 d20.5,bdSeq - 8 l3;1 NDATA/e 1 - 1 - d21",
      "+g/e t=20.5 bdSeq=3; t=21;" },
    { "signed integers by the birth's datatype",
      "0 NBIRTH/e 0 a 1 1 u255,b 2 2 u65535,c 3 3 u4294967295,d 4 4 l18446744073709551615,"
      "e 5 7 u4294967295;1 NDATA/e 1 - 1 - u254,d - - l18446744073709551614",
      "+g/e a=-1 b=-1 c=-1 d=-1 e=4294967295; a=-2 d=-2;" },
    { "other values", "0 NBIRTH/e 0 a - 9 f1.5,b - 11 btrue,c - 12 sopen,d - 10 null,e - 3 old",
      "+g/e a=1.5 b=true c=open;" },
    { "an alias nobody named", "0 NBIRTH/e 0 t 1 10 d1;1 NDATA/e 1 - 9 - d2", "+g/e t=1; !;" },
    { "data before any birth", "0 NDATA/e 5 t - - d2;1 NDATA/e 6 t - - d3", "! t=2; t=3;" },
    { "a gap, asked once in half a minute",
      "0 NBIRTH/e 0 t 1 10 d1;1 NDATA/e 2 - 1 - d2;2 NDATA/e 9 - 1 - d3;40 NDATA/e 2 - 1 - d4",
      "+g/e t=1; ! t=2; t=3; ! t=4;" },
    { "the count goes round",
      "0 NBIRTH/e 254 t 1 10 d1;1 NDATA/e 255 - 1 - d2;2 NDATA/e 0 - 1 - d3",
      "+g/e t=1; t=2; t=3;" },
    { "a message twice", "0 NBIRTH/e 0 t 1 10 d1;1 NDATA/e 1 - 1 - d2;1 NDATA/e 1 - 1 - d2",
      "+g/e t=1; t=2; t=2;" },
    { "a will of this session", "0 NBIRTH/e 0 bdSeq - 8 l3;1 NDEATH/e - bdSeq - 8 l3",
      "+g/e bdSeq=3; -g/e;" },
    { "a will of an earlier one", "0 NBIRTH/e 0 bdSeq - 8 l3;1 NDEATH/e - bdSeq - 8 l2",
      "+g/e bdSeq=3; ;" },
    { "a node takes its devices along, once",
      "0 NBIRTH/e 0 x - 3 u1;0 DBIRTH/e/d 1 y - 3 u2;1 NDEATH/e - z - 3 u1;2 NDEATH/e - z - 3 u1",
      "+g/e x=1; +g/e/d y=2; -g/e -g/e/d; ;" },
    { "a device alone", "0 NBIRTH/e 0 x - 3 u1;0 DBIRTH/e/d 1 y - 3 u2;1 DDEATH/e/d 2",
      "+g/e x=1; +g/e/d y=2; -g/e/d;" },
    { "a device that does not come back with its node",
      "0 NBIRTH/e 0 x - 3 u1;0 DBIRTH/e/d 1 y - 3 u2;5 NBIRTH/e 0 x - 3 u1;64 :;66 :",
      "+g/e x=1; +g/e/d y=2; +g/e x=1; ; -g/e/d;" },
    { "aliases of a device are its node's", "0 NBIRTH/e 0 x 1 3 u1;0 DBIRTH/e/d 1 y 2 3 u2;"
      "1 DDATA/e/d 2 - 2 - u5;2 NBIRTH/e 0 x 7 3 u1;3 NDATA/e 1 - 7 - u6,- 1 - u7",
      "+g/e x=1; +g/e/d y=2; y=5; +g/e x=1; ! x=6;" },
    { "commands are no news", "0 NCMD/e 0 x - 3 u1;0 DCMD/e/d 0 x - 3 u1", "; ;" },
    { "a seq past 255", "0 NDATA/e 256 x - 3 u1", "R;" },
};

static void result_print(const struct verdict *verdict, const struct sparkplug_result *result,
                         struct buffer *out)
{
    struct span last = span_from(out->bytes + out->length, 0);

    (void)last;
    if (!is_accepted(verdict))
        buffer_add_text(out, "R");
    for (uint32_t i = 0; i < result->lost_count; i++)
        buffer_print(out, "%s-%s", i ? " " : "", result->lost[i]);
    if (result->rebirth)
        buffer_add_text(out, "!");
    if (result->is_born)
        buffer_print(out, "+%s", result->path);
    for (uint32_t i = 0; i < result->readings.count; i++) {
        const struct reading *reading = &result->readings.at[i];
        buffer_print(out, "%s%.*s=", i || result->rebirth || result->is_born ? " " : "",
                     (int)reading->name.length, reading->name.bytes);
        if (reading->sample.word.length)
            buffer_add(out, reading->sample.word);
        else
            buffer_print(out, "%.12g", reading->sample.value);
    }
    buffer_add_text(out, "; ");
}

static void nodes_live_as_sparkplug_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lives); i++) {
        struct sparkplug_nodes *nodes = sparkplug_nodes_new();
        struct arena *arena = arena_new();
        struct span rest = span_of(lives[i].messages), message, second, name, seq;
        struct buffer payload = { 0 }, out = { 0 };
        int64_t at_s;

        CASE("%s", lives[i].name);
        while (span_cut(&rest, ';', &message)) {
            struct sparkplug_topic topic;
            struct sparkplug_result result;
            char path[64];
            span_cut(&message, ' ', &second);
            assert_true(span_to_int64(second, &at_s));
            struct verdict verdict = accepted();
            if (span_is(message, ":")) {
                sparkplug_nodes_advance(nodes, now_ms + at_s * 1000, arena, &result);
                result_print(&verdict, &result, &out);
                continue;
            }
            span_cut(&message, ' ', &name);
            span_cut(&message, ' ', &seq);
            payload_write(&payload, seq, message, now_ms + at_s * 1000);
            snprintf(path, sizeof path, "spBv1.0/g/%.*s", (int)name.length, name.bytes);
            assert_true(sparkplug_topic_read(span_of(path), &topic));
            verdict = sparkplug_nodes_take(nodes, &topic, buffer_span(&payload),
                                           now_ms + at_s * 1000, arena, &result);
            result_print(&verdict, &result, &out);
        }
        out.bytes[out.length - 1] = '\0';
        assert_string_equal(out.bytes, lives[i].events);
        buffer_clear(&out);
        buffer_clear(&payload);
        arena_free(arena);
        sparkplug_nodes_free(nodes);
    }
}

static const struct {
    const char *topic;
    bool right;
} sparkplug_topics[] = {
    { "spBv1.0/g/NBIRTH/e", true }, { "spBv1.0/g/DDATA/e/d", true },
    { "spBv1.0/g/DDATA/e", false }, { "spBv1.0/g/NDATA/e/d", false },
    { "spBv1.0/g/NDATA/e/", false }, { "spBv1.0/g/DDATA/e/d/x", false },
    { "spBv1.0//NDATA/e", false }, { "spAv1.0/g/NDATA/e", false }, { "spBv1.0/STATE/h", false },
    { "spBv1.0/g/XDATA/e", false },
};

static void sparkplug_topics_are_told_apart(void **state)
{
    struct sparkplug_topic topic;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sparkplug_topics); i++) {
        CASE("%s", sparkplug_topics[i].topic);
        assert_int_equal(sparkplug_topic_read(span_of(sparkplug_topics[i].topic), &topic),
                         sparkplug_topics[i].right);
    }
}

/* ---- answers to orders ---- */

static const struct {
    const char *name, *replies, *topic, *payload, *correlation, *receipt;
    enum refusal refusal;
} answers[] = {
    { "JSON", "u/{unit}/r", "u/E7/r", "{'order':'PM/12','stage':'accepted'}", "",
      "PM/12 E7 accepted ", REFUSED_NOT },
    { "a word and a reason", "u/{unit}/r/{order}", "u/E7/r/PM/12", " Refused: pump is broken\n",
      "", "PM/12 E7 refused pump is broken", REFUSED_NOT },
    { "a word of the site", "u/{unit}/r/{site}/{number}", "u/E7/r/PM/12", "OK", "",
      "PM/12 E7 accepted ", REFUSED_NOT },
    { "correlation data goes first", "u/{unit}/r", "u/E7/r", "{'order':'X','stage':'done'}",
      "PM/12", "PM/12 E7 done ", REFUSED_NOT },
    { "whom JSON alone names", "replies", "replies", "{'order':'PM/1','unit':'E7','stage':'done'}",
      "", "PM/1 E7 done ", REFUSED_NOT },
    { "no order", "u/{unit}/r", "u/E7/r", "accepted", "", "order", REFUSED_FIELD_MISSING },
    { "no stage", "u/{unit}/r", "u/E7/r", "{'order':'PM/12'}", "", "stage",
      REFUSED_UNKNOWN_WORD },
    { "another word", "u/{unit}/r", "u/E7/r", "maybe", "PM/12", "stage", REFUSED_UNKNOWN_WORD },
    { "another unit's topic", "u/{unit}/r", "u/E7/r", "{'unit':'E8','stage':'done'}", "PM/12",
      "unit", REFUSED_CONTRADICTION },
    { "half JSON", "u/{unit}/r", "u/E7/r", "{'stage':", "PM/12", "", REFUSED_TRUNCATED },
    { "no UTF-8", "u/{unit}/r", "u/E7/r", "\xff", "PM/12", "", REFUSED_BAD_UTF8 },
};

static void answers_become_receipts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
        struct arena *arena = arena_new();
        struct mqtt_order_plan plan;
        struct report report;
        char sentence[256], payload[256], text[256];
        CASE("%s", answers[i].name);
        assert_true(mqtt_order_plan_read("u/{unit}/o", answers[i].replies, arena, &plan, sentence,
                                         sizeof sentence));
        assert_true(mqtt_order_plan_word(&plan, "ok=accepted", sentence, sizeof sentence));
        assert_true(mqtt_reply_is(&plan, span_of(answers[i].topic)));
        struct verdict verdict = mqtt_reply_read(
            &plan, span_of(answers[i].topic),
            span_of(json_of(payload, sizeof payload, answers[i].payload)),
            span_of(answers[i].correlation), now_ms, arena, &report);
        assert_int_equal(verdict.refusal, answers[i].refusal);
        snprintf(text, sizeof text, "%s", verdict.field);
        if (is_accepted(&verdict))
            snprintf(text, sizeof text, "%s %s %s %s", report.receipt.order, report.receipt.unit,
                     vocabulary_word(&receipt_stage_words, report.receipt.stage),
                     report.receipt.reason);
        assert_string_equal(text, answers[i].receipt);
        arena_free(arena);
    }
}

static void an_order_goes_to_its_units_topic(void **state)
{
    struct feed_order order = { .head = { .order = "PM/12", .unit = "E7" } };
    struct buffer out = { 0 };
    struct mqtt_order_plan plan;
    struct arena *arena = arena_new();
    char sentence[256];

    (void)state;
    assert_true(mqtt_order_topic("a/{unit}/{site}/{number}/{order}", &order, &out));
    assert_string_equal(out.bytes, "a/E7/PM/12/PM/12");
    mqtt_order_payload(span_of("{\"order\":\"PM/12\"}"), "r/E7", &out);
    assert_string_equal(out.bytes, "{\"order\":\"PM/12\",\"reply\":\"r/E7\"}");
    order.head.unit = "E+";
    assert_false(mqtt_order_topic("a/{unit}", &order, &out));
    order.head.unit = "../x";
    assert_false(mqtt_order_topic("a/{unit}", &order, &out));
    assert_false(mqtt_order_plan_read("a/#", "", arena, &plan, sentence, sizeof sentence));
    assert_false(mqtt_order_plan_read("a/x{unit}", "", arena, &plan, sentence, sizeof sentence));
    assert_false(mqtt_order_plan_read("a/{who}", "", arena, &plan, sentence, sizeof sentence));
    assert_false(mqtt_order_plan_read("", "r", arena, &plan, sentence, sizeof sentence));
    assert_true(mqtt_order_plan_read("a", "r/{order}", arena, &plan, sentence, sizeof sentence));
    assert_string_equal(plan.filter, "r/+/+");
    buffer_clear(&out);
    arena_free(arena);
}

/* ---- through the real program ---- */

/* Goal: captures become the reports they should, whole lines of them. Method: each capture through
 * the program by hand; times of a capture's own let silence and waiting come to their end in it. Of
 * every report the parts named are looked for, in their order; `count` is how many there are. */
#define J(second, topic, retain, payload)                                                       \
    "{'tst':'2026-11-23T12:" second "Z+0000','topic':'" topic "','retain':" retain              \
    ",'payload':'" payload "'}\n"
static const struct {
    const char *name, *settings[4], *capture, *parts[6];
    uint32_t count;
    int exit_code;
} captures[] = {
    { "limits, once each",
      { "topic=plant/+/temp point={1} condition=HIGH-TEMP above=60 clear=55 priority=2",
        "point=3 place='Pump house 3' lat=51.2 lon=-4.1" },
      "plant/3/temp 20\nplant/3/temp 61.5\nplant/3/temp 62\nplant/3/temp 58\nplant/3/temp 55\n",
      { "\"point\":\"3\",\"condition\":\"HIGH-TEMP\",\"state\":\"normal\",\"value\":20",
        "\"state\":\"active\",\"value\":61.5,\"priority\":2,"
        "\"place\":\"Pump house 3\",\"lat\":51.2",
        "\"state\":\"normal\",\"value\":55" }, 3, 0 },
    { "silence and waiting in a capture's own time",
      { "topic=a/t above=60 for=30s heard=5m" },
      J("00:00", "a/t", "0", "50") J("01:00", "a/t", "0", "70") J("01:40", "a/t", "0", "70")
      J("10:00", "a/t", "0", "20"),
      { "\"condition\":\"NOT-HEARD\",\"state\":\"normal\"", "\"value\":50",
        "\"at\":\"2026-11-23T12:01:00Z\",\"point\":\"a/t\",\"condition\":\"HIGH\","
        "\"state\":\"active\"",
        "\"at\":\"2026-11-23T12:10:00Z\",\"point\":\"a/t\",\"condition\":\"NOT-HEARD\","
        "\"state\":\"active\"",
        "\"condition\":\"NOT-HEARD\",\"state\":\"normal\"", "\"value\":20" }, 6, 0 },
    { "kept values are never judged without a time",
      { "topic=a/t above=60", "topic=b/t above=60 value=v time=at" },
      J("00:00", "a/t", "1", "99") J("00:00", "b/t", "1", "{\\'v\\':99}")
      J("00:01", "b/t", "1", "{\\'v\\':98,\\'at\\':\\'2026-11-23T11:00:00Z\\'}")
      J("00:02", "b/t", "1", "{\\'v\\':97,\\'at\\':\\'2026-11-23T11:59:30Z\\'}"),
      { "\"at\":\"2026-11-23T11:59:30Z\",\"point\":\"b/t\",\"condition\":\"HIGH\","
        "\"state\":\"active\",\"value\":97",
        "2 values of unknown age not judged, 1 values too old to judge" }, 2, 0 },
    { "a last will that the broker kept",
      { "topic=dev/+/status normal=online condition=OFFLINE retained=state" },
      J("00:00", "dev/7/status", "1", "offline") J("00:05", "dev/7/status", "0", "online"),
      { "\"condition\":\"OFFLINE\",\"state\":\"active\","
        "\"text\":\"age unknown: the broker had kept",
        "\"state\":\"normal\"" }, 2, 0 },
    { "SenML, each name its own, ut as a watch",
      { "topic=s/# format=senml name=*:level condition=FLOOD above=4 point={name}" },
      J("00:00", "s/1", "0", "[{\\'bn\\':\\'g7:\\',\\'n\\':\\'level\\',\\'u\\':\\'m\\',\\'v\\':4.5,"
        "\\'ut\\':60},{\\'n\\':\\'batt\\',\\'v\\':99}]") J("05:00", "s/2", "0", "[]"),
      { "\"NOT-HEARD\",\"state\":\"normal\"",
        "\"point\":\"g7:level\",\"condition\":\"FLOOD\",\"state\":\"active\",\"value\":4.5,"
        "\"unit\":\"m\"", "\"NOT-HEARD\",\"state\":\"active\"",
        "\"report\":\"refused\",\"reason\":\"a required field is missing\",\"field\":\"records\"" },
      4, 1 },
    { "a kept pack's relative times say nothing",
      { "topic=s/# format=senml above=4" },
      J("00:00", "s/1", "1", "[{\\'n\\':\\'g7\\',\\'v\\':4.5,\\'t\\':-3}]"),
      { "1 values of unknown age not judged" }, 1, 0 },
    { "an observation",
      { "topic=v1.1/Datastreams(17)/Observations format=sensorthings point=cl above=3 age=1d" },
      "v1.1/Datastreams(17)/Observations {\"result\":3.5,\"@iot.id\":1}\n",
      { "\"point\":\"cl\",\"condition\":\"HIGH\",\"state\":\"active\",\"value\":3.5" }, 1, 0 },
    { "a Sparkplug node's birth and death",
      { "topic=spBv1.0/+/# format=sparkplug name=temp above=60", "capture=hex" },
      "spBv1.0/g/NBIRTH/e 12110a0474656d7020006900000000008050401800\n"
      "spBv1.0/g/NDATA/e 12110a0474656d7020006900000000004050401801\n"
      "spBv1.0/g/NDEATH/e 120b0a05626453657120085804\nspBv1.0/g/NDATA/e zz\n",
      { "\"point\":\"g/e\",\"condition\":\"OFFLINE\",\"state\":\"normal\"",
        "\"point\":\"g/e/temp\",\"condition\":\"HIGH\",\"state\":\"active\",\"value\":66",
        "\"point\":\"g/e\",\"condition\":\"OFFLINE\",\"state\":\"active\"",
        "\"report\":\"refused\",\"reason\":\"not well formed\",\"field\":\"payload\"" }, 0, 1 },
    { "other reports by a mapping",
      { "report=ot/+/+ report==location unit={2} lat=lat lon=lon at=tst",
        "report=u/+/s report==status unit={1} status='payload -> free:AVL, busy:OOS'" },
      "ot/kim/E7 {\"lat\":51.2,\"lon\":-4.1,\"tst\":1763900000}\nu/E7/s free\n"
      J("00:00", "u/E8/s", "1", "busy"),
      { "\"report\":\"location\",\"unit\":\"E7\",\"at\":\"2025-11-23T12:13:20Z\",\"lat\":51.2",
        "\"report\":\"status\",\"unit\":\"E7\",\"status\":\"AVL\"" }, 2, 0 },
    { "garbage is refused once a minute and counted",
      { "topic=a/+ above=60" },
      "a/t hot\na/t hotter\na/t \xff\xfe\nno-payload\na/t 61\n",
      { "\"reason\":\"not a number\",\"field\":\"a/t\",\"offset\":4",
        "\"reason\":\"not valid UTF-8\"", "\"value\":61",
        "1 more refused like those in the quarantine" }, 4, 1 },
};

static void captures_become_reports(void **state)
{
    struct feed_desk *desk = feed_desk_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(captures); i++) {
        const char *arguments[8] = { "--try", "mqtt" };
        char text[4096];
        size_t length = 0;
        CASE("%s", captures[i].name);
        for (uint32_t s = 0; s < 4 && captures[i].settings[s]; s++)
            arguments[2 + s] = captures[i].settings[s];
        /* ' stands for ", and \' for a quote inside a JSON text; settings are as they are. */
        for (const char *from = captures[i].capture; *from; from++) {
            if (from[0] == '\\' && from[1] == '\'') {
                text[length++] = '\\';
                from++;
            }
            text[length++] = *from == '\'' ? '"' : *from;
        }
        struct feed_ended ended = feed_try_list(desk, span_from(text, length), arguments);
        const char *at = ended.out;
        for (uint32_t p = 0; p < 6 && captures[i].parts[p]; p++) {
            at = strstr(at, captures[i].parts[p]);
            if (!at)
                fail_msg("no %s after what came before in:\n%s%s", captures[i].parts[p],
                         ended.out, ended.err);
        }
        if (captures[i].count && text_count(ended.out, "\n") != captures[i].count)
            fail_msg("not %u reports:\n%s", (unsigned)captures[i].count, ended.out);
        assert_int_equal(ended.ending.exit_code, captures[i].exit_code);
    }
    feed_desk_free(desk);
}

/* ---- the captures of others ---- */

/* Goal: the packs of the RFC's working drafts are read as their text says. Method: each file as one
 * message; the values are those printed in the drafts, written here by hand. */
static const struct {
    const char *file, *values;
} drafts[] = {
    { "ex2.json", "urn:dev:ow:10e2073a01080063:voltage 120.1 V +0;"
                  "urn:dev:ow:10e2073a01080063:current 1.2 A +0;" },
    { "ex3.json", "urn:dev:ow:10e2073a01080063/voltage 120.1 V 1276020076.001;"
                  "urn:dev:ow:10e2073a01080063/current 1.2 A 1276020071.001;"
                  "urn:dev:ow:10e2073a01080063/current 1.3 A 1276020072.001;"
                  "urn:dev:ow:10e2073a01080063/current 1.4 A 1276020073.001;"
                  "urn:dev:ow:10e2073a01080063/current 1.5 A 1276020074.001;"
                  "urn:dev:ow:10e2073a01080063/current 1.6 A 1276020075.001;"
                  "urn:dev:ow:10e2073a01080063/current 1.7 A 1276020076.001;" },
    { "ex10.json", "urn:dev:ow:10e2073a01080063 23.5 Cel 1276020076.000;"
                   "urn:dev:ow:10e2073a01080063 23.6 Cel 1276020091.000;" },
};
#define DRAFTS "data/sensors/senml_rfc8428_drafts"

static void drafts_of_senml_are_read(void **state)
{
    (void)state;
    skip_without_shared(DRAFTS);
    for (size_t i = 0; i < ARRAY_COUNT(drafts); i++) {
        struct arena *arena = arena_new();
        struct buffer file = { 0 }, out = { 0 };
        struct readings readings;
        struct json *json = NULL;
        char path[128];
        CASE("%s", drafts[i].file);
        snprintf(path, sizeof path, "../shared/" DRAFTS "/%s", drafts[i].file);
        file_read(path, &file);
        struct verdict verdict = json_parse(buffer_span(&file), &json);
        assert_true(is_accepted(&verdict));
        verdict = senml_read(json, now_ms, arena, &readings);
        assert_true(is_accepted(&verdict));
        for (uint32_t r = 0; r < readings.count; r++)
            reading_print(&readings.at[r], &out);
        assert_string_equal(out.bytes, drafts[i].values);
        json_free(json);
        buffer_clear(&file);
        buffer_clear(&out);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_match_as_the_standard_says),
        cmocka_unit_test(topic_lines_are_judged_with_a_sentence),
        cmocka_unit_test(packs_are_resolved_or_refused),
        cmocka_unit_test(observations_are_read_or_refused),
        cmocka_unit_test(nodes_live_as_sparkplug_says),
        cmocka_unit_test(sparkplug_topics_are_told_apart),
        cmocka_unit_test(answers_become_receipts),
        cmocka_unit_test(an_order_goes_to_its_units_topic),
        cmocka_unit_test(captures_become_reports),
        cmocka_unit_test(drafts_of_senml_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
