#include "maps/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/streets_seen.h"

enum {
    REPEAT_COLUMNS = 56,        /* A name is not written again nearer than this ... */
    REPEAT_ROWS = 16,           /* ... and this. */
    CELLS_PER_NAME = 80,        /* One street name for so many cells, at the most. */
    SPACED_COLUMNS_MAX = 48,
    NAME_POINTS = 64,           /* To try a place costs as much as to draw so many points. */
};

void names_init(struct names *names, uint16_t rows, uint16_t columns)
{
    *names = (struct names){ .rows = rows, .columns = columns };
    names->taken = base_alloc((size_t)rows * columns + 1, 1);
}

void names_clear(struct names *names)
{
    base_free(names->at);
    base_free(names->taken);
    *names = (struct names){ 0 };
}

/* ---- Room ---------------------------------------------------------------------------------- */

/* A rectangle of cells may hang over the edge of the view while it is being tried. */
struct place {
    int32_t row, column, columns;
};

/* Inside the view, with a free cell before and after it. */
static bool is_free(const struct names *names, struct place place)
{
    if (place.row < 0 || place.row >= names->rows || place.column < 0
        || place.column + place.columns > names->columns)
        return false;
    const uint8_t *row = names->taken + (size_t)place.row * names->columns;
    int32_t first = place.column > 0 ? place.column - 1 : 0;
    int32_t end = place.column + place.columns;
    if (end < names->columns)
        end++;
    for (int32_t column = first; column < end; column++)
        if (row[column])
            return false;
    return true;
}

/* Also free above and below: names on neighbouring rows read as one block of text. */
static bool is_airy(const struct names *names, struct place place)
{
    struct place above = place, below = place;

    above.row--;
    below.row++;
    return is_free(names, place) && (above.row < 0 || is_free(names, above))
           && (below.row >= names->rows || is_free(names, below));
}

/* A zone and the water it is may share a name: one is enough. */
static bool is_repeated(const struct names *names, const char *key, struct place place)
{
    for (uint32_t i = 0; i < names->count; i++) {
        const struct name *name = &names->at[i];
        if (abs(name->row - place.row) < REPEAT_ROWS
            && abs(name->column - place.column) < REPEAT_COLUMNS
            && text_same_ignoring_case(span_of(name->key), span_of(key)))
            return true;
    }
    return false;
}

static struct name *name_add(struct names *names, struct place place, const char *key,
                             const char *text, enum ink ink)
{
    names->at = base_grow(names->at, &names->capacity, names->count + 1, sizeof *names->at);
    struct name *name = &names->at[names->count++];

    *name = (struct name){ .row = (uint16_t)place.row, .column = (uint16_t)place.column,
                           .columns = (uint16_t)place.columns, .ink = (uint8_t)ink,
                           .flags = CELL_TEXT, .key = key };
    text_copy(name->text, sizeof name->text, span_of(text));
    memset(names->taken + (size_t)place.row * names->columns + place.column, 1,
           (size_t)place.columns);
    return name;
}

/* ---- Polygons: zones, water, parks --------------------------------------------------------- */

/* A stretch of a row that is inside the polygon, in cells. */
struct stretch {
    int32_t row, column, columns;
    double score;
};

enum { STRETCHES_MAX = 512 };

