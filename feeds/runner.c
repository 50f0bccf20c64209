#include "feeds/runner.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "feeds/by_hand.h"
#include "feeds/sandbox_calls.h"

enum {
    EXIT_FINE = 0, EXIT_STOPPED = 1, EXIT_USAGE = 2,
    READ_BYTES = 64 * 1024,
    PATHS_MAX = 256,
    /* A hub that has closed our stdin gets this long to take what was already said. */
    FLUSH_MS = 1000,
    LOOP_END_MS = 500,
    POLL_MS_MAX = 60 * 1000,
};

struct runner {
    struct feed feed;
    struct line_buffer *lines;          /* From the hub. */
    struct arena *arena;                /* One line's values. */
    bool hub_ended;
    int64_t next_ms;                    /* When the adapter wants to be called (live). */
    int children_fd;                    /* Lists what our programs left behind; -1: nobody. */
    int64_t kept_said;                  /* By hand: how many reports were called kept. */
};

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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

/* When the adapter wants its next call, as it answers or has asked for meanwhile. */
static int64_t now_answer(struct feed *feed)
{
    feed->wake_ms = FEED_NEVER;
    int64_t next_ms = feed->adapter->now(feed);

    return feed->wake_ms < next_ms ? feed->wake_ms : next_ms;
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
        next_ms = now_answer(feed);
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
        if (feed->adapter->line && feed->adapter->takes[0] != FEED_VERB_UNSAID)
            break;
        order_unwanted(feed, &line->order);
        return;
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
    if (adapter_settings_right(feed->adapter, feed->hello_json, sentence, sizeof sentence))
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
    feed_clock(feed);
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

/* Takes the hello that a hub would send, for --try. */
static bool hello_make(struct runner *runner, char *const *settings, int setting_count)
{
    struct buffer line = { 0 };
    char sentence[256];
    bool made = by_hand_hello(runner->feed.adapter, settings, setting_count, &line, sentence,
                              sizeof sentence);

    if (!made)
        feed_log(&runner->feed, "%s", sentence);
    made = made && hello_take(runner, &(struct line){ .text = buffer_span(&line) });
    if (line.bytes)
        explicit_bzero(line.bytes, line.length);
    buffer_clear(&line);
    return made;
}

/* ---- the walls ---- */

/* Some need the network only when they are given an address. */
static bool is_online(const struct feed *feed)
{
    const char *by = feed->adapter->online_by;

    return feed->adapter->online && (!by || feed_setting_count(feed, by));
}

static void walls_raise(struct feed *feed)
{
    struct sandbox_path paths[PATHS_MAX + 1];
    size_t count = 0;

    for (const struct feed_setting *setting = feed->adapter->settings; setting->name; setting++) {
        uint32_t values = setting->kind == SETTING_PATH
                              ? feed_setting_count(feed, setting->name) : 0;
        for (uint32_t i = 0; i < values && count < PATHS_MAX; i++)
            paths[count++] = (struct sandbox_path){
                feed_setting_at(feed, setting->name, i),
                setting->runs ? SANDBOX_RUN : SANDBOX_READ };
    }
    if (feed->hello.scratch[0])
        paths[count++] = (struct sandbox_path){ feed->hello.scratch, SANDBOX_WRITE };
    if (!sandbox_enter(paths, count, is_online(feed) ? SANDBOX_ONLINE : SANDBOX_OFFLINE))
        feed_log(feed, "this kernel has no Landlock: the feed runs without its file walls");
    if (!sandbox_close_calls(feed->adapter->online ? SANDBOX_ONLINE : SANDBOX_OFFLINE))
        feed_log(feed, "this kernel has no seccomp filters: the feed may make any call");
}

/* ---- the loop ---- */

/* When the adapter's `now` is due: what it answered last, or asked for since. */
static int64_t due_ms(const struct runner *runner)
{
    return runner->feed.wake_ms < runner->next_ms ? runner->feed.wake_ms : runner->next_ms;
}

static bool is_kept_unsaid(const struct runner *runner)
{
    return runner->feed.by_hand && runner->kept_said != runner->feed.said_count;
}

static int wait_ms(const struct runner *runner)
{
    /* -1: it waits for no time. Of an empty loop libuv says 0: we would turn round and round. */
    int loop_ms = uv_loop_alive(runner->feed.loop) ? uv_backend_timeout(runner->feed.loop) : -1;
    int64_t left_ms = POLL_MS_MAX;

    /* In a drill time comes as the hub's `now`, a line like any other. */
    if (runner->feed.hello.mode == FEED_MODE_LIVE && due_ms(runner) != FEED_NEVER)
        left_ms = due_ms(runner) - runner->feed.now_ms;
    if (is_kept_unsaid(runner) || left_ms < 0)
        return 0;
    if (loop_ms >= 0 && loop_ms < left_ms)
        return loop_ms;
    return left_ms < POLL_MS_MAX ? (int)left_ms : POLL_MS_MAX;
}

/* By hand nobody makes the reports durable, so what was printed counts as kept. */
static void kept_say(struct runner *runner)
{
    struct feed *feed = &runner->feed;

    if (!is_kept_unsaid(runner) || outlet_waiting(&feed->out))
        return;
    runner->kept_said = feed->said_count;
    if (feed->adapter->line)
        feed->adapter->line(feed, &(struct hub_line){ .kind = HUB_LINE_KEPT,
                                                      .kept = { .kept = feed->said_count } });
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

/* What the adapter's own handles have to say. A handle that was started since is watched only from
 * here on, so this comes before each wait. */
static void loop_serve(struct runner *runner)
{
    uv_update_time(runner->feed.loop);
    uv_run(runner->feed.loop, UV_RUN_NOWAIT);
}

/* libuv's loop is waited for by its descriptor, beside ours: plain files can be polled but not
 * given to libuv, and the pipes are shared with others, so they keep their flags. */
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
        { .fd = uv_loop_alive(feed->loop) ? uv_backend_fd(feed->loop) : -1, .events = POLLIN },
    };

    if (poll(ends, ARRAY_COUNT(ends), wait_ms(runner)) < 0)
        return;
    feed_clock(feed);
    outlets_write(feed, ends[2].revents, ends[3].revents);
    kept_say(runner);
    if (ends[0].revents & POLLIN || (ends[0].revents && hub_heard))
        hub_read(runner);
    else if (ends[0].revents)
        runner->hub_ended = true;
    lines_take(runner);
    if (ends[1].revents && !feed->ended)
        feed->adapter->readable(feed);
}

