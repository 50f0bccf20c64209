/* journal_hand.h - a journal in a test's hand: appended to and waited for, one call each. */
#ifndef TESTS_JOURNAL_HAND_H
#define TESTS_JOURNAL_HAND_H

#include "app/journal_verify.h"

struct journal_hand {
    uv_loop_t loop;
    struct journal *journal;            /* NULL when it did not open. */
    struct journal_batch *batch;
    char path[300];
    char why[JOURNAL_WHY_BYTES];
    bool done;                          /* `done` of the last append was called, with: */
    enum status status;
    uint32_t failing_count, well_count; /* How often the state callback said so. */
    char failing[100];                  /* What it said first. */
};

/* Opens `path` for site PM in `mode`. The status is that of journal_open(). */
enum status hand_open(struct journal_hand *hand, const char *path, enum journal_mode mode,
                      const char *vfs);
void hand_close(struct journal_hand *hand);

/* Appends `count` entries of made-up inputs with events that fold (notes), the next in sequence. */
void hand_append_begin(struct journal_hand *hand, uint32_t count);
/* Appends hand->batch as the test filled it. */
void hand_append_batch(struct journal_hand *hand);
/* Runs the loop until `done` was called or so much time is over; true when it was. */
bool hand_wait(struct journal_hand *hand, int64_t for_ms);
/* Both, and the status given to `done`. */
enum status hand_append(struct journal_hand *hand, uint32_t count);
/* The made-up entry `sequence`: its input and events, always the same. */
void hand_entry(uint64_t sequence, struct entry_head *ret_head, struct buffer *input,
                struct buffer *events);

/* Runs SQL on a closed journal's file, as a forger would; fails the test on an error. */
void hand_forge(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Verifies the file. */
struct journal_finding hand_verify(const char *path, const struct chain_head *earlier);

#endif
