/* Indexes in Atom and RSS, where their entries are, and areas that alerts tell by codes only. */
#include <dirent.h>
#include <sys/stat.h>

#include "app/base/when.h"
#include "feeds/cap_alert.h"
#include "feeds/ring.h"
#include "feeds/syndication.h"
#include "tests/check.h"
#include "tests/feed_run.h"

/* Goal: a time is read as any index writes one, without a zone only in the zone of the settings. */
static const struct {
    const char *text, *utc, *in_zone;       /* NULL: no time. */
} times[] = {
    { "2018-12-09T08:45:00+00:00",       "2018-12-09T08:45:00Z", "2018-12-09T08:45:00Z" },
    { "2018-12-09T08:45:00.5-01:30",     "2018-12-09T10:15:00.500Z", "2018-12-09T10:15:00.500Z" },
    { "Sun, 09 Dec 2018 08:30:00 GMT",   "2018-12-09T08:30:00Z", "2018-12-09T08:30:00Z" },
    { "Sun, 7 Oct 2018 19:52:00 -0200",  "2018-10-07T21:52:00Z", "2018-10-07T21:52:00Z" },
    { "30 Sep 2018 21:36 +10:00",        "2018-09-30T11:36:00Z", "2018-09-30T11:36:00Z" },
    { "Sun, 09 Dec 18 08:30:00 EDT",     "2018-12-09T12:30:00Z", "2018-12-09T12:30:00Z" },
    { " Sun, 09 Dec 2018 08:30:00 Z\n",  "2018-12-09T08:30:00Z", "2018-12-09T08:30:00Z" },
    { "Sun, 09 Dec 2018 08:30:00",       NULL, "2018-12-09T07:30:00Z" },
    { "2018-12-09T08:30:00",             NULL, "2018-12-09T07:30:00Z" },
    { "2018-12-09 08:30:00",             NULL, "2018-12-09T07:30:00Z" },
    { "Sun, 09 Dec 2018 08:30:00 XYZ",   NULL, NULL },
    { "Sun, 31 Feb 2018 08:30:00 GMT",   NULL, NULL },
    { "Thu, 01 Jan 1970 00:00:00 GMT",   NULL, NULL },       /* 0 is "never". */
    { "yesterday",                       NULL, NULL },
    { "",                                NULL, NULL },
};

static void times_are_read_as_they_are_written(void **state)
{
    static const struct zone ahead = { .offset_ms = 3600000 };
    char text[WHEN_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(times); i++) {
        for (int zoned = 0; zoned < 2; zoned++) {
            const char *expected = zoned ? times[i].in_zone : times[i].utc;
            int64_t at_ms = -1;
            CASE("\"%s\"%s", times[i].text, zoned ? " in a zone" : "");
            assert_int_equal(syndication_time(span_of(times[i].text), zoned ? &ahead : NULL,
                                              &at_ms), expected != NULL);
            if (expected)
                assert_string_equal(when_text(at_ms, text), expected);
            else
                assert_int_equal(at_ms, -1);
        }
    }
}

#define SPACES                                                                                     \
    "xmlns='http://www.w3.org/2005/Atom' xmlns:r='http://www.georss.org/georss' "                  \
    "xmlns:g='http://www.opengis.net/gml' xmlns:w='http://www.w3.org/2003/01/geo/wgs84_pos#'"
#define PLACED(more) "<feed " SPACES "><entry><id>1</id>" more "</entry></feed>"

/* Goal: a place is read however it is said, or refused for what is wrong with it, and nothing that
 * only looks like one is taken. */
