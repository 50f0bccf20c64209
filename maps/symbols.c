#include "maps/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

enum {
    SYMBOL_BYTES = 48,          /* A symbol's text and its "+999". */
    OFF_COLUMNS_MAX = 4,        /* Further off a symbol would seem to be elsewhere. */
    NOBODY = UINT32_MAX,
};

/* "E7", or "E7+3" with those that stand with it. Returns its columns. */
static uint16_t symbol_text(const struct map_symbol *symbol, uint32_t gathered,
                            char text[SYMBOL_BYTES])
{
    if (gathered)
        snprintf(text, SYMBOL_BYTES, "%.31s+%u", symbol->text, gathered);
    else
        text_copy(text, SYMBOL_BYTES, span_of(symbol->text));
    return (uint16_t)text_columns(span_of(text));
}

/* ---- Order --------------------------------------------------------------------------------- */

/* A stable sort without a context argument: ranks and indices in one number each. */
static int compare_keys(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static void symbols_order(struct symbols *symbols, const struct map_scene *scene)
{
    uint64_t *keys = base_alloc(scene->symbol_count, sizeof *keys);

    for (uint32_t i = 0; i < scene->symbol_count; i++)
        keys[i] = (uint64_t)scene->symbols[i].rank << 32 | i;
    qsort(keys, scene->symbol_count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < scene->symbol_count; i++)
        symbols->order[i] = (uint32_t)keys[i];
    base_free(keys);
}

/* ---- Places -------------------------------------------------------------------------------- */

struct spot {
    int32_t row, column;
};

static bool cell_of(const struct symbols *symbols, const struct map_symbol *symbol,
                    const struct plane *plane, struct spot *ret_spot)
{
    if (!geo_known(symbol->point))
        return false;
    struct plane_dot dot = plane_dot_of(plane, symbol->point);
    if (!(dot.x >= 0) || !(dot.x < plane->width) || !(dot.y >= 0) || !(dot.y < plane->height))
        return false;
    *ret_spot = (struct spot){ .row = (int32_t)dot.y / DOTS_PER_ROW,
                               .column = (int32_t)dot.x / DOTS_PER_COLUMN };
    /* The furniture's row shows no symbols, but what lies under it is still there. */
    if (ret_spot->row >= symbols->rows)
        ret_spot->row = symbols->rows - 1;
    return ret_spot->row >= 0 && ret_spot->column < symbols->columns;
}

/* The first owner in the way of `columns` cells at `spot`, with one free cell after the text of
 * another; NOBODY when it is free. False when it would hang over the edge. */
static bool blocker_of(const struct symbols *symbols, struct spot spot, int32_t columns,
                       uint32_t *ret_owner)
{
    if (spot.row < 0 || spot.row >= symbols->rows || spot.column < 0
        || spot.column + columns > symbols->columns)
        return false;
    const uint32_t *row = symbols->owners + (size_t)spot.row * symbols->columns;
    int32_t first = spot.column > 0 ? spot.column - 1 : 0, end = spot.column + columns + 1;
    *ret_owner = NOBODY;
    for (int32_t column = first; column < end && column < symbols->columns; column++) {
        if (row[column] == 0)
            continue;
        *ret_owner = row[column] - 1;
        break;
    }
    return true;
}

/* Tries one spot; false when it is taken or over the edge. Notes the first that was in the way. */
static bool try_spot(const struct symbols *symbols, struct spot spot, int32_t columns,
                     struct spot *ret_spot, uint32_t *first_owner)
{
    uint32_t owner;

    if (!blocker_of(symbols, spot, columns, &owner))
        return false;
    if (owner != NOBODY) {
        if (*first_owner == NOBODY)
            *first_owner = owner;
        return false;
    }
    *ret_spot = spot;
    return true;
}

/* Rule 2: on its own row, the one above, the one below; starting or ending at its point, then a
 * few cells further off each time. On failure *ret_owner is the one in the way at the symbol's own
 * point, or NOBODY. */
static bool find_spot(const struct symbols *symbols, struct spot point, int32_t columns,
                      struct spot *ret_spot, uint32_t *ret_owner)
{
    static const int32_t rows[] = { 0, -1, 1 };

    *ret_owner = NOBODY;
    for (int32_t off = 0; off <= OFF_COLUMNS_MAX; off++) {
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
            struct spot start = { point.row + rows[i], point.column + off };
            struct spot end = { point.row + rows[i], point.column - columns + 1 - off };
            if (try_spot(symbols, start, columns, ret_spot, ret_owner)
                || try_spot(symbols, end, columns, ret_spot, ret_owner))
                return true;
        }
    }
    /* At the edge a text may be too long to start or to end at its point. */
    struct spot flush = { point.row, symbols->columns - columns };
    return point.column + columns > symbols->columns
           && try_spot(symbols, flush, columns, ret_spot, ret_owner);
}

