#include "feeds/mqtt_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "feeds/time_format.h"

/* A line being read. */
struct reader {
    struct arena *arena;
    struct mqtt_line *line;
    char *sentence;
    size_t sentence_bytes;
    bool format_said;
};

static bool fault(const struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool fault(const struct reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reader->sentence, reader->sentence_bytes, format, arguments);
    va_end(arguments);
    return false;
}

static int length_shown(struct span text)
{
    return text.length < 60 ? (int)text.length : 60;
}

/* ---- each word ---- */

typedef bool word_read_fn(struct reader *reader, struct span value);

static bool format_read(struct reader *reader, struct span value)
{
#define ROW(upper, word) [MQTT_##upper] = word,
    static const char *const words[] = { MQTT_FORMATS(ROW) };
#undef ROW
    reader->format_said = true;
    for (uint32_t i = 0; i < MQTT_FORMAT_COUNT; i++) {
        if (!span_is(value, words[i]))
            continue;
        reader->line->format = (enum mqtt_format)i;
        return true;
    }
    return fault(reader, "format=%.*s is none of value, json, senml, sensorthings, sparkplug",
                 length_shown(value), value.bytes);
}

static bool path_read(struct reader *reader, struct span value, const struct json_path **ret_path)
{
    const char *problem;
    size_t offset;

    if (json_path_read(value, reader->arena, ret_path, &problem, &offset))
        return true;
    return fault(reader, "\"%.*s\" is no path into JSON: %s", length_shown(value), value.bytes,
                 problem);
}

static bool value_read(struct reader *reader, struct span value)
{
    reader->line->value_text = arena_copy(reader->arena, value);
    return path_read(reader, value, &reader->line->value);
}

static bool time_read(struct reader *reader, struct span value)
{
    return path_read(reader, value, &reader->line->time);
}

static bool time_format_take(struct reader *reader, struct span value)
{
    reader->line->time_format = arena_copy(reader->arena, value);
    return time_format_known(reader->line->time_format)
           || fault(reader, "time_format=%.*s has a conversion that nobody knows",
                    length_shown(value), value.bytes);
}

static bool zone_read(struct reader *reader, struct span value)
{
    return time_offset_read(value, &reader->line->offset_ms)
           || fault(reader, "zone=%.*s is neither UTC nor an offset as +01:00",
                    length_shown(value), value.bytes);
}

static bool priority_value(struct span value, uint32_t *ret_priority)
{
    int64_t number;

    if (!span_to_int64(value, &number) || number < 1 || number > 5)
        return false;
    *ret_priority = (uint32_t)number;
    return true;
}

static bool priority_read(struct reader *reader, struct span value)
{
    return priority_value(value, &reader->line->priority)
           || fault(reader, "priority=%.*s is not 1 to 5", length_shown(value), value.bytes);
}

static bool scale_read(struct reader *reader, struct span value)
{
    return (span_to_double(value, &reader->line->scale) && reader->line->scale != 0)
           || fault(reader, "scale=%.*s is not a number other than 0", length_shown(value),
                    value.bytes);
}

static bool qos_read(struct reader *reader, struct span value)
{
    reader->line->qos = span_is(value, "1");
    return span_is(value, "0") || span_is(value, "1")
           || fault(reader, "qos=%.*s is neither 0 nor 1: sensors need no more",
                    length_shown(value), value.bytes);
}

static bool retained_read(struct reader *reader, struct span value)
{
    reader->line->retained_state = span_is(value, "state");
    return span_is(value, "state") || span_is(value, "age")
           || fault(reader, "retained=%.*s is neither age nor state", length_shown(value),
                    value.bytes);
}

static bool lat_read(struct reader *reader, struct span value)
{
    return span_to_double(value, &reader->line->location.lat_deg)
           || fault(reader, "lat=%.*s is no number of degrees", length_shown(value), value.bytes);
}

static bool lon_read(struct reader *reader, struct span value)
{
    return span_to_double(value, &reader->line->location.lon_deg)
           || fault(reader, "lon=%.*s is no number of degrees", length_shown(value), value.bytes);
}

