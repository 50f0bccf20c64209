#include "app/orders_out.h"

#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/supervisor.h"

/* Something to let out when `sequence` is durable: an order, if it may leave then, or a line as it
 * is. An order's line is written as the picture stood at that entry: the picture has gone on since,
 * and what it holds now may be on no disk. */
struct outgoing {
    uint64_t sequence;
    uint32_t order;                 /* 0: the line is for `feed`. */
    char feed[32];
    char *line;                     /* Owned; NULL for an order that may not leave yet. */
};

struct orders_out {
    struct hub *hub;
    struct outgoing *at;
    uint32_t count, capacity;
    uint32_t *sent;                 /* Left, and its tick is not yet decided. */
    uint32_t sent_count, sent_capacity;
    int64_t started_ms;             /* Hub time of the picture this hub started with. */
};

struct orders_out *orders_out_new(struct hub *hub)
{
    struct orders_out *orders = base_alloc(1, sizeof *orders);

    orders->hub = hub;
    orders->started_ms = hub->picture->at_ms;
    return orders;
}

void orders_out_free(struct orders_out *orders)
{
    for (uint32_t i = 0; i < orders->count; i++)
        base_free(orders->at[i].line);
    base_free(orders->at);
    base_free(orders->sent);
    base_free(orders);
}

static struct outgoing *add(struct orders_out *orders, uint64_t sequence)
{
    orders->at = base_grow(orders->at, &orders->capacity, orders->count + 1, sizeof *orders->at);
    struct outgoing *outgoing = &orders->at[orders->count++];
    *outgoing = (struct outgoing){ .sequence = sequence };
    return outgoing;
}

static void add_line(struct orders_out *orders, uint64_t sequence, const char *feed,
                     struct buffer *line)
{
    struct outgoing *outgoing = add(orders, sequence);

    text_copy(outgoing->feed, sizeof outgoing->feed, span_of(feed));
    outgoing->line = line->bytes;
}

/* ---- what a turn decided ---- */

struct touching {
    struct orders_out *orders;
    uint64_t sequence;
};

static void order_line(const struct picture *picture, const struct order *order,
                       struct buffer *line);

static void add_order(struct orders_out *orders, uint64_t sequence, uint32_t number)
{
    const struct order *order = picture_numbered(orders->hub->picture, OBJECT_ORDER, number);
    struct outgoing *outgoing = add(orders, sequence);
    struct buffer line = { 0 };

    outgoing->order = number;
    if (!order || order->stage != STAGE_QUEUED || order->waits)
        return;
    order_line(orders->hub->picture, order, &line);
    outgoing->line = line.bytes;
}

static void touch(void *context, const struct object_name *object)
{
    const struct touching *touching = context;

    if (object->kind == OBJECT_ORDER && object->number != 0)
        add_order(touching->orders, touching->sequence, object->number);
}

static void inject_line(struct orders_out *orders, uint64_t sequence,
                        const struct inject_given *inject)
{
    struct buffer line = { 0 };

    json_open(&line, NULL, '{');
    json_put_text(&line, "inject", inject->what);
    json_put_text(&line, "unit", inject->unit);
    if (inject->text[0])
        json_put_text(&line, "text", inject->text);
    json_close(&line, '}');
    add_line(orders, sequence, inject->feed, &line);
}

/* A simulated crew follows what the dispatcher typed for it. */
static void status_line(struct orders_out *orders, uint64_t sequence,
                        const struct unit_status_changed *changed)
{
    const struct unit *unit = picture_unit(orders->hub->picture, changed->unit);
    struct buffer line = { 0 };

    /* These two come with an order of their own. */
    if (changed->status == UNIT_ASSIGNED || changed->status == UNIT_TRANSPORTING)
        return;
    if (!unit || !unit->feed[0])
        return;
    json_open(&line, NULL, '{');
    json_put_text(&line, "status", vocabulary_word(&unit_status_words, changed->status));
    json_put_text(&line, "unit", changed->unit);
    json_close(&line, '}');
    add_line(orders, sequence, unit->feed, &line);
}

