/* test_core.c - the pure middle: commands and reports in, events and a picture out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/core/apply.h"
#include "app/core/attention.h"
#include "app/core/entry.h"
#include "tests/core_room.h"

static void open_fire(struct room *room)
{
    room_say(room, "new FIRE @12 Quay St ; smoke from roof");
    assert_string_equal(room->told, "");
    const struct question *question = picture_row(room->picture, OBJECT_QUESTION, 0);
    char text[300];
    snprintf(text, sizeof text,
             "{\"question\":%u,\"found\":[{\"text\":\"12 Quay St\",\"lat\":51.22,\"lon\":-4.09,"
             "\"exact\":true,\"zone\":\"HARBOUR\"}]}",
             question->number);
    room_answer(room, text);
}

/* Goal: a fire from call to closing changes the picture as people expect, each step telling its
 * person. Method: one story, looked at after each line. */
static void a_fire_is_worked_from_call_to_closing(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    room_told(&room, "OK #1 FIRE P1 12 Quay St, HARBOUR");
    room_event(&room, "\"attention_raised\"");
    const struct incident *fire = picture_incident(room.picture, 1);
    assert_string_equal(fire->long_id, "PM-2026-000001");
    assert_int_equal(fire->place_state, PLACE_CONFIRMED);

    room_say(&room, "d 1 E7 l2");
    room_told(&room, "OK to #1 sent: E7 (OR1), L2 (OR2)");
    room_event(&room, "\"attention_left\",\"rule\":\"attention\",\"object\":\"#1\"");
    const struct order *order = picture_numbered(room.picture, OBJECT_ORDER, 1);
    assert_true(order->waits);
    const struct question *route = picture_row(room.picture, OBJECT_QUESTION, 0);
    assert_int_equal(route->purpose, PURPOSE_ROUTE);
    room_answer(&room,
                "{\"question\":2,\"route\":[[51.21,-4.1],[51.22,-4.09]],\"s\":240,\"m\":1500}");
    assert_false(order->waits);
    assert_int_equal(order->route.count, 2);

    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"receipt\",\"order\":\"PM/1\",\"stage\":\"accepted\"}");
    assert_int_equal(order->stage, STAGE_ACCEPTED);
    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"status\",\"unit\":\"E7\",\"status\":\"ENR\"}");
    const struct unit *engine = picture_unit(room.picture, "E7");
    assert_int_equal(engine->status, UNIT_ENROUTE);
    assert_int_equal(engine->arrives_ms, engine->status_ms + 240000);
    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"status\",\"unit\":\"E7\",\"status\":\"ONS\"}");
    assert_true(fire->onscene_ms > 0);

    room_say(&room, "close 1 DONE");
    room_told(&room, "ASK QU");
    room_say(&room, "ok QU4");
    room_told(&room, "OK #1 closed, DONE");
    assert_int_equal(engine->status, UNIT_AVAILABLE);
    assert_int_equal(engine->incident, 0);

    room.now_ms += (int64_t)73 * 3600000;
    room_tick(&room);
    assert_null(picture_incident(room.picture, 1));
    room_clear(&room);
}

/* Goal: a refused line says why and changes nothing but the record of it. Method: each wrong line
 * beside the nearest right one. */
static void wrong_lines_are_refused_in_words(void **state)
{
    static const struct { const char *line, *told; } cases[] = {
        { "os E7", "NO os could mean ons" },
        { "frobnicate 1", "NO frobnicate is not a verb" },
        { "d 1 E9", "NO there is no unit E9; nothing was done. Did you mean E" },
        { "d 9 E7", "NO there is no incident #9" },
        { "d 1", "NO a callsign is missing" },
        { "d 1 rec", "NO recommendations are not in this release" },
        { "n 1 E7 L2", "NO that note is only callsigns; did you mean d 1 E7 L2?" },
        { "n 1", "NO a note needs" },
        { "oos E7 pump", "NO pump is one word too many" },
        { "oos E7", "NO why? oos E7 ; REASON" },
        { "new FLOOD @12 Quay St", "NO FLOOD is no incident type here; known: FIRE MED TREE" },
        { "new FIRE", "NO where?" },
        { "close 1 NOWHERE", "NO NOWHERE is no disposition here" },
        { "tr M4 NOWHERE", "NO there is no facility NOWHERE" },
        { "ok QU99", "NO QU99 is not open" },
        { "ack AL99", "NO there is no AL99" },
        { "later 1 10m ; wait", "NO later (later) is not in this release yet" },
        { "set feed field pause", "NO only a supervisor" },
        { "en E7 t=25:00", "NO t=25:00 is not a time" },
        { "reopen 1 ; no", "NO #1 is open" },
        { "can 1 E7", "NO E7 is not on #1" },
    };
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        room_say(&room, cases[i].line);
        print_message("%s -> %s\n", cases[i].line, room.told);
        room_told(&room, cases[i].told);
        room_event(&room, "[{\"event\":\"command_answered\"");
    }
    room_say_saw(&room, "OLA", "observer", 0, "d 1 E7");
    room_told(&room, "NO a observer may not use d");
    room_clear(&room);
}

