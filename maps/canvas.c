#include "maps/canvas.h"

#include <stdarg.h>
#include <stdio.h>

#include "app/base/buffer.h"
#include "app/base/text.h"

enum {
    ELLIPSIS = 0x2026,
    PRINT_BYTES_MAX = 4096,     /* More columns than any terminal has; past it a text is cut. */
};

static const struct cell blank = { .glyph = ' ', .ink = INK_PLAIN, .ground = GROUND_NONE };

void canvas_init(struct canvas *canvas, uint16_t rows, uint16_t columns)
{
    *canvas = (struct canvas){ .rows = rows, .columns = columns, .stride = columns };
    if (rows && columns)
        canvas->cells = base_alloc((size_t)rows * columns, sizeof *canvas->cells);
    canvas_wipe(canvas);
}

void canvas_clear(struct canvas *canvas)
{
    base_free(canvas->cells);
    *canvas = (struct canvas){ 0 };
}

void canvas_wipe(struct canvas *canvas)
{
    for (uint16_t row = 0; row < canvas->rows; row++)
        for (uint16_t column = 0; column < canvas->columns; column++)
            canvas->cells[(size_t)row * canvas->stride + column] = blank;
}

static uint16_t smaller(uint16_t left, uint16_t right)
{
    return left < right ? left : right;
}

struct canvas canvas_part(const struct canvas *canvas, uint16_t row, uint16_t column,
                          uint16_t rows, uint16_t columns)
{
    if (row >= canvas->rows || column >= canvas->columns)
        return (struct canvas){ .stride = canvas->stride };
    return (struct canvas){
        .cells = canvas->cells + (size_t)row * canvas->stride + column,
        .rows = smaller(rows, (uint16_t)(canvas->rows - row)),
        .columns = smaller(columns, (uint16_t)(canvas->columns - column)),
        .stride = canvas->stride,
    };
}

struct cell *canvas_at(const struct canvas *canvas, uint16_t row, uint16_t column)
{
    if (row >= canvas->rows || column >= canvas->columns)
        return NULL;
    return &canvas->cells[(size_t)row * canvas->stride + column];
}

/* Half of a wide glyph would shift everything after it on a terminal: whoever writes over one half
 * blanks the other. */
static void part_wide(const struct canvas *canvas, uint16_t row, uint16_t column)
{
    struct cell *cell = canvas_at(canvas, row, column);
    struct cell *after = canvas_at(canvas, row, (uint16_t)(column + 1));

    if ((cell->flags & CELL_WIDE_TAIL) && column > 0) {
        cell[-1].glyph = ' ';
        cell[-1].mark = 0;
    }
    if (after && (after->flags & CELL_WIDE_TAIL)) {
        after->glyph = ' ';
        after->flags &= (uint8_t)~CELL_WIDE_TAIL;
    }
}

static void set_cell(const struct canvas *canvas, uint16_t row, uint16_t column, uint32_t glyph,
                     enum ink ink)
{
    struct cell *cell = canvas_at(canvas, row, column);

    part_wide(canvas, row, column);
    cell->glyph = glyph;
    cell->ink = (uint8_t)ink;
    cell->flags = 0;
    cell->mark = 0;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0x2028 || code == 0x2029;
}

enum { MARKS_FIRST = 0x300, MARKS_LAST = 0x36F, CIRCUMFLEX = 0x302, BREVE = 0x306, HORN = 0x31B };

static bool is_mark(uint32_t code)
{
    return code >= MARKS_FIRST && code <= MARKS_LAST;
}

/* What may stand in a cell for `code`: itself, a blank, or 0 for nothing. */
static uint32_t clean_glyph(uint32_t code)
{
    char bytes[4], clean[8];

    if (code >= 0x20 && code < 0x7F)
        return code;
    if (is_control(code))
        return ' ';
    if (is_mark(code))
        return code;            /* Goes with what stands before it, or nowhere. */
    struct span glyph = span_from(bytes, utf8_encode(code, bytes));
    return text_clean(glyph, clean, sizeof clean) ? code : 0;
}

