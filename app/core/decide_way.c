/* decide_way.c - the ways of units to where they are sent: asked of geography around the closures
 * that stand, asked again when a closure begins or ends, and watched: a unit that leaves its way is
 * noticed.
 *
 *           N fixes and T seconds beside it             a fix on a route, or it arrives
 *     (on its way) -----------------------> STRAYED --------------------------------> (on its way)
 *                                            |   ^
 *                                            '---'  asked again, at most once a minute */
#include <math.h>
#include "app/core/decide.h"
#include "app/core/way.h"

/* [K] Urban canyons throw single fixes hundreds of metres off; three in a row in half a minute
 * (site.conf, off-route-s) do not come from there. */
enum {
    OFF_ROUTE_FIXES_MIN = 3,
    ACCURACY_UNKNOWN_M = 100,       /* What a fix without one may be wrong by. */
    JUMP_MPS = 70,                  /* 250 km/h: no vehicle went there, the receiver did. */
    ARRIVED_M = 150,                /* Beyond the limit: parked behind the house it was sent to. */
    ROUTE_AGAIN_MS = 60000,
};

/* ---- asking ---- */

struct geo_point unit_stands_at(const struct unit *unit)
{
    return geo_known(unit->location) ? unit->location : unit->home;
}

static const char *way_words(struct turn *turn, const struct unit *unit,
                             const struct order_way *way, const struct geo_points *avoided)
{
    struct geo_points ring;
    uint32_t from = 0, rings = 0;

    while (ring_next(avoided, &from, &ring))
        rings++;
    const char *to = way->incident ? arena_print(turn->arena, " to #%u", way->incident) : "";
    if (rings == 0)
        return arena_print(turn->arena, "the way of %s%s", unit->callsign, to);
    return arena_print(turn->arena, "the way of %s%s, around %u closed area%s", unit->callsign, to,
                       rings, rings == 1 ? "" : "s");
}

void route_ask(struct turn *turn, const char *rule, const struct unit *unit,
               const struct order_way *way)
{
    struct event event = turn_event(EVENT_QUESTION_ASKED, rule);
    struct question_asked *asked = &event.question_asked;

    asked->question = question_next(turn);
    asked->target = ASKED_GEOGRAPHY;
    asked->purpose = PURPOSE_ROUTE;
    asked->operator = turn->operator;
    asked->incident = way->incident;
    asked->order = way->order;
    asked->from = unit_stands_at(unit);
    asked->to = way->destination;
    const struct closed_way straight = { .now_ms = turn->head.at_ms, .from = asked->from,
                                         .to = asked->to };
    asked->avoid = closures_avoided(turn->picture, &straight, turn->arena, &asked->avoid_left_out);
    asked->consequence = way_words(turn, unit, way, &asked->avoid);
    asked->expires_ms = turn->head.at_ms + GEOGRAPHY_ANSWER_MS;
    turn_add(turn, &event);
}

/* The order that the unit follows on the road now; NULL when it follows none. */
static const struct order *order_on_the_way(const struct turn *turn, const struct unit *unit)
{
    bool going = unit->status == UNIT_ASSIGNED || unit->status == UNIT_ENROUTE
                 || unit->status == UNIT_TRANSPORTING;
    const struct order *order =
        going && unit->order ? picture_numbered(turn->picture, OBJECT_ORDER, unit->order) : NULL;

    return order && !order_is_over(order) && geo_known(order->destination) ? order : NULL;
}

static void route_again(struct turn *turn, const char *rule, const struct unit *unit,
                        const struct order *order)
{
    /* Without room for a question the old route stays, as after a question without an answer. */
    if (picture_count(turn->picture, OBJECT_QUESTION) >= QUESTIONS_MAX
        || !geo_known(unit_stands_at(unit)))
        return;
    route_ask(turn, rule, unit, &(struct order_way){ .order = order->number,
                                                     .incident = order->incident,
                                                     .destination = order->destination });
}

/* ---- closures begin and end ---- */

static bool lies_across(struct turn *turn, const struct unit *unit, const struct order *order,
                        const struct closure *closure)
{
    struct geo_points ahead = { 0 };

    if (order->route.count == 0)
        return false;
    ahead.at = arena_alloc(turn->arena, (order->route.count + 1) * sizeof *ahead.at);
    way_ahead(&order->route, unit->location, &ahead);
    return way_crosses(&ahead, &closure->rings);
}

static void way_closed(struct turn *turn, const struct unit *unit, const struct order *order,
                       uint32_t hazard)
{
    struct event event = turn_event(EVENT_ROUTE_CLOSED, "way.closed");

    event.route_closed.unit = unit->callsign;
    event.route_closed.incident = unit->incident;
    event.route_closed.order = order->number;
    event.route_closed.hazard = hazard;
    turn_add(turn, &event);
}

