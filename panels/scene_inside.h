/* scene_inside.h - what the scene_*.c files share: ranks, and how a symbol is added. */
#ifndef PANELS_SCENE_INSIDE_H
#define PANELS_SCENE_INSIDE_H

#include "panels/scene.h"

/* Drawn first to last; a lower rank is never hidden by a higher one. */
enum symbol_rank { RANK_EMERGENCY, RANK_INCIDENT_P1, RANK_ALARM, RANK_INCIDENT, RANK_UNIT_BUSY,
                   RANK_UNIT_FREE, RANK_STATION };

/* What map_pick() gives back for an object, and scene_key_name() understands. */
uint32_t scene_key(enum object_kind kind, uint32_t number);

/* NULL for an unknown point. */
struct map_symbol *scene_add_symbol(struct scene *scene, struct geo_point point, uint32_t key);

/* scene_units.c: units with their trails and routes. */
void scene_add_units(struct scene *scene, const struct picture *picture, const struct view *view);

#endif
