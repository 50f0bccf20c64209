#include "feeds/runner.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/base/text.h"
#include "feeds/sandbox.h"

enum {
    EXIT_FINE = 0, EXIT_STOPPED = 1, EXIT_USAGE = 2,
    READ_BYTES = 64 * 1024,
    SETTINGS_MAX = 64,
    /* A hub that has closed our stdin gets this long to take what was already said. */
    FLUSH_MS = 1000,
    POLL_MS_MAX = 60 * 1000,
};

struct runner {
    struct feed feed;
    struct line_buffer *lines;          /* From the hub. */
    struct arena *arena;                /* One line's values. */
    bool hub_ended;
    int64_t next_ms;                    /* When the adapter wants to be called (live). */
    int64_t wall_ms, boot_ms;           /* Both clocks at the start. */
};

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Hub time (CONTRACTS section 6): the wall clock at the start, and what has passed since. */
static void clock_read(struct runner *runner)
{
    if (runner->feed.hello.mode == FEED_MODE_LIVE)
        runner->feed.now_ms = runner->wall_ms + clock_ms(CLOCK_BOOTTIME) - runner->boot_ms;
}

/* ---- lines of the hub ---- */

static void order_unwanted(struct feed *feed, const struct feed_order *order)
{
    struct report report;

    report_init(&report, REPORT_RECEIPT);
    report.receipt.at = feed->now_ms;
    report.receipt.order = order->head.order;
    report.receipt.unit = order->head.unit;
    report.receipt.stage = RECEIPT_REFUSED;
    report.receipt.reason = "this feed takes no orders";
    feed_report(feed, &report, span_of(""));
}

/* In a drill: all that is due by then, then what comes next. */
static void now_take(struct runner *runner, int64_t now_ms)
{
    struct feed *feed = &runner->feed;
    int64_t next_ms;

    if (feed->hello.mode != FEED_MODE_DRILL)
        return;
    if (now_ms > feed->now_ms)
        feed->now_ms = now_ms;
    do
        next_ms = feed->adapter->now(feed);
    while (next_ms <= feed->now_ms);
    feed_idle(feed, next_ms);
}

static void line_act(struct runner *runner, const struct hub_line *line)
{
    struct feed *feed = &runner->feed;

    switch (line->kind) {
    case HUB_LINE_NOW:
        now_take(runner, line->now.now);
        return;
    case HUB_LINE_ORDER:
        if (!feed->adapter->line)
            order_unwanted(feed, &line->order);
        break;
    case HUB_LINE_HELLO:
        feed_log(feed, "a second hello from the hub was passed over");
        return;
    case HUB_LINE_UNKNOWN:      /* From a newer hub; a program of others may know it. */
    case HUB_LINE_KEPT:
    case HUB_LINE_INJECT:
    case HUB_LINE_STATUS:
        break;
    }
    if (feed->adapter->line)
        feed->adapter->line(feed, line);
}

/* An order that cannot be read still gets its answer: whoever sent it must not wait in vain. */
static void order_unreadable(struct feed *feed, const struct json *json,
                             const struct verdict *verdict)
{
    struct report report;
    char sentence[128];

    report_init(&report, REPORT_RECEIPT);
    report.receipt.at = feed->now_ms;
    report.receipt.order = json_member_text(json, "order", "");
    report.receipt.unit = json_member_text(json, "unit", "");
    report.receipt.stage = RECEIPT_FAILED;
    snprintf(sentence, sizeof sentence, "the order's %s is %s", verdict->field,
             refusal_text(verdict->refusal));
    report.receipt.reason = sentence;
    if (report.receipt.order[0])
        feed_report(feed, &report, span_of(""));
}

/* Parses one line into *ret_line and *ret_json, which the caller frees; logs what is wrong. */
static bool line_parse(struct runner *runner, const struct line *raw, struct json **ret_json,
                       struct hub_line *ret_line)
{
    char sentence[128];
    struct json *json = NULL;
    struct verdict verdict = raw->cut ? refused(REFUSED_TOO_LONG, HUB_LINE_BYTES_MAX, "")
                                      : json_parse(raw->text, &json);

    if (is_accepted(&verdict)) {
        arena_reset(runner->arena);
        verdict = hub_line_read(raw->text, json, runner->arena, ret_line);
    }
    if (!is_accepted(&verdict)) {
        feed_log(&runner->feed, "a line of the hub was passed over: %s",
                 verdict_sentence(&verdict, sentence, sizeof sentence));
        if (json && runner->feed.hello_json)
            order_unreadable(&runner->feed, json, &verdict);
        json_free(json);
        return false;
    }
    *ret_json = json;
    return true;
}

static void lines_take(struct runner *runner)
{
    struct line raw;
    struct hub_line line;
    struct json *json;

    while (!runner->feed.ended && line_buffer_next(runner->lines, &raw)) {
        if (span_trim(raw.text).length == 0 || !line_parse(runner, &raw, &json, &line))
            continue;
        line_act(runner, &line);
        json_free(json);
    }
}

