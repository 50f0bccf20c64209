/* layer_list.c - the layers of the map: which are shown, and why one is not. */
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

/* What keeps a layer off the screen, whatever its person says. */
static void state_words(const struct view *view, const struct map_layer_style *style, char *text,
                        size_t text_bytes)
{
    double m_per_cell = view->map_view.m_per_cell;
    bool by_scale = style->m_per_cell_max > 0 && m_per_cell > style->m_per_cell_max;

    if (style->hidden)
        snprintf(text, text_bytes, "off");
    else if (by_scale)
        snprintf(text, text_bytes, "out of scale: below %.3g m a cell",
                 style->m_per_cell_max);
    else
        snprintf(text, text_bytes, "shown");
}

static void layer_draw(const struct view *view, uint32_t layer, uint16_t at,
                       struct canvas *canvas)
{
    const struct map_layer_style *style = map_layer_style(view->map, layer);
    bool chosen = layer == view->hand.layer_at;
    struct row row = row_start(canvas, at, chosen ? VIEW_SELECTED : VIEW_OTHER);
    char text[120];

    row_field(&row, 4, INK_PLAIN, style->hidden ? "[ ]" : "[x]");
    row_field(&row, 20, chosen ? INK_SELECTED : INK_BRIGHT, style->name);
    row.column++;
    state_words(view, style, text, sizeof text);
    row_field(&row, row_rest(&row, 1), style->hidden ? INK_DIM : INK_PLAIN, text);
    row_end(&row, chosen ? VIEW_SELECTED : VIEW_OTHER);
}

static void layers_draw(const struct picture *picture, const struct view *view,
                        struct canvas *canvas)
{
    uint32_t count = view->map ? map_layer_count(view->map) : 0;
    uint32_t room = canvas->rows - 1u - (view->map_state[0] ? 1u : 0u);
    uint32_t at = view->hand.layer_at, first = at >= room ? at - room + 1 : 0;
    char name[32];

    (void)picture;
    for (uint16_t i = 0; i < canvas->rows; i++)
        canvas_fill(canvas, i, 0, canvas->columns, ' ', INK_PLAIN, GROUND_PANEL);
    snprintf(name, sizeof name, "LAYERS %u", count);
    title_draw(canvas, name, count > room ? "space: on or off   Down for more"
                                          : "space: on or off   Esc closes");
    for (uint32_t i = 0; i < room && first + i < count; i++)
        layer_draw(view, first + i, (uint16_t)(i + 1), canvas);
    if (view->map_state[0])
        canvas_text(canvas, (uint16_t)(canvas->rows - 1), 1, span_of(view->map_state), INK_LATE);
}

const struct panel layers_panel = { .name = "layers", .rows_min = 2, .draw = layers_draw };
