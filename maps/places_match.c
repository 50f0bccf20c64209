/* places_match.c - every place that a text may mean, each with how good it is and what differs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/coordinates.h"
#include "app/base/text.h"
#include "maps/places_inside.h"

/* What a house number that is not quite there costs. */
enum { OTHER_SIDE_COST = 20, NEAREST_COST = 25, NO_NUMBERS_COST = 35 };
/* Places of one house number on one street. */
enum { HOUSES_MAX = 8 };

/* ---- candidates ---- */

bool ask_is_near(const struct place_ask *ask)
{
    return geo_plausible(ask->near);
}

uint32_t score_less(uint32_t score, uint32_t cost)
{
    return score > cost ? score - cost : 1;
}

void place_note_add(struct place *place, const char *note)
{
    size_t used = strlen(place->note);

    if (strstr(place->note, note) || used + strlen(note) + 3 > sizeof place->note)
        return;
    snprintf(place->note + used, sizeof place->note - used, "%s%s", used ? "; " : "", note);
}

static const struct {
    enum place_differs differs;
    const char *note;
} differences[] = {
    { DIFFERS_SPELLING, "spelled otherwise" },
    { DIFFERS_TYPE, "other street type" },
    { DIFFERS_DIRECTION, "other direction" },
    { DIFFERS_SHORTENED, "a word shortened" },
    { DIFFERS_WORDS, "the name has more words" },
    { DIFFERS_LAST_WORD, "without the last word" },
};

void differs_note(struct place *place, uint32_t differs)
{
    for (size_t i = 0; i < ARRAY_COUNT(differences); i++)
        if (differs & differences[i].differs)
            place_note_add(place, differences[i].note);
}

struct place *candidate_add(struct candidates *candidates, enum place_kind kind,
                            struct geo_point point, uint32_t score, uint32_t order)
{
    if (candidates->count == CANDIDATES_MAX || !geo_plausible(point))
        return NULL;
    struct place *place = &candidates->at[candidates->count++];
    *place = (struct place){ .kind = kind, .point = geo_rounded(point), .score = score,
                             .order = order, .feature = "", .code = "", .town = "",
                             .near_m = NAN };
    return place;
}

/* ---- names ---- */

/* Metres from the middle of what is asked about. */
static uint32_t feature_tie(const void *context, uint32_t owner)
{
    const struct candidates *candidates = context;

    return (uint32_t)fmin(geo_distance_m(candidates->ask->near,
                                         candidates->places->features[owner].point), 4e9);
}

/* To the closest corner of where the street runs; 0 inside. */
static uint32_t street_tie(const void *context, uint32_t owner)
{
    const struct candidates *candidates = context;
    const struct geo_box *box = &candidates->places->boxes[owner];
    struct geo_point near = candidates->ask->near;
    struct geo_point corner = { fmax(box->low.lat_deg, fmin(near.lat_deg, box->high.lat_deg)),
                                fmax(box->low.lon_deg, fmin(near.lon_deg, box->high.lon_deg)) };

    return (uint32_t)fmin(geo_distance_m(near, corner), 4e9);
}

static uint32_t names_search(const struct candidates *candidates, const struct place_index *index,
                             struct span text, enum place_asking asking, place_tie_fn *tie,
                             struct place_match *ret_matches, uint32_t match_max)
{
    struct place_name name;
    struct place_search search = {
        .index = index, .query = &name,
        .mode = asking == PLACE_ASK_TYPING ? SEARCH_TYPING : SEARCH_WHOLE,
        .tie = ask_is_near(candidates->ask) ? tie : NULL, .tie_context = candidates,
    };

    name_read(text, &name);
    uint32_t count = candidates->search(&search, ret_matches, match_max);
    if (count == 0 && name_read_umlauts(text, &name))
        count = candidates->search(&search, ret_matches, match_max);
    return count;
}

void features_of(struct candidates *candidates, const struct place_index *index,
                 struct span text)
{
    const struct places *places = candidates->places;
    struct place_match matches[STREETS_TRIED_MAX];
    uint32_t count = names_search(candidates, index, text, candidates->ask->asking, feature_tie,
                                  matches, STREETS_TRIED_MAX);

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
        place->radius_m = (double)feature->radius_m;
        place->exact = matches[i].score >= SCORE_NAMED;
        differs_note(place, matches[i].differs);
    }
}

void aliases_of(struct candidates *candidates, struct span text)
{
    for (uint32_t i = 0; i < candidates->places->alias_run_count; i++)
        features_of(candidates, candidates->places->aliases[i].names, text);
}

void street_add(struct candidates *candidates, const struct place_match *match,
                uint32_t cost, const char *note)
{
    const struct places *places = candidates->places;
    struct street_part parts[STREET_PARTS_MAX];
    char text[PLACE_TEXT_BYTES / 2];
    uint32_t count = street_parts(places->streets, places->on_streets, match->owner, parts,
                                  STREET_PARTS_MAX);

    for (uint32_t i = 0; i < count; i++) {
        struct place *place = candidate_add(candidates, PLACE_STREET, parts[i].middle,
                                            score_less(match->score, cost), match->owner);
        if (!place)
            return;
        snprintf(place->text, sizeof place->text, "%s", street_text(places, match->owner, text));
        place->town = streets_town(places->streets, match->owner);
        differs_note(place, match->differs);
        if (note[0])
            place_note_add(place, note);
    }
}

