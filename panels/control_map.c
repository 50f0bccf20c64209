/* control_map.c - the keys of the map: its cursor, panning and zooming, what is taken up there.
 *
 * The arrows move the cursor and the view follows it at the edges; with Shift (or H J K L where a
 * terminal has no such keys) they move the view. Whoever moves the view by hand has it stand
 * still: nothing moves it by itself any more, and the title says LOCKED, until c or f. */
#include "panels/control_acts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "panels/layout.h"
#include "panels/scene.h"
#include "panels/screen.h"
#include "panels/things.h"

enum { CLOSE_M_PER_CELL = 12, FAST_COLUMNS = 10, FAST_ROWS = 5, SIGHT_MAX = 400 };
static const double m_per_cell_min = 0.2, m_per_cell_max = 50000, zoom_step = 1.5;

/* ---- where the view stands ---- */

void control_hold(struct view *view)
{
    view->map_follow = false;
    view->map_locked = true;
}

static struct geo_point point_at(const struct view *view, double row, double column)
{
    return map_point_at(&view->map_view, view->map_rows, view->map_columns, row, column);
}

static void cell_of(const struct view *view, struct geo_point point, double *ret_row,
                    double *ret_column)
{
    map_cell_of(&view->map_view, view->map_rows, view->map_columns, point, ret_row, ret_column);
}

void control_pan(struct view *view, double rows, double columns)
{
    if (view->map_rows == 0)
        return;
    view->map_view.center = point_at(view, view->map_rows / 2.0 + rows,
                                     view->map_columns / 2.0 + columns);
    control_hold(view);
}

/* What is under the pointer stays there. While the map follows something, that stays instead. */
void control_zoom(struct view *view, double factor, struct geo_point about)
{
    double m_per_cell = view->map_view.m_per_cell * factor, row = 0, column = 0;
    bool nearer = factor < 1;

    if (nearer ? m_per_cell < m_per_cell_min : m_per_cell > m_per_cell_max)
        return;
    bool moves = !view->map_follow && geo_known(about) && view->map_rows > 0;
    if (moves)
        cell_of(view, about, &row, &column);
    /* To the middle of its cell: a map stands on whole dots, and what that rounds must not add up.
     * */
    row = floor(row) + 0.5;
    column = floor(column) + 0.5;
    view->map_view.m_per_cell = m_per_cell;
    if (!moves)
        return;
    double now_row, now_column;
    cell_of(view, about, &now_row, &now_column);
    if (fabs(now_row - row) < 0.01 && fabs(now_column - column) < 0.01)
        return;
    control_pan(view, now_row - row, now_column - column);
}

void control_map_to(struct view *view, struct geo_point point)
{
    if (!geo_known(point))
        return;
    view->map_view.center = point;
    if (view->map_view.m_per_cell > CLOSE_M_PER_CELL || view->map_view.m_per_cell == 0)
        view->map_view.m_per_cell = CLOSE_M_PER_CELL;
    view->map_placed = true;
    if (view->focus != FOCUS_LINE)
        control_cursor_to(view, point);
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
    cell_of(view, point, &row, &column);
    bool inside = row >= 2 && row < view->map_rows - 3 && column >= 4
                  && column < view->map_columns - 12;
    if (!inside)
        view->map_view.center = point;
}

/* ---- the cursor ---- */

void control_cursor_to(struct view *view, struct geo_point point)
{
    struct hand_cursor *cursor = &view->hand.cursor;
    struct buffer ask = { 0 };

    if (!geo_known(point))
        return;
    cursor->at = geo_rounded(point);
    cursor->said = SAID_ASKING;
    view->hand.picked.count = 0;
    json_open(&ask, NULL, '{');
    json_put_text(&ask, "ask", "reverse");
    json_put_degrees(&ask, "lat", cursor->at.lat_deg);
    json_put_degrees(&ask, "lon", cursor->at.lon_deg);
    json_close(&ask, '}');
    looks_want(&view->looks, LOOK_CURSOR, &ask, view->clock_ms + CURSOR_ASKED_AFTER_MS);
    control_measure_moved(view);
}

