/* ascii.c - a screen for terminals that know nothing but ASCII. */
#include "app/base/text.h"
#include "panels/screen.h"

/* Latin-1 and Latin Extended-A, from U+00C0: what a letter is without its marks. '?' for what has
 * no one letter; names stay readable, and a search by ear still works. */
enum { LETTERS_FIRST = 0xC0, LETTERS_END = 0x180 };
static const char letters[] =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLl"
    "NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
_Static_assert(sizeof letters - 1 == LETTERS_END - LETTERS_FIRST, "one for each code");

static const struct { uint32_t code; char ascii; } signs[] = {
    { 0x2502, '|' }, { 0x2500, '-' }, { 0x00B7, '.' }, { 0x2013, '-' }, { 0x2014, '-' },
    { 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201C, '"' }, { 0x201D, '"' }, { 0x00B0, 'o' },
    { 0x2026, '.' }, { 0x00B2, '2' }, { 0x00B3, '3' }, { 0x00B5, 'u' }, { 0x20AC, 'E' },
    { 0x25C6, '#' }, { 0x25CF, '@' }, { 0x25A0, '%' }, { 0x25CB, '&' }, { 0x2191, '^' },
    { 0x2197, '>' }, { 0x2192, '>' }, { 0x2198, '>' }, { 0x2193, 'v' }, { 0x2199, '<' },
    { 0x2190, '<' }, { 0x2196, '<' },
};

static uint32_t ascii_of(uint32_t glyph)
{
    if (glyph < 0x80)
        return glyph;
    if (glyph >= LETTERS_FIRST && glyph < LETTERS_END)
        return (uint32_t)letters[glyph - LETTERS_FIRST];
    for (size_t i = 0; i < ARRAY_COUNT(signs); i++)
        if (signs[i].code == glyph)
            return (uint32_t)signs[i].ascii;
    return '?';
}

void screen_to_ascii(struct canvas *canvas)
{
    for (uint16_t row = 0; row < canvas->rows; row++)
        for (uint16_t column = 0; column < canvas->columns; column++) {
            struct cell *cell = canvas_at(canvas, row, column);
            /* `~` means stale, so a cut is ".." (screens.md section 4). */
            if (cell->glyph == 0x2026 && column > 0)
                cell[-1].glyph = '.';
            cell->glyph = cell->glyph ? ascii_of(cell->glyph) : ' ';
            cell->mark = 0;
            cell->flags &= (uint8_t)~CELL_WIDE_TAIL;
        }
}
