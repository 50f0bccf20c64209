#include "panels/scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"
#include "panels/scene_inside.h"

enum { CIRCLE_POINTS = 33, KEY_BITS = 24, HYDRANTS_WITHIN_M = 250 };

static const enum object_kind kinds[] = { OBJECT_SITE, OBJECT_INCIDENT, OBJECT_UNIT, OBJECT_ALARM,
                                          OBJECT_HAZARD, OBJECT_FACILITY };

/* A number for what is numbered; the row for units and facilities, which only a new
 * configuration adds or removes. */
uint32_t scene_key(enum object_kind kind, uint32_t number)
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

struct map_symbol *scene_add_symbol(struct scene *scene, struct geo_point point, uint32_t key)
{
    if (!geo_known(point))
        return NULL;
    assert(scene->map.symbol_count < scene->symbol_capacity);
    struct map_symbol *symbol = &scene->symbols[scene->map.symbol_count++];
    *symbol = (struct map_symbol){ .point = point, .key = key, .ink = INK_PLAIN };
    return symbol;
}

static struct geo_points add_circle(struct scene *scene, struct geo_point center, double radius_m)
{
    struct geo_point *points = scene->circles + scene->circle_count;

    for (uint32_t i = 0; i < CIRCLE_POINTS; i++)
        points[i] = geo_moved(center, 360.0 * i / (CIRCLE_POINTS - 1), radius_m);
    points[CIRCLE_POINTS - 1] = points[0];
    scene->circle_count += CIRCLE_POINTS;
    return (struct geo_points){ .at = points, .count = CIRCLE_POINTS };
}

/* A phone is somewhere in a circle; that it stands at the middle would be a guess. */
static void add_whereabouts(struct scene *scene, const struct incident *incident)
{
    if (!(incident->radius_m > 0) || !isfinite(incident->radius_m))
        return;
    struct map_area *area = &scene->areas[scene->map.area_count++];
    *area = (struct map_area){ .ink = INK_MAP_REACH, .style = MAP_AREA_OUTLINE };
    area->rings = add_circle(scene, incident->location, incident->radius_m);
    snprintf(area->label, sizeof area->label, "%u within %.0f m", incident->number,
             incident->radius_m);
}

static void add_incident(struct scene *scene, const struct incident *incident, bool selected)
{
    struct map_symbol *symbol = scene_add_symbol(scene, incident->location,
                                           scene_key(OBJECT_INCIDENT, incident->number));

    if (!symbol)
        return;
    snprintf(symbol->text, sizeof symbol->text, "(%s %u%s)", priority_mark(incident->priority),
             incident->number, incident->place_state == PLACE_UNCONFIRMED ? "?" : "");
    symbol->ink = priority_ink(incident->priority);
    symbol->rank = incident->priority == 1 ? RANK_INCIDENT_P1 : RANK_INCIDENT;
    if (selected)
        symbol->flags = CELL_UNDERLINE | CELL_BOLD;
    add_whereabouts(scene, incident);
}

static void add_alarm(struct scene *scene, const struct alarm *alarm)
{
    struct map_symbol *symbol = scene_add_symbol(scene, alarm->location,
                                           scene_key(OBJECT_ALARM, alarm->number));

    if (!symbol)
        return;
    snprintf(symbol->text, sizeof symbol->text, "%sAL%u%s", alarm->acknowledged ? "" : "*",
             alarm->number, alarm->active ? "" : " BACK");
    symbol->ink = !alarm->active ? INK_RETURNED : alarm->acknowledged ? INK_PLAIN : INK_ALARM;
    symbol->rank = RANK_ALARM;
}

static void add_facility(struct scene *scene, const struct facility *facility, uint32_t index)
{
    struct map_symbol *symbol = scene_add_symbol(scene, facility->location,
                                           scene_key(OBJECT_FACILITY, index));
    bool hospital = strcmp(facility->kind, "hospital") == 0;

    if (!symbol)
        return;
    snprintf(symbol->text, sizeof symbol->text, hospital ? "+%s" : "[%s]", facility->code);
    symbol->ink = hospital ? INK_MAP_HOSPITAL : INK_MAP_STATION;
    symbol->rank = RANK_STATION;
}

/* Unsaid and unknown are one thing to draw; then minor 1 to extreme 4. */
static uint8_t area_severity(enum severity severity)
{
    return severity > SEVERITY_UNKNOWN ? (uint8_t)(severity - SEVERITY_UNKNOWN) : 0;
}

static void add_hazard(struct scene *scene, const struct hazard *hazard)
{
    struct map_area *area = &scene->areas[scene->map.area_count];
    bool round = hazard->polygon.count == 0 && geo_known(hazard->center)
                 && isfinite(hazard->radius_m);

    if (hazard->polygon.count == 0 && !round)
        return;
    *area = (struct map_area){ .ink = INK_MAP_HAZARD, .style = MAP_AREA_HATCHED,
                               .severity = area_severity(hazard->severity),
                               .closes_roads = hazard->closes_roads,
                               .key = scene_key(OBJECT_HAZARD, hazard->number) };
    area->rings = round ? add_circle(scene, hazard->center, hazard->radius_m) : hazard->polygon;
    snprintf(area->label, sizeof area->label, "HZ%u %.30s%s%.5s", hazard->number, hazard->kind,
             hazard->expires_ms ? " to " : "", clock_short(hazard->expires_ms).text);
    scene->map.area_count++;
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
        add_hazard(scene, picture_row(picture, OBJECT_HAZARD, i));
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++)
        add_facility(scene, picture_row(picture, OBJECT_FACILITY, i), i);
}

/* Hydrants near what is being worked on are wanted at scales where the others are not. */
static void add_near(struct scene *scene, const struct picture *picture, const struct view *view)
{
    uint32_t incident = object_incident(picture, &view->selected);
    struct object_name name = object_numbered(OBJECT_INCIDENT, incident);

    scene->map.near = incident ? object_location(picture, &name) : geo_unknown();
    scene->map.near_m = HYDRANTS_WITHIN_M;
}

struct scene scene_make(const struct picture *picture, const struct view *view)
{
    uint32_t hazards = picture_count(picture, OBJECT_HAZARD);
    uint32_t units = picture_count(picture, OBJECT_UNIT);
    uint32_t incidents = picture_count(picture, OBJECT_INCIDENT);
    struct scene scene = {
        .symbol_capacity = units + incidents + picture_count(picture, OBJECT_ALARM)
                           + picture_count(picture, OBJECT_FACILITY) + SCENE_HAND_SYMBOLS,
        .areas = base_alloc(hazards + incidents + SCENE_HAND_AREAS, sizeof *scene.areas),
        .traces = base_alloc(3 * units + SCENE_HAND_TRACES, sizeof *scene.traces),
        .circles = base_alloc((size_t)(hazards + incidents) * CIRCLE_POINTS + 1,
                              sizeof *scene.circles),
        .hand_points = base_alloc(SCENE_HAND_POINTS, sizeof *scene.hand_points),
    };

    scene.symbols = base_alloc(scene.symbol_capacity, sizeof *scene.symbols);
    scene_add_units(&scene, picture, view);
    add_others(&scene, picture, view);
    add_near(&scene, picture, view);
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
    base_free(scene->trail_points);
    *scene = (struct scene){ 0 };
}
