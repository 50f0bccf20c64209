#include "tests/tak_end.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/process.h"

enum { PATIENCE_MS = 10000 };

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
                                 .sin_addr = { htonl(INADDR_LOOPBACK) } };
}

int tak_end_listen(uint16_t *ret_port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 10), 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

struct tak_end tak_end_accept(int listener)
{
    struct pollfd waits = { .fd = listener, .events = POLLIN };

    if (poll(&waits, 1, PATIENCE_MS) != 1)
        fail_msg("nobody connected");
    return (struct tak_end){ .fd = accept(listener, NULL, NULL) };
}

struct tak_end tak_end_connect(uint16_t port)
{
    struct sockaddr_in address = loopback(port);
    struct tak_end end = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };

    assert_int_equal(connect(end.fd, (struct sockaddr *)&address, sizeof address), 0);
    return end;
}

void tak_end_close(struct tak_end *end)
{
    close(end->fd);
    buffer_clear(&end->heard);
    end->seen = 0;
}

void tak_end_say_span(struct tak_end *end, struct span bytes)
{
    while (bytes.length) {
        ssize_t done = send(end->fd, bytes.bytes, bytes.length, MSG_NOSIGNAL);
        if (done <= 0)
            fail_msg("the connection is gone");
        bytes = span_from(bytes.bytes + done, bytes.length - (size_t)done);
    }
}

void tak_end_say(struct tak_end *end, const char *text)
{
    tak_end_say_span(end, span_of(text));
}

/* Reads what there is, waiting for it; false at the end or when time is over. */
static bool hear_more(struct tak_end *end, int64_t deadline_ms)
{
    struct pollfd waits = { .fd = end->fd, .events = POLLIN };
    char bytes[65536];
    int64_t left_ms = deadline_ms - clock_ms();

    if (left_ms <= 0 || poll(&waits, 1, (int)left_ms) != 1)
        return false;
    ssize_t length = read(end->fd, bytes, sizeof bytes);
    if (length <= 0)
        return false;
    buffer_add(&end->heard, span_from(bytes, (size_t)length));
    return true;
}

static const char *find(const struct tak_end *end, const char *text)
{
    size_t length = strlen(text);

    for (size_t at = end->seen; at + length <= end->heard.length; at++)
        if (memcmp(end->heard.bytes + at, text, length) == 0)
            return end->heard.bytes + at;
    return NULL;
}

void tak_end_hear(struct tak_end *end, const char *text)
{
    int64_t deadline_ms = clock_ms() + PATIENCE_MS;
    const char *found;

    while (!(found = find(end, text)))
        if (!hear_more(end, deadline_ms))
            fail_msg("never came: %s\nbut: %s", text, end->heard.bytes ? end->heard.bytes : "");
    end->seen = (size_t)(found - end->heard.bytes) + strlen(text);
}

void tak_end_hear_bytes(struct tak_end *end, size_t count)
{
    int64_t deadline_ms = clock_ms() + PATIENCE_MS;

    while (end->heard.length < count)
        if (!hear_more(end, deadline_ms))
            fail_msg("%zu bytes came of %zu", end->heard.length, count);
}

bool tak_end_is_closed(struct tak_end *end)
{
    int64_t deadline_ms = clock_ms() + PATIENCE_MS;

    while (hear_more(end, deadline_ms))
        continue;
    return clock_ms() < deadline_ms;
}

void tak_datagram(uint16_t port, struct span bytes)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ssize_t sent = sendto(fd, bytes.bytes, bytes.length, 0, (struct sockaddr *)&address,
                          sizeof address);

    assert_int_equal(sent, bytes.length);
    close(fd);
}
