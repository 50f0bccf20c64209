#include "tests/check.h"

#include <locale.h>
#include <wchar.h>

#include "app/base/text.h"

/* Goal: what RFC 3629 forbids is not UTF-8, and the place is named. Method: each kind of wrong
 * beside the nearest right; `valid` is how many bytes are good from the start. */
static const struct { const char *name; struct span bytes; size_t valid; } utf8_cases[] = {
    { "nothing",                    { "", 0 },                   0 },
    { "ASCII",                      { "ab", 2 },                 2 },
    { "NUL is a character",         { "a\0b", 3 },               3 },
    { "two bytes, smallest U+80",   { "\xC2\x80", 2 },           2 },
    { "overlong /, two bytes",      { "\xC0\xAF", 2 },           0 },
    { "overlong U+7F",              { "a\xC1\xBF", 3 },          1 },
    { "three bytes, smallest U+800", { "\xE0\xA0\x80", 3 },      3 },
    { "overlong, three bytes",      { "\xE0\x9F\xBF", 3 },       0 },
    { "four bytes, U+10000",        { "\xF0\x90\x80\x80", 4 },   4 },
    { "overlong, four bytes",       { "\xF0\x8F\xBF\xBF", 4 },   0 },
    { "U+D7FF",                     { "\xED\x9F\xBF", 3 },       3 },
    { "surrogate U+D800",           { "\xED\xA0\x80", 3 },       0 },
    { "surrogate U+DFFF",           { "\xED\xBF\xBF", 3 },       0 },
    { "U+10FFFF",                   { "\xF4\x8F\xBF\xBF", 4 },   4 },
    { "U+110000",                   { "\xF4\x90\x80\x80", 4 },   0 },
    { "lead byte F5",               { "\xF5\x80\x80\x80", 4 },   0 },
    { "five byte form",             { "\xF8\x88\x80\x80\x80", 5 }, 0 },
    { "lone continuation",          { "ab\x80", 3 },             2 },
    { "FE and FF",                  { "\xFE\xFF", 2 },           0 },
    { "cut after one of three",     { "x\xE2", 2 },              1 },
    { "cut after two of three",     { "x\xE2\x80", 3 },          1 },
    { "third byte is a letter",     { "x\xE2\x80z", 4 },         1 },
};

static void utf8_is_what_rfc_3629_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(utf8_cases); i++) {
        CASE("%s", utf8_cases[i].name);
        assert_int_equal(utf8_valid_length(utf8_cases[i].bytes), utf8_cases[i].valid);
    }
}

/* Goal: every scalar value is written and read back as itself; no other number is. Method: all. */
static void every_scalar_value_comes_back(void **state)
{
    char bytes[4];

    (void)state;
    for (uint32_t code = 0; code < 0x110010; code++) {
        bool scalar = code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
        uint32_t again = 0;
        size_t length = utf8_encode(code, bytes);
        if (utf8_decode(span_from(bytes, length), &again) != length)
            fail_msg("U+%04X is not read back", code);
        if (again != (scalar ? code : 0xFFFD))
            fail_msg("U+%04X comes back as U+%04X", code, again);
    }
}

/* Goal: nothing that moves a cursor, hides or reverses text survives, and everything a dispatcher
 * needs to read does. Method: raw and clean, side by side; what changes is not clean. */
static const struct { const char *name, *raw, *clean; } clean_cases[] = {
    { "plain",                   "smoke from roof",          "smoke from roof" },
    { "umlauts and accents",     "Stra\xC3\x9F" "e S\xC3\xA3o", "Stra\xC3\x9F" "e S\xC3\xA3o" },
    { "Cyrillic and CJK",        "\xD0\x96 \xE7\x81\xAB", "\xD0\x96 \xE7\x81\xAB" },
    { "Thai, base and mark",     "\xE0\xB8\x81\xE0\xB8\xB4", "\xE0\xB8\x81\xE0\xB8\xB4" },
    { "escape sequence",         "a\x1B[2Jb",                "a [2Jb" },
    { "line ends",               "one\r\n\ntwo",             "one two" },
    { "tab and bell",            "a\tb\a",                   "a b" },
    { "DEL",                     "a\x7F" "b",                "a b" },
    { "C1 control CSI",          "a\xC2\x9B" "31mb",         "a 31mb" },
    { "no-break space",          "a\xC2\xA0" "b",            "a b" },
    { "line separator",          "a\xE2\x80\xA8" "b",        "a b" },
    { "blanks collapsed",        "  a   b  ",                "a b" },
    { "only blanks",             " \t\n",                    "" },
    { "right-to-left override",  "a\xE2\x80\xAE" "b",        "ab" },
    { "isolate and its end",     "\xE2\x81\xA6" "a\xE2\x81\xA9", "a" },
    { "Arabic letter mark",      "a\xD8\x9C" "b",            "ab" },
    { "zero-width space",        "a\xE2\x80\x8B" "b",        "ab" },
    { "zero-width joiner",       "a\xE2\x80\x8D" "b",        "ab" },
    { "byte order mark",         "\xEF\xBB\xBF" "a",         "a" },
    { "soft hyphen",             "Quay\xC2\xADst",           "Quayst" },
    { "variation selector",      "\xE2\x9A\xA0\xEF\xB8\x8F", "\xE2\x9A\xA0" },
    { "tag character",           "a\xF3\xA0\x81\x81" "b",    "ab" },
    { "Hangul filler",           "a\xE3\x85\xA4" "b",        "ab" },
    { "private use",             "a\xEE\x82\xA0" "b",        "a b" },
    { "noncharacter",            "a\xEF\xB7\x90" "b",        "a b" },
    { "empty braille cell",      "a\xE2\xA0\x80" "b",        "a b" },
    { "invalid byte",            "a\xFF" "b",                "a b" },
    { "cut character",           "a\xE2\x80",                "a" },
    { "one combining mark",      "e\xCC\x81",                "e\xCC\x81" },
    { "two combining marks",     "e\xCC\x81\xCC\xA3",        "e\xCC\x81\xCC\xA3" },
    { "a third one",             "e\xCC\x81\xCC\xA3\xCC\x88" "f", "e\xCC\x81\xCC\xA3" "f" },
    { "a mark without a base",   "\xCC\x81" "a",             "a" },
    { "a mark after a blank",    "a \xCC\x81" "b",           "a b" },
    { "joiner between marks",    "e\xCC\x81\xE2\x80\x8D\xCC\xA3\xCC\x88", "e\xCC\x81\xCC\xA3" },
};

