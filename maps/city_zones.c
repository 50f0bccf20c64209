/* city_zones.c - the zones: who answers where. The land is shared out to the nearest of the zones
 * on the same side of the river, so they meet without gap or overlap; the sea is one zone more. */
#include <math.h>
#include <ctype.h>

#include "app/base/text.h"
#include "maps/city_model.h"

/* Middles in metres in a city of full size. Fire districts are named after their station. */
static const struct {
    const char *name;
    double x_m, y_m;
    bool south;
    uint32_t fire, police;
} city_zone_rows[] = {
    { .name = "HARBOUR",       .x_m = 780, .y_m = 200, .fire = 6, .police = 1 },
    { .name = "GLASSWORKS",    .x_m = -40, .y_m = 900, .fire = 3, .police = 1 },
    { .name = "OLD MARKET",    .x_m = -350, .y_m = -250, .fire = 2, .police = 1 },
    { .name = "NORTHGATE",     .x_m = -1700, .y_m = 1500, .fire = 4, .police = 2 },
    { .name = "MILLFIELDS",    .x_m = -2300, .y_m = -100, .fire = 7, .police = 2 },
    { .name = "STRAND",        .x_m = 700, .y_m = 2900, .fire = 8, .police = 2 },
    { .name = "HIGH LANTERN",  .x_m = -1200, .y_m = 3900, .fire = 8, .police = 2 },
    { .name = "KINGSMOOR",     .x_m = -4500, .y_m = 1500, .fire = 9, .police = 2 },
    { .name = "FERRY QUARTER", .x_m = 300, .y_m = -1900, .south = true, .fire = 1, .police = 3 },
    { .name = "SALTMARSH",     .x_m = -1900, .y_m = -2200, .south = true, .fire = 5, .police = 3 },
    { .name = "WEIRSIDE",      .x_m = -4200, .y_m = -1900, .south = true, .fire = 5, .police = 3 },
    { .name = "SOUTHDOWN",     .x_m = -300, .y_m = -4200, .south = true, .fire = 10, .police = 3 },
};

enum { ZONES_MAX = 400 };

static bool is_south(const struct city_plan *plan, struct city_spot spot)
{
    return spot.y_m < city_river_y_m(plan, spot.x_m);
}

/* ---- the land on each side of the river ------------------------------------------------------ */

/* Where river and coast meet; the shore has a point there. */
static struct city_spot mouth_of(const struct city_plan *plan)
{
    double y = CITY_RIVER_Y_M * plan->scale;
    for (int i = 0; i < 20; i++)
        y = city_river_y_m(plan, city_coast_x_m(plan, y));
    return (struct city_spot){ city_coast_x_m(plan, y), y };
}

static void shore_copied(const struct city_path *shore, struct city_spot mouth, bool south,
                         struct city_path *land)
{
    for (uint32_t i = 0; i < shore->count; i++) {
        if ((shore->at[i].y_m < mouth.y_m) == south)
            city_path_add(land, shore->at[i]);
    }
}

/* A closed line without its last point. */
static void land_outline(const struct city_plan *plan, bool south, struct city_path *land)
{
    struct city_path shore = { .count = 0 };
    struct city_spot mouth = mouth_of(plan);

    city_shore(plan, &shore);
    double last_y = shore.at[shore.count - 1].y_m;
    if (south) {
        city_path_add(land, (struct city_spot){ plan->low.x_m, shore.at[0].y_m });
        shore_copied(&shore, mouth, south, land);
    } else {
        for (uint32_t i = 0; i < plan->river_count; i++) {
            double x = plan->low.x_m + (double)i * CITY_STEP_M;
            if (x < mouth.x_m)
                city_path_add(land, (struct city_spot){ x, plan->river_y_m[i] });
        }
    }
    city_path_add(land, mouth);
    if (south) {
        for (uint32_t i = plan->river_count; i-- > 0;) {
            double x = plan->low.x_m + (double)i * CITY_STEP_M;
            if (x < mouth.x_m)
                city_path_add(land, (struct city_spot){ x, plan->river_y_m[i] });
        }
    } else {
        shore_copied(&shore, mouth, south, land);
        city_path_add(land, (struct city_spot){ plan->low.x_m, last_y });
    }
    city_path_clear(&shore);
}

/* Sutherland and Hodgman: what is nearer to `mine` than to `other`. */
static void clipped(const struct city_path *from, struct city_spot mine, struct city_spot other,
                    struct city_path *to)
{
    double nx = other.x_m - mine.x_m, ny = other.y_m - mine.y_m;
    double limit = nx * (mine.x_m + other.x_m) / 2.0 + ny * (mine.y_m + other.y_m) / 2.0;

    for (uint32_t i = 0; i < from->count; i++) {
        struct city_spot a = from->at[i], b = from->at[(i + 1) % from->count];
        double out_a = nx * a.x_m + ny * a.y_m - limit, out_b = nx * b.x_m + ny * b.y_m - limit;
        if (out_a <= 0.0)
            city_path_add(to, a);
        if ((out_a <= 0.0) != (out_b <= 0.0))
            city_path_add(to, city_between(a, b, out_a / (out_a - out_b)));
    }
}

