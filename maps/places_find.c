/* places_find.c - reads what was typed, gathers what it may mean, and chooses. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/coordinates.h"
#include "app/base/text.h"
#include "maps/places_inside.h"

enum { OTHER_TOWN_COST = 30 };

/* ---- coordinates ---- */

static bool point_match(struct candidates *candidates, struct span text)
{
    struct coordinates read;

    if (coordinates_read(text, &read) != COORDINATES_READ)
        return false;
    struct place *place = &candidates->at[candidates->count++];
    *place = (struct place){ .kind = PLACE_POINT, .point = read.point, .radius_m = read.radius_m,
                             .exact = true, .score = SCORE_WHOLE, .feature = "", .code = "",
                             .town = "", .near_m = NAN };
    snprintf(place->text, sizeof place->text, "%.5f,%.5f", read.point.lat_deg,
             read.point.lon_deg);
    return true;
}

/* ---- choosing ---- */

static int place_compare(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->near_m < b->near_m || b->near_m < a->near_m)     /* Never for NaN. */
        return a->near_m < b->near_m ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return strcmp(a->text, b->text);
}

static bool places_same(const struct place *a, const struct place *b)
{
    return a->kind == b->kind && strcmp(a->text, b->text) == 0
           && geo_distance_m(a->point, b->point) < ONE_PLACE_M;
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
        if (place->exact && first->exact && place->score == first->score
            && geo_distance_m(place->point, first->point) > ONE_PLACE_M) {
            rival = true;
            place_note_add(place, "the same name elsewhere");
        }
        place->exact = false;
    }
    if (rival) {
        first->exact = false;
        place_note_add(first, "the same name elsewhere");
    }
}

/* A phone's circle and a place's own: they agree where they touch. */
static void near_measure(struct candidates *candidates)
{
    const struct place_ask *ask = candidates->ask;

    for (uint32_t i = 0; i < candidates->count && ask_is_near(ask); i++) {
        struct place *place = &candidates->at[i];
        place->near_m = geo_distance_m(place->point, ask->near);
        place->agrees = place->near_m <= ask->radius_m + place->radius_m;
    }
}

/* ---- telling apart ---- */

/* Zones of the layer that differ for every two of the places: then they tell them apart. */
static bool zones_differ(const struct zones *zones, uint32_t layer, struct place *const *group,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *zone = zones_at(zones, layer, group[i]->point);
        for (uint32_t k = 0; k < i && zone; k++) {
            const char *other = zones_at(zones, layer, group[k]->point);
            if (other && strcmp(zone, other) == 0)
                return false;
        }
        if (!zone)
            return false;
    }
    return true;
}

static void text_append(struct place *place, const char *before, const char *what,
                        const char *after)
{
    size_t used = strlen(place->text);

    if (used + strlen(before) + strlen(what) + strlen(after) < sizeof place->text)
        snprintf(place->text + used, sizeof place->text - used, "%s%s%s", before, what, after);
}

/* By where they lie from their common middle; two in one direction also by a number. */
static void compass_append(struct place *const *group, uint32_t count)
{
    static const char *const winds[] = { "north", "north-east", "east", "south-east", "south",
                                         "south-west", "west", "north-west" };
    struct geo_point middle = { 0, 0 };
    uint32_t used[ARRAY_COUNT(winds)] = { 0 };

    for (uint32_t i = 0; i < count; i++) {
        middle.lat_deg += group[i]->point.lat_deg / count;
        middle.lon_deg += group[i]->point.lon_deg / count;
    }
    for (uint32_t i = 0; i < count; i++) {
        double bearing_deg = geo_bearing_deg(middle, group[i]->point);
        size_t wind = (size_t)((bearing_deg + 22.5) / 45) % ARRAY_COUNT(winds);
        char name[24];
        if (used[wind]++)
            snprintf(name, sizeof name, "%s %u", winds[wind], used[wind]);
        else
            snprintf(name, sizeof name, "%s", winds[wind]);
        text_append(group[i], " (", name, ")");
    }
}

static void group_tell_apart(const struct zones *zones, struct place *const *group, uint32_t count)
{
    for (uint32_t layer = 0; zones && layer < zones_layer_count(zones); layer++) {
        if (!zones_differ(zones, layer, group, count))
            continue;
        for (uint32_t i = 0; i < count; i++)
            text_append(group[i], ", ", zones_at(zones, layer, group[i]->point), "");
        return;
    }
    compass_append(group, count);
}

/* Places of one kind and text that will be shown together. */
static void candidates_tell_apart(struct candidates *candidates, uint32_t shown)
{
    struct place *group[PLACES_FOUND_MAX];
    char text[PLACE_TEXT_BYTES];

    for (uint32_t i = 0; i < shown; i++) {
        uint32_t count = 0;
        text_copy(text, sizeof text, span_of(candidates->at[i].text));
        for (uint32_t k = i; k < shown; k++)
            if (candidates->at[k].kind == candidates->at[i].kind
                && strcmp(candidates->at[k].text, text) == 0)
                group[count++] = &candidates->at[k];
        if (count > 1)
            group_tell_apart(candidates->places->zones, group, count);
    }
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

static bool all_digits(struct span word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.bytes[i] < '0' || word.bytes[i] > '9')
            return false;
    return true;
}

