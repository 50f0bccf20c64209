/* cap_document.c - a document that came: an alert, several in one (the list of a public alert
 * server, an EDXL distribution), or an index whose entries hold alerts, lead to them, or say
 * themselves where something is. */
#include "feeds/cap_inside.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/xml.h"

enum {
    /* An entry of a live index holds as long as it is listed; its end is said anew each half day.
     * */
    ENTRY_STEP_MS = 12 * 60 * 60 * 1000,
};

/* What one document's parts are read with. */
struct reading {
    struct feed *feed;
    struct cap *cap;
    const struct cap_origin *origin;
    struct span document;
};

/* ---- saying ---- */

static void refuse(struct feed *feed, const struct verdict *verdict, struct span bytes)
{
    const struct cap *cap = feed->state;
    struct buffer cursor = { 0 };

    if (cap->quiet)
        return;
    cap_memory_cursor(feed, &cursor);
    feed_refuse(feed, verdict, bytes, buffer_span(&cursor));
    buffer_clear(&cursor);
}

static void result_say(struct feed *feed, const struct cap_result *result)
{
    const struct cap *cap = feed->state;
    struct buffer cursor = { 0 };

    if (cap->quiet || result->report_count == 0)
        return;
    cap_memory_cursor(feed, &cursor);
    for (uint32_t i = 0; i < result->report_count; i++)
        feed_report(feed, &result->reports[i],
                    i == result->report_count - 1 ? buffer_span(&cursor) : span_of(""));
    buffer_clear(&cursor);
}

static void note_say(struct feed *feed, const struct cap_alert *alert, const char *note)
{
    const struct cap *cap = feed->state;
    char text[512];

    /* An address gives what it gave before again and again. */
    if (cap->quiet || (cap->web && strcmp(note, CAP_NOTE_KNOWN) == 0))
        return;
    snprintf(text, sizeof text, "%s %s from %s is not shown: %s",
             vocabulary_word(&cap_message_words, alert->message), alert->name.identifier,
             alert->name.sender, note);
    feed_health(feed, SOURCE_THERE, text);
}

/* ---- alerts ---- */

/* `at` is where the alert stands in the document. */
static void alert_take(const struct reading *reading, const struct xml_node *node, size_t at,
                       size_t end)
{
    struct feed *feed = reading->feed;
    struct cap *cap = reading->cap;
    struct span bytes = span_from(reading->document.bytes + at, end - at);
    struct cap_alert alert;
    struct cap_result result;

    arena_reset(cap->message);
    struct verdict verdict = bytes.length > CAP_ALERT_BYTES_MAX
        ? refused(REFUSED_TOO_LONG, at + CAP_ALERT_BYTES_MAX, "")
        : cap_alert_of(node, feed_setting_text(feed, "language"), cap->codes, cap->message,
                       &alert);
    if (is_accepted(&verdict))
        verdict = cap_chains_take(cap->chains, &alert, cap->message, &result);
    if (!is_accepted(&verdict)) {
        verdict.offset = verdict.offset > at ? verdict.offset - at : 0;
        refuse(feed, &verdict, bytes);
        return;
    }
    cap_memory_changed(feed);
    result_say(feed, &result);
    if (result.note[0])
        note_say(feed, &alert, result.note);
}

/* Every alert below `parent`, which stands up to `end`. */
static uint32_t alerts_take(const struct reading *reading, const struct xml_node *parent,
                            size_t end)
{
    uint32_t count = 0;

    for (const struct xml_node *node = parent->first; node; node = node->next) {
        size_t node_end = node->next ? node->next->offset : end;
        if (strcmp(node->name, "alert") != 0) {
            count += alerts_take(reading, node, node_end);
            continue;
        }
        alert_take(reading, node, node->offset, node_end);
        count++;
    }
    return count;
}

/* ---- entries of an index ---- */

static void escaped_take(const struct reading *reading, const struct syndication_entry *entry)
{
    const struct xml_node *root;
    struct reading inner = *reading;
    struct verdict verdict = xml_parse(span_of(entry->alert_text), reading->cap->document, &root);

    inner.document = span_of(entry->alert_text);
    if (is_accepted(&verdict))
        alert_take(&inner, root, 0, inner.document.length);
    else
        refuse(reading->feed, &verdict, inner.document);
}

