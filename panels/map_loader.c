#include "panels/map_loader.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/base/text.h"
#include "maps/map_load.h"

enum {
    THREADS = 2,
    PROGRESS_MS = 200,          /* How often a long layer is looked at. */
    QUIET_MS = 1000,            /* A look at files that have not changed is over by then. */
    END_WAIT_MS = 150,          /* How long the end waits for a thread that was told to stop. */
};

/*      WAITING --> READING --> READ --> KEEPING --> OVER      work_next(), job_work()
 *         |           '---------------------------> OVER      read from disk as kept, or in vain
 *         '----------------------------------------> freed    job_drop()
 *
 * A job that was dropped under a thread is freed by that thread. */
enum stage { WAITING, READING, READ, KEEPING, OVER };

struct job {
    struct map_load *load;
    char name[MAP_NAME_BYTES];
    uint32_t layer;             /* Of the map. */
    uint64_t bytes;
    enum stage stage;
    bool worked_on, dropped;
    enum status status;
    struct map_ready *ready;    /* Not put yet. */
    bool unchanged;             /* The map had it already; what was said of it then holds. */
    char said[400];
};

/* What the threads see; everything in it is under the lock. */
struct shared {
    pthread_mutex_t lock;
    pthread_cond_t thread_ended;
    struct job *jobs[MAP_LAYERS_MAX];   /* The quick ones first. */
    uint32_t job_count, thread_count;
    uv_async_t *news;           /* NULL when the loop has let go of us. */
};

struct map_loader {
    struct map *map;
    map_loader_fn *changed;
    void *context;
    struct shared *shared;
    uv_async_t news;
    uv_timer_t progress;
    uint64_t quiet_until_ms;            /* Of the loop's clock: see map_loader_again(). */
    uint32_t handles_open;
};

/* ---- In the threads ------------------------------------------------------------------------ */

static void job_free(struct job *job)
{
    map_ready_free(job->ready);
    map_load_free(job->load);
    base_free(job);
}

/* The next thing to do: a layer to be read goes before one to be kept. */
static struct job *work_next(struct shared *shared)
{
    static const enum stage order[] = { WAITING, READ };

    for (size_t o = 0; o < ARRAY_COUNT(order); o++)
        for (uint32_t i = 0; i < shared->job_count; i++) {
            struct job *job = shared->jobs[i];
            if (job->stage != order[o] || job->worked_on)
                continue;
            job->worked_on = true;
            job->stage = job->stage == WAITING ? READING : KEEPING;
            return job;
        }
    return NULL;
}

/* Does one step of a job without the lock; gives back what is to be put. */
static struct map_ready *job_work(struct job *job, enum stage stage, enum status *ret_status)
{
    struct map_ready *ready = NULL;

    if (stage == READING)
        *ret_status = map_load_read(job->load, &ready);
    else
        ready = map_load_keep(job->load);
    return ready;
}

static void job_note(struct shared *shared, struct job *job, struct map_ready *ready)
{
    bool read = job->stage == READING && job->status == STATUS_OK;

    job->unchanged = job->unchanged || (read && !ready);
    job->worked_on = false;
    job->stage = read ? READ : OVER;
    if (ready) {
        map_ready_free(job->ready);
        job->ready = ready;
    }
    if (job->dropped)
        job_free(job);
    if (shared->news)
        uv_async_send(shared->news);
}

static void *thread_run(void *context)
{
    struct shared *shared = context;
    struct job *job;

    pthread_mutex_lock(&shared->lock);
    while ((job = work_next(shared))) {
        enum stage stage = job->stage;
        enum status status = job->status;
        pthread_mutex_unlock(&shared->lock);
        struct map_ready *ready = job_work(job, stage, &status);
        pthread_mutex_lock(&shared->lock);
        job->status = status;
        job_note(shared, job, ready);
    }
    shared->thread_count--;
    pthread_cond_broadcast(&shared->thread_ended);
    pthread_mutex_unlock(&shared->lock);
    return NULL;
}

/* ---- On the loop --------------------------------------------------------------------------- */

static const char *job_why(const struct job *job)
{
    return job->unchanged ? job->said : map_load_why(job->load);
}

/* Under the lock: what was said of the layer of that name, when it was read last. */
static void said_take(const struct shared *shared, struct job *job)
{
    for (uint32_t i = 0; i < shared->job_count; i++) {
        const struct job *before = shared->jobs[i];
        if (before->stage >= READ && !before->worked_on && strcmp(before->name, job->name) == 0)
            text_copy(job->said, sizeof job->said, span_of(job_why(before)));
    }
}

/* Under the lock. */
static void jobs_drop(struct shared *shared)
{
    for (uint32_t i = 0; i < shared->job_count; i++) {
        struct job *job = shared->jobs[i];
        map_load_stop(job->load);
        if (job->worked_on)
            job->dropped = true;
        else
            job_free(job);
    }
    shared->job_count = 0;
}

/* A thread that cannot be had is none: the layers then come one after the other, or, without any,
 * are missing and said to be. */
