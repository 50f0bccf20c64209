/* look_find.h - finding records by their attributes: text in any column, or a column compared with
 * a value.
 *
 *   quay          any column holds it          Name=Quay St   is it, case aside
 *   Name~quay     the column holds it          GPM>1500       also < >= <= and != ; numbers as
 *                                              numbers, other values in the order of their letters
 *
 * A search goes on in pieces, so that keys are never kept waiting; what was found is there at
 * once. */
#ifndef PANELS_LOOK_FIND_H
#define PANELS_LOOK_FIND_H

#include "panels/look_layers.h"

enum {
    FIND_TEXT_BYTES = 256,
    FIND_HITS_MAX = 100000,     /* More are counted as "100,000+": nobody walks so many. */
};

enum find_how {
    FIND_HOLDS, FIND_IS, FIND_NOT, FIND_LESS, FIND_LESS_SAME, FIND_MORE, FIND_MORE_SAME,
};

struct find_query {
    char column[64];            /* "": any. */
    char value[FIND_TEXT_BYTES];
    enum find_how how;
    bool is_number;
    double number;              /* When `value` is one. */
};

struct find_hit {
    uint32_t layer, record;     /* The layer as counted in the map. */
};

struct look_find {
    struct find_query query;
    struct find_hit *hits;
    uint32_t count, capacity;
    uint32_t at;                /* The one that is shown; count: none yet. */
    uint32_t layer, record;     /* Where the search goes on. */
    bool on, running, full;     /* `full`: FIND_HITS_MAX was reached. */
    char said[128];             /* What is odd about the query; "" for nothing. */
};

void look_find_clear(struct look_find *find);

/* Starts anew. Empty text ends the search. A column that no layer has is said, and the whole is
 * searched as text. */
void look_find_start(struct look_find *find, struct look_layers *layers, struct span text);
/* Looks at about `records` more; false when there is nothing more to look at. */
bool look_find_step(struct look_find *find, struct look_layers *layers, uint32_t records);

/* The column that a hit was found in; -1 when that can no longer be said. */
int32_t look_find_column(const struct look_find *find, struct look_layers *layers,
                         const struct find_hit *hit);

/* "37 found", "37 found so far", "100,000+ found", "nothing found". */
void look_find_words(const struct look_find *find, char *text, size_t text_bytes);

#endif
