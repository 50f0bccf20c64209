/* Goal: a layer that nobody described is drawn as what it is, with its own names. Method: file
 * names as cities publish them, columns with values, each beside the one it could be taken for;
 * and the real files of many makers. */
#include "tests/check.h"

#include <unistd.h>

#include "maps/guess.h"

static const struct {
    const char *path, *name;
    enum ground ground;
    enum ink ink;
    const char *mark;
} cases[] = {
    { "water.shp", "water", GROUND_WATER, INK_MAP_WATER_NAME, "" },
    { "/data/Water_Bodies.SHP", "water_bodies", GROUND_WATER, INK_MAP_WATER_NAME, "" },
    { "gewaesser_by.shp", "gewaesser_by", GROUND_WATER, INK_MAP_WATER_NAME, "" },
    { "waterways.shp", "waterways", GROUND_NONE, INK_MAP_WATERLINE, "" },
    { "hydrants", "hydrants", GROUND_NONE, INK_MAP_POINT, "." },
    { "Water_Hydrants.geojson", "water_hydrants", GROUND_NONE, INK_MAP_POINT, "." },
    { "fire_stations.shp", "fire_stations", GROUND_NONE, INK_MAP_STATION, "[]" },
    { "fire_engine_districts.shp", "fire_engine_districts", GROUND_NONE, INK_MAP_BOUNDARY, "" },
    { "open_space.shp", "open_space", GROUND_PARK, INK_MAP_PARK_NAME, "" },
    { "streets.shp", "streets", GROUND_NONE, INK_MAP_STREET, "" },
    { "tl_2023_25017_roads.shp", "tl_2023_25017_roads", GROUND_NONE, INK_MAP_STREET, "" },
    { "Calles_2020.shp", "calles_2020", GROUND_NONE, INK_MAP_STREET, "" },
    { "railroads.shp", "railroads", GROUND_NONE, INK_MAP_RAIL, "" },
    { "gis_osm_railways_free_1.shp", "gis_osm_railways_free_1", GROUND_NONE, INK_MAP_RAIL, "" },
    { "/parks/roads.shp", "roads", GROUND_NONE, INK_MAP_STREET, "" },
    { "ne_50m_coastline.shp", "ne_50m_coastline", GROUND_NONE, INK_MAP_WATERLINE, "" },
    { "seen.shp", "seen", GROUND_WATER, INK_MAP_WATER_NAME, "" },
    { "overseen.shp", "overseen", GROUND_NONE, INK_MAP_STREET, "" },
    { "xyzzy.shp", "xyzzy", GROUND_NONE, INK_MAP_STREET, "" },
    { "", "", GROUND_NONE, INK_MAP_STREET, "" },
};

static void a_name_says_how_it_is_drawn(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct map_layer_style style;
        CASE("%s", cases[i].path);
        guess_style(&(struct guess_about){ .path = cases[i].path }, &style);
        assert_string_equal(style.name, cases[i].name);
        assert_int_equal(style.ground, cases[i].ground);
        assert_int_equal(style.ink, cases[i].ink);
        assert_string_equal(style.mark, cases[i].mark);
    }
}

/* Grounds lie under lines, lines under points. */
static void grounds_come_first(void **state)
{
    static const char *const order[] = { "built", "parks", "water", "zones", "rail", "streets",
                                         "hydrants", "hospitals" };
    struct map_layer_style style;

    (void)state;
    for (size_t i = 1; i < ARRAY_COUNT(order); i++)
        assert_true(guess_style(&(struct guess_about){ .path = order[i - 1] }, &style)
                    < guess_style(&(struct guess_about){ .path = order[i] }, &style));
}

/* The same name with other shapes is another thing. */
static void shapes_have_their_say(void **state)
{
    static const struct {
        const char *path;
        enum shape_kind kind;
        enum ground ground;
        enum ink ink;
    } rows[] = {
        { "roads", SHAPE_LINES, GROUND_NONE, INK_MAP_STREET },
        { "roads", SHAPE_POLYGONS, GROUND_BUILT, INK_MAP_BUILDING },
        { "rivers", SHAPE_LINES, GROUND_NONE, INK_MAP_WATERLINE },
        { "rivers", SHAPE_POLYGONS, GROUND_WATER, INK_MAP_WATER_NAME },
        { "lakes", SHAPE_LINES, GROUND_NONE, INK_MAP_WATERLINE },
        { "xyzzy", SHAPE_POLYGONS, GROUND_NONE, INK_MAP_BOUNDARY },
        { "xyzzy", SHAPE_LINES, GROUND_NONE, INK_MAP_STREET },
        { "xyzzy", SHAPE_POINTS, GROUND_NONE, INK_MAP_STATION },
        { "parks", SHAPE_POINTS, GROUND_NONE, INK_MAP_POINT },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct map_layer_style style;
        struct guess_about about = { .path = rows[i].path, .kind_known = true,
                                     .kind = rows[i].kind };
        CASE("%s, kind %d", rows[i].path, rows[i].kind);
        guess_style(&about, &style);
        assert_int_equal(style.ground, rows[i].ground);
        assert_int_equal(style.ink, rows[i].ink);
    }
}

