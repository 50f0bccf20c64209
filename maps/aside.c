#include "maps/aside.h"

#include <signal.h>

static void *thread_run(void *context)
{
    const struct aside *aside = context;

    aside->work(aside->context);
    return NULL;
}

void aside_start(struct aside *aside, aside_fn *work, void *context)
{
    sigset_t all, before;

    *aside = (struct aside){ .work = work, .context = context };
    /* Signals are the program's own thread's. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    aside->started = pthread_create(&aside->thread, NULL, thread_run, aside) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void aside_finish(struct aside *aside)
{
    if (aside->started)
        pthread_join(aside->thread, NULL);
    else
        aside->work(aside->context);
}
