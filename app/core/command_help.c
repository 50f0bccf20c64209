/* command_help.c - what helps while a line is typed: the read-back and completion. */
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/core/attention.h"
#include "app/core/command.h"
#include "app/core/hazard_line.h"

/* ---- read-back (screens.md section 2): a wrong digit is seen before it is sent ---- */

static void describe_incident(const struct picture *picture, uint32_t number, struct buffer *out)
{
    const struct incident *incident = picture_incident(picture, number);

    if (!incident)
        buffer_print(out, "#%u: NO SUCH INCIDENT", number);
    else
        buffer_print(out, "#%u %s %s%s%s%s", number, incident->type, incident->place,
                     incident->zone[0] ? ", " : "", incident->zone,
                     incident->state == INCIDENT_CLOSED ? " CLOSED" : "");
}

static void describe_unit(const struct picture *picture, const char *callsign, struct buffer *out)
{
    const struct unit *unit = picture_unit(picture, callsign);

    if (!unit) {
        buffer_print(out, "%s: NO SUCH UNIT", callsign);
        return;
    }
    buffer_print(out, "%s %s", callsign, vocabulary_word(&unit_status_words, unit->status));
    if (unit->incident)
        buffer_print(out, " on #%u", unit->incident);
}

static void describe(const struct picture *picture, const struct object_name *name, int64_t now_ms,
                     struct buffer *out)
{
    char text[OBJECT_NAME_BYTES];

    object_name_text(name, text);
    if (name->kind == OBJECT_INCIDENT) {
        describe_incident(picture, name->number, out);
        return;
    }
    if (name->kind == OBJECT_UNIT) {
        describe_unit(picture, name->key, out);
        return;
    }
    const struct attention *item = picture_called(picture, OBJECT_ATTENTION, text);
    buffer_print(out, "%s", text);
    if (!picture_find(picture, name)) {
        buffer_add_text(out, ": NO SUCH THING");
        return;
    }
    if (item) {
        buffer_add_text(out, " ");
        attention_sentence(picture, item, now_ms, out);
    }
}

/* What `show` takes beside the name of an object. */
static const struct { const char *word, *about; } shown_forms[] = {
    { "attention", "what needs a person" },
    { "incidents", "those that are not closed" },
    { "units", "each with its status and place" },
    { "alarms", "what is in alarm" },
    { "hazards", "areas in force" },
    { "orders", "on their way and lately" },
    { "feeds", "sources and how they are" },
    { "picture", "all of it, as lists" },
    { "reach", "what is reached in a time: show reach St4 5m; show reach off" },
    { "inside", "what lies in an area: show inside HZ9, or reach" },
    { "distance", "between two places: show distance E1 St4" },
};

static bool is_shown_form(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(shown_forms); i++)
        if (text_same_ignoring_case(span_of(shown_forms[i].word), span_of(word)))
            return true;
    return false;
}

/* Is this word, at this place of this verb, a name? Types and facilities are not. */
static bool word_is_object(const struct command *command, uint32_t word)
{
    switch (command_argument(command, word)) {
    case ARGUMENT_INCIDENT:
    case ARGUMENT_UNIT:
    case ARGUMENT_UNITS:
    case ARGUMENT_OBJECT:
    case ARGUMENT_INCIDENT_OR_UNIT:
    case ARGUMENT_SHOWN:
        return true;
    case ARGUMENT_NONE:
    case ARGUMENT_TYPE:
    case ARGUMENT_PLACE:
    case ARGUMENT_DISPOSITION:
    case ARGUMENT_FACILITY:
    case ARGUMENT_TEXT:
    case ARGUMENT_PRIORITY:
    case ARGUMENT_WORD:
    case ARGUMENT_OPTION:
    case ARGUMENT_HAZARD:
    case ARGUMENT_RADIUS:
    case ARGUMENT_SPAN:
        return false;
    }
    return false;
}

/* The object that a word names. Behind `show` stand words of its own, stations and times. */
static bool word_object(const struct picture *picture, const struct command_line *line,
                        uint32_t word, struct object_name *ret_name)
{
    if (!word_is_object(line->command, word)
        || !object_name_parse(span_of(line->words[word]), ret_name))
        return false;
    if (command_argument(line->command, word) != ARGUMENT_SHOWN)
        return true;
    return word == 0 ? !is_shown_form(line->words[0]) : picture_find(picture, ret_name) != NULL;
}

