/* process.h - child processes of a test, with deadlines. What a program prints goes to files, so
 * nothing that nobody reads can block it. Times are milliseconds of the monotonic clock. */
#ifndef TESTS_PROCESS_H
#define TESTS_PROCESS_H

#include <sys/types.h>

#include "app/base/buffer.h"

enum { DEADLINE_MS = 20000 };       /* For what should take a second at most, under sanitizers. */

int64_t clock_ms(void);

/* How a child ended. */
struct ending {
    int exit_code;              /* -1 when a signal ended it. */
    int signal;                 /* 0 when it exited. */
};

/* Waits until `pid`, a child of ours, has ended, and reaps it; false when it still runs then. */
bool child_wait(pid_t pid, int64_t deadline_ms, struct ending *ret_ending);

/* Waits until no process has this id any more, ours or not. */
bool process_wait_gone(pid_t pid, int64_t deadline_ms);

/* Children of `pid` and theirs, up to `max`; how many. */
uint32_t process_descendants(pid_t pid, pid_t *ret_pids, uint32_t max);

struct process_options {
    const char *const *arguments;       /* The program first; NULL ends. */
    const char *const *environment;     /* "NAME=value" over what is inherited; "NAME" unsets. */
    const char *directory;              /* Where it starts; NULL is here. */
    const char *input_path;             /* Its stdin; NULL is an empty one. */
    const char *out_path, *err_path;    /* Its stdout and stderr; made anew. */
};
/* Starts a program in a process group of its own. It dies with the test. */
pid_t process_start(const struct process_options *options);

/* SIGKILL to the whole group of a child, and reaps it. */
void process_kill(pid_t pid);

/* Sets, in this process, what `environment` says; for between fork and exec. */
void environment_apply(const char *const *environment);

/* Reads a whole file, "" when it is not there. */
void file_read(const char *path, struct buffer *out);
void file_write(const char *path, struct span text);

#endif
