#include "maps/layer.h"

#include <math.h>
#include <stdlib.h>

#include "app/base/text.h"
#include "maps/layer_detail.h"
#include "maps/layer_store.h"

/* The rank of a feature that no class speaks of: behind every street, before nothing. */
enum { RANK_UNCLASSED = 9 };

static int compare_drawing_order(const void *left, const void *right)
{
    const struct layer_class *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    return (a->feature_first > b->feature_first) - (a->feature_first < b->feature_first);
}

/* feature_first serves as the index in the style until the classes stand in order, so that equal
 * ranks keep the order they were written in. */
void layer_classes_order(const struct map_layer_style *style, struct layer_class *ret_classes,
                         uint32_t *ret_place)
{
    uint32_t count = style->class_count;

    assert(count <= MAP_CLASSES_MAX);
    for (uint32_t i = 0; i < count; i++)
        ret_classes[i] = (struct layer_class){
            .ink = style->classes[i].ink,
            .ground = style->classes[i].ground ? style->classes[i].ground : style->ground,
            .rank = style->classes[i].rank,
            .m_per_cell_max = style->classes[i].m_per_cell_max,
            .label_m_per_cell_max = style->classes[i].label_m_per_cell_max,
            .feature_first = i,
        };
    ret_classes[count] = (struct layer_class){
        .ink = style->ink,
        .ground = style->ground,
        .rank = count ? RANK_UNCLASSED : 0,
        .label_m_per_cell_max = style->label_m_per_cell_max,
        .feature_first = count,
    };
    for (uint32_t i = 0; i <= count; i++) {
        bool own = i < count && style->classes[i].mark[0] != '\0';
        text_copy(ret_classes[i].mark, sizeof ret_classes[i].mark,
                  span_of(own ? style->classes[i].mark : style->mark));
    }
    qsort(ret_classes, count + 1, sizeof *ret_classes, compare_drawing_order);
    for (uint32_t i = 0; i <= count; i++) {
        ret_place[ret_classes[i].feature_first] = i;
        ret_classes[i].feature_first = 0;
    }
}

static void arrays_free(struct layer *layer)
{
    base_free((void *)layer->feature_run);
    base_free((void *)layer->boxes);
    base_free((void *)layer->block_boxes);
    base_free((void *)layer->records);
    base_free((void *)layer->names);
    base_free((void *)layer->name_text);
}

struct layer *layer_empty(const struct map_layer_style *style)
{
    uint32_t zero = 0;
    const struct shapes nothing = {
        .kind = SHAPE_LINES, .record_part = &zero, .part_first = &zero,
        .bounds = { .low = geo_unknown(), .high = geo_unknown() },
    };

    return layer_new(style, &nothing);
}

struct layer *layer_share(struct layer *layer)
{
    atomic_fetch_add(&layer->sharers, 1);
    return layer;
}

void layer_free(struct layer *layer)
{
    if (!layer || atomic_fetch_sub(&layer->sharers, 1) > 0)
        return;
    for (uint32_t i = 0; i < LAYER_DETAILS; i++) {
        if (!layer->details[i].owned)
            continue;
        base_free((void *)layer->details[i].points);
        base_free((void *)layer->details[i].run_first);
    }
    if (layer->mapping)
        layer_mapping_free(layer->mapping);
    else
        arrays_free(layer);
    base_free(layer);
}

const char *layer_name(const struct layer *layer, uint32_t feature)
{
    assert(feature < layer->feature_count);
    return layer->name_text + layer->names[feature];
}

bool layer_in_scale(double m_per_cell_max, double m_per_cell)
{
    return m_per_cell_max <= 0 || m_per_cell <= m_per_cell_max;
}

uint32_t layer_block_count(const struct layer *layer)
{
    return (layer->feature_count + LAYER_BLOCK_FEATURES - 1) / LAYER_BLOCK_FEATURES;
}

const struct layer_detail *layer_detail(struct layer *layer, double dots_per_unit,
                                        struct haste *haste)
{
    /* Squares of half a dot to a dot, so that no line moves by more than it can be seen to. */
    int level = (int)floor(log2(1 / dots_per_unit));

    level = level < 0 ? 0 : level >= LAYER_DETAILS ? LAYER_DETAILS - 1 : level;
    uint32_t had = layer->detail_of[level];
    if (!layer->details[had].made)
        layer->details[had] = layer_detail_make(layer, had, haste);
    return layer->details[had].made ? &layer->details[had] : NULL;
}

/* ---- Walking ------------------------------------------------------------------------------- */

/* Looks at the block that walk->next is in; skips it when it is outside. */
static bool block_enter(struct layer_walk *walk)
{
    uint32_t block = walk->next / LAYER_BLOCK_FEATURES;

    walk->block_overlap = plane_overlap(walk->plane, &walk->layer->block_boxes[block]);
    walk->block_known = true;
    if (walk->block_overlap != PLANE_OUTSIDE)
        return true;
    walk->next = (block + 1) * LAYER_BLOCK_FEATURES;
    walk->block_known = false;
    return false;
}

bool layer_walk_inside(struct layer_walk *walk, uint32_t *ret_first, uint32_t *ret_end)
{
    while (walk->next < walk->end && !walk->block_known)
        block_enter(walk);
    if (walk->next >= walk->end || walk->block_overlap != PLANE_INSIDE)
        return false;
    uint32_t block_end = (walk->next / LAYER_BLOCK_FEATURES + 1) * LAYER_BLOCK_FEATURES;
    *ret_first = walk->next;
    *ret_end = block_end < walk->end ? block_end : walk->end;
    walk->next = *ret_end;
    walk->block_known = false;
    return true;
}

bool layer_walk_next(struct layer_walk *walk, uint32_t *ret_feature,
                     enum plane_overlap *ret_overlap)
{
    while (walk->next < walk->end) {
        if (!walk->block_known && !block_enter(walk))
            continue;
        uint32_t feature = walk->next++;
        if (walk->next % LAYER_BLOCK_FEATURES == 0)
            walk->block_known = false;
        enum plane_overlap overlap = walk->block_overlap;
        if (overlap == PLANE_CROSSING)
            overlap = plane_overlap(walk->plane, &walk->layer->boxes[feature]);
        if (overlap == PLANE_OUTSIDE)
            continue;
        *ret_feature = feature;
        *ret_overlap = overlap;
        return true;
    }
    return false;
}
