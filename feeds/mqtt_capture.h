/* mqtt_capture.h - a line of a capture made with mosquitto_sub, read back into a message.
 *
 *     mosquitto_sub -v          TOPIC PAYLOAD; "(null)" is an empty one
 *     mosquitto_sub -F %j       {"tst":...,"topic":...,"retain":0,"payload":"..."}; %J likewise
 *     mosquitto_sub -F '%t %x'  TOPIC PAYLOAD in hexadecimal, for binary payloads (Sparkplug)
 *
 * Only the JSON lines know when a message came and whether the broker had kept it. Pure. */
#ifndef FEEDS_MQTT_CAPTURE_H
#define FEEDS_MQTT_CAPTURE_H

#include "feeds/mqtt_points.h"

enum capture_payload { CAPTURE_TEXT, CAPTURE_HEX };

/* Strings are loans from the line or `arena`; without a time of its own the message came at
 * `now_ms`. Refusals: BAD_SYNTAX (odd or other digits than hexadecimal), FIELD_MISSING "topic". */
struct verdict mqtt_capture_read(struct span line, enum capture_payload payload, int64_t now_ms,
                                 struct arena *arena, struct mqtt_message *ret_message);

#endif
