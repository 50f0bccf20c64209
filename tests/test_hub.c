#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/base/text.h"
#include "app/core/entry.h"
#include "app/hub.h"
#include "app/journal_read.h"
#include "tests/check.h"
#include "tests/hub_talk.h"

/* One small site for all: an operator who is whoever runs the test, a feed that reads a file. */
static void write_site(struct test_site *site)
{
    struct buffer conf = { 0 };
    const char *user = getuid() == 0 ? "root" : getenv("USER");

    buffer_print(&conf,
                 "site { id = TS name = \"TEST TOWN\" timezone = \"Europe/London\" }\n"
                 "type FIRE { title = \"Fire\" priority = 1 desk = FIRE }\n"
                 "disposition DONE { title = \"Done\" }\n"
                 "operator KIM { user = \"%s\" role = dispatcher desk = FIRE }\n"
                 "operator SAM { user = \"%s\" role = supervisor }\n"
                 "operator EVE { user = \"nobody-we-know\" role = dispatcher }\n"
                 "feed calls { adapter = jsonl supplier = \"a test\" trust = open\n"
                 "    settings = { \"file=calls.jsonl\" } }\n"
                 "unit E7 { kind = engine desk = FIRE crew = 4 }\n",
                 user ? user : "", user ? user : "");
    site_write(site, "site.conf", conf.bytes);
    site_write(site, "calls.jsonl", "");
    buffer_clear(&conf);
}

/* Goal: one hub leads a site. Method: a second one is told so; what is asked reaches the first. */
static void a_second_hub_steps_back(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    write_site(site);
    struct site_result none = site_expect(site, 2, "show", "units");
    assert_non_null(strstr(none.err, "no hub runs"));
    pid_t hub = site_hub_start(site);
    struct site_result second = site_expect(site, HUB_EXIT_BUSY, "hub");
    assert_non_null(strstr(second.err, "runs for"));
    struct site_result units = site_expect(site, 0, "show", "units");
    assert_non_null(strstr(units.out, "E7"));
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    site_free(site);
}

/* Goal: the words of the sub-commands and their exit codes. */
static void results_are_exit_codes(void **state)
{
    static const struct {
        const char *name, *arguments[5];
        int code;
        const char *says;
    } cases[] = {
        { "opened",             { "do", "new FIRE @51.22,-4.09 p1 ; smoke", "--as", "KIM" }, 0,
          "OK      new FIRE" },
        { "noted",              { "do", "n 1 second caller", "--as", "kim" }, 0, "OK" },
        { "no such incident",   { "do", "n 9 nothing", "--as", "KIM" }, 1, "NO" },
        { "one good, one not",  { "do", "n 1 fine", "n 9 not", "--as=KIM" }, 1, "OK" },
        { "only looks",         { "do", "show units", "--as", "KIM" }, 1, "watchdesk show" },
        { "for consoles",       { "do", "quit", "--as", "KIM" }, 1, "console" },
        { "two are yours",      { "do", "n 1 who" }, 2, "--as" },
        { "not yours",          { "do", "n 1 who", "--as", "EVE" }, 2, "nobody-we-know" },
        { "nobody",             { "do", "n 1 who", "--as", "ZOE" }, 2, "no operator ZOE" },
        { "a list",             { "show", "incidents" }, 0, "#1" },
        { "an object",          { "show", "42" }, 1, "no 42" },
        { "as it was",          { "show", "incidents", "--at", "1999-01-01T00:00:00Z" }, 0, "" },
        { "why",                { "why", "1" }, 0, "typed: new FIRE" },
        { "why nothing",        { "why", "AL9" }, 1, "Nothing" },
        { "not yet",            { "replay" }, 2, "not in this release" },
        { "no such option",     { "show", "units", "--loud" }, 2, "--loud" },
        { "no such word",       { "shwo" }, 2, "no sub-command" },
        { "right",              { "check" }, 0, "3 operators" },
    };
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    write_site(site);
    pid_t hub = site_hub_start(site);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%s", cases[i].name);
        struct site_result result = site_run_list(site, NULL, cases[i].arguments);
        if (!strstr(result.out, cases[i].says) && !strstr(result.err, cases[i].says))
            fail_msg("neither says \"%s\":\n%s%s", cases[i].says, result.out, result.err);
        assert_int_equal(result.ending.exit_code, cases[i].code);
    }
    site_hub_stop(site, hub);
    site_free(site);
}

