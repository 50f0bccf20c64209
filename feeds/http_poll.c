#include "feeds/http_poll.h"

#include <stdio.h>
#include <string.h>

#include "app/base/fields.h"
#include "feeds/http_url.h"

/* A source that was silent for so many intervals is away (standards of feed health). */
enum { SILENT_INTERVALS = 3 };

enum said { SAID_NOTHING, SAID_THERE, SAID_AWAY };

struct http_poll {
    struct feed *feed;
    struct http *http;
    const char *url, *accept;
    http_poll_body_fn *body;
    char etag[HTTP_VALIDATOR_BYTES_MAX + 1], last_modified[HTTP_VALIDATOR_BYTES_MAX + 1];
    struct poll_plan plan;
    bool asking, gone, answered;
    int64_t due_ms;
    int64_t silent_ms;              /* From when on its silence is worth a word. */
    enum said said;
    char sentence[400];             /* Of the last failure. */
    uint64_t dice;
};

bool http_poll_wanted(const struct feed *feed)
{
    return feed_setting_text(feed, "url")[0] != '\0';
}

/* splitmix64 (Steele, Lea and Flood 2014). */
static double dice_throw(struct http_poll *poll)
{
    uint64_t z = poll->dice += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* Two sites that lost the same server at the same moment must not come back together. */
static uint64_t dice_seed(const struct feed *feed)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, feed->hello.feed, strlen(feed->hello.feed));
    digest_bytes(&digest, &feed->hello.seed, sizeof feed->hello.seed);
    digest_bytes(&digest, &feed->now_ms, sizeof feed->now_ms);
    return digest_end(&digest);
}

/* ---- health ---- */

static void health_there(struct http_poll *poll)
{
    if (poll->said == SAID_THERE)
        return;
    poll->said = SAID_THERE;
    feed_health(poll->feed, SOURCE_THERE, "the server answers");
}

static void health_away(struct http_poll *poll)
{
    poll->said = SAID_AWAY;
    feed_health(poll->feed, SOURCE_AWAY, poll->sentence);
}

/* What time alone does not mend. */
static bool wants_somebody(const struct http_answer *answer)
{
    return answer->ending == HTTP_HELD || answer->ending == HTTP_DISTRUSTED
           || (answer->ending == HTTP_ANSWERED && answer->status >= 400 && answer->status < 500
               && answer->status != 408 && answer->status != 429);
}

/* ---- an answer ---- */

static void good_taken(struct http_poll *poll, int64_t wait_ms)
{
    struct feed *feed = poll->feed;

    poll->silent_ms = feed->now_ms + SILENT_INTERVALS * wait_ms;
    poll->sentence[0] = '\0';
    health_there(poll);
    /* An answer with nothing new in it is a sign of life: the hub hears it, and enters nothing. */
    if (!feed->by_hand)
        feed_idle(feed, feed->now_ms + wait_ms);
}

static void failure_taken(struct http_poll *poll, const struct http_answer *answer,
                          int64_t wait_ms)
{
    struct feed *feed = poll->feed;
    char before[sizeof poll->sentence];

    snprintf(before, sizeof before, "%s", poll->sentence);
    snprintf(poll->sentence, sizeof poll->sentence, "%s",
             answer->sentence[0] ? answer->sentence
                                 : "the server says that nothing has changed, though we have "
                                   "nothing: tell the supplier");
    if (wait_ms < 0)
        feed_log(feed, "%s", poll->sentence);
    else
        feed_log(feed, "%s; asked again in %lld s", poll->sentence,
                 (long long)(wait_ms + 999) / 1000);
    if (feed->by_hand)
        feed->exit_code = 1;
    bool known = poll->said == SAID_AWAY && strcmp(before, poll->sentence) == 0;
    if (!known && (poll->said != SAID_THERE || wants_somebody(answer)
                   || feed->now_ms >= poll->silent_ms))
        health_away(poll);
}

static void body_taken(struct http_poll *poll, const struct http_answer *answer)
{
    char etag[sizeof poll->etag], last_modified[sizeof poll->last_modified];

    memcpy(etag, poll->etag, sizeof etag);
    memcpy(last_modified, poll->last_modified, sizeof last_modified);
    snprintf(poll->etag, sizeof poll->etag, "%s", answer->etag);
    snprintf(poll->last_modified, sizeof poll->last_modified, "%s", answer->last_modified);
    if (poll->body(poll->feed, answer) == POLL_TAKEN)
        return;
    memcpy(poll->etag, etag, sizeof etag);
    memcpy(poll->last_modified, last_modified, sizeof last_modified);
}

static void answer_take(void *context, const struct http_answer *answer)
{
    struct http_poll *poll = context;
    struct feed *feed = poll->feed;
    const struct poll_answer plain = { .status = answer->ending == HTTP_ANSWERED ? answer->status
                                                                                 : 0,
                                       .cache_control = span_of(answer->cache_control),
                                       .age = span_of(answer->age),
                                       .retry_after = span_of(answer->retry_after) };

    feed_clock(feed);
    struct poll_step step = poll_judge(&poll->plan, &plain, feed->now_ms, dice_throw(poll));
    poll->asking = false;
    poll->answered = true;
    poll->plan.failures = step.failures;
    poll->gone = step.news == POLL_GONE;
    poll->due_ms = feed->now_ms + step.wait_ms;
    if (step.news == POLL_NEW || step.news == POLL_UNCHANGED)
        good_taken(poll, step.wait_ms);
    else
        failure_taken(poll, answer, step.wait_ms);
    if (step.news == POLL_NEW)
        body_taken(poll, answer);
    feed_wake(feed, feed->now_ms);
}

