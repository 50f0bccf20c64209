/* cot_types.h - what an event of a type means to a command centre: one table over the type tree
 * (MITRE CoT base schema, ATAK, TAK server; standards.md section 2), and the site's own rules.
 *
 * A row stands for its type and all below it; the longest row that fits counts. Pure. */
#ifndef FEEDS_COT_TYPES_H
#define FEEDS_COT_TYPES_H

#include "app/base/report.h"

#define COT_MEANINGS(ROW)                                                                 \
    ROW(TRACK)              /* Somebody or something is there; or was marked as being there. */ \
    ROW(MARKER)             /* A person marked a place. */                                \
    ROW(SHAPE)              /* A person drew an area or a line. */                        \
    ROW(PLANNING)           /* Routes, waypoints, rulers, cameras: not of the picture. */ \
    ROW(EMERGENCY)                                                                        \
    ROW(EMERGENCY_CANCEL)                                                                 \
    ROW(ALARM)              /* Of a device: a fence crossed, something detected. */       \
    ROW(CASUALTY)           /* Somebody has to be fetched. */                             \
    ROW(CHAT)                                                                             \
    ROW(CHAT_DELIVERED)                                                                   \
    ROW(CHAT_READ)                                                                        \
    ROW(TASK_REPLY)                                                                       \
    ROW(DELETE)                                                                           \
    ROW(PING)                                                                             \
    ROW(PONG)                                                                             \
    ROW(PROTOCOL_OFFER)                                                                   \
    ROW(PROTOCOL_REQUEST)                                                                 \
    ROW(PROTOCOL_RESPONSE)                                                                \
    ROW(CONTROL)            /* Between TAK programs, and nothing to us. */                \
    ROW(UNKNOWN)

#define ROW(upper) COT_##upper,
enum cot_meaning { COT_MEANINGS(ROW) COT_MEANING_COUNT };
#undef ROW

struct cot_type {
    const char *above;          /* The type whose branch it is. */
    enum cot_meaning meaning;
    const char *word;           /* Of a hazard or an alarm: its kind. */
};

/* The row for a type; one with meaning UNKNOWN when none fits. Never NULL. */
const struct cot_type *cot_type_find(const char *type);

/* A rule of the site: "TYPE=KIND", or "TYPE NAME=KIND" for events whose callsign begins with NAME:
 * such events are hazards of that kind, or nothing when no KIND is given. */
struct cot_rule {
    char *text;                 /* Owned: holds the three. */
    const char *above, *name, *kind;
};
/* False: it is not so written. */
bool cot_rule_read(const char *text, struct cot_rule *ret_rule);
void cot_rule_clear(struct cot_rule *rule);
bool cot_rule_fits(const struct cot_rule *rule, const char *type, const char *callsign);

/* A task's reply (y-*): how far the task is, what the unit does, and why. */
struct cot_task_reply {
    const char *above;
    enum receipt_stage stage;
    enum unit_status status;
    const char *reason;
};
const struct cot_task_reply *cot_task_reply_find(const char *type);     /* NULL: none of ours. */

#endif
