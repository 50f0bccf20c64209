#include "app/drill_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/clients.h"
#include "app/geography.h"
#include "app/supervisor.h"

enum phase { PHASE_READY, PHASE_SCRIPT, PHASE_NOW, PHASE_SETTLE, PHASE_WAIT, PHASE_OVER };

enum { OPENED_MAX = 500 };

struct drill_run {
    struct hub *hub;
    const struct drill_script *script;
    enum phase phase;
    bool started;
    uv_timer_t wait;
    uint32_t item;                  /* Next of the file. */
    uint32_t reported;              /* In this round of this step. */
    int64_t due_taken_ms;           /* The due-time last given a tick, */
    uint64_t due_taken_at;          /* and the picture's sequence then: not given twice. */
    int64_t wait_from_ms, wait_until_ms, wait_machine_ms;
    uint32_t opened[OPENED_MAX];    /* The file's first incident, its second: their numbers here. */
    uint32_t opened_count;
};

struct drill_run *drill_run_new(struct hub *hub)
{
    struct drill_run *run = base_alloc(1, sizeof *run);

    run->hub = hub;
    run->script = hub->options.drill;
    uv_timer_init(hub->loop, &run->wait);
    run->wait.data = run;
    return run;
}

void drill_run_start(struct drill_run *run)
{
    run->started = true;
}

void drill_run_stop(struct drill_run *run)
{
    uv_close((uv_handle_t *)&run->wait, NULL);
}

void drill_run_free(struct drill_run *run)
{
    base_free(run);
}

static int64_t step_ms(const struct drill_run *run)
{
    return clock_now_ms(&run->hub->clock);
}

/* As fast as it can: all of it, or up to --at. */
static bool hurries(const struct drill_run *run, int64_t until_ms)
{
    return run->hub->options.drill_speed == 0 || until_ms <= run->hub->options.drill_at_ms;
}

int64_t drill_run_shown_ms(const struct drill_run *run)
{
    if (run->phase != PHASE_WAIT)
        return step_ms(run);
    int64_t passed_ms = clock_machine_ms() - run->wait_machine_ms;
    int64_t shown_ms =
        run->wait_from_ms + (int64_t)((double)passed_ms * run->hub->options.drill_speed);
    return shown_ms < run->wait_until_ms ? shown_ms : run->wait_until_ms;
}

double drill_run_speed(const struct drill_run *run)
{
    return run->phase == PHASE_OVER ? 0 : run->hub->options.drill_speed;
}

/* ---- the file's items ---- */

static void say(const struct drill_run *run, const struct drill_item *item, const char *result,
                const char *text)
{
    char offset[WHEN_TEXT_BYTES];

    fprintf(run->hub->options.drill_headless ? stdout : stderr, "DRILL +%s %s> %s\n"
            "DRILL +%s   %s %s\n",
            span_clock_text(item->at_ms - run->script->start_ms, offset), item->who, item->text,
            offset, result, text);
}

/* The file counts the incidents it opens from 1. A person at a console opens others in between,
 * so the number behind the verb is put into the numbers of this run; text stays as written. */
static const char *with_own_number(const struct drill_run *run, const char *typed,
                                   struct buffer *scratch)
{
    struct span rest = span_of(typed), verb, word;
    int64_t number;

    if (!span_cut(&rest, ' ', &verb) || !span_cut(&rest, ' ', &word)
        || !span_to_int64(word, &number) || number < 1 || number > run->opened_count
        || run->opened[number - 1] == number)
        return typed;
    buffer_add(scratch, verb);
    buffer_print(scratch, " %u", run->opened[number - 1]);
    if (rest.bytes && rest.length > 0) {
        buffer_add_text(scratch, " ");
        buffer_add(scratch, rest);
    }
    return scratch->bytes;
}

static void give_command(struct drill_run *run, const struct drill_item *item)
{
    struct hub *hub = run->hub;
    const struct operator *operator = picture_called(hub->picture, OBJECT_OPERATOR, item->who);
    struct hub_input input = { .kind = INPUT_COMMAND, .client = DRILL_CLIENT,
                               .ref = (int64_t)(item - run->script->items) };
    enum operator_role role = item->kind == DRILL_INJECT ? ROLE_DIRECTOR
        : operator ? operator->role : ROLE_OBSERVER;
    struct buffer text = { 0 }, scratch = { 0 };
    const char *typed = item->kind == DRILL_INJECT ? item->text
        : with_own_number(run, item->text, &scratch);

    text_copy(input.source, sizeof input.source, span_of(item->who));
    command_input_write(&(struct command_asked){ .typed = typed, .role = role }, &text);
    hub_take(hub, &input, buffer_span(&text));
    buffer_clear(&text);
    buffer_clear(&scratch);
}

