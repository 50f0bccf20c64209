#include "app/core/closures.h"

#include <stdlib.h>
#include <string.h>

#include "app/core/way.h"

struct geo_points hazard_rings(const struct hazard *hazard, struct arena *arena)
{
    const struct geo_points *polygon = &hazard->polygon;
    struct geo_points rings = { 0 };

    if (polygon->count > 0) {
        rings.at = arena_alloc(arena, polygon->count * sizeof *rings.at);
        memcpy(rings.at, polygon->at, polygon->count * sizeof *rings.at);
        rings.count = polygon->count;
    } else if (geo_known(hazard->center) && hazard->radius_m > 0) {
        rings.at = arena_alloc(arena, (CIRCLE_CORNERS + 1) * sizeof *rings.at);
        ring_of_circle(hazard->center, hazard->radius_m, CIRCLE_CORNERS, rings.at);
        rings.count = CIRCLE_CORNERS + 1;
    }
    return rings;
}

struct closure closure_of(const struct hazard *hazard, struct arena *arena)
{
    struct closure closure = { .number = hazard->number };

    if (hazard->closes_roads)
        closure.rings = hazard_rings(hazard, arena);
    return closure;
}

struct closure closure_standing(const struct hazard *hazard, int64_t now_ms, struct arena *arena)
{
    bool begun = hazard->effective_ms <= now_ms;
    bool over = hazard->expires_ms && hazard->expires_ms <= now_ms;

    if (!begun || over)
        return (struct closure){ .number = hazard->number };
    return closure_of(hazard, arena);
}

struct near_closure {
    struct closure closure;
    double distance_m;              /* From the straight way. */
};

static int compare_near(const void *left_row, const void *right_row)
{
    const struct near_closure *left = left_row, *right = right_row;

    if (left->distance_m != right->distance_m)
        return left->distance_m < right->distance_m ? -1 : 1;
    return left->closure.number < right->closure.number ? -1 : 1;
}

static uint32_t closures_near(const struct picture *picture, const struct closed_way *way,
                              struct arena *arena, struct near_closure *found)
{
    struct geo_point ends[] = { way->from, way->to };
    const struct geo_points straight = { .at = ends, .count = 2 };
    bool known = geo_known(way->from) && geo_known(way->to);
    uint32_t count = 0, segment;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_HAZARD); i++) {
        struct closure closure =
            closure_standing(picture_row(picture, OBJECT_HAZARD, i), way->now_ms, arena);
        if (closure.rings.count == 0)
            continue;
        found[count++] = (struct near_closure){
            .closure = closure,
            .distance_m = known ? way_distance_m(&straight, closure.rings.at[0], &segment) : 0 };
    }
    qsort(found, count, sizeof *found, compare_near);
    return count;
}

struct geo_points closures_avoided(const struct picture *picture, const struct closed_way *way,
                                   struct arena *arena, uint32_t *ret_left_out)
{
    uint32_t most = picture_count(picture, OBJECT_HAZARD);
    struct near_closure *found = arena_alloc(arena, (most + 1) * sizeof *found);
    uint32_t count = closures_near(picture, way, arena, found);
    struct geo_points rings = { 0 };

    *ret_left_out = 0;
    if (count > 0)
        rings.at = arena_alloc(arena, AVOID_POINTS_MAX * sizeof *rings.at);
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_points *more = &found[i].closure.rings;
        if (more->count > AVOID_POINTS_MAX - rings.count) {
            (*ret_left_out)++;
            continue;
        }
        memcpy(rings.at + rings.count, more->at, more->count * sizeof *rings.at);
        rings.count += more->count;
    }
    return rings;
}
