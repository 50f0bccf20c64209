#include "tests/site.h"

#include <signal.h>
#include <unistd.h>

#include "tests/check.h"

/* The helpers that run our programs are held to what programs of the system do. */

static pid_t start_shell(struct test_site *site, const char *script)
{
    const char *const arguments[] = { "sh", "-c", script, NULL };
    char out[512], err[512];

    snprintf(out, sizeof out, "%s/out", site_folder(site));
    snprintf(err, sizeof err, "%s/err", site_folder(site));
    return process_start(&(struct process_options){
        .arguments = arguments, .environment = site_environment(site),
        .directory = site_folder(site), .out_path = out, .err_path = err });
}

/* Goal: it is known how a child ended, what it printed, and where it ran. */
static void an_ending_is_told(void **state)
{
    static const struct {
        const char *script;
        struct ending ending;
        const char *out, *err;
    } cases[] = {
        { "echo one; echo two >&2",      { 0, 0 },       "one\n", "two\n" },
        { "exit 3",                      { 3, 0 },       "",      "" },
        { "kill -SEGV $$",               { -1, SIGSEGV }, "",     "" },
        { "cat",                         { 0, 0 },       "",      "" },
        { "[ \"$PWD\" = \"$WATCHDESK_SITE\" ]", { 0, 0 }, "",     "" },
        { "[ -d \"$XDG_RUNTIME_DIR\" ] && [ \"${TZ-unset}\" = unset ]", { 0, 0 }, "", "" },
    };
    struct test_site *site = site_new(SITE_SANITIZED);

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct ending ending;
        CASE("%s", cases[i].script);
        pid_t pid = start_shell(site, cases[i].script);
        assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending));
        assert_int_equal(ending.exit_code, cases[i].ending.exit_code);
        assert_int_equal(ending.signal, cases[i].ending.signal);
        assert_string_equal(site_read(site, "out"), cases[i].out);
        assert_string_equal(site_read(site, "err"), cases[i].err);
    }
    site_free(site);
}

/* Goal: a deadline is kept, and a killed group leaves nobody. Method: a shell with a child that
 * sleeps longer than any test. */
static void a_killed_group_leaves_nobody(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    struct ending ending;
    pid_t children[8];
    uint32_t count = 0;

    (void)state;
    pid_t pid = start_shell(site, "sleep 1000 & sleep 1000 & wait");
    int64_t start_ms = clock_ms();
    while (count < 2 && clock_ms() < start_ms + DEADLINE_MS) {
        assert_false(child_wait(pid, clock_ms() + 10, &ending));
        count = process_descendants(pid, children, ARRAY_COUNT(children));
    }
    assert_int_equal(count, 2);
    assert_false(process_wait_gone(children[0], clock_ms() + 20));
    process_kill(pid);
    for (uint32_t i = 0; i < count; i++)
        assert_true(process_wait_gone(children[i], clock_ms() + 1000));
    site_free(site);
}

/* Goal: nothing stays of a site. */
static void nothing_stays_of_a_site(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    char folder[512];

    (void)state;
    site_write(site, "site.conf", "timezone = \"UTC\"\n");
    assert_string_equal(site_read(site, "site.conf"), "timezone = \"UTC\"\n");
    assert_string_equal(site_read(site, "no such file"), "");
    snprintf(folder, sizeof folder, "%s", site_folder(site));
    assert_int_equal(access(folder, F_OK), 0);
    site_free(site);
    assert_int_not_equal(access(folder, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ending_is_told),
        cmocka_unit_test(a_killed_group_leaves_nobody),
        cmocka_unit_test(nothing_stays_of_a_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
