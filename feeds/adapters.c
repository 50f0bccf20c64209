#include "feeds/adapters.h"

#include <stdio.h>
#include <string.h>

static const enum feed_verb every_verb[] = { FEED_VERB_DISPATCH, FEED_VERB_RECALL,
                                             FEED_VERB_TRANSPORT, FEED_VERB_MESSAGE,
                                             FEED_VERB_UNSAID };

static const struct feed_setting jsonl_settings[] = {
    { .name = "program", .kind = SETTING_PATH, .runs = true,
      .help = "A program that speaks the contract on stdin and stdout; it is executed." },
    { .name = "arguments", .kind = SETTING_TEXT,
      .help = "Its arguments, separated by blanks." },
    { .name = "reads", .kind = SETTING_PATH,
      .help = "One more file or folder that the program may read." },
    { .name = "file", .kind = SETTING_PATH,
      .help = "Instead of a program: a file or FIFO of report lines, followed as it grows." },
    { 0 },
};

static const struct feed_setting field_settings[] = {
    { .name = "location_s", .kind = SETTING_NUMBER,
      .help = "Seconds of drill time between two locations of a moving unit; 5 when not given." },
    { .name = "parked_s", .kind = SETTING_NUMBER,
      .help = "The same for one that stands; 0, and when not given: none." },
    { .name = "speed_kmh", .kind = SETTING_NUMBER,
      .help = "Speed where an order has no route; 50 when not given." },
    { 0 },
};

const struct feed_adapter feed_adapters[] = {
    { .name = "jsonl", .title = "Reports from a program or file of others",
      .format_source = "watchdesk report lines: app/base/report.h",
      .takes = every_verb, .stale_after_s = 300, .message_bytes_max = REPORT_LINE_BYTES_MAX,
      .repeat = REPEAT_ASK, .says_hello = true, .settings = jsonl_settings,
      .start = jsonl_start, .line = jsonl_line, .now = jsonl_now, .readable = jsonl_readable,
      .stop = jsonl_stop },
    { .name = "field", .title = "Simulated field units",
      .format_source = "none: it makes up what crews do, from the drill's seed",
      .takes = every_verb, .stale_after_s = 0, .message_bytes_max = REPORT_LINE_BYTES_MAX,
      .repeat = REPEAT_SAFE, .drill_clock = true, .drills_only = true,
      .settings = field_settings, .start = field_start, .line = field_line, .now = field_now,
      .stop = field_stop },
    { 0 },
};

const struct feed_adapter *adapter_find(const char *name)
{
    for (const struct feed_adapter *adapter = feed_adapters; adapter->name; adapter++)
        if (strcmp(adapter->name, name) == 0)
            return adapter;
    return NULL;
}

const char *setting_kind_word(enum setting_kind kind)
{
#define ROW(upper, word) [SETTING_##upper] = word,
    static const char *const words[SETTING_KIND_COUNT] = { SETTING_KINDS(ROW) };
#undef ROW
    assert(kind < SETTING_KIND_COUNT);
    return words[kind];
}

bool setting_flag_is_on(const char *text)
{
    return strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;
}

static bool flag_right(const char *text)
{
    return setting_flag_is_on(text) || strcmp(text, "no") == 0 || strcmp(text, "false") == 0;
}

static bool value_right(enum setting_kind kind, const struct json *value)
{
    const char *text = json_text(value);
    double number = -1;

    switch (kind) {
    case SETTING_PATH:
    case SETTING_TEXT:
        return text;
    case SETTING_NUMBER:
        if (text ? span_to_double(span_of(text), &number) : json_number(value, &number))
            return number >= 0;
        return false;
    case SETTING_FLAG:
        return text ? flag_right(text) : json_type(value) == JSON_FLAG;
    case SETTING_KIND_COUNT:
        break;
    }
    return false;
}

static const struct feed_setting *setting_find(const struct feed_adapter *adapter,
                                               const char *name)
{
    for (const struct feed_setting *setting = adapter->settings; setting->name; setting++)
        if (strcmp(setting->name, name) == 0)
            return setting;
    return NULL;
}

bool adapter_settings_right(const struct feed_adapter *adapter, const struct json *settings,
                            char *sentence, size_t sentence_bytes)
{
    for (const struct json *value = json_first(settings); value; value = json_next(value)) {
        const struct feed_setting *setting = setting_find(adapter, json_name(value));
        if (!setting) {
            snprintf(sentence, sentence_bytes,
                     "there is no setting \"%.60s\"; watchdesk-feed --help lists what there is",
                     json_name(value));
            return false;
        }
        if (!value_right(setting->kind, value)) {
            snprintf(sentence, sentence_bytes, "setting \"%s\" is not a %s: %s", setting->name,
                     setting_kind_word(setting->kind), setting->help);
            return false;
        }
    }
    for (const struct feed_setting *setting = adapter->settings; setting->name; setting++) {
        if (setting->need == SETTING_MAY || json_member(settings, setting->name))
            continue;
        snprintf(sentence, sentence_bytes, "setting \"%s\" is missing: %s", setting->name,
                 setting->help);
        return false;
    }
    return true;
}

void adapter_put_takes(const struct feed_adapter *adapter, struct buffer *out)
{
    json_open(out, "takes", '[');
    for (const enum feed_verb *verb = adapter->takes; *verb != FEED_VERB_UNSAID; verb++)
        json_put_text(out, NULL, vocabulary_word(&feed_verb_words, *verb));
    json_close(out, ']');
}
