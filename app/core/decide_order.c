/* decide_order.c - orders to units.
 *
 *              order_queue          tick: sent      receipt        receipt         receipt
 *     (nothing) ----------> QUEUED -----------> SENT -------> DELIVERED ----> ACCEPTED ----> DONE
 *                             |                  |                |               |
 *        withdrawn in time    |    expires       | expires        | expires       | failed
 *                             v                  v                v               v
 *                         WITHDRAWN          TIMED_OUT        TIMED_OUT         FAILED
 *     READ comes after DELIVERED where the medium tells it: the order was on the crew's screen,
 *     nobody has answered yet. REFUSED by a receipt from SENT, DELIVERED or READ; UNCERTAIN ("may
 *     have been sent") by a tick after a crash, for feeds that cannot take a repeat (CONTRACTS
 *     section 5).
 *
 * An order that waits for its route is QUEUED with `waits`; it leaves when the route is there or
 * the question about it has ended, 2 s at most. */
#include <string.h>

#include "app/core/decide.h"

bool unit_takes_orders(const struct turn *turn, const struct unit *unit)
{
    const struct feed *feed =
        unit->feed[0] ? picture_called(turn->picture, OBJECT_FEED, unit->feed) : NULL;

    if (!feed)
        return false;
    struct trust trust = feed_trust(turn, feed);
    return trust_allows(&trust, TRUST_ACTUATE);
}

/* An order waits for a feed that is down, but a crew must not: the dispatcher is told at once. */
static const char *feed_doubt(struct turn *turn, const struct unit *unit)
{
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED, unit->feed);

    assert(feed);
    if (feed->state != FEED_DOWN && feed->state != FEED_PAUSED)
        return "";
    return arena_print(turn->arena, ", but feed %s is %s: tell it by radio", feed->name,
                       vocabulary_word(&feed_state_words, feed->state));
}

uint32_t order_queue(struct turn *turn, const struct order_facts *facts)
{
    uint32_t number = picture_counters(turn->picture)->orders + 1;
    bool routed = geo_known(facts->destination) && geo_known(unit_stands_at(facts->unit))
                  && picture_count(turn->picture, OBJECT_QUESTION) < QUESTIONS_MAX;
    struct event event = turn_event(EVENT_ORDER_QUEUED, facts->rule);

    event.order_queued.order = number;
    event.order_queued.verb = facts->verb;
    event.order_queued.unit = facts->unit->callsign;
    event.order_queued.incident = facts->incident;
    event.order_queued.by = turn->operator;
    event.order_queued.expires_ms =
        turn->head.at_ms + (int64_t)picture_site(turn->picture)->order_expires_s * 1000;
    event.order_queued.waits = routed;
    event.order_queued.facility = facts->facility;
    event.order_queued.destination = facts->destination;
    event.order_queued.text = turn_clean(turn, facts->text, 240);
    turn_add(turn, &event);
    if (routed)
        route_ask(turn, "order.route", facts->unit,
                  &(struct order_way){ .order = number, .incident = facts->incident,
                                       .destination = facts->destination });
    return number;
}

void order_move(struct turn *turn, const char *rule, const struct order *order,
                enum order_stage stage, const char *reason)
{
    struct event event = turn_event(EVENT_ORDER_MOVED, rule);

    event.order_moved.order = order->number;
    event.order_moved.unit = order->unit;
    event.order_moved.incident = order->incident;
    event.order_moved.stage = stage;
    event.order_moved.reason = turn_clean(turn, reason, 120);
    turn_add(turn, &event);
}

/* Asked before the first event: a line that could not end as it began does nothing. */
static bool orders_have_room(struct turn *turn, uint32_t count, const char *instead)
{
    if (picture_count(turn->picture, OBJECT_ORDER) + count <= ORDERS_MAX)
        return true;
    turn_answer(turn, RESULT_NO, "the picture holds %d orders, its limit; %s", ORDERS_MAX, instead);
    return false;
}

/* ---- dispatch ---- */

