/* touched.h - which entries touched which object: the index that `why` reads.
 *
 * A file of its own beside the journal, made from it and thrown away freely: when it is absent,
 * damaged or does not fit the journal's chain it is made anew. Holds no facts, only (object,
 * sequence). Where a unit is, is left out: locations would be nearly all of it, and nobody asks
 * why. Lives in one thread at a time, never the loop's. */
#ifndef APP_TOUCHED_H
#define APP_TOUCHED_H

#include "app/journal_read.h"

struct touched;

/* `path` is created when absent; NULL keeps the index in memory (a journal on a read-only disk).
 * Errors: IO; FULL; BUSY. */
enum status touched_open(const char *path, struct touched **ret_touched,
                         char why[JOURNAL_WHY_BYTES]);
void touched_close(struct touched *touched);

/* Takes up the entries up to `last` that it does not have yet (UINT64_MAX: to the end). Errors:
 * those of the reader, IO, FULL. */
enum status touched_follow(struct touched *touched, struct journal_reader *reader, uint64_t last,
                           char why[JOURNAL_WHY_BYTES]);
/* Forgets everything, then follows. */
enum status touched_rebuild(struct touched *touched, struct journal_reader *reader, uint64_t last,
                            char why[JOURNAL_WHY_BYTES]);

/* The newest sequences that touched the object, newest first, up to `most`; returns how many. */
uint32_t touched_find(struct touched *touched, const struct object_name *object,
                      uint64_t *ret_sequences, uint32_t most);

#endif
