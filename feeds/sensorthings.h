/* sensorthings.h - Observations of the OGC SensorThings API 1.1 (18-088), as JSON by MQTT. Pure.
 *
 * The payload is the entity: `result` is the value, `phenomenonTime` (an instant, or the end of an
 * interval) its time, else `resultTime`. Unit, name and place stand in the Datastream and the
 * FeatureOfInterest, which a server sends along only when asked to expand them. */
#ifndef FEEDS_SENSORTHINGS_H
#define FEEDS_SENSORTHINGS_H

#include "feeds/reading.h"

/* Reads one Observation. Refusals: WRONG_TYPE (no object; a result that is neither number, text
 * nor truth), FIELD_MISSING "result", NOT_A_TIME. */
struct verdict sensorthings_read(const struct json *json, struct reading *ret_reading);

/* An ISO 8601 instant, or "START/END": its end. */
bool sensorthings_time(const char *text, int64_t *ret_at_ms);

#endif
