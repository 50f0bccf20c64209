/* site_conf.c - reads site.conf.
 *
 * Every record of objects.h that a site configures is a section here; its options are the record's
 * fields with "-" for "_", so a new field is an option without a line of code. libconfuse reads the
 * syntax and hands every value over as text; what the text means is the field table's business. */
#include "app/site_conf.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
#include "app/core/events.h"

enum { SITE_CONF_BYTES_MAX = 4 * 1024 * 1024, SECRET_BYTES_MAX = 4096, OPTIONS_MAX = 40 };

struct section {
    const char *name;
    enum object_kind kind;              /* Whose rows it fills. */
    enum event_kind set;                /* Whose fields site.conf may say. */
    const char *skipped[5];             /* Fields that are not for the file. */
    size_t rows, count;                 /* Where they stand in struct site_conf. */
};

#define ROWS(member, counted) \
    offsetof(struct site_conf, member), offsetof(struct site_conf, counted)
static const struct section sections[] = {
    { "type", OBJECT_TYPE, EVENT_TYPE_SET, { NULL }, ROWS(types, type_count) },
    { "disposition", OBJECT_DISPOSITION, EVENT_DISPOSITION_SET, { NULL },
      ROWS(dispositions, disposition_count) },
    { "facility", OBJECT_FACILITY, EVENT_FACILITY_SET, { NULL },
      ROWS(facilities, facility_count) },
    { "layer", OBJECT_LAYER, EVENT_LAYER_SET, { "rank" }, ROWS(layers, layer_count) },
    { "style", OBJECT_LAYER_CLASS, EVENT_LAYER_CLASS_SET, { "rank", "layer" },
      ROWS(layer_classes, layer_class_count) },
    { "operator", OBJECT_OPERATOR, EVENT_OPERATOR_SET, { NULL },
      ROWS(operators, operator_count) },
    { "feed", OBJECT_FEED, EVENT_FEED_SET, { NULL }, ROWS(feeds, feed_count) },
    { "unit", OBJECT_UNIT, EVENT_UNIT_SET, { NULL }, ROWS(units, unit_count) },
};
static const struct section site_section = { "site", OBJECT_SITE, EVENT_SITE_SET,
                                             { "drill", "exercise" }, 0, 0 };

/* Sections for watchdesk-geo: an option is a member of its hello, "-" for "_" again. */
static const char *const street_options[] = {
    "name", "class", "speed", "speed_unit", "oneway", "oneway_forward", "oneway_backward",
    "left_from", "left_to", "right_from", "right_to", "from_node", "to_node", "town",
};

struct reading {
    const struct site_conf_options *options;
    struct site_conf *conf;
    char *text;                         /* The file, to find the line of a section. */
    struct buffer *problems;
    uint32_t wrong;
    char name[NAME_MAX + 1];            /* "site.conf" in messages. */
};

/* ---- saying what is wrong ---- */

/* The line on which `section` "title" starts, 0 when it cannot be told. */
static uint32_t section_line(const struct reading *reading, const char *section, const char *title)
{
    struct span rest = span_of(reading->text), line, word;
    uint32_t number = 0;

    while (span_cut(&rest, '\n', &line)) {
        number++;
        line = span_trim(line);
        if (!span_cut(&line, ' ', &word) || !span_is(word, section))
            continue;
        line = span_trim(line);
        if (line.length && (line.bytes[0] == '"' || line.bytes[0] == '\''))
            line = span_from(line.bytes + 1, line.length - 1);
        size_t length = strlen(title);
        if (length == 0)
            return number;
        if (!span_starts(line, title) || line.length <= length)
            continue;
        if (strchr(" \t\"'{", line.bytes[length]))
            return number;
    }
    return 0;
}

static void say(struct reading *reading, uint32_t line, const char *section, const char *title,
                const char *format, va_list arguments)
{
    buffer_print(reading->problems, "%s:%u: %s%s%s: ", reading->name, line, section,
                 title[0] ? " " : "", title);
    char text[400];
    vsnprintf(text, sizeof text, format, arguments);
    buffer_add_text(reading->problems, text);
    buffer_add_text(reading->problems, "\n");
}

static void wrong(struct reading *reading, const char *section, const char *title,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));
static void wrong(struct reading *reading, const char *section, const char *title,
                  const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(reading, section_line(reading, section, title), section, title, format, arguments);
    va_end(arguments);
    reading->wrong++;
}

/* libconfuse has no place for a context in its error callback: what it says is collected here,
 * for the time of one cfg_parse(). */
static _Thread_local struct reading *parsing;

static void syntax_error(cfg_t *cfg, const char *format, va_list arguments)
{
    char text[400];

    vsnprintf(text, sizeof text, format, arguments);
    buffer_print(parsing->problems, "%s:%d: %s\n", parsing->name, cfg ? cfg->line : 0, text);
    parsing->wrong++;
}

/* ---- options of a section, made from its record ---- */

