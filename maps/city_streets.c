/* city_streets.c - the network of lines while it grows, and how it grows.
 *
 * Collectors and streets are traced along the direction field from seeds beside the streets that
 * are there already, as evenly spaced streamlines (Jobard and Lefer 1997; streets this way: Chen
 * and others 2008). A line ends where it would come too near to one that runs the same way. It
 * runs a little past a greater street that ends it; city_graph cuts it back to the crossing. */
#include <math.h>

#include "maps/city_model.h"

/* ---- the index ------------------------------------------------------------------------------- */

struct city_network *city_network_new(const struct city_plan *plan)
{
    struct city_network *network = base_alloc(1, sizeof(*network));
    network->plan = plan;
    network->columns = (uint32_t)((plan->high.x_m - plan->low.x_m) / CITY_CELL_M) + 1;
    network->rows = (uint32_t)((plan->high.y_m - plan->low.y_m) / CITY_CELL_M) + 1;
    network->cell_head = base_alloc((size_t)network->columns * network->rows,
                                    sizeof(*network->cell_head));
    return network;
}

void city_network_free(struct city_network *network)
{
    base_free(network->points);
    base_free(network->point_street);
    base_free(network->point_way);
    base_free(network->point_next);
    base_free(network->cell_head);
    base_free(network->streets);
    base_free(network);
}

static uint32_t cell_column(const struct city_network *network, double x_m)
{
    double column = (x_m - network->plan->low.x_m) / CITY_CELL_M;
    return column <= 0.0 ? 0 : column >= network->columns ? network->columns - 1 : (uint32_t)column;
}

static uint32_t cell_row(const struct city_network *network, double y_m)
{
    double row = (y_m - network->plan->low.y_m) / CITY_CELL_M;
    return row <= 0.0 ? 0 : row >= network->rows ? network->rows - 1 : (uint32_t)row;
}

static void room_made(struct city_network *network, uint32_t count)
{
    network->points = base_grow(network->points, &network->point_capacity, count,
                                sizeof(*network->points));
    network->point_street = base_grow(network->point_street, &network->street_of_capacity, count,
                                      sizeof(*network->point_street));
    network->point_way = base_grow(network->point_way, &network->way_capacity, count,
                                   sizeof(*network->point_way));
    network->point_next = base_grow(network->point_next, &network->next_capacity, count,
                                    sizeof(*network->point_next));
}

static struct city_way way_between(struct city_spot from, struct city_spot to)
{
    double apart = fmax(city_apart_m(from, to), 1e-6);
    return (struct city_way){ .x = (float)((to.x_m - from.x_m) / apart),
                              .y = (float)((to.y_m - from.y_m) / apart) };
}

uint32_t city_street_add(struct city_network *network, const struct city_path *path,
                         const struct city_street *like)
{
    assert(path->count >= 2);

    uint32_t number = network->street_count, first = network->point_count;
    room_made(network, first + path->count);
    for (uint32_t i = 0; i < path->count; i++) {
        uint32_t before = i > 0 ? i - 1 : 0, after = i + 1 < path->count ? i + 1 : i;
        struct city_spot spot = path->at[i];
        uint32_t *head = &network->cell_head[(size_t)cell_row(network, spot.y_m) * network->columns
                                             + cell_column(network, spot.x_m)];
        network->points[first + i] = spot;
        network->point_street[first + i] = number;
        network->point_way[first + i] = way_between(path->at[before], path->at[after]);
        network->point_next[first + i] = *head;
        *head = first + i + 1;
    }
    network->point_count += path->count;
    network->streets = base_grow(network->streets, &network->street_capacity, number + 1,
                                 sizeof(*network->streets));
    network->streets[number] = *like;
    network->streets[number].first = first;
    network->streets[number].count = path->count;
    network->street_count++;
    return number;
}

/* Calls for every point in the cells within `within_m`; a visit that returns true ends it. */
struct near {
    struct city_spot spot, to;
    struct city_way way;
    double within_m;
    enum city_class class_most;
    uint32_t except;
    double met_part, margin_m;
    const struct city_park *park;
};
typedef bool near_fn(const struct city_network *network, uint32_t point, struct near *near);

