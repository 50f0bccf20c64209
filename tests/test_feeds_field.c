#include <math.h>
#include <stdlib.h>

#include "app/base/when.h"
#include "feeds/agenda.h"
#include "feeds/journey.h"
#include "tests/check.h"
#include "tests/feed_run.h"
#include "tests/golden.h"

/* Goal: the agenda gives back by time, and within one time in the order put in. Method: 1,000 items
 * from a fixed sequence of few different times, half taken out in between. */
static void the_agenda_keeps_order(void **state)
{
    struct agenda agenda = { 0 };
    struct agenda_item last = { 0 };
    uint32_t random = 12345, taken = 0;

    (void)state;
    assert_null(agenda_first(&agenda));
    for (uint32_t i = 0; i < 1000; i++) {
        random = random * 1664525 + 1013904223;
        agenda_add(&agenda, &(struct agenda_item){ .due_ms = 1 + random % 50, .unit = i });
    }
    for (; agenda_first(&agenda); taken++) {
        struct agenda_item item = agenda_take(&agenda);
        assert_true(item.due_ms > last.due_ms
                    || (item.due_ms == last.due_ms && item.sequence > last.sequence)
                    || taken == 0);
        assert_int_equal(item.unit, item.sequence);
        last = item;
    }
    assert_int_equal(taken, 1000);
    agenda_clear(&agenda);
}

/* Goal: a unit is where its time says. Method: two equal legs, north and east, in 100 s. */
static void a_drive_is_where_its_time_says(void **state)
{
    struct geo_point corner[] = { { 50, -5 }, { 50.01, -5 }, { 50.01, -4.9844279 } };
    const struct geo_points way = { .at = corner, .count = 3 };
    static const struct {
        int64_t at_ms;
        double lat_deg, lon_deg, course_deg;
        uint32_t passed;
    } cases[] = {
        { 0,      50.0,   -5.0,       NAN, 1 },
        { 1000,   50.0,   -5.0,       0,  1 },
        { 26000,  50.005, -5.0,       0,  1 },
        { 76000,  50.01,  -4.9922140, 90, 2 },
        { 101000, 50.01,  -4.9844279, NAN, 3 },
        { 999000, 50.01,  -4.9844279, NAN, 3 },
    };
    struct drive drive = { 0 };

    (void)state;
    drive_start(&drive, &way, 1000, 101000);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%d ms", (int)cases[i].at_ms);
        struct drive_fix fix = drive_fix(&drive, cases[i].at_ms);
        assert_true(fabs(fix.at.lat_deg - cases[i].lat_deg) < 1e-5);
        assert_true(fabs(fix.at.lon_deg - cases[i].lon_deg) < 1e-5);
        assert_int_equal(fix.passed, cases[i].passed);
        if (isnan(cases[i].course_deg))
            assert_true(isnan(fix.course_deg) || fix.speed_mps > 0);
        else
            assert_true(fabs(fix.course_deg - cases[i].course_deg) < 0.1);
    }
    drive_clear(&drive);
}

/* Goal: home is the way it came, from wherever it was stopped. Method: out along a bent way, halted
 * half-way, sent on, home, halted again, home to the end: it passes the bend each time. */
static void home_is_the_way_it_came(void **state)
{
    struct geo_point bend[] = { { 50, -5 }, { 50.01, -5 }, { 50.01, -4.98 } };
    const struct geo_points way = { .at = bend, .count = 3 };
    const double speed_mps = 10;
    struct journey journey;

    (void)state;
    journey_init(&journey, bend[0]);
    assert_int_equal(journey_home(&journey, speed_mps, 5000), 5000);
    int64_t there_ms = journey_out(&journey, &way, 100000, speed_mps, 0);
    assert_int_equal(there_ms, 100000);
    journey_halt(&journey, 90000);              /* On the second leg. */
    double here_m = geo_distance_m(bend[0], bend[1]) + geo_distance_m(bend[1], journey.at);
    int64_t home_ms = journey_home(&journey, speed_mps, 90000);
    assert_true(fabs((double)(home_ms - 90000) / 1000 * speed_mps - here_m) < 1);
    journey_halt(&journey, 95000);              /* Still on the second leg, 50 m nearer. */
    double left_m = geo_distance_m(bend[0], bend[1]) + geo_distance_m(bend[1], journey.at);
    assert_true(fabs(here_m - left_m - 50) < 1);
    home_ms = journey_home(&journey, speed_mps, 95000);
    assert_true(fabs((double)(home_ms - 95000) / 1000 * speed_mps - left_m) < 1);
    journey_halt(&journey, home_ms);
    assert_true(geo_same(journey.at, bend[0]));
    assert_int_equal(journey.trail.count, 1);
    journey_clear(&journey);
}

