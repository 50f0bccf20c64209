/* cot_peer.h - one TAK peer on a stream: events out of its bytes, bytes out of our events.
 *
 * XML until both sides agree on TAK protocol 1 (standards.md section 2, Negotiation):
 *
 *     XML --- offer (t-x-takp-v) comes, we ask (-q) ---> ASKED --- yes (-r) ---> TAK
 *      ^                                                   | no: XML; 60 s without a word: broken
 *      '---------------------------------------------------'
 *     As a listener: we offer; a request comes, we say yes, and both are TAK.
 *
 * While we wait for the answer nothing may be sent: it is held. Between peers pings are answered
 * here. No socket and no clock: whoever has them passes bytes and times. */
#ifndef FEEDS_COT_PEER_H
#define FEEDS_COT_PEER_H

#include "feeds/cot_event.h"
#include "feeds/quarantine.h"

enum {
    COT_PING_AFTER_MS = 15 * 1000,      /* Of silence; as ATAK's streamingsocketmanagement. */
    COT_PING_EVERY_MS = 4500,
    COT_DEAD_AFTER_MS = 25 * 1000,
    COT_ANSWER_WAIT_MS = 60 * 1000,
    COT_HELD_BYTES_MAX = 128 * 1024,    /* What is held fits a connection's queue at once. */
    /* A peer that says nothing else is none; each refusal is an entry in the journal. */
    COT_REFUSED_MAX = 100,
    COT_LOST_BYTES_MAX = 1024 * 1024,
};

enum cot_side { COT_CLIENT, COT_LISTENER, COT_READER /* A capture: it says nothing. */ };

struct cot_peer;

struct cot_peer_handler {
    /* The event lives until it returns. */
    void (*event)(void *owner, struct cot_peer *peer, const struct cot_event *event);
    /* `bytes` has what was refused. */
    void (*refused)(void *owner, struct cot_peer *peer, const struct verdict *verdict,
                    struct quarantine *bytes);
};

/* `own_uid` is a loan for longer than the peer; `speaks_tak`: protocol 1 is agreed to. */
struct cot_peer *cot_peer_new(enum cot_side side, bool speaks_tak, const char *own_uid,
                              const struct cot_peer_handler *handler, void *owner);
void cot_peer_free(struct cot_peer *peer);

/* A connection begins anew: whatever the last one left is forgotten. */
void cot_peer_opened(struct cot_peer *peer, int64_t now_ms);
void cot_peer_take(struct cot_peer *peer, struct span bytes, int64_t now_ms);
/* No more will come. */
void cot_peer_ended(struct cot_peer *peer, int64_t now_ms);
/* A datagram from anywhere, all of it at once. */
void cot_peer_take_datagram(struct cot_peer *peer, struct span bytes);
/* What is due by `now_ms`: pings, and the end of waiting. Returns when something is due next. */
int64_t cot_peer_look(struct cot_peer *peer, int64_t now_ms);

/* False: nothing was taken, since too much is held. */
bool cot_peer_send(struct cot_peer *peer, const struct cot_draft *draft);
/* What is to be put on the wire now; the caller empties it. */
struct buffer *cot_peer_out(struct cot_peer *peer);
bool cot_peer_is_tak(const struct cot_peer *peer);
/* Something was taken and is not in `out` yet: it waits for an answer. */
bool cot_peer_holds(const struct cot_peer *peer);
/* A sentence when the connection must be ended; "" as long as it is well. */
const char *cot_peer_fault(const struct cot_peer *peer);

#endif
