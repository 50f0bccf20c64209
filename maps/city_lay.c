/* city_lay.c - the streets that are there before the others: the quay, the old avenues, rings and
 * radials, the roads between towns, the paths around parks. The rest grows between them.
 *
 * A laid line that meets water is cut there, unless it may cross the river as a bridge. */
#include <math.h>
#include <stdio.h>

#include "app/base/text.h"
#include "maps/city_model.h"

static const double ring_two = 0.57;    /* Of the way to the edge of the city. */

enum { THROUGH_MAX = 8, BRIDGES_MAX = 4096, SEA_MARGIN_M = 30 };

struct layer {
    struct city_network *network;
    const struct city_plan *plan;
    struct city_spot bridges[BRIDGES_MAX];
    uint32_t bridge_count;
};

struct laying {
    struct city_street like;
    double margin_m;            /* Kept from the sea; 0 means SEA_MARGIN_M. */
    double bridge_most;         /* Longest bridge, in widths of the river; 0: none. */
    double aside_m;             /* Given way to streets that run beside it this near. */
};

static double path_m(const struct city_path *path)
{
    double length = 0.0;
    for (uint32_t i = 0; i + 1 < path->count; i++)
        length += city_apart_m(path->at[i], path->at[i + 1]);
    return length;
}

static void piece_done(struct layer *layer, const struct laying *laying, struct city_path *piece)
{
    if (piece->count >= 3 && path_m(piece) >= 60.0)
        city_street_add(layer->network, piece, &laying->like);
    piece->count = 0;
}

/* Where the river that starts at path->at[i] may be crossed: the next point on land, or 0. */
static uint32_t bridge_end(struct layer *layer, const struct laying *laying,
                           const struct city_path *path, uint32_t i)
{
    uint32_t end = i;
    while (end < path->count && city_river_m(layer->plan, path->at[end]) < 12.0) {
        if (city_sea_m(layer->plan, path->at[end]) < 30.0)
            return 0;
        end++;
    }
    double width = 2.0 * city_river_half_m(layer->plan, path->at[i].x_m) + 24.0;
    if (end == path->count || i == 0 || laying->bridge_most <= 0.0
        || city_apart_m(path->at[i - 1], path->at[end]) > laying->bridge_most * width + 30.0)
        return 0;
    struct city_spot middle = city_between(path->at[i - 1], path->at[end], 0.5);
    for (uint32_t bridge = 0; bridge < layer->bridge_count; bridge++) {
        if (city_apart_m(layer->bridges[bridge], middle) < 330.0 * layer->plan->scale)
            return 0;
    }
    if (layer->bridge_count == BRIDGES_MAX)
        return 0;
    layer->bridges[layer->bridge_count++] = middle;
    return end;
}

static void straightened(struct city_path *path, uint32_t from, uint32_t to)
{
    for (uint32_t i = from + 1; i < to; i++)
        path->at[i] = city_between(path->at[from], path->at[to],
                                   (double)(i - from) / (double)(to - from));
}

static bool gives_way(const struct layer *layer, const struct laying *laying,
                      const struct city_path *path, uint32_t i)
{
    uint32_t after = i + 1 < path->count ? i + 1 : i, before = i > 0 ? i - 1 : 0;
    double angle = atan2(path->at[after].y_m - path->at[before].y_m,
                         path->at[after].x_m - path->at[before].x_m);
    return laying->aside_m > 0.0
        && city_street_beside(layer->network, path->at[i], angle, laying->aside_m, CITY_COLLECTOR);
}

/* Takes `path` apart where it cannot run, and adds the pieces. Empties it. */
static void laid(struct layer *layer, struct laying laying, struct city_path *path)
{
    struct city_path piece = { .count = 0 };
    double margin_m = laying.margin_m > 0.0 ? laying.margin_m : SEA_MARGIN_M;

    for (uint32_t i = 0; i < path->count; i++) {
        struct city_spot spot = path->at[i];
        if (spot.x_m < layer->plan->low.x_m || spot.y_m < layer->plan->low.y_m
            || spot.y_m > layer->plan->high.y_m || city_sea_m(layer->plan, spot) < margin_m
            || gives_way(layer, &laying, path, i)) {
            piece_done(layer, &laying, &piece);
        } else if (city_river_m(layer->plan, spot) < 12.0) {
            uint32_t end = piece.count == 0 ? 0 : bridge_end(layer, &laying, path, i);
            if (end == 0) {
                piece_done(layer, &laying, &piece);
                continue;
            }
            straightened(path, i - 1, end);
            for (; i < end; i++)
                city_path_add(&piece, path->at[i]);
            i--;
        } else {
            city_path_add(&piece, spot);
        }
    }
    piece_done(layer, &laying, &piece);
    city_path_clear(&piece);
    city_path_clear(path);
}

