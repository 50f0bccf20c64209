/* Goal: every real layer there is opens rightly or is refused for the right reason. Method: one row
 * per file, with figures and a value that GDAL's ogrinfo and ogr2ogr gave for it (where GDAL opens
 * it at all); then the same files through shapelib, vertex for vertex, the expected GeoJSON that
 * came with some, and everything else in the folders must hold together. */
#include "tests/check.h"

#include <ftw.h>
#include <math.h>
#include <shapefil.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/shape_table.h"
#include "maps/shapefile.h"
#include "tests/layer_set.h"

#define DATA "../shared/data/"

static const struct {
    const char *path;
    enum shape_kind kind;
    uint32_t record_count, null_count, vertex_count;
    struct geo_box bounds;
    const char *column;         /* "" for none. */
    uint32_t record;
    const char *value;
    const char *words;          /* In the warning; "" when there is none. */
} layers[] = {
    { "shapefiles/cambridge_ma/address_blocks.shp", SHAPE_POLYGONS, 749, 0, 19980,
      { { 42.3529, -71.1604 }, { 42.4038, -71.0640 } }, "UNQ_ID2", 202, "MIT-625", "" },
    { "shapefiles/cambridge_ma/bridges.shp", SHAPE_POLYGONS, 52, 0, 5063,
      { { 42.3520, -71.1503 }, { 42.4012, -71.0633 } },
      "BridgeDeta", 0, "Grand Junction Railroad Bridge", "" },
    { "shapefiles/cambridge_ma/city_boundary.shp", SHAPE_POLYGONS, 1, 0, 1670,
      { { 42.3525, -71.1604 }, { 42.4038, -71.0640 } }, "", 0, "", "" },
    { "shapefiles/cambridge_ma/emergency_shelters.shp", SHAPE_POINTS, 15, 0, 15,
      { { 42.3556, -71.1541 }, { 42.3923, -71.0866 } },
      "Name", 0, "Kennedy / Longfellow School", "" },
    { "shapefiles/cambridge_ma/fire_engine_districts.shp", SHAPE_POLYGONS, 8, 0, 1876,
      { { 42.3525, -71.1604 }, { 42.4038, -71.0640 } }, "ENGINE", 0, "Engine 4", "" },
    { "shapefiles/cambridge_ma/fire_ladder_districts.shp", SHAPE_POLYGONS, 4, 0, 1726,
      { { 42.3525, -71.1604 }, { 42.4038, -71.0640 } }, "LADDER", 0, "Ladder 3", "" },
    { "shapefiles/cambridge_ma/fire_stations.shp", SHAPE_POINTS, 8, 0, 8,
      { { 42.3630, -71.1408 }, { 42.3910, -71.0787 } }, "SITE_NAME", 0, "Fire Headquarters", "" },
    { "shapefiles/cambridge_ma/floodplain_100yr.shp", SHAPE_POLYGONS, 21, 0, 13642,
      { { 42.3525, -71.1583 }, { 42.4033, -71.0641 } },
      "study_typ", 0, "SFHA with BFE and floodway", "" },
    { "shapefiles/cambridge_ma/hospitals.shp", SHAPE_POINTS, 3, 0, 3,
      { { 42.3744, -71.1333 }, { 42.3754, -71.1043 } }, "SITE_NAME", 0, "Cambridge Hospital", "" },
    { "shapefiles/cambridge_ma/hydrants.shp", SHAPE_POINTS, 1960, 0, 1960,
      { { 42.3535, -71.1597 }, { 42.4025, -71.0673 } }, "LASTEDITOR", 0, "Lugumamu", "" },
    { "shapefiles/cambridge_ma/intersections.shp", SHAPE_POINTS, 1872, 0, 1872,
      { { 42.3516, -71.1613 }, { 42.4046, -71.0684 } },
      "Intersecti", 0, "Alewife Brook Pkwy & Matignon Rd", "" },
    { "shapefiles/cambridge_ma/major_roads.shp", SHAPE_LINES, 833, 0, 3897,
      { { 42.3517, -71.1582 }, { 42.4044, -71.0692 } }, "STREET", 0, "Massachusetts Ave", "" },
    { "shapefiles/cambridge_ma/municipal_buildings.shp", SHAPE_POINTS, 24, 0, 24,
      { { 42.3643, -71.1558 }, { 42.3910, -71.0785 } }, "SITE_NAME", 0, "Cemetery Office", "" },
    { "shapefiles/cambridge_ma/neighborhoods.shp", SHAPE_POLYGONS, 13, 0, 6231,
      { { 42.3525, -71.1604 }, { 42.4038, -71.0640 } }, "NAME", 0, "The Port", "" },
    { "shapefiles/cambridge_ma/open_space.shp", SHAPE_POLYGONS, 276, 0, 29979,
      { { 42.3530, -71.1597 }, { 42.4044, -71.0662 } },
      "NAME", 174, "Greene • Rose Heritage Park", "" },
    { "shapefiles/cambridge_ma/police_response_districts.shp", SHAPE_POLYGONS, 117, 0, 7162,
      { { 42.3525, -71.1604 }, { 42.4038, -71.0640 } }, "WALK_RTE", 0, "11D", "" },
    { "shapefiles/cambridge_ma/police_sectors.shp", SHAPE_POLYGONS, 5, 0, 2000,
      { { 42.3525, -71.1604 }, { 42.4038, -71.0640 } },
      "Shape_STAr", 0, "37083420.543945312500000", "" },
    { "shapefiles/cambridge_ma/police_station.shp", SHAPE_POINTS, 2, 0, 2,
      { { 42.3651, -71.1037 }, { 42.3672, -71.0861 } }, "SITE_NAME", 0, "Police Headquarters", "" },
    { "shapefiles/cambridge_ma/public_schools.shp", SHAPE_POINTS, 18, 0, 18,
      { { 42.3559, -71.1526 }, { 42.3923, -71.0912 } },
      "SITE_NAME", 0, "Cambridge Rindge and Latin", "" },
    { "shapefiles/cambridge_ma/rail.shp", SHAPE_LINES, 97, 0, 4879,
      { { 42.3521, -71.1575 }, { 42.3960, -71.0643 } }, "GRADE", 0, "At-Grade", "" },
    { "shapefiles/cambridge_ma/road_polygons.shp", SHAPE_POLYGONS, 205, 0, 130231,
      { { 42.3520, -71.1611 }, { 42.4043, -71.0633 } }, "GRADE", 0, "At-Grade", "" },
    { "shapefiles/cambridge_ma/snow_tow_routes.shp", SHAPE_LINES, 97, 0, 752,
      { { 42.3551, -71.1578 }, { 42.4009, -71.0770 } }, "street", 0, "mass ave", "" },
    { "shapefiles/cambridge_ma/speed_studies.shp", SHAPE_POINTS, 662, 0, 662,
      { { 42.3566, -71.1604 }, { 42.4009, -71.0782 } }, "STREET", 0, "Aberdeen Ave.", "" },
    { "shapefiles/cambridge_ma/streets.shp", SHAPE_LINES, 2643, 0, 12965,
      { { 42.3516, -71.1613 }, { 42.4046, -71.0684 } }, "Street_Nam", 0, "Cambridge", "" },
    { "shapefiles/cambridge_ma/utility_facilities.shp", SHAPE_POINTS, 14, 0, 14,
      { { 42.3603, -71.1473 }, { 42.3987, -71.0793 } },
      "TYPE", 0, "Major Electric Transformer Station", "" },
    { "shapefiles/cambridge_ma/water.shp", SHAPE_POLYGONS, 74, 0, 22374,
      { { 42.3510, -71.1583 }, { 42.4043, -71.0633 } }, "TYPE", 0, "WETAREA", "" },
    { "shapefiles/natural_earth_50m/ne_50m_admin_0_countries_lakes.shp",
      SHAPE_POLYGONS, 242, 0, 102053, { { -89.9989, -180.0000 }, { 83.5996, 180.0000 } },
      "NAME_PT", 0, "Zimbábue", "" },
    { "shapefiles/natural_earth_50m/ne_50m_coastline.shp", SHAPE_LINES, 1428, 0, 60416,
      { { -85.1922, -180.0000 }, { 83.5996, 180.0000 } }, "featurecla", 0, "Coastline", "" },
    { "shapefiles/natural_earth_50m/ne_50m_lakes.shp", SHAPE_POLYGONS, 412, 0, 19778,
      { { -50.6200, -165.8985 }, { 81.9403, 176.0827 } }, "name", 0, "Mälaren", "" },
    { "shapefiles/osm_baltimore_md/admin_a.shp", SHAPE_POLYGONS, 1, 0, 66,
      { { 39.2881, -76.5809 }, { 39.2884, -76.5807 } }, "place", 0, "island", "" },
    { "shapefiles/osm_baltimore_md/buildings_a.shp", SHAPE_POLYGONS, 1731, 0, 18595,
      { { 39.2573, -76.6089 }, { 39.3074, -76.5271 } }, "name", 1, "Shoppers Food Warehouse", "" },
    { "shapefiles/osm_baltimore_md/landuse_a.shp", SHAPE_POLYGONS, 378, 0, 5999,
      { { 39.2505, -76.6144 }, { 39.3145, -76.5055 } }, "name", 296, "Pierce’s Park", "" },
    { "shapefiles/osm_baltimore_md/pois.shp", SHAPE_POINTS, 449, 0, 449,
      { { 39.2605, -76.6127 }, { 39.3125, -76.5179 } }, "highway", 0, "traffic_signals", "" },
    { "shapefiles/osm_baltimore_md/railways.shp", SHAPE_LINES, 814, 0, 9071,
      { { 39.2482, -76.6642 }, { 39.3346, -76.4819 } },
      "name", 0, "Sparrows Point Industrial Track", "" },
    { "shapefiles/osm_baltimore_md/roads.shp", SHAPE_LINES, 3841, 0, 23731,
      { { 39.2460, -76.6139 }, { 39.3143, -76.5176 } }, "fclass", 0, "motorway", "" },
    { "shapefiles/osm_baltimore_md/water_a.shp", SHAPE_POLYGONS, 2, 0, 17,
      { { 39.2810, -76.6069 }, { 39.2888, -76.5966 } }, "way_id", 0, "242968639", "" },
    { "shapefiles/osm_baltimore_md/waterways.shp", SHAPE_LINES, 18, 0, 600,
      { { 39.2613, -76.6195 }, { 39.3471, -76.5133 } }, "name", 0, "Jones Falls", "" },
    { "shapefiles/osm_heidelberg_de/admin_a.shp", SHAPE_POLYGONS, 1, 0, 7,
      { { 49.3495, 8.6892 }, { 49.3499, 8.6898 } }, "name", 0, "Georgi-Marktplatz", "" },
    { "shapefiles/osm_heidelberg_de/buildings_a.shp", SHAPE_POLYGONS, 5, 0, 32,
      { { 49.4124, 8.6663 }, { 49.4131, 8.6686 } },
      "name", 0, "Internationales Max Kade Haus INF", "" },
    { "shapefiles/osm_heidelberg_de/landuse_a.shp", SHAPE_POLYGONS, 788, 0, 6317,
      { { 49.3392, 8.5847 }, { 49.5039, 8.8487 } }, "name", 4, "Jubiläumsplatz", "" },
    { "shapefiles/osm_heidelberg_de/pois.shp", SHAPE_POINTS, 562, 0, 562,
      { { 49.3489, 7.7158 }, { 49.4957, 8.8509 } }, "name", 207, "Schanzenkopfhütte", "" },
    { "shapefiles/osm_heidelberg_de/railways.shp", SHAPE_LINES, 1153, 0, 9951,
      { { 49.3073, 8.5659 }, { 49.4973, 8.8624 } }, "name", 48, "Jahnstraße", "" },
    { "shapefiles/osm_heidelberg_de/roads.shp", SHAPE_LINES, 25189, 0, 212380,
      { { 49.3326, 7.7085 }, { 49.5168, 9.1046 } }, "name", 2, "Bahnhofstraße", "" },
    { "shapefiles/osm_heidelberg_de/waterways.shp", SHAPE_LINES, 4, 0, 19,
      { { 49.4158, 8.7159 }, { 49.4164, 8.7179 } }, "name", 0, "Leinpfad", "" },
    { "shapefiles/osm_liechtenstein/admin_a.shp", SHAPE_POLYGONS, 14, 0, 6321,
      { { 47.0484, 9.4717 }, { 47.2706, 9.6356 } }, "name", 0, "Triesen", "" },
    { "shapefiles/osm_liechtenstein/buildings_a.shp", SHAPE_POLYGONS, 8994, 0, 63820,
      { { 47.0492, 9.4767 }, { 47.2643, 9.6313 } }, "name", 16, "Spörry", "" },
    { "shapefiles/osm_liechtenstein/landuse_a.shp", SHAPE_POLYGONS, 528, 0, 14667,
      { { 47.0484, 9.4803 }, { 47.2942, 9.6404 } }, "name", 31, "Spörry", "" },
    { "shapefiles/osm_liechtenstein/pois.shp", SHAPE_POINTS, 84, 0, 84,
      { { 47.0474, 9.4826 }, { 47.2398, 9.6098 } }, "name", 22, "Paulahütte Picknick", "" },
    { "shapefiles/osm_liechtenstein/railways.shp", SHAPE_LINES, 36, 0, 171,
      { { 47.1644, 9.4885 }, { 47.2245, 9.5751 } }, "name", 0, "ÖBB Feldkirch – Buchs", "" },
    { "shapefiles/osm_liechtenstein/roads.shp", SHAPE_LINES, 4658, 0, 60658,
      { { 47.0451, 9.4709 }, { 47.2786, 9.6399 } }, "name", 0, "In den Äusseren", "" },
    { "shapefiles/osm_liechtenstein/water_a.shp", SHAPE_POLYGONS, 58, 0, 1090,
      { { 47.0592, 9.5017 }, { 47.2596, 9.6072 } }, "name", 0, "Wasserpark Walserbünt", "" },
    { "shapefiles/osm_liechtenstein/waterways.shp", SHAPE_LINES, 205, 0, 4947,
      { { 46.9688, 9.4710 }, { 47.5258, 9.6715 } }, "name", 17, "Wäschgraba", "" },
    { "shapefiles/osm_moscow_centre_cyrillic/buildings_a.shp", SHAPE_POLYGONS, 628, 0, 4488,
      { { 55.8046, 37.5815 }, { 55.8251, 37.6301 } }, "name", 1, "ул. Милашенкова", "" },
    { "shapefiles/osm_moscow_centre_cyrillic/landuse_a.shp", SHAPE_POLYGONS, 77, 0, 1052,
      { { 55.7973, 37.5793 }, { 55.8277, 37.6324 } }, "name", 3, "Хлебзавод №9", "" },
    { "shapefiles/osm_moscow_centre_cyrillic/pois.shp", SHAPE_POINTS, 93, 0, 93,
      { { 55.8013, 37.5799 }, { 55.8280, 37.6327 } }, "name", 10, "Газпромнефть", "" },
    { "shapefiles/osm_moscow_centre_cyrillic/roads.shp", SHAPE_LINES, 587, 0, 3090,
      { { 55.7981, 37.5799 }, { 55.8295, 37.6352 } }, "name", 1, "Шереметьевская улица", "" },
    { "shapefiles/philadelphia_neighborhoods/Neighborhoods_Philadelphia.shp",
      SHAPE_POLYGONS, 158, 0, 14696, { { 39.8670, -75.2803 }, { 40.1380, -74.9558 } },
      "NAME", 0, "BRIDESBURG", "" },
    { "shapefiles/seattle_spd_mcpp_areas/MCPPAreas.shp", SHAPE_POLYGONS, 61, 0, 17214,
      { { 47.4932, -122.4412 }, { 47.7342, -122.2353 } }, "NAME", 0, "ALASKA JUNCTION", "" },
    { "shapefiles_odd/fiona/coutwildrnp.shp", SHAPE_POLYGONS, 67, 0, 6606,
      { { 37.0690, -113.5642 }, { 41.9963, -104.9709 } }, "NAME", 0, "Mount Naomi Wilderness", "" },
    { "shapefiles_odd/fiona/test_tin.shp", SHAPE_POLYGONS, 1, 0, 4,
      { { 0.0000, 0.0000 }, { 1.0000, 1.0000 } }, "id", 0, "1", "taken for WGS 84" },
    { "shapefiles_odd/mapshaper/issues/166/a_utm.shp", SHAPE_POLYGONS, 1, 0, 345,
      { { 40.5741, -74.1019 }, { 40.6205, -74.0523 } }, "NAME", 0, "Staten Island", "" },
    { "shapefiles_odd/mapshaper/issues/166/b_utm.shp", SHAPE_POLYGONS, 1, 0, 887,
      { { 40.5777, -74.1274 }, { 40.6367, -74.0632 } }, "NAME", 0, "Staten Island", "" },
    { "shapefiles_odd/mapshaper/issues/166/d_geo.shp", SHAPE_POLYGONS, 1, 0, 887,
      { { 40.5777, -74.1274 }, { 40.6367, -74.0632 } }, "NAME", 0, "Staten Island", "" },
    { "shapefiles_odd/mapshaper/issues/166/e_merc.shp", SHAPE_POLYGONS, 1, 0, 887,
      { { 40.5777, -74.1274 }, { 40.6367, -74.0632 } }, "NAME", 0, "Staten Island", "" },
    { "shapefiles_odd/mapshaper/issues/518_519_shp_reading/data_corruption_error.shp",
      SHAPE_LINES, 8, 0, 25, { { 65.4349, 22.2255 }, { 65.4381, 22.2379 } },
      "sub_c_type", 0, "Matarkabel luft, 0,400 kV - Linje 1", "" },
    { "shapefiles_odd/mapshaper/issues/518_519_shp_reading/max_callstack_error.shp",
      SHAPE_LINES, 138, 0, 276, { { 63.3562, 16.0582 }, { 63.8635, 19.0917 } },
      "Length", 0, "8057.3000", "" },
    { "shapefiles_odd/mbostock_shapefile/boolean-property.shp", SHAPE_POINTS, 9, 0, 9,
      { { 2.0000, 1.0000 }, { 18.0000, 17.0000 } }, "foo", 1, "Y", "" },
    { "shapefiles_odd/mbostock_shapefile/date-property.shp", SHAPE_POINTS, 3, 0, 3,
      { { 2.0000, 1.0000 }, { 8.0000, 7.0000 } }, "date", 0, "2013-01-02", "" },
    { "shapefiles_odd/mbostock_shapefile/ignore-properties.shp", SHAPE_POINTS, 3, 0, 3,
      { { 2.0000, 1.0000 }, { 8.0000, 7.0000 } }, "", 0, "", "(.shx) is missing" },
    { "shapefiles_odd/mbostock_shapefile/latin1-property.shp", SHAPE_POINTS, 1, 0, 1,
      { { 4.0000, 3.0000 }, { 4.0000, 3.0000 } }, "name", 0, "México", "taken for Windows" },
    { "shapefiles_odd/mbostock_shapefile/multipointm.shp", SHAPE_POINTS, 1, 0, 3,
      { { 5.0000, 0.0000 }, { 10.0000, 10.0000 } }, "", 0, "", "(.shx) is missing" },
    { "shapefiles_odd/mbostock_shapefile/multipoints.shp", SHAPE_POINTS, 2, 0, 10,
      { { 2.0000, 1.0000 }, { 20.0000, 19.0000 } }, "FID", 0, "0", "" },
    { "shapefiles_odd/mbostock_shapefile/null.shp", SHAPE_POINTS, 9, 4, 5,
      { { 2.0000, 1.0000 }, { 18.0000, 17.0000 } }, "FID", 0, "0", "" },
    { "shapefiles_odd/mbostock_shapefile/number-null-property.shp", SHAPE_POLYGONS, 4, 0, 33,
      { { 31.3266, -114.0411 }, { 45.0000, -102.0386 } },
      "name", 0, "Colorado", "(.shx) is missing" },
    { "shapefiles_odd/mbostock_shapefile/pointm.shp", SHAPE_POINTS, 3, 0, 3,
      { { 5.0000, 0.0000 }, { 10.0000, 10.0000 } }, "", 0, "", "(.shx) is missing" },
    { "shapefiles_odd/mbostock_shapefile/points.shp", SHAPE_POINTS, 9, 0, 9,
      { { 2.0000, 1.0000 }, { 18.0000, 17.0000 } }, "FID", 0, "0", "" },
    { "shapefiles_odd/mbostock_shapefile/polygons.shp", SHAPE_POLYGONS, 3, 0, 25,
      { { 0.0000, 0.0000 }, { 5.0000, 5.0000 } }, "FID", 0, "0", "" },
    { "shapefiles_odd/mbostock_shapefile/polylinem.shp", SHAPE_LINES, 2, 0, 6,
      { { 0.0000, 0.0000 }, { 25.0000, 25.0000 } }, "", 0, "", "(.shx) is missing" },
    { "shapefiles_odd/mbostock_shapefile/singleton.shp", SHAPE_POINTS, 1, 0, 1,
      { { 2.0000, 1.0000 }, { 2.0000, 1.0000 } }, "FID", 0, "0", "(.shx) is missing" },
    { "shapefiles_odd/mbostock_shapefile/string-property.shp", SHAPE_POINTS, 3, 0, 3,
      { { 2.0000, 1.0000 }, { 8.0000, 7.0000 } }, "foo", 1, "blue", "" },
    { "shapefiles_odd/pyshp/blockgroups.shp", SHAPE_POLYGONS, 663, 0, 10705,
      { { 37.6529, -122.5150 }, { 37.8634, -122.3276 } },
      "AREA", 0, "0.96761", "taken for WGS 84" },
    { "shapefiles_odd/pyshp/corrupt_too_long.shp", SHAPE_LINES, 10, 0, 30,
      { { 1.0000, 1.0000 }, { 2.0000, 2.0000 } }, "test", 0, "value", "taken for WGS 84" },
    { "shapefiles_odd/pyshp/latin1.shp", SHAPE_POLYGONS, 1, 0, 4,
      { { -0.5226, -0.7683 }, { 0.4774, 0.6289 } }, "Name", 0, "Ñandú", "(.shx) is missing" },
    { "shapefiles_odd/r_sf/nc.shp", SHAPE_POLYGONS, 100, 0, 2529,
      { { 33.8821, -84.3238 }, { 36.5897, -75.4566 } }, "NAME", 1, "Alleghany", "without a grid" },
    { "shapefiles_odd/r_sf/storms_xyz_feature.shp", SHAPE_LINES, 71, 0, 2135,
      { { 8.3000, -102.2000 }, { 59.5000, 0.0000 } }, "Track", 6, "MICHAEL", "taken for WGS 84" },
    { "shapefiles_odd/r_sf/storms_xyzm.shp", SHAPE_LINES, 71, 0, 2135,
      { { 8.3000, -102.2000 }, { 59.5000, 0.0000 } }, "", 0, "", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/3dpoints.shp", SHAPE_POINTS, 22, 0, 22,
      { { -0.6037, -3.1635 }, { 10.5426, 11.9257 } },
      "Z", 0, "0", "names places where no record is" },
    { "shapefiles_odd/shapelib/CoHI_GCS12.shp", SHAPE_POLYGONS, 4, 0, 773,
      { { 18.9175, -160.5558 }, { 22.2332, -154.8094 } }, "atlas_name", 1, "Honolulu", "" },
    { "shapefiles_odd/shapelib/mexico/cities.shp", SHAPE_POINTS, 36, 0, 36,
      { { 16.6303, -115.2942 }, { 32.6202, -88.2644 } },
      "NAME", 0, "Monterrey", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/mexico/drainage.shp", SHAPE_LINES, 6, 0, 798,
      { { 15.4399, -115.0415 }, { 32.7208, -90.6581 } },
      "SYSTEM", 1, "Colorado", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/mexico/lakes.shp", SHAPE_POLYGONS, 3, 0, 85,
      { { 18.0928, -103.4258 }, { 20.3400, -96.3589 } },
      "NAME", 0, "Presa Del Infiernillo", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/mexico/rivers.shp", SHAPE_LINES, 30, 0, 1146,
      { { 15.4399, -115.0415 }, { 32.7208, -90.6581 } }, "NAME", 2, "Bavispe", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/mexico/roads.shp", SHAPE_LINES, 105, 0, 1116,
      { { 14.5714, -117.0364 }, { 32.6637, -86.8436 } },
      "TYPE", 0, "Paved Undivided", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/mexico/roads_rt.shp", SHAPE_LINES, 28, 0, 1132,
      { { 14.5714, -117.0364 }, { 32.6637, -86.8436 } },
      "ROUTE", 0, "Federal Hwy 1", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/mexico/states.shp", SHAPE_POLYGONS, 32, 0, 3124,
      { { 14.5505, -117.1224 }, { 32.7208, -86.7350 } },
      "NAME", 0, "Baja California Norte", "taken for WGS 84" },
    { "shapefiles_odd/shapelib/multipatch.shp", SHAPE_POLYGONS, 1, 0, 5,
      { { 0.0000, 0.0000 }, { 8.0000, 10.0000 } }, "ID", 0, "1", "taken for WGS 84" },
    { "geojson/cambridge_ma/HEALTH_Hospitals.geojson", SHAPE_POINTS, 3, 0, 3,
      { { 42.3744, -71.1333 }, { 42.3754, -71.1043 } }, "SITE_NAME", 0, "Cambridge Hospital", "" },
    { "geojson/cambridge_ma/INFRA_Hydrants.geojson", SHAPE_POINTS, 1960, 0, 1960,
      { { 42.3535, -71.1597 }, { 42.4025, -71.0673 } }, "LASTEDITOR", 0, "Lugumamu", "" },
    { "geojson/cambridge_ma/PUBLICSAFETY_FireEngineDistricts.geojson", SHAPE_POLYGONS, 8, 0, 1876,
      { { 42.3525, -71.1604 }, { 42.4038, -71.0640 } }, "ENGINE", 0, "Engine 4", "" },
    { "geojson/cambridge_ma/PUBLICSAFETY_FireStations.geojson", SHAPE_POINTS, 8, 0, 8,
      { { 42.3630, -71.1408 }, { 42.3910, -71.0787 } }, "SITE_NAME", 0, "Fire Headquarters", "" },
    { "geojson/cambridge_ma/TRANS_Intersections.geojson", SHAPE_POINTS, 1872, 0, 1872,
      { { 42.3516, -71.1613 }, { 42.4046, -71.0684 } },
      "Intersection", 0, "Alewife Brook Pkwy & Matignon Rd", "" },
    { "geojson/nws_alerts/air-quality-alerts__alerts_active.geojson", SHAPE_POLYGONS, 396, 325, 705,
      { { 25.5800, -151.1600 }, { 62.0000, -75.7500 } }, "@type", 0, "wx:Alert", "" },
    { "geojson/nws_alerts/air-quality-alerts__alerts_active_dated.geojson",
      SHAPE_POLYGONS, 396, 325, 705, { { 25.5800, -151.1600 }, { 62.0000, -75.7500 } },
      "@type", 0, "wx:Alert", "" },
    { "geojson/nws_alerts/e2e__alerts_active.geojson", SHAPE_POLYGONS, 152, 151, 5,
      { { 30.0000, -92.0000 }, { 30.5000, -90.5000 } }, "@type", 0, "wx:Alert", "" },
    { "geojson/nws_alerts/e2e__alerts_active_dated.geojson", SHAPE_POLYGONS, 152, 151, 5,
      { { 30.0000, -92.0000 }, { 30.5000, -90.5000 } }, "@type", 0, "wx:Alert", "" },
    { "geojson/nws_alerts/guam-7day__alerts_active.geojson", SHAPE_POLYGONS, 246, 232, 101,
      { { 29.8700, -162.0600 }, { 65.1000, -87.4400 } }, "@type", 0, "wx:Alert", "" },
    { "geojson/nws_alerts/guam-7day__alerts_active_dated.geojson", SHAPE_POLYGONS, 246, 232, 101,
      { { 29.8700, -162.0600 }, { 65.1000, -87.4400 } }, "@type", 0, "wx:Alert", "" },
    { "geojson/nws_alerts/testing__alerts_active.geojson", SHAPE_POLYGONS, 38, 37, 5,
      { { 30.0000, -92.0000 }, { 30.5000, -90.5000 } }, "@type", 0, "wx:Alert", "" },
    { "geojson/nws_alerts/testing__alerts_active_dated.geojson", SHAPE_POLYGONS, 38, 37, 5,
      { { 30.0000, -92.0000 }, { 30.5000, -90.5000 } }, "@type", 0, "wx:Alert", "" },
    { "geojson/seattle_boundaries/city-council-districts.geojson", SHAPE_POLYGONS, 7, 0, 2234,
      { { 47.4932, -122.4412 }, { 47.7341, -122.2244 } }, "district", 0, "1", "" },
    { "geojson/seattle_boundaries/city-limits.geojson", SHAPE_POLYGONS, 29, 0, 10887,
      { { 47.4955, -122.4360 }, { 47.7342, -122.2361 } }, "", 0, "", "" },
    { "geojson/seattle_boundaries/seattle-parks-osm.geojson", SHAPE_POLYGONS, 545, 0, 8719,
      { { 47.5038, -122.4191 }, { 47.7322, -122.2437 } },
      "name", 0, "Charles Richey Sr Viewpoint", "" },
    { "geojson/seattle_boundaries/spd-beats.geojson", SHAPE_POLYGONS, 51, 0, 13887,
      { { 47.4932, -122.4412 }, { 47.7342, -122.2353 } }, "name", 0, "B1", "" },
    { "geojson/seattle_boundaries/spd-precincts.geojson", SHAPE_POLYGONS, 5, 0, 3096,
      { { 47.4932, -122.4412 }, { 47.7342, -122.2353 } }, "name", 0, "E", "" },
    { "geojson/seattle_boundaries/zip-codes.geojson", SHAPE_POLYGONS, 32, 0, 1481,
      { { 47.4631, -122.4369 }, { 47.7779, -122.2166 } }, "AFFGEOID10", 0, "8600000US98136", "" },
    { "geojson/usgs_earthquakes/all_week_2018-02-07_older1207.geojson", SHAPE_POINTS, 1207, 0, 1207,
      { { -65.8617, -179.4982 }, { 83.0422, 178.2571 } },
      "place", 0, "17km ESE of Julian, CA", "" },
    { "road/wzdx/arrow_board_ok_example.geojson", SHAPE_POINTS, 1, 0, 1,
      { { 41.6180, -93.7767 }, { 41.6180, -93.7767 } }, "pattern", 0, "right-arrow-flashing", "" },
    { "road/wzdx/camera_error_example.geojson", SHAPE_POINTS, 1, 0, 1,
      { { -70.2563, 43.6768 }, { -70.2563, 43.6768 } },
      "id", 0, "f18dd2ab-6f1a-4039-8012-54c677be18ab", "" },
    { "road/wzdx/scenario1_simple_multipoint_example.geojson", SHAPE_POINTS, 5, 0, 10,
      { { 41.5925, -93.7935 }, { 41.6286, -93.7204 } },
      "start_date", 0, "2010-01-01T01:00:00Z", "" },
    { "road/wzdx/scenario2_laneshift_linestring_example.geojson", SHAPE_LINES, 1, 0, 16,
      { { 41.6502, -93.6831 }, { 41.6516, -93.6527 } },
      "start_date", 0, "2010-01-01T05:57:36Z", "" },
    { "road/wzdx/scenario4_detour_linestring_example.geojson", SHAPE_LINES, 4, 0, 150,
      { { 41.7913, -93.6004 }, { 41.8778, -93.5705 } },
      "start_date", 0, "2010-01-01T01:03:01Z", "" },
    { "road/wzdx/scenario5_recurring_linestring_example.geojson", SHAPE_LINES, 4, 0, 34,
      { { 41.8344, -93.5132 }, { 41.8350, -93.4608 } },
      "beginning_cross_street", 0, "NE 72nd Street", "" },
    { "road/wzdx/scenario7_mobileoperation_linestring_example.geojson", SHAPE_LINES, 2, 0, 98,
      { { 41.7768, -93.5712 }, { 41.8744, -93.5702 } },
      "start_date", 0, "2022-09-13T13:00:00Z", "" },
    { "road/wzdx/scenario8_local_access_only_bidirectional_linestring_example.geojson",
      SHAPE_LINES, 2, 0, 14, { { 41.6370, -93.6782 }, { 41.6440, -93.6780 } },
      "beginning_cross_street", 0, "Aurora Avenue", "" },
};

