#include "panels/paint.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

enum {
    STEP_BYTES = 4,             /* "ESC [ n C": a gap that costs no more is sent again. */
};

/* While one frame is made. */
struct brush {
    const struct paint_words *words;
    struct palette palette;
    struct buffer *out;
    struct tone tone;           /* What the terminal would write in now. */
    int32_t row, column;        /* Where it would write; -1 when that is not known. */
};

static const struct tone plain = { .foreground = COLOUR_OWN, .background = COLOUR_OWN };

static bool tone_same(const struct tone *left, const struct tone *right)
{
    return left->foreground == right->foreground && left->background == right->background
           && left->bold == right->bold && left->dim == right->dim
           && left->reverse == right->reverse && left->underline == right->underline;
}

/* Of a blank only what fills it is seen. */
static bool tone_serves(const struct tone *now, const struct tone *wanted, uint32_t glyph)
{
    if (glyph != ' ' || now->reverse || wanted->reverse || now->underline || wanted->underline)
        return tone_same(now, wanted);
    return now->background == wanted->background;
}

static struct tone brush_tone(const struct brush *brush, const struct cell *cell)
{
    struct tone tone = palette_tone(brush->palette, cell);
    uint32_t bars = brush->words->colour_bars;

    if (bars == 0 || (tone.foreground == COLOUR_OWN && tone.background == COLOUR_OWN))
        return tone;
    tone.dim = tone.dim && !(bars & PAINT_BARS_DIM);
    tone.reverse = tone.reverse && !(bars & PAINT_BARS_REVERSE);
    tone.underline = tone.underline && !(bars & PAINT_BARS_UNDERLINE);
    return tone;
}

/* ---- attributes ---- */

/* Several words of one change join into one: "ESC [ 1 m" and "ESC [ 38;5;7 m" are
 * "ESC [ 1;38;5;7 m". `first` is where the change began. */
static void add_word(struct brush *brush, size_t first, const char *word)
{
    struct buffer *out = brush->out;

    if (word[0] == '\0')
        return;
    if (!brush->words->merges || out->length == first || out->bytes[out->length - 1] != 'm') {
        buffer_add_text(out, word);
        return;
    }
    assert(word[0] == '\033' && word[1] == '[');
    out->bytes[out->length - 1] = ';';
    buffer_add_text(out, word + 2);
}

enum { FORE = 38, BACK = 48 };

static void add_colour(struct brush *brush, size_t first, int layer, int32_t colour)
{
    const paint_word *words = layer == FORE ? brush->words->fore : brush->words->back;
    char word[PAINT_WORD_BYTES];

    if (colour < COLOUR_RGB) {
        assert(colour < PAINT_COLOURS);
        add_word(brush, first, words[colour]);
        return;
    }
    snprintf(word, sizeof word, "\033[%d;2;%d;%d;%dm", layer, colour >> 16 & 0xFF,
             colour >> 8 & 0xFF, colour & 0xFF);
    add_word(brush, first, word);
}

static bool must_start_plain(const struct tone *now, const struct tone *wanted)
{
    return (now->bold && !wanted->bold) || (now->dim && !wanted->dim)
           || (now->reverse && !wanted->reverse) || (now->underline && !wanted->underline)
           || (now->foreground != COLOUR_OWN && wanted->foreground == COLOUR_OWN)
           || (now->background != COLOUR_OWN && wanted->background == COLOUR_OWN);
}

static void set_tone(struct brush *brush, const struct tone *wanted)
{
    const struct paint_words *words = brush->words;
    size_t first = brush->out->length;

    if (must_start_plain(&brush->tone, wanted)) {
        add_word(brush, first, words->plain);
        brush->tone = plain;
    }
    if (wanted->bold && !brush->tone.bold)
        add_word(brush, first, words->bold);
    if (wanted->dim && !brush->tone.dim)
        add_word(brush, first, words->dim);
    if (wanted->underline && !brush->tone.underline)
        add_word(brush, first, words->underline);
    if (wanted->reverse && !brush->tone.reverse)
        add_word(brush, first, words->reverse);
    if (wanted->foreground != brush->tone.foreground)
        add_colour(brush, first, FORE, wanted->foreground);
    if (wanted->background != brush->tone.background)
        add_colour(brush, first, BACK, wanted->background);
    brush->tone = *wanted;
}

