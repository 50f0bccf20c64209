#include "panels/trails.h"

#include <string.h>

#include "app/base/text.h"

enum { APART_M = 12 };          /* A parked unit's fixes scatter by less. */

void trails_clear(struct trails *trails)
{
    base_free(trails->at);
    *trails = (struct trails){ 0 };
}

static void trail_drop(struct trail *trail, uint32_t count)
{
    memmove(trail->fixes, trail->fixes + count,
            (trail->count - count) * sizeof *trail->fixes);
    trail->count -= count;
}

static void trail_forget(struct trail *trail, int64_t now_ms)
{
    uint32_t old = 0;

    if (trail->count && trail->fixes[trail->count - 1].at_ms > now_ms)
        trail->count = 0;
    while (old < trail->count && now_ms - trail->fixes[old].at_ms > TRAIL_KEPT_MS)
        old++;
    trail_drop(trail, old);
}

static void trail_note(struct trail *trail, const struct unit *unit, int64_t now_ms)
{
    const struct trail_fix *last = trail->count ? &trail->fixes[trail->count - 1] : NULL;

    if (!geo_known(unit->location) || unit->located_ms > now_ms)
        return;
    if (last && geo_distance_m(last->at, unit->location) < APART_M)
        return;
    if (trail->count == TRAIL_FIXES)
        trail_drop(trail, 1);
    trail->fixes[trail->count++] = (struct trail_fix){ .at = unit->location,
                                                       .at_ms = unit->located_ms };
}

void trails_note(struct trails *trails, const struct picture *picture, int64_t now_ms)
{
    uint32_t units = picture_count(picture, OBJECT_UNIT);

    trails->at = base_grow(trails->at, &trails->capacity, units, sizeof *trails->at);
    for (uint32_t row = 0; row < units; row++) {
        const struct unit *unit = picture_row(picture, OBJECT_UNIT, row);
        struct trail *trail = &trails->at[row];
        /* A new configuration may have put another unit into the row. */
        if (row >= trails->count || strcmp(trail->callsign, unit->callsign) != 0) {
            *trail = (struct trail){ .count = 0 };
            text_copy(trail->callsign, sizeof trail->callsign, span_of(unit->callsign));
        }
        trail_forget(trail, now_ms);
        trail_note(trail, unit, now_ms);
    }
    trails->count = units;
}

const struct trail *trails_of(const struct trails *trails, const struct unit *unit, uint32_t row)
{
    if (row >= trails->count || strcmp(trails->at[row].callsign, unit->callsign) != 0)
        return NULL;
    return &trails->at[row];
}

uint32_t trail_fresh_from(const struct trail *trail, int64_t now_ms)
{
    uint32_t fix = 0;

    while (fix < trail->count && now_ms - trail->fixes[fix].at_ms > TRAIL_FRESH_MS)
        fix++;
    return fix;
}
