#include "maps/places_parts.h"

#include <math.h>
#include <stdlib.h>

/* Villages lie farther apart than that, the ends of a street that a square interrupts nearer. */
static const double part_gap_m = 400.0, m_per_degree = 111195.08, radians = 0.017453292519943295;
/* A street of more pieces is a highway through the whole county: one part. */
enum { PART_LINES_MAX = 4000 };

/* ---- boxes ---- */

static struct geo_box box_empty(void)
{
    return (struct geo_box){ geo_unknown(), geo_unknown() };
}

/* NaN corners give way to any point. */
static void box_add(struct geo_box *box, struct geo_point point)
{
    box->low.lat_deg = fmin(box->low.lat_deg, point.lat_deg);
    box->low.lon_deg = fmin(box->low.lon_deg, point.lon_deg);
    box->high.lat_deg = fmax(box->high.lat_deg, point.lat_deg);
    box->high.lon_deg = fmax(box->high.lon_deg, point.lon_deg);
}

struct geo_box street_line_box(const struct geo_points *points)
{
    struct geo_box box = box_empty();

    for (uint32_t i = 0; i < points->count; i++)
        box_add(&box, points->at[i]);
    return box;
}

struct geo_box *street_boxes(const struct streets *streets)
{
    struct geo_box *boxes = base_alloc(streets->street_count, sizeof *boxes);

    for (uint32_t street = 0; street < streets->street_count; street++)
        boxes[street] = box_empty();
    for (uint32_t i = 0; i < streets->line_count; i++) {
        const struct street_line *line = &streets->lines[i];
        for (uint32_t v = 0; v < line->points.count; v++)
            box_add(&boxes[line->street], line->points.at[v]);
    }
    return boxes;
}

/* ---- parts ---- */

struct member {
    struct geo_box box;
    uint32_t line, group;
};

static int member_compare(const void *left, const void *right)
{
    const struct member *a = left, *b = right;

    if (a->box.low.lat_deg != b->box.low.lat_deg)
        return a->box.low.lat_deg < b->box.low.lat_deg ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static uint32_t group_of(struct member *members, uint32_t member)
{
    while (members[member].group != member) {
        members[member].group = members[members[member].group].group;
        member = members[member].group;
    }
    return member;
}

static bool boxes_near(const struct geo_box *a, const struct geo_box *b)
{
    double lat = part_gap_m / m_per_degree;
    double lon = lat / fmax(cos(a->low.lat_deg * radians), 0.01);

    return a->low.lat_deg <= b->high.lat_deg + lat && b->low.lat_deg <= a->high.lat_deg + lat
           && a->low.lon_deg <= b->high.lon_deg + lon && b->low.lon_deg <= a->high.lon_deg + lon;
}

/* From south to north; what starts farther north than the gap ends the row for a line. */
static void members_group(struct member *members, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        members[i].group = i;
    for (uint32_t i = 0; i < count; i++) {
        double reach = members[i].box.high.lat_deg + part_gap_m / m_per_degree;
        for (uint32_t k = i + 1; k < count && members[k].box.low.lat_deg <= reach; k++)
            if (boxes_near(&members[i].box, &members[k].box))
                members[group_of(members, k)].group = group_of(members, i);
    }
}

struct weighing {
    double lat_sum, lon_sum, length_m;
};

struct closing {
    struct geo_point to, best;
    double best_m, farthest_m;
};

static struct geo_point point_on(struct geo_point a, struct geo_point b, struct geo_point to)
{
    double east = cos(to.lat_deg * radians);
    double dx = (b.lon_deg - a.lon_deg) * east, dy = b.lat_deg - a.lat_deg;
    double length2 = dx * dx + dy * dy;
    double along = (to.lon_deg - a.lon_deg) * east * dx + (to.lat_deg - a.lat_deg) * dy;
    double t = length2 > 0 ? along / length2 : 0;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return (struct geo_point){ a.lat_deg + t * (b.lat_deg - a.lat_deg),
                               a.lon_deg + t * (b.lon_deg - a.lon_deg) };
}

static void line_weigh(struct weighing *weighing, const struct geo_points *points)
{
    for (uint32_t i = 1; i < points->count; i++) {
        struct geo_point a = points->at[i - 1], b = points->at[i];
        double length_m = geo_distance_m(a, b);
        weighing->lat_sum += length_m * (a.lat_deg + b.lat_deg) / 2;
        weighing->lon_sum += length_m * (a.lon_deg + b.lon_deg) / 2;
        weighing->length_m += length_m;
    }
}

static void line_close(struct closing *closing, const struct geo_points *points)
{
    for (uint32_t i = 1; i < points->count; i++) {
        struct geo_point point = point_on(points->at[i - 1], points->at[i], closing->to);
        double away_m = geo_distance_m(point, closing->to);
        if (away_m < closing->best_m) {
            closing->best_m = away_m;
            closing->best = point;
        }
    }
}

static struct street_part part_of(const struct streets *streets, struct member *members,
                                  uint32_t count, uint32_t group, const struct weighing *weighing)
{
    struct closing closing = { .to = { weighing->lat_sum / weighing->length_m,
                                       weighing->lon_sum / weighing->length_m },
                               .best = geo_unknown(), .best_m = INFINITY };
    struct street_part part = { .radius_m = 0 };

    for (uint32_t i = 0; i < count; i++)
        if (group_of(members, i) == group)
            line_close(&closing, &streets->lines[members[i].line].points);
    part.middle = closing.best;
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_points *points = &streets->lines[members[i].line].points;
        for (uint32_t v = 0; v < points->count && group_of(members, i) == group; v++)
            part.radius_m = fmax(part.radius_m, geo_distance_m(part.middle, points->at[v]));
    }
    return part;
}

