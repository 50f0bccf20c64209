/* test_core_hazard.c - hazards that people draw: what is taken, what is refused in words, how they
 * end, and that the record of them folds to the same picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/core/hazard_line.h"
#include "tests/core_room.h"

static const char kinds[] =
    "\"hazards\":[{\"code\":\"GAS\",\"title\":\"Gas or chemical\",\"severity\":\"Severe\"},"
    "{\"code\":\"WIRES\",\"title\":\"Wires down\",\"closes_roads\":true}]";

static const struct hazard *hazard(const struct room *room, uint32_t number)
{
    return picture_numbered(room->picture, OBJECT_HAZARD, number);
}

/* Goal: a drawn hazard says what it is, where, how long, whose, and ends by itself. Method: one
 * story at the cursor's coordinates, which need no geography. */
static void a_hazard_is_drawn_lengthened_and_ends(void **state)
{
    struct room room;
    (void)state;

    room_init_with(&room, "", kinds);
    room_say(&room, "haz gas @51.2258,-4.0812 200m 2h ; ammonia, stay upwind");
    room_told(&room, "OK HZ1 GAS Severe: 200 m round 51.2258,-4.0812, until 16:32");
    const struct hazard *gas = hazard(&room, 1);
    assert_string_equal(gas->headline, "Gas or chemical, 200 m round 51.2258,-4.0812");
    assert_string_equal(gas->by, "KIM");
    assert_string_equal(gas->feed, "");
    assert_string_equal(gas->note, "ammonia, stay upwind");
    assert_int_equal(gas->raised_ms, room.now_ms);
    assert_int_equal(gas->expires_ms, room.now_ms + 7200000);
    assert_false(gas->closes_roads);
    assert_true(gas->radius_m == 200);
    room_dump_holds(&room);

    room.now_ms += 3600000;
    room_say(&room, "haz hz1 3h ; the valve is stuck");
    room_told(&room, "OK HZ1 GAS lasts until 18:32");
    room.now_ms += (int64_t)3 * 3600000 - 1;
    room_tick(&room);
    assert_non_null(hazard(&room, 1));
    assert_int_equal(picture_due_ms(room.picture), room.now_ms + 1);
    room.now_ms += 1;
    room_tick(&room);
    room_event(&room, "\"hazard_ended\",\"rule\":\"hazard.expired\"");
    assert_null(hazard(&room, 1));

    room_say(&room, "haz closed @51.2,-4.1 50m 1d sev=moderate");
    room_told(&room, "OK HZ2 CLOSED Moderate: 50 m round 51.2,-4.1, until Wed 18:32, ROADS CLOSED");
    assert_true(hazard(&room, 2)->closes_roads);
    room_say(&room, "haz HZ2 off ; tree is gone");
    room_told(&room, "OK HZ2 CLOSED ended");
    room_event(&room, "\"rule\":\"hazard.off\",\"hazard\":2,\"by\":\"KIM\"");
    room_dump_holds(&room);
    room_clear(&room);
}

/* Goal: every line that cannot be drawn says why, and nothing changes. Method: each beside the
 * nearest one that can. */