void orders_out_decided(struct orders_out *orders, const struct turn *turn)
{
    struct touching touching = { orders, turn->head.sequence };

    for (uint32_t i = 0; i < turn->events.count; i++) {
        const struct event *event = &turn->events.at[i];
        if (event->kind == EVENT_INJECT_GIVEN)
            inject_line(orders, turn->head.sequence, &event->inject_given);
        else if (event->kind == EVENT_UNIT_STATUS_CHANGED && turn->head.kind == INPUT_COMMAND)
            status_line(orders, turn->head.sequence, &event->unit_status_changed);
        else if (event->kind == EVENT_ORDER_QUEUED || event->kind == EVENT_ORDER_ROUTED
                 || event->kind == EVENT_ORDER_MOVED)
            event_touches(event, touch, &touching);
    }
}

/* ---- an order's line ---- */

static void put_incident(struct buffer *line, const struct incident *incident)
{
    if (!incident)
        return;
    json_open(line, "incident", '{');
    json_put_int64(line, "number", incident->number);
    json_put_text(line, "type", incident->type);
    json_put_int64(line, "priority", incident->priority);
    json_put_text(line, "place", incident->place);
    if (geo_known(incident->location)) {
        json_put_degrees(line, "lat", incident->location.lat_deg);
        json_put_degrees(line, "lon", incident->location.lon_deg);
    }
    json_put_text(line, "text", incident->text);
    json_close(line, '}');
}

/* Where to, when that is not the incident itself. */
static void put_destination(struct buffer *line, const struct order *order)
{
    if (!order->facility[0])
        return;
    json_open(line, "destination", '{');
    json_put_text(line, "code", order->facility);
    if (geo_known(order->destination)) {
        json_put_degrees(line, "lat", order->destination.lat_deg);
        json_put_degrees(line, "lon", order->destination.lon_deg);
    }
    json_close(line, '}');
}

static void put_route(struct buffer *line, const struct order *order)
{
    if (order->route.count == 0)
        return;
    json_open(line, "route", '[');
    for (uint32_t i = 0; i < order->route.count; i++)
        buffer_print(line, "%s[%.7f,%.7f]", i ? "," : "", order->route.at[i].lat_deg,
                     order->route.at[i].lon_deg);
    json_close(line, ']');
    json_put_int64(line, "route_s", order->route_s);
}

static void order_line(const struct picture *picture, const struct order *order,
                       struct buffer *line)
{
    char id[48], expires[WHEN_TEXT_BYTES];
    struct buffer name = { 0 };

    buffer_print(&name, "%s/%u", picture_site(picture)->id, order->number);
    text_copy(id, sizeof id, buffer_span(&name));
    buffer_clear(&name);
    json_open(line, NULL, '{');
    json_put_text(line, "order", id);
    json_put_text(line, "unit", order->unit);
    json_put_text(line, "verb", vocabulary_word(&order_verb_words, order->verb));
    put_incident(line, picture_incident(picture, order->incident));
    put_destination(line, order);
    json_put_text(line, "text", order->text);
    put_route(line, order);
    if (order->expires_ms != 0)
        json_put_text(line, "expires", when_text(order->expires_ms, expires));
    json_close(line, '}');
}

/* ---- leaving ---- */

static void tick(struct orders_out *orders, uint32_t number, const char *stage, const char *reason)
{
    const struct hub_input input = { .kind = INPUT_TICK, .has_happened = true };
    struct buffer text = { 0 };

    json_open(&text, NULL, '{');
    json_put_text(&text, "tick", "order");
    json_put_int64(&text, "order", number);
    json_put_text(&text, "stage", stage);
    if (*reason)
        json_put_text(&text, "reason", reason);
    json_close(&text, '}');
    hub_take(orders->hub, &input, buffer_span(&text));
    buffer_clear(&text);
}

static bool was_sent(const struct orders_out *orders, uint32_t number)
{
    for (uint32_t i = 0; i < orders->sent_count; i++)
        if (orders->sent[i] == number)
            return true;
    return false;
}

