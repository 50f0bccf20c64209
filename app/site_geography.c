#include "app/site_taking.h"

#include <string.h>

#include "app/base/text.h"

/* Longer ones would be cut where a list shows "the Ferry (12 Quay St)". */
enum { ALIAS_BYTES_MAX = 60 };

/* The member of the hello that a key is: with "_" for "-". */
static const char *member_of(struct taking *taking, const char *key)
{
    char *member = (char *)(uintptr_t)arena_copy(taking->arena, span_of(key));

    for (char *at = strchr(member, '-'); at; at = strchr(at, '-'))
        *at = '_';
    return member;
}

/* Puts "file" for the layer that the section names. */
static void layer_file_put(struct taking *taking, const struct conf_section *section,
                           struct buffer *out)
{
    const char *name = text_of(section, "layer");

    needed(taking, section, "layer");
    for (uint32_t i = 0; i < taking->conf->layer_count; i++)
        if (strcmp(taking->conf->layers[i].name, name) == 0) {
            json_put_text(out, "file", taking->conf->layers[i].file);
            return;
        }
    if (*name)
        problem(taking, WRONG, line_of(section, "layer"), section,
                "layer: %s is not among the layers", name);
}

static void kmh_put(struct taking *taking, const struct conf_section *section, const char *key,
                    struct buffer *out)
{
    double kmh;

    if (!conf_value(section, key))
        return;
    if (span_to_double(span_of(text_of(section, key)), &kmh) && kmh >= 0 && kmh <= 300)
        json_put_number(out, member_of(taking, key), kmh);
    else
        problem(taking, WRONG, line_of(section, key), section, "%s: \"%s\" is not 0 to 300", key,
                text_of(section, key));
}

/* The keys of site.conf are the members of the hello; those in km/h are numbers. */
static void keys_put(struct taking *taking, const struct conf_section *section, struct buffer *out)
{
    layer_file_put(taking, section, out);
    for (uint32_t i = 0; i < section->value_count; i++) {
        const char *key = section->values[i].key;
        if (strstr(key, "kmh"))
            kmh_put(taking, section, key, out);
        else if (strcmp(key, "layer") != 0)
            json_put_text(out, member_of(taking, key), section->values[i].texts[0]);
    }
}

static void streets_put(struct taking *taking, const struct conf_section *section,
                        struct buffer *out)
{
    const char *unit = text_of(section, "speed-unit");

    if (*unit && strcmp(unit, "kmh") != 0 && strcmp(unit, "mph") != 0)
        problem(taking, WRONG, line_of(section, "speed-unit"), section,
                "speed-unit: \"%s\" is not kmh or mph", unit);
    json_open(out, "streets", '{');
    keys_put(taking, section, out);
    json_open(out, "class_speeds", '[');
    for (uint32_t i = 0; i < section->section_count; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "class", section->sections[i].title);
        needed(taking, &section->sections[i], "kmh");
        kmh_put(taking, &section->sections[i], "kmh", out);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

/* The sections of one kind as the list `member`; their title becomes `title_member`. */
static void layers_put(struct taking *taking, const struct conf_section *root, const char *kind,
                       const char *member, const char *title_member, struct buffer *out)
{
    json_open(out, member, '[');
    for (uint32_t i = 0; i < root->section_count; i++) {
        const struct conf_section *section = &root->sections[i];
        if (strcmp(section->kind, kind) != 0)
            continue;
        needed(taking, section, "column");
        json_open(out, NULL, '{');
        json_put_text(out, title_member, section->title);
        keys_put(taking, section, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Whether there is such a place only watchdesk-geo knows, which says so in its --check. */
static void alias_put(struct taking *taking, const struct conf_section *section,
                      struct buffer *out)
{
    const char *place = text_of(section, "place");

    needed(taking, section, "place");
    if (!*section->title)
        problem(taking, WRONG, 0, section, "it has no name to be asked for by");
    if (strlen(section->title) > ALIAS_BYTES_MAX)
        problem(taking, WRONG, 0, section, "its name is longer than %d bytes", ALIAS_BYTES_MAX);
    if (!text_is_clean(span_of(section->title)) || !text_is_clean(span_of(place)))
        problem(taking, WRONG, 0, section, "it has characters that a screen would not show");
    json_open(out, NULL, '{');
    json_put_text(out, "name", section->title);
    json_put_text(out, "place", place);
    json_close(out, '}');
}

static void aliases_put(struct taking *taking, const struct conf_section *root,
                        struct buffer *out)
{
    json_open(out, "aliases", '[');
    for (uint32_t i = 0; i < root->section_count; i++)
        if (strcmp(root->sections[i].kind, "alias") == 0)
            alias_put(taking, &root->sections[i], out);
    json_close(out, ']');
}

/* Stations and hospitals of the site, for what lies inside an area. Where they are taken they are
 * checked; here one without a good location is left out. */
static void facilities_put(const struct conf_section *root, struct buffer *out)
{
    json_open(out, "facilities", '[');
    for (uint32_t i = 0; i < root->section_count; i++) {
        const struct conf_section *section = &root->sections[i];
        struct span lon = span_of(text_of(section, "location")), lat;
        struct geo_point point;
        if (strcmp(section->kind, "facility") != 0 || !span_cut(&lon, ',', &lat)
            || !span_to_double(lat, &point.lat_deg) || !span_to_double(lon, &point.lon_deg)
            || !geo_plausible(point))
            continue;
        point = geo_rounded(point);
        json_open(out, NULL, '{');
        json_put_text(out, "code", section->title);
        json_put_text(out, "name", text_of(section, "name"));
        json_put_text(out, "kind", text_of(section, "kind"));
        json_put_degrees(out, "lat", point.lat_deg);
        json_put_degrees(out, "lon", point.lon_deg);
        json_close(out, '}');
    }
    json_close(out, ']');
}

void geography_take(struct taking *taking, const struct conf_section *root)
{
    const struct conf_section *streets = section_of(root, "streets");
    struct buffer hello = { 0 };

    json_open(&hello, NULL, '{');
    json_put_int64(&hello, "hello", 1);
    json_put_int64(&hello, "wire", 1);
    if (streets)
        streets_put(taking, streets, &hello);
    layers_put(taking, root, "zone", "zones", "name", &hello);
    layers_put(taking, root, "places", "places", "kind", &hello);
    aliases_put(taking, root, &hello);
    facilities_put(root, &hello);
    json_close(&hello, '}');
    taking->conf->geography = hello.bytes;
}
