#include "feeds/code_layer.h"

#include <errno.h>
#include <shapefil.h>
#include <stdio.h>
#include <string.h>

#include "app/base/json.h"
#include "app/base/text.h"
#include "feeds/ring.h"

enum { COLUMNS_MAX = 16 };

static bool wrong(char *sentence, size_t sentence_bytes, const char *path, const char *why)
{
    snprintf(sentence, sentence_bytes, "the layer \"%s\" %s", path, why);
    return false;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t length = strlen(path), ending_length = strlen(ending);

    return length >= ending_length
           && text_same_ignoring_case(span_of(path + length - ending_length), span_of(ending));
}

/* Reads a whole file; false: it cannot be opened, or is over its limit. */
static bool file_text(const char *path, struct buffer *out)
{
    char piece[64 * 1024];
    size_t length;
    FILE *file = fopen(path, "rbe");

    if (!file)
        return false;
    while ((length = fread(piece, 1, sizeof piece, file)) > 0
           && out->length <= CODE_LAYER_BYTES_MAX)
        buffer_add(out, span_from(piece, length));
    fclose(file);
    return out->length <= CODE_LAYER_BYTES_MAX;
}

/* `points` has room for one more. */
static void ring_give(const struct code_layer_order *order, uint32_t column, const char *value,
                      struct geo_point *points, uint32_t count)
{
    struct geo_points ring = { .at = points, .count = count };

    for (uint32_t i = 0; i < count; i++)
        if (!geo_plausible(points[i]))
            return;
    if (ring_tidy(&ring))
        order->record(order->context, column, value, &ring);
}

/* ---- shapefile ---- */

struct shapefile {
    SHPHandle shapes;
    DBFHandle table;
    int fields[COLUMNS_MAX];            /* -1: no such column. */
};

/* Without a .prj it is taken for degrees, which shows at once where it is wrong: no corner of a
 * projected layer is a plausible place. */
static bool is_projected(const char *path)
{
    struct buffer name = { 0 }, text = { 0 };
    static const char *const words[] = { "PROJCS", "PROJCRS", "PROJECTEDCRS" };
    bool projected = false;

    buffer_print(&name, "%.*s.prj", (int)(strlen(path) - 4), path);
    if (file_text(name.bytes, &text))
        for (size_t i = 0; i < ARRAY_COUNT(words); i++)
            projected = projected || span_starts(span_trim(buffer_span(&text)), words[i]);
    buffer_clear(&name);
    buffer_clear(&text);
    return projected;
}

/* -1: there is none. Asked by hand, since shapelib compares some cases only. */
static int field_find(DBFHandle table, const char *column)
{
    char name[XBASE_FLDNAME_LEN_READ + 1];

    for (int i = 0; i < DBFGetFieldCount(table); i++) {
        DBFGetFieldInfo(table, i, name, NULL, NULL);
        if (text_same_ignoring_case(span_of(name), span_of(column)))
            return i;
    }
    return -1;
}

static void part_give(const struct code_layer_order *order, const struct shapefile *file,
                      const SHPObject *shape, int record, int part)
{
    int from = shape->panPartStart[part];
    int to = part + 1 < shape->nParts ? shape->panPartStart[part + 1] : shape->nVertices;
    struct geo_point *points = base_alloc((size_t)(to - from) + 1, sizeof *points);

    for (uint32_t column = 0; column < order->column_count; column++) {
        if (file->fields[column] < 0)
            continue;
        for (int i = from; i < to; i++)
            points[i - from] = (struct geo_point){ shape->padfY[i], shape->padfX[i] };
        ring_give(order, column, DBFReadStringAttribute(file->table, record,
                                                        file->fields[column]),
                  points, (uint32_t)(to - from));
    }
    base_free(points);
}

static void records_give(const struct code_layer_order *order, const struct shapefile *file)
{
    int count;

    SHPGetInfo(file->shapes, &count, NULL, NULL, NULL);
    for (int record = 0; record < count && record < DBFGetRecordCount(file->table); record++) {
        SHPObject *shape = SHPReadObject(file->shapes, record);
        if (!shape)
            continue;
        for (int part = 0; part < shape->nParts; part++)
            part_give(order, file, shape, record, part);
        SHPDestroyObject(shape);
    }
}

static bool is_of_polygons(SHPHandle shapes)
{
    int type;

    SHPGetInfo(shapes, NULL, &type, NULL, NULL);
    return type == SHPT_POLYGON || type == SHPT_POLYGONZ || type == SHPT_POLYGONM;
}

