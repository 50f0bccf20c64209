/* roads_inside.h - what the three files of the road network share: roads.c asks, roads_graph.c
 * builds, roads_search.c searches. Nobody else includes it. */
#ifndef MAPS_ROADS_INSIDE_H
#define MAPS_ROADS_INSIDE_H

#include "maps/roads.h"

/* More than any path costs (24 days), and twice it still fits: what has no cost adds up to it or
 * more and so never wins, which saves the inner loop a branch. */
#define COST_NONE 0x7FFFFFFFu

/* Each segment stands at both its nodes. Seen from the node that lists it: */
struct road_arc {
    uint32_t node;                  /* The other end. */
    uint32_t cost_ms;               /* From there to this node; COST_NONE against one-way. */
};

/* What a search knows of a node; of an older search when the generation differs. */
struct road_label {
    uint32_t generation, cost_ms;
};

/* A place to be reached, hung on a node: `cost_ms` from the place to the node. Places are numbered
 * after the nodes, so that the search treats them as nodes with a single way in. */
struct road_target {
    uint32_t node, place, cost_ms;
};

/* Costs to come, least first. The near ones, those of the current half second, stand in a small
 * heap; the others wait in buckets of half a second each, unsorted until their turn comes. A cost
 * beyond the last bucket waits there and is put back when that one comes. */
enum { BUCKET_COUNT = 4096, BUCKET_BITS = 9 };          /* 35 minutes ahead, in 512 ms. */

struct road_waiting {
    uint64_t key;                   /* cost_ms << 32 | node: equal costs go by node. */
    uint32_t next;                  /* In its bucket: number + 1; 0 ends it. */
};

struct road_queue {
    uint64_t *heap;
    struct road_waiting *pool;      /* Entries of all buckets; emptied with the queue. */
    uint32_t *buckets;              /* BUCKET_COUNT, in a ring: number + 1 of the first entry. */
    uint32_t heap_count, heap_capacity, pool_count, pool_capacity;
    uint32_t waiting;               /* Entries in buckets. */
    uint32_t bucket;                /* The current one, counted from cost 0. */
};

struct roads {
    const struct streets *streets;  /* A loan. */
    struct road_segment *segments;
    struct geo_points *lines;       /* The segments' points, as nearest.h wants them. */
    struct nearest *nearest;
    uint32_t segment_count, segment_capacity, line_capacity;
    uint32_t node_count;
    struct geo_point *node_points;
    uint32_t node_capacity;

    uint32_t *arc_first;            /* node_count + 1, into arcs and arc_segments. */
    struct road_arc *arcs;
    uint32_t *arc_segments;

    /* Scratch of the search, reused. */
    struct road_label *labels;      /* Nodes, then places. */
    uint32_t label_capacity, generation;
    struct road_queue queue;
    uint8_t *has_target;            /* Per node. */
    struct road_target *targets;    /* Sorted by node during a search. */
    uint32_t target_count, target_capacity;
    uint32_t *reached;              /* Places in the order the search reached them. */
    uint32_t place_count, reached_count, reached_capacity;
};

/* roads_graph.c: fills segments and nodes from the streets. */
void graph_make(struct roads *roads, struct buffer *warnings);

/* roads_search.c. A search: begin, seed and hang targets, run. */
void search_begin(struct roads *roads, uint32_t place_count);
/* The destination is `cost_ms` beyond `node` (a node or a place). */
void search_seed(struct roads *roads, uint32_t node, uint32_t cost_ms);
void search_target(struct roads *roads, uint32_t node, uint32_t place, uint32_t cost_ms);
/* Until `closest` places are reached, or every place that can be when it is 0; then they stand in
 * roads->reached. */
void search_run(struct roads *roads, uint32_t closest);
/* COST_NONE for what the last search has not seen. */
uint32_t search_cost(const struct roads *roads, uint32_t node);

/* Visits what driving reaches from `node`; sets `mark` in the byte of every node there. */
enum reach_direction { REACH_FROM, REACH_TO };
uint32_t graph_reach(const struct roads *roads, uint32_t node, enum reach_direction direction,
                     uint8_t mark, uint8_t *marks, uint32_t *queue);

#endif
