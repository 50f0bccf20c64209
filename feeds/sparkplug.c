#include "feeds/sparkplug.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include <sparkplug.pb-c.h>

/* Later times are a clock gone wrong, and would not be exact as a double: the year 5138. */
static const uint64_t time_ms_max = 100000000000000;

/* ---- topics ---- */

bool sparkplug_topic_read(struct span topic, struct sparkplug_topic *ret_topic)
{
#define ROW(name) [SPARKPLUG_##name] = #name,
    static const char *const names[] = { SPARKPLUG_MESSAGES(ROW) };
#undef ROW
    struct sparkplug_topic read = { .device = span_of("") };
    struct span space, message;

    if (!span_cut(&topic, '/', &space) || !span_is(space, "spBv1.0")
        || !span_cut(&topic, '/', &read.group) || !span_cut(&topic, '/', &message)
        || !span_cut(&topic, '/', &read.edge) || read.group.length == 0 || read.edge.length == 0)
        return false;
    bool has_device = span_cut(&topic, '/', &read.device);
    if (topic.bytes || (has_device && read.device.length == 0))
        return false;
    for (uint32_t i = 0; i < SPARKPLUG_MESSAGE_COUNT; i++) {
        if (!span_is(message, names[i]))
            continue;
        read.message = (enum sparkplug_message)i;
        *ret_topic = read;
        return has_device == (names[i][0] == 'D');
    }
    return false;
}

/* ---- payloads ---- */

/* protobuf-c's memory is the arena's: what a message makes goes with its turn. */
static void *memory_take(void *arena, size_t bytes)
{
    return arena_alloc(arena, bytes);
}

static void memory_return(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

static bool time_take(bool has, uint64_t at_ms, int64_t *ret_at_ms)
{
    *ret_at_ms = has ? (int64_t)at_ms : 0;
    return !has || at_ms <= time_ms_max;
}

static bool utf8_right(const char *text)
{
    return utf8_valid_length(span_of(text)) == strlen(text);
}

/* Data sets, templates and files leave it without a value: there is nothing to judge. */
static void value_take(const Sparkplug__Metric *from, struct sparkplug_metric *metric)
{
    metric->has_value = true;
    switch (from->value_case) {
    case SPARKPLUG__METRIC__VALUE_INT_VALUE:
        metric->is_integer = true;
        metric->integer = from->int_value;
        return;
    case SPARKPLUG__METRIC__VALUE_LONG_VALUE:
        metric->is_integer = true;
        metric->integer = from->long_value;
        return;
    case SPARKPLUG__METRIC__VALUE_FLOAT_VALUE:
        metric->value = (double)from->float_value;
        return;
    case SPARKPLUG__METRIC__VALUE_DOUBLE_VALUE:
        metric->value = from->double_value;
        return;
    case SPARKPLUG__METRIC__VALUE_BOOLEAN_VALUE:
        metric->word = span_of(from->boolean_value ? "true" : "false");
        return;
    case SPARKPLUG__METRIC__VALUE_STRING_VALUE:
        metric->word = span_of(from->string_value);
        return;
    default:
        metric->has_value = false;
    }
}

static struct verdict metric_take(const Sparkplug__Metric *from, struct sparkplug_metric *metric)
{
    *metric = (struct sparkplug_metric){
        .name = from->name ? from->name : "", .has_alias = from->has_alias, .alias = from->alias,
        .is_null = from->has_is_null && from->is_null,
        .is_historical = from->has_is_historical && from->is_historical,
        .datatype = from->has_datatype ? from->datatype : 0, .value = NAN, .word = span_of(""),
    };
    value_take(from, metric);
    if (!utf8_right(metric->name))
        return refused(REFUSED_BAD_UTF8, 0, "metric.name");
    if (utf8_valid_length(metric->word) != metric->word.length)
        return refused(REFUSED_BAD_UTF8, 0, "metric.string_value");
    if (!time_take(from->has_timestamp, from->timestamp, &metric->at_ms))
        return refused(REFUSED_OUT_OF_RANGE, 0, "metric.timestamp");
    return accepted();
}

static struct verdict payload_take(const Sparkplug__Payload *from, struct arena *arena,
                                   struct sparkplug_payload *payload)
{
    struct verdict verdict = accepted();

    payload->has_seq = from->has_seq;
    payload->seq = from->seq;
    if (from->has_seq && from->seq > 255)
        return refused(REFUSED_OUT_OF_RANGE, 0, "seq");
    if (!time_take(from->has_timestamp, from->timestamp, &payload->at_ms))
        return refused(REFUSED_OUT_OF_RANGE, 0, "timestamp");
    payload->metrics = arena_alloc(arena, (from->n_metrics + 1) * sizeof *payload->metrics);
    payload->metric_count = (uint32_t)from->n_metrics;
    for (uint32_t i = 0; i < payload->metric_count && is_accepted(&verdict); i++)
        verdict = metric_take(from->metrics[i], &payload->metrics[i]);
    return verdict;
}

struct verdict sparkplug_read(struct span bytes, struct arena *arena,
                              struct sparkplug_payload *ret_payload)
{
    ProtobufCAllocator memory = { .alloc = memory_take, .free = memory_return,
                                  .allocator_data = arena };
    struct sparkplug_payload payload = { 0 };
    const Sparkplug__Payload *read =
        sparkplug__payload__unpack(&memory, bytes.length, (const uint8_t *)bytes.bytes);

    if (!read)
        return refused(REFUSED_BAD_SYNTAX, 0, "");
    struct verdict verdict = payload_take(read, arena, &payload);
    if (is_accepted(&verdict))
        *ret_payload = payload;
    return verdict;
}

struct sample sparkplug_value(const struct sparkplug_metric *metric, uint32_t datatype)
{
    struct sample sample = { .value = metric->value, .word = metric->word,
                             .at_ms = metric->at_ms };

    if (!metric->is_integer)
        return sample;
    switch (metric->datatype ? metric->datatype : datatype) {
    case SPARKPLUG_INT8:
        sample.value = (int8_t)metric->integer;
        break;
    case SPARKPLUG_INT16:
        sample.value = (int16_t)metric->integer;
        break;
    case SPARKPLUG_INT32:
        sample.value = (int32_t)metric->integer;
        break;
    case SPARKPLUG_INT64:
        sample.value = (double)(int64_t)metric->integer;
        break;
    default:
        sample.value = (double)metric->integer;
    }
    return sample;
}

void sparkplug_rebirth_write(int64_t at_ms, struct buffer *out)
{
    Sparkplug__Metric metric = SPARKPLUG__METRIC__INIT;
    Sparkplug__Payload payload = SPARKPLUG__PAYLOAD__INIT;
    Sparkplug__Metric *metrics[] = { &metric };
    uint8_t bytes[128];

    metric.name = (char *)"Node Control/Rebirth";
    metric.has_timestamp = metric.has_datatype = payload.has_timestamp = true;
    metric.timestamp = payload.timestamp = (uint64_t)at_ms;
    metric.datatype = 11;                       /* Boolean. */
    metric.value_case = SPARKPLUG__METRIC__VALUE_BOOLEAN_VALUE;
    metric.boolean_value = true;
    payload.n_metrics = ARRAY_COUNT(metrics);
    payload.metrics = metrics;
    assert(sparkplug__payload__get_packed_size(&payload) <= sizeof bytes);
    buffer_add(out, span_from((const char *)bytes, sparkplug__payload__pack(&payload, bytes)));
}
