/* attention.c - the causes, and the life of an item:
 *
 *                 cause                      ack, or the command that cures
 *     (nothing) ---------> OPEN ------------------------------------------> TAKEN ---> (left)
 *                           |  ^                                              |   cause ends
 *               cause ends, |  | cause again, or worse                        | worse: OPEN again
 *               by itself   v  |
 *                          ENDED ---------> (left)
 *                                  ack
 *
 * attention_settle() draws every arrow but `ack`, which is decide_acknowledge(). */
#include "app/core/attention.h"

#include <stdio.h>
#include <string.h>

#include "app/core/decide.h"

/* A cause's word about one object: its class (1 worst .. 5), 0 for none now. *due_ms is set when
 * time alone will make it one. */
typedef uint32_t cause_fn(const struct picture *picture, const void *object, int64_t now_ms,
                          int64_t *due_ms);

static uint32_t unit_in_emergency(const struct picture *picture, const void *object, int64_t now_ms,
                                  int64_t *due_ms)
{
    (void)picture, (void)now_ms, (void)due_ms;
    return ((const struct unit *)object)->emergency_ms ? 1 : 0;
}

/* A crew that comes late or not at all is worth what its incident is: like an overdue timer. */
static uint32_t class_of_way(const struct picture *picture, const struct unit *unit)
{
    const struct incident *incident =
        unit->incident ? picture_incident(picture, unit->incident) : NULL;

    return incident && incident->priority <= 2 ? 3 : 4;
}

static uint32_t unit_off_route(const struct picture *picture, const void *object, int64_t now_ms,
                               int64_t *due_ms)
{
    const struct unit *unit = object;

    (void)now_ms, (void)due_ms;
    return unit->strayed_ms ? class_of_way(picture, unit) : 0;
}

static uint32_t unit_way_closed(const struct picture *picture, const void *object, int64_t now_ms,
                                int64_t *due_ms)
{
    const struct unit *unit = object;

    (void)now_ms, (void)due_ms;
    return unit->closure ? class_of_way(picture, unit) : 0;
}

/* screens.md section 3: P1 is class 2, P2 class 3, the rest class 4 once it waits too long. */
static uint32_t class_of_priority(uint32_t priority)
{
    return priority <= 1 ? 2 : priority == 2 ? 3 : 4;
}

static bool is_pending(const struct incident *incident)
{
    return incident->state == INCIDENT_OPEN && incident->onscene_ms == 0;
}

static bool has_units(const struct picture *picture, const struct incident *incident)
{
    uint32_t index = 0;
    return picture_next_unit_of(picture, incident->number, &index) != NULL;
}

static uint32_t incident_without_units(const struct picture *picture, const void *object,
                                       int64_t now_ms, int64_t *due_ms)
{
    const struct incident *incident = object;

    (void)now_ms, (void)due_ms;
    if (!is_pending(incident) || incident->priority > 2 || has_units(picture, incident))
        return 0;
    return class_of_priority(incident->priority);
}

static uint32_t incident_waits_too_long(const struct picture *picture, const void *object,
                                        int64_t now_ms, int64_t *due_ms)
{
    const struct incident *incident = object;

    if (!is_pending(incident) || incident->priority <= 2 || has_units(picture, incident))
        return 0;
    int64_t late_ms =
        incident->called_ms + (int64_t)picture_site(picture)->pending_late_s * 1000;
    if (now_ms < late_ms) {
        *due_ms = late_ms;
        return 0;
    }
    return 4;
}

static uint32_t order_class(const struct picture *picture, const struct order *order)
{
    const struct incident *incident =
        order->incident ? picture_incident(picture, order->incident) : NULL;

    if (order->verb == ORDER_MESSAGE)
        return 4;
    return incident ? class_of_priority(incident->priority) : 3;
}

static uint32_t order_unanswered(const struct picture *picture, const void *object, int64_t now_ms,
                                 int64_t *due_ms)
{
    const struct order *order = object;

    if (order->stage >= STAGE_ACCEPTED || order->verb == ORDER_MESSAGE || order->acknowledged)
        return 0;
    int64_t late_ms = order->queued_ms + (int64_t)picture_site(picture)->order_answer_s * 1000;
    if (now_ms < late_ms) {
        *due_ms = late_ms;
        return 0;
    }
    return order_class(picture, order);
}

