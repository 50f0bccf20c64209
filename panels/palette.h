/* palette.h - from what a cell means to what a terminal can do: true colour, 256 colours, 16, 8, or
 * none.
 *
 * Three palettes. Night is calm on a dark ground of our own, so that it reads the same on a light
 * terminal; day is dark on light, for a bright room; colour-blind is night with every pair that
 * must be told apart apart for those who see no red or no green. Red is for emergency only, and
 * never the only cue. Without colour: reverse for emergency and P1, bold for unread, nothing else
 * (screens.md section 4). Pure. */
#ifndef PANELS_PALETTE_H
#define PANELS_PALETTE_H

#include "maps/canvas.h"

enum palette_size { PALETTE_MONO, PALETTE_8, PALETTE_16, PALETTE_256, PALETTE_TRUE };

#define PALETTES(ROW)                     \
    ROW(NIGHT,        "night")            \
    ROW(DAY,          "day")              \
    ROW(COLOUR_BLIND, "colour-blind")

#define ROW(upper, text) PALETTE_##upper,
enum palette_name { PALETTES(ROW) PALETTE_COUNT };
#undef ROW

struct palette {
    enum palette_name name;
    enum palette_size size;
};

/* A colour: -1 for the terminal's own, 0 to 255 for a number of its table, or COLOUR_RGB | rgb. */
enum { COLOUR_OWN = -1, COLOUR_RGB = 1 << 24 };

struct tone {
    int32_t foreground, background;
    bool bold, dim, reverse, underline;
};

struct tone palette_tone(struct palette palette, const struct cell *cell);

/* Does a COLORTERM of the environment (NULL: it has none) say that a terminal takes true colour?
 * The word is a convention of terminals: "truecolor" or "24bit". */
bool palette_colorterm_true(const char *colorterm);

const char *palette_text(enum palette_name name);       /* "night", as `set palette` says it. */
/* "night", "day", "colour-blind"; false for anything else. */
bool palette_named(struct span text, enum palette_name *ret_name);

#endif
