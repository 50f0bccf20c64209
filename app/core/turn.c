/* turn.c - takes one input through deciding, applying and the review of attention. */
#include "app/core/turn.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/core/attention.h"
#include "app/core/decide.h"

struct event turn_event(enum event_kind kind, const char *rule)
{
    struct event event;

    event_init(&event, kind, rule);
    return event;
}

/* The first event opens the entry: a turn that adds none may still decide not to be one. */
static void turn_enter(struct turn *turn)
{
    if (turn->entered)
        return;
    turn->entered = true;
    picture_begin(turn->picture, &turn->head);
}

/* Strings of an event may be loans from rows that this or a later event changes or removes. */
static void own_strings(struct turn *turn, struct event *event)
{
    const struct record_shape *shape = event_shape(event->kind);

    for (uint32_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].kind != FIELD_STRING)
            continue;
        const char **string =
            (const char **)((uintptr_t)event_record(event) + shape->fields[i].offset);
        if ((*string)[0])
            *string = arena_copy(turn->arena, span_of(*string));
    }
}

void turn_add(struct turn *turn, const struct event *decided)
{
    struct event_list *events = &turn->events;
    struct event copy = *decided, *event = &copy;

    assert(events->count < EVENTS_PER_ENTRY_MAX);
    assert(event->rule[0]);             /* DESIGN promise 7: nothing without a why. */
    /* Else the journal could never be opened again. */
    assert(record_complete(event_shape(event->kind), event_record(event)));
    own_strings(turn, event);
    turn_enter(turn);
    if (events->count == events->capacity) {
        uint32_t grown = events->capacity ? events->capacity * 2 : 16;
        struct event *at = arena_alloc(turn->arena, grown * sizeof *at);
        if (events->count)
            memcpy(at, events->at, events->count * sizeof *at);
        events->at = at;
        events->capacity = grown;
    }
    events->at[events->count++] = *event;
    picture_apply(turn->picture, &turn->head, event);
}

const char *turn_clean(struct turn *turn, const char *raw, size_t bytes_max)
{
    struct span span = span_of(raw);

    if (span.length < bytes_max && text_is_clean(span))
        return raw;
    char *text = arena_alloc(turn->arena, bytes_max);
    text_clean(span, text, bytes_max);
    return text;
}

void turn_answer(struct turn *turn, enum command_result result, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    assert(!turn->answer);
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct event event = turn_event(EVENT_COMMAND_ANSWERED, "command");
    event.command_answered.result = result;
    event.command_answered.operator = turn->operator;
    event.command_answered.question = turn->question;
    event.command_answered.text = turn_clean(turn, arena_copy(turn->arena, span_of(text)), 1000);
    turn_add(turn, &event);
    struct command_answered *answer = arena_alloc(turn->arena, sizeof *answer);
    *answer = event.command_answered;
    turn->answer = answer;
}

bool turn_changed(struct turn *turn, const char *what, int64_t entry, const char *by)
{
    /* Without a screen (a script) there is nothing to compare; one's own change is known. */
    if (turn->saw == 0 || entry <= (int64_t)turn->saw || strcmp(by, turn->operator) == 0)
        return false;
    turn_answer(turn, RESULT_CHANGED, "%s changed%s%s while you typed; Enter again sends it", what,
                by[0] ? " by " : "", by);
    return true;
}

bool turn_is_drill(const struct turn *turn)
{
    return picture_site(turn->picture)->drill;
}

bool turn_has_room(struct turn *turn, enum object_kind kind)
{
    if (picture_count(turn->picture, kind) < objects_max(kind))
        return true;
    if (turn->input->kind == INPUT_COMMAND)
        turn_answer(turn, RESULT_NO, "the picture holds %u %ss, its limit; nothing was done",
                    objects_max(kind), vocabulary_word(&object_kind_words, kind));
    return false;
}

const char *turn_clock(struct turn *turn, int64_t at_ms)
{
    struct civil local = civil_from_ms(at_ms + (int64_t)when_local_offset_s(at_ms) * 1000);

    return arena_print(turn->arena, "%02d:%02d", local.hour, local.minute);
}

/* ---- commands ---- */

/* One word that is no verb: a thing there is, or a slip. */
static void answer_word(struct turn *turn, const char *word)
{
    struct object_name name;

    if (object_name_parse(span_of(word), &name) && picture_find(turn->picture, &name))
        turn_answer(turn, RESULT_NO, "%s alone selects it on a screen; it writes nothing", word);
    else
        turn_answer(turn, RESULT_NO, "there is no command %s, nor a thing of that name; "
                    "nothing was done", word);
}

