/* mqtt_line.h - one `topic` line of site.conf: which messages it takes, what it reads from them,
 * and when that is an alarm.
 *
 *     topic = "plant/+/temp point={1}/temp condition=HIGH-TEMP above=60 clear=55 priority=2"
 *
 * The first word is the topic filter. Then, beside the words of a condition (condition.h):
 *
 *     format=    value (when not given), json (where value= is given), senml, sensorthings,
 *                sparkplug
 *     value=     json: where the value stands (json_path.h)
 *     time=      json: where its time stands: RFC 3339, or a number of s or ms since 1970
 *     time_format= zone=    other times, as strptime (time_format.h); +01:00 where they have none
 *     name=      senml, sparkplug: which values of a message, * for any characters; @online is
 *                "online" or "offline" as a Sparkplug node or device comes and goes
 *     point= place= unit= text=   templates: {1} what the first wildcard stood for, {topic},
 *                {name}, and of Sparkplug {group} {edge} {device} {node} (group/edge[/device])
 *     priority= lat= lon=         of the alarm; a `point` line says them for one point
 *     scale=     the value is multiplied by it
 *     qos=       0 or 1 (when not given)
 *     retained=  state: a value that the broker kept is the state now, though its age is unknown,
 *                as with a last will; the report says so. Else it is judged only by a time of its
 *                own.
 *
 * Pure. */
#ifndef FEEDS_MQTT_LINE_H
#define FEEDS_MQTT_LINE_H

#include "feeds/json_path.h"
#include "feeds/mqtt_topic.h"
#include "feeds/reading.h"

#define MQTT_FORMATS(ROW)                  \
    ROW(VALUE, "value")                    \
    ROW(JSON, "json")                      \
    ROW(SENML, "senml")                    \
    ROW(SENSORTHINGS, "sensorthings")      \
    ROW(SPARKPLUG, "sparkplug")
#define ROW(upper, word) MQTT_##upper,
enum mqtt_format { MQTT_FORMATS(ROW) MQTT_FORMAT_COUNT };
#undef ROW

/* The name of the value that says whether a Sparkplug node or device is there. */
#define MQTT_ONLINE "@online"

/* Texts are the arena's that read it; "", NaN and NULL: not given. */
struct mqtt_line {
    const char *filter;
    struct span pattern;                /* Without `$share/GROUP/`. */
    enum mqtt_format format;
    int qos;
    bool retained_state;
    const char *name, *point, *place, *unit, *text;
    uint32_t priority;
    struct geo_point location;
    const char *value_text;             /* The path as it was written, for refusals. */
    const struct json_path *value, *time;
    const char *time_format;
    int64_t offset_ms;
    double scale;
    struct condition_rule rule;
};

/* False: `sentence` says what is wrong and what to write. */
bool mqtt_line_read(const char *text, struct arena *arena, struct mqtt_line *ret_line,
                    char *sentence, size_t sentence_bytes);

/* Does a value's name fit the line's name=? */
bool mqtt_line_names(const struct mqtt_line *line, struct span name);

/* A `point` line: what is known of one point, whichever topic it comes from.
 *     point = "plant/3/temp place='Pump 3' lat=51.2 lon=-4.1 priority=1 unit=Cel text='...'" */
bool mqtt_point_read(const char *text, struct arena *arena, struct point_facts *ret_facts,
                     char *sentence, size_t sentence_bytes);

#endif
