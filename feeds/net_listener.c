#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "feeds/net_conn.h"

enum {
    PEERS_MAX = 4096,
    WINDOW_MS = 1000,
    LOOK_MS = 1000,
    SAY_AGAIN_MS = 10000,       /* So often at most the health tells of who was turned away. */
    BACKLOG = 512,
};

/* One address: what it has open, and what it opened in the window. */
struct peer {
    uint8_t key[16];            /* IPv4 as ::ffff:a.b.c.d; of IPv6 the first 64 bits. */
    uint32_t open, fresh;
    int64_t window_ms;          /* When the window began. */
};

struct net_listener {
    struct feed *feed;
    struct tls_context *tls;
    struct net_limits limits;
    const struct net_handler *handler;
    void *owner;
    uv_tcp_t *tcp;              /* Both owned until their close, which frees them. */
    uv_timer_t *timer;
    struct net_conn *first;
    uint32_t count;
    struct peer *peers;
    uint32_t peer_count, peer_capacity;
    uint64_t turned_away, turned_away_said;
    int64_t said_ms;
    char turned_away_last[NET_ADDRESS_BYTES];
};

/* ---- who may come in ---- */

static void peer_key(const struct sockaddr_storage *address, uint8_t key[16])
{
    static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };

    memset(key, 0, 16);
    if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        /* A household or a firm gets a /64 at least, so that much is one peer. */
        memcpy(key, &v6->sin6_addr, IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr) ? 16 : 8);
        return;
    }
    memcpy(key, mapped, sizeof mapped);
    memcpy(key + 12, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
}

static bool is_forgotten(const struct peer *peer, int64_t now_ms)
{
    return peer->open == 0 && now_ms - peer->window_ms >= WINDOW_MS;
}

/* The row of that address, made where there is none; NULL when there are too many. A row keeps its
 * index while its address has anything open. */
static struct peer *peer_of(struct net_listener *listener, const uint8_t key[16])
{
    int64_t now_ms = listener->feed->now_ms;
    struct peer *free_row = NULL;

    for (uint32_t i = 0; i < listener->peer_count; i++) {
        if (memcmp(listener->peers[i].key, key, 16) == 0)
            return &listener->peers[i];
        if (!free_row && is_forgotten(&listener->peers[i], now_ms))
            free_row = &listener->peers[i];
    }
    if (!free_row && listener->peer_count == PEERS_MAX)
        return NULL;
    if (!free_row) {
        listener->peers = base_grow(listener->peers, &listener->peer_capacity,
                                    listener->peer_count + 1, sizeof *listener->peers);
        free_row = &listener->peers[listener->peer_count++];
    }
    *free_row = (struct peer){ .window_ms = now_ms };
    memcpy(free_row->key, key, 16);
    return free_row;
}

/* May one more come in from there? Counts it when it may. */
static bool is_let_in(struct net_listener *listener, struct peer *peer)
{
    int64_t now_ms = listener->feed->now_ms;

    if (!peer || listener->count >= listener->limits.connections_max
        || peer->open >= listener->limits.per_peer_max)
        return false;
    if (now_ms - peer->window_ms >= WINDOW_MS) {
        peer->window_ms = now_ms;
        peer->fresh = 0;
    }
    if (peer->fresh >= listener->limits.new_per_peer_max)
        return false;
    peer->fresh++;
    peer->open++;
    return true;
}

/* ---- its connections ---- */

static void conn_over(void *parent, struct net_conn *conn, const char *why)
{
    struct net_listener *listener = parent;

    if (conn->previous)
        conn->previous->next = conn->next;
    else
        listener->first = conn->next;
    if (conn->next)
        conn->next->previous = conn->previous;
    assert(listener->count > 0 && listener->peers[conn->peer].open > 0);
    listener->count--;
    listener->peers[conn->peer].open--;
    if (why && !conn->opened)
        feed_log(listener->feed, "%s was not let in: %s", conn->address, why);
}

static void conn_keep(struct net_listener *listener, struct net_conn *conn, struct peer *peer)
{
    conn->over = conn_over;
    conn->parent = listener;
    conn->lingers = true;
    conn->peer = (uint32_t)(peer - listener->peers);
    conn->next = listener->first;
    if (listener->first)
        listener->first->previous = conn;
    listener->first = conn;
    listener->count++;
}

static void turned_away_say(struct net_listener *listener)
{
    char sentence[256];

    if (listener->turned_away == listener->turned_away_said
        || listener->feed->now_ms - listener->said_ms < SAY_AGAIN_MS)
        return;
    snprintf(sentence, sizeof sentence,
             "%llu connections were turned away, the last from %s: of one address %u may be open, "
             "and %u come in a second; of all, %u",
             (unsigned long long)(listener->turned_away - listener->turned_away_said),
             listener->turned_away_last, listener->limits.per_peer_max,
             listener->limits.new_per_peer_max, listener->limits.connections_max);
    listener->turned_away_said = listener->turned_away;
    listener->said_ms = listener->feed->now_ms;
    feed_log(listener->feed, "%s", sentence);
    feed_health(listener->feed, SOURCE_THERE, sentence);
}

