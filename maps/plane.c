#include "maps/plane.h"

#include <math.h>

static const double pi = 3.14159265358979323846;
static const double earth_radius_m = 6371008.8;         /* As geo_distance_m(). */
static const double world_units = 4294967296.0;
static const double latitude_max_deg = 85.0511287798;   /* Where Web Mercator is square. */
static const double m_per_cell_min = 0.001, m_per_cell_max = 1e6;

struct world {
    double x, y;
};

static double radians(double degrees)
{
    return degrees * (pi / 180);
}

static double between(double number, double least, double most)
{
    return number < least ? least : number > most ? most : number;
}

static struct world world_of(struct geo_point point)
{
    double sine = sin(radians(between(point.lat_deg, -latitude_max_deg, latitude_max_deg)));

    return (struct world){
        .x = point.lon_deg * (world_units / 360),
        .y = log((1 + sine) / (1 - sine)) / 2 * (world_units / (2 * pi)),
    };
}

static int32_t held(double units)
{
    double half = units < 0 ? -0.5 : 0.5;

    return (int32_t)between(units + half, INT32_MIN, INT32_MAX);
}

struct plane_point plane_from_geo(struct geo_point point)
{
    struct world world = world_of(point);

    return (struct plane_point){ .x = held(world.x), .y = held(world.y) };
}

/* Rows lie 1/32 of a degree apart: at 85 degrees, where the curve bends most, the cubic between two
 * is off by less than a fiftieth of a unit. */
enum { ROWS_PER_DEG = 32, ROWS_MAX = 86 * ROWS_PER_DEG };

struct cubic {
    double a, b, c, d;                  /* At t between two rows: a + t (b + t (c + t d)). */
};

struct plane_table {
    double low_row, high_row;           /* Rows count from the equator. */
    int32_t first_row;
    struct cubic cubics[];
};

static double row_of(double lat_deg)
{
    double row = between(lat_deg, -latitude_max_deg, latitude_max_deg) * ROWS_PER_DEG;

    return row == row ? row : 0;        /* The bounds of nothing. */
}

/* Through two points of the curve, as steep as the curve is there (Hermite). */
static struct cubic cubic_at(int32_t row)
{
    double y[2], slope[2];

    for (int32_t i = 0; i < 2; i++) {
        double lat = radians((double)(row + i) / ROWS_PER_DEG), sine = sin(lat);
        y[i] = log((1 + sine) / (1 - sine)) / 2 * (world_units / (2 * pi));
        slope[i] = 1 / cos(lat) * (world_units / 360 / ROWS_PER_DEG);
    }
    double rise = y[1] - y[0];
    return (struct cubic){ .a = y[0], .b = slope[0], .c = 3 * rise - 2 * slope[0] - slope[1],
                           .d = slope[0] + slope[1] - 2 * rise };
}

struct plane_table *plane_table_new(double low_lat_deg, double high_lat_deg)
{
    double low = row_of(low_lat_deg), high = row_of(high_lat_deg);
    /* One row more than is asked for: ROWS_MAX added to a row just under a whole one rounds it up
     * to that. */
    int32_t first = (int32_t)floor(low), count = (int32_t)floor(high) - first + 2;
    struct plane_table *table = base_alloc(1, sizeof *table
                                                  + (size_t)count * sizeof *table->cubics);

    assert(count >= 2 && count <= 2 * ROWS_MAX);
    *table = (struct plane_table){ .low_row = low, .high_row = high, .first_row = first };
    for (int32_t i = 0; i < count; i++)
        table->cubics[i] = cubic_at(first + i);
    return table;
}

void plane_table_free(struct plane_table *table)
{
    base_free(table);
}

/* To the nearest unit, by way of a positive number, whose integer part is its floor. */
static inline int32_t rounded(double units)
{
    int64_t number = (int64_t)(units + (2147483648.0 + 0.5)) - 2147483648;

    return (int32_t)(number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : number);
}

void plane_table_points(const struct plane_table *table, const struct geo_point *from,
                        uint32_t count, struct plane_point *to)
{
    double low = table->low_row, high = table->high_row;

    for (uint32_t i = 0; i < count; i++) {
        double row = from[i].lat_deg * ROWS_PER_DEG;
        row = row > low ? row : low;
        row = row < high ? row : high;
        /* Rows from -2752: a positive number again. */
        int32_t whole = (int32_t)(row + ROWS_MAX) - ROWS_MAX;
        const struct cubic *cubic = &table->cubics[whole - table->first_row];
        double t = row - whole, y = cubic->a + t * (cubic->b + t * (cubic->c + t * cubic->d));
        to[i] = (struct plane_point){ .x = rounded(from[i].lon_deg * (world_units / 360)),
                                      .y = rounded(y) };
    }
}

double plane_ground_m_per_unit(double lat_deg)
{
    double lat = between(lat_deg, -latitude_max_deg, latitude_max_deg);

    return 2 * pi * earth_radius_m * cos(radians(lat)) / world_units;
}

/* The latitude that a view's scale is reckoned at. In steps, so that it stays the same while a map
 * is moved up and down; at 60 degrees the scale is then right to 0.4 percent. */
static double scale_lat_deg(double lat_deg)
{
    static const double steps_per_deg = 4;

    return round(lat_deg * steps_per_deg) / steps_per_deg;
}

