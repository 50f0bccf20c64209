/* apply_signs.c - what comes from outside and stands until it ends: alarms, hazards, messages. */
#include "app/core/apply_inside.h"

void apply_alarm_raised(struct picture *picture, const struct entry_head *head,
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

void apply_alarm_measured(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    const struct alarm_measured *measured = &event->alarm_measured;

    alarm_value(numbered_row(picture, OBJECT_ALARM, measured->alarm), measured->value,
                measured->measured_in, measured->at_ms ? measured->at_ms : head->at_ms);
}

void apply_alarm_returned(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    const struct alarm_returned *returned = &event->alarm_returned;
    struct alarm *alarm = numbered_row(picture, OBJECT_ALARM, returned->alarm);

    alarm_value(alarm, returned->value, returned->measured_in,
                returned->at_ms ? returned->at_ms : head->at_ms);
    alarm->active = false;
}

void apply_alarm_acknowledged(struct picture *picture, const struct entry_head *head,
                              const struct event *event)
{
    struct alarm *alarm =
        numbered_row(picture, OBJECT_ALARM, event->alarm_acknowledged.alarm);
    (void)head;

    alarm->acknowledged = true;
    alarm->acknowledged_at = alarm->value;
    COPY(alarm->acknowledged_by, event->alarm_acknowledged.by);
}

void apply_alarm_left(struct picture *picture, const struct entry_head *head,
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

void apply_hazard_set(struct picture *picture, const struct entry_head *head,
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

void apply_hazard_began(struct picture *picture, const struct entry_head *head,
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

void apply_hazard_changed(struct picture *picture, const struct entry_head *head,
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

void apply_hazard_ended(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_HAZARD,
                   numbered_row(picture, OBJECT_HAZARD, event->hazard_ended.hazard));
}

void apply_message_received(struct picture *picture, const struct entry_head *head,
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

void apply_message_acknowledged(struct picture *picture, const struct entry_head *head,
                                const struct event *event)
{
    struct message *message =
        numbered_row(picture, OBJECT_MESSAGE, event->message_acknowledged.message);
    (void)head;

    COPY(message->acknowledged_by, event->message_acknowledged.by);
}

void apply_message_left(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_MESSAGE,
                   numbered_row(picture, OBJECT_MESSAGE, event->message_left.message));
}
