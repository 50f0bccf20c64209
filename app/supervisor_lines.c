#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/base64.h"
#include "app/base/biometric.h"
#include "app/base/text.h"
#include "app/base/when.h"
#include "app/orders_out.h"
#include "app/refusal.h"
#include "app/supervisor_inside.h"

/* ---- what is kept ---- */

static void count_kept(struct feed_process *feed)
{
    if (feed->undurable == 0)
        feed->kept = feed->lines;
}

void supervisor_kept(struct supervisor *supervisor, const char *name, uint64_t run, uint64_t line)
{
    struct feed_process *feed = feed_process_named(supervisor, name);

    if (!feed || feed->run != run)
        return;
    assert(feed->undurable > 0);
    feed->undurable--;
    if (line > feed->kept)
        feed->kept = line;
    count_kept(feed);
}

static void tell_kept(struct feed_process *feed)
{
    char line[48];

    if (!feed->child || feed->kept == feed->kept_told)
        return;
    feed->kept_told = feed->kept;
    snprintf(line, sizeof line, "{\"kept\":%" PRIu64 "}", feed->kept);
    child_send(feed->child, span_of(line));
}

void supervisor_durable(struct supervisor *supervisor)
{
    feed_said_durable(supervisor);
    for (uint32_t i = 0; i < supervisor->count; i++)
        tell_kept(supervisor->feeds[i]);
}

/* ---- reading and not reading ---- */

void feed_process_look_at_pipe(struct feed_process *feed)
{
    bool full = feed->choked || feed->waiting >= FEED_WAITING_MAX
        || (feed->full_since_ms != 0 && feed->waiting > FEED_WAITING_LOW);

    if (full && feed->full_since_ms == 0)
        feed->full_since_ms = clock_machine_ms();
    if (!full && feed->full_since_ms != 0) {
        feed->full_ms += clock_machine_ms() - feed->full_since_ms;
        feed->full_since_ms = 0;
    }
    if (!feed->child)
        return;
    if (full || feed->paused)
        child_pause(feed->child);
    else
        child_resume(feed->child);
}

void supervisor_taken(struct supervisor *supervisor, const struct hub_input *input)
{
    struct feed_process *feed = input->feed[0] ? feed_process_named(supervisor, input->feed) : NULL;

    if (!feed || feed->run != input->feed_run)
        return;
    assert(feed->waiting > 0);
    feed->waiting--;
    if (feed->full_since_ms != 0)
        feed_process_look_at_pipe(feed);
}

/* ---- a report goes into the queue ---- */

static void queue_report(struct report_line *report)
{
    struct feed_process *feed = report->feed;
    struct hub_input input = { .kind = INPUT_REPORT, .feed_run = report->run,
                               .line = report->line };

    text_copy(input.source, sizeof input.source, span_of(feed->name));
    /* A drill file's report is no line of the feed's own process. */
    if (report->line != 0) {
        text_copy(input.feed, sizeof input.feed, span_of(feed->name));
        feed->waiting++;
        feed->undurable++;
    }
    hub_take_parsed(feed->supervisor->hub, &input, report->text, report->json);
    report->json = NULL;
    feed_process_look_at_pipe(feed);
}

static bool is_repeated(struct feed_process *feed, const struct report_line *report)
{
    const char *kind = json_member_text(report->json, "report", "");
    const char *id = json_member_text(report->json, "id", "");

    return *id && repeats_seen(feed->repeats, kind, id, report->text);
}

/* What is only counted is kept as soon as all before it is. */
void feed_process_accept(struct report_line *report)
{
    struct feed_process *feed = report->feed;

    if (report->is_location && locations_take(feed->locations, report->unit)) {
        feed->counters.superseded += locations_offer(feed->locations, report->unit,
                                                     report->at_ms, report->point, report->text);
        json_free(report->json);
    } else if (is_repeated(feed, report)) {
        feed->counters.repeated++;
        json_free(report->json);
    } else {
        feed->counters.accepted++;
        queue_report(report);
    }
    count_kept(feed);
}

