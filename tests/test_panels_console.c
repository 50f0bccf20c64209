/* The real console under a pseudo-terminal, against a hub of a few lines that this file plays: it
 * sends the sample room, beats, and says OK to everything. */
#include "tests/check.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/base/buffer.h"
#include "app/base/json.h"
#include "tests/sample_room.h"
#include "tests/site.h"
#include "tests/terminal.h"

/* ---- the hub that is played ---- */

static void send_text(int to, const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        ssize_t sent = send(to, text, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        text += sent;
        length -= (size_t)sent;
    }
}

static void send_room(int to, const struct picture *picture)
{
    struct buffer dump = { 0 };

    send_text(to, "{\"hello\":1,\"wire\":1,\"site\":\"PM\",\"name\":\"Port Maren\",\"mode\":"
                  "\"live\",\"as\":\"KIM\",\"role\":\"dispatcher\",\"now\":1794922327000}\n");
    picture_dump(picture, &dump);
    buffer_print(&dump, "{\"joined\":%llu,\"digest\":\"%016llx\"}\n",
                 (unsigned long long)picture->sequence,
                 (unsigned long long)picture_digest(picture));
    send_text(to, dump.bytes);
    buffer_clear(&dump);
}

static void answer_line(int to, struct span text)
{
    struct buffer answer = { 0 };
    struct json *line = NULL;
    struct verdict verdict = json_parse(text, &line);

    if (is_accepted(&verdict) && json_member(line, "do"))
        buffer_print(&answer, "{\"result\":\"OK\",\"ref\":%lld,\"sequence\":1408900,\"text\":"
                              "\"durable now\"}\n",
                     (long long)json_member_int64(line, "ref", 0));
    json_free(line);
    if (answer.length > 0)
        send_text(to, answer.bytes);
    buffer_clear(&answer);
}

/* Serves one console until it goes; a beat whenever nothing came for a second. */
static void serve(int console, const struct picture *picture)
{
    struct line_buffer *lines = line_buffer_new(65536);
    int64_t now_ms = ROOM_NOW_MS;
    bool greeted = false;

    for (;;) {
        struct pollfd wait = { .fd = console, .events = POLLIN };
        char bytes[4096], beat[80];
        if (poll(&wait, 1, 1000) == 0) {
            snprintf(beat, sizeof beat, "{\"beat\":%lld,\"sequence\":1408822,\"speed\":1}\n",
                     (long long)(now_ms += 1000));
            send_text(console, beat);
            continue;
        }
        ssize_t length = read(console, bytes, sizeof bytes);
        if (length <= 0)
            break;
        line_buffer_add(lines, span_from(bytes, (size_t)length));
        struct line line;
        while (line_buffer_next(lines, &line)) {
            if (!greeted)
                send_room(console, picture);
            else
                answer_line(console, line.text);
            greeted = true;
        }
    }
    line_buffer_free(lines);
    close(console);
}

static void play_hub(const char *path, bool empty)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct picture *picture = empty ? sample_room_idle() : sample_room_new(NULL);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(address.sun_path, sizeof address.sun_path, "%.107s", path);
    unlink(path);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0
        || listen(listener, 4) != 0)
        _exit(3);
    for (;;) {
        int console = accept(listener, NULL, NULL);
        if (console >= 0)
            serve(console, picture);
    }
}

struct room {
    struct test_site *site;
    struct terminal *terminal;
    char socket_path[256];
    pid_t hub;
};

static void hub_start(struct room *room, bool empty)
{
    room->hub = fork();
    if (room->hub == 0)
        play_hub(room->socket_path, empty);
    for (int64_t until = clock_ms() + DEADLINE_MS; access(room->socket_path, F_OK) != 0;)
        assert_true(clock_ms() < until);
}

static void hub_kill(struct room *room)
{
    struct ending ending;

    kill(room->hub, SIGKILL);
    child_wait(room->hub, DEADLINE_MS, &ending);
    unlink(room->socket_path);
}

struct look {
    const char *name, *term, *locale;
    uint32_t columns, rows;
    const char *environment[2];
    bool empty;
};

static void room_open(struct room *room, const struct look *look)
{
    struct terminal_options options = { .columns = look->columns, .rows = look->rows,
                                        .term = look->term, .locale = look->locale,
                                        .environment = look->environment };

    room->site = site_new(SITE_SANITIZED);
    snprintf(room->socket_path, sizeof room->socket_path, "%s", site_path(room->site, "s"));
    hub_start(room, look->empty);
    const char *arguments[] = { site_program(room->site, "watchdesk-console"), "--socket",
                                room->socket_path, "--as", "KIM", NULL };
    room->terminal = terminal_open(&options, arguments);
    terminal_expect(room->terminal, "ATTENTION");
    terminal_expect(room->terminal, look->empty ? "ATTENTION 0" : "ATTENTION 9");
}

