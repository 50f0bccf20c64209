/* log_rows.h - the rows of a log, of whatever layout and charset, out of its bytes: the names of
 * its columns, and each field as UTF-8.
 *
 * Comma-separated (csv.h) with a row of names or without, or fixed columns (fixed.h), whose names
 * stand in the settings. */
#ifndef FEEDS_LOG_ROWS_H
#define FEEDS_LOG_ROWS_H

#include "feeds/csv.h"

enum log_header { LOG_NAMES_FIRST, LOG_NO_NAMES };

struct log_rows_terms {
    const char *columns;                /* "": comma-separated. */
    const char *charset;                /* "": UTF-8. */
    char separator;
    enum log_header header;             /* Of comma-separated ones. */
    size_t row_bytes_max;
};

struct log_rows;
/* NULL, with a sentence: columns or charset are wrong. */
struct log_rows *log_rows_new(const struct log_rows_terms *terms, char *ret_sentence,
                              size_t sentence_bytes);
void log_rows_free(struct log_rows *rows);

void log_rows_add(struct log_rows *rows, struct span bytes);
/* Nothing more will come. */
void log_rows_end(struct log_rows *rows);
/* From another place of the source on; at 0 a row of names comes again. */
void log_rows_restart(struct log_rows *rows, uint64_t offset);

/* Reads the row of names, where one comes first; true when there is none to be read any more. */
bool log_rows_learn(struct log_rows *rows);
/* The next row of content; false as csv_next(). A row with bytes that its charset has not is
 * BAD_UTF8, with the field's name. Loans until the next call. */
bool log_rows_next(struct log_rows *rows, struct csv_row *ret_row);
/* The names, once they are known: in a fixed layout at once; NULL before, and without names. */
const struct csv_row *log_rows_names(const struct log_rows *rows);

/* A field by its column's name (case and blanks at its ends aside) or by its number from 1. */
bool log_rows_field(const struct log_rows *rows, const struct csv_row *row, const char *name,
                    struct span *ret_field);

#endif
