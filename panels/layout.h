/* layout.h - which panel stands where, for every size from 80x24 to 400x100 (screens.md section 4).
 * Pure arithmetic.
 *
 *     160 columns and more   map and details left, lists right
 *     220 columns and more   map; lists and details; units and log: three side by side
 *     120 to 159             the map gives way to the lists
 *     below 120              the map is F3
 *     below 40 rows          the log is F6
 *     below 80x24            one line: too small, and how many need a person */
#ifndef PANELS_LAYOUT_H
#define PANELS_LAYOUT_H

#include "panels/panel.h"

struct place {
    enum panel_id panel;
    uint16_t row, column, rows, columns;
};

enum { PLACES_MAX = PANEL_COUNT };
struct layout {
    struct place places[PLACES_MAX];
    uint32_t count;
    uint16_t dividers[2];       /* Columns of the lines between, 0 for none. */
    uint16_t body_row, body_rows;       /* Between the top two rows and the bottom. */
    uint16_t rule_row;          /* Over the results; 0 for none. */
    bool too_small;
};

enum { LAYOUT_ROWS_MIN = 24, LAYOUT_COLUMNS_MIN = 80 };

struct layout layout_make(const struct picture *picture, const struct view *view);
/* NULL when the panel is not on this screen. */
const struct place *layout_place(const struct layout *layout, enum panel_id panel);

#endif