static const struct {
    const char *name, *document;
    enum refusal refusal;
    const char *field;
    uint32_t shapes, points;    /* Points of all outlines. */
} places[] = {
    { "a point", PLACED("<r:point>50 -5</r:point>"), REFUSED_NOT, "", 1, 0 },
    { "a point with a comma", PLACED("<r:point>50, -5</r:point>"), REFUSED_NOT, "", 1, 0 },
    { "a point at 91", PLACED("<r:point>91 -5</r:point>"), REFUSED_OUT_OF_RANGE, "point", 0, 0 },
    { "half a point", PLACED("<r:point>50</r:point>"), REFUSED_NOT_A_NUMBER, "point", 0, 0 },
    { "two points in one", PLACED("<r:point>50 -5 51 -5</r:point>"), REFUSED_NOT_A_NUMBER, "point",
      0, 0 },
    { "a point of words", PLACED("<r:point>here -5</r:point>"), REFUSED_NOT_A_NUMBER, "point", 0,
      0 },
    { "an empty point", PLACED("<r:point/>"), REFUSED_NOT, "", 0, 0 },
    { "a point of another kind", PLACED("<point>50 -5</point>"), REFUSED_NOT, "", 0, 0 },
    { "0N 0E", PLACED("<r:point>0 0</r:point>"), REFUSED_OUT_OF_RANGE, "point", 0, 0 },
    { "a polygon", PLACED("<r:polygon>50 -5 50 -4 51 -4 50 -5</r:polygon>"), REFUSED_NOT, "", 1,
      4 },
    { "an open polygon", PLACED("<r:polygon>50 -5 50 -4 51 -4</r:polygon>"), REFUSED_NOT, "", 1,
      4 },
    { "a polygon of two corners", PLACED("<r:polygon>50 -5 50 -4 50 -5</r:polygon>"),
      REFUSED_CONTRADICTION, "polygon", 0, 0 },
    { "an odd number", PLACED("<r:polygon>50 -5 50 -4 51</r:polygon>"), REFUSED_NOT_A_NUMBER,
      "polygon", 0, 0 },
    { "a box", PLACED("<r:box>50 -5 51 -4</r:box>"), REFUSED_NOT, "", 1, 5 },
    { "a box over the date line", PLACED("<r:box>50 179 51 -179</r:box>"), REFUSED_NOT, "", 1, 10 },
    { "a circle", PLACED("<r:circle>50 -5 2000</r:circle>"), REFUSED_NOT, "", 1, 0 },
    { "a circle without a size", PLACED("<r:circle>50 -5</r:circle>"), REFUSED_NOT_A_NUMBER,
      "circle", 0, 0 },
    { "a circle of less than nothing", PLACED("<r:circle>50 -5 -1</r:circle>"),
      REFUSED_OUT_OF_RANGE, "circle", 0, 0 },
    { "a line", PLACED("<r:line>50 -5 51 -4 52 -3</r:line>"), REFUSED_NOT, "", 1, 0 },
    { "GML", PLACED("<r:where><g:Point><g:pos>50 -5</g:pos></g:Point></r:where>"), REFUSED_NOT, "",
      1, 0 },
    { "GML with a hole",
      PLACED("<r:where><g:Polygon><g:exterior><g:LinearRing><g:posList>50 -5 50 -4 51 -4 50 -5"
             "</g:posList></g:LinearRing></g:exterior><g:interior><g:LinearRing><g:posList>"
             "50.1 -4.5 50.1 -4.4 50.2 -4.4 50.1 -4.5</g:posList></g:LinearRing></g:interior>"
             "</g:Polygon></r:where>"), REFUSED_NOT, "", 1, 4 },
    { "W3C", PLACED("<w:lat>50</w:lat><w:long>-5</w:long>"), REFUSED_NOT, "", 1, 0 },
    { "W3C the other way round", PLACED("<w:long>-5</w:long><w:lat>50</w:lat>"), REFUSED_NOT, "", 1,
      0 },
    { "W3C, half", PLACED("<w:lat>50</w:lat>"), REFUSED_FIELD_MISSING, "long", 0, 0 },
    { "an area and the point that marks it",
      PLACED("<r:point>50 -5</r:point><r:polygon>50 -5 50 -4 51 -4 50 -5</r:polygon>"),
      REFUSED_NOT, "", 1, 4 },
};

static void places_are_read_or_refused_rightly(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        const struct xml_node *root;
        struct syndication index;
        uint32_t points = 0;
        CASE("%s", places[i].name);
        struct span document = span_of(places[i].document);
        struct verdict verdict = xml_parse(document, arena, &root);
        assert_true(is_accepted(&verdict));
        verdict = syndication_read(root, document.length, NULL, arena, &index);
        assert_true(is_accepted(&verdict));
        assert_int_equal(index.count, 1);
        assert_int_equal(index.entries[0].verdict.refusal, places[i].refusal);
        assert_string_equal(index.entries[0].verdict.field, places[i].field);
        if (places[i].refusal != REFUSED_NOT)
            continue;
        assert_int_equal(index.entries[0].shape_count, places[i].shapes);
        for (uint32_t at = 0; at < places[i].shapes; at++)
            points += index.entries[0].shapes[at].rings.count;
        assert_int_equal(points, places[i].points);
    }
    arena_free(arena);
}