static void curve_laid(struct layer *layer, struct laying laying, const struct city_spot *through,
                       uint32_t count)
{
    struct city_path path = { .count = 0 };
    city_path_curve(&path, through, count, CITY_STEP_M);
    laid(layer, laying, &path);
}

static struct laying given(enum city_class class, const char *name)
{
    return (struct laying){ .like = { .class = class, .given = name }, .bridge_most = 2.2,
                            .margin_m = 12.0 };
}

/* ---- Port Maren ------------------------------------------------------------------------------ */

static void coast_road_laid(struct layer *layer)
{
    const struct city_plan *plan = layer->plan;
    double scale = plan->scale, reach = 0.97 * plan->towns[0].radius_m;
    const struct { const char *name; enum city_class class; double north_m, south_m; } parts[] = {
        { "Strand Rd", CITY_ARTERIAL, reach, 640.0 * scale },
        { "Quay St", CITY_ARTERIAL, 640.0 * scale, -850.0 * scale },
        { "Ferry Rd", CITY_ARTERIAL, -850.0 * scale, -reach },
    };
    for (uint32_t i = 0; i < ARRAY_COUNT(parts); i++) {
        struct city_path path = { .count = 0 };
        uint32_t steps = (uint32_t)((parts[i].north_m - parts[i].south_m) / CITY_STEP_M) + 1;
        for (uint32_t step = 0; step <= steps; step++) {
            double y = parts[i].north_m + (parts[i].south_m - parts[i].north_m) * step / steps;
            city_path_add(&path, (struct city_spot){ city_quay_x_m(plan, y), y });
        }
        laid(layer, given(parts[i].class, parts[i].name), &path);
    }
}

static void bank_laid(struct layer *layer, double side, const char *name, double reach_m)
{
    const struct city_plan *plan = layer->plan;
    struct city_path path = { .count = 0 };
    double from = city_quay_x_m(plan, CITY_RIVER_Y_M * plan->scale) + 10.0;

    for (double x = from; x > -reach_m; x -= CITY_STEP_M) {
        double mean = 0.0;      /* A road does not follow every bend. */
        for (int i = -4; i <= 4; i++)
            mean += city_river_y_m(plan, x + 40.0 * i) / 9.0;
        city_path_add(&path, (struct city_spot){
            x, mean + side * (city_river_half_m(plan, x) + 48.0) });
    }
    struct laying laying = given(CITY_COLLECTOR, name);
    laying.bridge_most = 0.0;
    laid(layer, laying, &path);
}

