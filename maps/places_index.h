/* places_index.h - finds names by what somebody typed of them.
 *
 * Names are kept sorted, and so are their words; each word lists the names it is in. A search
 * looks at the names that begin like the query and at those that share its rarest word, never at
 * all of them; only the distinct words are gone through, and only when nothing else was found, for
 * slips of the finger. Pure. */
#ifndef MAPS_PLACES_INDEX_H
#define MAPS_PLACES_INDEX_H

#include "maps/places_names.h"

struct place_index;
struct place_index *place_index_new(void);
void place_index_free(struct place_index *index);

/* `owner` is what a match gives back; one owner may have several names. Words of `beside` (a town)
 * may be typed as well but need not be; it may be NULL. Not after place_index_close(). */
void place_index_add(struct place_index *index, const struct place_name *name,
                     const struct place_name *beside, uint32_t owner);
void place_index_close(struct place_index *index);

/* Scores. Below SCORE_NAMED the text names something else too, or something a little different. */
enum {
    SCORE_WHOLE = 100,              /* The whole name. */
    SCORE_MOVED = 98,               /* All its words in another order, or with its town. */
    SCORE_NAMED = 96,               /* The name without its street type. */
    SCORE_BEGINS = 90,              /* Its beginning, while typing. */
    SCORE_OTHER_TYPE = 80,          /* "Quay Rd" for Quay St. */
    SCORE_WORDS = 88,               /* All that was typed is in it: less, the more is not. */
    SCORE_SLIP = 12,                /* Off for each wrong letter. */
    SCORE_SHORTENED = 10,           /* Off for a word of which only the beginning was given. */
    SCORE_LAST_WORD = 20,           /* Off when the last word had to be left out. */
};

struct place_match {
    uint32_t owner, score;
};

/* SEARCH_TYPING takes the last word as a beginning. */
enum search_mode { SEARCH_WHOLE, SEARCH_TYPING };

/* The best `match_max` owners, best first, equal ones by owner. */
typedef uint32_t place_search_fn(const struct place_index *index, const struct place_name *query,
                                 enum search_mode mode, struct place_match *ret_matches,
                                 uint32_t match_max);
/* Only what is called that. */
place_search_fn place_index_search;
/* When nothing is: what is spelt nearly so, or what it is called without its last word. */
place_search_fn place_index_guess;

#endif
