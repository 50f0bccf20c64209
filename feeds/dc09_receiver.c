#include "feeds/dc09_receiver.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* At 5,000 events a second these are the newest six seconds, at the pace of a city's panels hours.
 * One that was pushed out is reported again, which changes nothing. */
enum { SEEN_MAX = 32768, SEEN_WAYS = 4 };

struct dc09_receiver {
    struct dc09_accounts *accounts;
    struct dc09_terms terms;
    struct dc09_seen (*seen)[SEEN_WAYS];
    uint32_t seen_sets;
};

struct dc09_receiver *dc09_receiver_new(struct dc09_accounts *accounts,
                                        const struct dc09_terms *terms)
{
    struct dc09_receiver *receiver = base_alloc(1, sizeof *receiver);
    uint32_t sets = (terms->seen_max ? terms->seen_max : SEEN_MAX) / SEEN_WAYS;

    assert(sets > 0);
    *receiver = (struct dc09_receiver){ .accounts = accounts, .terms = *terms, .seen_sets = sets,
                                        .seen = base_alloc(sets, sizeof *receiver->seen) };
    return receiver;
}

void dc09_receiver_free(struct dc09_receiver *receiver)
{
    if (!receiver)
        return;
    dc09_accounts_free(receiver->accounts);
    base_free(receiver->seen);
    base_free(receiver);
}

struct dc09_accounts *dc09_receiver_accounts(struct dc09_receiver *receiver)
{
    return receiver->accounts;
}

/* ---- answers ---- */

const char *dc09_answer_word(enum dc09_answer answer)
{
    static const char *const words[DC09_ANSWER_COUNT] = {
#define ROW(upper, word) [DC09_ANSWER_##upper] = word,
        DC09_ANSWERS(ROW)
#undef ROW
    };
    assert(answer < DC09_ANSWER_COUNT);
    return words[answer];
}

static void text_of(char *text, size_t text_bytes, struct span from)
{
    snprintf(text, text_bytes, "%.*s", (int)from.length, from.bytes);
}

static struct dc09_reply reply_of(const struct dc09_frame *frame, struct span account)
{
    struct dc09_reply reply = { .encrypted = frame->encrypted };

    text_of(reply.sequence, sizeof reply.sequence, frame->sequence);
    text_of(reply.receiver, sizeof reply.receiver, frame->receiver);
    text_of(reply.line, sizeof reply.line, frame->line);
    text_of(reply.account, sizeof reply.account, account);
    return reply;
}

/* "pad|]_14:12:05,03-21-2026" in whole blocks: 1 to 16 characters before the bar. */
static void sealed_write(const struct dc09_key *key, int64_t now_ms, struct buffer *out)
{
    struct buffer tail = { 0 }, plain = { 0 };
    char pad[DC09_CIPHER_BLOCK];

    buffer_add_text(&tail, "|]");
    dc09_time_write(now_ms, &tail);
    size_t pad_bytes = DC09_CIPHER_BLOCK - tail.length % DC09_CIPHER_BLOCK;
    dc09_pad_fill(pad, pad_bytes);
    buffer_add(&plain, span_from(pad, pad_bytes));
    buffer_add(&plain, buffer_span(&tail));
    dc09_encrypt(key, buffer_span(&plain), out);
    buffer_clear(&plain);
    buffer_clear(&tail);
}

static void body_write(const struct dc09_reply *reply, int64_t now_ms, struct buffer *body)
{
    const char *word = dc09_answer_word(reply->answer);
    bool sealed = reply->encrypted && reply->answer == DC09_ANSWER_ACK;

    if (reply->answer == DC09_ANSWER_NAK) {     /* In clear text, whatever was asked. */
        buffer_add_text(body, "\"NAK\"0000R0L0A0[]");
        dc09_time_write(now_ms, body);
        return;
    }
    buffer_print(body, "\"%s%s\"%s%s%s", sealed ? "*" : "", word, reply->sequence,
                 reply->receiver, reply->line);
    if (reply->account[0])
        buffer_print(body, "#%s", reply->account);
    buffer_add_text(body, "[");
    if (sealed)
        sealed_write(&reply->key, now_ms, body);
    else
        buffer_add_text(body, "]");
}

void dc09_reply_write(const struct dc09_reply *reply, int64_t now_ms, struct buffer *out)
{
    struct buffer body = { 0 };

    if (reply->answer == DC09_ANSWER_NONE)
        return;
    if (reply->answer == DC09_ANSWER_KEEP_ALIVE) {
        buffer_add_text(out, dc09_answer_word(reply->answer));
        return;
    }
    body_write(reply, now_ms, &body);
    dc09_frame_write(buffer_span(&body), out);
    buffer_clear(&body);
}