static void threads_start(struct shared *shared)
{
    pthread_attr_t attributes;
    pthread_t thread;

    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    while (shared->thread_count < THREADS && shared->thread_count < shared->job_count
           && pthread_create(&thread, &attributes, thread_run, shared) == 0)
        shared->thread_count++;
    pthread_attr_destroy(&attributes);
}

static bool layers_put(struct map_loader *loader)
{
    struct shared *shared = loader->shared;
    bool any = false;

    pthread_mutex_lock(&shared->lock);
    for (uint32_t i = 0; i < shared->job_count; i++) {
        struct job *job = shared->jobs[i];
        if (!job->ready)
            continue;
        map_layer_put(loader->map, job->layer, job->ready);
        job->ready = NULL;
        any = true;
    }
    pthread_mutex_unlock(&shared->lock);
    return any;
}

static void on_news(uv_async_t *news)
{
    struct map_loader *loader = news->data;

    layers_put(loader);
    if (!map_loader_is_busy(loader))
        uv_timer_stop(&loader->progress);
    loader->changed(loader->context);
}

static void on_progress(uv_timer_t *timer)
{
    struct map_loader *loader = timer->data;

    loader->changed(loader->context);
}

static int compare_jobs(const void *left, const void *right)
{
    const struct job *a = *(struct job *const *)left, *b = *(struct job *const *)right;

    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? -1 : 1;
    return (a->layer > b->layer) - (a->layer < b->layer);
}

struct map_loader *map_loader_new(uv_loop_t *loop, struct map *map, map_loader_fn *changed,
                                  void *context)
{
    struct map_loader *loader = base_alloc(1, sizeof *loader);
    struct shared *shared = base_alloc(1, sizeof *shared);

    *loader = (struct map_loader){ .map = map, .changed = changed, .context = context,
                                   .shared = shared, .handles_open = 2 };
    pthread_mutex_init(&shared->lock, NULL);
    pthread_cond_init(&shared->thread_ended, NULL);
    uv_async_init(loop, &loader->news, on_news);
    uv_timer_init(loop, &loader->progress);
    loader->news.data = loader->progress.data = loader;
    shared->news = &loader->news;
    return loader;
}

