#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feeds/quarantine.h"
#include "feeds/report_line.h"
#include "tests/check.h"
#include "tests/feed_run.h"

/* Goal: each wrong line is refused for what is wrong with it, and the nearest right line passes.
 * Method: one line a row, with ' for ". */
static const struct {
    const char *name, *line;
    enum refusal refusal;
    const char *field;
} lines[] = {
    { "an alarm", "{'report':'alarm','point':'g1','condition':'GAS','state':'active'}",
      REFUSED_NOT, "" },
    { "blanks around it", "  {'report':'alarm','point':'g','condition':'GAS','state':'normal'} \t",
      REFUSED_NOT, "" },
    { "unknown keys are kept", "{'report':'location','unit':'E1','lat':1,'lon':2,'x':{'y':[1]}}",
      REFUSED_NOT, "" },
    { "an idle", "{'idle':null}", REFUSED_NOT, "" },
    { "a hello", "{'hello':1,'adapter':'x','takes':['dispatch']}", REFUSED_NOT, "" },
    { "a hello that takes 7", "{'hello':1,'takes':7}", REFUSED_WRONG_TYPE, "takes" },
    { "a hello that takes [7]", "{'hello':1,'takes':[7]}", REFUSED_WRONG_TYPE, "takes" },
    { "no JSON", "GAS ALARM", REFUSED_BAD_SYNTAX, "" },
    { "half of one", "{'report':'alarm','poi", REFUSED_TRUNCATED, "" },
    { "two on a line", "{'idle':null}{'idle':null}", REFUSED_BAD_SYNTAX, "" },
    { "a list", "[1]", REFUSED_WRONG_TYPE, "" },
    { "no kind", "{'point':'g1'}", REFUSED_FIELD_MISSING, "report" },
    { "an unknown kind", "{'report':'ufo'}", REFUSED_UNKNOWN_WORD, "report" },
    { "no unit", "{'report':'location','lat':1,'lon':2}", REFUSED_FIELD_MISSING, "unit" },
    { "latitude 91", "{'report':'location','unit':'E1','lat':91,'lon':2}", REFUSED_OUT_OF_RANGE,
      "lat, lon" },
    { "0N 0E", "{'report':'location','unit':'E1','lat':0,'lon':0}", REFUSED_OUT_OF_RANGE,
      "lat, lon" },
    { "NaN", "{'report':'location','unit':'E1','lat':NaN,'lon':2}", REFUSED_BAD_SYNTAX, "" },
    { "a time without a zone",
      "{'report':'message','unit':'E1','at':'2026-11-17T14:00:00'}", REFUSED_NOT_A_TIME, "at" },
    { "Latin-1", "{'report':'message','unit':'E1','text':'caf\xE9'}", REFUSED_BAD_UTF8, "" },
    { "33 deep", "{'report':[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", REFUSED_TOO_DEEP, "" },
};

static void wrong_lines_are_refused_for_what_is_wrong(void **state)
{
    struct arena *arena = arena_new();
    char line[512];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct report_line judged = { 0 };
        CASE("%s", lines[i].name);
        struct verdict verdict =
            report_line_read(span_of(json_of(line, sizeof line, lines[i].line)), arena, &judged);
        assert_int_equal(verdict.refusal, lines[i].refusal);
        assert_string_equal(verdict.field, lines[i].field);
        if (is_accepted(&verdict))
            json_free(judged.json);
    }
    arena_free(arena);
}

/* Goal: a quarantined message can be checked by anybody. Method: the examples of FIPS 180-2 and
 * RFC 4648, whole and in pieces. */
static void quarantined_bytes_can_be_checked(void **state)
{
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    struct verdict verdict = refused(REFUSED_BAD_SYNTAX, 1, "x");
    struct report report;

    (void)state;
    struct quarantine *quarantine = quarantine_new();
    quarantine_add(quarantine, SPAN("a"));
    quarantine_add(quarantine, SPAN("bc"));
    quarantine_report(quarantine, &verdict, &report);
    assert_string_equal(report.refused.sha256, abc);
    assert_string_equal(report.refused.bytes, "YWJj");
    assert_string_equal(report.refused.reason, "not well formed");
    assert_string_equal(report.refused.field, "x");
    assert_int_equal(report.refused.offset, 1);
    assert_int_equal(report.refused.length, 3);
    quarantine_free(quarantine);
}

/* Goal: 10 MB without a line end cost that line only, and are kept as promised: length, hash and
 * first bytes. Method: two good lines around it, through the program. The hash is that of
 * `head -c 10000000 /dev/zero | tr '\0' x | sha256sum`. */
