/* test_core_way.c - the ways of units: asked around closures, asked again when one begins or ends,
 * and noticed when a unit leaves its own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/base/when.h"
#include "app/core/attention.h"
#include "app/core/closures.h"
#include "app/core/way.h"
#include "tests/core_room.h"

/* ---- the plane ---- */

#define POINTS(...)                                                                           \
    (struct geo_points){ .at = (struct geo_point[]){ __VA_ARGS__ },                           \
                         .count = sizeof(struct geo_point[]){ __VA_ARGS__ }                   \
                                  / sizeof(struct geo_point) }

/* Goal: a way is crossed where a crew would drive through, and nowhere else. Method: one square,
 * and lines past, through, into and out of it. */
static void a_way_is_crossed_only_where_one_drives_through(void **state)
{
    const struct geo_points square = POINTS({ 1, 1 }, { 1, 2 }, { 2, 2 }, { 2, 1 }, { 1, 1 });
    const struct { const char *name; struct geo_points line; bool crosses; } cases[] = {
        { "through", POINTS({ 1.5, 0 }, { 1.5, 3 }), true },
        { "past", POINTS({ 2.5, 0 }, { 2.5, 3 }), false },
        { "ends inside: the incident is there", POINTS({ 1.5, 0 }, { 1.5, 1.5 }), false },
        { "through, and ends inside", POINTS({ 1.5, 0 }, { 1.5, 3 }, { 1.6, 1.5 }), true },
        { "comes out of it", POINTS({ 1.5, 1.5 }, { 1.5, 3 }), false },
        { "comes out and goes in again", POINTS({ 1.5, 1.5 }, { 3, 1.5 }, { 3, 1.6 }, { 1.5, 1.6 }),
          true },
        { "all inside", POINTS({ 1.4, 1.4 }, { 1.6, 1.6 }), false },
        { "along its side", POINTS({ 1, 0 }, { 1, 3 }), true },
        { "a corner of the road inside", POINTS({ 0, 1.5 }, { 1.5, 1.5 }, { 0, 1.6 }), true },
        { "no line", { 0 }, false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        print_message("%s\n", cases[i].name);
        assert_int_equal(way_crosses(&cases[i].line, &square), cases[i].crosses);
    }
}

/* Goal: distances from a line are those of the sphere. Method: points at known offsets, also across
 * the 180th meridian and far in the north. */
static void distances_from_a_line_are_right(void **state)
{
    static const double lats[] = { 0, 51.2, -33.9, 69.6 };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(lats); i++) {
        struct geo_point start = { lats[i], 179.999 };
        struct geo_point end = geo_moved(start, 90, 1000), middle = geo_moved(start, 90, 500);
        struct geo_point ends[] = { start, end };
        const struct geo_points line = { .at = ends, .count = 2 };
        uint32_t segment;
        double beside = way_distance_m(&line, geo_moved(middle, 0, 300), &segment);
        double behind = way_distance_m(&line, geo_moved(end, 90, 400), &segment);
        assert_true(fabs(beside - 300) < 1);
        assert_true(fabs(behind - 400) < 1);
    }
}

/* ---- closures ---- */

/* E7 is on its way to #1 along two legs: east for 700 m, then north for 1.1 km. */
static void dispatched(struct room *room, const char *more_site)
{
    room_init_with(room, more_site, "");
    room_say(room, "new FIRE @12 Quay St");
    room_answer(room, "{\"question\":1,\"found\":[{\"text\":\"12 Quay St\",\"lat\":51.22,"
                      "\"lon\":-4.09,\"exact\":true}]}");
    room_say(room, "d 1 E7");
    room_answer(room, "{\"question\":2,\"route\":[[51.21,-4.1],[51.21,-4.09],[51.22,-4.09]],"
                      "\"s\":240,\"m\":1800}");
    room_take(room, INPUT_REPORT, "field",
              "{\"report\":\"status\",\"unit\":\"E7\",\"status\":\"ENR\"}");
}

static const struct unit *engine(const struct room *room)
{
    return picture_unit(room->picture, "E7");
}

