#include "feeds/mqtt_points.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/mqtt_payload.h"
#include "feeds/mqtt_subjects.h"
#include "feeds/sparkplug_nodes.h"

enum {
    /* A longer payload is read anew each time rather than kept to be compared. */
    LAST_BYTES_MAX = 512,
    REFUSED_A_SECOND = 20,
    NAMES_COUNT = 6,
};

struct mqtt_points {
    const struct mqtt_line *lines;
    uint32_t line_count;
    const struct point_facts **facts;   /* By point. */
    uint32_t fact_count;
    size_t message_bytes_max;
    struct mqtt_sink sink;

    struct subjects subjects;
    struct due_heap due;
    struct sparkplug_nodes *nodes;
    struct arena *arena;                /* One message's. */
    struct buffer text;
    struct mqtt_counts counts;
    const struct watch *held;
    struct subject odd;                 /* For refusals of what has no subject. */
    int64_t refused_second;             /* And how many were reported in it. */
    uint32_t refused_in_second;
};

/* ---- making and ending ---- */

static int by_point(const void *left, const void *right)
{
    const struct point_facts *const *a = left, *const *b = right;
    return strcmp((*a)->point, (*b)->point);
}

static void facts_sort(struct mqtt_points *points, const struct point_facts *facts, uint32_t count)
{
    points->facts = base_alloc(count + 1, sizeof *points->facts);
    points->fact_count = count;
    for (uint32_t i = 0; i < count; i++)
        points->facts[i] = &facts[i];
    qsort(points->facts, count, sizeof *points->facts, by_point);
}

struct mqtt_points *mqtt_points_new(const struct mqtt_line *lines, uint32_t line_count,
                                    const struct point_facts *facts, uint32_t fact_count,
                                    size_t message_bytes_max, const struct mqtt_sink *sink)
{
    struct mqtt_points *points = base_alloc(1, sizeof *points);

    points->lines = lines;
    points->line_count = line_count;
    points->message_bytes_max = message_bytes_max;
    points->sink = *sink;
    points->nodes = sparkplug_nodes_new();
    points->arena = arena_new();
    points->subjects.seed = (uint64_t)(uintptr_t)points * 0x9e3779b97f4a7c15ull;
    facts_sort(points, facts, fact_count);
    return points;
}

void mqtt_points_free(struct mqtt_points *points)
{
    if (!points)
        return;
    subjects_clear(&points->subjects);
    due_heap_clear(&points->due);
    sparkplug_nodes_free(points->nodes);
    arena_free(points->arena);
    buffer_clear(&points->text);
    base_free(points->facts);
    base_free(points);
}

const struct mqtt_counts *mqtt_points_counts(const struct mqtt_points *points)
{
    return &points->counts;
}

const char *mqtt_points_held(const struct mqtt_points *points)
{
    return points->held ? points->held->facts.point : "";
}

/* ---- what is said ---- */

static void watch_report(struct mqtt_points *points, struct watch *watch,
                         enum condition_change change, int64_t now_ms)
{
    char sentence[CONDITION_TEXT_BYTES];
    struct report report;

    condition_report(&watch->line->rule, &watch->condition, change, &watch->facts, now_ms,
                     sentence, &report);
    bool of_value = change == CHANGE_ACTIVE || change == CHANGE_NORMAL;
    if (watch->age_unknown && of_value) {
        buffer_reset(&points->text);
        buffer_print(&points->text, "age unknown: the broker had kept this value%s%s",
                     watch->facts.text[0] ? "; " : "", watch->facts.text);
        report.alarm.text = points->text.bytes;
    }
    points->sink.report(points->sink.context, &report);
}

/* Tells what has changed, and asks to be woken for what only time will change. */
static void watch_tell(struct mqtt_points *points, struct watch *watch, int64_t now_ms)
{
    const struct condition_rule *rule = &watch->line->rule;
    enum condition_change change;

    while ((change = condition_advance(rule, &watch->condition, now_ms)) != CHANGE_NONE)
        watch_report(points, watch, change, now_ms);
    int64_t due_ms = condition_due_ms(rule, &watch->condition);
    /* A later time is not worth moving for: it is looked up again when this one comes. */
    if (due_ms != INT64_MAX && (watch->due.place == 0 || due_ms < watch->due.at_ms))
        due_set(&points->due, &watch->due, due_ms);
}

