/* attention_words.c - one sentence about what asks, for lists and the read-back. */
#include "app/base/when.h"
#include "app/core/attention_inside.h"

static void incident_words(const struct incident *incident, struct buffer *out)
{
    buffer_print(out, "%s %s", incident->type, incident->place);
    if (incident->radius_m == incident->radius_m)       /* Not NaN. */
        buffer_print(out, " within %.0f m", incident->radius_m);
    if (incident->place_state == PLACE_UNCONFIRMED)
        buffer_add_text(out, " UNCONFIRMED");
}

static void order_words(const struct order *order, struct buffer *out)
{
    buffer_print(out, "%s", order->unit);
    if (order->incident)
        buffer_print(out, " to #%u", order->incident);
    buffer_print(out, ": %s %s%s%s", vocabulary_word(&order_verb_words, order->verb),
                 vocabulary_word(&order_stage_words, order->stage), order->reason[0] ? ", " : "",
                 order->reason);
}

static void way_words(const struct picture *picture, const struct unit *unit, struct buffer *out)
{
    const struct hazard *hazard = unit->closure
        ? picture_numbered(picture, OBJECT_HAZARD, unit->closure) : NULL;

    if (unit->closure)
        buffer_print(out, "HZ%u %s lies across its way", unit->closure,
                     hazard ? hazard->kind : "");
    if (unit->strayed_ms)
        buffer_print(out, "%s%u m off its route", unit->closure ? ", " : "", unit->strayed_m);
    if (!unit->closure && !unit->strayed_ms)
        buffer_add_text(out, vocabulary_word(&unit_status_words, unit->status));
    if (unit->incident)
        buffer_print(out, " to #%u", unit->incident);
    if (unit->closure)
        buffer_add_text(out, ": tell the crew");
}

static void unit_words(const struct picture *picture, const struct unit *unit, int64_t now_ms,
                       struct buffer *out)
{
    char age[WHEN_TEXT_BYTES];

    if (!unit->emergency_ms) {
        way_words(picture, unit, out);
        return;
    }
    buffer_add_text(out, "EMERGENCY BUTTON");
    if (unit->incident)
        buffer_print(out, " on #%u", unit->incident);
    if (unit->located_ms)
        buffer_print(out, ", fix %s old", span_clock_text(now_ms - unit->located_ms, age));
    else
        buffer_add_text(out, ", no fix");
    if (unit->emergency_cancelled)
        buffer_add_text(out, ", cancelled by the unit: check, then emg clear");
}

static void alarm_words(const struct alarm *alarm, struct buffer *out)
{
    buffer_add_text(out, alarm->condition);
    if (alarm->value == alarm->value)       /* Not NaN. */
        buffer_print(out, " %.10g %s", alarm->value, alarm->measured_in);
    buffer_print(out, " %s%s", alarm->place[0] ? alarm->place : alarm->point,
                 alarm->active ? "" : " BACK to normal");
}

static void site_words(const struct picture *picture, struct buffer *out)
{
    const struct counters *counters = picture_counters(picture);
    uint32_t aside = counters->set_aside - counters->set_aside_seen;
    enum object_kind kind;
    uint32_t from = 0;
    bool any = false;

    while (attention_next_full(picture, &from, &kind)) {
        buffer_print(out, "%s%u of %u %ss", any ? ", " : "no room for more: ",
                     picture_count(picture, kind), objects_max(kind),
                     vocabulary_word(&object_kind_words, kind));
        any = true;
    }
    if (aside > 0)
        buffer_print(out, "%s%u input%s ended the hub twice, set aside undecided",
                     any ? "; " : "", aside, aside == 1 ? "" : "s");
    if (!any && aside == 0)
        buffer_add_text(out, "there is room again");
}

void attention_sentence(const struct picture *picture, const struct attention *item,
                        int64_t now_ms, struct buffer *out)
{
    struct object_name name;
    const void *object = NULL;

    if (object_name_parse(span_of(item->object), &name))
        object = picture_find(picture, &name);
    if (!object)
        return;
    if (name.kind == OBJECT_UNIT)
        unit_words(picture, object, now_ms, out);
    else if (name.kind == OBJECT_INCIDENT)
        incident_words(object, out);
    else if (name.kind == OBJECT_ALARM)
        alarm_words(object, out);
    else if (name.kind == OBJECT_ORDER)
        order_words(object, out);
    else if (name.kind == OBJECT_QUESTION)
        buffer_add_text(out, ((const struct question *)object)->consequence);
    else if (name.kind == OBJECT_MESSAGE)
        buffer_print(out, "%s \"%s\"", ((const struct message *)object)->unit,
                     ((const struct message *)object)->text);
    else if (name.kind == OBJECT_SITE)
        site_words(picture, out);
    else if (name.kind == OBJECT_FEED)
        buffer_print(out, "%s %s", ((const struct feed *)object)->adapter,
                     ((const struct feed *)object)->reason);
}
