#include "maps/features.h"

#include <math.h>

#include "maps/map_base.h"

/* How far a line or a point may be from the cell. Within `beside_cells` a point stands before any
 * line, as its mark does, and a polygon counts that does not hold the cell. */
static const double near_cells = 2, beside_cells = 1;

/* Which come first: what a person aims at is a point or a line; a polygon is what lies below. */
enum standing { ON_MARK, NEAR, HOLDS, BESIDE };

struct found {
    enum standing standing;
    double order;                       /* Within a standing: distance, or size of what holds it. */
    struct map_feature feature;
};

struct search {
    struct plane plane;                 /* A window around the cell; the aim is at its middle. */
    struct plane_dot aim;
    struct found *found;                /* Sorted; the best `max` so far. */
    uint32_t found_count, max;
};

static bool comes_before(const struct found *left, const struct found *right)
{
    if (left->standing != right->standing)
        return left->standing < right->standing;
    return left->order < right->order;
}

static void found_add(struct search *search, const struct found *found)
{
    uint32_t at = search->found_count;

    if (search->found_count == search->max) {
        if (!comes_before(found, &search->found[search->max - 1]))
            return;
        at--;
    } else {
        search->found_count++;
    }
    for (; at > 0 && comes_before(found, &search->found[at - 1]); at--)
        search->found[at] = search->found[at - 1];
    search->found[at] = *found;
}

/* ---- How near ------------------------------------------------------------------------------ */

static struct plane_dot dot_at(const struct search *search, struct plane_point point, double turn_x)
{
    const struct plane *plane = &search->plane;

    return (struct plane_dot){ .x = plane->origin_x + turn_x + point.x * plane->dots_per_unit,
                               .y = plane->origin_y - point.y * plane->dots_per_unit };
}

/* From the aim to the nearest point of a segment, in dots. */
static double distance_dots(struct plane_dot aim, struct plane_dot from, struct plane_dot to)
{
    double dx = to.x - from.x, dy = to.y - from.y, length = dx * dx + dy * dy, along = 0;

    if (length > 0)
        along = fmax(0, fmin(1, ((aim.x - from.x) * dx + (aim.y - from.y) * dy) / length));
    return hypot(from.x + along * dx - aim.x, from.y + along * dy - aim.y);
}

struct nearness {
    double dots;
    bool inside;                        /* By the even-odd rule, of the runs looked at so far. */
};

static void run_measure(const struct search *search, const struct plane_point *points,
                        uint32_t count, double turn_x, struct nearness *nearness)
{
    struct plane_dot aim = search->aim, before = dot_at(search, points[0], turn_x);

    nearness->dots = fmin(nearness->dots, distance_dots(aim, before, before));
    for (uint32_t i = 1; i < count; i++) {
        struct plane_dot dot = dot_at(search, points[i], turn_x);
        nearness->dots = fmin(nearness->dots, distance_dots(aim, before, dot));
        bool passes = (before.y > aim.y) != (dot.y > aim.y);
        double slope = (dot.x - before.x) / (dot.y - before.y);
        if (passes && aim.x < before.x + (aim.y - before.y) * slope)
            nearness->inside = !nearness->inside;
        before = dot;
    }
}

static struct nearness feature_measure(const struct search *search, const struct layer *layer,
                                       uint32_t feature)
{
    const struct layer_detail *whole = &layer->details[0];
    struct nearness nearness = { .dots = INFINITY };
    struct plane_turns turns = plane_turns(&search->plane, &layer->boxes[feature]);

    for (uint32_t turn = 0; turn < turns.count; turn++)
        for (uint32_t r = layer->feature_run[feature]; r < layer->feature_run[feature + 1]; r++)
            run_measure(search, whole->points + whole->run_first[r],
                        whole->run_first[r + 1] - whole->run_first[r],
                        turns.first_x + turn * turns.step_x, &nearness);
    return nearness;
}

static double box_size(const struct plane_box *box)
{
    return ((double)box->high.x - box->low.x) * ((double)box->high.y - box->low.y);
}

static void feature_judge(struct search *search, const struct layer *layer, uint32_t number,
                          uint32_t feature)
{
    struct nearness nearness = feature_measure(search, layer, feature);
    double cells = nearness.dots / DOTS_PER_COLUMN;
    struct found found = { .standing = NEAR, .order = cells,
                           .feature = { .layer = number, .record = layer->records[feature],
                                        .distance_cells = cells } };

    if (layer->kind == SHAPE_POLYGONS && nearness.inside) {
        found.standing = HOLDS;
        found.order = box_size(&layer->boxes[feature]);
        found.feature.distance_cells = 0;
    } else if (layer->kind == SHAPE_POLYGONS) {
        found.standing = BESIDE;
    } else if (layer->kind == SHAPE_POINTS && cells <= beside_cells) {
        found.standing = ON_MARK;
    }
    if (found.feature.distance_cells <= (found.standing == BESIDE ? beside_cells : near_cells))
        found_add(search, &found);
}

