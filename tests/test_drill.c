#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/core/entry.h"
#include "app/drill.h"
#include "app/places.h"
#include "tests/check.h"
#include "tests/hub_talk.h"

/* ---- the file ---- */

#define HEAD "drill \"Storm\"\nsite .\nstart 2026-11-17T14:00:00Z\nend +10:00\n"

/* Goal: what is wrong with a drill file is said with its line, beside the nearest file that is
 * right. */
static void wrong_files_name_the_line(void **state)
{
    static const struct { const char *name, *text, *says; } cases[] = {
        { "right",            HEAD "+00:10 do KIM n 1 x\n", NULL },
        { "comments, blanks", "# a drill\n\n" HEAD "  +00:10   do  KIM  n 1 x  \r\n", NULL },
        { "no time",          HEAD "00:10 do KIM n 1 x\n", ":5: 00:10 is neither" },
        { "half a time",      HEAD "+0010 do KIM n 1 x\n", ":5: an item starts" },
        { "61 seconds",       HEAD "+00:61 do KIM n 1 x\n", ":5: an item starts" },
        { "after the end",    HEAD "+10:01 do KIM n 1 x\n", ":5: this is after" },
        { "no such item",     HEAD "+00:10 sing KIM\n", ":5: sing is no item" },
        { "no command",       HEAD "+00:10 do KIM\n", ":5: do needs" },
        { "not a report",     HEAD "+00:10 report calls {\"report\":\"no\"}\n", ":5: report" },
        { "half a report",    HEAD "+00:10 report calls {\"report\":\n", ":5: report needs" },
        { "half an inject",   HEAD "+00:10 inject field E3\n", ":5: inject needs" },
        { "no name",          "site .\nstart 2026-11-17T14:00:00Z\nend +10:00\n", "name is" },
        { "no zone",          "drill \"x\"\nsite .\nstart 2026-11-17T14:00:00\nend +10:00\n",
          ":3: start needs" },
        { "items before",     "drill \"x\"\nsite .\n+00:01 do KIM n 1 x\n", ":3: start must" },
        { "no end",           "drill \"x\"\nsite .\nstart 2026-11-17T14:00:00Z\n", "end is" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct buffer problems = { 0 };
        struct drill_script *script;
        CASE("%s", cases[i].name);
        bool right = drill_read(span_of(cases[i].text), "file", &script, &problems);
        assert_true(right == !cases[i].says);
        if (right)
            drill_script_free(script);
        else if (!strstr(problems.bytes, cases[i].says))
            fail_msg("\"%s\" does not say \"%s\"", problems.bytes, cases[i].says);
        buffer_clear(&problems);
    }
}

/* Goal: items in the order of their time, those of one time as in the file; "@+MM:SS" is an
 * instant. */
static void items_are_in_order(void **state)
{
    static const char text[] = HEAD "+02:00 do KIM n 1 third\n+00:10 do KIM n 1 first\n"
        "+00:10 report calls {\"report\":\"message\",\"unit\":\"E7\",\"at\":\"@+00:09\"}\n";
    struct buffer problems = { 0 };
    struct drill_script *script;

    (void)state;
    assert_true(drill_read(span_of(text), "file", &script, &problems));
    assert_int_equal(script->item_count, 3);
    assert_string_equal(script->items[0].text, "n 1 first");
    assert_string_equal(script->items[1].text,
                        "{\"report\":\"message\",\"unit\":\"E7\",\"at\":\"2026-11-17T14:00:09Z\"}");
    assert_string_equal(script->items[2].text, "n 1 third");
    assert_int_equal(script->items[2].at_ms - script->start_ms, 120000);
    drill_script_free(script);
}

/* ---- the sample drill, run ---- */

/* Every line says DRILL, no command of the story is refused; the digest of the last line. */
static uint64_t judge_story(const char *out)
{
    struct span rest = span_of(out), line, last = { 0 };
    uint64_t digest = 0;

    while (rest.length > 0 && span_cut(&rest, '\n', &line)) {
        char text[600];
        snprintf(text, sizeof text, "%.*s", (int)line.length, line.bytes);
        if (!span_starts(line, "DRILL ") || strstr(text, "  NO ") || strstr(text, "  PART ")
            || strstr(text, "  CHANGED "))
            fail_msg("a line of the story: %s", text);
        last = line;
    }
    assert_true(span_starts(last, "DRILL digest "));
    assert_int_equal(sscanf(last.bytes, "DRILL digest %" SCNx64, &digest), 1);
    return digest;
}

/* The folder that the drill told on its first line of stderr. */
static void drill_folder(struct test_site *site, const char *log, char folder[512])
{
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;

    while (sscanf(site_read(site, log), "DRILL site %511s\n", folder) != 1)
        if (clock_ms() > deadline_ms)
            fail_msg("the drill did not say where it is");
}

static const char *sample_drill(char path[1024])
{
    assert_non_null(realpath("app/sample/harbour.drill", path));
    return path;
}

/* Joins as a console, types nothing, and takes all that comes until the hub ends. */
static uint64_t watch(const char *folder)
{
    struct hub_talk *console = hub_talk_open(folder);
    struct picture *picture = picture_new();
    struct arena *arena = arena_new();
    struct entry_head head;
    const struct json *events;
    struct json *line;

    assert_true(hub_talk_greet(console, "", true));
    while ((line = hub_talk_line(console, clock_ms() + DEADLINE_MS)) != NULL) {
        bool stands = json_member(line, "stands") != NULL;
        bool entered = !stands && json_member(line, "entry");
        struct verdict verdict = stands ? picture_load(picture, line, arena)
            : entered ? entry_read_wire(line, &head, &events) : accepted();
        if (entered && is_accepted(&verdict))
            verdict = entry_apply(&head, events, arena, picture);
        assert_true(is_accepted(&verdict));
        json_free(line);
        arena_reset(arena);
    }
    uint64_t digest = picture_digest(picture);
    hub_talk_close(console);
    picture_free(picture);
    arena_free(arena);
    return digest;
}

/* Goal: one file, one digest. Method: the sample drill twice as fast as it can, and once at a speed
 * that sleeps, with a console attached that types nothing; the console's own picture too. */
static void one_file_gives_one_digest(void **state)
{
    struct test_site *site = site_new(SITE_PLAIN);
    char path[1024], folder[512];
    struct ending ending;

    (void)state;
    sample_drill(path);
    uint64_t first = judge_story(
        site_expect(site, 0, "drill", path, "--headless", "--speed", "max").out);
    uint64_t second = judge_story(
        site_expect(site, 0, "drill", path, "--headless", "--speed", "max").out);
    assert_true(first == second);
    pid_t drill = site_start(site, "slow", "drill", path, "--headless", "--speed", "600");
    drill_folder(site, "slow.err", folder);
    uint64_t watched = watch(folder);
    assert_true(child_wait(drill, clock_ms() + DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, 0);
    assert_true(judge_story(site_read(site, "slow.out")) == first);
    assert_true(watched == first);
    site_expect(site, 0, "verify", "--site", folder);
    site_free(site);
}

/* Goal: a drill's journal never opens live, and what a drill's hub answers says DRILL. */
static void a_drill_stays_a_drill(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    char path[1024], folder[512];
    struct ending ending;

    (void)state;
    sample_drill(path);
    pid_t drill = site_start(site, "slow", "drill", path, "--headless", "--speed", "10");
    drill_folder(site, "slow.err", folder);
    struct hub_talk *talk = hub_talk_open(folder);
    hub_talk_close(talk);
    struct site_result shown = site_expect(site, 0, "show", "units", "--site", folder);
    assert_true(span_starts(span_of(shown.out), "DRILL "));
    struct site_result done =
        site_expect(site, 0, "do", "new FIRE @51.22,-4.09 p1 ; real?", "--as", "KIM", "--site",
                    folder);
    assert_true(span_starts(span_of(done.out), "DRILL OK"));
    site_expect(site, 0, "stop", "--site", folder);
    assert_true(child_wait(drill, clock_ms() + DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, 0);
    struct places places;
    struct buffer problem = { 0 };
    assert_true(places_find(folder, &places, &problem));
    char conf[PLACES_PATH_BYTES], text[] =
        "site { id = PM name = \"X\" timezone = \"UTC\" }\noperator K { role = dispatcher }\n";
    file_write(places_file(&places, "site.conf", conf), span_of(text));
    struct site_result live = site_run(site, "hub", "--site", folder);
    assert_int_equal(live.ending.exit_code, 2);
    assert_non_null(strstr(live.err, "drill"));
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_name_the_line),
        cmocka_unit_test(items_are_in_order),
        cmocka_unit_test(one_file_gives_one_digest),
        cmocka_unit_test(a_drill_stays_a_drill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
