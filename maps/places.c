#include "maps/places.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/places_index.h"
#include "maps/places_streets.h"

#define ROW(upper, text) [PLACE_##upper] = text,
static const char *const kind_texts[PLACE_KIND_COUNT] = { PLACE_KINDS(ROW) };
#undef ROW

const char *place_kind_text(enum place_kind kind)
{
    assert(kind < PLACE_KIND_COUNT);
    return kind_texts[kind];
}

/* What a house number that is not quite there costs. */
enum { OTHER_SIDE_COST = 20, NEAREST_COST = 25, NO_NUMBERS_COST = 35, OTHER_TOWN_COST = 30 };
/* Streets tried for one address or one side of a crossing, and candidates kept before the best are
 * chosen. */
enum { STREETS_TRIED_MAX = 32, SIDES_TRIED_MAX = 8, CANDIDATES_MAX = 96 };
/* Two names this far apart on the map are two places, not one drawn twice. */
static const double one_place_m = 60.0;

struct feature {
    uint32_t name, code, kind;      /* Words of places->texts. */
    struct geo_point point;
};

struct places {
    const struct streets *streets;  /* Loans; may be NULL. */
    const struct zones *zones;
    struct place_streets *on_streets;
    struct place_index *street_names, *feature_names;
    struct words *texts;
    struct feature *features;
    uint32_t feature_count, feature_capacity;
    uint8_t *name_shared;           /* By street: another town has a street of that name. */
};

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

static void streets_index(struct places *places)
{
    const struct streets *streets = places->streets;

    for (uint32_t street = 1; street < streets->street_count; street++) {
        struct place_name name, town;
        name_read(span_of(words_text(streets->names, streets->streets[street].name)), &name);
        name_read(span_of(words_text(streets->names, streets->streets[street].town)), &town);
        place_index_add(places->street_names, &name, town.count ? &town : NULL, street);
    }
}

