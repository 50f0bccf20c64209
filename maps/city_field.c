/* city_field.c - which way streets run, and how close together.
 *
 * A street grid looks the same turned by a quarter, so a direction is kept as the unit vector of
 * four times its angle; those can be averaged. Streets that were laid, the coast and the river
 * write their directions into a raster; what lies between is filled from coarser and coarser
 * averages (push and pull, Gortler and others 1996), so each quarter's grid bends to meet its
 * borders. */
#include <math.h>
#include <string.h>

#include "maps/city_model.h"

enum { FIELD_CELL_M = 60, LEVELS_MAX = 16 };
_Static_assert((int)FIELD_CELL_M >= (int)FIELD_NEAR_M, "a cell's neighbours must reach as far");

struct raster {
    uint32_t columns, rows;
    float *cosine, *sine, *weight;
};

struct city_field {
    const struct city_plan *plan;
    struct raster raster;
    float *east_m, *north_m;    /* Distance between streets that run east, and north. */
    uint8_t *greatest;          /* CITY_CLASS_COUNT less the greatest class laid near the cell. */
    uint16_t *town, *park;      /* Whose cell; number + 1 of a park that reaches into it. */
};

static void raster_init(struct raster *raster, uint32_t columns, uint32_t rows)
{
    size_t cells = (size_t)columns * rows;
    *raster = (struct raster){ .columns = columns, .rows = rows,
        .cosine = base_alloc(cells, sizeof(float)), .sine = base_alloc(cells, sizeof(float)),
        .weight = base_alloc(cells, sizeof(float)) };
}

static void raster_clear(struct raster *raster)
{
    base_free(raster->cosine);
    base_free(raster->sine);
    base_free(raster->weight);
}

static bool cell_of(const struct city_field *field, struct city_spot spot, size_t *ret_cell)
{
    double column = (spot.x_m - field->plan->low.x_m) / FIELD_CELL_M;
    double row = (spot.y_m - field->plan->low.y_m) / FIELD_CELL_M;
    if (!(column >= 0.0) || !(row >= 0.0) || column >= field->raster.columns
        || row >= field->raster.rows)
        return false;
    *ret_cell = (size_t)row * field->raster.columns + (size_t)column;
    return true;
}

static struct city_spot cell_middle(const struct city_field *field, uint32_t column, uint32_t row)
{
    return (struct city_spot){ .x_m = field->plan->low.x_m + (column + 0.5) * FIELD_CELL_M,
                               .y_m = field->plan->low.y_m + (row + 0.5) * FIELD_CELL_M };
}

static void stamped(struct city_field *field, struct city_spot spot, double angle_rad,
                    double weight)
{
    size_t cell;
    if (!cell_of(field, spot, &cell))
        return;
    field->raster.cosine[cell] += (float)(weight * cos(4.0 * angle_rad));
    field->raster.sine[cell] += (float)(weight * sin(4.0 * angle_rad));
    field->raster.weight[cell] += (float)weight;
}

/* ---- push and pull --------------------------------------------------------------------------- */

static void cell_bounded(struct raster *raster, size_t cell)
{
    if (raster->weight[cell] <= 1.0f)
        return;
    raster->cosine[cell] /= raster->weight[cell];
    raster->sine[cell] /= raster->weight[cell];
    raster->weight[cell] = 1.0f;
}

static void pulled(const struct raster *fine, struct raster *coarse)
{
    raster_init(coarse, (fine->columns + 1) / 2, (fine->rows + 1) / 2);
    for (uint32_t row = 0; row < fine->rows; row++) {
        for (uint32_t column = 0; column < fine->columns; column++) {
            size_t from = (size_t)row * fine->columns + column;
            size_t to = (size_t)(row / 2) * coarse->columns + column / 2;
            coarse->cosine[to] += fine->cosine[from];
            coarse->sine[to] += fine->sine[from];
            coarse->weight[to] += fine->weight[from];
        }
    }
    for (size_t cell = 0; cell < (size_t)coarse->columns * coarse->rows; cell++)
        cell_bounded(coarse, cell);
}

