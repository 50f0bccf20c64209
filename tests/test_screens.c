/* The real console under a pseudo-terminal, read as text, on a drill of the sample city.
 *
 * The drill runs as fast as it can to its end and its clock then stands, so a screen is the same
 * whenever it is read. A first console keeps the drill's hub running; each test attaches its
 * own. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/drill_room.h"
#include "tests/golden.h"

/* One thing of each kind that the first screen must show: two incidents with crews on them, one
 * that nobody goes to, an alarm that nobody has acknowledged. */
static const char script[] =
    "drill \"Quay fire\"\n"
    "site app/sample\n"
    "seed 7\n"
    "start 2026-11-17T14:00:00Z\n"
    "end +02:30\n"
    "+00:02 do KIM new FIRE @12 Quay St p1 ; warehouse, smoke from the roof\n"
    "+00:12 do KIM d 1 E6 L6 B1\n"
    "+00:20 do ANA new MED @31 Quay St p2 ; man of 60, chest pain\n"
    "+00:28 do ANA d 2 M1\n"
    "+00:36 do BEA new TREE @7 Tannery Ln p4 ; tree across both lanes\n"
    "+02:10 report sensors {\"report\":\"alarm\",\"id\":\"gas-3\",\"at\":\"@+02:10\","
    "\"point\":\"QUAY-N GAS 3\",\"condition\":\"GAS\",\"state\":\"active\",\"value\":12,"
    "\"unit\":\"%LEL\",\"priority\":1,\"place\":\"Quay St north, cold store\","
    "\"lat\":51.2258,\"lon\":-4.0812}\n";

enum {
    QUIET_MS = 300,             /* What a console draws after a change comes at once. */
    IDLE_MS = 2500,
    IDLE_BYTES_MAX = 800,       /* About 100 a second for a clock and a few ages. */
};

static const struct terminal_options wide = { .columns = 160, .rows = 50 };
static const struct terminal_options small = { .columns = 80, .rows = 24 };

/* Waits for the picture, the map, and the beat that says that the drill's clock stands. */
static void console_ready(struct terminal *terminal, const struct terminal_options *options)
{
    terminal_expect(terminal, "#1");
    if (options->columns >= 120) {
        terminal_expect(terminal, "units placed");      /* The map, once its layers are open. */
        terminal_expect(terminal, "PAUSED");
    }
    terminal_wait_settled(terminal, QUIET_MS, DEADLINE_MS);
}

static struct terminal *console_open(struct drill_room *room,
                                     const struct terminal_options *options, const char *as)
{
    struct terminal *terminal = drill_room_console(room, options, NULL, as);

    console_ready(terminal, options);
    return terminal;
}

static void type_line(struct terminal *terminal, const char *text)
{
    terminal_type(terminal, text);
    terminal_expect(terminal, text);        /* In the line, as typed. */
    terminal_key(terminal, "Enter");
}

/* Leaves by `signal_number`, or by typing `quit` with 0, and holds it to leaving nothing. */
static void leave(struct terminal *terminal, int signal_number)
{
    struct ending ending;

    if (signal_number)
        kill(terminal_child(terminal), signal_number);
    else
        type_line(terminal, "quit");
    bool ended = terminal_wait_end(terminal, DEADLINE_MS, &ending);
    if (!ended)
        print_message("%s", terminal_screen(terminal));
    assert_true(ended);
    assert_string_equal(terminal_left_behind(terminal), "");
    if (signal_number == SIGSEGV)
        assert_int_equal(ending.signal, SIGSEGV);
    else
        assert_int_equal(ending.exit_code, 0);
}

/* ---- the drill that all tests look at ---- */

static int room_open(void **state)
{
    *state = drill_room_open(SITE_SANITIZED, script, "14:02:30");
    return *state ? 0 : -1;
}

static int room_close(void **state)
{
    drill_room_close(*state);
    return 0;
}

