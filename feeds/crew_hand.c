#include "feeds/crew.h"

#include <string.h>

enum { DETOUR_M = 600 };            /* A few blocks: far enough to be noticed. */

/* ---- what an exercise director does to a crew ---- */

typedef void inject_fn(struct sim *sim, struct crew *crew, const char *text);

static void inject_breakdown(struct sim *sim, struct crew *crew, const char *text)
{
    const char *reason = text[0] ? text : "broken down";
    uint32_t order = crew->order;

    crew_stop(sim, crew, CREW_BROKEN);
    crew_say_location(sim, crew);
    crew_say_status(sim, crew, UNIT_OUT_OF_SERVICE, reason);
    crew->order = NO_ORDER;
    if (order != NO_ORDER && sim->orders[order].stage != RECEIPT_DONE)
        crew_say_receipt(sim, order, RECEIPT_FAILED, reason);
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

    crew_status_report(sim, crew, &report);
    report.status.emergency = true;
    report.status.cancel = !crew->emergency;
    report.status.text = text;
    crew_say(sim, crew, &report);
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
        crew_say_status(sim, crew, UNIT_AVAILABLE, text);
        crew_go_home(sim, crew);
    } else if (was_silent) {
        crew_say_status(sim, crew, crew->status, text);
    }
}

/* What is left of the way becomes the order's; with `over`, by way of that point. */
static void order_keep_rest(struct sim *sim, const struct crew *crew, struct order *order,
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
    order_keep_rest(sim, crew, order, &away);
    order->route_ms += (int64_t)(2 * DETOUR_M / sim->speed_mps * 1000);
    crew_stop(sim, crew, CREW_TO_SCENE);
    crew_plan(sim, crew, crew->task, ACT_ARRIVE, number, crew_set_off(sim, crew, order));
}

static inject_fn *const injects[] = {
    [FEED_INJECT_BREAKDOWN] = inject_breakdown, [FEED_INJECT_REFUSE] = inject_refuse,
    [FEED_INJECT_EMERGENCY] = inject_emergency, [FEED_INJECT_SILENT] = inject_silent,
    [FEED_INJECT_CLEAR] = inject_clear,         [FEED_INJECT_DETOUR] = inject_detour,
};

bool crew_inject(struct sim *sim, const struct feed_inject_line *line)
{
    struct crew *crew = crew_find(sim, line->unit);

    if (!crew || line->inject == FEED_INJECT_UNSAID)
        return false;
    injects[line->inject](sim, crew, line->text);
    return true;
}

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
    crew_plan(sim, crew, crew->task, ACT_ARRIVE, order, arrives_ms);
}

static void by_hand_onscene(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase == CREW_ON_SCENE || crew->phase == CREW_BROKEN)
        return;
    crew_stop(sim, crew, CREW_ON_SCENE);
    crew_work_start(sim, crew, order);
}

/* Waits beside the way, and drives what is left of it when it is sent on (ENR). */
static void by_hand_staged(struct sim *sim, struct crew *crew, uint32_t order)
{
    if (crew->phase != CREW_TO_SCENE || order == NO_ORDER || !crew->journey.moving)
        return;
    order_keep_rest(sim, crew, &sim->orders[order], NULL);
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
    crew_handover_start(sim, crew, order);
}

static void by_hand_out_of_service(struct sim *sim, struct crew *crew, uint32_t order)
{
    (void)order;
    crew_stop(sim, crew, CREW_BROKEN);
    crew->order = NO_ORDER;
}

void crew_follow(struct sim *sim, const struct feed_status_line *line)
{
    struct crew *crew = crew_find(sim, line->unit);

    if (!crew || line->status >= ARRAY_COUNT(follows) || !follows[line->status])
        return;
    crew->status = line->status;
    follows[line->status](sim, crew, crew->order);
}