static int compare_stretches(const void *left, const void *right)
{
    const struct stretch *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

/* Rows near the polygon's visible middle are best, then those with room to both sides. */
static void stretches_score(struct stretch *stretches, uint32_t count, int32_t text_columns)
{
    double middle = 0, weight = 0;

    for (uint32_t i = 0; i < count; i++) {
        middle += (double)stretches[i].row * stretches[i].columns;
        weight += stretches[i].columns;
    }
    for (uint32_t i = 0; i < count; i++) {
        double spare = fmin(stretches[i].columns - text_columns, 12);
        stretches[i].score = spare - 2 * fabs(stretches[i].row - middle / weight);
    }
    qsort(stretches, count, sizeof *stretches, compare_stretches);
}

static uint32_t stretches_of(struct raster *raster, struct stretch stretches[STRETCHES_MAX])
{
    int32_t row, start, end;
    uint32_t count = 0;

    raster_spans_begin(raster);
    for (uint32_t next = 0; raster_span_next(raster, &next, &row, &start, &end);) {
        if (row % DOTS_PER_ROW != 1 || count == STRETCHES_MAX)
            continue;
        int32_t first = (start + 1) / DOTS_PER_COLUMN, last = end / DOTS_PER_COLUMN;
        if (last > first)
            stretches[count++] = (struct stretch){ .row = row / DOTS_PER_ROW, .column = first,
                                                   .columns = last - first };
    }
    raster_spans_end(raster);
    return count;
}

static void rings_add(struct raster *raster, const struct layer *layer,
                      const struct layer_detail *detail, uint32_t feature)
{
    double turn_x = plane_turn_x(&raster->plane, &layer->boxes[feature]);

    for (uint32_t r = layer->feature_run[feature]; r < layer->feature_run[feature + 1]; r++)
        raster_ring(raster, detail->points + detail->run_first[r],
                    detail->run_first[r + 1] - detail->run_first[r], turn_x);
}

/* The capital of a small letter of the Latin, Greek and Cyrillic of Europe; ß has none. */
static uint32_t capital_of(uint32_t code)
{
    bool pairs = (code >= 0x100 && code <= 0x137) || (code >= 0x14A && code <= 0x177);
    bool odd_pairs = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E);

    if ((code >= 'a' && code <= 'z') || (code >= 0xE0 && code <= 0xFE && code != 0xF7)
        || (code >= 0x3B1 && code <= 0x3C9 && code != 0x3C2) || (code >= 0x430 && code <= 0x44F))
        return code - 0x20;
    if (code >= 0x450 && code <= 0x45F)
        return code - 0x50;
    if ((pairs && code % 2) || (odd_pairs && code % 2 == 0))
        return code == 0x131 ? 'I' : code - 1;
    return code;
}

/* "HARBOUR", or "H A R B O U R" where the area is wide: how a map tells an area from a street. A
 * combining mark stays with its letter. */
static void zone_text(const char *name, bool spaced, char text[MAP_NAME_BYTES])
{
    struct span rest = span_of(name);
    size_t used = 0, length;
    uint32_t code;

    while (used < MAP_NAME_BYTES - 6 && (length = utf8_decode(rest, &code)) > 0) {
        if (spaced && used && glyph_columns(code) > 0)
            text[used++] = ' ';
        used += utf8_encode(capital_of(code), text + used);
        rest = span_from(rest.bytes + length, rest.length - length);
    }
    text[used] = '\0';
}

static enum ink polygon_name_ink(enum ground ground)
{
    if (ground == GROUND_WATER)
        return INK_MAP_WATER_NAME;
    return ground == GROUND_PARK ? INK_MAP_PARK_NAME : INK_MAP_PLACE_NAME;
}

/* Writes `text` into the best stretch that is free; `part` of it must be inside the polygon. */
static bool polygon_name_add(struct names *names, const struct stretch *stretches, uint32_t count,
                             const char *key, const char *text, double part, enum ink ink)
{
    int32_t columns = (int32_t)text_columns(span_of(text));

    for (uint32_t i = 0; i < count; i++) {
        const struct stretch *stretch = &stretches[i];
        struct place place = { .row = stretch->row, .columns = columns };
        place.column = stretch->column + (stretch->columns - columns) / 2;
        if (stretch->columns < columns * part || !is_airy(names, place))
            continue;
        if (is_repeated(names, key, place))
            return false;
        struct name *name = name_add(names, place, key, text, ink);
        if (ink == INK_MAP_PLACE_NAME)
            name->flags |= CELL_BOLD;
        return true;
    }
    return false;
}

static void polygon_name(struct names *names, const struct layer *layer,
                         const struct layer_class *class, uint32_t feature,
                         const struct layer_detail *detail, struct raster *raster)
{
    struct stretch stretches[STRETCHES_MAX];
    char text[MAP_NAME_BYTES];
    const char *key = layer_name(layer, feature);
    enum ink ink = polygon_name_ink(class->ground);
    bool zone = ink == INK_MAP_PLACE_NAME;

    rings_add(raster, layer, detail, feature);
    uint32_t count = stretches_of(raster, stretches);
    int32_t columns = (int32_t)text_columns(span_of(key)), widest = 0;
    for (uint32_t i = 0; i < count; i++)
        widest = stretches[i].columns > widest ? stretches[i].columns : widest;
    if (count == 0 || widest * 2 < columns)
        return;
    stretches_score(stretches, count, columns);
    if (zone && widest > 4 * columns && 2 * columns < SPACED_COLUMNS_MAX) {
        zone_text(key, true, text);
        if (polygon_name_add(names, stretches, count, key, text, 1.2, ink))
            return;
    }
    if (zone)
        zone_text(key, false, text);
    else
        text_copy(text, sizeof text, span_of(key));
    polygon_name_add(names, stretches, count, key, text, zone ? 0.6 : 0.8, ink);
}

