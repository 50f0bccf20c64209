/* net_conn.h - a TCP connection as its link or listener sees it (net.h is for adapters).
 *
 *   begun -> [TLS shaking] -> opened -> leaving (we have said our last) -> over -> freed
 *                  '------------'--------------------------------------------^   */
#ifndef FEEDS_NET_CONN_H
#define FEEDS_NET_CONN_H

#include "feeds/net.h"

enum { NET_READ_BYTES = 16 * 1024 };

/* Of the link or the listener: the connection is over. It frees itself afterwards. `why` is NULL
 * when our own side ended it. */
typedef void net_over_fn(void *parent, struct net_conn *conn, const char *why);

struct net_conn {
    uv_tcp_t tcp;                       /* First: libuv's callbacks cast it back. */
    struct feed *feed;
    const struct net_handler *handler;
    void *owner, *kept;
    net_over_fn *over;
    void *parent;                       /* Whom `over` tells. */
    uint32_t peer;                      /* The listener's row for its address. */
    struct net_conn *previous, *next;   /* In the listener's list. */
    struct tls *tls;                    /* Owned; NULL: plain. */
    struct buffer plain, wire;
    bool opened, leaving, ended;
    bool lingers;                       /* Having left, it waits for the other side to close. */
    int64_t begun_ms, opened_ms, heard_ms, leaving_ms;
    char address[NET_ADDRESS_BYTES];
    char room[NET_READ_BYTES];          /* What was read last. */
};

/* A connection over `tls` (NULL: plain), with its handle in the loop but not connected yet. */
struct net_conn *net_conn_new(struct feed *feed, struct tls *tls,
                              const struct net_handler *handler, void *owner);
/* It is connected: reads from now on, and shakes hands. */
void net_conn_begin(struct net_conn *conn);
/* Ends it at once and tells `over`; the owner hears `why` when it was open and not leaving. */
void net_conn_end(struct net_conn *conn, const char *why);
/* Looks at its times: who leaves gets 2 s, an open one `silence_ms_max` (0: for ever), one that
 * still shakes `shake_ms_max`. */
void net_conn_look(struct net_conn *conn, int64_t silence_ms_max, int64_t shake_ms_max);

#endif