static uint32_t routes_asked(const struct room *room)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < picture_count(room->picture, OBJECT_QUESTION); i++) {
        const struct question *question = picture_row(room->picture, OBJECT_QUESTION, i);
        count += question->purpose == PURPOSE_ROUTE;
    }
    return count;
}

/* Goal: a route that is asked for goes around what is closed, as part of the question. Method: a
 * circle, an area, a hazard that closes nothing, one that has not begun. */
static void a_route_is_asked_around_what_is_closed(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    room_say(&room, "haz CLOSED @51.215,-4.1 50m 1h");
    room_say(&room, "haz CLOSED area=51.2,-4.2/51.21,-4.2/51.21,-4.19 1h");
    room_say(&room, "haz GAS @51.215,-4.1 50m 1h");
    room_take(&room, INPUT_REPORT, "calls",
              "{\"report\":\"hazard\",\"id\":\"w\",\"kind\":\"CLOSED\",\"lat\":51.2,\"lon\":-4,"
              "\"radius_m\":90,\"effective\":\"2099-01-01T00:00:00Z\"}");
    assert_true(picture_numbered(room.picture, OBJECT_HAZARD, 4) != NULL);
    room_say(&room, "new FIRE @12 Quay St");
    room_answer(&room, "{\"question\":1,\"found\":[{\"text\":\"12 Quay St\",\"lat\":51.22,"
                       "\"lon\":-4.09,\"exact\":true}]}");
    room_say(&room, "d 1 E7");
    room_event(&room, "\"avoid\":[[51.2154497,-4.1");
    const struct question *asked = picture_row(room.picture, OBJECT_QUESTION, 0);
    assert_int_equal(asked->avoid.count, CIRCLE_CORNERS + 1 + 4);
    struct geo_points ring;
    uint32_t from = 0;
    assert_true(ring_next(&asked->avoid, &from, &ring));
    assert_int_equal(ring.count, CIRCLE_CORNERS + 1);
    assert_true(ring_next(&asked->avoid, &from, &ring));
    assert_int_equal(ring.count, 4);
    assert_false(ring_next(&asked->avoid, &from, &ring));
    room_dump_holds(&room);
    room_clear(&room);
}

/* Goal: only a closure that lies across what is still to drive sends a unit round. Method: one
 * closure a row, beside the nearest that does not. */
static void a_closure_concerns_whose_way_it_lies_across(void **state)
{
    static const struct { const char *name, *line; bool across; } cases[] = {
        { "on the second leg", "haz CLOSED @51.215,-4.09 50m 1h", true },
        { "beside the second leg", "haz CLOSED @51.215,-4.088 50m 1h", false },
        { "behind it", "haz CLOSED @51.21,-4.0995 20m 1h", false },
        { "round the incident", "haz CLOSED @51.22,-4.09 100m 1h", false },
        { "it closes nothing", "haz GAS @51.215,-4.09 50m 1h", false },
        { "an area across", "haz CLOSED area=51.214,-4.092/51.214,-4.088/51.216,-4.09 1h", true },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct room room;
        print_message("%s\n", cases[i].name);
        dispatched(&room, "");
        room_take(&room, INPUT_REPORT, "field",
                  "{\"report\":\"location\",\"unit\":\"E7\",\"lat\":51.21,\"lon\":-4.095}");
        room_say(&room, cases[i].line);
        assert_int_equal(engine(&room)->closure, cases[i].across ? 1 : 0);
        assert_int_equal(routes_asked(&room), cases[i].across ? 1 : 0);
        const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "E7");
        assert_int_equal(item != NULL, cases[i].across);
        if (item)
            assert_int_equal(item->level, 3);
        room_dump_holds(&room);
        room_clear(&room);
    }
}

/* Goal: from beginning to end of a closure the unit has a route, its arrival is said anew, and a
 * person hears of it. Method: one story. */
