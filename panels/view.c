#include "panels/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

void view_init(struct view *view)
{
    *view = (struct view){ .rows = 24, .columns = 80, .blink = true, .speed = 1 };
    view->log = base_alloc(VIEW_LOG_MAX, sizeof *view->log);
    hand_init(&view->hand);
}

static void answer_clear(struct view *view)
{
    for (uint32_t i = 0; i < view->answer_count; i++)
        base_free(view->answer_lines[i]);
    view->answer_count = 0;
}

void view_clear(struct view *view)
{
    answer_clear(view);
    feeds_told_clear(&view->feeds);
    base_free(view->answer_lines);
    base_free(view->log);
    base_free(view->read);
    base_free(view->units.names);
    base_free(view->attention.names);
    line_free(&view->line);
    hand_clear(&view->hand);
    looks_clear(&view->looks);
    trails_clear(&view->trails);
}

/* ---- names ---- */

bool object_name_same(const struct object_name *left, const struct object_name *right)
{
    return left->kind == right->kind && left->number == right->number
           && strcmp(left->key, right->key) == 0;
}

static struct object_name attention_target(const struct attention *item)
{
    struct object_name name = { 0 };

    object_name_parse(span_of(item->object), &name);
    return name;
}

static uint32_t incident_of_row(enum object_kind kind, const void *row)
{
    switch ((int)kind) {
    case OBJECT_INCIDENT:
        return ((const struct incident *)row)->number;
    case OBJECT_UNIT:
        return ((const struct unit *)row)->incident;
    case OBJECT_ORDER:
        return ((const struct order *)row)->incident;
    case OBJECT_MESSAGE:
        return ((const struct message *)row)->incident;
    case OBJECT_QUESTION:
        return ((const struct question *)row)->incident;
    default:
        return 0;       /* Kinds that stand apart from incidents: sites, alarms, hazards, feeds. */
    }
}

uint32_t object_incident(const struct picture *picture, const struct object_name *name)
{
    const void *row = picture_find(picture, name);

    if (!row)
        return 0;
    if (name->kind == OBJECT_ATTENTION) {
        struct object_name target = attention_target(row);
        return target.kind == OBJECT_ATTENTION ? 0 : object_incident(picture, &target);
    }
    return incident_of_row(name->kind, row);
}

static struct geo_point middle_of(const struct geo_points *points)
{
    struct geo_point sum = { 0, 0 };

    for (uint32_t i = 0; i < points->count; i++) {
        sum.lat_deg += points->at[i].lat_deg / points->count;
        sum.lon_deg += points->at[i].lon_deg / points->count;
    }
    return points->count ? sum : geo_unknown();
}

static struct geo_point hazard_location(const struct hazard *hazard)
{
    return geo_known(hazard->center) ? hazard->center : middle_of(&hazard->polygon);
}

struct geo_point object_location(const struct picture *picture, const struct object_name *name)
{
    const void *row = picture_find(picture, name);

    if (!row)
        return geo_unknown();
    if (name->kind == OBJECT_UNIT && geo_known(((const struct unit *)row)->location))
        return ((const struct unit *)row)->location;
    if (name->kind == OBJECT_ALARM)
        return ((const struct alarm *)row)->location;
    if (name->kind == OBJECT_HAZARD)
        return hazard_location(row);
    if (name->kind == OBJECT_FACILITY)
        return ((const struct facility *)row)->location;
    uint32_t number = object_incident(picture, name);
    const struct incident *incident = number ? picture_incident(picture, number) : NULL;
    return incident ? incident->location : geo_unknown();
}

/* ---- what arrives ---- */

void view_joined(struct view *view, const struct picture *picture)
{
    view->notes_at_join = picture_counters(picture)->notes;
    view->looked_from = view->notes_at_join;
    view->read_count = 0;
    view->units.count = 0;
    view->attention.count = 0;
    view->drawn.count = 0;
    view->link = VIEW_LIVE;
    sound_joined(&view->sound, picture);
}

/* What every screen shows anyway, or what happens too often to be read. */
static const bool unlogged[EVENT_KIND_COUNT] = {
    [EVENT_SITE_SET] = true, [EVENT_TYPE_SET] = true, [EVENT_DISPOSITION_SET] = true,
    [EVENT_FACILITY_SET] = true, [EVENT_LAYER_SET] = true, [EVENT_LAYER_CLASS_SET] = true,
    [EVENT_HAZARD_KIND_SET] = true,
    [EVENT_OPERATOR_SET] = true, [EVENT_UNIT_SET] = true, [EVENT_FEED_SET] = true,
    [EVENT_UNIT_LOCATED] = true, [EVENT_ALARM_MEASURED] = true, [EVENT_ORDER_ROUTED] = true,
    [EVENT_ORDER_LEFT] = true, [EVENT_ALARM_LEFT] = true, [EVENT_MESSAGE_LEFT] = true,
    [EVENT_QUESTION_ASKED] = true, [EVENT_QUESTION_ENDED] = true,
    [EVENT_ATTENTION_RAISED] = true, [EVENT_ATTENTION_TAKEN] = true,
    [EVENT_ATTENTION_ENDED] = true, [EVENT_ATTENTION_LEFT] = true,
    [EVENT_COMMAND_ANSWERED] = true,
};

