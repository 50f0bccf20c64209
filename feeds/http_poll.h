/* http_poll.h - one address on the web asked again and again, politely, for an adapter that reads
 * what is there.
 *
 * Keeps the validators (ETag, Last-Modified), waits as poll_policy.h says, and reports how the
 * source is: THERE when it answers, also when it has nothing new (each answer is a sign of life,
 * so that `stale-after-s` counts from the last one); AWAY when it has been silent for
 * three intervals, or cannot be right before somebody does something. An adapter puts HTTP_SETTINGS
 * among its settings and, when http_poll_wanted():
 *
 *   start   poll = http_poll_new(feed, "application/geo+json", body_take, cursor's member);
 *           false when that is NULL
 *   now     return http_poll_now(poll);
 *   stop    http_poll_free(poll);
 *
 * By hand (`watchdesk feed NAME url=... user_agent=...`) it asks once, and the feed ends. */
#ifndef FEEDS_HTTP_POLL_H
#define FEEDS_HTTP_POLL_H

#include "feeds/adapters.h"
#include "feeds/http.h"

enum { HTTP_POLL_S = 60, HTTP_POLL_S_MAX = 24 * 60 * 60 };

/* Rows of an adapter's table; poll_s it may have already. */
#define HTTP_SETTINGS                                                                             \
    { .name = "url", .kind = SETTING_TEXT,                                                        \
      .help = "An address, http or https, that is asked again and again." },                      \
    { .name = "user_agent", .kind = SETTING_TEXT,                                                 \
      .help = "Who asks and how to reach you: \"Port Maren control, duty@portmaren.example\"; "  \
              "needed with url, for many servers turn away who does not say." },                  \
    { .name = "ca", .kind = SETTING_PATH,                                                         \
      .help = "A file (PEM) of the authority of a private server; then no other is trusted." },   \
    { .name = "host", .kind = SETTING_TEXT, .many = true,                                         \
      .help = "Another server, by its name, that the address may lead to." },                     \
    { .name = "user", .kind = SETTING_TEXT,                                                       \
      .help = "The name that goes with the secret password (HTTP Basic)." },                      \
    { .name = "password", .kind = SETTING_SECRET, .help = "The password of user." },              \
    { .name = "token", .kind = SETTING_SECRET,                                                    \
      .help = "Sent as \"Authorization: Bearer TOKEN\", or in the header token_header." },        \
    { .name = "token_header", .kind = SETTING_TEXT,                                               \
      .help = "The name of the header that carries the token, as X-Api-Key." },                   \
    { .name = "certificate", .kind = SETTING_PATH,                                                \
      .help = "Our certificate (PEM), for a server that asks for one." },                         \
    { .name = "key", .kind = SETTING_SECRET, .help = "The key of certificate (PEM)." },           \
    { .name = "proxy", .kind = SETTING_TEXT,                                                      \
      .help = "A proxy, as http://proxy.example:3128; that of the environment is not used." },    \
    { .name = "timeout_s", .kind = SETTING_NUMBER,                                                \
      .help = "Seconds for one answer; 20 when not given." }

bool http_poll_wanted(const struct feed *feed);

enum poll_taken { POLL_TAKEN, POLL_NOT_TAKEN };
/* The body of a 200. Not taken (it is not what it should be): the validators stay as they were, so
 * that it is sent again. */
typedef enum poll_taken http_poll_body_fn(struct feed *feed, const struct http_answer *answer);

struct http_poll;
/* `cursor` is what http_poll_cursor() wrote for an earlier process; NULL for none. NULL: the feed's
 * log says what is wrong with the settings. */
struct http_poll *http_poll_new(struct feed *feed, const char *accept, http_poll_body_fn *body,
                                const struct json *cursor);
void http_poll_free(struct http_poll *poll);

/* Asks when it is time; returns when to be called again. */
int64_t http_poll_now(struct http_poll *poll);

/* Writes the JSON object that the next process is to be given, once all that was taken so far is
 * reported; inside the body's callback it is already that of the new body. */
void http_poll_cursor(const struct http_poll *poll, const char *name, struct buffer *out);

/* For more requests to the same supplier (the alerts of an index). */
struct http *http_poll_http(const struct http_poll *poll);

#endif
