/* test_core_place.c - where an incident is and how sure that is: points, circles, streets spelt
 * otherwise, the same name in two towns. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/core/attention.h"
#include "app/core/entry.h"
#include "tests/check.h"
#include "tests/core_room.h"

#define FOUND(members)                                                           \
    "{\"question\":1,\"found\":[{\"lat\":51.22,\"lon\":-4.09,\"score\":90," members "]}"
#define OTHER ",{\"text\":\"12 Quay St\",\"town\":\"Northgate\",\"lat\":51.25,\"lon\":-4.1,"

/* Goal: what a person is told, what the row says and what the record keeps agree, for each way in
 * which a place can be known. Method: one line and one answer a row; the wrong beside the right. */
static void a_place_says_how_sure_it_is(void **state)
{
    static const struct {
        const char *name, *line, *answer, *told, *place, *note;
        bool confirmed, placed;
        double radius_m;            /* 0: a point. */
        const char *kept;           /* In the events. */
    } cases[] = {
        { "the place itself", "new FIRE @12 Quay St",
          FOUND("\"text\":\"12 Quay St\",\"exact\":true}"),
          "OK #1 FIRE P1 12 Quay St", "12 Quay St", "", true, true, 0, "\"incident_opened\"" },
        { "spelled otherwise", "new FIRE @12 Quai St",
          FOUND("\"text\":\"12 Quay St\",\"note\":\"spelled otherwise\"}"),
          "OK #1 FIRE P1 12 Quay St, UNCONFIRMED: taken for 12 Quay St: spelled otherwise",
          "12 Quay St", "taken for 12 Quay St: spelled otherwise", false, true, 0,
          "\"place_note\":\"taken for 12 Quay St: spelled otherwise\"" },
        { "two towns have it", "new FIRE @12 Quay St",
          FOUND("\"text\":\"12 Quay St\",\"town\":\"Maren\",\"note\":\"the same name elsewhere\"}"
                OTHER "\"score\":90}"),
          "OK #1 FIRE P1 12 Quay St, UNCONFIRMED: taken for 12 Quay St: the same name elsewhere; "
          "it may also be 12 Quay St, Northgate @51.25000,-4.10000",
          "12 Quay St", "taken for 12 Quay St: the same name elsewhere", false, true, 0,
          "\"rule\":\"geography.candidates\"" },
        { "two towns, and the other is worse", "new FIRE @12 Quay St, Maren",
          FOUND("\"text\":\"12 Quay St\",\"exact\":true}" OTHER "\"score\":70}"),
          "OK #1 FIRE P1 12 Quay St", "12 Quay St", "", true, true, 0, "\"incident_opened\"" },
        { "none of that name", "new FIRE @Nowhere", "{\"question\":1,\"found\":[]}",
          "OK #1 FIRE P1 Nowhere, UNCONFIRMED: no such place was found", "Nowhere", "", false,
          false, 0, "\"rule\":\"new.unconfirmed\"" },
        { "not to be used", "new FIRE @tall.blue.dogs",
          "{\"question\":1,\"found\":[],\"refused\":\"three words are no place here\"}",
          "OK #1 FIRE P1 tall.blue.dogs, UNCONFIRMED: three words are no place here",
          "tall.blue.dogs", "", false, false, 0, "\"incident_opened\"" },
        { "coordinates, geography away", "new FIRE @51.22,-4.09",
          "{\"question\":1,\"failed\":\"geography is not running\"}", "OK #1 FIRE P1 51.22,-4.09",
          "51.22,-4.09", "", true, true, 0, "\"incident_opened\"" },
        { "a phone's circle", "new FIRE @51.22,-4.09~120m",
          FOUND("\"text\":\"12 Quay St\",\"exact\":true}"),
          "OK #1 FIRE P1 12 Quay St, within 120 m, UNCONFIRMED: loc says where in it", "12 Quay St",
          "", false, true, 120, "\"radius_m\":120" },
        { "the same as an option", "new FIRE @51.22,-4.09 radius=1.2km p2",
          "{\"question\":1,\"failed\":\"geography is not running\"}",
          "OK #1 FIRE P2 51.22,-4.09, within 1.2 km, UNCONFIRMED: loc says", "51.22,-4.09", "",
          false, true, 1200, "\"radius_m\":1200" },
        { "a grid square", "new FIRE @30U UB 71 41",
          FOUND("\"text\":\"30U UB 71 41\",\"exact\":true,\"radius_m\":707}"),
          "OK #1 FIRE P1 30U UB 71 41, within 707 m, UNCONFIRMED", "30U UB 71 41", "", false, true,
          707, "\"radius_m\":707" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct room room;
        print_message("%s\n", cases[i].name);
        room_init(&room);
        room_say(&room, cases[i].line);
        assert_string_equal(room.told, "");
        room_answer(&room, cases[i].answer);
        room_told(&room, cases[i].told);
        room_event(&room, cases[i].kept);
        const struct incident *incident = picture_incident(room.picture, 1);
        assert_string_equal(incident->place, cases[i].place);
        assert_string_equal(incident->place_note, cases[i].note);
        assert_int_equal(incident->place_state == PLACE_CONFIRMED, cases[i].confirmed);
        assert_int_equal(geo_known(incident->location), cases[i].placed);
        if (cases[i].radius_m > 0)
            assert_true(incident->radius_m == cases[i].radius_m);
        else
            assert_true(isnan(incident->radius_m));
        room_dump_holds(&room);
        room_clear(&room);
    }
}

/* Goal: a radius that is none is refused, and asks nobody. Method: each beside one that is. */
static void a_radius_is_a_length(void **state)
{
    static const struct { const char *line, *told; } cases[] = {
        { "new FIRE @51.22,-4.09 radius=wide", "NO radius=wide is no length" },
        { "new FIRE @51.22,-4.09 radius=0m", "NO a place is known within 1 m to 100 km" },
        { "new FIRE @51.22,-4.09~101km", "NO a place is known within" },
        { "new FIRE @~120m", "NO where? write the place before its radius" },
        { "new FIRE @51.22,-4.09~100km", "" },
    };
    struct room room;
    (void)state;

    room_init(&room);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        room_say(&room, cases[i].line);
        room_told(&room, cases[i].told);
        assert_int_equal(picture_count(room.picture, OBJECT_QUESTION), cases[i].told[0] == '\0');
    }
    const struct question *asked = picture_row(room.picture, OBJECT_QUESTION, 0);
    assert_string_equal(asked->place, "51.22,-4.09");
    room_clear(&room);
}

