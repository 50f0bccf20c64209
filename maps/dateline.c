#include "maps/dateline.h"

#include <math.h>

static const double half_turn_deg = 180, turn_deg = 360;

/* Both ends on the map's own edges: a frame that is drawn along the pole, or a box of the world. */
static bool along_the_edge(double from_deg, double to_deg)
{
    static const double hair_deg = 1e-6;

    return fabs(fabs(from_deg) - half_turn_deg) < hair_deg
           && fabs(fabs(to_deg) - half_turn_deg) < hair_deg;
}

static bool jumps(double from_deg, double to_deg)
{
    return fabs(to_deg - from_deg) > half_turn_deg && !along_the_edge(from_deg, to_deg);
}

bool dateline_crossed(const struct geo_point *vertices, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (fabs(vertices[i].lon_deg) > half_turn_deg
            || (i > 0 && jumps(vertices[i - 1].lon_deg, vertices[i].lon_deg)))
            return true;
    return false;
}

/* ---- Writing pieces ------------------------------------------------------------------------ */

static void part_start(struct dateline_cut *cut)
{
    cut->part_first = base_grow(cut->part_first, &cut->part_capacity, cut->part_count + 2,
                                sizeof *cut->part_first);
    cut->part_first[cut->part_count] = cut->vertex_count;
}

static void vertex_add(struct dateline_cut *cut, struct geo_point point)
{
    cut->vertices = base_grow(cut->vertices, &cut->vertex_capacity, cut->vertex_count + 1,
                              sizeof *cut->vertices);
    cut->vertices[cut->vertex_count++] = point;
}

/* Keeps the piece if it has `least` vertices. */
static void part_end(struct dateline_cut *cut, uint32_t least)
{
    if (cut->vertex_count - cut->part_first[cut->part_count] >= least)
        cut->part_first[++cut->part_count] = cut->vertex_count;
    else
        cut->vertex_count = cut->part_first[cut->part_count];
}

void dateline_clear(struct dateline_cut *cut)
{
    base_free(cut->vertices);
    base_free(cut->part_first);
    *cut = (struct dateline_cut){ 0 };
}

/* ---- Cutting ------------------------------------------------------------------------------- */

struct run {
    struct geo_point *at;
    uint32_t count;
};

/* The same vertices with longitudes that go on past 180 in place of jumping. */
static struct run unwrapped(const struct geo_point *vertices, uint32_t count,
                            enum dateline_form form)
{
    /* At most five more: over the pole and back. */
    struct run run = { .at = base_alloc((size_t)count + 5, sizeof *run.at), .count = count };
    double shift_deg = 0, lat_sum_deg = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && jumps(vertices[i - 1].lon_deg, vertices[i].lon_deg))
            shift_deg += vertices[i].lon_deg > vertices[i - 1].lon_deg ? -turn_deg : turn_deg;
        run.at[i] = (struct geo_point){ .lat_deg = vertices[i].lat_deg,
                                        .lon_deg = vertices[i].lon_deg + shift_deg };
        lat_sum_deg += vertices[i].lat_deg;
    }
    if (form == DATELINE_LINE || fabs(shift_deg) < half_turn_deg)
        return run;
    double pole_deg = lat_sum_deg < 0 ? -90 : 90;       /* All around the nearer one. */
    run.at[run.count] = (struct geo_point){ pole_deg, run.at[run.count - 1].lon_deg };
    run.count++;
    run.at[run.count++] = (struct geo_point){ pole_deg, run.at[0].lon_deg };
    run.at[run.count++] = run.at[0];
    return run;
}

static struct geo_point point_at(struct geo_point from, struct geo_point to, double lon_deg)
{
    double part = (lon_deg - from.lon_deg) / (to.lon_deg - from.lon_deg);

    return (struct geo_point){ .lat_deg = from.lat_deg + part * (to.lat_deg - from.lat_deg),
                               .lon_deg = lon_deg };
}

static struct geo_point turned(struct geo_point point, double middle_deg)
{
    double lon_deg = point.lon_deg - middle_deg;

    point.lon_deg = lon_deg < -half_turn_deg ? -half_turn_deg
                    : lon_deg > half_turn_deg ? half_turn_deg : lon_deg;
    return point;
}

