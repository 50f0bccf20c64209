/* One-to-many shortest paths (Dijkstra 1959) out of the destination, over reversed arcs, with a
 * 4-ary heap: its four children share a cache line, and it is half as deep as a binary one.
 *
 * Invariants. 1: a label's cost is that of a real path. 2: a node popped with its label's cost is
 * final. 3: a place has no arcs of its own, so reaching it changes nothing else. */
#include <stdlib.h>

#include "maps/roads_inside.h"

static void heap_push(struct roads *roads, uint32_t cost_ms, uint32_t node)
{
    roads->heap = base_grow(roads->heap, &roads->heap_capacity, roads->heap_count + 1,
                            sizeof *roads->heap);
    uint64_t *heap = roads->heap;
    uint64_t key = (uint64_t)cost_ms << 32 | node;
    uint32_t at = roads->heap_count++;

    while (at > 0 && heap[(at - 1) / 4] > key) {
        heap[at] = heap[(at - 1) / 4];
        at = (at - 1) / 4;
    }
    heap[at] = key;
}

static uint32_t child_least(const uint64_t *heap, uint32_t first, uint32_t count)
{
    uint32_t least = first, end = first + 4 < count ? first + 4 : count;

    for (uint32_t child = first + 1; child < end; child++)
        if (heap[child] < heap[least])
            least = child;
    return least;
}

static uint64_t heap_pop(struct roads *roads)
{
    uint64_t *heap = roads->heap, top = heap[0];
    uint32_t count = --roads->heap_count, at = 0;
    uint64_t last = heap[count];

    for (uint32_t first = 1; first < count; first = 4 * at + 1) {
        uint32_t least = child_least(heap, first, count);
        if (heap[least] >= last)
            break;
        heap[at] = heap[least];
        at = least;
    }
    heap[at] = last;
    return top;
}

uint32_t search_cost(const struct roads *roads, uint32_t node)
{
    const struct road_label *label = &roads->labels[node];
    return label->generation == roads->generation ? label->cost_ms : COST_NONE;
}

static inline void relax(struct roads *roads, uint32_t node, uint32_t cost_ms)
{
    if (cost_ms >= search_cost(roads, node))
        return;
    roads->labels[node] = (struct road_label){ roads->generation, cost_ms };
    heap_push(roads, cost_ms, node);
}

void search_begin(struct roads *roads, uint32_t place_count)
{
    uint32_t had = roads->label_capacity, needed = roads->node_count + place_count;

    roads->labels = base_grow(roads->labels, &roads->label_capacity, needed, sizeof *roads->labels);
    for (uint32_t i = had; i < roads->label_capacity; i++)
        roads->labels[i] = (struct road_label){ 0, 0 };
    roads->reached = base_grow(roads->reached, &roads->reached_capacity, place_count,
                               sizeof *roads->reached);
    roads->place_count = place_count;
    roads->heap_count = roads->target_count = roads->reached_count = 0;
    if (++roads->generation == 0) {         /* After 2^32 searches old labels would look new. */
        for (uint32_t i = 0; i < roads->label_capacity; i++)
            roads->labels[i].generation = 0;
        roads->generation = 1;
    }
}

void search_seed(struct roads *roads, uint32_t node, uint32_t cost_ms)
{
    relax(roads, node, cost_ms);
}

void search_target(struct roads *roads, uint32_t node, uint32_t place, uint32_t cost_ms)
{
    roads->targets = base_grow(roads->targets, &roads->target_capacity, roads->target_count + 1,
                               sizeof *roads->targets);
    roads->targets[roads->target_count++] = (struct road_target){ node, place, cost_ms };
    roads->has_target[node] = 1;
}

static int target_compare(const void *left, const void *right)
{
    const struct road_target *a = left, *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static void targets_relax(struct roads *roads, uint32_t node, uint32_t cost_ms)
{
    uint32_t low = 0, high = roads->target_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (roads->targets[middle].node < node)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < roads->target_count && roads->targets[low].node == node; low++)
        relax(roads, roads->targets[low].place, cost_ms + roads->targets[low].cost_ms);
}

static void node_relax(struct roads *roads, uint32_t node, uint32_t cost_ms)
{
    uint32_t end = roads->arc_first[node + 1];

    if (roads->has_target[node])
        targets_relax(roads, node, cost_ms);
    for (uint32_t arc = roads->arc_first[node]; arc < end; arc++)
        relax(roads, roads->arcs[arc].node, cost_ms + roads->arcs[arc].cost_ms);
}

void search_run(struct roads *roads, uint32_t closest)
{
    if (closest == 0)
        closest = roads->place_count;
    if (roads->target_count)
        qsort(roads->targets, roads->target_count, sizeof *roads->targets, target_compare);
    while (roads->heap_count && roads->reached_count < closest) {
        uint64_t key = heap_pop(roads);
        uint32_t node = (uint32_t)key, cost_ms = (uint32_t)(key >> 32);
        if (cost_ms > roads->labels[node].cost_ms)
            continue;               /* A cheaper way was found after this was pushed. */
        if (node < roads->node_count)
            node_relax(roads, node, cost_ms);
        else
            roads->reached[roads->reached_count++] = node;
    }
    for (uint32_t i = 0; i < roads->target_count; i++)
        roads->has_target[roads->targets[i].node] = 0;
}
