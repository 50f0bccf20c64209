/* The hello's streets, and the asks about driving on them. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/aside.h"
#include "maps/geo_inside.h"

#define COLUMN(key) { #key, offsetof(struct street_columns, key), \
                      sizeof(((struct street_columns *)NULL)->key) }
static const struct {
    const char *key;
    size_t offset, bytes;
} street_settings[] = {
    COLUMN(name), COLUMN(class), COLUMN(speed), COLUMN(oneway), COLUMN(town), COLUMN(left_from),
    COLUMN(left_to), COLUMN(right_from), COLUMN(right_to), COLUMN(from_node), COLUMN(to_node),
    COLUMN(oneway_forward), COLUMN(oneway_backward), COLUMN(closed), COLUMN(closed_values),
    COLUMN(level), COLUMN(from_level), COLUMN(to_level), COLUMN(bridge), COLUMN(tunnel),
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

_Static_assert(STREET_COLUMN_BYTES != STREET_VALUE_BYTES, "names and values are told apart by it");

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
    columns.against_oneway = strcmp(json_member_text(settings, "against_oneway", "no"), "yes") == 0;
    class_speeds_read(json_member(settings, "class_speeds"), &columns);
    return columns;
}

/* What is as long as a column's name is one; the rest are values in columns. */
static struct shapes *street_shapes_read(struct geo_service *service, const struct json *settings,
                                         const struct street_columns *columns)
{
    const char *names[ARRAY_COUNT(street_settings) + STREET_NAME_COLUMNS_MAX];
    char called[STREET_NAME_COLUMNS_MAX][STREET_COLUMN_BYTES];
    uint32_t count = street_name_columns(columns->name, called);

    for (uint32_t i = 0; i < count; i++)
        names[i] = called[i];
    for (size_t i = 0; i < ARRAY_COUNT(street_settings); i++)
        if (street_settings[i].bytes == STREET_COLUMN_BYTES)
            names[count++] = (const char *)columns + street_settings[i].offset;
    return geo_layer_read(service, settings, names, count);
}

/* Looking for doubts takes as long as some of the network does. */
struct doubting {
    const struct streets *streets;
    struct buffer said;
};

static void doubts_find(void *context)
{
    struct doubting *doubting = context;

    streets_doubts(doubting->streets, &doubting->said);
}

void geo_streets_load(struct geo_service *service, const struct json *hello)
{
    const struct json *settings = json_member(hello, "streets");
    const char *path = json_member_text(settings, "file", "");
    struct street_columns columns = street_columns_read(settings);
    struct shapes *shapes = settings ? street_shapes_read(service, settings, &columns) : NULL;
    struct doubting doubting = { 0 };
    struct buffer said = { 0 };
    struct aside aside;

    if (!shapes)
        return;
    service->streets = streets_new(shapes, &columns, &said);
    shapes_free(shapes);
    geo_sentences_move(&said, path, &service->problems);
    doubting.streets = service->streets;
    aside_start(&aside, doubts_find, &doubting);
    buffer_add(&service->said, buffer_span(&service->streets->facts));
    service->roads = roads_new(service->streets, &said);
    aside_finish(&aside);
    streets_forget_nodes(service->streets);
    buffer_add(&doubting.said, buffer_span(&service->streets->doubts));
    geo_sentences_move(&doubting.said, path, &service->notes);
    buffer_clear(&doubting.said);
    buffer_add(&service->said, roads_facts(service->roads));
    geo_sentences_move(&said, path, &service->notes);
    buffer_clear(&said);
}

/* ---- times ---- */

/* So many metres in a straight line beside the streets are worth telling. */
static const double off_told_m = 50.0;

static void way_put(uint32_t cost_ms, double length_m, double off_m, double closed_m,
                    struct buffer *out)
{
    json_put_int64(out, "s", (cost_ms + 500) / 1000);
    json_put_int64(out, "m", geo_whole(length_m));
    if (off_m >= off_told_m)
        json_put_int64(out, "off_m", geo_whole(off_m));
    if (closed_m >= 1)
        json_put_int64(out, "closed_m", geo_whole(closed_m));
}

struct unit_time {
    const char *unit;               /* A loan from the ask. */
    struct geo_point point;
    struct road_time time;
    uint32_t order;
};

