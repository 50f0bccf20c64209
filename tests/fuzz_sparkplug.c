/* Goal: no bytes make the reader of Sparkplug payloads crash, and no order of messages makes what
 * is known of nodes contradict itself. Method: the input is messages one after the other: a byte
 * for the topic, a byte for the seconds that pass, two for the payload's length, the payload. */
#include <string.h>

#include "feeds/sparkplug_nodes.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const topics[] = {
    "spBv1.0/g/NBIRTH/e", "spBv1.0/g/NDATA/e", "spBv1.0/g/NDEATH/e", "spBv1.0/g/NCMD/e",
    "spBv1.0/g/DBIRTH/e/d", "spBv1.0/g/DDATA/e/d", "spBv1.0/g/DDEATH/e/d", "spBv1.0/g/DBIRTH/e/x",
    "spBv1.0/g/DDATA/e/x", "spBv1.0/g/NBIRTH/f", "spBv1.0/g/NDATA/f", "spBv1.0/g/DDATA/f/d",
};

static void result_check(const struct sparkplug_result *result)
{
    for (uint32_t i = 0; i < result->lost_count; i++)
        for (uint32_t j = 0; j < i; j++)
            assert(strcmp(result->lost[i], result->lost[j]) != 0);
    for (uint32_t i = 0; i < result->readings.count; i++) {
        const struct reading *reading = &result->readings.at[i];
        assert(reading->name.length > 0);
        assert(reading->time == READING_UNDATED || reading->sample.at_ms > 0);
    }
    assert(!result->rebirth || result->why[0]);
    assert(!result->is_born || result->path[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct sparkplug_nodes *nodes = sparkplug_nodes_new();
    struct arena *arena = arena_new();
    int64_t now_ms = 1763900000000;

    while (length >= 4) {
        const char *name = topics[bytes[0] % ARRAY_COUNT(topics)];
        size_t payload = (size_t)bytes[2] << 8 | bytes[3];
        struct sparkplug_topic topic;
        struct sparkplug_result result;
        now_ms += bytes[1] * 1000;
        bytes += 4;
        length -= 4;
        if (payload > length)
            payload = length;
        arena_reset(arena);
        sparkplug_nodes_advance(nodes, now_ms, arena, &result);
        result_check(&result);
        assert(sparkplug_nodes_due_ms(nodes) > now_ms);
        bool read = sparkplug_topic_read(span_of(name), &topic);
        assert(read);
        struct verdict verdict = sparkplug_nodes_take(
            nodes, &topic, span_from((const char *)bytes, payload), now_ms, arena, &result);
        if (is_accepted(&verdict))
            result_check(&result);
        bytes += payload;
        length -= payload;
    }
    arena_free(arena);
    sparkplug_nodes_free(nodes);
    return 0;
}
