#include "panels/layout.h"

enum {
    COLUMNS_MAP = 120,          /* Below it the map is F3. */
    COLUMNS_THREE = 220,        /* From here units and log have a column of their own. */
    LISTS_COLUMNS = 73, LISTS_COLUMNS_MAX = 110,
    ROWS_LOG = 40,              /* Below it the log is F6. */
    ATTENTION_ROWS_SHORT = 5,
    ROWS_TALL = 30,             /* From here two results and a rule fit. */
    OVERLAY_COLUMNS_MIN = 70,
    MENU_ROWS_MAX = 10,
    MENU_COLUMNS = 72, FOUND_COLUMNS = 78, LAYERS_COLUMNS = 66,
};

static uint16_t smaller(uint32_t left, uint32_t right)
{
    return (uint16_t)(left < right ? left : right);
}

static void put(struct layout *layout, enum panel_id panel, uint32_t row, uint32_t column,
                uint32_t rows, uint32_t columns)
{
    assert(layout->count < PLACES_MAX);
    layout->places[layout->count++] = (struct place){
        .panel = panel, .row = (uint16_t)row, .column = (uint16_t)column,
        .rows = (uint16_t)rows, .columns = (uint16_t)columns,
    };
}

const struct place *layout_place(const struct layout *layout, enum panel_id panel)
{
    for (uint32_t i = 0; i < layout->count; i++)
        if (layout->places[i].panel == panel)
            return &layout->places[i];
    return NULL;
}

/* How many rows a panel may come to have: what it wants, but a flood in one list must not push the
 * others off the screen. */
static uint16_t most_rows(const struct picture *picture, const struct view *view,
                          enum panel_id panel, uint16_t pile_rows)
{
    panel_wants_fn *wants = panel_of(panel)->wants;
    uint32_t wanted = wants ? wants(picture, view) : pile_rows;

    return smaller(wanted, pile_rows * 3u / 5);
}

/* One pile of panels. Each gets its least, from the top while there is room; then a row each in
 * turn, as long as it wants one; what is left goes to the last, so that a pile has no hole. */
static void pile(struct layout *layout, const struct picture *picture, const struct view *view,
                 struct place box, const enum panel_id *panels, uint32_t count)
{
    uint16_t given[PANEL_COUNT] = { 0 };
    uint16_t left = box.rows;
    uint32_t shown = 0;

    while (shown < count && panel_of(panels[shown])->rows_min <= left) {
        given[shown] = panel_of(panels[shown])->rows_min;
        left = (uint16_t)(left - given[shown++]);
    }
    bool wanted = true;
    for (uint32_t turn = 1; wanted && left > 0; turn++) {
        wanted = false;
        for (uint32_t i = 0; i < shown && left > 0; i++) {
            if (given[i] >= most_rows(picture, view, panels[i], box.rows))
                continue;
            wanted = true;
            if (turn % (panel_of(panels[i])->patience + 1) != 0)
                continue;
            given[i]++;
            left--;
        }
    }
    if (shown > 0)
        given[shown - 1] = (uint16_t)(given[shown - 1] + left);
    for (uint32_t i = 0; i < shown; box.row = (uint16_t)(box.row + given[i]), i++)
        put(layout, panels[i], box.row, box.column, given[i], box.columns);
}

static const enum panel_id lists_log[] = { PANEL_ATTENTION, PANEL_PENDING, PANEL_ACTIVE,
                                           PANEL_UNITS, PANEL_LOG };
static const enum panel_id lists_short[] = { PANEL_ATTENTION, PANEL_PENDING, PANEL_ACTIVE,
                                             PANEL_UNITS };
static const enum panel_id lists_tall[] = { PANEL_ATTENTION, PANEL_PENDING, PANEL_ACTIVE,
                                            PANEL_SELECTED, PANEL_UNITS, PANEL_LOG };
static const enum panel_id lists_details[] = { PANEL_ATTENTION, PANEL_PENDING, PANEL_ACTIVE,
                                               PANEL_SELECTED };
