#include "feeds/mqtt_mapped.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

static bool fault(char *sentence, size_t sentence_bytes, const char *text)
{
    snprintf(sentence, sentence_bytes, "%s", text);
    return false;
}

static bool filter_take(const struct word *word, struct arena *arena, struct mqtt_mapped *mapped)
{
    mapped->filter = arena_copy(arena, word->value);
    mapped->pattern = topic_filter_pattern(span_of(mapped->filter));
    return word->key.length == 0 && topic_filter_right(word->value)
           && topic_capture_count(mapped->pattern) <= TOPIC_CAPTURES_MAX;
}

static bool rules_take(struct span rest, struct arena *arena, struct mqtt_mapped *mapped,
                       char *sentence, size_t sentence_bytes)
{
    struct word word;
    bool open;

    while (word_cut(&rest, &word, &open)) {
        if (word.key.length == 0)
            return fault(sentence, sentence_bytes, "each word behind the filter is FIELD=WHERE");
        if (span_is(word.key, "qos")) {
            mapped->qos = span_is(word.value, "1");
            continue;
        }
        const char *rule = arena_print(arena, "%.*s=%.*s", (int)word.key.length, word.key.bytes,
                                       (int)word.value.length, word.value.bytes);
        if (!mapping_add(mapped->mapping, rule, sentence, sentence_bytes))
            return false;
    }
    if (open)
        return fault(sentence, sentence_bytes, "a quote has no end");
    return mapping_finish(mapped->mapping, sentence, sentence_bytes);
}

bool mqtt_mapped_read(const char *text, const struct zone *zone, struct arena *arena,
                      struct mqtt_mapped *ret_mapped, char *sentence, size_t sentence_bytes)
{
    struct mqtt_mapped mapped = { .qos = 1 };
    struct span rest = span_of(text);
    struct word word;
    bool open;

    if (!word_cut(&rest, &word, &open) || !filter_take(&word, arena, &mapped))
        return fault(sentence, sentence_bytes,
                     "the first word must be a topic filter, as units/+/at");
    mapped.mapping = mapping_new(&(struct mapping_options){ .kind = REPORT_LOCATION,
                                                            .zone = zone });
    if (rules_take(rest, arena, &mapped, sentence, sentence_bytes)) {
        *ret_mapped = mapped;
        return true;
    }
    mapping_free(mapped.mapping);
    return false;
}

struct look {
    const struct mqtt_message *message;
    struct topic_captures captures;
};

static bool topic_look(void *context, const char *name, struct span *ret_text)
{
    const struct look *look = context;

    if (name[0] >= '1' && name[0] <= '9' && name[1] == '\0') {
        uint32_t number = (uint32_t)(name[0] - '0');
        if (number > look->captures.count)
            return false;
        *ret_text = look->captures.at[number - 1];
        return true;
    }
    if (strcmp(name, "topic") == 0)
        *ret_text = look->message->topic;
    else if (strcmp(name, "payload") == 0)
        *ret_text = look->message->payload;
    else
        return false;
    return true;
}

/* What lay with the broker says nothing of now, unless it says of when it is. */
static void undated_drop(struct mapped *mapped)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < mapped->count; i++)
        if (report_at_ms(&mapped->reports[i]))
            mapped->reports[kept++] = mapped->reports[i];
    mapped->count = kept;
}

struct verdict mqtt_mapped_take(const struct mqtt_mapped *mapped,
                                const struct mqtt_message *message, const struct json *json,
                                struct arena *arena, struct mapped *ret_reports)
{
    struct look look = { .message = message };
    struct expression_source source = { .json = json, .look = topic_look, .context = &look };

    ret_reports->count = 0;
    if (message->payload.length == 0
        || !topic_match(mapped->pattern, message->topic, &look.captures))
        return accepted();
    struct verdict verdict = mapping_take(mapped->mapping, &source, arena, ret_reports);
    if (is_accepted(&verdict) && message->retained)
        undated_drop(ret_reports);
    return verdict;
}