void map_loader_start(struct map_loader *loader, const struct map_layer_style *styles,
                      uint32_t count)
{
    struct shared *shared = loader->shared;

    assert(count <= MAP_LAYERS_MAX);
    struct job *jobs[MAP_LAYERS_MAX];

    map_layers_arrange(loader->map, styles, count);
    pthread_mutex_lock(&shared->lock);
    for (uint32_t i = 0; i < count; i++) {
        struct job *job = jobs[i] = base_alloc(1, sizeof *job);
        job->load = map_load_new(&styles[i], MAP_KEEPS,
                                 map_layer_source(loader->map, i, &styles[i]));
        text_copy(job->name, sizeof job->name, span_of(styles[i].name));
        job->layer = i;
        job->bytes = map_load_bytes(job->load);
        said_take(shared, job);
    }
    jobs_drop(shared);
    shared->job_count = count;
    for (uint32_t i = 0; i < count; i++)
        shared->jobs[i] = jobs[i];
    if (count)
        qsort(shared->jobs, count, sizeof *shared->jobs, compare_jobs);
    threads_start(shared);
    pthread_mutex_unlock(&shared->lock);
    uv_timer_start(&loader->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
}

void map_loader_again(struct map_loader *loader)
{
    struct map_layer_style *styles = base_alloc(MAP_LAYERS_MAX, sizeof *styles);
    uint32_t count = map_layer_count(loader->map);
    struct shared *shared = loader->shared;

    pthread_mutex_lock(&shared->lock);
    bool idle = shared->thread_count == 0;
    pthread_mutex_unlock(&shared->lock);
    for (uint32_t i = 0; i < count; i++)
        styles[i] = *map_layer_style(loader->map, i);
    if (idle) {
        loader->quiet_until_ms = uv_now(loader->progress.loop) + QUIET_MS;
        map_loader_start(loader, styles, count);
    }
    base_free(styles);
}

void map_loader_arrange(struct map_loader *loader, const struct map_layer_style *styles,
                        uint32_t count)
{
    struct shared *shared = loader->shared;

    map_layers_arrange(loader->map, styles, count);
    pthread_mutex_lock(&shared->lock);
    for (uint32_t j = 0; j < shared->job_count; j++)
        for (uint32_t i = 0; i < count; i++)
            if (strcmp(shared->jobs[j]->name, styles[i].name) == 0)
                shared->jobs[j]->layer = i;
    pthread_mutex_unlock(&shared->lock);
}

/* ---- What it says -------------------------------------------------------------------------- */

static bool is_read(const struct job *job)
{
    return job->stage >= READ;
}

struct standing {
    uint32_t read, missing;
    const struct job *longest;          /* Of those being read. */
    const struct job *failed, *warned, *unkept;
};

/* Under the lock. A job that is worked on may be changing what it would say. */
static struct standing standing_of(const struct shared *shared)
{
    struct standing standing = { .read = 0 };

    for (uint32_t i = 0; i < shared->job_count; i++) {
        const struct job *job = shared->jobs[i];
        standing.read += is_read(job);
        if (job->stage == READING)
            standing.longest = job;
        if (job->worked_on || !is_read(job))
            continue;
        if (job->status != STATUS_OK && standing.missing++ == 0)
            standing.failed = job;
        else if (job->status == STATUS_OK && job_why(job)[0] && !standing.warned)
            standing.warned = job;
        if (map_load_keep_why(job->load)[0])
            standing.unkept = job;
    }
    return standing;
}

bool map_loader_is_busy(const struct map_loader *loader)
{
    struct shared *shared = loader->shared;

    pthread_mutex_lock(&shared->lock);
    bool busy = standing_of(shared).read < shared->job_count;
    pthread_mutex_unlock(&shared->lock);
    return busy;
}

uint32_t map_loader_missing(const struct map_loader *loader)
{
    struct shared *shared = loader->shared;

    pthread_mutex_lock(&shared->lock);
    uint32_t missing = standing_of(shared).missing;
    pthread_mutex_unlock(&shared->lock);
    return missing;
}

bool map_loader_outcome(const struct map_loader *loader, uint32_t layer, enum status *ret_status,
                        char *why, size_t why_bytes)
{
    struct shared *shared = loader->shared;
    bool over = false;

    pthread_mutex_lock(&shared->lock);
    for (uint32_t i = 0; i < shared->job_count; i++) {
        const struct job *job = shared->jobs[i];
        if (job->layer != layer || !is_read(job) || job->worked_on)
            continue;
        *ret_status = job->status;
        text_copy(why, why_bytes, span_of(job_why(job)));
        over = true;
    }
    pthread_mutex_unlock(&shared->lock);
    return over;
}

static void loading_say(const struct shared *shared, const struct standing *standing, char *text,
                        size_t text_bytes)
{
    const struct job *job = standing->longest;
    uint32_t percent = job ? map_load_permille(job->load) / 10 : 0;
    char part[16] = "";

    if (percent)
        snprintf(part, sizeof part, " %u %%", percent);
    snprintf(text, text_bytes, "loading %s%s, %u of %u", job ? job->name : "layers", part,
             standing->read, shared->job_count);
}

static void end_say(const struct standing *standing, char *text, size_t text_bytes)
{
    const struct job *failed = standing->failed;
    char more[32] = "";

    if (standing->missing > 1)
        snprintf(more, sizeof more, " (and %u more)", standing->missing - 1);
    if (failed) {
        const char *why = map_load_why(failed->load);
        snprintf(text, text_bytes, "WITHOUT %s%s: %s", failed->name, more,
                 why[0] ? why : status_text(failed->status));
    } else if (standing->warned) {
        snprintf(text, text_bytes, "%s", job_why(standing->warned));
    } else if (standing->unkept) {
        snprintf(text, text_bytes, "%s", map_load_keep_why(standing->unkept->load));
    }
}

void map_loader_state(const struct map_loader *loader, char *text, size_t text_bytes)
{
    struct shared *shared = loader->shared;

    pthread_mutex_lock(&shared->lock);
    struct standing standing = standing_of(shared);
    if (standing.read < shared->job_count
        && uv_now(loader->progress.loop) < loader->quiet_until_ms) {
        pthread_mutex_unlock(&shared->lock);
        return;                 /* What was said goes on being true for that long. */
    }
    text[0] = '\0';
    if (standing.read < shared->job_count)
        loading_say(shared, &standing, text, text_bytes);
    else
        end_say(&standing, text, text_bytes);
    pthread_mutex_unlock(&shared->lock);
}

/* ---- The end ------------------------------------------------------------------------------- */

static void handle_closed(uv_handle_t *handle)
{
    struct map_loader *loader = handle->data;

    assert(loader->handles_open > 0);
    loader->handles_open--;
    if (loader->handles_open == 0)
        base_free(loader);
}

/* Under the lock: waits until no thread is left, or for long enough. */
static bool threads_end(struct shared *shared)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += END_WAIT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    while (shared->thread_count
           && pthread_cond_timedwait(&shared->thread_ended, &shared->lock, &until) != ETIMEDOUT)
        continue;
    return shared->thread_count == 0;
}

enum map_loader_end map_loader_close(struct map_loader *loader)
{
    struct shared *shared = loader->shared;

    pthread_mutex_lock(&shared->lock);
    jobs_drop(shared);
    shared->news = NULL;
    bool ended = threads_end(shared);
    pthread_mutex_unlock(&shared->lock);
    uv_close((uv_handle_t *)&loader->news, handle_closed);
    uv_close((uv_handle_t *)&loader->progress, handle_closed);
    if (!ended)
        return MAP_LOADER_STUCK;        /* The thread still looks at `shared`. */
    pthread_mutex_destroy(&shared->lock);
    pthread_cond_destroy(&shared->thread_ended);
    base_free(shared);
    return MAP_LOADER_ENDED;
}
