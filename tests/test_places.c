/* test_places.c - what people type, as a place; a place, as people call it. */
#include "tests/check.h"

#include <math.h>
#include <unistd.h>

#include "maps/places.h"
#include "maps/places_names.h"
#include "maps/places_typed.h"
#include "tests/drawn.h"

/* ---- names ---- */

/* Goal: spellings of one name become one text, and different names stay different. */
static const struct {
    const char *raw, *text, *core;
} spellings[] = {
    { "Quay St", "QUAY ST", "QUAY" },
    { "quay  STREET.", "QUAY ST", "QUAY" },
    { "Quay", "QUAY", "QUAY" },
    { "St. Mary's Road", "SAINT MARYS RD", "SAINT MARYS" },
    { "saint marys rd", "SAINT MARYS RD", "SAINT MARYS" },
    { "St", "ST", "ST" },
    { "Mount Auburn St N", "MT AUBURN ST N", "MT AUBURN" },
    { "N Main St", "N MAIN ST", "MAIN" },
    { "Fifth Avenue", "5TH AVE", "5TH" },
    { "Rue de l'Église", "RUE DE LEGLISE", "RUE DE LEGLISE" },
    { "Bahnhofstraße", "BAHNHOFSTRASSE", "BAHNHOFSTRASSE" },
    { "Bahnhofstr.", "BAHNHOFSTRASSE", "BAHNHOFSTRASSE" },
    { "Main Street South-West", "MAIN ST S W", "MAIN ST S W" },
    { "North Street", "N ST", "N" },
    { "E St", "E ST", "E" },
    { "Тверская улица", "ТВЕРСКАЯ УЛИЦА", "ТВЕРСКАЯ" },
    { "ул. тверская", "УЛИЦА ТВЕРСКАЯ", "ТВЕРСКАЯ" },
    { "Twenty-Third St", "23RD ST", "23RD" },
    { "Twenty St", "20 ST", "20" },
    { "Berliner Straße", "BERLINER ST", "BERLINER" },
    { "LANGE STRAẞE", "LANGE ST", "LANGE" },
    { "Łódzka", "LODZKA", "LODZKA" },
    { "Flat Rock Rd", "FLAT ROCK RD", "FLAT ROCK" },
    { "O\xE2\x80\x99" "Brien-Smith Ln", "OBRIEN SMITH LN", "OBRIEN SMITH" },
    { "", "", "" },
    { "...", "", "" },
};

static void spellings_of_one_name_become_one_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(spellings); i++) {
        struct place_name name;
        CASE("%s", spellings[i].raw);
        name_read(span_of(spellings[i].raw), &name);
        assert_string_equal(name.text, spellings[i].text);
        assert_true(span_is(name_core(&name), spellings[i].core));
    }
}

static const struct {
    const char *left, *right;
    uint32_t limit, apart;
} distances[] = {
    { "QUAY", "QUAY", 2, 0 },   { "QUAY", "QUYA", 2, 1 },   { "QUAY", "QUA", 2, 1 },
    { "QUAY", "QUAYS", 2, 1 },  { "QUAY", "QUEY", 2, 1 },   { "QUAY", "KWAY", 2, 2 },
    { "QUAY", "MILL", 2, 3 },   { "LANTERN", "LATNREN", 2, 2 }, { "", "AB", 2, 2 },
    { "A", "ABCD", 2, 3 },      { "QUAY", "QUYA", 0, 1 },
};

static void letters_that_differ_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(distances); i++) {
        CASE("%s %s", distances[i].left, distances[i].right);
        struct span left = span_of(distances[i].left), right = span_of(distances[i].right);
        assert_int_equal(words_apart(left, right, distances[i].limit), distances[i].apart);
        assert_int_equal(words_apart(right, left, distances[i].limit), distances[i].apart);
    }
}

