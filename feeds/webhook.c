/* webhook.c - reports that others post to us over HTTP/1.1, with TLS where asked.
 *
 * A visitor is one connection. Of each request it sends:
 *
 *   bytes -> HEADED  head_take()   who may post, and how much        4xx, the body never read
 *            WHOLE   body_take()   signature, JSON, mapping           4xx, bytes to the quarantine
 *              |     reports said; the visitor waits                 (it is read no further)
 *              +---> the hub's `kept` covers them                     200: it is on the disk
 *                    not within timeout_s                             503: send it again
 *
 * Who gets an error while it still sends is heard out for a moment (LINGER), or the answer would be
 * lost with a reset. Bytes of who shows no right secret are counted, never kept. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "feeds/mapping_feed.h"
#include "feeds/net.h"
#include "feeds/webhook_answer.h"
#include "feeds/webhook_body.h"
#include "feeds/webhook_guard.h"
#include "feeds/webhook_key.h"

enum {
    TIMEOUT_S = 30,             /* For one request; and for the hub to keep it. */
    QUEUE = 100,                /* Requests that wait for the hub. */
    CONNECTIONS = 500, PER_PEER = 20, NEW_PER_PEER = 50,
    SILENCE_MS = 75 * 1000,     /* Between two requests on one connection. */
    LINGER_MS = 2000,
    TURNED_SAY_MS = 10 * 1000,
    RETRY_S = 1,
    STDIN_BYTES_MAX = 64 * 1024 * 1024,
};

static const char queue_full[] = "too many requests wait to be written to disk; send it again";

struct visitor {
    struct webhook *webhook;
    struct net_conn *conn;
    struct http_request *request;
    int64_t begun_ms;           /* When the request at hand began; 0: between two. */
    int64_t waits_for;          /* A count of `kept`; 0: it waits for nothing. */
    int64_t linger_until_ms;    /* It was answered for the last time; 0: not yet. */
    uint32_t report_count;      /* Of the body that waits. */
    struct visitor *next;
};

struct webhook {
    struct feed *feed;
    struct zone zone;
    struct mapping *mapping;
    const struct json_path *list;
    struct arena *arena;        /* As long as the feed. */
    struct arena *turn;         /* One body. */
    struct webhook_keys *keys;
    struct tls_context *tls;
    struct net_listener *listener;
    struct visitor *visitors;
    uint32_t waiting_count, queue_max;
    int64_t kept, timeout_ms;
    uint64_t turned_count;      /* Who had no right secret, since last said. */
    int64_t turned_said_ms;
    struct buffer by_hand;
};

/* ---- answers ---- */

static void deadline_ask(struct webhook *webhook, int64_t at_ms)
{
    feed_wake(webhook->feed, at_ms);
}

static void answer(struct visitor *visitor, int status, const char *sentence,
                   enum webhook_after after)
{
    struct webhook *webhook = visitor->webhook;
    struct buffer out = { 0 };

    webhook_answer_write(status, sentence, after, &out);
    net_conn_send(visitor->conn, buffer_span(&out));
    buffer_clear(&out);
    visitor->begun_ms = 0;
    if (after == KEEP_OPEN)
        return;
    bool all_came = http_request_state(visitor->request) == REQUEST_WHOLE;
    visitor->linger_until_ms = webhook->feed->now_ms + (all_came ? 0 : LINGER_MS);
    deadline_ask(webhook, visitor->linger_until_ms);
}

/* ---- who may post ---- */

static void turned_away(struct visitor *visitor)
{
    struct webhook *webhook = visitor->webhook;
    int64_t now_ms = webhook->feed->now_ms;

    webhook->turned_count++;
    if (webhook->turned_said_ms && now_ms - webhook->turned_said_ms < TURNED_SAY_MS)
        return;
    feed_log(webhook->feed, "%" PRIu64 " requests without the right secret were turned away, the "
             "last from %s", webhook->turned_count, net_conn_address(visitor->conn));
    webhook->turned_said_ms = now_ms;
    webhook->turned_count = 0;
}

/* ---- what was posted ---- */

