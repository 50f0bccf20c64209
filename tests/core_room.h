/* core_room.h - a room without a hub, for the tests of the pure middle: it takes inputs one after
 * the other, and folds a second picture from what each entry's events look like as JSON, whose
 * digest must be the first one's after every turn. */
#ifndef TESTS_CORE_ROOM_H
#define TESTS_CORE_ROOM_H

#include "app/core/turn.h"

struct room {
    struct picture *picture, *folded;
    struct arena *arena;
    int64_t now_ms;
    struct buffer events;           /* Of the last turn. */
    char told[1200];                /* "OK #1 FIRE ..." of the last command, or "". */
    uint32_t entries;
};

/* A city with types, crews E7, L2, E3 (feed field) and M4 (by radio), and feeds of each trust. */
void room_init(struct room *room);
/* The same with members of `site` and further sections, as JSON text: "\"a\":1" and
 * "\"hazards\":[]"; either may be "". */
void room_init_with(struct room *room, const char *site, const char *sections);
/* That configuration as an input. */
void room_config(const char *site, const char *sections, struct buffer *out);
void room_clear(struct room *room);

struct verdict room_take(struct room *room, enum input_kind kind, const char *source,
                         const char *text);
/* A line of KIM, a dispatcher. */
void room_say(struct room *room, const char *typed);
void room_say_saw(struct room *room, const char *operator, const char *role, uint64_t saw,
                  const char *typed);
void room_answer(struct room *room, const char *json);
void room_tick(struct room *room);

/* What the last command was told starts so; the last turn's events hold this text, or do not. */
void room_told(const struct room *room, const char *start);
void room_event(const struct room *room, const char *part);
void room_no_event(const struct room *room, const char *part);
/* The picture's dump, read back, has its digest. */
void room_dump_holds(const struct room *room);

#endif
