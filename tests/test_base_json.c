#include "tests/check.h"

#include "app/base/json.h"
#include "app/base/text.h"

/* Goal: only what RFC 8259 calls JSON is taken, and the place of the trouble is told. Method: each
 * wrong beside the nearest right; the offset of a right one is 0. */
#define TEXT(literal) { (literal), sizeof(literal) - 1 }
static const struct {
    const char *name;
    struct span text;
    enum refusal refusal;
    size_t offset;
} border_cases[] = {
    { "an object",              TEXT("{\"a\":1}"),             REFUSED_NOT,        0 },
    { "a bare value",           TEXT("1"),                     REFUSED_NOT,        0 },
    { "blanks around",          TEXT(" \t\r\n{} \n"),          REFUSED_NOT,        0 },
    { "nothing",                TEXT(""),                      REFUSED_TRUNCATED,  0 },
    { "only blanks",            TEXT("  "),                    REFUSED_TRUNCATED,  2 },
    { "not JSON",               TEXT("hello"),                 REFUSED_BAD_SYNTAX, 0 },
    { "control byte for a blank", TEXT("{\v}"),                REFUSED_BAD_SYNTAX, 1 },
    { "NUL after the end",      TEXT("{}\0"),                  REFUSED_BAD_SYNTAX, 2 },
    { "trailing garbage",       TEXT("{} x"),                  REFUSED_BAD_SYNTAX, 2 },
    { "two values",             TEXT("{}{}"),                  REFUSED_BAD_SYNTAX, 2 },
    { "cut in an object",       TEXT("{\"a\":1"),              REFUSED_TRUNCATED,  6 },
    { "cut in a string",        TEXT("{\"a"),                  REFUSED_TRUNCATED,  3 },
    { "trailing comma",         TEXT("[1,]"),                  REFUSED_BAD_SYNTAX, 3 },
    { "single quotes",          TEXT("{'a':1}"),               REFUSED_BAD_SYNTAX, 2 },
    { "a comment",              TEXT("{}//x"),                 REFUSED_BAD_SYNTAX, 2 },
    { "upper-case TRUE",        TEXT("TRUE"),                  REFUSED_BAD_SYNTAX, 0 },
    /* UTF-8 */
    { "UTF-8 in a text",        TEXT("\"\xE7\x81\xAB\""),      REFUSED_NOT,        0 },
    { "bad UTF-8 in a text",    TEXT("\"a\xFF\""),             REFUSED_BAD_UTF8,   2 },
    { "a surrogate as bytes",   TEXT("\"\xED\xA0\x80\""),      REFUSED_BAD_UTF8,   1 },
    { "a surrogate pair",       TEXT("\"\\ud83d\\ude92\""),    REFUSED_NOT,        0 },
    { "a lone surrogate",       TEXT("\"\\ud83d\""),           REFUSED_BAD_SYNTAX, 1 },
    { "the escape of NUL",      TEXT("\"a\\u0000\""),          REFUSED_BAD_UTF8,   2 },
    { "an escaped backslash, u0000", TEXT("\"a\\\\u0000\""),   REFUSED_NOT,        0 },
    { "the escape of U+0001",   TEXT("\"a\\u0001\""),          REFUSED_NOT,        0 },
    { "a raw line end in a text", TEXT("\"a\nb\""),            REFUSED_BAD_SYNTAX, 2 },
    { "an unknown escape",      TEXT("\"\\x41\""),             REFUSED_BAD_SYNTAX, 1 },
    /* numbers */
    { "zero",                   TEXT("[0,-0,0.5,-1.5e+3,1E5]"), REFUSED_NOT,       0 },
    { "a leading zero",         TEXT("[01]"),                  REFUSED_BAD_SYNTAX, 1 },
    { "nothing after the point", TEXT("[1.]"),                 REFUSED_BAD_SYNTAX, 1 },
    { "nothing before the point", TEXT("[.5]"),                REFUSED_BAD_SYNTAX, 1 },
    { "minus, then a point",    TEXT("[-.5]"),                 REFUSED_BAD_SYNTAX, 1 },
    { "only a minus",           TEXT("[-]"),                   REFUSED_BAD_SYNTAX, 1 },
    { "a plus",                 TEXT("[+1]"),                  REFUSED_BAD_SYNTAX, 1 },
    { "an empty exponent",      TEXT("[1e]"),                  REFUSED_BAD_SYNTAX, 1 },
    { "hexadecimal",            TEXT("[0x10]"),                REFUSED_BAD_SYNTAX, 2 },
    { "NaN",                    TEXT("[NaN]"),                 REFUSED_BAD_SYNTAX, 1 },
    { "Infinity",               TEXT("[-Infinity]"),           REFUSED_BAD_SYNTAX, 1 },
    { "the largest double",     TEXT("[1.7976931348623157e308]"), REFUSED_NOT,     0 },
    { "larger than any double", TEXT("[1e999]"),               REFUSED_OUT_OF_RANGE, 1 },
};

