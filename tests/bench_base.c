/* bench_base.c - what every message pays: the JSON door with its border checks, against bare cJSON
 * on events of the limit program's size. */
#include <stdio.h>
#include <string.h>

#include "app/base/json.h"
#include "app/base/report.h"
#include "tests/bench.h"

enum { LINES = 1000, PASSES = 5 };

/* As ../shared/bench/c_parse makes them: about 330 bytes, nine members and a nested one. */
static struct buffer *events_new(void)
{
    struct buffer *events = base_alloc(LINES, sizeof *events);

    for (int i = 0; i < LINES; i++)
        buffer_print(&events[i],
                     "{\"report\":\"alarm\",\"id\":\"INC-%08d\",\"at\":\"2026-11-17T14:32:07Z\","
                     "\"point\":\"gauge-%03d\",\"condition\":\"level\",\"state\":\"active\","
                     "\"lat\":%.6f,\"lon\":%.6f,\"priority\":%d,\"value\":%.3f,\"unit\":\"m\","
                     "\"place\":\"Harbour basin %d, north quay\",\"text\":\"level above the second "
                     "mark, pump two does not start, keeper on the way, next reading in ten "
                     "minutes\",\"extra\":{\"type\":\"Point\",\"battery\":%d}}",
                     i, i % 400, 53 + i * 1e-4, 10 + i * 1e-4, 1 + i % 5, i * 0.01, i % 9, i % 100);
    return events;
}

static void parse(const struct buffer *event, struct arena *arena)
{
    struct json *json;
    (void)arena;
    struct verdict verdict = json_parse(buffer_span(event), &json);
    assert(is_accepted(&verdict));
    json_free(json);
}

static void parse_and_read(const struct buffer *event, struct arena *arena)
{
    struct json *json;
    struct report report;
    struct verdict verdict = json_parse(buffer_span(event), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &report);
    assert(is_accepted(&verdict));
    json_free(json);
}

/* Events a second: the median of some passes, each of at least a tenth of a second. */
static double rate_of(void (*work)(const struct buffer *, struct arena *))
{
    struct buffer *events = events_new();
    struct arena *arena = arena_new();
    double rates[PASSES];

    for (int pass = 0; pass < PASSES; pass++) {
        double start_s = bench_seconds(), took_s;
        long done = 0;
        do {
            for (int i = 0; i < LINES; i++, done++) {
                work(&events[i], arena);
                arena_reset(arena);
            }
            took_s = bench_seconds() - start_s;
        } while (took_s < 0.1);
        rates[pass] = (double)done / took_s;
    }
    for (int i = 0; i < LINES; i++)
        buffer_clear(&events[i]);
    base_free(events);
    arena_free(arena);
    return bench_median(rates, PASSES);
}

int main(void)
{
    const char *const cjson[] = { "c_parse", "cjson", "0.3", NULL };
    double limit = bench_limit(cjson, "cjson", "cjson");

    bench_row(&(struct bench_row){ .name = "JSON door, border checked (bare cJSON)",
                                   .figure = rate_of(parse), .unit = "events/s", .limit = limit,
                                   .goal = ">= 0.6" });
    bench_row(&(struct bench_row){ .name = "report from its line (bare cJSON)",
                                   .figure = rate_of(parse_and_read), .unit = "events/s",
                                   .limit = limit, .goal = ">= 0.5" });
    return 0;
}
