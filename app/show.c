#include "app/show.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "app/core/attention.h"
#include "app/base/text.h"
#include "app/base/when.h"

typedef void row_fn(const struct picture *picture, const void *row, int64_t now_ms,
                    struct buffer *out);

/* ---- small words ---- */

static const char *or_dash(const char *text)
{
    return text[0] ? text : "-";
}

static void put_age(struct buffer *out, int64_t now_ms, int64_t since_ms)
{
    char text[WHEN_TEXT_BYTES];

    if (since_ms == 0)
        buffer_add_text(out, "   never");
    else
        buffer_print(out, "%8s", span_clock_text(now_ms > since_ms ? now_ms - since_ms : 0, text));
}

static void put_priority(struct buffer *out, uint32_t priority)
{
    buffer_print(out, priority <= 2 && priority > 0 ? "!%u " : " %u ", priority);
}

static void put_point(struct buffer *out, struct geo_point point)
{
    if (geo_known(point))
        buffer_print(out, "%.5f,%.5f", point.lat_deg, point.lon_deg);
    else
        buffer_add_text(out, "?");
}

static void put_units(const struct picture *picture, uint32_t incident, struct buffer *out)
{
    const struct unit *unit;
    uint32_t index = 0, count = 0;

    while ((unit = picture_next_unit_of(picture, incident, &index)) != NULL)
        buffer_print(out, "%s%s %s", count++ ? ", " : "  ", unit->callsign,
                     or_dash(vocabulary_word(&unit_status_words, unit->status)));
}

/* ---- one row each ---- */

static void incident_row(const struct picture *picture, const void *row, int64_t now_ms,
                         struct buffer *out)
{
    const struct incident *incident = row;

    put_priority(out, incident->priority);
    buffer_print(out, "#%-4u %-8s ", incident->number, or_dash(incident->type));
    if (incident->state == INCIDENT_CLOSED) {
        buffer_print(out, "CLOSED %s", or_dash(incident->disposition));
        put_age(out, now_ms, incident->closed_ms);
    } else {
        buffer_add_text(out, incident->accepted_ms || incident->enroute_ms ? "ACTIVE " : "PENDING");
        put_age(out, now_ms, incident->opened_ms);
    }
    buffer_print(out, "  %s", or_dash(incident->place));
    if (!isnan(incident->radius_m))
        buffer_print(out, " within %.0f m", incident->radius_m);
    if (incident->place_note[0])
        buffer_print(out, " (%s)", incident->place_note);
    buffer_print(out, "%s  %s  owner %s",
                 incident->place_state == PLACE_UNCONFIRMED ? " UNCONFIRMED" : "",
                 or_dash(incident->zone), or_dash(incident->owner));
    put_units(picture, incident->number, out);
}

static void unit_row(const struct picture *picture, const void *row, int64_t now_ms,
                     struct buffer *out)
{
    const struct unit *unit = row;
    const char *status = vocabulary_word(&unit_status_words, unit->status);

    (void)picture;
    buffer_print(out, "%-8s %-4s", unit->callsign,
                 unit->emergency_ms ? "EMG" : status[0] ? status : "?");
    put_age(out, now_ms, unit->status_ms);
    buffer_print(out, "  %-10s %-8s ", or_dash(unit->kind), or_dash(unit->station));
    if (unit->incident)
        buffer_print(out, "on #%u  ", unit->incident);
    put_point(out, unit->location);
    buffer_add_text(out, "  fix");
    put_age(out, now_ms, unit->located_ms);
    if (unit->strayed_ms)
        buffer_print(out, "  OFF ITS ROUTE by %u m", unit->strayed_m);
    if (unit->closure)
        buffer_print(out, "  HZ%u lies across its way", unit->closure);
    if (unit->reason[0])
        buffer_print(out, "  %s", unit->reason);
}

static void alarm_row(const struct picture *picture, const void *row, int64_t now_ms,
                      struct buffer *out)
{
    const struct alarm *alarm = row;