static void wrong_hazards_are_refused_in_words(void **state)
{
    static const struct { const char *line, *told; } cases[] = {
        { "haz", "NO of what kind?" },
        { "haz GAS", "NO where? write @ and a place" },
        { "haz SINKHOLE @51.2,-4.1 200m 2h", "NO SINKHOLE is no kind of hazard here; known: GAS "
                                             "WIRES CLOSED" },
        { "haz GAS @51.2,-4.1", "NO how far round it?" },
        { "haz GAS @51.2,-4.1 200m", "NO for how long?" },
        { "haz GAS @51.2,-4.1 200m 2h", "OK HZ1" },
        { "haz GAS @51.2,-4.1 200 2h", "NO how far round it?" },
        { "haz GAS @51.2,-4.1 0m 2h", "NO 0m: a hazard reaches 1 m to 50 km" },
        { "haz GAS @51.2,-4.1 1m 2h", "OK HZ2" },
        { "haz GAS @51.2,-4.1 50km 2h", "OK HZ3" },
        { "haz GAS @51.2,-4.1 50.1km 2h", "NO 50.1km: a hazard reaches" },
        { "haz GAS @51.2,-4.1 200m 7d", "OK HZ4" },
        { "haz GAS @51.2,-4.1 200m 8d", "NO 8d: a drawn hazard lasts" },
        { "haz GAS @51.2,-4.1 200m 30s", "NO 30s: a drawn hazard lasts" },
        { "haz GAS @51.2,-4.1 200m 2h extra", "NO extra is one word too many" },
        { "haz GAS @51.2,-4.1 200m 2h sev=bad", "NO sev=bad is none of minor" },
        { "haz GAS @51.2,-4.1 300ft 2h sev=EXTREME", "OK HZ5 GAS Extreme: 91 m round" },
        { "haz GAS 1mi 2h @51.2,-4.1", "OK HZ6 GAS Severe: 1.6 km round" },
        { "haz GAS area=51.2,-4.1/51.2,-4.0/51.3,-4.0 2h", "OK HZ7 GAS Severe: 3 corners" },
        { "haz GAS area=51.2,-4.1/51.2,-4.0/51.3,-4.0/51.2,-4.1 2h",
          "OK HZ8 GAS Severe: 3 corners" },
        { "haz GAS area=51.2,-4.1/51.2,-4.0 2h", "NO an area has 3 to 16 corners" },
        { "haz GAS area=51.2,-4.1/51.3,-4.0/51.2,-4.0/51.3,-4.1 2h",
          "NO the area crosses itself: its side from corner 1 to 2 meets that from 3 to 4" },
        { "haz GAS area=51.2,-4.1/51.3,-4.1/51.3,-4.0/51.2,-4.0 2h", "OK HZ9" },
        { "haz GAS area=51.2,-4.1/51.25,-4.1/51.3,-4.1 2h", "NO the area crosses itself" },
        { "haz GAS area=51.2,-4.1/51.2,-4.1/51.3,-4.0 2h", "NO corners 1 and 2 of the area" },
        { "haz GAS area=51.2,-4.1/91.2,-4.0/51.3,-4.0 2h", "NO corner 2 of the area" },
        { "haz GAS area=51.2;-4.1/51.2,-4.0/51.3,-4.0 2h", "NO corner 1 of the area" },
        { "haz GAS area=50,-4/52,-4/52,-1 2h", "NO the area is" },
        { "haz GAS area=10,179/10,-179/11,179 2h", "NO the area crosses the 180th" },
        { "haz GAS area=51.2,-4.1/51.2,-4.0/51.3,-4.0 @51,-4 2h", "NO a place with a radius, or" },
        { "haz GAS area=1,1/1,1.1/1,1.2/1,1.3/1,1.4/1,1.5/1.1,1.5/1.1,1.4/1.1,1.3/1.1,1.2/1.1,1.1/"
          "1.1,1/1.1,.9/1.1,.8/1.1,.7/1.1,.6/1.1,.5 2h",
          "NO an area has 3 to 16 corners, area=LAT,LON/LAT,LON/LAT,LON: this has more than" },
        { "haz HZ99 off", "NO there is no HZ99" },
        { "haz HZ1", "NO haz HZ1 off ends it" },
        { "haz HZ1 never", "NO never is no span of time" },
        { "haz HZ1 30d", "NO 30d: a drawn hazard lasts" },
        { "haz HZ1 @51.2,-4.1 2h", "NO a hazard that is drawn can be ended" },
        { "haz HZ1 4h", "OK HZ1 GAS lasts until" },
        { "haz HZ1 off", "OK HZ1 GAS ended" },
        { "haz HZ1 off", "NO there is no HZ1" },
    };
    struct room room;
    (void)state;

    room_init_with(&room, "", kinds);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        uint32_t before = picture_count(room.picture, OBJECT_HAZARD);
        room_say(&room, cases[i].line);
        print_message("%s -> %s\n", cases[i].line, room.told);
        room_told(&room, cases[i].told);
        if (cases[i].told[0] == 'N')
            assert_int_equal(picture_count(room.picture, OBJECT_HAZARD), before);
    }
    room_say_saw(&room, "ANN", "calltaker", 0, "haz GAS @51.2,-4.1 200m 2h");
    room_told(&room, "NO a calltaker may not use haz");
    room_say_saw(&room, "INA", "commander", 0, "haz GAS @51.2,-4.1 200m 2h");
    room_told(&room, "OK HZ10");
    room_dump_holds(&room);
    room_clear(&room);
}