static void an_endless_line_costs_only_itself(void **state)
{
    static const char good[] =
        "{\"report\":\"message\",\"unit\":\"E1\",\"at\":\"2026-11-17T14:00:00Z\"}\n";
    struct feed_desk *desk = feed_desk_new();
    struct buffer input = { 0 };
    char *endless = base_alloc(1, 10000000);
    struct span rest, line;

    (void)state;
    memset(endless, 'x', 10000000);
    buffer_add_text(&input, good);
    buffer_add(&input, span_from(endless, 10000000));
    buffer_add_text(&input, "\n");
    buffer_add_text(&input, good);
    struct feed_ended ended = feed_try(desk, buffer_span(&input), "jsonl");
    assert_int_equal(ended.ending.exit_code, 1);
    rest = span_of(ended.out);
    assert_true(span_cut(&rest, '\n', &line));
    assert_int_equal(line.length + 1, strlen(good));
    assert_true(span_cut(&rest, '\n', &line));
    assert_true(line.length <= REPORT_LINE_BYTES_MAX);
    assert_non_null(strstr(line.bytes, "\"length\":10000000,\"sha256\":"
                           "\"0c9a42b3d065a64063eca67e98c932fa2e9a077bc7973a421a964a11304c998c\""));
    assert_true(span_cut(&rest, '\n', &line));
    assert_int_equal(line.length + 1, strlen(good));
    assert_int_equal(rest.length, 0);
    base_free(endless);
    buffer_clear(&input);
    feed_desk_free(desk);
}

static void hello_make(char *text, size_t text_bytes, const char *settings, const char *more)
{
    char line[2048];

    snprintf(line, sizeof line,
             "{'hello':1,'wire':1,'feed':'f','mode':'live','settings':{%s}%s}\n", settings, more);
    json_of(text, text_bytes, line);
}

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "ab");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Goal: a file is followed as it grows, and a restarted feed goes on where the hub's cursor says,
 * once. Method: lines added while it runs (one of them in halves, one with a cursor of its own),
 * then a second run with the last cursor. */
static void a_file_is_followed_and_gone_on_with(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    char hello[2048], settings[600], path[256], line[256], more[64];

    (void)state;
    snprintf(path, sizeof path, "%s", site_path(feed_site(desk), "reports"));
    snprintf(settings, sizeof settings, "'file':'%s'", path);
    hello_make(hello, sizeof hello, settings, "");
    append(path, json_of(line, sizeof line, "{'report':'message','unit':'E1','cursor':'mine'}\n"));
    struct feed_talk *talk = feed_start(desk, "jsonl");
    feed_say(talk, hello);
    feed_hear(talk, "{\"report\":\"message\",\"unit\":\"E1\",\"cursor\":49}\n");
    append(path, json_of(line, sizeof line, "{'report':'mess"));
    append(path, json_of(line, sizeof line, "age','unit':'E2'}\nnonsense\n"));
    feed_hear(talk, "{\"report\":\"message\",\"unit\":\"E2\",\"cursor\":82}\n");
    feed_hear(talk, "\"cursor\":91}\n");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    assert_int_equal(text_count(ended.out, "\"report\""), 3);

    snprintf(more, sizeof more, ",'cursor':82");
    hello_make(hello, sizeof hello, settings, more);
    append(path, json_of(line, sizeof line, "{'report':'message','unit':'E3'}\n"));
    talk = feed_start(desk, "jsonl");
    feed_say(talk, hello);
    feed_hear(talk, "\"unit\":\"E3\"");
    ended = feed_end(talk);
    assert_null(strstr(ended.out, "\"E2\""));
    assert_int_equal(text_count(ended.out, "\"report\""), 2);
    feed_desk_free(desk);
}