    (void)picture;
    buffer_print(out, "%sAL%-4u %-8s", alarm->acknowledged ? " " : "*", alarm->number,
                 alarm->active ? "ACTIVE" : "NORMAL");
    put_age(out, now_ms, alarm->raised_ms);
    buffer_print(out, "  %s %s", alarm->condition, alarm->point);
    if (!isnan(alarm->value))
        buffer_print(out, " %g %s", alarm->value, alarm->measured_in);
    buffer_print(out, "  %s", or_dash(alarm->place));
    if (alarm->acknowledged)
        buffer_print(out, "  acknowledged by %s", or_dash(alarm->acknowledged_by));
}

static void hazard_row(const struct picture *picture, const void *row, int64_t now_ms,
                       struct buffer *out)
{
    const struct hazard *hazard = row;
    char text[WHEN_TEXT_BYTES];

    (void)picture;
    buffer_print(out, "HZ%-4u %s %s", hazard->number, hazard->kind,
                 or_dash(vocabulary_word(&severity_words, hazard->severity)));
    if (hazard->expires_ms)
        buffer_print(out, "  %s%s", hazard->expires_ms > now_ms ? "ends in " : "ENDED ",
                     span_clock_text(llabs(hazard->expires_ms - now_ms), text));
    buffer_print(out, "  %s%s%s", hazard->headline[0] ? hazard->headline : or_dash(hazard->area),
                 hazard->unconfirmed ? " UNCONFIRMED" : "",
                 hazard->closes_roads ? ", ROADS CLOSED" : "");
    if (hazard->by[0])
        buffer_print(out, "  drawn by %s", hazard->by);
    else
        buffer_print(out, "  feed %s", or_dash(hazard->feed));
    buffer_add_text(out, ", stands");
    put_age(out, now_ms, hazard->raised_ms);
    if (hazard->note[0])
        buffer_print(out, "  ; %s", hazard->note);
}

static void order_row(const struct picture *picture, const void *row, int64_t now_ms,
                      struct buffer *out)
{
    const struct order *order = row;

    (void)picture;
    buffer_print(out, "OR%-4u %-9s %-8s", order->number,
                 vocabulary_word(&order_verb_words, order->verb), order->unit);
    if (order->incident)
        buffer_print(out, " #%-4u", order->incident);
    buffer_print(out, "  %s", vocabulary_word(&order_stage_words, order->stage));
    put_age(out, now_ms, order->stage_ms ? order->stage_ms : order->queued_ms);
    if (order->reason[0])
        buffer_print(out, "  %s", order->reason);
}

static void message_row(const struct picture *picture, const void *row, int64_t now_ms,
                        struct buffer *out)
{
    const struct message *message = row;

    (void)picture;
    buffer_print(out, "MS%-4u %-8s", message->number, message->unit);
    put_age(out, now_ms, message->at_ms);
    buffer_print(out, "  \"%s\"  %s", message->text,
                 message->acknowledged_by[0] ? message->acknowledged_by : "unread");
}

static void question_row(const struct picture *picture, const void *row, int64_t now_ms,
                         struct buffer *out)
{
    const struct question *question = row;

    (void)picture;
    buffer_print(out, "QU%-4u", question->number);
    put_age(out, now_ms, question->asked_ms);
    buffer_print(out, "  %s: %s", or_dash(question->operator),
                 question->consequence[0] ? question->consequence : question->place);
}

static void feed_row(const struct picture *picture, const void *row, int64_t now_ms,
                     struct buffer *out)
{
    const struct feed *feed = row;

    (void)picture;
    buffer_print(out, "%-12s %-9s %-8s", feed->name,
                 vocabulary_word(&feed_state_words, feed->state), feed->adapter);
    put_age(out, now_ms, feed->last_ms);
    buffer_print(out, "  %" PRId64 " reports, %" PRId64 " refused, %" PRId64 " held  trust %s  %s",
                 feed->reports, feed->refused, feed->held,
                 vocabulary_word(&trust_level_words, feed->trust), feed->reason);
}

