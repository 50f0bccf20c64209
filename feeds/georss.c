#include "feeds/georss.h"

#include <string.h>

#include "app/base/report.h"
#include "feeds/ring.h"

struct found {
    struct arena *arena;
    struct georss_shape *shapes;        /* Room for GEORSS_SHAPES_MAX. */
    uint32_t count, area_count;
    const struct xml_node *parent;      /* Of the element being read. */
};

static struct verdict refused_at(const struct xml_node *node, enum refusal refusal)
{
    return refused(refusal, node->offset, node->name);
}

static bool blank_cut(struct span *rest, struct span *ret_word)
{
    static const char blanks[] = " \t\r\n,";
    size_t lead = 0, length;

    while (lead < rest->length && memchr(blanks, rest->bytes[lead], sizeof blanks - 1))
        lead++;
    length = lead;
    while (length < rest->length && !memchr(blanks, rest->bytes[length], sizeof blanks - 1))
        length++;
    *ret_word = span_from(rest->bytes + lead, length - lead);
    *rest = span_from(rest->bytes + length, rest->length - length);
    return ret_word->length > 0;
}

/* The numbers between blanks (and commas, which some write). */
static enum refusal numbers_read(const struct xml_node *node, struct arena *arena,
                                 double **ret_numbers, uint32_t *ret_count)
{
    struct span rest = span_of(node->text), word;
    double *numbers = arena_alloc(arena, (rest.length / 2 + 1) * sizeof *numbers);
    uint32_t count = 0;

    while (blank_cut(&rest, &word))
        if (!span_to_double(word, &numbers[count++]))
            return REFUSED_NOT_A_NUMBER;
    *ret_numbers = numbers;
    *ret_count = count;
    return REFUSED_NOT;
}

static struct verdict points_read(const struct xml_node *node, struct arena *arena,
                                  struct geo_points *ret_points)
{
    double *numbers;
    uint32_t count;
    enum refusal refusal = numbers_read(node, arena, &numbers, &count);

    if (refusal != REFUSED_NOT || count % 2 != 0 || count == 0)
        return refused_at(node, REFUSED_NOT_A_NUMBER);
    struct geo_points points = { .at = arena_alloc(arena, (count / 2 + 2) * sizeof *points.at) };
    for (uint32_t i = 0; i < count; i += 2) {
        points.at[points.count] = (struct geo_point){ numbers[i], numbers[i + 1] };
        if (!geo_plausible(points.at[points.count++]))
            return refused_at(node, REFUSED_OUT_OF_RANGE);
    }
    *ret_points = points;
    return accepted();
}

/* ---- what was found ---- */

static struct verdict shape_add(struct found *found, const struct xml_node *node,
                                const struct georss_shape *shape)
{
    if (found->count == GEORSS_SHAPES_MAX)
        return refused_at(node, REFUSED_TOO_LONG);
    if (shape->rings.count || shape->radius_m > 0)
        found->area_count++;
    found->shapes[found->count++] = *shape;
    return accepted();
}

static struct verdict ring_add(struct found *found, const struct xml_node *node,
                               struct geo_points ring)
{
    struct georss_shape shape = { .center = geo_unknown() };
    struct geo_points sides[2];
    uint32_t count = ring_cut(&ring, found->arena, sides);

    if (count == 0)
        return refused_at(node, REFUSED_CONTRADICTION);
    for (uint32_t i = 0; i < count; i++)
        shape.simplified = ring_simplify(&sides[i], REPORT_POINTS_MAX / 2 * (3 - count))
                           || shape.simplified;
    shape.rings = sides[0];
    if (count == 2) {           /* Over the date line: both sides are one area. */
        shape.rings = (struct geo_points){
            .at = arena_alloc(found->arena, REPORT_POINTS_MAX * sizeof *shape.rings.at),
            .count = sides[0].count + sides[1].count };
        memcpy(shape.rings.at, sides[0].at, sides[0].count * sizeof *sides[0].at);
        memcpy(shape.rings.at + sides[0].count, sides[1].at, sides[1].count * sizeof *sides[1].at);
    }
    return shape_add(found, node, &shape);
}

static struct verdict center_add(struct found *found, const struct xml_node *node,
                                 struct geo_point center, double radius_m)
{
    struct georss_shape shape = { .center = geo_rounded(center), .radius_m = radius_m };

    return shape_add(found, node, &shape);
}

/* ---- each element ---- */

typedef struct verdict element_fn(struct found *found, const struct xml_node *node);

static struct verdict point_take(struct found *found, const struct xml_node *node)
{
    struct geo_points points;
    struct verdict verdict = points_read(node, found->arena, &points);

    if (!is_accepted(&verdict))
        return verdict;
    return points.count == 1 ? center_add(found, node, points.at[0], 0)
                             : refused_at(node, REFUSED_NOT_A_NUMBER);
}

static struct verdict line_take(struct found *found, const struct xml_node *node)
{
    struct geo_points points;
    struct verdict verdict = points_read(node, found->arena, &points);

    return is_accepted(&verdict) ? center_add(found, node, points.at[points.count / 2], 0)
                                 : verdict;
}

