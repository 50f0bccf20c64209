/* client_look.h - `watchdesk show reach|inside|near`: what geography answers, asked once.
 *
 *     show reach St4 5m            what St4 (a unit, @12 Quay St) reaches in 5 minutes
 *     show inside HZ9              what lies in an area: a hazard, a phone's circle
 *     show near @12 Quay St [5]    the address there, and the closest available units by road
 *
 * With --json the answers as they came. Looks only: nothing is entered. */
#ifndef APP_CLIENT_LOOK_H
#define APP_CLIENT_LOOK_H

#include "app/client.h"

/* Is `word` the first of one of these? */
bool client_looks(const char *word);
/* The exit code: 0, 1 (refused, or nothing found), 2 (no hub, or wrong words). */
int client_look(const struct client_options *options, const char *const *words, int count);

#endif
