/* field.c - crews that exist only in a drill: they answer orders, drive, work, and sometimes fail.
 *
 * Everything follows from the hello's seed, the hub's lines and its `now`: no clock, no rand(). The
 * same lines in give the same lines out, and what a crew draws (how long it takes to turn out)
 * depends only on the seed, its name and the order, not on what other crews do.
 *
 *               accepted               rolls                   arrives
 *   STANDING ------------> TURNOUT -----------> TO_SCENE ------------------> ON_SCENE
 *      ^     order_accept()        crew_roll()            crew_arrive()       |    |
 *      |                                                      work_end() or   |    | transport
 *      | crew_is_home()                                       recall, AVL     |    v
 *   GOING_HOME <--------------------------------------------------------------+  TO_HOSPITAL
 *      ^                            hospital_end()                                 |
 *      +--------------------------------------------------- AT_HOSPITAL <----------+ arrives
 *   A breakdown leads from anywhere to BROKEN, `clear` or AVL by hand from there home. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "feeds/adapters.h"
#include "feeds/agenda.h"
#include "feeds/journey.h"

enum {
    DETOUR_M = 600,                 /* A few blocks: far enough to be noticed. */
    ORDERS_MAX = 20000,             /* In one drill; over it an order is refused, and says so. */
    DELIVERED_MS = 1000,
    LOCATION_S = 5,
    SPEED_KMH = 50,
    LOST_MS = 300 * 1000,           /* To find a place that came without coordinates. */
};

/* What a crew takes from its own dice, seconds. Turnout: NFPA 1710 asks for 60 to 80 s. */
enum draw { DRAW_ACCEPT, DRAW_TURNOUT, DRAW_TURNAROUND, DRAW_WORK, DRAW_HANDOVER, DRAW_READ,
            DRAW_ANSWERS, DRAW_ANSWER, DRAW_WORDS, DRAW_COUNT };
static const struct { int64_t low, high; } draws[DRAW_COUNT] = {
    [DRAW_ACCEPT]     = { 3, 12 },
    [DRAW_TURNOUT]    = { 40, 90 },
    [DRAW_TURNAROUND] = { 5, 15 },          /* On the road already. */
    [DRAW_WORK]       = { 8 * 60, 25 * 60 },
    [DRAW_HANDOVER]   = { 6 * 60, 18 * 60 },
    [DRAW_READ]       = { 5, 30 },
    [DRAW_ANSWERS]    = { 0, 3 },           /* 0: this crew answers in words. */
    [DRAW_ANSWER]     = { 5, 20 },
    [DRAW_WORDS]      = { 0, 3 },
};
static const char *const answers[] = { "Copied.", "Understood, thank you.", "Will do.",
                                       "Received, stand by." };

enum phase {
    CREW_STANDING, CREW_TURNOUT, CREW_TO_SCENE, CREW_ON_SCENE, CREW_TO_HOSPITAL,
    CREW_AT_HOSPITAL, CREW_GOING_HOME, CREW_BROKEN,
};

struct order {
    char *id;
    uint32_t crew;
    enum feed_verb verb;
    enum receipt_stage stage;
    struct geo_points route;        /* Owned, until the crew sets off. */
    int64_t route_ms;               /* 0: the route came without a time. */
};

struct crew {
    const char *unit;               /* A loan from the hello. */
    enum phase phase;
    enum unit_status status;
    struct journey journey;
    uint32_t task;                  /* Agenda items of earlier tasks are void. */
    uint32_t order;                 /* What it is on; NO_ORDER. */
    int64_t answered_ms;            /* A crew answers its orders one after the other. */
    bool silent, emergency, refuses;
    char *refuse_reason;
};
enum { NO_ORDER = UINT32_MAX, ANY_TASK = 0 };

