/* guess.h - how a layer that no site.conf describes is best drawn.
 *
 * Judged by what the file is called ("cambridge_water" is water), then by its columns and some of
 * their values (a column with "motorway" and "residential" in it says what kind of street each is,
 * one with short texts that are mostly different holds the names), then by its shapes. Pure; only
 * guess_file() reads. */
#ifndef MAPS_GUESS_H
#define MAPS_GUESS_H

#include "maps/map.h"
#include "maps/shapefile.h"

enum { GUESS_ORDERS = 8, GUESS_COLUMNS_MAX = 96, GUESS_VALUES_MAX = 64 };

struct guess_column {
    const char *name;
    const char *const *values;          /* Of some records, "" among them. */
    uint32_t value_count;
};

struct guess_about {
    const char *path;                   /* Only its name is looked at. */
    bool kind_known;
    enum shape_kind kind;
    const struct guess_column *columns;
    uint32_t column_count;
};

/* Fills *ret_style but for its path; what says nothing gets the look of streets, of outlines or of
 * small points. Returns the place in the drawing order, under GUESS_ORDERS: layers with lower
 * numbers are added first. */
uint32_t guess_style(const struct guess_about *about, struct map_layer_style *ret_style);

/* The same of a file, its path included: looks at its columns and at up to GUESS_VALUES_MAX of its
 * records. A file that cannot be read is judged by its name; reading it later says what is wrong.
 * */
uint32_t guess_file(const char *path, struct map_layer_style *ret_style);

#endif
