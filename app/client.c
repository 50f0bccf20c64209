#include "app/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "app/base/when.h"
#include "app/clock.h"
#include "app/core/wire.h"

enum { CLIENT_OK = 0, CLIENT_NO = 1, CLIENT_WRONG = 2 };

/* A conversation with the hub. */
struct talk {
    int fd;
    struct line_buffer *lines;
    bool drill;
    int64_t next_ref;
};

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

static bool talk_open(struct talk *talk, const struct client_options *options, bool reads_only)
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

static void talk_close(struct talk *talk)
{
    if (talk->lines)
        line_buffer_free(talk->lines);
    if (talk->lines)
        close(talk->fd);
}

static const char *mark(const struct talk *talk)
{
    return talk->drill ? "DRILL " : "";
}

/* {"NAME":"TEXT",...,"ref":N}: asks and waits. */
static struct json *ask(struct talk *talk, const char *name, const char *text,
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

/* ---- the sub-commands ---- */

static int do_one(struct talk *talk, const struct client_options *options, const char *command)
{
    struct json *answer = ask(talk, "do", command, options);
    const char *result = json_member_text(answer, "result", "");
    const char *error = json_text(json_member(answer, "error"));

    if (!answer)
        return CLIENT_WRONG;
    printf("%s%-7s %s%s%s\n", mark(talk), error ? "NO" : result, command,
           json_member_text(answer, "text", error ? error : "")[0] ? "  " : "",
           json_member_text(answer, "text", error ? error : ""));
    fflush(stdout);
    int code = strcmp(result, "OK") == 0 || strcmp(result, "PART") == 0 ? CLIENT_OK : CLIENT_NO;
    json_free(answer);
    return code;
}

int client_do(const struct client_options *options, char *const *commands, int count)
{
    struct talk talk = { 0 };
    int code = talk_open(&talk, options, false) ? CLIENT_OK : CLIENT_WRONG;

    for (int i = 0; i < count && code != CLIENT_WRONG; i++) {
        int one = do_one(&talk, options, commands[i]);
        code = one > code ? one : code;
    }
    talk_close(&talk);
    return code;
}

static int print_error(const struct json *answer)
{
    fprintf(stderr, "watchdesk: %s\n", json_member_text(answer, "error", "the hub refuses it"));
    return CLIENT_NO;
}

static int print_shown(const struct talk *talk, const struct json *answer, bool json)
{
    const struct json *lines = json_member(answer, "shown");

    if (!lines)
        return print_error(answer);
    /* JSON is for programs: its objects say which site they are of. */
    for (const struct json *line = json_first(lines); line; line = json_next(line))
        printf("%s%s\n", json ? "" : mark(talk), json_text(line) ? json_text(line) : "");
    return CLIENT_OK;
}

int client_show(const struct client_options *options, const char *what)
{
    struct talk talk = { 0 };
    int code = CLIENT_WRONG;

    if (talk_open(&talk, options, true)) {
        struct json *answer = ask(&talk, "show", what, options);
        code = answer ? print_shown(&talk, answer, options->json) : CLIENT_WRONG;
        json_free(answer);
    }
    talk_close(&talk);
    return code;
}

static void print_link(const struct talk *talk, const struct json *json)
{
    struct arena *arena = arena_new();
    struct wire_link link;
    char when[WHEN_TEXT_BYTES];
    struct verdict verdict = record_read(&wire_link_shape, json, arena, &link);

    if (is_accepted(&verdict) && link.event == 0)
        printf("%s%s  entry %lld  %s %s\n", mark(talk), when_text(link.at, when),
               (long long)link.sequence, link.source[0] ? link.source : "the hub", link.sentence);
    else if (is_accepted(&verdict))
        printf("%s    %lld.%u  %s  (rule %s)\n", mark(talk), (long long)link.sequence, link.event,
               link.sentence, link.rule);
    arena_free(arena);
}

static int print_chain(const struct talk *talk, const struct json *answer)
{
    const struct json *chain = json_member(answer, "chain");

    if (!chain)
        return print_error(answer);
    for (const struct json *link = json_first(chain); link; link = json_next(link))
        print_link(talk, link);
    return CLIENT_OK;
}

int client_why(const struct client_options *options, const char *object)
{
    struct talk talk = { 0 };
    int code = CLIENT_WRONG;

    if (talk_open(&talk, options, true)) {
        struct json *answer = ask(&talk, "why", object, options);
        code = answer ? print_chain(&talk, answer) : CLIENT_WRONG;
        json_free(answer);
    }
    talk_close(&talk);
    return code;
}

int client_stop(const struct client_options *options)
{
    struct talk talk = { 0 };
    char path[PLACES_PATH_BYTES];
    const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

    if (!talk_open(&talk, options, true)) {
        talk_close(&talk);
        return CLIENT_WRONG;
    }
    struct json *answer = ask(&talk, "stop", "", options);
    int code = json_member(answer, "stopping") ? CLIENT_OK : CLIENT_NO;
    if (code != CLIENT_OK)
        print_error(answer);
    json_free(answer);
    talk_close(&talk);
    /* Ended means that the lock is free: the journal is closed and the next hub may start. */
    while (code == CLIENT_OK && places_socket(options->places, path) != STATUS_NOT_FOUND)
        nanosleep(&pause, NULL);
    return code;
}