struct sim {
    struct feed *feed;
    struct arena *arena;            /* The hello's units. */
    struct crew *crews;
    uint32_t crew_count;
    struct order *orders;
    uint32_t order_count, order_capacity;
    struct agenda agenda;
    int64_t act_ms;                 /* The time of what is being done. */
    int64_t location_ms, parked_ms;
    double speed_mps;
};

typedef void act_fn(struct sim *sim, struct crew *crew, uint32_t order);
static act_fn order_deliver, order_accept, message_read, message_answer, crew_appear, crew_locate,
    crew_parked, crew_roll, crew_arrive, work_end, hospital_arrive, hospital_end, crew_is_home;

#define ACTS(ROW)                                                                     \
    ROW(APPEAR, crew_appear) ROW(LOCATE, crew_locate) ROW(PARKED, crew_parked)        \
    ROW(DELIVER, order_deliver) ROW(ACCEPT, order_accept) ROW(READ, message_read)     \
    ROW(ANSWER, message_answer) ROW(ROLL, crew_roll) ROW(ARRIVE, crew_arrive)         \
    ROW(WORK_END, work_end) ROW(HOSPITAL, hospital_arrive)                            \
    ROW(HOSPITAL_END, hospital_end) ROW(HOME, crew_is_home)
#define ROW(upper, function) ACT_##upper,
enum act { ACTS(ROW) ACT_COUNT };
#undef ROW
#define ROW(upper, function) [ACT_##upper] = function,
static act_fn *const acts[ACT_COUNT] = { ACTS(ROW) };
#undef ROW

/* ---- chance and time ---- */

static int64_t drawn(const struct sim *sim, const struct crew *crew, uint32_t order,
                     enum draw draw)
{
    struct digest digest;

    digest_start(&digest);
    digest_number(&digest, (uint64_t)sim->feed->hello.seed);
    digest_bytes(&digest, crew->unit, strlen(crew->unit));
    if (order != NO_ORDER)
        digest_bytes(&digest, sim->orders[order].id, strlen(sim->orders[order].id));
    digest_number(&digest, draw);
    uint64_t span = (uint64_t)(draws[draw].high - draws[draw].low + 1);
    return draws[draw].low + (int64_t)(digest_end(&digest) % span);
}

static int64_t drawn_ms(const struct sim *sim, const struct crew *crew, uint32_t order,
                        enum draw draw)
{
    return drawn(sim, crew, order, draw) * 1000;
}

static void plan(struct sim *sim, const struct crew *crew, uint32_t task, enum act act,
                 uint32_t order, int64_t due_ms)
{
    agenda_add(&sim->agenda,
               &(struct agenda_item){ .due_ms = due_ms, .task = task, .act = act,
                                      .unit = (uint32_t)(crew - sim->crews), .subject = order });
}

/* ---- saying ---- */

static void say(struct sim *sim, const struct crew *crew, const struct report *report)
{
    if (!crew->silent)
        feed_report(sim->feed, report, span_of(""));
}

static void say_receipt(struct sim *sim, uint32_t index, enum receipt_stage stage,
                        const char *reason)
{
    struct order *order = &sim->orders[index];
    struct report report;

    order->stage = stage;
    report_init(&report, REPORT_RECEIPT);
    report.receipt.at = sim->act_ms;
    report.receipt.order = order->id;
    report.receipt.unit = sim->crews[order->crew].unit;
    report.receipt.stage = stage;
    report.receipt.reason = reason;
    say(sim, &sim->crews[order->crew], &report);
}

static void status_fill(const struct sim *sim, const struct crew *crew, struct report *report)
{
    report_init(report, REPORT_STATUS);
    report->status.at = sim->act_ms;
    report->status.unit = crew->unit;
    report->status.status = crew->status;
    report->status.location = journey_fix(&crew->journey, sim->act_ms).at;
    if (crew->order != NO_ORDER)
        report->status.order = sim->orders[crew->order].id;
}

static void say_status(struct sim *sim, struct crew *crew, enum unit_status status,
                       const char *text)
{
    struct report report;

    crew->status = status;
    status_fill(sim, crew, &report);
    report.status.text = text;
    say(sim, crew, &report);
}