static struct verdict polygon_take(struct found *found, const struct xml_node *node)
{
    struct geo_points points;
    struct verdict verdict = points_read(node, found->arena, &points);

    return is_accepted(&verdict) ? ring_add(found, node, points) : verdict;
}

/* South-west, then north-east. */
static struct verdict box_take(struct found *found, const struct xml_node *node)
{
    struct geo_points points;
    struct verdict verdict = points_read(node, found->arena, &points);

    if (!is_accepted(&verdict))
        return verdict;
    if (points.count != 2)
        return refused_at(node, REFUSED_NOT_A_NUMBER);
    struct geo_point low = points.at[0], high = points.at[1];
    struct geo_points ring = { .at = arena_alloc(found->arena, 6 * sizeof *ring.at), .count = 4 };
    ring.at[0] = low;
    ring.at[1] = (struct geo_point){ low.lat_deg, high.lon_deg };
    ring.at[2] = high;
    ring.at[3] = (struct geo_point){ high.lat_deg, low.lon_deg };
    return ring_add(found, node, ring);
}

/* "lat lon radius", the radius in metres (GeoRSS Simple, section on circle). */
static struct verdict circle_take(struct found *found, const struct xml_node *node)
{
    double *numbers;
    uint32_t count;
    enum refusal refusal = numbers_read(node, found->arena, &numbers, &count);

    if (refusal != REFUSED_NOT || count != 3)
        return refused_at(node, REFUSED_NOT_A_NUMBER);
    struct geo_point center = { numbers[0], numbers[1] };
    if (!geo_plausible(center) || !(numbers[2] >= 0 && numbers[2] <= 1000000))
        return refused_at(node, REFUSED_OUT_OF_RANGE);
    return center_add(found, node, center, numbers[2]);
}

/* geo:lat, with the geo:long that stands beside it. */
static struct verdict latitude_take(struct found *found, const struct xml_node *node)
{
    const struct xml_node *beside = found->parent->first;
    struct geo_point point;

    while (beside && (strcmp(beside->name, "long") != 0 || strcmp(beside->space, node->space) != 0))
        beside = beside->next;
    if (!beside)
        return refused(REFUSED_FIELD_MISSING, node->offset, "long");
    if (!span_to_double(span_of(node->text), &point.lat_deg))
        return refused_at(node, REFUSED_NOT_A_NUMBER);
    if (!span_to_double(span_of(beside->text), &point.lon_deg))
        return refused_at(beside, REFUSED_NOT_A_NUMBER);
    return geo_plausible(point) ? center_add(found, node, point, 0)
                                : refused_at(node, REFUSED_OUT_OF_RANGE);
}

/* Which namespaces an element counts in, by a part of their names: they come in several years. */
static const struct {
    const char *space, *name;
    element_fn *take;
} elements[] = {
    { "georss", "point", point_take },
    { "georss", "polygon", polygon_take },
    { "georss", "box", box_take },
    { "georss", "circle", circle_take },
    { "georss", "line", line_take },
    { "opengis.net/gml", "pos", point_take },
    { "wgs84_pos", "lat", latitude_take },
};

static element_fn *taker_of(const struct xml_node *node, const struct xml_node *parent)
{
    for (size_t i = 0; i < ARRAY_COUNT(elements); i++)
        if (strcmp(node->name, elements[i].name) == 0 && strstr(node->space, elements[i].space))
            return elements[i].take;
    if (strcmp(node->name, "posList") != 0)
        return NULL;
    return strcmp(parent->name, "LinearRing") == 0 ? polygon_take : line_take;
}

/* An inner ring is a hole in what is drawn already; holes are not drawn. */
static bool is_hole(const struct xml_node *node)
{
    return strcmp(node->name, "interior") == 0 && strstr(node->space, "gml");
}

/* The tree is at most XML_DEPTH_MAX deep. */
static struct verdict children_take(struct found *found, const struct xml_node *parent)
{
    struct verdict verdict = accepted();

    for (const struct xml_node *node = parent->first; node && is_accepted(&verdict);
         node = node->next) {
        element_fn *take = taker_of(node, parent);
        found->parent = parent;
        if (take && node->text[0])
            verdict = take(found, node);
        else if (!take && !is_hole(node))
            verdict = children_take(found, node);
    }
    return verdict;
}

/* Points go when areas are there. */
static void points_drop(struct found *found)
{
    uint32_t kept = 0;

    if (found->area_count == 0)
        return;
    for (uint32_t i = 0; i < found->count; i++)
        if (found->shapes[i].rings.count || found->shapes[i].radius_m > 0)
            found->shapes[kept++] = found->shapes[i];
    found->count = kept;
}

struct verdict georss_read(const struct xml_node *entry, struct arena *arena,
                           struct georss_shape **ret_shapes, uint32_t *ret_count)
{
    struct found found = { .arena = arena };

    found.shapes = arena_alloc(arena, GEORSS_SHAPES_MAX * sizeof *found.shapes);
    struct verdict verdict = children_take(&found, entry);
    if (!is_accepted(&verdict))
        return verdict;
    points_drop(&found);
    *ret_shapes = found.shapes;
    *ret_count = found.count;
    return accepted();
}