/* Goal: a change that the person cannot have seen stops the line once. Method: the unit changes at
 * a later sequence than the screen had drawn. */
static void a_line_typed_before_a_change_is_changed(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    uint64_t seen = room.picture->sequence;
    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"status\",\"unit\":\"E7\",\"status\":\"OOS\",\"text\":\"pump\"}");
    room_say_saw(&room, "KIM", "dispatcher", seen, "d 1 E7");
    room_told(&room, "CHANGED E7 changed by field");
    room_say_saw(&room, "KIM", "dispatcher", room.picture->sequence, "d 1 E7");
    room_told(&room, "NO nobody was sent: E7, it is OOS: pump");
    room_clear(&room);
}

/* Goal: a busy unit is asked about while the others go. Method: E7 is on #1; #2 asks for E7 and L2.
 * */
static void a_busy_unit_is_asked_about_and_holds_nobody_back(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    room_say(&room, "d 1 E7");
    room_say(&room, "new MED @nowhere");
    room.now_ms += 3000;
    room_tick(&room);                            /* Geography never answered. */
    room_told(&room, "OK #2 MED P2 nowhere, UNCONFIRMED: no such place was found");
    room_say(&room, "d 2 E7 L2");
    room_told(&room, "ASK QU");
    assert_non_null(strstr(room.told, "Sent: L2 (OR2)"));
    assert_int_equal(picture_unit(room.picture, "L2")->incident, 2);
    assert_int_equal(picture_unit(room.picture, "E7")->incident, 1);
    uint32_t asked = 0;
    sscanf(room.told, "ASK QU%u", &asked);
    char line[32];
    snprintf(line, sizeof line, "ok qu%u", asked);
    room_say(&room, line);
    room_told(&room, "OK to #2 sent: E7");
    assert_int_equal(picture_unit(room.picture, "E7")->incident, 2);
    /* An unanswered question ends as not done. */
    room_say(&room, "can 2 all");
    room_told(&room, "ASK QU");
    room.now_ms += 121000;
    room_tick(&room);
    room_event(&room, "nobody answered in 2 min");
    assert_int_equal(picture_unit(room.picture, "E7")->incident, 2);
    room_clear(&room);
}

/* Goal: an alarm's life is ISA-18.2's. Method: raise, measure, acknowledge, return. */
static void an_alarm_lives_as_isa_18_2_says(void **state)
{
    static const char active[] = "{\"report\":\"alarm\",\"point\":\"GAS-1\",\"condition\":\"GAS\","
                                 "\"state\":\"active\",\"value\":20,\"priority\":1}";
    static const char rising[] = "{\"report\":\"alarm\",\"point\":\"GAS-1\",\"condition\":\"GAS\","
                                 "\"state\":\"active\",\"value\":38,\"priority\":1}";
    static const char normal[] = "{\"report\":\"alarm\",\"point\":\"GAS-1\",\"condition\":\"GAS\","
                                 "\"state\":\"normal\",\"value\":1}";
    struct room room;
    (void)state;

    room_init(&room);
    room_take(&room, INPUT_REPORT, "sensors", active);
    const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "AL1");
    assert_int_equal(item->level, 2);
    room_take(&room, INPUT_REPORT, "sensors", rising);
    room_event(&room, "alarm_measured");
    room_say(&room, "ack AL1 ; crew told");
    room_told(&room, "OK AL1 is yours");
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "AL1"));
    room_take(&room, INPUT_REPORT, "sensors", normal);
    assert_null(picture_numbered(room.picture, OBJECT_ALARM, 1));
    /* Returned before anybody took it: it stays until somebody has seen that. */
    room_take(&room, INPUT_REPORT, "sensors", active);
    room_take(&room, INPUT_REPORT, "sensors", normal);
    const struct alarm *alarm = picture_numbered(room.picture, OBJECT_ALARM, 2);
    assert_non_null(alarm);
    assert_false(alarm->active);
    room_say(&room, "ack AL2");
    assert_null(picture_numbered(room.picture, OBJECT_ALARM, 2));
    room_clear(&room);
}

