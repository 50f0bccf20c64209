/* city_graph.c - from lines that cross to nodes and segments.
 *
 * What holds at the end, and is asserted or tested:
 *   1. A segment's first and last points are its nodes' own coordinates.
 *   2. From every node every other can be reached, respecting one-way streets.
 *   3. Segments of a street stand together, in one direction along it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "maps/city_model.h"

enum {
    MERGED_M = 13,              /* Crossings nearer than this are one. */
    LOOSE_M = 28,               /* A loose end this short is only the overlap at a crossing. */
    DEAD_END_MIN_M = 45, DEAD_END_MAX_M = 170,
};

/* A place along a street: where it has a node. */
struct stop {
    uint32_t street, node;
    double along;               /* In points of the street. */
};

struct stops {
    struct stop *at;
    uint32_t count, capacity;
    struct city_spot *nodes;
    uint8_t *rank;              /* The greatest class that meets there. */
    uint32_t node_count, node_capacity, rank_capacity;
};

static uint32_t node_add(struct stops *stops, struct city_spot spot, enum city_class class)
{
    stops->nodes = base_grow(stops->nodes, &stops->node_capacity, stops->node_count + 1,
                             sizeof(*stops->nodes));
    stops->rank = base_grow(stops->rank, &stops->rank_capacity, stops->node_count + 1,
                            sizeof(*stops->rank));
    stops->nodes[stops->node_count] = spot;
    stops->rank[stops->node_count] = (uint8_t)class;
    return stops->node_count++;
}

static void stop_add(struct stops *stops, uint32_t street, double along, uint32_t node)
{
    stops->at = base_grow(stops->at, &stops->capacity, stops->count + 1, sizeof(*stops->at));
    stops->at[stops->count++] = (struct stop){ .street = street, .along = along, .node = node };
}

static void stops_clear(struct stops *stops)
{
    base_free(stops->at);
    base_free(stops->nodes);
    base_free(stops->rank);
}

/* ---- crossings ------------------------------------------------------------------------------- */

static bool piece_starts_at(const struct city_network *network, uint32_t point)
{
    return point + 1 < network->point_count
        && network->point_street[point] == network->point_street[point + 1];
}

static void piece_crossed(const struct city_network *network, struct stops *stops, uint32_t p,
                          uint32_t q)
{
    uint32_t a = network->point_street[p], b = network->point_street[q];
    double along_a, along_b;
    if (b >= a || !piece_starts_at(network, q)
        || !city_crossing(network->points[p], network->points[p + 1], network->points[q],
                          network->points[q + 1], &along_a, &along_b))
        return;
    const struct city_street *first = &network->streets[a], *second = &network->streets[b];
    struct city_spot spot = city_between(network->points[p], network->points[p + 1], along_a);
    uint32_t node = node_add(stops, spot,
                             first->class < second->class ? first->class : second->class);
    stop_add(stops, a, p - first->first + along_a, node);
    stop_add(stops, b, q - second->first + along_b, node);
}

/* Each pair of pieces once: the street with the greater number looks for the lesser. */
static void crossings_found(const struct city_network *network, struct stops *stops)
{
    for (uint32_t p = 0; p < network->point_count; p++) {
        if (!piece_starts_at(network, p))
            continue;
        struct city_spot spot = network->points[p];
        double reach = city_apart_m(spot, network->points[p + 1]) + CITY_STEP_M + 8.0;
        int64_t west = (int64_t)((spot.x_m - reach - network->plan->low.x_m) / CITY_CELL_M);
        int64_t east = (int64_t)((spot.x_m + reach - network->plan->low.x_m) / CITY_CELL_M);
        int64_t south = (int64_t)((spot.y_m - reach - network->plan->low.y_m) / CITY_CELL_M);
        int64_t north = (int64_t)((spot.y_m + reach - network->plan->low.y_m) / CITY_CELL_M);
        for (int64_t row = south < 0 ? 0 : south; row <= north && row < network->rows; row++) {
            for (int64_t column = west < 0 ? 0 : west; column <= east && column < network->columns;
                 column++) {
                uint32_t q = network->cell_head[row * network->columns + column];
                for (; q != 0; q = network->point_next[q - 1])
                    piece_crossed(network, stops, p, q - 1);
            }
        }
    }
}

/* Streets that end in the same spot meet there; so do the two ends of a ring. */
struct end {
    struct city_spot spot;
    uint32_t street;
    double along;
};

