#include "app/base/report.h"

#include <math.h>
#include <string.h>

#define VOCABULARY_DEFINED(name_, LIST)                                       \
    static const char *const name_##_list[] = { LIST(VOCABULARY_WORD) };      \
    const struct vocabulary name_##_words = { .name = #name_,                 \
                                              .words = name_##_list,          \
                                              .count = ARRAY_COUNT(name_##_list) };
VOCABULARIES_OF_REPORTS(VOCABULARY_DEFINED)

#define ROW(upper, lower) RECORD_FIELDS(report_##lower, REPORT_##upper##_FIELDS);
REPORT_KINDS(ROW)
#undef ROW

#define ROW(upper, lower) [REPORT_##upper] = RECORD_SHAPE(report_##lower),
static const struct record_shape shapes[REPORT_KIND_COUNT] = { REPORT_KINDS(ROW) };
#undef ROW

#define ROW(upper, lower) [REPORT_##upper] = #lower,
static const char *const kind_names[REPORT_KIND_COUNT] = { REPORT_KINDS(ROW) };
#undef ROW

const char *report_kind_name(enum report_kind kind)
{
    assert(kind < REPORT_KIND_COUNT);
    return kind_names[kind];
}

const struct record_shape *report_shape(enum report_kind kind)
{
    assert(kind < REPORT_KIND_COUNT);
    return &shapes[kind];
}

/* The record inside the union; every kind starts there. */
static void *report_record(struct report *report)
{
    return &report->incident;
}

void report_init(struct report *report, enum report_kind kind)
{
    memset(report, 0, sizeof *report);
    report->kind = kind;
    record_init(&shapes[kind], report_record(report));
}

static bool kind_named(const char *name, enum report_kind *ret_kind)
{
    for (uint32_t i = 0; i < REPORT_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) != 0)
            continue;
        *ret_kind = (enum report_kind)i;
        return true;
    }
    return false;
}

/* A ring needs three corners and its first point again at its end. */
static bool rings_closed(const struct geo_points *rings)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i < rings->count; i++) {
        if (i > first && geo_same(rings->at[i], rings->at[first])) {
            if (i - first < 3)
                return false;
            first = i + 1;
        }
    }
    return first == rings->count;
}

static struct verdict hazard_check(const struct report_hazard *hazard)
{
    bool circle = geo_known(hazard->center);

    if (hazard->expires && hazard->effective > hazard->expires)
        return refused(REFUSED_CONTRADICTION, 0, "expires");
    if (hazard->polygon.count > REPORT_POINTS_MAX)
        return refused(REFUSED_TOO_LONG, 0, "polygon");
    if (!rings_closed(&hazard->polygon))
        return refused(REFUSED_CONTRADICTION, 0, "polygon");
    if (circle && !(hazard->radius_m > 0))
        return refused(REFUSED_OUT_OF_RANGE, 0, "radius_m");
    if (!circle && !isnan(hazard->radius_m))
        return refused(REFUSED_FIELD_MISSING, 0, "lat, lon");
    /* Some alerts name their area in words only; a cancel needs none. */
    if (!circle && hazard->polygon.count == 0 && !hazard->area[0] && !hazard->cancel)
        return refused(REFUSED_FIELD_MISSING, 0, "polygon");
    return accepted();
}

/* What a measure can be; past it a receiver is broken or a unit was mixed up. */
#define BOUNDS(ROW)                                       \
    ROW(INCIDENT, incident, accuracy_m, 0, 1000000)       \
    ROW(INCIDENT, incident, radius_m,   0, 1000000)       \
    ROW(LOCATION, location, accuracy_m, 0, 1000000)       \
    ROW(LOCATION, location, course_deg, 0, 360)           \
    ROW(LOCATION, location, speed_mps,  0, 1000)          \
    ROW(HAZARD,   hazard,   radius_m,   0, 1000000)       \
    ROW(PHONE,    phone,    radius_m,   0, 1000000)

