#include "app/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/core/wire.h"
#include "app/journal_read.h"
#include "app/show.h"
#include "app/snapshot.h"
#include "app/touched.h"
#include "app/why.h"

/* Entries a joining console is shown of the past: a tall screen of log, and some to scroll. */
enum { JOIN_PAST_MAX = 200 };

/* One that waits; they form a queue. */
struct reader_task {
    struct reader_task *next;
    struct reader_request request;
    uint64_t last;                  /* What was durable when it was asked. */
    int64_t now_ms;
    reader_done_fn *done;
    void *context;
};

struct reader {
    struct hub *hub;
    struct reader_task *first, *last_task;
    bool running;
    uv_work_t work;
    /* The thread's own, from here on; no two tasks run at once. */
    struct journal_reader *journal;
    struct touched *touched;
    struct picture *picture;
    struct buffer out, problem;
    uint64_t sequence;
};

struct reader *reader_new(struct hub *hub)
{
    struct reader *reader = base_alloc(1, sizeof *reader);

    reader->hub = hub;
    return reader;
}

void reader_free(struct reader *reader)
{
    assert(reader_is_idle(reader));
    if (reader->journal)
        journal_reader_close(reader->journal);
    if (reader->touched)
        touched_close(reader->touched);
    if (reader->picture)
        picture_free(reader->picture);
    buffer_clear(&reader->out);
    buffer_clear(&reader->problem);
    base_free(reader);
}

bool reader_is_idle(const struct reader *reader)
{
    return !reader->running && !reader->first;
}

/* ---- on the thread ---- */

static void problem(struct reader *reader, const char *text)
{
    buffer_reset(&reader->problem);
    buffer_add_text(&reader->problem, text);
}

static bool follow(struct reader *reader, uint64_t last)
{
    char why[JOURNAL_WHY_BYTES] = "", path[PLACES_PATH_BYTES];
    const struct places *places = &reader->hub->options.places;

    if (!reader->journal
        && journal_reader_open(places_file(places, "journal.db", path), &reader->journal, why)
            != STATUS_OK) {
        problem(reader, why);
        return false;
    }
    if (!reader->picture) {
        if (snapshot_fold(places_file(places, "snapshot.jsonl", path), reader->journal, last,
                          &reader->picture, why) == STATUS_OK)
            return true;
        problem(reader, why);
        return false;
    }
    if (journal_fold(reader->journal, last, reader->picture) == STATUS_OK)
        return true;
    problem(reader, journal_reader_why(reader->journal));
    return false;
}

/* The last entries, so that a console's log does not start empty. What cannot be read is left out:
 * the dump itself is whole. A configuration says nothing that a log shows. */
static void put_past(struct reader *reader)
{
    uint64_t last = reader->picture->sequence;
    struct entry entry;

    journal_reader_range(reader->journal, last > JOIN_PAST_MAX ? last - JOIN_PAST_MAX + 1 : 1,
                         last);
    while (journal_reader_next(reader->journal, &entry) == STATUS_OK) {
        if (entry.head.kind == INPUT_CONFIG)
            continue;
        entry_write_wire(&entry, ENTRY_PAST, &reader->out);
        buffer_add_text(&reader->out, "\n");
    }
}

static void run_join(struct reader *reader, const struct reader_task *task)
{
    char digest[24];

    (void)task;
    picture_dump(reader->picture, &reader->out);
    put_past(reader);
    snprintf(digest, sizeof digest, "%016" PRIx64, picture_digest(reader->picture));
    wire_line_write(&wire_joined_shape,
                    &(struct wire_joined){ .joined = (int64_t)reader->picture->sequence,
                                           .digest = digest }, &reader->out);
}

static void put_lines(struct buffer *out, struct span lines)
{
    struct span line;

    json_open(out, "shown", '[');
    while (lines.length > 0 && span_cut(&lines, '\n', &line))
        json_put_span(out, NULL, line);
    json_close(out, ']');
}

static void put_end(struct buffer *out, const struct reader_task *task, uint64_t sequence)
{
    json_put_int64(out, "ref", task->request.ref);
    json_put_int64(out, "sequence", (int64_t)sequence);
    json_close(out, '}');
    buffer_add_text(out, "\n");
}

