#include "feeds/cap_inside_alert.h"

#include <math.h>
#include <string.h>

#include "feeds/ring.h"

/* ---- geometry ---- */

/* "lat,lon": the other way round than GeoJSON and shapefiles (CAP 1.2 section 3.2.4). */
static enum refusal pair_read(struct span pair, struct geo_point *ret_point)
{
    struct span lat, lon;

    if (!span_cut(&pair, ',', &lat) || !span_cut(&pair, ',', &lon) || pair.length)
        return REFUSED_NOT_A_NUMBER;
    if (!span_to_double(lat, &ret_point->lat_deg) || !span_to_double(lon, &ret_point->lon_deg))
        return REFUSED_NOT_A_NUMBER;
    return geo_plausible(*ret_point) ? REFUSED_NOT : REFUSED_OUT_OF_RANGE;
}

/* A polygon may be open in real data (the standard wants it closed): closing it adds nothing. Over
 * the date line it is two. */
static struct verdict polygon_read(const struct xml_node *node, struct arena *arena,
                                   struct geo_points ret_rings[2], uint32_t *ret_count,
                                   bool *ret_simplified)
{
    struct span rest = span_of(node->text), pair;
    size_t room = rest.length / 4 + 2;          /* "0,0 " is the shortest pair. */
    struct geo_points ring = { .at = arena_alloc(arena, room * sizeof *ring.at) };

    while (cap_word_cut(&rest, &pair)) {
        assert(ring.count + 1 < room);
        enum refusal refusal = pair_read(pair, &ring.at[ring.count++]);
        if (refusal != REFUSED_NOT)
            return cap_refused_at(node, refusal);
    }
    uint32_t rings = ring.count ? ring_cut(&ring, arena, ret_rings) : 0;
    if (rings == 0)
        return cap_refused_at(node, REFUSED_CONTRADICTION);
    for (uint32_t i = 0; i < rings; i++)
        *ret_simplified = ring_simplify(&ret_rings[i], REPORT_POINTS_MAX / 2 * (3 - rings))
                          || *ret_simplified;
    *ret_count = rings;
    return accepted();
}

/* "lat,lon radius", the radius in kilometres; 0 is a point (CAP 1.2 section 3.2.4). */
static struct verdict circle_read(const struct xml_node *node, struct geo_point *ret_center,
                                  double *ret_radius_m)
{
    static const double point_radius_m = 1;     /* A report's circle has a size. */
    struct span rest = span_of(node->text), pair, radius;
    double radius_km;

    if (!cap_word_cut(&rest, &pair) || !cap_word_cut(&rest, &radius) || span_trim(rest).length
        || !span_to_double(radius, &radius_km))
        return cap_refused_at(node, REFUSED_NOT_A_NUMBER);
    enum refusal refusal = pair_read(pair, ret_center);
    if (refusal != REFUSED_NOT)
        return cap_refused_at(node, refusal);
    if (!(radius_km >= 0 && radius_km <= 1000))
        return cap_refused_at(node, REFUSED_OUT_OF_RANGE);
    *ret_center = geo_rounded(*ret_center);
    *ret_radius_m = fmax(radius_km * 1000, point_radius_m);
    return accepted();
}

/* ---- areas become shapes ---- */

static bool same_text(const char *left, const char *right)
{
    return left == right || strcmp(left, right) == 0;   /* Of one info they are the same text. */
}

static bool same_points(const struct geo_points *left, const struct geo_points *right)
{
    if (left->count != right->count)
        return false;
    for (uint32_t i = 0; i < left->count; i++)
        if (!geo_same(left->at[i], right->at[i]))
            return false;
    return true;
}

/* Two info blocks that differ only in what we do not report are one hazard. */
static bool same_shape(const struct cap_shape *left, const struct cap_shape *right)
{
    return same_text(left->event, right->event) && same_text(left->headline, right->headline)
           && same_text(left->text, right->text) && same_text(left->area, right->area)
           && left->severity == right->severity && left->effective_ms == right->effective_ms
           && left->expires_ms == right->expires_ms && geo_same(left->center, right->center)
           && (isnan(left->radius_m) || left->radius_m == right->radius_m)
           && same_points(&left->rings, &right->rings);
}

/* `from` is the element a refusal names. */
struct verdict cap_shape_add(struct cap_draft *draft, const struct xml_node *from,
                             const struct cap_shape *shape)
{
    uint32_t *count = &draft->alert.shape_count;
    struct cap_shape added = *shape;

    /* A hazard is somewhere: it has an outline, or a place in words, or says that it has none. */
    if (added.rings.count == 0 && !geo_known(added.center) && !added.area[0])
        added.area = "area not given";
    for (uint32_t i = 0; i < *count; i++)
        if (same_shape(&draft->shapes[i], &added))
            return accepted();
    if (*count == CAP_SHAPES_MAX)
        return cap_refused_at(from, REFUSED_TOO_LONG);
    draft->shapes[(*count)++] = added;
    return accepted();
}

/* Points that there is room for behind so many: an alert may have 30,000 small polygons, and room
 * for the longest report in each would be a gigabyte. */
static uint32_t room_for(uint32_t count)
{
    uint32_t room = 16;

    while (room < count)
        room *= 2;
    return room;
}

/* Several polygons are their union (CAP 1.2 section 3.2.4), but rings in one report are even-odd,
 * which would make a hole where two overlap. So only rings whose boxes are apart go together. */
static bool rings_join(struct cap_shape *shape, const struct geo_points *ring,
                       struct arena *arena)
{
    struct geo_box box = ring_box(ring), other = ring_box(&shape->rings);
    uint32_t count = shape->rings.count + ring->count;

