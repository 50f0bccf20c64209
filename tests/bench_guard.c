/* bench_guard.c - what a bad neighbour costs: a feed of 1,000 reports a second beside one that
 * is fed garbage at full speed, for a whole minute, against the same minute without it. */
#include <stdio.h>

#include "tests/bench.h"
#include "tests/flood_room.h"

enum { SECONDS = 60 };

static const struct { const char *name, *flood; } neighbours[] = {
    { "beside garbage lines", "exec yes '\x1b]0;not JSON at all'" },
    { "beside one line without end", "exec tr '\\0' x < /dev/zero" },
    { "beside random bytes", "exec cat /dev/urandom" },
    { "beside reports at full speed",
      "exec yes '{\"report\":\"message\",\"unit\":\"none\",\"text\":\"a flood of reports\"}'" },
};

int main(void)
{
    struct flood_result quiet = flood_run(SITE_PLAIN, SECONDS, NULL);
    char name[80];

    for (size_t i = 0; i < ARRAY_COUNT(neighbours); i++) {
        struct flood_result result = flood_run(SITE_PLAIN, SECONDS, neighbours[i].flood);
        snprintf(name, sizeof name, "feed %s: reports lost of 60,000", neighbours[i].name);
        bench_row(&(struct bench_row){ .name = name,
                                       .figure = SECONDS * FLOOD_REPORTS_PER_S - result.kept,
                                       .unit = "reports", .limit = LIMIT_NONE, .goal = "<= 0" });
        snprintf(name, sizeof name, "feed %s: written to kept, p99", neighbours[i].name);
        bench_row(&(struct bench_row){ .name = name, .figure = result.p99_ms, .unit = "ms",
                                       .limit = LIMIT_NONE, .goal = "<= 100" });
        if (i == 0)
            bench_row(&(struct bench_row){ .name = "feed beside garbage lines: p99 against alone",
                                           .figure = result.p99_ms, .unit = "ms",
                                           .limit = quiet.p99_ms, .goal = "-" });
    }
    return 0;
}
