#include "maps/geo_service.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/json.h"
#include "app/base/text.h"
#include "maps/places.h"

/* What an ask works on. Any layer may be missing. */
struct geo_service {
    struct streets *streets;
    struct roads *roads;
    struct zones *zones;
    struct places *places;
    struct buffer problems, notes;  /* Of the last hello: sentences, each with a newline. */
    bool greeted;
};

struct geo_service *geo_service_new(void)
{
    return base_alloc(1, sizeof(struct geo_service));
}

static void layers_clear(struct geo_service *service)
{
    places_free(service->places);
    zones_free(service->zones);
    roads_free(service->roads);
    streets_free(service->streets);
    buffer_clear(&service->problems);
    buffer_clear(&service->notes);
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

/* Adds each sentence of `from`, naming the file it is about, and empties it. */
static void sentences_move(struct buffer *from, const char *path, struct buffer *into)
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

static struct shapes *layer_read(struct geo_service *service, const struct json *settings)
{
    const char *path = json_member_text(settings, "file", "");
    struct shapes *shapes = NULL;
    char why[512] = "";

    if (path[0] == '\0') {
        buffer_add_text(&service->problems, "A layer of the hello names no file.\n");
        return NULL;
    }
    if (shapefile_read(path, &shapes, why, sizeof why) != STATUS_OK) {
        sentence_add(&service->problems, path, why);
        return NULL;
    }
    if (shapes->warning[0])
        sentence_add(&service->notes, path, shapes->warning);
    return shapes;
}

#define COLUMN(key) { #key, offsetof(struct street_columns, key), \
                      sizeof(((struct street_columns *)NULL)->key) }
static const struct {
    const char *key;
    size_t offset, bytes;
} street_settings[] = {
    COLUMN(name), COLUMN(class), COLUMN(speed), COLUMN(oneway), COLUMN(town), COLUMN(left_from),
    COLUMN(left_to), COLUMN(right_from), COLUMN(right_to), COLUMN(from_node), COLUMN(to_node),
    COLUMN(oneway_forward), COLUMN(oneway_backward),
};
#undef COLUMN

static void class_speeds_read(const struct json *speeds, struct street_columns *columns)
{
    for (const struct json *one = json_first(speeds); one; one = json_next(one)) {
        if (columns->class_speed_count == STREET_CLASSES_MAX)
            return;
        struct class_speed *speed = &columns->class_speeds[columns->class_speed_count++];
        text_copy(speed->value, sizeof speed->value, span_of(json_member_text(one, "class", "")));
        speed->kmh = json_member_number(one, "kmh", 0);
    }
}

static struct street_columns street_columns_read(const struct json *settings)
{
    struct street_columns columns = {
        .default_kmh = json_member_number(settings, "default_kmh", 0),
    };

    for (size_t i = 0; i < ARRAY_COUNT(street_settings); i++)
        text_copy((char *)&columns + street_settings[i].offset, street_settings[i].bytes,
                  span_of(json_member_text(settings, street_settings[i].key, "")));
    if (strcmp(json_member_text(settings, "speed_unit", "kmh"), "mph") == 0)
        columns.speed_unit = SPEED_MPH;
    class_speeds_read(json_member(settings, "class_speeds"), &columns);
    return columns;
}

static void streets_load(struct geo_service *service, const struct json *settings)
{
    const char *path = json_member_text(settings, "file", "");
    struct street_columns columns = street_columns_read(settings);
    struct shapes *shapes = settings ? layer_read(service, settings) : NULL;
    struct buffer said = { 0 };

    if (!shapes)
        return;
    service->streets = streets_new(shapes, &columns, &said);
    shapes_free(shapes);
    sentences_move(&said, path, &service->problems);
    service->roads = roads_new(service->streets, &said);
    sentences_move(&said, path, &service->notes);
    buffer_clear(&said);
}

static void zones_load(struct geo_service *service, const struct json *layers)
{
    struct buffer said = { 0 };

    service->zones = zones_new();
    for (const struct json *layer = json_first(layers); layer; layer = json_next(layer)) {
        struct shapes *shapes = layer_read(service, layer);
        if (shapes)
            zones_add(service->zones, json_member_text(layer, "name", "zone"), shapes,
                      json_member_text(layer, "column", ""), &said);
        sentences_move(&said, json_member_text(layer, "file", ""), &service->problems);
    }
    buffer_clear(&said);
}

static void places_load(struct geo_service *service, const struct json *layers)
{
    struct buffer said = { 0 };

    service->places = places_new(service->streets, service->roads, service->zones);
    for (const struct json *layer = json_first(layers); layer; layer = json_next(layer)) {
        struct shapes *shapes = layer_read(service, layer);
        if (shapes)
            places_add(service->places, json_member_text(layer, "kind", "place"), shapes,
                       json_member_text(layer, "column", ""), json_member_text(layer, "code", ""),
                       &said);
        shapes_free(shapes);
        sentences_move(&said, json_member_text(layer, "file", ""), &service->problems);
    }
    places_close(service->places);
    buffer_clear(&said);
}

