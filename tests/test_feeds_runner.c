#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

#include "feeds/adapters.h"
#include "tests/check.h"
#include "tests/feed_run.h"

/* Goal: every row of the table is complete and says what it is. Method: the rules of adapters.h
 * against each row. */
static void every_row_is_whole(void **state)
{
    (void)state;
    for (const struct feed_adapter *a = feed_adapters; a->name; a++) {
        CASE("%s", a->name);
        assert_ptr_equal(adapter_find(a->name), a);
        assert_true(a->title[0] && a->format_source[0]);
        assert_true(a->message_bytes_max > 0);
        assert_non_null(a->start);
        assert_non_null(a->now);
        assert_non_null(a->stop);
        assert_non_null(a->takes);
        /* Who takes orders must hear them; who makes things up must live by the drill's clock. */
        assert_true(a->takes[0] == FEED_VERB_UNSAID || a->line);
        assert_true(!a->drills_only || a->drill_clock);
        for (const struct feed_setting *s = a->settings; s->name; s++) {
            assert_true(s->help[0]);
            assert_true(s->kind == SETTING_PATH || !s->runs);
        }
    }
}

/* Goal: `watchdesk check` and people see the same table. Method: one JSON object a row, whose
 * members are the row's; every name and setting stands in --help. */
static void the_table_describes_itself(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer described = { 0 };
    struct span rest, line;

    (void)state;
    struct feed_ended ended = feed_run(desk, "", "--describe");
    assert_int_equal(ended.ending.exit_code, 0);
    buffer_add_text(&described, ended.out);
    char *names = base_copy_text(feed_run(desk, "", "--try", "--help").out);
    ended = feed_run(desk, "", "--help");
    rest = buffer_span(&described);
    for (const struct feed_adapter *a = feed_adapters; a->name; a++) {
        struct json *json = NULL;
        CASE("%s", a->name);
        assert_true(span_cut(&rest, '\n', &line));
        struct verdict verdict = json_parse(line, &json);
        assert_true(is_accepted(&verdict));
        assert_string_equal(json_member_text(json, "adapter", ""), a->name);
        assert_int_equal(json_member_flag(json, "drills_only", !a->drills_only), a->drills_only);
        assert_int_equal(json_member_flag(json, "drill_clock", !a->drill_clock), a->drill_clock);
        const struct json *setting = json_first(json_member(json, "settings"));
        for (const struct feed_setting *s = a->settings; s->name; s++) {
            assert_string_equal(json_member_text(setting, "name", ""), s->name);
            assert_non_null(strstr(ended.out, s->help));
            setting = json_next(setting);
        }
        assert_null(setting);
        json_free(json);
        assert_non_null(strstr(names, a->title));
    }
    ended = feed_run(desk, "", "--try", "dc09", "--help");
    assert_non_null(strstr(ended.out, "account"));
    assert_null(strstr(ended.out, "Public alerts"));
    base_free(names);
    buffer_clear(&described);
    feed_desk_free(desk);
}

#define HELLO "{'hello':1,'wire':1,'feed':'f',"

