/* Goal: GeoJSON as people write it becomes a layer, or is refused with the right words. Method: one
 * row per text, with what must come out of it; then a large file, with what it costs in memory. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/base/buffer.h"
#include "maps/shape_table.h"
#include "maps/shapefile.h"
#include "tests/layer_set.h"

static const struct {
    const char *name, *text, *kind;     /* "#lines" behind the path, or "". */
    enum status status;
    enum shape_kind shape_kind;
    uint32_t record_count, part_count, vertex_count;
    const char *column, *value;         /* Of the first record; "" for none. */
    const char *words;                  /* In the refusal or the warning; "" for no warning. */
} texts[] = {
    { "a bare point", "{\"type\":\"Point\",\"coordinates\":[-4,50]}", "",
      STATUS_OK, SHAPE_POINTS, 1, 1, 1, "", "", "" },
    { "a byte order mark", "\xEF\xBB\xBF{\"type\":\"Point\",\"coordinates\":[-4,50]}", "",
      STATUS_OK, SHAPE_POINTS, 1, 1, 1, "", "", "" },
    { "a feature with a height", "{\"type\":\"Feature\",\"properties\":{\"a\":\"b\"},\"geometry\":"
      "{\"type\":\"Point\",\"coordinates\":[-4,50,120.5]}}", "",
      STATUS_OK, SHAPE_POINTS, 1, 1, 1, "a", "b", "" },
    { "members in another order", "{\"features\":[{\"geometry\":{\"coordinates\":[[0,1],[2,3]],"
      "\"type\":\"LineString\"},\"properties\":{},\"type\":\"Feature\"}],\"type\":"
      "\"FeatureCollection\"}", "", STATUS_OK, SHAPE_LINES, 1, 1, 2, "", "", "" },
    { "null geometry, null properties", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":"
      "\"Feature\",\"properties\":null,\"geometry\":null}]}", "",
      STATUS_OK, SHAPE_POINTS, 1, 0, 0, "", "", "" },
    { "no features", "{\"type\":\"FeatureCollection\",\"features\":[]}", "",
      STATUS_OK, SHAPE_POINTS, 0, 0, 0, "", "", "it has no records" },
    { "a ring that is not closed", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9]]]}",
      "", STATUS_OK, SHAPE_POLYGONS, 1, 1, 4, "", "", "" },
    { "several outers, one with a hole", "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],"
      "[9,0],[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]],[[[20,20],[21,20],[21,21],[20,20]]]]}", "",
      STATUS_OK, SHAPE_POLYGONS, 1, 3, 12, "", "", "" },
    { "newline-delimited", "{\"type\":\"Point\",\"coordinates\":[1,2]}\n"
      "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[3,4]}}\n", "",
      STATUS_OK, SHAPE_POINTS, 2, 2, 2, "", "", "" },
    { "a text sequence", "\x1E{\"type\":\"Point\",\"coordinates\":[1,2]}\n\x1E"
      "{\"type\":\"Point\",\"coordinates\":[1,2]}\n", "", STATUS_OK, SHAPE_POINTS, 2, 2, 2, "", "",
      "" },
    { "a list of features", "[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\","
      "\"coordinates\":[3,4]}}]", "", STATUS_OK, SHAPE_POINTS, 1, 1, 1, "", "", "" },
    { "mixed kinds: what most are", "{\"features\":[{\"type\":\"Point\",\"coordinates\":[1,2]},"
      "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]},"
      "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}]}", "",
      STATUS_OK, SHAPE_LINES, 3, 2, 4, "", "", "1 of 3 records are points, not lines" },
    { "mixed kinds: the one asked for", "{\"features\":[{\"type\":\"Point\",\"coordinates\":[1,2]},"
      "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]},"
      "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}]}", "#points",
      STATUS_OK, SHAPE_POINTS, 3, 1, 1, "", "", "" },
    { "a collection of geometries", "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":"
      "\"Point\",\"coordinates\":[1,2]},{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],"
      "[0,0]]]}]}", "#polygons", STATUS_OK, SHAPE_POLYGONS, 1, 1, 4, "", "", "" },
    { "numbers, flags and null", "{\"type\":\"Feature\",\"properties\":{\"n\":12.50,\"on\":true,"
      "\"no\":null},\"geometry\":null}", "", STATUS_OK, SHAPE_POINTS, 1, 0, 0, "n", "12.50", "" },
    { "an object as a value", "{\"type\":\"Feature\",\"properties\":{\"in\":{\"a\":[1,2]}},"
      "\"geometry\":null}", "", STATUS_OK, SHAPE_POINTS, 1, 0, 0, "in", "{\"a\":[1,2]}", "" },
    { "escapes", "{\"type\":\"Feature\",\"properties\":{\"na\\u006de\":\"\\u0141\\u00f3d\\u017a "
      "\\\"x\\\"\"},\"geometry\":null}", "", STATUS_OK, SHAPE_POINTS, 1, 0, 0, "name",
      "Łódź \"x\"", "" },
    { "what would move the cursor", "{\"type\":\"Feature\",\"properties\":{\"a\":\"b\\u001b[2Jc\"},"
      "\"geometry\":null}", "", STATUS_OK, SHAPE_POINTS, 1, 0, 0, "a", "b [2Jc", "" },
    { "the feature's own id", "{\"type\":\"Feature\",\"id\":\"w7\",\"properties\":{},\"geometry\":"
      "null}", "", STATUS_OK, SHAPE_POINTS, 1, 0, 0, "id", "w7", "" },
    { "numbers with exponents", "{\"type\":\"Point\",\"coordinates\":[-4e0,5.0E+1]}", "",
      STATUS_OK, SHAPE_POINTS, 1, 1, 1, "", "", "" },
    { "UTM by the old crs", "{\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
      "\"urn:ogc:def:crs:EPSG::25832\"}},\"features\":[{\"type\":\"Point\",\"coordinates\":"
      "[477000,5474000]}]}", "", STATUS_OK, SHAPE_POINTS, 1, 1, 1, "", "", "" },
    { "the crs behind the features", "{\"features\":[{\"type\":\"Point\",\"coordinates\":"
      "[477000,5474000]}],\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:25832\"}}}",
      "", STATUS_OK, SHAPE_POINTS, 1, 1, 1, "", "", "" },
    { "a crs nobody knows", "{\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"Narnia\"}},"
      "\"features\":[{\"type\":\"Point\",\"coordinates\":[4,5]}]}", "",
      STATUS_REFUSED, 0, 0, 0, 0, "", "", "Narnia" },
    { "a crs by link", "{\"crs\":{\"type\":\"link\",\"properties\":{\"href\":\"http://x\"}},"
      "\"features\":[{\"type\":\"Point\",\"coordinates\":[4,5]}]}", "",
      STATUS_REFUSED, 0, 0, 0, 0, "", "", "names no coordinate system" },
    { "metres without a crs", "{\"type\":\"Point\",\"coordinates\":[477000,5474000]}", "",
      STATUS_REFUSED, 0, 0, 0, 0, "", "", "none of its coordinates are on the earth" },
    { "one geometry that is none", "{\"features\":[{\"type\":\"Point\",\"coordinates\":[1,2]},"
      "{\"type\":\"Point\",\"coordinates\":[\"x\",2]}]}", "",
      STATUS_OK, SHAPE_POINTS, 2, 1, 1, "", "", "1 of 2 records are left out (1 damaged)" },
    { "cut short", "{\"features\":[{\"type\":\"Point\",\"coordinates\":[1,2]},{\"type\":\"Poi", "",
      STATUS_OK, SHAPE_POINTS, 1, 1, 1, "", "", "what comes after record 1 is missing" },
    { "cut short at once", "{\"features\":[{\"type\":\"Point\",\"coord", "",
      STATUS_CORRUPT, 0, 0, 0, 0, "", "", "cut short" },
    { "brackets that do not match", "{\"features\":[{\"type\":\"Point\",\"coordinates\":[1,2}]}",
      "", STATUS_CORRUPT, 0, 0, 0, 0, "", "", "brackets do not match" },
    { "other JSON", "{\"temperature\":21.5}", "", STATUS_CORRUPT, 0, 0, 0, 0, "", "",
      "no GeoJSON in it" },
    { "Esri's JSON", "{\"features\":[{\"attributes\":{},\"geometry\":{\"x\":1,\"y\":2}}]}", "",
      STATUS_REFUSED, 0, 0, 0, 0, "", "", "f=geojson" },
    { "no JSON", "hello", "", STATUS_CORRUPT, 0, 0, 0, 0, "", "", "not GeoJSON" },
};

