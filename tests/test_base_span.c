#include "tests/check.h"

#include <math.h>

/* Goal: only decimal numbers are numbers. Method: what strtod and strtoll would also take, next
 * to the nearest text that is one. */
static const struct { const char *text; bool is_double, is_int64; double value; } numbers[] = {
    { "12",                   true,  true,  12 },
    { " 12\r\n",              true,  true,  12 },
    { "-7",                   true,  true,  -7 },
    { "+7",                   true,  true,  7 },
    { "1.5",                  true,  false, 1.5 },
    { "1e3",                  true,  false, 1000 },
    { ".5",                   true,  false, 0.5 },
    { "1e308",                true,  false, 1e308 },
    { "1e309",                false, false, 0 },
    { "9223372036854775807",  true,  true,  9223372036854775807.0 },
    { "9223372036854775808",  true,  false, 9223372036854775808.0 },
    { "",                     false, false, 0 },
    { " ",                    false, false, 0 },
    { "-",                    false, false, 0 },
    { "--1",                  false, false, 0 },
    { "1 2",                  false, false, 0 },
    { "1.2.3",                false, false, 0 },
    { "0x10",                 false, false, 0 },
    { "nan",                  false, false, 0 },
    { "NaN",                  false, false, 0 },
    { "inf",                  false, false, 0 },
    { "-infinity",            false, false, 0 },
    { "12abc",                false, false, 0 },
    { "1,5",                  false, false, 0 },
};

static void only_decimal_numbers_are_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
        double number = -99;
        int64_t whole = -99;
        CASE("\"%s\"", numbers[i].text);
        assert_int_equal(span_to_double(span_of(numbers[i].text), &number), numbers[i].is_double);
        assert_true(number == (numbers[i].is_double ? numbers[i].value : -99));
        assert_int_equal(span_to_int64(span_of(numbers[i].text), &whole), numbers[i].is_int64);
        if (numbers[i].is_int64)
            assert_true((double)whole == numbers[i].value);
        else
            assert_int_equal(whole, -99);
    }
}

/* Goal: a number inside a longer text ends with its span. Method: spans that stop before digits,
 * and one byte over the longest number. */
static void a_number_ends_with_its_span(void **state)
{
    double number;
    char digits[80];

    (void)state;
    assert_true(span_to_double(span_from("1234", 2), &number));
    assert_true(number == 12);
    assert_false(span_to_double(SPAN("1\0002"), &number));
    memset(digits, '1', sizeof digits);
    assert_true(span_to_double(span_from(digits, 63), &number));
    assert_false(span_to_double(span_from(digits, 64), &number));
}

/* Goal: cutting gives every part once, empty ones too. Method: joined parts of odd texts. */
static const struct { const char *name, *text, *parts[4]; size_t count; } cuts[] = {
    { "two parts",          "a,b",  { "a", "b" },          2 },
    { "nothing",            "",     { "" },                1 },
    { "no separator",       "ab",   { "ab" },              1 },
    { "only a separator",   ",",    { "", "" },            2 },
    { "empty in between",   "a,,b", { "a", "", "b" },      3 },
    { "separator at an end", ",a,", { "", "a", "" },       3 },
};

static void cutting_gives_every_part_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cuts); i++) {
        struct span rest = span_of(cuts[i].text), part;
        CASE("%s", cuts[i].name);
        for (size_t k = 0; k < cuts[i].count; k++) {
            assert_true(span_cut(&rest, ',', &part));
            assert_true(span_is(part, cuts[i].parts[k]));
        }
        assert_false(span_cut(&rest, ',', &part));
        assert_false(span_cut(&rest, ',', &part));
    }
}

/* Goal: equal, starts and trim look at all bytes of the span and none beyond. */
static void comparing_stays_inside_the_span(void **state)
{
    (void)state;
    assert_true(span_is(span_from("fires", 4), "fire"));
    assert_false(span_is(span_from("fires", 5), "fire"));
    assert_false(span_is(span_from("fir", 3), "fire"));
    assert_false(span_is(SPAN("fire\0"), "fire"));
    assert_true(span_starts(SPAN("fires"), "fire"));
    assert_false(span_starts(span_from("fires", 3), "fire"));
    assert_true(span_is(span_trim(SPAN(" \t a b\r\n")), "a b"));
    assert_int_equal(span_trim(SPAN(" \t\r\n")).length, 0);
    assert_int_equal(span_trim((struct span){ 0 }).length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_decimal_numbers_are_numbers),
        cmocka_unit_test(a_number_ends_with_its_span),
        cmocka_unit_test(cutting_gives_every_part_once),
        cmocka_unit_test(comparing_stays_inside_the_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