/* ---- Columns ------------------------------------------------------------------------------- */

enum { COLUMNS = 5, VALUES = 4 };

static const struct {
    const char *name, *path;
    struct { const char *name, *values[VALUES]; } columns[COLUMNS];
    const char *label, *class;
    const char *value;                  /* One that must be held ... */
    enum ink ink;                       /* ... by a class with this ink. */
} tables[] = {
    { "OpenStreetMap roads", "roads",
      { { "osm_id", { "4416443", "6020431", "1", "2" } },
        { "name", { "", "Showell Court", "Key Hwy", "" } },
        { "ref", { "I 95", "", "", "" } },
        { "fclass", { "motorway", "residential", "primary", "service" } } },
      "name|ref", "fclass", "trunk_link", INK_MAP_MOTORWAY },
    { "the same under a name that says nothing", "export_7",
      { { "LABEL", { "", "Showell Court", "Key Hwy", "" } },
        { "HIGHWAY", { "motorway", "residential", "primary", "service" } } },
      "LABEL", "HIGHWAY", "tertiary", INK_MAP_COLLECTOR },
    { "in great letters", "roads",
      { { "TYPE", { "MOTORWAY", "RESIDENTIAL", "PRIMARY", "SERVICE" } } },
      "", "TYPE", "SECONDARY", INK_MAP_ARTERIAL },
    { "TIGER", "tl_2023_edges",
      { { "LINEARID", { "110485847865", "110485847866", "110485847867", "110485847868" } },
        { "FULLNAME", { "Main St", "I- 95", "Oak Ave", "" } },
        { "RTTYP", { "M", "I", "M", "" } },
        { "MTFCC", { "S1400", "S1100", "S1400", "S1730" } } },
      "FULLNAME", "MTFCC", "S1200", INK_MAP_ARTERIAL },
    { "a county's words", "centerlines",
      { { "STNAME", { "MAIN", "OAK", "ELM", "US 1" } },
        { "FUNC", { "Local", "Local", "Major Collector", "Principal Arterial" } } },
      "STNAME", "FUNC", "Minor Arterial", INK_MAP_ARTERIAL },
    { "major or not", "streets",
      { { "Street_Nam", { "Cambridge", "Oxford", "Rice", "Elm" } },
        { "Label", { "Cambridge St", "Oxford St", "Rice St", "Elm St" } },
        { "MajorRoad", { "2", "1", "0", "0" } } },
      "Label", "MajorRoad", "1", INK_MAP_ARTERIAL },
    { "numbers that are no classes", "streets",
      { { "Label", { "Cambridge St", "Oxford St", "Rice St", "Elm St" } },
        { "ID", { "2", "1", "0", "3" } } },
      "Label", "", "", INK_PLAIN },
    { "landuse", "landuse_a",
      { { "name", { "", "Riverside Park", "", "" } },
        { "landuse", { "forest", "", "industrial", "basin" } } },
      "name", "landuse", "wood", INK_MAP_PARK_NAME },
    { "addresses of the net and ids are no names", "zones",
      { { "Webpage", { "https://a.example/1", "https://a.example/2", "https://a.example/3", "" } },
        { "GlobalID", { "{86305160-BDC8}", "{86305160-BDC9}", "{86305160-BDCA}", "" } },
        { "N_HOOD", { "4", "6", "7", "8" } },
        { "what", { "The Port", "Mid-Cambridge", "Riverside", "Baldwin" } } },
      "what", "", "", INK_PLAIN },
    { "words that repeat are no names", "rail",
      { { "GRADE", { "At-Grade", "At-Grade", "At-Grade", "Bridge" } } }, "", "", "", INK_PLAIN },
    { "an empty column of the right name", "points",
      { { "NAME", { "", "", "", "" } }, { "SITE_NAME", { "City Hall", "Library", "Annex", "" } } },
      "SITE_NAME", "", "", INK_PLAIN },
    { "Cyrillic", "roads",
      { { "name", { "Огородный проезд", "улица Руставели", "", "" } },
        { "fclass", { "secondary", "residential", "residential", "primary" } } },
      "name", "fclass", "motorway", INK_MAP_MOTORWAY },
};

