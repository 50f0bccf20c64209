/* record.c - a feed on tape: plays a recording, or runs another adapter and records what it says.
 *
 *   file  --> lines due by the recording's time --> spoilt as asked --> hub
 *   another adapter, in a process of its own --> onto the tape --> spoilt as asked --> hub
 *
 * In a drill it plays by the drill's clock and its seed: the same bytes each time. The other
 * adapter raises its own walls, inside ours; orders go to it as they come. The tape is a file of
 * the feed's scratch folder, the only place a feed may write to. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/base/when.h"
#include "feeds/adapters.h"
#include "feeds/agenda.h"
#include "feeds/by_hand.h"
#include "feeds/report_line.h"
#include "feeds/runner.h"
#include "feeds/tape.h"

enum {
    READ_BYTES = 64 * 1024,
    BATCH_LINES = 200,
    WAITING_MAX = 100000,       /* Delayed lines; those over it are not delayed. */
    END_MS = 1000,
    WITH_MAX = 64,
};

/* "At once": the tape's time runs as fast as it is read. */
static const double as_fast_as_it_can = -1;

struct waiting_line {
    char *text;                 /* Owned; NULL: the place is free. */
    size_t length;
};

struct record {
    struct tape_faults faults;
    uint64_t seed, number;      /* Of the next line. */
    struct buffer storage, spoilt;
    struct arena *arena;
    struct line_buffer *lines;
    /* ---- playing ---- */
    int fd;                     /* -1: it records. */
    bool head_read, at_end, started, ahead, shift;
    double rate;
    int64_t start_ms, tape_start_ms, read_ms;       /* read_ms: of the last line read. */
    struct tape_line next;      /* With `ahead`. */
    struct agenda agenda;       /* Lines on their way; `subject` is their place. */
    struct waiting_line *waiting;
    uint32_t waiting_capacity;
    /* ---- recording ---- */
    pid_t child;                /* 0: none. */
    int tape_fd;
    int64_t began_ms;
};

/* ---- lines on their way ---- */

static void line_send(struct feed *feed, struct record *record, const struct waiting_line *line)
{
    (void)record;
    feed_pass(feed, span_from(line->text, line->length), span_of(""));
}

static uint32_t place_take(struct record *record, struct span text)
{
    uint32_t at = 0, before = record->waiting_capacity;

    while (at < before && record->waiting[at].text)
        at++;
    if (at == before) {
        record->waiting = base_grow(record->waiting, &record->waiting_capacity, before + 1,
                                    sizeof *record->waiting);
        memset(record->waiting + before, 0,
               (record->waiting_capacity - before) * sizeof *record->waiting);
    }
    char *copy = base_alloc(1, text.length + 1);
    memcpy(copy, text.bytes, text.length);
    record->waiting[at] = (struct waiting_line){ .text = copy, .length = text.length };
    return at;
}

/* Puts one line on its way, `due_ms` by whatever clock the caller keeps. */
static void line_put(struct record *record, struct span line, int64_t due_ms)
{
    struct tape_fate fate = tape_fate(&record->faults, record->seed, record->number++);

    for (uint32_t i = 0; i < fate.copies; i++) {
        buffer_reset(&record->spoilt);
        tape_spoil(&fate, line, &record->spoilt);
        if (record->agenda.count >= WAITING_MAX)
            fate.late_ms = 0;
        agenda_add(&record->agenda, &(struct agenda_item){
            .due_ms = due_ms + fate.late_ms,
            .subject = place_take(record, buffer_span(&record->spoilt)) });
    }
}

/* Sends what is due by `until_ms`, a batch at most. False: more is due. */
static bool lines_send(struct feed *feed, struct record *record, int64_t until_ms)
{
    for (int sent = 0; sent < BATCH_LINES; sent++) {
        const struct agenda_item *first = agenda_first(&record->agenda);
        if (!first || first->due_ms > until_ms)
            return true;
        struct agenda_item item = agenda_take(&record->agenda);
        struct waiting_line *line = &record->waiting[item.subject];
        line_send(feed, record, line);
        base_free(line->text);
        line->text = NULL;
    }
    return false;
}

