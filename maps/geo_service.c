#include "maps/geo_service.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "maps/geo_inside.h"

struct geo_service *geo_service_new(void)
{
    return base_alloc(1, sizeof(struct geo_service));
}

static void layers_clear(struct geo_service *service)
{
    places_free(service->places);
    base_free(service->facilities);
    zones_free(service->zones);
    roads_free(service->roads);
    streets_free(service->streets);
    buffer_clear(&service->problems);
    buffer_clear(&service->notes);
    buffer_clear(&service->said);
    *service = (struct geo_service){ 0 };
}

void geo_service_free(struct geo_service *service)
{
    if (!service)
        return;
    layers_clear(service);
    base_free(service);
}

/* ---- hello ---- */

void geo_sentences_move(struct buffer *from, const char *path, struct buffer *into)
{
    struct span rest = buffer_span(from), sentence;

    while (rest.length && span_cut(&rest, '\n', &sentence))
        if (sentence.length)
            buffer_print(into, "%s: %.*s\n", path, (int)sentence.length, sentence.bytes);
    buffer_reset(from);
}

/* Adds a sentence, with the file it is about unless it names that itself. */
static void sentence_add(struct buffer *into, const char *path, const char *sentence)
{
    bool names_it = strstr(sentence, path) != NULL;

    buffer_print(into, "%s%s%s\n", names_it ? "" : path, names_it ? "" : ": ", sentence);
}

static bool columns_there(const struct shapes *shapes, const char *const *columns,
                          uint32_t column_count)
{
    for (uint32_t i = 0; i < column_count; i++)
        if (columns[i][0] && shapes_column(shapes, columns[i]) < 0)
            return false;
    return true;
}

struct shapes *geo_layer_read(struct geo_service *service, const struct json *settings,
                              const char *const *columns, uint32_t column_count)
{
    const char *path = json_member_text(settings, "file", "");
    struct shapes *shapes = NULL;
    char why[512] = "";

    if (path[0] == '\0') {
        buffer_add_text(&service->problems, "A layer of the hello names no file.\n");
        return NULL;
    }
    enum status status = shapefile_read_columns(path, columns, column_count, &shapes, why,
                                                sizeof why);
    if (status == STATUS_OK && !columns_there(shapes, columns, column_count)) {
        shapes_free(shapes);
        shapes = NULL;
        status = shapefile_read(path, &shapes, why, sizeof why);
    }
    if (status != STATUS_OK) {
        sentence_add(&service->problems, path, why);
        return NULL;
    }
    if (shapes->warning[0])
        sentence_add(&service->notes, path, shapes->warning);
    return shapes;
}

static void layers_load(struct geo_service *service, const struct json *hello)
{
    layers_clear(service);
    geo_streets_load(service, hello);
    geo_zones_load(service, hello);
    geo_places_load(service, hello);
    geo_facilities_load(service, hello);
#ifdef __GLIBC__
    malloc_trim(0);                 /* What only loading needed, a tenth of the whole. */
#endif
    service->greeted = true;
}

static void sentences_put(struct buffer *out, const struct buffer *sentences)
{
    struct span rest = buffer_span(sentences), sentence;

    while (rest.length && span_cut(&rest, '\n', &sentence))
        if (sentence.length)
            json_put_span(out, NULL, sentence);
}

static void hello_answer(struct geo_service *service, const struct json *hello, struct buffer *out)
{
    layers_load(service, hello);
    json_open(out, NULL, '{');
    json_put_int64(out, "hello", 1);
    json_put_int64(out, "streets", service->streets ? service->streets->line_count : 0);
    json_put_int64(out, "nodes", service->roads ? roads_node_count(service->roads) : 0);
    json_put_int64(out, "names", places_name_count(service->places));
    json_open(out, "warnings", '[');
    sentences_put(out, &service->problems);
    sentences_put(out, &service->notes);
    json_close(out, ']');
    json_open(out, "said", '[');
    sentences_put(out, &service->said);
    json_close(out, ']');
    json_close(out, '}');
}

/* ---- answers ---- */

const char geo_no_point[] = "The ask has no lat and lon of a place on the earth.";

void geo_answer_open(const struct json *ask, struct buffer *out)
{
    int64_t ref;

    json_open(out, NULL, '{');
    if (json_int64(json_member(ask, "ref"), &ref))
        json_put_int64(out, "ref", ref);
}

void geo_failed(const struct json *ask, const char *sentence, struct buffer *out)
{
    geo_answer_open(ask, out);
    json_put_text(out, "failed", sentence);
    json_close(out, '}');
}

bool geo_point_read(const struct json *json, struct geo_point *ret_point)
{
    struct geo_point point;

    if (!json_number(json_member(json, "lat"), &point.lat_deg)
        || !json_number(json_member(json, "lon"), &point.lon_deg) || !geo_plausible(point))
        return false;
    *ret_point = geo_rounded(point);
    return true;
}

static bool pair_read(const struct json *pair, struct geo_point *ret_point)
{
    struct geo_point point;

    if (json_type(pair) != JSON_LIST || json_count(pair) != 2
        || !json_number(json_first(pair), &point.lat_deg)
        || !json_number(json_next(json_first(pair)), &point.lon_deg) || !geo_plausible(point))
        return false;
    *ret_point = geo_rounded(point);
    return true;
}

static bool rings_count(const struct json *json, struct geo_rings *rings)
{
    if (json && json_type(json) != JSON_LIST)
        return false;
    for (const struct json *ring = json_first(json); ring; ring = json_next(ring)) {
        if (json_type(ring) != JSON_LIST)
            return false;
        rings->count++;
        rings->point_count += json_count(ring);
    }
    return true;
}

