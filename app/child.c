#define _GNU_SOURCE     /* pipe2() */

#include "app/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
#include "app/hash.h"
#include "app/clock.h"

struct child {
    uv_process_t process;
    uv_pipe_t input, output, errors;        /* As the child calls them. */
    uv_timer_t patience;
    uint32_t handles_open;
    child_line_fn *line;
    child_ended_fn *ended;
    void *context;
    struct line_buffer *lines, *error_lines;
    struct hash *dropped;           /* Of the line being cut; NULL when none is. */
    struct buffer waiting;          /* For its stdin, after what is being written. */
    struct buffer writing;
    uv_write_t write;
    bool write_in_flight;
    bool paused, reading, stopping, output_ended, exited, closing;
    char how[80];
    int log_fd;
    char log_path[1024];
    int64_t log_second;
    uint32_t log_lines, log_skipped;
    char bytes[65536];              /* Where libuv reads into; one read at a time. */
};

/* ---- the log of its stderr ---- */

static int log_open(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Keeps one older log, so that a talkative child cannot fill the disk. */
static void log_turn_over(struct child *child)
{
    struct stat facts;
    char old[sizeof child->log_path + 8];

    if (fstat(child->log_fd, &facts) != 0 || facts.st_size < CHILD_LOG_BYTES_MAX)
        return;
    snprintf(old, sizeof old, "%s.old", child->log_path);
    if (rename(child->log_path, old) != 0)
        return;
    int fd = log_open(child->log_path);
    if (fd < 0)
        return;
    close(child->log_fd);
    child->log_fd = fd;
}

static void log_write(struct child *child, const char *text)
{
    char line[1100];
    int length = snprintf(line, sizeof line, "%s\n", text);

    if (child->log_fd < 0 || length <= 0)
        return;
    /* A full disk must not stop a feed; the hub says so of its journal. */
    ssize_t written = write(child->log_fd, line, (size_t)length);
    (void)written;
}

static void log_line(struct child *child, struct span raw)
{
    char clean[1024];
    int64_t second = clock_machine_ms() / 1000;

    if (second != child->log_second) {
        if (child->log_skipped > 0) {
            snprintf(clean, sizeof clean, "(%u lines more in a second)", child->log_skipped);
            log_write(child, clean);
        }
        log_turn_over(child);
        child->log_second = second;
        child->log_lines = child->log_skipped = 0;
    }
    if (child->log_lines++ >= CHILD_LOG_LINES_PER_S) {
        child->log_skipped++;
        return;
    }
    text_clean(raw, clean, sizeof clean);
    log_write(child, clean);
}

/* ---- the end ---- */

static void handle_closed(uv_handle_t *handle)
{
    struct child *child = handle->data;

    assert(child->handles_open > 0);
    child->handles_open--;
    if (child->handles_open > 0)
        return;
    child->ended(child->context, child->how);
    line_buffer_free(child->lines);
    line_buffer_free(child->error_lines);
    hash_free(child->dropped);
    buffer_clear(&child->waiting);
    buffer_clear(&child->writing);
    if (child->log_fd >= 0)
        close(child->log_fd);
    base_free(child);
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, handle_closed);
}

/* When it is gone and all it wrote has been read. A grandchild may hold its stdout open: after the
 * exit the rest is waited for no longer than `patience`. */
static void end_if_over(struct child *child)
{
    if (child->closing || !child->exited || !child->output_ended)
        return;
    child->closing = true;
    close_handle((uv_handle_t *)&child->process);
    close_handle((uv_handle_t *)&child->input);
    close_handle((uv_handle_t *)&child->output);
    close_handle((uv_handle_t *)&child->errors);
    close_handle((uv_handle_t *)&child->patience);
}

static void patience_over(uv_timer_t *timer)
{
    struct child *child = timer->data;

    if (!child->exited)
        uv_process_kill(&child->process, SIGKILL);
    child->output_ended = true;
    end_if_over(child);
}

