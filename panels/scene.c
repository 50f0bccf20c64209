#include "panels/scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

enum { CIRCLE_POINTS = 33, KEY_BITS = 24, MOVING_MPS = 1 };

/* Drawn first to last; a lower rank is never hidden by a higher one. */
enum symbol_rank { RANK_EMERGENCY, RANK_INCIDENT_P1, RANK_ALARM, RANK_INCIDENT, RANK_UNIT_BUSY,
                   RANK_UNIT_FREE, RANK_STATION };

static const enum object_kind kinds[] = { OBJECT_SITE, OBJECT_INCIDENT, OBJECT_UNIT, OBJECT_ALARM,
                                          OBJECT_HAZARD, OBJECT_FACILITY };

/* A number for what is numbered; the row for units and facilities, which only a new
 * configuration adds or removes. */
static uint32_t key_of(enum object_kind kind, uint32_t number)
{
    for (uint32_t i = 1; i < ARRAY_COUNT(kinds); i++)
        if (kinds[i] == kind)
            return i << KEY_BITS | (number & ((1u << KEY_BITS) - 1));
    return 0;
}

bool scene_key_name(const struct picture *picture, uint32_t key, struct object_name *ret_name)
{
    uint32_t kind = key >> KEY_BITS, number = key & ((1u << KEY_BITS) - 1);

    if (kind == 0 || kind >= ARRAY_COUNT(kinds))
        return false;
    if (kinds[kind] != OBJECT_UNIT && kinds[kind] != OBJECT_FACILITY) {
        *ret_name = object_numbered(kinds[kind], number);
        return picture_find(picture, ret_name) != NULL;
    }
    if (number >= picture_count(picture, kinds[kind]))
        return false;
    const void *row = picture_row(picture, kinds[kind], number);
    *ret_name = object_called(kinds[kind], kinds[kind] == OBJECT_UNIT
                              ? ((const struct unit *)row)->callsign
                              : ((const struct facility *)row)->code);
    return true;
}

static struct map_symbol *add_symbol(struct scene *scene, struct geo_point point, uint32_t key)
{
    if (!geo_known(point) || scene->map.symbol_count == VIEW_SYMBOLS_MAX)
        return NULL;
    struct map_symbol *symbol = &scene->symbols[scene->map.symbol_count++];
    *symbol = (struct map_symbol){ .point = point, .key = key, .ink = INK_PLAIN };
    return symbol;
}

static void add_incident(struct scene *scene, const struct incident *incident, bool selected)
{
    struct map_symbol *symbol = add_symbol(scene, incident->location,
                                           key_of(OBJECT_INCIDENT, incident->number));

    if (!symbol)
        return;
    snprintf(symbol->text, sizeof symbol->text, "(%s %u%s)", priority_mark(incident->priority),
             incident->number, incident->place_state == PLACE_UNCONFIRMED ? "?" : "");
    symbol->ink = priority_ink(incident->priority);
    symbol->rank = incident->priority == 1 ? RANK_INCIDENT_P1 : RANK_INCIDENT;
    if (selected)
        symbol->flags = CELL_UNDERLINE | CELL_BOLD;
}

static char heading_mark(const struct unit *unit)
{
    static const char marks[] = { '^', '>', 'v', '<' };

    if (!isfinite(unit->course_deg) || !isfinite(unit->speed_mps) || unit->speed_mps < MOVING_MPS)
        return '\0';
    return marks[((int)lround(unit->course_deg / 90) % 4 + 4) % 4];
}

static void unit_words(const struct picture *picture, const struct view *view,
                       const struct unit *unit, struct map_symbol *symbol)
{
    char heading[2] = { heading_mark(unit), '\0' };

    if (unit->emergency_ms)
        snprintf(symbol->text, sizeof symbol->text, "%s EMG", unit->callsign);
    else if (fix_is_old(picture, view, unit) || view->link == VIEW_LOST)
        snprintf(symbol->text, sizeof symbol->text, "~%s %um", unit->callsign,
                 (unsigned)((view->now_ms - unit->located_ms) / 60000) % 10000);
    else
        snprintf(symbol->text, sizeof symbol->text, "%s%s", unit->callsign, heading);
}

static void add_unit(struct scene *scene, const struct picture *picture, const struct view *view,
                     uint32_t index)
{
    const struct unit *unit = picture_row(picture, OBJECT_UNIT, index);
    bool at_home = geo_known(unit->home) && unit->status == UNIT_AVAILABLE
                   && (!geo_known(unit->location)
                       || geo_distance_m(unit->location, unit->home) < 60);

    /* Who stands in quarters is told by the station and the list; the map shows who is out. */
    if (at_home && !unit->emergency_ms && view->map_view.m_per_cell > 8) {
        scene->units_placed++;
        return;
    }
    struct map_symbol *symbol = add_symbol(scene, unit->location, key_of(OBJECT_UNIT, index));
    if (!symbol)
        return;
    scene->units_placed++;
    unit_words(picture, view, unit, symbol);
    bool old = symbol->text[0] == '~';
    symbol->ink = unit->emergency_ms ? INK_EMERGENCY : old ? INK_STALE : unit_ink(unit->status);
    symbol->rank = unit->emergency_ms ? RANK_EMERGENCY
                 : unit->incident ? RANK_UNIT_BUSY : RANK_UNIT_FREE;
    symbol->flags = unit->incident ? CELL_BOLD : 0;
}