static bool is_skipped(const struct section *section, const char *field)
{
    for (size_t i = 0; i < ARRAY_COUNT(section->skipped) && section->skipped[i]; i++)
        if (strcmp(section->skipped[i], field) == 0)
            return true;
    return false;
}

struct option_list {
    cfg_opt_t at[OPTIONS_MAX];
    char names[OPTIONS_MAX][32];
    uint32_t count;
};

static const char *option_name(const char *field, char name[32])
{
    snprintf(name, 32, "%s", field);
    for (char *at = name; *at; at++)
        if (*at == '_')
            *at = '-';
    return name;
}

static void option_add(struct option_list *list, cfg_opt_t option)
{
    assert(list->count < OPTIONS_MAX - 1);
    cfg_opt_t end = CFG_END();
    list->at[list->count++] = option;
    list->at[list->count] = end;
}

static void option_add_text(struct option_list *list, const char *field)
{
    assert(list->count < OPTIONS_MAX - 1);
    cfg_opt_t option = CFG_STR(option_name(field, list->names[list->count]), NULL, CFGF_NONE);
    option_add(list, option);
}

/* The title of a section is its record's key, so the first field is no option. */
static void options_of(const struct section *section, struct option_list *list)
{
    const struct record_shape *shape = event_shape(section->set);
    bool titled = section->rows != 0 || section->kind != OBJECT_SITE;

    for (uint32_t i = 0; i < shape->field_count; i++) {
        const char *field = shape->fields[i].name;
        bool is_key = titled && section->kind != OBJECT_LAYER
                      && section->kind != OBJECT_LAYER_CLASS && i == 0;
        bool is_title = (section->kind == OBJECT_LAYER && strcmp(field, "name") == 0)
                        || (section->kind == OBJECT_LAYER_CLASS && strcmp(field, "value") == 0);
        if (!is_key && !is_title && !is_skipped(section, field))
            option_add_text(list, field);
    }
}

/* ---- values ---- */

static bool point_read(struct span text, struct geo_point *ret_point)
{
    struct span lat;
    struct geo_point point;

    if (!span_cut(&text, ',', &lat) || !text.bytes || !span_to_double(lat, &point.lat_deg)
        || !span_to_double(text, &point.lon_deg) || !geo_plausible(point))
        return false;
    *ret_point = geo_rounded(point);
    return true;
}

static bool flag_read(const char *text, bool *ret_flag)
{
    *ret_flag = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0 || strcmp(text, "on") == 0;
    return *ret_flag || strcmp(text, "no") == 0 || strcmp(text, "false") == 0
           || strcmp(text, "off") == 0;
}

/* NULL when `text` is right for the field, else what it should be. */
static const char *value_read(const struct field *field, const char *text, void *into)
{
    int64_t whole;
    uint32_t word;

    switch (field->kind) {
    case FIELD_TEXT:
        if (!text_is_clean(span_of(text)))
            return "text without control or invisible characters";
        if (strlen(text) >= field->bytes)
            return "shorter";
        text_copy(into, field->bytes, span_of(text));
        return NULL;
    case FIELD_NUMBER:
        if (!span_to_int64(span_of(text), &whole) || whole < 0 || whole > UINT32_MAX)
            return "a whole number";
        *(uint32_t *)into = (uint32_t)whole;
        return NULL;
    case FIELD_DECIMAL:
        return span_to_double(span_of(text), into) ? NULL : "a number";
    case FIELD_FLAG:
        return flag_read(text, into) ? NULL : "yes or no";
    case FIELD_WORD:
        if (!vocabulary_value(field->words, span_of(text), &word))
            return field->words->name;
        memcpy(into, &word, sizeof word);
        return NULL;
    case FIELD_POINT:
        return point_read(span_of(text), into) ? NULL : "\"latitude,longitude\" in degrees";
    case FIELD_STRING:
    case FIELD_AMOUNT:
    case FIELD_INSTANT:
    case FIELD_TIME:
    case FIELD_LATLON:
    case FIELD_POINTS:
        break;
    }
    assert(!"site.conf has no fields of this kind");
    return NULL;
}

/* "one of map-only, raise, propose" for a word that is none of them. */
static void wrong_word(struct reading *reading, const struct section *section, const char *title,
                       const struct field *field, const char *name, const char *text)
{
    char known[240] = "";
    size_t used = 0;

    for (uint32_t i = 0; i < field->words->count && used < sizeof known - 20; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                                 field->words->words[i]);
    wrong(reading, section->name, title, "%s = %s is not one of %s", name, text, known);
}

/* cfg_getopt() complains of an option that its section does not have; a key field has none. */
static const char *option_text(cfg_t *cfg, const char *name)
{
    for (cfg_opt_t *option = cfg->opts; option->name; option++)
        if (strcmp(option->name, name) == 0)
            return cfg_opt_getnstr(option, 0);
    return NULL;
}

