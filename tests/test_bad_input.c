/* Bad input through a real hub: what is refused is said, counted and kept as it was sent, what can
 * be cleaned is cleaned, and nothing else is disturbed (CONTRACTS section 3). */
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/json.h"
#include "app/base/report.h"
#include "app/base/text.h"
#include "app/core/entry.h"
#include "app/hash.h"
#include "app/journal_read.h"
#include "tests/check.h"
#include "tests/site.h"
#include "tests/terminal.h"

enum {
    GOOD_REPORTS = 300,
    LONG_BYTES = 10 * 1000 * 1000,
    POLL_MS = 50,
};

/* One line of a feed each. `reason` is what the hub's record and the console call it. */
static const struct { const char *name, *line, *reason; } wrong[] = {
    { "not JSON",               "the pump is on fire\n",                "not well formed" },
    { "cut in the middle",      "{\"report\":\"incident\",\"id\":\"w1\",\"ty\n",
      "it ends too early" },
    { "bad UTF-8",
      "{\"report\":\"incident\",\"id\":\"w2\",\"text\":\"\xC3\x28 and \xED\xA0\x80\"}\n",
      "not valid UTF-8" },
    { "NaN", "{\"report\":\"location\",\"unit\":\"E7\",\"lat\":NaN,\"lon\":0}\n",
      "not well formed" },
    { "more than a double",
      "{\"report\":\"location\",\"unit\":\"E7\",\"lat\":1e999,\"lon\":0}\n",
      "out of range" },
    { "latitude 91",            "{\"report\":\"incident\",\"id\":\"w3\",\"lat\":91,\"lon\":-4}\n",
      "out of range" },
    { "a raw escape sequence",
      "{\"report\":\"incident\",\"id\":\"w4\",\"text\":\"\033[2J\033]0;gone\a\"}\n",
      "not well formed" },
    { "an unknown kind",        "{\"report\":\"song\",\"id\":\"w5\"}\n", "not one of the known" },
    { "no object",              "[1,2,3]\n",              "the wrong type of value" },
};

/* A caller's text that would clear a screen, set a title, and turn a sentence round, were it
 * printed as it is. JSON allows all of it. */
static const char hostile[] =
    "{\"report\":\"incident\",\"id\":\"h1\",\"type\":\"FIRE\",\"lat\":51.2,\"lon\":-4.1,"
    "\"place\":\"\\u001b[2JQuay St\","
    "\"text\":\"\\u001b]0;owned\\u0007 smoke \\u202eEVIL\\u2066 at \\u200bthe\\u009b31m gate\"}\n";

/* Its whole length is one line; the end of it is never kept, only hashed. */
static struct span long_line(void)
{
    char *bytes = base_alloc(1, LONG_BYTES + 1);

    memset(bytes, 'x', LONG_BYTES);
    bytes[LONG_BYTES - 1] = '\n';
    return span_from(bytes, LONG_BYTES);
}

/* ---- the site ---- */

static void copy_file(struct test_site *site, const char *from, const char *name)
{
    struct buffer bytes = { 0 };

    file_read(from, &bytes);
    assert_true(bytes.length > 0);
    file_write(site_path(site, name), buffer_span(&bytes));
    buffer_clear(&bytes);
}

/* Two feeds of lines, one of alerts, and a layer that lost its index file. */
static void write_site(struct test_site *site)
{
    struct buffer conf = { 0 };
    const char *user = getuid() == 0 ? "root" : getenv("USER");

    buffer_print(&conf,
                 "site { id = BI name = \"BAD INPUT\" view = \"51.2,-4.1\" view-m-per-cell = 60 }\n"
                 "type FIRE { priority = 1 }\n"
                 "operator KIM { user = \"%s\" role = dispatcher }\n"
                 "layer roads { file = \"roads\" ink = map-street }\n"
                 "feed good { adapter = jsonl supplier = a trust = open\n"
                 "    settings = { \"file=good.jsonl\" } }\n"
                 "feed bad { adapter = jsonl supplier = b trust = open\n"
                 "    settings = { \"file=bad.jsonl\" } }\n"
                 "feed alerts { adapter = cap supplier = c trust = map-only\n"
                 "    settings = { \"directory=alerts\", \"poll_s=1\" } }\n"
                 "unit E7 { kind = engine home = \"51.2,-4.1\" }\n", user ? user : "");
    site_write(site, "site.conf", conf.bytes);
    site_write(site, "good.jsonl", "");
    site_write(site, "bad.jsonl", "");
    mkdir(site_path(site, "alerts"), 0700);
    copy_file(site, ".build/city/bridges.shp", "roads.shp");
    copy_file(site, ".build/city/bridges.dbf", "roads.dbf");
    buffer_clear(&conf);
}

