/* test_driving.c - one-way, speed, level and closed, as layers spell them. */
#include "tests/check.h"

#include <math.h>

#include "maps/driving.h"
#include "tests/drawn.h"

/* ---- speed ---- */

static const struct {
    const char *text;
    enum speed_unit unit;
    double kmh;                     /* 0: it says none. */
} speeds[] = {
    { "50", SPEED_KMH, 50 },          { "50", SPEED_MPH, 80.47 },    { "30 mph", SPEED_KMH, 48.28 },
    { "30mph", SPEED_KMH, 48.28 },    { "50 km/h", SPEED_MPH, 50 },  { "7.5", SPEED_KMH, 7.5 },
    { "50;30", SPEED_KMH, 50 },       { "DE:urban", SPEED_KMH, 50 }, { "DE:rural", SPEED_KMH, 100 },
    { "RU:urban", SPEED_KMH, 60 },    { "XX:rural", SPEED_KMH, 90 },
    { "DE:zone:30", SPEED_KMH, 30 },  { "DE:zone30", SPEED_KMH, 30 },
    { "none", SPEED_KMH, 120 },       { "walk", SPEED_KMH, 7 },
    { "999", SPEED_KMH, 200 },        { " 40 ", SPEED_KMH, 40 },     { "25 MPH", SPEED_KMH, 40.23 },
    { "0", SPEED_KMH, 0 },            { "", SPEED_KMH, 0 },          { "signals", SPEED_KMH, 0 },
    { "-30", SPEED_KMH, 0 },          { "50 furlongs", SPEED_KMH, 0 }, { "1.2.3", SPEED_KMH, 0 },
    { "DE:", SPEED_KMH, 0 },          { ":", SPEED_KMH, 0 },         { ";", SPEED_KMH, 0 },
};

static void speeds_are_read_in_their_units(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(speeds); i++) {
        double kmh = 0;
        CASE("\"%s\"", speeds[i].text);
        assert_int_equal(driving_speed(speeds[i].text, speeds[i].unit, &kmh), speeds[i].kmh > 0);
        assert_true(fabs(kmh - speeds[i].kmh) < 0.01);
    }
}

/* ---- one-way ---- */

/* Goal: every spelling gives the directions its makers mean. `ways`: > with the line, < against,
 * = both, x neither; one letter per value. */
static const struct {
    const char *name, *values, *ways;
    const char *forward, *backward;         /* Configured; NULL: not. */
} spellings[] = {
    { "OpenStreetMap", ",yes,no,-1,reversible", "=>=<=", NULL, NULL },
    { "Cambridge", "0,1,-1,", "=><=", NULL, NULL },
    { "ESRI network", "FT,TF,B,N,", "><=x=", NULL, NULL },
    { "Geofabrik", "B,B,B,F,F,T", "===>><", NULL, NULL },
    { "true and false", "F,F,F,T", "===>", NULL, NULL },
    { "only F and blanks", ",,F", "==>", NULL, NULL },
    { "Y and N", "N,N,Y", "==>", NULL, NULL },
    { "plus and minus", "+,-,", "><=", NULL, NULL },
    { "0, 1, 2", "0,0,1,2", "==><", NULL, NULL },
    { "in words", "True,False", ">=", NULL, NULL },
    { "case does not matter", "ft,Tf,b", "><=", NULL, NULL },
    { "what nobody knows is both", "FT,TF,XYZ", "><=", NULL, NULL },
    { "configured: just those", "A,Z,FT,N", "><==", "A", "Z" },
    { "configured: several", "1,3,2,4", ">><=", "1,3", "2" },
    { "no column of directions", "a,b,c", "===", NULL, NULL },
};

/* Records whose column WAY has these values, in order. */
static struct shapes *ways_layer(const char *values, uint32_t *ret_count)
{
    static struct drawn_record records[16];
    static char texts[16][64];
    struct span rest = span_of(values), value;
    uint32_t count = 0;
    bool more = true;

    while (more) {
        more = memchr(rest.bytes, ',', rest.length) != NULL;
        value = rest;
        span_cut(&rest, ',', &value);
        snprintf(texts[count], sizeof texts[count], "%.*s|", (int)value.length, value.bytes);
        records[count] = (struct drawn_record){ texts[count], "0 0, 100 0" };
        count++;
    }
    *ret_count = count;
    return drawn_layer(SHAPE_LINES, "WAY|OTHER", records, count);
}