static void room_close(struct room *room)
{
    terminal_close(room->terminal);
    hub_kill(room);
    site_free(room->site);
}

static const struct look plain = { .name = "plain", .columns = 160, .rows = 50 };
static const struct look small = { .name = "small", .columns = 80, .rows = 24 };

/* ---- tests ---- */

/* Goal: what is typed is answered on the screen, and `quit` asks once, then leaves all as it was.
 * Method: select, note, quit, quit. */
static void a_person_types_and_leaves(void **state)
{
    struct room room;
    struct ending ending;

    (void)state;
    room_open(&room, &plain);
    terminal_type(room.terminal, "42");
    terminal_key(room.terminal, "Enter");
    terminal_expect(room.terminal, "#42 FIRE building fire");
    terminal_type(room.terminal, "n 42 roof is down");
    terminal_expect(room.terminal, "#42 > n 42 roof is down");
    terminal_key(room.terminal, "Enter");
    terminal_expect(room.terminal, "durable now");
    terminal_type(room.terminal, "quit");
    terminal_key(room.terminal, "Enter");
    terminal_expect(room.terminal, "quit again leaves");
    terminal_type(room.terminal, "quit");
    terminal_key(room.terminal, "Enter");
    assert_true(terminal_wait_end(room.terminal, DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, 0);
    assert_string_equal(terminal_left_behind(room.terminal), "");
    room_close(&room);
}

/* Goal: the terminal is as it was after every way to end. Method: each signal, at 80x24. */
static void every_end_restores_the_terminal(void **state)
{
    static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGABRT, SIGSEGV };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(signals); i++) {
        struct room room;
        struct ending ending;
        CASE("%s", strsignal(signals[i]));
        room_open(&room, &small);
        kill(terminal_child(room.terminal), signals[i]);
        assert_true(terminal_wait_end(room.terminal, DEADLINE_MS, &ending));
        assert_string_equal(terminal_left_behind(room.terminal), "");
        room_close(&room);
    }
}

static bool any_colour(struct terminal *terminal, uint32_t rows, uint32_t columns)
{
    for (uint32_t row = 0; row < rows; row++)
        for (uint32_t column = 0; column < columns; column++) {
            struct terminal_cell cell = terminal_cell(terminal, row, column);
            if (cell.foreground != COLOUR_DEFAULT || cell.background != COLOUR_DEFAULT)
                return true;
        }
    return false;
}

static bool any_beyond_ascii(struct span bytes)
{
    for (size_t i = 0; i < bytes.length; i++)
        if ((unsigned char)bytes.bytes[i] >= 0x80)
            return true;
    return false;
}

/* Goal: poor terminals get what they can show, and every meaning is there in words. Method: each
 * kind of terminal, colour and locale; the same words on all. */
static const struct {
    struct look look;
    bool colour, beyond_ascii;
} looks[] = {
    { { "xterm-256color", "xterm-256color", "C.UTF-8", 160, 50, { NULL }, false }, true, true },
    { { "xterm, 8 colours", "xterm", "C.UTF-8", 80, 24, { NULL }, false }, true, true },
    { { "NO_COLOR", "xterm-256color", "C.UTF-8", 160, 50, { "NO_COLOR=1", NULL }, false },
      false, true },
    { { "C locale", "xterm-256color", "C", 160, 50, { NULL }, false }, true, false },
    { { "vt100, C locale", "vt100", "C", 80, 24, { NULL }, false }, false, false },
};

static void poor_terminals_say_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(looks); i++) {
        const struct look *look = &looks[i].look;
        struct room room;
        CASE("%s", look->name);
        room_open(&room, look);
        terminal_expect(room.terminal, "EMG");
        terminal_expect(room.terminal, "ack M4");
        terminal_expect(room.terminal, "STALE tide");
        terminal_expect(room.terminal, "!1");
        assert_int_equal(any_colour(room.terminal, look->rows, look->columns), looks[i].colour);
        bool wide = any_beyond_ascii(terminal_output(room.terminal));
        assert_true(looks[i].beyond_ascii || !wide);
        room_close(&room);
    }
}

/* Goal: a hub that goes is said to be gone, what may wait is queued and what must not is refused,
 * and all is well again when it is back. Method: kill it, type, start it. */
static void a_lost_hub_is_told_and_found_again(void **state)
{
    struct room room;

    (void)state;
    room_open(&room, &plain);
    hub_kill(&room);
    terminal_expect(room.terminal, "LINK LOST");
    terminal_type(room.terminal, "n 42 hose burst");
    terminal_key(room.terminal, "Enter");
    terminal_expect(room.terminal, "QUEUED");
    terminal_type(room.terminal, "d 42 E9");
    terminal_key(room.terminal, "Enter");
    terminal_expect(room.terminal, "must not happen late");
    hub_start(&room, false);
    terminal_expect(room.terminal, "durable now");
    terminal_expect_gone(room.terminal, "LINK LOST");
    room_close(&room);
}

