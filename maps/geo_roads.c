/* The hello's streets, and the asks about driving on them. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/geo_inside.h"

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

void geo_streets_load(struct geo_service *service, const struct json *hello)
{
    const struct json *settings = json_member(hello, "streets");
    const char *path = json_member_text(settings, "file", "");
    struct street_columns columns = street_columns_read(settings);
    struct shapes *shapes = settings ? geo_layer_read(service, settings) : NULL;
    struct buffer said = { 0 };

    if (!shapes)
        return;
    service->streets = streets_new(shapes, &columns, &said);
    shapes_free(shapes);
    geo_sentences_move(&said, path, &service->problems);
    service->roads = roads_new(service->streets, &said);
    geo_sentences_move(&said, path, &service->notes);
    buffer_clear(&said);
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
        json_put_int64(out, "m", geo_whole(units[i].time.length_m));
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* A unit without a place is left out, as one that cannot get there. */
void geo_times_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    const struct json *from = json_member(ask, "from");
    int64_t closest = json_member_int64(ask, "closest", 0);
    uint32_t listed = json_count(from), count = 0;
    struct geo_point to;

    if (!geo_point_read(json_member(ask, "to"), &to) || listed > GEO_UNITS_MAX) {
        geo_failed(ask, listed > GEO_UNITS_MAX ? "The ask names more than 10,000 units."
                                               : geo_no_point, out);
        return;
    }
    struct unit_time *units = base_alloc(listed, sizeof *units);
    struct geo_point *points = base_alloc(listed, sizeof *points);
    struct road_time *times = base_alloc(listed, sizeof *times);
    for (const struct json *one = json_first(from); one; one = json_next(one)) {
        units[count] = (struct unit_time){ .unit = json_member_text(one, "unit", ""),
                                           .order = count };
        if (geo_point_read(one, &points[count]))
            count++;
    }
    if (service->roads)
        roads_times(service->roads, to, points, count,
                    closest > 0 && closest < count ? (uint32_t)closest : 0, times);
    for (uint32_t i = 0; i < count; i++)
        units[i].time = times[i];
    geo_answer_open(ask, out);
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
    json_put_int64(out, "m", geo_whole(route->length_m));
    json_open(out, "streets", '[');
    for (uint32_t i = 0; i < route->street_count; i++)
        json_put_text(out, NULL, streets_name(service->streets, route->streets[i]));
    json_close(out, ']');
}

void geo_route_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_point from, to;
    struct road_route route;

    if (!geo_point_read(json_member(ask, "from"), &from)
        || !geo_point_read(json_member(ask, "to"), &to)) {
        geo_failed(ask, geo_no_point, out);
        return;
    }
    if (!service->roads || !roads_route(service->roads, from, to, &route)) {
        geo_failed(ask, service->roads ? "No street leads there."
                                       : "There is no street layer to drive on.", out);
        return;
    }
    geo_answer_open(ask, out);
    route_put(service, &route, out);
    json_close(out, '}');
    road_route_clear(&route);
}
