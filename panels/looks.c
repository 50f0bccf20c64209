#include "panels/looks.h"

void looks_clear(struct looks *looks)
{
    for (uint32_t i = 0; i < LOOK_COUNT; i++)
        buffer_clear(&looks->slots[i].ask);
}

void looks_want(struct looks *looks, enum look_kind kind, struct buffer *ask, int64_t due_ms)
{
    struct look_slot *look = &looks->slots[kind];

    assert(ask->length > 0);
    buffer_clear(&look->ask);
    look->ask = *ask;
    look->due_ms = due_ms;
    look->meant = false;
    *ask = (struct buffer){ 0 };
}

void looks_drop(struct looks *looks, enum look_kind kind)
{
    buffer_clear(&looks->slots[kind].ask);
    looks->slots[kind].meant = false;
}

bool looks_waits(const struct looks *looks, enum look_kind kind)
{
    return looks->slots[kind].ask.length > 0 || looks->slots[kind].meant;
}

enum look_kind looks_next(const struct looks *looks, int64_t now_ms, int64_t *ret_wait_ms)
{
    int64_t wait_ms = -1;

    for (uint32_t i = 0; i < LOOK_COUNT; i++) {
        const struct look_slot *look = &looks->slots[i];
        /* What is under way is looked after at the time when it would be late. */
        int64_t due_ms = look->under_way ? look->asked_ms + LOOK_LATE_MS : look->due_ms;
        if (look->ask.length == 0 && !look->under_way)
            continue;
        if (!look->under_way && due_ms <= now_ms)
            return (enum look_kind)i;
        int64_t left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
        if (wait_ms < 0 || left_ms < wait_ms)
            wait_ms = left_ms;
    }
    *ret_wait_ms = wait_ms;
    return LOOK_COUNT;
}

struct span looks_ask(const struct looks *looks, enum look_kind kind)
{
    return buffer_span(&looks->slots[kind].ask);
}

void looks_sent(struct looks *looks, enum look_kind kind, uint64_t ref, int64_t now_ms)
{
    struct look_slot *look = &looks->slots[kind];

    assert(look->ask.length > 0);
    assert(look->under_way == 0);
    buffer_clear(&look->ask);
    look->under_way = ref;
    look->asked_ms = now_ms;
    look->meant = true;
}

static struct look_slot *look_of(const struct looks *looks, uint64_t ref)
{
    for (uint32_t i = 0; i < LOOK_COUNT; i++)
        if (ref != 0 && looks->slots[i].under_way == ref)
            return (struct look_slot *)&looks->slots[i];
    return NULL;
}

bool looks_knows(const struct looks *looks, uint64_t ref)
{
    return look_of(looks, ref) != NULL;
}

/* It is over; its kind when somebody still waits for it. */
static enum look_kind look_end(struct looks *looks, struct look_slot *look)
{
    bool meant = look->meant;

    look->under_way = 0;
    look->meant = false;
    return meant ? (enum look_kind)(look - looks->slots) : LOOK_COUNT;
}

enum look_kind looks_answered(struct looks *looks, uint64_t ref)
{
    struct look_slot *look = look_of(looks, ref);

    return look ? look_end(looks, look) : LOOK_COUNT;
}

enum look_kind looks_late(struct looks *looks, int64_t now_ms)
{
    for (uint32_t i = 0; i < LOOK_COUNT; i++) {
        struct look_slot *look = &looks->slots[i];
        bool late = look->under_way && now_ms - look->asked_ms >= LOOK_LATE_MS;
        enum look_kind kind = late ? look_end(looks, look) : LOOK_COUNT;
        if (kind != LOOK_COUNT)
            return kind;
    }
    return LOOK_COUNT;
}