static bool same_object(const struct object_name *left, const struct object_name *right)
{
    return left->kind == right->kind && left->number == right->number
           && strcmp(left->key, right->key) == 0;
}

static void read_back_words(const struct picture *picture, const struct command_line *line,
                            const struct object_name *selected, int64_t now_ms, struct buffer *out)
{
    struct object_name name;
    bool other = false;

    for (uint32_t i = 0; i < line->word_count; i++) {
        buffer_add_text(out, i ? "  " : " ");
        if (!word_object(picture, line, i, &name)) {
            buffer_add_text(out, line->words[i]);
            continue;
        }
        describe(picture, &name, now_ms, out);
        if (name.kind == OBJECT_INCIDENT && selected && selected->kind == OBJECT_INCIDENT
            && !same_object(&name, selected))
            other = true;
    }
    if (line->place)
        buffer_print(out, "  at %s", line->place);
    if (line->priority)
        buffer_print(out, "  P%u", line->priority);
    if (other)
        buffer_add_text(out, "  NOT the selected incident");
}

static void put_until(int64_t at_ms, struct buffer *out)
{
    struct civil local = civil_from_ms(at_ms + (int64_t)when_local_offset_s(at_ms) * 1000);

    buffer_print(out, " until %02d:%02d", local.hour, local.minute);
}

/* What `haz` would draw: the kind's title and whether roads close are seen before Enter. */
static void read_back_hazard(const struct picture *picture, const struct command_line *line,
                             int64_t now_ms, struct arena *arena, struct buffer *out)
{
    struct hazard_line hazard;
    char length[LENGTH_TEXT_BYTES];
    const char *problem = hazard_line_read(picture, line, arena, &hazard);

    if (problem) {
        buffer_add_text(out, problem);
        return;
    }
    if (hazard.number) {
        const struct hazard *known = picture_numbered(picture, OBJECT_HAZARD, hazard.number);
        buffer_print(out, "ENTER %s HZ%u %s  %s", hazard.off ? "ends" : "changes", hazard.number,
                     known->kind, known->headline[0] ? known->headline : known->area);
    } else {
        buffer_print(out, "ENTER draws %s%s%s%s %s  ", hazard.kind, hazard.title[0] ? " (" : "",
                     hazard.title, hazard.title[0] ? ")" : "",
                     vocabulary_word(&severity_words, hazard.severity));
        if (line->place)
            buffer_print(out, "%s round %s", length_text(hazard.radius_m, length), line->place);
        else
            buffer_print(out, "an area of %u corners", hazard.ring.count - 1);
    }
    if (!hazard.off)
        put_until(now_ms + hazard.span_ms, out);
    if (hazard.closes_roads)
        buffer_add_text(out, "  ROADS CLOSED inside");
}

void command_read_back(const struct picture *picture, struct span typed,
                       const struct object_name *selected, int64_t now_ms, struct buffer *out)
{
    struct arena *arena = arena_new();
    struct command_line line;
    struct object_name name;

    if (span_trim(typed).length == 0) {
        arena_free(arena);
        return;
    }
    command_parse(typed, arena, &line);
    if (line.problem) {
        buffer_add_text(out, line.problem);
    } else if (!line.command) {
        buffer_add_text(out, "ENTER selects ");
        if (object_name_parse(span_of(line.words[0]), &name))
            describe(picture, &name, now_ms, out);
    } else if (!line.command->decide && line.command->place == COMMAND_ENTERED) {
        buffer_print(out, "%s is not in this release yet", line.command->long_form);
    } else if (command_takes(line.command, ARGUMENT_HAZARD) && line.word_count > 0) {
        read_back_hazard(picture, &line, now_ms, arena, out);
    } else {
        buffer_print(out, "ENTER %s", line.command->long_form);
        read_back_words(picture, &line, selected, now_ms, out);
    }
    arena_free(arena);
}

/* ---- completion ---- */

struct completing {
    const struct picture *picture;
    struct arena *arena;
    struct span word;               /* What is typed of the word so far. */
    uint32_t start;
    struct completion *out;
    uint32_t count, most;
};

static bool starts_ignoring_case(const char *text, struct span prefix)
{
    size_t length = strlen(text);
    return length >= prefix.length
           && text_same_ignoring_case(span_from(text, prefix.length), prefix);
}

