#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/base/report.h"
#include "feeds/geojson_shape.h"
#include "feeds/identity.h"
#include "feeds/preset.h"
#include "tests/check.h"
#include "tests/feed_run.h"
#include "tests/golden.h"

/* ---- geometries ---- */

static enum refusal shape_of(const char *text, uint32_t points_max, struct arena *arena,
                             struct geojson_shape *ret_shape)
{
    struct geojson_shape_options options = { .strip_m = 20, .points_max = points_max };
    struct buffer json_text = { 0 };
    struct json *json = NULL;

    for (; *text; text++)
        buffer_add(&json_text, *text == '\'' ? SPAN("\"") : span_from(text, 1));
    struct verdict verdict = json_parse(buffer_span(&json_text), &json);
    assert_true(is_accepted(&verdict));
    enum refusal refusal = geojson_shape_read(json, &options, arena, ret_shape);
    json_free(json);
    buffer_clear(&json_text);
    return refusal;
}

#define SQUARE "[[-5,50],[-4,50],[-4,51],[-5,51],[-5,50]]"
#define HOLE "[[-4.6,50.4],[-4.4,50.4],[-4.4,50.6],[-4.6,50.6],[-4.6,50.4]]"

/* Goal: each geometry becomes the area it is. Method: how many points its rings have, a place
 * inside and one outside (0,0 for none); a refusal. */
static const struct {
    const char *name, *geometry;
    enum refusal refusal;
    uint32_t points;
    struct geo_point inside, outside;
    bool simplified;
} shapes[] = {
    { "null", "null", REFUSED_NOT, 0, { 0, 0 }, { 0, 0 }, false },
    { "a point", "{'type':'Point','coordinates':[-5,50,33]}", REFUSED_NOT, 0, { 0, 0 }, { 0, 0 },
      false },
    { "an empty point", "{'type':'Point','coordinates':[]}", REFUSED_NOT, 0, { 0, 0 }, { 0, 0 },
      false },
    { "a polygon", "{'type':'Polygon','coordinates':[" SQUARE "]}", REFUSED_NOT, 5,
      { 50.5, -4.5 }, { 51.5, -4.5 }, false },
    { "with a hole", "{'type':'Polygon','coordinates':[" SQUARE "," HOLE "]}", REFUSED_NOT, 10,
      { 50.2, -4.8 }, { 50.5, -4.5 }, false },
    { "left open", "{'type':'Polygon','coordinates':[[[-5,50],[-4,50],[-4,51],[-5,51]]]}",
      REFUSED_NOT, 5, { 50.5, -4.5 }, { 51.5, -4.5 }, false },
    { "two polygons",
      "{'type':'MultiPolygon','coordinates':[[" SQUARE "],[[[5,50],[6,50],[6,51],[5,50]]]]}",
      REFUSED_NOT, 9, { 50.4, 5.8 }, { 50.5, 0 }, false },
    { "one without an inside",
      "{'type':'MultiPolygon','coordinates':[[" SQUARE "],[[[5,50],[6,50],[5,50]]]]}",
      REFUSED_NOT, 5, { 50.5, -4.5 }, { 50.4, 5.8 }, true },
    { "no inside at all", "{'type':'Polygon','coordinates':[[[5,50],[6,50],[5,50]]]}",
      REFUSED_CONTRADICTION, 0, { 0, 0 }, { 0, 0 }, false },
    { "over the date line", "{'type':'Polygon','coordinates':[[[179,50],[-179,50],[-179,51],"
      "[179,51],[179,50]]]}", REFUSED_NOT, 10, { 50.5, 179.5 }, { 50.5, 0 }, false },
    { "over it, the other side", "{'type':'Polygon','coordinates':[[[179,50],[181,50],[181,51],"
      "[179,51],[179,50]]]}", REFUSED_NOT, 10, { 50.5, -179.5 }, { 50.5, 178.5 }, false },
    { "longitudes from 0 to 360", "{'type':'Polygon','coordinates':[[[355,50],[356,50],[356,51],"
      "[355,51],[355,50]]]}", REFUSED_NOT, 5, { 50.5, -4.5 }, { 50.5, 4.5 }, false },
    { "the whole world", "{'type':'Polygon','coordinates':[[[-180,-90],[180,-90],[180,90],"
      "[-180,90],[-180,-90]]]}", REFUSED_NOT, 5, { 10, 10 }, { 0, 0 }, false },
    { "a corner at 0N 0E", "{'type':'Polygon','coordinates':[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}",
      REFUSED_NOT, 5, { 0.5, 0.5 }, { -1, -1 }, false },
    { "a line", "{'type':'LineString','coordinates':[[-5,50],[-4.99,50],[-4.99,50.01]]}",
      REFUSED_NOT, 7, { 50.00005, -4.995 }, { 50.0002, -4.995 }, false },
    { "a line of one place", "{'type':'LineString','coordinates':[[-5,50],[-5,50]]}", REFUSED_NOT,
      13, { 50.00005, -5 }, { 50.0002, -5 }, false },
    { "two points", "{'type':'MultiPoint','coordinates':[[-5,50],[-4,50]]}", REFUSED_NOT, 26,
      { 50.00005, -4 }, { 50, -4.5 }, false },
    { "a collection", "{'type':'GeometryCollection','geometries':[{'type':'Point','coordinates':"
      "[9,9]},{'type':'Polygon','coordinates':[" SQUARE "]}]}", REFUSED_NOT, 5, { 50.5, -4.5 },
      { 9, 9 }, false },
    { "a type nobody knows", "{'type':'Circle','coordinates':[-5,50]}", REFUSED_UNKNOWN_WORD, 0,
      { 0, 0 }, { 0, 0 }, false },
    { "latitude 91", "{'type':'Point','coordinates':[-5,91]}", REFUSED_OUT_OF_RANGE, 0, { 0, 0 },
      { 0, 0 }, false },
    { "one number", "{'type':'Point','coordinates':[-5]}", REFUSED_NOT_A_NUMBER, 0, { 0, 0 },
      { 0, 0 }, false },
    { "words", "{'type':'Polygon','coordinates':'here'}", REFUSED_WRONG_TYPE, 0, { 0, 0 },
      { 0, 0 }, false },
    { "too flat", "{'type':'Polygon','coordinates':" SQUARE "}", REFUSED_WRONG_TYPE, 0, { 0, 0 },
      { 0, 0 }, false },
};

