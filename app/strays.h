/* strays.h - what a feed's programs leave behind when the feed itself was killed: the hub adopts
 * it, and ends it. */
#ifndef APP_STRAYS_H
#define APP_STRAYS_H

#include "app/base/base.h"

/* From here on orphans of our children become ours. Once, at the start. */
void strays_adopt(void);
/* Ends each child of this process that is not among the `count` ones we know of, and what it
 * leaves. On a kernel without a list of children nothing is done. */
void strays_end(const int *known, uint32_t count);

#endif