/* "@peer" is the name in the sender's certificate, "@path" where it posted, any other "@Name" that
 * header. */
static bool header_look(void *context, const char *name, struct span *ret_text)
{
    const struct visitor *visitor = context;

    if (name[0] != '@' || !visitor)
        return false;
    const char *value = strcmp(name, "@peer") == 0 ? net_conn_peer(visitor->conn)
        : strcmp(name, "@path") == 0 ? http_request_path(visitor->request)
                                     : http_request_header(visitor->request, name + 1);
    *ret_text = span_of(value);
    return true;
}

static const char *body_key(const struct http_request *request)
{
    const char *key = http_request_header(request, "Idempotency-Key");
    return key[0] ? key : http_request_header(request, "X-GitHub-Delivery");
}

static void refusal_sentence(const struct verdict *verdict, uint32_t message, char text[300])
{
    char words[200];

    verdict_sentence(verdict, words, sizeof words);
    if (message)
        snprintf(text, 300, "message %u: %s; nothing of this body was taken", message, words);
    else
        snprintf(text, 300, "%s; nothing of this body was taken", words);
}

/* Says all of it. False: it was refused, and `sentence` says why. */
static bool body_say(struct webhook *webhook, struct visitor *visitor, struct span bytes,
                     uint32_t *ret_count, struct verdict *ret_verdict, char sentence[300])
{
    struct webhook_body_plan plan = { .mapping = webhook->mapping, .list = webhook->list,
                                      .look = header_look, .context = visitor };
    struct webhook_body body;
    uint32_t message;

    arena_reset(webhook->turn);
    *ret_verdict = webhook_body_read(bytes, &plan, webhook->turn, &body, &message);
    if (!is_accepted(ret_verdict)) {
        refusal_sentence(ret_verdict, message, sentence);
        feed_refuse(webhook->feed, ret_verdict, bytes, span_of(""));
        return false;
    }
    for (uint32_t i = 0; i < body.report_count; i++)
        feed_report(webhook->feed, &body.reports[i], span_of(""));
    *ret_count = body.report_count;
    json_free(body.json);
    return true;
}

static void kept_answer(struct visitor *visitor)
{
    char sentence[80];

    snprintf(sentence, sizeof sentence, "kept: %u", visitor->report_count);
    answer(visitor, 200, sentence,
           http_request_keeps_alive(visitor->request) ? KEEP_OPEN : CLOSE_AFTER);
}

static void wait_begin(struct visitor *visitor, int64_t said_count, uint32_t report_count)
{
    struct webhook *webhook = visitor->webhook;

    visitor->report_count = report_count;
    if (said_count <= webhook->kept) {
        kept_answer(visitor);
        return;
    }
    visitor->waits_for = said_count;
    visitor->begun_ms = webhook->feed->now_ms;
    webhook->waiting_count++;
    deadline_ask(webhook, visitor->begun_ms + webhook->timeout_ms);
}

static void body_take(struct visitor *visitor)
{
    struct webhook *webhook = visitor->webhook;
    const struct http_request *request = visitor->request;
    struct span body = http_request_body(request), key = span_of(body_key(request));
    enum webhook_after after = http_request_keeps_alive(request) ? KEEP_OPEN : CLOSE_AFTER;
    struct verdict verdict;
    int64_t said_count;
    uint32_t count = 0;
    char sentence[300];

    if (!webhook_body_signed(webhook->feed, request)) {
        turned_away(visitor);
        snprintf(sentence, sizeof sentence, "the right signature is missing: %.100s: sha256=HEX",
                 webhook_signature_header(webhook->feed));
        answer(visitor, 401, sentence, after);
        return;
    }
    enum webhook_known known = key.length
        ? webhook_key_find(webhook->keys, key, body, &said_count) : KEY_NEW;
    if (known == KEY_OTHER_BODY) {
        answer(visitor, 422, "another body came with this key before", after);
    } else if (known == KEY_AGAIN) {
        wait_begin(visitor, said_count, 0);
    } else if (webhook->waiting_count >= webhook->queue_max) {
        answer(visitor, 429, queue_full, after);
    } else if (!body_say(webhook, visitor, body, &count, &verdict, sentence)) {
        bool syntax = verdict.refusal == REFUSED_BAD_SYNTAX || verdict.refusal == REFUSED_TRUNCATED
            || verdict.refusal == REFUSED_BAD_UTF8 || verdict.refusal == REFUSED_TOO_DEEP;
        answer(visitor, syntax ? 400 : 422, sentence, after);
    } else {
        if (key.length)
            webhook_key_put(webhook->keys, key, body, webhook->feed->said_count);
        wait_begin(visitor, count ? webhook->feed->said_count : 0, count);
    }
}

