/* journal_read.h - reading the journal in order: replay, fold, show, why and joins.
 *
 * A reader has a connection of its own, may live in any thread, never writes an entry, and may read
 * while the hub appends: what it sees is whole entries, and durable ones (the hub's own commit is
 * synced before it is told of it; a reader may see that commit a moment earlier, so what a reader
 * releases waits for journal_head(), CONTRACTS section 2). */
#ifndef APP_JOURNAL_READ_H
#define APP_JOURNAL_READ_H

#include "app/journal.h"

/* What entry 1 says. */
struct journal_about {
    char site_id[32];
    enum journal_mode mode;
    uint32_t format;
    int64_t made_at_ms;
};

struct journal_reader;

/* Opens an existing journal for reading; also on a read-only disk, when the hub that wrote it
 * was closed. Errors with a sentence in `why`: NOT_FOUND; SCHEMA_NEWER; CORRUPT (no journal);
 * BUSY; IO. */
enum status journal_reader_open(const char *path, struct journal_reader **ret_reader,
                                char why[JOURNAL_WHY_BYTES]);
void journal_reader_close(struct journal_reader *reader);
const struct journal_about *journal_reader_about(const struct journal_reader *reader);

/* The last entry there is now. Errors: CORRUPT; BUSY; IO. */
enum status journal_reader_head(struct journal_reader *reader, struct chain_head *ret_head);

/* Reads the entries first .. last in order, through journal_reader_next(). `last` may lie beyond
 * the end (UINT64_MAX: to the end as it is when the reading starts). Read on to the end: until then
 * the file's old state is held, and the log cannot start over. */
void journal_reader_range(struct journal_reader *reader, uint64_t first, uint64_t last);
/* The next entry; its texts are loans until the next call. NOT_FOUND: there is no more (the
 * range has then let go of the file). Errors, in words from journal_reader_why(): CORRUPT (a
 * gap, a column of the wrong type, an unknown kind); BUSY; IO. */
enum status journal_reader_next(struct journal_reader *reader, struct entry *ret_entry);
/* One entry, a loan until the next call. NOT_FOUND when there is no such sequence. */
enum status journal_reader_entry(struct journal_reader *reader, uint64_t sequence,
                                 struct entry *ret_entry);
const char *journal_reader_why(const struct journal_reader *reader);

/* Folds the entries after picture->sequence up to `last` into the picture, each only when it
 * follows by the chain from the one before. Stops before the first that does not, or that cannot be
 * read or folded, and says which in journal_reader_why(). */
enum status journal_fold(struct journal_reader *reader, uint64_t last, struct picture *picture);

#endif
