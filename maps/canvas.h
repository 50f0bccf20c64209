/* canvas.h - a rectangle of cells, each one glyph with an ink and a ground. Panels and the map draw
 * on it; only the terminal file turns it into bytes. Plain memory: draws nothing itself, reads
 * nothing from outside.
 *
 * Clipping: printing outside a canvas, or past its right edge, draws what fits and nothing else. */
#ifndef MAPS_CANVAS_H
#define MAPS_CANVAS_H

#include "app/base/span.h"
#include "maps/ink.h"

enum cell_flags {
    CELL_REVERSE = 1,
    CELL_BLINK = 2,             /* The console shows or hides the whole symbol each second. */
    CELL_WIDE_TAIL = 4,         /* Second column of a wide glyph; its `glyph` is 0. */
    CELL_TEXT = 8,              /* Words and symbols: nothing less important may draw over it. */
    CELL_BOLD = 16,
    CELL_UNDERLINE = 32,
};

struct cell {
    uint32_t glyph;             /* Unicode scalar; 0 only in a wide tail. ' ' when empty. */
    uint8_t ink, ground, flags;
    uint8_t mark;               /* A combining mark over or under it: 1 is U+0300; 0 for none. */
};

enum { CELL_TEXT_BYTES = 8 };
/* What a terminal is sent for a cell, as UTF-8: its glyph and its mark. Returns the length; 0 for
 * the tail of a wide glyph. */
size_t cell_text(const struct cell *cell, char bytes[CELL_TEXT_BYTES]);


struct canvas {
    struct cell *cells;         /* Row by row, `stride` cells from row to row. */
    uint16_t rows, columns;
    uint32_t stride;
};

/* Owns its cells until canvas_clear(). Starts empty: blanks, INK_PLAIN, GROUND_NONE. */
void canvas_init(struct canvas *canvas, uint16_t rows, uint16_t columns);
void canvas_clear(struct canvas *canvas);
void canvas_wipe(struct canvas *canvas);        /* Back to blanks. */

/* A loan of a rectangle of `canvas`, clipped to it: draws into the same cells. */
struct canvas canvas_part(const struct canvas *canvas, uint16_t row, uint16_t column,
                          uint16_t rows, uint16_t columns);

struct cell *canvas_at(const struct canvas *canvas, uint16_t row, uint16_t column);   /* Or NULL. */
void canvas_put(struct canvas *canvas, uint16_t row, uint16_t column, uint32_t glyph, enum ink ink);
void canvas_fill(struct canvas *canvas, uint16_t row, uint16_t column, uint16_t columns,
                 uint32_t glyph, enum ink ink, enum ground ground);

/* Writes UTF-8 from (row, column) and returns the column after it. Text is cleaned again here,
 * glyph by glyph as text_clean() does but with its blanks kept, so that columns line up: a canvas
 * never holds a control or bidi character. A combining mark of U+0300 to U+036F goes on its letter;
 * of two on one letter the first must make a letter of its own with it, as Vietnamese has them;
 * others are left out. A cut text ends in U+2026. What was in a cell goes, its flags too; its
 * ground stays. */
uint16_t canvas_text(struct canvas *canvas, uint16_t row, uint16_t column, struct span text,
                     enum ink ink);
uint16_t canvas_print(struct canvas *canvas, uint16_t row, uint16_t column, enum ink ink,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));
/* As canvas_text(), in a field of `width` columns: padded with blanks, cut with U+2026. */
uint16_t canvas_field(struct canvas *canvas, uint16_t row, uint16_t column, uint16_t width,
                      struct span text, enum ink ink);

/* The canvas as UTF-8 lines, blanks at line ends removed: what golden screens compare. */
struct buffer;
void canvas_dump(const struct canvas *canvas, struct buffer *text);

#endif