static void process_exited(uv_process_t *process, int64_t code, int signal_number)
{
    struct child *child = process->data;

    child->exited = true;
    if (signal_number != 0)
        snprintf(child->how, sizeof child->how, "signal %d ended it", signal_number);
    else
        snprintf(child->how, sizeof child->how, "it exited with %d", (int)code);
    if (child->paused)
        child_resume(child);
    uv_timer_start(&child->patience, patience_over, CHILD_STOP_MS, 0);
    end_if_over(child);
}

/* ---- lines out of it ---- */

static void line_dropped(void *context, struct span kept, struct span dropped)
{
    struct child *child = context;

    if (!child->dropped) {
        child->dropped = hash_new();
        hash_add(child->dropped, kept);
    }
    hash_add(child->dropped, dropped);
}

static void give_lines(struct child *child)
{
    struct child_line given = { 0 };

    while (!child->paused && !child->closing && line_buffer_next(child->lines, &given.line)) {
        if (given.line.cut && child->dropped) {
            hash_end(child->dropped, given.sha256);
            child->dropped = NULL;
        }
        child->line(child->context, &given);
    }
}

static void output_over(struct child *child)
{
    line_buffer_end(child->lines);
    give_lines(child);
    child->output_ended = true;
    child->reading = false;
    uv_read_stop((uv_stream_t *)&child->output);
    /* Whoever closes stdout and stays is of no use. */
    if (!child->exited)
        child_stop(child);
    end_if_over(child);
}

static void lend_bytes(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_bytes)
{
    struct child *child = handle->data;

    (void)suggested;
    *ret_bytes = uv_buf_init(child->bytes, sizeof child->bytes);
}

static void output_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct child *child = stream->data;

    if (length == 0)
        return;
    if (length < 0) {
        output_over(child);
        return;
    }
    line_buffer_add(child->lines, span_from(bytes->base, (size_t)length));
    give_lines(child);
}

static void errors_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct child *child = stream->data;
    struct line line;

    if (length == 0)
        return;
    if (length < 0) {
        uv_read_stop(stream);
        return;
    }
    line_buffer_add(child->error_lines, span_from(bytes->base, (size_t)length));
    while (line_buffer_next(child->error_lines, &line))
        log_line(child, line.text);
}

void child_pause(struct child *child)
{
    child->paused = true;
    if (child->reading)
        uv_read_stop((uv_stream_t *)&child->output);
    child->reading = false;
}

void child_resume(struct child *child)
{
    if (!child->paused)
        return;
    child->paused = false;
    give_lines(child);
    if (child->paused || child->closing || child->output_ended)
        return;
    child->reading = true;
    uv_read_start((uv_stream_t *)&child->output, lend_bytes, output_read);
}

bool child_is_paused(const struct child *child)
{
    return child->paused;
}

/* ---- lines into it ---- */

static void write_more(struct child *child);

static void written(uv_write_t *write, int status)
{
    struct child *child = write->data;

    child->write_in_flight = false;
    buffer_reset(&child->writing);
    if (status == 0)
        write_more(child);
    else
        buffer_reset(&child->waiting);
}

static void write_more(struct child *child)
{
    if (child->write_in_flight || child->waiting.length == 0
        || uv_is_closing((uv_handle_t *)&child->input))
        return;
    struct buffer next = child->waiting;
    child->waiting = child->writing;
    child->writing = next;
    uv_buf_t bytes = uv_buf_init(child->writing.bytes, (unsigned)child->writing.length);
    child->write.data = child;
    child->write_in_flight = true;
    if (uv_write(&child->write, (uv_stream_t *)&child->input, &bytes, 1, written) != 0) {
        child->write_in_flight = false;
        buffer_reset(&child->writing);
    }
}

void child_send(struct child *child, struct span line)
{
    if (child->closing || child->exited || child->stopping)
        return;
    if (child->waiting.length + line.length > CHILD_WAITING_BYTES_MAX) {
        log_line(child, span_of("hub: it does not read what it is sent, so it is ended"));
        uv_process_kill(&child->process, SIGKILL);
        return;
    }
    buffer_add(&child->waiting, line);
    buffer_add_text(&child->waiting, "\n");
    write_more(child);
}

