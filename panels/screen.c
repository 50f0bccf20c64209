#include "panels/screen.h"

#include <stdio.h>
#include <string.h>

#include "app/core/attention.h"
#include "panels/control.h"
#include "panels/foot.h"
#include "panels/rows.h"

enum { BLINKS_MAX = 3 };        /* Symbols at a time (screens.md section 4). */

#define ROW(upper, lower) [PANEL_##upper] = &lower##_panel,
static const struct panel *const panels[] = { PANELS(ROW) };
#undef ROW
_Static_assert(ARRAY_COUNT(panels) == PANEL_COUNT, "every panel is in the table");

const struct panel *panel_of(enum panel_id id)
{
    assert(id < PANEL_COUNT);
    return panels[id];
}

bool screen_home(const struct view *view, const struct picture *picture, enum screen_home which,
                 struct map_view *ret_view)
{
    const struct site *site = picture_site(picture);
    struct geo_box bounds;

    if (!view->map || !view->map_rows)
        return false;
    bounds = which == SCREEN_HOME_ALL ? map_bounds(view->map) : map_bulk(view->map);
    if (!geo_known(bounds.low) && geo_known(site->view))
        bounds = (struct geo_box){ site->view, site->view };
    if (!geo_known(bounds.low))
        return false;           /* Nothing says yet where on the earth this is. */
    *ret_view = map_view_fit(bounds, view->map_rows, view->map_columns,
                             view->ascii ? MAP_ASCII : view->map_mode);
    if (which == SCREEN_HOME_ALL)
        return true;
    if (geo_known(site->view))
        ret_view->center = site->view;
    if (site->view_m_per_cell > 0)
        ret_view->m_per_cell = site->view_m_per_cell;
    return true;
}

static bool same_view(const struct map_view *left, const struct map_view *right)
{
    return geo_same(left->center, right->center) && left->m_per_cell == right->m_per_cell;
}

/* While layers come, a view that nobody has touched goes on to show all that is there. */
static void place_map(struct view *view, const struct picture *picture)
{
    bool untouched = !view->map_placed || same_view(&view->map_view, &view->map_home);
    struct map_view home;

    if (untouched && screen_home(view, picture, SCREEN_HOME_SITE, &home)) {
        view->map_view = view->map_home = home;
        view->map_placed = true;
    }
    if (view->map_placed && view->focus != FOCUS_LINE && !geo_known(view->hand.cursor.at))
        control_cursor_place(view, picture);
}

void screen_prepare(struct view *view, const struct picture *picture)
{
    view_refresh(view, picture);
    struct layout layout = layout_make(picture, view);
    const struct place *map = layout_place(&layout, PANEL_MAP);
    if (map) {
        view->map_rows = (uint16_t)(map->rows - 1);
        view->map_columns = map->columns;
    }
    place_map(view, picture);
    if (view->map_follow) {
        struct geo_point point = object_location(picture, &view->selected);
        if (geo_known(point))
            view->map_view.center = point;
    }
}

static void draw_divider(const struct view *view, const struct layout *layout, uint16_t column,
                         struct canvas *canvas)
{
    for (uint16_t row = 0; column && row < layout->body_rows; row++)
        canvas_put(canvas, (uint16_t)(layout->body_row + row), column,
                   view->ascii ? '|' : 0x2502, INK_FRAME);
}

static void draw_too_small(const struct picture *picture, const struct view *view,
                           struct canvas *canvas)
{
    struct attention_sums sums = attention_sums(picture, view->operator_name);

    canvas_print(canvas, 0, 0, INK_LATE, "%sATTN %u   terminal too small: %ux%u, needs %ux%u",
                 strcmp(view->mode, "drill") == 0 ? "DRILL " : "", sums.total, view->columns,
                 view->rows, LAYOUT_COLUMNS_MIN, LAYOUT_ROWS_MIN);
}

/* More than three things that blink are a light show: the first three, from the top, do. */
static void limit_blinks(const struct view *view, struct canvas *canvas)
{
    uint32_t count = 0;
    bool before = false;

    for (uint16_t row = 0; row < canvas->rows; row++, before = false)
        for (uint16_t column = 0; column < canvas->columns; column++) {
            struct cell *cell = canvas_at(canvas, row, column);
            bool blinks = cell->flags & CELL_BLINK;
            count += blinks && !before;
            before = blinks;
            if (view->blink_off || count > BLINKS_MAX)
                cell->flags &= (uint8_t)~CELL_BLINK;
        }
}

void screen_draw(const struct picture *picture, const struct view *view, struct canvas *canvas)
{
    struct layout layout = layout_make(picture, view);

    canvas_wipe(canvas);
    if (layout.too_small)
        draw_too_small(picture, view, canvas);
    for (uint32_t i = 0; i < layout.count; i++) {
        const struct place *place = &layout.places[i];
        struct canvas part = canvas_part(canvas, place->row, place->column, place->rows,
                                         place->columns);
        panel_of(place->panel)->draw(picture, view, &part);
    }
    if (layout.rule_row)
        canvas_fill(canvas, layout.rule_row, 0, canvas->columns, '-', INK_FRAME, GROUND_NONE);
    for (uint32_t i = 0; i < ARRAY_COUNT(layout.dividers); i++)
        draw_divider(view, &layout, layout.dividers[i], canvas);
    limit_blinks(view, canvas);
    if (view->ascii)
        screen_to_ascii(canvas);
}

bool screen_cursor(const struct picture *picture, const struct view *view, uint16_t *ret_row,
                   uint16_t *ret_column)
{
    struct layout layout = layout_make(picture, view);
    const struct place *line = layout_place(&layout, PANEL_LINE);

    if (!line || view->focus != FOCUS_LINE)
        return false;
    *ret_row = line->row;
    *ret_column = line_cursor_column(view, line->columns);
    return true;
}
