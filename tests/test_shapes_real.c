/* Goal: every shapefile and GeoJSON file of ../shared/data opens or is refused rightly: one row a
 * file. Method: read each; records, nulls and vertices as here (the records agree with those that
 * GDAL's ogrinfo counts, where it opens the file), and what is doubtful is said. */
#include "tests/check.h"

#include <string.h>
#include <unistd.h>

#include "maps/shapefile.h"

static const struct {
    const char *path;
    bool opens;
    enum shape_kind kind;
    uint32_t records, nulls, vertices;
    const char *says;           /* In the warning or the refusal; "": no warning at all. */
} files[] = {
    { "geojson/cambridge_ma/HEALTH_Hospitals.geojson",
      true, SHAPE_POINTS, 3, 0, 3, "" },
    { "geojson/cambridge_ma/INFRA_Hydrants.geojson",
      true, SHAPE_POINTS, 1960, 0, 1960, "" },
    { "geojson/cambridge_ma/PUBLICSAFETY_FireEngineDistricts.geojson",
      true, SHAPE_POLYGONS, 8, 0, 1876, "" },
    { "geojson/cambridge_ma/PUBLICSAFETY_FireStations.geojson",
      true, SHAPE_POINTS, 8, 0, 8, "" },
    { "geojson/cambridge_ma/TRANS_Intersections.geojson",
      true, SHAPE_POINTS, 1872, 0, 1872, "" },
    { "geojson/nws_alerts/air-quality-alerts__alerts_active.geojson",
      true, SHAPE_POLYGONS, 396, 325, 705, "" },
    { "geojson/nws_alerts/air-quality-alerts__alerts_active_dated.geojson",
      true, SHAPE_POLYGONS, 396, 325, 705, "" },
    { "geojson/nws_alerts/e2e__alerts_active.geojson",
      true, SHAPE_POLYGONS, 152, 151, 5, "" },
    { "geojson/nws_alerts/e2e__alerts_active_dated.geojson",
      true, SHAPE_POLYGONS, 152, 151, 5, "" },
    { "geojson/nws_alerts/guam-7day__alerts_active.geojson",
      true, SHAPE_POLYGONS, 246, 232, 101, "" },
    { "geojson/nws_alerts/guam-7day__alerts_active_dated.geojson",
      true, SHAPE_POLYGONS, 246, 232, 101, "" },
    { "geojson/nws_alerts/testing__alerts_active.geojson",
      true, SHAPE_POLYGONS, 38, 37, 5, "" },
    { "geojson/nws_alerts/testing__alerts_active_dated.geojson",
      true, SHAPE_POLYGONS, 38, 37, 5, "" },
    { "geojson/seattle_boundaries/city-council-districts.geojson",
      true, SHAPE_POLYGONS, 7, 0, 2234, "" },
    { "geojson/seattle_boundaries/city-limits.geojson",
      true, SHAPE_POLYGONS, 29, 0, 10887, "" },
    { "geojson/seattle_boundaries/seattle-parks-osm.geojson",
      true, SHAPE_POLYGONS, 545, 0, 8719, "" },
    { "geojson/seattle_boundaries/spd-beats.geojson",
      true, SHAPE_POLYGONS, 51, 0, 13887, "" },
    { "geojson/seattle_boundaries/spd-precincts.geojson",
      true, SHAPE_POLYGONS, 5, 0, 3096, "" },
    { "geojson/seattle_boundaries/zip-codes.geojson",
      true, SHAPE_POLYGONS, 32, 0, 1481, "" },
    { "geojson/usgs_earthquakes/all_week_2018-02-07_older1207.geojson",
      true, SHAPE_POINTS, 1207, 0, 1207, "" },
    { "shapefiles/cambridge_ma/address_blocks.shp",
      true, SHAPE_POLYGONS, 749, 0, 19980, "" },
    { "shapefiles/cambridge_ma/bridges.shp",
      true, SHAPE_POLYGONS, 52, 0, 5063, "" },
    { "shapefiles/cambridge_ma/city_boundary.shp",
      true, SHAPE_POLYGONS, 1, 0, 1670, "" },
    { "shapefiles/cambridge_ma/emergency_shelters.shp",
      true, SHAPE_POINTS, 15, 0, 15, "" },
    { "shapefiles/cambridge_ma/fire_engine_districts.shp",
      true, SHAPE_POLYGONS, 8, 0, 1876, "" },
    { "shapefiles/cambridge_ma/fire_ladder_districts.shp",
      true, SHAPE_POLYGONS, 4, 0, 1726, "" },
    { "shapefiles/cambridge_ma/fire_stations.shp",
      true, SHAPE_POINTS, 8, 0, 8, "" },
    { "shapefiles/cambridge_ma/floodplain_100yr.shp",
      true, SHAPE_POLYGONS, 21, 0, 13642, "" },
    { "shapefiles/cambridge_ma/hospitals.shp",
      true, SHAPE_POINTS, 3, 0, 3, "" },
    { "shapefiles/cambridge_ma/hydrants.shp",
      true, SHAPE_POINTS, 1960, 0, 1960, "" },
    { "shapefiles/cambridge_ma/intersections.shp",
      true, SHAPE_POINTS, 1872, 0, 1872, "" },
    { "shapefiles/cambridge_ma/major_roads.shp",
      true, SHAPE_LINES, 833, 0, 3897, "" },
    { "shapefiles/cambridge_ma/municipal_buildings.shp",
      true, SHAPE_POINTS, 24, 0, 24, "" },
    { "shapefiles/cambridge_ma/neighborhoods.shp",
      true, SHAPE_POLYGONS, 13, 0, 6231, "" },
    { "shapefiles/cambridge_ma/open_space.shp",
      true, SHAPE_POLYGONS, 276, 0, 29979, "" },
    { "shapefiles/cambridge_ma/police_response_districts.shp",
      true, SHAPE_POLYGONS, 117, 0, 7162, "" },
    { "shapefiles/cambridge_ma/police_sectors.shp",
      true, SHAPE_POLYGONS, 5, 0, 2000, "" },
    { "shapefiles/cambridge_ma/police_station.shp",
      true, SHAPE_POINTS, 2, 0, 2, "" },
    { "shapefiles/cambridge_ma/public_schools.shp",
      true, SHAPE_POINTS, 18, 0, 18, "" },
    { "shapefiles/cambridge_ma/rail.shp",
      true, SHAPE_LINES, 97, 0, 4879, "" },
    { "shapefiles/cambridge_ma/road_polygons.shp",
      true, SHAPE_POLYGONS, 205, 0, 130231, "" },
    { "shapefiles/cambridge_ma/snow_tow_routes.shp",
      true, SHAPE_LINES, 97, 0, 752, "" },
    { "shapefiles/cambridge_ma/speed_studies.shp",
      true, SHAPE_POINTS, 662, 0, 662, "" },
    { "shapefiles/cambridge_ma/streets.shp",
      true, SHAPE_LINES, 2643, 0, 12965, "" },
    { "shapefiles/cambridge_ma/utility_facilities.shp",
      true, SHAPE_POINTS, 14, 0, 14, "" },
    { "shapefiles/cambridge_ma/water.shp",
      true, SHAPE_POLYGONS, 74, 0, 22374, "" },
    { "shapefiles/natural_earth_50m/ne_50m_admin_0_countries_lakes.shp",
      true, SHAPE_POLYGONS, 242, 0, 102053, "" },
    { "shapefiles/natural_earth_50m/ne_50m_coastline.shp",
      true, SHAPE_LINES, 1428, 0, 60416, "" },
    { "shapefiles/natural_earth_50m/ne_50m_lakes.shp",
      true, SHAPE_POLYGONS, 412, 0, 19778, "" },
    { "shapefiles/osm_baltimore_md/admin_a.shp",
      true, SHAPE_POLYGONS, 1, 0, 66, "" },
    { "shapefiles/osm_baltimore_md/buildings_a.shp",
      true, SHAPE_POLYGONS, 1731, 0, 18595, "" },
    { "shapefiles/osm_baltimore_md/landuse_a.shp",
      true, SHAPE_POLYGONS, 378, 0, 5999, "" },
    { "shapefiles/osm_baltimore_md/pois.shp",
      true, SHAPE_POINTS, 449, 0, 449, "" },
    { "shapefiles/osm_baltimore_md/railways.shp",
      true, SHAPE_LINES, 814, 0, 9071, "" },
    { "shapefiles/osm_baltimore_md/roads.shp",
      true, SHAPE_LINES, 3841, 0, 23731, "" },
    { "shapefiles/osm_baltimore_md/water_a.shp",
      true, SHAPE_POLYGONS, 2, 0, 17, "" },
    { "shapefiles/osm_baltimore_md/waterways.shp",
      true, SHAPE_LINES, 18, 0, 600, "" },
    { "shapefiles/osm_heidelberg_de/admin_a.shp",
      true, SHAPE_POLYGONS, 1, 0, 7, "" },
    { "shapefiles/osm_heidelberg_de/buildings_a.shp",
      true, SHAPE_POLYGONS, 5, 0, 32, "" },
    { "shapefiles/osm_heidelberg_de/landuse_a.shp",
      true, SHAPE_POLYGONS, 788, 0, 6317, "" },
    { "shapefiles/osm_heidelberg_de/pois.shp",
      true, SHAPE_POINTS, 562, 0, 562, "" },
    { "shapefiles/osm_heidelberg_de/railways.shp",
      true, SHAPE_LINES, 1153, 0, 9951, "" },
    { "shapefiles/osm_heidelberg_de/roads.shp",
      true, SHAPE_LINES, 25189, 0, 212380, "" },
    { "shapefiles/osm_heidelberg_de/waterways.shp",
      true, SHAPE_LINES, 4, 0, 19, "" },
    { "shapefiles/osm_liechtenstein/admin_a.shp",
      true, SHAPE_POLYGONS, 14, 0, 6321, "" },
    { "shapefiles/osm_liechtenstein/buildings_a.shp",
      true, SHAPE_POLYGONS, 8994, 0, 63820, "" },
    { "shapefiles/osm_liechtenstein/landuse_a.shp",
      true, SHAPE_POLYGONS, 528, 0, 14667, "" },
    { "shapefiles/osm_liechtenstein/pois.shp",
      true, SHAPE_POINTS, 84, 0, 84, "" },
    { "shapefiles/osm_liechtenstein/railways.shp",
      true, SHAPE_LINES, 36, 0, 171, "" },
    { "shapefiles/osm_liechtenstein/roads.shp",
      true, SHAPE_LINES, 4658, 0, 60658, "" },
    { "shapefiles/osm_liechtenstein/water_a.shp",
      true, SHAPE_POLYGONS, 58, 0, 1090, "" },
    { "shapefiles/osm_liechtenstein/waterways.shp",
      true, SHAPE_LINES, 205, 0, 4947, "" },
    { "shapefiles/osm_moscow_centre_cyrillic/buildings_a.shp",
      true, SHAPE_POLYGONS, 628, 0, 4488, "" },
    { "shapefiles/osm_moscow_centre_cyrillic/landuse_a.shp",
      true, SHAPE_POLYGONS, 77, 0, 1052, "" },
    { "shapefiles/osm_moscow_centre_cyrillic/pois.shp",
      true, SHAPE_POINTS, 93, 0, 93, "" },
    { "shapefiles/osm_moscow_centre_cyrillic/roads.shp",
      true, SHAPE_LINES, 587, 0, 3090, "" },
    { "shapefiles/philadelphia_neighborhoods/Neighborhoods_Philadelphia.shp",
      true, SHAPE_POLYGONS, 158, 0, 14696, "" },
    { "shapefiles/seattle_spd_mcpp_areas/MCPPAreas.shp",
      true, SHAPE_POLYGONS, 61, 0, 17214, "" },
    { "shapefiles_odd/fiona/coutwildrnp.shp",
      true, SHAPE_POLYGONS, 67, 0, 6606, "" },
    { "shapefiles_odd/fiona/test_tin.shp",
      true, SHAPE_POLYGONS, 1, 0, 4, "no .prj" },
    { "shapefiles_odd/mapshaper/dbf/cpg/big5.shp", .says = "not degrees" },
    { "shapefiles_odd/mapshaper/issues/166/a_utm.shp",
      true, SHAPE_POLYGONS, 1, 0, 345, "" },
    { "shapefiles_odd/mapshaper/issues/166/b_utm.shp",
      true, SHAPE_POLYGONS, 1, 0, 887, "" },
    { "shapefiles_odd/mapshaper/issues/166/c_utm.shp", .says = "not degrees" },
    { "shapefiles_odd/mapshaper/issues/166/d_geo.shp",
      true, SHAPE_POLYGONS, 1, 0, 887, "" },
    { "shapefiles_odd/mapshaper/issues/166/e_merc.shp",
      true, SHAPE_POLYGONS, 1, 0, 887, "" },
    { "shapefiles_odd/mapshaper/issues/518_519_shp_reading/data_corruption_error.shp",
      true, SHAPE_LINES, 8, 0, 25, "" },
    { "shapefiles_odd/mapshaper/issues/518_519_shp_reading/max_callstack_error.shp",
      true, SHAPE_LINES, 138, 0, 276, "" },
    { "shapefiles_odd/mbostock_shapefile/boolean-property.shp",
      true, SHAPE_POINTS, 9, 0, 9, "" },
    { "shapefiles_odd/mbostock_shapefile/date-property.shp",
      true, SHAPE_POINTS, 3, 0, 3, "" },
    { "shapefiles_odd/mbostock_shapefile/ignore-properties.shp",
      true, SHAPE_POINTS, 3, 0, 3, "no .dbf" },
    { "shapefiles_odd/mbostock_shapefile/latin1-property.shp",
      true, SHAPE_POINTS, 1, 0, 1, "written in" },
    { "shapefiles_odd/mbostock_shapefile/multipointm.shp",
      true, SHAPE_POINTS, 1, 0, 3, "no .dbf" },
    { "shapefiles_odd/mbostock_shapefile/multipoints.shp",
      true, SHAPE_POINTS, 2, 0, 10, "" },
    { "shapefiles_odd/mbostock_shapefile/null.shp",
      true, SHAPE_POINTS, 9, 4, 5, "" },
    { "shapefiles_odd/mbostock_shapefile/number-null-property.shp",
      true, SHAPE_POLYGONS, 4, 0, 33, "index (.shx)" },
    { "shapefiles_odd/mbostock_shapefile/pointm.shp",
      true, SHAPE_POINTS, 3, 0, 3, "no .dbf" },
    { "shapefiles_odd/mbostock_shapefile/points.shp",
      true, SHAPE_POINTS, 9, 0, 9, "" },
    { "shapefiles_odd/mbostock_shapefile/polygons.shp",
      true, SHAPE_POLYGONS, 3, 0, 25, "" },
    { "shapefiles_odd/mbostock_shapefile/polylinem.shp",
      true, SHAPE_LINES, 2, 0, 6, "no .dbf" },
    { "shapefiles_odd/mbostock_shapefile/singleton.shp",
      true, SHAPE_POINTS, 1, 0, 1, "index (.shx)" },
    { "shapefiles_odd/mbostock_shapefile/string-property.shp",
      true, SHAPE_POINTS, 3, 0, 3, "" },
    { "shapefiles_odd/pyshp/blockgroups.shp",
      true, SHAPE_POLYGONS, 663, 0, 10705, "no .prj" },
    { "shapefiles_odd/pyshp/blockgroups.zip", .says = "zip archive" },
    { "shapefiles_odd/pyshp/corrupt_too_long.shp",
      true, SHAPE_LINES, 10, 0, 30, "no .prj" },
    { "shapefiles_odd/pyshp/empty_zipfile.zip", .says = "zip archive" },
    { "shapefiles_odd/pyshp/latin1.shp",
      true, SHAPE_POLYGONS, 1, 0, 4, "index (.shx)" },
    { "shapefiles_odd/r_sf/nc.shp",
      true, SHAPE_POLYGONS, 100, 0, 2529, "" },
    { "shapefiles_odd/r_sf/storms_xyz_feature.shp",
      true, SHAPE_LINES, 71, 0, 2135, "no .prj" },
    { "shapefiles_odd/r_sf/storms_xyzm.shp",
      true, SHAPE_LINES, 71, 0, 2135, "no .prj" },
    { "shapefiles_odd/shapelib/3dpoints.shp",
      true, SHAPE_POINTS, 22, 0, 22, "index (.shx)" },
    { "shapefiles_odd/shapelib/CoHI_GCS12.shp",
      true, SHAPE_POLYGONS, 4, 0, 773, "" },
    { "shapefiles_odd/shapelib/anno.shp", .says = "not degrees" },
    { "shapefiles_odd/shapelib/brklinz.shp", .says = "not degrees" },
    { "shapefiles_odd/shapelib/csah.shp", .says = "not degrees" },
    { "shapefiles_odd/shapelib/masspntz.shp", .says = "not degrees" },
    { "shapefiles_odd/shapelib/mexico/cities.shp",
      true, SHAPE_POINTS, 36, 0, 36, "no .prj" },
    { "shapefiles_odd/shapelib/mexico/drainage.shp",
      true, SHAPE_LINES, 6, 0, 798, "no .prj" },
    { "shapefiles_odd/shapelib/mexico/lakes.shp",
      true, SHAPE_POLYGONS, 3, 0, 85, "no .prj" },
    { "shapefiles_odd/shapelib/mexico/rivers.shp",
      true, SHAPE_LINES, 30, 0, 1146, "no .prj" },
    { "shapefiles_odd/shapelib/mexico/roads.shp",
      true, SHAPE_LINES, 105, 0, 1116, "no .prj" },
    { "shapefiles_odd/shapelib/mexico/roads_rt.shp",
      true, SHAPE_LINES, 28, 0, 1132, "no .prj" },
    { "shapefiles_odd/shapelib/mexico/states.shp",
      true, SHAPE_POLYGONS, 32, 0, 3124, "no .prj" },
    { "shapefiles_odd/shapelib/mpatch3.shp", .says = "not degrees" },
    { "shapefiles_odd/shapelib/multipatch.shp",
      true, SHAPE_POLYGONS, 1, 0, 5, "no .prj" },
    { "shapefiles_odd/shapelib/multipnt.shp", .says = "not degrees" },
    { "shapefiles_odd/shapelib/pline.shp", .says = "not degrees" },
    { "shapefiles_odd/shapelib/polygon.shp", .says = "not degrees" },
};