void child_stop(struct child *child)
{
    if (child->stopping || child->closing)
        return;
    child->stopping = true;
    if (child->paused)
        child_resume(child);
    close_handle((uv_handle_t *)&child->input);
    uv_timer_start(&child->patience, patience_over, CHILD_STOP_MS, 0);
}

int child_pid(const struct child *child)
{
    return child->process.pid;
}

/* ---- the start ---- */

/* Three pipes: [0] read end, [1] write end. */
struct pipes {
    int input[2], output[2], errors[2];
};

static bool pipes_make(struct pipes *pipes)
{
    int *const pairs[] = { pipes->input, pipes->output, pipes->errors };

    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        if (pipe2(pairs[i], O_CLOEXEC) == 0)
            continue;
        while (i-- > 0) {
            close(pairs[i][0]);
            close(pairs[i][1]);
        }
        return false;
    }
    return true;
}

static void own_pipe(struct child *child, uv_loop_t *loop, uv_pipe_t *pipe, int fd)
{
    int failed = uv_pipe_init(loop, pipe, 0);
    assert(failed == 0);
    failed = uv_pipe_open(pipe, fd);
    assert(failed == 0);
    pipe->data = child;
    child->handles_open++;
}

static int spawn(struct child *child, uv_loop_t *loop, const struct child_options *options,
                 const struct pipes *pipes)
{
    uv_stdio_container_t stdio[3] = {
        { .flags = UV_INHERIT_FD, .data.fd = pipes->input[0] },
        { .flags = UV_INHERIT_FD, .data.fd = pipes->output[1] },
        { .flags = UV_INHERIT_FD,
          .data.fd = options->log_path ? pipes->errors[1] : STDERR_FILENO },
    };
    /* libuv's `args` is not const, but it only hands them to execve(). */
    char *arguments[8] = { 0 };
    for (size_t i = 0; options->arguments[i]; i++) {
        assert(i + 1 < ARRAY_COUNT(arguments));
        memcpy(&arguments[i], &options->arguments[i], sizeof arguments[i]);
    }
    const uv_process_options_t process = {
        .exit_cb = process_exited, .file = options->program, .args = arguments,
        .stdio_count = ARRAY_COUNT(stdio), .stdio = stdio,
    };
    child->process.data = child;
    return uv_spawn(loop, &child->process, &process);
}

static struct child *child_new(const struct child_options *options)
{
    struct child *child = base_alloc(1, sizeof *child);

    child->line = options->line;
    child->ended = options->ended;
    child->context = options->context;
    child->lines = line_buffer_new(options->line_bytes_max);
    line_buffer_on_drop(child->lines, line_dropped, child);
    child->error_lines = line_buffer_new(1000);
    child->log_fd = options->log_path ? log_open(options->log_path) : -1;
    text_copy(child->log_path, sizeof child->log_path,
              span_of(options->log_path ? options->log_path : ""));
    return child;
}

static void nothing_ended(void *context, const char *how)
{
    (void)context;
    (void)how;
}

enum status child_start(uv_loop_t *loop, const struct child_options *options,
                        struct child **ret_child)
{
    struct pipes pipes;

    if (!pipes_make(&pipes))
        return STATUS_IO;
    struct child *child = child_new(options);
    own_pipe(child, loop, &child->input, pipes.input[1]);
    own_pipe(child, loop, &child->output, pipes.output[0]);
    own_pipe(child, loop, &child->errors, pipes.errors[0]);
    uv_timer_init(loop, &child->patience);
    child->patience.data = child;
    child->handles_open += 2;       /* The timer and the process. */
    int failed = spawn(child, loop, options, &pipes);
    close(pipes.input[0]);
    close(pipes.output[1]);
    close(pipes.errors[1]);
    if (failed != 0) {
        child->ended = nothing_ended;
        child->exited = child->output_ended = true;
        end_if_over(child);
        return STATUS_IO;
    }
    child->reading = true;
    uv_read_start((uv_stream_t *)&child->output, lend_bytes, output_read);
    uv_read_start((uv_stream_t *)&child->errors, lend_bytes, errors_read);
    *ret_child = child;
    return STATUS_OK;
}
