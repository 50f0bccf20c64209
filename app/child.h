/* child.h - one child process of the hub on plain pipes: lines out of its stdout, lines into its
 * stdin, its stderr cleaned into a log file. Feeds and geography are children.
 *
 *            child_start()            its stdout ends and it has exited
 *   (none) --------------> RUNNING -----------------------------------> ended() -> freed
 *                             |  child_stop(): stdin closed; killed when it stays  ^
 *                             '-----------------------------------------------------'
 *
 * Pipes, not the socketpairs of uv_spawn(): a shell's `> /dev/stdout` fails on a socket (CONTRACTS
 * section 5). Not reading is the back pressure: a paused child fills its pipe and waits. */
#ifndef APP_CHILD_H
#define APP_CHILD_H

#include <uv.h>

#include "app/base/buffer.h"

enum {
    /* What waits for a child that does not read. An order with 2,000 route points is 50 KB; the
     * hello of a full site 2 MB. Over it the child is ended: it will be started again. */
    CHILD_WAITING_BYTES_MAX = 8 * 1024 * 1024,
    CHILD_LOG_BYTES_MAX = 1024 * 1024,          /* Then the log becomes NAME.old. */
    CHILD_LOG_LINES_PER_S = 20,
    CHILD_STOP_MS = 1000,                       /* From stdin's end to SIGKILL. */
};

struct child;

struct child_line {
    struct line line;               /* A loan. */
    unsigned char sha256[32];       /* Of the whole line, only when it was cut. */
};
typedef void child_line_fn(void *context, const struct child_line *line);
/* The process is gone; `how` is a sentence without its end: "it exited with 1", "signal 11 ended
 * it". The child is freed after this call. */
typedef void child_ended_fn(void *context, const char *how);

struct child_options {
    const char *program;            /* Path. */
    const char *const *arguments;   /* From argv[0] on, NULL at the end. */
    const char *log_path;           /* stderr; NULL: the hub's own. */
    size_t line_bytes_max;
    child_line_fn *line;
    child_ended_fn *ended;
    void *context;
};

/* STATUS_OK: *ret_child is the caller's until `ended` was called. STATUS_IO: it could not be
 * started, nothing is left behind and `ended` is never called. */
enum status child_start(uv_loop_t *loop, const struct child_options *options,
                        struct child **ret_child);
/* Queues one line; its line end is added. */
void child_send(struct child *child, struct span line);
void child_pause(struct child *child);
void child_resume(struct child *child);
bool child_is_paused(const struct child *child);
/* Closes stdin, which asks it to end; it is killed after CHILD_STOP_MS. `ended` still comes. */
void child_stop(struct child *child);
int child_pid(const struct child *child);

#endif
