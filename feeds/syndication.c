#include "feeds/syndication.h"

#include <string.h>

#include "app/base/fields.h"
#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/time_format.h"

/* ---- times ---- */

/* RFC 822 section 5.1; single letters of the military are wrong there too often (RFC 2822). */
static const struct {
    const char *name;
    int hours;
} zones[] = {
    { "GMT", 0 }, { "UT", 0 }, { "UTC", 0 }, { "Z", 0 },
    { "EST", -5 }, { "EDT", -4 }, { "CST", -6 }, { "CDT", -5 },
    { "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 },
};

static const char *const mail_forms[] = {
    "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %y %H:%M:%S", "%d %b %y %H:%M",
};
static const char *const plain_forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S" };

static bool forms_read(const char *const *forms, size_t count, struct span text,
                       const struct zone *zone, int64_t *ret_at_ms)
{
    struct time_read read;
    size_t i = 0;

    while (i < count && !time_format_read(forms[i], text, zone, &read))
        i++;
    if (i < count)
        *ret_at_ms = read.first_ms;
    return i < count;
}

static bool zone_read(struct span text, int64_t *ret_offset_ms)
{
    for (size_t i = 0; i < ARRAY_COUNT(zones); i++)
        if (text_same_ignoring_case(text, span_of(zones[i].name))) {
            *ret_offset_ms = zones[i].hours * INT64_C(3600000);
            return true;
        }
    /* "+0100" and "+01:00". */
    if (text.length == 5 && (text.bytes[0] == '+' || text.bytes[0] == '-')) {
        char colon[7] = { text.bytes[0], text.bytes[1], text.bytes[2], ':', text.bytes[3],
                          text.bytes[4], '\0' };
        return time_offset_read(span_of(colon), ret_offset_ms);
    }
    return text.length && (text.bytes[0] == '+' || text.bytes[0] == '-')
           && time_offset_read(text, ret_offset_ms);
}

/* "Sun, 09 Dec 2018 08:30:00 GMT"; the day of the week may be absent and says nothing. */
static bool mail_time(struct span text, const struct zone *zone, int64_t *ret_at_ms)
{
    const char *comma = memchr(text.bytes, ',', text.length);
    size_t cut = comma ? (size_t)(comma - text.bytes) + 1 : 0;
    struct zone said = { 0 };

    text = span_trim(span_from(text.bytes + cut, text.length - cut));
    size_t last = text.length;
    while (last > 0 && text.bytes[last - 1] != ' ')
        last--;
    if (zone_read(span_from(text.bytes + last, text.length - last), &said.offset_ms)) {
        text = span_trim(span_from(text.bytes, last));
        zone = &said;
    }
    return zone && forms_read(mail_forms, ARRAY_COUNT(mail_forms), text, zone, ret_at_ms);
}

bool syndication_time(struct span text, const struct zone *zone, int64_t *ret_at_ms)
{
    int64_t at_ms = 0;

    text = span_trim(text);
    bool read = when_parse(text, &at_ms) || mail_time(text, zone, &at_ms)
                || (zone && forms_read(plain_forms, ARRAY_COUNT(plain_forms), text, zone, &at_ms));
    /* Instants count from 1970, and 0 is "never". */
    if (!read || at_ms <= 0)
        return false;
    *ret_at_ms = at_ms;
    return true;
}

/* ---- elements of an entry ---- */

/* Extensions have names such as media:title, so one in the entry's own namespace goes first. */
static const struct xml_node *own_child(const struct xml_node *entry, const char *name)
{
    for (const struct xml_node *child = xml_child(entry, name); child; child = xml_again(child))
        if (strcmp(child->space, entry->space) == 0)
            return child;
    return xml_child(entry, name);
}

/* Text of the first of `names` that says something. */
static const char *first_text(const struct xml_node *entry, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct xml_node *child = own_child(entry, names[i]);
        if (child && child->text[0])
            return child->text;
    }
    return "";
}

static const char *clean(struct arena *arena, const char *raw, size_t bytes)
{
    char *text = arena_alloc(arena, bytes);

    text_clean(span_of(raw), text, bytes);
    return text;
}

/* ---- links ---- */

static bool is_cap_type(const char *type)
{
    return text_same_ignoring_case(span_from(type, strcspn(type, "; ")),
                                   span_of("application/cap+xml"));
}

static bool is_xml_type(const char *type)
{
    static const char *const types[] = { "", "text/xml", "application/xml" };

    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        if (text_same_ignoring_case(span_from(type, strcspn(type, "; ")), span_of(types[i])))
            return true;
    return false;
}

static const char *link_target(const struct xml_node *link)
{
    static const char *const attributes[] = { "href", "url", "resource" };

    for (size_t i = 0; i < ARRAY_COUNT(attributes); i++)
        if (xml_attribute(link, attributes[i])[0])
            return xml_attribute(link, attributes[i]);
    return link->text;
}