/* Goal: what no client of ours sends is refused in words and hurts nobody else. */
static void strange_clients_are_refused(void **state)
{
    static const struct { const char *name, *line, *member, *says; } cases[] = {
        { "not JSON",        "hello", "error", "not well formed" },
        { "no hello",        "{'do':'n 1 x'}", "refused", "hello" },
        { "another wire",    "{'hello':1,'wire':2,'as':'KIM'}", "refused", "wire 1" },
        { "a stranger",      "{'hello':1,'wire':1,'as':'EVE'}", "refused", "nobody-we-know" },
        { "wrong type",      "{'hello':1,'wire':'x'}", "refused", "hello" },
        { "right",           "{'hello':1,'wire':1,'as':'KIM'}", "hello", NULL },
    };
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    write_site(site);
    pid_t hub = site_hub_start(site);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char line[200];
        struct hub_talk *talk = hub_talk_open(site_folder(site));
        CASE("%s", cases[i].name);
        hub_talk_send(talk, json_of(line, sizeof line, cases[i].line));
        struct json *answer = hub_talk_line(talk, clock_ms() + DEADLINE_MS);
        assert_non_null(json_member(answer, cases[i].member));
        if (cases[i].says)
            assert_non_null(strstr(json_member_text(answer, cases[i].member, ""), cases[i].says));
        json_free(answer);
        hub_talk_close(talk);
    }
    site_hub_stop(site, hub);
    site_free(site);
}

/* The member of the next line that has it, as text; fails the test when none comes. */
static void expect_line(struct hub_talk *talk, const char *line, const char *member,
                        const char *says)
{
    char json[400];

    assert_true(hub_talk_send(talk, json_of(json, sizeof json, line)));
    struct json *answer = hub_talk_until(talk, member, clock_ms() + DEADLINE_MS);
    assert_non_null(answer);
    const char *text = json_text(json_member(answer, member));
    if (text && !strstr(text, says))
        fail_msg("%s is \"%s\", expected \"%s\"", member, text, says);
    json_free(answer);
}

/* Goal: a line that cannot be taken is answered, and the connection goes on. */
static void wrong_lines_are_answered(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    struct buffer huge = { 0 };

    (void)state;
    write_site(site);
    pid_t hub = site_hub_start(site);
    struct hub_talk *talk = hub_talk_open(site_folder(site));
    assert_true(hub_talk_greet(talk, "KIM", false));
    expect_line(talk, "{'sing':'a song','ref':1}", "error", "does not know");
    expect_line(talk, "[1,2]", "error", "wrong type");
    expect_line(talk, "{'do':7,'ref':2}", "result", "NO");
    expect_line(talk, "{'do':'','ref':3}", "result", "NO");
    expect_line(talk, "{'show':'elephants','ref':4}", "error", "elephants");
    expect_line(talk, "{'why':'','ref':5}", "error", "no object");
    expect_line(talk, "{'look':'here','ref':6}", "error", "geography");
    for (int i = 0; i < 2000; i++)
        buffer_add_text(&huge, "0123456789");
    assert_true(hub_talk_send_span(talk, buffer_span(&huge)));
    expect_line(talk, "", "error", "16 KiB");
    buffer_clear(&huge);
    expect_line(talk, "{'do':'new FIRE @51.2,-4.0 p1 ; still here','ref':7}", "result", "OK");
    hub_talk_close(talk);
    struct hub_talk *reader = hub_talk_open(site_folder(site));
    assert_true(hub_talk_greet(reader, "", false));
    expect_line(reader, "{'do':'n 1 x','ref':8}", "result", "NO");
    hub_talk_close(reader);
    site_hub_stop(site, hub);
    site_free(site);
}

/* ---- a console's picture ---- */

struct replica {
    struct picture *picture;
    struct arena *arena;
};

