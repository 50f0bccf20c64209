/* What is reached from a place within a time: a search out of it, then every stretch it covers. */
#include <math.h>

#include "maps/outline.h"
#include "maps/roads_inside.h"

static const double cell_m_first = 15.0;

/* A covered stretch of a segment, from one place along it to the other and when. */
struct covered {
    uint32_t segment;
    double from_m, to_m;
    uint32_t from_ms, to_ms;
};
typedef void covered_fn(void *context, const struct covered *covered);

struct reaching {
    struct roads *roads;
    struct road_spots spots;
    struct road_overlay start;      /* Closed streets that lead out of a closure. */
    uint32_t cost_ms_max;
    struct geo_box box;             /* Of the covered stretches. */
    double streets_m;
    struct outline *outline;
};

/* ---- what is covered ---- */

/* Metres driven along a segment from an end that is passed at `cost_ms`. */
static double covered_m(const struct reaching *reaching, const struct road_segment *segment,
                        uint32_t cost_ms)
{
    if (cost_ms > reaching->cost_ms_max)
        return 0;
    double share = (double)(reaching->cost_ms_max - cost_ms) / segment->cost_ms;
    return (double)segment->length_m * (share > 1 ? 1 : share);
}

static uint32_t ms_of(const struct road_segment *segment, double length_m)
{
    double whole_m = (double)segment->length_m;

    return whole_m > 0 ? (uint32_t)(segment->cost_ms * (length_m / whole_m) + 0.5) : 0;
}

/* When a segment's end is passed: for a closed one, by who comes out of what closes it. */
static uint32_t end_ms(const struct reaching *reaching, uint32_t number, uint32_t node)
{
    uint8_t closed = reaching->roads->closed[number];
    uint32_t id = closed & CLOSED_START ? overlay_id(&reaching->start, node) : ROAD_ID_NONE;

    if (!closed)
        return search_cost(reaching->roads, node);
    return id == ROAD_ID_NONE ? COST_NONE : search_cost(reaching->roads, id);
}

/* A closed stretch is driven by nobody but who starts in the closure. */
static bool stretch_is_shut(const struct reaching *reaching, const struct road_spot *spot,
                            double to_m)
{
    uint8_t closed = roads_stretch_closed(reaching->roads, spot->segment, spot->along_m, to_m);

    return closed && !(closed & CLOSED_START);
}

/* What of a segment is covered from the start itself, if it lies on it; else nothing of it. */
static void spot_span(const struct reaching *reaching, uint32_t number, double *ret_low_m,
                      double *ret_high_m)
{
    const struct road_segment *segment = &reaching->roads->segments[number];

    *ret_low_m = (double)segment->length_m;
    *ret_high_m = 0;
    for (uint32_t i = 0; i < reaching->spots.count; i++) {
        const struct road_spot *spot = &reaching->spots.at[i];
        if (spot->segment != number)
            continue;
        double length_m = covered_m(reaching, segment, off_road_ms(spot->off_m));
        double whole_m = (double)segment->length_m;
        bool ahead = segment->ways & STREET_FORWARD && !stretch_is_shut(reaching, spot, whole_m);
        bool back = segment->ways & STREET_BACKWARD && !stretch_is_shut(reaching, spot, 0);
        double ahead_m = ahead ? length_m : 0, back_m = back ? length_m : 0;
        *ret_low_m = fmax(spot->along_m - back_m, 0);
        *ret_high_m = fmin(spot->along_m + ahead_m, (double)segment->length_m);
    }
}

/* From both ends of a segment, as far as it may be driven from there. */
static void segment_covered(const struct reaching *reaching, uint32_t number, covered_fn *tell,
                            void *context)
{
    const struct road_segment *segment = &reaching->roads->segments[number];
    uint32_t from_ms = end_ms(reaching, number, segment->from_node);
    uint32_t to_ms = end_ms(reaching, number, segment->to_node);
    double whole_m = (double)segment->length_m;
    double ahead_m = segment->ways & STREET_FORWARD ? covered_m(reaching, segment, from_ms) : 0;
    double back_m = segment->ways & STREET_BACKWARD ? covered_m(reaching, segment, to_ms) : 0;
    double low_m, high_m;

    spot_span(reaching, number, &low_m, &high_m);
    ahead_m = fmin(ahead_m, low_m);
    back_m = fmin(back_m, whole_m - high_m);
    if (ahead_m + back_m > whole_m) {
        /* They meet where both take equally long: nobody drives farther than that. */
        double meet_m = whole_m * (0.5 + 0.5 * ((double)to_ms - from_ms) / segment->cost_ms);
        ahead_m = fmin(ahead_m, fmax(fmin(meet_m, whole_m), whole_m - back_m));
        back_m = whole_m - ahead_m;
    }
    if (ahead_m > 0)
        tell(context, &(struct covered){ number, 0, ahead_m, from_ms,
                                         from_ms + ms_of(segment, ahead_m) });
    if (back_m > 0)
        tell(context, &(struct covered){ number, whole_m, whole_m - back_m, to_ms,
                                         to_ms + ms_of(segment, back_m) });
}

