#include "maps/extent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SECTOR_SHIFT = 20,          /* A sector is 2^20 units wide: 9.8 km at the equator. */
    SECTORS = 1 << (32 - SECTOR_SHIFT),
    SAMPLES_MAX = 16384,        /* Of all features. */
};

static const double far_off_part = 0.025, worth_factor = 1.5, bulk_margin = 0.06;
static const double turned_part = 0.75;

/* Once around the world, in sectors, and which of them hold something. */
struct sectors {
    bool taken[SECTORS];
};

/* A rectangle in units from `seam` to the east, and up from the south. */
struct patch {
    uint32_t left, right, low, high;
};

typedef void patch_fn(struct plane_box box, void *context);

static bool is_shown(const struct layer *layer)
{
    return layer->feature_count && !layer->style.hidden;
}

static uint32_t width_of(const struct plane_box *box)
{
    return (uint32_t)box->high.x - (uint32_t)box->low.x;
}

static struct plane_box run_box(const struct layer *layer, uint32_t run)
{
    const struct layer_detail *whole = &layer->details[0];
    struct plane_box box = { { INT32_MAX, INT32_MAX }, { INT32_MIN, INT32_MIN } };

    for (uint32_t p = whole->run_first[run]; p < whole->run_first[run + 1]; p++) {
        struct plane_point point = whole->points[p];
        box.low.x = point.x < box.low.x ? point.x : box.low.x;
        box.low.y = point.y < box.low.y ? point.y : box.low.y;
        box.high.x = point.x > box.high.x ? point.x : box.high.x;
        box.high.y = point.y > box.high.y ? point.y : box.high.y;
    }
    return box;
}

/* Every stride-th feature's box; what is cut in two by the date line has a box as wide as the
 * world, so of such a polygon each ring is taken for itself. */
static void patches_each(const struct layer *layer, uint32_t stride, patch_fn *each, void *context)
{
    for (uint32_t f = 0; f < layer->feature_count; f += stride) {
        uint32_t first = layer->feature_run[f], end = layer->feature_run[f + 1];
        if (width_of(&layer->boxes[f]) <= INT32_MAX || end - first < 2) {
            each(layer->boxes[f], context);
            continue;
        }
        for (uint32_t r = first; r < end; r++)
            if (layer->details[0].run_first[r] < layer->details[0].run_first[r + 1])
                each(run_box(layer, r), context);
    }
}

/* ---- Where the world is cut open ----------------------------------------------------------- */

static uint32_t sector_of(int32_t x)
{
    return ((uint32_t)x ^ 0x80000000u) >> SECTOR_SHIFT;         /* 0 begins at 180 degrees west. */
}

static void sectors_take(struct plane_box box, void *context)
{
    struct sectors *sectors = context;

    for (uint32_t s = sector_of(box.low.x); s <= sector_of(box.high.x); s++)
        sectors->taken[s] = true;
}

/* The sector after the widest gap, if beginning there makes the whole much narrower than beginning
 * at 180 degrees; else 0. */
static uint32_t sectors_seam(const struct sectors *sectors)
{
    uint32_t edge = 0, end = SECTORS, widest = 0, after = 0, gap = 0;

    while (edge < SECTORS && !sectors->taken[edge])
        edge++;
    while (end > edge && !sectors->taken[end - 1])
        end--;
    for (uint32_t s = edge; s < end; s++) {
        gap = sectors->taken[s] ? 0 : gap + 1;
        if (gap > widest) {
            widest = gap;
            after = s + 1;
        }
    }
    bool narrower = SECTORS - widest < turned_part * (end - edge);
    return narrower ? after : 0;
}

static int32_t seam_find(struct layer *const *layers, uint32_t count)
{
    struct sectors *sectors = base_alloc(1, sizeof *sectors);

    for (uint32_t i = 0; i < count; i++)
        if (is_shown(layers[i]))
            patches_each(layers[i], 1, sectors_take, sectors);
    uint32_t seam = sectors_seam(sectors) << SECTOR_SHIFT;
    base_free(sectors);
    return (int32_t)(seam ^ 0x80000000u);
}

/* ---- Gathering ----------------------------------------------------------------------------- */

struct patches {
    struct patch *at;
    uint32_t count, capacity;
    int32_t seam;
};

static struct patch patch_of(int32_t seam, const struct plane_box *box)
{
    return (struct patch){ .left = (uint32_t)box->low.x - (uint32_t)seam,
                           .right = (uint32_t)box->high.x - (uint32_t)seam,
                           .low = (uint32_t)box->low.y ^ 0x80000000u,
                           .high = (uint32_t)box->high.y ^ 0x80000000u };
}