static void run(struct turn *turn, const struct command_line *line)
{
    const struct command *command = line->command;

    if (line->problem)
        turn_answer(turn, RESULT_NO, "%s", line->problem);
    else if (!command)
        answer_word(turn, line->words[0]);
    else if (!command_allowed(command, turn->role))
        turn_answer(turn, RESULT_NO, "a %s may not use %s (%s)",
                    vocabulary_word(&operator_role_words, turn->role), command->short_form,
                    command->long_form);
    else if (!command->decide)
        turn_answer(turn, RESULT_NO, "%s (%s) is not in this release yet; nothing was done",
                    command->short_form, command->long_form);
    else
        command->decide(turn, line);
}

void turn_command(struct turn *turn, const char *text)
{
    struct command_line line;

    command_parse(span_of(text), turn->arena, &line);
    run(turn, &line);
}

static void decide_command(struct turn *turn)
{
    const char *typed = json_text(json_member(turn->input->json, "typed"));
    const char *role = json_member_text(turn->input->json, "role", "");
    uint32_t value;

    if (!typed) {
        turn->verdict = refused(REFUSED_FIELD_MISSING, 0, "typed");
        return;
    }
    if (!vocabulary_value(&operator_role_words, span_of(role), &value)) {
        turn->verdict = refused(REFUSED_UNKNOWN_WORD, 0, "role");
        return;
    }
    turn->role = (enum operator_role)value;
    turn->operator = turn->input->source;
    turn->saw = (uint64_t)json_member_int64(turn->input->json, "saw", 0);
    turn_command(turn, typed);
}

typedef void decide_fn(struct turn *turn);
static decide_fn *const decide_by_kind[INPUT_KIND_COUNT] = {
    [INPUT_REPORT] = decide_report, [INPUT_COMMAND] = decide_command,
    [INPUT_ANSWER] = decide_answer, [INPUT_TICK] = decide_tick, [INPUT_CONFIG] = decide_config,
};

struct turn turn_take(struct picture *picture, const struct input *input, struct arena *arena)
{
    struct turn turn = { .picture = picture, .input = input, .arena = arena,
                         .verdict = accepted(), .operator = "",
                         .head = { .sequence = picture->sequence + 1, .at_ms = input->at_ms,
                                   .kind = input->kind, .source = input->source } };

    assert(input->kind < INPUT_KIND_COUNT);
    assert(input->at_ms >= picture->at_ms);     /* CONTRACTS section 6: never backwards. */
    decide_by_kind[input->kind](&turn);
    if (!is_accepted(&turn.verdict)) {
        assert(turn.events.count == 0);
        return turn;
    }
    if (input->kind != INPUT_TICK)
        turn_enter(&turn);
    attention_review(&turn);
    assert(!turn.entered || picture->sequence == turn.head.sequence);
    return turn;
}

/* ---- arguments ---- */

const struct incident *argument_incident(struct turn *turn, const struct command_line *line,
                                         uint32_t word)
{
    struct object_name name;

    if (word >= line->word_count) {
        turn_answer(turn, RESULT_NO, "an incident number is missing: %s", line->command->usage);
        return NULL;
    }
    if (!object_name_parse(span_of(line->words[word]), &name) || name.kind != OBJECT_INCIDENT) {
        turn_answer(turn, RESULT_NO, "%s is not an incident number: %s", line->words[word],
                    line->command->usage);
        return NULL;
    }
    const struct incident *incident = picture_incident(turn->picture, name.number);
    if (!incident)
        turn_answer(turn, RESULT_NO, "there is no incident #%u; nothing was done", name.number);
    return incident;
}

const struct incident *argument_open_incident(struct turn *turn, const struct command_line *line,
                                              uint32_t word)
{
    const struct incident *incident = argument_incident(turn, line, word);

    if (!incident || incident->state == INCIDENT_OPEN)
        return incident;
    turn_answer(turn, RESULT_NO, "#%u is closed since %s (%s); reopen %u ; REASON opens it again",
                incident->number, turn_clock(turn, incident->closed_ms), incident->disposition,
                incident->number);
    return NULL;
}

/* A callsign one letter away, for "did you mean". */
static const char *near_callsign(const struct turn *turn, const char *typed)
{
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_UNIT); i++) {
        const struct unit *unit = picture_row(turn->picture, OBJECT_UNIT, i);
        size_t length = strlen(unit->callsign), wrong = 0;
        if (length != strlen(typed))
            continue;
        for (size_t at = 0; at < length; at++)
            wrong += unit->callsign[at] != typed[at];
        if (wrong == 1)
            return unit->callsign;
    }
    return NULL;
}

