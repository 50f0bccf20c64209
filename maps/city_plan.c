/* city_plan.c - the land: coast, river, harbour, and where the towns and the great parks lie.
 *
 * The coast is one x for each y and the river one y for each x, so what is water can be answered in
 * a few operations, however large the county is; harbour basins are boxes cut out of the coast. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/city.h"
#include "maps/city_model.h"

/* Where the market square stands on the earth. Land and sea there are our own invention. */
static const struct geo_point market_square = { .lat_deg = 51.2200, .lon_deg = -4.0900 };
static const double metres_per_degree = 6371008.8 * 3.14159265358979323846 / 180.0;

enum {
    COAST_X_M = 760,            /* The quay wall, east of the market square. */
    HARBOUR_HALF_M = 760,
    CENTRE_FULL_M = 6000,       /* A city of this radius has its harbour in full size. */
    RADIUS_MAX_M = 8200,
};
/* Segments to the square metre of a town, measured over many seeds; the build corrects the rest. */
static const double city_density = 160e-6, town_density = 160e-6;

/* From south to north, metres from the market square. */
const struct city_dock city_docks[] = {
    { .south_m = -1560, .north_m = -1500, .depth_m = -230, .name = "Ferry Pier" },
    { .south_m = -640, .north_m = -520, .depth_m = 165, .name = "Old Dock" },
    { .south_m = -420, .north_m = -370, .depth_m = -250, .name = "Customs Pier" },
    { .south_m = -250, .north_m = -90, .depth_m = 195, .name = "Lantern Dock" },
    { .south_m = 20, .north_m = 80, .depth_m = -320, .name = "Coal Pier" },
    { .south_m = 190, .north_m = 330, .depth_m = 150, .name = "Fish Dock" },
    { .south_m = 470, .north_m = 510, .depth_m = -460, .name = "North Mole" },
};
const uint32_t city_dock_count = ARRAY_COUNT(city_docks);

static double square(double value)
{
    return value * value;
}

static double ramp(double value)
{
    return value < 0.0 ? 0.0 : value > 1.0 ? 1.0 : value * value * (3.0 - 2.0 * value);
}

/* Straight along the harbour, then a bay, then headlands and coves that grow with distance. */
static double coast_made(const struct city_plan *plan, double y_m)
{
    double scale = plan->scale, from = y_m + 400.0 * scale;
    uint64_t seed = city_seed(plan->seed, "coast");
    struct city_spot along = { .y_m = y_m };
    double wild = ramp((fabs(from) - 1350.0 * scale) / (2600.0 * scale));
    double headlands = 850.0 * scale * (1.0 - exp(-square(from / (2900.0 * scale))));

    return COAST_X_M * scale + headlands
        + wild * (9000.0 * city_noise(seed + 4, along, 52000.0) * ramp(fabs(y_m) / 30000.0)
                  + 2600.0 * city_noise(seed, along, 15000.0) * ramp(fabs(y_m) / 9000.0)
                  + 620.0 * city_noise(seed + 1, along, 3600.0) * fmin(1.0, scale + 0.2)
                  + 190.0 * city_noise(seed + 2, along, 1150.0) * scale
                  + 34.0 * city_noise(seed + 3, along, 310.0));
}

static double river_made(const struct city_plan *plan, double x_m)
{
    double scale = plan->scale, up = COAST_X_M * scale - x_m;
    uint64_t seed = city_seed(plan->seed, "river");
    struct city_spot along = { .x_m = x_m };

    return CITY_RIVER_Y_M * scale
        - 60.0 * scale * sin(up / (900.0 * scale)) * ramp(up / (1500.0 * scale))
        + ramp((up - 500.0 * scale) / (3000.0 * scale))
        * (1500.0 * city_noise(seed, along, 14000.0) * fmin(1.0, up / 9000.0)
           + 560.0 * scale * city_noise(seed + 1, along, 3000.0)
           + 110.0 * scale * city_noise(seed + 2, along, 1050.0));
}

static double between(const double *values, uint32_t count, double low_m, double at_m)
{
    double place = fmin(fmax((at_m - low_m) / CITY_STEP_M, 0.0), (double)count - 1.001);
    uint32_t i = (uint32_t)place;
    return values[i] + (values[i + 1] - values[i]) * (place - i);
}

