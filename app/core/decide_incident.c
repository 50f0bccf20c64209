/* decide_incident.c - incidents: opened by a person or a feed, noted on, closed, reopened. */
#include <stdio.h>
#include <string.h>

#include "app/core/decide.h"

uint32_t incident_open(struct turn *turn, const struct incident_facts *facts)
{
    const struct counters *counters = picture_counters(turn->picture);
    struct civil local = civil_from_ms(
        turn->head.at_ms + (int64_t)when_local_offset_s(turn->head.at_ms) * 1000);
    uint32_t number = counters->incidents + 1;
    uint32_t of_year =
        counters->year == (uint32_t)local.year ? counters->incidents_this_year + 1 : 1;

    assert(picture_count(turn->picture, OBJECT_INCIDENT) < INCIDENTS_MAX);
    struct event event = turn_event(EVENT_INCIDENT_OPENED, facts->rule);
    struct incident_opened *opened = &event.incident_opened;
    opened->incident = number;
    opened->long_id = arena_print(turn->arena, "%s-%04d-%06u", picture_site(turn->picture)->id,
                                  local.year, of_year);
    opened->type = facts->type;
    opened->priority = facts->priority;
    opened->place = facts->place;
    opened->place_state = facts->place_state;
    opened->location = facts->location;
    opened->radius_m = facts->radius_m;
    opened->place_note = facts->place_note;
    opened->zone = facts->zone;
    opened->owner = facts->owner;
    opened->by = facts->by;
    opened->feed = facts->feed;
    opened->source = facts->source;
    opened->called_ms = facts->called_ms;
    opened->text = facts->text;
    turn_add(turn, &event);
    return number;
}

void note_add(struct turn *turn, const char *rule, uint32_t incident, const char *unit,
              const char *by, int64_t at_ms, const char *text)
{
    struct event event = turn_event(EVENT_NOTE_ADDED, rule);

    event.note_added.note = picture_counters(turn->picture)->notes + 1;
    event.note_added.incident = incident;
    event.note_added.unit = unit;
    event.note_added.by = by;
    event.note_added.at_ms = at_ms;
    event.note_added.text = turn_clean(turn, text, 400);
    turn_add(turn, &event);
}

/* ---- new ---- */

static const struct type *type_named(struct turn *turn, const char *word)
{
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_TYPE); i++) {
        const struct type *type = picture_row(turn->picture, OBJECT_TYPE, i);
        if (text_same_ignoring_case(span_of(type->code), span_of(word)))
            return type;
    }
    struct buffer known = { 0 };
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_TYPE) && i < 20; i++)
        buffer_print(&known, " %s",
                     ((const struct type *)picture_row(turn->picture, OBJECT_TYPE, i))->code);
    turn_answer(turn, RESULT_NO, "%s is no incident type here; known:%s", word,
                known.length ? known.bytes : " none");
    buffer_clear(&known);
    return NULL;
}

static void open_here(struct turn *turn, const struct command_line *line, const struct type *type)
{
    struct found_place found;

    if (!line_place_found(turn, line, &found))
        return;
    struct incident_facts facts = {
        .type = type->code,
        .priority = line->priority ? line->priority : type->priority ? type->priority : 3,
        .place = found.text, .zone = found.zone, .location = found.location,
        .radius_m = found.radius_m, .place_note = found.note,
        .place_state = found_place_state(&found),
        .owner = turn->operator, .by = turn->operator, .feed = "", .source = "",
        .text = turn_clean(turn, line->text, 240),
        .rule = geo_known(found.location) ? "new" : "new.unconfirmed",
        .called_ms = turn->head.at_ms,
    };

    uint32_t number = incident_open(turn, &facts);
    if (line->text[0])
        note_add(turn, "new", number, "", turn->operator, 0, line->text);
    incident_placed(turn, number, &found);
    turn_answer(turn, RESULT_OK, "#%u %s P%u %s%s%s%s", number, facts.type, facts.priority,
                facts.place, facts.zone[0] ? ", " : "", facts.zone,
                found_place_doubt(turn, &found));
}

void decide_new(struct turn *turn, const struct command_line *line)
{
    if (!argument_count(turn, line, 1, 1))
        return;
    const struct type *type = type_named(turn, line->words[0]);
    if (!type)
        return;
    if (!line->place || !line->place[0]) {
        turn_answer(turn, RESULT_NO,
                    "where? write @ and an address, a crossing, a name or lat,lon");
        return;
    }
    if (!turn_has_room(turn, OBJECT_INCIDENT))
        return;
    if (turn->question)
        open_here(turn, line, type);
    else
        ask_place(turn, line);
}

/* ---- corrections: the earlier word stays in the record ---- */

