/* launch.h - starting the other programs: the hub behind a console, the console itself, a feed by
 * hand; and the guard that starts a hub again when it fails. */
#ifndef APP_LAUNCH_H
#define APP_LAUNCH_H

#include "app/places.h"
#include "app/site_conf.h"

/* Replaces this process by a sibling program. Returns only when it cannot: the exit code, after a
 * sentence. */
int launch_instead(const char *program, const char *const *arguments);

/* Starts `watchdesk hub ARGUMENT...` in a session of its own, its output in the site's hub.log,
 * and waits until it takes connections. False, after a sentence that names the log, when it does
 * not. */
bool launch_hub(const struct places *places, const char *const *arguments,
                char socket_path[PLACES_PATH_BYTES]);

/* Runs `watchdesk hub --site DIR` again and again: after a failure of its journal or a crash, with
 * a back-off of 1 to 60 s; not after it was told to end or cannot start. Its exit code. */
int launch_guard(const struct places *places);

/* What `watchdesk-feed --describe` says; false after a sentence. */
bool launch_describe(struct adapter_list *ret_adapters);
/* Feeds lines {"feed":NAME,"adapter":NAME,"settings":{...}} to `watchdesk-feed --check` and appends
 * what it prints of those that are wrong; its exit code, -1 when it cannot be run. */
int launch_feed_check(const char *input, struct buffer *out);
/* What `watchdesk-feed --walls` says; false when it cannot be run. */
bool launch_walls(struct buffer *out);
/* Feeds `input` to `watchdesk-geo --check` and appends what it prints; its exit code, -1 when it
 * cannot be run. */
int launch_geo_check(const char *input, struct buffer *out);

#endif
