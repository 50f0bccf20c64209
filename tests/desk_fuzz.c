#include "tests/desk_fuzz.h"

#define NOW_MS INT64_C(1774102324000)

struct nmea_desk *desk_fuzz_new(void)
{
    static const char *const units[] = { "E1", "E2 talker=GN", "E3 source=r003669946",
                                         "E4 device=/dev/gps0", "FB1 mmsi=366999001",
                                         "FB2 mmsi=own" };
    struct desk_terms terms = { .others = true };
    struct nmea_desk *desk = nmea_desk_new(&terms);
    char sentence[200];

    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        bool taken = nmea_desk_unit(desk, span_of(units[i]), sentence, sizeof sentence);
        assert(taken);
    }
    return desk;
}

static void report_check(const struct report *report, struct digest *digest)
{
    struct arena *arena = arena_new();
    struct buffer line = { 0 };
    struct json *json = NULL;
    struct report again;

    report_write(report, &line);
    assert(line.length <= REPORT_LINE_BYTES_MAX);
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    digest_bytes(digest, line.bytes, line.length);
    json_free(json);
    buffer_clear(&line);
    arena_free(arena);
}

void desk_fuzz_line(struct nmea_desk *desk, struct span line, struct digest *digest)
{
    struct arena *arena = arena_new();
    struct desk_outcome outcome;

    nmea_desk_take(desk, line, "192.0.2.1", NOW_MS, arena, &outcome);
    digest_number(digest, outcome.verdict.refusal);
    assert(!outcome.noise || outcome.verdict.refusal == REFUSED_BAD_SYNTAX);
    for (uint32_t i = 0; i < outcome.count; i++)
        report_check(&outcome.reports[i], digest);
    arena_free(arena);
}
