/* inbox.h - where messages lie as files: one file, a folder, or (by hand) stdin; for any adapter
 * whose messages can be fetched or dropped there by others.
 *
 * Its settings are `file`, `directory` and `poll_s` (INBOX_SETTINGS). The file is taken whenever it
 * is another than before. A folder is looked at every poll_s: new and changed files are taken by
 * modification time, then name; what changed within the last second may still be being written and
 * is left for the next look. After a restart the files up to the cursor are taken again, marked
 * AGAIN, so that an adapter with a memory can fill it without reporting anew. */
#ifndef FEEDS_INBOX_H
#define FEEDS_INBOX_H

#include "feeds/adapters.h"

#define INBOX_SETTINGS(what)                                                                      \
    { .name = "file", .kind = SETTING_PATH,                                                       \
      .help = "A file of " what ", read again when written; if it is replaced: directory." },     \
    { .name = "directory", .kind = SETTING_PATH,                                                  \
      .help = "A folder of " what "; new and changed files are read, oldest first." },            \
    { .name = "poll_s", .kind = SETTING_NUMBER,                                                   \
      .help = "Seconds between two looks; 10 when not given, 60 for an address." }

enum inbox_telling { INBOX_NEW, INBOX_AGAIN };

/* The bytes of one file, or of stdin. `cursor` goes into the last report made of them. */
typedef void inbox_take_fn(struct feed *feed, struct span bytes, enum inbox_telling telling,
                           struct span cursor);

struct inbox;
/* Is `file` or `directory` given? One of them may be. */
bool inbox_wanted(const struct feed *feed);
/* `cursor` is what an earlier process was given with its last report, or NULL. Without either
 * setting it reads stdin, by hand. */
struct inbox *inbox_new(struct feed *feed, const struct json *cursor, inbox_take_fn *take);
void inbox_free(struct inbox *inbox);

/* Looks; returns when to be called again. Sets feed->ended, with exit code 1 when there is nothing
 * to look at any more: what was put in another's place lies outside the feed's walls, so the hub
 * starts it again and the walls go up around what is there then. */
int64_t inbox_now(struct inbox *inbox);

#endif
