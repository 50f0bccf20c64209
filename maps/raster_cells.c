#include "maps/raster.h"

enum { BRAILLE_BLANK = 0x2800 };

/* By the quarters that are set: top left 1, top right 2, bottom left 4, bottom right 8. */
static const uint16_t quarter_glyphs[16] = {
    ' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C, 0x259E, 0x259B,
    0x2597, 0x259A, 0x2590, 0x259C, 0x2584, 0x2599, 0x259F, 0x2588,
};

/* What lies here and there in a ground's empty cells, so that it is not told by colour alone. */
static const struct {
    enum ground ground;
    uint32_t glyph;
    enum ink ink;
    uint32_t columns_apart, columns_apart_groundless;
} textures[] = {
    { GROUND_WATER, '~', INK_MAP_WAVES, 9, 5 },
    { GROUND_PARK, '"', INK_MAP_GRASS, 3, 7 },
};

/* The ink that is the colour of a ground, for cells that two grounds share. */
static const enum ink ground_inks[GROUND_COUNT] = {
    [GROUND_LAND] = INK_FILL_LAND,   [GROUND_WATER] = INK_FILL_WATER,
    [GROUND_PARK] = INK_FILL_PARK,   [GROUND_BUILT] = INK_FILL_BUILT,
    [GROUND_ZONE] = INK_FILL_ZONE,   [GROUND_HAZARD] = INK_FILL_HAZARD,
    [GROUND_PANEL] = INK_FILL_LAND,  [GROUND_SELECTED] = INK_FILL_LAND,
};

bool raster_ink_at(const struct raster *raster, uint32_t row, uint32_t column, enum ink *ret_ink)
{
    if (row >= raster->rows || column >= raster->columns)
        return false;
    uint16_t cell = raster->cells[row * raster->columns + column];
    *ret_ink = (enum ink)(cell >> 8);
    return (cell & 0xFF) != 0;
}

enum ground raster_ground_at(const struct raster *raster, uint32_t row, uint32_t column)
{
    if (!raster->grounds || row >= raster->rows || column >= raster->columns)
        return GROUND_NONE;
    size_t y = (size_t)row * DOTS_PER_ROW + DOTS_PER_ROW / 2;
    size_t x = (size_t)column * DOTS_PER_COLUMN + DOTS_PER_COLUMN / 2;
    return (enum ground)raster->grounds[y * (size_t)raster->plane.width + x];
}

static uint32_t quarters_of(uint32_t dots)
{
    return ((dots & 0x03) ? 1u : 0u) | ((dots & 0x18) ? 2u : 0u) | ((dots & 0x44) ? 4u : 0u)
           | ((dots & 0xA0) ? 8u : 0u);
}

static uint32_t line_glyph(enum map_mode mode, uint32_t content)
{
    switch (mode) {
    case MAP_BRAILLE:
        return BRAILLE_BLANK | content;
    case MAP_BLOCKS:
        return quarter_glyphs[quarters_of(content)];
    case MAP_ASCII:
        return content;
    }
    return ' ';
}

struct ground_share {
    enum ground most, other;            /* `other` is `most` when there is one only. */
    uint32_t other_dots;                /* As braille bits. */
};

static struct ground_share share_of(const struct raster *raster, uint32_t row, uint32_t column)
{
    size_t width = (size_t)raster->plane.width;
    const uint8_t *top = raster->grounds + (size_t)row * DOTS_PER_ROW * width
                         + (size_t)column * DOTS_PER_COLUMN;
    uint8_t counts[GROUND_COUNT] = { 0 };
    struct ground_share share = { .most = top[0], .other = top[0] };