static uint32_t order_at_stage(const struct picture *picture, const struct order *order,
                               enum order_stage stage)
{
    return order->stage == stage && !order->acknowledged ? order_class(picture, order) : 0;
}

static uint32_t order_refused(const struct picture *picture, const void *object, int64_t now_ms,
                              int64_t *due_ms)
{
    (void)now_ms, (void)due_ms;
    return order_at_stage(picture, object, STAGE_REFUSED);
}

static uint32_t order_timed_out(const struct picture *picture, const void *object, int64_t now_ms,
                                int64_t *due_ms)
{
    (void)now_ms, (void)due_ms;
    return order_at_stage(picture, object, STAGE_TIMED_OUT);
}

static uint32_t order_failed(const struct picture *picture, const void *object, int64_t now_ms,
                             int64_t *due_ms)
{
    (void)now_ms, (void)due_ms;
    return order_at_stage(picture, object, STAGE_FAILED);
}

static uint32_t order_uncertain(const struct picture *picture, const void *object, int64_t now_ms,
                                int64_t *due_ms)
{
    (void)now_ms, (void)due_ms;
    return order_at_stage(picture, object, STAGE_UNCERTAIN);
}

static uint32_t alarm_unacknowledged(const struct picture *picture, const void *object,
                                     int64_t now_ms, int64_t *due_ms)
{
    const struct alarm *alarm = object;

    (void)picture, (void)now_ms, (void)due_ms;
    return alarm->acknowledged ? 0 : class_of_priority(alarm->priority);
}

static uint32_t question_open(const struct picture *picture, const void *object, int64_t now_ms,
                              int64_t *due_ms)
{
    const struct question *question = object;
    const struct incident *incident =
        question->incident ? picture_incident(picture, question->incident) : NULL;

    (void)now_ms, (void)due_ms;
    if (question->target != ASKED_PERSON)
        return 0;
    return incident && incident->priority <= 1 ? 2 : 3;
}

static uint32_t message_unread(const struct picture *picture, const void *object, int64_t now_ms,
                               int64_t *due_ms)
{
    (void)picture, (void)now_ms, (void)due_ms;
    return ((const struct message *)object)->acknowledged_by[0] ? 0 : 4;
}

static uint32_t feed_in_state(const void *object, enum feed_state state)
{
    return ((const struct feed *)object)->state == state ? 5 : 0;
}

static uint32_t feed_stale(const struct picture *picture, const void *object, int64_t now_ms,
                           int64_t *due_ms)
{
    (void)picture, (void)now_ms, (void)due_ms;
    return feed_in_state(object, FEED_STALE);
}

static uint32_t feed_down(const struct picture *picture, const void *object, int64_t now_ms,
                          int64_t *due_ms)
{
    (void)picture, (void)now_ms, (void)due_ms;
    return feed_in_state(object, FEED_DOWN);
}

static uint32_t feed_flooding(const struct picture *picture, const void *object, int64_t now_ms,
                              int64_t *due_ms)
{
    (void)picture, (void)now_ms, (void)due_ms;
    return feed_in_state(object, FEED_FLOODING);
}

/* Tables that fill by what happens. Full, they lose what comes next but for a note: somebody must
 * close, end or clear. */
static const enum object_kind growing[] = {
    OBJECT_INCIDENT, OBJECT_ALARM, OBJECT_HAZARD, OBJECT_ORDER, OBJECT_MESSAGE, OBJECT_QUESTION,
};

static const struct attention *site_item(const struct picture *picture)
{
    const struct attention *item = picture_called(picture, OBJECT_ATTENTION, "site");

    return item && item->state != ATTENTION_ENDED ? item : NULL;
}

/* Once said it stands until a twentieth is free, so that it does not come and go with each call. */
static bool is_full(const struct picture *picture, enum object_kind kind)
{
    uint32_t most = objects_max(kind);

    return picture_count(picture, kind) >= (site_item(picture) ? most - most / 20 : most);
}

