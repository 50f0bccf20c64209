/* Where two streets come closest to each other, for who asks for a crossing of theirs that is not
 * there. */
#include <math.h>

#include "maps/places_parts.h"

static const double m_per_degree = 111195.08, radians = 0.017453292519943295;

/* Metres east and north of the first point of what is compared. */
struct flat {
    double east_m, north_m;
};

struct gap_search {
    struct geo_point origin;
    double east;                    /* Metres east per degree, over those north. */
    struct street_gap best;
};

static struct flat flat_of(const struct gap_search *search, struct geo_point point)
{
    return (struct flat){ (point.lon_deg - search->origin.lon_deg) * m_per_degree * search->east,
                          (point.lat_deg - search->origin.lat_deg) * m_per_degree };
}

static double cross(struct flat a, struct flat b, struct flat c)
{
    return (b.east_m - a.east_m) * (c.north_m - a.north_m)
           - (b.north_m - a.north_m) * (c.east_m - a.east_m);
}

/* How far along a to b the point closest to `p` lies. */
static double closest_share(struct flat a, struct flat b, struct flat p)
{
    double east_m = b.east_m - a.east_m, north_m = b.north_m - a.north_m;
    double square = east_m * east_m + north_m * north_m;
    double share = square > 0 ? ((p.east_m - a.east_m) * east_m
                                 + (p.north_m - a.north_m) * north_m) / square : 0;

    return share < 0 ? 0 : share > 1 ? 1 : share;
}

static struct geo_point between(struct geo_point a, struct geo_point b, double share)
{
    return (struct geo_point){ a.lat_deg + share * (b.lat_deg - a.lat_deg),
                               a.lon_deg + share * (b.lon_deg - a.lon_deg) };
}

static void gap_take(struct gap_search *search, struct geo_point one, struct geo_point other)
{
    struct flat a = flat_of(search, one), b = flat_of(search, other);
    double apart_m = hypot(a.east_m - b.east_m, a.north_m - b.north_m);

    if (apart_m < search->best.apart_m)
        search->best = (struct street_gap){ .one = one, .other = other, .apart_m = apart_m };
}

/* Two pieces come closest at an end of one of them, unless they cross. */
static void pieces_compare(struct gap_search *search, const struct geo_point one[2],
                           const struct geo_point other[2])
{
    struct flat a = flat_of(search, one[0]), b = flat_of(search, one[1]);
    struct flat c = flat_of(search, other[0]), d = flat_of(search, other[1]);
    double from = cross(c, d, a), to = cross(c, d, b);

    if ((from > 0) != (to > 0) && (cross(a, b, c) > 0) != (cross(a, b, d) > 0)) {
        struct geo_point at = between(one[0], one[1], from / (from - to));
        search->best = (struct street_gap){ .one = at, .other = at, .apart_m = 0 };
        return;
    }
    gap_take(search, one[0], between(other[0], other[1], closest_share(c, d, a)));
    gap_take(search, one[1], between(other[0], other[1], closest_share(c, d, b)));
    gap_take(search, between(one[0], one[1], closest_share(a, b, c)), other[0]);
    gap_take(search, between(one[0], one[1], closest_share(a, b, d)), other[1]);
}

/* How far apart two boxes are at least. */
static double boxes_apart_m(const struct gap_search *search, struct geo_box a, struct geo_box b)
{
    double north_deg = fmax(fmax(a.low.lat_deg - b.high.lat_deg, b.low.lat_deg - a.high.lat_deg),
                            0);
    double east_deg = fmax(fmax(a.low.lon_deg - b.high.lon_deg, b.low.lon_deg - a.high.lon_deg),
                           0);

    return hypot(north_deg, east_deg * search->east) * m_per_degree;
}

static struct geo_box piece_box(const struct geo_point *piece)
{
    return (struct geo_box){ { fmin(piece[0].lat_deg, piece[1].lat_deg),
                               fmin(piece[0].lon_deg, piece[1].lon_deg) },
                             { fmax(piece[0].lat_deg, piece[1].lat_deg),
                               fmax(piece[0].lon_deg, piece[1].lon_deg) } };
}

static void lines_compare(struct gap_search *search, const struct geo_points *one,
                          const struct geo_points *other)
{
    struct geo_box whole = street_line_box(other);

    for (uint32_t i = 0; i + 1 < one->count; i++) {
        struct geo_box box = piece_box(one->at + i);
        if (boxes_apart_m(search, box, whole) >= search->best.apart_m)
            continue;
        for (uint32_t k = 0; k + 1 < other->count && search->best.apart_m > 0; k++)
            if (boxes_apart_m(search, box, piece_box(other->at + k)) < search->best.apart_m)
                pieces_compare(search, one->at + i, other->at + k);
    }
}

bool street_gap_find(const struct streets *streets, const struct place_streets *places,
                     uint32_t one, uint32_t other, double apart_m_max,
                     struct street_gap *ret_gap)
{
    struct gap_search search = { .best = { .apart_m = apart_m_max } };
    uint32_t one_count, other_count;
    const uint32_t *ones = street_lines(places, one, &one_count);
    const uint32_t *others = street_lines(places, other, &other_count);

    if (one == other || one_count == 0 || other_count == 0)
        return false;
    search.origin = streets->lines[ones[0]].points.at[0];
    search.east = fmax(cos(search.origin.lat_deg * radians), 0.01);
    struct geo_box *boxes = base_alloc(other_count, sizeof *boxes);
    for (uint32_t k = 0; k < other_count; k++)
        boxes[k] = street_line_box(&streets->lines[others[k]].points);
    for (uint32_t i = 0; i < one_count; i++) {
        const struct geo_points *line = &streets->lines[ones[i]].points;
        struct geo_box box = street_line_box(line);
        for (uint32_t k = 0; k < other_count && search.best.apart_m > 0; k++)
            if (boxes_apart_m(&search, box, boxes[k]) < search.best.apart_m)
                lines_compare(&search, line, &streets->lines[others[k]].points);
    }
    base_free(boxes);
    *ret_gap = search.best;
    return search.best.apart_m < apart_m_max;
}

double street_away_m(const struct streets *streets, const struct place_streets *places,
                     uint32_t street, struct geo_point point)
{
    struct gap_search search = { .origin = point, .best = { .apart_m = INFINITY },
                                 .east = fmax(cos(point.lat_deg * radians), 0.01) };
    uint32_t count;
    const uint32_t *lines = street_lines(places, street, &count);

    for (uint32_t i = 0; i < count; i++) {
        const struct geo_points *line = &streets->lines[lines[i]].points;
        for (uint32_t k = 1; k < line->count; k++) {
            struct flat a = flat_of(&search, line->at[k - 1]), b = flat_of(&search, line->at[k]);
            double share = closest_share(a, b, (struct flat){ 0, 0 });
            gap_take(&search, point, between(line->at[k - 1], line->at[k], share));
        }
    }
    return search.best.apart_m;
}
