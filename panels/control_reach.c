/* control_reach.c - what can be reached from a place in some minutes (`show reach St4 5m`), and
 * what lies inside a hazard (`show inside HZ9`): asked of geography for this screen only. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

enum { REACH_S_MAX = 7200, INSIDE_LIMIT = 200 };

/* ---- reach ---- */

static void ask_reach(struct view *view)
{
    struct hand_reach *reach = &view->hand.reach;
    struct buffer ask = { 0 };

    reach->said = SAID_ASKING;
    json_open(&ask, NULL, '{');
    json_put_text(&ask, "ask", "reach");
    json_put_degrees(&ask, "lat", reach->from.lat_deg);
    json_put_degrees(&ask, "lon", reach->from.lon_deg);
    json_put_int64(&ask, "seconds", reach->seconds);
    json_close(&ask, '}');
    looks_want(&view->looks, LOOK_REACH, &ask, view->clock_ms);
}

static void span_words(int64_t seconds, char *text, size_t text_bytes)
{
    if (seconds % 60 == 0)
        snprintf(text, text_bytes, "%lld min", (long long)seconds / 60);
    else
        snprintf(text, text_bytes, "%lld s", (long long)seconds);
}

void control_reach_from(struct view *view, const struct hand_end *from)
{
    struct hand_reach *reach = &view->hand.reach;
    char span[40];

    span_words(reach->seconds, span, sizeof span);
    snprintf(reach->words, sizeof reach->words, "%.40s %s", from->words, span);
    reach->from = from->at;
    view->hand.measure.ends_for = ENDS_FOR_NOTHING;
    ask_reach(view);
}

/* The last word is the time; the place is before it. */
static bool cut_span(struct span text, struct span *ret_place, int64_t *ret_ms)
{
    size_t at = text.length;

    while (at > 0 && text.bytes[at - 1] != ' ')
        at--;
    *ret_place = span_trim(span_from(text.bytes, at));
    return span_parse(span_from(text.bytes + at, text.length - at), ret_ms)
           && ret_place->length > 0;
}

void control_show_reach(struct control *control, struct span rest)
{
    struct view *view = control->view;
    struct hand *hand = &view->hand;
    struct span place;
    int64_t span_ms;
    char why[HAND_TEXT_BYTES];

    if (text_same_ignoring_case(rest, span_of("off"))) {
        looks_drop(&view->looks, LOOK_REACH);
        hand_reach_drop(hand);
        control_say(control, "OK", "the reach is off the map");
        return;
    }
    if (!cut_span(span_trim(rest), &place, &span_ms) || span_ms < 1000
        || span_ms > REACH_S_MAX * 1000LL) {
        control_say(control, "NO", "show reach St4 5m: a place, then a time up to 2h; "
                                   "show reach off takes it away");
        return;
    }
    hand_reach_drop(hand);
    hand_measure_drop(hand);
    hand->reach.seconds = span_ms / 1000;
    hand->measure.ends_for = ENDS_FOR_REACH;
    if (!control_end_read(view, control->picture, 0, place, why, sizeof why)) {
        hand_measure_drop(hand);
        control_say(control, "NO", why);
        return;
    }
    hand->reach.ref = hand->measure.ref = control_say_later(control, "asking geography");
    if (hand->measure.ends[0].said == SAID_KNOWN)
        control_reach_from(view, &hand->measure.ends[0]);
}

static bool read_point(const struct json *pair, struct geo_point *ret_point)
{
    const struct json *lat = json_first(pair), *lon = lat ? json_next(lat) : NULL;

    return json_number(lat, &ret_point->lat_deg) && json_number(lon, &ret_point->lon_deg)
           && geo_plausible(*ret_point);
}

/* Rings stand one after the other, each closed (geo.h). */
static void read_rings(const struct json *rings, struct geo_points *points)
{
    uint32_t count = 0;

    for (const struct json *ring = json_first(rings); ring; ring = json_next(ring))
        count += json_count(ring) + 1;
    hand_points_clear(points);
    if (count == 0)
        return;
    points->at = base_alloc(count, sizeof *points->at);
    for (const struct json *ring = json_first(rings); ring; ring = json_next(ring)) {
        uint32_t start = points->count;
        for (const struct json *pair = json_first(ring); pair; pair = json_next(pair)) {
            struct geo_point point;
            if (read_point(pair, &point))
                points->at[points->count++] = point;
        }
        if (points->count - start < 3)
            points->count = start;      /* No ring. */
        else if (!geo_same(points->at[start], points->at[points->count - 1])) {
            points->at[points->count] = points->at[start];
            points->count++;
        }
    }
}

void looked_reach(struct view *view, const struct picture *picture, const struct json *answer,
                  const char *failed)
{
    struct hand_reach *reach = &view->hand.reach;
    uint64_t ref = reach->ref;
    char sentence[HAND_TEXT_BYTES * 2];

    (void)picture;
    reach->ref = 0;
    if (answer && json_member(answer, "reach"))
        read_rings(json_member(answer, "reach"), &reach->rings);
    if (reach->rings.count == 0) {
        snprintf(sentence, sizeof sentence, "%.60s: %.200s", reach->words,
                 failed ? failed : json_member_text(answer, "failed", "no street is near it"));
        hand_reach_drop(&view->hand);
        view_result_set(view, ref, "NO", 0, sentence);
        return;
    }
    reach->said = SAID_KNOWN;
    reach->at_ms = view->now_ms;
    snprintf(sentence, sizeof sentence, "%.60s: %.1f km of streets, outlined on the map; Esc or "
             "show reach off takes it away", reach->words,
             json_member_number(answer, "streets_m", 0) / 1000);
    view_result_set(view, ref, "OK", 0, sentence);
}

