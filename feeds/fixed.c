#include "feeds/fixed.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

/* ---- which columns ---- */

static bool place_read(struct span text, int64_t *ret_place)
{
    return span_to_int64(text, ret_place) && *ret_place >= 1 && *ret_place <= FIXED_PLACE_MAX;
}

/* "time:1-19", "place:31-". */
static bool column_read(struct span text, struct arena *arena, struct fixed_columns *columns)
{
    struct span rest = text, name, first;
    int64_t from, to = UINT32_MAX;

    span_cut(&rest, ':', &name);
    if (!rest.bytes || span_trim(name).length == 0 || columns->count == FIXED_COLUMNS_MAX)
        return false;
    span_cut(&rest, '-', &first);
    bool one = !rest.bytes;
    if (!place_read(first, &from))
        return false;
    if (one)
        to = from;
    else if (span_trim(rest).length && (!place_read(rest, &to) || to < from))
        return false;
    columns->at[columns->count].name = arena_copy(arena, span_trim(name));
    columns->at[columns->count].from = (uint32_t)from - 1;
    columns->at[columns->count++].to = (uint32_t)to;
    return true;
}

bool fixed_columns_read(const char *text, struct arena *arena, struct fixed_columns *ret_columns,
                        char *ret_sentence, size_t sentence_bytes)
{
    struct fixed_columns columns = { .count = 0 };
    struct span rest = span_of(text), column;

    while (span_cut(&rest, ',', &column)) {
        if (column_read(column, arena, &columns))
            continue;
        snprintf(ret_sentence, sentence_bytes, "columns: \"%.*s\" is not NAME:FIRST-LAST, counted "
                 "from 1", (int)(column.length > 60 ? 60 : column.length), column.bytes);
        return false;
    }
    *ret_columns = columns;
    return true;
}

/* ---- one line ---- */

/* Where the character number `place` starts, from one whose place is known. */
static size_t offset_of(struct span line, enum fixed_unit unit, uint32_t place, uint32_t *at_place,
                        size_t *at)
{
    uint32_t code;

    if (unit == FIXED_BYTES)
        return place < line.length ? place : line.length;
    if (*at_place > place)
        *at_place = 0, *at = 0;
    while (*at_place < place && *at < line.length) {
        size_t length = utf8_decode(span_from(line.bytes + *at, line.length - *at), &code);
        *at += length ? length : 1;
        ++*at_place;
    }
    return *at;
}

void fixed_cut(const struct fixed_columns *columns, enum fixed_unit unit, struct span line,
               struct span *fields, size_t *offsets)
{
    uint32_t place = 0;
    size_t at = 0;

    for (uint32_t i = 0; i < columns->count; i++) {
        size_t from = offset_of(line, unit, columns->at[i].from, &place, &at);
        size_t to = columns->at[i].to == UINT32_MAX
            ? line.length : offset_of(line, unit, columns->at[i].to, &place, &at);
        fields[i] = span_trim(span_from(line.bytes + from, to - from));
        offsets[i] = from;
    }
}

/* ---- lines ---- */

struct fixed {
    const struct fixed_columns *columns;
    enum fixed_unit unit;
    size_t row_bytes_max;
    struct buffer bytes;
    size_t taken, searched;     /* Given out; and from there, looked through for a line end. */
    uint64_t offset;            /* In the source, of the buffer's first byte. */
    bool ended;
    struct span fields[FIXED_COLUMNS_MAX];
    size_t offsets[FIXED_COLUMNS_MAX];
};

struct fixed *fixed_new(const struct fixed_columns *columns, enum fixed_unit unit,
                        size_t row_bytes_max)
{
    struct fixed *fixed = base_alloc(1, sizeof *fixed);

    fixed->columns = columns;
    fixed->unit = unit;
    fixed->row_bytes_max = row_bytes_max;
    return fixed;
}

void fixed_free(struct fixed *fixed)
{
    if (!fixed)
        return;
    buffer_clear(&fixed->bytes);
    base_free(fixed);
}

void fixed_restart(struct fixed *fixed, uint64_t offset)
{
    buffer_reset(&fixed->bytes);
    fixed->taken = fixed->searched = 0;
    fixed->offset = offset;
    fixed->ended = false;
}

void fixed_add(struct fixed *fixed, struct span bytes)
{
    fixed->offset += fixed->taken;
    buffer_drop_front(&fixed->bytes, fixed->taken);
    fixed->taken = 0;
    buffer_add(&fixed->bytes, bytes);
}

void fixed_end(struct fixed *fixed)
{
    fixed->ended = true;
}

/* The next line, its end left out. False: it has not come to its end yet. */
static bool line_next(struct fixed *fixed, struct span *ret_line)
{
    size_t left = fixed->bytes.length - fixed->taken;

    if (left == 0)
        return false;
    const char *start = fixed->bytes.bytes + fixed->taken;
    const char *end = left > fixed->searched
        ? memchr(start + fixed->searched, '\n', left - fixed->searched) : NULL;

    fixed->searched = left;
    if (!end && !fixed->ended && left <= CSV_LINE_BYTES_MAX)
        return false;
    size_t length = end ? (size_t)(end - start) : left;
    fixed->taken += length + (end != NULL);
    fixed->searched = 0;
    if (length && start[length - 1] == '\r')
        length--;
    *ret_line = span_from(start, length);
    return true;
}

bool fixed_next(struct fixed *fixed, struct csv_row *ret_row)
{
    struct span line;

    do
        if (!line_next(fixed, &line))
            return false;
    while (span_trim(line).length == 0);
    *ret_row = (struct csv_row){ .verdict = accepted(), .raw = line,
                                 .end = fixed->offset + fixed->taken };
    if (line.length > fixed->row_bytes_max) {
        ret_row->verdict = refused(REFUSED_TOO_LONG, fixed->row_bytes_max, "");
        return true;
    }
    fixed_cut(fixed->columns, fixed->unit, line, fixed->fields, fixed->offsets);
    ret_row->fields = fixed->fields;
    ret_row->offsets = fixed->offsets;
    ret_row->field_count = fixed->columns->count;
    return true;
}
