#include "feeds/mapping_feed.h"

#include <stdio.h>

#include "feeds/preset.h"

static bool rules_add(struct mapping *mapping, const char *const *rules, char *sentence,
                      size_t sentence_bytes)
{
    for (; rules && *rules; rules++)
        if (!mapping_add(mapping, *rules, sentence, sentence_bytes))
            return false;
    return true;
}

static bool preset_add(const struct feed *feed, struct mapping *mapping, char *sentence,
                       size_t sentence_bytes)
{
    const char *name = feed_setting_text(feed, "preset");
    const struct preset *preset = preset_find(name);

    if (!name[0])
        return true;
    if (preset)
        return rules_add(mapping, preset->rules, sentence, sentence_bytes);
    snprintf(sentence, sentence_bytes, "there is no preset \"%.60s\"; there are usgs, nws, wzdx "
             "and wzdx-devices", name);
    return false;
}

static bool own_add(const struct feed *feed, struct mapping *mapping, char *sentence,
                    size_t sentence_bytes)
{
    for (uint32_t i = 0; i < feed_setting_count(feed, "map"); i++)
        if (!mapping_add(mapping, feed_setting_at(feed, "map", i), sentence, sentence_bytes))
            return false;
    return true;
}

struct mapping *mapping_of_feed(const struct feed *feed, const struct mapping_feed_terms *terms,
                                struct zone *zone, char *ret_sentence, size_t sentence_bytes)
{
    const char *zone_name = feed_setting_text(feed, "timezone");
    struct mapping_options options = { .kind = terms->kind, .extras = terms->extras,
                                       .zone = zone_name[0] ? zone : NULL };

    if (zone_name[0] && !zone_open(zone_name, zone, ret_sentence, sentence_bytes))
        return NULL;
    struct mapping *mapping = mapping_new(&options);
    for (const char *const *rule = terms->defaults; rule && *rule; rule++)
        mapping_add_spare(mapping, *rule);
    if (preset_add(feed, mapping, ret_sentence, sentence_bytes)
        && own_add(feed, mapping, ret_sentence, sentence_bytes)
        && mapping_finish(mapping, ret_sentence, sentence_bytes))
        return mapping;
    mapping_free(mapping);
    return NULL;
}