/* ---- captures ---- */

/* Goal: real indexes give what stands in them, through the program. Method: per file what each must
 * give in UTC and without a zone, read by eye from the files; a field of its last report. */
static const struct {
    const char *file;
    uint32_t hazards, refused, unzoned_hazards, unzoned_refused;
    uint32_t passed;            /* Entries that say neither an alert nor a place. */
    const char *holds;
} captures[] = {
    { "generic_feed_1.xml",        5, 0, 0, 5, 1,
      "\"id\":\"5678\",\"at\":\"2018-09-23T09:15:00Z\",\"kind\":\"Category 5\",\"severity\":"
      "\"Unknown\",\"headline\":\"Title 5\",\"lat\":-37.6789000,\"lon\":149.5678000" },
    { "generic_feed_2.xml",        1, 0, 0, 1, 0,
      "\"id\":\"1234\",\"at\":\"2018-09-23T08:30:00Z\",\"kind\":\"Category 1\",\"severity\":"
      "\"Unknown\",\"headline\":\"Title 1\",\"lat\":-37.2345000,\"lon\":149.1234000" },
    { "generic_feed_4.xml",        3, 0, 0, 3, 0, "\"headline\":\"Title 1 UPDATED\"" },
    { "generic_feed_5.xml",        1, 0, 1, 0, 0, "\"lat\":-37.2345000,\"lon\":149.1234000" },
    { "xml_parser_bom_1.xml",      0, 0, 0, 0, 1, "" },
    { "xml_parser_complex_1.xml",  6, 0, 6, 0, 0,
      "\"id\":\"Title 6\",\"at\":\"2018-10-07T21:52:00Z\",\"kind\":\"Title 6\",\"severity\":"
      "\"Unknown\",\"headline\":\"Title 6\",\"polygon\":[[-30.1000000,150.1000000]," },
    { "xml_parser_complex_3.xml",  0, 0, 0, 0, 2, "" },
    { "xml_parser_geometries_1.xml", 13, 0, 13, 0, 0,
      "\"id\":\"Title 5/2\",\"kind\":\"Title 5\",\"severity\":\"Unknown\",\"headline\":\"Title 5\","
      "\"polygon\":[[-30.1000000,150.1000000],[-30.3000000,150.3000000]" },
    { "xml_parser_simple_1.xml",   0, 0, 0, 0, 1, "" },
    { "xml_parser_simple_2.xml",   0, 0, 0, 0, 1, "" },
};

static void counts_check(const struct feed_ended *ended, uint32_t hazards, uint32_t refused)
{
    if (text_count(ended->out, "{\"report\":\"hazard\"") != hazards
        || text_count(ended->out, "{\"report\":\"refused\"") != refused)
        fail_msg("%u hazards and %u refused were expected of: %s", hazards, refused, ended->out);
    assert_int_equal(ended->ending.exit_code, refused > 0);
}

static void real_indexes_give_what_stands_in_them(void **state)
{
    static const char folder[] = "data/georss_atom";
    struct buffer document = { 0 };
    char path[256], passed[64];
    uint32_t files = 0;

    (void)state;
    skip_without_shared(folder);
    struct feed_desk *desk = feed_desk_new();
    for (size_t i = 0; i < ARRAY_COUNT(captures); i++) {
        CASE("%s", captures[i].file);
        snprintf(path, sizeof path, "../shared/%s/%s", folder, captures[i].file);
        file_read(path, &document);
        struct feed_ended ended = feed_try(desk, buffer_span(&document), "cap", "timezone=UTC");
        counts_check(&ended, captures[i].hazards, captures[i].refused);
        assert_non_null(strstr(ended.out, captures[i].holds));
        snprintf(passed, sizeof passed, "of the index, %u entr", captures[i].passed);
        assert_int_equal(text_count(ended.out, passed), captures[i].passed > 0);
        ended = feed_try(desk, buffer_span(&document), "cap");
        counts_check(&ended, captures[i].unzoned_hazards, captures[i].unzoned_refused);
        assert_int_equal(text_count(ended.out, "not a time"), captures[i].unzoned_refused);
    }
    snprintf(path, sizeof path, "../shared/%s", folder);
    DIR *listed = opendir(path);
    for (const struct dirent *entry; (entry = readdir(listed)) != NULL;)
        files += strstr(entry->d_name, ".xml") != NULL;
    closedir(listed);
    assert_int_equal(files, ARRAY_COUNT(captures));
    buffer_clear(&document);
    feed_desk_free(desk);
}

