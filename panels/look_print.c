#include "panels/look_print.h"

#include "app/base/text.h"
#include "panels/palette.h"

static bool tone_same(const struct tone *left, const struct tone *right)
{
    return left->foreground == right->foreground && left->background == right->background
           && left->bold == right->bold && left->dim == right->dim
           && left->reverse == right->reverse && left->underline == right->underline;
}

static void add_colour(struct buffer *text, int selector, int32_t colour)
{
    if (colour & COLOUR_RGB && colour != COLOUR_OWN)
        buffer_print(text, ";%d;2;%d;%d;%d", selector, colour >> 16 & 255, colour >> 8 & 255,
                     colour & 255);
    else if (colour != COLOUR_OWN)
        buffer_print(text, ";%d;5;%d", selector, colour);
}

/* Always from plain, so that what was on before does not matter. */
static void add_tone(struct buffer *text, const struct tone *tone)
{
    buffer_add_text(text, "\033[0");
    if (tone->bold)
        buffer_add_text(text, ";1");
    if (tone->dim)
        buffer_add_text(text, ";2");
    if (tone->underline)
        buffer_add_text(text, ";4");
    if (tone->reverse)
        buffer_add_text(text, ";7");
    add_colour(text, 38, tone->foreground);
    add_colour(text, 48, tone->background);
    buffer_add_text(text, "m");
}

static void add_row(const struct canvas *canvas, uint16_t row, struct palette palette,
                    struct buffer *text)
{
    struct tone last = { 0 };
    char bytes[CELL_TEXT_BYTES];

    for (uint16_t column = 0; column < canvas->columns; column++) {
        const struct cell *cell = canvas_at(canvas, row, column);
        if (cell->flags & CELL_WIDE_TAIL)
            continue;
        struct tone tone = palette_tone(palette, cell);
        if (column == 0 || !tone_same(&tone, &last))
            add_tone(text, &tone);
        last = tone;
        buffer_add(text, span_from(bytes, cell_text(cell, bytes)));
    }
    buffer_add_text(text, "\033[0m\n");
}

void look_print_colours(const struct canvas *canvas, struct palette palette, struct buffer *text)
{
    for (uint16_t row = 0; row < canvas->rows; row++)
        add_row(canvas, row, palette, text);
}