/* What a line of several units came to, in words. */
struct outcome {
    const char *sent, *not_sent, *busy;     /* Words for the result; callsigns for the question. */
    uint32_t sent_count, busy_count;
};

static const char *add_words(struct turn *turn, const char *before, const char *between,
                             const char *more)
{
    return arena_print(turn->arena, "%s%s%s", before, before[0] ? between : "", more);
}

static void dispatch_one(struct turn *turn, const struct incident *incident,
                         const struct unit *unit, struct outcome *outcome)
{
    uint32_t order = 0, number = incident->number;

    if (unit->incident)
        unit_release(turn, "dispatch.divert", unit, turn->operator);
    if (unit_takes_orders(turn, unit))
        order = order_queue(turn, &(struct order_facts){
                                      .verb = ORDER_DISPATCH, .unit = unit, .incident = number,
                                      .text = incident->text, .facility = "", .rule = "dispatch",
                                      .destination = incident->location });
    struct event event = turn_event(EVENT_UNIT_ASSIGNED, "dispatch");
    event.unit_assigned.unit = unit->callsign;
    event.unit_assigned.incident = number;
    event.unit_assigned.order = order;
    event.unit_assigned.by = turn->operator;
    turn_add(turn, &event);
    const char *words =
        order ? arena_print(turn->arena, "%s (OR%u)%s", unit->callsign, order,
                            feed_doubt(turn, unit))
              : arena_print(turn->arena, "%s (by radio, it has no terminal)", unit->callsign);
    outcome->sent = add_words(turn, outcome->sent, ", ", words);
    outcome->sent_count++;
}

/* Why this unit is left out; NULL when it can go. A busy one is asked about. */
static const char *cannot_go(struct turn *turn, const struct incident *incident,
                             const struct unit *unit, bool *ret_busy)
{
    const char *status = vocabulary_word(&unit_status_words, unit->status);

    *ret_busy = false;
    if (unit->incident == incident->number)
        return arena_print(turn->arena, "%s, it is already on it (%s)", unit->callsign, status);
    if (unit->status == UNIT_OUT_OF_SERVICE)
        return arena_print(turn->arena, "%s, it is OOS%s%s", unit->callsign,
                           unit->reason[0] ? ": " : "", unit->reason);
    if (!unit->incident || turn->confirmed)
        return NULL;
    *ret_busy = true;
    return arena_print(turn->arena, "%s, it is %s on #%u since %s", unit->callsign, status,
                       unit->incident, turn_clock(turn, unit->status_ms));
}

static uint32_t ask_divert(struct turn *turn, const struct incident *incident,
                           const struct outcome *outcome)
{
    return question_to_person(
        turn, arena_print(turn->arena, "dispatch %u %s", incident->number, outcome->busy),
        arena_print(turn->arena, "%s%s. Divert to #%u?",
                    outcome->sent_count
                        ? arena_print(turn->arena, "Sent: %s. Not sent: ", outcome->sent)
                        : "",
                    outcome->not_sent, incident->number),
        incident->number);
}

static void dispatch_answer(struct turn *turn, const struct incident *incident,
                            const struct outcome *outcome)
{
    /* With every question taken the busy are named as not sent; another line may send them. */
    if (outcome->busy_count && picture_count(turn->picture, OBJECT_QUESTION) < QUESTIONS_MAX) {
        ask_divert(turn, incident, outcome);
        return;
    }
    if (outcome->sent_count == 0)
        turn_answer(turn, RESULT_NO, "nobody was sent: %s", outcome->not_sent);
    else if (outcome->not_sent[0])
        turn_answer(turn, RESULT_PART, "to #%u sent: %s. Not sent: %s", incident->number,
                    outcome->sent, outcome->not_sent);
    else
        turn_answer(turn, RESULT_OK, "to #%u sent: %s", incident->number, outcome->sent);
}

