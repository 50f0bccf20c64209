#include <stdio.h>
#include <string.h>

#include "feeds/net_conn.h"

enum { FAULT_BYTES = 512 };

enum link_state { LINK_RESTING, LINK_LOOKING_UP, LINK_CONNECTING, LINK_UP };

struct net_link {
    struct feed *feed;
    struct net_link_terms terms;
    const struct net_handler *handler;
    void *owner;
    enum link_state state;
    uv_timer_t *timer;                  /* Owned until its close, which frees it. */
    struct looking_up *looking_up;      /* While a name is. */
    struct addrinfo *addresses, *tried; /* What the name means, and the one being tried. */
    struct net_conn *conn;
    int64_t attempt_ms, again_ms;
    uint32_t failures;                  /* One after another. */
    char fault[FAULT_BYTES];
};

/* A name that is being looked up; outlives a link that is freed meanwhile. */
struct looking_up {
    uv_getaddrinfo_t request;
    struct net_link *link;              /* NULL: nobody wants to know any more. */
};

struct connecting {
    uv_connect_t request;
    struct net_link *link;
};

static void link_attempt(struct net_link *link);
static void address_try(struct net_link *link);

/* ---- its times ---- */

static void timer_fired(uv_timer_t *timer);

/* Wakes at the first of the times that matter in this state. */
static void timer_arm(struct net_link *link)
{
    int64_t now_ms = link->feed->now_ms, due_ms = link->attempt_ms + link->terms.connect_ms_max;

    if (link->state == LINK_RESTING)
        due_ms = link->again_ms;
    else if (link->state == LINK_UP && link->conn->opened)
        due_ms = link->terms.silence_ms_max
                     ? net_conn_heard_ms(link->conn) + link->terms.silence_ms_max : FEED_NEVER;
    if (due_ms == FEED_NEVER) {
        uv_timer_stop(link->timer);
        return;
    }
    uv_timer_start(link->timer, timer_fired, due_ms > now_ms ? (uint64_t)(due_ms - now_ms) : 0, 0);
}

/* How long to rest after so many failures: doubling, with jitter, so that a hundred consoles of a
 * county do not all come back to a server in the same second. */
static int64_t rest_ms(const struct net_link *link)
{
    int64_t least = link->terms.again_ms_min, most = least;
    uint32_t chance = 0;

    for (uint32_t i = 0; i < link->failures && most < link->terms.again_ms_max; i++)
        most *= 2;
    if (most > link->terms.again_ms_max)
        most = link->terms.again_ms_max;
    uv_random(NULL, NULL, &chance, sizeof chance, 0, NULL);
    return least + (most > least ? (int64_t)(chance % (uint64_t)(most - least + 1)) : 0);
}

static void link_rest(struct net_link *link, const char *why)
{
    uv_freeaddrinfo(link->addresses);
    link->addresses = link->tried = NULL;
    link->state = LINK_RESTING;
    link->again_ms = link->feed->now_ms + rest_ms(link);
    link->failures++;
    timer_arm(link);
    if (link->handler->failed)
        link->handler->failed(link->owner, why, link->again_ms);
    else
        feed_log(link->feed, "%s port %u: %s", link->terms.place.host, link->terms.place.port,
                 why);
}

/* ---- its connection ---- */

/* An open connection ended, or TLS failed on one: the owner hears of the first by `closed`. */
static void conn_over(void *parent, struct net_conn *conn, const char *why)
{
    struct net_link *link = parent;

    if (conn != link->conn)
        return;
    link->conn = NULL;
    if (conn->opened && link->feed->now_ms - conn->opened_ms >= link->terms.again_ms_max)
        link->failures = 0;
    if (conn->opened) {
        link->state = LINK_RESTING;
        link->again_ms = link->feed->now_ms + rest_ms(link);
        link->failures++;
        timer_arm(link);
    } else {
        link_rest(link, why ? why : "it was closed");
    }
}

static void address_failed(struct net_link *link, int status)
{
    snprintf(link->fault, sizeof link->fault, "%s port %u cannot be reached: %s",
             link->terms.place.host, link->terms.place.port, uv_strerror(status));
    link->tried = link->tried->ai_next;
    address_try(link);
}

static void conn_drop(struct net_link *link)
{
    struct net_conn *conn = link->conn;

    link->conn = NULL;
    if (conn) {
        conn->over = NULL;
        net_conn_end(conn, NULL);
    }
}

static void connect_ended(uv_connect_t *request, int status)
{
    struct connecting *connecting = (struct connecting *)(void *)request;
    struct net_conn *conn = (struct net_conn *)(void *)request->handle;
    struct net_link *link = connecting->link;

    base_free(connecting);
    if (conn->ended)                    /* Its link gave it up, or is gone. */
        return;
    feed_clock(link->feed);
    if (status < 0) {
        conn_drop(link);
        address_failed(link, status);
        return;
    }
    uv_freeaddrinfo(link->addresses);
    link->addresses = link->tried = NULL;
    link->state = LINK_UP;
    net_conn_begin(conn);
    if (link->conn == conn)             /* Not ended by the owner in `opened`. */
        timer_arm(link);
}

