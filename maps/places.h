/* places.h - what people call a place, as a point; and a point as what people call it.
 *
 * Understands an address ("12 Quay St", "Hauptstr. 12"), a block ("100 block of Main"), a crossing
 * ("Quay St / Mill Rd", either way round, types and directions may be left out), a named feature,
 * its code or an alias ("Ferry Terminal", "STBRAE", "the Ferry"), a street, and coordinates
 * (app/base/coordinates.h). After commas may stand towns or zones; a flat or floor is set aside and
 * given back. When nothing is called that, what is spelt nearly so is offered, marked as not exact,
 * with what differs. Pure; built once; the layers it was built from must stay. */
#ifndef MAPS_PLACES_H
#define MAPS_PLACES_H

#include "maps/places_typed.h"
#include "maps/roads.h"
#include "maps/zones.h"

enum { PLACES_FOUND_MAX = 50, PLACE_TEXT_BYTES = 192, PLACE_NOTE_BYTES = 96 };

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
    char note[PLACE_NOTE_BYTES];    /* Why it is not exact: "spelled otherwise; other type". */
    char unit[TYPED_UNIT_BYTES];    /* What was typed of a flat or floor: "apt 3". */
    struct geo_point point;         /* Rounded. */
    double radius_m;                /* It is a circle: a grid square, a block. 0: a point. */
    enum place_kind kind;
    /* The text means this place and no other: spelt right, the number is in a range of its street,
     * and nothing else is as good. Never for a street, which is no single place. */
    bool exact;
    uint32_t score;                 /* 0 to 100. */
    uint32_t order;                 /* Among equals: street or feature, by record. */
    const char *feature, *code;     /* "hospital", "STBRAE"; "" when it is no feature. Loans. */
    const char *town;               /* Of its street, "" when unknown. A loan. */
    double near_m;                  /* From what the ask is near to; NaN without. */
    bool agrees;                    /* It may be in the circle that the ask is near to. */
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
/* Lets `name` stand for the place that `text` means. After places_close(). False, with a sentence
 * in `warnings`, when that is not found or is not one place, or when something else is called
 * `name`. */
bool places_alias_add(struct places *places, const char *name, const char *text,
                      struct buffer *warnings);
/* Streets and features that have a name, and aliases. */
uint32_t places_name_count(const struct places *places);

/* Tells every named feature that is no alias, in the order it was added. Texts are loans. */
typedef void places_visit_fn(void *context, const char *text, const char *kind,
                             struct geo_point point);
void places_visit(const struct places *places, places_visit_fn *visit, void *context);

enum place_asking { PLACE_ASK_WHOLE, PLACE_ASK_TYPING };    /* The last word may be a beginning. */
struct place_ask {
    struct span text;
    enum place_asking asking;
    /* What it is about: the view, the incident, the telephone. Of equally good places the nearer
     * comes first. Any implausible point, such as 0,0, says nothing. */
    struct geo_point near;
    double radius_m;                /* `near` is a circle of that radius, 0: a point. */
};

/* Writes at most `place_max` (and PLACES_FOUND_MAX) places, best first. */
uint32_t places_ask(const struct places *places, const struct place_ask *ask,
                     struct place *ret_places, uint32_t place_max);

enum { PLACE_STREETS_MAX = 8 };
struct place_near {
    /* "14 Quay St", or "Quay St" without numbers; "" when no street is within 250 m. */
    char address[PLACE_TEXT_BYTES];
    char crossing[PLACE_TEXT_BYTES];
    char feature[PLACE_TEXT_BYTES]; /* A named feature within 100 m, or the circle. */
    /* Over 60 m from any street, on the water or in a field: "240 m SE of 12 Quay St". */
    char relative[PLACE_TEXT_BYTES];
    double distance_m, bearing_deg; /* From the closest street to the point; 0 without one. */
    double feature_m, crossing_m;
    /* Of a circle: the streets that touch it, the nearest first, with their numbers in it. */
    char streets[PLACE_STREETS_MAX][PLACE_TEXT_BYTES];
    uint32_t street_count, streets_more;
};
/* `radius_m` 0: a point. */
void places_reverse(const struct places *places, struct geo_point point, double radius_m,
                    struct place_near *ret_near);

#endif
