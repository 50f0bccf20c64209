#include "maps/layer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/buffer.h"
#include "maps/layer_detail.h"

enum {
    KEY_BITS = 20,                      /* Of the place on the curve, each way. */
    DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = 4,
    FETCHED_AHEAD = 4, FETCHED_LINES_MAX = 16, CACHE_LINE_BYTES = 64,
    TURNED_AT_ONCE = 256,
    HELPED_VERTICES = 200000,           /* From here on a second thread is worth its start. */
};

/* One feature before it is laid out. */
struct draft {
    uint32_t record, part_first, part_end;      /* Of `shapes`; for points a vertex and the next. */
    uint32_t name, class_place;
};

/* What is sorted: class in drawing order, then place on the curve. */
struct sorting {
    uint64_t key;
    uint32_t draft;
};
_Static_assert(2 * KEY_BITS + 4 <= DIGIT_BITS * PASSES && LAYER_CLASSES <= 1 << 4,
               "the sort looks at every bit of a key");

struct building {
    struct layer *layer;
    const struct shapes *shapes;
    struct draft *drafts;
    uint32_t draft_count, draft_capacity;
    uint32_t class_place[LAYER_CLASSES];        /* From a style's class to the drawing order. */
    struct buffer names;
    uint32_t *name_slots, name_slot_count;      /* Open hash of offsets in `names`. */
    uint32_t name_count;
    /* What layer's arrays are filled through: there they are read only. */
    uint32_t *feature_run, *records, *feature_names, *run_first;
    struct plane_box *boxes, *block_boxes;
    struct plane_point *points;
    const struct geo_point *vertices;   /* Until they are turned. */
    struct plane_point *turned;         /* In the order of the file. */
    struct plane_table *table;
};

/* ---- Classes and names --------------------------------------------------------------------- */

static uint32_t class_of(const struct building *building, const char *value)
{
    const struct map_layer_style *style = &building->layer->style;
    uint32_t fallback = style->class_count;

    for (uint32_t i = 0; i < style->class_count; i++) {
        if (style->classes[i].value[0] == '\0')
            fallback = i;
        else if (map_class_holds(&style->classes[i], value))
            return building->class_place[i];
    }
    return building->class_place[fallback];
}

static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;        /* FNV-1a */

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

/* The slot that holds `name`, or the free one where it belongs. */
static uint32_t *slot_of(const struct building *building, const char *name)
{
    uint32_t mask = building->name_slot_count - 1, slot = hash_of(name) & mask;

    while (building->name_slots[slot]
           && strcmp(building->names.bytes + building->name_slots[slot], name) != 0)
        slot = (slot + 1) & mask;
    return &building->name_slots[slot];
}

/* Twice the slots, or the first ones. A county has far fewer names than streets. */
static void slots_grow(struct building *building)
{
    uint32_t *before = building->name_slots, before_count = building->name_slot_count;

    building->name_slot_count = before_count ? before_count * 2 : 1024;
    building->name_slots = base_alloc(building->name_slot_count, sizeof *building->name_slots);
    for (uint32_t i = 0; i < before_count; i++)
        if (before[i])
            *slot_of(building, building->names.bytes + before[i]) = before[i];
    base_free(before);
}

static uint32_t name_offset(struct building *building, const char *name)
{
    if (name[0] == '\0')
        return 0;
    if (building->name_count * 2 >= building->name_slot_count)
        slots_grow(building);
    uint32_t *slot = slot_of(building, name);
    if (*slot == 0) {
        *slot = (uint32_t)building->names.length;
        building->name_count++;
        buffer_add(&building->names, span_from(name, strlen(name) + 1));
    }
    return *slot;
}

/* ---- Drafts -------------------------------------------------------------------------------- */

static void draft_add(struct building *building, struct draft draft)
{
    building->drafts = base_grow(building->drafts, &building->draft_capacity,
                                 building->draft_count + 1, sizeof *building->drafts);
    building->drafts[building->draft_count++] = draft;
}

