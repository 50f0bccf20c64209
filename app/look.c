#include "app/look.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "app/core/closures.h"
#include "app/core/hazard_line.h"
#include "app/core/way.h"

/* ---- places of the picture ---- */

/* Where something is: a point, or rings, or neither. */
struct spot {
    struct geo_point point;
    struct geo_points rings;        /* In the arena. */
};

static const struct facility *facility_named(const struct picture *picture, const char *word)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++) {
        const struct facility *facility = picture_row(picture, OBJECT_FACILITY, i);
        if (text_same_ignoring_case(span_of(facility->code), span_of(word)))
            return facility;
    }
    return NULL;
}

static struct geo_points circle(struct geo_point center, double radius_m, struct arena *arena)
{
    struct geo_points rings = { 0 };

    if (!geo_known(center) || !(radius_m >= 1))
        return rings;
    rings.at = arena_alloc(arena, (CIRCLE_CORNERS + 1) * sizeof *rings.at);
    rings.count = CIRCLE_CORNERS + 1;
    ring_of_circle(center, radius_m, CIRCLE_CORNERS, rings.at);
    return rings;
}

static void object_spot(const void *object, enum object_kind kind, struct arena *arena,
                        struct spot *spot)
{
    if (kind == OBJECT_UNIT) {
        const struct unit *unit = object;
        spot->point = geo_known(unit->location) ? unit->location : unit->home;
    } else if (kind == OBJECT_INCIDENT) {
        const struct incident *incident = object;
        spot->point = incident->location;
        spot->rings = circle(incident->location, incident->radius_m, arena);
    } else if (kind == OBJECT_ALARM) {
        spot->point = ((const struct alarm *)object)->location;
    } else if (kind == OBJECT_HAZARD) {
        const struct hazard *hazard = object;
        spot->rings = hazard_rings(hazard, arena);
        spot->point = geo_known(hazard->center) || spot->rings.count == 0 ? hazard->center
                                                                          : spot->rings.at[0];
    }
}

static bool spot_find(const struct picture *picture, const char *of, struct arena *arena,
                      struct spot *spot, struct buffer *problem)
{
    struct object_name name;

    *spot = (struct spot){ .point = geo_unknown() };
    if (of[0] == '@' && point_parse(span_of(of + 1), &spot->point))
        return true;
    const struct facility *facility = facility_named(picture, of);
    const void *object = !facility && object_name_parse(span_of(of), &name)
        ? picture_find(picture, &name) : NULL;
    if (facility)
        spot->point = facility->location;
    else if (object)
        object_spot(object, name.kind, arena, spot);
    else
        buffer_print(problem, "there is no %s: name a unit, a station, an incident, a hazard or "
                     "@lat,lon", of);
    if ((facility || object) && !geo_known(spot->point) && spot->rings.count == 0)
        buffer_print(problem, "nobody knows where %s is", of);
    return problem->length == 0;
}

/* ---- members ---- */

void point_put(struct buffer *out, const char *name, struct geo_point point)
{
    json_open(out, name, '{');
    json_put_degrees(out, "lat", point.lat_deg);
    json_put_degrees(out, "lon", point.lon_deg);
    json_close(out, '}');
}

static void ring_put(struct buffer *out, const struct geo_points *ring)
{
    json_open(out, NULL, '[');
    for (uint32_t i = 0; i < ring->count; i++) {
        json_open(out, NULL, '[');
        json_put_degrees(out, NULL, ring->at[i].lat_deg);
        json_put_degrees(out, NULL, ring->at[i].lon_deg);
        json_close(out, ']');
    }
    json_close(out, ']');
}

void rings_put(struct buffer *out, const char *name, const struct geo_points *rings)
{
    struct geo_points ring;
    uint32_t from = 0;

    if (rings->count == 0)
        return;
    json_open(out, name, '[');
    while (ring_next(rings, &from, &ring))
        ring_put(out, &ring);
    json_close(out, ']');
}