static void give(struct drill_run *run, const struct drill_item *item)
{
    if (item->kind != DRILL_REPORT)
        give_command(run, item);
    else if (!supervisor_report(run->hub->supervisor, item->who, span_of(item->text)))
        say(run, item, "NO", "the site has no such feed");
}

static void add_opened(struct drill_run *run, int64_t number)
{
    if (run->opened_count < OPENED_MAX && number > 0)
        run->opened[run->opened_count++] = (uint32_t)number;
}

/* "#7 FIRE P1 12 Quay St": what the file's own `new` was answered. */
static void note_new(struct drill_run *run, const char *typed, const char *result,
                     const char *text)
{
    struct span rest = span_of(text), word;
    int64_t number;

    if (strncmp(typed, "new ", 4) != 0 || strcmp(result, "OK") != 0 || text[0] != '#')
        return;
    if (span_cut(&rest, ' ', &word)
        && span_to_int64(span_from(word.bytes + 1, word.length - 1), &number))
        add_opened(run, number);
}

void drill_run_result(struct drill_run *run, int64_t item, const char *result, const char *text)
{
    if (item == DRILL_STORY) {
        fputs(text, stdout);
        return;
    }
    assert(item >= 0 && item < run->script->item_count);
    note_new(run, run->script->items[item].text, result, text);
    say(run, &run->script->items[item], result, text);
}

/* What makes a story; a command's own line says what came of it. */
static const enum event_kind told[] = {
    EVENT_INCIDENT_OPENED, EVENT_INCIDENT_LOCATED, EVENT_INCIDENT_CLOSED, EVENT_NOTE_ADDED,
    EVENT_UNIT_STATUS_CHANGED, EVENT_UNIT_EMERGENCY, EVENT_UNIT_EMERGENCY_CANCELLED,
    EVENT_ALARM_RAISED, EVENT_ALARM_MEASURED, EVENT_ALARM_RETURNED, EVENT_ALARM_LEFT,
    EVENT_HAZARD_SET, EVENT_HAZARD_BEGAN, EVENT_HAZARD_CHANGED, EVENT_HAZARD_ENDED,
    EVENT_UNIT_STRAYED, EVENT_UNIT_ON_ROUTE, EVENT_ROUTE_CLOSED, EVENT_ROUTE_REOPENED,
    EVENT_MESSAGE_RECEIVED, EVENT_FEED_CHANGED, EVENT_REPORT_HELD, EVENT_REPORT_UNREADABLE,
};

static bool is_told(const struct event *event)
{
    for (size_t i = 0; i < ARRAY_COUNT(told); i++)
        if (told[i] == event->kind)
            return true;
    /* Each order is sent, delivered, accepted, done; only what goes wrong is news. */
    return event->kind == EVENT_ORDER_MOVED && event->order_moved.stage > STAGE_DONE;
}

void drill_run_story(struct drill_run *run, const struct turn *turn, struct buffer *out)
{
    char offset[WHEN_TEXT_BYTES];

    /* In a drill every feed's report is the file's. */
    for (uint32_t i = 0; i < turn->events.count; i++)
        if (turn->events.at[i].kind == EVENT_INCIDENT_OPENED
            && turn->events.at[i].incident_opened.feed[0])
            add_opened(run, turn->events.at[i].incident_opened.incident);

    if (!run->hub->options.drill_headless || turn->head.kind == INPUT_COMMAND)
        return;
    for (uint32_t i = 0; i < turn->events.count; i++) {
        if (!is_told(&turn->events.at[i]))
            continue;
        buffer_print(out, "DRILL +%s %s: ",
                     span_clock_text(turn->head.at_ms - run->script->start_ms, offset),
                     turn->head.source[0] ? turn->head.source : "hub");
        event_sentence(&turn->events.at[i], out);
        buffer_add_text(out, "\n");
    }
}

/* ---- the steps; each says whether there is more to do at once ---- */

static bool is_settled(const struct drill_run *run)
{
    return hub_is_settled(run->hub) && geography_is_quiet(run->hub->geography);
}

static bool look_ready(struct drill_run *run)
{
    if (!run->started || !supervisor_is_ready(run->hub->supervisor)
        || !geography_is_ready(run->hub->geography) || !is_settled(run))
        return false;
    run->phase = PHASE_SCRIPT;
    return true;
}

/* 0 when nothing is due, or when its tick decided nothing and nothing has happened since. */
static int64_t due_next_ms(const struct drill_run *run)
{
    int64_t due_ms = picture_due_ms(run->hub->picture);

    return due_ms == run->due_taken_ms && run->due_taken_at == run->hub->picture->sequence
        ? 0 : due_ms;
}

