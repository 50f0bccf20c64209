/* hub.c - the hub starts, keeps its timers, and ends. hub_turn.c is its middle. */
#include "app/hub.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/clients.h"
#include "app/drill_run.h"
#include "app/geography.h"
#include "app/orders_out.h"
#include "app/reader.h"
#include "app/snapshot.h"
#include "app/supervisor.h"
#include "app/suspect.h"

enum {
    /* A snapshot each so many entries: a start then folds some seconds of a storm at most. */
    SNAPSHOT_EACH = 50000,
    /* A due-time that decides nothing is looked at again no sooner than this. */
    DUE_AGAIN_MS = 1000,
    /* A drill's hub without a console: one that comes again at once is the same person. */
    DRILL_ALONE_MS = 2000,
    DRILL_EMPTY_MS = 60000,
};

void hub_say(const struct hub *hub, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "hub: %s", hub_is_drill(hub) ? "DRILL " : "");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

int64_t hub_now_ms(struct hub *hub)
{
    int64_t now_ms = hub->drill ? drill_run_shown_ms(hub->drill) : clock_now_ms(&hub->clock);

    return now_ms > hub->picture->at_ms ? now_ms : hub->picture->at_ms;
}

uint64_t hub_durable(const struct hub *hub)
{
    return journal_head(hub->journal).sequence;
}

bool hub_is_drill(const struct hub *hub)
{
    return hub->options.drill != NULL;
}

int64_t hub_drill_seed(const struct hub *hub)
{
    return hub->options.drill ? hub->options.drill->seed : 0;
}

double hub_speed(const struct hub *hub)
{
    return hub->drill ? drill_run_speed(hub->drill) : 1;
}

/* ---- inputs of the hub's own ---- */

static void take_tick(struct hub *hub, struct buffer *text)
{
    const struct hub_input input = { .kind = INPUT_TICK };

    hub_take(hub, &input, buffer_span(text));
    buffer_clear(text);
}

static void take_due(struct hub *hub)
{
    struct buffer text = { 0 };

    buffer_add_text(&text, "{\"tick\":\"due\"}");
    take_tick(hub, &text);
}

static void look_at_clock(struct hub *hub)
{
    int64_t by_ms = clock_stepped_ms(&hub->clock);
    struct buffer text = { 0 };

    if (by_ms == 0)
        return;
    buffer_print(&text, "{\"tick\":\"clock\",\"by_ms\":%" PRId64 "}", by_ms);
    take_tick(hub, &text);
}

static void enter_config(struct hub *hub, const struct site_conf *conf)
{
    const struct hub_input input = { .kind = INPUT_CONFIG, .source = "" };
    struct buffer text = { 0 };

    site_conf_write(conf, &text);
    hub_take(hub, &input, buffer_span(&text));
    buffer_clear(&text);
}

static struct site_conf_options conf_options(const struct hub *hub)
{
    return (struct site_conf_options){
        .path = hub->options.conf->path, .adapters = &hub->options.adapters,
        .drill = hub_is_drill(hub),
        .exercise = hub->options.drill ? hub->options.drill->name : NULL,
    };
}

bool hub_reload(struct hub *hub, struct buffer *problems)
{
    const struct site_conf_options options = conf_options(hub);
    struct site_conf *conf;

    /* One at a time: feeds follow a configuration once its own entry is durable. */
    if (hub->next_conf) {
        buffer_add_text(problems, "the reload before this one is still being written; try again");
        return false;
    }
    if (site_conf_read(&options, &conf, problems) != STATUS_OK)
        return false;
    if (strcmp(conf->site.id, hub->options.conf->site.id) != 0) {
        buffer_add_text(problems, "the site's id cannot change: the journal and the socket "
                        "bear it");
        site_conf_free(conf);
        return false;
    }
    enter_config(hub, conf);
    hub->next_conf = conf;
    hub->next_conf_sequence = 0;
    return true;
}

/* ---- timers ---- */

