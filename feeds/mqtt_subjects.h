/* mqtt_subjects.h - the table of subjects (mqtt_points.h says what they are): found by a topic
 * and a name in it, never forgotten. Pure. */
#ifndef FEEDS_MQTT_SUBJECTS_H
#define FEEDS_MQTT_SUBJECTS_H

#include "feeds/due_heap.h"
#include "feeds/mqtt_line.h"

/* One line applied to one subject. */
struct watch {
    struct due due;                     /* First: a due member is its watch. */
    const struct mqtt_line *line;
    struct point_facts facts;           /* Texts are the watch's own. */
    struct condition condition;
    bool age_unknown;                   /* What was judged last had no age (retained=state). */
};

struct subject {
    uint64_t hash;
    char *key;                          /* The topic, then the name. */
    size_t topic_length, name_length;
    struct watch **watches;
    uint32_t watch_count, watch_capacity;
    /* Of a topic: the lines that look into its messages for names (SenML, Sparkplug). */
    uint32_t *pack_lines;
    uint32_t pack_line_count, pack_line_capacity;
    /* The last payload, where it can save reading the same again. */
    char *last;
    uint32_t last_length, last_capacity;
    bool last_judged;
    /* The last refusal that was reported. */
    int64_t refused_at_ms;
    uint32_t refused_as;                /* enum refusal. */
};

struct subjects {
    struct subject **at;                /* By number. */
    uint32_t count, capacity;
    uint32_t *slots;                    /* A number + 1; 0 is empty. */
    uint32_t slot_count;                /* A power of two. */
    uint64_t seed;                      /* Strangers choose topics: they must not choose slots. */
};

void subjects_clear(struct subjects *subjects);
/* NULL when it is not there. */
struct subject *subjects_find(const struct subjects *subjects, struct span topic,
                              struct span name);
/* It must not be there yet. */
struct subject *subjects_add(struct subjects *subjects, struct span topic, struct span name);
/* A new watch, the subject's last. */
struct watch *subject_watch(struct subject *subject, const struct mqtt_line *line);

#endif
