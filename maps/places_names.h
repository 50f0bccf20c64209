/* places_names.h - names as people type them, brought to one form: "St. Mary's Road", "ST MARYS RD"
 * and "saint mary's rd" are one name.
 *
 * Letters become capitals without accents (Latin, Greek, Cyrillic), apostrophes vanish, everything
 * else that is no letter or digit separates words; street types, directions and ordinals take
 * their short form (US Postal Service Publication 28, appendix C, and the British, German and
 * Russian ones). Pure. */
#ifndef MAPS_PLACES_NAMES_H
#define MAPS_PLACES_NAMES_H

#include "app/base/span.h"

enum { NAME_BYTES = 160, NAME_WORDS_MAX = 16, NAME_WORD_BYTES = 48 };

struct place_name {
    char text[NAME_BYTES];          /* The words with one blank between. */
    uint8_t starts[NAME_WORDS_MAX], lengths[NAME_WORDS_MAX];
    uint32_t count;
    /* The words between a direction in front and the street type or a direction behind: what is
     * left when people leave out what they can. At least one where there is any. */
    uint32_t core_first, core_count;
    uint32_t type;                  /* The word that is the street type, or `count`. */
};

/* Words beyond the limits are left out: no street has that many. */
void name_read(struct span raw, struct place_name *ret_name);
/* The other way to write its umlauts, "MUELLER" for Müller; false where it has none. */
bool name_read_umlauts(struct span raw, struct place_name *ret_name);

struct span name_word(const struct place_name *name, uint32_t word);
/* The first `count` words as one text. */
struct span name_first(const struct place_name *name, uint32_t count);

/* The street's name alone, without type and direction: "QUAY" of "N QUAY ST". */
struct span name_core(const struct place_name *name);
/* "ST" of it, or nothing. */
struct span name_type(const struct place_name *name);
/* "N" of it, or nothing; where there are two, both: "NE", "SW". Returns `text`. */
const char *name_direction(const struct place_name *name, char text[8]);
/* True when the word is core: no type, no direction beside the core. */
bool name_word_is_core(const struct place_name *name, uint32_t word);

/* While typing, "QUAY STRE" is on its way to "QUAY ST": true when the last word begins a type. */
bool name_complete(const struct place_name *name, struct place_name *ret_name);

/* How many letters differ (exchanged neighbours count once), or `limit` + 1 when more than that. */
uint32_t words_apart(struct span left, struct span right, uint32_t limit);
/* How many wrong letters a word of that length may have and still be meant. */
uint32_t word_slips_max(size_t length);

/* What is left of a word for the ear: "FILIPS" and "PHILLIPS" give one number; 0 for a word too
 * short to tell. */
uint32_t word_sound(struct span word);

/* "5" names "5TH" too. True when `ordinal` is `number` with its ending. */
bool word_is_ordinal_of(struct span ordinal, struct span number);

#endif
