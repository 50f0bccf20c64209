/* source.h - what a path names: a shapefile with its members, a GeoJSON file, or something that
 * only looks like one. Judged by what is in the file, not by its name. Reads a few bytes. */
#ifndef MAPS_SOURCE_H
#define MAPS_SOURCE_H

#include "maps/shapefile.h"

enum { SOURCE_PATH_BYTES = 1024 };

enum source_format { SOURCE_SHAPEFILE, SOURCE_GEOJSON };

struct source {
    enum source_format format;
    char path[SOURCE_PATH_BYTES];       /* The .shp or the GeoJSON itself. */
    char base[SOURCE_PATH_BYTES];       /* The same without its extension. */
    bool kind_given;                    /* "FILE#lines" */
    enum shape_kind kind;
};

/* "points", "lines" or "polygons". */
const char *source_kind_name(enum shape_kind kind);

/* `path` with or without its extension (a shapefile goes before a GeoJSON file of the same name),
 * or that of any member of the set; "#points", "#lines" or "#polygons" behind it asks for one kind
 * of a file that has several. On failure `why` holds a phrase without a full stop. Errors:
 * STATUS_NOT_FOUND; STATUS_IO; STATUS_CORRUPT (empty); STATUS_REFUSED (a folder, an archive, a Git
 * LFS pointer, another format). */
enum status source_find(const char *path, struct source *ret_source, char *why, size_t why_bytes);

/* Writes the path of the member ("prj") that is there, in small or capital letters; false when none
 * is. */
bool source_member(const struct source *source, const char *extension,
                   char path[SOURCE_PATH_BYTES]);

#endif
