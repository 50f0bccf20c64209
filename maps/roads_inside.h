/* roads_inside.h - what the files of the road network share: roads_graph.c builds it, roads.c is
 * asked, roads_search.c searches, roads_way.c finds times and ways, roads_route.c draws them,
 * roads_closure.c closes streets, roads_reach.c draws what is reached. Nobody else includes it. */
#ifndef MAPS_ROADS_INSIDE_H
#define MAPS_ROADS_INSIDE_H

#include "maps/rings.h"
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

/* Why a segment is closed: a ring touches it. It may be driven at the end of a way when such a ring
 * holds the destination, at the start when one holds a start. */
enum road_closed { CLOSED = 1, CLOSED_END = 2, CLOSED_START = 4 };
struct road_closing {
    uint32_t segment, ring;
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

    struct geo_point *side_points;  /* Of lines on whose side others end. */
    struct buffer facts;

    uint32_t *arc_first;            /* node_count + 1, into arcs and arc_segments. */
    struct road_arc *arcs;
    uint32_t *arc_segments;

    /* What is closed for now. */
    uint8_t *closed;                /* Per segment: road_closed; 0: open. */
    struct rings **closures;
    struct geo_point *closure_vertices;
    uint32_t closure_count, closing_count, closing_capacity;
    struct road_closing *closings;  /* By segment, then ring. */
    uint32_t *closed_by;            /* Only while closing: per segment the last ring + 1. */

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

/* roads_graph.c: fills segments, nodes, arcs and nearest from the streets. */
void graph_make(struct roads *roads, struct buffer *warnings);
/* The cost of a segment's arc in the list of `node`, with its bits as when nothing is closed. */
uint32_t arc_cost(const struct road_segment *segment, uint32_t node);

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

/* roads.c: where a place may enter the network: the closest street; as a fallback, for what was not
 * reached so, also the closest one that leads everywhere. False: there is none. */
enum road_entry { ENTRY_STREET, ENTRY_FALLBACK };
enum { ROAD_SPOTS_MAX = 2 };
struct road_spots {
    struct road_spot at[ROAD_SPOTS_MAX];
    uint32_t count;
    bool closed;                    /* The place lies where it is closed. */
};
bool roads_spots(const struct roads *roads, enum road_entry entry, struct geo_point point,
                 struct road_spots *ret_spots);

/* roads_closure.c. */
bool closures_hold(const struct roads *roads, struct geo_point point);
/* Marks what may be driven all the same between these places; whether a stretch
 * meets a closure (0, or the segment's road_closed). */
void closures_mark(struct roads *roads, struct geo_point to, const struct geo_point *from,
                   uint32_t count);
uint8_t roads_stretch_closed(const struct roads *roads, uint32_t segment, double from_m,
                             double to_m);

/* The nodes of closed segments with one mark, once more, as ids from `first` on. */
#define ROAD_ID_NONE UINT32_MAX
struct road_overlay {
    uint32_t *nodes;                /* Sorted. */
    uint32_t count, first;
    uint8_t mark;
};
void overlay_make(const struct roads *roads, uint8_t mark, uint32_t first,
                  struct road_overlay *ret_overlay);
uint32_t overlay_id(const struct road_overlay *overlay, uint32_t node);     /* Or ROAD_ID_NONE. */
/* Adds to the search that began what the overlay may drive: its start overlay leads onto real
 * nodes, as one drives, and real nodes lead into its end overlay. */
void overlay_add(struct roads *roads, const struct road_overlay *overlay);
void overlay_clear(struct road_overlay *overlay);

/* roads_way.c. A way between a spot and the end of its segment. */
struct road_link {
    uint32_t id, cost_ms;           /* With the straight line between place and street. */
    const struct road_spot *spot;
    double node_m;                  /* Where along the segment its end is. */
};
enum { ROAD_LINKS_MAX = 2 * 2 * ROAD_SPOTS_MAX };
struct road_links {
    struct road_link at[ROAD_LINKS_MAX];
    uint32_t count;
};

/* In which directions one may leave a spot. So close to a crossing a unit is taken to stand on it:
 * its position is no better than that, and it must not be sent round the block by an arm of the
 * crossing that is one-way. */
uint8_t road_ways_out(const struct road_segment *segment, double along_m);

/* A search out of one destination for the ways to it: begin, add every start as place 0 up to
 * `count`, run. Lies still while it is used: links point into it. */
struct road_search {
    struct roads *roads;
    struct road_spots to;
    struct road_links arrivals;
    struct road_overlay end, start;
    uint32_t place_first;
};
void way_search_begin(struct road_search *search, struct roads *roads, enum road_entry entry,
                      struct geo_point to, const struct geo_point *from, uint32_t count);
void way_search_add(struct road_search *search, const struct road_spots *from, uint32_t place);
void way_search_run(struct road_search *search, uint32_t closest);
void way_search_clear(struct road_search *search);

/* Tells every stretch of the way from a reached place, in driving order. Returns the metres in a
 * straight line at its two ends. */
struct road_stretch {
    uint32_t segment, cost_ms;
    double from_m, to_m;            /* Along the segment. */
    bool closed;
};
typedef void road_stretch_fn(void *context, const struct road_stretch *stretch);
double way_tell(const struct road_search *search, const struct road_spots *from, uint32_t place,
                road_stretch_fn *tell, void *context);
/* True for a start that is at the place already; then its time. */
bool way_there(struct geo_point from, struct geo_point to, struct road_time *ret_time);

/* roads_steps.c: a route's stretches, told as one drives them. */
struct route_leg {
    uint32_t street, cost_ms;
    uint32_t last_point;            /* Of the route's points, where it ends. */
    double length_m;
    bool crossing;                  /* It ends where more than two streets meet. */
};
/* Makes the route's steps of its legs, while its points are still all there. */
void route_steps_make(struct road_route *route, const struct route_leg *legs, uint32_t leg_count);

/* Between a point and its street a unit walks, or rolls over a yard: 5 m/s. */
enum { OFF_ROAD_MS_PER_M = 200 };
static inline uint32_t off_road_ms(double off_m)
{
    return (uint32_t)(off_m * OFF_ROAD_MS_PER_M + 0.5);
}

static inline struct geo_point point_between(struct geo_point a, struct geo_point b, double share)
{
    return (struct geo_point){ a.lat_deg + share * (b.lat_deg - a.lat_deg),
                               a.lon_deg + share * (b.lon_deg - a.lon_deg) };
}

/* Visits what driving reaches from `node`; sets `mark` in the byte of every node there. */
uint32_t graph_reach(const struct roads *roads, uint32_t node, enum reach_direction direction,
                     uint8_t mark, uint8_t *marks, uint32_t *queue);

#endif
