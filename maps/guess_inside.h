/* guess_inside.h - what guess.c, guess_columns.c and guess_classes.c share: themes, families of
 * class values, and how a column is judged. */
#ifndef MAPS_GUESS_INSIDE_H
#define MAPS_GUESS_INSIDE_H

#include "maps/guess.h"

/* What a layer is about. */
#define GUESS_THEMES(ROW)                                                                          \
    ROW(NOTHING) ROW(ZONES) ROW(HYDRANTS) ROW(HOSPITALS) ROW(STATIONS) ROW(RAIL) ROW(ROADS)        \
    ROW(PATHS) ROW(BUILDINGS) ROW(PARKS) ROW(WATERWAYS) ROW(WATER) ROW(LAND) ROW(POINTS)

#define ROW(name) GUESS_##name,
enum guess_theme { GUESS_THEMES(ROW) GUESS_THEME_COUNT };
#undef ROW

/* A way of writing classes that many files share: the values that OpenStreetMap uses for roads, the
 * codes of the US Census. */
struct guess_family {
    enum guess_theme theme;
    const char *columns[12];            /* Only these may hold it, as they start; none: any. */
    double share;                       /* Of a column's values that must be among its own. */
    struct map_class classes[MAP_CLASSES_MAX];
};

/* The family and the column that say best what the features of a `theme` are (of any theme for
 * GUESS_NOTHING); NULL when none does. */
const struct guess_family *guess_family_find(const struct guess_about *about,
                                             enum guess_theme theme, uint32_t *ret_column);
/* The family's classes, written as the column writes them ("MOTORWAY" for "motorway"). */
void guess_family_write(const struct guess_family *family, const struct guess_column *column,
                        struct map_layer_style *style);

/* The column that holds the names, none of the name `but`; NULL when none looks as if it did. */
const struct guess_column *guess_label_column(const struct guess_about *about, const char *but);

/* `text` in small letters (ASCII) and without what is not a letter or a digit, cut to `bytes`. */
void guess_small(const char *text, char *small, size_t bytes);

#endif