static void way_reopened(struct turn *turn, const struct unit *unit, uint32_t hazard)
{
    struct event event = turn_event(EVENT_ROUTE_REOPENED, "way.open");

    event.route_reopened.unit = unit->callsign;
    event.route_reopened.incident = unit->incident;
    event.route_reopened.order = unit->order;
    event.route_reopened.hazard = hazard;
    turn_add(turn, &event);
}

static void unit_meets(struct turn *turn, const struct unit *unit, const struct closure *closure)
{
    const struct order *order = order_on_the_way(turn, unit);
    bool across = order && closure->rings.count > 0 && lies_across(turn, unit, order, closure);

    if (!across) {
        if (unit->closure == closure->number)
            way_reopened(turn, unit, closure->number);
        return;
    }
    if (unit->closure != closure->number)
        way_closed(turn, unit, order, closure->number);
    route_again(turn, "way.closed", unit, order);
}

void closure_began(struct turn *turn, uint32_t number)
{
    const struct hazard *hazard = picture_numbered(turn->picture, OBJECT_HAZARD, number);

    assert(hazard);
    struct closure closure = closure_standing(hazard, turn->head.at_ms, turn->arena);
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_UNIT); i++)
        unit_meets(turn, picture_row(turn->picture, OBJECT_UNIT, i), &closure);
}

/* Units that had it across their way, and those that it may have sent round. */
void closure_ended(struct turn *turn, const struct closure *closure)
{
    if (closure->rings.count == 0)
        return;
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_UNIT); i++) {
        const struct unit *unit = picture_row(turn->picture, OBJECT_UNIT, i);
        const struct order *order = order_on_the_way(turn, unit);
        bool met = unit->closure == closure->number;
        if (met)
            way_reopened(turn, unit, closure->number);
        if (!order || !geo_known(unit_stands_at(unit)))
            continue;
        struct geo_point ends[] = { unit_stands_at(unit), order->destination };
        const struct geo_points straight = { .at = ends, .count = 2 };
        if (met || way_crosses(&straight, &closure->rings))
            route_again(turn, "way.open", unit, order);
    }
}

/* What was closed while geography looked for this route does not hold for it. */
static void met_meanwhile(struct turn *turn, const struct order *order, int64_t asked_ms)
{
    const struct unit *unit = picture_unit(turn->picture, order->unit);

    if (!unit || unit->order != order->number)
        return;
    for (uint32_t i = 0; i < picture_count(turn->picture, OBJECT_HAZARD); i++) {
        const struct hazard *hazard = picture_row(turn->picture, OBJECT_HAZARD, i);
        if (hazard->raised_ms < asked_ms || unit->closure == hazard->number)
            continue;
        struct closure closure = closure_standing(hazard, turn->head.at_ms, turn->arena);
        if (closure.rings.count > 0)
            unit_meets(turn, unit, &closure);
    }
}

/* ---- the answer ---- */

static bool route_read(struct turn *turn, const struct json *route, struct geo_points *ret_points)
{
    if (!route || json_type(route) != JSON_LIST || json_count(route) > ROUTE_POINTS_MAX)
        return false;
    struct geo_points points = { .at = arena_alloc(turn->arena,
                                                   json_count(route) * sizeof *points.at) };
    for (const struct json *pair = json_first(route); pair; pair = json_next(pair)) {
        struct geo_point point;
        if (json_type(pair) != JSON_LIST || json_count(pair) != 2
            || !json_number(json_first(pair), &point.lat_deg)
            || !json_number(json_next(json_first(pair)), &point.lon_deg)
            || !geo_plausible(point))
            return false;
        points.at[points.count++] = geo_rounded(point);
    }
    *ret_points = points;
    return points.count > 0;
}

/* What geography says is checked like anything from outside: what does not fit is no route. */
static bool routed_read(struct turn *turn, const struct json *answer, struct order_routed *routed)
{
    int64_t seconds = json_member_int64(answer, "s", 0), metres = json_member_int64(answer, "m", 0);
    bool plausible = seconds > 0 && seconds < 1000000 && metres >= 0 && metres < 10000000;

    if (!plausible || !route_read(turn, json_member(answer, "route"), &routed->route))
        return false;
    routed->route_s = (uint32_t)seconds;
    routed->route_m = (uint32_t)metres;
    routed->told = turn_clean(turn, json_member_text(answer, "told", ""), 200);
    int64_t deviation_m = json_member_int64(answer, "deviation_m", 0);
    routed->route_deviation_m = deviation_m > 0 && deviation_m < 10000 ? (uint32_t)deviation_m : 0;
    return true;
}

const char *order_route_ended(struct turn *turn, const struct question *question,
                              const struct json *answer, const char *reason)
{
    const struct order *order = picture_numbered(turn->picture, OBJECT_ORDER, question->order);
    int64_t asked_ms = question->asked_ms;

    if (!order || order_is_over(order))
        return "the order is over";
    bool first = order->stage == STAGE_QUEUED && order->waits;
    struct event event =
        turn_event(EVENT_ORDER_ROUTED, answer ? "geography.route" : "geography.no-route");
    event.order_routed.order = order->number;
    event.order_routed.unit = order->unit;
    event.order_routed.anew = !first;
    bool found = routed_read(turn, answer, &event.order_routed);
    /* A unit under way keeps the route it has when no other is found. */
    if (found || first)
        turn_add(turn, &event);
    if (found)
        met_meanwhile(turn, order, asked_ms);
    if (found || first)
        return reason;
    return arena_print(turn->arena, "no other route, it keeps the one it has; %s", reason);
}

