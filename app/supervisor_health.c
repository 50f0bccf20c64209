/* supervisor_health.c - how each feed does, as a person asks for it: counted since the hub started,
 * told with each beat, and never part of the record. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/core/trust.h"
#include "app/supervisor_inside.h"

enum { BEATS_OF_ALL = 10 };     /* A console that has joined since knows of all by then. */

/* ---- counting ---- */

void feed_health_line(struct feed_process *feed)
{
    feed->counters.lines++;
    feed->health.window_lines++;
}

/* A source's clock ahead of ours says nothing of how late we are. */
void feed_health_report(struct feed_process *feed, const struct report *report, int64_t came_ms)
{
    int64_t at_ms = report_at_ms(report), lag_ms = at_ms ? came_ms - at_ms : 0;
    struct feed_health *health = &feed->health;

    if (report->kind == REPORT_REFUSED)
        feed_health_refused(feed, report->refused.reason);
    if (report->kind != REPORT_HEALTH) {
        if (lag_ms > health->window_lag_ms)
            health->window_lag_ms = lag_ms;
        return;
    }
    if (health->source_ms == 0 || health->source_away == report->health.connected)
        health->source_ms = came_ms;
    health->source_away = !report->health.connected;
    text_clean(span_of(report->health.text), health->source_text, sizeof health->source_text);
    if (report->health.lag_s > 0)
        health->window_lag_ms = report->health.lag_s * 1000;
    health->lost_now = report->health.lost;
    feed->counters.lost = health->lost_before + health->lost_now;
}

/* "lat, lon: out of range (at byte 30)" counts with all of its kind. */
void feed_health_refused(struct feed_process *feed, const char *reason)
{
    struct feed_health *health = &feed->health;
    char words[sizeof health->reasons[0].words];
    uint32_t at = 0;

    text_clean(span_of(reason), words, sizeof words);
    char *place = strstr(words, " (at byte");
    if (place)
        *place = '\0';
    feed->counters.refused++;
    /* A drill's step ends when the adapter is idle, so it must be read. */
    if (++feed->refused_in_second >= FEED_REFUSED_PER_S_MAX
        && !hub_is_drill(feed->supervisor->hub))
        feed->choked = true;
    while (at < health->reason_count && strcmp(health->reasons[at].words, words) != 0)
        at++;
    if (at == ARRAY_COUNT(health->reasons)) {
        at--;                       /* The last one stands for all the others. */
        snprintf(health->reasons[at].words, sizeof words, "other reasons");
    } else if (at == health->reason_count) {
        text_copy(health->reasons[health->reason_count++].words, sizeof words, span_of(words));
    }
    health->reasons[at].count++;
}

void feed_health_up(struct feed_process *feed)
{
    feed->counters.up = hub_now_ms(feed->supervisor->hub);
}

void feed_health_down(struct feed_process *feed)
{
    struct feed_health *health = &feed->health;

    feed->counters.up = 0;
    health->source_ms = 0;
    health->lost_before += health->lost_now;
    health->lost_now = 0;
}

/* ---- each second ---- */

static void reasons_write(const struct feed_health *health, struct buffer *out)
{
    for (uint32_t i = 0; i < health->reason_count; i++)
        buffer_print(out, "%s%" PRIu64 " %s", i ? "; " : "", health->reasons[i].count,
                     health->reasons[i].words);
}

void feed_health_look(struct feed_process *feed, int64_t machine_ms)
{
    struct feed_health *health = &feed->health;
    int64_t span_ms = machine_ms - health->window_ms;

    feed->counters.waiting = feed->waiting;
    if (health->window_ms != 0 && span_ms < FEED_RATE_MS)
        return;
    if (health->window_ms != 0) {
        feed->counters.rate = (double)health->window_lines * 1000 / (double)span_ms;
        feed->counters.lag_ms = health->window_lag_ms;
    }
    health->window_ms = machine_ms;
    health->window_lines = 0;
    health->window_lag_ms = 0;
}