/* Goal: a wrong hello or command line ends at once, with a sentence that names what is wrong. */
static const struct {
    const char *name, *adapter, *input;
    int exit_code;
    const char *said;           /* Part of stderr. */
} starts[] = {
    { "nothing is said",      "cap",   "",                               0, "" },
    { "half a line is said",  "cap",   "{'hello'",                       2, "it ends too early" },
    { "no JSON",              "cap",   "hallo\n",                        2, "not well formed" },
    { "no hello",             "cap",   "{'now':'2026-11-17T14:00:00Z'}\n", 2, "no hello" },
    { "another wire",         "cap",   "{'hello':1,'wire':2,'mode':'live'}\n", 2, "wire" },
    { "no mode",              "cap",   "{'hello':1,'wire':1}\n",         2, "mode" },
    { "a live one in a drill", "cap",  HELLO "'mode':'drill'}\n",        2, "drill's clock" },
    { "a made-up one live",   "field", HELLO "'mode':'live'}\n",         2, "in drills only" },
    { "an unknown setting",   "cap",   HELLO "'mode':'live','settings':{'fiel':'x'}}\n", 2,
      "no setting \"fiel\"" },
    { "no number",            "cap",   HELLO "'mode':'live','settings':{'poll_s':'often'}}\n", 2,
      "\"poll_s\" is not a number" },
    { "a number below 0",     "cap",   HELLO "'mode':'live','settings':{'poll_s':-1}}\n", 2,
      "\"poll_s\" is not a number" },
    { "one that no count holds", "cap",  HELLO "'mode':'live','settings':{'poll_s':1e300}}\n", 2,
      "\"poll_s\" is not a number" },
    { "a needed one missing", "exec",  HELLO "'mode':'live','settings':{}}\n", 2,
      "\"program\" is missing" },
    { "no source",            "cap",   HELLO "'mode':'live'}\n",         1, "\"directory\"" },
    { "two sources",          "cap",
      HELLO "'mode':'live','settings':{'file':'a','directory':'b'}}\n",  1, "not two of them" },
    { "a source not there",   "cap",
      HELLO "'mode':'live','settings':{'directory':'/nowhere/at/all'}}\n", 1, "No such file" },
    { "no such adapter",      "weather", "",                             2, "no adapter" },
};

static void a_wrong_start_says_why(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    char input[512];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
        CASE("%s", starts[i].name);
        struct feed_ended ended = feed_run(desk, json_of(input, sizeof input, starts[i].input),
                                           starts[i].adapter);
        assert_int_equal(ended.ending.exit_code, starts[i].exit_code);
        assert_non_null(strstr(ended.err, starts[i].said));
        assert_true(starts[i].exit_code == 0 || ended.err[0]);
    }
    feed_desk_free(desk);
}

static const char *live_hello(struct feed_desk *desk, const char *settings, char *text,
                              size_t text_bytes)
{
    char line[1024], quoted[1024];

    snprintf(line, sizeof line,
             HELLO "'mode':'live','scratch':'%s/scratch','settings':{%s}}\n",
             site_folder(feed_site(desk)), settings);
    json_of(quoted, sizeof quoted, line);
    snprintf(text, text_bytes, "%s", quoted);
    return text;
}

/* Goal: the end of stdin is the end of the feed, at once. Method: a feed that waits for files,
 * given an order it does not take meanwhile. */
static void stdin_ends_it(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    char hello[1024], folder[600], line[256];

    (void)state;
    snprintf(folder, sizeof folder, "'directory':'%s'", site_folder(feed_site(desk)));
    struct feed_talk *talk = feed_start(desk, "cap");
    feed_say(talk, live_hello(desk, folder, hello, sizeof hello));
    feed_hear(talk, "{\"hello\":1,\"adapter\":\"cap\",\"takes\":[]}\n");
    feed_say(talk, json_of(line, sizeof line,
                           "{'order':'PM/7','unit':'E7','verb':'dispatch'}\n{'kept':1}\n"));
    feed_hear(talk, "this feed takes no orders");
    feed_say(talk, "not a line at all\n{\"from\":\"a newer hub\"}\n");
    feed_hear_log(talk, "passed over");
    int64_t closed_ms = clock_ms();
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    assert_true(clock_ms() - closed_ms < 2000);
    feed_desk_free(desk);
}

/* Goal: a feed whose hub does not read waits, and still ends with it. Method: a call log far larger
 * than a pipe and our outlet, into a FIFO that nobody reads. */
