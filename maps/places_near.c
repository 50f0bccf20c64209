/* places_near.c - a point or a circle as what people call it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/places_inside.h"

/* A house stands within so much of its street; farther out one is on the water or in a field, and
 * at some distance the street says nothing any more. */
static const double beside_m_max = 60.0, address_m_max = 250.0, relative_m_max = 20000.0;
static const double feature_m_max = 100.0;
/* Streets of a circle that are looked at. */
enum { TOUCHED_MAX = 64 };

static void house_write(const struct places *places, const struct house_near *near,
                        char text[PLACE_TEXT_BYTES])
{
    char street[PLACE_TEXT_BYTES / 2], number[HOUSE_TEXT_BYTES];

    street_text(places, near->street, street);
    if (near->number)
        snprintf(text, PLACE_TEXT_BYTES, "%s %s",
                 house_text(near->number, near->hyphenated, number), street);
    else
        snprintf(text, PLACE_TEXT_BYTES, "%s", street);
}

/* "240 m SE of 12 Quay St", "1.2 km SE of Quay St". */
static void relative_write(const char *address, struct place_near *near)
{
    static const char *const winds[] = { "N", "NE", "E", "SE", "S", "SW", "W", "NW" };
    size_t wind = (size_t)((near->bearing_deg + 22.5) / 45) % ARRAY_COUNT(winds);

    if (near->distance_m < 999.5)
        snprintf(near->relative, sizeof near->relative, "%.0f m %s of %.160s", near->distance_m,
                 winds[wind], address);
    else
        snprintf(near->relative, sizeof near->relative, "%.1f km %s of %.160s",
                 near->distance_m / 1000, winds[wind], address);
}

static void address_find(const struct places *places, struct geo_point point,
                         struct place_near *ret_near)
{
    char address[PLACE_TEXT_BYTES];
    struct house_near near;

    if (!house_nearest(places->on_streets, point, relative_m_max, &near))
        return;
    ret_near->distance_m = near.distance_m;
    ret_near->bearing_deg = geo_bearing_deg(near.on_street, point);
    house_write(places, &near, address);
    if (near.distance_m <= address_m_max)
        text_copy(ret_near->address, sizeof ret_near->address, span_of(address));
    if (near.distance_m > beside_m_max)
        relative_write(address, ret_near);
}

static void crossing_find(const struct places *places, struct geo_point point,
                          struct place_near *ret_near)
{
    char one[PLACE_TEXT_BYTES / 2], other[PLACE_TEXT_BYTES / 2];
    struct crossing crossing;

    if (!crossing_nearest(places->on_streets, point, &crossing))
        return;
    ret_near->crossing_m = geo_distance_m(point, crossing.point);
    snprintf(ret_near->crossing, sizeof ret_near->crossing, "%s / %s",
             street_text(places, crossing.streets[0], one),
             street_text(places, crossing.streets[1], other));
}

/* Features are a few thousand points, and nobody asks this faster than a screen is drawn. Of two at
 * one point the first is told: a layer's own name rather than an alias for it. */
static void feature_find(const struct places *places, struct geo_point point, double within_m,
                         struct place_near *ret_near)
{
    double lat_deg = within_m / 111000, best_m = within_m;

    for (uint32_t i = 0; i < places->feature_count; i++) {
        const struct feature *feature = &places->features[i];
        if (fabs(feature->point.lat_deg - point.lat_deg) > lat_deg)
            continue;
        double away_m = geo_distance_m(point, feature->point);
        if (away_m >= best_m)
            continue;
        best_m = ret_near->feature_m = away_m;
        text_copy(ret_near->feature, sizeof ret_near->feature,
                  span_of(words_text(places->texts, feature->name)));
    }
}

/* ---- circles ---- */

struct touched {
    uint32_t street;
    double distance_m;
    int32_t low, high;              /* Numbers of its lines there; 0 for none. */
    bool hyphenated;
};

struct circle {
    const struct places *places;
    struct touched at[TOUCHED_MAX];
    uint32_t count, more;
};

static struct touched *touched_of(struct circle *circle, uint32_t street)
{
    for (uint32_t i = 0; i < circle->count; i++)
        if (circle->at[i].street == street)
            return &circle->at[i];
    if (circle->count == TOUCHED_MAX) {
        circle->more++;
        return NULL;
    }
    circle->at[circle->count] = (struct touched){ .street = street, .distance_m = INFINITY };
    return &circle->at[circle->count++];
}

static void range_touch(struct touched *touched, struct address_range range)
{
    if (!address_range_given(range))
        return;
    int32_t low = range.from < range.to ? range.from : range.to;
    int32_t high = range.from < range.to ? range.to : range.from;
    touched->low = touched->low == 0 || low < touched->low ? low : touched->low;
    touched->high = high > touched->high ? high : touched->high;
}

static void line_touch(void *context, uint32_t line_number, double distance_m)
{
    struct circle *circle = context;
    const struct street_line *line = &circle->places->streets->lines[line_number];
    struct touched *touched = touched_of(circle, line->street);

    if (!touched)
        return;
    touched->distance_m = fmin(touched->distance_m, distance_m);
    touched->hyphenated |= line->hyphenated;
    range_touch(touched, line->left);
    range_touch(touched, line->right);
}

static int touched_compare(const void *left, const void *right)
{
    const struct touched *a = left, *b = right;

    if (a->distance_m != b->distance_m)
        return a->distance_m < b->distance_m ? -1 : 1;
    return a->street < b->street ? -1 : a->street > b->street;
}

static void touched_write(const struct places *places, const struct touched *touched,
                          char text[PLACE_TEXT_BYTES])
{
    char street[PLACE_TEXT_BYTES / 2], low[HOUSE_TEXT_BYTES], high[HOUSE_TEXT_BYTES];

    street_text(places, touched->street, street);
    if (touched->low == 0)
        snprintf(text, PLACE_TEXT_BYTES, "%s", street);
    else
        snprintf(text, PLACE_TEXT_BYTES, "%s to %s %s",
                 house_text(touched->low, touched->hyphenated, low),
                 house_text(touched->high, touched->hyphenated, high), street);
}

static void circle_find(const struct places *places, struct geo_point point, double radius_m,
                        struct place_near *ret_near)
{
    struct circle *circle = base_alloc(1, sizeof *circle);

    circle->places = places;
    lines_within(places->on_streets, point, radius_m, line_touch, circle);
    qsort(circle->at, circle->count, sizeof *circle->at, touched_compare);
    for (uint32_t i = 0; i < circle->count && i < PLACE_STREETS_MAX; i++)
        touched_write(places, &circle->at[i], ret_near->streets[ret_near->street_count++]);
    ret_near->streets_more = circle->count - ret_near->street_count + circle->more;
    base_free(circle);
}

void places_reverse(const struct places *places, struct geo_point point, double radius_m,
                    struct place_near *ret_near)
{
    *ret_near = (struct place_near){ .distance_m = 0 };
    if (!geo_known(point))
        return;
    feature_find(places, point, fmax(feature_m_max, radius_m), ret_near);
    if (!places->streets)
        return;
    address_find(places, point, ret_near);
    crossing_find(places, point, ret_near);
    if (radius_m > 0)
        circle_find(places, point, radius_m, ret_near);
}
