/* mqtt_orders.h - orders out by MQTT and what comes back for them.
 *
 *     orders  = units/{unit}/orders            where an order is published, never retained
 *     replies = units/{unit}/replies           where its unit answers
 *
 * Both are templates of {unit}, {order} (SITE/NUMBER: two levels), {site} and {number}; each stands
 * alone between slashes. The payload is the order as the hub says it (feeds/README.md) and a member
 * "reply" with the topic to answer at; in MQTT 5 that is the response topic too, and the order's id
 * the correlation data. An answer is JSON, {"order":ID,"stage":WORD,"reason":TEXT}, or a plain word
 * with what follows it as the reason. Which order it is about is said by the correlation data, the
 * JSON or the topic, in this order. Words beside the stages of a receipt are told in `reply`
 * (WORD=STAGE). A retained answer is none. Pure. */
#ifndef FEEDS_MQTT_ORDERS_H
#define FEEDS_MQTT_ORDERS_H

#include "feeds/hub_lines.h"
#include "feeds/mqtt_topic.h"

enum { MQTT_REPLY_WORDS_MAX = 32 };

struct mqtt_reply_word {
    struct span word;
    enum receipt_stage stage;
};

struct mqtt_order_plan {
    const char *orders, *replies;       /* "": none. Loans. */
    const char *filter;                 /* What takes all replies; the arena's. */
    struct mqtt_reply_word words[MQTT_REPLY_WORDS_MAX];
    uint32_t word_count;
};

/* Reads the two templates. False: `sentence` says what is wrong. */
bool mqtt_order_plan_read(const char *orders, const char *replies, struct arena *arena,
                          struct mqtt_order_plan *ret_plan, char *sentence,
                          size_t sentence_bytes);
/* Adds "WORD=STAGE". */
bool mqtt_order_plan_word(struct mqtt_order_plan *plan, const char *text, char *sentence,
                          size_t sentence_bytes);

/* Fills `template` for an order; false when what would be made is no topic (a unit called "+"). */
bool mqtt_order_topic(const char *template, const struct feed_order *order, struct buffer *out);
/* The payload: the hub's line and where to answer ("" for nowhere). */
void mqtt_order_payload(struct span line, const char *reply_topic, struct buffer *out);

/* Reads an answer into a receipt. Strings are loans from `arena`. Refusals: FIELD_MISSING "order",
 * UNKNOWN_WORD "stage", CONTRADICTION "unit" (another unit's topic), what json_parse() refuses. */
struct verdict mqtt_reply_read(const struct mqtt_order_plan *plan, struct span topic,
                               struct span payload, struct span correlation, int64_t at_ms,
                               struct arena *arena, struct report *ret_report);
bool mqtt_reply_is(const struct mqtt_order_plan *plan, struct span topic);

#endif
