/* look_print.h - a canvas as text: plain UTF-8 lines, or with the colours a terminal would show. */
#ifndef PANELS_LOOK_PRINT_H
#define PANELS_LOOK_PRINT_H

#include "app/base/buffer.h"
#include "panels/palette.h"

/* As canvas_dump(), with ECMA-48 colours. Every line ends plain, so that a pager or a cut with
 * head(1) leaves no colour behind. */
void look_print_colours(const struct canvas *canvas, struct palette palette, struct buffer *text);

#endif
