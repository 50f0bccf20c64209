#include "feeds/mqtt_payload.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/senml.h"
#include "feeds/sensorthings.h"
#include "feeds/time_format.h"

/* A number of milliseconds; as seconds it would be the year 5138 and later. */
static const double milliseconds_from = 1e11;

void payload_clear(struct payload *payload)
{
    json_free(payload->json);
    payload->json = NULL;
}

static const struct json *payload_json(struct payload *payload)
{
    if (!payload->parsed)
        payload->verdict = json_parse(payload->bytes, &payload->json);
    payload->parsed = true;
    return payload->json;
}

static bool number_time(double number, int64_t *ret_at_ms)
{
    double ms = fabs(number) >= milliseconds_from ? number : number * 1000;

    if (!(ms > 0 && ms < milliseconds_from * 1000))
        return false;
    *ret_at_ms = llround(ms);
    return true;
}

static bool time_text(const struct mqtt_line *line, const char *text, int64_t *ret_at_ms)
{
    struct zone zone = { .offset_ms = line->offset_ms };
    struct time_read read;
    double number;

    if (line->time_format[0]) {
        bool right = time_format_read(line->time_format, span_of(text), &zone, &read);
        if (right)
            *ret_at_ms = read.first_ms;
        return right;
    }
    if (when_parse(span_of(text), ret_at_ms))
        return true;
    return span_to_double(span_of(text), &number) && number_time(number, ret_at_ms);
}

/* Accepted without a time where the payload has none: then its arrival counts. */
static struct verdict json_time(const struct mqtt_line *line, const struct json *json,
                                struct reading *reading)
{
    const struct json *time = line->time ? json_path_find(line->time, json) : NULL;
    double number;

    if (!time)
        return accepted();
    bool read = json_text(time) ? time_text(line, json_text(time), &reading->sample.at_ms)
                                : json_number(time, &number)
                                      && number_time(number, &reading->sample.at_ms);
    if (!read)
        return refused(REFUSED_NOT_A_TIME, 0, "time");
    reading->time = READING_DATED;
    return accepted();
}

static struct verdict json_reading(const struct mqtt_line *line, const struct json *json,
                                   bool *ret_found, struct reading *ret_reading)
{
    const struct json *value = json_path_find(line->value, json);

    *ret_found = value != NULL;
    if (!value)
        return accepted();
    if (!reading_from_json(value, &ret_reading->sample))
        return refused(REFUSED_WRONG_TYPE, 0, line->value_text);
    return json_time(line, json, ret_reading);
}

/* The text of a plain value goes into reports only as a number, but a word is compared: what is not
 * UTF-8 is no word of anybody. */
static struct verdict plain_reading(const struct payload *payload, struct reading *ret_reading)
{
    ret_reading->sample = sample_of(payload->bytes, 0);
    if (ret_reading->sample.word.length == 0)
        return accepted();
    size_t valid = utf8_valid_length(payload->bytes);
    return valid == payload->bytes.length ? accepted() : refused(REFUSED_BAD_UTF8, valid, "");
}

static struct verdict one_read(struct payload *payload, const struct mqtt_line *line,
                               bool *ret_found, struct reading *ret_reading)
{
    *ret_found = true;
    reading_init(ret_reading);
    if (line->format == MQTT_VALUE)
        return plain_reading(payload, ret_reading);
    const struct json *json = payload_json(payload);
    if (!json)
        return payload->verdict;
    if (line->format == MQTT_SENSORTHINGS)
        return sensorthings_read(json, ret_reading);
    return json_reading(line, json, ret_found, ret_reading);
}

struct verdict payload_read(struct payload *payload, const struct mqtt_line *line,
                            struct readings *ret_readings)
{
    bool found;

    *ret_readings = (struct readings){ 0 };
    assert(line->format != MQTT_SPARKPLUG);
    if (line->format == MQTT_SENML) {
        const struct json *json = payload_json(payload);
        return json ? senml_read(json, payload->now_ms, payload->arena, ret_readings)
                    : payload->verdict;
    }
    struct reading *reading = arena_alloc(payload->arena, sizeof *reading);
    struct verdict verdict = one_read(payload, line, &found, reading);
    ret_readings->at = reading;
    ret_readings->count = found;
    return verdict;
}
