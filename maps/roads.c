#include "maps/roads.h"

#include <math.h>
#include <string.h>

#include "maps/roads_inside.h"

/* How much farther a way out may be than a street that leads nowhere, at most, for a point to be
 * put on it; and how far for it to be tried as well. Farther away an island is an island. */
static const double inland_detour_m = 50.0, inland_also_m = 300.0;

struct roads *roads_new(const struct streets *streets, struct buffer *warnings)
{
    struct roads *roads = base_alloc(1, sizeof *roads);

    roads->streets = streets;
    graph_make(roads, warnings);
    roads->closed = base_alloc(roads->segment_count, 1);
    return roads;
}

void roads_free(struct roads *roads)
{
    if (!roads)
        return;
    roads_open(roads);
    nearest_free(roads->nearest);
    base_free(roads->segments);
    base_free(roads->lines);
    base_free(roads->side_points);
    buffer_clear(&roads->facts);
    base_free(roads->node_points);
    base_free(roads->arc_first);
    base_free(roads->arcs);
    base_free(roads->arc_segments);
    base_free(roads->labels);
    base_free(roads->queue.pool);
    base_free(roads->queue.buckets);
    base_free(roads->touched);
    base_free(roads->has_extra);
    base_free(roads->extras);
    base_free(roads->reached);
    base_free(roads->closed);
    base_free(roads->closings);
    base_free(roads);
}

struct span roads_facts(const struct roads *roads)
{
    return buffer_span(&roads->facts);
}

uint32_t roads_node_count(const struct roads *roads)
{
    return roads->node_count;
}

uint32_t roads_segment_count(const struct roads *roads)
{
    return roads->segment_count;
}

const struct road_segment *roads_segment(const struct roads *roads, uint32_t segment)
{
    assert(segment < roads->segment_count);
    return &roads->segments[segment];
}

struct geo_point roads_node_point(const struct roads *roads, uint32_t node)
{
    assert(node < roads->node_count);
    return roads->node_points[node];
}

const struct nearest *roads_nearest(const struct roads *roads)
{
    return roads->nearest;
}

static bool segment_driven(const void *context, uint32_t segment)
{
    return ((const struct roads *)context)->segments[segment].ways != 0;
}

static bool segment_inland(const void *context, uint32_t segment)
{
    return ((const struct roads *)context)->segments[segment].inland;
}

static struct road_spot spot_of(const struct nearest_hit *hit)
{
    return (struct road_spot){ .segment = hit->line, .along_m = hit->along_m,
                               .off_m = hit->distance_m, .point = hit->point };
}

bool roads_snap(const struct roads *roads, struct geo_point point, struct road_spot *ret_spot)
{
    struct nearest_hit hit, inland;

    if (!geo_known(point)
        || !nearest_find(roads->nearest, point, ROADS_SNAP_M_MAX, segment_driven, roads, &hit))
        return false;
    if (!roads->segments[hit.line].inland
        && nearest_find(roads->nearest, point, hit.distance_m + inland_detour_m, segment_inland,
                        roads, &inland))
        hit = inland;
    *ret_spot = spot_of(&hit);
    return true;
}

bool roads_spots(const struct roads *roads, enum road_entry entry, struct geo_point point,
                 struct road_spots *ret_spots)
{
    struct nearest_hit inland;

    ret_spots->count = 0;
    if (!roads_snap(roads, point, &ret_spots->at[0]))
        return false;
    ret_spots->count = 1;
    ret_spots->closed = closures_hold(roads, point);
    if (entry == ENTRY_FALLBACK && !roads->segments[ret_spots->at[0].segment].inland
        && nearest_find(roads->nearest, point, inland_also_m, segment_inland, roads, &inland))
        ret_spots->at[ret_spots->count++] = spot_of(&inland);
    return true;
}
