/* fuzz_geo_lines.c - any line to a geography service that has a small town: the bytes as a line,
 * and the bytes as the numbers and texts of an ask that is well formed. Every line gets one line of
 * JSON with the ask's ref, the same twice, and what it holds keeps what geo_service.h promises. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/base/json.h"
#include "app/base/text.h"
#include "maps/geo_service.h"
#include "maps/roads.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- a town of eight streets, a district and a hospital ---- */

#define STREET(name, oneway, from, to, points)                                                \
    "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"" name "\",\"OW\":\"" oneway            \
    "\",\"LF\":" from ",\"LT\":" to "},\"geometry\":{\"type\":\"LineString\","                 \
    "\"coordinates\":[" points "]}}"
#define LAYER(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"

static const struct {
    const char *name, *text;
} files[] = {
    { "streets.geojson",
      LAYER(STREET("Quay St", "", "1", "99", "[-4,50],[-3.99,50]") ","
            STREET("Quay St", "", "101", "199", "[-3.99,50],[-3.98,50]") ","
            STREET("Mill Rd", "FT", "2", "98", "[-3.99,50],[-3.99,50.01]") ","
            STREET("Mill Rd", "", "0", "0", "[-3.99,49.99],[-3.99,50]") ","
            STREET("5th Ave", "TF", "2", "98", "[-3.98,50],[-3.98,50.01]") ","
            STREET("Ring Rd", "", "0", "0",
                   "[-3.99,50.01],[-3.98,50.01],[-3.975,50.005],[-3.98,50]") ","
            STREET("Island Way", "", "1", "9", "[-3.95,50],[-3.949,50]") ","
            STREET("", "", "0", "0", "[-4,50],[-4,50.003],[-3.995,50.003]")) },
    { "zones.geojson",
      LAYER("{\"type\":\"Feature\",\"properties\":{\"NAME\":\"HARBOUR\"},\"geometry\":"
            "{\"type\":\"Polygon\",\"coordinates\":[[[-4.01,49.995],[-3.985,49.995],"
            "[-3.985,50.02],[-4.01,50.02],[-4.01,49.995]]]}}") },
    { "places.geojson",
      LAYER("{\"type\":\"Feature\",\"properties\":{\"NAME\":\"St Brae\"},\"geometry\":"
            "{\"type\":\"Point\",\"coordinates\":[-3.992,50.001]}}") },
};

static void file_write(const char *folder, const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert(file);
    assert(fputs(text, file) >= 0);
    assert(fclose(file) == 0);
}

static void folder_remove(const char *folder)
{
    char path[128];

    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        unlink(path);
    }
    rmdir(folder);
}

static struct geo_service *service_make(void)
{
    struct geo_service *service = geo_service_new();
    struct buffer hello = { 0 }, out = { 0 };
    char folder[] = "/tmp/fuzz_geo.XXXXXX";

    assert(mkdtemp(folder));
    for (size_t i = 0; i < ARRAY_COUNT(files); i++)
        file_write(folder, files[i].name, files[i].text);
    buffer_print(&hello, "{\"hello\":1,\"streets\":{\"file\":\"%s/streets.geojson\","
                 "\"name\":\"NAME\",\"oneway\":\"OW\",\"left_from\":\"LF\","
                 "\"left_to\":\"LT\"},\"zones\":[{\"name\":"
                 "\"district\",\"file\":\"%s/zones.geojson\",\"column\":\"NAME\"}],\"places\":["
                 "{\"kind\":\"hospital\",\"file\":\"%s/places.geojson\",\"column\":\"NAME\"}],"
                 "\"aliases\":[{\"name\":\"the corner\",\"place\":\"Quay St / Mill Rd\"}]}",
                 folder, folder, folder);
    geo_service_answer(service, &(struct line){ .text = buffer_span(&hello) }, &out);
    assert(strstr(out.bytes, "\"streets\":8"));
    assert(strstr(out.bytes, "\"warnings\":[") && !strstr(out.bytes, "alias"));
    folder_remove(folder);
    buffer_clear(&hello);
    buffer_clear(&out);
    return service;
}

/* ---- asks made of bytes ---- */

struct bytes {
    const uint8_t *at;
    size_t left;
};

static uint8_t byte_take(struct bytes *bytes)
{
    if (bytes->left == 0)
        return 0;
    bytes->left--;
    return *bytes->at++;
}