static uint32_t site_full(const struct picture *picture, const void *object, int64_t now_ms,
                          int64_t *due_ms)
{
    (void)object, (void)now_ms, (void)due_ms;
    for (size_t i = 0; i < ARRAY_COUNT(growing); i++)
        if (is_full(picture, growing[i]))
            return 2;
    return 0;
}

static uint32_t site_set_aside(const struct picture *picture, const void *object, int64_t now_ms,
                               int64_t *due_ms)
{
    const struct counters *counters = picture_counters(picture);

    (void)object, (void)now_ms, (void)due_ms;
    return counters->set_aside > counters->set_aside_seen ? 3 : 0;
}

/* What asks for a person. A new cause is a row here and nothing else. */
static const struct cause {
    const char *word;               /* On screen, beside the class's mark. */
    enum object_kind kind;
    bool timed;                     /* Time alone may raise it. */
    cause_fn *level;
} causes[] = {
    { "EMG", OBJECT_UNIT, false, unit_in_emergency },
    { "CLOSED", OBJECT_UNIT, false, unit_way_closed },
    { "OFF", OBJECT_UNIT, false, unit_off_route },
    { "NEW", OBJECT_INCIDENT, false, incident_without_units },
    { "LATE", OBJECT_INCIDENT, true, incident_waits_too_long },
    { "ALM", OBJECT_ALARM, false, alarm_unacknowledged },
    { "NOACK", OBJECT_ORDER, true, order_unanswered },
    { "REFUSED", OBJECT_ORDER, false, order_refused },
    { "TIMEOUT", OBJECT_ORDER, false, order_timed_out },
    { "FAILED", OBJECT_ORDER, false, order_failed },
    { "SENT?", OBJECT_ORDER, false, order_uncertain },
    { "ASK", OBJECT_QUESTION, false, question_open },
    { "MSG", OBJECT_MESSAGE, false, message_unread },
    { "STALE", OBJECT_FEED, false, feed_stale },
    { "DOWN", OBJECT_FEED, false, feed_down },
    { "FLOOD", OBJECT_FEED, false, feed_flooding },
    { "FULL", OBJECT_SITE, false, site_full },
    { "ASIDE", OBJECT_SITE, false, site_set_aside },
};

static bool has_causes(enum object_kind kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(causes); i++)
        if (causes[i].kind == kind)
            return true;
    return false;
}

/* The worst class of all causes of `object`, and their words; 0 when it asks for nobody. */
static uint32_t wanted(const struct picture *picture, enum object_kind kind, const void *object,
                       int64_t now_ms, char *words, size_t words_bytes)
{
    uint32_t worst = 0;
    size_t used = 0;

    words[0] = '\0';
    for (size_t i = 0; i < ARRAY_COUNT(causes); i++) {
        int64_t due_ms = 0;
        if (causes[i].kind != kind)
            continue;
        uint32_t level = causes[i].level(picture, object, now_ms, &due_ms);
        if (level == 0)
            continue;
        if (worst == 0 || level < worst)
            worst = level;
        used += (size_t)snprintf(words + used, words_bytes - used, "%s%s", used ? " " : "",
                                 causes[i].word);
        assert(used < words_bytes);
    }
    return worst;
}

/* Ended by a person's own command, nobody needs to be told that it has ended. */
static void item_ends(struct turn *turn, const struct attention *item)
{
    bool seen = item->state == ATTENTION_TAKEN || turn->input->kind == INPUT_COMMAND
                || turn->operator[0];
    struct event event =
        turn_event(seen ? EVENT_ATTENTION_LEFT : EVENT_ATTENTION_ENDED, "attention");

    if (seen)
        event.attention_left.object = item->object;
    else
        event.attention_ended.object = item->object;
    turn_add(turn, &event);
}

/* A question that ended, an order or incident that left: nothing remains to be acknowledged. */
static void item_leaves(struct turn *turn, const struct attention *item)
{
    struct event event = turn_event(EVENT_ATTENTION_LEFT, "attention.gone");

    event.attention_left.object = item->object;
    turn_add(turn, &event);
}

