/* cursors.h - how far each feed's source had been read: the `cursor` of its newest entry that has
 * one, given back in the next hello, so that a source read before is not read again from its
 * start. */
#ifndef APP_CURSORS_H
#define APP_CURSORS_H

#include "app/journal_read.h"

/* An older cursor is not looked for: its feed reads again, and what it says again changes
 * nothing. */
enum { CURSOR_ENTRIES_MAX = 50000 };

struct cursor_of {
    const char *feed;
    char *cursor;               /* JSON, to be freed by the caller; NULL when none was found. */
};

/* Looks from the journal's end back, for all of them at once. */
void cursors_find(struct journal_reader *reader, struct cursor_of *cursors, uint32_t count);

#endif
