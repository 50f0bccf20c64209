#include "feeds/geojson_shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/ring.h"

enum { COLLECTION_DEPTH_MAX = 4, DOT_CORNERS = 12, RING_POINTS_LEAST = 4 };

/* Rings as they are found, each with room for its closing point. */
struct rings {
    struct geo_points *at;
    uint32_t count, capacity;
    uint32_t positions;                 /* Read so far. */
    bool dropped;                       /* A ring without three corners was left out. */
    bool any;                           /* There was at least one position. */
    struct geo_point first;
    uint32_t point_count;               /* Positions of Point and MultiPoint. */
    double strip_m;
    struct arena *arena;
};

/* ---- positions ---- */

static enum refusal position_read(const struct json *json, struct geo_point *ret_point)
{
    const struct json *lon, *lat;
    struct geo_point point;

    if (json_type(json) != JSON_LIST)
        return REFUSED_WRONG_TYPE;
    lon = json_first(json);
    lat = lon ? json_next(lon) : NULL;
    if (!lat || !json_number(lon, &point.lon_deg) || !json_number(lat, &point.lat_deg))
        return REFUSED_NOT_A_NUMBER;
    /* Some count longitudes from 0 to 360. */
    if (fabs(point.lat_deg) > 90 || fabs(point.lon_deg) > 360)
        return REFUSED_OUT_OF_RANGE;
    *ret_point = point;
    return REFUSED_NOT;
}

/* A list of positions, with room for one more. */
static enum refusal positions_read(struct rings *rings, const struct json *list,
                                   struct geo_points *ret_points)
{
    struct geo_points points = { 0 };

    if (!list || json_type(list) != JSON_LIST)
        return REFUSED_WRONG_TYPE;
    uint32_t count = json_count(list);
    rings->positions += count;
    if (count > GEOJSON_POSITIONS_MAX || rings->positions > GEOJSON_POSITIONS_MAX)
        return REFUSED_TOO_LONG;
    points.at = arena_alloc(rings->arena, (count + 1) * sizeof *points.at);
    for (const struct json *item = json_first(list); item; item = json_next(item)) {
        enum refusal refusal = position_read(item, &points.at[points.count++]);
        if (refusal != REFUSED_NOT)
            return refusal;
    }
    *ret_points = points;
    return REFUSED_NOT;
}

static double lon_wrapped(double lon_deg)
{
    return lon_deg > 180 ? lon_deg - 360 : lon_deg < -180 ? lon_deg + 360 : lon_deg;
}

/* ---- rings ---- */

/* 0N 0E stands for "unknown" everywhere else; as a corner it is put a centimetre aside. */
static void corners_settle(struct geo_points *ring, double shift_deg)
{
    for (uint32_t i = 0; i < ring->count; i++) {
        ring->at[i].lon_deg += shift_deg;
        if (fabs(ring->at[i].lat_deg) < 5e-8 && fabs(ring->at[i].lon_deg) < 5e-8)
            ring->at[i].lat_deg = 1e-7;
    }
}

static void ring_put(struct rings *rings, struct geo_points ring)
{
    if (!ring_tidy(&ring)) {
        rings->dropped = true;
        return;
    }
    rings->at = base_grow(rings->at, &rings->capacity, rings->count + 1, sizeof *rings->at);
    rings->at[rings->count++] = ring;
}

/* What of the ring lies on one side of a meridian (Sutherland and Hodgman 1974). */
enum side { SIDE_WEST, SIDE_EAST };

static struct geo_points ring_clip(const struct geo_points *ring, double lon_deg, enum side side,
                                   struct arena *arena)
{
    struct geo_points kept = {
        .at = arena_alloc(arena, (2 * (size_t)ring->count + 1) * sizeof *kept.at)
    };

