/* Goal: single records of a layer are looked at and found without reading the layer. Method: write
 * small layers, ask; then the same values as reading the whole layer gives, for real files. */
#include "tests/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/shape_table.h"
#include "tests/drawn.h"

static const struct drawn_record streets[] = {
    { "Quay St|arterial", "0 0, 100 0" },
    { "Łódzka Ulica|street", "0 10, 5 20" },
    { "", "7 7, 8 8" },
    { "Mill Rd|street", "-50 -50, -20 40" },
    { "ПРОСПЕКТ МИРА|street", "-50 -50, -20 40" },
};

static const struct {
    const char *name;
    struct shape_search search;
    uint32_t from, end;
    bool found;
    uint32_t at;
} searches[] = {
    { "in any column", { "arter", -1, SHAPE_SEARCH_HOLDS }, 0, 99, true, 0 },
    { "in the other column", { "arter", 0, SHAPE_SEARCH_HOLDS }, 0, 99, false, 5 },
    { "from where the last one was", { "street", 1, SHAPE_SEARCH_IS }, 2, 99, true, 3 },
    { "not past the end given", { "street", 1, SHAPE_SEARCH_IS }, 2, 3, false, 3 },
    { "capital letters", { "MILL", 0, SHAPE_SEARCH_STARTS }, 0, 99, true, 3 },
    { "not the start", { "rd", 0, SHAPE_SEARCH_STARTS }, 0, 99, false, 5 },
    { "capitals of other scripts", { "łódzka ulica", 0, SHAPE_SEARCH_IS }, 0, 99, true, 1 },
    { "Cyrillic", { "мира", 0, SHAPE_SEARCH_HOLDS }, 0, 99, true, 4 },
    { "a part is not the whole", { "Mill", 0, SHAPE_SEARCH_IS }, 0, 99, false, 5 },
};

static void records_are_found(void **state)
{
    char folder[] = "/tmp/watchdesk-table-XXXXXX", path[64], why[256] = "";
    char value[SHAPE_VALUE_BYTES];
    struct shape_table *table;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/streets", folder);
    struct shapes *drawn = drawn_layer(SHAPE_LINES, "NAME|CLASS", streets, ARRAY_COUNT(streets));
    assert_int_equal(shapefile_write(path, drawn, why, sizeof why), STATUS_OK);
    shapes_free(drawn);
    assert_int_equal(shape_table_open(path, &table, why, sizeof why), STATUS_OK);
    assert_int_equal(shape_table_record_count(table), 5);
    assert_int_equal(shape_table_column(table, "class"), 1);
    assert_int_equal(shape_table_column(table, "CLAS"), -1);
    assert_int_equal(shape_table_value(table, 3, 0, value), 7);
    assert_string_equal(value, "Mill Rd");
    assert_int_equal(shape_table_value(table, 5, 0, value), 0);
    for (size_t i = 0; i < ARRAY_COUNT(searches); i++) {
        uint32_t at = searches[i].from;
        CASE("%s", searches[i].name);
        assert_int_equal(shape_table_find(table, &searches[i].search, &at, searches[i].end),
                         searches[i].found);
        assert_int_equal(at, searches[i].at);
    }
    shape_table_free(table);
    assert_int_equal(shape_table_open("/nowhere/at/all", &table, why, sizeof why),
                     STATUS_NOT_FOUND);
    static const char *const members[] = { "shp", "shx", "dbf", "prj", "cpg" };
    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        char member[80];
        snprintf(member, sizeof member, "%s.%s", path, members[i]);
        unlink(member);
    }
    rmdir(folder);
}

static const char *const real_files[] = {
    "shapefiles/cambridge_ma/streets", "shapefiles/osm_moscow_centre_cyrillic/pois",
    "shapefiles_odd/mbostock_shapefile/number-null-property",
    "geojson/cambridge_ma/TRANS_Intersections.geojson",
    "geojson/nws_alerts/guam-7day__alerts_active.geojson",
};

static void values_are_those_of_the_layer(void **state)
{
    char path[256], why[256] = "", value[SHAPE_VALUE_BYTES];

    (void)state;
    if (access("../shared/data", R_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        skip();
    }
    for (size_t i = 0; i < ARRAY_COUNT(real_files); i++) {
        struct shape_table *table;
        struct shapes *shapes;
        CASE("%s", real_files[i]);
        snprintf(path, sizeof path, "../shared/data/%s", real_files[i]);
        assert_int_equal(shape_table_open(path, &table, why, sizeof why), STATUS_OK);
        assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
        assert_int_equal(shape_table_record_count(table), shapes->record_count);
        assert_int_equal(shape_table_field_count(table), shapes->field_count);
        for (uint32_t r = 0; r < shapes->record_count; r++)
            for (uint32_t f = 0; f < shapes->field_count; f++) {
                shape_table_value(table, r, f, value);
                assert_string_equal(value, shapes_value(shapes, r, (int)f));
            }
        shapes_free(shapes);
        shape_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_found),
        cmocka_unit_test(values_are_those_of_the_layer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
