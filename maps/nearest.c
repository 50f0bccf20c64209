#include "maps/nearest.h"

#include <math.h>

/* Metres per degree of latitude on the sphere that geo_distance_m() uses. */
static const double m_per_degree = 6371008.8 * 0.017453292519943295;
static const double radians = 0.017453292519943295;
/* Below this a cell costs more to look into than its few pieces cost to measure. */
static const double cell_m_min = 25.0;
enum { CELLS_ACROSS_MAX = 4096 };

struct piece {
    uint32_t line, at;
};

struct nearest {
    const struct geo_points *lines; /* A loan. */
    struct geo_point low;           /* South-west corner of the grid. */
    double cell_lat_deg, cell_lon_deg;
    double ring_m;                  /* No cell is narrower, anywhere in the grid. */
    uint32_t rows, columns;
    uint32_t *cell_first;           /* rows * columns + 1, into pieces. */
    struct piece *pieces;
};

static struct geo_box bounds_of(const struct geo_points *lines, uint32_t line_count)
{
    struct geo_box box = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };

    for (uint32_t line = 0; line < line_count; line++) {
        for (uint32_t i = 0; i < lines[line].count; i++) {
            struct geo_point point = lines[line].at[i];
            box.low.lat_deg = fmin(box.low.lat_deg, point.lat_deg);
            box.low.lon_deg = fmin(box.low.lon_deg, point.lon_deg);
            box.high.lat_deg = fmax(box.high.lat_deg, point.lat_deg);
            box.high.lon_deg = fmax(box.high.lon_deg, point.lon_deg);
        }
    }
    if (!(box.low.lat_deg <= box.high.lat_deg))
        box = (struct geo_box){ { 0, 0 }, { 0, 0 } };
    return box;
}

/* About one cell per piece. */
static void grid_lay(struct nearest *nearest, struct geo_box box, double piece_count)
{
    double middle = (box.low.lat_deg + box.high.lat_deg) / 2;
    double widest = fmax(fabs(box.low.lat_deg), fabs(box.high.lat_deg));
    double height_m = (box.high.lat_deg - box.low.lat_deg) * m_per_degree;
    double width_m = (box.high.lon_deg - box.low.lon_deg) * m_per_degree * cos(middle * radians);
    double cell_m = sqrt(height_m * width_m / fmax(piece_count, 1));

    cell_m = fmax(fmax(cell_m, cell_m_min), fmax(height_m, width_m) / CELLS_ACROSS_MAX);
    nearest->low = box.low;
    nearest->cell_lat_deg = cell_m / m_per_degree;
    nearest->cell_lon_deg = cell_m / (m_per_degree * fmax(cos(middle * radians), 0.01));
    nearest->rows = 1 + (uint32_t)(height_m / cell_m);
    nearest->columns = 1 + (uint32_t)(width_m / cell_m);
    nearest->ring_m = fmin(cell_m, nearest->cell_lon_deg * m_per_degree * cos(widest * radians));
}

static uint32_t clamped(double cell, uint32_t count)
{
    if (!(cell > 0))
        return 0;
    return cell >= count ? count - 1 : (uint32_t)cell;
}

static uint32_t row_of(const struct nearest *nearest, double lat_deg)
{
    return clamped((lat_deg - nearest->low.lat_deg) / nearest->cell_lat_deg, nearest->rows);
}

static uint32_t column_of(const struct nearest *nearest, double lon_deg)
{
    return clamped((lon_deg - nearest->low.lon_deg) / nearest->cell_lon_deg, nearest->columns);
}

/* Longitude where the piece from `a` to `b` crosses a latitude, held to the piece. */
static double lon_at(struct geo_point a, struct geo_point b, double lat_deg)
{
    double rise = b.lat_deg - a.lat_deg;
    double t = rise == 0 ? 0 : (lat_deg - a.lat_deg) / rise;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return a.lon_deg + t * (b.lon_deg - a.lon_deg);
}

/* The columns of one row that the piece runs through. */
static void columns_crossed(const struct nearest *nearest, struct geo_point a, struct geo_point b,
                            uint32_t row, uint32_t *ret_first, uint32_t *ret_last)
{
    double south = nearest->low.lat_deg + row * nearest->cell_lat_deg;
    double one = a.lon_deg, other = b.lon_deg;

    if (a.lat_deg != b.lat_deg) {
        one = lon_at(a, b, south);
        other = lon_at(a, b, south + nearest->cell_lat_deg);
    }
    *ret_first = column_of(nearest, fmin(one, other));
    *ret_last = column_of(nearest, fmax(one, other));
}

