/* control_desk.c - what is selected and which page shows it: the walk through the queue, pages,
 * overlays, scrolling, the mouse. */
#include "panels/control_acts.h"

#include "panels/layout.h"

/* ---- selecting ---- */

void control_select(struct control *control, struct object_name name)
{
    view_select(control->view, control->picture, name);
    control->view->suggestion_at = 0;
    control_frame(control);
}

/* ---- the queue ---- */

static void walk(struct control *control, int step)
{
    struct view *view = control->view;
    uint32_t count = view->attention.count;
    int64_t at = -1;

    if (count == 0)
        return;
    for (uint32_t i = 0; i < count && view->walking; i++)
        if (view_relation(view, control->picture, &view->attention.names[i]) == VIEW_SELECTED)
            at = i;
    if (!view->walking)
        view->before = view->selected;
    at = at < 0 ? (step > 0 ? 0 : (int64_t)count - 1) : at + step;
    at = at < 0 ? 0 : at >= (int64_t)count ? (int64_t)count - 1 : at;
    view->walking = true;
    struct object_name target = { 0 };
    if (object_name_parse(span_of(view->attention.names[at].key), &target))
        control_select(control, target);
}

void act_walk_next(struct control *control) { walk(control, 1); }
void act_walk_back(struct control *control) { walk(control, -1); }

/* ---- pages and overlays ---- */

static void page_toggle(struct view *view, enum page page)
{
    view->overlay = OVERLAY_NONE;
    view->focus = FOCUS_LINE;
    view->page = view->page == page ? PAGE_DESK : page;
    view->log_first = 0;
    view->units_first = 0;
}

void act_lists(struct control *control) { page_toggle(control->view, PAGE_LISTS); }
void act_units(struct control *control) { page_toggle(control->view, PAGE_UNITS); }
void act_log(struct control *control) { page_toggle(control->view, PAGE_LOG); }

void act_call(struct control *control)
{
    view_result_add(control->view, "NO", "F2",
                    "call entry is not there yet: new TYPE @place p1 ; text opens an incident");
}

/* Whoever asks on the map gets its keys first (help.c). */
void act_help(struct control *control)
{
    struct view *view = control->view;

    view->overlay = OVERLAY_HELP;
    view->overlay_first = 0;
}

void act_redraw(struct control *control)
{
    control->effect->kind = EFFECT_REDRAW;
}

static uint32_t *scrolled(struct view *view, uint32_t *ret_most)
{
    if (view->overlay != OVERLAY_NONE) {
        *ret_most = view->overlay == OVERLAY_ANSWER ? view->answer_count : help_row_count();
        return &view->overlay_first;
    }
    if (view->page == PAGE_LOG) {
        *ret_most = view_log_kept(view);
        return &view->log_first;
    }
    *ret_most = view->units.count;
    return view->page == PAGE_UNITS ? &view->units_first : NULL;
}

static void scroll(struct view *view, int rows)
{
    uint32_t most = 0;
    uint32_t *first = scrolled(view, &most);

    if (!first)
        return;
    int64_t to = (int64_t)*first + rows;
    int64_t last = most > 0 ? (int64_t)most - 1 : 0;
    *first = (uint32_t)(to < 0 ? 0 : to > last ? last : to);
}

void act_page_up(struct control *control)
{
    scroll(control->view, -(control->view->rows - 10));
}

void act_page_down(struct control *control)
{
    scroll(control->view, control->view->rows - 10);
}

/* ---- the mouse types and selects; it never does what a key cannot ---- */

static bool over(const struct place *place, const struct press *press)
{
    return place && press->row >= place->row && press->row < place->row + place->rows
           && press->column >= place->column && press->column < place->column + place->columns;
}

static void click_attention(struct control *control, uint32_t row)
{
    struct object_name target = { 0 };
    struct view *view = control->view;

    if (row >= 1 && row - 1 < view->attention.count
        && object_name_parse(span_of(view->attention.names[row - 1].key), &target))
        control_select(control, target);
}

static void click_unit(struct control *control, uint32_t row)
{
    struct view *view = control->view;
    uint32_t first = view->page == PAGE_UNITS ? view->units_first : 0;

    if (row >= 2 && first + row - 2 < view->units.count)
        control_select(control, view->units.names[first + row - 2]);
}

void act_click(struct control *control)
{
    struct layout layout = layout_make(control->picture, control->view);
    const struct press *press = control->press;
    const struct place *attention = layout_place(&layout, PANEL_ATTENTION);
    const struct place *units = layout_place(&layout, PANEL_UNITS);

    if (control->view->overlay != OVERLAY_NONE
        || control_map_pressed(control, layout_place(&layout, PANEL_MAP)))
        return;
    if (over(attention, press))
        click_attention(control, (uint32_t)(press->row - attention->row));
    else if (over(units, press))
        click_unit(control, (uint32_t)(press->row - units->row));
}

static void wheel(struct control *control, int direction)
{
    struct layout layout = layout_make(control->picture, control->view);

    if (control->view->overlay != OVERLAY_NONE
        || !control_map_wheel(control, layout_place(&layout, PANEL_MAP), direction))
        scroll(control->view, direction * 3);
}

void act_wheel_up(struct control *control) { wheel(control, -1); }
void act_wheel_down(struct control *control) { wheel(control, 1); }