static void due(uv_timer_t *timer)
{
    struct hub *hub = timer->data;

    hub->due_armed_ms = 0;
    hub->due_taken_ms = picture_due_ms(hub->picture);
    hub->due_taken_at = hub->picture->sequence;
    take_due(hub);
}

/* Live only: in a drill the steps look at what is due. A tick that decided nothing, with nothing
 * having happened since, is not given again at once. */
static void arm_due(struct hub *hub)
{
    int64_t due_ms = picture_due_ms(hub->picture), now_ms = hub_now_ms(hub);
    bool was_given = due_ms == hub->due_taken_ms && hub->due_taken_at == hub->picture->sequence;

    if (hub->drill || hub->journal_failing || due_ms == 0 || due_ms == hub->due_armed_ms)
        return;
    int64_t wait_ms = due_ms > now_ms ? due_ms - now_ms : was_given ? DUE_AGAIN_MS : 0;
    hub->due_armed_ms = due_ms;
    uv_timer_start(&hub->due, due, (uint64_t)wait_ms, 0);
}

static void snapshot_done(void *context, const struct reader_reply *reply)
{
    struct hub *hub = context;

    if (reply->problem)
        hub_say(hub, "no snapshot was made (%s); the next start folds the journal",
                reply->problem);
    else
        hub->snapshot_sequence = reply->sequence;
}

static void look_at_snapshot(struct hub *hub)
{
    const struct reader_request request = { .ask = READER_SNAPSHOT };

    if (hub_durable(hub) < hub->snapshot_sequence + SNAPSHOT_EACH)
        return;
    hub->snapshot_sequence = hub_durable(hub);
    reader_ask(hub->reader, &request, snapshot_done, hub);
}

/* An exercise is for somebody; headless it is for whoever waits for its last line. */
static void look_for_consoles(struct hub *hub)
{
    int64_t now_ms = clock_machine_ms();

    if (!hub_is_drill(hub) || hub->options.drill_headless)
        return;
    if (clients_consoles(hub->clients) > 0) {
        hub->had_console = true;
        hub->alone_since_ms = 0;
        return;
    }
    if (hub->alone_since_ms == 0)
        hub->alone_since_ms = now_ms;
    if (now_ms - hub->alone_since_ms < (hub->had_console ? DRILL_ALONE_MS : DRILL_EMPTY_MS))
        return;
    hub_say(hub, "the last console has left");
    hub_stop(hub, HUB_EXIT_OK);
}

static void beat(uv_timer_t *timer)
{
    struct hub *hub = timer->data;

    look_at_clock(hub);
    supervisor_look(hub->supervisor);
    look_at_snapshot(hub);
    clients_beat(hub->clients);
    look_for_consoles(hub);
}

static void end_if_settled(struct hub *hub);

static void before_waiting(uv_prepare_t *prepare)
{
    struct hub *hub = prepare->data;

    hub_turn(hub);
    if (hub->stopping)
        end_if_settled(hub);
    else
        arm_due(hub);
}

/* ---- signals ---- */

static void stop_asked(uv_signal_t *handle, int number)
{
    (void)number;
    hub_stop(handle->data, HUB_EXIT_OK);
}

static void reload_asked(uv_signal_t *handle, int number)
{
    struct hub *hub = handle->data;
    struct buffer problems = { 0 };

    (void)number;
    if (!hub_reload(hub, &problems))
        hub_say(hub, "site.conf is wrong, nothing was changed:\n%s", problems.bytes);
    buffer_clear(&problems);
}

static void journal_state(void *context, const char *reason)
{
    struct hub *hub = context;

    hub->journal_failing = reason != NULL;
    if (reason)
        hub_say(hub, "JOURNAL FAILING, nothing more is taken in: %s", reason);
    else
        hub_say(hub, "the journal can be written again");
    clients_journal(hub->clients, hub->journal_failing);
}

/* ---- the end: commit, snapshot, close ---- */