/* Goal: an idle screen sends nothing but its clock. Method: a room with nothing in it, watched for
 * five beats: the bytes of each are those of a few changed digits. */
static void an_idle_screen_sends_its_clock(void **state)
{
    enum { BEATS = 5, BYTES_A_BEAT_MAX = 80 };
    const struct look look = { .name = "idle", .columns = 160, .rows = 50, .empty = true };
    struct room room;

    (void)state;
    room_open(&room, &look);
    terminal_expect(room.terminal, ":32:09");
    uint64_t before = terminal_bytes(room.terminal);
    terminal_expect(room.terminal, ":32:14");
    uint64_t sent = terminal_bytes(room.terminal) - before;
    print_message("  %llu bytes in %d s\n", (unsigned long long)sent, BEATS);
    assert_true(sent <= BEATS * BYTES_A_BEAT_MAX);
    room_close(&room);
}

/* Goal: a terminal may have any size, and change it. Method: too small, large, small. */
static void sizes_may_change(void **state)
{
    struct room room;

    (void)state;
    room_open(&room, &plain);
    terminal_resize(room.terminal, 60, 15);
    terminal_expect(room.terminal, "terminal too small");
    terminal_expect(room.terminal, "ATTN 9");
    terminal_resize(room.terminal, 240, 70);
    terminal_expect(room.terminal, "SELECTED");
    terminal_resize(room.terminal, 80, 24);
    terminal_expect_gone(room.terminal, "SELECTED");
    terminal_expect(room.terminal, "UNITS 23");
    terminal_type(room.terminal, "E7");
    terminal_expect(room.terminal, "> E7");
    room_close(&room);
}

/* Goal: a lone Esc acts at once, and a paste is text. Method: type, Esc; a bracketed paste of two
 * lines sends nothing. */
static void escape_and_paste_are_understood(void **state)
{
    struct room room;

    (void)state;
    room_open(&room, &plain);
    terminal_type(room.terminal, "n 42 wrong");
    terminal_expect(room.terminal, "> n 42 wrong");
    int64_t start_ms = clock_ms();
    terminal_key(room.terminal, "Escape");
    terminal_expect_gone(room.terminal, "n 42 wrong");
    assert_true(clock_ms() - start_ms < 900);   /* The default delay of curses is a second. */
    terminal_type(room.terminal, "\033[200~n 42 pasted\nclose 42 X\n\033[201~");
    terminal_expect(room.terminal, "> n 42 pasted");
    assert_false(terminal_wait_text(room.terminal, "durable now", 300));
    room_close(&room);
}

/* ---- the map under a person's hands ---- */

/* What stands between `before` and the next blank on the screen: a scale, coordinates. */
static void word_after(struct terminal *terminal, const char *before, char *word,
                       size_t word_bytes)
{
    terminal_wait_settled(terminal, 60, DEADLINE_MS);
    terminal_expect(terminal, before);
    const char *from = strstr(terminal_screen(terminal), before) + strlen(before);
    from += strspn(from, " ");
    snprintf(word, word_bytes, "%.*s", (int)strcspn(from, " \n"), from);
}

static void map_scale(struct terminal *terminal, char *word, size_t word_bytes)
{
    word_after(terminal, " MAP", word, word_bytes);
}

/* Goal: F3 gives the map the keys and Esc takes them back; each does on the screen what the help
 * says. Method: keys by name, and what stands there then. */
static void f3_gives_the_map_the_keys(void **state)
{
    struct room room;
    char before[40], after[40];

    (void)state;
    room_open(&room, &small);
    struct terminal *terminal = room.terminal;
    terminal_key(terminal, "F3");
    terminal_expect(terminal, "MAP >");
    word_after(terminal, "is  ", before, sizeof before);
    terminal_key(terminal, "Right");
    word_after(terminal, "is  ", after, sizeof after);
    assert_string_not_equal(before, after);
    map_scale(terminal, before, sizeof before);
    terminal_type(terminal, "+");
    map_scale(terminal, after, sizeof after);
    assert_true(atoi(after) < atoi(before));
    terminal_type(terminal, "-");
    map_scale(terminal, after, sizeof after);
    assert_string_equal(before, after);
    terminal_type(terminal, "L");
    terminal_expect(terminal, "LOCKED");
    terminal_type(terminal, "c");
    terminal_expect_gone(terminal, "LOCKED");
    terminal_type(terminal, "ma");
    terminal_expect(terminal, "'a");
    terminal_type(terminal, "d");
    terminal_key(terminal, "Right");
    terminal_key(terminal, "Right");
    terminal_expect(terminal, "MEASURE >");
    terminal_key(terminal, "Escape");
    terminal_expect(terminal, "MAP >");         /* Else Esc and the next would be one key. */
    terminal_type(terminal, "?");
    terminal_expect(terminal, "KEYS OF THE MAP");
    terminal_key(terminal, "Escape");
    terminal_expect_gone(terminal, "KEYS OF THE MAP");
    terminal_key(terminal, "Escape");
    terminal_expect_gone(terminal, "MAP >");
    terminal_type(terminal, "42");
    terminal_expect(terminal, "> 42");
    room_close(&room);
}