/* ---- events seen before ---- */

/* Its place in the table, emptied when it was another event's. A panel that always sends the same
 * sequence number replaces its own last event, so only an equal one right behind it is a repeat. */
static struct dc09_seen *seen_place(struct dc09_receiver *receiver, const char *key, uint16_t crc,
                                    int64_t now_ms, bool *ret_repeated)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, key, strlen(key));
    struct dc09_seen *set = receiver->seen[digest_end(&digest) % receiver->seen_sets];
    struct dc09_seen *oldest = set;

    for (int i = 0; i < SEEN_WAYS; i++) {
        if (strcmp(set[i].key, key) == 0) {
            oldest = &set[i];
            break;
        }
        if (set[i].at_ms < oldest->at_ms)
            oldest = &set[i];
    }
    *ret_repeated = strcmp(oldest->key, key) == 0 && oldest->crc == crc
                    && now_ms - oldest->at_ms <= DC09_REPEAT_MS;
    if (!*ret_repeated)
        *oldest = (struct dc09_seen){ .crc = crc, .at_ms = now_ms };
    snprintf(oldest->key, sizeof oldest->key, "%s", key);
    return oldest;
}

/* ---- a frame ---- */

/* One frame on its way through; what is refused says so in `outcome`. */
struct taking {
    struct dc09_receiver *receiver;
    int64_t now_ms;
    struct arena *arena;
    struct dc09_frame frame;
    struct dc09_account *account;
    struct dc09_message message;
    struct dc09_outcome *outcome;
};

static bool no(struct taking *taking, enum dc09_answer answer, enum refusal refusal,
               const char *field)
{
    taking->outcome->verdict = refused(refusal, 0, field);
    taking->outcome->reply.answer = answer;
    return false;
}

/* Asked before decryption: whom is it from, and may they speak so? */
static bool sender_fits(struct taking *taking)
{
    const struct dc09_frame *frame = &taking->frame;
    const struct dc09_account *account = taking->account;
    bool stranger = !account->listed && account->key.length == 0;

    if (frame->token == DC09_TOKEN_OTHER)
        return no(taking, DC09_ANSWER_DUH, REFUSED_UNSUPPORTED, "id");
    if (!account->listed && taking->receiver->terms.strangers == DC09_STRANGERS_REFUSE)
        return no(taking, DC09_ANSWER_DUH, REFUSED_NOT_ALLOWED, "account");
    if (frame->encrypted && account->key.length == 0)
        return no(taking, DC09_ANSWER_DUH, REFUSED_NOT_ALLOWED, stranger ? "account" : "key");
    if (!frame->encrypted && account->key.length > 0 && !account->plain)
        return no(taking, DC09_ANSWER_DUH, REFUSED_NOT_ALLOWED, "plain text");
    return true;
}

static bool plain_read(struct taking *taking)
{
    struct dc09_outcome *outcome = taking->outcome;

    outcome->verdict = dc09_message_read(taking->frame.content, &taking->message);
    if (!is_accepted(&outcome->verdict))
        outcome->reply.answer = DC09_ANSWER_DUH;
    return is_accepted(&outcome->verdict);
}

/* Nothing is signed, so a wrong key shows as text that is none. */
static bool sealed_read(struct taking *taking)
{
    struct buffer plain = { 0 };

    if (!dc09_decrypt(&taking->account->key, taking->frame.content, &plain))
        return no(taking, DC09_ANSWER_DUH, REFUSED_BAD_SYNTAX, "content");
    struct span text = { .bytes = arena_copy(taking->arena, buffer_span(&plain)),
                         .length = plain.length };
    buffer_clear(&plain);
    struct verdict verdict = dc09_message_read(dc09_unpadded(text), &taking->message);
    if (!is_accepted(&verdict))
        return no(taking, DC09_ANSWER_DUH, REFUSED_BAD_SYNTAX, "content (another key?)");
    return true;
}

/* Without this an old frame could be played again by anybody who had listened. */
static bool time_fits(struct taking *taking)
{
    const struct dc09_terms *terms = &taking->receiver->terms;
    int64_t at_ms = taking->message.at_ms;

    if (!taking->frame.encrypted || (terms->ahead_ms == 0 && terms->behind_ms == 0))
        return true;
    if (at_ms == 0)
        return no(taking, DC09_ANSWER_NAK, REFUSED_FIELD_MISSING, "timestamp");
    if (at_ms > taking->now_ms + terms->ahead_ms || at_ms < taking->now_ms - terms->behind_ms)
        return no(taking, DC09_ANSWER_NAK, REFUSED_OUT_OF_RANGE, "timestamp");
    return true;
}

