#include "app/site_taking.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/base/text.h"

static void priority_check(struct taking *taking, const struct conf_section *section,
                           uint32_t priority)
{
    if (conf_value(section, "priority") && (priority < 1 || priority > 5))
        problem(taking, WRONG, line_of(section, "priority"), section,
                "priority: %u is not 1 to 5", priority);
}

/* Length of the path without "#polygons", which says what of the file is drawn. */
static size_t file_length(const char *path)
{
    const char *name = strrchr(path, '/');

    return (size_t)(name - path) + strcspn(name, "#");
}

static bool path_ends(const char *path, size_t length, const char *ending)
{
    size_t end = strlen(ending);

    return length > end && text_same_ignoring_case(span_from(path + length - end, end),
                                                   span_of(ending));
}

/* GeoJSON is one file. A shapefile is three, of which two may be missing; its path may leave out
 * ".shp". */
static void layer_file_check(struct taking *taking, const struct conf_section *section,
                             const char *path)
{
    static const struct part { const char *ending, *without; } shapefile[] = {
        { ".shp", "the map is drawn without it" },
        { ".shx", "its records are sought in the .shp, which takes longer" },
        { ".dbf", "its features have no names and no classes" },
    }, alone[] = { { "", "the map is drawn without it" } };
    size_t length = file_length(path);
    bool json = path_ends(path, length, ".geojson") || path_ends(path, length, ".json");

    if (path_ends(path, length, ".shp"))
        length -= 4;
    const struct part *parts = json ? alone : shapefile;
    size_t count = json ? ARRAY_COUNT(alone) : ARRAY_COUNT(shapefile);
    for (size_t i = 0; i < count; i++) {
        const char *file = arena_print(taking->arena, "%.*s%s", (int)length, path, parts[i].ending);
        if (access(file, R_OK) == 0)
            continue;
        problem(taking, ODD, line_of(section, "file"), section, "file: %s cannot be read: %s; %s",
                file, strerror(errno), parts[i].without);
        return;
    }
}

static void zone_check(struct taking *taking, const struct conf_section *section,
                       const char *zone)
{
    const char *file = arena_print(taking->arena, "/usr/share/zoneinfo/%s", zone);

    if (*zone == '/' || strstr(zone, "..") || access(file, R_OK) != 0)
        problem(taking, WRONG, line_of(section, "timezone"), section,
                "timezone: this machine knows no %s; a zone looks like Europe/London or UTC",
                zone);
}

void site_take(struct taking *taking, const struct conf_section *section)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    struct site_conf *conf = taking->conf;
    const char *id = text_of(section, "id");

    fields_take(taking, section, &site_shapes.site, &conf->site);
    base_free(conf->group);
    conf->group = base_copy_text(text_of(section, "group"));
    needed(taking, section, "id");
    needed(taking, section, "name");
    if (conf_value(section, "id") && (!*id || strlen(id) > 8 || id[strspn(id, letters)]))
        problem(taking, WRONG, line_of(section, "id"), section,
                "id: \"%s\" is not 1 to 8 capitals and digits; it begins every incident's number",
                id);
    zone_check(taking, section, conf->site.timezone);
}

void type_take(struct taking *taking, const struct conf_section *section, void *record)
{
    struct type *type = record;

    record_take(taking, section, &site_shapes.type, type);
    name_check(taking, section);
    needed(taking, section, "priority");
    priority_check(taking, section, type->priority);
}

void disposition_take(struct taking *taking, const struct conf_section *section, void *record)
{
    record_take(taking, section, &site_shapes.disposition, record);
    name_check(taking, section);
}

void facility_take(struct taking *taking, const struct conf_section *section, void *record)
{
    record_take(taking, section, &site_shapes.facility, record);
    name_check(taking, section);
    needed(taking, section, "location");
}