static void layer_search(struct search *search, const struct layer *layer, uint32_t number,
                         const struct map_view *view)
{
    for (uint32_t c = 0; c < layer->class_count; c++) {
        const struct layer_class *class = &layer->classes[c];
        struct layer_walk walk = { .layer = layer, .plane = &search->plane,
                                   .next = class->feature_first, .end = class->feature_end };
        enum plane_overlap overlap;
        uint32_t feature;
        if (!map_base_shows(layer, class, view))
            continue;
        while (layer_walk_next(&walk, &feature, &overlap))
            feature_judge(search, layer, number, feature);
    }
}

uint32_t features_at(struct layer *const *layers, uint32_t layer_count,
                     const struct features_aim *aim, struct map_feature *ret, uint32_t max)
{
    double reach = near_cells * DOTS_PER_COLUMN;
    struct search search = { .plane = plane_of(aim->view, aim->rows, aim->columns),
                             .aim = { .x = reach, .y = reach }, .max = max };

    if (search.plane.width == 0 || max == 0)
        return 0;
    search.plane.origin_x -= (aim->column + 0.5) * DOTS_PER_COLUMN - reach;
    search.plane.origin_y -= (aim->row + 0.5) * DOTS_PER_ROW - reach;
    search.plane.width = search.plane.height = (int32_t)(2 * reach) + 1;
    search.plane.left = 0;
    search.plane.right = search.plane.width;
    search.found = base_alloc(max, sizeof *search.found);
    for (uint32_t i = 0; i < layer_count; i++)
        layer_search(&search, layers[i], i, aim->view);
    for (uint32_t i = 0; i < search.found_count; i++)
        ret[i] = search.found[i].feature;
    base_free(search.found);
    return search.found_count;
}

/* ---- One record ---------------------------------------------------------------------------- */

static struct geo_point geo_of(struct plane_point point)
{
    static const struct plane flat = { .dots_per_unit = 1, .width = 1, .height = 1 };

    return plane_geo_at(&flat, (struct plane_dot){ .x = point.x, .y = -(double)point.y });
}

/* A record of several parts is several features. */
static void box_join(struct plane_box *box, const struct plane_box *more, bool first)
{
    if (first) {
        *box = *more;
        return;
    }
    box->low.x = more->low.x < box->low.x ? more->low.x : box->low.x;
    box->low.y = more->low.y < box->low.y ? more->low.y : box->low.y;
    box->high.x = more->high.x > box->high.x ? more->high.x : box->high.x;
    box->high.y = more->high.y > box->high.y ? more->high.y : box->high.y;
}

bool features_record_bounds(const struct layer *layer, uint32_t record, struct geo_box *ret_box)
{
    struct plane_box box = { { 0, 0 }, { 0, 0 } };
    bool any = false;

    for (uint32_t feature = 0; feature < layer->feature_count; feature++) {
        if (layer->records[feature] != record)
            continue;
        box_join(&box, &layer->boxes[feature], !any);
        any = true;
    }
    if (any)
        *ret_box = (struct geo_box){ .low = geo_of(box.low), .high = geo_of(box.high) };
    return any;
}

uint32_t features_record_runs(const struct layer *layer, uint32_t record,
                              struct geo_points **ret_runs)
{
    const struct layer_detail *whole = &layer->details[0];
    struct geo_points *runs = NULL;
    uint32_t count = 0, capacity = 0;

    for (uint32_t feature = 0; feature < layer->feature_count; feature++) {
        uint32_t end = layer->feature_run[feature + 1];
        if (layer->records[feature] != record)
            continue;
        for (uint32_t r = layer->feature_run[feature]; r < end; r++) {
            uint32_t length = whole->run_first[r + 1] - whole->run_first[r];
            struct geo_points run = { .at = base_alloc((size_t)length + 1, sizeof *run.at),
                                      .count = length };
            for (uint32_t i = 0; i < length; i++)
                run.at[i] = geo_of(whole->points[whole->run_first[r] + i]);
            runs = base_grow(runs, &capacity, count + 1, sizeof *runs);
            runs[count++] = run;
        }
    }
    *ret_runs = runs;
    return count;
}
