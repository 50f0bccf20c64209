/* test_base_grid.c - grid references: what others publish, and back again from everywhere. */
#include "tests/check.h"

#include <math.h>

#include "app/base/coordinates.h"
#include "app/base/grid.h"

/* Goal: our references are those that others print. Method: published pairs, and pairs of the
 * GeoConvert tool of GeographicLib 2.1 (C. Karney), which names its own error at 5 nm. */
static const struct {
    const char *name;
    struct geo_point point;
    uint32_t digits;
    const char *text;
} written[] = {
    /* GeoConvert(1), section EXAMPLES and MGRS. */
    { "GeoConvert's manual", { 33.3, 44.4 }, 5, "38S MB 44140 84706" },
    { "its kilometre square", { 33.3, 44.4 }, 2, "38S MB 44 84" },
    /* proj4js/mgrs, test/test.js. */
    { "Las Vegas", { 36.2361322, -115.0820944 }, 5, "11S PA 72349 11844" },
    { "Vienna, 10 km", { 48.24949, 16.41450 }, 1, "33U XP 0 4" },
    /* GeoConvert -m -p 0. */
    { "Washington", { 38.895, -77.036 }, 5, "18S UJ 23430 07095" },
    { "Bergen, in Norway's wide zone", { 60.39, 5.32 }, 5, "32V KN 97230 00510" },
    { "just west of it", { 60.39, 2.9999 }, 5, "31V DG 99994 94845" },
    { "just south of it", { 55.9999, 5.32 }, 5, "31U FC 44678 08497" },
    { "north of it", { 64.0, 5.32 }, 5, "31W FL 13457 99079" },
    { "Longyearbyen, Svalbard", { 78.22, 15.65 }, 5, "33X WG 14813 83004" },
    { "Svalbard's west", { 78.0, 8.9999 }, 5, "31X FG 39024 65496" },
    { "and its neighbour", { 78.0, 9.0 }, 5, "33X UG 60973 65496" },
    { "Svalbard's east", { 78.0, 33.0 }, 5, "37X CG 60973 65496" },
    { "below Svalbard", { 71.9999, 8.0 }, 5, "32W ME 65510 89207" },
    { "Sydney", { -33.86, 151.2 }, 5, "56H LH 33491 51909" },
    { "just north of the equator", { 0.0001, 0.0001 }, 5, "31N AA 66032 00011" },
    { "just south of it", { -0.0001, 0.0001 }, 5, "31M AV 66032 99988" },
    { "the south end", { -80, -180 }, 5, "1C DM 41867 16915" },
    { "the date line from the east", { 51.9, 179.9999 }, 5, "60U YC 06380 54169" },
    { "past the north end", { 84.0001, 0 }, 5, "" },
    { "past the south end", { -80.0001, 0 }, 5, "" },
    { "unknown", { NAN, NAN }, 5, "" },
};

static void references_are_those_that_others_print(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(written); i++) {
        char text[GRID_TEXT_BYTES];
        CASE("%s", written[i].name);
        assert_string_equal(grid_write(written[i].point, written[i].digits, text),
                            written[i].text);
    }
}

/* Goal: a reference is its square, however it is spaced; the wrong beside the nearest right. */
static const struct {
    const char *text;
    enum grid_reading reading;
    struct geo_point point;
    double radius_m;
} read_back[] = {
    /* GeoConvert(1): the middle of the kilometre square. */
    { "38SMB4488", GRID_READ, { 33.33424, 44.40363 }, 708 },
    { "38s mb 44 88", GRID_READ, { 33.33424, 44.40363 }, 708 },
    { "38S MB 4 48", GRID_NOT, { 0, 0 }, 0 },
    { "38S MB 448", GRID_NOT, { 0, 0 }, 0 },
    { "38S MB", GRID_NOT, { 0, 0 }, 0 },
    { "38S MB 444406 888806", GRID_NOT, { 0, 0 }, 0 },
    { "38SIB4488", GRID_NOT, { 0, 0 }, 0 },
    { "38 S MB 44 88", GRID_NOT, { 0, 0 }, 0 },
    { "38SAB4488", GRID_NO_SQUARE, { 0, 0 }, 0 },       /* A is a column of other zones. */
    { "38SMW4488", GRID_NO_SQUARE, { 0, 0 }, 0 },       /* No row is W. */
    { "38BMB4488", GRID_NO_SQUARE, { 0, 0 }, 0 },       /* B is no band. */
    { "61SMB4488", GRID_NO_SQUARE, { 0, 0 }, 0 },
    { "38SMK4488", GRID_NO_SQUARE, { 0, 0 }, 0 },       /* A row of another band. */
    { "32XNG1234", GRID_NO_SQUARE, { 0, 0 }, 0 },       /* Svalbard has no zone 32. */
    { "33XWG1483", GRID_READ, { 78.22447357, 15.63648051 }, 708 },
    /* Palantir Foundry, mgrsToGeoPoint: 21.409796671597924, -157.91608117421092 is the corner. */
    { "4Q FJ 12345 67890", GRID_READ, { 21.4098012, -157.9160764 }, 1 },
    /* GeoConvert's page: Cape Morris Jesup, read in the zone beside its own. */
    { "24XWT783908", GRID_READ, { 83.62778, -32.66434 }, 71 },
    { "ZAF0193788990", GRID_POLAR, { 0, 0 }, 0 },
    { "YUB17770380", GRID_POLAR, { 0, 0 }, 0 },
    { "Bay 12", GRID_NOT, { 0, 0 }, 0 },
    { "5 E St 12", GRID_NOT, { 0, 0 }, 0 },
    { "", GRID_NOT, { 0, 0 }, 0 },
};

