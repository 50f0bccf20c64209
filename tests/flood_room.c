#include "tests/flood_room.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/bench.h"

enum { LATE_S = 40 };               /* After the last was sent, so long for its result. */

static void script_put(struct test_site *site, const char *name, struct span text)
{
    file_write(site_path(site, name), text);
    int failed = chmod(site_path(site, name), 0755);
    assert(failed == 0);
}

static void site_make(struct test_site *site, uint32_t seconds, const char *flood)
{
    struct buffer conf = { 0 }, script = { 0 };

    file_read("tests/flood_feed.py", &script);
    script_put(site, "good.py", buffer_span(&script));
    buffer_print(&conf,
                 "site { id = FLOOD name = Flood }\ntype FIRE { priority = 1 }\n"
                 "operator KIM { role = dispatcher }\n"
                 "feed good { adapter = jsonl trust = raise supplier = test\n"
                 "    settings = { \"program=good.py\", \"arguments=%u %d\" } }\n",
                 seconds, FLOOD_REPORTS_PER_S);
    buffer_reset(&script);
    buffer_print(&script, "#!/bin/sh\n%s\n", flood ? flood : "");
    script_put(site, "flood.sh", buffer_span(&script));
    if (flood)
        buffer_add_text(&conf, "feed flood { adapter = jsonl trust = open supplier = test\n"
                               "    settings = { \"program=flood.sh\" } }\n");
    site_write(site, "site.conf", conf.bytes);
    buffer_clear(&conf);
    buffer_clear(&script);
}

struct flood_result flood_run(enum site_programs programs, uint32_t seconds, const char *flood)
{
    struct flood_result result = { 0 };
    struct test_site *site = site_new(programs);

    site_make(site, seconds, flood);
    pid_t hub = site_hub_start(site);
    const char *said = "";
    for (double until_s = bench_seconds() + seconds + LATE_S;
         !*said && bench_seconds() < until_s; poll(NULL, 0, 50))
        said = site_read(site, "scratch/good/result");
    sscanf(said, "%u %u %lf %lf %lf", &result.sent, &result.kept, &result.p50_ms, &result.p99_ms,
           &result.worst_ms);
    struct site_result shown = site_run(site, "show", "feeds");
    snprintf(result.feeds, sizeof result.feeds, "%s", shown.out);
    site_hub_stop(site, hub);
    site_free(site);
    return result;
}
