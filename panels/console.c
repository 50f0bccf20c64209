#include "panels/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/base/text.h"
#include "app/core/wire.h"
#include "panels/control.h"
#include "panels/layers.h"
#include "panels/looking.h"
#include "panels/map_loader.h"
#include "panels/newer.h"
#include "panels/replica.h"
#include "panels/screen.h"

enum {
    FRAME_MS = 33,
    TICK_MS = 1000,
    LOOK_AGAIN_TICKS = 10,      /* Between two looks whether a layer's files have changed. */
    LOST_AFTER_MS = 3500,       /* Three beats missed: the hub stands still or the line does. */
    QUEUED_MAX = 50,            /* Lines typed while the hub was away; more are refused. */
    SIGNALS = 4,
};

struct console {
    uv_loop_t *loop;
    struct term *term;
    struct link *link;
    struct replica replica;
    struct view view;
    struct canvas canvas;
    uv_poll_t keys, output;     /* The second while the terminal is behind. */
    uv_timer_t frame, tick;
    uv_signal_t signals[SIGNALS];
    struct newer newer;
    uint32_t ticks;
    struct map_loader *loader;  /* Of the map's layers; NULL before the first. */
    uint64_t layers_digest;     /* Of those that were read last. */
    char folder[512];           /* Of the site, as the hub says. */
    bool frame_due, frame_missed, ending;
    bool stuck;                 /* A thread hangs in the disk: only _exit() ends it. */
    int64_t frame_at_ms, heard_at_ms;
    uint64_t drawn_sequence;    /* Of the frame that the terminal is taking. */
    struct looking looking;
    char marks_path[512];       /* "" until the hub has said who sits here. */
    struct { uint64_t ref, saw; char *typed; } queued[QUEUED_MAX];
    uint32_t queued_count;
    int exit_code;
    char last_words[320];       /* For stderr, when the terminal is back. */
};

static int64_t clock_now_ms(const struct console *console)
{
    return (int64_t)uv_now(console->loop);
}

/* ---- frames ---- */

static void fit_canvas(struct console *console)
{
    term_size(console->term, &console->view.rows, &console->view.columns);
    if (console->canvas.rows == console->view.rows
        && console->canvas.columns == console->view.columns)
        return;
    canvas_clear(&console->canvas);
    canvas_init(&console->canvas, console->view.rows, console->view.columns);
}

static void read_layers(struct console *console);
static void want_frame(struct console *console);
static void on_output(uv_poll_t *poll, int status, int events);

/* What was drawn is what a person can have seen: counted when the terminal has all of it. */
static void drawn_whole(struct console *console)
{
    drawn_add(&console->view.drawn, clock_now_ms(console), console->drawn_sequence);
}

static void draw_frame(struct console *console)
{
    struct view *view = &console->view;
    struct term_frame frame = { .canvas = &console->canvas, .blink_shown = view->blink };

    console->frame_due = false;
    console->frame_missed = term_is_behind(console->term);
    if (console->frame_missed)
        return;
    uv_update_time(console->loop);
    view->clock_ms = clock_now_ms(console);
    fit_canvas(console);
    term_set_palette(console->term, view->palette);
    screen_prepare(view, console->replica.picture);
    screen_draw(console->replica.picture, view, &console->canvas);
    frame.cursor_shown = screen_cursor(console->replica.picture, view, &frame.cursor_row,
                                       &frame.cursor_column);
    term_draw(console->term, &frame);
    newer_drawn(&console->newer, view->map && map_is_cut(view->map));
    console->drawn_sequence = console->replica.picture->sequence;
    console->frame_at_ms = view->clock_ms;
    if (term_is_behind(console->term))
        uv_poll_start(&console->output, UV_WRITABLE, on_output);
    else
        drawn_whole(console);
    looking_send(&console->looking);
    if (console->newer.cut_since_ms)
        want_frame(console);
    if (view->link == VIEW_LIVE && !view->map)
        read_layers(console);       /* After the first frame: the lists do not wait for the map. */
}

static void on_frame(uv_timer_t *timer)
{
    draw_frame(timer->data);
}

/* At once after a pause, so that a key shows without waiting; together while much arrives. */
static void want_frame(struct console *console)
{
    if (console->frame_due || console->ending)
        return;
    int64_t since_ms = clock_now_ms(console) - console->frame_at_ms;
    int64_t wait_ms = since_ms >= FRAME_MS ? 0 : FRAME_MS - since_ms;
    console->frame_due = true;
    uv_timer_start(&console->frame, on_frame, (uint64_t)wait_ms, 0);
}

/* A terminal that stopped taking bytes (a link that stalls) holds up its own screen, and neither
 * the hub nor the keyboard. */