/* ---- transcripts: what a hub says, and all that the crews answer ---- */

#define AT(clock) "{'now':'2026-11-17T14:" clock "Z'}\n"
#define HELLO(seed, more)                                                                      \
    "{'hello':1,'wire':1,'feed':'field','mode':'drill','settings':{'location_s':60},"          \
    "'seed':" seed ",'start':'2026-11-17T14:00:00Z','units':["                                 \
    "{'unit':'E7','kind':'engine','station':'St1','lat':50.1,'lon':-5.1}," more                \
    "{'unit':'M4','kind':'ambulance','station':'St2','lat':50.12,'lon':-5.1}]}\n"
#define ORDER(id, unit, verb, more) \
    "{'order':'" id "','unit':'" unit "','verb':'" verb "'" more "}\n"
#define FIRE ",'incident':{'number':42,'type':'FIRE','lat':50.11,'lon':-5.1}"
#define ROUTE FIRE ",'route':[[50.1,-5.1],[50.1,-5.11],[50.11,-5.11],[50.11,-5.1]],'route_s':240"
#define HOSPITAL ",'destination':{'code':'STBRAE','lat':50.15,'lon':-5.1}"

static const struct {
    const char *name, *input;
} transcripts[] = {
    { "fire",                   /* Along a route, works, and home the way it came. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "E7", "dispatch", ROUTE) AT("05:00") AT("40:00") },
    { "recall",                 /* Half-way out. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "E7", "dispatch", ROUTE) AT("03:30")
      ORDER("PM/2", "E7", "recall", "") AT("30:00") },
    { "recall_at_once",         /* The answers come in the order of the orders. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "E7", "dispatch", ROUTE)
      ORDER("PM/2", "E7", "recall", "") AT("30:00") },
    { "transport",
      HELLO("7", "") AT("00:00") ORDER("PM/1", "M4", "dispatch", FIRE) AT("08:00")
      ORDER("PM/2", "M4", "transport", HOSPITAL) AT("50:00") },
    { "messages",               /* Read, and some answered. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "M4", "message", ",'text':'a'")
      ORDER("PM/2", "M4", "message", ",'text':'b'") ORDER("PM/3", "M4", "message", ",'text':'c'")
      ORDER("PM/4", "E7", "message", ",'text':'d'") ORDER("PM/5", "E7", "message", "")
      AT("05:00") },
    { "breakdown",              /* On the way; then it can do nothing; then it is repaired. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "E7", "dispatch", ROUTE) AT("03:00")
      "{'inject':'breakdown','unit':'E7','text':'pump seized'}\n"
      ORDER("PM/2", "E7", "dispatch", FIRE) AT("05:00")
      "{'inject':'clear','unit':'E7'}\n" AT("20:00") },
    { "detour",                 /* A wrong turn on the way out; none for who stands. */
      HELLO("7", "") AT("00:00") "{'inject':'detour','unit':'E7'}\n"
      ORDER("PM/1", "E7", "dispatch", ROUTE) AT("03:00")
      "{'inject':'detour','unit':'E7'}\n" AT("09:00") },
    { "refusal",                /* The next order only. */
      HELLO("7", "") AT("00:00") "{'inject':'refuse','unit':'E7','text':'crew at lunch'}\n"
      ORDER("PM/1", "E7", "dispatch", FIRE) AT("01:00")
      ORDER("PM/2", "E7", "dispatch", FIRE) AT("02:00") },
    { "emergency",
      HELLO("7", "") AT("00:00") "{'inject':'emergency','unit':'E7','text':'mayday'}\n" AT("01:00")
      "{'inject':'clear','unit':'E7'}\n" AT("02:00") },
    { "silence",                /* It does what it was told, and nobody hears of it. */
      HELLO("7", "") AT("00:00") "{'inject':'silent','unit':'E7'}\n"
      ORDER("PM/1", "E7", "dispatch", ROUTE) AT("04:00")
      "{'inject':'clear','unit':'E7'}\n" AT("05:00") },
    { "by_hand",                /* The dispatcher sets what the crew forgot to say. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "E7", "dispatch", ROUTE) AT("00:20")
      "{'status':'ENR','unit':'E7'}\n" AT("02:20") "{'status':'STG','unit':'E7'}\n" AT("10:00")
      "{'status':'ENR','unit':'E7'}\n" AT("11:00") "{'status':'ONS','unit':'E7'}\n" AT("12:00")
      "{'status':'AVL','unit':'E7'}\n" AT("25:00") },
    { "wrong_orders",           /* Sent twice; too late; for nobody; without a verb known here. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "E7", "message", "") AT("02:00")
      ORDER("PM/1", "E7", "message", "") ORDER("PM/1", "E7", "message", "")
      ORDER("PM/2", "E7", "dispatch", FIRE ",'expires':'2026-11-17T14:01:00Z'")
      ORDER("PM/3", "X9", "dispatch", FIRE) ORDER("PM/4", "E7", "fly", FIRE) AT("03:00") },
    { "no_place",               /* Neither route nor coordinates: it looks for the place. */
      HELLO("7", "") AT("00:00") ORDER("PM/1", "E7", "dispatch", "") AT("09:00") },
};