/* When the entry is over, since it does not say: a day after it was written. One that an address
 * lists now holds now, however old it is. */
static int64_t entry_expires_ms(const struct reading *reading, int64_t at_ms)
{
    int64_t now_ms = reading->feed->now_ms;

    if (!reading->origin->url[0])
        return (at_ms ? at_ms : now_ms) + CAP_EXPIRY_ASSUMED_MS;
    return (now_ms / ENTRY_STEP_MS + 1) * ENTRY_STEP_MS + CAP_EXPIRY_ASSUMED_MS;
}

static void entry_shapes(const struct reading *reading, const struct syndication_entry *entry,
                         int64_t at_ms, struct cap_shape *shapes)
{
    static const double point_radius_m = 1;     /* A report's circle has a size. */
    const struct cap_shape plain = {
        .event = entry->category[0] ? entry->category : entry->title[0] ? entry->title : "Entry",
        .headline = entry->title, .text = entry->text, .area = "",
        .severity = SEVERITY_UNKNOWN, .effective_ms = at_ms,
        .expires_ms = entry_expires_ms(reading, at_ms), .expiry_assumed = true };

    for (uint32_t i = 0; i < entry->shape_count; i++) {
        const struct georss_shape *from = &entry->shapes[i];
        shapes[i] = plain;
        shapes[i].rings = from->rings;
        shapes[i].center = from->center;
        shapes[i].radius_m = from->rings.count ? geo_unknown().lat_deg
                             : from->radius_m > point_radius_m ? from->radius_m
                                                               : point_radius_m;
        shapes[i].simplified = from->simplified;
    }
}

static void place_take(const struct reading *reading, const struct syndication_entry *entry)
{
    struct cap *cap = reading->cap;
    struct cap_result result;

    arena_reset(cap->message);
    int64_t at_ms = entry->updated_ms ? entry->updated_ms : entry->published_ms;
    struct cap_shape *shapes = arena_alloc(cap->message, entry->shape_count * sizeof *shapes);
    entry_shapes(reading, entry, at_ms, shapes);
    const struct cap_entry taken = { .id = entry->id, .at_ms = at_ms, .shapes = shapes,
                                     .shape_count = entry->shape_count };
    cap_chains_entry(cap->chains, &taken, cap->message, &result);
    cap_memory_changed(reading->feed);
    result_say(reading->feed, &result);
}

/* The entry in this form: a new version of it may lead to a new version of the alert. */
static void link_take(const struct reading *reading, const struct syndication_entry *entry)
{
    struct cap *cap = reading->cap;

    if (!cap->web) {
        cap->passed++;
        return;
    }
    int64_t at_ms = entry->updated_ms ? entry->updated_ms : entry->published_ms;
    const char *key = arena_print(cap->document, "link %lld %s", (long long)at_ms,
                                  entry->alert_link);
    if (!cap_chains_has(cap->chains, key))
        cap_web_fetch(reading->feed, cap->web, reading->origin->url, entry->alert_link, key);
}

static void entry_take(const struct reading *reading, const struct syndication_entry *entry)
{
    if (!is_accepted(&entry->verdict)) {
        struct verdict verdict = entry->verdict;
        verdict.offset -= entry->offset;
        refuse(reading->feed, &verdict, span_from(reading->document.bytes + entry->offset,
                                                  entry->end - entry->offset));
    } else if (entry->alert) {
        alert_take(reading, entry->alert, entry->alert->offset, entry->end);
    } else if (entry->alert_text[0]) {
        escaped_take(reading, entry);
    } else if (entry->alert_link[0]) {
        link_take(reading, entry);
    } else if (entry->shape_count) {
        place_take(reading, entry);
    } else {
        reading->cap->passed++;
    }
}

