#include "app/site_conf.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/base/text.h"
#include "app/site_taking.h"

/* ---- the grammar ----
 *
 * A section is a record of objects.h: its title is the record's key, its keys are the record's
 * fields with "-" for "_". So a field that is added there is a key of site.conf. */

/* What no key sets: it is the title, is counted, or belongs to the running site. */
static const char *const not_keys[] = { "rank", "layer", "value", "drill", "exercise" };

static const struct conf_key site_more[] = { { .name = "group" }, { 0 } };
static const struct conf_key feed_more[] = {
    { .name = "settings", .is_list = true }, { .name = "secrets", .is_list = true }, { 0 },
};
/* For watchdesk-geo, which says what they mean (geo_service.h). */
static const struct conf_key street_keys[] = {
    { .name = "layer" }, { .name = "name" }, { .name = "class" }, { .name = "speed" },
    { .name = "speed-unit" }, { .name = "oneway" }, { .name = "oneway-forward" },
    { .name = "oneway-backward" }, { .name = "left-from" }, { .name = "left-to" },
    { .name = "right-from" }, { .name = "right-to" }, { .name = "from-node" },
    { .name = "to-node" }, { .name = "town" }, { .name = "default-kmh" },
    { .name = "closed" }, { .name = "closed-values" }, { .name = "level" },
    { .name = "from-level" }, { .name = "to-level" }, { .name = "bridge" }, { .name = "tunnel" },
    { .name = "against-oneway" }, { 0 },
};
static const struct conf_key speed_keys[] = { { .name = "kmh" }, { 0 } };
static const struct conf_key zone_keys[] = { { .name = "layer" }, { .name = "column" }, { 0 } };
static const struct conf_key place_keys[] = {
    { .name = "layer" }, { .name = "column" }, { .name = "code" }, { 0 },
};
static const struct conf_key alias_keys[] = { { .name = "place" }, { 0 } };
static const struct conf_grammar street_sections[] = {
    { .kind = "speed-of", .titled = true, .keys = speed_keys }, { 0 },
};

enum titled { UNTITLED, TITLED };

static bool is_key(const struct record_shape *shape, uint32_t index, enum titled titled)
{
    const char *name = shape->fields[index].name;

    if (titled == TITLED && index == 0)
        return false;
    /* A layer's title is its name; its first field is its rank. */
    if (shape == &site_shapes.layer && strcmp(name, "name") == 0)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(not_keys); i++)
        if (strcmp(name, not_keys[i]) == 0)
            return false;
    return true;
}

/* The keys of a record's section, and `more` behind them. */
static const struct conf_key *keys_of(const struct record_shape *shape, enum titled titled,
                                      const struct conf_key *more, struct arena *arena)
{
    enum { MORE_MAX = 4 };
    struct conf_key *keys = arena_alloc(arena, (shape->field_count + MORE_MAX) * sizeof *keys);
    uint32_t count = 0;

    for (uint32_t i = 0; i < shape->field_count; i++) {
        char key[CONF_KEY_BYTES];
        if (is_key(shape, i, titled))
            keys[count++].name = arena_copy(arena, span_of(key_of(shape->fields[i].name, key)));
    }
    for (; more && more->name; more++)
        keys[count++] = *more;
    return keys;
}

static const struct conf_grammar *grammar_of(struct arena *arena)
{
    const struct site_shapes *shapes = &site_shapes;
    const struct conf_grammar styles[] = {
        { .kind = "style", .titled = true,
          .keys = keys_of(&shapes->layer_class, TITLED, NULL, arena) }, { 0 },
    };
    struct conf_grammar *layer_sections = arena_alloc(arena, sizeof styles);
    memcpy(layer_sections, styles, sizeof styles);

    const struct conf_grammar sections[] = {
        { .kind = "site", .keys = keys_of(&shapes->site, UNTITLED, site_more, arena) },
        { .kind = "type", .titled = true, .keys = keys_of(&shapes->type, TITLED, NULL, arena) },
        { .kind = "disposition", .titled = true,
          .keys = keys_of(&shapes->disposition, TITLED, NULL, arena) },
        { .kind = "facility", .titled = true,
          .keys = keys_of(&shapes->facility, TITLED, NULL, arena) },
        { .kind = "hazard", .titled = true,
          .keys = keys_of(&shapes->hazard_kind, TITLED, NULL, arena) },
        { .kind = "layer", .titled = true, .sections = layer_sections,
          .keys = keys_of(&shapes->layer, TITLED, NULL, arena) },
        { .kind = "streets", .keys = street_keys, .sections = street_sections },
        { .kind = "zone", .titled = true, .keys = zone_keys },
        { .kind = "places", .titled = true, .keys = place_keys },
        { .kind = "alias", .titled = true, .keys = alias_keys },
        { .kind = "operator", .titled = true,
          .keys = keys_of(&shapes->operator, TITLED, NULL, arena) },
        { .kind = "feed", .titled = true,
          .keys = keys_of(&shapes->feed, TITLED, feed_more, arena) },
        { .kind = "unit", .titled = true, .keys = keys_of(&shapes->unit, TITLED, NULL, arena) },
        { 0 },
    };
    struct conf_grammar *grammar = arena_alloc(arena, sizeof sections);
    return memcpy(grammar, sections, sizeof sections);
}

