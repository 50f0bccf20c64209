/* test_places_asked.c - what callers and call takers say of a place, as a point with its doubts:
 * flats, blocks, hyphens, notes, villages, crossings that are none, circles, points beside streets;
 * and what a street layer is doubted for. */
#include "tests/check.h"

#include <math.h>

#include "app/base/buffer.h"
#include "maps/places.h"
#include "tests/drawn.h"

static const struct drawn_record streets_drawn[] = {
    { "Main St|PORT|1|99|2|100", "0 0, 300 0" },
    { "Main St|PORT|101|199|102|200", "300 0, 600 0" },
    { "Mill Rd|PORT|1|99|2|100", "300 0, 300 600" },
    { "37th Ave|PORT|12-01|12-99|12-02|12-98", "0 1000, 300 1000" },
    { "37th Ave|PORT|13-01|13-99|13-02|13-98", "300 1000, 600 1000" },
    { "N Elm St|PORT|1|99|2|100", "0 2000, 0 2300" },
    { "S Elm St|PORT|1|99|2|100", "0 2000, 0 1700" },
    { "Church Rd|UPHAM|1|49|2|50", "9000 0, 9300 0" },
    { "Church Rd|DOWNHAM|1|49|2|50", "9000 5000, 9300 5000" },
    { "Hauptstraße|DORF|||", "-9000 0, -9300 0" },
    { "Alte Gasse|DORF|||", "-9300 0, -9300 300" },
    { "Flyover|PORT|||", "450 -200, 450 200" },                 /* Over Main St. */
    { "Quiet Ln|PORT|||", "700 0, 1000 0" },                    /* 100 m from Main St's end. */
    { "Far Rd|PORT|||", "0 -4000, 300 -4000" },
    { "Mill Ave|PORT|1|99|2|100", "600 0, 600 -600" },
    { "County Road 12|PORT|1|99|2|100", "900 900, 1200 900" },
    { "12th St|PORT|1|99|2|100", "1500 900, 1800 900" },
    { "O'Neill Way|PORT|1|99|2|100", "1500 1200, 1800 1200" },
};
static const struct street_columns columns = {
    .name = "NAME", .town = "TOWN", .left_from = "LF", .left_to = "LT", .right_from = "RF",
    .right_to = "RT",
};
static const struct drawn_record landmarks_drawn[] = {
    { "Ferry Terminal", "150 60" }, { "St Anne's School", "8950 4950" },
    { "Marina (north gate)", "20 -60" },
};

struct town {
    struct streets *streets;
    struct roads *roads;
    struct places *places;
    struct buffer warnings;
};

static void town_draw(struct town *town)
{
    struct shapes *lines = drawn_layer(SHAPE_LINES, "NAME|TOWN|LF|LT|RF|RT", streets_drawn,
                                       ARRAY_COUNT(streets_drawn));
    struct shapes *points = drawn_layer(SHAPE_POINTS, "NAME", landmarks_drawn,
                                        ARRAY_COUNT(landmarks_drawn));

    *town = (struct town){ 0 };
    town->streets = streets_new(lines, &columns, &town->warnings);
    town->roads = roads_new(town->streets, &town->warnings);
    town->places = places_new(town->streets, town->roads, NULL);
    assert_true(places_add(town->places, "landmark", points, "NAME", "", &town->warnings));
    places_close(town->places);
    shapes_free(lines);
    shapes_free(points);
}

static void town_clear(struct town *town)
{
    places_free(town->places);
    roads_free(town->roads);
    streets_free(town->streets);
    buffer_clear(&town->warnings);
}

/* ---- asked ---- */

/* Goal: the first answer is the place that was meant, with what was set aside (the flat), what
 * differs, and how wide it is. `text` NULL: nothing is found. */
