/* kept.h - layers in memory, as bytes of a kept file, and drawn: for what tests kept layers. */
#ifndef TESTS_KEPT_H
#define TESTS_KEPT_H

#include "maps/layer.h"

/* Streets, parcels or points from a seed, in two classes, with names. The style it is made by. */
struct shapes *kept_shapes(enum shape_kind kind, uint32_t records, uint32_t seed);
struct map_layer_style kept_style(enum shape_kind kind);

/* The bytes of the layer's kept file; the caller frees them with base_free(). */
void *kept_bytes(const struct layer *layer, const char *identity, const char *warning,
                 size_t *ret_count);

/* Draws the layer alone, grounds, lines, names and all, into a canvas that the caller clears. */
struct canvas kept_drawn(struct layer *layer, const struct map_view *view, uint16_t rows,
                         uint16_t columns);
/* A view somewhere on such a layer, at some scale, in some mode. */
struct map_view kept_view(uint32_t *seed);

uint32_t kept_random(uint32_t *seed);

#endif