/* ---- a visitor's bytes ---- */

static void head_take(struct visitor *visitor)
{
    const struct webhook *webhook = visitor->webhook;
    const char *sentence;
    int status = webhook_head_judge(webhook->feed, visitor->request, &sentence);

    if (status == 401)
        turned_away(visitor);
    if (status == 0 && webhook->waiting_count >= webhook->queue_max) {
        status = 429;
        sentence = queue_full;
    }
    if (status)
        answer(visitor, status, sentence, CLOSE_AFTER);
    else if (http_request_expects(visitor->request))
        net_conn_send(visitor->conn, span_of("HTTP/1.1 100 Continue\r\n\r\n"));
}

/* As far as it goes without waiting for the hub or for more bytes. */
static void visitor_advance(struct visitor *visitor, enum http_request_state state)
{
    struct http_request *request = visitor->request;

    while (visitor->linger_until_ms == 0 && visitor->waits_for == 0) {
        if (state == REQUEST_HEADED)
            head_take(visitor);
        else if (state == REQUEST_WHOLE)
            body_take(visitor);
        else if (state == REQUEST_WRONG)
            answer(visitor, http_request_status(request), http_request_sentence(request),
                   CLOSE_AFTER);
        else
            break;
        if (visitor->linger_until_ms || visitor->waits_for)
            break;
        state = http_request_go(request);
        if (state != REQUEST_NONE && visitor->begun_ms == 0)
            visitor->begun_ms = visitor->webhook->feed->now_ms;
    }
    /* What it sends while it waits for an answer stays with it. */
    net_conn_pause(visitor->conn, visitor->waits_for != 0);
}

static void visitor_opened(void *owner, struct net_conn *conn)
{
    struct webhook *webhook = owner;
    struct visitor *visitor = base_alloc(1, sizeof *visitor);

    *visitor = (struct visitor){
        .webhook = webhook, .conn = conn, .next = webhook->visitors,
        .request = http_request_new(webhook->feed->adapter->message_bytes_max),
    };
    webhook->visitors = visitor;
    net_conn_keep(conn, visitor);
}

static void visitor_bytes(void *owner, struct net_conn *conn, struct span bytes)
{
    struct webhook *webhook = owner;
    struct visitor *visitor = net_conn_kept(conn);

    if (visitor->linger_until_ms)
        return;
    if (visitor->begun_ms == 0) {
        visitor->begun_ms = webhook->feed->now_ms;
        deadline_ask(webhook, visitor->begun_ms + webhook->timeout_ms);
    }
    visitor_advance(visitor, http_request_take(visitor->request, bytes));
}

static void visitor_forget(struct visitor *visitor)
{
    struct webhook *webhook = visitor->webhook;
    struct visitor **link = &webhook->visitors;

    while (*link != visitor)
        link = &(*link)->next;
    *link = visitor->next;
    webhook->waiting_count -= visitor->waits_for != 0;
    http_request_free(visitor->request);
    base_free(visitor);
}

static void visitor_closed(void *owner, struct net_conn *conn, const char *why)
{
    (void)owner;
    (void)why;
    visitor_forget(net_conn_kept(conn));
}

/* ---- the hub has kept, or time has passed ---- */

static void wait_end(struct visitor *visitor)
{
    visitor->waits_for = 0;
    visitor->webhook->waiting_count--;
}