    for (uint32_t i = 0; i < ring->count; i++) {
        struct geo_point from = ring->at[i], to = ring->at[(i + 1) % ring->count];
        bool from_in = side == SIDE_WEST ? from.lon_deg <= lon_deg : from.lon_deg >= lon_deg;
        bool to_in = side == SIDE_WEST ? to.lon_deg <= lon_deg : to.lon_deg >= lon_deg;
        if (from_in)
            kept.at[kept.count++] = from;
        if (from_in == to_in)
            continue;
        double share = (lon_deg - from.lon_deg) / (to.lon_deg - from.lon_deg);
        kept.at[kept.count++] = (struct geo_point){
            .lat_deg = from.lat_deg + share * (to.lat_deg - from.lat_deg), .lon_deg = lon_deg };
    }
    return kept;
}

/* Follows the outline round, each step the shorter way, so that longitudes may pass 180. */
static void ring_unwrap(struct geo_points *ring, double *ret_low_deg, double *ret_high_deg)
{
    double low_deg, high_deg, last_deg = lon_wrapped(ring->at[0].lon_deg);

    low_deg = high_deg = last_deg;
    for (uint32_t i = 0; i < ring->count; i++) {
        double lon_deg = lon_wrapped(ring->at[i].lon_deg);
        /* -180 and 180 in one outline are an edge of the world, not a step across it. */
        bool whole_world = fabs(lon_deg) == 180 && fabs(lon_deg - last_deg) == 360;
        while (!whole_world && lon_deg - last_deg > 180)
            lon_deg -= 360;
        while (!whole_world && lon_deg - last_deg < -180)
            lon_deg += 360;
        ring->at[i].lon_deg = last_deg = lon_deg;
        low_deg = fmin(low_deg, lon_deg);
        high_deg = fmax(high_deg, lon_deg);
    }
    *ret_low_deg = low_deg;
    *ret_high_deg = high_deg;
}

/* An outline over the 180th meridian becomes one on either side. */
static void ring_add(struct rings *rings, struct geo_points ring)
{
    double low_deg, high_deg;

    if (ring.count == 0)
        return;
    ring_unwrap(&ring, &low_deg, &high_deg);
    if (low_deg >= -180 && high_deg <= 180) {
        corners_settle(&ring, 0);
        ring_put(rings, ring);
        return;
    }
    double cut_deg = high_deg > 180 ? 180 : -180;
    struct geo_points west = ring_clip(&ring, cut_deg, SIDE_WEST, rings->arena);
    struct geo_points east = ring_clip(&ring, cut_deg, SIDE_EAST, rings->arena);
    corners_settle(&west, cut_deg < 0 ? 360 : 0);
    corners_settle(&east, cut_deg > 0 ? -360 : 0);
    ring_put(rings, west);
    ring_put(rings, east);
}

/* ---- lines and points ---- */

/* Sideways by half the strip, where the line turns in the middle of the corner, at most three
 * halves out. */
static struct geo_point beside(const struct geo_points *line, uint32_t at, double half_m)
{
    struct geo_point here = line->at[at];
    uint32_t before = at > 0 ? at - 1 : at, after = at + 1 < line->count ? at + 1 : at;
    double in_deg = geo_bearing_deg(line->at[before], before == at ? line->at[after] : here);
    double out_deg = geo_bearing_deg(after == at ? line->at[before] : here, line->at[after]);
    double turn_deg = fmod(out_deg - in_deg + 540, 360) - 180;
    double stretch = 1 / fmax(cos(turn_deg * 0.008726646259971648), 1.0 / 3);

    return geo_moved(here, in_deg + turn_deg / 2 + 90, half_m * stretch);
}

static void strip_add(struct rings *rings, const struct geo_points *line)
{
    struct geo_points ring = {
        .at = arena_alloc(rings->arena, (2 * (size_t)line->count + 1) * sizeof *ring.at)
    };

    for (uint32_t i = 0; i < line->count; i++)
        ring.at[ring.count++] = beside(line, i, rings->strip_m / 2);
    for (uint32_t i = line->count; i-- > 0;)
        ring.at[ring.count++] = beside(line, i, -rings->strip_m / 2);
    ring_add(rings, ring);
}