static int ends_compared(const void *left, const void *right)
{
    const struct end *a = left, *b = right;
    if (a->spot.x_m != b->spot.x_m)
        return a->spot.x_m < b->spot.x_m ? -1 : 1;
    if (a->spot.y_m != b->spot.y_m)
        return a->spot.y_m < b->spot.y_m ? -1 : 1;
    if (a->street != b->street)
        return a->street < b->street ? -1 : 1;
    return a->along < b->along ? -1 : a->along > b->along;
}

static void ends_joined(const struct city_network *network, struct stops *stops)
{
    uint32_t count = 2 * network->street_count;
    struct end *ends = base_alloc(count, sizeof(*ends));
    for (uint32_t i = 0; i < network->street_count; i++) {
        const struct city_street *street = &network->streets[i];
        ends[2 * i] = (struct end){ network->points[street->first], i, 0.0 };
        ends[2 * i + 1] = (struct end){ network->points[street->first + street->count - 1], i,
                                        street->count - 1.0 };
    }
    qsort(ends, count, sizeof(*ends), ends_compared);
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && ends[next].spot.x_m == ends[i].spot.x_m
             && ends[next].spot.y_m == ends[i].spot.y_m; next++) {
        }
        if (next == i + 1)
            continue;
        uint32_t node = node_add(stops, ends[i].spot, network->streets[ends[i].street].class);
        for (uint32_t k = i; k < next; k++)
            stop_add(stops, ends[k].street, ends[k].along, node);
    }
    base_free(ends);
}

