/* jsonl.c - report lines that somebody else writes: a program of theirs, or a file that grows.
 *
 * The third-party door. Whatever comes is judged line by line before the hub sees it; a wrong
 * line becomes a `refused` report and costs nothing but itself. A program gets the hub's lines as
 * they are, the hello first, and its stdout comes through here:
 *
 *     hub -> onward -> program -> source_fd -> line_judge() -> hub */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "feeds/adapters.h"
#include "feeds/program.h"
#include "feeds/quarantine.h"
#include "feeds/report_line.h"

enum {
    READ_BYTES = 64 * 1024,
    FOLLOW_MS = 250,            /* Between two looks at a file for more. */
    END_MS = 500,
    PROGRAM_LOOK_MS = 1000,     /* Between two looks whether it still runs. */
    HELLO_MS = 2000,            /* A program that has not said hello by then takes no orders. */
    CURSOR_BYTES = 24,
    /* Room for the cursor member that a followed file's lines get. */
    LINE_BYTES_MAX = REPORT_LINE_BYTES_MAX - 64,
};

enum source_kind { SOURCE_PROGRAM, SOURCE_FILE, SOURCE_STDIN };

struct jsonl {
    enum source_kind kind;
    struct program program;
    uint32_t gone_looks;        /* It has ended, and its stdout has not. */
    int file_fd;
    uint64_t offset;            /* Of the next line in the file. */
    ino_t inode;                /* Of the file being followed. */
    int64_t hello_due_ms;
    struct line_buffer *lines;
    struct quarantine *oversized;       /* The running line, once it is over its limit. */
    struct arena *arena;
};

/* ---- judging ---- */

static void line_dropped(void *context, struct span kept, struct span dropped)
{
    struct jsonl *jsonl = context;

    if (!jsonl->oversized) {
        jsonl->oversized = quarantine_new();
        quarantine_add(jsonl->oversized, kept);
    }
    quarantine_add(jsonl->oversized, dropped);
}

static void oversized_refuse(struct feed *feed, struct jsonl *jsonl, struct span cursor)
{
    struct verdict verdict = refused(REFUSED_TOO_LONG, LINE_BYTES_MAX, "");
    struct report report;

    quarantine_report(jsonl->oversized, &verdict, &report);
    feed_report(feed, &report, cursor);
    quarantine_free(jsonl->oversized);
    jsonl->oversized = NULL;
}

static struct span cursor_text(const struct jsonl *jsonl, char text[CURSOR_BYTES])
{
    if (jsonl->kind != SOURCE_FILE)
        return span_of("");             /* A program writes its own. */
    snprintf(text, CURSOR_BYTES, "%llu", (unsigned long long)jsonl->offset);
    return span_of(text);
}

static void report_pass(struct feed *feed, const struct report_line *judged, struct span text,
                        struct span cursor)
{
    struct verdict verdict = refused(REFUSED_TOO_LONG, LINE_BYTES_MAX, "");

    /* Written anew, a number may be longer than it came. */
    if (text.length > LINE_BYTES_MAX)
        feed_refuse(feed, &verdict, judged->text, cursor);
    else
        feed_pass(feed, text, cursor);
}

static void line_judge(struct feed *feed, struct jsonl *jsonl, const struct line *line)
{
    char text[CURSOR_BYTES];
    struct report_line judged;
    enum own_cursor own = jsonl->kind == SOURCE_FILE ? OWN_CURSOR_DROP : OWN_CURSOR_KEEP;

    jsonl->offset += line->whole_bytes + 1;
    struct span cursor = cursor_text(jsonl, text);
    if (line->cut) {
        oversized_refuse(feed, jsonl, cursor);
        return;
    }
    if (span_trim(line->text).length == 0)
        return;
    arena_reset(jsonl->arena);
    struct verdict verdict = report_line_read(line->text, jsonl->arena, &judged);
    if (!is_accepted(&verdict)) {
        feed_refuse(feed, &verdict, line->text, cursor);
        return;
    }
    if (judged.kind == REPORT_LINE_HELLO)
        feed_say_hello(feed, json_member(judged.json, "takes"));
    else if (judged.kind == REPORT_LINE_REPORT)
        report_pass(feed, &judged, report_line_text(&judged, own, jsonl->arena), cursor);
    json_free(judged.json);
}