static void offer(struct completing *completing, const char *text, const char *about)
{
    if (completing->count == completing->most || !starts_ignoring_case(text, completing->word))
        return;
    completing->out[completing->count++] =
        (struct completion){ .text = arena_copy(completing->arena, span_of(text)),
                             .about = about, .start = completing->start };
}

static void offer_verbs(struct completing *completing)
{
    for (uint32_t i = 0; i < command_count(); i++) {
        const struct command *command = command_row(i);
        if (command->decide || command->place != COMMAND_ENTERED)
            offer(completing, command->short_form, command->help);
    }
}

static void offer_incidents(struct completing *completing)
{
    for (uint32_t i = picture_count(completing->picture, OBJECT_INCIDENT); i > 0; i--) {
        const struct incident *incident =
            picture_row(completing->picture, OBJECT_INCIDENT, i - 1);
        if (incident->state == INCIDENT_CLOSED)
            continue;
        offer(completing, arena_print(completing->arena, "%u", incident->number),
              arena_print(completing->arena, "P%u %s %s", incident->priority, incident->type,
                          incident->place));
    }
}

/* Those who can go come first. */
static void offer_units(struct completing *completing)
{
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < picture_count(completing->picture, OBJECT_UNIT); i++) {
            const struct unit *unit = picture_row(completing->picture, OBJECT_UNIT, i);
            if ((unit->status == UNIT_AVAILABLE) != (pass == 0))
                continue;
            offer(completing, unit->callsign,
                  arena_print(completing->arena, "%s %s%s%s",
                              vocabulary_word(&unit_status_words, unit->status), unit->kind,
                              unit->station[0] ? " " : "", unit->station));
        }
    }
}

static void offer_attention(struct completing *completing)
{
    const struct attention *items[64];
    uint32_t all = picture_attention(completing->picture, items, ARRAY_COUNT(items));

    for (uint32_t i = 0; i < all && i < ARRAY_COUNT(items); i++) {
        struct buffer about = { 0 };
        attention_sentence(completing->picture, items[i], completing->picture->at_ms, &about);
        const char *object = items[i]->object[0] == '#' ? items[i]->object + 1 : items[i]->object;
        offer(completing, object, arena_copy(completing->arena, buffer_span(&about)));
        buffer_clear(&about);
    }
}

/* Codes of a configured kind: the first member, and the second to say what it is. */
static void offer_codes(struct completing *completing, enum object_kind kind)
{
    size_t about_at = object_shape(kind)->fields[1].offset;

    for (uint32_t i = 0; i < picture_count(completing->picture, kind); i++) {
        const char *row = picture_row(completing->picture, kind, i);
        offer(completing, row, arena_copy(completing->arena, span_of(row + about_at)));
    }
}

static void offer_hazard_numbers(struct completing *completing)
{
    for (uint32_t i = picture_count(completing->picture, OBJECT_HAZARD); i > 0; i--) {
        const struct hazard *hazard = picture_row(completing->picture, OBJECT_HAZARD, i - 1);
        offer(completing, arena_print(completing->arena, "HZ%u", hazard->number),
              arena_print(completing->arena, "%s %s", hazard->kind, hazard->headline));
    }
}

static void offer_hazards(struct completing *completing)
{
    offer_codes(completing, OBJECT_HAZARD_KIND);
    offer(completing, "CLOSED", "roads inside are closed");
    offer_hazard_numbers(completing);
}

/* Common ones: a person picks with Tab and digits, and may type any other. */
static void offer_words(struct completing *completing, const char *const *words, const char *about)
{
    for (; *words; words++)
        offer(completing, *words, about);
}

static void offer_spans(struct completing *completing)
{
    static const char *const spans[] = { "30m", "1h", "2h", "4h", "12h", "1d", NULL };

    offer_words(completing, spans, "how long it lasts; it ends by itself");
}

/* Behind HZ9 stands what becomes of it, behind a kind how far it reaches. */
static void offer_radii(struct completing *completing, const struct command_line *line)
{
    static const char *const radii[] = { "100m", "200m", "500m", "1km", "2km", NULL };
    struct object_name name;

    if (!object_name_parse(span_of(line->words[0]), &name) || name.kind != OBJECT_HAZARD) {
        offer_words(completing, radii, "round the place");
        return;
    }
    offer(completing, "off", "it ends now");
    offer_spans(completing);
}

