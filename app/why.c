#include "app/why.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/wire.h"

struct looking {
    const struct object_name *object;
    bool found;
};

static void look(void *context, const struct object_name *object)
{
    struct looking *looking = context;

    looking->found = looking->found
        || (object->kind == looking->object->kind && object->number == looking->object->number
            && strcmp(object->key, looking->object->key) == 0);
}

static void put_link(struct buffer *out, const struct wire_link *link)
{
    json_open(out, NULL, '{');
    record_write(&wire_link_shape, link, out);
    json_close(out, '}');
}

/* The input in words: what was typed, reported or answered. */
static void input_sentence(const struct entry *entry, const struct json *input,
                           struct buffer *out)
{
    const char *kind = vocabulary_word(&input_kind_words, entry->head.kind);

    switch (entry->head.kind) {
    case INPUT_COMMAND:
        buffer_print(out, "typed: %s", json_member_text(input, "typed", ""));
        return;
    case INPUT_REPORT:
        buffer_print(out, "reported: %s %s%s", json_member_text(input, "report", "?"),
                     json_member_text(input, "id", ""),
                     json_member_flag(input, "cancel", false) ? " cancelled" : "");
        return;
    case INPUT_ANSWER:
        buffer_print(out, "answered QU%" PRId64, json_member_int64(input, "question", 0));
        return;
    case INPUT_TICK:
    case INPUT_CONFIG:
    case INPUT_KIND_COUNT:
        break;
    }
    buffer_print(out, "%s %s", kind, json_member_text(input, "tick", ""));
}

static void put_input(const struct entry *entry, struct buffer *out)
{
    struct buffer sentence = { 0 };
    struct json *input;
    struct verdict verdict = json_parse(entry->input, &input);

    if (!is_accepted(&verdict))
        return;
    input_sentence(entry, input, &sentence);
    put_link(out, &(struct wire_link){ .sequence = (int64_t)entry->head.sequence,
                                       .at = entry->head.at_ms, .source = entry->head.source,
                                       .rule = "", .sentence = sentence.bytes });
    buffer_clear(&sentence);
    json_free(input);
}

static void put_events(const struct entry *entry, const struct event_list *events,
                       const struct object_name *object, struct buffer *out)
{
    struct buffer sentence = { 0 };

    for (uint32_t i = 0; i < events->count; i++) {
        struct looking looking = { .object = object };
        event_touches(&events->at[i], look, &looking);
        if (!looking.found || events->at[i].kind == EVENT_UNIT_LOCATED)
            continue;
        buffer_reset(&sentence);
        event_sentence(&events->at[i], &sentence);
        put_link(out, &(struct wire_link){
                          .sequence = (int64_t)entry->head.sequence, .event = i + 1,
                          .at = entry->head.at_ms, .source = entry->head.source,
                          .rule = events->at[i].rule,
                          .sentence = sentence.bytes ? sentence.bytes : "" });
    }
    buffer_clear(&sentence);
}

static void put_entry(const struct entry *entry, const struct object_name *object,
                      struct buffer *out)
{
    struct arena *arena = arena_new();
    struct event_list events;
    struct json *json = NULL;
    struct verdict verdict = json_parse(entry->events, &json);

    if (is_accepted(&verdict))
        verdict = events_read(json, arena, &events);
    if (is_accepted(&verdict)) {
        put_input(entry, out);
        put_events(entry, &events, object, out);
    }
    json_free(json);
    arena_free(arena);
}

/* ---- the chain: entries that touched the object, and who asked what one of them answers ---- */

struct link {
    uint64_t sequence;
    struct object_name object;
};

struct chain_of {
    struct link links[2 * WHY_ENTRIES_MAX];
    uint32_t count;
};

static void add_link(struct chain_of *chain, uint64_t sequence, const struct object_name *object)
{
    for (uint32_t i = 0; i < chain->count; i++)
        if (chain->links[i].sequence == sequence)
            return;
    assert(chain->count < ARRAY_COUNT(chain->links));
    chain->links[chain->count++] = (struct link){ .sequence = sequence, .object = *object };
}

/* An answer of geography goes on with a command: whoever typed that is the cause. */
static void add_asker(struct chain_of *chain, const struct entry *entry, struct touched *touched)
{
    uint64_t sequences[8];
    struct json *input;
    struct verdict verdict = json_parse(entry->input, &input);

    if (!is_accepted(&verdict))
        return;
    const struct object_name question = object_numbered(
        OBJECT_QUESTION, (uint32_t)json_member_int64(input, "question", 0));
    json_free(input);
    uint32_t count = touched_find(touched, &question, sequences, ARRAY_COUNT(sequences));
    if (count > 0)
        add_link(chain, sequences[count - 1], &question);
}

static int compare_links(const void *left_row, const void *right_row)
{
    const struct link *left = left_row, *right = right_row;

    return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

bool why_write(struct journal_reader *reader, struct touched *touched,
               const struct object_name *object, struct buffer *out, struct buffer *problem)
{
    uint64_t sequences[WHY_ENTRIES_MAX];
    char name[OBJECT_NAME_BYTES];
    struct chain_of chain = { .count = 0 };
    struct entry entry;

    uint32_t count = touched_find(touched, object, sequences, WHY_ENTRIES_MAX);
    if (count == 0)
        buffer_print(problem, "Nothing in the record touched %s.", object_name_text(object, name));
    for (uint32_t i = 0; i < count; i++)
        add_link(&chain, sequences[i], object);
    /* Second, because an entry is told once: an asker that touched the object tells that. */
    for (uint32_t i = 0; i < count; i++)
        if (journal_reader_entry(reader, sequences[i], &entry) == STATUS_OK
            && entry.head.kind == INPUT_ANSWER)
            add_asker(&chain, &entry, touched);
    qsort(chain.links, chain.count, sizeof *chain.links, compare_links);
    for (uint32_t i = 0; i < chain.count; i++)
        if (journal_reader_entry(reader, chain.links[i].sequence, &entry) == STATUS_OK)
            put_entry(&entry, &chain.links[i].object, out);
    return count > 0;
}
