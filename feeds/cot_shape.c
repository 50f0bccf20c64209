#include "feeds/cot_shape.h"

#include <math.h>
#include <string.h>

#include "app/base/report.h"
#include "feeds/ring.h"

enum {
    LINKS_MAX = 20000,
    ELLIPSE_POINTS = 72,            /* One every 5 degrees. */
    STRIP_POINTS_MAX = REPORT_POINTS_MAX / 2 - 2,       /* Each has two sides. */
};
static const double axis_m_max = 1000000;       /* As a report's radius. */

/* ---- points ---- */

/* "lat,lon" or "lat,lon,hae". */
static bool point_read(const char *text, struct geo_point *ret_point)
{
    struct span rest = span_of(text), lat, lon;
    struct geo_point point;

    if (!span_cut(&rest, ',', &lat) || !span_cut(&rest, ',', &lon)
        || !span_to_double(lat, &point.lat_deg) || !span_to_double(lon, &point.lon_deg))
        return false;
    *ret_point = geo_rounded(point);
    return geo_plausible(*ret_point);
}

static struct verdict points_read(const struct xml_element *detail, struct arena *arena,
                                  struct geo_points *ret_points)
{
    const struct xml_element *first = element_child(detail, "link");
    uint32_t count = 0;

    for (const struct xml_element *link = first; link; link = element_again(link))
        count += element_attribute(link, "point")[0] != '\0';
    if (count > LINKS_MAX)
        return refused(REFUSED_TOO_LONG, first->offset, "link");
    struct geo_points points = { .at = arena_alloc(arena, (count + 2) * sizeof *points.at) };
    for (const struct xml_element *link = first; link; link = element_again(link)) {
        const char *text = element_attribute(link, "point");
        if (!text[0])
            continue;
        if (!point_read(text, &points.at[points.count++]))
            return refused(REFUSED_NOT_A_NUMBER, link->offset, "point");
    }
    *ret_points = points;
    return accepted();
}

/* ---- lines ---- */

static struct geo_point beside(const struct geo_points *line, uint32_t at, double strip_m,
                               double turn_deg)
{
    struct geo_point here = line->at[at];
    uint32_t from = at ? at - 1 : at, to = at + 1 < line->count ? at + 1 : at;
    double bearing_deg = geo_bearing_deg(line->at[from], line->at[to]);

    return geo_rounded(geo_moved(here, bearing_deg + turn_deg, strip_m));
}

/* Out along the left side of the line and back along the right. */
static void strip_make(const struct geo_points *line, double strip_m, struct geo_points *strip)
{
    strip->count = 0;
    for (uint32_t i = 0; i < line->count; i++)
        strip->at[strip->count++] = beside(line, i, strip_m, -90);
    for (uint32_t i = line->count; i > 0; i--)
        strip->at[strip->count++] = beside(line, i - 1, strip_m, 90);
}

/* Every second, third ... point, and the last: a strip has two sides to spend its points on. */
static bool line_thin(struct geo_points *line)
{
    uint32_t step = (line->count + STRIP_POINTS_MAX - 1) / STRIP_POINTS_MAX, kept = 0;

    if (step <= 1)
        return false;
    struct geo_point last = line->at[line->count - 1];
    for (uint32_t i = 0; i < line->count; i += step)
        line->at[kept++] = line->at[i];
    line->at[kept - 1] = last;
    line->count = kept;
    return true;
}

static void without_repeats(struct geo_points *line)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < line->count; i++)
        if (kept == 0 || !geo_same(line->at[kept - 1], line->at[i]))
            line->at[kept++] = line->at[i];
    line->count = kept;
}

/* ---- ellipses ---- */

static bool axis_read(const struct xml_element *ellipse, const char *name, double *ret_m)
{
    double metres;

    if (!span_to_double(span_of(element_attribute(ellipse, name)), &metres) || !(metres > 0)
        || metres > axis_m_max)
        return false;
    *ret_m = metres;
    return true;
}