static void each_geometry_is_the_area_it_is(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shapes); i++) {
        struct geojson_shape shape = { 0 };
        CASE("%s", shapes[i].name);
        assert_int_equal(shape_of(shapes[i].geometry, 2000, arena, &shape), shapes[i].refusal);
        if (shapes[i].refusal != REFUSED_NOT)
            continue;
        assert_int_equal(shape.rings.count, shapes[i].points);
        assert_int_equal(shape.simplified, shapes[i].simplified);
        if (geo_plausible(shapes[i].inside))
            assert_true(geo_inside(&shape.rings, shapes[i].inside));
        if (geo_plausible(shapes[i].outside))
            assert_false(geo_inside(&shape.rings, shapes[i].outside));
    }
    arena_free(arena);
}

/* Goal: an outline of many rings and points keeps its form in as many points as there is room for.
 * Method: 40 circles of 500 points each, in 400 points. */
static void many_rings_are_simplified_together(void **state)
{
    struct buffer text = { 0 };
    struct arena *arena = arena_new();
    struct geojson_shape shape;

    (void)state;
    buffer_add_text(&text, "{'type':'MultiPolygon','coordinates':[");
    for (int circle = 0; circle < 40; circle++) {
        buffer_add_text(&text, circle ? ",[[" : "[[");
        for (int i = 0; i <= 500; i++)
            buffer_print(&text, "%s[%.6f,%.6f]", i ? "," : "",
                         circle + 0.3 * sin(6.283185307 * (i % 500) / 500),
                         10 + 0.3 * cos(6.283185307 * (i % 500) / 500));
        buffer_add_text(&text, "]]");
    }
    buffer_add_text(&text, "]}");
    assert_int_equal(shape_of(text.bytes, 400, arena, &shape), REFUSED_NOT);
    assert_true(shape.simplified);
    assert_in_range(shape.rings.count, 300, 400);
    for (int circle = 0; circle < 40; circle++) {
        assert_true(geo_inside(&shape.rings, (struct geo_point){ 10.2, circle }));
        assert_false(geo_inside(&shape.rings, (struct geo_point){ 10.31, circle }));
    }
    buffer_clear(&text);
    arena_free(arena);
}

/* ---- identity ---- */

/* Goal: a thing is one thing by any of its ids, and only news is told. Method: sightings as
 * "ids version content[ cancel][ >replaced]", and the answer to each: the news, the id, the ended.
 * */
static const struct {
    const char *name;
    const char *sightings[6][2];
} lives[] = {
    { "told once", { { "us1 5 a", "tell us1" }, { "us1 5 a", "same us1" } } },
    { "newer", { { "us1 5 a", "tell us1" }, { "us1 6 b", "tell us1" } } },
    { "older", { { "us1 5 a", "tell us1" }, { "us1 4 b", "older us1" } } },
    { "changed without a version", { { "us1 5 a", "tell us1" }, { "us1 5 b", "tell us1" } } },
    { "no versions at all", { { "us1 0 a", "tell us1" }, { "us1 0 b", "tell us1" },
                              { "us1 0 b", "same us1" } } },
    { "another id is preferred", { { "us1 5 a", "tell us1" }, { "ak2,us1 6 b", "tell us1" },
                                   { "ak2 7 c", "tell us1" } } },
    { "two are one", { { "us1 5 a", "tell us1" }, { "ak2 5 b", "tell ak2" },
                       { "ak2,us1 6 c", "tell us1 -ak2" }, { "ak2,us1 7 d", "tell us1" },
                       { "ak2 8 e", "tell us1" } } },
    { "cancelled", { { "us1 5 a", "tell us1" }, { "us1 6 b cancel", "tell us1" },
                     { "us1 6 b cancel", "over us1" }, { "us1 5 a", "older us1" },
                     { "us1 7 a", "tell us1" } } },
    { "cancelled, never told", { { "us1 6 b cancel", "over us1" }, { "us1 5 a", "older us1" } } },
    { "replaced", { { "a 5 x", "tell a" }, { "b 6 y >a", "tell b -a" }, { "a 7 z", "over a" },
                    { "b 6 y >a", "same b" } } },
    { "replaced by two", { { "a 5 x", "tell a" }, { "b 6 y >a", "tell b -a" },
                           { "c 6 z >a", "tell c" } } },
    { "replaced before it came", { { "b 6 y >a", "tell b" }, { "a 5 x", "over a" } } },
    { "ended by a cancel that names it", { { "a 5 x", "tell a" },
                                           { "b 6 y cancel >a", "over b -a" } } },
};

static void token_cut(struct span *rest, char separator, char *text)
{
    struct span part = span_of("");

    span_cut(rest, separator, &part);
    memcpy(text, part.bytes, part.length);
    text[part.length] = '\0';
}

static const char *sighting_answer(struct identity *identity, const char *line,
                                   struct arena *arena)
{
    static const char *const words[] = { "tell", "same", "older", "over" };
    struct span rest = span_of(line), ids[4], list, replaced[1];
    char text[3][40];
    struct sighting sighting = { .ids = ids, .replaces = replaced };

    token_cut(&rest, ' ', text[0]);
    token_cut(&rest, ' ', text[1]);
    token_cut(&rest, ' ', text[2]);
    list = span_of(text[0]);
    while (span_cut(&list, ',', &ids[sighting.id_count]))
        sighting.id_count++;
    sighting.version = atoi(text[1]);
    sighting.content = (uint64_t)text[2][0];
    sighting.cancel = strstr(line, " cancel");
    const char *other = strchr(line, '>');
    if (other)
        replaced[sighting.replaces_count++] = span_of(other + 1);
    struct identified identified = identity_take(identity, &sighting, arena);
    const char *answer = arena_print(arena, "%s %s", words[identified.news], identified.id);
    for (uint32_t i = 0; i < identified.ended_count; i++)
        answer = arena_print(arena, "%s -%s", answer, identified.ended[i]);
    return answer;
}

