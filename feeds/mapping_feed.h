/* mapping_feed.h - the settings by which a feed says its mapping: preset, map, timezone. */
#ifndef FEEDS_MAPPING_FEED_H
#define FEEDS_MAPPING_FEED_H

#include "feeds/adapters.h"
#include "feeds/mapping.h"

#define MAPPING_SETTINGS                                                                          \
    { .name = "preset", .kind = SETTING_TEXT,                                                     \
      .help = "A mapping that is known already: usgs, nws, wzdx or wzdx-devices." },              \
    { .name = "map", .kind = SETTING_TEXT, .many = true,                                          \
      .help = "FIELD=EXPRESSION: where a field of the report stands in the message, as "          \
              "severity=properties.level -> red:Extreme, *:Minor; goes before the preset's." },   \
    { .name = "timezone", .kind = SETTING_TEXT,                                                   \
      .help = "Of times without a zone: UTC, an offset as -05:00, or America/New_York." }

struct mapping_feed_terms {
    enum report_kind kind;              /* When no rule says `report`. */
    const char *const *extras, *const *defaults;        /* Names, and rules; the last is NULL. */
};

/* Reads them all. NULL: ret_sentence says which is wrong, and why. The caller owns the answer;
 * *zone must live as long. */
struct mapping *mapping_of_feed(const struct feed *feed, const struct mapping_feed_terms *terms,
                                struct zone *zone, char *ret_sentence, size_t sentence_bytes);

#endif
