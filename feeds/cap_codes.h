/* cap_codes.h - where an area is that an alert only names by codes: UGC zones, SAME and FIPS
 * counties, or whatever codes a supplier uses, looked up in layers of the site.
 *
 * The settings: `layers` names a folder of shapefiles and GeoJSON files (or one GeoJSON file);
 * `codes`, several times, says which column holds which codes: codes=UGC=STATE_ZONE. Layers are
 * read once, at the start. Degrees only: a projected layer is refused, with what to do. */
#ifndef FEEDS_CAP_CODES_H
#define FEEDS_CAP_CODES_H

#include "app/base/buffer.h"
#include "app/base/geo.h"

enum {
    CAP_CODE_RULES_MAX = 16,
    CAP_CODE_AREAS_MAX = 50000,
    CAP_CODE_POINTS_MAX = 800,          /* Kept of one area. */
    CAP_GEOCODES_MAX = 1000,            /* Of one area of an alert. */
};

struct feed;
struct cap_codes;

/* *ret_codes is NULL when the settings ask for none. False: the log says what is wrong. */
bool cap_codes_open(struct feed *feed, struct cap_codes **ret_codes);
void cap_codes_free(struct cap_codes *codes);

struct cap_geocode {
    const char *system, *code;
};

/* What became of an area's codes: outlines of those that were found, at most REPORT_POINTS_MAX
 * points, living in the arena. */
struct cap_joined {
    struct geo_points rings;
    uint32_t found, missing;            /* Codes of the system that was used. */
    bool simplified;
};

/* Several systems usually say the same area twice, so one is taken: the one of the settings that
 * finds most, the first of equals. False: nothing was found. `codes` may be NULL. Pure. */
bool cap_codes_join(const struct cap_codes *codes, const struct cap_geocode *geocodes,
                    uint32_t count, struct arena *arena, struct cap_joined *ret_joined);

/* ---- for cap_codes_open() and tests ---- */

struct cap_codes *cap_codes_new(void);
/* "SYSTEM=COLUMN". False: it is not of that form, or one too many. */
bool cap_codes_rule(struct cap_codes *codes, const char *rule);
/* Reads one layer for the rules so far. False, with a sentence: it cannot be read or used. */
bool cap_codes_layer(struct cap_codes *codes, const char *path, char *sentence,
                     size_t sentence_bytes);
/* After the last layer. */
void cap_codes_ready(struct cap_codes *codes);

#endif
