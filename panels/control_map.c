/* control_map.c - what the keys of the map do once F3 has given it the keys. */
#include "panels/control_acts.h"

enum { M_PER_CELL_MIN = 1, M_PER_CELL_MAX = 2000, CLOSE_M_PER_CELL = 12 };

static enum map_mode map_mode_of(const struct view *view)
{
    return view->ascii ? MAP_ASCII : view->map_mode;
}

static void map_pan(struct control *control, int rows, int columns)
{
    struct view *view = control->view;
    double row = view->map_rows / 2.0 + rows * view->map_rows / 6.0;
    double column = view->map_columns / 2.0 + columns * view->map_columns / 8.0;

    view->map_view.center = map_point_at(&view->map_view, view->map_rows, view->map_columns, row,
                                         column);
    view->map_follow = false;
    view->map_locked = true;
}

void act_map_up(struct control *control) { map_pan(control, -1, 0); }
void act_map_down(struct control *control) { map_pan(control, 1, 0); }
void act_map_left(struct control *control) { map_pan(control, 0, -1); }
void act_map_right(struct control *control) { map_pan(control, 0, 1); }

void control_zoom(struct view *view, double factor)
{
    double m_per_cell = view->map_view.m_per_cell * factor;

    if (m_per_cell >= M_PER_CELL_MIN && m_per_cell <= M_PER_CELL_MAX)
        view->map_view.m_per_cell = m_per_cell;
}

void act_map_closer(struct control *control) { control_zoom(control->view, 1 / 1.5); }
void act_map_wider(struct control *control) { control_zoom(control->view, 1.5); }

void act_map_whole(struct control *control)
{
    struct view *view = control->view;

    if (view->map && map_layer_count(view->map) > 0)
        view->map_view = map_view_fit(map_bounds(view->map), view->map_rows, view->map_columns,
                                      map_mode_of(view));
    view->map_follow = false;
    view->map_locked = false;
}

void control_map_to(struct view *view, struct geo_point point)
{
    if (!geo_known(point))
        return;
    view->map_view.center = point;
    if (view->map_view.m_per_cell > CLOSE_M_PER_CELL || view->map_view.m_per_cell == 0)
        view->map_view.m_per_cell = CLOSE_M_PER_CELL;
    view->map_placed = true;
}

/* The map goes where the selection is, unless somebody holds it still; it zooms only when the
 * point would be out of sight. */
void control_frame(struct control *control)
{
    struct view *view = control->view;
    struct geo_point point = object_location(control->picture, &view->selected);
    double row, column;

    if (view->map_locked || !geo_known(point) || view->map_rows == 0)
        return;
    map_cell_of(&view->map_view, view->map_rows, view->map_columns, point, &row, &column);
    bool inside = row >= 2 && row < view->map_rows - 3 && column >= 4
                  && column < view->map_columns - 12;
    if (!inside)
        view->map_view.center = point;
}

void act_map_follow(struct control *control)
{
    struct view *view = control->view;

    view->map_follow = !view->map_follow;
    view->map_locked = false;
    if (view->map_follow)
        control_map_to(view, object_location(control->picture, &view->selected));
}

void act_map_take(struct control *control)
{
    struct view *view = control->view;

    if (view->map)
        control_take_key(control, map_pick(view->map, (uint16_t)(view->map_rows / 2),
                                      (uint16_t)(view->map_columns / 2)));
}

void act_map_leave(struct control *control)
{
    control->view->focus = FOCUS_LINE;
    if (control->view->page == PAGE_MAP)
        control->view->page = PAGE_DESK;
}
