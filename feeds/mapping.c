#include "feeds/mapping.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/coordinates.h"
#include "app/base/text.h"

enum { ANY_KIND = REPORT_KIND_COUNT };

struct rule {
    uint32_t kind;              /* A report_kind, or ANY_KIND. */
    const char *name;
    const struct expression *expression;
    const char *text;           /* As written, for sentences. */
};

struct mapping {
    struct mapping_options options;
    struct arena *arena;
    struct rule rules[MAPPING_RULES_MAX];
    uint32_t rule_count;
    bool kinds[REPORT_KIND_COUNT];      /* That it may make. */
};

struct mapping *mapping_new(const struct mapping_options *options)
{
    struct mapping *mapping = base_alloc(1, sizeof *mapping);

    mapping->options = *options;
    mapping->arena = arena_new();
    return mapping;
}

void mapping_free(struct mapping *mapping)
{
    if (!mapping)
        return;
    arena_free(mapping->arena);
    base_free(mapping);
}

/* ---- names ---- */

/* What an adapter says of itself is not for a mapping to say. */
static bool kind_mappable(enum report_kind kind)
{
    return kind != REPORT_REFUSED && kind != REPORT_HEALTH;
}

static bool kind_find(struct span word, uint32_t *ret_kind)
{
    for (uint32_t kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        if (!kind_mappable(kind) || !text_same_ignoring_case(word, span_of(report_kind_name(kind))))
            continue;
        *ret_kind = kind;
        return true;
    }
    return false;
}

static const struct field *field_find(enum report_kind kind, const char *name)
{
    const struct record_shape *shape = report_shape(kind);

    for (uint32_t i = 0; i < shape->field_count; i++)
        if (strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    return NULL;
}

static const struct field *point_field(enum report_kind kind)
{
    const struct record_shape *shape = report_shape(kind);

    for (uint32_t i = 0; i < shape->field_count; i++)
        if (shape->fields[i].kind == FIELD_LATLON)
            return &shape->fields[i];
    return NULL;
}

static bool is_half_point(const char *name)
{
    return strcmp(name, "lat") == 0 || strcmp(name, "lon") == 0;
}

static bool kind_takes(enum report_kind kind, const char *name)
{
    return kind_mappable(kind)
        && (field_find(kind, name) || (is_half_point(name) && point_field(kind)));
}

static bool is_extra(const struct mapping *mapping, const char *name)
{
    if (strcmp(name, "report") == 0 || strcmp(name, "if") == 0)
        return true;
    for (const char *const *extra = mapping->options.extras; extra && *extra; extra++)
        if (strcmp(*extra, name) == 0)
            return true;
    return false;
}

static bool name_known(const struct mapping *mapping, const struct rule *rule)
{
    if (rule->kind != ANY_KIND)
        return kind_takes(rule->kind, rule->name);
    if (is_extra(mapping, rule->name))
        return true;
    for (uint32_t kind = 0; kind < REPORT_KIND_COUNT; kind++)
        if (kind_takes(kind, rule->name))
            return true;
    return false;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), ending_length = strlen(ending);
    return length > ending_length && strcmp(name + length - ending_length, ending) == 0;
}

/* Units end the name (STYLE section 2), so a name says what its number is kept in. */
static enum measure measure_of(const char *name)
{
    static const struct {
        const char *ending;
        enum measure measure;
    } endings[] = { { "_mps", MEASURE_SPEED }, { "_m", MEASURE_LENGTH }, { "_s", MEASURE_SPAN },
                    { "_deg", MEASURE_ANGLE } };

    if (is_half_point(name))
        return MEASURE_ANGLE;
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
        if (ends_with(name, endings[i].ending))
            return endings[i].measure;
    return MEASURE_ANY;
}

/* ---- reading the rules ---- */

