#include "panels/things.h"

#include <math.h>
#include <stdlib.h>

#include "app/base/text.h"
#include "panels/scene.h"

enum { NEAR_ROWS = 1, NEAR_COLUMNS = 2 };

bool things_see(const struct view *view, struct geo_point point)
{
    double row, column;

    if (!geo_known(point) || view->map_rows < 2 || !view->map_placed)
        return false;
    map_cell_of(&view->map_view, view->map_rows, view->map_columns, point, &row, &column);
    return row >= 0 && row < view->map_rows - 1 && column >= 0 && column < view->map_columns;
}

/* By rank, then by key, so that the order stands still while things move. */
static int compare_symbols(const void *left_item, const void *right_item)
{
    const struct map_symbol *left = *(const struct map_symbol *const *)left_item;
    const struct map_symbol *right = *(const struct map_symbol *const *)right_item;

    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->key < right->key ? -1 : left->key > right->key;
}

static const struct map_symbol **sorted_symbols(const struct scene *scene)
{
    const struct map_symbol **sorted = base_alloc(scene->map.symbol_count + 1, sizeof *sorted);

    for (uint32_t i = 0; i < scene->map.symbol_count; i++)
        sorted[i] = &scene->symbols[i];
    qsort(sorted, scene->map.symbol_count, sizeof *sorted, compare_symbols);
    return sorted;
}

struct list {
    const struct picture *picture;
    struct object_name *names;
    uint32_t count, most;
};

static void list_add(struct list *list, uint32_t key)
{
    struct object_name name;

    if (list->count == list->most || !scene_key_name(list->picture, key, &name))
        return;
    for (uint32_t i = 0; i < list->count; i++)
        if (object_name_same(&list->names[i], &name))
            return;
    list->names[list->count++] = name;
}

uint32_t things_in_sight(const struct picture *picture, const struct view *view,
                         struct object_name *ret_names, uint32_t most)
{
    struct list list = { .picture = picture, .names = ret_names, .most = most };
    struct scene scene = scene_make(picture, view);
    const struct map_symbol **sorted = sorted_symbols(&scene);

    for (uint32_t i = 0; i < scene.map.symbol_count; i++)
        if (things_see(view, sorted[i]->point))
            list_add(&list, sorted[i]->key);
    base_free(sorted);
    scene_clear(&scene);
    return list.count;
}

/* A symbol's first cell stands at its point; its other cells count as much. */
static bool is_near(const struct view *view, const struct map_symbol *symbol, double row,
                    double column)
{
    double at_row, at_column;

    map_cell_of(&view->map_view, view->map_rows, view->map_columns, symbol->point, &at_row,
                &at_column);
    double columns = text_columns(span_of(symbol->text));
    return fabs(floor(at_row) - row) <= NEAR_ROWS && column >= floor(at_column) - NEAR_COLUMNS
           && column < floor(at_column) + columns + NEAR_COLUMNS;
}

uint32_t things_near(const struct picture *picture, const struct view *view, uint16_t row,
                     uint16_t column, struct object_name *ret_names, uint32_t most)
{
    struct list list = { .picture = picture, .names = ret_names, .most = most };
    struct scene scene = scene_make(picture, view);
    const struct map_symbol **sorted = sorted_symbols(&scene);
    struct geo_point point = map_point_at(&view->map_view, view->map_rows, view->map_columns,
                                          row + 0.5, column + 0.5);

    if (view->map)
        list_add(&list, map_pick(view->map, row, column));
    for (uint32_t i = 0; i < scene.map.symbol_count; i++)
        if (is_near(view, sorted[i], row, column))
            list_add(&list, sorted[i]->key);
    for (uint32_t i = 0; i < scene.map.area_count; i++)
        if (geo_inside(&scene.areas[i].rings, point))
            list_add(&list, scene.areas[i].key);
    base_free(sorted);
    scene_clear(&scene);
    return list.count;
}