void decide_dispatch(struct turn *turn, const struct command_line *line)
{
    const struct unit *units[COMMAND_UNITS_MAX];
    uint32_t count;
    struct outcome outcome = { .sent = "", .not_sent = "", .busy = "" };

    const struct incident *incident = argument_open_incident(turn, line, 0);
    if (!incident)
        return;
    if (line->word_count > 1 && text_same_ignoring_case(span_of(line->words[1]), span_of("rec"))) {
        turn_answer(turn, RESULT_NO, "recommendations are not in this release yet; name the units");
        return;
    }
    if (!argument_units(turn, line, 1, units, &count))
        return;
    for (uint32_t i = 0; i < count; i++)
        if (turn_changed(turn, units[i]->callsign, units[i]->entry, units[i]->entry_by))
            return;
    if (!orders_have_room(turn, count, "send by radio"))
        return;
    for (uint32_t i = 0; i < count; i++) {
        bool busy;
        const char *reason = cannot_go(turn, incident, units[i], &busy);
        if (!reason) {
            dispatch_one(turn, incident, units[i], &outcome);
            continue;
        }
        outcome.not_sent = add_words(turn, outcome.not_sent, "; ", reason);
        if (busy) {
            outcome.busy = add_words(turn, outcome.busy, " ", units[i]->callsign);
            outcome.busy_count++;
        }
    }
    dispatch_answer(turn, incident, &outcome);
}

/* ---- cancel ---- */

static const struct order *open_order_of(const struct turn *turn, const struct unit *unit)
{
    const struct order *order =
        unit->order ? picture_numbered(turn->picture, OBJECT_ORDER, unit->order) : NULL;

    return order && !order_is_over(order) ? order : NULL;
}

/* An order that has not left is taken back; after that only another order reaches the crew. */
static const char *cancel_one(struct turn *turn, const struct unit *unit, const char *why)
{
    const struct order *order = open_order_of(turn, unit);
    bool left = !order || order->stage != STAGE_QUEUED;
    uint32_t incident = unit->incident;

    if (order)
        order_move(turn, "cancel", order, STAGE_WITHDRAWN, why[0] ? why : "cancelled");
    if (left && unit_takes_orders(turn, unit)) {
        uint32_t recall = order_queue(turn, &(struct order_facts){
                                                .verb = ORDER_RECALL, .unit = unit,
                                                .incident = incident, .text = why, .facility = "",
                                                .rule = "cancel", .destination = geo_unknown() });
        return arena_print(turn->arena, "%s RECALL SENT (OR%u)", unit->callsign, recall);
    }
    unit_release(turn, "cancel", unit, turn->operator);
    unit_set_status(turn, "cancel", unit, UNIT_AVAILABLE, 0, turn->operator, "");
    return arena_print(turn->arena, "%s released%s", unit->callsign,
                       left ? ", tell it by radio" : ", its order had not left");
}

/* One line takes COMMAND_UNITS_MAX units; a longer list is never cut without a word. */
static bool too_many_units(struct turn *turn, const struct incident *incident)
{
    uint32_t index = 0, count = 0;

    while (picture_next_unit_of(turn->picture, incident->number, &index))
        count++;
    if (count <= COMMAND_UNITS_MAX)
        return false;
    turn_answer(turn, RESULT_NO, "#%u has %u units, one line takes %d: name them; nothing was done",
                incident->number, count, COMMAND_UNITS_MAX);
    return true;
}

static bool units_to_cancel(struct turn *turn, const struct command_line *line,
                            const struct incident *incident, const struct unit **units,
                            uint32_t *ret_count)
{
    uint32_t index = 0;
    const struct unit *unit;

    if (line->word_count != 2 || !text_same_ignoring_case(span_of(line->words[1]), span_of("all")))
        return argument_units(turn, line, 1, units, ret_count);
    if (too_many_units(turn, incident))
        return false;
    *ret_count = 0;
    while ((unit = picture_next_unit_of(turn->picture, incident->number, &index)))
        units[(*ret_count)++] = unit;
    if (*ret_count == 0) {
        turn_answer(turn, RESULT_NO, "#%u has no units; nothing was done", incident->number);
        return false;
    }
    if (turn->confirmed)
        return true;
    question_to_person(turn, line->canonical,
                       arena_print(turn->arena, "Recall all %u units from #%u %s?", *ret_count,
                                   incident->number, incident->type),
                       incident->number);
    return false;
}

