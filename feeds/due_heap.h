/* due_heap.h - who is due next: each member stands in the heap at most once, and may be moved to an
 * earlier or later time while it stands there. Members are borrowed and must not move in memory.
 * Pure. */
#ifndef FEEDS_DUE_HEAP_H
#define FEEDS_DUE_HEAP_H

#include "app/base/base.h"

/* Part of whatever is due; zeroed to start. */
struct due {
    int64_t at_ms;
    uint32_t place;             /* In the heap, from 1; 0: it is not there. */
};

struct due_heap {
    struct due **at;            /* at[0] is never used. */
    uint32_t count, capacity;
};

void due_heap_clear(struct due_heap *heap);
/* Puts a member in, or moves it. */
void due_set(struct due_heap *heap, struct due *due, int64_t at_ms);
/* Who is due first, NULL when nobody is. */
struct due *due_first(const struct due_heap *heap);
/* Takes a member out that stands in it. */
void due_remove(struct due_heap *heap, struct due *due);

#endif