/* Where a reach or a distance begins, and what has an inside. */
static void offer_shown(struct completing *completing, const struct command_line *line)
{
    static const char *const minutes[] = { "3m", "5m", "8m", "10m", "15m", NULL };
    struct span form = span_of(line->word_count ? line->words[0] : "");

    for (size_t i = 0; form.length == 0 && i < ARRAY_COUNT(shown_forms); i++)
        offer(completing, shown_forms[i].word, shown_forms[i].about);
    if (text_same_ignoring_case(form, span_of("inside"))) {
        offer(completing, "reach", "of the reach that is on the map");
        offer_hazard_numbers(completing);
        return;
    }
    bool reach = text_same_ignoring_case(form, span_of("reach"));
    if (reach && line->word_count > 1) {
        offer_words(completing, minutes, "of driving");
        return;
    }
    if (reach || text_same_ignoring_case(form, span_of("distance")))
        offer_codes(completing, OBJECT_FACILITY);
    else if (form.length > 0)
        return;
    else
        offer_attention(completing);
    offer_incidents(completing);
    offer_units(completing);
}

static void offer_argument(struct completing *completing, const struct command_line *line,
                           enum argument_kind kind)
{
    switch (kind) {
    case ARGUMENT_INCIDENT:
        offer_incidents(completing);
        return;
    case ARGUMENT_UNIT:
    case ARGUMENT_UNITS:
        offer_units(completing);
        return;
    case ARGUMENT_OBJECT:
        offer_attention(completing);
        offer_incidents(completing);
        offer_units(completing);
        return;
    case ARGUMENT_INCIDENT_OR_UNIT:
        offer_incidents(completing);
        offer_units(completing);
        return;
    case ARGUMENT_TYPE:
        offer_codes(completing, OBJECT_TYPE);
        return;
    case ARGUMENT_DISPOSITION:
        offer_codes(completing, OBJECT_DISPOSITION);
        return;
    case ARGUMENT_FACILITY:
        offer_codes(completing, OBJECT_FACILITY);
        return;
    case ARGUMENT_HAZARD:
        offer_hazards(completing);
        return;
    case ARGUMENT_RADIUS:
        offer_radii(completing, line);
        return;
    case ARGUMENT_SPAN:
        offer_spans(completing);
        return;
    case ARGUMENT_SHOWN:
        offer_shown(completing, line);
        return;
    case ARGUMENT_NONE:
    case ARGUMENT_PLACE:
    case ARGUMENT_TEXT:
    case ARGUMENT_PRIORITY:
    case ARGUMENT_WORD:
    case ARGUMENT_OPTION:
        return;
    }
}

/* Only units and the like may be more than the verb has places for. */
static bool past_words(const struct command *command, uint32_t word)
{
    return word > 0 && command_argument(command, word) == command_argument(command, word - 1)
           && command_argument(command, word) != ARGUMENT_UNITS
           && command_argument(command, word) != ARGUMENT_WORD
           && command_argument(command, word) != ARGUMENT_SHOWN;
}

uint32_t command_complete(const struct picture *picture, struct span typed, uint32_t cursor,
                          struct arena *arena, struct completion *ret_completions, uint32_t most)
{
    struct span before = span_from(typed.bytes, cursor < typed.length ? cursor : typed.length);
    struct completing completing = { .picture = picture, .arena = arena, .out = ret_completions,
                                     .most = most };
    struct command_line line;
    size_t start = before.length;

    while (start > 0 && before.bytes[start - 1] != ' ')
        start--;
    completing.start = (uint32_t)start;
    completing.word = span_from(before.bytes + start, before.length - start);
    struct span front = span_trim(span_from(before.bytes, start));
    if (front.length == 0) {
        offer_verbs(&completing);
        return completing.count;
    }
    command_parse(front, arena, &line);
    if (!line.command || line.text[0])
        return 0;
    /* A place goes on with more words, but for a verb that measures round it. */
    if (line.place && !command_takes(line.command, ARGUMENT_RADIUS))
        return 0;
    if (!past_words(line.command, line.word_count))
        offer_argument(&completing, &line, command_argument(line.command, line.word_count));
    return completing.count;
}
