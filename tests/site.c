#include "tests/site.h"

#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/check.h"

enum { STARTED_MAX = 16, ARGUMENTS_MAX = 32 };

struct test_site {
    char folder[PATH_MAX];
    char programs[PATH_MAX];
    struct arena *memory;               /* The environment's texts. */
    const char *environment[12];
    pid_t started[STARTED_MAX];
    uint32_t started_count;
    struct buffer path, program, content, out, err;
};

bool shared_has(const char *path)
{
    char whole[512];

    snprintf(whole, sizeof whole, "../shared/%s", path);
    return access(whole, R_OK) == 0;
}

static const char *setting(struct test_site *site, const char *name, const char *folder)
{
    const char *path = arena_print(site->memory, "%s/%s", site->folder, folder);

    mkdir(path, 0700);
    return arena_print(site->memory, "%s=%s", name, path);
}

static void environment_make(struct test_site *site)
{
    uint32_t count = 0;

    site->environment[count++] = setting(site, "XDG_RUNTIME_DIR", "run");
    site->environment[count++] = setting(site, "XDG_STATE_HOME", "state");
    site->environment[count++] = setting(site, "HOME", "home");
    site->environment[count++] = arena_print(site->memory, "WATCHDESK_SITE=%s", site->folder);
    site->environment[count++] = "LC_ALL=C.UTF-8";
    /* A program of ours that leaks is wrong; it says so in its exit code, which tests look at. */
    site->environment[count++] = "ASAN_OPTIONS=detect_leaks=1:exitcode=99";
    site->environment[count++] = "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1";
    site->environment[count++] = "TZ";
    site->environment[count++] = "ACCEPT";
    assert(count < ARRAY_COUNT(site->environment));
}

struct test_site *site_new(enum site_programs programs)
{
    struct test_site *site = base_alloc(1, sizeof *site);
    const char *build = getenv("BUILD"), *temporary = getenv("TMPDIR");
    char here[PATH_MAX / 2];

