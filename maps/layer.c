#include "maps/layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/buffer.h"
#include "app/base/text.h"

/* ---- Building ------------------------------------------------------------------------------ */

/* One feature before it is sorted. */
struct draft {
    uint64_t key;                       /* Class in drawing order, then place on the curve. */
    uint32_t record, part_first, part_end;      /* Of `shapes`; for points a vertex and the next. */
    uint32_t name;
};

struct building {
    struct layer *layer;
    const struct shapes *shapes;
    struct draft *drafts;
    uint32_t draft_count, draft_capacity;
    uint32_t class_place[MAP_CLASSES_MAX + 1];  /* From a style's class to the drawing order. */
    struct buffer names;
    uint32_t *name_slots, name_slot_count;      /* Open hash of offsets in `names`. */
};

/* The rank of a feature that no class speaks of: behind every street, before nothing. */
enum { RANK_UNCLASSED = 9 };

static int compare_drawing_order(const void *left, const void *right)
{
    const struct layer_class *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    return (a->feature_first > b->feature_first) - (a->feature_first < b->feature_first);
}

/* Sorts the classes and the "no class" one by rank. feature_first serves as the index in the style
 * until then, so that equal ranks keep the order they were written in. */
static void classes_order(struct building *building)
{
    struct layer *layer = building->layer;
    const struct map_layer_style *style = &layer->style;
    uint32_t count = style->class_count;

    for (uint32_t i = 0; i < count; i++)
        layer->classes[i] = (struct layer_class){
            .ink = style->classes[i].ink,
            .ground = style->classes[i].ground ? style->classes[i].ground : style->ground,
            .rank = style->classes[i].rank,
            .m_per_cell_max = style->classes[i].m_per_cell_max,
            .label_m_per_cell_max = style->classes[i].label_m_per_cell_max,
            .feature_first = i,
        };
    layer->classes[count] = (struct layer_class){
        .ink = style->ink,
        .ground = style->ground,
        .rank = count ? RANK_UNCLASSED : 0,
        .label_m_per_cell_max = style->label_m_per_cell_max,
        .feature_first = count,
    };
    for (uint32_t i = 0; i <= count; i++) {
        bool own = i < count && style->classes[i].mark[0] != '\0';
        text_copy(layer->classes[i].mark, sizeof layer->classes[i].mark,
                  span_of(own ? style->classes[i].mark : style->mark));
    }
    layer->class_count = count + 1;
    qsort(layer->classes, layer->class_count, sizeof *layer->classes, compare_drawing_order);
    for (uint32_t i = 0; i < layer->class_count; i++)
        building->class_place[layer->classes[i].feature_first] = i;
}

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

static void name_slots_make(struct building *building)
{
    uint32_t count = 64;

    while (count < building->shapes->record_count * 2)
        count *= 2;
    building->name_slot_count = count;
    building->name_slots = base_alloc(count, sizeof *building->name_slots);
    buffer_add(&building->names, span_from("", 1));     /* Offset 0: no name. */
}

static uint32_t name_offset(struct building *building, const char *name)
{
    uint32_t mask = building->name_slot_count - 1;

    if (name[0] == '\0')
        return 0;
    for (uint32_t slot = hash_of(name) & mask;; slot = (slot + 1) & mask) {
        uint32_t offset = building->name_slots[slot];
        if (offset && strcmp(building->names.bytes + offset, name) == 0)
            return offset;
        if (offset)
            continue;
        offset = (uint32_t)building->names.length;
        buffer_add(&building->names, span_from(name, strlen(name) + 1));
        building->name_slots[slot] = offset;
        return offset;
    }
}

/* Spreads 29 bits so that every second bit is free. */
static uint64_t spread(uint32_t bits)
{
    uint64_t x = bits & 0x1FFFFFFF;

    x = (x | x << 16) & 0x0000FFFF0000FFFF;
    x = (x | x << 8) & 0x00FF00FF00FF00FF;
    x = (x | x << 4) & 0x0F0F0F0F0F0F0F0F;
    x = (x | x << 2) & 0x3333333333333333;
    return (x | x << 1) & 0x5555555555555555;
}

