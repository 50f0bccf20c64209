#include "feeds/crew.h"

#include <math.h>
#include <string.h>

enum {
    ORDERS_MAX = 20000,             /* In one drill; over it an order is refused, and says so. */
    DELIVERED_MS = 1000,
};

static const char *const answers[] = { "Copied.", "Understood, thank you.", "Will do.",
                                       "Received, stand by." };

void order_deliver(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)crew;
    crew_say_receipt(sim, order, RECEIPT_DELIVERED, "");
}

static void dispatch_begin(struct sim *sim, struct crew *crew, uint32_t order)
{
    enum draw draw = crew->journey.moving ? DRAW_TURNAROUND : DRAW_TURNOUT;

    crew_stop(sim, crew, CREW_TURNOUT);
    crew->order = order;
    crew_plan(sim, crew, crew->task, ACT_ROLL, order,
              sim->act_ms + crew_drawn_ms(sim, crew, order, draw));
}

static void recall_begin(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase != CREW_BROKEN) {
        crew->order = NO_ORDER;
        crew_say_status(sim, crew, UNIT_AVAILABLE, "");
        crew_go_home(sim, crew);
    }
    crew_say_receipt(sim, order, RECEIPT_DONE, "");
}

static void transport_begin(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_TO_HOSPITAL);
    crew->order = order;
    crew_say_status(sim, crew, UNIT_TRANSPORTING, "");
    int64_t arrives_ms = crew_set_off(sim, crew, &sim->orders[order]);
    crew_plan(sim, crew, crew->task, ACT_HOSPITAL, order, arrives_ms);
}

/* Orders that go through order_accept(), and what the crew then does. */
static act_fn *const begins[] = {
    [FEED_VERB_DISPATCH] = dispatch_begin,
    [FEED_VERB_RECALL] = recall_begin,
    [FEED_VERB_TRANSPORT] = transport_begin,
};

void order_accept(struct sim *sim, struct crew *crew, uint32_t order)
{
    enum feed_verb verb = sim->orders[order].verb;

    if (crew->phase == CREW_BROKEN && verb != FEED_VERB_RECALL) {
        crew_say_receipt(sim, order, RECEIPT_REFUSED, "out of service");
        return;
    }
    if (crew->refuses && verb != FEED_VERB_RECALL) {
        crew->refuses = false;
        crew_say_receipt(sim, order, RECEIPT_REFUSED, crew->refuse_reason);
        return;
    }
    crew_say_receipt(sim, order, RECEIPT_ACCEPTED, "");
    begins[verb](sim, crew, order);
}

void message_read(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_say_receipt(sim, order, RECEIPT_DONE, "");
    if (crew_drawn(sim, crew, order, DRAW_ANSWERS) == 0)
        crew_plan(sim, crew, ANY_TASK, ACT_ANSWER, order,
                  sim->act_ms + crew_drawn_ms(sim, crew, order, DRAW_ANSWER));
}

void message_answer(struct sim *sim, struct crew *crew, uint32_t order)
{
    struct report report;

    report_init(&report, REPORT_MESSAGE);
    report.message.unit = crew->unit;
    report.message.at = sim->act_ms;
    report.message.text = answers[crew_drawn(sim, crew, order, DRAW_WORDS)];
    crew_say(sim, crew, &report);
}

static uint32_t order_find(const struct sim *sim, const char *id)
{
    for (uint32_t i = 0; i < sim->order_count; i++)
        if (strcmp(sim->orders[i].id, id) == 0)
            return i;
    return NO_ORDER;
}

/* Where the order leads: its route, or straight to its place. */
static struct geo_points order_route(const struct feed_order *given)
{
    struct geo_point end = given->head.verb == FEED_VERB_TRANSPORT
                               ? given->destination.location : given->incident.location;
    const struct geo_points *route = &given->head.route;
    struct geo_points line = { .at = &end, .count = geo_known(end) };

    if (route->count == 0)
        route = &line;
    struct geo_points copy = { .count = route->count };
    if (route->count) {
        copy.at = base_alloc(route->count, sizeof *copy.at);
        memcpy(copy.at, route->at, route->count * sizeof *copy.at);
    }
    return copy;
}

static uint32_t order_keep(struct sim *sim, const struct crew *crew,
                           const struct feed_order *given)
{
    sim->orders = base_grow(sim->orders, &sim->order_capacity, sim->order_count + 1,
                            sizeof *sim->orders);
    double route_s = given->head.route.count ? given->head.route_s : NAN;
    sim->orders[sim->order_count] = (struct order){
        .id = base_copy_text(given->head.order), .crew = (uint32_t)(crew - sim->crews),
        .verb = given->head.verb, .route = order_route(given),
        .route_ms = route_s > 0 && route_s < 86400 ? (int64_t)llround(route_s * 1000) : 0,
    };
    return sim->order_count++;
}

/* An order that never reaches a crew. */
static void order_fail(struct sim *sim, const struct feed_order *given, const char *reason)
{
    struct report report;

    report_init(&report, REPORT_RECEIPT);
    report.receipt.at = sim->act_ms;
    report.receipt.order = given->head.order;
    report.receipt.unit = given->head.unit;
    report.receipt.stage = RECEIPT_FAILED;
    report.receipt.reason = reason;
    feed_report(sim->feed, &report, span_of(""));
}

static void order_plan(struct sim *sim, struct crew *crew, uint32_t order)
{
    enum feed_verb verb = sim->orders[order].verb;
    int64_t delivered_ms = sim->act_ms + DELIVERED_MS;

    crew_plan(sim, crew, ANY_TASK, ACT_DELIVER, order, delivered_ms);
    if (verb == FEED_VERB_MESSAGE) {
        crew_plan(sim, crew, ANY_TASK, ACT_READ, order,
                  delivered_ms + crew_drawn_ms(sim, crew, order, DRAW_READ));
        return;
    }
    int64_t answered_ms = sim->act_ms + crew_drawn_ms(sim, crew, order, DRAW_ACCEPT);
    if (answered_ms < crew->answered_ms)
        answered_ms = crew->answered_ms;
    crew->answered_ms = answered_ms;
    crew_plan(sim, crew, ANY_TASK, ACT_ACCEPT, order, answered_ms);
}

void order_take(struct sim *sim, const struct feed_order *given)
{
    struct crew *crew = crew_find(sim, given->head.unit);
    uint32_t known = order_find(sim, given->head.order);

    /* Sent again after a restart: the id makes it one, and we say how far it got. */
    if (known != NO_ORDER) {
        if (sim->orders[known].stage != RECEIPT_UNSAID)
            crew_say_receipt(sim, known, sim->orders[known].stage, "");
        return;
    }
    if (!crew || given->head.verb == FEED_VERB_UNSAID)
        order_fail(sim, given, crew ? "the order has no verb" : "no such unit in this drill");
    else if (given->head.expires && given->head.expires <= sim->act_ms)
        order_fail(sim, given, "expired before it was sent");
    else if (sim->order_count == ORDERS_MAX)
        order_fail(sim, given, "too many orders for one drill");
    else
        order_plan(sim, crew, order_keep(sim, crew, given));
}
