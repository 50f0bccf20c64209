/* cot_words.h - what a crew types back in a chat, as a receipt and a status.
 *
 * Only what says nothing else is taken for an answer: "on scene" is one, "on scene, heavy smoke" is
 * one with more, "available hydrants: none" is a message. A wrong guess would free a unit or refuse
 * an order, so in doubt it is a message, which a person reads. Case, blanks and final punctuation
 * do not matter. Pure. */
#ifndef FEEDS_COT_WORDS_H
#define FEEDS_COT_WORDS_H

#include "app/base/report.h"

struct cot_reply {
    enum receipt_stage stage;       /* UNSAID: it speaks of no order. */
    enum unit_status status;        /* UNKNOWN: it speaks of no status. */
    uint32_t number;                /* Of the order or its incident; 0: not named. */
    struct span more;               /* What else was said, as it was typed. */
};

struct cot_words;
/* With the words that every site knows. */
struct cot_words *cot_words_new(void);
void cot_words_free(struct cot_words *words);
/* Adds one of the site: "10-97=ONS", where after the = stands a status or a receipt's stage as
 * report.h has them. It goes before ours. False: it is not so written. */
bool cot_words_add(struct cot_words *words, const char *text);
/* False: it is no answer. Loans from `text`. */
bool cot_words_read(const struct cot_words *words, struct span text, struct cot_reply *ret_reply);

#endif