uint32_t streets_search(const struct candidates *candidates, struct span text,
                        enum place_asking asking, struct place_match *ret_matches,
                        uint32_t match_max)
{
    return names_search(candidates, candidates->places->street_names, text, asking, street_tie,
                        ret_matches, match_max);
}

static void streets_match(struct candidates *candidates, struct span text)
{
    struct place_match matches[STREETS_TRIED_MAX];
    uint32_t max = candidates->wanted < STREETS_TRIED_MAX ? candidates->wanted : STREETS_TRIED_MAX;
    uint32_t count = streets_search(candidates, text, candidates->ask->asking, matches, max);

    for (uint32_t i = 0; i < count; i++)
        street_add(candidates, &matches[i], 0, "");
}

/* ---- addresses ---- */

static const struct {
    uint32_t cost;
    const char *note;
} fits[] = {
    [HOUSE_FOUND] = { 0, "" },
    [HOUSE_OTHER_SIDE] = { OTHER_SIDE_COST, "no such number on that side" },
    [HOUSE_NEAREST] = { NEAREST_COST, "number not in range" },
    [HOUSE_NONE] = { NO_NUMBERS_COST, "no house numbers there" },
};

static void house_write(struct candidates *candidates, const struct house *house,
                        const struct house_number *asked, enum house_fit fit,
                        const struct place_match *street)
{
    char text[PLACE_TEXT_BYTES / 2], number[HOUSE_TEXT_BYTES];
    struct place *place = candidate_add(candidates, PLACE_ADDRESS, house->point,
                                        score_less(street->score, fits[fit].cost), house->record);

    if (!place)
        return;
    house_text(house->number, house->hyphenated, number);
    bool as_asked = fit != HOUSE_NEAREST && !house->hyphenated;
    snprintf(place->text, sizeof place->text, "%s %s", as_asked ? asked->text : number,
             street_text(candidates->places, street->owner, text));
    place->town = streets_town(candidates->places->streets, street->owner);
    place->exact = fit == HOUSE_FOUND && street->score >= SCORE_NAMED;
    differs_note(place, street->differs);
    if (fit != HOUSE_FOUND)
        place_note_add(place, fits[fit].note);
}

static void address_match(struct candidates *candidates, struct span street_typed,
                          const struct house_number *asked)
{
    struct place_match streets[STREETS_TRIED_MAX];
    uint32_t count = streets_search(candidates, street_typed, candidates->ask->asking, streets,
                                    STREETS_TRIED_MAX);

    for (uint32_t i = 0; i < count; i++) {
        struct house houses[HOUSES_MAX];
        uint32_t house_count;
        enum house_fit fit = street_houses(candidates->places->on_streets, streets[i].owner,
                                           asked, houses, HOUSES_MAX, &house_count);
        /* Another number of another street is not what was meant. */
        if (fit >= HOUSE_NEAREST && streets[i].score < streets[0].score)
            continue;
        if (fit == HOUSE_NONE)
            street_add(candidates, &streets[i], fits[fit].cost, fits[fit].note);
        for (uint32_t h = 0; h < house_count; h++)
            house_write(candidates, &houses[h], asked, fit, &streets[i]);
    }
}

static void block_write(struct candidates *candidates, const struct street_part *part,
                        int32_t block, const struct place_match *street)
{
    char text[PLACE_TEXT_BYTES / 2];
    struct place *place = candidate_add(candidates, PLACE_ADDRESS, part->middle, street->score,
                                        street->owner);

    if (!place)
        return;
    snprintf(place->text, sizeof place->text, "%d block of %s", block,
             street_text(candidates->places, street->owner, text));
    place->radius_m = ceil(part->radius_m);
    place->town = streets_town(candidates->places->streets, street->owner);
    place->exact = street->score >= SCORE_NAMED;
    differs_note(place, street->differs);
}

/* Where no street of that name has the block, the streets. */
static void block_match(struct candidates *candidates, struct span street_typed, int32_t block)
{
    const struct places *places = candidates->places;
    struct place_match streets[STREETS_TRIED_MAX];
    uint32_t count = streets_search(candidates, street_typed, candidates->ask->asking, streets,
                                    STREETS_TRIED_MAX), before = candidates->count;
    struct street_part part;

    for (uint32_t i = 0; i < count; i++)
        if (street_block(places->streets, places->on_streets, streets[i].owner, block, &part))
            block_write(candidates, &part, block, &streets[i]);
    for (uint32_t i = 0; i < count && candidates->count == before; i++)
        if (streets[i].score == streets[0].score)
            street_add(candidates, &streets[i], NO_NUMBERS_COST, "no such block there");
}

/* ---- one reading of the text ---- */

void candidates_match(struct candidates *candidates, struct span text)
{
    struct house_number house;
    struct span street = text;
    int32_t block;

    aliases_of(candidates, text);
    features_of(candidates, candidates->places->feature_names, text);
    if (!candidates->places->streets)
        return;
    uint32_t before = candidates->count;
    if (block_cut(&street, &block)) {
        block_match(candidates, street, block);
        if (candidates->count > before)
            return;
        street = text;
    }
    if (crossing_match(candidates, text))
        return;                     /* "Quay & 5" is no house on "Quay &". */
    if (house_number_cut(&street, &house) || house_number_cut_last(&street, &house))
        address_match(candidates, street, &house);
    streets_match(candidates, text);
}