static bool refusal_is_said(struct mqtt_points *points, struct subject *subject,
                            enum refusal refusal, int64_t now_ms)
{
    if (subject->refused_at_ms && subject->refused_as == refusal
        && now_ms - subject->refused_at_ms < MQTT_REFUSED_AGAIN_MS)
        return false;
    if (now_ms / 1000 != points->refused_second)
        points->refused_in_second = 0;
    points->refused_second = now_ms / 1000;
    if (points->refused_in_second == REFUSED_A_SECOND)
        return false;
    points->refused_in_second++;
    subject->refused_at_ms = now_ms;
    subject->refused_as = refusal;
    return true;
}

static void refuse(struct mqtt_points *points, struct subject *subject,
                   const struct verdict *verdict, const struct mqtt_message *message)
{
    points->counts.refused++;
    if (refusal_is_said(points, subject ? subject : &points->odd, verdict->refusal,
                        message->at_ms))
        points->sink.refuse(points->sink.context, verdict, message);
    else
        points->counts.refused_unsaid++;
}

/* ---- watches ---- */

/* What a subject is called in templates. */
struct naming {
    struct span topic, name;
    struct sparkplug_topic sparkplug;
    struct span node;
};

static const char *filled(struct mqtt_points *points, const char *template,
                          const struct topic_captures *captures, const struct naming *naming)
{
    const struct template_name names[NAMES_COUNT] = {
        { "topic", naming->topic }, { "name", naming->name },
        { "group", naming->sparkplug.group }, { "edge", naming->sparkplug.edge },
        { "device", naming->sparkplug.device }, { "node", naming->node },
    };

    buffer_reset(&points->text);
    template_fill(template, captures, names, NAMES_COUNT, &points->text);
    return base_copy_text(points->text.bytes);
}

/* What a `point` line says of it goes before what its topic's line says. */
static void facts_join(const struct mqtt_points *points, struct point_facts *facts)
{
    const struct point_facts **found =
        bsearch(&facts, points->facts, points->fact_count, sizeof *points->facts, by_point);

    if (!found)
        return;
    const struct point_facts *known = *found;
    const struct {
        const char **text;
        const char *known;
    } texts[] = { { &facts->place, known->place }, { &facts->unit, known->unit },
                  { &facts->text, known->text } };
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        if (!texts[i].known[0])
            continue;
        base_free((char *)*texts[i].text);
        *texts[i].text = base_copy_text(texts[i].known);
    }
    if (known->priority)
        facts->priority = known->priority;
    if (geo_known(known->location))
        facts->location = known->location;
}

static void watch_add(struct mqtt_points *points, struct subject *subject,
                      const struct mqtt_line *line, const struct topic_captures *captures,
                      const struct naming *naming)
{
    struct watch *watch = subject_watch(subject, line);
    struct point_facts *facts = &watch->facts;

    *facts = (struct point_facts){ .point = filled(points, line->point, captures, naming),
                                   .place = filled(points, line->place, captures, naming),
                                   .unit = filled(points, line->unit, captures, naming),
                                   .text = filled(points, line->text, captures, naming),
                                   .priority = line->priority, .location = line->location };
    if (!facts->point[0]) {         /* `+` may stand for nothing: a//b. */
        base_free((char *)facts->point);
        facts->point = filled(points, "{topic}", captures, naming);
    }
    facts_join(points, facts);
}

/* ---- subjects ---- */

static bool is_pack(const struct mqtt_line *line)
{
    return line->format == MQTT_SENML || line->format == MQTT_SPARKPLUG;
}

static struct subject *subject_add(struct mqtt_points *points, struct span topic,
                                   struct span name)
{
    if (points->subjects.count == MQTT_SUBJECTS_MAX) {
        points->counts.crowded++;
        return NULL;
    }
    return subjects_add(&points->subjects, topic, name);
}

