#include "feeds/call_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/time_format.h"

const char *call_column_word(enum call_column column)
{
#define ROW(upper, word) [COLUMN_##upper] = word,
    static const char *const words[COLUMN_COUNT] = { CALL_COLUMNS(ROW) };
#undef ROW
    assert(column < COLUMN_COUNT);
    return words[column];
}

/* ---- which column ---- */

static bool number_of(struct span name, uint32_t *ret_field)
{
    int64_t number;

    if (!span_to_int64(name, &number) || number < 1 || number > CSV_FIELDS_MAX)
        return false;
    *ret_field = (uint32_t)number - 1;
    return true;
}

static bool name_find(struct span name, const struct csv_row *header, uint32_t *ret_field)
{
    for (uint32_t i = 0; header && i < header->field_count; i++) {
        if (!text_same_ignoring_case(span_trim(header->fields[i]), name))
            continue;
        *ret_field = i;
        return true;
    }
    return number_of(name, ret_field);
}

bool call_column_is_number(const char *wanted)
{
    struct span rest = span_of(wanted), name;
    uint32_t field;

    while (span_cut(&rest, '+', &name))
        if (!number_of(span_trim(name), &field))
            return false;
    return true;
}

bool call_column_find(struct call_plan *plan, enum call_column column, const char *wanted,
                      const struct csv_row *header, char *ret_missing, size_t missing_bytes)
{
    struct span rest = span_of(wanted), name;

    plan->columns[column].count = 0;
    if (!wanted[0])
        return true;
    while (span_cut(&rest, '+', &name)) {
        uint32_t *count = &plan->columns[column].count;
        name = span_trim(name);
        if (*count < CALL_JOINED_MAX
            && name_find(name, header, &plan->columns[column].fields[*count])) {
            (*count)++;
            continue;
        }
        text_copy(ret_missing, missing_bytes, name);
        return false;
    }
    return true;
}

/* ---- values ---- */

static struct span field_of(const struct call_plan *plan, enum call_column column, uint32_t part,
                            const struct csv_row *row)
{
    uint32_t field = plan->columns[column].fields[part];

    if (part >= plan->columns[column].count || field >= row->field_count)
        return span_of("");
    return span_trim(row->fields[field]);
}

/* Where a column starts in the row; the row's end when it is not there. */
static size_t offset_of(const struct call_plan *plan, enum call_column column,
                        const struct csv_row *row)
{
    uint32_t field = plan->columns[column].fields[0];

    if (plan->columns[column].count == 0 || field >= row->field_count)
        return row->raw.length;
    return row->offsets[field];
}

static struct verdict column_refused(const struct call_plan *plan, enum call_column column,
                                     const struct csv_row *row, uint64_t number,
                                     enum refusal refusal)
{
    char field[64];

    snprintf(field, sizeof field, "%s, row %" PRIu64, call_column_word(column), number);
    return refused(refusal, offset_of(plan, column, row), field);
}

/* All parts of a column, a comma between them; cut with a mark when longer than its limit. */
static const char *text_of(const struct call_plan *plan, enum call_column column,
                           const struct csv_row *row, struct arena *arena, size_t bytes)
{
    struct buffer joined = { 0 };
    char *text = arena_alloc(arena, bytes);

    for (uint32_t part = 0; part < plan->columns[column].count; part++) {
        struct span field = field_of(plan, column, part, row);
        if (joined.length && field.length)
            buffer_add_text(&joined, ", ");
        buffer_add(&joined, field);
    }
    text_copy(text, bytes, buffer_span(&joined));
    buffer_clear(&joined);
    return text;
}

static bool time_of(const struct call_plan *plan, struct span text, struct call_time *time,
                    int64_t *ret_at_ms)
{
    struct time_read read;

    time->unsure = false;
    if (!plan->time_format[0])
        return when_parse(text, ret_at_ms);
    if (!time_format_read(plan->time_format, text, &plan->zone, &read))
        return false;
    *ret_at_ms = time_read_choose(&read, time->previous_ms);
    time->unsure = read.skipped || read.first_ms != read.last_ms;
    return true;
}

static struct geo_point location_of(const struct call_plan *plan, const struct csv_row *row)
{
    struct geo_point point;

