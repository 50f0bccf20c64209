/* test_feeds_cot_captures.c - every CoT capture of ../shared/data through the real program, and the
 * GeoJSON that another program's tests hold its own events to. */
#include <dirent.h>
#include <math.h>
#include <stdlib.h>

#include "app/base/geo.h"
#include "app/base/json.h"
#include "app/base/when.h"
#include "feeds/xml_stream.h"
#include "tests/check.h"
#include "tests/feed_run.h"

/* What one event became: its report's kind, or why there is none. */
static const struct { const char *file, *outcome; } captures[] = {
    { "node_cot/README_000", "location" },
    { "node_cot/chat_003", "receipt" },
    { "node_cot/cli_004", "refused: type" },
    { "node_cot/cot-emergency_005", "status" },
    { "node_cot/cot-itak_006", "location" },
    { "node_cot/cot-itak_007", "location" },
    { "node_cot/cot-routes_009", "1 routes, waypoints and cameras" },
    { "node_cot/cot-shapes_010", "hazard" },
    { "node_cot/cot-spotted_012", "hazard" },
    { "node_cot/cot-spotted_013", "hazard" },
    { "node_cot/cot-uas-tool_015", "1 without a position" },
    { "node_cot/cot-user-draw_016", "hazard" },
    { "node_cot/cot-user-draw_018", "hazard" },
    { "node_cot/cot-user-draw_019", "hazard" },
    { "node_cot/cot-video_021", "1 routes, waypoints and cameras" },
    { "node_cot/creator_022", "hazard" },
    { "node_cot/iconset_024", "hazard" },
    { "node_cot/milicon_025", "hazard" },
    { "node_cot/milicon_027", "location" },
    { "node_cot/milsym_028", "hazard" },
    { "node_cot/validation_030", "location" },
    { "node_cot/validation_031", "location" },
    { "pytak/test_cli_main_000", "location" },
    { "pytak/test_client_functions_001", "refused: type" },
    { "pytak/test_marti_workers_003", "location" },
    { "pytak/test_marti_workers_004", "location" },
    { "pytak/test_queue_backpressure_006", "location" },
    { "pytak/test_takmsg2xml_007", "location" },
    { "taky/__init___000", "location" },
    { "taky/__init___001", "hazard" },
    { "taky/test_takuser_003", "1 without a position" },
};

/* The value of the first attribute of that name, found as a person would: no parser of ours. */
static const char *attribute_text(const char *xml, const char *name, char *text, size_t bytes)
{
    size_t length = strlen(name);

    text[0] = '\0';
    for (const char *at = strstr(xml, name); at; at = strstr(at + 1, name)) {
        if (at == xml || !strchr(" \n\t", at[-1]) || at[length] != '=')
            continue;
        const char *value = at + length + 2, *end = strchr(value, at[length + 1]);
        snprintf(text, bytes, "%.*s", (int)(end - value), value);
        break;
    }
    return text;
}

static double attribute_number(const char *xml, const char *name)
{
    char text[64];
    return strtod(attribute_text(xml, name, text, sizeof text), NULL);
}

/* Time, place, name, course and speed of a report are those that stand in the event. */
static void fields_check(const char *xml, const struct json *report)
{
    char text[256], time_text[WHEN_TEXT_BYTES];
    const char *kind = json_member_text(report, "report", "");
    bool placed = strcmp(kind, "receipt") != 0 && !json_member(report, "polygon");
    int64_t at_ms;

    assert_true(when_parse(span_of(attribute_text(xml, "time", text, sizeof text)), &at_ms));
    assert_string_equal(json_member_text(report, "at", ""), when_text(at_ms, time_text));
    if (placed) {
        assert_true(fabs(json_member_number(report, "lat", 99) - attribute_number(xml, "lat"))
                    <= 0.5e-7 + 1e-12);
        assert_true(fabs(json_member_number(report, "lon", 999) - attribute_number(xml, "lon"))
                    <= 0.5e-7 + 1e-12);
    }
    if (strcmp(kind, "location") != 0)
        return;
    assert_true(json_member_number(report, "speed_mps", 0) == attribute_number(xml, "speed"));
    assert_true(json_member_number(report, "course_deg", 0) == attribute_number(xml, "course"));
    double ce = attribute_number(xml, "ce");
    assert_true(json_member_number(report, "accuracy_m", 9999999) == ce);
    if (!strstr(xml, "&amp;")) {
        const char *name = attribute_text(xml, "callsign", text, sizeof text);
        if (!name[0])
            name = attribute_text(xml, "uid", text, sizeof text);
        assert_string_equal(json_member_text(report, "unit", ""), name);
    }
}

