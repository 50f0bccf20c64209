#include <math.h>
#include <string.h>

#include "app/base/coordinates.h"
#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/geojson_shape.h"
#include "feeds/mapping_inside.h"

struct filling {
    const struct mapping *mapping;
    const struct expression_source *source;
    struct arena *arena;
    enum report_kind kind;
    void *record;
};

static enum refusal rule_value(const struct filling *filling, const char *name,
                               struct value *ret_value)
{
    const struct rule *rule = mapping_rule(filling->mapping, filling->kind, name);

    *ret_value = value_none();
    return rule ? expression_value(rule->expression, filling->source, filling->arena, ret_value)
                : REFUSED_NOT;
}

static size_t text_bytes_max(const struct field *field)
{
    if (strcmp(field->name, "text") == 0)
        return MAPPING_TEXT_BYTES;
    return strcmp(field->name, "area") == 0 ? MAPPING_AREA_BYTES : MAPPING_WORDS_BYTES;
}

/* What names something must not be cut: it would name something else. */
static bool is_name(const struct field *field)
{
    static const char *const names[] = { "id", "unit", "order", "point", "condition", "line" };

    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (strcmp(field->name, names[i]) == 0)
            return true;
    return false;
}

static enum refusal string_fill(const struct field *field, const struct value *value,
                                struct arena *arena, const char **into)
{
    const char *text = value_text(value, arena);
    size_t bytes_max = text_bytes_max(field);

    if (!text)
        return REFUSED_WRONG_TYPE;
    struct span trimmed = span_trim(span_of(text));
    if (is_name(field) && trimmed.length > MAPPING_ID_BYTES_MAX)
        return REFUSED_TOO_LONG;
    if (trimmed.length < bytes_max) {
        *into = arena_copy(arena, trimmed);
        return REFUSED_NOT;
    }
    char *copy = arena_alloc(arena, bytes_max);
    text_copy(copy, bytes_max, trimmed);
    *into = copy;
    return REFUSED_NOT;
}

static enum refusal whole_fill(const struct value *value, double low, double high,
                               int64_t *ret_number)
{
    double number;

    if (!value_number(value, &number))
        return REFUSED_NOT_A_NUMBER;
    if (number != floor(number) || number < low || number > high)
        return REFUSED_OUT_OF_RANGE;
    *ret_number = (int64_t)number;
    return REFUSED_NOT;
}

static enum refusal number_fill(const struct value *value, void *into)
{
    int64_t number;
    enum refusal refusal = whole_fill(value, 0, UINT32_MAX, &number);

    if (refusal == REFUSED_NOT)
        *(uint32_t *)into = (uint32_t)number;
    return refusal;
}

static enum refusal time_fill(const struct value *value, int64_t *into)
{
    int64_t at_ms;

    if (!value_time(value, &at_ms))
        return REFUSED_NOT_A_TIME;
    if (at_ms <= 0)                     /* Instants count from 1970, and 0 is "never". */
        return REFUSED_OUT_OF_RANGE;
    *into = at_ms;
    return REFUSED_NOT;
}

static enum refusal word_fill(const struct field *field, const struct value *value,
                              struct arena *arena, void *into)
{
    const char *text = value_text(value, arena);
    uint32_t word;

    if (!text || !vocabulary_value(field->words, span_trim(span_of(text)), &word))
        return REFUSED_UNKNOWN_WORD;
    memcpy(into, &word, sizeof word);
    return REFUSED_NOT;
}

/* Coordinates as people write them (coordinates.h). */
static enum refusal point_fill(const struct value *value, struct arena *arena,
                               struct geo_point *into)
{
    const char *text = value_text(value, arena);
    struct coordinates read;

    if (!text || coordinates_read(span_of(text), &read) != COORDINATES_READ)
        return REFUSED_OUT_OF_RANGE;
    *into = read.point;
    return REFUSED_NOT;
}

static enum refusal value_fill(const struct field *field, const struct value *value,
                               struct arena *arena, void *into)
{
    switch (field->kind) {
    case FIELD_STRING:
        return string_fill(field, value, arena, into);
    case FIELD_NUMBER:
        return number_fill(value, into);
    case FIELD_AMOUNT:
        return whole_fill(value, -9e15, 9e15, into);
    case FIELD_INSTANT:
    case FIELD_TIME:
        return time_fill(value, into);
    case FIELD_FLAG:
        return value_flag(value, into) ? REFUSED_NOT : REFUSED_UNKNOWN_WORD;
    case FIELD_WORD:
        return word_fill(field, value, arena, into);
    case FIELD_DECIMAL:
        return value_number(value, into) ? REFUSED_NOT : REFUSED_NOT_A_NUMBER;
    case FIELD_POINT:
    case FIELD_LATLON:
        return point_fill(value, arena, into);
    case FIELD_POINTS:          /* By the rule `shape`. */
    case FIELD_TEXT:            /* No report has one. */
        break;
    }
    return REFUSED_UNSUPPORTED;
}