static const char *transcript(struct feed_desk *desk, const char *input)
{
    char line[8192];

    struct feed_ended ended = feed_run(desk, json_of(line, sizeof line, input), "field");
    assert_int_equal(ended.ending.exit_code, 0);
    return ended.out;
}

/* Goal: the same lines in give the same lines out, and they are these. Method: each transcript
 * twice, compared with each other and with the file. */
static void crews_do_as_written(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer first = { 0 };
    char name[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(transcripts); i++) {
        CASE("%s", transcripts[i].name);
        buffer_reset(&first);
        buffer_add_text(&first, transcript(desk, transcripts[i].input));
        assert_string_equal(transcript(desk, transcripts[i].input), first.bytes);
        snprintf(name, sizeof name, "feeds_field_%s.txt", transcripts[i].name);
        golden_compare(name, first.bytes);
    }
    buffer_clear(&first);
    feed_desk_free(desk);
}

/* Keeps the lines of one unit. */
static void lines_of(const char *text, const char *unit, struct buffer *out)
{
    struct span rest = span_of(text), line;
    char member[32];

    snprintf(member, sizeof member, "\"unit\":\"%s\"", unit);
    buffer_reset(out);
    while (span_cut(&rest, '\n', &line)) {
        char copy[1024];
        snprintf(copy, sizeof copy, "%.*s\n", (int)line.length, line.bytes);
        if (strstr(copy, member))
            buffer_add_text(out, copy);
    }
}

/* Goal: what a crew draws depends on the seed, its name and the order only. Method: the same fire
 * with another crew in the drill, ordered elsewhere in between, gives the same lines of E7; another
 * seed does not. */
static void a_crew_draws_for_itself(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer alone = { 0 }, among = { 0 };

    (void)state;
    lines_of(transcript(desk, HELLO("7", "") AT("00:00")
                        ORDER("PM/2", "E7", "dispatch", ROUTE) AT("40:00")), "E7", &alone);
    lines_of(transcript(desk, HELLO("7", "{'unit':'E9','lat':50.3,'lon':-5.2},") AT("00:00")
                        ORDER("PM/1", "E9", "dispatch", FIRE)
                        ORDER("PM/2", "E7", "dispatch", ROUTE)
                        ORDER("PM/3", "M4", "dispatch", FIRE) AT("01:00") AT("40:00")),
             "E7", &among);
    assert_true(text_count(alone.bytes, "\n") > 8);
    assert_string_equal(alone.bytes, among.bytes);
    lines_of(transcript(desk, HELLO("8", "") AT("00:00")
                        ORDER("PM/2", "E7", "dispatch", ROUTE) AT("40:00")), "E7", &among);
    assert_string_not_equal(alone.bytes, among.bytes);
    buffer_clear(&alone);
    buffer_clear(&among);
    feed_desk_free(desk);
}

