/* control_measure.c - how far it is from one place to another, straight and by road; d on the map,
 * or `show distance A B`. */
#include "panels/control_acts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

/* ---- asking ---- */

static void put_point(struct buffer *out, const char *name, struct geo_point point)
{
    json_open(out, name, '{');
    json_put_degrees(out, "lat", point.lat_deg);
    json_put_degrees(out, "lon", point.lon_deg);
    json_close(out, '}');
}

static bool ends_known(const struct hand_measure *measure)
{
    return measure->ends[0].said == SAID_KNOWN && measure->ends[1].said == SAID_KNOWN;
}

static void ask_route(struct view *view, int64_t after_ms)
{
    struct hand_measure *measure = &view->hand.measure;
    struct buffer ask = { 0 };

    measure->said = SAID_ASKING;
    hand_points_clear(&measure->route);
    json_open(&ask, NULL, '{');
    json_put_text(&ask, "ask", "route");
    put_point(&ask, "from", measure->ends[0].at);
    put_point(&ask, "to", measure->ends[1].at);
    json_close(&ask, '}');
    looks_want(&view->looks, LOOK_ROUTE, &ask, view->clock_ms + after_ms);
}

void control_ask_place(struct view *view, enum look_kind kind, const char *text, int64_t after_ms)
{
    struct buffer ask = { 0 };

    json_open(&ask, NULL, '{');
    json_put_text(&ask, "ask", kind == LOOK_TAB || kind == LOOK_SEARCH ? "suggest" : "place");
    json_put_text(&ask, "text", text);
    json_put_int64(&ask, "limit", kind == LOOK_TAB ? 20 : FOUND_MAX);
    json_close(&ask, '}');
    looks_want(&view->looks, kind, &ask, view->clock_ms + after_ms);
}

/* ---- on the map ---- */

static struct hand_end end_here(const struct view *view)
{
    const struct hand_cursor *cursor = &view->hand.cursor;
    struct hand_end end = { .said = SAID_KNOWN, .at = cursor->at };
    const char *words = cursor->said == SAID_KNOWN ? cursor->words : "the cursor";

    text_copy(end.words, sizeof end.words, span_of(words));
    return end;
}

void act_measure(struct control *control)
{
    struct view *view = control->view;

    if (!geo_known(view->hand.cursor.at)) {
        view_result_add(view, "NO", "d", "the map has not come yet: there is nothing to measure");
        return;
    }
    hand_measure_drop(&view->hand);
    view->hand.measure.ends_for = ENDS_FOR_DISTANCE;
    view->hand.measure.ends[0] = end_here(view);
    view->hand.measure.live = true;
    view->focus = FOCUS_MEASURE;
}

/* The line goes with the cursor, and the road is asked for when it rests. */
void control_measure_moved(struct view *view)
{
    if (!view->hand.measure.live)
        return;
    view->hand.measure.ends[1] = end_here(view);
    ask_route(view, CURSOR_ASKED_AFTER_MS);
}

/* It stays on the map, and is measured anew from here with the next d. */
void act_measure_end(struct control *control)
{
    struct view *view = control->view;

    control_measure_moved(view);
    view->hand.measure.live = false;
    view->focus = FOCUS_MAP;
}

void act_measure_drop(struct control *control)
{
    hand_measure_drop(&control->view->hand);
    looks_drop(&control->view->looks, LOOK_ROUTE);
    control->view->focus = FOCUS_MAP;
}

/* ---- what came of it, in words ---- */

void control_measure_words(const struct hand_measure *measure, char *text, size_t text_bytes)
{
    char straight[80], road[WHEN_TEXT_BYTES + 60] = "";
    char clock[WHEN_TEXT_BYTES];

    hand_distance_words(measure->ends[0].at, measure->ends[1].at, straight, sizeof straight);
    if (measure->said == SAID_KNOWN)
        snprintf(road, sizeof road, "by road %.1f km, %s", measure->road_m / 1000,
                 span_clock_text((int64_t)lround(measure->road_s) * 1000, clock));
    else if (measure->said == SAID_ASKING)
        snprintf(road, sizeof road, "by road: asking");
    else if (measure->said == SAID_UNKNOWN)
        snprintf(road, sizeof road, "no way there by road is known");
    else
        snprintf(road, sizeof road, "by road: geography does not answer");
    snprintf(text, text_bytes, "%.60s to %.60s: %s straight; %s", measure->ends[0].words,
             measure->ends[1].words, straight, road);
}

static void answer_row(struct view *view)
{
    struct hand_measure *measure = &view->hand.measure;
    char words[HAND_TEXT_BYTES * 2];

    if (measure->ref == 0)
        return;
    control_measure_words(measure, words, sizeof words);
    view_result_set(view, measure->ref, "OK", 0, words);
    measure->ref = 0;
}

static void read_route(const struct json *list, struct geo_points *points)
{
    uint32_t count = json_count(list);

    hand_points_clear(points);
    if (count == 0)
        return;
    points->at = base_alloc(count, sizeof *points->at);
    for (const struct json *pair = json_first(list); pair; pair = json_next(pair)) {
        struct geo_point point;
        const struct json *lat = json_first(pair), *lon = lat ? json_next(lat) : NULL;
        if (json_number(lat, &point.lat_deg) && json_number(lon, &point.lon_deg)
            && geo_plausible(point))
            points->at[points->count++] = point;
    }
}

