#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "feeds/describe.h"
#include "feeds/runner.h"
#include "feeds/template.h"
#include "tests/check.h"
#include "tests/feed_run.h"

static const char readme_path[] = "feeds/README.md", sample_path[] = "app/sample/feeds.conf";

/* ---- the pages ---- */

/* What stands between the marks is the row's; what follows is written by hand. */
static void page_write(const struct feed_adapter *adapter, struct buffer *out)
{
    buffer_print(out, "### %s\n\n<!-- drawn from the row: ACCEPT=1 make test-feeds_pages -->\n",
                 adapter->name);
    describe_page(adapter, out);
    buffer_add_text(out, "<!-- end -->\n");
}

/* Puts the page where the README has one of that name, else at its end. */
static void page_accept(const struct feed_adapter *adapter, const struct buffer *page)
{
    struct buffer readme = { 0 }, renewed = { 0 };
    char heading[64];

    file_read(readme_path, &readme);
    snprintf(heading, sizeof heading, "\n### %s\n\n<!-- drawn", adapter->name);
    const char *at = strstr(readme.bytes, heading);
    const char *after = at ? strstr(at, "<!-- end -->\n") : NULL;
    if (after) {
        buffer_add(&renewed, span_from(readme.bytes, (size_t)(at + 1 - readme.bytes)));
        buffer_add(&renewed, buffer_span(page));
        buffer_add_text(&renewed, after + strlen("<!-- end -->\n"));
    } else {
        buffer_add(&renewed, buffer_span(&readme));
        buffer_print(&renewed, "\n%s", page->bytes);
    }
    file_write(readme_path, buffer_span(&renewed));
    buffer_clear(&renewed);
    buffer_clear(&readme);
}

/* Goal: the README says of each adapter what its row says. Method: its page, drawn anew, stands in
 * it word for word; `watchdesk-feed --page` prints the same. */
static void the_readme_and_the_rows_agree(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer readme = { 0 };

    (void)state;
    for (const struct feed_adapter *a = feed_adapters; a->name; a++) {
        struct buffer page = { 0 }, drawn = { 0 };
        CASE("%s", a->name);
        page_write(a, &page);
        if (getenv("ACCEPT"))
            page_accept(a, &page);
        buffer_reset(&readme);
        file_read(readme_path, &readme);
        if (!strstr(readme.bytes, page.bytes))
            fail_msg("feeds/README.md is not what the row of %s says; ACCEPT=1 make "
                     "test-feeds_pages draws it anew:\n%s", a->name, page.bytes);
        if (strstr(strstr(readme.bytes, page.bytes) + 1, page.bytes))
            fail_msg("feeds/README.md has the page of %s twice; take one away", a->name);
        describe_page(a, &drawn);
        assert_string_equal(feed_run(desk, "", "--page", a->name).out, drawn.bytes);
        buffer_clear(&page);
        buffer_clear(&drawn);
    }
    assert_int_equal(feed_run(desk, "", "--page", "weather").ending.exit_code, 2);
    buffer_clear(&readme);
    feed_desk_free(desk);
}

/* ---- the sample entries ---- */

/* The sample's own files, and for what a site would have one that is there: in/... and, as secrets
 * must be, 0600, secrets/... */
static void placeholders_make(struct test_site *site, const char *conf)
{
    static const struct { const char *start; mode_t mode; } kinds[] = {
        { "=in/", 0644 }, { "=secrets/", 0600 },
    };

    mkdir(site_path(site, "in"), 0700);
    mkdir(site_path(site, "secrets"), 0700);
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        for (const char *at = strstr(conf, kinds[i].start); at; at = strstr(at, kinds[i].start)) {
            char name[128];
            at++;
            snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "\","), at);
            site_write(site, name, "placeholder\n");
            assert_int_equal(chmod(site_path(site, name), kinds[i].mode), 0);
        }
    }
}

static void sample_copy(struct test_site *site)
{
    static const char *const files[] = { "adapter.py", "adapter.sh", "calls.jsonl",
                                         "sensors.jsonl" };
    struct buffer text = { 0 };
    char path[128];

    mkdir(site_path(site, "alerts"), 0700);
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        snprintf(path, sizeof path, "app/sample/%s", files[i]);
        buffer_reset(&text);
        file_read(path, &text);
        site_write(site, files[i], text.bytes);
        assert_int_equal(chmod(site_path(site, files[i]), 0755), 0);
    }
    buffer_clear(&text);
}

