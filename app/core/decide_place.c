/* decide_place.c - where something is: what was typed, what geography made of it, and how sure that
 * is. A place nobody confirmed says so; a circle is no point until `loc` says where in it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/core/decide.h"
#include "app/core/hazard_line.h"

enum {
    CANDIDATES_MAX = 4,             /* As many as a note holds with their coordinates. */
    CANDIDATE_APART_M = 100,        /* Nearer than this it is the same place under two names. */
};

/* ---- what was typed ---- */

bool typed_place_read(struct turn *turn, const struct command_line *line,
                      struct typed_place *ret_place)
{
    const char *option = command_option(line, "radius");
    struct typed_place typed = { .text = line->place, .radius_m = NAN };
    struct span before;

    if (option && !length_parse(span_of(option), &typed.radius_m)) {
        turn_answer(turn, RESULT_NO, "radius=%s is no length: 120m or 1.5km", option);
        return false;
    }
    if (!option && circle_cut(span_of(line->place), &before, &typed.radius_m))
        typed.text = arena_copy(turn->arena, before);
    if (typed.radius_m < 1 || typed.radius_m > PLACE_RADIUS_M_MAX) {
        turn_answer(turn, RESULT_NO, "a place is known within 1 m to %d km; nothing was done",
                    PLACE_RADIUS_M_MAX / 1000);
        return false;
    }
    if (typed.text[0] == '\0') {
        turn_answer(turn, RESULT_NO, "where? write the place before its radius");
        return false;
    }
    *ret_place = typed;
    return true;
}

void ask_place(struct turn *turn, const struct command_line *line)
{
    struct event event = turn_event(EVENT_QUESTION_ASKED, "command.place");
    struct typed_place typed;

    if (!typed_place_read(turn, line, &typed) || !turn_has_room(turn, OBJECT_QUESTION))
        return;
    event.question_asked.question = question_next(turn);
    event.question_asked.target = ASKED_GEOGRAPHY;
    event.question_asked.purpose = PURPOSE_PLACE;
    event.question_asked.operator = turn->operator;
    event.question_asked.command = turn_clean(turn, line->canonical, 2048);
    event.question_asked.place = turn_clean(turn, typed.text, 160);
    event.question_asked.consequence =
        turn_clean(turn, arena_print(turn->arena, "where is %s?", typed.text), 240);
    event.question_asked.expires_ms = turn->head.at_ms + GEOGRAPHY_ANSWER_MS;
    turn_add(turn, &event);
}

void incident_ask(struct turn *turn, enum question_purpose purpose, uint32_t incident,
                  const char *place, struct geo_point at)
{
    if (picture_count(turn->picture, OBJECT_QUESTION) >= QUESTIONS_MAX)
        return;                         /* The incident stays UNCONFIRMED, which it says. */
    struct event event = turn_event(EVENT_QUESTION_ASKED, "report.place");
    event.question_asked.question = question_next(turn);
    event.question_asked.target = ASKED_GEOGRAPHY;
    event.question_asked.purpose = purpose;
    event.question_asked.incident = incident;
    event.question_asked.place = turn_clean(turn, place, 160);
    event.question_asked.consequence = purpose == PURPOSE_PLACE
        ? turn_clean(turn, arena_print(turn->arena, "where is %s?", place), 240)
        : arena_print(turn->arena, "what is there, where #%u is?", incident);
    event.question_asked.to = at;
    event.question_asked.expires_ms = turn->head.at_ms + GEOGRAPHY_ANSWER_MS;
    turn_add(turn, &event);
}

/* ---- what geography made of it ---- */

static struct geo_point found_point(const struct json *found)
{
    struct geo_point point = { .lat_deg = json_member_number(found, "lat", 0),
                               .lon_deg = json_member_number(found, "lon", 0) };

    return geo_plausible(point) ? geo_rounded(point) : geo_unknown();
}

/* "Quay St, Northgate", as far as geography knows where it is. */
static const char *found_words(struct turn *turn, const struct json *found)
{
    const char *text = json_member_text(found, "text", "");
    const char *in = json_member_text(found, "town", "");

    if (!in[0])
        in = json_member_text(found, "zone", "");
    return turn_clean(turn, arena_print(turn->arena, "%s%s%s", text, in[0] ? ", " : "", in), 120);
}

/* Other places that are as good an answer: nothing tells which was meant. */
static const char *candidates(struct turn *turn, const struct json *found,
                              const struct found_place *place, uint32_t *ret_count)
{
    const struct json *best = json_first(found);
    double score = json_member_number(best, "score", 0);
    const char *words = "";

    *ret_count = 0;
    for (const struct json *other = json_next(best); other; other = json_next(other)) {
        struct geo_point point = found_point(other);
        if (*ret_count == CANDIDATES_MAX || !geo_known(point)
            || json_member_number(other, "score", 0) < score
            || geo_distance_m(point, place->location) < CANDIDATE_APART_M)
            continue;
        words = arena_print(turn->arena, "%s%s%s @%.5f,%.5f", words, words[0] ? "; " : "",
                            found_words(turn, other), point.lat_deg, point.lon_deg);
        (*ret_count)++;
    }
    return words;
}

