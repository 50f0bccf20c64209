/* Crossings that somebody typed: where two streets meet; or, of two that do not, where they come
 * closest, and of a street and a place beside it, the place. */
#include <math.h>
#include <stdio.h>

#include "app/base/text.h"
#include "maps/places_inside.h"

enum { SIDES_TRIED_MAX = 12, CROSSINGS_MAX = 8 };
/* Two streets that do not meet, though the nearest they come is a place: less for every so many
 * metres between them; one of them alone; a place and a street beside it. */
enum { GAP_COST = 15, GAP_M_PER_COST = 150, ALONE_COST = 40, BESIDE_COST = 8, GAPS_TRIED_MAX = 3 };
/* A name less like what was typed than that is another. */
enum { GUESS_SCORE_MIN = 70 };
static const double gap_m_max = 2000.0, beside_m_max = 3000.0;

/* ---- where they meet ---- */

static void crossing_add(struct candidates *candidates, const struct place_match *one,
                         const struct place_match *other)
{
    struct crossing crossings[CROSSINGS_MAX];
    char left[PLACE_TEXT_BYTES / 2], right[PLACE_TEXT_BYTES / 2];
    uint32_t count = street_crossings(candidates->places->on_streets, one->owner, other->owner,
                                      crossings, ARRAY_COUNT(crossings));

    for (uint32_t i = 0; i < count; i++) {
        struct place *place = candidate_add(candidates, PLACE_CROSSING, crossings[i].point,
                                            (one->score + other->score) / 2, crossings[i].node);
        if (!place)
            return;
        snprintf(place->text, sizeof place->text, "%s / %s",
                 street_text(candidates->places, one->owner, left),
                 street_text(candidates->places, other->owner, right));
        place->town = streets_town(candidates->places->streets, one->owner);
        /* Directions may be left out: two streets that meet once are one crossing. */
        place->exact = one->score >= SCORE_UNDIRECTED && other->score >= SCORE_UNDIRECTED;
        if (!place->exact) {
            differs_note(place, one->differs);
            differs_note(place, other->differs);
        }
    }
}

/* "quay st /": whatever crosses it. */
static void crossings_all(struct candidates *candidates, const struct place_match *one)
{
    uint32_t streets[STREETS_TRIED_MAX];
    uint32_t count = street_crossed(candidates->places->on_streets, one->owner, streets,
                                    STREETS_TRIED_MAX);

    for (uint32_t i = 0; i < count; i++)
        crossing_add(candidates, one,
                     &(struct place_match){ .owner = streets[i], .score = SCORE_BEGINS });
}

/* Of three or more streets the first two say where it is. */
static bool crossing_sides(struct span text, struct span *ret_one, struct span *ret_other)
{
    struct span second, rest;

    if (!crossing_cut(text, ret_one, ret_other))
        return false;
    if (crossing_cut(*ret_other, &second, &rest))
        *ret_other = second;
    return true;
}

void crossing_match(struct candidates *candidates, struct span text)
{
    struct place_match ones[SIDES_TRIED_MAX], others[2 * STREETS_TRIED_MAX];
    enum place_asking asking = candidates->ask->asking;
    struct span one, other;

    if (!crossing_sides(text, &one, &other))
        return;
    uint32_t one_count = streets_search(candidates, one, PLACE_ASK_WHOLE, ones, SIDES_TRIED_MAX);
    uint32_t other_count = streets_search(candidates, other, asking, others, ARRAY_COUNT(others));
    for (uint32_t i = 0; i < one_count; i++) {
        if (other.length == 0 && asking == PLACE_ASK_TYPING)
            crossings_all(candidates, &ones[i]);
        for (uint32_t k = 0; k < other_count; k++)
            crossing_add(candidates, &ones[i], &others[k]);
    }
}

/* ---- crossings that are none ----
 *
 * Who names two streets knows a place, though they do not meet, or one of them is called otherwise.
 * What is offered says what is wrong with it and is never exact. */

static void gap_write(struct candidates *candidates, const struct place_match *one,
                      const struct place_match *other, const struct street_gap *gap)
{
    char left[PLACE_TEXT_BYTES / 2], right[PLACE_TEXT_BYTES / 2], note[PLACE_NOTE_BYTES];
    struct geo_point middle = { (gap->one.lat_deg + gap->other.lat_deg) / 2,
                                (gap->one.lon_deg + gap->other.lon_deg) / 2 };
    uint32_t cost = GAP_COST + (uint32_t)gap->apart_m / GAP_M_PER_COST;
    struct place *place = candidate_add(candidates, PLACE_CROSSING, middle,
                                        score_less((one->score + other->score) / 2, cost),
                                        one->owner);

    if (!place)
        return;
    snprintf(place->text, sizeof place->text, "%s %s %s",
             street_text(candidates->places, one->owner, left),
             gap->apart_m < ONE_PLACE_M ? "/" : "near",
             street_text(candidates->places, other->owner, right));
    place->town = streets_town(candidates->places->streets, one->owner);
    place->radius_m = ceil(gap->apart_m / 2);
    snprintf(note, sizeof note, "they do not meet: %.0f m apart", gap->apart_m);
    place_note_add(place, gap->apart_m < 1 ? "one passes over the other" : note);
    differs_note(place, one->differs);
    differs_note(place, other->differs);
}