/* Goal: a number is a house's only where it stands like one. number 0: none is cut. */
static const struct {
    const char *raw;
    int32_t number;
    const char *text, *rest;
} numbers[] = {
    { "12 Quay St", 12, "12", "Quay St" },
    { "12a Quay St", 12, "12A", "Quay St" },
    { "12-14 Quay St", 12, "12-14", "Quay St" },
    { "12 1/2 Quay St", 12, "12 1/2", "Quay St" },
    { "12, Quay St", 12, "12", "Quay St" },
    { "12", 12, "12", "" },
    { "5th Ave", 0, "", "5th Ave" },
    { "5 5th Ave", 5, "5", "5th Ave" },
    { "12/Mill", 0, "", "12/Mill" },
    { "0 Quay St", 0, "", "" },
    { "123456789 Quay St", 0, "", "123456789 Quay St" },
    { "Quay St", 0, "", "Quay St" },
    { "", 0, "", "" },
};

static void a_house_number_stands_like_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
        struct span rest = span_of(numbers[i].raw);
        struct house_number house;
        CASE("%s", numbers[i].raw);
        assert_int_equal(house_number_cut(&rest, &house), numbers[i].number > 0);
        if (numbers[i].number == 0)
            continue;
        assert_int_equal(house.number, numbers[i].number);
        assert_string_equal(house.text, numbers[i].text);
        assert_true(span_is(rest, numbers[i].rest));
    }
}

/* ---- a drawn town ---- */

static const struct drawn_record streets_drawn[] = {
    { "Quay St|PORT|1|29|2|30", "0 0, 300 0" },
    { "Quay St|PORT|31|59|32|60", "300 0, 600 0" },
    { "Mill Rd|PORT|1|99|2|100", "300 -300, 300 0" },
    { "Mill Rd|PORT|101|199|102|200", "300 0, 300 300" },
    { "5th Ave|PORT|1|99|2|100", "600 0, 600 300" },
    { "St Mary's Rd|PORT|99|1|100|2", "0 0, 0 300" },          /* Numbers fall. */
    { "Broadway|PORT|1|10|0|0", "0 300, 300 300" },            /* Odd and even on one side. */
    { "Nameless Ln|PORT|||", "300 300, 600 300" },             /* No numbers. */
    { "Harbour Walk|PORT|7|7||", "600 0, 900 0" },             /* A single house. */
    { "Mill St|UPTON|1|99|2|100", "9000 0, 9000 300" },
    { "Mill St|DOWNTON|1|99|2|100", "9000 5000, 9000 5300" },
    { "Lantern Ave|PORT|||", "0 -300, 300 -300" },
    { "Ring Rd|PORT|||", "0 -300, -200 -300, -200 300, 0 300" },
    { "|PORT|||", "300 320, 600 320" },
};

static const struct drawn_record hospitals_drawn[] = {
    { "St Brae Hospital|STBRAE", "150 150" },
    { "Northgate Infirmary|NGATE", "450 150" },
    { "|ONLYCODE", "460 150" },
    { "|", "470 150" },
};

static const struct drawn_record terminals_drawn[] = {
    { "Ferry Terminal", "900 -50" },
    { "Quay Warehouse", "100 -50" },
};

static const struct drawn_record zones_drawn[] = {
    { "HARBOUR", "-200 -400, -200 400, 1000 400, 1000 -400, -200 -400" },
    { "HILLS", "8000 -400, 8000 6000, 10000 6000, 10000 -400, 8000 -400" },
};

struct town {
    struct streets *streets;
    struct roads *roads;
    struct zones *zones;
    struct places *places;
    struct buffer warnings;
};

static const struct street_columns town_columns = {
    .name = "NAME", .town = "TOWN", .left_from = "LF", .left_to = "LT", .right_from = "RF",
    .right_to = "RT",
};

static void places_draw(struct town *town, const char *kind, const char *columns,
                        const char *code, const struct drawn_record *records, uint32_t count)
{
    struct shapes *shapes = drawn_layer(SHAPE_POINTS, columns, records, count);

    assert_true(places_add(town->places, kind, shapes, "NAME", code, &town->warnings));
    shapes_free(shapes);
}

