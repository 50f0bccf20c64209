/* link.h - the connection to the hub: JSON lines over the site's Unix socket, made again when lost.
 *
 *              connected            lost
 *     TRYING ------------> OPEN -----------> TRYING (again each second)
 *
 * Says hello itself; everything else passes through. libuv's loop only. */
#ifndef PANELS_LINK_H
#define PANELS_LINK_H

#include <uv.h>

#include "app/base/buffer.h"

struct link_options {
    const char *socket_path;
    const char *as;             /* "" for the peer's only operator. */
    bool read_only;
};

struct link_events {
    void (*line)(void *context, struct span line);
    /* The hub has gone, or was not there; called once for each connection lost. */
    void (*lost)(void *context);
    void *context;
};

struct link;
/* Starts to connect. STATUS_TOO_LARGE: the path is longer than a socket's may be (libuv cuts it
 * silently). */
enum status link_open(uv_loop_t *loop, const struct link_options *options,
                      const struct link_events *events, struct link **ret_link);
/* Frees itself when libuv has let go. */
void link_close(struct link *link);

bool link_is_open(const struct link *link);
/* Sends one line, its end included; dropped when the link is not open. */
void link_send(struct link *link, struct span line);
/* Hangs up and joins anew: what arrived did not make sense. */
void link_again(struct link *link);

#endif
