/* scene_units.c - units on the map: kind, callsign, heading, and where they have been and go. */
#include "panels/scene_inside.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

enum { MOVING_MPS = 1, AT_HOME_M = 60, AT_HOME_M_PER_CELL = 8, HEADINGS = 8 };

/* What a kind of unit is told by, in glyphs that the oldest terminal fonts have; ascii.c knows what
 * they are in ASCII. The words are parts of what site.conf calls a kind. */
static const struct {
    const char *mark, *words[12];
} kinds[] = {
    { "\u25C6", { "engine", "pump", "ladder", "tower", "truck", "rescue", "tanker", "tender",
                  "hazmat", "fire", "squad", "quint" } },
    { "\u25CF", { "medic", "ambul", "als", "bls", "ems", "doctor" } },
    { "\u25A0", { "patrol", "police", "sheriff", "k9", "traffic" } },
};
static const char other_mark[] = "\u25CB";

static const char *kind_mark(const struct unit *unit)
{
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        for (size_t w = 0; w < ARRAY_COUNT(kinds[i].words) && kinds[i].words[w]; w++)
            if (strstr(unit->kind, kinds[i].words[w]))
                return kinds[i].mark;
    return other_mark;
}

/* The way it is heading, to an eighth of the circle; in ASCII to a quarter. "" while it stands. */
static const char *heading_mark(const struct unit *unit, bool ascii)
{
    static const char *const arrows[HEADINGS] = { "\u2191", "\u2197", "\u2192", "\u2198",
                                                  "\u2193", "\u2199", "\u2190", "\u2196" };
    static const char *const quarters[] = { "^", ">", "v", "<" };

    if (!isfinite(unit->course_deg) || !isfinite(unit->speed_mps) || unit->speed_mps < MOVING_MPS)
        return "";
    double turn = fmod(unit->course_deg, 360) / 360 + 1;
    if (ascii)
        return quarters[(int)lround(turn * 4) % 4];
    return arrows[(int)lround(turn * HEADINGS) % HEADINGS];
}

static void unit_words(const struct picture *picture, const struct view *view,
                       const struct unit *unit, struct map_symbol *symbol)
{
    const char *mark = kind_mark(unit);

    if (unit->emergency_ms)
        snprintf(symbol->text, sizeof symbol->text, "%s%s EMG", mark, unit->callsign);
    else if (fix_is_old(picture, view, unit) || view->link == VIEW_LOST)
        snprintf(symbol->text, sizeof symbol->text, "~%s%s %um", mark, unit->callsign,
                 (unsigned)((view->now_ms - unit->located_ms) / 60000) % 10000);
    else
        snprintf(symbol->text, sizeof symbol->text, "%s%s%s", mark, unit->callsign,
                 heading_mark(unit, view->ascii || view->map_view.mode == MAP_ASCII));
}

static bool is_at_home(const struct unit *unit)
{
    return geo_known(unit->home) && unit->status == UNIT_AVAILABLE
           && (!geo_known(unit->location)
               || geo_distance_m(unit->location, unit->home) < AT_HOME_M);
}

static void add_unit(struct scene *scene, const struct picture *picture, const struct view *view,
                     uint32_t row)
{
    const struct unit *unit = picture_row(picture, OBJECT_UNIT, row);

    /* Who stands in quarters is told by the station and the list; the map shows who is out. */
    if (is_at_home(unit) && !unit->emergency_ms
        && view->map_view.m_per_cell > AT_HOME_M_PER_CELL) {
        scene->units_placed++;
        return;
    }
    struct map_symbol *symbol = scene_add_symbol(scene, unit->location,
                                                 scene_key(OBJECT_UNIT, row));
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

/* ---- Where it has been and where it goes --------------------------------------------------- */

static void add_trace(struct scene *scene, struct geo_points points, enum ink ink)
{
    if (points.count >= 2)
        scene->traces[scene->map.trace_count++] = (struct map_trace){ .points = points,
                                                                      .ink = ink };
}

/* The older part first, so that the newer is drawn over it; the fix between belongs to both. */
static void add_trail(struct scene *scene, const struct view *view, const struct unit *unit,
                      uint32_t row)
{
    const struct trail *trail = trails_of(&view->trails, unit, row);

    if (!trail || trail->count == 0)
        return;
    struct geo_point *points = scene->trail_points + scene->trail_count;
    uint32_t fresh = trail_fresh_from(trail, view->now_ms);
    for (uint32_t i = 0; i < trail->count; i++)
        points[i] = trail->fixes[i].at;
    points[trail->count] = unit->location;
    scene->trail_count += trail->count + 1;
    uint32_t first = fresh > 0 ? fresh - 1 : 0;
    add_trace(scene, (struct geo_points){ points, fresh }, INK_MAP_TRAIL_OLD);
    add_trace(scene, (struct geo_points){ points + first, trail->count + 1 - first },
              INK_MAP_TRAIL);
}

static void add_route(struct scene *scene, const struct picture *picture, const struct unit *unit)
{
    const struct order *order = unit->order
        ? picture_numbered(picture, OBJECT_ORDER, unit->order) : NULL;
    bool under_way = unit->status == UNIT_ASSIGNED || unit->status == UNIT_ENROUTE
                     || unit->status == UNIT_TRANSPORTING;

    if (order && under_way)
        add_trace(scene, order->route, INK_MAP_ROUTE);
}

/* Trails of those who are busy or selected, unless all are asked for: forty engines on their rounds
 * would be all that the map shows. */
static bool shows_trail(const struct picture *picture, const struct view *view,
                        const struct unit *unit)
{
    struct object_name name = object_called(OBJECT_UNIT, unit->callsign);

    return view->trails_all || unit->incident || unit->emergency_ms
           || view_relation(view, picture, &name) != VIEW_OTHER;
}

void scene_add_units(struct scene *scene, const struct picture *picture, const struct view *view)
{
    uint32_t units = picture_count(picture, OBJECT_UNIT);

    scene->trail_points = base_alloc((size_t)units * (TRAIL_FIXES + 1) + 1,
                                     sizeof *scene->trail_points);
    for (uint32_t row = 0; row < units; row++) {
        const struct unit *unit = picture_row(picture, OBJECT_UNIT, row);
        if (shows_trail(picture, view, unit))
            add_trail(scene, view, unit, row);
    }
    for (uint32_t row = 0; row < units; row++)
        add_route(scene, picture, picture_row(picture, OBJECT_UNIT, row));
    for (uint32_t row = 0; row < units; row++)
        add_unit(scene, picture, view, row);
}