static void patches_add(struct plane_box box, void *context)
{
    struct patches *patches = context;

    patches->at = base_grow(patches->at, &patches->capacity, patches->count + 1,
                            sizeof *patches->at);
    patches->at[patches->count++] = patch_of(patches->seam, &box);
}

struct whole {
    struct patch patch;
    int32_t seam;
    bool any;
};

static void whole_add(struct plane_box box, void *context)
{
    struct whole *whole = context;
    struct patch patch = patch_of(whole->seam, &box);

    if (!whole->any)
        whole->patch = patch;
    whole->any = true;
    whole->patch.left = patch.left < whole->patch.left ? patch.left : whole->patch.left;
    whole->patch.low = patch.low < whole->patch.low ? patch.low : whole->patch.low;
    whole->patch.right = patch.right > whole->patch.right ? patch.right : whole->patch.right;
    whole->patch.high = patch.high > whole->patch.high ? patch.high : whole->patch.high;
}

static struct whole whole_find(struct layer *const *layers, uint32_t count)
{
    struct whole whole = { .seam = seam_find(layers, count) };

    for (uint32_t i = 0; i < count; i++)
        if (is_shown(layers[i]))
            patches_each(layers[i], 1, whole_add, &whole);
    return whole;
}

/* ---- The bulk ------------------------------------------------------------------------------ */

static int compare_units(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static uint32_t patch_side(const struct patch *patch, int side)
{
    const uint32_t sides[] = { patch->left, patch->right, patch->low, patch->high };

    return sides[side];
}

/* The value of that side which is number `rank` when they stand in order. */
static uint32_t side_at(const struct patches *patches, int side, uint32_t rank, uint32_t *room)
{
    for (uint32_t i = 0; i < patches->count; i++)
        room[i] = patch_side(&patches->at[i], side);
    qsort(room, patches->count, sizeof *room, compare_units);
    return room[rank];
}

/* Draws one direction in to [low, high] and a margin, when that is worth it. */
static void draw_in(uint32_t low, uint32_t high, uint32_t *low_all, uint32_t *high_all)
{
    double wide = high > low ? (double)high - low : 0, margin = wide * bulk_margin;

    if ((double)*high_all - *low_all <= wide * worth_factor || wide <= 0)
        return;
    *low_all = low - *low_all > margin ? low - (uint32_t)margin : *low_all;
    *high_all = *high_all - high > margin ? high + (uint32_t)margin : *high_all;
}

static void patch_trim(const struct patches *patches, struct patch *patch)
{
    uint32_t *room = base_alloc((size_t)patches->count + 1, sizeof *room);

    uint32_t off = (uint32_t)(far_off_part * patches->count);
    uint32_t last = patches->count - off - 1;

    if (patches->count) {
        draw_in(side_at(patches, 0, off, room), side_at(patches, 1, last, room), &patch->left,
                &patch->right);
        draw_in(side_at(patches, 2, off, room), side_at(patches, 3, last, room), &patch->low,
                &patch->high);
    }
    base_free(room);
}

/* ---- In degrees ---------------------------------------------------------------------------- */

static struct geo_point corner_of(int32_t seam, uint32_t x, uint32_t y)
{
    struct plane flat = { .dots_per_unit = 1, .width = 1, .height = 1 };
    double east = (int32_t)(x + (uint32_t)seam), north = (int32_t)(y ^ 0x80000000u);
    struct geo_point corner = plane_geo_at(&flat, (struct plane_dot){ .x = 0, .y = -north });

    corner.lon_deg = ldexp(east, -32) * 360;
    return corner;
}

static struct geo_box box_of(const struct whole *whole)
{
    struct geo_box box = { .low = geo_unknown(), .high = geo_unknown() };

    if (!whole->any)
        return box;
    box.low = corner_of(whole->seam, whole->patch.left, whole->patch.low);
    box.high = corner_of(whole->seam, whole->patch.right, whole->patch.high);
    return box;
}

struct geo_box extent_all(struct layer *const *layers, uint32_t count)
{
    struct whole whole = whole_find(layers, count);

    return box_of(&whole);
}

struct geo_box extent_bulk(struct layer *const *layers, uint32_t count)
{
    struct whole whole = whole_find(layers, count);
    struct patches patches = { .seam = whole.seam };
    uint32_t features = 0;

    for (uint32_t i = 0; i < count; i++)
        features += is_shown(layers[i]) ? layers[i]->feature_count : 0;
    for (uint32_t i = 0; i < count; i++)
        if (is_shown(layers[i]))
            patches_each(layers[i], features / SAMPLES_MAX + 1, patches_add, &patches);
    patch_trim(&patches, &whole.patch);
    base_free(patches.at);
    return box_of(&whole);
}
