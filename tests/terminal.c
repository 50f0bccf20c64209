#include "tests/terminal.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "app/base/text.h"
#include "tests/check.h"

struct terminal {
    VTerm *vterm;
    VTermScreen *screen;
    int master;
    pid_t child;
    bool closed;                /* No byte can come any more. */
    bool ended;
    struct ending ending;
    bool alternate_screen, cursor_hidden, mouse;
    struct termios settings;    /* As they were before the program started. */
    struct buffer output;       /* Every byte it sent. */
    struct buffer text;         /* What the last call lent out. */
};

static int property_set(VTermProp property, VTermValue *value, void *user)
{
    struct terminal *terminal = user;

    if (property == VTERM_PROP_ALTSCREEN)
        terminal->alternate_screen = value->boolean;
    else if (property == VTERM_PROP_CURSORVISIBLE)
        terminal->cursor_hidden = !value->boolean;
    else if (property == VTERM_PROP_MOUSE)
        terminal->mouse = value->number != VTERM_PROP_MOUSE_NONE;
    return 1;
}

static const VTermScreenCallbacks screen_callbacks = { .settermprop = property_set };

static void send_bytes(struct terminal *terminal, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = write(terminal->master, bytes, length);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return;             /* The program is gone; its end will be seen when waiting. */
        bytes += sent;
        length -= (size_t)sent;
    }
}

/* What the terminal itself answers: keys, and replies to the program's questions. */
static void answer(const char *bytes, size_t length, void *user)
{
    send_bytes(user, bytes, length);
}

static void program_run(const struct terminal_options *options, const char *const *arguments)
{
    static const char *const foreign[] = { "NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "TMUX",
                                           "TERM_PROGRAM", "LANG", "LC_CTYPE", NULL };

    environment_apply(foreign);
    setenv("TERM", options->term ? options->term : "xterm-256color", 1);
    setenv("LC_ALL", options->locale ? options->locale : "C.UTF-8", 1);
    environment_apply(options->environment);
    if (options->directory && chdir(options->directory) != 0)
        _exit(126);
    execvp(arguments[0], (char *const *)arguments);
    fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

struct terminal *terminal_open(const struct terminal_options *options,
                               const char *const *arguments)
{
    struct terminal *terminal = base_alloc(1, sizeof *terminal);
    uint32_t rows = options->rows ? options->rows : 24;
    uint32_t columns = options->columns ? options->columns : 80;
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

    terminal->vterm = vterm_new((int)rows, (int)columns);
    vterm_set_utf8(terminal->vterm, 1);
    vterm_output_set_callback(terminal->vterm, answer, terminal);
    terminal->screen = vterm_obtain_screen(terminal->vterm);
    vterm_screen_set_callbacks(terminal->screen, &screen_callbacks, terminal);
    vterm_screen_enable_altscreen(terminal->screen, 1);
    vterm_screen_reset(terminal->screen, 1);

    int slave, opened = openpty(&terminal->master, &slave, NULL, NULL, &size);
    assert(opened == 0);
    tcgetattr(slave, &terminal->settings);
    terminal->child = fork();
    assert(terminal->child >= 0);
    if (terminal->child == 0) {
        close(terminal->master);
        if (login_tty(slave) != 0)
            _exit(126);
        program_run(options, arguments);
    }
    close(slave);
    return terminal;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal)
        return;
    if (!terminal->ended)
        process_kill(terminal->child);
    close(terminal->master);
    vterm_free(terminal->vterm);
    buffer_clear(&terminal->output);
    buffer_clear(&terminal->text);
    base_free(terminal);
}

pid_t terminal_child(const struct terminal *terminal)
{
    return terminal->child;
}

/* ---- what is typed ---- */

void terminal_type(struct terminal *terminal, const char *text)
{
    send_bytes(terminal, text, strlen(text));
}

