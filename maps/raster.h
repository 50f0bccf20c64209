/* raster.h - lines and filled areas as dots, and the dots as cells.
 *
 * Of lines each cell keeps the ink of the last one drawn and the dots of that ink only: draw the
 * least important first. Of areas each dot keeps its ground, so a shore follows quarters of a
 * cell. Nothing outside is ever touched, whatever the coordinates. */
#ifndef MAPS_RASTER_H
#define MAPS_RASTER_H

#include "maps/plane.h"

/* Braille numbers its dots 1 2 3 7 down the left and 4 5 6 8 down the right (standards.md section
 * 11): the bit of each dot of a cell. */
extern const uint8_t raster_dot_bits[DOTS_PER_ROW][DOTS_PER_COLUMN];

struct raster_crossing {
    int32_t row;
    float x;
};

struct raster {
    enum map_mode mode;
    bool groundless;                    /* Shores in marks, not in the colour of a ground. */
    uint16_t rows, columns;
    struct plane plane;                 /* Its width and height are those of the canvas. */
    uint16_t *cells;                    /* ink << 8 | dots; in ASCII the glyph in place of dots. */
    uint8_t *grounds;                   /* One per dot; NULL until the first fill. */
    struct raster_crossing *crossings;  /* Of the polygon being filled. */
    uint32_t crossing_count, crossing_capacity;
};

/* How an ink is drawn as a line. */
struct raster_pen {
    enum ink ink;
    uint32_t weight_dots;               /* 1, or more for a thick line. */
    uint32_t dashes;                    /* Bit n: is dot n of 32 drawn? */
};

void raster_init(struct raster *raster, const struct plane *plane, uint16_t rows, uint16_t columns,
                 enum map_mode mode);
void raster_clear(struct raster *raster);

struct raster_pen raster_pen(enum ink ink, double m_per_cell);

/* A line through `points`. `overlap` says whether all of them are inside the view. */
void raster_line(struct raster *raster, const struct plane_point *points, uint32_t count,
                 double turn_x, enum plane_overlap overlap, const struct raster_pen *pen);
/* As raster_line(), of a polygon's ring: without what runs along the rim of the world, where a
 * polygon that goes on beyond the date line was cut. */
void raster_outline(struct raster *raster, const struct plane_point *points, uint32_t count,
                    double turn_x, const struct raster_pen *pen);
/* `count` lines that are all inside the view: line i from firsts[i] up to firsts[i + 1]. */
void raster_lines_inside(struct raster *raster, const struct plane_point *points,
                         const uint32_t *firsts, uint32_t count, const struct raster_pen *pen);
/* A single dot, or a line through dots that are placed already (of a trace, say). */
void raster_dots(struct raster *raster, const struct plane_dot *dots, uint32_t count,
                 const struct raster_pen *pen);

/* Filling, by the even-odd rule: give every ring, then raster_fill(). Open rings are closed. */
void raster_ring(struct raster *raster, const struct plane_point *points, uint32_t count,
                 double turn_x);
void raster_ring_dots(struct raster *raster, const struct plane_dot *dots, uint32_t count);
void raster_fill(struct raster *raster, enum ground ground);
/* Gives the dots along a ring a ground: what is narrower than a dot is then still there, and in one
 * piece. */
void raster_ring_trace(struct raster *raster, const struct plane_point *points, uint32_t count,
                       double turn_x, enum ground ground);
/* Empties what lies past the world's left and right on the plane. */
void raster_wipe_beyond(struct raster *raster);
/* Goes over the stretches inside the rings instead, by row; start with *next = 0, then let them
 * go. */
void raster_spans_begin(struct raster *raster);
bool raster_span_next(const struct raster *raster, uint32_t *next, int32_t *ret_row,
                      int32_t *ret_start, int32_t *ret_end);
void raster_spans_end(struct raster *raster);

/* Ink of the line in a cell; false where there is none. */
bool raster_ink_at(const struct raster *raster, uint32_t row, uint32_t column, enum ink *ret_ink);

/* The ground at the middle of a cell. */
enum ground raster_ground_at(const struct raster *raster, uint32_t row, uint32_t column);

/* Writes every cell of `canvas`, of the raster's size: ground, lines, shores, texture. */
void raster_compose(const struct raster *raster, struct canvas *canvas);
/* Writes only the cells with a line over what is there, and keeps what is CELL_TEXT. */
void raster_overlay(const struct raster *raster, struct canvas *canvas);

#endif