static void a_hub_that_does_not_read_is_waited_for(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer log = { 0 };
    char hello[1024], settings[700], fifo[256];

    (void)state;
    buffer_add_text(&log, "at,where\n");
    for (int i = 0; i < 20000; i++)
        buffer_print(&log, "2026-11-17T14:00:00Z,%d Quay Street\n", i);
    site_write(site, "log.csv", log.bytes);
    buffer_clear(&log);
    snprintf(fifo, sizeof fifo, "%s", site_path(site, "feed.out"));
    assert_int_equal(mkfifo(fifo, 0600), 0);
    int reader = open(fifo, O_RDWR | O_CLOEXEC);
    struct feed_talk *talk = feed_start(desk, "calls");
    snprintf(settings, sizeof settings,
             "'file':'%s/log.csv','time':'at','place':'where','rate':'max'", site_folder(site));
    feed_say(talk, live_hello(desk, settings, hello, sizeof hello));
    poll(&(struct pollfd){ .fd = reader, .events = POLLIN }, 1, DEADLINE_MS);
    poll(NULL, 0, 200);         /* It has filled the pipe and its outlet, and waits. */
    assert_int_equal(kill(feed_process(talk), 0), 0);
    unlink(fifo);               /* So that what it left is not read as a file. */
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    close(reader);
    feed_desk_free(desk);
}