static void cleaning_leaves_nothing_that_acts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(clean_cases); i++) {
        char text[64], again[64];
        struct span raw = span_of(clean_cases[i].raw);
        CASE("%s", clean_cases[i].name);
        assert_int_equal(text_clean(raw, text, sizeof text), strlen(clean_cases[i].clean));
        assert_string_equal(text, clean_cases[i].clean);
        assert_true(text_is_clean(span_of(text)));
        text_clean(span_of(text), again, sizeof again);
        assert_string_equal(again, text);
        assert_int_equal(text_is_clean(raw), strcmp(clean_cases[i].raw, text) == 0);
    }
}

/* Goal: a text that fits stays whole, a longer one shows that it was cut, and no character is
 * halved. Method: around the size at which each text just fits. */
#define HUO "\xE7\x81\xAB"       /* U+706B, fire: three bytes, two columns. */
static const struct { const char *name, *raw; size_t bytes; const char *clean, *copy; } cuts[] = {
    { "just fits",                "abcdefg",   8, "abcdefg", "abcdefg" },
    { "one too long",             "abcdefgh",  8, "abcd\xE2\x80\xA6", "abcd\xE2\x80\xA6" },
    { "just fits, blanks after",  "abcdefg  ", 8, "abcdefg", "abcd\xE2\x80\xA6" },
    { "a character on the edge",  "abc\xC3\xA9" "defg", 8, "abc\xE2\x80\xA6", "abc\xE2\x80\xA6" },
    { "wide, just fits",          HUO HUO, 7, HUO HUO,    HUO HUO },
    { "wide, one byte less",      HUO HUO, 6, "\xE2\x80\xA6", "\xE2\x80\xA6" },
    { "an ellipsis of its own",   "abcd\xE2\x80\xA6", 8, "abcd\xE2\x80\xA6", "abcd\xE2\x80\xA6" },
};

static void a_cut_text_shows_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cuts); i++) {
        char text[16];
        CASE("%s", cuts[i].name);
        text_clean(span_of(cuts[i].raw), text, cuts[i].bytes);
        assert_string_equal(text, cuts[i].clean);
        text_copy(text, cuts[i].bytes, span_of(cuts[i].raw));
        assert_string_equal(text, cuts[i].copy);
    }
}

/* Goal: a text cleaned into a small place is clean, fits, and cleans to itself. Method: every
 * case of above at every size. */
static void cleaning_again_changes_nothing_at_any_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(clean_cases); i++) {
        for (size_t bytes = 4; bytes < 32; bytes++) {
            char text[32], again[32];
            size_t length = text_clean(span_of(clean_cases[i].raw), text, bytes);
            assert_true(length < bytes && strlen(text) == length);
            assert_true(text_is_clean(span_of(text)));
            text_clean(span_of(text), again, bytes);
            assert_string_equal(again, text);
        }
    }
}

/* Goal: our widths are those ncurses reckons with, or a screen tears. Method: every clean code
 * point that the C library knows, against its wcwidth. */
static void widths_are_those_of_the_c_library(void **state)
{
    (void)state;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        print_message("SKIP: this machine has no C.UTF-8 locale\n");
        skip();
    }
    uint32_t known = 0;
    for (uint32_t code = 0x20; code < 0x110000; code++) {
        char text[8] = "a";
        size_t length = utf8_encode(code, text + 1);
        int columns = wcwidth((wchar_t)code);
        if (columns < 0 || !text_is_clean(span_from(text, 1 + length)))
            continue;
        known++;
        if (glyph_columns(code) != columns)
            fail_msg("U+%04X: %d columns, wcwidth says %d", code, glyph_columns(code), columns);
    }
    setlocale(LC_CTYPE, "C");
    assert_true(known > 100000);        /* Else the test looked at nothing. */
    assert_int_equal(text_columns(SPAN("a\xE7\x81\xAB" "e\xCC\x81\xFF")), 5);
}

static void case_is_ignored_for_ascii_only(void **state)
{
    (void)state;
    assert_true(text_same_ignoring_case(SPAN("Severe"), SPAN("sEVERE")));
    assert_false(text_same_ignoring_case(SPAN("Severe"), SPAN("Sever")));
    assert_false(text_same_ignoring_case(SPAN("\xC3\x84"), SPAN("\xC3\xA4")));
    assert_false(text_same_ignoring_case(SPAN("["), SPAN("{")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_rfc_3629_says),
        cmocka_unit_test(every_scalar_value_comes_back),
        cmocka_unit_test(cleaning_leaves_nothing_that_acts),
        cmocka_unit_test(a_cut_text_shows_it),
        cmocka_unit_test(cleaning_again_changes_nothing_at_any_size),
        cmocka_unit_test(widths_are_those_of_the_c_library),
        cmocka_unit_test(case_is_ignored_for_ascii_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
