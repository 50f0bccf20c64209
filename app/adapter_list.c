#include "app/adapter_list.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

static void setting_read(const struct json *json, struct adapter_setting *ret_setting)
{
    snprintf(ret_setting->name, sizeof ret_setting->name, "%s", json_member_text(json, "name", ""));
    snprintf(ret_setting->kind, sizeof ret_setting->kind, "%s", json_member_text(json, "kind", ""));
    ret_setting->needed = json_member_flag(json, "needed", false);
    ret_setting->many = json_member_flag(json, "many", false);
}

static void settings_read(const struct json *json, struct adapter_facts *facts)
{
    facts->settings = base_alloc(json_count(json), sizeof *facts->settings);
    for (const struct json *item = json_first(json); item; item = json_next(item))
        setting_read(item, &facts->settings[facts->setting_count++]);
}

static struct verdict facts_read(const struct json *json, struct adapter_facts *facts)
{
    const char *name = json_member_text(json, "adapter", "");
    const struct json *settings = json_member(json, "settings");
    const char *repeat = json_member_text(json, "repeat", "ASK");

    if (!*name || strlen(name) >= sizeof facts->name)
        return refused(REFUSED_FIELD_MISSING, 0, "adapter");
    if (settings && json_type(settings) != JSON_LIST)
        return refused(REFUSED_WRONG_TYPE, 0, "settings");
    snprintf(facts->name, sizeof facts->name, "%s", name);
    facts->repeat = text_same_ignoring_case(span_of(repeat), span_of("safe")) ? REPEAT_SAFE
                                                                              : REPEAT_ASK;
    facts->stale_after_s = (uint32_t)json_member_int64(json, "stale_after_s", 0);
    facts->drill_clock = json_member_flag(json, "drill_clock", false);
    facts->online = json_member_flag(json, "online", false);
    facts->drills_only = json_member_flag(json, "drills_only", false);
    facts->any_secrets = json_member_flag(json, "any_secrets", false);
    settings_read(settings, facts);
    return accepted();
}

struct verdict adapter_list_read(struct span described, struct adapter_list *ret_list)
{
    struct adapter_list list = { 0 };
    struct verdict verdict = accepted();
    uint32_t capacity = 0;
    struct span line;

    while (is_accepted(&verdict) && span_cut(&described, '\n', &line)) {
        struct json *json;
        if (span_trim(line).length == 0)
            continue;
        verdict = json_parse(line, &json);
        if (!is_accepted(&verdict))
            break;
        list.at = base_grow(list.at, &capacity, list.count + 1, sizeof *list.at);
        list.at[list.count] = (struct adapter_facts){ 0 };
        verdict = facts_read(json, &list.at[list.count]);
        list.count++;
        json_free(json);
    }
    if (is_accepted(&verdict))
        *ret_list = list;
    else
        adapter_list_clear(&list);
    return verdict;
}

void adapter_list_clear(struct adapter_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        base_free(list->at[i].settings);
    base_free(list->at);
    *list = (struct adapter_list){ 0 };
}

const struct adapter_facts *adapter_facts(const struct adapter_list *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].name, name) == 0)
            return &list->at[i];
    return NULL;
}
