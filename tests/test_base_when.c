#include "tests/check.h"

#include <stdlib.h>
#include <time.h>

#include "app/base/when.h"

/* Goal: RFC 3339 with a zone is read to the millisecond, anything else is refused. Method: each
 * wrong beside the nearest right; instants reckoned by `date -u +%s`. */
static const struct { const char *text; bool good; int64_t at_ms; } parse_cases[] = {
    { "2026-11-17T14:32:07Z",            true,  1794925927000 },
    { "2026-11-17t14:32:07z",            true,  1794925927000 },
    { "2026-11-17 14:32:07Z",            true,  1794925927000 },
    { "2026-11-17_14:32:07Z",            false, 0 },
    { "2026-11-17T14:32:07.120Z",        true,  1794925927120 },
    { "2026-11-17T14:32:07.1Z",          true,  1794925927100 },
    { "2026-11-17T14:32:07.123999999Z",  true,  1794925927123 },
    { "2026-11-17T14:32:07.Z",           false, 0 },
    { "2026-11-17T14:32:07,1Z",          false, 0 },
    { "2026-11-17T15:32:07+01:00",       true,  1794925927000 },
    { "2026-11-17T10:02:07-04:30",       true,  1794925927000 },
    { "2026-11-17T14:32:07-00:00",       true,  1794925927000 },
    { "2026-11-17T15:32:07+0100",        false, 0 },
    { "2026-11-17T15:32:07+24:00",       false, 0 },
    { "2026-11-17T15:32:07+01:60",       false, 0 },
    { "2026-11-17T14:32:07",             false, 0 },
    { "2026-11-17T14:32Z",               false, 0 },
    { "2026-11-17",                      false, 0 },
    { "2016-12-31T23:59:60Z",            true,  1483228799999 },
    { "2016-12-31T23:59:60.5Z",          true,  1483228799999 },
    { "2016-12-31T23:59:61Z",            false, 0 },
    { "2024-02-29T00:00:00Z",            true,  1709164800000 },
    { "2026-02-29T00:00:00Z",            false, 0 },
    { "2000-02-29T00:00:00Z",            true,  951782400000 },
    { "1900-02-29T00:00:00Z",            false, 0 },
    { "2026-04-31T00:00:00Z",            false, 0 },
    { "2026-13-01T00:00:00Z",            false, 0 },
    { "2026-00-01T00:00:00Z",            false, 0 },
    { "2026-01-00T00:00:00Z",            false, 0 },
    { "2026-01-01T24:00:00Z",            false, 0 },
    { "2026-01-01T00:60:00Z",            false, 0 },
    { "1969-12-31T23:59:59.999Z",        true,  -1 },
    { "2026-11-17T14:32:07Z ",           false, 0 },
    { "226-11-17T14:32:07Z",             false, 0 },
    { "",                                false, 0 },
};

static void rfc_3339_is_read_to_the_millisecond(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(parse_cases); i++) {
        int64_t at_ms = -99;
        CASE("\"%s\"", parse_cases[i].text);
        assert_int_equal(when_parse(span_of(parse_cases[i].text), &at_ms), parse_cases[i].good);
        assert_int_equal(at_ms, parse_cases[i].good ? parse_cases[i].at_ms : -99);
    }
}

/* Goal: no prefix of a time is taken for a time. Method: every length, in memory of that length
 * only, so that the sanitizer sees a byte read too far. */
static void a_torn_time_is_no_time(void **state)
{
    static const char whole[] = "2026-11-17T14:32:07.120+01:00";

    (void)state;
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        int64_t at_ms;
        char *torn = base_alloc(length, 1);
        memcpy(torn, whole, length);
        assert_false(when_parse(span_from(torn, length), &at_ms));
        base_free(torn);
    }
}

/* Goal: what is written is read back as the same instant. Method: steps through 400 years that
 * meet every day of the week, month and leap rule. */
static void a_written_time_is_read_back(void **state)
{
    char text[WHEN_TEXT_BYTES];

    (void)state;
    for (int64_t at_ms = -2208988800000; at_ms < 10413792000000; at_ms += 86399999LL * 7) {
        int64_t again;
        assert_true(when_parse(span_of(when_text(at_ms, text)), &again));
        assert_int_equal(again, at_ms);
    }
    assert_string_equal(when_text(1794925927000, text), "2026-11-17T14:32:07Z");
    assert_string_equal(when_text(1794925927120, text), "2026-11-17T14:32:07.120Z");
    assert_string_equal(when_text(-1, text), "1969-12-31T23:59:59.999Z");
}

/* Goal: a night in which the clock is set back has an hour twice, one in which it is set forward
 * has one never. Method: zones with rules of their own; the expected instant is the earlier. */
