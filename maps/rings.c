#include "maps/rings.h"

#include <math.h>

/* About four edges a strip; more strips than this help no polygon of this world. */
enum { STRIP_EDGES = 4, STRIPS_MAX = 1 << 16 };

struct ring_edge {
    uint32_t a, b;                  /* Vertices. */
};

struct rings {
    const struct geo_point *vertices;       /* A loan. */
    struct geo_box box;
    double strip_lat_deg;
    uint32_t strip_count;
    uint32_t *strip_first;          /* strip_count + 1, into edges. */
    struct ring_edge *edges;        /* One that crosses several strips stands in each. */
};

static uint32_t strip_of(const struct rings *rings, double lat_deg)
{
    double strip = (lat_deg - rings->box.low.lat_deg) / rings->strip_lat_deg;

    if (!(strip > 0))
        return 0;
    return strip >= rings->strip_count ? rings->strip_count - 1 : (uint32_t)strip;
}

/* Counts the edge into its strips, or, once there are edges, puts it there. */
static void edge_place(struct rings *rings, uint32_t *strips, uint32_t a, uint32_t b)
{
    double one = rings->vertices[a].lat_deg, other = rings->vertices[b].lat_deg;
    uint32_t last = strip_of(rings, fmax(one, other));

    for (uint32_t strip = strip_of(rings, fmin(one, other)); strip <= last; strip++) {
        if (rings->edges)
            rings->edges[strips[strip]] = (struct ring_edge){ a, b };
        strips[strip]++;
    }
}

/* An edge of no length neither holds nor touches anything that its neighbours do not. */
static void edges_place(struct rings *rings, uint32_t *strips, const uint32_t *first,
                        uint32_t ring_count)
{
    for (uint32_t ring = 0; ring < ring_count; ring++)
        for (uint32_t i = first[ring], before = first[ring + 1] - 1; i < first[ring + 1];
             before = i++)
            if (!geo_same(rings->vertices[before], rings->vertices[i]))
                edge_place(rings, strips, before, i);
}

static struct geo_box box_of(const struct geo_point *vertices, uint32_t first, uint32_t end)
{
    struct geo_box box = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };

    for (uint32_t i = first; i < end; i++) {
        box.low.lat_deg = fmin(box.low.lat_deg, vertices[i].lat_deg);
        box.low.lon_deg = fmin(box.low.lon_deg, vertices[i].lon_deg);
        box.high.lat_deg = fmax(box.high.lat_deg, vertices[i].lat_deg);
        box.high.lon_deg = fmax(box.high.lon_deg, vertices[i].lon_deg);
    }
    return box;
}

static uint32_t strips_wanted(uint32_t vertex_count)
{
    uint32_t strips = vertex_count / STRIP_EDGES + 1;

    return strips > STRIPS_MAX ? STRIPS_MAX : strips;
}

struct rings *rings_new(const struct geo_point *vertices, const uint32_t *first,
                        uint32_t ring_count)
{
    struct rings *rings = base_alloc(1, sizeof *rings);
    uint32_t begin = ring_count ? first[0] : 0, end = ring_count ? first[ring_count] : 0;

    rings->vertices = vertices;
    rings->box = box_of(vertices, begin, end);
    rings->strip_count = strips_wanted(end - begin);
    rings->strip_lat_deg = fmax((rings->box.high.lat_deg - rings->box.low.lat_deg)
                                / rings->strip_count, 1e-9);
    uint32_t *strips = base_alloc((size_t)rings->strip_count + 1, sizeof *strips), total = 0;
    edges_place(rings, strips, first, ring_count);
    rings->strip_first = base_alloc((size_t)rings->strip_count + 1, sizeof *rings->strip_first);
    for (uint32_t strip = 0; strip < rings->strip_count; strip++) {
        rings->strip_first[strip] = total;
        total += strips[strip];
        strips[strip] = rings->strip_first[strip];
    }
    rings->strip_first[rings->strip_count] = total;
    rings->edges = base_alloc((size_t)total + 1, sizeof *rings->edges);
    edges_place(rings, strips, first, ring_count);
    base_free(strips);
    return rings;
}

