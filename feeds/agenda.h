/* agenda.h - what is to happen when, in order: by due time, and within one time in the order it was
 * put in. The order is part of the promise that a drill run twice gives one digest. */
#ifndef FEEDS_AGENDA_H
#define FEEDS_AGENDA_H

#include "app/base/base.h"

struct agenda_item {
    int64_t due_ms;
    uint64_t sequence;          /* Given by agenda_add(). */
    uint32_t unit, task;        /* Whose it is, and of which of its tasks; the owner's business. */
    uint32_t act, subject;      /* What to do, and with what. */
};

struct agenda {
    struct agenda_item *heap;
    uint32_t count, capacity;
    uint64_t sequence;
};

void agenda_add(struct agenda *agenda, const struct agenda_item *item);
/* The next item, NULL when there is none; a loan until the agenda is changed. */
const struct agenda_item *agenda_first(const struct agenda *agenda);
/* Takes the next item out; there must be one. */
struct agenda_item agenda_take(struct agenda *agenda);
void agenda_clear(struct agenda *agenda);

#endif
