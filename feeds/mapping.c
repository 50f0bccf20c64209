#include "feeds/mapping.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/mapping_inside.h"

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

const struct field *mapping_point_field(enum report_kind kind)
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
    const struct field *field = kind_mappable(kind) ? field_find(kind, name) : NULL;

    if (field)
        return field->kind != FIELD_POINTS;         /* Those come by the rule `shape`. */
    return kind_mappable(kind) && is_half_point(name) && mapping_point_field(kind);
}

static bool is_extra(const struct mapping *mapping, const char *name)
{
    static const char *const own[] = { "report", "if", "shape", "strip_m", "expires_after" };

    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (strcmp(name, own[i]) == 0)
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

void mapping_add_spare(struct mapping *mapping, const char *rule_text)
{
    struct rule rule = { .text = arena_copy(mapping->arena, span_of(rule_text)), .spare = true };
    char problem[400];
    bool read = rule_read(mapping, rule.text, &rule, problem, sizeof problem);

    assert(read);
    rule_put(mapping, &rule);
}

/* ---- all rules together ---- */

const struct rule *mapping_rule(const struct mapping *mapping, uint32_t kind, const char *name)
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

void mapping_names(const struct mapping *mapping, expression_name_fn *each, void *context)
{
    for (uint32_t i = 0; i < mapping->rule_count; i++)
        expression_names(mapping->rules[i].expression, each, context);
}

bool mapping_has(const struct mapping *mapping, const char *name)
{
    for (uint32_t i = 0; i < mapping->rule_count; i++)
        if (strcmp(mapping->rules[i].name, name) == 0)
            return true;
    return false;
}

bool mapping_kinds_read(struct span words, bool ret_kinds[REPORT_KIND_COUNT])
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
        bool halves = field->kind == FIELD_LATLON
            && (mapping_rule(mapping, ANY_KIND, "shape")
                || (mapping_rule(mapping, kind, "lat") && mapping_rule(mapping, kind, "lon")));
        *ret_name = field->kind == FIELD_LATLON ? "lat and lon" : field->name;
        if (field->flags & FIELD_NEEDED && !halves && !mapping_rule(mapping, kind, field->name))
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
    const struct rule *report = mapping_rule(mapping, ANY_KIND, "report");
    const char *constant = report ? expression_constant(report->expression)
                                  : report_kind_name(mapping->options.kind);
    const char *name;
    bool any = false;

    if (constant && !mapping_kinds_read(span_of(constant), mapping->kinds)) {
        snprintf(sentence, sentence_bytes, "map \"%s\": there is no report \"%.60s\"",
                 report->text, constant);
        return false;
    }
    for (uint32_t kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        if (constant && mapping->kinds[kind] && !needs_met(mapping, kind, &name)) {
            snprintf(sentence, sentence_bytes,
                     "a report \"%s\" needs its %s: add a setting \"map\" for it "
                     "(map=id=WHERE), or a preset",
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

/* What stands in site.conf itself is judged with it. */
static bool constants_right(const struct mapping *mapping, char *sentence, size_t sentence_bytes)
{
    const struct rule *expires = mapping_rule(mapping, ANY_KIND, "expires_after");
    const struct rule *strip = mapping_rule(mapping, ANY_KIND, "strip_m");
    const char *span = expires ? expression_constant(expires->expression) : NULL;
    const char *width = strip ? expression_constant(strip->expression) : NULL;
    int64_t span_ms;
    double strip_m = 0;

    if (span && !span_parse(span_of(span), &span_ms))
        snprintf(sentence, sentence_bytes, "map \"%.120s\": it is no span of time as 90s, 10m, "
                 "24h or 2d", expires->text);
    else if (width && (!span_to_double(span_of(width), &strip_m) || !(strip_m > 0)
                       || strip_m > MAPPING_STRIP_M_MAX))
        snprintf(sentence, sentence_bytes, "map \"%.120s\": it is no width from 0 to %d m",
                 strip->text, MAPPING_STRIP_M_MAX);
    else
        return true;
    return false;
}

bool mapping_finish(struct mapping *mapping, char *ret_sentence, size_t sentence_bytes)
{
    if (!kinds_settle(mapping, ret_sentence, sentence_bytes)
        || !constants_right(mapping, ret_sentence, sentence_bytes))
        return false;
    for (uint32_t i = 0; i < mapping->rule_count; i++) {
        if (mapping->rules[i].spare || rule_used(mapping, &mapping->rules[i]))
            continue;
        snprintf(ret_sentence, sentence_bytes,
                 "map \"%.120s\": none of the reports made has that field", mapping->rules[i].text);
        return false;
    }
    return true;
}