/* Goal: an alarm that was taken rings again when it gets clearly worse, and not before; what a
 * later report leaves out stays. Method: values around half as much again as it was taken at. */
static void a_worse_alarm_rings_again(void **state)
{
    static const struct { int value; bool rings; } cases[] = {
        { 20, true }, { 25, false }, { 30, false }, { 31, true }, { 20, false }, { 47, true },
    };
    struct room room;
    char line[200];
    (void)state;

    room_init(&room);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        snprintf(line, sizeof line,
                 "{\"report\":\"alarm\",\"point\":\"G\",\"condition\":\"GAS\","
                 "\"state\":\"active\","
                 "\"value\":%d%s}", cases[i].value, i ? "" : ",\"place\":\"Quay St\"");
        room_take(&room, INPUT_REPORT, "sensors", line);
        print_message("%d\n", cases[i].value);
        assert_int_equal(picture_called(room.picture, OBJECT_ATTENTION, "AL1") != NULL,
                         cases[i].rings);
        if (cases[i].rings)
            room_say(&room, "ack AL1");
    }
    const struct alarm *alarm = picture_numbered(room.picture, OBJECT_ALARM, 1);
    assert_string_equal(alarm->place, "Quay St");
    assert_int_equal(alarm->count, 3);
    room_say(&room, "ack AL1");
    room_told(&room, "NO AL1 was taken by KIM");
    room_clear(&room);
}

/* Goal: a wrong place, type or priority is put right without closing anything. */
static void an_incident_is_put_right(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    room_say(&room, "loc 1 @3 Chandlers Row ; caller corrected it");
    room_answer(&room, "{\"question\":2,\"found\":[{\"text\":\"3 Chandlers Row\",\"lat\":51.22,"
                  "\"lon\":-4.09,\"exact\":true,\"zone\":\"GLASSWORKS\"}]}");
    room_told(&room, "OK #1 is at 3 Chandlers Row, GLASSWORKS");
    room_say(&room, "loc 1 @nowhere");
    room_answer(&room, "{\"question\":3,\"found\":[]}");
    room_told(&room, "NO no such place was found; #1 stays at 3 Chandlers Row");
    room_say(&room, "type 1 MED");
    room_told(&room, "OK #1 is MED, still P1");
    room_say(&room, "pri 1 6");
    room_told(&room, "NO 6 is no priority");
    room_say(&room, "pri 1 4 ; only a bin");
    room_told(&room, "OK #1 MED is P4 now");
    assert_int_equal(picture_incident(room.picture, 1)->priority, 4);
    room_clear(&room);
}

/* Goal: a feed moves only what its trust allows. Method: the same report through two feeds. */
static void a_report_beyond_its_trust_is_held(void **state)
{
    static const char call[] = "{\"report\":\"incident\",\"id\":\"c1\",\"type\":\"FIRE\","
                               "\"lat\":51.2,\"lon\":-4.1,\"text\":\"smoke\"}";
    struct room room;
    (void)state;

    room_init(&room);
    room_take(&room, INPUT_REPORT, "camera", call);
    room_event(&room, "report_held");
    assert_int_equal(picture_count(room.picture, OBJECT_INCIDENT), 0);
    room_take(&room, INPUT_REPORT, "calls", call);
    assert_int_equal(picture_count(room.picture, OBJECT_INCIDENT), 1);
    room_take(&room, INPUT_REPORT, "calls", call);       /* An update, not a second incident. */
    assert_int_equal(picture_count(room.picture, OBJECT_INCIDENT), 1);
    const struct feed *camera = picture_called(room.picture, OBJECT_FEED, "camera");
    assert_int_equal(camera->held, 1);
    room_clear(&room);
}

/* Goal: text from outside enters events clean. Method: an escape sequence and a bidi override in a
 * caller's words. */