static const struct { const char *name; VTermKey key; } keys[] = {
    { "Enter", VTERM_KEY_ENTER },   { "Tab", VTERM_KEY_TAB },
    { "Escape", VTERM_KEY_ESCAPE }, { "Backspace", VTERM_KEY_BACKSPACE },
    { "Up", VTERM_KEY_UP },         { "Down", VTERM_KEY_DOWN },
    { "Left", VTERM_KEY_LEFT },     { "Right", VTERM_KEY_RIGHT },
    { "Home", VTERM_KEY_HOME },     { "End", VTERM_KEY_END },
    { "PageUp", VTERM_KEY_PAGEUP }, { "PageDown", VTERM_KEY_PAGEDOWN },
    { "Insert", VTERM_KEY_INS },    { "Delete", VTERM_KEY_DEL },
};

void terminal_key(struct terminal *terminal, const char *name)
{
    int64_t number;

    if (name[0] == '^' && name[1] >= 'A' && name[1] <= 'Z' && name[2] == '\0') {
        char control = (char)(name[1] - 'A' + 1);
        send_bytes(terminal, &control, 1);
        return;
    }
    if (name[0] == 'F' && span_to_int64(span_of(name + 1), &number)) {
        assert(number >= 1 && number <= 12);
        vterm_keyboard_key(terminal->vterm, (VTermKey)VTERM_KEY_FUNCTION((int)number),
                           VTERM_MOD_NONE);
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (strcmp(keys[i].name, name) != 0)
            continue;
        vterm_keyboard_key(terminal->vterm, keys[i].key, VTERM_MOD_NONE);
        return;
    }
    assert(false && "a key with that name");
}

void terminal_move(struct terminal *terminal, uint32_t row, uint32_t column)
{
    vterm_mouse_move(terminal->vterm, (int)row, (int)column, VTERM_MOD_NONE);
}

void terminal_button(struct terminal *terminal, int button, bool down, uint32_t row,
                     uint32_t column)
{
    terminal_move(terminal, row, column);
    vterm_mouse_button(terminal->vterm, button, down, VTERM_MOD_NONE);
}

void terminal_resize(struct terminal *terminal, uint32_t columns, uint32_t rows)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

    vterm_set_size(terminal->vterm, (int)rows, (int)columns);
    int done = ioctl(terminal->master, TIOCSWINSZ, &size);
    assert(done == 0);
}

/* ---- waiting ---- */

/* Takes what has arrived, or waits for it; false when nothing came until then. */
static bool take_bytes(struct terminal *terminal, int64_t deadline_ms)
{
    char bytes[65536];
    struct pollfd poll_for = { .fd = terminal->master, .events = POLLIN };
    int64_t left_ms = deadline_ms - clock_ms();

    if (terminal->closed)
        return false;
    int ready = poll(&poll_for, 1, left_ms > 0 ? (int)left_ms : 0);
    if (ready <= 0)
        return ready < 0 && errno == EINTR && left_ms > 0;
    ssize_t length = read(terminal->master, bytes, sizeof bytes);
    if (length < 0 && errno == EINTR)
        return true;
    if (length <= 0) {          /* EIO: the last who held the other end has let go of it. */
        terminal->closed = true;
        return false;
    }
    buffer_add(&terminal->output, span_from(bytes, (size_t)length));
    vterm_input_write(terminal->vterm, bytes, (size_t)length);
    vterm_screen_flush_damage(terminal->screen);
    return true;
}

static bool shows(struct terminal *terminal, const char *text)
{
    uint32_t row, column;
    return terminal_find(terminal, text, &row, &column);
}

static bool wait_shows(struct terminal *terminal, const char *text, bool there, int64_t within_ms)
{
    int64_t deadline_ms = clock_ms() + within_ms;

    while (shows(terminal, text) != there)
        if (!take_bytes(terminal, deadline_ms))
            return shows(terminal, text) == there;
    return true;
}