/* The grid of dots stands still on the earth as long as the scale is the same, so that what is one
 * or two dots wide does not flicker while a map is moved: the origin falls on whole dots. */
struct plane plane_of(const struct map_view *view, uint16_t rows, uint16_t columns)
{
    struct plane plane = { 0 };

    if (!geo_known(view->center) || !isfinite(view->center.lat_deg)
        || !isfinite(view->center.lon_deg) || !(view->m_per_cell > 0) || rows == 0 || columns == 0)
        return plane;
    double m_per_cell = between(view->m_per_cell, m_per_cell_min, m_per_cell_max);
    double m_per_dot = m_per_cell / DOTS_PER_COLUMN;
    struct world center = world_of(view->center);

    plane.width = columns * DOTS_PER_COLUMN;
    plane.height = rows * DOTS_PER_ROW;
    plane.dots_per_unit =
        plane_ground_m_per_unit(scale_lat_deg(view->center.lat_deg)) / m_per_dot;
    plane.origin_x = round(plane.width / 2.0 - center.x * plane.dots_per_unit);
    plane.origin_y = round(plane.height / 2.0 + center.y * plane.dots_per_unit);
    double world_dots = world_units * plane.dots_per_unit;
    plane.left = fmax(0, (plane.width - world_dots) / 2);
    plane.right = fmin(plane.width, (plane.width + world_dots) / 2);
    return plane;
}

/* The whole turns, in dots, that bring `dot_x` nearest to the middle of the view. */
static double turn_of(const struct plane *plane, double dot_x)
{
    double turn = world_units * plane->dots_per_unit;

    return -turn * round((dot_x - plane->width / 2.0) / turn);
}

struct plane_dot plane_dot_of(const struct plane *plane, struct geo_point point)
{
    struct world world = world_of(point);
    double x = plane->origin_x + world.x * plane->dots_per_unit;

    return (struct plane_dot){
        .x = x + turn_of(plane, x),
        .y = plane->origin_y - world.y * plane->dots_per_unit,
    };
}

struct geo_point plane_geo_at(const struct plane *plane, struct plane_dot dot)
{
    double x = (dot.x - plane->origin_x) / plane->dots_per_unit;
    double y = (plane->origin_y - dot.y) / plane->dots_per_unit;
    double lon_deg = x * (360 / world_units);

    return (struct geo_point){
        .lat_deg = atan(sinh(y * (2 * pi / world_units))) * (180 / pi),
        .lon_deg = lon_deg - 360 * round(lon_deg / 360),
    };
}

double plane_turn_x(const struct plane *plane, const struct plane_box *box)
{
    double middle = ((double)box->low.x + box->high.x) / 2;

    return turn_of(plane, plane->origin_x + middle * plane->dots_per_unit);
}

struct plane_turns plane_turns(const struct plane *plane, const struct plane_box *box)
{
    double scale = plane->dots_per_unit, turn = world_units * scale;
    double left = plane->origin_x + box->low.x * scale;
    double right = plane->origin_x + box->high.x * scale;
    double first = ceil((plane->left - right) / turn), last = floor((plane->right - left) / turn);

    return (struct plane_turns){ .first_x = first * turn, .step_x = turn,
                                 .count = last >= first ? (uint32_t)(last - first) + 1 : 0 };
}

enum plane_overlap plane_overlap(const struct plane *plane, const struct plane_box *box)
{
    double scale = plane->dots_per_unit, left = plane->origin_x + box->low.x * scale;
    double right = plane->origin_x + box->high.x * scale;
    double top = plane->origin_y - box->high.y * scale;
    double bottom = plane->origin_y - box->low.y * scale;

    /* A dot less on every side: a detail may move a point past its box by a part of one. */
    if (left >= plane->left + 1 && right < plane->right - 1 && top >= 1
        && bottom < plane->height - 1)
        return PLANE_INSIDE;
    if (bottom < 0 || top >= plane->height)
        return PLANE_OUTSIDE;
    return plane_turns(plane, box).count ? PLANE_CROSSING : PLANE_OUTSIDE;
}

/* Liang and Barsky: narrows [*start, *end], the part of the line kept, by one edge. */
static bool clip_edge(double toward, double distance, double *start, double *end)
{
    if (toward == 0)
        return distance >= 0;
    double at = distance / toward;
    if (toward < 0)
        *start = fmax(*start, at);
    else
        *end = fmin(*end, at);
    return *start <= *end;
}

bool plane_clip(const struct plane *plane, struct plane_dot *from, struct plane_dot *to)
{
    /* Just inside the far edges, so that rounding down never gives the dot past them. */
    double right = plane->width - 1e-6, bottom = plane->height - 1e-6;
    double dx = to->x - from->x, dy = to->y - from->y, start = 0, end = 1;

    if (!clip_edge(-dx, from->x, &start, &end) || !clip_edge(dx, right - from->x, &start, &end)
        || !clip_edge(-dy, from->y, &start, &end)
        || !clip_edge(dy, bottom - from->y, &start, &end))
        return false;
    *to = (struct plane_dot){ .x = from->x + end * dx, .y = from->y + end * dy };
    *from = (struct plane_dot){ .x = from->x + start * dx, .y = from->y + start * dy };
    return true;
}