/* Counts the piece into its cells (pieces not yet there), or puts it there. */
static void piece_place(struct nearest *nearest, uint32_t *cells, uint32_t line, uint32_t at)
{
    struct geo_point a = nearest->lines[line].at[at], b = nearest->lines[line].at[at + 1];
    uint32_t low = row_of(nearest, fmin(a.lat_deg, b.lat_deg));
    uint32_t high = row_of(nearest, fmax(a.lat_deg, b.lat_deg));

    for (uint32_t row = low; row <= high; row++) {
        uint32_t first, last;
        columns_crossed(nearest, a, b, row, &first, &last);
        for (uint32_t column = first; column <= last; column++) {
            uint32_t *cell = &cells[(size_t)row * nearest->columns + column];
            if (nearest->pieces)
                nearest->pieces[*cell] = (struct piece){ line, at };
            ++*cell;
        }
    }
}

static void pieces_place(struct nearest *nearest, uint32_t *cells, uint32_t line_count)
{
    for (uint32_t line = 0; line < line_count; line++)
        for (uint32_t at = 0; at + 1 < nearest->lines[line].count; at++)
            piece_place(nearest, cells, line, at);
}

struct nearest *nearest_new(const struct geo_points *lines, uint32_t line_count)
{
    struct nearest *nearest = base_alloc(1, sizeof *nearest);
    double piece_count = 0;

    nearest->lines = lines;
    for (uint32_t line = 0; line < line_count; line++)
        piece_count += lines[line].count;
    grid_lay(nearest, bounds_of(lines, line_count), piece_count);

    size_t cell_count = (size_t)nearest->rows * nearest->columns;
    uint32_t *cells = base_alloc(cell_count + 1, sizeof *cells), total = 0;
    pieces_place(nearest, cells, line_count);
    nearest->cell_first = base_alloc(cell_count + 1, sizeof *nearest->cell_first);
    for (size_t cell = 0; cell < cell_count; cell++) {
        nearest->cell_first[cell] = total;
        total += cells[cell];
        cells[cell] = nearest->cell_first[cell];
    }
    nearest->cell_first[cell_count] = total;
    nearest->pieces = base_alloc(total, sizeof *nearest->pieces);
    pieces_place(nearest, cells, line_count);
    base_free(cells);
    return nearest;
}

void nearest_free(struct nearest *nearest)
{
    if (!nearest)
        return;
    base_free(nearest->cell_first);
    base_free(nearest->pieces);
    base_free(nearest);
}

/* One question on its way through the cells. */
struct asking {
    const struct nearest *nearest;
    nearest_fits_fn *fits;
    const void *context;
    struct geo_point point;
    double east_m;                  /* Metres per degree of longitude at the point. */
    double best_m2;                 /* Square of the closest so far, or of the limit. */
    uint32_t line, piece;
    double t;                       /* Where on the piece, 0 to 1. */
    bool found, left;
};

static void piece_measure(struct asking *asking, struct piece piece)
{
    const struct geo_point *at = &asking->nearest->lines[piece.line].at[piece.at];
    double ax = (at[0].lon_deg - asking->point.lon_deg) * asking->east_m;
    double ay = (at[0].lat_deg - asking->point.lat_deg) * m_per_degree;
    double dx = (at[1].lon_deg - at[0].lon_deg) * asking->east_m;
    double dy = (at[1].lat_deg - at[0].lat_deg) * m_per_degree;
    double length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? -(ax * dx + ay * dy) / length2 : 0;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double x = ax + t * dx, y = ay + t * dy, m2 = x * x + y * y;
    bool earlier = asking->found && m2 == asking->best_m2
                   && (piece.line < asking->line
                       || (piece.line == asking->line && piece.at < asking->piece));
    if (!(m2 < asking->best_m2 || earlier))
        return;
    if (asking->fits && !asking->fits(asking->context, piece.line))
        return;
    asking->best_m2 = m2;
    asking->line = piece.line;
    asking->piece = piece.at;
    asking->t = t;
    asking->left = dx * -ay - dy * -ax > 0;
    asking->found = true;
}

static void cell_measure(struct asking *asking, int64_t row, int64_t column)
{
    const struct nearest *nearest = asking->nearest;

    if (row < 0 || row >= nearest->rows || column < 0 || column >= nearest->columns)
        return;
    size_t cell = (size_t)row * nearest->columns + (size_t)column;
    for (uint32_t i = nearest->cell_first[cell]; i < nearest->cell_first[cell + 1]; i++)
        piece_measure(asking, nearest->pieces[i]);
}