static void on_output(uv_poll_t *poll, int status, int events)
{
    struct console *console = poll->data;

    (void)events;
    if (status < 0) {
        uv_poll_stop(poll);
        return;
    }
    term_flush(console->term);
    if (term_is_behind(console->term))
        return;
    uv_poll_stop(poll);
    drawn_whole(console);
    if (console->frame_missed)
        want_frame(console);
}

static void looking_changed(void *context)
{
    want_frame(context);
}

/* ---- the map's layers, on threads ---- */

static void layers_changed(void *context)
{
    struct console *console = context;
    struct view *view = &console->view;

    map_loader_state(console->loader, view->map_state, sizeof view->map_state);
    control_layers_again(view);
    want_frame(console);
}

/* What has not changed stays on screen; the rest comes as it is read. */
static void read_layers(struct console *console)
{
    struct view *view = &console->view;
    struct layers layers = layers_make(console->replica.picture, console->folder);

    console->layers_digest = console->replica.layers_digest;
    if (!view->map) {
        view->map = map_new();
        map_hasten(view->map, newer_waits, &console->newer);
    }
    if (!console->loader)
        console->loader = map_loader_new(console->loop, view->map, layers_changed, console);
    map_loader_start(console->loader, layers.styles, layers.count);
    layers_clear(&layers);
    layers_changed(console);
}

/* ---- the end ---- */

static void handle_gone(uv_handle_t *handle)
{
    (void)handle;
}

static void end(struct console *console, int exit_code, const char *last_words)
{
    if (console->ending)
        return;
    console->ending = true;
    console->exit_code = exit_code;
    snprintf(console->last_words, sizeof console->last_words, "%s", last_words);
    uv_close((uv_handle_t *)&console->keys, handle_gone);
    uv_close((uv_handle_t *)&console->output, handle_gone);
    uv_close((uv_handle_t *)&console->frame, handle_gone);
    uv_close((uv_handle_t *)&console->tick, handle_gone);
    looking_stop(&console->looking);
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&console->signals[i], handle_gone);
    link_close(console->link);
    if (console->loader)
        console->stuck = map_loader_close(console->loader) == MAP_LOADER_STUCK;
    console->loader = NULL;
}

/* ---- to the hub ---- */

static void send_buffer(struct console *console, struct buffer *line)
{
    json_close(line, '}');
    buffer_add_text(line, "\n");
    link_send(console->link, buffer_span(line));
    buffer_clear(line);
}

static void send_do(struct console *console, const char *typed, uint64_t saw, uint64_t ref)
{
    struct buffer line = { 0 };

    json_open(&line, NULL, '{');
    json_put_text(&line, "do", typed);
    json_put_int64(&line, "saw", (int64_t)saw);
    json_put_int64(&line, "ref", (int64_t)ref);
    send_buffer(console, &line);
}

/* What must not happen late, when the room has changed: refused while the hub is away, not queued
 * (screens.md section 4, B). */
static bool may_wait(const char *typed)
{
    static const char *const never[] = { "dispatch", "level", "actuate", "approve" };
    struct span rest = span_trim(span_of(typed)), verb = { 0 };

    span_cut(&rest, ' ', &verb);
    const struct command *command = command_named(verb);
    for (size_t i = 0; command && i < ARRAY_COUNT(never); i++)
        if (strcmp(command->long_form, never[i]) == 0)
            return false;
    return true;
}

static void keep_for_later(struct console *console, const struct effect *effect)
{
    struct view *view = &console->view;

    if (!may_wait(effect->text) || console->queued_count == QUEUED_MAX) {
        view_result_add(view, "NO", effect->text,
                        "the hub is away, and this must not happen late: send it again then");
        return;
    }
    struct view_result *result = view_result_add(view, "QUEUED", effect->text,
                                                 "goes when the hub is back; nothing durable yet");
    result->ref = ++view->ref_last;
    console->queued[console->queued_count].ref = result->ref;
    console->queued[console->queued_count].saw = effect->saw;
    console->queued[console->queued_count++].typed = base_copy_text(effect->text);
}

static void send_queued(struct console *console)
{
    for (uint32_t i = 0; i < console->queued_count; i++) {
        send_do(console, console->queued[i].typed, console->queued[i].saw,
                console->queued[i].ref);
        base_free(console->queued[i].typed);
    }
    console->queued_count = 0;
}

static void run_do(struct console *console, const struct effect *effect)
{
    if (console->view.link != VIEW_LIVE) {
        keep_for_later(console, effect);
        return;
    }
    struct view_result *result = view_result_add(&console->view, "...", effect->text, "");
    result->ref = ++console->view.ref_last;
    send_do(console, effect->text, effect->saw, result->ref);
}

