#include "feeds/mqtt_subjects.h"

#include <string.h>

enum { SLOTS_MIN = 256 };

static uint64_t hash_bytes(uint64_t hash, struct span bytes)
{
    for (size_t i = 0; i < bytes.length; i++)
        hash = (hash ^ (unsigned char)bytes.bytes[i]) * 0x100000001b3ull;
    return hash;
}

/* FNV-1a; its low bits alone are weak, so the high ones are folded in. */
static uint64_t key_hash(const struct subjects *subjects, struct span topic, struct span name)
{
    uint64_t hash = hash_bytes(0xcbf29ce484222325ull ^ subjects->seed, topic);

    hash = hash_bytes((hash ^ '\n') * 0x100000001b3ull, name);
    return hash ^ hash >> 29;
}

static bool key_is(const struct subject *subject, struct span topic, struct span name)
{
    return subject->topic_length == topic.length && subject->name_length == name.length
           && memcmp(subject->key, topic.bytes, topic.length) == 0
           && memcmp(subject->key + topic.length, name.bytes, name.length) == 0;
}

static void watch_free(struct watch *watch)
{
    base_free((char *)watch->facts.point);
    base_free((char *)watch->facts.place);
    base_free((char *)watch->facts.unit);
    base_free((char *)watch->facts.text);
    base_free(watch);
}

static void subject_free(struct subject *subject)
{
    for (uint32_t i = 0; i < subject->watch_count; i++)
        watch_free(subject->watches[i]);
    base_free(subject->watches);
    base_free(subject->pack_lines);
    base_free(subject->last);
    base_free(subject->key);
    base_free(subject);
}

void subjects_clear(struct subjects *subjects)
{
    for (uint32_t i = 0; i < subjects->count; i++)
        subject_free(subjects->at[i]);
    base_free(subjects->at);
    base_free(subjects->slots);
    *subjects = (struct subjects){ .seed = subjects->seed };
}

struct subject *subjects_find(const struct subjects *subjects, struct span topic,
                              struct span name)
{
    uint64_t hash = key_hash(subjects, topic, name);

    if (subjects->slot_count == 0)
        return NULL;
    for (uint32_t slot = (uint32_t)hash & (subjects->slot_count - 1); subjects->slots[slot];
         slot = (slot + 1) & (subjects->slot_count - 1)) {
        struct subject *subject = subjects->at[subjects->slots[slot] - 1];
        if (subject->hash == hash && key_is(subject, topic, name))
            return subject;
    }
    return NULL;
}

static void slot_put(struct subjects *subjects, uint64_t hash, uint32_t number)
{
    uint32_t slot = (uint32_t)hash & (subjects->slot_count - 1);

    while (subjects->slots[slot])
        slot = (slot + 1) & (subjects->slot_count - 1);
    subjects->slots[slot] = number + 1;
}

/* Never more than half full. */
static void slots_grow(struct subjects *subjects)
{
    if ((subjects->count + 1) * 2 <= subjects->slot_count)
        return;
    base_free(subjects->slots);
    subjects->slot_count = subjects->slot_count ? subjects->slot_count * 2 : SLOTS_MIN;
    subjects->slots = base_alloc(subjects->slot_count, sizeof *subjects->slots);
    for (uint32_t i = 0; i < subjects->count; i++)
        slot_put(subjects, subjects->at[i]->hash, i);
}

struct subject *subjects_add(struct subjects *subjects, struct span topic, struct span name)
{
    struct subject *subject = base_alloc(1, sizeof *subject);

    slots_grow(subjects);
    subject->hash = key_hash(subjects, topic, name);
    subject->topic_length = topic.length;
    subject->name_length = name.length;
    subject->key = base_alloc(1, topic.length + name.length + 1);
    memcpy(subject->key, topic.bytes, topic.length);
    memcpy(subject->key + topic.length, name.bytes, name.length);
    subjects->at = base_grow(subjects->at, &subjects->capacity, subjects->count + 1,
                             sizeof *subjects->at);
    subjects->at[subjects->count] = subject;
    slot_put(subjects, subject->hash, subjects->count++);
    return subject;
}

struct watch *subject_watch(struct subject *subject, const struct mqtt_line *line)
{
    struct watch *watch = base_alloc(1, sizeof *watch);

    watch->line = line;
    subject->watches = base_grow(subject->watches, &subject->watch_capacity,
                                 subject->watch_count + 1, sizeof *subject->watches);
    subject->watches[subject->watch_count++] = watch;
    return watch;
}