static void a_reference_is_the_middle_of_its_square(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(read_back); i++) {
        struct geo_point point;
        double radius_m;
        CASE("%s", read_back[i].text);
        assert_int_equal(grid_read(span_of(read_back[i].text), &point, &radius_m),
                         read_back[i].reading);
        if (read_back[i].reading != GRID_READ)
            continue;
        assert_true(radius_m == read_back[i].radius_m);
        assert_true(geo_distance_m(point, read_back[i].point) < 1.2);
    }
}

/* Goal: from any point, written and read again, one is in the same square, at every precision; and
 * what is written of what was read is the same reference. Method: 20,000 points from a seed, a
 * third of them near the seams of zones, bands and the wide zones. */
static double drawn(uint64_t *seed, double low, double high)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return low + (double)(*seed >> 11) / 9007199254740992.0 * (high - low);
}

static void there_and_back_is_the_same_square(void **state)
{
    uint64_t seed = 42;

    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        struct geo_point point = { drawn(&seed, -80, 84), drawn(&seed, -180, 180) }, again;
        uint32_t digits = 1 + i % GRID_DIGITS_MAX;
        char text[GRID_TEXT_BYTES], second[GRID_TEXT_BYTES];
        double radius_m;
        if (i % 3 == 0) {
            point.lat_deg = 8 * round(point.lat_deg / 8) + drawn(&seed, -1e-5, 1e-5);
            point.lon_deg = 3 * round(point.lon_deg / 3) + drawn(&seed, -1e-5, 1e-5);
        }
        if (fabs(point.lon_deg) > 180 || point.lat_deg > 84 || point.lat_deg < -80)
            continue;
        point = geo_rounded(point);
        grid_write(point, digits, text);
        /* Our distances are a sphere's, up to half a hundredth off the grid's. */
        enum grid_reading reading = grid_read(span_of(text), &again, &radius_m);
        if (reading != GRID_READ || geo_distance_m(point, again) > 1.01 * radius_m + 0.02)
            fail_msg("%.7f %.7f is %s, which reads %d at %.7f %.7f", point.lat_deg, point.lon_deg,
                     text, reading, again.lat_deg, again.lon_deg);
        /* A square on a seam has its middle in the neighbour: only inner ones write back. */
        if (digits == 5 && i % 3 != 0)
            assert_string_equal(grid_write(geo_rounded(again), 5, second), text);
    }
}

/* ---- coordinates ---- */

/* Goal: every spelling of one point is that point; what looks like one and is not is refused in
 * words, and what is an address stays one. */
