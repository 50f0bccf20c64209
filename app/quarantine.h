/* quarantine.h - reading what a feed sent that could not be understood: why, where, and the bytes,
 * shown so that they can do nothing to a terminal. Reads the journal; needs no hub. */
#ifndef APP_QUARANTINE_H
#define APP_QUARANTINE_H

#include "app/base/report.h"
#include "app/journal_read.h"

enum { QUARANTINE_SHOWN_MAX = 20 };     /* Of a feed's messages: the newest. */

/* `bytes` in one line of at most `columns`, with `offset` in it: what a terminal would not show by
 * itself as \xNN. *ret_column is where the byte at `offset` stands. */
void quarantine_line(struct span bytes, size_t offset, uint32_t columns, struct buffer *out,
                     uint32_t *ret_column);
/* All of them, sixteen a row: where, as numbers, and as letters. */
void quarantine_dump(struct span bytes, struct buffer *out);

/* How many messages of each feed were refused, one line a feed. */
bool quarantine_feeds(struct journal_reader *reader, struct buffer *out);
/* Those of one feed: by reason, then the newest, each with its entry, place and bytes. False, with
 * a sentence in `out`, when the journal cannot be read. */
bool quarantine_of_feed(struct journal_reader *reader, const char *feed, struct buffer *out);
/* One message by its entry, whole. False: it is no refused message of that feed; `out` says so. */
bool quarantine_message(struct journal_reader *reader, const char *feed, uint64_t entry,
                        struct buffer *out);
/* The same, only the bytes, as they came. */
bool quarantine_raw(struct journal_reader *reader, const char *feed, uint64_t entry,
                    struct buffer *ret_bytes, struct buffer *problem);

#endif