/* Goal: an address is drawn by what geography says of it, and said to be doubtful where it is.
 * Method: the four ends of one question. */
static void an_address_is_asked_of_geography(void **state)
{
    static const struct { const char *name, *answer, *told; bool placed, unconfirmed; } cases[] = {
        { "the place itself",
          "{\"question\":1,\"found\":[{\"text\":\"12 Quay St\",\"lat\":51.22,\"lon\":-4.09,"
          "\"exact\":true}]}",
          "OK HZ1 GAS Severe: 200 m round 12 Quay St, until 16:32", true, false },
        { "the nearest to it",
          "{\"question\":1,\"found\":[{\"text\":\"14 Quay St\",\"lat\":51.22,\"lon\":-4.09}]}",
          "OK HZ1 GAS Severe: 200 m round 14 Quay St, until 16:32, UNCONFIRMED: the nearest", true,
          true },
        { "nothing of that name", "{\"question\":1,\"found\":[]}",
          "PART HZ1 GAS Severe: 200 m round 12 Quay St, until 16:32, UNCONFIRMED: no such place",
          false, true },
        { "no answer in time", "",
          "PART HZ1 GAS Severe: 200 m round 12 Quay St, until 16:32, UNCONFIRMED: no such place",
          false, true },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct room room;
        print_message("%s\n", cases[i].name);
        room_init_with(&room, "", kinds);
        room_say(&room, "haz GAS @12 Quay St 200m 2h");
        assert_string_equal(room.told, "");
        if (cases[i].answer[0]) {
            room_answer(&room, cases[i].answer);
        } else {
            room.now_ms += GEOGRAPHY_ANSWER_MS;
            room_tick(&room);
        }
        room_told(&room, cases[i].told);
        assert_int_equal(geo_known(hazard(&room, 1)->center), cases[i].placed);
        assert_int_equal(hazard(&room, 1)->unconfirmed, cases[i].unconfirmed);
        assert_string_equal(hazard(&room, 1)->by, "KIM");
        room_dump_holds(&room);
        room_clear(&room);
    }
}

/* Goal: where site.conf names no kinds any plain word is one, of unknown severity; CLOSED closes
 * roads everywhere but where site.conf says else. */
