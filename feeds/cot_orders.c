#include "feeds/cot_orders.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

enum {
    DAY_MS = 24 * 60 * 60 * 1000,
    PING_STALE_MS = 10 * 1000, PONG_STALE_MS = 20 * 1000,       /* As ATAK and TAK server. */
    TEXT_BYTES = 1024,
};

static const char typed_in[] = "h-g-i-g-o";         /* `how` of what a person entered. */

/* ---- XML ---- */

/* Appends ` name="value"`. */
static void put(struct buffer *out, const char *name, const char *value)
{
    buffer_print(out, " %s=\"", name);
    xml_put_text(out, value);
    buffer_add_text(out, "\"");
}

static void put_element(struct buffer *out, const char *name, const char *text)
{
    buffer_print(out, "<%s>", name);
    xml_put_text(out, text);
    buffer_print(out, "</%s>", name);
}

/* Directed: the server hands it to this one only. */
static void put_marti(struct buffer *out, const struct cot_address *to)
{
    buffer_add_text(out, "<marti><dest");
    if (to->uid[0])
        put(out, "uid", to->uid);
    else
        put(out, "callsign", to->callsign);
    buffer_add_text(out, "/></marti>");
}

static void put_contact(struct buffer *out, const char *callsign)
{
    buffer_add_text(out, "<contact");
    put(out, "callsign", callsign);
    buffer_add_text(out, "/>");
}

static void put_parent(struct buffer *out, const struct cot_self *self)
{
    buffer_add_text(out, "<link");
    put(out, "uid", self->uid);
    put(out, "parent_callsign", self->callsign);
    buffer_add_text(out, " type=\"a-f-G-U-C\" relation=\"p-p\"/>");
}

/* Moves what was written into the arena. */
static struct span kept(struct arena *arena, struct buffer *out)
{
    struct span detail = span_from(arena_copy(arena, buffer_span(out)), out->length);

    buffer_clear(out);
    return detail;
}

/* ---- words ---- */

static const char *joined(struct arena *arena, const char *before, const char *between,
                          const char *more)
{
    if (!more[0])
        return before;
    return arena_print(arena, "%s%s%s", before, before[0] ? between : "", more);
}

static const char *incident_words(const struct feed_incident *incident, struct arena *arena)
{
    const char *words = "";

    if (incident->number)
        words = arena_print(arena, "#%u", incident->number);
    words = joined(arena, words, " ", incident->type);
    if (incident->priority)
        words = joined(arena, words, " ", arena_print(arena, "P%u", incident->priority));
    return joined(arena, words, ", ", incident->place);
}

static const char *point_words(struct geo_point point, struct arena *arena)
{
    if (!geo_known(point))
        return "";
    return arena_print(arena, "%.5f,%.5f", point.lat_deg, point.lon_deg);
}

static struct geo_point destination_of(const struct feed_order *order)
{
    return geo_known(order->destination.location) ? order->destination.location
                                                  : order->incident.location;
}

const char *cot_order_words(const struct feed_order *order, struct arena *arena)
{
    const char *slash = strrchr(order->head.order, '/'), *number = slash ? slash + 1 : "";
    const char *incident = incident_words(&order->incident, arena);
    const char *text = order->head.text[0] ? order->head.text : order->incident.text;
    const char *words = order->head.text;

    switch (order->head.verb) {
    case FEED_VERB_DISPATCH:
        words = joined(arena, arena_print(arena, "DISPATCH %s", incident), ", ",
                       point_words(destination_of(order), arena));
        return arena_print(arena, "%s. Reply ACK %s, UNABLE %s reason, ENR, ONS, AVL",
                           joined(arena, words, ": ", text), number, number);
    case FEED_VERB_RECALL:
        words = joined(arena, arena_print(arena, "RECALL from %s", incident), ": ",
                       order->head.text);
        return arena_print(arena, "%s. Reply ACK %s", words, number);
    case FEED_VERB_TRANSPORT:
        words = arena_print(arena, "TRANSPORT %s to %s", incident, order->destination.code);
        return arena_print(arena, "%s. Reply ACK %s, TRN, HOS",
                           joined(arena, words, ": ", order->head.text), number);
    case FEED_VERB_MESSAGE:
    case FEED_VERB_UNSAID:
        break;
    }
    return words;
}