static int stops_compared(const void *left, const void *right)
{
    const struct stop *a = left, *b = right;
    if (a->street != b->street)
        return a->street < b->street ? -1 : 1;
    if (a->along != b->along)
        return a->along < b->along ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

static void stops_found(const struct city_network *network, struct stops *stops)
{
    crossings_found(network, stops);
    ends_joined(network, stops);
    qsort(stops->at, stops->count, sizeof(*stops->at), stops_compared);
}

/* ---- loose ends ------------------------------------------------------------------------------ */

static double along_m(const struct city_network *network, const struct city_street *street,
                      double from, double to)
{
    double length = 0.0;
    for (uint32_t i = (uint32_t)from; i < street->count - 1 && i < to; i++) {
        double piece = city_apart_m(network->points[street->first + i],
                                    network->points[street->first + i + 1]);
        double low = fmax(from, i), high = fmin(to, i + 1.0);
        length += piece * (high - low);
    }
    return length;
}

/* Looks straight ahead from a loose end for a street to end at; true adds that spot to `path`. */
static bool end_led_on(const struct city_network *network, uint32_t number, uint32_t last,
                       uint32_t before, struct city_path *path)
{
    const struct city_street *street = &network->streets[number];
    struct city_spot end = network->points[street->first + last], at;
    struct city_spot from = network->points[street->first + before];
    double far_m = street->class <= CITY_ARTERIAL ? 260.0 : street->class == CITY_COLLECTOR ? 220.0
                                                                                            : 110.0;
    double apart = city_apart_m(from, end);
    struct city_spot ahead = city_between(end, (struct city_spot){ 2 * end.x_m - from.x_m,
                                                                   2 * end.y_m - from.y_m },
                                          far_m / fmax(apart, 0.1));
    if (!city_street_met(network, end, ahead, CITY_SERVICE, number, &at))
        return false;
    double gap = city_apart_m(end, at);
    for (double part = 0.0; part < gap; part += 8.0) {
        if (city_water_m(network->plan, city_between(end, at, part / gap)) < 12.0)
            return false;
    }
    uint32_t steps = (uint32_t)(gap / CITY_STEP_M) + 1;
    for (uint32_t i = 1; i <= steps; i++)
        city_path_add(path, city_between(end, at, (double)i / steps));
    city_path_add(path, city_between(end, at, 1.0 + 4.0 / fmax(gap, 0.1)));
    return true;
}

/* The same streets with each loose end led on to the next street, where one is near. */
static struct city_network *led_on(const struct city_network *network, const struct stops *stops)
{
    struct city_network *whole = city_network_new(network->plan);
    uint32_t stop = 0;

    for (uint32_t i = 0; i < network->street_count; i++) {
        const struct city_street *street = &network->streets[i];
        struct city_path path = { .count = 0 }, head = { .count = 0 };
        uint32_t first = stop, last = street->count - 1;
        while (stop < stops->count && stops->at[stop].street == i)
            stop++;
        double low = first < stop ? stops->at[first].along : last;
        double high = first < stop ? stops->at[stop - 1].along : 0.0;
        if (along_m(network, street, 0.0, low) > LOOSE_M)
            end_led_on(network, i, 0, 1, &head);
        for (uint32_t k = head.count; k-- > 0;)
            city_path_add(&path, head.at[k]);
        for (uint32_t k = 0; k < street->count; k++)
            city_path_add(&path, network->points[street->first + k]);
        if (along_m(network, street, high, last) > LOOSE_M)
            end_led_on(network, i, last, last - 1, &path);
        city_street_add(whole, &path, street);
        city_path_clear(&path);
        city_path_clear(&head);
    }
    return whole;
}

/* ---- nodes that are one ---------------------------------------------------------------------- */

static uint32_t root_of(uint32_t *parent, uint32_t node)
{
    while (parent[node] != node) {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    return node;
}

/* The node on the greater street keeps its place, so that avenues stay straight. */
static void nodes_merged(struct stops *stops, uint32_t *parent)
{
    for (uint32_t i = 0; i < stops->node_count; i++)
        parent[i] = i;
    for (uint32_t i = 0; i + 1 < stops->count; i++) {
        const struct stop *stop = &stops->at[i];
        if (stop[0].street != stop[1].street)
            continue;
        uint32_t a = root_of(parent, stop[0].node), b = root_of(parent, stop[1].node);
        if (a == b || city_apart_m(stops->nodes[a], stops->nodes[b]) > MERGED_M)
            continue;
        if (stops->rank[b] < stops->rank[a])
            parent[a] = b;
        else
            parent[b] = a;
    }
}

/* ---- segments -------------------------------------------------------------------------------- */

static void point_add(struct city_graph *graph, struct city_spot spot)
{
    graph->points = base_grow(graph->points, &graph->point_capacity, graph->point_count + 1,
                              sizeof(*graph->points));
    graph->points[graph->point_count++] = spot;
}

static double off_line_m(struct city_spot spot, struct city_spot from, struct city_spot to)
{
    double apart = city_apart_m(from, to);
    if (apart < 1e-9)
        return city_apart_m(spot, from);
    return fabs((to.x_m - from.x_m) * (from.y_m - spot.y_m)
                - (from.x_m - spot.x_m) * (to.y_m - from.y_m)) / apart;
}

/* Douglas and Peucker: keeps what bends by more than 0.7 m. Marks in `keep`. */
static void bends_kept(const struct city_spot *at, uint32_t first, uint32_t last, bool *keep)
{
    double most = 0.7;
    uint32_t furthest = first;
    for (uint32_t i = first + 1; i < last; i++) {
        double off = off_line_m(at[i], at[first], at[last]);
        if (off > most) {
            most = off;
            furthest = i;
        }
    }
    if (furthest == first)
        return;
    keep[furthest] = true;
    bends_kept(at, first, furthest, keep);
    bends_kept(at, furthest, last, keep);
}

struct segmenter {
    const struct city_network *network;
    struct stops *stops;
    uint32_t *parent;
    struct city_graph *graph;
    struct city_path line;
    bool *keep;
    uint32_t keep_capacity;
};

/* The line from one place along a street to another, its ends moved to the nodes. */
static void segment_add(struct segmenter *to, uint32_t number, struct stop from, struct stop until)
{
    const struct city_street *street = &to->network->streets[number];
    uint32_t a = root_of(to->parent, from.node), b = root_of(to->parent, until.node);
    struct city_spot start = to->stops->nodes[a], end = to->stops->nodes[b];
    if (a == b)
        return;
    to->line.count = 0;
    city_path_add(&to->line, start);
    for (uint32_t i = (uint32_t)from.along + 1; i < until.along && i < street->count; i++) {
        struct city_spot spot = to->network->points[street->first + i];
        if (city_apart_m(spot, start) > 6.0 && city_apart_m(spot, end) > 6.0)
            city_path_add(&to->line, spot);
    }
    city_path_add(&to->line, end);
    to->keep = base_grow(to->keep, &to->keep_capacity, to->line.count, sizeof(*to->keep));
    memset(to->keep, 0, to->line.count * sizeof(*to->keep));
    to->keep[0] = to->keep[to->line.count - 1] = true;
    bends_kept(to->line.at, 0, to->line.count - 1, to->keep);

    struct city_graph *graph = to->graph;
    struct city_segment segment = { .street = number, .from = a, .to = b,
                                    .first = graph->point_count };
    double length = 0.0;
    for (uint32_t i = 0; i < to->line.count; i++) {
        if (i > 0)
            length += city_apart_m(to->line.at[i - 1], to->line.at[i]);
        if (to->keep[i])
            point_add(graph, to->line.at[i]);
        segment.bridge |= city_river_m(to->network->plan, to->line.at[i]) < 4.0;
    }
    segment.count = graph->point_count - segment.first;
    segment.length_m = (float)length;
    graph->segments = base_grow(graph->segments, &graph->segment_capacity,
                                graph->segment_count + 1, sizeof(*graph->segments));
    graph->segments[graph->segment_count++] = segment;
}

static bool end_stays(const struct city_street *street, double length_m)
{
    if (street->lasting)
        return length_m > LOOSE_M;
    return street->class >= CITY_RESIDENTIAL && length_m >= DEAD_END_MIN_M
        && length_m <= DEAD_END_MAX_M;
}

static void street_segmented(struct segmenter *to, uint32_t number, uint32_t first, uint32_t end)
{
    const struct city_street *street = &to->network->streets[number];
    struct stop head = { .street = number, .along = 0.0 };
    struct stop tail = { .street = number, .along = street->count - 1.0 };

    if (first == end)
        return;
    if (end_stays(street, along_m(to->network, street, 0.0, to->stops->at[first].along))) {
        head.node = node_add(to->stops, to->network->points[street->first], street->class);
        segment_add(to, number, head, to->stops->at[first]);
    }
    for (uint32_t i = first; i + 1 < end; i++)
        segment_add(to, number, to->stops->at[i], to->stops->at[i + 1]);
    if (end_stays(street, along_m(to->network, street, to->stops->at[end - 1].along, tail.along))) {
        tail.node = node_add(to->stops, to->network->points[street->first + street->count - 1],
                             street->class);
        segment_add(to, number, to->stops->at[end - 1], tail);
    }
}

static struct city_graph *segmented(const struct city_network *network, struct stops *stops)
{
    struct city_graph *graph = base_alloc(1, sizeof(*graph));
    uint32_t parents = stops->node_count + 2 * network->street_count;
    struct segmenter to = { .network = network, .stops = stops, .graph = graph,
                            .parent = base_alloc(parents, sizeof(uint32_t)) };
    nodes_merged(stops, to.parent);
    for (uint32_t i = stops->node_count; i < parents; i++)
        to.parent[i] = i;       /* For the dead ends to come. */
    for (uint32_t street = 0, stop = 0; street < network->street_count; street++) {
        uint32_t first = stop;
        while (stop < stops->count && stops->at[stop].street == street)
            stop++;
        street_segmented(&to, street, first, stop);
    }
    graph->nodes = stops->nodes;
    graph->node_count = stops->node_count;
    stops->nodes = NULL;
    base_free(to.parent);
    base_free(to.keep);
    city_path_clear(&to.line);
    return graph;
}

/* ---- what hangs together --------------------------------------------------------------------- */

static void segments_kept(struct city_graph *graph, const bool *keep)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < graph->segment_count; i++) {
        if (keep[i])
            graph->segments[kept++] = graph->segments[i];
    }
    graph->segment_count = kept;
}

