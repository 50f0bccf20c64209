/* streets.h - a street layer, digested: what places and roads need of it, and nothing else.
 *
 * Every part of every record becomes one line with its street, its direction, its speed and its
 * address ranges. Which column says what comes from the site; what is missing is said in a warning
 * and taken as unknown, never guessed from a column's name. Pure. Speeds in km/h, lengths in
 * metres. */
#ifndef MAPS_STREETS_H
#define MAPS_STREETS_H

#include "app/base/buffer.h"
#include "maps/shapefile.h"
#include "maps/words.h"

enum { STREET_COLUMN_BYTES = 32, STREET_VALUE_BYTES = 64, STREET_CLASSES_MAX = 64,
       STREET_NAME_COLUMNS_MAX = 3 };
enum { STREET_UNNAMED = 0 };        /* The street number of a line without a name. */

enum speed_unit { SPEED_KMH, SPEED_MPH };

struct class_speed {
    char value[STREET_COLUMN_BYTES];
    double kmh;                     /* 0: nobody drives there; it still has addresses. */
};

/* Column names, "" for what the layer does not say. */
struct street_columns {
    /* Of several with "|" between, "name|ref", the first that says something: a motorway is
     * mostly called by its number only. */
    char name[STREET_VALUE_BYTES];
    char class[STREET_COLUMN_BYTES], speed[STREET_COLUMN_BYTES];
    char oneway[STREET_COLUMN_BYTES], town[STREET_COLUMN_BYTES];
    char left_from[STREET_COLUMN_BYTES], left_to[STREET_COLUMN_BYTES];
    char right_from[STREET_COLUMN_BYTES], right_to[STREET_COLUMN_BYTES];
    char from_node[STREET_COLUMN_BYTES], to_node[STREET_COLUMN_BYTES];
    char closed[STREET_COLUMN_BYTES];       /* Whether it is closed. */
    /* On which level it runs, as a number, and at each end; or whether it is a bridge, a tunnel. */
    char level[STREET_COLUMN_BYTES], from_level[STREET_COLUMN_BYTES];
    char to_level[STREET_COLUMN_BYTES];
    char bridge[STREET_COLUMN_BYTES], tunnel[STREET_COLUMN_BYTES];
    /* Values of the one-way column, several separated by commas, case ignored; with either of them
     * any other value is a street for both directions. "" for both: the column's own values say
     * how it is spelt (driving.h). */
    char oneway_forward[STREET_VALUE_BYTES], oneway_backward[STREET_VALUE_BYTES];
    char closed_values[STREET_VALUE_BYTES];     /* "": everything but no, 0, false, open. */
    bool against_oneway;            /* These vehicles drive one-way streets in both directions. */
    enum speed_unit speed_unit;
    uint32_t class_speed_count;
    struct class_speed class_speeds[STREET_CLASSES_MAX];
    double default_kmh;             /* 0: 40. */
};

enum street_way { STREET_FORWARD = 1, STREET_BACKWARD = 2 };    /* Along the vertices, against. */

/* "12-34", as Queens numbers its houses, is kept as 12034. */
enum { STREET_HYPHEN = 1000 };

/* House numbers from the line's first vertex to its last; may fall. {0, 0}: none. */
struct address_range {
    int32_t from, to;
};

/* A street on level 1 and one on level 0 meet only at their ends, and where ends have levels, only
 * on the same one. */
enum { STREET_LEVEL_ANY = 127 };

struct street_line {
    uint32_t record;                /* In the shapefile, from 0. */
    struct geo_points points;       /* At least two; a loan from the streets. */
    uint32_t street;                /* Number into streets->streets. */
    uint32_t from_node, to_node;    /* Words of streets->nodes; WORD_EMPTY: not given. */
    float kmh;
    uint8_t ways;                   /* street_way; 0 where nobody drives. */
    int8_t level, from_level, to_level;
    bool hyphenated;                /* Its ranges are written "12-01" to "12-99". */
    struct address_range left, right;
};

struct street {                     /* One name in one town. */
    uint32_t name, town;            /* Words of streets->names. */
};

struct streets {
    struct street_line *lines;
    struct street *streets;         /* [STREET_UNNAMED] has an empty name. */
    struct geo_point *vertices;
    struct words *names, *nodes;
    uint32_t line_count, street_count, record_count;
    struct buffer facts, doubts;    /* What the layer was taken for; sentences. */
    uint32_t range_unread_count;    /* Records where a number's column holds something else. */
};

/* Never fails: a layer without any line gives streets without lines. Adds one sentence, ended by a
 * newline, to `warnings` for everything missing or doubtful. `shapes` may be freed after.
 * */
struct streets *streets_new(const struct shapes *shapes, const struct street_columns *columns,
                            struct buffer *warnings);
void streets_free(struct streets *streets);
/* Drops the texts of node numbers, which only making the network compares. */
void streets_forget_nodes(struct streets *streets);

const char *streets_name(const struct streets *streets, uint32_t street);
const char *streets_town(const struct streets *streets, uint32_t street);

/* True when the range names numbers at all. */
bool address_range_given(struct address_range range);
/* 12 and 34 as one number that ranges can hold; 0 when they are too large for that. */
int32_t street_number_hyphenated(int32_t block, int32_t house);

/* What the ranges look wrong by, as sentences with a newline: so many lines with numbers where both
 * sides are odd, or a range is too long for its line, or a value is no number. One line in fifty
 * may be so without a word. */
void streets_doubts(const struct streets *streets, struct buffer *notes);

/* The columns that a setting of names means. Returns how many. */
uint32_t street_name_columns(const char *setting,
                             char ret_names[STREET_NAME_COLUMNS_MAX][STREET_COLUMN_BYTES]);

/* The column's number; -1 without a word for "", with a warning when it is not there. */
int street_column(const struct shapes *shapes, const char *column, const char *job,
                  struct buffer *warnings);

/* Says that `shapes` has no column `column` and which ones it has: "roads.shp has no column
 * STNAME for the street's name; it has ID, NAME, TYPE." */
void column_missing(const struct shapes *shapes, const char *layer, const char *column,
                    const char *job, struct buffer *warnings);

#endif
