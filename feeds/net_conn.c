#include "feeds/net_conn.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum {
    LEAVING_MS = 2000,          /* For the other side to take our last words and to close. */
};

/* Bytes on their way out, freed when they have left. */
struct sending {
    uv_write_t request;
    char bytes[];
};

/* ---- its end ---- */

static void freed(uv_handle_t *handle)
{
    struct net_conn *conn = (struct net_conn *)(void *)handle;

    tls_free(conn->tls);
    buffer_clear(&conn->plain);
    buffer_clear(&conn->wire);
    base_free(conn);
}

void net_conn_end(struct net_conn *conn, const char *why)
{
    if (conn->ended)
        return;
    conn->ended = true;
    uv_close((uv_handle_t *)&conn->tcp, freed);
    if (conn->over)
        conn->over(conn->parent, conn, why);
    if (why && conn->opened && !conn->leaving)
        conn->handler->closed(conn->owner, conn, why);
}

void net_conn_look(struct net_conn *conn, int64_t silence_ms_max, int64_t shake_ms_max)
{
    int64_t now_ms = conn->feed->now_ms;

    if (conn->leaving && now_ms - conn->leaving_ms >= LEAVING_MS)
        net_conn_end(conn, NULL);
    else if (!conn->opened && now_ms - conn->begun_ms >= shake_ms_max)
        net_conn_end(conn, "TLS was not in place in time");
    else if (conn->opened && silence_ms_max && now_ms - conn->heard_ms >= silence_ms_max)
        net_conn_end(conn, "nothing was heard for too long");
}

/* ---- sending ---- */

static void write_ended(uv_write_t *request, int status)
{
    struct net_conn *conn = (struct net_conn *)(void *)request->handle;

    base_free(request->data);
    if (conn->ended)
        return;
    feed_clock(conn->feed);
    if (status < 0)
        net_conn_end(conn, uv_strerror(status));
    else if (conn->opened && !conn->leaving && conn->handler->drained
             && net_conn_waiting(conn) == 0)
        conn->handler->drained(conn->owner, conn);
}

/* Puts bytes on the wire as they are. */
static void wire_send(struct net_conn *conn, struct span bytes)
{
    if (bytes.length == 0 || conn->ended)
        return;
    struct sending *sending = base_alloc(1, sizeof *sending + bytes.length);
    memcpy(sending->bytes, bytes.bytes, bytes.length);
    sending->request.data = sending;
    uv_buf_t piece = uv_buf_init(sending->bytes, (unsigned)bytes.length);
    if (uv_write(&sending->request, (uv_stream_t *)&conn->tcp, &piece, 1, write_ended) != 0)
        base_free(sending);     /* It is going down: reading will say why. */
}

size_t net_conn_waiting(const struct net_conn *conn)
{
    return uv_stream_get_write_queue_size((const uv_stream_t *)&conn->tcp);
}

bool net_conn_send(struct net_conn *conn, struct span bytes)
{
    assert(bytes.length <= NET_QUEUE_BYTES_MAX);
    if (conn->ended || conn->leaving || !conn->opened
        || net_conn_waiting(conn) + bytes.length > NET_QUEUE_BYTES_MAX)
        return false;
    if (!conn->tls) {
        wire_send(conn, bytes);
        return true;
    }
    buffer_reset(&conn->wire);
    bool sealed = tls_send(conn->tls, bytes, &conn->wire);
    wire_send(conn, buffer_span(&conn->wire));
    return sealed;
}

static void shut(uv_shutdown_t *request, int status)
{
    struct net_conn *conn = (struct net_conn *)(void *)request->handle;

    (void)status;               /* Closing at once could take back what we said last. */
    base_free(request);
    if (!conn->lingers)
        net_conn_end(conn, NULL);
}

void net_conn_close(struct net_conn *conn)
{
    if (conn->ended || conn->leaving)
        return;
    conn->leaving = true;
    conn->leaving_ms = conn->feed->now_ms;
    if (conn->tls) {
        buffer_reset(&conn->wire);
        tls_end(conn->tls, &conn->wire);
        wire_send(conn, buffer_span(&conn->wire));
    }
    net_conn_pause(conn, false);        /* What still comes is thrown away, up to its end. */
    uv_shutdown_t *request = base_alloc(1, sizeof *request);
    if (uv_shutdown(request, (uv_stream_t *)&conn->tcp, shut) != 0) {
        base_free(request);
        net_conn_end(conn, NULL);
    }
}

