/* The command line: nothing a person typed is lost, cut inside a character, or sent as seen when it
 * was not. */
#include "tests/check.h"

#include "panels/line.h"

static void type(struct typed_line *line, const char *text)
{
    line_insert(line, span_of(text));
}

/* Goal: editing keeps whole characters. Method: one row per key, on a text with letters of one to
 * four bytes, the cursor after the e. */
static const struct {
    const char *name;
    void (*edit)(struct typed_line *line);
    const char *expected;
} edits[] = {
    { "backspace takes one character",   line_erase_back,     "n 42 caf\xF0\x9F\x9A\x92 z" },
    { "delete takes one character",      line_erase_here,     "n 42 caf\xC3\xA9 z" },
    { "^K erases to the end",            line_erase_to_end,   "n 42 caf\xC3\xA9" },
    { "^U erases to the start",          line_erase_to_start, "\xF0\x9F\x9A\x92 z" },
    { "^W erases the word before",       line_erase_word,     "n 42 \xF0\x9F\x9A\x92 z" },
    { "Left changes no text",            line_left,          "n 42 caf\xC3\xA9\xF0\x9F\x9A\x92 z" },
};

static void editing_keeps_whole_characters(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(edits); i++) {
        struct typed_line line = { .length = 0 };
        CASE("%s", edits[i].name);
        type(&line, "n 42 caf\xC3\xA9\xF0\x9F\x9A\x92 z");
        for (int back = 0; back < 3; back++)
            line_left(&line);
        edits[i].edit(&line);
        assert_string_equal(line.text, edits[i].expected);
        line_free(&line);
    }
}

/* Goal: 500 characters are the limit, whatever they weigh, and the rest is not lost silently.
 * Method: 600 characters of two bytes. */
static void a_line_holds_500_characters(void **state)
{
    struct typed_line line = { .length = 0 };
    bool whole = true;

    (void)state;
    for (int i = 0; i < 600; i++)
        whole = line_insert(&line, SPAN("\xC3\xA9")) && whole;
    assert_false(whole);
    assert_int_equal(line.length, 2 * LINE_CHARACTERS_MAX);
    line_free(&line);
}

/* Goal: a paste never sends, and never brings what a terminal would obey. Method: two lines with
 * an escape sequence and a bidi override in the first. */
static void a_paste_gives_its_first_line_clean(void **state)
{
    struct typed_line line = { .length = 0 };

    (void)state;
    assert_false(line_paste(&line, SPAN("n 42 \x1B[2Jsmoke\xE2\x80\xAE here\nclose 42 X\n")));
    assert_null(strchr(line.text, '\x1B'));
    assert_null(strstr(line.text, "\xE2\x80\xAE"));
    assert_null(strstr(line.text, "close"));
    assert_non_null(strstr(line.text, "smoke"));
    line_free(&line);
}

/* Goal: Up gives the earlier lines and Down the one being typed. Method: two sent, one half
 * typed. */
static void history_keeps_the_line_being_typed(void **state)
{
    struct typed_line line = { .length = 0 };

    (void)state;
    type(&line, "42");
    line_sent(&line);
    type(&line, "n 42 first");
    line_sent(&line);
    type(&line, "half");
    line_earlier(&line);
    assert_string_equal(line.text, "n 42 first");
    line_earlier(&line);
    assert_string_equal(line.text, "42");
    line_earlier(&line);
    assert_string_equal(line.text, "42");
    line_later(&line);
    line_later(&line);
    assert_string_equal(line.text, "half");
    line_free(&line);
}

/* Goal: screens.md section 6, test 4, the console's half: a change drawn less than 700 ms before
 * Enter counts as unseen. Method: first key at 0 with entry 10 drawn, entry 11 drawn some time
 * before Enter at 1,000 ms; and a line begun only after entry 11 was drawn. */
static const struct {
    const char *name;
    int64_t changed_before_ms;
    uint64_t first_key_sequence, expected;
} sights[] = {
    { "drawn with Enter",                    0,    10, 10 },
    { "drawn 300 ms before",                 300,  10, 10 },
    { "drawn 699 ms before",                 699,  10, 10 },
    { "first key before it, drawn 900 ago",  900,  10, 10 },
    { "first key after it, drawn 900 ago",   900,  11, 11 },
    { "first key after it, drawn 300 ago",   300,  11, 10 },
    { "drawn before the first key",          1500, 11, 11 },
};

static void a_change_just_drawn_counts_as_unseen(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sights); i++) {
        struct typed_line line = { .first_key_sequence = sights[i].first_key_sequence };
        struct drawn drawn = { .count = 0 };
        int64_t enter_ms = 100000;
        CASE("%s", sights[i].name);
        drawn_add(&drawn, enter_ms - 60000, 10);
        drawn_add(&drawn, enter_ms - sights[i].changed_before_ms, 11);
        drawn_add(&drawn, enter_ms, 11);
        assert_int_equal(line_saw(&line, &drawn, enter_ms), sights[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(editing_keeps_whole_characters),
        cmocka_unit_test(a_line_holds_500_characters),
        cmocka_unit_test(a_paste_gives_its_first_line_clean),
        cmocka_unit_test(history_keeps_the_line_being_typed),
        cmocka_unit_test(a_change_just_drawn_counts_as_unseen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
