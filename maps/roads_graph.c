/* From lines to a network: joints_number() and joints_make() (roads_joints.c) find where lines
 * meet; segments_make() cuts every line into segments where a joint is an end or is shared, or
 * where an end lies on its side; nodes_order() numbers the nodes by place, arcs_make() lists the
 * segments at their nodes and inland_mark() finds the part of the network from which one can get
 * anywhere and back. */
#include <math.h>
#include <stdlib.h>

#include "maps/aside.h"
#include "maps/roads_making.h"

/* ---- segments ---- */

static uint32_t joint_node(struct making *making, uint32_t joint)
{
    struct joint *root = &making->joints[joint_root(making, joint)];

    if (root->node == NODE_NONE)
        root->node = node_add(making->roads, joint_point(root));
    return root->node;
}

static double points_length_m(const struct geo_points *points)
{
    double length_m = 0;

    for (uint32_t i = 1; i < points->count; i++)
        length_m += geo_distance_m(points->at[i - 1], points->at[i]);
    return length_m;
}

/* At least a millisecond, so that no path is a circle of nothing. */
static uint32_t drive_ms(double length_m, double kmh)
{
    double ms = kmh > 0 ? length_m * 3600.0 / kmh : 0;
    return ms < 1 ? 1 : ms > COST_NONE / 4.0 ? COST_NONE / 4 : (uint32_t)(ms + 0.5);
}

static void segment_add(struct roads *roads, const struct road_segment *segment)
{
    roads->segments = base_grow(roads->segments, &roads->segment_capacity,
                                roads->segment_count + 1, sizeof *roads->segments);
    roads->lines = base_grow(roads->lines, &roads->line_capacity, roads->segment_count + 1,
                             sizeof *roads->lines);
    roads->lines[roads->segment_count] = segment->points;
    roads->segments[roads->segment_count++] = *segment;
}

/* The node at a vertex, or NODE_NONE where the line runs on. */
static uint32_t vertex_node(struct making *making, uint32_t l, uint32_t vertex)
{
    const struct street_line *line = &making->streets->lines[l];
    bool first = vertex == 0, last = vertex + 1 == line->points.count;

    if (first && making->end_nodes[2 * l] != NODE_NONE)
        return making->end_nodes[2 * l];
    if (last && making->end_nodes[2 * l + 1] != NODE_NONE)
        return making->end_nodes[2 * l + 1];
    if (!line_loose(making, l))
        return NODE_NONE;
    uint32_t joint = making->vertex_joint[vertex_index(making, line, vertex)];
    return making->joints[joint].wanted ? joint_node(making, joint) : NODE_NONE;
}

/* The line's points and the node at each, or NODE_NONE: its own, and where others end on it. */
struct stations {
    struct geo_points points;
    uint32_t *nodes;                /* Of this many, reused from line to line. */
    uint32_t capacity;
};

static void stations_cut(struct making *making, uint32_t l, const struct stations *stations)
{
    const struct street_line *line = &making->streets->lines[l];
    uint32_t start = 0, node = stations->nodes[0];
    double line_m = 0;

    assert(node != NODE_NONE);
    for (uint32_t at = 1; at < stations->points.count; at++) {
        uint32_t next = stations->nodes[at];
        if (next == NODE_NONE)
            continue;
        struct geo_points points = { stations->points.at + start, at - start + 1 };
        double length_m = points_length_m(&points);
        if (next != node || length_m > making->join_m)
            segment_add(making->roads, &(struct road_segment){
                .line = l, .from_node = node, .to_node = next, .points = points,
                .line_m = line_m, .length_m = (float)length_m,
                .cost_ms = drive_ms(length_m, (double)line->kmh), .ways = line->ways });
        line_m += length_m;
        start = at;
        node = next;
    }
    assert(start + 1 == stations->points.count);
}