static void a_callers_text_cannot_reach_a_terminal_raw(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    room_take(&room, INPUT_REPORT, "calls",
         "{\"report\":\"incident\",\"id\":\"c1\",\"type\":\"FIRE\",\"place\":\"Mill\\u001b[2J Rd\","
         "\"text\":\"a\\u202eb\\u0007c\"}");
    const struct incident *incident = picture_incident(room.picture, 1);
    assert_string_equal(incident->place, "Mill [2J Rd");
    assert_string_equal(incident->text, "ab c");
    room_clear(&room);
}

/* Goal: an order nobody accepts asks for a person, then times out. Method: time passes. */
static void an_unanswered_order_asks_for_a_person(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    room_say(&room, "d 1 E7");
    assert_true(picture_due_ms(room.picture) > 0);
    room.now_ms += 61000;
    room_tick(&room);
    const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "OR1");
    assert_non_null(item);
    assert_string_equal(item->words, "NOACK");
    room.now_ms += 300000;
    room_tick(&room);
    item = picture_called(room.picture, OBJECT_ATTENTION, "OR1");
    assert_string_equal(item->words, "TIMEOUT");
    room_say(&room, "ack OR1");
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "OR1"));
    room_clear(&room);
}

/* Goal: digest(fold(dump(p))) = digest(p). Method: dump a busy picture, load it, go on with both.
 * */
static void a_dump_goes_on_as_the_picture_it_came_from(void **state)
{
    struct room room;
    struct buffer dump = { 0 };
    struct span rest, line;
    (void)state;

    room_init(&room);
    open_fire(&room);
    room_say(&room, "d 1 E7 L2");
    room_take(&room, INPUT_REPORT, "calls",
         "{\"report\":\"hazard\",\"id\":\"h\",\"kind\":\"FLOOD\",\"severity\":\"Severe\","
         "\"polygon\":[[51,-4],[51,-3],[52,-3],[51,-4]],\"expires\":\"2027-01-01T00:00:00Z\"}");
    picture_dump(room.picture, &dump);
    struct picture *loaded = picture_new();
    rest = buffer_span(&dump);
    while (span_cut(&rest, '\n', &line)) {
        struct json *json;
        if (line.length == 0)
            continue;
        struct verdict verdict = json_parse(line, &json);
        assert_true(is_accepted(&verdict));
        struct arena *arena = arena_new();
        verdict = picture_load(loaded, json, arena);
        assert_true(is_accepted(&verdict));
        arena_free(arena);
        json_free(json);
    }
    assert_true(picture_digest(loaded) == picture_digest(room.picture));
    picture_free(room.folded);
    room.folded = loaded;
    room_say(&room, "can 1 E7 ; not needed");
    room_say(&room, "n 1 t=00:00 late word");
    buffer_clear(&dump);
    room_clear(&room);
}

/* Goal: every sentence template is right. Method: write each event kind empty and full of marks. */
static void every_event_has_its_sentence(void **state)
{
    (void)state;
    for (uint32_t kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        struct event event;
        struct buffer out = { 0 };
        event_init(&event, (enum event_kind)kind, "test");
        event_sentence(&event, &out);
        print_message("%s: %s\n", event_kind_name((enum event_kind)kind), out.bytes);
        assert_null(strpbrk(out.bytes, "{}[]"));
        buffer_clear(&out);
    }
}

/* screens.md section 6, test 2: no single slip in a verb makes another writing verb of it that
 * takes the same arguments. Method: all pairs of the table at distance 1, listed where harmless. */
static bool one_slip(const char *left, const char *right)
{
    size_t a = strlen(left), b = strlen(right), same = 0;

    if (a == b) {
        size_t wrong = 0, first = a;
        for (size_t i = 0; i < a; i++) {
            if (left[i] != right[i] && wrong++ == 0)
                first = i;
        }
        return wrong == 1
               || (wrong == 2 && first + 1 < a && left[first] == right[first + 1]
                   && left[first + 1] == right[first]);
    }
    if (a + 1 != b && b + 1 != a)
        return false;
    const char *longer = a > b ? left : right, *shorter = a > b ? right : left;
    while (shorter[same] && shorter[same] == longer[same])
        same++;
    return strcmp(shorter + same, longer + same + 1) == 0;
}