/* The pieces of a line inside the world whose middle is at `middle_deg`. */
static void line_cut(struct dateline_cut *cut, const struct run *run, double middle_deg)
{
    double low = middle_deg - half_turn_deg, high = middle_deg + half_turn_deg;
    bool open = false;

    for (uint32_t i = 1; i < run->count; i++) {
        struct geo_point from = run->at[i - 1], to = run->at[i];
        bool rises = to.lon_deg >= from.lon_deg;
        double least = rises ? from.lon_deg : to.lon_deg, most = rises ? to.lon_deg : from.lon_deg;
        if (least >= high || most <= low) {
            if (!(least == most && least >= low && least <= high))
                continue;
        }
        struct geo_point start = from, end = to;
        if (least < low)
            *(rises ? &start : &end) = point_at(from, to, low);
        if (most > high)
            *(rises ? &end : &start) = point_at(from, to, high);
        if (open && (start.lon_deg != from.lon_deg || start.lat_deg != from.lat_deg)) {
            part_end(cut, 2);
            open = false;
        }
        if (!open) {
            part_start(cut);
            vertex_add(cut, turned(start, middle_deg));
            open = true;
        }
        vertex_add(cut, turned(end, middle_deg));
        if (end.lon_deg != to.lon_deg) {
            part_end(cut, 2);
            open = false;
        }
    }
    if (open)
        part_end(cut, 2);
}

enum side { KEEP_EAST, KEEP_WEST };

static bool on_side(double at_deg, double lon_deg, enum side side)
{
    return side == KEEP_EAST ? at_deg >= lon_deg : at_deg <= lon_deg;
}

/* Sutherland and Hodgman: what of the ring lies on one side of a meridian. */
static struct run half_ring(const struct run *ring, double lon_deg, enum side side)
{
    struct run kept = { .at = base_alloc((size_t)ring->count * 2 + 2, sizeof *kept.at) };

    for (uint32_t i = 0; i < ring->count; i++) {
        struct geo_point from = ring->at[i ? i - 1 : ring->count - 1], to = ring->at[i];
        bool from_in = on_side(from.lon_deg, lon_deg, side);
        bool to_in = on_side(to.lon_deg, lon_deg, side);
        if (from_in != to_in)
            kept.at[kept.count++] = point_at(from, to, lon_deg);
        if (to_in)
            kept.at[kept.count++] = to;
    }
    return kept;
}

static void ring_cut(struct dateline_cut *cut, const struct run *run, double middle_deg)
{
    struct run east = half_ring(run, middle_deg - half_turn_deg, KEEP_EAST);
    struct run both = half_ring(&east, middle_deg + half_turn_deg, KEEP_WEST);

    part_start(cut);
    for (uint32_t i = 0; i < both.count; i++)
        vertex_add(cut, turned(both.at[i], middle_deg));
    if (both.count > 0 && (both.at[0].lat_deg != both.at[both.count - 1].lat_deg
                           || both.at[0].lon_deg != both.at[both.count - 1].lon_deg))
        vertex_add(cut, turned(both.at[0], middle_deg));
    part_end(cut, 4);
    base_free(east.at);
    base_free(both.at);
}

void dateline_cut(struct dateline_cut *cut, const struct geo_point *vertices, uint32_t count,
                  enum dateline_form form)
{
    struct run run = unwrapped(vertices, count, form);
    double low = run.at[0].lon_deg, high = low;

    for (uint32_t i = 1; i < run.count; i++) {
        low = fmin(low, run.at[i].lon_deg);
        high = fmax(high, run.at[i].lon_deg);
    }
    int first = (int)floor((low + half_turn_deg) / turn_deg);
    int last = (int)ceil((high - half_turn_deg) / turn_deg);
    /* What goes around the earth many times is drawn once. */
    if (last > first + 2)
        last = first + 2;
    for (int turn = last < first ? last : first; turn <= last; turn++) {
        if (form == DATELINE_LINE)
            line_cut(cut, &run, turn * turn_deg);
        else
            ring_cut(cut, &run, turn * turn_deg);
    }
    base_free(run.at);
}
