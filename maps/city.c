/* city.c - the sample city from its options to its files. */
#include "maps/city.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "maps/city_model.h"

static void city_clear(struct city *city)
{
    city_graph_free(city->graph);
    city_network_free(city->network);
    city_plan_free(city->plan);
}

static void city_built(struct city *city, uint64_t seed, uint32_t segments, double stretch)
{
    city->plan = city_plan_new(seed, segments, stretch);
    city->network = city_network_new(city->plan);
    city_lay(city->network);
    city_parks_lay(city->plan, city->network);
    struct city_field *field = city_field_new(city->network);
    city_grow(city->network, field);
    city_field_free(field);
    city->graph = city_graph_new(city->network);
}

static void city_furnished(struct city *city)
{
    struct city_graph *graph = city->graph;

    city_name_streets(city->network, graph);
    city_number_houses(city->network, graph);
    city->zones = city_zones_new(city->plan);
    for (uint32_t i = 0; i < graph->segment_count; i++) {
        struct city_segment *segment = &graph->segments[i];
        const struct city_spot *piece = &graph->points[segment->first + (segment->count - 2) / 2];
        struct city_spot middle = city_between(piece[0], piece[1], 0.5);
        segment->zone = (uint16_t)city_zone_at(city->plan, city->zones, middle);
    }
    city->places = city_places_new(city->plan, city->network, graph, city->zones);
}

enum status city_make(const struct city_options *options, char *why, size_t why_bytes)
{
    enum { ATTEMPTS = 6 };
    uint32_t segments = options->segments == 0 ? CITY_SEGMENTS : options->segments;
    struct city city = { .plan = NULL };
    double stretch = 1.0;

    if (segments < CITY_SEGMENTS_MIN || segments > CITY_SEGMENTS_MAX) {
        snprintf(why, why_bytes, "%u street segments: a city is made of %d to %d.", segments,
                 CITY_SEGMENTS_MIN, CITY_SEGMENTS_MAX);
        return STATUS_REFUSED;
    }
    if (mkdir(options->folder, 0777) != 0 && errno != EEXIST) {
        snprintf(why, why_bytes, "%s: %s.", options->folder, strerror(errno));
        return STATUS_IO;
    }
    /* How many segments a town will have shows only when it stands; then it is made larger or
     * smaller, and built again from the same seed. */
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        city_built(&city, options->seed, segments, stretch);
        double ratio = (double)city.graph->segment_count / segments;
        if ((ratio > 0.95 && ratio < 1.05) || attempt + 1 == ATTEMPTS)
            break;
        stretch /= sqrt(fmin(fmax(ratio, 0.3), 3.0));
        city_clear(&city);
    }
    city_furnished(&city);
    enum status status = city_write(&city, options->folder, why, why_bytes);
    city_places_free(city.places);
    city_zones_free(city.zones);
    city_clear(&city);
    return status;
}
