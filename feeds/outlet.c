#include "feeds/outlet.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

void outlet_line(struct outlet *outlet, struct span line)
{
    buffer_add(&outlet->waiting, line);
    buffer_add(&outlet->waiting, span_from("\n", 1));
}

size_t outlet_waiting(const struct outlet *outlet)
{
    assert(outlet->written <= outlet->waiting.length);
    return outlet->waiting.length - outlet->written;
}

/* Moving what waits to the front for each piece would cost the square of it. */
static void front_drop(struct outlet *outlet)
{
    if (outlet->written < outlet->waiting.length && outlet->written < OUTLET_BYTES_MAX)
        return;
    buffer_drop_front(&outlet->waiting, outlet->written);
    outlet->written = 0;
}

bool outlet_write(struct outlet *outlet)
{
    size_t length = outlet_waiting(outlet);

    if (length == 0)
        return true;
    if (length > PIPE_BUF)
        length = PIPE_BUF;
    ssize_t done = write(outlet->fd, outlet->waiting.bytes + outlet->written, length);
    if (done < 0)
        return errno == EINTR || errno == EAGAIN;
    outlet->written += (size_t)done;
    front_drop(outlet);
    return true;
}

bool outlet_drain(struct outlet *outlet, size_t left_max, int hub_fd, int wait_ms)
{
    while (outlet_waiting(outlet) > left_max) {
        /* No event is asked of the hub's end: poll() tells of a hang-up by itself. */
        struct pollfd ends[2] = { { .fd = outlet->fd, .events = POLLOUT }, { .fd = hub_fd } };
        int ready = poll(ends, 2, wait_ms);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        if (ends[0].revents & POLLOUT) {
            if (!outlet_write(outlet))
                return false;
        } else if (ends[0].revents || ends[1].revents) {
            return false;
        }
    }
    return true;
}

void outlet_clear(struct outlet *outlet)
{
    buffer_clear(&outlet->waiting);
    outlet->written = 0;
}