/* r on the map only types it: the time is still to be read, and changed. */
void act_reach(struct control *control)
{
    struct view *view = control->view;
    char name[OBJECT_NAME_BYTES], typed[OBJECT_NAME_BYTES + 32];
    bool known = geo_known(object_location(control->picture, &view->selected));

    if (view->line.length > 0) {
        view_result_add(view, "NO", "r", "the line has text that is not sent yet");
        return;
    }
    snprintf(typed, sizeof typed, "show reach %s 5m",
             known ? object_name_text(&view->selected, name) : "@cursor");
    line_insert(&view->line, span_of(typed));
    view->focus = FOCUS_LINE;
}

/* ---- what lies inside ---- */

/* The hub knows the outline of a hazard, and geography that of a reach: neither is sent there. */
static void ask_inside(struct view *view, const char *of)
{
    const struct hand_reach *reach = &view->hand.reach;
    struct buffer ask = { 0 };

    json_open(&ask, NULL, '{');
    json_put_text(&ask, "ask", "inside");
    if (of) {
        json_put_text(&ask, "of", of);
    } else {
        json_put_degrees(&ask, "lat", reach->from.lat_deg);
        json_put_degrees(&ask, "lon", reach->from.lon_deg);
        json_put_int64(&ask, "seconds", reach->seconds);
    }
    json_put_int64(&ask, "limit", INSIDE_LIMIT);
    json_close(&ask, '}');
    looks_want(&view->looks, LOOK_INSIDE, &ask, view->clock_ms);
}

/* The hazard that is named, if it has an outline or a radius. */
static bool is_area(const struct picture *picture, const struct object_name *name)
{
    const struct hazard *hazard = picture_find(picture, name);

    return hazard->polygon.count > 0 || (geo_known(hazard->center) && hazard->radius_m >= 1);
}

void control_show_inside(struct control *control, struct span what)
{
    struct view *view = control->view;
    struct object_name name;
    char title[80], of[OBJECT_NAME_BYTES];
    bool of_reach = text_same_ignoring_case(what, span_of("reach"));
    bool known = of_reach ? view->hand.reach.rings.count > 0
                          : control_object(control->picture, what, &name)
                                && name.kind == OBJECT_HAZARD && is_area(control->picture, &name);

    if (!known) {
        control_say(control, "NO", "show inside HZ9: a hazard that has an outline, or show inside "
                                   "reach when a reach is on the map");
        return;
    }
    snprintf(title, sizeof title, "INSIDE %.*s", (int)(what.length < 40 ? what.length : 40),
             what.bytes);
    view_answer_start(view, title);
    ask_inside(view, of_reach ? NULL : object_name_text(&name, of));
}

/* A row that grows by words, and goes on below, indented, before it is too wide for any screen. */
struct row {
    struct view *view;
    struct buffer words;
};
enum { ROW_COLUMNS_MAX = 72 };

static void row_end(struct row *row)
{
    if (row->words.length)
        view_answer_line(row->view, row->words.bytes);
    buffer_reset(&row->words);
}

static void row_add(struct row *row, const char *before, const char *word)
{
    struct span said = buffer_span(&row->words);

    if (text_columns(said) + strlen(before) + text_columns(span_of(word)) > ROW_COLUMNS_MAX) {
        buffer_add_text(&row->words, span_trim(span_of(before)).length ? "," : "");
        row_end(row);
        buffer_print(&row->words, "   %s", word);
        return;
    }
    buffer_print(&row->words, "%s%s", before, word);
}

static void add_zones(struct row *row, const struct json *zones)
{
    for (const struct json *layer = json_first(zones); layer; layer = json_next(layer)) {
        buffer_print(&row->words, "%s:", json_name(layer));
        for (const struct json *zone = json_first(layer); zone; zone = json_next(zone))
            row_add(row, zone == json_first(layer) ? " " : ", ",
                    json_text(zone) ? json_text(zone) : "?");
        row_end(row);
    }
}

static void add_counts(struct row *row, const struct json *counts)
{
    char text[80];

    for (const struct json *one = json_first(counts); one; one = json_next(one)) {
        double count = 0;
        json_number(one, &count);
        snprintf(text, sizeof text, "%.60s %.0f", json_name(one), count);
        row_add(row, row->words.length ? ", " : "", text);
    }
    row_end(row);
}

static void add_inside_summary(struct view *view, const struct json *answer)
{
    struct row row = { .view = view };

    buffer_print(&row.words, "addresses %.0f, streets %.1f km",
                 json_member_number(answer, "addresses", 0),
                 json_member_number(answer, "streets_m", 0) / 1000);
    row_end(&row);
    add_zones(&row, json_member(answer, "zones"));
    add_counts(&row, json_member(answer, "counts"));
    buffer_clear(&row.words);
}

void looked_inside(struct view *view, const struct picture *picture, const struct json *answer,
                   const char *failed)
{
    char row[200];

    (void)picture;
    if (view->overlay != OVERLAY_ANSWER || view->answer_count > 0
        || strncmp(view->answer_title, "INSIDE", 6) != 0)
        return;                         /* Closed, or something else was asked meanwhile. */
    const char *why = failed ? failed : json_member_text(answer, "failed", NULL);
    if (why) {
        view_answer_line(view, why);
        return;
    }
    add_inside_summary(view, answer);
    const struct json *found = json_member(answer, "found");
    for (const struct json *one = json_first(found); one; one = json_next(one)) {
        snprintf(row, sizeof row, "  %-12.12s %.150s", json_member_text(one, "kind", ""),
                 json_member_text(one, "text", ""));
        view_answer_line(view, row);
    }
}