static void record_fill(struct reading *reading, const struct section *section, cfg_t *cfg,
                        const char *title, void *row)
{
    const struct record_shape *shape = event_shape(section->set);
    char name[32];

    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        option_name(field->name, name);
        const char *text = option_text(cfg, name);
        if (!text)
            continue;
        const char *should = value_read(field, text, (char *)row + field->offset);
        if (should && field->kind == FIELD_WORD)
            wrong_word(reading, section, title, field, name, text);
        else if (should)
            wrong(reading, section->name, title, "%s = %s should be %s", name, text, should);
    }
}

/* ---- rows ---- */

static void *row_add(struct site_conf *conf, const struct section *section)
{
    void **rows = (void **)(void *)((char *)conf + section->rows);
    uint32_t *count = (uint32_t *)(void *)((char *)conf + section->count);
    const struct record_shape *shape = object_shape(section->kind);

    *rows = base_realloc(*rows, *count + 1u, shape->bytes);
    void *row = (char *)*rows + *count * shape->bytes;
    record_init(shape, row);
    (*count)++;
    return row;
}

static const struct section *section_of(enum object_kind kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++)
        if (sections[i].kind == kind)
            return &sections[i];
    assert(!"every configured kind has its section");
    return NULL;
}

/* An absolute path, from the folder of site.conf. Owned by the caller. */
static char *absolute(const struct site_conf *conf, const char *path)
{
    struct buffer whole = { 0 };

    if (path[0] == '/')
        return base_copy_text(path);
    buffer_print(&whole, "%s/%s", conf->directory, path);
    return whole.bytes;
}

static void title_take(struct reading *reading, const struct section *section, const char *title,
                       void *row)
{
    const struct record_shape *shape = object_shape(section->kind);
    const char *key = section->kind == OBJECT_LAYER         ? "name"
                      : section->kind == OBJECT_LAYER_CLASS ? "value"
                                                            : shape->fields[0].name;

    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (strcmp(field->name, key) != 0)
            continue;
        const char *should = value_read(field, title, (char *)row + field->offset);
        if (should)
            wrong(reading, section->name, title, "its name should be %s", should);
    }
}

static void layer_styles(struct reading *reading, cfg_t *cfg, const struct layer *layer)
{
    const struct section *section = section_of(OBJECT_LAYER_CLASS);
    uint32_t styles = cfg_size(cfg, "style");

    if (styles > 99)
        wrong(reading, "layer", layer->name, "more than 99 styles");
    for (uint32_t i = 0; i < styles && i < 99; i++) {
        cfg_t *style = cfg_getnsec(cfg, "style", i);
        struct layer_class *row = row_add(reading->conf, section);
        row->rank = layer->rank * 100 + i + 1;
        text_copy(row->layer, sizeof row->layer, span_of(layer->name));
        title_take(reading, section, cfg_title(style), row);
        record_fill(reading, section, style, cfg_title(style), row);
    }
}

static void layer_done(struct reading *reading, cfg_t *cfg, struct layer *layer)
{
    layer->rank = reading->conf->layer_count;
    char *file = absolute(reading->conf, layer->file);
    if (strlen(file) >= sizeof layer->file)
        wrong(reading, "layer", layer->name, "the path of its file is longer than %zu bytes",
              sizeof layer->file - 1);
    else
        text_copy(layer->file, sizeof layer->file, span_of(file));
    base_free(file);
    layer_styles(reading, cfg, layer);
}

/* "file=calls.csv" */
static bool pair_read(const char *text, struct conf_pair *ret_pair)
{
    struct span rest = span_of(text), name;

    if (!span_cut(&rest, '=', &name) || !rest.bytes || name.length == 0)
        return false;
    struct buffer copy = { 0 };
    buffer_add(&copy, span_trim(name));
    ret_pair->name = copy.bytes;
    ret_pair->value = base_copy_text(rest.bytes);
    return true;
}

static void pairs_read(struct reading *reading, cfg_t *cfg, const char *option, const char *feed,
                       struct conf_pair **pairs, uint32_t *count)
{
    for (uint32_t i = 0; i < cfg_size(cfg, option); i++) {
        const char *text = cfg_getnstr(cfg, option, i);
        struct conf_pair pair;
        if (!pair_read(text, &pair)) {
            wrong(reading, "feed", feed, "%s: \"%s\" should be \"name=value\"", option, text);
            continue;
        }
        *pairs = base_realloc(*pairs, *count + 1u, sizeof **pairs);
        (*pairs)[(*count)++] = pair;
    }
}

static const struct adapter_setting *setting_named(const struct adapter_facts *facts,
                                                   const char *name)
{
    for (uint32_t i = 0; i < facts->setting_count; i++)
        if (strcmp(facts->settings[i].name, name) == 0)
            return &facts->settings[i];
    return NULL;
}

static void setting_path(struct reading *reading, const char *feed, struct conf_pair *pair)
{
    char *path = absolute(reading->conf, pair->value);

    base_free(pair->value);
    pair->value = path;
    if (access(path, F_OK) != 0)
        wrong(reading, "feed", feed, "%s: there is no %s", pair->name, path);
}