static const struct {
    const char *typed, *text;
    bool exact;
    const char *note, *unit;
    double radius_m;
} asked[] = {
    /* Flats and floors are set aside and given back. */
    { "12 Main St apt 3", "12 Main St", true, "", "apt 3", 0 },
    { "12 Main St #4B", "12 Main St", true, "", "#4B", 0 },
    { "12 Main St, Unit 7", "12 Main St", true, "", "Unit 7", 0 },
    { "Flat 2, 12 Main St", "12 Main St", true, "", "Flat 2", 0 },
    { "12 Main St 2nd floor", "12 Main St", true, "", "2nd floor", 0 },
    { "12 Main St fl 3 rm 12", "12 Main St", true, "", "fl 3, rm 12", 0 },
    { "12-4 Main St", "12-4 Main St", true, "", "", 0 },
    { "12a Main St", "12A Main St", true, "", "", 0 },
    { "12 1/2 Main St", "12 1/2 Main St", true, "", "", 0 },
    /* Blocks are circles. */
    { "100 block of Main St", "100 block of Main St", true, "", "", 150 },
    { "the 100 blk Main", "100 block of Main St", true, "", "", 150 },
    { "Main St 100 block", "100 block of Main St", true, "", "", 150 },
    { "700 block of Main St", "Main St", false, "no such block there", "", 0 },
    /* Queens' hyphens; who leaves them out means the same. */
    { "12-34 37th Ave", "12-34 37th Ave", true, "", "", 0 },
    { "13-01 37 Ave", "13-01 37th Ave", true, "", "", 0 },
    { "12-34 37th Av", "12-34 37th Ave", true, "", "", 0 },
    { "14-10 37th Ave", "13-99 37th Ave", false, "number not in range", "", 0 },
    { "1234 37th Ave", "12-34 37th Ave", true, "", "", 0 },
    /* Notes in parentheses are of a name, or beside it. */
    { "Marina (north gate)", "Marina (north gate)", true, "", "", 0 },
    { "marina north gate", "Marina (north gate)", true, "", "", 0 },
    { "12 Main St (rear)", "12 Main St", true, "", "rear", 0 },
    /* Directions. */
    { "12 N Elm St", "12 N Elm St", true, "", "", 0 },
    { "12 South Elm Street", "12 S Elm St", true, "", "", 0 },
    /* Towns and villages. */
    { "12 Church Rd, Upham", "12 Church Rd, UPHAM", true, "", "", 0 },
    { "12 church road downham", "12 Church Rd, DOWNHAM", true, "", "", 0 },
    { "12 Church Rd, Nowhere", "12 Church Rd, UPHAM", false, "", "", 0 },
    { "Hauptstr. 12", "Hauptstraße", false, "no house numbers there", "", 0 },
    { "Hauptstrasse 12 a, Dorf", "Hauptstraße", false, "no house numbers there", "", 0 },
    { "Hauptstraße / Alte Gasse", "Hauptstraße / Alte Gasse", true, "", "", 0 },
    /* Names with numbers in them are no house numbers. */
    { "12 County Road 12", "12 County Road 12", true, "", "", 0 },
    { "12 12th St", "12 12th St", true, "", "", 0 },
    { "12 oneill way", "12 O'Neill Way", true, "", "", 0 },
    /* Crossings, and two streets that do not meet. */
    { "Main St / Mill Rd", "Main St / Mill Rd", true, "", "", 0 },
    { "mill & main", "Mill Rd / Main St", false, "the same name elsewhere", "", 0 },
    { "Main / Flyover", "Main St / Flyover", false, "one passes over the other", "", 0 },
    { "Quiet Ln and Main St", "Quiet Ln near Main St", false, "they do not meet: 100 m apart", "",
      50 },
    { "Main St / Far Rd", "Main St", false, "it does not meet FAR RD", "", 0 },
    { "Main St / Xyzzyplugh", "Main St", false, "there is no street XYZZYPLUGH", "", 0 },
    { "Main St / Ferry Terminal", "Ferry Terminal", false, "60 m from Main St", "", 0 },
    { "St Anne's School & Church Rd", "St Anne's School", false, "71 m from Church Rd, DOWNHAM",
      "", 0 },
    { "Xyzzy / Plugh", NULL, false, "", "", 0 },
    { "City Mall", NULL, false, "", "", 0 },                     /* No "Mill St". */
    /* Coordinates and grids. */
    { "50 00.06 N 4 00.06 W", "50.00100,-4.00100", true, "", "", 0 },
    { "91.2, 4.0", NULL, false, "", "", 0 },
};

