#include "maps/map_base.h"

#include <math.h>

void map_base_clear(struct map_base *base)
{
    canvas_clear(&base->cells);
    canvas_clear(&base->stand_in);
    names_clear(&base->names);
    names_clear(&base->stand_in_names);
    *base = (struct map_base){ 0 };
}

/* ---- Polygons ------------------------------------------------------------------------------ */

/* A polygon as it is drawn: by which detail, moved how far around the world. */
struct drawn {
    const struct layer *layer;
    const struct layer_detail *detail;
    uint32_t feature;
    double turn_x;
};

static uint32_t run_of(const struct drawn *drawn, uint32_t run,
                       const struct plane_point **ret_points)
{
    *ret_points = drawn->detail->points + drawn->detail->run_first[run];
    return drawn->detail->run_first[run + 1] - drawn->detail->run_first[run];
}

/* On average, in dots: what is as wide everywhere as it is on average, a river, has two banks of
 * half its outline each. */
static double width_dots(const struct drawn *drawn, double dots_per_unit)
{
    const uint32_t *runs = drawn->layer->feature_run;
    double area = 0, around = 0;

    for (uint32_t r = runs[drawn->feature]; r < runs[drawn->feature + 1]; r++) {
        const struct plane_point *points;
        uint32_t count = run_of(drawn, r, &points);
        for (uint32_t i = 1; i < count; i++) {
            double dx = (double)points[i].x - points[i - 1].x;
            double dy = (double)points[i].y - points[i - 1].y;
            area += ((double)points[i].x - points[0].x) * dy
                    - ((double)points[i].y - points[0].y) * dx;
            around += hypot(dx, dy);
        }
    }
    return around > 0 ? fabs(area) / around * dots_per_unit : 0;
}

/* A fill takes the dots whose middle is inside. A river of a dot or two would break into pieces,
 * come and go: its banks are drawn too. What is small both ways is left to its middle; else every
 * pond of a county would be a dot. */
static bool is_river(const struct drawn *drawn, double dots_per_unit)
{
    static const double width_dots_max = 2.5, length_dots_min = 6;
    const struct plane_box *box = &drawn->layer->boxes[drawn->feature];
    double length = fmax((double)box->high.x - box->low.x, (double)box->high.y - box->low.y);

    return length * dots_per_unit >= length_dots_min
           && width_dots(drawn, dots_per_unit) < width_dots_max;
}

static bool touches_rim(const struct plane_box *box)
{
    return box->low.x == INT32_MIN || box->high.x == INT32_MAX;
}

static void polygon_draw_once(struct raster *raster, const struct drawn *drawn, enum ground ground,
                              enum plane_overlap overlap, const struct raster_pen *outline)
{
    const struct layer *layer = drawn->layer;
    const uint32_t *runs = layer->feature_run;
    bool rim = touches_rim(&layer->boxes[drawn->feature]);
    bool river = ground != GROUND_NONE && is_river(drawn, raster->plane.dots_per_unit);

    for (uint32_t r = runs[drawn->feature]; r < runs[drawn->feature + 1]; r++) {
        const struct plane_point *points;
        uint32_t count = run_of(drawn, r, &points);
        if (ground != GROUND_NONE)
            raster_ring(raster, points, count, drawn->turn_x);
        if (river)
            raster_ring_trace(raster, points, count, drawn->turn_x, ground);
        if (outline && rim)
            raster_outline(raster, points, count, drawn->turn_x, outline);
        else if (outline)
            raster_line(raster, points, count, drawn->turn_x, overlap, outline);
    }
    raster_fill(raster, ground);
}

static void polygon_draw(struct raster *raster, const struct layer *layer, enum ground ground,
                         const struct layer_detail *detail, uint32_t feature,
                         enum plane_overlap overlap, const struct raster_pen *outline)
{
    struct plane_turns turns = plane_turns(&raster->plane, &layer->boxes[feature]);
    struct drawn drawn = { .layer = layer, .detail = detail, .feature = feature };

