/* The hello's places, and the asks about them. */
#include "maps/geo_inside.h"

#include <math.h>

#include "app/base/coordinates.h"

static void aliases_load(struct geo_service *service, const struct json *aliases)
{
    for (const struct json *alias = json_first(aliases); alias; alias = json_next(alias))
        places_alias_add(service->places, json_member_text(alias, "name", ""),
                         json_member_text(alias, "place", ""), &service->problems);
}

void geo_places_load(struct geo_service *service, const struct json *hello)
{
    const struct json *layers = json_member(hello, "places");
    struct buffer said = { 0 };

    service->places = places_new(service->streets, service->roads, service->zones);
    for (const struct json *layer = json_first(layers); layer; layer = json_next(layer)) {
        const char *const columns[] = { json_member_text(layer, "column", ""),
                                        json_member_text(layer, "code", "") };
        struct shapes *shapes = geo_layer_read(service, layer, columns, ARRAY_COUNT(columns));
        if (shapes)
            places_add(service->places, json_member_text(layer, "kind", "place"), shapes,
                       columns[0], columns[1], &said);
        shapes_free(shapes);
        geo_sentences_move(&said, json_member_text(layer, "file", ""), &service->problems);
    }
    places_close(service->places);
    aliases_load(service, json_member(hello, "aliases"));
    buffer_clear(&said);
}

static void metres_put(struct buffer *out, const char *name, double metres)
{
    if (metres > 0)
        json_put_int64(out, name, geo_whole(metres));
}

static void place_put(const struct geo_service *service, const struct place *place,
                      const struct place_ask *asked, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "text", place->text);
    json_put_degrees(out, "lat", place->point.lat_deg);
    json_put_degrees(out, "lon", place->point.lon_deg);
    metres_put(out, "radius_m", place->radius_m);
    json_put_text(out, "kind", place_kind_text(place->kind));
    json_put_flag(out, "exact", place->exact);
    json_put_int64(out, "score", place->score);
    geo_known_put(out, "note", place->note);
    geo_known_put(out, "unit", place->unit);
    geo_known_put(out, "class", place->feature);
    geo_known_put(out, "code", place->code);
    geo_known_put(out, "town", place->town);
    if (!isnan(place->near_m)) {
        json_put_int64(out, "distance_m", geo_whole(place->near_m));
        if (asked->radius_m > 0)
            json_put_flag(out, "agrees", place->agrees);
    }
    geo_zones_put(service, place->point, out);
    json_close(out, '}');
}

/* A phone's circle larger than the country says nothing. */
static double radius_read(const struct json *ask)
{
    double radius_m = json_member_number(ask, "radius_m", 0);

    return radius_m > 0 && radius_m <= GEO_RADIUS_M_MAX ? radius_m : 0;
}

static void places_answer(const struct geo_service *service, const struct json *ask,
                          enum place_asking asking, struct buffer *out)
{
    const char *text = json_text(json_member(ask, "text"));
    int64_t limit = json_member_int64(ask, "limit", GEO_LIMIT);
    struct place_ask asked = { .asking = asking, .near = geo_unknown(),
                               .radius_m = radius_read(ask) };
    struct place found[PLACES_FOUND_MAX];
    struct coordinates read;

    if (!text) {
        geo_failed(ask, "The ask has no text to look for.", out);
        return;
    }
    if (limit < 1 || limit > PLACES_FOUND_MAX)
        limit = limit < 1 ? 1 : PLACES_FOUND_MAX;
    asked.text = span_of(text);
    geo_point_read(json_member(ask, "near"), &asked.near);
    uint32_t count = places_ask(service->places, &asked, found, (uint32_t)limit);
    geo_answer_open(ask, out);
    json_open(out, "found", '[');
    for (uint32_t i = 0; i < count; i++)
        place_put(service, &found[i], &asked, out);
    json_close(out, ']');
    if (count == 0 && coordinates_read(asked.text, &read) == COORDINATES_REFUSED)
        json_put_text(out, "refused", read.refusal);
    json_close(out, '}');
}

void geo_place_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    places_answer(service, ask, PLACE_ASK_WHOLE, out);
}

void geo_suggest_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    places_answer(service, ask, PLACE_ASK_TYPING, out);
}

static void streets_put(const struct place_near *near, struct buffer *out)
{
    if (near->street_count == 0)
        return;
    json_open(out, "streets", '[');
    for (uint32_t i = 0; i < near->street_count; i++)
        json_put_text(out, NULL, near->streets[i]);
    json_close(out, ']');
    if (near->streets_more)
        json_put_int64(out, "streets_more", near->streets_more);
}

void geo_reverse_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    double radius_m = radius_read(ask);
    struct geo_point point;
    struct place_near near;

    if (!geo_point_read(ask, &point)) {
        geo_failed(ask, geo_no_point, out);
        return;
    }
    places_reverse(service->places, point, radius_m, &near);
    geo_answer_open(ask, out);
    geo_known_put(out, "address", near.address);
    if (near.address[0] || near.relative[0])
        json_put_int64(out, "distance_m", geo_whole(near.distance_m));
    geo_known_put(out, "relative", near.relative);
    geo_known_put(out, "crossing", near.crossing);
    if (near.crossing[0])
        json_put_int64(out, "crossing_m", geo_whole(near.crossing_m));
    geo_known_put(out, "feature", near.feature);
    if (near.feature[0])
        json_put_int64(out, "feature_m", geo_whole(near.feature_m));
    streets_put(&near, out);
    metres_put(out, "radius_m", radius_m);
    geo_zones_put(service, point, out);
    json_close(out, '}');
}