    if (count > REPORT_POINTS_MAX || boxes_touch(&box, &other))
        return false;
    if (count > room_for(shape->rings.count)) {
        struct geo_point *more = arena_alloc(arena, room_for(count) * sizeof *more);
        memcpy(more, shape->rings.at, shape->rings.count * sizeof *more);
        shape->rings.at = more;
    }
    memcpy(shape->rings.at + shape->rings.count, ring->at, ring->count * sizeof *ring->at);
    shape->rings.count += ring->count;
    return true;
}

static void rings_start(struct cap_shape *shape, const struct geo_points *ring,
                        struct arena *arena)
{
    assert(ring->count <= REPORT_POINTS_MAX);
    shape->rings.at = arena_alloc(arena, room_for(ring->count) * sizeof *shape->rings.at);
    shape->rings.count = ring->count;
    memcpy(shape->rings.at, ring->at, ring->count * sizeof *ring->at);
}

/* Goes on with `shape`, or hands it in and begins another. */
static struct verdict ring_add(struct cap_draft *draft, const struct xml_node *area,
                               const struct cap_shape *plain, const struct geo_points *ring,
                               struct cap_shape *shape)
{
    struct verdict verdict = accepted();

    if (shape->rings.count && rings_join(shape, ring, draft->arena))
        return verdict;
    if (shape->rings.count) {
        verdict = cap_shape_add(draft, area, shape);
        *shape = *plain;
    }
    rings_start(shape, ring, draft->arena);
    return verdict;
}

static struct verdict polygons_add(struct cap_draft *draft, const struct xml_node *area,
                                   const struct cap_shape *plain)
{
    struct cap_shape shape = *plain;
    struct verdict verdict = accepted();

    for (const struct xml_node *node = xml_child(area, "polygon"); node; node = xml_again(node)) {
        struct geo_points rings[2];
        uint32_t count = 0;
        bool simplified = false;
        if (!node->text[0])
            continue;           /* Common: the area is then told by geocodes only. */
        verdict = polygon_read(node, draft->arena, rings, &count, &simplified);
        for (uint32_t i = 0; i < count && is_accepted(&verdict); i++)
            verdict = ring_add(draft, area, plain, &rings[i], &shape);
        if (!is_accepted(&verdict))
            return verdict;
        shape.simplified = shape.simplified || simplified;
    }
    return shape.rings.count ? cap_shape_add(draft, area, &shape) : accepted();
}

static struct verdict circles_add(struct cap_draft *draft, const struct xml_node *area,
                                  const struct cap_shape *plain)
{
    for (const struct xml_node *node = xml_child(area, "circle"); node; node = xml_again(node)) {
        struct cap_shape shape = *plain;
        if (!node->text[0])
            continue;
        struct verdict verdict = circle_read(node, &shape.center, &shape.radius_m);
        if (is_accepted(&verdict))
            verdict = cap_shape_add(draft, area, &shape);
        if (!is_accepted(&verdict))
            return verdict;
    }
    return accepted();
}

static bool has_geometry(const struct xml_node *area)
{
    static const char *const elements[] = { "polygon", "circle" };

    for (size_t i = 0; i < ARRAY_COUNT(elements); i++)
        for (const struct xml_node *node = xml_child(area, elements[i]); node;
             node = xml_again(node))
            if (node->text[0])
                return true;
    return false;
}

/* Pairs in the order of the document: some put several into one element. */
static uint32_t geocodes_read(const struct xml_node *area, struct arena *arena,
                              struct cap_geocode *geocodes)
{
    uint32_t count = 0;

    for (const struct xml_node *node = xml_child(area, "geocode"); node; node = xml_again(node)) {
        const char *system = "";
        for (const struct xml_node *part = node->first; part; part = part->next) {
            if (strcmp(part->name, "valueName") == 0) {
                system = part->text;
                continue;
            }
            struct span rest = span_of(part->text), code;
            while (strcmp(part->name, "value") == 0 && count < CAP_GEOCODES_MAX
                   && cap_word_cut(&rest, &code))
                geocodes[count++] = (struct cap_geocode){ system, arena_copy(arena, code) };
        }
    }
    return count;
}

/* An area with geocodes only is where the site's layers say; else it is reported by its name. */
static struct verdict coded_area_add(struct cap_draft *draft, const struct xml_node *area,
                                     struct cap_shape *shape)
{
    struct cap_geocode *geocodes = arena_alloc(draft->arena, CAP_GEOCODES_MAX * sizeof *geocodes);
    uint32_t count = draft->codes ? geocodes_read(area, draft->arena, geocodes) : 0;
    struct cap_joined joined;

    if (!count || !cap_codes_join(draft->codes, geocodes, count, draft->arena, &joined))
        return cap_shape_add(draft, area, shape);
    shape->rings = joined.rings;
    shape->simplified = joined.simplified;
    if (joined.missing)
        shape->area = cap_clean(draft->arena,
                                arena_print(draft->arena, "(%u of %u areas drawn) %s",
                                            joined.found, joined.found + joined.missing,
                                            shape->area),
                                CAP_AREA_BYTES);
    return cap_shape_add(draft, area, shape);
}

struct verdict cap_area_read(struct cap_draft *draft, const struct xml_node *area)
{
    struct cap_shape plain = draft->info;

    plain.area = cap_clean(draft->arena, xml_child_text(area, "areaDesc"), CAP_AREA_BYTES);
    if (!has_geometry(area))
        return coded_area_add(draft, area, &plain);
    struct verdict verdict = polygons_add(draft, area, &plain);
    if (is_accepted(&verdict))
        verdict = circles_add(draft, area, &plain);
    return verdict;
}
