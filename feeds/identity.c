#include "feeds/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/fields.h"
#include "app/base/json.h"

struct thing {
    char **ids;                 /* The first is the hub's. */
    uint32_t id_count, id_capacity;
    int64_t version;
    uint64_t content, touched;
    bool said, over;            /* The hub was told of it, and not that it is over; replaced. */
};

/* An open table of (id, thing); `thing` is an index from 1, 0 for a free slot. */
struct slot {
    const char *id;             /* A loan from the thing. */
    uint32_t thing;
};

struct identity {
    struct thing *things;
    uint32_t count, capacity;
    struct slot *slots;
    uint32_t slot_count, slots_used;    /* A power of two; at most half are used. */
    uint64_t touches;
};

struct identity *identity_new(void)
{
    return base_alloc(1, sizeof(struct identity));
}

static void thing_clear(struct thing *thing)
{
    for (uint32_t i = 0; i < thing->id_count; i++)
        base_free(thing->ids[i]);
    base_free(thing->ids);
}

void identity_free(struct identity *identity)
{
    if (!identity)
        return;
    for (uint32_t i = 0; i < identity->count; i++)
        thing_clear(&identity->things[i]);
    base_free(identity->things);
    base_free(identity->slots);
    base_free(identity);
}

uint32_t identity_count(const struct identity *identity)
{
    return identity->count;
}

/* ---- the table ---- */

static uint64_t hash_of(struct span id)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, id.bytes, id.length);
    return digest_end(&digest);
}

/* The slot of an id, or the free one where it would go. */
static struct slot *slot_of(const struct identity *identity, struct span id)
{
    uint32_t mask = identity->slot_count - 1, at = (uint32_t)hash_of(id) & mask;

    while (identity->slots[at].thing && !span_is(id, identity->slots[at].id))
        at = (at + 1) & mask;
    return &identity->slots[at];
}

static struct thing *thing_of(const struct identity *identity, struct span id)
{
    if (identity->slot_count == 0)
        return NULL;
    uint32_t thing = slot_of(identity, id)->thing;
    return thing ? &identity->things[thing - 1] : NULL;
}

static void slots_make(struct identity *identity, uint32_t slot_count)
{
    base_free(identity->slots);
    identity->slots = base_alloc(slot_count, sizeof *identity->slots);
    identity->slot_count = slot_count;
    identity->slots_used = 0;
    for (uint32_t i = 0; i < identity->count; i++)
        for (uint32_t k = 0; k < identity->things[i].id_count; k++) {
            const char *id = identity->things[i].ids[k];
            *slot_of(identity, span_of(id)) = (struct slot){ id, i + 1 };
            identity->slots_used++;
        }
}

/* I1: only an id that belongs to nobody is given to a thing. */
static void id_give(struct identity *identity, struct thing *thing, struct span id)
{
    if (id.length == 0 || id.length > IDENTITY_ID_BYTES_MAX
        || thing->id_count == IDENTITY_IDS_MAX)
        return;
    if (identity->slots_used * 2 >= identity->slot_count)
        slots_make(identity, identity->slot_count ? identity->slot_count * 2 : 1024);
    struct slot *slot = slot_of(identity, id);
    if (slot->thing)
        return;
    char *copy = base_alloc(id.length + 1, 1);
    memcpy(copy, id.bytes, id.length);
    thing->ids = base_grow(thing->ids, &thing->id_capacity, thing->id_count + 1,
                           sizeof *thing->ids);
    thing->ids[thing->id_count++] = copy;
    *slot = (struct slot){ copy, (uint32_t)(thing - identity->things) + 1 };
    identity->slots_used++;
}

static int latest_first(const void *left, const void *right)
{
    const struct thing *a = left, *b = right;
    return (a->touched < b->touched) - (a->touched > b->touched);
}

static void oldest_forget(struct identity *identity)
{
    uint32_t kept = IDENTITY_THINGS_MAX / 4 * 3;

    qsort(identity->things, identity->count, sizeof *identity->things, latest_first);
    for (uint32_t i = kept; i < identity->count; i++)
        thing_clear(&identity->things[i]);
    identity->count = kept;
    slots_make(identity, identity->slot_count);
}

static struct thing *thing_add(struct identity *identity)
{
    if (identity->count == IDENTITY_THINGS_MAX)
        oldest_forget(identity);
    identity->things = base_grow(identity->things, &identity->capacity, identity->count + 1,
                                 sizeof *identity->things);
    struct thing *thing = &identity->things[identity->count++];
    *thing = (struct thing){ .touched = ++identity->touches };
    return thing;
}

/* ---- a sighting ---- */

static void ended_add(struct identified *identified, struct thing *thing, struct arena *arena)
{
    if (thing->said)
        identified->ended[identified->ended_count++] = arena_copy(arena, span_of(thing->ids[0]));
    thing->said = false;
}

/* All that was another thing's is this one's from now on. */
static void thing_merge(struct identity *identity, struct thing *into, struct thing *from)
{
    uint32_t index = (uint32_t)(into - identity->things) + 1;

    into->ids = base_grow(into->ids, &into->id_capacity, into->id_count + from->id_count,
                          sizeof *into->ids);
    for (uint32_t i = 0; i < from->id_count; i++) {
        slot_of(identity, span_of(from->ids[i]))->thing = index;
        into->ids[into->id_count++] = from->ids[i];
    }
    into->version = from->version > into->version ? from->version : into->version;
    base_free(from->ids);
    *from = (struct thing){ .touched = from->touched };
}

/* The thing among those that share an id with the sighting that the hub heard of first. The others
 * turn out to be the same. */