static bool is_link(const struct xml_node *node)
{
    return strcmp(node->name, "link") == 0 || strcmp(node->name, "enclosure") == 0;
}

/* "alternate" is what a link is that does not say (RFC 4287 section 4.2.7.2). */
static bool leads_to_it(const struct xml_node *link)
{
    const char *rel = xml_attribute(link, "rel");

    return !rel[0] || strcmp(rel, "alternate") == 0 || strcmp(rel, "enclosure") == 0;
}

static bool is_of_alert(const struct xml_node *node)
{
    return strstr(node->space, ":cap:") || strstr(node->space, "/cap/");
}

/* Does the entry hold elements of an alert, as the index of the US weather service does? */
static bool is_summary_of_alert(const struct xml_node *entry)
{
    for (const struct xml_node *child = entry->first; child; child = child->next)
        if (is_of_alert(child))
            return true;
    return false;
}

/* One that sums up an exercise, a test or a cancel is at no place now. */
static bool is_of_nothing_now(const struct xml_node *entry)
{
    for (const struct xml_node *child = entry->first; child; child = child->next) {
        if (!is_of_alert(child))
            continue;
        if (strcmp(child->name, "status") == 0 && strcmp(child->text, "Actual") != 0)
            return true;
        if (strcmp(child->name, "msgType") == 0 && strcmp(child->text, "Cancel") == 0)
            return true;
    }
    return false;
}

/* A link that says it is an alert; else, of an entry that says nowhere where it is or that sums an
 * alert up, the one that may be. */
static const char *alert_link(const struct xml_node *entry, bool placed)
{
    const char *may_be = "";

    for (const struct xml_node *child = entry->first; child; child = child->next) {
        if (!is_link(child) || !leads_to_it(child))
            continue;
        if (is_cap_type(xml_attribute(child, "type")))
            return link_target(child);
        if (!may_be[0] && is_xml_type(xml_attribute(child, "type")))
            may_be = link_target(child);
    }
    return !placed || is_summary_of_alert(entry) ? may_be : "";
}

/* ---- an alert inside ---- */

static const struct xml_node *alert_inside(const struct xml_node *entry)
{
    static const char *const holders[] = { "content", "description", "summary", "encoded" };

    for (size_t i = 0; i < ARRAY_COUNT(holders); i++) {
        const struct xml_node *holder = xml_child(entry, holders[i]);
        if (xml_child(holder, "alert"))
            return xml_child(holder, "alert");
    }
    return xml_child(entry, "alert");
}

/* Escaped, or in CDATA: what it starts with shows it. */
static const char *alert_text(const struct xml_node *entry)
{
    const struct xml_node *content = xml_child(entry, "content");
    const char *text = content ? content->text : "";

    if (!text[0])
        text = xml_child_text(entry, "description");
    if (text[0] != '<')
        return "";
    const char *head = strncmp(text, "<?xml", 5) == 0 ? strchr(text + 1, '<') : text;
    size_t name = head ? strcspn(head, " \t\r\n>") : 0;
    bool alert = name >= 6 && strncmp(head + name - 5, "alert", 5) == 0;
    return alert ? text : "";
}

/* ---- entries ---- */

/* Atom's content may itself be the text (type text or html), RSS has a description. */
static void words_read(const struct xml_node *node, struct arena *arena,
                       struct syndication_entry *entry)
{
    static const char *const texts[] = { "summary", "description", "content" };
    static const char *const categories[] = { "category" };
    static const char *const titles[] = { "title" };
    const struct xml_node *category = own_child(node, "category");
    const char *term = category ? xml_attribute(category, "term") : "";

    entry->title = clean(arena, first_text(node, titles, 1), SYNDICATION_TITLE_BYTES);
    entry->text = clean(arena, first_text(node, texts, ARRAY_COUNT(texts)),
                        SYNDICATION_TEXT_BYTES);
    entry->category = clean(arena, term[0] ? term : first_text(node, categories, 1),
                            SYNDICATION_TITLE_BYTES);
}

static struct verdict time_read(const struct xml_node *node, const char *const *names,
                                size_t count, const struct zone *zone,
                                int64_t *ret_at_ms)
{
    *ret_at_ms = 0;
    for (size_t i = 0; i < count; i++) {
        const struct xml_node *child = own_child(node, names[i]);
        if (!child || !child->text[0])
            continue;
        return syndication_time(span_of(child->text), zone, ret_at_ms)
                   ? accepted() : refused(REFUSED_NOT_A_TIME, child->offset, names[i]);
    }
    return accepted();
}