/* Post codes and a state's two letters around a town: "69115 HEIDELBERG", "CAMBRIDGE MA 02139". */
static struct span town_of(const struct place_name *area)
{
    uint32_t first = 0, end = area->count;

    while (end > 0 && all_digits(name_word(area, end - 1)))
        end--;
    bool state = end > 0 && name_word(area, end - 1).length == 2;
    if (state && (end > 1 || end < area->count))
        end--;
    while (first < end && all_digits(name_word(area, first)))
        first++;
    if (first == end)
        return span_from(area->text, 0);
    const char *start = area->text + area->starts[first];
    return span_from(start, (size_t)(area->text + area->starts[end - 1] + area->lengths[end - 1]
                                     - start));
}

/* One town or zone that was typed. */
struct area {
    struct span typed;
    struct place_name name;
    struct span town;               /* Into name; nothing for a mere post code or state. */
};

static bool area_holds(const struct places *places, const struct area *area,
                       const struct place *place)
{
    struct place_name town;

    name_read(span_of(place->town), &town);
    struct span name = span_of(area->name.text);
    if (town.count > 0 && (span_is(name, town.text)
                           || (area->town.length && span_is(area->town, town.text))))
        return true;
    return zone_holds(places, area->typed, place->point);
}

/* Is there any town of that name, so that a place elsewhere is not what was meant? */
static bool area_judges(const struct candidates *candidates, const struct area *area)
{
    for (uint32_t i = 0; i < candidates->count; i++)
        if (area_holds(candidates->places, area, &candidates->at[i]))
            return true;
    return area->town.length > 0;
}

/* Keeps what lies in the town or zone; when nothing does, all of it, as less likely. */
static void area_keep(struct candidates *candidates, struct span typed)
{
    struct area area = { .typed = typed };
    char note[PLACE_NOTE_BYTES], cut[PLACE_CUT_BYTES];
    uint32_t kept = 0;

    name_read(typed, &area.name);
    area.town = town_of(&area.name);
    if (!area_judges(candidates, &area))
        return;
    for (uint32_t i = 0; i < candidates->count; i++)
        if (area_holds(candidates->places, &area, &candidates->at[i]))
            candidates->at[kept++] = candidates->at[i];
    text_copy(cut, sizeof cut, span_of(area.name.text));
    snprintf(note, sizeof note, "not in %s", cut);
    for (uint32_t i = 0; kept == 0 && i < candidates->count; i++) {
        struct place *place = &candidates->at[i];
        place->score = score_less(place->score, OTHER_TOWN_COST);
        place->exact = false;
        place_note_add(place, note);
    }
    candidates->count = kept ? kept : candidates->count;
}

/* ---- the question ---- */

static void text_match(struct candidates *candidates, struct span text)
{
    candidates->search = place_index_search;
    candidates_match(candidates, text);
    if (candidates->count > 0)
        return;
    candidates->search = place_index_guess;
    candidates_match(candidates, text);
}

/* "12 Quay St (rear)": unless something is called that with its note, the note is set aside. */
static void noted_match(struct candidates *candidates, struct place_typed *typed)
{
    candidates->search = place_index_search;
    candidates_match(candidates, typed->name);
    if (candidates->count == 0) {
        place_typed_note_cut(typed);
        text_match(candidates, typed->name);
    }
}

static void typed_match(struct candidates *candidates, struct span text)
{
    struct place_typed typed;

    place_typed_read(text, &typed);
    noted_match(candidates, &typed);
    for (uint32_t i = 0; i < typed.area_count; i++)
        area_keep(candidates, typed.areas[i]);
    for (uint32_t i = 0; i < candidates->count; i++)
        text_copy(candidates->at[i].unit, sizeof candidates->at[i].unit, span_of(typed.unit));
}

uint32_t places_ask(const struct places *places, const struct place_ask *ask,
                     struct place *ret_places, uint32_t place_max)
{
    struct candidates *candidates = base_alloc(1, sizeof *candidates);
    struct span text = span_trim(ask->text);
    uint32_t max = place_max < PLACES_FOUND_MAX ? place_max : PLACES_FOUND_MAX;

    candidates->places = places;
    candidates->ask = ask;
    candidates->wanted = max > 8 ? max : 8;
    if (!point_match(candidates, text))
        typed_match(candidates, text);
    near_measure(candidates);
    if (candidates->count > 1)
        qsort(candidates->at, candidates->count, sizeof *candidates->at, place_compare);
    candidates_fold(candidates);
    if (candidates->count)
        exact_judge(candidates);

    uint32_t count = candidates->count < max ? candidates->count : max;
    candidates_tell_apart(candidates, candidates->count < PLACES_FOUND_MAX ? candidates->count
                                                                           : PLACES_FOUND_MAX);
    if (count)
        memcpy(ret_places, candidates->at, count * sizeof *ret_places);
    base_free(candidates);
    return count;
}