/* Goal: a FIFO is followed through writers that come and go. */
static void a_fifo_outlives_its_writers(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    char hello[2048], settings[600], path[256], line[256];

    (void)state;
    snprintf(path, sizeof path, "%s", site_path(feed_site(desk), "fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(settings, sizeof settings, "'file':'%s'", path);
    hello_make(hello, sizeof hello, settings, "");
    struct feed_talk *talk = feed_start(desk, "jsonl");
    feed_say(talk, hello);
    feed_hear(talk, "\"hello\"");
    append(path, json_of(line, sizeof line, "{'report':'message','unit':'E1'}\n"));
    feed_hear(talk, "\"E1\"");
    append(path, json_of(line, sizeof line, "{'report':'message','unit':'E2'}\n"));
    feed_hear(talk, "\"E2\"");
    assert_int_equal(feed_end(talk).ending.exit_code, 0);
    feed_desk_free(desk);
}

/* Goal: a file that was cut or replaced ends the feed, which the hub then starts on the new one.
 * Method: the file is cut to nothing while it is followed. */
static void a_file_cut_short_ends_the_feed(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    char hello[2048], settings[600], path[256], line[256];

    (void)state;
    snprintf(path, sizeof path, "%s", site_path(feed_site(desk), "reports"));
    snprintf(settings, sizeof settings, "'file':'%s'", path);
    hello_make(hello, sizeof hello, settings, "");
    append(path, json_of(line, sizeof line, "{'report':'message','unit':'E1'}\n"));
    struct feed_talk *talk = feed_start(desk, "jsonl");
    feed_say(talk, hello);
    feed_hear(talk, "\"E1\"");
    assert_int_equal(truncate(path, 0), 0);
    feed_hear_log(talk, "replaced or cut");
    assert_int_equal(feed_end(talk).ending.exit_code, 0);
    feed_desk_free(desk);
}

/* A program of others: it greets, repeats what it hears as messages, and ends with its stdin. */
static const char parrot[] =
    "echo '{\"hello\":1,\"adapter\":\"parrot\",\"takes\":[\"message\"]}'\n"
    "while read -r line; do\n"
    "    case $line in\n"
    "    *hello*) echo '{\"report\":\"health\",\"connected\":true,\"text\":\"greeted\"}' ;;\n"
    "    *order*) echo '{\"report\":\"receipt\",\"order\":\"PM/7\",\"stage\":\"sent\"}' ;;\n"
    "    *kept*) echo 'I do not know what kept means' ;;\n"
    "    *inject*) exit 3 ;;\n"
    "    esac\n"
    "done\n"
    "echo gone >\"$TMPDIR/gone\"\n";

static struct feed_talk *parrot_start(struct feed_desk *desk)
{
    struct test_site *site = feed_site(desk);
    char hello[2048], settings[900], more[300];

    mkdir(site_path(site, "scratch"), 0700);
    site_write(site, "parrot", parrot);
    snprintf(settings, sizeof settings,
             "'program':'/bin/sh','arguments':'%s/parrot','reads':'%s/parrot'", site_folder(site),
             site_folder(site));
    snprintf(more, sizeof more, ",'scratch':'%s/scratch'", site_folder(site));
    hello_make(hello, sizeof hello, settings, more);
    struct feed_talk *talk = feed_start(desk, "jsonl");
    feed_say(talk, hello);
    return talk;
}

/* Goal: a program of others hears the hub, the hello first, and is heard, its wrong lines refused;
 * it ends with the feed, and has time to. Method: the parrot above. */
static void a_program_of_others_speaks_with_the_hub(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct feed_talk *talk = parrot_start(desk);
    char line[256];

    (void)state;
    feed_hear(talk, "{\"hello\":1,\"adapter\":\"jsonl\",\"takes\":[\"message\"]}\n");
    feed_hear(talk, "greeted");
    feed_say(talk, json_of(line, sizeof line, "{'order':'PM/7','unit':'E7','verb':'message'}\n"));
    feed_hear(talk, "\"PM/7\"");
    feed_say(talk, json_of(line, sizeof line, "{'kept':2}\n"));
    feed_hear(talk, "not well formed");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    assert_int_equal(text_count(ended.out, "\"hello\""), 1);
    assert_int_equal(text_count(ended.out, "\"report\""), 3);
    assert_string_equal(site_read(feed_site(desk), "scratch/gone"), "gone\n");
    feed_desk_free(desk);
}

/* Goal: a program that ends ends the feed, and the log says how. */
static void a_program_that_ends_ends_the_feed(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct feed_talk *talk = parrot_start(desk);
    char line[256];

    (void)state;
    feed_hear(talk, "greeted");
    feed_say(talk, json_of(line, sizeof line, "{'inject':'silent','unit':'E7'}\n"));
    feed_hear_log(talk, "ended with code 3");
    assert_int_equal(feed_end(talk).ending.exit_code, 1);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_lines_are_refused_for_what_is_wrong),
        cmocka_unit_test(quarantined_bytes_can_be_checked),
        cmocka_unit_test(an_endless_line_costs_only_itself),
        cmocka_unit_test(a_file_is_followed_and_gone_on_with),
        cmocka_unit_test(a_fifo_outlives_its_writers),
        cmocka_unit_test(a_file_cut_short_ends_the_feed),
        cmocka_unit_test(a_program_of_others_speaks_with_the_hub),
        cmocka_unit_test(a_program_that_ends_ends_the_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
