/* Goal: no packet makes the reader of TAK protocol 1 crash, and what it accepts is an event like
 * any other. Method: the input is a TakMessage; one that was accepted is written anew, as protobuf
 * and as XML, and both read back the same. */
#include <math.h>
#include <string.h>

#include "feeds/cot_frames.h"
#include "feeds/tak.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void same(const struct cot_event *left, const struct cot_event *right)
{
    assert(strcmp(left->uid, right->uid) == 0);
    assert(strcmp(left->type, right->type) == 0);
    assert(strcmp(left->how, right->how) == 0);
    assert(left->time_ms == right->time_ms);
    assert(left->stale_ms == right->stale_ms);
    assert(geo_same(left->at, right->at));
}

/* Without characters that XML cannot carry, which are replaced on the way out. */
static bool is_plain(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7F)
            return false;
    return true;
}

static void round_trip(const struct cot_event *event, struct xml_stream *stream,
                       struct arena *arena)
{
    const struct cot_draft draft = { .uid = event->uid, .type = event->type, .how = event->how,
                                     .time_ms = event->time_ms, .stale_ms = event->stale_ms,
                                     .at = event->at, .detail = span_of("<remarks/>") };
    struct buffer packet = { 0 }, xml = { 0 };
    struct tak_message again;
    const struct xml_element *element;
    struct cot_event from_xml;

    tak_draft_write(&draft, &packet);
    struct verdict verdict = tak_read(buffer_span(&packet), stream, arena, &again);
    assert(is_accepted(&verdict) && again.has_event);
    same(event, &again.event);
    cot_draft_write(&draft, &xml);
    struct cot_frame frame = cot_datagram(buffer_span(&xml));
    assert(frame.kind == COT_FRAME_EVENT);
    verdict = xml_stream_element(stream, frame.bytes, arena, &element);
    assert(is_accepted(&verdict));
    if (is_plain(event->uid) && is_plain(event->how) && event->stale_ms < INT64_C(253402300800000)
        && event->time_ms < INT64_C(253402300800000)) {
        verdict = cot_event_read(element, arena, &from_xml);
        assert(is_accepted(&verdict));
        same(event, &from_xml);
    }
    buffer_clear(&packet);
    buffer_clear(&xml);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct xml_stream *stream = xml_stream_new();
    struct arena *arena = arena_new();
    struct tak_message message;
    struct verdict verdict =
        tak_read(span_from((const char *)bytes, length), stream, arena, &message);

    if (is_accepted(&verdict) && message.has_event)
        round_trip(&message.event, stream, arena);
    arena_free(arena);
    xml_stream_free(stream);
    return 0;
}
