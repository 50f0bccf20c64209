/* look_style.h - the look of a layer by one of its columns: a class for each of few values, or, for
 * numbers of many values, classes of about equally many records, in order. What a class means
 * stands in the legend and, so that it is read without colour too, on the map: points get the
 * letter of their class, everything else the value itself as its name. */
#ifndef PANELS_LOOK_STYLE_H
#define PANELS_LOOK_STYLE_H

#include "maps/map.h"
#include "maps/shape_table.h"

enum { LOOK_CLASSES_MAX = 8, LOOK_RANGES = 5 };

struct look_legend {
    char title[160];                    /* "streets by Direction"; "": no style by a column. */
    uint32_t count;
    struct {
        char words[80];
        uint32_t records;
        enum ink ink;
        enum ground ground;
    } rows[LOOK_CLASSES_MAX + 1];
};

/* Changes `style` and writes the legend; false when the table has no such column. */
bool look_style_by(struct shape_table *table, const char *column, struct map_layer_style *style,
                   struct look_legend *ret_legend);
/* Over the top right of a map. */
void look_legend_draw(const struct look_legend *legend, struct canvas *map, uint16_t first_row);

#endif
