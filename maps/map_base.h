/* map_base.h - the unchanging part of a frame: the layers drawn into cells, and their names placed.
 * Kept until the view or the layers change, so that a moved unit costs no layer a look. */
#ifndef MAPS_MAP_BASE_H
#define MAPS_MAP_BASE_H

#include "maps/layer.h"
#include "maps/names.h"

struct map_base {
    bool drawn;
    bool cut;                           /* The last drawing was; `stand_in` is to be shown. */
    struct canvas stand_in;             /* What was drawn last, moved to where it is wanted. */
    struct names stand_in_names;
    struct map_view view;
    uint32_t layers_version;
    struct canvas cells;
    struct names names;                 /* Not in `cells` yet: what is live is placed first. */
};

/* What is to be drawn. */
struct map_base_of {
    struct layer *const *layers;
    uint32_t layer_count;
    uint32_t layers_version;            /* Another number when a layer came, went or was hidden. */
    const struct map_view *view;
    const struct plane *plane;          /* Of that view. */
    uint16_t rows, columns;
    struct haste haste;                 /* Never cuts the first drawing: nothing could stand in. */
};

/* Does nothing when `base` shows that already. */
void map_base_draw(struct map_base *base, const struct map_base_of *of);
const struct canvas *map_base_cells(const struct map_base *base);
const struct names *map_base_names(const struct map_base *base);
void map_base_clear(struct map_base *base);

/* Is a class of a layer drawn at this view, as lines, ground or marks? */
bool map_base_shows(const struct layer *layer, const struct layer_class *class,
                    const struct map_view *view);

/* How many rows of a canvas are map: all but the last, which holds the furniture. */
uint16_t map_rows(uint16_t canvas_rows);

#endif
