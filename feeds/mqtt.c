/* mqtt.c - sensors, units and gateways that speak MQTT, through a broker.
 *
 *     mqtt_link (libmosquitto) or a capture -> one message
 *         replies topic?  -> mqtt_orders: a receipt
 *         report lines    -> mqtt_mapped: any report
 *         topic lines     -> mqtt_points: alarms, on a change only
 *     hub -> order -> mqtt_orders -> mqtt_link, SENT when the broker has it
 *
 * An order waits while the broker is away, until it expires. How many messages a broker dropped for
 * us nobody tells a client; that it has forgotten our session it does, and so do we. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/base/when.h"
#include "feeds/mqtt_settings.h"
#include "feeds/sparkplug.h"

enum {
    READ_BYTES = 64 * 1024,
    TALLY_MS = 10 * 60 * 1000,
    LATE_HEALTH_MS = 60 * 1000,         /* How often what was held is said. */
    ORDERS_MAX = 1000,                  /* On their way; the next is refused. */
    CAPTURE_LINE_BYTES_MAX = 1024 * 1024,
};

struct pending {
    char *order, *unit, *topic, *reply;
    struct buffer payload;
    int64_t expires_ms;
    bool handed;                        /* To the library; `id` is what it calls it. */
    int id;
    struct pending *next;
};

struct mqtt {
    struct feed *feed;
    struct mqtt_settings settings;
    struct mqtt_points *points;
    struct mqtt_link *link;
    struct arena *arena;                /* One message's. */
    struct buffer text;
    struct pending *pending;            /* Oldest first. */
    uint32_t pending_count;
    int64_t due_ms;                     /* Of the points. */
    int64_t tally_ms;
    struct mqtt_counts told;            /* At the last tally. */
    uint64_t replies_retained, behind_count;
    bool is_behind;
    struct line_buffer *lines;          /* Of a capture. */
    bool subscribed_all;
};

/* ---- the points' sink ---- */

static void sink_report(void *context, const struct report *report)
{
    struct mqtt *mqtt = context;
    feed_report(mqtt->feed, report, span_of(""));
}

/* The quarantine shows the message as mosquitto_sub -v would. */
static void sink_refuse(void *context, const struct verdict *verdict,
                        const struct mqtt_message *message)
{
    struct mqtt *mqtt = context;
    struct verdict shown = *verdict;

    buffer_reset(&mqtt->text);
    buffer_add(&mqtt->text, message->topic);
    buffer_add_text(&mqtt->text, " ");
    buffer_add(&mqtt->text, message->payload);
    if (strcmp(verdict->field, "topic") != 0)
        shown.offset += message->topic.length + 1;
    feed_refuse(mqtt->feed, &shown, buffer_span(&mqtt->text), span_of(""));
}

static void sink_rebirth(void *context, const struct span *group, const struct span *edge,
                         const char *why)
{
    struct mqtt *mqtt = context;
    struct buffer payload = { 0 }, topic = { 0 };
    char sentence[128] = "this is a capture";
    int id;

    buffer_print(&topic, "spBv1.0/%.*s/NCMD/%.*s", (int)group->length, group->bytes,
                 (int)edge->length, edge->bytes);
    sparkplug_rebirth_write(mqtt->feed->now_ms, &payload);
    bool asked = mqtt->settings.rebirth && mqtt_link_is_open(mqtt->link)
                 && mqtt_link_publish(mqtt->link, &(struct mqtt_publication){
                        .topic = topic.bytes, .payload = buffer_span(&payload),
                        .answer_topic = "" }, &id, sentence, sizeof sentence);
    feed_log(mqtt->feed, "Sparkplug node %.*s/%.*s %s: %s", (int)group->length, group->bytes,
             (int)edge->length, edge->bytes,
             asked ? "was asked to be born again" : "should be born again", why);
    buffer_clear(&payload);
    buffer_clear(&topic);
}

/* ---- one message ---- */

static void reply_take(struct mqtt *mqtt, const struct mqtt_message *message,
                       struct span correlation)
{
    struct report report;