/* ---- what stands on a screen ---- */

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Callsigns of the sample city that stand on the screen as words of their own. */
static uint32_t units_shown(struct terminal *terminal)
{
    static const char *const callsigns[] = { " E6 ", " L6 ", " B1 ", " M1 ", " E1 ", " E2 ",
                                             " E3 ", " C2 ", " P21 ", " P30 ", " M2 ", " X3 " };
    uint32_t count = 0, row, column;

    for (size_t i = 0; i < ARRAY_COUNT(callsigns); i++)
        count += terminal_find(terminal, callsigns[i], &row, &column);
    return count;
}

/* DESIGN section 1, promise 8: in words, first and last, and where one types. */
static void expect_drill_in_words(struct terminal *terminal)
{
    uint32_t row, column;

    assert_int_equal(strncmp(terminal_row(terminal, 0), " DRILL DRILL ", 13), 0);
    assert_true(ends_in(terminal_row(terminal, 0), " DRILL"));
    assert_int_equal(strncmp(terminal_row(terminal, 1), " EXERCISE EXERCISE", 18), 0);
    terminal_cursor(terminal, &row, &column);
    assert_int_equal(strncmp(terminal_row(terminal, row), " DRILL", 6), 0);
    assert_non_null(strstr(terminal_row(terminal, row), ">"));
}

/* Whether a sequence "ESC [ ... m" that chooses a colour was ever sent: 30 to 49 and 90 to 107,
 * which are also the beginnings of the longer forms 38;5;N and 48;2;R;G;B. */
static bool colour_sent(const struct terminal *terminal)
{
    struct span output = terminal_output(terminal);

    for (size_t i = 0; i + 1 < output.length; i++) {
        if (output.bytes[i] != '\033' || output.bytes[i + 1] != '[')
            continue;
        uint32_t number = 0;
        bool any = false;
        for (size_t at = i + 2; at < output.length; at++) {
            char byte = output.bytes[at];
            if (byte >= '0' && byte <= '9') {
                number = number * 10 + (uint32_t)(byte - '0');
                continue;
            }
            any = any || (number >= 30 && number <= 49) || (number >= 90 && number <= 107);
            number = 0;
            if (byte == 'm' && any)
                return true;
            if (byte != ';' && byte != ':')
                break;
        }
    }
    return false;
}

static bool all_ascii(const struct terminal *terminal)
{
    struct span output = terminal_output(terminal);

    for (size_t i = 0; i < output.length; i++)
        if ((unsigned char)output.bytes[i] > 0x7F)
            return false;
    return true;
}

/* Goal: the same truth at both sizes, in both character sets, with and without colour: colour is
 * never the only cue, so without it the words are the same to the letter, and the map says in
 * marks what its grounds say elsewhere. Method: one console per row, each held to a golden screen;
 * where no map is shown, one for all. */
static const struct {
    const char *name, *golden;
    struct terminal_options options;
    const char *extra;
    bool ascii, colour;
} variants[] = {
    { "160x50 UTF-8",          "console-160x50.txt",       { 160, 50, "xterm-256color", "C.UTF-8",
      NULL, NULL }, NULL, false, true },
    { "160x50 UTF-8 NO_COLOR", "console-160x50-mono.txt",  { 160, 50, "xterm-256color", "C.UTF-8",
      NULL, NULL }, "NO_COLOR=1", false, false },
    /* libvterm ends a repeat (CSI b) up to the last column but one as if the row were full, so
     * here is a terminal whose description has no repeat. */
    { "160x50 C",              "console-160x50-ascii.txt", { 160, 50, "tmux-256color", "C",
      NULL, NULL }, NULL, true, true },
    { "160x50 C vt100",        "console-160x50-vt100.txt", { 160, 50, "vt100", "C",
      NULL, NULL }, NULL, true, false },
    { "80x24 UTF-8",           "console-80x24.txt",        { 80, 24, "xterm-256color", "C.UTF-8",
      NULL, NULL }, NULL, false, true },
    { "80x24 UTF-8 vt100",     "console-80x24.txt",        { 80, 24, "vt100", "C.UTF-8",
      NULL, NULL }, NULL, false, false },
    { "80x24 C",               "console-80x24-ascii.txt",  { 80, 24, "xterm-256color", "C",
      NULL, NULL }, NULL, true, true },
    { "80x24 C NO_COLOR",      "console-80x24-ascii.txt",  { 80, 24, "xterm-256color", "C",
      NULL, NULL }, "NO_COLOR=1", true, false },
};

