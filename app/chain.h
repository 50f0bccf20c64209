/* chain.h - the hash chain of the journal: SHA-256 over each entry and the one before it.
 *
 * The one door to OpenSSL in app/. Whoever changes, removes, adds or reorders an entry breaks the
 * chain from there on; whoever rewrites all of it is found with a head that was kept elsewhere
 * (CONTRACTS section 1). Pure, safe in any thread. */
#ifndef APP_CHAIN_H
#define APP_CHAIN_H

#include "app/core/entry.h"

/* Where a journal ends: its last entry and that entry's chain. Sequence 0 with a zero chain stands
 * before the first entry. */
struct chain_head {
    uint64_t sequence;
    unsigned char chain[CHAIN_BYTES];
};
bool chain_head_same(const struct chain_head *left, const struct chain_head *right);

/* "812:9f86d0...", as `watchdesk head` prints it and `watchdesk verify --head` takes it. */
enum { CHAIN_HEAD_TEXT_BYTES = 20 + 1 + 2 * CHAIN_BYTES + 1 };
const char *chain_head_text(const struct chain_head *head, char text[CHAIN_HEAD_TEXT_BYTES]);
bool chain_head_parse(struct span text, struct chain_head *ret_head);

/* Keeps what OpenSSL needs from one hash to the next; belongs to one thread. */
struct chain;
struct chain *chain_new(void);
void chain_free(struct chain *chain);

/* A row as it stands in the file, whatever stands there. */
struct chain_row {
    int64_t sequence, at_ms;
    struct span kind, source, input, events;
};

/* The chain of `row` after `before`: SHA-256 over the byte 0x02, the previous chain, then seq,
 * at_ms, kind, source, input and events, each as its length in 8 bytes big-endian and its bytes;
 * numbers are 8 bytes big-endian. `ret_chain` may be `before`. */
void chain_next(struct chain *chain, const unsigned char before[CHAIN_BYTES],
                const struct chain_row *row, unsigned char ret_chain[CHAIN_BYTES]);
/* The row that `entry` is. */
struct chain_row chain_row_of(const struct entry *entry);

#endif
