/* aside.h - one piece of work done on a second thread while the caller does another.
 *
 * For loading large layers. What the two touch must not overlap; the result is the same as if both
 * had been done one after the other, and that is what happens when there is no thread to be had. */
#ifndef MAPS_ASIDE_H
#define MAPS_ASIDE_H

#include <pthread.h>
#include <stdbool.h>

typedef void aside_fn(void *context);

struct aside {
    aside_fn *work;
    void *context;
    pthread_t thread;
    bool started;
};

/* Lies still until aside_finish(), which must be called. */
void aside_start(struct aside *aside, aside_fn *work, void *context);
/* Waits until the work is done. */
void aside_finish(struct aside *aside);

#endif
