#include "app/core/apply.h"

#include <string.h>

static const int64_t leaves_after_ms = (int64_t)INCIDENT_LEAVES_AFTER_H * 3600000;

#define COPY(to, from) text_copy((to), sizeof(to), span_of(from))

typedef void apply_fn(struct picture *picture, const struct entry_head *head,
                      const struct event *event);

/* Events name objects that decide has just seen, so a missing one is our fault, not the input's. */
static struct incident *incident_row(struct picture *picture, uint32_t number)
{
    struct incident *incident = (struct incident *)(uintptr_t)picture_incident(picture, number);
    assert(incident);
    return incident;
}

static struct unit *unit_row(struct picture *picture, const char *callsign)
{
    struct unit *unit = (struct unit *)(uintptr_t)picture_unit(picture, callsign);
    assert(unit);
    return unit;
}

static void *numbered_row(struct picture *picture, enum object_kind kind, uint32_t number)
{
    void *row = (void *)(uintptr_t)picture_numbered(picture, kind, number);
    assert(row);
    return row;
}

static struct feed *feed_row(struct picture *picture, const char *name)
{
    return (struct feed *)(uintptr_t)picture_called(picture, OBJECT_FEED, name);
}

static struct counters *counters_row(struct picture *picture)
{
    return (struct counters *)(uintptr_t)picture_counters(picture);
}

static void count_up(uint32_t *last, uint32_t number)
{
    if (number > *last)
        *last = number;
}

static void incident_changed_by(struct incident *incident, const struct entry_head *head)
{
    incident->entry = (int64_t)head->sequence;
    COPY(incident->entry_by, head->source);
}

static void unit_changed_by(struct unit *unit, const struct entry_head *head)
{
    unit->entry = (int64_t)head->sequence;
    COPY(unit->entry_by, head->source);
}

/* ---- configuration ---- */

/* A kind whose whole row is what site.conf says. */
static void set_row(struct picture *picture, enum object_kind kind, const struct event *event)
{
    const struct record_shape *shape = object_shape(kind);
    const void *record = event_record(event);
    void *row = shape->fields[0].kind == FIELD_TEXT
                    ? picture_row_called(picture, kind, record)
                    : picture_row_numbered(picture, kind, *(const uint32_t *)record);

    assert(event_shape(event->kind)->bytes == shape->bytes);
    memcpy(row, record, shape->bytes);
}

static void apply_site_set(struct picture *picture, const struct entry_head *head,
                           const struct event *event)
{
    (void)head;
    memcpy(picture->tables[OBJECT_SITE].rows[0], &event->site_set, sizeof(struct site));
}