/* The start's own segment, from the start on. */
static void spot_covered(const struct reaching *reaching, const struct road_spot *spot,
                         covered_fn *tell, void *context)
{
    const struct road_segment *segment = &reaching->roads->segments[spot->segment];
    uint32_t off_ms = off_road_ms(spot->off_m);
    double low_m, high_m;

    spot_span(reaching, spot->segment, &low_m, &high_m);
    if (high_m > spot->along_m)
        tell(context, &(struct covered){ spot->segment, spot->along_m, high_m, off_ms,
                                         off_ms + ms_of(segment, high_m - spot->along_m) });
    if (low_m < spot->along_m)
        tell(context, &(struct covered){ spot->segment, spot->along_m, low_m, off_ms,
                                         off_ms + ms_of(segment, spot->along_m - low_m) });
}

/* Every covered stretch; each segment is told at its first node, or at the other when only that was
 * reached. */
static void node_covered(const struct reaching *reaching, uint32_t node, covered_fn *tell,
                         void *context)
{
    const struct roads *roads = reaching->roads;

    for (uint32_t arc = roads->arc_first[node]; arc < roads->arc_first[node + 1]; arc++) {
        uint32_t number = roads->arc_segments[arc];
        const struct road_segment *segment = &roads->segments[number];
        bool first = segment->from_node == node;
        if (!roads->closed[number]
            && (first || search_cost(roads, segment->from_node) > reaching->cost_ms_max)
            && (arc == roads->arc_first[node] || roads->arc_segments[arc - 1] != number))
            segment_covered(reaching, number, tell, context);
    }
}

/* Each closed segment stands in the closings once for each ring, one after the other. */
static void closed_covered(const struct reaching *reaching, covered_fn *tell, void *context)
{
    const struct roads *roads = reaching->roads;

    for (uint32_t i = 0; i < roads->closing_count; i++) {
        uint32_t number = roads->closings[i].segment;
        if (roads->closed[number] & CLOSED_START
            && (i == 0 || roads->closings[i - 1].segment != number))
            segment_covered(reaching, number, tell, context);
    }
}

static void covered_tell(const struct reaching *reaching, covered_fn *tell, void *context)
{
    const struct roads *roads = reaching->roads;

    for (uint32_t i = 0; i < reaching->spots.count; i++)
        spot_covered(reaching, &reaching->spots.at[i], tell, context);
    closed_covered(reaching, tell, context);
    for (uint32_t block = 0; block << TOUCHED_BITS < roads->node_count; block++) {
        uint32_t end = (block + 1) << TOUCHED_BITS;
        if (!roads->touched[block])
            continue;
        for (uint32_t node = block << TOUCHED_BITS; node < end && node < roads->node_count; node++)
            if (search_cost(roads, node) <= reaching->cost_ms_max)
                node_covered(reaching, node, tell, context);
    }
}

/* ---- measured, then drawn ---- */

static void box_widen(struct geo_box *box, struct geo_point point)
{
    box->low.lat_deg = fmin(box->low.lat_deg, point.lat_deg);
    box->low.lon_deg = fmin(box->low.lon_deg, point.lon_deg);
    box->high.lat_deg = fmax(box->high.lat_deg, point.lat_deg);
    box->high.lon_deg = fmax(box->high.lon_deg, point.lon_deg);
}

/* Told each straight piece of a covered stretch, with its times. */
typedef void piece_fn(void *context, struct geo_point a, struct geo_point b, uint32_t a_ms,
                      uint32_t b_ms);

static void covered_pieces(const struct roads *roads, const struct covered *covered,
                           piece_fn *tell, void *context)
{
    const struct geo_points *points = &roads->segments[covered->segment].points;
    double low_m = fmin(covered->from_m, covered->to_m);
    double high_m = fmax(covered->from_m, covered->to_m), along_m = 0;
    double ms_per_m = high_m > low_m ? ((double)covered->to_ms - covered->from_ms)
                                           / (covered->to_m - covered->from_m) : 0;

    for (uint32_t i = 1; i < points->count; i++) {
        struct geo_point a = points->at[i - 1], b = points->at[i];
        double piece_m = geo_distance_m(a, b), start_m = along_m;
        along_m += piece_m;
        double first_m = fmax(low_m, start_m), last_m = fmin(high_m, along_m);
        if (piece_m <= 0 || first_m > last_m)
            continue;
        tell(context, point_between(a, b, (first_m - start_m) / piece_m),
             point_between(a, b, (last_m - start_m) / piece_m),
             (uint32_t)(covered->from_ms + ms_per_m * (first_m - covered->from_m) + 0.5),
             (uint32_t)(covered->from_ms + ms_per_m * (last_m - covered->from_m) + 0.5));
    }
}