/* ---- ends on another line's side ----
 *
 * An end that meets no vertex may have been drawn up to the side of a line: the line gets a vertex
 * there. Found when all is cut once: an end that is alone looks for the nearest segment. */

struct side_cut {
    uint32_t line, piece;           /* Piece p runs from vertex p of the line to p + 1. */
    double along_m;                 /* On the piece. */
    struct geo_point point;
    uint32_t node;
};

struct side_cuts {
    struct side_cut *at;
    uint32_t count, capacity;
};

struct side_asking {
    const struct making *making;
    uint32_t node;
    int8_t level;
};

static bool side_fits(const void *context, uint32_t number)
{
    const struct side_asking *asking = context;
    const struct road_segment *segment = &asking->making->roads->segments[number];
    int8_t level = asking->making->levels ? asking->making->streets->lines[segment->line].level : 0;

    return segment->from_node != asking->node && segment->to_node != asking->node
           && levels_meet(asking->level, level);
}

/* What lies at a segment's end was looked at as a vertex. */
static bool hit_inside(const struct road_segment *segment, const struct nearest_hit *hit)
{
    struct geo_point first = segment->points.at[0];
    struct geo_point last = segment->points.at[segment->points.count - 1];

    return geo_distance_m(first, hit->point) > 0.01 && geo_distance_m(last, hit->point) > 0.01;
}

static void side_cut_add(struct side_cuts *cuts, const struct making *making,
                         const struct nearest_hit *hit, uint32_t node)
{
    const struct road_segment *segment = &making->roads->segments[hit->line];
    const struct street_line *line = &making->streets->lines[segment->line];
    uint32_t first = (uint32_t)(segment->points.at - line->points.at);

    cuts->at = base_grow(cuts->at, &cuts->capacity, cuts->count + 1, sizeof *cuts->at);
    cuts->at[cuts->count++] = (struct side_cut){
        .line = segment->line, .piece = first + hit->piece, .point = hit->point, .node = node,
        .along_m = geo_distance_m(line->points.at[first + hit->piece], hit->point) };
}

static int side_cut_compare(const void *left, const void *right)
{
    const struct side_cut *a = left, *b = right;

    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->piece != b->piece)
        return a->piece < b->piece ? -1 : 1;
    if (a->along_m != b->along_m)
        return a->along_m < b->along_m ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

static uint8_t *degrees_count(const struct roads *roads)
{
    uint8_t *degrees = base_alloc(roads->node_count, 1);

    for (uint32_t s = 0; s < roads->segment_count; s++) {
        const uint32_t nodes[2] = { roads->segments[s].from_node, roads->segments[s].to_node };
        for (int i = 0; i < 2; i++)
            if (degrees[nodes[i]] < 2)
                degrees[nodes[i]]++;
    }
    return degrees;
}

static void sides_find(struct making *making, struct side_cuts *cuts)
{
    struct roads *roads = making->roads;
    uint8_t *degrees = degrees_count(roads);
    struct nearest *nearest = nearest_new(roads->lines, roads->segment_count);

    for (uint32_t end = 0; end < 2 * making->streets->line_count; end++) {
        const struct street_line *line = &making->streets->lines[end / 2];
        uint32_t vertex = end % 2 ? line->points.count - 1 : 0;
        struct nearest_hit hit;
        if (making->end_nodes[end] != NODE_NONE)
            continue;
        struct side_asking asking = { making, vertex_node(making, end / 2, vertex),
                                      vertex_level(making, end / 2, vertex) };
        if (degrees[asking.node] == 1
            && nearest_find(nearest, line->points.at[vertex], making->join_m, side_fits, &asking,
                            &hit)
            && hit_inside(&roads->segments[hit.line], &hit))
            side_cut_add(cuts, making, &hit, asking.node);
    }
    if (cuts->count)
        qsort(cuts->at, cuts->count, sizeof *cuts->at, side_cut_compare);
    making->joined += cuts->count;
    nearest_free(nearest);
    base_free(degrees);
}

/* ---- cutting ---- */