/* The streets of the old city, through spots in metres in a city of full size. */
static void old_streets_laid(struct layer *layer)
{
    const struct city_plan *plan = layer->plan;
    double s = plan->scale, far = plan->towns[0].radius_m;
    double quay_mill = city_quay_x_m(plan, -60.0 * s), quay_cooper = city_quay_x_m(plan, 330.0 * s);
    double bank = city_river_y_m(plan, -380.0 * s), tan_m = city_river_y_m(plan, -1500.0 * s);
    /* The avenue ends at the second ring, wherever that runs for this seed. */
    double north = ring_two * city_reach_m(&plan->towns[0], 1.58) + 12.0;
    const struct {
        const char *name;
        enum city_class class;
        uint32_t count;
        struct city_spot through[THROUGH_MAX];
    } streets[] = {
        { "Mill Rd", CITY_ARTERIAL, 8, {
            { quay_mill + 12.0, -62.0 * s }, { 220 * s, 0 }, { -80 * s, 80 * s },
            { -800 * s, 60 * s }, { -1900 * s, 240 * s },
            { -0.56 * far, 0.05 * far }, { -0.82 * far, 0.08 * far },
            { -1.04 * far, 0.05 * far } } },
        { "Lantern Ave", CITY_ARTERIAL, 7, {
            { -420 * s, bank - 190 * s }, { -370 * s, bank + 160 * s }, { -240 * s, -420 * s },
            { -80 * s, 80 * s }, { 20 * s, 760 * s }, { -90 * s, 1600 * s },
            { -0.01 * far, north } } },
        { "Bridgefoot Rd", CITY_ARTERIAL, 4, {
            { -420 * s, bank - 190 * s }, { -440 * s, bank - 420 * s }, { -400 * s, -1900 * s },
            { -330 * s, -2450 * s } } },
        { "Cooper St", CITY_COLLECTOR, 4, {
            { quay_cooper + 12.0, 328 * s }, { 160 * s, 365 * s }, { -40 * s, 410 * s },
            { -440 * s, 440 * s } } },
        { "Chandlers Row", CITY_RESIDENTIAL, 3, {
            { 160 * s, 358 * s }, { 172 * s, 560 * s }, { 140 * s, 840 * s } } },
        { "Tannery Ln", CITY_RESIDENTIAL, 3, {
            { -1560 * s, tan_m - 170 * s }, { -1330 * s, tan_m - 420 * s },
            { -1050 * s, tan_m - 690 * s } } },
        { "Chandlers Rise", CITY_RESIDENTIAL, 3, {
            { -2760 * s, -2860 * s }, { -2620 * s, -2690 * s }, { -2560 * s, -2440 * s } } },
    };
    for (uint32_t i = 0; i < ARRAY_COUNT(streets); i++)
        curve_laid(layer, given(streets[i].class, streets[i].name), streets[i].through,
                   streets[i].count);
}

/* Each pier has a road as far as its head, named as the pier is. */
static void piers_laid(struct layer *layer)
{
    const struct city_plan *plan = layer->plan;
    for (uint32_t i = 0; i < city_dock_count; i++) {
        double y = (city_docks[i].south_m + city_docks[i].north_m) / 2.0 * plan->scale;
        double head = city_coast_x_m(plan, y) - city_docks[i].depth_m * plan->scale - 25.0;
        struct city_spot through[] = { { city_quay_x_m(plan, y) - 10.0, y }, { head, y } };
        struct laying laying = given(CITY_SERVICE, city_docks[i].name);
        laying.margin_m = 4.0;
        laying.like.lasting = true;
        if (city_docks[i].depth_m < 0.0)
            curve_laid(layer, laying, through, ARRAY_COUNT(through));
    }
}

/* A ring follows the outline of its town, so it is never a circle. */
static void ring_laid(struct layer *layer, const struct city_town *town, double out,
                      struct laying laying)
{
    struct city_path path = { .count = 0 };
    uint32_t steps = 24 + (uint32_t)(6.3 * out * town->radius_m / CITY_STEP_M);

    for (uint32_t i = 0; i <= steps; i++) {
        double angle = 6.283185307179586 * (double)(i % steps) / steps;
        double radius = out * city_reach_m(town, angle);
        city_path_add(&path, (struct city_spot){ town->centre.x_m + radius * cos(angle),
                                                 town->centre.y_m + radius * sin(angle) });
    }
    laid(layer, laying, &path);
}

/* Degrees anticlockwise from east; from and to as parts of the radius. */
static const struct {
    double angle_deg, from, to;
} radials[] = {
    { 94, 0.56, 1.02 }, { 116, 0.28, 1.02 }, { 141, 0.07, 1.02 }, { 105, 0.55, 0.88 },
    { 129, 0.55, 0.88 }, { 158, 0.28, 1.02 }, { 193, 0.28, 1.02 }, { 207, 0.40, 0.88 },
    { 220, 0.26, 1.02 }, { 238, 0.26, 1.02 }, { 262, 0.30, 1.02 }, { 249, 0.55, 0.88 },
};

