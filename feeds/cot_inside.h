/* cot_inside.h - what the files of the cot adapter share: cot.c (settings, the loop's calls),
 * cot_ends.c (connections), cot_sending.c (orders out and answers).
 *
 * An end is a connection of ours or of somebody who connected here. */
#ifndef FEEDS_COT_INSIDE_H
#define FEEDS_COT_INSIDE_H

#include "feeds/adapters.h"
#include "feeds/cot_orders.h"
#include "feeds/cot_peer.h"
#include "feeds/cot_reports.h"
#include "feeds/net.h"

enum {
    COT_PLACES_MAX = 16,                /* To connect to, to listen at, for datagrams: of each. */
    COT_WAITING_MAX = 4096,             /* Orders on their way; over it one fails, and says so. */
    COT_LETTERS_MAX = 4096,             /* Chat lines not kept yet; over it, not answered. */
};

struct cot;

/* A connection, or the place that one is kept up to. */
struct cot_end {
    struct cot *cot;
    uint64_t number;                    /* Never used again: what contacts remember. */
    struct cot_peer *peer;
    struct net_link *link;              /* NULL: somebody connected to us. */
    struct net_conn *conn;              /* NULL: not connected now. */
    int64_t announced_ms;
    char place[280];
    char said[512];                     /* Of a server: what was said last. */
    struct cot_end *next;
};

/* An order on its way: not handed over yet, or not left yet. */
struct cot_waiting {
    struct cot_order *order;            /* In the book, which holds more than can wait. */
    char *line;                         /* Owned: the hub's, while it is not handed over. */
    uint64_t end;                       /* To which it was handed; 0: to none yet. */
    int64_t expires_ms;
};

/* A chat line that is to be answered as delivered when report line `said` is kept. */
struct cot_letter {
    int64_t said;
    uint64_t end;
    char *uid, *callsign, *message_id;  /* Owned. */
};

struct cot {
    struct feed *feed;
    struct cot_self self;
    char own_uid[160];
    struct cot_contacts *contacts;
    struct cot_book *book;
    struct cot_words *words;
    struct cot_reports *reports;
    struct arena *arena;                /* One event's reports, or one order's events. */
    struct tls_context *client_tls, *server_tls;
    struct cot_end *ends;
    uint64_t end_last;
    struct net_listener *listeners[COT_PLACES_MAX];
    struct net_udp *udps[COT_PLACES_MAX];
    uint32_t listener_count, udp_count, link_count;
    uint64_t lost_told;                 /* Datagrams the kernel dropped, as last said. */
    struct cot_peer *reader;            /* Datagrams, or the capture by hand. */
    uint64_t from_end;                  /* Of the event being taken. */
    struct net_place send;              /* Where datagrams go out to; port 0: nowhere. */
    struct cot_waiting waiting[COT_WAITING_MAX];
    uint32_t waiting_count;
    struct cot_letter letters[COT_LETTERS_MAX];
    uint32_t letter_first, letter_count;
    uint64_t passed[COT_PASS_COUNT], passed_told;
    uint64_t events;
    int64_t tally_ms;
};

_Static_assert((int)COT_WAITING_MAX < (int)COT_ORDERS_MAX, "an order that waits stays in the book");

/* ---- cot_ends.c ---- */

struct cot_end *cot_end_numbered(const struct cot *cot, uint64_t number);
/* Hands on what the peer has to say. False: the connection takes no more. */
bool cot_end_flush(struct cot_end *end);
/* Looks at pings and faults; returns when something is due next. */
int64_t cot_ends_look(struct cot *cot);
/* Connects and listens where the settings say. False: it has logged what is wrong. */
bool cot_ends_start(struct cot *cot);
void cot_ends_stop(struct cot *cot);

/* ---- cot.c ---- */

extern const struct cot_peer_handler cot_peer_events;      /* Owner: struct cot. */

/* ---- cot_sending.c ---- */

void cot_order_take(struct cot *cot, const struct hub_line *line);
/* A way may have opened: tries what waits. */
void cot_orders_try(struct cot *cot);
/* Fails what has waited too long; returns when the next will have. */
int64_t cot_orders_look(struct cot *cot);
/* All that was handed to this end has left; or it broke before. */
void cot_orders_left(struct cot *cot, const struct cot_end *end);
void cot_orders_broken(struct cot *cot, const struct cot_end *end);
void cot_orders_stop(struct cot *cot);
/* A chat line was reported: its sender is told when it is kept. */
void cot_letter_wait(struct cot *cot, const struct cot_event *event,
                     const struct cot_result *result);
void cot_letters_kept(struct cot *cot, int64_t kept);

#endif
