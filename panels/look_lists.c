/* look_lists.c - the lists of `watchdesk map` beside or over its map: what is under the cursor, the
 * layers, a layer's columns, the files, the keys. */
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "panels/look_state.h"
#include "panels/rows.h"

enum { NAME_COLUMNS_MAX = 16 };

/* ---- lists: a title, rows, and which of them are seen ---- */

struct list {
    struct look *look;
    struct canvas *canvas;
    uint32_t at;                /* Rows written so far, seen or not. */
};

/* Where the next row goes; past the canvas when it is scrolled away. */
static uint16_t list_next(struct list *list)
{
    uint32_t row = list->at++, first = list->look->pane_first;

    return row < first || row - first + 1 >= list->canvas->rows ? UINT16_MAX
                                                                : (uint16_t)(row - first + 1);
}

static void list_start(struct list *list)
{
    canvas_wipe(list->canvas);
    list->look->pane_rows = list->canvas->rows > 1 ? list->canvas->rows - 1u : 0;
}

/* Scrolling ends with the last row at the bottom; what is further is said in the title. */
static void list_end(struct list *list, const char *name)
{
    uint32_t *first = &list->look->pane_first, rows = list->look->pane_rows;
    char rest[80];
    uint32_t most = list->at > rows ? list->at - rows : 0;

    if (*first > most)
        *first = most;
    if (most == 0)
        snprintf(rest, sizeof rest, "Esc closes");
    else
        snprintf(rest, sizeof rest, "%u to %u of %u, PgDn PgUp, Esc closes", *first + 1,
                 *first + rows < list->at ? *first + rows : list->at, list->at);
    title_draw(list->canvas, name, rest);
}

/* "NAME  value", the value over several rows when it is long. */
static void list_pair(struct list *list, uint16_t name_columns, const char *name, const char *value)
{
    struct span rest = span_of(value);
    uint16_t width = list->canvas->columns > name_columns + 3u
                         ? (uint16_t)(list->canvas->columns - name_columns - 3) : 1;

    for (bool first = true; first || rest.length; first = false) {
        uint16_t row = list_next(list);
        size_t length = 0;
        uint32_t columns = 0, code;
        while (length < rest.length) {
            size_t step = utf8_decode(span_from(rest.bytes + length, rest.length - length), &code);
            uint32_t wide = step ? (uint32_t)glyph_columns(code) : 1;
            if (columns + wide > width)
                break;
            columns += wide;
            length += step ? step : 1;
        }
        canvas_field(list->canvas, row, 1, name_columns, span_of(first ? name : ""), INK_DIM);
        canvas_text(list->canvas, row, (uint16_t)(name_columns + 2),
                    span_from(rest.bytes, length), INK_PLAIN);
        rest = span_from(rest.bytes + length, rest.length - length);
        if (length == 0)
            break;
    }
}

/* ---- what is here ---- */

static void record_rows(struct list *list, struct look_layer *layer, uint32_t record)
{
    struct shape_table *table = look_layer_table(layer);
    char value[SHAPE_VALUE_BYTES];
    uint32_t fields = table ? shape_table_field_count(table) : 0;
    uint16_t widest = 4;

    for (uint32_t field = 0; field < fields; field++) {
        uint32_t columns = text_columns(span_of(shape_table_field(table, field)->name));
        columns = columns < NAME_COLUMNS_MAX ? columns : NAME_COLUMNS_MAX;
        widest = columns > widest ? (uint16_t)columns : widest;
    }
    for (uint32_t field = 0; field < fields; field++) {
        look_value(table, record, field, value);
        list_pair(list, widest, shape_table_field(table, field)->name, value[0] ? value : "-");
    }
    if (fields == 0)
        canvas_text(list->canvas, list_next(list), 1,
                    span_of(table ? "the file has no attributes" : layer->why), INK_DIM);
}

static void record_draw(struct look *look, struct canvas *canvas)
{
    struct list list = { .look = look, .canvas = canvas };
    const struct map_feature *chosen = look_chosen(look);
    char name[120];

    list_start(&list);
    if (!chosen) {
        canvas_text(canvas, list_next(&list), 1,
                    span_of("nothing under the cursor: move it onto something"), INK_DIM);
        list_end(&list, "HERE");
        return;
    }
    struct look_layer *layer = look_layer_of(&look->layers, chosen->layer);
    record_rows(&list, layer, chosen->record);
    if (look->pointed.count > 1)
        snprintf(name, sizeof name, "%s #%u  %u of %u, Enter: next", layer->style.name,
                 chosen->record, look->pointed.chosen + 1, look->pointed.count);
    else
        snprintf(name, sizeof name, "%s #%u", layer->style.name, chosen->record);
    list_end(&list, name);
}

