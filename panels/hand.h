/* hand.h - what a person holds on the map: its cursor, marks, what is being measured, drawn,
 * searched or was asked of geography. Part of the view (view.h); the control_*.c files change it,
 * panels draw it.
 *
 * Points are unknown until somebody sets them. What geography says is marked as asked for, known,
 * unknown or unanswered, and is shown so. */
#ifndef PANELS_HAND_H
#define PANELS_HAND_H

#include "app/core/command.h"
#include "maps/map.h"
#include "panels/line.h"
#include "panels/marks.h"

enum {
    CORNERS_MAX = 22,               /* So many fit into one command line of 500 characters. */
    PICKED_MAX = 12,                /* Things under one click. */
    FOUND_MAX = 12,                 /* Rows of a search. */
    FOUND_HERE_MAX = 6,             /* Of them, those of the picture. */
    HAND_TEXT_BYTES = 160,
    CURSOR_ASKED_AFTER_MS = 150,    /* A cursor that moves on is not asked about. */
    SEARCH_ASKED_AFTER_MS = 60,
    LINE_ASKED_AFTER_MS = 200,
};

/* How far geography has come with something. */
enum said { SAID_NOTHING, SAID_ASKING, SAID_KNOWN, SAID_UNKNOWN, SAID_FAILED };

/* The crosshair. */
struct hand_cursor {
    struct geo_point at;
    struct object_name set_for;     /* What was selected when F3 put it somewhere. */
    enum said said;
    char words[HAND_TEXT_BYTES];    /* "12 Quay St, HARBOUR" */
};

/* What lies under one click or Enter; the same place again takes the next. */
struct hand_picked {
    struct object_name names[PICKED_MAX];
    uint32_t count, at;
    uint32_t row, column;
};

struct hand_drag {
    bool held, moved;
    uint16_t row, column;           /* Of the screen, where the button went down or was last. */
};

/* One end of a distance, or where a reach starts. */
struct hand_end {
    enum said said;                 /* KNOWN: `at` is a point. */
    struct geo_point at;
    char words[HAND_TEXT_BYTES];
};
enum hand_ends_for { ENDS_FOR_NOTHING, ENDS_FOR_DISTANCE, ENDS_FOR_REACH };
struct hand_measure {
    enum hand_ends_for ends_for;
    struct hand_end ends[2];
    bool live;                      /* The second end goes with the cursor. */
    enum said said;                 /* By road. */
    double road_m, road_s;
    struct geo_points route;        /* Owned. */
    uint64_t ref;                   /* Of the result row that waits for it; 0: none. */
};

enum hand_shape { SHAPE_NONE, SHAPE_ZONE, SHAPE_CIRCLE };
struct hand_drawing {
    enum hand_shape shape;
    struct geo_point corners[CORNERS_MAX + 1];      /* A circle: its centre. */
    uint32_t count;
};

struct hand_reach {
    enum said said;
    char words[96];                 /* "St4 5 min" */
    struct geo_point from;
    int64_t seconds, at_ms;         /* `at_ms`: hub time of the answer. */
    struct geo_points rings;        /* Owned; empty: none is shown. */
    uint64_t ref;
};

struct found_row {
    char text[120], about[80];
    struct geo_point point;
    struct object_name object;      /* OBJECT_SITE: a place that only geography knows. */
};
struct hand_search {
    bool on;                        /* The line starts with "/". */
    char text[COMMAND_BYTES_MAX + 1];           /* What the rows are for. */
    enum said said;                 /* Of geography. */
    struct found_row rows[FOUND_MAX];
    uint32_t count, here;           /* `here`: of them, those of the picture, which stand first. */
    uint32_t chosen;
    bool by_hand;                   /* Up or Down chose: nothing may change the rows now. */
    bool from_map;                  /* F3 / began it: the keys go back to the map. */
    bool moved;                     /* The map shows a candidate; `before` is where it was. */
    struct map_view before;
    bool before_locked, before_follow;
    char *kept_line;                /* What stood in the line when F3 / began; owned, or NULL. */
    uint32_t kept_cursor;
    uint64_t kept_sequence;
};

/* What geography says of the place in the line. */
struct hand_place {
    char text[COMMAND_BYTES_MAX + 1];           /* As it stands in the line; "": none. */
    double radius_m;                            /* Of "TEXT~120m"; 0: a point. */
    enum said said;
    char words[HAND_TEXT_BYTES];
    bool sure;                      /* It is the one place that was meant. */
};

/* A layer whose person said on or off, kept while the map is read again. */
struct hand_layer {
    char name[MAP_NAME_BYTES];
    bool hidden;
};

struct hand {
    struct hand_cursor cursor;
    struct hand_picked picked;
    struct hand_drag drag;
    struct marks marks;
    bool marks_changed;             /* The console writes them down and says so. */
    struct hand_measure measure;
    struct hand_drawing drawing;
    struct hand_reach reach;
    struct hand_search search;
    struct hand_place place;
    char go_text[COMMAND_BYTES_MAX + 1], tab_text[COMMAND_BYTES_MAX + 1];   /* As asked. */
    struct hand_layer layers[MAP_LAYERS_MAX];
    uint32_t layer_count, layer_at; /* `layer_at`: the row of the list that has the cursor. */
};

void hand_init(struct hand *hand);
void hand_clear(struct hand *hand);
/* Empties and frees. */
void hand_points_clear(struct geo_points *points);
void hand_measure_drop(struct hand *hand);
void hand_reach_drop(struct hand *hand);

/* "1,240 m NE (47 deg)", "12.4 km SSW (203 deg)": as the crow flies. */
void hand_distance_words(struct geo_point from, struct geo_point to, char *text,
                         size_t text_bytes);
/* "N", "NNE", ...: the nearest of the 16 points of the compass. */
const char *hand_compass_word(double bearing_deg);

#endif
