/* scene_hand.c - what a person holds on the map: marks, a distance, an outline being drawn or
 * standing in the line, a reach. */
#include "panels/scene.h"

#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

enum { RANK_HAND = 5, OLD_MS = 60000 };

static struct map_symbol *add_symbol(struct scene *scene, struct geo_point point)
{
    if (!geo_known(point) || scene->map.symbol_count == scene->symbol_capacity)
        return NULL;
    struct map_symbol *symbol = &scene->symbols[scene->map.symbol_count++];
    *symbol = (struct map_symbol){ .point = point, .ink = INK_BRIGHT, .rank = RANK_HAND };
    return symbol;
}

static void add_marks(struct scene *scene, const struct marks *marks)
{
    for (uint32_t i = 0; i < MARKS_COUNT; i++) {
        struct map_symbol *symbol = add_symbol(scene, marks->at[i]);
        if (symbol)
            snprintf(symbol->text, sizeof symbol->text, "'%c", (char)('a' + i));
    }
}

/* A copy that the scene frees. */
static struct geo_point *add_points(struct scene *scene, const struct geo_point *points,
                                    uint32_t count)
{
    if (scene->hand_count + count > SCENE_HAND_POINTS)
        return NULL;
    struct geo_point *at = scene->hand_points + scene->hand_count;
    memcpy(at, points, count * sizeof *points);
    scene->hand_count += count;
    return at;
}

static void add_trace(struct scene *scene, struct geo_points points, enum ink ink)
{
    if (points.count >= 2)
        scene->traces[scene->map.trace_count++] = (struct map_trace){ .points = points,
                                                                      .ink = ink };
}

static void add_outline(struct scene *scene, struct geo_points rings, enum ink ink,
                        const char *label)
{
    struct map_area *area = &scene->areas[scene->map.area_count++];

    *area = (struct map_area){ .rings = rings, .ink = ink, .style = MAP_AREA_OUTLINE };
    snprintf(area->label, sizeof area->label, "%.63s", label);
}

static void add_measure(struct scene *scene, const struct hand_measure *measure)
{
    char label[48];

    if (measure->ends_for != ENDS_FOR_DISTANCE || measure->ends[0].said != SAID_KNOWN
        || measure->ends[1].said != SAID_KNOWN)
        return;
    struct geo_point ends[2] = { measure->ends[0].at, measure->ends[1].at };
    struct geo_point *points = add_points(scene, ends, 2);
    add_trace(scene, (struct geo_points){ points, points ? 2 : 0 }, INK_BRIGHT);
    add_trace(scene, measure->route, INK_MAP_ROUTE);
    hand_distance_words(ends[0], ends[1], label, sizeof label);
    struct map_symbol *start = add_symbol(scene, ends[0]), *end = add_symbol(scene, ends[1]);
    if (start)
        snprintf(start->text, sizeof start->text, "A");
    if (end)
        snprintf(end->text, sizeof end->text, "%s%.24s", measure->live ? "" : "B ", label);
}

static void add_circle(struct scene *scene, struct geo_point centre, double radius_m,
                       const char *label)
{
    struct geo_point ring[SCENE_CIRCLE_POINTS];

    for (uint32_t i = 0; i < SCENE_CIRCLE_POINTS; i++)
        ring[i] = geo_moved(centre, 360.0 * i / (SCENE_CIRCLE_POINTS - 1), radius_m);
    ring[SCENE_CIRCLE_POINTS - 1] = ring[0];
    struct geo_point *points = add_points(scene, ring, SCENE_CIRCLE_POINTS);
    if (points)
        add_outline(scene, (struct geo_points){ points, SCENE_CIRCLE_POINTS }, INK_MAP_HAZARD,
                    label);
}

/* Corners, and back to the first: as soon as there are three, what would be closed. */
static void add_zone(struct scene *scene, const struct geo_point *corners, uint32_t count,
                     const char *label)
{
    struct geo_point ring[CORNERS_MAX + 2];

    if (count == 0 || count > CORNERS_MAX)
        return;
    memcpy(ring, corners, count * sizeof *corners);
    ring[count] = corners[0];
    struct geo_point *points = add_points(scene, ring, count + 1);
    if (points && count > 2)
        add_outline(scene, (struct geo_points){ points, count + 1 }, INK_MAP_HAZARD, label);
    else if (points)
        add_trace(scene, (struct geo_points){ points, count }, INK_MAP_HAZARD);
}

