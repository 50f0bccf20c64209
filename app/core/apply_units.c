/* apply_units.c - units, their ways and the orders to them. */
#include "app/core/apply_inside.h"

static const int64_t leaves_after_ms = (int64_t)INCIDENT_LEAVES_AFTER_H * 3600000;

/* ---- units ---- */

/* A new errand, or the end of one: what was noticed on the way is over. */
static void journey_ends(struct unit *unit)
{
    unit->off_fixes = 0;
    unit->off_since_ms = 0;
    unit->strayed_m = 0;
    unit->strayed_ms = 0;
    unit->closure = 0;
}

void apply_unit_assigned(struct picture *picture, const struct entry_head *head,
                         const struct event *event)
{
    const struct unit_assigned *assigned = &event->unit_assigned;
    struct unit *unit = unit_row(picture, assigned->unit);
    struct incident *incident = incident_row(picture, assigned->incident);

    unit->incident = assigned->incident;
    unit->order = assigned->order;
    unit->status = UNIT_ASSIGNED;
    unit->status_ms = head->at_ms;
    unit->reason[0] = '\0';
    COPY(unit->destination, incident->place);
    unit->arrives_ms = 0;
    journey_ends(unit);
    unit_changed_by(unit, head);
    if (!incident->dispatched_ms)
        incident->dispatched_ms = head->at_ms;
    incident_changed_by(incident, head);
}

void apply_unit_released(struct picture *picture, const struct entry_head *head,
                         const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_released.unit);
    struct incident *incident = incident_row(picture, event->unit_released.incident);

    unit->incident = 0;
    unit->destination[0] = '\0';
    unit->arrives_ms = 0;
    journey_ends(unit);
    unit_changed_by(unit, head);
    incident_changed_by(incident, head);
}

static void incident_clock(int64_t *clock_ms, int64_t at_ms)
{
    if (*clock_ms == 0)
        *clock_ms = at_ms;
}

/* The clocks that a status starts on the unit's incident. */
static void incident_clocks(struct picture *picture, const struct unit *unit,
                            const struct entry_head *head)
{
    if (!unit->incident)
        return;
    struct incident *incident = incident_row(picture, unit->incident);
    incident_changed_by(incident, head);
    if (unit->status == UNIT_ENROUTE || unit->status == UNIT_ONSCENE) {
        incident_clock(&incident->accepted_ms, unit->status_ms);
        incident_clock(&incident->enroute_ms, unit->status_ms);
    }
    if (unit->status == UNIT_ONSCENE)
        incident_clock(&incident->onscene_ms, unit->status_ms);
}

static int64_t arrival_ms(const struct picture *picture, const struct unit *unit)
{
    const struct order *order =
        unit->order ? picture_numbered(picture, OBJECT_ORDER, unit->order) : NULL;

    if (!order || !order->route_s)
        return 0;
    return unit->status_ms + (int64_t)order->route_s * 1000;
}

void apply_unit_status_changed(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    const struct unit_status_changed *changed = &event->unit_status_changed;
    struct unit *unit = unit_row(picture, changed->unit);
    bool going = changed->status == UNIT_ENROUTE || changed->status == UNIT_TRANSPORTING;

    unit->status = changed->status;
    unit->status_ms = changed->at_ms ? changed->at_ms : head->at_ms;
    COPY(unit->reason, changed->reason);
    unit->back_ms = changed->back_ms;
    if (changed->destination[0])
        COPY(unit->destination, changed->destination);
    else if (changed->status == UNIT_AVAILABLE || changed->status == UNIT_OUT_OF_SERVICE)
        unit->destination[0] = '\0';
    unit->arrives_ms = going ? arrival_ms(picture, unit) : 0;
    if (changed->status != UNIT_ENROUTE)
        journey_ends(unit);
    unit_changed_by(unit, head);
    incident_clocks(picture, unit, head);
}

void apply_unit_located(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    const struct unit_located *located = &event->unit_located;
    struct unit *unit = unit_row(picture, located->unit);

    unit->location = located->location;
    unit->located_ms = located->at_ms ? located->at_ms : head->at_ms;
    unit->speed_mps = located->speed_mps;
    unit->course_deg = located->course_deg;
    unit->accuracy_m = located->accuracy_m;
    unit->off_fixes = located->off_fixes;
    unit->off_since_ms = located->off_since_ms;
}

void apply_unit_strayed(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_strayed.unit);

    unit->strayed_m = event->unit_strayed.distance_m;
    unit->strayed_ms = head->at_ms;
}

void apply_unit_on_route(struct picture *picture, const struct entry_head *head,
                         const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_on_route.unit);
    (void)head;

    unit->strayed_m = 0;
    unit->strayed_ms = 0;
}

void apply_route_closed(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    (void)head;
    unit_row(picture, event->route_closed.unit)->closure = event->route_closed.hazard;
}

void apply_route_reopened(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    (void)head;
    unit_row(picture, event->route_reopened.unit)->closure = 0;
}