/* Reads once from the hub; its end is remembered. */
static void hub_read(struct runner *runner)
{
    char bytes[READ_BYTES];
    ssize_t length = read(runner->feed.hub_fd, bytes, sizeof bytes);

    if (length < 0 && errno == EINTR)
        return;
    if (length <= 0) {
        runner->hub_ended = true;
        line_buffer_end(runner->lines);
        return;
    }
    line_buffer_add(runner->lines, span_from(bytes, (size_t)length));
}

/* ---- the hello ---- */

static bool hello_fits(struct feed *feed)
{
    char sentence[256];

    if (feed->hello.mode == FEED_MODE_DRILL && !feed->adapter->drill_clock) {
        feed_log(feed, "it cannot run in a drill: it does not live by the drill's clock");
        return false;
    }
    if (feed->hello.mode == FEED_MODE_LIVE && feed->adapter->drills_only) {
        feed_log(feed, "it makes things up, so it runs in drills only: use watchdesk drill");
        return false;
    }
    if (adapter_settings_right(feed->adapter, json_member(feed->hello_json, "settings"), sentence,
                               sizeof sentence))
        return true;
    feed_log(feed, "%s", sentence);
    return false;
}

/* Takes the hello from `raw`, of which it keeps its own copy. */
static bool hello_take(struct runner *runner, const struct line *raw)
{
    struct feed *feed = &runner->feed;
    struct hub_line line;
    struct json *json;

    if (!line_parse(runner, raw, &json, &line))
        return false;
    if (line.kind != HUB_LINE_HELLO || line.hello.mode == FEED_MODE_UNSAID) {
        feed_log(feed, "the hub's first line is no hello with a mode");
        json_free(json);
        return false;
    }
    char *text = base_alloc(1, raw->text.length + 1);
    memcpy(text, raw->text.bytes, raw->text.length);
    feed->hello = line.hello;
    feed->hello_json = json;
    feed->hello_text = span_from(text, raw->text.length);
    feed->now_ms = line.hello.start;
    clock_read(runner);
    return hello_fits(feed);
}

/* Reads until the hub's first line is there. False: it closed before a word was said. */
static bool first_line_read(struct runner *runner, struct line *ret_raw)
{
    bool found = false;

    while (!found && !runner->hub_ended) {
        hub_read(runner);
        found = line_buffer_next(runner->lines, ret_raw);
    }
    return found;
}

/* The hello that a hub would send, for --try. */
static bool hello_make(struct runner *runner, char *const *settings, int setting_count)
{
    struct buffer line = { 0 };

    json_open(&line, NULL, '{');
    json_put_int64(&line, "hello", 1);
    json_put_int64(&line, "wire", FEED_WIRE);
    json_put_text(&line, "feed", runner->feed.adapter->name);
    json_put_text(&line, "mode", "live");
    json_open(&line, "settings", '{');
    for (int i = 0; i < setting_count; i++) {
        const char *equals = strchr(settings[i], '=');
        if (!equals || equals == settings[i]) {
            feed_log(&runner->feed, "\"%s\" is not SETTING=VALUE", settings[i]);
            buffer_clear(&line);
            return false;
        }
        char name[64];
        text_copy(name, sizeof name, span_from(settings[i], (size_t)(equals - settings[i])));
        json_put_text(&line, name, equals + 1);
    }
    json_close(&line, '}');
    json_close(&line, '}');
    bool taken = hello_take(runner, &(struct line){ .text = buffer_span(&line) });
    buffer_clear(&line);
    return taken;
}

/* ---- the walls ---- */

static void walls_raise(struct feed *feed)
{
    struct sandbox_path paths[SETTINGS_MAX + 1];
    size_t count = 0;

    for (const struct feed_setting *setting = feed->adapter->settings; setting->name; setting++) {
        const char *path = feed_setting_text(feed, setting->name);
        if (setting->kind != SETTING_PATH || !path[0])
            continue;
        assert(count < SETTINGS_MAX);
        paths[count++] = (struct sandbox_path){ path,
                                                setting->runs ? SANDBOX_RUN : SANDBOX_READ };
    }
    if (feed->hello.scratch[0])
        paths[count++] = (struct sandbox_path){ feed->hello.scratch, SANDBOX_WRITE };
    if (!sandbox_enter(paths, count, feed->adapter->online ? SANDBOX_ONLINE : SANDBOX_OFFLINE))
        feed_log(feed, "this kernel has no Landlock: the feed runs without its file walls");
}

/* ---- the loop ---- */

static int wait_ms(const struct runner *runner)
{
    /* In a drill time comes as the hub's `now`, a line like any other. */
    if (runner->feed.hello.mode != FEED_MODE_LIVE)
        return POLL_MS_MAX;
    int64_t left_ms = runner->next_ms - runner->feed.now_ms;

    if (runner->next_ms == FEED_NEVER || left_ms > POLL_MS_MAX)
        return POLL_MS_MAX;
    return left_ms > 0 ? (int)left_ms : 0;
}