static void a_unit_is_sent_round_and_back(void **state)
{
    struct room room;
    struct buffer said = { 0 };
    (void)state;

    dispatched(&room, "");
    const struct order *order = picture_numbered(room.picture, OBJECT_ORDER, 1);
    room.now_ms += 30000;
    room_say(&room, "haz CLOSED @51.215,-4.09 50m 1h");
    room_event(&room, "\"route_closed\",\"rule\":\"way.closed\",\"unit\":\"E7\",\"incident\":1");
    const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "E7");
    attention_sentence(room.picture, item, room.now_ms, &said);
    assert_string_equal(said.bytes, "HZ1 CLOSED lies across its way to #1: tell the crew");
    assert_string_equal(attention_owner(room.picture, item), "KIM");
    buffer_clear(&said);

    room_answer(&room, "{\"question\":3,\"route\":[[51.21,-4.1],[51.22,-4.1],[51.22,-4.09]],"
                       "\"s\":300,\"m\":2100}");
    room_event(&room, "\"anew\":true");
    assert_int_equal(order->route_s, 300);
    assert_int_equal(engine(&room)->arrives_ms, room.now_ms + 300000);
    assert_int_equal(engine(&room)->closure, 1);        /* The crew has not heard of it. */
    room_say(&room, "ack E7 ; told by radio");
    room_told(&room, "OK E7 is yours");

    room_say(&room, "haz HZ1 off");
    room_event(&room, "\"route_reopened\"");
    assert_int_equal(engine(&room)->closure, 0);
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "E7"));
    assert_int_equal(routes_asked(&room), 1);
    room_answer(&room, "{\"question\":4,\"failed\":\"no way there\"}");
    room_event(&room, "no other route, it keeps the one it has; no answer: no way there");
    assert_int_equal(order->route_s, 300);
    room_dump_holds(&room);
    room_clear(&room);
}

/* Goal: a closure that ends by its time opens the way too, and one drawn while geography looks is
 * not driven into. Method: both in turn. */
static void time_and_haste_open_and_close_ways(void **state)
{
    struct room room;
    (void)state;

    dispatched(&room, "");
    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"receipt\",\"order\":\"PM/1\",\"stage\":\"accepted\"}");
    room_say(&room, "haz CLOSED @51.215,-4.09 50m 10m");
    room.now_ms += GEOGRAPHY_ANSWER_MS;
    room_tick(&room);
    assert_int_equal(routes_asked(&room), 0);
    room.now_ms += 600000;
    room_tick(&room);
    room_event(&room, "\"hazard_ended\",\"rule\":\"hazard.expired\"");
    room_event(&room, "\"route_reopened\"");
    assert_int_equal(routes_asked(&room), 1);
    room.now_ms += GEOGRAPHY_ANSWER_MS;
    room_tick(&room);

    room_say(&room, "d 1 L2");
    assert_int_equal(routes_asked(&room), 1);
    const struct question *asked = picture_row(room.picture, OBJECT_QUESTION, 0);
    assert_int_equal(asked->avoid.count, 0);
    char answer[200];
    snprintf(answer, sizeof answer, "{\"question\":%u,\"route\":[[51.21,-4.1],[51.21,-4.09],"
             "[51.22,-4.09]],\"s\":240,\"m\":1800}", asked->number);
    room_say(&room, "haz CLOSED @51.215,-4.09 50m 10m");
    assert_int_equal(picture_unit(room.picture, "L2")->closure, 0);
    room_answer(&room, answer);
    assert_int_equal(picture_unit(room.picture, "L2")->closure, 2);
    room_event(&room, "\"question_asked\",\"rule\":\"way.closed\"");
    room_dump_holds(&room);
    room_clear(&room);
}

/* Goal: roadworks that were announced close the road when they begin, not before. Method: a feed's
 * closure that holds from in ten minutes on. */