static void now_call(struct runner *runner)
{
    struct feed *feed = &runner->feed;

    feed_clock(feed);
    if (feed->hello.mode != FEED_MODE_LIVE || due_ms(runner) > feed->now_ms)
        return;
    runner->next_ms = now_answer(feed);
}

static void loop(struct runner *runner)
{
    struct feed *feed = &runner->feed;

    while (!feed->ended && !runner->hub_ended) {
        now_call(runner);
        if (!feed->ended)
            loop_serve(runner);
        if (!feed->ended)
            turn(runner);
    }
}

/* Handles that stop() has begun to close end here. A name that is still being looked up on another
 * thread is not waited for: the process ends anyway. */
static void loop_end(struct feed *feed)
{
    int64_t until_ms = clock_ms(CLOCK_BOOTTIME) + LOOP_END_MS;

    while (uv_run(feed->loop, UV_RUN_NOWAIT) != 0 && clock_ms(CLOCK_BOOTTIME) < until_ms)
        poll(NULL, 0, 1);
    if (uv_loop_close(feed->loop) != 0)
        feed_log(feed, "it ended with connections still open");
}

static bool loop_begin(struct feed *feed)
{
    int error = uv_loop_init(&feed->own_loop);

    if (error == 0)
        feed->loop = &feed->own_loop;
    else
        feed_log(feed, "no event loop could be made: %s", uv_strerror(error));
    return error == 0;
}

static int run(struct runner *runner)
{
    struct feed *feed = &runner->feed;

    runner->children_fd = sandbox_adopt();
    walls_raise(feed);
    if (!loop_begin(feed))
        return EXIT_STOPPED;
    if (!feed->adapter->start(feed)) {
        feed->adapter->stop(feed);
        loop_end(feed);
        return EXIT_STOPPED;
    }
    if (!feed->adapter->says_hello)
        feed_say_hello(feed, NULL);
    lines_take(runner);
    loop(runner);
    feed->adapter->stop(feed);
    loop_end(feed);
    sandbox_sweep(runner->children_fd);
    outlet_drain(&feed->out, 0, -1, runner->hub_ended ? FLUSH_MS : -1);
    return feed->exit_code;
}

static void runner_init(struct runner *runner, const struct feed_adapter *adapter)
{
    *runner = (struct runner){
        .feed = { .adapter = adapter, .source_fd = -1, .hub_fd = STDIN_FILENO,
                  .onward = { .fd = -1 }, .out = { .fd = STDOUT_FILENO },
                  .wake_ms = FEED_NEVER,
                  /* Hub time (CONTRACTS section 6): the wall clock at the start, and what has
                   * passed since. */
                  .clock_offset_ms = clock_ms(CLOCK_REALTIME) - clock_ms(CLOCK_BOOTTIME) },
        .lines = line_buffer_new(HUB_LINE_BYTES_MAX),
        .arena = arena_new(),
        .children_fd = -1,
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
    if (runner->children_fd >= 0)
        close(runner->children_fd);
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
