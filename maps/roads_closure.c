/* Streets closed for a while: roads_close() to roads_open(). A closed segment has both bits of its
 * arcs set, so that a search passes it by without looking; what may be driven all the same, at the
 * end of a way into a closed area or at its start out of one, is added to the search as extras. */
#include <math.h>
#include <stdlib.h>

#include "maps/roads_inside.h"

static bool segment_touches(const struct road_segment *segment, const struct rings *rings)
{
    for (uint32_t i = 0; i + 1 < segment->points.count; i++)
        if (rings_touch(rings, segment->points.at[i], segment->points.at[i + 1]))
            return true;
    return false;
}

static void arcs_close(struct roads *roads, uint32_t node, uint32_t segment)
{
    for (uint32_t arc = roads->arc_first[node]; arc < roads->arc_first[node + 1]; arc++)
        if (roads->arc_segments[arc] == segment)
            roads->arcs[arc].cost |= ARC_CLOSED;
}

static void arcs_open(struct roads *roads, uint32_t node, uint32_t segment)
{
    const struct road_segment *opened = &roads->segments[segment];

    for (uint32_t arc = roads->arc_first[node]; arc < roads->arc_first[node + 1]; arc++)
        if (roads->arc_segments[arc] == segment)
            roads->arcs[arc].cost = arc_cost(opened, node);
}

struct closing_rings {
    struct roads *roads;
    uint32_t ring;
    uint32_t seen;                  /* closing_count when this ring began. */
};

static void segment_close(void *context, uint32_t segment, uint32_t piece)
{
    struct closing_rings *closing = context;
    struct roads *roads = closing->roads;

    (void)piece;
    if (roads->closed_by[segment] == closing->ring + 1
        || !segment_touches(&roads->segments[segment], roads->closures[closing->ring]))
        return;
    roads->closed_by[segment] = closing->ring + 1;
    roads->closings = base_grow(roads->closings, &roads->closing_capacity,
                                roads->closing_count + 1, sizeof *roads->closings);
    roads->closings[roads->closing_count++] = (struct road_closing){ segment, closing->ring };
    roads->closed[segment] = CLOSED;
}

static int closing_compare(const void *left, const void *right)
{
    const struct road_closing *a = left, *b = right;

    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    return a->ring < b->ring ? -1 : a->ring > b->ring;
}

/* Copies the rings, which the caller may free, one after the other. */
static void closures_take(struct roads *roads, const struct geo_points *rings, uint32_t ring_count)
{
    uint32_t vertex_count = 0;

    for (uint32_t r = 0; r < ring_count; r++)
        vertex_count += rings[r].count;
    roads->closure_vertices = base_alloc(vertex_count, sizeof *roads->closure_vertices);
    roads->closures = base_alloc(ring_count, sizeof(struct rings *));
    vertex_count = 0;
    for (uint32_t r = 0; r < ring_count; r++) {
        uint32_t first[2] = { vertex_count, vertex_count + rings[r].count };
        for (uint32_t i = 0; i < rings[r].count; i++)
            roads->closure_vertices[vertex_count++] = rings[r].at[i];
        roads->closures[r] = rings_new(roads->closure_vertices, first, 1);
    }
    roads->closure_count = ring_count;
}

uint32_t roads_close(struct roads *roads, const struct geo_points *rings, uint32_t ring_count)
{
    uint32_t closed = 0;

    roads_open(roads);
    if (ring_count == 0)
        return 0;
    closures_take(roads, rings, ring_count);
    roads->closed_by = base_alloc(roads->segment_count, sizeof *roads->closed_by);
    for (uint32_t r = 0; r < ring_count; r++) {
        struct closing_rings closing = { .roads = roads, .ring = r };
        if (rings[r].count >= 3)
            nearest_visit(roads->nearest, rings_box(roads->closures[r]), segment_close, &closing);
    }
    base_free(roads->closed_by);
    roads->closed_by = NULL;
    if (roads->closing_count)
        qsort(roads->closings, roads->closing_count, sizeof *roads->closings, closing_compare);
    for (uint32_t i = 0; i < roads->closing_count; i++) {
        const struct road_segment *segment = &roads->segments[roads->closings[i].segment];
        if (i > 0 && roads->closings[i - 1].segment == roads->closings[i].segment)
            continue;
        arcs_close(roads, segment->from_node, roads->closings[i].segment);
        arcs_close(roads, segment->to_node, roads->closings[i].segment);
        closed++;
    }
    return closed;
}

void roads_open(struct roads *roads)
{
    for (uint32_t i = 0; i < roads->closing_count; i++) {
        uint32_t segment = roads->closings[i].segment;
        arcs_open(roads, roads->segments[segment].from_node, segment);
        arcs_open(roads, roads->segments[segment].to_node, segment);
        roads->closed[segment] = 0;
    }
    for (uint32_t r = 0; r < roads->closure_count; r++)
        rings_free(roads->closures[r]);
    base_free(roads->closures);
    base_free(roads->closure_vertices);
    roads->closures = NULL;
    roads->closure_vertices = NULL;
    roads->closure_count = roads->closing_count = 0;
}