static void polygon_names(struct names *names, struct layer *layer, double m_per_cell,
                          struct raster *raster, struct haste *haste)
{
    const struct layer_detail *detail = layer_detail(layer, raster->plane.dots_per_unit, haste);
    enum plane_overlap overlap;
    uint32_t feature;

    for (uint32_t c = layer->class_count; c-- > 0 && detail;) {
        const struct layer_class *class = &layer->classes[c];
        struct layer_walk walk = { .layer = layer, .plane = &raster->plane,
                                   .next = class->feature_first, .end = class->feature_end };
        if (class->label_m_per_cell_max <= 0 || m_per_cell > class->label_m_per_cell_max)
            continue;
        while (layer_walk_next(&walk, &feature, &overlap)) {
            if (layer->names[feature])
                polygon_name(names, layer, class, feature, detail, raster);
            uint32_t run = layer->feature_run[feature], end = layer->feature_run[feature + 1];
            if (haste_cuts(haste, detail->run_first[end] - detail->run_first[run]))
                return;
        }
    }
}

/* ---- Points -------------------------------------------------------------------------------- */

/* The name beside its mark: right, left, above, below. */
static void point_name(struct names *names, const struct layer *layer,
                       const struct layer_class *class, uint32_t feature, struct place mark)
{
    const char *key = layer_name(layer, feature);
    int32_t columns = (int32_t)text_columns(span_of(key));
    const struct place places[] = {
        { mark.row, mark.column + mark.columns + 1, columns },
        { mark.row, mark.column - columns - 1, columns },
        { mark.row - 1, mark.column + (mark.columns - columns) / 2, columns },
        { mark.row + 1, mark.column + (mark.columns - columns) / 2, columns },
    };

    if (columns == 0)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        /* Beside its mark the name touches what is_free() calls taken: the mark itself. */
        struct place tested = places[i];
        if (i == 0)
            tested = (struct place){ tested.row, tested.column + 1, tested.columns - 1 };
        if (i == 1)
            tested.columns--;
        if (tested.columns > 0 && is_free(names, tested) && places[i].column >= 0
            && places[i].column + columns <= names->columns) {
            name_add(names, places[i], key, key, class->ink);
            return;
        }
    }
}

static void point_place(struct names *names, const struct layer *layer,
                        const struct layer_class *class, uint32_t feature, double m_per_cell,
                        const struct plane *plane)
{
    struct plane_point point = layer->boxes[feature].low;
    double turn_x = plane_turn_x(plane, &layer->boxes[feature]);
    double x = plane->origin_x + turn_x + point.x * plane->dots_per_unit;
    double y = plane->origin_y - point.y * plane->dots_per_unit;
    int32_t columns = (int32_t)text_columns(span_of(class->mark));
    struct place place = { .columns = columns };

    if (!(x >= 0) || !(x < plane->width) || !(y >= 0) || !(y < plane->height))
        return;
    place.row = (int32_t)y / DOTS_PER_ROW;
    place.column = (int32_t)x / DOTS_PER_COLUMN - (columns - 1) / 2;
    if (!is_free(names, place))
        return;
    name_add(names, place, "", class->mark, class->ink);
    double limit = class->label_m_per_cell_max;
    if (limit > 0 && m_per_cell <= limit)
        point_name(names, layer, class, feature, place);
}

/* The class drawn last matters most, so it takes its places first. */
static void point_names(struct names *names, const struct layer *layer, double m_per_cell,
                        const struct plane *plane)
{
    enum plane_overlap overlap;
    uint32_t feature;

    for (uint32_t c = layer->class_count; c-- > 0;) {
        const struct layer_class *class = &layer->classes[c];
        struct layer_walk walk = { .layer = layer, .plane = plane, .next = class->feature_first,
                                   .end = class->feature_end };
        if (class->mark[0] == '\0' || !layer_in_scale(class->m_per_cell_max, m_per_cell))
            continue;
        while (layer_walk_next(&walk, &feature, &overlap))
            point_place(names, layer, class, feature, m_per_cell, plane);
    }
}

