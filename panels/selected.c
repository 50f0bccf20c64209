/* selected.c - everything about the one selected object: caution first, the newest notes below. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

enum { LABEL_COLUMNS = 11, LINE_BYTES = 512, COLUMNS_CALLED = 84 };

struct sheet {
    const struct picture *picture;
    const struct view *view;
    struct canvas *canvas;
    uint16_t row;
};

/* "label      text": one row, nothing when the text is empty. */
static void say(struct sheet *sheet, const char *label, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct sheet *sheet, const char *label, enum ink ink, const char *format, ...)
{
    char text[LINE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!text[0] || sheet->row >= sheet->canvas->rows)
        return;
    canvas_field(sheet->canvas, sheet->row, 1, LABEL_COLUMNS, span_of(label), INK_DIM);
    uint16_t room = sheet->canvas->columns > LABEL_COLUMNS + 1
        ? (uint16_t)(sheet->canvas->columns - LABEL_COLUMNS - 1) : 0;
    canvas_field(sheet->canvas, sheet->row, LABEL_COLUMNS + 1, room, span_of(text), ink);
    sheet->row++;
}

/* Puts steps that stand between double blanks into as many rows as they need: a clock is never
 * cut. */
static void say_steps(struct sheet *sheet, const char *label, const char *steps)
{
    size_t room = sheet->canvas->columns > LABEL_COLUMNS + 2
        ? sheet->canvas->columns - LABEL_COLUMNS - 2u : 1;

    while (strlen(steps) > room) {
        size_t end = room;
        while (end > 1 && !(steps[end] == ' ' && steps[end - 1] == ' '))
            end--;
        if (end <= 1)
            break;
        say(sheet, label, INK_PLAIN, "%.*s", (int)end, steps);
        steps += end + strspn(steps + end, " ");
        label = "";
    }
    say(sheet, label, INK_PLAIN, "%s", steps);
}

static void say_heading(struct sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say_heading(struct sheet *sheet, const char *format, ...)
{
    char text[LINE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (sheet->row < sheet->canvas->rows)
        canvas_field(sheet->canvas, sheet->row++, 1, (uint16_t)(sheet->canvas->columns - 1),
                     span_of(text), INK_BRIGHT);
}

static const char *or_unknown(const char *text)
{
    return text[0] ? text : "?";
}

/* ---- an incident ---- */

static void add_step(char *text, const char *name, int64_t from_ms, int64_t to_ms)
{
    char span[WHEN_TEXT_BYTES];
    size_t length = strlen(text);

    if (from_ms && to_ms >= from_ms)
        snprintf(text + length, LINE_BYTES - length, "%s%s %s", length ? "  " : "", name,
                 span_clock_text(to_ms - from_ms, span));
}

/* The clocks of one response: each step from the end of the one before. */
static void say_clocks(struct sheet *sheet, const struct incident *incident)
{
    char text[LINE_BYTES] = "";
    int64_t now_ms = sheet->view->now_ms;
    int64_t called_ms = incident->called_ms ? incident->called_ms : incident->opened_ms;

    if (sheet->canvas->columns >= COLUMNS_CALLED)
        snprintf(text, sizeof text, "called %s", clock_text(called_ms).text);
    add_step(text, "process", called_ms, incident->dispatched_ms);
    add_step(text, "turnout", incident->dispatched_ms, incident->enroute_ms);
    add_step(text, "travel", incident->enroute_ms, incident->onscene_ms);
    if (incident->closed_ms)
        add_step(text, "in all", called_ms, incident->closed_ms);
    else if (incident->onscene_ms)
        add_step(text, "on scene", incident->onscene_ms, now_ms);
    else if (incident->dispatched_ms)
        add_step(text, "since dispatch", incident->dispatched_ms, now_ms);
    else
        add_step(text, "waiting", called_ms, now_ms);
    say_steps(sheet, "clocks", text);
}

static void say_units(struct sheet *sheet, const struct incident *incident)
{
    char text[LINE_BYTES] = "";
    uint32_t index = 0;
    const struct unit *unit;

    while ((unit = picture_next_unit_of(sheet->picture, incident->number, &index))) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s%s %s %s", length ? "   " : "",
                 unit->callsign, unit->emergency_ms
                 ? "EMG" : vocabulary_word(&unit_status_words, unit->status),
                 age_since(sheet->view, unit->status_ms).text);
    }
    if (text[0])
        say_steps(sheet, "units", text);
    else
        say(sheet, "units", INK_LATE, "none assigned");
}

