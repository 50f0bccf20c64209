#include "app/site_taking.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

RECORD_FIELDS(site, SITE_FIELDS);
RECORD_FIELDS(type, TYPE_FIELDS);
RECORD_FIELDS(disposition, DISPOSITION_FIELDS);
RECORD_FIELDS(facility, FACILITY_FIELDS);
RECORD_FIELDS(hazard_kind, HAZARD_KIND_FIELDS);
RECORD_FIELDS(layer, LAYER_FIELDS);
RECORD_FIELDS(layer_class, LAYER_CLASS_FIELDS);
RECORD_FIELDS(operator, OPERATOR_FIELDS);
RECORD_FIELDS(unit, UNIT_SITE_FIELDS);
RECORD_FIELDS(feed, FEED_SITE_FIELDS);

const struct site_shapes site_shapes = {
    .site = RECORD_SHAPE(site),
    .type = RECORD_SHAPE(type),
    .disposition = RECORD_SHAPE(disposition),
    .facility = RECORD_SHAPE(facility),
    .hazard_kind = RECORD_SHAPE(hazard_kind),
    .layer = RECORD_SHAPE(layer),
    .layer_class = RECORD_SHAPE(layer_class),
    .operator = RECORD_SHAPE(operator),
    .unit = RECORD_SHAPE(unit),
    .feed = RECORD_SHAPE(feed),
};

void problem(struct taking *taking, enum weight weight, uint32_t line,
             const struct conf_section *section, const char *format, ...)
{
    char sentence[700];
    va_list arguments;

    *(weight == WRONG ? &taking->wrong_count : &taking->odd_count) += 1;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (section)
        buffer_print(taking->problems, "site.conf:%u: %s%s%s: %s\n",
                     line ? line : section->line, section->kind, *section->title ? " " : "",
                     section->title, sentence);
    else
        buffer_print(taking->problems, "site.conf:%u: %s\n", line, sentence);
}

/* ---- values ---- */

static void words_list(const struct vocabulary *words, struct buffer *out)
{
    for (uint32_t i = 0; i < words->count; i++)
        buffer_print(out, "%s%s", i == 0 ? "" : i + 1 == words->count ? " or " : ", ",
                     vocabulary_word(words, i));
}

bool flag_read(const char *text, bool *ret_flag)
{
    static const char *const yes[] = { "yes", "true", "on" };
    static const char *const no[] = { "no", "false", "off" };

    for (size_t i = 0; i < ARRAY_COUNT(yes); i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *ret_flag = strcmp(text, yes[i]) == 0;
            return true;
        }
    }
    return false;
}

/* Each reads one value into its field; false with a sentence in `why`. */
typedef bool value_read_fn(const struct field *field, const struct conf_value *value, void *at,
                           struct buffer *why);

static bool text_read(const struct field *field, const struct conf_value *value, void *at,
                      struct buffer *why)
{
    struct buffer joined = { 0 };

    for (uint32_t i = 0; i < value->count; i++)
        buffer_print(&joined, "%s%s", i ? "," : "", value->texts[i]);
    struct span text = buffer_span(&joined);
    if (!text_is_clean(text))
        buffer_add_text(why, "it has characters that a screen would not show");
    else if (text.length >= field->bytes)
        buffer_print(why, "it is longer than %zu bytes", field->bytes - 1);
    else
        snprintf(at, field->bytes, "%s", joined.bytes ? joined.bytes : "");
    buffer_clear(&joined);
    return why->length == 0;
}

static bool number_read(const struct field *field, const struct conf_value *value, void *at,
                        struct buffer *why)
{
    int64_t number;

    (void)field;
    if (!span_to_int64(span_of(value->texts[0]), &number) || number < 0 || number > UINT32_MAX) {
        buffer_print(why, "\"%s\" is not a whole number", value->texts[0]);
        return false;
    }
    *(uint32_t *)at = (uint32_t)number;
    return true;
}

static bool decimal_read(const struct field *field, const struct conf_value *value, void *at,
                         struct buffer *why)
{
    double number;

    (void)field;
    if (!span_to_double(span_of(value->texts[0]), &number) || number < 0) {
        buffer_print(why, "\"%s\" is not a number from 0", value->texts[0]);
        return false;
    }
    *(double *)at = number;
    return true;
}

static bool yes_read(const struct field *field, const struct conf_value *value, void *at,
                     struct buffer *why)
{
    (void)field;
    if (flag_read(value->texts[0], at))
        return true;
    buffer_print(why, "\"%s\" is neither yes nor no", value->texts[0]);
    return false;
}

static bool word_read(const struct field *field, const struct conf_value *value, void *at,
                      struct buffer *why)
{
    uint32_t word;

    if (vocabulary_value(field->words, span_of(value->texts[0]), &word)) {
        memcpy(at, &word, sizeof word);     /* Enums are as wide as int; fields.c holds that. */
        return true;
    }
    buffer_print(why, "\"%s\" is not ", value->texts[0]);
    words_list(field->words, why);
    return false;
}

static bool point_read(const struct field *field, const struct conf_value *value, void *at,
                       struct buffer *why)
{
    struct span lon = span_of(value->texts[0]), lat;
    struct geo_point point;

    (void)field;
    if (!span_cut(&lon, ',', &lat) || !span_to_double(lat, &point.lat_deg) ||
        !span_to_double(lon, &point.lon_deg))
        buffer_print(why, "\"%s\" is not \"LATITUDE,LONGITUDE\" in degrees", value->texts[0]);
    else if (!geo_plausible(point))
        buffer_print(why, "\"%s\" is no place on the earth", value->texts[0]);
    else
        *(struct geo_point *)at = geo_rounded(point);
    return why->length == 0;
}