static double tenths(double value)
{
    return round(value * 10) / 10;
}

static void say_location(struct sim *sim, const struct crew *crew)
{
    struct drive_fix fix = journey_fix(&crew->journey, sim->act_ms);
    struct report report;

    if (!geo_known(fix.at))
        return;
    report_init(&report, REPORT_LOCATION);
    report.location.unit = crew->unit;
    report.location.at = sim->act_ms;
    report.location.location = fix.at;
    report.location.speed_mps = tenths(fix.speed_mps);
    report.location.course_deg = isnan(fix.course_deg) ? NAN : tenths(fix.course_deg);
    say(sim, crew, &report);
}

/* ---- what a crew does ---- */

/* Whatever it did is over: it stands where it is, and what was planned for it is void. */
static void crew_stop(struct sim *sim, struct crew *crew, enum phase phase)
{
    crew->task++;
    crew->phase = phase;
    journey_halt(&crew->journey, sim->act_ms);
}

static void crew_watch(struct sim *sim, struct crew *crew)
{
    if (crew->journey.moving)
        plan(sim, crew, crew->task, ACT_LOCATE, NO_ORDER, sim->act_ms + sim->location_ms);
}

static void crew_go_home(struct sim *sim, struct crew *crew)
{
    crew_stop(sim, crew, CREW_GOING_HOME);
    crew->order = NO_ORDER;
    int64_t arrives_ms = journey_home(&crew->journey, sim->speed_mps, sim->act_ms);
    if (!crew->journey.moving) {
        crew->phase = CREW_STANDING;
        return;
    }
    crew_watch(sim, crew);
    plan(sim, crew, crew->task, ACT_HOME, NO_ORDER, arrives_ms);
}

/* Drives the order's route; one that led nowhere still takes the time to find the place. */
static int64_t crew_set_off(struct sim *sim, struct crew *crew, struct order *order)
{
    int64_t arrives_ms = journey_out(&crew->journey, &order->route, order->route_ms,
                                     sim->speed_mps, sim->act_ms);

    base_free(order->route.at);
    order->route = (struct geo_points){ 0 };
    if (!crew->journey.moving)
        return sim->act_ms + LOST_MS;
    crew_watch(sim, crew);
    return arrives_ms;
}

static void crew_appear(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    say_status(sim, crew, UNIT_AVAILABLE, "");
    if (sim->parked_ms > 0)
        plan(sim, crew, ANY_TASK, ACT_PARKED, NO_ORDER, sim->act_ms + sim->parked_ms);
}

static void crew_locate(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    say_location(sim, crew);
    crew_watch(sim, crew);
}

static void crew_parked(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    if (!crew->journey.moving)
        say_location(sim, crew);
    plan(sim, crew, ANY_TASK, ACT_PARKED, NO_ORDER, sim->act_ms + sim->parked_ms);
}

static void crew_roll(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_TO_SCENE);
    say_status(sim, crew, UNIT_ENROUTE, "");
    int64_t arrives_ms = crew_set_off(sim, crew, &sim->orders[order]);
    plan(sim, crew, crew->task, ACT_ARRIVE, order, arrives_ms);
}

static void work_start(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (order != NO_ORDER && sim->orders[order].stage != RECEIPT_DONE)
        say_receipt(sim, order, RECEIPT_DONE, "");
    plan(sim, crew, crew->task, ACT_WORK_END, order,
         sim->act_ms + drawn_ms(sim, crew, order, DRAW_WORK));
}

static void crew_arrive(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_ON_SCENE);
    say_location(sim, crew);
    say_status(sim, crew, UNIT_ONSCENE, "");
    work_start(sim, crew, order);
}

static void work_end(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew->order = NO_ORDER;
    say_status(sim, crew, UNIT_AVAILABLE, "");
    crew_go_home(sim, crew);
}

