#include "feeds/describe.h"

static void setting_describe(const struct feed_setting *setting, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "name", setting->name);
    json_put_text(out, "kind", setting_kind_word(setting->kind));
    json_put_flag(out, "needed", setting->need == SETTING_NEEDED);
    json_put_flag(out, "many", setting->many);
    json_put_text(out, "help", setting->help);
    json_close(out, '}');
}

static void adapter_describe(const struct feed_adapter *adapter, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "adapter", adapter->name);
    json_put_text(out, "title", adapter->title);
    json_put_text(out, "format_source", adapter->format_source);
    adapter_put_takes(adapter, out);
    json_put_int64(out, "stale_after_s", adapter->stale_after_s);
    json_put_int64(out, "message_bytes_max", (int64_t)adapter->message_bytes_max);
    json_put_text(out, "repeat", adapter->repeat == REPEAT_SAFE ? "SAFE" : "ASK");
    json_put_flag(out, "drill_clock", adapter->drill_clock);
    json_put_flag(out, "drills_only", adapter->drills_only);
    json_put_flag(out, "online", adapter->online);
    json_put_flag(out, "any_secrets", adapter->any_secrets);
    json_open(out, "settings", '[');
    for (const struct feed_setting *setting = adapter->settings; setting->name; setting++)
        setting_describe(setting, out);
    json_close(out, ']');
    json_close(out, '}');
    buffer_add_text(out, "\n");
}

void describe_json(struct buffer *out)
{
    for (const struct feed_adapter *adapter = feed_adapters; adapter->name; adapter++)
        adapter_describe(adapter, out);
}

static const char usage[] =
    "watchdesk-feed runs one feed. The hub starts it; by hand it shows what an adapter makes of a\n"
    "message.\n"
    "\n"
    "  watchdesk-feed --try ADAPTER [SETTING=VALUE ...] < MESSAGE\n"
    "                              prints the reports; exit 1 when anything was refused\n"
    "  watchdesk-feed --describe   the adapters below as JSON lines\n"
    "  watchdesk-feed --check      judges feeds of a site.conf, for watchdesk check\n"
    "  watchdesk-feed --walls      which protections this machine gives a feed\n"
    "  watchdesk-feed --page ADAPTER\n"
    "                              its page of feeds/README.md, drawn from its row\n"
    "  watchdesk-feed ADAPTER      speaks with a hub on stdin and stdout\n"
    "\n"
    "Adapters and their settings (* needed, + as often as wanted; of a secret, by hand, the file\n"
    "that holds it):\n";

static const char by_hand_usage[] =
    "usage: watchdesk feed ADAPTER [SETTING=VALUE]... < MESSAGE\n"
    "One adapter by hand: prints the reports it makes of the message; exit 1 when anything was\n"
    "refused. `watchdesk feed ADAPTER --help` lists its settings.\n"
    "\n";

static void adapter_help(const struct feed_adapter *adapter, struct buffer *out)
{
    buffer_print(out, "\n  %-8s %s%s\n           %s\n", adapter->name, adapter->title,
                 adapter->drills_only ? " (drills only)" : "", adapter->format_source);
    for (const struct feed_setting *setting = adapter->settings; setting->name; setting++)
        buffer_print(out, "    %c %-12s %-7s %s\n",
                     setting->need == SETTING_NEEDED ? '*' : setting->many ? '+' : ' ',
                     setting->name, setting_kind_word(setting->kind), setting->help);
}

void describe_help(struct buffer *out)
{
    buffer_add_text(out, usage);
    for (const struct feed_adapter *adapter = feed_adapters; adapter->name; adapter++)
        adapter_help(adapter, out);
}

void describe_names(struct buffer *out)
{
    buffer_add_text(out, by_hand_usage);
    for (const struct feed_adapter *adapter = feed_adapters; adapter->name; adapter++)
        buffer_print(out, "  %-8s %s%s\n", adapter->name, adapter->title,
                     adapter->drills_only ? " (drills only)" : "");
}

