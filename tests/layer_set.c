#include "tests/layer_set.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/shape_table.h"
#include "maps/shapefile.h"

const int32_t layer_set_types[LAYER_SET_TYPES] = { 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31 };

const char layer_set_geojson[] =
    "{\"type\":\"FeatureCollection\",\"name\":\"x\",\"crs\":{\"type\":\"name\",\"properties\":"
    "{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[\n"
    "{\"type\":\"Feature\",\"id\":7,\"properties\":{\"NAME\":\"Quay \\u0141 St\",\"n\":1.5e2,"
    "\"on\":true,\"no\":null,\"in\":{\"a\":[1,2]}},"
    "\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2,3]}},"
    "{\"type\":\"Feature\",\"properties\":null,\"geometry\":null},\n"
    "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"b\"},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}},\n"
    "{\"type\":\"Feature\",\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":"
    "[[[[170,0],[-170,0],[-170,9],[170,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]}},\n"
    "{\"type\":\"Feature\",\"geometry\":{\"type\":\"LineString\","
    "\"coordinates\":[[0,0],[-1.5e1,2]]}},"
    "{\"type\":\"Feature\",\"geometry\":{\"type\":\"GeometryCollection\",\"geometries\":["
    "{\"type\":\"MultiPoint\",\"coordinates\":[[0,0],[1,1]]},"
    "{\"type\":\"MultiLineString\",\"coordinates\":[[[0,0],[1,1]],"
    "[[2,2],[3,3],[179,1],[-179,1]]]}]}}]}\n"
    "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[]},"
    "\"properties\":{}}\n";

const char *const layer_set_prjs[LAYER_SET_PRJS] = {
    "GEOGCS[\"GCS_North_American_1927\",DATUM[\"D_North_American_1927\",SPHEROID[\"Clarke_1866\","
    "6378206.4,294.9786982]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]",
    "PROJCS[\"NAD_1983_UTM_Zone_18N\",GEOGCS[\"GCS_North_American_1983\",DATUM["
    "\"D_North_American_1983\",SPHEROID[\"GRS_1980\",6378137.0,298.257222101]],PRIMEM["
    "\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],"
    "PARAMETER[\"False_Easting\",500000.0],PARAMETER[\"False_Northing\",0.0],PARAMETER["
    "\"Central_Meridian\",-75.0],PARAMETER[\"Scale_Factor\",0.9996],PARAMETER["
    "\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
    "EPSG:3857", "+proj=utm +zone=32 +datum=WGS84",
};

/* ---- .shp and .shx ------------------------------------------------------------------------- */

static void big_endian_add(struct buffer *out, uint32_t word)
{
    uint32_t bytes = htobe32(word);

    buffer_add(out, span_from((const char *)&bytes, sizeof bytes));
}

static void little_endian_add(struct buffer *out, uint32_t word)
{
    uint32_t bytes = htole32(word);

    buffer_add(out, span_from((const char *)&bytes, sizeof bytes));
}

static void real_add(struct buffer *out, double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    bits = htole64(bits);
    buffer_add(out, span_from((const char *)&bits, sizeof bits));
}

static void header_add(struct buffer *out, int32_t type)
{
    big_endian_add(out, 9994);
    for (int i = 0; i < 6; i++)
        big_endian_add(out, 0);         /* The sixth is the length, known at the end. */
    little_endian_add(out, 1000);
    little_endian_add(out, (uint32_t)type);
    for (int i = 0; i < 8; i++)
        real_add(out, 0);
}

static void header_finish(struct buffer *out)
{
    uint32_t words = htobe32((uint32_t)(out->length / 2));

    memcpy(out->bytes + 24, &words, sizeof words);
}

/* Two squares, one inside the other; a line of it is as good as a polygon. */
static const double squares[][2] = {
    { 1, 1 }, { 1, 9 }, { 9, 9 }, { 9, 1 }, { 1, 1 },
    { 2, 2 }, { 4, 2 }, { 4, 4 }, { 2, 4 }, { 2, 2 },
};
enum { SQUARE_POINTS = ARRAY_COUNT(squares), SQUARE_PARTS = 2 };

static void numbers_add(struct buffer *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        real_add(out, i);
}

static void content_add(struct buffer *out, int32_t type)
{
    bool multipatch = type == 31, one = type % 10 == 1 && !multipatch;
    bool parts = type % 10 != 8 && !one;
    uint32_t points = one ? 1 : SQUARE_POINTS;

    little_endian_add(out, (uint32_t)type);
    if (!one)
        numbers_add(out, 4);
    if (parts)
        little_endian_add(out, SQUARE_PARTS);
    if (!one)
        little_endian_add(out, points);
    if (parts) {
        little_endian_add(out, 0);
        little_endian_add(out, 5);
    }
    if (multipatch) {
        little_endian_add(out, 0);      /* A strip of triangles, */
        little_endian_add(out, 2);      /* an outer ring. */
    }
    for (uint32_t i = 0; i < points; i++) {
        real_add(out, squares[i][0]);
        real_add(out, squares[i][1]);
    }
    uint32_t more = type >= 30 ? 2 : type >= 20 ? 1 : type >= 10 ? 2 : 0;
    numbers_add(out, more * (one ? 1 : points + 2));
}

static void record_add(struct buffer *shp, struct buffer *shx, uint32_t number, int32_t type)
{
    size_t at = shp->length;

    big_endian_add(shp, number);
    big_endian_add(shp, 0);
    if (type)
        content_add(shp, type);
    else
        little_endian_add(shp, 0);
    uint32_t words = (uint32_t)((shp->length - at - 8) / 2), bytes = htobe32(words);
    memcpy(shp->bytes + at + 4, &bytes, sizeof bytes);
    big_endian_add(shx, (uint32_t)(at / 2));
    big_endian_add(shx, words);
}