static const struct {
    const char *path;
    enum status status;
    const char *words;
} refusals[] = {
    { "shapefiles_odd/mapshaper/dbf/cpg/big5.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/mapshaper/issues/166/c_utm.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/anno.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/brklinz.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/csah.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/masspntz.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/mpatch3.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/multipnt.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/pline.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/shapelib/polygon.shp", STATUS_REFUSED, "there is no .prj" },
    { "shapefiles_odd/mapshaper/dbf/gbk.dbf", STATUS_NOT_FOUND, "no such .shp" },
    { "shapefiles_odd/pyshp/blockgroups.zip", STATUS_REFUSED, "zip archive" },
    { "shapefiles_odd/pyshp/empty_zipfile.zip", STATUS_REFUSED, "zip archive" },
    { "shapefiles_odd/shapelib/expect1.out", STATUS_CORRUPT, "not a shapefile" },
    { "shapefiles_odd/shapelib/mexico", STATUS_REFUSED, "name one of its 7 layers (cities.shp" },
    { "shapefiles_odd/nowhere", STATUS_NOT_FOUND, "no such" },
    { "georss_atom", STATUS_REFUSED, "holds no shapefile" },
};

/* Attributes in every code page, without the shapes they belonged to. */
static const struct {
    const char *path;
    uint32_t row_count;
    const char *column, *value; /* Of the last row. */
} tables[] = {
    { "shapefiles_odd/mapshaper/dbf/cpg/big5", 1, "NAME", "國語" },
    { "shapefiles_odd/mapshaper/dbf/cpg/koi8r", 1, "NAME", "русский" },
    { "shapefiles_odd/mapshaper/dbf/cpg/shiftjis.dbf", 1, "NAME", "カタカナひらがな" },
    { "shapefiles_odd/mapshaper/dbf/cpg/utf16", 0, "N", "" },
    { "shapefiles_odd/mapshaper/dbf/utf8", 1, "NAME", "国语國語" },
    { "shapefiles_odd/mapshaper/dbf/latin1", 1, "NAME", "Peçeña México" },
    { "shapefiles_odd/mapshaper/dbf/duplicate_fields", 5, "unemployed_1", "46.0000000000000" },
    { "shapefiles_odd/pyshp/latin1", 1, "Name", "Ñandú" },
};

