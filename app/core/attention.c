/* attention.c - the life of an item:
 *
 *                 cause                      ack, or the command that cures
 *     (nothing) ---------> OPEN ------------------------------------------> TAKEN ---> (left)
 *                           |  ^                                              |   cause ends
 *               cause ends, |  | cause again, or worse                        | worse: OPEN again
 *               by itself   v  |
 *                          ENDED ---------> (left)
 *                                  ack
 *
 * attention_settle() draws every arrow but `ack`, which is decide_acknowledge(). */
#include "app/core/attention.h"

#include <string.h>

#include "app/core/attention_inside.h"
#include "app/core/decide.h"

/* Ended by a person's own command, nobody needs to be told that it has ended. */
static void item_ends(struct turn *turn, const struct attention *item)
{
    bool seen = item->state == ATTENTION_TAKEN || turn->input->kind == INPUT_COMMAND
                || turn->operator[0];
    struct event event =
        turn_event(seen ? EVENT_ATTENTION_LEFT : EVENT_ATTENTION_ENDED, "attention");

    if (seen)
        event.attention_left.object = item->object;
    else
        event.attention_ended.object = item->object;
    turn_add(turn, &event);
}

/* A question that ended, an order or incident that left: nothing remains to be acknowledged. */
static void item_leaves(struct turn *turn, const struct attention *item)
{
    struct event event = turn_event(EVENT_ATTENTION_LEFT, "attention.gone");

    event.attention_left.object = item->object;
    turn_add(turn, &event);
}

static void attention_settle(struct turn *turn, const struct object_name *name)
{
    const struct picture *picture = turn->picture;
    char key[OBJECT_NAME_BYTES], words[48];

    if (!attention_has_causes(name->kind))
        return;
    const void *object = picture_find(picture, name);
    const struct attention *item =
        picture_called(picture, OBJECT_ATTENTION, object_name_text(name, key));
    uint32_t level =
        object ? attention_wanted(picture, name->kind, object, turn->head.at_ms, words,
                                  sizeof words)
               : 0;

    if (level == 0) {
        if (item && !object)
            item_leaves(turn, item);
        else if (item && item->state != ATTENTION_ENDED)
            item_ends(turn, item);
        return;
    }
    bool same = item && item->state != ATTENTION_ENDED && item->level == level
                && strcmp(item->words, words) == 0;
    /* The last place is kept for the word that the tables are full. */
    uint32_t most = name->kind == OBJECT_SITE ? ATTENTION_MAX : ATTENTION_MAX - 1;
    if (same || (!item && picture_count(picture, OBJECT_ATTENTION) >= most))
        return;
    struct event event = turn_event(EVENT_ATTENTION_RAISED, "attention");
    event.attention_raised.object = key;
    event.attention_raised.level = level;
    event.attention_raised.words = words;
    turn_add(turn, &event);
}

struct touched_list {
    struct object_name *names;
    uint32_t count, capacity;
    struct arena *arena;
};

static void remember(void *context, const struct object_name *name)
{
    struct touched_list *list = context;

    if (!attention_has_causes(name->kind))
        return;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->names[i].kind == name->kind && list->names[i].number == name->number
            && strcmp(list->names[i].key, name->key) == 0)
            return;
    if (list->count == list->capacity) {
        uint32_t grown = list->capacity ? list->capacity * 2 : 16;
        struct object_name *names = arena_alloc(list->arena, grown * sizeof *names);
        if (list->count)
            memcpy(names, list->names, list->count * sizeof *names);
        list->names = names;
        list->capacity = grown;
    }
    list->names[list->count++] = *name;
}

/* The events of a turn may touch three objects each, and every object ends in one event at most. */
_Static_assert(DUE_EVENTS_MAX * 4 < EVENTS_PER_ENTRY_MAX / 2, "a tick leaves room for its review");

/* A review that finds too much for one entry leaves the rest to the next one that looks. */
static bool goes_on(const struct turn *turn)
{
    return turn->events.count < EVENTS_PER_ENTRY_MAX - 1;
}