/* A topic heard for the first time: every line it matches. */
static struct subject *topic_add(struct mqtt_points *points, struct span topic)
{
    struct subject *subject = subject_add(points, topic, span_of(""));
    struct naming naming = { .topic = topic, .name = span_of("") };
    struct topic_captures captures;

    for (uint32_t i = 0; subject && i < points->line_count; i++) {
        const struct mqtt_line *line = &points->lines[i];
        if (!topic_match(line->pattern, topic, &captures))
            continue;
        if (!is_pack(line)) {
            watch_add(points, subject, line, &captures, &naming);
            continue;
        }
        subject->pack_lines = base_grow(subject->pack_lines, &subject->pack_line_capacity,
                                        subject->pack_line_count + 1,
                                        sizeof *subject->pack_lines);
        subject->pack_lines[subject->pack_line_count++] = i;
    }
    return subject;
}

/* A name heard for the first time in a topic's SenML. */
static struct subject *name_add(struct mqtt_points *points, const struct subject *topic_subject,
                                struct span topic, struct span name)
{
    struct subject *subject = subject_add(points, topic, name);
    struct naming naming = { .topic = topic, .name = name };
    struct topic_captures captures;

    for (uint32_t i = 0; subject && i < topic_subject->pack_line_count; i++) {
        const struct mqtt_line *line = &points->lines[topic_subject->pack_lines[i]];
        if (line->format == MQTT_SENML && mqtt_line_names(line, name)
            && topic_match(line->pattern, topic, &captures))
            watch_add(points, subject, line, &captures, &naming);
    }
    return subject;
}

/* Does the line's filter take any message about what a Sparkplug topic names? A birth may be heard
 * before data, and a filter may name one of them. */
static bool sparkplug_match(const struct mqtt_line *line, const struct sparkplug_topic *topic,
                            struct arena *arena, struct topic_captures *ret_captures)
{
    static const char *const words[] = { "DATA", "BIRTH", "DEATH" };
    bool device = topic->device.length > 0;

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        const char *name = arena_print(
            arena, "spBv1.0/%.*s/%s%s/%.*s%s%.*s", (int)topic->group.length, topic->group.bytes,
            device ? "D" : "N", words[i], (int)topic->edge.length, topic->edge.bytes,
            device ? "/" : "", (int)topic->device.length, topic->device.bytes);
        if (topic_match(line->pattern, span_of(name), ret_captures))
            return true;
    }
    return false;
}

static struct subject *metric_add(struct mqtt_points *points, const struct sparkplug_topic *topic,
                                  struct span path, struct span name)
{
    struct subject *subject = subject_add(points, path, name);
    struct naming naming = { .topic = path, .name = name, .sparkplug = *topic, .node = path };
    struct topic_captures captures;

    for (uint32_t i = 0; subject && i < points->line_count; i++) {
        const struct mqtt_line *line = &points->lines[i];
        if (line->format == MQTT_SPARKPLUG && mqtt_line_names(line, name)
            && sparkplug_match(line, topic, points->arena, &captures))
            watch_add(points, subject, line, &captures, &naming);
    }
    return subject;
}

/* ---- one reading ---- */

/* When it was measured; 0 when nobody knows. */
static int64_t reading_at(const struct reading *reading, const struct mqtt_message *message)
{
    if (reading->time == READING_DATED)
        return reading->sample.at_ms > 0 ? reading->sample.at_ms : 1;
    if (message->retained)
        return 0;
    return reading->time == READING_RELATIVE ? reading->sample.at_ms : message->at_ms;
}

/* What the message itself says of unit, place and next time goes before what we were told. */
static void facts_update(struct watch *watch, const struct reading *reading)
{
    if (reading->unit[0] && strcmp(reading->unit, watch->facts.unit) != 0) {
        base_free((char *)watch->facts.unit);
        watch->facts.unit = base_copy_text(reading->unit);
    }
    if (geo_known(reading->location))
        watch->facts.location = reading->location;
    /* Half as long again: the network has its delays too. */
    if (watch->line->rule.heard_ms == 0)
        watch->condition.watch_ms = reading->watch_ms + reading->watch_ms / 2;
}