struct places *places_new(const struct streets *streets, const struct roads *roads,
                          const struct zones *zones)
{
    struct places *places = base_alloc(1, sizeof *places);

    assert(!streets == !roads);
    places->streets = streets;
    places->zones = zones;
    places->texts = words_new();
    places->street_names = place_index_new();
    places->feature_names = place_index_new();
    if (streets) {
        places->on_streets = place_streets_new(streets, roads);
        places->name_shared = names_shared(streets);
        streets_index(places);
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
    words_free(places->texts);
    base_free(places->features);
    base_free(places->name_shared);
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

static void feature_add(struct places *places, const char *kind, const char *name, const char *code,
                        struct geo_point point)
{
    uint32_t feature = places->feature_count;
    struct place_name read, beside;

    if ((name[0] == '\0' && code[0] == '\0') || !geo_known(point))
        return;
    places->features = base_grow(places->features, &places->feature_capacity, feature + 1,
                                 sizeof *places->features);
    places->features[places->feature_count++] = (struct feature){
        .name = words_add(places->texts, span_of(name[0] ? name : code)),
        .code = words_add(places->texts, span_of(code)),
        .kind = words_add(places->texts, span_of(kind)),
        .point = point,
    };
    /* Its kind may be typed as well: "northgate hospital" for Northgate Infirmary. */
    name_read(span_of(kind), &beside);
    name_read(span_of(name), &read);
    place_index_add(places->feature_names, &read, &beside, feature);
    name_read(span_of(code), &read);
    place_index_add(places->feature_names, &read, NULL, feature);
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
        feature_add(places, kind, shapes_value(shapes, record, name),
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

/* ---- candidates ---- */

struct candidates {
    const struct places *places;
    enum search_mode mode;
    place_search_fn *search;        /* First what is called that, then what nearly is. */
    uint32_t count;
    struct place at[CANDIDATES_MAX];
};

static struct place *candidate_add(struct candidates *candidates, enum place_kind kind,
                                   struct geo_point point, uint32_t score, uint32_t order)
{
    if (candidates->count == CANDIDATES_MAX || !geo_known(point))
        return NULL;
    struct place *place = &candidates->at[candidates->count++];
    *place = (struct place){ .kind = kind, .point = geo_rounded(point), .score = score,
                             .order = order, .feature = "", .code = "", .town = "" };
    return place;
}

/* "Quay St", or "Quay St, Harbour" where another town has one. */
static const char *street_text(const struct places *places, uint32_t street,
                               char text[PLACE_TEXT_BYTES / 2])
{
    const char *town = streets_town(places->streets, street);
    bool named = places->name_shared[street] && town[0];
    char whole[2 * PLACE_TEXT_BYTES];

    snprintf(whole, sizeof whole, "%.180s%s%.180s",
             words_text(places->streets->names, places->streets->streets[street].name),
             named ? ", " : "", named ? town : "");
    text_copy(text, PLACE_TEXT_BYTES / 2, span_of(whole));
    return text;
}

/* ---- points ---- */

static bool degrees_read(struct span text, double *ret_degrees)
{
    return span_to_double(span_trim(text), ret_degrees);
}

/* "50.1234,-4.2", also with a blank instead of the comma. */
static bool point_read(struct span text, struct geo_point *ret_point)
{
    struct span rest = span_trim(text), lat;
    struct geo_point point;
    char separator = memchr(rest.bytes, ',', rest.length) ? ',' : ' ';

    if (!span_cut(&rest, separator, &lat) || !degrees_read(lat, &point.lat_deg)
        || !degrees_read(rest, &point.lon_deg) || !geo_plausible(point))
        return false;
    *ret_point = geo_rounded(point);
    return true;
}

static bool point_match(struct candidates *candidates, struct span text)
{
    struct geo_point point;

    if (text.length == 0 || !point_read(text, &point))
        return false;
    struct place *place = candidate_add(candidates, PLACE_POINT, point, SCORE_WHOLE, 0);
    snprintf(place->text, sizeof place->text, "%.5f,%.5f", point.lat_deg, point.lon_deg);
    place->exact = true;
    return true;
}

/* ---- names ---- */

static void features_match(struct candidates *candidates, struct span text)
{
    const struct places *places = candidates->places;
    struct place_match matches[STREETS_TRIED_MAX];
    struct place_name name;

    name_read(text, &name);
    uint32_t count = candidates->search(places->feature_names, &name, candidates->mode, matches,
                                        STREETS_TRIED_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const struct feature *feature = &places->features[matches[i].owner];
        struct place *place = candidate_add(candidates, PLACE_FEATURE, feature->point,
                                            matches[i].score, matches[i].owner);
        if (!place)
            return;
        text_copy(place->text, sizeof place->text,
                  span_of(words_text(places->texts, feature->name)));
        place->feature = words_text(places->texts, feature->kind);
        place->code = words_text(places->texts, feature->code);
        place->exact = matches[i].score >= SCORE_NAMED;
    }
}

static void street_add(struct candidates *candidates, uint32_t street, uint32_t score)
{
    char text[PLACE_TEXT_BYTES / 2];
    struct place *place = candidate_add(candidates, PLACE_STREET,
                                        street_middle(candidates->places->on_streets, street),
                                        score, street);

    if (!place)
        return;
    snprintf(place->text, sizeof place->text, "%s", street_text(candidates->places, street, text));
    place->town = streets_town(candidates->places->streets, street);
}

static uint32_t streets_search(const struct candidates *candidates, struct span text,
                               enum search_mode mode, struct place_match *ret_matches,
                               uint32_t match_max)
{
    struct place_name name;

    name_read(text, &name);
    return candidates->search(candidates->places->street_names, &name, mode, ret_matches,
                              match_max);
}

static void streets_match(struct candidates *candidates, struct span text)
{
    struct place_match matches[STREETS_TRIED_MAX];
    uint32_t count = streets_search(candidates, text, candidates->mode, matches, STREETS_TRIED_MAX);

    for (uint32_t i = 0; i < count; i++)
        street_add(candidates, matches[i].owner, matches[i].score);
}

/* ---- addresses ---- */

static uint32_t fit_cost(enum house_fit fit)
{
    static const uint32_t costs[] = {
        [HOUSE_FOUND] = 0, [HOUSE_OTHER_SIDE] = OTHER_SIDE_COST, [HOUSE_NEAREST] = NEAREST_COST,
        [HOUSE_NONE] = NO_NUMBERS_COST,
    };
    return costs[fit];
}

static uint32_t less(uint32_t score, uint32_t cost)
{
    return score > cost ? score - cost : 1;
}

static void house_write(struct candidates *candidates, const struct house *house,
                        const struct house_number *asked, enum house_fit fit,
                        const struct place_match *street)
{
    char text[PLACE_TEXT_BYTES / 2], number[16];
    struct place *place = candidate_add(candidates, PLACE_ADDRESS, house->point,
                                        less(street->score, fit_cost(fit)), house->record);

    if (!place)
        return;
    snprintf(number, sizeof number, "%d", house->number);
    snprintf(place->text, sizeof place->text, "%s %s", fit == HOUSE_NEAREST ? number : asked->text,
             street_text(candidates->places, street->owner, text));
    place->town = streets_town(candidates->places->streets, street->owner);
    place->exact = fit == HOUSE_FOUND && street->score >= SCORE_NAMED;
}

static void address_match(struct candidates *candidates, struct span street_typed,
                          const struct house_number *asked)
{
    struct place_match streets[STREETS_TRIED_MAX];
    uint32_t count = streets_search(candidates, street_typed, candidates->mode, streets,
                                    STREETS_TRIED_MAX);

    for (uint32_t i = 0; i < count; i++) {
        struct house houses[8];
        uint32_t house_count;
        enum house_fit fit = street_houses(candidates->places->on_streets, streets[i].owner,
                                           asked->number, houses, 8, &house_count);
        /* Another number of another street is not what was meant. */
        if (fit >= HOUSE_NEAREST && streets[i].score < streets[0].score)
            continue;
        if (fit == HOUSE_NONE)
            street_add(candidates, streets[i].owner, less(streets[i].score, NO_NUMBERS_COST));
        for (uint32_t h = 0; h < house_count; h++)
            house_write(candidates, &houses[h], asked, fit, &streets[i]);
    }
}

/* ---- crossings ---- */

/* The mark or word between two streets, and where it stands; longer ones first. */
static bool crossing_cut(struct span text, struct span *ret_one, struct span *ret_other)
{
    static const char *const between[] = { " and ", " at ", " und ", "/", "&", "@", "\\", "+" };

    for (size_t i = 0; i < ARRAY_COUNT(between); i++) {
        size_t length = strlen(between[i]);
        for (size_t at = 1; at + length <= text.length; at++) {
            if (!text_same_ignoring_case(span_from(text.bytes + at, length), span_of(between[i])))
                continue;
            *ret_one = span_trim(span_from(text.bytes, at));
            *ret_other = span_trim(span_from(text.bytes + at + length, text.length - at - length));
            return ret_one->length > 0;
        }
    }
    return false;
}

static void crossing_add(struct candidates *candidates, const struct place_match *one,
                         const struct place_match *other)
{
    struct crossing crossings[4];
    char left[PLACE_TEXT_BYTES / 2], right[PLACE_TEXT_BYTES / 2];
    uint32_t count = street_crossings(candidates->places->on_streets, one->owner, other->owner,
                                      crossings, ARRAY_COUNT(crossings));

    for (uint32_t i = 0; i < count; i++) {
        struct place *place = candidate_add(candidates, PLACE_CROSSING, crossings[i].point,
                                            (one->score + other->score) / 2, crossings[i].node);
        if (!place)
            return;
        snprintf(place->text, sizeof place->text, "%.94s / %.94s",
                 street_text(candidates->places, one->owner, left),
                 street_text(candidates->places, other->owner, right));
        place->town = streets_town(candidates->places->streets, one->owner);
        place->exact = one->score >= SCORE_NAMED && other->score >= SCORE_NAMED;
    }
}

/* "quay st /": whatever crosses it. */
static void crossings_all(struct candidates *candidates, const struct place_match *one)
{
    uint32_t streets[STREETS_TRIED_MAX];
    uint32_t count = street_crossed(candidates->places->on_streets, one->owner, streets,
                                    STREETS_TRIED_MAX);

    for (uint32_t i = 0; i < count; i++)
        crossing_add(candidates, one, &(struct place_match){ streets[i], SCORE_BEGINS });
}

/* Of three or more streets the first two say where it is. */
static void crossing_match(struct candidates *candidates, struct span text)
{
    struct place_match ones[SIDES_TRIED_MAX], others[2 * STREETS_TRIED_MAX];
    struct span one, other, second, rest;

    if (!crossing_cut(text, &one, &other))
        return;
    if (crossing_cut(other, &second, &rest))
        other = second;
    uint32_t one_count = streets_search(candidates, one, SEARCH_WHOLE, ones, SIDES_TRIED_MAX);
    uint32_t other_count = streets_search(candidates, other, candidates->mode, others,
                                          ARRAY_COUNT(others));
    for (uint32_t i = 0; i < one_count; i++) {
        if (other.length == 0 && candidates->mode == SEARCH_TYPING)
            crossings_all(candidates, &ones[i]);
        for (uint32_t k = 0; k < other_count; k++)
            crossing_add(candidates, &ones[i], &others[k]);
    }
}

/* ---- choosing ---- */

static bool place_before(const struct place *a, const struct place *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    return a->order < b->order;
}

static void candidates_sort(struct candidates *candidates)
{
    for (uint32_t i = 1; i < candidates->count; i++) {
        struct place place = candidates->at[i];
        uint32_t at = i;
        for (; at > 0 && place_before(&place, &candidates->at[at - 1]); at--)
            candidates->at[at] = candidates->at[at - 1];
        candidates->at[at] = place;
    }
}

static bool places_same(const struct place *a, const struct place *b)
{
    return a->kind == b->kind && strcmp(a->text, b->text) == 0
           && geo_distance_m(a->point, b->point) < one_place_m;
}

/* Leaves out what stands there already, so that the list names each place once. */
static void candidates_fold(struct candidates *candidates)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < candidates->count; i++) {
        uint32_t seen = 0;
        while (seen < kept && !places_same(&candidates->at[seen], &candidates->at[i]))
            seen++;
        if (seen == kept)
            candidates->at[kept++] = candidates->at[i];
    }
    candidates->count = kept;
}

/* Only the first may be exact, and only if nothing else is as good: an incident opened at the
 * wrong one of two Mill Streets would look confirmed. */
static void exact_judge(struct candidates *candidates)
{
    struct place *first = &candidates->at[0];
    bool rival = false;

    for (uint32_t i = 1; i < candidates->count; i++) {
        struct place *place = &candidates->at[i];
        rival |= place->exact && place->score == first->score
                 && geo_distance_m(place->point, first->point) > one_place_m;
        place->exact = false;
    }
    if (rival)
        first->exact = false;
}

/* ---- after a comma ---- */

static bool zone_holds(const struct places *places, struct span name, struct geo_point point)
{
    uint32_t layer;
    const char *zone;

    if (!places->zones || !zones_find(places->zones, name, &layer, &zone))
        return false;
    const char *there = zones_at(places->zones, layer, point);
    return there && strcmp(there, zone) == 0;
}

/* Keeps what lies in the town or zone; when nothing does, all of it, as less likely. */
static void area_keep(struct candidates *candidates, struct span area)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < candidates->count; i++) {
        struct place *place = &candidates->at[i];
        if (text_same_ignoring_case(span_of(place->town), area)
            || zone_holds(candidates->places, area, place->point))
            candidates->at[kept++] = *place;
    }
    for (uint32_t i = 0; kept == 0 && i < candidates->count; i++) {
        candidates->at[i].score = less(candidates->at[i].score, OTHER_TOWN_COST);
        candidates->at[i].exact = false;
    }
    candidates->count = kept ? kept : candidates->count;
}

