/* look_layer_keys.c - the keys of `watchdesk map` in its lists of layers and of columns. */
#include <string.h>

#include "app/base/text.h"
#include "panels/look_state.h"

static bool is_text(const struct press *press, char letter)
{
    return press->code == PRESS_TEXT && press->glyph == (unsigned char)letter;
}

/* -1, 1: to the row before, the next; 0: no such key. */
static int step_of(const struct press *press)
{
    if (press->code == PRESS_UP || is_text(press, 'k'))
        return -1;
    return press->code == PRESS_DOWN || is_text(press, 'j') ? 1 : 0;
}

static void step_in(uint32_t *at, int step, uint32_t count)
{
    *at = (*at + count + (uint32_t)step) % count;
}

/* ---- layers ---- */

static void layers_only(struct look *look, bool only)
{
    for (uint32_t i = 0; i < map_layer_count(look->layers.map); i++)
        map_layer_hide(look->layers.map, i, only && i != look->layer_at);
}

/* Those that come later in the list are drawn over those before. */
static void layer_move(struct look *look, int step)
{
    uint32_t to = look->layer_at + (uint32_t)step, low = step < 0 ? to : look->layer_at;

    if (!look->loaded) {
        look_say(look, "files are still being read: then the order can be changed");
        return;
    }
    if ((step < 0 && look->layer_at == 0) || !look_layers_swap(&look->layers, low))
        return;
    look->layer_at = to;
    look->wants_arrange = true;
    look_find_clear(&look->find);       /* It knows layers by their numbers. */
    look_outline_clear(look);
}

static void columns_open(struct look *look)
{
    struct look_layer *layer = look_layer_of(&look->layers, look->layer_at);

    if (!look_layer_table(layer)) {
        look_say(look, "%s has no columns to be styled by", layer->style.name);
        return;
    }
    look->pane = LOOK_PANE_COLUMNS;
    look->pane_first = look->column_at = 0;
}

static void layer_press(struct look *look, const struct press *press)
{
    struct map *map = look->layers.map;
    uint32_t count = map_layer_count(map), at = look->layer_at;

    if (step_of(press))
        step_in(&look->layer_at, step_of(press), count);
    else if (press->code == PRESS_ENTER || is_text(press, ' '))
        map_layer_hide(map, at, !map_layer_style(map, at)->hidden);
    else if (is_text(press, 'o') || is_text(press, 'a'))
        layers_only(look, is_text(press, 'o'));
    else if (is_text(press, 's'))
        columns_open(look);
    else
        layer_move(look, is_text(press, '<') || press->code == PRESS_SHIFT_UP ? -1 : 1);
    look->pointed = (struct look_pointed){ 0 };
}

/* ---- columns ---- */

static void column_press(struct look *look, const struct press *press)
{
    struct look_layer *layer = look_layer_of(&look->layers, look->layer_at);
    struct shape_table *table = look_layer_table(layer);
    const char *column = look->column_at ? shape_table_field(table, look->column_at - 1)->name : "";

    if (step_of(press)) {
        step_in(&look->column_at, step_of(press), shape_table_field_count(table) + 1);
        return;
    }
    look->restyle.wanted = true;
    text_copy(look->restyle.layer, sizeof look->restyle.layer, span_of(layer->style.name));
    text_copy(look->restyle.column, sizeof look->restyle.column, span_of(column));
}

bool look_layers_takes(const struct look *look, const struct press *press)
{
    bool layers = look->pane == LOOK_PANE_LAYERS, columns = look->pane == LOOK_PANE_COLUMNS;
    const char *letters = layers ? "jk oas<>" : "jk ";

    if ((!layers && !columns) || map_layer_count(look->layers.map) == 0)
        return false;
    if (press->code == PRESS_TEXT)
        return press->glyph < 0x80 && strchr(letters, (int)press->glyph);
    if (press->code == PRESS_SHIFT_UP || press->code == PRESS_SHIFT_DOWN)
        return layers;
    return press->code == PRESS_UP || press->code == PRESS_DOWN || press->code == PRESS_ENTER;
}

void look_layers_press(struct look *look, const struct press *press)
{
    if (look->pane == LOOK_PANE_COLUMNS)
        column_press(look, press);
    else
        layer_press(look, press);
}