static void layers_load(struct geo_service *service, const struct json *hello)
{
    layers_clear(service);
    streets_load(service, json_member(hello, "streets"));
    zones_load(service, json_member(hello, "zones"));
    places_load(service, json_member(hello, "places"));
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
    json_close(out, '}');
}

/* ---- answers ---- */

static void answer_open(const struct json *ask, struct buffer *out)
{
    int64_t ref;

    json_open(out, NULL, '{');
    if (json_int64(json_member(ask, "ref"), &ref))
        json_put_int64(out, "ref", ref);
}

static void failed_answer(const struct json *ask, const char *sentence, struct buffer *out)
{
    answer_open(ask, out);
    json_put_text(out, "failed", sentence);
    json_close(out, '}');
}

static bool point_read(const struct json *json, struct geo_point *ret_point)
{
    struct geo_point point;

    if (!json_number(json_member(json, "lat"), &point.lat_deg)
        || !json_number(json_member(json, "lon"), &point.lon_deg) || !geo_plausible(point))
        return false;
    *ret_point = geo_rounded(point);
    return true;
}

static void zones_put(const struct geo_service *service, struct geo_point point, struct buffer *out)
{
    const char *zone = NULL;
    bool any = false;

    for (uint32_t layer = 0; layer < zones_layer_count(service->zones); layer++) {
        zone = zones_at(service->zones, layer, point);
        if (!zone)
            continue;
        if (layer == 0)
            json_put_text(out, "zone", zone);
        if (!any)
            json_open(out, "zones", '{');
        any = true;
        json_put_text(out, zones_layer_name(service->zones, layer), zone);
    }
    if (any)
        json_close(out, '}');
}

static int64_t whole(double number)
{
    return (int64_t)floor(number + 0.5);
}

static void known_put(struct buffer *out, const char *name, const char *text)
{
    if (text[0])
        json_put_text(out, name, text);
}

static void place_put(const struct geo_service *service, const struct place *place,
                      struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "text", place->text);
    json_put_degrees(out, "lat", place->point.lat_deg);
    json_put_degrees(out, "lon", place->point.lon_deg);
    json_put_text(out, "kind", place_kind_text(place->kind));
    json_put_flag(out, "exact", place->exact);
    json_put_int64(out, "score", place->score);
    known_put(out, "class", place->feature);
    known_put(out, "code", place->code);
    known_put(out, "town", place->town);
    zones_put(service, place->point, out);
    json_close(out, '}');
}

typedef uint32_t places_ask_fn(const struct places *places, struct span text,
                               struct place *ret_places, uint32_t place_max);

static void places_answer(const struct geo_service *service, const struct json *ask,
                          places_ask_fn *find, struct buffer *out)
{
    const char *text = json_text(json_member(ask, "text"));
    int64_t limit = json_member_int64(ask, "limit", GEO_LIMIT);
    struct place found[PLACES_FOUND_MAX];

    if (!text) {
        failed_answer(ask, "The ask has no text to look for.", out);
        return;
    }
    if (limit < 1 || limit > PLACES_FOUND_MAX)
        limit = limit < 1 ? 1 : PLACES_FOUND_MAX;
    uint32_t count = find(service->places, span_of(text), found, (uint32_t)limit);
    answer_open(ask, out);
    json_open(out, "found", '[');
    for (uint32_t i = 0; i < count; i++)
        place_put(service, &found[i], out);
    json_close(out, ']');
    json_close(out, '}');
}

static void place_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    places_answer(service, ask, places_named, out);
}

static void suggest_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    places_answer(service, ask, places_suggest, out);
}

static const char no_point[] = "The ask has no lat and lon of a place on the earth.";

static void reverse_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_point point;
    struct place_near near;

    if (!point_read(ask, &point)) {
        failed_answer(ask, no_point, out);
        return;
    }
    places_reverse(service->places, point, &near);
    answer_open(ask, out);
    known_put(out, "address", near.address);
    if (near.address[0])
        json_put_int64(out, "distance_m", whole(near.distance_m));
    known_put(out, "crossing", near.crossing);
    zones_put(service, point, out);
    json_close(out, '}');
}

static void zones_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_point point;

    if (!point_read(ask, &point)) {
        failed_answer(ask, no_point, out);
        return;
    }
    answer_open(ask, out);
    zones_put(service, point, out);
    json_close(out, '}');
}

/* ---- times ---- */

struct unit_time {
    const char *unit;               /* A loan from the ask. */
    struct road_time time;
    uint32_t order;
};