/* ---- events of an order ---- */

static int64_t stale_of(const struct feed_order *order, int64_t now_ms)
{
    return order->head.expires > now_ms ? order->head.expires : now_ms + DAY_MS;
}

/* The same for the next order to this unit about this incident, which then replaces it. */
static const char *marker_uid(const struct cot_self *self, const struct feed_order *order,
                              struct arena *arena)
{
    return arena_print(arena, "%s.goto-%u.%s", self->uid, order->incident.number,
                       order->head.unit);
}

static struct cot_draft *next_draft(struct cot_drafts *drafts)
{
    assert(drafts->count < COT_EVENTS_OF_ORDER_MAX);
    return &drafts->at[drafts->count++];
}

static void add_marker(const struct cot_self *self, const struct cot_address *to,
                       const struct feed_order *order, int64_t now_ms, struct arena *arena,
                       struct cot_drafts *drafts)
{
    struct buffer detail = { 0 };
    const char *name = order->destination.code[0]
                           ? order->destination.code
                           : arena_print(arena, "#%u %s", order->incident.number,
                                         order->incident.type);

    put_contact(&detail, name);
    put_parent(&detail, self);
    put_element(&detail, "remarks", cot_order_words(order, arena));
    buffer_add_text(&detail, "<archive/>");
    put_marti(&detail, to);
    *next_draft(drafts) = (struct cot_draft){
        .uid = marker_uid(self, order, arena), .type = "b-m-p-w-GOTO", .how = typed_in,
        /* A crew keeps its goal though the order's time for an answer is over. */
        .time_ms = now_ms, .stale_ms = now_ms + DAY_MS, .at = destination_of(order),
        .detail = kept(arena, &detail),
    };
}

static void add_route(const struct cot_self *self, const struct cot_address *to,
                      const struct feed_order *order, int64_t now_ms, struct arena *arena,
                      struct cot_drafts *drafts)
{
    const struct geo_points *route = &order->head.route;
    const char *uid = arena_print(arena, "%s.route", marker_uid(self, order, arena));
    uint32_t step = route->count / COT_ROUTE_POINTS_MAX + 1;
    struct buffer detail = { 0 };

    for (uint32_t i = 0; i < route->count; i += step) {
        bool last = i + step >= route->count;
        struct geo_point point = route->at[last ? route->count - 1 : i];
        buffer_add_text(&detail, "<link");
        put(&detail, "uid", arena_print(arena, "%s.%u", uid, i / step));
        buffer_print(&detail, " type=\"%s\" point=\"%.7f,%.7f\" callsign=\"\" remarks=\"\""
                              " relation=\"c\"/>",
                     i == 0 || last ? "b-m-p-w" : "b-m-p-c", point.lat_deg, point.lon_deg);
    }
    put_contact(&detail, arena_print(arena, "Way to #%u", order->incident.number));
    buffer_add_text(&detail, "<link_attr method=\"Driving\" direction=\"Infil\" "
                             "routetype=\"Primary\" order=\"Ascending Check Points\"/>");
    put_marti(&detail, to);
    *next_draft(drafts) = (struct cot_draft){
        .uid = uid, .type = "b-m-r", .how = "h-e", .time_ms = now_ms,
        .stale_ms = now_ms + DAY_MS, .at = geo_unknown(), .detail = kept(arena, &detail),
    };
}

static void add_delete(const struct cot_self *self, const struct cot_address *to,
                       const struct feed_order *order, int64_t now_ms, struct arena *arena,
                       struct cot_drafts *drafts)
{
    struct buffer detail = { 0 };
    const char *marker = marker_uid(self, order, arena);

