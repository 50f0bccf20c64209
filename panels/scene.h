/* scene.h - what is live on the map: symbols, areas and routes made from the picture.
 *
 *     (!1 42)   incident            #E7 #E7>  unit: its kind, callsign, where it is heading
 *     ~#E5 6m   an old fix          *AL17     alarm nobody has acknowledged
 *     [St4]     station             +         hospital
 *     /  /      hazard, with name and end */
#ifndef PANELS_SCENE_H
#define PANELS_SCENE_H

#include "panels/view.h"

struct scene {
    struct map_scene map;       /* Points into the arrays below. */
    struct map_symbol *symbols;
    struct map_area *areas;
    struct map_trace *traces;
    uint32_t symbol_capacity;
    struct geo_point *circles;  /* Outlines of hazards and whereabouts given as circles. */
    uint32_t circle_count;
    struct geo_point *trail_points;
    uint32_t trail_count;
    uint32_t units_placed;      /* Units with a location. */
    struct geo_point *hand_points;      /* Of what a person measures and draws. */
    uint32_t hand_count;
};
enum { SCENE_HAND_SYMBOLS = 64, SCENE_HAND_AREAS = 4, SCENE_HAND_TRACES = 4,
       SCENE_HAND_POINTS = 128, SCENE_CIRCLE_POINTS = 33 };

/* Owns its arrays until scene_clear(); outlines and routes are loans from the picture. */
struct scene scene_make(const struct picture *picture, const struct view *view);
void scene_clear(struct scene *scene);

/* scene_hand.c: adds what the person holds, and the cursor. */
void scene_add_hand(struct scene *scene, const struct view *view);

/* What a key of map_pick() stands for; false for none. */
bool scene_key_name(const struct picture *picture, uint32_t key, struct object_name *ret_name);

#endif