/* Where the .shp and the GeoJSON that mapshaper's forebear expects of it stand side by side. */
static const char *const twins[] = {
    "boolean-property", "date-property", "ignore-properties", "latin1-property", "multipointm",
    "multipoints", "null", "number-null-property", "pointm", "points", "polygons", "polylinem",
    "singleton", "string-property",
};

static void skip_without_data(void)
{
    if (access(DATA, R_OK) == 0)
        return;
    print_message("SKIP: ../shared/data is absent\n");
    skip();
}

static struct shapes *open_layer(const char *path)
{
    char whole[512], why[512] = "";
    struct shapes *shapes = NULL;

    snprintf(whole, sizeof whole, DATA "%s", path);
    enum status status = shapefile_read(whole, &shapes, why, sizeof why);
    if (status != STATUS_OK)
        print_message("    %s\n", why);
    assert_int_equal(status, STATUS_OK);
    return shapes;
}

static uint32_t null_count(const struct shapes *shapes)
{
    uint32_t count = 0;

    for (uint32_t r = 0; r < shapes->record_count; r++)
        count += shapes->record_part[r] == shapes->record_part[r + 1];
    return count;
}

static void expect_near(struct geo_point left, struct geo_point right, double off_deg)
{
    assert_true(fabs(left.lat_deg - right.lat_deg) <= off_deg);
    assert_true(fabs(left.lon_deg - right.lon_deg) <= off_deg);
}