/* "hazard.id" is a field of one kind only. */
static void name_read(struct mapping *mapping, struct span text, struct rule *rule)
{
    struct span name = span_trim(text), kind;

    rule->kind = ANY_KIND;
    if (memchr(name.bytes, '.', name.length)) {
        struct span rest = name;
        span_cut(&rest, '.', &kind);
        if (kind_find(kind, &rule->kind))
            name = rest;
    }
    rule->name = arena_copy(mapping->arena, name);
}

static void rule_put(struct mapping *mapping, const struct rule *rule)
{
    for (uint32_t i = 0; i < mapping->rule_count; i++) {
        struct rule *earlier = &mapping->rules[i];
        if (earlier->kind == rule->kind && strcmp(earlier->name, rule->name) == 0) {
            *earlier = *rule;
            return;
        }
    }
    mapping->rules[mapping->rule_count++] = *rule;
}

/* "report=hazard" can only mean the word. */
static bool report_rule_read(struct mapping *mapping, struct span text, struct rule *rule)
{
    struct span rest = span_trim(text), word;
    uint32_t kind;
    char constant[160], sentence[8];

    if (strcmp(rule->name, "report") != 0 || rest.length >= sizeof constant - 1)
        return false;
    while (span_cut(&rest, '+', &word))
        if (!kind_find(span_trim(word), &kind))
            return false;
    snprintf(constant, sizeof constant, "=%.*s", (int)span_trim(text).length,
             span_trim(text).bytes);
    return expression_read(span_of(arena_copy(mapping->arena, span_of(constant))),
                           &(struct value_step_options){ 0 }, mapping->arena, &rule->expression,
                           sentence, sizeof sentence);
}

static bool rule_read(struct mapping *mapping, const char *text, struct rule *rule, char *sentence,
                      size_t sentence_bytes)
{
    struct span rest = span_of(text), name;
    struct value_step_options options = { .zone = mapping->options.zone };

    span_cut(&rest, '=', &name);
    if (!rest.bytes || span_trim(name).length == 0) {
        snprintf(sentence, sentence_bytes, "it is not FIELD=EXPRESSION");
        return false;
    }
    name_read(mapping, name, rule);
    if (!name_known(mapping, rule)) {
        snprintf(sentence, sentence_bytes, "no report has a field \"%.60s\"", rule->name);
        return false;
    }
    options.measure = measure_of(rule->name);
    return report_rule_read(mapping, rest, rule)
        || expression_read(rest, &options, mapping->arena, &rule->expression, sentence,
                           sentence_bytes);
}

bool mapping_add(struct mapping *mapping, const char *rule_text, char *ret_sentence,
                 size_t sentence_bytes)
{
    struct rule rule = { .text = arena_copy(mapping->arena, span_of(rule_text)) };
    char problem[400];

    if (mapping->rule_count == MAPPING_RULES_MAX)
        snprintf(problem, sizeof problem, "there are more than %d rules", MAPPING_RULES_MAX);
    else if (rule_read(mapping, rule.text, &rule, problem, sizeof problem)) {
        rule_put(mapping, &rule);
        return true;
    }
    snprintf(ret_sentence, sentence_bytes, "map \"%.120s\": %s", rule_text, problem);
    return false;
}

/* ---- all rules together ---- */

static const struct rule *rule_of(const struct mapping *mapping, uint32_t kind, const char *name)
{
    const struct rule *found = NULL;

    for (uint32_t i = 0; i < mapping->rule_count; i++) {
        const struct rule *rule = &mapping->rules[i];
        if (strcmp(rule->name, name) != 0)
            continue;
        if (rule->kind == kind)
            return rule;                /* That of the kind goes before that of all. */
        if (rule->kind == ANY_KIND)
            found = rule;
    }
    return found;
}

bool mapping_has(const struct mapping *mapping, const char *name)
{
    for (uint32_t i = 0; i < mapping->rule_count; i++)
        if (strcmp(mapping->rules[i].name, name) == 0)
            return true;
    return false;
}