static uint32_t number_take(struct bytes *bytes)
{
    uint32_t high = byte_take(bytes);

    return high << 8 | byte_take(bytes);
}

/* Mostly in and about the town; seldom at the ends of the earth, or no number. */
static void degrees_put(struct bytes *bytes, double low, struct buffer *out)
{
    static const char *const strange[] = { "0", "-180", "90", "1e300", "\"x\"", "null", "-90.5" };
    uint32_t number = number_take(bytes);

    if (number >= 0xFFF0)
        buffer_add_text(out, strange[number % ARRAY_COUNT(strange)]);
    else
        buffer_print(out, "%.7f", low + number / 65536.0 * 0.06);
}

static void pair_put(struct bytes *bytes, struct buffer *out)
{
    buffer_add_text(out, "[");
    degrees_put(bytes, 49.98, out);
    buffer_add_text(out, ",");
    degrees_put(bytes, -4.01, out);
    buffer_add_text(out, "]");
}

static void point_put(struct bytes *bytes, struct buffer *out)
{
    buffer_add_text(out, "\"lat\":");
    degrees_put(bytes, 49.98, out);
    buffer_add_text(out, ",\"lon\":");
    degrees_put(bytes, -4.01, out);
}

static void rings_put(struct bytes *bytes, const char *name, struct buffer *out)
{
    uint32_t rings = byte_take(bytes) % 4;

    buffer_print(out, ",\"%s\":[", name);
    for (uint32_t r = 0; r < rings; r++) {
        uint32_t corners = byte_take(bytes) % 12;
        buffer_add_text(out, r ? ",[" : "[");
        for (uint32_t i = 0; i < corners; i++) {
            buffer_add_text(out, i ? "," : "");
            pair_put(bytes, out);
        }
        buffer_add_text(out, "]");
    }
    buffer_add_text(out, "]");
}

static void route_ask(struct bytes *bytes, struct buffer *out)
{
    buffer_add_text(out, ",\"from\":{");
    point_put(bytes, out);
    buffer_add_text(out, "},\"to\":{");
    point_put(bytes, out);
    buffer_add_text(out, "}");
    rings_put(bytes, "avoid", out);
}

static void times_ask(struct bytes *bytes, struct buffer *out)
{
    uint32_t units = byte_take(bytes) % 8;

    buffer_print(out, ",\"closest\":%u,\"to\":{", byte_take(bytes) % 8);
    point_put(bytes, out);
    buffer_add_text(out, "},\"from\":[");
    for (uint32_t i = 0; i < units; i++) {
        buffer_print(out, "%s{\"unit\":\"E%u\",", i ? "," : "", i);
        point_put(bytes, out);
        buffer_add_text(out, "}");
    }
    buffer_add_text(out, "]");
    rings_put(bytes, "avoid", out);
}

static void reach_ask(struct bytes *bytes, struct buffer *out)
{
    buffer_print(out, ",\"seconds\":%u,", number_take(bytes) % 8000);
    point_put(bytes, out);
    rings_put(bytes, "avoid", out);
}

static void inside_ask(struct bytes *bytes, struct buffer *out)
{
    if (byte_take(bytes) % 4 == 0)
        reach_ask(bytes, out);
    else
        rings_put(bytes, "rings", out);
}

static void point_ask(struct bytes *bytes, struct buffer *out)
{
    buffer_print(out, ",\"radius_m\":%u,", number_take(bytes) % 3000);
    point_put(bytes, out);
}

static void text_ask(struct bytes *bytes, struct buffer *out)
{
    buffer_add_text(out, ",\"near\":{");
    point_put(bytes, out);
    buffer_add_text(out, "}");
    /* A NUL is no JSON. */
    const uint8_t *nul = bytes->left ? memchr(bytes->at, 0, bytes->left) : NULL;
    struct span rest = span_from((const char *)bytes->at,
                                 nul ? (size_t)(nul - bytes->at) : bytes->left);
    json_put_span(out, "text", span_from(rest.bytes, utf8_valid_length(rest)));
}

/* ---- what an answer promises ---- */

static void rings_check(const struct json *rings)
{
    uint32_t points = 0;

    for (const struct json *ring = json_first(rings); ring; ring = json_next(ring)) {
        assert(json_count(ring) >= 4);
        points += json_count(ring);
    }
    assert(points > 0);
    assert(points <= OUTLINE_POINTS_MAX);
}

