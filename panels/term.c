#define NCURSES_WIDECHAR 1
#include "panels/term.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "app/base/buffer.h"

/* From <term.h>, which cannot be included: it makes macros of words like `lines` and `columns`. */
extern char *tigetstr(const char *capability);

enum {
    ESCAPE_DELAY_MS = 25,       /* The default second would hold every Esc (measured, [T]). */
    KEY_PASTE_START = 0x7001, KEY_PASTE_END = 0x7002,
    SIZE_MAX_CELLS = 1000,      /* A size that a client sends is a number from outside. */
    RESTORE_BYTES = 512,
};

struct term {
    SCREEN *screen;
    bool ascii, xterm_like, blink_shown, drawn_once;
    struct palette palette;
    uint16_t rows, columns;
    struct canvas last;         /* What the terminal shows. */
    struct buffer paste;
    uint16_t cursor_row, cursor_column;
    bool cursor_shown;
};

/* A signal handler has no argument of ours, so this is the one mutable thing at file level: written
 * by term_open(), read by the handler, which may call nothing but write and tcsetattr. */
static struct {
    char bytes[RESTORE_BYTES];
    size_t length;
    struct termios settings;
    int descriptor;
} restore;

static const int crash_signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };

static void crashed(int signal_number)
{
    ssize_t written = write(restore.descriptor, restore.bytes, restore.length);

    (void)written;
    tcsetattr(restore.descriptor, TCSANOW, &restore.settings);
    raise(signal_number);       /* SA_RESETHAND: this one kills, with its core. */
}

/* A capability as it is sent, without padding marks "$<5>". */
static void add_capability(struct buffer *to, const char *name)
{
    const char *text = tigetstr(name);

    if (!text || text == (const char *)-1)
        return;
    while (*text) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
        if (end)
            text = end;
        else
            buffer_add(to, span_from(text, 1));
        text++;
    }
}

/* Made while all is well, since a handler can make nothing (standards.md section 11). */
static void prepare_restore(const struct term *term)
{
    struct buffer bytes = { 0 };

    if (term->xterm_like)
        buffer_add_text(&bytes, "\033[?2004l\033[?1006;1000l\033[?2026l");
    add_capability(&bytes, "sgr0");
    add_capability(&bytes, "rmkx");
    add_capability(&bytes, "cnorm");
    add_capability(&bytes, "rmcup");
    if (term->xterm_like)
        buffer_add_text(&bytes, "\033[?25h\033[m");
    if (bytes.length > sizeof restore.bytes)
        bytes.length = sizeof restore.bytes;
    memcpy(restore.bytes, bytes.bytes ? bytes.bytes : "", bytes.length);
    restore.length = bytes.length;
    restore.descriptor = STDOUT_FILENO;
    buffer_clear(&bytes);
}

static void watch_for_crashes(void)
{
    struct sigaction action = { .sa_handler = crashed, .sa_flags = (int)SA_RESETHAND };

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_COUNT(crash_signals); i++)
        sigaction(crash_signals[i], &action, NULL);
}

static void unwatch_crashes(void)
{
    for (size_t i = 0; i < ARRAY_COUNT(crash_signals); i++)
        signal(crash_signals[i], SIG_DFL);
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

static enum palette_size choose_palette(const struct term_options *options)
{
    const char *no_color = getenv("NO_COLOR");
    bool unwanted = options->mono || (no_color && no_color[0]);

    if (unwanted || !has_colors() || start_color() == ERR)
        return PALETTE_MONO;
    use_default_colors();
    if (COLORS >= 256)
        return PALETTE_256;
    return COLORS >= 16 ? PALETTE_16 : PALETTE_8;
}

static void set_modes(struct term *term)
{
    raw();                      /* ^C is a key here: one key must not end a live desk. */
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(ESCAPE_DELAY_MS);
    if (!term->xterm_like)
        return;
    define_key("\033[200~", KEY_PASTE_START);
    define_key("\033[201~", KEY_PASTE_END);
    send_raw("\033[?2004h");
    mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
    mouseinterval(0);
}

struct term *term_open(const struct term_options *options, char *why, size_t why_bytes)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        snprintf(why, why_bytes, "a console needs a terminal: stdin and stdout are not one");
        return NULL;
    }
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    tcgetattr(STDIN_FILENO, &restore.settings);
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
    term->xterm_like = name_is_xterm_like();
    term->ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    term->palette = (struct palette){ options->palette, choose_palette(options) };
    term->cursor_shown = true;
    set_modes(term);
    prepare_restore(term);
    watch_for_crashes();
    term->rows = (uint16_t)getmaxy(stdscr);
    term->columns = (uint16_t)getmaxx(stdscr);
    canvas_init(&term->last, term->rows, term->columns);
    return term;
}

