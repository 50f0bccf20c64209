#include "maps/map_live.h"

#include <stdlib.h>

#include "maps/around.h"
#include "maps/map_base.h"

enum { PICK_CELLS = 2 };

void map_live_clear(struct map_live *live)
{
    symbols_clear(&live->symbols);
    areas_clear(&live->areas);
    base_free(live->symbol_keys);
    base_free(live->area_keys);
    live->symbol_keys = live->area_keys = NULL;
}

static void traces_draw(const struct map_view *view, const struct map_scene *scene,
                        struct raster *raster)
{
    for (uint32_t i = 0; i < scene->trace_count; i++) {
        const struct map_trace *trace = &scene->traces[i];
        struct raster_pen pen = raster_pen(trace->ink, view->m_per_cell);
        struct plane_dot *dots = base_alloc((size_t)trace->points.count + 1, sizeof *dots);
        for (uint32_t k = 0; k < trace->points.count; k++)
            dots[k] = plane_dot_of(&raster->plane, trace->points.at[k]);
        raster_dots(raster, dots, trace->points.count, &pen);
        base_free(dots);
    }
}

static void cursor_draw(const struct map_scene *scene, const struct plane *plane, uint16_t rows,
                        struct canvas *canvas)
{
    if (!scene->cursor_shown || !geo_known(scene->cursor))
        return;
    struct plane_dot dot = plane_dot_of(plane, scene->cursor);
    if (!(dot.x >= 0) || !(dot.x < plane->width) || !(dot.y >= 0)
        || !(dot.y < rows * DOTS_PER_ROW))
        return;
    struct cell *cell = canvas_at(canvas, (uint16_t)((int32_t)dot.y / DOTS_PER_ROW),
                                  (uint16_t)((int32_t)dot.x / DOTS_PER_COLUMN));
    if (cell->glyph == ' ' && !(cell->flags & CELL_TEXT))
        cell->glyph = '+';
    cell->ink = INK_MAP_CURSOR;
    cell->flags |= CELL_REVERSE;
}

/* Later the scene is gone; what map_pick() gives back of it is kept. */
static void keys_keep(struct map_live *live, const struct map_scene *scene)
{
    live->symbol_keys = base_alloc((size_t)live->symbols.count + 1, sizeof *live->symbol_keys);
    for (uint32_t i = 0; i < live->symbols.count; i++)
        live->symbol_keys[i] = scene->symbols[live->symbols.at[i].symbol].key;
    live->area_keys = base_alloc((size_t)scene->area_count + 1, sizeof *live->area_keys);
    for (uint32_t i = 0; i < scene->area_count; i++)
        live->area_keys[i] = scene->areas[i].key;
}

/* Labels of areas, then symbols: what must be read, and so nothing else may cover. */
static void words_draw(struct map_live *live, const struct map_scene *scene,
                       const struct symbols_room *room, struct canvas *canvas)
{
    size_t cells = (size_t)canvas->rows * canvas->columns;
    uint8_t *wanted = base_alloc(cells + 1, 1), *taken = base_alloc(cells + 1, 1);
    struct symbols_room around = *room;

    symbols_want(scene, room, wanted);
    areas_place_labels(&live->areas, scene, room->rows, wanted, taken);
    around.reserved = scene->area_count ? taken : NULL;
    symbols_place(&live->symbols, scene, &around);
    areas_draw_labels(&live->areas, scene, canvas);
    symbols_draw(&live->symbols, scene, canvas);
    base_free(wanted);
    base_free(taken);
}

void map_live_draw(struct map_live *live, const struct map_live_of *of, struct canvas *canvas)
{
    const struct map_scene *scene = of->scene;
    const struct map_view *view = of->view;
    const struct plane *plane = of->plane;
    uint16_t rows = map_rows(canvas->rows);

    map_live_clear(live);
    if (scene->area_count || scene->trace_count) {
        struct raster lines;
        raster_init(&lines, plane, canvas->rows, canvas->columns, view->mode);
        lines.groundless = view->groundless;
        areas_draw(&live->areas, scene, &lines, canvas);
        traces_draw(view, scene, &lines);
        raster_overlay(&lines, canvas);
        raster_clear(&lines);
    }
    words_draw(live, scene, &(struct symbols_room){ .plane = plane, .rows = rows,
                                                    .columns = canvas->columns }, canvas);
    around_draw(of, rows, canvas);
    names_draw(of->names, canvas);
    cursor_draw(scene, plane, rows, canvas);
    keys_keep(live, scene);
}

/* ---- Picking ------------------------------------------------------------------------------- */

static int32_t cells_between(int32_t at, int32_t first, int32_t last)
{
    return at < first ? first - at : at > last ? at - last : 0;
}

uint32_t map_live_pick(const struct map_live *live, uint16_t row, uint16_t column)
{
    int32_t nearest = PICK_CELLS + 1;
    uint32_t key = 0;

    for (uint32_t i = 0; i < live->symbols.count; i++) {
        const struct symbol_place *place = &live->symbols.at[i];
        int32_t down = abs(place->row - row);
        int32_t across = cells_between(column, place->column, place->column + place->columns - 1);
        int32_t distance = down > across ? down : across;
        if (distance >= nearest)
            continue;
        nearest = distance;
        key = live->symbol_keys[i];
    }
    uint32_t area;
    if (key == 0 && areas_near(&live->areas, row, column, PICK_CELLS, &area))
        key = live->area_keys[area];
    return key;
}