double city_coast_x_m(const struct city_plan *plan, double y_m)
{
    return between(plan->coast_x_m, plan->coast_count, plan->low.y_m, y_m);
}

double city_river_y_m(const struct city_plan *plan, double x_m)
{
    return between(plan->river_y_m, plan->river_count, plan->low.x_m, x_m);
}

/* A brook in the hills, an estuary at the sea. */
double city_river_half_m(const struct city_plan *plan, double x_m)
{
    double up = fmax(0.0, COAST_X_M * plan->scale - x_m);
    double size = 0.4 + 0.6 * plan->scale;
    return size * (16.0 + 24.0 * exp(-up / 9000.0) + 46.0 * exp(-up / (620.0 * plan->scale)));
}

static double box_m(struct city_spot spot, struct city_spot low, struct city_spot high)
{
    double x = fmax(low.x_m - spot.x_m, spot.x_m - high.x_m);
    double y = fmax(low.y_m - spot.y_m, spot.y_m - high.y_m);
    return x > 0.0 && y > 0.0 ? sqrt(x * x + y * y) : fmax(x, y);
}

double city_sea_m(const struct city_plan *plan, struct city_spot spot)
{
    double coast = city_coast_x_m(plan, spot.y_m);
    double slope = (city_coast_x_m(plan, spot.y_m + 20.0) - city_coast_x_m(plan, spot.y_m - 20.0))
        / 40.0;
    double sea_m = (coast - spot.x_m) / sqrt(1.0 + slope * slope);
    double scale = plan->scale;

    if (fabs(spot.y_m) > 2000.0 * scale || sea_m > 1000.0 * scale)
        return sea_m;
    for (uint32_t i = 0; i < city_dock_count; i++) {
        const struct city_dock *dock = &city_docks[i];
        struct city_spot low = { coast - dock->depth_m * scale, dock->south_m * scale };
        struct city_spot high = { coast + 500.0, dock->north_m * scale };
        if (dock->depth_m > 0.0) {
            sea_m = fmin(sea_m, box_m(spot, low, high));
        } else {
            high.x_m = low.x_m;
            low.x_m = coast - 100.0;
            sea_m = fmax(sea_m, -box_m(spot, low, high));
        }
    }
    return sea_m;
}

double city_river_m(const struct city_plan *plan, struct city_spot spot)
{
    double slope = (city_river_y_m(plan, spot.x_m + 20.0) - city_river_y_m(plan, spot.x_m - 20.0))
        / 40.0;
    double away = fabs(spot.y_m - city_river_y_m(plan, spot.x_m)) / sqrt(1.0 + slope * slope);
    return away - city_river_half_m(plan, spot.x_m);
}

double city_water_m(const struct city_plan *plan, struct city_spot spot)
{
    return fmin(city_sea_m(plan, spot), city_river_m(plan, spot));
}

/* The edge wavers by a fifth, a few times around. */
static double waver(uint64_t seed, double angle_rad)
{
    struct city_spot around = { .x_m = 100.0 * cos(angle_rad), .y_m = 100.0 * sin(angle_rad) };
    return 1.0 + 0.20 * city_noise(seed, around, 90.0) + 0.06 * city_noise(seed + 1, around, 37.0);
}

double city_park_m(const struct city_park *park, struct city_spot spot)
{
    double x = spot.x_m - park->centre.x_m, y = spot.y_m - park->centre.y_m;
    double cosine = cos(park->angle_rad), sine = sin(park->angle_rad);
    double along = (x * cosine + y * sine) / park->along_m;
    double across = (y * cosine - x * sine) / park->across_m;
    double out = sqrt(along * along + across * across);

    if (out > 2.5)
        return (out - 1.3) * fmin(park->along_m, park->across_m);
    return (out - waver(park->seed, atan2(across, along))) * fmin(park->along_m, park->across_m);
}