void term_close(struct term *term)
{
    term_make_blocking(term);
    if (term->xterm_like)
        send_raw("\033[?2004l");
    curs_set(1);
    endwin();
    tcsetattr(STDIN_FILENO, TCSANOW, &restore.settings);
    unwatch_crashes();
    delscreen(term->screen);
    canvas_clear(&term->last);
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
    canvas_clear(&term->last);
    canvas_init(&term->last, term->rows, term->columns);
    clearok(curscr, TRUE);
    werase(stdscr);
    term->drawn_once = false;
}

/* ---- out ---- */

static cchar_t curses_cell(const struct term *term, const struct cell *cell, bool blink_shown)
{
    struct cell shown = *cell;

    if ((cell->flags & CELL_BLINK) && !blink_shown)
        shown.ink = INK_BRIGHT;
    struct tone tone = palette_tone(term->palette, &shown);
    attr_t attributes = (tone.bold ? A_BOLD : 0) | (tone.dim ? A_DIM : 0)
                        | (tone.reverse ? A_REVERSE : 0) | (tone.underline ? A_UNDERLINE : 0);
    int pair = term->palette.size == PALETTE_MONO
        ? 0 : alloc_pair(tone.foreground, tone.background);
    wchar_t glyph[2] = { (wchar_t)(cell->glyph ? cell->glyph : ' '), L'\0' };
    cchar_t made;
    setcchar(&made, glyph, attributes, 0, &pair);
    return made;
}

static bool cell_same(const struct cell *left, const struct cell *right)
{
    return left->glyph == right->glyph && left->ink == right->ink
           && left->ground == right->ground && left->flags == right->flags;
}

/* A wide glyph goes alone: in a bulk write its second half would shift the rest. */
static void put_row(struct term *term, const struct canvas *canvas, uint16_t row, bool blink_shown,
                    cchar_t *made)
{
    uint16_t start = 0;

    for (uint16_t column = 0; column < canvas->columns; column++)
        made[column] = curses_cell(term, canvas_at(canvas, row, column), blink_shown);
    for (uint16_t column = 0; column <= canvas->columns; column++) {
        const struct cell *next = canvas_at(canvas, row, (uint16_t)(column + 1));
        bool wide = next && (next->flags & CELL_WIDE_TAIL);
        if (column < canvas->columns && !wide)
            continue;
        if (column > start)
            mvwadd_wchnstr(stdscr, row, start, made + start, column - start);
        if (wide)
            mvwadd_wch(stdscr, row, column, made + column);
        start = (uint16_t)(column + 2);
        column = wide ? (uint16_t)(column + 1) : column;
    }
}

static bool row_changed(const struct term *term, const struct canvas *canvas, uint16_t row,
                        bool blink_changed)
{
    for (uint16_t column = 0; column < canvas->columns; column++) {
        const struct cell *cell = canvas_at(canvas, row, column);
        if (!cell_same(cell, canvas_at(&term->last, row, column))
            || (blink_changed && (cell->flags & CELL_BLINK)))
            return true;
    }
    return false;
}

