#include "maps/guess.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/shape_table.h"

enum { HEAD_BYTES = 64 * 1024, TYPE_BYTE = 32 };

/* Shape types by the number in a .shp (ESRI Shapefile Technical Description, July 1998): 1 is a
 * point, 3 a line, 5 a polygon, 8 a multipoint; 10 more with Z, 20 more with M. */
static bool kind_of_shp(const unsigned char *head, size_t length, enum shape_kind *ret_kind)
{
    if (length <= TYPE_BYTE || head[0] != 0 || head[2] != 0x27 || head[3] != 0x0A)
        return false;
    switch (head[TYPE_BYTE] % 10) {
    case 1:
    case 8:
        *ret_kind = SHAPE_POINTS;
        return true;
    case 3:
        *ret_kind = SHAPE_LINES;
        return true;
    case 5:
        *ret_kind = SHAPE_POLYGONS;
        return true;
    default:
        return false;           /* Null shapes, multipatches, or no shapefile at all. */
    }
}

/* GeoJSON names a geometry's type beside it: the first one in the file speaks for all. */
static bool kind_of_geojson(const char *head, enum shape_kind *ret_kind)
{
    static const struct { const char *word; enum shape_kind kind; } words[] = {
        { "Point\"", SHAPE_POINTS }, { "LineString\"", SHAPE_LINES },
        { "Polygon\"", SHAPE_POLYGONS },
    };
    const char *first = NULL;

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        const char *at = strstr(head, words[i].word);
        if (!at || (first && at > first))
            continue;
        first = at;
        *ret_kind = words[i].kind;
    }
    return first != NULL;
}

static FILE *open_shapes(const char *path)
{
    static const char *const endings[] = { "", ".shp", ".SHP" };
    char whole[MAP_PATH_BYTES + 8];

    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        snprintf(whole, sizeof whole, "%s%s", path, endings[i]);
        FILE *file = fopen(whole, "rb");
        if (file)
            return file;
    }
    return NULL;
}

static bool kind_of_file(const char *path, enum shape_kind *ret_kind)
{
    FILE *file = open_shapes(path);

    if (!file)
        return false;
    char *head = base_alloc(HEAD_BYTES + 1, 1);
    size_t length = fread(head, 1, HEAD_BYTES, file);
    bool known = kind_of_shp((const unsigned char *)head, length, ret_kind)
                 || (head[0] != '\0' && kind_of_geojson(head, ret_kind));
    fclose(file);
    base_free(head);
    return known;
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
