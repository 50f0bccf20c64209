#include "feeds/cot_peer.h"

#include <stdio.h>
#include <string.h>

#include "feeds/cot_frames.h"
#include "feeds/cot_orders.h"
#include "feeds/cot_types.h"
#include "feeds/tak.h"

enum { PROTOCOL_STALE_MS = 60 * 1000 };

enum protocol { PROTOCOL_XML, PROTOCOL_ASKED, PROTOCOL_TAK };

struct cot_peer {
    enum cot_side side;
    bool speaks_tak;
    const char *own_uid;
    const struct cot_peer_handler *handler;
    void *owner;
    struct cot_frames *frames;
    struct xml_stream *stream;
    struct arena *arena;
    struct quarantine *lost;        /* The refused run that goes on; NULL: none. */
    size_t lost_bytes;
    uint32_t refused_in_a_row;
    enum protocol protocol;
    bool offered;                   /* The other side has, or we have; it counts once. */
    int64_t heard_ms, pinged_ms, asked_ms;
    struct buffer out;
    struct buffer held_xml, held_tak;       /* While ASKED: in both forms, one will do. */
    char fault[96];
};

struct cot_peer *cot_peer_new(enum cot_side side, bool speaks_tak, const char *own_uid,
                              const struct cot_peer_handler *handler, void *owner)
{
    struct cot_peer *peer = base_alloc(1, sizeof *peer);

    *peer = (struct cot_peer){ .side = side, .speaks_tak = speaks_tak, .own_uid = own_uid,
                               .handler = handler, .owner = owner,
                               .frames = cot_frames_new(), .stream = xml_stream_new(),
                               .arena = arena_new() };
    return peer;
}

void cot_peer_free(struct cot_peer *peer)
{
    if (!peer)
        return;
    cot_frames_free(peer->frames);
    xml_stream_free(peer->stream);
    arena_free(peer->arena);
    quarantine_free(peer->lost);
    buffer_clear(&peer->out);
    buffer_clear(&peer->held_xml);
    buffer_clear(&peer->held_tak);
    base_free(peer);
}

struct buffer *cot_peer_out(struct cot_peer *peer)
{
    return &peer->out;
}

bool cot_peer_is_tak(const struct cot_peer *peer)
{
    return peer->protocol == PROTOCOL_TAK;
}

bool cot_peer_holds(const struct cot_peer *peer)
{
    return peer->held_xml.length > 0;
}

const char *cot_peer_fault(const struct cot_peer *peer)
{
    return peer->fault;
}

static void fault(struct cot_peer *peer, const char *sentence)
{
    if (!peer->fault[0])
        snprintf(peer->fault, sizeof peer->fault, "%s", sentence);
}

/* ---- sending ---- */

static void put_xml(struct buffer *out, const struct cot_draft *draft)
{
    cot_draft_write(draft, out);
}

static void put_tak(struct buffer *out, const struct cot_draft *draft)
{
    struct buffer message = { 0 };

    tak_draft_write(draft, &message);
    tak_put_head(out, message.length);
    buffer_add(out, buffer_span(&message));
    buffer_clear(&message);
}

bool cot_peer_send(struct cot_peer *peer, const struct cot_draft *draft)
{
    switch (peer->protocol) {
    case PROTOCOL_XML:
        put_xml(&peer->out, draft);
        return true;
    case PROTOCOL_TAK:
        put_tak(&peer->out, draft);
        return true;
    case PROTOCOL_ASKED:
        break;
    }
    if (peer->held_xml.length > COT_HELD_BYTES_MAX)
        return false;
    put_xml(&peer->held_xml, draft);
    put_tak(&peer->held_tak, draft);
    return true;
}

/* ---- agreeing on a protocol ---- */

/* Goes out at once, as XML, whatever is held. */
static void say_protocol(struct cot_peer *peer, const char *uid, const char *type,
                         const char *detail, int64_t now_ms)
{
    put_xml(&peer->out,
            &(struct cot_draft){ .uid = uid, .type = type, .how = "m-g", .time_ms = now_ms,
                                 .stale_ms = now_ms + PROTOCOL_STALE_MS, .at = geo_unknown(),
                                 .detail = span_of(detail) });
}

static void offer(struct cot_peer *peer, int64_t now_ms)
{
    peer->offered = true;
    say_protocol(peer, arena_print(peer->arena, "%s-takp", peer->own_uid), "t-x-takp-v",
                 "<TakControl><TakProtocolSupport version=\"1\"/></TakControl>", now_ms);
}