static void radial_laid(struct layer *layer, const struct city_town *town, double angle_rad,
                        double from, double to)
{
    struct city_spot through[THROUGH_MAX];
    for (uint32_t i = 0; i < THROUGH_MAX; i++) {
        double part = from + (to - from) * i / (THROUGH_MAX - 1);
        struct city_spot spot = { town->centre.x_m + part * town->radius_m * cos(angle_rad),
                                  town->centre.y_m + part * town->radius_m * sin(angle_rad) };
        double size = 0.34 * town->radius_m, bend = 0.045 * town->radius_m * fmin(1.0, 3.0 * part);
        spot.x_m += bend * city_noise(town->seed + 11, spot, size);
        spot.y_m += bend * city_noise(town->seed + 12, spot, size);
        through[i] = spot;
    }
    curve_laid(layer, (struct laying){ .like = { .class = CITY_ARTERIAL,
        .town = (uint32_t)(town - layer->plan->towns) }, .bridge_most = 1.7, .aside_m = 130.0 },
        through, THROUGH_MAX);
}

static void great_roads_laid(struct layer *layer)
{
    const struct city_town *city = &layer->plan->towns[0];
    struct laying ring = { .like = { .class = CITY_ARTERIAL }, .bridge_most = 1.9,
                           .aside_m = 130.0 };

    ring_laid(layer, city, 0.30, ring);
    ring_laid(layer, city, ring_two, ring);
    ring.like.given = "Maren Orbital";
    ring.like.class = CITY_MOTORWAY;
    ring_laid(layer, city, 0.86, ring);
    for (uint32_t i = 0; i < ARRAY_COUNT(radials); i++)
        radial_laid(layer, city, radials[i].angle_deg * 3.14159265358979 / 180.0,
                    radials[i].from, radials[i].to);
}

/* ---- the county ------------------------------------------------------------------------------ */

static void town_laid(struct layer *layer, const struct city_town *town)
{
    struct laying ring = { .like = { .class = CITY_ARTERIAL,
        .town = (uint32_t)(town - layer->plan->towns) }, .bridge_most = 1.9, .aside_m = 110.0 };
    if (town->radius_m > 1300.0)
        ring_laid(layer, town, 0.42, ring);
    if (town->radius_m > 2600.0)
        ring_laid(layer, town, 0.76, ring);
    for (int i = 0; i < 5 && town->radius_m > 800.0; i++)
        radial_laid(layer, town, 1.2566 * i + city_hash(town->seed, 3, 3), -0.05, 1.0);
}

/* A country road swings a little on its way. */
static void road_laid(struct layer *layer, struct city_spot from, struct city_spot to,
                      uint32_t town)
{
    struct city_spot through[6];
    double size = 0.35 * city_apart_m(from, to);
    for (uint32_t i = 0; i < ARRAY_COUNT(through); i++) {
        struct city_spot spot = city_between(from, to, i / (ARRAY_COUNT(through) - 1.0));
        double bend = i == 0 || i + 1 == ARRAY_COUNT(through) ? 0.0 : 0.10 * size;
        spot.x_m += bend * city_noise(layer->plan->seed + 21, spot, size);
        spot.y_m += bend * city_noise(layer->plan->seed + 22, spot, size);
        through[i] = spot;
    }
    curve_laid(layer, (struct laying){ .like = { .class = CITY_ARTERIAL, .town = town },
        .bridge_most = 6.0 }, through, ARRAY_COUNT(through));
}

/* Where a road from `from` joins the city: the nearest of its outer main roads, just across. */
static struct city_spot city_joined(const struct layer *layer, struct city_spot from)
{
    const struct city_network *network = layer->network;
    struct city_spot best = layer->plan->towns[0].centre;
    double least = 1e12;
    for (uint32_t i = 0; i < network->point_count; i++) {
        const struct city_street *street = &network->streets[network->point_street[i]];
        double apart = city_apart_m(from, network->points[i]);
        if (apart >= least || street->town != 0 || street->class != CITY_ARTERIAL
            || city_out(&layer->plan->towns[0], network->points[i]) < 0.8)
            continue;
        least = apart;
        best = network->points[i];
    }
    return city_between(from, best, 1.0 + 12.0 / least);
}

