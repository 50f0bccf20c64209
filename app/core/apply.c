/* apply.c - the table of events, and those of the site, its feeds, questions and attention. */
#include "app/core/apply.h"

#include <string.h>

#include "app/core/apply_inside.h"

/* ---- configuration ---- */

/* A kind whose whole row is what site.conf says. */
static void set_row(struct picture *picture, enum object_kind kind, const struct event *event)
{
    const struct record_shape *shape = object_shape(kind);
    const void *record = event_record(event);
    void *row = shape->fields[0].kind == FIELD_TEXT
                    ? picture_row_called(picture, kind, record)
                    : picture_row_numbered(picture, kind, *(const uint32_t *)record);

    assert(event_shape(event->kind)->bytes == shape->bytes);
    memcpy(row, record, shape->bytes);
}

void apply_site_set(struct picture *picture, const struct entry_head *head,
                    const struct event *event)
{
    (void)head;
    memcpy(picture->tables[OBJECT_SITE].rows[0], &event->site_set, sizeof(struct site));
}

#define APPLY_SET(lower, upper)                                                             \
    void apply_##lower##_set(struct picture *picture, const struct entry_head *head,        \
                             const struct event *event)                                     \
    {                                                                                       \
        (void)head;                                                                         \
        set_row(picture, OBJECT_##upper, event);                                            \
    }
APPLY_SET(type, TYPE)
APPLY_SET(disposition, DISPOSITION)
APPLY_SET(facility, FACILITY)
APPLY_SET(hazard_kind, HAZARD_KIND)
APPLY_SET(layer, LAYER)
APPLY_SET(layer_class, LAYER_CLASS)
APPLY_SET(operator, OPERATOR)

/* The site's part of a unit or feed stands first in its row, in the same order. */
void apply_unit_set(struct picture *picture, const struct entry_head *head,
                    const struct event *event)
{
    struct unit *unit = picture_row_called(picture, OBJECT_UNIT, event->unit_set.callsign);
    bool is_new = unit->status == UNIT_UNKNOWN;

    memcpy(unit, &event->unit_set, offsetof(struct unit_set, feed) + sizeof unit->feed);
    if (is_new) {
        unit->status = UNIT_AVAILABLE;
        unit->status_ms = head->at_ms;
        unit_changed_by(unit, head);
    }
}
_Static_assert(offsetof(struct unit, feed) == offsetof(struct unit_set, feed),
               "a unit starts with what site.conf says of it");

void apply_feed_set(struct picture *picture, const struct entry_head *head,
                    const struct event *event)
{
    struct feed *feed = picture_row_called(picture, OBJECT_FEED, event->feed_set.name);

    memcpy(feed, &event->feed_set,
           offsetof(struct feed_set, stale_after_s) + sizeof feed->stale_after_s);
    if (feed->state_ms == 0)
        feed->state_ms = head->at_ms;
}
_Static_assert(offsetof(struct feed, stale_after_s) == offsetof(struct feed_set, stale_after_s),
               "a feed starts with what site.conf says of it");

void apply_withdrawn(struct picture *picture, const struct entry_head *head,
                     const struct event *event)
{
    const struct withdrawn *withdrawn = &event->withdrawn;
    struct object_name name = { .kind = withdrawn->kind, .number = withdrawn->number };
    (void)head;

    COPY(name.key, withdrawn->key);
    void *row = (void *)(uintptr_t)picture_find(picture, &name);
    assert(row);
    picture_remove(picture, withdrawn->kind, row);
}

void apply_clock_stepped(struct picture *picture, const struct entry_head *head,
                         const struct event *event)
{
    (void)picture, (void)head, (void)event;     /* Hub time slews by itself; the record says why. */
}

/* ---- feeds ---- */

void apply_feed_changed(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    struct feed *feed = feed_row(picture, event->feed_changed.feed);

    assert(feed);
    feed->state = event->feed_changed.state;
    feed->state_ms = head->at_ms;
    COPY(feed->reason, event->feed_changed.reason);
}

void apply_report_held(struct picture *picture, const struct entry_head *head,
                       const struct event *event)
{
    struct feed *feed = feed_row(picture, event->report_held.feed);
    (void)head;

    if (feed)
        feed->held++;
}

void apply_report_unreadable(struct picture *picture, const struct entry_head *head,
                             const struct event *event)
{
    struct feed *feed = feed_row(picture, event->report_unreadable.feed);
    (void)head;

    if (feed)
        feed->refused++;
}

/* ---- questions, attention ---- */

static void route_asked(struct picture *picture, uint32_t number, const struct entry_head *head)
{
    struct order *order = numbered_row(picture, OBJECT_ORDER, number);

    order->route_asked_ms = head->at_ms;
}

void apply_question_asked(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    const struct question_asked *asked = &event->question_asked;
    struct question *question =
        picture_row_numbered(picture, OBJECT_QUESTION, asked->question);

    question->target = asked->target;
    question->purpose = asked->purpose;
    COPY(question->operator, asked->operator);
    COPY(question->command, asked->command);
    COPY(question->consequence, asked->consequence);
    COPY(question->place, asked->place);
    question->incident = asked->incident;
    question->order = asked->order;
    question->from = asked->from;
    question->to = asked->to;
    record_clear(object_shape(OBJECT_QUESTION), question);
    question->avoid = asked->avoid;
    record_own(object_shape(OBJECT_QUESTION), question);
    if (asked->purpose == PURPOSE_ROUTE && asked->order)
        route_asked(picture, asked->order, head);
    question->asked_ms = head->at_ms;
    question->expires_ms = asked->expires_ms;
    counters_row(picture)->questions = asked->question;
}

void apply_question_ended(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_QUESTION,
                   numbered_row(picture, OBJECT_QUESTION, event->question_ended.question));
}

