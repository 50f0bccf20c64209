/* syndication.h - an index of news: Atom (RFC 4287; 0.3 by the same names), RSS 2.0 and RSS 1.0.
 *
 * What suppliers put into these is not what the standards say: names of one are found in the other,
 * so an entry is read by whichever of them it has. Knows nothing of alerts but where one stands
 * inside an entry or is linked to. Pure. */
#ifndef FEEDS_SYNDICATION_H
#define FEEDS_SYNDICATION_H

#include "feeds/georss.h"
#include "feeds/zone.h"

enum {
    SYNDICATION_ENTRIES_MAX = 5000,
    SYNDICATION_ID_BYTES_MAX = 140, SYNDICATION_TITLE_BYTES = 400, SYNDICATION_TEXT_BYTES = 3000,
};

struct syndication_entry {
    struct verdict verdict;         /* Of this entry alone; the rest below holds when accepted. */
    size_t offset, end;             /* Where it stands in the document. */
    const char *id;                 /* Never empty: id, guid, link or title, else a digest. */
    const char *title, *text, *category;        /* Clean; "" when not said. */
    int64_t updated_ms, published_ms;           /* 0: not said. */
    const char *alert_link;         /* To a CAP message, as written; "" for none. */
    const struct xml_node *alert;   /* A CAP message inside the entry; NULL: none. */
    const char *alert_text;         /* The same, escaped as text; "" for none. */
    const struct georss_shape *shapes;
    uint32_t shape_count;
};

struct syndication {
    const char *title;
    struct syndication_entry *entries;
    uint32_t count;
};

bool syndication_is(const struct xml_node *root);

/* Reads a document for which syndication_is(). Refusal: TOO_LONG for over SYNDICATION_ENTRIES_MAX
 * entries. An entry's own: what georss_read() refuses; NOT_A_TIME of a date, also of one without a
 * zone when `zone`, in which such are meant, is NULL. `length` is that of the document. */
struct verdict syndication_read(const struct xml_node *root, size_t length,
                                const struct zone *zone, struct arena *arena,
                                struct syndication *ret_index);

/* A time as any of these formats writes it: RFC 3339, RFC 822 (zones by name too), and both without
 * a zone when `zone` is not NULL. */
bool syndication_time(struct span text, const struct zone *zone, int64_t *ret_at_ms);

#endif