static const struct xml_element *control_child(const struct cot_event *event, const char *name)
{
    return element_child(element_child(event->detail, "TakControl"), name);
}

/* Does a server's offer name our version? It has one element for each that it speaks. */
static bool offers_ours(const struct cot_event *event)
{
    for (const struct xml_element *support = control_child(event, "TakProtocolSupport"); support;
         support = element_again(support))
        if (strcmp(element_attribute(support, "version"), "1") == 0)
            return true;
    return false;
}

static void offer_taken(struct cot_peer *peer, const struct cot_event *event, int64_t now_ms)
{
    if (peer->side != COT_CLIENT || !peer->speaks_tak || peer->offered || !offers_ours(event))
        return;
    peer->offered = true;
    peer->protocol = PROTOCOL_ASKED;
    peer->asked_ms = now_ms;
    say_protocol(peer, event->uid, "t-x-takp-q",
                 "<TakControl><TakRequest version=\"1\"/></TakControl>", now_ms);
}

static void become_tak(struct cot_peer *peer)
{
    peer->protocol = PROTOCOL_TAK;
    cot_frames_expect_tak(peer->frames);
}

static void answer_taken(struct cot_peer *peer, const struct cot_event *event)
{
    const char *status = element_attribute(control_child(event, "TakResponse"), "status");

    if (peer->protocol != PROTOCOL_ASKED)
        return;
    peer->protocol = PROTOCOL_XML;
    if (strcmp(status, "true") == 0)
        become_tak(peer);
    struct buffer *held = cot_peer_is_tak(peer) ? &peer->held_tak : &peer->held_xml;
    buffer_add(&peer->out, buffer_span(held));
    buffer_reset(&peer->held_xml);
    buffer_reset(&peer->held_tak);
}

static void request_taken(struct cot_peer *peer, const struct cot_event *event, int64_t now_ms)
{
    const char *version = element_attribute(control_child(event, "TakRequest"), "version");

    if (peer->side != COT_LISTENER || peer->protocol != PROTOCOL_XML)
        return;
    bool agreed = peer->speaks_tak && strcmp(version, "1") == 0;
    say_protocol(peer, event->uid, "t-x-takp-r",
                 agreed ? "<TakControl><TakResponse status=\"true\"/></TakControl>"
                        : "<TakControl><TakResponse status=\"false\"/></TakControl>", now_ms);
    if (agreed)
        become_tak(peer);
}

/* ---- taking ---- */

static void refuse(struct cot_peer *peer, const struct verdict *verdict, struct span bytes)
{
    struct quarantine *quarantine = quarantine_new();

    quarantine_add(quarantine, bytes);
    peer->handler->refused(peer->owner, peer, verdict, quarantine);
    quarantine_free(quarantine);
    if (++peer->refused_in_a_row >= COT_REFUSED_MAX)
        fault(peer, "it sent nothing but what is no event");
}

static void event_take(struct cot_peer *peer, const struct cot_event *event, int64_t now_ms)
{
    struct cot_draft pong;

    peer->refused_in_a_row = 0;
    switch (cot_type_find(event->type)->meaning) {
    case COT_PROTOCOL_OFFER:
        offer_taken(peer, event, now_ms);
        break;
    case COT_PROTOCOL_REQUEST:
        request_taken(peer, event, now_ms);
        break;
    case COT_PROTOCOL_RESPONSE:
        answer_taken(peer, event);
        break;
    case COT_PING:
        cot_pong_draft(now_ms, &pong);
        if (peer->side != COT_READER)
            cot_peer_send(peer, &pong);
        break;
    default:                        /* The rest is not for the connection. */
        break;
    }
    peer->handler->event(peer->owner, peer, event);
}

static struct verdict event_read(struct cot_peer *peer, struct span bytes,
                                 struct cot_event *ret_event)
{
    const struct xml_element *element;
    struct verdict verdict = xml_stream_element(peer->stream, bytes, peer->arena, &element);

    return is_accepted(&verdict) ? cot_event_read(element, peer->arena, ret_event) : verdict;
}

static void take_xml(struct cot_peer *peer, struct span bytes, int64_t now_ms)
{
    struct cot_event event;
    struct verdict verdict = event_read(peer, bytes, &event);

    if (is_accepted(&verdict))
        event_take(peer, &event, now_ms);
    else
        refuse(peer, &verdict, bytes);
}

