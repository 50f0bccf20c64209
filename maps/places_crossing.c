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
static const double gap_m_max = 2000.0, gap_m_close = 150.0, beside_m_max = 3000.0;

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

static void meetings_match(struct candidates *candidates, struct span one, struct span other)
{
    struct place_match ones[SIDES_TRIED_MAX], others[2 * STREETS_TRIED_MAX];
    enum place_asking asking = candidates->ask->asking;
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

/* The streets that one side may be, best first. */
struct side {
    struct span text;
    struct place_match streets[GAPS_TRIED_MAX];
    uint32_t count;
    uint32_t named;                 /* So many of them are called just that. */
};

static struct side side_search(const struct candidates *candidates, struct span text,
                               enum place_asking asking)
{
    struct side side = { .text = text };
    uint32_t count = streets_search(candidates, text, asking, side.streets, GAPS_TRIED_MAX);

    while (side.count < count && side.streets[side.count].score >= GUESS_SCORE_MIN)
        side.named += side.streets[side.count++].score >= SCORE_NAMED;
    return side;
}

static bool they_meet(const struct places *places, uint32_t one, uint32_t other)
{
    struct crossing crossing;

    return street_crossings(places->on_streets, one, other, &crossing, 1) > 0;
}

/* Of the first `one_count` and `other_count` streets of the sides. */
static void gaps_add(struct candidates *candidates, const struct side *one, uint32_t one_count,
                     const struct side *other, uint32_t other_count, double apart_m_max)
{
    const struct places *places = candidates->places;
    struct street_gap gap;

    for (uint32_t i = 0; i < one_count; i++) {
        for (uint32_t k = 0; k < other_count; k++) {
            uint32_t left = one->streets[i].owner, right = other->streets[k].owner;
            if (!they_meet(places, left, right)
                && street_gap_find(places->streets, places->on_streets, left, right, apart_m_max,
                                   &gap))
                gap_write(candidates, &one->streets[i], &other->streets[k], &gap);
        }
    }
}

/* One side alone: the streets that are called that. */
static void side_offer(struct candidates *candidates, const struct side *side,
                       const struct side *other)
{
    char note[PLACE_NOTE_BYTES], cut[PLACE_CUT_BYTES];
    struct place_name name;

    name_read(other->text, &name);
    text_copy(cut, sizeof cut, span_of(name.text));
    snprintf(note, sizeof note, other->count ? "it does not meet %s" : "there is no street %s",
             cut);
    for (uint32_t i = 0; i < side->count; i++)
        street_add(candidates, &side->streets[i], ALONE_COST, note);
}

/* ---- a street and a place beside it ---- */

/* Keeps of the places from `first` on those beside the street, with how far that is. */
static void beside_keep(struct candidates *candidates, uint32_t first, uint32_t street,
                        uint32_t score_min)
{
    char text[PLACE_TEXT_BYTES / 2], note[PLACE_NOTE_BYTES], cut[PLACE_CUT_BYTES];
    uint32_t kept = first;

    text_copy(cut, sizeof cut, span_of(street_text(candidates->places, street, text)));
    for (uint32_t i = first; i < candidates->count; i++) {
        struct place place = candidates->at[i];
        double away_m = street_away_m(candidates->places->streets, candidates->places->on_streets,
                                      street, place.point);
        if (away_m > beside_m_max || place.score < score_min)
            continue;
        snprintf(note, sizeof note, "%.0f m from %s", away_m, cut);
        place.score = score_less(place.score, BESIDE_COST + (uint32_t)away_m / GAP_M_PER_COST);
        place.exact = false;
        place_note_add(&place, note);
        candidates->at[kept++] = place;
    }
    candidates->count = kept;
}

/* What is also a street must be the place's whole name. */
static void beside_match(struct candidates *candidates, const struct side *feature,
                         const struct side *street)
{
    uint32_t score_min = feature->count ? SCORE_NAMED : GUESS_SCORE_MIN;

    for (uint32_t i = 0; i < street->count; i++) {
        uint32_t first = candidates->count;
        features_of(candidates, candidates->places->feature_names, feature->text);
        aliases_of(candidates, feature->text);
        beside_keep(candidates, first, street->streets[i].owner, score_min);
    }
}

/* ---- one text ---- */

static bool any_exact(const struct candidates *candidates, uint32_t first)
{
    for (uint32_t i = first; i < candidates->count; i++)
        if (candidates->at[i].exact)
            return true;
    return false;
}

/* Streets called just that which come close are meant though they do not meet; those that do meet
 * but are called otherwise may be. What is far apart comes after a look for such. */
static void none_match(struct candidates *candidates, struct span one_text,
                       struct span other_text, bool met)
{
    struct side one = side_search(candidates, one_text, PLACE_ASK_WHOLE);
    struct side other = side_search(candidates, other_text, candidates->ask->asking);
    bool guess = candidates->search == place_index_guess;
    uint32_t before = candidates->count;

    if (met) {
        gaps_add(candidates, &one, one.named, &other, other.named, gap_m_max);
        return;
    }
    beside_match(candidates, &one, &other);
    beside_match(candidates, &other, &one);
    if (guess)
        gaps_add(candidates, &one, one.count, &other, other.count, gap_m_max);
    else
        gaps_add(candidates, &one, one.named, &other, other.named, gap_m_close);
    if (!guess || candidates->count > before)
        return;
    side_offer(candidates, &one, &other);
    side_offer(candidates, &other, &one);
}

bool crossing_match(struct candidates *candidates, struct span text)
{
    uint32_t before = candidates->count;
    struct span one, other;

    if (!crossing_sides(text, &one, &other))
        return false;
    meetings_match(candidates, one, other);
    if (other.length > 0 && !any_exact(candidates, before))
        none_match(candidates, one, other, candidates->count > before);
    return candidates->count > before;
}
