#include "panels/palette.h"

enum { OWN = -1, BLACK_256 = 233 };

/* What an ink is in 256 and in 16 colours; `on` is a ground of its own, else the cell's. */
static const struct ink_row {
    int16_t fore_256, on_256, fore_16, on_16;
    bool bold, reverse_mono;
} inks[INK_COUNT] = {
    [INK_PLAIN] = { 252, OWN, 7, OWN, false, false },
    [INK_DIM] = { 244, OWN, 8, OWN, false, false },
    [INK_BRIGHT] = { 255, OWN, 15, OWN, false, false },
    [INK_TITLE] = { 153, OWN, 14, OWN, true, false },
    [INK_FRAME] = { 239, OWN, 8, OWN, false, false },
    [INK_BAR_LIVE] = { 195, 23, 0, 6, false, false },
    [INK_BAR_DRILL] = { 225, 90, 15, 5, false, false },
    [INK_BAR_REPLAY] = { 254, 240, 0, 7, false, false },
    [INK_EMERGENCY] = { 231, 160, 15, 1, true, true },
    [INK_P1] = { 16, 208, 0, 3, true, true },
    [INK_P2] = { 227, OWN, 11, OWN, true, false },
    [INK_LATE] = { 214, OWN, 3, OWN, false, false },
    [INK_ALARM] = { 227, OWN, 11, OWN, false, false },
    [INK_RETURNED] = { 80, OWN, 6, OWN, false, false },
    [INK_AVAILABLE] = { 75, OWN, 12, OWN, false, false },
    [INK_GOING] = { 80, OWN, 14, OWN, false, false },
    [INK_THERE] = { 255, OWN, 15, OWN, true, false },
    [INK_UNUSABLE] = { 242, OWN, 8, OWN, false, false },
    [INK_STALE] = { 244, OWN, 8, OWN, false, false },
    [INK_PROPOSED] = { 80, OWN, 6, OWN, false, false },
    [INK_SELECTED] = { 231, OWN, 15, OWN, true, false },
    [INK_PROMPT] = { 117, OWN, 14, OWN, true, false },
    [INK_TYPED] = { 255, OWN, 15, OWN, false, false },
    [INK_SUGGESTION] = { 244, OWN, 8, OWN, false, false },
    [INK_RESULT_OK] = { 255, OWN, 15, OWN, false, false },
    [INK_RESULT_NO] = { 214, OWN, 11, OWN, true, false },
    [INK_MAP_MOTORWAY] = { 180, OWN, 3, OWN, false, false },
    [INK_MAP_ARTERIAL] = { 250, OWN, 7, OWN, false, false },
    [INK_MAP_COLLECTOR] = { 245, OWN, 7, OWN, false, false },
    [INK_MAP_STREET] = { 240, OWN, 8, OWN, false, false },
    [INK_MAP_PATH] = { 238, OWN, 8, OWN, false, false },
    [INK_MAP_RAIL] = { 96, OWN, 8, OWN, false, false },
    [INK_MAP_WATERLINE] = { 31, OWN, 6, OWN, false, false },
    [INK_MAP_BOUNDARY] = { 60, OWN, 8, OWN, false, false },
    [INK_MAP_BUILDING] = { 239, OWN, 8, OWN, false, false },
    [INK_MAP_POINT] = { 66, OWN, 6, OWN, false, false },
    [INK_MAP_STATION] = { 110, OWN, 6, OWN, false, false },
    [INK_MAP_HOSPITAL] = { 159, OWN, 15, OWN, false, false },
    [INK_MAP_STREET_NAME] = { 248, OWN, 7, OWN, false, false },
    [INK_MAP_PLACE_NAME] = { 146, OWN, 15, OWN, false, false },
    [INK_MAP_WATER_NAME] = { 74, OWN, 14, OWN, false, false },
    [INK_MAP_HAZARD] = { 178, OWN, 11, OWN, false, false },
    [INK_MAP_ROUTE] = { 44, OWN, 14, OWN, true, false },
    [INK_MAP_CURSOR] = { 231, OWN, 15, OWN, true, true },
    [INK_MAP_FURNITURE] = { 246, OWN, 7, OWN, false, false },
    [INK_MAP_PARK_NAME] = { 108, OWN, 2, OWN, false, false },
    [INK_FILL_LAND] = { 234, OWN, 0, OWN, false, false },
    [INK_FILL_WATER] = { 17, OWN, 4, OWN, false, false },
    [INK_FILL_PARK] = { 22, OWN, 2, OWN, false, false },
    [INK_FILL_BUILT] = { 235, OWN, 0, OWN, false, false },
    [INK_FILL_ZONE] = { 236, OWN, 0, OWN, false, false },
    [INK_FILL_HAZARD] = { 236, OWN, 3, OWN, false, false },
};

/* Sixteen colours have no dark greys: only water keeps a ground there, marks say the rest. */
static const struct ground_row {
    int16_t on_256, on_16;
} grounds[GROUND_COUNT] = {
    [GROUND_NONE] = { BLACK_256, 0 }, [GROUND_LAND] = { 234, 0 }, [GROUND_WATER] = { 17, 4 },
    [GROUND_PARK] = { 22, 0 }, [GROUND_BUILT] = { 235, 0 }, [GROUND_ZONE] = { 236, 0 },
    [GROUND_HAZARD] = { 236, 0 }, [GROUND_PANEL] = { 236, 0 }, [GROUND_SELECTED] = { 239, 0 },
};

static struct tone tone_mono(const struct ink_row *ink, const struct cell *cell)
{
    bool unread = cell->ink == INK_BRIGHT && (cell->flags & CELL_BOLD);

    return (struct tone){ .foreground = OWN, .background = OWN, .bold = unread,
                          .reverse = ink->reverse_mono };
}

/* Eight colours get their bright half from bold; bright black there is invisible on some
 * consoles, so it becomes a dim white. */
static struct tone tone_8(struct tone tone)
{
    if (tone.foreground == 8) {
        tone.foreground = 7;
        tone.dim = true;
    } else if (tone.foreground > 8) {
        tone.foreground = (int16_t)(tone.foreground - 8);
        tone.bold = true;
    }
    tone.background = (int16_t)(tone.background % 8);
    return tone;
}

struct tone palette_tone(enum palette_size size, const struct cell *cell)
{
    assert(cell->ink < INK_COUNT);
    assert(cell->ground < GROUND_COUNT);
    const struct ink_row *ink = &inks[cell->ink];
    const struct ground_row *ground = &grounds[cell->ground];
    struct tone tone = { .bold = ink->bold || (cell->flags & CELL_BOLD),
                         .reverse = cell->flags & CELL_REVERSE,
                         .underline = cell->flags & CELL_UNDERLINE };

    if (size == PALETTE_MONO)
        return tone_mono(ink, cell);
    if (size == PALETTE_256) {
        tone.foreground = ink->fore_256;
        tone.background = ink->on_256 != OWN ? ink->on_256 : ground->on_256;
        return tone;
    }
    tone.foreground = ink->fore_16;
    tone.background = ink->on_16 != OWN ? ink->on_16 : ground->on_16;
    return size == PALETTE_8 ? tone_8(tone) : tone;
}
