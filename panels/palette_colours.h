/* palette_colours.h - the colours themselves: one row per ink and ground, one column per palette.
 *
 * A colour is given three times: as sRGB; as the number nearest to that among the fixed colours 16
 * to 255 of xterm, whose dark ones are few, so some are a grey of the same lightness; and as one of
 * the sixteen that each terminal shows as it likes. Of those, night writes only in 6, 7, 10, 11, 14
 * and 15 on 0 and 4, and day in 0 and 4 on 15 and 14, which xterm and the Linux console both show
 * legibly; bright black is invisible on some.
 *
 * tests/test_palette.c computes the contrasts that these rows must hold. */
#ifndef PANELS_PALETTE_COLOURS_H
#define PANELS_PALETTE_COLOURS_H

#include "maps/ink.h"

#include <stdbool.h>
#include <stdint.h>

struct colour {
    uint32_t rgb;
    uint8_t of_256, of_16;
};

/* A blind colour that is all zero is that of night; an `on` that is all zero is the cell's. */
struct ink_colours {
    struct colour night, day, blind;
    struct colour on_night, on_day, on_blind;
    bool bold, reverse_mono;
};

struct ground_colours {
    struct colour night, day, blind;
};

extern const struct ink_colours ink_colours[INK_COUNT];
extern const struct ground_colours ground_colours[GROUND_COUNT];

#endif