static struct verdict times_read(const struct xml_node *node, const struct zone *zone,
                                 struct syndication_entry *entry)
{
    static const char *const updated[] = { "updated", "modified" };
    static const char *const published[] = { "published", "pubDate", "issued", "date" };
    struct verdict verdict = time_read(node, published, ARRAY_COUNT(published), zone,
                                       &entry->published_ms);

    return is_accepted(&verdict) ? time_read(node, updated, ARRAY_COUNT(updated), zone,
                                             &entry->updated_ms)
                                 : verdict;
}

/* Of what has no name, what it says is the name. */
static const char *digest_id(const struct syndication_entry *entry, struct arena *arena)
{
    struct digest digest;

    digest_start(&digest);
    digest_number(&digest, (uint64_t)entry->published_ms);
    digest_bytes(&digest, entry->title, strlen(entry->title));
    digest_bytes(&digest, entry->text, strlen(entry->text));
    for (uint32_t i = 0; i < entry->shape_count; i++) {
        const struct georss_shape *shape = &entry->shapes[i];
        digest_bytes(&digest, &shape->center, sizeof shape->center);
        digest_bytes(&digest, shape->rings.at, shape->rings.count * sizeof *shape->rings.at);
    }
    return arena_print(arena, "entry#%016llx", (unsigned long long)digest_end(&digest));
}

/* Atom: id. RSS: guid, else link (standards of both); else the title; a long one by its digest. */
static const char *id_read(const struct xml_node *node, const struct syndication_entry *entry,
                           struct arena *arena)
{
    static const char *const names[] = { "id", "guid", "link" };
    const char *id = first_text(node, names, ARRAY_COUNT(names));
    const struct xml_node *link = own_child(node, "link");

    if (!id[0] && link)
        id = link_target(link);
    if (!id[0])
        id = entry->title;
    if (!id[0] || strlen(id) > SYNDICATION_ID_BYTES_MAX)
        return digest_id(entry, arena);
    return clean(arena, id, SYNDICATION_ID_BYTES_MAX + 1);
}

static void entry_read(const struct xml_node *node, const struct zone *zone,
                       struct arena *arena, struct syndication_entry *entry)
{
    struct georss_shape *shapes = NULL;

    *entry = (struct syndication_entry){ .offset = node->offset, .alert_text = "",
                                         .alert_link = "" };
    words_read(node, arena, entry);
    entry->alert = alert_inside(node);
    if (!entry->alert)
        entry->alert_text = alert_text(node);
    entry->verdict = accepted();
    if (!entry->alert && !entry->alert_text[0]) {
        entry->verdict = georss_read(node, arena, &shapes, &entry->shape_count);
        entry->shapes = shapes;
        entry->alert_link = alert_link(node, entry->shape_count > 0);
        if (is_of_nothing_now(node))
            entry->shape_count = 0;
    }
    /* An alert has times of its own, so those of its entry need not be right. */
    struct verdict times = times_read(node, zone, entry);
    if (is_accepted(&entry->verdict) && entry->shape_count && !entry->alert_link[0])
        entry->verdict = times;
    entry->id = id_read(node, entry, arena);
}

/* ---- the index ---- */

bool syndication_is(const struct xml_node *root)
{
    return strcmp(root->name, "feed") == 0 || strcmp(root->name, "rss") == 0
           || strcmp(root->name, "RDF") == 0;
}

/* Where the entries stand: in the feed itself; in RSS 2.0 inside its channel, in 1.0 beside it. */
static const struct xml_node *entries_parent(const struct xml_node *root)
{
    const struct xml_node *channel = xml_child(root, "channel");

    return channel && xml_child(channel, "item") ? channel : root;
}

static bool is_entry(const struct xml_node *node)
{
    return strcmp(node->name, "entry") == 0 || strcmp(node->name, "item") == 0;
}

struct verdict syndication_read(const struct xml_node *root, size_t length,
                                const struct zone *zone, struct arena *arena,
                                struct syndication *ret_index)
{
    const struct xml_node *channel = xml_child(root, "channel");
    const struct xml_node *parent = entries_parent(root);
    uint32_t count = xml_count(parent, "entry") + xml_count(parent, "item");

    if (count > SYNDICATION_ENTRIES_MAX)
        return refused(REFUSED_TOO_LONG, parent->offset, "entry");
    struct syndication index = {
        .title = clean(arena, xml_child_text(channel ? channel : root, "title"),
                       SYNDICATION_TITLE_BYTES),
        .entries = arena_alloc(arena, (count + 1) * sizeof *index.entries) };
    for (const struct xml_node *node = parent->first; node; node = node->next) {
        if (!is_entry(node))
            continue;
        struct syndication_entry *entry = &index.entries[index.count++];
        entry_read(node, zone, arena, entry);
        entry->end = node->next ? node->next->offset : length;
    }
    *ret_index = index;
    return accepted();
}
