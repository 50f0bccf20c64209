/* decide_report.c - what a report means: one function per kind, each under a trust level.
 *
 * A report beyond its feed's trust is entered, changes nothing and is counted HELD (CONTRACTS
 * section 5). So is one that names what this site does not know. */
#include <math.h>
#include <string.h>

#include "app/core/decide.h"

void report_hold(struct turn *turn, const char *report, const char *rule, const char *reason)
{
    struct event event = turn_event(EVENT_REPORT_HELD, rule);

    event.report_held.feed = turn->input->source;
    event.report_held.report = report;
    event.report_held.reason = turn_clean(turn, reason, 160);
    turn_add(turn, &event);
}

/* What a source says of the future is a wrong clock: it counts from its arrival. */
static int64_t observed_ms(const struct turn *turn, int64_t at_ms)
{
    return at_ms && at_ms < turn->head.at_ms ? at_ms : turn->head.at_ms;
}

struct trust feed_trust(const struct turn *turn, const struct feed *feed)
{
    return trust_now(picture_site(turn->picture), feed, turn->head.at_ms);
}

/* ---- incidents ---- */

/* [K] Within this one stands before the right house; a phone's fix by satellite is. */
enum { PLACE_EXACT_M = 50 };

static uint32_t priority_of(const struct turn *turn, const char *type, uint32_t said)
{
    const struct type *row = picture_called(turn->picture, OBJECT_TYPE, type);

    if (said)
        return said;
    return row && row->priority ? row->priority : 3;
}

static void incident_update(struct turn *turn, const struct report_incident *report,
                            const struct incident *incident)
{
    uint32_t number = incident->number;
    const char *by = turn->input->source;

    if (report->cancel) {
        note_add(turn, "report.cancel", number, "", by, observed_ms(turn, report->at),
                 "the source has cancelled this; a person decides");
        return;
    }
    bool type_changed = report->type[0] && strcmp(report->type, incident->type) != 0;
    bool priority_changed = report->priority && report->priority != incident->priority;
    if (type_changed || priority_changed) {
        struct event event = turn_event(EVENT_INCIDENT_CHANGED, "report.update");
        event.incident_changed.incident = number;
        event.incident_changed.type = type_changed ? turn_clean(turn, report->type, 16) : "";
        event.incident_changed.priority = priority_changed ? report->priority : 0;
        event.incident_changed.by = by;
        turn_add(turn, &event);
    }
    if (report->text[0])
        note_add(turn, "report.update", number, "", by, observed_ms(turn, report->at),
                 report->text);
}

/* A circle when its source says so, or when its accuracy is no door's; NaN: a point. */
static double circle_m(const struct report_incident *report)
{
    if (report->radius_m >= 1)
        return fmin(report->radius_m, PLACE_RADIUS_M_MAX);
    return report->accuracy_m > PLACE_EXACT_M ? fmin(report->accuracy_m, PLACE_RADIUS_M_MAX) : NAN;
}

static void incident_from_report(struct turn *turn, const struct report_incident *report)
{
    bool has_point = geo_known(report->location);
    double radius_m = has_point ? circle_m(report) : NAN;
    const char *type = turn_clean(turn, report->type[0] ? report->type : "CALL", 16);
    struct incident_facts facts = {
        .type = type,
        .priority = priority_of(turn, type, report->priority),
        .place = turn_clean(turn, report->place, 120),
        .zone = "", .owner = "", .by = turn->input->source,
        .feed = turn->input->source,
        .source = turn_clean(turn, report->id, 96),
        .text = turn_clean(turn, report->text, 240),
        .location = report->location, .radius_m = radius_m, .place_note = "",
        .place_state = has_point && isnan(radius_m) ? PLACE_CONFIRMED : PLACE_UNCONFIRMED,
        .called_ms = observed_ms(turn, report->at),
        .rule = "report.incident",
    };

    uint32_t number = incident_open(turn, &facts);
    if (has_point)
        incident_ask(turn, PURPOSE_REVERSE, number, report->place, report->location);
    else if (report->place[0])
        incident_ask(turn, PURPOSE_PLACE, number, report->place, geo_unknown());
}