static void symbol_take(struct symbols *symbols, uint32_t symbol, struct spot spot,
                        uint16_t columns, uint32_t gathered)
{
    symbols->at[symbols->count] = (struct symbol_place){
        .symbol = symbol, .row = (uint16_t)spot.row, .column = (uint16_t)spot.column,
        .columns = columns, .gathered = gathered,
    };
    symbols->count++;
    for (uint16_t i = 0; i < columns; i++)
        symbols->owners[(size_t)spot.row * symbols->columns + (size_t)spot.column + i] =
            symbols->count;
}

/* Places all that stand for themselves. One that finds no room gets the symbol in its way as its
 * leader; true when there was such a one, so that the leader's longer text must find room again. */
static bool place_once(struct symbols *symbols, const struct map_scene *scene,
                       const struct plane *plane, const uint32_t *gathered)
{
    char text[SYMBOL_BYTES];
    bool again = false;

    symbols->count = 0;
    memset(symbols->owners, 0, (size_t)symbols->rows * symbols->columns * sizeof *symbols->owners);
    for (uint32_t i = 0; i < scene->symbol_count; i++) {
        uint32_t symbol = symbols->order[i], owner;
        struct spot point, spot;
        if (symbols->leaders[symbol] != NOBODY
            || !cell_of(symbols, &scene->symbols[symbol], plane, &point))
            continue;
        uint16_t columns = symbol_text(&scene->symbols[symbol], gathered[symbol], text);
        if (columns == 0)
            continue;
        if (find_spot(symbols, point, columns, &spot, &owner)) {
            symbol_take(symbols, symbol, spot, columns, gathered[symbol]);
        } else if (owner != NOBODY) {
            symbols->leaders[symbol] = symbols->at[owner].symbol;
            again = true;
        }
    }
    return again;
}

/* Counts who shows how many. Those that a gathered symbol had shown go over to its leader. */
static void leaders_count(struct symbols *symbols, uint32_t count, uint32_t *gathered)
{
    memset(gathered, 0, count * sizeof *gathered);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t leader = symbols->leaders[i];
        if (leader == NOBODY)
            continue;
        while (symbols->leaders[leader] != NOBODY)
            leader = symbols->leaders[leader];
        symbols->leaders[i] = leader;
        gathered[leader]++;
    }
}

void symbols_place(struct symbols *symbols, const struct map_scene *scene,
                   const struct plane *plane, uint16_t rows, uint16_t columns)
{
    uint32_t count = scene->symbol_count;

    *symbols = (struct symbols){ .rows = rows, .columns = columns };
    if (count == 0 || rows == 0 || columns == 0)
        return;
    symbols->at = base_alloc(count, sizeof *symbols->at);
    symbols->order = base_alloc(count, sizeof *symbols->order);
    symbols->leaders = base_alloc(count, sizeof *symbols->leaders);
    symbols->owners = base_alloc((size_t)rows * columns, sizeof *symbols->owners);
    uint32_t *gathered = base_alloc(count, sizeof *gathered);
    symbols_order(symbols, scene);
    for (uint32_t i = 0; i < count; i++)
        symbols->leaders[i] = NOBODY;
    /* Each turn gathers one symbol more at least, so this ends. */
    while (place_once(symbols, scene, plane, gathered))
        leaders_count(symbols, count, gathered);
    base_free(gathered);
}

void symbols_clear(struct symbols *symbols)
{
    base_free(symbols->at);
    base_free(symbols->order);
    base_free(symbols->leaders);
    base_free(symbols->owners);
    *symbols = (struct symbols){ 0 };
}

void symbols_draw(const struct symbols *symbols, const struct map_scene *scene,
                  struct canvas *canvas)
{
    char text[SYMBOL_BYTES];

    for (uint32_t i = 0; i < symbols->count; i++) {
        const struct symbol_place *place = &symbols->at[i];
        const struct map_symbol *symbol = &scene->symbols[place->symbol];
        symbol_text(symbol, place->gathered, text);
        uint16_t end = canvas_text(canvas, place->row, place->column, span_of(text), symbol->ink);
        for (uint16_t column = place->column; column < end; column++)
            canvas_at(canvas, place->row, column)->flags |= CELL_TEXT | symbol->flags;
    }
}
