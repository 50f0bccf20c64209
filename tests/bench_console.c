/* bench_console.c - the console as a person has it: under a terminal of 160x50 that libvterm reads,
 * so that reading is part of every figure here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench.h"
#include "tests/drill_room.h"
#include "tests/report_load.h"

enum {
    STARTS = 9, COMMANDS = 200, LOAD_A_SECOND = 1000, IDLE_MS = 10000, SETTLE_MS = 1500,
    PATIENCE_MS = 30000,
};

static const struct terminal_options screen_options = { .columns = 160, .rows = 50 };

/* Everything a first screen has: incidents with crews, one without, a map with all its layers. */
static const char script[] =
    "drill \"Bench\"\n"
    "site app/sample\n"
    "seed 7\n"
    "start 2026-11-17T14:00:00Z\n"
    "end +02:00\n"
    "+00:02 do KIM new FIRE @12 Quay St p1 ; warehouse, smoke from the roof\n"
    "+00:12 do KIM d 1 E6 L6 B1\n"
    "+00:20 do ANA new MED @31 Quay St p2 ; man of 60, chest pain\n"
    "+00:28 do ANA d 2 M1\n"
    "+00:36 do BEA new TREE @7 Tannery Ln p4 ; tree across both lanes\n";

static void must(bool come_about, const char *what, struct terminal *terminal)
{
    if (come_about)
        return;
    fprintf(stderr, "bench_console: %s never came about:\n%s", what, terminal_screen(terminal));
    exit(1);
}

/* ---- start ---- */

/* From the typed command to the last part of the first full screen: the lists come with the picture
 * and the map's names last of all, after its layers are open. */
static double start_once(struct drill_room *room)
{
    static const char *const parts[] = { "#1", "UNITS 24", "[St6]", "NORTHGATE", "F6 log" };
    double start_s = bench_seconds();
    struct terminal *terminal = drill_room_console(room, &screen_options, NULL, "SAM");

    for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
        must(terminal_wait_text(terminal, parts[i], PATIENCE_MS), parts[i], terminal);
    double took_ms = (bench_seconds() - start_s) * 1000;
    terminal_close(terminal);
    return took_ms;
}

static double start_median_ms(struct drill_room *room)
{
    double took_ms[STARTS];

    for (int i = 0; i < STARTS; i++)
        took_ms[i] = start_once(room);
    return bench_median(took_ms, STARTS);
}

/* ---- at rest ---- */

/* The drill is over and its clock stands, so every byte is one besides the clock. */
static double idle_bytes(struct terminal *terminal)
{
    must(terminal_wait_text(terminal, "PAUSED", PATIENCE_MS), "PAUSED", terminal);
    terminal_wait_settled(terminal, SETTLE_MS, PATIENCE_MS);
    uint64_t before = terminal_bytes(terminal);
    terminal_wait_text(terminal, "no such text", IDLE_MS);
    return (double)(terminal_bytes(terminal) - before);
}

static double resident_mib(pid_t pid)
{
    char path[64];
    struct buffer status = { 0 };
    double kib = 0;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    file_read(path, &status);
    const char *at = strstr(status.bytes, "VmRSS:");
    int read = at ? sscanf(at, "VmRSS: %lf", &kib) : 0;
    assert(read == 1);
    buffer_clear(&status);
    return kib / 1024;
}

static void measure_sample_city(void)
{
    struct drill_room *room = drill_room_open(SITE_PLAIN, script, "14:02:00");

    if (!room)
        exit(1);
    bench_row(&(struct bench_row){ .name = "console: start to first full screen",
                                   .figure = start_median_ms(room), .unit = "ms",
                                   .limit = LIMIT_NONE, .goal = "<= 200" });
    struct terminal *terminal = drill_room_console(room, &screen_options, NULL, "SAM");
    bench_row(&(struct bench_row){ .name = "console: sent in 10 s besides its clock",
                                   .figure = idle_bytes(terminal), .unit = "bytes",
                                   .limit = LIMIT_NONE, .goal = "<= 0" });
    bench_row(&(struct bench_row){ .name = "console: memory on the sample city",
                                   .figure = resident_mib(terminal_child(terminal)),
                                   .unit = "MiB", .limit = LIMIT_NONE, .goal = "-" });
    terminal_close(terminal);
    drill_room_close(room);
}

