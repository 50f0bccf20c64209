#include "maps/map_load.h"

#include <stdio.h>
#include <string.h>

#include "app/base/buffer.h"
#include "app/base/text.h"
#include "maps/layer_store.h"
#include "maps/map_inside.h"

struct map_load {
    struct map_layer_style style;
    struct layer_store store;
    uint64_t known;
    struct watch watch;
    struct buffer identity;
    struct layer *layer;                /* Read from its source: to be kept. */
    char warning[400];                  /* Of the source's reader. */
    char why[400], keep_why[200];
};

struct map_ready {
    struct layer *layer;
};

struct map_load *map_load_new(const struct map_layer_style *style, enum map_keeping keeping,
                              uint64_t known)
{
    struct map_load *load = base_alloc(1, sizeof *load);

    load->style = *style;
    load->known = known;
    if (keeping == MAP_KEEPS)
        layer_store_find(&load->store);
    return load;
}

void map_load_free(struct map_load *load)
{
    if (!load)
        return;
    buffer_clear(&load->identity);
    layer_free(load->layer);
    base_free(load);
}

uint64_t map_load_bytes(const struct map_load *load)
{
    return layer_store_bytes(&load->style);
}

void map_load_stop(struct map_load *load)
{
    atomic_store(&load->watch.stop, true);
}

uint32_t map_load_permille(const struct map_load *load)
{
    return atomic_load_explicit(&load->watch.permille, memory_order_relaxed);
}

const char *map_load_why(const struct map_load *load)
{
    return load->why;
}

const char *map_load_keep_why(const struct map_load *load)
{
    return load->keep_why;
}

static struct map_ready *ready_new(struct layer *layer)
{
    struct map_ready *ready = base_alloc(1, sizeof *ready);

    ready->layer = layer;
    return ready;
}

void map_ready_free(struct map_ready *ready)
{
    if (!ready)
        return;
    layer_free(ready->layer);
    base_free(ready);
}

struct layer *map_ready_take(struct map_ready *ready)
{
    struct layer *layer = ready->layer;

    base_free(ready);
    return layer;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static uint64_t digest_of(const struct buffer *text)
{
    uint64_t hash = 0xCBF29CE484222325u;        /* FNV-1a */

    for (size_t i = 0; i < text->length; i++)
        hash = (hash ^ (unsigned char)text->bytes[i]) * 0x100000001B3u;
    return hash | 1;            /* 0 is "not known". */
}

/* The columns that the style asks for and the file does not have. */
static const char *column_missing(const struct shapes *shapes, const struct map_layer_style *style)
{
    if (style->label_column[0] && shapes_choice(shapes, style->label_column).count == 0)
        return style->label_column;
    if (style->class_column[0] && shapes_choice(shapes, style->class_column).count == 0)
        return style->class_column;
    return NULL;
}

/* The warning is kept with the layer, so it must not speak of what the layer is called here. */
static void shapes_warn(struct map_load *load, const struct shapes *shapes)
{
    const char *missing = column_missing(shapes, &load->style);

    text_copy(load->warning, sizeof load->warning, span_of(shapes->warning));
    if (missing)
        snprintf(load->warning, sizeof load->warning,
                 "%.290s: it has no column \"%.60s\" and is drawn without.", load->style.path,
                 missing);
}

/* The columns to be read: the whole of what the style says, then each of its alternatives. */
struct wanted {
    char names[2 * (1 + SHAPES_CHOICE_MAX)][MAP_NAME_BYTES];
    const char *columns[2 * (1 + SHAPES_CHOICE_MAX)];
    uint32_t count;
};

static void wanted_add(struct wanted *wanted, const char *names)
{
    struct span rest = span_of(names), one = rest;

    for (uint32_t i = 0; i <= SHAPES_CHOICE_MAX && one.length; i++) {
        text_copy(wanted->names[wanted->count], MAP_NAME_BYTES, one);
        wanted->columns[wanted->count] = wanted->names[wanted->count];
        wanted->count++;
        if (rest.length == 0 || !strchr(names, '|') || !span_cut(&rest, '|', &one))
            return;
    }
}

static enum status source_read(struct map_load *load)
{
    const struct map_layer_style *style = &load->style;
    struct wanted wanted = { .count = 0 };
    struct shapes *shapes;

    wanted_add(&wanted, style->label_column);
    wanted_add(&wanted, style->class_column);
    enum status status = shapefile_read_watched(style->path, wanted.columns, wanted.count,
                                                &load->watch, &shapes, load->why,
                                                sizeof load->why);

    if (status != STATUS_OK)
        return status;
    shapes_warn(load, shapes);
    load->layer = layer_new_taking(style, shapes);
    shapes_free(shapes);
    return STATUS_OK;
}

enum status map_load_read(struct map_load *load, struct map_ready **ret_ready)
{
    enum status status = STATUS_OK;
    struct layer *layer = NULL;
    bool there = layer_store_identity(&load->style, &load->identity);
    uint64_t source = there ? digest_of(&load->identity) : 0;

    *ret_ready = NULL;
    load->why[0] = '\0';
    if (source && source == load->known)
        return STATUS_OK;
    if (there)
        layer = layer_store_take(&load->store, &load->style, load->identity.bytes, load->warning,
                                 sizeof load->warning);
    if (!layer) {
        status = source_read(load);
        layer = status == STATUS_OK ? layer_share(load->layer) : NULL;
    }
    if (!layer)
        return status;
    layer->source = source;
    text_copy(load->why, sizeof load->why, span_of(load->warning));
    *ret_ready = ready_new(layer);
    return STATUS_OK;
}

struct map_ready *map_load_keep(struct map_load *load)
{
    struct layer *kept = NULL;

    if (!load->layer || !load->layer->source || load->store.folder_count == 0)
        return NULL;
    struct layer_keeping keeping = { .layer = load->layer, .style = &load->style,
                                     .identity = load->identity.bytes,
                                     .warning = load->warning, .watch = &load->watch };
    enum status status = layer_store_keep(&load->store, &keeping, load->keep_why,
                                          sizeof load->keep_why);
    if (status == STATUS_OK)
        kept = layer_store_take(&load->store, &load->style, keeping.identity, load->warning,
                                sizeof load->warning);
    if (!kept)
        return NULL;
    kept->source = load->layer->source;
    layer_free(load->layer);
    load->layer = NULL;
    return ready_new(kept);
}
