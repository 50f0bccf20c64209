/* The hello's zone layers, and the asks about them. */
#include "maps/geo_inside.h"

void geo_zones_load(struct geo_service *service, const struct json *hello)
{
    const struct json *layers = json_member(hello, "zones");
    struct buffer said = { 0 };

    service->zones = zones_new();
    for (const struct json *layer = json_first(layers); layer; layer = json_next(layer)) {
        const char *column = json_member_text(layer, "column", "");
        struct shapes *shapes = geo_layer_read(service, layer, &column, 1);
        if (shapes)
            zones_add(service->zones, json_member_text(layer, "name", "zone"), shapes, column,
                      &said);
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

/* Outside every zone of a layer, the nearest within this is told. */
static const double near_m_max = 2000.0;

/* "zones_near": where the point is in no zone of a layer, the nearest one. */
static void zones_near_put(const struct geo_service *service, struct geo_point point,
                           struct buffer *out)
{
    bool any = false;

    for (uint32_t layer = 0; layer < zones_layer_count(service->zones); layer++) {
        double distance_m;
        const char *zone = zones_at(service->zones, layer, point)
                               ? NULL
                               : zones_near(service->zones, layer, point, near_m_max, &distance_m);
        if (!zone)
            continue;
        if (!any)
            json_open(out, "zones_near", '{');
        any = true;
        json_open(out, zones_layer_name(service->zones, layer), '{');
        json_put_text(out, "zone", zone);
        json_put_int64(out, "m", geo_whole(distance_m));
        json_close(out, '}');
    }
    if (any)
        json_close(out, '}');
}

/* "zones_also": where zones of a layer overlap, those that "zones" does not name. */
static void zones_also_put(const struct geo_service *service, struct geo_point point,
                           struct buffer *out)
{
    bool any = false;

    for (uint32_t layer = 0; layer < zones_layer_count(service->zones); layer++) {
        const char *names[ZONE_OVERLAPS_MAX];
        uint32_t count = zones_all_at(service->zones, layer, point, names, ZONE_OVERLAPS_MAX);
        if (count < 2)
            continue;
        if (!any)
            json_open(out, "zones_also", '{');
        any = true;
        json_open(out, zones_layer_name(service->zones, layer), '[');
        for (uint32_t i = 1; i < count; i++)
            json_put_text(out, NULL, names[i]);
        json_close(out, ']');
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
    zones_also_put(service, point, out);
    zones_near_put(service, point, out);
    json_close(out, '}');
}
