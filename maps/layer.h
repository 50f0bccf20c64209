/* layer.h - one layer of the map in memory: flat arrays in world units, ready to be drawn.
 *
 * A feature is one line part, one polygon with all its rings, or one point. Features stand sorted:
 * the least important class first (so the important ones are drawn over it), and within a class
 * along a space-filling curve, so that 64 neighbours share one box that is looked at first.
 *
 * A detail is the same geometry with what a scale cannot show left out. Which details a layer has
 * follows from its geometry alone, so a layer that was built just now and one that was kept on disk
 * (layer_file.h) give the same frames. Of a layer that was built they are made when first drawn:
 * the only thing here that changes after layer_new(). The arrays are the layer's own, or lie in a
 * kept file that is mapped. */
#ifndef MAPS_LAYER_H
#define MAPS_LAYER_H

#include <stdatomic.h>

#include "maps/map.h"
#include "maps/plane.h"
#include "maps/shapefile.h"

enum { LAYER_BLOCK_FEATURES = 64, LAYER_DETAILS = 32, LAYER_CLASSES = MAP_CLASSES_MAX + 1 };

struct layer_class {
    enum ink ink;
    enum ground ground;
    char mark[8];                       /* Points: "" for a dot. */
    uint32_t rank;
    double m_per_cell_max, label_m_per_cell_max;
    uint32_t feature_first, feature_end;
};

struct layer_detail {
    const struct plane_point *points;   /* Run r: run_first[r] up to run_first[r + 1]. */
    const uint32_t *run_first;          /* run_count + 1. A run left out has no points. */
    bool made, owned;
};

struct layer_mapping;                   /* layer_store.h: the file that the arrays lie in. */

struct layer {
    struct map_layer_style style;
    enum shape_kind kind;
    uint32_t feature_count, run_count, record_count, class_count;
    const uint32_t *feature_run;        /* feature_count + 1: a polygon's rings, else one each. */
    const struct plane_box *boxes;      /* feature_count */
    const struct plane_box *block_boxes;        /* Of LAYER_BLOCK_FEATURES features each. */
    const uint32_t *records;            /* feature_count: which record of the file, from 0. */
    const uint32_t *names;              /* feature_count: offset in name_text, 0 for none. */
    const char *name_text;              /* Each name once, so equal names have equal offsets. */
    uint32_t name_bytes;
    struct layer_class classes[LAYER_CLASSES];          /* In drawing order. */
    uint8_t detail_of[LAYER_DETAILS];   /* Which detail shows a level; 0 is everything. */
    struct layer_detail details[LAYER_DETAILS];
    struct geo_box bounds;
    struct layer_mapping *mapping;      /* NULL: the arrays are on the heap, one by one. */
    uint64_t source;                    /* Digest of what it was read from; 0: not known. */
    atomic_uint sharers;                /* Who holds it, beside the first. */
};

/* Copies what it needs of `shapes`, whose bounds must hold all its vertices. */
struct layer *layer_new(const struct map_layer_style *style, const struct shapes *shapes);
/* As layer_new(), and takes the vertices out of `shapes`, which are turned where they stand: half
 * the memory. */
struct layer *layer_new_taking(const struct map_layer_style *style, struct shapes *shapes);
/* A layer without anything: what a map shows of one that is still being read. */
struct layer *layer_empty(const struct map_layer_style *style);
/* One more holder, in any thread: layer_free() is then called once more. */
struct layer *layer_share(struct layer *layer);
void layer_free(struct layer *layer);

/* The classes of `style` in drawing order, and the one for what no class matches: ink, rank and
 * limits, no features yet. ret_place[i] says where class i of the style went. */
void layer_classes_order(const struct map_layer_style *style, struct layer_class *ret_classes,
                         uint32_t *ret_place);
uint32_t layer_block_count(const struct layer *layer);

/* The geometry to draw at that scale: no line is moved by more than about a dot. NULL when it had
 * to be made and `haste` (NULL: none) cut that short. */
struct haste;
const struct layer_detail *layer_detail(struct layer *layer, double dots_per_unit,
                                        struct haste *haste);

const char *layer_name(const struct layer *layer, uint32_t feature);        /* "" for none. */
/* Is a thing limited to `m_per_cell_max` (0: no limit) to be drawn at this scale? */
bool layer_in_scale(double m_per_cell_max, double m_per_cell);

/* Goes over the features of [first, end) that touch the view. Start with .next = first. */
struct layer_walk {
    const struct layer *layer;
    const struct plane *plane;
    uint32_t next, end;
    enum plane_overlap block_overlap;   /* Of the block that `next` is in. */
    bool block_known;
};
/* The rest of a block that is wholly inside the view, in one piece: [*ret_first, *ret_end). False
 * when the next feature is not in such a block; ask layer_walk_next() for it. */
bool layer_walk_inside(struct layer_walk *walk, uint32_t *ret_first, uint32_t *ret_end);
bool layer_walk_next(struct layer_walk *walk, uint32_t *ret_feature,
                     enum plane_overlap *ret_overlap);

#endif
