/* http.c - libcurl's sockets and its timer as handles of libuv.
 *
 *   http_get --> libcurl --socket_wanted--> uv_poll --socket_ready--+
 *                   |                                               v
 *                   +-----timer_wanted----> uv_timer --time_up--> turn --> answers
 *
 * A callback of libcurl only starts and stops handles; answers are given from `turn` alone, so that
 * what they ask next never enters libcurl inside one of its own callbacks. */
#include "feeds/http.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/http_inside.h"
#include "feeds/http_url.h"

enum { CONNECTIONS_KEPT = 4, CONNECTIONS_PER_HOST = 2 };

struct watched {
    uv_poll_t poll;
    struct http *http;
    curl_socket_t socket;
};

/* ---- the end of handles ---- */

static void http_release(struct http *http)
{
    if (http->handles_open || !http->freed)
        return;
    arena_free(http->arena);
    base_free(http);
    curl_global_cleanup();
}

static void watched_closed(uv_handle_t *handle)
{
    struct watched *watched = handle->data;
    struct http *http = watched->http;

    base_free(watched);
    assert(http->handles_open > 0);
    http->handles_open--;
    http_release(http);
}

static void timer_closed(uv_handle_t *handle)
{
    struct http *http = handle->data;

    assert(http->handles_open > 0);
    http->handles_open--;
    http_release(http);
}

/* ---- answers ---- */

static struct ask **ask_place(struct http *http, const CURL *easy)
{
    struct ask **place = &http->asks;

    while ((*place)->easy != easy)
        place = &(*place)->next;
    return place;
}

static void answer_give(struct http *http, CURL *easy, CURLcode code)
{
    struct ask **place = ask_place(http, easy), *ask = *place;
    struct http_answer answer;

    curl_multi_remove_handle(http->multi, easy);
    if (ask_ended(ask, code, (int64_t)uv_now(http->options.loop), &answer)) {
        curl_multi_add_handle(http->multi, easy);
        return;
    }
    *place = ask->next;
    http->ask_count--;
    http->calling = true;
    ask->request.answered(ask->request.context, &answer);
    http->calling = false;
    ask_free(ask);
}

static void turn(struct http *http, curl_socket_t socket, int events)
{
    const CURLMsg *message;
    int left, running;

    curl_multi_socket_action(http->multi, socket, events, &running);
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            answer_give(http, message->easy_handle, message->data.result);
}

/* ---- what libcurl wants ---- */

static void socket_ready(uv_poll_t *poll, int status, int events)
{
    const struct watched *watched = poll->data;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;

    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    turn(watched->http, watched->socket, flags);
}

static struct watched *socket_watch(struct http *http, curl_socket_t socket)
{
    struct watched *watched = base_alloc(1, sizeof *watched);

    if (uv_poll_init(http->options.loop, &watched->poll, socket) != 0) {
        base_free(watched);
        return NULL;
    }
    watched->http = http;
    watched->socket = socket;
    watched->poll.data = watched;
    http->handles_open++;
    curl_multi_assign(http->multi, socket, watched);
    return watched;
}

/* libcurl closes the socket after it has told us to leave it alone. */
static void socket_forget(struct http *http, curl_socket_t socket, struct watched *watched)
{
    if (!watched)
        return;
    uv_poll_stop(&watched->poll);
    uv_close((uv_handle_t *)&watched->poll, watched_closed);
    curl_multi_assign(http->multi, socket, NULL);
}

static int socket_wanted(CURL *easy, curl_socket_t socket, int what, void *context, void *known)
{
    struct http *http = context;
    struct watched *watched = known;
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        socket_forget(http, socket, watched);
        return 0;
    }
    if (!watched)
        watched = socket_watch(http, socket);
    if (!watched)
        return -1;
    return uv_poll_start(&watched->poll, events, socket_ready) == 0 ? 0 : -1;
}