/* Bilinear; `column` and `row` in cells of the raster, middles at halves. */
static void looked_up(const struct raster *raster, double column, double row, float *ret_cosine,
                      float *ret_sine)
{
    double x = fmin(fmax(column - 0.5, 0.0), raster->columns - 1.0);
    double y = fmin(fmax(row - 0.5, 0.0), raster->rows - 1.0);
    size_t west = (size_t)x, south = (size_t)y;
    size_t east = west + 1 < raster->columns ? west + 1 : west;
    size_t north = south + 1 < raster->rows ? south + 1 : south;
    float u = (float)(x - (double)west), v = (float)(y - (double)south);
    const float *values[2] = { raster->cosine, raster->sine };
    float *answers[2] = { ret_cosine, ret_sine };

    for (int i = 0; i < 2; i++) {
        const float *low = values[i] + south * raster->columns;
        const float *high = values[i] + north * raster->columns;
        *answers[i] = (low[west] * (1.0f - u) + low[east] * u) * (1.0f - v)
            + (high[west] * (1.0f - u) + high[east] * u) * v;
    }
}

static void pushed(struct raster *fine, const struct raster *coarse)
{
    for (uint32_t row = 0; row < fine->rows; row++) {
        for (uint32_t column = 0; column < fine->columns; column++) {
            size_t cell = (size_t)row * fine->columns + column;
            float cosine, sine, missing = 1.0f - fine->weight[cell];
            looked_up(coarse, (column + 0.5) / 2.0, (row + 0.5) / 2.0, &cosine, &sine);
            fine->cosine[cell] += missing * cosine;
            fine->sine[cell] += missing * sine;
            fine->weight[cell] = 1.0f;
        }
    }
}

static void filled(struct raster *finest)
{
    struct raster levels[LEVELS_MAX];
    uint32_t count = 1;

    levels[0] = *finest;
    for (size_t cell = 0; cell < (size_t)finest->columns * finest->rows; cell++)
        cell_bounded(finest, cell);
    while (count < LEVELS_MAX && levels[count - 1].columns > 1 && levels[count - 1].rows > 1) {
        pulled(&levels[count - 1], &levels[count]);
        count++;
    }
    for (uint32_t level = count - 1; level-- > 0;)
        pushed(&levels[level], &levels[level + 1]);
    for (uint32_t level = 1; level < count; level++)
        raster_clear(&levels[level]);
}

/* ---- what is written into it ----------------------------------------------------------------- */

static void network_stamped(struct city_field *field, const struct city_network *network)
{
    for (uint32_t i = 0; i < network->point_count; i++) {
        struct city_way way = network->point_way[i];
        bool great = network->streets[network->point_street[i]].class <= CITY_COLLECTOR;
        stamped(field, network->points[i], atan2((double)way.y, (double)way.x), great ? 0.4 : 0.25);
    }
}

/* So that most steps of most streets need not look for great streets at all. */
static void great_streets_marked(struct city_field *field, const struct city_network *network)
{
    for (uint32_t i = 0; i < network->point_count; i++) {
        uint8_t mark = (uint8_t)(CITY_CLASS_COUNT
                                 - network->streets[network->point_street[i]].class);
        for (int around = 0; around < 9; around++) {
            size_t cell;
            struct city_spot spot = network->points[i];
            spot.x_m += (around % 3 - 1) * FIELD_CELL_M;
            spot.y_m += (around / 3 - 1) * FIELD_CELL_M;
            if (cell_of(field, spot, &cell) && field->greatest[cell] < mark)
                field->greatest[cell] = mark;
        }
    }
}

static void coast_stamped(struct city_field *field)
{
    const struct city_plan *plan = field->plan;
    for (uint32_t i = 2; i + 2 < plan->coast_count; i++) {
        double slope = (plan->coast_x_m[i + 2] - plan->coast_x_m[i - 2]) / (4.0 * CITY_STEP_M);
        struct city_spot spot = { plan->coast_x_m[i], plan->low.y_m + (double)i * CITY_STEP_M };
        stamped(field, spot, atan2(1.0, slope), 0.3);
    }
    for (uint32_t i = 2; i + 2 < plan->river_count; i++) {
        double slope = (plan->river_y_m[i + 2] - plan->river_y_m[i - 2]) / (4.0 * CITY_STEP_M);
        struct city_spot spot = { plan->low.x_m + (double)i * CITY_STEP_M, plan->river_y_m[i] };
        stamped(field, spot, atan2(slope, 1.0), 0.3);
    }
}

