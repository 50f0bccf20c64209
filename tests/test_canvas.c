/* Goal: whatever is printed where, a canvas holds clean glyphs that fit, and nothing is touched
 * outside it. Method: print into small canvases and compare the dump. */
#include "tests/check.h"

#include "app/base/buffer.h"
#include "maps/canvas.h"

static void expect_dump(const struct canvas *canvas, const char *expected)
{
    struct buffer text = { 0 };

    canvas_dump(canvas, &text);
    assert_string_equal(text.bytes ? text.bytes : "", expected);
    buffer_clear(&text);
}

static const struct {
    const char *name;
    uint16_t row, column;
    const char *text, *dump;
    uint16_t end;
} texts[] = {
    { "fits", 0, 1, "unit", " unit\n\n", 5 },
    { "fits exactly", 0, 4, "E7 ENR", "    E7 ENR\n\n", 10 },
    { "one too long", 0, 4, "E7 ENRT", "    E7 EN…\n\n", 10 },
    { "starts past the right edge", 0, 10, "x", "\n\n", 10 },
    { "row outside", 2, 0, "x", "\n\n", 0 },
    { "blanks are kept", 1, 0, "a   b", "\na   b\n", 5 },
    { "an escape sequence", 0, 0, "a\033[2Jb", "a [2Jb\n\n", 6 },
    { "a bidi override", 0, 0, "ab\xE2\x80\xAE" "cd", "abcd\n\n", 4 },
    { "not UTF-8", 0, 0, "a\xFF" "b", "a\xEF\xBF\xBD" "b\n\n", 3 },
    { "a combining mark", 0, 0, "e\xCC\x81t", "e\xCC\x81t\n\n", 2 },
    { "one on a Cyrillic letter", 0, 0, "за\xCC\x81мок", "за\xCC\x81мок\n\n", 5 },
    { "two, as in Việt", 0, 0, "Vie\xCC\xA3\xCC\x82t", "Viê\xCC\xA3t\n\n", 4 },
    { "two, the other way round", 0, 0, "Vie\xCC\x82\xCC\xA3t", "Viê\xCC\xA3t\n\n", 4 },
    { "a mark without a letter", 0, 0, "\xCC\x81t", "t\n\n", 1 },
    { "a mark on a blank", 0, 0, "a \xCC\x81t", "a t\n\n", 3 },
    { "a mark on a wide glyph", 0, 0, "か\xCC\x81x", "か\xCC\x81x\n\n", 3 },
    { "a mark on what is cut", 0, 8, "abe\xCC\x81", "        a…\n\n", 10 },
    { "a mark that is none of these", 0, 0, "e\xE2\x83\x9Dt", "et\n\n", 2 },
    { "wide glyphs", 0, 0, "火災", "火災\n\n", 4 },
    { "a wide glyph that ends at the edge", 0, 8, "火", "        火\n\n", 10 },
    { "half a wide glyph would fit", 0, 9, "火", "         …\n\n", 10 },
    { "a line end", 0, 0, "a\nb", "a b\n\n", 3 },
};

static void text_is_cleaned_and_clipped(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct canvas canvas;
        CASE("%s", texts[i].name);
        canvas_init(&canvas, 2, 10);
        uint16_t end = canvas_text(&canvas, texts[i].row, texts[i].column, span_of(texts[i].text),
                                   INK_PLAIN);
        assert_int_equal(end, texts[i].end);
        expect_dump(&canvas, texts[i].dump);
        canvas_clear(&canvas);
    }
}

/* Overwriting either half of a wide glyph leaves no half behind. */
static void a_wide_glyph_goes_as_a_whole(void **state)
{
    struct canvas canvas;

    (void)state;
    canvas_init(&canvas, 1, 6);
    canvas_text(&canvas, 0, 0, span_of("火災x"), INK_PLAIN);
    assert_int_equal(canvas_at(&canvas, 0, 1)->flags, CELL_WIDE_TAIL);
    canvas_put(&canvas, 0, 1, 'a', INK_PLAIN);
    expect_dump(&canvas, " a災x\n");
    canvas_put(&canvas, 0, 2, 'b', INK_PLAIN);
    expect_dump(&canvas, " ab x\n");
    canvas_put(&canvas, 0, 4, 0x706B, INK_PLAIN);
    expect_dump(&canvas, " ab 火\n");
    canvas_clear(&canvas);
}