static void ellipse_make(struct geo_point center, double major_m, double minor_m,
                         double angle_deg, struct geo_points *ring)
{
    static const double turn = 6.283185307179586;

    for (uint32_t i = 0; i < ELLIPSE_POINTS; i++) {
        double along_m = major_m * cos(turn * i / ELLIPSE_POINTS);
        double across_m = minor_m * sin(turn * i / ELLIPSE_POINTS);
        double bearing_deg = angle_deg + atan2(across_m, along_m) * 360 / turn;
        ring->at[ring->count++] =
            geo_rounded(geo_moved(center, bearing_deg, hypot(along_m, across_m)));
    }
}

static struct verdict ring_take(struct geo_points *ring, struct cot_shape *shape)
{
    if (!ring_tidy(ring))
        return refused(REFUSED_CONTRADICTION, 0, "point");
    if (ring_simplify(ring, REPORT_POINTS_MAX))
        shape->simplified = true;
    shape->polygon = *ring;
    return accepted();
}

static struct verdict ellipse_read(const struct cot_event *event,
                                   const struct xml_element *ellipse, struct arena *arena,
                                   struct cot_shape *shape)
{
    double major_m, minor_m, angle_deg = 0;

    if (!geo_known(event->at))
        return refused(REFUSED_FIELD_MISSING, ellipse->offset, "point");
    if (!axis_read(ellipse, "major", &major_m))
        return refused(REFUSED_OUT_OF_RANGE, ellipse->offset, "major");
    if (!axis_read(ellipse, "minor", &minor_m))
        return refused(REFUSED_OUT_OF_RANGE, ellipse->offset, "minor");
    if (major_m == minor_m) {
        shape->center = event->at;
        shape->radius_m = major_m;
        return accepted();
    }
    span_to_double(span_of(element_attribute(ellipse, "angle")), &angle_deg);
    struct geo_points ring = {
        .at = arena_alloc(arena, (ELLIPSE_POINTS + 2) * sizeof *ring.at) };
    ellipse_make(event->at, major_m, minor_m, fmod(angle_deg, 360), &ring);
    return ring_take(&ring, shape);
}

/* ---- the whole ---- */

static struct verdict line_read(const struct cot_event *event, double strip_m,
                                struct arena *arena, struct geo_points *line,
                                struct cot_shape *shape)
{
    bool closed = line->count > 3 && geo_same(line->at[0], line->at[line->count - 1]);

    /* A rectangle is its four corners. */
    if (closed || (cot_type_is(event->type, "u-d-r") && line->count >= 3))
        return ring_take(line, shape);
    without_repeats(line);
    if (line->count < 2)
        return refused(REFUSED_CONTRADICTION, 0, "point");
    shape->line = true;
    shape->simplified = line_thin(line);
    struct geo_points strip = {
        .at = arena_alloc(arena, (2 * (size_t)line->count + 2) * sizeof *strip.at) };
    strip_make(line, strip_m, &strip);
    return ring_take(&strip, shape);
}

struct verdict cot_shape_read(const struct cot_event *event, double strip_m, struct arena *arena,
                              struct cot_shape *ret_shape)
{
    struct cot_shape shape = { .center = geo_unknown(), .radius_m = NAN };
    const struct xml_element *ellipse =
        element_child(element_child(event->detail, "shape"), "ellipse");
    struct geo_points line;

    struct verdict verdict = points_read(event->detail, arena, &line);
    if (!is_accepted(&verdict))
        return verdict;
    if (ellipse)
        verdict = ellipse_read(event, ellipse, arena, &shape);
    else if (line.count)
        verdict = line_read(event, strip_m, arena, &line, &shape);
    else
        verdict = refused(REFUSED_FIELD_MISSING, 0, "link");
    if (is_accepted(&verdict))
        *ret_shape = shape;
    return verdict;
}