/* A line that is straight in metres is not straight in degrees, so long ones get points on the way;
 * else two zones would not agree where their border runs. */
static void ring_closed(const struct city_path *from, struct city_path *to)
{
    for (uint32_t i = 0; i < from->count; i++) {
        struct city_spot a = from->at[i], b = from->at[(i + 1) % from->count];
        uint32_t steps = (uint32_t)(city_apart_m(a, b) / 80.0) + 1;
        for (uint32_t step = 0; step < steps; step++)
            city_path_add(to, city_between(a, b, (double)step / steps));
    }
    if (to->count > 0)
        city_path_add(to, to->at[0]);
}

static void zone_cut_out(const struct city_zones *zones, uint32_t number,
                         const struct city_path *land)
{
    struct city_zone *zone = &zones->zones[number];
    struct city_path whole = { .count = 0 };

    for (uint32_t i = 0; i < land->count; i++)
        city_path_add(&whole, land->at[i]);
    for (uint32_t i = 0; i < zones->count; i++) {
        if (i == number || zones->zones[i].water || zones->zones[i].south != zone->south)
            continue;
        struct city_path part = { .count = 0 };
        clipped(&whole, zone->seed, zones->zones[i].seed, &part);
        city_path_clear(&whole);
        whole = part;
    }
    zone->rings = base_alloc(1, sizeof(*zone->rings));
    zone->ring_count = whole.count > 2 ? 1 : 0;
    ring_closed(&whole, &zone->rings[0]);
    city_path_clear(&whole);
}

static void sea_cut_out(const struct city_plan *plan, struct city_zone *zone)
{
    struct city_path sea = { .count = 0 }, shore = { .count = 0 };
    struct city_spot mouth = mouth_of(plan);

    city_shore(plan, &shore);
    double low_y = shore.at[0].y_m, high_y = shore.at[shore.count - 1].y_m;
    shore_copied(&shore, mouth, true, &sea);
    city_path_add(&sea, mouth);
    shore_copied(&shore, mouth, false, &sea);
    city_path_add(&sea, (struct city_spot){ plan->high.x_m, high_y });
    city_path_add(&sea, (struct city_spot){ plan->high.x_m, low_y });
    city_path_add(&sea, sea.at[0]);
    city_path_clear(&shore);
    zone->rings = base_alloc(1, sizeof(*zone->rings));
    zone->rings[0] = sea;
    zone->ring_count = 1;
}

static void zones_named(const struct city_plan *plan, struct city_zones *zones)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(city_zone_rows); i++) {
        struct city_zone *zone = &zones->zones[zones->count++];
        zone->seed = (struct city_spot){ city_zone_rows[i].x_m * plan->scale,
                                         city_zone_rows[i].y_m * plan->scale };
        zone->south = city_zone_rows[i].south;
        zone->fire_district = city_zone_rows[i].fire;
        zone->police_district = city_zone_rows[i].police;
        text_copy(zone->name, sizeof(zone->name), span_of(city_zone_rows[i].name));
    }
    for (uint32_t i = 1; i < plan->town_count && zones->count + 1 < ZONES_MAX; i++) {
        struct city_zone *zone = &zones->zones[zones->count++];
        zone->seed = plan->towns[i].centre;
        zone->south = is_south(plan, zone->seed);
        zone->fire_district = i + 10;
        zone->police_district = 4 + (i - 1) / 4;
        for (uint32_t k = 0; plan->towns[i].name[k] != '\0'; k++)
            zone->name[k] = (char)toupper((unsigned char)plan->towns[i].name[k]);
    }
}

struct city_zones *city_zones_new(const struct city_plan *plan)
{
    struct city_zones *zones = base_alloc(1, sizeof(*zones));
    struct city_path north = { .count = 0 }, south = { .count = 0 };

    zones->zones = base_alloc(ZONES_MAX, sizeof(*zones->zones));
    zones_named(plan, zones);
    land_outline(plan, false, &north);
    land_outline(plan, true, &south);
    for (uint32_t i = 0; i < zones->count; i++)
        zone_cut_out(zones, i, zones->zones[i].south ? &south : &north);
    struct city_zone *sea = &zones->zones[zones->count++];
    *sea = (struct city_zone){ .name = "OUTER ROADS", .water = true, .fire_district = 6,
                               .police_district = 1 };
    sea_cut_out(plan, sea);
    city_path_clear(&north);
    city_path_clear(&south);
    return zones;
}

void city_zones_free(struct city_zones *zones)
{
    for (uint32_t i = 0; i < zones->count; i++) {
        city_path_clear(&zones->zones[i].rings[0]);
        base_free(zones->zones[i].rings);
    }
    base_free(zones->zones);
    base_free(zones);
}

uint32_t city_zone_at(const struct city_plan *plan, const struct city_zones *zones,
                      struct city_spot spot)
{
    bool south = is_south(plan, spot);
    uint32_t best = 0;
    double least = 1e18;

    for (uint32_t i = 0; i < zones->count; i++) {
        const struct city_zone *zone = &zones->zones[i];
        double apart = city_apart_m(zone->seed, spot);
        if (zone->water || zone->south != south || apart >= least)
            continue;
        least = apart;
        best = i;
    }
    return best;
}