static void attention_settle(struct turn *turn, const struct object_name *name)
{
    const struct picture *picture = turn->picture;
    char key[OBJECT_NAME_BYTES], words[48];

    if (!has_causes(name->kind))
        return;
    const void *object = picture_find(picture, name);
    const struct attention *item =
        picture_called(picture, OBJECT_ATTENTION, object_name_text(name, key));
    uint32_t level =
        object ? wanted(picture, name->kind, object, turn->head.at_ms, words, sizeof words) : 0;

    if (level == 0) {
        if (item && !object)
            item_leaves(turn, item);
        else if (item && item->state != ATTENTION_ENDED)
            item_ends(turn, item);
        return;
    }
    bool same = item && item->state != ATTENTION_ENDED && item->level == level
                && strcmp(item->words, words) == 0;
    /* The last place is kept for the word that the tables are full. */
    uint32_t most = name->kind == OBJECT_SITE ? ATTENTION_MAX : ATTENTION_MAX - 1;
    if (same || (!item && picture_count(picture, OBJECT_ATTENTION) >= most))
        return;
    struct event event = turn_event(EVENT_ATTENTION_RAISED, "attention");
    event.attention_raised.object = key;
    event.attention_raised.level = level;
    event.attention_raised.words = words;
    turn_add(turn, &event);
}

struct touched_list {
    struct object_name *names;
    uint32_t count, capacity;
    struct arena *arena;
};

static void remember(void *context, const struct object_name *name)
{
    struct touched_list *list = context;

    if (!has_causes(name->kind))
        return;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->names[i].kind == name->kind && list->names[i].number == name->number
            && strcmp(list->names[i].key, name->key) == 0)
            return;
    if (list->count == list->capacity) {
        uint32_t grown = list->capacity ? list->capacity * 2 : 16;
        struct object_name *names = arena_alloc(list->arena, grown * sizeof *names);
        if (list->count)
            memcpy(names, list->names, list->count * sizeof *names);
        list->names = names;
        list->capacity = grown;
    }
    list->names[list->count++] = *name;
}

/* The events of a turn may touch three objects each, and every object ends in one event at most. */
_Static_assert(DUE_EVENTS_MAX * 4 < EVENTS_PER_ENTRY_MAX / 2, "a tick leaves room for its review");

/* A review that finds too much for one entry leaves the rest to the next one that looks. */
static bool goes_on(const struct turn *turn)
{
    return turn->events.count < EVENTS_PER_ENTRY_MAX - 1;
}

/* Every object that a timed cause looks at. */
static void settle_timed(struct turn *turn)
{
    for (size_t c = 0; c < ARRAY_COUNT(causes); c++) {
        if (!causes[c].timed)
            continue;
        enum object_kind kind = causes[c].kind;
        for (uint32_t i = 0; i < picture_count(turn->picture, kind) && goes_on(turn); i++) {
            const void *row = picture_row(turn->picture, kind, i);
            struct object_name name = object_numbered(kind, *(const uint32_t *)row);
            attention_settle(turn, &name);
        }
    }
}

static bool is_there(const struct picture *picture, const struct attention *item)
{
    struct object_name name;

    return picture_unit(picture, item->object)
           || (object_name_parse(span_of(item->object), &name) && picture_find(picture, &name));
}

/* An incident takes its orders and messages with it, and a configuration its units and feeds, in
 * one event that does not name them: nobody could ever answer for what is gone. */
static void settle_gone(struct turn *turn)
{
    bool takes_others = false;

    for (uint32_t i = 0; i < turn->events.count; i++)
        takes_others = takes_others || turn->events.at[i].kind == EVENT_INCIDENT_LEFT
                       || turn->events.at[i].kind == EVENT_WITHDRAWN;
    if (!takes_others)
        return;
    for (uint32_t i = picture_count(turn->picture, OBJECT_ATTENTION); i > 0 && goes_on(turn);
         i--) {
        const struct attention *item = picture_row(turn->picture, OBJECT_ATTENTION, i - 1);
        if (!is_there(turn->picture, item))
            item_leaves(turn, item);
    }
}