    buffer_add_text(&detail, "<link");
    put(&detail, "uid", marker);
    buffer_add_text(&detail, " type=\"b-m-p-w-GOTO\" relation=\"p-p\"/><__forcedelete/>");
    put_marti(&detail, to);
    *next_draft(drafts) = (struct cot_draft){
        .uid = arena_print(arena, "%s.delete", marker), .type = "t-x-d-d", .how = typed_in,
        .time_ms = now_ms, .stale_ms = now_ms + DAY_MS, .at = geo_unknown(),
        .detail = kept(arena, &detail),
    };
}

static void add_task(const struct cot_self *self, const struct cot_address *to,
                     const struct feed_order *order, int64_t now_ms, struct arena *arena,
                     struct cot_drafts *drafts)
{
    char token[COT_TOKEN_BYTES];
    struct buffer detail = { 0 };

    buffer_add_text(&detail, "<link relation=\"t-s\" type=\"a-f-G-U-C\"");
    put(&detail, "uid", to->uid[0] ? to->uid : to->callsign);
    buffer_add_text(&detail, "/><request");
    put(&detail, "to", to->uid[0] ? to->uid : to->callsign);
    put(&detail, "authority", self->uid);
    buffer_add_text(&detail, "/>");
    put_element(&detail, "remarks", cot_order_words(order, arena));
    put_marti(&detail, to);
    *next_draft(drafts) = (struct cot_draft){
        .uid = arena_print(arena, "%s.task.%s", self->uid,
                           cot_order_token(order->head.order, token)),
        .type = self->task, .how = typed_in, .time_ms = now_ms,
        .stale_ms = stale_of(order, now_ms), .at = destination_of(order),
        .detail = kept(arena, &detail),
    };
}

/* ---- chat ---- */

struct chat {
    const char *type;               /* b-t-f, or a receipt for one. */
    const char *element;            /* __chat or __chatreceipt. */
    const char *message_id, *text;
};

static void chat_draft(const struct cot_self *self, const struct cot_address *to,
                       const struct chat *chat, int64_t now_ms, struct arena *arena,
                       struct cot_draft *ret_draft)
{
    const char *other = to->uid[0] ? to->uid : to->callsign;
    struct buffer detail = { 0 };
    char time_text[WHEN_TEXT_BYTES];
    bool receipt = chat->text == NULL;

    buffer_print(&detail, "<%s", chat->element);
    put(&detail, "id", other);
    put(&detail, "chatroom", to->callsign);
    put(&detail, "senderCallsign", self->callsign);
    put(&detail, "messageId", chat->message_id);
    buffer_add_text(&detail, " groupOwner=\"false\" parent=\"RootContactGroup\"><chatgrp");
    put(&detail, "id", other);
    put(&detail, "uid0", self->uid);
    put(&detail, "uid1", other);
    buffer_print(&detail, "/></%s><link", chat->element);
    put(&detail, "uid", self->uid);
    buffer_add_text(&detail, " type=\"a-f-G-U-C\" relation=\"p-p\"/>");
    if (!receipt) {
        buffer_add_text(&detail, "<remarks");
        put(&detail, "source", arena_print(arena, "BAO.F.watchdesk.%s", self->uid));
        put(&detail, "to", other);
        put(&detail, "time", when_text(now_ms, time_text));
        buffer_add_text(&detail, ">");
        xml_put_text(&detail, chat->text);
        buffer_add_text(&detail, "</remarks>");
    }
    put_marti(&detail, to);
    *ret_draft = (struct cot_draft){
        .uid = receipt ? chat->message_id
                       : arena_print(arena, "GeoChat.%s.%s.%s", self->uid, other,
                                     chat->message_id),
        .type = chat->type, .how = typed_in, .time_ms = now_ms, .stale_ms = now_ms + DAY_MS,
        .at = self->at, .detail = kept(arena, &detail),
    };
}

