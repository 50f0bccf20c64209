#include "tests/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A descriptor that is readable once the process has ended (Linux 5.3); -1 when it is gone. */
static int process_handle(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static bool handle_wait(int handle, int64_t deadline_ms)
{
    struct pollfd poll_for = { .fd = handle, .events = POLLIN };

    for (;;) {
        int64_t left_ms = deadline_ms - clock_ms();
        int ready = poll(&poll_for, 1, left_ms > 0 ? (int)left_ms : 0);
        if (ready > 0)
            return true;
        if (ready == 0 && left_ms <= 0)
            return false;
        assert(ready == 0 || errno == EINTR);
    }
}

bool child_wait(pid_t pid, int64_t deadline_ms, struct ending *ret_ending)
{
    int handle = process_handle(pid), status;

    assert(handle >= 0);
    bool ended = handle_wait(handle, deadline_ms);
    close(handle);
    if (!ended)
        return false;
    pid_t reaped = waitpid(pid, &status, 0);
    assert(reaped == pid);
    *ret_ending = (struct ending){ .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                                   .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0 };
    return true;
}

bool process_wait_gone(pid_t pid, int64_t deadline_ms)
{
    int handle = process_handle(pid);

    if (handle < 0)
        return true;
    bool ended = handle_wait(handle, deadline_ms);
    close(handle);
    return ended;
}

uint32_t process_descendants(pid_t pid, pid_t *ret_pids, uint32_t max)
{
    char path[64];
    struct buffer text = { 0 };
    struct span rest, part;
    uint32_t count = 0;
    int64_t child;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    file_read(path, &text);
    rest = buffer_span(&text);
    while (count < max && span_cut(&rest, ' ', &part)) {
        if (!span_to_int64(part, &child))
            continue;
        ret_pids[count++] = (pid_t)child;
        count += process_descendants((pid_t)child, ret_pids + count, max - count);
    }
    buffer_clear(&text);
    return count;
}

void environment_apply(const char *const *environment)
{
    for (; environment && *environment; environment++) {
        const char *equals = strchr(*environment, '=');
        if (equals) {
            char *name = base_copy_text(*environment);
            name[equals - *environment] = '\0';
            setenv(name, equals + 1, 1);
            base_free(name);
        } else {
            unsetenv(*environment);
        }
    }
}

static void open_as(int descriptor, const char *path, int flags)
{
    int opened = open(path, flags, 0600);

    if (opened < 0 || dup2(opened, descriptor) < 0)
        _exit(126);
    close(opened);
}

static void child_run(const struct process_options *options, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(126);
    environment_apply(options->environment);
    open_as(STDIN_FILENO, options->input_path ? options->input_path : "/dev/null", O_RDONLY);
    open_as(STDOUT_FILENO, options->out_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    open_as(STDERR_FILENO, options->err_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    if (options->directory && chdir(options->directory) != 0)
        _exit(126);
    execvp(options->arguments[0], (char *const *)options->arguments);
    fprintf(stderr, "%s: %s\n", options->arguments[0], strerror(errno));
    _exit(127);
}

pid_t process_start(const struct process_options *options)
{
    pid_t parent = getpid(), pid = fork();

    assert(pid >= 0);
    if (pid == 0)
        child_run(options, parent);
    setpgid(pid, pid);          /* Here too: it may be killed before it gets to it. */
    return pid;
}

void process_kill(pid_t pid)
{
    int status;

    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
}

void file_read(const char *path, struct buffer *out)
{
    char piece[65536];
    FILE *file = fopen(path, "rb");
    size_t length;

    buffer_reset(out);
    buffer_add_text(out, "");
    if (!file)
        return;
    while ((length = fread(piece, 1, sizeof piece, file)) > 0)
        buffer_add(out, span_from(piece, length));
    fclose(file);
}

void file_write(const char *path, struct span text)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(text.bytes, 1, text.length, file) != text.length || fclose(file) != 0) {
        fprintf(stderr, "cannot write %s: %s\n", path, strerror(errno));
        abort();
    }
}