static void a_thing_is_one_by_any_of_its_ids(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lives); i++)
        for (int kept = 0; kept < 2; kept++) {
            struct identity *identity = identity_new();
            CASE("%s%s", lives[i].name, kept ? ", kept on disk between" : "");
            for (size_t k = 0; k < 6 && lives[i].sightings[k][0]; k++) {
                struct buffer lines = { 0 };
                assert_string_equal(sighting_answer(identity, lives[i].sightings[k][0], arena),
                                    lives[i].sightings[k][1]);
                identity_write(identity, &lines);
                if (kept) {
                    identity_free(identity);
                    identity = identity_new();
                    identity_read(identity, buffer_span(&lines));
                }
                buffer_clear(&lines);
            }
            identity_free(identity);
        }
    arena_free(arena);
}

/* Goal: the memory has its limit, and what was touched last stays in it. */
static void the_memory_forgets_the_oldest(void **state)
{
    struct identity *identity = identity_new();
    struct arena *arena = arena_new();
    char line[64];

    (void)state;
    for (int i = 0; i < IDENTITY_THINGS_MAX + 100; i++) {
        arena_reset(arena);
        snprintf(line, sizeof line, "n%d,m%d 1 a", i, i);
        sighting_answer(identity, line, arena);
        assert_true(identity_count(identity) <= IDENTITY_THINGS_MAX);
    }
    snprintf(line, sizeof line, "m%d 1 a", IDENTITY_THINGS_MAX + 99);
    assert_non_null(strstr(sighting_answer(identity, line, arena), "same n"));
    assert_string_equal(sighting_answer(identity, "m0 1 a", arena), "tell m0");
    arena_free(arena);
    identity_free(identity);
}

/* ---- captures, through the program ---- */

static struct json *json_read(const char *path)
{
    struct buffer bytes = { 0 };
    struct json *json = NULL;

    file_read(path, &bytes);
    struct verdict verdict = json_parse(buffer_span(&bytes), &json);
    assert_true(is_accepted(&verdict));
    buffer_clear(&bytes);
    return json;
}

static struct feed_ended capture_try(struct feed_desk *desk, const char *path,
                                     const char *const *settings)
{
    const char *arguments[16] = { "--try", "geojson" };
    struct buffer bytes = { 0 };
    size_t count = 2;

    for (; *settings; settings++)
        arguments[count++] = *settings;
    file_read(path, &bytes);
    struct feed_ended ended = feed_try_list(desk, buffer_span(&bytes), arguments);
    buffer_clear(&bytes);
    return ended;
}

/* Goal: every capture is reported, or refused for what is wrong with it. Method: a table of how
 * many of each; "date:now" stands where the collector of these alerts took the times out. */
#define NO_TIME(field) "\"reason\":\"not a time (RFC 3339 with a zone)\",\"field\":\"" field "\""
#define NWS "geojson/nws_alerts/"
#define WZDX "road/wzdx/"
#define SEATTLE "geojson/seattle_boundaries/"
#define CAMBRIDGE "geojson/cambridge_ma/"
static const struct {
    const char *file, *settings[5];
    uint32_t hazards, alarms, no_at, no_effective, no_expires, no_id;
} captures[] = {
    { "geojson/usgs_earthquakes/all_week_2018-02-07_older1207.geojson", { "preset=usgs" },
      1207, 0, 0, 0, 0, 0 },
    { NWS "air-quality-alerts__alerts_active.geojson", { "preset=nws" }, 0, 0, 393, 0, 0, 0 },
    { NWS "air-quality-alerts__alerts_active_dated.geojson", { "preset=nws" },
      393, 0, 0, 0, 0, 0 },
    { NWS "e2e__alerts_active.geojson", { "preset=nws" }, 0, 0, 148, 4, 0, 0 },
    { NWS "e2e__alerts_active_dated.geojson", { "preset=nws" }, 140, 0, 1, 11, 0, 0 },
    { NWS "guam-7day__alerts_active.geojson", { "preset=nws" }, 0, 0, 246, 0, 0, 0 },
    { NWS "guam-7day__alerts_active_dated.geojson", { "preset=nws" }, 246, 0, 0, 0, 0, 0 },
    { NWS "testing__alerts_active.geojson", { "preset=nws" }, 0, 0, 34, 4, 0, 0 },
    { NWS "testing__alerts_active_dated.geojson", { "preset=nws" }, 36, 0, 1, 0, 1, 0 },
    { WZDX "arrow_board_ok_example.geojson", { "preset=wzdx-devices" }, 0, 1, 0, 0, 0, 0 },
    { WZDX "camera_error_example.geojson", { "preset=wzdx-devices" }, 0, 1, 0, 0, 0, 0 },
    { WZDX "scenario1_simple_multipoint_example.geojson", { "preset=wzdx" }, 5, 0, 0, 0, 0, 0 },
    { WZDX "scenario2_laneshift_linestring_example.geojson", { "preset=wzdx" }, 1, 0, 0, 0, 0, 0 },
    { WZDX "scenario4_detour_linestring_example.geojson", { "preset=wzdx" }, 4, 0, 0, 0, 0, 0 },
    { WZDX "scenario5_recurring_linestring_example.geojson", { "preset=wzdx" }, 4, 0, 0, 0, 0, 0 },
    { WZDX "scenario7_mobileoperation_linestring_example.geojson", { "preset=wzdx" },
      2, 0, 0, 0, 0, 0 },
    { WZDX "scenario8_local_access_only_bidirectional_linestring_example.geojson",
      { "preset=wzdx" }, 2, 0, 0, 0, 0, 0 },
    { SEATTLE "spd-beats.geojson", { "map=kind==Beat", "map=id=properties.name" },
      51, 0, 0, 0, 0, 0 },
    { SEATTLE "city-limits.geojson", { "map=kind==Limit" }, 0, 0, 0, 0, 0, 29 },
    { SEATTLE "seattle-parks-osm.geojson", { "map=kind==Park", "map=area=properties.name" },
      545, 0, 0, 0, 0, 0 },
    { SEATTLE "zip-codes.geojson", { "map=kind==ZIP", "map=id=properties.GEOID10" },
      32, 0, 0, 0, 0, 0 },
    { CAMBRIDGE "INFRA_Hydrants.geojson", { "map=kind==Hydrant", "map=radius_m==5",
      "map=area=properties.HYDRANT_LOCATION" }, 1960, 0, 0, 0, 0, 0 },
    { CAMBRIDGE "PUBLICSAFETY_FireEngineDistricts.geojson", { "map=kind==District" },
      8, 0, 0, 0, 0, 0 },
};

