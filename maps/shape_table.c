#include "maps/shape_table.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/dbf.h"
#include "maps/geojson_rows.h"
#include "maps/source.h"

/* One of the two; neither: a shapefile without a .dbf, a table without columns. */
struct shape_table {
    struct dbf *dbf;
    struct geojson_rows *geojson;
};

static enum status fail(enum status status, const char *path, const char *reason, char *why,
                        size_t why_bytes)
{
    char sentence[SOURCE_PATH_BYTES + 300];

    snprintf(sentence, sizeof sentence, "%s: %s.", path, reason);
    text_clean(span_of(sentence), why, why_bytes);
    return status;
}

/* Attributes may be there without the shapes they belong to. */
static enum status dbf_alone(const char *path, struct dbf **ret_dbf, char *reason,
                             size_t reason_bytes)
{
    char base[SOURCE_PATH_BYTES], ignored[192];
    size_t length = strlen(path);

    if (length >= sizeof base)
        return STATUS_NOT_FOUND;
    text_copy(base, sizeof base, span_of(path));
    if (length > 4 && text_same_ignoring_case(span_of(path + length - 4), span_of(".dbf")))
        base[length - 4] = '\0';
    enum status status = dbf_open(base, ret_dbf, ignored, sizeof ignored);
    if (status == STATUS_CORRUPT)
        text_copy(reason, reason_bytes, span_of(ignored));
    return status;
}

enum status shape_table_open(const char *path, struct shape_table **ret_table, char *why,
                             size_t why_bytes)
{
    char reason[256], ignored[192];
    struct shape_table table = { 0 };
    struct source source;

    enum status status = source_find(path, &source, reason, sizeof reason);
    if (status == STATUS_NOT_FOUND)
        status = dbf_alone(path, &table.dbf, reason, sizeof reason);
    else if (status == STATUS_OK && source.format == SOURCE_GEOJSON)
        status = geojson_rows_open(source.path, &table.geojson, reason, sizeof reason);
    else if (status == STATUS_OK)
        dbf_open(source.base, &table.dbf, ignored, sizeof ignored);
    if (status != STATUS_OK)
        return fail(status, path, reason, why, why_bytes);
    *ret_table = base_alloc(1, sizeof **ret_table);
    **ret_table = table;
    return STATUS_OK;
}

void shape_table_free(struct shape_table *table)
{
    if (!table)
        return;
    dbf_close(table->dbf);
    geojson_rows_close(table->geojson);
    base_free(table);
}

uint32_t shape_table_record_count(const struct shape_table *table)
{
    if (table->geojson)
        return geojson_rows_count(table->geojson);
    return table->dbf ? dbf_row_count(table->dbf) : 0;
}

uint32_t shape_table_field_count(const struct shape_table *table)
{
    if (table->geojson)
        return geojson_rows_field_count(table->geojson);
    return table->dbf ? dbf_field_count(table->dbf) : 0;
}

const struct shape_field *shape_table_field(const struct shape_table *table, uint32_t column)
{
    assert(column < shape_table_field_count(table));
    return table->geojson ? geojson_rows_field(table->geojson, column)
                          : dbf_field(table->dbf, column);
}

int shape_table_column(const struct shape_table *table, const char *name)
{
    for (uint32_t i = 0; i < shape_table_field_count(table); i++)
        if (text_same_ignoring_case(span_of(shape_table_field(table, i)->name), span_of(name)))
            return (int)i;
    return -1;
}

size_t shape_table_value(struct shape_table *table, uint32_t record, uint32_t column,
                         char value[SHAPE_VALUE_BYTES])
{
    assert(column < shape_table_field_count(table));
    return table->geojson ? geojson_rows_value(table->geojson, record, column, value)
                          : dbf_value(table->dbf, record, column, value);
}

/* ---- Searching ----------------------------------------------------------------------------- */

/* The small letter of a capital one in the scripts that street names are written in: Latin, Greek,
 * Cyrillic. Unicode's own table is larger; what it has beyond these is not typed in upper case. */
static uint32_t small_letter(uint32_t code)
{
    if (code >= 'A' && code <= 'Z')
        return code + 32;
    if ((code >= 0xC0 && code <= 0xDE && code != 0xD7) || (code >= 0x391 && code <= 0x3A9)
        || (code >= 0x410 && code <= 0x42F))
        return code + 32;
    if (code >= 0x400 && code <= 0x40F)
        return code + 80;
    bool odd_pairs = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E);
    bool even_pairs = (code >= 0x100 && code <= 0x137) || (code >= 0x14A && code <= 0x177)
                      || (code >= 0x460 && code <= 0x52F) || (code >= 0x1E00 && code <= 0x1EFF);
    if ((odd_pairs && code % 2 == 1) || (even_pairs && code % 2 == 0))
        return code + 1;
    return code;
}

/* Folded text is never longer: small letters of these scripts have as many bytes as capitals. */
static size_t fold(const char *text, char folded[SHAPE_VALUE_BYTES])
{
    struct span rest = span_of(text);
    size_t used = 0;
    uint32_t code;

    while (rest.length > 0) {
        size_t length = utf8_decode(rest, &code);
        if (length == 0 || used + 4 >= SHAPE_VALUE_BYTES)
            break;
        used += utf8_encode(small_letter(code), folded + used);
        rest = span_from(rest.bytes + length, rest.length - length);
    }
    folded[used] = '\0';
    return used;
}

static bool value_matches(const char *value, const char *words, const struct shape_search *search)
{
    char folded[SHAPE_VALUE_BYTES];

    fold(value, folded);
    switch (search->how) {
    case SHAPE_SEARCH_HOLDS:
        return strstr(folded, words) != NULL;
    case SHAPE_SEARCH_STARTS:
        return strncmp(folded, words, strlen(words)) == 0;
    case SHAPE_SEARCH_IS:
        return strcmp(folded, words) == 0;
    }
    return false;
}

static bool record_matches(struct shape_table *table, uint32_t record, const char *words,
                           const struct shape_search *search)
{
    char value[SHAPE_VALUE_BYTES];
    uint32_t first = search->column < 0 ? 0 : (uint32_t)search->column;
    uint32_t end = search->column < 0 ? shape_table_field_count(table) : first + 1;

    for (uint32_t column = first; column < end; column++)
        if (shape_table_value(table, record, column, value) > 0
            && value_matches(value, words, search))
            return true;
    return false;
}

bool shape_table_find(struct shape_table *table, const struct shape_search *search, uint32_t *at,
                      uint32_t end)
{
    char words[SHAPE_VALUE_BYTES];
    uint32_t count = shape_table_record_count(table);

    assert(search->column < (int)shape_table_field_count(table));
    fold(search->words, words);
    end = end < count ? end : count;
    for (; *at < end; ++*at)
        if (record_matches(table, *at, words, search))
            return true;
    *at = end;
    return false;
}
