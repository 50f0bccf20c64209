#include "feeds/sensorthings.h"

#include <string.h>

#include "app/base/when.h"

bool sensorthings_time(const char *text, int64_t *ret_at_ms)
{
    const char *slash = strchr(text, '/');
    return when_parse(span_of(slash ? slash + 1 : text), ret_at_ms);
}

/* Accepted also where there is none: resultTime may be null (section 8.2.5). */
static struct verdict time_read(const struct json *json, struct reading *reading)
{
    static const char *const members[] = { "phenomenonTime", "resultTime" };

    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        const struct json *time = json_member(json, members[i]);
        if (!time || json_type(time) == JSON_NULL)
            continue;
        if (!json_text(time) || !sensorthings_time(json_text(time), &reading->sample.at_ms))
            return refused(REFUSED_NOT_A_TIME, 0, members[i]);
        reading->time = READING_DATED;
        return accepted();
    }
    return accepted();
}

/* GeoJSON writes longitude first. */
static struct geo_point location_read(const struct json *json)
{
    const struct json *feature = json_member(json_member(json, "FeatureOfInterest"), "feature");
    const struct json *geometry = json_member(feature, "geometry");
    const struct json *at;
    struct geo_point point;

    if (!geometry)
        geometry = feature;
    at = json_first(json_member(geometry, "coordinates"));
    if (strcmp(json_member_text(geometry, "type", ""), "Point") == 0
        && json_number(at, &point.lon_deg) && json_number(json_next(at), &point.lat_deg)
        && geo_plausible(point))
        return point;
    return geo_unknown();
}

struct verdict sensorthings_read(const struct json *json, struct reading *ret_reading)
{
    const struct json *result = json_member(json, "result");
    const struct json *stream = json_member(json, "Datastream");
    struct reading reading;

    reading_init(&reading);
    if (json_type(json) != JSON_OBJECT)
        return refused(REFUSED_WRONG_TYPE, 0, "");
    if (!result)
        return refused(REFUSED_FIELD_MISSING, 0, "result");
    if (!reading_from_json(result, &reading.sample))
        return refused(REFUSED_WRONG_TYPE, 0, "result");
    struct verdict verdict = time_read(json, &reading);
    if (!is_accepted(&verdict))
        return verdict;
    reading.name = span_of(json_member_text(stream, "name", ""));
    reading.unit = json_member_text(json_member(stream, "unitOfMeasurement"), "symbol", "");
    reading.location = location_read(json);
    *ret_reading = reading;
    return accepted();
}