static void taken_count(struct mqtt_points *points, const struct watch *watch,
                        enum condition_taken taken)
{
    switch (taken) {
    case TAKEN_OLD:
        points->counts.old++;
        points->held = watch;
        return;
    case TAKEN_AGE_UNKNOWN:
        points->counts.age_unknown++;
        points->held = watch;
        return;
    case TAKEN_SUPERSEDED:
        points->counts.superseded++;
        return;
    case TAKEN_JUDGED:
    case TAKEN_REFUSED:
        return;
    }
}

/* True: judged. */
static bool reading_judge(struct mqtt_points *points, struct subject *subject,
                          struct watch *watch, const struct reading *reading,
                          const struct mqtt_message *message)
{
    struct sample sample = reading->sample;
    enum refusal refusal;

    sample.at_ms = reading_at(reading, message);
    sample.value *= watch->line->scale;
    bool age_unknown = sample.at_ms == 0 && watch->line->retained_state;
    if (age_unknown)
        sample.at_ms = message->at_ms;
    facts_update(watch, reading);
    enum condition_taken taken = condition_take(&watch->line->rule, &watch->condition, &sample,
                                                message->at_ms, &refusal);
    taken_count(points, watch, taken);
    if (taken == TAKEN_REFUSED) {
        struct verdict verdict = refused(refusal, 0, watch->facts.point);
        refuse(points, subject, &verdict, message);
    }
    if (taken != TAKEN_JUDGED)
        return false;
    watch->age_unknown = age_unknown;
    watch_tell(points, watch, message->at_ms);
    return true;
}

/* ---- payloads ---- */

/* Nothing but time has passed: the value last judged is said again. */
static bool payload_again(struct mqtt_points *points, struct subject *subject,
                          const struct mqtt_message *message)
{
    if (!subject->last_judged || message->retained
        || subject->last_length != message->payload.length
        || memcmp(subject->last, message->payload.bytes, message->payload.length) != 0)
        return false;
    for (uint32_t i = 0; i < subject->watch_count; i++) {
        struct watch *watch = subject->watches[i];
        watch->age_unknown = false;
        condition_again(&watch->condition, message->at_ms);
        watch_tell(points, watch, message->at_ms);
    }
    return true;
}

static void payload_keep(struct subject *subject, const struct mqtt_message *message)
{
    uint32_t length = (uint32_t)message->payload.length;

    subject->last = base_grow(subject->last, &subject->last_capacity, length, 1);
    memcpy(subject->last, message->payload.bytes, length);
    subject->last_length = length;
    subject->last_judged = true;
}

/* False: it must be read again next time, for it was refused or bears a time. */
static bool single_take(struct mqtt_points *points, struct subject *subject, struct watch *watch,
                        struct payload *payload, const struct mqtt_message *message)
{
    struct readings readings;
    struct verdict verdict = payload_read(payload, watch->line, &readings);

    if (!is_accepted(&verdict))
        refuse(points, subject, &verdict, message);
    if (!is_accepted(&verdict) || readings.count == 0)
        return false;
    return reading_judge(points, subject, watch, &readings.at[0], message)
           && readings.at[0].time == READING_UNDATED;
}

static void senml_take(struct mqtt_points *points, const struct subject *topic_subject,
                       const struct reading *reading, const struct mqtt_message *message)
{
    struct subject *subject = subjects_find(&points->subjects, message->topic, reading->name);

    if (!subject)
        subject = name_add(points, topic_subject, message->topic, reading->name);
    for (uint32_t i = 0; subject && i < subject->watch_count; i++)
        reading_judge(points, subject, subject->watches[i], reading, message);
}

static void metric_take(struct mqtt_points *points, const struct sparkplug_topic *topic,
                        const char *path, const struct reading *reading,
                        const struct mqtt_message *message)
{
    struct subject *subject = subjects_find(&points->subjects, span_of(path), reading->name);

    if (!subject)
        subject = metric_add(points, topic, span_of(path), reading->name);
    for (uint32_t i = 0; subject && i < subject->watch_count; i++)
        reading_judge(points, subject, subject->watches[i], reading, message);
}