static void kept_take(struct webhook *webhook, int64_t kept)
{
    webhook->kept = kept > webhook->kept ? kept : webhook->kept;
    for (struct visitor *visitor = webhook->visitors; visitor; visitor = visitor->next) {
        if (visitor->waits_for == 0 || visitor->waits_for > webhook->kept)
            continue;
        wait_end(visitor);
        kept_answer(visitor);
        if (visitor->linger_until_ms == 0)
            visitor_advance(visitor, http_request_go(visitor->request));
    }
}

static int64_t visitor_due_ms(const struct visitor *visitor)
{
    if (visitor->linger_until_ms)
        return visitor->linger_until_ms;
    return visitor->begun_ms ? visitor->begun_ms + visitor->webhook->timeout_ms : FEED_NEVER;
}

/* Its time is over. */
static void visitor_due(struct visitor *visitor)
{
    if (visitor->linger_until_ms) {
        struct net_conn *conn = visitor->conn;
        visitor_forget(visitor);
        net_conn_close(conn);
        return;
    }
    if (visitor->waits_for) {
        wait_end(visitor);
        net_conn_pause(visitor->conn, false);
        answer(visitor, 503, "it is not on the disk yet; send it again, it will count once",
               CLOSE_AFTER);
        return;
    }
    answer(visitor, 408, "the request took too long to come", CLOSE_AFTER);
}

/* ---- the row's functions ---- */

static const char *const default_rules[] = { NULL };

static struct mapping *mapping_read(const struct feed *feed, struct zone *zone, char *sentence,
                                    size_t sentence_bytes)
{
    struct mapping_feed_terms terms = { .kind = REPORT_INCIDENT, .defaults = default_rules };
    return mapping_of_feed(feed, &terms, zone, sentence, sentence_bytes);
}

static bool list_read(const struct feed *feed, struct arena *arena,
                      const struct json_path **ret_list, char *sentence, size_t sentence_bytes)
{
    const char *list = feed_setting_text(feed, "list"), *problem;
    size_t offset;

    *ret_list = NULL;
    if (!list[0] || json_path_read(span_of(list), arena, ret_list, &problem, &offset))
        return true;
    snprintf(sentence, sentence_bytes, "list \"%.100s\" is no path: %s (at character %zu)", list,
             problem, offset + 1);
    return false;
}

bool webhook_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    struct zone zone = { 0 };
    struct arena *arena = arena_new();
    const struct json_path *list;
    struct mapping *mapping = mapping_read(feed, &zone, sentence, sentence_bytes);

    mapping_free(mapping);
    bool right = mapping && list_read(feed, arena, &list, sentence, sentence_bytes);
    arena_free(arena);
    return right;
}

static bool tls_open(struct webhook *webhook)
{
    const struct feed *feed = webhook->feed;
    struct tls_means means = {
        .ca_path = feed_setting_text(feed, "ca"),
        .certificate_path = feed_setting_text(feed, "certificate"),
        .key_pem = feed_secret(feed, "key"),
        .client_needed = feed_setting_text(feed, "ca")[0],
    };
    char sentence[400];

    if (!feed_setting_flag(feed, "tls"))
        return true;
    webhook->tls = tls_context_new(TLS_SERVER, &means, sentence, sizeof sentence);
    if (!webhook->tls)
        feed_log(feed, "%s", sentence);
    return webhook->tls;
}

static bool listener_open(struct webhook *webhook)
{
    static const struct net_handler handler = {
        .opened = visitor_opened, .bytes = visitor_bytes, .closed = visitor_closed };
    struct feed *feed = webhook->feed;
    const char *listen = feed_setting_text(feed, "listen");
    struct net_limits limits = {
        .connections_max = (uint32_t)feed_setting_number(feed, "connections", CONNECTIONS),
        .per_peer_max = (uint32_t)feed_setting_number(feed, "per_peer", PER_PEER),
        .new_per_peer_max = (uint32_t)feed_setting_number(feed, "new_per_peer", NEW_PER_PEER),
        .silence_ms_max = SILENCE_MS,
    };
    struct net_place place;
    char sentence[400];

    if (!net_place_read(listen, &place)) {
        feed_log(feed, "listen \"%s\" is not HOST:PORT or :PORT", listen);
        return false;
    }
    if (!webhook_guarded(feed) || !tls_open(webhook))
        return false;
    webhook->listener = net_listener_new(feed, &place, webhook->tls, &limits, &handler, webhook,
                                         sentence, sizeof sentence);
    if (webhook->listener)
        feed_log(feed, "listens at TCP port %u", net_listener_port(webhook->listener));
    else
        feed_log(feed, "%s", sentence);
    return webhook->listener;
}

