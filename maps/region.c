#include "maps/region.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double m_per_degree = 6371008.8 * 0.017453292519943295;
static const double radians = 0.017453292519943295;
/* More rings than this are assembled by how they lie in each other instead of one by one. */
enum { RINGS_ONE_BY_ONE = 24 };

struct region {
    GEOSContextHandle_t geos;
    struct geo_point middle;
    double lon_m;                   /* Metres per degree of longitude there. */
    GEOSGeometry *area;
    const GEOSPreparedGeometry *prepared;
};

/* ---- to and from the plane ---- */

static GEOSCoordSequence *sequence_of(const struct region *region, const struct geo_points *points,
                                      bool close)
{
    struct geo_point first = points->at[0], last = points->at[points->count - 1];
    uint32_t extra = close && !geo_same(first, last);
    GEOSCoordSequence *sequence = GEOSCoordSeq_create_r(region->geos, points->count + extra, 2);

    for (uint32_t i = 0; sequence && i < points->count + extra; i++) {
        struct geo_point point = points->at[i < points->count ? i : 0];
        GEOSCoordSeq_setXY_r(region->geos, sequence, i,
                             (point.lon_deg - region->middle.lon_deg) * region->lon_m,
                             (point.lat_deg - region->middle.lat_deg) * m_per_degree);
    }
    return sequence;
}

static GEOSGeometry *line_of(const struct region *region, const struct geo_points *points)
{
    GEOSCoordSequence *sequence = sequence_of(region, points, false);
    return sequence ? GEOSGeom_createLineString_r(region->geos, sequence) : NULL;
}

/* Frees `area` and returns it valid. */
static GEOSGeometry *made_valid(const struct region *region, GEOSGeometry *area)
{
    if (!area || GEOSisValid_r(region->geos, area) == 1)
        return area;
    GEOSGeometry *valid = GEOSMakeValid_r(region->geos, area);
    GEOSGeom_destroy_r(region->geos, area);
    return valid;
}

static bool points_finite(const struct geo_points *points)
{
    for (uint32_t i = 0; i < points->count; i++)
        if (!isfinite(points->at[i].lat_deg) || !isfinite(points->at[i].lon_deg))
            return false;
    return true;
}

/* A ring as a valid area; NULL when it encloses nothing. */
static GEOSGeometry *ring_area(const struct region *region, const struct geo_points *ring)
{
    if (ring->count < 3 || !points_finite(ring))
        return NULL;
    struct geo_point first = ring->at[0], last = ring->at[ring->count - 1];
    if (ring->count == 3 && geo_same(first, last))
        return NULL;
    GEOSCoordSequence *sequence = sequence_of(region, ring, true);
    GEOSGeometry *outer = sequence ? GEOSGeom_createLinearRing_r(region->geos, sequence) : NULL;
    if (!outer)
        return NULL;
    return made_valid(region, GEOSGeom_createPolygon_r(region->geos, outer, NULL, 0));
}

/* ---- many rings as one area ---- */

static GEOSGeometry *rings_one_by_one(const struct region *region, const struct geo_points *rings,
                                      uint32_t count)
{
    GEOSGeometry *area = NULL;

    for (uint32_t r = 0; r < count; r++) {
        GEOSGeometry *ring = ring_area(region, &rings[r]);
        if (!ring || !area) {
            area = ring ? ring : area;
            continue;
        }
        GEOSGeometry *both = GEOSSymDifference_r(region->geos, area, ring);
        GEOSGeom_destroy_r(region->geos, ring);
        if (!both)
            continue;
        GEOSGeom_destroy_r(region->geos, area);
        area = both;
    }
    return area;
}

static GEOSGeometry *rings_at_once(const struct region *region, const struct geo_points *rings,
                                   uint32_t count)
{
    GEOSGeometry **lines = base_alloc(count, sizeof(GEOSGeometry *));
    uint32_t line_count = 0;

    for (uint32_t r = 0; r < count; r++) {
        GEOSCoordSequence *sequence = rings[r].count >= 3 && points_finite(&rings[r])
                                          ? sequence_of(region, &rings[r], true) : NULL;
        GEOSGeometry *line = sequence ? GEOSGeom_createLineString_r(region->geos, sequence) : NULL;
        if (line)
            lines[line_count++] = line;
    }
    GEOSGeometry *drawn = GEOSGeom_createCollection_r(region->geos, GEOS_MULTILINESTRING, lines,
                                                      line_count);
    GEOSGeometry *noded = drawn ? GEOSUnaryUnion_r(region->geos, drawn) : NULL;
    GEOSGeometry *area = noded ? GEOSBuildArea_r(region->geos, noded) : NULL;
    GEOSGeom_destroy_r(region->geos, drawn);
    GEOSGeom_destroy_r(region->geos, noded);
    base_free(lines);
    return made_valid(region, area);
}

static GEOSGeometry *rings_area(const struct region *region, const struct geo_points *rings,
                                uint32_t count)
{
    return count <= RINGS_ONE_BY_ONE ? rings_one_by_one(region, rings, count)
                                     : rings_at_once(region, rings, count);
}

/* ---- regions ---- */

