/* haste.h - whether a drawing is still wanted: asked after each stretch of work, so that a newer
 * view never waits for an older one to be finished. */
#ifndef MAPS_HASTE_H
#define MAPS_HASTE_H

#include <stdbool.h>
#include <stdint.h>

enum { HASTE_POINTS = 16384 };          /* Drawn between two questions: some 100 us. */

struct haste {
    bool (*newer)(void *context);       /* Is a newer view wanted? NULL: never. */
    void *context;
    uint64_t points;                    /* Since the last question. */
    bool cut;                           /* It was, once: the drawing is given up. */
};

/* `points` more are done; true when the drawing is to be given up. */
static inline bool haste_cuts(struct haste *haste, uint64_t points)
{
    haste->points += points + 1;
    if (haste->points < HASTE_POINTS || haste->cut || !haste->newer)
        return haste->cut;
    haste->points = 0;
    haste->cut = haste->newer(haste->context);
    return haste->cut;
}

#endif