static void an_announced_closure_closes_when_it_begins(void **state)
{
    struct room room;
    char when[WHEN_TEXT_BYTES], json[300];
    (void)state;

    dispatched(&room, "");
    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"receipt\",\"order\":\"PM/1\",\"stage\":\"accepted\"}");
    int64_t begins_ms = room.now_ms + 600000;
    snprintf(json, sizeof json, "{\"report\":\"hazard\",\"id\":\"w\",\"kind\":\"CLOSED\","
             "\"lat\":51.215,\"lon\":-4.09,\"radius_m\":90,\"effective\":\"%s\"}",
             when_text(begins_ms, when));
    room_take(&room, INPUT_REPORT, "calls", json);
    assert_int_equal(engine(&room)->closure, 0);
    room.now_ms = begins_ms - 1;
    room_tick(&room);
    assert_int_equal(engine(&room)->closure, 0);
    room.now_ms = begins_ms;
    assert_int_equal(picture_due_ms(room.picture), begins_ms);
    room_tick(&room);
    room_event(&room, "\"hazard_began\",\"rule\":\"hazard.begins\",\"hazard\":1");
    assert_int_equal(engine(&room)->closure, 1);
    assert_int_equal(routes_asked(&room), 1);
    assert_true(picture_due_ms(room.picture) > begins_ms);
    room_dump_holds(&room);
    room_clear(&room);
}

/* ---- off the route ---- */

static void fix(struct room *room, double lat, double lon, const char *accuracy, int64_t at_ms)
{
    char when[WHEN_TEXT_BYTES], json[300];

    snprintf(json, sizeof json, "{\"report\":\"location\",\"unit\":\"E7\",\"lat\":%.7f,"
             "\"lon\":%.7f%s,\"at\":\"%s\"}", lat, lon, accuracy, when_text(at_ms, when));
    room_take(room, INPUT_REPORT, "field", json);
}

/* One fix every 10 s, by letter: n on the route, o 400 m beside it, O the same from a receiver that
 * is off by 500 m, u 200 m beside it with unknown accuracy, U 400 m so, j 50 km away, a 400 m from
 * the line but at the door, . none. */
static void drive(struct room *room, const char *fixes)
{
    static const struct { char letter; double lat, lon; const char *accuracy; } letters[] = {
        { 'n', 51.21, -4.095, ",\"accuracy_m\":10" },
        { 'o', 51.2064, -4.095, ",\"accuracy_m\":10" },
        { 'O', 51.2064, -4.095, ",\"accuracy_m\":500" },
        { 'u', 51.2082, -4.095, "" },
        { 'U', 51.2064, -4.095, "" },
        { 'j', 51.66, -4.095, ",\"accuracy_m\":10" },
        { 'a', 51.2225, -4.0905, ",\"accuracy_m\":10" },
    };

    for (; *fixes; fixes++) {
        room->now_ms += 10000;
        for (size_t i = 0; i < ARRAY_COUNT(letters); i++)
            if (letters[i].letter == *fixes)
                fix(room, letters[i].lat, letters[i].lon, letters[i].accuracy, room->now_ms);
    }
}

/* Goal: who drives beside the route is noticed, and noise is not. Method: rows of fixes, the wrong
 * beside the nearest right. */
static void a_unit_off_its_route_is_noticed(void **state)
{
    static const char usual[] = "\"off_route_m\":150,\"off_route_s\":30";
    static const struct { const char *name, *site, *fixes; bool strayed; } cases[] = {
        { "on its route", usual, "nnnnnnnn", false },
        { "beside it for 20 s", usual, "nooo", false },
        { "beside it for 30 s", usual, "noooo", true },
        { "a fix on the route between", usual, "noonooo", false },
        { "it was never on it: the yard is far from any street", usual, "oooooooo", false },
        { "the receiver says it may be 500 m wrong", usual, "nOOOOOOO", false },
        { "unknown accuracy, 200 m", usual, "nuuuuuuu", false },
        { "unknown accuracy, 400 m", usual, "nUUUU", true },
        { "the receiver jumps", usual, "njnjnjnjn", false },
        { "the receiver jumps and stays there", usual, "njjjjjjjj", false },
        { "a jump between", usual, "nojooo", true },
        { "parked behind the house", usual, "naaaaaaa", false },
        { "two fixes in a minute are too few", usual, "no.....o", false },
        { "nobody watches", "\"off_route_m\":0", "noooooooo", false },
        { "a wide limit", "\"off_route_m\":500,\"off_route_s\":30", "noooooooo", false },
        { "a long wait", "\"off_route_m\":150,\"off_route_s\":60", "nooooo", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct room room;
        print_message("%s\n", cases[i].name);
        dispatched(&room, cases[i].site);
        drive(&room, cases[i].fixes);
        assert_int_equal(engine(&room)->strayed_ms != 0, cases[i].strayed);
        const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "E7");
        assert_int_equal(item != NULL, cases[i].strayed);
        room_dump_holds(&room);
        room_clear(&room);
    }
}