static void columns_say_what_is_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
        struct guess_column columns[COLUMNS];
        struct guess_about about = { .path = tables[i].path, .columns = columns };
        struct map_layer_style style;
        CASE("%s", tables[i].name);
        for (uint32_t c = 0; c < COLUMNS && tables[i].columns[c].name; c++)
            columns[about.column_count++] =
                (struct guess_column){ .name = tables[i].columns[c].name, .value_count = VALUES,
                                       .values = tables[i].columns[c].values };
        guess_style(&about, &style);
        assert_string_equal(style.label_column, tables[i].label);
        assert_string_equal(style.class_column, tables[i].class);
        bool held = tables[i].value[0] == '\0';
        for (uint32_t c = 0; c < style.class_count && !held; c++) {
            if (!map_class_holds(&style.classes[c], tables[i].value))
                continue;
            assert_int_equal(style.classes[c].ink, tables[i].ink);
            held = true;
        }
        assert_true(held);
    }
}

/* ---- Real files ---------------------------------------------------------------------------- */

#define DATA "../shared/data/"
static const struct {
    const char *path, *label, *class;
    enum ink ink;
    enum ground ground;
} files[] = {
    { "shapefiles/cambridge_ma/streets", "Label", "MajorRoad", INK_MAP_STREET, GROUND_NONE },
    { "shapefiles/cambridge_ma/water", "NAME", "", INK_MAP_WATER_NAME, GROUND_WATER },
    { "shapefiles/cambridge_ma/neighborhoods", "NAME", "", INK_MAP_BOUNDARY, GROUND_NONE },
    { "shapefiles/cambridge_ma/fire_stations", "SITE_NAME", "", INK_MAP_STATION, GROUND_NONE },
    { "shapefiles/cambridge_ma/fire_engine_districts", "ENGINE", "", INK_MAP_BOUNDARY,
      GROUND_NONE },
    { "shapefiles/cambridge_ma/rail", "", "", INK_MAP_RAIL, GROUND_NONE },
    { "shapefiles/natural_earth_50m/ne_50m_admin_0_countries_lakes", "NAME", "", INK_MAP_BOUNDARY,
      GROUND_NONE },
    { "shapefiles/natural_earth_50m/ne_50m_lakes", "name", "", INK_MAP_WATER_NAME, GROUND_WATER },
    { "shapefiles/natural_earth_50m/ne_50m_coastline", "", "", INK_MAP_WATERLINE, GROUND_NONE },
    { "shapefiles/osm_heidelberg_de/roads", "name|ref", "fclass", INK_MAP_STREET, GROUND_NONE },
    { "shapefiles/osm_heidelberg_de/landuse_a", "name", "leisure", INK_MAP_PLACE_NAME,
      GROUND_LAND },
    { "shapefiles/osm_baltimore_md/pois", "name", "amenity", INK_MAP_POINT, GROUND_NONE },
    { "shapefiles/osm_baltimore_md/railways", "name", "fclass", INK_MAP_RAIL, GROUND_NONE },
    { "shapefiles/osm_baltimore_md/waterways", "name", "fclass", INK_MAP_WATERLINE, GROUND_NONE },
    { "shapefiles/osm_moscow_centre_cyrillic/roads", "name|ref", "fclass", INK_MAP_STREET,
      GROUND_NONE },
    { "shapefiles/philadelphia_neighborhoods/Neighborhoods_Philadelphia.shp", "MAPNAME", "",
      INK_MAP_BOUNDARY, GROUND_NONE },
    { "shapefiles/seattle_spd_mcpp_areas/MCPPAreas", "NAME", "", INK_MAP_BOUNDARY, GROUND_NONE },
    { "shapefiles_odd/r_sf/nc", "NAME", "", INK_MAP_BOUNDARY, GROUND_NONE },
    { "shapefiles_odd/shapelib/anno", "TEXT", "", INK_MAP_BOUNDARY, GROUND_NONE },
    { "shapefiles_odd/mapshaper/nothing_here", "", "", INK_MAP_STREET, GROUND_NONE },
};

static void real_files_are_guessed_right(void **state)
{
    (void)state;
    if (access(DATA, R_OK) != 0) {
        print_message("SKIP: " DATA " is absent\n");
        skip();
    }
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        struct map_layer_style style;
        char path[256];
        CASE("%s", files[i].path);
        snprintf(path, sizeof path, DATA "%s", files[i].path);
        guess_file(path, &style);
        assert_string_equal(style.path, path);
        assert_string_equal(style.label_column, files[i].label);
        assert_string_equal(style.class_column, files[i].class);
        assert_int_equal(style.ink, files[i].ink);
        assert_int_equal(style.ground, files[i].ground);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_says_how_it_is_drawn),
        cmocka_unit_test(grounds_come_first),
        cmocka_unit_test(shapes_have_their_say),
        cmocka_unit_test(columns_say_what_is_what),
        cmocka_unit_test(real_files_are_guessed_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
