/* mqtt_payload.h - one message's payload, read in the format a line names, and at most once parsed
 * as JSON however many lines look at it. Pure. */
#ifndef FEEDS_MQTT_PAYLOAD_H
#define FEEDS_MQTT_PAYLOAD_H

#include "feeds/mqtt_line.h"

struct payload {
    struct span bytes;
    int64_t now_ms;             /* Of its arrival: what relative times count from. */
    struct arena *arena;
    struct json *json;          /* Parsed already; freed by payload_clear(). */
    bool parsed;
    struct verdict verdict;     /* Of the parsing. */
};

void payload_clear(struct payload *payload);

/* What a line of the formats value, json, sensorthings and senml finds. *ret_readings has none
 * where the JSON says nothing at the line's path: such a message is about something else. */
struct verdict payload_read(struct payload *payload, const struct mqtt_line *line,
                            struct readings *ret_readings);

#endif
