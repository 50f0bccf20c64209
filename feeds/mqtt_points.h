/* mqtt_points.h - from messages to reports: which lines a message concerns, what it says of which
 * points, and what of that the hub must hear.
 *
 * A *subject* is a topic, or a name within a topic's messages (SenML), or a metric of a Sparkplug
 * node: whatever has values of its own. A *watch* is one line applied to one subject: a point with
 * its condition. Subjects are made when first heard, and found again by one look into a hash table,
 * so that a message which changes nothing costs no memory and little time. A filter without
 * wildcards has its subject from the start, so that its silence is noticed even if it never speaks.
 *
 * What is refused is reported once per subject and reason a minute, and counted. Pure: reports and
 * refusals go to a sink; times are hub time, ms. */
#ifndef FEEDS_MQTT_POINTS_H
#define FEEDS_MQTT_POINTS_H

#include "feeds/mqtt_line.h"

enum {
    /* A stranger who may publish under our wildcards can make up topics; each costs some 500
     * bytes. Beyond it new ones are passed over, counted and said. */
    MQTT_SUBJECTS_MAX = 100000,
    MQTT_REFUSED_AGAIN_MS = 60 * 1000,
};

struct mqtt_message {
    struct span topic, payload;
    bool retained;                      /* The broker kept it: nobody knows since when. */
    int64_t at_ms;                      /* Its arrival. */
};

typedef void mqtt_report_fn(void *context, const struct report *report);
typedef void mqtt_refuse_fn(void *context, const struct verdict *verdict,
                            const struct mqtt_message *message);
/* A Sparkplug node is to be asked to be born again, because `why`. */
typedef void mqtt_rebirth_fn(void *context, const struct span *group, const struct span *edge,
                             const char *why);
struct mqtt_sink {
    void *context;
    mqtt_report_fn *report;
    mqtt_refuse_fn *refuse;
    mqtt_rebirth_fn *rebirth;
};

struct mqtt_counts {
    uint64_t received, refused;
    uint64_t refused_unsaid;            /* Of these: not reported, for one like it just was. */
    uint64_t age_unknown, old;          /* Values held, not judged. */
    uint64_t superseded, unmatched;
    uint64_t crowded;                   /* Of more subjects than there may be. */
};

struct mqtt_points;                     /* Opaque. */
/* The lines and facts are borrowed for the points' life. `message_bytes_max`: a longer payload is
 * refused. */
struct mqtt_points *mqtt_points_new(const struct mqtt_line *lines, uint32_t line_count,
                                    const struct point_facts *facts, uint32_t fact_count,
                                    size_t message_bytes_max, const struct mqtt_sink *sink);
void mqtt_points_free(struct mqtt_points *points);

/* One message. */
void mqtt_points_take(struct mqtt_points *points, const struct mqtt_message *message);
/* Tells what is due by now; returns when to be called again (INT64_MAX: never). */
int64_t mqtt_points_advance(struct mqtt_points *points, int64_t now_ms);
/* The way to the sensors is there (again): silence is counted from now. */
void mqtt_points_watch(struct mqtt_points *points, int64_t now_ms);

const struct mqtt_counts *mqtt_points_counts(const struct mqtt_points *points);
/* The name of a point whose value was held for its age, the newest; "" when there was none. */
const char *mqtt_points_held(const struct mqtt_points *points);

#endif
