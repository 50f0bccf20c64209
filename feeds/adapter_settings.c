#include <stdio.h>
#include <string.h>

#include "feeds/adapters.h"

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

static bool value_right(const struct feed_setting *setting, const struct json *value)
{
    const char *text = json_text(value);
    double number = -1;

    switch (setting->kind) {
    case SETTING_PATH:
    case SETTING_TEXT:
    case SETTING_SECRET:
        return text;
    case SETTING_NUMBER:
        if (text ? span_to_double(span_of(text), &number) : json_number(value, &number))
            return number >= 0 && number <= UINT32_MAX;
        return false;
    case SETTING_FLAG:
        return text ? flag_right(text) : json_type(value) == JSON_FLAG;
    case SETTING_KIND_COUNT:
        break;
    }
    return false;
}

/* One value, or a list of them where the table allows several. */
static bool values_right(const struct feed_setting *setting, const struct json *value)
{
    if (!setting->many || json_type(value) != JSON_LIST)
        return value_right(setting, value);
    for (const struct json *item = json_first(value); item; item = json_next(item))
        if (!value_right(setting, item))
            return false;
    return true;
}

const struct feed_setting *setting_find(const struct feed_adapter *adapter, const char *name)
{
    for (const struct feed_setting *setting = adapter->settings; setting->name; setting++)
        if (strcmp(setting->name, name) == 0)
            return setting;
    return NULL;
}

/* The settings of one member of the hello; a secret stands under `secrets`, nothing else does. */
static bool member_right(const struct feed_adapter *adapter, const struct json *values,
                         bool of_secrets, char *sentence, size_t sentence_bytes)
{
    for (const struct json *value = json_first(values); value; value = json_next(value)) {
        const struct feed_setting *setting = setting_find(adapter, json_name(value));
        if (!setting && of_secrets && adapter->any_secrets)
            continue;
        if (!setting || (setting->kind == SETTING_SECRET) != of_secrets) {
            snprintf(sentence, sentence_bytes,
                     "there is no %s \"%.60s\"; watchdesk-feed --help lists what there is",
                     of_secrets ? "secret" : "setting", json_name(value));
            return false;
        }
        if (!values_right(setting, value)) {
            snprintf(sentence, sentence_bytes, "setting \"%s\" is not a %s: %s", setting->name,
                     setting_kind_word(setting->kind), setting->help);
            return false;
        }
    }
    return true;
}

bool adapter_settings_right(const struct feed_adapter *adapter, const struct json *hello,
                            char *sentence, size_t sentence_bytes)
{
    const struct json *settings = json_member(hello, "settings");
    const struct json *secrets = json_member(hello, "secrets");

    if (!member_right(adapter, settings, false, sentence, sentence_bytes)
        || !member_right(adapter, secrets, true, sentence, sentence_bytes))
        return false;
    for (const struct feed_setting *setting = adapter->settings; setting->name; setting++) {
        const struct json *among = setting->kind == SETTING_SECRET ? secrets : settings;
        if (setting->need == SETTING_MAY || json_member(among, setting->name))
            continue;
        snprintf(sentence, sentence_bytes, "setting \"%s\" is missing: %s", setting->name,
                 setting->help);
        return false;
    }
    struct feed asked = { .adapter = adapter, .hello_json = (struct json *)hello };
    return !adapter->check || adapter->check(&asked, sentence, sentence_bytes);
}