static void add_chat(const struct cot_self *self, const struct cot_address *to,
                     const struct feed_order *order, int64_t now_ms, struct arena *arena,
                     struct cot_drafts *drafts)
{
    char token[COT_TOKEN_BYTES], text[TEXT_BYTES];

    cot_order_token(order->head.order, token);
    text_copy(text, sizeof text, span_of(cot_order_words(order, arena)));
    const struct chat chat = { .type = "b-t-f", .element = "__chat", .text = text,
                               .message_id = token[0] ? arena_copy(arena, span_of(token))
                                                      : order->head.order };
    chat_draft(self, to, &chat, now_ms, arena, next_draft(drafts));
}

void cot_order_draft(const struct cot_self *self, const struct cot_address *to,
                     const struct feed_order *order, int64_t now_ms, struct arena *arena,
                     struct cot_drafts *ret_drafts)
{
    enum feed_verb verb = order->head.verb;
    bool goes = verb == FEED_VERB_DISPATCH || verb == FEED_VERB_TRANSPORT;
    bool somewhere = geo_known(destination_of(order));

    ret_drafts->count = 0;
    if (goes && somewhere)
        add_marker(self, to, order, now_ms, arena, ret_drafts);
    if (goes && self->routes && order->head.route.count > 1)
        add_route(self, to, order, now_ms, arena, ret_drafts);
    if (goes && self->task[0])
        add_task(self, to, order, now_ms, arena, ret_drafts);
    if (verb == FEED_VERB_RECALL)
        add_delete(self, to, order, now_ms, arena, ret_drafts);
    /* Last: who reads it has the marker already. */
    add_chat(self, to, order, now_ms, arena, ret_drafts);
}

void cot_delivered_draft(const struct cot_self *self, const struct cot_address *to,
                         const char *message_id, int64_t now_ms, struct arena *arena,
                         struct cot_draft *ret_draft)
{
    const struct chat chat = { .type = "b-t-f-d", .element = "__chatreceipt",
                               .message_id = message_id };
    chat_draft(self, to, &chat, now_ms, arena, ret_draft);
}

/* ---- about ourselves ---- */

void cot_announce_draft(const struct cot_self *self, int64_t now_ms, int64_t stale_ms,
                        struct arena *arena, struct cot_draft *ret_draft)
{
    struct buffer detail = { 0 };

    buffer_add_text(&detail, "<takv device=\"watchdesk\" platform=\"watchdesk\" os=\"Linux\" "
                             "version=\"1\"/><contact endpoint=\"*:-1:stcp\"");
    put(&detail, "callsign", self->callsign);
    buffer_add_text(&detail, "/><uid");
    put(&detail, "Droid", self->callsign);
    buffer_add_text(&detail, "/><__group name=\"Cyan\" role=\"HQ\"/>");
    *ret_draft = (struct cot_draft){
        .uid = self->uid, .type = "a-f-G-U-C", .how = "h-e", .time_ms = now_ms,
        .stale_ms = stale_ms, .at = self->at, .detail = kept(arena, &detail),
    };
}

void cot_ping_draft(const struct cot_self *self, int64_t now_ms, struct arena *arena,
                    struct cot_draft *ret_draft)
{
    *ret_draft = (struct cot_draft){
        .uid = arena_print(arena, "%s-ping", self->uid), .type = "t-x-c-t", .how = "m-g",
        .time_ms = now_ms, .stale_ms = now_ms + PING_STALE_MS, .at = geo_unknown(),
        .detail = span_of(""),
    };
}

void cot_pong_draft(int64_t now_ms, struct cot_draft *ret_draft)
{
    *ret_draft = (struct cot_draft){
        .uid = "takPong", .type = "t-x-c-t-r", .how = "h-g-i-g-o", .time_ms = now_ms,
        .stale_ms = now_ms + PONG_STALE_MS, .at = geo_unknown(), .detail = span_of(""),
    };
}
