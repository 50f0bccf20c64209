/* geojson_fields.h - the properties of GeoJSON features as the columns of a table: each name once,
 * in the order in which they first appear. */
#ifndef MAPS_GEOJSON_FIELDS_H
#define MAPS_GEOJSON_FIELDS_H

#include "maps/geojson_scan.h"
#include "maps/shapefile.h"

/* The members of an object that matter; each is empty when absent. Loans from the object. */
struct geojson_members {
    struct span type, geometry, geometries, coordinates, properties, id, attributes;
};
struct geojson_members geojson_members(struct span object);

/* Zero-initialise, then say what is wanted. More than 2,048 names are not taken. */
struct geojson_fields {
    struct shape_field *at;
    uint32_t count, capacity;
    const char *const *wanted;          /* ASCII case ignored; NULL for all. */
    uint32_t wanted_count;
};
void geojson_fields_clear(struct geojson_fields *fields);

typedef void geojson_value_fn(void *context, uint32_t field, struct span value);
/* Calls `value` for each property of a feature that is wanted, as it is written, making fields of
 * names that are new. The feature's own "id" is one too, unless a property is called so. */
void geojson_fields_each(struct geojson_fields *fields, const struct geojson_members *feature,
                         geojson_value_fn *value, void *context);

#endif
