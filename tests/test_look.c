/* Goal: `watchdesk map` shows, finds, styles and prints what is in files, says what is wrong with
 * them, and leaves the terminal as it was. Method: the real program, under a terminal or not, on
 * the sample city. */
#include "tests/check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
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

/* ---- layers ---- */

static struct terminal *open_files(const char *const *files)
{
    const struct terminal_options options = { .columns = 120, .rows = 40 };
    const char *arguments[12] = { program(), "--map" };
    size_t count = 2;

    while (*files)
        arguments[count++] = *files++;
    struct terminal *terminal = terminal_open(&options, arguments);
    terminal_expect(terminal, "a cell");
    return terminal;
}

static uint32_t row_of(struct terminal *terminal, const char *text)
{
    uint32_t row = 0, column;

    terminal_expect(terminal, text);
    assert_true(terminal_find(terminal, text, &row, &column));
    return row;
}

/* Waits until the one stands above the other. */
static void expect_above(struct terminal *terminal, const char *upper, const char *lower)
{
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;

    while (row_of(terminal, upper) > row_of(terminal, lower) && clock_ms() < deadline_ms)
        terminal_wait_settled(terminal, 30, DEADLINE_MS);
    assert_true(row_of(terminal, upper) < row_of(terminal, lower));
}

/* Presses `key` until the row of `text` is marked; each time it waits for the screen to follow. */
static void select_row(struct terminal *terminal, const char *key, const char *text,
                       const char *mark)
{
    for (uint32_t presses = 0; !strstr(terminal_row(terminal, row_of(terminal, text)), mark);
         presses++) {
        struct buffer before = { 0 };
        int64_t deadline_ms = clock_ms() + DEADLINE_MS;
        assert_true(presses < 50);
        buffer_add_text(&before, terminal_screen(terminal));
        terminal_key(terminal, key);
        while (strcmp(terminal_screen(terminal), before.bytes) == 0 && clock_ms() < deadline_ms)
            terminal_wait_settled(terminal, 30, DEADLINE_MS);
        buffer_clear(&before);
    }
}

/* Layers change places, are switched off and styled by a column that is chosen from a list. */
static void layers_are_in_hand(void **state)
{
    static char streets[512], parks[512];
    const char *const files[] = { streets, parks, "/no/such.shp", NULL };

    (void)state;
    text_copy(streets, sizeof streets, span_of(city("streets.shp")));
    text_copy(parks, sizeof parks, span_of(city("parks.shp")));
    struct terminal *terminal = open_files(files);
    terminal_expect(terminal, "2 layers");
    terminal_expect(terminal, "1 warning");
    terminal_type(terminal, "v");
    terminal_expect(terminal, "[!] such");
    assert_true(row_of(terminal, "] parks") < row_of(terminal, "] streets"));
    terminal_type(terminal, "<<<<");
    terminal_wait_settled(terminal, 300, DEADLINE_MS);
    select_row(terminal, "Down", "] streets", "> [");
    terminal_wait_settled(terminal, 300, DEADLINE_MS);
    terminal_type(terminal, "<");
    expect_above(terminal, "] streets", "] parks");
    terminal_type(terminal, "s");
    terminal_expect(terminal, "STYLE streets BY");
    select_row(terminal, "Down", "CLASS", ">");
    terminal_key(terminal, "Enter");
    terminal_expect(terminal, "streets by CLASS");
    terminal_expect(terminal, "residential");
    terminal_type(terminal, "s");
    terminal_expect(terminal, "* CLASS");
    terminal_key(terminal, "Enter");
    terminal_expect_gone(terminal, "streets by CLASS");
    leave(terminal);
}

/* Two files of one name are two layers, each of which can be switched off. */
static void equal_names_are_told_apart(void **state)
{
    static const char point[] = "{\"type\":\"Point\",\"coordinates\":[-4.2,51.2]}";
    char folder[64], path[128], parks[512];
    const char *const files[] = { parks, path, NULL };

    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_look.%d", (int)getpid());
    snprintf(path, sizeof path, "%s/parks.geojson", folder);
    text_copy(parks, sizeof parks, span_of(city("parks.shp")));
    assert_int_equal(mkdir(folder, 0700), 0);
    file_write(path, span_of(point));
    struct terminal *terminal = open_files(files);
    terminal_expect(terminal, "2 layers");
    terminal_type(terminal, "v");
    terminal_expect(terminal, "parks 2");
    leave(terminal);
    unlink(path);
    rmdir(folder);
}

/* ---- the mouse ---- */

static void words_at_the_right(struct terminal *terminal, char *text, size_t text_bytes)
{
    terminal_wait_settled(terminal, 50, DEADLINE_MS);
    text_copy(text, text_bytes, span_of(terminal_row(terminal, 38)));
}

