/* cap_chains.h - what a CAP message does to those before it: the memory of one CAP feed.
 *
 * An alert and the updates that follow it are one chain; the hub sees it as hazards whose ids do
 * not change. Invariants:
 *  C1 a message that was replaced or cancelled is never reported afterwards, also when it comes
 *     later than what replaced it;
 *  C2 a Cancel never creates a hazard;
 *  C3 an exercise or test never replaces or cancels an actual alert, nor the other way round;
 *     its hazards have ids of their own.
 * Pure: the same messages in the same order give the same reports. */
#ifndef FEEDS_CAP_CHAINS_H
#define FEEDS_CAP_CHAINS_H

#include "feeds/cap_alert.h"

enum {
    /* Messages remembered; the oldest is forgotten for a new one, which costs C1 for it alone. */
    CAP_REMEMBERED_MAX = 20000,
    /* Chains whose hazards may still stand; over it, the one that ends first is forgotten. */
    CAP_CHAINS_MAX = 20000,
};

struct cap_chains;
struct cap_chains *cap_chains_new(void);
void cap_chains_free(struct cap_chains *chains);

/* What is to be said to the hub; all of it lives in the arena handed in. */
struct cap_result {
    struct report *reports;
    uint32_t report_count;
    const char *note;           /* Why nothing is reported of a message that is fine; else "". */
};

/* Takes one message. Refusals: CONTRADICTION "references" (C3). */
struct verdict cap_chains_take(struct cap_chains *chains, const struct cap_alert *alert,
                               struct arena *arena, struct cap_result *ret_result);

#endif