void decide_cancel(struct turn *turn, const struct command_line *line)
{
    const struct unit *units[COMMAND_UNITS_MAX];
    uint32_t count;
    const char *done = "";

    const struct incident *incident = argument_incident(turn, line, 0);
    if (!incident || !units_to_cancel(turn, line, incident, units, &count))
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (units[i]->incident == incident->number)
            continue;
        turn_answer(turn, RESULT_NO, "%s is not on #%u; nothing was done", units[i]->callsign,
                    incident->number);
        return;
    }
    if (!orders_have_room(turn, count, "recall by radio"))
        return;
    for (uint32_t i = 0; i < count; i++)
        done = add_words(turn, done, ", ", cancel_one(turn, units[i], line->text));
    turn_answer(turn, RESULT_OK, "%s", done);
}

/* ---- messages ---- */

static uint32_t receivers(struct turn *turn, const struct command_line *line,
                          const struct unit **units, const char **ret_text)
{
    struct object_name name;
    uint32_t count = 0, index = 0;
    const struct unit *unit;

    *ret_text = line->text;
    if (object_name_parse(span_of(line->words[0]), &name) && name.kind == OBJECT_INCIDENT) {
        const struct incident *incident = argument_incident(turn, line, 0);
        if (!incident || too_many_units(turn, incident))
            return 0;
        while ((unit = picture_next_unit_of(turn->picture, incident->number, &index)))
            units[count++] = unit;
        if (count == 0)
            turn_answer(turn, RESULT_NO, "#%u has no units to tell", incident->number);
        return count;
    }
    unit = argument_unit(turn, line, 0);
    if (!unit)
        return 0;
    units[count++] = unit;
    /* Further callsigns at the start of the text are receivers too: "msg E7 L2 back out". */
    struct span rest = span_of(line->text), word;
    while (count < COMMAND_UNITS_MAX && span_cut(&rest, ' ', &word)) {
        if (!object_name_parse(word, &name) || name.kind != OBJECT_UNIT
            || !(unit = picture_unit(turn->picture, name.key)))
            break;
        bool twice = false;
        for (uint32_t i = 0; i < count; i++)
            twice = twice || units[i] == unit;
        if (!twice)
            units[count++] = unit;
        *ret_text = rest.bytes ? arena_copy(turn->arena, rest) : "";
    }
    return count;
}

void decide_message(struct turn *turn, const struct command_line *line)
{
    const struct unit *units[COMMAND_UNITS_MAX];
    const char *text, *done = "", *voice = "";

    if (line->word_count != 1 || !line->text[0]) {
        turn_answer(turn, RESULT_NO, "whom, and what? %s", line->command->usage);
        return;
    }
    uint32_t count = receivers(turn, line, units, &text);
    if (turn->answer)
        return;
    if (!text[0]) {
        turn_answer(turn, RESULT_NO, "the message has no text; nothing was sent");
        return;
    }
    if (count > 5 && !turn->confirmed) {
        question_to_person(turn, line->canonical,
                           arena_print(turn->arena, "Send this to %u units: %s?", count, text), 0);
        return;
    }
    if (!orders_have_room(turn, count, "say it by radio"))
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (!unit_takes_orders(turn, units[i])) {
            voice = add_words(turn, voice, " ", units[i]->callsign);
            continue;
        }
        uint32_t order = order_queue(turn, &(struct order_facts){
                                               .verb = ORDER_MESSAGE, .unit = units[i],
                                               .incident = units[i]->incident, .text = text,
                                               .facility = "", .rule = "message",
                                               .destination = geo_unknown() });
        done = add_words(turn, done, ", ",
                         arena_print(turn->arena, "%s (OR%u)", units[i]->callsign, order));
    }
    if (!done[0])
        turn_answer(turn, RESULT_NO, "%s: no terminal, say it by radio", voice);
    else if (voice[0])
        turn_answer(turn, RESULT_PART, "Sent: %s. Say it by radio: %s", done, voice);
    else
        turn_answer(turn, RESULT_OK, "sent: %s", done);
}