void canvas_put(struct canvas *canvas, uint16_t row, uint16_t column, uint32_t glyph, enum ink ink)
{
    glyph = clean_glyph(glyph);
    int columns = glyph ? glyph_columns(glyph) : 0;
    if (columns == 0 || !canvas_at(canvas, row, column))
        return;
    if (columns == 1) {
        set_cell(canvas, row, column, glyph, ink);
        return;
    }
    /* A wide glyph in the last column would wrap to the next line (standards.md section 11). */
    if (column + 1 >= canvas->columns) {
        set_cell(canvas, row, column, ' ', ink);
        return;
    }
    set_cell(canvas, row, (uint16_t)(column + 1), ' ', ink);
    set_cell(canvas, row, column, glyph, ink);
    struct cell *tail = canvas_at(canvas, row, (uint16_t)(column + 1));
    tail->glyph = 0;
    tail->flags = CELL_WIDE_TAIL;
}

void canvas_fill(struct canvas *canvas, uint16_t row, uint16_t column, uint16_t columns,
                 uint32_t glyph, enum ink ink, enum ground ground)
{
    assert(clean_glyph(glyph) == glyph && glyph_columns(glyph) == 1);
    for (uint16_t i = 0; i < columns && canvas_at(canvas, row, (uint16_t)(column + i)); i++) {
        set_cell(canvas, row, (uint16_t)(column + i), glyph, ink);
        canvas_at(canvas, row, (uint16_t)(column + i))->ground = (uint8_t)ground;
    }
}

/* Takes one glyph off the front of *text, cleaned: 0 for one that is not to be drawn. */
static uint32_t next_glyph(struct span *text)
{
    uint32_t code = 0;
    size_t length = utf8_decode(*text, &code);
    size_t step = length ? length : 1;

    *text = span_from(text->bytes + step, text->length - step);
    return length ? clean_glyph(code) : 0xFFFD;
}

/* Columns that `text` takes when drawn glyph by glyph. */
static uint32_t drawn_columns(struct span text)
{
    uint32_t columns = 0;

    while (text.length) {
        uint32_t glyph = next_glyph(&text);
        columns += glyph ? (uint32_t)glyph_columns(glyph) : 0;
    }
    return columns;
}

/* ---- Combining marks ------------------------------------------------------------------------- */

/* The letters that Vietnamese puts a second mark on (The Unicode Standard 15, chapter 7.1). */
static const struct { uint32_t letter, mark, made; } stacked[] = {
    { 'a', CIRCUMFLEX, 0xE2 }, { 'A', CIRCUMFLEX, 0xC2 }, { 'e', CIRCUMFLEX, 0xEA },
    { 'E', CIRCUMFLEX, 0xCA }, { 'o', CIRCUMFLEX, 0xF4 }, { 'O', CIRCUMFLEX, 0xD4 },
    { 'a', BREVE, 0x103 },     { 'A', BREVE, 0x102 },     { 'o', HORN, 0x1A1 },
    { 'O', HORN, 0x1A0 },      { 'u', HORN, 0x1B0 },      { 'U', HORN, 0x1AF },
};

static uint32_t stacked_letter(uint32_t letter, uint32_t mark)
{
    for (size_t i = 0; i < ARRAY_COUNT(stacked); i++)
        if (stacked[i].letter == letter && stacked[i].mark == mark)
            return stacked[i].made;
    return 0;
}

/* Of two marks either may be the one that makes a letter: a dot below comes first in order. */
static void cell_add_mark(struct cell *cell, uint32_t mark)
{
    uint32_t first = MARKS_FIRST + cell->mark - 1u;

    if (cell->mark == 0) {
        cell->mark = (uint8_t)(mark - MARKS_FIRST + 1);
    } else if (stacked_letter(cell->glyph, first)) {
        cell->glyph = stacked_letter(cell->glyph, first);
        cell->mark = (uint8_t)(mark - MARKS_FIRST + 1);
    } else if (stacked_letter(cell->glyph, mark)) {
        cell->glyph = stacked_letter(cell->glyph, mark);
    }
}

