/* journal_rows.h - the journal's file as SQLite has it: statuses, connections, rows.
 *
 * Shared by the files that append, read and verify; nobody else needs it. */
#ifndef APP_JOURNAL_ROWS_H
#define APP_JOURNAL_ROWS_H

#include "app/journal_read.h"

struct sqlite3;
struct sqlite3_stmt;

/* What a result code of SQLite means for us; unknown ones are STATUS_IO. */
enum status journal_status_of(int result);
/* Writes "PATH: DOING: what SQLite says" and returns the status of its last error, never OK. */
enum status journal_failed(struct sqlite3 *db, const char *path, const char *doing,
                           char why[JOURNAL_WHY_BYTES]);

/* A connection that only reads. *ret_db must be closed also after a failure. */
enum status journal_connect_to_read(const char *path, struct sqlite3 **ret_db,
                                    char why[JOURNAL_WHY_BYTES]);

/* Judges what the file is. Errors: NOT_FOUND (an empty database, without an entry); SCHEMA_NEWER;
 * CORRUPT (no journal); BUSY; IO. */
enum status journal_about_load(struct sqlite3 *db, const char *path,
                               struct journal_about *ret_about, char why[JOURNAL_WHY_BYTES]);

/* The columns every statement below selects, in the order journal_row_read() takes them. */
#define JOURNAL_COLUMNS "seq, at_ms, kind, source, input, events, chain"

struct journal_row {
    struct chain_row columns;               /* Loans until the statement steps. */
    unsigned char chain[CHAIN_BYTES];
    const char *wrong;                      /* The column that has the wrong type; or NULL. */
};
void journal_row_read(struct sqlite3_stmt *statement, struct journal_row *ret_row);

/* Does the last row follow from the one before it? STATUS_CORRUPT with `why` when not. An empty
 * table has no last row, and its head is zero. */
enum status journal_end_load(struct sqlite3 *db, struct chain *chain, const char *path,
                             struct chain_head *ret_head, char why[JOURNAL_WHY_BYTES]);

#endif
