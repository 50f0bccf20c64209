#include "feeds/tak.h"

#include <math.h>
#include <string.h>
#include <tak.pb-c.h>

#include "app/base/text.h"

/* ---- reading ---- */

/* protobuf says that strings are UTF-8, and protobuf-c does not look. */
static bool text_right(const char *text)
{
    return !text || utf8_valid_length(span_of(text)) == strlen(text);
}

static const char *kept(struct arena *arena, const char *text)
{
    return text && text[0] ? arena_copy(arena, span_of(text)) : "";
}

/* An element as if it stood in the XML; pairs of name and value, a NULL name ends them. */
static const struct xml_element *element_made(struct arena *arena, const char *name,
                                              const char *const *pairs,
                                              const struct xml_element *next)
{
    struct xml_element *element = arena_alloc(arena, sizeof *element);
    size_t count = 0, put = 0;

    while (pairs[2 * count])
        count++;
    struct xml_attribute *attributes = arena_alloc(arena, (count + 1) * sizeof *attributes);
    for (size_t i = 0; i < count; i++)
        if (pairs[2 * i + 1] && pairs[2 * i + 1][0] && text_right(pairs[2 * i + 1]))
            attributes[put++] = (struct xml_attribute){ pairs[2 * i],
                                                        kept(arena, pairs[2 * i + 1]) };
    *element = (struct xml_element){ .name = name, .text = "", .attributes = attributes,
                                     .next = next };
    return element;
}

static const char *number_text(struct arena *arena, double number)
{
    return isfinite(number) ? arena_print(arena, "%.9g", number) : "";
}

/* The messages beside xml_detail, as elements that come after those of the XML: the first of a name
 * is the one that counts. */
static const struct xml_element *elements_beside(const Tak__Detail *detail, struct arena *arena)
{
    const struct xml_element *list = NULL;

    if (detail->contact)
        list = element_made(arena, "contact",
                            (const char *const[]){ "callsign", detail->contact->callsign,
                                                   "endpoint", detail->contact->endpoint, NULL },
                            list);
    if (detail->group)
        list = element_made(arena, "__group",
                            (const char *const[]){ "name", detail->group->name, "role",
                                                   detail->group->role, NULL }, list);
    if (detail->status)
        list = element_made(arena, "status",
                            (const char *const[]){
                                "battery", arena_print(arena, "%u", detail->status->battery),
                                NULL }, list);
    if (detail->track)
        list = element_made(arena, "track",
                            (const char *const[]){
                                "speed", number_text(arena, detail->track->speed), "course",
                                number_text(arena, detail->track->course), NULL }, list);
    if (detail->takv)
        list = element_made(arena, "takv",
                            (const char *const[]){ "device", detail->takv->device, "platform",
                                                   detail->takv->platform, "os", detail->takv->os,
                                                   "version", detail->takv->version, NULL },
                            list);
    return list;
}

static struct verdict detail_read(const Tak__Detail *detail, struct xml_stream *stream,
                                  struct arena *arena, const struct xml_element **ret_detail)
{
    const struct xml_element *beside = elements_beside(detail, arena), *whole;
    const char *xml = detail->xml_detail ? detail->xml_detail : "";

    if (!text_right(xml))
        return refused(REFUSED_BAD_UTF8, 0, "xmlDetail");
    const char *text = arena_print(arena, "<detail>%s</detail>", xml);
    struct verdict verdict = xml_stream_element(stream, span_of(text), arena, &whole);
    if (!is_accepted(&verdict))
        return refused(verdict.refusal, 0, "xmlDetail");
    struct xml_element *joined = arena_alloc(arena, sizeof *joined);
    *joined = *whole;
    struct xml_element *last = (struct xml_element *)(uintptr_t)whole->first;
    while (last && last->next)
        last = (struct xml_element *)(uintptr_t)last->next;
    if (last)
        last->next = beside;
    else
        joined->first = beside;
    *ret_detail = joined;
    return accepted();
}

static int64_t time_of(uint64_t at_ms)
{
    return at_ms <= INT64_MAX / 4 ? (int64_t)at_ms : 0;
}

static bool strings_right(const Tak__Event *from)
{
    return text_right(from->type) && text_right(from->uid) && text_right(from->how)
           && text_right(from->opex);
}

static struct verdict event_take(const Tak__Event *from, struct xml_stream *stream,
                                 struct arena *arena, struct cot_event *event)
{
    const struct xml_element *detail = NULL;
    struct verdict verdict = accepted();

    if (!strings_right(from))
        return refused(REFUSED_BAD_UTF8, 0, "");
    verdict = cot_type_read(from->type, arena, &event->type);
    if (is_accepted(&verdict) && from->detail)
        verdict = detail_read(from->detail, stream, arena, &detail);
    if (!is_accepted(&verdict))
        return verdict;
    event->type = kept(arena, event->type);
    event->uid = kept(arena, from->uid);
    event->how = kept(arena, from->how);
    event->opex = kept(arena, from->opex);
    event->time_ms = time_of(from->send_time);
    event->start_ms = time_of(from->start_time);
    event->stale_ms = time_of(from->stale_time);
    event->at = (struct geo_point){ .lat_deg = from->lat, .lon_deg = from->lon };
    event->hae_m = from->hae;
    event->ce_m = from->ce;
    return cot_event_complete(event, detail);
}

struct verdict tak_read(struct span bytes, struct xml_stream *stream, struct arena *arena,
                        struct tak_message *ret_message)
{
    Tak__Message *from =
        tak__message__unpack(NULL, bytes.length, (const uint8_t *)bytes.bytes);
    struct tak_message message = { .has_event = false };
    struct verdict verdict = accepted();

    if (!from)
        return refused(REFUSED_BAD_SYNTAX, 0, "");
    if (from->control) {
        message.min_version = from->control->min_version;
        message.max_version = from->control->max_version;
    }
    if (from->event) {
        message.has_event = true;
        verdict = event_take(from->event, stream, arena, &message.event);
    }
    tak__message__free_unpacked(from, NULL);
    if (is_accepted(&verdict))
        *ret_message = message;
    return verdict;
}

/* ---- writing ---- */

/* protobuf-c writes only what it is given to, so nothing of the draft is changed. */
static char *lent(const char *text)
{
    return (char *)(uintptr_t)text;
}

void tak_draft_write(const struct cot_draft *draft, struct buffer *out)
{
    Tak__Message message = TAK__MESSAGE__INIT;
    Tak__Event event = TAK__EVENT__INIT;
    Tak__Detail detail = TAK__DETAIL__INIT;
    char *xml = base_alloc(1, draft->detail.length + 1);

    if (draft->detail.length)
        memcpy(xml, draft->detail.bytes, draft->detail.length);
    detail.xml_detail = xml;
    event.type = lent(draft->type);
    event.uid = lent(draft->uid);
    event.how = lent(draft->how);
    event.send_time = event.start_time = (uint64_t)draft->time_ms;
    event.stale_time = (uint64_t)draft->stale_ms;
    event.lat = geo_known(draft->at) ? draft->at.lat_deg : 0;
    event.lon = geo_known(draft->at) ? draft->at.lon_deg : 0;
    event.hae = event.ce = event.le = COT_UNKNOWN_M;
    event.detail = &detail;
    message.event = &event;
    size_t length = tak__message__get_packed_size(&message);
    uint8_t *packed = base_alloc(1, length);
    tak__message__pack(&message, packed);
    buffer_add(out, span_from((const char *)packed, length));
    base_free(packed);
    base_free(xml);
}
