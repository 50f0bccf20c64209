#include "panels/layers.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

static enum ink ink_of(const char *name, enum ink otherwise)
{
    enum ink ink = otherwise;

    ink_named(name, &ink);
    return ink;
}

static double scale(double m_per_cell)
{
    return m_per_cell > 0 ? m_per_cell : 0;     /* NaN is "not said", which is no limit. */
}

static void add_classes(const struct picture *picture, const char *layer,
                        struct map_layer_style *style)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_LAYER_CLASS); i++) {
        const struct layer_class *row = picture_row(picture, OBJECT_LAYER_CLASS, i);
        if (strcmp(row->layer, layer) != 0 || style->class_count == MAP_CLASSES_MAX)
            continue;
        struct map_class *to = &style->classes[style->class_count];
        text_copy(to->value, sizeof to->value, span_of(row->value));
        to->ink = ink_of(row->ink, style->ink);
        if (!ground_named(row->ground, &to->ground))
            to->ground = GROUND_NONE;
        text_copy(to->mark, sizeof to->mark, span_of(row->mark));
        to->rank = style->class_count++;
        to->m_per_cell_max = scale(row->m_per_cell_max);
        to->label_m_per_cell_max = scale(row->label_m_per_cell_max);
    }
}

static void make_style(const struct picture *picture, const struct layer *layer,
                       const char *folder, struct map_layer_style *style)
{
    bool absolute = layer->file[0] == '/' || !folder[0];

    *style = (struct map_layer_style){ .ink = ink_of(layer->ink, INK_MAP_STREET) };
    text_copy(style->name, sizeof style->name, span_of(layer->name));
    snprintf(style->path, sizeof style->path, "%s%s%s", absolute ? "" : folder,
             absolute ? "" : "/", layer->file);
    text_copy(style->label_column, sizeof style->label_column, span_of(layer->label));
    text_copy(style->class_column, sizeof style->class_column, span_of(layer->column));
    text_copy(style->mark, sizeof style->mark, span_of(layer->mark));
    if (!ground_named(layer->ground, &style->ground))
        style->ground = GROUND_NONE;
    style->m_per_cell_max = scale(layer->m_per_cell_max);
    style->label_m_per_cell_max = scale(layer->label_m_per_cell_max);
    style->hidden = layer->hidden;
    add_classes(picture, layer->name, style);
}

struct layers layers_make(const struct picture *picture, const char *folder)
{
    uint32_t count = picture_count(picture, OBJECT_LAYER);
    struct layers layers = { .count = count < MAP_LAYERS_MAX ? count : MAP_LAYERS_MAX };

    layers.styles = base_alloc(count + 1, sizeof *layers.styles);
    for (uint32_t i = 0; i < layers.count; i++)
        make_style(picture, picture_row(picture, OBJECT_LAYER, i), folder, &layers.styles[i]);
    return layers;
}

void layers_clear(struct layers *layers)
{
    base_free(layers->styles);
    *layers = (struct layers){ 0 };
}
