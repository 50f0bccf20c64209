#include "panels/look_layers.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/guess.h"

/* ---- before reading ---- */

static bool choice_is_for(const struct look_choice *choice, const struct map_layer_style *style)
{
    return choice->layer.length == 0
           || text_same_ignoring_case(choice->layer, span_of(style->name));
}

static void override(const struct look_options *options, struct look_layer *layer)
{
    struct map_layer_style *style = &layer->style;

    for (uint32_t i = 0; i < options->labels.count; i++)
        if (choice_is_for(&options->labels.at[i], style))
            text_copy(style->label_column, sizeof style->label_column,
                      span_of(options->labels.at[i].value));
    for (uint32_t i = 0; i < options->hidden.count; i++)
        if (text_same_ignoring_case(span_of(options->hidden.at[i].value), span_of(style->name)))
            style->hidden = true;
}

void look_layers_init(struct look_layers *layers, const struct look_files *files,
                      const struct look_options *options)
{
    *layers = (struct look_layers){ .map = map_new(), .files = files, .options = options };
    layers->at = base_alloc((size_t)files->count + 1, sizeof *layers->at);
}

void look_layers_clear(struct look_layers *layers)
{
    for (uint32_t i = 0; i < layers->count; i++)
        if (layers->at[i].table)
            shape_table_free(layers->at[i].table);
    base_free(layers->at);
    map_free(layers->map);
}

/* ---- reading ---- */

/* Grounds before lines before points, whatever order the files were named in. */
static void put_in_order(struct look_layers *layers)
{
    uint32_t count = layers->files->count;
    struct map_layer_style *styles = base_alloc((size_t)count + 1, sizeof *styles);
    uint32_t *orders = base_alloc((size_t)count + 1, sizeof *orders);

    for (uint32_t i = 0; i < count; i++)
        orders[i] = guess_file(layers->files->paths[i], &styles[i]);
    for (uint32_t order = 0; order < GUESS_ORDERS; order++) {
        for (uint32_t i = 0; i < count; i++) {
            if (orders[i] != order)
                continue;
            layers->at[layers->count].style = styles[i];
            override(layers->options, &layers->at[layers->count++]);
        }
    }
    base_free(styles);
    base_free(orders);
    atomic_store(&layers->in_order, true);
}

static void style_by_choice(const struct look_options *options, struct look_layer *layer)
{
    for (uint32_t i = 0; i < options->styles.count; i++) {
        const struct look_choice *choice = &options->styles.at[i];
        struct shape_table *table = choice_is_for(choice, &layer->style)
                                        ? look_layer_table(layer) : NULL;
        if (table)
            look_style_by(table, choice->value, &layer->style, &layer->legend);
    }
}

static void read_layer(struct look_layers *layers, struct look_layer *layer)
{
    uint32_t number = map_layer_count(layers->map);

    style_by_choice(layers->options, layer);
    layer->status = map_layer_add(layers->map, &layer->style, layer->why, sizeof layer->why);
    layer->in_map = layer->status == STATUS_OK;
    if (layer->in_map)
        layers->of_map[number] = (uint32_t)(layer - layers->at);
    else if (layer->why[0] == '\0')
        snprintf(layer->why, sizeof layer->why, "%s: %s", layer->style.path,
                 status_text(layer->status));
}

void look_layers_read(struct look_layers *layers)
{
    put_in_order(layers);
    for (uint32_t i = 0; i < layers->count; i++) {
        read_layer(layers, &layers->at[i]);
        atomic_store(&layers->read_count, i + 1);
    }
}

void look_layers_progress(const struct look_layers *layers, char *text, size_t text_bytes)
{
    uint32_t at = atomic_load(&layers->read_count);

    if (!atomic_load(&layers->in_order))
        snprintf(text, text_bytes, "looking at %u file%s", layers->files->count,
                 layers->files->count == 1 ? "" : "s");
    else if (at < layers->count)
        snprintf(text, text_bytes, "reading %u of %u: %s", at + 1, layers->count,
                 layers->at[at].style.name);
    else
        snprintf(text, text_bytes, "drawing");
}

/* ---- afterwards ---- */

struct look_layer *look_layer_of(struct look_layers *layers, uint32_t map_layer)
{
    assert(map_layer < map_layer_count(layers->map));
    return &layers->at[layers->of_map[map_layer]];
}

struct shape_table *look_layer_table(struct look_layer *layer)
{
    char why[LOOK_WHY_BYTES] = "";

    if (layer->table || layer->table_tried)
        return layer->table;
    layer->table_tried = true;
    if (shape_table_open(layer->style.path, &layer->table, why, sizeof why) != STATUS_OK) {
        layer->table = NULL;
        memcpy(layer->why, why, sizeof why);
    }
    return layer->table;
}

void look_value(struct shape_table *table, uint32_t record, uint32_t column,
                char value[SHAPE_VALUE_BYTES])
{
    char type = shape_table_field(table, column)->type;
    double number;

    shape_table_value(table, record, column, value);
    if ((type == 'N' || type == 'F') && strpbrk(value, ".eE")
        && span_to_double(span_of(value), &number))
        snprintf(value, SHAPE_VALUE_BYTES, "%.12g", number);
}

void look_record_name(struct look_layer *layer, uint32_t record, char *text, size_t text_bytes)
{
    struct shape_table *table = look_layer_table(layer);
    char value[SHAPE_VALUE_BYTES] = "";
    int label = table ? shape_table_column(table, layer->style.label_column) : -1;
    uint32_t fields = table ? shape_table_field_count(table) : 0;

    if (label >= 0)
        look_value(table, record, (uint32_t)label, value);
    for (uint32_t field = 0; field < fields && value[0] == '\0'; field++)
        if (shape_table_field(table, field)->type == 'C')
            shape_table_value(table, record, field, value);
    if (value[0])
        text_copy(text, text_bytes, span_of(value));
    else
        snprintf(text, text_bytes, "#%u", record);
}

uint32_t look_layers_bad(const struct look_layers *layers)
{
    uint32_t bad = 0;

    for (uint32_t i = 0; i < layers->count; i++)
        bad += layers->at[i].why[0] != '\0';
    return bad;
}

void look_layers_say(const struct look_layers *layers, struct buffer *messages)
{
    for (uint32_t i = 0; i < layers->count; i++)
        if (layers->at[i].why[0])
            buffer_print(messages, "%s\n", layers->at[i].why);
}
