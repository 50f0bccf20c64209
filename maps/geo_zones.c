/* The hello's zone layers, and the asks about them. */
#include "maps/geo_inside.h"

void geo_zones_load(struct geo_service *service, const struct json *hello)
{
    const struct json *layers = json_member(hello, "zones");
    struct buffer said = { 0 };

    service->zones = zones_new();
    for (const struct json *layer = json_first(layers); layer; layer = json_next(layer)) {
        struct shapes *shapes = geo_layer_read(service, layer);
        if (shapes)
            zones_add(service->zones, json_member_text(layer, "name", "zone"), shapes,
                      json_member_text(layer, "column", ""), &said);
        geo_sentences_move(&said, json_member_text(layer, "file", ""), &service->problems);
    }
    buffer_clear(&said);
}

void geo_zones_put(const struct geo_service *service, struct geo_point point, struct buffer *out)
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

void geo_zones_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_point point;

    if (!geo_point_read(ask, &point)) {
        geo_failed(ask, geo_no_point, out);
        return;
    }
    geo_answer_open(ask, out);
    geo_zones_put(service, point, out);
    json_close(out, '}');
}
