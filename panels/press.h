/* press.h - a key, a mouse click or a paste as the terminal file hands it on. */
#ifndef PANELS_PRESS_H
#define PANELS_PRESS_H

#include "app/base/span.h"

enum press_code {
    PRESS_NONE, PRESS_TEXT, PRESS_PASTE, PRESS_CONTROL, PRESS_ENTER, PRESS_TAB, PRESS_BACK_TAB,
    PRESS_ESCAPE, PRESS_UP, PRESS_DOWN, PRESS_LEFT, PRESS_RIGHT, PRESS_HOME, PRESS_END,
    PRESS_PAGE_UP, PRESS_PAGE_DOWN, PRESS_BACKSPACE, PRESS_DELETE, PRESS_FUNCTION,
    PRESS_SHIFT_UP, PRESS_SHIFT_DOWN, PRESS_SHIFT_LEFT, PRESS_SHIFT_RIGHT,
    PRESS_FAR_UP, PRESS_FAR_DOWN, PRESS_FAR_LEFT, PRESS_FAR_RIGHT,      /* With Ctrl. */
    PRESS_CLICK,                /* A button went down, */
    PRESS_DRAG,                 /* the mouse moved while it was down, */
    PRESS_RELEASE,              /* it came up. */
    PRESS_WHEEL_UP, PRESS_WHEEL_DOWN,
};

struct press {
    enum press_code code;
    uint32_t glyph;             /* TEXT: a scalar value. CONTROL: 'A' to 'Z'. FUNCTION: 1 to 12. */
    uint16_t row, column;       /* Of the mouse. */
    struct span text;           /* PASTE: a loan. */
};

#endif
