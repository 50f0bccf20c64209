#define _GNU_SOURCE             /* memmem() */
/* test_guard.c - what one feed does costs the others nothing: programs that misbehave in every way
 * we know, through the real hub, beside one that behaves. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/feed_run.h"
#include "tests/flood_room.h"
#include "tests/hub_talk.h"

enum { GOOD_REPORTS = 300 };

/* Each is a script of its own, and a feed. What the hub must say of it is `shows`; "" is whatever
 * comes. Every one of them is killed with the hub. */
static const struct rogue { const char *name, *script, *shows; } rogues[] = {
    { "deaf",     "exec sleep 1000", "ok" },                      /* Never reads its stdin. */
    { "mute",     "cat > /dev/null; sleep 1000", "ok" },          /* Never answers, never ends. */
    { "garbage",  "exec yes '\x1b]0;garbage'", "" },
    { "random",   "exec cat /dev/urandom", "" },
    { "endless",  "exec tr '\\0' x < /dev/zero", "" },            /* One line, for ever. */
    { "closes",   "exec >&-; sleep 1000", "" },
    { "exits",    "exit 7", "DOWN" },
    { "crashes",  "kill -SEGV $$", "DOWN" },
    { "forks",    "i=0; while [ $i -lt 20 ]; do (sleep 999 & sleep 998) & i=$((i+1)); done; wait",
      "ok" },
    { "hides",    "setsid sleep 997 & exit 0", "DOWN" },          /* A child leaves its group. */
    { "talks",    "while :; do echo noise >&2; done", "ok" },     /* Fills its log. */
    { "greedy",   "exec /usr/bin/python3 -c \"x = bytearray(3 << 30); print(len(x))\"", "" },
    { "hello",    "exec yes '{\"hello\":1,\"takes\":[\"dispatch\"]}'", "ok" },
    { "cursors",  "c=$(head -c 60000 /dev/zero | tr '\\0' x); while :; do echo \"{\\\"report\\\":"
                  "\\\"alarm\\\",\\\"point\\\":\\\"c\\\",\\\"condition\\\":\\\"C\\\",\\\"state\\\":"
                  "\\\"active\\\",\\\"cursor\\\":\\\"$c\\\"}\"; sleep 0.01; done", "ok" },
    { "liar",     "echo '{\"report\":\"receipt\",\"order\":\"TS/1\",\"stage\":\"done\"}';"
                  "echo '{\"report\":\"incident\",\"id\":\"x\",\"cancel\":true}';"
                  "echo '{\"report\":\"alarm\",\"point\":\"p1\",\"condition\":\"GOOD\","
                  "\"state\":\"normal\"}'; exec sleep 1000", "ok" },
    { "writes",   "echo x > ../../site.conf; echo x > ../../journal.db; cat ../../secret.txt;"
                  "cat /etc/hostname > /dev/null && exec sleep 1000", "ok" },
};

static void rogue_put(struct test_site *site, const struct rogue *rogue, struct buffer *conf)
{
    struct buffer script = { 0 };
    char name[64];

    snprintf(name, sizeof name, "%s.sh", rogue->name);
    buffer_print(&script, "#!/bin/sh\n%s\n", rogue->script);
    site_write(site, name, script.bytes);
    assert_int_equal(chmod(site_path(site, name), 0755), 0);
    buffer_print(conf, "feed %s { adapter = jsonl supplier = rogue trust = actuate\n"
                 "    settings = { \"program=%s\" } }\n", rogue->name, name);
    buffer_clear(&script);
}

static void site_make(struct test_site *site)
{
    struct buffer conf = { 0 }, good = { 0 };

    buffer_add_text(&conf, "site { id = TS name = \"TEST TOWN\" }\ntype FIRE { priority = 1 }\n"
                           "operator KIM { role = dispatcher }\n"
                           "feed good { adapter = jsonl supplier = \"a test\" trust = raise\n"
                           "    settings = { \"file=good.jsonl\" } }\n");
    for (size_t i = 0; i < ARRAY_COUNT(rogues); i++)
        rogue_put(site, &rogues[i], &conf);
    for (int i = 0; i < GOOD_REPORTS; i++)
        buffer_print(&good, "{\"report\":\"alarm\",\"point\":\"p%d\",\"condition\":\"GOOD\","
                     "\"state\":\"active\",\"value\":%d}\n", i % 50, i);
    site_write(site, "site.conf", conf.bytes);
    site_write(site, "secret.txt", "the secret of the site");
    site_write(site, "good.jsonl", "");
    buffer_clear(&conf);
    /* It speaks only when all the others are at it. */
    site_write(site, "good.next", good.bytes);
    buffer_clear(&good);
}

