/* exec.c - orders out through any program: one start for each order, which it gets as one JSON line
 * on stdin (the contract's own form) and, where its arguments say so, in words.
 *
 *   an order --> started --> its lines of stdout are receipts --> its end is the last one
 *
 * A line of stdout whose first word is a stage (sent, delivered, read, accepted, refused, done,
 * failed) is a receipt, what follows its reason; other lines go to the log. When it ends with 0 and
 * has said nothing, the order counts as sent: more nobody knows. Ending otherwise, or over its
 * time, it has failed, unless it had said how it ended. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/base/text.h"
#include "feeds/adapters.h"
#include "feeds/order_desk.h"
#include "feeds/order_words.h"
#include "feeds/program.h"

enum {
    LINE_BYTES_MAX = 4096,
    TIME_LIMIT_S = 30, AT_ONCE = 4, AT_ONCE_MAX = 64,
    GRACE_MS = 500,             /* For its last lines, when a child of it holds stdout open. */
    LINES_MAX = 100,            /* Of one run; what says more is not read to its end. */
};

struct exec {
    struct feed *feed;
    struct order_desk *desk;
    uv_signal_t ended;          /* SIGCHLD. */
    char **templates;           /* Of its arguments; NULL at the end. */
    char *template_text;
    int64_t time_limit_ms;
    bool signal_open;
};

/* One start of the program. */
struct run {
    struct feed *feed;
    struct order_job *job;      /* NULL once the order is answered. */
    struct program program;
    uv_pipe_t in, out;
    uv_timer_t limit;
    uv_write_t write;
    uint32_t handles_open, lines_taken;
    struct line_buffer *lines;
    enum receipt_stage said;
    bool exited, out_ended, late;
    int status;
    char bytes[4096];
};

/* ---- what it says ---- */

static bool is_last(enum receipt_stage stage)
{
    return stage == RECEIPT_ACCEPTED || stage == RECEIPT_REFUSED || stage == RECEIPT_DONE
           || stage == RECEIPT_FAILED;
}

static void line_take(struct run *run, struct span text)
{
    struct span rest = span_trim(text), word;
    char reason[200], clean[200];
    uint32_t stage;

    if (rest.length == 0 || run->lines_taken++ >= LINES_MAX)
        return;
    span_cut(&rest, ' ', &word);
    if (!vocabulary_value(&receipt_stage_words, word, &stage) || stage == RECEIPT_UNSAID) {
        text_clean(text, clean, sizeof clean);
        feed_log(run->feed, "%s: %s", run->job->order.head.order, clean);
        return;
    }
    text_clean(span_trim(rest), reason, sizeof reason);
    run->said = (enum receipt_stage)stage;
    order_job_receipt(run->job, run->said, reason);
}

/* ---- its end ---- */

static void handle_closed(uv_handle_t *handle)
{
    struct run *run = handle->data;

    assert(run->handles_open > 0);
    run->handles_open--;
    if (run->handles_open > 0)
        return;
    line_buffer_free(run->lines);
    base_free(run);
}

static void close_once(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, handle_closed);
}

static void how_it_ended(const struct run *run, char *text, size_t text_bytes)
{
    const struct exec *exec = run->feed->state;

    if (run->late)
        snprintf(text, text_bytes, "the program took longer than %lld s and was ended; what it did "
                 "until then is not known", (long long)(exec->time_limit_ms / 1000));
    else if (WIFSIGNALED(run->status))
        snprintf(text, text_bytes, "signal %d ended the program", WTERMSIG(run->status));
    else
        snprintf(text, text_bytes, "the program ended with code %d", WEXITSTATUS(run->status));
}

