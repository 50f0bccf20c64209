#include "tests/terminal.h"

#include <signal.h>

#include "tests/check.h"
#include "tests/golden.h"

/* The harness that reads our screens is itself held to what small programs of the system do. */

static struct terminal *shell(const struct terminal_options *options, const char *script)
{
    const char *const arguments[] = { "sh", "-c", script, NULL };
    return terminal_open(options, arguments);
}

static const struct terminal_options plain = { .columns = 40, .rows = 6 };

/* Goal: text, colours and attributes arrive cell by cell. Method: printf with known sequences. */
static void cells_are_what_was_printed(void **state)
{
    struct ending ending;
    uint32_t row, column;
    struct terminal *terminal = shell(&plain,
        "printf 'plain  \\n\\033[1;31mred\\033[0;7m back\\033[m\\n'; "
        "printf '\\347\\201\\253x e\\314\\201\\n\\033[38;5;208;48;2;1;2;3mc\\033[m\\033[4mu'");

    (void)state;
    assert_true(terminal_wait_end(terminal, DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, 0);
    assert_string_equal(terminal_row(terminal, 0), "plain");
    assert_string_equal(terminal_row(terminal, 1), "red back");
    assert_string_equal(terminal_row(terminal, 2), "\xE7\x81\xABx e\xCC\x81");
    assert_string_equal(terminal_row(terminal, 5), "");
    struct terminal_cell cell = terminal_cell(terminal, 1, 0);
    assert_true(cell.bold && cell.foreground == 1 && cell.background == COLOUR_DEFAULT);
    cell = terminal_cell(terminal, 1, 4);
    assert_true(cell.reverse && !cell.bold && cell.foreground == COLOUR_DEFAULT);
    cell = terminal_cell(terminal, 2, 1);
    assert_string_equal(cell.glyph, "");
    assert_true(terminal_find(terminal, "x", &row, &column));
    assert_true(row == 2 && column == 2);
    cell = terminal_cell(terminal, 3, 0);
    assert_true(cell.foreground == 208 && cell.background == (COLOUR_TRUE | 0x010203));
    assert_string_equal(terminal_left_behind(terminal), "colours or attributes; ");
    assert_int_equal(terminal_bytes(terminal), terminal_output(terminal).length);
    terminal_close(terminal);
}

/* Goal: what a program leaves behind is told, and nothing when it cleans up. Method: tput and stty,
 * each with and without its undoing. */
static const struct { const char *script, *left; } endings[] = {
    { "true",                                                   "" },
    { "tput smcup; printf x; tput rmcup",                       "" },
    { "tput smcup; printf x",                                   "the alternate screen; " },
    { "tput civis; tput cnorm",                                 "" },
    { "tput civis",                                             "a hidden cursor; " },
    { "printf '\\033[?1000h\\033[?1000l'",                      "" },
    { "printf '\\033[?1000h'",                                  "mouse reports; " },
    { "tput setaf 1; tput sgr0",                                "" },
    { "tput setaf 1",                                           "colours or attributes; " },
    { "s=$(stty -g); stty raw -echo; stty $s",                  "" },
    { "stty -echo",                                             "line settings; " },
};

static void what_is_left_behind_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        struct ending ending;
        CASE("%s", endings[i].script);
        struct terminal *terminal = shell(&plain, endings[i].script);
        assert_true(terminal_wait_end(terminal, DEADLINE_MS, &ending));
        assert_string_equal(terminal_left_behind(terminal), endings[i].left);
        terminal_close(terminal);
    }
}

/* Goal: what is typed arrives, keys as the program's mode wants them. Method: a program that shows
 * its input, in both cursor key modes. */
