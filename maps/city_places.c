/* city_places.c - what stands at an address: stations, hospitals, and the places people name. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/city_model.h"

enum { ASIDE_M = 16 };          /* A house's middle from the middle of its street. */

struct placing {
    const struct city_plan *plan;
    const struct city_network *network;
    const struct city_graph *graph;
    struct city_places *places;
};

/* ---- a spot beside a segment ----------------------------------------------------------------- */

static struct city_spot beside(const struct city_graph *graph, const struct city_segment *segment,
                               double part, double side)
{
    const struct city_spot *at = &graph->points[segment->first];
    double left_m = part * (double)segment->length_m;

    for (uint32_t i = 0; i + 1 < segment->count; i++) {
        double piece = fmax(city_apart_m(at[i], at[i + 1]), 0.01);
        if (left_m > piece && i + 2 < segment->count) {
            left_m -= piece;
            continue;
        }
        struct city_spot spot = city_between(at[i], at[i + 1], fmin(1.0, left_m / piece));
        spot.x_m -= side * ASIDE_M * (at[i + 1].y_m - at[i].y_m) / piece;
        spot.y_m += side * ASIDE_M * (at[i + 1].x_m - at[i].x_m) / piece;
        return spot;
    }
    return at[0];
}

/* Puts the place at a house number of its segment. */
static void housed(const struct placing *placing, const struct city_segment *segment,
                   uint32_t house, struct city_place *place)
{
    bool odd = house % 2 == 1;
    uint32_t from = odd ? segment->left_from : segment->right_from;
    uint32_t to = odd ? segment->left_to : segment->right_to;
    double part = ((double)(house - from) + 1.0) / ((double)(to - from) + 2.0);
    place->spot = beside(placing->graph, segment, part, odd ? 1.0 : -1.0);
    snprintf(place->address, sizeof(place->address), "%u %s", house,
             placing->network->streets[segment->street].name);
}

static bool is_home(const struct placing *placing, const struct city_segment *segment,
                    enum city_class class_most)
{
    const struct city_street *street = &placing->network->streets[segment->street];
    return segment->left_from > 0 && street->class <= class_most && street->class != CITY_MOTORWAY;
}

static bool is_taken(const struct city_places *places, const struct city_place *place)
{
    for (uint32_t i = 0; i < places->station_count; i++) {
        if (strcmp(places->stations[i].address, place->address) == 0)
            return true;
    }
    return false;
}

/* Near `wanted`, on a street of at least that class, on the side that is land. */
static bool placed_near(const struct placing *placing, struct city_spot wanted,
                        enum city_class class_most, struct city_place *place)
{
    const struct city_graph *graph = placing->graph;
    const struct city_segment *best = NULL;
    double least = 1e18;

    for (uint32_t i = 0; i < graph->segment_count; i++) {
        const struct city_segment *segment = &graph->segments[i];
        struct city_spot spot = graph->nodes[segment->from];
        double x = spot.x_m - wanted.x_m, y = spot.y_m - wanted.y_m;
        if (x * x + y * y >= least || !is_home(placing, segment, class_most))
            continue;
        least = x * x + y * y;
        best = segment;
    }
    if (best == NULL)
        return false;
    uint32_t house = best->left_from + (best->left_to - best->left_from) / 4 * 2;
    housed(placing, best, house, place);
    if (city_water_m(placing->plan, place->spot) < 5.0 || is_taken(placing->places, place))
        housed(placing, best, house + 1, place);
    return true;
}

static bool placed_at(const struct placing *placing, const char *street, uint32_t house,
                      struct city_place *place)
{
    for (uint32_t i = 0; i < placing->graph->segment_count; i++) {
        const struct city_segment *segment = &placing->graph->segments[i];
        bool odd = house % 2 == 1;
        uint32_t from = odd ? segment->left_from : segment->right_from;
        uint32_t to = odd ? segment->left_to : segment->right_to;
        if (from == 0 || house < from || house > to
            || strcmp(placing->network->streets[segment->street].name, street) != 0)
            continue;
        housed(placing, segment, house, place);
        return true;
    }
    return false;
}

/* ---- which places ---------------------------------------------------------------------------- */

