#include "feeds/crew.h"

#include <math.h>
#include <string.h>

enum { LOST_MS = 300 * 1000 };      /* To find a place that came without coordinates. */

/* Seconds. Turnout: NFPA 1710 asks for 60 to 80 s. */
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

struct crew *crew_find(struct sim *sim, const char *unit)
{
    for (uint32_t i = 0; i < sim->crew_count; i++)
        if (strcmp(sim->crews[i].unit, unit) == 0)
            return &sim->crews[i];
    return NULL;
}

/* ---- chance and time ---- */

int64_t crew_drawn(const struct sim *sim, const struct crew *crew, uint32_t order,
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

int64_t crew_drawn_ms(const struct sim *sim, const struct crew *crew, uint32_t order,
                      enum draw draw)
{
    return crew_drawn(sim, crew, order, draw) * 1000;
}

void crew_plan(struct sim *sim, const struct crew *crew, uint32_t task, enum act act,
               uint32_t order, int64_t due_ms)
{
    agenda_add(&sim->agenda,
               &(struct agenda_item){ .due_ms = due_ms, .task = task, .act = act,
                                      .unit = (uint32_t)(crew - sim->crews), .subject = order });
}

/* ---- saying ---- */

void crew_say(struct sim *sim, const struct crew *crew, const struct report *report)
{
    if (!crew->silent)
        feed_report(sim->feed, report, span_of(""));
}

void crew_say_receipt(struct sim *sim, uint32_t index, enum receipt_stage stage,
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
    crew_say(sim, &sim->crews[order->crew], &report);
}

void crew_status_report(const struct sim *sim, const struct crew *crew, struct report *report)
{
    report_init(report, REPORT_STATUS);
    report->status.at = sim->act_ms;
    report->status.unit = crew->unit;
    report->status.status = crew->status;
    report->status.location = journey_fix(&crew->journey, sim->act_ms).at;
    if (crew->order != NO_ORDER)
        report->status.order = sim->orders[crew->order].id;
}

void crew_say_status(struct sim *sim, struct crew *crew, enum unit_status status,
                     const char *text)
{
    struct report report;

    crew->status = status;
    crew_status_report(sim, crew, &report);
    report.status.text = text;
    crew_say(sim, crew, &report);
}

static double tenths(double value)
{
    return round(value * 10) / 10;
}

void crew_say_location(struct sim *sim, const struct crew *crew)
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
    crew_say(sim, crew, &report);
}

/* ---- what a crew does ---- */

void crew_stop(struct sim *sim, struct crew *crew, enum phase phase)
{
    crew->task++;
    crew->phase = phase;
    journey_halt(&crew->journey, sim->act_ms);
}

static void crew_watch(struct sim *sim, struct crew *crew)
{
    if (crew->journey.moving)
        crew_plan(sim, crew, crew->task, ACT_LOCATE, NO_ORDER, sim->act_ms + sim->location_ms);
}

void crew_go_home(struct sim *sim, struct crew *crew)
{
    crew_stop(sim, crew, CREW_GOING_HOME);
    crew->order = NO_ORDER;
    int64_t arrives_ms = journey_home(&crew->journey, sim->speed_mps, sim->act_ms);
    if (!crew->journey.moving) {
        crew->phase = CREW_STANDING;
        return;
    }
    crew_watch(sim, crew);
    crew_plan(sim, crew, crew->task, ACT_HOME, NO_ORDER, arrives_ms);
}

int64_t crew_set_off(struct sim *sim, struct crew *crew, struct order *order)
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

void crew_appear(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew_say_status(sim, crew, UNIT_AVAILABLE, "");
    if (sim->parked_ms > 0)
        crew_plan(sim, crew, ANY_TASK, ACT_PARKED, NO_ORDER, sim->act_ms + sim->parked_ms);
}

void crew_locate(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew_say_location(sim, crew);
    crew_watch(sim, crew);
}

void crew_parked(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    if (!crew->journey.moving)
        crew_say_location(sim, crew);
    crew_plan(sim, crew, ANY_TASK, ACT_PARKED, NO_ORDER, sim->act_ms + sim->parked_ms);
}

void crew_roll(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_TO_SCENE);
    crew_say_status(sim, crew, UNIT_ENROUTE, "");
    int64_t arrives_ms = crew_set_off(sim, crew, &sim->orders[order]);
    crew_plan(sim, crew, crew->task, ACT_ARRIVE, order, arrives_ms);
}

void crew_work_start(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (order != NO_ORDER && sim->orders[order].stage != RECEIPT_DONE)
        crew_say_receipt(sim, order, RECEIPT_DONE, "");
    crew_plan(sim, crew, crew->task, ACT_WORK_END, order,
              sim->act_ms + crew_drawn_ms(sim, crew, order, DRAW_WORK));
}

void crew_arrive(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_ON_SCENE);
    crew_say_location(sim, crew);
    crew_say_status(sim, crew, UNIT_ONSCENE, "");
    crew_work_start(sim, crew, order);
}

void crew_work_end(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew->order = NO_ORDER;
    crew_say_status(sim, crew, UNIT_AVAILABLE, "");
    crew_go_home(sim, crew);
}

void crew_handover_start(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (order != NO_ORDER && sim->orders[order].stage != RECEIPT_DONE)
        crew_say_receipt(sim, order, RECEIPT_DONE, "");
    crew_plan(sim, crew, crew->task, ACT_HOSPITAL_END, order,
              sim->act_ms + crew_drawn_ms(sim, crew, order, DRAW_HANDOVER));
}

void crew_at_hospital(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_stop(sim, crew, CREW_AT_HOSPITAL);
    crew_say_location(sim, crew);
    crew_say_status(sim, crew, UNIT_AT_HOSPITAL, "");
    crew_handover_start(sim, crew, order);
}

void crew_hospital_end(struct sim *sim, struct crew *crew, uint32_t order)
{
    crew_work_end(sim, crew, order);
}

void crew_is_home(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew_stop(sim, crew, CREW_STANDING);
    crew_say_location(sim, crew);
}