static void every_layer_is_what_gdal_says_it_is(void **state)
{
    (void)state;
    skip_without_data();
    for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
        CASE("%s", layers[i].path);
        struct shapes *shapes = open_layer(layers[i].path);
        assert_int_equal(shapes->kind, layers[i].kind);
        assert_int_equal(shapes->record_count, layers[i].record_count);
        assert_int_equal(null_count(shapes), layers[i].null_count);
        assert_int_equal(shapes->vertex_count, layers[i].vertex_count);
        expect_near(shapes->bounds.low, layers[i].bounds.low, 1e-4);
        expect_near(shapes->bounds.high, layers[i].bounds.high, 1e-4);
        if (layers[i].column[0])
            assert_string_equal(shapes_value(shapes, layers[i].record,
                                             shapes_column(shapes, layers[i].column)),
                                layers[i].value);
        if (layers[i].words[0])
            assert_non_null(strstr(shapes->warning, layers[i].words));
        else
            assert_string_equal(shapes->warning, "");
        shapes_free(shapes);
    }
}

static void what_cannot_be_a_layer_is_refused(void **state)
{
    (void)state;
    skip_without_data();
    for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
        char whole[512], why[512] = "";
        struct shapes *shapes = NULL;
        CASE("%s", refusals[i].path);
        snprintf(whole, sizeof whole, DATA "%s", refusals[i].path);
        assert_int_equal(shapefile_read(whole, &shapes, why, sizeof why), refusals[i].status);
        print_message("    %s\n", why);
        assert_non_null(strstr(why, refusals[i].words));
        assert_memory_equal(why, whole, strlen(whole));
        assert_null(shapes);
    }
}

