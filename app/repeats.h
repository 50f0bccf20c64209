/* repeats.h - is this report equal to the last with its id? A feed that reads its source again
 * says the same again, and that is counted, not entered (CONTRACTS section 5).
 *
 * Keeps a hash for each of the newest ids, at most REPEATS_MAX; an older one is forgotten, and its
 * report then entered once more, which changes nothing in the picture. */
#ifndef APP_REPEATS_H
#define APP_REPEATS_H

#include "app/base/span.h"

enum { REPEATS_MAX = 4096 };

struct repeats;
struct repeats *repeats_new(void);
void repeats_free(struct repeats *repeats);
/* True when `text` is what was last seen under (kind, id); it is what was last seen from now on. */
bool repeats_seen(struct repeats *repeats, const char *kind, const char *id, struct span text);

#endif
