/* webhook_body.h - what a body that somebody posted says: reports, all of it or nothing. Pure.
 *
 * It is one JSON value: an object is one message, a list is several, and a path (`list`) says where
 * in an object the list stands. One wrong message makes the whole body wrong, so that its sender
 * can send all of it again. */
#ifndef FEEDS_WEBHOOK_BODY_H
#define FEEDS_WEBHOOK_BODY_H

#include "feeds/mapping.h"

enum { WEBHOOK_MESSAGES_MAX = 1000 };

struct webhook_body_plan {
    const struct mapping *mapping;
    const struct json_path *list;       /* NULL: none. */
    expression_look_fn *look;           /* Of headers; may be NULL. */
    void *context;
};

struct webhook_body {
    struct json *json;                  /* What the reports' strings are loans from. */
    struct report *reports;             /* In the arena. */
    uint32_t report_count, message_count;
};

/* On acceptance the caller owns ret_body->json. Refusals: those of json_parse() and of the mapping,
 * with *ret_message the message meant, counted from 1 (0: the body as a whole); WRONG_TYPE "list";
 * TOO_LONG over WEBHOOK_MESSAGES_MAX. */
struct verdict webhook_body_read(struct span bytes, const struct webhook_body_plan *plan,
                                 struct arena *arena, struct webhook_body *ret_body,
                                 uint32_t *ret_message);

/* How long the JSON text at the start of `bytes` is, blanks before it included: for several texts
 * one after the other. All of it when it has no end. */
size_t webhook_text_length(struct span bytes);

#endif