static void text_is_read_in_its_code_page(void **state)
{
    (void)state;
    skip_without_data();
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
        char whole[512], why[512] = "", value[SHAPE_VALUE_BYTES];
        struct shape_table *table;
        CASE("%s", tables[i].path);
        snprintf(whole, sizeof whole, DATA "%s", tables[i].path);
        assert_int_equal(shape_table_open(whole, &table, why, sizeof why), STATUS_OK);
        assert_int_equal(shape_table_record_count(table), tables[i].row_count);
        int column = shape_table_column(table, tables[i].column);
        assert_true(column >= 0);
        shape_table_value(table, tables[i].row_count - 1, (uint32_t)column, value);
        if (tables[i].value[0])
            assert_string_equal(value, tables[i].value);
        shape_table_free(table);
    }
}

static void expect_same_geometry(const struct shapes *left, const struct shapes *right)
{
    assert_int_equal(left->kind, right->kind);
    assert_int_equal(left->record_count, right->record_count);
    assert_int_equal(left->part_count, right->part_count);
    assert_int_equal(left->vertex_count, right->vertex_count);
    assert_memory_equal(left->record_part, right->record_part,
                        (left->record_count + 1) * sizeof *left->record_part);
    assert_memory_equal(left->part_first, right->part_first,
                        (left->part_count + 1) * sizeof *left->part_first);
    for (uint32_t v = 0; v < left->vertex_count; v++)
        expect_near(left->vertices[v], right->vertices[v], 1e-9);
}