static void append(struct test_site *site, const char *name, struct span bytes)
{
    FILE *file = fopen(site_path(site, name), "ab");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes.bytes, 1, bytes.length, file), bytes.length);
    fclose(file);
}

static void append_good(struct test_site *site, uint32_t first, uint32_t count)
{
    struct buffer text = { 0 };

    for (uint32_t i = first; i < first + count; i++)
        buffer_print(&text, "{\"report\":\"alarm\",\"id\":\"g%u\",\"point\":\"gauge %u\","
                     "\"condition\":\"LEVEL\",\"state\":\"active\",\"lat\":51.2,\"lon\":-4.1}\n",
                     i, i);
    append(site, "good.jsonl", buffer_span(&text));
    buffer_clear(&text);
}

/* The row of a feed in `watchdesk show feeds`, once it has `counted`. */
static void expect_feed(struct test_site *site, const char *feed, const char *counted)
{
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;
    char row[400] = "";

    while (clock_ms() < deadline_ms && !strstr(row, counted)) {
        struct span rest = span_of(site_expect(site, 0, "show", "feeds").out), line;
        while (span_cut(&rest, '\n', &line))
            if (span_starts(line, feed))
                snprintf(row, sizeof row, "%.*s", (int)line.length, line.bytes);
        usleep(POLL_MS * 1000);
    }
    if (!strstr(row, counted))
        fail_msg("%s never had %s: %s", feed, counted, row);
}

/* ---- what the journal kept ---- */

static void expect_kept(const struct json *report, struct span sent, const char *reason)
{
    static char base64[(REFUSED_BYTES_KEPT + 2) / 3 * 4 + 1];
    unsigned char hash[HASH_BYTES];
    char hash_words[HASH_TEXT_BYTES];
    size_t kept = sent.length < REFUSED_BYTES_KEPT ? sent.length : REFUSED_BYTES_KEPT;

    hash_of(sent, hash);
    EVP_EncodeBlock((unsigned char *)base64, (const unsigned char *)sent.bytes, (int)kept);
    assert_int_equal(json_member_int64(report, "length", -1), sent.length);
    assert_string_equal(json_member_text(report, "sha256", ""), hash_text(hash, hash_words));
    assert_string_equal(json_member_text(report, "bytes", ""), base64);
    const char *said = json_member_text(report, "reason", "");
    if (!said[0] || !strstr(said, reason))
        fail_msg("the reason is \"%s\", not \"%s\"", said, reason);
}

/* The refused reports of one feed, in the order they came. */
struct refusals {
    struct json *reports[32];
    uint32_t count;
};

static bool is_refused_report(const struct json *input)
{
    return strcmp(json_member_text(input, "report", ""), "refused") == 0;
}

static void take_refusal(struct refusals *refusals, const struct entry *entry)
{
    struct json *input = NULL;
    struct verdict verdict = json_parse(entry->input, &input);

    assert_true(is_accepted(&verdict));
    if (!is_refused_report(input)) {
        json_free(input);
        return;
    }
    assert_true(refusals->count < ARRAY_COUNT(refusals->reports));
    refusals->reports[refusals->count++] = input;
}

/* Events are what screens are drawn from: nothing in them may be able to move a cursor. */
static void expect_clean_events(const struct entry *entry)
{
    static const char *const never[] = { "\\u00", "\\u20", "\xE2\x80\xAE", "\xE2\x81\xA6",
                                         "\xE2\x80\x8B", "\xC2\x9B" };

    struct buffer events = { 0 };

    buffer_add(&events, entry->events);
    buffer_add_text(&events, "");
    assert_null(strchr(events.bytes, '\033'));
    for (size_t i = 0; i < ARRAY_COUNT(never); i++)
        assert_null(strstr(events.bytes, never[i]));
    buffer_clear(&events);
}

static void read_journal(struct test_site *site, const char *feed, struct refusals *refusals)
{
    char why[JOURNAL_WHY_BYTES];
    struct journal_reader *reader;
    struct entry entry;

    enum status status = journal_reader_open(site_path(site, "journal.db"), &reader, why);
    assert_int_equal(status, STATUS_OK);
    journal_reader_range(reader, 1, UINT64_MAX);
    while (journal_reader_next(reader, &entry) == STATUS_OK) {
        expect_clean_events(&entry);
        if (strcmp(entry.head.source, feed) == 0)
            take_refusal(refusals, &entry);
    }
    journal_reader_close(reader);
}