static void show_until(struct test_site *site, const char *what, const char *text)
{
    struct site_result shown = { 0 };

    for (int64_t deadline_ms = clock_ms() + DEADLINE_MS; clock_ms() < deadline_ms; poll(0, 0, 50)) {
        shown = site_run(site, "show", what);
        if (shown.ending.exit_code == 0 && strstr(shown.out, text))
            return;
    }
    fail_msg("show %s never said \"%s\":\n%s%s", what, text, shown.out, shown.err);
}

/* How many processes the rogues have left behind. */
static uint32_t leftovers(void)
{
    static pid_t pids[4096];

    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    return process_descendants(getpid(), pids, ARRAY_COUNT(pids));
}

/* SIGKILL to every child of the hub; how many. */
static uint32_t feeds_kill(pid_t hub)
{
    static pid_t pids[4096];
    uint32_t count = process_descendants(hub, pids, ARRAY_COUNT(pids)), killed = 0;
    char path[64];

    for (uint32_t i = 0; i < count; i++) {
        struct buffer name = { 0 };
        snprintf(path, sizeof path, "/proc/%d/comm", (int)pids[i]);
        file_read(path, &name);
        if (strncmp(name.bytes, "watchdesk-feed", 14) == 0)
            killed += kill(pids[i], SIGKILL) == 0;
        buffer_clear(&name);
    }
    return killed;
}

/* Goal: with every rogue at it, the good feed's reports all come, in order, none refused; the hub
 * says of each rogue how it is; and after the hub nothing of them is left. */
static void rogues_cost_the_others_nothing(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    char text[64], name[64];

    (void)state;
    site_make(site);
    pid_t hub = site_hub_start(site);
    show_until(site, "feed exits", "it exited with 1");
    show_until(site, "feed crashes", "it exited with");
    struct buffer good = { 0 };
    file_read(site_path(site, "good.next"), &good);
    site_write(site, "good.jsonl", good.bytes);
    buffer_clear(&good);
    snprintf(text, sizeof text, "reports              %d\n", GOOD_REPORTS);
    show_until(site, "feed good", text);
    struct site_result shown = site_expect(site, 0, "show", "feed good");
    assert_non_null(strstr(shown.out, ", 0 refused"));
    assert_non_null(strstr(shown.out, "up for"));
    for (size_t i = 0; i < ARRAY_COUNT(rogues); i++) {
        CASE("%s: %s", rogues[i].name, rogues[i].shows);
        snprintf(name, sizeof name, "feed %s", rogues[i].name);
        show_until(site, name, rogues[i].shows);
    }
    /* The liar spoke of what is not its own: the good feed's alarm stands, and orders stand. */
    show_until(site, "feed liar", "held");
    /* Killed from outside, a feed cannot end what its program has left: the hub does. */
    uint32_t before = leftovers();
    assert_true(feeds_kill(hub) > 0);
    print_message("  %u processes before\n", before);
    assert_non_null(strstr(site_expect(site, 0, "show", "alarms").out, "GOOD p1"));
    /* What the walls kept in is what they keep in anywhere (Landlock; test_feeds_runner). */
    assert_non_null(strstr(site_read(site, "site.conf"), "TEST TOWN"));
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    assert_null(strstr(site_read(site, "feeds/writes.log"), "the secret of the site"));
    struct stat log;
    assert_int_equal(stat(site_path(site, "feeds/talks.log"), &log), 0);
    assert_true(log.st_size < 2 * 1024 * 1024);
    for (int64_t deadline_ms = clock_ms() + DEADLINE_MS; leftovers() > 0; poll(0, 0, 50))
        assert_true(clock_ms() < deadline_ms);
    site_free(site);
}

/* Goal: the stated test, short: with garbage at full speed beside it, a feed of 1,000 reports a
 * second loses none, and 99 of 100 are kept within 100 ms. Method: real programs; on a machine that
 * is busy with other work the same feed alone is late too, so it is measured beside, and each pair
 * is tried three times. `make bench` has the whole minute. */
static void a_flood_delays_nobody(void **state)
{
    struct flood_result alone, beside;
    bool fast = false;

    (void)state;
    for (int i = 0; i < 3 && !fast; i++) {
        alone = flood_run(SITE_PLAIN, 2, NULL);
        beside = flood_run(SITE_PLAIN, 2, "exec yes 'not JSON at all'");
        print_message("  p99 alone %.1f ms, beside garbage %.1f ms\n", alone.p99_ms, beside.p99_ms);
        assert_int_equal(beside.sent, 2 * FLOOD_REPORTS_PER_S);
        assert_int_equal(beside.kept, 2 * FLOOD_REPORTS_PER_S);
        fast = beside.p99_ms < 100 || beside.p99_ms < 3 * alone.p99_ms;
    }
    assert_true(fast);
}