static bool kinds_read(struct span words, bool ret_kinds[REPORT_KIND_COUNT])
{
    struct span word;
    uint32_t kind;

    memset(ret_kinds, 0, REPORT_KIND_COUNT * sizeof *ret_kinds);
    while (span_cut(&words, '+', &word)) {
        if (!kind_find(span_trim(word), &kind))
            return false;
        ret_kinds[kind] = true;
    }
    return true;
}

/* Which kinds there can be: those that `report` says, or, when it reads them from the message,
 * those whose needed fields all have a rule. */
static bool needs_met(const struct mapping *mapping, enum report_kind kind, const char **ret_name)
{
    const struct record_shape *shape = report_shape(kind);

    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        bool halves = field->kind == FIELD_LATLON && rule_of(mapping, kind, "lat")
            && rule_of(mapping, kind, "lon");
        *ret_name = field->kind == FIELD_LATLON ? "lat and lon" : field->name;
        if (field->flags & FIELD_NEEDED && !halves && !rule_of(mapping, kind, field->name))
            return false;
    }
    return true;
}

static bool rule_used(const struct mapping *mapping, const struct rule *rule)
{
    if (rule->kind != ANY_KIND)
        return mapping->kinds[rule->kind];
    if (is_extra(mapping, rule->name))
        return true;
    for (uint32_t kind = 0; kind < REPORT_KIND_COUNT; kind++)
        if (mapping->kinds[kind] && kind_takes(kind, rule->name))
            return true;
    return false;
}

static bool kinds_settle(struct mapping *mapping, char *sentence, size_t sentence_bytes)
{
    const struct rule *report = rule_of(mapping, ANY_KIND, "report");
    const char *constant = report ? expression_constant(report->expression)
                                  : report_kind_name(mapping->options.kind);
    const char *name;
    bool any = false;

    if (constant && !kinds_read(span_of(constant), mapping->kinds)) {
        snprintf(sentence, sentence_bytes, "map \"%s\": there is no report \"%.60s\"",
                 report->text, constant);
        return false;
    }
    for (uint32_t kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        if (constant && mapping->kinds[kind] && !needs_met(mapping, kind, &name)) {
            snprintf(sentence, sentence_bytes,
                     "a report \"%s\" needs its %s: add a setting \"map\" for it",
                     report_kind_name(kind), name);
            return false;
        }
        if (!constant)
            mapping->kinds[kind] = kind_mappable(kind) && needs_met(mapping, kind, &name);
        any = any || mapping->kinds[kind];
    }
    if (!any)
        snprintf(sentence, sentence_bytes,
                 "no kind of report has a rule for each field that it needs");
    return any;
}

bool mapping_finish(struct mapping *mapping, char *ret_sentence, size_t sentence_bytes)
{
    if (!kinds_settle(mapping, ret_sentence, sentence_bytes))
        return false;
    for (uint32_t i = 0; i < mapping->rule_count; i++) {
        if (rule_used(mapping, &mapping->rules[i]))
            continue;
        snprintf(ret_sentence, sentence_bytes,
                 "map \"%.120s\": none of the reports made has that field", mapping->rules[i].text);
        return false;
    }
    return true;
}

/* ---- one message ---- */

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
    const struct rule *rule = rule_of(filling->mapping, filling->kind, name);

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
    case FIELD_POINTS:
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
    if (!words || !kinds_read(span_of(words), ret_kinds))
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
        report_init(report, kind);
        verdict = report_fill(&(struct filling){ mapping, source, arena, kind,
                                                 &report->incident });
        if (is_accepted(&verdict))
            verdict = report_fits(report);
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
    const struct rule *rule = rule_of(mapping, ANY_KIND, name);

    *ret_value = value_none();
    if (!rule)
        return accepted();
    enum refusal refusal = expression_value(rule->expression, source, arena, ret_value);
    return refusal == REFUSED_NOT ? accepted() : refused(refusal, 0, name);
}