bool geo_rings_read(const struct json *json, struct geo_rings *ret_rings, const char **ret_why)
{
    struct geo_rings rings = { 0 };
    bool good = rings_count(json, &rings);
    uint32_t ring_count = 0, point_count = 0;

    rings.at = base_alloc(rings.count, sizeof *rings.at);
    rings.points = base_alloc(rings.point_count, sizeof *rings.points);
    for (const struct json *ring = good ? json_first(json) : NULL; ring && good;
         ring = json_next(ring)) {
        struct geo_points *into = &rings.at[ring_count++];
        into->at = rings.points + point_count;
        for (const struct json *pair = json_first(ring); pair && good; pair = json_next(pair))
            good = pair_read(pair, &rings.points[point_count++]);
        into->count = (uint32_t)(rings.points + point_count - into->at);
    }
    if (good) {
        *ret_rings = rings;
        return true;
    }
    geo_rings_clear(&rings);
    *ret_why = "A ring of the ask is no list of [lat,lon] pairs on the earth.";
    return false;
}

void geo_rings_clear(struct geo_rings *rings)
{
    base_free(rings->at);
    base_free(rings->points);
    *rings = (struct geo_rings){ 0 };
}

void geo_pair_put(struct buffer *out, struct geo_point point)
{
    point = geo_rounded(point);
    json_open(out, NULL, '[');
    json_put_degrees(out, NULL, point.lat_deg);
    json_put_degrees(out, NULL, point.lon_deg);
    json_close(out, ']');
}

int64_t geo_whole(double number)
{
    return (int64_t)floor(number + 0.5);
}

void geo_known_put(struct buffer *out, const char *name, const char *text)
{
    if (text[0])
        json_put_text(out, name, text);
}

/* ---- lines ---- */

static const struct {
    const char *ask;
    geo_answer_fn *answer;
} asks[] = {
    { .ask = "place", .answer = geo_place_answer },
    { .ask = "suggest", .answer = geo_suggest_answer },
    { .ask = "reverse", .answer = geo_reverse_answer },
    { .ask = "times", .answer = geo_times_answer },
    { .ask = "route", .answer = geo_route_answer },
    { .ask = "reach", .answer = geo_reach_answer },
    { .ask = "zones", .answer = geo_zones_answer },
    { .ask = "inside", .answer = geo_area_answer },
};

/* "An ask is one of place, suggest and zones." */
static void asks_name(const struct json *ask, struct buffer *out)
{
    struct buffer sentence = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(asks); i++)
        buffer_print(&sentence, "%s%s", i == 0 ? "An ask is one of "
                     : i + 1 == ARRAY_COUNT(asks) ? " and " : ", ", asks[i].ask);
    buffer_add_text(&sentence, ".");
    geo_failed(ask, sentence.bytes, out);
    buffer_clear(&sentence);
}

static void ask_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    const char *word = json_text(json_member(ask, "ask"));

    if (!service->greeted) {
        geo_failed(ask, "Nothing can be asked before the hello.", out);
        return;
    }
    for (size_t i = 0; word && i < ARRAY_COUNT(asks); i++) {
        if (strcmp(word, asks[i].ask) != 0)
            continue;
        asks[i].answer(service, ask, out);
        return;
    }
    asks_name(ask, out);
}

static void json_answer(struct geo_service *service, const struct json *json, struct buffer *out)
{
    if (!json_member(json, "hello"))
        ask_answer(service, json, out);
    else if (json_member_int64(json, "wire", GEO_WIRE) != GEO_WIRE)
        geo_failed(json, "The hub speaks another wire than 1: they are of different releases.",
                   out);
    else
        hello_answer(service, json, out);
}

void geo_service_answer(struct geo_service *service, const struct line *line, struct buffer *out)
{
    char sentence[200], why[120];
    struct json *json = NULL;

    if (span_trim(line->text).length == 0 && !line->cut)
        return;
    if (line->cut) {
        snprintf(sentence, sizeof sentence, "The line has %zu bytes; at most %d are taken.",
                 line->whole_bytes, GEO_LINE_BYTES_MAX);
        geo_failed(NULL, sentence, out);
    } else {
        struct verdict verdict = json_parse(line->text, &json);
        if (is_accepted(&verdict)) {
            json_answer(service, json, out);
            json_free(json);
        } else {
            snprintf(sentence, sizeof sentence, "The line is no JSON: %s.",
                     verdict_sentence(&verdict, why, sizeof why));
            geo_failed(NULL, sentence, out);
        }
    }
    buffer_add_text(out, "\n");
}

uint32_t geo_service_check(struct span hello, struct buffer *out)
{
    struct geo_service *service = geo_service_new();
    struct json *json = NULL;
    struct verdict verdict = json_parse(span_trim(hello), &json);
    struct span rest, sentence;
    uint32_t problems = 0;
    char why[120];

    if (is_accepted(&verdict)) {
        layers_load(service, json);
        geo_layers_check(service, json);
    } else {
        buffer_print(&service->problems, "The hello is no JSON: %s.\n",
                     verdict_sentence(&verdict, why, sizeof why));
    }
    rest = buffer_span(&service->problems);
    buffer_add(out, rest);
    while (rest.length && span_cut(&rest, '\n', &sentence))
        problems += sentence.length > 0;
    rest = buffer_span(&service->notes);
    while (rest.length && span_cut(&rest, '\n', &sentence))
        if (sentence.length)
            buffer_print(out, "note: %.*s\n", (int)sentence.length, sentence.bytes);
    json_free(json);
    geo_service_free(service);
    return problems;
}