static void town_draw(struct town *town)
{
    struct shapes *shapes = drawn_layer(SHAPE_LINES, "NAME|TOWN|LF|LT|RF|RT", streets_drawn,
                                        ARRAY_COUNT(streets_drawn));

    *town = (struct town){ 0 };
    town->streets = streets_new(shapes, &town_columns, &town->warnings);
    shapes_free(shapes);
    town->roads = roads_new(town->streets, &town->warnings);
    town->zones = zones_new();
    zones_add(town->zones, "district",
              drawn_layer(SHAPE_POLYGONS, "NAME", zones_drawn, ARRAY_COUNT(zones_drawn)), "NAME",
              &town->warnings);
    town->places = places_new(town->streets, town->roads, town->zones);
    places_draw(town, "hospital", "NAME|CODE", "CODE", hospitals_drawn,
                ARRAY_COUNT(hospitals_drawn));
    places_draw(town, "terminal", "NAME", "", terminals_drawn, ARRAY_COUNT(terminals_drawn));
    places_close(town->places);
}

static void town_clear(struct town *town)
{
    places_free(town->places);
    zones_free(town->zones);
    roads_free(town->roads);
    streets_free(town->streets);
    buffer_clear(&town->warnings);
}

static uint32_t find(const struct places *places, struct span text, enum place_asking asking,
                     struct place *ret_places, uint32_t place_max)
{
    struct place_ask ask = { .text = text, .asking = asking, .near = geo_unknown() };

    return places_ask(places, &ask, ret_places, place_max);
}

enum exactness { INEXACT, EXACT };

/* Goal: the first answer is what was meant, at the right spot, and says whether it is certain.
 * Method: the way to write it beside the way that leaves a doubt. `first` NULL: nothing is found.
 * */
