/* cot_orders.h - what goes out: an order as the events that a person with a TAK client sees.
 *
 * ATAK passes over tasking events (t-*), so a dispatch is a marker to go to and a chat line
 * (standards.md section 2, Tasking semantics), and a task only where the site asks for one, for a
 * gateway. The marker is one per unit and incident and is replaced by the next; the recall takes it
 * away. Chat line and task bear the order's id. Pure: the time is handed in. */
#ifndef FEEDS_COT_ORDERS_H
#define FEEDS_COT_ORDERS_H

#include "feeds/cot_book.h"
#include "feeds/cot_event.h"

enum { COT_ROUTE_POINTS_MAX = 200, COT_EVENTS_OF_ORDER_MAX = 4 };

/* Who we are on the network. */
struct cot_self {
    const char *uid, *callsign;
    struct geo_point at;            /* Unknown: the room says nowhere. */
    const char *task;               /* Type of a task event to send too; "": none. */
    bool routes;                    /* Send the way as b-m-r too. */
};

/* Whom an event is for. */
struct cot_address {
    const char *uid;                /* "": not known; a server finds a callsign too. */
    const char *callsign;
};

struct cot_drafts {
    struct cot_draft at[COT_EVENTS_OF_ORDER_MAX];
    uint32_t count;
};

/* Events for an order, all strings in `arena`. */
void cot_order_draft(const struct cot_self *self, const struct cot_address *to,
                     const struct feed_order *order, int64_t now_ms, struct arena *arena,
                     struct cot_drafts *ret_drafts);
/* The words of its chat line. */
const char *cot_order_words(const struct feed_order *order, struct arena *arena);

/* Where we are, so that clients list us and can write to us. */
void cot_announce_draft(const struct cot_self *self, int64_t now_ms, int64_t stale_ms,
                        struct arena *arena, struct cot_draft *ret_draft);
/* "Delivered", for a chat line of somebody's. */
void cot_delivered_draft(const struct cot_self *self, const struct cot_address *to,
                         const char *message_id, int64_t now_ms, struct arena *arena,
                         struct cot_draft *ret_draft);
void cot_ping_draft(const struct cot_self *self, int64_t now_ms, struct arena *arena,
                    struct cot_draft *ret_draft);
void cot_pong_draft(int64_t now_ms, struct cot_draft *ret_draft);

#endif
