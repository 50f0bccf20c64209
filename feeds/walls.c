#include "feeds/walls.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "feeds/sandbox_calls.h"

/* What each later version of Landlock closes, in its order. */
static const struct { long version; const char *closes; const char *linux_release; } later[] = {
    { 3, "files outside can be cut (truncate)", "6.2" },
    { 4, "a feed that is kept off the network can still use TCP by other means", "6.7" },
    { 5, "devices take ioctl", "6.10" },
    { 6, "signals reach other processes of the hub's user", "6.12" },
};

/* Does it hold in a process of its own, as a feed's would? */
static bool holds(bool (*raise)(void))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(raise() ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
           && WEXITSTATUS(status) == 0;
}

static bool calls_close(void)
{
    sandbox_limit();
    return sandbox_close_calls(SANDBOX_OFFLINE);
}

static bool files_close(void)
{
    sandbox_limit();
    /* Open to everybody, and none of what a feed is let in to. */
    return sandbox_enter(NULL, 0, SANDBOX_OFFLINE) && open("/", O_RDONLY | O_DIRECTORY) < 0
           && open("/proc/self/status", O_RDONLY) < 0;
}

static bool parent_binds(void)
{
    return sandbox_bind_to_parent();
}

static bool limits_hold(void)
{
    struct rlimit files;

    sandbox_limit();
    return getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max <= 1024;
}

static void files_describe(struct buffer *out)
{
    long version = sandbox_landlock_version();

    if (version < 1) {
        buffer_add_text(out, "  files       OPEN: this kernel has no Landlock (Linux 5.13, and "
                             "\"landlock\" in /sys/kernel/security/lsm)\n");
        return;
    }
    buffer_print(out, "  files       %s: Landlock %ld; a feed sees the system's folders, its "
                 "scratch folder and the paths its settings name\n",
                 holds(files_close) ? "closed" : "OPEN", version);
    for (size_t i = 0; i < ARRAY_COUNT(later); i++)
        if (version < later[i].version)
            buffer_print(out, "              still open: %s; closed from Linux %s on\n",
                         later[i].closes, later[i].linux_release);
}

void walls_describe(struct buffer *out)
{
    buffer_add_text(out, "walls around each feed on this machine:\n");
    files_describe(out);
    buffer_print(out, "  calls       %s: seccomp; no tracing, no raw or Unix sockets, no mounts, "
                 "no namespaces, no kernel modules; no network where the adapter needs none\n",
                 holds(calls_close) ? "closed" : "OPEN (no seccomp filters)");
    buffer_print(out, "  parent      %s: it is killed when the hub dies; what its programs leave "
                 "behind is ended with it\n", holds(parent_binds) ? "bound" : "NOT BOUND");
    buffer_print(out, "  limits      %s: 1 GiB of memory, 1024 descriptors, files of 64 MiB, no "
                 "core file, no new privileges\n", holds(limits_hold) ? "set" : "NOT SET");
    buffer_print(out, "  processes   not limited%s\n", geteuid() == 0
                 ? "; and the hub runs as root: give it a user of its own"
                 : ": a feed may start as many as the hub's user may");
}