static void record_draft(struct building *building, struct draft draft)
{
    const struct shapes *shapes = building->shapes;
    uint32_t part = shapes->record_part[draft.record];
    uint32_t part_end = shapes->record_part[draft.record + 1];
    uint32_t first = shapes->part_first[part], end = shapes->part_first[part_end];

    if (first == end)
        return;
    if (shapes->kind == SHAPE_POLYGONS) {
        draft.part_first = part;
        draft.part_end = part_end;
        draft_add(building, draft);
        return;
    }
    /* Each point of a multipoint and each part of a line stands for itself. */
    bool points = shapes->kind == SHAPE_POINTS;
    for (uint32_t i = points ? first : part; i < (points ? end : part_end); i++) {
        draft.part_first = i;
        draft.part_end = i + 1;
        draft_add(building, draft);
    }
}

static void drafts_make(struct building *building)
{
    const struct shapes *shapes = building->shapes;
    const struct map_layer_style *style = &building->layer->style;
    struct shapes_choice classes = shapes_choice(shapes, style->class_column);
    struct shapes_choice labels = shapes_choice(shapes, style->label_column);
    const char *value_before = NULL, *name_before = NULL;
    struct draft draft = { 0 };

    /* A value that is the same as the one above it is often the same text. */
    for (uint32_t r = 0; r < shapes->record_count; r++) {
        const char *value = shapes_chosen(shapes, r, &classes);
        const char *name = shapes_chosen(shapes, r, &labels);
        if (value != value_before)
            draft.class_place = class_of(building, value);
        if (name != name_before)
            draft.name = name_offset(building, name);
        value_before = value;
        name_before = name;
        draft.record = r;
        record_draft(building, draft);
    }
}

/* ---- Order --------------------------------------------------------------------------------- */

/* Spreads 32 bits so that every second bit is free. */
static uint64_t spread(uint64_t x)
{
    x = (x | x << 16) & 0x0000FFFF0000FFFF;
    x = (x | x << 8) & 0x00FF00FF00FF00FF;
    x = (x | x << 4) & 0x0F0F0F0F0F0F0F0F;
    x = (x | x << 2) & 0x3333333333333333;
    return (x | x << 1) & 0x5555555555555555;
}

/* How far `value` is from low to high, in KEY_BITS. Bounds of one point, or none, give 0. */
static uint64_t along(double value, double low, double high)
{
    double part = (value - low) / (high - low);

    return part > 0 && part <= 1 ? (uint64_t)(part * ((1 << KEY_BITS) - 1)) : 0;
}

static uint64_t key_of(const struct building *building, const struct draft *draft)
{
    const struct shapes *shapes = building->shapes;
    bool points = shapes->kind == SHAPE_POINTS;
    uint32_t vertex = points ? draft->part_first : shapes->part_first[draft->part_first];
    const struct geo_point *at = &building->vertices[vertex];
    const struct geo_box *bounds = &shapes->bounds;

    return (uint64_t)draft->class_place << 2 * KEY_BITS
           | spread(along(at->lon_deg, bounds->low.lon_deg, bounds->high.lon_deg)) << 1
           | spread(along(at->lat_deg, bounds->low.lat_deg, bounds->high.lat_deg));
}

static uint32_t digit_of(const struct sorting *item, uint32_t pass)
{
    return (uint32_t)(item->key >> pass * DIGIT_BITS) & (DIGITS - 1);
}

/* One stable pass over a digit. False, with nothing moved, when all have the same. */
static bool digit_sort(const struct sorting *from, struct sorting *to, uint32_t count,
                       uint32_t pass)
{
    uint32_t starts[DIGITS] = { 0 }, at = 0;

    for (uint32_t i = 0; i < count; i++)
        starts[digit_of(&from[i], pass)]++;
    if (starts[digit_of(&from[0], pass)] == count)
        return false;
    for (uint32_t d = 0; d < DIGITS; d++) {
        uint32_t these = starts[d];
        starts[d] = at;
        at += these;
    }
    for (uint32_t i = 0; i < count; i++)
        to[starts[digit_of(&from[i], pass)]++] = from[i];
    return true;
}