void rings_free(struct rings *rings)
{
    if (!rings)
        return;
    base_free(rings->strip_first);
    base_free(rings->edges);
    base_free(rings);
}

struct geo_box rings_box(const struct rings *rings)
{
    return rings->box;
}

/* Does a ray to the east cross the edge? Half-open in latitude, so that a shared corner counts
 * once; always computed from the southern end, so that neighbours who share an edge, each in its
 * own direction, never both hold a point, nor neither. */
static bool edge_crossed(struct geo_point a, struct geo_point b, struct geo_point point)
{
    if ((a.lat_deg > point.lat_deg) == (b.lat_deg > point.lat_deg))
        return false;
    struct geo_point low = a.lat_deg > b.lat_deg ? b : a, high = a.lat_deg > b.lat_deg ? a : b;
    double t = (point.lat_deg - low.lat_deg) / (high.lat_deg - low.lat_deg);
    return point.lon_deg < low.lon_deg + t * (high.lon_deg - low.lon_deg);
}

bool rings_hold(const struct rings *rings, struct geo_point point)
{
    bool inside = false;

    if (!(point.lat_deg >= rings->box.low.lat_deg && point.lat_deg <= rings->box.high.lat_deg
          && point.lon_deg >= rings->box.low.lon_deg && point.lon_deg <= rings->box.high.lon_deg))
        return false;
    uint32_t strip = strip_of(rings, point.lat_deg);
    for (uint32_t i = rings->strip_first[strip]; i < rings->strip_first[strip + 1]; i++)
        if (edge_crossed(rings->vertices[rings->edges[i].a], rings->vertices[rings->edges[i].b],
                         point))
            inside = !inside;
    return inside;
}

/* Above 0 when c lies left of the line from a to b. */
static double side_of(struct geo_point a, struct geo_point b, struct geo_point c)
{
    return (b.lon_deg - a.lon_deg) * (c.lat_deg - a.lat_deg)
           - (b.lat_deg - a.lat_deg) * (c.lon_deg - a.lon_deg);
}

static bool boxes_meet(struct geo_point a, struct geo_point b, struct geo_point c,
                       struct geo_point d)
{
    return fmax(a.lon_deg, b.lon_deg) >= fmin(c.lon_deg, d.lon_deg)
           && fmax(c.lon_deg, d.lon_deg) >= fmin(a.lon_deg, b.lon_deg)
           && fmax(a.lat_deg, b.lat_deg) >= fmin(c.lat_deg, d.lat_deg)
           && fmax(c.lat_deg, d.lat_deg) >= fmin(a.lat_deg, b.lat_deg);
}

/* Two pieces that cross, or of which one ends on the other. */
static bool pieces_meet(struct geo_point a, struct geo_point b, struct geo_point c,
                        struct geo_point d)
{
    if (!boxes_meet(a, b, c, d))
        return false;
    double c_side = side_of(a, b, c), d_side = side_of(a, b, d);
    double a_side = side_of(c, d, a), b_side = side_of(c, d, b);
    return ((c_side >= 0 && d_side <= 0) || (c_side <= 0 && d_side >= 0))
           && ((a_side >= 0 && b_side <= 0) || (a_side <= 0 && b_side >= 0));
}

bool rings_touch(const struct rings *rings, struct geo_point a, struct geo_point b)
{
    if (!boxes_meet(a, b, rings->box.low, rings->box.high))
        return false;
    if (rings_hold(rings, a) || rings_hold(rings, b))
        return true;
    uint32_t last = strip_of(rings, fmax(a.lat_deg, b.lat_deg));
    for (uint32_t strip = strip_of(rings, fmin(a.lat_deg, b.lat_deg)); strip <= last; strip++)
        for (uint32_t i = rings->strip_first[strip]; i < rings->strip_first[strip + 1]; i++)
            if (pieces_meet(a, b, rings->vertices[rings->edges[i].a],
                            rings->vertices[rings->edges[i].b]))
                return true;
    return false;
}