/* The groups of some length, the longest first. */
static uint32_t groups_rank(const struct weighing *sums, uint32_t count, uint32_t *ret_groups,
                            uint32_t max)
{
    uint32_t ranked = 0;

    for (uint32_t g = 0; g < count; g++) {
        uint32_t at = ranked;
        if (!(sums[g].length_m > 0))
            continue;
        while (at > 0 && sums[ret_groups[at - 1]].length_m < sums[g].length_m)
            at--;
        if (at == max)
            continue;
        ranked += ranked < max;
        for (uint32_t k = ranked - 1; k > at; k--)
            ret_groups[k] = ret_groups[k - 1];
        ret_groups[at] = g;
    }
    return ranked;
}

uint32_t street_parts(const struct streets *streets, const struct place_streets *places,
                      uint32_t street, struct street_part *ret_parts, uint32_t part_max)
{
    uint32_t count, groups[STREET_PARTS_MAX];
    const uint32_t *lines = street_lines(places, street, &count);
    struct member *members = base_alloc(count, sizeof *members);
    struct weighing *sums = base_alloc(count, sizeof *sums);

    for (uint32_t i = 0; i < count; i++)
        members[i] = (struct member){ .box = street_line_box(&streets->lines[lines[i]].points),
                                      .line = lines[i] };
    if (count > 1 && count <= PART_LINES_MAX) {
        qsort(members, count, sizeof *members, member_compare);
        members_group(members, count);
    }
    for (uint32_t i = 0; i < count; i++)
        line_weigh(&sums[group_of(members, i)], &streets->lines[members[i].line].points);
    part_max = part_max < STREET_PARTS_MAX ? part_max : STREET_PARTS_MAX;
    uint32_t part_count = groups_rank(sums, count, groups, part_max);
    for (uint32_t i = 0; i < part_count; i++)
        ret_parts[i] = part_of(streets, members, count, groups[i], &sums[groups[i]]);
    base_free(members);
    base_free(sums);
    return part_count;
}

/* ---- blocks ---- */

static int32_t between(int32_t number, int32_t low, int32_t high)
{
    return number < low ? low : number > high ? high : number;
}

/* Both ends of what the range has of the block. */
static uint32_t block_ends(const struct street_line *line, struct address_range range,
                           int32_t block, struct geo_point ret_ends[2])
{
    int32_t low = range.from < range.to ? range.from : range.to;
    int32_t high = range.from < range.to ? range.to : range.from;
    uint32_t count = 0;

    if (!address_range_given(range) || high < block || low > block + 99)
        return 0;
    count += line_number_point(line, between(block, low, high), &ret_ends[count]);
    count += line_number_point(line, between(block + 99, low, high), &ret_ends[count]);
    return count;
}

bool street_block(const struct streets *streets, const struct place_streets *places,
                  uint32_t street, int32_t block, struct street_part *ret_block)
{
    uint32_t count;
    const uint32_t *lines = street_lines(places, street, &count);
    struct geo_box box = box_empty();
    struct closing closing = { .best = geo_unknown(), .best_m = INFINITY };

    for (uint32_t i = 0; i < count; i++) {
        const struct street_line *line = &streets->lines[lines[i]];
        const struct address_range ranges[] = { line->left, line->right };
        for (size_t side = 0; side < ARRAY_COUNT(ranges); side++) {
            struct geo_point ends[2];
            uint32_t end_count = block_ends(line, ranges[side], block, ends);
            for (uint32_t k = 0; k < end_count; k++)
                box_add(&box, ends[k]);
        }
    }
    if (!geo_known(box.low))
        return false;
    closing.to = (struct geo_point){ (box.low.lat_deg + box.high.lat_deg) / 2,
                                     (box.low.lon_deg + box.high.lon_deg) / 2 };
    for (uint32_t i = 0; i < count; i++)
        line_close(&closing, &streets->lines[lines[i]].points);
    *ret_block = (struct street_part){ .middle = closing.best,
                                       .radius_m = geo_distance_m(box.low, box.high) / 2 };
    return true;
}