static const struct unit *unit_named(struct turn *turn, const char *word)
{
    struct object_name name;

    if (!object_name_parse(span_of(word), &name) || name.kind != OBJECT_UNIT) {
        turn_answer(turn, RESULT_NO, "%s is not a callsign; nothing was done", word);
        return NULL;
    }
    const struct unit *unit = picture_unit(turn->picture, name.key);
    if (unit)
        return unit;
    const char *near = near_callsign(turn, name.key);
    turn_answer(turn, RESULT_NO, "there is no unit %s; nothing was done%s%s%s", name.key,
                near ? ". Did you mean " : "", near ? near : "", near ? "?" : "");
    return NULL;
}

const struct unit *argument_unit(struct turn *turn, const struct command_line *line, uint32_t word)
{
    if (word < line->word_count)
        return unit_named(turn, line->words[word]);
    turn_answer(turn, RESULT_NO, "a callsign is missing: %s", line->command->usage);
    return NULL;
}

bool argument_units(struct turn *turn, const struct command_line *line, uint32_t first,
                    const struct unit **units, uint32_t *ret_count)
{
    uint32_t count = 0;

    if (first >= line->word_count) {
        turn_answer(turn, RESULT_NO, "a callsign is missing: %s", line->command->usage);
        return false;
    }
    for (uint32_t word = first; word < line->word_count; word++) {
        const struct unit *unit = unit_named(turn, line->words[word]);
        if (!unit)
            return false;
        bool twice = false;
        for (uint32_t i = 0; i < count; i++)
            twice = twice || units[i] == unit;
        if (twice)
            continue;
        if (count == COMMAND_UNITS_MAX) {
            turn_answer(turn, RESULT_NO, "more than %d units in one line; nothing was done",
                        COMMAND_UNITS_MAX);
            return false;
        }
        units[count++] = unit;
    }
    *ret_count = count;
    return true;
}

/* "14:22" or "14:22:30". */
static bool clock_parse(struct span text, struct civil *civil)
{
    struct span part;
    int64_t numbers[3] = { 0 };
    uint32_t count = 0;

    while (span_cut(&text, ':', &part)) {
        if (count == 3 || part.length != 2 || !span_to_int64(part, &numbers[count])
            || numbers[count] < 0 || numbers[count] > (count ? 59 : 23))
            return false;
        count++;
    }
    if (count < 2)
        return false;
    civil->hour = (int32_t)numbers[0];
    civil->minute = (int32_t)numbers[1];
    civil->second = (int32_t)numbers[2];
    return true;
}

bool argument_time(struct turn *turn, const struct command_line *line, int64_t *ret_at_ms)
{
    const char *typed = command_option(line, "t");
    int64_t now_ms = turn->head.at_ms, at_ms = 0;
    static const int64_t day_ms = 86400000;

    *ret_at_ms = 0;
    if (!typed)
        return true;
    if (when_parse(span_of(typed), ret_at_ms) && *ret_at_ms <= now_ms)
        return true;
    struct civil civil =
        civil_from_ms(now_ms + (int64_t)when_local_offset_s(now_ms) * 1000);
    if (!clock_parse(span_of(typed), &civil)) {
        turn_answer(turn, RESULT_NO, "t=%s is not a time that has passed (t=14:22)", typed);
        return false;
    }
    civil.millisecond = 0;
    int instants = when_from_local(&civil, &at_ms);
    if (instants == 1 && at_ms > now_ms) {          /* Then it was yesterday's. */
        civil = civil_from_ms(civil_to_ms(&civil) - day_ms);
        instants = when_from_local(&civil, &at_ms);
    }
    if (instants != 1) {
        turn_answer(turn, RESULT_NO, "t=%s %s tonight, when the clock changes; write it with its "
                    "date and offset", typed, instants == 0 ? "does not come" : "comes twice");
        return false;
    }
    *ret_at_ms = at_ms;
    return true;
}

bool argument_count(struct turn *turn, const struct command_line *line, uint32_t fewest,
                    uint32_t most)
{
    if (line->word_count >= fewest && line->word_count <= most)
        return true;
    if (line->word_count < fewest)
        turn_answer(turn, RESULT_NO, "something is missing: %s", line->command->usage);
    else
        turn_answer(turn, RESULT_NO, "%s is one word too many: %s", line->words[most],
                    line->command->usage);
    return false;
}
