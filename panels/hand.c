#include "panels/hand.h"

#include <math.h>
#include <stdio.h>

#include "app/base/base.h"

void hand_init(struct hand *hand)
{
    *hand = (struct hand){ 0 };
    hand->cursor.at = hand->reach.from = geo_unknown();
    marks_init(&hand->marks);
}

void hand_points_clear(struct geo_points *points)
{
    base_free(points->at);
    *points = (struct geo_points){ 0 };
}

void hand_measure_drop(struct hand *hand)
{
    hand_points_clear(&hand->measure.route);
    hand->measure = (struct hand_measure){ 0 };
}

void hand_reach_drop(struct hand *hand)
{
    hand_points_clear(&hand->reach.rings);
    hand->reach = (struct hand_reach){ .from = geo_unknown() };
}

void hand_clear(struct hand *hand)
{
    hand_measure_drop(hand);
    hand_reach_drop(hand);
    base_free(hand->search.kept_line);
    hand->search.kept_line = NULL;
}

const char *hand_compass_word(double bearing_deg)
{
    static const char *const words[] = { "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
                                         "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW" };
    int32_t at = (int32_t)lround(bearing_deg / 22.5) % (int32_t)ARRAY_COUNT(words);

    return words[at < 0 ? at + (int32_t)ARRAY_COUNT(words) : at];
}

void hand_distance_words(struct geo_point from, struct geo_point to, char *text,
                         size_t text_bytes)
{
    double distance_m = geo_distance_m(from, to), bearing_deg = geo_bearing_deg(from, to);
    long degrees = lround(bearing_deg) % 360;

    if (distance_m < 0.5)
        snprintf(text, text_bytes, "the same place");
    else if (distance_m >= 9999.5)
        snprintf(text, text_bytes, "%.1f km %s (%ld deg)", distance_m / 1000,
                 hand_compass_word(bearing_deg), degrees);
    else if (distance_m >= 999.5)
        snprintf(text, text_bytes, "%ld,%03ld m %s (%ld deg)", lround(distance_m) / 1000,
                 lround(distance_m) % 1000, hand_compass_word(bearing_deg), degrees);
    else
        snprintf(text, text_bytes, "%ld m %s (%ld deg)", lround(distance_m),
                 hand_compass_word(bearing_deg), degrees);
}