/* Name and outcome of what one capture printed. */
static void outcome_of(const char *xml, const struct feed_ended *ended, char *text, size_t bytes)
{
    static const char not_reported[] = "were not reported: ";
    struct json *report;

    if (!ended->out[0]) {
        const char *why = strstr(ended->err, not_reported);
        assert_non_null(why);
        why += strlen(not_reported);
        snprintf(text, bytes, "%.*s", (int)strcspn(why, "\n"), why);
        return;
    }
    struct verdict verdict = json_parse(span_of(ended->out), &report);
    assert_true(is_accepted(&verdict));             /* One line. */
    const char *kind = json_member_text(report, "report", "");
    if (strcmp(kind, "refused") == 0) {
        snprintf(text, bytes, "refused: %s", json_member_text(report, "field", ""));
    } else {
        snprintf(text, bytes, "%s", kind);
        fields_check(xml, report);
    }
    json_free(report);
}

static bool has_capture(const char *folder, const char *file)
{
    char name[300];

    for (size_t i = 0; i < ARRAY_COUNT(captures); i++) {
        snprintf(name, sizeof name, "%s.cot", captures[i].file);
        if (strncmp(name, folder, strlen(folder)) == 0 && strcmp(name + strlen(folder) + 1, file)
            == 0)
            return true;
    }
    return false;
}

/* Goal: every capture becomes its report or is refused for the right reason. Method: the table of
 * all of them; a new one that is not in it fails the test; fields are held to the text itself. */
static void every_capture_becomes_its_report(void **state)
{
    static const char *const folders[] = { "node_cot", "pytak", "taky" };
    struct buffer xml = { 0 };
    char path[300], outcome[200];
    uint32_t wrong = 0;

    (void)state;
    skip_without_shared("data/cot");
    struct feed_desk *desk = feed_desk_new();
    for (size_t i = 0; i < ARRAY_COUNT(captures); i++) {
        snprintf(path, sizeof path, "../shared/data/cot/%s.cot", captures[i].file);
        buffer_reset(&xml);
        file_read(path, &xml);
        print_message("  %s", captures[i].file);
        struct feed_ended ended = feed_try(desk, buffer_span(&xml), "cot");
        outcome_of(xml.bytes, &ended, outcome, sizeof outcome);
        print_message(": %s\n", outcome);
        wrong += strcmp(outcome, captures[i].outcome) != 0;
    }
    for (size_t i = 0; i < ARRAY_COUNT(folders); i++) {
        snprintf(path, sizeof path, "../shared/data/cot/%s", folders[i]);
        DIR *folder = opendir(path);
        for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
            const char *end = strrchr(entry->d_name, '.');
            if (end && strcmp(end, ".cot") == 0 && !has_capture(folders[i], entry->d_name))
                fail_msg("%s/%s is not in the table", folders[i], entry->d_name);
        }
        closedir(folder);
    }
    assert_int_equal(wrong, 0);
    buffer_clear(&xml);
    feed_desk_free(desk);
}

/* Goal: all captures on one stream give what each gives alone: one sender's trouble is not the
 * next one's. */
static void all_captures_on_one_stream(void **state)
{
    struct buffer stream = { 0 }, one = { 0 };
    char path[300];
    uint32_t refused = 0, passed = 0;

    (void)state;
    skip_without_shared("data/cot");
    struct feed_desk *desk = feed_desk_new();
    for (size_t i = 0; i < ARRAY_COUNT(captures); i++) {
        snprintf(path, sizeof path, "../shared/data/cot/%s.cot", captures[i].file);
        file_read(path, &one);
        buffer_add(&stream, buffer_span(&one));
        refused += span_starts(span_of(captures[i].outcome), "refused");
        passed += captures[i].outcome[0] == '1';
    }
    struct feed_ended ended = feed_try(desk, buffer_span(&stream), "cot");
    assert_int_equal(text_count(ended.out, "\"report\":"), ARRAY_COUNT(captures) - passed);
    assert_int_equal(text_count(ended.out, "\"report\":\"refused\""), refused);
    buffer_clear(&stream);
    buffer_clear(&one);
    feed_desk_free(desk);
}

/* ---- GeoJSON twins ---- */

static void put_attribute(struct buffer *xml, const char *name, const char *value)
{
    buffer_print(xml, " %s=\"", name);
    xml_put_text(xml, value);
    buffer_add_text(xml, "\"");
}

