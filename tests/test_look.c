/* test_look.c - what a screen asks of geography, made ready: names become places, ways go around
 * what is closed, and what nobody knows is refused in words. */
#include <string.h>

#include "app/look.h"
#include "tests/check.h"
#include "tests/core_room.h"

static bool ready(const struct room *room, const char *ask, struct buffer *out,
                  struct buffer *problem)
{
    struct json *json;
    struct verdict verdict = json_parse(span_of(ask), &json);

    assert_true(is_accepted(&verdict));
    buffer_reset(out);
    buffer_reset(problem);
    bool right = look_write(room->picture, room->now_ms, json, 7, out, problem);
    json_free(json);
    return right;
}

static void furnish(struct room *room)
{
    room_init(room);
    room_say(room, "haz GAS @51.2258,-4.0812 200m 2h");
    room_say(room, "haz GAS area=51.2,-4.1/51.2,-4.0/51.3,-4.0 2h");
    room_say(room, "new FIRE @51.22,-4.09~120m");
    room_answer(room, "{\"question\":1,\"failed\":\"away\"}");
    room_say(room, "new TREE @nowhere");
    room_answer(room, "{\"question\":2,\"failed\":\"away\"}");
}

/* Goal: every name leads to its place, in the members that its ask wants. Method: one name a row,
 * the refused beside the nearest that is not. */
static void names_become_places(void **state)
{
    static const struct { const char *ask, *has, *problem; } cases[] = {
        { "{\"ask\":\"reach\",\"of\":\"stbrae\",\"seconds\":300}",
          "{\"ask\":\"reach\",\"seconds\":300,\"lat\":51.2000000,\"lon\":-4.1000000,\"ref\":7}",
          NULL },
        { "{\"ask\":\"reverse\",\"of\":\"e7\",\"ref\":99}",
          "{\"ask\":\"reverse\",\"lat\":51.2100000,\"lon\":-4.1000000,\"ref\":7}", NULL },
        { "{\"ask\":\"reverse\",\"of\":\"@51.2,-4.1\"}", "\"lat\":51.2000000", NULL },
        { "{\"ask\":\"reverse\",\"of\":\"1\"}", "\"lat\":51.2200000", NULL },
        { "{\"ask\":\"reverse\",\"of\":\"2\"}", NULL, "nobody knows where 2 is" },
        { "{\"ask\":\"reverse\",\"of\":\"M4\"}", NULL, "nobody knows where M4 is" },
        { "{\"ask\":\"reverse\",\"of\":\"X9\"}", NULL, "there is no X9" },
        { "{\"ask\":\"reverse\",\"of\":\"HZ1\"}", "\"lat\":51.2258000", NULL },
        { "{\"ask\":\"inside\",\"of\":\"HZ1\"}", "\"rings\":[[[51.2275986,-4.0812000],", NULL },
        { "{\"ask\":\"inside\",\"of\":\"HZ2\",\"limit\":5}",
          "{\"ask\":\"inside\",\"limit\":5,\"rings\":[[[51.2000000,-4.1000000],[51.2000000,"
          "-4.0000000],[51.3000000,-4.0000000],[51.2000000,-4.1000000]]],\"ref\":7}", NULL },
        { "{\"ask\":\"inside\",\"of\":\"1\"}", "\"rings\":[[[51.2210792,", NULL },
        { "{\"ask\":\"inside\",\"of\":\"E7\"}", NULL, "E7 is a point" },
        { "{\"ask\":\"times\",\"of\":\"1\",\"from\":\"units\"}",
          "\"to\":{\"lat\":51.2200000,\"lon\":-4.0900000},\"from\":[{\"unit\":\"E7\",", NULL },
        { "{\"ask\":\"times\",\"of\":\"1\",\"from\":\"everybody\"}", NULL,
          "\"from\" is \"units\"" },
        { "{\"ask\":\"times\",\"to\":{\"lat\":1,\"lon\":2},\"from\":[{\"unit\":\"a\",\"lat\":1,"
          "\"lon\":2}]}", "\"from\":[{\"unit\":\"a\"", NULL },
        { "{\"ask\":\"suggest\",\"text\":\"12 qu\"}",
          "{\"ask\":\"suggest\",\"text\":\"12 qu\",\"ref\":7}", NULL },
    };
    struct buffer out = { 0 }, problem = { 0 };
    struct room room;
    (void)state;

    furnish(&room);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%s", cases[i].ask);
        assert_int_equal(ready(&room, cases[i].ask, &out, &problem), cases[i].problem == NULL);
        if (cases[i].has && !strstr(out.bytes, cases[i].has))
            fail_msg("no %s in %s", cases[i].has, out.bytes);
        if (cases[i].problem && !strstr(problem.bytes, cases[i].problem))
            fail_msg("\"%s\" does not say \"%s\"", problem.bytes, cases[i].problem);
    }
    buffer_clear(&out);
    buffer_clear(&problem);
    room_clear(&room);
}

/* Goal: a screen's ways go around what is closed now, and only ways do. Method: each kind of ask
 * with a closure, after it ended, and with an avoid of its own. */
static void ways_go_around_closures(void **state)
{
    static const char route[] = "{\"ask\":\"route\",\"from\":{\"lat\":1,\"lon\":2},"
                                "\"to\":{\"lat\":1,\"lon\":3}}";
    struct buffer out = { 0 }, problem = { 0 };
    struct room room;
    (void)state;

    furnish(&room);
    assert_true(ready(&room, route, &out, &problem));
    assert_null(strstr(out.bytes, "avoid"));                /* Gas closes nothing. */
    room_say(&room, "haz CLOSED area=51.2,-4.1/51.2,-4.0/51.3,-4.0 1h");
    assert_true(ready(&room, route, &out, &problem));
    assert_non_null(strstr(out.bytes, "\"avoid\":[[[51.2000000,-4.1000000],"));
    assert_non_null(strstr(out.bytes, "\"from\":{\"lat\":1"));
    assert_true(ready(&room, "{\"ask\":\"reach\",\"of\":\"E7\",\"seconds\":60}", &out, &problem));
    assert_non_null(strstr(out.bytes, "\"avoid\""));
    assert_true(ready(&room, "{\"ask\":\"reverse\",\"of\":\"E7\"}", &out, &problem));
    assert_null(strstr(out.bytes, "avoid"));
    assert_true(ready(&room, "{\"ask\":\"reach\",\"of\":\"E7\",\"avoid\":[]}", &out, &problem));
    assert_non_null(strstr(out.bytes, "\"avoid\":[]"));
    /* Out of a closure, and not into another. */
    room_say(&room, "haz CLOSED @51.3,-4.5 100m 1h");
    assert_true(ready(&room, "{\"ask\":\"reach\",\"lat\":51.3,\"lon\":-4.5}", &out, &problem));
    assert_non_null(strstr(out.bytes, "\"avoid\":[[[51.2000000,-4.1000000],"));
    assert_null(strstr(out.bytes, "[51.3008993,-4.5000000]"));
    assert_true(ready(&room, "{\"ask\":\"reach\",\"lat\":51.3,\"lon\":-4.6}", &out, &problem));
    assert_non_null(strstr(out.bytes, "[51.3008993,-4.5000000]"));
    room.now_ms += 3600000;
    assert_true(ready(&room, route, &out, &problem));
    assert_null(strstr(out.bytes, "avoid"));
    buffer_clear(&out);
    buffer_clear(&problem);
    room_clear(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_places),
        cmocka_unit_test(ways_go_around_closures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
