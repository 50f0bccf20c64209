/* newer.h - whether keys wait while the map is drawn: then a newer view is wanted than this one
 * (map_hasten()). A person who holds a key down still sees the map drawn whole five times a second.
 *
 * Asks the keyboard's descriptor and the monotonic clock; reads no key. */
#ifndef PANELS_NEWER_H
#define PANELS_NEWER_H

#include <stdbool.h>
#include <stdint.h>

struct newer {
    int64_t cut_since_ms;       /* Of frames that were all cut short; 0: the last was whole. */
};

bool newer_waits(void *newer);  /* A map_newer_fn. */
void newer_drawn(struct newer *newer, bool cut);        /* After each frame. */

#endif