static void only_json_comes_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(border_cases); i++) {
        struct json *json = NULL;
        CASE("%s", border_cases[i].name);
        /* In memory of just that size: cJSON must not count on a NUL behind it. */
        char *bytes = memcpy(base_alloc(border_cases[i].text.length, 1), border_cases[i].text.bytes,
                             border_cases[i].text.length);
        struct verdict verdict = json_parse(span_from(bytes, border_cases[i].text.length), &json);
        base_free(bytes);
        json_free(json);
        assert_string_equal(refusal_text(verdict.refusal), refusal_text(border_cases[i].refusal));
        assert_int_equal(verdict.offset, border_cases[i].offset);
        assert_int_equal(json != NULL, border_cases[i].refusal == REFUSED_NOT);
    }
}

/* Goal: nesting has a limit, and brackets in texts are no nesting. Method: at it and one over. */
static void nesting_has_a_limit(void **state)
{
    char text[2 * JSON_DEPTH_MAX + 8];
    struct json *json = NULL;

    (void)state;
    for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        struct verdict verdict = json_parse(span_from(text, 2 * depth), &json);
        assert_int_equal(verdict.refusal, depth > JSON_DEPTH_MAX ? REFUSED_TOO_DEEP : REFUSED_NOT);
        if (depth > JSON_DEPTH_MAX)
            assert_int_equal(verdict.offset, JSON_DEPTH_MAX);
        else
            json_free(json);
    }
    memset(text, '[', sizeof text);
    text[0] = text[sizeof text - 1] = '"';
    struct verdict verdict = json_parse(span_from(text, sizeof text), &json);
    assert_true(is_accepted(&verdict));
    json_free(json);
}

/* Goal: a value is given only as what it is. Method: one document of all types, each asked for
 * as each. */
static void a_value_is_given_only_as_what_it_is(void **state)
{
    static const char text[] =
        "{\"t\":\"x\",\"n\":1.5,\"w\":-42,\"f\":true,\"z\":null,\"l\":[1,2,3],"
        "\"o\":{\"in\":1},\"big\":9007199254740993,\"T\":\"other\"}";
    struct json *json;
    double number = -99;
    int64_t whole = -99;
    bool flag;

    (void)state;
    struct verdict verdict = json_parse(span_of(text), &json);
    assert_true(is_accepted(&verdict));
    assert_int_equal(json_type(json), JSON_OBJECT);
    assert_int_equal(json_count(json), 9);
    assert_string_equal(json_text(json_member(json, "t")), "x");
    assert_string_equal(json_text(json_member(json, "T")), "other");
    assert_null(json_text(json_member(json, "n")));
    assert_true(json_number(json_member(json, "n"), &number) && number == 1.5);
    assert_false(json_int64(json_member(json, "n"), &whole));
    assert_true(json_int64(json_member(json, "w"), &whole) && whole == -42);
    assert_true(json_flag(json_member(json, "f"), &flag) && flag);
    assert_false(json_flag(json_member(json, "w"), &flag));
    assert_false(json_number(json_member(json, "t"), &number));
    assert_int_equal(json_type(json_member(json, "z")), JSON_NULL);
    assert_null(json_member(json, "missing"));
    assert_null(json_member(NULL, "t"));
    assert_null(json_member(json_member(json, "l"), "t"));
    assert_int_equal(json_member_int64(json, "t", 7), 7);
    assert_string_equal(json_member_text(json, "w", "none"), "none");
    assert_int_equal(json_member_int64(json_member(json, "o"), "in", 7), 1);
    const struct json *item = json_first(json_member(json, "l"));
    for (int64_t i = 1; i <= 3; i++, item = json_next(item))
        assert_true(json_int64(item, &whole) && whole == i);
    assert_null(item);
    json_free(json);
}