void city_park_outline(const struct city_park *park, double part, struct city_path *ret_path)
{
    double round_m = 3.2 * (park->along_m + park->across_m);
    uint32_t steps = 12 + (uint32_t)(round_m / CITY_STEP_M);

    for (uint32_t i = 0; i <= steps; i++) {
        double angle = 6.283185307179586 * (double)(i % steps) / steps;
        double out = waver(park->seed, angle) * part;
        double x = out * cos(angle) * park->along_m, y = out * sin(angle) * park->across_m;
        double cosine = cos(park->angle_rad), sine = sin(park->angle_rad);
        city_path_add(ret_path, (struct city_spot){
            .x_m = park->centre.x_m + x * cosine - y * sine,
            .y_m = park->centre.y_m + x * sine + y * cosine });
    }
}

double city_reach_m(const struct city_town *town, double angle_rad)
{
    return town->radius_m * waver(town->seed, angle_rad);
}

/* Its edge has fingers and bays besides. */
double city_out(const struct city_town *town, struct city_spot spot)
{
    double x = spot.x_m - town->centre.x_m, y = spot.y_m - town->centre.y_m;
    double away = sqrt(x * x + y * y);
    if (away > 1.7 * town->radius_m)
        return away / (1.1 * town->radius_m);
    double edge = 1.0 + 0.16 * city_noise(town->seed + 5, spot, 0.42 * town->radius_m + 60.0);
    return away / (city_reach_m(town, atan2(y, x)) * edge);
}

double city_outness(const struct city_plan *plan, struct city_spot spot, uint32_t *ret_town)
{
    double least = 1e9;
    for (uint32_t i = 0; i < plan->town_count; i++) {
        double out = city_out(&plan->towns[i], spot);
        if (out >= least)
            continue;
        least = out;
        if (ret_town != NULL)
            *ret_town = i;
    }
    return least;
}

void city_shore(const struct city_plan *plan, struct city_path *ret_path)
{
    double scale = plan->scale;
    uint32_t dock = 0;

    for (uint32_t i = 0; i < plan->coast_count; i++) {
        double y_m = plan->low.y_m + (double)i * CITY_STEP_M;
        for (; dock < city_dock_count && city_docks[dock].south_m * scale < y_m; dock++) {
            double south = city_docks[dock].south_m * scale;
            double north = city_docks[dock].north_m * scale;
            double depth = city_docks[dock].depth_m * scale;
            double low = city_coast_x_m(plan, south), high = city_coast_x_m(plan, north);
            city_path_add(ret_path, (struct city_spot){ low, south });
            city_path_add(ret_path, (struct city_spot){ low - depth, south });
            city_path_add(ret_path, (struct city_spot){ high - depth, north });
            city_path_add(ret_path, (struct city_spot){ high, north });
        }
        if (dock == 0 || y_m > city_docks[dock - 1].north_m * scale)
            city_path_add(ret_path, (struct city_spot){ plan->coast_x_m[i], y_m });
    }
}

/* 250 m behind the quay wall, 130 m behind a beach, and never following every cove. */
double city_quay_x_m(const struct city_plan *plan, double y_m)
{
    double scale = plan->scale, mean = 0.0, least = 1e9;
    double harbour = 1.0 - ramp((fabs(y_m + 60.0 * scale) - HARBOUR_HALF_M * scale)
                                / (500.0 * scale));

    for (int i = -8; i <= 8; i++) {
        double x = city_coast_x_m(plan, y_m + 50.0 * i);
        mean += x / 17.0;
        least = fmin(least, x + 6.0 * i * i);
    }
    return fmin(mean - (110.0 + 130.0 * harbour) * scale - 20.0, least - 50.0);
}

struct geo_point city_geo(struct city_spot spot)
{
    double lat_deg = market_square.lat_deg + spot.y_m / metres_per_degree;
    double across = cos(lat_deg * 3.14159265358979323846 / 180.0) * metres_per_degree;
    return geo_rounded((struct geo_point){ .lat_deg = lat_deg,
                                           .lon_deg = market_square.lon_deg + spot.x_m / across });
}

/* ---- towns ----------------------------------------------------------------------------------- */

static const char *const town_stems[] = {
    "Brae", "Salt", "Hol", "Kings", "Ash", "Mar", "Thorn", "Ferny", "Marl", "Cold", "Hart",
    "Lang", "Pen", "Stoke", "Whit", "Oaken", "Rush", "Sel", "Tarn", "Upper", "Wester", "Yar",
    "Black", "Nor",
};
static const char *const town_ends[] = {
    "ford", "combe", "mere", "stead", "ham", "wick", "bury", "leigh", "mouth", "worthy", "ton",
    "cott",
};