/* A first route comes with each order; another one on the way is news. */
static bool is_logged(const struct event *event)
{
    return !unlogged[event->kind]
           || (event->kind == EVENT_ORDER_ROUTED && event->order_routed.anew);
}

void view_log_add(struct view *view, int64_t at_ms, uint64_t sequence, const char *source,
                  const char *text)
{
    struct view_log_line *line = &view->log[view->log_count % VIEW_LOG_MAX];

    line->at_ms = at_ms;
    line->sequence = sequence;
    text_copy(line->source, sizeof line->source, span_of(source));
    text_copy(line->text, sizeof line->text, span_of(text));
    view->log_count++;
    /* Who has scrolled back keeps the rows they read. */
    if (view->log_first > 0 && view->log_first < VIEW_LOG_MAX)
        view->log_first++;
}

/* Who did it. What geography answered goes on with a command, and the event names its person. */
static const char *log_source(const struct entry_head *head, const struct event *event)
{
    const struct record_shape *shape = event_shape(event->kind);
    const char *source = head->source && head->source[0] ? head->source : "hub";

    for (uint32_t i = 0; head->kind == INPUT_ANSWER && i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        const char *const *by = (const void *)((const char *)event_record(event) + field->offset);
        if (field->kind == FIELD_STRING && strcmp(field->name, "by") == 0 && (*by)[0])
            return *by;
    }
    return source;
}

void view_log_entry(struct view *view, const struct entry_head *head,
                    const struct event_list *events)
{
    struct buffer sentence = { 0 };

    for (uint32_t i = 0; i < events->count; i++) {
        if (!is_logged(&events->at[i]))
            continue;
        buffer_reset(&sentence);
        event_sentence(&events->at[i], &sentence);
        view_log_add(view, head->at_ms, head->sequence, log_source(head, &events->at[i]),
                     sentence.bytes);
    }
    buffer_clear(&sentence);
}

uint32_t view_log_kept(const struct view *view)
{
    return view->log_count < VIEW_LOG_MAX ? view->log_count : VIEW_LOG_MAX;
}

const struct view_log_line *view_log_line(const struct view *view, uint32_t back)
{
    assert(back < view_log_kept(view));
    return &view->log[(view->log_count - 1 - back) % VIEW_LOG_MAX];
}

struct view_result *view_result_add(struct view *view, const char *word, const char *typed,
                                    const char *text)
{
    memmove(view->results, view->results + 1, sizeof view->results - sizeof view->results[0]);
    struct view_result *result = &view->results[VIEW_RESULTS_MAX - 1];
    *result = (struct view_result){ .at_ms = view->now_ms, .shown_ms = view->clock_ms };
    text_copy(result->word, sizeof result->word, span_of(word));
    text_copy(result->typed, sizeof result->typed, span_of(typed));
    text_copy(result->text, sizeof result->text, span_of(text));
    return result;
}

void view_result_set(struct view *view, uint64_t ref, const char *word, uint64_t sequence,
                     const char *text)
{
    struct view_result *result = NULL;

    for (uint32_t i = 0; i < VIEW_RESULTS_MAX; i++)
        if (view->results[i].ref == ref && ref != 0)
            result = &view->results[i];
    if (!result)
        result = view_result_add(view, word, "", text);
    text_copy(result->word, sizeof result->word, span_of(word));
    text_copy(result->text, sizeof result->text, span_of(text));
    result->at_ms = view->now_ms;
    result->shown_ms = view->clock_ms;
    result->sequence = sequence;
    result->ref = 0;
}

void view_answer_start(struct view *view, const char *title)
{
    answer_clear(view);
    text_copy(view->answer_title, sizeof view->answer_title, span_of(title));
    view->overlay = OVERLAY_ANSWER;
    view->overlay_first = 0;
}

void view_answer_line(struct view *view, const char *text)
{
    view->answer_lines = base_grow(view->answer_lines, &view->answer_capacity,
                                   view->answer_count + 1, sizeof *view->answer_lines);
    view->answer_lines[view->answer_count++] = base_copy_text(text);
}