static void route_check(const struct json *answer)
{
    const struct json *route = json_member(answer, "route");

    if (!route)
        return;
    assert(json_count(route) <= ROUTE_POINTS_MAX);
    assert(json_member_number(answer, "m", -1) + 0.5 >= json_member_number(answer, "off_m", 0));
    assert(json_count(json_member(answer, "steps")) <= ROUTE_STEPS_MAX);
}

static void times_check(const struct json *answer)
{
    double before_s = 0;

    for (const struct json *one = json_first(json_member(answer, "times")); one;
         one = json_next(one)) {
        assert(json_member_number(one, "s", -1) >= before_s);
        before_s = json_member_number(one, "s", -1);
    }
}

static void reach_check(const struct json *answer)
{
    if (json_member(answer, "reach"))
        rings_check(json_member(answer, "reach"));
}

static void inside_check(const struct json *answer)
{
    const struct json *shares = json_member(json_member(answer, "shares"), "district");

    for (const struct json *share = json_first(shares); share; share = json_next(share)) {
        assert(json_member_number(share, "of_area", -1) >= 0);
        assert(json_member_number(share, "of_area", 2) <= 1.001);
        assert(json_member_number(share, "of_zone", 2) <= 1.001);
    }
    assert(json_member(answer, "failed") || json_member_number(answer, "area_m2", -1) >= 0);
}

static void found_check(const struct json *answer)
{
    const struct json *found = json_member(answer, "found");
    double before = 100;

    assert(json_count(found) <= 50);
    for (const struct json *one = json_first(found); one; one = json_next(one)) {
        assert(json_member_number(one, "score", 101) <= before);
        before = json_member_number(one, "score", 101);
        assert(json_member_text(one, "text", "")[0]);
    }
}

static void nothing_check(const struct json *answer)
{
    (void)answer;
}

static const struct {
    const char *ask;
    void (*write)(struct bytes *bytes, struct buffer *out);
    void (*check)(const struct json *answer);
} asks[] = {
    { "route", route_ask, route_check },    { "times", times_ask, times_check },
    { "reach", reach_ask, reach_check },    { "inside", inside_ask, inside_check },
    { "reverse", point_ask, nothing_check }, { "zones", point_ask, nothing_check },
    { "place", text_ask, found_check },     { "suggest", text_ask, found_check },
};

/* One line of JSON, or nothing for an empty line; the same when asked again. The caller frees. */
static struct json *answer_read(struct geo_service *service, struct span text)
{
    struct line line = { .text = text };
    struct buffer out = { 0 }, again = { 0 };
    struct json *json = NULL;

    geo_service_answer(service, &line, &out);
    geo_service_answer(service, &line, &again);
    assert(out.length == again.length);
    assert(out.length == 0 || memcmp(out.bytes, again.bytes, out.length) == 0);
    if (out.length) {
        assert(memchr(out.bytes, '\n', out.length) == out.bytes + out.length - 1);
        struct verdict verdict = json_parse(span_trim(buffer_span(&out)), &json);
        assert(is_accepted(&verdict));
    }
    buffer_clear(&out);
    buffer_clear(&again);
    return json;
}

static void made_ask(struct geo_service *service, struct bytes bytes)
{
    size_t kind = byte_take(&bytes) % ARRAY_COUNT(asks);
    struct buffer line = { 0 };

    buffer_print(&line, "{\"ask\":\"%s\",\"ref\":7", asks[kind].ask);
    asks[kind].write(&bytes, &line);
    buffer_add_text(&line, "}");
    struct json *answer = answer_read(service, buffer_span(&line));
    assert(answer);
    assert(json_member_int64(answer, "ref", 0) == 7);
    asks[kind].check(answer);
    json_free(answer);
    buffer_clear(&line);
}

/* A line that says hello would take the town away, or make the fuzzer read this machine. */
static void raw_ask(struct geo_service *service, const uint8_t *data, size_t size)
{
    char *line = base_alloc(size + 1, 1);

    if (size)
        memcpy(line, data, size);
    if (!strstr(line, "hello") && !strchr(line, '\\'))
        json_free(answer_read(service, span_from(line, size)));
    base_free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct geo_service *service;

    if (!service)
        service = service_make();
    if (size > 0 && data[0] == '{')
        raw_ask(service, data, size);
    made_ask(service, (struct bytes){ data, size });
    return 0;
}
