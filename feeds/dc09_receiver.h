/* dc09_receiver.h - what becomes of a piece of a DC-09 stream: reports, a refusal, an answer.
 *
 *   garbage, bad CRC, bad length   refused, no answer: the panel tries again
 *   a token nobody knows here      refused, DUH: it must not try again
 *   an account that may not        refused, DUH  (policy; plain text where it must be encrypted;
 *                                                 no key, or another)
 *   encrypted, outside the window  refused, NAK with our time: it sets its clock and tries again
 *   NULL, or no event              heard, ACK at once
 *   events, seen before            ACK when the first was durable
 *   events                         reports, ACK when they are durable
 *
 * The rules on answers are those of SIA DC-09 section 5.5; an ACK says that the event is ours now.
 * Times are hub time, ms. Pure. */
#ifndef FEEDS_DC09_RECEIVER_H
#define FEEDS_DC09_RECEIVER_H

#include "feeds/dc09_events.h"

enum dc09_strangers { DC09_STRANGERS_ACCEPT, DC09_STRANGERS_REFUSE };

struct dc09_terms {
    enum dc09_lengths lengths;
    enum dc09_strangers strangers;
    /* An encrypted message's time may be so much after and before ours; both 0: not judged. */
    int64_t ahead_ms, behind_ms;
    int64_t past_ms;                /* A plain one that is older says nothing of when it was. */
    uint32_t seen_max;              /* Events remembered as taken; 0: 32,768. */
};

#define DC09_ANSWERS(ROW)   \
    ROW(NONE, "")           \
    ROW(ACK, "ACK")         \
    ROW(NAK, "NAK")         \
    ROW(DUH, "DUH")         \
    ROW(KEEP_ALIVE, "\"ACK\"")
#define ROW(upper, word) DC09_ANSWER_##upper,
enum dc09_answer { DC09_ANSWERS(ROW) DC09_ANSWER_COUNT };
#undef ROW

/* What an answer repeats of its frame; it owns nothing and may be kept until it is due. */
struct dc09_reply {
    enum dc09_answer answer;
    bool encrypted;
    char sequence[5], receiver[8], line[8], account[18];        /* account without its #. */
    struct dc09_key key;
};

/* Events already taken, for REPEAT_MS: a panel that missed our answer sends again. */
enum { DC09_REPEAT_MS = 5 * 60 * 1000 };
struct dc09_seen {
    char key[40];                   /* Account, receiver, line, sequence. */
    uint16_t crc;
    int64_t at_ms;
    int64_t said_count;             /* Report lines up to its last; filled in by the owner. */
};

struct dc09_outcome {
    struct verdict verdict;         /* A refusal: the piece belongs in quarantine. */
    struct dc09_reply reply;
    struct dc09_account *heard;     /* NULL: nobody was, for certain. */
    struct dc09_reports reports;    /* In the arena. */
    bool repeated;                  /* `seen` is from before: say nothing again. */
    struct dc09_seen *seen;         /* NULL where nothing was to be said. */
};

struct dc09_receiver;
/* Takes ownership of `accounts`. */
struct dc09_receiver *dc09_receiver_new(struct dc09_accounts *accounts,
                                        const struct dc09_terms *terms);
void dc09_receiver_free(struct dc09_receiver *receiver);
struct dc09_accounts *dc09_receiver_accounts(struct dc09_receiver *receiver);

void dc09_receiver_take(struct dc09_receiver *receiver, const struct dc09_piece *piece,
                        int64_t now_ms, struct arena *arena, struct dc09_outcome *ret_outcome);

/* Appends the answer's bytes as they go on the wire; nothing for NONE. */
void dc09_reply_write(const struct dc09_reply *reply, int64_t now_ms, struct buffer *out);
const char *dc09_answer_word(enum dc09_answer answer);

#endif