static void run_show(struct console *console, const struct effect *effect)
{
    struct buffer line = { 0 };
    char title[80];
    bool why = effect->kind == EFFECT_WHY;

    if (console->view.link != VIEW_LIVE) {
        view_result_add(&console->view, "NO", effect->text, "the hub is away");
        return;
    }
    snprintf(title, sizeof title, "%s %.60s", why ? "WHY" : "SHOW", effect->text);
    view_answer_start(&console->view, title);
    json_open(&line, NULL, '{');
    json_put_text(&line, why ? "why" : "show", effect->text);
    json_put_int64(&line, "ref", (int64_t)++console->view.ref_last);
    send_buffer(console, &line);
}

static void run_effect(struct console *console, const struct effect *effect)
{
    switch (effect->kind) {
    case EFFECT_NONE:
        return;
    case EFFECT_DO:
        run_do(console, effect);
        return;
    case EFFECT_SHOW: case EFFECT_WHY:
        run_show(console, effect);
        return;
    case EFFECT_REDRAW:
        term_redraw(console->term);
        return;
    case EFFECT_QUIT:
        end(console, 0, strcmp(console->view.mode, "drill") == 0
            ? "The drill ends when its last console has left."
            : "The hub goes on; `watchdesk` opens a console on it again.");
        return;
    }
}

/* ---- marks, from one console to the next ---- */

/* A drill's marks are its own: they must not be found in the live room. */
static void load_marks(struct console *console)
{
    const struct view *view = &console->view;
    char who[sizeof view->operator_name + sizeof view->mode + 2];

    if (console->marks_path[0])
        return;
    snprintf(who, sizeof who, "%s.%s", view->operator_name, view->mode);
    marks_path(view->site_id, who, console->marks_path, sizeof console->marks_path);
    marks_load(console->marks_path, &console->view.hand.marks);
}

static void keep_marks(struct console *console)
{
    struct hand *hand = &console->view.hand;
    char sentence[600];

    if (!hand->marks_changed)
        return;
    hand->marks_changed = false;
    if (marks_save(console->marks_path, &hand->marks) == STATUS_OK)
        return;
    snprintf(sentence, sizeof sentence, "the mark holds until this console ends; it cannot be "
             "kept in %s", console->marks_path[0] ? console->marks_path : "a home folder");
    view_result_add(&console->view, "NO", "m", sentence);
}

/* ---- from the hub ---- */

/* The room's clock is the site's, wherever the person sits. */
static void joined(struct console *console)
{
    const char *zone = picture_site(console->replica.picture)->timezone;

    if (zone[0]) {
        setenv("TZ", zone, 1);
        tzset();
    }
    send_queued(console);
    load_marks(console);
    if (console->view.map && console->layers_digest != console->replica.layers_digest)
        read_layers(console);       /* They changed while the hub was away. */
    draw_frame(console);
}

static void note_folder(struct console *console, struct span text)
{
    struct json *line = NULL;
    struct verdict verdict = json_parse(text, &line);

    if (is_accepted(&verdict))
        text_copy(console->folder, sizeof console->folder,
                  span_of(json_member_text(line, "folder", "")));
    json_free(line);
}

static void take_line(void *context, struct span text)
{
    struct console *console = context;
    struct json *line = NULL;

    console->heard_at_ms = clock_now_ms(console);
    switch (replica_take(&console->replica, &console->view, text, &line)) {
    case NEWS_NONE:
        return;
    case NEWS_HELLO:
        note_folder(console, text);
        break;
    case NEWS_REFUSED:
        end(console, 1, console->replica.sentence);
        return;
    case NEWS_JOINED:
        joined(console);
        return;
    case NEWS_LAYERS:
        read_layers(console);
        break;
    case NEWS_LOOKED:
        looking_take(&console->looking, line);
        json_free(line);
        break;
    case NEWS_BROKEN:
        view_result_add(&console->view, "NO", "join", console->replica.sentence);
        link_again(console->link);
        break;
    case NEWS_CHANGED:
        break;
    }
    want_frame(console);
}

static void link_lost(void *context)
{
    struct console *console = context;

    if (console->view.link == VIEW_LIVE)
        console->view.link = VIEW_LOST;
    want_frame(console);
}

/* ---- keys, signals, the second ---- */

static void read_keys(struct console *console)
{
    struct press press;
    bool any = false;

    console->view.clock_ms = clock_now_ms(console);
    while (!console->ending && term_read(console->term, &press)) {
        struct effect effect = control_press(&console->view, console->replica.picture, &press);
        run_effect(console, &effect);
        any = true;
    }
    if (!any)
        return;
    keep_marks(console);
    looking_send(&console->looking);
    want_frame(console);
}