/* Goal: `loc` turns a circle into a point, in one step from what `show` lists. Method: the phone's
 * call, then the caller's address. */
static void a_circle_stays_until_loc(void **state)
{
    struct room room;
    struct buffer said = { 0 };
    (void)state;

    room_init(&room);
    room_take(&room, INPUT_REPORT, "calls",
              "{\"report\":\"incident\",\"id\":\"c1\",\"type\":\"FIRE\",\"lat\":51.22,"
              "\"lon\":-4.09,\"radius_m\":120}");
    const struct incident *incident = picture_incident(room.picture, 1);
    assert_int_equal(incident->place_state, PLACE_UNCONFIRMED);
    assert_true(incident->radius_m == 120);
    room_answer(&room, "{\"question\":1,\"address\":\"14 Quay St\",\"zone\":\"HARBOUR\","
                       "\"streets\":[\"2 to 40 Quay St\",\"Mill Rd\"],\"streets_more\":3}");
    assert_string_equal(incident->place, "14 Quay St");
    assert_string_equal(incident->place_note,
                        "the circle touches 2 to 40 Quay St, Mill Rd and more");
    assert_int_equal(incident->place_state, PLACE_UNCONFIRMED);
    assert_true(incident->radius_m == 120);
    const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "#1");
    attention_sentence(room.picture, item, room.now_ms, &said);
    assert_string_equal(said.bytes, "FIRE 14 Quay St within 120 m UNCONFIRMED");
    buffer_clear(&said);

    room_say(&room, "loc 1 @31 Quay St ; the caller says so");
    room_answer(&room, "{\"question\":2,\"found\":[{\"text\":\"31 Quay St\",\"lat\":51.221,"
                       "\"lon\":-4.09,\"exact\":true}]}");
    room_told(&room, "OK #1 is at 31 Quay St");
    assert_int_equal(incident->place_state, PLACE_CONFIRMED);
    assert_true(isnan(incident->radius_m));
    assert_string_equal(incident->place_note, "");
    room_dump_holds(&room);
    room_clear(&room);
}

/* Goal: a report's accuracy makes a circle when it is no door's. Method: both sides of the limit.
 * */
