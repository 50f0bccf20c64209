/* order_desk.h - orders on their way out through a medium that takes one at a time: kept until they
 * are carried out, each once, within its time, so many at once.
 *
 *   line --> WAITING --start()--> RUNNING --order_job_end()--> gone, its id remembered
 *               ^                    |
 *               '-- order_job_later()'      expired while it waited: a receipt "failed"
 *
 * An order whose id was here already is not carried out again: it gets its last receipt once more.
 * Ids outlive the process in the feed's scratch folder, written before an order leaves, so that a
 * crash in between never sends it twice (REPEAT_ASK: CONTRACTS section 5). */
#ifndef FEEDS_ORDER_DESK_H
#define FEEDS_ORDER_DESK_H

#include "feeds/feed.h"

enum {
    ORDER_JOBS_MAX = 1000,          /* More at once are refused, each with a receipt. */
    ORDER_IDS_MAX = 4096,           /* Remembered; the hub asks about an order for minutes. */
    ORDER_ID_BYTES = 64,
};

struct order_desk;

struct order_job {
    struct order_desk *desk;
    struct order_job *next;
    struct feed_order order;        /* Loans from `json`. */
    struct span line;               /* The order as it came. */
    uint32_t tries;
    void *state;                    /* The medium's own, while it runs. */
    /* ---- */
    struct json *json;
    struct arena *arena;
    bool running;
    int64_t due_ms;
};

/* Takes the job in hand: ends with order_job_end() or order_job_later(), now or from the loop. */
typedef void order_start_fn(struct feed *feed, struct order_job *job);

struct order_desk *order_desk_new(struct feed *feed, uint32_t at_once, order_start_fn *start);
/* Jobs that still run are dropped; what they hold in `state` is the medium's to end before. */
void order_desk_free(struct order_desk *desk);

/* An order from the hub; another line is passed over. */
void order_desk_line(struct order_desk *desk, const struct hub_line *line);
/* Starts what is due; when the next thing is. */
int64_t order_desk_now(struct order_desk *desk);
/* By hand: order lines on the feed's source, which ends the feed when all are done. */
void order_desk_readable(struct order_desk *desk);
/* The first that runs, or the next behind `after`; NULL at the end. */
struct order_job *order_desk_running(const struct order_desk *desk, const struct order_job *after);

/* A receipt; `reason` is cleaned. */
void order_job_receipt(struct order_job *job, enum receipt_stage stage, const char *reason);
/* Tries again from `at_ms` on, unless the order has expired by then: then it has failed, `why`. */
void order_job_later(struct order_job *job, int64_t at_ms, const char *why);
/* It is over, with what its receipts said. The job is gone. */
void order_job_end(struct order_job *job);

#endif