    site->memory = arena_new();
    snprintf(site->folder, sizeof site->folder, "%s/wd-XXXXXX", temporary ? temporary : "/tmp");
    char *made = mkdtemp(site->folder), *found = getcwd(here, sizeof here);
    assert(made && found);
    build = build ? build : ".build";
    snprintf(site->programs, sizeof site->programs, "%s%s%s%s", build[0] == '/' ? "" : here,
             build[0] == '/' ? "" : "/", build, programs == SITE_SANITIZED ? "/sanitized" : "");
    environment_make(site);
    return site;
}

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void site_free(struct test_site *site)
{
    if (!site)
        return;
    for (uint32_t i = 0; i < site->started_count; i++)
        process_kill(site->started[i]);
    nftw(site->folder, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(site->memory);
    buffer_clear(&site->path);
    buffer_clear(&site->program);
    buffer_clear(&site->content);
    buffer_clear(&site->out);
    buffer_clear(&site->err);
    base_free(site);
}

const char *site_folder(const struct test_site *site)
{
    return site->folder;
}

const char *site_path(struct test_site *site, const char *name)
{
    buffer_reset(&site->path);
    buffer_print(&site->path, "%s/%s", site->folder, name);
    return site->path.bytes;
}

const char *site_program(struct test_site *site, const char *name)
{
    buffer_reset(&site->program);
    buffer_print(&site->program, "%s/%s", site->programs, name);
    return site->program.bytes;
}

const char *const *site_environment(const struct test_site *site)
{
    return site->environment;
}

void site_write(struct test_site *site, const char *name, const char *text)
{
    file_write(site_path(site, name), span_of(text));
}

const char *site_read(struct test_site *site, const char *name)
{
    file_read(site_path(site, name), &site->content);
    return site->content.bytes;
}

/* ---- running ---- */

static pid_t start(struct test_site *site, const char *input_name, const char *const *arguments,
                   const char *name)
{
    const char *all[ARGUMENTS_MAX + 2] = { site_program(site, "watchdesk") };
    struct arena *paths = arena_new();
    uint32_t count = 1;

    for (; *arguments; arguments++) {
        assert(count <= ARGUMENTS_MAX);
        all[count++] = *arguments;
    }
    struct process_options options = {
        .arguments = all,
        .environment = site->environment,
        .directory = site->folder,
        .out_path = arena_print(paths, "%s/%s.out", site->folder, name),
        .err_path = arena_print(paths, "%s/%s.err", site->folder, name),
    };
    if (input_name)
        options.input_path = arena_print(paths, "%s/%s", site->folder, input_name);
    pid_t pid = process_start(&options);
    arena_free(paths);
    return pid;
}

struct site_result site_run_list(struct test_site *site, const char *input_name,
                                 const char *const *arguments)
{
    struct site_result result = { 0 };
    pid_t pid = start(site, input_name, arguments, "command");

    result.late = !child_wait(pid, clock_ms() + DEADLINE_MS, &result.ending);
    if (result.late)
        process_kill(pid);
    file_read(site_path(site, "command.out"), &site->out);
    file_read(site_path(site, "command.err"), &site->err);
    result.out = site->out.bytes;
    result.err = site->err.bytes;
    return result;
}

struct site_result site_expect_list(struct test_site *site, int code, const char *const *arguments,
                                    const char *file, int line)
{
    struct site_result result = site_run_list(site, NULL, arguments);

    if (!result.late && result.ending.exit_code == code)
        return result;
    print_message("watchdesk");
    for (; *arguments; arguments++)
        print_message(" %s", *arguments);
    print_message("\n%s: exit %d, signal %d, expected exit %d\n--- out\n%s--- err\n%s",
                  result.late ? "did not end" : "ended", result.ending.exit_code,
                  result.ending.signal, code, result.out, result.err);
    _fail(file, line);
    return result;
}

pid_t site_start_list(struct test_site *site, const char *name, const char *const *arguments)
{
    pid_t pid = start(site, NULL, arguments, name);

    assert(site->started_count < STARTED_MAX);
    site->started[site->started_count++] = pid;
    return pid;
}

/* Once reaped, its number may be somebody else's: it must not be killed later. */
static void forget(struct test_site *site, pid_t pid)
{
    for (uint32_t i = 0; i < site->started_count; i++)
        if (site->started[i] == pid)
            site->started[i--] = site->started[--site->started_count];
}

/* ---- the hub ---- */

/* hub.lock holds the path of the socket (CONTRACTS section 7). */
static bool socket_answers(struct test_site *site)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct span path = span_trim(span_of(site_read(site, "hub.lock")));

    if (path.length == 0 || path.length >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path.bytes, path.length);
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    bool answers = connect(connection, (struct sockaddr *)&address, sizeof address) == 0;
    close(connection);
    return answers;
}

static void show_hub_log(struct test_site *site)
{
    print_message("--- hub.out\n%s", site_read(site, "hub.out"));
    print_message("--- hub.err\n%s", site_read(site, "hub.err"));
}

pid_t site_hub_start(struct test_site *site)
{
    pid_t hub = site_start(site, "hub", "hub");
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;
    struct ending ending;

    while (!socket_answers(site)) {
        /* Between two looks: its end, which is the answer too. */
        bool ended = child_wait(hub, clock_ms() + 5, &ending);
        if (ended)
            forget(site, hub);
        if (ended || clock_ms() > deadline_ms) {
            show_hub_log(site);
            fail_msg("the hub %s", ended ? "ended at once" : "does not answer on its socket");
        }
    }
    return hub;
}

bool site_hub_kill(struct test_site *site, pid_t hub)
{
    pid_t children[64];
    uint32_t count = process_descendants(hub, children, ARRAY_COUNT(children));
    bool all_gone = true;
    struct ending ending;

    kill(hub, SIGKILL);
    bool ended = child_wait(hub, clock_ms() + DEADLINE_MS, &ending);
    assert(ended);
    forget(site, hub);
    int64_t deadline_ms = clock_ms() + 1000;
    for (uint32_t i = 0; i < count; i++)
        all_gone = process_wait_gone(children[i], deadline_ms) && all_gone;
    return all_gone;
}

void site_hub_stop(struct test_site *site, pid_t hub)
{
    struct ending ending;

    kill(hub, SIGTERM);
    if (!child_wait(hub, clock_ms() + DEADLINE_MS, &ending)) {
        show_hub_log(site);
        fail_msg("the hub goes on after SIGTERM");
    }
    forget(site, hub);
    if (ending.exit_code != 0) {
        show_hub_log(site);
        fail_msg("the hub ended with exit %d, signal %d", ending.exit_code, ending.signal);
    }
}