static void every_capture_has_its_counts(void **state)
{
    struct feed_desk *desk;
    char path[256];

    (void)state;
    skip_without_shared("data/geojson/usgs_earthquakes");
    desk = feed_desk_new();
    for (size_t i = 0; i < ARRAY_COUNT(captures); i++) {
        snprintf(path, sizeof path, "../shared/data/%s", captures[i].file);
        struct feed_ended ended = capture_try(desk, path, captures[i].settings);
        uint32_t hazards = text_count(ended.out, "{\"report\":\"hazard\"");
        uint32_t refused = text_count(ended.out, "{\"report\":\"refused\"");
        uint32_t simplified = text_count(ended.out, "\"simplified\":true");
        print_message("  %-70s %5u hazards, %u simplified, %u refused\n", captures[i].file,
                      hazards, simplified, refused);
        print_message("%s", ended.err);
        assert_int_equal(hazards, captures[i].hazards);
        assert_int_equal(text_count(ended.out, "{\"report\":\"alarm\""), captures[i].alarms);
        assert_int_equal(simplified, 0);
        assert_int_equal(text_count(ended.out, NO_TIME("at")), captures[i].no_at);
        assert_int_equal(text_count(ended.out, NO_TIME("effective")), captures[i].no_effective);
        assert_int_equal(text_count(ended.out, NO_TIME("expires")), captures[i].no_expires);
        assert_int_equal(text_count(ended.out, "\"reason\":\"a required field is missing\","
                                               "\"field\":\"id\""), captures[i].no_id);
        assert_int_equal(refused, captures[i].no_at + captures[i].no_effective
                                      + captures[i].no_expires + captures[i].no_id);
        assert_int_equal(ended.ending.exit_code, refused > 0);
    }
    feed_desk_free(desk);
}

/* ---- field by field, against the source read anew ---- */

/* Our own reading of RFC 3339, by the C library. */
static int64_t time_ms(const char *text)
{
    struct tm tm = { 0 };
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    double fraction = 0;
    int hours, minutes;

    assert_non_null(rest);
    if (*rest == '.')
        fraction = strtod(rest, (char **)&rest);
    int64_t at_ms = (int64_t)timegm(&tm) * 1000 + llround(fraction * 1000);
    if (*rest == 'Z')
        return at_ms;
    assert_int_equal(sscanf(rest + 1, "%d:%d", &hours, &minutes), 2);
    return at_ms - (*rest == '-' ? -1 : 1) * (hours * 60 + minutes) * 60000LL;
}

static void assert_same_time(const struct json *report, const char *member, int64_t at_ms)
{
    const char *text = json_member_text(report, member, NULL);
    assert_non_null(text);
    assert_int_equal(time_ms(text), at_ms);
}

static void assert_same_text(const struct json *report, const char *member, const char *text)
{
    assert_string_equal(json_member_text(report, member, "(none)"), text);
}

typedef void compare_fn(const struct json *feature, const struct json *report);

static const struct json *properties_of(const struct json *feature)
{
    return json_member(feature, "properties");
}

static void quake_compare(const struct json *feature, const struct json *report)
{
    const struct json *its = properties_of(feature);
    const struct json *coordinates = json_member(json_member(feature, "geometry"), "coordinates");
    const struct json *lon = json_first(coordinates), *lat = json_next(lon);
    double lon_deg, lat_deg, depth_km, magnitude;
    char depth[40];

    json_number(lon, &lon_deg);
    json_number(lat, &lat_deg);
    json_number(json_next(lat), &depth_km);
    assert_same_text(report, "kind", json_member_text(its, "type", ""));
    assert_same_text(report, "headline", json_member_text(its, "title", ""));
    assert_same_text(report, "area", json_member_text(its, "place", ""));
    assert_same_time(report, "at", json_member_int64(its, "updated", 0));
    assert_same_time(report, "effective", json_member_int64(its, "time", 0));
    assert_same_time(report, "expires", json_member_int64(its, "time", 0) + 86400000);
    assert_true(json_member_flag(report, "expiry_assumed", false));
    assert_true(fabs(json_member_number(report, "lat", 99) - lat_deg) < 6e-8);
    assert_true(fabs(json_member_number(report, "lon", 999) - lon_deg) < 6e-8);
    /* A depth, positive downwards, never a height (standards.md section 5). */
    snprintf(depth, sizeof depth, "%.15g km deep", depth_km);
    assert_non_null(strstr(json_member_text(report, "text", ""), depth));
    magnitude = json_member_number(its, "mag", NAN);
    double radius_m = json_member_number(report, "radius_m", 0);
    assert_true(radius_m == (magnitude < 3 ? 1000 : magnitude < 4.5 ? 5000
                             : magnitude < 6 ? 20000 : magnitude < 7 ? 50000 : 100000));
    assert_int_equal(json_member_int64(its, "tsunami", 0) == 1,
                     strstr(json_member_text(report, "text", ""), "tsunami") != NULL);
}

/* Is each point of the report's polygon a corner of the source's, and as many? */
static void polygon_compare(const struct json *geometry, const struct json *polygon)
{
    const struct json *ring = json_first(json_member(geometry, "coordinates"));
    uint32_t found = 0;

    for (const struct json *point = json_first(polygon); point; point = json_next(point)) {
        double lat_deg, lon_deg, lon, lat;
        bool is_corner = false;
        json_number(json_first(point), &lat_deg);
        json_number(json_next(json_first(point)), &lon_deg);
        for (const struct json *corner = json_first(ring); corner; corner = json_next(corner)) {
            json_number(json_first(corner), &lon);
            json_number(json_next(json_first(corner)), &lat);
            is_corner = is_corner || (fabs(lat - lat_deg) < 6e-8 && fabs(lon - lon_deg) < 6e-8);
        }
        assert_true(is_corner);
        found++;
    }
    assert_int_equal(found, json_count(ring));
}

