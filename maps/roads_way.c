/* From a place onto the network, over it and off again: what a search begins and ends with, and the
 * way back from it, stretch by stretch. Invariants 1 and 2 of roads_search.c make that exact.
 *
 * Ids of a search: nodes; then, for closed streets that may be driven at the end of a way and at
 * its start, their nodes once more (struct road_overlay); then the places. A search runs out of
 * the destination, so driving goes from a place over "start" nodes, real nodes and "end" nodes. */
#include <math.h>

#include "maps/roads_inside.h"

static const double at_crossing_m = 10.0;
/* So close to the place a unit is there: sending it by the street and back would be absurd. */
static const double there_m = 25.0;

/* Driving `length_m` of a segment. */
static uint32_t part_ms(const struct road_segment *segment, double length_m)
{
    double whole_m = (double)segment->length_m;
    double share = whole_m > 0 ? length_m / whole_m : 0;

    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return (uint32_t)(segment->cost_ms * share + 0.5);
}

static double rest_m(const struct road_segment *segment, double along_m)
{
    return fmax((double)segment->length_m - along_m, 0);
}

/* ---- links: how one gets from a spot onto the network, or from it to a spot ---- */

uint8_t road_ways_out(const struct road_segment *segment, double along_m)
{
    uint8_t ways = segment->ways;

    if (rest_m(segment, along_m) <= at_crossing_m)
        ways |= STREET_FORWARD;
    if (along_m <= at_crossing_m)
        ways |= STREET_BACKWARD;
    return ways;
}

/* In which directions one may drive up to it: out of the same crossing against one-way. */
static uint8_t ways_in(const struct road_segment *segment, double along_m)
{
    uint8_t ways = segment->ways;

    if (along_m <= at_crossing_m)
        ways |= STREET_FORWARD;
    if (rest_m(segment, along_m) <= at_crossing_m)
        ways |= STREET_BACKWARD;
    return ways;
}

static void link_add(struct road_links *links, uint32_t id, uint32_t cost_ms,
                     const struct road_spot *spot, double node_m)
{
    if (id == ROAD_ID_NONE)
        return;
    assert(links->count < ROAD_LINKS_MAX);
    links->at[links->count++] = (struct road_link){
        .id = id, .cost_ms = off_road_ms(spot->off_m) + cost_ms, .spot = spot, .node_m = node_m };
}

/* Closed streets that one who starts there may drive: out of a closure only who stands in one. */
static uint8_t marks_of_start(const struct road_spots *spots)
{
    return spots->closed ? CLOSED_START | CLOSED_END : CLOSED_END;
}

/* Links a spot with the end of its segment that lies at `node_m` from its start: with the end
 * itself where the stretch between is open, else with what may be driven though it is closed. */
static void end_link(const struct road_search *search, const struct road_spot *spot, double node_m,
                     uint8_t marks, struct road_links *links)
{
    const struct road_segment *segment = &search->roads->segments[spot->segment];
    uint32_t node = node_m > 0 ? segment->to_node : segment->from_node;
    uint32_t cost_ms = part_ms(segment, fabs(node_m - spot->along_m));
    uint8_t closed = roads_stretch_closed(search->roads, spot->segment, spot->along_m, node_m);

    if (!closed)
        link_add(links, node, cost_ms, spot, node_m);
    if (closed & marks & CLOSED_START)
        link_add(links, overlay_id(&search->start, node), cost_ms, spot, node_m);
    if (closed & marks & CLOSED_END)
        link_add(links, overlay_id(&search->end, node), cost_ms, spot, node_m);
}

/* Out of the spots of a start. A segment of no length has its end at its start, too. */
static void links_out(const struct road_search *search, const struct road_spots *spots,
                      struct road_links *ret_links)
{
    ret_links->count = 0;
    for (uint32_t i = 0; i < spots->count; i++) {
        const struct road_spot *spot = &spots->at[i];
        const struct road_segment *segment = &search->roads->segments[spot->segment];
        uint8_t ways = road_ways_out(segment, spot->along_m);
        if (ways & STREET_FORWARD)
            end_link(search, spot, fmax((double)segment->length_m, 1e-3), marks_of_start(spots),
                     ret_links);
        if (ways & STREET_BACKWARD)
            end_link(search, spot, 0, marks_of_start(spots), ret_links);
    }
}

