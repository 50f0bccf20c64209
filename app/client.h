/* client.h - the sub-commands that speak to a running hub: do, show, why, stop. Each connects,
 * greets, asks, prints, and ends; what it prints of a drill says DRILL on every line. */
#ifndef APP_CLIENT_H
#define APP_CLIENT_H

#include "app/places.h"

struct client_options {
    const struct places *places;
    const char *as;                 /* NULL: the only operator of this user. */
    const char *at;                 /* show: as it was then; NULL for now. */
    bool json;
};

/* Each returns the exit code: 0, 1 (refused, or nothing to show), 2 (no hub, or it refuses us). */
int client_do(const struct client_options *options, char *const *commands, int count);
int client_show(const struct client_options *options, const char *what);
int client_why(const struct client_options *options, const char *object);
int client_stop(const struct client_options *options);

/* Waits until a hub of this site takes connections, or `for_ms` is over. */
bool client_wait(const struct places *places, int for_ms, char path[PLACES_PATH_BYTES]);

#endif