static void alert_compare(const struct json *feature, const struct json *report)
{
    const struct json *its = properties_of(feature), *geometry = json_member(feature, "geometry");
    const char *ends = json_member_text(its, "ends", NULL);
    const char *expires = ends ? ends : json_member_text(its, "expires", NULL);
    const char *onset = json_member_text(its, "onset", NULL);

    assert_same_text(report, "kind", json_member_text(its, "event", ""));
    assert_same_text(report, "severity", json_member_text(its, "severity", ""));
    assert_same_text(report, "headline", json_member_text(its, "headline", ""));
    assert_same_text(report, "area", json_member_text(its, "areaDesc", ""));
    assert_same_time(report, "at", time_ms(json_member_text(its, "sent", "")));
    assert_same_time(report, "expires", time_ms(expires));
    if (onset && time_ms(onset) <= time_ms(expires))
        assert_same_time(report, "effective", time_ms(onset));
    assert_false(json_member_flag(report, "cancel", false));
    const struct json *polygon = json_member(report, "polygon");
    assert_int_equal(polygon != NULL, json_type(geometry) == JSON_OBJECT);
    if (polygon)
        polygon_compare(geometry, polygon);
}

static void roadwork_compare(const struct json *feature, const struct json *report)
{
    const struct json *its = properties_of(feature), *core = json_member(its, "core_details");
    const char *impact = json_member_text(its, "vehicle_impact", "");
    const char *road = json_text(json_first(json_member(core, "road_names")));
    struct geo_point corners[2000];
    struct geo_points rings = { .at = corners };

    assert_same_text(report, "kind", strcmp(impact, "all-lanes-closed") == 0
                         ? "CLOSED" : json_member_text(core, "event_type", ""));
    assert_same_text(report, "text", json_member_text(core, "description", ""));
    assert_same_time(report, "at", time_ms(json_member_text(core, "update_date", "")));
    assert_same_time(report, "effective", time_ms(json_member_text(its, "start_date", "")));
    assert_same_time(report, "expires", time_ms(json_member_text(its, "end_date", "")));
    assert_non_null(strstr(json_member_text(report, "headline", ""), road));
    assert_non_null(strstr(json_member_text(report, "area", ""), road));
    const struct json *point = json_first(json_member(report, "polygon"));
    for (; point; point = json_next(point), rings.count++) {
        json_number(json_first(point), &corners[rings.count].lat_deg);
        json_number(json_next(json_first(point)), &corners[rings.count].lon_deg);
    }
    /* The road itself lies in the strip, all along. */
    const struct json *at = json_first(json_member(json_member(feature, "geometry"),
                                                   "coordinates"));
    for (uint32_t i = 0; at; at = json_next(at), i++) {
        struct geo_point place;
        json_number(json_first(at), &place.lon_deg);
        json_number(json_next(json_first(at)), &place.lat_deg);
        if (i > 0 && json_next(at))         /* The very ends lie on the edge. */
            assert_true(geo_inside(&rings, place));
    }
}

/* Some captures give several alerts one id; each is told as it comes, and the last stands. */
static const struct json *feature_find(const struct json *collection, const struct json *report)
{
    const struct json *feature = json_first(json_member(collection, "features"));
    const char *id = json_member_text(report, "id", "");
    const char *kind = json_member_text(report, "kind", "");

    for (; feature; feature = json_next(feature)) {
        const struct json *its = properties_of(feature);
        if ((strcmp(json_member_text(feature, "id", ""), id) == 0
             || strcmp(json_member_text(its, "id", ""), id) == 0)
            && strcmp(json_member_text(its, "event", kind), kind) == 0)
            return feature;
    }
    return NULL;
}

static const struct {
    const char *file, *preset;
    compare_fn *compare;
    uint32_t reports;
} compared[] = {
    { "geojson/usgs_earthquakes/all_week_2018-02-07_older1207.geojson", "preset=usgs",
      quake_compare, 1207 },
    { NWS "air-quality-alerts__alerts_active_dated.geojson", "preset=nws", alert_compare, 393 },
    { NWS "e2e__alerts_active_dated.geojson", "preset=nws", alert_compare, 140 },
    { NWS "guam-7day__alerts_active_dated.geojson", "preset=nws", alert_compare, 246 },
    { NWS "testing__alerts_active_dated.geojson", "preset=nws", alert_compare, 36 },
    { WZDX "scenario1_simple_multipoint_example.geojson", "preset=wzdx", roadwork_compare, 5 },
    { WZDX "scenario2_laneshift_linestring_example.geojson", "preset=wzdx", roadwork_compare, 1 },
    { WZDX "scenario4_detour_linestring_example.geojson", "preset=wzdx", roadwork_compare, 4 },
    { WZDX "scenario5_recurring_linestring_example.geojson", "preset=wzdx", roadwork_compare, 4 },
    { WZDX "scenario7_mobileoperation_linestring_example.geojson", "preset=wzdx",
      roadwork_compare, 2 },
    { WZDX "scenario8_local_access_only_bidirectional_linestring_example.geojson", "preset=wzdx",
      roadwork_compare, 2 },
};

static void every_field_is_the_sources(void **state)
{
    struct feed_desk *desk;
    char path[256];

    (void)state;
    skip_without_shared("data/geojson/usgs_earthquakes");
    desk = feed_desk_new();
    for (size_t i = 0; i < ARRAY_COUNT(compared); i++) {
        const char *const settings[] = { compared[i].preset, NULL };
        CASE("%s", compared[i].file);
        snprintf(path, sizeof path, "../shared/data/%s", compared[i].file);
        struct json *source = json_read(path);
        struct feed_ended ended = capture_try(desk, path, settings);
        struct span rest = span_of(ended.out), line;
        uint32_t seen = 0;
        while (span_cut(&rest, '\n', &line)) {
            struct json *report = NULL;
            struct verdict verdict = json_parse(line, &report);
            assert_true(is_accepted(&verdict) || line.length == 0);
            if (strcmp(json_member_text(report, "report", ""), "hazard") != 0) {
                json_free(report);
                continue;
            }
            const struct json *feature = feature_find(source, report);
            assert_non_null(feature);
            compared[i].compare(feature, report);
            seen++;
            json_free(report);
        }
        assert_int_equal(seen, compared[i].reports);
        json_free(source);
    }
    feed_desk_free(desk);
}