static void texts_become_layers(void **state)
{
    char folder[64], path[96];

    (void)state;
    layer_set_folder(folder);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct shapes *shapes = NULL;
        char why[512] = "";
        CASE("%s", texts[i].name);
        layer_set_write(folder, "layer.geojson", span_of(texts[i].text));
        snprintf(path, sizeof path, "%s/layer.geojson%s", folder, texts[i].kind);
        enum status status = shapefile_read(path, &shapes, why, sizeof why);
        const char *said = status == STATUS_OK ? shapes->warning : why;
        print_message("    %s\n", said);
        assert_int_equal(status, texts[i].status);
        assert_non_null(strstr(said, texts[i].words));
        if (texts[i].words[0] == '\0')
            assert_string_equal(said, "");
        if (status != STATUS_OK)
            continue;
        assert_int_equal(shapes->kind, texts[i].shape_kind);
        assert_int_equal(shapes->record_count, texts[i].record_count);
        assert_int_equal(shapes->part_count, texts[i].part_count);
        assert_int_equal(shapes->vertex_count, texts[i].vertex_count);
        if (texts[i].column[0])
            assert_string_equal(shapes_value(shapes, 0, shapes_column(shapes, texts[i].column)),
                                texts[i].value);
        shapes_free(shapes);
    }
    layer_set_remove(folder, "layer.geojson");
    rmdir(folder);
}