static void add_alarm(struct scene *scene, const struct alarm *alarm)
{
    struct map_symbol *symbol = add_symbol(scene, alarm->location,
                                           key_of(OBJECT_ALARM, alarm->number));

    if (!symbol)
        return;
    snprintf(symbol->text, sizeof symbol->text, "%sAL%u%s", alarm->acknowledged ? "" : "*",
             alarm->number, alarm->active ? "" : " BACK");
    symbol->ink = !alarm->active ? INK_RETURNED : alarm->acknowledged ? INK_PLAIN : INK_ALARM;
    symbol->rank = RANK_ALARM;
}

static void add_facility(struct scene *scene, const struct facility *facility, uint32_t index)
{
    struct map_symbol *symbol = add_symbol(scene, facility->location,
                                           key_of(OBJECT_FACILITY, index));
    bool hospital = strcmp(facility->kind, "hospital") == 0;

    if (!symbol)
        return;
    snprintf(symbol->text, sizeof symbol->text, hospital ? "+%s" : "[%s]", facility->code);
    symbol->ink = hospital ? INK_MAP_HOSPITAL : INK_MAP_STATION;
    symbol->rank = RANK_STATION;
}

static struct geo_points circle(const struct hazard *hazard, struct geo_point *points)
{
    for (uint32_t i = 0; i < CIRCLE_POINTS; i++)
        points[i] = geo_moved(hazard->center, 360.0 * i / (CIRCLE_POINTS - 1), hazard->radius_m);
    points[CIRCLE_POINTS - 1] = points[0];
    return (struct geo_points){ .at = points, .count = CIRCLE_POINTS };
}

/* Unsaid and unknown are one thing to draw; then minor 1 to extreme 4. */
static uint8_t area_severity(enum severity severity)
{
    return severity > SEVERITY_UNKNOWN ? (uint8_t)(severity - SEVERITY_UNKNOWN) : 0;
}

static void add_hazard(struct scene *scene, const struct hazard *hazard,
                       struct geo_point *circle_points)
{
    struct map_area *area = &scene->areas[scene->map.area_count];
    bool round = hazard->polygon.count == 0 && geo_known(hazard->center)
                 && isfinite(hazard->radius_m);

    if (hazard->polygon.count == 0 && !round)
        return;
    *area = (struct map_area){ .ink = INK_MAP_HAZARD, .style = MAP_AREA_HATCHED,
                               .severity = area_severity(hazard->severity),
                               .key = key_of(OBJECT_HAZARD, hazard->number) };
    area->rings = round ? circle(hazard, circle_points) : hazard->polygon;
    snprintf(area->label, sizeof area->label, "HZ%u %.30s%s%.5s", hazard->number, hazard->kind,
             hazard->expires_ms ? " to " : "", clock_short(hazard->expires_ms).text);
    scene->map.area_count++;
}

/* Of units on their way; that of the selected object is drawn for sure. */
static void add_route(struct scene *scene, const struct picture *picture, const struct unit *unit)
{
    const struct order *order = unit->order
        ? picture_numbered(picture, OBJECT_ORDER, unit->order) : NULL;
    bool under_way = unit->status == UNIT_ASSIGNED || unit->status == UNIT_ENROUTE
                     || unit->status == UNIT_TRANSPORTING;

    if (!order || !under_way || order->route.count < 2)
        return;
    scene->traces[scene->map.trace_count++] =
        (struct map_trace){ .points = order->route, .ink = INK_MAP_ROUTE };
}

static void add_units(struct scene *scene, const struct picture *picture, const struct view *view)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_UNIT); i++) {
        add_unit(scene, picture, view, i);
        add_route(scene, picture, picture_row(picture, OBJECT_UNIT, i));
    }
}

static void add_others(struct scene *scene, const struct picture *picture, const struct view *view)
{
    uint32_t hazards = picture_count(picture, OBJECT_HAZARD);

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_INCIDENT); i++) {
        const struct incident *incident = picture_row(picture, OBJECT_INCIDENT, i);
        struct object_name name = object_numbered(OBJECT_INCIDENT, incident->number);
        if (incident->state == INCIDENT_OPEN)
            add_incident(scene, incident, object_name_same(&name, &view->selected));
    }
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ALARM); i++)
        add_alarm(scene, picture_row(picture, OBJECT_ALARM, i));
    for (uint32_t i = 0; i < hazards; i++)
        add_hazard(scene, picture_row(picture, OBJECT_HAZARD, i),
                   scene->circles + (size_t)i * CIRCLE_POINTS);
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++)
        add_facility(scene, picture_row(picture, OBJECT_FACILITY, i), i);
}

struct scene scene_make(const struct picture *picture, const struct view *view)
{
    uint32_t hazards = picture_count(picture, OBJECT_HAZARD);
    uint32_t units = picture_count(picture, OBJECT_UNIT);
    struct scene scene = {
        .symbols = base_alloc(VIEW_SYMBOLS_MAX, sizeof *scene.symbols),
        .areas = base_alloc(hazards + SCENE_HAND_AREAS, sizeof *scene.areas),
        .traces = base_alloc(units + SCENE_HAND_TRACES, sizeof *scene.traces),
        .circles = base_alloc((size_t)hazards * CIRCLE_POINTS + 1, sizeof *scene.circles),
        .hand_points = base_alloc(SCENE_HAND_POINTS, sizeof *scene.hand_points),
    };

    add_units(&scene, picture, view);
    add_others(&scene, picture, view);
    scene_add_hand(&scene, view);
    scene.map.symbols = scene.symbols;
    scene.map.areas = scene.areas;
    scene.map.traces = scene.traces;
    return scene;
}

void scene_clear(struct scene *scene)
{
    base_free(scene->symbols);
    base_free(scene->areas);
    base_free(scene->traces);
    base_free(scene->circles);
    base_free(scene->hand_points);
    *scene = (struct scene){ 0 };
}
