/* roads.h - the streets as a network one can drive: travel times and routes.
 *
 * Nodes are where streets meet, segments are what runs between two nodes, along one line of the
 * street layer. Nodes come from the layer's node numbers; without them, from shared vertices. An
 * end also meets what is within half a metre, one or two of it, which the gaps of the layer decide:
 * another end, a vertex, or the side of a line. A bridge without a shared vertex stays a bridge,
 * and one with one, too, where the layer tells levels.
 *
 * Costs are whole milliseconds, so that a shortest path is exact and the same on every machine;
 * equal ones are decided by the lower segment, that is by record. Points off the network reach it
 * in a straight line at 5 m/s; within 25 m of the place one is there. When no street leads from a
 * place whose street is an island (a piece of the layer that was not drawn up to the rest), it is
 * left in a straight line to the closest street within 300 m that does lead everywhere. No traffic,
 * no turn costs, no turn restrictions; one turns round only where streets meet or end. Keeps
 * scratch memory between searches, so a `struct roads` serves one search at a time. */
#ifndef MAPS_ROADS_H
#define MAPS_ROADS_H

#include "maps/nearest.h"
#include "maps/outline.h"
#include "maps/streets.h"

/* A unit farther from any street is not on the network: afloat, or in another county. */
enum { ROADS_SNAP_M_MAX = 2000, ROUTE_POINTS_MAX = 2000 };

struct roads;

/* Lends `streets` until roads_free(). Adds sentences to `warnings` about what cannot be right. */
struct roads *roads_new(const struct streets *streets, struct buffer *warnings);
void roads_free(struct roads *roads);

/* What the layer was taken for, as sentences with a newline: how close ends meet. */
struct span roads_facts(const struct roads *roads);

struct road_segment {
    uint32_t line;                  /* Of the streets. */
    uint32_t from_node, to_node;
    struct geo_points points;       /* At least two; a loan from the streets or the roads. */
    double line_m;                  /* Where on its line the segment starts. */
    float length_m;
    uint32_t cost_ms;               /* To drive all of it, in either direction. */
    uint8_t ways;                   /* street_way; 0: not driven. */
    bool inland;                    /* Part of the largest piece where all reaches all. */
};

uint32_t roads_node_count(const struct roads *roads);
uint32_t roads_segment_count(const struct roads *roads);
const struct road_segment *roads_segment(const struct roads *roads, uint32_t segment);
struct geo_point roads_node_point(const struct roads *roads, uint32_t node);
const struct nearest *roads_nearest(const struct roads *roads);     /* Its lines are segments. */

/* The place on the network where a point is reached from: on the closest driven segment, preferring
 * one from which everything can be reached when it is at most 50 m farther. */
struct road_spot {
    uint32_t segment;
    double along_m;                 /* From the segment's first point. */
    double off_m;                   /* Straight line from the asked point. */
    struct geo_point point;
};
bool roads_snap(const struct roads *roads, struct geo_point point, struct road_spot *ret_spot);

/* ---- closures ---- */

/* Closes every segment that lies in one of the rings (each an area of its own, three points or
 * more, closed or not) or touches it, until roads_open(). When a ring holds the place one drives
 * to, the segments that it closes are used at the end of the way only; when it holds a start, at
 * its start. A stretch of a closed segment that does not meet a ring still leads off the place on
 * it. Returns how many segments are closed. */
uint32_t roads_close(struct roads *roads, const struct geo_points *rings, uint32_t ring_count);
void roads_open(struct roads *roads);

/* ---- times and routes ---- */

struct road_time {
    bool reached;                   /* The rest is 0 where it is false. */
    uint32_t cost_ms;
    double length_m;
    double off_m;                   /* Of these, in a straight line to and from the streets. */
    double closed_m;                /* And over closed streets, at the ends of the way. */
};

/* Travel times to one place from many, by one search out of the destination over reversed edges.
 * With `closest` > 0 the search ends once that many have been reached; 0 asks for all. Writes
 * `count` times. */
void roads_times(struct roads *roads, struct geo_point to, const struct geo_point *from,
                 uint32_t count, uint32_t closest, struct road_time *ret_times);

/* How one comes into a street, as a person would say it. */
#define ROAD_TURNS(ROW)                  \
    ROW(START,        "start")           \
    ROW(AHEAD,        "ahead")           \
    ROW(SLIGHT_RIGHT, "slight right")    \
    ROW(RIGHT,        "right")           \
    ROW(SHARP_RIGHT,  "sharp right")     \
    ROW(BACK,         "back")            \
    ROW(SHARP_LEFT,   "sharp left")      \
    ROW(LEFT,         "left")            \
    ROW(SLIGHT_LEFT,  "slight left")
#define ROW(upper, text) TURN_##upper,
enum road_turn { ROAD_TURNS(ROW) ROAD_TURN_COUNT };
#undef ROW
const char *road_turn_text(enum road_turn turn);

/* One street of a route: unnamed links and roundabouts under 60 m belong to the street before. A
 * street is told twice in a row where one turns off it to stay on it. */
struct road_step {
    uint32_t street;                /* STREET_UNNAMED: the layer has no name for it. */
    uint32_t cost_ms;
    double length_m;
    enum road_turn turn;
};
enum { ROUTE_STEPS_MAX = 100 };     /* The shortest beyond that are told as part of others. */

struct road_route {
    struct geo_points points;       /* From start to end, straight ends included; owned. */
    uint32_t *streets;              /* Named ones, in driving order, none twice in a row. */
    uint32_t street_count, point_capacity, street_capacity;
    struct road_step *steps;
    uint32_t step_count;
    uint32_t cost_ms;
    double length_m, off_m, closed_m;       /* As in road_time. */
    double deviation_m;             /* No point of the way is farther from the line of points. */
};

/* False when no street leads there; *ret_route is then untouched. */
bool roads_route(struct roads *roads, struct geo_point from, struct geo_point to,
                 struct road_route *ret_route);
void road_route_clear(struct road_route *route);

/* What is reached from a place within a time: closed rings (outline.h), even-odd, of at most
 * OUTLINE_POINTS_MAX points, that hold every reached point of a street, and beside streets what is
 * reached in a straight line in the time that is left; the same on every machine. */
struct road_reach {
    struct outline_rings rings;     /* Owned. */
    double streets_m;               /* Metres of streets that are reached. */
};
/* False when there is no street within ROADS_SNAP_M_MAX, or none is reached. Closed streets are
 * reached only from within what closes them. */
bool roads_reach(struct roads *roads, struct geo_point from, uint32_t cost_ms,
                 struct road_reach *ret_reach);
void road_reach_clear(struct road_reach *reach);

/* Drops points that lie within a tolerance of the line through the others, doubling it from 1 m
 * until at most `count_max` remain. Keeps the first and the last. Returns how far a dropped point
 * may lie from the line now: 0 when none was. */
double route_simplify(struct geo_points *points, uint32_t count_max);

#endif