/* The screen without the number of the entry at the end of each row of the log: how many entries
 * came before is the hub's own business. */
static void compare_screen(struct terminal *terminal, const char *golden)
{
    struct span rest = span_of(terminal_screen(terminal)), row;
    struct buffer text = { 0 };

    while (span_cut(&rest, '\n', &row)) {
        size_t end = row.length;
        while (end > 0 && row.bytes[end - 1] >= '0' && row.bytes[end - 1] <= '9')
            end--;
        if (end < 2 || row.bytes[end - 1] != ' ' || row.bytes[end - 2] != ' ')
            end = row.length;
        while (end > 0 && row.bytes[end - 1] == ' ')
            end--;
        buffer_print(&text, "%.*s\n", (int)end, row.bytes);
    }
    golden_compare(golden, text.bytes);
    buffer_clear(&text);
}

static void check_variant(struct terminal *terminal, size_t i)
{
    CASE("%s", variants[i].name);
    console_ready(terminal, &variants[i].options);
    expect_drill_in_words(terminal);
    terminal_expect(terminal, "ATTN 1 mine 0");
    terminal_expect(terminal, "ALM");
    assert_true(units_shown(terminal) >= 5);
    compare_screen(terminal, variants[i].golden);
    leave(terminal, 0);
    assert_int_equal(colour_sent(terminal), variants[i].colour);
    if (variants[i].ascii)
        assert_true(all_ascii(terminal));
}

static void every_screen_says_it_in_words(void **state)
{
    struct terminal *terminals[ARRAY_COUNT(variants)];

    for (size_t i = 0; i < ARRAY_COUNT(variants); i++)
        terminals[i] = drill_room_console(*state, &variants[i].options, variants[i].extra,
                                          "SAM");
    for (size_t i = 0; i < ARRAY_COUNT(variants); i++) {
        check_variant(terminals[i], i);
        terminal_close(terminals[i]);
    }
}

/* Goal: however a console ends, the terminal is as it was before. Method: each way out. */
static const struct { const char *name; int signal; } ways_out[] = {
    { "SIGTERM", SIGTERM }, { "SIGHUP", SIGHUP }, { "SIGINT", SIGINT },
    { "a crash", SIGSEGV },
};

static void nothing_is_left_behind(void **state)
{
    struct terminal *terminals[ARRAY_COUNT(ways_out)];

    for (size_t i = 0; i < ARRAY_COUNT(ways_out); i++)
        terminals[i] = drill_room_console(*state, &small, NULL, "SAM");
    for (size_t i = 0; i < ARRAY_COUNT(ways_out); i++) {
        CASE("%s", ways_out[i].name);
        console_ready(terminals[i], &small);
        leave(terminals[i], ways_out[i].signal);
        terminal_close(terminals[i]);
    }
}

/* ---- typing ---- */

/* The row of the line: the one with the prompt, whose cursor is the terminal's. */
static const char *line_row(struct terminal *terminal)
{
    uint32_t row, column;

    terminal_cursor(terminal, &row, &column);
    return terminal_row(terminal, row);
}

static char *screen_copy(struct terminal *terminal)
{
    terminal_wait_settled(terminal, QUIET_MS, DEADLINE_MS);
    return base_copy_text(terminal_screen(terminal));
}

/* Goal: a typed line is read back before Enter and answered after it; what it did stands on the
 * screen. Method: one row per line: typed, what the row above says meanwhile, what comes of it. */