void layer_set_shp(int32_t type, struct buffer *shp, struct buffer *shx)
{
    header_add(shp, type);
    header_add(shx, type);
    record_add(shp, shx, 1, type);
    record_add(shp, shx, 2, 0);
    record_add(shp, shx, 3, type);
    header_finish(shp);
    header_finish(shx);
}

/* ---- .dbf ---------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    char type;
    uint8_t width;
} fields[] = {
    { "NAME", 'C', 12 }, { "NAME", 'C', 5 }, { "COUNT", 'N', 6 }, { "BUILT", 'D', 8 },
    { "OPEN", 'L', 1 },
};

void layer_set_dbf(struct buffer *dbf)
{
    static const char rows[] = " Caf\xE9 du Nord abc   1.50" "20261123" "T"
                               "*Stra\xC3\x9F" "e     \x94\x6C   ******" "00000000" "?"
                               "                        " "        " " ";
    uint16_t header = 32 + 32 * ARRAY_COUNT(fields) + 1, row = 1 + 12 + 5 + 6 + 8 + 1;
    char start[32] = { 3, 126, 11, 23, 3 };

    start[8] = (char)(header & 0xFF);
    start[9] = (char)(header >> 8);
    start[10] = (char)row;
    buffer_add(dbf, span_from(start, sizeof start));
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
        char field[32] = { 0 };
        memcpy(field, fields[i].name, strlen(fields[i].name));
        field[11] = fields[i].type;
        field[16] = (char)fields[i].width;
        buffer_add(dbf, span_from(field, sizeof field));
    }
    buffer_add(dbf, span_from("\r", 1));
    buffer_add(dbf, span_from(rows, 3u * row));
}

/* ---- Spoiling ------------------------------------------------------------------------------ */

void layer_set_spoil(struct span good, const uint8_t *data, size_t size, struct buffer *out)
{
    buffer_reset(out);
    if (size == 0)
        return;
    if (data[0] % 2 == 0) {
        buffer_add(out, span_from((const char *)data + 1, size - 1));
        return;
    }
    buffer_add(out, good);
    for (size_t i = 1; i + 4 <= size; i += 4) {
        size_t at = (size_t)(data[i] | data[i + 1] << 8) % (out->length + 1);
        size_t times = data[i + 3] % 8;
        if (times == 0) {               /* Cut there. */
            out->length = at > 0 ? at : 1;
            continue;
        }
        for (size_t k = 0; k < times && at + k < out->length; k++)
            out->bytes[at + k] = (char)data[i + 2];
    }
}

void layer_set_folder(char folder[64])
{
    snprintf(folder, 64, "/tmp/watchdesk-fuzz-XXXXXX");
    const char *made = mkdtemp(folder);
    assert(made);
}

void layer_set_write(const char *folder, const char *name, struct span bytes)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert(file);
    size_t written = fwrite(bytes.bytes, 1, bytes.length, file);
    assert(written == bytes.length);
    fclose(file);
}

void layer_set_remove(const char *folder, const char *name)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

/* ---- Holding ------------------------------------------------------------------------------- */

static void shapes_hold(const struct shapes *shapes)
{
    assert(shapes->record_part[0] == 0);
    assert(shapes->record_part[shapes->record_count] == shapes->part_count);
    assert(shapes->part_first[shapes->part_count] == shapes->vertex_count);
    for (uint32_t r = 0; r < shapes->record_count; r++)
        assert(shapes->record_part[r] <= shapes->record_part[r + 1]);
    for (uint32_t p = 0; p < shapes->part_count; p++)
        assert(shapes->part_first[p] < shapes->part_first[p + 1]);
    for (uint32_t v = 0; v < shapes->vertex_count; v++) {
        assert(fabs(shapes->vertices[v].lat_deg) <= 90);
        assert(fabs(shapes->vertices[v].lon_deg) <= 180);
    }
    for (uint32_t r = 0; r < shapes->record_count; r++)
        for (uint32_t f = 0; f < shapes->field_count; f++)
            assert(text_is_clean(span_of(shapes_value(shapes, r, (int)f))));
}

static void table_holds(struct shape_table *table)
{
    char value[SHAPE_VALUE_BYTES];
    struct shape_search search = { .words = "q", .column = -1 };
    uint32_t records = shape_table_record_count(table), at = 0;

    records = records < 20 ? records : 20;
    for (uint32_t r = 0; r <= records; r++)
        for (uint32_t f = 0; f < shape_table_field_count(table); f++) {
            size_t length = shape_table_value(table, r, f, value);
            assert(length == strlen(value));
            assert(text_is_clean(span_of(value)));
        }
    shape_table_find(table, &search, &at, records);
}

void layer_set_try(const char *path)
{
    char why[512] = "";
    struct shape_table *table;
    struct shapes *shapes;

    if (shapefile_read(path, &shapes, why, sizeof why) == STATUS_OK) {
        shapes_hold(shapes);
        assert(text_is_clean(span_of(shapes->warning)));
        shapes_free(shapes);
    } else {
        assert(strncmp(why, path, strlen(path)) == 0);
        assert(strlen(why) > strlen(path) + 10);
        assert(text_is_clean(span_of(why)));
    }
    if (shape_table_open(path, &table, why, sizeof why) == STATUS_OK) {
        table_holds(table);
        shape_table_free(table);
    }
}