/* ---- units on their way ---- */

static double limit_m(const struct turn *turn, const struct order *order, double accuracy_m)
{
    return picture_site(turn->picture)->off_route_m + order->route_deviation_m
           + (accuracy_m >= 0 ? accuracy_m : ACCURACY_UNKNOWN_M);
}

static double distance_m(const struct order *order, struct geo_point at)
{
    struct geo_point ends[] = { order->route.at[order->route.count - 1], order->destination };
    const struct geo_points last = { .at = ends, .count = 2 };
    uint32_t segment;

    /* The last metres, from the road to the door, are on the way too. */
    return fmin(way_distance_m(&order->route, at, &segment), way_distance_m(&last, at, &segment));
}

static bool is_off(const struct turn *turn, const struct order *order, struct geo_point at,
                   double accuracy_m)
{
    double limit = limit_m(turn, order, accuracy_m);

    return distance_m(order, at) > limit
           && geo_distance_m(at, order->destination) > limit + ARRIVED_M;
}

/* A fix that says nothing about where the unit goes: old, or from where nobody can have driven. */
static bool says_nothing(const struct turn *turn, const struct unit *unit,
                         const struct unit_located *fix)
{
    int64_t old_ms = (int64_t)picture_site(turn->picture)->fix_old_s * 1000;
    int64_t since_ms = fix->at_ms - unit->located_ms;

    if (turn->head.at_ms - fix->at_ms > old_ms)
        return true;
    if (!geo_known(unit->location) || unit->located_ms == 0)
        return false;
    double moved_m = geo_distance_m(unit->location, fix->location);
    return moved_m > ACCURACY_UNKNOWN_M && moved_m * 1000 > (double)since_ms * JUMP_MPS;
}

static const struct order *watched_order(const struct turn *turn, const struct unit *unit)
{
    const struct order *order = order_on_the_way(turn, unit);

    if (picture_site(turn->picture)->off_route_m == 0 || !order || order->waits
        || order->route.count < 2)
        return NULL;
    return order;
}

/* Only a unit that was on its route can leave it: one that starts from a yard far from any street
 * is on its way there. */
void way_watch(const struct turn *turn, const struct unit *unit, struct unit_located *fix)
{
    const struct order *order = watched_order(turn, unit);

    if (!order)
        return;
    if (says_nothing(turn, unit, fix)) {
        fix->off_fixes = unit->off_fixes;
        fix->off_since_ms = unit->off_since_ms;
        return;
    }
    if (!is_off(turn, order, fix->location, fix->accuracy_m))
        return;
    if (unit->off_fixes > 0) {
        fix->off_fixes = unit->off_fixes + 1;
        fix->off_since_ms = unit->off_since_ms;
    } else if (geo_known(unit->location)
               && !is_off(turn, order, unit->location, unit->accuracy_m)) {
        fix->off_fixes = 1;
        fix->off_since_ms = fix->at_ms;
    }
}

static void strayed(struct turn *turn, const struct unit *unit, const struct order *order)
{
    struct event event = turn_event(EVENT_UNIT_STRAYED, "location.off-route");

    event.unit_strayed.unit = unit->callsign;
    event.unit_strayed.incident = unit->incident;
    event.unit_strayed.order = order->number;
    event.unit_strayed.distance_m = (uint32_t)distance_m(order, unit->location);
    event.unit_strayed.since_ms = unit->off_since_ms;
    turn_add(turn, &event);
}

static void on_route(struct turn *turn, const struct unit *unit, const struct order *order)
{
    struct event event = turn_event(EVENT_UNIT_ON_ROUTE, "location.on-route");

    event.unit_on_route.unit = unit->callsign;
    event.unit_on_route.incident = unit->incident;
    event.unit_on_route.order = order->number;
    turn_add(turn, &event);
}

void way_noticed(struct turn *turn, const struct unit *unit)
{
    const struct order *order = watched_order(turn, unit);
    int64_t for_ms = (int64_t)picture_site(turn->picture)->off_route_s * 1000;

    if (!order)
        return;
    if (unit->off_fixes == 0) {
        if (unit->strayed_ms)
            on_route(turn, unit, order);
        return;
    }
    bool for_long = unit->off_fixes >= OFF_ROUTE_FIXES_MIN
                    && unit->located_ms - unit->off_since_ms >= for_ms;
    if (!unit->strayed_ms && !for_long)
        return;
    if (!unit->strayed_ms)
        strayed(turn, unit, order);
    if (turn->head.at_ms - order->route_asked_ms >= ROUTE_AGAIN_MS)
        route_again(turn, "location.off-route", unit, order);
}