static void address_try(struct net_link *link)
{
    if (!link->tried) {
        link_rest(link, link->fault);
        return;
    }
    struct tls *tls = link->terms.tls ? tls_new(link->terms.tls, link->terms.place.host) : NULL;
    struct connecting *connecting = base_alloc(1, sizeof *connecting);

    link->state = LINK_CONNECTING;
    connecting->link = link;
    link->conn = net_conn_new(link->feed, tls, link->handler, link->owner);
    link->conn->over = conn_over;
    link->conn->parent = link;
    int status = uv_tcp_connect(&connecting->request, &link->conn->tcp, link->tried->ai_addr,
                                connect_ended);
    if (status != 0) {
        base_free(connecting);
        conn_drop(link);
        address_failed(link, status);
    }
}

/* ---- its name ---- */

static void name_looked_up(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    struct looking_up *looking_up = (struct looking_up *)(void *)request;
    struct net_link *link = looking_up->link;

    base_free(looking_up);
    if (!link) {
        uv_freeaddrinfo(addresses);
        return;
    }
    link->looking_up = NULL;
    feed_clock(link->feed);
    if (status != 0) {
        snprintf(link->fault, sizeof link->fault, "no address is known for %s: %s",
                 link->terms.place.host, uv_strerror(status));
        link_rest(link, link->fault);
        return;
    }
    link->addresses = link->tried = addresses;
    address_try(link);
}

static void looking_up_forget(struct net_link *link)
{
    if (!link->looking_up)
        return;
    link->looking_up->link = NULL;
    uv_cancel((uv_req_t *)&link->looking_up->request);
    link->looking_up = NULL;
}

static void link_attempt(struct net_link *link)
{
    static const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
    char port[8];

    link->attempt_ms = link->feed->now_ms;
    link->state = LINK_LOOKING_UP;
    link->looking_up = base_alloc(1, sizeof *link->looking_up);
    link->looking_up->link = link;
    snprintf(port, sizeof port, "%u", link->terms.place.port);
    int status = uv_getaddrinfo(link->feed->loop, &link->looking_up->request, name_looked_up,
                                link->terms.place.host, port, &wanted);
    if (status == 0) {
        timer_arm(link);
        return;
    }
    base_free(link->looking_up);
    link->looking_up = NULL;
    link_rest(link, uv_strerror(status));
}

static void attempt_give_up(struct net_link *link)
{
    snprintf(link->fault, sizeof link->fault, "%s port %u did not answer in %lld s",
             link->terms.place.host, link->terms.place.port,
             (long long)(link->terms.connect_ms_max / 1000));
    looking_up_forget(link);
    conn_drop(link);
    link_rest(link, link->fault);
}

static void timer_fired(uv_timer_t *timer)
{
    struct net_link *link = timer->data;
    int64_t now_ms;

    feed_clock(link->feed);
    now_ms = link->feed->now_ms;
    if (link->state == LINK_RESTING && now_ms >= link->again_ms) {
        link_attempt(link);
    } else if (link->state == LINK_UP && link->conn->opened) {
        net_conn_look(link->conn, link->terms.silence_ms_max, link->terms.connect_ms_max);
        if (link->state == LINK_UP)
            timer_arm(link);
    } else if (link->state != LINK_RESTING
               && now_ms - link->attempt_ms >= link->terms.connect_ms_max) {
        attempt_give_up(link);
    } else {
        timer_arm(link);
    }
}

/* ---- the whole ---- */

struct net_link *net_link_new(struct feed *feed, const struct net_link_terms *terms,
                              const struct net_handler *handler, void *owner)
{
    struct net_link *link = base_alloc(1, sizeof *link);

    *link = (struct net_link){ .feed = feed, .terms = *terms, .handler = handler, .owner = owner,
                               .timer = base_alloc(1, sizeof *link->timer),
                               .again_ms = feed->now_ms };
    if (!link->terms.connect_ms_max)
        link->terms.connect_ms_max = 20000;
    if (!link->terms.again_ms_min)
        link->terms.again_ms_min = 1000;
    if (!link->terms.again_ms_max)
        link->terms.again_ms_max = 60000;
    uv_timer_init(feed->loop, link->timer);
    link->timer->data = link;
    timer_arm(link);                    /* Not at once: the owner has not got us yet. */
    return link;
}

static void timer_freed(uv_handle_t *timer)
{
    base_free(timer);
}

void net_link_free(struct net_link *link)
{
    if (!link)
        return;
    looking_up_forget(link);
    conn_drop(link);
    uv_freeaddrinfo(link->addresses);
    uv_close((uv_handle_t *)link->timer, timer_freed);
    base_free(link);
}

struct net_conn *net_link_conn(const struct net_link *link)
{
    return link->conn && link->conn->opened ? link->conn : NULL;
}