/* Puts the drafts in order; those with one key stay in the file's order. */
static void drafts_sort(struct building *building)
{
    uint32_t count = building->draft_count;
    struct sorting *from = base_alloc((size_t)count + 1, sizeof *from);
    struct sorting *to = base_alloc((size_t)count + 1, sizeof *to);
    struct draft *sorted = base_alloc((size_t)count + 1, sizeof *sorted);

    for (uint32_t i = 0; i < count; i++)
        from[i] = (struct sorting){ .key = key_of(building, &building->drafts[i]), .draft = i };
    for (uint32_t pass = 0; pass < PASSES && count; pass++) {
        if (!digit_sort(from, to, count, pass))
            continue;
        struct sorting *swap = from;
        from = to;
        to = swap;
    }
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = building->drafts[from[i].draft];
    base_free(building->drafts);
    base_free(from);
    base_free(to);
    building->drafts = sorted;
}

/* ---- Laying out ---------------------------------------------------------------------------- */

/* Where every feature and run begins; the points come after. */
static void features_place(struct building *building)
{
    struct layer *layer = building->layer;
    const struct shapes *shapes = building->shapes;
    uint32_t vertices = 0;

    for (uint32_t f = 0; f < building->draft_count; f++) {
        const struct draft *draft = &building->drafts[f];
        building->feature_run[f] = layer->run_count;
        building->feature_names[f] = draft->name;
        building->records[f] = draft->record;
        for (uint32_t p = draft->part_first; p < draft->part_end; p++) {
            building->run_first[layer->run_count++] = vertices;
            vertices += layer->kind == SHAPE_POINTS
                            ? 1
                            : shapes->part_first[p + 1] - shapes->part_first[p];
        }
    }
    layer->feature_count = building->draft_count;
    building->feature_run[layer->feature_count] = layer->run_count;
    building->run_first[layer->run_count] = vertices;
    assert(vertices <= shapes->vertex_count);
}

static void classes_mark(struct building *building)
{
    struct layer *layer = building->layer;
    uint32_t feature = 0;

    for (uint32_t place = 0; place < layer->class_count; place++) {
        layer->classes[place].feature_first = feature;
        while (feature < building->draft_count && building->drafts[feature].class_place == place)
            feature++;
        layer->classes[place].feature_end = feature;
    }
    assert(feature == layer->feature_count);
}

/* ---- Vertices ------------------------------------------------------------------------------ */

/* A stretch of the vertices, which one thread turns into points of the plane, where they stand. */
struct turning {
    const struct plane_table *table;
    const struct geo_point *from;
    struct plane_point *to;             /* May begin where `from` does: it never runs ahead. */
    uint32_t count;
};

static void *turning_run(void *context)
{
    struct turning *turning = context;
    struct geo_point block[TURNED_AT_ONCE];

    for (uint32_t i = 0; i < turning->count; i += TURNED_AT_ONCE) {
        uint32_t left = turning->count - i, count = left < TURNED_AT_ONCE ? left : TURNED_AT_ONCE;
        memcpy(block, turning->from + i, count * sizeof *block);
        plane_table_points(turning->table, block, count, turning->to + i);
    }
    return NULL;
}

/* In the room that the vertices have: a layer of ten million of them is 80 MiB smaller so. Each
 * thread begins where its vertices do; the second's points then move down to the first's. */
