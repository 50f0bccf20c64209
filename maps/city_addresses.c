/* city_addresses.c - house numbers.
 *
 * Numbers rise along a street from its first segment to its last and never start again, odd on the
 * left and even on the right. Each segment has as many houses a side as fit its length, at least
 * one, so no number stands twice on a street. Nobody lives on a motorway or on a bridge. */
#include <math.h>

#include "maps/city_model.h"

/* Metres of street to a house; wider in the suburbs, widest between the towns. */
static double frontage_m(const struct city_plan *plan, const struct city_street *street,
                         struct city_spot spot)
{
    double out = city_out(&plan->towns[street->town], spot);
    if (out > 1.15)
        return 60.0;
    return out < 0.15 ? 8.0 : out < 0.5 ? 9.5 : 13.0;
}

void city_number_houses(const struct city_network *network, struct city_graph *graph)
{
    uint32_t houses = 0;        /* A side, on this street so far. */

    for (uint32_t i = 0; i < graph->segment_count; i++) {
        struct city_segment *segment = &graph->segments[i];
        const struct city_street *street = &network->streets[segment->street];
        if (i == 0 || graph->segments[i - 1].street != segment->street)
            houses = 0;
        if (segment->bridge || street->class == CITY_MOTORWAY)
            continue;
        double front = frontage_m(network->plan, street, graph->nodes[segment->from]);
        uint32_t here = (uint32_t)fmax(1.0, floor((double)segment->length_m / front));
        segment->left_from = 2 * houses + 1;
        segment->left_to = 2 * (houses + here) - 1;
        segment->right_from = 2 * houses + 2;
        segment->right_to = 2 * (houses + here);
        houses += here;
    }
}