static void note_draw(struct sheet *sheet, const struct note *note)
{
    struct row row = { .canvas = sheet->canvas, .row = sheet->row++, .column = 1 };
    bool unread = view_note_unread(sheet->view, note);
    uint16_t number = sheet->canvas->columns >= 72 ? 9 : 0;
    char entry[24];

    row_field(&row, 9, INK_DIM, clock_text(note->at_ms).text);
    row_unread(&row, 2, unread ? "+" : "");
    row_field(&row, 7, INK_PLAIN, note->by);
    if (unread)
        row_unread(&row, row_rest(&row, number), note->text);
    else
        row_field(&row, row_rest(&row, number), INK_PLAIN, note->text);
    snprintf(entry, sizeof entry, "%lld", (long long)note->entry);
    if (number && note->entry)
        row_right(&row, (uint16_t)(number - 1), INK_DIM, entry);
}

/* Newest first; the last row says how many there are below it. */
static void say_notes(struct sheet *sheet, uint32_t incident)
{
    uint32_t count = picture_count(sheet->picture, OBJECT_NOTE), left = 0;
    uint16_t rows = sheet->canvas->rows;

    for (uint32_t i = count; i > 0; i--) {
        const struct note *note = picture_row(sheet->picture, OBJECT_NOTE, i - 1);
        left += note->incident == incident;
    }
    for (uint32_t i = count; i > 0 && left > 0; i--) {
        const struct note *note = picture_row(sheet->picture, OBJECT_NOTE, i - 1);
        if (note->incident != incident)
            continue;
        if (sheet->row + 1 >= rows && left > 1)
            break;
        note_draw(sheet, note);
        left--;
    }
    if (left == 0)
        return;
    canvas_fill(sheet->canvas, (uint16_t)(rows - 1), 0, sheet->canvas->columns, ' ', INK_DIM,
                GROUND_NONE);
    canvas_print(sheet->canvas, (uint16_t)(rows - 1), 1, INK_DIM, "%u more: show %u", left,
                 incident);
}

/* How unsure the place is and why, so that somebody can make it sure. */
static void say_place(struct sheet *sheet, const struct incident *incident)
{
    char circle[48] = "";

    if (incident->radius_m >= 1)
        snprintf(circle, sizeof circle, "somewhere within %.0f m, ", incident->radius_m);
    if (incident->place_state != PLACE_CONFIRMED)
        say(sheet, "PLACE", INK_LATE, "UNCONFIRMED: %s%s%sloc or a caller must confirm it", circle,
            incident->place_note, incident->place_note[0] ? "; " : "");
}

static bool hazard_holds(const struct hazard *hazard, struct geo_point point)
{
    if (!geo_known(point))
        return false;
    if (hazard->polygon.count > 0)
        return geo_inside(&hazard->polygon, point);
    return geo_known(hazard->center) && geo_distance_m(hazard->center, point) <= hazard->radius_m;
}

/* What a crew must know before it gets there. */
static void say_cautions(struct sheet *sheet, struct geo_point at)
{
    bool any = false;

    for (uint32_t i = 0; i < picture_count(sheet->picture, OBJECT_HAZARD); i++) {
        const struct hazard *hazard = picture_row(sheet->picture, OBJECT_HAZARD, i);
        if (!hazard->begun || !hazard_holds(hazard, at))
            continue;
        say(sheet, "CAUTION", INK_LATE, "inside HZ%u %s %s%s%s%s", hazard->number, hazard->kind,
            vocabulary_word(&severity_words, hazard->severity),
            hazard->expires_ms ? " until " : "",
            hazard->expires_ms ? clock_short(hazard->expires_ms).text : "",
            hazard->closes_roads ? ", roads closed" : "");
        any = true;
    }
    if (!any)
        say(sheet, "CAUTION", INK_DIM, "none on record for this place");
}

