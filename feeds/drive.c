#include "feeds/drive.h"

#include <math.h>
#include <string.h>

double path_length_m(const struct geo_points *points)
{
    double length_m = 0;

    for (uint32_t i = 1; i < points->count; i++)
        length_m += geo_distance_m(points->at[i - 1], points->at[i]);
    return length_m;
}

void drive_start(struct drive *drive, const struct geo_points *points, int64_t started_ms,
                 int64_t ends_ms)
{
    assert(points->count > 0);
    assert(ends_ms >= started_ms);
    drive_clear(drive);
    *drive = (struct drive){ .points = base_alloc(points->count, sizeof *drive->points),
                             .reached_m = base_alloc(points->count, sizeof *drive->reached_m),
                             .count = points->count, .started_ms = started_ms,
                             .ends_ms = ends_ms };
    memcpy(drive->points, points->at, points->count * sizeof *points->at);
    for (uint32_t i = 1; i < drive->count; i++)
        drive->reached_m[i] = drive->reached_m[i - 1]
                              + geo_distance_m(drive->points[i - 1], drive->points[i]);
}

static struct drive_fix standing_at(const struct drive *drive, uint32_t index)
{
    return (struct drive_fix){ .at = drive->points[index], .course_deg = NAN,
                               .passed = index + 1 };
}

struct drive_fix drive_fix(const struct drive *drive, int64_t now_ms)
{
    assert(drive->count > 0);
    uint32_t last = drive->count - 1;
    double length_m = drive->reached_m[last];

    if (now_ms >= drive->ends_ms || length_m <= 0)
        return standing_at(drive, last);
    if (now_ms < drive->started_ms)
        return standing_at(drive, 0);
    double took_ms = (double)(drive->ends_ms - drive->started_ms);
    double here_m = length_m * (double)(now_ms - drive->started_ms) / took_ms;
    uint32_t next = 1;
    while (next < last && drive->reached_m[next] <= here_m)
        next++;
    struct geo_point from = drive->points[next - 1], to = drive->points[next];
    double part_m = drive->reached_m[next] - drive->reached_m[next - 1];
    double share = part_m > 0 ? (here_m - drive->reached_m[next - 1]) / part_m : 0;
    /* Straight in degrees: over one street segment the difference to a great circle is nothing. */
    struct geo_point at = { .lat_deg = from.lat_deg + (to.lat_deg - from.lat_deg) * share,
                            .lon_deg = from.lon_deg + (to.lon_deg - from.lon_deg) * share };
    return (struct drive_fix){ .at = geo_rounded(at), .speed_mps = length_m / (took_ms / 1000),
                               .course_deg = geo_bearing_deg(from, to), .passed = next };
}

void drive_clear(struct drive *drive)
{
    base_free(drive->points);
    base_free(drive->reached_m);
    *drive = (struct drive){ 0 };
}