#define TEXT_READ(member)                                                     \
    static bool member##_read(struct reader *reader, struct span value)       \
    {                                                                         \
        reader->line->member = arena_copy(reader->arena, value);              \
        return true;                                                          \
    }
TEXT_READ(name) TEXT_READ(point) TEXT_READ(place) TEXT_READ(unit) TEXT_READ(text)

static const struct {
    const char *key;
    word_read_fn *read;
} line_words[] = {
    { "format", format_read }, { "value", value_read }, { "time", time_read },
    { "time_format", time_format_take }, { "zone", zone_read }, { "name", name_read },
    { "point", point_read }, { "place", place_read }, { "unit", unit_read },
    { "text", text_read }, { "priority", priority_read }, { "lat", lat_read },
    { "lon", lon_read }, { "scale", scale_read }, { "qos", qos_read },
    { "retained", retained_read },
};

static bool word_take(struct reader *reader, const struct word *word)
{
    bool mine;

    for (size_t i = 0; i < ARRAY_COUNT(line_words); i++)
        if (span_is(word->key, line_words[i].key))
            return line_words[i].read(reader, word->value);
    if (!condition_rule_word(&reader->line->rule, word, reader->arena, &mine, reader->sentence,
                             reader->sentence_bytes))
        return false;
    return mine || fault(reader, "nobody knows the word \"%.*s%s%.*s\"", length_shown(word->key),
                         word->key.bytes, word->key.length ? "=" : "", length_shown(word->value),
                         word->value.bytes);
}

/* ---- the line as a whole ---- */

static bool templates_right(const struct reader *reader)
{
    static const char *const names[] = { "topic", "name", "group", "edge", "device", "node" };
    const struct mqtt_line *line = reader->line;
    const char *const templates[] = { line->point, line->place, line->unit, line->text };
    uint32_t captures = topic_capture_count(line->pattern);
    struct span unknown;

    for (size_t i = 0; i < ARRAY_COUNT(templates); i++)
        if (!template_right(templates[i], captures, names, ARRAY_COUNT(names), &unknown))
            return fault(reader, "{%.*s} stands for nothing: the filter has %u wildcards, and "
                         "there are topic, name, group, edge, device, node",
                         length_shown(unknown), unknown.bytes, (unsigned)captures);
    return true;
}

static const char *line_fault(const struct mqtt_line *line)
{
    bool lat = !isnan(line->location.lat_deg), lon = !isnan(line->location.lon_deg);

    if (line->format == MQTT_JSON && !line->value)
        return "format=json needs value=, where in the JSON the value stands";
    if (line->format != MQTT_JSON && (line->value || line->time))
        return "value= and time= go with format=json";
    if (line->name[0] && line->format != MQTT_SENML && line->format != MQTT_SPARKPLUG)
        return "name= goes with format=senml and format=sparkplug: the others hold one value";
    if (lat != lon || (lat && !geo_plausible(line->location)))
        return "lat= and lon= are not a place on the earth";
    return NULL;
}

static const char *point_default(const struct mqtt_line *line)
{
    if (strcmp(line->name, MQTT_ONLINE) == 0)
        return "{node}";
    switch (line->format) {
    case MQTT_SENML: return "{name}";
    case MQTT_SPARKPLUG: return "{node}/{name}";
    case MQTT_VALUE:
    case MQTT_JSON:
    case MQTT_SENSORTHINGS:
    case MQTT_FORMAT_COUNT: break;
    }
    return "{topic}";
}

static bool line_finish(struct reader *reader)
{
    struct mqtt_line *line = reader->line;

    if (line->value && !reader->format_said)
        line->format = MQTT_JSON;
    const char *sentence = line_fault(line);
    if (sentence)
        return fault(reader, "%s", sentence);
    if (!line->point[0])
        line->point = point_default(line);
    return templates_right(reader)
           && condition_rule_finish(&line->rule, reader->sentence, reader->sentence_bytes);
}

static bool filter_take(struct reader *reader, struct span filter)
{
    reader->line->filter = arena_copy(reader->arena, filter);
    reader->line->pattern = topic_filter_pattern(span_of(reader->line->filter));
    if (!topic_filter_right(filter))
        return fault(reader, "\"%.*s\" is no topic filter: + and # stand alone between slashes, "
                     "# at the end", length_shown(filter), filter.bytes);
    if (topic_capture_count(reader->line->pattern) > TOPIC_CAPTURES_MAX)
        return fault(reader, "the filter has more than %d wildcards", TOPIC_CAPTURES_MAX);
    return true;
}

