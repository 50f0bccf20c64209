#include "maps/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

enum {
    SYMBOL_BYTES = 48,          /* A symbol's text and its "+999". */
    OFF_COLUMNS_MAX = 4,        /* Further off a symbol would seem to be elsewhere. */
    NOBODY = UINT32_MAX,
    RESERVED = UINT32_MAX,      /* An owner that is a name and no symbol. */
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

struct spot {
    int32_t row, column;
};

/* A symbol while it is being placed. */
struct guest {
    struct spot point;                  /* row -1: outside the view, or without a text. */
    uint32_t leader;                    /* Who shows it; NOBODY: it stands for itself. */
    uint32_t gathered;                  /* How many it shows. */
    uint16_t columns;                   /* Of its text alone. */
};

/* Where a symbol of some width has found no room, no later one of that width need look: a turn
 * only fills. */
struct refusal {
    uint16_t columns;                   /* 0: nobody was refused yet. */
    uint32_t owner;
};

struct placing {
    struct symbols *symbols;
    const struct map_scene *scene;
    const struct symbols_room *room;
    uint32_t *order;                    /* Symbols by rank. */
    struct guest *guests;
    uint32_t *owners;                   /* Per cell: place + 1, or RESERVED. */
    struct refusal *refusals;           /* Per cell that is a symbol's point. */
};

/* A stable sort without a context argument: ranks and indices in one number each. */
static int compare_keys(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static void order_make(struct placing *placing)
{
    uint32_t count = placing->scene->symbol_count;
    uint64_t *keys = base_alloc(count, sizeof *keys);

    for (uint32_t i = 0; i < count; i++)
        keys[i] = (uint64_t)placing->scene->symbols[i].rank << 32 | i;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < count; i++)
        placing->order[i] = (uint32_t)keys[i];
    base_free(keys);
}

static struct spot spot_of(const struct symbols_room *room, struct geo_point point)
{
    const struct plane *plane = room->plane;
    const struct spot outside = { -1, -1 };

    if (!geo_known(point))
        return outside;
    struct plane_dot dot = plane_dot_of(plane, point);
    if (!(dot.x >= 0) || !(dot.x < plane->width) || !(dot.y >= 0) || !(dot.y < plane->height))
        return outside;
    struct spot spot = { (int32_t)dot.y / DOTS_PER_ROW, (int32_t)dot.x / DOTS_PER_COLUMN };
    /* The furniture's row shows no symbols, but what lies under it is still there. */
    if (spot.row >= room->rows)
        spot.row = room->rows - 1;
    return spot.column < room->columns ? spot : outside;
}

static void guests_make(struct placing *placing)
{
    for (uint32_t i = 0; i < placing->scene->symbol_count; i++) {
        const struct map_symbol *symbol = &placing->scene->symbols[i];
        struct guest *guest = &placing->guests[i];
        *guest = (struct guest){ .point = spot_of(placing->room, symbol->point),
                                 .leader = NOBODY,
                                 .columns = (uint16_t)text_columns(span_of(symbol->text)) };
        if (guest->columns == 0)
            guest->point.row = -1;
    }
}

void symbols_want(const struct map_scene *scene, const struct symbols_room *room, uint8_t *wanted)
{
    for (uint32_t i = 0; i < scene->symbol_count; i++) {
        struct spot spot = spot_of(room, scene->symbols[i].point);
        int32_t columns = (int32_t)text_columns(span_of(scene->symbols[i].text));
        for (int32_t c = spot.column; spot.row >= 0 && c < spot.column + columns; c++)
            if (c < room->columns)
                wanted[spot.row * room->columns + c] = 1;
    }
}

/* ---- Places -------------------------------------------------------------------------------- */

/* The first owner in the way of `columns` cells at `spot`, with one free cell after the text of
 * another; 0 when it is free. False when it would hang over the edge. */
static bool blocker_of(const struct placing *placing, struct spot spot, int32_t columns,
                       uint32_t *ret_owner)
{
    const struct symbols_room *room = placing->room;

    if (spot.row < 0 || spot.row >= room->rows || spot.column < 0
        || spot.column + columns > room->columns)
        return false;
    const uint32_t *row = placing->owners + (size_t)spot.row * room->columns;
    int32_t first = spot.column > 0 ? spot.column - 1 : 0, end = spot.column + columns + 1;
    *ret_owner = 0;
    for (int32_t column = first; column < end && column < room->columns && !*ret_owner; column++)
        *ret_owner = row[column];
    return true;
}

/* Tries one spot; false when it is taken or over the edge. Notes the first symbol in the way. */
static bool try_spot(const struct placing *placing, struct spot spot, int32_t columns,
                     struct spot *ret_spot, uint32_t *first_owner)
{
    uint32_t owner;

    if (!blocker_of(placing, spot, columns, &owner))
        return false;
    if (owner != 0) {
        if (*first_owner == NOBODY && owner != RESERVED)
            *first_owner = owner - 1;
        return false;
    }
    *ret_spot = spot;
    return true;
}

/* Rule 2: on its own row, the one above, the one below; starting or ending at its point, then a
 * few cells further off each time. On failure *ret_owner is the one in the way at the symbol's own
 * point, or NOBODY. */
static bool find_spot(const struct placing *placing, struct spot point, int32_t columns,
                      struct spot *ret_spot, uint32_t *ret_owner)
{
    static const int32_t rows[] = { 0, -1, 1 };