static void keys_arrive_as_the_mode_wants(void **state)
{
    struct terminal *terminal = shell(&plain, "stty raw -echo; printf 'ready '; cat -v");

    (void)state;
    terminal_expect(terminal, "ready");
    terminal_type(terminal, "d 42 E7");
    terminal_key(terminal, "Up");
    terminal_key(terminal, "F3");
    terminal_key(terminal, "^P");
    terminal_key(terminal, "Escape");
    terminal_expect(terminal, "d 42 E7^[[A^[OR^P^[");
    terminal_close(terminal);
    terminal = shell(&plain, "stty raw -echo; tput smkx; printf 'ready '; cat -v");
    terminal_expect(terminal, "ready");
    terminal_key(terminal, "Up");
    terminal_expect(terminal, "^[OA");
    terminal_close(terminal);
}

/* Goal: the program sees the size, and a change of it. */
static void the_size_is_seen_and_its_change(void **state)
{
    struct terminal *terminal = shell(&(struct terminal_options){ .columns = 160, .rows = 50 },
        "trap 'stty size' WINCH; stty size; while :; do sleep 5 & wait; done");

    (void)state;
    terminal_expect(terminal, "50 160");
    terminal_resize(terminal, 80, 24);
    terminal_expect(terminal, "24 80");
    terminal_close(terminal);
}

/* Goal: locale, TERM and the rest of the environment are those asked for. */
static void the_environment_is_the_one_asked_for(void **state)
{
    static const char *const more[] = { "NO_COLOR=1", NULL };
    struct terminal *terminal = shell(&plain, "locale charmap; echo \"$TERM ${NO_COLOR-unset}.\"");

    (void)state;
    terminal_expect(terminal, "UTF-8");
    terminal_expect(terminal, "xterm-256color unset.");
    terminal_close(terminal);
    struct terminal_options other = { .term = "vt100", .locale = "C", .environment = more };
    terminal = shell(&other, "locale charmap; echo \"$TERM ${NO_COLOR-unset}.\"");
    terminal_expect(terminal, "ANSI_X3.4-1968");
    terminal_expect(terminal, "vt100 1.");
    terminal_close(terminal);
}

/* Goal: waiting ends at the deadline, at the text, at silence, and at the end, and says which. */
static void waiting_ends_and_says_how(void **state)
{
    struct ending ending;
    struct terminal *terminal = shell(&plain,
        "stty -echo; printf busy; read line; printf '\\rdone'; exit 3");

    (void)state;
    int64_t start_ms = clock_ms();
    assert_false(terminal_wait_text(terminal, "done", 50));
    assert_false(terminal_wait_end(terminal, 50, &ending));
    terminal_expect(terminal, "busy");
    assert_true(terminal_wait_settled(terminal, 20, DEADLINE_MS));
    assert_true(clock_ms() - start_ms >= 120);
    terminal_type(terminal, "\r");
    assert_true(terminal_wait_no_text(terminal, "busy", DEADLINE_MS));
    assert_true(terminal_wait_end(terminal, DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, 3);
    assert_string_equal(terminal_row(terminal, 0), "done");
    assert_false(terminal_wait_text(terminal, "more", DEADLINE_MS));
    terminal_close(terminal);
    terminal = shell(&plain, "while :; do printf x; done");
    assert_false(terminal_wait_settled(terminal, 50, 200));
    kill(terminal_child(terminal), SIGTERM);
    assert_true(terminal_wait_end(terminal, DEADLINE_MS, &ending));
    assert_int_equal(ending.signal, SIGTERM);
    terminal_close(terminal);
}

/* Goal: a whole screen is compared with the one kept. */
static void a_screen_is_compared_with_the_one_kept(void **state)
{
    struct ending ending;
    struct terminal *terminal = shell(&plain, "printf 'one\\n  two\\n\\033[5;38Hend'");

    (void)state;
    assert_true(terminal_wait_end(terminal, DEADLINE_MS, &ending));
    golden_compare("terminal_screen.txt", terminal_screen(terminal));
    terminal_close(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_what_was_printed),
        cmocka_unit_test(what_is_left_behind_is_told),
        cmocka_unit_test(keys_arrive_as_the_mode_wants),
        cmocka_unit_test(the_size_is_seen_and_its_change),
        cmocka_unit_test(the_environment_is_the_one_asked_for),
        cmocka_unit_test(waiting_ends_and_says_how),
        cmocka_unit_test(a_screen_is_compared_with_the_one_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