static bool take_due(struct drill_run *run)
{
    const struct hub_input input = { .kind = INPUT_TICK };
    int64_t due_ms = due_next_ms(run);

    if (due_ms == 0 || due_ms > step_ms(run))
        return false;
    run->due_taken_ms = due_ms;
    run->due_taken_at = run->hub->picture->sequence;
    hub_take(run->hub, &input, span_of("{\"tick\":\"due\"}"));
    return true;
}

static bool item_is_due(const struct drill_run *run)
{
    return run->item < run->script->item_count
        && run->script->items[run->item].at_ms <= step_ms(run);
}

static bool look_script(struct drill_run *run)
{
    if (!is_settled(run))
        return false;
    if (take_due(run))
        return true;
    if (item_is_due(run)) {
        give(run, &run->script->items[run->item++]);
        return true;
    }
    supervisor_step(run->hub->supervisor, step_ms(run));
    run->phase = PHASE_NOW;
    return true;
}

static bool look_now(struct drill_run *run)
{
    if (!supervisor_has_stepped(run->hub->supervisor))
        return false;
    run->reported = supervisor_release(run->hub->supervisor);
    run->phase = PHASE_SETTLE;
    return true;
}

static void end(struct drill_run *run)
{
    struct hub *hub = run->hub;

    run->phase = PHASE_OVER;
    if (!hub->options.drill_headless)
        return;
    printf("DRILL digest %016" PRIx64 " entries %" PRIu64 " events %" PRIu64 "\n",
           picture_digest(hub->picture), hub->picture->sequence, hub->events_total);
    fflush(stdout);
    hub_stop(hub, HUB_EXIT_OK);
}

static int64_t earlier(int64_t left, int64_t right)
{
    if (left == 0 || right == 0)
        return left + right;
    return left < right ? left : right;
}

static int64_t next_ms(const struct drill_run *run)
{
    int64_t now_ms = step_ms(run);
    int64_t next = earlier(supervisor_next_ms(run->hub->supervisor), run->script->end_ms);

    next = earlier(next, due_next_ms(run));
    if (run->item < run->script->item_count)
        next = earlier(next, run->script->items[run->item].at_ms);
    if (next <= now_ms)             /* An adapter that asks for the past gets the next instant. */
        next = now_ms + 1;
    return next < run->script->end_ms ? next : run->script->end_ms;
}

/* Adapters hear of the new instant before anything is given at it: an order is as old as the last
 * `now` its crew has heard. */
static void enter_instant(struct drill_run *run, int64_t at_ms)
{
    clock_set(&run->hub->clock, at_ms);
    supervisor_step(run->hub->supervisor, at_ms);
    run->phase = PHASE_NOW;
}

static void move(struct drill_run *run)
{
    enter_instant(run, run->wait_until_ms);
}

static void waited(uv_timer_t *timer)
{
    move(timer->data);              /* The loop looks at it before it waits again. */
}

static bool look_settle(struct drill_run *run)
{
    if (!is_settled(run))
        return false;
    if (take_due(run))
        return true;
    if (run->reported > 0 || supervisor_has_spoken(run->hub->supervisor)) {
        supervisor_step(run->hub->supervisor, step_ms(run));
        run->phase = PHASE_NOW;
        return true;
    }
    if (item_is_due(run)) {
        run->phase = PHASE_SCRIPT;
        return true;
    }
    if (step_ms(run) >= run->script->end_ms) {
        end(run);
        return false;
    }
    run->wait_from_ms = step_ms(run);
    run->wait_until_ms = next_ms(run);
    if (hurries(run, run->wait_until_ms)) {
        move(run);
        return true;
    }
    run->phase = PHASE_WAIT;
    run->wait_machine_ms = clock_machine_ms();
    uv_timer_start(&run->wait, waited,
                   (uint64_t)((double)(run->wait_until_ms - run->wait_from_ms)
                              / run->hub->options.drill_speed), 0);
    return false;
}

bool drill_run_look(struct drill_run *run)
{
    switch (run->phase) {
    case PHASE_READY:
        return look_ready(run);
    case PHASE_SCRIPT:
        return look_script(run);
    case PHASE_NOW:
        return look_now(run);
    case PHASE_SETTLE:
        return look_settle(run);
    case PHASE_WAIT:
    case PHASE_OVER:
        break;
    }
    return false;
}

void drill_run_typed(struct drill_run *run)
{
    if (run->phase == PHASE_WAIT) {
        int64_t shown_ms = drill_run_shown_ms(run);
        uv_timer_stop(&run->wait);
        enter_instant(run, shown_ms);
    } else if (run->phase == PHASE_OVER && !run->hub->options.drill_headless) {
        run->phase = PHASE_SCRIPT;  /* The clock stands, yet crews still answer. */
    }
}