/* By whole cells, from the middle of one to the middle of another; at an edge the view goes on. */
static void cursor_move(struct control *control, int rows, int columns)
{
    struct view *view = control->view;
    double row, column, row_over = 0, column_over = 0;

    if (view->map_rows < 3 || !geo_known(view->hand.cursor.at))
        return;
    cell_of(view, view->hand.cursor.at, &row, &column);
    row = floor(row) + 0.5 + rows;
    column = floor(column) + 0.5 + columns;
    double row_last = view->map_rows - 2.5, column_last = view->map_columns - 1.5;
    row_over = row < 1.5 ? row - 1.5 : row > row_last ? row - row_last : 0;
    column_over = column < 1.5 ? column - 1.5 : column > column_last ? column - column_last : 0;
    struct geo_point to = point_at(view, row, column);
    if (row_over != 0 || column_over != 0)
        control_pan(view, row_over, column_over);
    control_cursor_to(view, to);
}

void act_map_up(struct control *control) { cursor_move(control, -1, 0); }
void act_map_down(struct control *control) { cursor_move(control, 1, 0); }
void act_map_left(struct control *control) { cursor_move(control, 0, -1); }
void act_map_right(struct control *control) { cursor_move(control, 0, 1); }
void act_map_far_up(struct control *control) { cursor_move(control, -FAST_ROWS, 0); }
void act_map_far_down(struct control *control) { cursor_move(control, FAST_ROWS, 0); }
void act_map_far_left(struct control *control) { cursor_move(control, 0, -FAST_COLUMNS); }
void act_map_far_right(struct control *control) { cursor_move(control, 0, FAST_COLUMNS); }

/* By whole cells. The cursor goes along, so that it stays in sight. */
static void pan_by(struct control *control, int rows, int columns)
{
    struct view *view = control->view;
    double row, column;

    if (view->map_rows == 0)
        return;
    cell_of(view, view->hand.cursor.at, &row, &column);
    control_pan(view, rows, columns);
    control_cursor_to(view, point_at(view, floor(row) + 0.5, floor(column) + 0.5));
}

static void pan_step(struct control *control, int rows, int columns)
{
    const struct view *view = control->view;

    pan_by(control, rows * (view->map_rows / 6 + 1), columns * (view->map_columns / 8 + 1));
}

void act_pan_up(struct control *control) { pan_step(control, -1, 0); }
void act_pan_down(struct control *control) { pan_step(control, 1, 0); }
void act_pan_left(struct control *control) { pan_step(control, 0, -1); }
void act_pan_right(struct control *control) { pan_step(control, 0, 1); }

/* What lies over the map is scrolled first. */
void act_pan_page_up(struct control *control)
{
    if (control->view->overlay != OVERLAY_NONE)
        act_page_up(control);
    else
        pan_step(control, -4, 0);
}

void act_pan_page_down(struct control *control)
{
    if (control->view->overlay != OVERLAY_NONE)
        act_page_down(control);
    else
        pan_step(control, 4, 0);
}

void act_map_closer(struct control *control)
{
    control_zoom(control->view, 1 / zoom_step, control->view->hand.cursor.at);
}

void act_map_wider(struct control *control)
{
    control_zoom(control->view, zoom_step, control->view->hand.cursor.at);
}

static bool same_view(const struct map_view *left, const struct map_view *right)
{
    return fabs(left->m_per_cell - right->m_per_cell) < 1e-9
           && geo_same(left->center, right->center);
}

/* Where the site starts; from there, all that the layers hold. */
void act_map_home(struct control *control)
{
    struct view *view = control->view;
    struct map_view home;

    if (!screen_home(view, control->picture, SCREEN_HOME_SITE, &home))
        return;
    if (same_view(&home, &view->map_view))
        screen_home(view, control->picture, SCREEN_HOME_ALL, &home);
    view->map_view = home;
    view->map_follow = false;
    view->map_locked = false;
    if (!things_see(view, view->hand.cursor.at))
        control_cursor_to(view, home.center);
}