/* When the first line with all these words was, ms. */
static int64_t when_said(const char *text, const char *unit, const char *word)
{
    struct buffer own = { 0 };
    int64_t at_ms = 0;

    lines_of(text, unit, &own);
    const char *found = strstr(own.bytes, word);
    assert_non_null(found);
    while (found > own.bytes && found[-1] != '\n')
        found--;
    const char *at = strstr(found, "\"at\":\"");
    assert_non_null(at);
    at += 6;
    assert_true(when_parse(span_from(at, strcspn(at, "\"")), &at_ms));
    buffer_clear(&own);
    return at_ms;
}

/* Goal: no draw leaves its bounds, and they are used. Method: 60 crews sent at once; delivery after
 * 1 s, acceptance after 3 to 12, turnout of 40 to 90, work of 8 to 25 min. */
static void draws_keep_their_bounds(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer input = { 0 };
    int64_t start_ms, turnout_low_s = 1000, turnout_high_s = 0;

    (void)state;
    assert_true(when_parse(span_of("2026-11-17T14:00:00Z"), &start_ms));
    buffer_add_text(&input, "{\"hello\":1,\"wire\":1,\"feed\":\"field\",\"mode\":\"drill\","
                    "\"seed\":3,\"start\":\"2026-11-17T14:00:00Z\",\"units\":[");
    for (int i = 0; i < 60; i++)
        buffer_print(&input, "%s{\"unit\":\"U%02d\",\"lat\":50,\"lon\":5}", i ? "," : "", i);
    buffer_add_text(&input, "]}\n{\"now\":\"2026-11-17T14:00:00Z\"}\n");
    for (int i = 0; i < 60; i++)
        buffer_print(&input, "{\"order\":\"PM/%d\",\"unit\":\"U%02d\",\"verb\":\"dispatch\","
                     "\"incident\":{\"lat\":50.001,\"lon\":5}}\n", i, i);
    buffer_add_text(&input, "{\"now\":\"2026-11-17T16:00:00Z\"}\n");
    struct feed_ended ended = feed_run(desk, input.bytes, "field");
    for (int i = 0; i < 60; i++) {
        char unit[16];
        snprintf(unit, sizeof unit, "U%02d", i);
        int64_t accepted_ms = when_said(ended.out, unit, "\"accepted\"");
        int64_t turnout_s = (when_said(ended.out, unit, "\"ENR\"") - accepted_ms) / 1000;
        int64_t work_s = when_said(ended.out, unit, "\"AVL\",\"lat\":50.001")
                         - when_said(ended.out, unit, "\"ONS\"");
        assert_int_equal(when_said(ended.out, unit, "\"delivered\"") - start_ms, 1000);
        assert_in_range(accepted_ms - start_ms, 3000, 12000);
        assert_in_range(turnout_s, 40, 90);
        assert_in_range(work_s / 1000, 8 * 60, 25 * 60);
        turnout_low_s = turnout_s < turnout_low_s ? turnout_s : turnout_low_s;
        turnout_high_s = turnout_s > turnout_high_s ? turnout_s : turnout_high_s;
    }
    assert_true(turnout_low_s < 50 && turnout_high_s > 80);
    buffer_clear(&input);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_agenda_keeps_order),
        cmocka_unit_test(a_drive_is_where_its_time_says),
        cmocka_unit_test(home_is_the_way_it_came),
        cmocka_unit_test(crews_do_as_written),
        cmocka_unit_test(a_crew_draws_for_itself),
        cmocka_unit_test(draws_keep_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