/* The line's own vertices; lines with cuts get points of their own, out of roads->side_points. */
static void stations_make(struct making *making, uint32_t l, const struct side_cut *cuts,
                          uint32_t cut_count, struct geo_point *room, struct stations *stations)
{
    const struct street_line *line = &making->streets->lines[l];
    uint32_t count = 0, cut = 0;

    stations->nodes = base_grow(stations->nodes, &stations->capacity,
                                line->points.count + cut_count, sizeof *stations->nodes);
    for (uint32_t vertex = 0; vertex < line->points.count; vertex++) {
        if (cut_count)
            room[count] = line->points.at[vertex];
        stations->nodes[count++] = vertex_node(making, l, vertex);
        for (; cut < cut_count && cuts[cut].piece == vertex; cut++) {
            room[count] = cuts[cut].point;
            stations->nodes[count++] = cuts[cut].node;
        }
    }
    stations->points = (struct geo_points){ cut_count ? room : line->points.at, count };
}

static void lines_cut(struct making *making, const struct side_cuts *cuts)
{
    struct stations stations = { 0 };
    struct geo_point *room = making->roads->side_points;
    uint32_t cut = 0;

    for (uint32_t l = 0; l < making->streets->line_count; l++) {
        uint32_t first = cut;
        while (cut < cuts->count && cuts->at[cut].line == l)
            cut++;
        stations_make(making, l, cut > first ? cuts->at + first : NULL, cut - first, room,
                      &stations);
        if (cut > first)
            room += stations.points.count;
        stations_cut(making, l, &stations);
    }
    base_free(stations.nodes);
}

static size_t side_points_needed(const struct making *making, const struct side_cuts *cuts)
{
    size_t needed = cuts->count;

    for (uint32_t i = 0; i < cuts->count; i++)
        if (i == 0 || cuts->at[i - 1].line != cuts->at[i].line)
            needed += making->streets->lines[cuts->at[i].line].points.count;
    return needed;
}

static void segments_make(struct making *making)
{
    struct roads *roads = making->roads;
    struct side_cuts cuts = { 0 };

    lines_cut(making, &cuts);
    if (making->joint_count == 0)
        return;                     /* Every end has its number. */
    sides_find(making, &cuts);
    if (cuts.count) {
        roads->side_points = base_alloc(side_points_needed(making, &cuts),
                                        sizeof *roads->side_points);
        roads->segment_count = 0;
        lines_cut(making, &cuts);
    }
    base_free(cuts.at);
}

/* ---- node order ---- */

struct node_place {
    uint64_t key;                   /* Where it is, its bits interleaved. */
    uint32_t node;
};

