/* The hello's places, and the asks about them. */
#include "maps/geo_inside.h"

void geo_places_load(struct geo_service *service, const struct json *hello)
{
    const struct json *layers = json_member(hello, "places");
    struct buffer said = { 0 };

    service->places = places_new(service->streets, service->roads, service->zones);
    for (const struct json *layer = json_first(layers); layer; layer = json_next(layer)) {
        struct shapes *shapes = geo_layer_read(service, layer);
        if (shapes)
            places_add(service->places, json_member_text(layer, "kind", "place"), shapes,
                       json_member_text(layer, "column", ""), json_member_text(layer, "code", ""),
                       &said);
        shapes_free(shapes);
        geo_sentences_move(&said, json_member_text(layer, "file", ""), &service->problems);
    }
    places_close(service->places);
    buffer_clear(&said);
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
    geo_known_put(out, "class", place->feature);
    geo_known_put(out, "code", place->code);
    geo_known_put(out, "town", place->town);
    geo_zones_put(service, place->point, out);
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
        geo_failed(ask, "The ask has no text to look for.", out);
        return;
    }
    if (limit < 1 || limit > PLACES_FOUND_MAX)
        limit = limit < 1 ? 1 : PLACES_FOUND_MAX;
    uint32_t count = find(service->places, span_of(text), found, (uint32_t)limit);
    geo_answer_open(ask, out);
    json_open(out, "found", '[');
    for (uint32_t i = 0; i < count; i++)
        place_put(service, &found[i], out);
    json_close(out, ']');
    json_close(out, '}');
}

void geo_place_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    places_answer(service, ask, places_named, out);
}

void geo_suggest_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    places_answer(service, ask, places_suggest, out);
}

void geo_reverse_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_point point;
    struct place_near near;

    if (!geo_point_read(ask, &point)) {
        geo_failed(ask, geo_no_point, out);
        return;
    }
    places_reverse(service->places, point, &near);
    geo_answer_open(ask, out);
    geo_known_put(out, "address", near.address);
    if (near.address[0])
        json_put_int64(out, "distance_m", geo_whole(near.distance_m));
    geo_known_put(out, "crossing", near.crossing);
    geo_zones_put(service, point, out);
    json_close(out, '}');
}