/* ---- the selection ---- */

static void say_map(struct control *control, const char *key, const char *text)
{
    view_result_add(control->view, "NO", key, text);
}

void act_map_follow(struct control *control)
{
    struct view *view = control->view;
    struct geo_point point = object_location(control->picture, &view->selected);

    if (!view->map_follow && !geo_known(point)) {
        say_map(control, "f", "nothing is selected that stands on the map: n or Enter selects");
        return;
    }
    view->map_follow = !view->map_follow;
    view->map_locked = false;
    if (view->map_follow)
        control_map_to(view, point);
}

void act_map_center(struct control *control)
{
    struct view *view = control->view;
    struct geo_point point = object_location(control->picture, &view->selected);

    view->map_locked = false;
    if (!geo_known(point)) {
        say_map(control, "c", "nothing is selected that stands on the map; it moves freely again");
        return;
    }
    view->map_view.center = point;
    control_cursor_to(view, point);
}

/* The first of what lies there; asked again at the same cell, the next. */
void control_take_at(struct control *control, uint16_t row, uint16_t column)
{
    struct view *view = control->view;
    struct hand_picked *picked = &view->hand.picked;
    bool again = picked->count > 0 && picked->row == row && picked->column == column;

    if (again) {
        picked->at = (picked->at + 1) % picked->count;
    } else {
        picked->count = things_near(control->picture, view, row, column, picked->names,
                                    PICKED_MAX);
        picked->at = 0;
        picked->row = row;
        picked->column = column;
    }
    if (picked->count > 0)
        view_select(view, control->picture, picked->names[picked->at]);
}

void act_map_take(struct control *control)
{
    struct view *view = control->view;
    double row, column;

    if (!things_see(view, view->hand.cursor.at))
        return;
    cell_of(view, view->hand.cursor.at, &row, &column);
    control_take_at(control, (uint16_t)row, (uint16_t)column);
}

static void walk_things(struct control *control, int step)
{
    struct view *view = control->view;
    struct object_name *names = base_alloc(SIGHT_MAX, sizeof *names);
    int64_t count = things_in_sight(control->picture, view, names, SIGHT_MAX), at = -1;

    for (int64_t i = 0; i < count; i++)
        if (object_name_same(&names[i], &view->selected))
            at = i;
    if (count == 0) {
        say_map(control, step > 0 ? "n" : "N", "nothing of the picture is in sight: 0 shows all");
    } else {
        at = at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count;
        view_select(view, control->picture, names[at]);
        view->suggestion_at = 0;
        struct geo_point point = object_location(control->picture, &names[at]);
        if (geo_known(point))
            control_cursor_to(view, point);
    }
    base_free(names);
}

void act_map_next(struct control *control) { walk_things(control, 1); }
void act_map_back(struct control *control) { walk_things(control, -1); }

/* ---- taking the keys and giving them back ---- */

static void note_map_size(struct control *control)
{
    struct layout layout = layout_make(control->picture, control->view);
    const struct place *map = layout_place(&layout, PANEL_MAP);

    if (!map)
        return;
    control->view->map_rows = (uint16_t)(map->rows - 1);
    control->view->map_columns = map->columns;
}

/* It starts at what is selected, stays where it was while that is in sight, else in the middle. */
void control_cursor_place(struct view *view, const struct picture *picture)
{
    struct hand_cursor *cursor = &view->hand.cursor;
    struct geo_point selected = object_location(picture, &view->selected);

    if (!view->map_placed)
        return;                 /* screen_prepare() comes back to it. */
    if (things_see(view, selected) && !object_name_same(&cursor->set_for, &view->selected))
        control_cursor_to(view, selected);
    else if (!things_see(view, cursor->at))     /* The middle of a cell, not a corner of four. */
        control_cursor_to(view, point_at(view, floor(view->map_rows / 2.0) + 0.5,
                                         floor(view->map_columns / 2.0) + 0.5));
    cursor->set_for = view->selected;
}