/* Each town to the nearest two of those nearer to the city: the whole county hangs together. */
static void county_laid(struct layer *layer)
{
    const struct city_plan *plan = layer->plan;
    for (uint32_t i = 1; i < plan->town_count; i++) {
        uint32_t best[2] = { 0, 0 };
        double least[2] = { 1e12, 1e12 };
        for (uint32_t j = 0; j < i; j++) {
            double apart = city_apart_m(plan->towns[i].centre, plan->towns[j].centre)
                - 0.6 * plan->towns[j].radius_m;
            uint32_t place = apart < least[0] ? 0 : 1;
            if (apart >= least[place])
                continue;
            if (place == 0) {
                best[1] = best[0];
                least[1] = least[0];
            }
            best[place] = j;
            least[place] = apart;
        }
        for (uint32_t k = 0; k < 2 && k < i; k++) {
            if (k == 1 && least[1] > 1.7 * least[0])
                break;
            struct city_spot to = plan->towns[best[k]].centre;
            if (best[k] == 0)
                to = city_joined(layer, plan->towns[i].centre);
            road_laid(layer, plan->towns[i].centre, to, i);
        }
    }
}

/* ---- great streets end at great streets ------------------------------------------------------ */

enum from_where { FROM_START, FROM_END };

/* The first piece from one end that meets another main road; the street's count when none does. */
static uint32_t met_first(const struct city_network *network, uint32_t number, enum from_where from)
{
    const struct city_street *street = &network->streets[number];
    struct city_spot at;
    for (uint32_t i = 0; i + 1 < street->count; i++) {
        uint32_t piece = from == FROM_START ? i : street->count - 2 - i;
        const struct city_spot *points = &network->points[street->first + piece];
        if (city_street_met(network, points[0], points[1], CITY_ARTERIAL, number, &at))
            return piece;
    }
    return street->count;
}

/* A loose end inside the city; outside, main roads may run out into the fields. */
static bool end_is_inside(const struct city_network *network, uint32_t point)
{
    return city_out(&network->plan->towns[0], network->points[point]) < 0.8;
}

/* Copies all streets; the city's own main roads only from their first crossing to their last. */
static void trimmed(const struct city_network *rough, struct city_network *network)
{
    for (uint32_t i = 0; i < rough->street_count; i++) {
        const struct city_street *street = &rough->streets[i];
        struct city_path path = { .count = 0 };
        uint32_t first = 0, last = street->count - 1;
        bool own = street->class == CITY_ARTERIAL && street->given == NULL && street->town == 0;
        uint32_t met = own ? met_first(rough, i, FROM_START) : street->count;
        if (met < street->count) {
            if (end_is_inside(rough, street->first))
                first = met;
            if (end_is_inside(rough, street->first + last))
                last = met_first(rough, i, FROM_END) + 1;
        }
        for (uint32_t k = first; k <= last; k++)
            city_path_add(&path, rough->points[street->first + k]);
        /* What two roads running into each other left over is no main road. */
        if (path.count >= 3 && (!own || path_m(&path) > 400.0 * network->plan->scale))
            city_street_add(network, &path, street);
        city_path_clear(&path);
    }
}

void city_lay(struct city_network *network)
{
    struct city_network *rough = city_network_new(network->plan);
    struct layer *layer = base_alloc(1, sizeof(*layer));
    layer->network = rough;
    layer->plan = network->plan;
    double reach = 0.8 * layer->plan->towns[0].radius_m;

    coast_road_laid(layer);
    old_streets_laid(layer);
    great_roads_laid(layer);
    bank_laid(layer, 1.0, "Tidewater Rd", reach);
    bank_laid(layer, -1.0, "Weir Bank", reach);
    piers_laid(layer);
    county_laid(layer);
    for (uint32_t i = 1; i < layer->plan->town_count; i++)
        town_laid(layer, &layer->plan->towns[i]);
    trimmed(rough, network);
    city_network_free(rough);
    base_free(layer);
}

/* ---- parks ----------------------------------------------------------------------------------- */

enum { PARK_CLEAR_M = 30 };

/* The parks people would name to a stranger; spots in metres in a city of full size. A park beside
 * the river lies behind the road on that bank. */