/* ---- reading ---- */

static void deliver(struct net_conn *conn, struct span bytes)
{
    if (bytes.length && !conn->leaving && !conn->ended)
        conn->handler->bytes(conn->owner, conn, bytes);
}

static void open_say(struct net_conn *conn)
{
    conn->opened = true;
    conn->opened_ms = conn->heard_ms = conn->feed->now_ms;
    if (conn->handler->opened)
        conn->handler->opened(conn->owner, conn);
}

static void sealed_take(struct net_conn *conn, struct span from_wire)
{
    buffer_reset(&conn->plain);
    buffer_reset(&conn->wire);
    enum tls_state state = tls_receive(conn->tls, from_wire, &conn->plain, &conn->wire);

    wire_send(conn, buffer_span(&conn->wire));
    if (!conn->opened && state != TLS_SHAKING && state != TLS_FAILED)
        open_say(conn);
    deliver(conn, buffer_span(&conn->plain));
    if (state == TLS_ENDED)
        net_conn_end(conn, "the other side closed it");
    else if (state == TLS_FAILED)
        net_conn_end(conn, tls_fault(conn->tls));
}

static void room_make(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    struct net_conn *conn = (struct net_conn *)(void *)handle;

    (void)suggested;
    *room = uv_buf_init(conn->room, sizeof conn->room);
}

static void read_ended(uv_stream_t *stream, ssize_t length, const uv_buf_t *room)
{
    struct net_conn *conn = (struct net_conn *)(void *)stream;

    feed_clock(conn->feed);
    if (length > 0) {
        struct span bytes = span_from(room->base, (size_t)length);
        conn->heard_ms = conn->feed->now_ms;
        if (conn->tls && !conn->leaving)
            sealed_take(conn, bytes);
        else
            deliver(conn, bytes);
    } else if (length < 0) {
        net_conn_end(conn, length == UV_EOF ? "the other side closed it"
                                            : uv_strerror((int)length));
    }
}

void net_conn_pause(struct net_conn *conn, bool paused)
{
    if (conn->ended)
        return;
    if (paused && !conn->leaving)
        uv_read_stop((uv_stream_t *)&conn->tcp);
    else
        uv_read_start((uv_stream_t *)&conn->tcp, room_make, read_ended);
}

/* ---- its beginning ---- */

struct net_conn *net_conn_new(struct feed *feed, struct tls *tls,
                              const struct net_handler *handler, void *owner)
{
    struct net_conn *conn = base_alloc(1, sizeof *conn);

    *conn = (struct net_conn){ .feed = feed, .tls = tls, .handler = handler, .owner = owner,
                               .begun_ms = feed->now_ms };
    uv_tcp_init(feed->loop, &conn->tcp);
    return conn;
}

static void address_note(struct net_conn *conn)
{
    struct net_from from = { 0 };
    int bytes = sizeof from.address;

    if (uv_tcp_getpeername(&conn->tcp, (struct sockaddr *)&from.address, &bytes) == 0)
        net_from_text(&from, conn->address);
}

void net_conn_begin(struct net_conn *conn)
{
    conn->begun_ms = conn->heard_ms = conn->feed->now_ms;
    address_note(conn);
    uv_tcp_nodelay(&conn->tcp, 1);
    net_conn_pause(conn, false);
    if (conn->tls)
        sealed_take(conn, span_of(""));
    else
        open_say(conn);
}

void net_conn_keep(struct net_conn *conn, void *kept)
{
    conn->kept = kept;
}

void *net_conn_kept(const struct net_conn *conn)
{
    return conn->kept;
}

const char *net_conn_address(const struct net_conn *conn)
{
    return conn->address;
}

const char *net_conn_peer(const struct net_conn *conn)
{
    return conn->tls ? tls_peer(conn->tls) : "";
}

int64_t net_conn_opened_ms(const struct net_conn *conn)
{
    return conn->opened_ms;
}

int64_t net_conn_heard_ms(const struct net_conn *conn)
{
    return conn->heard_ms;
}