static int node_place_compare(const void *left, const void *right)
{
    const struct node_place *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

/* The bits of a number, each followed by a 0 (Morton 1966). */
static uint64_t bits_spread(uint32_t number)
{
    uint64_t bits = number;

    bits = (bits | bits << 16) & 0x0000FFFF0000FFFF;
    bits = (bits | bits << 8) & 0x00FF00FF00FF00FF;
    bits = (bits | bits << 4) & 0x0F0F0F0F0F0F0F0F;
    bits = (bits | bits << 2) & 0x3333333333333333;
    return (bits | bits << 1) & 0x5555555555555555;
}

static uint64_t place_key(struct geo_point point)
{
    uint32_t north = (uint32_t)((point.lat_deg + 90) * 1e7);
    uint32_t east = (uint32_t)((point.lon_deg + 180) * 1e7);

    return bits_spread(north) << 1 | bits_spread(east);
}

/* Numbers nodes along a curve that keeps neighbours together: a search walks over neighbours, and
 * then most of what it touches is in the cache already. */
static void nodes_order(struct roads *roads)
{
    struct node_place *order = base_alloc(roads->node_count, sizeof *order);
    struct geo_point *points = base_alloc(roads->node_count, sizeof *points);
    uint32_t *moved = base_alloc(roads->node_count, sizeof *moved);

    for (uint32_t node = 0; node < roads->node_count; node++)
        order[node] = (struct node_place){ place_key(roads->node_points[node]), node };
    if (roads->node_count)
        qsort(order, roads->node_count, sizeof *order, node_place_compare);
    for (uint32_t node = 0; node < roads->node_count; node++) {
        points[node] = roads->node_points[order[node].node];
        moved[order[node].node] = node;
    }
    for (uint32_t s = 0; s < roads->segment_count; s++) {
        roads->segments[s].from_node = moved[roads->segments[s].from_node];
        roads->segments[s].to_node = moved[roads->segments[s].to_node];
    }
    base_free(roads->node_points);
    roads->node_points = points;
    base_free(order);
    base_free(moved);
}

/* ---- arcs ---- */

uint32_t arc_cost(const struct road_segment *segment, uint32_t node)
{
    bool first = segment->from_node == node;
    uint8_t out = first ? STREET_FORWARD : STREET_BACKWARD;
    uint8_t in = first ? STREET_BACKWARD : STREET_FORWARD;

    return segment->cost_ms | (segment->ways & in ? 0 : ARC_CLOSED_TO)
           | (segment->ways & out ? 0 : ARC_CLOSED_FROM);
}

static void arc_put(struct roads *roads, uint32_t *next, uint32_t segment, uint32_t at,
                    uint32_t other)
{
    uint32_t arc = next[at]++;

    roads->arcs[arc] = (struct road_arc){ other, arc_cost(&roads->segments[segment], at) };
    roads->arc_segments[arc] = segment;
}

static void arcs_make(struct roads *roads)
{
    uint32_t *next = base_alloc(roads->node_count + 1, sizeof *next), total = 0;

    for (uint32_t s = 0; s < roads->segment_count; s++) {
        next[roads->segments[s].from_node]++;
        next[roads->segments[s].to_node]++;
    }
    roads->arc_first = base_alloc(roads->node_count + 1, sizeof *roads->arc_first);
    for (uint32_t node = 0; node < roads->node_count; node++) {
        roads->arc_first[node] = total;
        total += next[node];
        next[node] = roads->arc_first[node];
    }
    roads->arc_first[roads->node_count] = total;
    roads->arcs = base_alloc(total, sizeof *roads->arcs);
    roads->arc_segments = base_alloc(total, sizeof *roads->arc_segments);
    for (uint32_t s = 0; s < roads->segment_count; s++) {
        const struct road_segment *segment = &roads->segments[s];
        arc_put(roads, next, s, segment->from_node, segment->to_node);
        arc_put(roads, next, s, segment->to_node, segment->from_node);
    }
    base_free(next);
}

/* ---- which part is one whole ---- */

uint32_t graph_reach(const struct roads *roads, uint32_t node, enum reach_direction direction,
                     uint8_t mark, uint8_t *marks, uint32_t *queue)
{
    uint32_t closed = direction == REACH_TO ? ARC_CLOSED_TO : ARC_CLOSED_FROM;
    uint32_t taken = 0, count = 0;

    queue[count++] = node;
    marks[node] |= mark;
    while (taken < count) {
        uint32_t at = queue[taken++];
        for (uint32_t arc = roads->arc_first[at]; arc < roads->arc_first[at + 1]; arc++) {
            uint32_t other = roads->arcs[arc].node;
            if ((marks[other] & mark) || (roads->arcs[arc].cost & closed))
                continue;
            marks[other] |= mark;
            queue[count++] = other;
        }
    }
    return count;
}

enum reach_mark { MARK_FROM = 1, MARK_TO = 2, MARK_TRIED = 4, MARK_INLAND = 8 };

/* The nodes that `node` reaches and is reached from. */
static uint32_t whole_mark(const struct roads *roads, uint32_t node, uint8_t *marks,
                           uint32_t *queue)
{
    uint32_t count = 0, reached;

    graph_reach(roads, node, REACH_TO, MARK_TO, marks, queue);
    reached = graph_reach(roads, node, REACH_FROM, MARK_FROM, marks, queue);
    for (uint32_t i = 0; i < reached; i++)
        count += (marks[queue[i]] & MARK_TO) != 0;
    return count;
}

static void whole_keep(uint32_t node_count, uint8_t *marks, bool best)
{
    for (uint32_t node = 0; node < node_count; node++) {
        bool inside = (marks[node] & (MARK_FROM | MARK_TO)) == (MARK_FROM | MARK_TO);
        if (best)
            marks[node] &= (uint8_t)~MARK_INLAND;
        if (inside)
            marks[node] |= best ? MARK_TRIED | MARK_INLAND : MARK_TRIED;
        marks[node] &= (uint8_t) ~(MARK_FROM | MARK_TO);
    }
}

/* Tries nodes in order until a piece holds most of the network. Layers with no such piece within
 * the tries keep the largest one seen: it only steers where points are put on the network. */
enum { PIECES_TRIED_MAX = 64 };

static void inland_mark(struct roads *roads)
{
    uint8_t *marks = base_alloc(roads->node_count, 1);
    uint32_t *queue = base_alloc(roads->node_count, sizeof *queue), best = 1;

    uint32_t tried = 0;
    for (uint32_t node = 0; node < roads->node_count && tried < PIECES_TRIED_MAX; node++) {
        if (marks[node] & MARK_TRIED)
            continue;
        uint32_t count = whole_mark(roads, node, marks, queue);
        tried += count > 1;
        whole_keep(roads->node_count, marks, count > best);
        best = count > best ? count : best;
        if (best > roads->node_count / 2)
            break;
    }
    for (uint32_t s = 0; s < roads->segment_count; s++) {
        struct road_segment *segment = &roads->segments[s];
        segment->inland = segment->ways && (marks[segment->from_node] & MARK_INLAND)
                          && (marks[segment->to_node] & MARK_INLAND);
    }
    base_free(marks);
    base_free(queue);
}

static void inland_warn(const struct roads *roads, struct buffer *warnings)
{
    uint32_t driven = 0, inland = 0;

    for (uint32_t s = 0; s < roads->segment_count; s++) {
        driven += roads->segments[s].ways != 0;
        inland += roads->segments[s].inland;
    }
    if (driven - inland > driven / 100)
        buffer_print(warnings, "%u of %u street segments cannot be driven to and back from the "
                     "rest.\n", driven - inland, driven);
}

static void nearest_make(void *context)
{
    struct roads *roads = context;

    roads->nearest = nearest_new(roads->lines, roads->segment_count);
}

void graph_make(struct roads *roads, struct buffer *warnings)
{
    const struct streets *streets = roads->streets;
    struct making making = { .roads = roads, .streets = streets };
    struct aside nearest;
    size_t vertex_count = 0;

    for (uint32_t l = 0; l < streets->line_count; l++) {
        size_t end = vertex_index(&making, &streets->lines[l], streets->lines[l].points.count);
        vertex_count = end > vertex_count ? end : vertex_count;
    }
    making.end_nodes = base_alloc(2 * (size_t)streets->line_count, sizeof *making.end_nodes);
    making.vertex_joint = base_alloc(vertex_count, sizeof *making.vertex_joint);
    joints_number(&making, warnings);
    joints_make(&making);
    segments_make(&making);
    if (making.joint_count)
        buffer_print(&roads->facts, "Street ends up to %g m apart meet: %u that did not share a "
                     "point.\n", making.join_m, making.joined);
    base_free(making.end_nodes);
    base_free(making.vertex_joint);
    base_free(making.joints);
    aside_start(&nearest, nearest_make, roads);
    nodes_order(roads);
    arcs_make(roads);
    inland_mark(roads);
    aside_finish(&nearest);
    inland_warn(roads, warnings);
}