static void decide_incident(struct turn *turn, const struct report *report)
{
    const char *source = turn_clean(turn, report->incident.id, 96);
    const struct incident *incident =
        picture_from_source(turn->picture, OBJECT_INCIDENT, turn->input->source, source);

    if (incident && incident->state == INCIDENT_OPEN)
        incident_update(turn, &report->incident, incident);
    else if (report->incident.cancel)
        report_hold(turn, "incident", "report.cancel", "it cancels what is not open here");
    else if (picture_count(turn->picture, OBJECT_INCIDENT) < INCIDENTS_MAX)
        incident_from_report(turn, &report->incident);
    else        /* CONTRACTS section 7: a bare note, never lost. */
        note_add(turn, "report.full", 0, "", turn->input->source,
                 observed_ms(turn, report->incident.at),
                 arena_print(turn->arena, "call without a number, the picture is full: %s %s %s",
                             report->incident.type, report->incident.place,
                             report->incident.text));
}

/* ---- alarms (ISA-18.2: raise, measure, return; acknowledging is a person's) ---- */

/* What a later report leaves out is as it was: `known` is NULL for a new alarm. */
static const char *said_or_known(struct turn *turn, const char *said, const char *known,
                                 size_t bytes_max)
{
    return said[0] ? turn_clean(turn, said, bytes_max) : known;
}

static void alarm_raise(struct turn *turn, const struct report_alarm *report, const char *source,
                        const struct alarm *known, const char *rule)
{
    struct event event = turn_event(EVENT_ALARM_RAISED, rule);
    struct alarm_raised *raised = &event.alarm_raised;

    raised->alarm = known ? known->number : picture_counters(turn->picture)->alarms + 1;
    raised->feed = turn->input->source;
    raised->source = source;
    raised->point = turn_clean(turn, report->point, 64);
    raised->condition = turn_clean(turn, report->condition, 48);
    raised->value = report->value;
    raised->measured_in = said_or_known(turn, report->unit, known ? known->measured_in : "", 16);
    raised->priority = report->priority ? report->priority : known ? known->priority : 3;
    raised->place = said_or_known(turn, report->place, known ? known->place : "", 120);
    raised->location =
        geo_known(report->location) || !known ? report->location : known->location;
    raised->at_ms = observed_ms(turn, report->at);
    raised->text = said_or_known(turn, report->text, known ? known->text : "", 240);
    turn_add(turn, &event);
}

static bool same_value(double left, double right)
{
    return left == right || (isnan(left) && isnan(right));
}

/* ISA-18.2, C to B: an alarm that a person took rings again when it gets clearly worse. Half as
 * much again as when it was taken is clear [K]; a sensor with bands says it by its priority. */
static bool is_worse(const struct report_alarm *report, const struct alarm *alarm)
{
    if (report->priority && report->priority < alarm->priority)
        return true;
    return alarm->acknowledged && fabs(report->value) > 1.5 * fabs(alarm->acknowledged_at);
}

static void alarm_active(struct turn *turn, const struct report_alarm *report, const char *source,
                         const struct alarm *alarm)
{
    if (!alarm) {
        if (picture_count(turn->picture, OBJECT_ALARM) >= ALARMS_MAX)
            report_hold(turn, "alarm", "report.full", "the picture holds as many alarms as it can");
        else
            alarm_raise(turn, report, source, NULL, "report.alarm");
        return;
    }
    bool worse = is_worse(report, alarm);
    if (!alarm->active || worse) {
        alarm_raise(turn, report, source, alarm, worse ? "report.worse" : "report.again");
        return;
    }
    if (same_value(report->value, alarm->value))
        return;
    struct event event = turn_event(EVENT_ALARM_MEASURED, "report.alarm");
    event.alarm_measured.alarm = alarm->number;
    event.alarm_measured.value = report->value;
    event.alarm_measured.measured_in = turn_clean(turn, report->unit, 16);
    event.alarm_measured.at_ms = observed_ms(turn, report->at);
    turn_add(turn, &event);
}