/* Every object that a timed cause looks at. */
static void settle_timed(struct turn *turn)
{
    for (int k = 0; k < OBJECT_KIND_COUNT; k++) {
        enum object_kind kind = (enum object_kind)k;
        if (!attention_is_timed(kind))
            continue;
        for (uint32_t i = 0; i < picture_count(turn->picture, kind) && goes_on(turn); i++) {
            const void *row = picture_row(turn->picture, kind, i);
            struct object_name name = object_numbered(kind, *(const uint32_t *)row);
            attention_settle(turn, &name);
        }
    }
}

static bool is_there(const struct picture *picture, const struct attention *item)
{
    struct object_name name;

    return picture_unit(picture, item->object)
           || (object_name_parse(span_of(item->object), &name) && picture_find(picture, &name));
}

/* An incident takes its orders and messages with it, and a configuration its units and feeds, in
 * one event that does not name them: nobody could ever answer for what is gone. */
static void settle_gone(struct turn *turn)
{
    bool takes_others = false;

    for (uint32_t i = 0; i < turn->events.count; i++)
        takes_others = takes_others || turn->events.at[i].kind == EVENT_INCIDENT_LEFT
                       || turn->events.at[i].kind == EVENT_WITHDRAWN;
    if (!takes_others)
        return;
    for (uint32_t i = picture_count(turn->picture, OBJECT_ATTENTION); i > 0 && goes_on(turn);
         i--) {
        const struct attention *item = picture_row(turn->picture, OBJECT_ATTENTION, i - 1);
        if (!is_there(turn->picture, item))
            item_leaves(turn, item);
    }
}

void attention_review(struct turn *turn)
{
    struct touched_list list = { .arena = turn->arena };

    /* A configuration touches every unit and feed, but none of it asks for anybody yet. */
    if (turn->input->kind != INPUT_CONFIG)
        for (uint32_t i = 0; i < turn->events.count; i++)
            event_touches(&turn->events.at[i], remember, &list);
    for (uint32_t i = 0; i < list.count; i++)
        attention_settle(turn, &list.names[i]);
    settle_gone(turn);
    if (turn->input->kind == INPUT_TICK)
        settle_timed(turn);
    const struct object_name site = object_called(OBJECT_SITE, "site");
    if (goes_on(turn))
        attention_settle(turn, &site);
}

static const char *incident_owner(const struct picture *picture, uint32_t number)
{
    const struct incident *incident = number ? picture_incident(picture, number) : NULL;

    return incident ? incident->owner : "";
}

const char *attention_owner(const struct picture *picture, const struct attention *item)
{
    struct object_name name;

    if (item->owner[0] || !object_name_parse(span_of(item->object), &name))
        return item->owner;
    const void *object = picture_find(picture, &name);
    if (!object)
        return "";
    if (name.kind == OBJECT_INCIDENT)
        return ((const struct incident *)object)->owner;
    /* An emergency is everybody's until one person takes it. */
    if (name.kind == OBJECT_UNIT && !((const struct unit *)object)->emergency_ms)
        return incident_owner(picture, ((const struct unit *)object)->incident);
    if (name.kind == OBJECT_ORDER)
        return incident_owner(picture, ((const struct order *)object)->incident);
    if (name.kind == OBJECT_MESSAGE)
        return incident_owner(picture, ((const struct message *)object)->incident);
    return name.kind == OBJECT_QUESTION ? ((const struct question *)object)->operator : "";
}

struct attention_sums attention_sums(const struct picture *picture, const char *operator)
{
    struct attention_sums sums = { 0 };

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ATTENTION); i++) {
        const struct attention *item = picture_row(picture, OBJECT_ATTENTION, i);
        const char *owner = attention_owner(picture, item);
        sums.total++;
        if (owner[0] == '\0')
            sums.unowned++;
        else if (strcmp(owner, operator) == 0)
            sums.mine++;
        else
            sums.others++;
        if (sums.oldest_ms == 0 || item->raised_ms < sums.oldest_ms)
            sums.oldest_ms = item->raised_ms;
    }
    assert(sums.total == sums.mine + sums.others + sums.unowned);
    return sums;
}