/* ---- areas told by codes ---- */

static const char layer[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"STATE_ZONE\":\"MT014\",\"FIPS\":\"30049\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[-113,47],[-112,47],[-112,48],[-113,47]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"STATE_ZONE\":\"MT015\",\"FIPS\":1009},"
    "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[[[[-111,47],[-110,47],[-110,48],"
    "[-111,47]]],[[[-109,47],[-108,47],[-108,48],[-109,47]]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"STATE_ZONE\":\"MT015\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[-107,47],[-106,47],[-106,48],[-107,47]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"STATE_ZONE\":\"MT016\"},\"geometry\":null}]}";

/* Goal: codes find their areas in every form in which services write them, and what is not there is
 * counted. Method: a layer of four records; how many points the joined outline has. */
static const struct {
    const char *name;
    struct cap_geocode codes[3];
    uint32_t count, points, found, missing;     /* No points: nothing is joined. */
} joins[] = {
    { "a zone", { { "UGC", "MTZ014" } }, 1, 4, 1, 0 },
    { "as the layer writes it", { { "UGC", "MT014" } }, 1, 4, 1, 0 },
    { "a zone of three parts, in two records", { { "UGC", "MTZ015" } }, 1, 12, 1, 0 },
    { "two zones", { { "UGC", "MTZ014" }, { "UGC", "MTZ015" } }, 2, 16, 2, 0 },
    { "the same twice", { { "UGC", "MTZ014" }, { "ugc", "MTZ014" } }, 2, 4, 1, 0 },
    { "one that is not there", { { "UGC", "MTZ014" }, { "UGC", "MTZ099" } }, 2, 4, 1, 1 },
    { "none that is there", { { "UGC", "MTZ099" } }, 1, 0, 0, 0 },
    { "a record without an area", { { "UGC", "MTZ016" } }, 1, 0, 0, 0 },
    { "a county by SAME", { { "SAME", "030049" } }, 1, 4, 1, 0 },
    { "a part of a county", { { "SAME", "130049" } }, 1, 4, 1, 0 },
    { "a number that lost its zero", { { "SAME", "001009" } }, 1, 8, 1, 0 },
    { "a county by UGC", { { "COUNTY", "MTC049" } }, 1, 4, 1, 0 },
    { "a county of a state that is none", { { "COUNTY", "XXC049" } }, 1, 0, 0, 0 },
    { "a system nobody named", { { "FIPS6", "030049" } }, 1, 0, 0, 0 },
    { "two systems that say the same", { { "SAME", "030049" }, { "UGC", "MTZ014" } }, 2, 4, 1, 0 },
    { "the one that finds more",
      { { "UGC", "MTZ014" }, { "SAME", "030049" }, { "SAME", "001009" } }, 3, 12, 2, 0 },
};

static struct cap_codes *codes_new(struct feed_desk *desk)
{
    struct cap_codes *codes = cap_codes_new();
    char sentence[300];

    site_write(feed_site(desk), "zones.geojson", layer);
    assert_true(cap_codes_rule(codes, "UGC=STATE_ZONE"));
    assert_true(cap_codes_rule(codes, "SAME=fips"));
    assert_true(cap_codes_rule(codes, "COUNTY=FIPS"));
    assert_false(cap_codes_rule(codes, "SAME"));
    assert_false(cap_codes_rule(codes, "=FIPS"));
    assert_true(cap_codes_layer(codes, site_path(feed_site(desk), "zones.geojson"), sentence,
                                sizeof sentence));
    assert_false(cap_codes_layer(codes, site_path(feed_site(desk), "none.shp"), sentence,
                                 sizeof sentence));
    cap_codes_ready(codes);
    return codes;
}

static void codes_find_their_areas(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct cap_codes *codes = codes_new(desk);
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(joins); i++) {
        struct cap_joined joined = { .found = 0 };
        CASE("%s", joins[i].name);
        assert_int_equal(cap_codes_join(codes, joins[i].codes, joins[i].count, arena, &joined),
                         joins[i].points > 0);
        assert_int_equal(joined.rings.count, joins[i].points);
        assert_int_equal(joined.found, joins[i].found);
        assert_int_equal(joined.missing, joins[i].missing);
    }
    arena_free(arena);
    cap_codes_free(codes);
    feed_desk_free(desk);
}

