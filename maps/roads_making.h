/* roads_making.h - what the two files that make the network of lines share: roads_joints.c finds
 * where lines meet, roads_graph.c cuts them there. Nobody else includes it. */
#ifndef MAPS_ROADS_MAKING_H
#define MAPS_ROADS_MAKING_H

#include "maps/roads_inside.h"

#define NODE_NONE UINT32_MAX
#define LINE_NONE UINT32_MAX

struct joint {
    int32_t row, column;            /* Cell of one metre. */
    int32_t lat_e7, lon_e7;
    uint32_t line, vertex;          /* Its first appearance; LINE_NONE for a numbered node. */
    uint32_t visits;
    uint32_t root;                  /* The joint it is one with: lower or itself. */
    uint32_t node;
    int8_t level;                   /* STREET_LEVEL_ANY: an end that says none. */
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
    double join_m;                  /* Ends this close meet. */
    uint32_t joined;                /* Ends that were joined with what is not at their place. */
    bool levels;                    /* Some line is not on level 0. */
};

/* Ends with a node number get that node, unless it is evidently wrong. */
void joints_number(struct making *making, struct buffer *warnings);
/* The vertices of all other lines, each position once: a joint; then ends that are as close as the
 * layer draws what meets become one. */
void joints_make(struct making *making);

uint32_t node_add(struct roads *roads, struct geo_point point);
/* end 0 is the first vertex, end 1 the last. */
struct geo_point line_end(const struct street_line *line, uint32_t end);
/* Not both its ends have a numbered node. */
bool line_loose(const struct making *making, uint32_t line);
size_t vertex_index(const struct making *making, const struct street_line *line, uint32_t vertex);
uint32_t joint_root(const struct making *making, uint32_t joint);
struct geo_point joint_point(const struct joint *joint);
/* The level of a line's vertex: at an end that says none, STREET_LEVEL_ANY. */
int8_t vertex_level(const struct making *making, uint32_t line, uint32_t vertex);
bool levels_meet(int8_t one, int8_t other);

#endif