/* A day, which counts to its end. */
static bool day_read(const struct field *field, const struct conf_value *value, void *at,
                     struct buffer *why)
{
    char text[40];
    int64_t day_ms;

    (void)field;
    snprintf(text, sizeof text, "%.20sT00:00:00Z", value->texts[0]);
    if (strlen(value->texts[0]) != 10 || !when_parse(span_of(text), &day_ms)) {
        buffer_print(why, "\"%s\" is not a day, as 2027-01-31", value->texts[0]);
        return false;
    }
    *(int64_t *)at = day_ms + 24 * 3600 * (int64_t)1000;
    return true;
}

static value_read_fn *const value_reads[] = {
    [FIELD_TEXT] = text_read, [FIELD_NUMBER] = number_read, [FIELD_DECIMAL] = decimal_read,
    [FIELD_FLAG] = yes_read, [FIELD_WORD] = word_read, [FIELD_POINT] = point_read,
    [FIELD_INSTANT] = day_read,
};

const char *key_of(const char *name, char key[CONF_KEY_BYTES])
{
    snprintf(key, CONF_KEY_BYTES, "%s", name);
    for (char *at = strchr(key, '_'); at; at = strchr(at, '_'))
        *at = '-';
    size_t length = strlen(key);
    if (length > 3 && strcmp(key + length - 3, "-ms") == 0)
        key[length - 3] = '\0';         /* The unit of the field: people write a day. */
    return key;
}

static void field_take(struct taking *taking, const struct conf_section *section,
                       const struct field *field, void *record)
{
    char key[CONF_KEY_BYTES];
    const struct conf_value *value = conf_value(section, key_of(field->name, key));
    struct buffer why = { 0 };

    if (!value)
        return;
    assert(field->kind < ARRAY_COUNT(value_reads));
    assert(value_reads[field->kind]);
    if (!value_reads[field->kind](field, value, (char *)record + field->offset, &why))
        problem(taking, WRONG, value->lines[0], section, "%s: %s", key, why.bytes);
    buffer_clear(&why);
}

static const struct field *record_field(const struct record_shape *shape, const char *name)
{
    for (uint32_t i = 0; i < shape->field_count; i++)
        if (strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    assert(!"a shape has the field that names it");
    return NULL;
}

void fields_take(struct taking *taking, const struct conf_section *section,
                 const struct record_shape *shape, void *record)
{
    for (uint32_t i = 0; i < shape->field_count; i++)
        field_take(taking, section, &shape->fields[i], record);
}

/* The field that a section's title is: the record's key, which a rank may stand before. */
static const struct field *title_field(const struct record_shape *shape)
{
    if (shape == &site_shapes.layer || shape == &site_shapes.layer_class)
        return record_field(shape, shape == &site_shapes.layer ? "name" : "value");
    return &shape->fields[0];
}

void record_take(struct taking *taking, const struct conf_section *section,
                 const struct record_shape *shape, void *record)
{
    const struct field *field = title_field(shape);
    struct conf_value title = { .texts = (const char *[]){ section->title }, .count = 1 };
    struct buffer why = { 0 };

    record_init(shape, record);
    if (!text_read(field, &title, (char *)record + field->offset, &why))
        problem(taking, WRONG, 0, section, "its name: %s", why.bytes);
    buffer_clear(&why);
    fields_take(taking, section, shape, record);
}

void name_check(struct taking *taking, const struct conf_section *section)
{
    for (const char *at = section->title; *at; at++)
        if ((unsigned char)*at <= ' ' || strchr(";@,\"'", *at)) {
            problem(taking, WRONG, 0, section,
                    "its name is typed in commands: it may have no blank and none of ; @ , \" '");
            return;
        }
    if (!*section->title)
        problem(taking, WRONG, 0, section, "its name is empty");
}

uint32_t line_of(const struct conf_section *section, const char *key)
{
    const struct conf_value *value = conf_value(section, key);

    return value ? value->lines[0] : section->line;
}

const char *text_of(const struct conf_section *section, const char *key)
{
    const struct conf_value *value = conf_value(section, key);

    return value ? value->texts[0] : "";
}

void needed(struct taking *taking, const struct conf_section *section, const char *key)
{
    if (!conf_value(section, key))
        problem(taking, WRONG, 0, section, "it has no %s", key);
}

const struct conf_section *section_of(const struct conf_section *parent, const char *kind)
{
    for (uint32_t i = 0; i < parent->section_count; i++)
        if (strcmp(parent->sections[i].kind, kind) == 0)
            return &parent->sections[i];
    return NULL;
}

/* ---- files ---- */

char *path_resolve(const struct site_conf *conf, const char *path)
{
    struct buffer whole = { 0 };
    char folder[PATH_MAX];

    buffer_print(&whole, "%s%s%s", *path == '/' ? "" : conf->directory, *path == '/' ? "" : "/",
                 path);
    char *slash = strrchr(whole.bytes, '/');
    *slash = '\0';
    bool found = realpath(*whole.bytes ? whole.bytes : "/", folder) != NULL;
    *slash = '/';
    struct buffer resolved = { 0 };
    buffer_print(&resolved, "%s%s", found ? folder : "", found ? slash : whole.bytes);
    buffer_clear(&whole);
    return resolved.bytes;
}