/* GEOS would print its complaints; what it refuses is told by the caller in words of ours. */
static void message_drop(const char *message, void *context)
{
    (void)message;
    (void)context;
}

static struct region *region_at(struct geo_point middle)
{
    struct region *region = base_alloc(1, sizeof *region);

    region->geos = GEOS_init_r();
    GEOSContext_setErrorMessageHandler_r(region->geos, message_drop, NULL);
    GEOSContext_setNoticeMessageHandler_r(region->geos, message_drop, NULL);
    region->middle = middle;
    region->lon_m = m_per_degree * fmax(cos(middle.lat_deg * radians), 0.01);
    return region;
}

/* Takes `area` over; frees `region` and returns NULL when it encloses nothing. */
static struct region *region_filled(struct region *region, GEOSGeometry *area)
{
    double m2 = 0;

    region->area = area;
    if (!area || GEOSArea_r(region->geos, area, &m2) != 1 || !(m2 > 0)) {
        region_free(region);
        return NULL;
    }
    region->prepared = GEOSPrepare_r(region->geos, area);
    return region;
}

static struct geo_point rings_middle(const struct geo_points *rings, uint32_t count)
{
    struct geo_box box = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };

    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t i = 0; i < rings[r].count; i++) {
            box.low.lat_deg = fmin(box.low.lat_deg, rings[r].at[i].lat_deg);
            box.low.lon_deg = fmin(box.low.lon_deg, rings[r].at[i].lon_deg);
            box.high.lat_deg = fmax(box.high.lat_deg, rings[r].at[i].lat_deg);
            box.high.lon_deg = fmax(box.high.lon_deg, rings[r].at[i].lon_deg);
        }
    }
    return (struct geo_point){ (box.low.lat_deg + box.high.lat_deg) / 2,
                               (box.low.lon_deg + box.high.lon_deg) / 2 };
}

struct region *region_new(const struct geo_points *rings, uint32_t count, char *why,
                          size_t why_bytes)
{
    struct geo_point middle = rings_middle(rings, count);
    struct region *region = NULL;

    if (isfinite(middle.lat_deg) && isfinite(middle.lon_deg)) {
        region = region_at(middle);
        region = region_filled(region, rings_area(region, rings, count));
    }
    if (!region)
        snprintf(why, why_bytes, "The rings enclose nothing.");
    return region;
}

void region_free(struct region *region)
{
    if (!region)
        return;
    GEOSPreparedGeom_destroy_r(region->geos, region->prepared);
    GEOSGeom_destroy_r(region->geos, region->area);
    GEOS_finish_r(region->geos);
    base_free(region);
}

double region_area_m2(const struct region *region)
{
    double m2 = 0;

    GEOSArea_r(region->geos, region->area, &m2);
    return m2;
}

/* ---- what lies inside ---- */

static double points_length_m(const struct geo_points *points)
{
    double length_m = 0;

    for (uint32_t i = 1; i < points->count; i++)
        length_m += geo_distance_m(points->at[i - 1], points->at[i]);
    return length_m;
}

/* The share of the line's length on the plane that is inside. */
static double share_inside(const struct region *region, const GEOSGeometry *line)
{
    double whole_m = 0, inside_m = 0;

    if (GEOSPreparedContains_r(region->geos, region->prepared, line) == 1)
        return 1;
    if (GEOSPreparedIntersects_r(region->geos, region->prepared, line) != 1)
        return 0;
    GEOSGeometry *inside = GEOSIntersection_r(region->geos, line, region->area);
    GEOSLength_r(region->geos, line, &whole_m);
    if (inside)
        GEOSLength_r(region->geos, inside, &inside_m);
    GEOSGeom_destroy_r(region->geos, inside);
    return whole_m > 0 ? inside_m / whole_m : 0;
}

double region_line_m(const struct region *region, const struct geo_points *line)
{
    GEOSGeometry *drawn = line->count >= 2 && points_finite(line) ? line_of(region, line) : NULL;

    if (!drawn)
        return 0;
    double share = share_inside(region, drawn);
    GEOSGeom_destroy_r(region->geos, drawn);
    return share > 0 ? share * points_length_m(line) : 0;
}

bool region_zone_share(const struct region *region, const struct geo_points *rings, uint32_t count,
                       struct region_share *ret_share)
{
    GEOSGeometry *zone = rings_area(region, rings, count), *both = NULL;
    double zone_m2 = 0, both_m2 = 0;

    if (zone && GEOSPreparedIntersects_r(region->geos, region->prepared, zone) == 1)
        both = GEOSIntersection_r(region->geos, zone, region->area);
    if (both) {
        GEOSArea_r(region->geos, zone, &zone_m2);
        GEOSArea_r(region->geos, both, &both_m2);
    }
    GEOSGeom_destroy_r(region->geos, zone);
    GEOSGeom_destroy_r(region->geos, both);
    if (!(both_m2 > 0) || !(zone_m2 > 0))
        return false;
    ret_share->of_region = fmin(both_m2 / region_area_m2(region), 1);
    ret_share->of_zone = fmin(both_m2 / zone_m2, 1);
    return true;
}
