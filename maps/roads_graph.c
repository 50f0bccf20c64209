/* From lines to a network, in four steps:
 *
 *   numbered_ends()   ends with a node number get that node, unless it is evidently wrong
 *   joints_find()     the vertices of all other lines, each position once: a "joint"
 *   joints_join()     ends closer than a metre become one joint
 *   line_cut()        every line is cut into segments where a joint is an end or is shared
 *
 * then nodes_order() numbers the nodes by place, arcs_make() lists the segments at their nodes and
 * inland_mark() finds the part of the network from which one can get anywhere and back. */
#include <math.h>
#include <stdlib.h>

#include "maps/roads_inside.h"

#define NODE_NONE UINT32_MAX
#define LINE_NONE UINT32_MAX

/* Ends this close are drawn to meet; digitising and projecting move them by centimetres. */
static const double join_m = 1.0;
/* An end this far from where its node number is does not have that number. */
static const double number_apart_m = 20.0;
static const double m_per_degree = 6371008.8 * 0.017453292519943295;

struct joint {
    int32_t row, column;            /* Cell of one metre. */
    int32_t lat_e7, lon_e7;
    uint32_t line, vertex;          /* Its first appearance; LINE_NONE for a numbered node. */
    uint32_t visits;
    uint32_t root;                  /* The joint it is one with: lower or itself. */
    uint32_t node;
    bool end, wanted;               /* Some line ends here; it becomes a node. */
};

struct making {
    struct roads *roads;
    const struct streets *streets;
    uint32_t *end_nodes;            /* Two per line; NODE_NONE until known. */
    struct joint *joints;           /* Sorted by cell, then position. */
    uint32_t joint_count;
    uint32_t *vertex_joint;         /* By vertex of the streets. */
    double cell_lat_deg, cell_lon_deg;
};

static uint32_t node_add(struct roads *roads, struct geo_point point)
{
    roads->node_points = base_grow(roads->node_points, &roads->node_capacity,
                                   roads->node_count + 1, sizeof *roads->node_points);
    roads->node_points[roads->node_count] = point;
    return roads->node_count++;
}

/* end 0 is the first vertex, end 1 the last. */
static struct geo_point line_end(const struct street_line *line, uint32_t end)
{
    return line->points.at[end ? line->points.count - 1 : 0];
}

/* ---- numbered nodes ----
 *
 * Real layers err here: some of Cambridge's lines have their two numbers swapped and some name a
 * node elsewhere. So a number's place is where most of its ends are; a line that fits
 * only the other way round is turned; what then still stands far off is joined by position. */

struct number {
    struct geo_point place;
    uint32_t node, votes, ends, ends_far;
};

static bool number_fits(const struct number *number, struct geo_point point)
{
    return geo_distance_m(number->place, point) <= number_apart_m;
}

/* Boyer and Moore's majority vote (1981), over places instead of equal values. */
static void number_vote(struct number *number, struct geo_point point)
{
    number->ends++;
    if (number->votes == 0)
        number->place = point;
    if (number_fits(number, point))
        number->votes++;
    else
        number->votes--;
}

static double ends_apart_m(const struct number *first, const struct number *last,
                           const struct street_line *line)
{
    return geo_distance_m(first->place, line_end(line, 0))
           + geo_distance_m(last->place, line_end(line, 1));
}

/* The line's numbers, first vertex first, swapped where that agrees better with the others. */
static bool line_numbers(const struct number *numbers, const struct street_line *line,
                         uint32_t ret_numbers[2])
{
    const struct number *from = &numbers[line->from_node], *to = &numbers[line->to_node];
    bool both = line->from_node != WORD_EMPTY && line->to_node != WORD_EMPTY;
    bool turned = both && ends_apart_m(to, from, line) < number_apart_m
                  && ends_apart_m(to, from, line) < ends_apart_m(from, to, line) / 2;

    ret_numbers[0] = turned ? line->to_node : line->from_node;
    ret_numbers[1] = turned ? line->from_node : line->to_node;
    return turned;
}