static const enum panel_id lists_only[] = { PANEL_ATTENTION, PANEL_PENDING, PANEL_ACTIVE };
static const enum panel_id units_log[] = { PANEL_UNITS, PANEL_LOG };

static uint16_t selected_rows(uint16_t body_rows)
{
    return smaller(14, body_rows * 2u / 5);
}

static void desk_three(struct layout *layout, const struct picture *picture,
                       const struct view *view)
{
    uint16_t lists = smaller(LISTS_COLUMNS + (view->columns - COLUMNS_THREE) / 4u,
                             LISTS_COLUMNS_MAX);
    uint16_t map = (uint16_t)(view->columns - 2 * lists - 2);
    struct place box = { .row = layout->body_row, .column = (uint16_t)(map + 1),
                         .rows = layout->body_rows, .columns = lists };

    put(layout, PANEL_MAP, layout->body_row, 0, layout->body_rows, map);
    pile(layout, picture, view, box, lists_details, ARRAY_COUNT(lists_details));
    layout->dividers[0] = map;
    layout->dividers[1] = (uint16_t)(map + 1 + lists);
    box.column = (uint16_t)(layout->dividers[1] + 1);
    pile(layout, picture, view, box, units_log, ARRAY_COUNT(units_log));
}

/* Map over details at the left, lists at the right. */
static void desk_two(struct layout *layout, const struct picture *picture,
                     const struct view *view)
{
    uint16_t details = selected_rows(layout->body_rows);
    uint32_t map_rows = (uint32_t)layout->body_rows - details;
    uint16_t left = (uint16_t)(view->columns - LISTS_COLUMNS - 1);
    struct place box = { .row = layout->body_row, .column = (uint16_t)(left + 1),
                         .rows = layout->body_rows, .columns = LISTS_COLUMNS };
    bool log = view->rows >= ROWS_LOG;

    put(layout, PANEL_MAP, layout->body_row, 0, map_rows, left);
    put(layout, PANEL_SELECTED, layout->body_row + map_rows, 0, details, left);
    layout->dividers[0] = left;
    pile(layout, picture, view, box, log ? lists_log : lists_short,
         (uint32_t)(log ? ARRAY_COUNT(lists_log) : ARRAY_COUNT(lists_short)));
}

static void desk_narrow(struct layout *layout, const struct picture *picture,
                        const struct view *view)
{
    struct place box = { .row = layout->body_row, .rows = layout->body_rows,
                         .columns = view->columns };

    if (view->rows >= ROWS_LOG)
        pile(layout, picture, view, box, lists_tall, ARRAY_COUNT(lists_tall));
    else if (view_selects(view)) {
        /* Who looks at one object sees that and what waits; Esc brings the lists back. */
        put(layout, PANEL_ATTENTION, box.row, 0, ATTENTION_ROWS_SHORT, box.columns);
        put(layout, PANEL_SELECTED, box.row + ATTENTION_ROWS_SHORT, 0,
            (uint32_t)box.rows - ATTENTION_ROWS_SHORT, box.columns);
    } else
        pile(layout, picture, view, box, lists_short, ARRAY_COUNT(lists_short));
}

static void put_page(struct layout *layout, const struct picture *picture,
                     const struct view *view)
{
    struct place box = { .row = layout->body_row, .rows = layout->body_rows,
                         .columns = view->columns };

    switch (view->page) {
    case PAGE_DESK:
        if (view->columns >= COLUMNS_THREE)
            desk_three(layout, picture, view);
        else if (view->columns >= COLUMNS_MAP)
            desk_two(layout, picture, view);
        else
            desk_narrow(layout, picture, view);
        return;
    case PAGE_MAP:
        put(layout, PANEL_MAP, box.row, 0, box.rows, box.columns);
        return;
    case PAGE_LISTS:
        pile(layout, picture, view, box, lists_only, ARRAY_COUNT(lists_only));
        return;
    case PAGE_UNITS:
        put(layout, PANEL_UNITS, box.row, 0, box.rows, box.columns);
        return;
    case PAGE_LOG:
        put(layout, PANEL_LOG, box.row, 0, box.rows, box.columns);
        return;
    }
}

