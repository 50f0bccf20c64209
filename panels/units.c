/* units.c - every unit, sorted by need (view.c): what it does, since when, where, how old its
 * fix is. */
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

enum { UNIT_COLUMNS = 6, CREW_COLUMNS = 5, FIX_COLUMNS = 7, ON_COLUMNS = 6, TIMER_COLUMNS = 10,
       COLUMNS_CREW = 66 };

/* What is known of where: on the way with an arrival, at an incident, at home. */
static void where_words(const struct picture *picture, const struct view *view,
                        const struct unit *unit, char *text, size_t text_bytes)
{
    const struct incident *incident = unit->incident
        ? picture_incident(picture, unit->incident) : NULL;
    const char *place = unit->destination[0] ? unit->destination : incident ? incident->place : "";
    char arrival[WHEN_TEXT_BYTES + 8] = "", span[WHEN_TEXT_BYTES];
    bool there = unit->status == UNIT_ONSCENE || unit->status == UNIT_STAGED
                 || unit->status == UNIT_AT_HOSPITAL;

    if (unit->arrives_ms > view->now_ms)        /* First, so that no number is ever cut. */
        snprintf(arrival, sizeof arrival, "eta %s ",
                 span_clock_text(unit->arrives_ms - view->now_ms, span));
    if (unit->status == UNIT_OUT_OF_SERVICE)
        snprintf(text, text_bytes, "%s", unit->reason);
    else if (place[0])
        snprintf(text, text_bytes, "%s%s%s", there ? "" : arrival, there ? "" : "to ", place);
    else if (unit->station[0])
        snprintf(text, text_bytes, "%s", unit->station);
    else
        snprintf(text, text_bytes, "%s", unit->kind);
}

static const struct order *order_of(const struct picture *picture, const struct unit *unit)
{
    return unit->order ? picture_numbered(picture, OBJECT_ORDER, unit->order) : NULL;
}

/* The next thing with a time; a word when somebody has to act now. */
static enum ink timer_words(const struct picture *picture, const struct view *view,
                            const struct unit *unit, char *text, size_t text_bytes)
{
    const struct order *order = order_of(picture, unit);

    snprintf(text, text_bytes, "-");
    if (unit->emergency_ms) {
        snprintf(text, text_bytes, unit->emergency_cancelled ? "CLEAR IT" : "CALL NOW");
        return INK_LATE;
    }
    if (order && (order->stage == STAGE_REFUSED || order->stage == STAGE_TIMED_OUT
                  || order->stage == STAGE_FAILED || order->stage == STAGE_UNCERTAIN)) {
        snprintf(text, text_bytes, "%s", vocabulary_word(&order_stage_words, order->stage));
        return INK_LATE;
    }
    if (view_unanswered(view, picture, unit)) {
        snprintf(text, text_bytes, "NO ACK");
        return INK_LATE;
    }
    if (unit->status == UNIT_ASSIGNED && order && order->stage < STAGE_ACCEPTED) {
        snprintf(text, text_bytes, "%s", vocabulary_word(&order_stage_words, order->stage));
        return INK_DIM;
    }
    if (unit->back_ms) {
        snprintf(text, text_bytes, "back %s", clock_short(unit->back_ms).text);
        return INK_DIM;
    }
    return INK_DIM;
}

/* "0:09"; "~6:12" when old; "?" when it never told; the state is dim, never drawn as fresh. */
static enum ink fix_words(const struct picture *picture, const struct view *view,
                          const struct unit *unit, char *text, size_t text_bytes)
{
    bool doubted = fix_is_old(picture, view, unit) || view->link == VIEW_LOST;

    if (unit->located_ms == 0) {
        snprintf(text, text_bytes, "?");
        return INK_DIM;
    }
    snprintf(text, text_bytes, "%s%s", doubted ? "~" : "", age_since(view, unit->located_ms).text);
    return doubted ? INK_STALE : INK_PLAIN;
}

struct unit_columns {
    uint16_t crew, fix, on, timer;      /* 0: no room for it. */
};

static struct unit_columns columns_for(uint16_t columns)
{
    bool roomy = columns >= COLUMNS_CREW;

    return (struct unit_columns){ .crew = roomy ? CREW_COLUMNS : 0, .fix = FIX_COLUMNS,
                                  .on = ON_COLUMNS, .timer = TIMER_COLUMNS };
}

static void head_draw(struct canvas *canvas, struct unit_columns columns)
{
    struct row row = row_start(canvas, 1, VIEW_OTHER);

    row.column++;
    row_field(&row, UNIT_COLUMNS, INK_DIM, "unit");
    row_field(&row, 4, INK_DIM, "st");
    row_right(&row, 8, INK_DIM, "in st");
    row.column = (uint16_t)(row.column + 2);
    row_field(&row, row_rest(&row, (uint16_t)(columns.crew + columns.fix + columns.on
                                              + columns.timer + 2)), INK_DIM, "where / going");
    if (columns.crew)
        row_right(&row, columns.crew, INK_DIM, "crew");
    row_right(&row, columns.fix, INK_DIM, "fix");
    row.column = (uint16_t)(row.column + 2);
    row_field(&row, columns.on, INK_DIM, "on");
    row_field(&row, columns.timer, INK_DIM, "next");
}

