/* A route told as a person tells it: which street, how far, where to turn. */
#include <math.h>
#include <string.h>

#include "maps/roads_inside.h"

/* Bearings are taken over so much of the way: a street's last metres bend into the crossing. */
static const double bearing_over_m = 15.0;
static const double unnamed_told_m = 60.0;
/* Staying on a street is told when it turns so much where one could go on. */
static const double turn_told_deg = 60.0;

static const char *const turn_texts[] = {
#define ROW(upper, text) [TURN_##upper] = text,
    ROAD_TURNS(ROW)
#undef ROW
};

const char *road_turn_text(enum road_turn turn)
{
    assert((size_t)turn < ARRAY_COUNT(turn_texts));
    return turn_texts[turn];
}

/* Legs in a row on one street. `core_last` is where it ends without the links told with it. */
struct route_run {
    uint32_t street, cost_ms, first_point, core_last, last_point;
    double length_m;
};

/* ---- bearings ---- */

/* From a point so far back on the way to `at`, or on from it; NaN for a way of no length. */
static double bearing_into(const struct geo_points *points, uint32_t first, uint32_t at)
{
    uint32_t from = at;

    while (from > first && geo_distance_m(points->at[from], points->at[at]) < bearing_over_m)
        from--;
    return from == at ? NAN : geo_bearing_deg(points->at[from], points->at[at]);
}

static double bearing_out(const struct geo_points *points, uint32_t at, uint32_t last)
{
    uint32_t to = at;

    while (to < last && geo_distance_m(points->at[at], points->at[to]) < bearing_over_m)
        to++;
    return to == at ? NAN : geo_bearing_deg(points->at[at], points->at[to]);
}

/* Degrees one turns between two runs: right is above 0; 0 where it cannot be told. */
static double runs_turn_deg(const struct geo_points *points, const struct route_run *run,
                            const struct route_run *next)
{
    double turn_deg = bearing_out(points, next->first_point, next->last_point)
                      - bearing_into(points, run->first_point, run->core_last);

    if (!isfinite(turn_deg))
        return 0;
    return remainder(turn_deg, 360);
}

static const struct {
    double below_deg;
    enum road_turn right, left;
} turns[] = {
    { 20, TURN_AHEAD, TURN_AHEAD },
    { 50, TURN_SLIGHT_RIGHT, TURN_SLIGHT_LEFT },
    { 120, TURN_RIGHT, TURN_LEFT },
    { 170, TURN_SHARP_RIGHT, TURN_SHARP_LEFT },
    { 360, TURN_BACK, TURN_BACK },
};

static enum road_turn turn_of(double turn_deg)
{
    size_t row = 0;

    while (fabs(turn_deg) >= turns[row].below_deg)
        row++;
    return turn_deg > 0 ? turns[row].right : turns[row].left;
}

/* ---- runs ---- */

static void run_extend(struct route_run *run, const struct route_run *by)
{
    run->length_m += by->length_m;
    run->cost_ms += by->cost_ms;
    run->last_point = by->last_point;
}

/* Joins the legs of one street, but not where one must turn to stay on it. Returns the count. */
static uint32_t runs_make(const struct geo_points *points, const struct route_leg *legs,
                          uint32_t leg_count, struct route_run *runs)
{
    uint32_t count = 0;
    bool crossing = false;

    for (uint32_t i = 0; i < leg_count; i++) {
        struct route_run run = { .street = legs[i].street, .cost_ms = legs[i].cost_ms,
                                 .length_m = legs[i].length_m,
                                 .first_point = i ? legs[i - 1].last_point : 0,
                                 .core_last = legs[i].last_point,
                                 .last_point = legs[i].last_point };
        struct route_run *before = count ? &runs[count - 1] : NULL;
        bool turns_off = before && crossing
                         && fabs(runs_turn_deg(points, before, &run)) >= turn_told_deg;
        crossing = legs[i].crossing;
        if (!before || before->street != run.street || turns_off) {
            runs[count++] = run;
            continue;
        }
        run_extend(before, &run);
        before->core_last = run.core_last;
    }
    return count;
}

/* Short unnamed runs go to the one before, and what is one street again then is one run. */
static uint32_t runs_join(const struct geo_points *points, struct route_run *runs, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct route_run *before = kept ? &runs[kept - 1] : NULL;
        bool link = runs[i].street == STREET_UNNAMED && runs[i].length_m < unnamed_told_m;
        bool same = before && before->street == runs[i].street
                    && before->last_point != before->core_last
                    && fabs(runs_turn_deg(points, before, &runs[i])) < turn_told_deg;
        if (!before || !(link || same)) {
            runs[kept++] = runs[i];
            continue;
        }
        run_extend(before, &runs[i]);
        if (same)
            before->core_last = runs[i].core_last;
    }
    return kept;
}

static uint32_t runs_drop(struct route_run *runs, uint32_t count)
{
    uint32_t shortest = 1;

    for (uint32_t i = 2; i < count; i++)
        if (runs[i].length_m < runs[shortest].length_m)
            shortest = i;
    run_extend(&runs[shortest - 1], &runs[shortest]);
    memmove(runs + shortest, runs + shortest + 1, (count - shortest - 1) * sizeof *runs);
    return count - 1;
}

void route_steps_make(struct road_route *route, const struct route_leg *legs, uint32_t leg_count)
{
    struct route_run *runs = base_alloc(leg_count, sizeof *runs);
    uint32_t count = runs_make(&route->points, legs, leg_count, runs);

    count = runs_join(&route->points, runs, count);
    while (count > ROUTE_STEPS_MAX)
        count = runs_drop(runs, count);
    route->steps = base_alloc(count, sizeof *route->steps);
    route->step_count = count;
    for (uint32_t i = 0; i < count; i++)
        route->steps[i] = (struct road_step){
            .street = runs[i].street, .cost_ms = runs[i].cost_ms, .length_m = runs[i].length_m,
            .turn = i ? turn_of(runs_turn_deg(&route->points, &runs[i - 1], &runs[i]))
                      : TURN_START };
    base_free(runs);
}
