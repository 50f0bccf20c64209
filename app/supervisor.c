#include "app/supervisor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/child.h"
#include "app/core/wire.h"
#include "app/cursors.h"
#include "app/locations.h"
#include "app/orders_out.h"
#include "app/refusal.h"
#include "app/repeats.h"

/* One line of a feed, understood or refused, on its way into the hub's queue. */
struct report_line {
    struct feed_process *feed;
    uint64_t run, line;
    int64_t at_ms;                  /* As the report says, else when it came. */
    struct json *json;              /* Owned. */
    struct span text;               /* Owned while held back for a drill's step. */
    bool is_location;
    char unit[32];
    struct geo_point point;
};

struct feed_process {
    struct supervisor *supervisor;
    char name[32], adapter[32];
    struct buffer settings;         /* As it was started with: a change restarts it. */
    uint32_t stale_after_s;
    struct child *child;            /* NULL while it is down. */
    uv_timer_t again;
    bool timer_open, greeted, leaving, by_script;
    int64_t again_ms, started_machine_ms;
    uint64_t run;                   /* Counts its processes. */
    uint64_t lines;                 /* Report lines of this run. */
    uint64_t kept, kept_told;
    uint32_t waiting;               /* Of its lines, not yet decided. */
    uint32_t undurable;             /* Not yet durable. */
    int64_t last_ms;                /* Hub time of its last line. */
    bool paused;                    /* By a person. */
    int64_t full_since_ms, full_ms, flood_window_ms;    /* Machine time. */
    bool flooding;
    enum feed_state state;
    char reason[160];
    bool state_said;
    bool idle;                      /* Has answered the last step. */
    int64_t next_ms;                /* Drill: when it has something again; 0: never. */
    char *cursor;                   /* JSON, given back in the next hello. */
    struct locations *locations;
    struct repeats *repeats;
    struct wire_feed counters, counters_told;
};

struct supervisor {
    struct hub *hub;
    struct feed_process **feeds;    /* By name. */
    uint32_t count, capacity;
    struct report_line *held;       /* Drill: reported since the last step. */
    uint32_t held_count, held_capacity;
    bool spoken;
    bool configured;                /* Once at least. */
    struct arena *arena;
};

static void feed_start(struct feed_process *feed);

struct supervisor *supervisor_new(struct hub *hub)
{
    struct supervisor *supervisor = base_alloc(1, sizeof *supervisor);

    supervisor->hub = hub;
    supervisor->arena = arena_new();
    return supervisor;
}

static struct feed_process *feed_named(const struct supervisor *supervisor, const char *name)
{
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (strcmp(supervisor->feeds[i]->name, name) == 0)
            return supervisor->feeds[i];
    return NULL;
}

static void feed_free(struct feed_process *feed)
{
    assert(!feed->child);
    assert(!feed->timer_open);
    buffer_clear(&feed->settings);
    base_free(feed->cursor);
    locations_free(feed->locations);
    repeats_free(feed->repeats);
    base_free(feed);
}

void supervisor_free(struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->held_count; i++) {
        json_free(supervisor->held[i].json);
        base_free((char *)(uintptr_t)supervisor->held[i].text.bytes);
    }
    for (uint32_t i = 0; i < supervisor->count; i++)
        feed_free(supervisor->feeds[i]);
    base_free(supervisor->held);
    base_free(supervisor->feeds);
    arena_free(supervisor->arena);
    base_free(supervisor);
}

/* ---- states: each change is a tick ---- */

static void say_state(struct feed_process *feed)
{
    struct hub *hub = feed->supervisor->hub;
    const struct feed *known = picture_called(hub->picture, OBJECT_FEED, feed->name);
    const struct hub_input input = { .kind = INPUT_TICK };
    struct buffer text = { 0 };

    feed->state_said = true;
    if (!known || (known->state == feed->state && strcmp(known->reason, feed->reason) == 0))
        return;
    json_open(&text, NULL, '{');
    json_put_text(&text, "tick", "feed");
    json_put_text(&text, "feed", feed->name);
    json_put_text(&text, "state", vocabulary_word(&feed_state_words, feed->state));
    if (feed->reason[0])
        json_put_text(&text, "reason", feed->reason);
    json_close(&text, '}');
    hub_take(hub, &input, buffer_span(&text));
    buffer_clear(&text);
}

