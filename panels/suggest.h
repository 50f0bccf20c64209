/* suggest.h - the command a person most likely wants next, for an empty line. Tab puts it there to
 * be read; only Enter sends it.
 *
 * Never `close`, `can`, `oos`, `act`, `storm` or `approve` first, and never for an object that
 * changed in the last 700 ms (screens.md section 3). Pure. */
#ifndef PANELS_SUGGEST_H
#define PANELS_SUGGEST_H

#include "panels/view.h"

struct suggestion {
    char typed[80];             /* "ack AL17"; ends in a blank where something must follow. */
    char about[160];            /* Dim words beside it. */
};
/* The suggestion number `index`; false when there are no more. */
bool suggest(const struct picture *picture, const struct view *view, uint32_t index,
             struct suggestion *ret_suggestion);

#endif
