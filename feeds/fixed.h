/* fixed.h - rows of fixed columns: each field stands between two places of its line.
 *
 *     columns=time:1-19,type:20-30,place:31-      counted from 1, both ends included; the last of
 *                                                 these to the line's end
 *
 * Places count characters of UTF-8; in a log of another charset, bytes. A line that ends before a
 * column leaves it empty. Gives the same rows as csv.h, so that what reads one reads the other. */
#ifndef FEEDS_FIXED_H
#define FEEDS_FIXED_H

#include "feeds/csv.h"

enum { FIXED_COLUMNS_MAX = 64, FIXED_PLACE_MAX = 65536 };

struct fixed_columns {
    struct {
        const char *name;               /* In the arena. */
        uint32_t from, to;              /* From 0; `to` is behind it, UINT32_MAX: the line's end. */
    } at[FIXED_COLUMNS_MAX];
    uint32_t count;
};

/* False: ret_sentence says which column is wrong. */
bool fixed_columns_read(const char *text, struct arena *arena, struct fixed_columns *ret_columns,
                        char *ret_sentence, size_t sentence_bytes);

enum fixed_unit { FIXED_CHARACTERS, FIXED_BYTES };
/* Cuts `line` into `fields` (room for FIXED_COLUMNS_MAX), blanks at their ends left out. */
void fixed_cut(const struct fixed_columns *columns, enum fixed_unit unit, struct span line,
               struct span *fields, size_t *offsets);

struct fixed;
/* `columns` has to live as long. */
struct fixed *fixed_new(const struct fixed_columns *columns, enum fixed_unit unit,
                        size_t row_bytes_max);
void fixed_free(struct fixed *fixed);
/* As those of csv.h. */
void fixed_restart(struct fixed *fixed, uint64_t offset);
void fixed_add(struct fixed *fixed, struct span bytes);
void fixed_end(struct fixed *fixed);
bool fixed_next(struct fixed *fixed, struct csv_row *ret_row);

#endif