/* In a drill it is said with the step's reports, by name: processes start in any order. */
static void feed_state(struct feed_process *feed, enum feed_state state, const char *reason)
{
    feed->state = state;
    feed->state_said = false;
    text_clean(span_of(reason), feed->reason, sizeof feed->reason);
    if (!hub_is_drill(feed->supervisor->hub))
        say_state(feed);
}

/* ---- what is kept ---- */

static void count_kept(struct feed_process *feed)
{
    if (feed->undurable == 0)
        feed->kept = feed->lines;
}

void supervisor_kept(struct supervisor *supervisor, const char *name, uint64_t run, uint64_t line)
{
    struct feed_process *feed = feed_named(supervisor, name);

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
    for (uint32_t i = 0; i < supervisor->count; i++)
        tell_kept(supervisor->feeds[i]);
}

/* ---- reading and not reading ---- */

static void look_at_pipe(struct feed_process *feed)
{
    bool full = feed->waiting >= FEED_WAITING_MAX
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
    struct feed_process *feed = input->feed[0] ? feed_named(supervisor, input->feed) : NULL;

    if (!feed || feed->run != input->feed_run)
        return;
    assert(feed->waiting > 0);
    feed->waiting--;
    if (feed->full_since_ms != 0)
        look_at_pipe(feed);
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
    look_at_pipe(feed);
}

static bool is_repeated(struct feed_process *feed, const struct report_line *report)
{
    const char *kind = json_member_text(report->json, "report", "");
    const char *id = json_member_text(report->json, "id", "");

    return *id && repeats_seen(feed->repeats, kind, id, report->text);
}

/* What is only counted is kept as soon as all before it is. */
static void accept_report(struct report_line *report)
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
        accept_report(report);
}

static void refuse_line(struct report_line *report, const struct refusal_of *refusal)
{
    struct buffer text = { 0 };

    json_free(report->json);
    refusal_write(refusal, &text);
    struct verdict verdict = json_parse(buffer_span(&text), &report->json);
    assert(is_accepted(&verdict));
    report->text = buffer_span(&text);
    take_report(report);
    buffer_clear(&text);
}

/* Reads what must be known here; the core reads it again, as it would in a replay. */
static struct verdict read_report(struct feed_process *feed, struct report_line *ret_report)
{
    struct report report;

    arena_reset(feed->supervisor->arena);
    struct verdict verdict = report_read(ret_report->json, feed->supervisor->arena, &report);
    if (!is_accepted(&verdict))
        return verdict;
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
    look_at_pipe(feed);                 /* One that a person paused stays so. */
    if (!feed->paused)
        feed_state(feed, FEED_OK, "");
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
        feed_state(feed, FEED_OK, "");
}

static void line_came(void *context, const struct child_line *line)
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
    feed->counters.lines++;
    if (is_accepted(&refusal.verdict))
        refusal.verdict = read_report(feed, &report);
    if (!is_accepted(&refusal.verdict)) {
        refuse_line(&report, &refusal);
        return;
    }
    keep_cursor(feed, report.json);
    take_report(&report);
}

bool supervisor_report(struct supervisor *supervisor, const char *name, struct span text)
{
    struct feed_process *feed = feed_named(supervisor, name);
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
    feed->counters.lines++;
    feed->last_ms = report.at_ms;
    accept_report(&report);
    return true;
}

/* ---- locations ---- */

static int64_t location_interval_ms(const struct hub *hub)
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

/* ---- its process ---- */

static void hello_units(const struct picture *picture, const char *feed, struct buffer *out)
{
    json_open(out, "units", '[');
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_UNIT); i++) {
        const struct unit *unit = picture_row(picture, OBJECT_UNIT, i);
        if (strcmp(unit->feed, feed) != 0)
            continue;
        json_open(out, NULL, '{');
        json_put_text(out, "unit", unit->callsign);
        json_put_text(out, "kind", unit->kind);
        json_put_text(out, "station", unit->station);
        if (geo_known(unit->home)) {
            json_put_degrees(out, "lat", unit->home.lat_deg);
            json_put_degrees(out, "lon", unit->home.lon_deg);
        }
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void hello_facilities(const struct picture *picture, struct buffer *out)
{
    json_open(out, "facilities", '[');
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++) {
        const struct facility *facility = picture_row(picture, OBJECT_FACILITY, i);
        json_open(out, NULL, '{');
        json_put_text(out, "code", facility->code);
        json_put_text(out, "kind", facility->kind);
        if (geo_known(facility->location)) {
            json_put_degrees(out, "lat", facility->location.lat_deg);
            json_put_degrees(out, "lon", facility->location.lon_deg);
        }
        json_close(out, '}');
    }
    json_close(out, ']');
}

