#include "feeds/feed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/adapters.h"
#include "feeds/quarantine.h"

static const struct json *setting(const struct feed *feed, const char *name)
{
    return json_member(json_member(feed->hello_json, "settings"), name);
}

/* The value, or its first when it was given several times. */
static const struct json *setting_first(const struct feed *feed, const char *name)
{
    const struct json *value = setting(feed, name);

    return value && json_type(value) == JSON_LIST ? json_first(value) : value;
}

uint32_t feed_setting_count(const struct feed *feed, const char *name)
{
    const struct json *value = setting(feed, name);

    if (!value)
        return 0;
    return json_type(value) == JSON_LIST ? json_count(value) : 1;
}

const char *feed_setting_at(const struct feed *feed, const char *name, uint32_t index)
{
    assert(index < feed_setting_count(feed, name));
    const struct json *value = setting_first(feed, name);

    for (uint32_t i = 0; i < index; i++)
        value = json_next(value);
    return json_text(value);
}

const char *feed_secret(const struct feed *feed, const char *name)
{
    return json_member_text(json_member(feed->hello_json, "secrets"), name, "");
}

const char *feed_setting_text(const struct feed *feed, const char *name)
{
    const char *text = json_text(setting_first(feed, name));

    return text ? text : "";
}

double feed_setting_number(const struct feed *feed, const char *name, double otherwise)
{
    double number = otherwise;

    if (!json_number(setting_first(feed, name), &number))
        span_to_double(span_of(feed_setting_text(feed, name)), &number);
    return number;
}

bool feed_setting_flag(const struct feed *feed, const char *name)
{
    bool flag = false;

    if (!json_flag(setting_first(feed, name), &flag))
        flag = setting_flag_is_on(feed_setting_text(feed, name));
    return flag;
}

/* The hub has gone: nobody is left to hear us, so there is nothing to clean up or say. */
static void hub_gone(void)
{
    _exit(0);
}

static void line_send(struct feed *feed, struct span line)
{
    assert(line.length <= REPORT_LINE_BYTES_MAX);
    outlet_line(&feed->out, line);
    if (outlet_waiting(&feed->out) > OUTLET_BYTES_MAX
        && !outlet_drain(&feed->out, OUTLET_BYTES_MAX / 2, feed->hub_fd, -1))
        hub_gone();
}

void feed_say_hello(struct feed *feed, const struct json *takes)
{
    struct buffer *line = &feed->line;

    if (feed->hello_sent)
        return;
    feed->hello_sent = true;
    if (feed->by_hand)          /* A person asked for reports only. */
        return;
    buffer_reset(line);
    json_open(line, NULL, '{');
    json_put_int64(line, "hello", 1);
    json_put_text(line, "adapter", feed->adapter->name);
    if (takes)
        json_put(line, "takes", takes);
    else
        adapter_put_takes(feed->adapter, line);
    json_close(line, '}');
    line_send(feed, buffer_span(line));
}

/* Puts `cursor` into the object that `line` holds, as its last member. */
static void cursor_put(struct buffer *line, struct span cursor)
{
    if (cursor.length == 0)
        return;
    assert(line->length >= 2 && line->bytes[line->length - 1] == '}');
    line->length--;
    json_put_raw(line, "cursor", cursor);
    json_close(line, '}');
}

void feed_pass(struct feed *feed, struct span line, struct span cursor)
{
    feed_say_hello(feed, NULL);
    buffer_reset(&feed->line);
    buffer_add(&feed->line, line);
    cursor_put(&feed->line, cursor);
    feed->said_count++;
    line_send(feed, buffer_span(&feed->line));
}

void feed_report(struct feed *feed, const struct report *report, struct span cursor)
{
    feed_say_hello(feed, NULL);
    buffer_reset(&feed->line);
    report_write(report, &feed->line);
    cursor_put(&feed->line, cursor);
    feed->said_count++;
    line_send(feed, buffer_span(&feed->line));
    if (report->kind == REPORT_REFUSED)
        feed->refused_count++;
}

void feed_refuse(struct feed *feed, const struct verdict *verdict, struct span bytes,
                 struct span cursor)
{
    struct quarantine *quarantine = quarantine_new();
    struct report report;

    quarantine_add(quarantine, bytes);
    quarantine_report(quarantine, verdict, &report);
    feed_report(feed, &report, cursor);
    quarantine_free(quarantine);
}

void feed_health(struct feed *feed, enum feed_source source, const char *text)
{
    struct report report;

    report_init(&report, REPORT_HEALTH);
    report.health.at = feed->now_ms;
    report.health.connected = source == SOURCE_THERE;
    report.health.text = text;
    feed_report(feed, &report, span_of(""));
}

void feed_clock(struct feed *feed)
{
    struct timespec now;

    if (feed->hello.mode != FEED_MODE_LIVE)
        return;
    clock_gettime(CLOCK_BOOTTIME, &now);
    feed->now_ms = feed->clock_offset_ms + (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void feed_wake(struct feed *feed, int64_t at_ms)
{
    if (at_ms < feed->wake_ms)
        feed->wake_ms = at_ms;
}

void feed_idle(struct feed *feed, int64_t next_ms)
{
    char time_text[WHEN_TEXT_BYTES];

    buffer_reset(&feed->line);
    json_open(&feed->line, NULL, '{');
    if (next_ms == FEED_NEVER)
        json_put_raw(&feed->line, "idle", span_of("null"));
    else
        json_put_text(&feed->line, "idle", when_text(next_ms, time_text));
    json_close(&feed->line, '}');
    line_send(feed, buffer_span(&feed->line));
}

void feed_log(const struct feed *feed, const char *format, ...)
{
    char sentence[512], clean[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    /* A sentence may quote a stranger, and by hand nobody stands between it and the terminal. */
    text_clean(span_of(sentence), clean, sizeof clean);
    if (feed->told)
        snprintf(feed->told, feed->told_bytes, "%s", clean);
    else
        fprintf(stderr, "watchdesk-feed %s: %s\n", feed->adapter->name, clean);
}
