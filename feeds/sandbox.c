#define _GNU_SOURCE             /* O_PATH */
#include "feeds/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

bool sandbox_bind_to_parent(void)
{
    pid_t parent = getppid();

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return false;
    /* A parent that died before the request above sends no signal any more. One that was gone
     * before getppid() has closed our stdin, which ends us too. */
    return getppid() == parent;
}

int sandbox_adopt(void)
{
    char path[64];

    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        return -1;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* The first child listed; 0 when there is none. */
static pid_t first_child(int children_fd)
{
    char text[32] = "";

    if (pread(children_fd, text, sizeof text - 1, 0) <= 0)
        return 0;
    return (pid_t)strtol(text, NULL, 10);
}

void sandbox_sweep(int children_fd)
{
    enum { MOST = 100000 };         /* A bomb of forks is faster than we are: not for ever. */

    for (int i = 0; children_fd >= 0 && i < MOST; i++) {
        pid_t child = first_child(children_fd);
        if (child <= 0)
            return;
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
}

static void limit(int resource, rlim_t most)
{
    struct rlimit now;

    if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        most = now.rlim_max;
    setrlimit((__rlimit_resource_t)resource, &(struct rlimit){ most, most });
}

void sandbox_limit(void)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 1024);
    limit(RLIMIT_FSIZE, 64u << 20);
    /* Not RLIMIT_AS: runtimes of third-party programs reserve far more address space than they
     * use. AddressSanitizer's shadow counts as data, so a sanitized build goes without. */
#ifndef __SANITIZE_ADDRESS__
    limit(RLIMIT_DATA, 1u << 30);
#endif
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

#ifdef LANDLOCK_CREATE_RULESET_VERSION

/* As linux/landlock.h has them today; Debian 12's header ends with version 2. */
#define RIGHT_REFER ((uint64_t)1 << 13)
#define RIGHT_TRUNCATE ((uint64_t)1 << 14)
#define RIGHT_DEVICE_IOCTL ((uint64_t)1 << 15)
#define RIGHT_TCP_BOTH_WAYS ((uint64_t)3)
#define SCOPE_SOCKETS_AND_SIGNALS ((uint64_t)3)

/* struct landlock_ruleset_attr as it grew; an older kernel is told a smaller size. */
struct walls {
    uint64_t files, network, scope;
};

/* All of the first version: what is not named to the kernel would stay open. */
static const uint64_t first_version = 2 * LANDLOCK_ACCESS_FS_MAKE_SYM - 1;
static const uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
/* What may be done with a file that is no folder; the kernel refuses the rest in its rule. */
static const uint64_t of_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE
                                 | LANDLOCK_ACCESS_FS_EXECUTE | RIGHT_TRUNCATE;

/* What any program needs to start. Not /proc: the hub's environment and memory are there. */
static const struct sandbox_path system_paths[] = {
    { "/usr", SANDBOX_RUN },          { "/bin", SANDBOX_RUN },
    { "/sbin", SANDBOX_RUN },         { "/lib", SANDBOX_RUN },
    { "/lib32", SANDBOX_RUN },        { "/lib64", SANDBOX_RUN },
    { "/opt", SANDBOX_RUN },          { "/etc", SANDBOX_READ },
    { "/run/systemd/resolve", SANDBOX_READ },       /* Where /etc/resolv.conf often leads. */
    { "/proc/cpuinfo", SANDBOX_READ }, { "/proc/meminfo", SANDBOX_READ },
    { "/dev/null", SANDBOX_WRITE },   { "/dev/zero", SANDBOX_READ },
    { "/dev/random", SANDBOX_READ },  { "/dev/urandom", SANDBOX_READ },
#ifdef __SANITIZE_ADDRESS__
    { "/proc/self", SANDBOX_READ },     /* Where the leak check looks for threads. */
#endif
};

static uint64_t rights(enum sandbox_use use)
{
    switch (use) {
    case SANDBOX_READ:
        return reading;
    case SANDBOX_RUN:
        return reading | LANDLOCK_ACCESS_FS_EXECUTE;
    case SANDBOX_WRITE:
        /* No devices, and nothing of its own to execute: what runs is what was installed. */
        return (first_version | RIGHT_REFER | RIGHT_TRUNCATE)
               & ~(uint64_t)(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR
                             | LANDLOCK_ACCESS_FS_MAKE_BLOCK);
    }
    return 0;
}

static void path_allow(int ruleset, const struct walls *walls, const struct sandbox_path *path)
{
    struct stat facts;
    int fd = open(path->path, O_PATH | O_CLOEXEC);

    if (fd < 0)
        return;
    struct landlock_path_beneath_attr rule = {
        .parent_fd = fd, .allowed_access = rights(path->use) & walls->files };
    if (fstat(fd, &facts) == 0 && !S_ISDIR(facts.st_mode))
        rule.allowed_access &= of_files;
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
}

/* All that this kernel can close. */
static struct walls walls_of(long version, enum sandbox_network network)
{
    struct walls walls = { .files = first_version };

    if (version >= 2)
        walls.files |= RIGHT_REFER;
    if (version >= 3)
        walls.files |= RIGHT_TRUNCATE;
    if (version >= 5)
        walls.files |= RIGHT_DEVICE_IOCTL;
    if (version >= 4 && network == SANDBOX_OFFLINE)
        walls.network = RIGHT_TCP_BOTH_WAYS;
    if (version >= 6)
        walls.scope = SCOPE_SOCKETS_AND_SIGNALS;
    return walls;
}

long sandbox_landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return version > 0 ? version : 0;
}

bool sandbox_enter(const struct sandbox_path *paths, size_t path_count,
                   enum sandbox_network network)
{
    long version = sandbox_landlock_version();

    if (version < 1)
        return false;
    struct walls walls = walls_of(version, network);
    size_t told = version >= 6   ? sizeof walls
                  : version >= 4 ? offsetof(struct walls, scope)
                                 : offsetof(struct walls, network);
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &walls, told, 0);
    if (ruleset < 0)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(system_paths); i++)
        path_allow(ruleset, &walls, &system_paths[i]);
    for (size_t i = 0; i < path_count; i++)
        path_allow(ruleset, &walls, &paths[i]);
    bool entered = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return entered;
}

#else

long sandbox_landlock_version(void)
{
    return 0;
}

bool sandbox_enter(const struct sandbox_path *paths, size_t path_count,
                   enum sandbox_network network)
{
    (void)paths;
    (void)path_count;
    (void)network;
    return false;
}

#endif