/* The cells at a distance of exactly `ring` from the middle one. */
static void ring_measure(struct asking *asking, int64_t row, int64_t column, int64_t ring)
{
    for (int64_t x = column - ring; x <= column + ring; x++) {
        cell_measure(asking, row - ring, x);
        if (ring > 0)
            cell_measure(asking, row + ring, x);
    }
    for (int64_t y = row - ring + 1; y <= row + ring - 1; y++) {
        cell_measure(asking, y, column - ring);
        cell_measure(asking, y, column + ring);
    }
}

static struct nearest_hit hit_of(const struct asking *asking)
{
    const struct geo_point *at = asking->nearest->lines[asking->line].at;
    struct geo_point a = at[asking->piece], b = at[asking->piece + 1];
    struct nearest_hit hit = { .line = asking->line, .piece = asking->piece,
                               .distance_m = sqrt(asking->best_m2), .left = asking->left };

    hit.point.lat_deg = a.lat_deg + asking->t * (b.lat_deg - a.lat_deg);
    hit.point.lon_deg = a.lon_deg + asking->t * (b.lon_deg - a.lon_deg);
    for (uint32_t i = 0; i < asking->piece; i++)
        hit.along_m += geo_distance_m(at[i], at[i + 1]);
    hit.along_m += asking->t * geo_distance_m(a, b);
    return hit;
}

bool nearest_find(const struct nearest *nearest, struct geo_point point, double distance_m_max,
                  nearest_fits_fn *fits, const void *context, struct nearest_hit *ret_hit)
{
    struct asking asking = { .nearest = nearest, .fits = fits, .context = context, .point = point,
                             .east_m = m_per_degree * cos(point.lat_deg * radians),
                             .best_m2 = distance_m_max * distance_m_max };
    int64_t row = row_of(nearest, point.lat_deg), column = column_of(nearest, point.lon_deg);
    int64_t rings = nearest->rows > nearest->columns ? nearest->rows : nearest->columns;

    /* Everything outside ring r is at least r cells away: then nothing closer can follow. A point
     * outside the grid starts at the closest cell, which only makes everything farther. */
    for (int64_t ring = 0; ring <= rings; ring++) {
        ring_measure(&asking, row, column, ring);
        double reach_m = (double)ring * nearest->ring_m;
        if (reach_m * reach_m >= asking.best_m2)
            break;
    }
    if (!asking.found)
        return false;
    *ret_hit = hit_of(&asking);
    return true;
}

void nearest_visit(const struct nearest *nearest, struct geo_box box, nearest_visit_fn *visit,
                   void *context)
{
    uint32_t last_row = row_of(nearest, box.high.lat_deg);
    uint32_t last_column = column_of(nearest, box.high.lon_deg);

    for (uint32_t row = row_of(nearest, box.low.lat_deg); row <= last_row; row++) {
        for (uint32_t column = column_of(nearest, box.low.lon_deg); column <= last_column;
             column++) {
            size_t cell = (size_t)row * nearest->columns + column;
            for (uint32_t i = nearest->cell_first[cell]; i < nearest->cell_first[cell + 1]; i++)
                visit(context, nearest->pieces[i].line, nearest->pieces[i].at);
        }
    }
}

struct circling {
    struct asking asking;
    nearest_tell_fn *tell;
    void *context;
};

static void piece_tell(void *context, uint32_t line, uint32_t piece)
{
    const struct circling *circling = context;
    struct asking asking = circling->asking;

    piece_measure(&asking, (struct piece){ line, piece });
    if (asking.found)
        circling->tell(circling->context, line, sqrt(asking.best_m2));
}

void nearest_within(const struct nearest *nearest, struct geo_point point, double radius_m,
                    nearest_tell_fn *tell, void *context)
{
    double east_m = m_per_degree * cos(point.lat_deg * radians);
    double lat_deg = radius_m / m_per_degree, lon_deg = radius_m / fmax(east_m, 1.0);
    struct geo_box box = { { point.lat_deg - lat_deg, point.lon_deg - lon_deg },
                           { point.lat_deg + lat_deg, point.lon_deg + lon_deg } };
    struct circling circling = {
        .asking = { .nearest = nearest, .point = point, .east_m = east_m,
                    .best_m2 = radius_m * radius_m },
        .tell = tell, .context = context,
    };

    nearest_visit(nearest, box, piece_tell, &circling);
}