    for (uint32_t turn = 0; turn < turns.count; turn++) {
        drawn.turn_x = turns.first_x + turn * turns.step_x;
        polygon_draw_once(raster, &drawn, ground, overlap, outline);
    }
}

/* ---- Lines --------------------------------------------------------------------------------- */

static void line_draw(struct raster *raster, const struct layer *layer,
                      const struct layer_detail *detail, uint32_t feature,
                      enum plane_overlap overlap, const struct raster_pen *pen)
{
    uint32_t run = layer->feature_run[feature], first = detail->run_first[run];
    uint32_t count = detail->run_first[run + 1] - first;
    struct plane_turns turns = { .count = 1 };

    if (overlap != PLANE_INSIDE)
        turns = plane_turns(&raster->plane, &layer->boxes[feature]);
    for (uint32_t turn = 0; turn < turns.count; turn++)
        raster_line(raster, detail->points + first, count, turns.first_x + turn * turns.step_x,
                    overlap, pen);
}

/* Of lines and points a feature is a run, so a block of them is a row of runs. */
static void lines_draw(struct raster *raster, const struct layer *layer,
                       const struct layer_detail *detail, struct layer_walk *walk,
                       const struct raster_pen *pen, struct haste *haste)
{
    enum plane_overlap overlap;
    uint32_t feature, end;

    while (walk->next < walk->end) {
        if (layer_walk_inside(walk, &feature, &end)) {
            raster_lines_inside(raster, detail->points, detail->run_first + feature,
                                end - feature, pen);
        } else {
            if (!layer_walk_next(walk, &feature, &overlap))
                return;
            line_draw(raster, layer, detail, feature, overlap, pen);
            end = feature + 1;
        }
        if (haste_cuts(haste, detail->run_first[end] - detail->run_first[feature]))
            return;
    }
}

/* The ink of a polygon's outline; false for none. */
static bool outline_ink(enum ground ground, enum ink ink, enum ink *ret_ink)
{
    bool outline = ink == INK_MAP_WATERLINE || ink == INK_MAP_BOUNDARY || ink == INK_MAP_BUILDING;

    *ret_ink = outline ? ink : INK_MAP_BOUNDARY;
    return outline || ground == GROUND_NONE;
}

static void class_draw(struct raster *raster, const struct layer *layer,
                       const struct layer_class *class, const struct layer_detail *detail,
                       double m_per_cell, struct haste *haste)
{
    struct layer_walk walk = { .layer = layer, .plane = &raster->plane,
                               .next = class->feature_first, .end = class->feature_end };
    bool polygons = layer->kind == SHAPE_POLYGONS;
    enum plane_overlap overlap;
    enum ink ink = class->ink;
    uint32_t feature;
    bool outlined = polygons && outline_ink(class->ground, class->ink, &ink);
    struct raster_pen pen = raster_pen(ink, m_per_cell);

    if (!polygons) {
        lines_draw(raster, layer, detail, &walk, &pen, haste);
        return;
    }
    while (layer_walk_next(&walk, &feature, &overlap)) {
        uint32_t run = layer->feature_run[feature], end = layer->feature_run[feature + 1];
        polygon_draw(raster, layer, class->ground, detail, feature, overlap,
                     outlined ? &pen : NULL);
        if (haste_cuts(haste, detail->run_first[end] - detail->run_first[run]))
            return;
    }
}

/* A cell of ASCII shows an eighth of what 2 x 4 dots do: lines give way at half the scale. */
bool map_base_shows(const struct layer *layer, const struct layer_class *class,
                    const struct map_view *view)
{
    bool halved = view->mode == MAP_ASCII && layer->kind == SHAPE_LINES;
    double m_per_cell = halved ? 2 * view->m_per_cell : view->m_per_cell;

    return !layer->style.hidden && layer_in_scale(layer->style.m_per_cell_max, m_per_cell)
           && layer_in_scale(class->m_per_cell_max, m_per_cell);
}

