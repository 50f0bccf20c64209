/* watch.h - how far a long piece of work has come, and whether it is still wanted: set and read by
 * different threads. */
#ifndef MAPS_WATCH_H
#define MAPS_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct watch {
    atomic_uint permille;
    atomic_bool stop;
};

/* `done` of `all` is done; false when the work is to be dropped. `watch` may be NULL. */
static inline bool watch_go_on(struct watch *watch, uint64_t done, uint64_t all)
{
    if (!watch)
        return true;
    atomic_store_explicit(&watch->permille, all ? (unsigned)(done * 1000 / all) : 0,
                          memory_order_relaxed);
    return !atomic_load_explicit(&watch->stop, memory_order_relaxed);
}

/* As watch_go_on(), for a part of the work that goes from `from` to `to` permille of it. */
static inline bool watch_part(struct watch *watch, unsigned from, unsigned to, uint64_t done,
                              uint64_t all)
{
    return watch_go_on(watch, from * all + (to - from) * done, 1000 * all);
}

#endif
