/* http_inside.h - what the files of the http transport share: http.c has the loop, http_ask.c one
 * request and its answer, http_words.c what is said of it. */
#ifndef FEEDS_HTTP_INSIDE_H
#define FEEDS_HTTP_INSIDE_H

#include <curl/curl.h>

#include "app/base/buffer.h"
#include "feeds/gzip.h"
#include "feeds/http.h"

#define HTTP_KEPT_HEADERS(ROW)                  \
    ROW(ETAG,             "etag")               \
    ROW(LAST_MODIFIED,    "last-modified")      \
    ROW(CONTENT_TYPE,     "content-type")       \
    ROW(CONTENT_ENCODING, "content-encoding")   \
    ROW(CACHE_CONTROL,    "cache-control")      \
    ROW(AGE,              "age")                \
    ROW(RETRY_AFTER,      "retry-after")

#define ROW(upper, text) KEPT_##upper,
enum kept_header { HTTP_KEPT_HEADERS(ROW) KEPT_HEADER_COUNT };
#undef ROW

struct http {
    CURLM *multi;
    uv_timer_t timer;
    uint32_t handles_open;          /* libuv's; the memory goes when there are none. */
    bool freed, calling;
    struct ask *asks;
    uint32_t ask_count;
    struct arena *arena;            /* Of the options. */
    struct http_options options;
    struct url_parts home;
};

/* One request under way, and what has come of its answer. */
struct ask {
    struct http *http;
    struct ask *next;
    CURL *easy;
    struct curl_slist *headers;
    struct arena *arena;            /* Of what follows. */
    struct http_request request;
    const char *url;                /* Where redirects have led us. */
    int64_t started_ms;             /* By the loop's clock. */
    uint32_t redirects;
    enum http_ending trouble;       /* Why we stopped it; ANSWERED: we did not. */
    const char *kept[KEPT_HEADER_COUNT];
    size_t header_bytes, body_bytes;
    struct buffer body;
    struct gzip *gzip;
    char error[CURL_ERROR_SIZE];
};

struct ask *ask_new(struct http *http, const struct http_request *request, int64_t now_ms);
void ask_free(struct ask *ask);

/* The request has come to an end. True: it was led on, and is to be asked again. */
bool ask_ended(struct ask *ask, CURLcode code, int64_t now_ms, struct http_answer *ret_answer);

/* Fills in the sentence of an answer; `detail` is the library's own words, or "". */
void http_sentence(struct http_answer *answer, const char *detail, enum poll_route route,
                   struct arena *arena);

#endif