static void lines_judge(struct feed *feed, struct jsonl *jsonl)
{
    struct line line;

    while (line_buffer_next(jsonl->lines, &line))
        line_judge(feed, jsonl, &line);
}

/* ---- a program ---- */

static bool jsonl_program_start(struct feed *feed, struct jsonl *jsonl)
{
    const char *path = feed_setting_text(feed, "program");
    char *text = base_copy_text(feed_setting_text(feed, "arguments"));
    char *arguments[PROGRAM_ARGUMENTS_MAX + 1] = { (char *)path };

    program_arguments_split(text, arguments);
    bool started = program_start(
        feed, path, arguments, feed->by_hand ? PROGRAM_OUR_GROUP : PROGRAM_OWN_GROUP,
        &jsonl->program);
    base_free(text);
    if (!started)
        return false;
    feed->onward.fd = jsonl->program.stdin_fd;
    feed->source_fd = jsonl->program.stdout_fd;
    outlet_line(&feed->onward, feed->hello_text);
    jsonl->hello_due_ms = feed->now_ms + HELLO_MS;
    return true;
}

/* A program whose stdin or stdout is closed gets a moment to end by itself. */
static int program_wait(struct jsonl *jsonl)
{
    int status = 0;

    for (int waited_ms = 0; waited_ms < END_MS; waited_ms += 10) {
        if (waitpid(jsonl->program.pid, &status, WNOHANG) != 0) {
            program_sweep(&jsonl->program);
            return status;
        }
        poll(NULL, 0, 10);
    }
    program_signal(&jsonl->program, SIGKILL);
    waitpid(jsonl->program.pid, &status, 0);
    return status;
}

static void program_ended(struct feed *feed, struct jsonl *jsonl)
{
    int status = program_wait(jsonl);

    feed->ended = true;
    jsonl->program.pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    feed->exit_code = 1;
    if (WIFSIGNALED(status))
        feed_log(feed, "the program was killed by signal %d", WTERMSIG(status));
    else
        feed_log(feed, "the program ended with code %d", WEXITSTATUS(status));
}

/* One that has ended while something it left holds its stdout open would never be missed. What it
 * wrote before has been read by the second look. */
static int64_t program_look(struct feed *feed, struct jsonl *jsonl)
{
    siginfo_t about = { 0 };

    if (jsonl->kind != SOURCE_PROGRAM || jsonl->program.pid <= 0)
        return FEED_NEVER;
    if (waitid(P_PID, (id_t)jsonl->program.pid, &about, WEXITED | WNOHANG | WNOWAIT) != 0
        || about.si_pid == 0)
        return feed->now_ms + PROGRAM_LOOK_MS;
    if (jsonl->gone_looks++ == 0)
        return feed->now_ms + PROGRAM_LOOK_MS;
    program_ended(feed, jsonl);
    return FEED_NEVER;
}

/* ---- a file ---- */

static bool file_open(struct feed *feed, struct jsonl *jsonl)
{
    const char *path = feed_setting_text(feed, "file");
    struct stat facts;
    int64_t cursor = json_member_int64(feed->hello_json, "cursor", 0);

    /* Without O_NONBLOCK opening a FIFO would wait for its first writer. */
    jsonl->file_fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (jsonl->file_fd < 0 || fstat(jsonl->file_fd, &facts) != 0) {
        feed_log(feed, "\"%s\" cannot be read: %s", path, strerror(errno));
        return false;
    }
    jsonl->inode = facts.st_ino;
    /* A file shorter than where we were is another file. */
    if (S_ISREG(facts.st_mode) && cursor > 0 && cursor <= facts.st_size) {
        lseek(jsonl->file_fd, (off_t)cursor, SEEK_SET);
        jsonl->offset = (uint64_t)cursor;
    }
    return true;
}

/* A file that was rotated away or cut is not followed any further: the walls know only the old one,
 * so the hub starts the feed again, and it reads the new one from its beginning. */
