#include "panels/link.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "app/core/wire.h"

enum { RETRY_MS = 1000, READ_BYTES = 256 * 1024, SOCKET_PATH_BYTES_MAX = 107 };
_Static_assert(SOCKET_PATH_BYTES_MAX < sizeof((struct sockaddr_un *)0)->sun_path, "it fits");

struct link {
    uv_loop_t *loop;
    uv_pipe_t pipe;
    uv_timer_t retry;
    uv_connect_t connect;
    struct link_options options;
    struct link_events events;
    struct line_buffer *lines;
    char *read_bytes;
    uint32_t handles_open;
    bool open, closing, pipe_live;
};

static void connect_now(struct link *link);

static void link_free_when_closed(struct link *link)
{
    if (!link->closing || link->handles_open > 0)
        return;
    line_buffer_free(link->lines);
    base_free(link->read_bytes);
    base_free(link);
}

static void timer_closed(uv_handle_t *handle)
{
    struct link *link = handle->data;

    link->handles_open--;
    link_free_when_closed(link);
}

static void retry_now(uv_timer_t *timer)
{
    connect_now(timer->data);
}

/* The pipe is gone for good; the next attempt needs a fresh one. */
static void pipe_closed(uv_handle_t *handle)
{
    struct link *link = handle->data;

    link->handles_open--;
    if (!link->closing)
        uv_timer_start(&link->retry, retry_now, RETRY_MS, 0);
    link_free_when_closed(link);
}

static void hang_up(struct link *link)
{
    bool was_open = link->open;

    link->open = false;
    if (link->pipe_live) {
        link->pipe_live = false;
        uv_close((uv_handle_t *)&link->pipe, pipe_closed);
    }
    if (was_open && !link->closing)
        link->events.lost(link->events.context);
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct link *link = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(link->read_bytes, READ_BYTES);
}

static void give_lines(struct link *link)
{
    struct line line;

    while (link->open && line_buffer_next(link->lines, &line))
        if (line.text.length > 0)
            link->events.line(link->events.context, line.text);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct link *link = stream->data;

    if (length < 0) {
        hang_up(link);
        return;
    }
    line_buffer_add(link->lines, span_from(buffer->base, (size_t)length));
    give_lines(link);
}

struct sending {
    uv_write_t write;
    struct link *link;
    char bytes[];
};

static void on_sent(uv_write_t *write, int status)
{
    struct sending *sending = write->data;

    if (status < 0 && status != UV_ECANCELED)
        hang_up(sending->link);
    base_free(sending);
}

void link_send(struct link *link, struct span line)
{
    if (!link->open)
        return;
    struct sending *sending = base_alloc(1, sizeof *sending + line.length);
    sending->link = link;
    sending->write.data = sending;
    memcpy(sending->bytes, line.bytes, line.length);
    uv_buf_t buffer = uv_buf_init(sending->bytes, (unsigned)line.length);
    if (uv_write(&sending->write, (uv_stream_t *)&link->pipe, &buffer, 1, on_sent) != 0)
        base_free(sending);
}

static void say_hello(struct link *link)
{
    struct wire_client_hello hello = {
        .hello = 1, .wire = WIRE_VERSION, .program = "console", .as = link->options.as,
        .read_only = link->options.read_only, .join = true,
    };
    struct buffer line = { 0 };

    wire_line_write(&wire_client_hello_shape, &hello, &line);
    link_send(link, buffer_span(&line));
    buffer_clear(&line);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct link *link = connect->data;

    if (status == UV_ECANCELED)
        return;
    if (status < 0) {
        hang_up(link);
        return;
    }
    link->open = true;
    line_buffer_free(link->lines);
    link->lines = line_buffer_new(WIRE_HUB_LINE_BYTES_MAX);
    uv_read_start((uv_stream_t *)&link->pipe, give_buffer, on_read);
    say_hello(link);
}

static void connect_now(struct link *link)
{
    uv_pipe_init(link->loop, &link->pipe, 0);
    link->pipe.data = link;
    link->pipe_live = true;
    link->handles_open++;
    link->connect.data = link;
    uv_pipe_connect(&link->connect, &link->pipe, link->options.socket_path, on_connected);
}

enum status link_open(uv_loop_t *loop, const struct link_options *options,
                      const struct link_events *events, struct link **ret_link)
{
    if (strlen(options->socket_path) > SOCKET_PATH_BYTES_MAX)
        return STATUS_TOO_LARGE;
    struct link *link = base_alloc(1, sizeof *link);
    link->loop = loop;
    link->options = *options;
    link->events = *events;
    link->lines = line_buffer_new(WIRE_HUB_LINE_BYTES_MAX);
    link->read_bytes = base_alloc(READ_BYTES, 1);
    uv_timer_init(loop, &link->retry);
    link->retry.data = link;
    link->handles_open++;
    connect_now(link);
    *ret_link = link;
    return STATUS_OK;
}

void link_close(struct link *link)
{
    link->closing = true;
    uv_close((uv_handle_t *)&link->retry, timer_closed);
    hang_up(link);
}

bool link_is_open(const struct link *link)
{
    return link->open;
}

void link_again(struct link *link)
{
    hang_up(link);
}