static void links_in(const struct road_search *search, const struct road_spots *spots,
                     struct road_links *ret_links)
{
    ret_links->count = 0;
    for (uint32_t i = 0; i < spots->count; i++) {
        const struct road_spot *spot = &spots->at[i];
        const struct road_segment *segment = &search->roads->segments[spot->segment];
        uint8_t ways = ways_in(segment, spot->along_m);
        if (ways & STREET_FORWARD)
            end_link(search, spot, 0, CLOSED_START | CLOSED_END, ret_links);
        if (ways & STREET_BACKWARD)
            end_link(search, spot, fmax((double)segment->length_m, 1e-3),
                     CLOSED_START | CLOSED_END, ret_links);
    }
}

/* From `from` straight along their common segment to `to`; COST_NONE where that is forbidden. */
static uint32_t direct_ms(const struct roads *roads, const struct road_spot *from,
                          const struct road_spot *to, uint8_t marks)
{
    const struct road_segment *segment = &roads->segments[from->segment];
    double along_m = to->along_m - from->along_m;

    if (from->segment != to->segment)
        return COST_NONE;
    if (!(segment->ways & (along_m >= 0 ? STREET_FORWARD : STREET_BACKWARD))
        && fabs(along_m) > at_crossing_m)
        return COST_NONE;
    uint8_t closed = roads_stretch_closed(roads, from->segment, from->along_m, to->along_m);
    if (closed && !(closed & marks))
        return COST_NONE;
    return off_road_ms(from->off_m) + part_ms(segment, fabs(along_m)) + off_road_ms(to->off_m);
}

/* The cheapest of the direct ways; ties by the order of the spots. */
static uint32_t direct_best(const struct road_search *search, const struct road_spots *from,
                            const struct road_spot **ret_from, const struct road_spot **ret_to)
{
    uint32_t best_ms = COST_NONE;

    for (uint32_t i = 0; i < from->count; i++) {
        for (uint32_t k = 0; k < search->to.count; k++) {
            uint32_t cost_ms = direct_ms(search->roads, &from->at[i], &search->to.at[k],
                                         marks_of_start(from));
            if (cost_ms >= best_ms)
                continue;
            best_ms = cost_ms;
            *ret_from = &from->at[i];
            *ret_to = &search->to.at[k];
        }
    }
    return best_ms;
}

/* ---- a search for ways ---- */

void way_search_begin(struct road_search *search, struct roads *roads, enum road_entry entry,
                      struct geo_point to, const struct geo_point *from, uint32_t count)
{
    *search = (struct road_search){ .roads = roads };
    closures_mark(roads, to, from, count);
    overlay_make(roads, CLOSED_END, roads->node_count, &search->end);
    overlay_make(roads, CLOSED_START, roads->node_count + search->end.count, &search->start);
    search->place_first = search->start.first + search->start.count;
    search_begin(roads, REACH_TO, search->end.count + search->start.count + count);
    overlay_add(roads, &search->end);
    overlay_add(roads, &search->start);
    roads_spots(roads, entry, to, &search->to);
    links_in(search, &search->to, &search->arrivals);
    for (uint32_t i = 0; i < search->arrivals.count; i++)
        search_seed(roads, search->arrivals.at[i].id, search->arrivals.at[i].cost_ms);
}

void way_search_add(struct road_search *search, const struct road_spots *from, uint32_t place)
{
    const struct road_spot *direct_from, *direct_to;
    uint32_t direct = direct_best(search, from, &direct_from, &direct_to);
    struct road_links links;

    links_out(search, from, &links);
    for (uint32_t i = 0; i < links.count; i++)
        search_extra(search->roads, links.at[i].id, search->place_first + place,
                     links.at[i].cost_ms);
    if (direct != COST_NONE)
        search_seed(search->roads, search->place_first + place, direct);
}

