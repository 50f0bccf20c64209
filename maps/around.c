#include "maps/around.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/map_base.h"

enum { AROUND_MAX = 8, M_PER_CELL_MAX = 60, NAMED_M_PER_CELL_MAX = 12 };

struct near_point {
    const struct layer *layer;
    uint32_t feature;
    double distance_m;
    struct plane_dot dot;
};

struct around {
    struct near_point at[AROUND_MAX];   /* Nearest first. */
    uint32_t count;
};

static struct plane_dot dot_of(const struct plane *plane, const struct layer *layer,
                               uint32_t feature)
{
    struct plane_point point = layer->boxes[feature].low;
    double turn_x = plane_turn_x(plane, &layer->boxes[feature]);

    return (struct plane_dot){ .x = plane->origin_x + turn_x + point.x * plane->dots_per_unit,
                               .y = plane->origin_y - point.y * plane->dots_per_unit };
}

static void around_add(struct around *around, const struct near_point *point)
{
    if (around->count == AROUND_MAX
        && around->at[AROUND_MAX - 1].distance_m <= point->distance_m)
        return;
    uint32_t place = around->count < AROUND_MAX ? around->count++ : AROUND_MAX - 1;
    while (place > 0 && around->at[place - 1].distance_m > point->distance_m) {
        around->at[place] = around->at[place - 1];
        place--;
    }
    around->at[place] = *point;
}

static void class_look(const struct map_live_of *of, const struct layer *layer,
                       const struct layer_class *class, struct around *around)
{
    struct layer_walk walk = { .layer = layer, .plane = of->plane, .next = class->feature_first,
                               .end = class->feature_end };
    struct plane_dot middle = plane_dot_of(of->plane, of->scene->near);
    double m_per_dot = of->view->m_per_cell / DOTS_PER_COLUMN;
    enum plane_overlap overlap;
    uint32_t feature;

    while (layer_walk_next(&walk, &feature, &overlap)) {
        struct near_point point = { .layer = layer, .feature = feature,
                                    .dot = dot_of(of->plane, layer, feature) };
        point.distance_m = hypot(point.dot.x - middle.x, point.dot.y - middle.y) * m_per_dot;
        if (point.distance_m <= of->scene->near_m)
            around_add(around, &point);
    }
}

static bool is_free(const struct canvas *canvas, uint16_t row, int32_t first, int32_t columns)
{
    for (int32_t column = first; column < first + columns; column++) {
        const struct cell *cell = canvas_at(canvas, row, (uint16_t)column);
        if (column < 0 || !cell || (cell->flags & CELL_TEXT))
            return false;
    }
    return true;
}

static void point_write(const struct near_point *point, const char *text, uint16_t rows,
                        struct canvas *canvas)
{
    int32_t row = (int32_t)floor(point->dot.y / DOTS_PER_ROW);
    int32_t column = (int32_t)floor(point->dot.x / DOTS_PER_COLUMN);
    int32_t columns = (int32_t)text_columns(span_of(text));

    if (row < 0 || row >= rows || column < 0
        || !is_free(canvas, (uint16_t)row, column - 1, columns + 2))
        return;
    uint16_t end = canvas_text(canvas, (uint16_t)row, (uint16_t)column, span_of(text),
                               INK_MAP_POINT);
    for (; column < end; column++)
        canvas_at(canvas, (uint16_t)row, (uint16_t)column)->flags |= CELL_TEXT;
}

/* A hydrant is an "h", whatever dot its layer has for when there are many. */
static void point_draw(const struct map_live_of *of, const struct near_point *point, uint16_t rows,
                       struct canvas *canvas)
{
    char text[MAP_NAME_BYTES];
    const char *name = layer_name(point->layer, point->feature);
    bool named = name[0] && of->view->m_per_cell <= NAMED_M_PER_CELL_MAX;

    snprintf(text, sizeof text, "h%s%.20s", named ? " " : "", named ? name : "");
    point_write(point, text, rows, canvas);
}

void around_draw(const struct map_live_of *of, uint16_t rows, struct canvas *canvas)
{
    struct around around = { .count = 0 };

    if (!geo_known(of->scene->near) || of->view->m_per_cell > M_PER_CELL_MAX)
        return;
    for (uint32_t i = 0; i < of->layer_count; i++) {
        const struct layer *layer = of->layers[i];
        if (layer->kind != SHAPE_POINTS || layer->style.hidden)
            continue;
        for (uint32_t c = 0; c < layer->class_count; c++) {
            const struct layer_class *class = &layer->classes[c];
            if (class->ink == INK_MAP_POINT && !map_base_shows(layer, class, of->view)
                && strstr(layer->style.name, "hydrant"))
                class_look(of, layer, class, &around);
        }
    }
    for (uint32_t i = 0; i < around.count; i++)
        point_draw(of, &around.at[i], rows, canvas);
}