static void incident_draw(struct sheet *sheet, const void *object)
{
    const struct incident *incident = object;
    const struct type *type = picture_called(sheet->picture, OBJECT_TYPE, incident->type);

    say_heading(sheet, "#%u %s %s   %s   %s   P%u   owner %s", incident->number,
                incident->type, type ? type->title : "",
                incident->place[0] ? incident->place : "place not told", incident->zone,
                incident->priority, incident->owner[0] ? incident->owner : "none");
    say_place(sheet, incident);
    say_cautions(sheet, incident->location);
    if (incident->state == INCIDENT_CLOSED)
        say(sheet, "CLOSED", INK_LATE, "%s at %s", incident->disposition,
            clock_text(incident->closed_ms).text);
    say_clocks(sheet, incident);
    say_units(sheet, incident);
    say(sheet, "call", INK_PLAIN, "%s", incident->text);
    say(sheet, "record", INK_DIM, "%s   opened by %s%s%s", incident->long_id,
        or_unknown(incident->opened_by), incident->source[0] ? ", " : "", incident->source);
    say_notes(sheet, incident->number);
}

/* ---- a unit ---- */

static void say_order(struct sheet *sheet, const struct order *order)
{
    char route[64] = "";

    if (!order)
        return;
    if (order->route_m)
        snprintf(route, sizeof route, "   route %.1f km, %u min", order->route_m / 1000.0,
                 (order->route_s + 59) / 60);
    say(sheet, "order", order->stage > STAGE_DONE ? INK_LATE : INK_PLAIN,
        "OR%u %s #%u %s %s ago%s%s%s", order->number,
        vocabulary_word(&order_verb_words, order->verb), order->incident,
        vocabulary_word(&order_stage_words, order->stage),
        age_since(sheet->view, order->stage_ms).text, route, order->reason[0] ? "   " : "",
        order->reason);
}

static void say_fix(struct sheet *sheet, const struct unit *unit)
{
    bool old = fix_is_old(sheet->picture, sheet->view, unit);

    if (unit->located_ms == 0) {
        say(sheet, "fix", INK_DIM, "? never told");
        return;
    }
    char moving[48] = "";
    if (isfinite(unit->speed_mps) && unit->speed_mps >= 0.5)
        snprintf(moving, sizeof moving, "   %.0f km/h", unit->speed_mps * 3.6);
    say(sheet, "fix", old ? INK_STALE : INK_PLAIN, "%s%.5f,%.5f   %s old%s%s", old ? "~" : "",
        unit->location.lat_deg, unit->location.lon_deg,
        age_since(sheet->view, unit->located_ms).text, moving, old ? "   FIX OLD" : "");
}

static void unit_draw(struct sheet *sheet, const void *object)
{
    const struct unit *unit = object;
    const struct incident *incident = unit->incident
        ? picture_incident(sheet->picture, unit->incident) : NULL;
    char words[256] = "";

    say_heading(sheet, "%s   %s   %s %s", unit->callsign, unit->kind,
                vocabulary_word(&unit_status_words, unit->status),
                age_since(sheet->view, unit->status_ms).text);
    if (unit->emergency_ms)
        say(sheet, "EMERGENCY", INK_EMERGENCY, "pressed %s, %s ago%s",
            clock_text(unit->emergency_ms).text,
            age_since(sheet->view, unit->emergency_ms).text,
            unit->emergency_cancelled ? ", cancelled by the unit: a person must clear it" : "");
    if (unit->strayed_ms)
        say(sheet, "OFF ROUTE", INK_LATE, "%u m beside it since %s", unit->strayed_m,
            clock_text(unit->off_since_ms ? unit->off_since_ms : unit->strayed_ms).text);
    if (unit->closure)
        say(sheet, "CLOSED", INK_LATE, "HZ%u lies across the way it was sent: tell the crew",
            unit->closure);
    if (incident)
        incident_words(incident, words, sizeof words);
    say(sheet, "incident", INK_PLAIN, "%s", incident ? words : "none");
    say(sheet, "going to", INK_PLAIN, "%s", unit->destination);
    say_order(sheet, unit->order
              ? picture_numbered(sheet->picture, OBJECT_ORDER, unit->order) : NULL);
    say_fix(sheet, unit);
    say(sheet, "reason", INK_PLAIN, "%s", unit->reason);
    if (unit->back_ms)
        say(sheet, "back", INK_PLAIN, "%s", clock_short(unit->back_ms).text);
    if (unit->crew)
        say(sheet, "crew", INK_PLAIN, "%u   %s", unit->crew, unit->skills);
    say(sheet, "station", INK_PLAIN, "%s   desk %s   feed %s", or_unknown(unit->station),
        or_unknown(unit->desk), or_unknown(unit->feed));
}