    *ret_owner = NOBODY;
    for (int32_t off = 0; off <= OFF_COLUMNS_MAX; off++) {
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
            struct spot start = { point.row + rows[i], point.column + off };
            struct spot end = { point.row + rows[i], point.column - columns + 1 - off };
            if (try_spot(placing, start, columns, ret_spot, ret_owner)
                || try_spot(placing, end, columns, ret_spot, ret_owner))
                return true;
        }
    }
    /* At the edge a text may be too long to start or to end at its point. */
    struct spot flush = { point.row, placing->room->columns - columns };
    return point.column + columns > placing->room->columns
           && try_spot(placing, flush, columns, ret_spot, ret_owner);
}

/* Where only names are in the way and no symbol could show it: the nearest row that has room, and
 * when none has, its own point, over whatever is there. */
static struct spot any_spot(const struct placing *placing, struct spot point, int32_t columns)
{
    int32_t last = placing->room->columns - columns;
    struct spot spot = { point.row, point.column < last ? point.column : last }, found = spot;
    uint32_t owner = NOBODY;

    for (int32_t off = 1; off < placing->room->rows; off++) {
        for (int32_t side = -1; side <= 1; side += 2) {
            struct spot tried = { spot.row + side * off, spot.column };
            if (try_spot(placing, tried, columns, &found, &owner))
                return found;
        }
    }
    return spot;
}

static void guest_seat(struct placing *placing, uint32_t symbol, struct spot spot,
                       uint16_t columns)
{
    struct symbols *symbols = placing->symbols;

    symbols->at[symbols->count++] = (struct symbol_place){
        .symbol = symbol, .row = (uint16_t)spot.row, .column = (uint16_t)spot.column,
        .columns = columns, .gathered = placing->guests[symbol].gathered };
    for (int32_t i = spot.column; i < spot.column + columns; i++)
        placing->owners[(size_t)spot.row * placing->room->columns + (size_t)i] = symbols->count;
}

static void owners_begin(struct placing *placing)
{
    size_t cells = (size_t)placing->room->rows * placing->room->columns;

    memset(placing->owners, 0, cells * sizeof *placing->owners);
    memset(placing->refusals, 0, cells * sizeof *placing->refusals);
    for (size_t i = 0; i < cells && placing->room->reserved; i++)
        if (placing->room->reserved[i])
            placing->owners[i] = RESERVED;
}

/* Places one symbol; false when it found no room: it has a leader now. */
static bool guest_place(struct placing *placing, uint32_t symbol)
{
    struct guest *guest = &placing->guests[symbol];
    const struct symbols_room *room = placing->room;
    size_t cell = (size_t)guest->point.row * room->columns + (size_t)guest->point.column;
    struct refusal *refusal = &placing->refusals[cell];
    uint16_t columns = guest->columns;
    char text[SYMBOL_BYTES];
    struct spot spot;
    uint32_t owner;

    if (guest->gathered)
        columns = symbol_text(&placing->scene->symbols[symbol], guest->gathered, text);
    if (columns > room->columns)
        columns = room->columns;
    if (refusal->columns && columns >= refusal->columns) {
        guest->leader = refusal->owner;
        return false;
    }
    if (find_spot(placing, guest->point, columns, &spot, &owner)) {
        guest_seat(placing, symbol, spot, columns);
        return true;
    }
    if (owner == NOBODY) {
        guest_seat(placing, symbol, any_spot(placing, guest->point, columns), columns);
        return true;
    }
    guest->leader = placing->symbols->at[owner].symbol;
    *refusal = (struct refusal){ .columns = columns, .owner = guest->leader };
    return false;
}

/* One turn: places those that stand for themselves. One that finds no room gets the symbol in its
 * way as its leader; true when there was such a one, so that the leader's longer text must find
 * room again. */
static bool place_once(struct placing *placing)
{
    bool again = false;

    placing->symbols->count = 0;
    owners_begin(placing);
    for (uint32_t i = 0; i < placing->scene->symbol_count; i++) {
        const struct guest *guest = &placing->guests[placing->order[i]];
        if (guest->leader == NOBODY && guest->point.row >= 0)
            again = !guest_place(placing, placing->order[i]) || again;
    }
    return again;
}

/* Counts who shows how many. Those that a gathered symbol had shown go over to its leader. */
static void leaders_count(struct placing *placing)
{
    uint32_t count = placing->scene->symbol_count;

    for (uint32_t i = 0; i < count; i++)
        placing->guests[i].gathered = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t leader = placing->guests[i].leader;
        if (leader == NOBODY)
            continue;
        while (placing->guests[leader].leader != NOBODY)
            leader = placing->guests[leader].leader;
        placing->guests[i].leader = leader;
        placing->guests[leader].gathered++;
    }
}

void symbols_place(struct symbols *symbols, const struct map_scene *scene,
                   const struct symbols_room *room)
{
    uint32_t count = scene->symbol_count;
    size_t cells = (size_t)room->rows * room->columns;
    struct placing placing = { .symbols = symbols, .scene = scene, .room = room };

    *symbols = (struct symbols){ .rows = room->rows, .columns = room->columns };
    if (count == 0 || cells == 0)
        return;
    symbols->at = base_alloc(count, sizeof *symbols->at);
    placing.order = base_alloc(count, sizeof *placing.order);
    placing.guests = base_alloc(count, sizeof *placing.guests);
    placing.owners = base_alloc(cells, sizeof *placing.owners);
    placing.refusals = base_alloc(cells, sizeof *placing.refusals);
    order_make(&placing);
    guests_make(&placing);
    /* Each turn gathers one symbol more at least, so this ends. */
    while (place_once(&placing))
        leaders_count(&placing);
    base_free(placing.order);
    base_free(placing.guests);
    base_free(placing.owners);
    base_free(placing.refusals);
}

void symbols_clear(struct symbols *symbols)
{
    base_free(symbols->at);
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