static void piece_measure(void *context, struct geo_point a, struct geo_point b, uint32_t a_ms,
                          uint32_t b_ms)
{
    struct reaching *reaching = context;

    (void)a_ms;
    (void)b_ms;
    box_widen(&reaching->box, a);
    box_widen(&reaching->box, b);
}

static void stretch_measure(void *context, const struct covered *covered)
{
    struct reaching *reaching = context;

    reaching->streets_m += fabs(covered->to_m - covered->from_m);
    covered_pieces(reaching->roads, covered, piece_measure, reaching);
}

static void piece_draw(void *context, struct geo_point a, struct geo_point b, uint32_t a_ms,
                       uint32_t b_ms)
{
    outline_reached(context, a, b, a_ms, b_ms);
}

static void stretch_draw(void *context, const struct covered *covered)
{
    const struct reaching *reaching = context;

    covered_pieces(reaching->roads, covered, piece_draw, reaching->outline);
}

static void street_draw(void *context, uint32_t line, uint32_t piece)
{
    const struct reaching *reaching = context;
    const struct road_segment *segment = &reaching->roads->segments[line];

    if (segment->ways)
        outline_other(reaching->outline, segment->points.at[piece], segment->points.at[piece + 1]);
}

/* A fine grid of which the outline fits. Cells twice as wide give about half the points, so what is
 * far too fine is left in one step. */
static void reach_outline(struct reaching *reaching, struct outline_rings *ret_rings)
{
    struct outline_frame frame = { .box = reaching->box, .time_ms_max = reaching->cost_ms_max,
                                   .beside_ms_per_m = OFF_ROAD_MS_PER_M };
    double cell_m = cell_m_first;

    for (;;) {
        reaching->outline = outline_new(&frame, cell_m);
        nearest_visit(reaching->roads->nearest, outline_box(reaching->outline), street_draw,
                      reaching);
        covered_tell(reaching, stretch_draw, reaching);
        outline_trace(reaching->outline, ret_rings);
        double too_many = 0.6 * ret_rings->point_count / OUTLINE_POINTS_MAX;
        cell_m = fmax(1.5, too_many) * outline_cell_m(reaching->outline);
        outline_free(reaching->outline);
        if (ret_rings->point_count <= OUTLINE_POINTS_MAX)
            return;
        outline_rings_clear(ret_rings);
    }
}

/* Out of a spot to one end of its segment, or to that end as one comes out of a closure. */
static void spot_start_to(struct reaching *reaching, const struct road_spot *spot, double node_m)
{
    const struct road_segment *segment = &reaching->roads->segments[spot->segment];
    uint32_t id = node_m > 0 ? segment->to_node : segment->from_node;

    if (stretch_is_shut(reaching, spot, node_m))
        return;
    if (roads_stretch_closed(reaching->roads, spot->segment, spot->along_m, node_m))
        id = overlay_id(&reaching->start, id);
    search_seed(reaching->roads, id, off_road_ms(spot->off_m)
                                         + ms_of(segment, fabs(node_m - spot->along_m)));
}

static void spot_start(struct reaching *reaching, const struct road_spot *spot)
{
    const struct road_segment *segment = &reaching->roads->segments[spot->segment];
    uint8_t ways = road_ways_out(segment, spot->along_m);

    if (ways & STREET_FORWARD)
        spot_start_to(reaching, spot, fmax((double)segment->length_m, 1e-3));
    if (ways & STREET_BACKWARD)
        spot_start_to(reaching, spot, 0);
}

static void reach_search(struct reaching *reaching, struct geo_point from)
{
    struct roads *roads = reaching->roads;

    closures_mark(roads, geo_unknown(), &from, 1);
    overlay_make(roads, CLOSED_START, roads->node_count, &reaching->start);
    search_begin(roads, REACH_FROM, reaching->start.count);
    overlay_add(roads, &reaching->start);
    for (uint32_t i = 0; i < reaching->spots.count; i++)
        spot_start(reaching, &reaching->spots.at[i]);
    search_run(roads, UINT32_MAX, UINT32_MAX, reaching->cost_ms_max);
}

bool roads_reach(struct roads *roads, struct geo_point from, uint32_t cost_ms,
                 struct road_reach *ret_reach)
{
    struct reaching reaching = { .roads = roads, .cost_ms_max = cost_ms,
                                 .box = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } } };

    if (!roads_spots(roads, ENTRY_FALLBACK, from, &reaching.spots))
        return false;
    reach_search(&reaching, from);
    covered_tell(&reaching, stretch_measure, &reaching);
    if (reaching.streets_m > 0) {
        reach_outline(&reaching, &ret_reach->rings);
        ret_reach->streets_m = reaching.streets_m;
    }
    overlay_clear(&reaching.start);
    return reaching.streets_m > 0;
}

void road_reach_clear(struct road_reach *reach)
{
    outline_rings_clear(&reach->rings);
}