/* Goal: a real shapefile of a city joins, through the program and its walls; a layer in feet is
 * refused with what to do. */
static void a_shapefile_of_the_site_joins(void **state)
{
    static const char alert[] =
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>1</identifier>"
        "<sender>a@b.org</sender><sent>2026-11-17T14:00:00Z</sent><status>Actual</status>"
        "<msgType>Alert</msgType><scope>Public</scope><info><event>Flood</event>"
        "<severity>Severe</severity><area><areaDesc>East</areaDesc><polygon/><geocode>"
        "<valueName>hood</valueName><value>Riverside</value><valueName>hood</valueName>"
        "<value>Atlantis</value></geocode></area></info></alert>";

    (void)state;
    skip_without_shared("data/shapefiles/cambridge_ma");
    struct feed_desk *desk = feed_desk_new();
    struct feed_ended ended =
        feed_try(desk, span_of(alert), "cap", "codes=hood=NAME",
                 "layers=../shared/data/shapefiles/cambridge_ma");
    assert_int_equal(text_count(ended.out, "\"polygon\":[[42.3"), 1);
    assert_non_null(strstr(ended.out, "\"area\":\"(1 of 2 areas drawn) East\""));
    ended = feed_try(desk, span_of(alert), "cap");
    assert_int_equal(text_count(ended.out, "polygon"), 0);
    ended = feed_try(desk, span_of(alert), "cap", "codes=hood=NAME",
                     "layers=../shared/data/shapefiles/seattle_spd_mcpp_areas");
    assert_int_equal(ended.ending.exit_code, 1);
    assert_non_null(strstr(ended.err, "ogr2ogr -t_srs EPSG:4326"));
    ended = feed_try(desk, span_of(alert), "cap", "codes=hood=NAME");
    assert_non_null(strstr(ended.err, "go together"));
    feed_desk_free(desk);
}

/* ---- when an event ends ---- */

#define ENDING(parameters)                                                                         \
    "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>1</identifier>"               \
    "<sender>a@b.org</sender><sent>2018-08-15T18:05:00Z</sent><status>Actual</status>"             \
    "<msgType>Alert</msgType><scope>Public</scope><info><event>Flood</event>"                      \
    "<severity>Severe</severity><expires>2018-08-15T20:00:00Z</expires>" parameters "</info>"      \
    "</alert>"
#define PARAMETER(name, value)                                                                     \
    "<parameter><valueName>" name "</valueName><value>" value "</value></parameter>"

/* Goal: of a US weather alert the event's end is shown, not when the message is to be replaced. */
static const struct {
    const char *name, *message, *expires;
} endings[] = {
    { "neither", ENDING(""), "2018-08-15T20:00:00Z" },
    { "an event's end", ENDING(PARAMETER("eventEndingTime", "2018-08-16T12:00:00-06:00")),
      "2018-08-16T18:00:00Z" },
    { "something else", ENDING(PARAMETER("EventEnd", "2018-08-16T12:00:00-06:00")),
      "2018-08-15T20:00:00Z" },
    { "an end nobody can read", ENDING(PARAMETER("eventEndingTime", "tomorrow")),
      "2018-08-15T20:00:00Z" },
    { "VTEC", ENDING(PARAMETER("VTEC", "/O.NEW.KTSA.FA.W.0009.180815T1805Z-180816T1800Z/")),
      "2018-08-16T18:00:00Z" },
    { "VTEC, several", ENDING(PARAMETER("VTEC",
      "/O.NEW.KTSA.FA.W.0009.180815T1805Z-180816T1800Z/ "
      "/O.CON.KTSA.FA.A.0001.000000T0000Z-180817T0600Z/")), "2018-08-17T06:00:00Z" },
    { "VTEC until further notice",
      ENDING(PARAMETER("VTEC", "/O.CON.KTFX.FF.A.0003.000000T0000Z-000000T0000Z/")),
      "2018-08-15T20:00:00Z" },
    { "both", ENDING(PARAMETER("eventEndingTime", "2018-08-16T12:00:00Z")
                     PARAMETER("VTEC", "/O.NEW.KTSA.FA.W.0009.180815T1805Z-180816T1800Z/")),
      "2018-08-16T12:00:00Z" },
    { "pairs in one element", ENDING("<parameter><valueName>WMO</valueName><value>x</value>"
      "<valueName>eventEndingTime</valueName><value>2018-08-16T12:00:00Z</value></parameter>"),
      "2018-08-16T12:00:00Z" },
    { "torn VTEC", ENDING(PARAMETER("VTEC", "/O.NEW.KTSA.FA.W.0009.180815T1805Z-1808/")),
      "2018-08-15T20:00:00Z" },
};