    if (message->retained) {            /* Yesterday's "accepted" must not answer today's order. */
        mqtt->replies_retained++;
        return;
    }
    struct verdict verdict = mqtt_reply_read(&mqtt->settings.orders, message->topic,
                                             message->payload, correlation, message->at_ms,
                                             mqtt->arena, &report);
    if (is_accepted(&verdict))
        feed_report(mqtt->feed, &report, span_of(""));
    else
        sink_refuse(mqtt, &verdict, message);
}

static void mapped_one(struct mqtt *mqtt, const struct mqtt_mapped *mapped,
                       const struct mqtt_message *message, const struct json *json)
{
    struct mapped reports;
    struct verdict verdict = mqtt_mapped_take(mapped, message, json, mqtt->arena, &reports);

    if (!is_accepted(&verdict)) {
        sink_refuse(mqtt, &verdict, message);
        return;
    }
    for (uint32_t i = 0; i < reports.count; i++)
        feed_report(mqtt->feed, &reports.reports[i], span_of(""));
}

/* Parsed once for all lines; a payload that is no JSON may still be used as text. */
static void mapped_take(struct mqtt *mqtt, const struct mqtt_message *message)
{
    struct topic_captures captures;
    struct json *json = NULL;
    bool parsed = false;

    for (uint32_t i = 0; i < mqtt->settings.mapped_count; i++) {
        const struct mqtt_mapped *mapped = &mqtt->settings.mapped[i];
        if (!topic_match(mapped->pattern, message->topic, &captures))
            continue;
        if (message->payload.length > mqtt->feed->adapter->message_bytes_max) {
            struct verdict verdict = refused(REFUSED_TOO_LONG,
                                             mqtt->feed->adapter->message_bytes_max, "");
            sink_refuse(mqtt, &verdict, message);
            return;
        }
        if (!parsed)
            (void)json_parse(message->payload, &json);
        parsed = true;
        mapped_one(mqtt, mapped, message, json);
    }
    json_free(json);
}

static void message_take(struct mqtt *mqtt, const struct mqtt_message *message,
                         struct span correlation)
{
    if (mqtt_reply_is(&mqtt->settings.orders, message->topic)) {
        arena_reset(mqtt->arena);
        reply_take(mqtt, message, correlation);
        return;
    }
    if (mqtt->settings.mapped_count) {
        arena_reset(mqtt->arena);
        mapped_take(mqtt, message);
    }
    if (mqtt->settings.line_count)
        mqtt_points_take(mqtt->points, message);
}

/* ---- orders ---- */

static void receipt_say(struct mqtt *mqtt, const char *order, const char *unit,
                        enum receipt_stage stage, const char *reason)
{
    struct report report;

    report_init(&report, REPORT_RECEIPT);
    report.receipt.at = mqtt->feed->now_ms;
    report.receipt.order = order;
    report.receipt.unit = unit;
    report.receipt.stage = stage;
    report.receipt.reason = reason;
    feed_report(mqtt->feed, &report, span_of(""));
}

static void pending_free(struct mqtt *mqtt, struct pending *pending)
{
    struct pending **at = &mqtt->pending;

    while (*at != pending)
        at = &(*at)->next;
    *at = pending->next;
    mqtt->pending_count--;
    base_free(pending->order);
    base_free(pending->unit);
    base_free(pending->topic);
    base_free(pending->reply);
    buffer_clear(&pending->payload);
    base_free(pending);
}

/* False: it is no longer pending. */
static bool pending_send(struct mqtt *mqtt, struct pending *pending)
{
    int64_t left_ms = pending->expires_ms - mqtt->feed->now_ms;
    char sentence[128];

    if (pending->expires_ms && left_ms <= 0) {
        receipt_say(mqtt, pending->order, pending->unit, RECEIPT_FAILED,
                    pending->handed ? "the broker did not confirm it before it expired; it may "
                                      "have been sent"
                                    : "the broker was not reached before the order expired");
        pending_free(mqtt, pending);
        return false;
    }
    if (pending->handed || !mqtt_link_is_open(mqtt->link))
        return true;
    struct mqtt_publication publication = {
        .topic = pending->topic, .payload = buffer_span(&pending->payload), .qos = 1,
        .answer_topic = pending->reply, .correlation = span_of(pending->order),
        .expires_s = pending->expires_ms ? (uint32_t)(left_ms / 1000 + 1) : 0 };
    pending->handed = mqtt_link_publish(mqtt->link, &publication, &pending->id, sentence,
                                        sizeof sentence);
    if (pending->handed)
        return true;
    receipt_say(mqtt, pending->order, pending->unit, RECEIPT_FAILED, sentence);
    pending_free(mqtt, pending);
    return false;
}

