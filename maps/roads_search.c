/* One-to-many shortest paths (Dijkstra 1959) out of the destination, over reversed arcs.
 *
 * Nearly all costs that a search hands to its queue are seconds away from their turn, so they are
 * only thrown into a bucket (Dial 1969); a 4-ary heap, then small enough for the first cache,
 * sorts the current bucket alone. Order is exact all the same: by cost, then by node.
 *
 * Invariants. 1: a label's cost is that of a real path. 2: a node popped with its label's cost is
 * final. 3: a place has no arcs of its own, so reaching it changes nothing else. */
#include <stdlib.h>
#include <string.h>

#include "maps/roads_inside.h"

static inline void heap_push(struct road_queue *queue, uint64_t key)
{
    if (queue->heap_count == queue->heap_capacity)
        queue->heap = base_grow(queue->heap, &queue->heap_capacity, queue->heap_count + 1,
                                sizeof *queue->heap);
    uint64_t *heap = queue->heap;
    uint32_t at = queue->heap_count++;

    while (at > 0 && heap[(at - 1) / 4] > key) {
        heap[at] = heap[(at - 1) / 4];
        at = (at - 1) / 4;
    }
    heap[at] = key;
}

static inline uint32_t child_least(const uint64_t *heap, uint32_t first, uint32_t count)
{
    uint32_t least = first, end = first + 4 < count ? first + 4 : count;

    for (uint32_t child = first + 1; child < end; child++)
        least = heap[child] < heap[least] ? child : least;
    return least;
}

static inline uint64_t heap_pop(struct road_queue *queue)
{
    uint64_t *heap = queue->heap, top = heap[0], last = heap[--queue->heap_count];
    uint32_t count = queue->heap_count, at = 0;

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

static inline void bucket_push(struct road_queue *queue, uint32_t bucket, uint64_t key)
{
    if (queue->pool_count == queue->pool_capacity)
        queue->pool = base_grow(queue->pool, &queue->pool_capacity, queue->pool_count + 1,
                                sizeof *queue->pool);
    if (bucket - queue->bucket >= BUCKET_COUNT)
        bucket = queue->bucket + BUCKET_COUNT - 1;
    uint32_t *first = &queue->buckets[bucket % BUCKET_COUNT];
    queue->pool[queue->pool_count] = (struct road_waiting){ key, *first };
    *first = ++queue->pool_count;
    queue->waiting++;
}

static inline void queue_push(struct road_queue *queue, uint32_t cost_ms, uint32_t node)
{
    uint64_t key = (uint64_t)cost_ms << 32 | node;
    uint32_t bucket = cost_ms >> BUCKET_BITS;

    if (bucket <= queue->bucket)
        heap_push(queue, key);
    else
        bucket_push(queue, bucket, key);
}

/* Moves on to the next bucket that holds anything. False when none does. */
static bool queue_advance(struct road_queue *queue)
{
    uint32_t entry = 0;

    if (queue->waiting == 0)
        return false;
    while (entry == 0) {
        uint32_t *first = &queue->buckets[++queue->bucket % BUCKET_COUNT];
        entry = *first;
        *first = 0;
    }
    while (entry) {
        struct road_waiting waiting = queue->pool[entry - 1];
        queue->waiting--;
        queue_push(queue, (uint32_t)(waiting.key >> 32), (uint32_t)waiting.key);
        entry = waiting.next;
    }
    return true;
}

static void queue_clear(struct road_queue *queue)
{
    if (!queue->buckets)
        queue->buckets = base_alloc(BUCKET_COUNT, sizeof *queue->buckets);
    memset(queue->buckets, 0, BUCKET_COUNT * sizeof *queue->buckets);
    queue->heap_count = queue->pool_count = queue->waiting = queue->bucket = 0;
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
    queue_push(&roads->queue, cost_ms, node);
}

void search_begin(struct roads *roads, uint32_t place_count)
{
    uint32_t had = roads->label_capacity, needed = roads->node_count + place_count;

    roads->labels = base_grow(roads->labels, &roads->label_capacity, needed, sizeof *roads->labels);
    for (uint32_t i = had; i < roads->label_capacity; i++)
        roads->labels[i] = (struct road_label){ 0, 0 };
    roads->reached = base_grow(roads->reached, &roads->reached_capacity, place_count,
                               sizeof *roads->reached);
    queue_clear(&roads->queue);
    roads->place_count = place_count;
    roads->target_count = roads->reached_count = 0;
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

static inline void node_relax(struct roads *roads, uint32_t node, uint32_t cost_ms)
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
    while (roads->reached_count < closest
           && (roads->queue.heap_count || queue_advance(&roads->queue))) {
        if (roads->queue.heap_count == 0)
            continue;               /* All of that bucket was put back. */
        uint64_t key = heap_pop(&roads->queue);
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
