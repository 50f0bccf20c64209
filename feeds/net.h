/* net.h - what adapters do with a network: one connection kept up, a listener with limits, a UDP
 * socket; the first two with TLS where asked. The feed's loop carries all of it (feed.h).
 *
 *   net_link      connects, tells, and connects again with back-off until freed
 *   net_listener  lets others connect, so many in all, so many from one address, so many anew a
 *                 second; who is turned away is counted and said in the feed's health
 *   net_conn      one connection of either
 *   net_udp       datagrams in and out
 *
 * Bytes from outside are given on as they come, torn anywhere. Nothing here keeps more than a
 * connection's two buffers. Before each callback the feed's clock is read. A callback may close the
 * connection that it is about; it frees no link and no listener. */
#ifndef FEEDS_NET_H
#define FEEDS_NET_H

#include "feeds/feed.h"
#include "feeds/tls.h"

enum {
    NET_ADDRESS_BYTES = 64,             /* "[2001:db8::1]:7700" */
    NET_QUEUE_BYTES_MAX = 256 * 1024,   /* What may wait to be sent on one connection. */
};

struct net_conn;

/* What the owner is told. `owner` is what was given with the handler. */
struct net_handler {
    /* Connected, and with TLS in place. NULL: it does not matter. */
    void (*opened)(void *owner, struct net_conn *conn);
    void (*bytes)(void *owner, struct net_conn *conn, struct span bytes);
    /* The last word of a connection that was opened; `why` is a sentence without a full stop. Not
     * said of one that net_conn_close() or freeing its link or listener ended. */
    void (*closed)(void *owner, struct net_conn *conn, const char *why);
    /* All that was sent has left. NULL: it does not matter. */
    void (*drained)(void *owner, struct net_conn *conn);
    /* Of a link only: an attempt failed; the next is made at `again_ms`. NULL: only logged. */
    void (*failed)(void *owner, const char *why, int64_t again_ms);
};

/* ---- a connection ---- */

/* Sends; false when it is closing, or when so much waits already that nothing was taken. */
bool net_conn_send(struct net_conn *conn, struct span bytes);
size_t net_conn_waiting(const struct net_conn *conn);
/* Reads no more until told to: what comes in waits with its sender. */
void net_conn_pause(struct net_conn *conn, bool paused);
/* Sends what waits, then ends it; no callback comes any more. */
void net_conn_close(struct net_conn *conn);
/* What the owner keeps of it. */
void net_conn_keep(struct net_conn *conn, void *kept);
void *net_conn_kept(const struct net_conn *conn);
/* "192.0.2.7:49152", and the name in its certificate ("" when it showed none). */
const char *net_conn_address(const struct net_conn *conn);
const char *net_conn_peer(const struct net_conn *conn);
int64_t net_conn_opened_ms(const struct net_conn *conn);
int64_t net_conn_heard_ms(const struct net_conn *conn);         /* When bytes last came. */

/* ---- places ---- */

struct net_place {
    char host[256];                     /* A name or an address; "" for all of our own. */
    uint16_t port;
};
/* Reads "HOST:PORT", "[V6]:PORT", ":PORT" or "PORT"; only a listener may leave out the host.
 * False when it is none of these. Pure. */
bool net_place_read(const char *text, struct net_place *ret_place);

/* ---- one connection kept up ---- */

struct net_link;

struct net_link_terms {
    struct net_place place;
    struct tls_context *tls;            /* NULL: none. The owner's, for longer than the link. */
    int64_t connect_ms_max;             /* With TLS in place; 0: 20 s. */
    int64_t again_ms_min, again_ms_max; /* Back-off doubles between them; 0: 1 s and 60 s. */
    int64_t silence_ms_max;             /* Nothing heard for so long: it is dead; 0: for ever. */
};
struct net_link *net_link_new(struct feed *feed, const struct net_link_terms *terms,
                              const struct net_handler *handler, void *owner);
void net_link_free(struct net_link *link);
/* Its connection, NULL while it has none. */
struct net_conn *net_link_conn(const struct net_link *link);

/* ---- a listener ---- */

struct net_listener;

struct net_limits {
    uint32_t connections_max;           /* In all; 0: 500. */
    uint32_t per_peer_max;              /* From one address (IPv6: one /64); 0: 20. */
    uint32_t new_per_peer_max;          /* Anew from one address in one second; 0: 20. */
    int64_t silence_ms_max;             /* Nothing heard for so long: closed; 0: for ever. */
    int64_t shake_ms_max;               /* TLS in place by then; 0: 10 s. */
};
/* NULL: `sentence` says why the place cannot be listened at. */
struct net_listener *net_listener_new(struct feed *feed, const struct net_place *place,
                                      struct tls_context *tls, const struct net_limits *limits,
                                      const struct net_handler *handler, void *owner,
                                      char *sentence, size_t sentence_bytes);
void net_listener_free(struct net_listener *listener);
uint32_t net_listener_count(const struct net_listener *listener);
uint64_t net_listener_turned_away(const struct net_listener *listener);
uint16_t net_listener_port(const struct net_listener *listener);        /* What 0 became. */

/* ---- datagrams ---- */

struct net_udp;

/* Whom a datagram came from, to answer it; valid during the callback, may be copied. */
struct net_from {
    struct sockaddr_storage address;
};
typedef void net_datagram_fn(void *owner, const struct net_from *from, struct span bytes);

/* `place` is ours; its host may be a multicast group, which is joined. NULL: `sentence` says why.
 * */
struct net_udp *net_udp_new(struct feed *feed, const struct net_place *place,
                            net_datagram_fn *datagram, void *owner, char *sentence,
                            size_t sentence_bytes);
void net_udp_free(struct net_udp *udp);
/* Sent at once or not at all. */
bool net_udp_answer(struct net_udp *udp, const struct net_from *from, struct span bytes);
/* To another's place, whose host is an address (no name is looked up). */
bool net_udp_send(struct net_udp *udp, const struct net_place *place, struct span bytes);
const char *net_from_text(const struct net_from *from, char text[NET_ADDRESS_BYTES]);
/* Datagrams that the kernel dropped because we were too slow (SO_RXQ_OVFL). */
uint64_t net_udp_lost(const struct net_udp *udp);
uint16_t net_udp_port(const struct net_udp *udp);

#endif