static void dot_add(struct rings *rings, struct geo_point point)
{
    struct geo_points ring = {
        .at = arena_alloc(rings->arena, (DOT_CORNERS + 1) * sizeof *ring.at)
    };

    for (; ring.count < DOT_CORNERS; ring.count++)
        ring.at[ring.count] = geo_moved(point, ring.count * 360.0 / DOT_CORNERS,
                                        rings->strip_m / 2);
    ring_add(rings, ring);
}

/* Two positions that are one have no direction between them. */
static void line_tidy(struct geo_points *line)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < line->count; i++) {
        struct geo_point point = line->at[i];
        point.lon_deg = lon_wrapped(point.lon_deg);
        point = geo_rounded(point);
        if (kept == 0 || !geo_same(line->at[kept - 1], point))
            line->at[kept++] = point;
    }
    line->count = kept;
}

/* ---- geometries ---- */

static void first_keep(struct rings *rings, const struct geo_points *points)
{
    if (rings->any || points->count == 0)
        return;
    rings->any = true;
    rings->first = points->at[points->count / 2];
    rings->first.lon_deg = lon_wrapped(rings->first.lon_deg);
}

static enum refusal ring_read(struct rings *rings, const struct json *json)
{
    struct geo_points ring;
    enum refusal refusal = positions_read(rings, json, &ring);

    if (refusal != REFUSED_NOT)
        return refusal;
    first_keep(rings, &ring);
    ring_add(rings, ring);
    return REFUSED_NOT;
}

static enum refusal line_read(struct rings *rings, const struct json *json)
{
    struct geo_points line;
    enum refusal refusal = positions_read(rings, json, &line);

    if (refusal != REFUSED_NOT)
        return refusal;
    first_keep(rings, &line);
    line_tidy(&line);
    if (line.count == 1)
        dot_add(rings, line.at[0]);
    else if (line.count > 1)
        strip_add(rings, &line);
    return REFUSED_NOT;
}

static enum refusal dots_read(struct rings *rings, const struct json *json)
{
    struct geo_points points;
    enum refusal refusal = positions_read(rings, json, &points);

    if (refusal != REFUSED_NOT)
        return refusal;
    first_keep(rings, &points);
    rings->point_count += points.count;
    line_tidy(&points);
    for (uint32_t i = 0; points.count > 1 && i < points.count; i++)
        dot_add(rings, points.at[i]);
    return REFUSED_NOT;
}

static enum refusal point_read(struct rings *rings, const struct json *json)
{
    struct geo_point point;
    enum refusal refusal;

    if (!json || json_type(json) != JSON_LIST)
        return REFUSED_WRONG_TYPE;
    if (json_count(json) == 0)          /* Section 3.1: an empty list is no geometry. */
        return REFUSED_NOT;
    refusal = position_read(json, &point);
    if (refusal != REFUSED_NOT)
        return refusal;
    first_keep(rings, &(struct geo_points){ &point, 1 });
    rings->point_count++;
    return REFUSED_NOT;
}

typedef enum refusal part_fn(struct rings *rings, const struct json *json);

static enum refusal each_part(struct rings *rings, const struct json *list, part_fn *part)
{
    if (!list || json_type(list) != JSON_LIST)
        return REFUSED_WRONG_TYPE;
    for (const struct json *item = json_first(list); item; item = json_next(item)) {
        enum refusal refusal = part(rings, item);
        if (refusal != REFUSED_NOT)
            return refusal;
    }
    return REFUSED_NOT;
}

static enum refusal polygon_read(struct rings *rings, const struct json *json)
{
    return each_part(rings, json, ring_read);
}

static enum refusal lines_read(struct rings *rings, const struct json *json)
{
    return each_part(rings, json, line_read);
}

static enum refusal polygons_read(struct rings *rings, const struct json *json)
{
    return each_part(rings, json, polygon_read);
}