static void settings_check(struct reading *reading, const struct feed *feed,
                           struct site_feed *source)
{
    const struct adapter_list *adapters = reading->options->adapters;
    const struct adapter_facts *facts =
        adapters ? adapter_facts(adapters, feed->adapter) : NULL;

    if (!adapters)
        return;
    if (!facts) {
        wrong(reading, "feed", feed->name, "there is no adapter \"%s\"; watchdesk feed lists them",
              feed->adapter);
        return;
    }
    for (uint32_t i = 0; i < source->setting_count; i++) {
        struct conf_pair *pair = &source->settings[i];
        const struct adapter_setting *setting = setting_named(facts, pair->name);
        if (!setting)
            wrong(reading, "feed", feed->name, "adapter %s has no setting \"%s\"", feed->adapter,
                  pair->name);
        else if (strcmp(setting->kind, "path") == 0)
            setting_path(reading, feed->name, pair);
    }
    for (uint32_t i = 0; i < facts->setting_count; i++) {
        bool said = false;
        for (uint32_t k = 0; k < source->setting_count; k++)
            said = said || strcmp(source->settings[k].name, facts->settings[i].name) == 0;
        if (facts->settings[i].needed && !said)
            wrong(reading, "feed", feed->name, "adapter %s needs the setting \"%s\"",
                  feed->adapter, facts->settings[i].name);
    }
}

/* Owner only: a secret others may read is no secret. */
static void secrets_check(struct reading *reading, const char *feed, struct site_feed *source)
{
    for (uint32_t i = 0; i < source->secret_count; i++) {
        struct stat state;
        struct conf_pair *pair = &source->secrets[i];
        char *path = absolute(reading->conf, pair->value);
        base_free(pair->value);
        pair->value = path;
        if (stat(path, &state) != 0)
            wrong(reading, "feed", feed, "secret %s: %s: %s", pair->name, path, strerror(errno));
        else if (state.st_mode & 077)
            wrong(reading, "feed", feed, "secret %s: others may read %s; chmod 600 it",
                  pair->name, path);
    }
}

static void feed_done(struct reading *reading, cfg_t *cfg, struct feed *feed)
{
    struct site_conf *conf = reading->conf;
    const struct adapter_list *adapters = reading->options->adapters;
    const struct adapter_facts *facts =
        adapters ? adapter_facts(adapters, feed->adapter) : NULL;

    conf->feed_sources =
        base_realloc(conf->feed_sources, conf->feed_count, sizeof *conf->feed_sources);
    struct site_feed *source = &conf->feed_sources[conf->feed_count - 1];
    *source = (struct site_feed){ 0 };
    pairs_read(reading, cfg, "settings", feed->name, &source->settings, &source->setting_count);
    pairs_read(reading, cfg, "secrets", feed->name, &source->secrets, &source->secret_count);
    if (!feed->adapter[0])
        wrong(reading, "feed", feed->name, "it names no adapter");
    if (facts && !cfg_getstr(cfg, "repeat"))
        feed->repeat = facts->repeat;
    if (facts && !cfg_getstr(cfg, "stale-after-s"))
        feed->stale_after_s = facts->stale_after_s;
    settings_check(reading, feed, source);
    secrets_check(reading, feed->name, source);
}

/* The units' rows may move while they are added: only the current one is looked at. */
static void section_rows(struct reading *reading, cfg_t *cfg, const struct section *section)
{
    for (uint32_t i = 0; i < cfg_size(cfg, section->name); i++) {
        cfg_t *at = cfg_getnsec(cfg, section->name, i);
        const char *title = cfg_title(at);
        uint32_t *count = (uint32_t *)(void *)((char *)reading->conf + section->count);
        if (*count >= objects_max(section->kind)) {
            wrong(reading, section->name, title, "more than %u of them",
                  objects_max(section->kind));
            return;
        }
        void *row = row_add(reading->conf, section);
        title_take(reading, section, title, row);
        record_fill(reading, section, at, title, row);
        if (section->kind == OBJECT_LAYER)
            layer_done(reading, at, row);
        if (section->kind == OBJECT_FEED)
            feed_done(reading, at, row);
    }
}

/* ---- checks across sections ---- */

static const char *row_key(const void *rows, uint32_t index, enum object_kind kind)
{
    const struct record_shape *shape = object_shape(kind);
    size_t offset = kind == OBJECT_LAYER ? offsetof(struct layer, name) : shape->fields[0].offset;

    return (const char *)rows + index * shape->bytes + offset;
}

static void duplicates_check(struct reading *reading, const struct section *section)
{
    const void *rows = *(void **)(void *)((char *)reading->conf + section->rows);
    uint32_t count = *(uint32_t *)(void *)((char *)reading->conf + section->count);

    if (section->kind == OBJECT_LAYER_CLASS)
        return;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(row_key(rows, i, section->kind), row_key(rows, k, section->kind)) == 0)
                wrong(reading, section->name, row_key(rows, i, section->kind),
                      "there are two of this name");
}

static const struct facility *facility_named(const struct site_conf *conf, const char *code)
{
    for (uint32_t i = 0; i < conf->facility_count; i++)
        if (strcmp(conf->facilities[i].code, code) == 0)
            return &conf->facilities[i];
    return NULL;
}