/* ---- what one search may drive all the same ---- */

bool closures_hold(const struct roads *roads, struct geo_point point)
{
    for (uint32_t r = 0; r < roads->closure_count; r++)
        if (geo_known(point) && rings_hold(roads->closures[r], point))
            return true;
    return false;
}

void closures_mark(struct roads *roads, struct geo_point to, const struct geo_point *from,
                   uint32_t count)
{
    uint8_t *marks = base_alloc(roads->closure_count, 1);

    for (uint32_t r = 0; r < roads->closure_count; r++) {
        if (geo_known(to) && rings_hold(roads->closures[r], to))
            marks[r] |= CLOSED_END;
        for (uint32_t i = 0; i < count; i++)
            if (geo_known(from[i]) && rings_hold(roads->closures[r], from[i]))
                marks[r] |= CLOSED_START;
    }
    for (uint32_t i = 0; i < roads->closing_count; i++)
        roads->closed[roads->closings[i].segment] = CLOSED;
    for (uint32_t i = 0; i < roads->closing_count; i++)
        roads->closed[roads->closings[i].segment] |= marks[roads->closings[i].ring];
    base_free(marks);
}

uint8_t roads_stretch_closed(const struct roads *roads, uint32_t segment, double from_m,
                             double to_m)
{
    const struct geo_points *points = &roads->segments[segment].points;
    double low_m = fmin(from_m, to_m), high_m = fmax(from_m, to_m), along_m = 0;

    if (!roads->closed[segment])
        return 0;
    for (uint32_t i = 1; i < points->count; i++) {
        struct geo_point a = points->at[i - 1], b = points->at[i];
        double piece_m = geo_distance_m(a, b), start_m = along_m;
        along_m += piece_m;
        if (along_m < low_m || start_m > high_m || piece_m <= 0)
            continue;
        struct geo_point low = point_between(a, b, fmax((low_m - start_m) / piece_m, 0));
        struct geo_point high = point_between(a, b, fmin((high_m - start_m) / piece_m, 1));
        for (uint32_t r = 0; r < roads->closure_count; r++)
            if (rings_touch(roads->closures[r], low, high))
                return roads->closed[segment];
    }
    return 0;
}

static int node_compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

void overlay_make(const struct roads *roads, uint8_t mark, uint32_t first,
                  struct road_overlay *ret_overlay)
{
    struct road_overlay overlay = { .mark = mark, .first = first };
    uint32_t count = 0;

    overlay.nodes = base_alloc(2 * (size_t)roads->closing_count, sizeof *overlay.nodes);
    for (uint32_t i = 0; i < roads->closing_count; i++) {
        const struct road_segment *segment = &roads->segments[roads->closings[i].segment];
        if (!(roads->closed[roads->closings[i].segment] & mark))
            continue;
        overlay.nodes[count++] = segment->from_node;
        overlay.nodes[count++] = segment->to_node;
    }
    if (count)
        qsort(overlay.nodes, count, sizeof *overlay.nodes, node_compare);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || overlay.nodes[i] != overlay.nodes[i - 1])
            overlay.nodes[overlay.count++] = overlay.nodes[i];
    *ret_overlay = overlay;
}

uint32_t overlay_id(const struct road_overlay *overlay, uint32_t node)
{
    uint32_t low = 0, high = overlay->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (overlay->nodes[middle] < node)
            low = middle + 1;
        else
            high = middle;
    }
    return low < overlay->count && overlay->nodes[low] == node ? overlay->first + low
                                                               : ROAD_ID_NONE;
}

/* A segment that may be driven as part of the overlay, as the search goes. */
static void overlay_segment_add(struct roads *roads, const struct road_overlay *overlay,
                                const struct road_segment *segment)
{
    uint32_t from = overlay_id(overlay, segment->from_node);
    uint32_t to = overlay_id(overlay, segment->to_node);
    bool towards = roads->direction == REACH_TO;

    if (segment->ways & STREET_FORWARD)
        search_extra(roads, towards ? to : from, towards ? from : to, segment->cost_ms);
    if (segment->ways & STREET_BACKWARD)
        search_extra(roads, towards ? from : to, towards ? to : from, segment->cost_ms);
}

void overlay_add(struct roads *roads, const struct road_overlay *overlay)
{
    bool enters = (overlay->mark == CLOSED_END) == (roads->direction == REACH_FROM);

    for (uint32_t i = 0; i < roads->closing_count; i++) {
        uint32_t segment = roads->closings[i].segment;
        if ((roads->closed[segment] & overlay->mark)
            && (i == 0 || roads->closings[i - 1].segment != segment))
            overlay_segment_add(roads, overlay, &roads->segments[segment]);
    }
    for (uint32_t i = 0; i < overlay->count; i++) {
        uint32_t id = overlay->first + i, node = overlay->nodes[i];
        search_extra(roads, enters ? node : id, enters ? id : node, 0);
    }
}

void overlay_clear(struct road_overlay *overlay)
{
    base_free(overlay->nodes);
    overlay->nodes = NULL;
    overlay->count = 0;
}