/* A part draws into its own rectangle and, however it is asked, no further. */
static void a_part_stays_in_its_rectangle(void **state)
{
    struct canvas canvas;

    (void)state;
    canvas_init(&canvas, 4, 8);
    for (uint16_t row = 0; row < 4; row++)
        canvas_fill(&canvas, row, 0, 8, '.', INK_DIM, GROUND_NONE);
    struct canvas part = canvas_part(&canvas, 1, 2, 2, 4);
    canvas_wipe(&part);
    canvas_print(&part, 0, 0, INK_PLAIN, "%s", "abcdefgh");
    canvas_fill(&part, 1, 0, 99, '-', INK_PLAIN, GROUND_PANEL);
    canvas_put(&part, 2, 0, 'X', INK_PLAIN);
    canvas_put(&part, 0, 4, 'X', INK_PLAIN);
    expect_dump(&canvas, "........\n..abc…..\n..----..\n........\n");
    assert_int_equal(canvas_at(&canvas, 2, 5)->ground, GROUND_PANEL);
    assert_int_equal(canvas_at(&canvas, 2, 6)->ground, GROUND_NONE);
    canvas_clear(&canvas);
}

static const struct {
    const char *name;
    uint16_t row, column, rows, columns, expected_rows, expected_columns;
} parts[] = {
    { "inside", 1, 1, 2, 2, 2, 2 },
    { "hangs over the corner", 2, 6, 9, 9, 2, 2 },
    { "starts outside", 4, 0, 1, 1, 0, 0 },
    { "starts right of it", 0, 8, 1, 1, 0, 0 },
    { "empty", 0, 0, 0, 5, 0, 5 },
};

static void parts_are_clipped(void **state)
{
    struct canvas canvas;

    (void)state;
    canvas_init(&canvas, 4, 8);
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        CASE("%s", parts[i].name);
        struct canvas part = canvas_part(&canvas, parts[i].row, parts[i].column, parts[i].rows,
                                         parts[i].columns);
        assert_int_equal(part.rows, parts[i].expected_rows);
        assert_int_equal(part.columns, parts[i].expected_columns);
        canvas_wipe(&part);
        canvas_text(&part, 0, 0, span_of("text"), INK_PLAIN);
    }
    canvas_clear(&canvas);
}

static void a_field_has_its_width(void **state)
{
    struct canvas canvas;

    (void)state;
    canvas_init(&canvas, 1, 12);
    canvas_fill(&canvas, 0, 0, 12, '.', INK_PLAIN, GROUND_NONE);
    assert_int_equal(canvas_field(&canvas, 0, 1, 4, span_of("E7"), INK_PLAIN), 5);
    assert_int_equal(canvas_field(&canvas, 0, 6, 4, span_of("Harbour"), INK_PLAIN), 10);
    expect_dump(&canvas, ".E7  .Har…..\n");
    canvas_clear(&canvas);
}

static void an_empty_canvas_takes_everything(void **state)
{
    struct canvas canvas;

    (void)state;
    canvas_init(&canvas, 0, 0);
    canvas_wipe(&canvas);
    canvas_text(&canvas, 0, 0, span_of("x"), INK_PLAIN);
    canvas_field(&canvas, 0, 0, 4, span_of("x"), INK_PLAIN);
    canvas_put(&canvas, 0, 0, 'x', INK_PLAIN);
    canvas_fill(&canvas, 0, 0, 3, 'x', INK_PLAIN, GROUND_NONE);
    assert_null(canvas_at(&canvas, 0, 0));
    expect_dump(&canvas, "");
    canvas_clear(&canvas);
}

/* Names are what site.conf writes, so each must come back as itself, and only itself. */
static void inks_and_grounds_have_names(void **state)
{
    enum ink ink;
    enum ground ground;

    (void)state;
    for (enum ink i = 0; i < INK_COUNT; i++) {
        assert_true(ink_named(ink_name(i), &ink));
        assert_int_equal(ink, i);
    }
    for (enum ground g = 0; g < GROUND_COUNT; g++) {
        assert_true(ground_named(ground_name(g), &ground));
        assert_int_equal(ground, g);
    }
    assert_false(ink_named("MAP_ARTERIAL", &ink));
    assert_false(ink_named("", &ink));
    assert_false(ground_named("sea", &ground));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cleaned_and_clipped),
        cmocka_unit_test(a_wide_glyph_goes_as_a_whole),
        cmocka_unit_test(a_part_stays_in_its_rectangle),
        cmocka_unit_test(parts_are_clipped),
        cmocka_unit_test(a_field_has_its_width),
        cmocka_unit_test(an_empty_canvas_takes_everything),
        cmocka_unit_test(inks_and_grounds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
