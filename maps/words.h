/* words.h - each text once: street names, towns, node numbers. A text gets a number on its first
 * appearance, so that afterwards comparing texts is comparing numbers. Pure; grows with what it is
 * given, which is bounded by the file that was read. */
#ifndef MAPS_WORDS_H
#define MAPS_WORDS_H

#include "app/base/span.h"

enum { WORD_EMPTY = 0 };            /* The number of "". */
#define WORD_NONE UINT32_MAX

struct words;
struct words *words_new(void);
void words_free(struct words *words);

/* The text's number; numbers count up from 0 in order of first appearance. */
uint32_t words_add(struct words *words, struct span text);
uint32_t words_find(const struct words *words, struct span text);      /* WORD_NONE: not there. */
const char *words_text(const struct words *words, uint32_t word);      /* Until words_add(). */
uint32_t words_count(const struct words *words);

#endif