/* ---- playing ---- */

/* The times a report says of itself, moved to when it is played. */
static void shift_times(struct record *record, const struct json *json, int64_t by_ms,
                        struct buffer *out)
{
    static const char *const times[] = { "at", "effective", "expires" };
    char when[WHEN_TEXT_BYTES];

    (void)record;
    json_open(out, NULL, '{');
    for (const struct json *member = json_first(json); member; member = json_next(member)) {
        const char *name = json_name(member), *text = json_text(member);
        int64_t at_ms;
        bool moved = false;
        for (size_t i = 0; i < ARRAY_COUNT(times); i++)
            if (text && strcmp(name, times[i]) == 0 && when_parse(span_of(text), &at_ms)) {
                json_put_text(out, name, when_text(at_ms + by_ms, when));
                moved = true;
            }
        if (!moved)
            json_put(out, name, member);
    }
    json_close(out, '}');
}

/* A cursor of the recorded feed means nothing to this one. */
static void line_play(struct record *record, const struct tape_line *taped, int64_t shift_ms)
{
    struct report_line judged;
    struct buffer moved = { 0 };

    arena_reset(record->arena);
    struct verdict verdict = report_line_read(taped->line, record->arena, &judged);
    if (!is_accepted(&verdict)) {           /* As it was said: the hub refuses it again. */
        line_put(record, taped->line, taped->t_ms);
        return;
    }
    if (judged.kind == REPORT_LINE_REPORT) {
        struct span text = report_line_text(&judged, OWN_CURSOR_DROP, record->arena);
        if (record->shift && record->tape_start_ms != 0) {
            shift_times(record, judged.json, shift_ms, &moved);
            text = buffer_span(&moved);
        }
        line_put(record, text, taped->t_ms);
    }
    buffer_clear(&moved);
    json_free(judged.json);
}

/* The next line of the tape; false at its end. What cannot be read is refused and passed over. */
static bool tape_next(struct feed *feed, struct record *record)
{
    char bytes[READ_BYTES];
    struct line line;

    for (;;) {
        while (!line_buffer_next(record->lines, &line)) {
            if (record->at_end)
                return false;
            ssize_t length = read(record->fd, bytes, sizeof bytes);
            if (length > 0) {
                line_buffer_add(record->lines, span_from(bytes, (size_t)length));
                continue;
            }
            record->at_end = true;
            line_buffer_end(record->lines);
        }
        if (span_trim(line.text).length == 0)
            continue;
        struct verdict verdict = line.cut ? refused(REFUSED_TOO_LONG, TAPE_LINE_BYTES_MAX, "")
                                 : record->head_read
                                     ? tape_read_line(line.text, &record->storage, &record->next)
                                     : tape_read_head(line.text, &record->tape_start_ms);
        bool was_head = !record->head_read;
        record->head_read = true;
        if (!is_accepted(&verdict))
            feed_refuse(feed, &verdict, line.text, span_of(""));
        else if (!was_head)
            return true;
    }
}

/* How far the tape's own time is. */
static int64_t tape_now(const struct feed *feed, const struct record *record)
{
    if (record->rate == as_fast_as_it_can)
        return record->at_end && !record->ahead ? FEED_NEVER - 1 : record->read_ms;
    return (int64_t)((double)(feed->now_ms - record->start_ms) * record->rate);
}

/* Puts the lines on their way that the tape has come to; a batch at most. False: there is more. */
static bool tape_run(struct feed *feed, struct record *record)
{
    for (int lines = 0; lines < BATCH_LINES; lines++) {
        if (!record->ahead)
            record->ahead = tape_next(feed, record);
        if (!record->ahead)
            return true;
        if (record->rate == as_fast_as_it_can && record->next.t_ms > record->read_ms)
            record->read_ms = record->next.t_ms;
        if (record->next.t_ms > tape_now(feed, record))
            return true;
        line_play(record, &record->next, record->start_ms - record->tape_start_ms);
        record->ahead = false;
    }
    return false;
}