static bool hello_secrets(const struct feed_process *feed, struct buffer *out)
{
    const struct site_conf *conf = feed->supervisor->hub->options.conf;
    struct buffer problems = { 0 }, secrets = { 0 };
    bool read = true;

    for (uint32_t i = 0; i < conf->feed_count; i++)
        if (strcmp(conf->feeds[i].name, feed->name) == 0)
            read = site_conf_write_secrets(conf, i, &secrets, &problems);
    if (read)
        json_put_raw(out, "secrets", secrets.length ? buffer_span(&secrets) : span_of("{}"));
    else
        hub_say(feed->supervisor->hub, "feed %s: %s", feed->name, problems.bytes);
    buffer_clear(&problems);
    buffer_clear(&secrets);
    return read;
}

static void say_hello(struct feed_process *feed, const char *scratch)
{
    struct hub *hub = feed->supervisor->hub;
    struct buffer line = { 0 };
    char start[WHEN_TEXT_BYTES];

    json_open(&line, NULL, '{');
    json_put_int64(&line, "hello", 1);
    json_put_int64(&line, "wire", 1);
    json_put_text(&line, "feed", feed->name);
    json_put_text(&line, "mode", hub_is_drill(hub) ? "drill" : "live");
    json_put_raw(&line, "settings",
                 feed->settings.length ? buffer_span(&feed->settings) : span_of("{}"));
    if (hello_secrets(feed, &line)) {
        json_put_raw(&line, "cursor", span_of(feed->cursor ? feed->cursor : "null"));
        json_put_text(&line, "scratch", scratch);
        json_put_int64(&line, "seed", hub_drill_seed(hub));
        json_put_text(&line, "start", when_text(hub_now_ms(hub), start));
        hello_units(hub->picture, feed->name, &line);
        hello_facilities(hub->picture, &line);
        json_close(&line, '}');
        child_send(feed->child, buffer_span(&line));
    } else {
        child_stop(feed->child);
    }
    buffer_clear(&line);
}

static void again(uv_timer_t *timer)
{
    feed_start(timer->data);
}

static void timer_closed(uv_handle_t *handle)
{
    struct feed_process *feed = handle->data;

    feed->timer_open = false;
}

static void start_later(struct feed_process *feed)
{
    int64_t up_ms = clock_machine_ms() - feed->started_machine_ms;

    if (up_ms >= FEED_WELL_MS)
        feed->again_ms = FEED_AGAIN_MS_MIN;
    uv_timer_start(&feed->again, again, (uint64_t)feed->again_ms, 0);
    feed->again_ms = feed->again_ms * 2 > FEED_AGAIN_MS_MAX ? FEED_AGAIN_MS_MAX
                                                            : feed->again_ms * 2;
}

static void child_ended(void *context, const char *how)
{
    struct feed_process *feed = context;
    char reason[160];

    feed->child = NULL;
    feed->greeted = false;
    feed->idle = true;
    feed->next_ms = 0;
    feed->full_since_ms = 0;
    if (feed->leaving)
        return;
    snprintf(reason, sizeof reason, "%s; started again in %" PRId64 " s", how,
             feed->again_ms / 1000);
    feed_state(feed, FEED_DOWN, reason);
    start_later(feed);
}

