/* shape_table.h - the attributes of one layer (a shapefile's .dbf, a GeoJSON file's properties)
 * opened for looking at single records and for searching, without reading the whole layer.
 *
 * Record numbers are those of `struct shapes` read from the same path. Values are clean UTF-8, the
 * same as shapes_value() gives. A table belongs to one thread at a time and keeps its file open. */
#ifndef MAPS_SHAPE_TABLE_H
#define MAPS_SHAPE_TABLE_H

#include "maps/codepage.h"
#include "maps/shapefile.h"

enum { SHAPE_VALUE_BYTES = CODEPAGE_TEXT_BYTES };       /* Longer ones end in an ellipsis. */

struct shape_table;

/* `path` as for shapefile_read(). A shapefile without a .dbf gives a table without columns. On
 * failure *ret_table is untouched and `why` holds a sentence. Errors: those of shapefile_read(). */
enum status shape_table_open(const char *path, struct shape_table **ret_table, char *why,
                             size_t why_bytes);
void shape_table_free(struct shape_table *table);

uint32_t shape_table_record_count(const struct shape_table *table);
uint32_t shape_table_field_count(const struct shape_table *table);
const struct shape_field *shape_table_field(const struct shape_table *table, uint32_t column);
/* Column number of `name` (ASCII case ignored), or -1. */
int shape_table_column(const struct shape_table *table, const char *name);

/* Writes the value and returns its length; "" for null, and for a record past the last. */
size_t shape_table_value(struct shape_table *table, uint32_t record, uint32_t column,
                         char value[SHAPE_VALUE_BYTES]);

struct shape_search {
    const char *words;          /* Clean UTF-8; upper and lower case are the same. */
    int column;                 /* -1: any. */
    enum { SHAPE_SEARCH_HOLDS, SHAPE_SEARCH_STARTS, SHAPE_SEARCH_IS } how;
};

/* Looks from record *at up to `end`, so that a search can be cut into pieces. True when one is
 * found: *at is its number, and the next call starts at *at + 1. False: *at is `end`, or the
 * number of records if that is less. */
bool shape_table_find(struct shape_table *table, const struct shape_search *search, uint32_t *at,
                      uint32_t end);

#endif
