#include "app/strays.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LIST_BYTES = 64 * 1024,
    ROUNDS_MAX = 100,               /* A bomb of forks is faster than we are: not for ever. */
};

void strays_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static bool is_known(const int *known, uint32_t count, long pid)
{
    for (uint32_t i = 0; i < count; i++)
        if (known[i] == pid)
            return true;
    return false;
}

/* One look at the list; how many were ended. */
static uint32_t round_end(const int *known, uint32_t count)
{
    char path[64], list[LIST_BYTES];
    uint32_t ended = 0;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, list, sizeof list - 1) : 0;
    if (fd >= 0)
        close(fd);
    list[length > 0 ? length : 0] = '\0';
    for (char *at = list, *end = NULL;; at = end) {
        long pid = strtol(at, &end, 10);
        if (end == at || pid <= 0)
            return ended;
        if (is_known(known, count, pid))
            continue;
        kill((pid_t)pid, SIGKILL);
        waitpid((pid_t)pid, NULL, 0);
        ended++;
    }
}

void strays_end(const int *known, uint32_t count)
{
    for (int i = 0; i < ROUNDS_MAX && round_end(known, count) > 0; i++)
        continue;
}