struct pair {
    uint32_t low, high, segment;
};

static int pairs_compared(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    return a->segment < b->segment ? -1 : a->segment > b->segment;
}

/* Two streets squeezed onto the same two crossings are one: the later, lesser one goes. */
static void twins_dropped(struct city_graph *graph)
{
    struct pair *pairs = base_alloc(graph->segment_count + 1, sizeof(*pairs));
    bool *keep = base_alloc(graph->segment_count + 1, sizeof(*keep));
    for (uint32_t i = 0; i < graph->segment_count; i++) {
        uint32_t a = graph->segments[i].from, b = graph->segments[i].to;
        pairs[i] = (struct pair){ .low = a < b ? a : b, .high = a < b ? b : a, .segment = i };
        keep[i] = true;
    }
    qsort(pairs, graph->segment_count, sizeof(*pairs), pairs_compared);
    for (uint32_t i = 1; i < graph->segment_count; i++) {
        if (pairs[i].low == pairs[i - 1].low && pairs[i].high == pairs[i - 1].high)
            keep[pairs[i].segment] = false;
    }
    segments_kept(graph, keep);
    base_free(pairs);
    base_free(keep);
}

static void islands_dropped(struct city_graph *graph)
{
    uint32_t *parent = base_alloc(graph->node_count + 1, sizeof(*parent));
    uint32_t *size = base_alloc(graph->node_count + 1, sizeof(*size));
    bool *keep = base_alloc(graph->segment_count + 1, sizeof(*keep));
    uint32_t main_root = 0;

    for (uint32_t i = 0; i < graph->node_count; i++)
        parent[i] = i;
    for (uint32_t i = 0; i < graph->segment_count; i++)
        parent[root_of(parent, graph->segments[i].from)] = root_of(parent, graph->segments[i].to);
    for (uint32_t i = 0; i < graph->segment_count; i++) {
        uint32_t root = root_of(parent, graph->segments[i].from);
        if (++size[root] > size[main_root])
            main_root = root;
    }
    for (uint32_t i = 0; i < graph->segment_count; i++)
        keep[i] = root_of(parent, graph->segments[i].from) == main_root;
    segments_kept(graph, keep);
    base_free(parent);
    base_free(size);
    base_free(keep);
}