static void what_is_said_is_found(void **state)
{
    struct town town;
    uint32_t wrong = 0;

    (void)state;
    town_draw(&town);
    for (size_t i = 0; i < ARRAY_COUNT(asked); i++) {
        struct place_ask ask = { .text = span_of(asked[i].typed), .near = geo_unknown() };
        struct place found = { .text = "" };
        bool any = places_ask(town.places, &ask, &found, 1) > 0;
        if (any == (asked[i].text != NULL)
            && (!any || (strcmp(found.text, asked[i].text) == 0 && found.exact == asked[i].exact
                         && strcmp(found.unit, asked[i].unit) == 0
                         && (asked[i].exact || strstr(found.note, asked[i].note))
                         && fabs(found.radius_m - asked[i].radius_m) < 2)))
            continue;
        wrong++;
        print_message("%s: %s%s, note \"%s\", unit \"%s\", radius %.0f\n", asked[i].typed,
                      found.text, found.exact ? " exactly" : "", found.note, found.unit,
                      found.radius_m);
    }
    assert_int_equal(wrong, 0);
    town_clear(&town);
}

/* ---- near a telephone ---- */

/* Goal: of two places of one name the one in the telephone's circle comes first, and says so; a
 * place outside says that it does not agree. Two towns stay in doubt all the same. */
static const struct {
    const char *typed;
    double at[2], radius_m;
    const char *text, *town;
    bool exact, agrees;
    double distance_m;
} near_asked[] = {
    { "12 Church Rd", { 9000, 100 }, 300, "12 Church Rd, UPHAM", "UPHAM", false, true, 128 },
    { "12 Church Rd", { 9000, 5100 }, 300, "12 Church Rd, DOWNHAM", "DOWNHAM", false, true, 128 },
    { "12 Church Rd, Upham", { 9000, 5100 }, 300, "12 Church Rd, UPHAM", "UPHAM", true, false,
      5109 },
    { "12 Main St", { 0, 0 }, 0, "12 Main St", "PORT", true, false, 41 },
    { "12 Main St", { 0, 0 }, 50, "12 Main St", "PORT", true, true, 41 },
    { "100 block of Main St", { 700, 0 }, 130, "100 block of Main St", "PORT", true, true, 262 },
    { "100 block of Main St", { 700, 0 }, 90, "100 block of Main St", "PORT", true, false, 262 },
};

static void a_telephone_says_which_of_two(void **state)
{
    struct town town;

    (void)state;
    town_draw(&town);
    for (size_t i = 0; i < ARRAY_COUNT(near_asked); i++) {
        struct place_ask ask = { .text = span_of(near_asked[i].typed),
                                 .near = drawn_point(near_asked[i].at[0], near_asked[i].at[1]),
                                 .radius_m = near_asked[i].radius_m };
        struct place found;
        CASE("%s", near_asked[i].typed);
        assert_true(places_ask(town.places, &ask, &found, 1) > 0);
        print_message("%s (%s) %s %.0f m%s\n", found.text, found.town, found.note, found.near_m,
                      found.agrees ? ", agrees" : "");
        assert_string_equal(found.text, near_asked[i].text);
        assert_string_equal(found.town, near_asked[i].town);
        assert_int_equal(found.exact, near_asked[i].exact);
        assert_int_equal(found.agrees, near_asked[i].agrees);
        assert_true(fabs(found.near_m - near_asked[i].distance_m) < 2);
    }
    town_clear(&town);
}

/* ---- and back ---- */

/* Goal: a point is called by what is beside it, and by where it lies when nothing is. */
static const struct {
    double at[2];
    const char *address, *relative, *crossing, *feature;
} points[] = {
    { { 42, -5 }, "12 Main St", "", "Main St / Mill Rd", "Marina (north gate)" },
    { { 150, 3 }, "49 Main St", "", "Main St / Mill Rd", "Ferry Terminal" },
    { { 150, 1004 }, "12-49 37th Ave", "", "", "" },
    { { -9150, 2 }, "Hauptstraße", "", "Hauptstraße / Alte Gasse", "" },
    { { 42, -150 }, "12 Main St", "150 m S of 12 Main St", "Main St / Mill Rd",
      "Marina (north gate)" },
    { { 42, -900 }, "", "634 m SW of 100 Mill Ave", "", "" },
    { { 42, -90000 }, "", "", "", "" },
};

static void a_point_is_called_by_what_is_beside_it(void **state)
{
    struct town town;

    (void)state;
    town_draw(&town);
    for (size_t i = 0; i < ARRAY_COUNT(points); i++) {
        struct place_near near;
        places_reverse(town.places, drawn_point(points[i].at[0], points[i].at[1]), 0, &near);
        print_message("%.0f %.0f: \"%s\" \"%s\" \"%s\" \"%s\"\n", points[i].at[0],
                      points[i].at[1], near.address, near.relative, near.crossing, near.feature);
        assert_string_equal(near.address, points[i].address);
        assert_string_equal(near.relative, points[i].relative);
        assert_string_equal(near.crossing, points[i].crossing);
        assert_string_equal(near.feature, points[i].feature);
    }
    town_clear(&town);
}