void attention_review(struct turn *turn)
{
    struct touched_list list = { .arena = turn->arena };

    /* A configuration touches every unit and feed, but none of it asks for anybody yet. */
    if (turn->input->kind != INPUT_CONFIG)
        for (uint32_t i = 0; i < turn->events.count; i++)
            event_touches(&turn->events.at[i], remember, &list);
    for (uint32_t i = 0; i < list.count; i++)
        attention_settle(turn, &list.names[i]);
    settle_gone(turn);
    if (turn->input->kind == INPUT_TICK)
        settle_timed(turn);
    const struct object_name site = object_called(OBJECT_SITE, "site");
    if (goes_on(turn))
        attention_settle(turn, &site);
}

int64_t attention_due_ms(const struct picture *picture)
{
    int64_t soonest_ms = 0;

    for (size_t c = 0; c < ARRAY_COUNT(causes); c++) {
        if (!causes[c].timed)
            continue;
        for (uint32_t i = 0; i < picture_count(picture, causes[c].kind); i++) {
            int64_t due_ms = 0;
            causes[c].level(picture, picture_row(picture, causes[c].kind, i), picture->at_ms,
                            &due_ms);
            if (due_ms && (soonest_ms == 0 || due_ms < soonest_ms))
                soonest_ms = due_ms;
        }
    }
    return soonest_ms;
}

static const char *incident_owner(const struct picture *picture, uint32_t number)
{
    const struct incident *incident = number ? picture_incident(picture, number) : NULL;

    return incident ? incident->owner : "";
}

const char *attention_owner(const struct picture *picture, const struct attention *item)
{
    struct object_name name;

    if (item->owner[0] || !object_name_parse(span_of(item->object), &name))
        return item->owner;
    const void *object = picture_find(picture, &name);
    if (!object)
        return "";
    if (name.kind == OBJECT_INCIDENT)
        return ((const struct incident *)object)->owner;
    /* An emergency is everybody's until one person takes it. */
    if (name.kind == OBJECT_UNIT && !((const struct unit *)object)->emergency_ms)
        return incident_owner(picture, ((const struct unit *)object)->incident);
    if (name.kind == OBJECT_ORDER)
        return incident_owner(picture, ((const struct order *)object)->incident);
    if (name.kind == OBJECT_MESSAGE)
        return incident_owner(picture, ((const struct message *)object)->incident);
    return name.kind == OBJECT_QUESTION ? ((const struct question *)object)->operator : "";
}

struct attention_sums attention_sums(const struct picture *picture, const char *operator)
{
    struct attention_sums sums = { 0 };

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ATTENTION); i++) {
        const struct attention *item = picture_row(picture, OBJECT_ATTENTION, i);
        const char *owner = attention_owner(picture, item);
        sums.total++;
        if (owner[0] == '\0')
            sums.unowned++;
        else if (strcmp(owner, operator) == 0)
            sums.mine++;
        else
            sums.others++;
        if (sums.oldest_ms == 0 || item->raised_ms < sums.oldest_ms)
            sums.oldest_ms = item->raised_ms;
    }
    assert(sums.total == sums.mine + sums.others + sums.unowned);
    return sums;
}

/* ---- sentences ---- */

static void incident_words(const struct incident *incident, struct buffer *out)
{
    buffer_print(out, "%s %s", incident->type, incident->place);
    if (incident->radius_m == incident->radius_m)       /* Not NaN. */
        buffer_print(out, " within %.0f m", incident->radius_m);
    if (incident->place_state == PLACE_UNCONFIRMED)
        buffer_add_text(out, " UNCONFIRMED");
}

static void order_words(const struct order *order, struct buffer *out)
{
    buffer_print(out, "%s", order->unit);
    if (order->incident)
        buffer_print(out, " to #%u", order->incident);
    buffer_print(out, ": %s %s%s%s", vocabulary_word(&order_verb_words, order->verb),
                 vocabulary_word(&order_stage_words, order->stage), order->reason[0] ? ", " : "",
                 order->reason);
}

