/* layer_detail.h - the levels of detail of a layer: which it has, and how one is made.
 *
 * Level n lays a grid of squares 2^n world units wide over the earth; a view uses the level whose
 * squares are half a dot to a dot. What is made depends on the whole geometry only, never on what
 * was drawn before. */
#ifndef MAPS_LAYER_DETAIL_H
#define MAPS_LAYER_DETAIL_H

#include "maps/haste.h"
#include "maps/layer.h"

/* Fills layer->detail_of: a level is had when it holds well less than the one below it, as a sample
 * of the layer says. */
void layer_detail_choose(struct layer *layer);

/* Makes the detail of a level that layer->detail_of names. The caller owns both arrays. Without
 * them and not `made` when `haste` (NULL: none) cut it short. */
struct layer_detail layer_detail_make(const struct layer *layer, uint32_t level,
                                      struct haste *haste);

#endif
