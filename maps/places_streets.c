#include "maps/places_streets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maps/aside.h"

static const double beside_m = 8.0;         /* From the middle of the street to its houses. */
static const double corner_m = 12.0;        /* From a crossing to the first and the last house. */
static const double one_place_m = 60.0;
static const double crossing_m_max = 500.0;

/* A list of numbers for each of many things. */
struct lists {
    uint32_t *first;                /* count + 1, into items. */
    uint32_t *items;
    uint32_t count;
};

struct place_streets {
    const struct streets *streets;  /* Loans. */
    const struct roads *roads;
    struct lists street_lines;      /* By street. */
    struct lists street_nodes;      /* By street; rising, each once. */
    struct lists node_streets;      /* By node; named ones, rising, each once. */
    uint32_t *crossing_nodes;       /* Nodes of two or more named streets. */
    struct geo_point *crossing_points;      /* Two alike per crossing: a line of no length. */
    struct geo_points *crossing_lines;
    struct nearest *crossings;
    uint32_t crossing_count;
};

struct pair {
    uint32_t list, item;
};

static int item_compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

/* Lists are short, and mostly in order already. */
static void items_sort(uint32_t *items, uint32_t count)
{
    if (count > 32) {
        qsort(items, count, sizeof *items, item_compare);
        return;
    }
    for (uint32_t i = 1; i < count; i++) {
        uint32_t item = items[i], at = i;
        for (; at > 0 && items[at - 1] > item; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Each list rising, with equal items once. */
static struct lists lists_make(const struct pair *pairs, size_t pair_count, uint32_t list_count)
{
    struct lists lists = { .count = list_count };
    uint32_t *ends = base_alloc((size_t)list_count + 1, sizeof *ends);
    uint32_t kept = 0, start = 0;

    lists.first = base_alloc((size_t)list_count + 1, sizeof *lists.first);
    lists.items = base_alloc(pair_count, sizeof *lists.items);
    for (size_t i = 0; i < pair_count; i++)
        ends[pairs[i].list + 1]++;
    for (uint32_t list = 0; list < list_count; list++)
        ends[list + 1] += ends[list];
    for (size_t i = 0; i < pair_count; i++)
        lists.items[ends[pairs[i].list]++] = pairs[i].item;
    for (uint32_t list = 0; list < list_count; list++) {
        uint32_t first = start, end = ends[list];
        items_sort(lists.items + first, end - first);
        lists.first[list] = kept;
        for (; start < end; start++)
            if (start == first || lists.items[kept - 1] != lists.items[start])
                lists.items[kept++] = lists.items[start];
    }
    lists.first[list_count] = kept;
    base_free(ends);
    return lists;
}

struct listing {
    const struct pair *pairs;
    size_t pair_count;
    uint32_t list_count;
    struct lists *lists;
};

static void list_make(void *context)
{
    const struct listing *listing = context;

    *listing->lists = lists_make(listing->pairs, listing->pair_count, listing->list_count);
}

static void lists_clear(struct lists *lists)
{
    base_free(lists->first);
    base_free(lists->items);
}

static uint32_t list_length(const struct lists *lists, uint32_t list)
{
    return lists->first[list + 1] - lists->first[list];
}

static const uint32_t *list_items(const struct lists *lists, uint32_t list)
{
    return lists->items + lists->first[list];
}

static void lines_list(struct place_streets *places)
{
    const struct streets *streets = places->streets;
    struct pair *pairs = base_alloc(streets->line_count, sizeof *pairs);

    for (uint32_t line = 0; line < streets->line_count; line++)
        pairs[line] = (struct pair){ streets->lines[line].street, line };
    places->street_lines = lists_make(pairs, streets->line_count, streets->street_count);
    base_free(pairs);
}

static void nodes_list(struct place_streets *places)
{
    uint32_t segment_count = roads_segment_count(places->roads), count = 0;
    struct aside aside;
    struct pair *by_street = base_alloc(2 * (size_t)segment_count, sizeof *by_street);
    struct pair *by_node = base_alloc(2 * (size_t)segment_count, sizeof *by_node);

    for (uint32_t s = 0; s < segment_count; s++) {
        const struct road_segment *segment = roads_segment(places->roads, s);
        uint32_t street = places->streets->lines[segment->line].street;
        if (street == STREET_UNNAMED)
            continue;
        by_street[count] = (struct pair){ street, segment->from_node };
        by_node[count++] = (struct pair){ segment->from_node, street };
        by_street[count] = (struct pair){ street, segment->to_node };
        by_node[count++] = (struct pair){ segment->to_node, street };
    }
    struct listing listing = { by_street, count, places->streets->street_count,
                               &places->street_nodes };
    aside_start(&aside, list_make, &listing);
    places->node_streets = lists_make(by_node, count, roads_node_count(places->roads));
    aside_finish(&aside);
    base_free(by_street);
    base_free(by_node);
}

/* Two streets of different names at a node. One that only changes its town there crosses none. */
static bool node_pair(const struct place_streets *places, uint32_t node, uint32_t ret_streets[2])
{
    const uint32_t *streets = list_items(&places->node_streets, node);
    const struct street *all = places->streets->streets;

    for (uint32_t i = 1; i < list_length(&places->node_streets, node); i++) {
        if (all[streets[i]].name == all[streets[0]].name)
            continue;
        ret_streets[0] = streets[0];
        ret_streets[1] = streets[i];
        return true;
    }
    return false;
}

static void crossings_list(struct place_streets *places)
{
    uint32_t node_count = roads_node_count(places->roads), count = 0;

    places->crossing_nodes = base_alloc(node_count, sizeof *places->crossing_nodes);
    places->crossing_points = base_alloc(2 * (size_t)node_count, sizeof *places->crossing_points);
    places->crossing_lines = base_alloc(node_count, sizeof *places->crossing_lines);
    for (uint32_t node = 0; node < node_count; node++) {
        uint32_t streets[2];
        if (!node_pair(places, node, streets))
            continue;
        struct geo_point *points = places->crossing_points + 2 * (size_t)count;
        points[0] = points[1] = roads_node_point(places->roads, node);
        places->crossing_lines[count] = (struct geo_points){ points, 2 };
        places->crossing_nodes[count++] = node;
    }
    places->crossing_count = count;
    places->crossings = nearest_new(places->crossing_lines, count);
}

struct place_streets *place_streets_new(const struct streets *streets, const struct roads *roads)
{
    struct place_streets *places = base_alloc(1, sizeof *places);

    places->streets = streets;
    places->roads = roads;
    lines_list(places);
    nodes_list(places);
    crossings_list(places);
    return places;
}

void place_streets_free(struct place_streets *places)
{
    if (!places)
        return;
    lists_clear(&places->street_lines);
    lists_clear(&places->street_nodes);
    lists_clear(&places->node_streets);
    nearest_free(places->crossings);
    base_free(places->crossing_nodes);
    base_free(places->crossing_points);
    base_free(places->crossing_lines);
    base_free(places);
}

const uint32_t *street_lines(const struct place_streets *places, uint32_t street,
                             uint32_t *ret_count)
{
    *ret_count = list_length(&places->street_lines, street);
    return list_items(&places->street_lines, street);
}

/* ---- along a line ---- */

static double line_length_m(const struct geo_points *points)
{
    double length_m = 0;

    for (uint32_t i = 1; i < points->count; i++)
        length_m += geo_distance_m(points->at[i - 1], points->at[i]);
    return length_m;
}

static double corner_of(double length_m)
{
    return fmin(corner_m, length_m / 4);
}

enum side { SIDE_LEFT, SIDE_RIGHT, SIDE_NONE };

/* The point at `along_m`, moved `beside_m` to one side. */
static struct geo_point line_beside(const struct geo_points *points, double along_m, enum side side)
{
    uint32_t i = 1;
    double piece_m = geo_distance_m(points->at[0], points->at[1]);

    while (i + 1 < points->count && (along_m > piece_m || piece_m == 0)) {
        along_m -= piece_m;
        i++;
        piece_m = geo_distance_m(points->at[i - 1], points->at[i]);
    }
    struct geo_point a = points->at[i - 1], b = points->at[i];
    double t = piece_m > 0 ? fmin(along_m / piece_m, 1) : 0;
    double bearing_deg = geo_bearing_deg(a, b) + (side == SIDE_LEFT ? -90 : 90);
    struct geo_point middle = { a.lat_deg + t * (b.lat_deg - a.lat_deg),
                                a.lon_deg + t * (b.lon_deg - a.lon_deg) };

    if (side == SIDE_NONE)
        return middle;
    return geo_moved(middle, bearing_deg < 0 ? bearing_deg + 360 : bearing_deg, beside_m);
}

/* Share of the range at which a number stands; a range of one number is in the middle. */
static double range_share(struct address_range range, int32_t number)
{
    if (range.from == range.to)
        return 0.5;
    return (double)(number - range.from) / (range.to - range.from);
}

static struct geo_point house_point(const struct street_line *line, struct address_range range,
                                    enum side side, int32_t number)
{
    double length_m = line_length_m(&line->points), corner = corner_of(length_m);
    double along_m = corner + range_share(range, number) * (length_m - 2 * corner);

    return line_beside(&line->points, along_m, side);
}

/* ---- numbers ---- */

static int32_t lower(struct address_range range)
{
    return range.from < range.to ? range.from : range.to;
}

static int32_t upper(struct address_range range)
{
    return range.from < range.to ? range.to : range.from;
}

/* A range from 1 to 99 holds odd numbers; one from 1 to 100 holds all. */
static bool parity_fits(struct address_range range, int32_t number)
{
    return (range.from - range.to) % 2 != 0 || (number - range.from) % 2 == 0;
}

static enum house_fit range_fit(struct address_range range, int32_t number)
{
    if (!address_range_given(range))
        return HOUSE_NONE;
    if (number < lower(range) || number > upper(range))
        return HOUSE_NEAREST;
    return parity_fits(range, number) ? HOUSE_FOUND : HOUSE_OTHER_SIDE;
}

/* The number of the range that is closest to one outside it. */
static int32_t range_nearest(struct address_range range, int32_t number)
{
    return number < lower(range) ? lower(range) : upper(range);
}

struct houses {
    struct house *at;
    uint32_t count, max;
    enum house_fit fit;
    int32_t off;                    /* By how many numbers the nearest one misses. */
};

static void house_add(struct houses *houses, const struct house *house)
{
    for (uint32_t i = 0; i < houses->count; i++)
        if (geo_distance_m(houses->at[i].point, house->point) < one_place_m)
            return;
    if (houses->count < houses->max)
        houses->at[houses->count++] = *house;
}

/* The number as the ranges of this line would write it; 0 where it cannot be one of them. */
static int32_t number_asked(const struct street_line *line, const struct house_number *asked)
{
    if (!line->hyphenated)
        return asked->number;
    if (asked->second > 0)
        return street_number_hyphenated(asked->number, asked->second);
    /* "1234" is how 12-34 is said on the telephone. */
    return asked->number >= 100 ? street_number_hyphenated(asked->number / 100,
                                                           asked->number % 100) : 0;
}

static void side_match(struct houses *houses, const struct street_line *line, enum side side,
                       int32_t number)
{
    struct address_range range = side == SIDE_LEFT ? line->left : line->right;
    enum house_fit fit = range_fit(range, number);

    if (fit == HOUSE_NONE || fit > houses->fit)
        return;
    int32_t there = fit == HOUSE_NEAREST ? range_nearest(range, number) : number;
    int32_t off = there > number ? there - number : number - there;
    if (fit == houses->fit && off > houses->off)
        return;
    if (fit < houses->fit || off < houses->off)
        houses->count = 0;          /* Better than all before. */
    houses->fit = fit;
    houses->off = off;
    house_add(houses, &(struct house){ .point = house_point(line, range, side, there),
                                       .number = there, .record = line->record,
                                       .hyphenated = line->hyphenated });
}

enum house_fit street_houses(const struct place_streets *places, uint32_t street,
                             const struct house_number *asked, struct house *ret_houses,
                             uint32_t house_max, uint32_t *ret_count)
{
    struct houses houses = { .at = ret_houses, .max = house_max, .fit = HOUSE_NONE };
    const uint32_t *lines = list_items(&places->street_lines, street);

    for (uint32_t i = 0; i < list_length(&places->street_lines, street); i++) {
        const struct street_line *line = &places->streets->lines[lines[i]];
        int32_t number = number_asked(line, asked);
        side_match(&houses, line, SIDE_LEFT, number);
        side_match(&houses, line, SIDE_RIGHT, number);
    }
    *ret_count = houses.count;
    return houses.fit;
}

const char *house_text(int32_t number, bool hyphenated, char text[HOUSE_TEXT_BYTES])
{
    if (hyphenated)
        snprintf(text, HOUSE_TEXT_BYTES, "%d-%02d", number / STREET_HYPHEN, number % STREET_HYPHEN);
    else
        snprintf(text, HOUSE_TEXT_BYTES, "%d", number);
    return text;
}

bool line_number_point(const struct street_line *line, int32_t number,
                       struct geo_point *ret_point)
{
    const struct address_range ranges[] = { line->left, line->right };

    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
        enum house_fit fit = range_fit(ranges[i], number);
        if (fit != HOUSE_FOUND && fit != HOUSE_OTHER_SIDE)
            continue;
        *ret_point = house_point(line, ranges[i], SIDE_NONE, number);
        return true;
    }
    return false;
}

/* ---- crossings ---- */

static bool list_holds(const struct lists *lists, uint32_t list, uint32_t item)
{
    for (uint32_t i = lists->first[list]; i < lists->first[list + 1]; i++)
        if (lists->items[i] == item)
            return true;
    return false;
}

static bool crossing_new(const struct crossing *crossings, uint32_t count, struct geo_point point)
{
    for (uint32_t i = 0; i < count; i++)
        if (geo_distance_m(crossings[i].point, point) < one_place_m)
            return false;
    return true;
}

uint32_t street_crossings(const struct place_streets *places, uint32_t one, uint32_t other,
                          struct crossing *ret_crossings, uint32_t crossing_max)
{
    const uint32_t *nodes = list_items(&places->street_nodes, one);
    uint32_t count = 0;

    if (one == other)
        return 0;
    for (uint32_t i = 0; i < list_length(&places->street_nodes, one) && count < crossing_max; i++) {
        struct geo_point point = roads_node_point(places->roads, nodes[i]);
        if (list_holds(&places->node_streets, nodes[i], other)
            && crossing_new(ret_crossings, count, point))
            ret_crossings[count++] = (struct crossing){ point, { one, other }, nodes[i] };
    }
    return count;
}

uint32_t street_crossed(const struct place_streets *places, uint32_t street, uint32_t *ret_streets,
                        uint32_t street_max)
{
    const uint32_t *nodes = list_items(&places->street_nodes, street);
    uint32_t count = 0;

    for (uint32_t i = 0; i < list_length(&places->street_nodes, street); i++) {
        const uint32_t *others = list_items(&places->node_streets, nodes[i]);
        for (uint32_t k = 0; k < list_length(&places->node_streets, nodes[i]); k++) {
            uint32_t seen = 0;
            while (seen < count && ret_streets[seen] != others[k])
                seen++;
            if (others[k] != street && seen == count && count < street_max)
                ret_streets[count++] = others[k];
        }
    }
    return count;
}

/* ---- from a point back ---- */

/* The number whose house would stand at `along_m`; what house_point() does, turned round. */
static int32_t number_at(struct address_range range, double length_m, double along_m)
{
    double corner = corner_of(length_m), run_m = length_m - 2 * corner;
    double share = run_m > 0 ? (along_m - corner) / run_m : 0.5;
    int32_t step = (range.from - range.to) % 2 == 0 ? 2 : 1;

    share = share < 0 ? 0 : share > 1 ? 1 : share;
    double steps = share * (upper(range) - lower(range)) / step;
    int32_t off = (int32_t)(steps + 0.5) * step;
    return range.from <= range.to ? range.from + off : range.from - off;
}

static bool segment_named(const void *context, uint32_t segment)
{
    const struct place_streets *places = context;
    uint32_t line = roads_segment(places->roads, segment)->line;

    return places->streets->lines[line].street != STREET_UNNAMED;
}

/* Where the street bends at the closest point, both of its pieces there say which side it is on;
 * one alone may look at it from behind. */
static bool on_left(const struct geo_points *points, const struct nearest_hit *hit,
                    struct geo_point point)
{
    double east = cos(point.lat_deg * 0.017453292519943295), x = 0, y = 0;
    struct geo_point corner = hit->point;

    for (uint32_t i = 1; i < points->count; i++) {
        struct geo_point a = points->at[i - 1], b = points->at[i];
        if (!geo_same(a, corner) && !geo_same(b, corner))
            continue;
        double dx = (b.lon_deg - a.lon_deg) * east, dy = b.lat_deg - a.lat_deg;
        double length = hypot(dx, dy);
        x += length > 0 ? dx / length : 0;
        y += length > 0 ? dy / length : 0;
    }
    if (x == 0 && y == 0)
        return hit->left;
    return x * (point.lat_deg - corner.lat_deg) - y * (point.lon_deg - corner.lon_deg) * east > 0;
}

bool house_nearest(const struct place_streets *places, struct geo_point point,
                   double distance_m_max, struct house_near *ret_near)
{
    struct nearest_hit hit;

    if (!geo_known(point) || !nearest_find(roads_nearest(places->roads), point, distance_m_max,
                                           segment_named, places, &hit))
        return false;
    const struct road_segment *segment = roads_segment(places->roads, hit.line);
    const struct street_line *line = &places->streets->lines[segment->line];
    bool left = on_left(&segment->points, &hit, point);
    struct address_range range = left ? line->left : line->right;

    if (!address_range_given(range))
        range = left ? line->right : line->left;
    *ret_near = (struct house_near){ .street = line->street, .line = segment->line,
                                     .distance_m = hit.distance_m, .on_street = hit.point,
                                     .hyphenated = line->hyphenated };
    if (address_range_given(range))
        ret_near->number = number_at(range, line_length_m(&line->points),
                                     segment->line_m + hit.along_m);
    return true;
}

struct telling {
    const struct place_streets *places;
    line_within_fn *tell;
    void *context;
};

static void segment_within(void *context, uint32_t segment, double distance_m)
{
    const struct telling *telling = context;

    if (segment_named(telling->places, segment))
        telling->tell(telling->context, roads_segment(telling->places->roads, segment)->line,
                      distance_m);
}

void lines_within(const struct place_streets *places, struct geo_point point, double radius_m,
                  line_within_fn *tell, void *context)
{
    struct telling telling = { .places = places, .tell = tell, .context = context };

    if (geo_known(point))
        nearest_within(roads_nearest(places->roads), point, radius_m, segment_within, &telling);
}

bool crossing_nearest(const struct place_streets *places, struct geo_point point,
                      struct crossing *ret_crossing)
{
    struct nearest_hit hit;

    if (!geo_known(point)
        || !nearest_find(places->crossings, point, crossing_m_max, NULL, NULL, &hit))
        return false;
    uint32_t node = places->crossing_nodes[hit.line];
    *ret_crossing = (struct crossing){ .point = hit.point, .node = node };
    return node_pair(places, node, ret_crossing->streets);
}