static void alarm_normal(struct turn *turn, const struct report_alarm *report,
                         const struct alarm *alarm)
{
    if (!alarm || !alarm->active)
        return;
    uint32_t number = alarm->number;
    bool acknowledged = alarm->acknowledged;
    struct event event = turn_event(EVENT_ALARM_RETURNED, "report.alarm");
    event.alarm_returned.alarm = number;
    event.alarm_returned.value = report->value;
    event.alarm_returned.measured_in = turn_clean(turn, report->unit, 16);
    event.alarm_returned.at_ms = observed_ms(turn, report->at);
    turn_add(turn, &event);
    if (!acknowledged)
        return;
    struct event left = turn_event(EVENT_ALARM_LEFT, "alarm.normal");
    left.alarm_left.alarm = number;
    turn_add(turn, &left);
}

static void decide_alarm(struct turn *turn, const struct report *report)
{
    const char *source = turn_clean(
        turn, arena_print(turn->arena, "%s/%s", report->alarm.point, report->alarm.condition),
        120);
    const struct alarm *alarm =
        picture_from_source(turn->picture, OBJECT_ALARM, turn->input->source, source);

    if (report->alarm.state == ALARM_STATE_ACTIVE && !report->alarm.cancel)
        alarm_active(turn, &report->alarm, source, alarm);
    else
        alarm_normal(turn, &report->alarm, alarm);
}

/* ---- units ---- */

static const struct unit *unit_reported(struct turn *turn, const char *kind, const char *callsign)
{
    const struct unit *unit = picture_unit(turn->picture, callsign);

    if (!unit)
        report_hold(turn, kind, "report.unknown-unit",
             arena_print(turn->arena, "no unit %s in site.conf", callsign));
    return unit;
}

static void locate(struct turn *turn, const struct unit *unit, struct geo_point location,
                   int64_t at_ms, const struct report_location *more)
{
    struct event event = turn_event(EVENT_UNIT_LOCATED, "report.location");

    event.unit_located.unit = unit->callsign;
    event.unit_located.location = location;
    event.unit_located.at_ms = at_ms;
    if (more) {
        event.unit_located.speed_mps = more->speed_mps;
        event.unit_located.course_deg = more->course_deg;
        event.unit_located.accuracy_m = more->accuracy_m;
    }
    way_watch(turn, unit, &event.unit_located);
    turn_add(turn, &event);
    way_noticed(turn, unit);
}

static void decide_location(struct turn *turn, const struct report *report)
{
    const struct unit *unit = unit_reported(turn, "location", report->location.unit);
    int64_t at_ms = observed_ms(turn, report->location.at);

    if (!unit || at_ms < unit->located_ms)      /* An older fix never replaces a newer one. */
        return;
    locate(turn, unit, report->location.location, at_ms, &report->location);
}

static const struct order *order_of(const struct turn *turn, const struct unit *unit)
{
    return unit->order ? picture_numbered(turn->picture, OBJECT_ORDER, unit->order) : NULL;
}

/* A unit that drops out leaves its incident, and the incident says so to a person. */
static void unit_lost(struct turn *turn, const struct unit *unit, const char *text)
{
    uint32_t incident = unit->incident;
    const struct order *order = order_of(turn, unit);

    if (order && !order_is_over(order))
        order_move(turn, "report.unit-lost", order, STAGE_FAILED, text);
    unit_release(turn, "report.unit-lost", unit, unit->callsign);
    note_add(turn, "report.unit-lost", incident, unit->callsign, unit->callsign, 0,
             arena_print(turn->arena, "out of service: %s", text[0] ? text : "no reason given"));
}