void looked_route(struct view *view, const struct picture *picture, const struct json *answer,
                  const char *failed)
{
    struct hand_measure *measure = &view->hand.measure;

    (void)picture;
    if (measure->ends_for != ENDS_FOR_DISTANCE)
        return;
    measure->said = SAID_FAILED;
    if (answer && json_member(answer, "route")) {
        measure->said = SAID_KNOWN;
        measure->road_m = json_member_number(answer, "m", 0);
        measure->road_s = json_member_number(answer, "s", 0);
        read_route(json_member(answer, "route"), &measure->route);
    } else if (answer && !failed) {
        measure->said = SAID_UNKNOWN;   /* It says `failed` itself: there is no way. */
    }
    answer_row(view);
}

/* ---- typed ---- */

/* Two places in one line: after two "@", around " to ", or an object and the rest. */
static bool cut_places(struct span text, struct span *ret_first, struct span *ret_second)
{
    struct span rest = span_trim(text);
    size_t cut = 0, skip = 1;

    for (size_t i = 1; i + 1 < rest.length && cut == 0; i++)
        if (rest.bytes[i] == ' ' && rest.bytes[i + 1] == '@')
            cut = i;
    for (size_t i = 1; i + 4 < rest.length && cut == 0; i++)
        if (text_same_ignoring_case(span_from(rest.bytes + i, 4), span_of(" to "))) {
            cut = i;
            skip = 4;
        }
    for (size_t i = 1; i < rest.length && cut == 0; i++)
        if (rest.bytes[i] == ' ')
            cut = i;
    if (cut == 0)
        return false;
    *ret_first = span_trim(span_from(rest.bytes, cut));
    *ret_second = span_trim(span_from(rest.bytes + cut + skip, rest.length - cut - skip));
    return ret_first->length > 0 && ret_second->length > 0;
}

bool control_end_read(struct view *view, const struct picture *picture, uint32_t at,
                      struct span text, char *why, size_t why_bytes)
{
    struct hand_end *end = &view->hand.measure.ends[at];
    struct spot_found found;

    switch (control_spot(view, picture, text, &found)) {
    case SPOT_KNOWN:
        *end = (struct hand_end){ .said = SAID_KNOWN, .at = found.point };
        text_copy(end->words, sizeof end->words, span_of(found.words));
        return true;
    case SPOT_ASK:
        *end = (struct hand_end){ .said = SAID_ASKING, .at = geo_unknown() };
        text_copy(end->words, sizeof end->words, span_of(found.words));
        control_ask_place(view, at == 0 ? LOOK_END_A : LOOK_END_B, found.words, 0);
        return true;
    case SPOT_REFUSED:
        snprintf(why, why_bytes, "%s", found.words);
        return false;
    }
    return false;
}

void control_show_distance(struct control *control, struct span rest)
{
    struct view *view = control->view;
    struct hand_measure *measure = &view->hand.measure;
    struct span first, second;
    char why[HAND_TEXT_BYTES];

    if (text_same_ignoring_case(rest, span_of("off"))) {
        hand_measure_drop(&view->hand);
        control_say(control, "OK", "the distance is off the map");
        return;
    }
    if (!cut_places(rest, &first, &second)) {
        control_say(control, "NO", "show distance E7 #46, or show distance @12 Quay St @Mill Rd: "
                                   "two places, units, marks or coordinates");
        return;
    }
    hand_measure_drop(&view->hand);
    measure->ends_for = ENDS_FOR_DISTANCE;
    if (!control_end_read(view, control->picture, 0, first, why, sizeof why)
        || !control_end_read(view, control->picture, 1, second, why, sizeof why)) {
        hand_measure_drop(&view->hand);
        control_say(control, "NO", why);
        return;
    }
    measure->ref = control_say_later(control, "asking geography");
    if (ends_known(measure))
        ask_route(view, 0);
}

/* ---- an end that geography had to find ---- */

static void end_refused(struct view *view, const struct hand_end *end, const char *failed)
{
    struct hand_measure *measure = &view->hand.measure;
    char sentence[HAND_TEXT_BYTES * 2];
    uint64_t ref = measure->ref;

    if (failed)
        snprintf(sentence, sizeof sentence, "%.120s was not found: %.160s", end->words, failed);
    else
        snprintf(sentence, sizeof sentence, "%.120s: neither an object nor a place that geography "
                 "knows", end->words);
    hand_measure_drop(&view->hand);
    looks_drop(&view->looks, LOOK_END_A);
    looks_drop(&view->looks, LOOK_END_B);
    view_result_set(view, ref, "NO", 0, sentence);
}

static void end_found(struct view *view, uint32_t at, const struct json *answer,
                      const char *failed)
{
    struct hand_measure *measure = &view->hand.measure;
    struct hand_end *end = &measure->ends[at];
    const struct json *best = json_first(json_member(answer, "found"));
    struct geo_point point = { json_member_number(best, "lat", geo_unknown().lat_deg),
                               json_member_number(best, "lon", geo_unknown().lon_deg) };

    if (measure->ends_for == ENDS_FOR_NOTHING)
        return;
    if (!best || !geo_known(point)) {
        end_refused(view, end, failed);
        return;
    }
    bool exact = json_member_flag(best, "exact", false);
    end->said = SAID_KNOWN;
    end->at = point;
    snprintf(end->words, sizeof end->words, "%.120s%s", json_member_text(best, "text", ""),
             exact ? "" : " (nearest name)");
    if (measure->ends_for == ENDS_FOR_REACH)
        control_reach_from(view, end);
    else if (ends_known(measure))
        ask_route(view, 0);
}

void looked_end_a(struct view *view, const struct picture *picture, const struct json *answer,
                  const char *failed)
{
    (void)picture;
    end_found(view, 0, answer, failed);
}

void looked_end_b(struct view *view, const struct picture *picture, const struct json *answer,
                  const char *failed)
{
    (void)picture;
    end_found(view, 1, answer, failed);
}
