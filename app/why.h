/* why.h - the chain of causes behind an object, in words: which inputs touched it, who gave them,
 * and what each rule decided (DESIGN promise 7). Reads the journal; lives off the loop. */
#ifndef APP_WHY_H
#define APP_WHY_H

#include "app/touched.h"

enum { WHY_ENTRIES_MAX = 60 };      /* The newest; a screen holds no more. */

/* Appends the links (wire.h) as JSON objects with commas, oldest first. False, with a sentence,
 * when nothing ever touched it. */
bool why_write(struct journal_reader *reader, struct touched *touched,
               const struct object_name *object, struct buffer *out, struct buffer *problem);

#endif