/* ---- the questions ---- */

static void text_match(struct candidates *candidates, struct span text)
{
    struct house_number house;
    struct span street = text;

    features_match(candidates, text);
    if (!candidates->places->streets)
        return;
    uint32_t before = candidates->count;
    crossing_match(candidates, text);
    if (candidates->count > before)
        return;                     /* "Quay & 5" is no house on "Quay &". */
    if (house_number_cut(&street, &house) || house_number_cut_last(&street, &house))
        address_match(candidates, street, &house);
    streets_match(candidates, text);
}

/* Splits "12 Quay St, Harbour". A comma right after the number belongs to the address. */
static struct span area_cut(struct span *text)
{
    for (size_t at = text->length; at-- > 0;) {
        if (text->bytes[at] != ',')
            continue;
        struct span before = span_trim(span_from(text->bytes, at)), rest = before;
        struct span area = span_trim(span_from(text->bytes + at + 1, text->length - at - 1));
        struct house_number house;
        if (area.length == 0 || (house_number_cut(&rest, &house) && rest.length == 0))
            break;
        *text = before;
        return area;
    }
    return span_from("", 0);
}

static uint32_t places_ask(const struct places *places, struct span text, enum search_mode mode,
                           struct place *ret_places, uint32_t place_max)
{
    struct candidates *candidates = base_alloc(1, sizeof *candidates);