/* ---- what a layer is doubted for ---- */

static const struct drawn_record swapped_drawn[] = {            /* Left and right are alike. */
    { "A St|P|1|99|1|99", "0 0, 300 0" }, { "B St|P|2|98|2|98", "0 100, 300 100" },
};
static const struct drawn_record crowded_drawn[] = {            /* Ids taken for numbers. */
    { "A St|P|100001|199999|100002|200000", "0 0, 300 0" },
};
static const struct drawn_record unread_drawn[] = {
    { "A St|P|one|99|2|100", "0 0, 300 0" },
};
static const struct { const char *name; const struct drawn_record *records; uint32_t count;
                      const char *doubt; } doubts[] = {
    { "good", streets_drawn, ARRAY_COUNT(streets_drawn), "" },
    { "left and right alike", swapped_drawn, ARRAY_COUNT(swapped_drawn),
      "only odd or only even numbers on both sides" },
    { "too many numbers", crowded_drawn, ARRAY_COUNT(crowded_drawn),
      "more numbers than houses could stand along them" },
    { "no number", unread_drawn, ARRAY_COUNT(unread_drawn), "a house number that is no number" },
};

static void a_layer_that_cannot_be_right_is_doubted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(doubts); i++) {
        struct shapes *shapes = drawn_layer(SHAPE_LINES, "NAME|TOWN|LF|LT|RF|RT",
                                            doubts[i].records, doubts[i].count);
        struct buffer said = { 0 };
        struct streets *streets = streets_new(shapes, &columns, &said);
        CASE("%s", doubts[i].name);
        streets_doubts(streets, &said);
        print_message("%.*s", (int)said.length, said.length ? said.bytes : "");
        if (doubts[i].doubt[0])
            assert_non_null(strstr(said.bytes, doubts[i].doubt));
        else
            assert_int_equal(said.length, 0);
        buffer_clear(&said);
        streets_free(streets);
        shapes_free(shapes);
    }
}

/* ---- as the census writes it ---- */

/* TIGER/Line "ADDRFEAT": FULLNAME, LFROMHN.. as text, some with letters or leading blanks; MTFCC
 * for the class; towns are not in it. */
static const struct drawn_record tiger_drawn[] = {
    { "Main St|101|199|100|198|S1400", "0 0, 300 0" },
    { "Main St|201|299| 200 |298|S1400", "300 0, 600 0" },
    { "I- 95|||||S1100", "0 500, 600 500" },
    { "US Hwy 1|1A|99A|2A|98A|S1200", "0 800, 300 800" },
    { "Bike Path|||||S1820", "300 0, 300 500" },
};
static const struct {
    const char *typed, *text;
    bool exact;
} tiger_asked[] = {
    { "150 Main St", "150 Main St", true }, { "210 main street", "210 Main St", true },
    { "I-95", "I- 95", false },             { "Interstate 95", "I- 95", false },
    { "50 US Highway 1", "50 US Hwy 1", true }, { "50 us-1", "50 US Hwy 1", false },
};

static void the_census_layer_is_read(void **state)
{
    static const struct street_columns tiger = {
        .name = "FULLNAME", .left_from = "LFROMHN", .left_to = "LTOHN", .right_from = "RFROMHN",
        .right_to = "RTOHN", .class = "MTFCC",
        .class_speeds = { { "S1100", 100 }, { "S1820", 0 } }, .class_speed_count = 2,
    };
    struct shapes *shapes = drawn_layer(SHAPE_LINES, "FULLNAME|LFROMHN|LTOHN|RFROMHN|RTOHN|MTFCC",
                                        tiger_drawn, ARRAY_COUNT(tiger_drawn));
    struct buffer said = { 0 };
    struct streets *streets = streets_new(shapes, &tiger, &said);
    struct roads *roads = roads_new(streets, &said);
    struct places *places = places_new(streets, roads, NULL);

    (void)state;
    places_close(places);
    for (size_t i = 0; i < ARRAY_COUNT(tiger_asked); i++) {
        struct place_ask ask = { .text = span_of(tiger_asked[i].typed), .near = geo_unknown() };
        struct place found = { .text = "" };
        places_ask(places, &ask, &found, 1);
        print_message("%s: %s%s %s\n", tiger_asked[i].typed, found.text,
                      found.exact ? " exactly" : "", found.note);
        assert_string_equal(found.text, tiger_asked[i].text);
        assert_int_equal(found.exact, tiger_asked[i].exact);
    }
    assert_int_equal(streets->lines[4].ways, 0);
    assert_true(streets->lines[2].kmh > 99);
    places_free(places);
    roads_free(roads);
    streets_free(streets);
    shapes_free(shapes);
    buffer_clear(&said);
}