static const struct feed *feed_named(const struct site_conf *conf, const char *name)
{
    for (uint32_t i = 0; i < conf->feed_count; i++)
        if (strcmp(conf->feeds[i].name, name) == 0)
            return &conf->feeds[i];
    return NULL;
}

static const struct layer *layer_named(const struct site_conf *conf, const char *name)
{
    for (uint32_t i = 0; i < conf->layer_count; i++)
        if (strcmp(conf->layers[i].name, name) == 0)
            return &conf->layers[i];
    return NULL;
}

static void units_check(struct reading *reading)
{
    struct site_conf *conf = reading->conf;

    for (uint32_t i = 0; i < conf->unit_count; i++) {
        struct unit *unit = &conf->units[i];
        const struct facility *station = facility_named(conf, unit->station);
        if (callsign_is_taken(span_of(unit->callsign)))
            wrong(reading, "unit", unit->callsign,
                  "people would take this callsign for another object; put a letter before it");
        if (unit->station[0] && !station)
            wrong(reading, "unit", unit->callsign, "station %s is not among the facilities",
                  unit->station);
        if (unit->feed[0] && !feed_named(conf, unit->feed))
            wrong(reading, "unit", unit->callsign, "feed %s is not among the feeds", unit->feed);
        if (station && !geo_known(unit->home))
            unit->home = station->location;
    }
}

static void types_check(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->conf->type_count; i++)
        if (reading->conf->types[i].priority > 5)
            wrong(reading, "type", reading->conf->types[i].code, "priority should be 1 to 5");
}

/* Does the layer's file exist? watchdesk-geo --check looks inside. */
static void layers_check(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->conf->layer_count; i++) {
        const struct layer *layer = &reading->conf->layers[i];
        struct buffer with_ending = { 0 };
        buffer_print(&with_ending, "%s.shp", layer->file);
        if (!layer->file[0] || strcmp(layer->file, reading->conf->directory) == 0)
            wrong(reading, "layer", layer->name, "it names no file");
        else if (access(layer->file, R_OK) != 0 && access(with_ending.bytes, R_OK) != 0)
            wrong(reading, "layer", layer->name, "there is no shapefile %s", layer->file);
        buffer_clear(&with_ending);
    }
}