/* Goal: whole numbers stay exact to 2^53 and are refused above, not rounded. */
static void whole_numbers_are_exact_or_refused(void **state)
{
    static const struct { const char *text; bool good; int64_t value; } cases[] = {
        { "9007199254740992",  true,  9007199254740992 },
        { "9007199254740994",  false, 0 },
        { "-9007199254740992", true,  -9007199254740992 },
        { "1e3",               true,  1000 },
        { "1.5",               false, 0 },
        { "1e300",             false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct json *json;
        int64_t whole = 0;
        CASE("%s", cases[i].text);
        struct verdict verdict = json_parse(span_of(cases[i].text), &json);
        assert_true(is_accepted(&verdict));
        assert_int_equal(json_int64(json, &whole), cases[i].good);
        assert_int_equal(whole, cases[i].value);
        json_free(json);
    }
}

/* Goal: what is written is JSON again, with the same values. Method: every kind of value, texts
 * with everything that needs an escape, numbers that need all their digits. */
static void what_is_written_reads_back(void **state)
{
    struct buffer out = { 0 };
    struct json *json;
    double number;
    char all[0x80];

    (void)state;
    for (int i = 1; i < 0x80; i++)
        all[i - 1] = (char)i;
    all[0x7F] = '\0';
    json_open(&out, NULL, '{');
    json_put_text(&out, "all", all);
    json_put_text(&out, "a \"name\"", "");
    json_put_int64(&out, "low", INT64_MIN);
    json_put_int64(&out, "zero", 0);
    json_put_number(&out, "third", 1.0 / 3);
    json_put_number(&out, "tenth", 0.1);
    json_put_degrees(&out, "lat", -53.55);
    json_put_flag(&out, "no", false);
    json_open(&out, "list", '[');
    json_put_span(&out, NULL, span_from("{", 1));
    json_put_span(&out, NULL, span_from("[", 1));
    json_open(&out, NULL, '{');
    json_close(&out, '}');
    json_put_raw(&out, NULL, SPAN("[1]"));
    json_close(&out, ']');
    json_close(&out, '}');
    assert_non_null(strstr(out.bytes, "\"low\":-9223372036854775808,\"zero\":0,"));
    assert_non_null(strstr(out.bytes, "\"tenth\":0.1,\"lat\":-53.5500000,\"no\":false,"));
    assert_non_null(strstr(out.bytes, "\"list\":[\"{\",\"[\",{},[1]]}"));
    struct verdict verdict = json_parse(buffer_span(&out), &json);
    assert_true(is_accepted(&verdict));
    assert_string_equal(json_text(json_member(json, "all")), all);
    assert_true(json_number(json_member(json, "third"), &number) && number == 1.0 / 3);
    assert_string_equal(json_name(json_next(json_first(json))), "a \"name\"");
    json_free(json);
    buffer_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_json_comes_in),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(a_value_is_given_only_as_what_it_is),
        cmocka_unit_test(whole_numbers_are_exact_or_refused),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
