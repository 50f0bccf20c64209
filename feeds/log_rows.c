#include "feeds/log_rows.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/charset.h"
#include "feeds/fixed.h"

struct log_rows {
    struct log_rows_terms terms;
    struct csv *csv;                    /* One of the two. */
    struct fixed *fixed;
    struct fixed_columns columns;
    struct charset *charset;
    struct arena *arena;                /* As long as the rows: names. */
    struct arena *turn;                 /* One row's turned texts. */
    bool names_known, names_due;
    struct csv_row names;
    struct span name_fields[CSV_FIELDS_MAX], fields[CSV_FIELDS_MAX];
};

static void fixed_names(struct log_rows *rows)
{
    for (uint32_t i = 0; i < rows->columns.count; i++)
        rows->name_fields[i] = span_of(rows->columns.at[i].name);
    rows->names = (struct csv_row){ .fields = rows->name_fields,
                                    .field_count = rows->columns.count };
    rows->names_known = true;
}

static bool layout_open(struct log_rows *rows, char *sentence, size_t sentence_bytes)
{
    const struct log_rows_terms *terms = &rows->terms;

    if (terms->charset[0]) {
        rows->charset = charset_open(terms->charset, sentence, sentence_bytes);
        if (!rows->charset)
            return false;
    }
    if (!terms->columns[0]) {
        rows->csv = csv_new(terms->separator, terms->row_bytes_max);
        rows->names_due = terms->header == LOG_NAMES_FIRST;
        return true;
    }
    if (!fixed_columns_read(terms->columns, rows->arena, &rows->columns, sentence,
                            sentence_bytes))
        return false;
    rows->fixed = fixed_new(&rows->columns, rows->charset ? FIXED_BYTES : FIXED_CHARACTERS,
                            terms->row_bytes_max);
    fixed_names(rows);
    return true;
}

struct log_rows *log_rows_new(const struct log_rows_terms *terms, char *ret_sentence,
                              size_t sentence_bytes)
{
    struct log_rows *rows = base_alloc(1, sizeof *rows);

    rows->terms = *terms;
    rows->arena = arena_new();
    rows->turn = arena_new();
    if (layout_open(rows, ret_sentence, sentence_bytes))
        return rows;
    log_rows_free(rows);
    return NULL;
}

void log_rows_free(struct log_rows *rows)
{
    if (!rows)
        return;
    csv_free(rows->csv);
    fixed_free(rows->fixed);
    charset_close(rows->charset);
    arena_free(rows->arena);
    arena_free(rows->turn);
    base_free(rows);
}

void log_rows_add(struct log_rows *rows, struct span bytes)
{
    if (rows->csv)
        csv_add(rows->csv, bytes);
    else
        fixed_add(rows->fixed, bytes);
}

void log_rows_end(struct log_rows *rows)
{
    if (rows->csv)
        csv_end(rows->csv);
    else
        fixed_end(rows->fixed);
}

void log_rows_restart(struct log_rows *rows, uint64_t offset)
{
    if (rows->csv)
        csv_restart(rows->csv, offset);
    else
        fixed_restart(rows->fixed, offset);
    if (offset == 0)
        rows->names_due = rows->csv && rows->terms.header == LOG_NAMES_FIRST;
}

/* ---- names and fields ---- */

static void field_name(const struct log_rows *rows, uint32_t field, char *text, size_t text_bytes)
{
    if (rows->names_known && field < rows->names.field_count)
        text_copy(text, text_bytes, span_trim(rows->names.fields[field]));
    else
        snprintf(text, text_bytes, "column %u", field + 1);
}

/* Turns all fields into UTF-8. */
static void row_turn(struct log_rows *rows, struct csv_row *row)
{
    char name[40];
    size_t offset;

    arena_reset(rows->turn);
    for (uint32_t i = 0; i < row->field_count; i++) {
        if (charset_text(rows->charset, row->fields[i], rows->turn, &rows->fields[i], &offset))
            continue;
        field_name(rows, i, name, sizeof name);
        row->verdict = refused(REFUSED_BAD_UTF8, row->offsets[i] + offset, name);
        return;
    }
    row->fields = rows->fields;
}

static void names_keep(struct log_rows *rows, const struct csv_row *row)
{
    for (uint32_t i = 0; i < row->field_count; i++)
        rows->name_fields[i] = span_of(arena_copy(rows->arena, span_trim(row->fields[i])));
    rows->names = (struct csv_row){ .fields = rows->name_fields,
                                    .field_count = row->field_count };
    rows->names_known = true;
    rows->names_due = false;
}

static bool raw_next(struct log_rows *rows, struct csv_row *ret_row)
{
    if (!(rows->csv ? csv_next(rows->csv, ret_row) : fixed_next(rows->fixed, ret_row)))
        return false;
    if (rows->charset && is_accepted(&ret_row->verdict))
        row_turn(rows, ret_row);
    return true;
}

/* A first row that is none is passed over: the next may be it. */
bool log_rows_learn(struct log_rows *rows)
{
    struct csv_row row;

    while (rows->names_due && raw_next(rows, &row))
        if (is_accepted(&row.verdict))
            names_keep(rows, &row);
    return !rows->names_due;
}

bool log_rows_next(struct log_rows *rows, struct csv_row *ret_row)
{
    return log_rows_learn(rows) && raw_next(rows, ret_row);
}

const struct csv_row *log_rows_names(const struct log_rows *rows)
{
    return rows->names_known ? &rows->names : NULL;
}

bool log_rows_field(const struct log_rows *rows, const struct csv_row *row, const char *name,
                    struct span *ret_field)
{
    uint32_t count = rows->names_known ? rows->names.field_count : 0, field = count;
    int64_t number;

    for (uint32_t i = 0; i < count && field == count; i++)
        if (text_same_ignoring_case(rows->names.fields[i], span_of(name)))
            field = i;
    if (field == count) {
        if (!span_to_int64(span_of(name), &number) || number < 1 || number > CSV_FIELDS_MAX)
            return false;
        field = (uint32_t)number - 1;
    }
    *ret_field = field < row->field_count ? row->fields[field] : span_of("");
    return true;
}
