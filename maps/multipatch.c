#include "maps/multipatch.h"

#include <stdlib.h>
#include <string.h>

/* An edge of a face, in the direction that has the face on its right. */
struct edge {
    struct geo_point from, to;
    bool used;
};

struct work {
    struct edge *edges;
    uint32_t edge_count, edge_capacity;
    double up_area, down_area;          /* Of all faces, twice. */
};

enum facing { FACING_UP, FACING_DOWN };

static bool same(struct geo_point a, struct geo_point b)
{
    return a.lat_deg == b.lat_deg && a.lon_deg == b.lon_deg;
}

/* Twice the area, above 0 when it turns clockwise on the map. */
static double area_of(const struct geo_point *ring, uint32_t count)
{
    double area = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct geo_point a = ring[i], b = ring[i + 1 < count ? i + 1 : 0];
        area += (b.lon_deg - ring[0].lon_deg) * (a.lat_deg - ring[0].lat_deg)
                - (a.lon_deg - ring[0].lon_deg) * (b.lat_deg - ring[0].lat_deg);
    }
    return area;
}

typedef void face_fn(struct work *work, const struct geo_point *ring, uint32_t count);

static void area_add(struct work *work, const struct geo_point *ring, uint32_t count)
{
    double area = area_of(ring, count);

    work->up_area += area > 0 ? area : 0;
    work->down_area -= area < 0 ? area : 0;
}

static void edges_add(struct work *work, const struct geo_point *ring, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct geo_point from = ring[i], to = ring[i + 1 < count ? i + 1 : 0];
        if (same(from, to))
            continue;
        work->edges = base_grow(work->edges, &work->edge_capacity, work->edge_count + 1,
                                sizeof *work->edges);
        work->edges[work->edge_count++] = (struct edge){ .from = from, .to = to };
    }
}

static void up_add(struct work *work, const struct geo_point *ring, uint32_t count)
{
    if (area_of(ring, count) > 0)
        edges_add(work, ring, count);
}

static void down_add(struct work *work, const struct geo_point *ring, uint32_t count)
{
    if (area_of(ring, count) < 0)
        edges_add(work, ring, count);
}

/* A hole's edges go in whatever way it turns, if the face it is in does. */
static void part_faces(struct work *work, const struct multipatch *patch, uint32_t part,
                       face_fn *face)
{
    const struct geo_point *at = patch->vertices + patch->part_first[part];
    uint32_t count = patch->part_first[part + 1] - patch->part_first[part];
    enum multipatch_part kind = patch->part_kinds[part];

    if (kind != MULTIPATCH_STRIP && kind != MULTIPATCH_FAN) {
        face(work, at, count);
        return;
    }
    for (uint32_t i = 2; i < count; i++) {
        bool strip = kind == MULTIPATCH_STRIP, odd = i % 2 == 1;
        struct geo_point triangle[3] = { strip ? at[i - 2] : at[0], at[i - 1], at[i] };
        if (strip && odd) {             /* Every second triangle of a strip turns the other way. */
            triangle[0] = at[i - 1];
            triangle[1] = at[i - 2];
        }
        face(work, triangle, 3);
    }
}

static void faces_each(struct work *work, const struct multipatch *patch, face_fn *face)
{
    bool outer_in = true;

    for (uint32_t p = 0; p < patch->part_count; p++) {
        const struct geo_point *at = patch->vertices + patch->part_first[p];
        uint32_t count = patch->part_first[p + 1] - patch->part_first[p];
        if (patch->part_kinds[p] == MULTIPATCH_INNER && face != area_add) {
            if (outer_in)
                edges_add(work, at, count);
            continue;
        }
        uint32_t before = work->edge_count;
        part_faces(work, patch, p, face);
        outer_in = face == area_add || work->edge_count > before;
    }
}

static int compare_points(struct geo_point a, struct geo_point b)
{
    if (a.lon_deg != b.lon_deg)
        return a.lon_deg < b.lon_deg ? -1 : 1;
    return (a.lat_deg > b.lat_deg) - (a.lat_deg < b.lat_deg);
}

/* By its two ends, whichever comes first, so that the two directions of an edge stand together. */
static int compare_undirected(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;
    bool a_turned = compare_points(a->from, a->to) > 0;
    bool b_turned = compare_points(b->from, b->to) > 0;
    int order = compare_points(a_turned ? a->to : a->from, b_turned ? b->to : b->from);

    return order ? order : compare_points(a_turned ? a->from : a->to, b_turned ? b->from : b->to);
}

