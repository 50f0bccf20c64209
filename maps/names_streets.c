/* names_streets.c - names of streets: written into their run where it is flat, else beside it. */
#include "maps/names_inside.h"

#include <math.h>

#include "app/base/text.h"
#include "maps/streets_seen.h"

enum {
    CELLS_PER_NAME = 80,        /* One street name for so many cells, at the most. */
    NAME_POINTS = 64,           /* To try a place costs as much as to draw so many points. */
};

/* A spot on a street that a name may hang on. */
struct anchor {
    int32_t row, column;
    bool flat, steep;
    double length_dots;
};

/* The middle of what is seen of a segment, which goes from `start`. Where that was cut by the
 * view's edge it would run along the street while the map is panned: it then jumps, seldom and far.
 * */
static struct plane_dot steady_middle(struct plane_dot start, struct plane_dot from,
                                      struct plane_dot to, bool cut)
{
    static const double jump_dots = 64;
    struct plane_dot middle = { (from.x + to.x) / 2, (from.y + to.y) / 2 };
    double length = hypot(to.x - from.x, to.y - from.y);
    double along = hypot(middle.x - start.x, middle.y - start.y);
    double moved = round(along / jump_dots) * jump_dots - along;

    if (!cut || length <= 0 || fabs(moved) > length / 2)
        return middle;
    return (struct plane_dot){ middle.x + (to.x - from.x) / length * moved,
                               middle.y + (to.y - from.y) / length * moved };
}

/* The middle of the longest visible segment of the street's run. */
static bool street_anchor(const struct layer *layer, const struct layer_detail *detail,
                          uint32_t feature, const struct plane *plane, struct anchor *ret_anchor)
{
    uint32_t run = layer->feature_run[feature];
    double turn_x = plane_turn_x(plane, &layer->boxes[feature]), scale = plane->dots_per_unit;
    struct anchor best = { .length_dots = -1 };

    for (uint32_t p = detail->run_first[run] + 1; p < detail->run_first[run + 1]; p++) {
        const struct plane_point *points = &detail->points[p - 1];
        struct plane_dot from = { plane->origin_x + turn_x + points[0].x * scale,
                                  plane->origin_y - points[0].y * scale };
        struct plane_dot to = { plane->origin_x + turn_x + points[1].x * scale,
                                plane->origin_y - points[1].y * scale };
        struct plane_dot start = from, end = to;
        if (!plane_clip(plane, &from, &to))
            continue;
        bool cut = from.x != start.x || from.y != start.y || to.x != end.x || to.y != end.y;
        struct plane_dot middle = steady_middle(start, from, to, cut);
        double dx = fabs(to.x - from.x), dy = fabs(to.y - from.y), length = hypot(dx, dy);
        if (length <= best.length_dots)
            continue;
        best = (struct anchor){ .row = (int32_t)middle.y / DOTS_PER_ROW,
                                .column = (int32_t)middle.x / DOTS_PER_COLUMN,
                                .flat = dy * 2 <= dx, .steep = dx * 2 <= dy,
                                .length_dots = length };
    }
    *ret_anchor = best;
    return best.length_dots >= 0;
}

static bool has_ink(const struct raster *raster, int32_t row, int32_t column, enum ink ink)
{
    enum ink there;

    return row >= 0 && column >= 0
           && raster_ink_at(raster, (uint32_t)row, (uint32_t)column, &there) && there == ink;
}

/* Where the street keeps to one row around the anchor for long enough, its name is written into
 * it. */
static bool place_along(const struct names *names, const struct raster *raster,
                        const struct anchor *anchor, enum ink ink, int32_t columns,
                        struct place *ret_place)
{
    int32_t first = anchor->column, last = anchor->column;

    if (!anchor->flat || !has_ink(raster, anchor->row, anchor->column, ink))
        return false;
    while (anchor->column - first < columns && has_ink(raster, anchor->row, first - 1, ink))
        first--;
    while (last - anchor->column < columns && has_ink(raster, anchor->row, last + 1, ink))
        last++;
    if (last - first + 1 < columns + 4)
        return false;
    *ret_place = (struct place){ .row = anchor->row, .column = (first + last + 1 - columns) / 2,
                                 .columns = columns };
    return names_is_airy(names, *ret_place);
}