static bool near_visit(const struct city_network *network, struct near *near, near_fn *visit)
{
    uint32_t west = cell_column(network, near->spot.x_m - near->within_m);
    uint32_t east = cell_column(network, near->spot.x_m + near->within_m);
    uint32_t south = cell_row(network, near->spot.y_m - near->within_m);
    uint32_t north = cell_row(network, near->spot.y_m + near->within_m);

    for (uint32_t row = south; row <= north; row++) {
        for (uint32_t column = west; column <= east; column++) {
            uint32_t point = network->cell_head[(size_t)row * network->columns + column];
            for (; point != 0; point = network->point_next[point - 1]) {
                if (network->streets[network->point_street[point - 1]].class <= near->class_most
                    && visit(network, point - 1, near))
                    return true;
            }
        }
    }
    return false;
}

static bool visit_beside(const struct city_network *network, uint32_t point, struct near *near)
{
    struct city_way way = network->point_way[point];
    double x = network->points[point].x_m - near->spot.x_m;
    double y = network->points[point].y_m - near->spot.y_m;
    return x * x + y * y < near->within_m * near->within_m
        && fabsf(way.x * near->way.y - way.y * near->way.x) < 0.57f;    /* Sine of 35 degrees. */
}

bool city_street_beside(const struct city_network *network, struct city_spot spot, double angle_rad,
                        double within_m, enum city_class class_most)
{
    struct near near = { .spot = spot, .within_m = within_m, .class_most = class_most,
        .way = { .x = (float)cos(angle_rad), .y = (float)sin(angle_rad) } };
    return near_visit(network, &near, visit_beside);
}

static bool visit_park(const struct city_network *network, uint32_t point, struct near *near)
{
    return city_park_m(near->park, network->points[point]) < near->margin_m;
}

bool city_park_clear(const struct city_network *network, const struct city_park *park,
                     double margin_m)
{
    struct near near = { .spot = park->centre, .class_most = CITY_SERVICE, .park = park,
        .within_m = 1.35 * fmax(park->along_m, park->across_m) + margin_m, .margin_m = margin_m };
    return !near_visit(network, &near, visit_park);
}

static bool visit_near(const struct city_network *network, uint32_t point, struct near *near)
{
    return city_apart_m(network->points[point], near->spot) < near->within_m;
}

bool city_street_near(const struct city_network *network, struct city_spot spot, double within_m,
                      enum city_class class_most)
{
    struct near near = { .spot = spot, .within_m = within_m, .class_most = class_most };
    return near_visit(network, &near, visit_near);
}

bool city_crossing(struct city_spot a, struct city_spot b, struct city_spot c, struct city_spot d,
                   double *ret_along_ab, double *ret_along_cd)
{
    double abx = b.x_m - a.x_m, aby = b.y_m - a.y_m, cdx = d.x_m - c.x_m, cdy = d.y_m - c.y_m;
    double turn = abx * cdy - aby * cdx;
    if (fabs(turn) < 1e-9)
        return false;
    double acx = c.x_m - a.x_m, acy = c.y_m - a.y_m;
    double along_ab = (acx * cdy - acy * cdx) / turn, along_cd = (acx * aby - acy * abx) / turn;
    /* An end belongs to the piece that starts there, so a crossing at a vertex counts once. */
    if (along_ab < 0.0 || along_ab >= 1.0 || along_cd < 0.0 || along_cd >= 1.0)
        return false;
    *ret_along_ab = along_ab;
    *ret_along_cd = along_cd;
    return true;
}

static bool visit_met(const struct city_network *network, uint32_t point, struct near *near)
{
    double part, other;
    if (network->point_street[point] == near->except || point + 1 >= network->point_count
        || network->point_street[point + 1] != network->point_street[point])
        return false;
    if (city_crossing(near->spot, near->to, network->points[point], network->points[point + 1],
                      &part, &other) && part < near->met_part)
        near->met_part = part;
    return false;
}

bool city_street_met(const struct city_network *network, struct city_spot from,
                     struct city_spot to, enum city_class class_most, uint32_t except,
                     struct city_spot *ret_at)
{
    /* A piece that crosses starts at most one step from the line. */
    struct near near = { .spot = from, .to = to, .class_most = class_most, .except = except,
        .within_m = city_apart_m(from, to) + CITY_STEP_M + 10.0, .met_part = 2.0 };
    near_visit(network, &near, visit_met);
    if (near.met_part > 1.0)
        return false;
    *ret_at = city_between(from, to, near.met_part);
    return true;
}

/* ---- growth ---------------------------------------------------------------------------------- */