/* Goal: there is an entry to copy for every adapter, and each is right. Method: `watchdesk check`
 * of a site that has them all; what it finds odd, it would say. */
static void every_sample_entry_is_right(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    struct buffer entries = { 0 }, conf = { 0 };
    char adapter[64];

    (void)state;
    file_read(sample_path, &entries);
    buffer_print(&conf, "site { id = TS name = \"TEST TOWN\" timezone = \"Europe/London\" }\n"
                 "type FIRE { priority = 1 }\noperator KIM { role = dispatcher }\n%s",
                 entries.bytes);
    sample_copy(site);
    placeholders_make(site, entries.bytes);
    site_write(site, "site.conf", conf.bytes);
    struct site_result checked = site_expect(site, 0, "check");
    for (const struct feed_adapter *a = feed_adapters; a->name; a++) {
        CASE("%s", a->name);
        snprintf(adapter, sizeof adapter, "adapter = %s\n", a->name);
        assert_non_null(strstr(entries.bytes, adapter));
    }
    assert_null(strstr(checked.out, "site.conf:"));
    buffer_clear(&conf);
    buffer_clear(&entries);
    site_free(site);
}

/* ---- the template ---- */

static const struct {
    const char *name, *line;
    enum refusal refusal;
    size_t offset;
    enum alarm_state is;
} gauges[] = {
    { "low water",           "01646500\t1.52",     REFUSED_NOT,           0, ALARM_STATE_NORMAL },
    { "at the mark",         "01646500\t2",        REFUSED_NOT,           0, ALARM_STATE_NORMAL },
    { "over it",             "01646500\t2.01",     REFUSED_NOT,           0, ALARM_STATE_ACTIVE },
    { "a further column",    "01646500\t2.5\tcfs", REFUSED_NOT,           0, ALARM_STATE_ACTIVE },
    { "a frozen float",      "01646500\t-999999",  REFUSED_OUT_OF_RANGE,  9, ALARM_STATE_UNSAID },
    { "words for a stage",   "01646500\tICE",      REFUSED_NOT_A_NUMBER,  9, ALARM_STATE_UNSAID },
    { "no stage",            "01646500",           REFUSED_FIELD_MISSING, 8, ALARM_STATE_UNSAID },
    { "no station",          "\t1.52",             REFUSED_FIELD_MISSING, 0, ALARM_STATE_UNSAID },
};

/* Goal: every refusal points at the right field. Method: one row per way a line can be wrong, next
 * to the nearest that is right. */
static void the_template_points_at_what_is_wrong(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(gauges); i++) {
        struct report report;
        CASE("%s", gauges[i].name);
        struct verdict verdict = template_parse(span_of(gauges[i].line), 2, arena, &report);
        assert_int_equal(verdict.refusal, gauges[i].refusal);
        assert_int_equal(verdict.offset, gauges[i].offset);
        if (is_accepted(&verdict))
            assert_int_equal(report.alarm.state, gauges[i].is);
    }
    arena_free(arena);
}

/* Runs the template's row as `watchdesk feed` would, in a child, over `input`; what it printed. */
static int template_try(struct test_site *site, const char *input, char *const *settings,
                        int setting_count)
{
    int status = 0;

    site_write(site, "gauges.tsv", input);
    char in[256], out[256];
    snprintf(in, sizeof in, "%s", site_path(site, "gauges.tsv"));
    snprintf(out, sizeof out, "%s", site_path(site, "out"));
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(in, "r", stdin) || !freopen(out, "w", stdout))
            _exit(99);
        _exit(runner_try(&template_adapter, settings, setting_count));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Goal: the template is a whole adapter. Method: its row under the real runner, by hand. */
