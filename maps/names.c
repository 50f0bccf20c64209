#include "maps/names.h"

#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/names_inside.h"

enum {
    REPEAT_COLUMNS = 56,        /* A name is not written again nearer than this ... */
    REPEAT_ROWS = 16,           /* ... and this. */
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

bool names_is_free(const struct names *names, struct place place)
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

bool names_is_airy(const struct names *names, struct place place)
{
    struct place above = place, below = place;

    above.row--;
    below.row++;
    return names_is_free(names, place) && (above.row < 0 || names_is_free(names, above))
           && (below.row >= names->rows || names_is_free(names, below));
}

bool names_is_repeated(const struct names *names, const char *key, struct place place)
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

struct name *names_add(struct names *names, struct place place, const char *key,
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
        /* Beside its mark the name touches what names_is_free() calls taken: the mark itself. */
        struct place tested = places[i];
        if (i == 0)
            tested = (struct place){ tested.row, tested.column + 1, tested.columns - 1 };
        if (i == 1)
            tested.columns--;
        if (tested.columns > 0 && names_is_free(names, tested) && places[i].column >= 0
            && places[i].column + columns <= names->columns) {
            names_add(names, places[i], key, key, class->ink);
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
    if (!names_is_free(names, place))
        return;
    names_add(names, place, "", class->mark, class->ink);
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
                names_of_polygons(names, layer, m_per_cell, raster, haste);
            else if (layer->kind == SHAPE_LINES)
                names_of_streets(names, layer, m_per_cell, raster, haste);
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
