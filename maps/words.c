#include "maps/words.h"

#include <string.h>

#include "app/base/buffer.h"

/* Open addressing; a slot holds a word's number + 1, so that zeroed memory is an empty table, and
 * its hash, so that most texts are told apart without looking at them. */
struct slot {
    uint32_t next, hash;            /* next: the word's number + 1. */
};

struct words {
    struct buffer bytes;            /* Every text with its NUL, one after the other. */
    size_t *starts;
    struct slot *slots;
    uint32_t count, start_capacity, slot_count;
};

static uint32_t span_hash(struct span text)
{
    uint32_t hash = 2166136261u;    /* FNV-1a, 32 bits. */

    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
    return hash;
}

static bool word_is(const struct words *words, uint32_t word, struct span text)
{
    const char *there = words->bytes.bytes + words->starts[word];
    size_t end = word + 1 < words->count ? words->starts[word + 1] : words->bytes.length;

    return end - words->starts[word] == text.length + 1
           && (text.length == 0 || memcmp(there, text.bytes, text.length) == 0);
}

static struct slot *slot_of(const struct words *words, struct span text, uint32_t hash)
{
    uint32_t mask = words->slot_count - 1;

    for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
        struct slot *slot = &words->slots[at];
        if (slot->next == 0 || (slot->hash == hash && word_is(words, slot->next - 1, text)))
            return slot;
    }
}

static void slots_grow(struct words *words)
{
    struct slot *old = words->slots;
    uint32_t old_count = words->slot_count, mask = 2 * old_count - 1;

    words->slot_count = 2 * old_count;
    words->slots = base_alloc(words->slot_count, sizeof *words->slots);
    for (uint32_t i = 0; i < old_count; i++) {
        uint32_t at = old[i].hash & mask;
        while (old[i].next && words->slots[at].next)
            at = (at + 1) & mask;
        if (old[i].next)
            words->slots[at] = old[i];
    }
    base_free(old);
}

struct words *words_new(void)
{
    struct words *words = base_alloc(1, sizeof *words);

    words->slot_count = 64;
    words->slots = base_alloc(words->slot_count, sizeof *words->slots);
    words_add(words, span_of(""));
    return words;
}

void words_free(struct words *words)
{
    if (!words)
        return;
    buffer_clear(&words->bytes);
    base_free(words->starts);
    base_free(words->slots);
    base_free(words);
}

uint32_t words_add(struct words *words, struct span text)
{
    uint32_t hash = span_hash(text), word = words->count;
    struct slot *slot = slot_of(words, text, hash);

    if (slot->next)
        return slot->next - 1;
    words->starts = base_grow(words->starts, &words->start_capacity, word + 1,
                              sizeof *words->starts);
    words->starts[word] = words->bytes.length;
    buffer_add(&words->bytes, text);
    buffer_add(&words->bytes, span_from("", 1));
    words->count++;
    *slot = (struct slot){ .next = words->count, .hash = hash };
    if (words->count > words->slot_count / 2)
        slots_grow(words);
    return word;
}

uint32_t words_find(const struct words *words, struct span text)
{
    uint32_t next = slot_of(words, text, span_hash(text))->next;
    return next ? next - 1 : WORD_NONE;
}

const char *words_text(const struct words *words, uint32_t word)
{
    assert(word < words->count);
    return words->bytes.bytes + words->starts[word];
}

uint32_t words_count(const struct words *words)
{
    return words->count;
}
