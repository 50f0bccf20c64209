/* places_names.h - names as people type them, brought to one form: "St. Mary's Road", "ST MARYS RD"
 * and "saint mary's rd" are one name.
 *
 * Letters become capitals without accents (Latin, Greek, Cyrillic), apostrophes vanish, everything
 * else that is no letter or digit separates words; street types, directions and ordinals take
 * their short form (US Postal Service Publication 28, appendix C, and the British ones). Pure. */
#ifndef MAPS_PLACES_NAMES_H
#define MAPS_PLACES_NAMES_H

#include "app/base/span.h"

enum { NAME_BYTES = 160, NAME_WORDS_MAX = 16, NAME_WORD_BYTES = 48 };

struct place_name {
    char text[NAME_BYTES];          /* The words with one blank between. */
    uint8_t starts[NAME_WORDS_MAX], lengths[NAME_WORDS_MAX];
    uint32_t count;
    uint32_t base_count;            /* Words before the street type; all where there is none. */
};

/* Words beyond the limits are left out: no street has that many. */
void name_read(struct span raw, struct place_name *ret_name);

struct span name_word(const struct place_name *name, uint32_t word);
/* The first `count` words as one text. */
struct span name_first(const struct place_name *name, uint32_t count);

/* The street's name alone, without its type: "QUAY" of "QUAY ST". */
struct span name_base(const struct place_name *name);

/* While typing, "QUAY STRE" is on its way to "QUAY ST": true when the last word begins a type. */
bool name_complete(const struct place_name *name, struct place_name *ret_name);

/* How many letters differ (exchanged neighbours count once), or `limit` + 1 when more than that. */
uint32_t words_apart(struct span left, struct span right, uint32_t limit);
/* How many wrong letters a word of that length may have and still be meant. */
uint32_t word_slips_max(size_t length);

/* "5" names "5TH" too. True when `ordinal` is `number` with its ending. */
bool word_is_ordinal_of(struct span ordinal, struct span number);

/* A house number at the start of an address: "12", "12A", "12-14", "12 1/2". Cuts it off *rest.
 * False where none stands, as in "5th Ave", and *rest is as it was. */
struct house_number {
    int32_t number;
    char text[16];                  /* As it will be shown: "12A". */
};
bool house_number_cut(struct span *rest, struct house_number *ret_house);
/* The same at the end, as it is written in much of Europe: "Hauptstrasse 12". */
bool house_number_cut_last(struct span *rest, struct house_number *ret_house);

#endif