void describe_adapter(const struct feed_adapter *adapter, struct buffer *out)
{
    buffer_print(out, "usage: watchdesk feed %s [SETTING=VALUE]... < MESSAGE\n"
                      "* needed, + as often as wanted; of a secret, by hand, the file that holds "
                      "it.\n", adapter->name);
    adapter_help(adapter, out);
}

/* ---- a page ---- */

static void page_orders(const struct feed_adapter *adapter, struct buffer *out)
{
    const enum feed_verb *verb = adapter->takes;

    if (*verb == FEED_VERB_UNSAID) {
        buffer_add_text(out, "- Orders: it takes none.\n");
        return;
    }
    buffer_add_text(out, "- Orders:");
    for (; *verb != FEED_VERB_UNSAID; verb++)
        buffer_print(out, "%s %s", verb == adapter->takes ? "" : ",",
                     vocabulary_word(&feed_verb_words, *verb));
    buffer_add_text(out, adapter->repeat == REPEAT_SAFE
                             ? ". One that a crash left open is sent again; its id makes it one.\n"
                             : ". One that a crash left open is never sent again unasked.\n");
}

static void page_limits(const struct feed_adapter *adapter, struct buffer *out)
{
    if (adapter->stale_after_s)
        buffer_print(out, "- Silent for %u s it shows STALE", adapter->stale_after_s);
    else
        buffer_add_text(out, "- It never shows STALE by itself");
    buffer_add_text(out, "; `stale-after-s` in site.conf says otherwise.\n");
    buffer_print(out, "- A message over %zu bytes is refused whole, never cut.\n",
                 adapter->message_bytes_max);
    buffer_print(out, "- Network: %s", adapter->online ? "it may use it" : "kept off it");
    if (adapter->online_by)
        buffer_print(out, " when `%s` is given, else it is kept off it", adapter->online_by);
    buffer_add_text(out, ".\n");
    buffer_print(out, "- Drills: %s.\n", adapter->drills_only   ? "only there"
                                         : adapter->drill_clock ? "by the drill's clock"
                                                                : "never started in one");
}

/* A bar would end the cell of a table. */
static void page_cell(const char *text, struct buffer *out)
{
    for (; *text; text++)
        buffer_print(out, "%s%c", *text == '|' ? "\\" : "", *text);
}

void describe_page(const struct feed_adapter *adapter, struct buffer *out)
{
    buffer_print(out, "%s. Speaks: %s.\n\n", adapter->title, adapter->format_source);
    page_orders(adapter, out);
    page_limits(adapter, out);
    if (adapter->promise)
        buffer_print(out, "- Mind: %s.\n", adapter->promise);
    if (!adapter->settings->name)
        return;
    buffer_add_text(out, "\n| setting | kind | |\n|---|---|---|\n");
    for (const struct feed_setting *setting = adapter->settings; setting->name; setting++) {
        buffer_print(out, "| `%s` | %s | %s", setting->name, setting_kind_word(setting->kind),
                     setting->need == SETTING_NEEDED ? "Needed. " : "");
        page_cell(setting->help, out);
        buffer_add_text(out, " |\n");
    }
}

static bool entry_right(const struct json *entry, struct buffer *out)
{
    const struct feed_adapter *adapter = adapter_find(json_member_text(entry, "adapter", ""));
    char sentence[512];

    if (adapter && adapter->promise)
        buffer_print(out, "feed %s: %s\n", json_member_text(entry, "feed", ""), adapter->promise);
    if (!adapter || !adapter->check)
        return true;
    struct feed asked = { .adapter = adapter, .hello_json = (struct json *)entry };
    if (adapter->check(&asked, sentence, sizeof sentence))
        return true;
    buffer_print(out, "feed %s: %s\n", json_member_text(entry, "feed", ""), sentence);
    return false;
}

bool describe_check(struct span in, struct buffer *out)
{
    struct span line;
    bool right = true;

    while (span_cut(&in, '\n', &line)) {
        struct json *entry = NULL;
        struct verdict verdict = json_parse(line, &entry);
        if (!is_accepted(&verdict))
            continue;
        right = entry_right(entry, out) && right;
        json_free(entry);
    }
    return right;
}
