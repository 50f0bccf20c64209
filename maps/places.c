#include "maps/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/aside.h"
#include "maps/places_inside.h"

#define ROW(upper, text) [PLACE_##upper] = text,
static const char *const kind_texts[PLACE_KIND_COUNT] = { PLACE_KINDS(ROW) };
#undef ROW

const char *place_kind_text(enum place_kind kind)
{
    assert(kind < PLACE_KIND_COUNT);
    return kind_texts[kind];
}

/* ---- building ---- */

/* Marks streets whose name another has too: their town is then part of how they are written. */
static uint8_t *names_shared(const struct streets *streets)
{
    uint8_t *shared = base_alloc(streets->street_count, 1);
    uint32_t *first = base_alloc(words_count(streets->names), sizeof *first);

    for (uint32_t street = 1; street < streets->street_count; street++) {
        uint32_t *seen = &first[streets->streets[street].name];
        if (*seen)
            shared[street] = shared[*seen] = 1;
        else
            *seen = street;
    }
    base_free(first);
    return shared;
}

/* What needs only the streets' names and where they run, and nothing of the network. */
static void streets_index(void *context)
{
    struct places *places = context;
    const struct streets *streets = places->streets;

    places->boxes = street_boxes(streets);
    places->name_shared = names_shared(streets);

    for (uint32_t street = 1; street < streets->street_count; street++) {
        struct span written = span_of(streets_name(streets, street));
        struct place_name name, town;
        name_read(written, &name);
        name_read(span_of(streets_town(streets, street)), &town);
        const struct place_name *beside = town.count ? &town : NULL;
        place_index_add(places->street_names, &name, beside, street);
        if (name_read_umlauts(written, &name))
            place_index_add(places->street_names, &name, beside, street);
    }
}

struct places *places_new(const struct streets *streets, const struct roads *roads,
                          const struct zones *zones)
{
    struct places *places = base_alloc(1, sizeof *places);
    struct aside aside;

    assert(!streets == !roads);
    places->streets = streets;
    places->zones = zones;
    places->texts = words_new();
    places->street_names = place_index_new();
    places->feature_names = place_index_new();
    if (streets) {
        aside_start(&aside, streets_index, places);
        places->on_streets = place_streets_new(streets, roads);
        aside_finish(&aside);
    }
    return places;
}

void places_free(struct places *places)
{
    if (!places)
        return;
    place_streets_free(places->on_streets);
    place_index_free(places->street_names);
    place_index_free(places->feature_names);
    for (uint32_t i = 0; i < places->alias_run_count; i++)
        place_index_free(places->aliases[i].names);
    words_free(places->texts);
    base_free(places->features);
    base_free(places->name_shared);
    base_free(places->boxes);
    base_free(places);
}

static bool column_there(const struct shapes *shapes, const char *kind, const char *column,
                         const char *job, struct buffer *warnings)
{
    char layer[80];

    if (column[0] == '\0' || shapes_column(shapes, column) >= 0)
        return true;
    snprintf(layer, sizeof layer, "The layer of places \"%s\"", kind);
    column_missing(shapes, layer, column, job, warnings);
    return false;
}

/* A point's own place; of anything larger the middle of its box. */
static struct geo_point record_point(const struct shapes *shapes, uint32_t record)
{
    struct geo_box box = shapes->boxes[record];
    uint32_t part = shapes->record_part[record];

    if (shapes->kind == SHAPE_POINTS && shapes->record_part[record + 1] > part)
        return shapes->vertices[shapes->part_first[part]];
    return (struct geo_point){ (box.low.lat_deg + box.high.lat_deg) / 2,
                               (box.low.lon_deg + box.high.lon_deg) / 2 };
}

static void feature_names_add(struct place_index *index, const char *text,
                              const struct place_name *beside, uint32_t feature)
{
    struct place_name name;

    name_read(span_of(text), &name);
    place_index_add(index, &name, beside, feature);
    if (name_read_umlauts(span_of(text), &name))
        place_index_add(index, &name, beside, feature);
}

static uint32_t feature_add(struct places *places, const char *kind, const char *name,
                            const char *code, struct geo_point point)
{
    uint32_t feature = places->feature_count;

    places->features = base_grow(places->features, &places->feature_capacity, feature + 1,
                                 sizeof *places->features);
    places->features[places->feature_count++] = (struct feature){
        .name = words_add(places->texts, span_of(name[0] ? name : code)),
        .code = words_add(places->texts, span_of(code)),
        .kind = words_add(places->texts, span_of(kind)),
        .point = point,
    };
    return feature;
}

static void record_add(struct places *places, const char *kind, const char *name, const char *code,
                       struct geo_point point)
{
    struct place_name beside;

