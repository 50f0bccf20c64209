/* walls.h - which protections this machine gives a feed, in words: for `watchdesk check`. */
#ifndef FEEDS_WALLS_H
#define FEEDS_WALLS_H

#include "app/base/buffer.h"

/* One line each: what is closed, and what stays open and why. Tries them in a child, so that what
 * is said is what happens. */
void walls_describe(struct buffer *out);

#endif