/* Over the map where the lists stay in sight, else over all of the body; row 2 is never hidden. */
static void put_overlay(struct layout *layout, const struct view *view)
{
    static const enum panel_id panels[] = { [OVERLAY_HELP] = PANEL_HELP,
                                            [OVERLAY_ANSWER] = PANEL_ANSWER,
                                            [OVERLAY_FEEDS] = PANEL_FEEDS };
    uint16_t columns = view->columns;

    if (view->overlay == OVERLAY_NONE)
        return;
    if (view->page == PAGE_DESK && layout->dividers[0] >= OVERLAY_COLUMNS_MIN)
        columns = layout->dividers[0];
    put(layout, panels[view->overlay], layout->body_row, 0, layout->body_rows, columns);
}

static void put_menu(struct layout *layout, const struct view *view)
{
    if (!view->menu.open)
        return;
    uint16_t rows = smaller(smaller(view->menu.count, MENU_ROWS_MAX), layout->body_rows);
    put(layout, PANEL_MENU, (uint32_t)(layout->body_row + layout->body_rows - rows), 0, rows,
        smaller(MENU_COLUMNS, view->columns));
}

/* What `/` found lies where the menu would; the list of layers at the top, over the map. Under the
 * middle of the map, where a candidate is shown, nothing lies. */
static void put_lists(struct layout *layout, const struct view *view)
{
    const struct hand_search *search = &view->hand.search;
    uint16_t least = layout->body_rows / 2u > 3 ? (uint16_t)(layout->body_rows / 2u - 1) : 2;
    bool finds = search->on && !view->menu.open && search->said != SAID_NOTHING;

    if (finds) {
        uint16_t rows = smaller(search->count + 1, smaller(FOUND_MAX + 1, least));
        put(layout, PANEL_FOUND, (uint32_t)(layout->body_row + layout->body_rows - rows), 0, rows,
            smaller(FOUND_COLUMNS, view->columns));
    }
    if (view->focus == FOCUS_LAYERS && view->map) {
        uint32_t wanted = map_layer_count(view->map) + 1 + (view->map_state[0] ? 1 : 0);
        put(layout, PANEL_LAYERS, layout->body_row + 1u, 0,
            smaller(wanted, layout->body_rows - 2u), smaller(LAYERS_COLUMNS, view->columns));
    }
}

struct layout layout_make(const struct picture *picture, const struct view *view)
{
    struct layout layout = { 0 };
    uint16_t columns = view->columns;
    bool tall = view->rows >= ROWS_TALL;
    uint16_t results = tall ? 2 : 1;

    if (view->rows < LAYOUT_ROWS_MIN || columns < LAYOUT_COLUMNS_MIN) {
        layout.too_small = true;
        return layout;
    }
    layout.body_row = 2;
    layout.body_rows = (uint16_t)(view->rows - 2 - results - 3 - (tall ? 1 : 0));
    put(&layout, PANEL_STATUS, 0, 0, 1, columns);
    put(&layout, PANEL_URGENT, 1, 0, 1, columns);
    put_page(&layout, picture, view);
    uint16_t bottom = (uint16_t)(view->rows - 3 - results);
    layout.rule_row = (uint16_t)(tall ? bottom - 1 : 0);
    put(&layout, PANEL_RESULTS, bottom, 0, results, columns);
    put(&layout, PANEL_READ_BACK, bottom + results, 0, 1, columns);
    put(&layout, PANEL_LINE, bottom + results + 1u, 0, 1, columns);
    put(&layout, PANEL_KEYS, bottom + results + 2u, 0, 1, columns);
    put_overlay(&layout, view);
    put_menu(&layout, view);
    put_lists(&layout, view);
    return layout;
}