static void a_shapefile_and_its_geojson_are_one_layer(void **state)
{
    (void)state;
    skip_without_data();
    for (size_t i = 0; i < ARRAY_COUNT(twins); i++) {
        char path[128];
        CASE("%s", twins[i]);
        snprintf(path, sizeof path, "shapefiles_odd/mbostock_shapefile/%s.shp", twins[i]);
        struct shapes *shapefile = open_layer(path);
        snprintf(path, sizeof path, "shapefiles_odd/mbostock_shapefile/%s.json", twins[i]);
        struct shapes *geojson = open_layer(path);
        expect_same_geometry(shapefile, geojson);
        int name = shapes_column(geojson, "name");
        for (uint32_t r = 0; r < geojson->record_count && name >= 0; r++)
            assert_string_equal(shapes_value(geojson, r, name),
                                shapes_value(shapefile, r, shapes_column(shapefile, "name")));
        shapes_free(shapefile);
        shapes_free(geojson);
    }
}

/* ---- Against shapelib ----------------------------------------------------------------------- */

/* Vertices of all records that shapelib reads, in its order, against ours. */
static void expect_shapelib_agrees(const char *path, const struct shapes *shapes)
{
    char whole[512];
    uint32_t vertex = 0;

    snprintf(whole, sizeof whole, DATA "%s", path);
    SHPHandle shp = SHPOpen(whole, "rb");
    assert_non_null(shp);
    assert_int_equal(shp->nRecords, shapes->record_count);
    for (uint32_t r = 0; r < shapes->record_count; r++) {
        SHPObject *object = SHPReadObject(shp, (int)r);
        assert_non_null(object);
        for (int i = 0; i < object->nVertices; i++, vertex++) {
            assert_true(vertex < shapes->vertex_count);
            assert_true(shapes->vertices[vertex].lat_deg == object->padfY[i]);
            assert_true(shapes->vertices[vertex].lon_deg == object->padfX[i]);
        }
        SHPDestroyObject(object);
    }
    assert_int_equal(vertex, shapes->vertex_count);
    SHPClose(shp);
}

