/* incidents.c - pending (no crew has acknowledged yet) apart from active: they are another kind of
 * thing, with another clock (screens.md section 1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panels/rows.h"

enum {
    NUMBER_COLUMNS = 5, UNREAD_COLUMNS = 4, TYPE_COLUMNS = 7,
    OWNER_COLUMNS = 5, LATE_COLUMNS = 5, AGE_COLUMNS = 8,
    UNITS_COLUMNS = 11, ZONE_COLUMNS = 13,
    COLUMNS_ZONE = 72,          /* From here the zone has a column. */
    PENDING_LATE_S = 90,        /* When site.conf does not say. */
};

struct listed {
    const struct incident *incident;
    const struct unit *furthest;        /* NULL while nobody is assigned. */
    int64_t since_ms;                   /* Of its wait, or of the state of its furthest unit. */
};

struct list {
    struct listed *rows;
    uint32_t count;
};

static int64_t waits_since(const struct incident *incident)
{
    return incident->called_ms ? incident->called_ms : incident->opened_ms;
}

static int compare_listed(const void *left_item, const void *right_item)
{
    const struct listed *left = left_item, *right = right_item;

    if (left->incident->priority != right->incident->priority)
        return left->incident->priority < right->incident->priority ? -1 : 1;
    if (left->since_ms != right->since_ms)
        return left->since_ms < right->since_ms ? -1 : 1;
    return left->incident->number < right->incident->number ? -1 : 1;
}

enum which { WHICH_PENDING, WHICH_ACTIVE };

static int compare_number(const void *number, const void *item)
{
    uint32_t wanted = *(const uint32_t *)number;
    uint32_t have = ((const struct listed *)item)->incident->number;

    return wanted < have ? -1 : wanted > have;
}

/* One pass over the units; the rows still stand in the order of their numbers. */
static void find_furthest(struct list *list, const struct picture *picture)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_UNIT); i++) {
        const struct unit *unit = picture_row(picture, OBJECT_UNIT, i);
        struct listed *row = unit->incident
            ? bsearch(&unit->incident, list->rows, list->count, sizeof *list->rows,
                      compare_number) : NULL;
        if (row && (!row->furthest || unit_progress(unit) > unit_progress(row->furthest)))
            row->furthest = unit;
    }
}

static struct list list_make(const struct picture *picture, enum which which)
{
    uint32_t count = picture_count(picture, OBJECT_INCIDENT);
    struct list list = { .rows = base_alloc(count + 1, sizeof *list.rows) };

    for (uint32_t i = 0; i < count; i++) {
        const struct incident *incident = picture_row(picture, OBJECT_INCIDENT, i);
        bool pending = incident_is_pending(incident);
        if (incident->state != INCIDENT_OPEN || pending != (which == WHICH_PENDING))
            continue;
        list.rows[list.count++] = (struct listed){ .incident = incident };
    }
    find_furthest(&list, picture);
    for (uint32_t i = 0; i < list.count; i++) {
        struct listed *row = &list.rows[i];
        bool waits = which == WHICH_PENDING || !row->furthest;
        row->since_ms = waits ? waits_since(row->incident) : row->furthest->status_ms;
    }
    qsort(list.rows, list.count, sizeof *list.rows, compare_listed);
    return list;
}

/* A state is late when the queue says so: one rule, in the core. */
static bool queue_says(const struct picture *picture, const struct incident *incident,
                       const char *word)
{
    char object[16];

    snprintf(object, sizeof object, "#%u", incident->number);
    const struct attention *item = picture_called(picture, OBJECT_ATTENTION, object);
    return item && strstr(item->words, word);
}

static bool pending_late(const struct picture *picture, const struct view *view,
                         const struct incident *incident)
{
    uint32_t late_s = picture_site(picture)->pending_late_s;

    return view->now_ms - waits_since(incident)
           > (int64_t)(late_s ? late_s : PENDING_LATE_S) * 1000;
}

