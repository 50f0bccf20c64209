/* decide_time.c - what time alone decides, what the hub saw itself, and what geography answered. */
#include <math.h>
#include <string.h>

#include "app/core/decide.h"
#include "app/core/hazard_line.h"

/* ---- answers ---- */

static void question_over(struct turn *turn, const struct question *question, const char *rule,
                          const char *reason)
{
    struct event event = turn_event(EVENT_QUESTION_ENDED, rule);

    event.question_ended.question = question->number;
    event.question_ended.reason = reason;
    turn_add(turn, &event);
}

/* The streets that a circle touches: all that can be said of where in it. */
static const char *circle_note(struct turn *turn, const struct json *answer)
{
    int64_t more = json_member_int64(answer, "streets_more", 0);
    const char *words = "";

    for (const struct json *street = json_first(json_member(answer, "streets")); street;
         street = json_next(street))
        if (json_text(street))
            words = arena_print(turn->arena, "%s%s%s", words, words[0] ? ", " : "",
                                json_text(street));
    if (!words[0])
        return "";
    return turn_clean(turn, arena_print(turn->arena, "the circle touches %s%s", words,
                                        more > 0 ? " and more" : ""), 160);
}

/* Its own words stay; coordinates give way to the address they are near. */
static const char *place_words(struct turn *turn, const struct incident *incident,
                               const char *address)
{
    struct geo_point point;
    bool bare = point_parse(span_of(incident->place), &point);

    if (incident->place[0] && (!bare || !address[0]))
        return incident->place;
    return turn_clean(turn, address, 120);
}

/* A place for a feed's incident: where its words lead, or what stands at its point. */
static void place_answered(struct turn *turn, const struct question *question,
                           const struct json *answer)
{
    const struct incident *incident = picture_incident(turn->picture, question->incident);
    struct found_place place;

    if (!incident)
        return;
    if (question->purpose == PURPOSE_PLACE) {
        if (found_place_read(turn, answer, &place))
            incident_place(turn, incident->number, &place, "geography.place");
        return;
    }
    const char *address = json_member_text(answer, "address", "");
    if (!address[0])
        address = json_member_text(answer, "relative", "");
    place = (struct found_place){
        .text = place_words(turn, incident, address),
        .zone = turn_clean(turn, json_member_text(answer, "zone", ""), 48),
        .note = isnan(incident->radius_m) ? "" : circle_note(turn, answer), .others = "",
        .location = incident->location, .radius_m = incident->radius_m,
        .exact = incident->place_state == PLACE_CONFIRMED,
    };
    bool nothing_new = !place.zone[0] && !place.note[0] && strcmp(place.text, incident->place) == 0;
    if (!nothing_new)
        incident_place(turn, incident->number, &place, "geography.reverse");
}

/* Goes on with a command that waited for a place. Without an answer it goes on too, and says so. */
static void command_goes_on(struct turn *turn, const struct question *question,
                            const struct json *answer, const char *reason)
{
    const struct operator *operator =
        picture_called(turn->picture, OBJECT_OPERATOR, question->operator);

    turn->operator = arena_copy(turn->arena, span_of(question->operator));
    turn->role = operator ? operator->role : ROLE_OBSERVER;
    turn->question = question->number;
    turn->found = answer;
    const char *command = arena_copy(turn->arena, span_of(question->command));
    question_over(turn, question, "geography", reason);
    turn_command(turn, command);
}

/* `answer` NULL: geography failed or took too long, as `reason` says. */
static void geography_ends(struct turn *turn, const struct question *question,
                           const struct json *answer, const char *reason)
{
    uint32_t number = question->number;

    if (question->command[0]) {
        command_goes_on(turn, question, answer, reason);
        return;
    }
    if (question->purpose == PURPOSE_ROUTE)
        reason = order_route_ended(turn, question, answer, reason);
    else if (answer)
        place_answered(turn, question, answer);
    question = picture_numbered(turn->picture, OBJECT_QUESTION, number);
    question_over(turn, question, "geography", reason);
}