static void pending_send_all(struct mqtt *mqtt)
{
    struct pending *next;

    for (struct pending *pending = mqtt->pending; pending; pending = next) {
        next = pending->next;
        pending_send(mqtt, pending);
    }
}

static struct pending *pending_new(struct mqtt *mqtt, const struct feed_order *order,
                                   struct span line, const char *topic)
{
    struct pending *pending = base_alloc(1, sizeof *pending), **last = &mqtt->pending;
    const char *replies = mqtt->settings.orders.replies;

    pending->order = base_copy_text(order->head.order);
    pending->unit = base_copy_text(order->head.unit);
    pending->topic = base_copy_text(topic);
    pending->expires_ms = order->head.expires;
    bool answers = replies[0] && mqtt_order_topic(replies, order, &mqtt->text);
    pending->reply = base_copy_text(answers ? mqtt->text.bytes : "");
    mqtt_order_payload(line, pending->reply, &pending->payload);
    while (*last)
        last = &(*last)->next;
    *last = pending;
    mqtt->pending_count++;
    return pending;
}

static void order_take(struct mqtt *mqtt, const struct feed_order *order, struct span line)
{
    const char *refusal = NULL;

    if (!mqtt->settings.orders.orders[0])
        refusal = "this feed takes no orders: site.conf gives it no orders= topic";
    else if (mqtt->pending_count == ORDERS_MAX)
        refusal = "too many orders wait for the broker already";
    else if (!mqtt_order_topic(mqtt->settings.orders.orders, order, &mqtt->text))
        refusal = "the unit's name makes no topic";
    if (refusal) {
        receipt_say(mqtt, order->head.order, order->head.unit, RECEIPT_REFUSED, refusal);
        return;
    }
    char *topic = base_copy_text(mqtt->text.bytes);
    struct pending *pending = pending_new(mqtt, order, line, topic);
    base_free(topic);
    if (pending_send(mqtt, pending) && !pending->handed && pending->expires_ms)
        feed_wake(mqtt->feed, pending->expires_ms);
}

void mqtt_line(struct feed *feed, const struct hub_line *line)
{
    if (line->kind == HUB_LINE_ORDER)
        order_take(feed->state, &line->order, line->text);
}

/* ---- what the link tells ---- */

static void link_opened(void *owner, bool kept)
{
    struct mqtt *mqtt = owner;
    const struct mqtt_terms *terms = &mqtt->settings.terms;
    bool forgotten = !kept && mqtt->subscribed_all && terms->session_s;
    char text[512];

    snprintf(text, sizeof text, "connected to %s:%u by MQTT %s%s%s", terms->host,
             (unsigned)terms->port, terms->version_5 ? "5" : "3.1.1", terms->tls ? ", TLS" : "",
             forgotten ? "; the broker has forgotten our session: what was said meanwhile is lost"
                       : kept ? "; the broker kept what came meanwhile" : "");
    feed_health(mqtt->feed, SOURCE_THERE, text);
    if (mqtt->settings.filter_count)
        mqtt_link_subscribe(mqtt->link, mqtt->settings.filters, mqtt->settings.filter_qos,
                            mqtt->settings.filter_count);
    mqtt->subscribed_all = true;
    mqtt_points_watch(mqtt->points, mqtt->feed->now_ms);
    pending_send_all(mqtt);
    feed_wake(mqtt->feed, mqtt->feed->now_ms);
}

static void link_closed(void *owner, const char *why)
{
    struct mqtt *mqtt = owner;
    feed_health(mqtt->feed, SOURCE_AWAY, why);
}

static void link_failed(void *owner, const char *why, int64_t again_ms)
{
    struct mqtt *mqtt = owner;
    char text[384];

    snprintf(text, sizeof text, "%s:%u: %s; tried again in %d s", mqtt->settings.terms.host,
             (unsigned)mqtt->settings.terms.port, why,
             (int)((again_ms - mqtt->feed->now_ms + 999) / 1000));
    feed_health(mqtt->feed, SOURCE_AWAY, text);
    feed_log(mqtt->feed, "%s", text);
}

