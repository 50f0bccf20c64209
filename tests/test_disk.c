/* The real hub on a disk that blocks, fails and fills (tests/preload_fault.c): durable before
 * visible, seen from outside. */
#include <stdlib.h>
#include <unistd.h>

#include "app/hub.h"
#include "tests/check.h"
#include "tests/hub_talk.h"

enum { QUIET_MS = 1500 };       /* Longer than a beat, so that one beat at least is looked at. */

static void write_site(struct test_site *site)
{
    struct buffer conf = { 0 };
    const char *user = getuid() == 0 ? "root" : getenv("USER");

    buffer_print(&conf,
                 "site { id = TS name = \"TEST TOWN\" timezone = \"UTC\" }\n"
                 "type FIRE { title = \"Fire\" priority = 1 desk = FIRE }\n"
                 "operator KIM { user = \"%s\" role = dispatcher desk = FIRE }\n"
                 "unit E7 { kind = engine desk = FIRE crew = 4 }\n", user ? user : "");
    site_write(site, "site.conf", conf.bytes);
    site_write(site, "fault", "");
    buffer_clear(&conf);
}

/* Only what is started now is broken, not the test itself. */
static pid_t broken_hub_start(struct test_site *site)
{
    const char *build = getenv("BUILD");
    char library[1000], path[1200];

    assert_non_null(realpath(build ? build : ".build", library));
    snprintf(path, sizeof path, "%s/tests/libfault.so", library);
    assert_int_equal(access(path, R_OK), 0);
    setenv("LD_PRELOAD", path, 1);
    setenv("WATCHDESK_FAULT", site_path(site, "fault"), 1);
    pid_t hub = site_hub_start(site);
    unsetenv("LD_PRELOAD");
    unsetenv("WATCHDESK_FAULT");
    return hub;
}

static struct hub_talk *joined_talk(struct test_site *site)
{
    struct hub_talk *talk = hub_talk_open(site_folder(site));

    assert_true(hub_talk_greet(talk, "KIM", true));
    struct json *joined = hub_talk_until(talk, "joined", clock_ms() + DEADLINE_MS);
    assert_non_null(joined);
    json_free(joined);
    return talk;
}

/* The result of a command, or anything that has seen more than what is durable. */
static bool is_released(const struct json *line, int64_t durable)
{
    return json_member(line, "result") ||
           json_member_int64(line, "entry", 0) > durable ||
           json_member_int64(line, "sequence", 0) > durable;
}

/* Reads what comes until then; fails when any of it should have waited. */
static void expect_nothing_released(struct hub_talk *talk, int64_t durable, int64_t deadline_ms)
{
    struct json *line;

    while ((line = hub_talk_line(talk, deadline_ms))) {
        struct buffer text = { 0 };
        json_put(&text, NULL, line);
        if (is_released(line, durable))
            fail_msg("released before it was durable: %s", text.bytes);
        buffer_clear(&text);
        json_free(line);
    }
}

/* The result of the last command, and the sequence it bears. */
static int64_t expect_result(struct hub_talk *talk, const char *word)
{
    struct json *result = hub_talk_until(talk, "result", clock_ms() + DEADLINE_MS);

    assert_non_null(result);
    assert_string_equal(json_member_text(result, "result", ""), word);
    int64_t sequence = json_member_int64(result, "sequence", 0);
    json_free(result);
    return sequence;
}

/* They ask nothing of geography, so no other entry comes of them. */
static const char first[] = "{\"do\":\"oos E7 ; pump\",\"ref\":1}";
static const char second[] = "{\"do\":\"av E7\",\"ref\":2}";

/* Goal: with a sync that blocks nothing leaves the hub, to nobody; when it goes on, everything
 * does. */
static void nothing_leaves_while_the_sync_blocks(void **state)
{
    struct test_site *site = site_new(SITE_PLAIN);

    (void)state;
    write_site(site);
    pid_t hub = broken_hub_start(site);
    struct hub_talk *talk = joined_talk(site), *other = joined_talk(site);
    assert_true(hub_talk_send(talk, first));
    int64_t durable = expect_result(talk, "OK");

    site_write(site, "fault", "block");
    assert_true(hub_talk_send(talk, second));
    assert_true(hub_talk_send(talk, "{\"show\":\"incidents\",\"ref\":3}"));
    expect_nothing_released(talk, durable, clock_ms() + QUIET_MS);
    struct json *earlier = hub_talk_until(other, "entry", clock_ms() + DEADLINE_MS);
    assert_int_equal(json_member_int64(earlier, "entry", 0), durable);
    json_free(earlier);
    expect_nothing_released(other, durable, clock_ms() + 200);

    site_write(site, "fault", "");
    assert_int_equal(expect_result(talk, "OK"), durable + 1);
    hub_talk_close(talk);
    hub_talk_close(other);
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    site_free(site);
}

/* Goal: when a sync fails the hub exits with nothing released, and the next one starts from disk
 * with a record that is whole. */
static void a_failed_sync_ends_the_hub(void **state)
{
    struct test_site *site = site_new(SITE_PLAIN);
    struct ending ending;

    (void)state;
    write_site(site);
    pid_t hub = broken_hub_start(site);
    struct hub_talk *talk = joined_talk(site);
    assert_true(hub_talk_send(talk, first));
    int64_t durable = expect_result(talk, "OK");
    site_write(site, "fault", "fail");
    assert_true(hub_talk_send(talk, second));
    expect_nothing_released(talk, durable, clock_ms() + DEADLINE_MS);
    assert_true(child_wait(hub, clock_ms() + DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, HUB_EXIT_AGAIN);
    hub_talk_close(talk);

    site_write(site, "fault", "");
    hub = site_hub_start(site);
    site_expect(site, 0, "do", "oos E7 ; still here", "--as", "KIM");
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    site_free(site);
}

/* Goal: a full disk is said while it lasts, nothing is lost, and the commands are done when there
 * is room again. */
static void a_full_disk_is_said_and_waited_for(void **state)
{
    struct test_site *site = site_new(SITE_PLAIN);
    bool said = false;

    (void)state;
    write_site(site);
    pid_t hub = broken_hub_start(site);
    struct hub_talk *talk = joined_talk(site);
    site_write(site, "fault", "full");
    assert_true(hub_talk_send(talk, first));
    int64_t deadline_ms = clock_ms() + 3500;
    while (!said && clock_ms() < deadline_ms) {
        struct json *beat = hub_talk_line(talk, deadline_ms);
        assert_non_null(beat);
        assert_false(json_member(beat, "result") || json_member(beat, "entry"));
        said = strcmp(json_member_text(beat, "journal", ""), "failing") == 0;
        json_free(beat);
    }
    assert_true(said);
    site_write(site, "fault", "");
    expect_result(talk, "OK");
    hub_talk_close(talk);
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_while_the_sync_blocks),
        cmocka_unit_test(a_failed_sync_ends_the_hub),
        cmocka_unit_test(a_full_disk_is_said_and_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