static void site_check(struct reading *reading)
{
    const struct site *site = &reading->conf->site;
    char path[PATH_MAX];

    if (!site->id[0] || strlen(site->id) > 8
        || site->id[strspn(site->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")])
        wrong(reading, "site", "", "id should be 1 to 8 capitals and digits: it starts every long "
              "incident number");
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", site->timezone);
    if (strstr(site->timezone, "..") || (strcmp(site->timezone, "UTC") != 0
                                         && access(path, R_OK) != 0))
        wrong(reading, "site", "", "timezone %s is not known on this machine (Europe/London, UTC)",
              site->timezone);
}

/* ---- geography ---- */

static const char *geography_file(struct reading *reading, cfg_t *cfg, const char *section,
                                  const char *title)
{
    const char *name = cfg_getstr(cfg, "layer");
    const struct layer *layer = name ? layer_named(reading->conf, name) : NULL;

    if (!name)
        wrong(reading, section, title, "it names no layer");
    else if (!layer)
        wrong(reading, section, title, "layer %s is not among the layers", name);
    return layer ? layer->file : NULL;
}

static void geography_text(struct buffer *out, cfg_t *cfg, const char *member)
{
    char name[32];
    const char *text = cfg_getstr(cfg, option_name(member, name));

    if (text)
        json_put_text(out, member, text);
}

static void geography_speeds(struct reading *reading, struct buffer *out, cfg_t *cfg)
{
    double kmh;

    json_open(out, "class_speeds", '[');
    for (uint32_t i = 0; i < cfg_size(cfg, "speed-of"); i++) {
        cfg_t *row = cfg_getnsec(cfg, "speed-of", i);
        const char *text = cfg_getstr(row, "kmh");
        if (!text || !span_to_double(span_of(text), &kmh) || !(kmh > 0)) {
            wrong(reading, "speed-of", cfg_title(row), "kmh should be a number above 0");
            continue;
        }
        json_open(out, NULL, '{');
        json_put_text(out, "class", cfg_title(row));
        json_put_number(out, "kmh", kmh);
        json_close(out, '}');
    }
    json_close(out, ']');
    const char *text = cfg_getstr(cfg, "default-kmh");
    if (text && span_to_double(span_of(text), &kmh) && kmh > 0)
        json_put_number(out, "default_kmh", kmh);
    else if (text)
        wrong(reading, "streets", "", "default-kmh = %s should be a number above 0", text);
}

static void geography_streets(struct reading *reading, struct buffer *out, cfg_t *cfg)
{
    if (cfg_size(cfg, "streets") == 0)
        return;
    cfg_t *streets = cfg_getnsec(cfg, "streets", 0);
    const char *file = geography_file(reading, streets, "streets", "");
    if (!file)
        return;
    json_open(out, "streets", '{');
    json_put_text(out, "file", file);
    for (size_t i = 0; i < ARRAY_COUNT(street_options); i++)
        geography_text(out, streets, street_options[i]);
    geography_speeds(reading, out, streets);
    json_close(out, '}');
}

/* `zone` and `places` sections: a layer, a column, and what they are called. */
static void geography_layers(struct reading *reading, struct buffer *out, cfg_t *cfg,
                             const char *section, const char *member, const char *title_member)
{
    json_open(out, member, '[');
    for (uint32_t i = 0; i < cfg_size(cfg, section); i++) {
        cfg_t *row = cfg_getnsec(cfg, section, i);
        const char *file = geography_file(reading, row, section, cfg_title(row));
        if (!file)
            continue;
        json_open(out, NULL, '{');
        json_put_text(out, title_member, cfg_title(row));
        json_put_text(out, "file", file);
        geography_text(out, row, "column");
        geography_text(out, row, "code");
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void geography_read(struct reading *reading, cfg_t *cfg)
{
    struct buffer out = { 0 };

    json_open(&out, NULL, '{');
    json_put_int64(&out, "hello", 1);
    json_put_int64(&out, "wire", 1);
    geography_streets(reading, &out, cfg);
    geography_layers(reading, &out, cfg, "zone", "zones", "name");
    geography_layers(reading, &out, cfg, "places", "places", "kind");
    json_close(&out, '}');
    reading->conf->geography = out.bytes;
}

/* ---- the file ---- */

static char *file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = base_alloc(SITE_CONF_BYTES_MAX + 1, 1);
    size_t length = fread(text, 1, SITE_CONF_BYTES_MAX + 1, file);
    fclose(file);
    if (length > SITE_CONF_BYTES_MAX) {
        base_free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}

/* Where the site stands: its folder, or the file itself. */
static bool paths_find(struct site_conf *conf, const char *path)
{
    char whole[PATH_MAX];
    struct stat state;
    struct buffer file = { 0 };

    buffer_add_text(&file, path);
    if (stat(path, &state) == 0 && S_ISDIR(state.st_mode))
        buffer_add_text(&file, "/site.conf");
    bool found = realpath(file.bytes, whole) != NULL;
    buffer_clear(&file);
    if (!found)
        return false;
    conf->path = base_copy_text(whole);
    conf->directory = base_copy_text(whole);
    char *slash = strrchr(conf->directory, '/');
    slash[slash == conf->directory ? 1 : 0] = '\0';
    return true;
}

/* All sections, as libconfuse wants them. It copies what it is given. */
static cfg_t *grammar(void)
{
    struct option_list lists[ARRAY_COUNT(sections)] = { 0 }, site = { 0 }, streets = { 0 };
    struct option_list zone = { 0 }, speed = { 0 }, top = { 0 };
    cfg_opt_t settings = CFG_STR_LIST("settings", NULL, CFGF_NONE);
    cfg_opt_t secrets = CFG_STR_LIST("secrets", NULL, CFGF_NONE);
    enum { TITLED = CFGF_MULTI | CFGF_TITLE };

    for (size_t i = 0; i < ARRAY_COUNT(sections); i++)
        options_of(&sections[i], &lists[i]);
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        if (sections[i].kind == OBJECT_LAYER) {
            assert(sections[i + 1].kind == OBJECT_LAYER_CLASS);
            cfg_opt_t style = CFG_SEC("style", lists[i + 1].at, TITLED);
            option_add(&lists[i], style);
        }
        if (sections[i].kind == OBJECT_FEED) {
            option_add(&lists[i], settings);
            option_add(&lists[i], secrets);
        }
        if (sections[i].kind == OBJECT_LAYER_CLASS)
            continue;
        cfg_opt_t section = CFG_SEC(sections[i].name, lists[i].at, TITLED);
        option_add(&top, section);
    }
    options_of(&site_section, &site);
    option_add_text(&site, "group");
    option_add_text(&streets, "layer");
    for (size_t i = 0; i < ARRAY_COUNT(street_options); i++)
        option_add_text(&streets, street_options[i]);
    option_add_text(&streets, "default_kmh");
    option_add_text(&speed, "kmh");
    cfg_opt_t speed_of = CFG_SEC("speed-of", speed.at, TITLED);
    option_add(&streets, speed_of);
    option_add_text(&zone, "layer");
    option_add_text(&zone, "column");
    option_add_text(&zone, "code");
    cfg_opt_t more[] = {
        CFG_SEC("site", site.at, CFGF_NONE),
        CFG_SEC("streets", streets.at, CFGF_MULTI),
        CFG_SEC("zone", zone.at, TITLED),
        CFG_SEC("places", zone.at, TITLED),
    };
    for (size_t i = 0; i < ARRAY_COUNT(more); i++)
        option_add(&top, more[i]);
    return cfg_init(top.at, CFGF_NONE);
}

/* What a site that says nothing about it gets, in seconds. */
static void site_defaults(struct site *site)
{
    record_init(object_shape(OBJECT_SITE), site);
    text_copy(site->timezone, sizeof site->timezone, span_of("UTC"));
    site->order_answer_s = 60;          /* [K] a crew acknowledges within a minute. */
    site->order_expires_s = 300;
    site->pending_late_s = 600;
    site->fix_old_s = 120;
    site->location_interval_s = 5;      /* CONTRACTS section 5. */
}

static void site_read(struct reading *reading, cfg_t *cfg)
{
    struct site_conf *conf = reading->conf;

    site_defaults(&conf->site);
    cfg_t *site = cfg_getsec(cfg, "site");
    if (site)
        record_fill(reading, &site_section, site, "", &conf->site);
    const char *group = site ? cfg_getstr(site, "group") : NULL;
    conf->group = base_copy_text(group ? group : "");
    conf->site.drill = reading->options->drill;
    if (reading->options->exercise)
        text_copy(conf->site.exercise, sizeof conf->site.exercise,
                  span_of(reading->options->exercise));
    site_check(reading);
}

static void sections_read(struct reading *reading, cfg_t *cfg)
{
    site_read(reading, cfg);
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        if (sections[i].kind == OBJECT_LAYER_CLASS)
            continue;                   /* Read inside their layers. */
        section_rows(reading, cfg, &sections[i]);
        duplicates_check(reading, &sections[i]);
    }
    units_check(reading);
    types_check(reading);
    layers_check(reading);
    geography_read(reading, cfg);
}

enum status site_conf_read(const struct site_conf_options *options, struct site_conf **ret_conf,
                           struct buffer *problems)
{
    struct reading reading = { .options = options, .problems = problems };

    reading.conf = base_alloc(1, sizeof *reading.conf);
    if (!paths_find(reading.conf, options->path)
        || !(reading.text = file_read(reading.conf->path))) {
        buffer_print(problems, "%s: there is no readable site.conf of at most 4 MiB\n",
                     options->path);
        site_conf_free(reading.conf);
        return STATUS_NOT_FOUND;
    }
    snprintf(reading.name, sizeof reading.name, "%s", strrchr(reading.conf->path, '/') + 1);
    cfg_t *cfg = grammar();
    cfg_set_error_function(cfg, syntax_error);
    parsing = &reading;
    int parsed = cfg_parse_buf(cfg, reading.text);
    parsing = NULL;
    if (parsed == CFG_SUCCESS)
        sections_read(&reading, cfg);
    else if (reading.wrong == 0)
        wrong(&reading, "site", "", "the file cannot be read as a configuration");
    cfg_free(cfg);
    base_free(reading.text);
    if (reading.wrong) {
        site_conf_free(reading.conf);
        return STATUS_REFUSED;
    }
    *ret_conf = reading.conf;
    return STATUS_OK;
}

static void pairs_free(struct conf_pair *pairs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        base_free(pairs[i].name);
        base_free(pairs[i].value);
    }
    base_free(pairs);
}

void site_conf_free(struct site_conf *conf)
{
    if (!conf)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++)
        base_free(*(void **)(void *)((char *)conf + sections[i].rows));
    for (uint32_t i = 0; i < conf->feed_count && conf->feed_sources; i++) {
        pairs_free(conf->feed_sources[i].settings, conf->feed_sources[i].setting_count);
        pairs_free(conf->feed_sources[i].secrets, conf->feed_sources[i].secret_count);
    }
    base_free(conf->feed_sources);
    base_free(conf->path);
    base_free(conf->directory);
    base_free(conf->group);
    base_free(conf->geography);
    base_free(conf);
}

/* ---- what the hub and the journal are told ---- */

static const char *const config_members[] = {
    [OBJECT_TYPE] = "types", [OBJECT_DISPOSITION] = "dispositions",
    [OBJECT_FACILITY] = "facilities", [OBJECT_LAYER] = "layers",
    [OBJECT_LAYER_CLASS] = "layer_classes", [OBJECT_OPERATOR] = "operators",
    [OBJECT_FEED] = "feeds", [OBJECT_UNIT] = "units",
};

void site_conf_write(const struct site_conf *conf, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_open(out, "site", '{');
    record_write(object_shape(OBJECT_SITE), &conf->site, out);
    json_close(out, '}');
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        const char *rows = *(char *const *)(const void *)((const char *)conf + sections[i].rows);
        uint32_t count = *(const uint32_t *)(const void *)((const char *)conf + sections[i].count);
        json_open(out, config_members[sections[i].kind], '[');
        for (uint32_t row = 0; row < count; row++) {
            json_open(out, NULL, '{');
            record_write(event_shape(sections[i].set),
                         rows + row * object_shape(sections[i].kind)->bytes, out);
            json_close(out, '}');
        }
        json_close(out, ']');
    }
    json_close(out, '}');
}