static void add_drawing(struct scene *scene, const struct hand *hand)
{
    const struct hand_drawing *drawing = &hand->drawing;
    struct geo_point corners[CORNERS_MAX + 1];
    uint32_t count = drawing->count;

    if (drawing->shape == SHAPE_CIRCLE && count == 1) {
        double radius_m = geo_distance_m(drawing->corners[0], hand->cursor.at);
        if (radius_m >= 1)
            add_circle(scene, drawing->corners[0], radius_m, "");
    } else if (drawing->shape == SHAPE_ZONE && count > 0) {
        /* The cursor is the corner that Enter would add. */
        memcpy(corners, drawing->corners, count * sizeof *corners);
        bool more = count < CORNERS_MAX && !geo_same(corners[count - 1], hand->cursor.at);
        if (more)
            corners[count++] = hand->cursor.at;
        add_zone(scene, corners, count, "");
    }
}

/* "area=51.2,-4.1/51.3,-4.1/..." in a line that is not sent yet: it is seen until it is. */
static void add_line_area(struct scene *scene, const struct typed_line *line)
{
    struct geo_point corners[CORNERS_MAX];
    const char *area = strncmp(line->text, "haz", 3) == 0 ? strstr(line->text, " area=") : NULL;
    struct span rest = span_of(area ? area + 6 : ""), word = { 0 }, pair, lat;
    uint32_t count = 0;

    span_cut(&rest, ' ', &word);
    while (count < CORNERS_MAX && span_cut(&word, '/', &pair)) {
        struct geo_point *corner = &corners[count];
        if (!span_cut(&pair, ',', &lat) || !span_to_double(lat, &corner->lat_deg)
            || !span_to_double(pair, &corner->lon_deg) || !geo_plausible(*corner))
            return;
        count++;
    }
    add_zone(scene, corners, count, "not sent yet");
}

static void add_reach(struct scene *scene, const struct view *view)
{
    const struct hand_reach *reach = &view->hand.reach;
    int64_t age_ms = view->now_ms - reach->at_ms;
    char label[96];

    if (reach->rings.count == 0)
        return;
    snprintf(label, sizeof label, "%.40s%s%s%s", reach->words, age_ms > OLD_MS ? ", " : "",
             age_ms > OLD_MS ? age_since(view, reach->at_ms).text : "",
             age_ms > OLD_MS ? " old" : "");
    add_outline(scene, reach->rings, INK_MAP_REACH, label);
}

static const char *cursor_words(const struct hand_cursor *cursor)
{
    switch (cursor->said) {
    case SAID_KNOWN:
        return cursor->words;
    case SAID_ASKING:
        return "asking where this is";
    case SAID_UNKNOWN:
        return "no street or zone near";
    case SAID_FAILED:
        return "geography does not answer";
    case SAID_NOTHING:
        break;
    }
    return NULL;
}

void scene_add_hand(struct scene *scene, const struct view *view)
{
    const struct hand *hand = &view->hand;
    bool in_line = strstr(view->line.text, "@cursor") || hand->search.moved;

    add_marks(scene, &hand->marks);
    add_measure(scene, &hand->measure);
    add_drawing(scene, hand);
    add_line_area(scene, &view->line);
    add_reach(scene, view);
    scene->map.cursor_shown = geo_known(hand->cursor.at)
                              && (view->focus != FOCUS_LINE || in_line);
    scene->map.cursor = hand->cursor.at;
    scene->map.cursor_words = cursor_words(&hand->cursor);
    if (hand->search.moved) {
        scene->map.cursor_shown = true;
        scene->map.cursor = hand->search.rows[hand->search.chosen].point;
        scene->map.cursor_words = hand->search.rows[hand->search.chosen].text;
    }
}
