/* Goal: whatever was shown before, the bytes of a frame make the terminal show exactly that frame.
 * Method: frames at random, changed a little or a lot, go into a terminal (libvterm) one after the
 * other, each as what differs from the last; a second terminal gets each whole. Both must show the
 * same glyphs in the same colours, for every palette and kind of terminal. */
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "panels/paint.h"
#include "tests/check.h"

enum { ROWS = 12, COLUMNS = 40, FRAMES = 60 };

/* ---- a terminal's words, as terminfo has them ---- */

static void go(uint16_t row, uint16_t column, struct buffer *out)
{
    buffer_print(out, "\033[%d;%dH", row + 1, column + 1);
}

static struct paint_words words_256(bool plain_kind)
{
    struct paint_words words = { .bold = "\033[1m", .dim = "\033[2m", .reverse = "\033[7m",
                                 .underline = "\033[4m", .go = go };

    snprintf(words.plain, sizeof words.plain, "%s", plain_kind ? "\033(B\033[m" : "\033[m");
    words.merges = words.steps = !plain_kind;
    for (int colour = 0; colour < PAINT_COLOURS; colour++) {
        snprintf(words.fore[colour], sizeof words.fore[colour], "\033[38;5;%dm", colour);
        snprintf(words.back[colour], sizeof words.back[colour], "\033[48;5;%dm", colour);
    }
    return words;
}

/* ---- frames ---- */

static void change_cell(struct canvas *canvas)
{
    static const uint32_t glyphs[] = { ' ', ' ', ' ', 'a', '~', 0x28FF, 0x2801, 0x25CF, 0x3042,
                                       0x6C34, 0xE9 };
    uint16_t row = (uint16_t)(rand() % ROWS), column = (uint16_t)(rand() % COLUMNS);
    struct cell *cell = canvas_at(canvas, row, column);

    canvas_put(canvas, row, column, glyphs[rand() % (int)ARRAY_COUNT(glyphs)],
               (enum ink)(rand() % INK_COUNT));
    cell->ground = (uint8_t)(rand() % GROUND_COUNT);
    if (rand() % 4 == 0)
        cell->flags |= (uint8_t)(rand() % 2 ? CELL_REVERSE : CELL_UNDERLINE);
}

static void make_unknown(struct canvas *canvas)
{
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        canvas->cells[i].glyph = PAINT_UNKNOWN;
}

/* ---- what a terminal shows ---- */

static VTerm *terminal_new(void)
{
    VTerm *terminal = vterm_new(ROWS, COLUMNS);

    vterm_set_utf8(terminal, 1);
    vterm_screen_reset(vterm_obtain_screen(terminal), 1);
    return terminal;
}

static VTermScreenCell cell_of(VTerm *terminal, int row, int column)
{
    VTermScreenCell cell;

    vterm_screen_get_cell(vterm_obtain_screen(terminal), (VTermPos){ row, column }, &cell);
    return cell;
}

static void expect_same(VTerm *left, VTerm *right, const struct canvas *canvas)
{
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++) {
            VTermScreenCell a = cell_of(left, row, column), b = cell_of(right, row, column);
            const struct cell *cell = canvas_at(canvas, (uint16_t)row, (uint16_t)column);
            uint32_t glyph = a.chars[0] ? a.chars[0] : ' ';
            if (cell->flags & CELL_WIDE_TAIL)
                continue;
            assert_int_equal(glyph, cell->glyph);
            assert_int_equal(a.chars[0], b.chars[0]);
            assert_int_equal(vterm_color_is_equal(&a.bg, &b.bg), 1);
            assert_int_equal(a.attrs.reverse, b.attrs.reverse);
            assert_int_equal(a.attrs.underline, b.attrs.underline);
            /* Of a blank the colour of its letter and its weight are nothing. */
            if (glyph == ' ')
                continue;
            assert_int_equal(vterm_color_is_equal(&a.fg, &b.fg), 1);
            assert_int_equal(a.attrs.bold, b.attrs.bold);
        }
}

static void paint_into(VTerm *terminal, const struct paint_words *words, struct palette palette,
                       const struct canvas *shown, const struct canvas *wanted)
{
    struct buffer out = { 0 };

    paint_frame(words, palette, shown, wanted, &out);
    if (out.length)
        vterm_input_write(terminal, out.bytes, out.length);
    buffer_clear(&out);
}