static void the_template_runs(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    char over[] = "over_m=5", wrong[] = "over_ft=5";

    (void)state;
    assert_int_equal(template_try(site, "G1\t1.5\nG2\t3\nG3\tICE\n", NULL, 0), 1);
    const char *out = site_read(site, "out");
    assert_int_equal(text_count(out, "\"state\":\"normal\""), 1);
    assert_int_equal(text_count(out, "\"state\":\"active\""), 1);
    assert_int_equal(text_count(out, "\"field\":\"stage\""), 1);
    assert_non_null(strstr(out, "\"cursor\":7"));
    assert_int_equal(template_try(site, "G2\t3", (char *[]){ over }, 1), 0);
    assert_non_null(strstr(site_read(site, "out"), "\"state\":\"normal\""));
    assert_int_equal(template_try(site, "", (char *[]){ wrong }, 1), 2);
    site_free(site);
}

/* ---- the sample programs ---- */

/* Goal: twenty lines of Python are an adapter. Method: the sample under the real runner: lines and
 * half a line, then the rest of it; started again with the last cursor it reads nothing twice. */
static void the_python_sample_runs(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer hello = { 0 };
    char folder[512];

    (void)state;
    assert_non_null(realpath("app/sample/adapter.py", folder));
    site_write(site, "gauges.tsv", "G1\t1.5\nG2\t3.25\nG3\tICE\nG4\t");
    buffer_print(&hello, "{\"hello\":1,\"wire\":1,\"feed\":\"f\",\"mode\":\"live\",\"settings\":"
                 "{\"program\":\"%s\",\"reads\":\"%s\"}", folder, site_path(site, "gauges.tsv"));
    struct feed_talk *talk = feed_start(desk, "jsonl");
    feed_say(talk, hello.bytes);
    feed_say(talk, "}\n");
    feed_hear(talk, "\"takes\":[]");
    feed_hear(talk, "\"reason\": \"not a number\"");
    file_write(site_path(site, "gauges.tsv"), span_of("G1\t1.5\nG2\t3.25\nG3\tICE\nG4\t9\n"));
    feed_hear(talk, "\"cursor\": 27");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    assert_int_equal(text_count(ended.out, "\"active\""), 2);
    assert_int_equal(text_count(ended.out, "\"normal\""), 1);
    talk = feed_start(desk, "jsonl");
    feed_say(talk, hello.bytes);
    feed_say(talk, ",\"cursor\":22}\n");
    feed_hear(talk, "\"cursor\": 27");
    assert_int_equal(text_count(feed_end(talk).out, "\"report\""), 1);
    buffer_clear(&hello);
    feed_desk_free(desk);
}

/* Goal: the sample in shell takes orders, each once. Method: an order, the same again, another. */
static void the_shell_sample_runs(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer hello = { 0 };
    char folder[512], line[200];

    (void)state;
    assert_non_null(realpath("app/sample/adapter.sh", folder));
    mkdir(site_path(site, "scratch"), 0700);
    buffer_print(&hello, "{\"hello\":1,\"wire\":1,\"feed\":\"f\",\"mode\":\"live\",\"settings\":"
                 "{\"program\":\"%s\"},\"scratch\":\"%s\"}\n", folder, site_path(site, "scratch"));
    struct feed_talk *talk = feed_start(desk, "jsonl");
    feed_say(talk, hello.bytes);
    feed_hear(talk, "\"takes\":[\"dispatch\",\"recall\",\"message\"]");
    static const char *const orders[] = { "TS/1", "TS/1", "TS/2" };
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++) {
        snprintf(line, sizeof line, "{\"order\":\"%s\",\"unit\":\"E7\",\"verb\":\"dispatch\"}\n",
                 orders[i]);
        feed_say(talk, line);
    }
    feed_hear(talk, "\"order\":\"TS/2\",\"stage\":\"sent\"");
    assert_int_equal(text_count(feed_end(talk).out, "\"receipt\""), 3);
    assert_int_equal(text_count(site_read(site, "scratch/orders.txt"), "\n"), 2);
    buffer_clear(&hello);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_readme_and_the_rows_agree),
        cmocka_unit_test(every_sample_entry_is_right),
        cmocka_unit_test(the_template_points_at_what_is_wrong),
        cmocka_unit_test(the_template_runs),
        cmocka_unit_test(the_python_sample_runs),
        cmocka_unit_test(the_shell_sample_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
