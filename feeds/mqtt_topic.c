#include "feeds/mqtt_topic.h"

#include <string.h>

#include "app/base/text.h"

static bool text_right(struct span text)
{
    return text.length > 0 && text.length <= TOPIC_BYTES_MAX
           && memchr(text.bytes, '\0', text.length) == NULL
           && utf8_valid_length(text) == text.length;
}

bool topic_name_right(struct span topic)
{
    return text_right(topic) && memchr(topic.bytes, '+', topic.length) == NULL
           && memchr(topic.bytes, '#', topic.length) == NULL;
}

static bool level_right(struct span level, bool last)
{
    if (span_is(level, "#"))
        return last;
    return span_is(level, "+")
           || (memchr(level.bytes, '+', level.length) == NULL
               && memchr(level.bytes, '#', level.length) == NULL);
}

/* "$share/GROUP/FILTER": a group has at least one character and no wildcard. */
static bool share_right(struct span filter)
{
    struct span word, group;

    if (!span_starts(filter, "$share/"))
        return true;
    span_cut(&filter, '/', &word);
    return span_cut(&filter, '/', &group) && group.length > 0 && level_right(group, false)
           && !span_is(group, "+") && filter.length > 0;
}

bool topic_filter_right(struct span filter)
{
    struct span rest = filter, level;

    if (!text_right(filter) || !share_right(filter))
        return false;
    while (span_cut(&rest, '/', &level))
        if (!level_right(level, rest.bytes == NULL))
            return false;
    return true;
}

struct span topic_filter_pattern(struct span filter)
{
    struct span part;

    if (!span_starts(filter, "$share/"))
        return filter;
    span_cut(&filter, '/', &part);
    span_cut(&filter, '/', &part);
    return filter;
}

uint32_t topic_capture_count(struct span pattern)
{
    uint32_t count = 0;

    for (size_t i = 0; i < pattern.length; i++)
        count += pattern.bytes[i] == '+' || pattern.bytes[i] == '#';
    return count;
}

/* Up to the next slash or the end. */
static struct span level_at(struct span text, size_t at)
{
    const char *slash = memchr(text.bytes + at, '/', text.length - at);
    return span_from(text.bytes + at, slash ? (size_t)(slash - text.bytes) - at : text.length - at);
}

static void capture_add(struct topic_captures *captures, struct span value)
{
    if (captures->count < TOPIC_CAPTURES_MAX)
        captures->at[captures->count++] = value;
}

/* Both positions stand at the start of a level; at length + 1 there is no level any more. */
static bool levels_match(struct span pattern, struct span topic, struct topic_captures *captures)
{
    size_t at = 0, in = 0;

    while (at <= pattern.length) {
        struct span wanted = level_at(pattern, at);
        if (span_is(wanted, "#")) {
            /* "a/#" matches "a" too: then it stands for nothing. */
            size_t from = in < topic.length ? in : topic.length;
            capture_add(captures, span_from(topic.bytes + from, topic.length - from));
            return true;
        }
        if (in > topic.length)
            return false;
        struct span level = level_at(topic, in);
        if (span_is(wanted, "+"))
            capture_add(captures, level);
        else if (wanted.length != level.length
                 || memcmp(wanted.bytes, level.bytes, level.length) != 0)
            return false;
        at += wanted.length + 1;
        in += level.length + 1;
    }
    return in > topic.length;
}

bool topic_match(struct span pattern, struct span topic, struct topic_captures *ret_captures)
{
    ret_captures->count = 0;
    if (topic.length && topic.bytes[0] == '$' && pattern.length
        && (pattern.bytes[0] == '+' || pattern.bytes[0] == '#'))
        return false;
    return levels_match(pattern, topic, ret_captures);
}

/* ---- templates ---- */

/* The text between the braces that open at `at`; false when they do not close. */
static bool braces_read(const char *at, struct span *ret_name)
{
    const char *end = strchr(at, '}');

    if (!end)
        return false;
    *ret_name = span_from(at + 1, (size_t)(end - at) - 1);
    return true;
}

/* 1 to 9; 0 when it is no capture's number. */
static uint32_t capture_number(struct span name)
{
    return name.length == 1 && name.bytes[0] >= '1' && name.bytes[0] <= '9'
               ? (uint32_t)(name.bytes[0] - '0') : 0;
}

static void name_fill(struct span name, const struct topic_captures *captures,
                      const struct template_name *names, uint32_t name_count, struct buffer *out)
{
    uint32_t number = capture_number(name);

    if (number && captures && number <= captures->count) {
        buffer_add(out, captures->at[number - 1]);
        return;
    }
    for (uint32_t i = 0; i < name_count; i++) {
        if (span_is(name, names[i].name)) {
            buffer_add(out, names[i].value);
            return;
        }
    }
    buffer_add(out, span_from(name.bytes - 1, name.length + 2));
}

void template_fill(const char *template, const struct topic_captures *captures,
                   const struct template_name *names, uint32_t name_count, struct buffer *out)
{
    struct span name;

    buffer_add_text(out, "");
    while (*template) {
        size_t plain = strcspn(template, "{");
        buffer_add(out, span_from(template, plain));
        template += plain;
        if (!*template)
            return;
        if (!braces_read(template, &name)) {
            buffer_add_text(out, template);
            return;
        }
        name_fill(name, captures, names, name_count, out);
        template = name.bytes + name.length + 1;
    }
}

static bool name_known(struct span name, uint32_t capture_count, const char *const *names,
                       uint32_t name_count)
{
    uint32_t number = capture_number(name);

    if (number)
        return number <= capture_count;
    for (uint32_t i = 0; i < name_count; i++)
        if (span_is(name, names[i]))
            return true;
    return false;
}

bool template_right(const char *template, uint32_t capture_count, const char *const *names,
                    uint32_t name_count, struct span *ret_unknown)
{
    struct span name;

    while ((template = strchr(template, '{')) != NULL) {
        if (!braces_read(template, &name)) {
            *ret_unknown = span_of(template);
            return false;
        }
        if (!name_known(name, capture_count, names, name_count)) {
            *ret_unknown = name;
            return false;
        }
        template = name.bytes + name.length + 1;
    }
    return true;
}