static void link_message(void *owner, const struct mqtt_arrival *arrival)
{
    struct mqtt *mqtt = owner;
    struct mqtt_message message = { .topic = arrival->topic, .payload = arrival->payload,
                                    .retained = arrival->retained,
                                    .at_ms = mqtt->feed->now_ms };

    message_take(mqtt, &message, arrival->correlation);
}

static void link_published(void *owner, int id, const char *why)
{
    struct mqtt *mqtt = owner;

    for (struct pending *pending = mqtt->pending; pending; pending = pending->next) {
        if (!pending->handed || pending->id != id)
            continue;
        receipt_say(mqtt, pending->order, pending->unit, why[0] ? RECEIPT_FAILED : RECEIPT_SENT,
                    why);
        pending_free(mqtt, pending);
        return;
    }
}

static void link_subscribed(void *owner, const char *refused)
{
    struct mqtt *mqtt = owner;
    char text[384];

    if (!refused)
        return;
    snprintf(text, sizeof text, "the broker refuses us the topic %.200s: ask who runs it for leave",
             refused);
    feed_log(mqtt->feed, "%s", text);
    feed_health(mqtt->feed, SOURCE_THERE, text);
}

static bool link_behind(void *owner)
{
    struct mqtt *mqtt = owner;
    bool behind = outlet_waiting(&mqtt->feed->out) > OUTLET_BYTES_MAX / 2;

    mqtt->behind_count += behind && !mqtt->is_behind;
    mqtt->is_behind = behind;
    return behind;
}

static const struct mqtt_handler handler = {
    .opened = link_opened, .closed = link_closed, .failed = link_failed,
    .message = link_message, .published = link_published, .subscribed = link_subscribed,
    .is_behind = link_behind,
};

/* ---- the tally ---- */

static void tally_part(struct mqtt *mqtt, uint64_t now, uint64_t told, const char *words)
{
    if (now == told)
        return;
    buffer_print(&mqtt->text, "%s%llu %s", mqtt->text.length ? ", " : "",
                 (unsigned long long)(now - told), words);
}

/* What came and changed nothing because it could not be judged: nobody must take it for quiet. */
static void tally_say(struct mqtt *mqtt)
{
    const struct mqtt_counts *now = mqtt_points_counts(mqtt->points), *told = &mqtt->told;
    struct report report;

    buffer_reset(&mqtt->text);
    tally_part(mqtt, now->age_unknown, told->age_unknown, "values of unknown age not judged");
    tally_part(mqtt, now->old, told->old, "values too old to judge");
    if (mqtt->text.length && mqtt_points_held(mqtt->points)[0])
        buffer_print(&mqtt->text, " (the last of %s)", mqtt_points_held(mqtt->points));
    tally_part(mqtt, now->refused_unsaid, told->refused_unsaid,
               "more refused like those in the quarantine");
    tally_part(mqtt, now->crowded, told->crowded, "of more topics than this feed keeps apart");
    bool worth = mqtt->text.length > 0;
    if (worth) {
        report_init(&report, REPORT_HEALTH);
        report.health.at = mqtt->feed->now_ms;
        report.health.connected = mqtt->feed->by_hand || mqtt_link_is_open(mqtt->link);
        report.health.text = mqtt->text.bytes;
        report.health.received = (int64_t)now->received;
        feed_report(mqtt->feed, &report, span_of(""));
    }
    mqtt->told = *now;
}

/* ---- a capture ---- */

static void capture_take(struct mqtt *mqtt)
{
    struct mqtt_message message;
    struct line line;

    while (line_buffer_next(mqtt->lines, &line)) {
        struct feed *feed = mqtt->feed;
        struct verdict verdict = refused(REFUSED_TOO_LONG, CAPTURE_LINE_BYTES_MAX, "");
        struct arena *arena = arena_new();
        if (!line.cut && span_trim(line.text).length)
            verdict = mqtt_capture_read(line.text, mqtt->settings.capture, feed->now_ms, arena,
                                        &message);
        if (is_accepted(&verdict)) {
            /* The capture's own time, where it has one, lets what is due between two messages
             * come between them. */
            mqtt_points_advance(mqtt->points, message.at_ms);
            message_take(mqtt, &message, span_of(""));
        } else if (span_trim(line.text).length) {
            feed_refuse(feed, &verdict, line.text, span_of(""));
        }
        arena_free(arena);
    }
}