/* ---- lists that may not move under a hand ---- */

bool view_unanswered(const struct view *view, const struct picture *picture,
                     const struct unit *unit)
{
    enum { ANSWER_S = 30 };         /* When site.conf does not say. */
    const struct order *order = unit->order
        ? picture_numbered(picture, OBJECT_ORDER, unit->order) : NULL;
    uint32_t answer_s = picture_site(picture)->order_answer_s;

    return unit->status == UNIT_ASSIGNED && order && order->stage < STAGE_ACCEPTED
           && view->now_ms - order->queued_ms >= (int64_t)(answer_s ? answer_s : ANSWER_S) * 1000;
}

/* Sorted by need (screens.md section 4): emergency, no answer, the selected incident, what has a
 * time to come, the other busy ones, available, unknown, out of service. */
static uint32_t unit_need(const struct view *view, const struct picture *picture,
                          const struct unit *unit)
{
    if (unit->emergency_ms)
        return 0;
    if (view_unanswered(view, picture, unit))
        return 1;
    if (unit->incident && unit->incident == object_incident(picture, &view->selected))
        return 2;
    switch (unit->status) {
    case UNIT_ASSIGNED: case UNIT_ENROUTE:
        return 3;
    case UNIT_STAGED: case UNIT_ONSCENE: case UNIT_TRANSPORTING: case UNIT_AT_HOSPITAL:
        return 4;
    case UNIT_AVAILABLE:
        return 5;
    case UNIT_UNKNOWN:
        return 6;
    case UNIT_OUT_OF_SERVICE:
        return 7;
    }
    return 6;
}

struct sorted_unit {
    const struct unit *unit;
    uint32_t need;
};

static int compare_units(const void *left_item, const void *right_item)
{
    const struct sorted_unit *left = left_item, *right = right_item;

    if (left->need != right->need)
        return left->need < right->need ? -1 : 1;
    bool timed = left->need < 5;        /* The longest in its state first; the free by name. */
    if (timed && left->unit->status_ms != right->unit->status_ms)
        return left->unit->status_ms < right->unit->status_ms ? -1 : 1;
    return strcmp(left->unit->callsign, right->unit->callsign);
}

static void order_add(struct view_order *order, struct object_name name)
{
    order->names = base_grow(order->names, &order->capacity, order->count + 1,
                             sizeof *order->names);
    order->names[order->count++] = name;
}

static uint32_t order_place(const struct view_order *order, const struct object_name *name)
{
    for (uint32_t i = 0; i < order->count; i++)
        if (object_name_same(&order->names[i], name))
            return i;
    return UINT32_MAX;
}

/* Puts the row under the cursor back where it was; the rows around it may have new ones. */
static void order_pin(struct view_order *order, const struct object_name *name, uint32_t place)
{
    uint32_t now = order_place(order, name);

    if (now == UINT32_MAX || place >= order->count)
        return;
    struct object_name pinned = order->names[now];
    memmove(order->names + now, order->names + now + 1,
            (order->count - now - 1) * sizeof *order->names);
    memmove(order->names + place + 1, order->names + place,
            (order->count - place - 1) * sizeof *order->names);
    order->names[place] = pinned;
}

static void sort_units(struct view *view, const struct picture *picture)
{
    uint32_t count = picture_count(picture, OBJECT_UNIT);
    uint32_t place = order_place(&view->units, &view->selected);
    struct sorted_unit *sorted = base_alloc(count + 1, sizeof *sorted);

    for (uint32_t i = 0; i < count; i++) {
        sorted[i].unit = picture_row(picture, OBJECT_UNIT, i);
        sorted[i].need = unit_need(view, picture, sorted[i].unit);
    }
    qsort(sorted, count, sizeof *sorted, compare_units);
    view->units.count = 0;
    for (uint32_t i = 0; i < count; i++)
        order_add(&view->units, object_called(OBJECT_UNIT, sorted[i].unit->callsign));
    order_pin(&view->units, &view->selected, place);
    view->units.sorted_ms = view->clock_ms;
    base_free(sorted);
}

/* An emergency does not wait for its turn. */
static bool emergency_below(const struct view *view, const struct picture *picture)
{
    for (uint32_t i = 1; i < view->units.count; i++) {
        const struct unit *unit = picture_find(picture, &view->units.names[i]);
        const struct unit *above = picture_find(picture, &view->units.names[i - 1]);
        if (unit && unit->emergency_ms && (!above || !above->emergency_ms))
            return true;
    }
    return false;
}

static void refresh_units(struct view *view, const struct picture *picture)
{
    bool due = view->clock_ms - view->units.sorted_ms >= UNITS_SORTED_EACH_MS;
    bool changed = view->units.count != picture_count(picture, OBJECT_UNIT);

    if (due || changed || emergency_below(view, picture))
        sort_units(view, picture);
}