/* ---- as a feed: files that change, a restart, what is wrong ---- */

#define HELLO(more) "{\"hello\":1,\"wire\":1,\"feed\":\"q\",\"mode\":\"live\",\"scratch\":\"%s\"," \
    "\"settings\":{\"preset\":\"usgs\",\"directory\":\"%s\",\"poll_s\":1" more "}}\n"

static void quakes_write(struct feed_desk *desk, const char *name, const char *features)
{
    char text[4096], json[4096];
    struct test_site *site = feed_site(desk);

    snprintf(text, sizeof text, "{'type':'FeatureCollection','features':[%s]}", features);
    site_write(site, name, json_of(json, sizeof json, text));
}

#define QUAKE(id, ids, updated, status, title) "{'type':'Feature','id':'" id "','properties':{" \
    "'mag':4.2,'ids':'" ids "','time':1790000000000,'updated':" updated ",'status':'" status "'," \
    "'type':'earthquake','title':'" title "'},'geometry':{'type':'Point','coordinates':[-5,50,8]}}"

static struct feed_talk *quakes_start(struct feed_desk *desk)
{
    struct test_site *site = feed_site(desk);
    char scratch[300], folder[300], hello[1024];
    struct feed_talk *talk = feed_start(desk, "geojson");

    snprintf(scratch, sizeof scratch, "%s", site_path(site, "scratch"));
    snprintf(folder, sizeof folder, "%s", site_path(site, "in"));
    snprintf(hello, sizeof hello, HELLO(""), scratch, folder);
    feed_say(talk, hello);
    return talk;
}

/* Goal: an earthquake that changes its preferred id is one hazard, over a restart too; that it is
 * listed no more says nothing; deleted is a cancel, by the id that the hub knows. */
static void a_quake_is_one_hazard_for_ever(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);

    (void)state;
    mkdir(site_path(site, "in"), 0700);
    mkdir(site_path(site, "scratch"), 0700);
    quakes_write(desk, "in/1.geojson", QUAKE("us1", ",us1,", "1790000001000", "automatic", "A") ","
                 QUAKE("ak7", ",ak7,", "1790000001000", "automatic", "B"));
    struct feed_talk *talk = quakes_start(desk);
    feed_hear(talk, "\"id\":\"ak7\"");
    /* ak7 is gone from the list; us1 is now preferred as nc5. */
    quakes_write(desk, "in/2.geojson",
                 QUAKE("nc5", ",us1,nc5,", "1790000002000", "reviewed", "A again"));
    feed_hear(talk, "A again");
    struct feed_ended ended = feed_end(talk);
    assert_non_null(strstr(ended.out, "\"id\":\"us1\",\"at\":\"2026-09-21T14:13:22Z\""));
    assert_null(strstr(ended.out, "\"id\":\"nc5\""));
    assert_null(strstr(ended.out, "\"cancel\":true"));
    assert_int_equal(text_count(ended.out, "\"report\":\"hazard\""), 3);
    assert_non_null(strstr(ended.out, "1 features are new or changed"));

    /* A new process remembers both: nothing is told twice, the deletion by the first id. */
    quakes_write(desk, "in/3.geojson", QUAKE("nc5", ",nc5,", "1790000003000", "deleted", "A") ","
                 QUAKE("ak7", ",ak7,", "1790000000500", "automatic", "an older B"));
    talk = quakes_start(desk);
    feed_hear(talk, "\"cancel\":true");
    ended = feed_end(talk);
    assert_non_null(strstr(ended.out, "\"id\":\"us1\",\"at\":\"2026-09-21T14:13:23Z\","
                                      "\"cancel\":true"));
    assert_int_equal(text_count(ended.out, "\"report\":\"hazard\""), 1);
    assert_null(strstr(ended.out, "older B"));
    feed_desk_free(desk);
}

/* Goal: a preset is rules that a site can write itself. Method: the rules of each, given as
 * settings, make the same lines of the same capture. */
static void a_preset_is_rules_of_a_site(void **state)
{
    static const struct {
        const char *preset, *capture;
    } uses[] = {
        { "usgs", "{'type':'FeatureCollection','features':["
                  QUAKE("us1", ",us1,", "1790000001000", "automatic", "A") "]}" },
        { "wzdx", "{'type':'Feature','id':'r1','geometry':{'type':'LineString','coordinates':"
          "[[-5,50],[-5,50.1]]},'properties':{'vehicle_impact':'all-lanes-closed','core_details':"
          "{'event_type':'work-zone','road_names':['A 1'],"
          "'update_date':'2026-01-01T00:00:00Z'}}}" },
    };
    struct feed_desk *desk = feed_desk_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(uses); i++) {
        const struct preset *preset = preset_find(uses[i].preset);
        const char *arguments[29] = { "--try", "geojson" };
        char rules[26][800], name[40], text[4096];
        CASE("%s", uses[i].preset);
        for (size_t k = 0; preset->rules[k]; k++) {
            assert_true(k < ARRAY_COUNT(rules));
            snprintf(rules[k], sizeof rules[k], "map=%s", preset->rules[k]);
            arguments[2 + k] = rules[k];
        }
        snprintf(name, sizeof name, "preset=%s", uses[i].preset);
        struct span message = span_of(json_of(text, sizeof text, uses[i].capture));
        struct feed_ended ended = feed_try(desk, message, "geojson", name);
        char *by_preset = base_copy_text(ended.out);
        assert_non_null(strstr(by_preset, "\"report\":\"hazard\""));
        ended = feed_try_list(desk, message, arguments);
        assert_string_equal(ended.out, by_preset);
        base_free(by_preset);
    }
    feed_desk_free(desk);
}