static void handover_start(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (order != NO_ORDER && sim->orders[order].stage != RECEIPT_DONE)
        say_receipt(sim, order, RECEIPT_DONE, "");
    plan(sim, crew, crew->task, ACT_HOSPITAL_END, order,
         sim->act_ms + drawn_ms(sim, crew, order, DRAW_HANDOVER));
}

static void hospital_arrive(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_AT_HOSPITAL);
    say_location(sim, crew);
    say_status(sim, crew, UNIT_AT_HOSPITAL, "");
    handover_start(sim, crew, order);
}

static void hospital_end(struct sim *sim, struct crew *crew, uint32_t order)
{
    work_end(sim, crew, order);
}

static void crew_is_home(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew_stop(sim, crew, CREW_STANDING);
    say_location(sim, crew);
}

/* ---- orders ---- */

static void order_deliver(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)crew;
    say_receipt(sim, order, RECEIPT_DELIVERED, "");
}

static void dispatch_begin(struct sim *sim, struct crew *crew, uint32_t order)
{
    bool on_the_road = crew->journey.moving;

    crew_stop(sim, crew, CREW_TURNOUT);
    crew->order = order;
    plan(sim, crew, crew->task, ACT_ROLL, order,
         sim->act_ms + drawn_ms(sim, crew, order, on_the_road ? DRAW_TURNAROUND : DRAW_TURNOUT));
}

static void recall_begin(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase != CREW_BROKEN) {
        crew->order = NO_ORDER;
        say_status(sim, crew, UNIT_AVAILABLE, "");
        crew_go_home(sim, crew);
    }
    say_receipt(sim, order, RECEIPT_DONE, "");
}

static void transport_begin(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_TO_HOSPITAL);
    crew->order = order;
    say_status(sim, crew, UNIT_TRANSPORTING, "");
    int64_t arrives_ms = crew_set_off(sim, crew, &sim->orders[order]);
    plan(sim, crew, crew->task, ACT_HOSPITAL, order, arrives_ms);
}

/* Orders that go through order_accept(), and what the crew then does. */
static act_fn *const begins[] = {
    [FEED_VERB_DISPATCH] = dispatch_begin,
    [FEED_VERB_RECALL] = recall_begin,
    [FEED_VERB_TRANSPORT] = transport_begin,
};

static void order_accept(struct sim *sim, struct crew *crew, uint32_t order)
{
    enum feed_verb verb = sim->orders[order].verb;

    if (crew->phase == CREW_BROKEN && verb != FEED_VERB_RECALL) {
        say_receipt(sim, order, RECEIPT_REFUSED, "out of service");
        return;
    }
    if (crew->refuses && verb != FEED_VERB_RECALL) {
        crew->refuses = false;
        say_receipt(sim, order, RECEIPT_REFUSED, crew->refuse_reason);
        return;
    }
    say_receipt(sim, order, RECEIPT_ACCEPTED, "");
    begins[verb](sim, crew, order);
}

static void message_read(struct sim *sim, struct crew *crew, uint32_t order)
{
    say_receipt(sim, order, RECEIPT_DONE, "");
    if (drawn(sim, crew, order, DRAW_ANSWERS) == 0)
        plan(sim, crew, ANY_TASK, ACT_ANSWER, order,
             sim->act_ms + drawn_ms(sim, crew, order, DRAW_ANSWER));
}

static void message_answer(struct sim *sim, struct crew *crew, uint32_t order)
{
    struct report report;

    report_init(&report, REPORT_MESSAGE);
    report.message.unit = crew->unit;
    report.message.at = sim->act_ms;
    report.message.text = answers[drawn(sim, crew, order, DRAW_WORDS)];
    say(sim, crew, &report);
}

static struct crew *crew_find(struct sim *sim, const char *unit)
{
    for (uint32_t i = 0; i < sim->crew_count; i++)
        if (strcmp(sim->crews[i].unit, unit) == 0)
            return &sim->crews[i];
    return NULL;
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

