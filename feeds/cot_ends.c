#include "feeds/cot_inside.h"

#include <stdio.h>
#include <string.h>

enum {
    ANNOUNCE_S = 60,
    LOST_MS = 30 * 1000,                /* Between two looks at what datagrams were lost. */
    CONNECT_MS = 20 * 1000, AGAIN_MS_MIN = 1000, AGAIN_MS_MAX = 15 * 1000,     /* As ATAK. */
    CLIENT_SILENCE_S = 300, PER_DEVICE = 20, CONNECTIONS = 500,
};

/* ---- one end ---- */

struct cot_end *cot_end_numbered(const struct cot *cot, uint64_t number)
{
    struct cot_end *end = cot->ends;

    while (end && end->number != number)
        end = end->next;
    return end;
}

static struct cot_end *end_new(struct cot *cot, enum cot_side side)
{
    struct cot_end *end = base_alloc(1, sizeof *end);
    bool speaks_tak = strcmp(feed_setting_text(cot->feed, "protocol"), "xml") != 0;

    *end = (struct cot_end){ .cot = cot, .number = ++cot->end_last, .next = cot->ends };
    end->peer = cot_peer_new(side, speaks_tak, cot->self.uid, &cot_peer_events, cot);
    cot->ends = end;
    return end;
}

static void end_free(struct cot_end *end)
{
    struct cot_end **at = &end->cot->ends;

    while (*at != end)
        at = &(*at)->next;
    *at = end->next;
    net_link_free(end->link);
    cot_peer_free(end->peer);
    base_free(end);
}

bool cot_end_flush(struct cot_end *end)
{
    struct buffer *out = cot_peer_out(end->peer);
    bool sent = true;

    if (end->conn && out->length)
        sent = out->length <= NET_QUEUE_BYTES_MAX && net_conn_send(end->conn, buffer_span(out));
    buffer_reset(out);
    return sent;
}

static bool somebody_is_there(const struct cot *cot)
{
    for (const struct cot_end *end = cot->ends; end; end = end->next)
        if (end->link && end->conn)
            return true;
    return cot->link_count == 0;
}

/* Of a server the dispatchers hear, once: it may be tried for days. A device that comes and goes is
 * for the log. */
static void end_say(struct cot_end *end, const char *what, const char *why)
{
    struct cot *cot = end->cot;
    char text[sizeof end->said];

    snprintf(text, sizeof text, "%s %s%s%s", what, end->place, why[0] ? ": " : "", why);
    if (!end->link) {
        feed_log(cot->feed, "%s", text);
        return;
    }
    if (strcmp(text, end->said) == 0)
        return;
    memcpy(end->said, text, sizeof text);
    feed_health(cot->feed, somebody_is_there(cot) ? SOURCE_THERE : SOURCE_AWAY, text);
}

/* Datagrams that came faster than they were read are gone; that much is known of them. */
static void lost_say(struct cot *cot)
{
    struct report report;
    uint64_t lost = 0;

    for (uint32_t i = 0; i < cot->udp_count; i++)
        lost += net_udp_lost(cot->udps[i]);
    if (lost == cot->lost_told)
        return;
    cot->lost_told = lost;
    report_init(&report, REPORT_HEALTH);
    report.health.at = cot->feed->now_ms;
    report.health.connected = somebody_is_there(cot);
    report.health.text = "datagrams were lost: they came faster than they could be read";
    report.health.lost = (int64_t)lost;
    feed_report(cot->feed, &report, span_of(""));
}

static void announce(struct cot_end *end)
{
    struct cot *cot = end->cot;
    double every_s = feed_setting_number(cot->feed, "announce_s", ANNOUNCE_S);
    struct cot_draft draft;

    if (every_s < 1 || cot->feed->now_ms < end->announced_ms + (int64_t)(every_s * 1000))
        return;
    end->announced_ms = cot->feed->now_ms;
    arena_reset(cot->arena);
    /* ATAK's rule for a stream: twice the rate and 15 s. */
    cot_announce_draft(&cot->self, cot->feed->now_ms,
                       cot->feed->now_ms + (int64_t)(every_s * 2000) + 15000, cot->arena, &draft);
    cot_peer_send(end->peer, &draft);
}

/* Logs in where the server asks for a name; over TLS only, as cot_ends_start() has made sure. */
static void log_in(struct cot_end *end)
{
    const struct feed *feed = end->cot->feed;
    const char *user = feed_setting_text(feed, "user");
    struct buffer *out = cot_peer_out(end->peer);

    if (!end->link || !user[0])
        return;
    buffer_add_text(out, "<auth><cot username=\"");
    xml_put_text(out, user);
    buffer_add_text(out, "\" password=\"");
    xml_put_text(out, feed_secret(feed, "password"));
    buffer_add_text(out, "\" uid=\"");
    xml_put_text(out, end->cot->self.uid);
    buffer_add_text(out, "\"/></auth>");
}

