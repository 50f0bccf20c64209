#include "app/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/client.h"
#include "app/clock.h"
#include "app/hub.h"

enum { ARGUMENTS_MAX_COUNT = 32, HUB_START_MS = 20000, AGAIN_S_MIN = 1, AGAIN_S_MAX = 60 };

/* execv() does not change its arguments, but says it might. */
static void execute(const char *path, const char *const *arguments)
{
    char *copy[ARGUMENTS_MAX_COUNT];

    memcpy(&copy[0], &arguments[0], sizeof copy[0]);
    for (int i = 0; arguments[i]; i++) {
        assert(i + 1 < ARGUMENTS_MAX_COUNT);
        memcpy(&copy[i + 1], &arguments[i + 1], sizeof copy[0]);
    }
    execv(path, copy);
}

int launch_instead(const char *program, const char *const *arguments)
{
    char path[PLACES_PATH_BYTES];

    if (places_program(program, path) == STATUS_OK)
        execute(path, arguments);
    fprintf(stderr, "watchdesk: %s cannot be started: it is neither beside this program nor in "
            "libexec. Install watchdesk whole, or build all of it.\n", program);
    return 2;
}

/* ---- the hub behind a console ---- */

static void become_daemon(const struct places *places)
{
    char log[PLACES_PATH_BYTES];

    setsid();
    int null = open("/dev/null", O_RDWR);
    int file = open(places_file(places, "hub.log", log), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (null < 0 || file < 0)
        _exit(HUB_EXIT_WRONG);
    dup2(null, STDIN_FILENO);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    close(null);
    close(file);
}

/* What the log got since then is why. */
static void print_log_from(const struct places *places, off_t from)
{
    char path[PLACES_PATH_BYTES], bytes[2000];
    int fd = open(places_file(places, "hub.log", path), O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? pread(fd, bytes, sizeof bytes, from) : 0;

    if (length > 0)
        fprintf(stderr, "%.*s", (int)length, bytes);
    fprintf(stderr, "watchdesk: the hub did not start; its log is %s\n", path);
    if (fd >= 0)
        close(fd);
}

static off_t log_length(const struct places *places)
{
    char path[PLACES_PATH_BYTES];
    int fd = open(places_file(places, "hub.log", path), O_RDONLY | O_CLOEXEC);
    off_t length = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;

    if (fd >= 0)
        close(fd);
    return length;
}

bool launch_hub(const struct places *places, const char *const *arguments,
                char socket_path[PLACES_PATH_BYTES])
{
    off_t log_from = log_length(places);
    char self[PLACES_PATH_BYTES];
    int64_t until_ms = clock_machine_ms() + HUB_START_MS;

    if (places_self(self) != STATUS_OK)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        become_daemon(places);
        execute(self, arguments);
        _exit(HUB_EXIT_WRONG);
    }
    while (pid > 0 && clock_machine_ms() < until_ms) {
        if (client_wait(places, 50, socket_path))
            return true;
        int how;
        if (waitpid(pid, &how, WNOHANG) != pid)
            continue;
        /* Another one was faster: attach to that. */
        if (WIFEXITED(how) && WEXITSTATUS(how) == HUB_EXIT_BUSY
            && client_wait(places, HUB_START_MS, socket_path))
            return true;
        break;
    }
    print_log_from(places, log_from);
    return false;
}

/* ---- the guard ---- */

static bool starts_again(int how)
{
    if (WIFSIGNALED(how))
        return WTERMSIG(how) != SIGTERM && WTERMSIG(how) != SIGINT;
    return WEXITSTATUS(how) == HUB_EXIT_AGAIN;
}

int launch_guard(const struct places *places)
{
    const char *const arguments[] = { "watchdesk", "hub", "--site", places->folder, NULL };
    char self[PLACES_PATH_BYTES];
    unsigned again_s = AGAIN_S_MIN;
    int how = 0;

    if (places_self(self) != STATUS_OK)
        return HUB_EXIT_WRONG;
    for (;;) {
        int64_t started_ms = clock_machine_ms();
        pid_t pid = fork();
        if (pid == 0) {
            execute(self, arguments);
            _exit(HUB_EXIT_WRONG);
        }
        if (pid < 0)
            return HUB_EXIT_WRONG;
        while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
            continue;
        if (!starts_again(how))
            return WIFEXITED(how) ? WEXITSTATUS(how) : HUB_EXIT_OK;
        if (clock_machine_ms() - started_ms > AGAIN_S_MAX * 1000)
            again_s = AGAIN_S_MIN;
        fprintf(stderr, "guard: the hub ended (%s %d); it starts again from the disk in %u s\n",
                WIFSIGNALED(how) ? "signal" : "exit",
                WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how), again_s);
        sleep(again_s);
        again_s = again_s * 2 > AGAIN_S_MAX ? AGAIN_S_MAX : again_s * 2;
    }
}

/* ---- programs asked for their words ---- */

static void read_all(int fd, struct buffer *out)
{
    char bytes[4096];
    ssize_t length;

    while ((length = read(fd, bytes, sizeof bytes)) != 0) {
        if (length > 0)
            buffer_add(out, span_from(bytes, (size_t)length));
        else if (errno != EINTR)
            return;
    }
}

/* Gives `input` from a file in memory, so that neither side can wait for the other. */
static int input_of(const char *input)
{
    FILE *file = tmpfile();

    if (!file)
        return -1;
    fputs(input, file);
    fflush(file);
    int fd = dup(fileno(file));
    fclose(file);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Runs a sibling program to its end; its exit code, -1 when it cannot be run. */
static int run_to_end(const char *program, const char *argument, const char *input,
                      struct buffer *out)
{
    const char *const arguments[] = { program, argument, NULL };
    char path[PLACES_PATH_BYTES];
    int output[2], how = 0, in = input_of(input);

    if (in < 0 || places_program(program, path) != STATUS_OK || pipe(output) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in, STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        close(output[0]);
        execute(path, arguments);
        _exit(127);
    }
    close(in);
    close(output[1]);
    read_all(output[0], out);
    close(output[0]);
    if (pid < 0 || waitpid(pid, &how, 0) != pid || !WIFEXITED(how))
        return -1;
    return WEXITSTATUS(how);
}

bool launch_describe(struct adapter_list *ret_adapters)
{
    struct buffer described = { 0 };
    char sentence[160];

    int code = run_to_end("watchdesk-feed", "--describe", "", &described);
    struct verdict verdict = refused(REFUSED_TRUNCATED, 0, "");
    if (code == 0)
        verdict = adapter_list_read(buffer_span(&described), ret_adapters);
    buffer_clear(&described);
    if (is_accepted(&verdict))
        return true;
    fprintf(stderr, "watchdesk: watchdesk-feed does not say what adapters there are (%s). Install "
            "watchdesk whole, or build all of it.\n",
            code == 0 ? verdict_sentence(&verdict, sentence, sizeof sentence) : "it cannot be run");
    return false;
}

bool launch_walls(struct buffer *out)
{
    return run_to_end("watchdesk-feed", "--walls", "", out) == 0;
}

int launch_geo_check(const char *input, struct buffer *out)
{
    return run_to_end("watchdesk-geo", "--check", input, out);
}

int launch_feed_check(const char *input, struct buffer *out)
{
    return run_to_end("watchdesk-feed", "--check", input, out);
}
