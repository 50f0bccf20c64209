/* show.h - lists of the picture as lines of text, for `watchdesk show` and scripts. Pure. */
#ifndef APP_SHOW_H
#define APP_SHOW_H

#include "app/core/picture.h"

/* "incidents", "units", ..., "picture", or an object ("42", "E7", "AL17", "feed tide"): appends
 * its lines to `out`, one object a line when `json`. False, with a sentence in `problem`, when
 * there is no such list or object. */
bool show_write(const struct picture *picture, const char *what, bool json, int64_t now_ms,
                struct buffer *out, struct buffer *problem);
/* "incidents | units | ..." */
void show_lists(struct buffer *out);

#endif
