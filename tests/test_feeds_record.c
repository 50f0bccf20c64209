/* test_feeds_record.c - recordings: written, played at any rate, and spoilt the same way twice. */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feeds/tape.h"
#include "tests/check.h"
#include "tests/feed_run.h"

enum { LINES = 200 };

static void tape_make(struct test_site *site, const char *name, int64_t step_ms)
{
    struct buffer tape = { 0 };
    char line[200];

    tape_write_head("storm", 1794924000000, &tape);
    for (int i = 0; i < LINES; i++) {
        snprintf(line, sizeof line, "{\"report\":\"alarm\",\"point\":\"p%03d\",\"condition\":\"C\","
                 "\"state\":\"active\",\"at\":\"2026-11-17T14:00:00Z\",\"cursor\":%d}", i, i);
        tape_write_line(i * step_ms, span_of(line), &tape);
    }
    file_write(site_path(site, name), buffer_span(&tape));
    buffer_clear(&tape);
}

/* ---- faults ---- */

static const struct { const char *text; bool right; } faults[] = {
    { "lose=0.5", true },    { "lose=1.5", false },   { "lose=-0.1", false }, { "lose", false },
    { "delay=0.1:30", true }, { "delay=0.1", true },  { "delay=0.1:", true },
    { "lose=0.1:30", false },
    { "delay=0.1:-1", false }, { "sink=0.1", false }, { "", false },          { "tear=x", false },
};

static void faults_are_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(faults); i++) {
        struct tape_faults read = { 0 };
        char sentence[200];
        CASE("%s", faults[i].text);
        assert_int_equal(tape_fault_read(faults[i].text, &read, sentence, sizeof sentence),
                         faults[i].right);
    }
}

/* Goal: a fault of some share happens about that often, and by the seed alone. */
static void shares_are_kept(void **state)
{
    struct tape_faults some = { .lose = 0.1, .repeat = 0.2, .tear = 0.05, .garble = 0.5 };
    uint32_t lost = 0, repeated = 0, torn = 0, garbled = 0, same = 0;

    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        struct tape_fate fate = tape_fate(&some, 7, i), again = tape_fate(&some, 7, i);
        struct tape_fate other = tape_fate(&some, 8, i);
        lost += fate.copies == 0;
        repeated += fate.copies == 2;
        torn += fate.torn;
        garbled += fate.garbled;
        same += other.copies == fate.copies && other.garbled == fate.garbled;
        assert_int_equal(fate.dice, again.dice);
        assert_int_equal(fate.copies, again.copies);
    }
    assert_in_range(lost, 1800, 2200);
    assert_in_range(repeated, 3300, 3900);      /* Of those that were not lost. */
    assert_in_range(torn, 750, 1050);
    assert_in_range(garbled, 8600, 9400);
    assert_in_range(same, 5000, 7000);         /* Another seed is another draw. */
}

/* ---- playing ---- */

/* Goal: without faults a recording comes out whole and in order; with them, the same bytes each
 * time, other ones for another seed. */
static void a_recording_plays_the_same_twice(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer once = { 0 };
    char file[300];

    (void)state;
    tape_make(site, "storm.jsonl", 50);
    snprintf(file, sizeof file, "file=%s", site_path(site, "storm.jsonl"));
    struct feed_ended ended = feed_try(desk, span_of(""), "record", file, "rate=max");
    assert_int_equal(ended.ending.exit_code, 0);
    assert_int_equal(text_count(ended.out, "\"report\":\"alarm\""), LINES);
    assert_int_equal(text_count(ended.out, "cursor"), 0);
    assert_true(strstr(ended.out, "p001") < strstr(ended.out, "p002"));
    for (int seed = 1; seed <= 2; seed++) {
        char seed_text[24];
        snprintf(seed_text, sizeof seed_text, "seed=%d", seed);
        const char *const arguments[] = { "--try", "record", file, "rate=max", "fault=lose=0.1",
                                          "fault=repeat=0.1", "fault=tear=0.1", "fault=garble=0.1",
                                          "fault=reorder=0.2:3", seed_text, NULL };
        ended = feed_try_list(desk, span_of(""), arguments);
        struct buffer first = { 0 };
        buffer_add_text(&first, ended.out);
        assert_string_equal(feed_try_list(desk, span_of(""), arguments).out, first.bytes);
        assert_true(!once.bytes || strcmp(once.bytes, first.bytes) != 0);
        assert_true(text_count(first.bytes, "\n") > LINES / 2);
        buffer_reset(&once);
        buffer_add(&once, buffer_span(&first));
        buffer_clear(&first);
    }
    buffer_clear(&once);
    feed_desk_free(desk);
}

/* Goal: the rate is kept, and in a drill the hub's time is the only one. Method: 200 lines over 10
 * s of drill time, asked for in two steps. */
