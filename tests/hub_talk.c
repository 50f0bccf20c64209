#include "tests/hub_talk.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "tests/check.h"

struct hub_talk {
    int fd;
    struct line_buffer *lines;
};

static int try_connect(const char *folder)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct buffer path = { 0 };
    char lock[1024];

    snprintf(lock, sizeof lock, "%s/hub.lock", folder);
    file_read(lock, &path);
    struct span text = span_trim(buffer_span(&path));
    int fd = -1;
    if (text.length > 0 && text.length < sizeof address.sun_path) {
        memcpy(address.sun_path, text.bytes, text.length);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
            close(fd);
            fd = -1;
        }
    }
    buffer_clear(&path);
    return fd;
}

struct hub_talk *hub_talk_open(const char *folder)
{
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;
    const struct timespec pause = { .tv_nsec = 5000000 };
    struct hub_talk *talk = base_alloc(1, sizeof *talk);

    while ((talk->fd = try_connect(folder)) < 0) {
        if (clock_ms() > deadline_ms)
            fail_msg("no hub answers in %s", folder);
        nanosleep(&pause, NULL);
    }
    talk->lines = line_buffer_new(WIRE_HUB_LINE_BYTES_MAX);
    return talk;
}

void hub_talk_close(struct hub_talk *talk)
{
    close(talk->fd);
    line_buffer_free(talk->lines);
    base_free(talk);
}

bool hub_talk_send_span(struct hub_talk *talk, struct span bytes)
{
    while (bytes.length > 0) {
        ssize_t sent = send(talk->fd, bytes.bytes, bytes.length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes = span_from(bytes.bytes + sent, bytes.length - (size_t)sent);
    }
    return true;
}

bool hub_talk_send(struct hub_talk *talk, const char *line)
{
    return hub_talk_send_span(talk, span_of(line)) && hub_talk_send_span(talk, span_of("\n"));
}

static bool read_more(struct hub_talk *talk, int64_t deadline_ms)
{
    char bytes[65536];
    struct pollfd wait = { .fd = talk->fd, .events = POLLIN };
    int64_t left_ms = deadline_ms - clock_ms();

    if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) <= 0)
        return false;
    ssize_t length = recv(talk->fd, bytes, sizeof bytes, 0);
    if (length <= 0)
        return false;
    line_buffer_add(talk->lines, span_from(bytes, (size_t)length));
    return true;
}

struct json *hub_talk_line(struct hub_talk *talk, int64_t deadline_ms)
{
    struct json *json = NULL;
    struct line line;

    while (!line_buffer_next(talk->lines, &line))
        if (!read_more(talk, deadline_ms))
            return NULL;
    struct verdict verdict = json_parse(line.text, &json);
    assert_true(is_accepted(&verdict));
    return json;
}

struct json *hub_talk_until(struct hub_talk *talk, const char *name, int64_t deadline_ms)
{
    struct json *json;

    while ((json = hub_talk_line(talk, deadline_ms)) != NULL && !json_member(json, name))
        json_free(json);
    return json;
}

bool hub_talk_greet(struct hub_talk *talk, const char *as, bool joins)
{
    struct buffer line = { 0 };
    const struct wire_client_hello hello = {
        .hello = 1, .wire = WIRE_VERSION, .program = "test", .as = as, .read_only = !*as,
        .join = joins,
    };

    wire_line_write(&wire_client_hello_shape, &hello, &line);
    hub_talk_send_span(talk, buffer_span(&line));
    buffer_clear(&line);
    struct json *answer = hub_talk_line(talk, clock_ms() + DEADLINE_MS);
    bool greeted = json_member(answer, "hello") != NULL;
    json_free(answer);
    return greeted;
}