static void emergency(struct turn *turn, const struct unit *unit,
                      const struct report_status *status)
{
    if (status->cancel && !unit->emergency_ms)
        return;
    if (!status->cancel && unit->emergency_ms && !unit->emergency_cancelled)
        return;
    struct event event = turn_event(
        status->cancel ? EVENT_UNIT_EMERGENCY_CANCELLED : EVENT_UNIT_EMERGENCY, "report.emergency");
    if (status->cancel) {
        event.unit_emergency_cancelled.unit = unit->callsign;
    } else {
        event.unit_emergency.unit = unit->callsign;
        event.unit_emergency.at_ms = observed_ms(turn, status->at);
    }
    turn_add(turn, &event);
}

static void decide_status(struct turn *turn, const struct report *report)
{
    const struct report_status *status = &report->status;
    const struct unit *unit = unit_reported(turn, "status", status->unit);
    static const char rule[] = "report.status";

    if (!unit)
        return;
    if (geo_known(status->location))
        locate(turn, unit, status->location, observed_ms(turn, status->at), NULL);
    if (status->emergency)
        emergency(turn, unit, status);
    if (status->status == UNIT_UNKNOWN || status->status == unit->status)
        return;
    if (unit->incident && status->status == UNIT_OUT_OF_SERVICE)
        unit_lost(turn, unit, turn_clean(turn, status->text, 120));
    else if (unit->incident && status->status == UNIT_AVAILABLE)
        unit_release(turn, rule, unit, unit->callsign);
    struct event event = turn_event(EVENT_UNIT_STATUS_CHANGED, rule);
    event.unit_status_changed.unit = unit->callsign;
    event.unit_status_changed.status = status->status;
    event.unit_status_changed.at_ms = observed_ms(turn, status->at);
    event.unit_status_changed.by = unit->callsign;
    event.unit_status_changed.reason = turn_clean(turn, status->text, 120);
    turn_add(turn, &event);
}

static void decide_unit_message(struct turn *turn, const struct report *report)
{
    const struct unit *unit = unit_reported(turn, "message", report->message.unit);

    if (!unit)
        return;
    if (picture_count(turn->picture, OBJECT_MESSAGE) >= MESSAGES_MAX) {
        report_hold(turn, "message", "report.full", report->message.text);
        return;
    }
    struct event event = turn_event(EVENT_MESSAGE_RECEIVED, "report.message");
    event.message_received.message = picture_counters(turn->picture)->messages + 1;
    event.message_received.unit = unit->callsign;
    event.message_received.incident = unit->incident;
    event.message_received.at_ms = observed_ms(turn, report->message.at);
    event.message_received.text = turn_clean(turn, report->message.text, 240);
    turn_add(turn, &event);
    if (unit->incident)
        note_add(turn, "report.message", unit->incident, unit->callsign, unit->callsign,
                 observed_ms(turn, report->message.at),
                 arena_print(turn->arena, "\"%s\"", report->message.text));
}

/* ---- receipts ---- */

/* "PM/31": ours when the site is ours. */
static const struct order *order_reported(struct turn *turn, const char *id)
{
    struct span rest = span_of(id), site;
    int64_t number;

    if (!span_cut(&rest, '/', &site) || !span_is(site, picture_site(turn->picture)->id)
        || !span_to_int64(rest, &number) || number < 1 || number > UINT32_MAX)
        return NULL;
    return picture_numbered(turn->picture, OBJECT_ORDER, (uint32_t)number);
}

/* A crew that has heard the recall is free. */
static void recall_accepted(struct turn *turn, const struct order *order)
{
    const struct unit *unit = picture_unit(turn->picture, order->unit);

    if (!unit || !unit->incident || unit->incident != order->incident)
        return;
    unit_release(turn, "receipt.recalled", unit, unit->callsign);
    unit_set_status(turn, "receipt.recalled", unit, UNIT_AVAILABLE, 0, unit->callsign, "");
}