/* ---- Streets ------------------------------------------------------------------------------- */

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
    return is_airy(names, *ret_place);
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
        if (!is_airy(names, places[i]))
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
    if (is_repeated(names, key, place))
        return;
    struct name *name = name_add(names, place, key, key, INK_MAP_STREET_NAME);
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

static void street_names(struct names *names, struct layer *layer, double m_per_cell,
                         const struct raster *raster, struct haste *haste)
{
    for (uint32_t c = layer->class_count; c-- > 0 && !haste->cut;) {
        const struct layer_class *class = &layer->classes[c];
        if (class->label_m_per_cell_max > 0 && m_per_cell <= class->label_m_per_cell_max
            && layer_in_scale(class->m_per_cell_max, m_per_cell))
            street_class_names(names, layer, class, raster, haste);
    }
}

/* ---- All ----------------------------------------------------------------------------------- */

/* What is placed together; the smaller number first. */
static int pass_of(const struct layer *layer)
{
    switch (layer->kind) {
    case SHAPE_POINTS:
        return layer->style.ink == INK_MAP_POINT ? 5 : 1;
    case SHAPE_LINES:
        return 4;
    case SHAPE_POLYGONS:
        if (layer->style.ground == GROUND_WATER)
            return 2;
        return layer->style.ground == GROUND_NONE ? 0 : 3;
    }
    return 5;
}

enum { PASSES = 6 };

void names_place(struct names *names, struct layer *const *layers, uint32_t layer_count,
                 double m_per_cell, struct raster *raster, struct haste *haste)
{
    for (int pass = 0; pass < PASSES; pass++) {
        for (uint32_t i = 0; i < layer_count && !haste->cut; i++) {
            struct layer *layer = layers[i];
            if (layer->style.hidden || pass_of(layer) != pass
                || !layer_in_scale(layer->style.m_per_cell_max, m_per_cell))
                continue;
            if (layer->kind == SHAPE_POLYGONS)
                polygon_names(names, layer, m_per_cell, raster, haste);
            else if (layer->kind == SHAPE_LINES)
                street_names(names, layer, m_per_cell, raster, haste);
            else
                point_names(names, layer, m_per_cell, &raster->plane);
        }
    }
}

void names_moved(const struct names *names, int32_t rows, int32_t columns,
                 struct names *ret_names)
{
    struct names moved = { .rows = names->rows, .columns = names->columns };

    for (uint32_t i = 0; i < names->count; i++) {
        struct name name = names->at[i];
        int32_t row = name.row + rows, column = name.column + columns;
        if (row < 0 || row >= names->rows || column < 0 || column + name.columns > names->columns)
            continue;
        name.row = (uint16_t)row;
        name.column = (uint16_t)column;
        moved.at = base_grow(moved.at, &moved.capacity, moved.count + 1, sizeof *moved.at);
        moved.at[moved.count++] = name;
    }
    *ret_names = moved;
}

static bool is_text(const struct canvas *canvas, int32_t row, int32_t column)
{
    const struct cell *cell = canvas_at(canvas, (uint16_t)row, (uint16_t)column);

    return cell && (cell->flags & CELL_TEXT);
}

/* No symbol on it, and none that touches it: "E7Quay St" would be a unit nobody knows. */
static bool still_free(const struct name *name, const struct canvas *canvas)
{
    for (int32_t column = name->column - 1; column <= name->column + name->columns; column++)
        if (column >= 0 && is_text(canvas, name->row, column))
            return false;
    return true;
}

static void blank_beside(struct canvas *canvas, uint16_t row, uint16_t column)
{
    struct cell *cell = canvas_at(canvas, row, column);

    if (cell && !(cell->flags & CELL_TEXT))
        canvas_put(canvas, row, column, ' ', INK_PLAIN);
}

void names_draw(const struct names *names, struct canvas *canvas)
{
    for (uint32_t i = 0; i < names->count; i++) {
        const struct name *name = &names->at[i];
        if (!still_free(name, canvas))
            continue;
        uint16_t end = canvas_text(canvas, name->row, name->column, span_of(name->text),
                                   (enum ink)name->ink);
        for (uint16_t column = name->column; column < end; column++)
            canvas_at(canvas, name->row, column)->flags |= name->flags;
        if (name->padded && name->column > 0)
            blank_beside(canvas, name->row, (uint16_t)(name->column - 1));
        if (name->padded)
            blank_beside(canvas, name->row, end);
    }
}
