#include "app/cursors.h"

#include <string.h>

/* Many locations in one entry each keep theirs; the last counts. */
static const struct json *cursor_in(const struct json *report)
{
    const struct json *cursor = json_member(report, "cursor");
    const struct json *of = json_member(report, "of");

    for (const struct json *one = json_first(of); one; one = json_next(one))
        if (json_member(one, "cursor"))
            cursor = json_member(one, "cursor");
    return cursor;
}

static char *read_cursor(struct span input)
{
    struct buffer text = { 0 };
    struct json *json;
    struct verdict verdict = json_parse(input, &json);

    if (!is_accepted(&verdict))
        return NULL;
    const struct json *cursor = cursor_in(json);
    if (cursor)
        json_put(&text, NULL, cursor);
    json_free(json);
    return text.bytes;
}

static struct cursor_of *wanted(struct cursor_of *cursors, uint32_t count, const char *feed)
{
    for (uint32_t i = 0; i < count; i++)
        if (!cursors[i].cursor && strcmp(cursors[i].feed, feed) == 0)
            return &cursors[i];
    return NULL;
}

void cursors_find(struct journal_reader *reader, struct cursor_of *cursors, uint32_t count)
{
    struct chain_head head;
    struct entry entry;
    uint32_t found = 0;

    if (journal_reader_head(reader, &head) != STATUS_OK)
        return;
    uint64_t first =
        head.sequence > CURSOR_ENTRIES_MAX ? head.sequence - CURSOR_ENTRIES_MAX : 1;
    for (uint64_t at = head.sequence; at >= first && found < count; at--) {
        if (journal_reader_entry(reader, at, &entry) != STATUS_OK)
            return;
        struct cursor_of *one = entry.head.kind == INPUT_REPORT
            ? wanted(cursors, count, entry.head.source) : NULL;
        if (!one)
            continue;
        one->cursor = read_cursor(entry.input);
        found += one->cursor != NULL;
    }
}
