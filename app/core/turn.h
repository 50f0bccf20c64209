/* turn.h - one turn of the hub for one input: decide against the picture, apply, review attention.
 *
 *     turn_take(picture, input)  ->  its events, already applied, and what its asker is told
 *
 * Pure but for the picture it is given: no clock, disk, socket or randomness. Every event names its
 * rule. Effects (orders, questions to geography) follow from the events; the hub lets them out when
 * the entry is durable. */
#ifndef APP_CORE_TURN_H
#define APP_CORE_TURN_H

#include "app/core/command.h"

struct input {
    enum input_kind kind;
    int64_t at_ms;                  /* Hub time, stamped by the hub. */
    const char *source;             /* Feed name, operator name, or "". */
    const struct json *json;        /* The input as it stands in the journal. */
};

/* The forms of an input's JSON:
 *   report   the report as its adapter wrote it, or {"report":"locations","of":[...]}
 *   command  {"typed":"d 42 E7","text":"dispatch 42 E7","saw":8120,"role":"dispatcher"}; for
 *            `reload` also "problem" when site.conf is wrong
 *   answer   {"question":32,"found":[...]} | {"question":33,"route":[...],"s":240,"m":3100} |
 *            {"question":34,"address":...,"zone":...} | {"question":32,"failed":"..."}
 *   tick     {"tick":"due"} | {"tick":"clock","by_ms":5300} |
 *            {"tick":"feed","feed":"nws","state":"STALE","reason":"..."} |
 *            {"tick":"set aside","what":"report","source":"nws","reason":"..."} |
 *            {"tick":"order","order":31,"stage":"sent"|"may have been sent","reason":"..."}
 *   config   {"site":{...},"types":[...],"dispositions":[...],"facilities":[...],"hazards":[...],
 *            "layers":[...],"layer_classes":[...],"operators":[...],"units":[...],
 *            "feeds":[...]}, each item with the fields of its list in objects.h */

struct turn {
    struct picture *picture;        /* Each event is applied as soon as it is decided. */
    const struct input *input;
    struct entry_head head;         /* Of the entry this will be. */
    struct arena *arena;            /* Strings and events of this turn. */
    struct event_list events;
    bool entered;                   /* False for a tick that decided nothing: no entry then. */
    /* What the asker of a command is told; NULL when nobody asked, or while a question to geography
     * is open. Its `question` is the number under which the asker has been waiting, or 0. */
    const struct command_answered *answer;
    struct verdict verdict;         /* Refused: the input could not be understood at all. */

    /* Who is asking, and under which circumstances; filled by turn.c for the commands. */
    const char *operator;
    enum operator_role role;
    uint64_t saw;                   /* The sequence that the asker's screen showed; 0: unknown. */
    bool confirmed;                 /* A person answered `ok` to the question that this asked. */
    uint32_t question;              /* The question to geography that this continues, or 0. */
    const struct json *found;       /* Its answer; NULL when it failed or took too long. */
};

/* Decides the input as the next entry and applies its events. The result is a loan from `arena` and
 * from `input`. A refused verdict has changed nothing and entered nothing: the hub enters a
 * `refused` report in its place. */
struct turn turn_take(struct picture *picture, const struct input *input, struct arena *arena);

#endif
