/* places_inside.h - what the files of the places share: places.c builds, places_match.c finds
 * candidates for one reading of a text, places_crossing.c those of two streets, places_find.c reads
 * the text and chooses among them, places_near.c goes from a point back. Nobody else includes it.
 */
#ifndef MAPS_PLACES_INSIDE_H
#define MAPS_PLACES_INSIDE_H

#include "maps/places.h"
#include "maps/places_index.h"
#include "maps/places_parts.h"

/* Two names this far apart on the map are two places, not one drawn twice. */
#define ONE_PLACE_M 60.0
/* Candidates kept before the best are chosen; streets tried for one name. */
enum { CANDIDATES_MAX = 128, STREETS_TRIED_MAX = 32 };

struct feature {
    uint32_t name, code, kind;      /* Words of places->texts. */
    struct geo_point point;
    float radius_m;                 /* Of an alias for a circle. */
};

/* An index takes no more names once it is closed, and an alias may stand for what an earlier one
 * names. So aliases stand in runs, each half as long as the one before or shorter: adding one
 * indexes it alone, then joins runs of one length. Owners are features. */
struct alias_run {
    struct place_index *names;
    uint32_t first, count;          /* Of the features. */
};
enum { ALIAS_RUNS_MAX = 33 };

struct places {
    const struct streets *streets;  /* Loans; may be NULL. */
    const struct zones *zones;
    struct place_streets *on_streets;
    struct geo_box *boxes;          /* By street. */
    struct place_index *street_names, *feature_names;
    struct alias_run aliases[ALIAS_RUNS_MAX];
    uint32_t alias_run_count;
    struct words *texts;
    struct feature *features;
    uint32_t feature_count, feature_capacity, alias_count;
    uint8_t *name_shared;           /* By street: another town has a street of that name. */
};

/* "Quay St", or "Quay St, Harbour" where another town has one, cut so that two of them and what
 * stands between fit into a place's text. Returns `text`. */
const char *street_text(const struct places *places, uint32_t street,
                        char text[PLACE_TEXT_BYTES / 2]);
enum { PLACE_CUT_BYTES = 41 };      /* Of a name in a note; texts are cut between letters. */

struct candidates {
    const struct places *places;
    const struct place_ask *ask;
    place_search_fn *search;        /* First what is called that, then what nearly is. */
    uint32_t wanted;                /* Places that will be shown. */
    uint32_t count;
    struct place at[CANDIDATES_MAX];
};

/* Everything that may be meant by one name, without areas. */
void candidates_match(struct candidates *candidates, struct span text);
/* Adds to the place's note; the sentence is left out when it does not fit. */
void place_note_add(struct place *place, const char *note);
uint32_t score_less(uint32_t score, uint32_t cost);
bool ask_is_near(const struct place_ask *ask);


/* places_match.c: one more candidate, which is not exact yet; NULL when there is no room. */
struct place *candidate_add(struct candidates *candidates, enum place_kind kind,
                            struct geo_point point, uint32_t score, uint32_t order);
/* Notes what differs (enum place_differs). */
void differs_note(struct place *place, uint32_t differs);
void features_of(struct candidates *candidates, const struct place_index *index, struct span text);
void aliases_of(struct candidates *candidates, struct span text);
/* Every part of the street, with a note unless it is "". */
void street_add(struct candidates *candidates, const struct place_match *match, uint32_t cost,
                const char *note);
uint32_t streets_search(const struct candidates *candidates, struct span text,
                        enum place_asking asking, struct place_match *ret_matches,
                        uint32_t match_max);

/* places_crossing.c: adds where two streets meet; of two that do not, what they may mean, or a
 * place beside a street, never as exact. False when nothing was added: the text may be read
 * otherwise. */
bool crossing_match(struct candidates *candidates, struct span text);

#endif