/* What lies inside a reach is asked by where it begins. */
static bool is_inside_rings(const struct json *ask)
{
    return strcmp(json_member_text(ask, "ask", ""), "inside") == 0 && !json_member(ask, "seconds");
}

static void of_put(const struct json *ask, const char *of, const struct spot *spot,
                   struct buffer *out, struct buffer *problem)
{
    if (is_inside_rings(ask)) {
        if (spot->rings.count == 0)
            buffer_print(problem, "%s is a point; inside asks about an area: a hazard, or an "
                         "incident that is somewhere in a circle", of);
        rings_put(out, "rings", &spot->rings);
    } else if (strcmp(json_member_text(ask, "ask", ""), "times") == 0) {
        point_put(out, "to", spot->point);
    } else {
        json_put_degrees(out, "lat", spot->point.lat_deg);
        json_put_degrees(out, "lon", spot->point.lon_deg);
    }
}

static void units_put(const struct picture *picture, bool available_only, struct buffer *out)
{
    json_open(out, "from", '[');
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_UNIT); i++) {
        const struct unit *unit = picture_row(picture, OBJECT_UNIT, i);
        struct geo_point at = geo_known(unit->location) ? unit->location : unit->home;
        if (!geo_known(at) || (available_only && unit->status != UNIT_AVAILABLE))
            continue;
        json_open(out, NULL, '{');
        json_put_text(out, "unit", unit->callsign);
        json_put_degrees(out, "lat", at.lat_deg);
        json_put_degrees(out, "lon", at.lon_deg);
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Ways go around what an order's would, unless the ask says what to avoid itself. */
static void closures_put(const struct picture *picture, int64_t now_ms, const struct json *ask,
                         struct arena *arena, struct buffer *out)
{
    static const char *const on_roads[] = { "route", "times", "reach", "inside" };
    const struct closed_way anywhere = { .now_ms = now_ms, .from = geo_unknown(),
                                         .to = geo_unknown() };
    const char *kind = json_member_text(ask, "ask", "");
    uint32_t left_out;

    for (size_t i = 0; i < ARRAY_COUNT(on_roads) && !json_member(ask, "avoid"); i++) {
        if (strcmp(kind, on_roads[i]) != 0 || is_inside_rings(ask))
            continue;
        struct geo_points rings = closures_avoided(picture, &anywhere, arena, &left_out);
        rings_put(out, "avoid", &rings);
    }
}

/* Members that geography does not know, and its ref, which is the hub's own. */
static bool is_ours(const struct json *member)
{
    const char *name = json_name(member);

    return strcmp(name, "ref") == 0 || strcmp(name, "of") == 0
        || (strcmp(name, "from") == 0 && json_text(member));
}

bool look_write(const struct picture *picture, int64_t now_ms, const struct json *ask, int64_t ref,
                struct buffer *out, struct buffer *problem)
{
    const char *of = json_text(json_member(ask, "of"));
    const char *from = json_text(json_member(ask, "from"));
    struct arena *arena = arena_new();
    struct spot spot = { .point = { .lat_deg = json_member_number(ask, "lat", NAN),
                                    .lon_deg = json_member_number(ask, "lon", NAN) } };

    json_open(out, NULL, '{');
    for (const struct json *member = json_first(ask); member; member = json_next(member))
        if (!is_ours(member))
            json_put(out, json_name(member), member);
    if (of && spot_find(picture, of, arena, &spot, problem))
        of_put(ask, of, &spot, out, problem);
    if (from && (strcmp(from, "units") == 0 || strcmp(from, "available") == 0))
        units_put(picture, strcmp(from, "available") == 0, out);
    else if (from)
        buffer_print(problem, "\"from\" is \"units\", \"available\" or places, not \"%s\"", from);
    closures_put(picture, now_ms, ask, arena, out);
    json_put_int64(out, "ref", ref);
    json_close(out, '}');
    arena_free(arena);
    return problem->length == 0;
}
