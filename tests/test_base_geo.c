#include "tests/check.h"

#include <math.h>

#include "app/base/geo.h"

/* Goal: only a place on the earth is plausible, and unknown is never a place. */
static const struct {
    const char *name;
    struct geo_point point;
    bool known, plausible;
} points[] = {
    { "Hamburg",            { 53.55, 9.99 },      true,  true },
    { "a pole",             { 90, 0 },            true,  true },
    { "over a pole",        { 90.0000001, 0 },    true,  false },
    { "latitude 91",        { 91, 10 },           true,  false },
    { "the date line",      { 0.5, -180 },        true,  true },
    { "over the date line", { 0.5, 180.0000001 }, true,  false },
    { "no fix, 0 0",        { 0, 0 },             true,  false },
    { "no fix, -0 0",       { -0.0, 0 },          true,  false },
    { "on the equator",     { 0, 0.0000001 },     true,  true },
    { "unknown",            { NAN, NAN },         false, false },
    { "half unknown",       { 53.55, NAN },       false, false },
    { "infinite",           { INFINITY, 10 },     true,  false },
};

static void only_places_on_earth_are_plausible(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(points); i++) {
        CASE("%s", points[i].name);
        assert_int_equal(geo_known(points[i].point), points[i].known);
        assert_int_equal(geo_plausible(points[i].point), points[i].plausible);
    }
    assert_false(geo_known(geo_unknown()));
    assert_true(geo_same(geo_unknown(), geo_unknown()));
    assert_false(geo_same(geo_unknown(), points[0].point));
}

/* Goal: rounding reaches one form and stays there. Method: values on both sides of 1e-7 degree;
 * what "%.7f" writes is read back as the same number. */
static void rounding_reaches_one_form(void **state)
{
    (void)state;
    for (int i = -3000; i <= 3000; i++) {
        char text[32];
        struct geo_point raw = { i * 0.0123456789 / 3, i * 0.0598765432 / 3 };
        struct geo_point rounded = geo_rounded(raw);
        assert_true(fabs(rounded.lat_deg - raw.lat_deg) <= 0.5000001e-7);
        assert_true(geo_same(geo_rounded(rounded), rounded));
        double again;
        snprintf(text, sizeof text, "%.7f", rounded.lon_deg);
        assert_true(span_to_double(span_of(text), &again));
        assert_true(again == rounded.lon_deg);
    }
}

/* Goal: distances, bearings and moves are right to a sphere. Method: pairs with known values on a
 * sphere of 6,371,008.8 m (one degree of a great circle is 111,195.08 m). */
static const struct {
    const char *name;
    struct geo_point from, to;
    double distance_m, bearing_deg;
} pairs[] = {
    { "one degree north",    { 10, 20 },   { 11, 20 },   111195.08,  0 },
    { "one degree south",    { 10, 20 },   { 9, 20 },    111195.08,  180 },
    { "east on the equator", { 0, 20 },    { 0, 21 },    111195.08,  90 },
    { "west on the equator", { 0, 20 },    { 0, 19 },    111195.08,  270 },
    { "over the date line",  { 0, 179.5 }, { 0, -179.5 }, 111195.08, 90 },
    { "to the pole",         { 89, 50 },   { 90, 50 },   111195.08,  0 },
    { "half round",          { 0, 0 },     { 0, 180 },   20015114.35, 90 },
    { "Paris to Moscow",     { 48.8566, 2.3522 }, { 55.7558, 37.6173 }, 2486343.0, 58.3 },
};

static void distances_and_bearings_are_those_of_the_sphere(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        CASE("%s", pairs[i].name);
        double distance_m = geo_distance_m(pairs[i].from, pairs[i].to);
        assert_true(fabs(distance_m - pairs[i].distance_m) < pairs[i].distance_m * 1e-3);
        assert_true(fabs(geo_distance_m(pairs[i].to, pairs[i].from) - distance_m) < 1e-3);
        double bearing_deg = geo_bearing_deg(pairs[i].from, pairs[i].to);
        assert_true(fabs(bearing_deg - pairs[i].bearing_deg) < 0.5);
        struct geo_point moved = geo_moved(pairs[i].from, bearing_deg, distance_m);
        assert_true(geo_distance_m(moved, pairs[i].to) < 0.1);
    }
    assert_true(geo_distance_m(pairs[0].from, pairs[0].from) == 0);
}

/* Goal: a move never leaves the earth, over a pole and the date line too. */
static void a_move_stays_on_earth(void **state)
{
    (void)state;
    for (int lat = -90; lat <= 90; lat += 5)
        for (int bearing = 0; bearing < 360; bearing += 15)
            for (double distance_m = 0; distance_m < 3e7; distance_m = distance_m * 4 + 1000) {
                struct geo_point from = { lat + 1e-9, 179.9 };
                struct geo_point moved = geo_moved(from, bearing, distance_m);
                assert_true(fabs(moved.lat_deg) <= 90 && fabs(moved.lon_deg) <= 180);
            }
}

/* A square with a square hole, and an island in the hole; the second square touches nothing. */
static struct geo_point rings_at[] = {
    { 0, 0 }, { 0, 10 }, { 10, 10 }, { 10, 0 }, { 0, 0 },
    { 2, 2 }, { 8, 2 }, { 8, 8 }, { 2, 8 }, { 2, 2 },
    { 4, 4 }, { 4, 6 }, { 6, 6 }, { 6, 4 }, { 4, 4 },
    { 20, 20 }, { 20, 21 }, { 21, 21 }, { 20, 20 },
};

static const struct { const char *name; struct geo_point point; bool inside; } places[] = {
    { "in the square",     { 1, 1 },       true },
    { "left of it",        { 1, -1 },      false },
    { "right of it",       { 1, 11 },      false },
    { "level with a corner", { 10, -5 },   false },
    { "in the hole",       { 3, 3 },       false },
    { "on the island",     { 5, 5 },       true },
    { "in the triangle",   { 20.2, 20.7 }, true },
    { "beside the triangle", { 20.7, 20.2 }, false },
    /* An edge from one ring's end to the next ring's start would change these. */
    { "between the rings", { 15, 15 },     false },
    { "between, level with both", { 9, 15 }, false },
};

static void holes_are_holes_and_rings_stay_apart(void **state)
{
    struct geo_points rings = { .at = rings_at, .count = ARRAY_COUNT(rings_at) }, none = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        CASE("%s", places[i].name);
        assert_int_equal(geo_inside(&rings, places[i].point), places[i].inside);
    }
    assert_false(geo_inside(&none, places[0].point));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_places_on_earth_are_plausible),
        cmocka_unit_test(rounding_reaches_one_form),
        cmocka_unit_test(distances_and_bearings_are_those_of_the_sphere),
        cmocka_unit_test(a_move_stays_on_earth),
        cmocka_unit_test(holes_are_holes_and_rings_stay_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