static const struct {
    const char *type;
    part_fn *read;
} types[] = {
    { "Point", point_read },           { "MultiPoint", dots_read },
    { "LineString", line_read },       { "MultiLineString", lines_read },
    { "Polygon", polygon_read },       { "MultiPolygon", polygons_read },
};

static enum refusal geometry_read(struct rings *rings, const struct json *json, uint32_t depth)
{
    const char *type = json_member_text(json, "type", "");

    if (!json || json_type(json) == JSON_NULL)
        return REFUSED_NOT;
    if (json_type(json) != JSON_OBJECT)
        return REFUSED_WRONG_TYPE;
    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        if (strcmp(type, types[i].type) == 0)
            return types[i].read(rings, json_member(json, "coordinates"));
    if (strcmp(type, "GeometryCollection") != 0)
        return REFUSED_UNKNOWN_WORD;
    if (depth == COLLECTION_DEPTH_MAX)
        return REFUSED_TOO_DEEP;
    const struct json *part = json_first(json_member(json, "geometries"));
    for (; part; part = json_next(part)) {
        enum refusal refusal = geometry_read(rings, part, depth + 1);
        if (refusal != REFUSED_NOT)
            return refusal;
    }
    return REFUSED_NOT;
}

/* ---- no more points than a report holds ---- */

static int longest_first(const void *left, const void *right)
{
    const struct geo_points *a = left, *b = right;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* Every ring keeps a share of the points by its own number; the smallest are left out first. */
static bool rings_simplify(struct rings *rings, uint32_t points_max)
{
    uint64_t total = 0;
    uint32_t rings_max = points_max / (2 * RING_POINTS_LEAST), kept = rings->count;

    for (uint32_t i = 0; i < rings->count; i++)
        total += rings->at[i].count;
    if (total <= points_max)
        return false;
    if (kept > rings_max) {
        qsort(rings->at, rings->count, sizeof *rings->at, longest_first);
        kept = rings_max;
    }
    uint64_t spare = points_max - (uint64_t)kept * RING_POINTS_LEAST;
    for (uint32_t i = 0; i < kept; i++) {
        uint64_t share = spare * rings->at[i].count / total;
        ring_simplify(&rings->at[i], RING_POINTS_LEAST + (uint32_t)share);
    }
    rings->count = kept;
    return true;
}

static struct geo_points rings_join(const struct rings *rings, struct arena *arena)
{
    struct geo_points joined = { 0 };
    uint32_t total = 0;

    for (uint32_t i = 0; i < rings->count; i++)
        total += rings->at[i].count;
    if (total == 0)
        return joined;
    joined.at = arena_alloc(arena, total * sizeof *joined.at);
    for (uint32_t i = 0; i < rings->count; i++) {
        memcpy(joined.at + joined.count, rings->at[i].at,
               rings->at[i].count * sizeof *joined.at);
        joined.count += rings->at[i].count;
    }
    return joined;
}

enum refusal geojson_shape_read(const struct json *geometry,
                                const struct geojson_shape_options *options, struct arena *arena,
                                struct geojson_shape *ret_shape)
{
    struct rings rings = { .arena = arena, .strip_m = options->strip_m };
    struct geojson_shape shape = { .point = geo_unknown() };
    enum refusal refusal = geometry_read(&rings, geometry, 0);

    assert(options->points_max >= 2 * RING_POINTS_LEAST);
    if (refusal == REFUSED_NOT && rings.count == 0 && rings.dropped)
        refusal = REFUSED_CONTRADICTION;
    if (refusal == REFUSED_NOT) {
        shape.simplified = rings_simplify(&rings, options->points_max) || rings.dropped;
        shape.rings = rings_join(&rings, arena);
        if (rings.any && geo_plausible(rings.first))
            shape.point = geo_rounded(rings.first);
        *ret_shape = shape;
    }
    base_free(rings.at);
    return refusal;
}
