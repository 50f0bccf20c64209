#include "feeds/csv.h"

#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

struct csv {
    struct buffer bytes;
    size_t taken;               /* Bytes at the front that have been given out. */
    struct verdict wrong;       /* Of the running row, once it is known to be none ... */
    size_t searched;            /* ... and from `taken`, how far its line's end was not found. */
    uint64_t offset;            /* In the source, of the buffer's first byte. */
    char separator;
    size_t row_bytes_max;
    bool ended, mark_judged;
    struct span fields[CSV_FIELDS_MAX];
    size_t offsets[CSV_FIELDS_MAX];
    struct arena *arena;        /* Fields whose doubled quotes were made single. */
};

struct csv *csv_new(char separator, size_t row_bytes_max)
{
    struct csv *csv = base_alloc(1, sizeof *csv);

    csv->separator = separator;
    csv->wrong = accepted();
    csv->row_bytes_max = row_bytes_max;
    csv->arena = arena_new();
    return csv;
}

void csv_free(struct csv *csv)
{
    if (!csv)
        return;
    buffer_clear(&csv->bytes);
    arena_free(csv->arena);
    base_free(csv);
}

void csv_restart(struct csv *csv, uint64_t offset)
{
    buffer_reset(&csv->bytes);
    csv->taken = csv->searched = 0;
    csv->wrong = accepted();
    csv->offset = offset;
    csv->mark_judged = offset > 0;
    csv->ended = false;
}

void csv_add(struct csv *csv, struct span bytes)
{
    csv->offset += csv->taken;
    buffer_drop_front(&csv->bytes, csv->taken);
    csv->taken = 0;
    buffer_add(&csv->bytes, bytes);
}

void csv_end(struct csv *csv)
{
    csv->ended = true;
}

/* ---- one row ---- */

enum row_end { ROW_WHOLE, ROW_OPEN, ROW_WRONG };

/* Where scanning stands in a row. */
struct scan {
    struct span bytes;
    size_t at;
    struct csv_row *row;
};

static bool at_line_end(const struct scan *scan)
{
    return scan->at == scan->bytes.length || scan->bytes.bytes[scan->at] == '\n'
           || (scan->bytes.bytes[scan->at] == '\r' && scan->at + 1 < scan->bytes.length
               && scan->bytes.bytes[scan->at + 1] == '\n');
}

static struct span single_quotes(struct csv *csv, struct span doubled)
{
    char *text = arena_alloc(csv->arena, doubled.length + 1);
    size_t length = 0;

    for (size_t i = 0; i < doubled.length; i++) {
        text[length++] = doubled.bytes[i];
        if (doubled.bytes[i] == '"')
            i++;
    }
    return span_from(text, length);
}

/* Stands on the opening quote. ROW_OPEN: the closing one has not come yet. */
static enum row_end quoted_scan(struct csv *csv, struct scan *scan, struct span *ret_field)
{
    size_t start = scan->at + 1, end = start;
    bool doubled = false;

    for (;;) {
        const char *quote = end < scan->bytes.length
            ? memchr(scan->bytes.bytes + end, '"', scan->bytes.length - end) : NULL;
        if (!quote)
            return ROW_OPEN;
        end = (size_t)(quote - scan->bytes.bytes);
        if (end + 1 == scan->bytes.length || scan->bytes.bytes[end + 1] != '"')
            break;
        doubled = true;
        end += 2;
    }
    struct span field = span_from(scan->bytes.bytes + start, end - start);
    *ret_field = doubled ? single_quotes(csv, field) : field;
    scan->at = end + 1;
    if (scan->at + 1 == scan->bytes.length && scan->bytes.bytes[scan->at] == '\r')
        return ROW_OPEN;            /* Half a line end. */
    return at_line_end(scan) || scan->bytes.bytes[scan->at] == csv->separator ? ROW_WHOLE
                                                                              : ROW_WRONG;
}

static struct span plain_scan(const struct csv *csv, struct scan *scan)
{
    size_t start = scan->at;

    while (!at_line_end(scan) && scan->bytes.bytes[scan->at] != csv->separator)
        scan->at++;
    return span_from(scan->bytes.bytes + start, scan->at - start);
}

/* Reads fields up to the row's end, and stands there; on ROW_WRONG, where the trouble is. */
static enum row_end row_scan(struct csv *csv, struct scan *scan)
{
    uint32_t *count = &scan->row->field_count;

