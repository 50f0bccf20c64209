/* decide_unit.c - what crews do, typed by a dispatcher who heard it on the radio. */
#include <string.h>

#include "app/core/decide.h"

void unit_release(struct turn *turn, const char *rule, const struct unit *unit, const char *by)
{
    struct event event = turn_event(EVENT_UNIT_RELEASED, rule);

    assert(unit->incident);
    event.unit_released.unit = unit->callsign;
    event.unit_released.incident = unit->incident;
    event.unit_released.by = by;
    turn_add(turn, &event);
}

void unit_set_status(struct turn *turn, const char *rule, const struct unit *unit,
                     enum unit_status status, int64_t at_ms, const char *by, const char *reason)
{
    struct event event = turn_event(EVENT_UNIT_STATUS_CHANGED, rule);

    event.unit_status_changed.unit = unit->callsign;
    event.unit_status_changed.status = status;
    event.unit_status_changed.at_ms = at_ms;
    event.unit_status_changed.by = by;
    event.unit_status_changed.reason = turn_clean(turn, reason, 120);
    event.unit_status_changed.late = at_ms && at_ms < turn->head.at_ms;
    turn_add(turn, &event);
}

/* "E7 L2 on scene" for the result. */
static const char *callsigns(struct turn *turn, const struct unit *const *units, uint32_t count)
{
    const char *text = "";

    for (uint32_t i = 0; i < count; i++)
        text = arena_print(turn->arena, "%s%s%s", text, i ? " " : "", units[i]->callsign);
    return text;
}

static bool units_changed(struct turn *turn, const struct unit *const *units, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (turn_changed(turn, units[i]->callsign, units[i]->entry, units[i]->entry_by))
            return true;
    return false;
}

/* Several units, one status, one true time. */
static void set_status_of(struct turn *turn, const struct command_line *line,
                          enum unit_status status)
{
    const struct unit *units[COMMAND_UNITS_MAX];
    uint32_t count;
    int64_t at_ms;

    if (!argument_units(turn, line, 0, units, &count) || !argument_time(turn, line, &at_ms)
        || units_changed(turn, units, count))
        return;
    for (uint32_t i = 0; i < count; i++)
        unit_set_status(turn, line->command->long_form, units[i], status, at_ms, turn->operator,
                        line->text);
    turn_answer(turn, RESULT_OK, "%s %s%s%s", callsigns(turn, units, count),
                vocabulary_word(&unit_status_words, status), at_ms ? " at " : "",
                at_ms ? turn_clock(turn, at_ms) : "");
}

void decide_enroute(struct turn *turn, const struct command_line *line)
{
    set_status_of(turn, line, UNIT_ENROUTE);
}

void decide_staged(struct turn *turn, const struct command_line *line)
{
    set_status_of(turn, line, UNIT_STAGED);
}

void decide_onscene(struct turn *turn, const struct command_line *line)
{
    set_status_of(turn, line, UNIT_ONSCENE);
}

void decide_at_hospital(struct turn *turn, const struct command_line *line)
{
    set_status_of(turn, line, UNIT_AT_HOSPITAL);
}

/* The open P1 or P2 that these units would leave without anybody; 0 for none. */
static uint32_t left_alone(const struct turn *turn, const struct unit *const *units, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct incident *incident =
            units[i]->incident ? picture_incident(turn->picture, units[i]->incident) : NULL;
        if (!incident || incident->state != INCIDENT_OPEN || incident->priority > 2)
            continue;
        uint32_t index = 0, staying = 0;
        const struct unit *other;
        while ((other = picture_next_unit_of(turn->picture, incident->number, &index))) {
            bool leaving = false;
            for (uint32_t k = 0; k < count; k++)
                leaving = leaving || units[k] == other;
            staying += !leaving;
        }
        if (staying == 0)
            return incident->number;
    }
    return 0;
}