    plan(sim, crew, ANY_TASK, ACT_DELIVER, order, delivered_ms);
    if (verb == FEED_VERB_MESSAGE) {
        plan(sim, crew, ANY_TASK, ACT_READ, order,
             delivered_ms + drawn_ms(sim, crew, order, DRAW_READ));
        return;
    }
    int64_t answered_ms = sim->act_ms + drawn_ms(sim, crew, order, DRAW_ACCEPT);
    if (answered_ms < crew->answered_ms)
        answered_ms = crew->answered_ms;
    crew->answered_ms = answered_ms;
    plan(sim, crew, ANY_TASK, ACT_ACCEPT, order, answered_ms);
}

static void order_take(struct sim *sim, const struct feed_order *given)
{
    struct crew *crew = crew_find(sim, given->head.unit);
    uint32_t known = order_find(sim, given->head.order);

    /* Sent again after a restart: the id makes it one, and we say how far it got. */
    if (known != NO_ORDER) {
        if (sim->orders[known].stage != RECEIPT_UNSAID)
            say_receipt(sim, known, sim->orders[known].stage, "");
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

/* ---- what an exercise director does to a crew ---- */

typedef void inject_fn(struct sim *sim, struct crew *crew, const char *text);

static void inject_breakdown(struct sim *sim, struct crew *crew, const char *text)
{
    const char *reason = text[0] ? text : "broken down";
    uint32_t order = crew->order;

    crew_stop(sim, crew, CREW_BROKEN);
    say_location(sim, crew);
    say_status(sim, crew, UNIT_OUT_OF_SERVICE, reason);
    crew->order = NO_ORDER;
    if (order != NO_ORDER && sim->orders[order].stage != RECEIPT_DONE)
        say_receipt(sim, order, RECEIPT_FAILED, reason);
}

static void inject_refuse(struct sim *sim, struct crew *crew, const char *text)
{
    (void)sim;
    base_free(crew->refuse_reason);
    crew->refuse_reason = base_copy_text(text[0] ? text : "crew not ready");
    crew->refuses = true;
}

static void say_emergency(struct sim *sim, struct crew *crew, const char *text)
{
    struct report report;

    status_fill(sim, crew, &report);
    report.status.emergency = true;
    report.status.cancel = !crew->emergency;
    report.status.text = text;
    say(sim, crew, &report);
}

static void inject_emergency(struct sim *sim, struct crew *crew, const char *text)
{
    crew->emergency = true;
    say_emergency(sim, crew, text);
}

static void inject_silent(struct sim *sim, struct crew *crew, const char *text)
{
    (void)sim;
    (void)text;
    crew->silent = true;
}

static void inject_clear(struct sim *sim, struct crew *crew, const char *text)
{
    bool was_silent = crew->silent, was_emergency = crew->emergency;

    crew->silent = crew->emergency = crew->refuses = false;
    if (was_emergency)
        say_emergency(sim, crew, text);
    if (crew->phase == CREW_BROKEN) {
        say_status(sim, crew, UNIT_AVAILABLE, text);
        crew_go_home(sim, crew);
    } else if (was_silent) {
        say_status(sim, crew, crew->status, text);
    }
}

/* What is left of the way becomes the order's; with `over`, by way of that point. */
static void keep_rest(struct sim *sim, const struct crew *crew, struct order *order,
                      const struct geo_point *over)
{
    const struct drive *drive = &crew->journey.drive;
    uint32_t passed = drive_fix(drive, sim->act_ms).passed;
    uint32_t left = passed < drive->count ? drive->count - passed : 0;

    order->route_ms = drive->ends_ms - sim->act_ms;
    order->route = (struct geo_points){ .at = base_alloc(left + 1, sizeof *order->route.at) };
    if (over)
        order->route.at[order->route.count++] = *over;
    if (left)
        memcpy(order->route.at + order->route.count, drive->points + passed,
               left * sizeof *order->route.at);
    order->route.count += left;
}

/* A wrong turn: away from its way at right angles, then back to it and on. */
static void inject_detour(struct sim *sim, struct crew *crew, const char *text)
{
    uint32_t number = crew->order;

    (void)text;
    if (crew->phase != CREW_TO_SCENE || number == NO_ORDER || !crew->journey.moving)
        return;
    struct drive_fix fix = journey_fix(&crew->journey, sim->act_ms);
    struct geo_point away = geo_rounded(geo_moved(fix.at, fix.course_deg + 90, DETOUR_M));
    struct order *order = &sim->orders[number];
    keep_rest(sim, crew, order, &away);
    order->route_ms += (int64_t)(2 * DETOUR_M / sim->speed_mps * 1000);
    crew_stop(sim, crew, CREW_TO_SCENE);
    plan(sim, crew, crew->task, ACT_ARRIVE, number, crew_set_off(sim, crew, order));
}

static inject_fn *const injects[] = {
    [FEED_INJECT_BREAKDOWN] = inject_breakdown, [FEED_INJECT_REFUSE] = inject_refuse,
    [FEED_INJECT_EMERGENCY] = inject_emergency, [FEED_INJECT_SILENT] = inject_silent,
    [FEED_INJECT_CLEAR] = inject_clear,         [FEED_INJECT_DETOUR] = inject_detour,
};

/* ---- what a dispatcher sets by hand: the crew follows and does not say it again ---- */

static act_fn by_hand_available, by_hand_enroute, by_hand_onscene, by_hand_staged,
    by_hand_transporting, by_hand_at_hospital, by_hand_out_of_service;

static act_fn *const follows[] = {
    [UNIT_AVAILABLE] = by_hand_available,       [UNIT_ENROUTE] = by_hand_enroute,
    [UNIT_ONSCENE] = by_hand_onscene,           [UNIT_STAGED] = by_hand_staged,
    [UNIT_TRANSPORTING] = by_hand_transporting, [UNIT_AT_HOSPITAL] = by_hand_at_hospital,
    [UNIT_OUT_OF_SERVICE] = by_hand_out_of_service,
};

static void by_hand_available(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew_go_home(sim, crew);
}

static void by_hand_enroute(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase != CREW_TURNOUT || order == NO_ORDER)
        return;
    crew_stop(sim, crew, CREW_TO_SCENE);
    int64_t arrives_ms = crew_set_off(sim, crew, &sim->orders[order]);
    plan(sim, crew, crew->task, ACT_ARRIVE, order, arrives_ms);
}

static void by_hand_onscene(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase == CREW_ON_SCENE || crew->phase == CREW_BROKEN)
        return;
    crew_stop(sim, crew, CREW_ON_SCENE);
    work_start(sim, crew, order);
}

