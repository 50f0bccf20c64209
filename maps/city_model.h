/* city_model.h - what the files of the sample city share: its plan, its streets, its graph.
 *
 * Private to maps/city*.c. Everything is in metres east and north of the market square until
 * city_write turns it into degrees. All of it is made in order, from one seed, on one thread. */
#ifndef MAPS_CITY_MODEL_H
#define MAPS_CITY_MODEL_H

#include "app/base/geo.h"

struct city_spot {
    double x_m, y_m;
};

/* ---- city_random.c: chance that is the same everywhere --------------------------------------- */

struct city_random {
    uint64_t state;
};
uint64_t city_random_next(struct city_random *random);
double city_random_between(struct city_random *random, double low, double high);
uint32_t city_random_below(struct city_random *random, uint32_t limit);
/* One number from 0 to 1 for a pair of whole numbers: the same however often it is asked. */
double city_hash(uint64_t seed, int64_t a, int64_t b);
/* Smooth noise from -1 to 1 with features about `size_m` wide. */
double city_noise(uint64_t seed, struct city_spot spot, double size_m);
uint64_t city_seed(uint64_t seed, const char *purpose);     /* Independent seeds by purpose. */

/* ---- paths: a line being drawn --------------------------------------------------------------- */

struct city_path {
    struct city_spot *at;
    uint32_t count, capacity;
};
void city_path_add(struct city_path *path, struct city_spot spot);
void city_path_clear(struct city_path *path);
/* A smooth curve through `through`, sampled every `step_m` (Catmull-Rom). */
void city_path_curve(struct city_path *path, const struct city_spot *through, uint32_t count,
                     double step_m);
double city_apart_m(struct city_spot left, struct city_spot right);
struct city_spot city_between(struct city_spot from, struct city_spot to, double part);

/* ---- city_plan.c: land, water, towns --------------------------------------------------------- */

enum {
    CITY_STEP_M = 15,           /* Between the points of a line. */
    CITY_RIVER_Y_M = -1060,     /* The river's mouth, in a city of full size. */
    CITY_PARKS_MAX = 4096,
    CITY_WORKS = 3,
    CITY_NAME_BYTES = 40,
};

struct city_town {
    struct city_spot centre;
    double radius_m;
    uint64_t seed;              /* Its outline and its names. */
    char name[CITY_NAME_BYTES];
};

/* A blob: an ellipse with a wavering edge. */
struct city_park {
    struct city_spot centre;
    double along_m, across_m, angle_rad;
    uint64_t seed;
    bool lake;                  /* Water in the middle. */
    char name[CITY_NAME_BYTES];
};

struct city_plan {
    uint64_t seed;
    double scale;               /* Of harbour and centre: 1 unless the city is small. */
    struct city_spot low, high; /* The frame: south-west and north-east. */
    /* Coast and river as functions sampled every CITY_STEP_M from the frame's south and west. */
    double *coast_x_m, *river_y_m;
    uint32_t coast_count, river_count;
    struct city_town *towns;    /* The first is Port Maren. */
    uint32_t town_count;
    struct city_park *parks;
    uint32_t park_count;
    struct city_park works[CITY_WORKS];
};

struct city_plan *city_plan_new(uint64_t seed, uint32_t segments, double stretch);
void city_plan_free(struct city_plan *plan);
double city_coast_x_m(const struct city_plan *plan, double y_m);
double city_river_y_m(const struct city_plan *plan, double x_m);
double city_river_half_m(const struct city_plan *plan, double x_m);
/* Metres to the nearest water, roughly; below 0 in it. */
double city_sea_m(const struct city_plan *plan, struct city_spot spot);
double city_river_m(const struct city_plan *plan, struct city_spot spot);
double city_water_m(const struct city_plan *plan, struct city_spot spot);
/* Metres outside the park, below 0 in it. */
double city_park_m(const struct city_park *park, struct city_spot spot);
void city_park_outline(const struct city_park *park, double part, struct city_path *ret_path);
/* How far out of the town's middle: 1 at its edge. The nearest town's, and which one it is. */
double city_out(const struct city_town *town, struct city_spot spot);
/* How far the town reaches that way, without its fingers. */
double city_reach_m(const struct city_town *town, double angle_rad);
double city_outness(const struct city_plan *plan, struct city_spot spot, uint32_t *ret_town);
/* The sea's edge with docks and piers, from south to north. */
void city_shore(const struct city_plan *plan, struct city_path *ret_path);
/* A box in the harbour: basins lie west of the shore, piers east of it. */
struct city_dock {
    double south_m, north_m, depth_m;   /* Unscaled; depth below 0 is a pier. */
    const char *name;
};
extern const struct city_dock city_docks[];
extern const uint32_t city_dock_count;
double city_quay_x_m(const struct city_plan *plan, double y_m);    /* The street along the coast. */
struct geo_point city_geo(struct city_spot spot);

/* ---- city_streets.c and city_lay.c: lines ---------------------------------------------------- */

#define CITY_CLASSES(ROW)                       \
    ROW(MOTORWAY,    "motorway",    110)        \
    ROW(ARTERIAL,    "arterial",     50)        \
    ROW(COLLECTOR,   "collector",    50)        \
    ROW(RESIDENTIAL, "residential",  30)        \
    ROW(SERVICE,     "service",      20)

#define ROW(upper, text, speed) CITY_##upper,
enum city_class { CITY_CLASSES(ROW) CITY_CLASS_COUNT };
#undef ROW

/* One line that bears one name. */
struct city_street {
    uint32_t first, count;      /* Into the points of its network. */
    enum city_class class;
    uint32_t town;
    const char *given;          /* A name fixed by the plan, or NULL. */
    bool lasting;               /* Its loose ends stay: a pier ends where it ends. */
    char name[CITY_NAME_BYTES];
};