static void passed_say(const struct reading *reading, uint32_t before)
{
    const struct cap *cap = reading->cap;
    char text[160];

    if (cap->quiet || cap->passed == 0 || cap->passed == before)
        return;
    snprintf(text, sizeof text, "of the index, %u %s neither an alert nor a place%s", cap->passed,
             cap->passed == 1 ? "entry holds" : "entries hold",
             cap->web ? "" : "; links are only followed from an address (the setting url)");
    feed_health(reading->feed, SOURCE_THERE, text);
}

static struct verdict index_take(const struct reading *reading, const struct xml_node *root)
{
    struct cap *cap = reading->cap;
    struct syndication index;
    uint32_t before = cap->passed;
    const struct zone *zone = cap->zoned ? &cap->zone : NULL;
    struct verdict verdict =
        syndication_read(root, reading->document.length, zone, cap->document, &index);

    if (!is_accepted(&verdict))
        return verdict;
    cap->passed = 0;
    for (uint32_t i = 0; i < index.count; i++)
        entry_take(reading, &index.entries[i]);
    passed_say(reading, before);
    return accepted();
}

/* ---- documents ---- */

static struct verdict root_take(const struct reading *reading, const struct xml_node *root)
{
    struct verdict unsupported = refused(REFUSED_UNSUPPORTED, root->offset, root->name);

    if (strcmp(root->name, "alert") == 0) {
        alert_take(reading, root, 0, reading->document.length);
        return accepted();
    }
    if (syndication_is(root))
        return reading->origin->linked ? unsupported : index_take(reading, root);
    return alerts_take(reading, root, reading->document.length) ? accepted() : unsupported;
}

bool cap_document_take(struct feed *feed, struct span document, const struct cap_origin *origin)
{
    struct cap *cap = feed->state;
    const struct reading reading = { .feed = feed, .cap = cap, .origin = origin,
                                     .document = document };
    const struct xml_node *root = NULL;

    arena_reset(cap->document);
    struct verdict verdict = document.length > CAP_DOCUMENT_BYTES_MAX
        ? refused(REFUSED_TOO_LONG, CAP_DOCUMENT_BYTES_MAX, "")
        : xml_parse(document, cap->document, &root);
    if (is_accepted(&verdict))
        verdict = root_take(&reading, root);
    if (!is_accepted(&verdict))
        refuse(feed, &verdict, document);
    return is_accepted(&verdict);
}

static bool stands_at(struct span bytes, size_t at, const char *mark)
{
    size_t length = strlen(mark);
    return at + length <= bytes.length && memcmp(bytes.bytes + at, mark, length) == 0;
}

/* Past a CDATA section, which may hold another document whole; else `at`. */
static size_t past_section(struct span bytes, size_t at)
{
    if (!stands_at(bytes, at, "<![CDATA["))
        return at;
    while (at < bytes.length && !stands_at(bytes, at, "]]>"))
        at++;
    return at;
}

/* Where the document that starts at `from` ends: before the next XML declaration, which stands
 * nowhere else. A byte order mark or blanks before its own belong to it. */
static size_t document_end(struct span bytes, size_t from)
{
    static const char order_mark[] = "\xEF\xBB\xBF";
    const size_t order_length = strlen(order_mark);
    bool begun = false;

    for (size_t at = from; at < bytes.length; at++) {
        at = past_section(bytes, at);
        if (at == bytes.length || bytes.bytes[at] != '<')
            continue;
        if (begun && stands_at(bytes, at, "<?xml ")) {
            bool marked = at - from > order_length
                          && stands_at(bytes, at - order_length, order_mark);
            return marked ? at - order_length : at;
        }
        begun = true;
    }
    return bytes.length;
}

void cap_documents_take(struct feed *feed, struct span bytes, struct span place)
{
    static const struct cap_origin origin = { .url = "" };
    struct cap *cap = feed->state;

    for (size_t at = 0; at < bytes.length;) {
        size_t end = document_end(bytes, at);
        struct span document = span_from(bytes.bytes + at, end - at);
        if (place.length && end == bytes.length) {
            buffer_reset(&cap->place);
            buffer_add(&cap->place, place);
        }
        if (span_trim(document).length)
            cap_document_take(feed, document, &origin);
        at = end;
    }
}