/* ---- the others ---- */

static void alarm_draw(struct sheet *sheet, const void *object)
{
    const struct alarm *alarm = object;
    char value[64] = "";

    if (isfinite(alarm->value))
        snprintf(value, sizeof value, "   %g %s", alarm->value, alarm->measured_in);
    say_heading(sheet, "AL%u   %s%s   %s", alarm->number, alarm->condition, value,
                alarm->place[0] ? alarm->place : "place not told");
    say(sheet, "state", alarm->acknowledged ? INK_PLAIN : INK_ALARM, "%s, %s%s%s",
        alarm->active ? "active" : "BACK to normal",
        alarm->acknowledged ? "acknowledged" : "not acknowledged",
        alarm->acknowledged_by[0] ? " by " : "", alarm->acknowledged_by);
    say(sheet, "since", INK_PLAIN, "%s, %s ago   last word %s ago   %u in all",
        clock_text(alarm->raised_ms).text, age_since(sheet->view, alarm->raised_ms).text,
        age_since(sheet->view, alarm->changed_ms).text, alarm->count);
    say(sheet, "point", INK_PLAIN, "%s of feed %s", alarm->point, alarm->feed);
    say(sheet, "text", INK_PLAIN, "%s", alarm->text);
}

static void hazard_draw(struct sheet *sheet, const void *object)
{
    const struct hazard *hazard = object;

    say_heading(sheet, "HZ%u   %s   %s", hazard->number, hazard->kind,
                vocabulary_word(&severity_words, hazard->severity));
    say(sheet, "headline", INK_PLAIN, "%s", hazard->headline);
    say(sheet, "until", INK_PLAIN, "%s%s", hazard->expires_ms
        ? clock_text(hazard->expires_ms).text : "? never told",
        hazard->expiry_assumed ? " (assumed: its source gave no end)" : "");
    say(sheet, "area", INK_PLAIN, "%s%s", hazard->area,
        hazard->simplified ? "   (outline simplified)" : "");
    if (hazard->unconfirmed)
        say(sheet, "PLACE", INK_LATE, "UNCONFIRMED: end it and draw it where it is");
    if (hazard->closes_roads)
        say(sheet, "roads", INK_LATE, "CLOSED inside: units are routed round it");
    if (hazard->by[0])
        say(sheet, "drawn", INK_DIM, "by %s at %s", hazard->by,
            clock_text(hazard->raised_ms).text);
    else
        say(sheet, "from", INK_DIM, "%s, %s%s", hazard->feed, hazard->source,
            hazard->exercise ? "   EXERCISE" : "");
    say(sheet, "note", INK_PLAIN, "%s", hazard->note);
    say(sheet, "text", INK_PLAIN, "%s", hazard->text);
}

static void order_draw(struct sheet *sheet, const void *object)
{
    const struct order *order = object;

    say_heading(sheet, "OR%u   %s   %s", order->number,
                vocabulary_word(&order_verb_words, order->verb), order->unit);
    say_order(sheet, order);
    say(sheet, "text", INK_PLAIN, "%s", order->text);
    say(sheet, "by", INK_PLAIN, "%s at %s", order->by, clock_text(order->queued_ms).text);
    if (order->expires_ms)
        say(sheet, "expires", INK_PLAIN, "%s", clock_text(order->expires_ms).text);
}

static void message_draw(struct sheet *sheet, const void *object)
{
    const struct message *message = object;

    say_heading(sheet, "MS%u   from %s at %s", message->number, message->unit,
                clock_text(message->at_ms).text);
    say(sheet, "says", INK_BRIGHT, "\"%s\"", message->text);
    say(sheet, "read by", INK_PLAIN, "%s", message->acknowledged_by);
}

static void question_draw(struct sheet *sheet, const void *object)
{
    const struct question *question = object;

    say_heading(sheet, "QU%u   asked of %s at %s", question->number, question->operator,
                clock_text(question->asked_ms).text);
    say(sheet, "would do", INK_PLAIN, "%s", question->command);
    say(sheet, "means", INK_BRIGHT, "%s", question->consequence);
    say(sheet, "answer", INK_PLAIN, "ok QU%u   or   no QU%u ; REASON   by %s, else not done",
        question->number, question->number, clock_text(question->expires_ms).text);
}

