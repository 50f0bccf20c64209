/* fuzz_report.c - any line an adapter could send. A report that is accepted is within its bounds,
 * and what is written of it is read back as the same report with the same digest: else a journal
 * could not be replayed. */
#include <string.h>

#include "app/base/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_report(struct span text, struct arena *arena, struct json **ret_json,
                        struct report *ret_report)
{
    *ret_json = NULL;
    struct verdict verdict = json_parse(text, ret_json);

    if (is_accepted(&verdict))
        verdict = report_read(*ret_json, arena, ret_report);
    return is_accepted(&verdict);
}

static uint64_t report_digest(const struct report *report)
{
    struct digest digest;

    digest_start(&digest);
    record_digest(report_shape(report->kind), &report->incident, &digest);
    return digest_end(&digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct buffer first = { 0 }, second = { 0 };
    struct json *json, *again;
    struct report report, same;

    if (read_report(span_from((const char *)data, size), arena, &json, &report)) {
        report_write(&report, &first);
        bool good = read_report(buffer_span(&first), arena, &again, &same);
        assert(good && same.kind == report.kind);
        assert(report_digest(&same) == report_digest(&report));
        report_write(&same, &second);
        assert(strcmp(first.bytes, second.bytes) == 0);
        json_free(again);
    }
    json_free(json);
    buffer_clear(&first);
    buffer_clear(&second);
    arena_free(arena);
    return 0;
}
