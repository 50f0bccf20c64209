/* outlet.h - bytes on their way into a pipe, with a limit, that never block by surprise.
 *
 * Writes at most PIPE_BUF bytes after poll() has said that there is room, which a pipe then takes
 * whole; so the descriptor's own flags, which others share, are left as they are. */
#ifndef FEEDS_OUTLET_H
#define FEEDS_OUTLET_H

#include "app/base/buffer.h"

/* Over this much waiting, its owner stops taking in what would add more. */
enum { OUTLET_BYTES_MAX = 256 * 1024 };

struct outlet {
    int fd;                     /* -1: there is nobody to write to. */
    struct buffer waiting;
    size_t written;             /* Bytes at the front of `waiting` that are gone already. */
};

/* Adds one line and its line end. */
void outlet_line(struct outlet *outlet, struct span line);
size_t outlet_waiting(const struct outlet *outlet);
/* Writes one piece; call it when poll() says POLLOUT. False: the reader is gone. */
bool outlet_write(struct outlet *outlet);
/* Writes until no more than `left_max` bytes wait. False: the reader is gone, or `hub_fd` (-1 for
 * none) was hung up, or the reader took nothing for `wait_ms` (-1: for ever). */
bool outlet_drain(struct outlet *outlet, size_t left_max, int hub_fd, int wait_ms);
void outlet_clear(struct outlet *outlet);

#endif
