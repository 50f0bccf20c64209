/* Goal: no log of any layout or charset makes its reader crash; how the bytes are cut into reads
 * changes nothing; every row becomes a report that the hub takes or a refusal. Method: a line of
 * fixed columns ("" for comma-separated), a line with a charset, then the log; whole and in pieces,
 * rows compared by digest, each mapped. */
#include <string.h>

#include "app/base/fields.h"
#include "feeds/log_rows.h"
#include "feeds/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct looking {
    const struct log_rows *rows;
    const struct csv_row *row;
};

static bool look(void *context, const char *name, struct span *ret_text)
{
    const struct looking *looking = context;
    return log_rows_field(looking->rows, looking->row, name, ret_text);
}

static void row_check(const struct mapping *mapping, const struct log_rows *rows,
                      const struct csv_row *row)
{
    struct arena *arena = arena_new();
    struct looking looking = { rows, row };
    struct expression_source source = { .look = look, .context = &looking };
    struct mapped mapped;
    struct verdict verdict = mapping_take(mapping, &source, arena, &mapped);

    if (is_accepted(&verdict)) {
        verdict = report_fits(&mapped.reports[0]);
        assert(is_accepted(&verdict));
    }
    arena_free(arena);
}

static uint64_t rows_digest(const struct log_rows_terms *terms, const struct mapping *mapping,
                            struct span log, size_t piece)
{
    char sentence[200];
    struct log_rows *rows = log_rows_new(terms, sentence, sizeof sentence);
    struct digest digest;
    struct csv_row row;

    digest_start(&digest);
    for (size_t at = 0; rows && at <= log.length; at += piece) {
        size_t left = log.length - at;
        if (left == 0)
            log_rows_end(rows);
        else
            log_rows_add(rows, span_from(log.bytes + at, left < piece ? left : piece));
        while (log_rows_next(rows, &row)) {
            digest_number(&digest, row.verdict.refusal);
            digest_number(&digest, row.end);
            for (uint32_t i = 0; is_accepted(&row.verdict) && i < row.field_count; i++)
                digest_bytes(&digest, row.fields[i].bytes, row.fields[i].length);
            if (mapping && is_accepted(&row.verdict))
                row_check(mapping, rows, &row);
        }
        if (left > 0 && left < piece)
            at = log.length - piece;
    }
    log_rows_free(rows);
    return digest_end(&digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const charsets[] = { "", "CP1252", "SHIFT_JIS", "GB18030", "KOI8-R" };
    static const char *const rules[] = { "id=id|1|=x", "text={words}[, {2}]",
                                         "at=t -> %Y-%m-%d %H:%M:%S", "place=3|where",
                                         "lat=la", "lon=lo", NULL };
    struct zone zone = { .offset_ms = 3600000 };
    struct mapping_options options = { .kind = REPORT_INCIDENT, .zone = &zone };
    struct span rest = span_from((const char *)bytes, length), columns, choice;
    struct arena *arena = arena_new();
    char sentence[200];

    span_cut(&rest, '\n', &columns);
    if (!span_cut(&rest, '\n', &choice) || choice.length < 2 || !rest.bytes) {
        arena_free(arena);
        return 0;
    }
    struct mapping *mapping = mapping_new(&options);
    for (size_t i = 0; rules[i]; i++)
        mapping_add(mapping, rules[i], sentence, sizeof sentence);
    mapping_finish(mapping, sentence, sizeof sentence);
    struct log_rows_terms terms = {
        .columns = arena_copy(arena, columns), .separator = ',', .row_bytes_max = 300,
        .charset = charsets[(uint8_t)choice.bytes[0] % ARRAY_COUNT(charsets)],
        .header = (uint8_t)choice.bytes[1] % 2 ? LOG_NAMES_FIRST : LOG_NO_NAMES,
    };
    uint64_t whole = rows_digest(&terms, mapping, rest, rest.length ? rest.length : 1);
    uint64_t torn = rows_digest(&terms, NULL, rest, 1 + length % 5);
    assert(whole == torn);
    mapping_free(mapping);
    arena_free(arena);
    return 0;
}
