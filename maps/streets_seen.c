#include "maps/streets_seen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

static const uint32_t no_piece = UINT32_MAX;

void streets_clear(struct streets *streets)
{
    base_free(streets->at);
    base_free(streets->pieces);
    *streets = (struct streets){ 0 };
}

/* ---- Pieces -------------------------------------------------------------------------------- */

/* Length of the diagonal of its box, cut to the view. Compared by hand: fmax() and hypot() care
 * for numbers that are none, and this runs for every street in view. */
static float visible_dots(const struct plane *plane, const struct plane_box *box)
{
    double scale = plane->dots_per_unit, x = plane->origin_x + plane_turn_x(plane, box);
    double left = x + box->low.x * scale, right = x + box->high.x * scale;
    double top = plane->origin_y - box->high.y * scale;
    double bottom = plane->origin_y - box->low.y * scale;

    left = left > 0 ? left : 0;
    top = top > 0 ? top : 0;
    right = right < plane->width ? right : plane->width;
    bottom = bottom < plane->height ? bottom : plane->height;
    double width = right > left ? right - left : 0, height = bottom > top ? bottom - top : 0;
    return (float)sqrt(width * width + height * height);
}

static void pieces_gather(struct streets *streets, const struct layer *layer,
                          const struct layer_class *class, const struct plane *plane)
{
    struct layer_walk walk = { .layer = layer, .plane = plane, .next = class->feature_first,
                               .end = class->feature_end };
    enum plane_overlap overlap;
    uint32_t feature;

    while (layer_walk_next(&walk, &feature, &overlap)) {
        if (!layer->names[feature])
            continue;
        streets->pieces = base_grow(streets->pieces, &streets->piece_capacity,
                                    streets->piece_count + 1, sizeof *streets->pieces);
        streets->pieces[streets->piece_count++] =
            (struct street_piece){ .feature = feature, .before = no_piece,
                                   .length_dots = visible_dots(plane, &layer->boxes[feature]) };
    }
}

/* ---- Streets ------------------------------------------------------------------------------- */

/* Which street bears a name, found by hashing its offset: 1 more than its place, 0 for none. At
 * least half of the slots stay free. */
struct slots {
    uint32_t *at;
    uint32_t bits;
};

static struct slots slots_for(uint32_t count)
{
    struct slots slots = { .bits = 4 };

    while (((uint64_t)1 << slots.bits) < (uint64_t)count * 2)
        slots.bits++;
    slots.at = base_alloc((size_t)1 << slots.bits, sizeof *slots.at);
    return slots;
}

static struct street_seen *street_of(struct streets *streets, const struct slots *slots,
                                     uint32_t name)
{
    uint32_t mask = (uint32_t)(((uint64_t)1 << slots->bits) - 1);
    uint32_t slot = (name * 2654435769u) >> (32 - slots->bits);         /* Knuth, 6.4. */

    while (slots->at[slot] && streets->at[slots->at[slot] - 1].name != name)
        slot = (slot + 1) & mask;
    if (slots->at[slot])
        return &streets->at[slots->at[slot] - 1];
    streets->at = base_grow(streets->at, &streets->capacity, streets->count + 1,
                            sizeof *streets->at);
    streets->at[streets->count] = (struct street_seen){ .name = name, .piece = no_piece };
    slots->at[slot] = ++streets->count;
    return &streets->at[streets->count - 1];
}

static void pieces_join(struct streets *streets, const struct layer *layer)
{
    struct slots slots = slots_for(streets->piece_count);

    for (uint32_t i = 0; i < streets->piece_count; i++) {
        struct street_piece *piece = &streets->pieces[i];
        struct street_seen *street = street_of(streets, &slots, layer->names[piece->feature]);
        piece->before = street->piece;
        street->piece = i;
        street->length_dots += piece->length_dots;
    }
    base_free(slots.at);
}

static void short_drop(struct streets *streets, const struct layer *layer)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < streets->count; i++) {
        struct street_seen street = streets->at[i];
        if (street.length_dots < DOTS_PER_COLUMN)       /* Most of a county: not even a letter. */
            continue;
        uint32_t columns = text_columns(span_of(layer->name_text + street.name));
        if (street.length_dots >= (float)(columns * DOTS_PER_COLUMN))
            streets->at[kept++] = street;
    }
    streets->count = kept;
}

static int compare_streets(const void *left, const void *right)
{
    const struct street_seen *a = left, *b = right;

    if (a->length_dots != b->length_dots)
        return a->length_dots > b->length_dots ? -1 : 1;
    return (a->name > b->name) - (a->name < b->name);
}

void streets_gather(struct streets *ret_streets, const struct layer *layer,
                    const struct layer_class *class, const struct plane *plane)
{
    struct streets streets = { 0 };

    pieces_gather(&streets, layer, class, plane);
    pieces_join(&streets, layer);
    short_drop(&streets, layer);
    if (streets.count)
        qsort(streets.at, streets.count, sizeof *streets.at, compare_streets);
    *ret_streets = streets;
}

/* ---- The longest pieces of one ------------------------------------------------------------- */

static bool comes_before(const struct street_piece *left, const struct street_piece *right)
{
    if (left->length_dots != right->length_dots)
        return left->length_dots > right->length_dots;
    return left->feature < right->feature;
}

uint32_t streets_longest(const struct streets *streets, uint32_t street,
                         uint32_t ret_features[STREET_PIECES_MAX])
{
    const struct street_piece *best[STREET_PIECES_MAX + 1], *piece;
    uint32_t count = 0, at;

    assert(street < streets->count);
    for (uint32_t i = streets->at[street].piece; i != no_piece; i = piece->before) {
        piece = &streets->pieces[i];
        for (at = count; at > 0 && comes_before(piece, best[at - 1]); at--)
            best[at] = best[at - 1];
        best[at] = piece;
        count = count < STREET_PIECES_MAX ? count + 1 : count;
    }
    for (uint32_t i = 0; i < count; i++)
        ret_features[i] = best[i]->feature;
    return count;
}