static void station_add(struct city_places *places, const struct city_place *place)
{
    places->stations = base_grow(places->stations, &places->station_capacity,
                                 places->station_count + 1, sizeof(*places->stations));
    places->stations[places->station_count++] = *place;
}

static void hospital_add(struct city_places *places, const struct city_place *place)
{
    places->hospitals = base_grow(places->hospitals, &places->hospital_capacity,
                                  places->hospital_count + 1, sizeof(*places->hospitals));
    places->hospitals[places->hospital_count++] = *place;
}

static void landmark_add(struct city_places *places, const struct city_place *place)
{
    places->landmarks = base_grow(places->landmarks, &places->landmark_capacity,
                                  places->landmark_count + 1, sizeof(*places->landmarks));
    places->landmarks[places->landmark_count++] = *place;
}

static void name_given(struct city_place *place, const char *zone, const char *what)
{
    snprintf(place->name, sizeof(place->name), "%.24s %s", zone, what);
    /* Zones are written in capitals; a station's name is not. */
    for (uint32_t i = 1; zone[i] != '\0' && i < 24; i++) {
        if (zone[i - 1] != ' ' && zone[i] >= 'A' && zone[i] <= 'Z')
            place->name[i] = (char)(zone[i] + 'a' - 'A');
    }
}

/* One fire station in the first zone of each fire district; police and ambulances the same way. */
static void stations_placed(struct placing *placing, const struct city_zones *zones)
{
    uint32_t ambulances = 0;
    for (uint32_t i = 0; i < zones->count; i++) {
        const struct city_zone *zone = &zones->zones[i];
        bool fire_known = false, police_known = false;
        for (uint32_t k = 0; k < i; k++) {
            fire_known |= zones->zones[k].fire_district == zone->fire_district;
            police_known |= zones->zones[k].police_district == zone->police_district;
        }
        if (zone->water || zone->ring_count == 0)
            continue;
        struct city_place place = { .kind = "fire" };
        double s = placing->plan->scale;
        struct city_spot aside = { zone->seed.x_m - 180.0 * s, zone->seed.y_m + 120.0 * s };
        struct city_spot other = { zone->seed.x_m + 260.0 * s, zone->seed.y_m - 210.0 * s };
        if (!fire_known && placed_near(placing, zone->seed, CITY_COLLECTOR, &place)) {
            snprintf(place.code, sizeof(place.code), "St%u", zone->fire_district);
            name_given(&place, zone->name, "Fire Station");
            station_add(placing->places, &place);
        }
        place.kind = "police";
        if (!police_known && placed_near(placing, aside, CITY_COLLECTOR, &place)) {
            snprintf(place.code, sizeof(place.code), "Pol%u", zone->police_district);
            name_given(&place, zone->name, "Police Station");
            station_add(placing->places, &place);
        }
        place.kind = "ambulance";
        if (i % 3 == 1 && placed_near(placing, other, CITY_COLLECTOR, &place)) {
            snprintf(place.code, sizeof(place.code), "Amb%u", ++ambulances);
            name_given(&place, zone->name, "Ambulance Post");
            station_add(placing->places, &place);
        }
    }
}

static const struct {
    const char *code, *name;
    double x_m, y_m;
} city_hospitals[] = {
    { .code = "STBRAE", .name = "St Brae Hospital", .x_m = -640, .y_m = -330 },
    { .code = "NGATE", .name = "Northgate Infirmary", .x_m = -2050, .y_m = 1850 },
    { .code = "SALTM", .name = "Saltmarsh Cottage Hospital", .x_m = -1450, .y_m = -2600 },
};

static void hospitals_placed(struct placing *placing)
{
    const struct city_plan *plan = placing->plan;
    for (uint32_t i = 0; i < ARRAY_COUNT(city_hospitals); i++) {
        struct city_place place = { .kind = "hospital" };
        struct city_spot wanted = { city_hospitals[i].x_m * plan->scale,
                                    city_hospitals[i].y_m * plan->scale };
        text_copy(place.code, sizeof(place.code), span_of(city_hospitals[i].code));
        text_copy(place.name, sizeof(place.name), span_of(city_hospitals[i].name));
        if (placed_near(placing, wanted, CITY_COLLECTOR, &place))
            hospital_add(placing->places, &place);
    }
    for (uint32_t i = 1; i < plan->town_count; i++) {
        struct city_place place = { .kind = "hospital" };
        struct city_spot wanted = { plan->towns[i].centre.x_m + 250.0,
                                    plan->towns[i].centre.y_m + 150.0 };
        if (plan->towns[i].radius_m < 2000.0 || i % 3 != 0
            || !placed_near(placing, wanted, CITY_COLLECTOR, &place))
            continue;
        snprintf(place.code, sizeof(place.code), "HOSP%u", i);
        snprintf(place.name, sizeof(place.name), "%.24s Hospital", plan->towns[i].name);
        hospital_add(placing->places, &place);
    }
}