static void feed_start(struct feed_process *feed)
{
    const char *const arguments[] = { "watchdesk-feed", feed->adapter, NULL };
    struct hub *hub = feed->supervisor->hub;
    char program[PLACES_PATH_BYTES], name[64], scratch[PLACES_PATH_BYTES], log[PLACES_PATH_BYTES];

    snprintf(name, sizeof name, "scratch/%s", feed->name);
    places_make_folder(places_file(&hub->options.places, name, scratch));
    snprintf(name, sizeof name, "feeds/%s.log", feed->name);
    places_file(&hub->options.places, name, log);
    const struct child_options options = {
        .program = program, .arguments = arguments, .log_path = log,
        .line_bytes_max = REPORT_LINE_BYTES_MAX,
        .line = line_came, .ended = child_ended, .context = feed,
    };
    feed->started_machine_ms = clock_machine_ms();
    if (places_program("watchdesk-feed", program) != STATUS_OK
        || child_start(hub->loop, &options, &feed->child) != STATUS_OK) {
        feed_state(feed, FEED_DOWN, "watchdesk-feed cannot be started");
        start_later(feed);
        return;
    }
    feed->run++;
    feed->lines = feed->kept = feed->kept_told = 0;
    feed->waiting = feed->undurable = 0;
    feed->last_ms = hub_now_ms(hub);
    feed->counters.starts++;
    say_hello(feed, scratch);
}

/* ---- the configuration ---- */

static struct feed_process *feed_new(struct supervisor *supervisor, const char *name)
{
    struct feed_process *feed = base_alloc(1, sizeof *feed);

    feed->supervisor = supervisor;
    text_copy(feed->name, sizeof feed->name, span_of(name));
    feed->again_ms = FEED_AGAIN_MS_MIN;
    feed->state_said = true;
    feed->idle = true;
    feed->locations = locations_new();
    feed->repeats = repeats_new();
    feed->counters.feed = feed->counters_told.feed = feed->name;
    uv_timer_init(supervisor->hub->loop, &feed->again);
    feed->again.data = feed;
    feed->timer_open = true;
    supervisor->feeds = base_grow(supervisor->feeds, &supervisor->capacity,
                                  supervisor->count + 1, sizeof *supervisor->feeds);
    uint32_t at = supervisor->count++;
    while (at > 0 && strcmp(supervisor->feeds[at - 1]->name, name) > 0) {
        supervisor->feeds[at] = supervisor->feeds[at - 1];
        at--;
    }
    supervisor->feeds[at] = feed;
    return feed;
}

/* A live adapter never starts in a drill (DESIGN promise 8), nor a simulated one outside. */
static bool may_start(const struct hub *hub, const char *adapter)
{
    const struct adapter_facts *facts = adapter_facts(&hub->options.adapters, adapter);

    if (!facts)
        return false;
    return hub_is_drill(hub) ? facts->drill_clock : !facts->drills_only;
}

/* A feed that this site cannot start says so: never "starting" for ever. */
static void stay_out(struct feed_process *feed)
{
    if (hub_is_drill(feed->supervisor->hub))
        feed_state(feed, FEED_OK, "a live feed: in a drill only its file speaks for it");
    else
        feed_state(feed, FEED_DOWN, "its adapter is for drills; a live site needs another");
}

static void configure_feed(struct supervisor *supervisor, const struct site_conf *conf,
                           uint32_t index)
{
    const struct feed *said = &conf->feeds[index];
    struct feed_process *feed = feed_named(supervisor, said->name);
    const struct feed *known = picture_called(supervisor->hub->picture, OBJECT_FEED, said->name);
    struct buffer settings = { 0 };
    bool is_new = !feed;

    if (is_new)
        feed = feed_new(supervisor, said->name);
    site_conf_write_settings(conf, index, &settings);
    bool same = !is_new && strcmp(feed->adapter, said->adapter) == 0
        && settings.length == feed->settings.length
        && (settings.length == 0
            || memcmp(settings.bytes, feed->settings.bytes, settings.length) == 0);
    buffer_clear(&feed->settings);
    feed->settings = settings;
    text_copy(feed->adapter, sizeof feed->adapter, span_of(said->adapter));
    const struct adapter_facts *facts =
        adapter_facts(&supervisor->hub->options.adapters, said->adapter);
    feed->stale_after_s = said->stale_after_s || !facts ? said->stale_after_s
                                                        : facts->stale_after_s;
    feed->paused = known && known->state == FEED_PAUSED;
    feed->leaving = false;
    if (!may_start(supervisor->hub, said->adapter)) {
        feed->by_script = true;
        stay_out(feed);
        return;
    }
    feed->by_script = false;
    /* Without a process and waiting for none: it is new, or an earlier site.conf left it out. */
    if (supervisor->configured && !feed->child && !uv_is_active((uv_handle_t *)&feed->again))
        feed_start(feed);
    else if (!same && feed->child)
        child_stop(feed->child);        /* Its end starts it again, with what is new. */
}

