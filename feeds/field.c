/* field.c - the adapter of simulated field units: the hub's lines go to the crews (crew.h), and
 * what was planned is done when it is due. */
#include <stdio.h>
#include <string.h>

#include "feeds/adapters.h"
#include "feeds/crew.h"

enum { LOCATION_S = 5, SPEED_KMH = 50 };        /* Where no setting says. */

#define ROW(upper, function) [ACT_##upper] = function,
static act_fn *const acts[ACT_COUNT] = { ACTS(ROW) };
#undef ROW

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
        crew_plan(sim, &sim->crews[i], ANY_TASK, ACT_APPEAR, NO_ORDER, feed->now_ms);
    }
    return true;
}

void field_line(struct feed *feed, const struct hub_line *line)
{
    struct sim *sim = feed->state;

    sim->act_ms = feed->now_ms;
    switch (line->kind) {
    case HUB_LINE_ORDER:
        order_take(sim, &line->order);
        return;
    case HUB_LINE_INJECT:
        if (!crew_inject(sim, &line->inject))
            feed_log(feed, "there is no unit \"%.40s\" to do that to", line->inject.unit);
        return;
    case HUB_LINE_STATUS:
        crew_follow(sim, &line->status);
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
