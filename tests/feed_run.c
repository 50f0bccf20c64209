#include "tests/feed_run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

enum { ARGUMENTS_MAX = 30, POLL_MS = 5 };

struct feed_desk {
    struct test_site *site;
    struct buffer out, err;
};

struct feed_talk {
    struct feed_desk *desk;
    pid_t pid;
    int stdin_fd;
};

struct feed_desk *feed_desk_new(void)
{
    struct feed_desk *desk = base_alloc(1, sizeof *desk);

    desk->site = site_new(SITE_SANITIZED);
    return desk;
}

void feed_desk_free(struct feed_desk *desk)
{
    site_free(desk->site);
    buffer_clear(&desk->out);
    buffer_clear(&desk->err);
    base_free(desk);
}

struct test_site *feed_site(struct feed_desk *desk)
{
    return desk->site;
}

/* What an earlier feed left must not be taken for this one's; a FIFO of the test stays. */
static void file_forget(const char *path)
{
    struct stat facts;

    if (stat(path, &facts) == 0 && S_ISREG(facts.st_mode))
        unlink(path);
}

static pid_t program_start(struct test_site *site, const char *input, const char *const *arguments)
{
    const char *list[ARGUMENTS_MAX + 2] = { site_program(site, "watchdesk-feed") };
    char in[256], out[256], err[256];
    size_t count = 1;

    for (; *arguments; arguments++) {
        assert(count < ARGUMENTS_MAX);
        list[count++] = *arguments;
    }
    snprintf(in, sizeof in, "%s", site_path(site, input));
    snprintf(out, sizeof out, "%s", site_path(site, "feed.out"));
    snprintf(err, sizeof err, "%s", site_path(site, "feed.err"));
    file_forget(out);
    file_forget(err);
    return process_start(&(struct process_options){ .arguments = list, .input_path = in,
                                                    .out_path = out, .err_path = err });
}

struct feed_talk *feed_start_list(struct feed_desk *desk, const char *const *arguments)
{
    struct feed_talk *talk = base_alloc(1, sizeof *talk);
    const char *fifo = site_path(desk->site, "feed.fifo");

    unlink(fifo);
    int made = mkfifo(fifo, 0600);
    assert(made == 0);
    /* Read and write, so that neither end waits for the other to open. */
    talk->stdin_fd = open(fifo, O_RDWR | O_CLOEXEC);
    assert(talk->stdin_fd >= 0);
    talk->desk = desk;
    talk->pid = program_start(desk->site, "feed.fifo", arguments);
    return talk;
}

void feed_say(struct feed_talk *talk, const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        ssize_t done = write(talk->stdin_fd, text, length);
        assert(done > 0);
        text += done;
        length -= (size_t)done;
    }
}

static void hear(struct feed_talk *talk, const char *name, const char *text)
{
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;

    while (!strstr(site_read(talk->desk->site, name), text)) {
        if (clock_ms() < deadline_ms && kill(talk->pid, 0) == 0) {
            poll(NULL, 0, POLL_MS);
            continue;
        }
        print_message("never heard: %s\n", text);
        print_message("stdout:\n%s\n", site_read(talk->desk->site, "feed.out"));
        print_message("stderr:\n%s\n", site_read(talk->desk->site, "feed.err"));
        fail();
    }
}

void feed_hear(struct feed_talk *talk, const char *text)
{
    hear(talk, "feed.out", text);
}

void feed_hear_log(struct feed_talk *talk, const char *text)
{
    hear(talk, "feed.err", text);
}

pid_t feed_process(const struct feed_talk *talk)
{
    return talk->pid;
}

static struct feed_ended wait_for(struct feed_desk *desk, pid_t pid)
{
    struct feed_ended ended;

    if (!child_wait(pid, clock_ms() + DEADLINE_MS, &ended.ending)) {
        process_kill(pid);
        print_message("the feed did not end; stderr:\n%s\n", site_read(desk->site, "feed.err"));
        fail();
    }
    file_read(site_path(desk->site, "feed.out"), &desk->out);
    file_read(site_path(desk->site, "feed.err"), &desk->err);
    ended.out = desk->out.bytes;
    ended.err = desk->err.bytes;
    return ended;
}

struct feed_ended feed_end(struct feed_talk *talk)
{
    struct feed_desk *desk = talk->desk;
    pid_t pid = talk->pid;

    close(talk->stdin_fd);
    base_free(talk);
    return wait_for(desk, pid);
}

struct feed_ended feed_run_list(struct feed_desk *desk, const char *input,
                                const char *const *arguments)
{
    site_write(desk->site, "feed.in", input);
    return wait_for(desk, program_start(desk->site, "feed.in", arguments));
}

struct feed_ended feed_try_list(struct feed_desk *desk, struct span input,
                                const char *const *arguments)
{
    file_write(site_path(desk->site, "feed.in"), input);
    return wait_for(desk, program_start(desk->site, "feed.in", arguments));
}

uint32_t text_count(const char *text, const char *part)
{
    size_t length = strlen(part), left = strlen(text);
    uint32_t count = 0;

    /* Not strstr(): under AddressSanitizer each call would look at all the text that is left. */
    for (const char *at = text; left >= length; at++) {
        const char *found = memchr(at, part[0], left - length + 1);
        if (!found)
            break;
        left -= (size_t)(found - at) + 1;
        at = found;
        count += memcmp(at, part, length) == 0;
    }
    return count;
}