static int unit_time_compare(const void *left, const void *right)
{
    const struct unit_time *a = left, *b = right;

    if (a->time.reached != b->time.reached)
        return a->time.reached ? -1 : 1;
    if (a->time.cost_ms != b->time.cost_ms)
        return a->time.cost_ms < b->time.cost_ms ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Why a unit that was searched for to the end has no time. */
static const char *stranded_why(const struct geo_service *service, const struct unit_time *unit)
{
    struct road_spot spot;

    if (!geo_known(unit->point))
        return "no place";
    if (!roads_snap(service->roads, unit->point, &spot))
        return "no street near it";
    return "no open street leads there";
}

static void times_put(const struct geo_service *service, struct unit_time *units, uint32_t count,
                      uint32_t closest, struct buffer *out)
{
    uint32_t reached = 0;

    if (count)
        qsort(units, count, sizeof *units, unit_time_compare);
    json_open(out, "times", '[');
    for (; reached < count && units[reached].time.reached; reached++) {
        const struct road_time *time = &units[reached].time;
        json_open(out, NULL, '{');
        json_put_text(out, "unit", units[reached].unit);
        way_put(time->cost_ms, time->length_m, time->off_m, time->closed_m, out);
        json_close(out, '}');
    }
    json_close(out, ']');
    if (!service->roads || reached == count || (closest && reached >= closest))
        return;
    json_open(out, "stranded", '[');
    for (uint32_t i = reached; i < count; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "unit", units[i].unit);
        json_put_text(out, "why", stranded_why(service, &units[i]));
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void times_find(struct geo_service *service, struct geo_point to, struct unit_time *units,
                       uint32_t count, uint32_t closest)
{
    struct geo_point *points = base_alloc(count, sizeof *points);
    struct road_time *times = base_alloc(count, sizeof *times);

    for (uint32_t i = 0; i < count; i++)
        points[i] = units[i].point;
    if (service->roads)
        roads_times(service->roads, to, points, count, closest < count ? closest : 0, times);
    for (uint32_t i = 0; i < count; i++)
        units[i].time = times[i];
    base_free(points);
    base_free(times);
}

static void times_answer(struct geo_service *service, const struct json *ask, struct geo_point to,
                         struct buffer *out)
{
    const struct json *from = json_member(ask, "from");
    int64_t asked = json_member_int64(ask, "closest", 0);
    uint32_t closest = asked > 0 && asked < GEO_UNITS_MAX ? (uint32_t)asked : 0, count = 0;
    struct unit_time *units = base_alloc(json_count(from), sizeof *units);

    for (const struct json *one = json_first(from); one; one = json_next(one), count++) {
        units[count] = (struct unit_time){ .unit = json_member_text(one, "unit", ""),
                                           .order = count, .point = geo_unknown() };
        geo_point_read(one, &units[count].point);
    }
    times_find(service, to, units, count, closest);
    geo_answer_open(ask, out);
    times_put(service, units, count, closest, out);
    json_close(out, '}');
    base_free(units);
}

void geo_times_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_rings avoid;
    struct geo_point to;
    const char *why;

    if (!geo_point_read(json_member(ask, "to"), &to)) {
        geo_failed(ask, geo_no_point, out);
    } else if (json_count(json_member(ask, "from")) > GEO_UNITS_MAX) {
        geo_failed(ask, "The ask names more than 10,000 units.", out);
    } else if (!geo_rings_read(json_member(ask, "avoid"), &avoid, &why)) {
        geo_failed(ask, why, out);
    } else {
        if (service->roads)
            roads_close(service->roads, avoid.at, avoid.count);
        times_answer(service, ask, to, out);
        if (service->roads)
            roads_open(service->roads);
        geo_rings_clear(&avoid);
    }
}

/* ---- routes ---- */

/* "240 m", "1.2 km". */
static void metres_print(struct buffer *out, double length_m)
{
    if (length_m < 995)
        buffer_print(out, "%.0f m", length_m < 20 ? length_m : floor(length_m / 10 + 0.5) * 10);
    else
        buffer_print(out, "%.1f km", length_m / 1000);
}

/* "Quay St 240 m, right into Mill Rd 1.2 km". */
static void steps_print(const struct streets *streets, const struct road_route *route,
                        struct buffer *into)
{
    for (uint32_t i = 0; i < route->step_count; i++) {
        const struct road_step *step = &route->steps[i];
        const char *name = streets_name(streets, step->street);
        bool stays = i && step->street == route->steps[i - 1].street;
        if (i)
            buffer_print(into, ", %s %s ", road_turn_text(step->turn), stays ? "on" : "into");
        buffer_print(into, "%s ", name[0] ? name : "an unnamed street");
        metres_print(into, step->length_m);
    }
}

static void steps_put(const struct streets *streets, const struct road_route *route,
                      struct buffer *out)
{
    struct buffer told = { 0 };

    json_open(out, "steps", '[');
    for (uint32_t i = 0; i < route->step_count; i++) {
        const struct road_step *step = &route->steps[i];
        json_open(out, NULL, '{');
        geo_known_put(out, "street", streets_name(streets, step->street));
        json_put_int64(out, "m", geo_whole(step->length_m));
        json_put_int64(out, "s", (step->cost_ms + 500) / 1000);
        json_put_text(out, "turn", road_turn_text(step->turn));
        json_close(out, '}');
    }
    json_close(out, ']');
    steps_print(streets, route, &told);
    json_put_span(out, "told", buffer_span(&told));
    buffer_clear(&told);
}

static void route_put(const struct geo_service *service, const struct road_route *route,
                      struct buffer *out)
{
    json_open(out, "route", '[');
    for (uint32_t i = 0; i < route->points.count; i++)
        geo_pair_put(out, route->points.at[i]);
    json_close(out, ']');
    way_put(route->cost_ms, route->length_m, route->off_m, route->closed_m, out);
    json_put_int64(out, "deviation_m", (int64_t)ceil(route->deviation_m));
    json_open(out, "streets", '[');
    for (uint32_t i = 0; i < route->street_count; i++)
        json_put_text(out, NULL, streets_name(service->streets, route->streets[i]));
    json_close(out, ']');
    steps_put(service->streets, route, out);
}

static void route_answer(struct geo_service *service, const struct json *ask,
                         struct geo_point from, struct geo_point to,
                         const struct geo_rings *avoid, struct buffer *out)
{
    struct road_route route;

    roads_close(service->roads, avoid->at, avoid->count);
    bool found = roads_route(service->roads, from, to, &route);
    roads_open(service->roads);
    if (!found) {
        geo_failed(ask, avoid->count ? "No open street leads there: see what is closed."
                                     : "No street leads there.", out);
        return;
    }
    geo_answer_open(ask, out);
    route_put(service, &route, out);
    json_close(out, '}');
    road_route_clear(&route);
}

void geo_route_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct geo_point from, to;
    struct geo_rings avoid;
    const char *why;

    if (!geo_point_read(json_member(ask, "from"), &from)
        || !geo_point_read(json_member(ask, "to"), &to)) {
        geo_failed(ask, geo_no_point, out);
    } else if (!service->roads) {
        geo_failed(ask, "There is no street layer to drive on.", out);
    } else if (!geo_rings_read(json_member(ask, "avoid"), &avoid, &why)) {
        geo_failed(ask, why, out);
    } else {
        route_answer(service, ask, from, to, &avoid, out);
        geo_rings_clear(&avoid);
    }
}