/* Goal: `pause` holds a feed, `run` lets it go on with nothing lost, `restart` starts it anew; only
 * a supervisor may; each says why in the record. */
static void a_person_pauses_runs_and_restarts(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    struct buffer conf = { 0 };

    (void)state;
    buffer_print(&conf, "site { id = TS name = T }\ntype FIRE { priority = 1 }\n"
                 "operator KIM { role = dispatcher user = \"%s\" }\n"
                 "operator SAM { role = supervisor user = \"%s\" }\n"
                 "feed good { adapter = jsonl supplier = \"a test\" trust = raise\n"
                 "    settings = { \"file=good.jsonl\" } }\n", getuid() == 0 ? "root" : "",
                 getuid() == 0 ? "root" : "");
    if (getuid() != 0)
        skip();
    site_write(site, "site.conf", conf.bytes);
    site_write(site, "good.jsonl", "");
    buffer_clear(&conf);
    pid_t hub = site_hub_start(site);
    show_until(site, "feed good", "up for");
    site_expect(site, 1, "do", "set feed good pause", "--as", "KIM");
    site_expect(site, 0, "do", "set feed good pause ; too noisy", "--as", "SAM");
    site_expect(site, 1, "do", "set feed good pause", "--as", "SAM");
    site_write(site, "good.jsonl", "{\"report\":\"alarm\",\"point\":\"p\",\"condition\":\"C\","
                                   "\"state\":\"active\"}\n");
    show_until(site, "feed good", "pause by SAM: too noisy");
    poll(NULL, 0, 700);
    assert_string_equal(site_expect(site, 0, "show", "alarms").out, "");
    site_expect(site, 0, "do", "set feed good run", "--as", "SAM");
    show_until(site, "alarms", "C p");
    site_expect(site, 0, "do", "set feed good restart", "--as", "SAM");
    show_until(site, "feed good", "run 2");
    site_expect(site, 1, "do", "set feed good juggle", "--as", "SAM");
    assert_non_null(strstr(site_expect(site, 0, "why", "feed good").out, "too noisy"));
    site_hub_stop(site, hub);
    site_free(site);
}

/* Goal: what was refused can be read with its reason, place and bytes, and never harms the
 * terminal; of a body nothing is kept. */
static void the_quarantine_is_read(void **state)
{
    static const char lines[] =
        "not JSON at all\n"
        "{\"report\":\"incident\",\"id\":\"c2\",\"lat\":91,\"lon\":-4}\n"
        "{\"report\":\"alarm\",\"point\":\"g\",\"condition\":\"X\",\"state\":\"active\","
        "\"face_template\":\"U0VDUkVU\"}\n"
        "{\"report\":\"alarm\",\"iris\":\"U0VDUkVU\",\"state\":\n"
        "{\"report\":\"refused\",\"reason\":\"x\",\"bytes\":\"eyJnYWl0IjoiU0VDUkVUIn0=\"}\n"
        "{\"report\":\"alarm\",\"bad\":\"\x1b[2J\xff\n";
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    site_write(site, "site.conf",
               "site { id = TS name = T }\ntype FIRE { priority = 1 }\n"
               "operator KIM { role = dispatcher }\nfeed bad { adapter = jsonl trust = actuate\n"
               "    supplier = \"a test\" settings = { \"file=bad.jsonl\" } }\n");
    site_write(site, "bad.jsonl", lines);
    pid_t hub = site_hub_start(site);
    show_until(site, "feed bad", "refused              6");
    site_hub_stop(site, hub);
    struct site_result of_all = site_expect(site, 0, "quarantine");
    assert_non_null(strstr(of_all.out, "6  bad"));
    struct site_result of_feed = site_expect(site, 0, "quarantine", "bad");
    CASE("%s", of_feed.out);
    assert_non_null(strstr(of_feed.out, "not JSON at all"));
    assert_non_null(strstr(of_feed.out, "lat, lon: out of range"));
    assert_non_null(strstr(of_feed.out, "\\x1b[2J\\xff"));
    assert_null(strchr(of_feed.out, '\x1b'));
    assert_int_equal(text_count(of_feed.out, "none of it was kept"), 3);
    assert_null(strstr(of_feed.out, "SECRET"));
    const char *entry = strstr(of_feed.out, "entry ");
    char number[24];
    snprintf(number, sizeof number, "%ld", strtol(entry + 6, NULL, 10));
    assert_string_equal(site_expect(site, 0, "quarantine", "bad", number, "--raw").out,
                        "not JSON at all");
    assert_non_null(strstr(site_expect(site, 0, "quarantine", "bad", number).out,
                           "6e 6f 74 20 4a 53 4f 4e"));
    site_expect(site, 1, "quarantine", "bad", "999");
    struct buffer journal = { 0 };
    file_read(site_path(site, "journal.db"), &journal);
    assert_true(journal.length > 0);
    assert_null(memmem(journal.bytes, journal.length, "U0VDUkVU", 8));
    assert_null(memmem(journal.bytes, journal.length, "eyJnYWl0Ijoi", 12));
    buffer_clear(&journal);
    site_free(site);
}