static void state_draw(struct row *row, const struct unit *unit)
{
    if (!unit->emergency_ms) {
        const char *word = vocabulary_word(&unit_status_words, unit->status);
        row_field(row, 4, unit_ink(unit->status), word[0] ? word : "?");
        return;
    }
    canvas_text(row->canvas, row->row, row->column, span_of("EMG"), INK_EMERGENCY);
    for (uint16_t i = 0; i < 3 && !unit->emergency_cancelled; i++)
        canvas_at(row->canvas, row->row, (uint16_t)(row->column + i))->flags |= CELL_BLINK;
    row->column = (uint16_t)(row->column + 4);
}

static void unit_draw(const struct picture *picture, const struct view *view,
                      const struct unit *unit, uint16_t at, struct canvas *canvas)
{
    struct object_name name = object_called(OBJECT_UNIT, unit->callsign);
    enum view_relation relation = view_relation(view, picture, &name);
    struct row row = row_start(canvas, at, relation);
    struct unit_columns columns = columns_for(canvas->columns);
    bool away = unit->status == UNIT_OUT_OF_SERVICE;
    char text[256];

    row.column++;
    row_field(&row, UNIT_COLUMNS, away ? INK_UNUSABLE : INK_BRIGHT, unit->callsign);
    state_draw(&row, unit);
    row_right(&row, 8, away ? INK_DIM : INK_PLAIN,
              age_since(view, unit->emergency_ms ? unit->emergency_ms : unit->status_ms).text);
    row.column = (uint16_t)(row.column + 2);
    where_words(picture, view, unit, text, sizeof text);
    row_field(&row, row_rest(&row, (uint16_t)(columns.crew + columns.fix + columns.on
                                              + columns.timer + 2)),
              away ? INK_DIM : INK_PLAIN, text);
    if (columns.crew) {
        snprintf(text, sizeof text, "%u", unit->crew);
        row_right(&row, columns.crew, INK_DIM, unit->crew ? text : "?");
    }
    enum ink ink = fix_words(picture, view, unit, text, sizeof text);
    row_right(&row, columns.fix, ink, text);
    row.column = (uint16_t)(row.column + 2);
    snprintf(text, sizeof text, "#%u", unit->incident);
    row_field(&row, columns.on, INK_PLAIN, unit->incident ? text : "-");
    ink = timer_words(picture, view, unit, text, sizeof text);
    row_field(&row, columns.timer, ink, text);
    row_end(&row, relation);
}

static void units_title(const struct picture *picture, struct canvas *canvas)
{
    uint32_t available = 0, away = 0, unknown = 0, count = picture_count(picture, OBJECT_UNIT);
    char name[32], rest[96];

    for (uint32_t i = 0; i < count; i++) {
        const struct unit *unit = picture_row(picture, OBJECT_UNIT, i);
        available += unit->status == UNIT_AVAILABLE;
        away += unit->status == UNIT_OUT_OF_SERVICE;
        unknown += unit->status == UNIT_UNKNOWN;
    }
    snprintf(name, sizeof name, "UNITS %u", count);
    int length = snprintf(rest, sizeof rest, "AVL %u  busy %u  OOS %u", available,
                          count - available - away - unknown, away);
    if (unknown)
        snprintf(rest + length, sizeof rest - (size_t)length, "  unknown %u", unknown);
    title_draw(canvas, name, rest);
}

static bool same_name(const struct object_name *left, const struct object_name *right)
{
    return left->kind == right->kind && strcmp(left->key, right->key) == 0;
}

static void units_draw(const struct picture *picture, const struct view *view,
                       struct canvas *canvas)
{
    uint32_t count = view->units.count;
    uint32_t shown = rows_fitting(canvas, 2, count);
    uint32_t first = 0;

    if (view->page == PAGE_UNITS && shown < count)
        first = view->units_first < count - shown ? view->units_first : count - shown;
    units_title(picture, canvas);
    head_draw(canvas, columns_for(canvas->columns));
    uint32_t selected = 0;
    while (selected < count && !same_name(&view->units.names[selected], &view->selected))
        selected++;
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t at = view->page == PAGE_UNITS ? first + i
                                               : row_shown(i, shown, selected, count);
        const struct unit *unit = picture_find(picture, &view->units.names[at]);
        if (unit)
            unit_draw(picture, view, unit, (uint16_t)(i + 2), canvas);
    }
    more_draw(canvas, count - shown, view->page == PAGE_UNITS ? "PgUp, PgDn" : "F5 shows all");
}

static uint16_t units_wants(const struct picture *picture, const struct view *view)
{
    /* A log beside it is worth more than the last of the free units. */
    uint32_t most = view->columns >= 220 ? 60 : 17;
    uint32_t count = picture_count(picture, OBJECT_UNIT) + 2;

    return (uint16_t)(count < most ? count : most);
}

const struct panel units_panel = { .name = "units", .rows_min = 4, .wants = units_wants,
                                   .draw = units_draw };
