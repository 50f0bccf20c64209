/* mqtt_mapped.h - `report` lines: messages that are no sensor's value, made into any report by a
 * mapping (mapping.h).
 *
 *     report = "owntracks/+/+ report==location unit={2} lat=lat lon=lon at=tst"
 *     report = "units/+/status report==status unit={1} status='payload -> free:AVL, busy:OOS'"
 *
 * The first word is the topic filter, `qos=` its QoS; the others are rules FIELD=EXPRESSION, in
 * quotes where they hold blanks. Beside the message's JSON there are {1} to {9} (what the wildcards
 * stood for), {topic} and {payload} (the bytes as text). What the broker had kept is reported only
 * when it says when it was. Pure. */
#ifndef FEEDS_MQTT_MAPPED_H
#define FEEDS_MQTT_MAPPED_H

#include "feeds/mapping.h"
#include "feeds/mqtt_points.h"

struct mqtt_mapped {
    const char *filter;
    struct span pattern;
    int qos;
    struct mapping *mapping;
};

/* False: `sentence` says what is wrong; then nothing needs to be given back. */
bool mqtt_mapped_read(const char *text, const struct zone *zone, struct arena *arena,
                      struct mqtt_mapped *ret_mapped, char *sentence, size_t sentence_bytes);

/* What the message makes, when its topic matches; none else. `json` is its payload, or NULL. */
struct verdict mqtt_mapped_take(const struct mqtt_mapped *mapped,
                                const struct mqtt_message *message, const struct json *json,
                                struct arena *arena, struct mapped *ret_reports);

#endif