static void operator_row(const struct picture *picture, const void *row, int64_t now_ms,
                         struct buffer *out)
{
    const struct operator *operator = row;

    (void)picture;
    (void)now_ms;
    buffer_print(out, "%-8s %-10s %-8s user %s", operator->name,
                 vocabulary_word(&operator_role_words, operator->role), or_dash(operator->desk),
                 or_dash(operator->user));
}

static void attention_row(const struct picture *picture, const void *row, int64_t now_ms,
                          struct buffer *out)
{
    const struct attention *attention = row;
    const char *owner = attention_owner(picture, attention);

    buffer_print(out, "class %u  %-6s", attention->level,
                 vocabulary_word(&attention_state_words, attention->state));
    put_age(out, now_ms, attention->raised_ms);
    buffer_print(out, "  %-8s %s  %s", attention->object, attention->words,
                 owner[0] ? owner : "nobody");
}

/* ---- the lists ---- */

static const struct {
    const char *name;
    enum object_kind kind;
    row_fn *row;
} lists[] = {
    { .name = "incidents", .kind = OBJECT_INCIDENT, .row = incident_row },
    { .name = "units", .kind = OBJECT_UNIT, .row = unit_row },
    { .name = "alarms", .kind = OBJECT_ALARM, .row = alarm_row },
    { .name = "hazards", .kind = OBJECT_HAZARD, .row = hazard_row },
    { .name = "orders", .kind = OBJECT_ORDER, .row = order_row },
    { .name = "messages", .kind = OBJECT_MESSAGE, .row = message_row },
    { .name = "questions", .kind = OBJECT_QUESTION, .row = question_row },
    { .name = "feeds", .kind = OBJECT_FEED, .row = feed_row },
    { .name = "operators", .kind = OBJECT_OPERATOR, .row = operator_row },
    { .name = "attention", .kind = OBJECT_ATTENTION, .row = attention_row },
};

void show_lists(struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
        buffer_print(out, "%s | ", lists[i].name);
    buffer_add_text(out, "picture | OBJECT");
}

static void put_row(const struct picture *picture, size_t list, const void *row, bool json,
                    int64_t now_ms, struct buffer *out)
{
    if (json)
        object_write(lists[list].kind, row, out);
    else
        lists[list].row(picture, row, now_ms, out);
    buffer_add_text(out, "\n");
}

/* The queue's sums must agree: in = taken + open + ended + left (screens.md section 3). */
static void attention_total(const struct picture *picture, struct buffer *out)
{
    const struct counters *counters = picture_counters(picture);
    uint32_t open = 0, taken = 0, ended = 0;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ATTENTION); i++) {
        const struct attention *one = picture_row(picture, OBJECT_ATTENTION, i);
        open += one->state == ATTENTION_OPEN;
        taken += one->state == ATTENTION_TAKEN;
        ended += one->state == ATTENTION_ENDED;
    }
    buffer_print(out, "in %" PRId64 " = open %u + taken %u + ended %u + left %" PRId64 "\n",
                 counters->attention_in, open, taken, ended, counters->attention_left);
}

static void show_attention(const struct picture *picture, size_t list, bool json, int64_t now_ms,
                           struct buffer *out)
{
    uint32_t count = picture_count(picture, OBJECT_ATTENTION);
    const struct attention **rows = base_alloc(count + 1, sizeof *rows);

    uint32_t given = picture_attention(picture, rows, count);
    for (uint32_t i = 0; i < given && i < count; i++)
        put_row(picture, list, rows[i], json, now_ms, out);
    base_free(rows);
    if (!json)
        attention_total(picture, out);
}

static void show_list(const struct picture *picture, size_t list, bool json, int64_t now_ms,
                      struct buffer *out)
{
    if (lists[list].kind == OBJECT_ATTENTION) {
        show_attention(picture, list, json, now_ms, out);
        return;
    }
    for (uint32_t i = 0; i < picture_count(picture, lists[list].kind); i++)
        put_row(picture, list, picture_row(picture, lists[list].kind, i), json, now_ms, out);
}