static void close_all(struct hub *hub)
{
    uv_handle_t *const handles[] = {
        (uv_handle_t *)&hub->turn, (uv_handle_t *)&hub->due, (uv_handle_t *)&hub->beat,
        (uv_handle_t *)&hub->terminated, (uv_handle_t *)&hub->interrupted,
        (uv_handle_t *)&hub->reload,
    };

    for (size_t i = 0; i < ARRAY_COUNT(handles); i++)
        uv_close(handles[i], NULL);
    if (hub->drill)
        drill_run_stop(hub->drill);
    supervisor_stop(hub->supervisor);
    geography_stop(hub->geography);
    clients_close(hub->clients);
    journal_close(hub->journal, NULL, NULL);
    hub->journal = NULL;
}

static void last_snapshot_done(void *context, const struct reader_reply *reply)
{
    snapshot_done(context, reply);
    close_all(context);
}

static void end_if_settled(struct hub *hub)
{
    const struct reader_request request = { .ask = READER_SNAPSHOT };

    if (hub->ending || !hub_is_settled(hub) || hub->journal_failing)
        return;
    hub->ending = true;
    reader_ask(hub->reader, &request, last_snapshot_done, hub);
}

void hub_stop(struct hub *hub, int exit_code)
{
    if (hub->stopping)
        return;
    hub->stopping = true;
    hub->exit_code = exit_code;
}

/* ---- the start ---- */

static bool open_journal(struct hub *hub, char why[JOURNAL_WHY_BYTES])
{
    char path[PLACES_PATH_BYTES];
    const struct drill_script *drill = hub->options.drill;
    const struct journal_options options = {
        .path = places_file(&hub->options.places, "journal.db", path),
        .site_id = hub->options.conf->site.id,
        .mode = drill ? JOURNAL_DRILL : JOURNAL_LIVE,
        .now_ms = drill ? drill->start_ms : clock_wall_ms(),
        .state = journal_state, .context = hub, .vfs = hub->options.journal_vfs,
    };

    return journal_open(hub->loop, &options, &hub->journal, why) == STATUS_OK;
}

static bool fold_journal(struct hub *hub, char why[JOURNAL_WHY_BYTES])
{
    char journal_path[PLACES_PATH_BYTES], snapshot_path[PLACES_PATH_BYTES];
    struct journal_reader *reader;

    places_file(&hub->options.places, "journal.db", journal_path);
    places_file(&hub->options.places, "snapshot.jsonl", snapshot_path);
    if (journal_reader_open(journal_path, &reader, why) != STATUS_OK)
        return false;
    enum status status = snapshot_fold(snapshot_path, reader, hub_durable(hub), &hub->picture, why);
    journal_reader_close(reader);
    if (status != STATUS_OK)
        return false;
    hub->snapshot_sequence = hub->picture->sequence;
    assert(hub->picture->sequence == hub_durable(hub));
    return true;
}

static bool open_socket(struct hub *hub, struct buffer *problem)
{
    char path[PLACES_PATH_BYTES], name[64];
    /* A drill is for whoever started it. */
    const char *group = hub_is_drill(hub) || !hub->options.conf->group ? ""
                                                                       : hub->options.conf->group;

    snprintf(name, sizeof name, "%s%s", hub->options.conf->site.id,
             hub_is_drill(hub) ? "-drill" : "");
    return places_new_socket(&hub->options.places, name, group, path, problem) == STATUS_OK
        && clients_listen(hub->clients, path, group, problem) == STATUS_OK
        && places_publish(hub->options.lock_fd, path) == STATUS_OK;
}

static void start_handle_signal(struct hub *hub, uv_signal_t *handle, uv_signal_cb callback,
                                int number)
{
    uv_signal_init(hub->loop, handle);
    handle->data = hub;
    uv_signal_start(handle, callback, number);
}