static bool is_in(const struct site_conf *conf, const char *name)
{
    for (uint32_t i = 0; i < conf->feed_count; i++)
        if (strcmp(conf->feeds[i].name, name) == 0)
            return true;
    return false;
}

static void feed_leave(struct feed_process *feed)
{
    feed->leaving = true;
    if (feed->child)
        child_stop(feed->child);
    uv_timer_stop(&feed->again);
}

/* The hub's start: each feed goes on where the journal says it had been read to. */
static void restore_cursors(struct supervisor *supervisor)
{
    char path[PLACES_PATH_BYTES], why[JOURNAL_WHY_BYTES];
    struct journal_reader *reader;
    struct cursor_of cursors[FEEDS_MAX];

    assert(supervisor->count <= FEEDS_MAX);
    places_file(&supervisor->hub->options.places, "journal.db", path);
    if (journal_reader_open(path, &reader, why) != STATUS_OK)
        return;
    for (uint32_t i = 0; i < supervisor->count; i++)
        cursors[i] = (struct cursor_of){ .feed = supervisor->feeds[i]->name };
    cursors_find(reader, cursors, supervisor->count);
    for (uint32_t i = 0; i < supervisor->count; i++)
        supervisor->feeds[i]->cursor = cursors[i].cursor;
    journal_reader_close(reader);
}

static void start_first(struct supervisor *supervisor)
{
    restore_cursors(supervisor);
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (!supervisor->feeds[i]->by_script)
            feed_start(supervisor->feeds[i]);
}

void supervisor_configure(struct supervisor *supervisor)
{
    const struct site_conf *conf = supervisor->hub->options.conf;
    char path[PLACES_PATH_BYTES];

    places_make_folder(places_file(&supervisor->hub->options.places, "feeds", path));
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (!is_in(conf, supervisor->feeds[i]->name))
            feed_leave(supervisor->feeds[i]);
    for (uint32_t i = 0; i < conf->feed_count; i++)
        configure_feed(supervisor, conf, i);
    if (!supervisor->configured)
        start_first(supervisor);
    supervisor->configured = true;
}

void supervisor_stop(struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct feed_process *feed = supervisor->feeds[i];
        feed_leave(feed);
        if (feed->timer_open && !uv_is_closing((uv_handle_t *)&feed->again))
            uv_close((uv_handle_t *)&feed->again, timer_closed);
    }
}

bool supervisor_is_over(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (supervisor->feeds[i]->child || supervisor->feeds[i]->timer_open)
            return false;
    return true;
}

/* ---- what a person said of a feed ---- */

void supervisor_decided(struct supervisor *supervisor, const struct turn *turn)
{
    for (uint32_t i = 0; turn->head.kind == INPUT_COMMAND && i < turn->events.count; i++) {
        const struct event *event = &turn->events.at[i];
        if (event->kind != EVENT_FEED_CHANGED)
            continue;
        struct feed_process *feed = feed_named(supervisor, event->feed_changed.feed);
        if (!feed)
            continue;
        feed->paused = event->feed_changed.state == FEED_PAUSED;
        look_at_pipe(feed);
        if (!feed->paused && feed->greeted)
            feed_state(feed, FEED_OK, "");
    }
}

/* ---- once a second ---- */

static void look_for_silence(struct feed_process *feed)
{
    int64_t silent_ms = hub_now_ms(feed->supervisor->hub) - feed->last_ms;
    char reason[80];

    if (feed->state != FEED_OK || feed->stale_after_s == 0 || feed->paused
        || silent_ms < (int64_t)feed->stale_after_s * 1000)
        return;
    snprintf(reason, sizeof reason, "silent for %" PRId64 " s", silent_ms / 1000);
    feed_state(feed, FEED_STALE, reason);
}

