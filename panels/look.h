/* look.h - `watchdesk map FILE...`: just look at shapefiles and GeoJSON, without a site or a hub:
 * what is under the cursor, found by its attributes, measured, or printed as one frame.
 *
 * Without a terminal on stdout one picture of 80x24 is printed. */
#ifndef PANELS_LOOK_H
#define PANELS_LOOK_H

#include "panels/term.h"

/* `words` follow `watchdesk map`; look_options.h says which. Returns the exit code: 0; 1 when no
 * file could be read or the terminal cannot be used; 2 for wrong usage. What is wrong with a file
 * is said on stderr; the others are shown. */
int look_run(const struct term_options *term, int count, char **words);

#endif