static uint32_t put_changed_rows(struct term *term, const struct term_frame *frame)
{
    const struct canvas *canvas = frame->canvas;
    bool blink_changed = frame->blink_shown != term->blink_shown;
    cchar_t *made = base_alloc(canvas->columns + 1u, sizeof *made);
    uint32_t changed = 0;

    for (uint16_t row = 0; row < canvas->rows && row < term->rows; row++) {
        if (term->drawn_once && !row_changed(term, canvas, row, blink_changed))
            continue;
        put_row(term, canvas, row, frame->blink_shown, made);
        memcpy(canvas_at(&term->last, row, 0), canvas_at(canvas, row, 0),
               canvas->columns * sizeof *canvas->cells);
        changed++;
    }
    base_free(made);
    return changed;
}

static bool cursor_moved(const struct term *term, const struct term_frame *frame)
{
    return frame->cursor_shown != term->cursor_shown
           || (frame->cursor_shown && (frame->cursor_row != term->cursor_row
                                       || frame->cursor_column != term->cursor_column));
}

void term_draw(struct term *term, const struct term_frame *frame)
{
    assert(frame->canvas->columns == term->columns);
    uint32_t changed = put_changed_rows(term, frame);

    if (changed == 0 && !cursor_moved(term, frame))
        return;
    if (frame->cursor_shown != term->cursor_shown)
        curs_set(frame->cursor_shown);
    if (frame->cursor_shown)
        wmove(stdscr, frame->cursor_row, frame->cursor_column);
    term->cursor_shown = frame->cursor_shown;
    term->cursor_row = frame->cursor_row;
    term->cursor_column = frame->cursor_column;
    term->blink_shown = frame->blink_shown;
    term->drawn_once = true;
    wnoutrefresh(stdscr);
    /* Many rows at once would tear; one clock would not. */
    bool together = term->xterm_like && changed > 2;
    if (together)
        send_raw("\033[?2026h");
    doupdate();
    if (together)
        send_raw("\033[?2026l");
}

void term_ring(struct term *term)
{
    (void)term;
    send_raw("\a");
}

/* ---- in ---- */

static const struct { int key; enum press_code code; } named_keys[] = {
    { KEY_UP, PRESS_UP }, { KEY_DOWN, PRESS_DOWN }, { KEY_LEFT, PRESS_LEFT },
    { KEY_RIGHT, PRESS_RIGHT }, { KEY_HOME, PRESS_HOME }, { KEY_END, PRESS_END },
    { KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
    { KEY_BACKSPACE, PRESS_BACKSPACE }, { KEY_DC, PRESS_DELETE }, { KEY_ENTER, PRESS_ENTER },
    { KEY_BTAB, PRESS_BACK_TAB },
};

static struct press mouse_press(void)
{
    MEVENT event;

    if (getmouse(&event) != OK || event.x < 0 || event.y < 0)
        return (struct press){ .code = PRESS_NONE };
    enum press_code code = PRESS_CLICK;
    if (event.bstate & BUTTON4_PRESSED)
        code = PRESS_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        code = PRESS_WHEEL_DOWN;
    return (struct press){ .code = code, .row = (uint16_t)event.y, .column = (uint16_t)event.x };
}

static struct press function_press(wint_t key)
{
    if ((int)key == KEY_MOUSE)
        return mouse_press();
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
    wtimeout(stdscr, PASTE_WAIT_MS);
    for (int kind; (kind = get_wch(&key)) != ERR;) {
        char bytes[MB_LEN_MAX];
        if (kind == KEY_CODE_YES && key == KEY_PASTE_END)
            break;
        if (kind == KEY_CODE_YES || term->paste.length > PASTE_BYTES_MAX)
            continue;
        int length = wctomb(bytes, (wchar_t)key);
        if (length > 0)
            buffer_add(&term->paste, span_from(bytes, (size_t)length));
    }
    nodelay(stdscr, TRUE);
    return (struct press){ .code = PRESS_PASTE, .text = buffer_span(&term->paste) };
}

bool term_read(struct term *term, struct press *ret_press)
{
    wint_t key;
    int kind = get_wch(&key);

    if (kind == ERR)
        return false;
    if (kind != KEY_CODE_YES)
        *ret_press = character_press(key);
    else if (key == KEY_PASTE_START)
        *ret_press = read_paste(term);
    else
        *ret_press = function_press(key);   /* KEY_RESIZE, which resizeterm() pushes, is none. */
    return true;
}
