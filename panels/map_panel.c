/* map_panel.c - the map with what is live on it, under a title that says what is missing. */
#include <stdio.h>

#include "panels/rows.h"
#include "panels/scene.h"

static void map_title(const struct view *view, uint32_t placed, uint32_t units,
                      struct canvas *canvas)
{
    char rest[200];
    int length = 0;

    if (view->map)
        length = snprintf(rest, sizeof rest, "%.0f m a cell   %u of %u units placed",
                          view->map_view.m_per_cell, placed, units);
    else
        length = snprintf(rest, sizeof rest, "loading");
    if (view->map_state[0] && length < (int)sizeof rest)
        length += snprintf(rest + length, sizeof rest - (size_t)length, "   %s", view->map_state);
    if (length < (int)sizeof rest)
        snprintf(rest + length, sizeof rest - (size_t)length, "%s",
                 view->map_follow ? "   FOLLOWS"
                                  : view->map_locked ? "   LOCKED: F3 c frees it" : "");
    title_draw(canvas, "MAP", rest);
}

static void map_panel_draw(const struct picture *picture, const struct view *view,
                           struct canvas *canvas)
{
    struct scene scene = scene_make(picture, view);
    struct canvas below = canvas_part(canvas, 1, 0, (uint16_t)(canvas->rows - 1),
                                      canvas->columns);

    map_title(view, scene.units_placed, picture_count(picture, OBJECT_UNIT), canvas);
    struct map_view map_view = view->map_view;
    map_view.groundless = view->mono;
    if (view->map && view->map_placed)
        map_draw(view->map, &map_view, &scene.map, &below);
    else
        canvas_text(&below, (uint16_t)(below.rows / 2), 2,
                    span_of("the map is loading; everything else works"), INK_DIM);
    scene_clear(&scene);
}

const struct panel map_panel = { .name = "map", .rows_min = 6, .draw = map_panel_draw };