void mqtt_readable(struct feed *feed)
{
    struct mqtt *mqtt = feed->state;
    char bytes[READ_BYTES];
    ssize_t length = read(feed->source_fd, bytes, sizeof bytes);

    if (length < 0 && errno == EINTR)
        return;
    if (length > 0)
        line_buffer_add(mqtt->lines, span_from(bytes, (size_t)length));
    else
        line_buffer_end(mqtt->lines);
    capture_take(mqtt);
    if (length <= 0) {
        tally_say(mqtt);
        feed->ended = true;
    }
}

/* ---- the row's functions ---- */

/* Without a topic for orders it takes none, and the hub then gives it none. */
static void hello_say(struct mqtt *mqtt)
{
    struct json *nothing = NULL;
    struct verdict verdict = json_parse(span_of("[]"), &nothing);

    assert(is_accepted(&verdict));
    feed_say_hello(mqtt->feed, mqtt->settings.orders.orders[0] ? NULL : nothing);
    json_free(nothing);
}

/* All but what the network and its certificates may say. */
bool mqtt_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    struct feed asked = { .adapter = feed->adapter, .hello_json = feed->hello_json,
                          .by_hand = true, .told = sentence, .told_bytes = sentence_bytes };
    struct mqtt_settings settings;
    bool right = mqtt_settings_read(&asked, &settings);

    mqtt_settings_clear(&settings, false);
    return right;
}

bool mqtt_start(struct feed *feed)
{
    struct mqtt *mqtt = base_alloc(1, sizeof *mqtt);
    const struct mqtt_sink sink = { .context = mqtt, .report = sink_report,
                                    .refuse = sink_refuse, .rebirth = sink_rebirth };

    feed->state = mqtt;
    mqtt->feed = feed;
    mqtt->arena = arena_new();
    mqtt->tally_ms = feed->now_ms + LATE_HEALTH_MS;
    if (!mqtt_settings_read(feed, &mqtt->settings))
        return false;
    mqtt->points = mqtt_points_new(mqtt->settings.lines, mqtt->settings.line_count,
                                   mqtt->settings.facts, mqtt->settings.fact_count,
                                   feed->adapter->message_bytes_max, &sink);
    hello_say(mqtt);
    if (feed->by_hand) {
        mqtt->lines = line_buffer_new(CAPTURE_LINE_BYTES_MAX);
        feed->source_fd = FEED_SOURCE_FD;
        return true;
    }
    mqtt->link = mqtt_link_new(feed, &mqtt->settings.terms, &handler, mqtt);
    return true;
}

int64_t mqtt_now(struct feed *feed)
{
    struct mqtt *mqtt = feed->state;

    if (feed->by_hand)
        return FEED_NEVER;
    /* While the broker is away every sensor is silent, and the feed says so once for all. */
    if (mqtt_link_is_open(mqtt->link))
        mqtt->due_ms = mqtt_points_advance(mqtt->points, feed->now_ms);
    else
        mqtt->due_ms = FEED_NEVER;
    if (feed->now_ms >= mqtt->tally_ms) {
        tally_say(mqtt);
        mqtt->tally_ms = feed->now_ms + LATE_HEALTH_MS;
    }
    pending_send_all(mqtt);
    return mqtt->due_ms < mqtt->tally_ms ? mqtt->due_ms : mqtt->tally_ms;
}

void mqtt_stop(struct feed *feed)
{
    struct mqtt *mqtt = feed->state;
    bool given_back = mqtt_link_free(mqtt->link);

    while (mqtt->pending)
        pending_free(mqtt, mqtt->pending);
    if (mqtt->lines)
        line_buffer_free(mqtt->lines);
    mqtt_points_free(mqtt->points);
    mqtt_settings_clear(&mqtt->settings, !given_back);
    buffer_clear(&mqtt->text);
    arena_free(mqtt->arena);
    base_free(mqtt);
}