    candidates->places = places;
    candidates->mode = mode;
    text = span_trim(text);
    if (!point_match(candidates, text)) {
        struct span area = area_cut(&text);
        candidates->search = place_index_search;
        text_match(candidates, text);
        if (candidates->count == 0) {
            candidates->search = place_index_guess;
            text_match(candidates, text);
        }
        if (area.length)
            area_keep(candidates, area);
    }
    candidates_sort(candidates);
    candidates_fold(candidates);
    if (candidates->count)
        exact_judge(candidates);

    uint32_t count = candidates->count < place_max ? candidates->count : place_max;
    count = count < PLACES_FOUND_MAX ? count : PLACES_FOUND_MAX;
    if (count)
        memcpy(ret_places, candidates->at, count * sizeof *ret_places);
    base_free(candidates);
    return count;
}

uint32_t places_named(const struct places *places, struct span text, struct place *ret_places,
                     uint32_t place_max)
{
    return places_ask(places, text, SEARCH_WHOLE, ret_places, place_max);
}

uint32_t places_suggest(const struct places *places, struct span text, struct place *ret_places,
                        uint32_t place_max)
{
    return places_ask(places, text, SEARCH_TYPING, ret_places, place_max);
}

void places_reverse(const struct places *places, struct geo_point point,
                    struct place_near *ret_near)
{
    char one[PLACE_TEXT_BYTES / 2], other[PLACE_TEXT_BYTES / 2];
    struct house_near near;
    struct crossing crossing;

    *ret_near = (struct place_near){ .distance_m = 0 };
    if (!places->streets)
        return;
    if (house_nearest(places->on_streets, point, &near)) {
        ret_near->distance_m = near.distance_m;
        if (near.number)
            snprintf(ret_near->address, sizeof ret_near->address, "%d %s", near.number,
                     street_text(places, near.street, one));
        else
            snprintf(ret_near->address, sizeof ret_near->address, "%s",
                     street_text(places, near.street, one));
    }
    if (crossing_nearest(places->on_streets, point, &crossing))
        snprintf(ret_near->crossing, sizeof ret_near->crossing, "%.94s / %.94s",
                 street_text(places, crossing.streets[0], one),
                 street_text(places, crossing.streets[1], other));
}