/* ---- reach ---- */

void geo_rings_put(struct buffer *out, const char *name, const struct geo_points *rings,
                   uint32_t count)
{
    json_open(out, name, '[');
    for (uint32_t r = 0; r < count; r++) {
        json_open(out, NULL, '[');
        for (uint32_t i = 0; i < rings[r].count; i++)
            geo_pair_put(out, rings[r].at[i]);
        json_close(out, ']');
    }
    json_close(out, ']');
}

/* The reach that an ask is about, with what it avoids. */
static bool reach_find(struct geo_service *service, const struct json *ask, struct geo_point from,
                       int64_t seconds, struct road_reach *ret_reach, const char **ret_why)
{
    struct geo_rings avoid;

    if (!geo_rings_read(json_member(ask, "avoid"), &avoid, ret_why))
        return false;
    roads_close(service->roads, avoid.at, avoid.count);
    bool any = roads_reach(service->roads, from, (uint32_t)seconds * 1000, ret_reach);
    roads_open(service->roads);
    geo_rings_clear(&avoid);
    *ret_why = "No open street is reached from there.";
    return any;
}

bool geo_reach_read(struct geo_service *service, const struct json *ask,
                    struct road_reach *ret_reach, const char **ret_why)
{
    int64_t seconds = json_member_int64(ask, "seconds", 0);
    struct geo_point from;

    if (!geo_point_read(ask, &from))
        *ret_why = geo_no_point;
    else if (seconds < 1 || seconds > GEO_REACH_S_MAX)
        *ret_why = "A reach is asked for 1 to 7,200 seconds.";
    else if (!service->roads)
        *ret_why = "There is no street layer to drive on.";
    else
        return reach_find(service, ask, from, seconds, ret_reach, ret_why);
    return false;
}

void geo_reach_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct road_reach reach;
    const char *why;

    if (!geo_reach_read(service, ask, &reach, &why)) {
        geo_failed(ask, why, out);
        return;
    }
    geo_answer_open(ask, out);
    geo_rings_put(out, "reach", reach.rings.at, reach.rings.count);
    json_put_int64(out, "seconds", json_member_int64(ask, "seconds", 0));
    json_put_int64(out, "streets_m", geo_whole(reach.streets_m));
    json_close(out, '}');
    road_reach_clear(&reach);
}