static struct thing *thing_find(struct identity *identity, const struct sighting *sighting,
                                struct identified *identified, struct arena *arena)
{
    struct thing *found = NULL;

    for (uint32_t i = 0; i < sighting->id_count; i++) {
        struct thing *thing = thing_of(identity, sighting->ids[i]);
        if (thing && !thing->over && (!found || (thing->said && !found->said)
                                      || (thing->said == found->said && thing < found)))
            found = thing;
    }
    for (uint32_t i = 0; found && i < sighting->id_count; i++) {
        struct thing *thing = thing_of(identity, sighting->ids[i]);
        if (!thing || thing == found || thing->over)
            continue;
        ended_add(identified, thing, arena);
        thing_merge(identity, found, thing);
    }
    return found;
}

static bool is_own(const struct sighting *sighting, struct span id)
{
    for (uint32_t i = 0; i < sighting->id_count; i++)
        if (sighting->ids[i].length == id.length
            && memcmp(sighting->ids[i].bytes, id.bytes, id.length) == 0)
            return true;
    return false;
}

/* Also things not seen yet: they may come later (I3). */
static void replaced_end(struct identity *identity, const struct sighting *sighting,
                         struct identified *identified, struct arena *arena)
{
    for (uint32_t i = 0; i < sighting->replaces_count; i++) {
        struct span id = sighting->replaces[i];
        if (is_own(sighting, id) || id.length == 0 || id.length > IDENTITY_ID_BYTES_MAX)
            continue;
        struct thing *thing = thing_of(identity, id);
        if (!thing) {
            thing = thing_add(identity);
            id_give(identity, thing, id);
        }
        ended_add(identified, thing, arena);
        thing->over = true;
    }
}

static enum identity_news judge(const struct thing *thing, const struct sighting *sighting)
{
    if (thing->over)
        return IDENTITY_OVER;
    if (sighting->version && sighting->version < thing->version)
        return IDENTITY_OLDER;
    if (sighting->cancel && !thing->said)
        return IDENTITY_OVER;
    if (thing->content == sighting->content && thing->said != sighting->cancel)
        return IDENTITY_SAME;
    return IDENTITY_TELL;
}

struct identified identity_take(struct identity *identity, const struct sighting *sighting,
                                struct arena *arena)
{
    struct identified identified = { .ended = NULL };
    uint32_t ended_max = sighting->id_count + sighting->replaces_count;

    assert(sighting->id_count > 0);
    assert(sighting->ids[0].length > 0);
    assert(sighting->ids[0].length <= IDENTITY_ID_BYTES_MAX);
    identified.ended = arena_alloc(arena, ended_max * sizeof *identified.ended);
    struct thing *over = thing_of(identity, sighting->ids[0]);
    if (over && over->over) {
        identified.news = IDENTITY_OVER;
        identified.id = arena_copy(arena, span_of(over->ids[0]));
        return identified;
    }
    replaced_end(identity, sighting, &identified, arena);
    struct thing *thing = thing_find(identity, sighting, &identified, arena);
    if (!thing)
        thing = thing_add(identity);
    for (uint32_t i = 0; i < sighting->id_count; i++)
        id_give(identity, thing, sighting->ids[i]);
    thing->touched = ++identity->touches;
    identified.news = judge(thing, sighting);
    identified.id = arena_copy(arena, span_of(thing->ids[0]));
    if (identified.news == IDENTITY_TELL)
        thing->said = !sighting->cancel;
    if (identified.news == IDENTITY_TELL || (sighting->cancel && !thing->over)) {
        thing->content = sighting->content;
        thing->version = sighting->version > thing->version ? sighting->version : thing->version;
    }
    return identified;
}

void identity_unsaid(struct identity *identity, const char *id)
{
    struct thing *thing = thing_of(identity, span_of(id));

    if (thing) {
        thing->content = 0;
        thing->version = 0;
    }
}

/* ---- kept on disk ---- */

void identity_write(const struct identity *identity, struct buffer *out)
{
    char content[24];

    for (uint32_t i = 0; i < identity->count; i++) {
        const struct thing *thing = &identity->things[i];
        if (thing->id_count == 0)       /* It was found to be another. */
            continue;
        json_open(out, NULL, '{');
        json_put_int64(out, "version", thing->version);
        snprintf(content, sizeof content, "%016" PRIx64, thing->content);
        json_put_text(out, "content", content);
        json_put_flag(out, "said", thing->said);
        json_put_flag(out, "over", thing->over);
        json_open(out, "ids", '[');
        for (uint32_t k = 0; k < thing->id_count; k++)
            json_put_text(out, NULL, thing->ids[k]);
        json_close(out, ']');
        json_close(out, '}');
        buffer_add_text(out, "\n");
    }
}

static void line_read(struct identity *identity, const struct json *json)
{
    const struct json *ids = json_member(json, "ids");
    const char *first = json_text(json_first(ids));

    if (!first || thing_of(identity, span_of(first)))
        return;
    struct thing *thing = thing_add(identity);
    thing->version = json_member_int64(json, "version", 0);
    thing->content = strtoull(json_member_text(json, "content", "0"), NULL, 16);
    thing->said = json_member_flag(json, "said", false);
    thing->over = json_member_flag(json, "over", false);
    for (const struct json *id = json_first(ids); id; id = json_next(id))
        if (json_text(id))
            id_give(identity, thing, span_of(json_text(id)));
}

void identity_read(struct identity *identity, struct span lines)
{
    struct span line;

    while (span_cut(&lines, '\n', &line)) {
        struct json *json = NULL;
        struct verdict verdict = json_parse(line, &json);
        if (!is_accepted(&verdict))
            continue;
        line_read(identity, json);
        json_free(json);
    }
}
