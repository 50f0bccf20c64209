/* cot_book.h - the orders that were sent, so that what comes back finds the one it answers.
 *
 * An order's id travels in the uids of the events that carry it ("order-PM-31" for PM/31), so a
 * receipt names its order even when this process is younger than it. Pure. */
#ifndef FEEDS_COT_BOOK_H
#define FEEDS_COT_BOOK_H

#include "feeds/hub_lines.h"

enum {
    COT_ORDERS_MAX = 20000,         /* Above it, the oldest is forgotten. */
    COT_TOKEN_BYTES = 64,
    COT_ORDERS_KEPT = 64,           /* Over a restart: the newest that are not over. */
};

struct cot_order {
    char id[48], unit[64];
    enum feed_verb verb;
    uint32_t number, incident;      /* 31 of "PM/31"; 0: about no incident. */
    enum receipt_stage stage;       /* As far as it was told. */
};

struct cot_book;
struct cot_book *cot_book_new(void);
void cot_book_free(struct cot_book *book);
/* A loan until COT_ORDERS_MAX more were added. An order that is there already stays as it is. */
struct cot_order *cot_book_add(struct cot_book *book, const struct feed_order *order,
                               bool *ret_is_new);
struct cot_order *cot_book_find(struct cot_book *book, const char *id);
/* What a unit's word is about: its newest order that is not over, of that number or about that
 * incident when `number` is not 0. NULL: none. */
struct cot_order *cot_book_of_unit(struct cot_book *book, const char *unit, uint32_t number);

/* The unit is free: none of its orders is open any more. */
void cot_book_close(struct cot_book *book, const char *unit);

/* Appends the newest orders that are not over as JSON, a report's cursor; takes them back from the
 * one that a hello gives. What is not so written is passed over. */
void cot_book_write(const struct cot_book *book, struct buffer *out);
void cot_book_read(struct cot_book *book, const struct json *cursor);

bool cot_stage_is_over(enum receipt_stage stage);
/* "order-PM-31", "" for an id that has not the form SITE/NUMBER; and back, from the last part of a
 * uid behind a dot. Both return `text`. */
const char *cot_order_token(const char *id, char text[COT_TOKEN_BYTES]);
const char *cot_order_id(const char *uid, char text[COT_TOKEN_BYTES]);

#endif