    if (!span_to_double(field_of(plan, COLUMN_LAT, 0, row), &point.lat_deg)
        || !span_to_double(field_of(plan, COLUMN_LON, 0, row), &point.lon_deg)
        || !geo_plausible(point))
        return geo_unknown();
    return geo_rounded(point);
}

/* The first rule that the raw type starts with; the raw type itself when none fits. */
static const char *type_of(const char *types, const char *raw, struct arena *arena)
{
    struct span rest = span_of(types), rule, start;

    while (span_cut(&rest, ',', &rule)) {
        if (!memchr(rule.bytes, '=', rule.length))
            continue;
        span_cut(&rule, '=', &start);
        start = span_trim(start);
        if (strlen(raw) >= start.length
            && text_same_ignoring_case(span_from(raw, start.length), start))
            return arena_copy(arena, span_trim(rule));
    }
    return raw;
}

static uint32_t priority_of(struct span text)
{
    int64_t priority;

    return span_to_int64(text, &priority) && priority >= 1 && priority <= 5 ? (uint32_t)priority
                                                                            : 0;
}

/* ---- the row ---- */

/* The first column whose bytes are not UTF-8; COLUMN_COUNT when all are. */
static enum call_column bad_text(const struct call_plan *plan, const struct csv_row *row)
{
    for (enum call_column column = 0; column < COLUMN_COUNT; column++)
        for (uint32_t part = 0; part < plan->columns[column].count; part++) {
            struct span field = field_of(plan, column, part, row);
            if (utf8_valid_length(field) != field.length || memchr(field.bytes, 0, field.length))
                return column;
        }
    return COLUMN_COUNT;
}

static const char *id_of(const struct call_plan *plan, const struct csv_row *row, uint64_t number,
                         struct arena *arena)
{
    const char *id = text_of(plan, COLUMN_ID, row, arena, CALL_WORD_BYTES);
    return id[0] ? id : arena_print(arena, "%" PRIu64, number);
}

static void incident_fill(const struct call_plan *plan, const struct csv_row *row,
                          uint64_t number, struct arena *arena, struct report_incident *incident)
{
    const char *raw_type = text_of(plan, COLUMN_TYPE, row, arena, CALL_WORD_BYTES);

    incident->id = id_of(plan, row, number, arena);
    incident->type = type_of(plan->types, raw_type, arena);
    incident->priority = priority_of(field_of(plan, COLUMN_PRIORITY, 0, row));
    incident->place = text_of(plan, COLUMN_PLACE, row, arena, CALL_PLACE_BYTES);
    incident->location = location_of(plan, row);
    incident->text = text_of(plan, COLUMN_TEXT, row, arena, CALL_TEXT_BYTES);
}

struct verdict call_row_read(const struct call_plan *plan, const struct csv_row *row,
                             uint64_t number, struct call_time *time, struct arena *arena,
                             struct report *ret_report)
{
    struct report report;
    struct span at = field_of(plan, COLUMN_TIME, 0, row);
    char field[64];

    snprintf(field, sizeof field, "row %" PRIu64, number);
    if (!is_accepted(&row->verdict))
        return refused(row->verdict.refusal, row->verdict.offset, field);
    enum call_column bad = bad_text(plan, row);
    if (bad != COLUMN_COUNT)
        return column_refused(plan, bad, row, number, REFUSED_BAD_UTF8);
    if (at.length == 0)
        return column_refused(plan, COLUMN_TIME, row, number, REFUSED_FIELD_MISSING);
    report_init(&report, REPORT_INCIDENT);
    if (!time_of(plan, at, time, &report.incident.at))
        return column_refused(plan, COLUMN_TIME, row, number, REFUSED_NOT_A_TIME);
    if (report.incident.at <= 0)        /* Instants count from 1970, and 0 is "never". */
        return column_refused(plan, COLUMN_TIME, row, number, REFUSED_OUT_OF_RANGE);
    incident_fill(plan, row, number, arena, &report.incident);
    if (!report.incident.place[0] && !geo_known(report.incident.location))
        return column_refused(plan, COLUMN_PLACE, row, number, REFUSED_FIELD_MISSING);
    *ret_report = report;
    return accepted();
}
