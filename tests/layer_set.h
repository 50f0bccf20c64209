/* layer_set.h - good files of every kind a layer can be made of, for tests and fuzzers to spoil. */
#ifndef TESTS_LAYER_SET_H
#define TESTS_LAYER_SET_H

#include "app/base/buffer.h"

/* Esri's types of shape, all of them: 1, 3, 5, 8, and with heights and measures; 31. */
enum { LAYER_SET_TYPES = 13 };
extern const int32_t layer_set_types[LAYER_SET_TYPES];

/* A .shp of three records, the second of them null, and its .shx. */
void layer_set_shp(int32_t type, struct buffer *shp, struct buffer *shx);
/* Three rows of five fields, one row deleted, with bytes that are no ASCII. */
void layer_set_dbf(struct buffer *dbf);
/* Every geometry there is, and properties of every type. */
extern const char layer_set_geojson[];
extern const char *const layer_set_prjs[];
enum { LAYER_SET_PRJS = 4 };

/* What a fuzzer makes of `good`: with an even first byte the rest of `data` itself, with an odd one
 * `good` with four bytes of `data` for each change: where (two), what, and how many times. */
void layer_set_spoil(struct span good, const uint8_t *data, size_t size, struct buffer *out);

/* A folder for this process, and files in it. */
void layer_set_folder(char folder[64]);
void layer_set_write(const char *folder, const char *name, struct span bytes);
void layer_set_remove(const char *folder, const char *name);

/* Opens `path` as a layer and as a table: it is refused with a sentence, or what it gives holds
 * together. */
void layer_set_try(const char *path);

#endif
