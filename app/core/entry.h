/* entry.h - one row of the journal: an input with the events decided from it (CONTRACTS section 1).
 *
 * entry(seq, at_ms, kind, source, input JSON, events JSON, chain). Also its form on the wire to a
 * console: {"entry":812,"at":1794925927120,"kind":"report","source":"nws","events":[...]}. */
#ifndef APP_CORE_ENTRY_H
#define APP_CORE_ENTRY_H

#include "app/core/picture.h"

enum { CHAIN_BYTES = 32 };          /* SHA-256. */

struct entry {
    struct entry_head head;
    struct span input;              /* JSON, as received or as the hub wrote it. Loans, all. */
    struct span events;             /* JSON list, "[]" when nothing was decided. */
    unsigned char chain[CHAIN_BYTES];       /* Filled by the journal. */
};

/* Folds one entry into the picture. `events` is the parsed `entry->events`; strings are only read
 * during the call. The picture must stand at the sequence before. */
struct verdict entry_apply(const struct entry_head *head, const struct json *events,
                           struct arena *arena, struct picture *picture);

/* The wire line for consoles, without a line end. Its name is "entry" for one that follows, "past"
 * for one that the dump before it already holds: that one is for the log, not for the picture. */
enum entry_line { ENTRY_FOLLOWS, ENTRY_PAST };
void entry_write_wire(const struct entry *entry, enum entry_line which, struct buffer *out);
/* Reads either. Strings are loans from `line`. */
struct verdict entry_read_wire(const struct json *line, struct entry_head *ret_head,
                               const struct json **ret_events);

#endif