/* Votes, turns lines and counts what stands far off; `end_numbers` has two per line. Returns how
 * many lines were turned. */
static uint32_t numbers_place(const struct streets *streets, struct number *numbers,
                              uint32_t *end_numbers)
{
    uint32_t turned = 0;

    for (uint32_t l = 0; l < streets->line_count; l++) {
        number_vote(&numbers[streets->lines[l].from_node], line_end(&streets->lines[l], 0));
        number_vote(&numbers[streets->lines[l].to_node], line_end(&streets->lines[l], 1));
    }
    for (uint32_t l = 0; l < streets->line_count; l++)
        turned += line_numbers(numbers, &streets->lines[l], end_numbers + 2 * (size_t)l);
    for (uint32_t i = 0; i < 2 * streets->line_count; i++) {
        struct number *number = &numbers[end_numbers[i]];
        number->ends_far += !number_fits(number, line_end(&streets->lines[i / 2], i % 2));
    }
    return turned;
}

/* A number of which half the ends or more stand elsewhere ("0" for unknown, say) names no node. */
static bool number_believed(const struct number *numbers, uint32_t number, struct geo_point point)
{
    const struct number *asked = &numbers[number];

    return number != WORD_EMPTY && 2 * asked->ends_far < asked->ends && number_fits(asked, point);
}

static void numbered_ends(struct making *making, struct buffer *warnings)
{
    const struct streets *streets = making->streets;
    struct number *numbers = base_alloc(words_count(streets->nodes), sizeof *numbers);
    uint32_t *end_numbers = base_alloc(2 * (size_t)streets->line_count, sizeof *end_numbers);
    uint32_t turned = numbers_place(streets, numbers, end_numbers), doubted = 0;

    for (uint32_t i = 0; i < words_count(streets->nodes); i++)
        numbers[i].node = NODE_NONE;
    for (uint32_t i = 0; i < 2 * streets->line_count; i++) {
        struct number *number = &numbers[end_numbers[i]];
        struct geo_point point = line_end(&streets->lines[i / 2], i % 2);
        making->end_nodes[i] = NODE_NONE;
        if (!number_believed(numbers, end_numbers[i], point)) {
            doubted += end_numbers[i] != WORD_EMPTY;
            continue;
        }
        if (number->node == NODE_NONE)
            number->node = node_add(making->roads, point);
        making->end_nodes[i] = number->node;
    }
    if (turned)
        buffer_print(warnings, "%u lines of the street layer have their node numbers swapped; they "
                     "were turned round.\n", turned);
    if (doubted)
        buffer_print(warnings, "%u ends in the street layer stand over %.0f m from where their "
                     "node number is; they were joined by position.\n", doubted, number_apart_m);
    base_free(numbers);
    base_free(end_numbers);
}

/* ---- joints ---- */

static bool line_loose(const struct making *making, uint32_t line)
{
    return making->end_nodes[2 * line] == NODE_NONE || making->end_nodes[2 * line + 1] == NODE_NONE;
}

static struct joint joint_at(const struct making *making, struct geo_point point)
{
    return (struct joint){
        .row = (int32_t)floor(point.lat_deg / making->cell_lat_deg),
        .column = (int32_t)floor(point.lon_deg / making->cell_lon_deg),
        .lat_e7 = (int32_t)lround(point.lat_deg * 1e7),
        .lon_e7 = (int32_t)lround(point.lon_deg * 1e7),
        .visits = 1, .node = NODE_NONE, .line = LINE_NONE,
    };
}

static int position_compare(const struct joint *a, const struct joint *b)
{
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    if (a->lat_e7 != b->lat_e7)
        return a->lat_e7 < b->lat_e7 ? -1 : 1;
    return a->lon_e7 < b->lon_e7 ? -1 : a->lon_e7 > b->lon_e7;
}