    for (*count = 0;; scan->at++) {
        enum row_end end = ROW_WHOLE;
        if (*count == CSV_FIELDS_MAX)
            return ROW_WRONG;
        csv->offsets[*count] = scan->at;
        bool quoted = scan->at < scan->bytes.length && scan->bytes.bytes[scan->at] == '"';
        if (quoted)
            end = quoted_scan(csv, scan, &csv->fields[*count]);
        else
            csv->fields[*count] = plain_scan(csv, scan);
        if (end != ROW_WHOLE)
            return end;
        (*count)++;
        if (!at_line_end(scan))
            continue;
        /* The end of what has come so far is the row's end only when no more will come; a CR there
         * may be the first half of a line end. */
        bool whole = scan->at < scan->bytes.length || csv->ended;
        return whole ? ROW_WHOLE : ROW_OPEN;
    }
}

static size_t line_end_length(struct span bytes, size_t at)
{
    if (at == bytes.length)
        return 0;
    return bytes.bytes[at] == '\r' ? 2 : 1;
}

static void row_give(struct csv *csv, struct csv_row *row, struct span bytes, size_t length,
                     size_t line_end)
{
    row->raw = span_from(bytes.bytes, length);
    row->fields = csv->fields;
    row->offsets = csv->offsets;
    csv->taken += length + line_end;
    csv->searched = 0;
    row->end = csv->offset + csv->taken;
}

/* Gives the first line of a wrong row. False: that line's end has not come yet. */
static bool wrong_give(struct csv *csv, struct csv_row *row, struct span bytes)
{
    const char *end = memchr(bytes.bytes + csv->searched, '\n', bytes.length - csv->searched);

    csv->searched = bytes.length;
    if (!end && !csv->ended && bytes.length < CSV_LINE_BYTES_MAX)
        return false;
    size_t length = end ? (size_t)(end - bytes.bytes) : bytes.length;
    row->verdict = csv->wrong;
    if (row->verdict.offset > length)
        row->verdict.offset = length;
    row->field_count = 0;
    csv->wrong = accepted();
    row_give(csv, row, bytes, length, end ? 1 : 0);
    return true;
}

/* What is to be said of a row that was scanned up to `at`; the same however its bytes were cut
 * into reads, so length is judged before anything behind the limit is. */
static struct verdict row_judge(const struct csv *csv, enum row_end end, size_t at, size_t length)
{
    /* The last byte of an open row may be the first half of its line end. */
    if ((end == ROW_OPEN ? length - 1 : at) > csv->row_bytes_max)
        return refused(REFUSED_TOO_LONG, csv->row_bytes_max, "");
    if (end == ROW_WRONG)
        return refused(REFUSED_BAD_SYNTAX, at, "");
    if (end == ROW_OPEN && csv->ended)
        return refused(REFUSED_TRUNCATED, length, "");
    return accepted();
}

static bool row_next(struct csv *csv, struct csv_row *row)
{
    struct span bytes = span_from(csv->bytes.bytes + csv->taken, csv->bytes.length - csv->taken);
    struct scan scan = { .bytes = bytes, .row = row };

    if (!is_accepted(&csv->wrong))
        return wrong_give(csv, row, bytes);
    row->verdict = accepted();
    arena_reset(csv->arena);
    enum row_end end = row_scan(csv, &scan);
    csv->wrong = row_judge(csv, end, scan.at, bytes.length);
    if (!is_accepted(&csv->wrong))
        return wrong_give(csv, row, bytes);
    if (end == ROW_OPEN)
        return false;
    row_give(csv, row, bytes, scan.at, line_end_length(bytes, scan.at));
    return true;
}

static bool mark_skip(struct csv *csv)
{
    struct span start = buffer_span(&csv->bytes);

    if (csv->mark_judged)
        return true;
    if (start.length < strlen(byte_order_mark) && !csv->ended)
        return false;
    csv->mark_judged = true;
    if (span_starts(start, byte_order_mark))
        csv->taken = strlen(byte_order_mark);
    return true;
}

bool csv_next(struct csv *csv, struct csv_row *ret_row)
{
    if (!mark_skip(csv))
        return false;
    while (csv->bytes.length > csv->taken) {
        if (!row_next(csv, ret_row))
            return false;
        if (ret_row->raw.length)
            return true;
    }
    return false;
}
