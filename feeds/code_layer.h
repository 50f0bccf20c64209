/* code_layer.h - polygons of a small layer and one text of each: a shapefile, through shapelib (the
 * door to it in this folder), or GeoJSON. For joining codes only; maps has its own, thorough
 * reader.
 *
 * Coordinates are WGS 84 degrees, or of a datum that differs by metres (a .prj that begins with
 * GEOGCS); anything else is refused. */
#ifndef FEEDS_CODE_LAYER_H
#define FEEDS_CODE_LAYER_H

#include "app/base/geo.h"
#include "app/base/span.h"

enum { CODE_LAYER_BYTES_MAX = 256 * 1024 * 1024 };

/* One record: its value in the column that was asked for, and its rings one after the other, tidy.
 * */
typedef void code_record_fn(void *context, uint32_t column, const char *value,
                            const struct geo_points *ring);

struct code_layer_order {
    const char *const *columns;         /* ASCII case ignored; what is not there is skipped. */
    uint32_t column_count;
    code_record_fn *record;             /* Called for each ring, for each column that is there. */
    void *context;
};

/* False, with a sentence: it cannot be read or used. */
bool code_layer_read(const char *path, const struct code_layer_order *order, char *sentence,
                     size_t sentence_bytes);

#endif
