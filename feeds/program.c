#include "feeds/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feeds/sandbox.h"

void program_arguments_split(char *text, char **arguments)
{
    int count = 0;
    char *rest = NULL;

    while (arguments[count])
        count++;
    for (char *word = strtok_r(text, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest))
        if (count < PROGRAM_ARGUMENTS_MAX)
            arguments[count++] = word;
    arguments[count] = NULL;
}

/* What a program of others is told of its surroundings: not the hub's environment, where secrets
 * of the site's administrator may stand. */
static void environment_make(const struct feed *feed)
{
    clearenv();
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    setenv("LANG", "C.UTF-8", 1);
    if (!feed->hello.scratch[0])
        return;
    setenv("HOME", feed->hello.scratch, 1);
    setenv("TMPDIR", feed->hello.scratch, 1);
}

/* In the child: stdio are the pipes, and what we ignore it does not. Returns only on failure. */
static void program_become(struct feed *feed, const char *path, char *const *arguments,
                           enum program_group group, const int in[2], const int out[2])
{
    sigset_t none;

    if (!sandbox_bind_to_parent())
        return;
    if (group == PROGRAM_OWN_GROUP)
        setpgid(0, 0);
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    environment_make(feed);
    execv(path, arguments);
    feed_log(feed, "\"%s\" cannot be executed: %s", path, strerror(errno));
}

bool program_start(struct feed *feed, const char *path, char *const *arguments,
                   enum program_group group, struct program *ret_program)
{
    int in[2], out[2];

    if (pipe(in) != 0) {
        feed_log(feed, "there is no pipe to be had: %s", strerror(errno));
        return false;
    }
    if (pipe(out) != 0) {
        feed_log(feed, "there is no pipe to be had: %s", strerror(errno));
        close(in[0]);
        close(in[1]);
        return false;
    }
    /* Only what is moved onto stdin and stdout may cross into the program. */
    for (int i = 0; i < 2; i++) {
        fcntl(in[i], F_SETFD, FD_CLOEXEC);
        fcntl(out[i], F_SETFD, FD_CLOEXEC);
    }
    pid_t child = fork();
    if (child == 0) {
        program_become(feed, path, arguments, group, in, out);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    if (child < 0) {
        feed_log(feed, "no process can be started: %s", strerror(errno));
        close(in[1]);
        close(out[0]);
        return false;
    }
    if (group == PROGRAM_OWN_GROUP)     /* Here too: whoever is first, a signal finds it. */
        setpgid(child, child);
    *ret_program = (struct program){ .pid = child, .group = group, .stdin_fd = in[1],
                                     .stdout_fd = out[0] };
    return true;
}

void program_signal(const struct program *program, int signal_number)
{
    kill(program->group == PROGRAM_OWN_GROUP ? -program->pid : program->pid, signal_number);
}

void program_sweep(const struct program *program)
{
    if (program->group == PROGRAM_OWN_GROUP)
        kill(-program->pid, SIGKILL);
}