bool terminal_wait_text(struct terminal *terminal, const char *text, int64_t within_ms)
{
    return wait_shows(terminal, text, true, within_ms);
}

bool terminal_wait_no_text(struct terminal *terminal, const char *text, int64_t within_ms)
{
    return wait_shows(terminal, text, false, within_ms);
}

bool terminal_wait_settled(struct terminal *terminal, int64_t quiet_ms, int64_t within_ms)
{
    int64_t deadline_ms = clock_ms() + within_ms;

    while (clock_ms() < deadline_ms)
        if (!take_bytes(terminal, clock_ms() + quiet_ms))
            return true;
    return false;
}

bool terminal_wait_end(struct terminal *terminal, int64_t within_ms, struct ending *ret_ending)
{
    int64_t deadline_ms = clock_ms() + within_ms;

    while (take_bytes(terminal, deadline_ms))
        ;
    if (!terminal->ended)
        terminal->ended = child_wait(terminal->child, deadline_ms, &terminal->ending);
    *ret_ending = terminal->ending;
    return terminal->ended;
}

void terminal_expect_at(struct terminal *terminal, const char *text, bool there, const char *file,
                        int line)
{
    if (wait_shows(terminal, text, there, DEADLINE_MS))
        return;
    print_message("The screen %s \"%s\":\n%s", there ? "never showed" : "went on showing", text,
                  terminal_screen(terminal));
    _fail(file, line);
}

/* ---- what is on the screen ---- */

static VTermScreenCell cell_at(struct terminal *terminal, uint32_t row, uint32_t column)
{
    VTermScreenCell cell = { .width = 1 };
    VTermPos position = { .row = (int)row, .col = (int)column };

    vterm_screen_get_cell(terminal->screen, position, &cell);
    return cell;
}

/* libvterm marks the right half of a wide glyph so. */
static bool is_right_half(const VTermScreenCell *cell)
{
    return cell->chars[0] == UINT32_MAX;
}

static void add_glyph(struct buffer *text, const VTermScreenCell *cell)
{
    char bytes[4];

    if (cell->chars[0] == 0)
        buffer_add_text(text, " ");
    if (is_right_half(cell))
        return;
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
        buffer_add(text, span_from(bytes, utf8_encode(cell->chars[i], bytes)));
}

static void screen_size(struct terminal *terminal, uint32_t *ret_rows, uint32_t *ret_columns)
{
    int rows, columns;

    vterm_get_size(terminal->vterm, &rows, &columns);
    *ret_rows = (uint32_t)rows;
    *ret_columns = (uint32_t)columns;
}

static void add_row(struct terminal *terminal, uint32_t row)
{
    uint32_t rows, columns;
    size_t start = terminal->text.length;

    screen_size(terminal, &rows, &columns);
    assert(row < rows);
    buffer_add_text(&terminal->text, "");
    for (uint32_t column = 0; column < columns; column++) {
        VTermScreenCell cell = cell_at(terminal, row, column);
        add_glyph(&terminal->text, &cell);
    }
    struct buffer *text = &terminal->text;
    while (text->length > start && text->bytes[text->length - 1] == ' ')
        text->bytes[--text->length] = '\0';
}

const char *terminal_row(struct terminal *terminal, uint32_t row)
{
    buffer_reset(&terminal->text);
    add_row(terminal, row);
    return terminal->text.bytes;
}

const char *terminal_screen(struct terminal *terminal)
{
    uint32_t rows, columns;

    screen_size(terminal, &rows, &columns);
    buffer_reset(&terminal->text);
    for (uint32_t row = 0; row < rows; row++) {
        add_row(terminal, row);
        buffer_add_text(&terminal->text, "\n");
    }
    return terminal->text.bytes;
}