/* Takes a line: part of a dump, its end, or an entry. */
static void replica_take(struct replica *replica, const struct json *line)
{
    struct entry_head head;
    const struct json *events;
    struct verdict verdict = accepted();

    if (json_member(line, "stands")) {
        verdict = picture_load(replica->picture, line, replica->arena);
    } else if (json_member(line, "entry")) {
        verdict = entry_read_wire(line, &head, &events);
        if (is_accepted(&verdict))
            verdict = entry_apply(&head, events, replica->arena, replica->picture);
    } else if (json_member(line, "joined")) {
        char digest[24];
        snprintf(digest, sizeof digest, "%016" PRIx64, picture_digest(replica->picture));
        assert_string_equal(digest, json_member_text(line, "digest", ""));
    }
    assert_true(is_accepted(&verdict));
}

static uint64_t shown_digest(struct test_site *site)
{
    struct site_result shown = site_expect(site, 0, "show", "picture");
    const char *digest = strstr(shown.out, "digest ");

    assert_non_null(digest);
    return strtoull(digest + strlen("digest "), NULL, 16);
}

/* Goal: a console that joins in the middle of things has the hub's picture. Method: dump, its
 * digest, then the entries; at the end both digests are compared at the same sequence. */
static void a_console_joins(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    struct replica replica = { picture_new(), arena_new() };
    char line[100];

    (void)state;
    write_site(site);
    pid_t hub = site_hub_start(site);
    struct hub_talk *typist = hub_talk_open(site_folder(site));
    struct hub_talk *console = hub_talk_open(site_folder(site));
    assert_true(hub_talk_greet(typist, "KIM", false));
    for (int i = 0; i < 40; i++) {
        if (i == 10)
            assert_true(hub_talk_greet(console, "", true));
        snprintf(line, sizeof line, "{\"do\":\"new FIRE @51.2,-4.%02d p1 ; n %d\",\"ref\":%d}", i,
                 i, i + 1);
        assert_true(hub_talk_send(typist, line));
    }
    int64_t last = 0;
    for (int results = 0; results < 40; results++) {
        struct json *result = hub_talk_until(typist, "result", clock_ms() + DEADLINE_MS);
        assert_string_equal(json_member_text(result, "result", "?"), "OK");
        last = json_member_int64(result, "sequence", 0);
        json_free(result);
    }
    uint64_t digest = shown_digest(site);
    /* The digest may be that of an entry which the clock has brought since. */
    while (replica.picture->sequence < (uint64_t)last
           || picture_digest(replica.picture) != digest) {
        struct json *taken = hub_talk_line(console, clock_ms() + DEADLINE_MS);
        assert_non_null(taken);
        replica_take(&replica, taken);
        json_free(taken);
    }
    hub_talk_close(typist);
    hub_talk_close(console);
    site_hub_stop(site, hub);
    picture_free(replica.picture);
    arena_free(replica.arena);
    site_free(site);
}

/* Goal: a console that does not read loses its queue, never its truth. Method: it joins and sleeps
 * while more happens than may wait for it, in batches; then it reads all, a new dump among it. */
static void a_slow_console_joins_again(void **state)
{
    enum { ROUNDS = 180, NOTES = 50 };
    struct test_site *site = site_new(SITE_SANITIZED);
    struct replica replica = { picture_new(), arena_new() };
    char line[600], text[390];
    int64_t last = 0;
    bool again = false;

    (void)state;
    write_site(site);
    memset(text, 'x', sizeof text);
    pid_t hub = site_hub_start(site);
    struct hub_talk *typist = hub_talk_open(site_folder(site));
    struct hub_talk *console = hub_talk_open(site_folder(site));
    assert_true(hub_talk_greet(typist, "KIM", false));
    assert_true(hub_talk_greet(console, "", true));
    expect_line(typist, "{'do':'new FIRE @51.2,-4.0 p1 ; smoke','ref':1}", "result", "OK");
    snprintf(line, sizeof line, "{\"do\":\"n 1 %.*s\",\"ref\":2}", (int)sizeof text, text);
    for (int round = 0; round < ROUNDS; round++) {
        for (int note = 0; note < NOTES; note++)
            assert_true(hub_talk_send(typist, line));
        for (int note = 0; note < NOTES; note++) {
            struct json *result = hub_talk_until(typist, "result", clock_ms() + DEADLINE_MS);
            last = json_member_int64(result, "sequence", 0);
            json_free(result);
        }
    }
    uint64_t digest = shown_digest(site);
    while (replica.picture->sequence < (uint64_t)last) {
        struct json *taken = hub_talk_line(console, clock_ms() + DEADLINE_MS);
        assert_non_null(taken);
        if (json_member(taken, "joined again")) {
            picture_free(replica.picture);
            replica.picture = picture_new();
            again = true;
        }
        replica_take(&replica, taken);
        json_free(taken);
    }
    assert_true(again);
    assert_true(picture_digest(replica.picture) == digest);
    hub_talk_close(typist);
    hub_talk_close(console);
    site_hub_stop(site, hub);
    picture_free(replica.picture);
    arena_free(replica.arena);
    site_free(site);
}