/* Goal: its life: noticed, a fresh route at most once a minute, over when it is on one. Method: one
 * story. */
static void a_strayed_unit_gets_a_fresh_route(void **state)
{
    struct room room;
    struct buffer said = { 0 };
    (void)state;

    dispatched(&room, "\"off_route_m\":150,\"off_route_s\":30");
    room.now_ms += 60000;
    drive(&room, "noooo");
    room_event(&room, "\"unit_strayed\",\"rule\":\"location.off-route\",\"unit\":\"E7\","
                      "\"incident\":1,\"order\":1,\"distance_m\":400");
    room_event(&room, "\"question_asked\",\"rule\":\"location.off-route\"");
    const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "E7");
    assert_int_equal(item->level, 3);
    assert_string_equal(item->words, "OFF");
    attention_sentence(room.picture, item, room.now_ms, &said);
    assert_string_equal(said.bytes, "400 m off its route to #1");
    buffer_clear(&said);

    drive(&room, "ooooo");                  /* Within the minute nobody asks again. */
    room_tick(&room);
    assert_int_equal(routes_asked(&room), 0);
    drive(&room, "o");
    room_event(&room, "\"question_asked\"");
    const struct question *asked = picture_row(room.picture, OBJECT_QUESTION, 0);
    char answer[200];
    snprintf(answer, sizeof answer, "{\"question\":%u,\"route\":[[51.2064,-4.095],[51.22,-4.09]],"
             "\"s\":200,\"m\":1600}", asked->number);
    room_answer(&room, answer);
    assert_true(engine(&room)->strayed_ms != 0);
    drive(&room, "o");                      /* The same place is on the new route. */
    room_event(&room, "\"unit_on_route\",\"rule\":\"location.on-route\"");
    assert_int_equal(engine(&room)->strayed_ms, 0);
    item = picture_called(room.picture, OBJECT_ATTENTION, "E7");
    assert_int_equal(item->state, ATTENTION_ENDED);
    room_say(&room, "ack E7");
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "E7"));
    room_clear(&room);
}

/* Goal: what arrives late says nothing, and an arrival ends it. Method: fixes that were held up for
 * ten minutes; then a unit that strayed and is on scene. */
static void old_fixes_say_nothing_and_arrival_ends_it(void **state)
{
    struct room room;
    (void)state;

    dispatched(&room, "\"off_route_m\":150,\"off_route_s\":30");
    drive(&room, "n");
    int64_t then_ms = room.now_ms;
    room.now_ms += 600000;
    for (int i = 1; i < 9; i++)
        fix(&room, 51.2064, -4.095, ",\"accuracy_m\":10", then_ms + i * 10000);
    assert_int_equal(engine(&room)->off_fixes, 0);
    drive(&room, "noooo");
    assert_true(engine(&room)->strayed_ms != 0);
    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"status\",\"unit\":\"E7\",\"status\":\"ONS\"}");
    assert_int_equal(engine(&room)->strayed_ms, 0);
    assert_int_equal(engine(&room)->off_fixes, 0);
    drive(&room, "oooooo");
    assert_int_equal(engine(&room)->strayed_ms, 0);
    room_clear(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_is_crossed_only_where_one_drives_through),
        cmocka_unit_test(distances_from_a_line_are_right),
        cmocka_unit_test(a_route_is_asked_around_what_is_closed),
        cmocka_unit_test(a_closure_concerns_whose_way_it_lies_across),
        cmocka_unit_test(a_unit_is_sent_round_and_back),
        cmocka_unit_test(time_and_haste_open_and_close_ways),
        cmocka_unit_test(an_announced_closure_closes_when_it_begins),
        cmocka_unit_test(a_unit_off_its_route_is_noticed),
        cmocka_unit_test(a_strayed_unit_gets_a_fresh_route),
        cmocka_unit_test(old_fixes_say_nothing_and_arrival_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