/* What was ordered of it is over when it is available again. */
static void finish_orders(struct turn *turn, const char *rule, const struct unit *unit)
{
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_ORDER); i++) {
        const struct order *order = picture_row(turn->picture, OBJECT_ORDER, i);
        if (strcmp(order->unit, unit->callsign) != 0 || order_is_over(order))
            continue;
        if (order->verb == ORDER_MESSAGE)
            continue;
        enum order_stage stage = order->stage == STAGE_ACCEPTED ? STAGE_DONE : STAGE_WITHDRAWN;
        order_move(turn, rule, order, stage, "the unit is available again");
    }
}

void decide_available(struct turn *turn, const struct command_line *line)
{
    const struct unit *units[COMMAND_UNITS_MAX];
    uint32_t count;
    int64_t at_ms;

    if (!argument_units(turn, line, 0, units, &count) || !argument_time(turn, line, &at_ms)
        || units_changed(turn, units, count))
        return;
    uint32_t alone = turn->confirmed ? 0 : left_alone(turn, units, count);
    if (alone) {
        question_to_person(turn, line->canonical,
                           arena_print(turn->arena, "#%u would have nobody left. Release %s?",
                                       alone, callsigns(turn, units, count)),
                           alone);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (units[i]->incident)
            unit_release(turn, "available", units[i], turn->operator);
        finish_orders(turn, "available", units[i]);
        unit_set_status(turn, "available", units[i], UNIT_AVAILABLE, at_ms, turn->operator,
                        line->text);
    }
    turn_answer(turn, RESULT_OK, "%s AVL", callsigns(turn, units, count));
}

/* back=2h, back=90m or back=16:00 today (or tomorrow); 0 without the option. */
static bool back_time(struct turn *turn, const struct command_line *line, int64_t *ret_back_ms)
{
    const char *typed = command_option(line, "back");
    int64_t span_ms, now_ms = turn->head.at_ms;

    *ret_back_ms = 0;
    if (!typed)
        return true;
    if (span_parse(span_of(typed), &span_ms)) {
        *ret_back_ms = now_ms + span_ms;
        return true;
    }
    struct span rest = span_of(typed), hour_text;
    int64_t hour, minute;
    if (span_cut(&rest, ':', &hour_text) && rest.length == 2 && span_to_int64(hour_text, &hour)
        && span_to_int64(rest, &minute) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60) {
        struct civil civil = civil_from_ms(now_ms + (int64_t)when_local_offset_s(now_ms) * 1000);
        civil = (struct civil){ .year = civil.year, .month = civil.month, .day = civil.day,
                                .hour = (int32_t)hour, .minute = (int32_t)minute };
        int64_t at_ms = 0;
        int instants = when_from_local(&civil, &at_ms);
        if (instants == 1 && at_ms <= now_ms)
            at_ms += 86400000;
        if (instants == 1) {
            *ret_back_ms = at_ms;
            return true;
        }
    }
    turn_answer(turn, RESULT_NO, "back=%s is neither a span (2h) nor a time (16:00)", typed);
    return false;
}

void decide_out_of_service(struct turn *turn, const struct command_line *line)
{
    int64_t back_ms;

    if (!argument_count(turn, line, 1, 1))
        return;
    const struct unit *unit = argument_unit(turn, line, 0);
    if (!unit)
        return;
    if (!line->text[0]) {
        turn_answer(turn, RESULT_NO, "why? oos %s ; REASON (on scene is ons)", unit->callsign);
        return;
    }
    if (unit->incident) {
        turn_answer(turn, RESULT_NO, "%s is on #%u; can %u %s first, or av %s", unit->callsign,
                    unit->incident, unit->incident, unit->callsign, unit->callsign);
        return;
    }
    if (!back_time(turn, line, &back_ms)
        || turn_changed(turn, unit->callsign, unit->entry, unit->entry_by))
        return;
    struct event event = turn_event(EVENT_UNIT_STATUS_CHANGED, "outofservice");
    event.unit_status_changed.unit = unit->callsign;
    event.unit_status_changed.status = UNIT_OUT_OF_SERVICE;
    event.unit_status_changed.by = turn->operator;
    event.unit_status_changed.reason = turn_clean(turn, line->text, 120);
    event.unit_status_changed.back_ms = back_ms;
    turn_add(turn, &event);
    turn_answer(turn, RESULT_OK, "%s OOS%s%s", unit->callsign, back_ms ? " until " : "",
                back_ms ? turn_clock(turn, back_ms) : "");
}

