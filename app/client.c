#include "app/client.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/base/when.h"
#include "app/core/wire.h"
#include "app/talk.h"

enum { CLIENT_OK = 0, CLIENT_NO = 1, CLIENT_WRONG = 2 };

/* ---- the sub-commands ---- */

static int do_one(struct talk *talk, const struct client_options *options, const char *command)
{
    struct json *answer = talk_ask(talk, "do", command, options);
    const char *result = json_member_text(answer, "result", "");
    const char *error = json_text(json_member(answer, "error"));

    if (!answer)
        return CLIENT_WRONG;
    printf("%s%-7s %s%s%s\n", talk_mark(talk), error ? "NO" : result, command,
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
        printf("%s%s\n", json ? "" : talk_mark(talk), json_text(line) ? json_text(line) : "");
    return CLIENT_OK;
}

int client_show(const struct client_options *options, const char *what)
{
    struct talk talk = { 0 };
    int code = CLIENT_WRONG;

    if (talk_open(&talk, options, true)) {
        struct json *answer = talk_ask(&talk, "show", what, options);
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
        printf("%s%s  entry %lld  %s %s\n", talk_mark(talk), when_text(link.at, when),
               (long long)link.sequence, link.source[0] ? link.source : "the hub", link.sentence);
    else if (is_accepted(&verdict))
        printf("%s    %lld.%u  %s  (rule %s)\n", talk_mark(talk), (long long)link.sequence,
               link.event, link.sentence, link.rule);
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
        struct json *answer = talk_ask(&talk, "why", object, options);
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
    struct json *answer = talk_ask(&talk, "stop", "", options);
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