static bool shapefile_read(const char *path, const struct code_layer_order *order, char *sentence,
                           size_t sentence_bytes)
{
    struct shapefile file = { .shapes = SHPOpen(path, "rb"), .table = DBFOpen(path, "rb") };
    const char *why = NULL;

    if (!file.shapes || !file.table)
        why = "cannot be read: a shapefile is .shp, .shx and .dbf beside one another";
    else if (!is_of_polygons(file.shapes))
        why = "holds no polygons";
    else if (is_projected(path))
        why = "is not in degrees: write it anew with `ogr2ogr -t_srs EPSG:4326 NEW.shp OLD.shp`";
    if (!why) {
        for (uint32_t i = 0; i < order->column_count; i++)
            file.fields[i] = field_find(file.table, order->columns[i]);
        records_give(order, &file);
    }
    if (file.shapes)
        SHPClose(file.shapes);
    if (file.table)
        DBFClose(file.table);
    return !why || wrong(sentence, sentence_bytes, path, why);
}

/* ---- GeoJSON ---- */

static void ring_of_json(const struct code_layer_order *order, uint32_t column, const char *value,
                         const struct json *positions)
{
    struct geo_point *points = base_alloc(json_count(positions) + 1, sizeof *points);
    uint32_t count = 0;

    for (const struct json *at = json_first(positions); at; at = json_next(at)) {
        const struct json *lon = json_first(at), *lat = lon ? json_next(lon) : NULL;
        if (!json_number(lon, &points[count].lon_deg) || !json_number(lat, &points[count].lat_deg))
            break;
        count++;
    }
    ring_give(order, column, value, points, count);
    base_free(points);
}

static void polygon_of_json(const struct code_layer_order *order, uint32_t column,
                            const char *value, const struct json *rings)
{
    for (const struct json *ring = json_first(rings); ring; ring = json_next(ring))
        ring_of_json(order, column, value, ring);
}

static void geometry_give(const struct code_layer_order *order, uint32_t column, const char *value,
                          const struct json *geometry)
{
    const char *type = json_member_text(geometry, "type", "");
    const struct json *coordinates = json_member(geometry, "coordinates");

    if (strcmp(type, "Polygon") == 0)
        polygon_of_json(order, column, value, coordinates);
    else if (strcmp(type, "MultiPolygon") == 0)
        for (const struct json *at = json_first(coordinates); at; at = json_next(at))
            polygon_of_json(order, column, value, at);
}

static const struct json *property_find(const struct json *properties, const char *name)
{
    const struct json *at = json_first(properties);

    while (at && !text_same_ignoring_case(span_of(json_name(at)), span_of(name)))
        at = json_next(at);
    return at;
}

static void feature_give(const struct code_layer_order *order, const struct json *feature)
{
    for (uint32_t column = 0; column < order->column_count; column++) {
        const struct json *value = property_find(json_member(feature, "properties"),
                                                 order->columns[column]);
        char number[32];
        int64_t whole;
        const char *text = json_text(value);
        if (!text && json_int64(value, &whole)) {
            snprintf(number, sizeof number, "%lld", (long long)whole);
            text = number;
        }
        if (text)
            geometry_give(order, column, text, json_member(feature, "geometry"));
    }
}

static bool geojson_read(const char *path, const struct code_layer_order *order, char *sentence,
                         size_t sentence_bytes)
{
    struct buffer text = { 0 };
    struct json *root = NULL;
    bool read = file_text(path, &text);

    if (read) {
        struct verdict verdict = json_parse(buffer_span(&text), &root);
        read = is_accepted(&verdict) && json_member(root, "features");
    }
    buffer_clear(&text);
    for (const struct json *at = read ? json_first(json_member(root, "features")) : NULL; at;
         at = json_next(at))
        feature_give(order, at);
    json_free(root);
    return read || wrong(sentence, sentence_bytes, path,
                         "cannot be read, or is no GeoJSON FeatureCollection");
}

bool code_layer_read(const char *path, const struct code_layer_order *order, char *sentence,
                     size_t sentence_bytes)
{
    assert(order->column_count <= COLUMNS_MAX);
    if (ends_in(path, ".shp"))
        return shapefile_read(path, order, sentence, sentence_bytes);
    return geojson_read(path, order, sentence, sentence_bytes);
}