static const struct {
    const char *name;
    double x_m, y_m, along_m, across_m, angle_rad;
    double bank;                /* 1 the north bank, -1 the south bank, 0 away from the river. */
    bool lake;
} great_parks[] = {
    { .name = "Lantern Park", .x_m = -640, .y_m = 660, .along_m = 300, .across_m = 220,
      .angle_rad = 1.3, .lake = true },
    { .name = "Ains Meadows", .x_m = -1500, .along_m = 460, .across_m = 105, .bank = 1.0 },
    { .name = "Weir Gardens", .x_m = -2900, .along_m = 380, .across_m = 95, .bank = -1.0 },
    { .name = "Northgate Common", .x_m = -1650, .y_m = 2150, .along_m = 420, .across_m = 300,
      .angle_rad = 0.7 },
    { .name = "Beacon Hill", .x_m = 620, .y_m = 2500, .along_m = 330, .across_m = 240,
      .angle_rad = 1.9 },
    { .name = "Saltmarsh Reserve", .x_m = -900, .y_m = -2900, .along_m = 430, .across_m = 260,
      .angle_rad = 2.6, .lake = true },
    { .name = "Kingsmoor Park", .x_m = -3700, .y_m = 1700, .along_m = 520, .across_m = 330,
      .angle_rad = 0.4, .lake = true },
    { .name = "Southdown Links", .x_m = -300, .y_m = -5000, .along_m = 520, .across_m = 340,
      .angle_rad = 1.1 },
};

static bool park_fits(const struct city_network *network, const struct city_park *park)
{
    const struct city_plan *plan = network->plan;
    double reach = fmax(park->along_m, park->across_m);
    if (city_sea_m(plan, park->centre) < reach + 60.0
        || city_river_m(plan, park->centre) < 1.2 * park->across_m + 20.0
        || !city_park_clear(network, park, PARK_CLEAR_M))
        return false;
    for (uint32_t i = 0; i < plan->park_count; i++) {
        if (city_park_m(&plan->parks[i], park->centre) < 1.3 * reach + 90.0)
            return false;
    }
    return true;
}

static void park_ringed(const struct city_park *park, struct layer *layer)
{
    struct city_path path = { .count = 0 };
    city_park_outline(park, 1.0 + 22.0 / fmin(park->along_m, park->across_m), &path);
    laid(layer, (struct laying){ .like = { .class = CITY_RESIDENTIAL }, .aside_m = 45.0 }, &path);
}

static void park_to_bank(const struct city_plan *plan, double bank, struct city_park *park)
{
    double x = park->centre.x_m;
    double slope = (city_river_y_m(plan, x + 250.0) - city_river_y_m(plan, x - 250.0)) / 500.0;
    park->centre.y_m = city_river_y_m(plan, x)
        + bank * (city_river_half_m(plan, x) + 1.3 * park->across_m + 48.0 + PARK_CLEAR_M);
    park->angle_rad = atan(slope);
}

/* Looks around the wanted spot, ever further, for one that no laid street crosses. */
static bool great_park_placed(const struct layer *layer, uint32_t number, struct city_park *park)
{
    struct city_spot wanted = park->centre;
    for (double away = 0.0; away < 1100.0 * layer->plan->scale; away += 70.0) {
        for (int turn = 0; turn < 12; turn++) {
            park->centre.x_m = wanted.x_m + away * cos(0.5236 * turn);
            park->centre.y_m = wanted.y_m + away * sin(0.5236 * turn);
            if (great_parks[number].bank != 0.0)
                park_to_bank(layer->plan, great_parks[number].bank, park);
            if (park_fits(layer->network, park))
                return true;
        }
    }
    return false;
}

static void great_parks_laid(struct city_plan *plan, struct layer *layer)
{
    double scale = plan->scale;
    for (uint32_t i = 0; i < ARRAY_COUNT(great_parks); i++) {
        struct city_park park = {
            .centre = { great_parks[i].x_m * scale, great_parks[i].y_m * scale },
            .along_m = great_parks[i].along_m * scale, .across_m = great_parks[i].across_m * scale,
            .angle_rad = great_parks[i].angle_rad, .lake = great_parks[i].lake && scale > 0.5,
            .seed = city_seed(plan->seed + i, "park") };
        text_copy(park.name, sizeof(park.name), span_of(great_parks[i].name));
        if (!great_park_placed(layer, i, &park))
            continue;
        plan->parks[plan->park_count++] = park;
        park_ringed(&park, layer);
    }
}