static void no_slip_turns_a_verb_into_another_that_writes(void **state)
{
    /* Why each is harmless stands in screens.md section 2, "Slips that were checked". */
    static const char *const harmless[][2] = {
        { "ans", "ons" }, { "oos", "ons" }, { "hos", "oos" }, { "can", "ans" }, { "en", "n" },
        { "n", "no" }, { "n", "d" }, { "av", "mv" }, { "ok", "no" }, { "par", "pri" },
    };
    (void)state;
    for (uint32_t i = 0; i < command_count(); i++) {
        for (uint32_t k = i + 1; k < command_count(); k++) {
            const struct command *left = command_row(i), *right = command_row(k);
            if (!left->decide || !right->decide || left->place != COMMAND_ENTERED
                || right->place != COMMAND_ENTERED
                || !one_slip(left->short_form, right->short_form))
                continue;
            bool listed = left->arguments[0] != right->arguments[0];
            for (size_t h = 0; h < ARRAY_COUNT(harmless); h++)
                listed = listed
                         || (strcmp(harmless[h][0], left->short_form) == 0
                             && strcmp(harmless[h][1], right->short_form) == 0)
                         || (strcmp(harmless[h][1], left->short_form) == 0
                             && strcmp(harmless[h][0], right->short_form) == 0);
            if (!listed)
                fail_msg("%s and %s are one slip apart", left->short_form, right->short_form);
        }
    }
}

static const struct { const char *text, *name; bool ok; } names[] = {
    { "42", "#42", true }, { "#42", "#42", true }, { "al17", "AL17", true }, { "e7", "E7", true },
    { "A17", "A17", true }, { "feed tide", "feed tide", true }, { "OR0", "OR0", true },
    { "", "", false }, { "QU32", "QU32", true },
};

static void names_are_read_as_people_say_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        struct object_name name;
        char text[OBJECT_NAME_BYTES];
        print_message("%s\n", names[i].text);
        assert_int_equal(object_name_parse(span_of(names[i].text), &name), names[i].ok);
        if (names[i].ok)
            assert_string_equal(object_name_text(&name, text), names[i].name);
    }
    assert_true(callsign_is_taken(span_of("AL17")));
    assert_true(callsign_is_taken(span_of("212")));
    assert_true(callsign_is_taken(span_of("DR7")));
    assert_false(callsign_is_taken(span_of("P212")));
    assert_false(callsign_is_taken(span_of("AL")));
}

/* Goal: a full table refuses in words before the first event, whichever verb meets it. Method: the
 * table is filled by hand; each verb that would add a row is typed. */
static void a_full_table_refuses_and_changes_nothing(void **state)
{
    static const char *const lines[] = { "d 1 E3", "can 1 E7", "can 1 all", "tr E7 STBRAE",
                                         "msg E7 hydrant is 18 m west" };
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    room_say(&room, "d 1 E7");
    room_take(&room, INPUT_TICK, "", "{\"tick\":\"order\",\"order\":1,\"stage\":\"sent\"}");
    for (uint32_t number = 2; number <= ORDERS_MAX; number++) {
        picture_row_numbered(room.picture, OBJECT_ORDER, 100000 + number);
        picture_row_numbered(room.folded, OBJECT_ORDER, 100000 + number);
    }
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        print_message("%s\n", lines[i]);
        room_say(&room, lines[i]);
        if (strncmp(room.told, "ASK", 3) == 0) {
            char ok[40];
            snprintf(ok, sizeof ok, "ok QU%u", picture_counters(room.picture)->questions);
            room_say(&room, ok);
        }
        room_told(&room, "NO the picture holds 20000 orders");
        assert_int_equal(picture_unit(room.picture, "E7")->status, UNIT_ASSIGNED);
        assert_int_equal(picture_unit(room.picture, "E7")->incident, 1);
    }
    room_clear(&room);
}

/* Goal: nothing stands in the queue that nobody can answer for. Method: what an item is about
 * leaves with its incident, or with the configuration. */