enum { OLD_TOWN_M = 88 };       /* Streets nearer to each other than this are the old town's. */

struct seed {
    struct city_spot spot;
    double angle_rad;
};

struct growth {
    struct city_network *network;
    const struct city_field *field;
    enum city_class class, ends_at;     /* Ends at a street of `ends_at` or greater. */
    double apart_m;                     /* Fixed, or 0: what the field says. */
    double length_min_m, length_max_m;
    struct seed *seeds;
    uint32_t seed_count, seed_capacity, seed_next;
};

static const double half_turn = 3.14159265358979323846;

static void seed_add(struct growth *growth, struct city_spot spot, double angle_rad)
{
    growth->seeds = base_grow(growth->seeds, &growth->seed_capacity, growth->seed_count + 1,
                              sizeof(*growth->seeds));
    growth->seeds[growth->seed_count++] = (struct seed){ .spot = spot, .angle_rad = angle_rad };
}

static double apart_m(const struct growth *growth, struct city_spot spot, double angle_rad)
{
    double apart = city_field_apart_m(growth->field, spot, angle_rad);
    return apart > 0.0 && growth->apart_m > 0.0 ? fmax(apart, growth->apart_m) : apart;
}

static struct city_spot moved(struct city_spot from, double angle_rad, double by_m)
{
    return (struct city_spot){ .x_m = from.x_m + by_m * cos(angle_rad),
                               .y_m = from.y_m + by_m * sin(angle_rad) };
}

/* A line that has come back to itself is a spiral, and spirals are not streets. */
static bool comes_back(const struct city_path *path, struct city_spot spot, double within_m)
{
    uint32_t recent = (uint32_t)(1.6 * within_m / CITY_STEP_M) + 2;
    for (uint32_t i = 0; i + recent < path->count; i += 2) {
        if (city_apart_m(path->at[i], spot) < within_m)
            return true;
    }
    return false;
}

static bool at_motorway(const struct growth *growth, struct city_spot spot)
{
    return city_field_may_meet(growth->field, spot, CITY_MOTORWAY)
        && city_street_near(growth->network, spot, 40.0, CITY_MOTORWAY);
}

/* Streets differ in length, and where blocks are small, in the old town, they are short: so they
 * end at one another, and crossings with four arms become rarer. */
static uint32_t steps_most(const struct growth *growth, struct city_spot spot, double angle_rad)
{
    double part = 1.0, chance = city_hash(growth->network->plan->seed, (int64_t)floor(spot.x_m),
                                          (int64_t)floor(spot.y_m));
    if (growth->class > CITY_COLLECTOR)
        part = apart_m(growth, spot, angle_rad) < OLD_TOWN_M ? 0.07 + 0.20 * chance
                                                             : 0.4 + 0.6 * chance;
    return (uint32_t)(part * growth->length_max_m / CITY_STEP_M / 2.0) + 1;
}

/* From the end of `path` on, until something stops it. */
static void traced(const struct growth *growth, double angle_rad, struct city_path *path)
{
    uint32_t steps_max = steps_most(growth, path->at[path->count - 1], angle_rad);

    for (uint32_t step = 0; step < steps_max; step++) {
        struct city_spot from = path->at[path->count - 1], crossing;
        double first = city_field_angle(growth->field, from, angle_rad);
        struct city_spot middle = moved(from, first, CITY_STEP_M / 2.0);
        double next = city_field_angle(growth->field, middle, first);
        struct city_spot to = moved(from, next, CITY_STEP_M);
        double apart = apart_m(growth, to, next);
        if (apart <= 0.0 || cos(next - angle_rad) < 0.8
            || at_motorway(growth, to)
            || city_street_beside(growth->network, to, next, 0.62 * apart, growth->class)
            || comes_back(path, to, 0.7 * apart))
            return;
        city_path_add(path, to);
        angle_rad = next;
        if (step > 0 && city_field_may_meet(growth->field, from, growth->ends_at)
            && city_street_met(growth->network, from, to, growth->ends_at, UINT32_MAX, &crossing))
            return;
    }
}