static bool file_replaced(struct feed *feed, const struct jsonl *jsonl)
{
    struct stat named, open_one;

    if (fstat(jsonl->file_fd, &open_one) != 0 || !S_ISREG(open_one.st_mode))
        return false;
    if (stat(feed_setting_text(feed, "file"), &named) != 0)
        return false;                   /* Between two names; the next look will tell. */
    return named.st_ino != jsonl->inode || (uint64_t)open_one.st_size < jsonl->offset;
}

/* Reads what is there and judges it. False: nothing is there now. */
static bool source_read(struct feed *feed, struct jsonl *jsonl, int fd)
{
    char bytes[READ_BYTES];
    ssize_t length = read(fd, bytes, sizeof bytes);

    if (length <= 0)
        return length < 0 && errno == EINTR;
    line_buffer_add(jsonl->lines, span_from(bytes, (size_t)length));
    lines_judge(feed, jsonl);
    return true;
}

static int64_t file_follow(struct feed *feed, struct jsonl *jsonl)
{
    if (source_read(feed, jsonl, jsonl->file_fd))
        return feed->now_ms;            /* There may be more at once. */
    if (feed->by_hand) {
        line_buffer_end(jsonl->lines);
        lines_judge(feed, jsonl);
        feed->ended = true;
    } else if (file_replaced(feed, jsonl)) {
        feed_log(feed, "\"%s\" was replaced or cut; it is read again from its beginning",
                 feed_setting_text(feed, "file"));
        feed->ended = true;
    }
    return feed->now_ms + FOLLOW_MS;
}

/* ---- the row's functions ---- */

bool jsonl_start(struct feed *feed)
{
    bool program = feed_setting_text(feed, "program")[0], file = feed_setting_text(feed, "file")[0];
    struct jsonl *jsonl = base_alloc(1, sizeof *jsonl);

    feed->state = jsonl;
    jsonl->file_fd = -1;
    jsonl->lines = line_buffer_new(LINE_BYTES_MAX);
    jsonl->arena = arena_new();
    line_buffer_on_drop(jsonl->lines, line_dropped, jsonl);
    jsonl->kind = program ? SOURCE_PROGRAM : file ? SOURCE_FILE : SOURCE_STDIN;
    if (program && !file)
        return jsonl_program_start(feed, jsonl);
    if (file && !program)
        return file_open(feed, jsonl);
    if (!program && feed->by_hand) {
        feed->source_fd = FEED_SOURCE_FD;
        return true;
    }
    feed_log(feed, "it needs the setting \"program\" or the setting \"file\", and not both");
    return false;
}

/* A program hears everything the hub says. */
void jsonl_line(struct feed *feed, const struct hub_line *line)
{
    if (feed->onward.fd >= 0)
        outlet_line(&feed->onward, line->text);
}

int64_t jsonl_now(struct feed *feed)
{
    struct jsonl *jsonl = feed->state;

    if (jsonl->kind == SOURCE_FILE) {
        feed_say_hello(feed, NULL);
        return file_follow(feed, jsonl);
    }
    if (feed->hello_sent || jsonl->kind == SOURCE_STDIN)
        return program_look(feed, jsonl);
    if (feed->now_ms < jsonl->hello_due_ms)
        return jsonl->hello_due_ms;
    feed_say_hello(feed, NULL);
    return program_look(feed, jsonl);
}

void jsonl_readable(struct feed *feed)
{
    struct jsonl *jsonl = feed->state;

    if (source_read(feed, jsonl, feed->source_fd))
        return;
    line_buffer_end(jsonl->lines);
    lines_judge(feed, jsonl);
    if (jsonl->kind == SOURCE_PROGRAM)
        program_ended(feed, jsonl);
    feed->ended = true;
}

void jsonl_stop(struct feed *feed)
{
    struct jsonl *jsonl = feed->state;

    if (feed->onward.fd >= 0)
        close(feed->onward.fd);         /* The end of its stdin tells the program to end. */
    if (jsonl->program.pid > 0)
        program_wait(jsonl);
    if (feed->source_fd >= 0)
        close(feed->source_fd);
    if (jsonl->file_fd >= 0)
        close(jsonl->file_fd);
    quarantine_free(jsonl->oversized);
    line_buffer_free(jsonl->lines);
    arena_free(jsonl->arena);
    base_free(jsonl);
}