bool webhook_start(struct feed *feed)
{
    struct webhook *webhook = base_alloc(1, sizeof *webhook);
    double timeout_s = feed_setting_number(feed, "timeout_s", TIMEOUT_S);
    char sentence[400];

    feed->state = webhook;
    *webhook = (struct webhook){
        .feed = feed, .arena = arena_new(), .turn = arena_new(), .keys = webhook_keys_new(),
        .queue_max = (uint32_t)feed_setting_number(feed, "queue", QUEUE),
        .timeout_ms = (int64_t)((timeout_s < 1 ? 1 : timeout_s > 600 ? 600 : timeout_s) * 1000),
    };
    webhook->mapping = mapping_read(feed, &webhook->zone, sentence, sizeof sentence);
    if (!webhook->mapping
        || !list_read(feed, webhook->arena, &webhook->list, sentence, sizeof sentence)) {
        feed_log(feed, "%s", sentence);
        return false;
    }
    if (feed_setting_text(feed, "listen")[0])
        return listener_open(webhook);
    if (!feed->by_hand) {
        feed_log(feed, "it needs the setting \"listen\"");
        return false;
    }
    feed->source_fd = FEED_SOURCE_FD;
    return true;
}

void webhook_line(struct feed *feed, const struct hub_line *line)
{
    if (line->kind == HUB_LINE_KEPT)
        kept_take(feed->state, line->kept.kept);
}

int64_t webhook_now(struct feed *feed)
{
    struct webhook *webhook = feed->state;
    int64_t next_ms = FEED_NEVER;

    for (struct visitor *visitor = webhook->visitors, *next; visitor; visitor = next) {
        next = visitor->next;
        if (visitor_due_ms(visitor) <= feed->now_ms)
            visitor_due(visitor);
    }
    for (const struct visitor *visitor = webhook->visitors; visitor; visitor = visitor->next) {
        int64_t due_ms = visitor_due_ms(visitor);
        next_ms = due_ms < next_ms ? due_ms : next_ms;
    }
    return next_ms;
}

/* By hand: all of stdin, one JSON text after the other. */
static void texts_take(struct webhook *webhook)
{
    struct span rest = buffer_span(&webhook->by_hand);
    struct verdict verdict;
    char sentence[300];
    uint32_t count;

    while (span_trim(rest).length) {
        size_t length = webhook_text_length(rest);
        if (!body_say(webhook, NULL, span_from(rest.bytes, length), &count, &verdict, sentence))
            feed_log(webhook->feed, "%s", sentence);
        rest = span_from(rest.bytes + length, rest.length - length);
    }
}

void webhook_readable(struct feed *feed)
{
    struct webhook *webhook = feed->state;
    char bytes[64 * 1024];
    ssize_t length = read(feed->source_fd, bytes, sizeof bytes);

    if (length > 0 && webhook->by_hand.length < STDIN_BYTES_MAX) {
        buffer_add(&webhook->by_hand, span_from(bytes, (size_t)length));
        return;
    }
    texts_take(webhook);
    feed->ended = true;
}

void webhook_stop(struct feed *feed)
{
    struct webhook *webhook = feed->state;

    while (webhook->visitors)
        visitor_forget(webhook->visitors);
    if (webhook->listener)
        net_listener_free(webhook->listener);
    if (webhook->tls)
        tls_context_free(webhook->tls);
    webhook_keys_free(webhook->keys);
    mapping_free(webhook->mapping);
    buffer_clear(&webhook->by_hand);
    arena_free(webhook->arena);
    arena_free(webhook->turn);
    base_free(webhook);
}
