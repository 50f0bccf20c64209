/* Goal: no JSON makes the readers of SenML and SensorThings crash; what a pack is resolved to keeps
 * the standard's promises. Method: any bytes that parse as JSON; each reading's name, time and
 * value checked against what senml.h says comes out. */
#include <math.h>
#include <string.h>

#include "feeds/senml.h"
#include "feeds/sensorthings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const int64_t now_ms = 1763900000000;

static void reading_check(const struct reading *reading)
{
    assert(reading->name.length > 0);
    assert(reading->unit);
    assert(reading->time == READING_DATED || reading->time == READING_RELATIVE);
    assert(reading->time == READING_RELATIVE || reading->sample.at_ms >= 268435456000);
    assert(reading->watch_ms >= 0);
    assert(isfinite(reading->sample.value) || isnan(reading->sample.value));
    for (size_t i = 0; i < reading->name.length; i++)
        assert((unsigned char)reading->name.bytes[i] > ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct json *json = NULL;
    struct verdict verdict = json_parse(span_from((const char *)bytes, length), &json);

    if (!is_accepted(&verdict))
        return 0;
    struct arena *arena = arena_new();
    struct readings readings = { 0 };
    struct reading reading;
    verdict = senml_read(json, now_ms, arena, &readings);
    if (is_accepted(&verdict)) {
        assert(readings.count <= json_count(json));
        for (uint32_t i = 0; i < readings.count; i++)
            reading_check(&readings.at[i]);
    }
    verdict = sensorthings_read(json, &reading);
    assert(!is_accepted(&verdict) || json_member(json, "result"));
    arena_free(arena);
    json_free(json);
    return 0;
}