static int64_t play_due(const struct feed *feed, const struct record *record)
{
    const struct agenda_item *first = agenda_first((struct agenda *)(uintptr_t)&record->agenda);
    int64_t t_ms = first ? first->due_ms : FEED_NEVER;

    if (record->ahead && record->next.t_ms < t_ms)
        t_ms = record->next.t_ms;
    if (t_ms == FEED_NEVER)
        return FEED_NEVER;
    if (record->rate == as_fast_as_it_can)
        return feed->now_ms;
    int64_t due_ms = record->start_ms + (int64_t)((double)t_ms / record->rate);
    return due_ms > feed->now_ms ? due_ms : feed->now_ms + 1;
}

static int64_t play(struct feed *feed, struct record *record)
{
    if (!record->started) {
        record->started = true;
        record->start_ms = feed->now_ms;
    }
    bool read = tape_run(feed, record);
    bool sent = lines_send(feed, record, tape_now(feed, record));
    if (!read || !sent)
        return feed->now_ms;
    int64_t due_ms = play_due(feed, record);
    if (due_ms == FEED_NEVER)
        feed->ended = feed->by_hand;    /* A feed that exits would be started again. */
    return due_ms;
}

/* ---- recording ---- */

static void tape_keep(struct feed *feed, struct record *record, struct span line)
{
    struct buffer out = { 0 };

    if (record->tape_fd < 0)
        return;
    tape_write_line(feed->now_ms - record->began_ms, line, &out);
    if (write(record->tape_fd, out.bytes, out.length) != (ssize_t)out.length) {
        feed_log(feed, "the tape cannot be written any further: %s", strerror(errno));
        close(record->tape_fd);
        record->tape_fd = -1;           /* The feed itself goes on. */
    }
    buffer_clear(&out);
}

static void line_hear(struct feed *feed, struct record *record, struct span text)
{
    struct report_line judged;

    arena_reset(record->arena);
    struct verdict verdict = report_line_read(text, record->arena, &judged);
    if (!is_accepted(&verdict)) {
        feed_refuse(feed, &verdict, text, span_of(""));
        return;
    }
    if (judged.kind == REPORT_LINE_HELLO) {
        feed_say_hello(feed, json_member(judged.json, "takes"));
    } else if (judged.kind == REPORT_LINE_REPORT) {
        tape_keep(feed, record, judged.text);
        line_put(record, judged.text, feed->now_ms);
        feed_wake(feed, feed->now_ms);
    }
    json_free(judged.json);
}

/* The other adapter's hello: ours, with its settings in place of ours. */
static bool hello_make(struct feed *feed, const struct feed_adapter *inner, struct buffer *out)
{
    struct buffer made = { 0 };
    char *with[WITH_MAX], sentence[256];
    uint32_t count = feed_setting_count(feed, "with");
    struct json *json = NULL;

    for (uint32_t i = 0; i < count && i < WITH_MAX; i++)
        with[i] = (char *)(uintptr_t)feed_setting_at(feed, "with", i);
    if (!by_hand_hello(inner, with, (int)(count < WITH_MAX ? count : WITH_MAX), &made, sentence,
                       sizeof sentence)) {
        feed_log(feed, "setting \"with\": %s", sentence);
        buffer_clear(&made);
        return false;
    }
    struct verdict verdict = json_parse(buffer_span(&made), &json);
    assert(is_accepted(&verdict));
    json_open(out, NULL, '{');
    for (const struct json *member = json_first(feed->hello_json); member;
         member = json_next(member))
        if (strcmp(json_name(member), "settings") != 0)
            json_put(out, json_name(member), member);
    json_put(out, "settings", json_member(json, "settings"));
    json_close(out, '}');
    json_free(json);
    buffer_clear(&made);
    return true;
}

/* In the child: a feed process like any other, whose hub we are. Never returns. */
static void inner_become(const struct feed_adapter *inner, const int in[2], const int out[2])
{
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    for (int i = 0; i < 2; i++) {
        close(in[i]);
        close(out[i]);
    }
    _exit(runner_serve(inner));
}