/* ---- the whole ---- */

/* One row per kind of section that becomes an array. */
struct array {
    const char *kind;
    section_take_fn *take;
    const struct record_shape *shape;
    size_t array, count;                /* Where in struct site_conf. */
    uint32_t most;
    const char *member;                 /* Of the config input. */
};
#define ARRAY(kind_, singular, plural, member_, most_)                                        \
    { .kind = kind_, .take = singular##_take, .shape = &site_shapes.singular, .most = most_,  \
      .array = offsetof(struct site_conf, plural),                                            \
      .count = offsetof(struct site_conf, singular##_count), .member = member_ }
/* In the order in which one may name another: a unit its station and its feed. */
static const struct array arrays[] = {
    ARRAY("type", type, types, "types", TYPES_MAX),
    ARRAY("disposition", disposition, dispositions, "dispositions", DISPOSITIONS_MAX),
    ARRAY("facility", facility, facilities, "facilities", FACILITIES_MAX),
    ARRAY("hazard", hazard_kind, hazard_kinds, "hazards", HAZARD_KINDS_MAX),
    ARRAY("layer", layer, layers, "layers", LAYERS_MAX),
    ARRAY("operator", operator, operators, "operators", OPERATORS_MAX),
    ARRAY("feed", feed, feeds, "feeds", FEEDS_MAX),
    ARRAY("unit", unit, units, "units", UNITS_MAX),
};

static void **array_of(struct site_conf *conf, const struct array *array)
{
    return (void **)(void *)((char *)conf + array->array);
}

static uint32_t *count_of(struct site_conf *conf, const struct array *array)
{
    return (uint32_t *)(void *)((char *)conf + array->count);
}

static uint32_t sections_count(const struct conf_section *root, const char *kind)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < root->section_count; i++)
        count += strcmp(root->sections[i].kind, kind) == 0;
    return count;
}

static void array_take(struct taking *taking, const struct conf_section *root,
                       const struct array *array)
{
    uint32_t count = sections_count(root, array->kind), *taken = count_of(taking->conf, array);
    char *records = base_alloc(count, array->shape->bytes);

    *array_of(taking->conf, array) = records;
    for (uint32_t i = 0; i < root->section_count; i++) {
        const struct conf_section *section = &root->sections[i];
        if (strcmp(section->kind, array->kind) != 0)
            continue;
        if (*taken == array->most) {
            problem(taking, WRONG, 0, section, "it is one too many: there may be %u", array->most);
            return;
        }
        array->take(taking, section, records + *taken * array->shape->bytes);
        *taken += 1;
    }
}

static uint32_t classes_count(const struct conf_section *root)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < root->section_count; i++)
        if (strcmp(root->sections[i].kind, "layer") == 0)
            count += root->sections[i].section_count;
    return count;
}

/* What holds unless the file says else; then the file; then what the starter says. */
static void site_make(struct taking *taking, const struct conf_section *root)
{
    const struct conf_section *section = section_of(root, "site");
    struct site *site = &taking->conf->site;

    record_init(&site_shapes.site, site);
    text_copy(site->timezone, sizeof site->timezone, span_of("UTC"));
    site->order_answer_s = 60;          /* [K] a crew acknowledges within a minute. */
    site->order_expires_s = 300;
    site->pending_late_s = 600;
    site->fix_old_s = 120;
    site->location_interval_s = 5;      /* CONTRACTS section 5. */
    site->off_route_m = 150;            /* [K] A block; beyond what a dual carriageway explains. */
    site->off_route_s = 30;
    if (section)
        site_take(taking, section);
    else
        problem(taking, WRONG, 1, NULL, "it says no site: write site { id = ... name = ... }");
    site->drill = taking->options->drill;
    if (taking->options->exercise)
        text_copy(site->exercise, sizeof site->exercise, span_of(taking->options->exercise));
}