    for (size_t y = 0; y < DOTS_PER_ROW; y++)
        for (size_t x = 0; x < DOTS_PER_COLUMN; x++)
            counts[top[y * width + x]]++;
    if (counts[top[0]] == DOTS_PER_ROW * DOTS_PER_COLUMN)
        return share;
    for (enum ground g = 0; g < GROUND_COUNT; g++)
        if (counts[g] > counts[share.most])
            share.most = g;
    share.other = share.most;
    for (enum ground g = 0; g < GROUND_COUNT; g++)
        if (g != share.most && counts[g] && (share.other == share.most
                                              || counts[g] > counts[share.other]))
            share.other = g;
    for (size_t y = 0; y < DOTS_PER_ROW; y++)
        for (size_t x = 0; x < DOTS_PER_COLUMN; x++)
            if (top[y * width + x] == share.other)
                share.other_dots |= raster_dot_bits[y][x];
    return share;
}

static void texture_cell(const struct raster *raster, uint32_t row, uint32_t column, bool shore,
                         struct cell *cell)
{
    for (size_t i = 0; i < ARRAY_COUNT(textures); i++) {
        uint32_t apart = raster->groundless ? textures[i].columns_apart_groundless
                                            : textures[i].columns_apart;
        bool marked = row % 2 == 0 && (column + row / 2 % 2 * (apart / 2)) % apart == 0;
        if (textures[i].ground != cell->ground || !(marked || shore))
            continue;
        cell->glyph = textures[i].glyph;
        cell->ink = (uint8_t)textures[i].ink;
    }
}

/* A cell without a line: its ground, the shore that runs through it, or the ground's texture. */
static void ground_cell(const struct raster *raster, uint32_t row, uint32_t column,
                        const struct ground_share *share, struct cell *cell)
{
    bool shore = share->other != share->most;

    if (!shore || raster->groundless) {
        texture_cell(raster, row, column, shore, cell);
        return;
    }
    uint32_t quarters = quarters_of(share->other_dots);
    enum ground fill = share->other;

    if (quarters == 0)
        return;
    /* "No ground" has no colour to draw with, so the other of the two is drawn. */
    if (fill == GROUND_NONE) {
        fill = share->most;
        quarters ^= 15;
        cell->ground = GROUND_NONE;
    }
    cell->glyph = quarter_glyphs[quarters];
    cell->ink = (uint8_t)ground_inks[fill];
}

/* Under a line the cell has one ground. Water needs three of the eight dots only: a river that
 * breaks off wherever a road follows it is no landmark. */
static enum ground ground_under_line(const struct ground_share *share)
{
    bool river = share->other == GROUND_WATER && __builtin_popcount(share->other_dots) >= 3;

    return river ? GROUND_WATER : share->most;
}

void raster_compose(const struct raster *raster, struct canvas *canvas)
{
    assert(canvas->rows == raster->rows && canvas->columns == raster->columns);
    for (uint32_t row = 0; row < raster->rows; row++) {
        for (uint32_t column = 0; column < raster->columns; column++) {
            uint16_t line = raster->cells[row * raster->columns + column];
            struct cell *cell = &canvas->cells[row * canvas->stride + column];
            struct ground_share share = { .most = GROUND_NONE, .other = GROUND_NONE };
            if (raster->grounds)
                share = share_of(raster, row, column);
            *cell = (struct cell){ .glyph = ' ', .ink = INK_PLAIN, .ground = (uint8_t)share.most };
            if (line & 0xFF) {
                cell->ground = (uint8_t)ground_under_line(&share);
                cell->glyph = line_glyph(raster->mode, line & 0xFF);
                cell->ink = (uint8_t)(line >> 8);
            } else if (raster->grounds) {
                ground_cell(raster, row, column, &share, cell);
            }
        }
    }
}

void raster_overlay(const struct raster *raster, struct canvas *canvas)
{
    assert(canvas->rows == raster->rows && canvas->columns == raster->columns);
    for (uint32_t row = 0; row < raster->rows; row++) {
        for (uint32_t column = 0; column < raster->columns; column++) {
            uint16_t line = raster->cells[row * raster->columns + column];
            struct cell *cell = &canvas->cells[row * canvas->stride + column];
            if (!(line & 0xFF) || (cell->flags & CELL_TEXT))
                continue;
            cell->glyph = line_glyph(raster->mode, line & 0xFF);
            cell->ink = (uint8_t)(line >> 8);
        }
    }
}
