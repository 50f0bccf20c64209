/* decide_site.c - site.conf as an input, and the few commands about the site itself.
 *
 * Only what differs from the picture becomes an event, so a reload that changes one unit says one
 * thing. All of it is read before any of it is taken: a bad configuration changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "app/core/decide.h"

/* ---- configuration ---- */

static const struct {
    const char *member;             /* Of the config input. */
    enum object_kind object;
    enum event_kind event;
} sections[] = {
    { "types", OBJECT_TYPE, EVENT_TYPE_SET },
    { "dispositions", OBJECT_DISPOSITION, EVENT_DISPOSITION_SET },
    { "facilities", OBJECT_FACILITY, EVENT_FACILITY_SET },
    { "hazards", OBJECT_HAZARD_KIND, EVENT_HAZARD_KIND_SET },
    { "layers", OBJECT_LAYER, EVENT_LAYER_SET },
    { "layer_classes", OBJECT_LAYER_CLASS, EVENT_LAYER_CLASS_SET },
    { "operators", OBJECT_OPERATOR, EVENT_OPERATOR_SET },
    { "feeds", OBJECT_FEED, EVENT_FEED_SET },
    { "units", OBJECT_UNIT, EVENT_UNIT_SET },
};

static const char config_rule[] = "config";

static struct verdict item_read(struct turn *turn, enum event_kind kind, const struct json *item,
                                struct event *ret_event)
{
    *ret_event = turn_event(kind, config_rule);
    return record_read(event_shape(kind), item, turn->arena,
                       (void *)(uintptr_t)event_record(ret_event));
}

/* Is the row as the event would make it? The site's part of a row stands first in it. */
static bool same_as_row(const struct event *event, const void *row)
{
    struct buffer said = { 0 }, stands = { 0 };

    record_write(event_shape(event->kind), event_record(event), &said);
    record_write(event_shape(event->kind), row, &stands);
    bool same = said.length == stands.length
                && (said.length == 0 || memcmp(said.bytes, stands.bytes, said.length) == 0);
    buffer_clear(&said);
    buffer_clear(&stands);
    return same;
}

static struct object_name name_of(enum object_kind kind, const void *record)
{
    if (object_shape(kind)->fields[0].kind == FIELD_TEXT)
        return object_called(kind, record);
    return object_numbered(kind, *(const uint32_t *)record);
}

/* What one section of the configuration says there is, by name. */
struct said_names {
    struct object_name *at;
    uint32_t count;
};

static int compare_names(const void *left_name, const void *right_name)
{
    const struct object_name *left = left_name, *right = right_name;

    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return strcmp(left->key, right->key);
}

static struct said_names section_names(struct turn *turn, uint32_t section)
{
    const struct json *items = json_member(turn->input->json, sections[section].member);
    struct said_names names = { .at = arena_alloc(turn->arena,
                                                  (json_count(items) + 1) * sizeof *names.at) };
    struct event event;

    for (const struct json *item = json_first(items); item; item = json_next(item)) {
        struct verdict verdict = item_read(turn, sections[section].event, item, &event);
        assert(is_accepted(&verdict));
        names.at[names.count++] = name_of(sections[section].object, event_record(&event));
    }
    qsort(names.at, names.count, sizeof *names.at, compare_names);
    return names;
}

static bool is_said(const struct said_names *names, const struct object_name *name)
{
    return bsearch(name, names->at, names->count, sizeof *names->at, compare_names) != NULL;
}

/* A unit at work or in danger is not taken from its crew by a file: the next reload after it is
 * free does. */
static bool must_stay(enum object_kind kind, const void *row)
{
    const struct unit *unit = row;

    return kind == OBJECT_UNIT && (unit->incident != 0 || unit->emergency_ms != 0);
}

static void section_withdraw(struct turn *turn, uint32_t section)
{
    enum object_kind kind = sections[section].object;
    struct said_names names = section_names(turn, section);

    for (uint32_t i = picture_count(turn->picture, kind); i > 0; i--) {
        const void *row = picture_row(turn->picture, kind, i - 1);
        struct object_name name = name_of(kind, row);
        if (must_stay(kind, row) || is_said(&names, &name))
            continue;
        struct event event = turn_event(EVENT_WITHDRAWN, config_rule);
        event.withdrawn.kind = kind;
        event.withdrawn.key = name.key;
        event.withdrawn.number = name.number;
        turn_add(turn, &event);
    }
}

/* What stays although the file leaves it out takes room too. */
static struct verdict section_check_room(struct turn *turn, uint32_t section)
{
    enum object_kind kind = sections[section].object;
    struct said_names names = section_names(turn, section);
    uint32_t count = names.count;

    for (uint32_t i = 0; i < picture_count(turn->picture, kind); i++) {
        const void *row = picture_row(turn->picture, kind, i);
        struct object_name name = name_of(kind, row);
        count += must_stay(kind, row) && !is_said(&names, &name);
    }
    return count <= objects_max(kind) ? accepted()
                                      : refused(REFUSED_TOO_LONG, 0, sections[section].member);
}

static void section_take(struct turn *turn, uint32_t section)
{
    const struct json *items = json_member(turn->input->json, sections[section].member);

    for (const struct json *item = json_first(items); item; item = json_next(item)) {
        struct event event;
        struct verdict verdict = item_read(turn, sections[section].event, item, &event);
        assert(is_accepted(&verdict));
        struct object_name name = name_of(sections[section].object, event_record(&event));
        const void *row = picture_find(turn->picture, &name);
        if (!row || !same_as_row(&event, row))
            turn_add(turn, &event);
    }
}