    if ((name[0] == '\0' && code[0] == '\0') || !geo_known(point))
        return;
    uint32_t feature = feature_add(places, kind, name, code, point);
    /* Its kind may be typed as well: "northgate hospital" for Northgate Infirmary. */
    name_read(span_of(kind), &beside);
    feature_names_add(places->feature_names, name, &beside, feature);
    feature_names_add(places->feature_names, code, NULL, feature);
}

bool places_add(struct places *places, const char *kind, const struct shapes *shapes,
                const char *column, const char *code_column, struct buffer *warnings)
{
    if (!column_there(shapes, kind, column, "the name", warnings)
        || !column_there(shapes, kind, code_column, "the code", warnings))
        return false;
    int name = column[0] ? shapes_column(shapes, column) : -1;
    int code = code_column[0] ? shapes_column(shapes, code_column) : -1;

    for (uint32_t record = 0; record < shapes->record_count; record++)
        record_add(places, kind, shapes_value(shapes, record, name),
                   shapes_value(shapes, record, code), record_point(shapes, record));
    return true;
}

void places_close(struct places *places)
{
    place_index_close(places->street_names);
    place_index_close(places->feature_names);
}

uint32_t places_name_count(const struct places *places)
{
    return (places->streets ? places->streets->street_count - 1 : 0) + places->feature_count;
}

/* Does its name find the alias and nothing else? */
static bool alias_is_found(const struct places *places, const char *name, struct place *ret_found)
{
    struct place_ask ask = { .text = span_of(name), .near = geo_unknown() };

    *ret_found = (struct place){ .text = "" };
    return places_ask(places, &ask, ret_found, 1) > 0 && ret_found->exact
           && strcmp(ret_found->feature, "alias") == 0 && strcmp(ret_found->code, name) == 0;
}

static void run_index(struct places *places, struct alias_run *run)
{
    place_index_free(run->names);
    run->names = place_index_new();
    for (uint32_t i = run->first; i < run->first + run->count; i++)
        feature_names_add(run->names, words_text(places->texts, places->features[i].code), NULL,
                          i);
    place_index_close(run->names);
}

static void run_push(struct places *places, uint32_t feature)
{
    assert(places->alias_run_count < ALIAS_RUNS_MAX);
    struct alias_run *run = &places->aliases[places->alias_run_count++];
    *run = (struct alias_run){ .first = feature, .count = 1 };
    run_index(places, run);
}

static void run_pop(struct places *places)
{
    place_index_free(places->aliases[--places->alias_run_count].names);
}

/* Joins the last runs while they are of one length. */
static void runs_join(struct places *places)
{
    while (places->alias_run_count > 1) {
        struct alias_run *last = &places->aliases[places->alias_run_count - 1], *into = last - 1;
        if (into->count > last->count)
            return;
        into->count += last->count;
        run_pop(places);
        run_index(places, into);
    }
}

bool places_alias_add(struct places *places, const char *name, const char *text,
                      struct buffer *warnings)
{
    struct place_ask ask = { .text = span_of(text), .near = geo_unknown() };
    struct place found = { .text = "" };
    char shown[64], whole[2 * PLACE_TEXT_BYTES];

    if (places_ask(places, &ask, &found, 1) == 0 || !found.exact) {
        buffer_print(warnings, "The alias \"%s\" stands for \"%s\", which %s%s.\n", name, text,
                     found.text[0] ? "is not one place: the nearest is " : "is not found",
                     found.text);
        return false;
    }
    text_copy(shown, sizeof shown, span_of(name));
    snprintf(whole, sizeof whole, "%s (%s)", shown, found.text);
    text_copy(found.text, sizeof found.text, span_of(whole));
    uint32_t feature = feature_add(places, "alias", found.text, name, found.point);
    places->features[feature].radius_m = (float)found.radius_m;
    places->alias_count++;
    run_push(places, feature);
    if (alias_is_found(places, name, &found)) {
        runs_join(places);
        return true;
    }
    buffer_print(warnings, "The alias \"%s\" cannot be asked for by that name%s%s.\n", name,
                 found.text[0] ? ": it is also " : "", found.text);
    places->feature_count--;
    places->alias_count--;
    run_pop(places);
    return false;
}

const char *street_text(const struct places *places, uint32_t street,
                        char text[PLACE_TEXT_BYTES / 2])
{
    const char *town = streets_town(places->streets, street);
    bool named = places->name_shared[street] && town[0];
    char whole[2 * PLACE_TEXT_BYTES];

    snprintf(whole, sizeof whole, "%.180s%s%.180s", streets_name(places->streets, street),
             named ? ", " : "", named ? town : "");
    text_copy(text, PLACE_TEXT_BYTES / 2 - 3, span_of(whole));
    return text;
}

void places_visit(const struct places *places, places_visit_fn *visit, void *context)
{
    for (uint32_t i = 0; i + places->alias_count < places->feature_count; i++)
        visit(context, words_text(places->texts, places->features[i].name),
              words_text(places->texts, places->features[i].kind),
              geo_rounded(places->features[i].point));
}