static char way_letter(uint8_t ways)
{
    return "x><="[ways];
}

static void one_way_is_read_as_its_column_spells_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(spellings); i++) {
        struct street_columns columns = { .oneway = "WAY" };
        struct buffer warnings = { 0 };
        char ways[20] = "";
        uint32_t count;
        struct shapes *shapes = ways_layer(spellings[i].values, &count);
        CASE("%s", spellings[i].name);
        if (spellings[i].forward) {
            snprintf(columns.oneway_forward, STREET_VALUE_BYTES, "%s", spellings[i].forward);
            snprintf(columns.oneway_backward, STREET_VALUE_BYTES, "%s", spellings[i].backward);
        }
        struct driving *driving = driving_new(shapes, &columns, &warnings);
        for (uint32_t record = 0; record < count; record++)
            ways[record] = way_letter(driving_read(driving, record).ways);
        assert_string_equal(ways, spellings[i].ways);
        driving_free(driving);
        columns.against_oneway = true;
        driving = driving_new(shapes, &columns, &warnings);
        for (uint32_t record = 0; record < count; record++)
            assert_true(strchr("=x", way_letter(driving_read(driving, record).ways)));
        driving_free(driving);
        shapes_free(shapes);
        buffer_clear(&warnings);
    }
}

/* ---- classes, levels, closed; and what is said ---- */

static const struct drawn_record roads[] = {
    { "primary|60|||", "0 0, 100 0" },          { "primary|signals||yes|", "0 0, 100 0" },
    { "footway|50||yes|yes", "0 0, 100 0" },    { "lane||2|yes|", "0 0, 100 0" },
    { "lane||||yes", "0 0, 100 0" },            { "lane|||no|no", "0 0, 100 0" },
    { "residential||||building_passage", "0 0, 100 0" },
};
static const struct {
    double kmh;
    int level;
} expected[] = { { 60, 0 }, { 60, 1 }, { 0, 1 }, { 33, 2 }, { 33, -1 }, { 33, 0 }, { 30, 0 } };

static void levels_classes_and_closures_come_from_their_columns(void **state)
{
    struct street_columns columns = { .class = "CLASS", .speed = "SPEED", .level = "LAYER",
                                      .bridge = "BRIDGE", .tunnel = "TUNNEL", .default_kmh = 33 };
    struct shapes *shapes = drawn_layer(SHAPE_LINES, "CLASS|SPEED|LAYER|BRIDGE|TUNNEL", roads,
                                        ARRAY_COUNT(roads));
    struct buffer warnings = { 0 }, facts = { 0 }, doubts = { 0 };

    (void)state;
    struct driving *driving = driving_new(shapes, &columns, &warnings);
    for (uint32_t i = 0; i < ARRAY_COUNT(roads); i++) {
        struct drive drive = driving_read(driving, i);
        assert_true(fabs((double)drive.kmh - expected[i].kmh) < 0.01);
        assert_int_equal(drive.level, expected[i].level);
        assert_int_equal(drive.ways, expected[i].kmh > 0 ? 3 : 0);
        assert_int_equal(drive.from_level, STREET_LEVEL_ANY);
    }
    driving_say(driving, &facts, &doubts);
    assert_string_equal(facts.bytes, "Speeds: 1 streets by their own, 2 by their class, 3 by the "
                                     "default of 33 km/h.\n");
    assert_non_null(strstr(doubts.bytes, "such as \"signals\""));
    driving_free(driving);
    snprintf(columns.closed, sizeof columns.closed, "BRIDGE");
    driving = driving_new(shapes, &columns, &warnings);
    assert_int_equal(driving_read(driving, 0).ways, 3);
    assert_int_equal(driving_read(driving, 1).ways, 0);
    assert_int_equal(driving_read(driving, 5).ways, 3);
    driving_free(driving);
    snprintf(columns.closed_values, sizeof columns.closed_values, "no, never");
    driving = driving_new(shapes, &columns, &warnings);
    assert_int_equal(driving_read(driving, 1).ways, 3);
    assert_int_equal(driving_read(driving, 5).ways, 0);
    driving_free(driving);
    assert_int_equal(warnings.length, 0);
    shapes_free(shapes);
    buffer_clear(&facts);
    buffer_clear(&doubts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speeds_are_read_in_their_units),
        cmocka_unit_test(one_way_is_read_as_its_column_spells_it),
        cmocka_unit_test(levels_classes_and_closures_come_from_their_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