/* A crew that will not go is not on its way: the incident must not look served. */
static void dispatch_refused(struct turn *turn, const struct order *order, const char *reason)
{
    const struct unit *unit = picture_unit(turn->picture, order->unit);

    if (!unit || unit->order != order->number || !unit->incident)
        return;
    note_add(turn, "receipt.refused", unit->incident, unit->callsign, unit->callsign, 0,
             arena_print(turn->arena, "refused OR%u: %s", order->number,
                         reason[0] ? reason : "no reason given"));
    unit_release(turn, "receipt.refused", unit, unit->callsign);
    unit_set_status(turn, "receipt.refused", unit, UNIT_AVAILABLE, 0, unit->callsign, "");
}

static void decide_receipt(struct turn *turn, const struct report *report)
{
    static const enum order_stage stages[] = {
        [RECEIPT_SENT] = STAGE_SENT, [RECEIPT_DELIVERED] = STAGE_DELIVERED,
        [RECEIPT_READ] = STAGE_READ,
        [RECEIPT_ACCEPTED] = STAGE_ACCEPTED, [RECEIPT_REFUSED] = STAGE_REFUSED,
        [RECEIPT_DONE] = STAGE_DONE, [RECEIPT_FAILED] = STAGE_FAILED,
    };
    const struct order *order = order_reported(turn, report->receipt.order);
    enum receipt_stage said = report->receipt.stage;

    if (!order || said == RECEIPT_UNSAID) {
        report_hold(turn, "receipt", "receipt.unknown",
             arena_print(turn->arena, "no order %s", report->receipt.order));
        return;
    }
    /* The word of another feed is no word of this crew (DESIGN section 7). */
    const struct unit *unit = picture_unit(turn->picture, order->unit);
    if (unit && strcmp(unit->feed, turn->input->source) != 0) {
        report_hold(turn, "receipt", "receipt.other-feed",
             arena_print(turn->arena, "OR%u went to feed %s", order->number, unit->feed));
        return;
    }
    enum order_stage stage = stages[said];
    bool uncertain = order->stage == STAGE_UNCERTAIN || order->stage == STAGE_TIMED_OUT;
    /* Late and repeated receipts are common (two paths, restarts); only progress counts. After a
     * doubt the unit's own word settles it. */
    if ((order_is_over(order) && !uncertain) || (!uncertain && stage <= order->stage))
        return;
    const char *reason = turn_clean(turn, report->receipt.reason, 120);
    order_move(turn, "receipt", order, stage, reason);
    if (order->verb == ORDER_RECALL && (stage == STAGE_ACCEPTED || stage == STAGE_DONE))
        recall_accepted(turn, order);
    if (order->verb == ORDER_DISPATCH && stage == STAGE_REFUSED)
        dispatch_refused(turn, order, reason);
}

/* ---- the feed about itself ---- */

static void feed_state(struct turn *turn, enum feed_state state, const char *reason)
{
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED, turn->input->source);

    if (!feed || feed->state == state || feed->state == FEED_PAUSED)
        return;
    struct event event = turn_event(EVENT_FEED_CHANGED, "report.health");
    event.feed_changed.feed = feed->name;
    event.feed_changed.state = state;
    event.feed_changed.reason = turn_clean(turn, reason, 160);
    turn_add(turn, &event);
}

static void decide_health(struct turn *turn, const struct report *report)
{
    feed_state(turn, report->health.connected ? FEED_OK : FEED_DOWN, report->health.text);
}

static void decide_refused(struct turn *turn, const struct report *report)
{
    struct event event = turn_event(EVENT_REPORT_UNREADABLE, "report.refused");

    event.report_unreadable.feed = turn->input->source;
    event.report_unreadable.reason = turn_clean(turn, report->refused.reason, 160);
    event.report_unreadable.field = turn_clean(turn, report->refused.field, 64);
    event.report_unreadable.offset = report->refused.offset;
    event.report_unreadable.length = report->refused.length;
    turn_add(turn, &event);
}