#define ROW(upper, lower, member, low_, high_)            \
    { .kind = REPORT_##upper, .name = #member, .low = low_, .high = high_, \
      .offset = offsetof(struct report_##lower, member) },
static const struct bound {
    enum report_kind kind;
    const char *name;
    size_t offset;              /* Of a DECIMAL in the record; unknown is NaN. */
    double low, high;
} bounds[] = { BOUNDS(ROW) };
#undef ROW

static struct verdict bounds_check(const struct report *report)
{
    for (size_t i = 0; i < ARRAY_COUNT(bounds); i++) {
        double value;
        if (bounds[i].kind != report->kind)
            continue;
        memcpy(&value, (const char *)&report->incident + bounds[i].offset, sizeof value);
        if (value < bounds[i].low || value > bounds[i].high)
            return refused(REFUSED_OUT_OF_RANGE, 0, bounds[i].name);
    }
    return accepted();
}

static struct verdict report_check(const struct report *report)
{
    struct verdict verdict = bounds_check(report);

    if (!is_accepted(&verdict))
        return verdict;
    if (report->kind == REPORT_HAZARD)
        return hazard_check(&report->hazard);
    if (report->kind == REPORT_INCIDENT && report->incident.priority > 5)
        return refused(REFUSED_OUT_OF_RANGE, 0, "priority");
    if (report->kind == REPORT_ALARM && report->alarm.priority > 5)
        return refused(REFUSED_OUT_OF_RANGE, 0, "priority");
    if (report->kind == REPORT_PHONE && report->phone.age_s < 0)
        return refused(REFUSED_OUT_OF_RANGE, 0, "age_s");
    if (report->kind == REPORT_STATUS && report->status.status == UNIT_UNKNOWN
        && !report->status.emergency)
        return refused(REFUSED_FIELD_MISSING, 0, "status");
    return accepted();
}

struct verdict report_read(const struct json *json, struct arena *arena, struct report *ret_report)
{
    struct report report;
    enum report_kind kind;

    if (json_type(json) != JSON_OBJECT)
        return refused(REFUSED_WRONG_TYPE, 0, "");
    const char *name = json_text(json_member(json, "report"));
    if (!name)
        return refused(REFUSED_FIELD_MISSING, 0, "report");
    if (!kind_named(name, &kind))
        return refused(REFUSED_UNKNOWN_WORD, 0, "report");
    report_init(&report, kind);
    struct verdict verdict = record_read(&shapes[kind], json, arena, report_record(&report));
    if (is_accepted(&verdict))
        verdict = report_check(&report);
    if (is_accepted(&verdict))
        *ret_report = report;
    return verdict;
}

void report_write(const struct report *report, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "report", report_kind_name(report->kind));
    record_write(&shapes[report->kind], &report->incident, out);
    json_close(out, '}');
}

/* The most that one value can take on a line, escapes included; the names of fields come on top. */
static size_t bytes_at_most(const struct field *field, const void *value)
{
    enum { NAME_BYTES = 40, NUMBER_BYTES = 32, POINT_BYTES = 28, ESCAPE_BYTES = 6 };

    if (field->kind == FIELD_STRING)
        return NAME_BYTES + ESCAPE_BYTES * strlen(*(const char *const *)value);
    if (field->kind == FIELD_POINTS)
        return NAME_BYTES + POINT_BYTES * (size_t)((const struct geo_points *)value)->count;
    return NAME_BYTES + 2 * NUMBER_BYTES;
}

static bool line_fits(const struct report *report)
{
    enum { CURSOR_BYTES = 1024, LINE_BYTES = REPORT_LINE_BYTES_MAX - CURSOR_BYTES };
    const struct record_shape *shape = &shapes[report->kind];
    struct buffer line = { 0 };
    size_t bytes = 64;

    for (uint32_t i = 0; i < shape->field_count; i++)
        bytes += bytes_at_most(&shape->fields[i],
                               (const char *)&report->incident + shape->fields[i].offset);
    if (bytes <= LINE_BYTES)
        return true;
    report_write(report, &line);
    bool fits = line.length <= LINE_BYTES;
    buffer_clear(&line);
    return fits;
}

struct verdict report_fits(const struct report *report)
{
    const struct field *missing = record_missing(&shapes[report->kind], &report->incident);

    if (missing)
        return refused(REFUSED_FIELD_MISSING, 0, missing->name);
    struct verdict verdict = report_check(report);
    if (!is_accepted(&verdict) || line_fits(report))
        return verdict;
    return refused(REFUSED_TOO_LONG, 0, "");
}

int64_t report_at_ms(const struct report *report)
{
    switch (report->kind) {
#define ROW(upper, lower) case REPORT_##upper: return report->lower.at;
        REPORT_KINDS(ROW)
#undef ROW
    case REPORT_KIND_COUNT:
        break;
    }
    return 0;
}
