/* cap.c - public alerts in the Common Alerting Protocol, from a file, a folder or stdin (inbox.h).
 *
 * What a message says is read by cap_alert.c; what it does to earlier ones is decided by
 * cap_chains.c. After a restart the files up to the cursor are read again without being reported,
 * so that an Update still finds the chain it goes on with. */
#include <stdio.h>
#include <string.h>

#include "feeds/cap_chains.h"
#include "feeds/inbox.h"

struct cap {
    struct cap_chains *chains;
    struct arena *arena;
    struct inbox *inbox;
};

/* ---- one message ---- */

static void note_say(struct feed *feed, const struct cap_alert *alert, const char *note)
{
    char text[512];

    snprintf(text, sizeof text, "%s %s from %s is not shown: %s",
             vocabulary_word(&cap_message_words, alert->message), alert->name.identifier,
             alert->name.sender, note);
    feed_health(feed, SOURCE_THERE, text);
}

static void message_take(struct feed *feed, struct span message, enum inbox_telling telling,
                         struct span cursor)
{
    struct cap *cap = feed->state;
    struct cap_alert alert;
    struct cap_result result;

    arena_reset(cap->arena);
    struct verdict verdict = message.length > feed->adapter->message_bytes_max
        ? refused(REFUSED_TOO_LONG, feed->adapter->message_bytes_max, "")
        : cap_alert_read(message, feed_setting_text(feed, "language"), cap->arena, &alert);
    if (is_accepted(&verdict))
        verdict = cap_chains_take(cap->chains, &alert, cap->arena, &result);
    if (telling == INBOX_AGAIN)
        return;
    if (!is_accepted(&verdict)) {
        feed_refuse(feed, &verdict, message, cursor);
        return;
    }
    for (uint32_t i = 0; i < result.report_count; i++)
        feed_report(feed, &result.reports[i],
                    i == result.report_count - 1 ? cursor : span_of(""));
    if (result.note[0])
        note_say(feed, &alert, result.note);
}

/* Where the document that starts at `from` ends: before the next XML declaration, which stands
 * nowhere else. A byte order mark or blanks before its own belong to it. */
static size_t document_end(struct span bytes, size_t from)
{
    static const char mark[] = "<?xml ", order_mark[] = "\xEF\xBB\xBF";
    const size_t length = strlen(mark), order_length = strlen(order_mark);
    bool begun = false;

    for (size_t at = from; at + length <= bytes.length; at++) {
        if (bytes.bytes[at] != '<')
            continue;
        if (begun && memcmp(bytes.bytes + at, mark, length) == 0) {
            const char *before = bytes.bytes + at - order_length;
            bool marked = at - from > order_length && memcmp(before, order_mark, order_length) == 0;
            return marked ? at - order_length : at;
        }
        begun = true;
    }
    return bytes.length;
}

/* A file or stdin may hold several documents, one after the other. */
static void messages_take(struct feed *feed, struct span bytes, enum inbox_telling telling,
                          struct span cursor)
{
    for (size_t at = 0; at < bytes.length;) {
        size_t end = document_end(bytes, at);
        struct span message = span_from(bytes.bytes + at, end - at);
        if (span_trim(message).length)
            message_take(feed, message, telling, end == bytes.length ? cursor : span_of(""));
        at = end;
    }
}

/* ---- the row's functions ---- */

static bool one_source(const struct feed *feed)
{
    bool file = feed_setting_text(feed, "file")[0];
    bool folder = feed_setting_text(feed, "directory")[0];

    return file || folder ? file != folder : feed->by_hand;
}

bool cap_start(struct feed *feed)
{
    struct cap *cap = base_alloc(1, sizeof *cap);
    const struct json *cursor = json_member(feed->hello_json, "cursor");

    feed->state = cap;
    cap->chains = cap_chains_new();
    cap->arena = arena_new();
    cap->inbox = inbox_new(feed, cursor, messages_take);
    if (one_source(feed))
        return true;
    feed_log(feed, "it needs the setting \"file\" or the setting \"directory\", and not both");
    return false;
}

int64_t cap_now(struct feed *feed)
{
    struct cap *cap = feed->state;
    return inbox_now(cap->inbox);
}

void cap_stop(struct feed *feed)
{
    struct cap *cap = feed->state;

    cap_chains_free(cap->chains);
    inbox_free(cap->inbox);
    arena_free(cap->arena);
    base_free(cap);
}