static void end_opened(struct cot_end *end, struct net_conn *conn)
{
    struct cot *cot = end->cot;

    end->conn = conn;
    end->announced_ms = 0;
    cot_peer_opened(end->peer, cot->feed->now_ms);
    log_in(end);
    announce(end);
    cot_end_flush(end);
    end_say(end, "connected:", "");
    cot_orders_try(cot);
    feed_wake(cot->feed, cot->feed->now_ms);
}

/* Its connection is over; one that came to us is forgotten with it. */
static void end_over(struct cot_end *end, const char *why)
{
    struct cot *cot = end->cot;

    end->conn = NULL;
    cot_orders_broken(cot, end);
    cot_contacts_forget_link(cot->contacts, end->number);
    end_say(end, "connection lost:", why);
    if (!end->link)
        end_free(end);
}

/* Ends a connection that cannot go on. False: it is over, and so may be the end. */
static bool end_goes_on(struct cot_end *end)
{
    const char *fault = cot_peer_fault(end->peer);
    char why[128];

    if (!end->conn)
        return true;
    cot_end_flush(end);
    if (!fault[0])
        return true;
    snprintf(why, sizeof why, "%s", fault);
    net_conn_close(end->conn);
    end_over(end, why);
    return false;
}

static void end_bytes(struct cot_end *end, struct span bytes)
{
    end->cot->from_end = end->number;
    cot_peer_take(end->peer, bytes, end->cot->feed->now_ms);
    end->cot->from_end = 0;
    end_goes_on(end);
}

int64_t cot_ends_look(struct cot *cot)
{
    int64_t next_ms = cot->udp_count ? cot->feed->now_ms + LOST_MS : FEED_NEVER;

    lost_say(cot);
    for (struct cot_end *end = cot->ends, *next; end; end = next) {
        next = end->next;
        if (!end->conn)
            continue;
        announce(end);
        int64_t due_ms = cot_peer_look(end->peer, cot->feed->now_ms);
        if (end_goes_on(end) && due_ms < next_ms)
            next_ms = due_ms;
    }
    return next_ms;
}

/* ---- to servers ---- */

static void link_opened(void *owner, struct net_conn *conn)
{
    end_opened(owner, conn);
}

static void link_bytes(void *owner, struct net_conn *conn, struct span bytes)
{
    (void)conn;
    end_bytes(owner, bytes);
}

static void link_closed(void *owner, struct net_conn *conn, const char *why)
{
    (void)conn;
    end_over(owner, why);
}

static void link_drained(void *owner, struct net_conn *conn)
{
    struct cot_end *end = owner;

    (void)conn;
    cot_orders_left(end->cot, end);
}

static void link_failed(void *owner, const char *why, int64_t again_ms)
{
    (void)again_ms;
    end_say(owner, "not connected:", why);
}

static const struct net_handler link_handler = {
    .opened = link_opened, .bytes = link_bytes, .closed = link_closed, .drained = link_drained,
    .failed = link_failed,
};

/* ---- from clients ---- */

static void client_opened(void *owner, struct net_conn *conn)
{
    struct cot_end *end = end_new(owner, COT_LISTENER);
    const char *peer = net_conn_peer(conn);

    snprintf(end->place, sizeof end->place, "%s%s%s", net_conn_address(conn), peer[0] ? " " : "",
             peer);
    net_conn_keep(conn, end);
    end_opened(end, conn);
}

static void client_bytes(void *owner, struct net_conn *conn, struct span bytes)
{
    (void)owner;
    end_bytes(net_conn_kept(conn), bytes);
}

static void client_closed(void *owner, struct net_conn *conn, const char *why)
{
    struct cot_end *end = net_conn_kept(conn);

    (void)owner;
    /* Half an event is no event; what its connection took with it is known now. */
    cot_peer_ended(end->peer, end->cot->feed->now_ms);
    end_over(end, why);
}

static void client_drained(void *owner, struct net_conn *conn)
{
    cot_orders_left(owner, net_conn_kept(conn));
}

static const struct net_handler client_handler = {
    .opened = client_opened, .bytes = client_bytes, .closed = client_closed,
    .drained = client_drained,
};

/* ---- datagrams ---- */

static void datagram_came(void *owner, const struct net_from *from, struct span bytes)
{
    struct cot *cot = owner;

    (void)from;
    cot_peer_take_datagram(cot->reader, bytes);
}

/* ---- starting ---- */

/* Reads the place at `index` of a setting. */
static bool place_of(struct cot *cot, const char *setting, uint32_t index,
                     struct net_place *ret_place)
{
    const char *text = feed_setting_at(cot->feed, setting, index);

    if (index >= COT_PLACES_MAX) {
        feed_log(cot->feed, "%s: one feed takes %d places", setting, COT_PLACES_MAX);
        return false;
    }
    if (net_place_read(text, ret_place))
        return true;
    feed_log(cot->feed, "%s: \"%s\" is not HOST:PORT", setting, text);
    return false;
}