/* ---- asking ---- */

static void ask(struct http_poll *poll)
{
    const struct http_request request = {
        .url = poll->url, .accept = poll->accept, .etag = poll->etag,
        .last_modified = poll->last_modified, .answered = answer_take, .context = poll };

    poll->plan.conditional = poll->etag[0] || poll->last_modified[0];
    poll->asking = http_get(poll->http, &request);
    if (!poll->asking)          /* Alerts of an index are under way. */
        poll->due_ms = poll->feed->now_ms + 1000;
}

int64_t http_poll_now(struct http_poll *poll)
{
    int64_t now_ms = poll->feed->now_ms;
    bool failing = poll->sentence[0] && poll->said == SAID_THERE;

    if (failing && now_ms >= poll->silent_ms) {
        health_away(poll);
        failing = false;
    }
    if (poll->feed->by_hand && poll->answered) {
        poll->feed->ended = true;
        return FEED_NEVER;
    }
    if (!poll->asking && !poll->gone && poll->due_ms <= now_ms)
        ask(poll);
    int64_t next_ms = poll->asking || poll->gone ? FEED_NEVER : poll->due_ms;
    return failing && poll->silent_ms < next_ms ? poll->silent_ms : next_ms;
}

/* ---- settings ---- */

static struct http *http_of_feed(struct feed *feed)
{
    enum { HOSTS_MAX = 64 };
    const char *hosts[HOSTS_MAX];
    uint32_t host_count = feed_setting_count(feed, "host");
    char sentence[400];

    if (host_count > HOSTS_MAX)
        host_count = HOSTS_MAX;
    for (uint32_t i = 0; i < host_count; i++)
        hosts[i] = feed_setting_at(feed, "host", i);
    const struct http_options options = {
        .loop = feed->loop, .user_agent = feed_setting_text(feed, "user_agent"),
        .home = feed_setting_text(feed, "url"), .hosts = hosts, .host_count = host_count,
        .ca = feed_setting_text(feed, "ca"),
        .certificate = feed_setting_text(feed, "certificate"), .key = feed_secret(feed, "key"),
        .user = feed_setting_text(feed, "user"), .password = feed_secret(feed, "password"),
        .token = feed_secret(feed, "token"),
        .token_header = feed_setting_text(feed, "token_header"),
        .proxy = feed_setting_text(feed, "proxy"),
        .total_ms = (int64_t)(1000 * feed_setting_number(feed, "timeout_s", 0)),
        .body_bytes_max = feed->adapter->message_bytes_max };
    struct http *http = http_new(&options, sentence, sizeof sentence);
    if (!http)
        feed_log(feed, "%s", sentence);
    return http;
}

static void cursor_take(struct http_poll *poll, const struct json *cursor)
{
    if (strcmp(json_member_text(cursor, "url", ""), poll->url) != 0)
        return;                 /* Validators of another address mean nothing here. */
    snprintf(poll->etag, sizeof poll->etag, "%s", json_member_text(cursor, "etag", ""));
    snprintf(poll->last_modified, sizeof poll->last_modified, "%s",
             json_member_text(cursor, "last_modified", ""));
}

static int64_t interval_ms(const struct feed *feed)
{
    double poll_s = feed_setting_number(feed, "poll_s", HTTP_POLL_S);

    poll_s = poll_s < 1 ? 1 : poll_s > HTTP_POLL_S_MAX ? HTTP_POLL_S_MAX : poll_s;
    return (int64_t)(poll_s * 1000);
}

struct http_poll *http_poll_new(struct feed *feed, const char *accept, http_poll_body_fn *body,
                                const struct json *cursor)
{
    struct http *http = http_of_feed(feed);

    if (!http)
        return NULL;
    struct http_poll *poll = base_alloc(1, sizeof *poll);
    poll->feed = feed;
    poll->http = http;
    poll->url = feed_setting_text(feed, "url");
    poll->accept = accept;
    poll->body = body;
    poll->plan.interval_ms = interval_ms(feed);
    poll->due_ms = feed->now_ms;
    poll->dice = dice_seed(feed);
    cursor_take(poll, cursor);
    return poll;
}

void http_poll_free(struct http_poll *poll)
{
    if (!poll)
        return;
    http_free(poll->http);
    base_free(poll);
}

void http_poll_cursor(const struct http_poll *poll, const char *name, struct buffer *out)
{
    json_open(out, name, '{');
    json_put_text(out, "url", poll->url);
    json_put_text(out, "etag", poll->etag);
    json_put_text(out, "last_modified", poll->last_modified);
    json_close(out, '}');
}

struct http *http_poll_http(const struct http_poll *poll)
{
    return poll->http;
}
