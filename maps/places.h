/* places.h - what people call a place, as a point; and a point as what people call it.
 *
 * Understands an address ("12 Quay St"), a crossing ("Quay St / Mill Rd", either way round, types
 * may be left out), a named feature or its code ("Ferry Terminal", "STBRAE"), a street, and
 * "lat,lon". After a comma may stand a town or a zone. When nothing is called that, what is spelt
 * nearly so is offered, marked as not exact. Pure; built once; the layers it was built from must
 * stay. */
#ifndef MAPS_PLACES_H
#define MAPS_PLACES_H

#include "maps/roads.h"
#include "maps/zones.h"

enum { PLACES_FOUND_MAX = 50, PLACE_TEXT_BYTES = 192 };

#define PLACE_KINDS(ROW)       \
    ROW(ADDRESS,  "address")   \
    ROW(CROSSING, "crossing")  \
    ROW(FEATURE,  "place")     \
    ROW(POINT,    "point")     \
    ROW(STREET,   "street")

#define ROW(upper, text) PLACE_##upper,
enum place_kind { PLACE_KINDS(ROW) PLACE_KIND_COUNT };
#undef ROW

const char *place_kind_text(enum place_kind kind);

struct place {
    char text[PLACE_TEXT_BYTES];    /* As it would be written: "12 Quay St", "Quay St / Mill Rd". */
    struct geo_point point;         /* Rounded. */
    enum place_kind kind;
    /* The text means this place and no other: spelt right, the number is in a range of its street,
     * and nothing else is as good. Never for a street, which is no single place. */
    bool exact;
    uint32_t score;                 /* 0 to 100. */
    uint32_t order;                 /* Among equals: street or feature, by record. */
    const char *feature, *code;     /* "hospital", "STBRAE"; "" when it is no feature. Loans. */
    const char *town;               /* Of its street, "" when unknown. A loan. */
};

struct places;

/* Any of them may be NULL. `roads` must have been made of `streets`. */
struct places *places_new(const struct streets *streets, const struct roads *roads,
                          const struct zones *zones);
void places_free(struct places *places);

/* Adds every feature of a layer (points; of lines and areas the middle of their box) that has a
 * name or a code. `code_column` may be "". `shapes` may be freed after. False, with a sentence in
 * `warnings`, when a column is not there. Not after places_close(). */
bool places_add(struct places *places, const char *kind, const struct shapes *shapes,
                const char *column, const char *code_column, struct buffer *warnings);
/* Makes ready for questions. */
void places_close(struct places *places);
/* Streets and features that have a name. */
uint32_t places_name_count(const struct places *places);

/* Writes at most `place_max` (and PLACES_FOUND_MAX) places, best first. */
uint32_t places_named(const struct places *places, struct span text, struct place *ret_places,
                     uint32_t place_max);
/* The same for a text that is still being typed: its last word may be a beginning. */
uint32_t places_suggest(const struct places *places, struct span text, struct place *ret_places,
                        uint32_t place_max);

struct place_near {
    char address[PLACE_TEXT_BYTES]; /* "14 Quay St", or "Quay St" without numbers; "" for none. */
    char crossing[PLACE_TEXT_BYTES];
    double distance_m;              /* To the address' street. */
};
void places_reverse(const struct places *places, struct geo_point point,
                    struct place_near *ret_near);

#endif