/* ---- a command, typed to seen ---- */

static void site_make(struct test_site *site)
{
    struct buffer conf = { 0 };
    const char *user = getuid() == 0 ? "root" : getenv("USER");

    buffer_print(&conf,
                 "site { id = BENCH name = BENCH }\ntype FIRE { priority = 1 }\n"
                 "operator OP { role = dispatcher user = \"%s\" }\n"
                 "feed load { adapter = jsonl trust = open supplier = bench settings = { "
                 "\"program=/bin/cat\", \"arguments=%s/load\", \"reads=%s/load\" } }\n"
                 "unit E1 { kind = engine home = \"51.2,-4.1\" }\n",
                 user ? user : "", site_folder(site), site_folder(site));
    site_write(site, "site.conf", conf.bytes);
    buffer_clear(&conf);
    int made = mkfifo(site_path(site, "load"), 0600);
    assert(made == 0);
}

/* The row of results that says OK for this very line. */
static bool is_answered(struct terminal *terminal, const char *typed)
{
    for (uint32_t row = 45; row < 47; row++) {
        const char *text = terminal_row(terminal, row);
        if (strncmp(text, " OK ", 4) == 0 && strstr(text, typed))
            return true;
    }
    return false;
}

static double type_once(struct terminal *terminal, int number)
{
    char typed[64];
    double start_s = bench_seconds();

    snprintf(typed, sizeof typed, "n 1 note number %d.", number);
    terminal_type(terminal, typed);
    terminal_key(terminal, "Enter");
    while (!is_answered(terminal, typed)) {
        must(bench_seconds() - start_s < PATIENCE_MS / 1000.0, typed, terminal);
        terminal_wait_text(terminal, typed, 1);     /* Takes what has come meanwhile. */
        terminal_wait_settled(terminal, 0, 1);
    }
    return (bench_seconds() - start_s) * 1000;
}

static void measure_commands(void)
{
    static double took_ms[COMMANDS];
    static const char *const arguments[] = { "--as", "OP", NULL };
    struct test_site *site = site_new(SITE_PLAIN);

    site_make(site);
    pid_t hub = site_hub_start(site);
    struct terminal *terminal = site_terminal(site, &screen_options, NULL, arguments);
    must(terminal_wait_text(terminal, "E1", PATIENCE_MS), "E1", terminal);
    terminal_type(terminal, "new FIRE @51.2,-4.1\r");
    must(terminal_wait_text(terminal, "#1", PATIENCE_MS), "#1", terminal);
    pid_t load = report_load_start(site_path(site, "load"), 0, LOAD_A_SECOND * 120, LOAD_A_SECOND);
    terminal_wait_text(terminal, "no such text", SETTLE_MS);
    for (int i = 0; i < COMMANDS; i++) {
        took_ms[i] = type_once(terminal, i);
        terminal_wait_text(terminal, "no such text", 10);
    }
    process_kill(load);
    terminal_close(terminal);
    site_hub_stop(site, hub);
    site_free(site);
    bench_row(&(struct bench_row){ .name = "console: typed to seen at 1,000 reports/s, p50",
                                   .figure = bench_percentile(took_ms, COMMANDS, 50),
                                   .unit = "ms", .limit = LIMIT_NONE, .goal = "-" });
    bench_row(&(struct bench_row){ .name = "console: typed to seen at 1,000 reports/s, p99",
                                   .figure = bench_percentile(took_ms, COMMANDS, 99),
                                   .unit = "ms", .limit = LIMIT_NONE, .goal = "<= 50" });
}

int main(void)
{
    measure_sample_city();
    measure_commands();
    return 0;
}