/* Not those that are turned into WGS 84, are outlines, or lack what shapelib needs. */
static bool is_for_shapelib(const char *path, const struct shapes *shapes)
{
    static const char *const others[] = { "multipatch", "test_tin", "_utm", "_merc", "nc.shp",
                                          "Philadelphia", "MCPP", "CoHI", "518_519", "ne_50m" };
    size_t length = strlen(path);

    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        if (strstr(path, others[i]))
            return false;
    return strcmp(path + length - 4, ".shp") == 0 && !strstr(shapes->warning, "(.shx)");
}

static void shapelib_reads_the_same_vertices(void **state)
{
    uint32_t compared = 0;

    (void)state;
    skip_without_data();
    for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
        struct shapes *shapes = open_layer(layers[i].path);
        if (is_for_shapelib(layers[i].path, shapes)) {
            CASE("%s", layers[i].path);
            expect_shapelib_agrees(layers[i].path, shapes);
            compared++;
        }
        shapes_free(shapes);
    }
    assert_true(compared > 60);
}

/* ---- Everything else ------------------------------------------------------------------------ */

/* nftw() passes no context. */
static int try_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    static const char *const endings[] = { ".shp", ".dbf", ".geojson", ".json" };
    size_t length = strlen(path);

    (void)info, (void)where;
    for (size_t i = 0; i < ARRAY_COUNT(endings) && kind == FTW_F; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(path + length - ending, endings[i]) == 0)
            layer_set_try(path);
    }
    return 0;
}

static void every_file_holds_together_or_is_refused(void **state)
{
    static const char *const folders[] = { "shapefiles", "shapefiles_odd", "geojson", "cot", "road",
                                           "edxl", "unit_tracking" };

    (void)state;
    skip_without_data();
    for (size_t i = 0; i < ARRAY_COUNT(folders); i++) {
        char whole[128];
        snprintf(whole, sizeof whole, DATA "%s", folders[i]);
        nftw(whole, try_entry, 16, FTW_PHYS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layer_is_what_gdal_says_it_is),
        cmocka_unit_test(what_cannot_be_a_layer_is_refused),
        cmocka_unit_test(text_is_read_in_its_code_page),
        cmocka_unit_test(a_shapefile_and_its_geojson_are_one_layer),
        cmocka_unit_test(shapelib_reads_the_same_vertices),
        cmocka_unit_test(every_file_holds_together_or_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
