/* attention_causes.c - who asks for a person, of what class: one function and one row a cause. */
#include <stdio.h>
#include <string.h>

#include "app/core/attention_inside.h"

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

bool attention_next_full(const struct picture *picture, uint32_t *from, enum object_kind *ret_kind)
{
    while (*from < ARRAY_COUNT(growing)) {
        *ret_kind = growing[(*from)++];
        if (is_full(picture, *ret_kind))
            return true;
    }
    return false;
}

static uint32_t site_full(const struct picture *picture, const void *object, int64_t now_ms,
                          int64_t *due_ms)
{
    (void)object, (void)now_ms, (void)due_ms;
    enum object_kind kind;
    uint32_t from = 0;
    return attention_next_full(picture, &from, &kind) ? 2 : 0;
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

bool attention_has_causes(enum object_kind kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(causes); i++)
        if (causes[i].kind == kind)
            return true;
    return false;
}

bool attention_is_timed(enum object_kind kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(causes); i++)
        if (causes[i].kind == kind && causes[i].timed)
            return true;
    return false;
}

uint32_t attention_wanted(const struct picture *picture, enum object_kind kind, const void *object,
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