static void locate_here(struct turn *turn, const struct command_line *line,
                        const struct incident *incident)
{
    struct found_place found;
    uint32_t number = incident->number;

    if (!line_place_found(turn, line, &found))
        return;
    if (!geo_known(found.location)) {
        turn_answer(turn, RESULT_NO, "no such place was found; #%u stays at %s", number,
                    incident->place);
        return;
    }
    incident_place(turn, number, &found, "locate");
    if (line->text[0])
        note_add(turn, "locate", number, "", turn->operator, 0, line->text);
    turn_answer(turn, RESULT_OK, "#%u is at %s%s%s%s", number, found.text,
                found.zone[0] ? ", " : "", found.zone, found_place_doubt(turn, &found));
}

/* Orders that have left keep their old route: a crew on its way is told by `msg` or sent anew. */
void decide_locate(struct turn *turn, const struct command_line *line)
{
    if (!argument_count(turn, line, 1, 1))
        return;
    const struct incident *incident = argument_open_incident(turn, line, 0);
    if (!incident)
        return;
    if (!line->place || !line->place[0])
        turn_answer(turn, RESULT_NO, "where? %s", line->command->usage);
    else if (turn->question)
        locate_here(turn, line, incident);
    else
        ask_place(turn, line);
}

static void change_incident(struct turn *turn, const struct command_line *line, uint32_t incident,
                            const char *type, uint32_t priority)
{
    struct event event = turn_event(EVENT_INCIDENT_CHANGED, line->command->long_form);

    event.incident_changed.incident = incident;
    event.incident_changed.type = type;
    event.incident_changed.priority = priority;
    event.incident_changed.by = turn->operator;
    turn_add(turn, &event);
    if (line->text[0])
        note_add(turn, line->command->long_form, incident, "", turn->operator, 0, line->text);
}

void decide_type(struct turn *turn, const struct command_line *line)
{
    if (!argument_count(turn, line, 2, 2))
        return;
    const struct incident *incident = argument_open_incident(turn, line, 0);
    const struct type *type = incident ? type_named(turn, line->words[1]) : NULL;
    if (!type)
        return;
    change_incident(turn, line, incident->number, type->code, 0);
    turn_answer(turn, RESULT_OK, "#%u is %s, still P%u", incident->number, type->code,
                incident->priority);
}

void decide_priority(struct turn *turn, const struct command_line *line)
{
    int64_t priority = line->priority;
    const struct incident *incident;

    if (!priority && !argument_count(turn, line, 2, 2))
        return;
    if (!priority
        && (!span_to_int64(span_of(line->words[1]), &priority) || priority < 1 || priority > 5)) {
        turn_answer(turn, RESULT_NO, "%s is no priority (1 to 5)", line->words[1]);
        return;
    }
    if (!(incident = argument_open_incident(turn, line, 0)))
        return;
    change_incident(turn, line, incident->number, "", (uint32_t)priority);
    turn_answer(turn, RESULT_OK, "#%u %s is P%u now", incident->number, incident->type,
                (uint32_t)priority);
}

/* ---- notes ---- */

/* A crew must never be noted instead of sent: "n 42 E7 L2" is a slip for "d 42 E7 L2". */
static bool only_callsigns(const struct turn *turn, const char *text)
{
    struct span rest = span_of(text), word;
    struct object_name name;
    bool any = false;

    while (span_cut(&rest, ' ', &word)) {
        if (word.length == 0)
            continue;
        if (!object_name_parse(word, &name) || name.kind != OBJECT_UNIT
            || !picture_unit(turn->picture, name.key))
            return false;
        any = true;
    }
    return any;
}

void decide_note(struct turn *turn, const struct command_line *line)
{
    struct object_name name;
    int64_t at_ms;

    if (line->word_count != 1 || !line->text[0]) {
        turn_answer(turn, RESULT_NO, "a note needs an incident or a unit, and its text: %s",
                    line->command->usage);
        return;
    }
    if (only_callsigns(turn, line->text)) {
        turn_answer(turn, RESULT_NO, "that note is only callsigns; did you mean d %s %s?",
                    line->words[0], line->text);
        return;
    }
    if (!argument_time(turn, line, &at_ms))
        return;
    bool named = object_name_parse(span_of(line->words[0]), &name);
    if (named && name.kind == OBJECT_UNIT) {
        const struct unit *unit = argument_unit(turn, line, 0);
        if (!unit)
            return;
        note_add(turn, "note", unit->incident, unit->callsign, turn->operator, at_ms, line->text);
        turn_answer(turn, RESULT_OK, "noted on %s", unit->callsign);
        return;
    }
    const struct incident *incident = argument_incident(turn, line, 0);
    if (!incident)
        return;
    note_add(turn, "note", incident->number, "", turn->operator, at_ms, line->text);
    turn_answer(turn, RESULT_OK, "noted on #%u", incident->number);
}

/* ---- close, reopen ---- */

