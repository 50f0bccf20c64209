#include "maps/guess.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/shape_table.h"

/* Of a file with several, the one that covers most: its look is laid under the others'. */
static bool kind_of_file(const char *path, enum shape_kind *ret_kind)
{
    uint32_t kinds = shapefile_kinds(path);

    for (uint32_t kind = SHAPE_POINTS; kind <= SHAPE_POLYGONS; kind++)
        if (kinds >> kind & 1)
            *ret_kind = (enum shape_kind)kind;
    return kinds != 0;
}

/* Some values of one column, taken evenly from the whole file: a city's first streets are often of
 * one kind. They stand in *text, one after the other. */
static uint32_t read_values(struct shape_table *table, uint32_t column, const char **values,
                            char *text)
{
    uint32_t records = shape_table_record_count(table);
    uint32_t count = records < GUESS_VALUES_MAX ? records : GUESS_VALUES_MAX;

    for (uint32_t i = 0; i < count; i++) {
        char value[SHAPE_VALUE_BYTES];
        uint32_t record = (uint32_t)((uint64_t)i * records / count);
        shape_table_value(table, record, column, value);
        text_copy(text, MAP_NAME_BYTES, span_of(value));
        values[i] = text;
        text += MAP_NAME_BYTES;
    }
    return count;
}

static uint32_t guess_table(struct shape_table *table, struct guess_about *about,
                            struct map_layer_style *ret_style)
{
    uint32_t fields = shape_table_field_count(table);
    uint32_t count = fields < GUESS_COLUMNS_MAX ? fields : GUESS_COLUMNS_MAX;
    struct guess_column *columns = base_alloc(count + 1, sizeof *columns);
    const char **values = base_alloc((size_t)count * GUESS_VALUES_MAX + 1, sizeof *values);
    char *text = base_alloc((size_t)count * GUESS_VALUES_MAX * MAP_NAME_BYTES + 1, 1);

    for (uint32_t c = 0; c < count; c++) {
        const char **own = values + (size_t)c * GUESS_VALUES_MAX;
        columns[c] = (struct guess_column){ .name = shape_table_field(table, c)->name,
                                            .values = own };
        columns[c].value_count = read_values(
            table, c, own, text + (size_t)c * GUESS_VALUES_MAX * MAP_NAME_BYTES);
    }
    about->columns = columns;
    about->column_count = count;
    uint32_t order = guess_style(about, ret_style);
    base_free(columns);
    base_free(values);
    base_free(text);
    return order;
}

uint32_t guess_file(const char *path, struct map_layer_style *ret_style)
{
    struct guess_about about = { .path = path };
    struct shape_table *table;
    char why[256];
    uint32_t order;

    about.kind_known = kind_of_file(path, &about.kind);
    if (shape_table_open(path, &table, why, sizeof why) == STATUS_OK) {
        order = guess_table(table, &about, ret_style);
        shape_table_free(table);
    } else {
        order = guess_style(&about, ret_style);
    }
    text_copy(ret_style->path, sizeof ret_style->path, span_of(path));
    return order;
}
