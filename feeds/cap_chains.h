/* cap_chains.h - what a CAP message does to those before it: the memory of one CAP feed.
 *
 * An alert and the updates that follow it are one chain; the hub sees it as hazards whose ids do
 * not change. Invariants:
 *  C1 a message that was replaced or cancelled is never reported afterwards, also when it comes
 *     later than what replaced it;
 *  C2 a Cancel never creates a hazard;
 *  C3 an exercise or test never replaces or cancels an actual alert, nor the other way round;
 *     its hazards have ids of their own;
 *  C4 once all messages have come, in whatever order, the hazards that stand are those of the
 *     Alerts and Updates that none of them replaced or cancelled. (Not the ids: who comes late
 *     finds its chain begun by another.) What a message refers to is what it replaces, no more.
 * Pure: the same messages in the same order give the same reports. */
#ifndef FEEDS_CAP_CHAINS_H
#define FEEDS_CAP_CHAINS_H

#include "feeds/cap_alert.h"

struct cap_chains;
struct cap_chains *cap_chains_new(void);
void cap_chains_free(struct cap_chains *chains);

/* Why a message is nothing new. */
#define CAP_NOTE_KNOWN "known already"

/* What is to be said to the hub; all of it lives in the arena handed in. */
struct cap_result {
    struct report *reports;
    uint32_t report_count;
    const char *note;           /* Why nothing is reported of a message that is fine; else "". */
};

/* Takes one message. Refusals: CONTRADICTION "references" (C3). */
struct verdict cap_chains_take(struct cap_chains *chains, const struct cap_alert *alert,
                               struct arena *arena, struct cap_result *ret_result);

/* Something of an index that is no CAP message, and says where it is itself. */
struct cap_entry {
    const char *id;
    int64_t at_ms;              /* When it was written; 0: not said. */
    const struct cap_shape *shapes;
    uint32_t shape_count;       /* At least one. */
};

/* Takes one entry: the newest form under an id stands, in the place of the one before. */
void cap_chains_entry(struct cap_chains *chains, const struct cap_entry *entry,
                      struct arena *arena, struct cap_result *ret_result);

/* Names of other things that were taken, such as the alert behind a link. */
bool cap_chains_has(const struct cap_chains *chains, const char *name);
void cap_chains_put(struct cap_chains *chains, const char *name);

/* All that is remembered, as members of the object being written, and back (cap_table.h). */
void cap_chains_write(const struct cap_chains *chains, struct buffer *out);
bool cap_chains_read(struct cap_chains *chains, const struct json *json);

#endif
