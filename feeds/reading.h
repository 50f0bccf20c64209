/* reading.h - one value that a sensor's message holds, whatever its format: what SenML,
 * SensorThings, Sparkplug and plain payloads are read into, and conditions are judged by.
 *
 * A message may hold many, each with a name within the message. Times are hub time. */
#ifndef FEEDS_READING_H
#define FEEDS_READING_H

#include "feeds/condition.h"

/* Where the message's own time cannot be had, its time of arrival will do, but for one that a
 * broker kept for us: that time says nothing of the value's age. */
enum reading_time {
    READING_UNDATED,            /* The message says nothing. */
    READING_DATED,              /* It says when. */
    READING_RELATIVE,           /* It says how long before its sending. */
};

/* Texts are loans from the message's JSON or arena. */
struct reading {
    struct span name;           /* "" where the message holds one value. */
    struct sample sample;       /* `at_ms` only when it is dated or relative. */
    enum reading_time time;
    const char *unit;           /* "": not said. */
    int64_t watch_ms;           /* The next is due within this time; 0: not said. */
    struct geo_point location;
};

struct readings {
    struct reading *at;         /* In the arena. */
    uint32_t count;
};

void reading_init(struct reading *reading);
/* A JSON value as a sample: number, text, or true and false as words. False for anything else. */
bool reading_from_json(const struct json *json, struct sample *ret_sample);

#endif
