#define NCURSES_WIDECHAR 1
#include "panels/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "app/base/buffer.h"
#include "panels/paint.h"
#include "panels/term_crash.h"

/* From <term.h>, which cannot be included: it makes macros of words like `lines` and `columns`. */
extern char *tigetstr(const char *capability);
extern int tigetflag(const char *capability);
extern int tigetnum(const char *capability);
extern char *tparm(const char *text, ...);

enum {
    ESCAPE_DELAY_MS = 25,       /* The default second would hold every Esc (measured, [T]). */
    KEY_PASTE_START = 0x7001, KEY_PASTE_END, KEY_SGR_MOUSE,
    KEY_FAR_UP, KEY_FAR_DOWN, KEY_FAR_LEFT, KEY_FAR_RIGHT, KEY_MORE_UP, KEY_MORE_DOWN,
    SIZE_MAX_CELLS = 1000,      /* A size that a client sends is a number from outside. */
};

struct term {
    SCREEN *screen;
    struct termios settings;    /* Of the line, before us. */
    WINDOW *keys;               /* A pad: reading from a window would refresh it first. */
    bool ascii, xterm_like, wiped;
    struct palette palette;
    uint16_t rows, columns;
    struct paint_words words;
    struct canvas shown;        /* What the terminal shows once it has taken `unsent`. */
    struct canvas wanted;       /* The frame being drawn; kept so that its memory is. */
    struct buffer unsent;
    size_t sent;                /* Bytes of `unsent` that are gone. */
    int output;                 /* Our own opening of it, which never blocks; or stdout. */
    struct buffer paste;
    uint16_t cursor_row, cursor_column;
    bool cursor_shown;
};

/* A capability as it is sent, without padding marks "$<5>". */
static void add_padless(struct buffer *to, const char *text)
{
    while (text && *text) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
        if (end)
            text = end;
        else
            buffer_add(to, span_from(text, 1));
        text++;
    }
}

static const char *capability(const char *name)
{
    const char *text = tigetstr(name);

    return text && text != (const char *)-1 ? text : "";
}

/* Made while all is well, since a handler can make nothing (standards.md section 11). */
static void prepare_restore(const struct term *term)
{
    struct buffer bytes = { 0 };

    if (term->xterm_like)
        buffer_add_text(&bytes, "\033[?2004l\033[?1002l\033[?1006l\033[?2026l");
    add_padless(&bytes, capability("sgr0"));
    add_padless(&bytes, capability("rmkx"));
    add_padless(&bytes, capability("cnorm"));
    add_padless(&bytes, capability("rmcup"));
    if (term->xterm_like)
        buffer_add_text(&bytes, "\033[?25h\033[m");
    term_crash_watch(buffer_span(&bytes), &term->settings);
    buffer_clear(&bytes);
}

static void send_raw(const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        ssize_t sent = write(STDOUT_FILENO, text, length);
        if (sent <= 0)
            return;             /* The terminal has gone; SIGHUP follows. */
        text += sent;
        length -= (size_t)sent;
    }
}