static void cell_turned(struct raster *raster, size_t cell, double by_rad)
{
    float cosine = (float)cos(4.0 * by_rad), sine = (float)sin(4.0 * by_rad);
    float c = raster->cosine[cell], s = raster->sine[cell];
    raster->cosine[cell] = c * cosine - s * sine;
    raster->sine[cell] = c * sine + s * cosine;
}

/* How far along short and long sides of a block are, by how far out it lies. */
static const struct {
    double out, short_m, long_m, turn_rad, turn_size_m;
} quarters[] = {
    { .out = 0.05, .short_m = 60, .long_m = 80, .turn_rad = 0.30, .turn_size_m = 330 },
    { .out = 0.14, .short_m = 70, .long_m = 98, .turn_rad = 0.06, .turn_size_m = 900 },
    { .out = 0.30, .short_m = 74, .long_m = 122, .turn_rad = 0.05, .turn_size_m = 900 },
    { .out = 0.58, .short_m = 76, .long_m = 142, .turn_rad = 0.12, .turn_size_m = 900 },
    { .out = 0.95, .short_m = 82, .long_m = 158, .turn_rad = 0.45, .turn_size_m = 800 },
};

static bool in_works(const struct city_plan *plan, struct city_spot spot)
{
    for (uint32_t i = 0; i < CITY_WORKS; i++) {
        if (city_park_m(&plan->works[i], spot) < 0.0)
            return true;
    }
    return false;
}

static void cell_settled(struct city_field *field, size_t cell, struct city_spot spot, double out,
                         uint32_t town)
{
    const struct city_plan *plan = field->plan;
    uint64_t seed = city_seed(plan->seed, "quarters");
    double ragged = out + 0.03 * city_noise(seed, spot, 400.0);
    uint32_t i = 0;

    if (town == 0) {            /* The old town lies at the quay, not at the market square. */
        struct city_spot old_town = { 260.0 * plan->scale, -150.0 * plan->scale };
        if (city_apart_m(spot, old_town) < 620.0 * plan->scale)
            ragged = 0.0;
        if (fabs(spot.y_m) < 12000.0 && spot.x_m > city_quay_x_m(plan, spot.y_m) + 20.0)
            return;
    }
    if (ragged > 1.0 || city_sea_m(plan, spot) < 25.0)
        return;
    while (i + 1 < ARRAY_COUNT(quarters) && ragged > quarters[i].out)
        i++;
    double wide = 1.0 + 0.12 * city_noise(seed + 1, spot, 1500.0);
    if (town == 0 && in_works(plan, spot))
        wide *= 1.7;
    double short_m = quarters[i].short_m * wide, long_m = quarters[i].long_m * wide;
    bool lies_east = city_noise(seed + 2, spot, 1100.0) > 0.0;
    field->east_m[cell] = (float)(lies_east ? short_m : long_m);
    field->north_m[cell] = (float)(lies_east ? long_m : short_m);
    field->town[cell] = (uint16_t)town;
    cell_turned(&field->raster, cell,
                quarters[i].turn_rad * city_noise(seed + 3, spot, quarters[i].turn_size_m));
}

static void towns_settled(struct city_field *field)
{
    const struct city_plan *plan = field->plan;
    for (uint32_t t = 0; t < plan->town_count; t++) {
        const struct city_town *town = &plan->towns[t];
        double reach = 1.3 * town->radius_m;
        for (double y = -reach; y <= reach; y += FIELD_CELL_M) {
            for (double x = -reach; x <= reach; x += FIELD_CELL_M) {
                size_t cell;
                struct city_spot spot = { town->centre.x_m + x, town->centre.y_m + y };
                if (!cell_of(field, spot, &cell) || field->east_m[cell] > 0.0f)
                    continue;
                uint32_t column = (uint32_t)(cell % field->raster.columns);
                uint32_t row = (uint32_t)(cell / field->raster.columns);
                struct city_spot middle = cell_middle(field, column, row);
                cell_settled(field, cell, middle, city_out(town, middle), t);
            }
        }
    }
}