/* ---- layers, files, keys ---- */

/* Scrolls so that the row with the cursor is seen. */
static void list_follow(struct list *list, uint32_t at)
{
    uint32_t *first = &list->look->pane_first;
    uint32_t room = list->canvas->rows > 1 ? list->canvas->rows - 1u : 1;

    if (at < *first)
        *first = at;
    if (at >= *first + room)
        *first = at - room + 1;
}

static void layers_draw(struct look *look, struct canvas *canvas)
{
    struct list list = { .look = look, .canvas = canvas };
    uint32_t count = map_layer_count(look->layers.map);

    list_follow(&list, look->layer_at);
    list_start(&list);
    for (uint32_t i = 0; i < count; i++) {
        const struct map_layer_style *style = map_layer_style(look->layers.map, i);
        struct look_layer *layer = look_layer_of(&look->layers, i);
        struct shape_table *table = look_layer_table(layer);
        uint16_t row = list_next(&list);
        bool here = i == look->layer_at;
        bool seen = !style->hidden && !layer->failed;
        canvas_print(canvas, row, 1, here ? INK_SELECTED : seen ? INK_PLAIN : INK_DIM,
                     "%c [%c] %s", here ? '>' : ' ',
                     layer->failed ? '!' : style->hidden ? ' ' : 'x', style->name);
        if (table && canvas->columns > 12)
            canvas_print(canvas, row, (uint16_t)(canvas->columns - 10), INK_DIM, "%9u",
                         shape_table_record_count(table));
    }
    list_end(&list, "LAYERS  Space o a: on, off  s: style  < >: order");
}

/* The columns of the layer that the cursor is on in the list of layers, to be styled by one. */
static void columns_draw(struct look *look, struct canvas *canvas)
{
    struct list list = { .look = look, .canvas = canvas };
    struct look_layer *layer = look_layer_of(&look->layers, look->layer_at);
    struct shape_table *table = look_layer_table(layer);
    uint32_t count = table ? shape_table_field_count(table) : 0;
    char title[MAP_NAME_BYTES + 40];

    list_follow(&list, look->column_at);
    list_start(&list);
    for (uint32_t i = 0; i <= count; i++) {
        const char *name = i ? shape_table_field(table, i - 1)->name : "(as it came)";
        bool used = i ? layer->legend.title[0] && strcmp(name, layer->style.class_column) == 0
                      : layer->legend.title[0] == '\0';
        canvas_print(canvas, list_next(&list), 1,
                     i == look->column_at ? INK_SELECTED : INK_PLAIN, "%c %c %s",
                     i == look->column_at ? '>' : ' ', used ? '*' : ' ', name);
    }
    snprintf(title, sizeof title, "STYLE %s BY  Enter", layer->style.name);
    list_end(&list, title);
}

static void files_draw(struct look *look, struct canvas *canvas)
{
    struct list list = { .look = look, .canvas = canvas };

    list_start(&list);
    for (uint32_t i = 0; i < look->layers.count; i++) {
        const struct look_layer *layer = &look->layers.at[i];
        list_pair(&list, NAME_COLUMNS_MAX, layer->failed ? "NOT SHOWN" : layer->style.name,
                  layer->why[0] ? layer->why : layer->style.path);
    }
    list_end(&list, "FILES");
}

static void help_draw(struct look *look, struct canvas *canvas)
{
    struct list list = { .look = look, .canvas = canvas };
    const char *label, *help;

    list_start(&list);
    for (uint32_t i = 0; look_key_row(i, &label, &help); i++) {
        uint16_t row = list_next(&list);
        canvas_field(canvas, row, 1, 13, span_of(label), INK_BRIGHT);
        canvas_text(canvas, row, 15, span_of(help), INK_PLAIN);
    }
    list_end(&list, "KEYS");
}

static void pane_draw(struct look *look, struct canvas *canvas)
{
    switch (look->pane) {
    case LOOK_PANE_NONE:
        return;
    case LOOK_PANE_RECORD:
        record_draw(look, canvas);
        return;
    case LOOK_PANE_LAYERS:
        layers_draw(look, canvas);
        return;
    case LOOK_PANE_COLUMNS:
        columns_draw(look, canvas);
        return;
    case LOOK_PANE_HELP:
        help_draw(look, canvas);
        return;
    case LOOK_PANE_FILES:
        files_draw(look, canvas);
        return;
    }
}

/* A list that was scrolled past its end is drawn again from where it was put. */
void look_list_draw(struct look *look, struct canvas *canvas)
{
    uint32_t first = look->pane_first;

    pane_draw(look, canvas);
    if (look->pane_first != first)
        pane_draw(look, canvas);
}
