/* record_print.h - `watchdesk record FEED`: what a feed has reported, out of the journal, as a
 * recording that the adapter `record` plays. */
#ifndef APP_RECORD_PRINT_H
#define APP_RECORD_PRINT_H

#include "app/places.h"

/* Onto stdout. The exit code: 0, 1 (nothing was ever reported by that feed), 2 (no journal). */
int record_print(const struct places *places, const char *feed);

#endif