/* The event that a feature stands for, by what node-CoT's README says of each property. */
static void twin_write(const struct json *feature, struct buffer *xml)
{
    const struct json *facts = json_member(feature, "properties");
    const struct json *center = json_first(json_member(facts, "center"));
    const struct json *ellipse = json_member(json_member(facts, "shape"), "ellipse");
    static const char *const times[] = { "time", "start", "stale", "how", "type" };
    double lon = 0, lat = 0;

    json_number(center, &lon);
    json_number(json_next(center), &lat);
    buffer_add_text(xml, "<event version=\"2.0\"");
    put_attribute(xml, "uid", json_member_text(feature, "id", ""));
    for (size_t i = 0; i < ARRAY_COUNT(times); i++)
        put_attribute(xml, times[i], json_member_text(facts, times[i], ""));
    buffer_print(xml, "><point lat=\"%.9g\" lon=\"%.9g\" hae=\"0\" ce=\"9999999.0\" "
                      "le=\"9999999.0\"/><detail><contact", lat, lon);
    put_attribute(xml, "callsign", json_member_text(facts, "callsign", ""));
    buffer_add_text(xml, "/><remarks>");
    xml_put_text(xml, json_member_text(facts, "remarks", ""));
    buffer_add_text(xml, "</remarks>");
    if (json_member(facts, "course"))
        buffer_print(xml, "<track course=\"%.9g\" speed=\"%.9g\"/>",
                     json_member_number(facts, "course", 0),
                     json_member_number(facts, "speed", 0));
    if (ellipse)
        buffer_print(xml, "<shape><ellipse major=\"%.9g\" minor=\"%.9g\" angle=\"%.9g\"/></shape>",
                     json_member_number(ellipse, "major", 0),
                     json_member_number(ellipse, "minor", 0),
                     json_member_number(ellipse, "angle", 0));
    buffer_add_text(xml, "</detail></event>");
}

/* The radius that the feature's own outline has: node-CoT draws the circle as a polygon. */
static void outline_check(const struct json *feature, const struct json *report)
{
    const struct json *ring = json_first(
        json_member(json_member(feature, "geometry"), "coordinates"));
    struct geo_point center = { json_member_number(report, "lat", NAN),
                                json_member_number(report, "lon", NAN) };

    assert_true(json_count(ring) > 8);
    for (const struct json *corner = json_first(ring); corner; corner = json_next(corner)) {
        struct geo_point point;
        json_number(json_first(corner), &point.lon_deg);
        json_number(json_next(json_first(corner)), &point.lat_deg);
        double off_m = geo_distance_m(center, point) - json_member_number(report, "radius_m", 0);
        assert_true(fabs(off_m) < 0.15);            /* Its corners have 6 decimals. */
    }
}

static void twin_check(const struct json *feature, const struct json *report)
{
    const struct json *facts = json_member(feature, "properties");
    const struct json *center = json_first(json_member(facts, "center"));
    bool hazard = strcmp(json_member_text(report, "report", ""), "hazard") == 0;
    char time_text[WHEN_TEXT_BYTES];
    int64_t at_ms;
    double lon = 0, lat = 0;

    assert_string_equal(json_member_text(report, hazard ? "headline" : "unit", ""),
                        json_member_text(facts, "callsign", ""));
    assert_true(when_parse(span_of(json_member_text(facts, "time", "")), &at_ms));
    assert_string_equal(json_member_text(report, "at", ""), when_text(at_ms, time_text));
    assert_true(json_number(center, &lon) && json_number(json_next(center), &lat));
    assert_true(fabs(json_member_number(report, "lat", 99) - lat) < 1e-7);
    assert_true(fabs(json_member_number(report, "lon", 999) - lon) < 1e-7);
    if (hazard)
        outline_check(feature, report);
    assert_true(json_member_number(report, "course_deg", -1)
                == json_member_number(facts, "course", -1));
    assert_true(json_member_number(report, "speed_mps", -1)
                == json_member_number(facts, "speed", -1));
}

/* Goal: what another program says that an event means, ours says too. Method: the features that
 * node-CoT holds its own events to, each written as its event and read by the real program. */
static void events_are_as_their_geojson_twins(void **state)
{
    static const char folder_path[] = "../shared/data/cot/node_cot/geojson_fixtures";
    struct buffer text = { 0 }, xml = { 0 };
    char path[600];
    uint32_t count = 0;

    (void)state;
    skip_without_shared("data/cot/node_cot/geojson_fixtures");
    struct feed_desk *desk = feed_desk_new();
    DIR *folder = opendir(folder_path);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        struct json *feature, *report;
        if (entry->d_name[0] == '.')
            continue;
        CASE("%s", entry->d_name);
        snprintf(path, sizeof path, "%s/%s", folder_path, entry->d_name);
        buffer_reset(&text);
        buffer_reset(&xml);
        file_read(path, &text);
        struct verdict verdict = json_parse(buffer_span(&text), &feature);
        assert_true(is_accepted(&verdict));
        twin_write(feature, &xml);
        struct feed_ended ended = feed_try(desk, buffer_span(&xml), "cot");
        verdict = json_parse(span_of(ended.out), &report);
        assert_true(is_accepted(&verdict));
        twin_check(feature, report);
        json_free(report);
        json_free(feature);
        count++;
    }
    closedir(folder);
    assert_true(count >= 24);
    buffer_clear(&text);
    buffer_clear(&xml);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_capture_becomes_its_report),
        cmocka_unit_test(all_captures_on_one_stream),
        cmocka_unit_test(events_are_as_their_geojson_twins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