/* ---- bad lines of a feed ---- */

/* Goal: what a feed sends wrong costs that line only, is counted, and its bytes are kept. */
static void bad_lines_are_kept(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    char text[600];

    (void)state;
    write_site(site);
    site_write(site, "calls.jsonl",
               json_of(text, sizeof text,
                       "{'report':'incident','id':'c1','type':'FIRE','lat':51,'lon':-4}\n"
                       "not JSON at all\n"
                       "{'report':'incident','id':'c2','lat':91,'lon':-4}\n"
                       "{'report':'song','id':'c3'}\n"
                       "{'report':'incident','id':'c4','text':'\xff\xfe'}\n"
                       /* Deep enough to be read, too deep to be put into a list of locations. */
                       "{'report':'location','unit':'E7','lat':51,'lon':-4,'more':"
                       "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}\n"
                       "{'report':'incident','id':'c5','type':'FIRE','place':'B'}\n"));
    pid_t hub = site_hub_start(site);
    struct site_result shown = { 0 };
    for (int64_t deadline_ms = clock_ms() + DEADLINE_MS; clock_ms() < deadline_ms;) {
        shown = site_expect(site, 0, "show", "incidents");
        if (strstr(shown.out, "#2"))
            break;
    }
    assert_non_null(strstr(shown.out, "#2"));
    assert_null(strstr(shown.out, "#3"));
    struct site_result feeds = site_expect(site, 0, "show", "feeds");
    assert_non_null(strstr(feeds.out, "5 refused"));
    site_hub_stop(site, hub);
    /* Started again, the feed goes on where it was: the file is not read a second time. */
    hub = site_hub_start(site);
    site_expect(site, 0, "do", "new FIRE @51.22,-4.09 p1 ; after it", "--as", "KIM");
    feeds = site_expect(site, 0, "show", "feeds");
    assert_non_null(strstr(feeds.out, "5 refused"));
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    site_free(site);
}

/* Goal: what a disk did to the snapshot is not on a screen. Method: one character of it is changed
 * between two starts; the journal still tells what was. */
static void a_damaged_snapshot_is_not_believed(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    write_site(site);
    pid_t hub = site_hub_start(site);
    site_expect(site, 0, "do", "new FIRE @51.22,-4.09 p1 ; smoke", "--as", "KIM");
    site_hub_stop(site, hub);
    char *snapshot = base_copy_text(site_read(site, "snapshot.jsonl"));
    char *priority = strstr(strstr(snapshot, "\"stands\":\"incident\""), "\"priority\":1");
    assert_non_null(priority);
    priority[strlen("\"priority\":")] = '4';
    site_write(site, "snapshot.jsonl", snapshot);
    base_free(snapshot);
    hub = site_hub_start(site);
    struct site_result shown = site_expect(site, 0, "show", "incidents", "--json");
    assert_non_null(strstr(shown.out, "\"priority\":1"));
    site_hub_stop(site, hub);
    site_free(site);
}

/* ---- killed ---- */

enum { KILLS = 20, NOTES_MAX_SENT = 4000 };

struct killed {
    struct test_site *site;
    uint32_t sent;                          /* Notes typed so far, over all lives of the hub. */
    bool answered[NOTES_MAX_SENT];          /* OK was seen. */
    uint32_t seen[NOTES_MAX_SENT];          /* Times it stands in the journal. */
};

