/* apply_incidents.c - incidents and their notes. */
#include <string.h>

#include "app/core/apply_inside.h"

void apply_incident_opened(struct picture *picture, const struct entry_head *head,
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

void apply_incident_located(struct picture *picture, const struct entry_head *head,
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

void apply_incident_changed(struct picture *picture, const struct entry_head *head,
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

void apply_incident_closed(struct picture *picture, const struct entry_head *head,
                           const struct event *event)
{
    struct incident *incident = incident_row(picture, event->incident_closed.incident);

    incident->state = INCIDENT_CLOSED;
    incident->closed_ms = head->at_ms;
    COPY(incident->disposition, event->incident_closed.disposition);
    incident_changed_by(incident, head);
}

void apply_incident_reopened(struct picture *picture, const struct entry_head *head,
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

void apply_incident_left(struct picture *picture, const struct entry_head *head,
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

void apply_note_added(struct picture *picture, const struct entry_head *head,
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