/* A gateway sends for others: its own account stands in the header, theirs in the data. */
static struct span account_spoken_of(const struct taking *taking)
{
    return taking->message.account.length ? taking->message.account : taking->frame.account;
}

static struct dc09_account *account_of(struct taking *taking, struct span number)
{
    return dc09_account_find(taking->receiver->accounts, taking->frame.receiver,
                             taking->frame.line, number);
}

static bool is_empty(const struct dc09_message *message)
{
    return span_trim(message->data).length == 0;
}

static void events_take(struct taking *taking)
{
    struct dc09_outcome *outcome = taking->outcome;
    struct dc09_events events = { 0 };
    struct dc09_account *account = account_of(taking, account_spoken_of(taking));
    char number[24];

    text_of(number, sizeof number, account_spoken_of(taking));
    for (char *at = number; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    struct dc09_about about = {
        .accounts = taking->receiver->accounts, .account = account,
        .name = account->listed ? account->name : number[0] ? number : "no account",
        .message = &taking->message, .now_ms = taking->now_ms,
        .past_ms = taking->receiver->terms.past_ms,
    };
    outcome->verdict = dc09_events_read(taking->frame.token, taking->message.data, taking->arena,
                                        &events);
    if (!is_accepted(&outcome->verdict)) {
        outcome->reply.answer = DC09_ANSWER_DUH;
        return;
    }
    dc09_events_report(&events, &about, taking->arena, &outcome->reports);
}

/* Has it been taken before? Else its events are read, and it is remembered. */
static void events_take_once(struct taking *taking)
{
    struct dc09_outcome *outcome = taking->outcome;
    const struct dc09_reply *reply = &outcome->reply;
    char key[sizeof outcome->seen->key];

    snprintf(key, sizeof key, "%.16s %.7s %.7s %.4s", reply->account, reply->receiver,
             reply->line, reply->sequence);
    outcome->seen = seen_place(taking->receiver, key, taking->message.crc, taking->now_ms,
                               &outcome->repeated);
    if (!outcome->repeated)
        events_take(taking);
    if (!is_accepted(&outcome->verdict)) {
        outcome->seen->key[0] = '\0';           /* What was refused is refused again. */
        outcome->seen = NULL;
    }
}

static void frame_take(struct taking *taking)
{
    struct dc09_outcome *outcome = taking->outcome;

    taking->account = account_of(taking, taking->frame.account);
    outcome->reply = reply_of(&taking->frame, taking->frame.account);
    outcome->reply.key = taking->account->key;
    if (!sender_fits(taking)
        || !(taking->frame.encrypted ? sealed_read(taking) : plain_read(taking)))
        return;
    if (taking->frame.account.length == 0)
        text_of(outcome->reply.account, sizeof outcome->reply.account, taking->message.account);
    if (!time_fits(taking))
        return;
    outcome->reply.answer = DC09_ANSWER_ACK;
    outcome->heard = taking->account;
    if (taking->frame.token != DC09_TOKEN_NULL && !is_empty(&taking->message))
        events_take_once(taking);
}

void dc09_receiver_take(struct dc09_receiver *receiver, const struct dc09_piece *piece,
                        int64_t now_ms, struct arena *arena, struct dc09_outcome *ret_outcome)
{
    struct taking taking = { .receiver = receiver, .now_ms = now_ms, .arena = arena,
                             .outcome = ret_outcome };

    *ret_outcome = (struct dc09_outcome){ .verdict = accepted() };
    switch (piece->kind) {
    case DC09_PIECE_KEEP_ALIVE:
        ret_outcome->reply.answer = DC09_ANSWER_KEEP_ALIVE;
        return;
    case DC09_PIECE_GARBAGE:
        ret_outcome->verdict = refused(REFUSED_BAD_SYNTAX, 0, "frame");
        return;
    case DC09_PIECE_TOO_LONG:
        ret_outcome->verdict = refused(REFUSED_TOO_LONG, DC09_FRAME_BYTES_MAX, "frame");
        return;
    case DC09_PIECE_FRAME:
        break;
    }
    ret_outcome->verdict = dc09_frame_read(piece, receiver->terms.lengths, &taking.frame);
    if (is_accepted(&ret_outcome->verdict))
        frame_take(&taking);
}