static const struct { const char *typed, *read_back, *result; } lines[] = {
    { "n 1 second caller, person at a window", "FIRE 12 Quay St", "second caller, person at" },
    { "d 1 E7",                "FIRE 12 Quay St",     "OK" },
    { "ack AL1 ; crew told",   "AL1",                 "ATTN 0" },
    { "new RTC @Lantern Ave / Mill Rd p2 ; two cars", "RTC", "#4" },
    { "d 99 E1",               "99",                  "NO" },
    { "frobnicate 1",          "frobnicate",          "NO" },
    { "why 1",                 "",                    "WHY 1" },
};

static void lines_are_read_back_and_answered(void **state)
{
    struct terminal *terminal = console_open(*state, &wide, "KIM");
    uint32_t row, column;

    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        CASE("%s", lines[i].typed);
        terminal_type(terminal, lines[i].typed);
        terminal_expect(terminal, lines[i].typed);
        terminal_cursor(terminal, &row, &column);
        const char *above = terminal_row(terminal, row - 1);
        if (!strstr(above, lines[i].read_back))
            fail_msg("read back: %s", above);
        terminal_key(terminal, "Enter");
        terminal_expect(terminal, lines[i].result);
        terminal_key(terminal, "Escape");
        terminal_key(terminal, "^U");
        terminal_wait_settled(terminal, 100, DEADLINE_MS);
    }
    terminal_close(terminal);
}

/* Goal: Tab completes what can only be one word; Enter on an empty line does nothing at all. */
static void tab_completes_and_enter_only_submits(void **state)
{
    struct terminal *terminal = console_open(*state, &small, "SAM");
    char *before = screen_copy(terminal);

    terminal_key(terminal, "Enter");
    terminal_key(terminal, "Enter");
    char *after = screen_copy(terminal);
    assert_string_equal(after, before);
    base_free(after);
    terminal_type(terminal, "reo");
    terminal_key(terminal, "Tab");
    terminal_expect(terminal, "> reopen");
    terminal_key(terminal, "^U");
    after = screen_copy(terminal);
    assert_string_equal(after, before);     /* Nothing was sent, nothing is left. */
    base_free(after);
    base_free(before);
    terminal_close(terminal);
}

/* Goal: what arrives while a person types never changes the line or the selection (screens.md
 * section 2). Method: a dozen incidents from somebody else between two keys. */
static void arrivals_leave_the_line_alone(void **state)
{
    struct drill_room *room = *state;
    struct terminal *terminal = console_open(room, &wide, "ANA");
    uint32_t row, column, row_then, column_then;

    type_line(terminal, "2");
    terminal_expect(terminal, "DRILL #2 >");
    terminal_type(terminal, "n 2 half of a");
    terminal_expect(terminal, "n 2 half of a");
    terminal_cursor(terminal, &row, &column);
    char *line = base_copy_text(line_row(terminal));
    char *details = base_copy_text(terminal_row(terminal, row - 3));
    site_expect(drill_room_site(room), 0, "do", "--site", drill_room_folder(room), "--as", "BEA",
                "new THEFT @1 Quay St p1", "new THEFT @2 Quay St p1", "new THEFT @3 Quay St p1",
                "new THEFT @4 Quay St p1", "new THEFT @5 Quay St p1", "new NOISE @6 Quay St p1",
                "new NOISE @7 Quay St p1", "new NOISE @8 Quay St p1", "new NOISE @9 Quay St p1");
    terminal_expect(terminal, "NOISE");
    terminal_wait_settled(terminal, QUIET_MS, DEADLINE_MS);
    terminal_cursor(terminal, &row_then, &column_then);
    assert_int_equal(row_then, row);
    assert_int_equal(column_then, column);
    assert_string_equal(line_row(terminal), line);
    assert_string_equal(terminal_row(terminal, row - 3), details);
    terminal_type(terminal, " sentence");
    terminal_key(terminal, "Enter");
    terminal_expect(terminal, " OK ");
    terminal_wait_settled(terminal, QUIET_MS, DEADLINE_MS);
    assert_true(ends_in(line_row(terminal), ">"));
    base_free(line);
    base_free(details);
    terminal_close(terminal);
}

