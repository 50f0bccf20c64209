/* decide_hazard.c - hazards: drawn and ended by people (`haz`), reported by feeds.
 *
 *               haz KIND, or a report           haz HZ9 2h, or the report again
 *     (nothing) -----------------------> STANDS -------------------------------> STANDS
 *                                          |
 *               haz HZ9 off, a cancel, or its time is over -> (nothing)
 *
 * One that closes roads is the ways' business too (decide_way.c). */
#include <math.h>
#include <string.h>

#include "app/core/decide.h"
#include "app/core/hazard_line.h"
#include "app/core/way.h"

/* ---- beginning and ending ---- */

/* What was announced for tonight is here: roads close now. */
void hazard_begin(struct turn *turn, const struct hazard *hazard)
{
    struct event event = turn_event(EVENT_HAZARD_BEGAN, "hazard.begins");

    event.hazard_began.hazard = hazard->number;
    event.hazard_began.kind = hazard->kind;
    turn_add(turn, &event);
    closure_began(turn, hazard->number);
}

void hazard_end(struct turn *turn, const char *rule, const struct hazard *hazard,
                const char *reason, const struct command_line *line)
{
    uint32_t number = hazard->number;
    struct closure closure = closure_of(hazard, turn->arena);
    struct event event = turn_event(EVENT_HAZARD_ENDED, rule);

    event.hazard_ended.hazard = number;
    event.hazard_ended.reason = reason;
    if (line) {
        event.hazard_ended.by = turn->operator;
        event.hazard_ended.note = turn_clean(turn, line->text, 240);
    }
    turn_add(turn, &event);
    closure_ended(turn, &closure);
}

/* ---- haz ---- */

/* "16:32", with the day when it is not within the next hours. */
static const char *until_words(struct turn *turn, int64_t at_ms)
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    int64_t local_ms = at_ms + (int64_t)when_local_offset_s(at_ms) * 1000;
    static const int64_t day_ms = 86400000, soon_ms = 20 * INT64_C(3600000);

    if (at_ms - turn->head.at_ms < soon_ms)
        return turn_clock(turn, at_ms);
    return arena_print(turn->arena, "%s %s", days[local_ms / day_ms % 7], turn_clock(turn, at_ms));
}

/* Where it is, in words: for the list, the log and the answer. */
static const char *where_words(struct turn *turn, const struct hazard_line *drawn,
                               const char *place)
{
    char length[LENGTH_TEXT_BYTES];

    if (drawn->ring.count > 0)
        return arena_print(turn->arena, "%u corners, %s across", drawn->ring.count - 1,
                           length_text(ring_across_m(&drawn->ring), length));
    return arena_print(turn->arena, "%s round %s", length_text(drawn->radius_m, length), place);
}

struct drawing {
    const struct hazard_line *drawn;
    const char *place;              /* In words. */
    struct geo_point center;        /* Unknown for an area, and where no place was found. */
    bool exact;
    const char *doubt;              /* ", UNCONFIRMED: ..." */
};

static void draw(struct turn *turn, const struct command_line *line, const struct drawing *drawing)
{
    const struct hazard_line *drawn = drawing->drawn;
    uint32_t number = picture_counters(turn->picture)->hazards + 1;
    const char *where = where_words(turn, drawn, drawing->place);
    bool placed = drawn->ring.count > 0 || geo_known(drawing->center);
    struct event event = turn_event(EVENT_HAZARD_SET, "hazard");
    struct hazard_set *set = &event.hazard_set;

    set->hazard = number;
    set->kind = drawn->kind;
    set->severity = drawn->severity;
    set->headline = turn_clean(turn, arena_print(turn->arena, "%s%s%s", drawn->title,
                                                 drawn->title[0] ? ", " : "", where), 160);
    set->area = turn_clean(turn, drawing->place, 120);
    set->polygon = drawn->ring;
    set->center = drawing->center;
    set->radius_m = drawn->radius_m;
    set->effective_ms = turn->head.at_ms;
    set->expires_ms = turn->head.at_ms + drawn->span_ms;
    set->by = turn->operator;
    set->closes_roads = drawn->closes_roads && placed;
    set->unconfirmed = drawn->ring.count == 0 && !drawing->exact;
    set->note = turn_clean(turn, line->text, 240);
    turn_add(turn, &event);
    closure_began(turn, number);
    turn_answer(turn, placed ? RESULT_OK : RESULT_PART, "HZ%u %s %s: %s, until %s%s%s%s", number,
                set->kind, vocabulary_word(&severity_words, set->severity), where,
                until_words(turn, set->expires_ms), set->closes_roads ? ", ROADS CLOSED" : "",
                drawing->doubt,
                placed ? "" : ". It is on no map, closes no road: end it, draw it at @lat,lon");
}

/* At a place in words: asked of geography first, drawn by what it says, or without it in time. */
static void draw_at_words(struct turn *turn, const struct command_line *line,
                          const struct hazard_line *drawn)
{
    struct found_place found;

    if (!turn->question) {
        ask_place(turn, line);
        return;
    }
    if (line_place_found(turn, line, &found))
        draw(turn, line, &(struct drawing){ .drawn = drawn, .place = found.text,
                                            .center = found.location, .exact = found.exact,
                                            .doubt = found_place_doubt(turn, &found) });
}

