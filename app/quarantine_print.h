/* quarantine_print.h - `watchdesk quarantine`: the words of the command line, and stdout. */
#ifndef APP_QUARANTINE_PRINT_H
#define APP_QUARANTINE_PRINT_H

#include "app/options.h"
#include "app/places.h"

/* [FEED [ENTRY [--raw]]]. The exit code: 0, 1 (there is no such message), 2 (no journal, or raw
 * bytes were asked for onto a terminal). */
int quarantine_print(const struct options *options, const struct places *places);

#endif