static void take_tak(struct cot_peer *peer, struct span bytes, int64_t now_ms)
{
    struct tak_message message;
    struct verdict verdict = tak_read(bytes, peer->stream, peer->arena, &message);

    if (!is_accepted(&verdict))
        refuse(peer, &verdict, bytes);
    else if (message.has_event)
        event_take(peer, &message.event, now_ms);
}

/* A run of bytes that are nothing comes in pieces, and is one refusal. */
static void take_refused(struct cot_peer *peer, const struct cot_frame *frame)
{
    if (!peer->lost)
        peer->lost = quarantine_new();
    quarantine_add(peer->lost, frame->bytes);
    peer->lost_bytes += frame->bytes.length;
    if (peer->lost_bytes > COT_LOST_BYTES_MAX + frame->bytes.length)
        fault(peer, "it sent a mebibyte of what is no event");
    if (!frame->ends && !peer->fault[0])
        return;
    struct verdict verdict = refused(frame->refusal, 0, "");
    peer->handler->refused(peer->owner, peer, &verdict, peer->lost);
    peer->refused_in_a_row++;
    quarantine_free(peer->lost);
    peer->lost = NULL;
    peer->lost_bytes = 0;
}

static void take_frame(struct cot_peer *peer, const struct cot_frame *frame, int64_t now_ms)
{
    arena_reset(peer->arena);
    switch (frame->kind) {
    case COT_FRAME_EVENT:
        take_xml(peer, frame->bytes, now_ms);
        break;
    case COT_FRAME_TAK:
        take_tak(peer, frame->bytes, now_ms);
        break;
    case COT_FRAME_AUTH:            /* Who may connect is the certificate's to say. */
        break;
    case COT_FRAME_REFUSED:
        take_refused(peer, frame);
        break;
    }
}

static void take_frames(struct cot_peer *peer, int64_t now_ms)
{
    struct cot_frame frame;
    bool live = peer->side != COT_READER;

    while (!(live && peer->fault[0]) && cot_frames_next(peer->frames, &frame))
        take_frame(peer, &frame, now_ms);
    if (cot_frames_are_lost(peer->frames))
        fault(peer, "what it sent is not TAK protocol 1, which was agreed");
}

void cot_peer_take(struct cot_peer *peer, struct span bytes, int64_t now_ms)
{
    peer->heard_ms = now_ms;
    cot_frames_add(peer->frames, bytes);
    take_frames(peer, now_ms);
}

void cot_peer_ended(struct cot_peer *peer, int64_t now_ms)
{
    cot_frames_end(peer->frames);
    take_frames(peer, now_ms);
}

void cot_peer_take_datagram(struct cot_peer *peer, struct span bytes)
{
    const struct cot_frame frame = cot_datagram(bytes);

    take_frame(peer, &frame, 0);
}

/* ---- a connection ---- */

void cot_peer_opened(struct cot_peer *peer, int64_t now_ms)
{
    cot_frames_free(peer->frames);
    peer->frames = cot_frames_new();
    quarantine_free(peer->lost);
    peer->lost = NULL;
    peer->lost_bytes = 0;
    peer->refused_in_a_row = 0;
    peer->protocol = PROTOCOL_XML;
    peer->offered = false;
    peer->heard_ms = peer->pinged_ms = now_ms;
    peer->fault[0] = '\0';
    buffer_reset(&peer->out);
    buffer_reset(&peer->held_xml);
    buffer_reset(&peer->held_tak);
    arena_reset(peer->arena);
    if (peer->side == COT_LISTENER && peer->speaks_tak)
        offer(peer, now_ms);
}

int64_t cot_peer_look(struct cot_peer *peer, int64_t now_ms)
{
    const struct cot_self self = { .uid = peer->own_uid };
    int64_t ping_ms = peer->heard_ms + COT_PING_AFTER_MS;
    struct cot_draft ping;

    if (peer->protocol == PROTOCOL_ASKED && now_ms >= peer->asked_ms + COT_ANSWER_WAIT_MS)
        fault(peer, "it did not answer which protocol to speak");
    if (peer->side != COT_CLIENT || peer->protocol == PROTOCOL_ASKED)
        return now_ms + COT_PING_EVERY_MS;
    if (peer->pinged_ms + COT_PING_EVERY_MS > ping_ms)
        ping_ms = peer->pinged_ms + COT_PING_EVERY_MS;
    if (now_ms < ping_ms)
        return ping_ms;
    arena_reset(peer->arena);
    cot_ping_draft(&self, now_ms, peer->arena, &ping);
    cot_peer_send(peer, &ping);
    peer->pinged_ms = now_ms;
    return now_ms + COT_PING_EVERY_MS;
}