static bool name_is_xterm_like(void)
{
    static const char *const names[] = { "xterm", "screen", "tmux", "rxvt", "alacritty", "foot",
                                         "kitty", "wezterm", "vte", "gnome", "konsole", "st-" };
    const char *name = getenv("TERM");

    for (size_t i = 0; name && i < ARRAY_COUNT(names); i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Terminals say it in the environment, since most descriptions of them do not. */
static bool has_true_colour(void)
{
    const char *says = getenv("COLORTERM");

    return COLORS > PAINT_COLOURS
           || (says && (strcmp(says, "truecolor") == 0 || strcmp(says, "24bit") == 0));
}

static enum palette_size choose_palette(const struct term_options *options)
{
    const char *no_color = getenv("NO_COLOR");
    bool unwanted = options->mono || (no_color && no_color[0]);

    if (unwanted || !has_colors() || start_color() == ERR)
        return PALETTE_MONO;
    use_default_colors();
    if (COLORS >= PAINT_COLOURS)
        return has_true_colour() ? PALETTE_TRUE : PALETTE_256;
    return COLORS >= 16 ? PALETTE_16 : PALETTE_8;
}

/* What terminals like xterm send and their descriptions leave out. */
static const struct { const char *bytes; int key; } xterm_keys[] = {
    { "\033[200~", KEY_PASTE_START }, { "\033[201~", KEY_PASTE_END },
    { "\033[<", KEY_SGR_MOUSE },
    { "\033[1~", KEY_HOME }, { "\033[4~", KEY_END },   /* tmux, screen, PuTTY, the Linux console. */
    { "\033[1;2A", KEY_MORE_UP }, { "\033[1;2B", KEY_MORE_DOWN },
    { "\033[1;2D", KEY_SLEFT }, { "\033[1;2C", KEY_SRIGHT },
    { "\033[1;5A", KEY_FAR_UP }, { "\033[1;5B", KEY_FAR_DOWN },
    { "\033[1;5D", KEY_FAR_LEFT }, { "\033[1;5C", KEY_FAR_RIGHT },
};

static void set_modes(struct term *term)
{
    raw();                      /* ^C is a key here: one key must not end a live desk. */
    noecho();
    nonl();
    keypad(term->keys, TRUE);
    nodelay(term->keys, TRUE);
    set_escdelay(ESCAPE_DELAY_MS);
    if (!term->xterm_like)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(xterm_keys); i++)
        define_key(xterm_keys[i].bytes, xterm_keys[i].key);
    /* Pastes marked; buttons, and motion while one is down, told in decimal (1006). */
    send_raw("\033[?2004h\033[?1002h\033[?1006h");
}

/* A capability without its padding, or "" when it is longer than any that we know. */
static void copy_word(paint_word word, const char *text)
{
    struct buffer bytes = { 0 };

    add_padless(&bytes, text);
    if (bytes.length > 0 && bytes.length < PAINT_WORD_BYTES)
        memcpy(word, bytes.bytes, bytes.length + 1);
    buffer_clear(&bytes);
}

static bool is_ecma_attribute(const char *word)
{
    size_t length = strlen(word);

    if (length == 0)
        return true;
    return length >= 3 && strncmp(word, "\033[", 2) == 0 && word[length - 1] == 'm'
           && strspn(word + 2, "0123456789;:") == length - 3;
}

static const char ecma_move[] = "\033[%i%p1%d;%p2%dH";

static void move_by_ecma(uint16_t row, uint16_t column, struct buffer *out)
{
    buffer_print(out, "\033[%d;%dH", row + 1, column + 1);
}

static void move_by_terminfo(uint16_t row, uint16_t column, struct buffer *out)
{
    add_padless(out, tparm(capability("cup"), (long)row, (long)column, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

static void prepare_colours(struct term *term)
{
    const char *fore = capability("setaf"), *back = capability("setab");
    int count = COLORS < PAINT_COLOURS ? COLORS : PAINT_COLOURS;

    if (term->palette.size == PALETTE_MONO)
        return;
    for (int colour = 0; colour < count; colour++) {
        copy_word(term->words.fore[colour],
                  tparm(fore, (long)colour, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
        copy_word(term->words.back[colour],
                  tparm(back, (long)colour, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    }
}

/* What terminfo says of the terminal, once, so that a frame asks nothing. */
static void prepare_words(struct term *term)
{
    struct paint_words *words = &term->words;

    copy_word(words->plain, capability("sgr0"));
    copy_word(words->bold, capability("bold"));
    copy_word(words->dim, capability("dim"));
    copy_word(words->reverse, capability("rev"));
    copy_word(words->underline, capability("smul"));
    prepare_colours(term);
    bool ecma = strncmp(capability("cup"), ecma_move, strlen(ecma_move)) == 0;
    words->go = ecma ? move_by_ecma : move_by_terminfo;
    words->steps = ecma && strncmp(capability("cuf"), "\033[%p1%dC", 9) == 0;
    /* Most also choose the character set again there, which we never change. */
    if (ecma && strstr(words->plain, "\033[m"))
        memcpy(words->plain, "\033[m", sizeof "\033[m");
    words->merges = is_ecma_attribute(words->plain) && is_ecma_attribute(words->bold)
                    && is_ecma_attribute(words->dim) && is_ecma_attribute(words->reverse)
                    && is_ecma_attribute(words->underline) && is_ecma_attribute(words->fore[1])
                    && is_ecma_attribute(words->back[1]);
    words->last_cell_scrolls = tigetflag("am") > 0 && tigetflag("xenl") <= 0;
    int barred = tigetnum("ncv");
    words->colour_bars = barred > 0 ? (uint32_t)barred : 0;
}

/* The terminal opened once more: what is not to block is a property of the opening, and that of
 * stdin and stdout is the shell's too. */
static int open_output(void)
{
    const char *name = ttyname(STDOUT_FILENO);
    int output = name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;

    return output >= 0 ? output : STDOUT_FILENO;
}

struct term *term_open(const struct term_options *options, char *why, size_t why_bytes)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        snprintf(why, why_bytes, "a console needs a terminal: stdin and stdout are not one");
        return NULL;
    }
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    struct termios settings = { 0 };
    tcgetattr(STDIN_FILENO, &settings);
    const char *name = getenv("TERM");
    SCREEN *screen = newterm(NULL, stdout, stdin);
    if (!screen) {
        snprintf(why, why_bytes, "curses does not know the terminal \"%s\": set TERM",
                 name ? name : "");
        return NULL;
    }
    if (!tigetstr("cup")) {
        endwin();
        delscreen(screen);
        snprintf(why, why_bytes, "the terminal \"%s\" cannot place its cursor: set TERM", name);
        return NULL;
    }
    struct term *term = base_alloc(1, sizeof *term);
    term->screen = screen;
    term->settings = settings;
    term->xterm_like = name_is_xterm_like();
    term->ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    term->palette = (struct palette){ options->palette, choose_palette(options) };
    term->cursor_shown = true;
    term->keys = newpad(1, 1);
    set_modes(term);
    prepare_restore(term);
    refresh();                  /* Curses enters its screen; from here on the cells are ours. */
    prepare_words(term);
    term->output = open_output();
    term->rows = (uint16_t)getmaxy(stdscr);
    term->columns = (uint16_t)getmaxx(stdscr);
    term_redraw(term);
    return term;
}

/* The last frame goes out whole where the terminal still takes bytes. Where it does not, what waits
 * in the kernel is thrown away too: else giving the terminal back would wait for ever. */
static void finish_output(struct term *term)
{
    enum { PATIENCE_MS = 500 };
    struct pollfd output = { .fd = term->output, .events = POLLOUT };

    while (term_is_behind(term) && poll(&output, 1, PATIENCE_MS) > 0
           && !(output.revents & (POLLERR | POLLHUP)))
        term_flush(term);
    if (term_is_behind(term))
        tcflush(term->output, TCOFLUSH);
}

void term_close(struct term *term)
{
    finish_output(term);
    term_make_blocking(term);
    /* A frame that was cut off ended between two of its words or within one, which an ESC ends. */
    send_raw(term->words.plain);
    if (term->xterm_like)
        send_raw("\033[?2026l\033[?2004l\033[?1002l\033[?1006l");
    send_raw(capability("cnorm"));
    endwin();
    tcsetattr(STDIN_FILENO, TCSANOW, &term->settings);
    term_crash_unwatch();
    if (term->output != STDOUT_FILENO)
        close(term->output);
    delwin(term->keys);
    delscreen(term->screen);
    canvas_clear(&term->shown);
    canvas_clear(&term->wanted);
    buffer_clear(&term->unsent);
    buffer_clear(&term->paste);
    base_free(term);
}

bool term_is_ascii(const struct term *term)
{
    return term->ascii;
}

bool term_is_mono(const struct term *term)
{
    return term->palette.size == PALETTE_MONO;
}

void term_set_palette(struct term *term, enum palette_name palette)
{
    if (term->palette.name == palette)
        return;
    term->palette.name = palette;
    term_redraw(term);
}

void term_size(const struct term *term, uint16_t *ret_rows, uint16_t *ret_columns)
{
    *ret_rows = term->rows;
    *ret_columns = term->columns;
}

void term_make_blocking(struct term *term)
{
    int flags = fcntl(STDIN_FILENO, F_GETFL);

    (void)term;
    if (flags >= 0 && (flags & O_NONBLOCK))
        fcntl(STDIN_FILENO, F_SETFL, flags & ~O_NONBLOCK);
}

bool term_resized(struct term *term)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return false;
    if (size.ws_row == 0 || size.ws_col == 0 || size.ws_row > SIZE_MAX_CELLS
        || size.ws_col > SIZE_MAX_CELLS)
        return false;
    if (size.ws_row == term->rows && size.ws_col == term->columns)
        return false;
    resizeterm(size.ws_row, size.ws_col);
    term->rows = size.ws_row;
    term->columns = size.ws_col;
    term_redraw(term);
    return true;
}

void term_redraw(struct term *term)
{
    canvas_clear(&term->shown);
    canvas_clear(&term->wanted);
    canvas_init(&term->shown, term->rows, term->columns);
    canvas_init(&term->wanted, term->rows, term->columns);
    for (size_t i = 0; i < (size_t)term->rows * term->columns; i++)
        term->shown.cells[i].glyph = PAINT_UNKNOWN;
    term->wiped = true;
}

/* ---- out ---- */

void term_flush(struct term *term)
{
    while (term_is_behind(term)) {
        ssize_t sent = write(term->output, term->unsent.bytes + term->sent,
                             term->unsent.length - term->sent);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return;
        if (sent <= 0)
            break;              /* The terminal has gone; SIGHUP follows. */
        term->sent += (size_t)sent;
    }
    buffer_reset(&term->unsent);
    term->sent = 0;
}

bool term_is_behind(const struct term *term)
{
    return term->sent < term->unsent.length;
}

int term_output(const struct term *term)
{
    return term->output;
}

/* The frame as it is to be seen: a blinking symbol goes and comes. */
static void take_frame(struct term *term, const struct term_frame *frame)
{
    size_t row_bytes = term->columns * sizeof(struct cell);

    for (uint16_t row = 0; row < term->rows && row < frame->canvas->rows; row++) {
        struct cell *cells = canvas_at(&term->wanted, row, 0);
        memcpy(cells, canvas_at(frame->canvas, row, 0), row_bytes);
        if (frame->blink_shown)
            continue;
        for (uint16_t column = 0; column < term->columns; column++)
            if (cells[column].flags & CELL_BLINK)
                cells[column].ink = INK_BRIGHT;
    }
}

static bool cursor_moved(const struct term *term, const struct term_frame *frame)
{
    return frame->cursor_shown != term->cursor_shown
           || (frame->cursor_shown && (frame->cursor_row != term->cursor_row
                                       || frame->cursor_column != term->cursor_column));
}

static void add_cursor(struct term *term, const struct term_frame *frame)
{
    if (frame->cursor_shown)
        term->words.go(frame->cursor_row, frame->cursor_column, &term->unsent);
    if (frame->cursor_shown != term->cursor_shown)
        add_padless(&term->unsent, capability(frame->cursor_shown ? "cnorm" : "civis"));
    term->cursor_shown = frame->cursor_shown;
    term->cursor_row = frame->cursor_row;
    term->cursor_column = frame->cursor_column;
}

void term_draw(struct term *term, const struct term_frame *frame)
{
    static const char together[] = "\033[?2026h", shown[] = "\033[?2026l";

    assert(frame->canvas->columns == term->columns);
    term_flush(term);
    if (term_is_behind(term))
        return;
    take_frame(term, frame);
    /* Many rows at once would tear; one clock would not. So it is put in front, and taken out
     * again when it was not needed. */
    size_t lead = term->xterm_like ? strlen(together) : 0;
    buffer_add(&term->unsent, span_from(together, lead));
    if (term->wiped)
        add_padless(&term->unsent, capability("clear"));
    size_t start = term->unsent.length;
    uint32_t changed = paint_frame(&term->words, term->palette, &term->shown, &term->wanted,
                                   &term->unsent);
    if (changed || cursor_moved(term, frame))
        add_cursor(term, frame);
    if (changed > 2 && lead)
        buffer_add_text(&term->unsent, shown);
    else if (term->unsent.length == start && !term->wiped)
        buffer_reset(&term->unsent);
    else
        buffer_drop_front(&term->unsent, lead);
    term->wiped = false;
    struct canvas last = term->shown;
    term->shown = term->wanted;
    term->wanted = last;
    term_flush(term);
}

/* After what the terminal has not taken yet, so never within one of a frame's words. */
static void send_between(struct term *term, const char *bytes)
{
    buffer_add_text(&term->unsent, bytes);
    term_flush(term);
}

void term_copy(struct term *term, struct span text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buffer out = { 0 };

    if (!term->xterm_like)
        return;
    buffer_add_text(&out, "\033]52;c;");
    for (size_t i = 0; i < text.length; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < text.length ? (uint8_t)text.bytes[i + k] : 0);
        for (size_t k = 0; k < 4; k++) {
            const char *digit = &digits[bits >> (18 - 6 * k) & 63];
            buffer_add(&out, i + k > text.length ? span_of("=") : span_from(digit, 1));
        }
    }
    buffer_add_text(&out, "\a");
    send_between(term, out.bytes);
    buffer_clear(&out);
}

void term_ring(struct term *term)
{
    send_between(term, "\a");
}

/* ---- in ---- */

static const struct { int key; enum press_code code; } named_keys[] = {
    { KEY_UP, PRESS_UP }, { KEY_DOWN, PRESS_DOWN }, { KEY_LEFT, PRESS_LEFT },
    { KEY_RIGHT, PRESS_RIGHT }, { KEY_HOME, PRESS_HOME }, { KEY_END, PRESS_END },
    { KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
    { KEY_BACKSPACE, PRESS_BACKSPACE }, { KEY_DC, PRESS_DELETE }, { KEY_ENTER, PRESS_ENTER },
    { KEY_BTAB, PRESS_BACK_TAB },
    { KEY_SR, PRESS_SHIFT_UP }, { KEY_SF, PRESS_SHIFT_DOWN },
    { KEY_MORE_UP, PRESS_SHIFT_UP }, { KEY_MORE_DOWN, PRESS_SHIFT_DOWN },
    { KEY_SLEFT, PRESS_SHIFT_LEFT }, { KEY_SRIGHT, PRESS_SHIFT_RIGHT },
    { KEY_FAR_UP, PRESS_FAR_UP }, { KEY_FAR_DOWN, PRESS_FAR_DOWN },
    { KEY_FAR_LEFT, PRESS_FAR_LEFT }, { KEY_FAR_RIGHT, PRESS_FAR_RIGHT },
};

/* What xterm's control sequences call SGR mouse: button, column, row from 1, in decimal, then M, or
 * m when the button came up. Bits of the button: 4, 8, 16 for Shift, Alt, Ctrl, 32 for motion, 64
 * for the wheel. Curses' own decoding knows no motion with a button down. */
enum { MOUSE_MODIFIERS = 4 | 8 | 16, MOUSE_MOTION = 32, MOUSE_WHEEL = 64, MOUSE_BUTTON = 3 };

static bool read_mouse_number(struct term *term, uint32_t *ret_number, wint_t *ret_end)
{
    enum { NUMBER_MAX = 9999 };
    uint32_t number = 0;
    wint_t key;

    while (wget_wch(term->keys, &key) == OK) {
        if (key < '0' || key > '9') {
            *ret_number = number;
            *ret_end = key;
            return true;
        }
        number = number > NUMBER_MAX ? number : number * 10 + key - '0';
    }
    return false;
}

static enum press_code mouse_code(uint32_t button, bool up)
{
    button &= ~(uint32_t)MOUSE_MODIFIERS;
    if (button & MOUSE_WHEEL)
        return button == MOUSE_WHEEL ? PRESS_WHEEL_UP
               : button == MOUSE_WHEEL + 1 ? PRESS_WHEEL_DOWN : PRESS_NONE;
    if ((button & MOUSE_BUTTON) != 0)
        return PRESS_NONE;      /* Only the first button means something. */
    return button & MOUSE_MOTION ? PRESS_DRAG : up ? PRESS_RELEASE : PRESS_CLICK;
}

static struct press mouse_press(struct term *term)
{
    enum { MOUSE_WAIT_MS = 50 };
    uint32_t button = 0, column = 0, row = 0;
    wint_t end = 0;

    wtimeout(term->keys, MOUSE_WAIT_MS);        /* Its bytes come together. */
    bool whole = read_mouse_number(term, &button, &end) && end == ';'
                 && read_mouse_number(term, &column, &end) && end == ';'
                 && read_mouse_number(term, &row, &end) && (end == 'M' || end == 'm');
    nodelay(term->keys, TRUE);
    if (!whole || row == 0 || column == 0 || row > term->rows || column > term->columns)
        return (struct press){ .code = PRESS_NONE };
    return (struct press){ .code = mouse_code(button, end == 'm'), .row = (uint16_t)(row - 1),
                           .column = (uint16_t)(column - 1) };
}

static struct press function_press(wint_t key)
{
    if (key >= KEY_F(1) && key <= KEY_F(12))
        return (struct press){ .code = PRESS_FUNCTION, .glyph = (uint32_t)(key - KEY_F0) };
    for (size_t i = 0; i < ARRAY_COUNT(named_keys); i++)
        if (named_keys[i].key == (int)key)
            return (struct press){ .code = named_keys[i].code };
    return (struct press){ .code = PRESS_NONE };
}

static struct press character_press(wint_t glyph)
{
    if (glyph == '\r' || glyph == '\n')
        return (struct press){ .code = PRESS_ENTER };
    if (glyph == '\t')
        return (struct press){ .code = PRESS_TAB };
    if (glyph == 27)
        return (struct press){ .code = PRESS_ESCAPE };
    if (glyph == 8 || glyph == 127)
        return (struct press){ .code = PRESS_BACKSPACE };
    if (glyph < 27)
        return (struct press){ .code = PRESS_CONTROL, .glyph = (uint32_t)glyph + 'A' - 1 };
    if (glyph < 32 || (glyph >= 0x80 && glyph < 0xA0))
        return (struct press){ .code = PRESS_NONE };
    return (struct press){ .code = PRESS_TEXT, .glyph = (uint32_t)glyph };
}

/* Everything up to the end mark; what has not arrived yet within a moment is not waited for. */
static struct press read_paste(struct term *term)
{
    enum { PASTE_WAIT_MS = 100, PASTE_BYTES_MAX = 64 * 1024 };
    wint_t key;

    buffer_reset(&term->paste);
    wtimeout(term->keys, PASTE_WAIT_MS);
    for (int kind; (kind = wget_wch(term->keys, &key)) != ERR;) {
        char bytes[MB_LEN_MAX];
        if (kind == KEY_CODE_YES && key == KEY_PASTE_END)
            break;
        if (kind == KEY_CODE_YES || term->paste.length > PASTE_BYTES_MAX)
            continue;
        int length = wctomb(bytes, (wchar_t)key);
        if (length > 0)
            buffer_add(&term->paste, span_from(bytes, (size_t)length));
    }
    nodelay(term->keys, TRUE);
    return (struct press){ .code = PRESS_PASTE, .text = buffer_span(&term->paste) };
}

bool term_read(struct term *term, struct press *ret_press)
{
    wint_t key;
    int kind = wget_wch(term->keys, &key);

    if (kind == ERR)
        return false;
    if (kind != KEY_CODE_YES)
        *ret_press = character_press(key);
    else if (key == KEY_PASTE_START)
        *ret_press = read_paste(term);
    else if (key == KEY_SGR_MOUSE)
        *ret_press = mouse_press(term);
    else
        *ret_press = function_press(key);   /* KEY_RESIZE, which resizeterm() pushes, is none. */
    return true;
}