static int compare_from(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;
    int order = compare_points(a->from, b->from);

    return order ? order : compare_points(a->to, b->to);
}

/* Drops edges that come in pairs. */
static void shared_drop(struct work *work)
{
    uint32_t kept = 0;

    if (work->edge_count)
        qsort(work->edges, work->edge_count, sizeof *work->edges, compare_undirected);
    for (uint32_t i = 0; i < work->edge_count;) {
        uint32_t end = i + 1;
        while (end < work->edge_count
               && compare_undirected(&work->edges[i], &work->edges[end]) == 0)
            end++;
        if ((end - i) % 2 == 1)
            work->edges[kept++] = work->edges[i];
        i = end;
    }
    work->edge_count = kept;
}

/* An unused edge that starts at `point`, or NULL. Edges are sorted by where they start. */
static struct edge *edge_from(struct work *work, struct geo_point point)
{
    uint32_t low = 0, high = work->edge_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_points(work->edges[middle].from, point) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < work->edge_count && same(work->edges[low].from, point); low++)
        if (!work->edges[low].used)
            return &work->edges[low];
    return NULL;
}

static void ring_end(struct multipatch_outline *outline)
{
    uint32_t first = outline->ring_first[outline->ring_count];

    if (!same(outline->vertices[first], outline->vertices[outline->vertex_count - 1])) {
        outline->vertices[outline->vertex_count] = outline->vertices[first];
        outline->vertex_count++;
    }
    if (outline->vertex_count - first < 4)
        outline->vertex_count = first;
    else
        outline->ring_first[++outline->ring_count] = outline->vertex_count;
}

static void rings_chain(struct work *work, struct multipatch_outline *outline)
{
    /* A chain of n edges has n + 1 vertices, one more if it has to be closed by hand. */
    outline->vertices = base_alloc((size_t)work->edge_count * 3 + 1, sizeof *outline->vertices);
    outline->ring_first = base_alloc((size_t)work->edge_count + 2, sizeof *outline->ring_first);
    if (work->edge_count)
        qsort(work->edges, work->edge_count, sizeof *work->edges, compare_from);
    for (uint32_t i = 0; i < work->edge_count; i++) {
        struct edge *edge = &work->edges[i];
        if (edge->used)
            continue;
        struct geo_point start = edge->from;
        outline->vertices[outline->vertex_count++] = start;
        while (edge) {
            edge->used = true;
            outline->vertices[outline->vertex_count++] = edge->to;
            edge = same(edge->to, start) ? NULL : edge_from(work, edge->to);
        }
        ring_end(outline);
    }
}

static void parts_as_rings(const struct multipatch *patch, struct multipatch_outline *outline)
{
    uint32_t all = patch->part_first[patch->part_count];

    base_free(outline->vertices);
    base_free(outline->ring_first);
    *outline = (struct multipatch_outline){
        .vertices = base_alloc((size_t)all + patch->part_count + 1, sizeof *outline->vertices),
        .ring_first = base_alloc((size_t)patch->part_count + 1, sizeof *outline->ring_first),
    };
    for (uint32_t p = 0; p < patch->part_count; p++) {
        uint32_t first = patch->part_first[p], count = patch->part_first[p + 1] - first;
        memcpy(outline->vertices + outline->vertex_count, patch->vertices + first,
               count * sizeof *outline->vertices);
        outline->vertex_count += count;
        if (!same(patch->vertices[first], patch->vertices[first + count - 1]))
            outline->vertices[outline->vertex_count++] = patch->vertices[first];
        outline->ring_first[++outline->ring_count] = outline->vertex_count;
    }
}

struct multipatch_outline multipatch_outline(const struct multipatch *patch)
{
    struct multipatch_outline outline = { 0 };
    struct work work = { 0 };

    faces_each(&work, patch, area_add);
    /* A closed body has as much looking up as down; a surface has what its maker turned up. */
    faces_each(&work, patch, work.up_area >= work.down_area ? up_add : down_add);
    shared_drop(&work);
    rings_chain(&work, &outline);
    if (outline.ring_count == 0)
        parts_as_rings(patch, &outline);
    base_free(work.edges);
    return outline;
}