/* Motorways of OpenStreetMap have a number for a name. */
static const struct drawn_record numbered_drawn[] = {
    { "Quay St|", "0 0, 300 0" }, { "|A 5", "300 0, 300 600" }, { "Ring|B 37", "0 0, 0 -500" },
};
static const struct { const char *typed, *text; } numbered_asked[] = {
    { "A5", "A 5" }, { "a 5", "A 5" }, { "Quay St / A5", "Quay St / A 5" }, { "Ring", "Ring" },
    { "B 37", "" },
};

static void a_street_without_a_name_is_called_by_its_number(void **state)
{
    static const struct street_columns numbered = { .name = "name | ref" };
    struct shapes *shapes = drawn_layer(SHAPE_LINES, "name|ref", numbered_drawn,
                                        ARRAY_COUNT(numbered_drawn));
    struct buffer said = { 0 };
    struct streets *streets = streets_new(shapes, &numbered, &said);
    struct roads *roads = roads_new(streets, &said);
    struct places *places = places_new(streets, roads, NULL);

    (void)state;
    places_close(places);
    for (size_t i = 0; i < ARRAY_COUNT(numbered_asked); i++) {
        struct place_ask ask = { .text = span_of(numbered_asked[i].typed),
                                 .near = geo_unknown() };
        struct place found = { .text = "" };
        places_ask(places, &ask, &found, 1);
        print_message("%s: %s %s\n", numbered_asked[i].typed, found.text, found.note);
        assert_string_equal(found.text, numbered_asked[i].text);
    }
    places_free(places);
    roads_free(roads);
    streets_free(streets);
    shapes_free(shapes);
    buffer_clear(&said);
}

/* Goal: many aliases are each found, also one that stands for an earlier one, wherever that is kept
 * by then; a name that is taken is refused and takes nothing away. */
static void many_aliases_are_each_found(void **state)
{
    struct town town;

    (void)state;
    town_draw(&town);
    for (uint32_t i = 1; i <= 99; i++) {
        char name[32], text[32];
        snprintf(name, sizeof name, "spot%c%c", 'A' + (int)i % 26, 'A' + (int)i / 26);
        snprintf(text, sizeof text, "%u Main St", i);
        assert_true(places_alias_add(town.places, name, text, &town.warnings));
        if (i % 9)
            continue;
        snprintf(text, sizeof text, "%s", name);
        snprintf(name, sizeof name, "again%u", i);
        assert_true(places_alias_add(town.places, name, text, &town.warnings));
    }
    buffer_reset(&town.warnings);
    assert_false(places_alias_add(town.places, "spotBA", "12 Mill Rd", &town.warnings));
    assert_non_null(strstr(town.warnings.bytes, "spotBA"));
    for (uint32_t i = 1; i <= 99; i++) {
        struct place_ask ask = { .near = geo_unknown() };
        struct place found = { .text = "" }, meant = { .text = "" };
        char name[32], text[32];
        if (i % 9)
            snprintf(name, sizeof name, "spot%c%c", 'A' + (int)i % 26, 'A' + (int)i / 26);
        else
            snprintf(name, sizeof name, "again%u", i);
        snprintf(text, sizeof text, "%u Main St", i);
        CASE("%s", name);
        ask.text = span_of(name);
        assert_true(places_ask(town.places, &ask, &found, 1) == 1 && found.exact);
        ask.text = span_of(text);
        assert_true(places_ask(town.places, &ask, &meant, 1) == 1);
        assert_true(geo_same(found.point, meant.point));
    }
    town_clear(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_is_found),
        cmocka_unit_test(a_telephone_says_which_of_two),
        cmocka_unit_test(a_point_is_called_by_what_is_beside_it),
        cmocka_unit_test(a_layer_that_cannot_be_right_is_doubted),
        cmocka_unit_test(the_census_layer_is_read),
        cmocka_unit_test(a_street_without_a_name_is_called_by_its_number),
        cmocka_unit_test(many_aliases_are_each_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