/* Waits beside the way, and drives what is left of it when it is sent on (ENR). */
static void by_hand_staged(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase != CREW_TO_SCENE || order == NO_ORDER || !crew->journey.moving)
        return;
    keep_rest(sim, crew, &sim->orders[order], NULL);
    crew_stop(sim, crew, CREW_TURNOUT);
}

static void by_hand_transporting(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;                /* Where to, nobody said: it stands until HOS or an order. */
    crew_stop(sim, crew, CREW_TO_HOSPITAL);
}

static void by_hand_at_hospital(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase == CREW_AT_HOSPITAL)
        return;
    crew_stop(sim, crew, CREW_AT_HOSPITAL);
    handover_start(sim, crew, order);
}

static void by_hand_out_of_service(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew_stop(sim, crew, CREW_BROKEN);
    crew->order = NO_ORDER;
}

static void status_follow(struct sim *sim, const struct feed_status_line *line)
{
    struct crew *crew = crew_find(sim, line->unit);

    if (!crew || line->status >= ARRAY_COUNT(follows) || !follows[line->status])
        return;
    crew->status = line->status;
    follows[line->status](sim, crew, crew->order);
}

/* ---- the row's functions ---- */

bool field_start(struct feed *feed)
{
    struct sim *sim = base_alloc(1, sizeof *sim);
    const struct feed_unit *units;

    feed->state = sim;
    sim->feed = feed;
    sim->arena = arena_new();
    sim->location_ms = (int64_t)(feed_setting_number(feed, "location_s", LOCATION_S) * 1000);
    sim->parked_ms = (int64_t)(feed_setting_number(feed, "parked_s", 0) * 1000);
    sim->speed_mps = feed_setting_number(feed, "speed_kmh", SPEED_KMH) / 3.6;
    if (sim->location_ms < 1000 || sim->speed_mps < 1) {
        feed_log(feed, "\"location_s\" is at least 1, and \"speed_kmh\" at least 4");
        return false;
    }
    struct verdict verdict = hub_hello_units(feed->hello_json, sim->arena, &units,
                                             &sim->crew_count);
    if (!is_accepted(&verdict)) {
        sim->crew_count = 0;
        feed_log(feed, "the hello's units: %s", refusal_text(verdict.refusal));
        return false;
    }
    sim->crews = base_alloc(sim->crew_count + 1, sizeof *sim->crews);
    for (uint32_t i = 0; i < sim->crew_count; i++) {
        sim->crews[i] = (struct crew){ .unit = units[i].unit, .order = NO_ORDER, .task = 1,
                                         .status = UNIT_AVAILABLE };
        journey_init(&sim->crews[i].journey, units[i].location);
        plan(sim, &sim->crews[i], ANY_TASK, ACT_APPEAR, NO_ORDER, feed->now_ms);
    }
    return true;
}

