/* poll_policy.h - when to ask a web server again, and whom to believe: the rules of polite polling
 * (RFC 9110, RFC 9111) without a socket.
 *
 * Knows no clock and no dice: the caller hands both in. Instants are ms since 1970, spans ms. Which
 * addresses may follow one another is decided here too, from their parts. Pure. */
#ifndef FEEDS_POLL_POLICY_H
#define FEEDS_POLL_POLICY_H

#include "app/base/span.h"

enum {
    /* No failure keeps us away for longer: a supplier that is back must be heard again soon. */
    POLL_BACKOFF_MS_MAX = 15 * 60 * 1000,
    /* A server may ask for a pause in Retry-After; one that asks for more than a day is wrong. */
    POLL_RETRY_MS_MAX = 24 * 60 * 60 * 1000,
    /* Cache-Control lengthens our interval. A day of it, left on by mistake for a file of warnings,
     * must not blind us for a day. */
    POLL_FRESH_MS_MAX = 60 * 60 * 1000,
    POLL_REDIRECTS_MAX = 5,
};

/* The value of an HTTP-date in any of its three forms (RFC 9110 section 5.6.7); false for anything
 * else. Years in two digits are 1969 to 2068. */
bool http_date_read(struct span text, int64_t *ret_at_ms);

/* How long an answer stays fresh: max-age of its Cache-Control less its Age (RFC 9111 section 4.2);
 * 0 when it says nothing, no-cache or no-store, at most POLL_FRESH_MS_MAX. */
int64_t poll_fresh_ms(struct span cache_control, struct span age);

/* Retry-After as a span from `now_ms`, in seconds or as a date (RFC 9110 section 10.2.3): 0 when it
 * is empty, cannot be read or lies behind us, at most POLL_RETRY_MS_MAX. */
int64_t poll_retry_ms(struct span retry_after, int64_t now_ms);

/* Exponential back-off with full jitter: somewhere between the interval and the interval doubled
 * `failures` times (1 for the first), held at POLL_BACKOFF_MS_MAX. `dice` is 0 or more, under 1. It
 * never asks more often than when all is well. */
int64_t poll_backoff_ms(int64_t interval_ms, uint32_t failures, double dice);

/* ---- what an answer means ---- */

enum poll_news {
    POLL_NEW,               /* The body is to be read. */
    POLL_UNCHANGED,         /* Nothing new, and the source is alive. */
    POLL_FAILED,            /* Asked again later. */
    POLL_GONE,              /* 410: never asked again until somebody changes the address. */
};

struct poll_plan {
    int64_t interval_ms;
    uint32_t failures;          /* In a row, before this answer. */
    bool conditional;           /* We asked with a validator, so "not modified" means something. */
};

struct poll_answer {
    long status;                /* 0: there was none. */
    struct span cache_control, age, retry_after;
};

struct poll_step {
    enum poll_news news;
    int64_t wait_ms;            /* Until the next request; -1 for POLL_GONE. */
    uint32_t failures;          /* In a row, with this answer. */
};

struct poll_step poll_judge(const struct poll_plan *plan, const struct poll_answer *answer,
                            int64_t now_ms, double dice);

/* ---- where a redirect may lead ---- */

struct url_parts {
    const char *scheme, *host;
    long port;
};

#define POLL_ROUTES(ROW)                                                    \
    ROW(FOLLOWED,   "")                                                     \
    ROW(HELD_HOST,  "another server")           /* Perhaps another supplier. */ \
    ROW(HELD_PORT,  "another port of the server")                           \
    ROW(HELD_OPEN,  "an address without encryption")                        \
    ROW(FORBIDDEN,  "something other than http or https")

#define ROW(upper, text) ROUTE_##upper,
enum poll_route { POLL_ROUTES(ROW) POLL_ROUTE_COUNT };
#undef ROW
const char *poll_route_text(enum poll_route route);

/* The same host is followed, from http to https on their own ports too. */
enum poll_route poll_route(const struct url_parts *from, const struct url_parts *to);

#endif