/* By address where the stories need it; else near a spot in a city of full size. */
static const struct {
    const char *name, *kind, *street;
    uint32_t house;
    double x_m, y_m;
} city_landmarks[] = {
    { .name = "Harbour Warehouse", .kind = "warehouse", .street = "Quay St", .house = 12 },
    { .name = "Maren Cold Store (ammonia)", .kind = "industry", .street = "Quay St", .house = 8 },
    { .name = "Custom House", .kind = "office", .street = "Quay St", .house = 31 },
    { .name = "Fish Market", .kind = "market", .street = "Quay St", .house = 44 },
    { .name = "Chandlers Hall", .kind = "hall", .street = "Chandlers Row", .house = 9 },
    { .name = "Tannery Flats", .kind = "housing", .street = "Tannery Ln", .house = 7 },
    { .name = "Lantern Theatre", .kind = "theatre", .street = "Lantern Ave", .house = 80 },
    { .name = "Mill Road Garage", .kind = "garage", .street = "Mill Rd", .house = 12 },
    { .name = "Ferry Terminal", .kind = "ferry", .street = "Ferry Pier", .house = 1 },
    { .name = "Maren Glassworks", .kind = "industry", .x_m = -420, .y_m = 1650 },
    { .name = "Town Hall", .kind = "hall", .x_m = -170, .y_m = 20 },
    { .name = "Port Maren Station", .kind = "rail", .x_m = 180, .y_m = -720 },
    { .name = "Northgate School", .kind = "school", .x_m = -1500, .y_m = 1250 },
    { .name = "Saltmarsh School", .kind = "school", .x_m = -1750, .y_m = -2500 },
    { .name = "Ains Weir Waterworks", .kind = "waterworks", .x_m = -3000, .y_m = -700 },
    { .name = "Tide Mill Brewery", .kind = "industry", .x_m = -620, .y_m = -760 },
    { .name = "Strand Baths", .kind = "baths", .x_m = 720, .y_m = 1500 },
    { .name = "Maren College", .kind = "school", .x_m = -900, .y_m = 1300 },
    { .name = "Westgate Depot", .kind = "depot", .x_m = -3500, .y_m = 250 },
    { .name = "Southdown Oil Depot", .kind = "industry", .x_m = 150, .y_m = -2750 },
};

static void landmarks_placed(struct placing *placing)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(city_landmarks); i++) {
        struct city_place place = { .kind = city_landmarks[i].kind };
        struct city_spot wanted = { city_landmarks[i].x_m * placing->plan->scale,
                                    city_landmarks[i].y_m * placing->plan->scale };
        text_copy(place.name, sizeof(place.name), span_of(city_landmarks[i].name));
        bool found = city_landmarks[i].street != NULL
            ? placed_at(placing, city_landmarks[i].street, city_landmarks[i].house, &place)
            : placed_near(placing, wanted, CITY_SERVICE, &place);
        if (found)
            landmark_add(placing->places, &place);
    }
}

struct city_places *city_places_new(const struct city_plan *plan,
                                    const struct city_network *network,
                                    const struct city_graph *graph, const struct city_zones *zones)
{
    struct city_places *places = base_alloc(1, sizeof(*places));
    struct placing placing = { .plan = plan, .network = network, .graph = graph, .places = places };

    stations_placed(&placing, zones);
    hospitals_placed(&placing);
    landmarks_placed(&placing);
    return places;
}

void city_places_free(struct city_places *places)
{
    base_free(places->stations);
    base_free(places->hospitals);
    base_free(places->landmarks);
    base_free(places);
}
