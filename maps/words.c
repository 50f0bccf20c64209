#include "maps/words.h"

#include <string.h>

#include "app/base/buffer.h"

/* Open addressing; a slot holds a word's number + 1, so that zeroed memory is an empty table. */
struct words {
    struct buffer bytes;            /* Every text with its NUL, one after the other. */
    size_t *starts;
    uint32_t *slots;
    uint32_t count, start_capacity, slot_count;
};

static uint32_t span_hash(struct span text)
{
    uint32_t hash = 2166136261u;    /* FNV-1a, 32 bits. */

    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
    return hash;
}

static uint32_t *slot_of(const struct words *words, struct span text)
{
    uint32_t mask = words->slot_count - 1;

    for (uint32_t at = span_hash(text) & mask;; at = (at + 1) & mask) {
        uint32_t *slot = &words->slots[at];
        if (*slot == 0 || span_is(text, words_text(words, *slot - 1)))
            return slot;
    }
}

static void slots_grow(struct words *words)
{
    base_free(words->slots);
    words->slot_count *= 2;
    words->slots = base_alloc(words->slot_count, sizeof *words->slots);
    for (uint32_t word = 0; word < words->count; word++)
        *slot_of(words, span_of(words_text(words, word))) = word + 1;
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
    uint32_t *slot = slot_of(words, text);

    if (*slot)
        return *slot - 1;
    uint32_t word = words->count;
    words->starts = base_grow(words->starts, &words->start_capacity, word + 1,
                              sizeof *words->starts);
    words->starts[word] = words->bytes.length;
    buffer_add(&words->bytes, text);
    buffer_add(&words->bytes, span_from("", 1));
    words->count++;
    *slot = words->count;
    if (words->count > words->slot_count / 2)
        slots_grow(words);
    return word;
}

uint32_t words_find(const struct words *words, struct span text)
{
    uint32_t slot = *slot_of(words, text);
    return slot ? slot - 1 : WORD_NONE;
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
