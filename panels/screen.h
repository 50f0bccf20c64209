/* screen.h - the whole screen: panels in their places, dividers, and what a poor terminal cannot
 * show put into what it can. Pure but for the view's own bookkeeping. */
#ifndef PANELS_SCREEN_H
#define PANELS_SCREEN_H

#include "panels/layout.h"

/* Before a frame: lists sorted, the map placed, the size of the map noted. */
void screen_prepare(struct view *view, const struct picture *picture);
/* The view that 0 brings back: that of site.conf, or all that the layers hold. False while nothing
 * says where on the earth this is. */
enum screen_home { SCREEN_HOME_SITE, SCREEN_HOME_ALL };
bool screen_home(const struct view *view, const struct picture *picture, enum screen_home which,
                 struct map_view *ret_view);
/* Draws on a canvas of the view's size, which is wiped first. */
void screen_draw(const struct picture *picture, const struct view *view, struct canvas *canvas);
/* Where the terminal's cursor belongs; false when the line is not on the screen. */
bool screen_cursor(const struct picture *picture, const struct view *view, uint16_t *ret_row,
                   uint16_t *ret_column);
/* Every glyph as ASCII: letters lose their marks, the cut mark becomes "..", the rest "?". */
void screen_to_ascii(struct canvas *canvas);

#endif