static void look_for_flood(struct feed_process *feed)
{
    int64_t now_ms = clock_machine_ms(), window_ms = now_ms - feed->flood_window_ms;

    if (window_ms < FEED_FLOOD_MS)
        return;
    if (feed->full_since_ms != 0) {
        feed->full_ms += now_ms - feed->full_since_ms;
        feed->full_since_ms = now_ms;
    }
    bool floods = feed->flood_window_ms != 0 && feed->full_ms * 2 > window_ms;
    feed->flood_window_ms = now_ms;
    feed->full_ms = 0;
    if (floods == feed->flooding || feed->paused)
        return;
    feed->flooding = floods;
    if (floods)
        feed_state(feed, FEED_FLOODING, "it sends more than the hub takes; its pipe is held back");
    else if (feed->greeted)
        feed_state(feed, FEED_OK, "");
}

void supervisor_look(struct supervisor *supervisor)
{
    /* In a drill an adapter answers each step: it can neither fall silent nor flood. */
    for (uint32_t i = 0; !hub_is_drill(supervisor->hub) && i < supervisor->count; i++) {
        look_for_silence(supervisor->feeds[i]);
        look_for_flood(supervisor->feeds[i]);
    }
}

void supervisor_write_counters(struct supervisor *supervisor, struct buffer *out)
{
    bool any = false;

    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct feed_process *feed = supervisor->feeds[i];
        if (memcmp(&feed->counters, &feed->counters_told, sizeof feed->counters) == 0)
            continue;
        feed->counters_told = feed->counters;
        if (!any)
            json_open(out, "feeds", '[');
        any = true;
        json_open(out, NULL, '{');
        record_write(&wire_feed_shape, &feed->counters, out);
        json_close(out, '}');
    }
    if (any)
        json_close(out, ']');
}

bool supervisor_send(struct supervisor *supervisor, const char *name, struct span line)
{
    struct feed_process *feed = feed_named(supervisor, name);

    if (!feed || !feed->child || !feed->greeted)
        return false;
    child_send(feed->child, line);
    supervisor->spoken = true;
    return true;
}

/* ---- a drill's steps ---- */

bool supervisor_is_ready(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (supervisor->feeds[i]->child && !supervisor->feeds[i]->greeted)
            return false;
    return true;
}

void supervisor_step(struct supervisor *supervisor, int64_t now_ms)
{
    char line[WHEN_TEXT_BYTES + 16], when[WHEN_TEXT_BYTES];

    supervisor->spoken = false;
    snprintf(line, sizeof line, "{\"now\":\"%s\"}", when_text(now_ms, when));
    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct feed_process *feed = supervisor->feeds[i];
        feed->idle = !feed->child || !feed->greeted || feed->paused;
        if (!feed->idle)
            child_send(feed->child, span_of(line));
    }
}

bool supervisor_has_stepped(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (!supervisor->feeds[i]->idle)
            return false;
    return true;
}

bool supervisor_has_spoken(const struct supervisor *supervisor)
{
    return supervisor->spoken;
}

static int compare_reports(const void *left_row, const void *right_row)
{
    const struct report_line *left = left_row, *right = right_row;
    int names = strcmp(left->feed->name, right->feed->name);

    if (left->at_ms != right->at_ms)
        return left->at_ms < right->at_ms ? -1 : 1;
    if (names != 0)
        return names;
    return left->line < right->line ? -1 : left->line > right->line;
}

uint32_t supervisor_release(struct supervisor *supervisor)
{
    uint32_t count = supervisor->held_count;

    for (uint32_t i = 0; i < supervisor->count; i++)
        if (!supervisor->feeds[i]->state_said)
            say_state(supervisor->feeds[i]);
    if (count > 0)
        qsort(supervisor->held, count, sizeof *supervisor->held, compare_reports);
    supervisor->held_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct report_line report = supervisor->held[i];
        accept_report(&report);
        base_free((char *)(uintptr_t)report.text.bytes);
    }
    return count;
}

static int64_t earlier(int64_t left, int64_t right)
{
    if (left == 0 || right == 0)
        return left + right;
    return left < right ? left : right;
}

int64_t supervisor_next_ms(const struct supervisor *supervisor)
{
    int64_t interval_ms = location_interval_ms(supervisor->hub), next_ms = 0;

    for (uint32_t i = 0; i < supervisor->count; i++) {
        const struct feed_process *feed = supervisor->feeds[i];
        next_ms = earlier(next_ms, locations_due_ms(feed->locations, interval_ms));
        if (feed->child && !feed->paused)
            next_ms = earlier(next_ms, feed->next_ms);
    }
    return next_ms;
}
