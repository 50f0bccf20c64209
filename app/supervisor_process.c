#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/geography.h"
#include "app/orders_out.h"
#include "app/strays.h"
#include "app/supervisor_inside.h"

/* ---- states: each change is a tick ---- */

void feed_process_say_state(struct feed_process *feed)
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
void feed_process_state(struct feed_process *feed, enum feed_state state, const char *reason)
{
    feed->state = state;
    feed->state_said = false;
    text_clean(span_of(reason), feed->reason, sizeof feed->reason);
    if (!hub_is_drill(feed->supervisor->hub))
        feed_process_say_state(feed);
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
    feed_process_start(timer->data);
}

static void start_later(struct feed_process *feed)
{
    int64_t up_ms = clock_machine_ms() - feed->started_machine_ms;

    if (up_ms >= FEED_WELL_MS)
        feed->again_ms = FEED_AGAIN_MS_MIN;
    uv_timer_start(&feed->again, again, (uint64_t)feed->again_ms, 0);
    feed->again_ms = feed->again_ms * 2 > FEED_AGAIN_MS_MAX ? FEED_AGAIN_MS_MAX
                                                            : feed->again_ms * 2;
    if (feed->again_ms < FEED_AGAIN_MS_MIN)
        feed->again_ms = FEED_AGAIN_MS_MIN;
}

/* What the feed's programs started, and it did not end because it was killed itself. */
static void strays_look(const struct supervisor *supervisor)
{
    int known[FEEDS_MAX + 1];
    uint32_t count = 0;

    for (uint32_t i = 0; i < supervisor->count && count < FEEDS_MAX; i++)
        if (supervisor->feeds[i]->child)
            known[count++] = child_pid(supervisor->feeds[i]->child);
    known[count++] = geography_pid(supervisor->hub->geography);
    strays_end(known, count);
}

static void child_ended(void *context, const char *how)
{
    struct feed_process *feed = context;
    char reason[160];

    feed->child = NULL;
    strays_look(feed->supervisor);
    feed->greeted = false;
    feed_health_down(feed);
    feed->idle = true;
    feed->next_ms = 0;
    feed->full_since_ms = 0;
    if (feed->leaving || feed->by_script)
        return;
    if (feed->again_ms == 0) {          /* A person asked for it: nobody needs to be called. */
        start_later(feed);
        return;
    }
    snprintf(reason, sizeof reason, "%s; started again in %" PRId64 " s", how,
             feed->again_ms / 1000);
    feed_process_state(feed, FEED_DOWN, reason);
    start_later(feed);
}

void feed_process_restart(struct feed_process *feed)
{
    feed->again_ms = 0;
    if (feed->child)
        child_stop(feed->child);
    else if (uv_is_active((uv_handle_t *)&feed->again))
        uv_timer_start(&feed->again, again, 0, 0);
}

void feed_process_start(struct feed_process *feed)
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
        .line = feed_process_line, .ended = child_ended, .context = feed,
    };
    feed->started_machine_ms = clock_machine_ms();
    if (places_program("watchdesk-feed", program) != STATUS_OK
        || child_start(hub->loop, &options, &feed->child) != STATUS_OK) {
        feed_process_state(feed, FEED_DOWN, "watchdesk-feed cannot be started");
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