/* Nodes that are used, in the order in which the segments name them. */
static void nodes_numbered(struct city_graph *graph)
{
    uint32_t *number = base_alloc(graph->node_count + 1, sizeof(*number)), count = 0;
    struct city_spot *nodes = base_alloc(graph->node_count + 1, sizeof(*nodes));

    for (uint32_t i = 0; i < graph->segment_count; i++) {
        uint32_t *ends[2] = { &graph->segments[i].from, &graph->segments[i].to };
        for (int k = 0; k < 2; k++) {
            if (number[*ends[k]] == 0) {
                nodes[count++] = graph->nodes[*ends[k]];
                number[*ends[k]] = count;
            }
            *ends[k] = number[*ends[k]] - 1;
        }
    }
    base_free(graph->nodes);
    base_free(number);
    graph->nodes = nodes;
    graph->node_count = count;
}

/* ---- direction ------------------------------------------------------------------------------- */

static void segment_turned(struct city_graph *graph, struct city_segment *segment)
{
    uint32_t from = segment->from;
    segment->from = segment->to;
    segment->to = from;
    for (uint32_t i = 0; i < segment->count / 2; i++) {
        struct city_spot *a = &graph->points[segment->first + i];
        struct city_spot *b = &graph->points[segment->first + segment->count - 1 - i];
        struct city_spot spot = *a;
        *a = *b;
        *b = spot;
    }
}

static void group_turned(struct city_graph *graph, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        segment_turned(graph, &graph->segments[i]);
    for (uint32_t i = 0; i < (end - first) / 2; i++) {
        struct city_segment segment = graph->segments[first + i];
        graph->segments[first + i] = graph->segments[end - 1 - i];
        graph->segments[end - 1 - i] = segment;
    }
}

uint32_t city_street_end(const struct city_graph *graph, uint32_t segment)
{
    uint32_t street = graph->segments[segment].street;
    while (segment < graph->segment_count && graph->segments[segment].street == street)
        segment++;
    return segment;
}

/* House numbers start at the end that is nearer to the middle of the town. */
static void streets_turned(struct city_network *network, struct city_graph *graph)
{
    for (uint32_t i = 0, next; i < graph->segment_count; i = next) {
        uint32_t street = graph->segments[i].street;
        next = city_street_end(graph, i);
        struct city_spot middle = network->plan->towns[network->streets[street].town].centre;
        double start = city_apart_m(middle, graph->nodes[graph->segments[i].from]);
        double end = city_apart_m(middle, graph->nodes[graph->segments[next - 1].to]);
        if (network->streets[street].given == NULL && end < start)
            group_turned(graph, i, next);
    }
}

/* In the old town every other narrow street is one-way, first up, then down. */
static void oneways_chosen(const struct city_network *network, struct city_graph *graph)
{
    const struct city_plan *plan = network->plan;
    uint64_t seed = city_seed(plan->seed, "one way");
    for (uint32_t i = 0; i < graph->segment_count; i++) {
        struct city_segment *segment = &graph->segments[i];
        const struct city_street *street = &network->streets[segment->street];
        double out = city_out(&plan->towns[street->town], graph->nodes[segment->from]);
        double chance = city_hash(seed, segment->street, 0);
        if (street->class != CITY_RESIDENTIAL || street->given != NULL || out > 0.32
            || chance > 0.5)
            continue;
        segment->oneway = chance < 0.25 ? CITY_FORWARD : CITY_BACKWARD;
    }
}