static void the_end_of_the_event_is_shown(void **state)
{
    struct arena *arena = arena_new();
    char text[WHEN_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        struct cap_alert alert;
        CASE("%s", endings[i].name);
        struct verdict verdict = cap_alert_read(span_of(endings[i].message), "", arena, &alert);
        assert_true(is_accepted(&verdict));
        assert_string_equal(when_text(alert.shapes[0].expires_ms, text), endings[i].expires);
        assert_false(alert.shapes[0].expiry_assumed);
    }
    arena_free(arena);
}

/* ---- the date line ---- */

/* Goal: an outline over the date line is on both sides of it, and nowhere else. Method: what lies
 * inside and outside of what was cut. */
static const struct {
    const char *name;
    struct geo_point corners[5];
    uint32_t count, rings;
    struct geo_point inside[3], outside[3];
} cuts[] = {
    { "nowhere near", { { 50, -5 }, { 50, 5 }, { 55, 5 }, { 55, -5 } }, 4, 1,
      { { 52, 0 }, { 52, 4 }, { 54, -4 } }, { { 52, 179 }, { 52, 6 }, { 56, 0 } } },
    { "over it, eastwards", { { 51, 170 }, { 55, 170 }, { 55, -170 }, { 51, -170 } }, 4, 2,
      { { 52, 171 }, { 52, 179.9 }, { 52, -171 } }, { { 52, 0 }, { 52, 169 }, { 52, -169 } } },
    { "over it, westwards", { { 51, -170 }, { 55, -170 }, { 55, 170 }, { 51, 170 } }, 4, 2,
      { { 52, 171 }, { 52, -179.9 }, { 52, -171 } }, { { 52, 0 }, { 52, 169 }, { 52, -169 } } },
    { "up to it", { { 51, 170 }, { 55, 170 }, { 55, 180 }, { 51, 180 } }, 4, 1,
      { { 52, 171 }, { 52, 175 }, { 52, 179.9 } }, { { 52, 0 }, { 52, -179.9 }, { 50, 175 } } },
    { "a corner over it", { { 51, 175 }, { 53, -175 }, { 55, 175 } }, 3, 2,
      { { 53, 176 }, { 53, -179 }, { 53, -176 } }, { { 51, -179 }, { 53, 174 }, { 53, 0 } } },
    { "around the pole", { { 80, 0 }, { 80, 90 }, { 80, 180 }, { 80, -90 } }, 4, 2,
      { { 85, 45 }, { 85, -135 }, { 89, 170 } }, { { 79, 45 }, { -85, 0 }, { 70, 180 } } },
    { "around the other", { { -80, 0 }, { -80, -90 }, { -80, 180 }, { -80, 90 } }, 4, 2,
      { { -85, 45 }, { -85, -135 }, { -89, 170 } }, { { -79, 45 }, { 85, 0 }, { -70, 180 } } },
};

static void an_outline_is_cut_at_the_date_line(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cuts); i++) {
        struct geo_point corners[6], joined[40];
        const struct geo_points ring = { .at = corners, .count = cuts[i].count };
        struct geo_points rings[2], all = { .at = joined };
        CASE("%s", cuts[i].name);
        memcpy(corners, cuts[i].corners, sizeof cuts[i].corners);
        uint32_t count = ring_cut(&ring, arena, rings);
        assert_int_equal(count, cuts[i].rings);
        for (uint32_t at = 0; at < count; at++) {
            memcpy(joined + all.count, rings[at].at, rings[at].count * sizeof *joined);
            all.count += rings[at].count;
        }
        for (uint32_t at = 0; at < 3; at++) {
            assert_true(geo_inside(&all, cuts[i].inside[at]));
            assert_false(geo_inside(&all, cuts[i].outside[at]));
        }
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_as_they_are_written),
        cmocka_unit_test(places_are_read_or_refused_rightly),
        cmocka_unit_test(real_indexes_give_what_stands_in_them),
        cmocka_unit_test(codes_find_their_areas),
        cmocka_unit_test(a_shapefile_of_the_site_joins),
        cmocka_unit_test(the_end_of_the_event_is_shown),
        cmocka_unit_test(an_outline_is_cut_at_the_date_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