static void outlets_write(struct feed *feed, short out_events, short onward_events)
{
    if (out_events && !outlet_write(&feed->out))
        feed->ended = true;                 /* The hub reads no more. */
    if (onward_events && !outlet_write(&feed->onward)) {
        close(feed->onward.fd);
        feed->onward.fd = -1;               /* The program's own end comes by its stdout. */
        outlet_clear(&feed->onward);
    }
}

static void turn(struct runner *runner)
{
    struct feed *feed = &runner->feed;
    /* A program that does not read its orders must not make us keep them without limit. */
    bool hub_heard = outlet_waiting(&feed->onward) <= OUTLET_BYTES_MAX;
    struct pollfd ends[] = {
        { .fd = feed->hub_fd, .events = hub_heard ? POLLIN : 0 },
        { .fd = feed->source_fd, .events = POLLIN },
        { .fd = outlet_waiting(&feed->out) ? feed->out.fd : -1, .events = POLLOUT },
        { .fd = outlet_waiting(&feed->onward) ? feed->onward.fd : -1, .events = POLLOUT },
    };

    if (poll(ends, ARRAY_COUNT(ends), wait_ms(runner)) < 0)
        return;
    clock_read(runner);
    outlets_write(feed, ends[2].revents, ends[3].revents);
    if (ends[0].revents & POLLIN || (ends[0].revents && hub_heard))
        hub_read(runner);
    else if (ends[0].revents)
        runner->hub_ended = true;
    lines_take(runner);
    if (ends[1].revents && !feed->ended)
        feed->adapter->readable(feed);
}

static void loop(struct runner *runner)
{
    struct feed *feed = &runner->feed;

    while (!feed->ended && !runner->hub_ended) {
        clock_read(runner);
        if (feed->hello.mode == FEED_MODE_LIVE && runner->next_ms <= feed->now_ms)
            runner->next_ms = feed->adapter->now(feed);
        if (!feed->ended)
            turn(runner);
    }
}

static int run(struct runner *runner)
{
    struct feed *feed = &runner->feed;

    walls_raise(feed);
    if (!feed->adapter->start(feed)) {
        feed->adapter->stop(feed);
        return EXIT_STOPPED;
    }
    if (!feed->adapter->says_hello)
        feed_say_hello(feed, NULL);
    lines_take(runner);
    loop(runner);
    feed->adapter->stop(feed);
    outlet_drain(&feed->out, 0, -1, runner->hub_ended ? FLUSH_MS : -1);
    return feed->exit_code;
}

static void runner_init(struct runner *runner, const struct feed_adapter *adapter)
{
    *runner = (struct runner){
        .feed = { .adapter = adapter, .source_fd = -1, .hub_fd = STDIN_FILENO,
                  .onward = { .fd = -1 }, .out = { .fd = STDOUT_FILENO } },
        .lines = line_buffer_new(HUB_LINE_BYTES_MAX),
        .arena = arena_new(),
        .wall_ms = clock_ms(CLOCK_REALTIME),
        .boot_ms = clock_ms(CLOCK_BOOTTIME),
    };
}

static void runner_clear(struct runner *runner)
{
    struct feed *feed = &runner->feed;

    outlet_clear(&feed->out);
    outlet_clear(&feed->onward);
    buffer_clear(&feed->line);
    json_free(feed->hello_json);
    base_free((char *)feed->hello_text.bytes);
    line_buffer_free(runner->lines);
    arena_free(runner->arena);
}

int runner_serve(const struct feed_adapter *adapter)
{
    struct runner runner;
    struct line first;
    int code = EXIT_FINE;

    if (!sandbox_bind_to_parent())
        return EXIT_STOPPED;
    sandbox_limit();
    runner_init(&runner, adapter);
    if (first_line_read(&runner, &first))
        code = hello_take(&runner, &first) ? run(&runner) : EXIT_USAGE;
    runner_clear(&runner);
    return code;
}

int runner_try(const struct feed_adapter *adapter, char *const *settings, int setting_count)
{
    struct runner runner;
    int code = EXIT_USAGE;

    /* What only a drill may run lives by the hub's lines, so these come from stdin as they are. */
    if (adapter->drills_only && setting_count == 0)
        return runner_serve(adapter);
    if (dup2(STDIN_FILENO, FEED_SOURCE_FD) < 0) {
        fprintf(stderr, "watchdesk-feed %s: there is no stdin to read\n", adapter->name);
        return EXIT_USAGE;
    }
    sandbox_limit();
    runner_init(&runner, adapter);
    runner.feed.by_hand = true;
    runner.feed.hub_fd = -1;
    if (hello_make(&runner, settings, setting_count))
        code = run(&runner);
    if (code == EXIT_FINE && runner.feed.refused_count)
        code = EXIT_STOPPED;
    runner_clear(&runner);
    return code;
}
