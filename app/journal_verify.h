/* journal_verify.h - is the journal whole? Recomputes every chain and names the first bad row.
 *
 * Finds any byte changed in any column, rows removed, added or moved. A tail that was cut off
 * whole, or a chain rewritten to its end, shows only against a head kept elsewhere (`watchdesk
 * head`). */
#ifndef APP_JOURNAL_VERIFY_H
#define APP_JOURNAL_VERIFY_H

#include "app/journal_read.h"

#define JOURNAL_FAULTS(ROW)                                                                 \
    ROW(NONE,        "whole")                                                               \
    ROW(UNREADABLE,  "the row cannot be read")                                              \
    ROW(MISSING,     "the row is missing")                                                  \
    ROW(EXTRA,       "the row does not belong")                                             \
    ROW(CHANGED,     "the row does not fit its chain")                                      \
    ROW(CHAIN,       "the row's chain was changed")                                         \
    ROW(EVENTS,      "its events cannot be folded")                                         \
    ROW(CUT,         "the end was cut off")                                                 \
    ROW(REWRITTEN,   "the record differs from the head that was kept")
#define ROW(upper, text) JOURNAL_FAULT_##upper,
enum journal_fault { JOURNAL_FAULTS(ROW) JOURNAL_FAULT_COUNT };
#undef ROW

struct journal_verify_options {
    const char *path;
    const struct chain_head *earlier;   /* A head kept from before; NULL without. */
    bool folds;                         /* Also parse and fold every entry's events. */
};

struct journal_finding {
    enum journal_fault fault;
    int64_t row;                        /* The first bad row's sequence; 0 when whole. */
    uint64_t entries;                   /* Good ones, from the first on. */
    struct chain_head head;             /* The last good one. */
    uint64_t digest;                    /* Of the picture, when it was folded. */
    char sentence[JOURNAL_WHY_BYTES];   /* For a person: what is wrong, where, what it means. */
};

/* STATUS_OK when it could be judged (see ret_finding->fault). Else it could not be opened at all
 * and `ret_finding->sentence` says why; statuses as journal_reader_open(). */
enum status journal_verify(const struct journal_verify_options *options,
                           struct journal_finding *ret_finding);

#endif
