/* foot.h - where the line's cursor stands. The panels of foot.c are in panel.h. */
#ifndef PANELS_FOOT_H
#define PANELS_FOOT_H

#include "panels/view.h"

uint16_t line_cursor_column(const struct view *view, uint16_t columns);

#endif