static void hold_report(struct supervisor *supervisor, const struct report_line *report)
{
    /* A step ends when the adapter is idle, so its pipe cannot be held back instead. */
    if (supervisor->held_count >= FEED_HELD_MAX) {
        json_free(report->json);
        if (report->feed->child)
            child_stop(report->feed->child);
        return;
    }
    supervisor->held = base_grow(supervisor->held, &supervisor->held_capacity,
                                 supervisor->held_count + 1, sizeof *supervisor->held);
    struct report_line *held = &supervisor->held[supervisor->held_count++];
    char *text = base_alloc(1, report->text.length + 1);
    memcpy(text, report->text.bytes, report->text.length);
    *held = *report;
    held->text = span_from(text, report->text.length);
}

static void take_report(struct report_line *report)
{
    struct supervisor *supervisor = report->feed->supervisor;

    if (hub_is_drill(supervisor->hub) && !report->feed->by_script)
        hold_report(supervisor, report);
    else
        feed_process_accept(report);
}

static void refuse_line(struct report_line *report, const struct refusal_of *refusal)
{
    struct buffer text = { 0 };
    char reason[FEED_REASON_BYTES];

    feed_health_refused(report->feed,
                        verdict_sentence(&refusal->verdict, reason, sizeof reason));

    json_free(report->json);
    refusal_write(refusal, &text);
    struct verdict verdict = json_parse(buffer_span(&text), &report->json);
    assert(is_accepted(&verdict));
    report->text = buffer_span(&text);
    take_report(report);
    buffer_clear(&text);
}

/* What an adapter could not read is kept for a person, but not if it is of a body. */
static bool holds_biometrics(const struct report_refused *said)
{
    char name[BIOMETRIC_NAME_BYTES];
    struct buffer bytes = { 0 };
    bool holds = base64_read(span_of(said->bytes), &bytes)
                 && biometric_bytes(buffer_span(&bytes), name);

    buffer_clear(&bytes);
    return holds;
}

/* Reads what must be known here; the core reads it again, as it would in a replay. */
static struct verdict read_report(struct feed_process *feed, struct report_line *ret_report)
{
    char name[BIOMETRIC_NAME_BYTES];
    struct report report;

    arena_reset(feed->supervisor->arena);
    struct verdict verdict = report_read(ret_report->json, feed->supervisor->arena, &report);
    if (!is_accepted(&verdict))
        return verdict;
    /* At any level of trust (DESIGN section 7). */
    if (biometric_json(ret_report->json, name))
        return refused(REFUSED_NOT_ALLOWED, 0, name);
    if (report.kind == REPORT_REFUSED && holds_biometrics(&report.refused))
        return refused(REFUSED_NOT_ALLOWED, 0, "bytes");
    feed_health_report(feed, &report, ret_report->at_ms);
    int64_t at_ms = report_at_ms(&report);
    /* A source's clock ahead of ours means no more than that it came now. */
    if (at_ms != 0 && at_ms < ret_report->at_ms)
        ret_report->at_ms = at_ms;
    if (report.kind == REPORT_LOCATION) {
        if (json_depth(ret_report->json) + LOCATIONS_DEPTH > JSON_DEPTH_MAX)
            return refused(REFUSED_TOO_DEEP, 0, "");
        ret_report->is_location = true;
        text_copy(ret_report->unit, sizeof ret_report->unit, span_of(report.location.unit));
        ret_report->point = report.location.location;
    }
    return accepted();
}

static void keep_cursor(struct feed_process *feed, const struct json *json)
{
    const struct json *cursor = json_member(json, "cursor");
    struct buffer text = { 0 };

    if (!cursor)
        return;
    json_put(&text, NULL, cursor);
    base_free(feed->cursor);
    feed->cursor = text.bytes;
}

/* ---- lines of the process ---- */

static void greeted(struct feed_process *feed)
{
    feed->greeted = true;
    feed_health_up(feed);
    feed_process_look_at_pipe(feed);                 /* One that a person paused stays so. */
    if (!feed->paused)
        feed_process_state(feed, FEED_OK, "");
    orders_out_feed_up(feed->supervisor->hub->orders, feed->name);
}