static void on_keys(uv_poll_t *poll, int status, int events)
{
    struct console *console = poll->data;

    (void)events;
    if (status < 0) {
        end(console, 1, "The terminal has gone.");
        return;
    }
    uv_update_time(console->loop);
    read_keys(console);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct console *console = signal->data;

    if (number != SIGWINCH) {
        end(console, 0, "");
        return;
    }
    term_resized(console->term);
    read_keys(console);         /* resizeterm() pushed a key that no descriptor announces. */
    want_frame(console);
}

/* While the hub is silent its time is carried on here, and said to be so. */
static void on_tick(uv_timer_t *timer)
{
    struct console *console = timer->data;
    struct view *view = &console->view;
    int64_t silent_ms = clock_now_ms(console) - console->heard_at_ms;

    view->blink = !view->blink;
    view->clock_ms = clock_now_ms(console);
    if (strcmp(view->mode, "replay") != 0
        && sound_second(&view->sound, console->replica.picture, view->clock_ms))
        term_ring(console->term);
    if (view->link == VIEW_LIVE && silent_ms > LOST_AFTER_MS)
        view->link = VIEW_LOST;
    else if (view->link == VIEW_LOST && silent_ms < LOST_AFTER_MS && link_is_open(console->link)
             && !console->replica.loading)
        view->link = VIEW_LIVE;
    if (view->link == VIEW_LOST) {
        view->lost_for_ms = silent_ms;
        view->now_ms += (int64_t)(TICK_MS * view->speed);
    }
    if (console->loader && ++console->ticks % LOOK_AGAIN_TICKS == 0)
        map_loader_again(console->loader);
    want_frame(console);
}

static bool start_input(struct console *console)
{
    static const int numbers[SIGNALS] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT };

    uv_timer_init(console->loop, &console->frame);
    uv_timer_init(console->loop, &console->tick);
    looking_start(&console->looking, console->loop);
    console->frame.data = console->tick.data = console->keys.data = console;
    console->output.data = console;
    for (size_t i = 0; i < SIGNALS; i++) {
        uv_signal_init(console->loop, &console->signals[i]);
        console->signals[i].data = console;
        uv_signal_start(&console->signals[i], on_signal, numbers[i]);
    }
    uv_timer_start(&console->tick, on_tick, TICK_MS, TICK_MS);
    if (uv_poll_init(console->loop, &console->keys, STDIN_FILENO) != 0
        || uv_poll_init(console->loop, &console->output, term_output(console->term)) != 0)
        return false;
    term_make_blocking(console->term);
    return uv_poll_start(&console->keys, UV_READABLE, on_keys) == 0;
}

static void console_clear(struct console *console)
{
    term_close(console->term);
    if (console->view.map)
        map_free(console->view.map);
    for (uint32_t i = 0; i < console->queued_count; i++)
        base_free(console->queued[i].typed);
    replica_clear(&console->replica);
    view_clear(&console->view);
    canvas_clear(&console->canvas);
}

static int run_loop(struct console *console, const struct console_options *options)
{
    struct link_events events = { .line = take_line, .lost = link_lost, .context = console };

    if (link_open(console->loop, &options->link, &events, &console->link) != STATUS_OK) {
        fprintf(stderr, "watchdesk-console: the socket's path is too long: %s\n",
                options->link.socket_path);
        return 1;
    }
    console->looking.link = console->link;
    console->looking.view = &console->view;
    console->looking.picture = (const struct picture *const *)&console->replica.picture;
    console->looking.changed = looking_changed;
    console->looking.context = console;
    draw_frame(console);
    uv_run(console->loop, UV_RUN_DEFAULT);
    return console->exit_code;
}

int console_run(const struct console_options *options)
{
    struct console *console = base_alloc(1, sizeof *console);
    char why[200];
    uv_loop_t loop;

    signal(SIGPIPE, SIG_IGN);
    console->term = term_open(&options->term, why, sizeof why);
    if (!console->term) {
        fprintf(stderr, "watchdesk-console: %s\n", why);
        base_free(console);
        return 1;
    }
    uv_loop_init(&loop);
    console->loop = &loop;
    replica_init(&console->replica);
    view_init(&console->view);
    console->view.ascii = term_is_ascii(console->term);
    console->view.mono = term_is_mono(console->term);
    console->view.palette = options->term.palette;
    console->heard_at_ms = clock_now_ms(console);
    int exit_code = start_input(console) ? run_loop(console, options) : 1;
    console_clear(console);
    if (console->last_words[0])
        fprintf(stderr, "%s\n", console->last_words);
    if (console->stuck) {
        fflush(NULL);
        _exit(exit_code);
    }
    uv_loop_close(&loop);
    base_free(console);
    return exit_code;
}