static const char *const park_stems[] = {
    "Rowan", "Bramble", "Heron", "Larkspur", "Hazel", "Primrose", "Cedar", "Foxglove", "Willow",
    "Linden", "Orchard", "Fern", "Alder", "Juniper", "Thistle", "Meadow", "Poplar", "Rookery",
    "Hollow", "Spring", "Bluebell", "Sycamore", "Copse", "Warren", "Elder", "Clover", "Hawthorn",
};
static const char *const park_ends[] = { "Green", "Gardens", "Field", "Park", "Rec", "Square" };
static const char *const wood_ends[] = { "Wood", "Copse", "Forest", "Plantation", "Covert" };

static void park_named(uint32_t number, const char *const *ends, uint32_t end_count,
                       struct city_park *park)
{
    const uint32_t stem_count = ARRAY_COUNT(park_stems);
    snprintf(park->name, sizeof(park->name), "%s %s", park_stems[number * 11 % stem_count],
             ends[number / stem_count % end_count]);
}

/* A green for the neighbourhood wherever the main streets leave room for one. */
static void town_parks_laid(struct city_plan *plan, struct layer *layer, uint32_t town_number)
{
    const struct city_town *town = &plan->towns[town_number];
    uint64_t seed = city_seed(plan->seed + town_number, "small parks");
    const double apart = 760.0;
    int reach = (int)(1.2 * town->radius_m / apart) + 1;

    for (int row = -reach; row <= reach; row++) {
        for (int column = -reach; column <= reach; column++) {
            double chance = city_hash(seed, row, column);
            double size = 55.0 + 90.0 * city_hash(seed + 1, row, column);
            double x = apart * (column + 0.6 * city_hash(seed + 2, row, column));
            double y = apart * (row + 0.6 * city_hash(seed + 3, row, column));
            struct city_park park = {
                .centre = { town->centre.x_m + x, town->centre.y_m + y },
                .along_m = size * (1.0 + 0.7 * chance), .across_m = size,
                .angle_rad = 3.0 * city_hash(seed + 4, row, column),
                .seed = seed + (uint64_t)(int64_t)(row * 999 + column) };
            if (plan->park_count == CITY_PARKS_MAX || chance > 0.62
                || city_out(town, park.centre) > 0.95 || !park_fits(layer->network, &park))
                continue;
            park_named(plan->park_count, park_ends, ARRAY_COUNT(park_ends), &park);
            plan->parks[plan->park_count++] = park;
            park_ringed(&park, layer);
        }
    }
}

/* Woods lie between the towns, clear of the roads. */
static void woods_laid(struct city_plan *plan, struct layer *layer)
{
    enum { WOODS_MAX = 400 };
    uint64_t seed = city_seed(plan->seed, "woods");
    const double apart = fmax(1700.0, (plan->high.y_m - plan->low.y_m) / 24.0);
    uint32_t woods = 0;

    for (double y = plan->low.y_m; y < plan->high.y_m; y += apart) {
        for (double x = plan->low.x_m; x < plan->high.x_m; x += apart) {
            int64_t row = (int64_t)(y / apart), column = (int64_t)(x / apart);
            double size = 170.0 + 420.0 * city_hash(seed + 1, row, column);
            struct city_park wood = {
                .centre = { x + 0.7 * apart * city_hash(seed + 2, row, column),
                            y + 0.7 * apart * city_hash(seed + 3, row, column) },
                .along_m = size * 1.5, .across_m = size, .seed = seed + (uint64_t)woods,
                .angle_rad = 3.0 * city_hash(seed + 4, row, column) };
            if (woods == WOODS_MAX || plan->park_count == CITY_PARKS_MAX
                || city_hash(seed, row, column) > 0.5
                || city_outness(plan, wood.centre, NULL) < 1.2 || !park_fits(layer->network, &wood))
                continue;
            park_named(woods++, wood_ends, ARRAY_COUNT(wood_ends), &wood);
            plan->parks[plan->park_count++] = wood;
        }
    }
}

void city_parks_lay(struct city_plan *plan, struct city_network *network)
{
    struct layer *layer = base_alloc(1, sizeof(*layer));
    layer->network = network;
    layer->plan = plan;
    great_parks_laid(plan, layer);
    for (uint32_t town = 0; town < plan->town_count; town++)
        town_parks_laid(plan, layer, town);
    woods_laid(plan, layer);
    base_free(layer);
}