static void attention_leaves_with_what_it_is_about(void **state)
{
    struct room room;
    (void)state;

    room_init(&room);
    open_fire(&room);
    room_say(&room, "d 1 E7");
    /* Only its own feed can speak for a crew. */
    room_take(&room, INPUT_REPORT, "other",
              "{\"report\":\"receipt\",\"order\":\"PM/1\",\"stage\":\"refused\"}");
    room_event(&room, "report_held");
    room_take(&room, INPUT_REPORT, "field",
              "{\"report\":\"receipt\",\"order\":\"PM/1\",\"stage\":\"refused\"}");
    assert_non_null(picture_called(room.picture, OBJECT_ATTENTION, "OR1"));
    room_take(&room, INPUT_TICK, "",
              "{\"tick\":\"feed\",\"feed\":\"camera\",\"state\":\"DOWN\"}");
    assert_non_null(picture_called(room.picture, OBJECT_ATTENTION, "feed camera"));

    struct buffer config = { 0 }, less = { 0 };
    room_config("", "", &config);
    const char *camera = strstr(config.bytes, ",{\"name\":\"camera\"");
    buffer_print(&less, "%.*s%s", (int)(camera - config.bytes), config.bytes,
                 strchr(camera, '}') + 1);
    room_take(&room, INPUT_CONFIG, "", less.bytes);
    buffer_clear(&config);
    buffer_clear(&less);
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "feed camera"));

    room_say(&room, "close 1 DONE");
    room_say(&room, "ok QU3");
    room.now_ms += (int64_t)INCIDENT_LEAVES_AFTER_H * 3600000 + 1;
    room_tick(&room);
    assert_null(picture_incident(room.picture, 1));
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "OR1"));
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "#1"));
    room_clear(&room);
}

/* A turn without the fold of core_room.h, which is slow when there are thousands. */
static void say_unfolded(struct room *room, const char *typed)
{
    struct buffer line = { 0 };
    struct json *json;

    json_open(&line, NULL, '{');
    json_put_text(&line, "typed", typed);
    json_put_text(&line, "role", "dispatcher");
    json_close(&line, '}');
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert_true(is_accepted(&verdict));
    arena_reset(room->arena);
    const struct input input = { .kind = INPUT_COMMAND, .at_ms = room->now_ms, .source = "KIM",
                                 .json = json };
    turn_take(room->picture, &input, room->arena);
    json_free(json);
    buffer_clear(&line);
}

/* Goal: a table that is full asks for a person until there is room again, and does not come and go
 * with each object. Method: open questions up to their limit; they end by their time. */
static void a_full_table_asks_for_a_person(void **state)
{
    struct room room;
    struct buffer said = { 0 };
    (void)state;

    room_init(&room);
    for (uint32_t i = 0; i < QUESTIONS_MAX; i++) {
        assert_null(picture_called(room.picture, OBJECT_ATTENTION, "site"));
        room.now_ms += i == QUESTIONS_MAX - 1;
        say_unfolded(&room, "new FIRE @12 Quay St");
    }
    const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "site");
    assert_non_null(item);
    assert_int_equal(item->level, 2);
    assert_string_equal(item->words, "FULL");
    attention_sentence(room.picture, item, room.now_ms, &said);
    assert_string_equal(said.bytes, "no room for more: 1000 of 1000 questions");
    say_unfolded(&room, "new FIRE @14 Quay St");
    say_unfolded(&room, "ack site");
    item = picture_called(room.picture, OBJECT_ATTENTION, "site");
    assert_int_equal(item->state, ATTENTION_TAKEN);
    assert_string_equal(item->owner, "KIM");

    struct json *json;
    struct verdict verdict = json_parse(span_of("{\"tick\":\"due\"}"), &json);
    assert_true(is_accepted(&verdict));
    for (uint32_t i = 0; picture_called(room.picture, OBJECT_ATTENTION, "site"); i++) {
        assert_true(i < QUESTIONS_MAX);
        room.now_ms += GEOGRAPHY_ANSWER_MS;
        arena_reset(room.arena);
        const struct input input = { .kind = INPUT_TICK, .at_ms = room.now_ms, .source = "",
                                     .json = json };
        turn_take(room.picture, &input, room.arena);
    }
    assert_true(picture_count(room.picture, OBJECT_QUESTION) < QUESTIONS_MAX - QUESTIONS_MAX / 20);
    json_free(json);
    buffer_clear(&said);
    room_clear(&room);
}

/* Goal: what ended the hub twice is said to a person, who then has seen it. */
static void what_was_set_aside_asks_for_a_person(void **state)
{
    static const char aside[] = "{\"tick\":\"set aside\",\"what\":\"report\",\"source\":\"camera\","
                                "\"reason\":\"it ended the hub twice\"}";
    struct room room;
    struct buffer said = { 0 };
    (void)state;

    room_init(&room);
    room_take(&room, INPUT_TICK, "", aside);
    room_event(&room, "\"input_set_aside\",\"rule\":\"hub.set-aside\",\"what\":\"report\"");
    const struct attention *item = picture_called(room.picture, OBJECT_ATTENTION, "site");
    assert_int_equal(item->level, 3);
    attention_sentence(room.picture, item, room.now_ms, &said);
    assert_string_equal(said.bytes, "1 input ended the hub twice, set aside undecided");
    room_say(&room, "ack site");
    room_told(&room, "OK site is yours");
    assert_null(picture_called(room.picture, OBJECT_ATTENTION, "site"));
    room_say(&room, "ack site");
    room_told(&room, "NO site asks for nobody");
    buffer_clear(&said);
    room_clear(&room);
}