static void drop_gone(struct view_order *order, const struct picture *picture)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < order->count; i++)
        if (picture_find(picture, &order->names[i]))
            order->names[kept++] = order->names[i];
    order->count = kept;
}

/* While somebody walks the queue its order stands still; what arrives is added at the end. */
static void refresh_attention(struct view *view, const struct picture *picture)
{
    const struct attention *items[ATTENTION_SORTED_MAX];
    uint32_t count = picture_attention(picture, items, ATTENTION_SORTED_MAX);

    count = count < ATTENTION_SORTED_MAX ? count : ATTENTION_SORTED_MAX;
    if (view->walking)
        drop_gone(&view->attention, picture);
    else
        view->attention.count = 0;
    view->attention_total = picture_count(picture, OBJECT_ATTENTION);
    uint32_t standing = view->attention.count;
    for (uint32_t i = 0; i < count; i++) {
        struct object_name name = object_called(OBJECT_ATTENTION, items[i]->object);
        if (standing == 0 || order_place(&view->attention, &name) == UINT32_MAX)
            order_add(&view->attention, name);
    }
    view->attention_arrived = standing ? view->attention.count - standing : 0;
}

static void fade_results(struct view *view)
{
    for (uint32_t i = 0; i < VIEW_RESULTS_MAX; i++) {
        struct view_result *result = &view->results[i];
        if (strcmp(result->word, "OK") == 0
            && view->clock_ms - result->shown_ms >= RESULT_OK_FADES_MS)
            result->word[0] = '\0';
    }
}

void view_refresh(struct view *view, const struct picture *picture)
{
    refresh_attention(view, picture);
    refresh_units(view, picture);
    fade_results(view);
    trails_note(&view->trails, picture, view->now_ms);
}

/* ---- what is looked at ---- */

bool view_selects(const struct view *view)
{
    return view->selected.number != 0 || view->selected.key[0] != '\0';
}

static struct view_read *read_mark(struct view *view, uint32_t incident)
{
    for (uint32_t i = 0; i < view->read_count; i++)
        if (view->read[i].incident == incident)
            return &view->read[i];
    view->read = base_grow(view->read, &view->read_capacity, view->read_count + 1,
                           sizeof *view->read);
    view->read[view->read_count] = (struct view_read){ .incident = incident,
                                                       .last_note = view->notes_at_join };
    return &view->read[view->read_count++];
}

/* Leaving an incident, or what belongs to it, marks its notes as read. */
static void leave_selected(struct view *view, const struct picture *picture)
{
    uint32_t incident = object_incident(picture, &view->selected);

    if (incident)
        read_mark(view, incident)->last_note = picture_counters(picture)->notes;
}

void view_select(struct view *view, const struct picture *picture, struct object_name name)
{
    if (object_name_same(&view->selected, &name))
        return;
    leave_selected(view, picture);
    view->selected = name;
    uint32_t incident = object_incident(picture, &name);
    if (incident)
        view->looked_from = read_mark(view, incident)->last_note;
}

void view_unselect(struct view *view, const struct picture *picture)
{
    leave_selected(view, picture);
    view->selected = (struct object_name){ 0 };
}

enum view_relation view_relation(const struct view *view, const struct picture *picture,
                                 const struct object_name *name)
{
    if (!view_selects(view))
        return VIEW_OTHER;
    struct object_name target = *name;
    if (name->kind == OBJECT_ATTENTION)
        object_name_parse(span_of(name->key), &target);
    if (object_name_same(&target, &view->selected))
        return VIEW_SELECTED;
    uint32_t incident = object_incident(picture, &target);
    bool same = incident && incident == object_incident(picture, &view->selected);
    return same ? VIEW_RELATED : VIEW_OTHER;
}

bool view_note_unread(const struct view *view, const struct note *note)
{
    return note->number > view->looked_from && strcmp(note->by, view->operator_name) != 0;
}

uint32_t view_unread(const struct view *view, const struct picture *picture, uint32_t incident)
{
    uint32_t last_note = view->notes_at_join, unread = 0;

    for (uint32_t i = 0; i < view->read_count; i++)
        if (view->read[i].incident == incident)
            last_note = view->read[i].last_note;
    for (uint32_t i = picture_count(picture, OBJECT_NOTE); i > 0; i--) {
        const struct note *note = picture_row(picture, OBJECT_NOTE, i - 1);
        if (note->number <= last_note)
            break;
        unread += note->incident == incident && strcmp(note->by, view->operator_name) != 0;
    }
    return unread;
}