/* Goal: a zone is drawn by keys, and what is then to be sent stands in the line. Method: three
 * corners. */
static void a_zone_is_drawn_by_keys(void **state)
{
    struct room room;

    (void)state;
    room_open(&room, &plain);
    struct terminal *terminal = room.terminal;
    terminal_key(terminal, "F3");
    terminal_expect(terminal, "MAP >");
    terminal_type(terminal, "z");
    terminal_expect(terminal, "zone of ");
    for (int corner = 0; corner < 3; corner++) {
        terminal_key(terminal, "Enter");
        terminal_key(terminal, corner ? "Down" : "Right");
        terminal_key(terminal, corner ? "Down" : "Right");
    }
    terminal_expect(terminal, "zone of 3 corners");
    terminal_type(terminal, "z");
    terminal_expect(terminal, "> haz ");
    terminal_expect_gone(terminal, "MAP >");
    room_close(&room);
}

/* Goal: / searches as one types, and Enter goes there and selects. */
static void a_search_goes_as_one_types(void **state)
{
    struct room room;

    (void)state;
    room_open(&room, &plain);
    terminal_key(room.terminal, "F3");
    terminal_expect(room.terminal, "MAP >");
    terminal_type(room.terminal, "/");
    terminal_expect_gone(room.terminal, "MAP >");
    terminal_type(room.terminal, "chand");
    terminal_expect(room.terminal, "#46");
    terminal_type(room.terminal, "lers");
    terminal_key(room.terminal, "Enter");
    terminal_expect(room.terminal, "#46 FIRE");
    room_close(&room);
}

/* Goal: the mouse selects, drags and zooms. Method: an incident that stands on the map is clicked;
 * a drag moves it as far as the mouse went; the wheel changes the scale and back. */
static void the_mouse_has_the_map(void **state)
{
    static const char incident[] = "(!1 42)";
    struct room room;
    uint32_t row, column, now_row, now_column;
    char before[40], after[40];

    (void)state;
    room_open(&room, &small);
    struct terminal *terminal = room.terminal;
    terminal_key(terminal, "F3");
    terminal_expect(terminal, incident);
    terminal_wait_settled(terminal, 60, DEADLINE_MS);
    assert_true(terminal_find(terminal, incident, &row, &column));
    terminal_button(terminal, 1, true, row, column + 1);
    terminal_button(terminal, 1, false, row, column + 1);
    terminal_expect(terminal, "#42");

    terminal_wait_settled(terminal, 60, DEADLINE_MS);
    assert_true(terminal_find(terminal, incident, &row, &column));
    terminal_button(terminal, 1, true, row + 6, column);
    terminal_move(terminal, row + 8, column - 9);
    terminal_button(terminal, 1, false, row + 8, column - 9);
    terminal_expect(terminal, "LOCKED");
    terminal_wait_settled(terminal, 60, DEADLINE_MS);
    assert_true(terminal_find(terminal, incident, &now_row, &now_column));
    assert_int_equal(now_row, row + 2);
    assert_int_equal(now_column, column - 9);

    map_scale(terminal, before, sizeof before);
    terminal_button(terminal, 4, true, row, column);
    map_scale(terminal, after, sizeof after);
    assert_true(atoi(after) < atoi(before));
    terminal_button(terminal, 5, true, row, column);
    map_scale(terminal, after, sizeof after);
    assert_string_equal(before, after);
    room_close(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_types_and_leaves),
        cmocka_unit_test(every_end_restores_the_terminal),
        cmocka_unit_test(poor_terminals_say_the_same),
        cmocka_unit_test(a_lost_hub_is_told_and_found_again),
        cmocka_unit_test(an_idle_screen_sends_its_clock),
        cmocka_unit_test(sizes_may_change),
        cmocka_unit_test(escape_and_paste_are_understood),
        cmocka_unit_test(f3_gives_the_map_the_keys),
        cmocka_unit_test(a_zone_is_drawn_by_keys),
        cmocka_unit_test(a_search_goes_as_one_types),
        cmocka_unit_test(the_mouse_has_the_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