/* Goal: what is wrong with settings and messages is said in a sentence that names the place. */
static const struct {
    const char *name, *message, *settings[4];
    int exit_code;
    const char *holds;
} wrongs[] = {
    { "no mapping", "{}", { "poll_s=1" }, 2, "a report \"hazard\" needs its kind" },
    { "a preset nobody knows", "{}", { "preset=usgc" }, 2,
      "there is no preset \"usgc\"; there are" },
    { "a wrong rule", "{}", { "preset=usgs", "map=severity=a[b" }, 2,
      "map \"severity=a[b\": in [ ] stands a number, name=value, or nothing (at character 4)" },
    { "a wrong span", "{}", { "preset=usgs", "map=expires_after==soon" }, 2,
      "it is no span of time as 90s, 10m, 24h or 2d" },
    { "a zone nobody knows", "{}", { "preset=usgs", "timezone=Mars/Base" }, 2, "\"Mars/Base\"" },
    { "two sources", "{}", { "preset=usgs", "file=/dev/null", "url=http://127.0.0.1:9/" }, 1,
      "it needs one of the settings" },
    { "no JSON", "<html>", { "preset=usgs" }, 1, "\"reason\":\"not well formed\"" },
    { "half of it", "{\"type\":\"FeatureCollection\",\"features\":[{", { "preset=usgs" }, 1,
      "\"reason\":\"it ends too early\"" },
    { "not GeoJSON", "{\"alerts\":[]}", { "preset=usgs" }, 1,
      "\"reason\":\"a kind this program does not take\",\"field\":\"type\"" },
    { "a feature that is none", "{\"type\":\"FeatureCollection\",\"features\":[7]}",
      { "preset=usgs" }, 1, "\"field\":\"type\"" },
    { "nothing is on", "{\"type\":\"FeatureCollection\",\"features\":[]}", { "preset=usgs" }, 0,
      "" },
    { "a feature without an id", "{\"type\":\"Feature\",\"properties\":null,\"geometry\":null}",
      { "preset=usgs" }, 1, "\"reason\":\"a required field is missing\",\"field\":\"id\"" },
    { "a feature that is nowhere", "{\"type\":\"Feature\",\"id\":7,\"properties\":{},"
      "\"geometry\":null}", { "map=kind==x" }, 1,
      "\"reason\":\"a required field is missing\",\"field\":\"polygon\"" },
    { "units' places", "{\"type\":\"Feature\",\"properties\":{\"u\":\"E7\"},"
      "\"geometry\":{\"type\":\"Point\",\"coordinates\":[-5,50]}}",
      { "map=report=location", "map=unit=properties.u" }, 0,
      "{\"report\":\"location\",\"unit\":\"E7\",\"lat\":50.0000000,\"lon\":-5.0000000}" },
    { "an id that is a number", "{\"type\":\"Feature\",\"id\":7,\"properties\":{\"a\":\"Hill\"},"
      "\"geometry\":null}", { "map=kind==x", "map=area=properties.a" }, 0,
      "{\"report\":\"hazard\",\"id\":\"7\",\"kind\":\"x\",\"area\":\"Hill\"}" },
};

static void what_is_wrong_is_said(void **state)
{
    struct feed_desk *desk = feed_desk_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(wrongs); i++) {
        const char *arguments[8] = { "--try", "geojson" };
        CASE("%s", wrongs[i].name);
        memcpy(arguments + 2, wrongs[i].settings, sizeof wrongs[i].settings);
        struct feed_ended ended = feed_try_list(desk, span_of(wrongs[i].message), arguments);
        assert_int_equal(ended.ending.exit_code, wrongs[i].exit_code);
        bool said = strstr(ended.out, wrongs[i].holds) || strstr(ended.err, wrongs[i].holds);
        if (!said)
            print_message("out %s\nerr %s\n", ended.out, ended.err);
        assert_true(said);
    }
    feed_desk_free(desk);
}

/* Goal: an alert that has no geometry is drawn where the site's own layer has its zones, and says
 * when some of them are not there; one with a geometry is not touched. */
static const struct {
    const char *name, *codes, *geometry, *holds;
} coded[] = {
    { "both zones", "['MAZ015','MAZ016']", "null",
      "'area':'Boston','polygon':[[42.0000000,-71.0000000]" },
    { "one of two", "['MAZ015','RIZ001']", "null",
      "'area':'(1 of 2 areas drawn) Boston','polygon':[[42.0000000,-71.0000000]" },
    { "none", "['RIZ001']", "null", "'area':'Boston','expires'" },
    { "a geometry of its own", "['MAZ015']",
      "{'type':'Polygon','coordinates':[[[1,1],[2,1],[2,2],[1,1]]]}", "[[1.0000000,1.0000000]" },
};

static void zones_are_drawn_from_the_sites_layer(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char text[2048], json[2048], layers[300];

    (void)state;
    site_write(site, "zones.geojson", json_of(json, sizeof json,
        "{'type':'FeatureCollection','features':["
        "{'type':'Feature','properties':{'Z':'MAZ015'},'geometry':{'type':'Polygon','coordinates':"
        "[[[-71,42],[-70.9,42],[-70.9,42.1],[-71,42]]]}},"
        "{'type':'Feature','properties':{'Z':'MAZ016'},'geometry':{'type':'Polygon','coordinates':"
        "[[[-72,42],[-71.9,42],[-71.9,42.1],[-72,42]]]}}]}"));
    snprintf(layers, sizeof layers, "layers=%s", site_path(site, "zones.geojson"));
    for (size_t i = 0; i < ARRAY_COUNT(coded); i++) {
        CASE("%s", coded[i].name);
        snprintf(text, sizeof text, "{'type':'Feature','id':'u','geometry':%s,'properties':{"
                 "'id':'a','event':'Flood','areaDesc':'Boston','sent':'2026-01-08T13:48:00Z',"
                 "'expires':'2026-01-09T13:48:00Z','status':'Actual','messageType':'Alert',"
                 "'severity':'Minor','geocode':{'SAME':['025025'],'UGC':%s}}}",
                 coded[i].geometry, coded[i].codes);
        struct feed_ended ended = feed_try(desk, span_of(json_of(json, sizeof json, text)),
                                           "geojson", "preset=nws", layers, "codes=UGC=Z");
        char holds[200];
        json_of(holds, sizeof holds, coded[i].holds);
        if (!strstr(ended.out, holds))
            print_message("out %s\nerr %s\n", ended.out, ended.err);
        assert_non_null(strstr(ended.out, holds));
    }
    feed_desk_free(desk);
}

