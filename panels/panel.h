/* panel.h - what a panel is: a name, how much room it needs, and how it draws. One file per panel.
 *
 * A panel reads the picture and the view and writes its own canvas. It never calls curses, never
 * changes the picture, never looks at a clock. */
#ifndef PANELS_PANEL_H
#define PANELS_PANEL_H

#include "panels/view.h"

typedef void panel_draw_fn(const struct picture *picture, const struct view *view,
                           struct canvas *canvas);
/* How many rows it would fill, its title included. */
typedef uint16_t panel_wants_fn(const struct picture *picture, const struct view *view);

struct panel {
    const char *name;
    uint16_t rows_min;          /* Title included. Fewer rows than that: it is not shown. */
    uint16_t patience;          /* Turns it lets pass before it takes one more row. */
    panel_wants_fn *wants;      /* NULL: all it can get. */
    panel_draw_fn *draw;
};

#define PANELS(ROW)             \
    ROW(STATUS,    status)      \
    ROW(URGENT,    urgent)      \
    ROW(MAP,       map)         \
    ROW(SELECTED,  selected)    \
    ROW(ATTENTION, attention)   \
    ROW(PENDING,   pending)     \
    ROW(ACTIVE,    active)      \
    ROW(UNITS,     units)       \
    ROW(LOG,       log)         \
    ROW(RESULTS,   results)     \
    ROW(READ_BACK, read_back)   \
    ROW(LINE,      line)        \
    ROW(KEYS,      keys)        \
    ROW(HELP,      help)        \
    ROW(ANSWER,    answer)      \
    ROW(FEEDS,     feeds)       \
    ROW(MENU,      menu)        \
    ROW(FOUND,     found)       \
    ROW(LAYERS,    layers)

#define ROW(upper, lower) PANEL_##upper,
enum panel_id { PANELS(ROW) PANEL_COUNT };
#undef ROW
#define ROW(upper, lower) extern const struct panel lower##_panel;
PANELS(ROW)
#undef ROW

const struct panel *panel_of(enum panel_id id);

#endif
