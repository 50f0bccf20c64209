/* term.h - the terminal: the one file that knows curses. Cells in, presses out.
 *
 * term.c carries the traps of standards.md section 11 that it avoids. After term_close(), after
 * SIGTERM, SIGHUP or SIGINT (whose handlers the console owns) and after a crash the terminal is as
 * it was before. */
#ifndef PANELS_TERM_H
#define PANELS_TERM_H

#include "panels/palette.h"
#include "panels/press.h"

struct term_options {
    bool ascii;                 /* --ascii; a locale without UTF-8 says so too. */
    bool mono;                  /* --mono; NO_COLOR and terminals without colour say so too. */
    enum palette_name palette;
};

struct term;
/* Takes over stdin and stdout. NULL when that is no terminal that curses knows; `why` then has the
 * sentence. */
struct term *term_open(const struct term_options *options, char *why, size_t why_bytes);
void term_close(struct term *term);

bool term_is_ascii(const struct term *term);
bool term_is_mono(const struct term *term);
/* Draws everything again with these colours from the next frame on; nothing when it has them. */
void term_set_palette(struct term *term, enum palette_name palette);
void term_size(const struct term *term, uint16_t *ret_rows, uint16_t *ret_columns);
/* After SIGWINCH: asks the terminal for its size; false when nothing changed. */
bool term_resized(struct term *term);
/* Makes stdin block again: uv_poll_init() has set O_NONBLOCK on the terminal, which the parent's
 * shell and our output share. */
void term_make_blocking(struct term *term);

/* Sends what differs from the last frame, and nothing when nothing does. A blinking symbol is drawn
 * without its colours while `blink_shown` is false: its word stays readable. While the terminal is
 * behind nothing is drawn: draw again when it is not. */
struct term_frame {
    const struct canvas *canvas;
    bool blink_shown, cursor_shown;
    uint16_t cursor_row, cursor_column;
};
void term_draw(struct term *term, const struct term_frame *frame);
/* Everything again, whatever the terminal shows now. */
void term_redraw(struct term *term);

/* A slow or stopped terminal holds nobody up: what it does not take waits. While it is behind, wait
 * for term_output() to be writable, then call term_flush(). */
bool term_is_behind(const struct term *term);
int term_output(const struct term *term);
void term_flush(struct term *term);

/* Hands `text` to the terminal's clipboard (OSC 52); many terminals ask first, or do not listen. */
void term_copy(struct term *term, struct span text);

/* The terminal's bell; many terminals are set to mute it. */
void term_ring(struct term *term);

/* The next press that is there already; false when there is none. A paste's text is a loan until
 * the next call. */
bool term_read(struct term *term, struct press *ret_press);

#endif
