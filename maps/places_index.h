/* places_index.h - finds names by what somebody typed of them.
 *
 * Names are kept sorted, and so are their cores (without type and direction) and their words; each
 * word lists the names it is in. A search looks at the names that begin like the query, at those
 * of its core and at those that share its rarest word, never at all of them; only the distinct
 * words are gone through, a few ten thousand in a county, and only when nothing else was found,
 * for slips of the finger and of the ear. Pure. */
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
    SCORE_UNDIRECTED = 94,          /* Without its direction: "Main St" for N Main St. */
    SCORE_BEGINS = 90,              /* Its beginning, while typing. */
    SCORE_WORDS = 88,               /* All that was typed is in it: less, the more is not. */
    SCORE_OTHER_TYPE = 80,          /* "Quay Rd" for Quay St. */
    SCORE_OTHER_DIRECTION = 78,     /* "S Main St" for N Main St. */
    SCORE_OTHER_BOTH = 70,
    SCORE_SLIP = 12,                /* Off for each wrong letter. */
    SCORE_SOUND = 22,               /* Off for a word that only sounds so. */
    SCORE_SHORTENED = 10,           /* Off for a word of which only the beginning was given. */
    SCORE_LAST_WORD = 20,           /* Off when the last word had to be left out. */
};

/* In what a name differs from what was typed; several may hold. */
enum place_differs {
    DIFFERS_SPELLING = 1, DIFFERS_TYPE = 2, DIFFERS_DIRECTION = 4, DIFFERS_SHORTENED = 8,
    DIFFERS_WORDS = 16,             /* The name has more words. */
    DIFFERS_LAST_WORD = 32,         /* The text had one more. */
};

struct place_match {
    uint32_t owner, score;
    uint32_t tie;                   /* Of equal scores the lower comes first. */
    uint8_t differs;                /* place_differs */
};

/* SEARCH_TYPING takes the last word as a beginning. */
enum search_mode { SEARCH_WHOLE, SEARCH_TYPING };

/* Which of two equally good owners comes first: the one with the lower number. */
typedef uint32_t place_tie_fn(const void *context, uint32_t owner);

struct place_search {
    const struct place_index *index;
    const struct place_name *query;
    enum search_mode mode;
    place_tie_fn *tie;              /* NULL: by owner. */
    const void *tie_context;
};

/* The best `match_max` owners, best first. */
typedef uint32_t place_search_fn(const struct place_search *search,
                                 struct place_match *ret_matches, uint32_t match_max);
/* Only what is called that. */
place_search_fn place_index_search;
/* When nothing is: what is spelt nearly so, or what it is called without its last word. */
place_search_fn place_index_guess;

#endif
