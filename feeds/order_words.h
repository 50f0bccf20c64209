/* order_words.h - an order in words, for media that carry words: a page, a program's arguments.
 *
 * A template names parts of the order in braces: "{unit}: {type} at {place}". What is not said of
 * an order is empty, "{{" is one brace. Values come from operators and callers: they are cleaned
 * (text.h), and whoever puts them into a command or a header does so as one word of it. Pure. */
#ifndef FEEDS_ORDER_WORDS_H
#define FEEDS_ORDER_WORDS_H

#include "feeds/hub_lines.h"

enum { ORDER_WORDS_BYTES_MAX = 8 * 1024 };      /* Of a filled template; then it ends in U+2026. */

/* The names a template may use, separated by blanks: for help and for refusals. */
extern const char order_word_names[];

/* False: `sentence` names what no order has. */
bool order_template_right(const char *template, char *sentence, size_t sentence_bytes);
/* Appends the template filled from `order`. A name that order_template_right() refuses is left out.
 * `address` is what {address} stands for. */
void order_fill(const char *template, const struct feed_order *order, const char *address,
                struct buffer *out);
/* "DISPATCH E7: FIRE 12 Quay St #42 P1", one line, for a person who reads only that. */
void order_subject(const struct feed_order *order, struct buffer *out);
/* All that is said of it, one thing a line, ended with "\n". */
void order_body(const struct feed_order *order, struct buffer *out);

#endif