static const struct facility *facility_named(struct turn *turn, const char *word)
{
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_FACILITY); i++) {
        const struct facility *facility = picture_row(turn->picture, OBJECT_FACILITY, i);
        if (text_same_ignoring_case(span_of(facility->code), span_of(word)))
            return facility;
    }
    turn_answer(turn, RESULT_NO, "there is no facility %s; nothing was done", word);
    return NULL;
}

void decide_transport(struct turn *turn, const struct command_line *line)
{
    if (!argument_count(turn, line, 2, 2))
        return;
    const struct unit *unit = argument_unit(turn, line, 0);
    const struct facility *facility = unit ? facility_named(turn, line->words[1]) : NULL;
    if (!unit || !facility
        || turn_changed(turn, unit->callsign, unit->entry, unit->entry_by))
        return;
    if (unit_takes_orders(turn, unit) && !turn_has_room(turn, OBJECT_ORDER))
        return;
    const char *patients = command_option(line, "n");
    struct event event = turn_event(EVENT_UNIT_STATUS_CHANGED, "transport");
    event.unit_status_changed.unit = unit->callsign;
    event.unit_status_changed.status = UNIT_TRANSPORTING;
    event.unit_status_changed.by = turn->operator;
    event.unit_status_changed.destination = facility->name[0] ? facility->name : facility->code;
    event.unit_status_changed.reason =
        patients ? turn_clean(turn, arena_print(turn->arena, "%s patients", patients), 120) : "";
    turn_add(turn, &event);
    uint32_t order = 0;
    if (unit_takes_orders(turn, unit))
        order = order_queue(turn, &(struct order_facts){
                                      .verb = ORDER_TRANSPORT, .unit = unit,
                                      .incident = unit->incident, .text = patients ? patients : "",
                                      .facility = facility->code, .rule = "transport",
                                      .destination = facility->location });
    turn_answer(turn, RESULT_OK, "%s TRN to %s%s", unit->callsign, facility->code,
                order ? arena_print(turn->arena, " (OR%u)", order) : "");
}

void decide_emergency(struct turn *turn, const struct command_line *line)
{
    if (!argument_count(turn, line, 1, 2))
        return;
    const struct unit *unit = argument_unit(turn, line, 0);
    if (!unit)
        return;
    if (line->word_count == 1) {
        struct event event = turn_event(EVENT_UNIT_EMERGENCY, "emergency");
        event.unit_emergency.unit = unit->callsign;
        turn_add(turn, &event);
        turn_answer(turn, RESULT_OK, "%s EMERGENCY", unit->callsign);
        return;
    }
    if (!text_same_ignoring_case(span_of(line->words[1]), span_of("clear")) || !line->text[0]) {
        turn_answer(turn, RESULT_NO, "to end it: emg %s clear ; HOW IT WAS CHECKED",
                    unit->callsign);
        return;
    }
    if (!unit->emergency_ms) {
        turn_answer(turn, RESULT_NO, "%s has no emergency; nothing was done", unit->callsign);
        return;
    }
    if (!turn->confirmed) {
        question_to_person(turn, line->canonical,
                           arena_print(turn->arena, "End the emergency of %s: %s?", unit->callsign,
                                       line->text),
                           unit->incident);
        return;
    }
    struct event event = turn_event(EVENT_UNIT_EMERGENCY_CLEARED, "emergency");
    event.unit_emergency_cleared.unit = unit->callsign;
    event.unit_emergency_cleared.by = turn->operator;
    event.unit_emergency_cleared.text = turn_clean(turn, line->text, 240);
    turn_add(turn, &event);
    turn_answer(turn, RESULT_OK, "%s emergency cleared", unit->callsign);
}