void apply_unit_emergency(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_emergency.unit);

    unit->emergency_ms = event->unit_emergency.at_ms ? event->unit_emergency.at_ms : head->at_ms;
    unit->emergency_cancelled = false;
    unit_changed_by(unit, head);
}

void apply_unit_emergency_cancelled(struct picture *picture, const struct entry_head *head,
                                    const struct event *event)
{
    (void)head;
    unit_row(picture, event->unit_emergency_cancelled.unit)->emergency_cancelled = true;
}

void apply_unit_emergency_cleared(struct picture *picture, const struct entry_head *head,
                                  const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_emergency_cleared.unit);

    unit->emergency_ms = 0;
    unit->emergency_cancelled = false;
    unit_changed_by(unit, head);
}

/* ---- orders ---- */

bool order_is_over(const struct order *order)
{
    switch (order->stage) {
    case STAGE_QUEUED:
    case STAGE_SENT:
    case STAGE_DELIVERED:
    case STAGE_READ:
    case STAGE_ACCEPTED:
        return false;
    case STAGE_DONE:
    case STAGE_REFUSED:
    case STAGE_TIMED_OUT:
    case STAGE_FAILED:
    case STAGE_UNCERTAIN:
    case STAGE_WITHDRAWN:
        return true;
    }
    assert(!"an order has one of its stages");
    return true;
}

/* An order of an incident leaves with it; one without (a message) 72 h after it was over. */
int64_t order_due_ms(const struct order *order)
{
    if (order->stage < STAGE_ACCEPTED)
        return order->expires_ms;
    return order_is_over(order) && !order->incident ? order->stage_ms + leaves_after_ms : 0;
}

int64_t incident_leaves_ms(const struct incident *incident)
{
    return incident->state == INCIDENT_CLOSED ? incident->closed_ms + leaves_after_ms : 0;
}

int64_t message_leaves_ms(const struct message *message)
{
    return message->incident ? 0 : message->at_ms + leaves_after_ms;
}

void apply_order_queued(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    const struct order_queued *queued = &event->order_queued;
    struct order *order = picture_row_numbered(picture, OBJECT_ORDER, queued->order);

    order->verb = queued->verb;
    COPY(order->unit, queued->unit);
    order->incident = queued->incident;
    order->stage = STAGE_QUEUED;
    order->stage_ms = head->at_ms;
    order->queued_ms = head->at_ms;
    order->expires_ms = queued->expires_ms;
    order->waits = queued->waits;
    COPY(order->by, queued->by);
    COPY(order->text, queued->text);
    COPY(order->facility, queued->facility);
    order->destination = queued->destination;
    counters_row(picture)->orders = queued->order;
    /* From here on the unit follows this one: its route is the unit's. */
    if (queued->verb == ORDER_TRANSPORT)
        unit_row(picture, queued->unit)->order = queued->order;
}

/* Routed again on its way, a unit arrives later or sooner than it was said to. */
static void arrives_anew(struct picture *picture, const struct order *order,
                         const struct entry_head *head)
{
    struct unit *unit = (struct unit *)(uintptr_t)picture_unit(picture, order->unit);
    bool going = unit && (unit->status == UNIT_ENROUTE || unit->status == UNIT_TRANSPORTING);

    if (going && unit->order == order->number && order->route_s)
        unit->arrives_ms = head->at_ms + (int64_t)order->route_s * 1000;
}

void apply_order_routed(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    const struct order_routed *routed = &event->order_routed;
    struct order *order = numbered_row(picture, OBJECT_ORDER, routed->order);

    record_clear(object_shape(OBJECT_ORDER), order);
    order->route = routed->route;
    record_own(object_shape(OBJECT_ORDER), order);
    order->route_s = routed->route_s;
    order->route_m = routed->route_m;
    order->route_deviation_m = routed->route_deviation_m;
    COPY(order->route_told, routed->told);
    order->waits = false;
    arrives_anew(picture, order, head);
}

void apply_order_moved(struct picture *picture, const struct entry_head *head,
                       const struct event *event)
{
    const struct order_moved *moved = &event->order_moved;
    struct order *order = numbered_row(picture, OBJECT_ORDER, moved->order);

    order->stage = moved->stage;
    order->stage_ms = head->at_ms;
    order->waits = false;
    COPY(order->reason, moved->reason);
    if (order_is_over(order))       /* Its route has served: 2,000 points are 32 KiB. */
        record_clear(object_shape(OBJECT_ORDER), order);
    if (moved->stage == STAGE_ACCEPTED && order->incident && order->verb == ORDER_DISPATCH)
        incident_clock(&incident_row(picture, order->incident)->accepted_ms, head->at_ms);
}

void apply_order_acknowledged(struct picture *picture, const struct entry_head *head,
                              const struct event *event)
{
    struct order *order =
        numbered_row(picture, OBJECT_ORDER, event->order_acknowledged.order);
    (void)head;

    order->acknowledged = true;
}

void apply_order_left(struct picture *picture, const struct entry_head *head,
                      const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_ORDER,
                   numbered_row(picture, OBJECT_ORDER, event->order_left.order));
}