void site_conf_write_settings(const struct site_conf *conf, uint32_t index, struct buffer *out)
{
    assert(index < conf->feed_count);
    const struct site_feed *source = &conf->feed_sources[index];

    json_open(out, NULL, '{');
    for (uint32_t i = 0; i < source->setting_count; i++)
        json_put_text(out, source->settings[i].name, source->settings[i].value);
    json_close(out, '}');
}

/* False when it cannot be read, is too long, or is not text. */
static bool secret_read(const char *path, char text[SECRET_BYTES_MAX])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat state;

    if (file < 0)
        return false;
    ssize_t length = fstat(file, &state) == 0 && !(state.st_mode & 077)
                         ? read(file, text, SECRET_BYTES_MAX - 1)
                         : -1;
    close(file);
    if (length < 0 || length == SECRET_BYTES_MAX - 1)
        return false;
    text[length] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    return utf8_valid_length(span_of(text)) == strlen(text);
}

bool site_conf_write_secrets(const struct site_conf *conf, uint32_t index, struct buffer *out,
                             struct buffer *problems)
{
    assert(index < conf->feed_count);
    const struct site_feed *source = &conf->feed_sources[index];
    char text[SECRET_BYTES_MAX];
    bool all = true;

    json_open(out, NULL, '{');
    for (uint32_t i = 0; i < source->secret_count; i++) {
        if (secret_read(source->secrets[i].value, text)) {
            json_put_text(out, source->secrets[i].name, text);
            continue;
        }
        buffer_print(problems, "feed %s: secret %s: %s cannot be read, or others may read it\n",
                     conf->feeds[index].name, source->secrets[i].name,
                     source->secrets[i].value);
        all = false;
    }
    json_close(out, '}');
    return all;
}