static int unit_time_compare(const void *left, const void *right)
{
    const struct unit_time *a = left, *b = right;

    if (a->time.cost_ms != b->time.cost_ms)
        return a->time.cost_ms < b->time.cost_ms ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void times_put(struct unit_time *units, uint32_t count, struct buffer *out)
{
    uint32_t reached = 0;

    for (uint32_t i = 0; i < count; i++)
        if (units[i].time.reached)
            units[reached++] = units[i];
    if (reached)
        qsort(units, reached, sizeof *units, unit_time_compare);
    json_open(out, "times", '[');
    for (uint32_t i = 0; i < reached; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "unit", units[i].unit);
        json_put_int64(out, "s", (units[i].time.cost_ms + 500) / 1000);
        json_put_int64(out, "m", whole(units[i].time.length_m));
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* A unit without a place is left out, as one that cannot get there. */
static void times_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    const struct json *from = json_member(ask, "from");
    int64_t closest = json_member_int64(ask, "closest", 0);
    uint32_t listed = json_count(from), count = 0;
    struct geo_point to;

    if (!point_read(json_member(ask, "to"), &to) || listed > GEO_UNITS_MAX) {
        failed_answer(ask, listed > GEO_UNITS_MAX ? "The ask names more than 10,000 units."
                                                  : no_point, out);
        return;
    }
    struct unit_time *units = base_alloc(listed, sizeof *units);
    struct geo_point *points = base_alloc(listed, sizeof *points);
    struct road_time *times = base_alloc(listed, sizeof *times);
    for (const struct json *one = json_first(from); one; one = json_next(one)) {
        units[count] = (struct unit_time){ .unit = json_member_text(one, "unit", ""),
                                           .order = count };
        if (point_read(one, &points[count]))
            count++;
    }
    if (service->roads)
        roads_times(service->roads, to, points, count,
                    closest > 0 && closest < count ? (uint32_t)closest : 0, times);
    for (uint32_t i = 0; i < count; i++)
        units[i].time = times[i];
    answer_open(ask, out);
    times_put(units, count, out);
    json_close(out, '}');
    base_free(units);
    base_free(points);
    base_free(times);
}

/* ---- routes ---- */

static void route_put(const struct geo_service *service, const struct road_route *route,
                      struct buffer *out)
{
    json_open(out, "route", '[');
    for (uint32_t i = 0; i < route->points.count; i++) {
        struct geo_point point = geo_rounded(route->points.at[i]);
        json_open(out, NULL, '[');
        json_put_degrees(out, NULL, point.lat_deg);
        json_put_degrees(out, NULL, point.lon_deg);
        json_close(out, ']');
    }
    json_close(out, ']');
    json_put_int64(out, "s", (route->cost_ms + 500) / 1000);
    json_put_int64(out, "m", whole(route->length_m));
    json_open(out, "streets", '[');
    for (uint32_t i = 0; i < route->street_count; i++)
        json_put_text(out, NULL, streets_name(service->streets, route->streets[i]));
    json_close(out, ']');
}

static void route_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_point from, to;
    struct road_route route;

    if (!point_read(json_member(ask, "from"), &from) || !point_read(json_member(ask, "to"), &to)) {
        failed_answer(ask, no_point, out);
        return;
    }
    if (!service->roads || !roads_route(service->roads, from, to, &route)) {
        failed_answer(ask, service->roads ? "No street leads there."
                                          : "There is no street layer to drive on.", out);
        return;
    }
    answer_open(ask, out);
    route_put(service, &route, out);
    json_close(out, '}');
    road_route_clear(&route);
}

/* ---- lines ---- */

static const struct {
    const char *ask;
    void (*answer)(struct geo_service *service, const struct json *ask, struct buffer *out);
} asks[] = {
    { .ask = "place", .answer = place_answer },
    { .ask = "suggest", .answer = suggest_answer },
    { .ask = "reverse", .answer = reverse_answer },
    { .ask = "times", .answer = times_answer },
    { .ask = "route", .answer = route_answer },
    { .ask = "zones", .answer = zones_answer },
};

static void ask_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    const char *word = json_text(json_member(ask, "ask"));

    if (!service->greeted) {
        failed_answer(ask, "Nothing can be asked before the hello.", out);
        return;
    }
    for (size_t i = 0; word && i < ARRAY_COUNT(asks); i++) {
        if (strcmp(word, asks[i].ask) != 0)
            continue;
        asks[i].answer(service, ask, out);
        return;
    }
    failed_answer(ask, "An ask is one of place, suggest, reverse, times, route and zones.", out);
}

static void json_answer(struct geo_service *service, const struct json *json, struct buffer *out)
{
    if (!json_member(json, "hello"))
        ask_answer(service, json, out);
    else if (json_member_int64(json, "wire", GEO_WIRE) != GEO_WIRE)
        failed_answer(json, "The hub speaks another wire than 1: they are of different releases.",
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
        failed_answer(NULL, sentence, out);
    } else {
        struct verdict verdict = json_parse(line->text, &json);
        if (is_accepted(&verdict)) {
            json_answer(service, json, out);
            json_free(json);
        } else {
            snprintf(sentence, sizeof sentence, "The line is no JSON: %s.",
                     verdict_sentence(&verdict, why, sizeof why));
            failed_answer(NULL, sentence, out);
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

    if (is_accepted(&verdict))
        layers_load(service, json);
    else
        buffer_print(&service->problems, "The hello is no JSON: %s.\n",
                     verdict_sentence(&verdict, why, sizeof why));
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
