/* cap_web.c - alerts from an address: the alert itself, or an index and the alerts it leads to.
 *
 * The index is polled politely (http_poll.h). What its entries lead to is fetched once for each
 * form of an entry, a few at a time, from the index's own server and those named by `host`; what
 * fails is asked for again, later and later, as long as the index lists it. */
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/cap_inside.h"
#include "feeds/http_poll.h"
#include "feeds/http_url.h"

enum {
    FETCHES_MAX = SYNDICATION_ENTRIES_MAX,
    AT_ONCE_MAX = 4,
    FETCH_AGAIN_MS = 10000,         /* After the first failure; then doubled. */
};

static const char accepted_types[] =
    "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.1";

struct fetch {
    struct cap_web *web;
    char *url, *key;
    int64_t due_ms;
    uint32_t failures;
    bool asked;                 /* Under way. */
    bool listed;                /* The index still has it. */
};

struct cap_web {
    struct feed *feed;
    struct http_poll *poll;
    struct fetch **fetches;     /* Each stays where it is while it is asked. */
    uint32_t count, capacity, asked;
    bool fetched;               /* At least one alert came. */
    char held[400];             /* Of a link that waits for an operator; "" for none. */
    char held_said[400];
};

/* ---- the list of what is to be fetched ---- */

static void fetch_free(struct fetch *fetch)
{
    base_free(fetch->url);
    base_free(fetch->key);
    base_free(fetch);
}

static void fetch_drop(struct cap_web *web, const struct fetch *dropped)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < web->count; i++) {
        if (web->fetches[i] == dropped)
            fetch_free(web->fetches[i]);
        else
            web->fetches[kept++] = web->fetches[i];
    }
    web->count = kept;
}

static struct fetch *fetch_find(const struct cap_web *web, const char *key)
{
    for (uint32_t i = 0; i < web->count; i++)
        if (strcmp(web->fetches[i]->key, key) == 0)
            return web->fetches[i];
    return NULL;
}

/* What a new index no longer lists is not asked for again. */
static void unlisted_drop(struct cap_web *web)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < web->count; i++) {
        if (web->fetches[i]->listed || web->fetches[i]->asked)
            web->fetches[kept++] = web->fetches[i];
        else
            fetch_free(web->fetches[i]);
    }
    web->count = kept;
}

/* ---- where a link leads ---- */

static void held_note(struct cap_web *web, const char *url, enum poll_route route)
{
    struct arena *arena = arena_new();
    const char *text = "the index leads to something that is no address: tell the supplier";
    struct url_parts parts;

    if (url && !http_url_read(url, arena, &parts))
        text = arena_print(arena,
                           "the index leads to alerts of %s, %s. Ask the supplier; if that is "
                           "right, write host=%s in site.conf and reload",
                           parts.host, poll_route_text(route), parts.host);
    text_copy(web->held, sizeof web->held, span_of(text));
    arena_free(arena);
}

/* Once for each server. A source of which nothing else can be read is away; of one that also says
 * other things, a link that leads out may be anything. */
static void held_say(struct feed *feed, struct cap_web *web)
{
    bool other_things = web->fetched || web->count;

    if (!web->held[0] || strcmp(web->held, web->held_said) == 0)
        return;
    snprintf(web->held_said, sizeof web->held_said, "%s", web->held);
    feed_log(feed, "%s", web->held);
    feed_health(feed, other_things ? SOURCE_THERE : SOURCE_AWAY, web->held);
    if (feed->by_hand)
        feed->exit_code = 1;
}

void cap_web_fetch(struct feed *feed, struct cap_web *web, const char *base, const char *link,
                   const char *key)
{
    struct cap *cap = feed->state;
    struct fetch *known = fetch_find(web, key);

    if (known) {
        known->listed = true;
        return;
    }
    const char *url = http_url_join(base, link, cap->document);
    enum poll_route route = url ? http_route(http_poll_http(web->poll), base, url)
                                : ROUTE_FORBIDDEN;
    if (route != ROUTE_FOLLOWED) {
        held_note(web, url, route);
        return;
    }
    if (web->count == FETCHES_MAX)
        return;                 /* Listed again when the index is next read. */
    struct fetch *fetch = base_alloc(1, sizeof *fetch);
    *fetch = (struct fetch){ .web = web, .url = base_copy_text(url), .key = base_copy_text(key),
                             .due_ms = feed->now_ms, .listed = true };
    web->fetches = base_grow(web->fetches, &web->capacity, web->count + 1, sizeof *web->fetches);
    web->fetches[web->count++] = fetch;
}

/* ---- fetching ---- */

/* 404 and 410: the alert is over and its file gone. */
static bool is_over(const struct http_answer *answer)
{
    return answer->ending == HTTP_ANSWERED && (answer->status == 404 || answer->status == 410);
}