static const struct {
    const char *typed, *first;
    enum place_kind kind;
    enum exactness exact;
    double at[2];
} asked[] = {
    { "12 Quay St", "12 Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "12 QUAY STREET", "12 Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "12 quay", "12 Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "12a quay st", "12A Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "quay st 12", "12 Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "12 Quay St, HARBOUR", "12 Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "12 Quay St, port", "12 Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "12 Quay St Port", "12 Quay St", PLACE_ADDRESS, EXACT, { 110.6, -8 } },
    { "12 Quay St, HILLS", "12 Quay St", PLACE_ADDRESS, INEXACT, { 110.6, -8 } },
    { "12 Quay Rd", "12 Quay St", PLACE_ADDRESS, INEXACT, { 110.6, -8 } },
    { "12 Quya St", "12 Quay St", PLACE_ADDRESS, INEXACT, { 110.6, -8 } },
    { "12 Qay St", "12 Quay St", PLACE_ADDRESS, INEXACT, { 110.6, -8 } },
    { "1 Quay St", "1 Quay St", PLACE_ADDRESS, EXACT, { 12, 8 } },
    { "29 Quay St", "29 Quay St", PLACE_ADDRESS, EXACT, { 288, 8 } },
    { "31 Quay St", "31 Quay St", PLACE_ADDRESS, EXACT, { 312, 8 } },
    { "61 Quay St", "60 Quay St", PLACE_ADDRESS, INEXACT, { 588, -8 } },
    { "9999 Quay St", "60 Quay St", PLACE_ADDRESS, INEXACT, { 588, -8 } },
    { "99 St Mary's Rd", "99 St Mary's Rd", PLACE_ADDRESS, EXACT, { -8, 12 } },
    { "1 Saint Marys Road", "1 St Mary's Rd", PLACE_ADDRESS, EXACT, { -8, 288 } },
    { "10 Broadway", "10 Broadway", PLACE_ADDRESS, EXACT, { 288, 308 } },
    { "7 Harbour Walk", "7 Harbour Walk", PLACE_ADDRESS, EXACT, { 750, 8 } },
    { "8 Harbour Walk", "7 Harbour Walk", PLACE_ADDRESS, INEXACT, { 750, 8 } },
    { "3 Nameless Ln", "Nameless Ln", PLACE_STREET, INEXACT, { 450, 300 } },
    { "5 5th Ave", "5 5th Ave", PLACE_ADDRESS, EXACT, { 592, 23.3 } },
    { "5 Fifth Avenue", "5 5th Ave", PLACE_ADDRESS, EXACT, { 592, 23.3 } },
    { "Quay St / Mill Rd", "Quay St / Mill Rd", PLACE_CROSSING, EXACT, { 300, 0 } },
    { "mill/quay", "Mill Rd / Quay St", PLACE_CROSSING, EXACT, { 300, 0 } },
    { "Quay & 5th", "Quay St / 5th Ave", PLACE_CROSSING, EXACT, { 600, 0 } },
    { "Quay & 5", "Quay St / 5th Ave", PLACE_CROSSING, INEXACT, { 600, 0 } },
    { "quay at mill", "Quay St / Mill Rd", PLACE_CROSSING, EXACT, { 300, 0 } },
    { "quya and mill", "Quay St / Mill Rd", PLACE_CROSSING, INEXACT, { 300, 0 } },
    { "broadway/nameless", "Broadway / Nameless Ln", PLACE_CROSSING, EXACT, { 300, 300 } },
    { "Quay St / Broadway", "Quay St near Broadway", PLACE_CROSSING, INEXACT, { 0, 150 } },
    { "STBRAE", "St Brae Hospital", PLACE_FEATURE, EXACT, { 150, 150 } },
    { "stbrae", "St Brae Hospital", PLACE_FEATURE, EXACT, { 150, 150 } },
    { "Saint Brae Hospital", "St Brae Hospital", PLACE_FEATURE, EXACT, { 150, 150 } },
    { "brae", "St Brae Hospital", PLACE_FEATURE, INEXACT, { 150, 150 } },
    { "northgate hospital", "Northgate Infirmary", PLACE_FEATURE, INEXACT, { 450, 150 } },
    { "hospital", "St Brae Hospital", PLACE_FEATURE, INEXACT, { 150, 150 } },
    { "onlycode", "ONLYCODE", PLACE_FEATURE, EXACT, { 460, 150 } },
    { "ferry terminal", "Ferry Terminal", PLACE_FEATURE, EXACT, { 900, -50 } },
    { "fery terminal", "Ferry Terminal", PLACE_FEATURE, INEXACT, { 900, -50 } },
    { "Quay St", "Quay St", PLACE_STREET, INEXACT, { 300, 0 } },
    { "Ring Rd", "Ring Rd", PLACE_STREET, INEXACT, { -200, 0 } },
    { "12 Mill Rd", "12 Mill Rd", PLACE_ADDRESS, EXACT, { 308, -260 } },
    { "12 Mill", "12 Mill Rd", PLACE_ADDRESS, INEXACT, { 308, -260 } },
    { "12 Mill St", "12 Mill St, UPTON", PLACE_ADDRESS, INEXACT, { 9008, 40 } },
    { "12 Mill St, Downton", "12 Mill St, DOWNTON", PLACE_ADDRESS, EXACT, { 9008, 5040 } },
    { "12 mill st downton", "12 Mill St, DOWNTON", PLACE_ADDRESS, EXACT, { 9008, 5040 } },
    { "50.001,-4.001", "50.00100,-4.00100", PLACE_POINT, EXACT, { -71.5, 111.2 } },
    { " 50.001 -4.001 ", "50.00100,-4.00100", PLACE_POINT, EXACT, { -71.5, 111.2 } },
    { "91,-4", NULL, PLACE_POINT, INEXACT, { 0, 0 } },
    { "0,0", NULL, PLACE_POINT, INEXACT, { 0, 0 } },
    { "12 Xyzzy Plugh", NULL, PLACE_ADDRESS, INEXACT, { 0, 0 } },
    { "/", NULL, PLACE_CROSSING, INEXACT, { 0, 0 } },
    { ",,,", NULL, PLACE_POINT, INEXACT, { 0, 0 } },
    { "", NULL, PLACE_POINT, INEXACT, { 0, 0 } },
};

static void what_is_typed_is_found(void **state)
{
    struct town town;
    struct place found[PLACES_FOUND_MAX];

    (void)state;
    town_draw(&town);
    for (size_t i = 0; i < ARRAY_COUNT(asked); i++) {
        CASE("%s", asked[i].typed);
        uint32_t count = find(town.places, span_of(asked[i].typed), PLACE_ASK_WHOLE, found,
                              PLACES_FOUND_MAX);
        assert_int_equal(count > 0, asked[i].first != NULL);
        if (count == 0)
            continue;
        assert_string_equal(found[0].text, asked[i].first);
        assert_int_equal(found[0].kind, asked[i].kind);
        assert_int_equal(found[0].exact, asked[i].exact == EXACT);
        assert_in_range(found[0].score, 1, 100);
        if (asked[i].exact == INEXACT && strcmp(asked[i].typed, asked[i].first) != 0)
            assert_true(found[0].score < 100 || count > 1);
        double off_m = geo_distance_m(found[0].point,
                                      drawn_point(asked[i].at[0], asked[i].at[1]));
        if (off_m > 1)
            fail_msg("%s is %.1f m from where it belongs", found[0].text, off_m);
        for (uint32_t k = 1; k < count; k++)
            assert_true(found[k].score <= found[k - 1].score && !found[k].exact);
    }
    town_clear(&town);
}

/* Goal: two places of one name are both offered, told apart, neither as certain. */
static void one_name_in_two_towns_is_told_apart(void **state)
{
    struct town town;
    struct place found[8];

    (void)state;
    town_draw(&town);
    uint32_t count = find(town.places, span_of("12 Mill St"), PLACE_ASK_WHOLE, found, 8);
    assert_in_range(count, 2, 8);
    assert_string_equal(found[0].text, "12 Mill St, UPTON");
    assert_string_equal(found[1].text, "12 Mill St, DOWNTON");
    assert_int_equal(found[0].score, found[1].score);
    assert_false(found[0].exact || found[1].exact);
    town_clear(&town);
}

/* Goal: from some letter on, every further letter keeps the place in the list. */
static const struct {
    const char *whole, *wanted;
    size_t from;                /* Letters typed when it must be there. */
} typings[] = {
    { "12 Quay St", "12 Quay St", 4 },
    { "12 Quay Street", "12 Quay St", 4 },
    { "Quay St / Mill Rd", "Quay St / Mill Rd", 9 },
    { "Ferry Terminal", "Ferry Terminal", 2 },
    { "Northgate Infirmary", "Northgate Infirmary", 2 },
    { "saint mary", "St Mary's Rd", 7 },
    { "infirm", "Northgate Infirmary", 3 },
    { "STBRAE", "St Brae Hospital", 3 },
};

static void typing_on_keeps_the_place_in_the_list(void **state)
{
    struct town town;
    struct place found[8];

    (void)state;
    town_draw(&town);
    for (size_t i = 0; i < ARRAY_COUNT(typings); i++) {
        for (size_t typed = typings[i].from; typed <= strlen(typings[i].whole); typed++) {
            bool there = false;
            CASE("%.*s", (int)typed, typings[i].whole);
            uint32_t count = find(town.places, span_from(typings[i].whole, typed),
                                  PLACE_ASK_TYPING, found, 8);
            for (uint32_t k = 0; k < count; k++)
                there |= strcmp(found[k].text, typings[i].wanted) == 0;
            assert_true(there);
        }
    }
    town_clear(&town);
}

/* Goal: every house number of the town is found, and its place is called by that number again. */
static void every_house_is_called_by_its_number(void **state)
{
    struct town town;
    uint32_t houses = 0;

    (void)state;
    town_draw(&town);
    for (uint32_t l = 0; l < town.streets->line_count; l++) {
        const struct street_line *line = &town.streets->lines[l];
        int32_t low = line->left.from < line->left.to ? line->left.from : line->left.to;
        for (int32_t number = low; number > 0 && number <= low + 99; number++) {
            char text[96];
            struct place found;
            struct place_near near;
            snprintf(text, sizeof text, "%d %s, %s", number,
                     streets_name(town.streets, line->street),
                     streets_town(town.streets, line->street));
            if (find(town.places, span_of(text), PLACE_ASK_WHOLE, &found, 1) == 0 || !found.exact)
                continue;
            houses++;
            places_reverse(town.places, found.point, 0, &near);
            if (strcmp(near.address, found.text) != 0)
                fail_msg("%s is called %s", found.text, near.address);
            assert_true(fabs(near.distance_m - 8) < 0.1);
        }
    }
    assert_in_range(houses, 600, 900);
    town_clear(&town);
}

static const struct {
    const char *name;
    double at[2];
    const char *address, *crossing;
} reversed[] = {
    { "north side", { 110.6, 20 }, "11 Quay St", "Quay St / St Mary's Rd" },
    { "south side", { 110.6, -20 }, "12 Quay St", "Quay St / St Mary's Rd" },
    { "at a crossing", { 297, 1 }, "29 Quay St", "Quay St / Mill Rd" },
    { "a street without numbers", { 440, 310 }, "Nameless Ln", "Mill Rd / Broadway" },
    { "beside a street without a name", { 440, 318 }, "Nameless Ln", "Mill Rd / Broadway" },
    { "the numbers' side is across the street", { 150, 290 }, "5 Broadway",
      "St Mary's Rd / Broadway" },
    { "far from everything", { 3000, 3000 }, "", "" },
};

static void a_point_is_called_by_its_street(void **state)
{
    struct town town;

    (void)state;
    town_draw(&town);
    for (size_t i = 0; i < ARRAY_COUNT(reversed); i++) {
        struct place_near near;
        CASE("%s", reversed[i].name);
        struct geo_point point = drawn_point(reversed[i].at[0], reversed[i].at[1]);
        places_reverse(town.places, point, 0, &near);
        assert_string_equal(near.address, reversed[i].address);
        assert_string_equal(near.crossing, reversed[i].crossing);
    }
    town_clear(&town);
}

/* Goal: without any street the rest still answers. */
static void without_streets_features_are_found(void **state)
{
    struct town town = { .places = places_new(NULL, NULL, NULL) };
    struct place found[4];
    struct place_near near;

    (void)state;
    places_draw(&town, "terminal", "NAME", "", terminals_drawn, ARRAY_COUNT(terminals_drawn));
    places_close(town.places);
    assert_int_equal(find(town.places, span_of("ferry terminal"), PLACE_ASK_WHOLE, found, 4), 1);
    assert_int_equal(find(town.places, span_of("12 Quay St"), PLACE_ASK_WHOLE, found, 4), 0);
    assert_int_equal(find(town.places, span_of("quay / "), PLACE_ASK_TYPING, found, 4), 1);
    places_reverse(town.places, drawn_point(0, 0), 0, &near);
    assert_string_equal(near.address, "");
    town_clear(&town);
}

/* Goal: an alias is another name of one place, and says of which; what cannot be one is refused in
 * words. Method: the alias that is right beside the nearest wrong, in the order of the file. */
static const struct {
    const char *name, *place;
    const char *says;           /* "" when it is taken. */
} aliases[] = {
    { "the Ferry", "12 Quay St", "" },
    { "Depot", "quay & mill", "" },
    { "Ward 7", "STBRAE", "" },
    { "the old quay", "1 block of Quay St", "" },
    { "the pier", "the ferry", "" },                        /* An earlier alias. */
    { "slipway", "tide gate", "\"tide gate\", which is not found" },      /* A later one. */
    { "tide gate", "50.001,-4.001", "" },
    { "itself", "itself", "\"itself\", which is not found" },
    { "the hotel", "", "\"\", which is not found" },
    { "the yard", "12 Quya St", "is not one place: the nearest is 12 Quay St" },
    { "the road", "Quay St", "is not one place: the nearest is Quay St" },
    { "the mill", "12 Mill St", "is not one place: the nearest is 12 Mill St, UPTON" },
    { "the ferry", "14 Quay St", "cannot be asked for by that name: it is also the " },
    { "stbrae", "14 Quay St", "cannot be asked for by that name: it is also " },
    { "50.002,-4.002", "14 Quay St", "by that name: it is also 50.00200,-4.00200" },
    { "...", "14 Quay St", "cannot be asked for by that name.\n" },
};

static void an_alias_stands_for_one_place(void **state)
{
    struct town town;

    (void)state;
    town_draw(&town);
    uint32_t names = places_name_count(town.places);
    for (size_t i = 0; i < ARRAY_COUNT(aliases); i++) {
        CASE("%s = %s", aliases[i].name, aliases[i].place);
        buffer_reset(&town.warnings);
        bool taken = places_alias_add(town.places, aliases[i].name, aliases[i].place,
                                      &town.warnings);
        const char *said = town.warnings.bytes ? town.warnings.bytes : "";
        if (taken != (aliases[i].says[0] == '\0') || !strstr(said, aliases[i].says))
            fail_msg("taken %d, and says \"%s\", not %s", taken, said, aliases[i].says);
        assert_int_equal(taken, town.warnings.length == 0);
        names += taken;
        assert_int_equal(places_name_count(town.places), names);
    }
    town_clear(&town);
}

static const struct {
    const char *typed, *first;
    enum place_asking asking;
    enum exactness exact;
    bool circle;
} by_alias[] = {
    { "the ferry", "the Ferry (12 Quay St)", PLACE_ASK_WHOLE, EXACT, false },
    { "THE  FERRY", "the Ferry (12 Quay St)", PLACE_ASK_WHOLE, EXACT, false },
    { "the fery", "the Ferry (12 Quay St)", PLACE_ASK_WHOLE, INEXACT, false },
    { "the fe", "the Ferry (12 Quay St)", PLACE_ASK_TYPING, INEXACT, false },
    { "the old quay", "the old quay (1 block of Quay St)", PLACE_ASK_WHOLE, EXACT, true },
    { "the pier", "the pier (the Ferry (12 Quay St))", PLACE_ASK_WHOLE, EXACT, false },
};

static void an_alias_is_found_by_its_name(void **state)
{
    struct town town;

    (void)state;
    town_draw(&town);
    for (size_t i = 0; i < ARRAY_COUNT(aliases); i++)
        places_alias_add(town.places, aliases[i].name, aliases[i].place, &town.warnings);
    for (size_t i = 0; i < ARRAY_COUNT(by_alias); i++) {
        struct place found[4];
        CASE("%s", by_alias[i].typed);
        uint32_t count = find(town.places, span_of(by_alias[i].typed), by_alias[i].asking, found,
                              ARRAY_COUNT(found));
        assert_true(count > 0);
        assert_string_equal(found[0].text, by_alias[i].first);
        assert_string_equal(found[0].feature, "alias");
        assert_int_equal(found[0].exact, by_alias[i].exact == EXACT);
        assert_int_equal(found[0].radius_m > 0, by_alias[i].circle);
    }
    town_clear(&town);
}

static void a_missing_column_is_named(void **state)
{
    struct buffer warnings = { 0 };
    struct places *places = places_new(NULL, NULL, NULL);
    struct shapes *shapes = drawn_layer(SHAPE_POINTS, "NAME", terminals_drawn, 1);

    (void)state;
    assert_false(places_add(places, "pier", shapes, "TITLE", "", &warnings));
    assert_non_null(strstr(warnings.bytes, "\"pier\" has no column TITLE"));
    assert_false(places_add(places, "pier", shapes, "NAME", "CODE", &warnings));
    assert_non_null(strstr(warnings.bytes, "no column CODE"));
    shapes_free(shapes);
    places_free(places);
    buffer_clear(&warnings);
}

/* ---- Cambridge ---- */

static bool cambridge_open(struct town *town)
{
    static const struct street_columns columns = {
        .name = "Street", .oneway = "Direction", .oneway_forward = "1", .oneway_backward = "-1",
        .from_node = "FromNode", .to_node = "ToNode", .left_from = "L_From", .left_to = "L_To",
        .right_from = "R_From", .right_to = "R_To",
    };
    struct shapes *shapes;
    char why[300];

    if (access("../shared/data", F_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        return false;
    }
    assert_int_equal(shapefile_read("../shared/data/shapefiles/cambridge_ma/streets", &shapes, why,
                                    sizeof why), STATUS_OK);
    *town = (struct town){ 0 };
    town->streets = streets_new(shapes, &columns, &town->warnings);
    shapes_free(shapes);
    town->roads = roads_new(town->streets, &town->warnings);
    town->places = places_new(town->streets, town->roads, NULL);
    places_close(town->places);
    return true;
}

/* How many of a layer's features are found by a column's text within `within_m` of their point. */
static uint32_t layer_found(const struct town *town, const char *layer, const char *column,
                            double within_m, uint32_t *ret_asked)
{
    struct shapes *shapes;
    char path[200], why[300];
    uint32_t found_count = 0;

    snprintf(path, sizeof path, "../shared/data/shapefiles/cambridge_ma/%s", layer);
    assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
    *ret_asked = 0;
    for (uint32_t i = 0; i < shapes->record_count; i++) {
        const char *text = shapes_value(shapes, i, shapes_column(shapes, column));
        struct place found[8];
        if (strlen(text) < 3 || text[0] == '<')     /* "<Null>" */
            continue;
        ++*ret_asked;
        uint32_t count = find(town->places, span_of(text), PLACE_ASK_WHOLE, found, 8);
        double off_m = INFINITY;
        for (uint32_t k = 0; k < count; k++)
            off_m = fmin(off_m, geo_distance_m(found[k].point, shapes->vertices[i]));
        found_count += off_m <= within_m;
    }
    shapes_free(shapes);
    return found_count;
}

/* Goal: real addresses are where the city says they are: a building's own point lies behind its
 * front door. Crossings are judged against the city's own layer of them. */
static void cambridge_is_where_the_city_says(void **state)
{
    struct town town;
    uint32_t asked_count, found_count;

    (void)state;
    if (!cambridge_open(&town))
        skip();
    found_count = layer_found(&town, "fire_stations", "ADDRESS", 120, &asked_count);
    print_message("%u of %u fire stations\n", found_count, asked_count);
    assert_int_equal(found_count, asked_count);
    found_count = layer_found(&town, "hospitals", "ADDRESS", 250, &asked_count);
    print_message("%u of %u hospitals\n", found_count, asked_count);
    assert_int_equal(found_count, asked_count);
    found_count = layer_found(&town, "intersections", "Intersecti", 60, &asked_count);
    print_message("%u of %u crossings\n", found_count, asked_count);
    assert_true(asked_count > 1200 && found_count * 100 >= asked_count * 97);
    town_clear(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_of_one_name_become_one_text),
        cmocka_unit_test(letters_that_differ_are_counted),
        cmocka_unit_test(a_house_number_stands_like_one),
        cmocka_unit_test(what_is_typed_is_found),
        cmocka_unit_test(one_name_in_two_towns_is_told_apart),
        cmocka_unit_test(typing_on_keeps_the_place_in_the_list),
        cmocka_unit_test(every_house_is_called_by_its_number),
        cmocka_unit_test(a_point_is_called_by_its_street),
        cmocka_unit_test(without_streets_features_are_found),
        cmocka_unit_test(an_alias_stands_for_one_place),
        cmocka_unit_test(an_alias_is_found_by_its_name),
        cmocka_unit_test(a_missing_column_is_named),
        cmocka_unit_test(cambridge_is_where_the_city_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