static bool inner_start(struct feed *feed, struct record *record, const struct feed_adapter *inner)
{
    struct buffer hello = { 0 };
    int in[2], out[2];

    if (!hello_make(feed, inner, &hello))
        return false;
    if (pipe(in) != 0 || pipe(out) != 0) {
        feed_log(feed, "there is no pipe to be had: %s", strerror(errno));
        buffer_clear(&hello);
        return false;
    }
    record->child = fork();
    if (record->child == 0)
        inner_become(inner, in, out);
    close(in[0]);
    close(out[1]);
    feed->onward.fd = in[1];
    feed->source_fd = out[0];
    outlet_line(&feed->onward, buffer_span(&hello));
    explicit_bzero(hello.bytes, hello.length);
    buffer_clear(&hello);
    return record->child > 0;
}

static bool tape_open(struct feed *feed, struct record *record)
{
    const char *name = feed_setting_text(feed, "tape");
    struct buffer head = { 0 };
    char path[1024];

    if (!feed->hello.scratch[0]) {
        feed_log(feed, "there is no scratch folder to write the tape to");
        return false;
    }
    snprintf(path, sizeof path, "%s/%s", feed->hello.scratch, name[0] ? name : "tape.jsonl");
    record->tape_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    record->began_ms = feed->now_ms;
    tape_write_head(feed->hello.feed, record->began_ms, &head);
    bool written = record->tape_fd >= 0
                   && write(record->tape_fd, head.bytes, head.length) == (ssize_t)head.length;
    if (!written)
        feed_log(feed, "\"%s\" cannot be written: %s", path, strerror(errno));
    buffer_clear(&head);
    return written;
}

/* ---- the row's functions ---- */

static bool faults_read(const struct feed *feed, struct tape_faults *faults, char *sentence,
                        size_t sentence_bytes)
{
    for (uint32_t i = 0; i < feed_setting_count(feed, "fault"); i++)
        if (!tape_fault_read(feed_setting_at(feed, "fault", i), faults, sentence, sentence_bytes))
            return false;
    return true;
}

/* False: that is no rate. */
static bool rate_read(const struct feed *feed, double *ret_rate)
{
    const char *text = feed_setting_text(feed, "rate");

    *ret_rate = strcmp(text, "max") == 0 ? as_fast_as_it_can : 1;
    if (!text[0] || strcmp(text, "recorded") == 0 || strcmp(text, "max") == 0)
        return true;
    return text[0] == 'x' && span_to_double(span_of(text + 1), ret_rate) && *ret_rate > 0;
}

bool record_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    const char *file = feed_setting_text(feed, "file"), *tape = feed_setting_text(feed, "tape");
    const char *adapter = feed_setting_text(feed, "adapter");
    struct tape_faults faults = { 0 };
    double rate;

    if (file[0] && adapter[0])
        snprintf(sentence, sentence_bytes, "it plays a file or records an adapter, not both");
    else if (adapter[0] && (!adapter_find(adapter) || strcmp(adapter, "record") == 0))
        snprintf(sentence, sentence_bytes, "there is no adapter \"%.40s\" to record", adapter);
    else if (strchr(tape, '/') || tape[0] == '.')
        snprintf(sentence, sentence_bytes,
                 "tape is a name in the feed's scratch folder, without / in it");
    else if (!rate_read(feed, &rate))
        snprintf(sentence, sentence_bytes, "rate is recorded, max, or a factor as x10");
    else
        return faults_read(feed, &faults, sentence, sentence_bytes);
    return false;
}

static bool play_start(struct feed *feed, struct record *record)
{
    const char *path = feed_setting_text(feed, "file");

    record->shift = feed_setting_flag(feed, "shift");
    record->fd = path[0] ? open(path, O_RDONLY | O_CLOEXEC) : FEED_SOURCE_FD;
    rate_read(feed, &record->rate);
    if (record->fd >= 0)
        return true;
    feed_log(feed, "\"%s\" cannot be read: %s", path, strerror(errno));
    return false;
}

static bool record_begin(struct feed *feed, struct record *record)
{
    const struct feed_adapter *inner = adapter_find(feed_setting_text(feed, "adapter"));

    assert(inner);
    if (feed->hello.mode == FEED_MODE_DRILL) {
        feed_log(feed, "in a drill it only plays: give it a file");
        return false;
    }
    return tape_open(feed, record) && inner_start(feed, record, inner);
}

