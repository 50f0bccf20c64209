#include "panels/look_layers.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/guess.h"
#include "maps/map_load.h"

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

/* The map knows its layers by their names: of two files that bear the same, the second is "roads
 * 2", in both cases: what is not to be told apart is not to be switched off either. */
static void name_apart(struct look_layers *layers, struct look_layer *layer)
{
    char name[MAP_NAME_BYTES];
    uint32_t number = 1;

    text_copy(name, sizeof name, span_of(layer->style.name));
    for (const struct look_layer *other = layers->at; other < layer;) {
        if (strcmp(other->style.name, layer->style.name) != 0) {
            other++;
            continue;
        }
        snprintf(layer->style.name, sizeof layer->style.name, "%.50s %u", name, ++number);
        other = layers->at;
    }
}

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
            struct look_layer *layer = &layers->at[layers->count++];
            layer->style = styles[i];
            override(layers->options, layer);
        }
    }
    base_free(styles);
    base_free(orders);
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

void look_layers_prepare(struct look_layers *layers)
{
    put_in_order(layers);
    for (uint32_t i = 0; i < layers->count; i++) {
        struct look_layer *layer = &layers->at[i];
        layer->plain = layer->style;
        style_by_choice(layers->options, layer);
        name_apart(layers, layer);
        memcpy(layer->plain.name, layer->style.name, sizeof layer->plain.name);
        if (i < MAP_LAYERS_MAX)
            continue;
        snprintf(layer->why, sizeof layer->why,
                 "%.400s: the map has %d layers already; leave one out.", layer->style.path,
                 (int)MAP_LAYERS_MAX);
        layer->failed = true;
    }
}

struct map_layer_style *look_layers_styles(struct look_layers *layers, uint32_t *ret_count)
{
    uint32_t count = layers->count < MAP_LAYERS_MAX ? layers->count : MAP_LAYERS_MAX;
    struct map_layer_style *styles = base_alloc((size_t)count + 1, sizeof *styles);

    for (uint32_t i = 0; i < count; i++)
        styles[i] = layers->at[i].style;
    *ret_count = count;
    return styles;
}

/* What is kept of a layer is taken; nothing is kept for one frame. */
void look_layers_read(struct look_layers *layers)
{
    uint32_t count;
    struct map_layer_style *styles = look_layers_styles(layers, &count);

    map_layers_arrange(layers->map, styles, count);
    for (uint32_t i = 0; i < count; i++) {
        struct map_load *load = map_load_new(&styles[i], MAP_KEEPS, 0);
        struct map_ready *ready;
        enum status status = map_load_read(load, &ready);
        look_layer_note(&layers->at[i], status, map_load_why(load));
        if (ready)
            map_layer_put(layers->map, i, ready);
        map_load_free(load);
    }
    base_free(styles);
}

void look_layer_note(struct look_layer *layer, enum status status, const char *why)
{
    layer->failed = status != STATUS_OK;
    if (why[0])
        text_copy(layer->why, sizeof layer->why, span_of(why));
    else if (layer->failed)
        snprintf(layer->why, sizeof layer->why, "%s: %s", layer->style.path, status_text(status));
}

uint32_t look_layers_failed(const struct look_layers *layers)
{
    uint32_t failed = 0;

    for (uint32_t i = 0; i < layers->count; i++)
        failed += layers->at[i].failed;
    return failed;
}

bool look_layers_swap(struct look_layers *layers, uint32_t at)
{
    if (at + 1 >= map_layer_count(layers->map))
        return false;
    struct look_layer layer = layers->at[at];
    layers->at[at] = layers->at[at + 1];
    layers->at[at + 1] = layer;
    return true;
}

/* ---- afterwards ---- */

struct look_layer *look_layer_of(struct look_layers *layers, uint32_t map_layer)
{
    assert(map_layer < map_layer_count(layers->map));
    return &layers->at[map_layer];
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

/* Of the first of the label's columns that has one: "name|ref". */
static void label_value(struct look_layer *layer, uint32_t record, char value[SHAPE_VALUE_BYTES])
{
    struct span rest = span_of(layer->style.label_column), one = rest;
    char name[MAP_NAME_BYTES];

    while (layer->table && one.length && value[0] == '\0') {
        text_copy(name, sizeof name, one);
        int column = shape_table_column(layer->table, name);
        if (column >= 0)
            look_value(layer->table, record, (uint32_t)column, value);
        if (rest.length == 0 || !span_cut(&rest, '|', &one))
            return;
    }
}

void look_record_name(struct look_layer *layer, uint32_t record, char *text, size_t text_bytes)
{
    struct shape_table *table = look_layer_table(layer);
    char value[SHAPE_VALUE_BYTES] = "";
    uint32_t fields = table ? shape_table_field_count(table) : 0;

    label_value(layer, record, value);
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