static void vertices_turn(struct building *building, struct geo_point *vertices)
{
    uint32_t count = building->shapes->vertex_count, half = count / 2;
    struct turning first = { .table = building->table, .from = vertices,
                             .to = (struct plane_point *)(void *)vertices, .count = half };
    struct turning second = { .table = building->table, .from = vertices + half,
                              .to = (struct plane_point *)(void *)(vertices + half),
                              .count = count - half };
    pthread_t helper;
    bool helped = count >= HELPED_VERTICES
                  && pthread_create(&helper, NULL, turning_run, &second) == 0;

    turning_run(&first);
    if (helped)
        pthread_join(helper, NULL);
    else
        turning_run(&second);
    memmove(first.to + half, second.to, (size_t)second.count * sizeof *second.to);
    building->turned = base_realloc(vertices, (size_t)count + 1, sizeof *building->turned);
}

/* Features [first, end), which one thread lays out. */
struct share {
    struct building *building;
    uint32_t first, end;
};

static void run_lay(struct share *share, uint32_t run, uint32_t vertex, struct plane_box *box)
{
    struct building *building = share->building;
    uint32_t count = building->run_first[run + 1] - building->run_first[run];
    struct plane_point *points = building->points + building->run_first[run];
    const struct plane_point *from = building->turned + vertex;

    for (uint32_t i = 0; i < count; i++) {
        points[i] = from[i];
        box->low.x = from[i].x < box->low.x ? from[i].x : box->low.x;
        box->low.y = from[i].y < box->low.y ? from[i].y : box->low.y;
        box->high.x = from[i].x > box->high.x ? from[i].x : box->high.x;
        box->high.y = from[i].y > box->high.y ? from[i].y : box->high.y;
    }
}

/* The file's order is not ours: without a word ahead every feature would wait for memory. */
static void vertices_fetch(const struct building *building, uint32_t feature)
{
    const struct draft *draft = &building->drafts[feature];
    const struct shapes *shapes = building->shapes;
    bool is_points = shapes->kind == SHAPE_POINTS;
    uint32_t first = is_points ? draft->part_first : shapes->part_first[draft->part_first];
    uint32_t end = is_points ? first + 1 : shapes->part_first[draft->part_end];
    const char *from = (const char *)(building->turned + first);
    const char *to = (const char *)(building->turned + end);

    for (uint32_t line = 0; line < FETCHED_LINES_MAX && from < to; line++, from += CACHE_LINE_BYTES)
        __builtin_prefetch(from);
}

static void *share_lay(void *context)
{
    static const struct plane_box nothing = { { INT32_MAX, INT32_MAX }, { INT32_MIN, INT32_MIN } };
    struct share *share = context;
    struct building *building = share->building;
    bool is_points = building->layer->kind == SHAPE_POINTS;

    for (uint32_t f = share->first; f < share->end; f++) {
        const struct draft *draft = &building->drafts[f];
        if (f + FETCHED_AHEAD < share->end)
            vertices_fetch(building, f + FETCHED_AHEAD);
        building->boxes[f] = nothing;
        for (uint32_t p = draft->part_first, run = building->feature_run[f]; p < draft->part_end;
             p++, run++)
            run_lay(share, run, is_points ? p : building->shapes->part_first[p],
                    &building->boxes[f]);
    }
    return NULL;
}

