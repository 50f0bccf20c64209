/* dbf.h - the attributes of a shapefile, row by row. Opened by shapelib; rows are read through a
 * window, so a file of any size costs what is looked at.
 *
 * Values are clean UTF-8 (codepage.h). What a .dbf writes for "nothing" (blanks, stars, question
 * marks, a date of zeros) is "". A date is 2026-11-23, a logical its letter, a number its digits;
 * a field's width is in bytes. */
#ifndef MAPS_DBF_H
#define MAPS_DBF_H

#include "maps/codepage.h"
#include "maps/shapefile.h"

struct dbf;                 /* Opaque. One thread at a time. */

/* `base` is the path without ".dbf". On failure `why` holds a phrase without a full stop. Errors:
 * STATUS_NOT_FOUND; STATUS_CORRUPT. */
enum status dbf_open(const char *base, struct dbf **ret_dbf, char *why, size_t why_bytes);
void dbf_close(struct dbf *dbf);

uint32_t dbf_row_count(const struct dbf *dbf);          /* Those the file really holds. */
uint32_t dbf_rows_missing(const struct dbf *dbf);       /* Those its header promises beyond. */
/* What it calls its code page when nobody knows that one, else NULL. */
const char *dbf_strange_code_page(const struct dbf *dbf);
/* Was a value so far, neither ASCII nor UTF-8, read as CP1252 for want of anything better? */
bool dbf_code_page_guessed(const struct dbf *dbf);

/* Names are distinct and never empty: a second NAME is NAME_1. */
uint32_t dbf_field_count(const struct dbf *dbf);
const struct shape_field *dbf_field(const struct dbf *dbf, uint32_t column);

bool dbf_row_deleted(struct dbf *dbf, uint32_t row);    /* Also when the disk fails. */
/* Writes a value, "" past the last row, and returns its length. */
size_t dbf_value(struct dbf *dbf, uint32_t row, uint32_t column, char text[CODEPAGE_TEXT_BYTES]);

#endif
