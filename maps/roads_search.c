/* Shortest paths (Dijkstra 1959) out of one place: over reversed arcs from a destination, over arcs
 * as they are driven from a start.
 *
 * Nearly all costs that a search finds are seconds away from their turn, so they are only thrown
 * into buckets of half a second (Dial 1969). Within the current bucket order does not matter: what
 * is improved there comes up again (Meyer and Sanders' delta-stepping, 1998, in one thread). As
 * costs are whole numbers, the labels are the same in any order.
 *
 * Invariants. 1: a label's cost is that of a real path. 2: once its bucket is done, it is that of
 * the shortest. 3: a place has no arcs of its own, so reaching it changes nothing else. */
#include <stdlib.h>
#include <string.h>

#include "maps/roads_inside.h"

/* ---- waiting ---- */

static inline void queue_push(struct road_queue *queue, uint32_t cost_ms, uint32_t id)
{
    uint32_t bucket = cost_ms >> BUCKET_BITS, entry = queue->free;

    if (bucket - queue->bucket >= BUCKET_COUNT)
        bucket = queue->bucket + BUCKET_COUNT - 1;
    if (entry) {
        queue->free = queue->pool[entry - 1].next;
    } else {
        if (queue->pool_count == queue->pool_capacity)
            queue->pool = base_grow(queue->pool, &queue->pool_capacity, queue->pool_count + 1,
                                    sizeof *queue->pool);
        entry = ++queue->pool_count;
    }
    uint32_t *first = &queue->buckets[bucket % BUCKET_COUNT];
    queue->pool[entry - 1] = (struct road_waiting){ cost_ms, id, *first };
    *first = entry;
    queue->waiting++;
}

/* The next entry of the current bucket. False when it is done. */
static inline bool queue_pop(struct road_queue *queue, uint32_t *ret_cost_ms, uint32_t *ret_id)
{
    uint32_t *first = &queue->buckets[queue->bucket % BUCKET_COUNT], entry = *first;

    if (entry == 0)
        return false;
    struct road_waiting *waiting = &queue->pool[entry - 1];
    *ret_cost_ms = waiting->cost_ms;
    *ret_id = waiting->id;
    *first = waiting->next;
    waiting->next = queue->free;
    queue->free = entry;
    queue->waiting--;
    return true;
}

static void queue_clear(struct road_queue *queue)
{
    if (!queue->buckets)
        queue->buckets = base_alloc(BUCKET_COUNT, sizeof *queue->buckets);
    memset(queue->buckets, 0, BUCKET_COUNT * sizeof *queue->buckets);
    queue->pool_count = queue->free = queue->waiting = queue->bucket = 0;
}

/* ---- labels ---- */

uint32_t search_cost(const struct roads *roads, uint32_t id)
{
    return roads->labels[id];
}

static inline void relax(struct roads *roads, uint32_t id, uint32_t cost_ms)
{
    if (cost_ms >= roads->labels[id])
        return;
    roads->labels[id] = cost_ms;
    roads->touched[id >> TOUCHED_BITS] = 1;
    queue_push(&roads->queue, cost_ms, id);
}

static uint32_t touched_count(uint32_t label_count)
{
    return (label_count >> TOUCHED_BITS) + 1;
}

/* Only what the last search touched is wiped: most searches see a small part of a county. */
static void labels_wipe(struct roads *roads)
{
    for (uint32_t block = 0; block < touched_count(roads->label_count); block++) {
        uint32_t first = block << TOUCHED_BITS, end = first + (1u << TOUCHED_BITS);
        if (!roads->touched[block])
            continue;
        for (uint32_t id = first; id < end && id < roads->label_count; id++)
            roads->labels[id] = COST_NONE;
        roads->touched[block] = 0;
    }
}

static void labels_make(struct roads *roads, uint32_t needed)
{
    labels_wipe(roads);
    if (needed <= roads->label_count)
        return;
    base_free(roads->labels);
    base_free(roads->touched);
    base_free(roads->has_extra);
    roads->label_count = needed + needed / 4;
    roads->labels = base_alloc(roads->label_count, sizeof *roads->labels);
    roads->touched = base_alloc(touched_count(roads->label_count), sizeof *roads->touched);
    roads->has_extra = base_alloc(roads->label_count / 8 + 1, 1);
    memset(roads->touched, 1, touched_count(roads->label_count));
    labels_wipe(roads);
}

/* ---- a search ---- */

