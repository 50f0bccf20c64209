#include "app/supervisor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/core/trust.h"
#include "app/cursors.h"
#include "app/strays.h"
#include "app/supervisor_inside.h"

struct supervisor *supervisor_new(struct hub *hub)
{
    struct supervisor *supervisor = base_alloc(1, sizeof *supervisor);

    strays_adopt();
    supervisor->hub = hub;
    supervisor->arena = arena_new();
    return supervisor;
}

struct feed_process *feed_process_named(const struct supervisor *supervisor, const char *name)
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
    base_free(supervisor->said);
    base_free(supervisor->feeds);
    arena_free(supervisor->arena);
    base_free(supervisor);
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
    feed->counters.why = feed->counters_told.why = "";
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

/* A live adapter never starts in a drill (DESIGN promise 8), nor a simulated one outside, nor one
 * whose supplier the site denies. False: `why` says so. */
static bool may_start(struct hub *hub, const struct site_conf *conf,
                      const struct feed *said, char *why, size_t why_bytes)
{
    const struct adapter_facts *facts = adapter_facts(&hub->options.adapters, said->adapter);
    struct trust trust = trust_now(&conf->site, said, hub_now_ms(hub));

    if (trust.denied)
        snprintf(why, why_bytes, "%.130s, so it is not started", trust.why);
    else if (hub_is_drill(hub) && !(facts && facts->drill_clock))
        snprintf(why, why_bytes, "the drill speaks for it; nothing live is started");
    else if (!facts || (!hub_is_drill(hub) && facts->drills_only))
        snprintf(why, why_bytes, "its adapter is for drills; a live site needs another");
    else
        return true;
    return false;
}

/* A feed that this site does not start says so: never "starting" for ever. */
static void stay_out(struct feed_process *feed, const char *why)
{
    feed->by_script = true;
    uv_timer_stop(&feed->again);
    if (feed->child)
        child_stop(feed->child);
    feed_process_state(feed, hub_is_drill(feed->supervisor->hub) ? FEED_OK : FEED_DOWN, why);
}

static void configure_feed(struct supervisor *supervisor, const struct site_conf *conf,
                           uint32_t index)
{
    const struct feed *said = &conf->feeds[index];
    struct feed_process *feed = feed_process_named(supervisor, said->name);
    const struct feed *known = picture_called(supervisor->hub->picture, OBJECT_FEED, said->name);
    struct buffer settings = { 0 };
    char why[FEED_REASON_BYTES];
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
    if (!may_start(supervisor->hub, conf, said, why, sizeof why)) {
        stay_out(feed, why);
        return;
    }
    feed->by_script = false;
    /* Without a process and waiting for none: it is new, or an earlier site.conf left it out. */
    if (supervisor->configured && !feed->child && !uv_is_active((uv_handle_t *)&feed->again))
        feed_process_start(feed);
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
            feed_process_start(supervisor->feeds[i]);
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

static void timer_closed(uv_handle_t *handle)
{
    struct feed_process *feed = handle->data;

    feed->timer_open = false;
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
        supervisor->said = base_grow(supervisor->said, &supervisor->said_capacity,
                                     supervisor->said_count + 1, sizeof *supervisor->said);
        struct feed_said *said = &supervisor->said[supervisor->said_count++];
        *said = (struct feed_said){ .sequence = turn->head.sequence,
                                    .pause = event->feed_changed.state == FEED_PAUSED,
                                    .restart = event->feed_changed.restart };
        text_copy(said->feed, sizeof said->feed, span_of(event->feed_changed.feed));
    }
}

static void said_take(struct supervisor *supervisor, const struct feed_said *said)
{
    struct feed_process *feed = feed_process_named(supervisor, said->feed);

    if (!feed || feed->leaving)
        return;
    feed->paused = said->pause;
    feed_process_look_at_pipe(feed);
    if (said->restart && !feed->by_script)
        feed_process_restart(feed);
    else if (!feed->paused && feed->greeted)
        feed_process_state(feed, FEED_OK, "");
}

/* A power cut must not find a feed paused of which the journal knows nothing (promise 2). */
void feed_said_durable(struct supervisor *supervisor)
{
    uint64_t durable = hub_durable(supervisor->hub);
    uint32_t taken = 0;

    while (taken < supervisor->said_count && supervisor->said[taken].sequence <= durable)
        said_take(supervisor, &supervisor->said[taken++]);
    supervisor->said_count -= taken;
    if (supervisor->said_count > 0)
        memmove(supervisor->said, supervisor->said + taken,
                supervisor->said_count * sizeof *supervisor->said);
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
    feed_process_state(feed, FEED_STALE, reason);
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
        feed_process_state(feed, FEED_FLOODING,
                           "it sends more than the hub takes; its pipe is held back");
    else if (feed->greeted)
        feed_process_state(feed, FEED_OK, "");
}

void supervisor_look(struct supervisor *supervisor)
{
    /* In a drill an adapter answers each step: it can neither fall silent nor flood. */
    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct feed_process *feed = supervisor->feeds[i];
        feed_health_look(feed, clock_machine_ms());
        feed->refused_in_second = 0;
        feed->choked = false;
        feed_process_look_at_pipe(feed);
    }
    for (uint32_t i = 0; !hub_is_drill(supervisor->hub) && i < supervisor->count; i++) {
        look_for_silence(supervisor->feeds[i]);
        look_for_flood(supervisor->feeds[i]);
    }
}

bool supervisor_send(struct supervisor *supervisor, const char *name, struct span line)
{
    struct feed_process *feed = feed_process_named(supervisor, name);

    if (!feed || !feed->child || !feed->greeted)
        return false;
    child_send(feed->child, line);
    supervisor->spoken = true;
    return true;
}