/* Goal: a collection on a real web server is asked for again and again, is not read again while it
 * is as before, and what is new in it is told. */
static void a_collection_is_read_from_a_web_server(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char folder[256], out[256], err[256], hello[1024];
    const char *at;

    (void)state;
    mkdir(site_path(site, "web"), 0700);
    quakes_write(desk, "web/q.geojson", QUAKE("us1", ",us1,", "1790000001000", "automatic", "A"));
    snprintf(folder, sizeof folder, "%s", site_path(site, "web"));
    snprintf(out, sizeof out, "%s", site_path(site, "web.out"));
    snprintf(err, sizeof err, "%s", site_path(site, "web.err"));
    const char *const server[] = { "python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1",
                                   NULL };
    pid_t pid = process_start(&(struct process_options){
        .arguments = server, .directory = folder, .out_path = out, .err_path = err });
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;
    while (!(at = strstr(site_read(site, "web.out"), "port ")) && clock_ms() < deadline_ms)
        usleep(20000);
    assert_non_null(at);
    struct feed_talk *talk = feed_start(desk, "geojson");
    snprintf(hello, sizeof hello, "{\"hello\":1,\"wire\":1,\"feed\":\"q\",\"mode\":\"live\","
             "\"settings\":{\"preset\":\"usgs\",\"url\":\"http://127.0.0.1:%d/q.geojson\","
             "\"user_agent\":\"test\",\"poll_s\":1}}\n", atoi(at + 5));
    feed_say(talk, hello);
    feed_hear(talk, "\"headline\":\"A\"");
    while (!strstr(site_read(site, "web.err"), " 304 ") && clock_ms() < deadline_ms)
        usleep(20000);
    assert_non_null(strstr(site_read(site, "web.err"), " 304 "));
    quakes_write(desk, "web/q.geojson", QUAKE("us1", ",us1,", "1790000002000", "reviewed", "B"));
    feed_hear(talk, "\"headline\":\"B\"");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "\"report\":\"hazard\""), 2);
    process_kill(pid);
    feed_desk_free(desk);
}

/* Goal: `watchdesk check` finds a wrong rule, and names feed, rule and place. */
static void a_wrong_rule_is_found_by_check(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    static const char conf[] =
        "site { id = X name = \"X\" timezone = \"UTC\" }\ntype FIRE { priority = 1 }\n"
        "feed quakes { adapter = geojson supplier = \"S\" trust = map-only\n"
        "    settings = { \"preset=usgs\", \"map=%s\" } }\n";
    static const struct {
        const char *rule, *says;
    } rules[] = {
        { "area=properties.title", "" },
        { "area=properties.[0]", "feed quakes: map \"area=properties.[0]\": a name is missing "
          "(at character 12)" },
        { "radius_m=r -> knots", "feed quakes: map \"radius_m=r -> knots\": \"knots\" is the unit "
          "of a speed" },
    };
    char folder[256], text[600], out[256];

    (void)state;
    snprintf(folder, sizeof folder, "%s", site_path(site, "checked"));
    mkdir(folder, 0700);
    snprintf(out, sizeof out, "%s", site_path(site, "check.out"));
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
        struct ending ending;
        CASE("%s", rules[i].rule);
        snprintf(text, sizeof text, conf, rules[i].rule);
        site_write(site, "checked/site.conf", text);
        const char *const arguments[] = { site_program(site, "watchdesk"), "check", "--site",
                                          folder, NULL };
        pid_t pid = process_start(&(struct process_options){
            .arguments = arguments, .out_path = out, .err_path = "/dev/null" });
        assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending));
        const char *said = site_read(site, "check.out");
        if (!strstr(said, rules[i].says))
            print_message("%s\n", said);
        assert_non_null(strstr(said, rules[i].says));
        assert_int_equal(strstr(said, "map \"") != NULL, rules[i].says[0] != '\0');
        if (rules[i].says[0])
            assert_int_not_equal(ending.exit_code, 0);
    }
    feed_desk_free(desk);
}

/* Goal: an outline larger than a line can carry is simplified to fit beside its words, and says
 * so. Method: 9,000 corners, and words that all have to be escaped. */
static void a_large_outline_fits_its_line(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer text = { 0 };

    (void)state;
    buffer_add_text(&text, "{\"type\":\"Feature\",\"id\":\"1\",\"properties\":{\"t\":\"");
    for (int i = 0; i < 5000; i++)
        buffer_add_text(&text, "\\n");
    buffer_add_text(&text, "x\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
    for (int i = 0; i <= 9000; i++)
        buffer_print(&text, "%s[%.9f,%.9f]", i ? "," : "",
                     -105 + 0.1 * sin(6.283185307179586 * (i % 9000) / 9000),
                     50 + 0.1 * cos(6.283185307179586 * (i % 9000) / 9000));
    buffer_add_text(&text, "]]}}");
    struct feed_ended ended = feed_try(desk, buffer_span(&text), "geojson", "map=kind==x",
                                       "map=text=properties.t");
    assert_int_equal(ended.ending.exit_code, 0);
    assert_true(strlen(ended.out) < REPORT_LINE_BYTES_MAX);
    assert_non_null(strstr(ended.out, "\"simplified\":true"));
    ended = feed_try(desk, buffer_span(&text), "geojson", "map=kind==x",
                     "map=text=='\n{properties.t}'|properties.t");
    assert_int_equal(text_count(ended.out, "\"report\":\"hazard\""), 1);
    buffer_clear(&text);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_geometry_is_the_area_it_is),
        cmocka_unit_test(many_rings_are_simplified_together),
        cmocka_unit_test(a_thing_is_one_by_any_of_its_ids),
        cmocka_unit_test(the_memory_forgets_the_oldest),
        cmocka_unit_test(every_capture_has_its_counts),
        cmocka_unit_test(every_field_is_the_sources),
        cmocka_unit_test(a_quake_is_one_hazard_for_ever),
        cmocka_unit_test(a_preset_is_rules_of_a_site),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(a_large_outline_fits_its_line),
        cmocka_unit_test(zones_are_drawn_from_the_sites_layer),
        cmocka_unit_test(a_collection_is_read_from_a_web_server),
        cmocka_unit_test(a_wrong_rule_is_found_by_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