void decide_answer(struct turn *turn)
{
    const struct json *json = turn->input->json;
    int64_t number;

    if (!json_int64(json_member(json, "question"), &number) || number < 1 || number > UINT32_MAX) {
        turn->verdict = refused(REFUSED_FIELD_MISSING, 0, "question");
        return;
    }
    const struct question *question =
        picture_numbered(turn->picture, OBJECT_QUESTION, (uint32_t)number);
    if (!question || question->target != ASKED_GEOGRAPHY)
        return;                 /* It came too late: its expiry has decided. */
    const char *failed = json_text(json_member(json, "failed"));
    if (failed)
        geography_ends(turn, question, NULL,
                       turn_clean(turn, arena_print(turn->arena, "no answer: %s", failed), 240));
    else
        geography_ends(turn, question, json, "answered");
}

/* ---- what is due ---- */

static bool goes_on(const struct turn *turn)
{
    return turn->events.count < DUE_EVENTS_MAX;
}

static void question_due(struct turn *turn, const struct question *question)
{
    if (question->target == ASKED_GEOGRAPHY) {
        /* One turn has one answer to give: a second waiting command has its own tick at once. */
        if (!question->command[0] || !turn->answer)
            geography_ends(turn, question, NULL, "no answer in time");
        return;
    }
    question_over(turn, question, "ask.unanswered", "not done: nobody answered in 2 min");
}

static void questions_due(struct turn *turn)
{
    /* Backwards, since each that ends leaves the table; the newest table rows are never added to
     * the front. */
    for (uint32_t i = picture_count(turn->picture, OBJECT_QUESTION); i > 0 && goes_on(turn); i--) {
        if (i > picture_count(turn->picture, OBJECT_QUESTION))
            continue;
        const struct question *question = picture_row(turn->picture, OBJECT_QUESTION, i - 1);
        if (question->expires_ms && question->expires_ms <= turn->head.at_ms)
            question_due(turn, question);
    }
}

static void orders_due(struct turn *turn)
{
    for (uint32_t i = picture_count(turn->picture, OBJECT_ORDER); i > 0 && goes_on(turn); i--) {
        const struct order *order = picture_row(turn->picture, OBJECT_ORDER, i - 1);
        int64_t due_ms = order_due_ms(order);
        if (due_ms == 0 || due_ms > turn->head.at_ms)
            continue;
        if (order_is_over(order)) {
            struct event event = turn_event(EVENT_ORDER_LEFT, "order.old");
            event.order_left.order = order->number;
            turn_add(turn, &event);
        } else {
            order_move(turn, "order.expired", order, STAGE_TIMED_OUT,
                       "the unit has not accepted it in time");
        }
    }
}

static void hazards_due(struct turn *turn)
{
    for (uint32_t i = picture_count(turn->picture, OBJECT_HAZARD); i > 0 && goes_on(turn); i--) {
        const struct hazard *hazard = picture_row(turn->picture, OBJECT_HAZARD, i - 1);
        int64_t due_ms = hazard_due_ms(hazard);
        if (due_ms == 0 || due_ms > turn->head.at_ms)
            continue;
        if (!hazard->expires_ms || hazard->expires_ms > turn->head.at_ms)
            hazard_begin(turn, hazard);
        else
            hazard_end(turn, "hazard.expired", hazard, "its time is over", NULL);
    }
}

static void messages_due(struct turn *turn)
{
    for (uint32_t i = picture_count(turn->picture, OBJECT_MESSAGE); i > 0 && goes_on(turn); i--) {
        const struct message *message = picture_row(turn->picture, OBJECT_MESSAGE, i - 1);
        int64_t due_ms = message_leaves_ms(message);
        if (due_ms == 0 || due_ms > turn->head.at_ms)
            continue;
        struct event event = turn_event(EVENT_MESSAGE_LEFT, "message.old");
        event.message_left.message = message->number;
        turn_add(turn, &event);
    }
}

