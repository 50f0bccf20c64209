/* mapping.h - how site.conf turns a message of others into reports, without a line of C.
 *
 * A feed has a setting `map` for each field, "FIELD=EXPRESSION", where the expression
 * (expression.h) says where in the message the field's value stands:
 *
 *     settings = { "map=report==hazard",
 *                  "map=id=properties.event_id",
 *                  "map=severity=properties.level -> red:Extreme, orange:Severe, *:Minor",
 *                  "map=headline={properties.kind}[ on {properties.road}]",
 *                  "map=at=properties.issued -> %d/%m/%Y %H:%M",
 *                  "map=lat=pos.y", "map=lon=pos.x" }
 *
 * FIELD is a field of the report as report.h names it, "lat" and "lon" of its location, or
 *     report   which kind: incident, alarm, location, status, hazard, message, receipt or phone;
 *              several at once with +: location+status
 *     if       only a message for which this is yes is reported; the others are passed over
 *     shape    a GeoJSON geometry: of a hazard the polygon, or for a point the center; of anything
 *              else the location
 *     strip_m  how wide the strip is that a line becomes: 30 m without it
 *     expires_after   "=24h": when a hazard says no end, so long after its `effective` or `at`, and
 *              marked as assumed
 *     hazard.id and so on: that field of that kind only
 * and what else the adapter offers (`extras`). A later rule takes the place of an earlier one for
 * the same field, so that a preset can be changed in one place.
 *
 * A value that is not there leaves the field empty. One that is there and cannot be what the field
 * holds refuses the message, by the field's name; but an incident is not lost for a wrong number or
 * coordinate in a field that it can do without: that field stays empty. Ids over 150 bytes are
 * refused, other texts are cut and end in U+2026. Pure; a mapping is not changed by its use. */
#ifndef FEEDS_MAPPING_H
#define FEEDS_MAPPING_H

#include "app/base/report.h"
#include "feeds/expression.h"

enum {
    MAPPING_RULES_MAX = 128,
    MAPPING_ID_BYTES_MAX = 150,         /* The hub keeps 160 of one. */
    MAPPING_WORDS_BYTES = 600,          /* Headline, place, reason ... */
    MAPPING_AREA_BYTES = 2000,
    MAPPING_TEXT_BYTES = 6000,
    MAPPING_STRIP_M = 30,               /* About a road with its verges. */
    MAPPING_STRIP_M_MAX = 10000,
};

struct mapping_options {
    enum report_kind kind;              /* When no rule says `report`. */
    const char *const *extras;          /* Names besides the report's own, ended by NULL. */
    const struct zone *zone;            /* Of times without one; NULL: they need %z. */
};

struct mapping;
struct mapping *mapping_new(const struct mapping_options *options);
void mapping_free(struct mapping *mapping);

/* Reads one rule. False: ret_sentence says what is wrong with it and where. */
bool mapping_add(struct mapping *mapping, const char *rule, char *ret_sentence,
                 size_t sentence_bytes);
/* The same for a rule of an adapter's own, which must be right; no matter if no report needs it. */
void mapping_add_spare(struct mapping *mapping, const char *rule);
/* All rules are in: does each go into a report that can be, and has each needed field one? */
bool mapping_finish(struct mapping *mapping, char *ret_sentence, size_t sentence_bytes);

/* Tells of each path of one name in all rules (expression_names). */
void mapping_names(const struct mapping *mapping, expression_name_fn *each, void *context);

/* True when there is a rule for it, of whatever kind of report. */
bool mapping_has(const struct mapping *mapping, const char *name);

/* The reports that one message makes: at most one of each kind. */
struct mapped {
    struct report reports[REPORT_KIND_COUNT];
    uint32_t count;                     /* 0: `if` passed the message over. */
};
/* Strings are loans from the message and `arena`. A refusal names the field. */
struct verdict mapping_take(const struct mapping *mapping, const struct expression_source *source,
                            struct arena *arena, struct mapped *ret_mapped);

/* An extra for one message; NONE without a rule for it. The field of the verdict is `name`. */
struct verdict mapping_extra(const struct mapping *mapping, const char *name,
                             const struct expression_source *source, struct arena *arena,
                             struct value *ret_value);

#endif