static uint32_t nulls_of(const struct shapes *shapes)
{
    uint32_t nulls = 0;

    for (uint32_t r = 0; r < shapes->record_count; r++)
        nulls += shapes->record_part[r] == shapes->record_part[r + 1];
    return nulls;
}

static void file_is_read(size_t i, const char *path)
{
    struct shapes *shapes;
    char why[512] = "";
    enum status status = shapefile_read(path, &shapes, why, sizeof why);

    if (!files[i].opens) {
        assert_int_equal(status, STATUS_REFUSED);
        assert_non_null(strstr(why, files[i].says));
        assert_non_null(strstr(why, files[i].path));
        return;
    }
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(shapes->kind, files[i].kind);
    assert_int_equal(shapes->record_count, files[i].records);
    assert_int_equal(nulls_of(shapes), files[i].nulls);
    assert_int_equal(shapes->vertex_count, files[i].vertices);
    assert_non_null(strstr(shapes->warning, files[i].says));
    assert_int_equal(shapes->warning[0] == '\0', files[i].says[0] == '\0');
    shapes_free(shapes);
}

static void every_file_opens_or_is_refused(void **state)
{
    char path[512];

    (void)state;
    if (access("../shared/data", R_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        skip();
    }
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        CASE("%s", files[i].path);
        snprintf(path, sizeof path, "../shared/data/%s", files[i].path);
        file_is_read(i, path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_opens_or_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
