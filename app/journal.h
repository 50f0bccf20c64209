/* journal.h - the permanent record of everything the command centre was told.
 *
 * One SQLite row per entry, hash-chained (chain.h). Rows are never changed or removed; a
 * correction is a new entry. Only the hub appends, with one commit in flight, on the journal's
 * own thread; what it calls back runs on the loop. Times are hub time, ms since 1970 UTC.
 * CONTRACTS sections 1 and 2.
 *
 *     journal_append()          done(STATUS_OK)
 *  IDLE ------------> IN FLIGHT ------------> IDLE
 *                        |  ^ disk full or busy: the whole batch again, for 5 s; `state` says so
 *                        |  '---------
 *                        '--> done(anything else): the journal takes nothing more; the hub exits */
#ifndef APP_JOURNAL_H
#define APP_JOURNAL_H

#include <uv.h>

#include "app/chain.h"

enum {
    JOURNAL_FORMAT = 1,                     /* `user_version` and entry 1. */
    BATCH_ENTRIES_MAX = 1000,               /* CONTRACTS section 2. */
    BATCH_BYTES_MAX = 16 * 1024 * 1024,     /* Then it is full too: a commit is under 1 s. */
    JOURNAL_WHY_BYTES = 400,
};

/* A journal never opens in the other mode (DESIGN promise 8). */
enum journal_mode { JOURNAL_LIVE, JOURNAL_DRILL };
const char *journal_mode_word(enum journal_mode mode);      /* "live", "drill" */

/* ---- a batch: entries that become durable together ---- */
struct journal_batch;
struct journal_batch *journal_batch_new(void);
void journal_batch_free(struct journal_batch *batch);
void journal_batch_reset(struct journal_batch *batch);      /* Empty again; keeps its memory. */
/* Copies all it is given. Each entry's sequence is one more than the one before it. The batch
 * must not be full. */
void journal_batch_add(struct journal_batch *batch, const struct entry_head *head,
                       struct span input, struct span events);
uint32_t journal_batch_count(const struct journal_batch *batch);
bool journal_batch_is_full(const struct journal_batch *batch);
/* A loan until the batch is reset; `chain` is filled once it was appended. */
const struct entry *journal_batch_entry(const struct journal_batch *batch, uint32_t index);

/* ---- the journal ---- */
struct journal;

/* Said on the loop when commits begin to fail and are tried again ("the disk is full"), and with
 * `reason` NULL when they go through again. */
typedef void journal_state_fn(void *context, const char *reason);

struct journal_options {
    const char *path;
    const char *site_id;
    enum journal_mode mode;
    int64_t now_ms;                     /* Hub time, for entry 1 of a new journal. */
    uint32_t retry_for_ms;              /* 0: 5,000 (CONTRACTS section 2). */
    journal_state_fn *state;            /* May be NULL. */
    void *context;                      /* For `state`. */
    const char *vfs;                    /* NULL: SQLite's own. Tests name theirs. */
};

/* Opens the journal, creating it with entry 1 when the file is absent. What a hub that was
 * killed left in the write-ahead log is written and synced once more before anything counts as
 * durable. On STATUS_OK the caller owns *ret_journal until journal_close(). Else nothing is
 * changed and `why` is a sentence. Errors: REFUSED (another site's, or the other mode);
 * SCHEMA_NEWER (a later release wrote it); CORRUPT (no journal, or damaged); BUSY (somebody
 * holds it); FULL; IO. */
enum status journal_open(uv_loop_t *loop, const struct journal_options *options,
                         struct journal **ret_journal, char why[JOURNAL_WHY_BYTES]);

/* The durable end, as told to the loop: it moves just before `done` is called. */
struct chain_head journal_head(const struct journal *journal);

/* Hands over a batch of 1 to BATCH_ENTRIES_MAX entries to be written as one transaction, all or
 * none; its first entry bears the expected sequence. The batch is lent to the journal until
 * `done` gives it back, on the loop, once it is synced to disk and not before: a console must
 * never show what a power cut could take back. Nothing else may be in flight. `done` may append
 * the next batch. Given to `done`: OK; NOT_LEADER (another hub wrote that sequence: step down);
 * FULL or BUSY (still, after 5 s); IO (a failed sync cannot be tried again). After anything but
 * OK nothing of the batch may be released, and every further append fails with the same status. */
typedef void journal_done_fn(void *context, struct journal_batch *batch, enum status status);
void journal_append(struct journal *journal, struct journal_batch *batch, journal_done_fn *done,
                    void *context);
bool journal_in_flight(const struct journal *journal);

/* What the disk said last, in words; "" when nothing failed. */
const char *journal_reason(const struct journal *journal);

/* Lets what is in flight end (its `done` is called first), then closes. `closed` may be NULL.
 * Takes ownership: the caller must not touch the journal afterwards. */
typedef void journal_closed_fn(void *context);
void journal_close(struct journal *journal, journal_closed_fn *closed, void *context);

#endif