static void a_rough_fix_is_a_circle(void **state)
{
    static const struct { const char *measure; double radius_m; } cases[] = {
        { "", 0 }, { ",\"accuracy_m\":8", 0 }, { ",\"accuracy_m\":50", 0 },
        { ",\"accuracy_m\":51", 51 }, { ",\"radius_m\":20", 20 },
        { ",\"accuracy_m\":8,\"radius_m\":900", 900 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct room room;
        struct buffer json = { 0 };
        room_init(&room);
        buffer_print(&json, "{\"report\":\"incident\",\"id\":\"c1\",\"lat\":51.22,"
                     "\"lon\":-4.09%s}", cases[i].measure);
        room_take(&room, INPUT_REPORT, "calls", json.bytes);
        const struct incident *incident = picture_incident(room.picture, 1);
        assert_int_equal(incident->place_state == PLACE_CONFIRMED, cases[i].radius_m == 0);
        assert_int_equal(isnan(incident->radius_m) ? 0 : (int)incident->radius_m,
                         (int)cases[i].radius_m);
        buffer_clear(&json);
        room_clear(&room);
    }
}

/* Goal: a circle round coordinates is given the address it is near and the streets it touches; a
 * point keeps its coordinates, and a square its name. Method: one line a row. */
static void a_circle_is_given_an_address(void **state)
{
    static const struct { const char *line, *found, *place, *note; } cases[] = {
        { "new FIRE @51.22,-4.09", "51.22000,-4.09000", "51.22000,-4.09000", "" },
        { "new FIRE @51.22,-4.09~120m", "51.22000,-4.09000", "14 Quay St",
          "the circle touches Mill Rd" },
        { "new FIRE @30U UB 711 415~50m", "30U UB 711 415", "30U UB 711 415",
          "the circle touches Mill Rd" },
    };
    struct room room;
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct buffer answer = { 0 };
        CASE("%s", cases[i].line);
        room_init(&room);
        room_say(&room, cases[i].line);
        buffer_print(&answer, "{\"question\":1,\"found\":[{\"text\":\"%s\",\"kind\":\"point\","
                     "\"lat\":51.22,\"lon\":-4.09,\"exact\":true}]}", cases[i].found);
        room_answer(&room, answer.bytes);
        room_told(&room, "OK #1 FIRE P1");
        assert_int_equal(picture_count(room.picture, OBJECT_QUESTION), cases[i].note[0] != 0);
        room_answer(&room, "{\"question\":2,\"address\":\"14 Quay St\","
                           "\"streets\":[\"Mill Rd\"]}");
        const struct incident *incident = picture_incident(room.picture, 1);
        assert_string_equal(incident->place, cases[i].place);
        assert_string_equal(incident->place_note, cases[i].note);
        assert_int_equal(incident->place_state == PLACE_CONFIRMED, isnan(incident->radius_m));
        buffer_clear(&answer);
        room_dump_holds(&room);
        room_clear(&room);
    }
}

/* Goal: a journal of the release before folds: what it does not say is unknown, not nought. Method:
 * entries as that release wrote them. */
static void an_older_record_still_folds(void **state)
{
    static const char *const entries[] = {
        "[{\"event\":\"site_set\",\"rule\":\"config\",\"id\":\"PM\",\"timezone\":\"UTC\"},"
        "{\"event\":\"unit_set\",\"rule\":\"config\",\"callsign\":\"E7\"}]",
        "[{\"event\":\"incident_opened\",\"rule\":\"new\",\"incident\":1,"
        "\"long_id\":\"PM-2026-000001\",\"type\":\"FIRE\",\"place\":\"12 Quay St\","
        "\"place_state\":\"confirmed\",\"location\":[51.22,-4.09]}]",
        "[{\"event\":\"hazard_set\",\"rule\":\"report.hazard\",\"hazard\":1,\"feed\":\"f\","
        "\"source\":\"s\",\"kind\":\"CLOSED\",\"center\":[51.22,-4.09],\"radius_m\":50}]",
        "[{\"event\":\"question_asked\",\"rule\":\"order.route\",\"question\":1,"
        "\"target\":\"geography\",\"purpose\":\"route\",\"from\":[51.2,-4.1],"
        "\"to\":[51.22,-4.09]}]",
        "[{\"event\":\"unit_located\",\"rule\":\"report.location\",\"unit\":\"E7\","
        "\"location\":[51.2,-4.1]}]",
    };
    struct picture *picture = picture_new();
    struct arena *arena = arena_new();
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(entries); i++) {
        const struct entry_head head = { .sequence = i + 1, .at_ms = 1000 * (int64_t)(i + 1),
                                         .kind = INPUT_COMMAND, .source = "" };
        struct json *json;
        struct verdict verdict = json_parse(span_of(entries[i]), &json);
        assert_true(is_accepted(&verdict));
        verdict = entry_apply(&head, json, arena, picture);
        assert_true(is_accepted(&verdict));
        json_free(json);
    }
    const struct incident *incident = picture_incident(picture, 1);
    assert_true(isnan(incident->radius_m));
    assert_string_equal(incident->place_note, "");
    const struct hazard *hazard = picture_numbered(picture, OBJECT_HAZARD, 1);
    assert_false(hazard->closes_roads);
    assert_true(hazard->begun);
    const struct question *question = picture_numbered(picture, OBJECT_QUESTION, 1);
    assert_int_equal(question->avoid.count, 0);
    assert_int_equal(picture_unit(picture, "E7")->off_fixes, 0);
    picture_free(picture);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_says_how_sure_it_is),
        cmocka_unit_test(a_radius_is_a_length),
        cmocka_unit_test(a_circle_is_given_an_address),
        cmocka_unit_test(a_circle_stays_until_loc),
        cmocka_unit_test(a_rough_fix_is_a_circle),
        cmocka_unit_test(an_older_record_still_folds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
