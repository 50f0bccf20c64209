#include "app/talk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/core/wire.h"

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd;

    if (strlen(path) >= sizeof address.sun_path
        || (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

bool client_wait(const struct places *places, int for_ms, char path[PLACES_PATH_BYTES])
{
    int64_t until_ms = clock_machine_ms() + for_ms;
    const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

    for (;;) {
        int fd = places_socket(places, path) == STATUS_OK ? connect_to(path) : -1;
        if (fd >= 0)
            close(fd);
        if (fd >= 0 || clock_machine_ms() >= until_ms)
            return fd >= 0;
        nanosleep(&pause, NULL);
    }
}

/* ---- lines ---- */

static bool send_line(struct talk *talk, const struct buffer *line)
{
    struct span rest = buffer_span(line);

    while (rest.length > 0) {
        ssize_t sent = send(talk->fd, rest.bytes, rest.length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        rest = span_from(rest.bytes + sent, rest.length - (size_t)sent);
    }
    return true;
}

/* The next line, parsed, the caller's to free; NULL when the hub is gone. */
static struct json *next_line(struct talk *talk)
{
    static const size_t piece_bytes = 65536;
    struct line line;
    struct json *json = NULL;

    while (!line_buffer_next(talk->lines, &line)) {
        char *piece = base_alloc(1, piece_bytes);
        ssize_t length = recv(talk->fd, piece, piece_bytes, 0);
        if (length > 0)
            line_buffer_add(talk->lines, span_from(piece, (size_t)length));
        int error = errno;
        base_free(piece);
        if (length == 0 || (length < 0 && error != EINTR))
            return NULL;
    }
    struct verdict verdict = json_parse(line.text, &json);
    return is_accepted(&verdict) ? json : NULL;
}

/* The line that answers `ref`; others are passed over. */
static struct json *answer_to(struct talk *talk, int64_t ref)
{
    struct json *json;

    while ((json = next_line(talk)) != NULL) {
        if (json_member_int64(json, "ref", 0) == ref)
            return json;
        json_free(json);
    }
    fprintf(stderr, "watchdesk: the hub ended before it answered; what was not answered may or may "
            "not be in the record: watchdesk show\n");
    return NULL;
}

/* ---- hello ---- */

static bool greet(struct talk *talk, const struct client_options *options, bool reads_only)
{
    struct buffer line = { 0 };
    const struct wire_client_hello hello = {
        .hello = 1, .wire = WIRE_VERSION, .program = "watchdesk",
        .as = options->as ? options->as : "", .read_only = reads_only,
    };

    wire_line_write(&wire_client_hello_shape, &hello, &line);
    bool sent = send_line(talk, &line);
    buffer_clear(&line);
    struct json *answer = sent ? next_line(talk) : NULL;
    const char *refusal = json_text(json_member(answer, "refused"));
    if (!answer || refusal)
        fprintf(stderr, "watchdesk: %s\n", refusal ? refusal : "the hub does not answer");
    bool greeted = answer && !refusal;
    talk->drill = greeted && strcmp(json_member_text(answer, "mode", ""), "drill") == 0;
    json_free(answer);
    return greeted;
}

bool talk_open(struct talk *talk, const struct client_options *options, bool reads_only)
{
    char path[PLACES_PATH_BYTES];

    /* A hub that has just been started publishes its socket within a moment. */
    if (places_socket(options->places, path) == STATUS_NOT_FOUND
        || !client_wait(options->places, 10000, path)) {
        fprintf(stderr, "watchdesk: no hub runs for the site %s. Start one with: watchdesk hub\n",
                options->places->folder);
        return false;
    }
    *talk = (struct talk){ .fd = connect_to(path), .next_ref = 1 };
    if (talk->fd < 0) {
        fprintf(stderr, "watchdesk: the hub's socket %s cannot be opened: %s\n", path,
                strerror(errno));
        return false;
    }
    talk->lines = line_buffer_new(WIRE_HUB_LINE_BYTES_MAX);
    return greet(talk, options, reads_only);
}

void talk_close(struct talk *talk)
{
    if (talk->lines)
        line_buffer_free(talk->lines);
    if (talk->lines)
        close(talk->fd);
}

const char *talk_mark(const struct talk *talk)
{
    return talk->drill ? "DRILL " : "";
}

struct json *talk_ask(struct talk *talk, const char *name, const char *text,
                        const struct client_options *options)
{
    struct buffer line = { 0 };
    int64_t ref = talk->next_ref++;

    json_open(&line, NULL, '{');
    json_put_text(&line, name, text);
    if (options->json)
        json_put_flag(&line, "json", true);
    if (options->at)
        json_put_text(&line, "at", options->at);
    json_put_int64(&line, "ref", ref);
    json_close(&line, '}');
    buffer_add_text(&line, "\n");
    bool sent = send_line(talk, &line);
    buffer_clear(&line);
    return sent ? answer_to(talk, ref) : NULL;
}

struct json *talk_look(struct talk *talk, struct span ask)
{
    struct buffer line = { 0 };
    int64_t ref = talk->next_ref++;

    json_open(&line, NULL, '{');
    json_put_raw(&line, "look", ask);
    json_put_int64(&line, "ref", ref);
    json_close(&line, '}');
    buffer_add_text(&line, "\n");
    bool sent = send_line(talk, &line);
    buffer_clear(&line);
    return sent ? answer_to(talk, ref) : NULL;
}
