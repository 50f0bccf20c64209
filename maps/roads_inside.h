/* roads_inside.h - what the three files of the road network share: roads.c asks, roads_graph.c
 * builds, roads_search.c searches. Nobody else includes it. */
#ifndef MAPS_ROADS_INSIDE_H
#define MAPS_ROADS_INSIDE_H

#include "maps/roads.h"

/* More than any path costs (12 days). */
#define COST_NONE 0x3FFFFFFFu

/* Each segment stands at both its nodes. Seen from the node that lists it: `cost` is milliseconds,
 * with a bit for each direction in which nobody drives. A search masks the bit of the other
 * direction; the one that is left makes a cost no label is above, which saves the inner loop a
 * branch. Both bits together close a street for one search. */
#define ARC_CLOSED_TO 0x80000000u       /* From there to this node. */
#define ARC_CLOSED_FROM 0x40000000u     /* From this node to there. */
#define ARC_CLOSED (ARC_CLOSED_TO | ARC_CLOSED_FROM)
struct road_arc {
    uint32_t node;                  /* The other end. */
    uint32_t cost;
};

/* A way that only one search knows: to a place that is to be reached, hung on a node, or over what
 * is otherwise closed. Places and such nodes are numbered after the real ones. */
struct road_extra {
    uint32_t from, to, cost_ms;     /* As the search goes. */
};

/* Costs to come, in buckets of half a second each, in a ring. A cost beyond the last bucket waits
 * there and is put back when that one comes. */
enum { BUCKET_COUNT = 4096, BUCKET_BITS = 9 };          /* 35 minutes ahead, in 512 ms. */
enum { TOUCHED_BITS = 10 };

struct road_waiting {
    uint32_t cost_ms, id;
    uint32_t next;                  /* In its bucket, or free: number + 1; 0 ends it. */
};

struct road_queue {
    struct road_waiting *pool;      /* Entries of all buckets. */
    uint32_t *buckets;              /* BUCKET_COUNT: number + 1 of the first entry. */
    uint32_t pool_count, pool_capacity, free;
    uint32_t waiting;               /* Entries in buckets. */
    uint32_t bucket;                /* The current one, counted from cost 0. */
};

/* Towards the place where the search begins, or away from it. */
enum reach_direction { REACH_FROM, REACH_TO };

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
    uint32_t *labels;               /* Costs, of nodes, then of what is numbered after them. */
    uint8_t *touched;               /* Per 1,024 labels: some of them are set. */
    uint8_t *has_extra;             /* A bit per label: it has extras. */
    uint32_t label_count, place_first;
    enum reach_direction direction;
    struct road_queue queue;
    struct road_extra *extras;      /* Sorted during a search. */
    uint32_t extra_count, extra_capacity;
    uint64_t *reached;              /* cost_ms << 32 | place, in that order. */
    uint32_t reached_count, reached_capacity;
};

/* roads_graph.c: fills segments and nodes from the streets. */
void graph_make(struct roads *roads, struct buffer *warnings);

/* roads_search.c. A search: begin, seed and add extras, run. Ids are nodes, then up to
 * `extra_count` numbers of the caller's choice from roads->node_count on. */
void search_begin(struct roads *roads, enum reach_direction direction, uint32_t extra_count);
/* `id` is `cost_ms` from where the search begins. */
void search_seed(struct roads *roads, uint32_t id, uint32_t cost_ms);
void search_extra(struct roads *roads, uint32_t from, uint32_t to, uint32_t cost_ms);
/* Until `closest` places (ids from `place_first` on) are reached, or all within `cost_ms_max`. They
 * then stand in roads->reached; labels up to the last of them, or to the limit, are final. */
void search_run(struct roads *roads, uint32_t place_first, uint32_t closest, uint32_t cost_ms_max);
/* COST_NONE for what the last search has not seen. */
uint32_t search_cost(const struct roads *roads, uint32_t id);

/* Visits what driving reaches from `node`; sets `mark` in the byte of every node there. */
uint32_t graph_reach(const struct roads *roads, uint32_t node, enum reach_direction direction,
                     uint8_t mark, uint8_t *marks, uint32_t *queue);

#endif