static void draw_new(struct turn *turn, const struct command_line *line,
                     const struct hazard_line *drawn)
{
    struct geo_point point;

    if (!turn_has_room(turn, OBJECT_HAZARD))
        return;
    if (drawn->ring.count > 0)
        draw(turn, line, &(struct drawing){ .drawn = drawn, .place = "a drawn area",
                                            .center = geo_unknown(), .exact = true,
                                            .doubt = "" });
    else if (point_parse(span_of(line->place), &point))
        draw(turn, line, &(struct drawing){ .drawn = drawn, .center = point, .exact = true,
                                            .place = turn_clean(turn, line->place, 120),
                                            .doubt = "" });
    else
        draw_at_words(turn, line, drawn);
}

static void last_until(struct turn *turn, const struct command_line *line,
                       const struct hazard *hazard, int64_t span_ms)
{
    struct event event = turn_event(EVENT_HAZARD_CHANGED, "hazard.span");
    int64_t expires_ms = turn->head.at_ms + span_ms;

    if (hazard->feed[0]) {
        turn_answer(turn, RESULT_NO, "HZ%u is of feed %s, whose source says when it ends; haz HZ%u "
                    "off ; WHY takes it off here", hazard->number, hazard->feed, hazard->number);
        return;
    }
    event.hazard_changed.hazard = hazard->number;
    event.hazard_changed.expires_ms = expires_ms;
    event.hazard_changed.by = turn->operator;
    event.hazard_changed.note = turn_clean(turn, line->text, 240);
    turn_add(turn, &event);
    turn_answer(turn, RESULT_OK, "HZ%u %s lasts until %s", hazard->number, hazard->kind,
                until_words(turn, expires_ms));
}

static void end_now(struct turn *turn, const struct command_line *line,
                    const struct hazard *hazard)
{
    uint32_t number = hazard->number;
    const char *kind = arena_copy(turn->arena, span_of(hazard->kind));
    const char *feed = arena_copy(turn->arena, span_of(hazard->feed));

    if (feed[0] && !line->text[0]) {
        turn_answer(turn, RESULT_NO, "HZ%u was reported by feed %s: say why it ends here, haz HZ%u "
                    "off ; REASON", number, feed, number);
        return;
    }
    hazard_end(turn, "hazard.off", hazard, "", line);
    turn_answer(turn, RESULT_OK, "HZ%u %s ended%s%s%s", number, kind,
                feed[0] ? "; feed " : "", feed, feed[0] ? " may report it again" : "");
}

void decide_hazard(struct turn *turn, const struct command_line *line)
{
    struct hazard_line read;
    const char *problem = hazard_line_read(turn->picture, line, turn->arena, &read);

    if (problem) {
        turn_answer(turn, RESULT_NO, "%s", problem);
        return;
    }
    if (read.number == 0) {
        draw_new(turn, line, &read);
        return;
    }
    const struct hazard *hazard = picture_numbered(turn->picture, OBJECT_HAZARD, read.number);
    if (turn_changed(turn, arena_print(turn->arena, "HZ%u", read.number), hazard->entry,
                     hazard->entry_by))
        return;
    if (read.off)
        end_now(turn, line, hazard);
    else
        last_until(turn, line, hazard, read.span_ms);
}

/* ---- reports ---- */

static void reported(struct turn *turn, const struct report_hazard *report, const char *source,
                     const struct hazard *known)
{
    const struct feed *feed = picture_called(turn->picture, OBJECT_FEED, turn->input->source);
    struct event event = turn_event(EVENT_HAZARD_SET, "report.hazard");
    struct hazard_set *set = &event.hazard_set;
    uint32_t number = known ? known->number : picture_counters(turn->picture)->hazards + 1;

    set->hazard = number;
    set->feed = turn->input->source;
    set->source = source;
    set->kind = turn_clean(turn, report->kind, 48);
    set->severity = report->severity;
    set->headline = turn_clean(turn, report->headline, 160);
    set->area = turn_clean(turn, report->area, 120);
    set->polygon = report->polygon;
    set->center = report->center;
    set->radius_m = report->radius_m;
    set->effective_ms = report->effective;
    set->expires_ms = report->expires;
    set->expiry_assumed = report->expiry_assumed;
    set->exercise = report->exercise;
    set->simplified = report->simplified;
    /* A feed that may only draw on the map sends no crew another way (DESIGN promise 9). */
    struct trust trust = feed ? feed_trust(turn, feed) : (struct trust){ .none = true };
    set->closes_roads = hazard_closes_roads(turn->picture, set->kind)
                        && trust_allows(&trust, TRUST_OPEN);
    set->text = turn_clean(turn, report->text, 400);
    turn_add(turn, &event);
    closure_began(turn, number);
}

void hazard_reported(struct turn *turn, const struct report *report)
{
    const struct report_hazard *hazard = &report->hazard;
    const char *source = turn_clean(turn, hazard->id, 160);
    const struct hazard *known =
        picture_from_source(turn->picture, OBJECT_HAZARD, turn->input->source, source);

    if (hazard->cancel) {
        /* A cancel removes and never creates (field.md: one that created was sent to phones). */
        if (known)
            hazard_end(turn, "report.cancel", known, "cancelled by its source", NULL);
        else
            report_hold(turn, "hazard", "report.cancel", "it cancels what is not here");
        return;
    }
    if (hazard->exercise && !turn_is_drill(turn))
        report_hold(turn, "hazard", "report.exercise", "an exercise, and this is the live site");
    else if (hazard->expires && hazard->expires <= turn->head.at_ms)
        report_hold(turn, "hazard", "report.expired", "it had expired before it came");
    else if (!known && picture_count(turn->picture, OBJECT_HAZARD) >= HAZARDS_MAX)
        report_hold(turn, "hazard", "report.full", "the picture holds as many hazards as it can");
    else
        reported(turn, hazard, source, known);
}