void way_search_run(struct road_search *search, uint32_t closest)
{
    search_run(search->roads, search->place_first, closest, COST_NONE);
}

void way_search_clear(struct road_search *search)
{
    overlay_clear(&search->end);
    overlay_clear(&search->start);
}

/* ---- the way back ---- */

/* Which overlay an id belongs to (NULL: none, it is a node), and its real node. */
static const struct road_overlay *overlay_of(const struct road_search *search, uint32_t id,
                                             uint32_t *ret_node)
{
    const struct road_overlay *overlay = id < search->roads->node_count ? NULL
                                         : id < search->start.first     ? &search->end
                                                                        : &search->start;

    *ret_node = overlay ? overlay->nodes[id - overlay->first] : id;
    return overlay;
}

/* Where driving a segment of the way out of `id` leads: the same overlay, or the real node. */
static uint32_t id_beyond(const struct road_overlay *overlay, uint8_t closed, uint32_t other)
{
    if (!overlay)
        return closed ? ROAD_ID_NONE : other;
    return closed & overlay->mark ? overlay_id(overlay, other) : ROAD_ID_NONE;
}

/* The segment by which the cheapest way leaves `id`, the first of equal ones; ROAD_ID_NONE where it
 * only enters or leaves closed streets. */
static uint32_t id_onward(const struct road_search *search, uint32_t id, uint32_t *ret_next)
{
    const struct roads *roads = search->roads;
    uint32_t cost_ms = search_cost(roads, id), node;
    const struct road_overlay *overlay = overlay_of(search, id, &node);

    for (uint32_t arc = roads->arc_first[node]; arc < roads->arc_first[node + 1]; arc++) {
        uint32_t number = roads->arc_segments[arc], other = roads->arcs[arc].node;
        const struct road_segment *segment = &roads->segments[number];
        bool open = segment->ways & (segment->from_node == node ? STREET_FORWARD : STREET_BACKWARD);
        uint32_t next = id_beyond(overlay, roads->closed[number], other);
        if (!open || other == node || next == ROAD_ID_NONE
            || search_cost(roads, next) + segment->cost_ms != cost_ms)
            continue;
        *ret_next = next;
        return number;
    }
    *ret_next = overlay ? node : overlay_id(&search->end, node);
    assert(*ret_next != ROAD_ID_NONE);
    assert(search_cost(roads, *ret_next) == cost_ms);
    return ROAD_ID_NONE;
}

static const struct road_link *link_arriving(const struct road_search *search, uint32_t id)
{
    for (uint32_t i = 0; i < search->arrivals.count; i++) {
        const struct road_link *link = &search->arrivals.at[i];
        if (link->id == id && link->cost_ms == search_cost(search->roads, id))
            return link;
    }
    return NULL;
}

static void stretch_tell(const struct road_search *search, uint32_t segment, double from_m,
                         double to_m, road_stretch_fn *tell, void *context)
{
    const struct roads *roads = search->roads;

    tell(context, &(struct road_stretch){
        .segment = segment, .from_m = from_m, .to_m = to_m,
        .cost_ms = part_ms(&roads->segments[segment], fabs(to_m - from_m)),
        .closed = roads_stretch_closed(roads, segment, from_m, to_m) != 0 });
}

/* From a node to the destination. Returns metres off the road at its end. */
static double onward_tell(const struct road_search *search, uint32_t id, road_stretch_fn *tell,
                          void *context)
{
    const struct roads *roads = search->roads;
    const struct road_link *arriving;

    while (!(arriving = link_arriving(search, id))) {
        uint32_t next, node, number = id_onward(search, id, &next);
        overlay_of(search, id, &node);
        if (number != ROAD_ID_NONE) {
            double length_m = (double)roads->segments[number].length_m;
            bool forward = roads->segments[number].from_node == node;
            stretch_tell(search, number, forward ? 0 : length_m, forward ? length_m : 0, tell,
                         context);
        }
        id = next;
    }
    stretch_tell(search, arriving->spot->segment, arriving->node_m, arriving->spot->along_m, tell,
                 context);
    return arriving->spot->off_m;
}