static void run_over(struct run *run)
{
    struct order_job *job = run->job;
    bool fine = !run->late && WIFEXITED(run->status) && WEXITSTATUS(run->status) == 0;
    char how[200];

    if (!job)
        return;
    run->job = NULL;
    program_sweep(&run->program);
    how_it_ended(run, how, sizeof how);
    if (!fine && !is_last(run->said))
        order_job_receipt(job, RECEIPT_FAILED, how);
    else if (!fine)
        feed_log(run->feed, "%s: %s", job->order.head.order, how);
    else if (run->said == RECEIPT_UNSAID)
        order_job_receipt(job, RECEIPT_SENT, "the program took it and said nothing");
    close_once((uv_handle_t *)&run->in);
    close_once((uv_handle_t *)&run->out);
    close_once((uv_handle_t *)&run->limit);
    order_job_end(job);
}

static void over_if_both(struct run *run)
{
    if (run->exited && run->out_ended)
        run_over(run);
}

/* Its time is over, or what is left of its stdout after its end. */
static void limit_reached(uv_timer_t *timer)
{
    struct run *run = timer->data;

    feed_clock(run->feed);
    run->out_ended = true;
    if (!run->exited) {
        run->late = true;
        program_signal(&run->program, SIGKILL);
    }
    over_if_both(run);
}

static void child_ended(uv_signal_t *handle, int signal_number)
{
    struct exec *exec = handle->data;
    struct order_job *job = order_desk_running(exec->desk, NULL), *next;

    (void)signal_number;
    feed_clock(exec->feed);
    for (; job; job = next) {
        struct run *run = job->state;
        next = order_desk_running(exec->desk, job);
        if (!run || run->exited
            || waitpid(run->program.pid, &run->status, WNOHANG) != run->program.pid)
            continue;
        run->exited = true;
        if (!run->out_ended)
            uv_timer_start(&run->limit, limit_reached, GRACE_MS, 0);
        over_if_both(run);
    }
}

/* ---- its pipes ---- */

static void lend(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_bytes)
{
    struct run *run = handle->data;

    (void)suggested;
    *ret_bytes = uv_buf_init(run->bytes, sizeof run->bytes);
}

static void out_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct run *run = stream->data;
    struct line line;

    if (length == 0 || !run->job)
        return;
    feed_clock(run->feed);
    if (length > 0)
        line_buffer_add(run->lines, span_from(bytes->base, (size_t)length));
    else
        line_buffer_end(run->lines);
    while (line_buffer_next(run->lines, &line))
        line_take(run, line.text);
    if (length > 0)
        return;
    run->out_ended = true;
    uv_read_stop(stream);
    over_if_both(run);
}

static void written(uv_write_t *write, int status)
{
    struct run *run = write->data;

    (void)status;               /* A program that reads nothing says by its end what it did. */
    close_once((uv_handle_t *)&run->in);
}

static void pipe_open(struct run *run, uv_pipe_t *pipe, int fd)
{
    int failed = uv_pipe_init(run->feed->loop, pipe, 0);
    assert(failed == 0);
    failed = uv_pipe_open(pipe, fd);
    assert(failed == 0);
    pipe->data = run;
    run->handles_open++;
}

/* ---- its start ---- */

/* Each argument's template is filled by itself, so that no word of a caller becomes two. */
static bool program_run(struct feed *feed, struct order_job *job, struct program *ret_program)
{
    const struct exec *exec = feed->state;
    const char *path = feed_setting_text(feed, "program");
    char *arguments[PROGRAM_ARGUMENTS_MAX + 1] = { (char *)path };
    int count = 1;

    for (; exec->templates[count]; count++) {
        struct buffer filled = { 0 };
        order_fill(exec->templates[count], &job->order, "", &filled);
        arguments[count] = filled.bytes ? filled.bytes : base_copy_text("");
    }
    bool started = program_start(feed, path, arguments, PROGRAM_OWN_GROUP, ret_program);
    while (--count > 0)
        base_free(arguments[count]);
    return started;
}