void act_map(struct control *control)
{
    struct view *view = control->view;

    if (view->focus != FOCUS_LINE) {
        act_map_leave(control);
        return;
    }
    struct layout layout = layout_make(control->picture, view);
    view->overlay = OVERLAY_NONE;
    menu_close(view);
    view->focus = FOCUS_MAP;
    if (!layout_place(&layout, PANEL_MAP))
        view->page = PAGE_MAP;
    note_map_size(control);
    control_cursor_place(view, control->picture);
}

void act_map_leave(struct control *control)
{
    struct view *view = control->view;

    view->focus = FOCUS_LINE;
    view->hand.drawing = (struct hand_drawing){ 0 };
    if (view->hand.measure.live)
        hand_measure_drop(&view->hand);
    if (view->page == PAGE_MAP)
        view->page = PAGE_DESK;
}

/* What lies over the map goes first. */
void act_map_escape(struct control *control)
{
    if (control->view->overlay != OVERLAY_NONE)
        control->view->overlay = OVERLAY_NONE;
    else
        act_map_leave(control);
}

/* Out of a mode of the map, back to its plain keys. */
void act_mode_leave(struct control *control)
{
    control->view->focus = FOCUS_MAP;
}

/* ---- the mouse on it ---- */

static bool on_map(const struct place *map, const struct press *press)
{
    return map && press->row > map->row && press->row < map->row + map->rows
           && press->column >= map->column && press->column < map->column + map->columns;
}

bool control_map_pressed(struct control *control, const struct place *map)
{
    const struct press *press = control->press;

    if (!on_map(map, press) || !control->view->map_placed)
        return false;
    control->view->hand.drag = (struct hand_drag){ .held = true, .row = press->row,
                                                   .column = press->column };
    return true;
}

void act_drag(struct control *control)
{
    struct view *view = control->view;
    struct hand_drag *drag = &view->hand.drag;
    int rows = (int)drag->row - control->press->row;
    int columns = (int)drag->column - control->press->column;

    if (!drag->held || (rows == 0 && columns == 0))
        return;
    drag->moved = true;
    drag->row = control->press->row;
    drag->column = control->press->column;
    control_pan(view, rows, columns);
}

/* A button that comes up where it went down was a click. */
void act_release(struct control *control)
{
    struct view *view = control->view;
    struct hand_drag drag = view->hand.drag;
    struct layout layout = layout_make(control->picture, view);
    const struct place *map = layout_place(&layout, PANEL_MAP);

    view->hand.drag = (struct hand_drag){ 0 };
    if (!drag.held || drag.moved || !on_map(map, control->press))
        return;
    uint16_t row = (uint16_t)(control->press->row - map->row - 1);
    uint16_t column = (uint16_t)(control->press->column - map->column);
    struct geo_point point = point_at(view, row + 0.5, column + 0.5);
    bool draws = view->focus == FOCUS_DRAW || view->focus == FOCUS_MEASURE;
    if (!draws)
        control_take_at(control, row, column);
    struct hand_picked picked = view->hand.picked;
    if (view->focus != FOCUS_LINE)
        control_cursor_to(view, point);
    view->hand.picked = picked;
    if (view->focus == FOCUS_DRAW)
        act_corner_add(control);
    else if (view->focus == FOCUS_MEASURE)
        act_measure_end(control);
}

bool control_map_wheel(struct control *control, const struct place *map, int direction)
{
    struct view *view = control->view;

    if (!on_map(map, control->press) || !view->map_placed)
        return false;
    struct geo_point about = point_at(view, control->press->row - map->row - 0.5,
                                      control->press->column - map->column + 0.5);
    control_zoom(view, direction < 0 ? 1 / 1.25 : 1.25, about);
    return true;
}
