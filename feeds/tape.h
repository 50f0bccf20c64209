/* tape.h - recordings of a feed's lines: how they are written, read, and spoilt on purpose. Pure.
 *
 *     {"recording":1,"feed":"calls","start":"2026-11-17T14:00:00Z"}
 *     {"t":1250,"line":{"report":"incident",...}}          ms since the start, the line as it was
 *
 * Faults are drawn from the seed and the line's number only: the same seed spoils the same lines in
 * the same way, whatever the rate. Shares add up line by line: lose, then garble or tear, repeat,
 * delay and reorder. */
#ifndef FEEDS_TAPE_H
#define FEEDS_TAPE_H

#include "app/base/json.h"

enum { TAPE_LINE_BYTES_MAX = 72 * 1024 };       /* A report line, and what is written around it. */

struct tape_line {
    int64_t t_ms;
    struct span line;               /* The report as JSON: a loan. */
};

void tape_write_head(const char *feed, int64_t start_ms, struct buffer *out);
void tape_write_line(int64_t t_ms, struct span line, struct buffer *out);
/* *ret_start_ms is 0 where the head does not say it. Refusals: what json_parse() refuses;
 * UNSUPPORTED "recording" for another version. */
struct verdict tape_read_head(struct span text, int64_t *ret_start_ms);
/* `line` is written anew into `storage`. Refusals name "t" or "line". */
struct verdict tape_read_line(struct span text, struct buffer *storage,
                              struct tape_line *ret_line);

struct tape_faults {
    double lose, repeat, delay, reorder, tear, garble;      /* Shares, 0 to 1. */
    double delay_s, reorder_s;      /* At most so much later. */
};
/* "lose=0.01", "delay=0.05:30" (a share, and seconds at most). False: `sentence` says why. */
bool tape_fault_read(const char *text, struct tape_faults *faults, char *sentence,
                     size_t sentence_bytes);

/* What becomes of one line. */
struct tape_fate {
    uint32_t copies;                /* 0: lost; 2: repeated. */
    int64_t late_ms;
    bool torn, garbled;
    uint64_t dice;                  /* Where it is torn, which bytes are garbled. */
};
struct tape_fate tape_fate(const struct tape_faults *faults, uint64_t seed, uint64_t number);
/* The line as it arrives. Never a line end in it. */
void tape_spoil(const struct tape_fate *fate, struct span line, struct buffer *out);

#endif