/* The feature in the middle by vertices, so that both threads end together. */
static uint32_t middle_feature(const struct building *building)
{
    uint32_t vertices = building->run_first[building->layer->run_count], low = 0;
    uint32_t high = building->layer->feature_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (building->run_first[building->feature_run[middle]] < vertices / 2)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void features_lay(struct building *building)
{
    uint32_t count = building->layer->feature_count, middle = middle_feature(building);
    struct share first = { .building = building, .end = middle };
    struct share second = { .building = building, .first = middle, .end = count };
    bool helped = building->run_first[building->layer->run_count] >= HELPED_VERTICES;
    pthread_t helper;

    helped = helped && pthread_create(&helper, NULL, share_lay, &second) == 0;
    share_lay(&first);
    if (helped)
        pthread_join(helper, NULL);
    else
        share_lay(&second);
}

static void blocks_make(struct building *building)
{
    for (uint32_t f = 0; f < building->layer->feature_count; f++) {
        struct plane_box *block = &building->block_boxes[f / LAYER_BLOCK_FEATURES];
        const struct plane_box *box = &building->boxes[f];
        if (f % LAYER_BLOCK_FEATURES == 0) {
            *block = *box;
            continue;
        }
        block->low.x = box->low.x < block->low.x ? box->low.x : block->low.x;
        block->low.y = box->low.y < block->low.y ? box->low.y : block->low.y;
        block->high.x = box->high.x > block->high.x ? box->high.x : block->high.x;
        block->high.y = box->high.y > block->high.y ? box->high.y : block->high.y;
    }
}

/* Every array has room for one more, so that none is of no size. */
static void arrays_make(struct building *building)
{
    struct layer *layer = building->layer;
    size_t count = (size_t)building->draft_count + 1, vertices = building->shapes->vertex_count;
    size_t runs = layer->kind == SHAPE_POINTS ? vertices : building->shapes->part_count;

    building->feature_run = base_realloc(NULL, count, sizeof *building->feature_run);
    building->records = base_realloc(NULL, count, sizeof *building->records);
    building->feature_names = base_realloc(NULL, count, sizeof *building->feature_names);
    building->boxes = base_realloc(NULL, count, sizeof *building->boxes);
    building->block_boxes = base_realloc(NULL, count / LAYER_BLOCK_FEATURES + 1,
                                         sizeof *building->block_boxes);
    building->run_first = base_realloc(NULL, runs + 1, sizeof *building->run_first);
    building->points = base_realloc(NULL, vertices + 1, sizeof *building->points);
    layer->feature_run = building->feature_run;
    layer->records = building->records;
    layer->names = building->feature_names;
    layer->boxes = building->boxes;
    layer->block_boxes = building->block_boxes;
    layer->details[0] = (struct layer_detail){ .points = building->points,
                                               .run_first = building->run_first,
                                               .made = true, .owned = true };
}

/* Makes the layer of `vertices`, the shapes' own or a copy, which are gone then. */
static struct layer *layer_build(const struct map_layer_style *style, const struct shapes *shapes,
                                 struct geo_point *vertices)
{
    struct layer *layer = base_alloc(1, sizeof *layer);
    struct building building = { .layer = layer, .shapes = shapes };

    layer->style = *style;
    layer->kind = shapes->kind;
    layer->record_count = shapes->record_count;
    layer->bounds = shapes->bounds;
    layer->class_count = style->class_count + 1;
    layer_classes_order(style, layer->classes, building.class_place);
    buffer_add(&building.names, span_from("", 1));      /* Offset 0: no name. */
    building.vertices = vertices;
    drafts_make(&building);
    drafts_sort(&building);
    building.table = plane_table_new(shapes->bounds.low.lat_deg, shapes->bounds.high.lat_deg);
    vertices_turn(&building, vertices);
    arrays_make(&building);
    features_place(&building);
    classes_mark(&building);
    features_lay(&building);
    plane_table_free(building.table);
    base_free(building.turned);
    blocks_make(&building);
    layer_detail_choose(layer);
    layer->name_text = building.names.bytes;
    layer->name_bytes = (uint32_t)building.names.length;
    base_free(building.drafts);
    base_free(building.name_slots);
    return layer;
}

struct layer *layer_new(const struct map_layer_style *style, const struct shapes *shapes)
{
    struct geo_point *copy = base_alloc((size_t)shapes->vertex_count + 1, sizeof *copy);

    if (shapes->vertex_count)
        memcpy(copy, shapes->vertices, shapes->vertex_count * sizeof *copy);
    return layer_build(style, shapes, copy);
}

struct layer *layer_new_taking(const struct map_layer_style *style, struct shapes *shapes)
{
    struct geo_point *vertices = shapes->vertices;

    shapes->vertices = NULL;
    struct layer *layer = layer_build(style, shapes, vertices);
    shapes->vertex_count = 0;
    return layer;
}