/* Class in the top 6 bits, below it the place on the Z curve to 8 units. */
static uint64_t sort_key(uint32_t class_place, struct plane_point point)
{
    uint32_t x = (uint32_t)point.x + 0x80000000u, y = (uint32_t)point.y + 0x80000000u;

    return (uint64_t)class_place << 58 | spread(x >> 3) << 1 | spread(y >> 3);
}

static void draft_add(struct building *building, struct draft draft)
{
    building->drafts = base_grow(building->drafts, &building->draft_capacity,
                                 building->draft_count + 1, sizeof *building->drafts);
    building->drafts[building->draft_count++] = draft;
}

static void record_draft(struct building *building, uint32_t record, uint32_t class_place,
                         uint32_t name)
{
    const struct shapes *shapes = building->shapes;
    uint32_t part = shapes->record_part[record], part_end = shapes->record_part[record + 1];
    uint32_t first = shapes->part_first[part], end = shapes->part_first[part_end];
    struct draft draft = { .record = record, .name = name };

    if (first == end)
        return;
    if (shapes->kind == SHAPE_POLYGONS) {
        draft.key = sort_key(class_place, plane_from_geo(shapes->vertices[first]));
        draft.part_first = part;
        draft.part_end = part_end;
        draft_add(building, draft);
        return;
    }
    /* Each point of a multipoint and each part of a line stands for itself. */
    bool points = shapes->kind == SHAPE_POINTS;
    for (uint32_t i = points ? first : part; i < (points ? end : part_end); i++) {
        uint32_t vertex = points ? i : shapes->part_first[i];
        draft.key = sort_key(class_place, plane_from_geo(shapes->vertices[vertex]));
        draft.part_first = i;
        draft.part_end = i + 1;
        draft_add(building, draft);
    }
}

static void drafts_make(struct building *building)
{
    const struct shapes *shapes = building->shapes;
    const struct map_layer_style *style = &building->layer->style;
    int class_column = shapes_column(shapes, style->class_column);
    int label_column = shapes_column(shapes, style->label_column);

    for (uint32_t r = 0; r < shapes->record_count; r++) {
        uint32_t place = class_of(building, shapes_value(shapes, r, class_column));
        uint32_t name = name_offset(building, shapes_value(shapes, r, label_column));
        record_draft(building, r, place, name);
    }
}

static int compare_drafts(const void *left, const void *right)
{
    const struct draft *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->record != b->record)
        return a->record < b->record ? -1 : 1;
    return (a->part_first > b->part_first) - (a->part_first < b->part_first);
}

static struct plane_box box_of(const struct plane_point *points, uint32_t count)
{
    struct plane_box box = { .low = points[0], .high = points[0] };

    for (uint32_t i = 1; i < count; i++) {
        box.low.x = points[i].x < box.low.x ? points[i].x : box.low.x;
        box.low.y = points[i].y < box.low.y ? points[i].y : box.low.y;
        box.high.x = points[i].x > box.high.x ? points[i].x : box.high.x;
        box.high.y = points[i].y > box.high.y ? points[i].y : box.high.y;
    }
    return box;
}

/* Appends vertices first up to end of the shapes as one run. */
static void run_add(struct building *building, uint32_t first, uint32_t end, uint32_t *vertex_count)
{
    struct layer *layer = building->layer;
    struct layer_detail *whole = &layer->details[0];

    whole->run_first[layer->run_count++] = *vertex_count;
    for (uint32_t v = first; v < end; v++)
        whole->points[(*vertex_count)++] = plane_from_geo(building->shapes->vertices[v]);
}