static struct verdict section_check(struct turn *turn, uint32_t section)
{
    const struct json *items = json_member(turn->input->json, sections[section].member);
    struct event event;

    if (items && json_type(items) != JSON_LIST)
        return refused(REFUSED_WRONG_TYPE, 0, sections[section].member);
    if (json_count(items) > objects_max(sections[section].object))
        return refused(REFUSED_TOO_LONG, 0, sections[section].member);
    for (const struct json *item = json_first(items); item; item = json_next(item)) {
        struct verdict verdict = item_read(turn, sections[section].event, item, &event);
        if (!is_accepted(&verdict))
            return verdict;
    }
    return section_check_room(turn, section);
}

void decide_config(struct turn *turn)
{
    struct event site;
    const struct json *said = json_member(turn->input->json, "site");

    turn->verdict = said ? item_read(turn, EVENT_SITE_SET, said, &site)
                         : refused(REFUSED_FIELD_MISSING, 0, "site");
    for (uint32_t i = 0; i < ARRAY_COUNT(sections) && is_accepted(&turn->verdict); i++)
        turn->verdict = section_check(turn, i);
    if (!is_accepted(&turn->verdict))
        return;
    if (!same_as_row(&site, picture_site(turn->picture)))
        turn_add(turn, &site);
    for (uint32_t i = 0; i < ARRAY_COUNT(sections); i++) {
        section_withdraw(turn, i);
        section_take(turn, i);
    }
}

/* ---- commands ---- */

void decide_reload(struct turn *turn, const struct command_line *line)
{
    const char *problem = json_text(json_member(turn->input->json, "problem"));

    if (!argument_count(turn, line, 0, 0))
        return;
    if (problem)
        turn_answer(turn, RESULT_NO, "site.conf is wrong, nothing was changed: %s", problem);
    else
        turn_answer(turn, RESULT_OK, "site.conf read again; its changes follow as an entry");
}

/* What a person may say of a feed. Pausing one that is paused, and the like, does nothing. */
static const struct feed_switch {
    const char *word, *done;
    enum feed_state state;
    bool restart;
} feed_switches[] = {
    { .word = "pause", .done = "is PAUSED: nothing it says is read until it runs again",
      .state = FEED_PAUSED },
    { .word = "run", .done = "runs again", .state = FEED_STARTING },
    { .word = "restart", .done = "is started again", .state = FEED_STARTING, .restart = true },
};

static const struct feed_switch *feed_switch_named(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(feed_switches); i++)
        if (text_same_ignoring_case(span_of(word), span_of(feed_switches[i].word)))
            return &feed_switches[i];
    return NULL;
}

static void feed_switch_take(struct turn *turn, const struct feed *feed,
                             const struct feed_switch *said, const char *why)
{
    struct event event = turn_event(EVENT_FEED_CHANGED, "set.feed");

    event.feed_changed.feed = feed->name;
    event.feed_changed.state = said->state;
    event.feed_changed.restart = said->restart;
    event.feed_changed.reason = turn_clean(
        turn, arena_print(turn->arena, "%s by %s%s%s", said->word, turn->operator,
                          why[0] ? ": " : "", why), 160);
    turn_add(turn, &event);
    turn_answer(turn, RESULT_OK, "feed %s %s", feed->name, said->done);
}

/* `set` lives in the console but for a feed, which is everybody's. */
void decide_set(struct turn *turn, const struct command_line *line)
{
    if (line->word_count != 3
        || !text_same_ignoring_case(span_of(line->words[0]), span_of("feed"))) {
        turn_answer(turn, RESULT_NO, "here only: set feed NAME pause, run or restart");
        return;
    }
    if (turn->role != ROLE_SUPERVISOR) {
        turn_answer(turn, RESULT_NO, "only a supervisor pauses, runs or restarts a feed");
        return;
    }
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED, line->words[1]);
    const struct feed_switch *said = feed_switch_named(line->words[2]);
    if (!feed)
        turn_answer(turn, RESULT_NO, "there is no feed %s; show feeds lists them", line->words[1]);
    else if (!said)
        turn_answer(turn, RESULT_NO, "set feed %s pause, run or restart", feed->name);
    else if (!said->restart && (said->state == FEED_PAUSED) == (feed->state == FEED_PAUSED))
        turn_answer(turn, RESULT_NO, "feed %s is %s; nothing was done", feed->name,
                    vocabulary_word(&feed_state_words, feed->state));
    else
        feed_switch_take(turn, feed, said, line->text);
}

void decide_inject(struct turn *turn, const struct command_line *line)
{
    if (!turn_is_drill(turn)) {
        turn_answer(turn, RESULT_NO, "injects are for drills; this is the live site");
        return;
    }
    if (!argument_count(turn, line, 3, 3))
        return;
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED, line->words[0]);
    const struct unit *unit = feed ? argument_unit(turn, line, 1) : NULL;
    if (!feed)
        turn_answer(turn, RESULT_NO, "there is no feed %s; nothing was given", line->words[0]);
    if (turn->answer || !unit)
        return;
    struct event event = turn_event(EVENT_INJECT_GIVEN, "inject");
    event.inject_given.feed = feed->name;
    event.inject_given.unit = unit->callsign;
    event.inject_given.what = turn_clean(turn, line->words[2], 40);
    event.inject_given.text = turn_clean(turn, line->text, 240);
    turn_add(turn, &event);
    turn_answer(turn, RESULT_OK, "%s %s", unit->callsign, line->words[2]);
}