static void start_handles(struct hub *hub)
{
    uv_prepare_init(hub->loop, &hub->turn);
    uv_timer_init(hub->loop, &hub->due);
    uv_timer_init(hub->loop, &hub->beat);
    hub->turn.data = hub->due.data = hub->beat.data = hub;
    uv_prepare_start(&hub->turn, before_waiting);
    uv_timer_start(&hub->beat, beat, WIRE_BEAT_MS, WIRE_BEAT_MS);
    start_handle_signal(hub, &hub->terminated, stop_asked, SIGTERM);
    start_handle_signal(hub, &hub->interrupted, stop_asked, SIGINT);
    start_handle_signal(hub, &hub->reload, reload_asked, SIGHUP);
}

static void make_parts(struct hub *hub)
{
    hub->arena = arena_new();
    hub->filling = journal_batch_new();
    hub->writing = journal_batch_new();
    hub->clients = clients_new(hub);
    hub->supervisor = supervisor_new(hub);
    hub->geography = geography_new(hub);
    hub->orders = orders_out_new(hub);
    hub->reader = reader_new(hub);
    if (hub->options.drill)
        hub->drill = drill_run_new(hub);
}

/* The configuration is entered first, and durable before any feed starts with it. */
static void start_with_config(struct hub *hub)
{
    enter_config(hub, hub->options.conf);
    while (!hub_is_settled(hub)) {
        hub_turn(hub);
        uv_run(hub->loop, UV_RUN_ONCE);
    }
    supervisor_configure(hub->supervisor);
    geography_start(hub->geography, hub->options.conf->geography);
}

static bool start(struct hub *hub, struct buffer *problem)
{
    char why[JOURNAL_WHY_BYTES] = "", path[PLACES_PATH_BYTES];

    if (!open_journal(hub, why) || !fold_journal(hub, why)) {
        buffer_add_text(problem, why);
        return false;
    }
    if (suspect_open(places_file(&hub->options.places, "deciding", path), &hub->suspect)
        != STATUS_OK) {
        buffer_print(problem, "%s cannot be written. Correct the folder's owner and mode.", path);
        return false;
    }
    if (hub->options.drill)
        clock_start_drill(&hub->clock, hub->options.drill->start_ms);
    else
        clock_start(&hub->clock, hub->picture->at_ms);
    make_parts(hub);
    start_handles(hub);
    start_with_config(hub);
    if (!open_socket(hub, problem))
        return false;
    if (hub->drill)
        drill_run_start(hub->drill);
    return true;
}

static void free_all(struct hub *hub)
{
    struct hub_options *options = &hub->options;

    hub_forget_waiting(hub);
    reader_free(hub->reader);
    orders_out_free(hub->orders);
    geography_free(hub->geography);
    supervisor_free(hub->supervisor);
    clients_free(hub->clients);
    drill_run_free(hub->drill);
    journal_batch_free(hub->filling);
    journal_batch_free(hub->writing);
    suspect_close(hub->suspect);
    picture_free(hub->picture);
    arena_free(hub->arena);
    for (uint32_t i = 0; i < hub->effect_count; i++)
        base_free(hub->effects[i].text);
    base_free(hub->effects);
    if (hub->next_conf)
        site_conf_free(hub->next_conf);
    site_conf_free(options->conf);
    adapter_list_clear(&options->adapters);
}

int hub_run(const struct hub_options *options)
{
    uv_loop_t loop;
    struct buffer problem = { 0 };
    struct hub *hub = base_alloc(1, sizeof *hub);

    signal(SIGPIPE, SIG_IGN);
    int failed = uv_loop_init(&loop);
    assert(failed == 0);
    hub->loop = &loop;
    hub->options = *options;
    if (!start(hub, &problem)) {
        /* Nothing was promised to anybody yet; children die with their pipes. */
        fprintf(stderr, "watchdesk: the hub cannot start: %s\n", problem.bytes);
        exit(HUB_EXIT_WRONG);
    }
    hub_say(hub, "leads %s at entry %" PRIu64, hub->options.conf->site.id, hub_durable(hub));
    uv_run(&loop, UV_RUN_DEFAULT);
    int exit_code = hub->exit_code;
    free_all(hub);
    uv_loop_close(&loop);
    base_free(hub);
    return exit_code;
}
