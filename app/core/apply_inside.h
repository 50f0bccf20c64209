/* apply_inside.h - what the files that write events into rows share: apply.c has the table and what
 * is nobody's work, apply_incidents.c, apply_units.c (orders too) and apply_signs.c (alarms,
 * hazards, messages) theirs. Nobody else includes it.
 *
 * Nothing here decides, and nothing computes with floats: they are copied. */
#ifndef APP_CORE_APPLY_INSIDE_H
#define APP_CORE_APPLY_INSIDE_H

#include "app/core/apply.h"

/* One for each kind of event. */
typedef void apply_fn(struct picture *picture, const struct entry_head *head,
                      const struct event *event);
#define ROW(upper, lower, sentence) apply_fn apply_##lower;
EVENT_KINDS(ROW)
#undef ROW

#define COPY(to, from) text_copy((to), sizeof(to), span_of(from))

/* Events name objects that decide has just seen, so a missing one is our fault, not the input's. */
static inline struct incident *incident_row(struct picture *picture, uint32_t number)
{
    struct incident *incident = (struct incident *)(uintptr_t)picture_incident(picture, number);
    assert(incident);
    return incident;
}

static inline struct unit *unit_row(struct picture *picture, const char *callsign)
{
    struct unit *unit = (struct unit *)(uintptr_t)picture_unit(picture, callsign);
    assert(unit);
    return unit;
}

static inline void *numbered_row(struct picture *picture, enum object_kind kind, uint32_t number)
{
    void *row = (void *)(uintptr_t)picture_numbered(picture, kind, number);
    assert(row);
    return row;
}

static inline struct feed *feed_row(struct picture *picture, const char *name)
{
    return (struct feed *)(uintptr_t)picture_called(picture, OBJECT_FEED, name);
}

static inline struct counters *counters_row(struct picture *picture)
{
    return (struct counters *)(uintptr_t)picture_counters(picture);
}

static inline void count_up(uint32_t *last, uint32_t number)
{
    if (number > *last)
        *last = number;
}

static inline void incident_changed_by(struct incident *incident, const struct entry_head *head)
{
    incident->entry = (int64_t)head->sequence;
    COPY(incident->entry_by, head->source);
}

static inline void unit_changed_by(struct unit *unit, const struct entry_head *head)
{
    unit->entry = (int64_t)head->sequence;
    COPY(unit->entry_by, head->source);
}

#endif