static void way_words(const struct picture *picture, const struct unit *unit, struct buffer *out)
{
    const struct hazard *hazard = unit->closure
        ? picture_numbered(picture, OBJECT_HAZARD, unit->closure) : NULL;

    if (unit->closure)
        buffer_print(out, "HZ%u %s lies across its way", unit->closure,
                     hazard ? hazard->kind : "");
    if (unit->strayed_ms)
        buffer_print(out, "%s%u m off its route", unit->closure ? ", " : "", unit->strayed_m);
    if (!unit->closure && !unit->strayed_ms)
        buffer_add_text(out, vocabulary_word(&unit_status_words, unit->status));
    if (unit->incident)
        buffer_print(out, " to #%u", unit->incident);
    if (unit->closure)
        buffer_add_text(out, ": tell the crew");
}

static void unit_words(const struct picture *picture, const struct unit *unit, int64_t now_ms,
                       struct buffer *out)
{
    char age[WHEN_TEXT_BYTES];

    if (!unit->emergency_ms) {
        way_words(picture, unit, out);
        return;
    }
    buffer_add_text(out, "EMERGENCY BUTTON");
    if (unit->incident)
        buffer_print(out, " on #%u", unit->incident);
    if (unit->located_ms)
        buffer_print(out, ", fix %s old", span_clock_text(now_ms - unit->located_ms, age));
    else
        buffer_add_text(out, ", no fix");
    if (unit->emergency_cancelled)
        buffer_add_text(out, ", cancelled by the unit: check, then emg clear");
}

static void alarm_words(const struct alarm *alarm, struct buffer *out)
{
    buffer_add_text(out, alarm->condition);
    if (alarm->value == alarm->value)       /* Not NaN. */
        buffer_print(out, " %.10g %s", alarm->value, alarm->measured_in);
    buffer_print(out, " %s%s", alarm->place[0] ? alarm->place : alarm->point,
                 alarm->active ? "" : " BACK to normal");
}

static void site_words(const struct picture *picture, struct buffer *out)
{
    const struct counters *counters = picture_counters(picture);
    uint32_t aside = counters->set_aside - counters->set_aside_seen;
    bool any = false;

    for (size_t i = 0; i < ARRAY_COUNT(growing); i++) {
        if (!is_full(picture, growing[i]))
            continue;
        buffer_print(out, "%s%u of %u %ss", any ? ", " : "no room for more: ",
                     picture_count(picture, growing[i]), objects_max(growing[i]),
                     vocabulary_word(&object_kind_words, growing[i]));
        any = true;
    }
    if (aside > 0)
        buffer_print(out, "%s%u input%s ended the hub twice, set aside undecided",
                     any ? "; " : "", aside, aside == 1 ? "" : "s");
    if (!any && aside == 0)
        buffer_add_text(out, "there is room again");
}

void attention_sentence(const struct picture *picture, const struct attention *item,
                        int64_t now_ms, struct buffer *out)
{
    struct object_name name;
    const void *object = NULL;

    if (object_name_parse(span_of(item->object), &name))
        object = picture_find(picture, &name);
    if (!object)
        return;
    if (name.kind == OBJECT_UNIT)
        unit_words(picture, object, now_ms, out);
    else if (name.kind == OBJECT_INCIDENT)
        incident_words(object, out);
    else if (name.kind == OBJECT_ALARM)
        alarm_words(object, out);
    else if (name.kind == OBJECT_ORDER)
        order_words(object, out);
    else if (name.kind == OBJECT_QUESTION)
        buffer_add_text(out, ((const struct question *)object)->consequence);
    else if (name.kind == OBJECT_MESSAGE)
        buffer_print(out, "%s \"%s\"", ((const struct message *)object)->unit,
                     ((const struct message *)object)->text);
    else if (name.kind == OBJECT_SITE)
        site_words(picture, out);
    else if (name.kind == OBJECT_FEED)
        buffer_print(out, "%s %s", ((const struct feed *)object)->adapter,
                     ((const struct feed *)object)->reason);
}