static void parks_marked(struct city_field *field)
{
    const struct city_plan *plan = field->plan;
    for (uint32_t i = 0; i < plan->park_count; i++) {
        const struct city_park *park = &plan->parks[i];
        double reach = 1.35 * fmax(park->along_m, park->across_m) + 2.0 * FIELD_CELL_M;
        for (double y = -reach; y <= reach; y += FIELD_CELL_M / 2.0) {
            for (double x = -reach; x <= reach; x += FIELD_CELL_M / 2.0) {
                size_t cell;
                struct city_spot spot = { park->centre.x_m + x, park->centre.y_m + y };
                if (cell_of(field, spot, &cell) && city_park_m(park, spot) < FIELD_CELL_M)
                    field->park[cell] = (uint16_t)(i + 1);
            }
        }
    }
}

struct city_field *city_field_new(const struct city_network *network)
{
    const struct city_plan *plan = network->plan;
    struct city_field *field = base_alloc(1, sizeof(*field));

    field->plan = plan;
    raster_init(&field->raster, (uint32_t)((plan->high.x_m - plan->low.x_m) / FIELD_CELL_M) + 1,
                (uint32_t)((plan->high.y_m - plan->low.y_m) / FIELD_CELL_M) + 1);
    size_t cells = (size_t)field->raster.columns * field->raster.rows;
    field->east_m = base_alloc(cells, sizeof(float));
    field->north_m = base_alloc(cells, sizeof(float));
    field->park = base_alloc(cells, sizeof(uint16_t));
    field->town = base_alloc(cells, sizeof(uint16_t));
    field->greatest = base_alloc(cells, sizeof(uint8_t));
    great_streets_marked(field, network);
    network_stamped(field, network);
    coast_stamped(field);
    filled(&field->raster);
    towns_settled(field);
    parks_marked(field);
    return field;
}

void city_field_free(struct city_field *field)
{
    raster_clear(&field->raster);
    base_free(field->east_m);
    base_free(field->north_m);
    base_free(field->park);
    base_free(field->town);
    base_free(field->greatest);
    base_free(field);
}

double city_field_angle(const struct city_field *field, struct city_spot spot, double toward_rad)
{
    static const double quarter = 3.14159265358979323846 / 2.0;
    float cosine, sine;
    looked_up(&field->raster, (spot.x_m - field->plan->low.x_m) / FIELD_CELL_M,
              (spot.y_m - field->plan->low.y_m) / FIELD_CELL_M, &cosine, &sine);
    double angle = atan2((double)sine, (double)cosine) / 4.0;
    return angle + quarter * round((toward_rad - angle) / quarter);
}

double city_field_apart_m(const struct city_field *field, struct city_spot spot, double angle_rad)
{
    size_t cell;
    if (!cell_of(field, spot, &cell) || field->east_m[cell] <= 0.0f)
        return 0.0;
    if (field->park[cell] != 0
        && city_park_m(&field->plan->parks[field->park[cell] - 1], spot) < 8.0)
        return 0.0;
    if (city_water_m(field->plan, spot) < 22.0)
        return 0.0;
    bool runs_east = fabs(cos(angle_rad)) > fabs(sin(angle_rad));
    return (double)(runs_east ? field->east_m[cell] : field->north_m[cell]);
}

bool city_field_may_meet(const struct city_field *field, struct city_spot spot,
                         enum city_class class_most)
{
    size_t cell;
    return !cell_of(field, spot, &cell)
        || field->greatest[cell] >= (int)CITY_CLASS_COUNT - (int)class_most;
}

uint32_t city_field_town(const struct city_field *field, struct city_spot spot)
{
    size_t cell;
    return cell_of(field, spot, &cell) ? field->town[cell] : 0;
}