/* DESIGN promise 2 before 10: a call with a wrong digit in it is still a call. */
static bool can_do_without(const struct filling *filling, const struct field *field)
{
    bool a_measure = field->kind == FIELD_NUMBER || field->kind == FIELD_DECIMAL
        || field->kind == FIELD_LATLON;
    return filling->kind == REPORT_INCIDENT && a_measure && !(field->flags & FIELD_NEEDED);
}

static enum refusal halves_fill(const struct filling *filling, struct geo_point *into)
{
    struct geo_point point;
    struct value lat, lon;
    enum refusal refusal = rule_value(filling, "lat", &lat);

    if (refusal == REFUSED_NOT)
        refusal = rule_value(filling, "lon", &lon);
    if (refusal != REFUSED_NOT)
        return refusal;
    if (lat.kind == VALUE_NONE && lon.kind == VALUE_NONE)
        return REFUSED_NOT;
    if (!value_number(&lat, &point.lat_deg) || !value_number(&lon, &point.lon_deg))
        return REFUSED_NOT_A_NUMBER;
    if (!geo_plausible(point))
        return REFUSED_OUT_OF_RANGE;
    *into = geo_rounded(point);
    return REFUSED_NOT;
}

static enum refusal field_fill(const struct filling *filling, const struct field *field)
{
    void *into = (char *)filling->record + field->offset;
    struct value value;
    enum refusal refusal = rule_value(filling, field->name, &value);

    if (refusal == REFUSED_NOT && value.kind != VALUE_NONE)
        refusal = value_fill(field, &value, filling->arena, into);
    else if (refusal == REFUSED_NOT && field->kind == FIELD_LATLON)
        refusal = halves_fill(filling, into);
    return can_do_without(filling, field) ? REFUSED_NOT : refusal;
}

static struct verdict report_fill(const struct filling *filling)
{
    const struct record_shape *shape = report_shape(filling->kind);

    for (uint32_t i = 0; i < shape->field_count; i++) {
        enum refusal refusal = field_fill(filling, &shape->fields[i]);
        if (refusal != REFUSED_NOT)
            return refused(refusal, 0, shape->fields[i].name);
    }
    return accepted();
}

/* ---- where it is: GeoJSON geometries ---- */

static struct geo_point *point_of(struct report *report)
{
    const struct field *field = mapping_point_field(report->kind);
    return field ? (struct geo_point *)((char *)&report->incident + field->offset) : NULL;
}

static void shape_use(const struct geojson_shape *shape, struct report *report)
{
    struct geo_point *point = point_of(report);
    struct report_hazard *hazard = &report->hazard;

    if (!point || geo_known(*point))            /* Rules of its own go before the shape. */
        return;
    if (report->kind != REPORT_HAZARD) {
        *point = shape->point;
    } else if (shape->rings.count) {
        hazard->polygon = shape->rings;
        hazard->radius_m = NAN;
        hazard->simplified = hazard->simplified || shape->simplified;
    } else if (hazard->radius_m > 0) {
        hazard->center = shape->point;
    }
    if (report->kind == REPORT_HAZARD && !geo_known(hazard->center))
        hazard->radius_m = NAN;
}

static enum refusal strip_read(const struct filling *filling, double *ret_strip_m)
{
    struct value value;
    enum refusal refusal = rule_value(filling, "strip_m", &value);

    *ret_strip_m = MAPPING_STRIP_M;
    if (refusal != REFUSED_NOT || value.kind == VALUE_NONE)
        return refusal;
    if (!value_number(&value, ret_strip_m))
        return REFUSED_NOT_A_NUMBER;
    return *ret_strip_m > 0 && *ret_strip_m <= MAPPING_STRIP_M_MAX ? REFUSED_NOT
                                                                   : REFUSED_OUT_OF_RANGE;
}

/* With as many points as the line still has room for. */
static struct verdict shape_fit(const struct filling *filling, const struct json *geometry,
                                struct report *report)
{
    struct geojson_shape_options options = { .points_max = REPORT_POINTS_MAX };
    enum refusal refusal = strip_read(filling, &options.strip_m);
    struct verdict verdict;

    if (refusal != REFUSED_NOT)
        return refused(refusal, 0, "strip_m");
    do {
        struct geojson_shape shape;
        struct report with = *report;
        refusal = geojson_shape_read(geometry, &options, filling->arena, &shape);
        if (refusal != REFUSED_NOT)
            return refused(refusal, 0, "shape");
        shape_use(&shape, &with);
        verdict = report_fits(&with);
        if (verdict.refusal == REFUSED_NOT)
            *report = with;
        options.points_max /= 2;
    } while (verdict.refusal == REFUSED_TOO_LONG && options.points_max >= 100);
    return verdict;
}

static struct verdict shape_fill(const struct filling *filling, struct report *report)
{
    struct value value;
    enum refusal refusal = rule_value(filling, "shape", &value);