void apply_attention_raised(struct picture *picture, const struct entry_head *head,
                            const struct event *event)
{
    const struct attention_raised *raised = &event->attention_raised;
    struct attention *item =
        picture_row_called(picture, OBJECT_ATTENTION, raised->object);
    bool more_urgent = item->level == 0 || raised->level < item->level;

    if (item->level == 0) {
        item->raised_ms = head->at_ms;
        counters_row(picture)->attention_in++;
    }
    /* What was taken, or had ended, stands open again when it gets worse. */
    if (more_urgent || item->state == ATTENTION_ENDED) {
        item->state = ATTENTION_OPEN;
        item->owner[0] = '\0';
    }
    item->level = raised->level;
    COPY(item->words, raised->words);
    item->entry = (int64_t)head->sequence;
}

static struct attention *attention_row(struct picture *picture, const char *object)
{
    struct attention *item =
        (struct attention *)(uintptr_t)picture_called(picture, OBJECT_ATTENTION, object);
    assert(item);
    return item;
}

void apply_attention_taken(struct picture *picture, const struct entry_head *head,
                           const struct event *event)
{
    struct attention *item = attention_row(picture, event->attention_taken.object);
    (void)head;

    item->state = ATTENTION_TAKEN;
    COPY(item->owner, event->attention_taken.by);
}

void apply_attention_ended(struct picture *picture, const struct entry_head *head,
                           const struct event *event)
{
    (void)head;
    attention_row(picture, event->attention_ended.object)->state = ATTENTION_ENDED;
}

void apply_attention_left(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    (void)head;
    picture_remove(picture, OBJECT_ATTENTION,
                   attention_row(picture, event->attention_left.object));
    counters_row(picture)->attention_left++;
}

void apply_input_set_aside(struct picture *picture, const struct entry_head *head,
                           const struct event *event)
{
    (void)head, (void)event;
    counters_row(picture)->set_aside++;
}

void apply_set_aside_seen(struct picture *picture, const struct entry_head *head,
                          const struct event *event)
{
    (void)head, (void)event;
    counters_row(picture)->set_aside_seen = counters_row(picture)->set_aside;
}

void apply_inject_given(struct picture *picture, const struct entry_head *head,
                        const struct event *event)
{
    (void)picture, (void)head, (void)event;     /* The simulator acts on it, then reports. */
}

void apply_command_answered(struct picture *picture, const struct entry_head *head,
                            const struct event *event)
{
    (void)picture, (void)head, (void)event;     /* For the record, and for who asked. */
}

#define ROW(upper, lower, sentence) [EVENT_##upper] = apply_##lower,
static apply_fn *const apply_by_kind[EVENT_KIND_COUNT] = { EVENT_KINDS(ROW) };
#undef ROW

void picture_begin(struct picture *picture, const struct entry_head *head)
{
    assert(head->sequence == picture->sequence + 1);
    picture->sequence = head->sequence;
    picture->at_ms = head->at_ms;
    if (head->kind != INPUT_REPORT)
        return;
    struct feed *feed = feed_row(picture, head->source);
    if (!feed)
        return;
    feed->reports++;
    feed->last_ms = head->at_ms;
}

void picture_apply(struct picture *picture, const struct entry_head *head,
                   const struct event *event)
{
    assert(head->sequence == picture->sequence);
    assert(event->kind < EVENT_KIND_COUNT);
    apply_by_kind[event->kind](picture, head, event);

    const struct counters *counters = picture_counters(picture);
    assert(counters->attention_in
           == counters->attention_left + picture_count(picture, OBJECT_ATTENTION));
}