static void doubts_read(struct turn *turn, const struct json *found, struct found_place *place)
{
    const char *note = json_member_text(json_first(found), "note", "");

    if (place->exact)
        return;
    place->others = candidates(turn, found, place, &place->other_count);
    if (note[0])
        place->note = turn_clean(turn, arena_print(turn->arena, "taken for %s: %s", place->text,
                                                   note), 160);
}

bool found_place_read(struct turn *turn, const struct json *answer, struct found_place *ret_place)
{
    const struct json *found = json_member(answer, "found"), *best = json_first(found);
    const char *text = json_text(json_member(best, "text"));
    struct geo_point location = found_point(best);

    if (!best || !text || !text[0] || !geo_known(location))
        return false;
    *ret_place = (struct found_place){
        .text = turn_clean(turn, text, 120),
        .zone = turn_clean(turn, json_member_text(best, "zone", ""), 48),
        .note = "", .others = "",
        .location = location,
        .radius_m = json_member_number(best, "radius_m", NAN),
        .exact = json_member_flag(best, "exact", false),
        .is_point = strcmp(json_member_text(best, "kind", ""), "point") == 0,
    };
    if (!(ret_place->radius_m >= 1))
        ret_place->radius_m = NAN;
    doubts_read(turn, found, ret_place);
    return true;
}

bool line_place_found(struct turn *turn, const struct command_line *line,
                      struct found_place *ret_place)
{
    struct typed_place typed;
    struct geo_point point;

    if (!typed_place_read(turn, line, &typed))
        return false;
    if (!found_place_read(turn, turn->found, ret_place)) {
        bool is_point = point_parse(span_of(typed.text), &point);
        *ret_place = (struct found_place){
            .text = turn_clean(turn, typed.text, 120), .zone = "", .note = "", .others = "",
            .location = is_point ? point : geo_unknown(), .radius_m = NAN, .exact = is_point,
        };
    }
    if (!isnan(typed.radius_m))
        ret_place->radius_m = typed.radius_m;
    return true;
}

/* ---- how sure ---- */

enum place_state found_place_state(const struct found_place *place)
{
    bool point = geo_known(place->location) && isnan(place->radius_m);

    return place->exact && point ? PLACE_CONFIRMED : PLACE_UNCONFIRMED;
}

const char *found_place_doubt(struct turn *turn, const struct found_place *place)
{
    const char *refused = json_member_text(turn->found, "refused", "");
    char length[LENGTH_TEXT_BYTES];

    if (found_place_state(place) == PLACE_CONFIRMED)
        return "";
    if (!geo_known(place->location))
        return refused[0] ? arena_print(turn->arena, ", UNCONFIRMED: %s", refused)
                          : ", UNCONFIRMED: no such place was found";
    const char *circle = isnan(place->radius_m)
        ? "" : arena_print(turn->arena, ", within %s", length_text(place->radius_m, length));
    if (place->exact)
        return arena_print(turn->arena, "%s, UNCONFIRMED: loc says where in it", circle);
    return arena_print(turn->arena, "%s, UNCONFIRMED: %s%s%s", circle,
                       place->note[0] ? place->note : "the nearest to what was typed",
                       place->other_count ? "; it may also be " : "", place->others);
}

void incident_place(struct turn *turn, uint32_t number, const struct found_place *place,
                    const char *rule)
{
    struct event event = turn_event(EVENT_INCIDENT_LOCATED, rule);

    event.incident_located.incident = number;
    event.incident_located.place = place->text;
    event.incident_located.place_state = found_place_state(place);
    event.incident_located.location = place->location;
    event.incident_located.radius_m = place->radius_m;
    event.incident_located.place_note = place->note;
    event.incident_located.zone = place->zone;
    turn_add(turn, &event);
    incident_placed(turn, number, place);
}

void incident_placed(struct turn *turn, uint32_t number, const struct found_place *place)
{
    /* Nobody can search a circle of coordinates: which streets are in it? */
    if (place->is_point && !isnan(place->radius_m))
        incident_ask(turn, PURPOSE_REVERSE, number, place->text, place->location);
    if (place->other_count > 0)
        note_add(turn, "geography.candidates", number, "", "geography", 0,
                 arena_print(turn->arena, "the place may also be %s (loc %u @... says which)",
                             place->others, number));
}