static void run_frames(const struct paint_words *words, struct palette palette)
{
    VTerm *kept = terminal_new();
    struct canvas shown, wanted, unknown;

    canvas_init(&shown, ROWS, COLUMNS);
    canvas_init(&wanted, ROWS, COLUMNS);
    canvas_init(&unknown, ROWS, COLUMNS);
    make_unknown(&shown);
    make_unknown(&unknown);
    for (int frame = 0; frame < FRAMES; frame++) {
        VTerm *whole = terminal_new();
        int changes = frame % 3 == 0 ? 300 : frame % 3 == 1 ? 20 : 1;
        while (changes--)
            change_cell(&wanted);
        paint_into(kept, words, palette, &shown, &wanted);
        paint_into(whole, words, palette, &unknown, &wanted);
        expect_same(kept, whole, &wanted);
        memcpy(shown.cells, wanted.cells, sizeof *wanted.cells * ROWS * COLUMNS);
        vterm_free(whole);
    }
    canvas_clear(&shown);
    canvas_clear(&wanted);
    canvas_clear(&unknown);
    vterm_free(kept);
}

static void frames_arrive_whatever_was_shown(void **state)
{
    static const struct palette palettes[] = {
        { PALETTE_NIGHT, PALETTE_TRUE }, { PALETTE_DAY, PALETTE_256 },
        { PALETTE_NIGHT, PALETTE_16 }, { PALETTE_COLOUR_BLIND, PALETTE_8 },
        { PALETTE_NIGHT, PALETTE_MONO },
    };
    struct paint_words merging = words_256(false), plain = words_256(true);

    (void)state;
    srand(7);
    for (size_t i = 0; i < ARRAY_COUNT(palettes); i++) {
        run_frames(&merging, palettes[i]);
        run_frames(&plain, palettes[i]);
    }
}

/* ---- what it costs ---- */

static const struct palette night = { PALETTE_NIGHT, PALETTE_256 };

/* Goal: nothing for nothing; a clock's digit costs a digit; a row in one colour names it once. */
static void bytes_are_few(void **state)
{
    struct paint_words words = words_256(false);
    struct canvas shown, wanted;
    struct buffer out = { 0 };

    (void)state;
    canvas_init(&shown, ROWS, COLUMNS);
    canvas_init(&wanted, ROWS, COLUMNS);
    assert_int_equal(paint_frame(&words, night, &shown, &wanted, &out), 0);
    assert_int_equal(out.length, 0);
    canvas_put(&wanted, 3, 5, '7', INK_PLAIN);
    assert_int_equal(paint_frame(&words, night, &shown, &wanted, &out), 1);
    assert_string_equal(out.bytes, "\033[4;6H\033[38;5;252;48;5;233m7\033[m");
    buffer_reset(&out);
    memcpy(shown.cells, wanted.cells, sizeof *wanted.cells * ROWS * COLUMNS);
    canvas_text(&wanted, 3, 2, span_of("abc7defghijklmn o p"), INK_PLAIN);
    paint_frame(&words, night, &shown, &wanted, &out);
    assert_string_equal(out.bytes,
                        "\033[4;3H\033[38;5;252;48;5;233mabc7defghijklmn o p\033[m");
    buffer_clear(&out);
    canvas_clear(&shown);
    canvas_clear(&wanted);
}

/* Goal: on a terminal that would scroll, the last cell stays as it is; nothing else does. */
static void a_last_cell_that_scrolls_is_left(void **state)
{
    struct paint_words words = words_256(true);
    struct canvas shown, wanted;
    struct buffer out = { 0 };

    (void)state;
    words.last_cell_scrolls = true;
    canvas_init(&shown, ROWS, COLUMNS);
    canvas_init(&wanted, ROWS, COLUMNS);
    canvas_put(&wanted, ROWS - 1, COLUMNS - 1, 'x', INK_PLAIN);
    assert_int_equal(paint_frame(&words, night, &shown, &wanted, &out), 0);
    canvas_put(&wanted, ROWS - 1, COLUMNS - 2, 'y', INK_PLAIN);
    assert_int_equal(paint_frame(&words, night, &shown, &wanted, &out), 1);
    assert_non_null(strchr(out.bytes, 'y'));
    assert_null(strchr(out.bytes, 'x'));
    buffer_clear(&out);
    canvas_clear(&shown);
    canvas_clear(&wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_arrive_whatever_was_shown),
        cmocka_unit_test(bytes_are_few),
        cmocka_unit_test(a_last_cell_that_scrolls_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
