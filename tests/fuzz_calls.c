/* Goal: no bytes make the call log reader crash; how the bytes are cut into reads changes nothing;
 * every row becomes a report that the hub takes or a refusal. Method: the same bytes whole and in
 * pieces (the first byte says how long), rows compared by digest. */
#include <string.h>

#include "feeds/call_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct call_plan plan = {
    .columns = { [COLUMN_TIME] = { .fields = { 0 }, .count = 1 },
                 [COLUMN_LAT] = { .fields = { 1 }, .count = 1 },
                 [COLUMN_LON] = { .fields = { 2 }, .count = 1 },
                 [COLUMN_PLACE] = { .fields = { 3, 4 }, .count = 2 },
                 [COLUMN_TYPE] = { .fields = { 5 }, .count = 1 },
                 [COLUMN_TEXT] = { .fields = { 5, 6 }, .count = 2 },
                 [COLUMN_PRIORITY] = { .fields = { 7 }, .count = 1 } },
    .time_format = "%Y-%m-%d %H:%M:%S",
    .zone = { .offset_ms = 3600000 }, .types = "EMS=MED,Fire=FIRE,=OTHER",
};

static void report_check(const struct report *report, struct arena *arena)
{
    struct buffer line = { 0 };
    struct json *json = NULL;
    struct report again;

    report_write(report, &line);
    assert(line.length + 96 <= REPORT_LINE_BYTES_MAX);          /* And a cursor. */
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    json_free(json);
    buffer_clear(&line);
}

static void row_check(const struct csv_row *row, uint64_t number, struct digest *digest)
{
    struct arena *arena = arena_new();
    struct report report;
    struct call_time time = { 0 };
    struct verdict verdict = call_row_read(&plan, row, number, &time, arena, &report);

    digest_bytes(digest, row->raw.bytes, row->raw.length);
    digest_number(digest, verdict.refusal);
    digest_number(digest, row->field_count);
    for (uint32_t i = 0; i < row->field_count; i++)
        digest_bytes(digest, row->fields[i].bytes, row->fields[i].length);
    if (is_accepted(&verdict))
        report_check(&report, arena);
    arena_free(arena);
}

static uint64_t rows_digest(struct span bytes, size_t piece)
{
    struct csv *csv = csv_new(',', 300);
    struct csv_row row;
    struct digest digest;
    uint64_t number = 0, end = 0;

    digest_start(&digest);
    for (size_t at = 0; at <= bytes.length; at += piece) {
        size_t left = bytes.length - at;
        if (left == 0)
            csv_end(csv);
        else
            csv_add(csv, span_from(bytes.bytes + at, left < piece ? left : piece));
        while (csv_next(csv, &row)) {
            assert(row.end > end);
            end = row.end;
            row_check(&row, ++number, &digest);
        }
        if (left > 0 && left < piece)
            at = bytes.length - piece;
    }
    assert(end <= bytes.length);
    csv_free(csv);
    return digest_end(&digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2)
        return 0;
    struct span log = span_from((const char *)bytes + 1, length - 1);
    size_t piece = 1 + bytes[0] % 64;
    if (length > 4096)
        piece *= 64;                /* Byte by byte through a long log only costs time. */
    assert(rows_digest(log, log.length) == rows_digest(log, piece));
    return 0;
}