static void town_named(const struct city_plan *plan, uint32_t number, struct city_town *town)
{
    const uint32_t stems = ARRAY_COUNT(town_stems), ends = ARRAY_COUNT(town_ends);
    uint32_t start = (uint32_t)(city_hash(plan->seed, 7, 7) * stems * ends);
    /* 89 shares no factor with 24 * 12, so no pair comes twice in 288 towns. */
    uint32_t pair = (start + number * 89) % (stems * ends);
    const char *before = number / (stems * ends) == 0 ? "" : "New ";
    snprintf(town->name, sizeof(town->name), "%s%s%s", before, town_stems[pair / ends],
             town_ends[pair % ends]);
}

static int nearer_first(const void *left, const void *right)
{
    const struct city_town *a = left, *b = right;
    double x = hypot(a->centre.x_m, a->centre.y_m), y = hypot(b->centre.x_m, b->centre.y_m);
    return x < y ? -1 : x > y;
}

/* One town at most in each cell of a leaning lattice, nearest to Port Maren first. */
static struct city_town *town_sites(const struct city_plan *plan, double apart_m, double least_m,
                                    double most_m, uint32_t *ret_count)
{
    enum { RINGS = 24 };
    struct city_town *sites = base_alloc((size_t)(2 * RINGS + 1) * (2 * RINGS + 1), sizeof(*sites));
    uint64_t seed = city_seed(plan->seed, "towns");
    uint32_t count = 0;

    for (int row = -RINGS; row <= RINGS; row++) {
        for (int column = -RINGS; column <= RINGS; column++) {
            double lean = (row & 1) != 0 ? 0.5 : 0.0;
            struct city_spot spot = {
                .x_m = apart_m * (column + lean + 0.3 * (city_hash(seed, row, column) - 0.5)),
                .y_m = apart_m * (0.87 * row + 0.3 * (city_hash(seed + 1, row, column) - 0.5)) };
            double size = city_hash(seed + 2, row, column);
            double radius = least_m + (most_m - least_m) * size * size;
            double gap = apart_m * 0.10 + 900.0;
            if (hypot(spot.x_m, spot.y_m) < plan->towns[0].radius_m * 1.12 + radius + gap
                || coast_made(plan, spot.y_m) - spot.x_m < 0.7 * radius
                || fabs(river_made(plan, spot.x_m) - spot.y_m) < 220.0)
                continue;
            sites[count++] = (struct city_town){ .centre = spot, .radius_m = radius,
                .seed = city_seed(seed + (uint64_t)(1000 * row + column), "outline") };
        }
    }
    qsort(sites, count, sizeof(*sites), nearer_first);
    *ret_count = count;
    return sites;
}

static double town_area(double radius_m)
{
    return 3.14159265 * radius_m * radius_m;
}

/* Port Maren takes most of the segments until it is as large as a city of its harbour would be;
 * then the county fills with towns, the nearest first, until their sizes add up. */
static void towns_placed(struct city_plan *plan, uint32_t segments, double stretch)
{
    double wanted = segments, for_city = segments < 8000 ? wanted : wanted * 0.92;
    double on_land = 0.60;      /* The sea takes the rest of the circle. */
    double radius = sqrt(for_city / (city_density * on_land * 3.14159265));
    uint32_t count = 0;

    plan->towns[0] = (struct city_town){ .radius_m = stretch * fmin(radius, RADIUS_MAX_M),
        .seed = city_seed(plan->seed, "port maren"), .name = "Port Maren" };
    plan->town_count = 1;
    if (segments < 8000)
        return;
    wanted -= city_density * on_land * town_area(fmin(radius, RADIUS_MAX_M));
    bool county = wanted > 20000.0;
    struct city_town *sites = county ? town_sites(plan, 8200.0, 700.0, 4500.0, &count)
                                     : town_sites(plan, 4200.0, 480.0, 900.0, &count);
    for (uint32_t i = 0; i < count && wanted > 0.0; i++) {
        struct city_town *town = &plan->towns[plan->town_count];
        *town = sites[i];
        /* The last one is as large as what is left. */
        double left_m = sqrt(wanted / (town_density * 3.14159265));
        town->radius_m = fmin(town->radius_m, fmax(480.0, left_m));
        wanted -= town_density * town_area(town->radius_m);
        town->radius_m *= stretch;
        town_named(plan, plan->town_count++, town);
    }
    base_free(sites);
}

