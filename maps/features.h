/* features.h - which features of the layers are drawn near a cell: what a person points at. Looks
 * at the whole geometry, not at the detail that was drawn, and keeps nothing. */
#ifndef MAPS_FEATURES_H
#define MAPS_FEATURES_H

#include "maps/layer.h"

/* Where to look: the view as drawn and a cell of it. */
struct features_aim {
    const struct map_view *view;
    uint16_t rows, columns;             /* Of the canvas. */
    uint16_t row, column;
};

/* As map_features_at(), of these layers: those that are hidden or out of scale count for nothing.
 * */
uint32_t features_at(struct layer *const *layers, uint32_t layer_count,
                     const struct features_aim *aim, struct map_feature *ret, uint32_t max);

/* As map_record_bounds() and map_record_runs(), of one layer. */
bool features_record_bounds(const struct layer *layer, uint32_t record, struct geo_box *ret_box);
uint32_t features_record_runs(const struct layer *layer, uint32_t record,
                              struct geo_points **ret_runs);

#endif
