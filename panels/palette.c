#include "panels/palette.h"

#include <string.h>

#include "app/base/text.h"
#include "panels/palette_colours.h"

enum { BLACK = 0, BLUE = 4, WHITE = 7, BRIGHT_YELLOW = 11, BRIGHT_MAGENTA = 13 };

#define ROW(upper, text) [PALETTE_##upper] = text,
static const char *const palette_texts[] = { PALETTES(ROW) };
#undef ROW

const char *palette_text(enum palette_name name)
{
    assert(name < PALETTE_COUNT);
    return palette_texts[name];
}

bool palette_colorterm_true(const char *colorterm)
{
    return colorterm && (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0);
}

bool palette_named(struct span text, enum palette_name *ret_name)
{
    for (enum palette_name name = 0; name < PALETTE_COUNT; name++) {
        if (text_same_ignoring_case(text, span_of(palette_texts[name]))) {
            *ret_name = name;
            return true;
        }
    }
    return false;
}

static bool is_given(const struct colour *colour)
{
    return colour->of_256 != 0;
}

/* The one of a row's colours that a palette takes. */
static const struct colour *pick(enum palette_name name, const struct colour *night,
                                 const struct colour *day, const struct colour *blind)
{
    if (name == PALETTE_DAY)
        return day;
    return name == PALETTE_COLOUR_BLIND && is_given(blind) ? blind : night;
}

static const struct colour *fore_of(enum palette_name name, enum ink ink)
{
    const struct ink_colours *row = &ink_colours[ink];

    return pick(name, &row->night, &row->day, &row->blind);
}

static const struct colour *back_of(enum palette_name name, const struct cell *cell)
{
    const struct ink_colours *ink = &ink_colours[cell->ink];
    const struct ground_colours *ground = &ground_colours[cell->ground];

    if (is_given(&ink->on_night))
        return pick(name, &ink->on_night, &ink->on_day, &ink->on_blind);
    return pick(name, &ground->night, &ground->day, &ground->blind);
}

static int32_t number_of(enum palette_size size, const struct colour *colour)
{
    if (size == PALETTE_TRUE)
        return (int32_t)(COLOUR_RGB | colour->rgb);
    return size == PALETTE_256 ? colour->of_256 : colour->of_16;
}

static struct tone tone_mono(const struct ink_colours *ink, const struct cell *cell)
{
    bool unread = cell->ink == INK_BRIGHT && (cell->flags & CELL_BOLD);

    return (struct tone){ .foreground = COLOUR_OWN, .background = COLOUR_OWN, .bold = unread,
                          .reverse = ink->reverse_mono };
}

/* Eight colours get their bright half from bold; bright black there is invisible on some consoles,
 * so it becomes a dim white. No ground is bright: what would be brown or a dull magenta is white,
 * since black words must be read on it; those stay as dark as they are, never bold. */
static struct tone tone_8(struct tone tone)
{
    if (tone.foreground == 8) {
        tone.foreground = WHITE;
        tone.dim = true;
    } else if (tone.foreground > 8) {
        tone.foreground -= 8;
        tone.bold = true;
    } else if (tone.foreground == BLACK || tone.foreground == BLUE) {
        tone.bold = false;
    }
    if (tone.background == BRIGHT_YELLOW || tone.background == BRIGHT_MAGENTA)
        tone.background = WHITE;
    tone.background %= 8;
    return tone;
}

struct tone palette_tone(struct palette palette, const struct cell *cell)
{
    assert(cell->ink < INK_COUNT);
    assert(cell->ground < GROUND_COUNT);
    const struct ink_colours *ink = &ink_colours[cell->ink];

    if (palette.size == PALETTE_MONO)
        return tone_mono(ink, cell);
    struct tone tone = {
        .foreground = number_of(palette.size, fore_of(palette.name, (enum ink)cell->ink)),
        .background = number_of(palette.size, back_of(palette.name, cell)),
        .bold = ink->bold || (cell->flags & CELL_BOLD),
        .reverse = cell->flags & CELL_REVERSE,
        .underline = cell->flags & CELL_UNDERLINE,
    };
    return palette.size == PALETTE_8 ? tone_8(tone) : tone;
}
