#include "feeds/order_desk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/base/text.h"

enum { READ_BYTES = 16 * 1024, REASON_BYTES = 200 };

struct seen_order {
    char id[ORDER_ID_BYTES];
    bool told;                      /* In this process: `stage` is its last receipt. */
    enum receipt_stage stage;
    char reason[REASON_BYTES];
};

struct order_desk {
    struct feed *feed;
    order_start_fn *start;
    uint32_t at_once, running, count;
    struct order_job *first;        /* Waiting and running, as they came. */
    struct seen_order *seen;        /* A ring. */
    uint64_t seen_count;
    int seen_fd;                    /* -1: there is no scratch folder. */
    struct line_buffer *hand;       /* By hand only. */
    bool hand_ended;
};

/* ---- what has been here ---- */

static struct seen_order *seen_find(struct order_desk *desk, const char *id)
{
    uint64_t count = desk->seen_count < ORDER_IDS_MAX ? desk->seen_count : ORDER_IDS_MAX;

    for (uint64_t i = 0; i < count; i++)
        if (strcmp(desk->seen[i].id, id) == 0)
            return &desk->seen[i];
    return NULL;
}

static struct seen_order *seen_add(struct order_desk *desk, struct span id)
{
    struct seen_order *seen = &desk->seen[desk->seen_count++ % ORDER_IDS_MAX];

    *seen = (struct seen_order){ .stage = RECEIPT_UNSAID };
    text_copy(seen->id, sizeof seen->id, id);
    return seen;
}

/* On the disk before the order leaves us. False: it could not be written. */
static bool seen_write(struct order_desk *desk, const char *id)
{
    char line[ORDER_ID_BYTES + 2];
    int length = snprintf(line, sizeof line, "%.*s\n", ORDER_ID_BYTES - 1, id);

    if (desk->seen_fd < 0)
        return true;
    return write(desk->seen_fd, line, (size_t)length) == length && fdatasync(desk->seen_fd) == 0;
}

/* The newest ids of earlier processes; the file begins anew with them. */
static void seen_open(struct order_desk *desk)
{
    char path[1024], bytes[READ_BYTES];
    struct line_buffer *lines = line_buffer_new(ORDER_ID_BYTES);
    struct line line;
    ssize_t length;

    desk->seen_fd = -1;
    if (desk->feed->hello.scratch[0]) {
        snprintf(path, sizeof path, "%s/orders", desk->feed->hello.scratch);
        desk->seen_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    }
    while (desk->seen_fd >= 0 && (length = read(desk->seen_fd, bytes, sizeof bytes)) > 0) {
        line_buffer_add(lines, span_from(bytes, (size_t)length));
        while (line_buffer_next(lines, &line))
            seen_add(desk, line.text);
    }
    line_buffer_free(lines);
    if (desk->seen_fd < 0 || desk->seen_count <= ORDER_IDS_MAX)
        return;
    if (ftruncate(desk->seen_fd, 0) != 0 || lseek(desk->seen_fd, 0, SEEK_SET) != 0)
        return;
    for (uint64_t i = 0; i < ORDER_IDS_MAX; i++)
        seen_write(desk, desk->seen[(desk->seen_count + i) % ORDER_IDS_MAX].id);
}

/* ---- jobs ---- */

static void job_free(struct order_job *job)
{
    json_free(job->json);
    arena_free(job->arena);
    base_free((char *)(uintptr_t)job->line.bytes);
    base_free(job);
}

static void job_forget(struct order_job *job)
{
    struct order_job **at = &job->desk->first;

    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    job->desk->count--;
    job_free(job);
}

static void receipt_say(struct feed *feed, const char *order, const char *unit,
                        enum receipt_stage stage, const char *reason)
{
    struct report report;

    report_init(&report, REPORT_RECEIPT);
    report.receipt.at = feed->now_ms;
    report.receipt.order = order;
    report.receipt.unit = unit;
    report.receipt.stage = stage;
    report.receipt.reason = reason;
    feed_report(feed, &report, span_of(""));
}

void order_job_receipt(struct order_job *job, enum receipt_stage stage, const char *reason)
{
    const struct feed_order_head *head = &job->order.head;
    struct seen_order *seen = seen_find(job->desk, head->order);
    char clean[REASON_BYTES];

    text_clean(span_of(reason), clean, sizeof clean);
    if (seen) {
        seen->told = true;
        seen->stage = stage;
        snprintf(seen->reason, sizeof seen->reason, "%s", clean);
    }
    receipt_say(job->desk->feed, head->order, head->unit, stage, clean);
}

static bool is_expired(const struct order_job *job, int64_t at_ms)
{
    return job->order.head.expires != 0 && at_ms >= job->order.head.expires;
}

void order_job_later(struct order_job *job, int64_t at_ms, const char *why)
{
    struct order_desk *desk = job->desk;

    assert(job->running);
    assert(desk->running > 0);
    desk->running--;
    job->running = false;
    job->state = NULL;
    job->due_ms = at_ms;
    if (is_expired(job, at_ms)) {
        order_job_receipt(job, RECEIPT_FAILED, why);
        job_forget(job);
    }
    feed_wake(desk->feed, desk->feed->now_ms);
}

void order_job_end(struct order_job *job)
{
    struct order_desk *desk = job->desk;

    assert(job->running);
    assert(desk->running > 0);
    desk->running--;
    job_forget(job);
    feed_wake(desk->feed, desk->feed->now_ms);
}

struct order_job *order_desk_running(const struct order_desk *desk, const struct order_job *after)
{
    struct order_job *job = after ? after->next : desk->first;

    while (job && !job->running)
        job = job->next;
    return job;
}

/* ---- orders come ---- */

