/* look_moves.c - where the map and its cursor stand. */
#include <math.h>

#include "panels/look_state.h"

static const double m_per_cell_min = 0.02, m_per_cell_max = 100000;

enum {
    POINT_M_PER_CELL = 4,       /* How near a single point is looked at. */
    WALK_SCALES = 12,           /* A record may be so much smaller than the screen. */
};

static struct map_view view_of(const struct look *look, struct geo_box box, uint16_t rows,
                               uint16_t columns)
{
    enum map_mode mode = look->ascii ? MAP_ASCII
                         : look->options->mode_given ? look->options->mode : MAP_BRAILLE;
    struct map_view view = map_view_fit(box, rows, columns, mode);

    view.groundless = look->mono;
    return view;
}

struct map_view look_first_view(struct look *look, uint16_t rows, uint16_t columns)
{
    const struct look_options *options = look->options;
    struct map_view view = view_of(look, map_bulk(look->layers.map), rows, columns);

    if (geo_known(options->at))
        view.center = options->at;
    if (options->m_per_cell > 0)
        view.m_per_cell = options->m_per_cell;
    return view;
}

static struct geo_point point_at(const struct look *look, double row, double column)
{
    return map_point_at(&look->view, look->map_rows, look->map_columns, row, column);
}

static void cell_of(const struct look *look, struct geo_point point, double *ret_row,
                    double *ret_column)
{
    map_cell_of(&look->view, look->map_rows, look->map_columns, point, ret_row, ret_column);
}

bool look_sees(const struct look *look, struct geo_point point)
{
    double row, column;

    if (!geo_known(point) || look->map_rows < 2)
        return false;
    cell_of(look, point, &row, &column);
    return row >= 0 && row < look->map_rows - 1 && column >= 0 && column < look->map_columns;
}

void look_cursor_to(struct look *look, struct geo_point point)
{
    look->cursor = geo_rounded(point);
    look->pointed = (struct look_pointed){ 0 };
}

void look_pan(struct look *look, double rows, double columns)
{
    double row, column;

    if (look->map_rows == 0)
        return;
    cell_of(look, look->cursor, &row, &column);
    look->view.center = point_at(look, look->map_rows / 2.0 + rows,
                                 look->map_columns / 2.0 + columns);
    /* The cursor goes along, so that it stays in sight. */
    look_cursor_to(look, point_at(look, row, column));
}

/* By whole cells, from the middle of one to the middle of another; at an edge the view goes on. */
void look_cursor_move(struct look *look, int rows, int columns)
{
    double row, column;

    if (look->map_rows < 3)
        return;
    if (!look_sees(look, look->cursor))
        look->cursor = geo_rounded(look->view.center);
    cell_of(look, look->cursor, &row, &column);
    row = floor(row) + 0.5 + rows;
    column = floor(column) + 0.5 + columns;
    double row_last = look->map_rows - 2.5, column_last = look->map_columns - 1.5;
    double row_over = row < 1.5 ? row - 1.5 : row > row_last ? row - row_last : 0;
    double column_over = column < 1.5 ? column - 1.5
                         : column > column_last ? column - column_last : 0;
    struct geo_point to = point_at(look, row, column);
    if (row_over != 0 || column_over != 0)
        look_pan(look, row_over, column_over);
    look_cursor_to(look, to);
}

/* What is under `about` stays there. */
void look_zoom(struct look *look, double factor, struct geo_point about)
{
    double m_per_cell = look->view.m_per_cell * factor, row, column, now_row, now_column;

    if (m_per_cell < m_per_cell_min || m_per_cell > m_per_cell_max) {
        look_say(look, "no further");
        return;
    }
    if (!look_sees(look, about))
        about = look->view.center;
    cell_of(look, about, &row, &column);
    look->view.m_per_cell = m_per_cell;
    cell_of(look, about, &now_row, &now_column);
    struct geo_point cursor = look->cursor;
    struct look_pointed pointed = look->pointed;
    look_pan(look, now_row - row, now_column - column);
    look->cursor = cursor;
    if (pointed.found)
        look->pointed = pointed;
    if (!look_sees(look, cursor))
        look_cursor_to(look, look->view.center);
}

static void look_from(struct look *look, const struct map_view *view)
{
    enum map_mode mode = look->placed ? look->view.mode : view->mode;

    look->view = *view;
    look->view.mode = mode;
    look_cursor_to(look, look->view.center);
}

void look_show_all(struct look *look, const struct map_view *first)
{
    if (look->loaded && look->options->m_per_cell <= 0)
        map_show_at(look->layers.map, first);
}

void look_fit(struct look *look)
{
    struct map_view first = look_first_view(look, look->map_rows, look->map_columns);

    look_show_all(look, &first);
    look_from(look, &first);
}

void look_home(struct look *look)
{
    struct map_view view = look_first_view(look, look->map_rows, look->map_columns);
    bool there = look->view.m_per_cell == view.m_per_cell
                 && geo_same(look->view.center, view.center);

    if (there) {
        view = view_of(look, map_bounds(look->layers.map), look->map_rows, look->map_columns);
        look_say(look, "everything, as far off as it is");
    }
    look_from(look, &view);
}

void look_go_to(struct look *look, struct geo_point point)
{
    look->view.center = point;
    look_cursor_to(look, point);
}

/* Its whole extent, but no nearer than a point is looked at, and no change of scale where the
 * record is seen well as it is: a walk through many should not jump about. */
static void frame_box(struct look *look, struct geo_box box)
{
    struct map_view whole = map_view_fit(box, look->map_rows, look->map_columns, look->view.mode);
    double needed = fmax(whole.m_per_cell * 1.3, POINT_M_PER_CELL);

    if (look->view.m_per_cell < needed || look->view.m_per_cell > needed * WALK_SCALES)
        look->view.m_per_cell = needed;
    look->view.center = whole.center;
}

/* The middle point of its longest run lies on a line for certain; a polygon's box has its middle
 * inside more often than not, and where it has not, a corner is surely its own. */
static struct geo_point middle_of(const struct geo_points *runs, uint32_t count, struct geo_box box,
                                  bool polygon)
{
    const struct geo_points *longest = &runs[0];
    struct geo_point middle = { (box.low.lat_deg + box.high.lat_deg) / 2,
                                (box.low.lon_deg + box.high.lon_deg) / 2 };

    for (uint32_t i = 1; i < count; i++)
        if (runs[i].count > longest->count)
            longest = &runs[i];
    if (polygon && geo_inside(longest, middle))
        return middle;
    return longest->count ? longest->at[longest->count / 2] : middle;
}

bool look_go_to_record(struct look *look, uint32_t layer, uint32_t record)
{
    struct geo_box box;
    bool shaped = map_record_bounds(look->layers.map, layer, record, &box);

    look->pointed = (struct look_pointed){
        .count = 1, .found = true, .at = { { .layer = layer, .record = record } },
    };
    look_outline_update(look);
    if (!shaped || look->outline.run_count == 0)
        return false;
    const struct geo_points *runs = look->outline.runs;
    bool polygon = runs[0].count > 3 && geo_same(runs[0].at[0], runs[0].at[runs[0].count - 1]);
    frame_box(look, box);
    look->cursor = geo_rounded(middle_of(runs, look->outline.run_count, box, polygon));
    if (!look_sees(look, look->cursor))
        look->view.center = look->cursor;
    return true;
}