static void order_start(struct feed *feed, struct order_job *job)
{
    struct exec *exec = feed->state;
    struct program program;

    if (!program_run(feed, job, &program)) {
        order_job_receipt(job, RECEIPT_FAILED, "the program cannot be started");
        order_job_end(job);
        return;
    }
    struct run *run = base_alloc(1, sizeof *run);
    run->feed = feed;
    run->job = job;
    run->program = program;
    run->lines = line_buffer_new(LINE_BYTES_MAX);
    run->write.data = run;
    job->state = run;
    pipe_open(run, &run->in, program.stdin_fd);
    pipe_open(run, &run->out, program.stdout_fd);
    uv_timer_init(feed->loop, &run->limit);
    run->limit.data = run;
    run->handles_open++;
    uv_timer_start(&run->limit, limit_reached, (uint64_t)exec->time_limit_ms, 0);
    uv_read_start((uv_stream_t *)&run->out, lend, out_read);
    const uv_buf_t bytes[2] = {
        uv_buf_init((char *)(uintptr_t)job->line.bytes, (unsigned)job->line.length),
        uv_buf_init((char *)(uintptr_t)"\n", 1),
    };
    if (uv_write(&run->write, (uv_stream_t *)&run->in, bytes, 2, written) != 0)
        close_once((uv_handle_t *)&run->in);
}

/* ---- the row's functions ---- */

bool exec_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    double at_once = feed_setting_number(feed, "at_once", AT_ONCE);

    if (at_once < 1 || at_once > AT_ONCE_MAX) {
        snprintf(sentence, sentence_bytes, "at_once is 1 to %d", AT_ONCE_MAX);
        return false;
    }
    return order_template_right(feed_setting_text(feed, "arguments"), sentence, sentence_bytes);
}

static void settings_take(struct feed *feed, struct exec *exec)
{
    char *first[PROGRAM_ARGUMENTS_MAX + 1] = { (char *)"" };

    exec->template_text = base_copy_text(feed_setting_text(feed, "arguments"));
    exec->templates = base_alloc(PROGRAM_ARGUMENTS_MAX + 1, sizeof *exec->templates);
    program_arguments_split(exec->template_text, first);
    memcpy(exec->templates, first, sizeof first);
    exec->time_limit_ms = (int64_t)(feed_setting_number(feed, "time_limit_s", TIME_LIMIT_S) * 1000);
}

bool exec_start(struct feed *feed)
{
    struct exec *exec = base_alloc(1, sizeof *exec);
    double at_once = feed_setting_number(feed, "at_once", AT_ONCE);

    feed->state = exec;
    exec->feed = feed;
    settings_take(feed, exec);
    exec->desk = order_desk_new(feed, (uint32_t)at_once, order_start);
    uv_signal_init(feed->loop, &exec->ended);
    exec->ended.data = exec;
    exec->signal_open = true;
    return uv_signal_start(&exec->ended, child_ended, SIGCHLD) == 0;
}

void exec_line(struct feed *feed, const struct hub_line *line)
{
    struct exec *exec = feed->state;

    order_desk_line(exec->desk, line);
}

int64_t exec_now(struct feed *feed)
{
    struct exec *exec = feed->state;

    return order_desk_now(exec->desk);
}

void exec_readable(struct feed *feed)
{
    struct exec *exec = feed->state;

    order_desk_readable(exec->desk);
}

/* What still runs is ended: the hub that would hear of it is going. */
static void runs_end(struct exec *exec)
{
    for (struct order_job *job = order_desk_running(exec->desk, NULL); job;
         job = order_desk_running(exec->desk, job)) {
        struct run *run = job->state;
        run->job = NULL;
        if (!run->exited) {
            program_signal(&run->program, SIGKILL);
            waitpid(run->program.pid, &run->status, 0);
        }
        close_once((uv_handle_t *)&run->in);
        close_once((uv_handle_t *)&run->out);
        close_once((uv_handle_t *)&run->limit);
    }
}

static void signal_closed(uv_handle_t *handle)
{
    base_free(handle->data);
}

void exec_stop(struct feed *feed)
{
    struct exec *exec = feed->state;

    if (exec->desk)
        runs_end(exec);
    order_desk_free(exec->desk);
    base_free(exec->templates);
    base_free(exec->template_text);
    if (exec->signal_open)
        uv_close((uv_handle_t *)&exec->ended, signal_closed);
    else
        base_free(exec);
}
