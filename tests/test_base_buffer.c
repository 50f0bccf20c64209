#include "tests/check.h"

#include "app/base/buffer.h"

/* Goal: a buffer is a text at every moment and keeps what was added. Method: around the sizes at
 * which it grows, printed pieces longer than its first room included. */
static void a_buffer_keeps_what_was_added(void **state)
{
    struct buffer buffer = { 0 };
    char long_text[1000];

    (void)state;
    assert_string_equal(buffer_span(&buffer).bytes, "");
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    for (size_t i = 0; i < 600; i++) {
        buffer_add(&buffer, SPAN("ab"));
        assert_int_equal(buffer.length, 2 * i + 2);
        assert_int_equal(strlen(buffer.bytes), buffer.length);
    }
    buffer_reset(&buffer);
    assert_string_equal(buffer.bytes, "");
    buffer_print(&buffer, "%d-%s-%d", 1, long_text, 2);
    assert_int_equal(buffer.length, 999 + 4);
    assert_string_equal(buffer.bytes + 999, "xx-2");
    buffer_drop_front(&buffer, 1001);
    assert_string_equal(buffer.bytes, "-2");
    buffer_drop_front(&buffer, 2);
    assert_string_equal(buffer.bytes, "");
    buffer_clear(&buffer);
    buffer_clear(&buffer);
    assert_null(buffer.bytes);
}

/* Goal: an arena's memory is zeroed, aligned, apart, and gone with it. Method: mixed sizes over
 * several blocks, one larger than a block; twice, since a reset hands out used memory again. */
static void an_arena_hands_out_clean_memory(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        unsigned char *before = NULL;
        for (size_t bytes = 1; bytes < 200000; bytes = bytes * 3 + 1) {
            unsigned char *memory = arena_alloc(arena, bytes);
            assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < bytes; i++)
                assert_int_equal(memory[i], 0);
            memset(memory, 0xA5, bytes);
            if (before)
                assert_int_equal(before[0], 0xA5);
            before = memory;
        }
        const char *copy = arena_copy(arena, span_from("fires", 4));
        assert_string_equal(copy, "fire");
        assert_string_equal(arena_print(arena, "%s %05d", copy, 42), "fire 00042");
        assert_string_equal(arena_copy(arena, (struct span){ 0 }), "");
        assert_string_equal(copy, "fire");
        arena_reset(arena);
    }
    arena_free(arena);
    arena_free(NULL);
}

enum { LINE_BYTES_MAX = 8 };

/* Goal: one bad line costs that line only, and how the bytes arrive changes nothing. Method: each
 * stream at once, byte by byte, and in threes; expected lines as "text" or "text!" when cut. */
static const struct { const char *name; struct span stream; const char *lines[5]; } streams[] = {
    { "nothing",              { "", 0 },                      { NULL } },
    { "two lines",            { "one\ntwo\n", 8 },            { "one", "two" } },
    { "no end at the end",    { "one\ntwo", 7 },              { "one", "two" } },
    { "empty lines",          { "\n\na\n", 4 },               { "", "", "a" } },
    { "carriage returns",     { "one\r\ntwo\r\n", 10 },       { "one", "two" } },
    { "a return inside",      { "a\rb\n", 4 },                { "a\rb" } },
    { "as long as allowed",   { "12345678\nx\n", 11 },        { "12345678", "x" } },
    { "one byte over",        { "123456789\nx\n", 12 },       { "12345678!", "x" } },
    { "far over",             { "12345678901234567890123\nx\n", 26 }, { "12345678!", "x" } },
    { "over, and the last",   { "x\n1234567890", 12 },        { "x", "12345678!" } },
    { "two over in a row",    { "1234567890\nabcdefghij\nx\n", 24 },
                              { "12345678!", "abcdefgh!", "x" } },
};

static void line_is(const struct line *line, const char *expected)
{
    size_t length = strlen(expected);
    bool cut = length > 0 && expected[length - 1] == '!';

    assert_int_equal(line->cut, cut);
    assert_int_equal(line->text.length, length - cut);
    assert_memory_equal(line->text.bytes, expected, length - cut);
    assert_true(cut ? line->whole_bytes > LINE_BYTES_MAX : line->whole_bytes >= length);
}

static size_t take_lines(struct line_buffer *lines, const char *const *expected, size_t seen)
{
    struct line line;

    while (line_buffer_next(lines, &line)) {
        assert_non_null(expected[seen]);
        line_is(&line, expected[seen++]);
    }
    return seen;
}

static void torn_and_endless_lines_cost_themselves_only(void **state)
{
    static const size_t steps[] = { 1, 3, 1000 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(streams); i++) {
        for (size_t k = 0; k < ARRAY_COUNT(steps); k++) {
            struct span rest = streams[i].stream;
            struct line_buffer *lines = line_buffer_new(LINE_BYTES_MAX);
            size_t seen = 0;
            CASE("%s, %zu at a time", streams[i].name, steps[k]);
            while (rest.length) {
                size_t length = rest.length < steps[k] ? rest.length : steps[k];
                line_buffer_add(lines, span_from(rest.bytes, length));
                rest = span_from(rest.bytes + length, rest.length - length);
                seen = take_lines(lines, streams[i].lines, seen);
            }
            line_buffer_end(lines);
            seen = take_lines(lines, streams[i].lines, seen);
            assert_null(streams[i].lines[seen]);
            line_buffer_free(lines);
        }
    }
    line_buffer_free(NULL);
}

/* Goal: the length of a cut line is told as it was sent, and its memory is not kept. Method: a
 * line of 10 MB in pieces. */
static void an_endless_line_keeps_no_memory(void **state)
{
    static char piece[65536];
    struct line_buffer *lines = line_buffer_new(LINE_BYTES_MAX);
    struct line line;

    (void)state;
    memset(piece, 'a', sizeof piece);
    for (int i = 0; i < 160; i++) {
        line_buffer_add(lines, span_from(piece, sizeof piece));
        assert_false(line_buffer_next(lines, &line));
    }
    line_buffer_add(lines, SPAN("\nnext\n"));
    assert_true(line_buffer_next(lines, &line));
    assert_true(line.cut);
    assert_int_equal(line.whole_bytes, 160 * sizeof piece);
    assert_true(span_is(line.text, "aaaaaaaa"));
    assert_true(line_buffer_next(lines, &line));
    assert_true(span_is(line.text, "next"));
    line_buffer_free(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_keeps_what_was_added),
        cmocka_unit_test(an_arena_hands_out_clean_memory),
        cmocka_unit_test(torn_and_endless_lines_cost_themselves_only),
        cmocka_unit_test(an_endless_line_keeps_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
