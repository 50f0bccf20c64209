/* term_crash.h - gives the terminal back when the program is killed by its own mistake: what was
 * prepared while all was well is written, the line settings put back, and the signal goes on. */
#ifndef PANELS_TERM_CRASH_H
#define PANELS_TERM_CRASH_H

#include <termios.h>

#include "app/base/span.h"

/* Copies both. `bytes`, of which TERM_CRASH_BYTES are kept at most, go to stdout. */
enum { TERM_CRASH_BYTES = 512 };
void term_crash_watch(struct span bytes, const struct termios *settings);
void term_crash_unwatch(void);

#endif
