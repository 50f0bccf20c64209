/* cap.c - public alerts in the Common Alerting Protocol, from a file, a folder, an address on the
 * web, or stdin by hand. cap_inside.h says which file does what. */
#include <stdio.h>
#include <string.h>

#include "feeds/cap_inside.h"
#include "feeds/http_poll.h"
#include "feeds/inbox.h"

static bool sources_right(struct feed *feed)
{
    static const char *const sources[] = { "url", "directory", "file" };
    uint32_t count = 0;

    for (size_t i = 0; i < ARRAY_COUNT(sources); i++)
        count += feed_setting_text(feed, sources[i])[0] != '\0';
    if (count == 1 || (count == 0 && feed->by_hand))
        return true;
    feed_log(feed, "it needs one of the settings \"url\", \"directory\" and \"file\", and not two "
                   "of them");
    return false;
}

static bool zone_right(struct feed *feed, struct cap *cap)
{
    const char *name = feed_setting_text(feed, "timezone");
    char sentence[160];

    if (!name[0])
        return true;
    cap->zoned = zone_open(name, &cap->zone, sentence, sizeof sentence);
    if (!cap->zoned)
        feed_log(feed, "timezone: %s", sentence);
    return cap->zoned;
}

static void inbox_take(struct feed *feed, struct span bytes, enum inbox_telling telling,
                       struct span place)
{
    struct cap *cap = feed->state;

    cap->quiet = telling == INBOX_AGAIN;
    cap_documents_take(feed, bytes, place);
    cap->quiet = false;
}

/* What an earlier process knew, if the hub's journal goes on from there. */
static struct json *memory_open(struct feed *feed, struct cap *cap)
{
    const struct json *place = json_member(json_member(feed->hello_json, "cursor"), "place");
    struct json *left;

    if (place)
        json_put(&cap->place, NULL, place);
    cap->memory = cap_memory_open(feed, cap->chains, &left);
    return left;
}

static bool source_open(struct feed *feed, struct cap *cap, const struct json *left)
{
    const struct json *cursor = json_member(feed->hello_json, "cursor");

    if (!http_poll_wanted(feed)) {
        cap->inbox = inbox_new(feed, json_member(cursor, "place"), inbox_take);
        return true;
    }
    cap->web = cap_web_new(feed, json_member(left, "http"));
    return cap->web;
}

bool cap_start(struct feed *feed)
{
    struct cap *cap = base_alloc(1, sizeof *cap);

    feed->state = cap;
    cap->chains = cap_chains_new();
    cap->document = arena_new();
    cap->message = arena_new();
    if (!sources_right(feed) || !zone_right(feed, cap) || !cap_codes_open(feed, &cap->codes))
        return false;
    struct json *left = memory_open(feed, cap);
    bool opened = source_open(feed, cap, left);
    json_free(left);
    return opened;
}

int64_t cap_now(struct feed *feed)
{
    struct cap *cap = feed->state;

    cap_memory_save(feed, -1);
    return cap->web ? cap_web_now(feed, cap->web) : inbox_now(cap->inbox);
}

void cap_line(struct feed *feed, const struct hub_line *line)
{
    if (line->kind == HUB_LINE_KEPT)
        cap_memory_save(feed, line->kept.kept);
}

void cap_stop(struct feed *feed)
{
    struct cap *cap = feed->state;

    cap_web_free(cap->web);
    inbox_free(cap->inbox);
    cap_memory_free(cap->memory);
    cap_codes_free(cap->codes);
    cap_chains_free(cap->chains);
    buffer_clear(&cap->place);
    arena_free(cap->document);
    arena_free(cap->message);
    base_free(cap);
}