static bool link_start(struct cot *cot, uint32_t index)
{
    struct net_link_terms terms = {
        .tls = cot->client_tls, .connect_ms_max = CONNECT_MS, .again_ms_min = AGAIN_MS_MIN,
        .again_ms_max = AGAIN_MS_MAX, .silence_ms_max = COT_DEAD_AFTER_MS,
    };

    if (!place_of(cot, "connect", index, &terms.place))
        return false;
    struct cot_end *end = end_new(cot, COT_CLIENT);
    snprintf(end->place, sizeof end->place, "%s", feed_setting_at(cot->feed, "connect", index));
    end->link = net_link_new(cot->feed, &terms, &link_handler, end);
    cot->link_count++;
    return true;
}

static bool listener_start(struct cot *cot, uint32_t index)
{
    const struct feed *feed = cot->feed;
    const struct net_limits limits = {
        .connections_max = (uint32_t)feed_setting_number(feed, "connections", CONNECTIONS),
        .per_peer_max = (uint32_t)feed_setting_number(feed, "per_device", PER_DEVICE),
        .silence_ms_max =
            (int64_t)(feed_setting_number(feed, "silence_s", CLIENT_SILENCE_S) * 1000),
    };
    struct net_place place;
    char sentence[256];

    if (!place_of(cot, "listen", index, &place))
        return false;
    struct net_listener *listener =
        net_listener_new(cot->feed, &place, cot->server_tls, &limits, &client_handler, cot,
                         sentence, sizeof sentence);
    if (!listener) {
        feed_log(feed, "listen: %s", sentence);
        return false;
    }
    cot->listeners[cot->listener_count++] = listener;
    feed_log(feed, "listening at port %u", net_listener_port(listener));
    return true;
}

static bool udp_start(struct cot *cot, uint32_t index)
{
    struct net_place place;
    char sentence[256];

    if (!place_of(cot, "udp", index, &place))
        return false;
    struct net_udp *udp =
        net_udp_new(cot->feed, &place, datagram_came, cot, sentence, sizeof sentence);
    if (!udp) {
        feed_log(cot->feed, "udp: %s", sentence);
        return false;
    }
    cot->udps[cot->udp_count++] = udp;
    feed_log(cot->feed, "listening for datagrams at port %u", net_udp_port(udp));
    return true;
}

/* One certificate serves both ways: TAK's clients and servers show each other theirs. */
static bool tls_start(struct cot *cot)
{
    const struct feed *feed = cot->feed;
    struct tls_means means = {
        .ca_path = feed_setting_text(feed, "ca"),
        .certificate_path = feed_setting_text(feed, "certificate"),
        .key_pem = feed_secret(feed, "key"), .client_needed = true,
    };
    char sentence[512] = "";

    if (!feed_setting_flag(feed, "tls")) {
        if (!feed_setting_text(feed, "user")[0])
            return true;
        feed_log(feed, "user: a password is sent over TLS only; set tls=yes");
        return false;
    }
    if (feed_setting_count(feed, "connect"))
        cot->client_tls = tls_context_new(TLS_CLIENT, &means, sentence, sizeof sentence);
    if (!sentence[0] && feed_setting_count(feed, "listen"))
        cot->server_tls = tls_context_new(TLS_SERVER, &means, sentence, sizeof sentence);
    if (!sentence[0])
        return true;
    feed_log(feed, "tls: %s", sentence);
    return false;
}

static const struct {
    const char *setting;
    bool (*start)(struct cot *cot, uint32_t index);
} kinds[] = {
    { "connect", link_start }, { "listen", listener_start }, { "udp", udp_start },
};

bool cot_ends_start(struct cot *cot)
{
    const char *send = feed_setting_text(cot->feed, "send");
    uint32_t started = 0;

    if (!tls_start(cot))
        return false;
    if (send[0] && (!net_place_read(send, &cot->send) || !feed_setting_count(cot->feed, "udp"))) {
        feed_log(cot->feed, "send: it needs HOST:PORT, and a place of ours: the setting udp");
        return false;
    }
    for (size_t kind = 0; kind < ARRAY_COUNT(kinds); kind++)
        for (uint32_t i = 0; i < feed_setting_count(cot->feed, kinds[kind].setting); i++) {
            if (!kinds[kind].start(cot, i))
                return false;
            started++;
        }
    if (started)
        return true;
    feed_log(cot->feed, "it needs a place: one of the settings connect, listen and udp");
    return false;
}

void cot_ends_stop(struct cot *cot)
{
    for (uint32_t i = 0; i < cot->listener_count; i++)
        net_listener_free(cot->listeners[i]);
    for (uint32_t i = 0; i < cot->udp_count; i++)
        net_udp_free(cot->udps[i]);
    while (cot->ends)
        end_free(cot->ends);
    tls_context_free(cot->client_tls);
    tls_context_free(cot->server_tls);
}