/* Until something new: what only a person can change is not asked for again. */
static bool is_final(const struct http_answer *answer)
{
    return is_over(answer) || answer->ending == HTTP_HELD;
}

static void failure_note(struct feed *feed, struct fetch *fetch, const struct http_answer *answer)
{
    fetch->failures++;
    fetch->due_ms = feed->now_ms + poll_backoff_ms(FETCH_AGAIN_MS, fetch->failures, 0.5);
    int64_t asked_to_wait_ms = poll_retry_ms(span_of(answer->retry_after), feed->now_ms);
    if (feed->now_ms + asked_to_wait_ms > fetch->due_ms)
        fetch->due_ms = feed->now_ms + asked_to_wait_ms;
    feed_log(feed, "an alert of the index could not be fetched: %s", answer->sentence);
}

static void fetch_answered(void *context, const struct http_answer *answer)
{
    struct fetch *fetch = context;
    struct cap_web *web = fetch->web;
    struct feed *feed = web->feed;
    struct cap *cap = feed->state;
    const struct cap_origin origin = { .url = fetch->url, .linked = true };

    feed_clock(feed);
    fetch->asked = false;
    web->asked--;
    bool there = answer->ending == HTTP_ANSWERED && answer->status == 200;
    if (there)
        cap_document_take(feed, answer->body, &origin);
    else
        failure_note(feed, fetch, answer);
    web->fetched = web->fetched || there;
    if (answer->ending == HTTP_HELD) {
        held_note(web, answer->elsewhere, ROUTE_HELD_HOST);
        held_say(feed, web);
    }
    if (there || is_final(answer)) {
        cap_chains_put(cap->chains, fetch->key);
        cap_memory_changed(feed);
        fetch_drop(web, fetch);
    } else if (feed->by_hand) {
        feed->exit_code = 1;
        fetch_drop(web, fetch);
    }
    feed_wake(feed, feed->now_ms);
}

static void fetch_ask(struct cap_web *web, struct fetch *fetch)
{
    const struct http_request request = { .url = fetch->url, .accept = accepted_types, .etag = "",
                                          .last_modified = "", .answered = fetch_answered,
                                          .context = fetch };

    fetch->asked = http_get(http_poll_http(web->poll), &request);
    web->asked += fetch->asked;
}

/* Returns when the next one is due. */
static int64_t fetches_ask(const struct feed *feed, struct cap_web *web)
{
    int64_t next_ms = FEED_NEVER;

    for (uint32_t i = 0; i < web->count && web->asked < AT_ONCE_MAX; i++) {
        struct fetch *fetch = web->fetches[i];
        if (fetch->asked)
            continue;
        if (fetch->due_ms <= feed->now_ms)
            fetch_ask(web, fetch);
        else if (fetch->due_ms < next_ms)
            next_ms = fetch->due_ms;
    }
    return next_ms;
}

/* ---- the address ---- */

static enum poll_taken body_take(struct feed *feed, const struct http_answer *answer)
{
    struct cap *cap = feed->state;
    const struct cap_origin origin = { .url = answer->found_at };

    for (uint32_t i = 0; i < cap->web->count; i++)
        cap->web->fetches[i]->listed = false;
    bool taken = cap_document_take(feed, answer->body, &origin);
    if (taken)
        unlisted_drop(cap->web);
    held_say(feed, cap->web);
    cap_memory_changed(feed);
    return taken ? POLL_TAKEN : POLL_NOT_TAKEN;
}

struct cap_web *cap_web_new(struct feed *feed, const struct json *cursor)
{
    struct http_poll *poll = http_poll_new(feed, accepted_types, body_take, cursor);

    if (!poll)
        return NULL;
    struct cap_web *web = base_alloc(1, sizeof *web);
    web->feed = feed;
    web->poll = poll;
    return web;
}

void cap_web_free(struct cap_web *web)
{
    if (!web)
        return;
    http_poll_free(web->poll);          /* No answer comes any more. */
    for (uint32_t i = 0; i < web->count; i++)
        fetch_free(web->fetches[i]);
    base_free(web->fetches);
    base_free(web);
}

int64_t cap_web_now(struct feed *feed, struct cap_web *web)
{
    int64_t fetch_ms = fetches_ask(feed, web);
    int64_t poll_ms = http_poll_now(web->poll);

    if (web->count)
        feed->ended = false;    /* By hand too, the alerts of the index are waited for. */
    return fetch_ms < poll_ms ? fetch_ms : poll_ms;
}

void cap_web_write(const struct cap_web *web, struct buffer *out)
{
    if (web->count == 0)
        http_poll_cursor(web->poll, "http", out);
}