static void decide_phone(struct turn *turn, const struct report *report)
{
    (void)report;
    report_hold(turn, "phone", "report.phone", "this release has no telephone desk");
}

/* ---- the table: which trust a kind asks for (DESIGN section 7) ---- */

static const struct {
    enum trust_level trust;
    bool always;                    /* About the feed itself: heard at any level, and below. */
    void (*decide)(struct turn *turn, const struct report *report);
} kinds[REPORT_KIND_COUNT] = {
    [REPORT_INCIDENT] = { TRUST_OPEN, false, decide_incident },
    [REPORT_ALARM] = { TRUST_RAISE, false, decide_alarm },
    [REPORT_LOCATION] = { TRUST_MAP_ONLY, false, decide_location },
    [REPORT_STATUS] = { TRUST_OPEN, false, decide_status },
    [REPORT_HAZARD] = { TRUST_MAP_ONLY, false, hazard_reported },
    [REPORT_MESSAGE] = { TRUST_OPEN, false, decide_unit_message },
    [REPORT_RECEIPT] = { TRUST_ACTUATE, false, decide_receipt },
    [REPORT_PHONE] = { TRUST_OPEN, false, decide_phone },
    [REPORT_REFUSED] = { TRUST_MAP_ONLY, true, decide_refused },
    [REPORT_HEALTH] = { TRUST_MAP_ONLY, true, decide_health },
};

static void decide_one(struct turn *turn, const struct report *report)
{
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED, turn->input->source);
    enum trust_level needed = kinds[report->kind].trust;

    if (!feed) {
        report_hold(turn, report_kind_name(report->kind), "report.unknown-feed",
             "this feed is not in site.conf");
        return;
    }
    struct trust trust = feed_trust(turn, feed);
    if (trust_allows(&trust, needed) || kinds[report->kind].always)
        kinds[report->kind].decide(turn, report);
    else
        report_hold(turn, report_kind_name(report->kind), "report.trust",
             arena_print(turn->arena, "the feed's trust is %s, this needs %s%s%s",
                         trust_word(&trust), vocabulary_word(&trust_level_words, needed),
                         trust.why[0] ? ": " : "", trust.why));
}

/* One turn's locations, coalesced by the hub: all are read before the first is taken. */
static void decide_locations(struct turn *turn)
{
    const struct json *of = json_member(turn->input->json, "of");
    uint32_t count = json_count(of), read = 0;

    if (!of || json_type(of) != JSON_LIST || count > UNITS_MAX) {
        turn->verdict = refused(REFUSED_WRONG_TYPE, 0, "of");
        return;
    }
    struct report *reports = arena_alloc(turn->arena, count * sizeof *reports);
    for (const struct json *item = json_first(of); item; item = json_next(item)) {
        turn->verdict = report_read(item, turn->arena, &reports[read]);
        if (!is_accepted(&turn->verdict))
            return;
        if (reports[read].kind != REPORT_LOCATION) {
            turn->verdict = refused(REFUSED_UNKNOWN_WORD, 0, "report");
            return;
        }
        read++;
    }
    for (uint32_t i = 0; i < read; i++)
        decide_one(turn, &reports[i]);
}

void decide_report(struct turn *turn)
{
    struct report report;

    if (strcmp(json_member_text(turn->input->json, "report", ""), "locations") == 0) {
        decide_locations(turn);
        return;
    }
    turn->verdict = report_read(turn->input->json, turn->arena, &report);
    if (!is_accepted(&turn->verdict))
        return;
    decide_one(turn, &report);
    /* Anything but its own bad news shows that a silent feed speaks again. */
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED, turn->input->source);
    if (feed && report.kind != REPORT_HEALTH && report.kind != REPORT_REFUSED
        && (feed->state == FEED_STALE || feed->state == FEED_STARTING))
        feed_state(turn, FEED_OK, "");
}
