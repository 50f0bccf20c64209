#include "app/core/entry.h"

#include <string.h>

struct verdict entry_apply(const struct entry_head *head, const struct json *events,
                           struct arena *arena, struct picture *picture)
{
    struct event_list list;

    if (head->sequence != picture->sequence + 1)
        return refused(REFUSED_CONTRADICTION, 0, "sequence");
    struct verdict verdict = events_read(events, arena, &list);
    if (!is_accepted(&verdict))
        return verdict;
    picture_begin(picture, head);
    for (uint32_t i = 0; i < list.count; i++)
        picture_apply(picture, head, &list.at[i]);
    return accepted();
}

void entry_write_wire(const struct entry *entry, enum entry_line which, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_int64(out, which == ENTRY_PAST ? "past" : "entry", (int64_t)entry->head.sequence);
    json_put_int64(out, "at", entry->head.at_ms);
    json_put_text(out, "kind", vocabulary_word(&input_kind_words, entry->head.kind));
    json_put_text(out, "source", entry->head.source);
    json_put_raw(out, "events", entry->events);
    json_close(out, '}');
}

struct verdict entry_read_wire(const struct json *line, struct entry_head *ret_head,
                               const struct json **ret_events)
{
    const char *kind_word = json_text(json_member(line, "kind"));
    const struct json *events = json_member(line, "events");
    int64_t sequence;
    uint32_t kind;

    if ((!json_int64(json_member(line, "entry"), &sequence)
         && !json_int64(json_member(line, "past"), &sequence))
        || sequence < 1)
        return refused(REFUSED_FIELD_MISSING, 0, "entry");
    if (!kind_word || !vocabulary_value(&input_kind_words, span_of(kind_word), &kind))
        return refused(REFUSED_UNKNOWN_WORD, 0, "kind");
    if (!events)
        return refused(REFUSED_FIELD_MISSING, 0, "events");
    *ret_head = (struct entry_head){ .sequence = (uint64_t)sequence,
                                     .at_ms = json_member_int64(line, "at", 0),
                                     .kind = (enum input_kind)kind,
                                     .source = json_member_text(line, "source", "") };
    *ret_events = events;
    return accepted();
}
