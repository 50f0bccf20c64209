#include "app/core/events.h"

#include <stdio.h>
#include <string.h>

#include "app/base/when.h"

static const char *const command_result_list[] = { COMMAND_RESULTS(VOCABULARY_WORD) };
const struct vocabulary command_result_words = { .name = "command_result",
                                                 .words = command_result_list,
                                                 .count = ARRAY_COUNT(command_result_list) };

#define ROW(upper, lower, sentence) RECORD_FIELDS(lower, upper##_FIELDS);
EVENT_KINDS(ROW)
#undef ROW

#define ROW(upper, lower, sentence_) \
    [EVENT_##upper] = { .shape = RECORD_SHAPE(lower), .sentence = sentence_ },
static const struct {
    struct record_shape shape;
    const char *sentence;
} kinds[EVENT_KIND_COUNT] = { EVENT_KINDS(ROW) };
#undef ROW

const char *event_kind_name(enum event_kind kind)
{
    assert(kind < EVENT_KIND_COUNT);
    return kinds[kind].shape.name;
}

const struct record_shape *event_shape(enum event_kind kind)
{
    assert(kind < EVENT_KIND_COUNT);
    return &kinds[kind].shape;
}

/* Every member of the union starts where the union does. */
const void *event_record(const struct event *event)
{
    return &event->site_set;
}

static void *event_record_of(struct event *event)
{
    return &event->site_set;
}

void event_init(struct event *event, enum event_kind kind, const char *rule)
{
    assert(kind < EVENT_KIND_COUNT);
    event->kind = kind;
    event->rule = rule;
    event->cause = 0;
    record_init(&kinds[kind].shape, event_record_of(event));
}

void events_write(const struct event_list *events, struct buffer *out)
{
    json_open(out, NULL, '[');
    for (uint32_t i = 0; i < events->count; i++) {
        const struct event *event = &events->at[i];
        json_open(out, NULL, '{');
        json_put_text(out, "event", event_kind_name(event->kind));
        json_put_text(out, "rule", event->rule);
        if (event->cause)
            json_put_int64(out, "cause", (int64_t)event->cause);
        record_write(event_shape(event->kind), event_record(event), out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Names are compared often (each event of each replay), so the first letters sort out most. */
static bool kind_named(const char *name, enum event_kind *ret_kind)
{
    for (uint32_t i = 0; i < EVENT_KIND_COUNT; i++) {
        if (kinds[i].shape.name[0] != name[0] || strcmp(kinds[i].shape.name, name) != 0)
            continue;
        *ret_kind = (enum event_kind)i;
        return true;
    }
    return false;
}

static struct verdict event_read(const struct json *json, struct arena *arena, struct event *event)
{
    const char *name = json_text(json_member(json, "event"));
    enum event_kind kind;

    if (!name)
        return refused(REFUSED_FIELD_MISSING, 0, "event");
    if (!kind_named(name, &kind))
        return refused(REFUSED_UNKNOWN_WORD, 0, name);
    event->kind = kind;
    event->rule = json_member_text(json, "rule", "");
    event->cause = (uint64_t)json_member_int64(json, "cause", 0);
    return record_read(&kinds[kind].shape, json, arena, event_record_of(event));
}

struct verdict events_read(const struct json *json, struct arena *arena,
                           struct event_list *ret_events)
{
    if (json_type(json) != JSON_LIST)
        return refused(REFUSED_WRONG_TYPE, 0, "events");
    uint32_t count = json_count(json);
    if (count > EVENTS_PER_ENTRY_MAX)
        return refused(REFUSED_TOO_LONG, 0, "events");
    struct event_list events = { .at = arena_alloc(arena, count * sizeof *events.at),
                                 .capacity = count };
    for (const struct json *item = json_first(json); item; item = json_next(item)) {
        struct verdict verdict = event_read(item, arena, &events.at[events.count]);
        if (!is_accepted(&verdict))
            return verdict;
        events.count++;
    }
    assert(events.count == count);
    *ret_events = events;
    return accepted();
}

/* ---- sentences ---- */

static bool field_named(const struct record_shape *shape, struct span name,
                        const struct field **ret_field)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        if (!span_is(name, shape->fields[i].name))
            continue;
        *ret_field = &shape->fields[i];
        return true;
    }
    return false;
}

/* Members named after a numbered kind are written as people say them: #42, OR31. */
static const char *number_prefix(const char *member)
{
    uint32_t kind;

    if (!vocabulary_value(&object_kind_words, span_of(member), &kind))
        return "";
    return object_prefix((enum object_kind)kind);
}

static void local_clock(int64_t at_ms, struct buffer *out)
{
    struct civil local = civil_from_ms(at_ms + (int64_t)when_local_offset_s(at_ms) * 1000);

    buffer_print(out, "%02d:%02d", local.hour, local.minute);
}

/* "closes_roads" is said "closes roads". */
static void flag_words(const char *name, struct buffer *out)
{
    for (; *name; name++)
        buffer_print(out, "%c", *name == '_' ? ' ' : *name);
}

void field_words(const struct field *field, const void *record, struct buffer *out)
{
    const void *value = (const char *)record + field->offset;
    uint32_t word;
    struct geo_point point;

    switch (field->kind) {
    case FIELD_TEXT:
        buffer_add_text(out, value);
        return;
    case FIELD_STRING:
        buffer_add_text(out, *(const char *const *)value);
        return;
    case FIELD_NUMBER:
        if (*(const uint32_t *)value)
            buffer_print(out, "%s%u", number_prefix(field->name), *(const uint32_t *)value);
        return;
    case FIELD_AMOUNT:
        if (*(const int64_t *)value)
            buffer_print(out, "%lld", (long long)*(const int64_t *)value);
        return;
    case FIELD_INSTANT:
    case FIELD_TIME:
        if (*(const int64_t *)value)
            local_clock(*(const int64_t *)value, out);
        return;
    case FIELD_FLAG:
        if (*(const bool *)value)
            flag_words(field->name, out);
        return;
    case FIELD_WORD:
        memcpy(&word, value, sizeof word);
        buffer_add_text(out, vocabulary_word(field->words, word));
        return;
    case FIELD_DECIMAL:
        if (*(const double *)value == *(const double *)value)       /* Not NaN. */
            buffer_print(out, "%.10g", *(const double *)value);
        return;
    case FIELD_POINT:
    case FIELD_LATLON:
        point = *(const struct geo_point *)value;
        if (geo_known(point))
            buffer_print(out, "%.5f,%.5f", point.lat_deg, point.lon_deg);
        return;
    case FIELD_POINTS:
        return;
    }
}

/* Fills a template; in an optional part, *filled tells whether any member had a value. */
static void fill(const struct event *event, struct span template, struct buffer *out, bool *filled)
{
    const struct record_shape *shape = event_shape(event->kind);
    const struct field *field;
    struct span part, name;

    while (span_cut(&template, '{', &part)) {
        buffer_add(out, part);
        if (!template.bytes || !span_cut(&template, '}', &name))
            break;
        size_t before = out->length;
        if (field_named(shape, name, &field))
            field_words(field, event_record(event), out);
        else
            assert(!"a sentence names a member that its event does not have");
        if (out->length > before)
            *filled = true;
    }
}

void event_sentence(const struct event *event, struct buffer *out)
{
    struct span rest = span_of(kinds[event->kind].sentence), part;
    bool ignored = false;

    while (span_cut(&rest, '[', &part)) {
        fill(event, part, out, &ignored);
        if (!rest.bytes || !span_cut(&rest, ']', &part))
            break;
        size_t before = out->length;
        bool filled = false;
        fill(event, part, out, &filled);
        if (!filled && out->length > before) {
            out->length = before;
            out->bytes[before] = '\0';
        }
    }
}

/* ---- what an event touches ---- */

static bool touched(const struct field *field, const void *value, struct object_name *ret_name)
{
    uint32_t kind;

    if (strcmp(field->name, "object") == 0)
        return object_name_parse(span_of(*(const char *const *)value), ret_name);
    if (!vocabulary_value(&object_kind_words, span_of(field->name), &kind) || kind < OBJECT_FEED)
        return false;           /* Types, layers and the like do not happen, they are. */
    if (field->kind == FIELD_NUMBER && *(const uint32_t *)value) {
        *ret_name = object_numbered((enum object_kind)kind, *(const uint32_t *)value);
        return true;
    }
    if (field->kind == FIELD_STRING && (*(const char *const *)value)[0]) {
        *ret_name = object_called((enum object_kind)kind, *(const char *const *)value);
        return true;
    }
    return false;
}

void event_touches(const struct event *event, event_touch_fn *touch, void *context)
{
    const struct record_shape *shape = event_shape(event->kind);
    struct object_name name;

    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (touched(field, (const char *)event_record(event) + field->offset, &name))
            touch(context, &name);
    }
    if (event->kind == EVENT_UNIT_SET) {
        name = object_called(OBJECT_UNIT, event->unit_set.callsign);
        touch(context, &name);
    }
    if (event->kind == EVENT_FEED_SET) {
        name = object_called(OBJECT_FEED, event->feed_set.name);
        touch(context, &name);
    }
}