bool mqtt_line_read(const char *text, struct arena *arena, struct mqtt_line *ret_line,
                    char *sentence, size_t sentence_bytes)
{
    struct mqtt_line line = { .name = "", .point = "", .place = "", .unit = "", .text = "",
                              .value_text = "", .time_format = "", .scale = 1, .qos = 1,
                              .location = geo_unknown() };
    struct reader reader = { .arena = arena, .line = &line, .sentence = sentence,
                             .sentence_bytes = sentence_bytes };
    struct span rest = span_of(text);
    struct word word;
    bool open;

    condition_rule_init(&line.rule);
    if (!word_cut(&rest, &word, &open) || word.key.length)
        return fault(&reader, "the first word must be the topic filter, as plant/+/temp");
    if (!filter_take(&reader, word.value))
        return false;
    while (word_cut(&rest, &word, &open))
        if (!word_take(&reader, &word))
            return false;
    if (open)
        return fault(&reader, "a quote has no end");
    if (!line_finish(&reader))
        return false;
    *ret_line = line;
    return true;
}

/* `*` stands for any characters. Goes back to the last star only: linear but for hostile names. */
static bool glob_match(const char *glob, struct span text)
{
    const char *star = NULL;
    size_t at = 0, star_at = 0;

    while (at < text.length) {
        if (*glob == '*') {
            star = ++glob;
            star_at = at;
        } else if (*glob == text.bytes[at]) {
            glob++;
            at++;
        } else if (star) {
            glob = star;
            at = ++star_at;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return *glob == '\0';
}

bool mqtt_line_names(const struct mqtt_line *line, struct span name)
{
    /* @online is no metric: a line that asks for everything does not mean it. */
    if (span_is(name, MQTT_ONLINE))
        return strcmp(line->name, MQTT_ONLINE) == 0;
    return !line->name[0] || glob_match(line->name, name);
}

/* ---- a `point` line ---- */

static bool facts_word(const struct word *word, struct arena *arena, struct point_facts *facts)
{
    const struct {
        const char *key;
        const char **text;
    } texts[] = { { "place", &facts->place }, { "unit", &facts->unit }, { "text", &facts->text } };

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        if (!span_is(word->key, texts[i].key))
            continue;
        *texts[i].text = arena_copy(arena, word->value);
        return true;
    }
    if (span_is(word->key, "priority"))
        return priority_value(word->value, &facts->priority);
    if (span_is(word->key, "lat"))
        return span_to_double(word->value, &facts->location.lat_deg);
    return span_is(word->key, "lon") && span_to_double(word->value, &facts->location.lon_deg);
}

bool mqtt_point_read(const char *text, struct arena *arena, struct point_facts *ret_facts,
                     char *sentence, size_t sentence_bytes)
{
    struct point_facts facts = { .place = "", .unit = "", .text = "", .location = geo_unknown() };
    struct reader reader = { .sentence = sentence, .sentence_bytes = sentence_bytes };
    struct span rest = span_of(text);
    struct word word;
    bool open;

    if (!word_cut(&rest, &word, &open) || word.key.length || word.value.length == 0)
        return fault(&reader, "the first word must be the point's name, in quotes where it has "
                     "blanks");
    facts.point = arena_copy(arena, word.value);
    while (word_cut(&rest, &word, &open))
        if (!facts_word(&word, arena, &facts))
            return fault(&reader, "\"%.*s=%.*s\" is none of place=, lat=, lon=, priority=1 to 5, "
                         "unit=, text=", length_shown(word.key), word.key.bytes,
                         length_shown(word.value), word.value.bytes);
    if (open)
        return fault(&reader, "a quote has no end");
    if (isnan(facts.location.lat_deg) != isnan(facts.location.lon_deg)
        || (geo_known(facts.location) && !geo_plausible(facts.location)))
        return fault(&reader, "lat= and lon= are not a place on the earth");
    *ret_facts = facts;
    return true;
}
