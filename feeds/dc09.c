/* dc09.c - a receiver for alarm panels: SIA DC-09 by TCP, TLS and UDP.
 *
 * Each frame's reports are said to the hub; its answer waits here until the hub has said that they
 * are durable (`kept`). So an ACK means that the event is ours: a hub that dies between the two
 * leaves the panel without an answer, and it sends again. Answers of one connection leave in the
 * order of its frames.
 *
 *   bytes -> pieces (dc09_frame) -> outcome (dc09_receiver) -> reports, and an answer that waits */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "feeds/adapters.h"
#include "feeds/dc09_receiver.h"
#include "feeds/net.h"

enum {
    READ_BYTES = 64 * 1024,
    /* A panel may be wrong once; who says nothing but nonsense is no panel. */
    WRONG_IN_A_ROW_MAX = 8,
    /* Over it no further answer is kept: the panel asks again, and gets it then. What the hub lets
     * us say ahead of it bounds it far below. */
    ANSWERS_MAX = 64 * 1024,
    HEALTH_MS = 60 * 1000, HEALTH_QUIET_MS = 5 * 60 * 1000,
    PAST_MS = 7 * 86400 * 1000,
    ACCOUNTS_FILE_BYTES_MAX = 16 * 1024 * 1024,
};

/* Who is to be answered: a connection, or the place a datagram came from. */
struct peer {
    struct dc09 *dc09;
    struct net_conn *conn;              /* NULL: it has gone, or never was one. */
    struct dc09_stream *stream;
    uint32_t waiting;                   /* Answers that name it. */
    uint32_t wrong_in_a_row;
    bool gone;
    struct peer *next, *before;
};

struct answer {
    int64_t said_count;                 /* Due when so many report lines are kept. */
    struct dc09_reply reply;
    struct peer *peer;                  /* NULL: by datagram. */
    struct net_from from;
};

struct dc09 {
    struct feed *feed;
    struct dc09_receiver *receiver;
    struct arena *arena;
    struct dc09_stream *datagram;       /* And by hand, the source. */
    struct net_listener *listener;
    struct net_udp *udp;
    struct tls_context *tls;
    struct peer *peers;
    struct answer *answers;             /* A ring, oldest first. */
    uint32_t answer_first, answer_count;
    int64_t kept;
    uint64_t frames, refusals, repeats, said_frames;
    int64_t health_ms;                  /* When health was said last. */
    bool supervises;
};

/* ---- settings ---- */

static bool lines_read(struct feed *feed, struct dc09_accounts *accounts, const char *setting,
                       enum dc09_line_kind kind)
{
    char sentence[256];

    for (uint32_t i = 0; i < feed_setting_count(feed, setting); i++) {
        struct span text = span_of(feed_setting_at(feed, setting, i));
        if (dc09_accounts_add(accounts, kind, text, sentence, sizeof sentence))
            continue;
        feed_log(feed, "setting %s \"%.60s\": %s", setting, text.bytes, sentence);
        return false;
    }
    return true;
}