static void feature_add(struct building *building, const struct draft *draft,
                        uint32_t *vertex_count)
{
    struct layer *layer = building->layer;
    const struct shapes *shapes = building->shapes;
    uint32_t feature = layer->feature_count++, start = *vertex_count;

    layer->feature_run[feature] = layer->run_count;
    layer->names[feature] = draft->name;
    layer->records[feature] = draft->record;
    if (layer->kind == SHAPE_POINTS)
        run_add(building, draft->part_first, draft->part_end, vertex_count);
    else
        for (uint32_t p = draft->part_first; p < draft->part_end; p++)
            run_add(building, shapes->part_first[p], shapes->part_first[p + 1], vertex_count);
    layer->boxes[feature] = box_of(layer->details[0].points + start, *vertex_count - start);
}

static void features_lay_out(struct building *building)
{
    struct layer *layer = building->layer;
    struct layer_detail *whole = &layer->details[0];
    uint32_t count = building->draft_count, vertices = building->shapes->vertex_count, used = 0;
    uint32_t runs = layer->kind == SHAPE_POINTS ? vertices : building->shapes->part_count;

    layer->feature_run = base_alloc((size_t)count + 1, sizeof *layer->feature_run);
    layer->boxes = base_alloc((size_t)count + 1, sizeof *layer->boxes);
    layer->names = base_alloc((size_t)count + 1, sizeof *layer->names);
    layer->records = base_alloc((size_t)count + 1, sizeof *layer->records);
    whole->run_first = base_alloc((size_t)runs + 1, sizeof *whole->run_first);
    whole->points = base_alloc((size_t)vertices + 1, sizeof *whole->points);
    whole->made = true;
    for (uint32_t i = 0; i < count; i++)
        feature_add(building, &building->drafts[i], &used);
    assert(layer->run_count <= runs);
    assert(used <= vertices);
    layer->feature_run[count] = layer->run_count;
    whole->run_first[layer->run_count] = used;
}

static void classes_mark(struct building *building)
{
    struct layer *layer = building->layer;
    uint32_t feature = 0;

    for (uint32_t place = 0; place < layer->class_count; place++) {
        layer->classes[place].feature_first = feature;
        while (feature < building->draft_count && building->drafts[feature].key >> 58 == place)
            feature++;
        layer->classes[place].feature_end = feature;
    }
    assert(feature == layer->feature_count);
}