void field_line(struct feed *feed, const struct hub_line *line)
{
    struct sim *sim = feed->state;
    struct crew *crew;

    sim->act_ms = feed->now_ms;
    switch (line->kind) {
    case HUB_LINE_ORDER:
        order_take(sim, &line->order);
        return;
    case HUB_LINE_INJECT:
        crew = crew_find(sim, line->inject.unit);
        if (crew && line->inject.inject != FEED_INJECT_UNSAID)
            injects[line->inject.inject](sim, crew, line->inject.text);
        else
            feed_log(feed, "there is no unit \"%.40s\" to do that to", line->inject.unit);
        return;
    case HUB_LINE_STATUS:
        status_follow(sim, &line->status);
        return;
    case HUB_LINE_HELLO:
    case HUB_LINE_KEPT:
    case HUB_LINE_NOW:
    case HUB_LINE_UNKNOWN:
        return;
    }
}

static bool item_stands(const struct sim *sim, const struct agenda_item *item)
{
    return item->task == ANY_TASK || item->task == sim->crews[item->unit].task;
}

int64_t field_now(struct feed *feed)
{
    struct sim *sim = feed->state;
    const struct agenda_item *first;

    /* Void items are taken out even when they are not due: `idle` must not name their time. */
    while ((first = agenda_first(&sim->agenda)) != NULL) {
        bool stands = item_stands(sim, first);
        if (stands && first->due_ms > feed->now_ms)
            return first->due_ms;
        struct agenda_item item = agenda_take(&sim->agenda);
        sim->act_ms = item.due_ms;
        if (stands)
            acts[item.act](sim, &sim->crews[item.unit], item.subject);
    }
    return FEED_NEVER;
}

void field_stop(struct feed *feed)
{
    struct sim *sim = feed->state;

    for (uint32_t i = 0; sim->crews && i < sim->crew_count; i++) {
        journey_clear(&sim->crews[i].journey);
        base_free(sim->crews[i].refuse_reason);
    }
    for (uint32_t i = 0; i < sim->order_count; i++) {
        base_free(sim->orders[i].id);
        base_free(sim->orders[i].route.at);
    }
    base_free(sim->crews);
    base_free(sim->orders);
    agenda_clear(&sim->agenda);
    arena_free(sim->arena);
    base_free(sim);
}
