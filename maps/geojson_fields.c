#include "maps/geojson_fields.h"

#include <string.h>

#include "app/base/text.h"

enum { FIELDS_MAX = 2048 };

struct geojson_members geojson_members(struct span object)
{
    struct geojson_members members = { { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, { 0 } };
    const struct {
        const char *name;
        struct span *value;
    } known[] = {
        { "type", &members.type }, { "geometry", &members.geometry },
        { "geometries", &members.geometries }, { "coordinates", &members.coordinates },
        { "properties", &members.properties }, { "id", &members.id },
        { "attributes", &members.attributes },
    };
    struct span name, value;

    while (geojson_member(&object, &name, &value))
        for (size_t i = 0; i < ARRAY_COUNT(known); i++)
            if (span_is(name, known[i].name))
                *known[i].value = value;
    return members;
}

void geojson_fields_clear(struct geojson_fields *fields)
{
    base_free(fields->at);
    fields->at = NULL;
    fields->count = fields->capacity = 0;
}

static bool is_wanted(const struct geojson_fields *fields, const char *name)
{
    for (uint32_t i = 0; fields->wanted && i < fields->wanted_count; i++)
        if (text_same_ignoring_case(span_of(fields->wanted[i]), span_of(name)))
            return true;
    return fields->wanted == NULL;
}

/* The field called `name`, made when it is new; features mostly name theirs in the same order, so
 * the one behind the last is tried first. -1: not wanted, or one field too many. */
static int64_t field_find(struct geojson_fields *fields, struct span name, uint32_t expected)
{
    char text[CODEPAGE_TEXT_BYTES];
    struct shape_field field = { .type = 'C' };

    if (expected < fields->count && span_is(name, fields->at[expected].name))
        return expected;
    geojson_name_text(name, text);
    text_copy(field.name, sizeof field.name, span_of(text));
    for (uint32_t i = 0; i < fields->count; i++)
        if (strcmp(fields->at[i].name, field.name) == 0)
            return i;
    if (field.name[0] == '\0' || !is_wanted(fields, text) || fields->count == FIELDS_MAX)
        return -1;
    fields->at = base_grow(fields->at, &fields->capacity, fields->count + 1, sizeof *fields->at);
    fields->at[fields->count] = field;
    return fields->count++;
}

void geojson_fields_each(struct geojson_fields *fields, const struct geojson_members *feature,
                         geojson_value_fn *value, void *context)
{
    static const char quoted_id[] = "\"id\"";     /* A name stands between quotes. */
    struct span rest = feature->properties, name, text;
    int64_t last = -1;
    bool id_given = false;

    if (fields->wanted && fields->wanted_count == 0)
        return;
    while (geojson_member(&rest, &name, &text)) {
        int64_t field = field_find(fields, name, (uint32_t)(last + 1));
        id_given |= span_is(name, "id");
        if (field < 0)
            continue;
        last = field;
        value(context, (uint32_t)field, text);
    }
    if (feature->id.length == 0 || id_given)
        return;
    int64_t field = field_find(fields, span_from(quoted_id + 1, 2), 0);
    if (field >= 0)
        value(context, (uint32_t)field, feature->id);
}