/* Arcs out of each node as one array: arc 2i runs along segment i, arc 2i + 1 against it. */
struct arcs {
    uint32_t *first, *arc;      /* node_count + 1; arcs by the node they leave. */
};

static bool arc_open(const struct city_graph *graph, uint32_t arc)
{
    uint8_t oneway = graph->segments[arc / 2].oneway;
    return arc % 2 == 0 ? oneway != CITY_BACKWARD : oneway != CITY_FORWARD;
}

static uint32_t arc_end(const struct city_graph *graph, uint32_t arc, bool start)
{
    const struct city_segment *segment = &graph->segments[arc / 2];
    return (arc % 2 == 0) == start ? segment->from : segment->to;
}

static struct arcs arcs_of(const struct city_graph *graph)
{
    uint32_t arc_count = 2 * graph->segment_count;
    struct arcs arcs = { .first = base_alloc(graph->node_count + 2, sizeof(uint32_t)),
                         .arc = base_alloc(arc_count + 1, sizeof(uint32_t)) };
    for (uint32_t arc = 0; arc < arc_count; arc++)
        arcs.first[arc_end(graph, arc, true) + 2]++;
    for (uint32_t i = 2; i < graph->node_count + 2; i++)
        arcs.first[i] += arcs.first[i - 1];
    for (uint32_t arc = 0; arc < arc_count; arc++)
        arcs.arc[arcs.first[arc_end(graph, arc, true) + 1]++] = arc;
    return arcs;
}

enum way { WAY_OUT, WAY_BACK };

/* Marks all that can be reached from node 0, or from which it can be reached. */
static void reached(const struct city_graph *graph, const struct arcs *arcs, enum way way,
                    bool *mark)
{
    uint32_t *stack = base_alloc(graph->node_count + 1, sizeof(*stack)), depth = 0;
    mark[0] = true;
    stack[depth++] = 0;
    while (depth > 0) {
        uint32_t node = stack[--depth];
        for (uint32_t i = arcs->first[node]; i < arcs->first[node + 1]; i++) {
            uint32_t arc = arcs->arc[i];
            uint32_t other = arc_end(graph, arc, false);
            /* Coming back, the arc against this one is what must be open. */
            if (mark[other] || !arc_open(graph, way == WAY_OUT ? arc : arc ^ 1u))
                continue;
            mark[other] = true;
            stack[depth++] = other;
        }
    }
    base_free(stack);
}

/* A one-way street stays one only where both its ends lie on some round trip. Streets between two
 * stranded nodes open as well; since all hangs together both ways, so does the rest (rule 2). */
static void oneways_opened(struct city_graph *graph)
{
    if (graph->segment_count == 0)
        return;
    struct arcs arcs = arcs_of(graph);
    bool *out = base_alloc(graph->node_count, sizeof(*out));
    bool *back = base_alloc(graph->node_count, sizeof(*back));
    reached(graph, &arcs, WAY_OUT, out);
    reached(graph, &arcs, WAY_BACK, back);
    for (uint32_t i = 0; i < graph->segment_count; i++) {
        struct city_segment *segment = &graph->segments[i];
        if (!out[segment->from] || !back[segment->from] || !out[segment->to] || !back[segment->to])
            segment->oneway = CITY_BOTH;
    }
    base_free(arcs.first);
    base_free(arcs.arc);
    base_free(out);
    base_free(back);
}

struct city_graph *city_graph_new(struct city_network *network)
{
    struct stops loose = { .count = 0 }, stops = { .count = 0 };

    stops_found(network, &loose);
    struct city_network *whole = led_on(network, &loose);
    stops_clear(&loose);
    struct city_network swapped = *network;
    *network = *whole;
    *whole = swapped;
    city_network_free(whole);

    stops_found(network, &stops);
    struct city_graph *graph = segmented(network, &stops);
    stops_clear(&stops);
    twins_dropped(graph);
    islands_dropped(graph);
    nodes_numbered(graph);
    streets_turned(network, graph);
    oneways_chosen(network, graph);
    oneways_opened(graph);
    return graph;
}

void city_graph_free(struct city_graph *graph)
{
    base_free(graph->nodes);
    base_free(graph->points);
    base_free(graph->segments);
    base_free(graph);
}
