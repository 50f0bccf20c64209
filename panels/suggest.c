#include "panels/suggest.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "panels/rows.h"

/* Nobody may take what they had no time to read. */
static bool changed_just_now(const struct view *view, int64_t entry)
{
    return entry > 0 && (uint64_t)entry > drawn_seen(&view->drawn, view->clock_ms);
}

static bool offer(struct suggestion *to, const char *typed, const char *about)
{
    text_copy(to->typed, sizeof to->typed, span_of(typed));
    text_copy(to->about, sizeof to->about, span_of(about));
    return true;
}

static bool suggest_incident(const struct picture *picture, const struct view *view,
                             const struct incident *incident, uint32_t index,
                             struct suggestion *to)
{
    char typed[80];
    uint32_t units = 0, at = 0;

    if (incident->state != INCIDENT_OPEN || changed_just_now(view, incident->entry))
        return false;
    while (picture_next_unit_of(picture, incident->number, &at))
        units++;
    bool first_dispatch = units == 0 && index == 0;
    if (!first_dispatch && index > (units == 0 ? 1u : 0u))
        return false;
    snprintf(typed, sizeof typed, first_dispatch ? "d %u " : "n %u ", incident->number);
    return offer(to, typed, first_dispatch ? "send units: Tab again lists the free ones"
                                           : "write a note");
}

static bool suggest_acknowledge(const struct object_name *name, const char *about,
                                struct suggestion *to)
{
    char typed[80], object[OBJECT_NAME_BYTES];

    snprintf(typed, sizeof typed, "ack %s", object_name_text(name, object));
    return offer(to, typed, about);
}

static bool suggest_unit(const struct picture *picture, const struct view *view,
                         const struct unit *unit, uint32_t index, struct suggestion *to)
{
    const struct incident *incident = unit->incident
        ? picture_incident(picture, unit->incident) : NULL;
    struct object_name name = object_called(OBJECT_UNIT, unit->callsign);
    char typed[80];

    if (changed_just_now(view, unit->entry))
        return false;
    if (unit->emergency_ms && index == 0)
        return suggest_acknowledge(&name, "take the emergency: call the unit now", to);
    if (index > 0 || !incident)
        return false;
    snprintf(typed, sizeof typed, "msg %s ", unit->callsign);
    return offer(to, typed, "say something to the unit");
}

static bool suggest_question(const struct view *view, const struct question *question,
                             uint32_t index, struct suggestion *to)
{
    char typed[80];

    if (question->target != ASKED_PERSON || index > 1
        || strcmp(question->operator, view->operator_name) != 0)
        return false;
    snprintf(typed, sizeof typed, index == 0 ? "ok QU%u" : "no QU%u ; ", question->number);
    return offer(to, typed, index == 0 ? question->consequence : "leave things as they are");
}

static bool suggest_alarm(const struct view *view, const struct alarm *alarm, uint32_t index,
                          struct suggestion *to)
{
    struct object_name name = object_numbered(OBJECT_ALARM, alarm->number);

    if (alarm->acknowledged || index > 0 || view->now_ms - alarm->changed_ms < UNSEEN_MS)
        return false;
    return suggest_acknowledge(&name, "you have seen the alarm and act on it", to);
}

bool suggest(const struct picture *picture, const struct view *view, uint32_t index,
             struct suggestion *ret_suggestion)
{
    const struct object_name *name = &view->selected;
    const void *object = view_selects(view) ? picture_find(picture, name) : NULL;

    if (!object || view->read_only)
        return false;
    switch ((int)name->kind) {
    case OBJECT_INCIDENT:
        return suggest_incident(picture, view, object, index, ret_suggestion);
    case OBJECT_UNIT:
        return suggest_unit(picture, view, object, index, ret_suggestion);
    case OBJECT_QUESTION:
        return suggest_question(view, object, index, ret_suggestion);
    case OBJECT_ALARM:
        return suggest_alarm(view, object, index, ret_suggestion);
    case OBJECT_MESSAGE:
        return index == 0
               && suggest_acknowledge(name, "the message has been read", ret_suggestion);
    case OBJECT_ORDER:
        return index == 0 && ((const struct order *)object)->stage > STAGE_DONE
               && !((const struct order *)object)->acknowledged
               && suggest_acknowledge(name, "you know that it did not work", ret_suggestion);
    default:
        return false;       /* Nothing is usually typed about the other kinds. */
    }
}