/* Goal: `check` says what walls this machine has, and feed by feed what each may. */
static void check_says_what_protects(void **state)
{
    struct test_site *site = site_new(SITE_PLAIN);

    (void)state;
    site_write(site, "in.jsonl", "");
    site_write(site, "site.conf",
               "site { id = TS name = T deny-suppliers = \"Foo, Acme\" }\n"
               "type FIRE { priority = 1 }\noperator KIM { role = dispatcher }\n"
               "feed old { adapter = jsonl trust = open supplier = x review-by = 2020-01-31\n"
               "    settings = { \"file=in.jsonl\" } }\n"
               "feed bad { adapter = calls trust = open supplier = \"ACME Ltd\"\n"
               "    settings = { \"file=in.jsonl\", \"time=t\" } }\n");
    struct site_result checked = site_run(site, "check");
    CASE("%s", checked.out);
    assert_non_null(strstr(checked.out, "walls around each feed"));
    assert_non_null(strstr(checked.out, "limits      set"));
    assert_non_null(strstr(checked.out, "parent      bound"));
    assert_non_null(strstr(checked.out,
                           "trust open, as propose: its review was due by 2020-01-31"));
    assert_non_null(strstr(checked.out, "as DENIED, not started: this site denies Acme"));
    assert_non_null(strstr(checked.out, "reads "));
    /* The same hub does not start what is denied, and says so. */
    pid_t hub = site_hub_start(site);
    show_until(site, "feed bad", "this site denies Acme, so it is not started");
    site_hub_stop(site, hub);
    site_free(site);
}

/* Goal: a secret reaches its feed and nothing else. Method: a feed that is given one; the command
 * lines of all its processes, the journal, the logs and every answer are searched for it. */
static void a_secret_stays_one(void **state)
{
    static const char secret[] = "open-sesame-4711";
    struct test_site *site = site_new(SITE_SANITIZED);
    pid_t pids[64];
    char path[64];

    (void)state;
    site_write(site, "pw", secret);
    assert_int_equal(chmod(site_path(site, "pw"), 0600), 0);
    site_write(site, "open.sh", "#!/bin/sh\nread -r hello\ncase $hello in *\"" "open-sesame-4711"
                                "\"*) echo '{\"report\":\"health\",\"connected\":true,\"text\":"
                                "\"it was told\"}';; esac\nexec sleep 1000\n");
    assert_int_equal(chmod(site_path(site, "open.sh"), 0755), 0);
    site_write(site, "site.conf",
               "site { id = TS name = T }\ntype FIRE { priority = 1 }\n"
               "operator KIM { role = dispatcher }\n"
               "feed told { adapter = jsonl trust = open supplier = x\n"
               "    settings = { \"program=open.sh\" } secrets = { \"password=pw\" } }\n");
    pid_t hub = site_hub_start(site);
    show_until(site, "feed told", "it was told");
    uint32_t count = process_descendants(getpid(), pids, ARRAY_COUNT(pids));
    assert_true(count >= 3);
    struct buffer text = { 0 };
    for (uint32_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pids[i]);
        buffer_reset(&text);
        file_read(path, &text);
        assert_null(memmem(text.bytes, text.length, secret, strlen(secret)));
    }
    site_hub_stop(site, hub);
    static const char *const files[] = { "journal.db", "feeds/told.log", "hub.log",
                                         "snapshot.jsonl" };
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        buffer_reset(&text);
        file_read(site_path(site, files[i]), &text);
        assert_null(memmem(text.bytes, text.length, secret, strlen(secret)));
    }
    /* Others may read it: then it is none, and the feed is not started with it. */
    assert_int_equal(chmod(site_path(site, "pw"), 0644), 0);
    assert_non_null(strstr(site_run(site, "check").out, "chmod 600"));
    buffer_clear(&text);
    site_free(site);
}

int main(void)
{
    /* What a hub's children leave behind would become init's: so it becomes ours, and is counted.
     * */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rogues_cost_the_others_nothing),
        cmocka_unit_test(a_flood_delays_nobody),
        cmocka_unit_test(a_person_pauses_runs_and_restarts),
        cmocka_unit_test(the_quarantine_is_read),
        cmocka_unit_test(check_says_what_protects),
        cmocka_unit_test(a_secret_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