static int joint_compare(const void *left, const void *right)
{
    const struct joint *a = left, *b = right;
    int by_position = position_compare(a, b);

    if (by_position)
        return by_position;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->vertex < b->vertex ? -1 : a->vertex > b->vertex;
}

/* Longitude cells keep their metre at the middle of the network; a county is narrow enough. */
static void cells_measure(struct making *making)
{
    double lat_deg = 0;

    if (making->streets->line_count)
        lat_deg = line_end(&making->streets->lines[making->streets->line_count / 2], 0).lat_deg;
    making->cell_lat_deg = join_m / m_per_degree;
    making->cell_lon_deg = making->cell_lat_deg / fmax(cos(lat_deg * 0.017453292519943295), 0.01);
}

static size_t vertex_index(const struct making *making, const struct street_line *line,
                           uint32_t vertex)
{
    return (size_t)(line->points.at - making->streets->vertices) + vertex;
}

/* One joint per vertex of a loose line and per numbered node, unsorted. */
static void joints_collect(struct making *making)
{
    const struct streets *streets = making->streets;
    uint32_t capacity = 0;

    for (uint32_t l = 0; l < streets->line_count; l++) {
        const struct geo_points *points = &streets->lines[l].points;
        if (!line_loose(making, l))
            continue;
        making->joints = base_grow(making->joints, &capacity, making->joint_count + points->count,
                                   sizeof *making->joints);
        for (uint32_t v = 0; v < points->count; v++) {
            struct joint joint = joint_at(making, points->at[v]);
            joint.line = l;
            joint.vertex = v;
            joint.end = v == 0 || v + 1 == points->count;
            making->joints[making->joint_count++] = joint;
        }
    }
    if (making->joint_count == 0)
        return;
    making->joints = base_grow(making->joints, &capacity,
                               making->joint_count + making->roads->node_count,
                               sizeof *making->joints);
    for (uint32_t node = 0; node < making->roads->node_count; node++) {
        struct joint joint = joint_at(making, making->roads->node_points[node]);
        joint.node = node;
        joint.end = true;
        making->joints[making->joint_count++] = joint;
    }
}

/* Sorts, then folds joints at one position into one; remembers which joint a vertex became. */
static void joints_find(struct making *making)
{
    joints_collect(making);
    if (making->joint_count == 0)
        return;
    struct joint *joints = making->joints;
    uint32_t kept = 0, count = making->joint_count;

    qsort(joints, count, sizeof *joints, joint_compare);
    for (uint32_t i = 0; i < count; i++) {
        struct joint joint = joints[i];
        if (kept > 0 && position_compare(&joints[kept - 1], &joint) == 0) {
            joints[kept - 1].visits++;
            joints[kept - 1].end |= joint.end;
            if (joints[kept - 1].node == NODE_NONE)
                joints[kept - 1].node = joint.node;
        } else {
            joint.root = kept;
            joints[kept++] = joint;
        }
        if (joint.line != LINE_NONE)
            making->vertex_joint[vertex_index(making, &making->streets->lines[joint.line],
                                              joint.vertex)] = kept - 1;
    }
    making->joint_count = kept;
    for (uint32_t i = 0; i < kept; i++)
        joints[i].wanted = joints[i].end || joints[i].visits > 1;
}

static uint32_t joint_root(const struct making *making, uint32_t joint)
{
    while (making->joints[joint].root != joint)
        joint = making->joints[joint].root;
    return joint;
}

/* Two numbered nodes are never made one: the layer says that they differ. */
static void joints_unite(struct making *making, uint32_t one, uint32_t other)
{
    uint32_t low = joint_root(making, one), high = joint_root(making, other);

    if (low > high) {
        uint32_t swapped = low;
        low = high;
        high = swapped;
    }
    struct joint *into = &making->joints[low], *from = &making->joints[high];
    if (low == high || (into->node != NODE_NONE && from->node != NODE_NONE))
        return;
    from->root = low;
    if (into->node == NODE_NONE)
        into->node = from->node;
    making->joints[one].wanted = making->joints[other].wanted = true;
}