static void incidents_due(struct turn *turn)
{
    for (uint32_t i = picture_count(turn->picture, OBJECT_INCIDENT); i > 0 && goes_on(turn); i--) {
        const struct incident *incident = picture_row(turn->picture, OBJECT_INCIDENT, i - 1);
        int64_t due_ms = incident_leaves_ms(incident);
        if (due_ms == 0 || due_ms > turn->head.at_ms)
            continue;
        struct event event = turn_event(EVENT_INCIDENT_LEFT, "incident.old");
        event.incident_left.incident = incident->number;
        turn_add(turn, &event);
    }
}

static void tick_due(struct turn *turn)
{
    questions_due(turn);
    orders_due(turn);
    hazards_due(turn);
    messages_due(turn);
    incidents_due(turn);
}

/* ---- what the hub saw ---- */

static void tick_clock(struct turn *turn)
{
    struct event event = turn_event(EVENT_CLOCK_STEPPED, "clock");

    event.clock_stepped.by_ms = json_member_int64(turn->input->json, "by_ms", 0);
    if (event.clock_stepped.by_ms == 0)
        return;
    turn_add(turn, &event);
}

static void tick_feed(struct turn *turn)
{
    const struct json *json = turn->input->json;
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED,
                                             json_member_text(json, "feed", ""));
    uint32_t state;

    if (!feed
        || !vocabulary_value(&feed_state_words, span_of(json_member_text(json, "state", "")),
                             &state)
        || feed->state == (enum feed_state)state || feed->state == FEED_PAUSED)
        return;
    struct event event = turn_event(EVENT_FEED_CHANGED, "hub.feed");
    event.feed_changed.feed = feed->name;
    event.feed_changed.state = (enum feed_state)state;
    event.feed_changed.reason = turn_clean(turn, json_member_text(json, "reason", ""), 160);
    turn_add(turn, &event);
}

static void tick_order(struct turn *turn)
{
    const struct json *json = turn->input->json;
    int64_t number = json_member_int64(json, "order", 0);
    uint32_t stage;

    if (number < 1 || number > UINT32_MAX
        || !vocabulary_value(&order_stage_words, span_of(json_member_text(json, "stage", "")),
                             &stage))
        return;
    const struct order *order = picture_numbered(turn->picture, OBJECT_ORDER, (uint32_t)number);
    /* A receipt may have been faster than the hub's own word that it was sent. */
    if (order && !order_is_over(order) && order->stage < (enum order_stage)stage)
        order_move(turn, "hub.order", order, (enum order_stage)stage,
                   json_member_text(json, "reason", ""));
}

static void tick_set_aside(struct turn *turn)
{
    const struct json *json = turn->input->json;
    struct event event = turn_event(EVENT_INPUT_SET_ASIDE, "hub.set-aside");
    const char *what = json_member_text(json, "what", "");

    event.input_set_aside.what = turn_clean(turn, what[0] ? what : "input", 24);
    event.input_set_aside.source = turn_clean(turn, json_member_text(json, "source", ""), 32);
    event.input_set_aside.reason = turn_clean(turn, json_member_text(json, "reason", ""), 160);
    turn_add(turn, &event);
}

static const struct {
    const char *tick;
    void (*decide)(struct turn *turn);
} ticks[] = {
    { "due", tick_due }, { "clock", tick_clock }, { "feed", tick_feed }, { "order", tick_order },
    { "set aside", tick_set_aside },
};

void decide_tick(struct turn *turn)
{
    const char *tick = json_member_text(turn->input->json, "tick", "");

    for (size_t i = 0; i < ARRAY_COUNT(ticks); i++) {
        if (strcmp(ticks[i].tick, tick) != 0)
            continue;
        ticks[i].decide(turn);
        return;
    }
    turn->verdict = refused(REFUSED_UNKNOWN_WORD, 0, "tick");
}
