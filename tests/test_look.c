/* Goal: `watchdesk map` shows, finds, styles and prints what is in files, says what is wrong with
 * them, and leaves the terminal as it was. Method: the real program, under a terminal or not, on
 * the sample city. */
#include "tests/check.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/terminal.h"

static const char *program(void)
{
    static char path[512];
    const char *build = getenv("BUILD");

    snprintf(path, sizeof path, "%s/sanitized/watchdesk-console", build ? build : ".build");
    return path;
}

static const char *city(const char *layer)
{
    static char paths[2][512];
    static int next;
    const char *build = getenv("BUILD");
    char *path = paths[next++ % 2];

    snprintf(path, sizeof paths[0], "%s/city/%s", build ? build : ".build", layer);
    return path;
}

static struct terminal *open_streets(const char *locale, const char *option)
{
    const struct terminal_options options = { .columns = 120, .rows = 40, .locale = locale };
    const char *const arguments[] = { program(), option, "--map", city("streets.shp"), NULL };
    struct terminal *terminal = terminal_open(&options, arguments);

    terminal_expect(terminal, "1 layer");
    return terminal;
}

/* Leaves by q, and nothing stays behind. */
static void leave(struct terminal *terminal)
{
    struct ending ending;

    terminal_type(terminal, "q");
    assert_true(terminal_wait_end(terminal, DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, 0);
    assert_string_equal(terminal_left_behind(terminal), "");
    terminal_close(terminal);
}

static void a_street_is_found_and_shown(void **state)
{
    struct terminal *terminal = open_streets("C.UTF-8", "--mono");

    (void)state;
    terminal_type(terminal, "/quay");
    terminal_expect(terminal, " found");
    terminal_expect(terminal, "> streets");
    terminal_key(terminal, "Enter");
    terminal_expect(terminal, "1 of ");
    terminal_type(terminal, "i");
    terminal_expect(terminal, "streets #");
    terminal_type(terminal, "n");
    terminal_expect(terminal, "2 of ");
    terminal_type(terminal, "/no such street");
    terminal_expect(terminal, "nothing found");
    terminal_key(terminal, "Escape");
    leave(terminal);
}

static void every_key_of_the_help_is_taken(void **state)
{
    struct terminal *terminal = open_streets("C", "--ascii");

    (void)state;
    terminal_type(terminal, "?");
    terminal_expect(terminal, "draw everything again");
    terminal_key(terminal, "Escape");
    terminal_type(terminal, "v");
    terminal_expect(terminal, "[x] streets");
    terminal_type(terminal, " ");
    terminal_expect(terminal, "[ ] streets");
    terminal_type(terminal, " ");
    terminal_key(terminal, "Escape");
    terminal_type(terminal, "dll");
    terminal_expect(terminal, "distance ");
    terminal_key(terminal, "Escape");
    terminal_type(terminal, "'a");
    terminal_expect(terminal, "no such mark");
    terminal_type(terminal, "ma'a+-0cHJKLhjkliy");
    terminal_expect(terminal, "copied ");
    terminal_resize(terminal, 60, 20);
    terminal_expect(terminal, "q leave");
    leave(terminal);
}

/* A terminal that takes nothing any more holds nobody up: the program still ends when told to. */
static void a_stuck_terminal_does_not_keep_it(void **state)
{
    struct terminal *terminal = open_streets("C.UTF-8", "--ascii");
    struct ending ending;

    (void)state;
    for (int i = 0; i < 400; i++)
        terminal_type(terminal, "L+H-");
    kill(terminal_child(terminal), SIGTERM);
    assert_true(child_wait(terminal_child(terminal), clock_ms() + DEADLINE_MS, &ending));
    terminal_close(terminal);
}

/* ---- without a terminal ---- */

static const struct { const char *name, *arguments[6]; int exit_code; const char *out, *err; }
runs[] = {
    { "help", { "--help" }, 0, "--print WxH", "" },
    { "no file named", { NULL }, 2, "", "which files?" },
    { "no such option", { "--nope", "x" }, 2, "", "there is no option --nope" },
    { "a wrong scale", { "--m-per-cell", "0", "x" }, 2, "", "--m-per-cell 0" },
    { "a wrong size", { "--print", "80", "x" }, 2, "", "columns by rows" },
    { "no such file", { "/no/such.shp" }, 1, "", "nothing to look at" },
    { "one frame", { "--print", "90x20", "STREETS" }, 0, "N^ |", "" },
    { "a good one and a bad one", { "--print", "90x20", "STREETS", "/no/such.shp" }, 0, "N^ |",
      "/no/such.shp" },
    { "in colour", { "--print", "90x20", "--colour", "STREETS" }, 0, "\033[0", "" },
    { "larger than any screen", { "--print", "400x100", "--mode", "ascii", "STREETS" }, 0, "N^ |",
      "" },
    { "by a column", { "--print", "90x20", "--style", "name", "STREETS" }, 0, "streets by name",
      "" },
    { "what is in it", { "--info", "STREETS" }, 0, "records of lines", "" },
    { "for a script", { "--info", "--json", "STREETS" }, 0, "\"kind\":\"lines\"", "" },
};

static void without_a_terminal(void **state)
{
    char out_path[64], err_path[64];

    (void)state;
    snprintf(out_path, sizeof out_path, "/tmp/test_look.%d.out", (int)getpid());
    snprintf(err_path, sizeof err_path, "/tmp/test_look.%d.err", (int)getpid());
    for (size_t i = 0; i < ARRAY_COUNT(runs); i++) {
        const char *arguments[10] = { program(), "--map" };
        struct buffer out = { 0 }, err = { 0 };
        struct ending ending;
        for (size_t k = 0; k < 6 && runs[i].arguments[k]; k++)
            arguments[k + 2] = strcmp(runs[i].arguments[k], "STREETS") == 0
                                   ? city("streets.shp") : runs[i].arguments[k];
        struct process_options options = { .arguments = arguments, .out_path = out_path,
                                           .err_path = err_path };
        print_message("%s\n", runs[i].name);
        pid_t pid = process_start(&options);
        assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending));
        file_read(out_path, &out);
        file_read(err_path, &err);
        assert_int_equal(ending.exit_code, runs[i].exit_code);
        assert_non_null(strstr(out.bytes ? out.bytes : "", runs[i].out));
        assert_non_null(strstr(err.bytes ? err.bytes : "", runs[i].err));
        buffer_clear(&out);
        buffer_clear(&err);
    }
    unlink(out_path);
    unlink(err_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_street_is_found_and_shown),
        cmocka_unit_test(every_key_of_the_help_is_taken),
        cmocka_unit_test(a_stuck_terminal_does_not_keep_it),
        cmocka_unit_test(without_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
