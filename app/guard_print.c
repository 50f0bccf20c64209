#include "app/guard_print.h"

#include <stdio.h>
#include <string.h>

#include "app/core/trust.h"
#include "app/launch.h"

static const char *setting_kind(const struct adapter_facts *facts, const char *name)
{
    for (uint32_t i = 0; i < facts->setting_count; i++)
        if (strcmp(facts->settings[i].name, name) == 0)
            return facts->settings[i].kind;
    return "";
}

static void paths_print(const struct site_feed *source, const struct adapter_facts *facts)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < source->setting_count; i++)
        if (strcmp(setting_kind(facts, source->settings[i].name), "path") == 0)
            printf("%s %s", count++ ? "," : "; reads", source->settings[i].value);
}

static void feed_print(const struct site_conf *conf, uint32_t index,
                       const struct adapter_list *adapters, int64_t now_ms)
{
    const struct feed *feed = &conf->feeds[index];
    const struct adapter_facts *facts = adapter_facts(adapters, feed->adapter);
    struct trust trust = trust_now(&conf->site, feed, now_ms);

    printf("  %-12s %s, trust %s", feed->name, feed->adapter,
           vocabulary_word(&trust_level_words, feed->trust));
    if (trust.why[0])
        printf(", as %s: %s", trust.denied ? "DENIED, not started" : trust_word(&trust),
               trust.why);
    if (facts) {
        printf("; %s", facts->online ? "network" : "no network");
        paths_print(&conf->feed_sources[index], facts);
    }
    if (conf->feed_sources[index].secret_count > 0)
        printf("; %u secret%s from files", conf->feed_sources[index].secret_count,
               conf->feed_sources[index].secret_count == 1 ? "" : "s");
    printf("\n");
}

void guard_print(const struct site_conf *conf, const struct adapter_list *adapters, int64_t now_ms)
{
    struct buffer walls = { 0 };

    if (conf->feed_count == 0)
        return;
    if (launch_walls(&walls))
        printf("%s", walls.bytes);
    else
        printf("watchdesk-feed cannot be run, so the walls around feeds were not tried\n");
    buffer_clear(&walls);
    printf("feed by feed:\n");
    for (uint32_t i = 0; i < conf->feed_count; i++)
        feed_print(conf, i, adapters, now_ms);
}