static void start_draw(const struct picture *picture, const struct view *view, struct row *row,
                       const struct incident *incident)
{
    uint32_t unread = view_unread(view, picture, incident->number);
    char number[16], count[16] = "";

    snprintf(number, sizeof number, "#%u", incident->number);
    row->column = canvas_text(row->canvas, row->row, (uint16_t)(row->column + 1),
                              span_of(priority_mark(incident->priority)),
                              priority_ink(incident->priority));
    row->column++;
    row_field(row, NUMBER_COLUMNS, INK_BRIGHT, number);
    if (unread)
        snprintf(count, sizeof count, "+%u", unread < 99 ? unread : 99);
    row_unread(row, UNREAD_COLUMNS, count);
    row_field(row, TYPE_COLUMNS, INK_PLAIN, incident->type);
}

/* UNCONFIRMED stands before the place, where no narrow screen cuts it off. */
static void place_draw(struct row *row, const struct incident *incident, uint16_t width)
{
    uint16_t end = (uint16_t)(row->column + width);

    if (incident->place_state == PLACE_UNCONFIRMED) {
        const char *word = width >= 28 ? "UNCONFIRMED" : "UNCONF";
        row->column = canvas_text(row->canvas, row->row, row->column, span_of(word), INK_LATE);
        row->column++;
    }
    uint16_t left = end > row->column ? (uint16_t)(end - row->column) : 0;
    row_field(row, left ? (uint16_t)(left - 1) : 0, INK_PLAIN,
              incident->place[0] ? incident->place : "?");
    row->column = end;
}

static void end_draw(const struct view *view, struct row *row, const struct listed *listed,
                     bool late)
{
    const struct incident *incident = listed->incident;

    row_right(row, AGE_COLUMNS, late ? INK_LATE : INK_PLAIN,
              age_since(view, listed->since_ms).text);
    row->column++;
    row_field(row, LATE_COLUMNS, INK_LATE, late ? "LATE" : "");
    bool mine = incident->owner[0] && strcmp(incident->owner, view->operator_name) == 0;
    row_field(row, OWNER_COLUMNS, mine ? INK_BRIGHT : INK_DIM,
              incident->owner[0] ? incident->owner : "none");
}

enum { END_COLUMNS = AGE_COLUMNS + 1 + LATE_COLUMNS + OWNER_COLUMNS };

static void pending_row(const struct picture *picture, const struct view *view,
                        const struct listed *listed, uint16_t at, struct canvas *canvas)
{
    struct object_name name = object_numbered(OBJECT_INCIDENT, listed->incident->number);
    enum view_relation relation = view_relation(view, picture, &name);
    struct row row = row_start(canvas, at, relation);
    uint16_t zone = canvas->columns >= COLUMNS_ZONE ? ZONE_COLUMNS : 0;

    start_draw(picture, view, &row, listed->incident);
    place_draw(&row, listed->incident, row_rest(&row, (uint16_t)(END_COLUMNS + zone)));
    row_field(&row, zone, INK_DIM, listed->incident->zone);
    end_draw(view, &row, listed, pending_late(picture, view, listed->incident));
    row_end(&row, relation);
}

/* "E7 L2 +1": the units that fit and how many more. */
static void units_words(const struct picture *picture, uint32_t incident, uint16_t width,
                        char *text, size_t text_bytes)
{
    uint32_t index = 0, left = 0, length = 0;
    const struct unit *unit;

    text[0] = '\0';
    while ((unit = picture_next_unit_of(picture, incident, &index))) {
        size_t more = strlen(unit->callsign) + (length ? 1 : 0);
        if (left > 0 || length + more + 3 > width || length + more + 4 > text_bytes) {
            left++;
            continue;
        }
        snprintf(text + length, text_bytes - length, "%s%s", length ? " " : "", unit->callsign);
        length += (uint32_t)more;
    }
    if (left > 0)
        snprintf(text + length, text_bytes - length, " +%u", left);
}