static void children_seeded(struct growth *growth, const struct city_path *path)
{
    double since_m = 1e9;
    for (uint32_t i = 0; i + 1 < path->count; i++) {
        double angle = atan2(path->at[i + 1].y_m - path->at[i].y_m,
                             path->at[i + 1].x_m - path->at[i].x_m);
        double apart = apart_m(growth, path->at[i], angle);
        since_m += CITY_STEP_M;
        if (apart <= 0.0 || since_m < 0.8 * apart)
            continue;
        since_m = 0.0;
        seed_add(growth, moved(path->at[i], angle + half_turn / 2.0, apart), angle);
        seed_add(growth, moved(path->at[i], angle - half_turn / 2.0, apart), angle);
    }
}

/* Streets leave a greater one on both sides, at the distances of their own kind. */
static void branches_seeded(struct growth *growth, uint32_t street)
{
    struct city_network *network = growth->network;
    const struct city_street *greater = &network->streets[street];
    double since_m = 1e9;

    for (uint32_t i = 0; i < greater->count; i++) {
        struct city_way way = network->point_way[greater->first + i];
        struct city_spot spot = network->points[greater->first + i];
        double across = atan2((double)way.y, (double)way.x) + half_turn / 2.0;
        double apart = apart_m(growth, spot, across);
        since_m += CITY_STEP_M;
        if (apart <= 0.0 || since_m < apart)
            continue;
        since_m = 0.0;
        seed_add(growth, spot, across);
        double beside = apart_m(growth, spot, across - half_turn / 2.0);
        if (beside > 0.0) {
            seed_add(growth, moved(spot, across, beside), across - half_turn / 2.0);
            seed_add(growth, moved(spot, across, -beside), across - half_turn / 2.0);
        }
    }
}

static void seed_grown(struct growth *growth, struct seed seed)
{
    double apart = apart_m(growth, seed.spot, seed.angle_rad);
    if (apart <= 0.0)
        return;
    double angle = city_field_angle(growth->field, seed.spot, seed.angle_rad);
    if (city_street_beside(growth->network, seed.spot, angle, 0.86 * apart, growth->class)
        || at_motorway(growth, seed.spot))
        return;

    struct city_path back = { .count = 0 }, whole = { .count = 0 };
    city_path_add(&back, seed.spot);
    traced(growth, angle + half_turn, &back);
    for (uint32_t i = back.count; i-- > 0;)
        city_path_add(&whole, back.at[i]);
    traced(growth, angle, &whole);
    if ((double)(whole.count - 1) * CITY_STEP_M >= growth->length_min_m) {
        struct city_street like = { .class = growth->class,
                                    .town = city_field_town(growth->field, seed.spot) };
        city_street_add(growth->network, &whole, &like);
        children_seeded(growth, &whole);
    }
    city_path_clear(&back);
    city_path_clear(&whole);
}

static void seeds_grown(struct growth *growth)
{
    while (growth->seed_next < growth->seed_count)
        seed_grown(growth, growth->seeds[growth->seed_next++]);
}

/* What no street reached by neighbourhood: around parks, where directions turn. */
static void gaps_seeded(struct growth *growth, const struct city_town *town, double every_m)
{
    double reach = 1.3 * town->radius_m;
    for (double y = -reach; y < reach; y += every_m) {
        for (double x = -reach; x < reach; x += every_m) {
            struct city_spot spot = { town->centre.x_m + x, town->centre.y_m + y };
            seed_grown(growth, (struct seed){ spot, 0.0 });
            seed_grown(growth, (struct seed){ spot, half_turn / 2.0 });
            seeds_grown(growth);
        }
    }
}

void city_grow(struct city_network *network, const struct city_field *field)
{
    struct growth stages[] = {
        { .class = CITY_COLLECTOR, .ends_at = CITY_MOTORWAY, .apart_m = 430.0,
          .length_min_m = 400.0, .length_max_m = 5000.0 },
        { .class = CITY_RESIDENTIAL, .ends_at = CITY_ARTERIAL, .apart_m = 0.0,
          .length_min_m = 70.0, .length_max_m = 1900.0 },
    };

    for (uint32_t stage = 0; stage < ARRAY_COUNT(stages); stage++) {
        struct growth *growth = &stages[stage];
        growth->network = network;
        growth->field = field;
        for (uint32_t street = 0, count = network->street_count; street < count; street++)
            branches_seeded(growth, street);
        seeds_grown(growth);
        for (uint32_t town = 0; town < network->plan->town_count; town++)
            gaps_seeded(growth, &network->plan->towns[town], growth->apart_m > 0.0 ? 230.0 : 80.0);
        base_free(growth->seeds);
    }
}
