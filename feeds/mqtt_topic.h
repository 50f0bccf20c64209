/* mqtt_topic.h - MQTT topics and topic filters (MQTT 5.0 section 4.7), and texts made of their
 * parts.
 *
 * A filter's `+` stands for one level, a `#` at its end for all that follow; `$share/GROUP/` before
 * it is for the broker alone. What a wildcard stood for is a capture, counted from 1, which a
 * template uses as {1}. Pure. */
#ifndef FEEDS_MQTT_TOPIC_H
#define FEEDS_MQTT_TOPIC_H

#include "app/base/buffer.h"

enum {
    TOPIC_BYTES_MAX = 65535,            /* MQTT 5.0 section 1.5.4. */
    TOPIC_CAPTURES_MAX = 9,
};

/* Loans from the topic. */
struct topic_captures {
    struct span at[TOPIC_CAPTURES_MAX];
    uint32_t count;
};

/* May it be a topic's name, or a filter? UTF-8 without NUL, neither empty nor too long; a name has
 * no wildcards, in a filter they stand alone in their level. */
bool topic_name_right(struct span topic);
bool topic_filter_right(struct span filter);

/* The filter without `$share/GROUP/`. */
struct span topic_filter_pattern(struct span filter);
/* How many captures a pattern makes. */
uint32_t topic_capture_count(struct span pattern);

/* Does `topic` match? A wildcard in the first level never stands for one that starts with $. */
bool topic_match(struct span pattern, struct span topic, struct topic_captures *ret_captures);

/* ---- templates ---- */

/* A name that may stand in braces, and what it stands for now. */
struct template_name {
    const char *name;
    struct span value;
};
/* Appends `template` with every {name} replaced; {1} to {9} are the captures (NULL: none). A name
 * nobody knows is left as it stands. */
void template_fill(const char *template, const struct topic_captures *captures,
                   const struct template_name *names, uint32_t name_count, struct buffer *out);
/* Is every {name} in it one of `names` or a capture up to `capture_count`? *ret_unknown is the
 * first that is not, a loan. */
bool template_right(const char *template, uint32_t capture_count, const char *const *names,
                    uint32_t name_count, struct span *ret_unknown);

#endif