static void conf_take(struct taking *taking, const struct conf_section *root)
{
    struct site_conf *conf = taking->conf;

    site_make(taking, root);
    if (classes_count(root) > LAYER_CLASSES_MAX)
        problem(taking, WRONG, 1, NULL, "its layers have more than %d classes",
                LAYER_CLASSES_MAX);
    conf->layer_classes = base_alloc(classes_count(root), sizeof *conf->layer_classes);
    conf->feed_sources = base_alloc(sections_count(root, "feed"), sizeof *conf->feed_sources);
    for (size_t i = 0; i < ARRAY_COUNT(arrays); i++)
        array_take(taking, root, &arrays[i]);
    geography_take(taking, root);
    if (conf->type_count == 0)
        problem(taking, ODD, 1, NULL, "it has no incident types: nobody can open an incident with "
                "new; write type FIRE { priority = 1 }");
}

/* ---- reading ---- */

/* The absolute path of site.conf: `path` is that or its folder. */
static char *conf_path(const char *path)
{
    struct stat about;
    char real[PATH_MAX];
    struct buffer whole = { 0 };

    buffer_add_text(&whole, path);
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        buffer_add_text(&whole, "/site.conf");
    char *found = realpath(whole.bytes, real) ? base_copy_text(real) : NULL;
    buffer_clear(&whole);
    return found;
}

static bool file_take(const char *path, struct buffer *out)
{
    char bytes[8192];
    size_t length;
    FILE *file = fopen(path, "rb");

    if (!file)
        return false;
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0 && out->length <= CONF_BYTES_MAX)
        buffer_add(out, span_from(bytes, length));
    bool read = !ferror(file);
    fclose(file);
    return read;
}

/* The site, and how many things are wrong and odd in it. */
static enum status conf_load(const struct site_conf_options *options, struct taking *taking)
{
    struct site_conf *conf = taking->conf;
    struct buffer text = { 0 };
    struct conf_section root;

    conf->group = base_copy_text("");
    conf->path = conf_path(options->path);
    if (!conf->path || !file_take(conf->path, &text)) {
        buffer_print(taking->problems, "%s: site.conf cannot be read: %s\n", options->path,
                     strerror(errno));
        buffer_clear(&text);
        return STATUS_NOT_FOUND;
    }
    conf->directory = base_copy_text(conf->path);
    *strrchr(conf->directory, '/') = '\0';
    bool formed = conf_read(buffer_span(&text), "site.conf", grammar_of(taking->arena),
                            taking->arena, &root, taking->problems);
    buffer_clear(&text);
    taking->wrong_count += !formed;
    if (formed || root.section_count > 0)
        conf_take(taking, &root);
    return taking->wrong_count > 0 ? STATUS_REFUSED : STATUS_OK;
}

static enum status conf_read_counting(const struct site_conf_options *options,
                                      struct site_conf **ret_conf, struct buffer *problems,
                                      uint32_t *ret_odd_count)
{
    struct taking taking = { .options = options, .conf = base_alloc(1, sizeof *taking.conf),
                             .arena = arena_new(), .problems = problems };
    enum status status = conf_load(options, &taking);

    arena_free(taking.arena);
    if (status == STATUS_OK)
        *ret_conf = taking.conf;
    else
        site_conf_free(taking.conf);
    *ret_odd_count = taking.odd_count;
    return status;
}

enum status site_conf_read(const struct site_conf_options *options, struct site_conf **ret_conf,
                           struct buffer *problems)
{
    uint32_t odd_count;

    return conf_read_counting(options, ret_conf, problems, &odd_count);
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
    for (uint32_t i = 0; i < conf->feed_count; i++) {
        pairs_free(conf->feed_sources[i].settings, conf->feed_sources[i].setting_count);
        pairs_free(conf->feed_sources[i].secrets, conf->feed_sources[i].secret_count);
    }
    for (size_t i = 0; i < ARRAY_COUNT(arrays); i++)
        base_free(*array_of(conf, &arrays[i]));
    base_free(conf->feed_sources);
    base_free(conf->layer_classes);
    base_free(conf->path);
    base_free(conf->directory);
    base_free(conf->group);
    base_free(conf->geography);
    base_free(conf);
}

/* ---- telling ---- */