/* What writing over these cells would hide. A line of a more important ink (they are listed so)
 * hides the map's skeleton; one of the same or a lesser, a street or two. On another ground than
 * its street's a name reads as that of the park or the water. */
static int32_t cost_of(const struct raster *raster, struct place place, enum ink ink,
                       enum ground ground)
{
    int32_t cost = 0;
    enum ink there;

    for (int32_t i = place.column; i < place.column + place.columns; i++) {
        if (raster_ink_at(raster, (uint32_t)place.row, (uint32_t)i, &there))
            cost += there < ink ? 8 : 2;
        if (raster_ground_at(raster, (uint32_t)place.row, (uint32_t)i) != ground)
            cost += 1;
    }
    return cost;
}

/* Else beside it: right or left of a steep street, above or below any other. */
static bool place_beside(const struct names *names, const struct raster *raster,
                         const struct anchor *anchor, enum ink ink, int32_t columns,
                         struct place *ret_place)
{
    const struct place places[] = {
        { anchor->row, anchor->column + 2, columns },
        { anchor->row, anchor->column - 1 - columns, columns },
        { anchor->row - 1, anchor->column - columns / 2, columns },
        { anchor->row + 1, anchor->column - columns / 2, columns },
    };
    enum ground ground = raster_ground_at(raster, (uint32_t)anchor->row, (uint32_t)anchor->column);
    int32_t best = 2 + columns / 2;
    bool found = false;

    for (size_t i = anchor->flat ? 2 : 0; i < (anchor->steep ? 2 : ARRAY_COUNT(places)); i++) {
        if (!names_is_airy(names, places[i]))
            continue;
        int32_t cost = cost_of(raster, places[i], ink, ground);
        if (cost >= best)
            continue;
        best = cost;
        *ret_place = places[i];
        found = true;
    }
    return found;
}

static void street_name(struct names *names, const struct layer *layer,
                        const struct layer_detail *detail, const struct raster *raster,
                        uint32_t feature, enum ink ink)
{
    const char *key = layer_name(layer, feature);
    int32_t columns = (int32_t)text_columns(span_of(key));
    struct anchor anchor;
    struct place place;

    if (!street_anchor(layer, detail, feature, &raster->plane, &anchor))
        return;
    bool along = place_along(names, raster, &anchor, ink, columns, &place);
    if (!along && !place_beside(names, raster, &anchor, ink, columns, &place))
        return;
    if (names_is_repeated(names, key, place))
        return;
    struct name *name = names_add(names, place, key, key, INK_MAP_STREET_NAME);
    name->padded = along;
}

static void street_class_names(struct names *names, struct layer *layer,
                               const struct layer_class *class, const struct raster *raster,
                               struct haste *haste)
{
    const struct layer_detail *detail = layer_detail(layer, raster->plane.dots_per_unit, haste);
    uint32_t limit = names->count + (uint32_t)names->rows * names->columns / CELLS_PER_NAME;
    uint32_t pieces[STREET_PIECES_MAX];
    struct streets streets;

    if (!detail)
        return;
    streets_gather(&streets, layer, class, &raster->plane);
    for (uint32_t i = 0; i < streets.count && names->count < limit && !haste->cut; i++) {
        uint32_t count = streets_longest(&streets, i, pieces);
        for (uint32_t p = 0; p < count; p++)
            street_name(names, layer, detail, raster, pieces[p], class->ink);
        haste_cuts(haste, (uint64_t)count * NAME_POINTS);
    }
    streets_clear(&streets);
}

void names_of_streets(struct names *names, struct layer *layer, double m_per_cell,
                         const struct raster *raster, struct haste *haste)
{
    for (uint32_t c = layer->class_count; c-- > 0 && !haste->cut;) {
        const struct layer_class *class = &layer->classes[c];
        if (class->label_m_per_cell_max > 0 && m_per_cell <= class->label_m_per_cell_max
            && layer_in_scale(class->m_per_cell_max, m_per_cell))
            street_class_names(names, layer, class, raster, haste);
    }
}
