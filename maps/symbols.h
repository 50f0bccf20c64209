/* symbols.h - where live symbols stand, so that none hides one that matters more.
 *
 * Rules:
 * 1. Symbols take their places by rank, the lowest number first; within a rank in the order given.
 * 2. A symbol starts at its point; when that is taken it ends there, or stands a row above or
 *    below, or up to four cells to a side.
 * 3. One that finds no place gathers: the symbol in its way, which matters as much or more, shows
 *    how many stand with it, as "E7+3".
 * 4. A symbol whose point is outside the view is not drawn and not counted. Every other one is
 *    drawn or counted. */
#ifndef MAPS_SYMBOLS_H
#define MAPS_SYMBOLS_H

#include "maps/plane.h"

struct symbol_place {
    uint32_t symbol;                    /* Index in the scene. */
    uint16_t row, column, columns;
    uint32_t gathered;                  /* How many stand with it, unseen. */
};

struct symbols {
    struct symbol_place *at;            /* By rank. */
    uint32_t count;
    uint16_t rows, columns;
};

struct symbols_room {
    const struct plane *plane;
    uint16_t rows, columns;             /* The first ones of the plane's canvas. */
    const uint8_t *reserved;            /* Per cell: 1 where no symbol may stand; NULL: nowhere. */
};

/* Marks with 1 the cells of the room that symbols would take if each stood where it belongs. */
void symbols_want(const struct map_scene *scene, const struct symbols_room *room, uint8_t *wanted);

/* Places the scene's symbols in what is empty: its old places must have been cleared. */
void symbols_place(struct symbols *symbols, const struct map_scene *scene,
                   const struct symbols_room *room);
void symbols_clear(struct symbols *symbols);

/* Draws them and marks their cells CELL_TEXT. */
void symbols_draw(const struct symbols *symbols, const struct map_scene *scene,
                  struct canvas *canvas);

#endif
