/* palette.h - from what a cell means to what a terminal can do: 256 colours, 16, 8, or none.
 *
 * Calm on a dark ground of our own, so that it reads the same on a light terminal. Red is for
 * emergency only, and never the only cue. Without colour: reverse for emergency and P1, bold for
 * unread, nothing else (screens.md section 4). Pure. */
#ifndef PANELS_PALETTE_H
#define PANELS_PALETTE_H

#include "maps/canvas.h"

enum palette_size { PALETTE_MONO, PALETTE_8, PALETTE_16, PALETTE_256 };

struct tone {
    int16_t foreground, background;     /* -1: the terminal's own. */
    bool bold, dim, reverse, underline;
};

struct tone palette_tone(enum palette_size size, const struct cell *cell);

#endif
