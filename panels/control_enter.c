/* control_enter.c - what Enter does with the line: here, or by the hub. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

void control_say(struct control *control, const char *word, const char *text)
{
    view_result_add(control->view, word, control->view->line.text, text);
    control->refused = strcmp(word, "NO") == 0;
}

/* An object alone selects it; `go` and `/` take names and places as well and move the map there. */
static void go_to(struct control *control, struct span words)
{
    struct object_name name;
    struct view *view = control->view;

    struct spot_found found;

    if (control_find(control->picture, words, &name)) {
        view_select(view, control->picture, name);
        control_map_to(view, object_location(control->picture, &name));
        view->walking = false;
        return;
    }
    if (control_spot(view, control->picture, words, &found) == SPOT_KNOWN) {
        control_map_to(view, found.point);      /* A mark, coordinates. */
        return;
    }
    text_copy(view->hand.go_text, sizeof view->hand.go_text, words);
    control_ask_place(view, LOOK_GO, view->hand.go_text, 0);
}

static struct span after_verb(const struct typed_line *line)
{
    struct span rest = line_span(line), verb;

    rest = span_trim(rest);
    span_cut(&rest, ' ', &verb);
    return span_trim(rest);
}

uint64_t control_say_later(struct control *control, const char *text)
{
    struct view *view = control->view;
    struct view_result *result = view_result_add(view, "...", view->line.text, text);

    result->ref = ++view->ref_last;
    return result->ref;
}

static bool owns_open(struct control *control, char *text, size_t text_bytes)
{
    size_t length = 0;

    for (uint32_t i = 0; i < picture_count(control->picture, OBJECT_INCIDENT); i++) {
        const struct incident *incident = picture_row(control->picture, OBJECT_INCIDENT, i);
        if (incident->state != INCIDENT_OPEN || !incident->owner[0]
            || strcmp(incident->owner, control->view->operator_name) != 0
            || length + 12 > text_bytes)
            continue;
        length += (size_t)snprintf(text + length, text_bytes - length, " #%u", incident->number);
    }
    return length > 0;
}

/* Asks while its person owns anything: nothing is ownerless between two shifts. */
static void local_quit(struct control *control)
{
    char owned[120] = "", text[240];

    if (!control->view->quit_asked && !control->view->read_only
        && owns_open(control, owned, sizeof owned)) {
        snprintf(text, sizeof text, "you own%s; they stay yours. quit again leaves", owned);
        control_say(control, "ASK", text);
        control->view->quit_asked = true;
        return;
    }
    control->effect->kind = EFFECT_QUIT;
}

static void show_feeds(struct control *control, struct span rest)
{
    (void)rest;
    control->view->overlay = OVERLAY_FEEDS;
}

/* What a console shows by itself; everything else the hub reads out of the picture or journal. */
static const struct { const char *what; void (*show)(struct control *, struct span rest); }
shows[] = {
    { "feeds", show_feeds },
    { "distance", control_show_distance },
    { "reach", control_show_reach },
    { "inside", control_show_inside },
};

static void local_show(struct control *control, struct span what)
{
    struct span rest = what, word = { 0 };

    span_cut(&rest, ' ', &word);
    for (size_t i = 0; i < ARRAY_COUNT(shows); i++)
        if (text_same_ignoring_case(word, span_of(shows[i].what))) {
            shows[i].show(control, span_trim(rest));
            return;
        }
    control_ask(control, EFFECT_SHOW, what);
}

static void send_line(struct control *control)
{
    struct view *view = control->view;

    if (view->read_only) {
        control_say(control, "NO",
                    "this console only reads: start it with --as NAME to give commands");
        return;
    }
    struct buffer line = { 0 };
    char why[HAND_TEXT_BYTES];
    if (!control_line_places(view, control->picture, line_span(&view->line), &line, why,
                             sizeof why)) {
        control_say(control, "NO", why);
        buffer_clear(&line);
        return;
    }
    control_ask(control, EFFECT_DO, buffer_span(&line));
    buffer_clear(&line);
    control->effect->saw = line_saw(&view->line, &view->drawn, view->clock_ms);
}

/* `set feed` changes the site, not this screen. */
static bool sets_feed(struct span rest)
{
    struct span word = { 0 };

    span_cut(&rest, ' ', &word);
    return text_same_ignoring_case(word, span_of("feed"));
}

static void run_verb(struct control *control, const struct command *command)
{
    struct span rest = after_verb(&control->view->line);

    if (strcmp(command->long_form, "quit") == 0)
        local_quit(control);
    else if (strcmp(command->long_form, "go") == 0)
        go_to(control, rest);
    else if (strcmp(command->long_form, "set") == 0 && !sets_feed(rest))
        control_set(control, rest);
    else if (strcmp(command->long_form, "show") == 0)
        local_show(control, rest);
    else if (strcmp(command->long_form, "why") == 0)
        control_ask(control, EFFECT_WHY, rest);
    else
        send_line(control);
}

static void run_line(struct control *control)
{
    struct view *view = control->view;
    struct span text = span_trim(line_span(&view->line)), rest = text, verb = { 0 };
    struct object_name name;

    if (text.bytes[0] == '?') {
        view->overlay = OVERLAY_HELP;
        view->overlay_first = 0;
        return;
    }
    if (control_search_take(control))
        return;
    if (text.bytes[0] == '/') {
        go_to(control, span_trim(span_from(text.bytes + 1, text.length - 1)));
        return;
    }
    span_cut(&rest, ' ', &verb);
    const struct command *command = command_named(verb);
    if (command) {
        run_verb(control, command);
    } else if (control_object(control->picture, text, &name)) {
        view->walking = false;
        control_select(control, name);
    } else
        send_line(control);     /* The hub refuses it in its own words. */
}

void act_enter(struct control *control)
{
    struct view *view = control->view;

    if (view->menu.open) {              /* Chooses; a second Enter sends. */
        if (view->menu.chosen == view->menu.count)
            menu_step(view, 1);
        line_insert(&view->line, span_of(" "));
        menu_close(view);
        return;
    }
    if (span_trim(line_span(&view->line)).length == 0)
        return;
    bool quit_asked = view->quit_asked;
    run_line(control);
    if (quit_asked)
        view->quit_asked = false;
    if (!control->refused) {
        line_sent(&view->line);
        control_search_over(view);
    }
    view->suggestion_at = 0;
}