    if (refusal != REFUSED_NOT)
        return refused(refusal, 0, "shape");
    if (value.kind == VALUE_JSON)
        return shape_fit(filling, value.json, report);
    if (value.kind != VALUE_NONE)
        return refused(REFUSED_WRONG_TYPE, 0, "shape");
    return shape_fit(filling, NULL, report);
}

/* ---- how long it holds ---- */

static enum refusal expiry_fill(const struct filling *filling, struct report_hazard *hazard)
{
    struct value value;
    enum refusal refusal = rule_value(filling, "expires_after", &value);
    int64_t from_ms = hazard->effective ? hazard->effective : hazard->at, span_ms;

    if (refusal != REFUSED_NOT)
        return refusal;
    if (hazard->expires == 0 && from_ms && value.kind != VALUE_NONE) {
        const char *text = value_text(&value, filling->arena);
        if (!text || !span_parse(span_of(text), &span_ms))
            return REFUSED_NOT_A_TIME;
        hazard->expires = from_ms + span_ms;
        hazard->expiry_assumed = true;
    }
    /* An end before the start is seen in real alerts (a product that expires before the storm it
     * speaks of begins): the end is kept, as cap_alert.c does. */
    if (hazard->expires && hazard->effective > hazard->expires)
        hazard->effective = 0;
    return REFUSED_NOT;
}

static struct verdict report_finish(const struct filling *filling, struct report *report)
{
    enum refusal refusal = REFUSED_NOT;

    if (report->kind == REPORT_HAZARD)
        refusal = expiry_fill(filling, &report->hazard);
    if (refusal != REFUSED_NOT)
        return refused(refusal, 0, "expires_after");
    if (mapping_rule(filling->mapping, ANY_KIND, "shape"))
        return shape_fill(filling, report);
    return report_fits(report);
}

/* True when `if` lets the message through. */
static struct verdict wanted(const struct mapping *mapping, const struct expression_source *source,
                             struct arena *arena, bool *ret_wanted)
{
    struct value value;
    struct verdict verdict = mapping_extra(mapping, "if", source, arena, &value);

    *ret_wanted = !mapping_has(mapping, "if");
    if (!is_accepted(&verdict) || value.kind == VALUE_NONE)
        return verdict;
    return value_flag(&value, ret_wanted) ? verdict : refused(REFUSED_UNKNOWN_WORD, 0, "if");
}

static struct verdict kinds_of(const struct mapping *mapping,
                               const struct expression_source *source, struct arena *arena,
                               bool ret_kinds[REPORT_KIND_COUNT])
{
    struct value value;
    struct verdict verdict = mapping_extra(mapping, "report", source, arena, &value);
    const char *words;

    memcpy(ret_kinds, mapping->kinds, sizeof mapping->kinds);
    if (!is_accepted(&verdict) || !mapping_has(mapping, "report"))
        return verdict;
    if (value.kind == VALUE_NONE)
        return refused(REFUSED_FIELD_MISSING, 0, "report");
    words = value_text(&value, arena);
    if (!words || !mapping_kinds_read(span_of(words), ret_kinds))
        return refused(REFUSED_UNKNOWN_WORD, 0, "report");
    for (uint32_t kind = 0; kind < REPORT_KIND_COUNT; kind++)
        if (ret_kinds[kind] && !mapping->kinds[kind])
            return refused(REFUSED_UNSUPPORTED, 0, "report");
    return accepted();
}

struct verdict mapping_take(const struct mapping *mapping, const struct expression_source *source,
                            struct arena *arena, struct mapped *ret_mapped)
{
    bool kinds[REPORT_KIND_COUNT], is_wanted;
    struct mapped mapped = { .count = 0 };
    struct verdict verdict = wanted(mapping, source, arena, &is_wanted);

    if (is_accepted(&verdict) && is_wanted)
        verdict = kinds_of(mapping, source, arena, kinds);
    for (uint32_t kind = 0; is_wanted && kind < REPORT_KIND_COUNT; kind++) {
        struct report *report = &mapped.reports[mapped.count];
        if (!is_accepted(&verdict))
            break;
        if (!kinds[kind])
            continue;
        struct filling filling = { mapping, source, arena, kind, &report->incident };
        report_init(report, kind);
        verdict = report_fill(&filling);
        if (is_accepted(&verdict))
            verdict = report_finish(&filling, report);
        mapped.count++;
    }
    if (is_accepted(&verdict))
        *ret_mapped = mapped;
    return verdict;
}

struct verdict mapping_extra(const struct mapping *mapping, const char *name,
                             const struct expression_source *source, struct arena *arena,
                             struct value *ret_value)
{
    const struct rule *rule = mapping_rule(mapping, ANY_KIND, name);

    *ret_value = value_none();
    if (!rule)
        return accepted();
    enum refusal refusal = expression_value(rule->expression, source, arena, ret_value);
    return refusal == REFUSED_NOT ? accepted() : refused(refusal, 0, name);
}