/* Puts a mark on what was drawn before `column`, from `start` on. */
static void add_mark(const struct canvas *canvas, uint16_t row, uint16_t start, uint16_t column,
                     uint32_t mark)
{
    if (column <= start)
        return;
    struct cell *cell = canvas_at(canvas, row, (uint16_t)(column - 1));
    if ((cell->flags & CELL_WIDE_TAIL) && column - 1 > start)
        cell--;
    if (cell->glyph != ' ' && !(cell->flags & CELL_WIDE_TAIL))
        cell_add_mark(cell, mark);
}

size_t cell_text(const struct cell *cell, char bytes[CELL_TEXT_BYTES])
{
    if (cell->flags & CELL_WIDE_TAIL)
        return 0;
    size_t length = utf8_encode(cell->glyph, bytes);
    return cell->mark ? length + utf8_encode(MARKS_FIRST + cell->mark - 1u, bytes + length)
                      : length;
}

/* ---- Text ------------------------------------------------------------------------------------ */

/* Draws at most `width` columns and returns the column after the last one drawn. */
static uint16_t draw_text(struct canvas *canvas, uint16_t row, uint16_t column, uint16_t width,
                          struct span text, enum ink ink)
{
    if (row >= canvas->rows || column >= canvas->columns)
        return column;
    width = smaller(width, (uint16_t)(canvas->columns - column));
    bool cut = drawn_columns(text) > width;
    uint16_t start = column;
    uint16_t end = (uint16_t)(column + width);
    uint16_t text_end = cut && width > 0 ? (uint16_t)(end - 1) : end;
    while (text.length) {
        uint32_t glyph = next_glyph(&text);
        int columns = glyph ? glyph_columns(glyph) : 0;
        if (columns == 0) {
            if (is_mark(glyph))
                add_mark(canvas, row, start, column, glyph);
            continue;
        }
        if (column + columns > text_end)
            break;
        canvas_put(canvas, row, column, glyph, ink);
        column = (uint16_t)(column + columns);
    }
    if (cut && column < end)
        canvas_put(canvas, row, column++, ELLIPSIS, ink);
    return column;
}

uint16_t canvas_text(struct canvas *canvas, uint16_t row, uint16_t column, struct span text,
                     enum ink ink)
{
    return draw_text(canvas, row, column, UINT16_MAX, text, ink);
}

uint16_t canvas_print(struct canvas *canvas, uint16_t row, uint16_t column, enum ink ink,
                      const char *format, ...)
{
    char whole[PRINT_BYTES_MAX];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(whole, sizeof whole, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    return canvas_text(canvas, row, column, span_of(whole), ink);
}

uint16_t canvas_field(struct canvas *canvas, uint16_t row, uint16_t column, uint16_t width,
                      struct span text, enum ink ink)
{
    if (column >= canvas->columns)
        return column;
    width = smaller(width, (uint16_t)(canvas->columns - column));
    uint16_t end = (uint16_t)(column + width);
    column = draw_text(canvas, row, column, width, text, ink);
    while (column < end)
        canvas_put(canvas, row, column++, ' ', ink);
    return column;
}

static void dump_row(const struct canvas *canvas, uint16_t row, struct buffer *text)
{
    const struct cell *cells = canvas->cells + (size_t)row * canvas->stride;
    uint16_t used = canvas->columns;
    char bytes[CELL_TEXT_BYTES];

    while (used > 0 && cells[used - 1].glyph == ' ')
        used--;
    for (uint16_t column = 0; column < used; column++)
        buffer_add(text, span_from(bytes, cell_text(&cells[column], bytes)));
    buffer_add_text(text, "\n");
}

void canvas_dump(const struct canvas *canvas, struct buffer *text)
{
    for (uint16_t row = 0; row < canvas->rows; row++)
        dump_row(canvas, row, text);
}
