/* names_polygons.c - names of zones, water and parks: inside them, near their visible middle. */
#include "maps/names_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

enum {
    SPACED_COLUMNS_MAX = 48,
    CELLS_PER_ZONE = 160,       /* Of a view that shows many zones of one layer. */
};

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
        if (stretch->columns < columns * part || !names_is_airy(names, place))
            continue;
        if (names_is_repeated(names, key, place))
            return false;
        struct name *name = names_add(names, place, key, text, ink);
        if (ink == INK_MAP_PLACE_NAME)
            name->flags |= CELL_BOLD;
        return true;
    }
    return false;
}

static void polygon_name(struct names *names, const struct layer *layer,
                         const struct layer_class *class, uint32_t feature,
                         const struct layer_detail *detail, double zone_part,
                         struct raster *raster)
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
        if (polygon_name_add(names, stretches, count, key, text, fmax(1.2, zone_part), ink))
            return;
    }
    if (zone)
        zone_text(key, false, text);
    else
        text_copy(text, sizeof text, span_of(key));
    polygon_name_add(names, stretches, count, key, text, zone ? zone_part : 0.8, ink);
}

/* How much of a zone's name must be inside it. Where a view shows many zones, the codes of blocks
 * say, only the wide ones are named: else theirs would bury the names of the streets between. */
static double part_inside(const struct names *names, const struct layer *layer,
                          const struct layer_class *class, const struct plane *plane)
{
    struct layer_walk walk = { .layer = layer, .plane = plane, .next = class->feature_first,
                               .end = class->feature_end };
    uint32_t feature, named = 0, many = (uint32_t)names->rows * names->columns / CELLS_PER_ZONE;
    enum plane_overlap overlap;

    while (named <= many && layer_walk_next(&walk, &feature, &overlap))
        named += layer->names[feature] != 0;
    return named > many ? 2.5 : 0.6;
}

void names_of_polygons(struct names *names, struct layer *layer, double m_per_cell,
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
        double part = part_inside(names, layer, class, &raster->plane);
        while (layer_walk_next(&walk, &feature, &overlap)) {
            if (layer->names[feature])
                polygon_name(names, layer, class, feature, detail, part, raster);
            uint32_t run = layer->feature_run[feature], end = layer->feature_run[feature + 1];
            if (haste_cuts(haste, detail->run_first[end] - detail->run_first[run]))
                return;
        }
    }
}