bool site_conf_check(const struct site_conf_options *options, struct buffer *out)
{
    struct site_conf *conf;
    struct buffer problems = { 0 };
    uint32_t lines = 0;

    bool right = site_conf_read(options, &conf, &problems) == STATUS_OK;
    buffer_add(out, buffer_span(&problems));
    for (size_t i = 0; i < problems.length; i++)
        lines += problems.bytes[i] == '\n';
    buffer_clear(&problems);
    if (!right) {
        buffer_print(out, "%u problem%s; nothing was changed\n", lines, lines == 1 ? "" : "s");
        return false;
    }
    buffer_print(out, "%s: right: %u units, %u feeds, %u operators, %u facilities, %u types, "
                      "%u layers\n",
                 conf->path, conf->unit_count, conf->feed_count, conf->operator_count,
                 conf->facility_count, conf->type_count, conf->layer_count);
    site_conf_free(conf);
    return true;
}

/* ---- adapters ---- */

static void adapter_settings_read(const struct json *list, struct adapter_facts *facts)
{
    uint32_t count = json_count(list);

    facts->settings = base_alloc(count, sizeof *facts->settings);
    for (const struct json *item = json_first(list); item; item = json_next(item)) {
        struct adapter_setting *setting = &facts->settings[facts->setting_count++];
        text_copy(setting->name, sizeof setting->name,
                  span_of(json_member_text(item, "name", "")));
        text_copy(setting->kind, sizeof setting->kind,
                  span_of(json_member_text(item, "kind", "")));
        setting->needed = json_member_flag(item, "needed", false);
    }
}

static void adapter_read(const struct json *json, struct adapter_facts *facts)
{
    const char *repeat = json_member_text(json, "repeat", "ask");
    uint32_t word = REPEAT_ASK;
    int64_t stale_after_s = json_member_int64(json, "stale_after_s", 0);

    text_copy(facts->name, sizeof facts->name, span_of(json_member_text(json, "adapter", "")));
    vocabulary_value(&order_repeat_words, span_of(repeat), &word);
    facts->repeat = (enum order_repeat)word;
    facts->stale_after_s =
        stale_after_s > 0 && stale_after_s < 31536000 ? (uint32_t)stale_after_s : 0;
    facts->drill_clock = json_member_flag(json, "drill_clock", false);
    facts->drills_only = json_member_flag(json, "drills_only", false);
    adapter_settings_read(json_member(json, "settings"), facts);
}

struct verdict adapter_list_read(struct span described, struct adapter_list *ret_list)
{
    struct adapter_list list = { 0 };
    struct span line;

    while (span_cut(&described, '\n', &line)) {
        struct json *json;
        if (span_trim(line).length == 0)
            continue;
        struct verdict verdict = json_parse(line, &json);
        if (!is_accepted(&verdict)) {
            adapter_list_clear(&list);
            return verdict;
        }
        list.at = base_realloc(list.at, list.count + 1u, sizeof *list.at);
        list.at[list.count] = (struct adapter_facts){ 0 };
        adapter_read(json, &list.at[list.count++]);
        json_free(json);
    }
    *ret_list = list;
    return accepted();
}

void adapter_list_clear(struct adapter_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        base_free(list->at[i].settings);
    base_free(list->at);
    *list = (struct adapter_list){ 0 };
}

const struct adapter_facts *adapter_facts(const struct adapter_list *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].name, name) == 0)
            return &list->at[i];
    return NULL;
}