#define APPLY_SET(lower, upper)                                                             \
    static void apply_##lower##_set(struct picture *picture, const struct entry_head *head, \
                                    const struct event *event)                              \
    {                                                                                       \
        (void)head;                                                                         \
        set_row(picture, OBJECT_##upper, event);                                            \
    }
APPLY_SET(type, TYPE)
APPLY_SET(disposition, DISPOSITION)
APPLY_SET(facility, FACILITY)
APPLY_SET(hazard_kind, HAZARD_KIND)
APPLY_SET(layer, LAYER)
APPLY_SET(layer_class, LAYER_CLASS)
APPLY_SET(operator, OPERATOR)

/* The site's part of a unit or feed stands first in its row, in the same order. */
static void apply_unit_set(struct picture *picture, const struct entry_head *head,
                           const struct event *event)
{
    struct unit *unit = picture_row_called(picture, OBJECT_UNIT, event->unit_set.callsign);
    bool is_new = unit->status == UNIT_UNKNOWN;

    memcpy(unit, &event->unit_set, offsetof(struct unit_set, feed) + sizeof unit->feed);
    if (is_new) {
        unit->status = UNIT_AVAILABLE;
        unit->status_ms = head->at_ms;
        unit_changed_by(unit, head);
    }
}
_Static_assert(offsetof(struct unit, feed) == offsetof(struct unit_set, feed),
               "a unit starts with what site.conf says of it");

static void apply_feed_set(struct picture *picture, const struct entry_head *head,
                           const struct event *event)
{
    struct feed *feed = picture_row_called(picture, OBJECT_FEED, event->feed_set.name);

    memcpy(feed, &event->feed_set,
           offsetof(struct feed_set, stale_after_s) + sizeof feed->stale_after_s);
    if (feed->state_ms == 0)
        feed->state_ms = head->at_ms;
}
_Static_assert(offsetof(struct feed, stale_after_s) == offsetof(struct feed_set, stale_after_s),
               "a feed starts with what site.conf says of it");

static void apply_withdrawn(struct picture *picture, const struct entry_head *head,
                            const struct event *event)
{
    const struct withdrawn *withdrawn = &event->withdrawn;
    struct object_name name = { .kind = withdrawn->kind, .number = withdrawn->number };
    (void)head;

    COPY(name.key, withdrawn->key);
    void *row = (void *)(uintptr_t)picture_find(picture, &name);
    assert(row);
    picture_remove(picture, withdrawn->kind, row);
}

static void apply_clock_stepped(struct picture *picture, const struct entry_head *head,
                                const struct event *event)
{
    (void)picture, (void)head, (void)event;     /* Hub time slews by itself; the record says why. */
}

/* ---- feeds ---- */

static void apply_feed_changed(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    struct feed *feed = feed_row(picture, event->feed_changed.feed);

    assert(feed);
    feed->state = event->feed_changed.state;
    feed->state_ms = head->at_ms;
    COPY(feed->reason, event->feed_changed.reason);
}

static void apply_report_held(struct picture *picture, const struct entry_head *head,
                              const struct event *event)
{
    struct feed *feed = feed_row(picture, event->report_held.feed);
    (void)head;

    if (feed)
        feed->held++;
}

static void apply_report_unreadable(struct picture *picture, const struct entry_head *head,
                                    const struct event *event)
{
    struct feed *feed = feed_row(picture, event->report_unreadable.feed);
    (void)head;

    if (feed)
        feed->refused++;
}

/* ---- incidents ---- */

static void apply_incident_opened(struct picture *picture, const struct entry_head *head,
                                  const struct event *event)
{
    const struct incident_opened *opened = &event->incident_opened;
    struct incident *incident =
        picture_row_numbered(picture, OBJECT_INCIDENT, opened->incident);
    struct counters *counters = counters_row(picture);
    uint32_t year = 0;

    COPY(incident->long_id, opened->long_id);
    COPY(incident->type, opened->type);
    incident->priority = opened->priority;
    COPY(incident->place, opened->place);
    incident->place_state = opened->place_state;
    incident->location = opened->location;
    incident->radius_m = opened->radius_m;
    COPY(incident->place_note, opened->place_note);
    COPY(incident->zone, opened->zone);
    COPY(incident->owner, opened->owner);
    COPY(incident->opened_by, opened->by);
    COPY(incident->feed, opened->feed);
    COPY(incident->source, opened->source);
    COPY(incident->text, opened->text);
    incident->called_ms = opened->called_ms ? opened->called_ms : head->at_ms;
    incident->opened_ms = head->at_ms;
    incident_changed_by(incident, head);
    picture_index_source(picture, OBJECT_INCIDENT, incident);

    counters->incidents = opened->incident;
    /* "PM-2026-004142": the year and the count in it are read back from the long number. */
    const char *dash = strrchr(opened->long_id, '-');
    int64_t number;
    if (dash && dash - opened->long_id >= 4
        && span_to_int64(span_from(dash - 4, 4), &number))
        year = (uint32_t)number;
    counters->incidents_this_year = year == counters->year ? counters->incidents_this_year + 1 : 1;
    counters->year = year;
}

static void apply_incident_located(struct picture *picture, const struct entry_head *head,
                                   const struct event *event)
{
    const struct incident_located *located = &event->incident_located;
    struct incident *incident = incident_row(picture, located->incident);
    (void)head;

    COPY(incident->place, located->place);
    incident->place_state = located->place_state;
    incident->location = located->location;
    incident->radius_m = located->radius_m;
    COPY(incident->place_note, located->place_note);
    COPY(incident->zone, located->zone);
}

static void apply_incident_changed(struct picture *picture, const struct entry_head *head,
                                   const struct event *event)
{
    const struct incident_changed *changed = &event->incident_changed;
    struct incident *incident = incident_row(picture, changed->incident);
    (void)head;

    if (changed->type[0])
        COPY(incident->type, changed->type);
    if (changed->priority)
        incident->priority = changed->priority;
}

static void apply_incident_closed(struct picture *picture, const struct entry_head *head,
                                  const struct event *event)
{
    struct incident *incident = incident_row(picture, event->incident_closed.incident);

    incident->state = INCIDENT_CLOSED;
    incident->closed_ms = head->at_ms;
    COPY(incident->disposition, event->incident_closed.disposition);
    incident_changed_by(incident, head);
}

static void apply_incident_reopened(struct picture *picture, const struct entry_head *head,
                                    const struct event *event)
{
    struct incident *incident = incident_row(picture, event->incident_reopened.incident);

    incident->state = INCIDENT_OPEN;
    incident->closed_ms = 0;
    incident->disposition[0] = '\0';
    incident_changed_by(incident, head);
}

/* Removes every row of `kind` whose incident (at `offset`) is `number`. */
static void remove_rows_of(struct picture *picture, enum object_kind kind, size_t offset,
                           uint32_t number)
{
    struct table *table = &picture->tables[kind];

    for (uint32_t i = table->count; i > 0; i--) {
        char *row = table->rows[i - 1];
        if (*(uint32_t *)(void *)(row + offset) == number)
            picture_remove(picture, kind, row);
    }
}

static void apply_incident_left(struct picture *picture, const struct entry_head *head,
                                const struct event *event)
{
    uint32_t number = event->incident_left.incident;
    (void)head;

    remove_rows_of(picture, OBJECT_NOTE, offsetof(struct note, incident), number);
    remove_rows_of(picture, OBJECT_ORDER, offsetof(struct order, incident), number);
    remove_rows_of(picture, OBJECT_MESSAGE, offsetof(struct message, incident), number);
    picture_remove(picture, OBJECT_INCIDENT, incident_row(picture, number));
}

/* Makes room: the oldest note of `incident`, or the oldest of all for 0. */
static void note_drop_oldest(struct picture *picture, uint32_t incident)
{
    struct table *notes = &picture->tables[OBJECT_NOTE];

    for (uint32_t i = 0; i < notes->count; i++) {
        struct note *note = notes->rows[i];
        if (incident && note->incident != incident)
            continue;
        picture_remove(picture, OBJECT_NOTE, note);
        return;
    }
}

static void apply_note_added(struct picture *picture, const struct entry_head *head,
                             const struct event *event)
{
    const struct note_added *added = &event->note_added;

    if (picture_count(picture, OBJECT_NOTE) >= NOTES_MAX)
        note_drop_oldest(picture, 0);
    struct note *note = picture_row_numbered(picture, OBJECT_NOTE, added->note);
    note->incident = added->incident;
    COPY(note->unit, added->unit);
    COPY(note->by, added->by);
    note->at_ms = added->at_ms ? added->at_ms : head->at_ms;
    COPY(note->text, added->text);
    note->entry = (int64_t)head->sequence;
    counters_row(picture)->notes = added->note;
    if (!added->incident)
        return;
    struct incident *incident = incident_row(picture, added->incident);
    incident->notes++;
    incident_changed_by(incident, head);
    if (incident->notes > INCIDENT_NOTES_MAX)
        note_drop_oldest(picture, incident->number);
}

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

static void apply_unit_assigned(struct picture *picture, const struct entry_head *head,
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

static void apply_unit_released(struct picture *picture, const struct entry_head *head,
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

static void apply_unit_status_changed(struct picture *picture, const struct entry_head *head,
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

static void apply_unit_located(struct picture *picture, const struct entry_head *head,
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

static void apply_unit_strayed(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_strayed.unit);

    unit->strayed_m = event->unit_strayed.distance_m;
    unit->strayed_ms = head->at_ms;
}

static void apply_unit_on_route(struct picture *picture, const struct entry_head *head,
                                const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_on_route.unit);
    (void)head;

    unit->strayed_m = 0;
    unit->strayed_ms = 0;
}

static void apply_route_closed(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    (void)head;
    unit_row(picture, event->route_closed.unit)->closure = event->route_closed.hazard;
}

static void apply_route_reopened(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    (void)head;
    unit_row(picture, event->route_reopened.unit)->closure = 0;
}

static void apply_unit_emergency(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    struct unit *unit = unit_row(picture, event->unit_emergency.unit);

    unit->emergency_ms = event->unit_emergency.at_ms ? event->unit_emergency.at_ms : head->at_ms;
    unit->emergency_cancelled = false;
    unit_changed_by(unit, head);
}

static void apply_unit_emergency_cancelled(struct picture *picture, const struct entry_head *head,
                                           const struct event *event)
{
    (void)head;
    unit_row(picture, event->unit_emergency_cancelled.unit)->emergency_cancelled = true;
}

static void apply_unit_emergency_cleared(struct picture *picture, const struct entry_head *head,
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

static void apply_order_queued(struct picture *picture, const struct entry_head *head,
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

static void apply_order_routed(struct picture *picture, const struct entry_head *head,
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

static void apply_order_moved(struct picture *picture, const struct entry_head *head,
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

static void apply_order_acknowledged(struct picture *picture, const struct entry_head *head,
                                     const struct event *event)
{
    struct order *order =
        numbered_row(picture, OBJECT_ORDER, event->order_acknowledged.order);
    (void)head;

    order->acknowledged = true;
}

static void apply_order_left(struct picture *picture, const struct entry_head *head,
                             const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_ORDER,
                   numbered_row(picture, OBJECT_ORDER, event->order_left.order));
}

/* ---- alarms, hazards, messages ---- */

static void apply_alarm_raised(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    const struct alarm_raised *raised = &event->alarm_raised;
    struct alarm *alarm = picture_row_numbered(picture, OBJECT_ALARM, raised->alarm);

    COPY(alarm->feed, raised->feed);
    COPY(alarm->source, raised->source);
    COPY(alarm->point, raised->point);
    COPY(alarm->condition, raised->condition);
    COPY(alarm->measured_in, raised->measured_in);
    COPY(alarm->place, raised->place);
    COPY(alarm->text, raised->text);
    alarm->value = raised->value;
    alarm->priority = raised->priority;
    alarm->location = raised->location;
    alarm->active = true;
    alarm->acknowledged = false;
    alarm->acknowledged_by[0] = '\0';
    alarm->raised_ms = raised->at_ms ? raised->at_ms : head->at_ms;
    alarm->changed_ms = alarm->raised_ms;
    alarm->count++;
    picture_index_source(picture, OBJECT_ALARM, alarm);
    count_up(&counters_row(picture)->alarms, raised->alarm);
}

static void alarm_value(struct alarm *alarm, double value, const char *measured_in, int64_t at_ms)
{
    alarm->value = value;
    if (measured_in[0])
        COPY(alarm->measured_in, measured_in);
    alarm->changed_ms = at_ms;
}

static void apply_alarm_measured(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    const struct alarm_measured *measured = &event->alarm_measured;

    alarm_value(numbered_row(picture, OBJECT_ALARM, measured->alarm), measured->value,
                measured->measured_in, measured->at_ms ? measured->at_ms : head->at_ms);
}

static void apply_alarm_returned(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    const struct alarm_returned *returned = &event->alarm_returned;
    struct alarm *alarm = numbered_row(picture, OBJECT_ALARM, returned->alarm);

    alarm_value(alarm, returned->value, returned->measured_in,
                returned->at_ms ? returned->at_ms : head->at_ms);
    alarm->active = false;
}

static void apply_alarm_acknowledged(struct picture *picture, const struct entry_head *head,
                                     const struct event *event)
{
    struct alarm *alarm =
        numbered_row(picture, OBJECT_ALARM, event->alarm_acknowledged.alarm);
    (void)head;

    alarm->acknowledged = true;
    alarm->acknowledged_at = alarm->value;
    COPY(alarm->acknowledged_by, event->alarm_acknowledged.by);
}

static void apply_alarm_left(struct picture *picture, const struct entry_head *head,
                             const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_ALARM,
                   numbered_row(picture, OBJECT_ALARM, event->alarm_left.alarm));
}

static void hazard_changed_by(struct hazard *hazard, const struct entry_head *head)
{
    hazard->entry = (int64_t)head->sequence;
    COPY(hazard->entry_by, head->source);
}

static void apply_hazard_set(struct picture *picture, const struct entry_head *head,
                             const struct event *event)
{
    const struct hazard_set *set = &event->hazard_set;
    struct hazard *hazard = picture_row_numbered(picture, OBJECT_HAZARD, set->hazard);

    COPY(hazard->feed, set->feed);
    COPY(hazard->source, set->source);
    COPY(hazard->kind, set->kind);
    COPY(hazard->headline, set->headline);
    COPY(hazard->area, set->area);
    COPY(hazard->text, set->text);
    hazard->severity = set->severity;
    hazard->effective_ms = set->effective_ms;
    hazard->expires_ms = set->expires_ms;
    hazard->expiry_assumed = set->expiry_assumed;
    hazard->exercise = set->exercise;
    hazard->simplified = set->simplified;
    hazard->closes_roads = set->closes_roads;
    hazard->unconfirmed = set->unconfirmed;
    COPY(hazard->by, set->by);
    COPY(hazard->note, set->note);
    hazard_changed_by(hazard, head);
    hazard->center = set->center;
    hazard->radius_m = set->radius_m;
    record_clear(object_shape(OBJECT_HAZARD), hazard);
    hazard->polygon = set->polygon;
    record_own(object_shape(OBJECT_HAZARD), hazard);
    if (!hazard->raised_ms)
        hazard->raised_ms = head->at_ms;
    hazard->begun = set->effective_ms <= head->at_ms;
    picture_index_source(picture, OBJECT_HAZARD, hazard);
    count_up(&counters_row(picture)->hazards, set->hazard);
}

static void apply_hazard_began(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    struct hazard *hazard =
        numbered_row(picture, OBJECT_HAZARD, event->hazard_began.hazard);
    (void)head;

    hazard->begun = true;
}

/* It begins, or its time is over. */
int64_t hazard_due_ms(const struct hazard *hazard)
{
    bool begins_first = !hazard->begun
                        && (!hazard->expires_ms || hazard->effective_ms < hazard->expires_ms);

    return begins_first ? hazard->effective_ms : hazard->expires_ms;
}

static void apply_hazard_changed(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    const struct hazard_changed *changed = &event->hazard_changed;
    struct hazard *hazard = numbered_row(picture, OBJECT_HAZARD, changed->hazard);

    hazard->expires_ms = changed->expires_ms;
    hazard->expiry_assumed = false;
    if (changed->note[0])
        COPY(hazard->note, changed->note);
    hazard_changed_by(hazard, head);
}

static void apply_hazard_ended(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_HAZARD,
                   numbered_row(picture, OBJECT_HAZARD, event->hazard_ended.hazard));
}

static void apply_message_received(struct picture *picture, const struct entry_head *head,
                                   const struct event *event)
{
    const struct message_received *received = &event->message_received;
    struct message *message =
        picture_row_numbered(picture, OBJECT_MESSAGE, received->message);

    COPY(message->unit, received->unit);
    message->incident = received->incident;
    COPY(message->text, received->text);
    message->at_ms = received->at_ms ? received->at_ms : head->at_ms;
    counters_row(picture)->messages = received->message;
}

static void apply_message_acknowledged(struct picture *picture, const struct entry_head *head,
                                       const struct event *event)
{
    struct message *message =
        numbered_row(picture, OBJECT_MESSAGE, event->message_acknowledged.message);
    (void)head;

    COPY(message->acknowledged_by, event->message_acknowledged.by);
}

static void apply_message_left(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_MESSAGE,
                   numbered_row(picture, OBJECT_MESSAGE, event->message_left.message));
}

/* ---- questions, attention ---- */

static void route_asked(struct picture *picture, uint32_t number, const struct entry_head *head)
{
    struct order *order = numbered_row(picture, OBJECT_ORDER, number);

    order->route_asked_ms = head->at_ms;
}

static void apply_question_asked(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    const struct question_asked *asked = &event->question_asked;
    struct question *question =
        picture_row_numbered(picture, OBJECT_QUESTION, asked->question);

    question->target = asked->target;
    question->purpose = asked->purpose;
    COPY(question->operator, asked->operator);
    COPY(question->command, asked->command);
    COPY(question->consequence, asked->consequence);
    COPY(question->place, asked->place);
    question->incident = asked->incident;
    question->order = asked->order;
    question->from = asked->from;
    question->to = asked->to;
    record_clear(object_shape(OBJECT_QUESTION), question);
    question->avoid = asked->avoid;
    record_own(object_shape(OBJECT_QUESTION), question);
    if (asked->purpose == PURPOSE_ROUTE && asked->order)
        route_asked(picture, asked->order, head);
    question->asked_ms = head->at_ms;
    question->expires_ms = asked->expires_ms;
    counters_row(picture)->questions = asked->question;
}

static void apply_question_ended(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_QUESTION,
                   numbered_row(picture, OBJECT_QUESTION, event->question_ended.question));
}

static void apply_attention_raised(struct picture *picture, const struct entry_head *head,
                                   const struct event *event)
{
    const struct attention_raised *raised = &event->attention_raised;
    struct attention *item =
        picture_row_called(picture, OBJECT_ATTENTION, raised->object);
    bool more_urgent = item->level == 0 || raised->level < item->level;

    if (item->level == 0) {
        item->raised_ms = head->at_ms;
        counters_row(picture)->attention_in++;
    }
    /* What was taken, or had ended, stands open again when it gets worse. */
    if (more_urgent || item->state == ATTENTION_ENDED) {
        item->state = ATTENTION_OPEN;
        item->owner[0] = '\0';
    }
    item->level = raised->level;
    COPY(item->words, raised->words);
    item->entry = (int64_t)head->sequence;
}

static struct attention *attention_row(struct picture *picture, const char *object)
{
    struct attention *item =
        (struct attention *)(uintptr_t)picture_called(picture, OBJECT_ATTENTION, object);
    assert(item);
    return item;
}

static void apply_attention_taken(struct picture *picture, const struct entry_head *head,
                                  const struct event *event)
{
    struct attention *item = attention_row(picture, event->attention_taken.object);
    (void)head;

    item->state = ATTENTION_TAKEN;
    COPY(item->owner, event->attention_taken.by);
}

static void apply_attention_ended(struct picture *picture, const struct entry_head *head,
                                  const struct event *event)
{
    (void)head;
    attention_row(picture, event->attention_ended.object)->state = ATTENTION_ENDED;
}

static void apply_attention_left(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_ATTENTION,
                   attention_row(picture, event->attention_left.object));
    counters_row(picture)->attention_left++;
}

static void apply_input_set_aside(struct picture *picture, const struct entry_head *head,
                                  const struct event *event)
{
    (void)head, (void)event;
    counters_row(picture)->set_aside++;
}

static void apply_set_aside_seen(struct picture *picture, const struct entry_head *head,
                                 const struct event *event)
{
    (void)head, (void)event;
    counters_row(picture)->set_aside_seen = counters_row(picture)->set_aside;
}

static void apply_inject_given(struct picture *picture, const struct entry_head *head,
                               const struct event *event)
{
    (void)picture, (void)head, (void)event;     /* The simulator acts on it, then reports. */
}

static void apply_command_answered(struct picture *picture, const struct entry_head *head,
                                   const struct event *event)
{
    (void)picture, (void)head, (void)event;     /* For the record, and for who asked. */
}

#define ROW(upper, lower, sentence) [EVENT_##upper] = apply_##lower,
static apply_fn *const apply_by_kind[EVENT_KIND_COUNT] = { EVENT_KINDS(ROW) };
#undef ROW

void picture_begin(struct picture *picture, const struct entry_head *head)
{
    assert(head->sequence == picture->sequence + 1);
    picture->sequence = head->sequence;
    picture->at_ms = head->at_ms;
    if (head->kind != INPUT_REPORT)
        return;
    struct feed *feed = feed_row(picture, head->source);
    if (!feed)
        return;
    feed->reports++;
    feed->last_ms = head->at_ms;
}

void picture_apply(struct picture *picture, const struct entry_head *head,
                   const struct event *event)
{
    assert(head->sequence == picture->sequence);
    assert(event->kind < EVENT_KIND_COUNT);
    apply_by_kind[event->kind](picture, head, event);

    const struct counters *counters = picture_counters(picture);
    assert(counters->attention_in
           == counters->attention_left + picture_count(picture, OBJECT_ATTENTION));
}