bool record_start(struct feed *feed)
{
    struct record *record = base_alloc(1, sizeof *record);
    bool file = feed_setting_text(feed, "file")[0], adapter = feed_setting_text(feed, "adapter")[0];

    feed->state = record;
    record->fd = record->tape_fd = -1;
    record->arena = arena_new();
    record->lines = line_buffer_new(TAPE_LINE_BYTES_MAX);
    char sentence[200];
    faults_read(feed, &record->faults, sentence, sizeof sentence);
    record->seed = (uint64_t)feed_setting_number(feed, "seed", (double)feed->hello.seed);
    if (adapter && !file)
        return record_begin(feed, record);
    if (!adapter && (file || feed->by_hand))
        return play_start(feed, record);
    feed_log(feed, "it needs the setting \"file\" to play, or \"adapter\" to record, not both");
    return false;
}

void record_line(struct feed *feed, const struct hub_line *line)
{
    struct report report;

    if (feed->onward.fd >= 0) {
        outlet_line(&feed->onward, line->text);
        return;
    }
    if (line->kind != HUB_LINE_ORDER)
        return;
    report_init(&report, REPORT_RECEIPT);       /* Nobody carries out orders on a tape. */
    report.receipt.at = feed->now_ms;
    report.receipt.order = line->order.head.order;
    report.receipt.unit = line->order.head.unit;
    report.receipt.stage = RECEIPT_REFUSED;
    report.receipt.reason = "a recording takes no orders";
    feed_report(feed, &report, span_of(""));
}

int64_t record_now(struct feed *feed)
{
    struct record *record = feed->state;

    if (record->child == 0) {
        feed_say_hello(feed, NULL);
        return play(feed, record);
    }
    if (!lines_send(feed, record, feed->now_ms))
        return feed->now_ms;
    const struct agenda_item *first = agenda_first(&record->agenda);
    return first ? first->due_ms : FEED_NEVER;
}

void record_readable(struct feed *feed)
{
    struct record *record = feed->state;
    char bytes[READ_BYTES];
    struct line line;
    ssize_t length = read(feed->source_fd, bytes, sizeof bytes);

    if (length < 0 && errno == EINTR)
        return;
    if (length > 0)
        line_buffer_add(record->lines, span_from(bytes, (size_t)length));
    else
        line_buffer_end(record->lines);
    while (line_buffer_next(record->lines, &line))
        if (span_trim(line.text).length > 0)
            line_hear(feed, record, line.text);
    if (length > 0)
        return;
    feed_log(feed, "the adapter that was recorded has ended");
    lines_send(feed, record, FEED_NEVER);
    feed->exit_code = 1;
    feed->ended = true;
}

/* It ends when its hub, which we are, closes its stdin; and at the latest is ended. */
static void inner_end(struct record *record)
{
    for (int waited_ms = 0; waited_ms < END_MS; waited_ms += 10) {
        if (waitpid(record->child, NULL, WNOHANG) != 0)
            return;
        poll(NULL, 0, 10);
    }
    kill(record->child, SIGKILL);
    waitpid(record->child, NULL, 0);
}

void record_stop(struct feed *feed)
{
    struct record *record = feed->state;

    if (feed->onward.fd >= 0)
        close(feed->onward.fd);
    feed->onward.fd = -1;
    if (record->child > 0)
        inner_end(record);
    if (record->child > 0 && feed->source_fd >= 0)
        close(feed->source_fd);
    if (record->fd >= 0)
        close(record->fd);
    if (record->tape_fd >= 0)
        close(record->tape_fd);
    for (uint32_t i = 0; i < record->waiting_capacity; i++)
        base_free(record->waiting[i].text);
    base_free(record->waiting);
    agenda_clear(&record->agenda);
    line_buffer_free(record->lines);
    arena_free(record->arena);
    buffer_clear(&record->storage);
    buffer_clear(&record->spoilt);
    base_free(record);
}