static void time_up(uv_timer_t *timer)
{
    turn(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int timer_wanted(CURLM *multi, long wait_ms, void *context)
{
    struct http *http = context;

    (void)multi;
    if (wait_ms < 0)
        uv_timer_stop(&http->timer);
    else        /* 0 too comes through the loop: libcurl must not be entered from here. */
        uv_timer_start(&http->timer, time_up, (uint64_t)wait_ms, 0);
    return 0;
}

/* ---- options ---- */

static const char *kept(struct arena *arena, const char *text)
{
    return arena_copy(arena, span_of(text ? text : ""));
}

static void options_keep(struct http *http, const struct http_options *given)
{
    const char **hosts = arena_alloc(http->arena, (given->host_count + 1) * sizeof *hosts);
    struct http_options *options = &http->options;
    const char **const texts[] = { &options->user_agent, &options->home, &options->ca,
                                   &options->certificate, &options->key, &options->user,
                                   &options->password, &options->token, &options->token_header,
                                   &options->proxy };

    *options = *given;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        *texts[i] = kept(http->arena, *texts[i]);
    for (uint32_t i = 0; i < given->host_count; i++)
        hosts[i] = kept(http->arena, given->hosts[i]);
    options->hosts = hosts;
    options->connect_ms = given->connect_ms ? given->connect_ms : HTTP_CONNECT_MS;
    options->total_ms = given->total_ms ? given->total_ms : HTTP_TOTAL_MS;
}

/* Visible ASCII and blanks: nothing that could end a header field. */
static bool fits_header(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

/* A field name is a token (RFC 9110 section 5.6.2). */
static bool is_token(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "!#$%&'*+-.^_`|~")] == '\0';
}

/* What stands in the way of using these options; NULL: nothing. */
static const char *options_wrong(struct http *http)
{
    const struct http_options *options = &http->options;
    const char *wrong = http_url_read(options->home, http->arena, &http->home);
    bool secret = options->password[0] || options->token[0];

    if (wrong)
        return wrong;
    if (!options->user_agent[0])
        return "the setting user_agent is missing: say who asks and how to reach you, as "
               "\"Port Maren control, duty@portmaren.example\"";
    if (!fits_header(options->user_agent) || !fits_header(options->token))
        return "user_agent and token may hold visible ASCII characters and blanks only";
    if (!is_token(options->token_header))
        return "token_header is not the name of a header field";
    if (secret && strcmp(http->home.scheme, "http") == 0 && !http_host_is_here(http->home.host))
        return "a password or token would go over the network for all to read: use https";
    return NULL;
}

static void multi_start(struct http *http)
{
    http->multi = curl_multi_init();
    assert(http->multi);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CONNECTIONS_PER_HOST);
    uv_timer_init(http->options.loop, &http->timer);
    http->timer.data = http;
    http->handles_open = 1;
}

struct http *http_new(const struct http_options *options, char *sentence, size_t sentence_bytes)
{
    struct http *http = base_alloc(1, sizeof *http);

    http->arena = arena_new();
    options_keep(http, options);
    const char *wrong = options_wrong(http);
    if (wrong) {
        snprintf(sentence, sentence_bytes, "\"%s\": %s",
                 http_url_shown(http->options.home, http->arena), wrong);
        arena_free(http->arena);
        base_free(http);
        return NULL;
    }
    CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
    assert(begun == CURLE_OK);
    multi_start(http);
    return http;
}

void http_free(struct http *http)
{
    if (!http)
        return;
    assert(!http->calling);
    assert(!http->freed);
    while (http->asks) {
        struct ask *ask = http->asks;
        http->asks = ask->next;
        curl_multi_remove_handle(http->multi, ask->easy);
        ask_free(ask);
    }
    /* This calls socket_wanted() for each connection it has kept. */
    curl_multi_cleanup(http->multi);
    http->freed = true;
    uv_close((uv_handle_t *)&http->timer, timer_closed);
}

bool http_get(struct http *http, const struct http_request *request)
{
    if (http->ask_count == HTTP_REQUESTS_MAX)
        return false;
    uv_update_time(http->options.loop);
    struct ask *ask = ask_new(http, request, (int64_t)uv_now(http->options.loop));
    ask->next = http->asks;
    http->asks = ask;
    http->ask_count++;
    curl_multi_add_handle(http->multi, ask->easy);
    return true;
}

static bool is_named(const struct http *http, const char *host)
{
    for (uint32_t i = 0; i < http->options.host_count; i++)
        if (text_same_ignoring_case(span_of(http->options.hosts[i]), span_of(host)))
            return true;
    return false;
}

enum poll_route http_route(const struct http *http, const char *base, const char *url)
{
    struct arena *arena = arena_new();
    struct url_parts from, to;
    enum poll_route route = ROUTE_FORBIDDEN;

    if (!http_url_read(base, arena, &from) && !http_url_read(url, arena, &to)) {
        route = poll_route(&from, &to);
        bool open = strcmp(from.scheme, "https") == 0 && strcmp(to.scheme, "http") == 0;
        if ((route == ROUTE_HELD_HOST || route == ROUTE_HELD_PORT) && is_named(http, to.host))
            route = open ? ROUTE_HELD_OPEN : ROUTE_FOLLOWED;
    }
    arena_free(arena);
    return route;
}
