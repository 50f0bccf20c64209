#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/locations.h"
#include "app/places.h"
#include "app/refusal.h"
#include "app/repeats.h"
#include "app/suspect.h"
#include "tests/check.h"

/* Goal: hub time slews to a wall that has stepped, never backwards and never twice as fast. */
static void time_slews(void **state)
{
    static const struct {
        const char *name;
        int64_t elapsed_ms, owed_ms, moves_ms, still_owed_ms;
    } cases[] = {
        { "nothing owed",            1000, 0,     1000, 0 },
        { "ahead: half again",       1000, 5000,  1500, 4500 },
        { "the last of it",          1000, 300,   1300, 0 },
        { "behind: half the pace",   1000, -5000, 500,  -4500 },
        { "the last of that",        1000, -100,  900,  0 },
        { "no time, no slewing",     0,    5000,  0,    5000 },
        { "one ms has no half",      1,    5000,  1,    5000 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        int64_t owed_ms = cases[i].owed_ms;
        CASE("%s", cases[i].name);
        assert_int_equal(clock_slew_ms(cases[i].elapsed_ms, &owed_ms), cases[i].moves_ms);
        assert_int_equal(owed_ms, cases[i].still_owed_ms);
    }
}

/* Goal: a location waits until it is old or far enough, the newest wins, and what was replaced is
 * counted. Method: offers and gatherings in turn, the interval being 5 s. */
static void locations_are_coalesced(void **state)
{
    static const struct geo_point here = { 51.2, -4.0 }, near = { 51.2001, -4.0 },
                                  far = { 51.21, -4.0 };
    static const int64_t t = 1800000000000;
    struct locations *locations = locations_new();
    struct buffer out = { 0 };

    (void)state;
    assert_false(locations_offer(locations, "E7", t, here, span_of("{\"n\":1}")));
    assert_false(locations_offer(locations, "E2", t, here, span_of("{\"n\":2}")));
    assert_int_equal(locations_due_ms(locations, 5000), t);
    assert_int_equal(locations_gather(locations, t, 5000, &out), 2);
    assert_string_equal(out.bytes,
                        "{\"report\":\"locations\",\"of\":[{\"n\":2},{\"n\":1}]}");
    /* Hardly moved, 1 s later: it waits for its 5 s, or for a newer one. */
    assert_false(locations_offer(locations, "E7", t + 1000, near, span_of("{\"n\":3}")));
    assert_int_equal(locations_gather(locations, t + 1000, 5000, &out), 0);
    assert_int_equal(locations_due_ms(locations, 5000), t + 5000);
    assert_true(locations_offer(locations, "E7", t + 2000, near, span_of("{\"n\":4}")));
    /* One that comes late is left out. */
    assert_true(locations_offer(locations, "E7", t + 1500, far, span_of("{\"n\":5}")));
    buffer_reset(&out);
    assert_int_equal(locations_gather(locations, t + 5000, 5000, &out), 1);
    assert_string_equal(out.bytes, "{\"report\":\"locations\",\"of\":[{\"n\":4}]}");
    /* Far away: at once. */
    assert_false(locations_offer(locations, "E7", t + 5100, far, span_of("{\"n\":6}")));
    assert_int_equal(locations_gather(locations, t + 5100, 5000, &out), 1);
    assert_int_equal(locations_due_ms(locations, 5000), 0);
    /* Names without end fill no memory: those there are still taken. */
    for (uint32_t i = 0; i < LOCATION_UNITS_MAX; i++) {
        char unit[16];
        snprintf(unit, sizeof unit, "X%u", i);
        if (locations_take(locations, unit))
            locations_offer(locations, unit, t, here, span_of("{}"));
    }
    assert_false(locations_take(locations, "Y1"));
    assert_true(locations_take(locations, "E7"));
    locations_free(locations);
    buffer_clear(&out);
}

/* Goal: only a report equal to the last with its id is a repeat. */
static void repeats_are_known(void **state)
{
    struct repeats *repeats = repeats_new();

    (void)state;
    assert_false(repeats_seen(repeats, "incident", "c1", span_of("one")));
    assert_true(repeats_seen(repeats, "incident", "c1", span_of("one")));
    assert_false(repeats_seen(repeats, "alarm", "c1", span_of("one")));
    assert_false(repeats_seen(repeats, "incident", "c1", span_of("two")));
    assert_false(repeats_seen(repeats, "incident", "c1", span_of("one")));
    repeats_free(repeats);
}

/* Goal: the input that ended a process twice is known, and no other. Method: the file is opened
 * again without closing, as after a death. */
static void a_suspect_is_known(void **state)
{
    char path[] = "/tmp/watchdesk-suspect-XXXXXX";
    struct suspect *suspect;

    (void)state;
    close(mkstemp(path));
    unlink(path);
    for (int death = 0; death < SUSPECT_TIMES; death++) {
        assert_int_equal(suspect_open(path, &suspect), STATUS_OK);
        assert_true(suspect_begin(suspect, "nws", span_of("fine")));
        suspect_cleared(suspect);
        /* Killed from outside while it was decided, then decided well: the tick of what is due. */
        assert_true(suspect_begin(suspect, "", span_of("due")));
        base_free(suspect);
        assert_int_equal(suspect_open(path, &suspect), STATUS_OK);
        assert_true(suspect_begin(suspect, "", span_of("due")));
        suspect_cleared(suspect);
        assert_true(suspect_begin(suspect, "nws", span_of("deadly")));
        base_free(suspect);         /* Its page stays as it is: nobody cleared it. */
    }
    assert_int_equal(suspect_open(path, &suspect), STATUS_OK);
    assert_false(suspect_begin(suspect, "nws", span_of("deadly")));
    assert_true(suspect_begin(suspect, "tide", span_of("deadly")));
    assert_true(suspect_begin(suspect, "nws", span_of("fine")));
    suspect_close(suspect);
    unlink(path);
}

/* Goal: what is refused is kept as it was sent. Method: what refusal_write() makes is a report that
 * can be read again; base64 by the vectors of RFC 4648 section 10. */
static void a_refusal_keeps_the_bytes(void **state)
{
    static const struct { const char *bytes, *base64; } cases[] = {
        { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foobar", "Zm9vYmFy" },
        { "\xff\xfe", "//4=" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct arena *arena = arena_new();
        struct buffer text = { 0 };
        struct report report;
        struct json *json;
        CASE("%s", cases[i].base64);
        refusal_write(&(struct refusal_of){ .verdict = refused(REFUSED_BAD_UTF8, 1, "text"),
                                            .bytes = span_of(cases[i].bytes),
                                            .at_ms = 1800000000000 }, &text);
        struct verdict verdict = json_parse(buffer_span(&text), &json);
        assert_true(is_accepted(&verdict));
        verdict = report_read(json, arena, &report);
        assert_true(is_accepted(&verdict));
        assert_string_equal(report.refused.bytes, cases[i].base64);
        assert_int_equal(report.refused.length, strlen(cases[i].bytes));
        assert_int_equal(strlen(report.refused.sha256), 64);
        json_free(json);
        buffer_clear(&text);
        arena_free(arena);
    }
}

/* Goal: one lock for one hub, and its socket found through it, only while it is held. */
static void a_lock_leads_to_its_socket(void **state)
{
    char folder[] = "/tmp/watchdesk-places-XXXXXX", path[PLACES_PATH_BYTES];
    struct buffer problem = { 0 };
    struct places places;
    int lock, second;

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_true(places_find(folder, &places, &problem));
    assert_int_equal(places_socket(&places, path), STATUS_NOT_FOUND);
    assert_int_equal(places_lock(&places, &lock), STATUS_OK);
    assert_int_equal(places_lock(&places, &second), STATUS_BUSY);
    assert_int_equal(places_socket(&places, path), STATUS_BUSY);
    assert_int_equal(places_publish(lock, "/run/x/PM.sock"), STATUS_OK);
    assert_int_equal(places_socket(&places, path), STATUS_OK);
    assert_string_equal(path, "/run/x/PM.sock");
    close(lock);
    assert_int_equal(places_socket(&places, path), STATUS_NOT_FOUND);
    unlink(places_file(&places, "hub.lock", path));
    rmdir(folder);
    assert_false(places_find(folder, &places, &problem));
    assert_non_null(strstr(problem.bytes, "--site"));
    buffer_clear(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_slews),
        cmocka_unit_test(locations_are_coalesced),
        cmocka_unit_test(repeats_are_known),
        cmocka_unit_test(a_suspect_is_known),
        cmocka_unit_test(a_refusal_keeps_the_bytes),
        cmocka_unit_test(a_lock_leads_to_its_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
