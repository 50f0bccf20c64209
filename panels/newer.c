#include "panels/newer.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

enum { CUT_FOR_MS = 200 };

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool newer_waits(void *context)
{
    const struct newer *newer = context;
    struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };

    if (newer->cut_since_ms && monotonic_ms() - newer->cut_since_ms > CUT_FOR_MS)
        return false;
    return poll(&keys, 1, 0) == 1 && (keys.revents & POLLIN);
}

void newer_drawn(struct newer *newer, bool cut)
{
    if (!cut)
        newer->cut_since_ms = 0;
    else if (newer->cut_since_ms == 0)
        newer->cut_since_ms = monotonic_ms();
}