static void look(uv_timer_t *timer)
{
    struct net_listener *listener = timer->data;

    feed_clock(listener->feed);
    for (struct net_conn *conn = listener->first, *next; conn; conn = next) {
        next = conn->next;
        net_conn_look(conn, listener->limits.silence_ms_max, listener->limits.shake_ms_max);
    }
    turned_away_say(listener);
    if (!listener->first && listener->turned_away == listener->turned_away_said)
        uv_timer_stop(timer);
}

static void came(uv_stream_t *stream, int status)
{
    struct net_listener *listener = stream->data;
    struct net_from from = { 0 };
    int bytes = sizeof from.address;
    uint8_t key[16];

    feed_clock(listener->feed);
    if (!uv_is_active((uv_handle_t *)listener->timer))
        uv_timer_start(listener->timer, look, LOOK_MS, LOOK_MS);
    if (status < 0) {
        listener->turned_away++;        /* Out of descriptors: the kernel could not give it. */
        return;
    }
    struct net_conn *conn = net_conn_new(listener->feed, NULL, listener->handler,
                                         listener->owner);
    if (uv_accept(stream, (uv_stream_t *)&conn->tcp) != 0
        || uv_tcp_getpeername(&conn->tcp, (struct sockaddr *)&from.address, &bytes) != 0) {
        net_conn_end(conn, NULL);       /* It hung up before it was let in. */
        return;
    }
    peer_key(&from.address, key);
    struct peer *peer = peer_of(listener, key);
    if (!is_let_in(listener, peer)) {
        listener->turned_away++;
        net_from_text(&from, listener->turned_away_last);
        net_conn_end(conn, NULL);
        return;
    }
    if (listener->tls)
        conn->tls = tls_new(listener->tls, NULL);
    conn_keep(listener, conn, peer);
    net_conn_begin(conn);
}

/* ---- the whole ---- */

static void tcp_freed(uv_handle_t *tcp)
{
    base_free(tcp);
}

static struct net_limits limits_whole(const struct net_limits *limits)
{
    struct net_limits whole = *limits;

    if (!whole.connections_max)
        whole.connections_max = 500;
    if (!whole.per_peer_max)
        whole.per_peer_max = 20;
    if (!whole.new_per_peer_max)
        whole.new_per_peer_max = 20;
    if (!whole.shake_ms_max)
        whole.shake_ms_max = 10000;
    return whole;
}

static int listen_at(uv_tcp_t *tcp, const struct net_place *place)
{
    struct sockaddr_storage address = { 0 };
    const char *host = place->host[0] ? place->host : "::";
    int status = uv_ip4_addr(host, place->port, (struct sockaddr_in *)&address);

    if (status != 0)
        status = uv_ip6_addr(host, place->port, (struct sockaddr_in6 *)&address);
    if (status == 0)
        status = uv_tcp_bind(tcp, (const struct sockaddr *)&address, 0);
    return status != 0 ? status : uv_listen((uv_stream_t *)tcp, BACKLOG, came);
}

struct net_listener *net_listener_new(struct feed *feed, const struct net_place *place,
                                      struct tls_context *tls, const struct net_limits *limits,
                                      const struct net_handler *handler, void *owner,
                                      char *sentence, size_t sentence_bytes)
{
    struct net_listener *listener = base_alloc(1, sizeof *listener);

    *listener = (struct net_listener){
        .feed = feed, .tls = tls, .limits = limits_whole(limits), .handler = handler,
        .owner = owner, .tcp = base_alloc(1, sizeof *listener->tcp),
        .timer = base_alloc(1, sizeof *listener->timer),
        .said_ms = feed->now_ms - SAY_AGAIN_MS,
    };
    uv_tcp_init(feed->loop, listener->tcp);
    uv_timer_init(feed->loop, listener->timer);
    listener->tcp->data = listener->timer->data = listener;
    int status = listen_at(listener->tcp, place);
    if (status == 0)
        return listener;
    snprintf(sentence, sentence_bytes, "%s port %u cannot be listened at: %s",
             place->host[0] ? place->host : "this machine", place->port, uv_strerror(status));
    net_listener_free(listener);
    return NULL;
}

void net_listener_free(struct net_listener *listener)
{
    if (!listener)
        return;
    while (listener->first)
        net_conn_end(listener->first, NULL);
    uv_close((uv_handle_t *)listener->tcp, tcp_freed);
    uv_close((uv_handle_t *)listener->timer, tcp_freed);
    base_free(listener->peers);
    base_free(listener);
}

uint32_t net_listener_count(const struct net_listener *listener)
{
    return listener->count;
}

uint64_t net_listener_turned_away(const struct net_listener *listener)
{
    return listener->turned_away;
}

uint16_t net_listener_port(const struct net_listener *listener)
{
    struct sockaddr_storage address = { 0 };
    int bytes = sizeof address;

    uv_tcp_getsockname(listener->tcp, (struct sockaddr *)&address, &bytes);
    return ntohs(address.ss_family == AF_INET6
                     ? ((struct sockaddr_in6 *)(void *)&address)->sin6_port
                     : ((struct sockaddr_in *)(void *)&address)->sin_port);
}
