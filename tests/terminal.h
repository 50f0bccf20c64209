/* terminal.h - a real program under a pseudo-terminal, with libvterm as the screen it draws on.
 *
 * Everything waits for bytes or for the program's end, up to a deadline; nothing sleeps. Rows and
 * columns count from 0. The screen stays readable after the program has ended. */
#ifndef TESTS_TERMINAL_H
#define TESTS_TERMINAL_H

#include "tests/process.h"

struct terminal;

struct terminal_options {
    uint32_t columns, rows;             /* 0: 80x24. */
    const char *term;                   /* TERM; NULL: xterm-256color. */
    const char *locale;                 /* LC_ALL; NULL: C.UTF-8. */
    const char *const *environment;     /* More of it, as in process.h. */
    const char *directory;
};

/* Starts a program; `arguments` begin with it and end with NULL. NO_COLOR, COLORTERM and what
 * else a test's own terminal put into the environment is not passed on. */
struct terminal *terminal_open(const struct terminal_options *options,
                               const char *const *arguments);
/* Kills what still runs. */
void terminal_close(struct terminal *terminal);
pid_t terminal_child(const struct terminal *terminal);

/* Sends bytes as typed; terminal_key() sends what a terminal sends for a named key, in the mode
 * the program asked for. Key names: Enter Tab Escape Backspace Up Down Left Right Home End PageUp
 * PageDown Insert Delete F1 to F12, and ^A to ^Z. */
void terminal_type(struct terminal *terminal, const char *text);
void terminal_key(struct terminal *terminal, const char *name);
/* A button (1 left, 2 middle, 3 right, 4 wheel up, 5 wheel down) goes down or comes up at a cell,
 * or the mouse moves there: sent as the terminal would in the mode the program asked for. */
void terminal_button(struct terminal *terminal, int button, bool down, uint32_t row,
                     uint32_t column);
void terminal_move(struct terminal *terminal, uint32_t row, uint32_t column);
void terminal_resize(struct terminal *terminal, uint32_t columns, uint32_t rows);

/* Each waits up to `within_ms` and says whether it came about. Settled: for `quiet_ms` no byte
 * has arrived. */
bool terminal_wait_text(struct terminal *terminal, const char *text, int64_t within_ms);
bool terminal_wait_no_text(struct terminal *terminal, const char *text, int64_t within_ms);
bool terminal_wait_settled(struct terminal *terminal, int64_t quiet_ms, int64_t within_ms);
bool terminal_wait_end(struct terminal *terminal, int64_t within_ms, struct ending *ret_ending);

/* The same for tests: fails with the whole screen when it does not come about in DEADLINE_MS. */
#define terminal_expect(terminal, text) \
    terminal_expect_at((terminal), (text), true, __FILE__, __LINE__)
#define terminal_expect_gone(terminal, text) \
    terminal_expect_at((terminal), (text), false, __FILE__, __LINE__)
void terminal_expect_at(struct terminal *terminal, const char *text, bool there, const char *file,
                        int line);

/* Row as UTF-8 without blanks at its end; a loan until the next call that returns a text. */
const char *terminal_row(struct terminal *terminal, uint32_t row);
/* All rows, each with a line end. */
const char *terminal_screen(struct terminal *terminal);
/* Where `text` stands on the screen first; false when it does not. Column is that of a cell. */
bool terminal_find(struct terminal *terminal, const char *text, uint32_t *ret_row,
                   uint32_t *ret_column);

enum { COLOUR_DEFAULT = -1, COLOUR_TRUE = 1 << 24 };
struct terminal_cell {
    char glyph[32];             /* UTF-8; " " when blank, "" right of a wide one. */
    bool bold, underline, reverse, blink;
    int32_t foreground, background;     /* COLOUR_DEFAULT, 0 to 255, or COLOUR_TRUE | 0xRRGGBB. */
};
struct terminal_cell terminal_cell(struct terminal *terminal, uint32_t row, uint32_t column);
void terminal_cursor(struct terminal *terminal, uint32_t *ret_row, uint32_t *ret_column);
bool terminal_cursor_shown(const struct terminal *terminal);

/* All bytes that the program sent, and how many. */
struct span terminal_output(const struct terminal *terminal);
uint64_t terminal_bytes(const struct terminal *terminal);

/* What still differs from the terminal as it was before: "" when nothing. Looks at the alternate
 * screen, the cursor, the mouse, colours and attributes, and the line settings (echo, line mode,
 * signals). */
const char *terminal_left_behind(struct terminal *terminal);

#endif
