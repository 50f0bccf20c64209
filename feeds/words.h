/* words.h - the words of one setting's text: `plain key=value key='a value with blanks'`.
 *
 * Words are parted by blanks. A value that holds blanks stands in ' or " quotes; there are no
 * escapes: a value with one kind of quote in it stands in the other. Pure. */
#ifndef FEEDS_WORDS_H
#define FEEDS_WORDS_H

#include "app/base/span.h"

/* Loans from the text. A word without `=` has an empty key and is all value. */
struct word {
    struct span key, value;
};

/* Cuts the first word off *rest. False when there is none, or a quote has no end; *ret_open tells
 * the two apart. */
bool word_cut(struct span *rest, struct word *ret_word, bool *ret_open);

#endif