static const struct {
    const char *text;
    enum coordinates_reading reading;
    struct geo_point point;
    const char *refusal;            /* A part of it. */
} spelled[] = {
    { "51.2205,-4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { " 51.2205 , -4.0925 ", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51.2205 -4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51.2205; -4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51,2205; -4,0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51,2205 -4,0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "geo:51.2205,-4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "@51.2205,-4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "(51.2205, -4.0925)", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "lat 51.2205 lon -4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "Lat: 51.2205, Long: -4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51.2205N 4.0925W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "N51.2205 W4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "n 51.2205, w 4.0925", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "4.0925W 51.2205N", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51.2205\xC2\xB0 N, 4.0925\xC2\xB0 W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51.2205 north 4.0925 west", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51 13.23 N 4 5.55 W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "N51 13.23 W004 05.55", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51\xC2\xB0" "13.23' -4\xC2\xB0" "5.55'", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51d13.23'N 4d5.55'W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "5113.23N 00405.55W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51\xC2\xB0" "13'13.8\"N 4\xC2\xB0" "5'33\"W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51\xC2\xB0" "13\xE2\x80\xB2" "13.8\xE2\x80\xB3 N 4\xC2\xB0" "05\xE2\x80\xB2" "33\xE2\x80\xB3"
      " W",
      COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51-13-13.8N 004-05-33W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "51:13:13.8N 4:05:33W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "511313.8N 0040533W", COORDINATES_READ, { 51.2205, -4.0925 }, NULL },
    { "33.86S 151.2E", COORDINATES_READ, { -33.86, 151.2 }, NULL },
    { "51,-4", COORDINATES_READ, { 51, -4 }, NULL },
    { "18S UJ 23430 07095", COORDINATES_READ, { 38.895, -77.036 }, NULL },
    { "USNG: 18S UJ 23430 07095", COORDINATES_READ, { 38.895, -77.036 }, NULL },
    { "91,-4", COORDINATES_REFUSED, { 0, 0 }, "90 at most" },
    { "-122.4,37.8", COORDINATES_REFUSED, { 0, 0 }, "Latitude comes first" },
    { "0,0", COORDINATES_REFUSED, { 0, 0 }, "without a fix" },
    { "51 60.5 N 4 5.55 W", COORDINATES_REFUSED, { 0, 0 }, "below 60" },
    { "///filled.count.soap", COORDINATES_REFUSED, { 0, 0 }, "Three words" },
    { "filled.count.soap", COORDINATES_REFUSED, { 0, 0 }, "Three words" },
    { "849VCWC8+R9", COORDINATES_REFUSED, { 0, 0 }, "plus code" },
    { "CWC8+R9 Mountain View", COORDINATES_REFUSED, { 0, 0 }, "plus code" },
    { "ZAF0193788990", COORDINATES_REFUSED, { 0, 0 }, "polar" },
    { "38SAB4488", COORDINATES_REFUSED, { 0, 0 }, "no such square" },
    { "-4.1W 51.2N", COORDINATES_NOT, { 0, 0 }, NULL },
    { "4.1W 5.2W", COORDINATES_NOT, { 0, 0 }, NULL },
    { "12 14", COORDINATES_NOT, { 0, 0 }, NULL },
    { "300 S 500 W", COORDINATES_NOT, { 0, 0 }, NULL },
    { "51 13.23 4 5.55", COORDINATES_NOT, { 0, 0 }, NULL },
    { "51.2 -4.1 3.2", COORDINATES_NOT, { 0, 0 }, NULL },
    { "12 E St", COORDINATES_NOT, { 0, 0 }, NULL },
    { "12 Quay St", COORDINATES_NOT, { 0, 0 }, NULL },
    { "12/14", COORDINATES_NOT, { 0, 0 }, NULL },
    { "N Main St", COORDINATES_NOT, { 0, 0 }, NULL },
    { "5+5", COORDINATES_NOT, { 0, 0 }, NULL },
    { "St. J. Perse", COORDINATES_NOT, { 0, 0 }, NULL },
    { "51.2", COORDINATES_NOT, { 0, 0 }, NULL },
    { ",", COORDINATES_NOT, { 0, 0 }, NULL },
    { "", COORDINATES_NOT, { 0, 0 }, NULL },
};

static void every_spelling_of_a_point_is_that_point(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(spelled); i++) {
        struct coordinates read;
        CASE("%s", spelled[i].text);
        assert_int_equal(coordinates_read(span_of(spelled[i].text), &read), spelled[i].reading);
        if (spelled[i].refusal)
            assert_non_null(strstr(read.refusal, spelled[i].refusal));
        if (spelled[i].reading == COORDINATES_READ)
            assert_true(geo_distance_m(read.point, spelled[i].point) < 1.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_those_that_others_print),
        cmocka_unit_test(a_reference_is_the_middle_of_its_square),
        cmocka_unit_test(there_and_back_is_the_same_square),
        cmocka_unit_test(every_spelling_of_a_point_is_that_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