static void blocks_make(struct layer *layer)
{
    uint32_t count = (layer->feature_count + LAYER_BLOCK_FEATURES - 1) / LAYER_BLOCK_FEATURES;

    layer->block_boxes = base_alloc((size_t)count + 1, sizeof *layer->block_boxes);
    for (uint32_t f = 0; f < layer->feature_count; f++) {
        struct plane_box *block = &layer->block_boxes[f / LAYER_BLOCK_FEATURES];
        const struct plane_box *box = &layer->boxes[f];
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

struct layer *layer_new(const struct map_layer_style *style, const struct shapes *shapes)
{
    struct layer *layer = base_alloc(1, sizeof *layer);
    struct building building = { .layer = layer, .shapes = shapes };

    assert(style->class_count <= MAP_CLASSES_MAX);
    layer->style = *style;
    layer->kind = shapes->kind;
    layer->bounds = shapes->bounds;
    classes_order(&building);
    name_slots_make(&building);
    drafts_make(&building);
    if (building.draft_count)
        qsort(building.drafts, building.draft_count, sizeof *building.drafts, compare_drafts);
    features_lay_out(&building);
    classes_mark(&building);
    blocks_make(layer);
    layer->name_text = building.names.bytes;
    base_free(building.drafts);
    base_free(building.name_slots);
    return layer;
}

void layer_free(struct layer *layer)
{
    if (!layer)
        return;
    for (uint32_t i = 0; i < LAYER_DETAILS; i++) {
        base_free(layer->details[i].points);
        base_free(layer->details[i].run_first);
    }
    base_free(layer->feature_run);
    base_free(layer->boxes);
    base_free(layer->block_boxes);
    base_free(layer->names);
    base_free(layer->records);
    base_free(layer->name_text);
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

/* ---- Details ------------------------------------------------------------------------------- */

/* How far a line may be moved, as a part of the grid's square (half a dot to a dot wide). */
static const double straight_part = 0.5;

/* Keeps of a run its first vertex, then each that is in another square of the grid than the one
 * kept before. Returns how many it wrote. Written without a branch, as is the next: what a
 * county's vertices do is not to be foretold, and a wrong guess costs more than the work. */
static uint32_t run_thin(const struct plane_point *from, uint32_t count, uint32_t level,
                         struct plane_point *to)
{
    uint32_t kept = 1;
    int32_t x = from[0].x >> level, y = from[0].y >> level;

    to[0] = from[0];
    for (uint32_t i = 1; i < count; i++) {
        int32_t next_x = from[i].x >> level, next_y = from[i].y >> level;
        to[kept] = from[i];
        kept += (uint32_t)((next_x != x) | (next_y != y));
        x = next_x;
        y = next_y;
    }
    return kept;
}

/* Leaves out, in place, vertices that lie within `tolerance` of the straight way past them. At most
 * six in a row, so that a slow bend does not add up to a wrong line. Returns how many are left. */
static uint32_t run_straighten(struct plane_point *points, uint32_t count, double tolerance)
{
    struct plane_point anchor = points[0], middle = points[1];
    uint32_t kept = 1, left_out = 0;
    double limit = tolerance * tolerance;

    for (uint32_t i = 2; i < count; i++) {
        double dx = (double)points[i].x - anchor.x, dy = (double)points[i].y - anchor.y;
        double mx = (double)middle.x - anchor.x, my = (double)middle.y - anchor.y;
        double cross = dx * my - dy * mx;
        bool off_the_way = cross * cross > limit * (dx * dx + dy * dy);
        bool turned_back = mx * dx + my * dy < mx * mx + my * my;
        bool keep = off_the_way | turned_back | (left_out >= 6);
        points[kept] = middle;
        kept += keep;
        anchor.x = keep ? middle.x : anchor.x;
        anchor.y = keep ? middle.y : anchor.y;
        left_out = keep ? 0 : left_out + 1;
        middle = points[i];
    }
    points[kept++] = middle;
    return kept;
}

/* From the whole geometry, not from another detail, so that what is drawn does not depend on what
 * was drawn before. */
static void detail_make(const struct layer *layer, uint32_t level, struct layer_detail *detail)
{
    const struct layer_detail *whole = &layer->details[0];
    uint32_t used = 0, all = whole->run_first[layer->run_count];
    double tolerance = ldexp(straight_part, (int)level);

    detail->points = base_realloc(NULL, (size_t)all + 1, sizeof *detail->points);
    detail->run_first = base_realloc(NULL, (size_t)layer->run_count + 1,
                                     sizeof *detail->run_first);
    for (uint32_t r = 0; r < layer->run_count; r++) {
        uint32_t first = whole->run_first[r];
        struct plane_point *run = detail->points + used;
        uint32_t count = run_thin(whole->points + first, whole->run_first[r + 1] - first, level,
                                  run);
        detail->run_first[r] = used;
        used += count > 2 ? run_straighten(run, count, tolerance) : count;
    }
    detail->run_first[layer->run_count] = used;
    detail->points = base_realloc(detail->points, (size_t)used + 1, sizeof *detail->points);
    detail->made = true;
}

const struct layer_detail *layer_detail(struct layer *layer, double dots_per_unit)
{
    /* Squares of half a dot to a dot, so that no line moves by more than it can be seen to. */
    int level = (int)floor(log2(1 / dots_per_unit));

    if (level <= 0 || layer->kind == SHAPE_POINTS || layer->run_count == 0)
        return &layer->details[0];
    if (level >= LAYER_DETAILS)
        level = LAYER_DETAILS - 1;
    if (!layer->details[level].made)
        detail_make(layer, (uint32_t)level, &layer->details[level]);
    return &layer->details[level];
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