static void answer_again(struct order_desk *desk, const struct feed_order_head *head,
                         const struct seen_order *seen)
{
    static const char earlier[] =
        "it may have been sent before this feed was started again; it is not sent twice";

    if (!seen->told)
        receipt_say(desk->feed, head->order, head->unit, RECEIPT_FAILED, earlier);
    else if (seen->stage != RECEIPT_UNSAID)
        receipt_say(desk->feed, head->order, head->unit, seen->stage, seen->reason);
}

/* The line is read again, so that the job's texts are its own. */
static struct order_job *job_new(struct order_desk *desk, struct span line)
{
    struct order_job *job = base_alloc(1, sizeof *job);
    char *text = base_alloc(1, line.length + 1);
    struct hub_line read;

    memcpy(text, line.bytes, line.length);
    job->desk = desk;
    job->line = span_from(text, line.length);
    job->arena = arena_new();
    struct verdict verdict = json_parse(job->line, &job->json);
    assert(is_accepted(&verdict));
    verdict = hub_line_read(job->line, job->json, job->arena, &read);
    assert(is_accepted(&verdict));
    assert(read.kind == HUB_LINE_ORDER);
    job->order = read.order;
    return job;
}

void order_desk_line(struct order_desk *desk, const struct hub_line *line)
{
    const struct feed_order_head *head = &line->order.head;
    struct feed *feed = desk->feed;

    if (line->kind != HUB_LINE_ORDER)
        return;
    struct seen_order *seen = strlen(head->order) < ORDER_ID_BYTES
                                  ? seen_find(desk, head->order) : NULL;
    if (seen) {
        answer_again(desk, head, seen);
    } else if (strlen(head->order) >= ORDER_ID_BYTES) {
        receipt_say(feed, head->order, head->unit, RECEIPT_FAILED, "its id is too long");
    } else if (desk->count >= ORDER_JOBS_MAX) {
        receipt_say(feed, head->order, head->unit, RECEIPT_FAILED,
                    "too many orders wait for this feed; tell the unit another way");
    } else {
        struct order_job *job = job_new(desk, line->text), **at = &desk->first;
        seen_add(desk, span_of(head->order))->told = true;
        while (*at)
            at = &(*at)->next;
        *at = job;
        desk->count++;
        feed_wake(feed, feed->now_ms);
    }
}

/* ---- orders go ---- */

static void job_start(struct order_desk *desk, struct order_job *job)
{
    if (is_expired(job, desk->feed->now_ms)) {
        order_job_receipt(job, RECEIPT_FAILED, "it had expired before it could leave");
        job_forget(job);
        return;
    }
    if (job->tries == 0 && !seen_write(desk, job->order.head.order)) {
        order_job_receipt(job, RECEIPT_FAILED, "the disk is full, so it could not be kept once");
        job_forget(job);
        return;
    }
    job->running = true;
    job->tries++;
    desk->running++;
    desk->start(desk->feed, job);
}

/* By hand the feed ends with its input, when all is done. */
static void hand_look(struct order_desk *desk)
{
    if (desk->hand_ended && desk->count == 0)
        desk->feed->ended = true;
}

int64_t order_desk_now(struct order_desk *desk)
{
    int64_t next_ms = FEED_NEVER, now_ms = desk->feed->now_ms;
    struct order_job *job = desk->first;

    while (job) {
        struct order_job *next = job->next;
        int64_t due_ms = is_expired(job, now_ms) ? now_ms : job->due_ms;
        if (!job->running && due_ms <= now_ms && desk->running < desk->at_once)
            job_start(desk, job);
        else if (!job->running && due_ms > now_ms && due_ms < next_ms)
            next_ms = due_ms;
        job = next;
    }
    hand_look(desk);
    return next_ms;
}

static void hand_take(struct order_desk *desk, struct span text)
{
    struct json *json = NULL;
    struct arena *arena = arena_new();
    struct hub_line line;
    struct verdict verdict = json_parse(text, &json);

    if (is_accepted(&verdict))
        verdict = hub_line_read(text, json, arena, &line);
    if (is_accepted(&verdict))
        order_desk_line(desk, &line);
    else
        feed_refuse(desk->feed, &verdict, text, span_of(""));
    json_free(json);
    arena_free(arena);
}

void order_desk_readable(struct order_desk *desk)
{
    char bytes[READ_BYTES];
    struct line line;
    ssize_t length = read(desk->feed->source_fd, bytes, sizeof bytes);

    if (length > 0) {
        line_buffer_add(desk->hand, span_from(bytes, (size_t)length));
    } else {
        line_buffer_end(desk->hand);
        desk->hand_ended = true;
        desk->feed->source_fd = -1;
    }
    while (line_buffer_next(desk->hand, &line))
        if (span_trim(line.text).length > 0)
            hand_take(desk, line.text);
    feed_wake(desk->feed, desk->feed->now_ms);
}

/* ---- the desk ---- */

struct order_desk *order_desk_new(struct feed *feed, uint32_t at_once, order_start_fn *start)
{
    struct order_desk *desk = base_alloc(1, sizeof *desk);

    assert(at_once > 0);
    desk->feed = feed;
    desk->start = start;
    desk->at_once = at_once;
    desk->seen = base_alloc(ORDER_IDS_MAX, sizeof *desk->seen);
    desk->hand = line_buffer_new(HUB_LINE_BYTES_MAX);
    if (feed->by_hand)
        feed->source_fd = FEED_SOURCE_FD;
    seen_open(desk);
    return desk;
}

void order_desk_free(struct order_desk *desk)
{
    if (!desk)
        return;
    while (desk->first)
        job_forget(desk->first);
    if (desk->seen_fd >= 0)
        close(desk->seen_fd);
    line_buffer_free(desk->hand);
    base_free(desk->seen);
    base_free(desk);
}