static void in_a_drill_the_hub_has_the_time(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer hello = { 0 };

    (void)state;
    tape_make(site, "storm.jsonl", 50);
    buffer_print(&hello, "{\"hello\":1,\"wire\":1,\"feed\":\"f\",\"mode\":\"drill\",\"seed\":3,"
                 "\"start\":\"2027-01-01T00:00:00Z\",\"settings\":"
                 "{\"file\":\"%s\",\"shift\":\"yes\"}}\n", site_path(site, "storm.jsonl"));
    struct feed_talk *talk = feed_start(desk, "record");
    feed_say(talk, hello.bytes);
    feed_say(talk, "{\"now\":\"2027-01-01T00:00:00Z\"}\n");
    feed_hear(talk, "\"idle\":\"2027-01-01T00:00:00.050Z\"");
    feed_say(talk, "{\"now\":\"2027-01-01T00:00:05Z\"}\n");
    feed_hear(talk, "\"idle\":\"2027-01-01T00:00:05.050Z\"");
    assert_int_equal(text_count(site_read(site, "feed.out"), "\"alarm\""), 101);
    assert_non_null(strstr(site_read(site, "feed.out"), "\"at\":\"2027-01-01T00:00:00Z\""));
    feed_say(talk, "{\"now\":\"2027-01-01T01:00:00Z\"}\n");
    feed_hear(talk, "\"idle\":null");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "\"alarm\""), LINES);
    buffer_clear(&hello);
    feed_desk_free(desk);
}

/* ---- recording ---- */

/* Goal: another adapter runs inside, is heard as if it were alone, and stands on the tape, which
 * then plays. */
static void another_adapter_is_recorded(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer hello = { 0 };
    char file[300];

    (void)state;
    mkdir(site_path(site, "scratch"), 0700);
    site_write(site, "in.jsonl",
               "{\"report\":\"alarm\",\"point\":\"g1\",\"condition\":\"GAS\","
               "\"state\":\"active\"}\nnonsense\n");
    buffer_print(&hello, "{\"hello\":1,\"wire\":1,\"feed\":\"f\",\"mode\":\"live\",\"settings\":{"
                 "\"adapter\":\"jsonl\",\"with\":[\"file=%s\"],", site_path(site, "in.jsonl"));
    buffer_print(&hello, "\"reads\":[\"%s\"]},\"scratch\":", site_path(site, "in.jsonl"));
    buffer_print(&hello, "\"%s\"}\n", site_path(site, "scratch"));
    struct feed_talk *talk = feed_start(desk, "record");
    feed_say(talk, hello.bytes);
    feed_hear(talk, "\"adapter\":\"record\"");
    feed_hear(talk, "\"point\":\"g1\"");
    feed_hear(talk, "\"reason\":\"not well formed\"");
    assert_int_equal(feed_end(talk).ending.exit_code, 0);
    const char *tape = site_read(site, "scratch/tape.jsonl");
    assert_non_null(strstr(tape, "{\"recording\":1,\"feed\":\"f\""));
    assert_int_equal(text_count(tape, "\"line\":"), 2);
    snprintf(file, sizeof file, "file=%s", site_path(site, "scratch/tape.jsonl"));
    struct feed_ended ended = feed_try(desk, span_of(""), "record", file, "rate=max");
    assert_int_equal(text_count(ended.out, "\"point\":\"g1\""), 1);
    assert_int_equal(text_count(ended.out, "\"refused\""), 1);
    buffer_clear(&hello);
    feed_desk_free(desk);
}

/* Goal: what a site has heard of a feed can be taken out of its journal and played. */
static void the_journal_gives_a_recording(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    site_write(site, "site.conf",
               "site { id = TS name = T }\ntype FIRE { priority = 1 }\n"
               "operator KIM { role = dispatcher }\nfeed good { adapter = jsonl trust = raise\n"
               "    supplier = \"a test\" settings = { \"file=good.jsonl\" } }\n");
    site_write(site, "good.jsonl", "{\"report\":\"alarm\",\"point\":\"g1\",\"condition\":\"GAS\","
                                   "\"state\":\"active\"}\nnonsense\n");
    pid_t hub = site_hub_start(site);
    struct site_result shown = { 0 };
    for (int64_t deadline_ms = clock_ms() + DEADLINE_MS; clock_ms() < deadline_ms;) {
        shown = site_run(site, "show", "feed good");
        if (strstr(shown.out, "refused              1"))
            break;
    }
    site_hub_stop(site, hub);
    struct site_result recorded = site_expect(site, 0, "record", "good");
    assert_non_null(strstr(recorded.out, "{\"recording\":1,\"feed\":\"good\",\"start\":\""));
    assert_non_null(strstr(recorded.out, "{\"t\":0,\"line\":{\"report\":\"alarm\""));
    assert_int_equal(text_count(recorded.out, "\n"), 3);
    site_expect(site, 1, "record", "other");
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_read_or_refused),
        cmocka_unit_test(shares_are_kept),
        cmocka_unit_test(a_recording_plays_the_same_twice),
        cmocka_unit_test(in_a_drill_the_hub_has_the_time),
        cmocka_unit_test(another_adapter_is_recorded),
        cmocka_unit_test(the_journal_gives_a_recording),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