static void layer_draw(struct raster *raster, struct layer *layer, const struct map_view *view,
                       struct haste *haste)
{
    /* Points with a mark are placed with the names, so that they do not pile up. */
    if (layer->kind == SHAPE_POINTS && layer->style.mark[0] != '\0')
        return;
    for (uint32_t c = 0; c < layer->class_count && !haste->cut; c++) {
        if (!map_base_shows(layer, &layer->classes[c], view))
            continue;
        const struct layer_detail *detail = layer_detail(layer, raster->plane.dots_per_unit,
                                                         haste);
        if (detail)
            class_draw(raster, layer, &layer->classes[c], detail, view->m_per_cell, haste);
    }
}

static bool same_view(const struct map_view *left, const struct map_view *right)
{
    return left->center.lat_deg == right->center.lat_deg
           && left->center.lon_deg == right->center.lon_deg
           && left->m_per_cell == right->m_per_cell && left->mode == right->mode
           && left->groundless == right->groundless;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static bool shows_already(const struct map_base *base, const struct map_base_of *of)
{
    return base->drawn && same_view(&base->view, of->view)
           && base->layers_version == of->layers_version && base->cells.rows == of->rows
           && base->cells.columns == of->columns;
}

/* Into a base of its own; false when it was cut short. */
static bool draw_anew(struct map_base *fresh, const struct map_base_of *of, struct haste *haste)
{
    const struct map_view *view = of->view;
    struct raster raster;

    canvas_init(&fresh->cells, of->rows, of->columns);
    names_init(&fresh->names, map_rows(of->rows), of->columns);
    raster_init(&raster, of->plane, of->rows, of->columns, view->mode);
    raster.groundless = view->groundless || view->mode == MAP_ASCII;
    for (uint32_t i = 0; i < of->layer_count && !haste->cut; i++)
        layer_draw(&raster, of->layers[i], view, haste);
    if (!haste->cut) {
        raster_wipe_beyond(&raster);
        raster_compose(&raster, &fresh->cells);
        names_place(&fresh->names, of->layers, of->layer_count, view->m_per_cell, &raster, haste);
    }
    raster_clear(&raster);
    fresh->view = *view;
    fresh->layers_version = of->layers_version;
    fresh->drawn = true;
    return !haste->cut;
}

/* What was drawn last, as it lies in the new view: cell by cell the nearest, so that a person sees
 * at once which way the map goes. Names are moved along, where the scale is the same. */
static void stand_in_make(struct map_base *base, const struct map_base_of *of)
{
    const struct canvas *cells = &base->cells;
    struct geo_point at = map_point_at(of->view, of->rows, of->columns, 0.5, 0.5);
    double row, column, step = of->view->m_per_cell / base->view.m_per_cell;

    map_cell_of(&base->view, cells->rows, cells->columns, at, &row, &column);
    canvas_clear(&base->stand_in);
    names_clear(&base->stand_in_names);
    canvas_init(&base->stand_in, of->rows, of->columns);
    for (uint16_t r = 0; r < of->rows; r++)
        for (uint16_t c = 0; c < of->columns; c++) {
            double from_row = floor(row + r * step), from_column = floor(column + c * step);
            if (from_row >= 0 && from_row < map_rows(cells->rows) && from_column >= 0
                && from_column < cells->columns)
                *canvas_at(&base->stand_in, r, c)
                    = cells->cells[(size_t)from_row * cells->stride + (size_t)from_column];
        }
    if (step == 1)
        names_moved(&base->names, -(int32_t)floor(row), -(int32_t)floor(column),
                    &base->stand_in_names);
}

void map_base_draw(struct map_base *base, const struct map_base_of *of)
{
    struct map_base fresh = { .drawn = false };
    struct haste haste = of->haste;

    base->cut = false;
    if (shows_already(base, of))
        return;
    if (!base->drawn)
        haste.newer = NULL;
    if (draw_anew(&fresh, of, &haste)) {
        map_base_clear(base);
        *base = fresh;
        return;
    }
    map_base_clear(&fresh);
    stand_in_make(base, of);
    base->cut = true;
}

const struct canvas *map_base_cells(const struct map_base *base)
{
    return base->cut ? &base->stand_in : &base->cells;
}

const struct names *map_base_names(const struct map_base *base)
{
    return base->cut ? &base->stand_in_names : &base->names;
}
