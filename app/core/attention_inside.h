/* attention_inside.h - what the files of attention share: attention_causes.c says who asks,
 * attention.c leads an item through its life, attention_words.c puts it into a sentence. Nobody
 * else includes it. */
#ifndef APP_CORE_ATTENTION_INSIDE_H
#define APP_CORE_ATTENTION_INSIDE_H

#include "app/core/apply.h"
#include "app/core/attention.h"

/* Can an object of that kind ask for a person at all? Because time has passed, and nothing else? */
bool attention_has_causes(enum object_kind kind);
bool attention_is_timed(enum object_kind kind);
/* The worst class of all causes of `object`, and their words; 0 when it asks for nobody. */
uint32_t attention_wanted(const struct picture *picture, enum object_kind kind, const void *object,
                          int64_t now_ms, char *words, size_t words_bytes);
/* The tables without room, one by one: starts with *from = 0; false after the last. */
bool attention_next_full(const struct picture *picture, uint32_t *from,
                         enum object_kind *ret_kind);

#endif