/* The last entry at or before that instant, by halving: times never go backwards. */
static uint64_t sequence_at(struct reader *reader, int64_t at_ms, uint64_t last)
{
    uint64_t low = 0, high = last;
    struct entry entry;

    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        if (journal_reader_entry(reader->journal, middle, &entry) != STATUS_OK)
            return last;
        if (entry.head.at_ms <= at_ms)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* "14:32" of the day the record ends on (the day before, when that has not come yet), or RFC
 * 3339. */
static bool instant_of(const char *text, int64_t now_ms, int64_t *ret_at_ms)
{
    struct civil civil = civil_from_ms(now_ms + (int64_t)when_local_offset_s(now_ms) * 1000);
    int hour, minute;
    char rest;

    if (when_parse(span_of(text), ret_at_ms))
        return true;
    if (sscanf(text, "%2d:%2d%c", &hour, &minute, &rest) != 2 || hour < 0 || hour > 23
        || minute < 0 || minute > 59)
        return false;
    civil.hour = hour;
    civil.minute = minute;
    civil.second = 59;
    civil.millisecond = 999;
    if (when_from_local(&civil, ret_at_ms) == 0)
        return false;
    if (*ret_at_ms - 60000 > now_ms)
        *ret_at_ms -= 86400000;
    return true;
}

static struct picture *picture_then(struct reader *reader, const struct reader_task *task)
{
    char why[JOURNAL_WHY_BYTES] = "";
    struct picture *then = NULL;
    int64_t at_ms;

    if (!instant_of(task->request.at, task->now_ms, &at_ms)) {
        problem(reader, "A time is typed as 14:32 or 2026-11-17T14:32:00Z.");
        return NULL;
    }
    uint64_t sequence = sequence_at(reader, at_ms, task->last);
    if (snapshot_fold(NULL, reader->journal, sequence, &then, why) != STATUS_OK)
        problem(reader, why);
    return then;
}

static void run_show(struct reader *reader, const struct reader_task *task)
{
    struct picture *then = NULL;
    struct buffer lines = { 0 };

    if (task->request.at[0] && !(then = picture_then(reader, task)))
        return;
    const struct picture *shown = then ? then : reader->picture;
    if (show_write(shown, task->request.text, task->request.json,
                   then ? then->at_ms : task->now_ms, &lines, &reader->problem)) {
        if (task->request.more)
            buffer_add_text(&lines, task->request.more);
        json_open(&reader->out, NULL, '{');
        put_lines(&reader->out, buffer_span(&lines));
        put_end(&reader->out, task, shown->sequence);
    }
    buffer_clear(&lines);
    if (then)
        picture_free(then);
}

static void run_why(struct reader *reader, const struct reader_task *task)
{
    char why[JOURNAL_WHY_BYTES] = "", path[PLACES_PATH_BYTES];
    struct object_name object;
    struct buffer links = { 0 };

    places_file(&reader->hub->options.places, "touched.db", path);
    if (!object_name_parse(span_of(task->request.text), &object)) {
        problem(reader, "That names no object: 42, E7, AL17, OR33, or feed NAME.");
        return;
    }
    if ((!reader->touched && touched_open(path, &reader->touched, why) != STATUS_OK)
        || touched_follow(reader->touched, reader->journal, task->last, why) != STATUS_OK) {
        problem(reader, why);
        return;
    }
    if (why_write(reader->journal, reader->touched, &object, &links, &reader->problem)) {
        json_open(&reader->out, NULL, '{');
        json_open(&reader->out, "chain", '[');
        buffer_add(&reader->out, buffer_span(&links));
        json_close(&reader->out, ']');
        put_end(&reader->out, task, task->last);
    }
    buffer_clear(&links);
}

static void run_snapshot(struct reader *reader, const struct reader_task *task)
{
    char path[PLACES_PATH_BYTES];

    (void)task;
    places_file(&reader->hub->options.places, "snapshot.jsonl", path);
    enum status status = snapshot_write(path, reader->picture, reader->journal);
    if (status != STATUS_OK)
        problem(reader, status_text(status));
}

static void (*const run_by_ask[READER_ASK_COUNT])(struct reader *, const struct reader_task *) = {
    [READER_JOIN] = run_join, [READER_SHOW] = run_show, [READER_WHY] = run_why,
    [READER_SNAPSHOT] = run_snapshot,
};

static void work(uv_work_t *work)
{
    struct reader *reader = work->data;
    const struct reader_task *task = reader->first;

    buffer_reset(&reader->out);
    buffer_reset(&reader->problem);
    if (!follow(reader, task->last))
        return;
    reader->sequence = reader->picture->sequence;
    run_by_ask[task->request.ask](reader, task);
}

/* ---- on the loop ---- */

static void run_next(struct reader *reader);

static void work_done(uv_work_t *work, int status)
{
    struct reader *reader = work->data;
    struct reader_task *task = reader->first;

    assert(status == 0);
    reader->first = task->next;
    if (!task->next)
        reader->last_task = NULL;
    reader->running = false;
    task->done(task->context, &(struct reader_reply){
                                  .request = &task->request,
                                  .problem = reader->problem.length ? reader->problem.bytes : NULL,
                                  .bytes = buffer_span(&reader->out),
                                  .sequence = reader->sequence });
    base_free(task->request.more);
    base_free(task);
    run_next(reader);
}

static void run_next(struct reader *reader)
{
    if (reader->running || !reader->first)
        return;
    reader->running = true;
    reader->work.data = reader;
    int failed = uv_queue_work(reader->hub->loop, &reader->work, work, work_done);
    assert(failed == 0);
}

void reader_ask(struct reader *reader, const struct reader_request *request, reader_done_fn *done,
                void *context)
{
    struct reader_task *task = base_alloc(1, sizeof *task);

    task->request = *request;
    task->last = hub_durable(reader->hub);
    task->now_ms = hub_now_ms(reader->hub);
    task->done = done;
    task->context = context;
    if (reader->last_task)
        reader->last_task->next = task;
    else
        reader->first = task;
    reader->last_task = task;
    run_next(reader);
}
