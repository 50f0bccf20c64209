/* look_layers.h - the files of `watchdesk map` as layers: in drawing order, with what was wrong
 * with each; and their attributes, opened when first asked for.
 *
 * look_layers_prepare() may run on a thread; until it is done nothing else may be called. The
 * shapes themselves are read by map_loader.h, or, where one frame is printed, by
 * look_layers_read(). */
#ifndef PANELS_LOOK_LAYERS_H
#define PANELS_LOOK_LAYERS_H

#include "maps/map.h"
#include "maps/shape_table.h"
#include "panels/look_files.h"
#include "panels/look_options.h"
#include "panels/look_style.h"

enum { LOOK_WHY_BYTES = 640 };

struct look_layer {
    struct map_layer_style style;       /* Its path is the file's. */
    struct map_layer_style plain;       /* Before it was styled by a column. */
    bool failed;                        /* Nothing of it is on the map. */
    char why[LOOK_WHY_BYTES];           /* Refusal or warning; "" when all is well. */
    struct look_legend legend;          /* When it is styled by a column. */
    struct shape_table *table;          /* NULL until asked for, or when it has none. */
    bool table_tried;
};

struct look_layers {
    const struct look_files *files;     /* Loans, for the thread. */
    const struct look_options *options;
    struct look_layer *at;              /* In drawing order. */
    uint32_t count;
    struct map *map;                    /* Layer i of it is at[i]; what failed is empty there. */
};

void look_layers_init(struct look_layers *layers, const struct look_files *files,
                      const struct look_options *options);
void look_layers_clear(struct look_layers *layers);
/* Puts the files in order and finds each a style; slow where a style counts a column's values. */
void look_layers_prepare(struct look_layers *layers);
/* What the map is to show: as many as it takes, MAP_LAYERS_MAX at most; the rest is said to be left
 * out. The styles are to be freed with base_free(). */
struct map_layer_style *look_layers_styles(struct look_layers *layers, uint32_t *ret_count);
/* Reads one after the other into the map, which is arranged for them. */
void look_layers_read(struct look_layers *layers);
/* Notes what came of reading a layer. */
void look_layer_note(struct look_layer *layer, enum status status, const char *why);
uint32_t look_layers_failed(const struct look_layers *layers);
/* Changes places with the next; false when there is none. The map is to be arranged then. */
bool look_layers_swap(struct look_layers *layers, uint32_t at);

/* The layer of the map by its number there. */
struct look_layer *look_layer_of(struct look_layers *layers, uint32_t map_layer);
/* Its attributes; NULL when they cannot be had: `why` of the layer then says so. */
struct shape_table *look_layer_table(struct look_layer *layer);
/* A value as a person reads it: 1094.000000000000000 is 1094, 2.78145465208e+004 is 27814.5465208.
 * Everything else as shape_table_value() gives it. */
void look_value(struct shape_table *table, uint32_t record, uint32_t column,
                char value[SHAPE_VALUE_BYTES]);
/* What a record is called: its label, else the first text that its columns hold, else "#RECORD". */
void look_record_name(struct look_layer *layer, uint32_t record, char *text, size_t text_bytes);

/* Every message of files, a line each: what a person is told after the program. */
void look_layers_say(const struct look_layers *layers, struct buffer *messages);
uint32_t look_layers_bad(const struct look_layers *layers);

#endif