static const struct {
    const char *name, *zone;
    struct civil local;
    int count;
    const char *utc;
} local_cases[] = {
    { "before the gap",  "Europe/Berlin",       { 2026, 3, 29, 1, 59, 59, 0 },  1,
      "2026-03-29T00:59:59Z" },
    { "in the gap",      "Europe/Berlin",       { 2026, 3, 29, 2, 30, 0, 0 },   0, "" },
    { "after the gap",   "Europe/Berlin",       { 2026, 3, 29, 3, 0, 0, 0 },    1,
      "2026-03-29T01:00:00Z" },
    { "just before",     "Europe/Berlin",       { 2026, 10, 25, 1, 59, 0, 0 },  1,
      "2026-10-24T23:59:00Z" },
    { "in the fold",     "Europe/Berlin",       { 2026, 10, 25, 2, 30, 0, 0 },  2,
      "2026-10-25T00:30:00Z" },
    { "after the fold",  "Europe/Berlin",       { 2026, 10, 25, 3, 0, 0, 0 },   1,
      "2026-10-25T02:00:00Z" },
    { "summer",          "Europe/Berlin",       { 2026, 7, 1, 12, 0, 0, 250 },  1,
      "2026-07-01T10:00:00.250Z" },
    { "fold, west",      "America/New_York",    { 2026, 11, 1, 1, 15, 0, 0 },   2,
      "2026-11-01T05:15:00Z" },
    { "gap, west",       "America/New_York",    { 2026, 3, 8, 2, 15, 0, 0 },    0, "" },
    { "half-hour fold",  "Australia/Lord_Howe", { 2026, 4, 5, 1, 45, 0, 0 },    2,
      "2026-04-04T14:45:00Z" },
    { "after half-hour", "Australia/Lord_Howe", { 2026, 4, 5, 2, 0, 0, 0 },     1,
      "2026-04-04T15:30:00Z" },
    { "no summer time",  "Asia/Kolkata",        { 2026, 3, 29, 2, 30, 0, 0 },   1,
      "2026-03-28T21:00:00Z" },
    { "UTC",             "UTC",                 { 2026, 3, 29, 2, 30, 0, 0 },   1,
      "2026-03-29T02:30:00Z" },
};

static void local_times_may_come_twice_or_never(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(local_cases); i++) {
        char text[WHEN_TEXT_BYTES];
        int64_t at_ms = 0;
        CASE("%s: %s", local_cases[i].zone, local_cases[i].name);
        setenv("TZ", local_cases[i].zone, 1);
        tzset();
        assert_int_equal(when_from_local(&local_cases[i].local, &at_ms), local_cases[i].count);
        if (local_cases[i].count)
            assert_string_equal(when_text(at_ms, text), local_cases[i].utc);
        else
            assert_int_equal(at_ms, 0);
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

static const struct { const char *text; bool good; int64_t span_ms; } span_cases[] = {
    { "90s",     true,  90000 },      { "10m",    true,  600000 },   { "2h",   true,  7200000 },
    { "1d",      true,  86400000 },   { "0s",     true,  0 },        { "366d", true,  31622400000 },
    { "367d",    false, 0 },          { "90000s", true,  90000000 }, { "90",   false, 0 },
    { "s",       false, 0 },          { "",       false, 0 },        { "-1s",  false, 0 },
    { "1.5h",    false, 0 },          { "1w",     false, 0 },        { "1 h",  false, 0 },
    { "1hh",     false, 0 },          { "+1h",    false, 0 },
    { "9223372036854775807d", false, 0 },
};

static void spans_are_a_number_and_a_letter(void **state)
{
    char text[WHEN_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(span_cases); i++) {
        int64_t span_ms = -99;
        CASE("\"%s\"", span_cases[i].text);
        assert_int_equal(span_parse(span_of(span_cases[i].text), &span_ms), span_cases[i].good);
        assert_int_equal(span_ms, span_cases[i].good ? span_cases[i].span_ms : -99);
    }
    assert_string_equal(span_clock_text(48000, text), "0:48");
    assert_string_equal(span_clock_text(760999, text), "12:40");
    assert_string_equal(span_clock_text(3599999, text), "59:59");
    assert_string_equal(span_clock_text(7804000, text), "2:10:04");
    assert_string_equal(span_clock_text(-48000, text), "-0:48");
    assert_string_equal(span_clock_text(360000000, text), "100:00:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_3339_is_read_to_the_millisecond),
        cmocka_unit_test(a_torn_time_is_no_time),
        cmocka_unit_test(a_written_time_is_read_back),
        cmocka_unit_test(local_times_may_come_twice_or_never),
        cmocka_unit_test(spans_are_a_number_and_a_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
