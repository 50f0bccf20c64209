/* places_typed.h - what somebody typed of a place, taken apart: house number, block, crossing, the
 * flat or floor, and the towns after commas. Nothing here knows any street. Pure. */
#ifndef MAPS_PLACES_TYPED_H
#define MAPS_PLACES_TYPED_H

#include "app/base/span.h"

enum { TYPED_BYTES = 256, TYPED_UNIT_BYTES = 48, TYPED_AREAS_MAX = 3 };

/* A house number: "12", "12A", "12 1/2", "12-14", "12/3" (house and stairs), Queens' "12-34". */
struct house_number {
    int32_t number;
    int32_t second;                 /* After a hyphen, else 0. */
    char text[20];                  /* As it will be shown: "12A". */
};
/* At the start of an address. Cuts it off *rest. False where none stands, as in "5th Ave", and
 * *rest is as it was. */
bool house_number_cut(struct span *rest, struct house_number *ret_house);
/* The same at the end, as it is written in much of Europe: "Hauptstrasse 12 a". */
bool house_number_cut_last(struct span *rest, struct house_number *ret_house);

/* "100 block of Main St", "the 100 blk Main St", "Main St 100 block": cuts all of it but the
 * street. */
bool block_cut(struct span *rest, int32_t *ret_block);

/* The mark or word between two streets, and what stands before and after; something must stand
 * before. */
bool crossing_cut(struct span text, struct span *ret_one, struct span *ret_other);

/* A text of over 255 bytes is read as one name, without areas and unit. */
struct place_typed {
    char text[TYPED_BYTES];
    char unit[TYPED_UNIT_BYTES];    /* "apt 3", "#4", as typed; "" for none. */
    struct span name;               /* Loans of `text`, or of what was typed. */
    struct span areas[TYPED_AREAS_MAX];
    uint32_t area_count;
};
void place_typed_read(struct span raw, struct place_typed *ret_typed);
/* Sets a note in parentheses at the end of the name aside, too, as a unit. */
void place_typed_note_cut(struct place_typed *typed);

#endif