static void frame_set(struct city_plan *plan)
{
    plan->low = plan->high = (struct city_spot){ .x_m = 0.0 };
    for (uint32_t i = 0; i < plan->town_count; i++) {
        const struct city_town *town = &plan->towns[i];
        double reach = 1.3 * town->radius_m + 700.0;
        plan->low.x_m = fmin(plan->low.x_m, town->centre.x_m - reach);
        plan->low.y_m = fmin(plan->low.y_m, town->centre.y_m - reach);
        plan->high.y_m = fmax(plan->high.y_m, town->centre.y_m + reach);
    }
    for (double y = plan->low.y_m; y < plan->high.y_m; y += 200.0)
        plan->high.x_m = fmax(plan->high.x_m, coast_made(plan, y));
    plan->high.x_m += fmin(fmax(-0.25 * plan->low.x_m, 1200.0), 6000.0);
}

static void curves_sampled(struct city_plan *plan)
{
    plan->coast_count = (uint32_t)((plan->high.y_m - plan->low.y_m) / CITY_STEP_M) + 2;
    plan->coast_x_m = base_alloc(plan->coast_count, sizeof(*plan->coast_x_m));
    for (uint32_t i = 0; i < plan->coast_count; i++)
        plan->coast_x_m[i] = coast_made(plan, plan->low.y_m + (double)i * CITY_STEP_M);
    plan->river_count = (uint32_t)((plan->high.x_m - plan->low.x_m) / CITY_STEP_M) + 2;
    plan->river_y_m = base_alloc(plan->river_count, sizeof(*plan->river_y_m));
    for (uint32_t i = 0; i < plan->river_count; i++)
        plan->river_y_m[i] = river_made(plan, plan->low.x_m + (double)i * CITY_STEP_M);
}

/* Where the blocks are large: works, yards and depots. Spots as in a city of full size. */
static const struct {
    const char *name;
    double x_m, y_m, along_m, across_m, angle_rad;
} works[CITY_WORKS] = {
    { "Glassworks", -420, 1650, 420, 260, 0.3 },
    { "Westgate Yards", -3500, 250, 700, 240, 3.0 },
    { "Southdown Depots", 150, -2750, 430, 300, 1.2 },
};

static void works_set(struct city_plan *plan)
{
    for (uint32_t i = 0; i < CITY_WORKS; i++) {
        struct city_park *place = &plan->works[i];
        *place = (struct city_park){
            .centre = { works[i].x_m * plan->scale, works[i].y_m * plan->scale },
            .along_m = works[i].along_m * plan->scale, .across_m = works[i].across_m * plan->scale,
            .angle_rad = works[i].angle_rad, .seed = city_seed(plan->seed + i, "works") };
        text_copy(place->name, sizeof(place->name), span_of(works[i].name));
    }
}

struct city_plan *city_plan_new(uint64_t seed, uint32_t segments, double stretch)
{
    assert(segments >= CITY_SEGMENTS_MIN);
    assert(segments <= CITY_SEGMENTS_MAX);

    struct city_plan *plan = base_alloc(1, sizeof(*plan));
    plan->seed = city_seed(seed, "city");
    double radius = sqrt(segments / (city_density * 0.60 * 3.14159265));
    plan->scale = fmin(1.0, fmax(0.3, stretch * radius / CENTRE_FULL_M));
    plan->towns = base_alloc(2500, sizeof(*plan->towns));
    towns_placed(plan, segments, stretch);
    frame_set(plan);
    curves_sampled(plan);
    plan->parks = base_alloc(CITY_PARKS_MAX, sizeof(*plan->parks));
    works_set(plan);
    return plan;
}

void city_plan_free(struct city_plan *plan)
{
    base_free(plan->coast_x_m);
    base_free(plan->river_y_m);
    base_free(plan->towns);
    base_free(plan->parks);
    base_free(plan);
}