static void kinds_are_the_sites(void **state)
{
    static const struct { const char *kinds, *line, *told; bool closes; } cases[] = {
        { "", "haz sinkhole @51.2,-4.1 20m 2h", "OK HZ1 SINKHOLE Unknown", false },
        { "", "haz CLOSED @51.2,-4.1 20m 2h", "OK HZ1 CLOSED Unknown", true },
        { "", "haz b@d @51.2,-4.1 20m 2h", "NO B@D is no kind of hazard", false },
        { kinds, "haz wires @51.2,-4.1 20m 2h", "OK HZ1 WIRES Unknown", true },
        { kinds, "haz CLOSED @51.2,-4.1 20m 2h", "OK HZ1 CLOSED", true },
        { "\"hazards\":[{\"code\":\"CLOSED\",\"severity\":\"Minor\"}]",
          "haz CLOSED @51.2,-4.1 20m 2h", "OK HZ1 CLOSED Minor", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct room room;
        room_init_with(&room, "", cases[i].kinds);
        room_say(&room, cases[i].line);
        room_told(&room, cases[i].told);
        if (cases[i].told[0] == 'O')
            assert_int_equal(hazard(&room, 1)->closes_roads, cases[i].closes);
        room_clear(&room);
    }
}

/* Goal: people's hazards and feeds' are told apart, and a feed's is not ended without a word.
 * Method: a camera's hazard, which may only be drawn, beside one of a feed that may open. */
static void a_feeds_hazard_keeps_its_own_end(void **state)
{
    static const char report[] =
        "{\"report\":\"hazard\",\"id\":\"w1\",\"kind\":\"CLOSED\",\"lat\":51.2,\"lon\":-4.1,"
        "\"radius_m\":100,\"headline\":\"Burst main\"}";
    struct room room;
    (void)state;

    room_init_with(&room, "", kinds);
    room_take(&room, INPUT_REPORT, "camera", report);
    assert_false(hazard(&room, 1)->closes_roads);
    room_take(&room, INPUT_REPORT, "calls", report);
    assert_true(hazard(&room, 2)->closes_roads);
    room_say(&room, "haz HZ2 2h");
    room_told(&room, "NO HZ2 is of feed calls");
    room_say(&room, "haz HZ2 off");
    room_told(&room, "NO HZ2 was reported by feed calls: say why");
    uint64_t seen = room.picture->sequence;
    room_take(&room, INPUT_REPORT, "calls", report);
    room_say_saw(&room, "KIM", "dispatcher", seen, "haz HZ2 off ; crew says it is mended");
    room_told(&room, "CHANGED HZ2 changed by calls");
    room_say(&room, "haz HZ2 off ; crew says it is mended");
    room_told(&room, "OK HZ2 CLOSED ended; feed calls may report it again");
    room_take(&room, INPUT_REPORT, "calls", report);
    assert_non_null(hazard(&room, 3));
    room_clear(&room);
}

/* Goal: what Enter would do is seen before it. Method: read-back and completion of lines half and
 * wholly typed. */
static void the_line_is_read_back_and_completed(void **state)
{
    static const struct { const char *line, *read_back; } lines[] = {
        { "haz GAS @12 Quay St 200m 2h",
          "ENTER draws GAS (Gas or chemical) Severe  200 m round 12 Quay St until 16:32" },
        { "haz wires @12 Quay St 200m 2h",
          "ENTER draws WIRES (Wires down) Unknown  200 m round 12 Quay St until 16:32  ROADS "
          "CLOSED inside" },
        { "haz GAS @12 Quay St", "how far round it? write 200m or 1km behind the place" },
        { "haz HZ1 off", "ENTER ends HZ1 GAS  Gas or chemical, 50 m round 51.2,-4.1" },
        { "haz HZ1 1h",
          "ENTER changes HZ1 GAS  Gas or chemical, 50 m round 51.2,-4.1 until 15:32" },
        { "show reach St4 5m", "ENTER show reach  St4  5m" },
        { "show Inside HZ1", "ENTER show Inside  HZ1" },
        { "show inside HZ8", "ENTER show inside  HZ8" },
        { "show incidents", "ENTER show incidents" },
        { "show E99", "ENTER show E99: NO SUCH UNIT" },
    };
    static const struct { const char *line, *first; } completed[] = {
        { "haz ", "GAS" }, { "haz C", "CLOSED" }, { "haz HZ", "HZ1" }, { "haz HZ1 ", "off" },
        { "haz HZ1 o", "off" }, { "haz GAS @12 Quay St 2", "200m" },
        { "haz GAS @12 Quay St 200m ", "30m" }, { "show r", "reach" }, { "show inside H", "HZ1" },
        { "show reach St4 ", "3m" },
    };
    struct room room;
    (void)state;

    room_init_with(&room, "", kinds);
    room_say(&room, "haz GAS @51.2,-4.1 50m 1h");
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct buffer said = { 0 };
        command_read_back(room.picture, span_of(lines[i].line), NULL, room.now_ms, &said);
        assert_string_equal(said.bytes, lines[i].read_back);
        buffer_clear(&said);
    }
    for (size_t i = 0; i < ARRAY_COUNT(completed); i++) {
        struct completion completions[8];
        struct span typed = span_of(completed[i].line);
        uint32_t count = command_complete(room.picture, typed, (uint32_t)typed.length, room.arena,
                                          completions, ARRAY_COUNT(completions));
        print_message("%s -> %s\n", completed[i].line, count ? completions[0].text : "");
        assert_true(count > 0);
        assert_string_equal(completions[0].text, completed[i].first);
    }
    room_clear(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hazard_is_drawn_lengthened_and_ends),
        cmocka_unit_test(wrong_hazards_are_refused_in_words),
        cmocka_unit_test(an_address_is_asked_of_geography),
        cmocka_unit_test(kinds_are_the_sites),
        cmocka_unit_test(a_feeds_hazard_keeps_its_own_end),
        cmocka_unit_test(the_line_is_read_back_and_completed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