/* ---- places ---- */

static void add_glyph(struct buffer *out, const struct cell *cell)
{
    char bytes[CELL_TEXT_BYTES];

    buffer_add(out, span_from(bytes, cell_text(cell, bytes)));
}

/* Goes right over cells that are right already by writing them again, where that is as cheap and
 * looks the same. */
static bool cross_gap(struct brush *brush, const struct canvas *wanted, uint16_t column)
{
    size_t bytes = 0;

    for (int32_t c = brush->column; c < column; c++) {
        const struct cell *cell = canvas_at(wanted, (uint16_t)brush->row, (uint16_t)c);
        struct tone tone = brush_tone(brush, cell);
        bytes += cell->glyph < 0x80 ? 1 : cell->glyph < 0x800 ? 2 : 3;
        if (bytes > STEP_BYTES || cell->glyph == 0 || cell->mark || cell->glyph > 0xFFFF
            || glyph_columns(cell->glyph) != 1 || !tone_serves(&brush->tone, &tone, cell->glyph))
            return false;
    }
    for (int32_t c = brush->column; c < column; c++)
        add_glyph(brush->out, canvas_at(wanted, (uint16_t)brush->row, (uint16_t)c));
    return true;
}

static void go_to(struct brush *brush, const struct canvas *wanted, uint16_t row, uint16_t column)
{
    bool same_row = brush->row == row && brush->column >= 0 && brush->column <= column;

    if (same_row && brush->column == column)
        return;
    if (same_row && cross_gap(brush, wanted, column)) {
        brush->column = column;
        return;
    }
    if (same_row && brush->words->steps && column - brush->column == 1)
        buffer_add_text(brush->out, "\033[C");
    else if (same_row && brush->words->steps)
        buffer_print(brush->out, "\033[%dC", column - brush->column);
    else
        brush->words->go(row, column, brush->out);
    brush->row = row;
    brush->column = column;
}

/* ---- cells ---- */

static bool cell_same(const struct cell *left, const struct cell *right)
{
    return left->glyph == right->glyph && left->ink == right->ink
           && left->ground == right->ground && left->flags == right->flags
           && left->mark == right->mark;
}

static void paint_cell(struct brush *brush, const struct canvas *wanted, uint16_t row,
                       uint16_t column, bool wide)
{
    const struct cell *cell = canvas_at(wanted, row, column);
    struct tone tone = brush_tone(brush, cell);

    go_to(brush, wanted, row, column);
    if (!tone_serves(&brush->tone, &tone, cell->glyph))
        set_tone(brush, &tone);
    add_glyph(brush->out, cell);
    brush->column++;
    if (wide || brush->column == wanted->columns)
        brush->column = -1;     /* At the edge a terminal waits, or has wrapped already. */
}

static bool paint_row(struct brush *brush, const struct canvas *shown, const struct canvas *wanted,
                      uint16_t row)
{
    const struct cell *before = canvas_at(shown, row, 0), *after = canvas_at(wanted, row, 0);
    uint16_t end = wanted->columns;
    bool changed = false;

    if (memcmp(before, after, wanted->columns * sizeof *after) == 0)
        return false;
    if (brush->words->last_cell_scrolls && row + 1 == wanted->rows)
        end--;
    for (uint16_t column = 0; column < end; column++) {
        bool wide = column + 1 < wanted->columns && (after[column + 1].flags & CELL_WIDE_TAIL);
        bool same = cell_same(&before[column], &after[column])
                    && (!wide || cell_same(&before[column + 1], &after[column + 1]));
        if (same || after[column].glyph == 0)
            continue;
        paint_cell(brush, wanted, row, column, wide);
        changed = true;
    }
    return changed;
}

uint32_t paint_frame(const struct paint_words *words, struct palette palette,
                     const struct canvas *shown, const struct canvas *wanted, struct buffer *out)
{
    struct brush brush = { .words = words, .palette = palette, .out = out, .tone = plain,
                           .row = -1, .column = -1 };
    uint32_t changed = 0;

    assert(shown->rows == wanted->rows && shown->columns == wanted->columns);
    for (uint16_t row = 0; row < wanted->rows; row++)
        changed += paint_row(&brush, shown, wanted, row);
    set_tone(&brush, &plain);
    return changed;
}
