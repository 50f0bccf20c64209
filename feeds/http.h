/* http.h - fetching from web servers by libcurl inside the feed's loop: one GET at a time is asked,
 * one answer comes, whole and within its limits.
 *
 * Speaks http and https only. TLS is verified, always. Redirects are followed where
 * poll_policy.h allows it; any other is not followed and comes back HELD. Credentials go to the
 * home server only. Decides nothing about when to ask again: that is http_poll.h. */
#ifndef FEEDS_HTTP_H
#define FEEDS_HTTP_H

#include <uv.h>

#include "feeds/poll_policy.h"

enum {
    HTTP_CONNECT_MS = 5000,
    HTTP_TOTAL_MS = 20000,          /* From the request to the last byte, redirects included. */
    HTTP_HEADER_BYTES_MAX = 64 * 1024,
    HTTP_VALIDATOR_BYTES_MAX = 1000,
    HTTP_REQUESTS_MAX = 64,         /* Asked and not yet answered. */
};

/* How a request ended, and what a person reads about it: "HOST " goes before. */
#define HTTP_ENDINGS(ROW)                                                               \
    ROW(ANSWERED,     "answered")                                                       \
    ROW(NO_NAME,      "is not known to the name servers")                               \
    ROW(NO_ROUTE,     "takes no connection")                                            \
    ROW(TIMED_OUT,    "did not answer in time")                                         \
    ROW(DISTRUSTED,   "has a certificate that cannot be trusted")                       \
    ROW(NO_TLS,       "cannot agree with us on an encrypted connection")                \
    ROW(TOO_LONG,     "sends more than the limit allows")                               \
    ROW(BOMB,         "sends a compressed answer that grows more than 100 times")       \
    ROW(BAD_CODING,   "sends an answer in a coding that was not asked for, or damaged") \
    ROW(BROKEN,       "broke off, or does not speak HTTP")                              \
    ROW(HELD,         "sends us elsewhere")                                             \
    ROW(ROUND,        "sends us round in a circle")

#define ROW(upper, text) HTTP_##upper,
enum http_ending { HTTP_ENDINGS(ROW) HTTP_ENDING_COUNT };
#undef ROW

/* Texts are loans until the callback returns. */
struct http_answer {
    enum http_ending ending;
    long status;                    /* 0 unless ANSWERED or HELD. */
    const char *url;                /* The one asked for. */
    const char *found_at;           /* Where redirects led: the base of links in the body. */
    const char *elsewhere;          /* HELD: where it wanted us; else "". */
    struct span body;               /* Of a 200, opened; else empty. */
    const char *etag, *last_modified, *content_type;        /* As they came; "" when not said. */
    const char *cache_control, *age, *retry_after;
    char sentence[400];             /* What is wrong and what to do; "" for an ANSWERED 2xx, 304. */
};
typedef void http_answer_fn(void *context, const struct http_answer *answer);

/* Copied, all of it. "" and NULL are "not given". */
struct http_options {
    uv_loop_t *loop;
    const char *user_agent;         /* Needed: many servers turn an unnamed client away. */
    const char *home;               /* The address whose server gets the credentials. */
    const char *const *hosts;       /* Other servers that a redirect may lead to. */
    uint32_t host_count;
    const char *ca;                 /* A file of authorities to trust, and no others. */
    const char *certificate, *key;  /* Ours: a file, and the key's text (PEM). */
    const char *user, *password;    /* HTTP Basic. */
    const char *token;              /* Bearer; or the value of the header `token_header`. */
    const char *token_header;
    const char *proxy;
    int64_t connect_ms, total_ms;   /* 0: those above. */
    size_t body_bytes_max;          /* As sent, and opened. */
};

struct http;
/* NULL, with a sentence: an option that cannot go into a request (a line end in a header, a
 * password for a server without encryption that is not this machine). */
struct http *http_new(const struct http_options *options, char *sentence, size_t sentence_bytes);
/* What was asked and not answered never is. Not inside a callback. The memory goes with the loop's
 * last handle. */
void http_free(struct http *http);

struct http_request {
    const char *url, *accept;
    const char *etag, *last_modified;       /* Validators, verbatim; "" for none. */
    http_answer_fn *answered;               /* Called once, on the loop, never inside http_get(). */
    void *context;
};
/* False: HTTP_REQUESTS_MAX are under way. */
bool http_get(struct http *http, const struct http_request *request);

/* May documents of `base` lead us to `url`? FOLLOWED for its own server and for those of the
 * options. */
enum poll_route http_route(const struct http *http, const char *base, const char *url);

#endif