static void records_put(const char *member, const struct record_shape *shape, const void *records,
                        uint32_t count, size_t bytes, struct buffer *out)
{
    json_open(out, member, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_open(out, NULL, '{');
        record_write(shape, (const char *)records + i * bytes, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

void site_conf_write(const struct site_conf *conf, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_open(out, "site", '{');
    record_write(&site_shapes.site, &conf->site, out);
    json_close(out, '}');
    for (size_t i = 0; i < ARRAY_COUNT(arrays); i++) {
        const void *const *records = (const void *const *)(const void *)
                                     ((const char *)conf + arrays[i].array);
        const uint32_t *count = (const uint32_t *)(const void *)
                                ((const char *)conf + arrays[i].count);
        records_put(arrays[i].member, arrays[i].shape, *records, *count, arrays[i].shape->bytes,
                    out);
    }
    records_put("layer_classes", &site_shapes.layer_class, conf->layer_classes,
                conf->layer_class_count, sizeof *conf->layer_classes, out);
    json_close(out, '}');
}

void site_conf_write_check(const struct site_conf *conf, struct buffer *out)
{
    struct json *hello;
    struct verdict verdict = json_parse(span_of(conf->geography), &hello);

    assert(is_accepted(&verdict));
    json_open(out, NULL, '{');
    for (const struct json *member = json_first(hello); member; member = json_next(member))
        json_put(out, json_name(member), member);
    records_put("layers", &site_shapes.layer, conf->layers, conf->layer_count,
                sizeof *conf->layers, out);
    records_put("layer_classes", &site_shapes.layer_class, conf->layer_classes,
                conf->layer_class_count, sizeof *conf->layer_classes, out);
    json_close(out, '}');
    json_free(hello);
}

/* It stands already in the list of an earlier one with its name. */
static bool setting_was_put(const struct site_feed *source, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(source->settings[i].name, source->settings[index].name) == 0)
            return true;
    return false;
}

/* A setting as text; all of its name as a list where there are several. */
static void setting_put(const struct site_feed *source, uint32_t index, struct buffer *out)
{
    const char *name = source->settings[index].name;
    uint32_t count = 0;

    for (uint32_t i = index; i < source->setting_count; i++)
        count += strcmp(source->settings[i].name, name) == 0;
    if (count == 1) {
        json_put_text(out, name, source->settings[index].value);
        return;
    }
    json_open(out, name, '[');
    for (uint32_t i = index; i < source->setting_count; i++)
        if (strcmp(source->settings[i].name, name) == 0)
            json_put_text(out, NULL, source->settings[i].value);
    json_close(out, ']');
}

void site_conf_write_settings(const struct site_conf *conf, uint32_t index, struct buffer *out)
{
    assert(index < conf->feed_count);
    const struct site_feed *source = &conf->feed_sources[index];

    json_open(out, NULL, '{');
    for (uint32_t i = 0; i < source->setting_count; i++)
        if (!setting_was_put(source, i))
            setting_put(source, i, out);
    json_close(out, '}');
}

/* A token on one line: the line end that editors add is not part of it. */
static bool secret_put(const struct conf_pair *secret, struct buffer *out, struct buffer *problems)
{
    struct buffer text = { 0 };
    bool read = secret_is_kept(secret->value, problems);

    if (read && !file_take(secret->value, &text)) {
        buffer_print(problems, "%s cannot be read: %s", secret->value, strerror(errno));
        read = false;
    }
    if (read)
        json_put_span(out, secret->name, span_trim(buffer_span(&text)));
    if (text.bytes)
        explicit_bzero(text.bytes, text.length);
    buffer_clear(&text);
    return read;
}

bool site_conf_write_secrets(const struct site_conf *conf, uint32_t index, struct buffer *out,
                             struct buffer *problems)
{
    assert(index < conf->feed_count);
    const struct site_feed *source = &conf->feed_sources[index];
    bool read = true;

    json_open(out, NULL, '{');
    for (uint32_t i = 0; i < source->secret_count && read; i++)
        read = secret_put(&source->secrets[i], out, problems);
    json_close(out, '}');
    return read;
}

static void conf_describe(const struct site_conf *conf, struct buffer *out)
{
    buffer_print(out, "site %s, %s: ", conf->site.id, conf->site.name);
    for (size_t i = 0; i < ARRAY_COUNT(arrays); i++) {
        const uint32_t *count = (const uint32_t *)(const void *)
                                ((const char *)conf + arrays[i].count);
        buffer_print(out, "%s%u %s", i ? ", " : "", *count,
                     *count == 1 ? arrays[i].kind : arrays[i].member);
    }
    buffer_add_text(out, "\n");
}

bool site_conf_check(const struct site_conf_options *options, struct buffer *out)
{
    struct site_conf *conf;
    uint32_t odd_count;

    if (conf_read_counting(options, &conf, out, &odd_count) != STATUS_OK)
        return false;
    conf_describe(conf, out);
    site_conf_free(conf);
    return odd_count == 0;
}