static void idle(struct feed_process *feed, const struct json *json)
{
    const char *next = json_text(json_member(json, "idle"));

    feed->idle = true;
    feed->next_ms = 0;
    if (next && !when_parse(span_of(next), &feed->next_ms))
        feed->next_ms = 0;
}

/* A line that is no report: its hello, or the answer to a step. */
static bool about_itself(struct feed_process *feed, const struct json *json)
{
    bool hello = json_member(json, "hello") != NULL, idles = json_member(json, "idle") != NULL;

    /* Once: a hello sends the orders that wait, and must not send them again. */
    if (hello && !feed->greeted)
        greeted(feed);
    else if (!hello && idles)
        idle(feed, json);
    return hello || idles;
}

static void heard(struct feed_process *feed)
{
    feed->last_ms = hub_now_ms(feed->supervisor->hub);
    if (feed->state == FEED_STALE)
        feed_process_state(feed, FEED_OK, "");
}

void feed_process_line(void *context, const struct child_line *line)
{
    struct feed_process *feed = context;
    struct report_line report = { .feed = feed, .run = feed->run, .text = line->line.text,
                                  .at_ms = clock_now_ms(&feed->supervisor->hub->clock) };
    struct refusal_of refusal = { .bytes = line->line.text, .whole_bytes = line->line.whole_bytes,
                                  .at_ms = report.at_ms };

    if (feed->leaving)              /* What it says now is not kept, and said again next time. */
        return;
    heard(feed);
    if (line->line.cut) {
        refusal.verdict = refused(REFUSED_TOO_LONG, REPORT_LINE_BYTES_MAX, "");
        refusal.sha256 = line->sha256;
    } else {
        refusal.verdict = json_parse(line->line.text, &report.json);
    }
    if (is_accepted(&refusal.verdict) && about_itself(feed, report.json)) {
        json_free(report.json);
        return;
    }
    report.line = ++feed->lines;
    feed_health_line(feed);
    if (is_accepted(&refusal.verdict))
        refusal.verdict = read_report(feed, &report);
    refusal.withheld = refusal.verdict.refusal == REFUSED_NOT_ALLOWED;
    if (!is_accepted(&refusal.verdict)) {
        refuse_line(&report, &refusal);
        return;
    }
    keep_cursor(feed, report.json);
    take_report(&report);
}

bool supervisor_report(struct supervisor *supervisor, const char *name, struct span text)
{
    struct feed_process *feed = feed_process_named(supervisor, name);
    struct report_line report = { .feed = feed, .text = text,
                                  .at_ms = hub_now_ms(supervisor->hub) };

    if (!feed)
        return false;
    struct verdict verdict = json_parse(text, &report.json);
    if (is_accepted(&verdict))
        verdict = read_report(feed, &report);
    if (!is_accepted(&verdict)) {
        json_free(report.json);
        return false;
    }
    feed_health_line(feed);
    feed->last_ms = report.at_ms;
    feed_process_accept(&report);
    return true;
}

/* ---- locations ---- */

int64_t location_interval_ms(const struct hub *hub)
{
    uint32_t interval_s = picture_site(hub->picture)->location_interval_s;
    return (int64_t)(interval_s ? interval_s : LOCATION_INTERVAL_S) * 1000;
}

void supervisor_gather(struct supervisor *supervisor)
{
    struct hub *hub = supervisor->hub;
    struct buffer text = { 0 };

    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct feed_process *feed = supervisor->feeds[i];
        struct hub_input input = { .kind = INPUT_REPORT };
        tell_kept(feed);                /* Of lines that were only counted: no commit says so. */
        buffer_reset(&text);
        if (locations_gather(feed->locations, hub_now_ms(hub), location_interval_ms(hub), &text)
            == 0)
            continue;
        text_copy(input.source, sizeof input.source, span_of(feed->name));
        hub_take(hub, &input, buffer_span(&text));
    }
    buffer_clear(&text);
}