/* ---- Sparkplug ---- */

static void online_take(struct mqtt_points *points, const struct sparkplug_topic *topic,
                        const char *path, const char *word, int64_t now_ms)
{
    struct mqtt_message message = { .topic = span_of(path), .payload = span_of(word),
                                    .at_ms = now_ms };
    struct reading reading;

    reading_init(&reading);
    reading.name = span_of(MQTT_ONLINE);
    reading.sample.word = span_of(word);
    metric_take(points, topic, path, &reading, &message);
}

/* The parts of a path, whose edge node or device has been heard before. */
static struct sparkplug_topic path_topic(const char *path)
{
    struct sparkplug_topic topic = { .device = span_of("") };
    struct span rest = span_of(path);

    span_cut(&rest, '/', &topic.group);
    span_cut(&rest, '/', &topic.edge);
    if (rest.bytes)
        topic.device = rest;
    return topic;
}

static int by_text(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

static int subject_to_path(const void *subject_, const void *path_)
{
    const struct subject *subject = subject_;
    const char *const *path = path_;
    int order = strncmp(subject->key, *path, subject->topic_length);

    return order ? order : (*path)[subject->topic_length] ? -1 : 0;
}

static void subject_lose(struct mqtt_points *points, struct subject *subject, int64_t now_ms)
{
    for (uint32_t w = 0; w < subject->watch_count; w++) {
        condition_lose(&subject->watches[w]->condition, now_ms);
        subject->last_judged = false;
        watch_tell(points, subject->watches[w], now_ms);
    }
}

/* With one edge node thousands of devices may go: the subjects are walked once for all of them. */
static void paths_lose(struct mqtt_points *points, const char **paths, uint32_t count,
                       int64_t now_ms)
{
    if (count == 0)
        return;
    qsort(paths, count, sizeof *paths, by_text);
    for (uint32_t i = 0; i < points->subjects.count; i++) {
        struct subject *subject = points->subjects.at[i];
        if (bsearch(subject, paths, count, sizeof *paths, subject_to_path))
            subject_lose(points, subject, now_ms);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct sparkplug_topic topic = path_topic(paths[i]);
        online_take(points, &topic, paths[i], "offline", now_ms);
    }
}

static void sparkplug_take(struct mqtt_points *points, struct subject *subject,
                           const struct mqtt_message *message)
{
    struct sparkplug_topic topic;
    struct sparkplug_result result;

    /* A host's state is nobody's value. Birth and data are not kept by brokers (section 5.4): one
     * that was says nothing of now. */
    if (!sparkplug_topic_read(message->topic, &topic) || message->retained) {
        points->counts.age_unknown += message->retained;
        points->counts.unmatched += !message->retained;
        return;
    }
    struct verdict verdict = sparkplug_nodes_take(points->nodes, &topic, message->payload,
                                                  message->at_ms, points->arena, &result);
    if (!is_accepted(&verdict)) {
        refuse(points, subject, &verdict, message);
        return;
    }
    paths_lose(points, result.lost, result.lost_count, message->at_ms);
    if (result.is_born)
        online_take(points, &topic, result.path, "online", message->at_ms);
    for (uint32_t i = 0; i < result.readings.count; i++)
        metric_take(points, &topic, result.path, &result.readings.at[i], message);
    points->counts.old += result.held_count;
    if (result.rebirth)
        points->sink.rebirth(points->sink.context, &topic.group, &topic.edge, result.why);
}

/* ---- messages ---- */

static void packs_take(struct mqtt_points *points, struct subject *subject,
                       struct payload *payload, const struct mqtt_message *message)
{
    bool senml = false, sparkplug = false;
    struct readings readings;

    for (uint32_t i = 0; i < subject->pack_line_count; i++) {
        const struct mqtt_line *line = &points->lines[subject->pack_lines[i]];
        /* Once for the message: each of its values finds its own lines. */
        bool *done = line->format == MQTT_SENML ? &senml : &sparkplug;
        if (*done)
            continue;
        *done = true;
        if (line->format == MQTT_SPARKPLUG) {
            sparkplug_take(points, subject, message);
            continue;
        }
        struct verdict verdict = payload_read(payload, line, &readings);
        if (!is_accepted(&verdict))
            refuse(points, subject, &verdict, message);
        for (uint32_t r = 0; is_accepted(&verdict) && r < readings.count; r++)
            senml_take(points, subject, &readings.at[r], message);
    }
}

static void payload_take(struct mqtt_points *points, struct subject *subject,
                         const struct mqtt_message *message)
{
    struct payload payload = { .bytes = message->payload, .now_ms = message->at_ms,
                               .arena = points->arena };
    bool again = subject->pack_line_count == 0 && !message->retained
                 && message->payload.length <= LAST_BYTES_MAX;

    arena_reset(points->arena);
    for (uint32_t i = 0; i < subject->watch_count; i++)
        again = single_take(points, subject, subject->watches[i], &payload, message) && again;
    packs_take(points, subject, &payload, message);
    payload_clear(&payload);
    subject->last_judged = false;
    if (again)
        payload_keep(subject, message);
}

static struct subject *message_subject(struct mqtt_points *points,
                                       const struct mqtt_message *message)
{
    struct subject *subject = subjects_find(&points->subjects, message->topic, span_of(""));

    if (subject)
        return subject;
    if (topic_name_right(message->topic))
        return topic_add(points, message->topic);
    struct verdict verdict = refused(REFUSED_BAD_UTF8, 0, "topic");
    refuse(points, NULL, &verdict, message);
    return NULL;
}

void mqtt_points_take(struct mqtt_points *points, const struct mqtt_message *message)
{
    points->counts.received++;
    struct subject *subject = message_subject(points, message);
    if (!subject)
        return;
    if (subject->watch_count == 0 && subject->pack_line_count == 0) {
        points->counts.unmatched++;
        return;
    }
    /* An empty payload only tells the broker to keep nothing (MQTT 5.0 section 3.3.1.3). */
    if (message->payload.length == 0 || payload_again(points, subject, message))
        return;
    if (message->payload.length > points->message_bytes_max) {
        struct verdict verdict = refused(REFUSED_TOO_LONG, points->message_bytes_max, "");
        refuse(points, subject, &verdict, message);
        return;
    }
    payload_take(points, subject, message);
}

int64_t mqtt_points_advance(struct mqtt_points *points, int64_t now_ms)
{
    struct sparkplug_result result;
    struct due *due;

    while ((due = due_first(&points->due)) != NULL && due->at_ms <= now_ms) {
        due_remove(&points->due, due);
        watch_tell(points, (struct watch *)due, now_ms);
    }
    arena_reset(points->arena);
    sparkplug_nodes_advance(points->nodes, now_ms, points->arena, &result);
    paths_lose(points, result.lost, result.lost_count, now_ms);
    due = due_first(&points->due);
    int64_t nodes_ms = sparkplug_nodes_due_ms(points->nodes);
    return due && due->at_ms < nodes_ms ? due->at_ms : nodes_ms;
}

void mqtt_points_watch(struct mqtt_points *points, int64_t now_ms)
{
    for (uint32_t i = 0; i < points->line_count; i++) {
        const struct mqtt_line *line = &points->lines[i];
        struct span topic = line->pattern;
        if (topic_capture_count(topic) == 0 && !is_pack(line) && line->rule.heard_ms
            && !subjects_find(&points->subjects, topic, span_of("")))
            topic_add(points, topic);
    }
    for (uint32_t i = 0; i < points->subjects.count; i++) {
        struct subject *subject = points->subjects.at[i];
        for (uint32_t w = 0; w < subject->watch_count; w++) {
            condition_watch(&subject->watches[w]->line->rule, &subject->watches[w]->condition,
                            now_ms);
            watch_tell(points, subject->watches[w], now_ms);
        }
    }
}
