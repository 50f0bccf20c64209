/* snapshot.h - a picture on the disk, so that a start need not fold the whole journal. Outside the
 * chain and made anew freely: one that is damaged, of another picture format, or does not fit the
 * journal's chain is passed over (CONTRACTS section 3). */
#ifndef APP_SNAPSHOT_H
#define APP_SNAPSHOT_H

#include "app/journal_read.h"

/* Writes `picture` to `path`, whole or not at all. `reader` gives the chain of its sequence. */
enum status snapshot_write(const char *path, const struct picture *picture,
                           struct journal_reader *reader);

/* The picture at the end of the journal (or at `last`, when that is earlier): from the snapshot
 * when it fits and is not too new, and the entries after it. `path` may be NULL. On failure `why`
 * says which entry cannot be folded, and nothing is given. */
enum status snapshot_fold(const char *path, struct journal_reader *reader, uint64_t last,
                          struct picture **ret_picture, char why[JOURNAL_WHY_BYTES]);

#endif