static void show_picture(const struct picture *picture, bool json, int64_t now_ms,
                         struct buffer *out)
{
    const struct site *site = picture_site(picture);
    char when[WHEN_TEXT_BYTES];

    (void)now_ms;
    if (json) {
        picture_dump(picture, out);
        return;
    }
    buffer_print(out, "%s %s  entry %" PRIu64 "  %s  digest %016" PRIx64 "\n", site->id, site->name,
                 picture->sequence, when_text(picture->at_ms, when), picture_digest(picture));
    for (uint32_t kind = 0; kind < OBJECT_KIND_COUNT; kind++)
        buffer_print(out, "%-12s %u of %u\n", vocabulary_word(&object_kind_words, kind),
                     picture_count(picture, (enum object_kind)kind),
                     objects_max((enum object_kind)kind));
}

static bool is_named(const struct record_shape *shape, const char *name, size_t length)
{
    for (uint32_t i = 0; i < shape->field_count; i++)
        if (strlen(shape->fields[i].name) == length
            && memcmp(shape->fields[i].name, name, length) == 0)
            return true;
    return false;
}

/* One line for each field that says something: "called_ms" reads as "called", and "state_ms", where
 * there is a "state" too, as "state since". */
static void put_fields(enum object_kind kind, const void *object, struct buffer *out)
{
    const struct record_shape *shape = object_shape(kind);
    struct buffer words = { 0 };

    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        size_t length = strlen(field->name);
        buffer_reset(&words);
        field_words(field, object, &words);
        if (words.length == 0)
            continue;
        if (field->kind == FIELD_INSTANT && length > 3)
            length -= 3;
        const char *since = length < strlen(field->name)
                                    && is_named(shape, field->name, length) ? " since" : "";
        buffer_print(out, "  %.*s%-*s %s\n", (int)length, field->name,
                     length < 20 ? 20 - (int)length : 0, since, words.bytes);
    }
    buffer_clear(&words);
}

/* Everything about one object: its row, then its fields as they are, then an incident's notes. */
static void show_object(const struct picture *picture, const struct object_name *name,
                        const void *object, bool json, int64_t now_ms, struct buffer *out)
{
    for (size_t i = 0; !json && i < ARRAY_COUNT(lists); i++)
        if (lists[i].kind == name->kind)
            put_row(picture, i, object, false, now_ms, out);
    if (json) {
        object_write(name->kind, object, out);
        buffer_add_text(out, "\n");
    } else {
        put_fields(name->kind, object, out);
    }
    for (uint32_t i = 0; name->kind == OBJECT_INCIDENT && i < picture_count(picture, OBJECT_NOTE);
         i++) {
        const struct note *note = picture_row(picture, OBJECT_NOTE, i);
        if (note->incident != name->number)
            continue;
        struct civil at = civil_from_ms(
            note->at_ms + (int64_t)when_local_offset_s(note->at_ms) * 1000);
        if (json)
            object_write(OBJECT_NOTE, note, out);
        else
            buffer_print(out, "%02d:%02d:%02d %-8s %s", at.hour, at.minute, at.second, note->by,
                         note->text);
        buffer_add_text(out, "\n");
    }
}

bool show_write(const struct picture *picture, const char *what, bool json, int64_t now_ms,
                struct buffer *out, struct buffer *problem)
{
    struct object_name name;

    if (strcmp(what, "picture") == 0) {
        show_picture(picture, json, now_ms, out);
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        if (strcmp(lists[i].name, what) != 0)
            continue;
        show_list(picture, i, json, now_ms, out);
        return true;
    }
    const void *object = object_name_parse(span_of(what), &name) ? picture_find(picture, &name)
                                                                 : NULL;
    if (!object) {
        buffer_print(problem, "There is no %s to show. Show one of: ", what);
        show_lists(problem);
        return false;
    }
    show_object(picture, &name, object, json, now_ms, out);
    return true;
}