static const struct disposition *disposition_named(struct turn *turn, const char *word)
{
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_DISPOSITION); i++) {
        const struct disposition *row = picture_row(turn->picture, OBJECT_DISPOSITION, i);
        if (text_same_ignoring_case(span_of(row->code), span_of(word)))
            return row;
    }
    struct buffer known = { 0 };
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_DISPOSITION) && i < 20; i++)
        buffer_print(&known, " %s", ((const struct disposition *)picture_row(
                                         turn->picture, OBJECT_DISPOSITION, i))->code);
    turn_answer(turn, RESULT_NO, "%s is no disposition here; known:%s", word,
                known.length ? known.bytes : " none");
    buffer_clear(&known);
    return NULL;
}

enum { UNITS_NAMED_MAX = 4 };  /* So that how to answer still fits behind them at 120 columns. */

/* "B1 E3 E6 E7 +2": whom the close would release; NULL when nobody is there. */
static const char *units_still_there(struct turn *turn, const struct incident *incident)
{
    uint32_t index = 0, count = 0;
    const struct unit *unit;
    const char *list = NULL;

    while ((unit = picture_next_unit_of(turn->picture, incident->number, &index)))
        if (count++ < UNITS_NAMED_MAX)
            list = arena_print(turn->arena, "%s%s%s", list ? list : "", list ? " " : "",
                               unit->callsign);
    return count <= UNITS_NAMED_MAX ? list : arena_print(turn->arena, "%s +%u", list,
                                                         count - UNITS_NAMED_MAX);
}

/* Why closing asks first (screens.md section 2, "When it asks"); NULL when it need not. */
static const char *close_consequence(struct turn *turn, const struct incident *incident)
{
    const char *units = units_still_there(turn, incident);

    if (units)
        return arena_print(turn->arena, "#%u still has %s. Close and release them?",
                           incident->number, units);
    if (incident->priority <= 2 && incident->onscene_ms == 0)
        return arena_print(turn->arena, "nobody was ever on scene at #%u, P%u. Close it?",
                           incident->number, incident->priority);
    return NULL;
}

/* Their open orders are withdrawn, so a late receipt moves nothing. */
static void release_all(struct turn *turn, uint32_t incident)
{
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_ORDER); i++) {
        const struct order *order = picture_row(turn->picture, OBJECT_ORDER, i);
        if (order->incident == incident && !order_is_over(order))
            order_move(turn, "close", order, STAGE_WITHDRAWN, "the incident was closed");
    }
    uint32_t index = 0;
    const struct unit *unit;
    while ((unit = picture_next_unit_of(turn->picture, incident, &index))) {
        unit_release(turn, "close", unit, turn->operator);
        unit_set_status(turn, "close", unit, UNIT_AVAILABLE, 0, turn->operator, "");
    }
}

void decide_close(struct turn *turn, const struct command_line *line)
{
    if (!argument_count(turn, line, 2, 2))
        return;
    const struct incident *incident = argument_open_incident(turn, line, 0);
    if (!incident)
        return;
    const struct disposition *disposition = disposition_named(turn, line->words[1]);
    if (!disposition)
        return;
    const char *what = arena_print(turn->arena, "#%u", incident->number);
    if (turn_changed(turn, what, incident->entry, incident->entry_by))
        return;
    const char *consequence = turn->confirmed ? NULL : close_consequence(turn, incident);
    if (consequence) {
        question_to_person(turn, line->canonical, consequence, incident->number);
        return;
    }
    uint32_t number = incident->number;
    release_all(turn, number);
    struct event event = turn_event(EVENT_INCIDENT_CLOSED, "close");
    event.incident_closed.incident = number;
    event.incident_closed.disposition = disposition->code;
    event.incident_closed.by = turn->operator;
    event.incident_closed.text = turn_clean(turn, line->text, 240);
    turn_add(turn, &event);
    turn_answer(turn, RESULT_OK, "#%u closed, %s", number, disposition->code);
}

void decide_reopen(struct turn *turn, const struct command_line *line)
{
    if (!argument_count(turn, line, 1, 1))
        return;
    const struct incident *incident = argument_incident(turn, line, 0);
    if (!incident)
        return;
    if (incident->state == INCIDENT_OPEN) {
        turn_answer(turn, RESULT_NO, "#%u is open; nothing was done", incident->number);
        return;
    }
    if (!line->text[0]) {
        turn_answer(turn, RESULT_NO, "why? reopen %u ; REASON", incident->number);
        return;
    }
    struct event event = turn_event(EVENT_INCIDENT_REOPENED, "reopen");
    event.incident_reopened.incident = incident->number;
    event.incident_reopened.by = turn->operator;
    event.incident_reopened.reason = turn_clean(turn, line->text, 240);
    turn_add(turn, &event);
    turn_answer(turn, RESULT_OK, "#%u is open again", incident->number);
}