struct city_way {
    float x, y;
};

/* A spatial index over the points, cells of CITY_CELL_M: a chain of points for each cell. */
enum { CITY_CELL_M = 50 };
struct city_network {
    const struct city_plan *plan;
    struct city_spot *points;
    uint32_t *point_street;
    struct city_way *point_way; /* Direction at the point, a unit vector. */
    uint32_t point_count, point_capacity, street_of_capacity, way_capacity, next_capacity;
    struct city_street *streets;
    uint32_t street_count, street_capacity;
    uint32_t columns, rows;
    uint32_t *cell_head, *point_next;   /* Point number + 1; 0 ends a chain. */
};

struct city_network *city_network_new(const struct city_plan *plan);
void city_network_free(struct city_network *network);
/* Adds a street of at least two points and returns its number. */
uint32_t city_street_add(struct city_network *network, const struct city_path *path,
                         const struct city_street *like);
/* True when a street runs beside `spot`, within `within_m`, at less than 35 degrees to
 * `angle_rad`, and is of class `class_most` or a greater one. */
bool city_street_beside(const struct city_network *network, struct city_spot spot, double angle_rad,
                        double within_m, enum city_class class_most);
/* Where from-to meets a street of class `class_most` or greater; the nearest to `from`. */
bool city_street_met(const struct city_network *network, struct city_spot from,
                     struct city_spot to, enum city_class class_most, uint32_t except,
                     struct city_spot *ret_at);
/* No street runs through the park, or within `margin_m` of it. */
bool city_park_clear(const struct city_network *network, const struct city_park *park,
                     double margin_m);
/* Any point of a street within `within_m`. */
bool city_street_near(const struct city_network *network, struct city_spot spot, double within_m,
                      enum city_class class_most);

/* Where a-b and c-d cross, as parts of each from 0 up to but not including 1. */
bool city_crossing(struct city_spot a, struct city_spot b, struct city_spot c, struct city_spot d,
                   double *ret_along_ab, double *ret_along_cd);

void city_lay(struct city_network *network);
void city_parks_lay(struct city_plan *plan, struct city_network *network);

/* ---- city_field.c: which way streets run ----------------------------------------------------- */

enum { FIELD_NEAR_M = 60 };
struct city_field;
struct city_field *city_field_new(const struct city_network *network);
void city_field_free(struct city_field *field);
/* The direction of the four possible ones that is nearest to `toward_rad`. */
double city_field_angle(const struct city_field *field, struct city_spot spot, double toward_rad);
/* How far apart parallel streets stand that run toward `angle_rad` here; 0 where none grow. */
double city_field_apart_m(const struct city_field *field, struct city_spot spot, double angle_rad);
/* False only where no laid street of class `class_most` or greater is within FIELD_NEAR_M. */
bool city_field_may_meet(const struct city_field *field, struct city_spot spot,
                         enum city_class class_most);
/* The town that a spot's streets belong to. */
uint32_t city_field_town(const struct city_field *field, struct city_spot spot);

void city_grow(struct city_network *network, const struct city_field *field);

/* ---- city_graph.c: nodes and segments -------------------------------------------------------- */

enum city_oneway { CITY_BOTH, CITY_FORWARD, CITY_BACKWARD };

struct city_segment {
    uint32_t street, from, to;  /* Nodes. */
    uint32_t first, count;      /* Into graph->points, ends included. */
    float length_m;
    uint32_t left_from, left_to, right_from, right_to;
    uint16_t zone;
    uint8_t oneway;
    bool bridge;
};

struct city_graph {
    struct city_spot *nodes;
    uint32_t node_count;
    struct city_spot *points;
    uint32_t point_count, point_capacity;
    struct city_segment *segments;      /* Grouped by street, in the order of house numbers. */
    uint32_t segment_count, segment_capacity;
};

struct city_graph *city_graph_new(struct city_network *network);
void city_graph_free(struct city_graph *graph);
/* The first segment after those of the street that `segment` belongs to. */
uint32_t city_street_end(const struct city_graph *graph, uint32_t segment);

void city_name_streets(struct city_network *network, const struct city_graph *graph);
void city_number_houses(const struct city_network *network, struct city_graph *graph);

/* ---- city_zones.c, city_places.c ------------------------------------------------------------- */

struct city_zone {
    char name[CITY_NAME_BYTES];
    uint32_t fire_district, police_district;
    bool water;
    struct city_path *rings;
    uint32_t ring_count;
    struct city_spot seed;
    bool south;                 /* Of the river. */
};
struct city_zones {
    struct city_zone *zones;
    uint32_t count;
};
struct city_zones *city_zones_new(const struct city_plan *plan);
void city_zones_free(struct city_zones *zones);
/* The land zone of a spot. */
uint32_t city_zone_at(const struct city_plan *plan, const struct city_zones *zones,
                      struct city_spot spot);

struct city_place {
    struct city_spot spot;
    const char *kind;
    char code[16], name[CITY_NAME_BYTES], address[64];
};
struct city_places {
    struct city_place *stations, *hospitals, *landmarks;
    uint32_t station_count, hospital_count, landmark_count;
    uint32_t station_capacity, hospital_capacity, landmark_capacity;
};
struct city_places *city_places_new(const struct city_plan *plan,
                                    const struct city_network *network,
                                    const struct city_graph *graph, const struct city_zones *zones);
void city_places_free(struct city_places *places);

/* Everything above, to be written. */
struct city {
    struct city_plan *plan;
    struct city_network *network;
    struct city_graph *graph;
    struct city_zones *zones;
    struct city_places *places;
};
enum status city_write(const struct city *city, const char *folder, char *why, size_t why_bytes);

#endif