/* What is no part of the record: the hub's beats say it. */
static void feed_now_draw(struct sheet *sheet, const struct feed_told *known)
{
    if (!known)
        return;
    const struct wire_feed *told = &known->told;
    say(sheet, "now", told->up ? INK_PLAIN : INK_LATE, "%s%s, %lld restarts, %.1f lines/s, lag "
        "%lld s", told->up ? "up for " : "down", told->up ? age_since(sheet->view, told->up).text
        : "", (long long)(told->starts > 0 ? told->starts - 1 : 0),
        isnan(told->rate) ? 0 : told->rate, (long long)(told->lag_ms / 1000));
    say(sheet, "dropped", INK_PLAIN, "%lld repeats, %lld older locations, %lld lost on its way",
        (long long)told->repeated, (long long)told->superseded, (long long)told->lost);
    say(sheet, "refused", INK_LATE, "%s", known->why);
}

static void feed_draw(struct sheet *sheet, const void *object)
{
    const struct feed *feed = object;

    say_heading(sheet, "feed %s   %s   %s", feed->name, feed->adapter,
                vocabulary_word(&feed_state_words, feed->state));
    say(sheet, "since", feed->state == FEED_OK ? INK_PLAIN : INK_LATE, "%s ago%s%s",
        age_since(sheet->view, feed->state_ms).text, feed->reason[0] ? ": " : "", feed->reason);
    say(sheet, "last word", INK_PLAIN, "%s ago",
        or_unknown(age_since(sheet->view, feed->last_ms).text));
    say(sheet, "counts", INK_PLAIN, "%lld reports, %lld refused, %lld held",
        (long long)feed->reports, (long long)feed->refused, (long long)feed->held);
    feed_now_draw(sheet, feeds_told_of(&sheet->view->feeds, feed->name));
    say(sheet, "supplier", INK_PLAIN, "%s   trust %s", or_unknown(feed->supplier),
        vocabulary_word(&trust_level_words, feed->trust));
}

static void facility_draw(struct sheet *sheet, const void *object)
{
    const struct facility *facility = object;

    say_heading(sheet, "%s   %s   %s", facility->code, facility->name, facility->kind);
    say(sheet, "address", INK_PLAIN, "%s", facility->address);
}

typedef void draw_object_fn(struct sheet *sheet, const void *object);
static draw_object_fn *const draw_kind[OBJECT_KIND_COUNT] = {
    [OBJECT_INCIDENT] = incident_draw, [OBJECT_UNIT] = unit_draw, [OBJECT_ALARM] = alarm_draw,
    [OBJECT_HAZARD] = hazard_draw, [OBJECT_ORDER] = order_draw, [OBJECT_MESSAGE] = message_draw,
    [OBJECT_QUESTION] = question_draw, [OBJECT_FEED] = feed_draw,
    [OBJECT_FACILITY] = facility_draw,
};

static void selected_draw(const struct picture *picture, const struct view *view,
                          struct canvas *canvas)
{
    struct sheet sheet = { .picture = picture, .view = view, .canvas = canvas, .row = 1 };
    const void *object = view_selects(view) ? picture_find(picture, &view->selected) : NULL;
    char name[OBJECT_NAME_BYTES];

    title_draw(canvas, "SELECTED", "");
    if (!view_selects(view)) {
        canvas_text(canvas, 1, 1, span_of("nothing: type 42, E7 or AL17, or ^N for what waits"),
                    INK_DIM);
        return;
    }
    if (!object) {
        canvas_print(canvas, 1, 1, INK_DIM, "%s has left the picture; why %s has its record",
                     object_name_text(&view->selected, name), name);
        return;
    }
    if (draw_kind[view->selected.kind])
        draw_kind[view->selected.kind](&sheet, object);
    uint32_t incident = object_incident(picture, &view->selected);
    if (incident && view->selected.kind != OBJECT_INCIDENT && sheet.row + 2 < canvas->rows) {
        sheet.row++;            /* What it belongs to, below it. */
        incident_draw(&sheet, picture_incident(picture, incident));
    }
}

static uint16_t selected_wants(const struct picture *picture, const struct view *view)
{
    (void)picture;
    return view->rows >= 40 ? 14 : 20;
}

const struct panel selected_panel = { .name = "selected", .rows_min = 5,
                                      .wants = selected_wants, .draw = selected_draw };