static void kinds_are_told_without_reading_all(void **state)
{
    char folder[64], path[96];

    (void)state;
    layer_set_folder(folder);
    layer_set_write(folder, "layer.geojson", span_of(layer_set_geojson));
    snprintf(path, sizeof path, "%s/layer.geojson", folder);
    assert_int_equal(shapefile_kinds(path), 1u << SHAPE_POINTS | 1u << SHAPE_LINES
                                            | 1u << SHAPE_POLYGONS);
    snprintf(path, sizeof path, "%s/layer.geojson#lines", folder);
    assert_int_equal(shapefile_kinds(path), 1u << SHAPE_LINES);
    assert_int_equal(shapefile_kinds("/nowhere/at/all"), 0);
    layer_set_remove(folder, "layer.geojson");
    rmdir(folder);
}

static void coordinates_are_where_they_were_written(void **state)
{
    static const char text[] = "{\"type\":\"LineString\",\"coordinates\":[[-71.10894400000001,"
                               "42.37234567890123],[1e1,-0.000001],[ -160 , 90 , 7 ]]}";
    static const struct geo_point expected[] = { { 42.37234567890123, -71.10894400000001 },
                                                 { -0.000001, 10 }, { 90, -160 } };
    char folder[64], path[96], why[512] = "";
    struct shapes *shapes;

    (void)state;
    layer_set_folder(folder);
    layer_set_write(folder, "layer.json", span_of(text));
    snprintf(path, sizeof path, "%s/layer", folder);
    assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
    assert_int_equal(shapes->vertex_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(fabs(shapes->vertices[i].lat_deg - expected[i].lat_deg) < 1e-13);
        assert_true(fabs(shapes->vertices[i].lon_deg - expected[i].lon_deg) < 1e-13);
    }
    shapes_free(shapes);
    layer_set_remove(folder, "layer.json");
    rmdir(folder);
}

enum { FEATURES = 60000 };

static void large_write(const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", file);
    for (int i = 0; i < FEATURES; i++)
        fprintf(file, "%s\n{\"type\":\"Feature\",\"properties\":{\"name\":\"Street %d\",\"long\":"
                "\"%0300d\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[%.6f,50]}}",
                i ? "," : "", i % 500, i, -4 + i * 1e-6);
    fputs("]}\n", file);
    fclose(file);
}

/* The sanitizer keeps what is freed for a while, so only the arrays themselves are looked at. */
static void a_large_file_costs_what_is_wanted_of_it(void **state)
{
    static const char *const wanted[] = { "NAME" };
    char folder[64], path[96], why[512] = "", value[SHAPE_VALUE_BYTES];
    struct shape_table *table;
    struct shapes *shapes;
    struct shape_search search = { .words = "street 499", .column = 0, .how = SHAPE_SEARCH_IS };
    uint32_t at = 500;

    (void)state;
    layer_set_folder(folder);
    snprintf(path, sizeof path, "%s/large.geojson", folder);
    large_write(path);
    assert_int_equal(shapefile_read_columns(path, wanted, 1, &shapes, why, sizeof why), STATUS_OK);
    assert_int_equal(shapes->record_count, FEATURES);
    assert_int_equal(shapes->field_count, 1);
    assert_string_equal(shapes_value(shapes, FEATURES - 1, 0), "Street 499");
    shapes_free(shapes);
    assert_int_equal(shape_table_open(path, &table, why, sizeof why), STATUS_OK);
    assert_int_equal(shape_table_field_count(table), 2);
    assert_true(shape_table_find(table, &search, &at, FEATURES));
    assert_int_equal(at, 999);
    assert_int_equal(shape_table_value(table, 7, 1, value), 300);
    shape_table_free(table);
    layer_set_remove(folder, "large.geojson");
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_layers),
        cmocka_unit_test(kinds_are_told_without_reading_all),
        cmocka_unit_test(coordinates_are_where_they_were_written),
        cmocka_unit_test(a_large_file_costs_what_is_wanted_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