void supervisor_write_counters(struct supervisor *supervisor, struct buffer *out)
{
    bool all = supervisor->beats++ % BEATS_OF_ALL == 0, any = false;
    struct buffer why = { 0 };

    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct feed_process *feed = supervisor->feeds[i];
        if (!all && memcmp(&feed->counters, &feed->counters_told, sizeof feed->counters) == 0)
            continue;
        feed->counters_told = feed->counters;
        buffer_reset(&why);
        reasons_write(&feed->health, &why);
        struct wire_feed told = feed->counters;
        told.accepted -= told.refused;      /* Which are entered too, each with its reason. */
        told.why = why.length ? why.bytes : "";
        if (!any)
            json_open(out, "feeds", '[');
        any = true;
        json_open(out, NULL, '{');
        record_write(&wire_feed_shape, &told, out);
        json_close(out, '}');
    }
    if (any)
        json_close(out, ']');
    buffer_clear(&why);
}

/* ---- in words ---- */

static const char *age_words(int64_t now_ms, int64_t since_ms, char text[WHEN_TEXT_BYTES])
{
    if (since_ms == 0)
        snprintf(text, WHEN_TEXT_BYTES, "never");
    else
        span_clock_text(now_ms > since_ms ? now_ms - since_ms : 0, text);
    return text;
}

static void put_connection(const struct feed_process *feed, int64_t now_ms, struct buffer *out)
{
    const struct feed_health *health = &feed->health;
    char age[WHEN_TEXT_BYTES];

    if (feed->counters.up)
        buffer_print(out, "  process     up for %s, run %" PRId64 "%s\n",
                     age_words(now_ms, feed->counters.up, age), feed->counters.starts,
                     feed->paused ? ", PAUSED: it is not read" : "");
    else
        buffer_print(out, "  process     down, started %" PRId64 " times\n",
                     feed->counters.starts);
    if (health->source_ms)
        buffer_print(out, "  source      %s for %s%s%s\n",
                     health->source_away ? "AWAY" : "connected",
                     age_words(now_ms, health->source_ms, age), health->source_text[0] ? ": " : "",
                     health->source_text);
    /* Its start counts as a word where there was none: that is for silence, not for people. */
    if (feed->counters.lines)
        buffer_print(out, "  last heard  %s ago\n", age_words(now_ms, feed->last_ms, age));
    else
        buffer_add_text(out, "  last heard  nothing yet\n");
}

static void put_trust(struct hub *hub, const char *name, struct buffer *out)
{
    const struct feed *known = picture_called(hub->picture, OBJECT_FEED, name);

    if (!known)
        return;
    struct trust trust = trust_now(picture_site(hub->picture), known, hub_now_ms(hub));
    buffer_print(out, "  trust       %s", vocabulary_word(&trust_level_words, known->trust));
    if (trust.why[0])
        buffer_print(out, ", as %s: %s", trust_word(&trust), trust.why);
    buffer_add_text(out, "\n");
    if (known->held)
        buffer_print(out, "  held        %" PRId64 " entered without effect; the log says why\n",
                     known->held);
}

void supervisor_write_health(struct supervisor *supervisor, const char *name, struct buffer *out)
{
    const struct feed_process *feed = feed_process_named(supervisor, name);
    int64_t now_ms = hub_now_ms(supervisor->hub);

    if (!feed)
        return;
    const struct wire_feed *counters = &feed->counters;
    put_connection(feed, now_ms, out);
    buffer_print(out, "  rate        %.1f lines/s, taken every %d s\n", counters->rate,
                 FEED_RATE_MS / 1000);
    buffer_print(out, "  lag         %.1f s at most in that time, by the source's clock\n",
                 (double)counters->lag_ms / 1000);
    buffer_print(out, "  lines       %" PRId64 " since the hub started: %" PRId64 " accepted, %"
                 PRId64 " repeated, %" PRId64 " superseded, %" PRId64 " refused\n",
                 counters->lines, counters->accepted - counters->refused,
                 counters->repeated, counters->superseded,
                 counters->refused);
    if (counters->refused) {
        buffer_add_text(out, "  refused     ");
        reasons_write(&feed->health, out);
        buffer_print(out, "; watchdesk quarantine %s\n", name);
    }
    put_trust(supervisor->hub, name, out);
    buffer_print(out, "  lost        %" PRId64 " by its own count\n", counters->lost);
    buffer_print(out, "  waiting     %u undecided\n", feed->waiting);
}
