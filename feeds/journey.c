#include "feeds/journey.h"

#include <math.h>
#include <string.h>

/* A start nearer than this is where the unit stands: a station's door against its street. */
static const double same_place_m = 30;

static void trail_add(struct journey *journey, struct geo_point point)
{
    journey->trail.at = base_grow(journey->trail.at, &journey->trail_capacity,
                                  journey->trail.count + 1, sizeof *journey->trail.at);
    journey->trail.at[journey->trail.count++] = point;
}

static void trail_restart(struct journey *journey)
{
    journey->trail.count = 0;
    if (geo_known(journey->home))
        trail_add(journey, journey->home);
}

void journey_init(struct journey *journey, struct geo_point home)
{
    *journey = (struct journey){ .home = home, .at = home };
    trail_restart(journey);
}

void journey_clear(struct journey *journey)
{
    drive_clear(&journey->drive);
    base_free(journey->trail.at);
    *journey = (struct journey){ 0 };
}

struct drive_fix journey_fix(const struct journey *journey, int64_t now_ms)
{
    if (journey->moving)
        return drive_fix(&journey->drive, now_ms);
    return (struct drive_fix){ .at = journey->at, .course_deg = NAN };
}

/* Outward, what was driven is added to the way home; homeward, what is left of it remains. */
static void trail_follow(struct journey *journey, uint32_t passed)
{
    const struct drive *drive = &journey->drive;

    if (journey->homeward) {
        journey->trail.count = 0;
        for (uint32_t i = drive->count; i > passed; i--)
            trail_add(journey, drive->points[i - 1]);
        return;
    }
    for (uint32_t i = 0; i < passed; i++)
        trail_add(journey, drive->points[i]);
    if (journey->trail.count > JOURNEY_TRAIL_MAX)
        trail_restart(journey);
}

void journey_halt(struct journey *journey, int64_t now_ms)
{
    if (!journey->moving)
        return;
    struct drive_fix fix = drive_fix(&journey->drive, now_ms);
    trail_follow(journey, fix.passed);
    journey->at = fix.at;
    journey->moving = false;
    drive_clear(&journey->drive);
    if (geo_same(journey->at, journey->home))
        trail_restart(journey);
}

static int64_t ms_at_speed(double length_m, double speed_mps)
{
    assert(speed_mps > 0);
    return (int64_t)llround(length_m / speed_mps * 1000);
}

static int64_t set_off(struct journey *journey, const struct geo_points *path, int64_t took_ms,
                       int64_t now_ms)
{
    journey->moving = true;
    drive_start(&journey->drive, path, now_ms, now_ms + took_ms);
    return now_ms + took_ms;
}

int64_t journey_out(struct journey *journey, const struct geo_points *route, int64_t route_ms,
                    double speed_mps, int64_t now_ms)
{
    assert(!journey->moving);
    if (route->count == 0)
        return now_ms;
    struct geo_points path = { .at = base_alloc(route->count + 1, sizeof *path.at) };
    int64_t took_ms = route_ms > 0 ? route_ms : ms_at_speed(path_length_m(route), speed_mps);

    if (geo_known(journey->at)) {
        double gap_m = geo_distance_m(journey->at, route->at[0]);
        path.at[path.count++] = journey->at;
        if (gap_m > same_place_m)
            took_ms += ms_at_speed(gap_m, speed_mps);
    }
    memcpy(path.at + path.count, route->at, route->count * sizeof *route->at);
    path.count += route->count;
    journey->homeward = false;
    int64_t arrives_ms = set_off(journey, &path, took_ms, now_ms);
    base_free(path.at);
    return arrives_ms;
}

int64_t journey_home(struct journey *journey, double speed_mps, int64_t now_ms)
{
    assert(!journey->moving);
    if (!geo_known(journey->at) || journey->trail.count == 0
        || geo_same(journey->at, journey->home))
        return now_ms;
    struct geo_points path = { .at = base_alloc(journey->trail.count + 1, sizeof *path.at) };
    path.at[path.count++] = journey->at;
    for (uint32_t i = journey->trail.count; i > 0; i--)
        path.at[path.count++] = journey->trail.at[i - 1];
    journey->homeward = true;
    int64_t took_ms = ms_at_speed(path_length_m(&path), speed_mps);
    int64_t arrives_ms = set_off(journey, &path, took_ms, now_ms);
    base_free(path.at);
    return arrives_ms;
}