/* Goal: a resize is followed at once, and the way back gives the same screen. */
static void the_screen_follows_its_size(void **state)
{
    struct terminal *terminal = console_open(*state, &wide, "SAM");
    char *before = screen_copy(terminal);

    terminal_resize(terminal, 80, 24);
    terminal_expect_gone(terminal, "MAP ");
    terminal_wait_settled(terminal, QUIET_MS, DEADLINE_MS);
    expect_drill_in_words(terminal);
    assert_int_equal(strlen(terminal_row(terminal, 0)), 79);
    terminal_resize(terminal, 40, 10);
    terminal_expect(terminal, "too small");
    assert_non_null(strstr(terminal_row(terminal, 0), "DRILL"));
    terminal_resize(terminal, 160, 50);
    terminal_expect(terminal, "MAP ");
    char *after = screen_copy(terminal);
    assert_string_equal(after, before);
    base_free(after);
    base_free(before);
    terminal_close(terminal);
}

/* ---- at rest ---- */

/* Goal: where nothing happens and the clock stands, not one byte is sent. */
static void a_screen_at_rest_sends_nothing(void **state)
{
    struct terminal *terminal = console_open(*state, &wide, "SAM");

    terminal_wait_settled(terminal, 1000, DEADLINE_MS);
    uint64_t before = terminal_bytes(terminal);
    terminal_wait_settled(terminal, IDLE_MS, IDLE_MS);
    assert_int_equal(terminal_bytes(terminal), before);
    terminal_close(terminal);
}

static void write_live_site(struct test_site *site)
{
    struct buffer conf = { 0 };
    const char *user = getuid() == 0 ? "root" : getenv("USER");

    buffer_print(&conf, "site { id = LV name = \"LIVE TOWN\" }\n"
                        "type TREE { priority = 4 }\n"
                        "operator KIM { user = \"%s\" role = dispatcher }\n"
                        "unit C2 { kind = crew home = \"51.2,-4.1\" }\n", user ? user : "");
    site_write(site, "site.conf", conf.bytes);
    buffer_clear(&conf);
}

/* Goal: while the clock runs it is all that moves: the clock itself and the ages, which are shown
 * to the second (screens.md section 4). Method: two screens a while apart differ in digits only,
 * and few bytes were sent between them. */
static void a_running_clock_is_all_that_moves(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    const char *const arguments[] = { "--as", "KIM", NULL };

    (void)state;
    write_live_site(site);
    pid_t hub = site_hub_start(site);
    site_expect(site, 0, "do", "new TREE @51.2,-4.1 p4");
    struct terminal *terminal = site_terminal(site, &wide, NULL, arguments);
    terminal_expect(terminal, "#1");
    terminal_wait_text(terminal, "no such text", 1500);     /* Past the first beats. */
    uint64_t bytes = terminal_bytes(terminal);
    char *before = base_copy_text(terminal_screen(terminal));
    terminal_wait_text(terminal, "no such text", IDLE_MS);
    const char *after = terminal_screen(terminal);
    assert_int_equal(strlen(after), strlen(before));
    assert_string_not_equal(after, before);
    for (size_t i = 0; after[i]; i++)
        if (after[i] != before[i])
            assert_true(after[i] >= '0' && after[i] <= '9');
    print_message("  %llu bytes in %d ms\n", (unsigned long long)(terminal_bytes(terminal) - bytes),
                  IDLE_MS);
    assert_in_range(terminal_bytes(terminal) - bytes, 1, IDLE_BYTES_MAX);
    base_free(before);
    terminal_close(terminal);
    site_hub_stop(site, hub);
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_says_it_in_words),
        cmocka_unit_test(nothing_is_left_behind),
        cmocka_unit_test(tab_completes_and_enter_only_submits),
        cmocka_unit_test(the_screen_follows_its_size),
        cmocka_unit_test(a_screen_at_rest_sends_nothing),
        cmocka_unit_test(a_running_clock_is_all_that_moves),
        cmocka_unit_test(lines_are_read_back_and_answered),
        cmocka_unit_test(arrivals_leave_the_line_alone),
    };
    return cmocka_run_group_tests(tests, room_open, room_close);
}