static int64_t processor_ms(pid_t pid)
{
    struct timespec used = { 0 };
    clockid_t clock;

    assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
    assert_int_equal(clock_gettime(clock, &used), 0);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* Goal: between two instants of a drill a feed waits, it does not look round and round (one did,
 * and took a core for as long as the drill stood). Method: the processor time of half a second's
 * rest. */
static void a_drill_feed_rests_between_instants(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct feed_talk *talk = feed_start(desk, "field");
    (void)state;

    feed_say(talk, "{\"hello\":1,\"wire\":1,\"feed\":\"field\",\"mode\":\"drill\",\"seed\":7,"
                   "\"start\":\"2026-11-17T14:00:00Z\",\"settings\":{},\"units\":[]}\n"
                   "{\"now\":\"2026-11-17T14:00:00Z\"}\n");
    feed_hear(talk, "\"idle\"");
    int64_t before_ms = processor_ms(feed_process(talk));
    poll(NULL, 0, 500);
    int64_t used_ms = processor_ms(feed_process(talk)) - before_ms;
    print_message("  %lld ms\n", (long long)used_ms);
    assert_true(used_ms < 100);
    assert_int_equal(feed_end(talk).ending.exit_code, 0);
    feed_desk_free(desk);
}

/* Goal: a feed dies with a hub that was killed, though its stdin stays open. Method: a hub of ours
 * that starts a feed on a FIFO held open here, and dies. */
static void it_dies_with_its_hub(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char hello[1024], settings[600], fifo[256], program[512];
    int told[2];
    pid_t feed = 0;

    (void)state;
    snprintf(fifo, sizeof fifo, "%s", site_path(site, "in"));
    snprintf(program, sizeof program, "%s", site_program(site, "watchdesk-feed"));
    snprintf(settings, sizeof settings, "'directory':'%s'", site_folder(site));
    live_hello(desk, settings, hello, sizeof hello);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    int writer = open(fifo, O_RDWR | O_CLOEXEC);
    assert_int_equal(pipe(told), 0);
    pid_t hub = fork();
    if (hub == 0) {
        pid_t child = fork();
        if (child == 0) {
            dup2(writer, STDIN_FILENO);
            dup2(told[1], STDOUT_FILENO);
            execl(program, program, "cap", (char *)NULL);
            _exit(127);
        }
        ssize_t written = write(told[1], &child, sizeof child);
        pause();
        _exit(written > 0);
    }
    assert_int_equal(read(told[0], &feed, sizeof feed), sizeof feed);
    ssize_t said = write(writer, hello, strlen(hello));
    assert_true(said > 0);
    char byte;
    assert_int_equal(read(told[0], &byte, 1), 1);       /* It has greeted, so it is bound. */
    process_kill(hub);
    assert_true(process_wait_gone(feed, clock_ms() + 1000));
    close(writer);
    close(told[0]);
    close(told[1]);
    feed_desk_free(desk);
}

/* Goal: a program of others reads what its settings name and the system's folders, writes its
 * scratch folder, and nothing else. Method: a shell that tries, and says. */
static const struct {
    const char *name, *script;
    const char *said;
    long version;               /* Of Landlock, from which on the kernel can do it. */
} tries[] = {
    { "reads what is named",     "cat open/named",            "NAMED", 1 },
    { "not what lies beside",    "cat secret || echo CLOSED", "CLOSED", 1 },
    { "nor lists the folder",    "ls . || echo CLOSED",       "CLOSED", 1 },
    { "nor writes there",        "echo x > new || echo CLOSED", "CLOSED", 1 },
    { "nor the hub's environment", "cat /proc/$HUB/environ || echo CLOSED", "CLOSED", 1 },
    { "which it does not inherit", "echo ${XDG_RUNTIME_DIR-none}",  "none", 1 },
    { "runs what is installed",  "expr 40 + 2",               "42", 1 },
    { "reads the system's",      "head -c 4 /etc/passwd",     "root", 1 },
    { "writes its scratch",      "echo x > scratch/new && cat scratch/new", "x", 1 },
    { "but runs nothing there",  "cp /bin/true scratch/t; scratch/t || echo CLOSED", "CLOSED", 1 },
    { "does not cut a file",
      "perl -e 'print truncate(\"secret\", 0) ? \"CUT\" : \"CLOSED\"'", "CLOSED", 3 },
    { "nor signals the hub",     "kill -0 $HUB && echo REACHED || echo CLOSED", "CLOSED", 6 },
    { "but its own children",    "sleep 9 & kill $! && echo ENDED", "ENDED", 1 },
    { "no socket of this machine",
      "/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX)' || echo CLOSED", "CLOSED",
      1 },
    { "no raw socket",
      "/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)' "
      "|| echo CLOSED", "CLOSED", 1 },
    { "but the network's", "/usr/bin/python3 -c 'import socket; socket.socket(); print(\"OPEN\")'",
      "OPEN", 1 },
    { "no user namespace", "unshare -U true || echo CLOSED",  "CLOSED", 1 },
    { "has no core file",        "ulimit -c",                 "0", 1 },
};

static long landlock_version(void)
{
#ifdef LANDLOCK_CREATE_RULESET_VERSION
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
#else
    return 0;
#endif
}

static void a_program_sees_only_what_is_named(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char hello[2048], settings[900], script[1024], expected[64];

    (void)state;
    mkdir(site_path(site, "scratch"), 0700);
    mkdir(site_path(site, "open"), 0700);
    site_write(site, "secret", "SECRET");
    site_write(site, "open/named", "NAMED");
    snprintf(settings, sizeof settings,
             "'program':'/bin/sh','arguments':'%s/open/script','reads':'%s/open'",
             site_folder(site), site_folder(site));
    for (size_t i = 0; i < ARRAY_COUNT(tries); i++) {
        CASE("%s", tries[i].name);
        if (tries[i].version > landlock_version()) {
            print_message("SKIP: this kernel's Landlock cannot prevent that yet\n");
            continue;
        }
        /* What it prints comes back as the type of a call; stderr is the feed's log. */
        snprintf(script, sizeof script,
                 "HUB=%d\ncd %s\nsaid=$(%s)\n"
                 "echo '{\"report\":\"incident\",\"id\":\"1\",\"type\":\"'\"$said\"'\"}'\n",
                 (int)getpid(), site_folder(site), tries[i].script);
        site_write(site, "open/script", script);
        struct feed_talk *talk = feed_start(desk, "jsonl");
        feed_say(talk, live_hello(desk, settings, hello, sizeof hello));
        feed_hear(talk, "\"incident\"");
        struct feed_ended ended = feed_end(talk);
        if (strstr(ended.err, "no Landlock")) {
            print_message("SKIP: this kernel has no Landlock\n");
            feed_desk_free(desk);
            skip();
        }
        snprintf(expected, sizeof expected, "\"type\":\"%s\"", tries[i].said);
        if (!strstr(ended.out, expected))
            print_message("%s\n%s\n", ended.out, ended.err);
        assert_non_null(strstr(ended.out, expected));
    }
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(the_table_describes_itself),
        cmocka_unit_test(a_wrong_start_says_why),
        cmocka_unit_test(stdin_ends_it),
        cmocka_unit_test(a_drill_feed_rests_between_instants),
        cmocka_unit_test(a_hub_that_does_not_read_is_waited_for),
        cmocka_unit_test(it_dies_with_its_hub),
        cmocka_unit_test(a_program_sees_only_what_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