/* The whole file. On false, `sentence` says why not. */
static bool text_read(const char *path, struct buffer *text, char *sentence,
                      size_t sentence_bytes)
{
    char bytes[READ_BYTES];
    FILE *file = fopen(path, "rbe");
    size_t length;

    if (!file) {
        snprintf(sentence, sentence_bytes, "%s", strerror(errno));
        return false;
    }
    while (text->length <= ACCOUNTS_FILE_BYTES_MAX
           && (length = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add(text, span_from(bytes, length));
    bool fine = !ferror(file) && text->length <= ACCOUNTS_FILE_BYTES_MAX;
    if (!fine)
        snprintf(sentence, sentence_bytes, "it cannot be read, or is over %d bytes",
                 ACCOUNTS_FILE_BYTES_MAX);
    fclose(file);
    return fine;
}

static bool file_read(struct feed *feed, struct dc09_accounts *accounts)
{
    const char *path = feed_setting_text(feed, "accounts");
    struct buffer text = { 0 };
    char sentence[256];

    if (!path[0])
        return true;
    bool read = text_read(path, &text, sentence, sizeof sentence)
                && dc09_accounts_file(accounts, buffer_span(&text), sentence, sizeof sentence);
    if (!read)
        feed_log(feed, "accounts %s: %s", path, sentence);
    buffer_clear(&text);
    return read;
}

static bool accounts_read(struct feed *feed, struct dc09_accounts *accounts)
{
    char sentence[256];

    if (!lines_read(feed, accounts, "account", DC09_LINE_ACCOUNT)
        || !lines_read(feed, accounts, "zone", DC09_LINE_ZONE) || !file_read(feed, accounts))
        return false;
    if (dc09_accounts_keys(accounts, span_of(feed_secret(feed, "keys")), sentence,
                           sizeof sentence)
        && dc09_accounts_finish(accounts, feed->now_ms, sentence, sizeof sentence))
        return true;
    feed_log(feed, "%s", sentence);
    return false;
}

/* One of two words; the first when nothing was given. */
static bool choice_read(struct feed *feed, const char *setting, const char *first,
                        const char *second, bool *ret_second)
{
    const char *said = feed_setting_text(feed, setting);

    *ret_second = strcmp(said, second) == 0;
    if (!said[0] || *ret_second || strcmp(said, first) == 0)
        return true;
    feed_log(feed, "%s is \"%s\", which is neither %s nor %s", setting, said, first, second);
    return false;
}

static int64_t seconds_of(struct feed *feed, const char *setting, double otherwise)
{
    return (int64_t)(feed_setting_number(feed, setting, otherwise) * 1000);
}

static bool terms_read(struct feed *feed, struct dc09_terms *ret_terms)
{
    bool refuse, loose;

    if (!choice_read(feed, "unknown", "accept", "refuse", &refuse)
        || !choice_read(feed, "lengths", "strict", "loose", &loose))
        return false;
    /* By hand a capture is read, whose times are those of the day it was made. */
    bool judged = !feed->by_hand || feed_setting_text(feed, "ahead_s")[0]
                  || feed_setting_text(feed, "behind_s")[0];
    *ret_terms = (struct dc09_terms){
        .lengths = loose ? DC09_LENGTHS_LOOSE : DC09_LENGTHS_STRICT,
        .strangers = refuse ? DC09_STRANGERS_REFUSE : DC09_STRANGERS_ACCEPT,
        .ahead_ms = judged ? seconds_of(feed, "ahead_s", 20) : 0,
        .behind_ms = judged ? seconds_of(feed, "behind_s", 40) : 0,
        .past_ms = feed->by_hand ? INT64_MAX / 2 : PAST_MS,
    };
    return true;
}

/* ---- answers ---- */

static void peer_free(struct peer *peer)
{
    struct dc09 *dc09 = peer->dc09;

    if (peer->before)
        peer->before->next = peer->next;
    else
        dc09->peers = peer->next;
    if (peer->next)
        peer->next->before = peer->before;
    dc09_stream_free(peer->stream);
    base_free(peer);
}

static void answer_send(struct dc09 *dc09, const struct answer *answer)
{
    struct buffer bytes = { 0 };

    dc09_reply_write(&answer->reply, dc09->feed->now_ms, &bytes);
    if (dc09->feed->by_hand)
        feed_log(dc09->feed, "would answer %.*s", (int)span_trim(buffer_span(&bytes)).length,
                 span_trim(buffer_span(&bytes)).bytes);
    else if (!answer->peer)
        net_udp_answer(dc09->udp, &answer->from, buffer_span(&bytes));
    else if (answer->peer->conn)        /* A panel that left asks again, and is answered then. */
        net_conn_send(answer->peer->conn, buffer_span(&bytes));
    buffer_clear(&bytes);
}

static void answers_release(struct dc09 *dc09)
{
    while (dc09->answer_count > 0) {
        struct answer *answer = &dc09->answers[dc09->answer_first];
        if (answer->said_count > dc09->kept)
            return;
        answer_send(dc09, answer);
        struct peer *peer = answer->peer;
        dc09->answer_first = (dc09->answer_first + 1) % ANSWERS_MAX;
        dc09->answer_count--;
        if (peer && --peer->waiting == 0 && peer->gone)
            peer_free(peer);
    }
}

/* Sends it now, or when `said_count` lines are kept and what its peer asked before is answered. */
static void answer_take(struct dc09 *dc09, struct answer *answer)
{
    bool behind = answer->peer && answer->peer->waiting > 0;

    if (answer->reply.answer == DC09_ANSWER_NONE)
        return;
    if (answer->said_count <= dc09->kept && !behind) {
        answer_send(dc09, answer);
        return;
    }
    if (dc09->answer_count == ANSWERS_MAX) {
        feed_log(dc09->feed, "an answer was dropped: %d wait for the hub already", ANSWERS_MAX);
        return;
    }
    uint32_t at = (dc09->answer_first + dc09->answer_count) % ANSWERS_MAX;
    /* The ring is in order: what waits behind another is not due before it. */
    if (dc09->answer_count > 0) {
        const struct answer *last = &dc09->answers[(at + ANSWERS_MAX - 1) % ANSWERS_MAX];
        if (answer->said_count < last->said_count)
            answer->said_count = last->said_count;
    }
    dc09->answers[at] = *answer;
    dc09->answer_count++;
    if (answer->peer)
        answer->peer->waiting++;
}

/* ---- pieces ---- */

/* When health is due: a minute after the last while there is something new, later while accounts
 * are only waited for, never where nothing changes. */
static int64_t health_due_ms(const struct dc09 *dc09)
{
    if (dc09->frames > dc09->said_frames)
        return dc09->health_ms + HEALTH_MS;
    return dc09->supervises ? dc09->health_ms + HEALTH_QUIET_MS : FEED_NEVER;
}

static void supervision_say(struct dc09 *dc09, const struct dc09_account *account)
{
    struct report report;
    struct buffer cursor = { 0 };

    dc09_supervision_report(account, dc09->feed->now_ms, dc09->arena, &report);
    dc09_accounts_cursor(dc09_receiver_accounts(dc09->receiver), dc09->feed->now_ms, &cursor);
    feed_report(dc09->feed, &report, buffer_span(&cursor));
    buffer_clear(&cursor);
}

static void account_heard(struct dc09 *dc09, struct dc09_account *account)
{
    struct dc09_accounts *accounts = dc09_receiver_accounts(dc09->receiver);

    if (dc09_account_heard(accounts, account, dc09->feed->now_ms))
        supervision_say(dc09, account);
    if (account->supervise_ms > 0)
        feed_wake(dc09->feed, account->heard_ms + account->supervise_ms + account->grace_ms);
}

/* Everything it has to say; the answer is due when that is kept. */
static int64_t outcome_say(struct dc09 *dc09, const struct dc09_piece *piece,
                           const struct dc09_outcome *outcome)
{
    struct feed *feed = dc09->feed;
    bool wrong = !is_accepted(&outcome->verdict);
    bool said = wrong || outcome->reports.count > 0;

    if (outcome->heard && dc09->supervises) {
        int64_t before = feed->said_count;
        account_heard(dc09, outcome->heard);
        said |= feed->said_count > before;
    }
    if (wrong)
        feed_refuse(feed, &outcome->verdict, piece->bytes, span_of(""));
    for (uint32_t i = 0; i < outcome->reports.count; i++) {
        struct report report = { .kind = REPORT_ALARM, .alarm = outcome->reports.at[i] };
        feed_report(feed, &report, span_of(""));
    }
    if (outcome->repeated)
        return outcome->seen->said_count;
    if (outcome->seen)
        outcome->seen->said_count = feed->said_count;
    return said ? feed->said_count : 0;
}

/* `answer` says to whom; true when the piece was a right one. */
static bool piece_take(struct dc09 *dc09, const struct dc09_piece *piece, struct answer answer)
{
    struct dc09_outcome outcome;

    arena_reset(dc09->arena);
    dc09_receiver_take(dc09->receiver, piece, dc09->feed->now_ms, dc09->arena, &outcome);
    dc09->frames++;
    dc09->refusals += !is_accepted(&outcome.verdict);
    dc09->repeats += outcome.repeated;
    answer.reply = outcome.reply;
    answer.said_count = outcome_say(dc09, piece, &outcome);
    answer_take(dc09, &answer);
    feed_wake(dc09->feed, health_due_ms(dc09));
    return is_accepted(&outcome.verdict);
}

/* ---- TCP ---- */

static void conn_opened(void *owner, struct net_conn *conn)
{
    struct dc09 *dc09 = owner;
    struct peer *peer = base_alloc(1, sizeof *peer);

    *peer = (struct peer){ .dc09 = dc09, .conn = conn, .stream = dc09_stream_new(),
                           .next = dc09->peers };
    if (peer->next)
        peer->next->before = peer;
    dc09->peers = peer;
    net_conn_keep(conn, peer);
}

static void peer_gone(struct peer *peer)
{
    peer->gone = true;
    peer->conn = NULL;
    if (peer->waiting == 0)
        peer_free(peer);
}

static void pieces_take(struct peer *peer)
{
    struct dc09_piece piece;

    while (peer->conn && dc09_stream_next(peer->stream, &piece)) {
        bool right = piece_take(peer->dc09, &piece, (struct answer){ .peer = peer });
        peer->wrong_in_a_row = right ? 0 : peer->wrong_in_a_row + 1;
        if (peer->wrong_in_a_row < WRONG_IN_A_ROW_MAX)
            continue;
        feed_log(peer->dc09->feed, "%s was hung up: %d messages in a row were none",
                 net_conn_address(peer->conn), WRONG_IN_A_ROW_MAX);
        net_conn_close(peer->conn);
        peer_gone(peer);
        return;
    }
}

static void conn_bytes(void *owner, struct net_conn *conn, struct span bytes)
{
    struct peer *peer = net_conn_kept(conn);

    (void)owner;
    dc09_stream_add(peer->stream, bytes);
    pieces_take(peer);
}

static void conn_closed(void *owner, struct net_conn *conn, const char *why)
{
    struct peer *peer = net_conn_kept(conn);
    struct dc09_piece piece;

    (void)owner;
    (void)why;
    dc09_stream_end(peer->stream);
    peer->conn = NULL;
    while (dc09_stream_next(peer->stream, &piece))
        piece_take(peer->dc09, &piece, (struct answer){ .peer = peer });
    peer_gone(peer);
}

static const struct net_handler tcp_handler = { .opened = conn_opened, .bytes = conn_bytes,
                                                .closed = conn_closed };

/* ---- UDP ---- */

/* A datagram is a stream of its own: it may hold several frames, or lack the last CR. */
static void datagram_take(void *owner, const struct net_from *from, struct span bytes)
{
    struct dc09 *dc09 = owner;
    struct dc09_piece piece;

    dc09_stream_add(dc09->datagram, bytes);
    dc09_stream_end(dc09->datagram);
    while (dc09_stream_next(dc09->datagram, &piece))
        piece_take(dc09, &piece, (struct answer){ .from = *from });
}

/* ---- opening ---- */

static bool place_read(struct feed *feed, const char *setting, struct net_place *ret_place)
{
    const char *said = feed_setting_text(feed, setting);

    if (net_place_read(said, ret_place))
        return true;
    feed_log(feed, "%s is \"%s\", which is not HOST:PORT or :PORT", setting, said);
    return false;
}

static bool tls_open(struct dc09 *dc09)
{
    struct feed *feed = dc09->feed;
    struct tls_means means = {
        .ca_path = feed_setting_text(feed, "ca"),
        .certificate_path = feed_setting_text(feed, "certificate"),
        .key_pem = feed_secret(feed, "key"),
        .client_needed = feed_setting_text(feed, "ca")[0],
    };
    char sentence[256];

    if (!feed_setting_flag(feed, "tls"))
        return true;
    dc09->tls = tls_context_new(TLS_SERVER, &means, sentence, sizeof sentence);
    if (!dc09->tls)
        feed_log(feed, "%s", sentence);
    return dc09->tls;
}

static bool tcp_open(struct dc09 *dc09)
{
    struct feed *feed = dc09->feed;
    struct net_place place;
    char sentence[256];
    struct net_limits limits = {
        .connections_max = (uint32_t)feed_setting_number(feed, "connections", 1000),
        .per_peer_max = (uint32_t)feed_setting_number(feed, "per_peer", 20),
        .new_per_peer_max = (uint32_t)feed_setting_number(feed, "new_per_peer", 20),
        .silence_ms_max = seconds_of(feed, "silence_s", 900),
    };

    if (!feed_setting_text(feed, "listen")[0])
        return true;
    if (!place_read(feed, "listen", &place) || !tls_open(dc09))
        return false;
    dc09->listener = net_listener_new(feed, &place, dc09->tls, &limits, &tcp_handler, dc09,
                                      sentence, sizeof sentence);
    if (dc09->listener)
        feed_log(feed, "listens at TCP port %u", net_listener_port(dc09->listener));
    else
        feed_log(feed, "%s", sentence);
    return dc09->listener;
}

static bool udp_open(struct dc09 *dc09)
{
    struct net_place place;
    char sentence[256];

    if (!feed_setting_text(dc09->feed, "udp")[0])
        return true;
    if (!place_read(dc09->feed, "udp", &place))
        return false;
    dc09->udp = net_udp_new(dc09->feed, &place, datagram_take, dc09, sentence, sizeof sentence);
    if (dc09->udp)
        feed_log(dc09->feed, "listens at UDP port %u", net_udp_port(dc09->udp));
    else
        feed_log(dc09->feed, "%s", sentence);
    return dc09->udp;
}

static bool places_open(struct dc09 *dc09)
{
    struct feed *feed = dc09->feed;

    if (!feed_setting_text(feed, "listen")[0] && !feed_setting_text(feed, "udp")[0]) {
        if (feed->by_hand) {
            feed->source_fd = FEED_SOURCE_FD;
            return true;
        }
        feed_log(feed, "it needs the setting \"listen\", \"udp\" or both");
        return false;
    }
    return tcp_open(dc09) && udp_open(dc09);
}

/* ---- the row's functions ---- */

/* All but the keys, which are secret, and what the network may say. */
bool dc09_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    struct feed asked = { .adapter = feed->adapter, .hello_json = feed->hello_json,
                          .told = sentence, .told_bytes = sentence_bytes };
    struct dc09_accounts *accounts = dc09_accounts_new();
    struct dc09_terms terms;
    bool right = terms_read(&asked, &terms)
                 && lines_read(&asked, accounts, "account", DC09_LINE_ACCOUNT)
                 && lines_read(&asked, accounts, "zone", DC09_LINE_ZONE)
                 && file_read(&asked, accounts);

    dc09_accounts_free(accounts);
    return right;
}

bool dc09_start(struct feed *feed)
{
    struct dc09 *dc09 = base_alloc(1, sizeof *dc09);
    struct dc09_accounts *accounts = dc09_accounts_new();
    struct dc09_terms terms;

    feed->state = dc09;
    *dc09 = (struct dc09){ .feed = feed, .arena = arena_new(), .datagram = dc09_stream_new(),
                           .answers = base_alloc(ANSWERS_MAX, sizeof *dc09->answers) };
    bool read = terms_read(feed, &terms) && accounts_read(feed, accounts);
    dc09->receiver = dc09_receiver_new(accounts, &terms);
    if (!read)
        return false;
    dc09_accounts_restore(accounts, json_member(feed->hello_json, "cursor"), feed->now_ms);
    dc09->supervises = dc09_accounts_supervised(accounts) > 0;
    dc09->health_ms = feed->now_ms;
    return places_open(dc09);
}

void dc09_line(struct feed *feed, const struct hub_line *line)
{
    struct dc09 *dc09 = feed->state;

    if (line->kind != HUB_LINE_KEPT)
        return;
    dc09->kept = line->kept.kept;
    answers_release(dc09);
}

/* With the cursor, so that a restart goes on. */
static void health_say(struct dc09 *dc09)
{
    struct feed *feed = dc09->feed;
    struct buffer cursor = { 0 };
    struct report report;

    report_init(&report, REPORT_HEALTH);
    report.health.at = feed->now_ms;
    report.health.connected = true;
    report.health.received = (int64_t)dc09->frames;
    report.health.lost = dc09->udp ? (int64_t)net_udp_lost(dc09->udp) : 0;
    report.health.text = arena_print(
        dc09->arena, "%" PRIu64 " messages, %" PRIu64 " refused, %" PRIu64 " sent again, "
        "%u connected", dc09->frames, dc09->refusals, dc09->repeats,
        dc09->listener ? net_listener_count(dc09->listener) : 0);
    if (dc09->supervises)
        dc09_accounts_cursor(dc09_receiver_accounts(dc09->receiver), feed->now_ms, &cursor);
    feed_report(feed, &report, buffer_span(&cursor));
    buffer_clear(&cursor);
    dc09->said_frames = dc09->frames;
    dc09->health_ms = feed->now_ms;
}

int64_t dc09_now(struct feed *feed)
{
    struct dc09 *dc09 = feed->state;
    struct dc09_accounts *accounts = dc09_receiver_accounts(dc09->receiver);
    struct dc09_account *silent;
    int64_t next_ms = FEED_NEVER;

    arena_reset(dc09->arena);
    if (feed->by_hand && feed->source_fd >= 0)
        return FEED_NEVER;
    while ((silent = dc09_account_due(accounts, feed->now_ms, &next_ms)))
        supervision_say(dc09, silent);
    if (health_due_ms(dc09) <= feed->now_ms)
        health_say(dc09);
    return next_ms < health_due_ms(dc09) ? next_ms : health_due_ms(dc09);
}

/* By hand: the capture's bytes as if a panel had sent them. */
void dc09_readable(struct feed *feed)
{
    struct dc09 *dc09 = feed->state;
    char bytes[READ_BYTES];
    struct dc09_piece piece;
    ssize_t length = read(feed->source_fd, bytes, sizeof bytes);

    if (length > 0)
        dc09_stream_add(dc09->datagram, span_from(bytes, (size_t)length));
    else
        dc09_stream_end(dc09->datagram);
    while (dc09_stream_next(dc09->datagram, &piece))
        piece_take(dc09, &piece, (struct answer){ 0 });
    if (length > 0)
        return;
    feed->source_fd = -1;
    feed->ended = true;
}

void dc09_stop(struct feed *feed)
{
    struct dc09 *dc09 = feed->state;

    if (feed->by_hand) {        /* Everything said so far is on its way. */
        dc09->kept = INT64_MAX;
        answers_release(dc09);
    }
    if (dc09->listener)
        net_listener_free(dc09->listener);
    if (dc09->udp)
        net_udp_free(dc09->udp);
    if (dc09->tls)
        tls_context_free(dc09->tls);
    while (dc09->peers)
        peer_free(dc09->peers);
    dc09_stream_free(dc09->datagram);
    dc09_receiver_free(dc09->receiver);
    arena_free(dc09->arena);
    base_free(dc09->answers);
    base_free(dc09);
}