static struct geo_point joint_point(const struct joint *joint)
{
    return (struct geo_point){ joint->lat_e7 / 1e7, joint->lon_e7 / 1e7 };
}

/* First joint at or after a cell. */
static uint32_t joint_lower(const struct making *making, int32_t row, int32_t column)
{
    uint32_t low = 0, high = making->joint_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct joint *joint = &making->joints[middle];
        if (joint->row < row || (joint->row == row && joint->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* An end joins every other end within reach; one that meets nothing also the closest vertex of
 * another line, as where a side street is drawn up to a main road's middle. */
static void end_join(struct making *making, uint32_t at)
{
    struct joint end = making->joints[at];
    uint32_t closest = at;
    double closest_m = join_m;

    for (int32_t row = end.row - 1; row <= end.row + 1; row++) {
        for (uint32_t i = joint_lower(making, row, end.column - 1); i < making->joint_count; i++) {
            const struct joint *other = &making->joints[i];
            if (other->row != row || other->column > end.column + 1)
                break;
            double apart_m = geo_distance_m(joint_point(&end), joint_point(other));
            if (i == at || apart_m > join_m)
                continue;
            if (other->end)
                joints_unite(making, at, i);
            else if (end.visits == 1 && other->line != end.line && apart_m < closest_m) {
                closest = i;
                closest_m = apart_m;
            }
        }
    }
    if (closest != at)
        joints_unite(making, at, closest);
}

static void joints_join(struct making *making)
{
    for (uint32_t joint = 0; joint < making->joint_count; joint++)
        if (making->joints[joint].end)
            end_join(making, joint);
}

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

static void line_cut(struct making *making, uint32_t l)
{
    const struct street_line *line = &making->streets->lines[l];
    uint32_t start = 0, node = vertex_node(making, l, 0);
    double line_m = 0;

    assert(node != NODE_NONE);
    for (uint32_t vertex = 1; vertex < line->points.count; vertex++) {
        uint32_t next = vertex_node(making, l, vertex);
        if (next == NODE_NONE)
            continue;
        struct geo_points points = { line->points.at + start, vertex - start + 1 };
        double length_m = points_length_m(&points);
        if (next != node || length_m > join_m)
            segment_add(making->roads, &(struct road_segment){
                .line = l, .from_node = node, .to_node = next, .points = points,
                .line_m = line_m, .length_m = (float)length_m,
                .cost_ms = drive_ms(length_m, (double)line->kmh), .ways = line->ways });
        line_m += length_m;
        start = vertex;
        node = next;
    }
    assert(start + 1 == line->points.count);
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

void graph_make(struct roads *roads, struct buffer *warnings)
{
    const struct streets *streets = roads->streets;
    struct making making = { .roads = roads, .streets = streets };
    size_t vertex_count = 0;

    for (uint32_t l = 0; l < streets->line_count; l++) {
        size_t end = vertex_index(&making, &streets->lines[l], streets->lines[l].points.count);
        vertex_count = end > vertex_count ? end : vertex_count;
    }
    making.end_nodes = base_alloc(2 * (size_t)streets->line_count, sizeof *making.end_nodes);
    making.vertex_joint = base_alloc(vertex_count, sizeof *making.vertex_joint);
    cells_measure(&making);
    numbered_ends(&making, warnings);
    joints_find(&making);
    joints_join(&making);
    for (uint32_t l = 0; l < streets->line_count; l++)
        line_cut(&making, l);
    base_free(making.end_nodes);
    base_free(making.vertex_joint);
    base_free(making.joints);
    nodes_order(roads);
    arcs_make(roads);
    inland_mark(roads);
    inland_warn(roads, warnings);
}