/* Goal: a source's name leads to the same incident in a picture that lived and in one that was
 * loaded. Method: two incidents of one name; the newer leaves while the older is open again. */
static void a_sources_name_leads_to_the_newest_there_is(void **state)
{
    static const char report[] = "{\"report\":\"incident\",\"id\":\"c1\",\"type\":\"TREE\"}";
    struct room room;
    (void)state;

    room_init(&room);
    room_take(&room, INPUT_REPORT, "calls", report);
    room_say(&room, "close 1 DONE");
    room_take(&room, INPUT_REPORT, "calls", report);
    room_say(&room, "reopen 1 ; it fell again");
    room_say(&room, "close 2 DONE");
    assert_int_equal(
        ((const struct incident *)picture_from_source(room.picture, OBJECT_INCIDENT, "calls", "c1"))
            ->number, 2);
    room.now_ms += (int64_t)INCIDENT_LEAVES_AFTER_H * 3600000 + 1;
    room_tick(&room);
    assert_null(picture_incident(room.picture, 2));
    const struct incident *left =
        picture_from_source(room.picture, OBJECT_INCIDENT, "calls", "c1");
    assert_non_null(left);
    assert_int_equal(left->number, 1);
    room_clear(&room);
}

/* Goal: a reload takes no unit in danger from the screen, and cannot overfill the table with those
 * that stay. Method: an emergency, then configurations without its unit, small and full. */
static void a_reload_keeps_who_is_in_danger(void **state)
{
    struct buffer full = { 0 };
    struct room room;
    (void)state;

    room_init(&room);
    room_say(&room, "emg E7");
    buffer_add_text(&full, "{\"site\":{\"id\":\"PM\"},\"units\":[");
    for (uint32_t i = 0; i < UNITS_MAX; i++)
        buffer_print(&full, "%s{\"callsign\":\"X%u\"}", i ? "," : "", i);
    buffer_add_text(&full, "]}");
    struct verdict verdict = room_take(&room, INPUT_CONFIG, "", full.bytes);
    assert_int_equal(verdict.refusal, REFUSED_TOO_LONG);
    room_take(&room, INPUT_CONFIG, "", "{\"site\":{\"id\":\"PM\"},\"units\":[]}");
    assert_int_equal(picture_count(room.picture, OBJECT_UNIT), 1);
    assert_non_null(picture_called(room.picture, OBJECT_ATTENTION, "E7"));
    buffer_clear(&full);
    room_clear(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fire_is_worked_from_call_to_closing),
        cmocka_unit_test(wrong_lines_are_refused_in_words),
        cmocka_unit_test(a_line_typed_before_a_change_is_changed),
        cmocka_unit_test(a_busy_unit_is_asked_about_and_holds_nobody_back),
        cmocka_unit_test(an_alarm_lives_as_isa_18_2_says),
        cmocka_unit_test(a_worse_alarm_rings_again),
        cmocka_unit_test(an_incident_is_put_right),
        cmocka_unit_test(a_report_beyond_its_trust_is_held),
        cmocka_unit_test(a_callers_text_cannot_reach_a_terminal_raw),
        cmocka_unit_test(an_unanswered_order_asks_for_a_person),
        cmocka_unit_test(a_dump_goes_on_as_the_picture_it_came_from),
        cmocka_unit_test(every_event_has_its_sentence),
        cmocka_unit_test(no_slip_turns_a_verb_into_another_that_writes),
        cmocka_unit_test(names_are_read_as_people_say_them),
        cmocka_unit_test(a_full_table_refuses_and_changes_nothing),
        cmocka_unit_test(attention_leaves_with_what_it_is_about),
        cmocka_unit_test(a_full_table_asks_for_a_person),
        cmocka_unit_test(what_was_set_aside_asks_for_a_person),
        cmocka_unit_test(a_sources_name_leads_to_the_newest_there_is),
        cmocka_unit_test(a_reload_keeps_who_is_in_danger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
