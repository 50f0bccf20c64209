/* csv.h - rows of comma-separated values as they come: RFC 4180, any one-byte separator, CRLF or
 * LF, line ends inside quotes, a byte order mark.
 *
 * A row that is wrong costs itself only: after a quote that is never closed, reading goes on behind
 * the first line end of that row. A quote inside an unquoted field is taken as it is. */
#ifndef FEEDS_CSV_H
#define FEEDS_CSV_H

#include "app/base/buffer.h"
#include "app/base/verdict.h"

enum {
    CSV_FIELDS_MAX = 256,
    /* A line without an end is held up to here, to be refused whole. */
    CSV_LINE_BYTES_MAX = 64 * 1024 * 1024,
};

struct csv;

struct csv_row {
    struct verdict verdict;     /* Accepted, or TOO_LONG, TRUNCATED, BAD_SYNTAX. */
    const struct span *fields;  /* Without their quotes. */
    const size_t *offsets;      /* Where each starts in `raw`. */
    uint32_t field_count;
    struct span raw;            /* Without its line end. */
    uint64_t end;               /* Offset in the source of what comes after it. */
};

struct csv *csv_new(char separator, size_t row_bytes_max);
void csv_free(struct csv *csv);
/* Starts anew at `offset` of the source. */
void csv_restart(struct csv *csv, uint64_t offset);
void csv_add(struct csv *csv, struct span bytes);
/* Nothing more will come. */
void csv_end(struct csv *csv);
/* False: more bytes are needed, or all are used up. Blank lines are passed over. What *ret_row
 * points to is a loan until the next call. */
bool csv_next(struct csv *csv, struct csv_row *ret_row);

#endif
