/* looks.h - what a console asks geography for its own screen: type-ahead, the address under the
 * cursor, a distance by road. One slot per purpose, so a newer question takes the place of an older
 * one and a late answer finds nobody who waits for it.
 *
 *            want                due, nothing under way             answered
 *     IDLE --------> WAITING ---------------------------> ASKED ------------> IDLE
 *                       ^  want again: the one under way is let pass  |
 *                       +---------------------------------------------+
 *
 * At most one question of a purpose is under way: a fast typist queues nothing at geography.
 * Pure: the caller says what time it is (any clock that does not jump, ms) and sends. */
#ifndef PANELS_LOOKS_H
#define PANELS_LOOKS_H

#include "app/base/buffer.h"

#define LOOKS(ROW)                                                           \
    ROW(TAB)            /* Tab behind "@": places for the line. */           \
    ROW(GO)             /* `go PLACE`. */                                    \
    ROW(SEARCH)         /* `/` as one types. */                              \
    ROW(LINE)           /* The place of the line, for the read-back. */      \
    ROW(CURSOR)         /* What stands under the map's cursor. */            \
    ROW(END_A)          /* Where a distance or a reach starts, in words. */  \
    ROW(END_B)          /* Where a distance ends. */                         \
    ROW(ROUTE)          /* The way between the two by road. */               \
    ROW(REACH)                                                               \
    ROW(INSIDE)
#define ROW(name) LOOK_##name,
enum look_kind { LOOKS(ROW) LOOK_COUNT };
#undef ROW

enum { LOOK_LATE_MS = 4000 };       /* Then it counts as unanswered, and the screen says so. */

struct look_slot {
    struct buffer ask;              /* JSON, without its ref; empty: nothing waits to be sent. */
    int64_t due_ms;
    uint64_t under_way;             /* Its ref; 0: nothing is under way. */
    int64_t asked_ms;
    bool meant;                     /* What is under way is still what is wanted. */
};
struct looks {
    struct look_slot slots[LOOK_COUNT];
};

void looks_clear(struct looks *looks);

/* Wants `ask` answered, sent no sooner than `due_ms`; takes its bytes and leaves it empty. */
void looks_want(struct looks *looks, enum look_kind kind, struct buffer *ask, int64_t due_ms);
/* Nobody waits for it any more. */
void looks_drop(struct looks *looks, enum look_kind kind);
/* It has been wanted and has neither been answered nor dropped. */
bool looks_waits(const struct looks *looks, enum look_kind kind);

/* The next that may be sent now, LOOK_COUNT when there is none; *ret_wait_ms is then how long
 * until one may be, or -1 for never. */
enum look_kind looks_next(const struct looks *looks, int64_t now_ms, int64_t *ret_wait_ms);
struct span looks_ask(const struct looks *looks, enum look_kind kind);
void looks_sent(struct looks *looks, enum look_kind kind, uint64_t ref, int64_t now_ms);

/* Is `ref` that of a question sent from here? */
bool looks_knows(const struct looks *looks, uint64_t ref);
/* An answer came: whose it is, LOOK_COUNT when nobody waits for it. */
enum look_kind looks_answered(struct looks *looks, uint64_t ref);
/* One that has waited too long, which then waits no more; LOOK_COUNT when there is none. */
enum look_kind looks_late(struct looks *looks, int64_t now_ms);

#endif