/* The wheel changes the scale, a drag takes the map along, a click moves the cursor, and all of it
 * is nothing that a key cannot undo. */
static void the_mouse_moves_the_map(void **state)
{
    struct terminal *terminal = open_streets("C.UTF-8", "--mono");
    char before[400], after[400];

    (void)state;
    words_at_the_right(terminal, before, sizeof before);
    terminal_button(terminal, 4, true, 10, 60);
    words_at_the_right(terminal, after, sizeof after);
    assert_string_not_equal(before, after);
    terminal_button(terminal, 5, true, 10, 60);
    terminal_expect(terminal, strstr(before, " m a cell") - 2);

    text_copy(before, sizeof before, span_of(terminal_row(terminal, 20)));
    terminal_button(terminal, 1, true, 20, 60);
    terminal_move(terminal, 17, 70);
    terminal_button(terminal, 1, false, 17, 70);
    terminal_wait_settled(terminal, 50, DEADLINE_MS);
    assert_string_not_equal(terminal_row(terminal, 20), before);

    text_copy(before, sizeof before, span_of(terminal_row(terminal, 37)));
    terminal_button(terminal, 1, true, 5, 30);
    terminal_button(terminal, 1, false, 5, 30);
    terminal_wait_settled(terminal, 50, DEADLINE_MS);
    assert_string_not_equal(terminal_row(terminal, 37), before);
    leave(terminal);
}

/* NO_COLOR is heard: not one colour is sent, and what stands out does so by reverse. */
static void no_color_is_heard(void **state)
{
    static const char *const environment[] = { "NO_COLOR=1", NULL };
    const struct terminal_options options = { .columns = 100, .rows = 30,
                                              .environment = environment };
    const char *const arguments[] = { program(), "--map", city("streets.shp"), NULL };
    struct terminal *terminal = terminal_open(&options, arguments);

    (void)state;
    terminal_expect(terminal, "1 layer");
    terminal_type(terminal, "p");
    terminal_expect(terminal, "this screen has no colours");
    for (uint32_t row = 0; row < 30; row++)
        for (uint32_t column = 0; column < 100; column++) {
            struct terminal_cell cell = terminal_cell(terminal, row, column);
            assert_int_equal(cell.foreground, COLOUR_DEFAULT);
            assert_int_equal(cell.background, COLOUR_DEFAULT);
        }
    leave(terminal);
}

/* A list longer than its room says which part is seen, and pages through to its end and back. */
static void lists_are_paged(void **state)
{
    const struct terminal_options options = { .columns = 80, .rows = 16 };
    const char *const arguments[] = { program(), "--map", city("streets.shp"), NULL };
    struct terminal *terminal = terminal_open(&options, arguments);

    (void)state;
    terminal_expect(terminal, "1 layer");
    terminal_type(terminal, "?");
    terminal_expect(terminal, "1 to ");
    terminal_expect_gone(terminal, "q ^C");
    for (int i = 0; i < 9; i++)
        terminal_key(terminal, "PageDown");
    terminal_expect(terminal, "q ^C");
    for (int i = 0; i < 9; i++)
        terminal_key(terminal, "PageUp");
    terminal_expect(terminal, "arrows hjkl");
    terminal_key(terminal, "Escape");
    leave(terminal);
}

/* The first view is where most of it is; asked again, "0" shows everything. */
static void everything_is_asked_for_twice(void **state)
{
    struct terminal *terminal = open_streets("C.UTF-8", "--mono");

    (void)state;
    terminal_type(terminal, "+0");
    terminal_expect_gone(terminal, "as far off");
    terminal_type(terminal, "0");
    terminal_expect(terminal, "everything, as far off as it is");
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
    { "of small points alone", { "--print", "90x20", "--mode", "ascii", "HYDRANTS" }, 0, ".", "" },
    { "what is in it", { "--info", "STREETS" }, 0, "records of lines", "" },
    { "for a script", { "--info", "--json", "STREETS" }, 0, "\"kind\":\"lines\"", "" },
};

static const char *layer_or_word(const char *word)
{
    if (strcmp(word, "STREETS") == 0)
        return city("streets.shp");
    return strcmp(word, "HYDRANTS") == 0 ? city("hydrants.shp") : word;
}

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
            arguments[k + 2] = layer_or_word(runs[i].arguments[k]);
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
        cmocka_unit_test(layers_are_in_hand),
        cmocka_unit_test(equal_names_are_told_apart),
        cmocka_unit_test(the_mouse_moves_the_map),
        cmocka_unit_test(no_color_is_heard),
        cmocka_unit_test(lists_are_paged),
        cmocka_unit_test(everything_is_asked_for_twice),
        cmocka_unit_test(a_stuck_terminal_does_not_keep_it),
        cmocka_unit_test(without_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