/* What the disk knows as sent needs no note here any more. */
static void forget_sent(struct orders_out *orders)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < orders->sent_count; i++) {
        const struct order *order =
            picture_numbered(orders->hub->picture, OBJECT_ORDER, orders->sent[i]);
        if (order && order->stage == STAGE_QUEUED)
            orders->sent[kept++] = orders->sent[i];
    }
    orders->sent_count = kept;
}

static void send_order(struct orders_out *orders, const struct order *order, struct span line)
{
    const struct unit *unit = picture_unit(orders->hub->picture, order->unit);
    uint32_t number = order->number;

    if (!unit || !unit->feed[0])
        return;
    bool left = supervisor_send(orders->hub->supervisor, unit->feed, line);
    if (!left || order->stage != STAGE_QUEUED)
        return;
    orders->sent = base_grow(orders->sent, &orders->sent_capacity, orders->sent_count + 1,
                             sizeof *orders->sent);
    orders->sent[orders->sent_count++] = number;
    tick(orders, number, "sent", "");
}

static void consider(struct orders_out *orders, const struct outgoing *outgoing)
{
    const struct order *order =
        picture_numbered(orders->hub->picture, OBJECT_ORDER, outgoing->order);

    if (order && outgoing->line && order->stage == STAGE_QUEUED && !order->waits
        && !was_sent(orders, outgoing->order))
        send_order(orders, order, span_of(outgoing->line));
}

/* What is written from the picture as it is now leaves when the picture is durable. */
static void send_as_it_stands(struct orders_out *orders, const struct order *order)
{
    struct buffer line = { 0 };

    if (order->stage == STAGE_QUEUED && orders->hub->picture->sequence > hub_durable(orders->hub)
        && !was_sent(orders, order->number)) {
        add_order(orders, orders->hub->picture->sequence, order->number);
        return;
    }
    order_line(orders->hub->picture, order, &line);
    send_order(orders, order, buffer_span(&line));
    buffer_clear(&line);
}

/* A later entry that is not durable yet speaks of the same order: it is looked at then. */
static bool is_touched_later(const struct orders_out *orders, uint32_t from, uint32_t number)
{
    for (uint32_t i = from; i < orders->count; i++)
        if (orders->at[i].order == number)
            return true;
    return false;
}

void orders_out_durable(struct orders_out *orders, uint64_t sequence)
{
    uint32_t gone = 0;

    while (gone < orders->count && orders->at[gone].sequence <= sequence) {
        struct outgoing *outgoing = &orders->at[gone++];
        if (outgoing->order == 0)
            supervisor_send(orders->hub->supervisor, outgoing->feed, span_of(outgoing->line));
        else if (!is_touched_later(orders, gone, outgoing->order))
            consider(orders, outgoing);
        base_free(outgoing->line);
    }
    orders->count -= gone;
    if (gone > 0 && orders->count > 0)
        memmove(orders->at, orders->at + gone, orders->count * sizeof *orders->at);
    forget_sent(orders);
}

void orders_out_feed_up(struct orders_out *orders, const char *name)
{
    const struct picture *picture = orders->hub->picture;
    const struct feed *feed = picture_called(picture, OBJECT_FEED, name);
    bool safe = feed && feed->repeat == REPEAT_SAFE;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ORDER); i++) {
        const struct order *order = picture_row(picture, OBJECT_ORDER, i);
        const struct unit *unit = picture_unit(picture, order->unit);
        bool open = order->stage == STAGE_QUEUED || order->stage == STAGE_SENT;
        if (!unit || strcmp(unit->feed, name) != 0 || !open || order->waits
            || is_touched_later(orders, 0, order->number))
            continue;
        if (safe)
            send_as_it_stands(orders, order);
        else if (order->stage == STAGE_QUEUED && !was_sent(orders, order->number)
                 && order->queued_ms <= orders->started_ms)
            tick(orders, order->number, "may have been sent",
                 "the hub was restarted while it was leaving");
        else if (order->stage == STAGE_QUEUED && !was_sent(orders, order->number))
            send_as_it_stands(orders, order);
    }
}
