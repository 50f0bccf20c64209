/* paint.h - from the cells of a frame to the bytes that turn a terminal's screen into it.
 *
 * The console knows what the screen shows, so it sends only what differs, in as few bytes as the
 * terminal's own words allow: curses, asked to find that out again for a map that moves, takes ten
 * times as long and twice the bytes (`make bench`). Pure: the words come from terminfo through
 * term.c, the bytes go into a buffer.
 *
 * Wide glyphs: after one the place is said anew, so a terminal that thinks it narrow spoils that
 * glyph only, never the rest of its row. */
#ifndef PANELS_PAINT_H
#define PANELS_PAINT_H

#include "app/base/buffer.h"
#include "maps/canvas.h"
#include "panels/palette.h"

enum { PAINT_COLOURS = 256, PAINT_WORD_BYTES = 24 };

/* Bits of terminfo(5)'s no_color_video. */
enum { PAINT_BARS_UNDERLINE = 2, PAINT_BARS_REVERSE = 4, PAINT_BARS_DIM = 16 };

typedef char paint_word[PAINT_WORD_BYTES];

/* Writes what moves the cursor there; rows and columns count from 0. */
typedef void paint_move_fn(uint16_t row, uint16_t column, struct buffer *out);

struct paint_words {
    paint_word plain, bold, dim, reverse, underline;    /* "": it has none. */
    paint_word fore[PAINT_COLOURS], back[PAINT_COLOURS];
    bool merges;                /* Attributes are ECMA-48 "ESC [ ... m" and join with ';'. */
    bool steps;                 /* It knows ECMA-48 "ESC [ n C": n to the right. */
    bool last_cell_scrolls;     /* Writing there would scroll the screen: it stays blank. */
    uint32_t colour_bars;       /* terminfo's no_color_video: what does not go with a colour. */
    paint_move_fn *go;
};

/* Adds to `out` what turns `shown` into `wanted`, canvases of one size; nothing when they are the
 * same. A cell of `shown` with the glyph PAINT_UNKNOWN differs from everything. Starts and ends
 * with the plain attributes; where the cursor stands afterwards is not said. Returns how many rows
 * changed. */
enum { PAINT_UNKNOWN = 0x7FFFFFFF };
uint32_t paint_frame(const struct paint_words *words, struct palette palette,
                     const struct canvas *shown, const struct canvas *wanted, struct buffer *out);

#endif