/* Its code is the first word of `haz`: HZ9 there means a hazard that stands. */
void hazard_kind_take(struct taking *taking, const struct conf_section *section, void *record)
{
    struct object_name name;

    record_take(taking, section, &site_shapes.hazard_kind, record);
    name_check(taking, section);
    if (object_name_parse(span_of(section->title), &name) && name.kind != OBJECT_UNIT)
        problem(taking, WRONG, 0, section, "its name would be taken for another object");
}

void operator_take(struct taking *taking, const struct conf_section *section, void *record)
{
    record_take(taking, section, &site_shapes.operator, record);
    name_check(taking, section);
    needed(taking, section, "role");
}

static void class_take(struct taking *taking, const struct conf_section *section,
                       const struct layer *layer, uint32_t place)
{
    struct layer_class *class = &taking->conf->layer_classes[taking->conf->layer_class_count++];

    record_take(taking, section, &site_shapes.layer_class, class);
    class->rank = layer->rank * 100 + place;
    snprintf(class->layer, sizeof class->layer, "%s", layer->name);
}

void layer_take(struct taking *taking, const struct conf_section *section, void *record)
{
    struct layer *layer = record;
    const char *file = text_of(section, "file");

    record_take(taking, section, &site_shapes.layer, layer);
    layer->rank = taking->conf->layer_count + 1;
    name_check(taking, section);
    needed(taking, section, "file");
    if (*file) {
        char *path = path_resolve(taking->conf, file);
        if (strlen(path) >= sizeof layer->file)
            problem(taking, WRONG, line_of(section, "file"), section,
                    "file: with its folder the path is longer than %zu bytes",
                    sizeof layer->file - 1);
        snprintf(layer->file, sizeof layer->file, "%s", path);
        layer_file_check(taking, section, path);
        base_free(path);
    }
    if (section->section_count > 0 && !*layer->column)
        problem(taking, WRONG, 0, section,
                "it has styles, but no column that says which is whose");
    for (uint32_t i = 0; i < section->section_count; i++)
        class_take(taking, &section->sections[i], layer, i + 1);
}

/* ---- units ---- */

static const struct facility *facility_called(const struct site_conf *conf, const char *code)
{
    for (uint32_t i = 0; i < conf->facility_count; i++)
        if (strcmp(conf->facilities[i].code, code) == 0)
            return &conf->facilities[i];
    return NULL;
}

static void callsign_check(struct taking *taking, const struct conf_section *section)
{
    struct span callsign = span_of(section->title);
    struct object_name name;

    name_check(taking, section);
    if (callsign.length > 0 && strspn(section->title, "0123456789") == callsign.length)
        problem(taking, WRONG, 0, section,
                "a bare number is always an incident: put the agency before it, as E%s",
                section->title);
    else if (callsign_is_taken(callsign))
        problem(taking, WRONG, 0, section,
                "its callsign would be taken for another object (AL alarm, OR order, HZ hazard, "
                "PR proposal, MS message, QU question, RC recommendation, DR draft)");
    else if (object_name_parse(callsign, &name) && strcmp(name.key, section->title) != 0)
        problem(taking, WRONG, 0, section, "a callsign is written in capitals: %s", name.key);
}

/* Without either it is nowhere until it reports where it is. */
static void unit_home(struct taking *taking, const struct conf_section *section, struct unit *unit)
{
    const struct facility *station = facility_called(taking->conf, unit->station);

    if (*unit->station && !station)
        problem(taking, WRONG, line_of(section, "station"), section,
                "station %s is not among the facilities", unit->station);
    if (!conf_value(section, "home") && station)
        unit->home = station->location;
}

void unit_take(struct taking *taking, const struct conf_section *section, void *record)
{
    const struct site_conf *conf = taking->conf;
    struct unit *unit = record;
    bool known = false;

    record_take(taking, section, &site_shapes.unit, unit);
    callsign_check(taking, section);
    unit_home(taking, section, unit);
    for (uint32_t i = 0; i < conf->feed_count; i++)
        known = known || strcmp(conf->feeds[i].name, unit->feed) == 0;
    if (*unit->feed && !known)
        problem(taking, WRONG, line_of(section, "feed"), section, "there is no feed %s",
                unit->feed);
}