static const struct road_link *link_leaving(const struct road_search *search,
                                            const struct road_links *links, uint32_t cost_ms)
{
    for (uint32_t i = 0; i < links->count; i++)
        if (links->at[i].cost_ms + search_cost(search->roads, links->at[i].id) == cost_ms)
            return &links->at[i];
    assert(!"a reached place has a way out");
    return NULL;
}

double way_tell(const struct road_search *search, const struct road_spots *from, uint32_t place,
                road_stretch_fn *tell, void *context)
{
    uint32_t cost_ms = search_cost(search->roads, search->place_first + place);
    const struct road_spot *direct_from, *direct_to;
    struct road_links links;

    if (direct_best(search, from, &direct_from, &direct_to) == cost_ms) {
        stretch_tell(search, direct_from->segment, direct_from->along_m, direct_to->along_m, tell,
                     context);
        return direct_from->off_m + direct_to->off_m;
    }
    links_out(search, from, &links);
    const struct road_link *leaving = link_leaving(search, &links, cost_ms);
    stretch_tell(search, leaving->spot->segment, leaving->spot->along_m, leaving->node_m, tell,
                 context);
    return leaving->spot->off_m + onward_tell(search, leaving->id, tell, context);
}

/* ---- times ---- */

bool way_there(struct geo_point from, struct geo_point to, struct road_time *ret_time)
{
    double apart_m = geo_known(from) && geo_known(to) ? geo_distance_m(from, to) : INFINITY;

    if (apart_m > there_m)
        return false;
    *ret_time = (struct road_time){ .reached = true, .cost_ms = off_road_ms(apart_m),
                                    .length_m = apart_m, .off_m = apart_m };
    return true;
}

static void time_add(void *context, const struct road_stretch *stretch)
{
    struct road_time *time = context;
    double length_m = fabs(stretch->to_m - stretch->from_m);

    time->length_m += length_m;
    time->closed_m += stretch->closed ? length_m : 0;
}

static struct road_time time_of(const struct road_search *search, const struct road_spots *from,
                                uint32_t place)
{
    struct road_time time = { .reached = true };

    time.cost_ms = search_cost(search->roads, search->place_first + place);
    time.off_m = way_tell(search, from, place, time_add, &time);
    time.length_m += time.off_m;
    return time;
}

/* Those that are not there already: their spots, their ways. Returns how many were reached. */
static uint32_t times_search(struct roads *roads, enum road_entry entry, struct geo_point to,
                             const struct geo_point *from, uint32_t count, uint32_t closest,
                             struct road_time *times)
{
    struct road_spots *spots = base_alloc(count, sizeof *spots);
    struct road_search search;
    bool any = false;

    way_search_begin(&search, roads, entry, to, from, count);
    for (uint32_t i = 0; i < count; i++) {
        if (times[i].reached || !roads_spots(roads, entry, from[i], &spots[i]))
            continue;
        way_search_add(&search, &spots[i], i);
        any |= spots[i].count + search.to.count > 2 || entry == ENTRY_STREET;
    }
    way_search_run(&search, any ? closest : 0);
    for (uint32_t i = 0; i < roads->reached_count; i++) {
        uint32_t place = (uint32_t)roads->reached[i] - search.place_first;
        times[place] = time_of(&search, &spots[place], place);
    }
    way_search_clear(&search);
    base_free(spots);
    return roads->reached_count;
}

void roads_times(struct roads *roads, struct geo_point to, const struct geo_point *from,
                 uint32_t count, uint32_t closest, struct road_time *ret_times)
{
    uint32_t there = 0;

    for (uint32_t i = 0; i < count; i++) {
        ret_times[i] = (struct road_time){ .reached = false };
        there += way_there(from[i], to, &ret_times[i]);
    }
    if (closest == 0)
        closest = count;
    if (there < closest)
        there += times_search(roads, ENTRY_STREET, to, from, count, closest - there, ret_times);
    if (there < closest)
        times_search(roads, ENTRY_FALLBACK, to, from, count, closest - there, ret_times);
}