static void active_row(const struct picture *picture, const struct view *view,
                       const struct listed *listed, uint16_t at, struct canvas *canvas)
{
    struct object_name name = object_numbered(OBJECT_INCIDENT, listed->incident->number);
    enum view_relation relation = view_relation(view, picture, &name);
    struct row row = row_start(canvas, at, relation);
    enum unit_status status = listed->furthest ? listed->furthest->status : UNIT_UNKNOWN;
    uint16_t units_columns = (uint16_t)(canvas->columns >= 110 ? 24 : UNITS_COLUMNS);
    char units[64];

    start_draw(picture, view, &row, listed->incident);
    place_draw(&row, listed->incident,
               row_rest(&row, (uint16_t)(units_columns + 4 + END_COLUMNS)));
    units_words(picture, listed->incident->number, (uint16_t)(units_columns - 1), units,
                sizeof units);
    row_field(&row, units_columns, units[0] ? INK_PLAIN : INK_LATE, units[0] ? units : "no units");
    row_field(&row, 4, unit_ink(status), vocabulary_word(&unit_status_words, status));
    end_draw(view, &row, listed, queue_says(picture, listed->incident, "LATE"));
    row_end(&row, relation);
}

static bool is_selected(const struct view *view, const struct incident *incident)
{
    return view->selected.kind == OBJECT_INCIDENT && view->selected.number == incident->number;
}

typedef void draw_row_fn(const struct picture *picture, const struct view *view,
                         const struct listed *listed, uint16_t at, struct canvas *canvas);

static void list_draw(const struct picture *picture, const struct view *view,
                      const struct list *list, draw_row_fn *draw_row, struct canvas *canvas)
{
    uint32_t shown = rows_fitting(canvas, 1, list->count), selected = 0;

    while (selected < list->count && !is_selected(view, list->rows[selected].incident))
        selected++;
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t at = row_shown(i, shown, selected, list->count);
        draw_row(picture, view, &list->rows[at], (uint16_t)(i + 1), canvas);
    }
    more_draw(canvas, list->count - shown, view->page == PAGE_LISTS ? "" : "F4 shows them");
    if (list->count == 0)
        canvas_text(canvas, 1, 2, span_of("none"), INK_DIM);
}

static void pending_draw(const struct picture *picture, const struct view *view,
                         struct canvas *canvas)
{
    struct list list = list_make(picture, WHICH_PENDING);
    char name[32];

    snprintf(name, sizeof name, "PENDING %u", list.count);
    title_draw(canvas, name, "no unit has acknowledged yet");
    list_draw(picture, view, &list, pending_row, canvas);
    base_free(list.rows);
}

static void active_draw(const struct picture *picture, const struct view *view,
                        struct canvas *canvas)
{
    struct list list = list_make(picture, WHICH_ACTIVE);
    char name[32];

    snprintf(name, sizeof name, "ACTIVE %u", list.count);
    title_draw(canvas, name, "by priority, then longest in state");
    list_draw(picture, view, &list, active_row, canvas);
    base_free(list.rows);
}

static uint16_t count_rows(const struct picture *picture, enum which which)
{
    uint32_t count = 1;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_INCIDENT); i++) {
        const struct incident *incident = picture_row(picture, OBJECT_INCIDENT, i);
        count += incident->state == INCIDENT_OPEN
                 && incident_is_pending(incident) == (which == WHICH_PENDING);
    }
    return (uint16_t)count;
}

static uint16_t pending_wants(const struct picture *picture, const struct view *view)
{
    (void)view;
    return count_rows(picture, WHICH_PENDING);
}

static uint16_t active_wants(const struct picture *picture, const struct view *view)
{
    (void)view;
    return count_rows(picture, WHICH_ACTIVE);
}

const struct panel pending_panel = { .name = "pending", .rows_min = 2, .wants = pending_wants,
                                     .draw = pending_draw };
const struct panel active_panel = { .name = "active", .rows_min = 3, .wants = active_wants,
                                    .draw = active_draw };