bool terminal_find(struct terminal *terminal, const char *text, uint32_t *ret_row,
                   uint32_t *ret_column)
{
    uint32_t rows, columns;

    screen_size(terminal, &rows, &columns);
    for (uint32_t row = 0; row < rows; row++) {
        const char *whole = terminal_row(terminal, row), *found = strstr(whole, text);
        if (!found)
            continue;
        *ret_row = row;
        *ret_column = text_columns(span_from(whole, (size_t)(found - whole)));
        return true;
    }
    return false;
}

static int32_t colour_of(const VTermColor *colour)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour))
        return COLOUR_DEFAULT;
    if (VTERM_COLOR_IS_INDEXED(colour))
        return colour->indexed.idx;
    return COLOUR_TRUE | colour->rgb.red << 16 | colour->rgb.green << 8 | colour->rgb.blue;
}

struct terminal_cell terminal_cell(struct terminal *terminal, uint32_t row, uint32_t column)
{
    VTermScreenCell cell = cell_at(terminal, row, column);
    struct buffer glyph = { 0 };
    struct terminal_cell result = {
        .bold = cell.attrs.bold,
        .underline = cell.attrs.underline,
        .reverse = cell.attrs.reverse,
        .blink = cell.attrs.blink,
        .foreground = colour_of(&cell.fg),
        .background = colour_of(&cell.bg),
    };

    add_glyph(&glyph, &cell);
    text_copy(result.glyph, sizeof result.glyph, buffer_span(&glyph));
    buffer_clear(&glyph);
    return result;
}

void terminal_cursor(struct terminal *terminal, uint32_t *ret_row, uint32_t *ret_column)
{
    VTermPos position;

    vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &position);
    *ret_row = (uint32_t)position.row;
    *ret_column = (uint32_t)position.col;
}

bool terminal_cursor_shown(const struct terminal *terminal)
{
    return !terminal->cursor_hidden;
}

struct span terminal_output(const struct terminal *terminal)
{
    return buffer_span(&terminal->output);
}

uint64_t terminal_bytes(const struct terminal *terminal)
{
    return terminal->output.length;
}

/* ---- as it was before? ---- */

static bool pen_is_plain(struct terminal *terminal)
{
    static const VTermAttr flags[] = { VTERM_ATTR_BOLD, VTERM_ATTR_UNDERLINE, VTERM_ATTR_ITALIC,
                                       VTERM_ATTR_BLINK, VTERM_ATTR_REVERSE };
    VTermState *state = vterm_obtain_state(terminal->vterm);
    VTermValue value;

    for (size_t i = 0; i < ARRAY_COUNT(flags); i++)
        if (vterm_state_get_penattr(state, flags[i], &value) && value.number)
            return false;
    vterm_state_get_penattr(state, VTERM_ATTR_FOREGROUND, &value);
    if (colour_of(&value.color) != COLOUR_DEFAULT)
        return false;
    vterm_state_get_penattr(state, VTERM_ATTR_BACKGROUND, &value);
    return colour_of(&value.color) == COLOUR_DEFAULT;
}

static bool settings_are_as_before(struct terminal *terminal)
{
    struct termios now;
    const struct termios *before = &terminal->settings;

    if (tcgetattr(terminal->master, &now) != 0)
        return false;
    return now.c_lflag == before->c_lflag && now.c_iflag == before->c_iflag
           && now.c_oflag == before->c_oflag;
}

const char *terminal_left_behind(struct terminal *terminal)
{
    buffer_reset(&terminal->text);
    buffer_add_text(&terminal->text, "");
    if (terminal->alternate_screen)
        buffer_add_text(&terminal->text, "the alternate screen; ");
    if (terminal->cursor_hidden)
        buffer_add_text(&terminal->text, "a hidden cursor; ");
    if (terminal->mouse)
        buffer_add_text(&terminal->text, "mouse reports; ");
    if (!pen_is_plain(terminal))
        buffer_add_text(&terminal->text, "colours or attributes; ");
    if (!settings_are_as_before(terminal))
        buffer_add_text(&terminal->text, "line settings; ");
    return terminal->text.bytes;
}