static void refusals_free(struct refusals *refusals)
{
    for (uint32_t i = 0; i < refusals->count; i++)
        json_free(refusals->reports[i]);
}

/* ---- the test ---- */

static void send_wrong(struct test_site *site)
{
    struct span huge = long_line();

    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
        append(site, "bad.jsonl", span_of(wrong[i].line));
    append(site, "bad.jsonl", huge);
    append(site, "bad.jsonl", span_of(hostile));
    base_free((void *)huge.bytes);
}

/* Half of a real alert, as a writer that died leaves it. */
static struct buffer send_half_alert(struct test_site *site)
{
    struct buffer bytes = { 0 };

    file_read("app/sample/alerts/flood.xml", &bytes);
    assert_true(bytes.length > 200);
    bytes.length /= 2;
    file_write(site_path(site, "alerts/half.xml"), buffer_span(&bytes));
    return bytes;
}

static void expect_all_kept(struct test_site *site, struct span half)
{
    struct refusals lines = { 0 }, alerts = { 0 };
    struct span huge = long_line();

    read_journal(site, "bad", &lines);
    assert_int_equal(lines.count, ARRAY_COUNT(wrong) + 1);
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        CASE("%s", wrong[i].name);
        /* A line's end is not part of it. */
        expect_kept(lines.reports[i], span_from(wrong[i].line, strlen(wrong[i].line) - 1),
                    wrong[i].reason);
    }
    CASE("10 MB long");
    expect_kept(lines.reports[ARRAY_COUNT(wrong)], span_from(huge.bytes, huge.length - 1),
                "longer than its limit");
    base_free((void *)huge.bytes);
    CASE("half an XML file");
    read_journal(site, "alerts", &alerts);
    assert_int_equal(alerts.count, 1);
    expect_kept(alerts.reports[0], half, "it ends too early");
    refusals_free(&lines);
    refusals_free(&alerts);
}

/* Goal: each kind of bad input is refused or cleaned with its reason, counted, and its bytes kept;
 * a second feed loses nothing, the hub stays, the journal is whole. Method: a live hub on a scratch
 * site; good reports before, between and after the bad ones; then the journal is read. */
static void bad_input_costs_only_itself(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    char counted[64];

    (void)state;
    write_site(site);
    pid_t hub = site_hub_start(site);
    append_good(site, 0, GOOD_REPORTS / 2);
    send_wrong(site);
    struct buffer half = send_half_alert(site);
    append_good(site, GOOD_REPORTS / 2, GOOD_REPORTS / 2);
    /* The refused ones are counted among the reports: the hostile one is the one more. */
    snprintf(counted, sizeof counted, "  %zu reports, %zu refused, 0 held",
             ARRAY_COUNT(wrong) + 2, ARRAY_COUNT(wrong) + 1);
    expect_feed(site, "bad", counted);
    expect_feed(site, "alerts", "  1 reports, 1 refused, 0 held");
    snprintf(counted, sizeof counted, "  %d reports, 0 refused, 0 held", GOOD_REPORTS);
    expect_feed(site, "good", counted);
    struct site_result shown = site_expect(site, 0, "show", "incidents");
    assert_non_null(strstr(shown.out, "[2JQuay St"));
    assert_null(strchr(shown.out, '\033'));
    site_expect(site, 0, "do", "n 1 the hub still takes commands");
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    expect_all_kept(site, buffer_span(&half));
    buffer_clear(&half);
    site_free(site);
}

/* Goal: a layer without its .shx is named with the reason, and costs nothing: the console opens
 * with it. Method: `watchdesk check`, then a console under a pseudo-terminal. */
static void a_missing_index_file_is_named(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    write_site(site);
    struct site_result checked = site_expect(site, 1, "check");
    assert_non_null(strstr(checked.out, "site.conf:4: layer roads: "));
    assert_non_null(strstr(checked.out, "roads.shx cannot be read: No such file"));
    pid_t hub = site_hub_start(site);
    const char *const arguments[] = { site_program(site, "watchdesk"), "--as", "KIM", NULL };
    struct terminal *terminal = terminal_open(&(struct terminal_options){
        .columns = 160, .rows = 50, .environment = site_environment(site),
        .directory = site_folder(site) }, arguments);
    terminal_expect(terminal, "E7");
    terminal_expect_gone(terminal, "WITHOUT");
    terminal_close(terminal);
    site_hub_stop(site, hub);
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_input_costs_only_itself),
        cmocka_unit_test(a_missing_index_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
