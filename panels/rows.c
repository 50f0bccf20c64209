#include "panels/rows.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

enum { DAY_MS = 86400000, FIX_OLD_S = 120 };    /* When site.conf does not say. */

void title_draw(struct canvas *canvas, const char *name, const char *rest)
{
    canvas_fill(canvas, 0, 0, canvas->columns, ' ', INK_TITLE, GROUND_PANEL);
    uint16_t column = canvas_text(canvas, 0, 1, span_of(name), INK_TITLE);
    canvas_text(canvas, 0, (uint16_t)(column + 2), span_of(rest), INK_DIM);
}

void more_draw(struct canvas *canvas, uint32_t more, const char *where)
{
    if (more > 0)
        canvas_print(canvas, (uint16_t)(canvas->rows - 1), 2, INK_DIM, "%u more%s%s", more,
                     where[0] ? ": " : "", where);
}

uint32_t rows_fitting(const struct canvas *canvas, uint32_t header_rows, uint32_t count)
{
    uint32_t room = canvas->rows > header_rows ? canvas->rows - header_rows : 0;

    if (count <= room)
        return count;
    return room > 0 ? room - 1 : 0;
}

uint32_t row_shown(uint32_t row, uint32_t shown, uint32_t selected, uint32_t count)
{
    bool cut_off = selected >= shown && selected < count;

    return cut_off && row + 1 == shown ? selected : row;
}

struct row row_start(struct canvas *canvas, uint16_t row, enum view_relation relation)
{
    static const char marks[] = { [VIEW_OTHER] = ' ', [VIEW_SELECTED] = '>', [VIEW_RELATED] = ':' };

    canvas_put(canvas, row, 0, (uint32_t)marks[relation],
               relation == VIEW_SELECTED ? INK_SELECTED : INK_BRIGHT);
    return (struct row){ .canvas = canvas, .row = row, .column = 1 };
}

void row_field(struct row *row, uint16_t width, enum ink ink, const char *text)
{
    canvas_field(row->canvas, row->row, row->column, width, span_of(text), ink);
    row->column = (uint16_t)(row->column + width);
}

void row_unread(struct row *row, uint16_t width, const char *text)
{
    uint16_t start = row->column;

    row_field(row, width, INK_BRIGHT, text);
    for (uint16_t column = start; column < row->column; column++) {
        struct cell *cell = canvas_at(row->canvas, row->row, column);
        if (cell && cell->glyph != ' ')
            cell->flags |= CELL_BOLD;
    }
}

void row_right(struct row *row, uint16_t width, enum ink ink, const char *text)
{
    uint32_t columns = text_columns(span_of(text));

    if (columns < width)
        canvas_text(row->canvas, row->row, (uint16_t)(row->column + width - columns),
                    span_of(text), ink);
    else
        canvas_field(row->canvas, row->row, row->column, width, span_of(text), ink);
    row->column = (uint16_t)(row->column + width);
}

uint16_t row_rest(const struct row *row, uint16_t reserved)
{
    uint32_t used = row->column + (uint32_t)reserved;

    return used < row->canvas->columns ? (uint16_t)(row->canvas->columns - used) : 0;
}

void row_end(struct row *row, enum view_relation relation)
{
    if (relation != VIEW_SELECTED)
        return;
    for (uint16_t column = 0; column < row->canvas->columns; column++)
        canvas_at(row->canvas, row->row, column)->ground = GROUND_SELECTED;
}

const char *priority_mark(uint32_t priority)
{
    static const char *const marks[] = { " ?", "!1", "!2", " 3", " 4", " 5" };

    return marks[priority < ARRAY_COUNT(marks) ? priority : 5];
}

enum ink priority_ink(uint32_t priority)
{
    static const enum ink inks[] = { INK_DIM, INK_P1, INK_P2, INK_PLAIN, INK_PLAIN, INK_DIM };

    return inks[priority < ARRAY_COUNT(inks) ? priority : 5];
}

enum ink unit_ink(enum unit_status status)
{
    switch (status) {
    case UNIT_AVAILABLE:
        return INK_AVAILABLE;
    case UNIT_ASSIGNED: case UNIT_ENROUTE: case UNIT_TRANSPORTING:
        return INK_GOING;
    case UNIT_STAGED: case UNIT_ONSCENE: case UNIT_AT_HOSPITAL:
        return INK_THERE;
    case UNIT_OUT_OF_SERVICE: case UNIT_UNKNOWN:
        return INK_UNUSABLE;
    }
    return INK_PLAIN;
}

struct age age_since(const struct view *view, int64_t at_ms)
{
    struct age age = { "" };
    int64_t span_ms = view->now_ms > at_ms ? view->now_ms - at_ms : 0;

    if (at_ms == 0)
        return age;
    if (span_ms < DAY_MS)
        span_clock_text(span_ms, age.text);
    else
        snprintf(age.text, sizeof age.text, "%lld d", (long long)(span_ms / DAY_MS));
    return age;
}

static struct civil local(int64_t at_ms)
{
    return civil_from_ms(at_ms + when_local_offset_s(at_ms) * 1000LL);
}

struct age clock_text(int64_t at_ms)
{
    struct age text = { "" };
    struct civil at = local(at_ms);

    if (at_ms)
        snprintf(text.text, sizeof text.text, "%02d:%02d:%02d", at.hour, at.minute, at.second);
    return text;
}

struct age clock_short(int64_t at_ms)
{
    struct age text = clock_text(at_ms);

    if (text.text[0])
        text.text[5] = '\0';
    return text;
}

bool incident_is_pending(const struct incident *incident)
{
    return incident->state == INCIDENT_OPEN && incident->accepted_ms == 0
           && incident->enroute_ms == 0 && incident->onscene_ms == 0;
}

void incident_words(const struct incident *incident, char *text, size_t text_bytes)
{
    snprintf(text, text_bytes, "#%u %s %s%s", incident->number, incident->type,
             incident->place_state == PLACE_UNCONFIRMED ? "UNCONFIRMED " : "", incident->place);
}

uint32_t unit_progress(const struct unit *unit)
{
    static const uint32_t steps[] = {
        [UNIT_ASSIGNED] = 1, [UNIT_ENROUTE] = 2, [UNIT_STAGED] = 3, [UNIT_ONSCENE] = 4,
        [UNIT_TRANSPORTING] = 5, [UNIT_AT_HOSPITAL] = 6, [UNIT_OUT_OF_SERVICE] = 0,
    };

    return unit->status < ARRAY_COUNT(steps) ? steps[unit->status] : 0;
}

bool fix_is_old(const struct picture *picture, const struct view *view, const struct unit *unit)
{
    uint32_t old_s = picture_site(picture)->fix_old_s;

    if (unit->located_ms == 0)
        return false;
    return view->now_ms - unit->located_ms > (int64_t)(old_s ? old_s : FIX_OLD_S) * 1000;
}
