/* geojson.h - GeoJSON (RFC 7946, and what people really write) read as a layer.
 *
 * The file is read through a buffer of one feature at a time, so its size does not matter; only the
 * values of wanted columns go through app/base/json. Understood: a FeatureCollection, a Feature, a
 * bare geometry, a list of those, and several of them one after the other (newline-delimited
 * GeoJSON, RFC 8142 text sequences). A record is a feature, in the order of the file, whatever its
 * kind: `struct shapes` of one kind holds the others as null records. A GeometryCollection is a
 * record of each kind it has. Heights are dropped. A property that is a list or an object is its
 * JSON text. Coordinates are WGS 84 unless the old "crs" member (GeoJSON 2008) says otherwise. */
#ifndef MAPS_GEOJSON_H
#define MAPS_GEOJSON_H

#include "maps/shaping.h"
#include "maps/source.h"

/* Reads into `shaping`, which has been started, to the end: finished, with its values. Errors, with
 * the sentence written: STATUS_IO; STATUS_CORRUPT (not JSON; no geography in it); STATUS_REFUSED;
 * STATUS_TOO_LARGE. */
enum status geojson_read(struct shaping *shaping, const struct source *source,
                         const char *const *columns, uint32_t column_count);

/* The kinds of its first thousand records, a bit (1 << kind) each; *ret_first, left alone when
 * there are none, is that of the first of them. */
uint32_t geojson_kinds(const struct source *source, enum shape_kind *ret_first);

#endif