static void take_answers(struct killed *killed, struct hub_talk *talk, int64_t until_ms)
{
    struct json *json;

    while ((json = hub_talk_until(talk, "result", until_ms)) != NULL) {
        int64_t ref = json_member_int64(json, "ref", 0);
        if (strcmp(json_member_text(json, "result", ""), "OK") == 0 && ref > 0)
            killed->answered[ref - 1] = true;
        json_free(json);
    }
}

/* Types notes as fast as they are taken, kills the hub in between, and reads what still comes. */
static void type_and_kill(struct killed *killed, pid_t hub, int64_t for_ms)
{
    struct hub_talk *talk = hub_talk_open(site_folder(killed->site));
    int64_t until_ms = clock_ms() + for_ms;
    char line[100];

    assert_true(hub_talk_greet(talk, "KIM", false));
    while (clock_ms() < until_ms && killed->sent < NOTES_MAX_SENT) {
        for (int burst = 0; burst < 5 && killed->sent < NOTES_MAX_SENT; burst++) {
            snprintf(line, sizeof line, "{\"do\":\"n 1 note %u.\",\"ref\":%u}", killed->sent,
                     killed->sent + 1);
            hub_talk_send(talk, line);
            killed->sent++;
        }
        take_answers(killed, talk, clock_ms() + 1);
    }
    assert_true(site_hub_kill(killed->site, hub));
    take_answers(killed, talk, clock_ms() + 1000);
    hub_talk_close(talk);
}

static void count_notes(struct killed *killed, uint64_t *ret_digest)
{
    char why[JOURNAL_WHY_BYTES];
    struct journal_reader *reader;
    struct picture *picture = picture_new();
    struct entry entry;
    uint32_t note;

    assert_int_equal(journal_reader_open(site_path(killed->site, "journal.db"), &reader, why),
                     STATUS_OK);
    journal_reader_range(reader, 1, UINT64_MAX);
    while (journal_reader_next(reader, &entry) == STATUS_OK) {
        char input[200];
        text_copy(input, sizeof input, entry.input);
        const char *at = strstr(input, "\"n 1 note ");
        if (at && sscanf(at, "\"n 1 note %u.", &note) == 1)
            killed->seen[note]++;
    }
    assert_int_equal(journal_fold(reader, UINT64_MAX, picture), STATUS_OK);
    *ret_digest = picture_digest(picture);
    picture_free(picture);
    journal_reader_close(reader);
}

/* Goal: whenever the hub is killed, nothing that was answered OK is lost, nothing is doubled, and
 * what starts again is the fold of the journal. */
static void a_killed_hub_keeps_its_word(void **state)
{
    struct killed killed = { .site = site_new(SITE_SANITIZED) };
    uint32_t answered = 0;
    uint64_t digest;

    (void)state;
    write_site(killed.site);
    srand(20261117);
    pid_t hub = site_hub_start(killed.site);
    site_expect(killed.site, 0, "do", "new FIRE @51.22,-4.09 p1 ; smoke", "--as", "KIM");
    for (int i = 0; i < KILLS; i++) {
        type_and_kill(&killed, hub, 30 + rand() % 150);
        hub = site_hub_start(killed.site);
    }
    uint64_t shown = shown_digest(killed.site);
    site_hub_stop(killed.site, hub);
    count_notes(&killed, &digest);
    assert_true(shown == digest);
    for (uint32_t i = 0; i < killed.sent; i++) {
        answered += killed.answered[i];
        assert_true(killed.seen[i] <= 1);
        assert_true(killed.seen[i] == 1 || !killed.answered[i]);
    }
    print_message("  %u notes typed, %u answered OK\n", killed.sent, answered);
    assert_true(answered > 0);
    site_expect(killed.site, 0, "verify");
    site_free(killed.site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_hub_steps_back),
        cmocka_unit_test(results_are_exit_codes),
        cmocka_unit_test(strange_clients_are_refused),
        cmocka_unit_test(wrong_lines_are_answered),
        cmocka_unit_test(a_console_joins),
        cmocka_unit_test(a_slow_console_joins_again),
        cmocka_unit_test(bad_lines_are_kept),
        cmocka_unit_test(a_damaged_snapshot_is_not_believed),
        cmocka_unit_test(a_killed_hub_keeps_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