/* Each side is a list of streets, best first. */
static void gaps_add(struct candidates *candidates, const struct place_match *ones,
                     uint32_t one_count, const struct place_match *others, uint32_t other_count)
{
    const struct places *places = candidates->places;
    struct street_gap gap;

    for (uint32_t i = 0; i < one_count && i < GAPS_TRIED_MAX; i++)
        for (uint32_t k = 0; k < other_count && k < GAPS_TRIED_MAX; k++)
            if (street_gap_find(places->streets, places->on_streets, ones[i].owner,
                                others[k].owner, gap_m_max, &gap))
                gap_write(candidates, &ones[i], &others[k], &gap);
}

/* One side alone: the streets that are called that. */
static void side_offer(struct candidates *candidates, const struct place_match *streets,
                       uint32_t count, struct span other, bool other_found)
{
    char note[PLACE_NOTE_BYTES], cut[PLACE_CUT_BYTES];
    struct place_name name;

    name_read(other, &name);
    text_copy(cut, sizeof cut, span_of(name.text));
    snprintf(note, sizeof note, other_found ? "it does not meet %s" : "there is no street %s", cut);
    for (uint32_t i = 0; i < count; i++)
        street_add(candidates, &streets[i], ALONE_COST, note);
}

/* The best few streets of that name. */
static uint32_t side_search(const struct candidates *candidates, struct span side,
                            enum place_asking asking, struct place_match *ret_matches)
{
    uint32_t count = streets_search(candidates, side, asking, ret_matches, GAPS_TRIED_MAX);
    uint32_t kept = 0;

    while (kept < count && ret_matches[kept].score >= GUESS_SCORE_MIN)
        kept++;
    return kept;
}

static void crossing_guess(struct candidates *candidates, struct span one, struct span other)
{
    struct place_match ones[GAPS_TRIED_MAX], others[GAPS_TRIED_MAX];
    uint32_t before = candidates->count;
    uint32_t one_count = side_search(candidates, one, PLACE_ASK_WHOLE, ones);
    uint32_t other_count = side_search(candidates, other, candidates->ask->asking, others);

    gaps_add(candidates, ones, one_count, others, other_count);
    if (candidates->count > before)
        return;
    side_offer(candidates, ones, one_count, other, other_count > 0);
    side_offer(candidates, others, other_count, one, one_count > 0);
}

/* ---- a street and a place beside it ---- */

/* Keeps of the places from `first` on those beside the street, with how far that is. */
static void beside_keep(struct candidates *candidates, uint32_t first, uint32_t street)
{
    char text[PLACE_TEXT_BYTES / 2], note[PLACE_NOTE_BYTES], cut[PLACE_CUT_BYTES];
    uint32_t kept = first;

    text_copy(cut, sizeof cut, span_of(street_text(candidates->places, street, text)));

    for (uint32_t i = first; i < candidates->count; i++) {
        struct place place = candidates->at[i];
        double away_m = street_away_m(candidates->places->streets, candidates->places->on_streets,
                                      street, place.point);
        if (away_m > beside_m_max || place.score < GUESS_SCORE_MIN)
            continue;
        snprintf(note, sizeof note, "%.0f m from %s", away_m, cut);
        place.score = score_less(place.score, BESIDE_COST + (uint32_t)away_m / GAP_M_PER_COST);
        place.exact = false;
        place_note_add(&place, note);
        candidates->at[kept++] = place;
    }
    candidates->count = kept;
}

static void beside_match(struct candidates *candidates, struct span feature, struct span street)
{
    struct place_match streets[GAPS_TRIED_MAX];
    uint32_t count = side_search(candidates, street, PLACE_ASK_WHOLE, streets);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t first = candidates->count;
        features_of(candidates, candidates->places->feature_names, feature);
        aliases_of(candidates, feature);
        beside_keep(candidates, first, streets[i].owner);
    }
}

bool crossing_none_match(struct candidates *candidates, struct span text)
{
    uint32_t before = candidates->count;
    struct span one, other;

    if (!crossing_sides(text, &one, &other) || other.length == 0)
        return false;
    beside_match(candidates, one, other);
    beside_match(candidates, other, one);
    if (candidates->search == place_index_guess)
        crossing_guess(candidates, one, other);
    return candidates->count > before;
}