void search_begin(struct roads *roads, enum reach_direction direction, uint32_t extra_count)
{
    if (!roads->labels)
        roads->touched = base_alloc(1, 1);
    labels_make(roads, roads->node_count + extra_count);
    queue_clear(&roads->queue);
    roads->direction = direction;
    roads->place_first = UINT32_MAX;
    roads->extra_count = roads->reached_count = 0;
}

void search_seed(struct roads *roads, uint32_t id, uint32_t cost_ms)
{
    relax(roads, id, cost_ms);
}

void search_extra(struct roads *roads, uint32_t from, uint32_t to, uint32_t cost_ms)
{
    assert(from < roads->label_count && to < roads->label_count);
    roads->extras = base_grow(roads->extras, &roads->extra_capacity, roads->extra_count + 1,
                              sizeof *roads->extras);
    roads->extras[roads->extra_count++] = (struct road_extra){ from, to, cost_ms };
    roads->has_extra[from / 8] |= (uint8_t)(1u << from % 8);
}

static int extra_compare(const void *left, const void *right)
{
    const struct road_extra *a = left, *b = right;

    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

static void extras_relax(struct roads *roads, uint32_t id, uint32_t cost_ms)
{
    uint32_t low = 0, high = roads->extra_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (roads->extras[middle].from < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < roads->extra_count && roads->extras[low].from == id; low++)
        relax(roads, roads->extras[low].to, cost_ms + roads->extras[low].cost_ms);
}

static inline void node_relax(struct roads *roads, uint32_t node, uint32_t cost_ms, uint32_t mask)
{
    uint32_t end = roads->arc_first[node + 1];

    for (uint32_t arc = roads->arc_first[node]; arc < end; arc++)
        relax(roads, roads->arcs[arc].node, cost_ms + (roads->arcs[arc].cost & mask));
}

/* Settles the current bucket. Places come up in any order and maybe twice: places_sort(). */
static void bucket_settle(struct roads *roads, uint32_t mask)
{
    uint32_t cost_ms, id;

    while (queue_pop(&roads->queue, &cost_ms, &id)) {
        if (cost_ms != roads->labels[id])
            continue;               /* A cheaper way was found after this was pushed. */
        if (cost_ms >> BUCKET_BITS > roads->queue.bucket) {
            queue_push(&roads->queue, cost_ms, id);     /* It waited in the last bucket. */
            continue;
        }
        if (roads->has_extra[id / 8] >> id % 8 & 1)
            extras_relax(roads, id, cost_ms);
        if (id < roads->node_count)
            node_relax(roads, id, cost_ms, mask);
        else if (id >= roads->place_first) {
            roads->reached = base_grow(roads->reached, &roads->reached_capacity,
                                       roads->reached_count + 1, sizeof *roads->reached);
            roads->reached[roads->reached_count++] = (uint64_t)cost_ms << 32 | id;
        }
    }
}

static int reached_compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* Puts the places of one bucket, from `first` on, in order, each once with its final cost. */
static void places_sort(struct roads *roads, uint32_t first)
{
    uint32_t kept = first;

    if (roads->reached_count - first > 1)
        qsort(roads->reached + first, roads->reached_count - first, sizeof *roads->reached,
              reached_compare);
    for (uint32_t i = first; i < roads->reached_count; i++)
        if (roads->reached[i] >> 32 == roads->labels[(uint32_t)roads->reached[i]])
            roads->reached[kept++] = roads->reached[i];
    roads->reached_count = kept;
}

static void extras_ready(struct roads *roads)
{
    if (roads->extra_count)
        qsort(roads->extras, roads->extra_count, sizeof *roads->extras, extra_compare);
}

static void extras_forget(struct roads *roads)
{
    for (uint32_t i = 0; i < roads->extra_count; i++)
        roads->has_extra[roads->extras[i].from / 8] = 0;
}

void search_run(struct roads *roads, uint32_t place_first, uint32_t closest, uint32_t cost_ms_max)
{
    uint32_t mask = roads->direction == REACH_TO ? ~ARC_CLOSED_FROM : ~ARC_CLOSED_TO;

    roads->place_first = place_first;
    extras_ready(roads);
    for (; roads->queue.waiting; roads->queue.bucket++) {
        uint32_t before = roads->reached_count;
        if (roads->queue.bucket > cost_ms_max >> BUCKET_BITS)
            break;
        bucket_settle(roads, mask);
        if (roads->reached_count > before)
            places_sort(roads, before);
        if (roads->reached_count >= closest)
            break;
    }
    if (roads->reached_count > closest)
        roads->reached_count = closest;
    extras_forget(roads);
}
